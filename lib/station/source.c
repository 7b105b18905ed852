// source.c - where parts come from: saturated (a part is made whenever one is taken), at intervals, or
// by a list of orders; of one type, in a sequence, or mixed at random (SEMANTICS 4.8). A released part
// that finds no room waits in the source and its lead time runs, unless `when_full` says "lose".

#include "station/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/work.h"
#include "model/compile.h"
#include "station/kinds.h"
#include "station/serial.h"
#include "station/source_def.h"

static inline const tw_source_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static inline tw_source *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

static void close_source(tw_run *run, tw_source *source) {
  if (!source->is_open) return;
  source->is_open = 0;
  run->head->n_open_source--;
}

// Type, due date and priority of the next part of a sequence or mix; moves on by one part.
static int32_t next_type(tw_run *run, const tw_source_param *param, tw_source *source) {
  if (param->mix_weight != NULL) {
    const int32_t type = source->mixed_type;
    source->mixed_type = param->batch[tw_pick_weighted(param->mix_weight, param->n_batch,
                                                       tw_draw_uniform(run, param->mix_site))]
                             .part_type;
    return type;
  }
  const tw_batch *batch = &param->batch[source->batch_i];
  if (++source->n_of_batch == batch->quantity) {
    source->n_of_batch = 0;
    if (++source->batch_i == param->n_batch) {
      source->batch_i = 0;
      if (!param->is_repeated) close_source(run, source);
    }
  }
  return batch->part_type;
}

static int64_t due_of(const tw_run *run, const tw_source_param *param) {
  return param->due_in_us == INT64_MAX ? INT64_MAX : tw_now(run) + param->due_in_us;
}

// Makes the next part of a sequence or mix, here and now.
static inline uint32_t make_next(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  const int32_t type = next_type(run, param, state_of(run, place_i));
  state_of(run, place_i)->n_released++;
  return tw_part_make(run, type, place_i, due_of(run, param),
                      run->line->part_type[type].priority);
}

int32_t tw_source_next_type(const tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  const tw_source *source = state_of(run, place_i);
  return param->mix_weight != NULL ? source->mixed_type : param->batch[source->batch_i].part_type;
}

int32_t tw_source_type_offered(const tw_run *run, int32_t place_i) {
  const tw_source *source = state_of(run, place_i);
  return source->head != TW_NO_PART ? run->part[source->head].type
                                    : tw_source_next_type(run, place_i);
}

// Decides which place the next part is for, by the push rule, and lets it look.
static void aim(tw_run *run, int32_t place_i) {
  tw_source *source = state_of(run, place_i);
  const tw_exit *exit = &run->line->graph.exit[run->line->place[place_i].main_exit];
  source->target = tw_push_target(run, place_i, run->line->place[place_i].main_exit,
                                  tw_source_type_offered(run, place_i), /*step=*/0);
  if (source->target != TW_NONE) tw_mark_taker(run, source->target);
  else
    for (int32_t i = 0; i < exit->n_chain; i++) tw_mark_taker(run, exit->target[i]);
}

static void begin_offer(tw_run *run, int32_t place_i) {
  state_of(run, place_i)->has_offer = 1;
  tw_offer_begin(run, run->line->place[place_i].main_exit);
  aim(run, place_i);
}

uint32_t tw_source_make(tw_run *run, int32_t place_i) { return make_next(run, place_i); }

void tw_source_close(tw_run *run, int32_t place_i) { close_source(run, state_of(run, place_i)); }

void tw_source_put(tw_run *run, int32_t place_i, uint32_t part_i) {
  tw_source *source = state_of(run, place_i);
  run->part[part_i].prev = source->tail;
  if (source->tail == TW_NO_PART) source->head = part_i;
  else run->part[source->tail].next = part_i;
  source->tail = part_i;
  source->n_waiting++;
  if (!source->has_offer) begin_offer(run, place_i);
}

static void drop_waiting(tw_run *run, int32_t place_i, tw_source *source) {
  tw_part *part = &run->part[source->head];
  source->head = part->next;
  part->next = TW_NO_PART;
  if (source->head == TW_NO_PART) source->tail = TW_NO_PART;
  else run->part[source->head].prev = TW_NO_PART;
  if (--source->n_waiting == 0) {
    source->has_offer = 0;
    tw_offer_end(run, run->line->place[place_i].main_exit);
  } else {
    aim(run, place_i);
  }
}

