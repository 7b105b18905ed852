// job.h - one call of tw_study_run while it goes on: what its threads share. Only atomics are
// written by more than one thread; an outcome belongs to the thread that claimed its number until
// `is_finished` is set, and to whoever folds afterwards.

#ifndef TW_STUDY_JOB_H
#define TW_STUDY_JOB_H

#include <stdatomic.h>

#include "io/run_file.h"
#include "study/loss_report.h"
#include "study/store.h"
#include "study/study.h"

// Rows that wait for their turn, in the order in which they came.
typedef struct tw_waiting_rows {
  struct tw_waiting_rows *next;
  int32_t table;
  tw_rows rows;
} tw_waiting_rows;

typedef struct tw_outcome {
  atomic_bool is_finished;
  twin_status status;
  twin_problems *problems;  // NULL: none
  tw_kept kept;             // block without parts, at the end
  void *block;              // the same as it was, once it has been read; NULL: not yet
  uint64_t hash;
  tw_loss_table losses;     // until it is folded; empty when they are not wanted
  tw_waiting_rows *first_waiting, *last_waiting;
  size_t n_byte_waiting;
} tw_outcome;

struct tw_study {
  tw_line *line;
  tw_study_setup setup;
  char *record_path;
  bool has_recorded;
  tw_outcome *outcome;  // [n_replication]
  uint32_t n_done;
  tw_store store;      // of the outcomes that were folded
  tw_loss_fold losses;  // of the same; of none when they are not wanted
  tw_run *view;        // a run to read finished states with
  size_t n_byte_open;  // in blocks of outcomes
  tw_record_words *listed;  // the quantities of the figures; NULL: not asked for yet
  double *figures;                 // [n_figured][listed->n_kpi]
  uint32_t n_figured;
};

typedef struct tw_job {
  tw_study *study;
  const tw_record_words *words;  // NULL: nothing is recorded
  tw_run_writer *writer;
  uint32_t n_ahead;  // claims beyond the fold
  atomic_uint next_claim;
  atomic_uint next_fold;
  atomic_uint end;  // no replication from here on is wanted: one before it failed
  atomic_uint n_finished;
  atomic_ullong n_event;
  atomic_bool is_cancelled;
  atomic_bool is_folding;
  double next_poll_s;  // of the calling thread
} tw_job;

typedef struct tw_study_worker {
  tw_job *job;
  int32_t thread_i;
  uint32_t i;  // outcome it works on
  tw_run *run;
  tw_recorder *recorder;  // NULL: nothing is recorded
  tw_losses *losses;      // NULL: they are not wanted
} tw_study_worker;

// What one thread does (work.c).
void tw_job_work(void *job, int32_t thread_i);

// Takes finished outcomes in order, until one is not finished or failed (fold.c). Any thread may
// call; one folds at a time.
void tw_job_fold(tw_job *job);

// A tw_rows_sink for the recorder of a worker: to the file in its turn, aside before it.
twin_status tw_job_take_rows(void *worker, int32_t table, const tw_rows *rows);

// Frees what an outcome holds. memory: the line's.
void tw_outcome_clear(tw_outcome *outcome, const tw_memory *memory);

// True when replication i will not be used any more.
bool tw_job_is_over(const tw_job *job, uint32_t i);

// Lets the calling thread ask its host; others only rest.
void tw_job_rest(tw_study_worker *worker);
bool tw_job_ask_host(tw_study_worker *worker);

#endif
