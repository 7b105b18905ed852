// work.c - phases, states and requests of machines; see work.h. Nothing here knows what kind of
// station a machine belongs to.

#include "engine/work.h"

#include "engine/draw.h"

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/energy.h"

const uint8_t tw_state_of_phase[TW_PHASE_N] = {
    [TW_FREE] = TWIN_STARVED,       [TW_SWITCH] = TWIN_SETUP,
    [TW_SETUP] = TWIN_SETUP,        [TW_LOAD] = TWIN_LOADING,
    [TW_RESERVE] = TWIN_BLOCKED,    [TW_PROCESS] = TWIN_PROCESSING,
    [TW_APPROVE] = TWIN_WAITING_APPROVAL, [TW_UNLOAD] = TWIN_UNLOADING,
    [TW_DONE] = TWIN_BLOCKED,
#define TW_HOLD_IN(state) [TW_HOLD + (state)] = (state)
    TW_HOLD_IN(TWIN_OFF_SHIFT), TW_HOLD_IN(TWIN_BREAK), TW_HOLD_IN(TWIN_PLANNED_MAINTENANCE),
    TW_HOLD_IN(TWIN_MAINTENANCE_WAITING), TW_HOLD_IN(TWIN_FAILED_WAITING), TW_HOLD_IN(TWIN_FAILED_REPAIR),
    TW_HOLD_IN(TWIN_SETUP_WAITING), TW_HOLD_IN(TWIN_SETUP), TW_HOLD_IN(TWIN_WARMING_UP),
    TW_HOLD_IN(TWIN_WAITING_APPROVAL), TW_HOLD_IN(TWIN_LOADING), TW_HOLD_IN(TWIN_PROCESSING),
    TW_HOLD_IN(TWIN_UNLOADING), TW_HOLD_IN(TWIN_BLOCKED), TW_HOLD_IN(TWIN_WAITING_WORKER),
    TW_HOLD_IN(TWIN_WAITING_TRANSPORT), TW_HOLD_IN(TWIN_WAITING_COMPONENTS), TW_HOLD_IN(TWIN_WAITING_BATCH),
    TW_HOLD_IN(TWIN_STARVED), TW_HOLD_IN(TWIN_IDLE), TW_HOLD_IN(TWIN_SWITCHED_OFF),
    TW_HOLD_IN(TWIN_STOPPED_BY_OTHER),
#undef TW_HOLD_IN
};

bool tw_can_hold(int32_t state) {
  switch (state) {
  case TWIN_SETUP:
  case TWIN_WARMING_UP:
  case TWIN_LOADING:
  case TWIN_UNLOADING:
  case TWIN_WAITING_TRANSPORT:
  case TWIN_WAITING_COMPONENTS:
  case TWIN_WAITING_BATCH:
  case TWIN_IDLE:
  case TWIN_SWITCHED_OFF:
  case TWIN_STOPPED_BY_OTHER: return true;
  default: return false;
  }
}

// State of a machine that is down.
static uint8_t state_when_down(const tw_run *run, const tw_machine *machine) {
  if (machine->down == TW_DOWN_BY_HOST) return TWIN_FAILED_WAITING;
  const tw_mode *mode = &run->line->mode[machine->mode];
  const bool is_worked_on = machine->down == TW_DOWN_REPAIR;
  if (mode->is_maintenance)
    return is_worked_on ? TWIN_PLANNED_MAINTENANCE : TWIN_MAINTENANCE_WAITING;
  return is_worked_on ? TWIN_FAILED_REPAIR : TWIN_FAILED_WAITING;
}

// A repair that needs nobody goes on off shift, and is seen to.
static bool is_repair_without_people(const tw_run *run, const tw_machine *machine) {
  if (machine->down != TW_DOWN_REPAIR) return false;
  const tw_mode *mode = &run->line->mode[machine->mode];
  return !mode->is_maintenance && mode->task.needs.n == 0;
}

// State of a machine that waits for its people.
static uint8_t state_without_people(const tw_machine *machine) {
  switch ((tw_phase)machine->phase) {
  case TW_SETUP: return TWIN_SETUP_WAITING;
  case TW_APPROVE: return TWIN_WAITING_APPROVAL;
  default: return TWIN_WAITING_WORKER;
  }
}

