// buffer_valid.c - is this state of a buffer one that it could have? For snapshots.

#include <stdio.h>

#include "station/buffer.h"

static const tw_buffer_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static const tw_buffer *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

// The queue is a sound list of n parts that are nowhere else, in both directions.
static bool is_queue_sound(const tw_run *run, int32_t place_i, const tw_buffer *buffer,
                           uint8_t *is_seen) {
  int64_t n = 0;
  uint32_t before = TW_NO_PART;
  for (uint32_t i = buffer->head; i != TW_NO_PART; i = run->part[i].next) {
    if (is_seen[i] || run->part[i].type == TW_NONE || run->part[i].place != place_i) return false;
    if (run->part[i].prev != before) return false;
    is_seen[i] = 1;
    before = i;
    n++;
  }
  return n == buffer->n && buffer->tail == before;
}

// The order of arrival holds the same n parts, and counts the eligible ones rightly.
static bool is_arrival_sound(const tw_run *run, int32_t place_i, const tw_buffer_param *param,
                             const tw_buffer *buffer) {
  int64_t n = 0, n_eligible = 0;
  uint32_t before = TW_NO_PART;
  bool is_young = false;
  for (uint32_t i = buffer->oldest; i != TW_NO_PART && n <= buffer->n; i = run->part[i].newer) {
    const tw_part *part = &run->part[i];
    if (part->type == TW_NONE || part->place != place_i || part->older != before) return false;
    if (before != TW_NO_PART && run->part[before].entered_us > part->entered_us) return false;
    is_young = is_young || i == buffer->young;
    if (!is_young) n_eligible++;
    // on the tick itself it is young until the timer has come
    const int64_t stay_us = tw_now(run) - part->entered_us;
    if (is_young ? stay_us > param->min_stay_us : stay_us < param->min_stay_us) return false;
    before = i;
    n++;
  }
  if (n != buffer->n || n_eligible != buffer->n_eligible || buffer->newest != before) return false;
  const int64_t due_us = tw_buffer_end_of_stay(run, param, buffer);
  const tw_agenda agenda = tw_run_agenda(run);
  if (!tw_agenda_is_pending(&agenda, (uint32_t)param->timer_slot)) return due_us == INT64_MAX;
  // a stay that was cut short by a move to another line ends at once
  return tw_agenda_tick(&agenda, (uint32_t)param->timer_slot) ==
         (due_us > tw_now(run) ? due_us : tw_now(run));
}

bool tw_buffer_is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                        size_t n_why) {
  const tw_buffer_param *param = param_of(run, place_i);
  const tw_buffer *buffer = state_of(run, place_i);
  // more than it has room for may be there after a move to another line
  bool is_sound = is_queue_sound(run, place_i, buffer, is_seen);
  if (is_sound && param->has_stays) is_sound = is_arrival_sound(run, place_i, param, buffer);
  if (is_sound && !param->has_stays) is_sound = buffer->n_eligible == buffer->n;
  // full and empty exclude each other, and both are booked up to since_us
  if (is_sound && run->head->has_statistics)
    is_sound = buffer->full_us + buffer->empty_us <= buffer->since_us - run->head->window_us;
  if (!is_sound) snprintf(why, n_why, "the queue of %s is not sound", run->line->place[place_i].name);
  return is_sound;
}
