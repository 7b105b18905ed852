// sets.c - see sets.h.

#include "keys/sets.h"

#include <string.h>

#include "base/assert.h"
#include "model/compile.h"

// What the name stands for, and its dimension; false with a problem.
static bool find_target(tw_compiler *compiler, int32_t place_i, const tw_set_def *def,
                        tw_station_set *set, tw_dim *dim) {
  const tw_line *line = compiler->line;
  const tw_place *place = &line->place[place_i];
  const char *names[TW_WORDS_MAX];
  int32_t n = 0;
  for (int32_t i = 0; i < place->n_variable; i++) {
    *dim = place->variable[i].dim;
    set->variable = i;
    if (strcmp(place->variable[i].name, def->def.name) == 0) return true;
    names[n++] = place->variable[i].name;
  }
  set->variable = TW_NONE;
  set->attribute_i = tw_set_attribute(compiler, def);
  if (set->attribute_i != TW_NONE) {
    *dim = line->attribute_dim[set->attribute_i];
    tw_compile_carry(compiler, set->attribute_i);
    return true;
  }
  for (int32_t a = 0; a < line->n_attribute && n < TW_WORDS_MAX; a++) {
    names[n] = tw_arena_print(&compiler->line->arena, "part.%s", line->attribute_name[a]);
    if (names[n++] == NULL) return false;
  }
  const char *nearest = tw_text_nearest(def->def.name, names, (size_t)n);
  const tw_node at = tw_node_name(def->def.node);
  tw_compile_problem(compiler, &at, "E-MODEL",
                     nearest != NULL
                         ? tw_arena_print(&compiler->line->arena, "did you mean '%s'?", nearest)
                         : "states stand in \"dynamics\", attributes in \"parts\"",
                     "'%s' is no state of the station's models and no attribute of a part",
                     def->def.name);
  return false;
}

// All targets; purpose: of the sites, in front of the target's name.
static tw_station_sets compile(tw_compiler *compiler, const tw_map *sets, const char *purpose,
                               const tw_set_site *like) {
  const tw_set_def *def = sets->at;
  tw_arena *arena = &compiler->line->arena;
  tw_station_set *at = tw_arena_take_array(arena, (size_t)sets->n + 1, sizeof *at);
  if (at == NULL || sets->n == 0) return (tw_station_sets){0};
  for (int32_t i = 0; i < sets->n; i++) {
    tw_set_site site = *like;
    at[i] = (tw_station_set){.name = def[i].def.name, .is_added = def[i].is_added, .site = TW_NONE};
    if (!find_target(compiler, like->place_i, &def[i], &at[i], &site.dim)) continue;
    if (at[i].is_added) site.dim.is_absolute = 0;
    if (tw_set_is_random(compiler, &def[i])) {
      site.purpose = tw_arena_print(arena, "%s/%s", purpose, def[i].def.name);
      at[i].site = tw_set_draws(compiler, &def[i], &site);
    } else {
      const tw_expr_text text = {.text = def[i].value->text, .node = def[i].value};
      at[i].value = tw_compile_expr_at(compiler, like->place_i, &text, site.dim);
    }
  }
  return (tw_station_sets){.n = compiler->is_bad ? 0 : sets->n, .at = at};
}

tw_station_sets tw_sets_compile(tw_compiler *compiler, int32_t place_i, const tw_map *sets,
                                const char *stream) {
  return compile(compiler, sets, "sets",
                 &(tw_set_site){.place_i = place_i, .stream = stream, .has_part = true});
}

tw_station_sets tw_mode_sets_compile(tw_compiler *compiler, int32_t machine_i, const tw_map *set,
                                     const char *name, const char *stream) {
  const tw_line *line = compiler->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  TW_ASSERT(machine_i >= 0 && machine_i < line->n_machine);
  if (set->n == 0 || compiler->is_bad) return (tw_station_sets){0};
  if (machine->number > 0)
    return line->mode[line->machine[machine_i - 1].first_mode + line->n_mode - machine->first_mode].sets;
  const char *purpose = tw_arena_print(&compiler->line->arena, "set/%s", name);
  return compile(compiler, set, purpose, &(tw_set_site){.place_i = machine->node_i, .stream = stream});
}
