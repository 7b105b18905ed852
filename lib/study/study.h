// study.h - replications of one line on several threads, with the same results on any number of
// them: each replication is computed by one thread, from its number alone, into a slot of its own;
// slots are folded (kept, and appended to the run file) in the order of their numbers.

#ifndef TW_STUDY_STUDY_H
#define TW_STUDY_STUDY_H

#include <twin/run.h>

#include "engine/run.h"
#include "observe/recorder.h"
#include "study/loss_report.h"

typedef struct tw_study_setup {
  uint32_t n_thread;       // 0: as many as there are processors
  uint32_t n_replication;  // at least 1
  uint32_t first_replication;
  uint64_t seed;
  int64_t warmup_us, horizon_us;
  const char *record_path;  // NULL: nothing is recorded
  tw_record_what what;
  uint32_t compression;
  double flush_s;  // as of the writer (io/run_file.h)
  bool has_sync;
  double confidence;  // what the file says of the study
  size_t keep_bytes;  // of finished states in memory, the others in a temporary file; 0: 64 MB
  bool has_losses;    // every replication's losses are observed, and folded
  twin_progress_call on_progress;  // on the calling thread; NULL: none
  void *user;
  uint32_t n_before, n_in_all;  // replications of other studies that progress counts with these; n_in_all 0: none
} tw_study_setup;

typedef struct tw_study tw_study;

// Makes a study that holds its line; NULL when memory is short. Texts are copied.
tw_study *tw_study_new(tw_line *line, const tw_study_setup *setup);
void tw_study_free(tw_study *study);

// Runs the replications that are not done. What was folded before a cancel or an error is kept; the
// error is that of the lowest replication that has one. A recorded study runs once.
twin_status tw_study_run(tw_study *study, twin_problems *problems);

// Changes the setup: wants n replications in all, at least as many as before (false when memory is short; not of a
// study that is recorded), keeps so much in memory, tells progress as part of more.
bool tw_study_extend(tw_study *study, uint32_t n);
void tw_study_keep(tw_study *study, size_t n_byte);  // finished states in memory; before it runs
void tw_study_count_with(tw_study *study, uint32_t n_before, uint32_t n_in_all);

// Replications folded so far: numbers first to first + done - 1.
uint32_t tw_study_done(const tw_study *study);

tw_line *tw_study_line(const tw_study *study);

// Values of a quantity of the line in the first n of those done. The states are opened for it and,
// as long as they are not too large together, stay open; of more of them the figures that a run
// file lists are read at once. False, and NaN for all, when a state cannot be read
// back, or memory is short.
bool tw_study_values(tw_study *study, uint64_t quantity, double *out, size_t n);

// Losses of the replications that are done; false when memory is short. At least one is done, and
// the setup has losses.
bool tw_study_losses(const tw_study *study, double confidence, tw_loss_report *report);

// Whether the setup has losses.
bool tw_study_has_losses(const tw_study *study);

// State hash of replication number r, 0 when it is not done.
uint64_t tw_study_hash(const tw_study *study, uint32_t r);

#endif
