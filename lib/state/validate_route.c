// validate_route.c - parts on their routes: each is at a source before its first step, waits where
// its next step is done, or is on a machine of that step, or of the one before when it is done
// there. What routes index by a part's step is then there. See validate.c.

#include <string.h>

#include "engine/work.h"
#include "state/validate_inner.h"

static bool is_in(const int32_t *list, int32_t n, int32_t place_i) {
  for (int32_t i = 0; i < n; i++)
    if (list[i] == place_i) return true;
  return false;
}

// True where a part of this type waits for step number `step`; behind the last one that is "out".
static bool is_wait_sound(const tw_run *run, const tw_part_type *type, uint32_t step,
                          int32_t place_i) {
  const tw_graph *graph = &run->line->graph;
  if (step >= (uint32_t)type->n_step) return place_i == graph->out_i;
  const tw_route_step *at = &graph->step[type->first_step + (int32_t)step];
  return is_in(at->entry, at->n_entry, place_i);
}

static bool is_of_step(const tw_run *run, const tw_part *part, uint32_t step) {
  const tw_part_type *type = &run->line->part_type[part->type];
  if (step >= (uint32_t)type->n_step) return false;
  const tw_route_step *at = &run->line->graph.step[type->first_step + (int32_t)step];
  return is_in(at->station, at->n_station, part->place);
}

static bool is_on_machine_sound(const tw_run *run, const tw_part *part, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const bool is_main = machine->exit_i == run->line->place[part->place].main_exit;
  const bool has_worked = machine->phase == TW_APPROVE || machine->phase == TW_UNLOAD ||
                          machine->phase == TW_DONE;
  // whoever is scrapped has no further step
  if (has_worked && !is_main) return true;
  if (has_worked ? part->step == 0 : part->step == UINT32_MAX) return false;
  if (!is_of_step(run, part, has_worked ? part->step - 1 : part->step)) return false;
  const uint32_t next = has_worked ? part->step : part->step + 1;
  const tw_part_type *type = &run->line->part_type[part->type];
  if (machine->reserved != TW_NONE && !is_wait_sound(run, type, next, machine->reserved))
    return false;
  if (!machine->has_request) return true;
  if (machine->target != TW_NONE) return is_wait_sound(run, type, next, machine->target);
  int32_t n;
  tw_choices(run, machine->exit_i, part->type, next, &n);
  return n > 1;
}

static bool is_sound(const tw_run *run, uint32_t part_i) {
  const tw_part *part = &run->part[part_i];
  const tw_place *place = &run->line->place[part->place];
  if (strcmp(place->kind->section, "sources") == 0) return part->step == 0;
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++)
    if (run->machine[m].part == part_i) return is_on_machine_sound(run, part, m);
  if (place->n_machine > 0) return is_of_step(run, part, part->step);  // set aside
  const tw_part_type *type = &run->line->part_type[part->type];
  return part->step < (uint32_t)type->n_step && is_wait_sound(run, type, part->step, part->place);
}

bool tw_are_routes_sound(const tw_run *run) {
  const tw_line *line = run->line;
  if (line->graph.n_route == 0) return true;
  for (uint32_t i = 0; i < run->head->n_part_slot; i++) {
    const tw_part *part = &run->part[i];
    if (part->type == TW_NONE || line->part_type[part->type].n_step == 0) continue;
    if (!is_sound(run, i)) return false;
  }
  return true;
}