static void plan_next_order(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  tw_source *source = state_of(run, place_i);
  if (source->batch_i == param->n_batch) {
    close_source(run, source);
    return;
  }
  const int64_t release_us = param->batch[source->batch_i].release_us;
  tw_plan(run, param->release_slot, release_us > tw_now(run) ? release_us : tw_now(run));
}

static void start_source(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  tw_source *source = state_of(run, place_i);
  *source = (tw_source){.head = TW_NO_PART, .tail = TW_NO_PART, .mixed_type = TW_NONE, .target = TW_NONE, .is_open = 1};
  run->head->n_open_source++;
  if (param->mix_weight != NULL) next_type(run, param, source);
  if (param->is_supply) tw_mark(run, place_i);
  if (param->is_supply) return;
  if (param->is_saturated) {
    begin_offer(run, place_i);
  } else if (param->is_order_list) {
    plan_next_order(run, place_i);
  } else {
    const int32_t site = param->first_site != TW_NONE ? param->first_site : param->every_site;
    source->is_first = 1;
    source->since_us = tw_now(run);
    tw_plan(run, param->release_slot, tw_now(run) + tw_draw_us(run, site, TW_NONE));
  }
}

void tw_source_plan(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  tw_source *source = state_of(run, place_i);
  source->is_first = 0;
  source->since_us = tw_now(run);
  tw_plan(run, param->release_slot, tw_now(run) + tw_draw_us(run, param->every_site, TW_NONE));
}

static void release_orders(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  tw_source *source = state_of(run, place_i);
  while (source->batch_i < param->n_batch &&
         param->batch[source->batch_i].release_us <= tw_now(run)) {
    const tw_batch *order = &param->batch[source->batch_i++];
    for (int64_t i = 0; i < order->quantity; i++) {
      const uint32_t part =
          tw_part_make(run, order->part_type, place_i, order->due_us, order->priority);
      if (part == TW_NO_PART) return;
      source = state_of(run, place_i);  // the block may have grown
      source->n_released++;
      tw_source_put(run, place_i, part);
    }
  }
  plan_next_order(run, place_i);
}

static void release_parts(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  for (int64_t i = 0; i < param->n_per_release && state_of(run, place_i)->is_open; i++) {
    const uint32_t part = make_next(run, place_i);
    if (part == TW_NO_PART) return;
    tw_source_put(run, place_i, part);
  }
  if (state_of(run, place_i)->is_open) tw_source_plan(run, place_i);
}

static void release(tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose) {
  (void)machine_i, (void)purpose;
  if (run->line->place[place_i].loop_i != TW_NONE) {
    tw_source_ask(run, place_i);
    return;
  }
  if (param_of(run, place_i)->is_order_list) release_orders(run, place_i);
  else release_parts(run, place_i);
  // those who find no room are turned away in this tick's settle
  if (param_of(run, place_i)->is_losing) tw_mark(run, place_i);
}

// A source in front of a plain piece of line.
typedef struct plain_source {
  int32_t place_i;
  const tw_dist *every;
  const tw_serial *to;
} plain_source;

// The same for a source in front of a plain piece with room. A next release on this very tick would
// belong to this round, so that the part had to wait for it.
static bool release_plainly(tw_run *run, const void *quick_of) {
  const plain_source *plain = quick_of;
  const int32_t place_i = plain->place_i;
  const tw_source_param *param = param_of(run, place_i);
  const tw_source *before = state_of(run, place_i);
  if (run->feed != NULL || before->n_waiting > 0 || !before->is_open) return false;
  if (!tw_serial_has_room(run, plain->to)) return false;
  const int64_t interval_us = tw_peek_us(run, param->every_site, plain->every);
  if (interval_us <= 0) return false;

  const uint32_t part = make_next(run, place_i);
  if (part == TW_NO_PART) return true;
  tw_serial_feed(run, place_i, plain->to, part);
  tw_source *source = state_of(run, place_i);
  source->target = plain->to->in.place_i;
  if (source->is_open) {
    source->is_first = 0;
    source->since_us = tw_now(run);
    tw_take_peeked(run, param->every_site, plain->every);
    tw_plan_again(run, param->release_slot, tw_now(run) + interval_us);
  }
  // what was planned for this tick meanwhile belongs to the next round, as after a settle
  run->is_alone = true;
  return true;
}

