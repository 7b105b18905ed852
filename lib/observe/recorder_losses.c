// recorder_losses.c - what the observer of losses has booked as rows, at the end of a replication.

#include <twin/run.h>

#include "base/assert.h"
#include "engine/work.h"
#include "observe/bottleneck.h"
#include "observe/recorder_inner.h"

TW_STATIC_ASSERT(TW_NONE == -1, "no place is no word");

// The word of what the root's state is due to, as tw_root_cause_name tells it.
static int32_t cause_word(const tw_record_words *words, const tw_loss_key *key) {
  if (key->cause_i < 0 || key->state >= TWIN_STATE_COUNT) return -1;
  switch (tw_work_cause_kind(key->state)) {
    case TW_CAUSE_OF_MODE: return words->cause_of_mode[key->cause_i];
    case TW_CAUSE_OF_GROUP: return words->cause_of_group[key->cause_i];
    default: return -1;
  }
}

static void put_loss(tw_recorder *recorder, const tw_loss *loss, int32_t bottleneck_i) {
  const tw_loss_key *key = &loss->key;
  TW_ASSERT(key->kind >= 0 && key->kind < TW_LOSS_N);
  TW_ASSERT(key->state >= 0 && key->state < TW_ROOT_N);
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_LOSSES, &rows);
  tw_rows_i32(rows, TW_AT(LOSSES, STATION))[i] = key->station_i;
  tw_rows_i32(rows, TW_AT(LOSSES, LOSS))[i] = key->kind;
  tw_rows_i32(rows, TW_AT(LOSSES, NEIGHBOUR))[i] = key->neighbour_i;
  tw_rows_i32(rows, TW_AT(LOSSES, PLACE))[i] = key->place_i;
  tw_rows_i32(rows, TW_AT(LOSSES, STATE))[i] = key->state;
  tw_rows_i32(rows, TW_AT(LOSSES, CAUSE))[i] = cause_word(recorder->words, key);
  tw_rows_f64(rows, TW_AT(LOSSES, TIME))[i] = loss->time_s;
  tw_rows_f64(rows, TW_AT(LOSSES, PARTS))[i] = loss->parts;
  tw_rows_f64(rows, TW_AT(LOSSES, PER_SHIFT))[i] = loss->per_shift;
  tw_rows_i32(rows, TW_AT(LOSSES, OF_LINE))[i] = key->station_i == bottleneck_i;
  tw_recorder_end_row(recorder, TW_TABLE_LOSSES);
}

void tw_recorder_put_losses(tw_recorder *recorder, const tw_loss_table *losses) {
  TW_ASSERT(recorder->run != NULL && losses != NULL);
  if (recorder->status != TWIN_OK) return;
  tw_bottleneck found = {0};
  if (tw_bottleneck_measure(recorder->line, losses, &found)) {
    const int32_t best_i = found.best != TW_NONE ? found.station[found.best].place_i : TW_NONE;
    for (int32_t i = 0; i < losses->n_loss; i++) put_loss(recorder, &losses->loss[i], best_i);
  } else {
    recorder->status = TWIN_ERR_MEMORY;
  }
  tw_bottleneck_free(&found);
}
