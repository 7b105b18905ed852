// set_def.c - see set_def.h.

#include "doc/set_def.h"

#include <string.h>

#include "base/assert.h"

static const char EXAMPLE[] = "{\"tool.wear\": {\"add\": {\"exponential\": {\"mean\": 0.02}}}}";

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
