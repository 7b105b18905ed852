// schema.c - JSON Schema of field tables, for editors. It says shapes, words, bounds of bare
// numbers and that quantities have a unit; which unit, and everything between two fields, is for
// the reader of the tables, which is the authority. Compact text; doc/schema.c lays it out.

#include "field/schema.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "expr/expr.h"

static const char name_pattern[] = "^(?!x-|about$)[A-Za-z][A-Za-z0-9_-]*$";

void tw_schema_map_begin(tw_text *out) {
  tw_text_add(out, "{\"type\":\"object\",\"properties\":{\"about\":{\"type\":\"string\"}},"
                   "\"patternProperties\":{\"^x-\":true,");
  tw_text_add_json(out, name_pattern);
  tw_text_add(out, ":");
}

void tw_schema_map_end(tw_text *out) { tw_text_add(out, "},\"additionalProperties\":false}"); }

// The name of a dimension as a part of a definition's name.
static void add_dim_word(const tw_schema *in, tw_dim dim, tw_text *out) {
  char buffer[64];
  if (in->has_any_dim) {
    tw_text_add(out, "any");
    return;
  }
  for (const char *at = tw_dim_name(dim, buffer); *at != 0; at++) {
    const bool is_plain =
        (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');
    tw_text_add_n(out, is_plain ? at : "_", 1);
  }
}

void tw_schema_value_ref(tw_schema *in, const char *what, tw_dim dim) {
  tw_text_print(in->out, "\"$ref\":\"#/$defs/%s_", what);
  add_dim_word(in, dim, in->out);
  tw_text_add(in->out, "\"");
  if (in->has_any_dim) return;
  for (int32_t i = 0; i < in->n_dim; i++) {
    if (tw_dim_equal(in->dims[i], dim)) return;
  }
  TW_ASSERT(in->n_dim < TW_SCHEMA_DIMS_MAX);
  in->dims[in->n_dim++] = dim;
}

static void add_bounds(const tw_field *field, tw_dim dim, tw_text *out) {
  const tw_bounds bounds = tw_field_bounds(field, dim);
  if (isfinite(bounds.min)) {
    tw_text_add(out, bounds.is_exclusive ? ",\"exclusiveMinimum\":" : ",\"minimum\":");
    tw_text_add_number(out, bounds.min);
  }
  if (isfinite(bounds.max)) {
    tw_text_add(out, ",\"maximum\":");
    tw_text_add_number(out, bounds.max);
  }
}

#define DIGITS "[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?"

// A text with a unit; without a minus sign where the value cannot be negative.
static void add_quantity_text(const tw_field *field, tw_dim dim, tw_text *out) {
  const bool is_positive = tw_field_bounds(field, dim).min >= 0 && !dim.is_absolute;
  tw_text_add(out, "\"type\":\"string\",\"pattern\":");
  tw_text_add_json(out, is_positive ? "^" DIGITS " [A-Za-z%1][A-Za-z0-9%/*^-]*$"
                                    : "^-?" DIGITS " [A-Za-z%1][A-Za-z0-9%/*^-]*$");
}

static void add_quantity(const tw_schema *in, const tw_field *field, tw_dim dim, tw_text *out) {
  if (in->has_any_dim && (field->flags & TW_OF_VALUE) != 0) {
    tw_text_add(out, "\"type\":[\"number\",\"string\"]");
    return;
  }
  if (!tw_dim_is_one(dim)) {
    add_quantity_text(field, dim, out);
    return;
  }
  tw_text_add(out, "\"anyOf\":[{\"type\":\"number\"");
  add_bounds(field, dim, out);
  tw_text_add(out, "},{");
  add_quantity_text(field, dim, out);
  tw_text_add(out, "}]");
}

static void add_choice(const tw_field *field, tw_text *out) {
  const char *const *words = field->sub;
  tw_text_add(out, "\"enum\":[");
  for (int32_t i = 0; words[i] != NULL; i++) {
    if (i > 0) tw_text_add(out, ",");
    tw_text_add_json(out, words[i]);
  }
  tw_text_add(out, "]");
}

static void add_count(const tw_field *field, tw_text *out) {
  const bool can_be_unlimited = (field->flags & TW_CAN_BE_UNLIMITED) != 0;
  tw_text_add(out, can_be_unlimited ? "\"anyOf\":[{\"const\":\"unlimited\"},{" : "");
  tw_text_add(out, "\"type\":\"integer\"");
  add_bounds(field, TW_DIM_ONE, out);
  tw_text_add(out, can_be_unlimited ? "}]" : "");
}

static void add_series(tw_schema *in, const tw_field *field, tw_dim dim) {
  tw_text_add(in->out, "\"anyOf\":[{\"type\":\"array\",\"minItems\":1,\"items\":{");
  add_quantity(in, field, dim, in->out);
  tw_text_add(in->out, "}},{\"$ref\":\"#/$defs/csv\"}]");
}

static void add_weights(const tw_field *field, tw_text *out) {
  tw_text_add(out, "\"allOf\":[");
  tw_schema_map_begin(out);
  tw_text_add(out, "{\"anyOf\":[{\"type\":\"number\",\"minimum\":0");
  if (field->max > 0) {
    tw_text_add(out, ",\"maximum\":");
    tw_text_add_number(out, field->max);
  }
  tw_text_add(out, "},{\"type\":\"string\",\"pattern\":");
  tw_text_add_json(out, "^" DIGITS " %$");
  tw_text_add(out, "}]}");
  tw_schema_map_end(out);
  tw_text_add(out, "]");
}

static void add_custom(const tw_field *field, tw_text *out) {
  const tw_custom *custom = field->sub;
  if (custom->schema == NULL || custom->schema[0] == 0) return;
  tw_text_print(out, "\"allOf\":[%s]", custom->schema);
}

static void add_container(tw_schema *in, const tw_field *field) {
  const bool can_be_rows = (field->flags & TW_CAN_BE_ROWS) != 0;
  tw_text_add(in->out, can_be_rows ? "\"anyOf\":[{\"$ref\":\"#/$defs/csv_rows\"}," : "\"allOf\":[");
  if (field->type == TW_FIELD_LIST) tw_text_add(in->out, "{\"type\":\"array\",\"items\":");
  if (field->type == TW_FIELD_MAP) tw_schema_map_begin(in->out);
  tw_schema_table(in, field->sub, NULL);
  if (field->type == TW_FIELD_MAP) tw_schema_map_end(in->out);
  if (field->type == TW_FIELD_LIST) tw_text_add(in->out, "}");
  tw_text_add(in->out, "]");
}

// The members of a field's schema that say its type.
static void add_type(tw_schema *in, const tw_field *field) {
  const tw_parse parse = {.of = in->of};
  const tw_dim dim = tw_field_dim(field, &parse);
  tw_text *out = in->out;
  switch (field->type) {
    case TW_FIELD_BOOL: tw_text_add(out, "\"type\":\"boolean\""); break;
    case TW_FIELD_COUNT: add_count(field, out); break;
    case TW_FIELD_NUMBER:
      tw_text_add(out, "\"type\":\"number\"");
      add_bounds(field, TW_DIM_ONE, out);
      break;
    case TW_FIELD_RATIO:
    case TW_FIELD_QUANTITY: add_quantity(in, field, dim, out); break;
    case TW_FIELD_INSTANT:
      tw_text_add(out, "\"type\":\"string\",\"pattern\":");
      tw_text_add_json(out, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$");
      break;
    case TW_FIELD_QUANTITIES: add_series(in, field, dim); break;
    case TW_FIELD_VALUE:
      tw_schema_value_ref(in, (field->flags & TW_CONSTANT) != 0 ? "distribution" : "value", dim);
      break;
    case TW_FIELD_EXPR:
      tw_text_add(out,
                  tw_dim_is_one(dim) || tw_dim_equal(dim, TW_EXPR_ANY)
                      ? "\"type\":[\"string\",\"number\"]"
                      : "\"type\":\"string\"");
      if (tw_dim_is_one(dim)) add_bounds(field, dim, out);
      break;
    case TW_FIELD_CHOICE: add_choice(field, out); break;
    case TW_FIELD_NAME: tw_text_add(out, "\"type\":\"string\",\"minLength\":1"); break;
    case TW_FIELD_NAMES: tw_text_add(out, "\"$ref\":\"#/$defs/names\""); break;
    case TW_FIELD_TEXT: tw_text_add(out, "\"type\":\"string\""); break;
    case TW_FIELD_OBJECT:
    case TW_FIELD_MAP:
    case TW_FIELD_LIST: add_container(in, field); break;
    case TW_FIELD_NEEDS: tw_text_add(out, "\"$ref\":\"#/$defs/needs\""); break;
    case TW_FIELD_WEIGHTS: add_weights(field, out); break;
    case TW_FIELD_CUSTOM: add_custom(field, out); break;
  }
}

static void add_field(tw_schema *in, const tw_field *field) {
  tw_text_add_json(in->out, field->name);
  tw_text_add(in->out, ":{");
  const size_t n = in->out->n;
  add_type(in, field);
  // A custom type may say nothing.
  if (field->help != NULL) {
    tw_text_add(in->out, in->out->n > n ? ",\"description\":" : "\"description\":");
    tw_text_add_json(in->out, field->help);
  }
  if (field->preset != NULL) {
    tw_text_print(in->out, "%s\"default\":%s", in->out->n > n ? "," : "", field->preset);
  }
  tw_text_add(in->out, "}");
}

static bool has_field(const tw_table *table, const char *name) {
  for (int32_t i = 0; i < table->n_field; i++) {
    if (strcmp(table->fields[i].name, name) == 0) return true;
  }
  return false;
}

void tw_schema_table(tw_schema *in, const tw_table *table, const char *outside) {
  TW_ASSERT(table != NULL);
  tw_text *out = in->out;
  tw_text_add(out, "{\"type\":\"object\",\"description\":");
  tw_text_add_json(out, table->help == NULL ? "" : table->help);
  tw_text_add(out, ",\"properties\":{");
  const size_t n = out->n;
  if (outside != NULL) tw_text_print(out, "\"%s\":{\"type\":\"string\"}", outside);
  if (!has_field(table, "about")) {
    tw_text_print(out, "%s\"about\":{\"type\":\"string\"}", out->n > n ? "," : "");
  }
  for (int32_t i = 0; i < table->n_field; i++) {
    if (out->n > n) tw_text_add(out, ",");
    add_field(in, &table->fields[i]);
  }
  tw_text_add(out, "},\"patternProperties\":{\"^x-\":true},\"additionalProperties\":false,"
                   "\"required\":[");
  bool is_first = true;
  for (int32_t i = 0; i < table->n_field; i++) {
    if ((table->fields[i].flags & TW_REQUIRED) == 0) continue;
    if (!is_first) tw_text_add(out, ",");
    tw_text_add_json(out, table->fields[i].name);
    is_first = false;
  }
  tw_text_add(out, "]}");
}

// What stands behind the word of one distribution.
static void add_form(tw_schema *in, const tw_dist_form *form, tw_dim dim) {
  const bool is_counted = !in->has_any_dim && tw_dim_is_one(dim) && form->counted_table != NULL;
  const tw_table *table = is_counted ? form->counted_table : form->table;
  tw_text_add_json(in->out, form->table->name);
  tw_text_add(in->out, ":");
  if (form->kind == TW_DIST_MIXTURE) {
    tw_text_add(in->out, "{\"type\":\"array\",\"minItems\":1,\"items\":");
  } else if (form->can_be_list) {
    tw_text_add(in->out, "{\"anyOf\":[{");
    add_series(in, &table->fields[0], dim);
    tw_text_add(in->out, "},");
  }
  tw_schema_table(in, table, NULL);
  if (form->kind == TW_DIST_MIXTURE) tw_text_add(in->out, "}");
  if (form->can_be_list) tw_text_add(in->out, "]}");
}

// A constant, a bare name, or one distribution written out.
static void add_distribution(tw_schema *in, const tw_field *of) {
  tw_text *out = in->out;
  tw_text_add(out, "{\"anyOf\":[{");
  add_quantity(in, in->has_any_dim ? &(tw_field){.flags = TW_OF_VALUE} : of, of->dim, out);
  tw_text_add(out, "},{\"type\":\"string\",\"pattern\":\"^[A-Za-z]\"},"
                   "{\"type\":\"object\",\"properties\":{\"about\":{\"type\":\"string\"}");
  for (int32_t i = 0; i < TW_N_DIST_FORM; i++) {
    tw_text_add(out, ",");
    add_form(in, &tw_dist_forms[i], of->dim);
  }
  tw_text_add(out, "},\"patternProperties\":{\"^x-\":true},\"additionalProperties\":false,"
                   "\"oneOf\":[");
  for (int32_t i = 0; i < TW_N_DIST_FORM; i++) {
    tw_text_print(out, "%s{\"required\":[\"%s\"]}", i == 0 ? "" : ",",
                  tw_dist_forms[i].table->name);
  }
  tw_text_add(out, "]}]}");
}

// An object with one key, by_part or by_machine, around values.
static void add_wrapped(tw_schema *in, const char *word, const char *keys, const char *of,
                        tw_dim dim) {
  tw_text *out = in->out;
  tw_text_print(out,
                "{\"type\":\"object\",\"required\":[\"%s\"],\"properties\":{\"about\":"
                "{\"type\":\"string\"},\"%s\":{\"type\":\"object\",\"properties\":{\"about\":"
                "{\"type\":\"string\"}},\"patternProperties\":{\"^x-\":true,\"%s\":{",
                word, word, keys);
  tw_schema_value_ref(in, of, dim);
  tw_text_add(out, "}},\"additionalProperties\":false}},\"patternProperties\":{\"^x-\":true},"
                   "\"additionalProperties\":false}");
}

void tw_schema_values(tw_schema *in, tw_dim dim) {
  const tw_field of = {.name = "value", .type = TW_FIELD_VALUE, .dim = dim};
  tw_text *out = in->out;
  const tw_field *outer = in->of;
  in->of = &of;
  tw_text_add(out, "\"distribution_");
  add_dim_word(in, dim, out);
  tw_text_add(out, "\":");
  add_distribution(in, &of);
  if (!in->has_any_dim) {
    tw_text_add(out, ",\"by_part_");
    add_dim_word(in, dim, out);
    tw_text_add(out, "\":{\"anyOf\":[{");
    tw_schema_value_ref(in, "distribution", dim);
    tw_text_add(out, "},");
    add_wrapped(in, "by_part", "^(?!x-|about$).", "distribution", dim);
    tw_text_add(out, "]},\"value_");
    add_dim_word(in, dim, out);
    tw_text_add(out, "\":{\"anyOf\":[{");
    tw_schema_value_ref(in, "by_part", dim);
    tw_text_add(out, "},");
    add_wrapped(in, "by_machine", "^([1-9][0-9]*|default)$", "by_part", dim);
    tw_text_add(out, "]}");
  }
  in->of = outer;
}
