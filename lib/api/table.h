// table.h - the public table: named columns of one length in memory of its own, filled once by
// whoever makes it (api_losses.c) and read by its public functions.

#ifndef TW_API_TABLE_H
#define TW_API_TABLE_H

#include "api/api.h"
#include "base/arena.h"

enum { TW_TABLE_COLUMNS = 64 };

typedef struct tw_table_column {
  const char *name, *unit;
  int32_t type;  // twin_column_type
  int32_t n_name;
  const char **names;  // [n_name] of a column of names
  void *values;        // [n_row] double or int32_t
} tw_table_column;

struct twin_table {
  tw_arena arena;
  int64_t n_row;
  bool has_intervals;
  int32_t n_column;
  tw_table_column column[TW_TABLE_COLUMNS];
};

// Adding a column gives its values to fill in, NULL when memory is short; the arena remembers that.
twin_table *tw_table_new(int64_t n_row, bool has_intervals);
double *tw_table_add_doubles(twin_table *table, const char *name, const char *unit);
int32_t *tw_table_add_ints(twin_table *table, const char *name);

// name_of: the text of row i, NULL for none. Texts are copied.
void tw_table_add_names(twin_table *table, const char *name,
                        const char *(*name_of)(const void *user, int32_t i), const void *user);

#endif
