// models.c - the machine models in the format reference and in the JSON Schema, generated from
// what they are compiled from: tables of keys, equations, outputs and events.

#include "base/assert.h"
#include "doc/dynamics_def.h"
#include "doc/inner.h"

typedef struct models {
  int32_t n;
  const tw_model *const *at;
} models;

static models models_of_table(const tw_table *table) {
  models found = {0};
  for (int32_t i = 0; i < table->n_field; i++) {
    const tw_field *field = &table->fields[i];
    if (field->type != TW_FIELD_CUSTOM) continue;
    const tw_custom *custom = field->sub;
    if (custom->models != NULL) found.at = custom->models(&found.n);
  }
  return found;
}

// Those that some kind takes; all kinds take the same.
static models find_models(const tw_kind *const *kinds, int32_t n_kind) {
  models found = {0};
  for (int32_t i = 0; i < n_kind && found.n == 0; i++) found = models_of_table(kinds[i]->table);
  return found;
}

// ---- Reference -------------------------------------------------------------------------------

static void add_code(const char *text, tw_text *out) {
  tw_text_add(out, "`");
  tw_doc_add_cell(text, out);
  tw_text_add(out, "`");
}

// A row's name, its unit and a bar behind each.
static void add_name(const char *name, tw_dim dim, tw_text *out) {
  char unit[64];
  tw_text_print(out, "| `%s` | %s | ", name, tw_dim_is_one(dim) ? "" : tw_dim_unit(dim, unit));
}

static void add_states(const tw_model *model, tw_text *out) {
  if (model->n_variable == 0) return;
  tw_text_add(out, "\n| State | Unit | Start | Derivative by time | Meaning |\n|--|--|--|--|--|\n");
  for (int32_t i = 0; i < model->n_variable; i++) {
    const tw_model_variable *variable = &model->variable[i];
    add_name(variable->name, variable->dim, out);
    if (variable->preset != NULL)
      add_code(variable->preset, out);
    else
      tw_text_add(out, "*required*");
    tw_text_add(out, " | ");
    if (variable->equation != NULL)
      add_code(variable->equation, out);
    else
      tw_text_add(out, "changes at events only");
    tw_text_print(out, " | %s |\n", variable->help);
  }
}

static void add_outputs(const tw_model *model, tw_text *out) {
  if (model->n_output == 0) return;
  tw_text_add(out, "\n| Output | Unit | Formula | Meaning |\n|--|--|--|--|\n");
  for (int32_t i = 0; i < model->n_output; i++) {
    add_name(model->output[i].name, model->output[i].dim, out);
    add_code(model->output[i].text, out);
    tw_text_print(out, " | %s |\n", model->output[i].help);
  }
}

static void add_event(const tw_model_switch *event, tw_text *out) {
  static const char *const moments[] = {
      [TW_MOMENT_LOAD] = "a part has been loaded",
      [TW_MOMENT_START] = "processing begins",
      [TW_MOMENT_COMPLETION] = "processing has ended",
  };
  TW_ASSERT((event->when == NULL) == (event->moment != TW_MOMENT_NONE));
  tw_text_print(out, "| `%s` | ", event->name);
  if (event->when != NULL)
    add_code(event->when, out);
  else
    tw_text_add(out, moments[event->moment]);
  tw_text_add(out, " | ");
  for (int32_t i = 0; i < TW_MODEL_SETS_MAX && event->set[i].variable != NULL; i++) {
    tw_text_print(out, "%s`%s` = ", i > 0 ? ", " : "", event->set[i].variable);
    add_code(event->set[i].text, out);
  }
  tw_text_print(out, " | %s |\n", event->help);
}

static void add_events(const tw_model *model, tw_text *out) {
  if (model->n_switch == 0) return;
  tw_text_add(out, "\n| Own event | When | Sets | Meaning |\n|--|--|--|--|\n");
  for (int32_t i = 0; i < model->n_switch; i++) add_event(&model->event[i], out);
}

