// dynamics_def.c - reads "dynamics": machine models by name, each by the table of its own model, and the
// pieces that a table cannot say: names with texts, equations, equations by state of the machine.

#include <string.h>

#include "base/assert.h"
#include "doc/dynamics_def.h"
#include "doc/set_def.h"
#include "field/inner.h"

const char *const tw_solver_words[] = {"auto", "exact", "rk", "cvode", "cvode-adams", NULL};
static const char *const moment_words[] = {"condition", "load", "start", "completion", NULL};

// A name, or several with points between them: "tool.wear".
static bool check_dotted(const tw_node *item, const tw_reader *reader) {
  const char *from = item->key;
  for (const char *point = strchr(from, '.'); point != NULL; point = strchr(from, '.')) {
    if (!tw_name_check(tw_arena_text_n(reader->arena, from, (size_t)(point - from)), item, reader))
      return false;
    from = point + 1;
  }
  return tw_name_check(from, item, reader);
}

// A text or a bare number under a name.
static bool parse_named_text(const tw_node *item, const tw_reader *reader, tw_named_text *named) {
  *named = (tw_named_text){.def = {.name = item->key, .node = item},
                           .text = {.text = item->text, .node = item}};
  const bool is_good = check_dotted(item, reader);
  if (item->type == TW_NODE_TEXT || item->type == TW_NODE_NUMBER) return is_good;
  tw_reader_wrong_type(reader, item, "a value or an expression", "\"20 degC\"");
  return false;
}

static bool parse_named_texts(const tw_node *node, const struct tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of names with values", "{\"T\": \"20 degC\"}");
    return false;
  }
  tw_named_text *at = tw_arena_take_array(reader->arena, (size_t)node->n_child, sizeof *at);
  if (at == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (const tw_node *item = node->first; item != NULL; item = item->next)
    if (!tw_key_is_free(item->key) && !parse_named_text(item, reader, &at[n++])) is_good = false;
  *(tw_map *)target = (tw_map){.n = n, .at = at};
  return is_good;
}

const tw_custom tw_named_texts_custom = {
    .parse = parse_named_texts,
    .shape = "values or expressions by name, {\"T\": \"20 degC\"}",
    .schema = "{\"type\": \"object\", \"additionalProperties\": {\"type\": [\"number\", \"string\"]}}"};

// "dT/dt": the name between the two; NULL when it is none.
static const char *state_of_key(const char *key, tw_arena *arena) {
  const char *slash = strchr(key, '/');
  if (key[0] != 'd' || slash == NULL || slash - key < 2 || strcmp(slash, "/dt") != 0) return NULL;
  return tw_arena_text_n(arena, key + 1, (size_t)(slash - key) - 1);
}

// The equations of one state of the machine (NULL: of all that have none of their own).
static bool parse_equation_list(const tw_node *node, const char *state, const tw_reader *reader,
                                tw_equation_def *at, int32_t *n) {
  bool is_good = true;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    const char *name = state_of_key(item->key, reader->arena);
    if (name == NULL) {
      tw_reader_problem(reader, item, "E-KEY", "dNAME/dt", "{\"dT/dt\": \"(Ta - T)/tau\"}",
                        "'%s' is no derivative of a state", item->key);
      is_good = false;
    } else if (item->type != TW_NODE_TEXT && item->type != TW_NODE_NUMBER) {
      tw_reader_wrong_type(reader, item, "an expression", "\"(Ta - T)/tau\"");
      is_good = false;
    } else {
      at[(*n)++] = (tw_equation_def){.def = {.name = name, .node = item},
                                     .state = state,
                                     .text = {.text = item->text, .node = item}};
    }
  }
  return is_good;
}

static bool parse_equations(const tw_node *node, const struct tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of derivatives", "{\"dT/dt\": \"(Ta - T)/tau\"}");
    return false;
  }
  size_t n_most = (size_t)node->n_child;
  bool is_by_state = false;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    n_most += (size_t)item->n_child;
    is_by_state = is_by_state || item->type == TW_NODE_OBJECT;
  }
  tw_equation_def *at = tw_arena_take_array(reader->arena, n_most, sizeof *at);
  if (at == NULL) return false;
  int32_t n = 0;
  bool is_good = true;
  if (!is_by_state) is_good = parse_equation_list(node, NULL, reader, at, &n);
  for (const tw_node *item = node->first; is_by_state && item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    const char *state = strcmp(item->key, "otherwise") == 0 ? NULL : item->key;
    if (item->type != TW_NODE_OBJECT) {
      tw_reader_wrong_type(reader, item, "an object of derivatives",
                           "{\"processing\": {\"dT/dt\": \"2 K/s\"}, \"otherwise\": {...}}");
      is_good = false;
    } else if (!parse_equation_list(item, state, reader, at, &n)) {
      is_good = false;
    }
  }
  *(tw_map *)target = (tw_map){.n = n, .at = at};
  return is_good;
}

const tw_custom tw_equations_custom = {
    .parse = parse_equations,
    .shape = "derivatives by state, {\"dT/dt\": \"(Ta - T)/tau\"}, or such objects by machine state "
             "and \"otherwise\"",
    .schema = "{\"type\": \"object\"}"};

