// source_cards.c - releases that need a card beside their time (SEMANTICS 8.4): a part is made only
// when it gets its card, so that what is in the line never exceeds the limit. Until then a release
// is a number: of a sequence how many are due, of an order list how many of each order have been
// made.

#include <string.h>

#include "base/assert.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/work.h"
#include "station/kinds.h"
#include "station/source.h"

// Who would be released next at a source.
typedef struct candidate {
  int32_t place_i, batch_i;
  int64_t priority, since_us;
} candidate;

static inline const tw_source_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static inline tw_source *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

static int64_t *made_of(const tw_run *run, const tw_source_param *param, int32_t batch_i) {
  return &run->order[param->first_order + batch_i].n_made;
}

// Larger priority first, then the longest wait; the file order of sources and of orders decides
// last.
static bool is_before(const candidate *a, const candidate *b) {
  if (a->priority != b->priority) return a->priority > b->priority;
  return a->since_us < b->since_us;
}

// Among the orders whose time has come; there is one that is not complete.
static candidate find_order(const tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  candidate best = {.place_i = TW_NONE};
  const tw_source *source = state_of(run, place_i);
  for (int32_t i = source->first_open; i < source->batch_i; i++) {
    const tw_batch *order = &param->batch[i];
    if (*made_of(run, param, i) == order->quantity) continue;
    const candidate next = {place_i, i, order->priority, order->release_us};
    if (best.place_i == TW_NONE || is_before(&next, &best)) best = next;
  }
  TW_ASSERT(best.place_i != TW_NONE);
  return best;
}

static bool find_candidate(const tw_run *run, int32_t place_i, candidate *found) {
  const tw_source_param *param = param_of(run, place_i);
  const tw_source *source = state_of(run, place_i);
  if (!source->is_open || (!param->is_supply && source->n_pending == 0)) return false;
  if (param->is_order_list) {
    *found = find_order(run, place_i);
    return true;
  }
  const int32_t type = tw_source_next_type(run, place_i);
  *found = (candidate){place_i, TW_NONE, run->line->part_type[type].priority,
                       param->is_supply ? source->open_us : source->pending_us};
  return true;
}

// No order is left, or the sequence is at its end.
static void close(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  state_of(run, place_i)->n_pending = 0;
  tw_source_close(run, place_i);
  if (param->release_slot != TW_NONE) tw_cancel(run, param->release_slot);
}

// Moves on to the first order that is not complete.
static void skip_complete(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  tw_source *source = state_of(run, place_i);
  while (source->first_open < source->batch_i &&
         *made_of(run, param, source->first_open) == param->batch[source->first_open].quantity)
    source->first_open++;
}

void tw_source_recount_orders(tw_run *run, int32_t place_i) {
  tw_source *source = state_of(run, place_i);
  const bool has_orders = param_of(run, place_i)->is_order_list;
  source->first_open = 0;
  if (!has_orders || run->line->place[place_i].loop_i == TW_NONE) return;
  const int32_t n_batch = param_of(run, place_i)->n_batch, batch_i = source->batch_i;
  if (batch_i >= 0 && batch_i <= n_batch) skip_complete(run, place_i);
}

// Makes the candidate's part with a card; false when the run had to stop.
static bool release_one(tw_run *run, int32_t loop_i, const candidate *next) {
  const int32_t place_i = next->place_i;
  const tw_source_param *param = param_of(run, place_i);
  uint32_t part;
  if (param->is_order_list) {
    const tw_batch *order = &param->batch[next->batch_i];
    part = tw_part_make(run, order->part_type, place_i, order->due_us, order->priority);
    if (part == TW_NO_PART) return false;
    ++*made_of(run, param, next->batch_i);
    state_of(run, place_i)->n_released++;
    skip_complete(run, place_i);
  } else {
    part = tw_source_make(run, place_i);
    if (part == TW_NO_PART) return false;
  }
  tw_source *source = state_of(run, place_i);
  tw_card_take(run, loop_i, part);
  source->open_us = source->pending_us = tw_now(run);
  if (!param->is_supply) source->n_pending--;
  const bool is_last_order =
      param->is_order_list && source->batch_i == param->n_batch && source->n_pending == 0;
  if (is_last_order || !source->is_open) close(run, place_i);
  tw_source_put(run, place_i, part);
  return true;
}

bool tw_source_serve(tw_run *run, int32_t loop_i) {
  const tw_loop *loop = &run->line->loop[loop_i];
  bool has_released = false;
  while (tw_free_cards(run, loop_i) > 0) {
    candidate best = {.place_i = TW_NONE}, next;
    for (int32_t i = 0; i < loop->n_member; i++) {
      if (!find_candidate(run, loop->member[i], &next)) continue;
      if (best.place_i == TW_NONE || is_before(&next, &best)) best = next;
    }
    if (best.place_i == TW_NONE || !release_one(run, loop_i, &best)) break;
    has_released = true;
  }
  return has_released;
}

void tw_source_ask(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  tw_source *source = state_of(run, place_i);
  const int64_t now = tw_now(run);
  if (source->n_pending == 0) source->pending_us = now;
  tw_mark(run, place_i);
  if (!param->is_order_list) {
    source->n_pending += param->n_per_release;
    tw_source_plan(run, place_i);
    return;
  }
  while (source->batch_i < param->n_batch && param->batch[source->batch_i].release_us <= now)
    source->n_pending += param->batch[source->batch_i++].quantity;
  if (source->batch_i < param->n_batch)
    tw_plan(run, param->release_slot, param->batch[source->batch_i].release_us);
}

// Orders whose time has not come are not begun, and the others miss as many parts as wait.
static bool are_orders_sound(const tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  const tw_source *source = state_of(run, place_i);
  int64_t n_pending = 0;
  for (int32_t i = 0; i < param->n_batch; i++) {
    const int64_t n_made = *made_of(run, param, i), quantity = param->batch[i].quantity;
    if (n_made > quantity || (i >= source->batch_i && n_made > 0)) return false;
    if (i < source->first_open && n_made < quantity) return false;
    if (i < source->batch_i) n_pending += quantity - n_made;
  }
  const bool is_left = source->batch_i < param->n_batch || n_pending > 0;
  return n_pending == source->n_pending && is_left == (bool)source->is_open;
}

bool tw_source_is_pending_sound(const tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  const tw_source *source = state_of(run, place_i);
  const int32_t loop_i = run->line->place[place_i].loop_i;
  const int32_t mark_i = run->line->place[place_i].mark_i;
  const tw_agenda agenda = tw_run_agenda(run);
  candidate next;
  if (source->pending_us > tw_now(run)) return false;
  if (param->is_order_list ? !are_orders_sound(run, place_i)
                           : source->n_pending > 0 && (param->is_supply || !source->is_open))
    return false;
  const bool is_planned =
      param->is_order_list ? source->batch_i < param->n_batch : (bool)source->is_open;
  if (param->release_slot != TW_NONE &&
      tw_agenda_is_pending(&agenda, (uint32_t)param->release_slot) != is_planned)
    return false;
  // who could be released now is looked at: else it would wait for ever
  const bool is_marked = (run->mark[mark_i >> 6] >> (mark_i & 63) & 1) != 0;
  return is_marked || tw_free_cards(run, loop_i) <= 0 || !find_candidate(run, place_i, &next);
}
