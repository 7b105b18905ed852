// validate_machine.c - machines and their failure clocks, recounted: what the engine asserts of them
// holds for every machine that passes here. See validate.c.

#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/work.h"
#include "state/validate_inner.h"

static bool has_feeder(const tw_run *run, int32_t place_i, int32_t from) {
  const tw_graph *graph = &run->line->graph;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++)
    if (graph->edge[graph->feeder[i]].from == from) return true;
  return false;
}

// Ticks a part off that is on, or with, a machine of this place and nowhere else.
static bool is_part_here(const tw_run *run, uint32_t part_i, int32_t place_i, uint8_t *is_seen) {
  const tw_part *part = &run->part[part_i];
  if (is_seen[part_i] || part->type == TW_NONE || part->place != place_i) return false;
  is_seen[part_i] = 1;
  return true;
}

// Pre-empted parts stay with their machine, in one list.
static bool are_held_sound(const tw_run *run, int32_t machine_i, uint8_t *is_seen) {
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const uint32_t first = run->machine[machine_i].held;
  if (first != TW_NO_PART && !run->line->place[place_i].can_preempt) return false;
  for (uint32_t i = first; i != TW_NO_PART; i = run->part[i].next)
    if (!is_part_here(run, i, place_i, is_seen) || !has_feeder(run, place_i, run->part[i].from))
      return false;
  return true;
}

// Setups and approvals are phases of places that have them, holding one of kinds with rules of their own, in
// states that are not found out otherwise.
static bool is_phase_sound(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_setup *setup = run->line->place[run->line->machine[machine_i].node_i].setup;
  if (machine->phase >= TW_HOLD)
    return run->line->place[run->line->machine[machine_i].node_i].kind->holds &&
           tw_can_hold(machine->phase - TW_HOLD);
  if (machine->phase == TW_SETUP) return setup != NULL;
  return machine->phase != TW_APPROVE || (setup != NULL && setup->approval_site != NULL);
}

static bool is_part_sound(const tw_run *run, int32_t machine_i, uint8_t *is_seen) {
  const tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const bool should_have = machine->phase != TW_FREE && machine->phase != TW_SWITCH;
  if (machine->part == TW_NO_PART) return !should_have || machine->phase >= TW_HOLD;
  return should_have && is_part_here(run, machine->part, place_i, is_seen) &&
         has_feeder(run, place_i, machine->from);
}

// It waits for people, or for the steps that are done ahead of its setup.
static bool is_kept_waiting(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  if (machine->crew == TW_CREW_WAITED_FOR || machine->crew == TW_CREW_WALKING) return true;
  if (machine->phase != TW_SETUP) return false;
  const int32_t setup_i = run->line->machine[machine_i].setup_i;
  if (setup_i == TW_NONE) return false;
  const uint8_t ahead = run->setup[setup_i].ahead;
  return ahead == TW_AHEAD_WAITS || ahead == TW_AHEAD_RUNS;
}

// This spell of work began when the part was there already and what was worked before was over.
static bool is_spell_sound(const tw_run *run, const tw_machine *machine) {
  if (machine->part == TW_NO_PART) return true;
  const tw_part *part = &run->part[machine->part];
  return machine->spell_us >= part->created_us &&
         part->worked_us <= machine->spell_us - part->created_us;
}

