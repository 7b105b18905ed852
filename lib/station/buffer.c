// buffer.c - a buffer: a queue of parts with a capacity. Machines pull from it; it takes from its own
// feeders while it has room. Parts may have to stay a least time, or be thrown out after a longest.
//
// Two lists run through its parts: the queue in serving order, and, where stays count, the order of
// arrival. The first `n_eligible` parts by arrival have stayed long enough.

#include "station/buffer.h"

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/work.h"
#include "station/buffer_def.h"
#include "station/dispatch.h"
#include "station/kinds.h"

static inline const tw_buffer_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static inline tw_buffer *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

static void start_buffer(tw_run *run, int32_t place_i) {
  tw_buffer *buffer = state_of(run, place_i);
  *buffer = (tw_buffer){.since_us = tw_now(run),
                        .head = TW_NO_PART,
                        .tail = TW_NO_PART,
                        .oldest = TW_NO_PART,
                        .newest = TW_NO_PART,
                        .young = TW_NO_PART};
}

static void reset_buffer(tw_run *run, int32_t place_i) {
  tw_buffer *buffer = state_of(run, place_i);
  buffer->since_us = tw_now(run);
  buffer->level_us = buffer->stay_s = 0;
  buffer->full_us = buffer->empty_us = 0;
  buffer->n_left = 0;
  buffer->n_overstayed = 0;
  buffer->max = buffer->n;
}

// True when part a stands before part b in the queue: key, arrival, id (SEMANTICS 4.5).
static bool stands_before(const tw_buffer_param *param, const tw_part *a, const tw_part *b) {
  if (param->is_hot_first && a->priority != b->priority) return a->priority > b->priority;
  if (param->is_sorted && a->key != b->key)
    return param->is_descending ? a->key > b->key : a->key < b->key;
  if (a->entered_us != b->entered_us) return a->entered_us < b->entered_us;
  return a->id < b->id;
}

static void link_queue(tw_run *run, const tw_buffer_param *param, tw_buffer *buffer,
                       uint32_t part_i) {
  tw_part *part = &run->part[part_i];
  uint32_t before = buffer->tail;  // the part that will stand just before this one
  if (param->queue == TW_QUEUE_LIFO) before = TW_NO_PART;
  else
    while (before != TW_NO_PART && stands_before(param, part, &run->part[before]))
      before = run->part[before].prev;
  part->prev = before;
  part->next = before == TW_NO_PART ? buffer->head : run->part[before].next;
  if (part->next == TW_NO_PART) buffer->tail = part_i;
  else run->part[part->next].prev = part_i;
  if (before == TW_NO_PART) buffer->head = part_i;
  else run->part[before].next = part_i;
}

static void unlink_queue(tw_run *run, tw_buffer *buffer, uint32_t part_i) {
  tw_part *part = &run->part[part_i];
  if (part->prev == TW_NO_PART) buffer->head = part->next;
  else run->part[part->prev].next = part->next;
  if (part->next == TW_NO_PART) buffer->tail = part->prev;
  else run->part[part->next].prev = part->prev;
  part->next = part->prev = TW_NO_PART;
}

static void link_arrival(tw_run *run, tw_buffer *buffer, uint32_t part_i) {
  tw_part *part = &run->part[part_i];
  part->older = buffer->newest;
  part->newer = TW_NO_PART;
  if (buffer->newest == TW_NO_PART) buffer->oldest = part_i;
  else run->part[buffer->newest].newer = part_i;
  buffer->newest = part_i;
  if (buffer->young == TW_NO_PART) buffer->young = part_i;
}

static void unlink_arrival(tw_run *run, tw_buffer *buffer, uint32_t part_i) {
  tw_part *part = &run->part[part_i];
  if (buffer->young == part_i) buffer->young = part->newer;
  if (part->older == TW_NO_PART) buffer->oldest = part->newer;
  else run->part[part->older].newer = part->newer;
  if (part->newer == TW_NO_PART) buffer->newest = part->older;
  else run->part[part->newer].older = part->older;
  part->newer = part->older = TW_NO_PART;
}

