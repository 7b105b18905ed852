// api_table_seal.c - what makes a table final: its names and their indices are checked, since a
// file may say anything, and what Arrow wants beside the values is laid out once, so that handing
// the table on is a matter of pointers. Also tables that the caller makes.

#include <limits.h>
#include <string.h>

#include "api/table.h"
#include "base/assert.h"
#include "base/text.h"

// Writes a 32-bit count and the bytes; n_text counts on.
static char *put_text(char *to, const char *text) {
  const size_t n = strlen(text);
  const int32_t count = (int32_t)n;
  memcpy(to, &count, sizeof count);
  memcpy(to + sizeof count, text, n);
  return to + sizeof count + n;
}

// Metadata as Arrow has it: the count of pairs, then length and bytes of each key and value. Only
// what is not empty; NULL where nothing is, or when memory is short.
static const char *make_metadata(tw_arena *arena, const char *const pair[2][2]) {
  int32_t n_pair = 0;
  size_t n_byte = sizeof n_pair;
  for (int i = 0; i < 2; i++) {
    if (pair[i][1] == NULL || pair[i][1][0] == 0) continue;
    n_pair++;
    n_byte += 2 * sizeof(int32_t) + strlen(pair[i][0]) + strlen(pair[i][1]);
  }
  if (n_pair == 0 || n_byte > INT32_MAX) return NULL;
  char *metadata = tw_arena_take(arena, n_byte);
  if (metadata == NULL) return NULL;
  memcpy(metadata, &n_pair, sizeof n_pair);
  char *to = metadata + sizeof n_pair;
  for (int i = 0; i < 2; i++) {
    if (pair[i][1] == NULL || pair[i][1][0] == 0) continue;
    to = put_text(put_text(to, pair[i][0]), pair[i][1]);
  }
  TW_ASSERT(to == metadata + n_byte);
  return metadata;
}

static bool is_utf8(const char *text, size_t n) {
  for (size_t at = 0, step = 1; at < n; at += step)
    if ((step = tw_utf8_length(text + at, n - at)) == 0) return false;
  return true;
}

static twin_status refuse(const twin_table *table, const tw_table_column *column, const char *what,
                          twin_problems *problems) {
  tw_problems_add(problems, &(tw_problem_text){.status = TWIN_ERR_FILE, .code = "E-FILE"},
                  "column \"%s\" of \"%s\" %s", column->name, table->name, what);
  return TWIN_ERR_FILE;
}

// Lays out the names of a column one behind the other.
static twin_status lay_names(twin_table *table, tw_table_column *column, twin_problems *problems) {
  size_t n_byte = 0;
  for (int32_t i = 0; i < column->n_name; i++) {
    const size_t n = strlen(column->names[i]);
    if (!is_utf8(column->names[i], n))
      return refuse(table, column, "has names that are not UTF-8", problems);
    n_byte += n;
  }
  if (n_byte > INT32_MAX) return refuse(table, column, "has too many names", problems);
  int32_t *at = tw_arena_take_array(&table->arena, (size_t)column->n_name + 1, sizeof *at);
  char *bytes = tw_arena_take(&table->arena, n_byte + 1);
  if (at == NULL || bytes == NULL) return TWIN_ERR_MEMORY;
  for (int32_t i = 0; i < column->n_name; i++) {
    const size_t n = strlen(column->names[i]);
    memcpy(bytes + at[i], column->names[i], n);
    at[i + 1] = at[i] + (int32_t)n;
  }
  column->name_at = at;
  column->name_bytes = bytes;
  column->name_buffers[0] = NULL;
  column->name_buffers[1] = at;
  column->name_buffers[2] = bytes;
  return TWIN_OK;
}

// Checks the indices of a column of names, and marks the rows that have one if some have none.
static twin_status mark_known(twin_table *table, tw_table_column *column, twin_problems *problems) {
  const int32_t *code = column->values;
  int64_t n_null = 0;
  bool is_good = true;
  for (int64_t i = 0; i < table->n_row; i++) {
    n_null += code[i] < 0;
    is_good = is_good && code[i] >= -1 && code[i] < column->n_name;
  }
  if (!is_good) return refuse(table, column, "counts names that it does not have", problems);
  column->n_null = n_null;
  column->known = NULL;
  if (n_null == 0) return TWIN_OK;
  unsigned char *known = tw_arena_take(&table->arena, ((size_t)table->n_row + 7) / 8);
  if (known == NULL) return TWIN_ERR_MEMORY;
  for (int64_t i = 0; i < table->n_row; i++)
    known[i / 8] |= (unsigned char)((code[i] >= 0) << (i % 8));
  column->known = known;
  return TWIN_OK;
}

