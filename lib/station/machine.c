// machine.c - a machine station: one or more equal machines, each working on one part at a time.
// Free machines pull by the station's rule; a finished part waits on its machine until the next place
// takes it, or, blocking before service, processing waits until a place is reserved.
// What it does with a part, phase by phase, is machine_phase.c.

#include "station/machine.h"

#include "engine/cards.h"
#include "engine/energy.h"
#include "station/inspection.h"
#include "station/kinds.h"
#include "station/machine_def.h"
#include "station/machine_phase.h"
#include "station/machine_redraw.h"
#include "station/preempt.h"

static bool is_free(const tw_place *place, const tw_machine *machine) {
  if (machine->phase != TW_FREE || machine->is_overtime) return false;
  return tw_is_up(machine) || place->takes_while_down;
}

// The machine that has been free longest, then the lowest index; those that are down and take parts
// all the same come last. TW_NONE: none is free.
static int32_t find_free(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  int32_t best = TW_NONE;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!is_free(place, machine)) continue;
    if (best == TW_NONE) {
      best = i;
      continue;
    }
    const bool is_up = tw_is_up(machine), is_best_up = tw_is_up(&run->machine[best]);
    if (is_up != is_best_up ? is_up : machine->waiting_us < run->machine[best].waiting_us) best = i;
  }
  return best;
}

static bool can_take(tw_run *run, int32_t place_i, uint32_t part) {
  (void)part;
  const tw_place *place = &run->line->place[place_i];
  if (run->place[place_i].n_on == place->n_machine || !tw_has_card(run, place_i)) return false;
  const int32_t machine_i = find_free(run, place_i);
  return machine_i != TW_NONE && !tw_is_declining(run, machine_i);
}

static int64_t count_free_places(tw_run *run, int32_t place_i) {
  return run->line->place[place_i].n_machine - run->place[place_i].n_on;
}

static int64_t count_parts(const tw_run *run, int32_t place_i) { return run->place[place_i].n_on; }

// True when this machine would hand its part, or ask for a reservation, to place `to` now.
static bool has_offer_for(tw_run *run, int32_t place_i, const tw_machine *machine, int32_t to) {
  if (!machine->has_request) return false;
  const tw_place *place = &run->line->place[place_i];
  const bool is_moving = machine->phase == TW_DONE;
  if (!tw_is_up(machine) && !machine->is_leaving && !(is_moving && place->gives_while_down))
    return false;
  if (!is_moving && machine->target == to) return tw_can_reserve(run, to);
  if (machine->target != TW_NONE) return machine->target == to;
  const tw_part *part = &run->part[machine->part];
  if (!is_moving) return tw_is_choice(run, machine->exit_i, part, to) && tw_can_reserve(run, to);
  return tw_push_choose(run, place_i, machine->exit_i, part->type, part->step) == to;
}

static bool offer_part(tw_run *run, int32_t place_i, int32_t to, struct tw_offer *offer) {
  const tw_place *place = &run->line->place[place_i];
  int32_t best = TW_NONE;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!has_offer_for(run, place_i, machine, to)) continue;
    if (!tw_is_wanted(offer, run->part[machine->part].type)) continue;
    // who may not have a place that is kept for others does not stand in front of them either
    const bool is_kept_for_others = run->place[to].n_reserved > 0 && machine->reserved != to;
    if (machine->phase == TW_DONE && is_kept_for_others && !tw_can_reserve(run, to)) continue;
    if (best == TW_NONE || machine->waiting_us < run->machine[best].waiting_us) best = i;
  }
  if (best == TW_NONE) return false;
  const tw_machine *machine = &run->machine[best];
  offer->machine_i = best;
  offer->part = machine->part;
  offer->part_type = run->part[machine->part].type;
  offer->since_us = machine->waiting_us;
  offer->priority = run->part[machine->part].priority;
  offer->is_reservation = machine->phase == TW_RESERVE;
  offer->has_reservation = machine->reserved == to;
  return true;
}

// The finished part leaves its machine.
static uint32_t release_part(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const uint32_t part = machine->part;
  tw_request_drop(run, machine_i);
  if (machine->reserved != TW_NONE) {
    run->place[machine->reserved].n_reserved--;
    machine->reserved = TW_NONE;
  }
  run->part[part].sample = TW_SAMPLE_OPEN;  // of this visit
  tw_part_leave(run, part, place_i, machine_i);
  if (run->part[part].cards != 0) tw_cards_leave(run, part, place_i);
  tw_work_clear(run, machine_i);
  return part;
}

