// record_words.h - the words that the NAME columns of one line's record count, and the list of figures
// that its kpi table holds. Made once for a line; recorders, threads and the file share it.

#ifndef TW_OBSERVE_RECORD_WORDS_H
#define TW_OBSERVE_RECORD_WORDS_H

#include "model/line.h"
#include "observe/columns.h"

// One row of the kpi table, but for its value.
typedef struct tw_kpi {
  uint64_t quantity;
  int32_t place_i;  // -1: of the line
  int32_t machine;  // from 1; 0: all
  int32_t word_i;   // among TW_WORDS_KPI
  int32_t unit_i;   // among TW_WORDS_UNIT
} tw_kpi;

typedef struct tw_record_words {
  tw_arena arena;
  tw_words list[TW_WORDS_N];
  const char *const *place_type;  // [n of TW_WORDS_PLACE] "machine", "buffer"
  const int32_t *place_machines;  // [n of TW_WORDS_PLACE]
  const int32_t *cause_of_mode;   // [n_mode] among TW_WORDS_CAUSE
  const int32_t *cause_of_group;   // [n_group] among TW_WORDS_CAUSE
  const int32_t *cause_of_place;  // [n_place]
  const int32_t *model_event;     // [n_model_event] among TW_WORDS_MODEL_EVENT
  const int32_t *model_state;     // [n_variable] among TW_WORDS_MODEL_STATE
  const int32_t *unit_of_state;   // [n_variable] among TW_WORDS_UNIT; -1: not there
  const int32_t *signal;          // [n_signal] among TW_WORDS_SIGNAL
  const int32_t *unit_of_signal;  // [n_signal] among TW_WORDS_UNIT
  const int32_t *object_of_body;  // [n_body] among TW_WORDS_OBJECT
  const int32_t *reason_of_body;  // [n_body] among TW_WORDS_REASON
  int32_t n_kpi;
  const tw_kpi *kpi;  // [n_kpi]
} tw_record_words;

// Makes the words of a line; NULL when memory is short. They hold nothing of the line but its
// names, so the line must live as long.
tw_record_words *tw_record_words_new(const tw_line *line);
void tw_record_words_free(tw_record_words *words);

#endif
