// buffer_values.c - what can be read of a buffer: its level and the stay of its parts, over the window
// and up to now. Reads never touch the state, so the open spell is added here.

#include <math.h>

#include "core/ticks.h"
#include "station/buffer.h"

static const tw_buffer *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

// Length of the window, and of the spell since the last change, in us.
static double window_us(const tw_run *run) {
  return (double)(tw_now(run) - run->head->window_us);
}

static double open_us(const tw_run *run, const tw_buffer *buffer) {
  return (double)(tw_now(run) - buffer->since_us);
}

static double level_mean(const tw_run *run, int32_t place_i) {
  const tw_buffer *buffer = state_of(run, place_i);
  return (buffer->level_us + (double)buffer->n * open_us(run, buffer)) / window_us(run);
}

static double level_max(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->max;
}

static double level_now(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n;
}

static double share_full(const tw_run *run, int32_t place_i) {
  const tw_buffer *buffer = state_of(run, place_i);
  const tw_buffer_param *param = run->line->place[place_i].param;
  const double open = buffer->n >= param->capacity ? open_us(run, buffer) : 0;
  return ((double)buffer->full_us + open) / window_us(run);
}

static double share_empty(const tw_run *run, int32_t place_i) {
  const tw_buffer *buffer = state_of(run, place_i);
  const double open = buffer->n == 0 ? open_us(run, buffer) : 0;
  return ((double)buffer->empty_us + open) / window_us(run);
}

static double stay_mean(const tw_run *run, int32_t place_i) {
  const tw_buffer *buffer = state_of(run, place_i);
  return buffer->n_left > 0 ? buffer->stay_s / (double)buffer->n_left : (double)NAN;
}

static double count_overstayed(const tw_run *run, int32_t place_i) {
  return state_of(run, place_i)->n_overstayed;
}

const tw_kind_quantity tw_buffer_quantities[TW_BUFFER_QUANTITIES] = {
    {"level/mean", "1", level_mean}, {"level/max", "1", level_max},
    {"level/now", "1", level_now},   {"level/full", "1", share_full},
    {"level/empty", "1", share_empty}, {"stay/mean", "s", stay_mean},
    {"overstayed", "1", count_overstayed},
};