static void set_eligible(tw_run *run, int32_t place_i, tw_buffer *buffer, int64_t n) {
  const int64_t before = buffer->n_eligible;
  const int32_t exit_i = run->line->place[place_i].main_exit;
  buffer->n_eligible = n;
  if (exit_i == TW_NONE) return;
  if (before == 0 && n > 0) {
    tw_offer_begin(run, exit_i);
  } else if (before > 0 && n == 0) {
    tw_offer_end(run, exit_i);
  } else if (n > before) {
    const tw_exit *exit = &run->line->graph.exit[exit_i];
    for (int32_t i = 0; i < exit->n_target; i++) tw_mark_taker(run, exit->target[i]);
  }
}

// Moves the border between eligible and young parts up to now.
static void ripen(tw_run *run, int32_t place_i, const tw_buffer_param *param, tw_buffer *buffer) {
  const int64_t now = tw_now(run);
  int64_t n = buffer->n_eligible;
  while (buffer->young != TW_NO_PART &&
         run->part[buffer->young].entered_us + param->min_stay_us <= now) {
    buffer->young = run->part[buffer->young].newer;
    n++;
  }
  if (n != buffer->n_eligible) set_eligible(run, place_i, buffer, n);
}

int64_t tw_buffer_end_of_stay(const tw_run *run, const tw_buffer_param *param,
                                const tw_buffer *buffer) {
  int64_t due_us = INT64_MAX;
  if (buffer->young != TW_NO_PART)
    due_us = run->part[buffer->young].entered_us + param->min_stay_us;
  if (param->max_stay_us != INT64_MAX && buffer->oldest != TW_NO_PART) {
    const int64_t over_us = run->part[buffer->oldest].entered_us + param->max_stay_us;
    if (over_us < due_us) due_us = over_us;
  }
  return due_us;
}

// One timer for the whole queue.
static void arm_timer(tw_run *run, const tw_buffer_param *param, const tw_buffer *buffer) {
  const int64_t due_us = tw_buffer_end_of_stay(run, param, buffer);
  if (due_us == INT64_MAX) tw_cancel(run, param->timer_slot);
  else tw_plan(run, param->timer_slot, due_us);
}

static void put_in(tw_run *run, int32_t place_i, uint32_t part_i) {
  const tw_buffer_param *param = param_of(run, place_i);
  tw_buffer *buffer = state_of(run, place_i);
  tw_buffer_book(run, param, buffer);
  link_queue(run, param, buffer, part_i);
  buffer->n++;
  if (buffer->n > buffer->max) buffer->max = buffer->n;
  // who waited while the last place was only reserved may be stuck now
  if (buffer->n == param->capacity && run->place[place_i].n_request > 0)
    run->has_new_block = run->line->has_hold_and_wait;
  if (!param->has_stays) {
    set_eligible(run, place_i, buffer, buffer->n_eligible + 1);
    return;
  }
  link_arrival(run, buffer, part_i);
  ripen(run, place_i, param, buffer);
  arm_timer(run, param, buffer);
}

// A part joins the queue.
static void join(tw_run *run, int32_t place_i, uint32_t part_i) {
  tw_part_enter(run, part_i, place_i, TW_NONE);
  if (param_of(run, place_i)->is_sorted) tw_dispatch_key(run, place_i, part_i);
  put_in(run, place_i, part_i);
}