static bool is_common(const tw_field *field) {
  for (int32_t i = 0; i < tw_model_common_table.n_field; i++)
    if (tw_model_common_table.fields[i].offset == field->offset && field->type != TW_FIELD_OBJECT)
      return true;
  return false;
}

// Its keys without those that every model has; what it is stands above them.
static void add_keys(const tw_model *model, tw_text *out) {
  tw_field own[TW_FIELDS_MAX];
  tw_text help = {.memory = out->memory};
  tw_table table = model->table;
  TW_ASSERT(table.n_field <= TW_FIELDS_MAX);
  table.n_field = 0;
  table.fields = own;
  for (int32_t i = 0; i < model->table.n_field; i++)
    if (!is_common(&model->table.fields[i])) own[table.n_field++] = model->table.fields[i];
  tw_text_print(&help, "%s.\n\n%s\nSource: %s\n", model->table.help, model->about, model->source);
  if (model->active == NULL)
    tw_text_add(&help, "Without `while` the model is always `active`.");
  else
    tw_text_print(&help, "Without `while` the model is `active` in: `%s`.", model->active);
  table.help = help.at;
  tw_doc_add_tables(&table, table.name, 3, NULL, out);
  tw_text_free(&help);
}

static void add_model(const tw_model *model, tw_text *out) {
  add_keys(model, out);
  add_states(model, out);
  add_outputs(model, out);
  add_events(model, out);
}

void tw_doc_models_reference(const tw_kind *const *kinds, int32_t n_kind, tw_text *out) {
  const models found = find_models(kinds, n_kind);
  if (found.n == 0) return;
  tw_text_add(
      out,
      "\n## Machine models\n\n"
      "`\"dynamics\": {\"tool\": {\"model\": \"tool-wear\", ...}}` gives each machine of a station a model "
      "of its own; one\nunder `shared` belongs to all. A parameter is an expression: a constant (`\"2 "
      "kW\"`), or what depends on the machine,\nits part or other models (`\"if(processing, 2 kW, 0.3 "
      "kW)\"`, `\"tool.wear\"`); constants must lie within the bounds.\nThe equations, outputs and events "
      "below are what is solved. They are in SI, and a temperature counts in kelvin where it\nis multiplied. "
      "States and outputs are read as `tool.wear`; the output `power` is what the machine draws for the "
      "model.\nWords of a machine (`processing`) are unknown under `shared`, where a model without `while` is "
      "always active.\n");
  tw_doc_add_tables(&tw_model_common_table, "Keys of every model", 3, NULL, out);
  for (int32_t i = 0; i < found.n; i++) add_model(found.at[i], out);
}

// ---- Schema ----------------------------------------------------------------------------------

void tw_doc_models_schema(tw_schema *in, const tw_kind *const *kinds, int32_t n_kind) {
  TW_ASSERT(in != NULL);
  const models found = find_models(kinds, n_kind);
  if (found.n == 0) {
    tw_text_add(in->out, ",\"dynamics\":{\"type\":\"object\"}");
    return;
  }
  for (int32_t i = 0; i < found.n; i++) {
    tw_text_print(in->out, ",\"models.%s\":", found.at[i]->table.name);
    tw_schema_table(in, &found.at[i]->table, "model");
  }
  tw_text_add(in->out, ",\"dynamics\":");
  tw_schema_map_begin(in->out);
  tw_text_add(in->out, "{\"anyOf\":[");
  for (int32_t i = 0; i < found.n; i++) {
    const char *name = found.at[i]->table.name;
    tw_text_print(in->out,
                  "%s{\"required\":[\"model\"],\"properties\":{\"model\":{\"const\":\"%s\"}},"
                  "\"$ref\":\"#/$defs/models.%s\"}",
                  i > 0 ? "," : "", name, name);
  }
  tw_text_add(in->out, "]}");
  tw_schema_map_end(in->out);
}
