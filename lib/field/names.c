// names.c - readers of names and of what is keyed by names: lists of names, needs, weights,
// maps and lists of objects. Names are not resolved here; they keep their nodes, so that whoever
// resolves them can say where an unknown one stands.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "field/inner.h"
#include "field/text_table.h"

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool tw_name_check(const char *name, const tw_node *node, const tw_reader *reader) {
  TW_ASSERT(name != NULL);
  bool is_good = is_letter(name[0]);
  for (const char *at = name; *at != 0; at++) {
    if (!is_letter(*at) && !(*at >= '0' && *at <= '9') && *at != '_' && *at != '-') is_good = false;
  }
  if (is_good) return true;
  char got[TW_GOT_BYTES];
  const tw_node text = {.type = TW_NODE_TEXT, .text = name};
  tw_reader_problem(reader, node, "E-KEY", "[A-Za-z][A-Za-z0-9_-]*",
                    "names begin with a letter and hold letters, digits, _ and -", "%s is no name",
                    tw_node_got(&text, got));
  return false;
}

tw_node tw_name_place(const tw_name *name) {
  TW_ASSERT(name != NULL && name->name != NULL && name->node != NULL);
  const char *key = name->node->key;
  const bool is_key = key != NULL && strcmp(key, name->name) == 0 &&
                      (name->node->type != TW_NODE_TEXT || strcmp(name->node->text, key) != 0);
  return is_key ? tw_node_name(name->node) : *name->node;
}

bool tw_parse_name(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  (void)field;
  if (node->type != TW_NODE_TEXT || node->text[0] == 0) {
    tw_reader_wrong_type(in->reader, node, "a name", NULL);
    return false;
  }
  *(tw_name *)target = (tw_name){.name = node->text, .node = node};
  return true;
}

bool tw_parse_names(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  const bool is_one = node->type == TW_NODE_TEXT;
  if (!is_one && node->type != TW_NODE_LIST) {
    tw_reader_wrong_type(in->reader, node, "a list of names", "[\"name\"]");
    return false;
  }
  const int32_t n = is_one ? 1 : node->n_child;
  tw_name *names = tw_arena_take_array(in->reader->arena, (size_t)n, sizeof *names);
  if (names == NULL) return false;
  bool is_good = true;
  int32_t i = 0;
  for (tw_node *item = is_one ? node : node->first; item != NULL && i < n; item = item->next) {
    if (!tw_parse_name(field, item, in, &names[i++])) is_good = false;
  }
  TW_ASSERT(i == n);
  if (is_good) *(tw_names *)target = (tw_names){.n = n, .at = names};
  return is_good;
}

typedef struct need_def {
  tw_name skill, resource;
  int64_t count;
} need_def;

static void check_need(const void *object, const tw_node *node, const tw_reader *reader) {
  const need_def *def = object;
  if ((def->skill.name == NULL) != (def->resource.name == NULL)) return;
  tw_reader_problem(reader, node, "E-KEY", "skill or resource", "e.g. {\"skill\": \"setup\"}",
                    "either \"skill\" or \"resource\" is required");
}

static const tw_field need_fields[] = {
    TW_FIELD(need_def, skill, "skill", TW_FIELD_NAME, .help = "skill that a worker must have"),
    TW_FIELD(need_def, resource, "resource", TW_FIELD_NAME, .help = "or a resource"),
    TW_FIELD(need_def, count, "count", TW_FIELD_COUNT, .min = 1, .max = 1e6, .preset = "1",
             .help = "how many at the same time"),
};

const tw_table tw_need_table = {
    .name = "need",
    .help = "People or resources that must be there together before work starts.",
    .size = sizeof(need_def),
    .fields = need_fields,
    .n_field = TW_N_FIELDS(need_fields),
    .check = check_need,
};

static bool parse_need(tw_node *node, const tw_parse *in, tw_need *need) {
  need->count = 1;
  if (node->type == TW_NODE_TEXT) return tw_parse_name(NULL, node, in, &need->what);
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(in->reader, node, "a skill or a resource",
                         "\"repair\" or {\"skill\": \"setup\", \"count\": 2}");
    return false;
  }
  need_def def = {0};
  if (!tw_object_parse(&tw_need_table, node, in, NULL, &def)) return false;
  need->what = def.skill.name != NULL ? def.skill : def.resource;
  need->count = def.count;
  return true;
}

