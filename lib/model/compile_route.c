// compile_route.c - routes in the compiled line: which part types have one, which places they are
// on, and that a part on its route can neither leave it nor meet a machine that is none of its own.

#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"

void tw_compile_routes(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_graph *graph = &line->graph;
  for (int32_t r = 0; r < graph->n_route; r++) {
    const tw_route *route = &graph->route[r];
    const tw_name name = {.name = route->part, .node = route->node};
    const int32_t type = tw_compile_part_type(compiler, &name);
    if (type == TW_NONE) continue;
    tw_part_type *part = (tw_part_type *)&line->part_type[type];  // ours: made by this compilation
    part->first_step = route->first_step;
    part->n_step = route->n_step;
  }
  for (int32_t k = 0; k < graph->n_step; k++)
    for (int32_t i = 0; i < graph->step[k].n_station; i++)
      line->place[graph->step[k].station[i]].is_on_route = true;
}

static bool is_of_step(const tw_route_step *step, int32_t station_i) {
  for (int32_t i = 0; i < step->n_station; i++)
    if (step->station[i] == station_i) return true;
  return false;
}

bool tw_compile_uses_time(const tw_compiler *compiler, int32_t node_i, int32_t part_type) {
  const tw_line *line = compiler->line;
  const tw_part_type *type = &line->part_type[part_type];
  if (!tw_compile_reaches(compiler, node_i, part_type)) return false;
  for (int32_t k = type->first_step; k < type->first_step + type->n_step; k++)
    if (line->graph.step[k].time == NULL && is_of_step(&line->graph.step[k], node_i)) return true;
  return type->n_step == 0;
}

// Beside the main exit there may be ways to the ends of the line for parts that went wrong. Whoever
// leaves by another exit would leave the route.
static void check_exits(tw_compiler *compiler, const tw_route_step *step, int32_t place_i) {
  const tw_graph *graph = &compiler->line->graph;
  for (int32_t i = graph->first_exit[place_i]; i < graph->first_exit[place_i + 1]; i++) {
    const tw_exit *exit = &graph->exit[i];
    if (exit->name[0] == 0) continue;
    const bool is_loss = strcmp(exit->name, "scrap") == 0 || strcmp(exit->name, "overstay") == 0;
    bool is_end = is_loss;
    for (int32_t k = 0; k < exit->n_target; k++)
      is_end = is_end && (exit->target[k] == graph->scrap_i || exit->target[k] == graph->out_i);
    if (is_end) continue;
    tw_compile_problem(compiler, step->node, "E-ROUTE", "let routes lead to stations without exits",
                       "the exit \"%s.%s\" would lead parts off their route", graph->name[place_i],
                       exit->name);
  }
}

// Whoever takes from where the part waits can do the step.
static void check_entry(tw_compiler *compiler, const tw_route_step *step, int32_t entry_i) {
  const tw_line *line = compiler->line;
  const tw_graph *graph = &line->graph;
  if (is_of_step(step, entry_i)) return;
  check_exits(compiler, step, entry_i);
  const int32_t main_exit = line->place[entry_i].main_exit;
  TW_ASSERT(main_exit != TW_NONE);
  for (int32_t i = 0; i < graph->exit[main_exit].n_target; i++) {
    const int32_t to = graph->exit[main_exit].target[i];
    if (is_of_step(step, to)) continue;
    tw_compile_problem(
        compiler, step->node, "E-ROUTE", "give it a buffer of its own, or name it in the step too",
        "the part waits in \"%s\", where \"%s\" would take it, which is not of this step",
        graph->name[entry_i], graph->name[to]);
  }
}

// Parts without a route need a chain that leads on.
static void check_ways_on(tw_compiler *compiler, int32_t place_i) {
  const tw_line *line = compiler->line;
  const int32_t main_exit = line->place[place_i].main_exit;
  if (main_exit == TW_NONE || line->graph.exit[main_exit].n_chain > 0) return;
  for (int32_t type = 0; type < line->n_part_type; type++) {
    if (line->part_type[type].n_step > 0 || !tw_compile_reaches(compiler, place_i, type)) continue;
    tw_compile_problem(compiler, ((const tw_def *)line->doc.place[place_i].def)->node, "E-ROUTE",
                       "give it a route, or add a chain",
                       "part '%s' gets to '%s', has no route, and no chain leads on from there",
                       line->part_type[type].name, line->place[place_i].name);
    return;
  }
}

void tw_compile_check_routes(tw_compiler *compiler) {
  const tw_line *line = compiler->line;
  const tw_graph *graph = &line->graph;
  for (int32_t k = 0; k < graph->n_step; k++) {
    const tw_route_step *step = &graph->step[k];
    for (int32_t i = 0; i < step->n_station; i++) check_exits(compiler, step, step->station[i]);
    for (int32_t i = 0; i < step->n_entry; i++) {
      check_entry(compiler, step, step->entry[i]);
      if (step->n_entry > 1) line->place[step->entry[i]].has_choosing_feeder = true;
    }
  }
  for (int32_t i = 0; i < line->doc.n_place && graph->n_route > 0; i++) check_ways_on(compiler, i);
}