static void take_out(tw_run *run, int32_t place_i, uint32_t part_i) {
  const tw_buffer_param *param = param_of(run, place_i);
  tw_buffer *buffer = state_of(run, place_i);
  const int64_t stay_us = tw_now(run) - run->part[part_i].entered_us;
  tw_buffer_book(run, param, buffer);
  unlink_queue(run, buffer, part_i);
  if (run->part[part_i].cards != 0) tw_cards_leave(run, part_i, place_i);
  buffer->n--;
  buffer->n_left++;
  buffer->stay_s += 1e-6 * (double)stay_us;
  const bool was_eligible = stay_us >= param->min_stay_us;
  if (param->has_stays) {
    unlink_arrival(run, buffer, part_i);
    arm_timer(run, param, buffer);
  }
  if (was_eligible) set_eligible(run, place_i, buffer, buffer->n_eligible - 1);
  if (run->place[place_i].n_request > 0) tw_mark(run, place_i);
}

static bool can_take_part(tw_run *run, int32_t place_i, uint32_t part) {
  (void)part;
  return state_of(run, place_i)->n < param_of(run, place_i)->capacity;
}

// Own places and those of the stations that take from here.
static int64_t count_free_places(tw_run *run, int32_t place_i) {
  const int64_t capacity = param_of(run, place_i)->capacity;
  if (capacity == INT64_MAX) return INT32_MAX;
  int64_t n = capacity - state_of(run, place_i)->n;
  const int32_t exit_i = run->line->place[place_i].main_exit;
  if (exit_i == TW_NONE) return n;
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++) {
    const int32_t target = exit->target[i];
    n += run->line->place[target].n_machine - run->place[target].n_on;
  }
  return n;
}

static int64_t count_parts(const tw_run *run, int32_t place_i) { return state_of(run, place_i)->n; }

static bool has_offer(const tw_run *run, int32_t place_i) {
  return state_of(run, place_i)->n_eligible > 0;
}

static bool has_timer(tw_run *run, int32_t place_i) {
  const tw_buffer_param *param = param_of(run, place_i);
  const tw_agenda agenda = tw_run_agenda(run);
  return param->has_stays && tw_agenda_is_pending(&agenda, (uint32_t)param->timer_slot);
}

static bool is_eligible(const tw_run *run, const tw_buffer_param *param, uint32_t part_i) {
  return tw_now(run) - run->part[part_i].entered_us >= param->min_stay_us;
}

// Eligible, and of those that are asked for.
static bool can_serve(const tw_run *run, const tw_buffer_param *param, const tw_offer *asked,
                      uint32_t part_i) {
  return is_eligible(run, param, part_i) && tw_is_wanted(asked, run->part[part_i].type);
}

static uint32_t find_random(const tw_run *run, const tw_buffer_param *param,
                            const tw_buffer *buffer, const tw_offer *asked) {
  int64_t n = buffer->n_eligible;
  if (asked->only != NULL) {
    n = 0;
    for (uint32_t i = buffer->head; i != TW_NO_PART; i = run->part[i].next)
      n += can_serve(run, param, asked, i);
    if (n == 0) return TW_NO_PART;
  }
  int64_t skip = (int64_t)((1 - tw_draw_peek_uniform(run, param->site)) * (double)n);
  for (uint32_t i = buffer->head;; i = run->part[i].next)
    if (can_serve(run, param, asked, i) && skip-- == 0) return i;
}

// The eligible part that is served next, of those that are asked for; TW_NO_PART: there is none.
static uint32_t find_next(const tw_run *run, const tw_buffer_param *param, const tw_buffer *buffer,
                          const tw_offer *asked) {
  if (tw_is_scanned(param)) return tw_dispatch_pick(run, param, buffer, asked);
  if (param->queue == TW_QUEUE_RANDOM) return find_random(run, param, buffer, asked);
  uint32_t part_i = buffer->head;
  if (param->min_stay_us == 0 && asked->only == NULL) return part_i;
  while (part_i != TW_NO_PART && !can_serve(run, param, asked, part_i))
    part_i = run->part[part_i].next;
  return part_i;
}

