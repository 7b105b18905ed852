// columns.h - the tables of a run file as constant data, and rows of them in memory: one array for
// each column. The recorder fills rows, whoever stores them (io/h5_out.c, study/) gets them through
// the tw_rows_sink declared here. Nothing here knows HDF5 or what the columns mean.

#ifndef TW_OBSERVE_COLUMNS_H
#define TW_OBSERVE_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include <twin/base.h>

#include "base/assert.h"
#include "base/memory.h"

typedef enum tw_column_type {
  TW_COLUMN_I32,
  TW_COLUMN_I64,
  TW_COLUMN_U64,
  TW_COLUMN_F64,
  TW_COLUMN_NAME  // int32_t, index into the words; -1: none
} tw_column_type;

// Which words a NAME column counts. The fixed ones are the same for every line.
typedef enum tw_words_id {
  TW_WORDS_NONE,
  TW_WORDS_PLACE,  // of the line
  TW_WORDS_TYPE,
  TW_WORDS_CAUSE,
  TW_WORDS_KPI,
  TW_WORDS_UNIT,
  TW_WORDS_SHIFT,
  TW_WORDS_OBJECT,
  TW_WORDS_MODEL_EVENT,
  TW_WORDS_MODEL_STATE,
  TW_WORDS_REASON,
  TW_WORDS_SIGNAL,
  TW_WORDS_LOSS,
  TW_WORDS_ROOT,  // what the place does that a loss is due to
  TW_WORDS_KIND,  // fixed
  TW_WORDS_STATE,
  TW_WORDS_EXIT,
  TW_WORDS_SOLVER,
  TW_WORDS_N
} tw_words_id;

#define TW_TABLE(id, ...) TW_TABLE_##id,
#define TW_COLUMN(...)
#define TW_TABLE_END(id)
typedef enum tw_table_id {
#include "observe/columns.inl"
  TW_TABLE_N
} tw_table_id;
#undef TW_TABLE
#undef TW_COLUMN
#undef TW_TABLE_END

// Columns counted through all tables; the one behind the last of a table is the first of the next.
#define TW_TABLE(...)
#define TW_COLUMN(table, id, ...) TW_ALL_##table##_##id,
#define TW_TABLE_END(id)          TW_PAST_##id, TW_LAST_##id = TW_PAST_##id - 1,
enum {
#include "observe/columns.inl"
  TW_ALL_COLUMNS
};
#undef TW_TABLE
#undef TW_COLUMN
#undef TW_TABLE_END

// Number of a column within its table, a constant: TW_AT(EVENTS, TIME).
#define TW_AT(table, id) (TW_ALL_##table##_##id - TW_ALL_##table##_REPLICATION)

enum { TW_COLUMN_MAX = 16 };  // of one table

typedef struct tw_column {
  const char *name, *unit, *help;
  tw_column_type type;
  tw_words_id words;
} tw_column;

typedef struct tw_column_table {
  const char *name, *help;
  int32_t n_column;
  int32_t n_chunk;          // rows that are handed over and stored at a time
  const tw_column *column;  // [n_column]
} tw_column_table;

extern const tw_column_table tw_column_tables[TW_TABLE_N];

// Bytes of one value.
size_t tw_column_size(tw_column_type type);

// Number of a table by its name; -1: none.
int32_t tw_column_table_find(const char *name);

// Words of a list: n texts.
typedef struct tw_words {
  int32_t n;
  const char *const *at;  // [n]
} tw_words;

// The words that are the same for every line: KIND, STATE, EXIT and SOLVER; n is 0 for the others.
tw_words tw_words_fixed(tw_words_id id);

typedef enum tw_exit_word { TW_EXIT_NONE, TW_EXIT_OUT, TW_EXIT_SCRAP, TW_EXIT_LOST } tw_exit_word;

// Rows of one table: column c is an array of n values in at[c]. Zero-initialised but for `memory`:
// no rows yet.
typedef struct tw_rows {
  int32_t n, capacity;
  void *at[TW_COLUMN_MAX];
  void *block;  // the memory behind them
  const tw_memory *memory;  // that it comes from; NULL: the C library's
} tw_rows;

// Makes room for `capacity` rows; those that are there are lost. False when memory is short.
bool tw_rows_reserve(tw_rows *rows, int32_t table, int32_t capacity);

// Copies rows [first, first + n) of `from` behind those of `to`, which has room.
void tw_rows_append(tw_rows *to, const tw_rows *from, int32_t table, int32_t first, int32_t n);

void tw_rows_free(tw_rows *rows);

static inline int32_t *tw_rows_i32(const tw_rows *rows, int32_t column) {
  TW_ASSERT(column >= 0 && column < TW_COLUMN_MAX);
  return rows->at[column];
}

static inline int64_t *tw_rows_i64(const tw_rows *rows, int32_t column) {
  TW_ASSERT(column >= 0 && column < TW_COLUMN_MAX);
  return rows->at[column];
}

static inline uint64_t *tw_rows_u64(const tw_rows *rows, int32_t column) {
  TW_ASSERT(column >= 0 && column < TW_COLUMN_MAX);
  return rows->at[column];
}

static inline double *tw_rows_f64(const tw_rows *rows, int32_t column) {
  TW_ASSERT(column >= 0 && column < TW_COLUMN_MAX);
  return rows->at[column];
}

// Where full rows go. They may be looked at during the call only. An error is said once more by the
// owner's own calls, with its details.
typedef struct tw_rows_sink {
  void *self;
  twin_status (*write)(void *self, int32_t table, const tw_rows *rows);
} tw_rows_sink;

#endif