// A phase that takes time runs, or will be started, or stands still because the machine is down.
static bool is_work_sound(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const int64_t now = run->head->now_us;
  int64_t due_us = 0;
  const bool is_pending = tw_find_due(run, run->line->machine[machine_i].work_slot, &due_us);
  const bool is_awaited = machine->crew == TW_CREW_WALKING && machine->down == TW_UP;
  // what ends by a condition has its event only from then on
  const bool is_open = machine->is_running && tw_is_open_ended(machine) && tw_finish_event(run, machine_i) != NULL;
  if (is_pending != (machine->is_running || is_awaited) && !is_open) return false;
  if (machine->left_us != TW_NOT_BEGUN && !tw_is_duration(machine->left_us)) return false;
  if (!tw_is_duration(machine->drawn_us)) return false;
  if (machine->spell_us > now || machine->waiting_us > now || machine->down_us > now) return false;
  const bool waits = machine->phase >= TW_HOLD && machine->left_us == TW_NOT_BEGUN;
  const bool takes_time = machine->phase != TW_FREE && machine->phase != TW_RESERVE &&
                          machine->phase != TW_DONE && !waits;
  const bool can_start = takes_time || waits || machine->phase == TW_RESERVE;
  const bool must_work = takes_time && tw_is_up(machine) && !is_kept_waiting(run, machine_i);
  if (machine->is_running)
    return must_work && !machine->must_start && (is_open || machine->end_us == due_us) &&
           tw_is_duration(machine->end_us - machine->spell_us) && is_spell_sound(run, machine);
  return machine->must_start ? can_start && !machine->has_request : !must_work;
}

// Who waits for room has asked for it, at an exit of its own; and only it has reserved or asked.
static bool is_request_sound(const tw_run *run, const tw_machine *machine, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  const bool is_done = machine->phase == TW_DONE, is_asking = machine->phase == TW_RESERVE;
  const bool has_exit = machine->exit_i != TW_NONE;
  if (has_exit && run->line->graph.exit[machine->exit_i].node_i != place_i) return false;
  const bool has_worked = machine->phase > TW_PROCESS && machine->phase < TW_HOLD;
  const bool must_have_exit = has_worked || machine->has_request;
  if (!has_exit && must_have_exit) return false;
  if (machine->has_request && machine->target != TW_NONE &&
      !tw_is_target(run, machine->exit_i, machine->target))
    return false;
  if (is_done ? !machine->has_request : machine->has_request && !is_asking) return false;
  if (is_asking && tw_is_up(machine) && machine->has_request == machine->must_start) return false;
  if (is_asking && !place->is_before_service && machine->has_request) return false;
  return !machine->is_leaving || (is_done && machine->exit_i == place->scrap_exit);
}

// A reserved place is one behind the main exit, kept while the part is worked on for it.
static bool is_reservation_sound(const tw_run *run, const tw_machine *machine, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (machine->reserved == TW_NONE) return true;
  const bool is_done = machine->phase == TW_DONE;
  if (!is_done && machine->phase != TW_PROCESS && machine->phase != TW_UNLOAD &&
      machine->phase != TW_APPROVE)
    return false;
  if (is_done && (machine->exit_i != place->main_exit || machine->target != machine->reserved))
    return false;
  return place->is_before_service && tw_is_target(run, place->main_exit, machine->reserved);
}

static bool is_down_sound(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_machine_param *param = &run->line->machine[machine_i];
  int64_t due_us;
  const bool is_awaited = machine->crew == TW_CREW_WALKING && machine->down == TW_DOWN_WAITING;
  const bool is_pending = tw_find_due(run, param->repair_slot, &due_us);
  const bool is_open = machine->down == TW_DOWN_REPAIR && machine->mode != TW_NONE &&
                       run->line->mode[machine->mode].has_until;
  if (is_pending != (machine->down == TW_DOWN_REPAIR || is_awaited) && !is_open) return false;
  if (machine->host_down ? machine->down == TW_UP : machine->down == TW_DOWN_BY_HOST) return false;
  const bool has_mode = machine->down == TW_DOWN_WAITING || machine->down == TW_DOWN_REPAIR;
  if (!has_mode) return machine->mode == TW_NONE;
  return machine->mode >= param->first_mode && machine->mode < param->first_mode + param->n_mode &&
         run->mode[machine->mode].clock == TW_CLOCK_REPAIR;
}

