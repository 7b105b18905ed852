// mode_sets.c - "set" of a failure or maintenance: which states of the machine's models it gives which values.

#include <string.h>

#include "model/compile.h"
#include "model/physics.h"
#include "station/failure_def.h"

// Number of a state of the station, "tool.wear"; TW_NONE with a problem.
static int32_t find_state(tw_compiler *compiler, const tw_place *place, const tw_def *def) {
  const char *names[TW_STATION_VARIABLES_MAX];
  for (int32_t i = 0; i < place->n_variable; i++) {
    names[i] = place->variable[i].name;
    if (strcmp(names[i], def->name) == 0) return i;
  }
  const char *nearest = tw_text_nearest(def->name, names, (size_t)place->n_variable);
  tw_compile_problem(compiler, def->node, "E-MODEL",
                     nearest != NULL
                         ? tw_arena_print(&compiler->line->arena, "did you mean '%s'?", nearest)
                         : "states stand in \"dynamics\", \"tool.wear\"",
                     "the station's models have no state '%s'", def->name);
  return TW_NONE;
}

int32_t tw_mode_sets_compile(tw_compiler *compiler, int32_t place_i, const tw_map *set,
                             const tw_mode_set **sets) {
  tw_line *line = compiler->line;
  const tw_place *place = &line->place[place_i];
  const tw_named_text *text = set->at;
  if (set->n == 0) return 0;
  tw_mode_set *at = tw_arena_take_array(&line->arena, (size_t)set->n, sizeof *at);
  if (at == NULL) return 0;
  for (int32_t i = 0; i < set->n; i++) {
    const int32_t k = find_state(compiler, place, &text[i].def);
    if (k == TW_NONE) continue;
    at[i].variable = k;
    at[i].value = tw_compile_expr_at(compiler, place_i, &text[i].text, place->variable[k].dim);
  }
  *sets = at;
  return compiler->is_bad ? 0 : set->n;
}
