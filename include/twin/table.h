// table.h - tables that the library hands out: rows that belong together, by named columns, each with
// its type and unit; a copy of what was known when the table was made.

#ifndef TWIN_TABLE_H
#define TWIN_TABLE_H

#include <twin/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct twin_table twin_table;

// Type of a table's column.
typedef enum twin_column_type {
  TWIN_COLUMN_NONE = 0,
  TWIN_COLUMN_INT32 = 1,
  TWIN_COLUMN_INT64 = 2,
  TWIN_COLUMN_DOUBLE = 3,
  TWIN_COLUMN_NAME = 4  // int32 index into the column's names
} twin_column_type;

// Frees a table.
// Owns: takes `table`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_table_free(twin_table *table);

// Rows of a table.
// Returns: the count.
// Thread: any.
// Since: 1.0
TWIN_API int64_t twin_table_rows(const twin_table *table);

// Name, type (a twin_column_type) and unit of column `i`.
// Returns: TWIN_OK, or TWIN_ERR_NOT_FOUND past the last one.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT.
// Owns: the texts stay the table's.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_table_column(const twin_table *table, int32_t i, const char **name,
                                       int32_t *type, const char **unit);

// The names a TWIN_COLUMN_NAME column counts: number `i`, NULL past the last one. -1 stands for none.
// Returns: the name.
// Owns: the text stays the table's.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_table_column_name(const twin_table *table, const char *column, int32_t i);

// Copies rows [first, first + n) of one column into out, n values of the column's type.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_table_read(const twin_table *table, const char *column, int64_t first,
                                     int64_t n, void *out);

#ifdef __cplusplus
}
#endif
#endif
