// message.c - the sentences of field problems: "2.6 has no unit; a duration is needed, e.g.
// ..." and the pieces they are made of. One place, so that every problem reads the same.

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "expr/expr.h"
#include "field/inner.h"

enum { PIECE_BYTES = 96, NAMES_BYTES = 256 };

void tw_reader_problem(const tw_reader *reader, const tw_node *node, const char *code,
                       const char *wanted, const char *hint, const char *format, ...) {
  TW_ASSERT(reader != NULL && code != NULL);
  if (reader->problems == NULL) return;
  char got[TW_GOT_BYTES];
  tw_text message = {.memory = tw_problems_memory(reader->problems)};
  va_list args;
  va_start(args, format);
  tw_text_vprint(&message, format, args);
  va_end(args);
  tw_node_problem(reader->problems, reader->file, node, code,
                  node == NULL ? NULL : tw_node_got(node, got), wanted, hint, "%s",
                  message.at == NULL ? "" : message.at);
  tw_text_free(&message);
}

void tw_reader_wrong_type(const tw_reader *reader, const tw_node *node, const char *wanted,
                          const char *example) {
  static const char *const types[] = {
      [TW_NODE_NULL] = "null is no value", [TW_NODE_BOOL] = "a truth value",
      [TW_NODE_NUMBER] = "a number",       [TW_NODE_TEXT] = "a text",
      [TW_NODE_LIST] = "this is a list",   [TW_NODE_OBJECT] = "this is an object",
  };
  TW_ASSERT(node != NULL && wanted != NULL);
  char got[TW_GOT_BYTES], hint[2 * PIECE_BYTES];
  snprintf(hint, sizeof hint, "%s is needed%s%s", wanted, example == NULL ? "" : ", e.g. ",
           example == NULL ? "" : example);
  const bool has_value =
      node->type == TW_NODE_BOOL || node->type == TW_NODE_NUMBER || node->type == TW_NODE_TEXT;
  if (has_value) {
    tw_reader_problem(reader, node, "E-TYPE", wanted, hint, "%s is %s", tw_node_got(node, got),
                      types[node->type]);
  } else {
    tw_reader_problem(reader, node, "E-TYPE", wanted, hint, "%s", types[node->type]);
  }
}

// The keys that there are, as many as have room: for one who looks for a word of his own.
static void list_names(const char *const *names, int32_t n, char hint[NAMES_BYTES]) {
  static const char rest[] = ", ...";
  size_t at = 0;
  for (int32_t i = 0; i < n; i++) {
    char name[PIECE_BYTES];
    const int n_byte =
        snprintf(name, sizeof name, "%s%.60s", i == 0 ? "there are " : ", ", names[i]);
    TW_ASSERT(n_byte > 0 && n_byte < PIECE_BYTES);
    const bool has_room = at + (size_t)n_byte + sizeof rest <= NAMES_BYTES;
    snprintf(hint + at, NAMES_BYTES - at, "%s", has_room ? name : rest);
    if (!has_room) return;
    at += (size_t)n_byte;
  }
}

void tw_reader_unknown_key(const tw_reader *reader, const tw_node *node, const char *of,
                           const char *const *names, int32_t n) {
  TW_ASSERT(node != NULL && node->key != NULL && of != NULL);
  char key[TW_GOT_BYTES], hint[NAMES_BYTES] = "";
  const tw_node name = tw_node_name(node);
  const char *nearest = tw_name_nearest(node->key, names, n, reader->problems);
  if (nearest != NULL)
    snprintf(hint, sizeof hint, "did you mean \"%s\"?", nearest);
  else
    list_names(names, n, hint);
  tw_reader_problem(reader, node, "E-KEY", nearest, hint[0] != 0 ? hint : NULL,
                    "%s is no key of %s", tw_node_got(&name, key), of);
}

