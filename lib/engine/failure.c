// failure.c - failure modes: four clocks, five part fates, several modes a machine (SEMANTICS 5, 6).
// A mode's clock stops only during its own repair; a mode that falls due while another one is
// repaired waits and is served next, in file order; nothing is accumulated.

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/work.h"

// Cycles are whole numbers of at least 1; more than this never happens.
static const double CYCLES_MAX = 9e15;

// Draws how much of its clock the mode has until it fails next.
static void redraw(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  tw_mode_state *state = &run->mode[mode_i];
  state->clock = TW_CLOCK_COUNTS;
  state->is_running = 0;
  if (mode->clock != TW_CLOCK_CYCLES) {
    state->left = tw_draw_us(run, mode->mtbf_site, TW_NONE);
    return;
  }
  const double n = tw_draw(run, mode->mtbf_site, TW_NONE);
  if (!(n >= 0 && n <= CYCLES_MAX)) {
    tw_run_stop(run, TWIN_ERR_VALUE, mode->node_i, "mtbf of %s is no count of cycles: %g",
                mode->name, n);
    state->left = 1;
    return;
  }
  state->left = n < 1 ? 1 : (int64_t)(n + 0.5);
}

static bool runs_always(const tw_mode *mode) {
  return mode->clock == TW_CLOCK_CALENDAR || mode->clock == TW_CLOCK_ON_SHIFT;
}

// Starts a clock that runs by itself.
static void start_clock(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  tw_mode_state *state = &run->mode[mode_i];
  if (!runs_always(mode)) return;
  state->since_us = tw_now(run);
  state->is_running = 1;
  tw_plan(run, mode->slot, state->since_us + state->left);
}

void tw_modes_start(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_mode; i++) {
    redraw(run, i);
    start_clock(run, i);
  }
}

void tw_modes_processing(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  const tw_machine *machine = &run->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    tw_mode_state *state = &run->mode[i];
    if (mode->clock != TW_CLOCK_PROCESSING || state->clock != TW_CLOCK_COUNTS) continue;
    state->since_us = tw_now(run);
    state->is_running = 1;
    // due later than the planned end: this spell cannot reach it
    const int64_t due_us = state->since_us + state->left;
    if (due_us <= machine->end_us) tw_plan(run, mode->slot, due_us);
  }
}

void tw_modes_standing(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  const int64_t now = tw_now(run);
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    tw_mode_state *state = &run->mode[i];
    if (mode->clock != TW_CLOCK_PROCESSING || !state->is_running) continue;
    state->left -= now - state->since_us;
    state->is_running = 0;
    TW_ASSERT(state->left >= 0);
    // a clock that ends with the processing still fires on this tick, and interrupts nothing
    if (state->left > 0) tw_cancel(run, mode->slot);
  }
}

void tw_modes_cycle(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    tw_mode_state *state = &run->mode[i];
    if (mode->clock != TW_CLOCK_CYCLES || state->clock != TW_CLOCK_COUNTS) continue;
    if (--state->left > 0) continue;
    if (mode->is_at_start) state->clock = TW_CLOCK_DUE;
    else tw_plan(run, mode->slot, tw_now(run));
  }
}

// Ejects the part to the queue it came from; false when there is no room.
static bool eject(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (machine->from == TW_NONE) return false;
  const tw_kind *kind = run->line->place[machine->from].kind;
  if (kind->take_back == NULL || !kind->can_take(run, machine->from, machine->part)) return false;
  const int32_t from = machine->from;
  const uint32_t part = machine->part;
  const int32_t place_i = run->line->machine[machine_i].node_i;
  tw_part_leave(run, part, place_i, machine_i);
  // the card it took to start here is free until it starts again
  if (run->line->place[place_i].loop_i != TW_NONE)
    tw_card_return(run, run->line->place[place_i].loop_i, part);
  tw_work_clear(run, machine_i);
  kind->take_back(run, from, part);
  return true;
}

// Sends the part to the scrap exit, on this tick, though the machine is down.
static void scrap(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const tw_place *place = &run->line->place[place_i];
  const tw_part *part = &run->part[machine->part];
  run->place_stat[place_i].n_scrapped++;
  machine->phase = TW_DONE;
  machine->is_leaving = 1;
  machine->exit_i = place->scrap_exit;
  machine->target = tw_push_target(run, place_i, place->scrap_exit, part->type, part->step);
  tw_request_file(run, machine_i);
}

// What the interruption does to the part on the machine (SEMANTICS 5.1). A finished part waits on.
static void apply_fate(tw_run *run, int32_t machine_i, int32_t fate) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  if (machine->part == TW_NO_PART || machine->phase == TW_DONE) return;
  if (fate == TW_FATE_EJECT && machine->phase == TW_UNLOAD) fate = TW_FATE_RESUME;
  run->place_stat[place_i].n_fate[fate]++;
  const bool is_processing = machine->phase == TW_PROCESS && machine->left_us != TW_NOT_BEGUN;
  if (fate == TW_FATE_RESTART && is_processing) machine->left_us = machine->drawn_us;
  if (fate == TW_FATE_RESAMPLE && is_processing)
    machine->left_us = machine->drawn_us =
        run->line->place[place_i].kind->draw_time(run, place_i, machine_i);
  if (fate != TW_FATE_SCRAP && fate != TW_FATE_EJECT) return;

  machine->must_start = 0;
  if (machine->has_request) tw_request_drop(run, machine_i);
  tw_reservation_drop(run, machine_i);
  if (fate == TW_FATE_SCRAP) {
    scrap(run, machine_i);
  } else if (!eject(run, machine_i)) {
    // no room in its queue: it stays and is begun anew after the repair
    machine->phase = TW_LOAD;
    machine->left_us = TW_NOT_BEGUN;
  }
}

