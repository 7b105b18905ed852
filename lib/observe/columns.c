// columns.c - the tables made of columns.inl, and the memory of rows. No meaning, no file.

#include "observe/columns.h"

#include <string.h>

#include <twin/run.h>

#include "doc/dynamics_def.h"
#include "engine/sink.h"
#include "model/state_words.h"

#define TW_TABLE(...)
#define TW_COLUMN(table, id, name_, type_, words_, unit_, help_) \
  {.name = name_, \
   .unit = unit_, \
   .help = help_, \
   .type = TW_COLUMN_##type_, \
   .words = TW_WORDS_##words_},
#define TW_TABLE_END(id)
static const tw_column columns[TW_ALL_COLUMNS] = {
#include "observe/columns.inl"
};
#undef TW_TABLE
#undef TW_COLUMN
#undef TW_TABLE_END

#define TW_TABLE(id, name_, n_chunk_, help_) \
  {.name = name_, \
   .help = help_, \
   .n_column = TW_PAST_##id - TW_ALL_##id##_REPLICATION, \
   .n_chunk = n_chunk_, \
   .column = columns + TW_ALL_##id##_REPLICATION},
#define TW_COLUMN(...)
#define TW_TABLE_END(id)
const tw_column_table tw_column_tables[TW_TABLE_N] = {
#include "observe/columns.inl"
};
#undef TW_TABLE
#undef TW_COLUMN
#undef TW_TABLE_END

static const char *const kind_words[] = {
    [TW_FACT_CREATE] = "create",     [TW_FACT_ENTER] = "enter",       [TW_FACT_START] = "start",
    [TW_FACT_COMPLETE] = "complete", [TW_FACT_LEAVE] = "leave",       [TW_FACT_SHIP] = "ship",
    [TW_FACT_SCRAP] = "scrap",       [TW_FACT_LOSE] = "lose",         [TW_FACT_FAIL] = "fail",
    [TW_FACT_REPAIR] = "repair",     [TW_FACT_REPAIRED] = "repaired", [TW_FACT_STATE] = "state",
    [TW_FACT_WINDOW] = "window",     [TW_FACT_HOLD] = "hold",         [TW_FACT_RESUME] = "resume",
    [TW_FACT_REJECT] = "reject",     [TW_FACT_SHIFT] = "shift",
    [TW_FACT_MODEL] = "model",       [TW_FACT_SET] = "set",
};
TW_STATIC_ASSERT(sizeof kind_words / sizeof *kind_words == TW_FACT_N, "a word for each fact");

TW_STATIC_ASSERT((int)TW_N_STATE == (int)TWIN_STATE_COUNT, "a word for each state");

static const char *const exit_words[] = {[TW_EXIT_NONE] = "none",
                                         [TW_EXIT_OUT] = "out",
                                         [TW_EXIT_SCRAP] = "scrap",
                                         [TW_EXIT_LOST] = "lost"};

tw_words tw_words_fixed(tw_words_id id) {
  switch (id) {
    case TW_WORDS_KIND: return (tw_words){TW_FACT_N, kind_words};
    case TW_WORDS_STATE: return (tw_words){TWIN_STATE_COUNT, tw_state_words};
    case TW_WORDS_EXIT: return (tw_words){sizeof exit_words / sizeof *exit_words, exit_words};
    case TW_WORDS_SOLVER: return (tw_words){TW_SOLVER_N, tw_solver_words};
    default: return (tw_words){0, NULL};
  }
}

size_t tw_column_size(tw_column_type type) {
  return type == TW_COLUMN_I32 || type == TW_COLUMN_NAME ? 4 : 8;
}

int32_t tw_column_table_find(const char *name) {
  for (int32_t i = 0; i < TW_TABLE_N; i++)
    if (strcmp(tw_column_tables[i].name, name) == 0) return i;
  return -1;
}

bool tw_rows_reserve(tw_rows *rows, int32_t table, int32_t capacity) {
  TW_ASSERT(table >= 0 && table < TW_TABLE_N && capacity >= 0);
  rows->n = 0;
  if (capacity <= rows->capacity) return true;
  const tw_column_table *columns_of = &tw_column_tables[table];
  TW_ASSERT(columns_of->n_column <= TW_COLUMN_MAX);
  // One piece of memory, the widest columns first in it, so that each stays aligned.
  size_t n_byte = 0;
  for (int32_t i = 0; i < columns_of->n_column; i++)
    n_byte += tw_column_size(columns_of->column[i].type);
  char *at = tw_memory_take(rows->memory, n_byte * (size_t)capacity);
  if (at == NULL) return false;
  tw_rows_free(rows);
  rows->block = at;
  for (size_t size = 8; size >= 4; size -= 4)
    for (int32_t i = 0; i < columns_of->n_column; i++) {
      if (tw_column_size(columns_of->column[i].type) != size) continue;
      rows->at[i] = at;
      at += size * (size_t)capacity;
    }
  rows->capacity = capacity;
  return true;
}

void tw_rows_append(tw_rows *to, const tw_rows *from, int32_t table, int32_t first, int32_t n) {
  TW_ASSERT(first >= 0 && n >= 0 && first + n <= from->n);
  TW_ASSERT(to->n + n <= to->capacity);
  const tw_column_table *columns_of = &tw_column_tables[table];
  for (int32_t i = 0; i < columns_of->n_column; i++) {
    const size_t size = tw_column_size(columns_of->column[i].type);
    if (n > 0)
      memcpy((char *)to->at[i] + size * (size_t)to->n, (char *)from->at[i] + size * (size_t)first,
             size * (size_t)n);
  }
  to->n += n;
}

void tw_rows_free(tw_rows *rows) {
  tw_memory_free(rows->memory, rows->block);
  *rows = (tw_rows){.memory = rows->memory};
}
