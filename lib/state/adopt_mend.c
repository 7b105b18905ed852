// adopt_mend.c - what referred to things that the new line does not have, or not in that way: a
// machine that was down with a mode that is gone is up, a finished part whose exit is gone leaves
// by the main one, clocks that are new run from now on. What cannot be mended is left to the
// validator.

#include <twin/run.h>

#include "engine/work.h"
#include "state/adopt_inner.h"

static bool is_new(const tw_adoption *at, tw_bound bound, int32_t i) {
  return at->back[bound][i] == TW_NONE;
}

// A machine that was not there before was off shift for the statistics, so that its times are
// complete.
static void mend_new_machine(tw_adoption *at, int32_t machine_i) {
  tw_run *run = at->run;
  run->machine[machine_i].since_us = run->head->now_us;
  run->machine[machine_i].waiting_us = run->head->now_us;
  if (run->head->has_statistics)
    run->machine_stat[machine_i].state_us[TWIN_OFF_SHIFT] =
        run->head->now_us - run->head->window_us;
}

static void free_workers(tw_run *run, int32_t machine_i) {
  for (int32_t i = 0; i < run->line->n_worker; i++) {
    if (run->worker[i].machine != machine_i) continue;
    run->worker[i].machine = TW_NONE;
    run->worker[i].since_us = run->head->now_us;
  }
}

// The first mode that fell due during the repair that is over now; TW_NONE: none did.
static int32_t find_due(const tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++)
    if (run->mode[i].clock == TW_CLOCK_DUE && !run->line->mode[i].is_at_start) return i;
  return TW_NONE;
}

// Its mode is gone: the repair is over.
static void mend_down(tw_adoption *at, int32_t machine_i) {
  tw_run *run = at->run;
  tw_machine *machine = &run->machine[machine_i];
  const bool has_mode = machine->down == TW_DOWN_WAITING || machine->down == TW_DOWN_REPAIR;
  if (!has_mode || machine->mode != TW_NONE) return;
  tw_adoption_note(at, "%s is up: what it was down with is gone",
                   tw_name_of(&at->to, TW_OF_MACHINE, machine_i));
  tw_cancel(run, run->line->machine[machine_i].repair_slot);
  free_workers(run, machine_i);
  machine->crew = TW_CREW_NONE;
  machine->is_suspended = 0;
  machine->mode = find_due(run, machine_i);
  if (machine->mode != TW_NONE) {
    machine->down = TW_DOWN_WAITING;
    machine->down_us = run->head->now_us;
    machine->crew = TW_CREW_WAITED_FOR;
    run->mode[machine->mode].left = TW_NOT_BEGUN;
    run->mode[machine->mode].clock = TW_CLOCK_REPAIR;
    return;
  }
  machine->down = machine->host_down ? TW_DOWN_BY_HOST : TW_UP;
  if (machine->phase != TW_FREE && machine->phase != TW_DONE && !machine->has_request)
    machine->must_start = 1;
}

static bool is_target(const tw_line *line, int32_t exit_i, int32_t place_i) {
  const tw_exit *exit = &line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++)
    if (exit->target[i] == place_i) return true;
  return false;
}

// The way out of a part: its exit and the place it is for.
static void mend_way(tw_adoption *at, int32_t machine_i) {
  tw_run *run = at->run;
  const tw_line *line = run->line;
  tw_machine *machine = &run->machine[machine_i];
  const tw_place *place = &line->place[line->machine[machine_i].node_i];
  const int32_t old_i = at->back[TW_OF_MACHINE][machine_i];
  if (old_i == TW_NONE) return;
  if (machine->exit_i == TW_NONE && at->src->machine[old_i].exit_i != TW_NONE) {
    tw_adoption_note(at, "the part on %s leaves by the main exit: its own is gone",
                     tw_name_of(&at->to, TW_OF_MACHINE, machine_i));
    machine->exit_i = place->main_exit;
  }
  if (machine->phase == TW_RESERVE && machine->has_request && !place->is_before_service) {
    machine->has_request = 0;
    machine->must_start = 1;
  }
  if (machine->exit_i != TW_NONE && machine->target != TW_NONE &&
      !is_target(line, machine->exit_i, machine->target))
    machine->target = TW_NONE;
  const bool is_reserved_gone =
      machine->reserved != TW_NONE && (!place->is_before_service || place->main_exit == TW_NONE ||
                                       !is_target(line, place->main_exit, machine->reserved));
  if (is_reserved_gone) machine->reserved = TW_NONE;
  const tw_exit *exit = machine->exit_i != TW_NONE ? &line->graph.exit[machine->exit_i] : NULL;
  if (exit != NULL && exit->n_target == 1 && exit->n_chain == 1) machine->target = exit->target[0];
}

