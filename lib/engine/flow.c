// flow.c - parts are made, moved and ended here, and offers are compared. What a place does with a
// part is its kind's business.

#include "engine/flow.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/carried.h"
#include "engine/draw.h"

// Clears a part record. In two pieces: zeroes of more than 96 bytes in one are written by a string
// instruction, which takes as long as the rest of making a part.
static inline void clear_part(tw_part *part) {
  memset(part, 0, offsetof(tw_part, type));
  part->type = part->place = part->from = TW_NONE;
  part->next = part->prev = part->newer = part->older = TW_NO_PART;
  part->rework = part->defects = part->cards = part->step = 0;
  part->was_rejected = part->sample = 0;
}

// Books the time integral of the parts in the system up to now.
static void book_wip(tw_run *run, int32_t change) {
  tw_head *head = run->head;
  if (head->has_statistics) {
    head->wip_us += (double)head->n_part * (double)(head->now_us - head->wip_since_us);
    head->wip_since_us = head->now_us;
  }
  head->n_part = (uint32_t)((int32_t)head->n_part + change);
  if ((int64_t)head->n_part > head->wip_max) head->wip_max = head->n_part;
}

void tw_tell_part_fact(tw_run *run, int32_t kind, int32_t place_i, int32_t machine_i,
                       const tw_part *part) {
  const bool has_due = kind == TW_FACT_CREATE && part->due_us != INT64_MAX;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = kind,
                        .place_i = place_i,
                        .machine_i = machine_i,
                        .part_type = part->type,
                        .part_id = part->id,
                        .state = -1,
                        .cause = -1,
                        .value = has_due ? tw_seconds(part->due_us) : (double)NAN};
  run->sink.fact(run->sink.self, run, &fact);
}

uint32_t tw_part_make(tw_run *run, int32_t type, int32_t place_i, int64_t due_us,
                      int64_t priority) {
  if ((run->head->free_part == TW_NO_PART ||
       (int64_t)run->head->n_part >= run->line->max_parts) &&
      !tw_run_grow(run))
    return TW_NO_PART;
  tw_head *head = run->head;
  const uint32_t i = head->free_part;
  tw_part *part = &run->part[i];
  head->free_part = part->next;
  clear_part(part);
  part->id = ++head->n_part_made;
  part->created_us = part->entered_us = head->now_us;
  part->due_us = due_us;
  part->priority = priority;
  part->type = type;
  part->place = place_i;
  if (run->line->n_carried > 0) tw_carried_begin(run, i);
  head->n_created++;
  run->part_type[type].n_created++;
  book_wip(run, +1);
  tw_tell_part(run, TW_FACT_CREATE, place_i, TW_NONE, part);
  return i;
}

// How late a part with a due date is shipped.
static void book_tardiness(tw_run *run, const tw_part *part) {
  tw_tardiness *stat = &run->tardiness[part->type];
  stat->n_due++;
  if (tw_now(run) <= part->due_us) return;
  stat->n_tardy++;
  stat->tardy_s += tw_seconds(tw_now(run) - part->due_us);
}

// Lead time and waiting time of a shipped part, by type and as histograms over all.
static void book_lead_time(tw_run *run, const tw_part *part) {
  const int64_t lead_us = tw_now(run) - part->created_us;
  const int64_t wait_us = lead_us - part->worked_us;
  const double lead_s = tw_seconds(lead_us), wait_s = tw_seconds(wait_us);
  tw_part_type_stat *stat = &run->part_type[part->type];
  stat->lead_s += lead_s;
  stat->lead_s2 += lead_s * lead_s;
  stat->wait_s += wait_s;
  stat->wait_s2 += wait_s * wait_s;
  if (part->due_us != INT64_MAX && run->line->has_due) book_tardiness(run, part);
  tw_histogram_add(run->histogram[0].n, lead_us);
  tw_histogram_add(run->histogram[1].n, wait_us);
}

// What becomes of quality is counted when a part leaves the line: its passes, and what escaped.
static void book_quality(tw_run *run, const tw_part *part, int32_t fact_kind) {
  if (fact_kind == TW_FACT_LOSE) return;
  run->quality->n_rework += part->rework;
  if (fact_kind != TW_FACT_SHIP) return;
  run->quality->n_first_pass += !part->was_rejected;
  run->quality->n_escaped += part->defects != 0;
  for (uint32_t rest = part->defects; rest != 0; rest &= rest - 1)
    run->defect[__builtin_ctz(rest)].n_escaped++;
}

