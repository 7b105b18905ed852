// act.c - what a callback of an outside kind can do: the functions of twin/kind.h that
// change a run. Each is refused where it is not possible: wrong callback, wrong position, wrong
// number.

#include <math.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/energy.h"
#include "engine/work.h"
#include "station/outside/inner.h"

// Callbacks in which something may be done, as bits.
enum {
  IN_START = 1 << TW_CALL_START,
  IN_SETTLE = 1 << TW_CALL_SETTLE,
  IN_ENDED = 1 << TW_CALL_ENDED
};

static bool may(twin_place *place, int32_t calls, const char *what) {
  if (place == NULL || tw_outside_is_dead(place)) return false;
  if ((calls >> place->call & 1) != 0) return true;
  tw_outside_fail(place, "this callback must not %s", what);
  return false;
}

// The same for what is done with a position; NULL: it cannot be.
static tw_machine *begin(twin_place *place, int32_t calls, const char *what, int32_t position) {
  if (!may(place, calls, what) || !tw_outside_is_position(place, position)) return NULL;
  return &place->run->machine[tw_outside_machine(place, position)];
}

void twin_place_problem(twin_place *place, int32_t field, const char *message, const char *hint) {
  if (!may(place, 1 << TW_CALL_CHECK, "tell problems of the file")) return;
  const tw_def *def = place->line->doc.place[place->place_i].def;
  const tw_node *node = def->node;
  if (field >= 0 && field < place->outside->given.n_field) {
    const tw_node *member = tw_node_member(node, place->outside->given.fields[field].name);
    if (member != NULL) node = member;
  }
  tw_compile_problem(place->compiler, node, "E-RANGE", hint, "%s",
                     message != NULL ? message : "it cannot be so");
}

void twin_place_fail(twin_place *place, const char *message) {
  if (place == NULL || tw_outside_is_dead(place)) return;
  tw_outside_fail(place, "%s", message != NULL ? message : "it cannot go on");
}

void twin_place_whole_set(twin_place *place, int32_t state, int32_t i, int64_t value) {
  if (!may(place, IN_START | IN_SETTLE | IN_ENDED, "set state")) return;
  char *at = tw_outside_state_at(place, state, i, TWIN_STATE_WHOLE);
  if (at == NULL) return;
  const twin_kind_state *of = &place->outside->given.states[state];
  if (tw_outside_is_whole(place->line, place->place_i, of, value))
    memcpy(at, &value, sizeof value);
  else
    tw_outside_fail(place, "state '%s' cannot be %lld", of->name, (long long)value);
}

void twin_place_real_set(twin_place *place, int32_t state, int32_t i, double value) {
  if (!may(place, IN_START | IN_SETTLE | IN_ENDED, "set state")) return;
  char *at = tw_outside_state_at(place, state, i, TWIN_STATE_REAL);
  if (at == NULL) return;
  const twin_kind_state *of = &place->outside->given.states[state];
  if (tw_outside_is_real(of, value))
    memcpy(at, &value, sizeof value);
  else
    tw_outside_fail(place, "state '%s' cannot be %g", of->name, value);
}

// A time that may pass, in ticks; false: it is none, which is told.
static bool read_time(const twin_place *place, const char *what, double time_s, int64_t *time_us) {
  if (time_s >= 0 && time_s < TW_LONGEST_S) {
    *time_us = tw_ticks(time_s);
    return true;
  }
  tw_outside_fail(place, "%s of %g s: it must be 0 to %g s", what, time_s, TW_LONGEST_S);
  return false;
}

void twin_place_plan(twin_place *place, int32_t timer, double delay_s) {
  int64_t delay_us;
  if (!may(place, IN_START | IN_SETTLE, "plan a timer")) return;
  if (timer < 0 || timer >= place->outside->given.n_timer) {
    tw_outside_fail(place, "there is no timer number %d", (int)timer);
    return;
  }
  if (!read_time(place, "a timer is planned after a delay", delay_s, &delay_us)) return;
  tw_plan(place->run, tw_outside_param_of(place)->timer[timer], tw_now(place->run) + delay_us);
}

