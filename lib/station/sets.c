// sets.c - see sets.h. Every random value has draw sites of its own, one a machine, so that a change of one
// leaves the others as they were.

#include "station/sets.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "engine/body.h"
#include "engine/carried.h"
#include "engine/draw.h"
#include "engine/words.h"
#include "model/compile.h"

static const char EXAMPLE[] = "{\"tool.wear\": {\"add\": {\"exponential\": {\"mean\": 0.02}}}}";
static const char PART[] = "part.";

static bool parse_set(const tw_node *node, const tw_reader *reader, tw_set_def *set) {
  *set = (tw_set_def){.def = {.name = node->key, .node = node}, .value = node};
  const tw_node *add = node->type == TW_NODE_OBJECT ? tw_node_member(node, "add") : NULL;
  if (add != NULL) {
    set->value = add;
    set->is_added = true;
    for (const tw_node *item = node->first; item != NULL; item = item->next) {
      if (item == add || tw_key_is_free(item->key)) continue;
      static const char *const keys[] = {"add"};
      tw_reader_unknown_key(reader, item, "a value that is added", keys, 1);
      return false;
    }
  }
  const tw_node_type type = set->value->type;
  if (type == TW_NODE_TEXT || type == TW_NODE_NUMBER || type == TW_NODE_OBJECT) return true;
  tw_reader_wrong_type(reader, set->value, "an expression or a random value", "\"heat.T\"");
  return false;
}

static bool parse_sets(const tw_node *node, const struct tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of states and attributes with values", EXAMPLE);
    return false;
  }
  tw_set_def *at = tw_arena_take_array(reader->arena, (size_t)node->n_child + 1, sizeof *at);
  if (at == NULL) return false;
  int32_t n = 0;
  bool is_good = true;
  for (const tw_node *item = node->first; item != NULL; item = item->next)
    if (!tw_key_is_free(item->key) && !parse_set(item, reader, &at[n++])) is_good = false;
  TW_ASSERT(n <= node->n_child);
  if (n > TW_SETS_MAX) {
    tw_reader_problem(reader, node, "E-RANGE", NULL, NULL, "a station sets at most %d values, here are %d",
                      (int)TW_SETS_MAX, (int)n);
    return false;
  }
  *(tw_map *)target = (tw_map){.n = n, .at = at};
  return is_good;
}

const tw_custom tw_sets_custom = {
    .parse = parse_sets,
    .shape = "expressions, random values, or what is added, by state or part attribute, "
             "{\"tool.wear\": {\"add\": {\"exponential\": {\"mean\": 0.02}}}, \"part.T\": \"heat.T\"}",
    .schema = "{\"type\": \"object\", \"additionalProperties\": {\"type\": [\"number\", \"string\", "
              "\"object\"]}}"};

// ---- Compilation -----------------------------------------------------------------------------

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
  for (int32_t a = 0; a < line->n_attribute && n < TW_WORDS_MAX; a++) {
    const char *name = tw_arena_print(&compiler->line->arena, "%s%s", PART, line->attribute_name[a]);
    if (name == NULL) return false;
    *dim = line->attribute_dim[a];
    set->attribute_i = a;
    if (strcmp(name, def->def.name) == 0) {
      tw_compile_carry(compiler, a);
      return true;
    }
    names[n++] = name;
  }
  const char *nearest = tw_text_nearest(def->def.name, names, (size_t)n);
  tw_compile_problem(compiler, def->def.node, "E-MODEL",
                     nearest != NULL
                         ? tw_arena_print(&compiler->line->arena, "did you mean '%s'?", nearest)
                         : "states stand in \"dynamics\", attributes in \"parts\"",
                     "'%s' is no state of the station's models and no attribute of a part",
                     def->def.name);
  return false;
}

// A bare name of one of "distributions" is a random value, every other text an expression.
static bool is_random(const tw_compiler *compiler, const tw_node *value) {
  if (value->type == TW_NODE_OBJECT) return true;
  const tw_node *known = compiler->reader->distributions;
  return value->type == TW_NODE_TEXT && known != NULL && tw_node_member(known, value->text) != NULL;
}