twin_status tw_table_seal(twin_table *table, twin_problems *problems) {
  TW_ASSERT(!table->is_sealed && atomic_load(&table->n_holder) == 1);
  twin_status status = table->arena.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_OK;
  for (int32_t i = 0; i < table->n_column && status == TWIN_OK; i++) {
    tw_table_column *column = &table->column[i];
    const bool has_names = column->type == TWIN_COLUMN_NAME;
    const char *const said[2][2] = {{"unit", column->unit}, {"help", column->help}};
    if (table->head == NULL) column->metadata = make_metadata(&table->arena, said);
    if (column->has_twice) status = refuse(table, column, "has a name twice", problems);
    if (status == TWIN_OK && has_names && column->name_at == NULL)
      status = lay_names(table, column, problems);
    if (status == TWIN_OK && has_names) status = mark_known(table, column, problems);
    column->buffers[0] = column->known;
    column->buffers[1] = column->values;
  }
  const char *const said[2][2] = {{"name", table->name}, {"help", table->help}};
  if (table->head == NULL) table->metadata = make_metadata(&table->arena, said);
  table->is_sealed = true;
  return status == TWIN_OK && table->arena.is_out_of_memory ? TWIN_ERR_MEMORY : status;
}

twin_status tw_table_give(twin_table *table, bool is_good, twin_table **out,
                          twin_problems *problems) {
  twin_status status = TWIN_ERR_MEMORY;
  if (table != NULL && is_good) status = tw_table_seal(table, problems);
  if (status == TWIN_OK) {
    *out = table;
    return TWIN_OK;
  }
  twin_table_unref(table);
  return status == TWIN_ERR_MEMORY ? tw_fail(problems, status, "no memory for a table") : status;
}

// A column as the caller describes it, with whatever its struct_size knows of.
static bool take_column(twin_table *table, const twin_column *given) {
  if (given->name == NULL || given->type <= TWIN_COLUMN_NONE || given->type > TWIN_COLUMN_UINT64 ||
      (given->values == NULL && table->n_row > 0) || given->n_name < 0 ||
      (given->names == NULL && given->n_name > 0) || tw_table_find(table, given->name) >= 0)
    return false;
  const char *name = tw_arena_text(&table->arena, given->name);
  const char *unit = tw_arena_text(&table->arena, given->unit != NULL ? given->unit : "");
  const char *help = tw_arena_text(&table->arena, given->help != NULL ? given->help : "");
  if (name == NULL || unit == NULL || help == NULL) return true;  // the arena remembers
  void *values = tw_table_add(table, name, unit, help, (twin_column_type)given->type);
  if (values != NULL && table->n_row > 0)
    memcpy(values, given->values, (size_t)table->n_row * tw_table_size(given->type));
  if (given->type == TWIN_COLUMN_NAME) tw_table_set_names(table, given->names, given->n_name);
  return true;
}

static bool are_names_good(const twin_column *column) {
  for (int32_t i = 0; i < column->n_name; i++)
    if (column->names[i] == NULL) return false;
  return true;
}

twin_status twin_table_make(twin_table **table, const char *name, const twin_column *columns,
                            int32_t n_column, int64_t n_row, twin_problems *problems) {
  if (table == NULL || name == NULL || n_row < 0 || n_column < 0 || n_column > TW_TABLE_COLUMNS ||
      (columns == NULL && n_column > 0) || !is_utf8(name, strlen(name)))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "table, name or columns are not good");
  twin_table *made = tw_table_new(name, n_row, NULL);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a table");
  bool is_good = true;
  for (int32_t i = 0; i < n_column && is_good; i++) {
    // every struct of an array has the size that the first one says
    twin_column own = {.struct_size = sizeof own};
    const char *given = (const char *)columns + (size_t)i * columns->struct_size;
    is_good =
        tw_options_take(&own, sizeof own, given) && are_names_good(&own) && take_column(made, &own);
  }
  if (!is_good) {
    twin_table_unref(made);
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "a column of the table is not good, or stands twice");
  }
  const twin_status status = tw_table_give(made, true, table, problems);
  return status == TWIN_ERR_FILE ? TWIN_ERR_ARGUMENT : status;
}