static uint32_t give_part(tw_run *run, int32_t place_i, int32_t to, const struct tw_offer *offer) {
  if (offer->is_reservation) {
    tw_machine *machine = &run->machine[offer->machine_i];
    tw_request_drop(run, offer->machine_i);
    machine->reserved = machine->target = to;
    run->place[to].n_reserved++;
    machine->phase = TW_PROCESS;
    machine->left_us = TW_NOT_BEGUN;
    tw_work_must_start(run, offer->machine_i);
    return TW_NO_PART;
  }
  return release_part(run, place_i, offer->machine_i);
}

// The quick way for a place that is fed by this station only.
static uint32_t hand_over(tw_run *run, int32_t place_i, int32_t to) {
  const tw_place *place = &run->line->place[place_i];
  if (place->n_machine > 1) return tw_hand_over(run, place_i, to);
  const int32_t machine_i = place->first_machine;
  if (!has_offer_for(run, place_i, &run->machine[machine_i], to)) return TW_NO_PART;
  return release_part(run, place_i, machine_i);
}

static void take_part(tw_run *run, int32_t place_i, int32_t machine_i, uint32_t part) {
  tw_machine *machine = &run->machine[machine_i];
  machine->part = part;
  machine->from = run->part[part].place;
  machine->phase = TW_LOAD;
  machine->left_us = TW_NOT_BEGUN;
  run->place[place_i].n_on++;
  tw_energy_changed(run, machine_i);
  tw_bodies_touch(run, machine_i);
  tw_part_enter(run, part, place_i, machine_i);
  const tw_place *place = &run->line->place[place_i];
  if (place->loop_i != TW_NONE) tw_card_take(run, place->loop_i, part);
  if (place->setup != NULL) tw_setup_choose(run, machine_i);
  if (!tw_is_up(machine)) return;
  const bool is_quick = !place->is_before_service && machine->phase == TW_LOAD &&
                        tw_machine_sites_of(run, place_i, machine_i)->load == TW_NONE;
  if (is_quick) {
    machine->phase = TW_PROCESS;
    tw_bodies_moment(run, machine_i, TW_MOMENT_LOAD);
    tw_machine_start_processing(run, place_i, machine_i);
  } else {
    tw_machine_start_phase(run, place_i, machine_i);
  }
}

// Changes over to the queue that the station will pull from; false: that takes no time.
static bool switch_over(tw_run *run, int32_t place_i) {
  const int32_t machine_i = run->line->place[place_i].first_machine;
  tw_machine *machine = &run->machine[machine_i];
  if (tw_machine_sites_of(run, place_i, machine_i)->switch_over == TW_NONE) return false;
  machine->phase = TW_SWITCH;
  machine->left_us = TW_NOT_BEGUN;
  if (tw_is_up(machine)) tw_machine_start_phase(run, place_i, machine_i);
  return true;
}

// What the machine takes next: its family is kept going while it has work (SEMANTICS 7.1).
static bool find_part(tw_run *run, int32_t place_i, int32_t machine_i, tw_offer *offer,
                      bool *is_other_queue) {
  const tw_station_param *param = tw_station_param_of(run, place_i);
  *offer = (tw_offer){.asker = machine_i};
  if (run->line->place[place_i].setup != NULL && tw_setup_must_go_on(run, machine_i, offer) &&
      tw_pull_offer(run, place_i, param, offer, is_other_queue))
    return true;
  *offer = (tw_offer){.asker = machine_i};
  return tw_pull_offer(run, place_i, param, offer, is_other_queue);
}

// What follows from a visit for maintenance that waits for an idle machine, and for setups that are
// prepared while the machine works.
static void look_further(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (place->has_maintenance && run->line->has_idle_maintenance) tw_mark_crew(run);
  if (place->setup == NULL || run->place[place_i].n_request == 0) return;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    if (!tw_setup_can_look_ahead(run, i)) continue;
    tw_offer offer;
    bool is_other_queue = false;
    // whose turn it is does not change by looking
    const int32_t pull_at = run->place[place_i].pull_at;
    if (find_part(run, place_i, i, &offer, &is_other_queue))
      tw_setup_look_ahead(run, i, offer.part_type);
    run->place[place_i].pull_at = pull_at;
  }
}

static void start_pending(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  run->place[place_i].n_start = 0;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    if (run->machine[i].must_start && tw_is_up(&run->machine[i])) tw_machine_start_phase(run, place_i, i);
}

// Lets feeders that reserve have what is free, though no machine takes a part now.
static void grant_reservations(tw_run *run, int32_t place_i) {
  tw_offer offer = {.asker = TW_NONE};
  while (run->place[place_i].n_request > 0 && tw_can_reserve(run, place_i)) {
    if (!tw_best_offer(run, place_i, &offer) || !offer.is_reservation) return;
    tw_accept(run, &offer, place_i);
  }
}