// Nobody has come yet for the steps that are done ahead of the setup.
static bool waits_for_steps_ahead(const tw_run *run, const tw_machine *machine) {
  const int32_t setup_i = run->line->machine[machine - run->machine].setup_i;
  return setup_i != TW_NONE && !machine->is_running && run->setup[setup_i].ahead == TW_AHEAD_WAITS;
}

// A free machine has nothing to do: no order is left, or none that would end in its shift.
static bool is_idle(const tw_run *run, const tw_machine *machine) {
  return run->head->is_drained || tw_is_declining(run, (int32_t)(machine - run->machine));
}

uint8_t tw_work_state(const tw_run *run, const tw_machine *machine) {
  if (machine->off != TW_ON_SHIFT && !is_repair_without_people(run, machine))
    return machine->off == TW_OFF_SHIFT ? TWIN_OFF_SHIFT : TWIN_BREAK;
  if (machine->down != TW_UP) return state_when_down(run, machine);
  if (machine->crew > TW_CREW_THERE) return state_without_people(machine);
  if (machine->phase == TW_SETUP && waits_for_steps_ahead(run, machine)) return TWIN_SETUP_WAITING;
  if (machine->phase == TW_FREE && is_idle(run, machine)) return TWIN_IDLE;
  return tw_state_of_phase[machine->phase];
}

tw_cause_kind tw_work_cause_kind(int32_t state) {
  switch (state) {
  case TWIN_PLANNED_MAINTENANCE:
  case TWIN_MAINTENANCE_WAITING:
  case TWIN_FAILED_WAITING:
  case TWIN_FAILED_REPAIR: return TW_CAUSE_OF_MODE;
  case TWIN_BLOCKED: return TW_CAUSE_OF_PLACE;
  case TWIN_SETUP_WAITING:
  case TWIN_WAITING_WORKER:
  case TWIN_WAITING_APPROVAL: return TW_CAUSE_OF_GROUP;
  default: return TW_CAUSE_NONE;
  }
}

int32_t tw_work_cause(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  switch (tw_work_cause_kind(machine->state)) {
  case TW_CAUSE_OF_MODE: return machine->mode;
  case TW_CAUSE_OF_PLACE: return machine->target;
  case TW_CAUSE_OF_GROUP: {
    // the first thing it needs: which of them is short is decided when all have been asked for
    const tw_task task = tw_task_of(run, machine_i);
    return task.needs.n > 0 ? task.needs.at[0].group_i : TW_NONE;
  }
  case TW_CAUSE_NONE: break;
  }
  return TW_NONE;
}

static void tell_state(tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const bool has_part = machine->part != TW_NO_PART;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = TW_FACT_STATE,
                        .place_i = run->line->machine[machine_i].node_i,
                        .machine_i = machine_i,
                        .part_type = has_part ? run->part[machine->part].type : TW_NONE,
                        .part_id = has_part ? run->part[machine->part].id : 0,
                        .state = machine->state,
                        .cause = tw_work_cause(run, machine_i)};
  run->sink.fact(run->sink.self, run, &fact);
}

void tw_work_change_state(tw_run *run, int32_t machine_i, uint8_t state) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->state != state);
  if (run->head->has_statistics) {
    const int64_t now = tw_now(run);
    run->machine_stat[machine_i].state_us[machine->state] += now - machine->since_us;
    machine->since_us = now;
  }
  machine->state = state;
  tw_energy_changed(run, machine_i);
  tw_bodies_touch(run, machine_i);
  if (state == TWIN_BLOCKED) run->has_new_block = run->line->has_hold_and_wait;
  if (tw_is_watched(run)) tell_state(run, machine_i);
}

void tw_work_finish(tw_run *run, int32_t machine_i, int32_t soak_site, bool is_fall) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  const tw_machine *machine = &run->machine[machine_i];
  // what was begun with a time, on another line, ends with it
  if (!machine->is_running || !tw_is_open_ended(machine)) return;
  if (is_fall) {
    tw_cancel(run, param->work_slot);
    return;
  }
  const int64_t soak_us = soak_site == TW_NONE
                              ? 0
                              : tw_draw_us(run, soak_site + param->number, run->part[machine->part].type);
  tw_plan(run, param->work_slot, tw_now(run) + soak_us);
}

