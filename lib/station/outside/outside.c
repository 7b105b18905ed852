// outside.c - what a station of an outside kind does in a run: the engine's calls become visits of
// the kind's `settle`, and what it left undone by rule is done behind it. Nothing here trusts a
// callback.

#include "station/outside/inner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/cards.h"
#include "engine/energy.h"
#include "engine/work.h"

// So many visits on one tick are no work any more.
enum { VISITS_PER_TICK_MAX = 300000 };

static twin_place begin_call(tw_run *run, int32_t place_i, tw_outside_call call) {
  TW_ASSERT(run->line->place[place_i].kind->holds && call != TW_CALL_CHECK);
  return (twin_place){.run = run,
                      .line = run->line,
                      .place_i = place_i,
                      .call = call,
                      .offer_for = TW_NONE,
                      .outside = tw_outside_of(run->line->place[place_i].kind)};
}

bool tw_outside_is_free(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  return machine->phase == TW_FREE && tw_is_up(machine) && !machine->is_overtime;
}

static bool can_take(tw_run *run, int32_t place_i, uint32_t part) {
  (void)part;
  const tw_place *place = &run->line->place[place_i];
  const tw_outside *outside = tw_outside_of(place->kind);
  if (run->place[place_i].n_on == place->n_machine || !tw_has_card(run, place_i)) return false;
  bool is_any = false;
  for (int32_t i = 0; i < place->n_machine && !is_any; i++)
    is_any = tw_outside_is_free(run, place->first_machine + i);
  if (!is_any || outside->given.has_room == NULL) return is_any;
  const twin_place asked = begin_call(run, place_i, TW_CALL_HAS_ROOM);
  return run->status == TWIN_OK && outside->given.has_room(&asked) != 0;
}

static int64_t count_free_places(tw_run *run, int32_t place_i) {
  return run->line->place[place_i].n_machine - run->place[place_i].n_on;
}

static int64_t count_parts(const tw_run *run, int32_t place_i) { return run->place[place_i].n_on; }

static bool has_offer_for(tw_run *run, int32_t place_i, const tw_machine *machine, int32_t to) {
  if (!machine->has_request || machine->phase != TW_DONE) return false;
  if (!tw_is_up(machine) && !machine->is_leaving) return false;
  if (machine->target != TW_NONE) return machine->target == to;
  const tw_part *part = &run->part[machine->part];
  return tw_push_choose(run, place_i, machine->exit_i, part->type, part->step) == to;
}

// Of positions whose parts could go, the one that the kind chooses; TW_NONE: it chose none of them.
static int32_t choose(tw_run *run, int32_t place_i, const int32_t *position, int32_t n) {
  const twin_place asked = begin_call(run, place_i, TW_CALL_CHOOSE);
  const int32_t chosen =
      run->status == TWIN_OK ? asked.outside->given.choose(&asked, position, n) : TW_NONE;
  for (int32_t i = 0; i < n; i++)
    if (position[i] == chosen) return chosen;
  tw_outside_fail(&asked, "position number %d is none of the %d that could give a part",
                  (int)chosen, (int)n);
  return TW_NONE;
}

// The machine that gives next to a place; TW_NONE: none.
static int32_t find_giver(tw_run *run, int32_t place_i, int32_t to, const tw_offer *asked) {
  const tw_place *place = &run->line->place[place_i];
  const bool asks_kind = tw_outside_of(place->kind)->given.choose != NULL;
  enum { CHOICES_MAX = 64 };
  int32_t position[CHOICES_MAX], n = 0, best = TW_NONE;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!has_offer_for(run, place_i, machine, to)) continue;
    if (!tw_is_wanted(asked, run->part[machine->part].type)) continue;
    if (asks_kind && n < CHOICES_MAX) position[n++] = i - place->first_machine;
    if (best == TW_NONE || machine->waiting_us < run->machine[best].waiting_us) best = i;
  }
  if (n < 2) return best;
  const int32_t chosen = choose(run, place_i, position, n);
  return chosen == TW_NONE ? TW_NONE : place->first_machine + chosen;
}

static bool offer_part(tw_run *run, int32_t place_i, int32_t to, struct tw_offer *offer) {
  const int32_t machine_i = find_giver(run, place_i, to, offer);
  if (machine_i == TW_NONE) return false;
  const tw_machine *machine = &run->machine[machine_i];
  offer->machine_i = machine_i;
  offer->part = machine->part;
  offer->part_type = run->part[machine->part].type;
  offer->since_us = machine->waiting_us;
  offer->priority = run->part[machine->part].priority;
  offer->is_reservation = false;
  offer->has_reservation = false;
  return true;
}

static uint32_t give_part(tw_run *run, int32_t place_i, int32_t to, const struct tw_offer *offer) {
  (void)to;
  const uint32_t part = offer->part;
  TW_ASSERT(run->machine[offer->machine_i].part == part);
  tw_request_drop(run, offer->machine_i);
  tw_part_leave(run, part, place_i, offer->machine_i);
  if (run->part[part].cards != 0) tw_cards_leave(run, part, place_i);
  tw_work_clear(run, offer->machine_i);
  return part;
}