// clang-format off
static const tw_field event_fields[] = {
  TW_FIELD(tw_model_event_def, when, "when", TW_FIELD_EXPR, .dim = {.is_absolute = 2},
           .help = "condition; it happens when this becomes true"),
  TW_FIELD(tw_model_event_def, moment, "on", TW_FIELD_CHOICE, .sub = moment_words, .preset = "\"condition\"",
           .help = "or a moment of the machine: loaded, processing starts, processing has ended"),
  TW_FIELD(tw_model_event_def, request, "request", TW_FIELD_NAME,
           .help = "maintenance of the station that falls due"),
  TW_FIELD(tw_model_event_def, set, "set", TW_FIELD_CUSTOM, .sub = &tw_sets_custom,
           .help = "states, and attributes of a part that is on the machine, that get another value; right sides use the values before"),
  TW_FIELD(tw_model_event_def, hysteresis, "hysteresis", TW_FIELD_EXPR, .dim = {.is_absolute = 3},
           .help = "it can come again when its comparison has failed by so much"),
  TW_FIELD(tw_model_event_def, dwell_s, "dwell", TW_FIELD_QUANTITY, .dim = {.s = 1}, .preset = "\"0 s\"",
           .max = 2.2e9, .help = "it does not come again within this time"),
};
// clang-format on

static void check_event(const void *object, const tw_node *node, const struct tw_reader *reader) {
  const tw_model_event_def *def = object;
  const bool has_when = def->when.text != NULL;
  if (has_when == (def->moment == TW_MOMENT_NONE)) return;
  tw_reader_problem(reader, node, "E-KEY", "when",
                    has_when ? "keep one of them" : "\"when\": \"wear >= 1\"",
                    has_when ? "give \"when\" or \"on\", not both" : "\"when\" is required");
}

const tw_table tw_model_event_table = {.name = "model event",
                                       .help = "what happens when a condition of a machine model "
                                               "becomes true",
                                       .size = sizeof(tw_model_event_def),
                                       .fields = event_fields,
                                       .n_field = TW_N_FIELDS(event_fields),
                                       .check = check_event};

// clang-format off
static const tw_field common_fields[] = { TW_MODEL_FIELDS };
// clang-format on
const tw_table tw_model_common_table =
    TW_MODEL_TABLE("model", "Every model has these keys beside its own.", common_fields);

// ---- Models ----------------------------------------------------------------------------------

static const tw_model *find_model(const tw_node *node, const tw_reader *reader,
                                  const tw_model *const *models, int32_t n_model) {
  const tw_node *word = tw_node_member(node, "model");
  const char *names[64];
  TW_ASSERT(n_model <= 64);
  for (int32_t i = 0; i < n_model; i++) names[i] = models[i]->table.name;
  if (word == NULL || word->type != TW_NODE_TEXT) {
    tw_reader_problem(reader, word == NULL ? node : word, "E-KEY", "model",
                      "\"model\": \"tool-wear\"", "\"model\" is required: which machine model is it?");
    return NULL;
  }
  for (int32_t i = 0; i < n_model; i++)
    if (strcmp(word->text, names[i]) == 0) return models[i];
  const char *nearest = tw_text_nearest(word->text, names, (size_t)n_model);
  tw_reader_problem(reader, word, "E-REF", NULL,
                    nearest != NULL ? tw_arena_print(reader->arena, "did you mean \"%s\"?", nearest)
                                    : "\"equations\" takes any",
                    "there is no machine model \"%s\"", word->text);
  return NULL;
}

bool tw_dynamics_parse(const tw_node *node, const tw_reader *reader, const tw_model *const *models,
                       int32_t n_model, tw_map *dynamics) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of models",
                         "{\"tool\": {\"model\": \"tool-wear\", \"rate\": \"0.01 1/min\"}}");
    return false;
  }
  tw_dynamics_def *at = tw_arena_take_array(reader->arena, (size_t)node->n_child, sizeof *at);
  if (at == NULL) return false;
  const tw_parse in = {.reader = reader};
  bool is_good = true;
  int32_t n = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    tw_dynamics_def *def = &at[n++];
    def->def = (tw_def){.name = item->key, .node = item};
    if (!tw_name_check(item->key, item, reader)) is_good = false;
    if (item->type != TW_NODE_OBJECT) {
      tw_reader_wrong_type(reader, item, "a machine model", "{\"model\": \"tool-wear\"}");
      is_good = false;
      continue;
    }
    def->model = find_model(item, reader, models, n_model);
    if (def->model == NULL || !tw_object_parse(&def->model->table, item, &in, "model", def))
      is_good = false;
  }
  *dynamics = (tw_map){.n = n, .at = at};
  return is_good;
}

// Finds the parameter in a table whose structs all begin at the model's own.
static const tw_field *find_parameter(const tw_table *table, uint32_t offset, const char *prefix,
                                      tw_text *name) {
  for (int32_t i = 0; i < table->n_field; i++) {
    const tw_field *field = &table->fields[i];
    if (field->type == TW_FIELD_OBJECT) {
      const tw_field *found = find_parameter(field->sub, offset, field->name, name);
      if (found != NULL) return found;
    } else if (field->type == TW_FIELD_EXPR && field->offset == offset) {
      tw_text_print(name, prefix[0] == '\0' ? "%s%s" : "%s.%s", prefix, field->name);
      return field;
    }
  }
  return NULL;
}

const tw_field *tw_model_parameter(const tw_model *model, int32_t i, char *name,
                                   const tw_memory *memory) {
  TW_ASSERT(i >= 0 && i < TW_PARAMETERS_MAX);
  const uint32_t offset =
      (uint32_t)(offsetof(tw_dynamics_def, parameter) + (size_t)i * sizeof(tw_expr_text));
  tw_text text = {.memory = memory};
  const tw_field *field = find_parameter(&model->table, offset, "", &text);
  if (field != NULL && text.at != NULL) memcpy(name, text.at, text.n + 1);
  tw_text_free(&text);
  return field;
}