// The times of all states sum to the window, exactly (SEMANTICS 3.3).
static bool are_state_times_sound(const tw_run *run, int32_t machine_i) {
  const tw_head *head = run->head;
  if (!head->has_statistics) return true;
  int64_t left_us = head->now_us - head->window_us;
  if (run->machine[machine_i].since_us < head->window_us) return false;
  left_us -= head->now_us - run->machine[machine_i].since_us;
  for (int32_t s = 0; s < TW_N_STATE; s++) {
    const int64_t state_us = run->machine_stat[machine_i].state_us[s];
    if (state_us > left_us) return false;
    left_us -= state_us;
  }
  return left_us == 0;
}

const char *tw_find_machine_fault(const tw_run *run, int32_t machine_i, uint8_t *is_seen) {
  const tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  if (!is_phase_sound(run, machine_i)) return "its phase";
  if (!is_part_sound(run, machine_i, is_seen)) return "its part";
  if (!are_held_sound(run, machine_i, is_seen)) return "the parts it holds";
  if (!is_work_sound(run, machine_i)) return "its work";
  if (!is_request_sound(run, machine, place_i)) return "what it asks for";
  if (!is_reservation_sound(run, machine, place_i)) return "what it has reserved";
  if (!is_down_sound(run, machine_i)) return "its repair";
  return are_state_times_sound(run, machine_i) ? NULL : "the times of its states";
}

bool tw_is_machine_fresh(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  return machine->phase == TW_FREE && machine->part == TW_NO_PART && machine->held == TW_NO_PART &&
         machine->down == TW_UP && !machine->is_running && !machine->has_request &&
         !machine->must_start && !machine->is_leaving && !machine->host_down &&
         machine->exit_i == TW_NONE && machine->target == TW_NONE &&
         machine->reserved == TW_NONE && machine->mode == TW_NONE && machine->from == TW_NONE &&
         machine->next_waiting == TW_NONE && machine->crew == TW_CREW_NONE &&
         machine->off == TW_ON_SHIFT && !machine->is_suspended && !machine->is_overtime &&
         machine->drawn_us == 0 && machine->left_us == 0 && machine->spell_us == 0 &&
         machine->waiting_us == 0 && machine->down_us == 0 && are_state_times_sound(run, machine_i);
}

// A clock that runs by itself has its event pending at its end; off shift some stand still.
static bool is_own_clock_sound(const tw_run *run, const tw_mode *mode, const tw_mode_state *state,
                               bool is_pending, int64_t due_us) {
  const bool stands = mode->clock == TW_CLOCK_ON_SHIFT &&
                      run->machine[mode->machine_i].off != TW_ON_SHIFT;
  if (stands) return !state->is_running && !is_pending;
  return state->is_running && is_pending && due_us - state->since_us == state->left;
}

// A processing clock runs while its machine processes, and its event is pending when it is due before
// the planned end; one that ended with the processing is still to fire on this tick.
static bool is_processing_clock_sound(const tw_run *run, int32_t mode_i, bool is_pending,
                                      int64_t due_us) {
  const tw_mode_state *state = &run->mode[mode_i];
  const tw_machine *machine = &run->machine[run->line->mode[mode_i].machine_i];
  const bool is_processing = machine->is_running && machine->phase == TW_PROCESS;
  if (state->is_running != is_processing) return false;
  if (!is_processing) return !is_pending || (state->left == 0 && due_us == run->head->now_us);
  const int64_t end_us = state->since_us + state->left;
  if (state->since_us != machine->spell_us || end_us < run->head->now_us) return false;
  return is_pending ? due_us == end_us : end_us > machine->end_us;
}

// Cycles are left, or the last one has just ended and its event is still to come on this tick.
static bool is_cycle_clock_sound(const tw_run *run, const tw_mode *mode,
                                 const tw_mode_state *state, bool is_pending, int64_t due_us) {
  if (state->is_running) return false;
  if (!is_pending) return state->left > 0;
  return !mode->is_at_start && state->left <= 0 && due_us == run->head->now_us;
}

