// api_table.c - see table.h.

#include <stdlib.h>
#include <string.h>

#include "api/table.h"
#include "base/assert.h"

twin_table *tw_table_new(int64_t n_row, bool has_intervals) {
  TW_ASSERT(n_row >= 0 && n_row <= INT32_MAX);
  twin_table *table = calloc(1, sizeof *table);
  if (table == NULL) return NULL;
  tw_arena_init(&table->arena);
  table->n_row = n_row;
  table->has_intervals = has_intervals;
  return table;
}

static tw_table_column *add_column(twin_table *table, const char *name, const char *unit,
                                   twin_column_type type) {
  TW_ASSERT(table->n_column < TW_TABLE_COLUMNS);
  const size_t size = type == TWIN_COLUMN_DOUBLE ? sizeof(double) : sizeof(int32_t);
  tw_table_column *column = &table->column[table->n_column++];
  *column = (tw_table_column){.name = name, .unit = unit, .type = (int32_t)type};
  column->values = tw_arena_take_array(&table->arena, (size_t)table->n_row + 1, size);
  return column;
}

double *tw_table_add_doubles(twin_table *table, const char *name, const char *unit) {
  return add_column(table, name, unit, TWIN_COLUMN_DOUBLE)->values;
}

int32_t *tw_table_add_ints(twin_table *table, const char *name) {
  return add_column(table, name, "1", TWIN_COLUMN_INT32)->values;
}

static int32_t find_name(tw_arena *arena, tw_table_column *column, const char *text) {
  for (int32_t i = 0; i < column->n_name; i++)
    if (strcmp(column->names[i], text) == 0) return i;
  column->names[column->n_name] = tw_arena_text(arena, text);
  return column->names[column->n_name] != NULL ? column->n_name++ : -1;
}

void tw_table_add_names(twin_table *table, const char *name,
                        const char *(*name_of)(const void *user, int32_t i), const void *user) {
  tw_table_column *column = add_column(table, name, "1", TWIN_COLUMN_NAME);
  column->names =
      tw_arena_take_array(&table->arena, (size_t)table->n_row + 1, sizeof *column->names);
  int32_t *code = column->values;
  if (column->names == NULL || code == NULL) return;
  for (int32_t i = 0; i < table->n_row; i++) {
    const char *text = name_of(user, i);
    code[i] = text != NULL ? find_name(&table->arena, column, text) : -1;
  }
}

void twin_table_free(twin_table *table) {
  if (table == NULL) return;
  tw_arena_free(&table->arena);
  free(table);
}

int64_t twin_table_rows(const twin_table *table) { return table != NULL ? table->n_row : 0; }

twin_status twin_table_column(const twin_table *table, int32_t i, const char **name, int32_t *type,
                              const char **unit) {
  if (table == NULL) return TWIN_ERR_ARGUMENT;
  if (i < 0 || i >= table->n_column) return TWIN_ERR_NOT_FOUND;
  if (name != NULL) *name = table->column[i].name;
  if (type != NULL) *type = table->column[i].type;
  if (unit != NULL) *unit = table->column[i].unit;
  return TWIN_OK;
}

static const tw_table_column *find_column(const twin_table *table, const char *name) {
  for (int32_t i = 0; i < table->n_column; i++)
    if (strcmp(table->column[i].name, name) == 0) return &table->column[i];
  return NULL;
}

const char *twin_table_column_name(const twin_table *table, const char *column, int32_t i) {
  if (table == NULL || column == NULL) return NULL;
  const tw_table_column *found = find_column(table, column);
  return found != NULL && i >= 0 && i < found->n_name ? found->names[i] : NULL;
}

twin_status twin_table_read(const twin_table *table, const char *column, int64_t first, int64_t n,
                            void *out) {
  if (table == NULL || column == NULL || first < 0 || n < 0 || first > table->n_row ||
      n > table->n_row - first || (out == NULL && n > 0))
    return TWIN_ERR_ARGUMENT;
  const tw_table_column *found = find_column(table, column);
  if (found == NULL) return TWIN_ERR_NOT_FOUND;
  const size_t size = found->type == TWIN_COLUMN_DOUBLE ? sizeof(double) : sizeof(int32_t);
  if (n > 0) memcpy(out, (const char *)found->values + (size_t)first * size, (size_t)n * size);
  return TWIN_OK;
}