// The value as an expression, or sites for its draws.
static void compile_value(tw_compiler *compiler, int32_t place_i, const tw_set_def *def, tw_dim dim,
                          const char *stream, tw_station_set *set) {
  tw_line *line = compiler->line;
  const tw_place *place = &line->place[place_i];
  if (set->is_added) dim.is_absolute = 0;
  if (!is_random(compiler, def->value)) {
    const tw_expr_text text = {.text = def->value->text, .node = def->value};
    set->value = tw_compile_expr_at(compiler, place_i, &text, dim);
    return;
  }
  const tw_field field = {.name = def->def.name, .type = TW_FIELD_VALUE, .dim = dim};
  tw_value value = {0};
  if (!tw_value_parse(def->value, &field, compiler->reader, &value)) {
    compiler->is_bad = true;
    return;
  }
  const char *purpose = tw_arena_print(&line->arena, "sets/%s", def->def.name);
  for (int32_t i = 0; i < place->n_machine; i++) {
    const int32_t site =
        tw_compile_site(compiler, place_i, place->first_machine + i, purpose, stream, &value);
    if (i == 0) set->site = site;
  }
}

tw_station_sets tw_sets_compile(tw_compiler *compiler, int32_t place_i, const tw_map *sets,
                                const char *stream) {
  const tw_set_def *def = sets->at;
  tw_station_set *at =
      tw_arena_take_array(&compiler->line->arena, (size_t)sets->n + 1, sizeof *at);
  if (at == NULL || sets->n == 0) return (tw_station_sets){0};
  for (int32_t i = 0; i < sets->n; i++) {
    tw_dim dim;
    at[i] = (tw_station_set){.name = def[i].def.name, .is_added = def[i].is_added, .site = TW_NONE};
    if (find_target(compiler, place_i, &def[i], &at[i], &dim))
      compile_value(compiler, place_i, &def[i], dim, stream, &at[i]);
  }
  return (tw_station_sets){.n = sets->n, .at = at};
}

// ---- At a completion -------------------------------------------------------------------------

static const tw_member *member_of(const tw_run *run, int32_t machine_i, const tw_station_variable *of) {
  return &run->line->member[run->line->machine[machine_i].first_member + of->member];
}

// The value that a target gets; what it is now where something is added.
static double find_value(tw_run *run, const tw_station_set *set, int32_t machine_i) {
  const tw_line *line = run->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  const tw_part *part = &run->part[run->machine[machine_i].part];
  const double value = set->value != NULL
                           ? tw_words_value(run, set->value, machine_i, part)
                           : tw_draw(run, set->site + machine->number, part->type);
  if (!set->is_added) return value;
  if (set->variable == TW_NONE) return value + tw_part_attribute(run, part, set->attribute_i);
  const tw_station_variable *of = &line->place[machine->node_i].variable[set->variable];
  return value + tw_variable_now(run, member_of(run, machine_i, of), of->i);
}

void tw_sets_apply(tw_run *run, const tw_station_sets *sets, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  const tw_place *place = &run->line->place[machine->node_i];
  double value[TW_SETS_MAX];
  TW_ASSERT(sets->n <= TW_SETS_MAX);
  for (int32_t i = 0; i < sets->n; i++) {
    value[i] = find_value(run, &sets->at[i], machine_i);
    if (isfinite(value[i])) continue;
    tw_run_stop(run, TWIN_ERR_VALUE, machine->node_i, "\"sets\" gives %s no value: %g",
                sets->at[i].name, value[i]);
    return;
  }
  for (int32_t i = 0; i < sets->n; i++) {
    if (sets->at[i].variable == TW_NONE) {
      tw_carried_write(run, run->machine[machine_i].part, sets->at[i].attribute_i, value[i]);
      continue;
    }
    const tw_station_variable *of = &place->variable[sets->at[i].variable];
    tw_variable_set(run, member_of(run, machine_i, of), of->i, value[i]);
  }
  tw_bodies_touch(run, machine_i);
  tw_bodies_look(run, machine_i);
}