// What is left of the interval, of the repair, or how much it is overdue.
static bool is_left_sound(const tw_mode *mode, const tw_mode_state *state) {
  const bool is_count = mode->clock == TW_CLOCK_CYCLES;
  if (state->clock == TW_CLOCK_REPAIR)
    return state->left == TW_NOT_BEGUN || tw_is_duration(state->left);
  const bool is_overdue = state->clock == TW_CLOCK_DUE || is_count;
  if (mode->is_maintenance && is_overdue && state->left < 0) return state->left > -TW_TICK_MAX;
  return is_count ? state->left >= 0 && state->left < TW_TICK_MAX : tw_is_duration(state->left);
}

// A mode that is due waits for the end of another repair, for the next start, or for its time.
static bool is_due_sound(const tw_run *run, const tw_mode *mode, const tw_mode_state *state,
                         bool is_pending) {
  const tw_machine *machine = &run->machine[mode->machine_i];
  const bool can_wait = mode->is_at_start || mode->is_maintenance || machine->down != TW_UP;
  const bool may_count = mode->is_maintenance && mode->clock == TW_CLOCK_PROCESSING &&
                         machine->is_running && machine->phase == TW_PROCESS;
  return can_wait && !is_pending && (!state->is_running || may_count);
}

// A repair that is done ends when what was left of it at its beginning is over.
static bool is_repair_sound(const tw_run *run, const tw_mode *mode, const tw_mode_state *state) {
  int64_t due_us;
  if (run->machine[mode->machine_i].down != TW_DOWN_REPAIR || mode->has_until) return true;
  return tw_find_due(run, run->line->machine[mode->machine_i].repair_slot, &due_us) &&
         due_us - state->since_us == state->left;
}

static bool is_mode_sound(const tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const tw_mode_state *state = &run->mode[mode_i];
  const tw_machine *machine = &run->machine[mode->machine_i];
  int64_t due_us = 0;
  const bool is_pending = mode->slot != TW_NONE && tw_find_due(run, mode->slot, &due_us);
  if (!is_left_sound(mode, state) || state->since_us > run->head->now_us) return false;
  if (state->drawn <= -TW_TICK_MAX || state->drawn >= TW_TICK_MAX) return false;
  if ((state->clock == TW_CLOCK_REPAIR) != (machine->mode == mode_i)) return false;
  if (state->clock == TW_CLOCK_REPAIR)
    return !is_pending && !state->is_running && is_repair_sound(run, mode, state);
  if (state->clock == TW_CLOCK_DUE) return is_due_sound(run, mode, state, is_pending);
  switch ((tw_clock)mode->clock) {
  case TW_CLOCK_CALENDAR:
  case TW_CLOCK_WEEK:
  case TW_CLOCK_ON_SHIFT: return is_own_clock_sound(run, mode, state, is_pending, due_us);
  case TW_CLOCK_PROCESSING: return is_processing_clock_sound(run, mode_i, is_pending, due_us);
  case TW_CLOCK_CYCLES: return is_cycle_clock_sound(run, mode, state, is_pending, due_us);
  // when its hazard has been spent it fails on that tick
  case TW_CLOCK_HAZARD: return !state->is_running && (!is_pending || due_us == run->head->now_us);
  case TW_CLOCK_REQUEST: return !is_pending && !state->is_running;
  }
  return false;
}

// Of a common cause, those are counted that it has taken down and that are not repaired.
static bool is_cause_sound(const tw_run *run, int32_t cause_i) {
  const tw_cause *cause = &run->line->cause[cause_i];
  int32_t n_down = 0;
  int64_t due_us;
  for (int32_t i = 0; i < cause->n_mode; i++)
    n_down += run->mode[cause->mode[i]].clock != TW_CLOCK_COUNTS;
  return n_down == run->cause[cause_i].n_down && run->cause[cause_i].since_us <= run->head->now_us &&
         tw_find_due(run, cause->slot, &due_us) == (n_down == 0);
}

bool tw_are_modes_sound(const tw_run *run) {
  for (int32_t i = 0; i < run->line->n_mode; i++)
    if (!is_mode_sound(run, i)) return false;
  for (int32_t i = 0; i < run->line->n_cause; i++)
    if (!is_cause_sound(run, i)) return false;
  return true;
}