// When the last part is gone and no source will make another, free machines are idle, not starved.
static void note_drained(tw_run *run) {
  tw_head *head = run->head;
  if (head->n_part > 0 || head->n_open_source > 0 || head->is_drained) return;
  head->is_drained = true;
  for (int32_t i = 0; i < run->line->n_place; i++) {
    if (run->line->place[i].n_machine == 0) continue;
    run->place[i].n_start++;  // makes the visit look at every machine's state
    tw_mark(run, i);
  }
}

void tw_part_end(tw_run *run, uint32_t part_i, int32_t place_i, int32_t fact_kind) {
  tw_part *part = &run->part[part_i];
  tw_head *head = run->head;
  tw_part_type_stat *stat = &run->part_type[part->type];
  switch (fact_kind) {
  case TW_FACT_SHIP:
    head->n_shipped++;
    stat->n_shipped++;
    if (head->has_statistics) book_lead_time(run, part);
    break;
  case TW_FACT_SCRAP:
    head->n_scrapped++;
    stat->n_scrapped++;
    break;
  default:
    TW_ASSERT(fact_kind == TW_FACT_LOSE);
    head->n_lost++;
    stat->n_lost++;
    break;
  }
  if (run->line->has_quality) book_quality(run, part, fact_kind);
  tw_tell_part(run, fact_kind, place_i, TW_NONE, part);
  if (part->cards != 0) tw_cards_end(run, part_i);
  book_wip(run, -1);
  part->type = TW_NONE;  // the rest is cleared when the record is used again
  part->next = head->free_part;
  head->free_part = part_i;
  note_drained(run);
}

void tw_offer_begin(tw_run *run, int32_t exit_i) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++) {
    run->place[exit->target[i]].n_request++;
    tw_mark_taker(run, exit->target[i]);
  }
}

void tw_offer_end(tw_run *run, int32_t exit_i) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++) run->place[exit->target[i]].n_request--;
}

bool tw_edge_offer(tw_run *run, int32_t edge_i, tw_offer *offer) {
  const tw_edge *edge = &run->line->graph.edge[edge_i];
  const tw_place *from = &run->line->place[edge->from];
  const tw_kind *kind = from->kind;
  // a queue gives by its main exit; parts leave by "overstay" when their time is up, never on offer
  if (from->n_machine == 0 && edge->exit_i != from->main_exit) return false;
  offer->from = edge->from;
  offer->has_reservation = false;
  if (!kind->offer(run, edge->from, edge->to, offer)) return false;
  // places that others have reserved are not given away
  const bool is_plain = !offer->is_reservation && !offer->has_reservation;
  return !is_plain || run->place[edge->to].n_reserved == 0 || tw_can_reserve(run, edge->to);
}

// True when a is to be served before b. Feeders are compared in file order, so equal keys keep it.
static bool is_before(const tw_run *run, const tw_offer *a, const tw_offer *b) {
  if (a->since_us != b->since_us) return a->since_us < b->since_us;
  return run->line->place[a->from].priority > run->line->place[b->from].priority;
}

bool tw_best_offer(tw_run *run, int32_t place_i, tw_offer *best) {
  const tw_graph *graph = &run->line->graph;
  const int32_t first = graph->first_feeder[place_i], end = graph->first_feeder[place_i + 1];
  if (end - first == 1) return tw_edge_offer(run, graph->feeder[first], best);
  bool has_any = false;
  for (int32_t i = first; i < end; i++) {
    tw_offer offer = *best;  // with what is asked for
    if (!tw_edge_offer(run, graph->feeder[i], &offer)) continue;
    if (!has_any || is_before(run, &offer, best)) *best = offer;
    has_any = true;
  }
  return has_any;
}

uint32_t tw_hand_over(tw_run *run, int32_t from, int32_t to) {
  const tw_kind *kind = run->line->place[from].kind;
  tw_offer offer = {.from = from, .asker = TW_NONE};
  return kind->offer(run, from, to, &offer) ? kind->give(run, from, to, &offer) : TW_NO_PART;
}

uint32_t tw_accept(tw_run *run, const tw_offer *offer, int32_t to) {
  const tw_kind *kind = run->line->place[offer->from].kind;
  return kind->give(run, offer->from, to, offer);
}

bool tw_can_reserve(tw_run *run, int32_t place_i) {
  const tw_kind *kind = run->line->place[place_i].kind;
  return kind->free_places(run, place_i) > run->place[place_i].n_reserved;
}