void twin_place_cancel(twin_place *place, int32_t timer) {
  if (!may(place, IN_START | IN_SETTLE | IN_ENDED, "cancel a timer")) return;
  if (timer >= 0 && timer < place->outside->given.n_timer)
    tw_cancel(place->run, tw_outside_param_of(place)->timer[timer]);
  else
    tw_outside_fail(place, "there is no timer number %d", (int)timer);
}

double twin_place_draw(twin_place *place, int32_t field, int32_t position) {
  const tw_machine *machine = begin(place, IN_SETTLE | IN_ENDED, "draw", position);
  if (machine == NULL) return 0;
  const twin_kind *given = &place->outside->given;
  const int32_t first =
      field >= 0 && field < given->n_field ? tw_outside_param_of(place)->site[field] : TW_NONE;
  if (first == TW_NONE) {
    tw_outside_fail(place, "field number %d is no value of the file that could be drawn",
                    (int)field);
    return 0;
  }
  const bool is_each = (given->fields[field].flags & TWIN_PER_POSITION) != 0;
  const int32_t type = machine->part != TW_NO_PART ? place->run->part[machine->part].type : TW_NONE;
  const double value = tw_draw(place->run, first + (is_each ? position : 0), type);
  if (isfinite(value)) return value;
  tw_outside_fail(place, "'%s' has no value for position number %d", given->fields[field].name,
                  (int)position);
  return 0;
}

double twin_place_chance(twin_place *place, int32_t chance) {
  if (!may(place, IN_SETTLE | IN_ENDED, "draw")) return 1;
  if (chance >= 0 && chance < place->outside->given.n_chance)
    return tw_draw_uniform(place->run, tw_outside_param_of(place)->chance[chance]);
  tw_outside_fail(place, "there is no chance number %d", (int)chance);
  return 1;
}

// What a machine would get now; feeders that reserve get what is free meanwhile.
static bool find_offer(const twin_place *place, int32_t machine_i, tw_offer *offer) {
  tw_run *run = place->run;
  const int32_t place_i = place->place_i;
  TW_ASSERT(place->call == TW_CALL_SETTLE);
  if (!tw_outside_is_free(run, machine_i)) return false;
  while (run->status == TWIN_OK && run->place[place_i].n_request > 0 && tw_has_card(run, place_i)) {
    *offer = (tw_offer){.asker = machine_i};
    if (!tw_best_offer(run, place_i, offer)) return false;
    if (!offer->is_reservation) return true;
    if (!tw_can_reserve(run, place_i)) return false;
    tw_accept(run, offer, place_i);
  }
  return false;
}

int32_t twin_place_offered(twin_place *place, int32_t position, twin_place_part *part) {
  if (begin(place, IN_SETTLE, "look at what is offered", position) == NULL) return 0;
  if (part != NULL && part->struct_size != sizeof *part) {
    tw_outside_fail(place, "the struct_size of a twin_place_part is not set");
    return 0;
  }
  place->offer_for = TW_NONE;
  if (!find_offer(place, tw_outside_machine(place, position), &place->offer)) return 0;
  place->offer_for = position;
  if (part == NULL) return 1;
  const tw_run *run = place->run;
  const tw_part *made = place->offer.part != TW_NO_PART ? &run->part[place->offer.part] : NULL;
  const bool has_due = made != NULL && made->due_us != INT64_MAX;
  *part = (twin_place_part){.struct_size = sizeof *part,
                            .type = place->offer.part_type,
                            .id = made != NULL ? made->id : 0,
                            .priority = place->offer.priority,
                            .due_s = has_due ? tw_seconds(made->due_us) : (double)INFINITY,
                            .waiting_s = tw_seconds(tw_now(run) - place->offer.since_us)};
  return 1;
}

