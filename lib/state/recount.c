// recount.c - see recount.h. What is made here is what the validator counts again.

#include "state/recount.h"

#include <string.h>

#include "engine/energy.h"
#include "engine/flow.h"
#include "engine/work.h"

void tw_count_requests(const tw_run *run, int32_t *n_request) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!machine->has_request) continue;
    if (machine->target != TW_NONE) {
      n_request[machine->target]++;
      continue;
    }
    const tw_exit *exit = &line->graph.exit[machine->exit_i];
    for (int32_t k = 0; k < exit->n_target; k++) n_request[exit->target[k]]++;
  }
  for (int32_t p = 0; p < line->n_place; p++) {
    const tw_kind *kind = line->place[p].kind;
    if (kind->has_offer == NULL || line->place[p].main_exit == TW_NONE) continue;
    if (!kind->has_offer(run, p)) continue;
    const tw_exit *exit = &line->graph.exit[line->place[p].main_exit];
    for (int32_t k = 0; k < exit->n_target; k++) n_request[exit->target[k]]++;
  }
}

// Backward links follow from forward ones.
static void link_back(tw_run *run) {
  const uint32_t n = run->head->n_part_slot;
  for (uint32_t i = 0; i < n; i++) run->part[i].prev = run->part[i].older = TW_NO_PART;
  for (uint32_t i = 0; i < n; i++) {
    const tw_part *part = &run->part[i];
    if (part->type == TW_NONE) continue;
    if (part->next != TW_NO_PART) run->part[part->next].prev = i;
    if (part->newer != TW_NO_PART) run->part[part->newer].older = i;
  }
}

int32_t tw_count_open_sources(const tw_run *run) {
  const tw_line *line = run->line;
  int32_t n = 0;
  for (int32_t i = 0; i < line->n_place; i++)
    n += strcmp(line->place[i].kind->section, "sources") == 0 &&
         line->place[i].kind->has_event((tw_run *)run, i);  // it only asks
  return n;
}

static void count_head(tw_run *run) {
  tw_head *head = run->head;
  head->n_part = 0;
  head->n_on_tick = 0;
  head->is_drained = 0;
  for (uint32_t i = 0; i < head->n_part_slot; i++) head->n_part += run->part[i].type != TW_NONE;
  head->n_open_source = 0;
  if (!head->has_started) return;
  head->n_open_source = tw_count_open_sources(run);
  head->is_drained = head->n_part == 0 && head->n_open_source == 0;
}

static void count_places(tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t p = 0; p < line->n_place; p++) {
    tw_place_state *place = &run->place[p];
    place->n_request = place->n_reserved = place->n_on = place->n_start = 0;
  }
  for (int32_t i = 0; i < line->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    tw_place_state *place = &run->place[line->machine[i].node_i];
    place->n_on += machine->part != TW_NO_PART;
    place->n_start += machine->must_start != 0;
    if (machine->reserved != TW_NONE) run->place[machine->reserved].n_reserved++;
  }
}

// Requests as the validator counts them; a machine that asks without an exit is left to it.
static bool are_exits_known(const tw_run *run) {
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (machine->has_request && machine->target == TW_NONE && machine->exit_i == TW_NONE)
      return false;
  }
  return true;
}

static void count_all_requests(tw_run *run) {
  const tw_memory *memory = tw_line_memory(run->line);
  const int32_t n = run->line->n_place;
  if (!are_exits_known(run)) return;
  // counted where the count belongs, one record after the other
  int32_t *n_request = tw_memory_zeroed(memory, (size_t)n, sizeof *n_request);
  if (n_request == NULL) {
    run->status = TWIN_ERR_MEMORY;
    return;
  }
  tw_count_requests(run, n_request);
  for (int32_t p = 0; p < n; p++) run->place[p].n_request = n_request[p];
  tw_memory_free(memory, n_request);
}

// Is it known what the holder waits for? In a state from outside it may be a setup that there is
// not.
static bool is_task_known(const tw_run *run, int32_t holder_i) {
  const tw_line *line = run->line;
  const bool is_ahead = holder_i >= line->n_machine;
  const int32_t machine_i = is_ahead ? line->setup[holder_i - line->n_machine].machine_i : holder_i;
  const tw_machine *machine = &run->machine[machine_i];
  const tw_setup *setup = line->place[line->machine[machine_i].node_i].setup;
  const int32_t setup_i = line->machine[machine_i].setup_i;
  if (is_ahead) return run->setup[setup_i].ahead_step < setup->n_step;
  if (machine->down != TW_UP && machine->mode != TW_NONE) return true;
  if (machine->phase == TW_APPROVE) return setup != NULL;
  return machine->phase != TW_SETUP ||
         (setup_i != TW_NONE && run->setup[setup_i].step < setup->n_step);
}

// Those who wait for people stand in the order in which they are served.
static void queue_waiting(tw_run *run) {
  const int32_t n_machine = run->line->n_machine;
  run->head->first_waiting = TW_NONE;
  for (int32_t i = 0; i < n_machine; i++) run->machine[i].next_waiting = TW_NONE;
  for (int32_t i = 0; i < run->line->n_setup; i++) run->setup[i].next_waiting = TW_NONE;
  for (int32_t i = 0; i < n_machine + run->line->n_setup; i++)
    if (run->head->has_started && tw_is_lined_up(run, i) && is_task_known(run, i))
      tw_crew_line_up(run, i);
}

// Overtime, and what common causes have taken down.
static void count_people(tw_run *run) {
  const tw_line *line = run->line;
  run->head->n_overtime = 0;
  for (int32_t i = 0; i < line->n_machine; i++)
    run->head->n_overtime += run->machine[i].is_overtime;
  for (int32_t i = 0; i < line->n_cause; i++) {
    run->cause[i].n_down = 0;
    for (int32_t k = 0; k < line->cause[i].n_mode; k++)
      run->cause[i].n_down += run->mode[line->cause[i].mode[k]].clock != TW_CLOCK_COUNTS;
  }
}

// Cards that parts hold.
static void count_cards(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_loop; i++) {
    run->loop[i].n_out = 0;
    for (uint32_t k = 0; k < run->head->n_part_slot; k++)
      run->loop[i].n_out += run->part[k].type != TW_NONE && (run->part[k].cards >> i & 1) != 0;
  }
}

void tw_run_recount(tw_run *run) {
  const tw_line *line = run->line;
  link_back(run);
  if (run->head->has_started)
    for (int32_t i = 0; i < line->n_place; i++)
      if (line->place[i].kind->recount != NULL) line->place[i].kind->recount(run, i);
  count_head(run);
  count_cards(run);
  count_places(run);
  if (run->head->has_started) count_all_requests(run);
  count_people(run);
  queue_waiting(run);
  tw_energy_recount(run);
}

void tw_agenda_clear(tw_run *run) {
  const tw_agenda agenda = tw_run_agenda(run);
  tw_agenda_init(&agenda, (uint32_t)run->line->n_slot);
}

void tw_parts_chain_free(tw_run *run) {
  run->head->free_part = TW_NO_PART;
  for (uint32_t i = run->head->n_part_slot; i-- > 0;) {
    if (run->part[i].type != TW_NONE) continue;
    run->part[i].next = run->head->free_part;
    run->head->free_part = i;
  }
}

void tw_mark_all(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_place; i++) tw_mark(run, i);
  if (run->head->first_waiting != TW_NONE) tw_mark_crew(run);
}