// Free machines that hold pre-empted parts go on with them or take a part of an earlier queue; then
// parts of earlier queues stop what is being done for later ones.
static void settle_preemption(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  bool is_other_queue = false;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (machine->held == TW_NO_PART || machine->phase != TW_FREE || !tw_is_up(machine)) continue;
    if (machine->is_overtime) continue;
    tw_offer offer = {.asker = i};
    const bool is_offered =
        tw_pull_offer(run, place_i, tw_station_param_of(run, place_i), &offer, &is_other_queue) &&
        tw_machine_fits_into_shift(run, place_i, i, &offer);
    if (tw_preempt_resume(run, i, is_offered ? &offer : NULL)) continue;
    const uint32_t part = tw_accept(run, &offer, place_i);
    if (part != TW_NO_PART) take_part(run, place_i, i, part);
  }
  tw_offer offer = {.asker = TW_NONE};
  while (run->status == TWIN_OK && run->place[place_i].n_request > 0 &&
         find_free(run, place_i) == TW_NONE &&
         tw_pull_offer(run, place_i, tw_station_param_of(run, place_i), &offer, &is_other_queue)) {
    const int32_t victim = tw_preempt_victim(run, place_i, &offer);
    if (victim == TW_NONE || !tw_machine_fits_into_shift(run, place_i, victim, &offer)) break;
    tw_preempt_hold(run, victim);
    const uint32_t part = tw_accept(run, &offer, place_i);
    if (part != TW_NO_PART) take_part(run, place_i, victim, part);
  }
}

static void settle_station(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (place->has_maintenance) tw_maintenance_begin(run, place_i);
  if (run->place[place_i].n_start > 0) start_pending(run, place_i);
  const bool can_preempt = tw_station_param_of(run, place_i)->can_preempt;
  if (can_preempt) settle_preemption(run, place_i);
  while (run->place[place_i].n_request > 0 && tw_has_card(run, place_i)) {
    const int32_t machine_i = find_free(run, place_i);
    if (machine_i == TW_NONE) break;
    uint32_t part;
    if (place->only_feeder != TW_NONE) {
      part = tw_take_only(run, place->only_feeder, place_i);
      if (part == TW_NO_PART) break;
    } else {
      tw_offer offer;
      bool is_other_queue = false;
      if (!find_part(run, place_i, machine_i, &offer, &is_other_queue)) break;
      if (is_other_queue && switch_over(run, place_i)) break;
      if (!tw_machine_fits_into_shift(run, place_i, machine_i, &offer)) break;
      part = tw_accept(run, &offer, place_i);
      if (run->status != TWIN_OK) return;
    }
    if (part != TW_NO_PART) take_part(run, place_i, machine_i, part);
  }
  // who waits for a card may wait for ever
  if (run->place[place_i].n_request > 0 && !tw_has_card(run, place_i))
    run->has_new_block = run->line->has_hold_and_wait;
  if (can_preempt && run->place[place_i].n_request > 0) settle_preemption(run, place_i);
  if (place->has_reserving_feeder && run->place[place_i].n_request > 0)
    grant_reservations(run, place_i);
  if (place->has_choosing_feeder && run->place[place_i].n_request > 0)
    tw_mark_other_targets(run, place_i);
  if (place->has_maintenance || place->setup != NULL) look_further(run, place_i);
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    tw_work_refresh(run, i);
}

static void start_station(tw_run *run, int32_t place_i) {
  tw_mark(run, place_i);
  if (tw_station_param_of(run, place_i)->inspection != NULL) tw_inspection_start(run, place_i);
}

// What every kind with these machines does.
#define STATION_ACTIONS \
  .section = "stations", .exits = tw_machine_exits, .defects = tw_machine_defects, \
  .dynamics = tw_machine_dynamics, \
  .compile = tw_machine_compile, .mean_time_s = tw_machine_mean_time_s, .start = start_station, .on_event = tw_machine_end_phase, \
  .settle = settle_station, .can_take = can_take, .free_places = count_free_places, \
  .level = count_parts, .offer = offer_part, .give = give_part, .hand_over = hand_over, \
  .draw_time = tw_machine_draw_time, .redraw = tw_machine_redraw

const tw_kind tw_kind_machine = {.name = "machine", .table = &tw_machine_def_table, STATION_ACTIONS};

const tw_kind tw_kind_inspection = {.name = "inspection",
                                    .table = &tw_inspection_def_table,
                                    .main_exit_name = "pass",
                                    .state = &tw_inspection_state_table,
                                    .reset = tw_inspection_reset,
                                    .is_valid = tw_inspection_is_valid,
                                    .quantities = tw_inspection_quantities,
                                    .n_quantity = TW_INSPECTION_QUANTITIES,
                                    STATION_ACTIONS};