static void tell_machine(tw_run *run, int32_t kind, int32_t machine_i) {
  if (!tw_is_watched(run)) return;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = kind,
                        .place_i = run->line->machine[machine_i].node_i,
                        .machine_i = machine_i,
                        .part_type = TW_NONE,
                        .state = -1,
                        .cause = run->machine[machine_i].mode};
  run->sink.fact(run->sink.self, run, &fact);
}

// Stops work on a machine that is up.
static void interrupt(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(tw_is_up(machine));
  machine->down_us = tw_now(run);
  machine->n_since_stop = 0;
  if (machine->is_running) {
    tw_cancel(run, run->line->machine[machine_i].work_slot);
    tw_work_stand(run, machine_i);
  }
}

static void go_down(tw_run *run, int32_t machine_i, int32_t mode_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  interrupt(run, machine_i);
  machine->down = TW_DOWN_WAITING;
  machine->mode = mode_i;
  run->mode[mode_i].clock = TW_CLOCK_REPAIR;
  run->mode[mode_i].is_running = 0;
  run->place_stat[place_i].n_failure++;
  apply_fate(run, machine_i, run->line->mode[mode_i].fate);
  tell_machine(run, TW_FACT_FAIL, machine_i);
  // repairs start in the settle, whether or not they need people
  tw_crew_wait(run, machine_i);
  tw_mark(run, place_i);
}

void tw_mode_event(tw_run *run, int32_t mode_i) {
  const int32_t machine_i = run->line->mode[mode_i].machine_i;
  tw_mode_state *state = &run->mode[mode_i];
  state->is_running = 0;
  state->left = 0;
  if (tw_is_up(&run->machine[machine_i])) go_down(run, machine_i, mode_i);
  else state->clock = TW_CLOCK_DUE;
}

// The first mode in file order that fell due while the machine was down; TW_NONE: none. Modes that
// fire at the start of a cycle wait for the start.
static int32_t find_due(const tw_run *run, int32_t machine_i, bool is_starting) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++)
    if (run->mode[i].clock == TW_CLOCK_DUE && (is_starting || !run->line->mode[i].is_at_start))
      return i;
  return TW_NONE;
}

bool tw_modes_before_start(tw_run *run, int32_t machine_i) {
  const int32_t mode_i = find_due(run, machine_i, /*is_starting=*/true);
  if (mode_i == TW_NONE) return false;
  go_down(run, machine_i, mode_i);
  return true;
}

// The machine is up again: a part on it goes on, a finished one may be taken, a free one takes.
static void come_up(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  tell_machine(run, TW_FACT_REPAIRED, machine_i);
  machine->down = TW_UP;
  machine->mode = TW_NONE;
  tw_mark(run, place_i);
  if (machine->has_request) {
    if (machine->target != TW_NONE) tw_mark(run, machine->target);
    else {
      const tw_exit *exit = &run->line->graph.exit[machine->exit_i];
      for (int32_t i = 0; i < exit->n_target; i++) tw_mark(run, exit->target[i]);
    }
  } else if (machine->phase != TW_FREE && machine->phase != TW_DONE) {
    tw_work_must_start(run, machine_i);
  }
}

static void book_down(tw_run *run, int32_t machine_i) {
  if (!run->head->has_statistics) return;
  tw_place_stat *stat = &run->place_stat[run->line->machine[machine_i].node_i];
  const double down_s = tw_seconds(tw_now(run) - run->machine[machine_i].down_us);
  stat->n_down++;
  stat->down_s += down_s;
  stat->down_s2 += down_s * down_s;
}

void tw_repaired_event(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->down == TW_DOWN_REPAIR && machine->mode != TW_NONE);
  const int32_t mode_i = machine->mode;
  tw_crew_release(run, machine_i);
  book_down(run, machine_i);
  redraw(run, mode_i);
  start_clock(run, mode_i);
  const int32_t due_i = find_due(run, machine_i, /*is_starting=*/false);
  if (due_i != TW_NONE) {
    machine->down = TW_UP;
    go_down(run, machine_i, due_i);
  } else if (machine->host_down) {
    machine->down = TW_DOWN_BY_HOST;
    machine->mode = TW_NONE;
    machine->down_us = tw_now(run);
    tw_mark(run, run->line->machine[machine_i].node_i);
  } else {
    come_up(run, machine_i);
  }
}

void tw_host_down(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (machine->host_down) return;
  machine->host_down = 1;
  if (!tw_is_up(machine)) return;
  interrupt(run, machine_i);
  machine->down = TW_DOWN_BY_HOST;
  tw_mark(run, run->line->machine[machine_i].node_i);
}

void tw_host_up(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (!machine->host_down) return;
  machine->host_down = 0;
  if (machine->down != TW_DOWN_BY_HOST) return;
  book_down(run, machine_i);
  const int32_t due_i = find_due(run, machine_i, /*is_starting=*/false);
  if (due_i == TW_NONE) {
    come_up(run, machine_i);
  } else {
    machine->down = TW_UP;
    go_down(run, machine_i, due_i);
  }
}