void tw_source_make_plain(tw_line *line, int32_t place_i, const tw_serial *to) {
  const tw_source_param *param = line->place[place_i].param;
  if (param->is_saturated || param->is_order_list || param->n_per_release != 1) return;
  const tw_site *every = &line->site[param->every_site];
  plain_source *plain = tw_arena_take(&line->arena, sizeof *plain);
  if (every->dist == NULL || every->by_part != NULL || plain == NULL) return;
  *plain = (plain_source){.place_i = place_i, .every = every->dist, .to = to};
  tw_slot *slot = &line->slot[param->release_slot];
  slot->quick = release_plainly;
  slot->quick_of = plain;
}

// Visited after everything downstream of it: what still waits is lost.
static void settle_source(tw_run *run, int32_t place_i) {
  const int32_t loop_i = run->line->place[place_i].loop_i;
  if (loop_i != TW_NONE && tw_source_serve(run, loop_i)) {
    // those who take the new parts look first
    tw_mark(run, place_i);
    return;
  }
  if (!param_of(run, place_i)->is_losing) return;
  tw_source *source = state_of(run, place_i);
  while (source->n_waiting > 0) {
    const uint32_t part = source->head;
    drop_waiting(run, place_i, source);
    source->n_lost++;
    tw_part_end(run, part, place_i, TW_FACT_LOSE);
  }
}

static bool offer_part(tw_run *run, int32_t place_i, int32_t to, struct tw_offer *offer) {
  const tw_source_param *param = param_of(run, place_i);
  const tw_source *source = state_of(run, place_i);
  if (!source->has_offer || (source->target != TW_NONE && source->target != to)) return false;
  if (source->target == TW_NONE &&
      tw_push_choose(run, place_i, run->line->place[place_i].main_exit,
                     tw_source_type_offered(run, place_i), /*step=*/0) != to)
    return false;
  if (!tw_is_wanted(offer, tw_source_type_offered(run, place_i))) return false;
  offer->machine_i = TW_NONE;
  offer->is_reservation = false;
  offer->part = source->head;
  if (!param->is_saturated) {
    const tw_part *part = &run->part[source->head];
    offer->part_type = part->type;
    offer->since_us = part->entered_us;
    offer->priority = part->priority;
    return true;
  }
  offer->part_type = tw_source_type_offered(run, place_i);
  offer->since_us = source->open_us;
  offer->priority = run->line->part_type[offer->part_type].priority;
  return true;
}

static uint32_t give_part(tw_run *run, int32_t place_i, int32_t to, const struct tw_offer *offer) {
  (void)to;
  tw_source *source = state_of(run, place_i);
  if (offer->part != TW_NO_PART) {
    drop_waiting(run, place_i, source);
    tw_part_leave(run, offer->part, place_i, TW_NONE);
    return offer->part;
  }
  // saturated: made as it is taken, so that lead time begins here
  source->open_us = tw_now(run);
  const uint32_t part = make_next(run, place_i);
  source = state_of(run, place_i);
  if (!source->is_open && source->has_offer) {
    source->has_offer = 0;
    tw_offer_end(run, run->line->place[place_i].main_exit);
  } else if (source->has_offer) {
    aim(run, place_i);
  }
  return part;
}

static bool can_take_none(tw_run *run, int32_t place_i, uint32_t part) {
  (void)run, (void)place_i, (void)part;
  return false;
}

static int64_t count_waiting(const tw_run *run, int32_t place_i) {
  return state_of(run, place_i)->n_waiting;
}

static bool has_release(tw_run *run, int32_t place_i) { return state_of(run, place_i)->is_open; }

static void reset_source(tw_run *run, int32_t place_i) {
  state_of(run, place_i)->n_lost = 0;
  state_of(run, place_i)->n_released = 0;
}

static bool has_offer(const tw_run *run, int32_t place_i) {
  return state_of(run, place_i)->has_offer;
}

static double count_waiting_for_cards(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n_pending;
}

