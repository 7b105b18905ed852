// failure.c - machines go down and come up again: failures and maintenance, five part fates, several
// modes a machine (SEMANTICS 5, 6). A mode that falls due while another one is repaired waits and is
// served next, in file order; nothing is accumulated.

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/sets.h"
#include "engine/words.h"
#include "engine/work.h"

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

// What the interruption does to the part on the machine (SEMANTICS 5.1). A finished part waits on.
static void apply_fate(tw_run *run, int32_t machine_i, int32_t fate) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  if (machine->part == TW_NO_PART || machine->phase == TW_DONE) return;
  // an interrupted setup resumes, its part has not been touched yet; and a part that is processed has no
  // way back to its queue
  const bool is_through = machine->phase >= TW_HOLD && machine->exit_i != TW_NONE;
  const bool has_way_back = machine->phase != TW_UNLOAD && machine->phase != TW_APPROVE && !is_through;
  if (machine->phase == TW_SETUP || (fate == TW_FATE_EJECT && !has_way_back)) fate = TW_FATE_RESUME;
  run->place_stat[place_i].n_fate[fate]++;
  const bool is_processing = machine->phase == TW_PROCESS && machine->left_us != TW_NOT_BEGUN;
  if (fate == TW_FATE_RESAMPLE && is_processing)
    machine->drawn_us = run->line->place[place_i].kind->draw_time(run, place_i, machine_i);
  if ((fate == TW_FATE_RESTART || fate == TW_FATE_RESAMPLE) && is_processing)
    tw_work_anew(run, machine_i);
  if (fate != TW_FATE_SCRAP && fate != TW_FATE_EJECT) return;

  if (fate == TW_FATE_SCRAP) {
    tw_work_scrap(run, machine_i);
    return;
  }
  machine->must_start = 0;
  if (machine->has_request) tw_request_drop(run, machine_i);
  tw_reservation_drop(run, machine_i);
  if (!eject(run, machine_i)) {
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

// Stops work on a machine that is not down yet.
static void interrupt(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  tw_work_pause(run, machine_i);
  machine->down_us = tw_now(run);
  machine->n_since_stop = 0;
  tw_bodies_touch(run, machine_i);
}

// How long a repair takes; one that ends by a condition has no end of its own.
static int64_t draw_repair(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  return mode->has_until ? TW_NO_END_US : tw_draw_us(run, mode->repair_site, TW_NONE);
}

static void count_failure(tw_run *run, int32_t place_i, int32_t mode_i) {
  run->place_stat[place_i].n_failure++;
  if (run->line->cost.is_by_mode) run->mode_stat[mode_i].n++;
}

void tw_go_down(tw_run *run, int32_t machine_i, int32_t mode_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  tw_mode_state *state = &run->mode[mode_i];
  TW_ASSERT(machine->down == TW_UP);
  interrupt(run, machine_i);
  machine->down = TW_DOWN_WAITING;
  machine->mode = mode_i;
  state->drawn = tw_mode_overdue(run, mode_i);
  // of the repair from now on; drawn here where people look whether it ends in their shift
  state->left = run->line->draws_ahead ? draw_repair(run, mode_i) : TW_NOT_BEGUN;
  if (run->line->n_group > 0) run->wait[machine_i].worked_us = 0;
  state->clock = TW_CLOCK_REPAIR;
  state->is_running = 0;
  if (!run->line->mode[mode_i].is_maintenance) count_failure(run, place_i, mode_i);
  apply_fate(run, machine_i, run->line->mode[mode_i].fate);
  tell_machine(run, TW_FACT_FAIL, machine_i);
  // repairs start in the settle, whether or not they need people
  machine->is_suspended = 0;
  tw_crew_wait(run, machine_i);
  tw_mark(run, place_i);
}

void tw_repair_begin(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_mode *mode = &run->line->mode[machine->mode];
  tw_mode_state *state = &run->mode[machine->mode];
  TW_ASSERT(machine->down == TW_DOWN_WAITING);
  machine->down = TW_DOWN_REPAIR;
  const bool is_new = state->left == TW_NOT_BEGUN || !machine->is_suspended;
  if (state->left == TW_NOT_BEGUN) state->left = draw_repair(run, machine->mode);
  machine->is_suspended = 0;
  state->since_us = tw_now(run);
  if (!mode->has_until)
    tw_plan(run, run->line->machine[machine_i].repair_slot, state->since_us + state->left);
  tw_bodies_touch(run, machine_i);
  tw_mark(run, mode->node_i);
  if (is_new) tell_machine(run, TW_FACT_REPAIR, machine_i);
}

void tw_repair_suspend(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  tw_mode_state *state = &run->mode[machine->mode];
  TW_ASSERT(machine->down == TW_DOWN_REPAIR);
  tw_cancel(run, run->line->machine[machine_i].repair_slot);
  state->left -= tw_now(run) - state->since_us;
  run->wait[machine_i].worked_us += tw_now(run) - state->since_us;
  machine->down = TW_DOWN_WAITING;
  machine->is_suspended = 1;
  tw_bodies_touch(run, machine_i);
  tw_mark(run, run->line->machine[machine_i].node_i);
}

void tw_repair_end(tw_run *run, int32_t mode_i) {
  const int32_t machine_i = run->line->mode[mode_i].machine_i;
  const tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(run->line->mode[mode_i].has_until);
  if (machine->down != TW_DOWN_REPAIR || machine->mode != mode_i) return;
  tw_plan(run, run->line->machine[machine_i].repair_slot, tw_now(run));
}

void tw_mode_event(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  tw_mode_state *state = &run->mode[mode_i];
  state->is_running = 0;
  state->since_us = tw_now(run);
  // what a tool has worn beyond its life counts against the next one
  if (state->left > 0 || !mode->is_maintenance) state->left = 0;
  state->clock = TW_CLOCK_DUE;
  const bool may_begin = !mode->is_maintenance || tw_maintenance_may_begin(run, mode_i);
  if (run->machine[mode->machine_i].down == TW_UP && may_begin) {
    tw_go_down(run, mode->machine_i, mode_i);
    return;
  }
  if (mode->begin == TW_BEGIN_WHEN_IDLE) tw_mark_crew(run);
  if (mode->clock != TW_CLOCK_PROCESSING || !mode->is_maintenance) return;
  // the processing that goes on counts as overdue
  const tw_machine *machine = &run->machine[mode->machine_i];
  state->is_running = machine->is_running && machine->phase == TW_PROCESS;
}

void tw_cause_event(tw_run *run, int32_t cause_i) {
  const tw_cause *cause = &run->line->cause[cause_i];
  run->cause[cause_i].n_down = cause->n_mode;
  for (int32_t i = 0; i < cause->n_mode; i++) tw_mode_event(run, cause->mode[i]);
}

// The first mode in file order that fell due while the machine was down; TW_NONE: none. Modes that
// fire at the start of a cycle wait for the start, maintenance for its time, unless it is one that is
// done along with another stop.
static int32_t find_due(const tw_run *run, int32_t machine_i, bool is_starting) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    if (run->mode[i].clock != TW_CLOCK_DUE) continue;
    const bool is_with_stop = !is_starting && mode->due_within >= 0;
    if (mode->is_maintenance ? is_with_stop || tw_maintenance_may_begin(run, i)
                             : is_starting || !mode->is_at_start)
      return i;
  }
  return TW_NONE;
}