const char *tw_number_text(double value, tw_dim dim, char *buffer) {
  TW_ASSERT(buffer != NULL);
  char unit[64];
  if (tw_dim_equal(dim, TW_DIM_TIME) && isfinite(value)) return tw_duration_text(value, buffer);
  const size_t n = tw_number_write(buffer, value);
  if (tw_dim_is_one(dim)) return buffer;
  snprintf(buffer + n, PIECE_BYTES - n, " %s", tw_dim_unit(dim, unit));
  return buffer;
}

const char *tw_dim_phrase(tw_dim dim, char *buffer) {
  char name_buffer[64], unit_buffer[64];
  const char *name = tw_dim_name(dim, name_buffer), *unit = tw_dim_unit(dim, unit_buffer);
  if (strcmp(name, unit) == 0) {
    snprintf(buffer, PIECE_BYTES, "a value in %s", unit);
  } else {
    snprintf(buffer, PIECE_BYTES, "%s %s", strchr("aeio", name[0]) != NULL ? "an" : "a", name);
  }
  return buffer;
}

static const char *example_of_dim(tw_dim dim, char *buffer) {
  const char *example = tw_dim_example(dim);
  if (tw_dim_is_one(dim)) {
    snprintf(buffer, PIECE_BYTES, "%s", example);
  } else if (example[0] != 0) {
    snprintf(buffer, PIECE_BYTES, "\"%s\"", example);
  } else {
    char unit[64];
    snprintf(buffer, PIECE_BYTES, "\"1 %s\"", tw_dim_unit(dim, unit));
  }
  return buffer;
}

static const char *example_of_choice(const tw_field *field, char *buffer) {
  const char *const *words = field->sub;
  snprintf(buffer, PIECE_BYTES, "\"%s\"", words[0]);
  return buffer;
}

const char *tw_table_example(const tw_table *table, char *buffer) {
  TW_ASSERT(table != NULL && table->n_field > 0);
  const tw_field *field = table->fields;
  for (int32_t i = table->n_field - 1; i >= 0; i--)
    if ((table->fields[i].flags & TW_REQUIRED) != 0) field = &table->fields[i];
  snprintf(buffer, PIECE_BYTES, "{\"%.60s\": ...}", field->name);
  return buffer;
}

const char *tw_field_example(const tw_field *field, char *buffer) {
  TW_ASSERT(field != NULL && buffer != NULL);
  const tw_parse in = {0};
  const tw_dim dim = tw_field_dim(field, &in);
  char piece[PIECE_BYTES];
  switch (field->type) {
    case TW_FIELD_BOOL: return "true";
    case TW_FIELD_COUNT: return field->max > 0 && field->max < 10 ? "1" : "10";
    case TW_FIELD_NUMBER:
    case TW_FIELD_RATIO: return "0.5";
    case TW_FIELD_INSTANT: return "\"2026-03-02T06:00:00\"";
    case TW_FIELD_EXPR:
      if (dim.is_absolute == TW_EXPR_CONDITION.is_absolute) return "\"tool.wear >= 1\"";
      if (tw_dim_is_one(dim)) return "\"1 + 0.1*tool.wear\"";
      break;
    case TW_FIELD_CHOICE: return example_of_choice(field, buffer);
    case TW_FIELD_NAME:
    case TW_FIELD_TEXT: return "\"name\"";
    case TW_FIELD_NAMES: return "[\"name\"]";
    case TW_FIELD_OBJECT: return tw_table_example(field->sub, buffer);
    case TW_FIELD_MAP: return "{\"name\": {...}}";
    case TW_FIELD_LIST: return "[{...}]";
    case TW_FIELD_NEEDS: return "[\"repair\"]";
    case TW_FIELD_WEIGHTS: return "{\"pass\": 0.8, \"again\": 0.2}";
    case TW_FIELD_CUSTOM: return "...";
    case TW_FIELD_QUANTITIES:
      snprintf(buffer, PIECE_BYTES, "[%.90s]", example_of_dim(dim, piece));
      return buffer;
    case TW_FIELD_QUANTITY:
    case TW_FIELD_VALUE: break;
  }
  if ((field->flags & TW_DISCRETE) != 0) return "140";
  return example_of_dim(dim, buffer);
}