int32_t tw_pick_ratio(tw_run *run, const double *weight, const int32_t *counter, int32_t n) {
  double n_sent = 1, sum = 0;
  for (int32_t i = 0; i < n; i++) {
    n_sent += (double)run->edge[counter[i]].n_sent;
    sum += weight[i];
  }
  int32_t best = 0;
  double most_behind = -INFINITY;
  for (int32_t i = 0; i < n; i++) {
    const double behind = weight[i] / sum * n_sent - (double)run->edge[counter[i]].n_sent;
    if (behind > most_behind) {
      most_behind = behind;
      best = i;
    }
  }
  run->edge[counter[best]].n_sent++;
  return best;
}

int32_t tw_push_target_of_many(tw_run *run, int32_t place_i, int32_t exit_i) {
  const tw_place *place = &run->line->place[place_i];
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  if (exit_i != place->main_exit) return TW_NONE;
  switch ((tw_push)place->push_rule) {
  case TW_PUSH_ROUND_ROBIN: {
    int32_t *next = &run->place[place_i].push_at;
    const int32_t target = exit->target[*next];
    *next = (*next + 1) % exit->n_chain;
    return target;
  }
  case TW_PUSH_RATIO: return exit->target[tw_pick_ratio(run, place->push_weight, place->push_counter,
                                         exit->n_chain)];
  case TW_PUSH_PROBABILITY:
    return exit->target[tw_pick_weighted(place->push_weight, exit->n_chain,
                                         tw_draw_uniform(run, place->push_site))];
  case TW_PUSH_FIRST_FREE:
  case TW_PUSH_SHORTEST: break;
  }
  return TW_NONE;
}

const int32_t *tw_choices(const tw_run *run, int32_t exit_i, int32_t part_type, uint32_t step,
                          int32_t *n) {
  const tw_graph *graph = &run->line->graph;
  const tw_exit *exit = &graph->exit[exit_i];
  const tw_part_type *type = &run->line->part_type[part_type];
  *n = exit->n_chain;
  if (type->n_step == 0 || exit_i != run->line->place[exit->node_i].main_exit) return exit->target;
  *n = 1;
  if (step >= (uint32_t)type->n_step) return &graph->out_i;
  const tw_route_step *next = &graph->step[type->first_step + (int32_t)step];
  *n = next->n_entry;
  return next->entry;
}

bool tw_is_choice(const tw_run *run, int32_t exit_i, const tw_part *part, int32_t to) {
  int32_t n;
  const int32_t *choice = tw_choices(run, exit_i, part->type, part->step + 1, &n);
  for (int32_t i = 0; i < n; i++)
    if (choice[i] == to) return true;
  return false;
}

int32_t tw_push_choose(tw_run *run, int32_t place_i, int32_t exit_i, int32_t part_type,
                       uint32_t step) {
  const tw_place *place = &run->line->place[place_i];
  const bool is_routed = run->line->part_type[part_type].n_step > 0;
  const bool is_shortest = exit_i == place->main_exit &&
                           (is_routed || place->push_rule == TW_PUSH_SHORTEST);
  int32_t n, best = TW_NONE;
  const int32_t *choice = tw_choices(run, exit_i, part_type, step, &n);
  int64_t least = INT64_MAX;
  for (int32_t i = 0; i < n; i++) {
    const int32_t target = choice[i];
    const tw_kind *kind = run->line->place[target].kind;
    if (!kind->can_take(run, target, TW_NO_PART)) continue;
    // room that others have reserved is none
    if (run->place[target].n_reserved > 0 && !tw_can_reserve(run, target)) continue;
    if (!is_shortest) return target;
    const int64_t level = kind->level(run, target);
    if (level < least) {
      least = level;
      best = target;
    }
  }
  return best;
}

void tw_mark_other_targets(tw_run *run, int32_t place_i) {
  const tw_graph *graph = &run->line->graph;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++) {
    const tw_exit *exit = &graph->exit[graph->edge[graph->feeder[i]].exit_i];
    if (exit->n_target < 2) continue;
    for (int32_t k = 0; k < exit->n_target; k++) {
      const int32_t target = exit->target[k];
      if (target == place_i || run->place[target].n_request == 0) continue;
      const tw_kind *kind = run->line->place[target].kind;
      // only for a part that it would get now: two places that have room and no offer, because who
      // waits is down, would mark each other for ever
      tw_offer offer = {.asker = TW_NONE};
      if (kind->can_take(run, target, TW_NO_PART) && tw_edge_offer(run, exit->edge[k], &offer))
        tw_mark(run, target);
    }
  }
}