bool tw_modes_before_start(tw_run *run, int32_t machine_i) {
  const int32_t mode_i = find_due(run, machine_i, /*is_starting=*/true);
  if (mode_i == TW_NONE) return false;
  tw_go_down(run, machine_i, mode_i);
  return true;
}

// The machine is repaired: a part on it goes on, a finished one may be taken, a free machine takes.
static void come_up(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  tell_machine(run, TW_FACT_REPAIRED, machine_i);
  machine->down = TW_UP;
  tw_bodies_touch(run, machine_i);
  machine->mode = TW_NONE;
  machine->is_suspended = tw_is_begun(machine);
  tw_mark(run, place_i);
  // a part that was thrown away meanwhile still asks to leave, on shift or off
  if (tw_is_up(machine)) tw_work_continue(run, machine_i);
}

// Books a stop that has ended: a maintenance, a minor stop, a breakdown. mode_i TW_NONE: by the host.
static void book_down(tw_run *run, int32_t machine_i, int32_t mode_i) {
  if (!run->head->has_statistics) return;
  const int32_t place_i = run->line->machine[machine_i].node_i;
  tw_place_stat *stat = &run->place_stat[place_i];
  const int64_t down_us = tw_now(run) - run->machine[machine_i].down_us;
  const double down_s = tw_seconds(down_us);
  if (mode_i != TW_NONE && run->line->mode[mode_i].is_maintenance) {
    tw_stop_stat *stop = &run->stop_stat[place_i];
    stop->n_maintenance++;
    stop->maintenance_s += down_s;
    stop->maintenance_s2 += down_s * down_s;
    if (run->line->cost.is_by_mode) run->mode_stat[mode_i].n++;
    return;
  }
  stat->n_down++;
  stat->down_s += down_s;
  stat->down_s2 += down_s * down_s;
  const int64_t limit_us = run->line->place[place_i].minor_stop_us;
  if (limit_us == 0 || down_us > limit_us) return;
  run->stop_stat[place_i].n_minor++;
  run->stop_stat[place_i].minor_s += down_s;
}

// What was done renews other clocks of the machine, and this one.
static void renew_clocks(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  if (mode->sets.n > 0) tw_sets_apply(run, mode->sets, mode->machine_i, "set");
  tw_mode_restart(run, mode_i);
  for (int32_t i = 0; i < mode->n_renewal; i++)
    tw_mode_renew(run, mode->renewal[i].mode_i, mode->renewal[i].share);
}

void tw_repaired_event(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->mode != TW_NONE);
  if (machine->crew == TW_CREW_WALKING) {
    tw_crew_arrived(run, machine_i);
    return;
  }
  TW_ASSERT(machine->down == TW_DOWN_REPAIR);
  const int32_t mode_i = machine->mode;
  tw_crew_release(run, machine_i);
  book_down(run, machine_i, mode_i);
  renew_clocks(run, mode_i);
  tw_maintenance_pull_forward(run, machine_i, mode_i);
  const int32_t due_i = find_due(run, machine_i, /*is_starting=*/false);
  if (due_i != TW_NONE) {
    machine->down = TW_UP;
    tw_go_down(run, machine_i, due_i);
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
  if (machine->down != TW_UP) return;
  interrupt(run, machine_i);
  machine->down = TW_DOWN_BY_HOST;
  tw_mark(run, run->line->machine[machine_i].node_i);
}

void tw_host_up(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (!machine->host_down) return;
  machine->host_down = 0;
  if (machine->down != TW_DOWN_BY_HOST) return;
  book_down(run, machine_i, TW_NONE);
  tw_maintenance_pull_forward(run, machine_i, TW_NONE);
  const int32_t due_i = find_due(run, machine_i, /*is_starting=*/false);
  if (due_i == TW_NONE) {
    come_up(run, machine_i);
  } else {
    machine->down = TW_UP;
    tw_go_down(run, machine_i, due_i);
  }
}
