// columns_test.c - the tables of a run file as constants, and the memory of rows.

#include "observe/columns.h"

#include <criterion/criterion.h>
#include <string.h>

Test(columns, begin_with_the_replication_in_every_table) {
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    const tw_column_table *table = &tw_column_tables[t];
    cr_assert(table->n_column > 1 && table->n_column <= TW_COLUMN_MAX, "%s", table->name);
    cr_assert_str_eq(table->column[0].name, "replication");
    cr_assert_eq(table->column[0].type, TW_COLUMN_I32);
    cr_assert_eq(tw_column_table_find(table->name), t);
  }
  cr_assert_eq(tw_column_table_find("nothing"), -1);
}

Test(columns, have_one_name_each_and_say_what_they_are) {
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    const tw_column_table *table = &tw_column_tables[t];
    for (int32_t i = 0; i < table->n_column; i++) {
      cr_assert(strlen(table->column[i].help) > 3, "%s/%s", table->name, table->column[i].name);
      cr_assert_eq(table->column[i].type == TW_COLUMN_NAME,
                   table->column[i].words != TW_WORDS_NONE);
      for (int32_t k = 0; k < i; k++)
        cr_assert_str_neq(table->column[i].name, table->column[k].name);
    }
  }
}

Test(columns, are_numbered_within_their_table) {
  const tw_column_table *events = &tw_column_tables[TW_TABLE_EVENTS];
  const tw_column_table *last = &tw_column_tables[TW_TABLE_REPLICATIONS];
  cr_assert_str_eq(events->column[TW_AT(EVENTS, KIND)].name, "kind");
  cr_assert_str_eq(last->column[TW_AT(REPLICATIONS, N_VISIT)].name, "n_visits");
  cr_assert_eq(TW_AT(REPLICATIONS, N_VISIT), last->n_column - 1);
}

Test(columns, keep_first_and_count_of_a_table_side_by_side) {
  // the writer fills them in pairs
  const tw_column *column = tw_column_tables[TW_TABLE_REPLICATIONS].column;
  for (int32_t k = 0; k < 4; k++) {
    cr_assert_eq(strncmp(column[TW_AT(REPLICATIONS, FIRST_EVENT) + 2 * k].name, "first_", 6), 0);
    cr_assert_eq(strncmp(column[TW_AT(REPLICATIONS, N_EVENT) + 2 * k].name, "n_", 2), 0);
  }
}

Test(rows, are_appended_column_by_column) {
  tw_rows from = {0}, to = {0};
  cr_assert(tw_rows_reserve(&from, TW_TABLE_EVENTS, 10));
  cr_assert(tw_rows_reserve(&to, TW_TABLE_EVENTS, 7));
  for (int32_t i = 0; i < 10; i++) {
    tw_rows_f64(&from, TW_AT(EVENTS, TIME))[i] = i * 0.5;
    tw_rows_i32(&from, TW_AT(EVENTS, KIND))[i] = i;
    tw_rows_i64(&from, TW_AT(EVENTS, PART))[i] = i * INT64_C(10000000000);
  }
  from.n = 10;
  tw_rows_append(&to, &from, TW_TABLE_EVENTS, 2, 3);
  tw_rows_append(&to, &from, TW_TABLE_EVENTS, 9, 1);
  const int32_t expected[] = {2, 3, 4, 9};
  cr_assert_eq(to.n, 4);
  for (int32_t i = 0; i < 4; i++) {
    cr_assert_eq(tw_rows_i32(&to, TW_AT(EVENTS, KIND))[i], expected[i]);
    cr_assert_eq(tw_rows_f64(&to, TW_AT(EVENTS, TIME))[i], expected[i] * 0.5);
    cr_assert_eq(tw_rows_i64(&to, TW_AT(EVENTS, PART))[i], expected[i] * INT64_C(10000000000));
  }
  tw_rows_free(&from);
  tw_rows_free(&to);
}

Test(rows, begin_each_column_aligned_for_its_type) {
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    tw_rows rows = {0};
    cr_assert(tw_rows_reserve(&rows, t, 13));
    for (int32_t i = 0; i < tw_column_tables[t].n_column; i++) {
      const size_t size = tw_column_size(tw_column_tables[t].column[i].type);
      cr_assert_eq((uintptr_t)rows.at[i] % size, 0);
    }
    tw_rows_free(&rows);
  }
}

Test(words, exist_for_every_fixed_list) {
  for (int32_t id = TW_WORDS_KIND; id < TW_WORDS_N; id++) {
    const tw_words words = tw_words_fixed((tw_words_id)id);
    cr_assert(words.n > 0);
    for (int32_t i = 0; i < words.n; i++) cr_assert_not_null(words.at[i]);
  }
  cr_assert_eq(tw_words_fixed(TW_WORDS_PLACE).n, 0);
}
