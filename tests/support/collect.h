// collect.h - a tw_rows_sink that keeps every row it is given, for tests of recorders.

#ifndef TW_TESTS_COLLECT_H
#define TW_TESTS_COLLECT_H

#include "engine/run.h"
#include "observe/recorder.h"

typedef struct test_collect {
  tw_rows rows[TW_TABLE_N];
  int32_t n_write;      // calls so far
  int32_t n_write_max;  // this one and later ones fail; 0: none
  tw_record_words *words;
  tw_recorder *recorder;
} test_collect;

// Makes a recorder of everything in a line.
void test_collect_open(test_collect *collect, const tw_line *line);
// The same with the signals that the line's "record" names, and nothing else.
void test_collect_open_own(test_collect *collect, const tw_line *line);
void test_collect_close(test_collect *collect);

// A value of a table that was collected.
double test_f64(const test_collect *collect, int32_t table, int32_t column, int32_t row);
int64_t test_i64(const test_collect *collect, int32_t table, int32_t column, int32_t row);
int32_t test_i32(const test_collect *collect, int32_t table, int32_t column, int32_t row);

// Hash of all rows of all tables: the record as one number.
uint64_t test_collect_hash(const test_collect *collect);

#endif