// A run on a position is over. What it does next is the kind's; until then it waits for that.
static void end_run(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const bool was_processing = machine->phase == TW_PROCESS;
  TW_ASSERT(!was_processing || machine->part != TW_NO_PART);
  tw_work_stand(run, machine_i);
  machine->left_us = TW_NOT_BEGUN;
  machine->phase = TW_HOLD + TWIN_STOPPED_BY_OTHER;
  if (machine->part == TW_NO_PART) {
    machine->phase = TW_FREE;
    machine->left_us = 0;
    machine->waiting_us = tw_now(run);
  }
  if (was_processing) {
    // until it is told where the part goes; it says that it is through
    machine->exit_i = run->line->place[place_i].main_exit;
    tw_work_count_completion(run, place_i, machine);
    tw_tell_part(run, TW_FACT_COMPLETE, place_i, machine_i, &run->part[machine->part]);
    if (run->line->machine[machine_i].has_cycle_clock) tw_modes_cycle(run, machine_i);
  }
  tw_mark(run, place_i);
  twin_place asked = begin_call(run, place_i, TW_CALL_ENDED);
  if (asked.outside->given.ended != NULL && run->status == TWIN_OK)
    asked.outside->given.ended(&asked, machine_i - run->line->place[place_i].first_machine);
  if (machine->is_overtime && machine->part == TW_NO_PART) tw_mark_crew(run);
}

static void on_event(tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose) {
  if (purpose == TW_ON_WORK)
    end_run(run, place_i, machine_i);
  else
    tw_mark(run, place_i);
}

// What stood still because its position was down goes on; what waits, waits on.
static void start_pending(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  run->place[place_i].n_start = 0;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    tw_machine *machine = &run->machine[i];
    if (!tw_is_up(machine)) continue;
    const bool must_start = machine->must_start;
    machine->must_start = 0;
    // its part could not be ejected: it is begun anew
    if (machine->phase == TW_LOAD) machine->phase = TW_HOLD + TWIN_WAITING_BATCH;
    const bool runs = tw_outside_status(machine) == TWIN_POSITION_RUNS;
    if (must_start && runs && !machine->is_running) tw_work_run(run, i);
  }
}

// Lets feeders that reserve have what is free.
static void grant_reservations(tw_run *run, int32_t place_i) {
  tw_offer offer = {.asker = TW_NONE};
  while (run->status == TWIN_OK && run->place[place_i].n_request > 0 &&
         tw_can_reserve(run, place_i)) {
    if (!tw_best_offer(run, place_i, &offer) || !offer.is_reservation) return;
    tw_accept(run, &offer, place_i);
  }
}

// False when a place is visited without end on one tick.
static bool count_visit(tw_run *run, const twin_place *asked) {
  tw_outside_state *state = tw_run_kind_state(run, asked->place_i);
  TW_ASSERT(asked->call == TW_CALL_SETTLE && state->tick_us <= tw_now(run));
  if (state->tick_us != tw_now(run)) *state = (tw_outside_state){.tick_us = tw_now(run)};
  if (++state->n_visit <= VISITS_PER_TICK_MAX) return true;
  tw_outside_fail(asked, "it has more than %d things to do on one tick: time does not advance",
                  (int)VISITS_PER_TICK_MAX);
  return false;
}

static void settle_place(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  twin_place asked = begin_call(run, place_i, TW_CALL_SETTLE);
  if (!count_visit(run, &asked)) return;
  if (place->has_maintenance) tw_maintenance_begin(run, place_i);
  start_pending(run, place_i);
  asked.outside->given.settle(&asked);
  if (run->status != TWIN_OK) return;
  if (place->has_reserving_feeder) grant_reservations(run, place_i);
  if (place->has_choosing_feeder && run->place[place_i].n_request > 0)
    tw_mark_other_targets(run, place_i);
  if (place->has_maintenance && run->line->has_idle_maintenance) tw_mark_crew(run);
  if (run->place[place_i].n_request > 0 && !tw_has_card(run, place_i))
    run->has_new_block = run->line->has_hold_and_wait;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    tw_work_refresh(run, i);
}

static void start_place(tw_run *run, int32_t place_i) {
  twin_place asked = begin_call(run, place_i, TW_CALL_START);
  if (asked.outside->given.start != NULL && run->status == TWIN_OK)
    asked.outside->given.start(&asked);
  tw_mark(run, place_i);
}

static bool has_event(tw_run *run, int32_t place_i) {
  const tw_outside_param *param = run->line->place[place_i].param;
  const tw_outside *outside = tw_outside_of(run->line->place[place_i].kind);
  const tw_agenda agenda = tw_run_agenda(run);
  for (int32_t i = 0; i < outside->given.n_timer; i++)
    if (tw_agenda_is_pending(&agenda, (uint32_t)param->timer[i])) return true;
  return false;
}

// The time that was drawn is the kind's own; the library has no other.
static int64_t keep_time(tw_run *run, int32_t place_i, int32_t machine_i) {
  (void)place_i;
  return run->machine[machine_i].drawn_us;
}