void tw_work_anew(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_machine_param *param = &run->line->machine[machine_i];
  const tw_place *place = &run->line->place[param->node_i];
  TW_ASSERT(machine->phase == TW_PROCESS);
  machine->left_us = machine->drawn_us;
  if (place->has_progress)
    tw_variable_set(run, &run->line->member[param->first_member + place->progress_member],
                    place->progress_i, 0);
}

void tw_work_must_start(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  machine->must_start = 1;
  run->place[place_i].n_start++;
  tw_mark(run, place_i);
}

// A reservation may be granted though no machine there is free to take a part.
static void mark_targets(tw_run *run, int32_t exit_i) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++) tw_mark(run, exit->target[i]);
}

void tw_request_file(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(!machine->has_request);
  machine->has_request = 1;
  machine->waiting_us = tw_now(run);
  if (machine->target == TW_NONE) {
    tw_offer_begin(run, machine->exit_i);
    if (machine->phase == TW_RESERVE) mark_targets(run, machine->exit_i);
    return;
  }
  run->place[machine->target].n_request++;
  tw_mark(run, machine->target);
}

void tw_request_drop(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->has_request);
  machine->has_request = 0;
  if (machine->target == TW_NONE) tw_offer_end(run, machine->exit_i);
  else run->place[machine->target].n_request--;
}

void tw_reservation_drop(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (machine->reserved == TW_NONE) return;
  run->place[machine->reserved].n_reserved--;
  if (run->place[machine->reserved].n_request > 0) tw_mark(run, machine->reserved);
  machine->reserved = TW_NONE;
}

// A place became free here: feeders' machines may be waiting to reserve it.
static void wake_reservations(tw_run *run, int32_t place_i) {
  const tw_graph *graph = &run->line->graph;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++) {
    const int32_t feeder = graph->edge[graph->feeder[i]].from;
    if (run->place[feeder].n_request > 0) tw_mark(run, feeder);
  }
}

void tw_work_empty(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(!machine->is_running && !machine->has_request);
  machine->part = TW_NO_PART;
  machine->phase = TW_FREE;
  machine->from = machine->exit_i = machine->target = TW_NONE;
  machine->is_leaving = 0;
  machine->left_us = 0;
  machine->waiting_us = tw_now(run);
  run->place[run->line->machine[machine_i].node_i].n_on--;
  tw_energy_changed(run, machine_i);
  if (machine->is_overtime) tw_mark_crew(run);
}

void tw_work_clear(tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  tw_work_empty(run, machine_i);
  tw_mark(run, place_i);
  tw_bodies_touch(run, machine_i);
  // people at a machine that is down are there for the repair
  if (machine->crew == TW_CREW_THERE && machine->down == TW_UP) tw_crew_release(run, machine_i);
  if (run->line->place[place_i].frees_reservations) wake_reservations(run, place_i);
}

void tw_work_pause(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->down == TW_UP);
  if (machine->is_running) {
    tw_cancel(run, run->line->machine[machine_i].work_slot);
    tw_work_stand(run, machine_i);
  }
  if (machine->crew != TW_CREW_NONE) tw_crew_leave(run, machine_i);
}

void tw_work_continue(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (!tw_is_up(machine)) return;
  if (machine->has_request) {
    if (machine->target != TW_NONE) tw_mark(run, machine->target);
    else mark_targets(run, machine->exit_i);
  } else if (machine->phase != TW_FREE && machine->phase != TW_DONE) {
    tw_work_must_start(run, machine_i);
  }
}

void tw_work_scrap(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const tw_place *place = &run->line->place[place_i];
  const tw_part *part = &run->part[machine->part];
  machine->must_start = 0;
  if (machine->has_request) tw_request_drop(run, machine_i);
  tw_reservation_drop(run, machine_i);
  tw_work_count_scrap(run, place_i, part->type);
  machine->phase = TW_DONE;
  machine->is_leaving = 1;
  machine->exit_i = place->scrap_exit;
  machine->target = tw_push_target(run, place_i, place->scrap_exit, part->type, part->step);
  tw_request_file(run, machine_i);
}