// Where a part came from, if that no longer leads here: the first place that does.
static int32_t mend_from(const tw_line *line, int32_t place_i, int32_t from) {
  const tw_graph *graph = &line->graph;
  const int32_t first = graph->first_feeder[place_i], end = graph->first_feeder[place_i + 1];
  for (int32_t i = first; i < end; i++)
    if (graph->edge[graph->feeder[i]].from == from) return from;
  return first < end ? graph->edge[graph->feeder[first]].from : TW_NONE;
}

static void mend_origin(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const uint32_t n_slot = run->head->n_part_slot;
  if (machine->part != TW_NO_PART) machine->from = mend_from(run->line, place_i, machine->from);
  uint32_t n = 0;
  for (uint32_t i = machine->held; i != TW_NO_PART && n < n_slot; i = run->part[i].next, n++)
    run->part[i].from = mend_from(run->line, place_i, run->part[i].from);
}

// A new clock of processing on a machine that is at work: it begins now.
static void mend_clock(tw_adoption *at, int32_t mode_i) {
  tw_run *run = at->run;
  const tw_mode *mode = &run->line->mode[mode_i];
  const tw_machine *machine = &run->machine[mode->machine_i];
  tw_mode_state *state = &run->mode[mode_i];
  if (mode->clock != TW_CLOCK_PROCESSING || !machine->is_running || machine->phase != TW_PROCESS)
    return;
  if (state->is_running || state->clock != TW_CLOCK_COUNTS) return;
  state->since_us = machine->spell_us;
  state->left += run->head->now_us - machine->spell_us;
  state->is_running = 1;
  const int64_t due_us = state->since_us + state->left;
  if (due_us <= machine->end_us) tw_plan(run, mode->slot, due_us);
}

static void mend_workers(tw_adoption *at) {
  const tw_run *src = at->src;
  for (int32_t i = 0; i < src->line->n_worker; i++)
    if (at->map[TW_OF_WORKER][i] == TW_NONE && src->worker[i].machine != TW_NONE)
      tw_adoption_note(at, "%s was at work", tw_name_of(&at->from, TW_OF_WORKER, i));
  for (int32_t i = 0; i < at->run->line->n_worker; i++) {
    const int32_t old_i = at->back[TW_OF_WORKER][i];
    tw_worker_state *worker = &at->run->worker[i];
    const bool was_busy = old_i != TW_NONE && src->worker[old_i].machine != TW_NONE;
    if (old_i == TW_NONE || (was_busy && worker->machine == TW_NONE))
      worker->since_us = at->run->head->now_us;
  }
}

// Turns of rules that have other places to choose from now.
static void mend_turns(tw_run *run, int32_t place_i) {
  const tw_graph *graph = &run->line->graph;
  const tw_place *place = &run->line->place[place_i];
  tw_place_state *state = &run->place[place_i];
  const int32_t n_feeder = graph->first_feeder[place_i + 1] - graph->first_feeder[place_i];
  const int32_t n_target = place->main_exit == TW_NONE ? 1 : graph->exit[place->main_exit].n_chain;
  if (state->pull_at >= (n_feeder > 0 ? n_feeder : 1)) state->pull_at = 0;
  if (state->push_at >= n_target) state->push_at = 0;
}

// Windows of another length are other windows.
static void mend_energy(tw_adoption *at) {
  tw_run *run = at->run;
  const bool has_both = run->machine_energy != NULL && at->src->machine_energy != NULL;
  if (!has_both || run->line->energy.window_us == at->src->line->energy.window_us) return;
  tw_adoption_note(at, "the peak of power starts fresh: its windows have another length");
  tw_line_energy *ledger = run->line_energy;
  *ledger = (tw_line_energy){.since_us = ledger->since_us,
                             .overhead_high = ledger->overhead_high,
                             .overhead_low = ledger->overhead_low};
}

void tw_adoption_mend(tw_adoption *at) {
  tw_run *run = at->run;
  const tw_line *line = run->line;
  mend_workers(at);
  mend_energy(at);
  for (int32_t i = 0; i < line->n_machine; i++) {
    if (is_new(at, TW_OF_MACHINE, i)) mend_new_machine(at, i);
    mend_down(at, i);
    mend_way(at, i);
    mend_origin(run, i);
  }
  for (int32_t i = 0; i < line->n_mode; i++)
    if (is_new(at, TW_OF_MODE, i)) mend_clock(at, i);
  for (int32_t i = 0; i < line->n_place; i++) {
    mend_turns(run, i);
    if (line->place[i].kind->adopt != NULL) line->place[i].kind->adopt(run, i);
    if (line->place[i].kind->free_places == NULL || line->place[i].n_machine > 0) continue;
    const int64_t n_free = line->place[i].kind->free_places(run, i);
    if (n_free < 0)
      tw_adoption_note(at, "%s holds more parts than it has room for and takes none before",
                       line->place[i].name);
  }
  tw_adoption_mend_models(at);
}
