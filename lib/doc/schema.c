// schema.c - the JSON Schema (draft 2020-12) of the line format: the root table, places by the
// tables of their kinds, and the definitions that both refer to, laid out for people.

#include <string.h>

#include "base/assert.h"
#include "doc/inner.h"
#include "field/schema.h"
#include "field/text_table.h"

void tw_schema_lay_out(const char *text, tw_text *out) {
  int32_t depth = 0;
  bool is_inside = false;
  for (const char *at = text; *at != 0; at++) {
    const char c = *at;
    if (is_inside || c == '"') {
      tw_text_add_n(out, at, 1);
      if (is_inside && c == '\\' && at[1] != 0)
        tw_text_add_n(out, ++at, 1);
      else if (c == '"')
        is_inside = !is_inside;
      continue;
    }
    const bool is_open = c == '{' || c == '[', is_close = c == '}' || c == ']';
    const bool is_empty = is_open && (at[1] == '}' || at[1] == ']');
    if (is_empty) {
      tw_text_add_n(out, at++, 2);
      continue;
    }
    if (is_open) depth++;
    if (is_close) depth--;
    TW_ASSERT(depth >= 0);
    if (c == ' ') continue;
    if (!is_close) tw_text_add_n(out, at, 1);
    if (c == ':') tw_text_add_n(out, " ", 1);
    if (is_open || is_close || c == ',') {
      tw_text_add(out, "\n");
      for (int32_t i = 0; i < depth; i++) tw_text_add(out, "  ");
    }
    if (is_close) tw_text_add_n(out, at, 1);
  }
  tw_text_add(out, "\n");
}

// One section of places. Stations must say their type; others may.
static void add_section(tw_schema *in, const char *section, const tw_kind *const *kinds,
                        int32_t n_kind) {
  tw_text *out = in->out;
  const bool must_say = strcmp(section, "stations") == 0;
  tw_text_print(out, "\"%s\":", section);
  tw_schema_map_begin(out);
  tw_text_add(out,
              must_say ? "{\"type\":\"object\",\"required\":[\"type\"]," : "{\"type\":\"object\",");
  tw_text_add(out, "\"properties\":{\"type\":{\"enum\":[");
  const tw_kind *first = NULL;
  for (int32_t i = 0; i < n_kind; i++) {
    if (strcmp(kinds[i]->section, section) != 0) continue;
    tw_text_print(out, "%s\"%s\"", first == NULL ? "" : ",", kinds[i]->name);
    if (first == NULL) first = kinds[i];
  }
  tw_text_add(out, "]}},\"allOf\":[");
  bool is_next = false;
  for (int32_t i = 0; i < n_kind; i++) {
    if (strcmp(kinds[i]->section, section) != 0) continue;
    // Without a type the first kind is meant, where that is allowed.
    const bool is_default = kinds[i] == first && !must_say;
    tw_text_print(out,
                  "%s{\"if\":{%s\"properties\":{\"type\":{\"const\":\"%s\"}}},\"then\":"
                  "{\"$ref\":\"#/$defs/%s.%s\"}}",
                  is_next ? "," : "", is_default ? "" : "\"required\":[\"type\"],", kinds[i]->name,
                  section, kinds[i]->name);
    is_next = true;
  }
  tw_text_add(out, "]}");
  tw_schema_map_end(out);
}

static void add_kinds(tw_schema *in, const tw_kind *const *kinds, int32_t n_kind) {
  for (int32_t i = 0; i < n_kind; i++) {
    if (kinds[i]->section[0] == 0) continue;
    tw_text_print(in->out, ",\"%s.%s\":", kinds[i]->section, kinds[i]->name);
    tw_schema_table(in, kinds[i]->table, "type");
  }
}

static void add_distributions(tw_schema *in) {
  in->has_any_dim = true;
  tw_text_add(in->out, ",\"distributions\":");
  tw_schema_map_begin(in->out);
  tw_text_add(in->out, "{\"$ref\":\"#/$defs/distribution_any\"}");
  tw_schema_map_end(in->out);
  tw_text_add(in->out, ",");
  tw_schema_values(in, TW_DIM_ONE);
  in->has_any_dim = false;
}