static bool offer_part(tw_run *run, int32_t place_i, int32_t to, struct tw_offer *offer) {
  const tw_buffer_param *param = param_of(run, place_i);
  const tw_buffer *buffer = state_of(run, place_i);
  (void)to;
  if (buffer->n_eligible == 0) return false;
  const uint32_t part_i = find_next(run, param, buffer, offer);
  if (part_i == TW_NO_PART) return false;
  const tw_part *part = &run->part[part_i];
  offer->machine_i = TW_NONE;
  offer->part = part_i;
  offer->part_type = part->type;
  offer->since_us = part->entered_us;
  offer->priority = part->priority;
  offer->is_reservation = false;
  return true;
}

static uint32_t give_part(tw_run *run, int32_t place_i, int32_t to, const struct tw_offer *offer) {
  (void)to;
  const tw_buffer_param *param = param_of(run, place_i);
  if (param->queue == TW_QUEUE_RANDOM) run->stream[param->site].n++;
  tw_part_leave(run, offer->part, place_i, TW_NONE);
  take_out(run, place_i, offer->part);
  return offer->part;
}

// An ejected part comes back to its old place in the queue: it keeps its arrival and its key.
static void take_back(tw_run *run, int32_t place_i, uint32_t part_i) {
  const int64_t entered_us = run->part[part_i].entered_us;
  tw_part_enter(run, part_i, place_i, TW_NONE);
  if (!param_of(run, place_i)->has_stays) run->part[part_i].entered_us = entered_us;
  put_in(run, place_i, part_i);
}

// The part that left was offered behind here, and may have been before a reservation there.
static void mark_reserving(tw_run *run, int32_t place_i) {
  const int32_t exit_i = run->line->place[place_i].main_exit;
  if (exit_i == TW_NONE) return;
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++) {
    const int32_t to = exit->target[i];
    if (run->line->place[to].has_reserving_feeder && run->place[to].n_request > 0) tw_mark(run, to);
  }
}

// ---- for hosts (state/ops.c) ------------------------------------------------------------------

static int64_t count_room(const tw_run *run, int32_t place_i) {
  const int64_t capacity = param_of(run, place_i)->capacity;
  const int64_t n = capacity == INT64_MAX ? capacity : capacity - state_of(run, place_i)->n;
  return n - run->place[place_i].n_reserved;
}

static void pick_part(tw_run *run, int32_t place_i, uint32_t part_i) {
  tw_part_leave(run, part_i, place_i, TW_NONE);
  take_out(run, place_i, part_i);
  mark_reserving(run, place_i);
}

static void requeue(tw_run *run, int32_t place_i, uint32_t part_i) {
  const tw_buffer_param *param = param_of(run, place_i);
  // a process time that was drawn when the part joined is kept
  if (param->is_sorted && param->queue != TW_QUEUE_SPT) tw_dispatch_key(run, place_i, part_i);
  if (!param->is_sorted && !param->is_hot_first) return;
  unlink_queue(run, state_of(run, place_i), part_i);
  link_queue(run, param, state_of(run, place_i), part_i);
}

// The quick way for a station behind a single queue.
static uint32_t hand_over(tw_run *run, int32_t place_i, int32_t to) {
  const tw_buffer *buffer = state_of(run, place_i);
  if (buffer->n_eligible == 0) return TW_NO_PART;
  if (param_of(run, place_i)->queue == TW_QUEUE_RANDOM) return tw_hand_over(run, place_i, to);
  const tw_offer asked = {.asker = TW_NONE};
  const uint32_t part = find_next(run, param_of(run, place_i), buffer, &asked);
  tw_part_leave(run, part, place_i, TW_NONE);
  take_out(run, place_i, part);
  return part;
}

// Takes from the one place that feeds it.
static void settle_simple(tw_run *run, int32_t place_i, int32_t from) {
  const int64_t capacity = param_of(run, place_i)->capacity;
  while (run->place[place_i].n_request > 0 && state_of(run, place_i)->n < capacity) {
    const uint32_t part = tw_take_only(run, from, place_i);
    if (part == TW_NO_PART) break;
    join(run, place_i, part);
  }
}

