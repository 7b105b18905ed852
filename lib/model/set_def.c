// set_def.c - see set_def.h. Every random value has draw sites of its own, one a machine, so that a change of one
// leaves the others as they were.

#include "model/set_def.h"

#include <string.h>

#include "base/assert.h"
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
    tw_reader_problem(reader, node, "E-RANGE", NULL, NULL, "at most %d values can be set at once, here are %d",
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

int32_t tw_set_attribute(const tw_compiler *compiler, const tw_set_def *def) {
  const tw_line *line = compiler->line;
  const size_t n_prefix = sizeof PART - 1;
  if (strncmp(def->def.name, PART, n_prefix) != 0) return TW_NONE;
  for (int32_t a = 0; a < line->n_attribute; a++)
    if (strcmp(line->attribute_name[a], def->def.name + n_prefix) == 0) return a;
  return TW_NONE;
}

bool tw_set_is_random(const tw_compiler *compiler, const tw_set_def *def) {
  if (def->value->type == TW_NODE_OBJECT) return true;
  const tw_node *known = compiler->reader->distributions;
  return def->value->type == TW_NODE_TEXT && known != NULL && tw_node_member(known, def->value->text) != NULL;
}

int32_t tw_set_draws(tw_compiler *compiler, const tw_set_def *def, const tw_set_site *site) {
  tw_line *line = compiler->line;
  const tw_field field = {.name = def->def.name, .type = TW_FIELD_VALUE, .dim = site->dim};
  tw_value value = {0};
  if (!tw_value_parse(def->value, &field, compiler->reader, &value)) {
    compiler->is_bad = true;
    return TW_NONE;
  }
  if ((value.n_part > 0 && !site->has_part) || (value.n_machine > 0 && site->place_i == TW_NONE)) {
    tw_compile_problem(compiler, def->value, "E-KEY", "give one value",
                       value.n_part > 0 ? "it is set also where no part is on the machine"
                                        : "a shared model has no machines");
    return TW_NONE;
  }
  if (site->place_i == TW_NONE) return tw_compile_site_of(compiler, site->stream, site->purpose, &value);
  const tw_place *place = &line->place[site->place_i];
  TW_ASSERT(place->n_machine > 0 || compiler->is_bad);
  int32_t first = TW_NONE;
  for (int32_t i = 0; i < place->n_machine; i++) {
    const int32_t site_i = tw_compile_site(compiler, site->place_i, place->first_machine + i, site->purpose,
                                           site->stream, &value);
    if (i == 0) first = site_i;
  }
  return first;
}
