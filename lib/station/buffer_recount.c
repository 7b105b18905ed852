// buffer_recount.c - what follows from the links of a buffer's lists, made again for a state that
// came by name: ends of the lists, and the border of those who may leave. On the tick on which a
// stay ends a part is still young while the timer is to come.

#include "station/buffer.h"

#include <stdlib.h>

#include "engine/work.h"

void tw_buffer_recount(tw_run *run, int32_t place_i) {
  const tw_buffer_param *param = run->line->place[place_i].param;
  tw_buffer *buffer = tw_run_kind_state(run, place_i);
  const uint32_t n_slot = run->head->n_part_slot;
  buffer->tail = buffer->newest = buffer->young = TW_NO_PART;
  uint32_t n = 0;
  for (uint32_t i = buffer->head; i != TW_NO_PART && n < n_slot; i = run->part[i].next, n++)
    buffer->tail = i;
  buffer->n_eligible = buffer->n;
  if (!param->has_stays) return;
  const tw_agenda agenda = tw_run_agenda(run);
  const uint32_t slot = (uint32_t)param->timer_slot;
  const bool is_due =
      tw_agenda_is_pending(&agenda, slot) && tw_agenda_tick(&agenda, slot) <= tw_now(run);
  buffer->n_eligible = n = 0;
  for (uint32_t i = buffer->oldest; i != TW_NO_PART && n < n_slot; i = run->part[i].newer, n++) {
    buffer->newest = i;
    const int64_t stay_us = tw_now(run) - run->part[i].entered_us;
    const bool is_young = is_due ? stay_us <= param->min_stay_us : stay_us < param->min_stay_us;
    if (buffer->young == TW_NO_PART && !is_young)
      buffer->n_eligible++;
    else if (buffer->young == TW_NO_PART)
      buffer->young = i;
  }
}

typedef struct arrival {
  int64_t entered_us;
  uint64_t id;
  uint32_t part;
} arrival;

static int by_arrival(const void *a, const void *b) {
  const arrival *x = a, *y = b;
  if (x->entered_us != y->entered_us) return x->entered_us < y->entered_us ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

// Makes the list of arrivals out of the queue, where the other line kept none.
static void link_arrivals(tw_run *run, tw_buffer *buffer) {
  const size_t n_most = run->head->n_part_slot;
  arrival *list = tw_memory_take(tw_line_memory(run->line), (n_most + 1) * sizeof *list);
  size_t n = 0;
  if (list == NULL) {
    run->status = TWIN_ERR_MEMORY;
    return;
  }
  for (uint32_t i = buffer->head; i != TW_NO_PART && n < n_most; i = run->part[i].next)
    list[n++] = (arrival){run->part[i].entered_us, run->part[i].id, i};
  qsort(list, n, sizeof *list, by_arrival);
  for (size_t i = 0; i < n; i++)
    run->part[list[i].part].newer = i + 1 < n ? list[i + 1].part : TW_NO_PART;
  if (n > 0) buffer->oldest = list[0].part;
  tw_memory_free(tw_line_memory(run->line), list);
}

// Stays that were over before they counted end now.
static void arm_timer(tw_run *run, const tw_buffer_param *param, const tw_buffer *buffer) {
  int64_t due_us = INT64_MAX;
  uint32_t n = 0;
  for (uint32_t i = buffer->oldest; i != TW_NO_PART && n < run->head->n_part_slot;
       i = run->part[i].newer, n++) {
    const int64_t ripe_us = run->part[i].entered_us + param->min_stay_us;
    if (ripe_us <= tw_now(run)) continue;
    due_us = ripe_us;
    break;
  }
  if (param->max_stay_us != INT64_MAX && buffer->oldest != TW_NO_PART) {
    const int64_t over_us = run->part[buffer->oldest].entered_us + param->max_stay_us;
    if (over_us < due_us) due_us = over_us;
  }
  if (due_us == INT64_MAX)
    tw_cancel(run, param->timer_slot);
  else
    tw_plan(run, param->timer_slot, due_us > tw_now(run) ? due_us : tw_now(run));
}

void tw_buffer_adopt(tw_run *run, int32_t place_i) {
  const tw_buffer_param *param = run->line->place[place_i].param;
  tw_buffer *buffer = tw_run_kind_state(run, place_i);
  if (!param->has_stays) {
    uint32_t n = 0;
    for (uint32_t i = buffer->head; i != TW_NO_PART && n < run->head->n_part_slot;
         i = run->part[i].next, n++)
      run->part[i].newer = TW_NO_PART;
    buffer->oldest = TW_NO_PART;
    return;
  }
  link_arrivals(run, buffer);
  arm_timer(run, param, buffer);
}
