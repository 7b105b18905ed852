// collect.c - keeps rows; see collect.h.

#include "support/collect.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

// Makes room for n more rows; those there are stay.
static bool grow(tw_rows *rows, int32_t table, int32_t n) {
  if (rows->n + n <= rows->capacity) return true;
  tw_rows larger = {0};
  if (!tw_rows_reserve(&larger, table, 2 * (rows->n + n))) return false;
  tw_rows_append(&larger, rows, table, 0, rows->n);
  tw_rows_free(rows);
  *rows = larger;
  return true;
}

static twin_status keep_rows(void *self, int32_t table, const tw_rows *rows) {
  test_collect *collect = self;
  if (++collect->n_write >= collect->n_write_max && collect->n_write_max > 0) return TWIN_ERR_IO;
  if (!grow(&collect->rows[table], table, rows->n)) return TWIN_ERR_MEMORY;
  tw_rows_append(&collect->rows[table], rows, table, 0, rows->n);
  return TWIN_OK;
}

static void open_for(test_collect *collect, const tw_line *line, tw_record_what what) {
  *collect = (test_collect){.words = tw_record_words_new(line)};
  collect->recorder = tw_recorder_new(line, collect->words, &what, (tw_rows_sink){collect, keep_rows});
}

void test_collect_open(test_collect *collect, const tw_line *line) {
  open_for(collect, line, (tw_record_what){true, true, true, TW_RECORD_ALL_SIGNALS});
}

void test_collect_open_own(test_collect *collect, const tw_line *line) {
  open_for(collect, line, (tw_record_what){.signals = TW_RECORD_OWN_SIGNALS});
}

void test_collect_close(test_collect *collect) {
  tw_recorder_free(collect->recorder);
  tw_record_words_free(collect->words);
  for (int32_t table = 0; table < TW_TABLE_N; table++) tw_rows_free(&collect->rows[table]);
}

double test_f64(const test_collect *collect, int32_t table, int32_t column, int32_t row) {
  return tw_rows_f64(&collect->rows[table], column)[row];
}

int64_t test_i64(const test_collect *collect, int32_t table, int32_t column, int32_t row) {
  return tw_rows_i64(&collect->rows[table], column)[row];
}

int32_t test_i32(const test_collect *collect, int32_t table, int32_t column, int32_t row) {
  return tw_rows_i32(&collect->rows[table], column)[row];
}

uint64_t test_collect_hash(const test_collect *collect) {
  uint64_t hash = TW_HASH_SEED;
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    const tw_column_table *table = &tw_column_tables[t];
    for (int32_t i = 0; i < table->n_column && collect->rows[t].n > 0; i++)
      hash = tw_hash_bytes(hash, collect->rows[t].at[i],
                           (size_t)collect->rows[t].n * tw_column_size(table->column[i].type));
  }
  return hash;
}
