// cells.c - see cells.h.

#include "support/cells.h"

#include <string.h>

#include "support/must.h"

twin_column test_column(const twin_table *table, const char *name) {
  twin_column column = {.struct_size = sizeof column};
  for (int32_t i = 0; twin_table_column(table, i, &column) == TWIN_OK; i++)
    if (strcmp(column.name, name) == 0) return column;
  must_of(false, name);
  return column;
}

double test_number_at(const twin_table *table, const char *column, int64_t row) {
  const twin_column of = test_column(table, column);
  must_of(row >= 0 && row < twin_table_rows(table), column);
  switch (of.type) {
    case TWIN_COLUMN_DOUBLE: return ((const double *)of.values)[row];
    case TWIN_COLUMN_INT32: return ((const int32_t *)of.values)[row];
    case TWIN_COLUMN_INT64: return (double)((const int64_t *)of.values)[row];
    case TWIN_COLUMN_UINT64: return (double)((const uint64_t *)of.values)[row];
    default: break;
  }
  must_of(false, column);
  return 0;
}

const char *test_name_at(const twin_table *table, const char *column, int64_t row) {
  must_of(test_column(table, column).type == TWIN_COLUMN_NAME, column);
  return twin_table_text(table, column, row);
}

twin_table *test_file_table(const twin_file *file, const char *name) {
  twin_table *table = NULL;
  must_of(twin_file_table(file, name, 0, -1, &table, NULL) == TWIN_OK, name);
  return table;
}
