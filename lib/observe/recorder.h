// recorder.h - a sink that turns facts into rows of the run file's tables. It only observes: the
// run is the same with and without it. Rows gather in private column buffers and are handed over a
// chunk at a time, so its memory is bounded by the parts and machines in the line.

#ifndef TW_OBSERVE_RECORDER_H
#define TW_OBSERVE_RECORDER_H

#include "engine/run.h"
#include "observe/columns.h"
#include "observe/losses.h"
#include "observe/record_words.h"

typedef struct tw_recorder tw_recorder;

// Which signals of machine models.
typedef enum tw_record_signals {
  TW_RECORD_NO_SIGNALS,
  TW_RECORD_OWN_SIGNALS,  // as "record" of the line says
  TW_RECORD_ALL_SIGNALS   // these, and knots of every other state
} tw_record_signals;

// Are there any?
bool tw_record_has_signals(const tw_line *line, tw_record_signals wanted);

typedef struct tw_record_what {
  bool has_states;  // intervals, and signals as with has_events
  bool has_parts;   // parts and visits
  bool has_events;  // events
  tw_record_signals signals;  // curves
} tw_record_what;

// Which tables are filled; those of machine models only where the line has some. Losses are not among
// them: whether they are observed is known when a run is attached.
void tw_recorder_tables(const tw_line *line, const tw_record_what *what,
                        bool has_table[TW_TABLE_N]);

// Makes a recorder of a line; NULL when memory is short. Line and words must outlive it.
tw_recorder *tw_recorder_new(const tw_line *line, const tw_record_words *words,
                             const tw_record_what *what, tw_rows_sink sink);
void tw_recorder_free(tw_recorder *recorder);

// Observes a run from its present instant on: open spells and the parts in the line begin here.
// TWIN_ERR_MEMORY leaves the run unobserved.
twin_status tw_recorder_attach(tw_recorder *recorder, tw_run *run, uint32_t replication);

// Adds a row for each loss of the run that is observed, up to its present instant: right before the end.
void tw_recorder_put_losses(tw_recorder *recorder, const tw_loss_table *losses);

// Ends it: spells, parts and visits that are open are closed as such, the figures and the row of
// the replication are added, everything is handed over. run_status: how the run ended. Returns the
// first error of the sink.
twin_status tw_recorder_detach(tw_recorder *recorder, twin_status run_status);

// Forgets the run without another row.
void tw_recorder_drop(tw_recorder *recorder);

// Hands over the rows there are; returns the first error of the sink.
twin_status tw_recorder_hand_over(tw_recorder *recorder);

// The run that is observed, NULL: none.
tw_run *tw_recorder_run(const tw_recorder *recorder);

#endif
