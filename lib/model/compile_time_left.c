// compile_time_left.c - the mean process time that a part at a place still needs: of the place itself and
// of what follows along main exits; where a place has none, along its first exit but scrap. A way
// back counts no further: nobody knows how often it is gone.

#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"

// The edge that most parts leave a place by; -1: it is an end of the line.
static int32_t find_way_on(const tw_line *line, int32_t place_i) {
  const tw_graph *graph = &line->graph;
  const int32_t main_exit = line->place[place_i].main_exit;
  if (main_exit != TW_NONE) return graph->exit[main_exit].edge[0];
  for (int32_t i = graph->first_exit[place_i]; i < graph->first_exit[place_i + 1]; i++)
    if (strcmp(graph->exit[i].name, "scrap") != 0) return graph->exit[i].edge[0];
  return -1;
}

// Mean time of a step: over the stations that can do it.
static double mean_of_step(const tw_line *line, int32_t type, int32_t step_i) {
  const tw_route_step *step = &line->graph.step[step_i];
  double sum_s = 0;
  for (int32_t i = 0; i < step->n_station; i++) {
    const tw_kind *kind = line->place[step->station[i]].kind;
    if (kind->mean_time_s != NULL) sum_s += kind->mean_time_s(line, step->station[i], type, step_i);
  }
  return sum_s / step->n_station;
}

static const double *add_up_routes(tw_line *line) {
  double *left_s =
      tw_arena_take_array(&line->arena, (size_t)line->graph.n_step + 1, sizeof *left_s);
  for (int32_t type = 0; left_s != NULL && type < line->n_part_type; type++) {
    double sum_s = 0;
    for (int32_t k = line->part_type[type].n_step; k-- > 0;) {
      const int32_t step_i = line->part_type[type].first_step + k;
      left_s[step_i] = sum_s += mean_of_step(line, type, step_i);
    }
  }
  return left_s;
}

void tw_compile_time_left(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const size_t n_type = (size_t)line->n_part_type;
  double *left_s =
      tw_arena_take_array(&line->arena, (size_t)line->n_place * n_type, sizeof *left_s);
  if (left_s == NULL) return;
  for (int32_t k = 0; k < line->n_place; k++) {  // from the sinks on
    const int32_t place_i = line->graph.by_rank[k];
    const tw_kind *kind = line->place[place_i].kind;
    const int32_t way = find_way_on(line, place_i);
    const bool goes_on = way >= 0 && !line->graph.edge[way].is_back;
    const double *behind_s = goes_on ? left_s + (size_t)line->graph.edge[way].to * n_type : NULL;
    for (int32_t type = 0; type < line->n_part_type; type++) {
      const double here_s =
          kind->mean_time_s != NULL ? kind->mean_time_s(line, place_i, type, -1) : 0;
      TW_ASSERT(here_s >= 0);
      left_s[(size_t)place_i * n_type + (size_t)type] = here_s + (goes_on ? behind_s[type] : 0);
    }
  }
  line->time_left_s = left_s;
  line->step_left_s = add_up_routes(line);
}