bool tw_parse_needs(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  (void)field;
  const bool is_one = node->type == TW_NODE_TEXT;
  if (!is_one && node->type != TW_NODE_LIST) {
    tw_reader_wrong_type(in->reader, node, "a list of skills and resources", "[\"repair\"]");
    return false;
  }
  const int32_t n = is_one ? 1 : node->n_child;
  tw_need *needs = tw_arena_take_array(in->reader->arena, (size_t)n, sizeof *needs);
  if (needs == NULL) return false;
  bool is_good = true;
  int32_t i = 0;
  for (tw_node *item = is_one ? node : node->first; item != NULL && i < n; item = item->next) {
    if (!parse_need(item, in, &needs[i++])) is_good = false;
  }
  if (is_good) *(tw_needs *)target = (tw_needs){.n = n, .at = needs};
  return is_good;
}

// One weight: a number or "20 %", never negative.
static bool parse_weight(const tw_field *field, tw_node *node, const tw_parse *in, double *weight) {
  tw_field one = {
      .name = field->name, .type = TW_FIELD_RATIO, .min = field->min, .max = field->max};
  one.flags = field->flags & TW_EXCLUSIVE_MIN;
  if (one.min == 0 && one.max == 0) one.max = INFINITY;
  return tw_field_parse(&one, node, in, weight);
}

bool tw_parse_weights(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(in->reader, node, "an object of names with numbers",
                         "{\"pass\": 0.8, \"again\": 0.2}");
    return false;
  }
  const size_t n_max = (size_t)node->n_child;
  tw_name *names = tw_arena_take_array(in->reader->arena, n_max, sizeof *names);
  double *weights = tw_arena_take_array(in->reader->arena, n_max, sizeof *weights);
  if (names == NULL || weights == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    names[n] = (tw_name){.name = item->key, .node = item};
    if (!tw_name_check(item->key, item, in->reader)) is_good = false;
    if (!parse_weight(field, item, in, &weights[n])) is_good = false;
    n++;
  }
  if (is_good) *(tw_weights *)target = (tw_weights){.n = n, .name = names, .weight = weights};
  return is_good;
}

bool tw_weights_check_sum(const tw_weights *weights, const tw_node *node, const tw_reader *reader) {
  TW_ASSERT(weights != NULL);
  double sum = 0;
  for (int32_t i = 0; i < weights->n; i++) sum += weights->weight[i];
  if (fabs(sum - 1) <= 1e-9) return true;
  char buffer[32];
  tw_number_write(buffer, sum);
  tw_reader_problem(reader, node, "E-RANGE", "a sum of 1", NULL,
                    "the probabilities sum to %s; their sum must be 1", buffer);
  return false;
}

// True when the struct may begin with a tw_def: no field of the table lies there.
static bool has_room_for_def(const tw_table *table) {
  if (table->size < sizeof(tw_def)) return false;
  for (int32_t i = 0; i < table->n_field; i++) {
    if (table->fields[i].offset < sizeof(tw_def)) return false;
  }
  return true;
}

bool tw_parse_map(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  const tw_table *table = field->sub;
  TW_ASSERT(table != NULL && has_room_for_def(table));
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(in->reader, node, "an object of names", "{\"name\": {...}}");
    return false;
  }
  char *structs = tw_arena_take_array(in->reader->arena, (size_t)node->n_child, table->size);
  if (structs == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    void *one = structs + (size_t)n++ * table->size;
    *(tw_def *)one = (tw_def){.name = item->key, .node = item};
    if (!tw_name_check(item->key, item, in->reader)) is_good = false;
    if (!tw_object_parse(table, item, in, NULL, one)) is_good = false;
  }
  // Kept in any case: the names are good for references even when a value is not.
  *(tw_map *)target = (tw_map){.n = n, .at = structs};
  return is_good;
}

bool tw_parse_list(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  const tw_table *table = field->sub;
  TW_ASSERT(table != NULL);
  const bool can_be_rows = (field->flags & TW_CAN_BE_ROWS) != 0;
  if (can_be_rows && tw_node_member(node, "csv") != NULL)
    return tw_rows_parse(field, node, in->reader, target);
  if (node->type != TW_NODE_LIST) {
    tw_reader_wrong_type(in->reader, node,
                         can_be_rows ? "a list of objects or the rows of a CSV file"
                                     : "a list of objects",
                         "[{...}]");
    return false;
  }
  const bool has_def = has_room_for_def(table);
  char *structs = tw_arena_take_array(in->reader->arena, (size_t)node->n_child, table->size);
  if (structs == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    void *one = structs + (size_t)n++ * table->size;
    if (has_def) *(tw_def *)one = (tw_def){.node = item};
    if (!tw_object_parse(table, item, in, NULL, one)) is_good = false;
  }
  TW_ASSERT(n == node->n_child);
  if (is_good) *(tw_map *)target = (tw_map){.n = n, .at = structs};
  return is_good;
}
