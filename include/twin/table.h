// table.h - tables: rows that belong together, by named columns, each with its type and unit.
// Everything that the library hands out in rows is one of these. A table never changes once it is
// made, is counted atomically and may be shared by any number of threads; it holds its memory
// alone, so what it was made from may go before it. It leaves through the Arrow C data interface
// without a copy.

#ifndef TWIN_TABLE_H
#define TWIN_TABLE_H

#include <twin/arrow.h>
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
  TWIN_COLUMN_NAME = 4,   // int32_t index into the column's names; -1: none
  TWIN_COLUMN_UINT64 = 5  // hashes and seeds
} twin_column_type;

// One column. Begins with struct_size, which the caller sets. Fields are only ever appended.
typedef struct twin_column {
  uint32_t struct_size;
  int32_t type;  // twin_column_type
  const char *name;
  const char *unit;          // "s"; "": it has none, or each row its own
  const char *help;          // what it says; "" where that is not written down
  const void *values;        // [rows] of its type
  const char *const *names;  // [n_name] of a TWIN_COLUMN_NAME column, each one once
  int32_t n_name;
  int32_t reserved;
} twin_column;

// Makes a table of what the caller has, to hand it on like the library's own.
// name: of the table. columns: [n_column]; everything is copied; unit and help may be NULL.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_ARGUMENT (something is missing, a column stands twice, more than 64 columns, a
// name
//   twice in one column, an index past the names), TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_table_make(twin_table **table, const char *name,
                                     const twin_column *columns, int32_t n_column, int64_t n_row,
                                     twin_problems *problems);

// Adds a holder.
// Returns: table.
// Owns: the caller gives the count back with twin_table_unref.
// Thread: any.
// Since: 1.0
TWIN_API twin_table *twin_table_ref(twin_table *table);

// Gives up a holder; the last one frees the table.
// Owns: takes one count of `table`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_table_unref(twin_table *table);

// Name of a table, "kpi".
// Returns: the name.
// Owns: the text stays the table's.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_table_name(const twin_table *table);

// Rows of a table.
// Returns: the count.
// Thread: any.
// Since: 1.0
TWIN_API int64_t twin_table_rows(const twin_table *table);

// Column `i`, in order.
// column: filled up to its struct_size.
// Returns: TWIN_OK, or TWIN_ERR_NOT_FOUND past the last one.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT.
// Owns: texts and values stay the table's.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_table_column(const twin_table *table, int32_t i, twin_column *column);

// The values of a column, where they lie: int32_t, int64_t, uint64_t or double by its type.
// Returns: [rows], NULL for no such column.
// Owns: the values stay the table's.
// Thread: any.
// Since: 1.0
TWIN_API const void *twin_table_values(const twin_table *table, const char *column);

// The name in a row of a TWIN_COLUMN_NAME column.
// Returns: the name; NULL where the row has none, or for no such row or column of names.
// Owns: the text stays the table's.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_table_text(const twin_table *table, const char *column, int64_t row);

// Hands a table on as an Arrow stream of one record batch, which shares the table's memory. Columns
// of names are dictionaries (int32 to utf8), null where a row has none; fields have the metadata
// "unit" and "help", the schema "name" and "help" of the table, each where there is one.
// out: must not hold a stream; its release gives it back.
// Returns: TWIN_OK and a stream.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the stream, and every schema and array that comes out of it, holds the table; each may be
// released in
//   any order, from any thread.
// Thread: any; the stream one thread at a time.
// Since: 1.0
TWIN_API twin_status twin_table_arrow(twin_table *table, struct ArrowArrayStream *out);

#ifdef __cplusplus
}
#endif
#endif