static void settle_buffer(tw_run *run, int32_t place_i) {
  const int32_t only_feeder = run->line->place[place_i].only_feeder;
  if (only_feeder != TW_NONE && !run->line->place[place_i].has_choosing_feeder) {
    settle_simple(run, place_i, only_feeder);
    return;
  }
  const tw_buffer_param *param = param_of(run, place_i);
  const tw_buffer *buffer = state_of(run, place_i);
  const tw_place_state *place = &run->place[place_i];
  tw_offer offer = {.asker = TW_NONE};
  while (place->n_request > 0) {
    const bool has_room = buffer->n < param->capacity;
    if (!has_room && !run->line->place[place_i].has_reserving_feeder) break;
    if (!tw_best_offer(run, place_i, &offer)) break;
    if (!has_room && !offer.is_reservation) break;
    const uint32_t part = tw_accept(run, &offer, place_i);
    if (run->status != TWIN_OK) return;
    place = &run->place[place_i];  // the block may have grown
    buffer = state_of(run, place_i);
    if (part == TW_NO_PART) continue;
    join(run, place_i, part);
  }
  if (run->line->place[place_i].has_choosing_feeder && place->n_request > 0)
    tw_mark_other_targets(run, place_i);
}

// A stay ends: parts become eligible, or have stayed too long and leave.
static void end_stay(tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose) {
  (void)machine_i, (void)purpose;
  const tw_buffer_param *param = param_of(run, place_i);
  tw_buffer *buffer = state_of(run, place_i);
  ripen(run, place_i, param, buffer);
  // a full loop that waited only for this may be stuck now
  run->has_new_block = run->line->has_hold_and_wait;
  while (param->max_stay_us != INT64_MAX && buffer->oldest != TW_NO_PART &&
         run->part[buffer->oldest].entered_us + param->max_stay_us <= tw_now(run)) {
    const uint32_t part = buffer->oldest;
    const tw_exit *exit = &run->line->graph.exit[param->overstay_exit];
    const int32_t to = exit->target[0];
    buffer->n_overstayed++;
    tw_part_leave(run, part, place_i, TW_NONE);
    take_out(run, place_i, part);
    mark_reserving(run, place_i);
    if (to == run->line->graph.scrap_i) {
      tw_part_end(run, part, to, TW_FACT_SCRAP);
    } else if (to == run->line->graph.out_i) {
      tw_part_end(run, part, to, TW_FACT_SHIP);
    } else {
      join(run, to, part);
    }
  }
  arm_timer(run, param, buffer);
}

#define TW_STATE_OF tw_buffer
static const tw_state_field state_fields[] = {TW_BUFFER_FIELDS(TW_STATE_ENTRY)};
#undef TW_STATE_OF
static const tw_state_table state_table = {"buffer", sizeof(tw_buffer),
                                           TW_N_FIELDS(state_fields), state_fields};

const tw_kind tw_kind_buffer = {.name = "buffer",
                                .section = "buffers",
                                .table = &tw_buffer_def_table,
                                .exits = tw_buffer_exits,
                                .compile = tw_buffer_compile,
                                .link = tw_buffer_link,
                                .state = &state_table,
                                .start = start_buffer,
                                .on_event = end_stay,
                                .settle = settle_buffer,
                                .can_take = can_take_part,
                                .free_places = count_free_places,
                                .level = count_parts,
                                .offer = offer_part,
                                .give = give_part,
                                .hand_over = hand_over,
                                .has_offer = has_offer,
                                .has_event = has_timer,
                                .take_back = take_back,
                                .reset = reset_buffer,
                                .is_valid = tw_buffer_is_valid,
                                .room = count_room,
                                .put = join,
                                .pick = pick_part,
                                .requeue = requeue,
                                .recount = tw_buffer_recount,
                                .adopt = tw_buffer_adopt,
                                .quantities = tw_buffer_quantities,
                                .n_quantity = TW_BUFFER_QUANTITIES};
