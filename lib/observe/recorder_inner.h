// recorder_inner.h - what the files of the recorder share: recorder.c turns what happens to
// machines and parts into rows, recorder_model.c what happens in machine models, recorder_curve.c the
// curves of their signals. Only these include it.

#ifndef TW_OBSERVE_RECORDER_INNER_H
#define TW_OBSERVE_RECORDER_INNER_H

#include "engine/sink.h"
#include "observe/open_parts.h"
#include "observe/recorder.h"

// The present spell of a machine.
typedef struct tw_machine_spell {
  int64_t since_us;
  uint64_t part_id;
  int32_t state, cause;
} tw_machine_spell;

typedef struct tw_tracks tw_tracks;

struct tw_recorder {
  const tw_line *line;
  const tw_record_words *words;
  tw_record_what what;
  tw_rows_sink sink;
  tw_run *run;
  int32_t replication;
  twin_status status;  // the first error; nothing is recorded after it
  int64_t start_us;
  int64_t n_row[TW_TABLE_N];  // of this replication
  tw_rows rows[TW_TABLE_N];
  tw_machine_spell *spell;     // [n_machine]
  int64_t shift_start_us;      // of the present shift, or of the record
  int64_t n_good, n_scrapped;  // in it
  tw_fact model_event;         // the last one: what is set next belongs to it
  tw_open_parts parts;
  tw_tracks *tracks;           // signals that are followed; NULL: none
};

// Hands over the rows of a table.
void tw_recorder_pass_on(tw_recorder *recorder, int32_t table);

// Begins a row: gives its number, with the replication filled in.
static inline int32_t tw_recorder_begin_row(tw_recorder *recorder, int32_t table, tw_rows **rows) {
  *rows = &recorder->rows[table];
  TW_ASSERT((*rows)->n < (*rows)->capacity);
  tw_rows_i32(*rows, 0)[(*rows)->n] = recorder->replication;
  return (*rows)->n;
}

static inline void tw_recorder_end_row(tw_recorder *recorder, int32_t table) {
  tw_rows *rows = &recorder->rows[table];
  recorder->n_row[table]++;
  if (++rows->n == rows->capacity) tw_recorder_pass_on(recorder, table);
}

// Machines count from 1 in files; 0: none.
static inline int32_t tw_recorder_machine_number(const tw_recorder *recorder, int32_t machine_i) {
  return machine_i < 0 ? 0 : recorder->line->machine[machine_i].number + 1;
}

// recorder_model.c: an event of a machine model, or a state that it sets; and how objects were
// solved.
void tw_recorder_note_model(tw_recorder *recorder, const tw_run *run, const tw_fact *fact);
void tw_recorder_put_solvers(tw_recorder *recorder);

// recorder_curve.c: signals that are followed. False when memory is short; what was made is freed with the
// recorder.
bool tw_recorder_make_tracks(tw_recorder *recorder);
void tw_recorder_free_tracks(tw_recorder *recorder);
void tw_recorder_begin_tracks(tw_recorder *recorder, const tw_run *run);
void tw_recorder_end_tracks(tw_recorder *recorder);
void tw_recorder_note_span(void *self, const tw_run *run, int32_t body_i, double to_s);
void tw_recorder_note_pass(void *self, const tw_run *run, int64_t to_us);

#endif
