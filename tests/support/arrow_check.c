// arrow_check.c - see arrow_check.h. Written from the specification, without the library's own
// code.

#include "support/arrow_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "support/must.h"

static bool is_utf8_text(const char *text, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const unsigned char c = (unsigned char)text[i];
    const int64_t more = c < 0x80                ? 0
                         : c >= 0xc2 && c < 0xe0 ? 1
                         : c >= 0xe0 && c < 0xf0 ? 2
                         : c >= 0xf0 && c < 0xf5 ? 3
                                                 : -1;
    if (more < 0 || i + more >= n) return false;
    for (int64_t k = 0; k < more; k++)
      if (((unsigned char)text[++i] & 0xc0) != 0x80) return false;
  }
  return true;
}

// Walks over the pairs; every length must be inside what a sane producer writes.
static const char *find_metadata(const char *metadata, const char *key, int32_t *n_value) {
  int32_t n_pair, n;
  memcpy(&n_pair, metadata, sizeof n_pair);
  must(n_pair > 0 && n_pair < 100);
  const char *at = metadata + sizeof n_pair, *wanted = NULL, *found = NULL;
  for (int32_t i = 0; i < 2 * n_pair; i++) {
    memcpy(&n, at, sizeof n);
    must(n >= 0 && n < 100000);
    at += sizeof n;
    must(is_utf8_text(at, n));
    if (i % 2 == 0)
      wanted = (size_t)n == strlen(key) && memcmp(at, key, (size_t)n) == 0 ? at : NULL;
    if (i % 2 == 1 && wanted != NULL) {
      found = at;
      *n_value = n;
    }
    at += n;
  }
  return found;
}

const char *test_metadata(const char *metadata, const char *key) {
  static _Thread_local char value[1000];
  int32_t n = 0;
  const char *found = metadata != NULL ? find_metadata(metadata, key, &n) : NULL;
  must(n < (int32_t)sizeof value);
  if (found != NULL) memcpy(value, found, (size_t)n);
  value[n] = 0;
  return value;
}

static void check_field(const struct ArrowSchema *field) {
  must(field->release != NULL);
  must(field->format != NULL);
  must(field->name != NULL);
  must(is_utf8_text(field->name, (int64_t)strlen(field->name)));
  must(field->n_children == 0);
  must_of(strlen(field->format) == 1 && strchr("ilLg", field->format[0]) != NULL, field->format);
  must(field->flags == (field->dictionary != NULL ? ARROW_FLAG_NULLABLE : 0));
  if (field->metadata != NULL) test_metadata(field->metadata, "");
  if (field->dictionary == NULL) return;
  must(strcmp(field->format, "i") == 0);
  must(strcmp(field->dictionary->format, "u") == 0);
  must(field->dictionary->release != NULL);
  must(field->dictionary->dictionary == NULL);
  must(field->dictionary->n_children == 0);
}

void test_check_schema(const struct ArrowSchema *schema) {
  must(schema->release != NULL);
  must(strcmp(schema->format, "+s") == 0);
  must(schema->flags == 0);
  must(schema->dictionary == NULL);
  for (int64_t i = 0; i < schema->n_children; i++) {
    check_field(schema->children[i]);
    for (int64_t k = 0; k < i; k++)
      must(strcmp(schema->children[i]->name, schema->children[k]->name) != 0);
  }
}

static bool is_known(const struct ArrowArray *array, int64_t row) {
  const unsigned char *bits = array->buffers[0];
  row += array->offset;
  return bits == NULL || (bits[row / 8] >> (row % 8) & 1) != 0;
}

static void check_dictionary(const struct ArrowArray *column) {
  const struct ArrowArray *words = column->dictionary;
  must(words->release != NULL);
  must(words->length >= 0 && words->offset == 0 && words->null_count == 0);
  must(words->n_buffers == 3);
  must(words->buffers[0] == NULL);
  const int32_t *at = words->buffers[1];
  const char *bytes = words->buffers[2];
  must(at != NULL && bytes != NULL);
  must(at[0] == 0);
  for (int64_t i = 0; i < words->length; i++) {
    must(at[i] <= at[i + 1]);
    must(is_utf8_text(bytes + at[i], at[i + 1] - at[i]));
  }
  const int32_t *code = column->buffers[1];
  for (int64_t i = 0; i < column->length; i++)
    must(!is_known(column, i) ||
         (code[column->offset + i] >= 0 && code[column->offset + i] < words->length));
}

static void check_column(const struct ArrowSchema *field, const struct ArrowArray *column,
                         int64_t length) {
  must(column->release != NULL);
  must(column->length == length);
  must(column->offset == 0);
  must(column->n_buffers == 2);
  must(column->n_children == 0);
  must(column->buffers[1] != NULL);
  must_of((uintptr_t)column->buffers[1] % 8 == 0, field->name);
  int64_t n_null = 0;
  for (int64_t i = 0; i < length; i++) n_null += !is_known(column, i);
  must_of(column->null_count == n_null, field->name);
  must(n_null == 0 || (field->flags & ARROW_FLAG_NULLABLE) != 0);
  must((field->dictionary == NULL) == (column->dictionary == NULL));
  if (column->dictionary != NULL) check_dictionary(column);
}

