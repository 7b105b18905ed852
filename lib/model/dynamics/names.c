// names.c - under which names the states, outputs and events of a station's models are
// read from outside: quantities and tables go by these lists. All machines of a station have the
// same.

#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"
#include "model/dynamics/inner.h"

// Unit of an integral over time: "J" of "W", and "K*s" where the product has no shorter name.
static const char *unit_over_time(tw_arena *arena, const char *unit, tw_dim dim) {
  char product[64];
  const char *named = tw_dim_unit(tw_dim_times(dim, TW_DIM_TIME), product);
  if (strlen(named) < strlen(unit) + 2) return tw_arena_text(arena, named);
  return tw_arena_print(arena, "%s*s", unit);
}

static tw_model_series make_series(tw_arena *arena, const char *name, const char *unit,
                                   tw_dim dim) {
  return (tw_model_series){.name = name, .unit = unit, .unit_s = unit_over_time(arena, unit, dim)};
}

// A state by its number in the station; what hazards count is not among them.
static tw_model_series series_of_state(tw_arena *arena, const tw_station_variable *variable,
                                       const tw_system *system) {
  const tw_variable_param *param = &system->variable[variable->i];
  TW_ASSERT(strcmp(param->name, variable->name) == 0);
  tw_model_series series = make_series(arena, variable->name, param->unit, param->dim);
  series.member = variable->member;
  series.i = variable->i;
  return series;
}

static tw_model_series series_of_output(tw_arena *arena, const tw_output_param *output,
                                        int32_t member, int32_t i) {
  tw_model_series series = make_series(arena, output->name, output->unit, output->dim);
  series.member = member;
  series.i = i;
  series.is_output = true;
  return series;
}

static const char *path_of_event(tw_arena *arena, const char *name) {
  const char *slash = strchr(name, '/');
  TW_ASSERT(slash != NULL);
  return tw_arena_print(arena, "%.*s/events/%s", (int)(slash - name), name, slash + 1);
}

void tw_build_names(tw_build *build, tw_system *const *system, int32_t n, int32_t first_member) {
  tw_line *line = build->compiler->line;
  tw_arena *arena = &line->arena;
  tw_place *place = build->place_i == TW_NONE ? NULL : &line->place[build->place_i];
  const tw_station_variable *variable = place != NULL ? place->variable : line->shared_variable;
  const int32_t n_variable = place != NULL ? place->n_variable : line->n_shared_variable;
  tw_model_names names = {0};
  int32_t n_output = 0, n_event = 0;
  for (int32_t k = 0; k < n; k++) {
    n_output += system[k]->n_output;
    n_event += system[k]->n_event;
  }
  const size_t n_series = (size_t)(n_variable + n_output) + 1;
  tw_model_series *series = tw_arena_take_array(arena, n_series, sizeof *series);
  tw_model_event_name *event = tw_arena_take_array(arena, (size_t)n_event + 1, sizeof *event);
  if (series == NULL || event == NULL) return;
  for (int32_t i = 0; i < n_variable; i++)
    series[names.n_series++] =
        series_of_state(arena, &variable[i], system[variable[i].member - first_member]);
  for (int32_t k = 0; k < n; k++) {
    for (int32_t i = 0; i < system[k]->n_output; i++)
      series[names.n_series++] =
          series_of_output(arena, &system[k]->output[i], first_member + k, i);
    for (int32_t i = 0; i < system[k]->n_event; i++)
      event[names.n_event++] =
          (tw_model_event_name){.path = path_of_event(arena, system[k]->event[i].name),
                                .member = first_member + k,
                                .i = i};
  }
  names.series = series;
  names.event = event;
  if (place != NULL) place->models = names;
  if (place == NULL) line->shared_models = names;
}