// Puts a part on a machine, where it waits.
static void put_on(tw_run *run, int32_t place_i, int32_t machine_i, uint32_t part, int32_t from) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->phase == TW_FREE && machine->part == TW_NO_PART);
  machine->part = part;
  machine->from = from;
  machine->phase = TW_HOLD + TWIN_WAITING_BATCH;
  machine->left_us = TW_NOT_BEGUN;
  run->place[place_i].n_on++;
  tw_energy_changed(run, machine_i);
  tw_part_enter(run, part, place_i, machine_i);
}

void twin_place_take(twin_place *place, int32_t position) {
  if (begin(place, IN_SETTLE, "take a part", position) == NULL) return;
  tw_run *run = place->run;
  const int32_t place_i = place->place_i, machine_i = tw_outside_machine(place, position);
  const bool is_known = place->offer_for == position;
  place->offer_for = TW_NONE;
  if (!is_known && !find_offer(place, machine_i, &place->offer)) {
    tw_outside_fail(place, "it takes a part onto position number %d, but %s", (int)position,
                    tw_outside_is_free(run, machine_i) ? "nothing is offered" : "that is not free");
    return;
  }
  const uint32_t part = tw_accept(run, &place->offer, place_i);
  if (part == TW_NO_PART) return;  // the run had to stop
  put_on(run, place_i, machine_i, part, run->part[part].place);
  if (run->line->place[place_i].loop_i != TW_NONE)
    tw_card_take(run, run->line->place[place_i].loop_i, part);
}

// Is it free or holding, so that it can be told what to do next?
static bool is_idle(const twin_place *place, const tw_machine *machine, int32_t position,
                    const char *what) {
  const int32_t status = tw_outside_status(machine);
  if (status == TWIN_POSITION_FREE || status == TWIN_POSITION_HOLDS) return true;
  tw_outside_fail(place, "it lets position number %d %s, but %s", (int)position, what,
                  status == TWIN_POSITION_RUNS ? "that runs still" : "its part is leaving");
  return false;
}

static void begin_processing(tw_run *run, int32_t place_i, int32_t machine_i, int64_t time_us) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->part != TW_NO_PART && time_us < TW_NO_END_US);
  machine->drawn_us = time_us;
  run->place_stat[place_i].n_start++;
  tw_tell_part(run, TW_FACT_START, place_i, machine_i, &run->part[machine->part]);
  // a failure that comes with the next cycle comes now
  if (run->line->machine[machine_i].has_start_clock) tw_modes_before_start(run, machine_i);
}

void twin_place_run(twin_place *place, int32_t position, int32_t state, double duration_s) {
  tw_machine *machine = begin(place, IN_SETTLE, "let a position run", position);
  int64_t time_us;
  if (machine == NULL || !is_idle(place, machine, position, "run")) return;
  if (!read_time(place, "a position runs for a time", duration_s, &time_us)) return;
  const bool is_processing = state == TWIN_PROCESSING;
  if (!is_processing && !tw_can_hold(state)) {
    tw_outside_fail(place, "it lets position number %d run in state %d, in which none can",
                    (int)position, (int)state);
    return;
  }
  if (is_processing && machine->part == TW_NO_PART) {
    tw_outside_fail(place, "it lets position number %d process, but no part is on it",
                    (int)position);
    return;
  }
  if (is_processing && machine->exit_i != TW_NONE) {
    tw_outside_fail(place, "it lets position number %d process a part that is through there",
                    (int)position);
    return;
  }
  place->offer_for = TW_NONE;
  tw_run *run = place->run;
  const int32_t machine_i = tw_outside_machine(place, position);
  machine->phase = is_processing ? TW_PROCESS : (uint8_t)(TW_HOLD + state);
  machine->left_us = time_us;
  machine->must_start = 0;
  if (is_processing) begin_processing(run, place->place_i, machine_i, time_us);
  // a failure may have come, and taken the part
  if (tw_is_up(machine) && tw_outside_status(machine) == TWIN_POSITION_RUNS)
    tw_work_run(run, machine_i);
}