// The list may be another one, or shorter; what is offered may be for other places.
static void adopt_source(tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  const tw_place *place = &run->line->place[place_i];
  tw_source *source = state_of(run, place_i);
  if (source->batch_i >= param->n_batch) source->batch_i = param->is_order_list ? param->n_batch : 0;
  if (source->batch_i < param->n_batch &&
      source->n_of_batch >= param->batch[source->batch_i].quantity)
    source->n_of_batch = 0;
  if (param->is_order_list && place->loop_i == TW_NONE)
    source->is_open = source->batch_i < param->n_batch;
  if (param->mix_weight == NULL) source->mixed_type = TW_NONE;
  else if (source->mixed_type == TW_NONE) next_type(run, param, source);
  source->has_offer = param->is_saturated ? source->is_open : source->head != TW_NO_PART;
  if (!tw_source_is_aimed(run, place_i, source))
    source->target = !source->has_offer ? TW_NONE
                                        : tw_push_target(run, place_i, place->main_exit,
                                                         tw_source_type_offered(run, place_i), /*step=*/0);
  const tw_agenda agenda = tw_run_agenda(run);
  if (param->release_slot == TW_NONE || place->loop_i != TW_NONE) return;
  if (tw_agenda_is_pending(&agenda, (uint32_t)param->release_slot)) return;
  if (param->is_order_list) plan_next_order(run, place_i);
  else if (source->is_open) tw_source_plan(run, place_i);
}

// A host may add orders to a source that releases by itself; one that is saturated keeps no parts.
static int64_t count_room(const tw_run *run, int32_t place_i) {
  const tw_source_param *param = param_of(run, place_i);
  const int32_t loop_i = run->line->place[place_i].loop_i;
  if (param->is_saturated || param->is_supply) return 0;
  return loop_i == TW_NONE ? INT64_MAX : tw_free_cards(run, loop_i);
}

static void put_order(tw_run *run, int32_t place_i, uint32_t part_i) {
  run->part[part_i].place = place_i;
  run->part[part_i].entered_us = tw_now(run);
  const int32_t loop_i = run->line->place[place_i].loop_i;
  if (loop_i != TW_NONE) tw_card_take(run, loop_i, part_i);
  tw_source_put(run, place_i, part_i);
  if (param_of(run, place_i)->is_losing) tw_mark(run, place_i);
}

static void pick_order(tw_run *run, int32_t place_i, uint32_t part_i) {
  tw_source *source = state_of(run, place_i);
  tw_part_leave(run, part_i, place_i, TW_NONE);
  if (source->head == part_i) {
    drop_waiting(run, place_i, source);
    return;
  }
  tw_part *part = &run->part[part_i];
  run->part[part->prev].next = part->next;
  if (part->next == TW_NO_PART) source->tail = part->prev;
  else run->part[part->next].prev = part->prev;
  part->next = part->prev = TW_NO_PART;
  source->n_waiting--;
}

static double count_lost(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n_lost;
}

static double count_released(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n_released;
}

static double waiting_now(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n_waiting;
}

static const tw_kind_quantity quantities[] = {
    {"lost", "1", count_lost}, {"released", "1", count_released}, {"waiting/now", "1", waiting_now},
    {"without_card/now", "1", count_waiting_for_cards}};

#define TW_STATE_OF tw_source
static const tw_state_field state_fields[] = {TW_SOURCE_FIELDS(TW_STATE_ENTRY)};
#undef TW_STATE_OF
static const tw_state_table state_table = {"source", sizeof(tw_source),
                                           TW_N_FIELDS(state_fields), state_fields};

const tw_kind tw_kind_source = {.name = "source",
                                .section = "sources",
                                .table = &tw_source_table,
                                .makes = tw_source_makes,
                                .compile = tw_source_compile,
                                .state = &state_table,
                                .start = start_source,
                                .on_event = release,
                                .settle = settle_source,
                                .can_take = can_take_none,
                                .level = count_waiting,
                                .offer = offer_part,
                                .give = give_part,
                                .hand_over = tw_hand_over,
                                .has_offer = has_offer,
                                .has_event = has_release,
                                .reset = reset_source,
                                .is_valid = tw_source_is_valid,
                                .room = count_room,
                                .put = put_order,
                                .pick = pick_order,
                                .recount = tw_source_recount,
                                .adopt = adopt_source,
                                .redraw = tw_source_redraw,
                                .quantities = quantities,
                                .n_quantity = TW_N_FIELDS(quantities)};