// Statistics are 0 again.
static void reset_place(tw_run *run, int32_t place_i) {
  const tw_outside *outside = tw_outside_of(run->line->place[place_i].kind);
  const int32_t n_machine = run->line->place[place_i].n_machine;
  const twin_place asked = begin_call(run, place_i, TW_CALL_FIGURE);
  for (int32_t s = 0; s < outside->given.n_state; s++) {
    const twin_kind_state *state = &outside->given.states[s];
    if ((state->flags & TWIN_STATISTIC) == 0) continue;
    const int32_t n = (state->flags & TWIN_PER_POSITION) != 0 ? n_machine : (int32_t)state->count;
    for (int32_t i = 0; i < n; i++) memset(tw_outside_state_at(&asked, s, i, state->type), 0, 8);
  }
}

bool tw_outside_is_whole(const tw_line *line, int32_t place_i, const twin_kind_state *state,
                         int64_t value) {
  if (value == INT64_MIN) return false;  // no text of a state can say it
  if ((state->flags & TWIN_IS_POSITION) != 0)
    return value >= -1 && value < line->place[place_i].n_machine;
  if ((state->flags & TWIN_IS_PART_TYPE) != 0) return value >= -1 && value < line->n_part_type;
  if ((state->flags & TWIN_STATISTIC) != 0 && (value < 0 || value >= TW_TICK_MAX / 2)) return false;
  const bool is_bounded = state->min != 0 || state->max != 0;
  return !is_bounded || ((double)value >= state->min && (double)value <= state->max);
}

bool tw_outside_is_real(const twin_kind_state *state, double value) {
  const bool is_bounded = state->min != 0 || state->max != 0;
  return isfinite(value) && (!is_bounded || (value >= state->min && value <= state->max));
}

// An element of state that came from a file is one that the kind could have set.
static bool is_element_sound(const twin_place *asked, int32_t s, int32_t i) {
  const twin_kind_state *state = &asked->outside->given.states[s];
  const char *at = tw_outside_state_at(asked, s, i, state->type);
  int64_t whole;
  double real;
  memcpy(&whole, at, sizeof whole);
  memcpy(&real, at, sizeof real);
  return state->type == TWIN_STATE_WHOLE
             ? tw_outside_is_whole(asked->line, asked->place_i, state, whole)
             : tw_outside_is_real(state, real);
}

// Its machines are in phases that such a station has.
static bool are_phases_sound(const tw_run *run, const tw_place *place) {
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    const bool is_own = machine->phase == TW_FREE || machine->phase == TW_PROCESS ||
                        machine->phase == TW_DONE || machine->phase >= TW_HOLD;
    const bool is_held = machine->phase == TW_LOAD && machine->left_us == TW_NOT_BEGUN;
    if (!is_own && !is_held) return false;
    // processing is never asked for without its time
    if (machine->phase == TW_PROCESS && machine->left_us == TW_NOT_BEGUN) return false;
  }
  return true;
}

static bool is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                     size_t n_why) {
  (void)is_seen;
  const tw_place *place = &run->line->place[place_i];
  // reads only
  const twin_place asked = begin_call((tw_run *)(uintptr_t)run, place_i, TW_CALL_FIGURE);
  if (!are_phases_sound(run, place)) {
    snprintf(why, n_why, "%s: a position does what its kind never has it do", place->name);
    return false;
  }
  for (int32_t s = 0; s < asked.outside->given.n_state; s++) {
    const twin_kind_state *state = &asked.outside->given.states[s];
    const int32_t n =
        (state->flags & TWIN_PER_POSITION) != 0 ? place->n_machine : (int32_t)state->count;
    for (int32_t i = 0; i < n; i++) {
      if (is_element_sound(&asked, s, i)) continue;
      snprintf(why, n_why, "%s: its state %s[%d] is out of bounds", place->name, state->name,
               (int)i);
      return false;
    }
  }
  return true;
}

static double value_of(const tw_run *run, int32_t place_i, int32_t quantity_i) {
  // the callback gets it as constant, and the call allows nothing else
  const twin_place asked = begin_call((tw_run *)(uintptr_t)run, place_i, TW_CALL_FIGURE);
  return asked.outside->given.figure(&asked, quantity_i);
}

void tw_outside_actions(tw_outside *outside) {
  tw_kind *kind = &outside->kind;
  kind->exits = tw_outside_exits;
  kind->compile = tw_outside_compile;
  kind->mean_time_s = tw_outside_mean_time_s;
  kind->start = start_place;
  kind->on_event = on_event;
  kind->settle = settle_place;
  kind->can_take = can_take;
  kind->free_places = count_free_places;
  kind->level = count_parts;
  kind->offer = offer_part;
  kind->give = give_part;
  kind->hand_over = tw_hand_over;
  kind->has_event = has_event;
  kind->draw_time = keep_time;
  kind->reset = reset_place;
  kind->is_valid = is_valid;
  kind->value = value_of;
}