void test_check_array(const struct ArrowSchema *schema, const struct ArrowArray *array) {
  must(array->release != NULL);
  must(array->length >= 0 && array->offset == 0 && array->null_count == 0);
  must(array->n_buffers == 1);
  must(array->buffers[0] == NULL);
  must(array->dictionary == NULL);
  must(array->n_children == schema->n_children);
  for (int64_t i = 0; i < array->n_children; i++)
    check_column(schema->children[i], array->children[i], array->length);
}

void test_arrow_cell(const struct ArrowSchema *schema, const struct ArrowArray *array,
                     int64_t column, int64_t row, char *buffer, size_t n) {
  const struct ArrowArray *of = array->children[column];
  const void *values = of->buffers[1];
  const int64_t at = of->offset + row;
  if (!is_known(of, row)) {
    snprintf(buffer, n, "null");
  } else if (of->dictionary != NULL) {
    const int32_t code = ((const int32_t *)values)[at], *end = of->dictionary->buffers[1];
    snprintf(buffer, n, "name:%.*s", (int)(end[code + 1] - end[code]),
             (const char *)of->dictionary->buffers[2] + end[code]);
  } else if (schema->children[column]->format[0] == 'g') {
    uint64_t bits;
    memcpy(&bits, (const double *)values + at, sizeof bits);
    snprintf(buffer, n, "%016" PRIx64, bits);
  } else if (schema->children[column]->format[0] == 'l') {
    snprintf(buffer, n, "%" PRId64, ((const int64_t *)values)[at]);
  } else if (schema->children[column]->format[0] == 'L') {
    snprintf(buffer, n, "%" PRIu64, ((const uint64_t *)values)[at]);
  } else {
    snprintf(buffer, n, "%" PRId32, ((const int32_t *)values)[at]);
  }
}

void test_table_cell(const twin_table *table, int32_t column, int64_t row, char *buffer, size_t n) {
  twin_column of = {.struct_size = sizeof of};
  must(twin_table_column(table, column, &of) == TWIN_OK);
  const char *name;
  uint64_t bits;
  switch (of.type) {
    case TWIN_COLUMN_NAME:
      name = twin_table_text(table, of.name, row);
      snprintf(buffer, n, "%s%s", name != NULL ? "name:" : "null", name != NULL ? name : "");
      return;
    case TWIN_COLUMN_DOUBLE:
      memcpy(&bits, (const double *)of.values + row, sizeof bits);
      snprintf(buffer, n, "%016" PRIx64, bits);
      return;
    case TWIN_COLUMN_INT64:
      snprintf(buffer, n, "%" PRId64, ((const int64_t *)of.values)[row]);
      return;
    case TWIN_COLUMN_UINT64:
      snprintf(buffer, n, "%" PRIu64, ((const uint64_t *)of.values)[row]);
      return;
    default: snprintf(buffer, n, "%" PRId32, ((const int32_t *)of.values)[row]);
  }
}

static void check_columns(const struct ArrowSchema *schema, const twin_table *table) {
  static const char *const format[] = {"", "i", "l", "g", "i", "L"};
  twin_column of = {.struct_size = sizeof of};
  must(strcmp(test_metadata(schema->metadata, "name"), twin_table_name(table)) == 0);
  int32_t i = 0;
  for (; twin_table_column(table, i, &of) == TWIN_OK; i++) {
    const struct ArrowSchema *field = schema->children[i];
    must(strcmp(field->name, of.name) == 0);
    must(strcmp(field->format, format[of.type]) == 0);
    must((field->dictionary != NULL) == (of.type == TWIN_COLUMN_NAME));
    must(strcmp(test_metadata(field->metadata, "unit"), of.unit) == 0);
    must(strcmp(test_metadata(field->metadata, "help"), of.help) == 0);
  }
  must(schema->n_children == i);
}

void test_check_stream(struct ArrowArrayStream *stream, const twin_table *table) {
  struct ArrowSchema schema;
  struct ArrowArray array;
  char cell[500], wanted[500];
  must(stream->get_schema(stream, &schema) == 0);
  test_check_schema(&schema);
  check_columns(&schema, table);
  int64_t first = 0;
  for (;;) {
    must(stream->get_next(stream, &array) == 0);
    must(stream->get_last_error(stream) == NULL);
    if (array.release == NULL) break;
    test_check_array(&schema, &array);
    for (int64_t row = 0; row < array.length; row++)
      for (int64_t i = 0; i < array.n_children; i++) {
        test_arrow_cell(&schema, &array, i, row, cell, sizeof cell);
        test_table_cell(table, (int32_t)i, first + row, wanted, sizeof wanted);
        must_of(strcmp(cell, wanted) == 0, schema.children[i]->name);
      }
    first += array.length;
    array.release(&array);
    must(array.release == NULL);
  }
  must(first == twin_table_rows(table));
  must(stream->get_next(stream, &array) == 0);
  must_of(array.release == NULL, "the end stays the end");
  stream->release(stream);
  must(stream->release == NULL);
  schema.release(&schema);
  must(schema.release == NULL);
}

void test_check_table(twin_table *table) {
  struct ArrowArrayStream stream;
  must(twin_table_arrow(table, &stream) == TWIN_OK);
  test_check_stream(&stream, table);
}

struct ArrowSchema test_move_schema(struct ArrowSchema *schema) {
  const struct ArrowSchema moved = *schema;
  schema->release = NULL;
  return moved;
}

struct ArrowArray test_move_array(struct ArrowArray *array) {
  const struct ArrowArray moved = *array;
  array->release = NULL;
  return moved;
}