void twin_place_wait(twin_place *place, int32_t position, int32_t state) {
  tw_machine *machine = begin(place, IN_SETTLE | IN_ENDED, "let a position wait", position);
  if (machine == NULL || !is_idle(place, machine, position, "wait")) return;
  place->offer_for = TW_NONE;
  if (state == TWIN_STARVED && machine->part == TW_NO_PART) {
    if (machine->phase == TW_FREE) return;
    machine->phase = TW_FREE;
    machine->left_us = 0;
    machine->must_start = 0;
    machine->waiting_us = tw_now(place->run);
    return;
  }
  if (!tw_can_hold(state)) {
    tw_outside_fail(place, "it lets position number %d wait in state %d, in which none can",
                    (int)position, (int)state);
    return;
  }
  machine->phase = (uint8_t)(TW_HOLD + state);
  machine->left_us = TW_NOT_BEGUN;
}

void twin_place_move(twin_place *place, int32_t from, int32_t to) {
  tw_machine *giver = begin(place, IN_SETTLE, "move a part", from);
  if (giver == NULL || !tw_outside_is_position(place, to)) return;
  tw_run *run = place->run;
  const int32_t place_i = place->place_i, from_i = tw_outside_machine(place, from);
  const int32_t to_i = tw_outside_machine(place, to);
  const bool is_held = giver->part != TW_NO_PART && tw_outside_status(giver) == TWIN_POSITION_HOLDS;
  const bool is_up = tw_is_up(giver) && tw_is_up(&run->machine[to_i]);
  if (!is_held || !is_up || run->machine[to_i].phase != TW_FREE) {
    tw_outside_fail(place, "it moves a part from position number %d to %d, but %s", (int)from,
                    (int)to,
                    !is_held ? "none is there with which nothing is done"
                    : is_up  ? "that is not free"
                             : "one of them is down or off shift");
    return;
  }
  place->offer_for = TW_NONE;
  const uint32_t part = giver->part;
  const int32_t came_from = giver->from;
  tw_part_leave(run, part, place_i, from_i);
  run->machine[from_i].must_start = 0;
  tw_work_empty(run, from_i);
  put_on(run, place_i, to_i, part, came_from);
}

void twin_place_release(twin_place *place, int32_t position, int32_t exit) {
  tw_machine *machine = begin(place, IN_SETTLE | IN_ENDED, "release a part", position);
  if (machine == NULL) return;
  const twin_kind *given = &place->outside->given;
  if (exit < -1 || exit >= given->n_exit) {
    tw_outside_fail(place, "there is no exit number %d", (int)exit);
    return;
  }
  if (machine->part == TW_NO_PART || tw_outside_status(machine) != TWIN_POSITION_HOLDS) {
    tw_outside_fail(place,
                    "it releases a part from position number %d, which holds none that is through",
                    (int)position);
    return;
  }
  tw_run *run = place->run;
  const int32_t place_i = place->place_i, machine_i = tw_outside_machine(place, position);
  const tw_place *at = &run->line->place[place_i];
  const tw_part *part = &run->part[machine->part];
  place->offer_for = TW_NONE;
  machine->phase = TW_DONE;
  machine->must_start = 0;
  machine->exit_i = exit < 0 ? at->main_exit : tw_outside_param_of(place)->exit[exit];
  if (machine->exit_i == at->scrap_exit) tw_work_count_scrap(run, place_i, part->type);
  machine->target = tw_push_target(run, place_i, machine->exit_i, part->type, part->step);
  if (machine->is_overtime) tw_mark_crew(run);
  tw_request_file(run, machine_i);
}
