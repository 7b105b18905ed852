// table_help.c - the words about a column of a table, wherever they stand: in the list of this
// folder, or in that of the run files where they have the same column.

#include <string.h>

#include "api/table.h"
#include "base/assert.h"
#include "observe/columns.h"

typedef struct words {
  const char *table, *column, *help;  // column NULL: of the table
} words;

static const words own[] = {
#define TW_TABLE_HELP(table_, help_)           {table_, NULL, help_},
#define TW_COLUMN_HELP(table_, column_, help_) {table_, column_, help_},
#include "api/table_help.inl"
#undef TW_TABLE_HELP
#undef TW_COLUMN_HELP
};

static const char interval[] = "half width of the t interval of the column before it";

static const char *of_run_file(const char *table, const char *column) {
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    if (strcmp(tw_column_tables[t].name, table) != 0) continue;
    for (int32_t i = 0; i < tw_column_tables[t].n_column; i++)
      if (strcmp(tw_column_tables[t].column[i].name, column) == 0)
        return tw_column_tables[t].column[i].help;
  }
  return NULL;
}

const char *tw_table_help(const char *table, const char *column) {
  static const char suffix[] = "_half_width";
  if (table == NULL) return NULL;  // memory is short
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
    const bool is_column = column != NULL && own[i].column != NULL;
    if (strcmp(own[i].table, table) != 0 || is_column != (column != NULL)) continue;
    if (is_column ? strcmp(own[i].column, column) == 0 : own[i].column == NULL) return own[i].help;
  }
  if (column == NULL) return NULL;
  const size_t n = strlen(column), n_suffix = sizeof suffix - 1;
  if (n > n_suffix && strcmp(column + n - n_suffix, suffix) == 0) return interval;
  return of_run_file(table, column);
}
