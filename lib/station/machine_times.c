// machine_times.c - process times of a station as the compiler sees them: those of routes' steps,
// whether every part that gets here has one, and their means.

#include "core/ticks.h"
#include "model/compile.h"
#include "station/machine.h"
#include "station/machine_def.h"

// Times of the steps of routes that are done here, by step of the graph; NULL: none says its time.
const tw_dist *const *tw_machine_step_times(tw_compiler *compiler, int32_t place_i) {
  const tw_graph *graph = &compiler->line->graph;
  const tw_dist **times = NULL;
  for (int32_t k = 0; k < graph->n_step; k++) {
    const tw_route_step *step = &graph->step[k];
    for (int32_t i = 0; i < step->n_station && step->time != NULL; i++) {
      if (step->station[i] != place_i) continue;
      if (times == NULL)
        times = tw_arena_take_array(&compiler->line->arena, (size_t)graph->n_step, sizeof *times);
      if (times != NULL) times[k] = step->time;
    }
  }
  return times;
}

// A station without a time of its own: every part that gets here has a step that says it.
void tw_machine_check_times(tw_compiler *compiler, int32_t place_i) {
  const tw_line *line = compiler->line;
  const tw_def *def = line->doc.place[place_i].def;
  for (int32_t type = 0; type < line->n_part_type; type++)
    if (tw_compile_uses_time(compiler, place_i, type))
      tw_compile_problem(
          compiler, def->node, "E-ROUTE", "add \"time\" to the step, or to the station",
          "part '%s' gets to '%s' but has no time here", line->part_type[type].name, def->name);
}

// Mean over the machines, without the factor.
static double mean_drawn_s(const tw_line *line, const tw_place *place, int32_t part_type) {
  const tw_station_param *param = place->param;
  double sum_s = 0;
  for (int32_t i = 0; i < place->n_machine; i++) {
    if (param->sites[i].time == TW_NONE) continue;
    const tw_site *site = &line->site[param->sites[i].time];
    const tw_dist *dist = site->by_part != NULL ? site->by_part[part_type] : site->dist;
    if (dist != NULL) sum_s += tw_dist_mean(dist);
  }
  return sum_s / place->n_machine;
}

double tw_machine_mean_time_s(const tw_line *line, int32_t place_i, int32_t part_type,
                              int32_t step_i) {
  const tw_place *place = &line->place[place_i];
  const tw_station_param *param = place->param;
  const tw_dist *own = step_i >= 0 ? line->graph.step[step_i].time : NULL;
  const double mean_s = own != NULL ? tw_dist_mean(own) : mean_drawn_s(line, place, part_type);
  // a factor that changes with time has no mean; it counts as 1
  double factor = 1;
  if (param->factor == NULL || !tw_expr_is_constant(param->factor, &factor)) factor = 1;
  const double time_s = factor * mean_s;
  return time_s >= 0 && time_s <= TW_LONGEST_S ? time_s : 0;
}