static void add_scenarios(tw_text *out) {
  tw_text_add(out, ",\"scenarios\":");
  tw_schema_map_begin(out);
  tw_text_add(out, "{\"type\":\"object\",\"properties\":{\"about\":{\"type\":\"string\"},"
                   "\"invest\":{\"type\":\"string\"},\"sweep\":{\"type\":\"object\","
                   "\"minProperties\":1,\"patternProperties\":{\"^x-\":true,\"^/\":{\"type\":\"array\","
                   "\"minItems\":1}},\"properties\":{\"about\":{\"type\":\"string\"}},"
                   "\"additionalProperties\":false},\"cases\":{\"type\":\"array\",\"minItems\":1,"
                   "\"items\":{\"type\":\"object\",\"properties\":{\"about\":{\"type\":\"string\"},"
                   "\"invest\":{\"type\":\"string\"}},\"patternProperties\":{\"^x-\":true,\"^/\":true},"
                   "\"additionalProperties\":false}}},\"patternProperties\":{\"^x-\":true,"
                   "\"^/\":true},\"additionalProperties\":false}");
  tw_schema_map_end(out);
}

// Definitions that are the same in every line.
static void add_common(tw_schema *in) {
  tw_text *out = in->out;
  tw_text_add(out,
              ",\"names\":{\"anyOf\":[{\"type\":\"string\",\"minLength\":1},{\"type\":\"array\","
              "\"items\":{\"type\":\"string\",\"minLength\":1}}]},\"needs\":{\"anyOf\":["
              "{\"type\":\"string\",\"minLength\":1},{\"type\":\"array\",\"items\":{\"anyOf\":["
              "{\"type\":\"string\",\"minLength\":1},");
  tw_schema_table(in, &tw_need_table, NULL);
  tw_text_add(out, "]}}]},\"csv\":");
  tw_schema_table(in, &tw_csv_table, NULL);
  tw_text_add(out, ",\"csv_rows\":");
  tw_schema_table(in, &tw_rows_table, NULL);
}

// The root's members stand beside "$schema", in the object that is open already.
static void add_root(tw_schema *in) {
  const size_t n = in->out->n;
  tw_schema_table(in, &tw_root_table, "$schema");
  if (in->out->is_out_of_memory) return;
  TW_ASSERT(in->out->at[n] == '{');
  in->out->at[n] = ',';
  tw_text_cut(in->out, in->out->n - 1);
}

// For custom types: a value that is a duration or, where something is counted, a pure number.
static void add_any_value(tw_schema *in) {
  tw_text_add(in->out, ",\"value\":{\"anyOf\":[{");
  tw_schema_value_ref(in, "value", TW_DIM_TIME);
  tw_text_add(in->out, "},{");
  tw_schema_value_ref(in, "value", TW_DIM_ONE);
  tw_text_add(in->out, "}]}");
}

void tw_doc_schema(const tw_kind *const *kinds, int32_t n_kind, tw_text *out) {
  TW_ASSERT(kinds != NULL && out != NULL);
  tw_text compact = {.memory = out->memory};
  tw_schema in = {.out = &compact};
  tw_text_add(&compact, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
                        "\"title\":\"libtwin line\"");
  add_root(&in);
  tw_text_add(&compact, ",\"$defs\":{");
  for (int32_t i = 0; i < TW_N_SECTION; i++) {
    if (i > 0) tw_text_add(&compact, ",");
    add_section(&in, tw_section_names[i], kinds, n_kind);
  }
  add_kinds(&in, kinds, n_kind);
  tw_doc_models_schema(&in, kinds, n_kind);
  add_scenarios(&compact);
  add_common(&in);
  add_distributions(&in);
  add_any_value(&in);
  // Written last: what came before noted the dimensions that are needed.
  for (int32_t i = 0; i < in.n_dim; i++) {
    tw_text_add(&compact, ",");
    tw_schema_values(&in, in.dims[i]);
  }
  tw_text_add(&compact, "}}");
  if (compact.at != NULL && !compact.is_out_of_memory) {
    tw_schema_lay_out(compact.at, out);
  } else {
    out->is_out_of_memory = true;
  }
  tw_text_free(&compact);
}
