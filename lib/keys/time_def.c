// time_def.c - see time_def.h.

#include "keys/time_def.h"

#include <string.h>

// A copy of an object without one member; its members know their real parent, for problems.
static tw_node *copy_without(const tw_node *object, const char *key, tw_arena *arena) {
  tw_node *copy = tw_arena_take(arena, sizeof *copy);
  if (copy == NULL) return NULL;
  *copy = *object;
  copy->first = copy->last = NULL;
  copy->n_child = 0;
  for (const tw_node *child = object->first; child != NULL; child = child->next) {
    if (strcmp(child->key, key) == 0) continue;
    tw_node *own = tw_arena_take(arena, sizeof *own);
    if (own == NULL) return NULL;
    *own = *child;
    own->next = NULL;
    if (copy->last == NULL) copy->first = own;
    else copy->last->next = own;
    copy->last = own;
    copy->n_child++;
  }
  return copy;
}

static bool parse_time(const tw_node *node, const struct tw_reader *reader, void *target) {
  static const tw_field field = {.name = "time", .type = TW_FIELD_VALUE, .dim = {.s = 1}};
  tw_time_def *time = target;
  const tw_node *factor = node->type == TW_NODE_OBJECT ? tw_node_member(node, "factor") : NULL;
  if (factor == NULL) return tw_value_parse(node, &field, reader, &time->value);
  if (factor->type != TW_NODE_TEXT && factor->type != TW_NODE_NUMBER) {
    tw_node_problem(reader->problems, reader->file, factor, "E-TYPE", NULL, NULL,
                    "\"factor\": \"1 + 0.1*part.grade\"", "a factor is an expression");
    return false;
  }
  time->factor = (tw_expr_text){.text = factor->text, .node = factor};
  const tw_node *rest = copy_without(node, "factor", reader->arena);
  return rest != NULL && tw_value_parse(rest, &field, reader, &time->value);
}

const tw_custom tw_time_custom = {
    .parse = parse_time,
    .shape = "[random value](#random-values), duration; may have a `factor` beside it",
    .schema = "{\"description\": \"a value with a unit of time, or a random value\"}"};
