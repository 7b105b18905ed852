// work.c - phases, states and requests of machines; see work.h. Nothing here knows what kind of
// station a machine belongs to.

#include "engine/work.h"

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"

const uint8_t tw_state_of_phase[TW_PHASE_N] = {
    [TW_FREE] = TWIN_STARVED,       [TW_SWITCH] = TWIN_SETUP,      [TW_LOAD] = TWIN_LOADING,
    [TW_RESERVE] = TWIN_BLOCKED,    [TW_PROCESS] = TWIN_PROCESSING, [TW_UNLOAD] = TWIN_UNLOADING,
    [TW_DONE] = TWIN_BLOCKED,
};

uint8_t tw_work_state(const tw_run *run, const tw_machine *machine) {
  switch (machine->down) {
  case TW_DOWN_WAITING:
  case TW_DOWN_BY_HOST: return TWIN_FAILED_WAITING;
  case TW_DOWN_REPAIR: return TWIN_FAILED_REPAIR;
  default: break;
  }
  if (machine->phase == TW_FREE && run->head->is_drained) return TWIN_IDLE;
  return tw_state_of_phase[machine->phase];
}

static void tell_state(tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  int32_t cause = -1;
  if (machine->down != TW_UP) cause = machine->mode;
  else if (machine->state == TWIN_BLOCKED) cause = machine->target;
  const bool has_part = machine->part != TW_NO_PART;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = TW_FACT_STATE,
                        .place_i = run->line->machine[machine_i].node_i,
                        .machine_i = machine_i,
                        .part_type = has_part ? run->part[machine->part].type : TW_NONE,
                        .part_id = has_part ? run->part[machine->part].id : 0,
                        .state = machine->state,
                        .cause = cause};
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
  if (state == TWIN_BLOCKED) run->has_new_block = run->line->has_hold_and_wait;
  if (tw_is_watched(run)) tell_state(run, machine_i);
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

void tw_work_clear(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  TW_ASSERT(!machine->is_running && !machine->has_request);
  machine->part = TW_NO_PART;
  machine->phase = TW_FREE;
  machine->from = machine->exit_i = machine->target = TW_NONE;
  machine->is_leaving = 0;
  machine->left_us = 0;
  machine->waiting_us = tw_now(run);
  run->place[place_i].n_on--;
  tw_mark(run, place_i);
  if (run->line->place[place_i].frees_reservations) wake_reservations(run, place_i);
}
