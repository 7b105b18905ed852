// line_test.c - the public functions of line.h and base.h: arguments, names, untouched results.

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>
#include <twin/twin.h>

#include "support/cells.h"
#include "support/line_text.h"

static twin_line *parse(const char *text) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  const twin_status status = twin_line_parse(&line, text, strlen(text), NULL, problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return line;
}

Test(line, leaves_results_untouched_when_it_fails) {
  twin_line *const mark = (twin_line *)(uintptr_t)8;
  twin_line *line = mark;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_line_parse(&line, "{", 1, NULL, problems), TWIN_ERR_LINE);
  cr_assert_eq(twin_line_parse(&line, "{}", 2, NULL, problems), TWIN_ERR_LINE);
  cr_assert_eq(twin_line_load(&line, "no/such/file.json", NULL, problems), TWIN_ERR_IO);
  cr_assert_eq(twin_line_load(&line, NULL, NULL, problems), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_line_parse(NULL, "{}", 2, NULL, problems), TWIN_ERR_ARGUMENT);
  cr_assert_eq(line, mark);
  cr_assert(twin_problems_count(problems, TWIN_ERROR) >= 5);
  twin_problems_free(problems);
}

Test(line, works_without_a_list_of_problems) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, "{", 1, NULL, NULL), TWIN_ERR_LINE);
  uint64_t quantity = 5;
  line = parse(test_rich_line);
  cr_assert_eq(twin_line_quantity(line, "nothing", &quantity, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(quantity, 5);
  twin_line_unref(line);
}

Test(line, is_only_checked_where_that_is_asked) {
  twin_line_options options;
  twin_line_options_init(&options);
  options.is_checked_only = 1;
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), &options, NULL),
               TWIN_OK);
  cr_assert_null(line);
}

Test(line, takes_options_of_an_older_and_a_newer_library) {
  struct {
    twin_line_options options;
    uint64_t added;
  } newer = {.options = {.struct_size = sizeof newer, .file = "mine.json"}, .added = 7};
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, "{", 1, &newer.options, problems), TWIN_ERR_LINE);
  cr_assert_eq(strncmp(twin_problems_text(problems, 0), "mine.json:", 10), 0);
  // an older struct ends before `file`: what stands there is not read
  const twin_line_options older = {.struct_size = 8, .file = (const char *)(uintptr_t)1};
  cr_assert_eq(twin_line_parse(&line, "{", 1, &older, NULL), TWIN_ERR_LINE);
  const twin_line_options none = {.struct_size = 0};
  cr_assert_eq(twin_line_parse(&line, "{", 1, &none, NULL), TWIN_ERR_ARGUMENT);
  twin_problems_free(problems);
}

Test(line, names_its_members_in_file_order) {
  twin_line *line = parse(test_rich_line);
  static const struct {
    int32_t of_class, n, i;
    const char *name;
  } expected[] = {{TWIN_STATION, 5, 1, "bore"},   {TWIN_BUFFER, 5, 4, "again"},
                  {TWIN_SOURCE, 2, 0, "raw"},     {TWIN_PART, 2, 1, "b"},
                  {TWIN_MACHINE, 6, 1, "cut[2]"}, {TWIN_WORKER, 2, 1, "masters"}};
  for (int k = 0; k < 6; k++) {
    int32_t i = -1;
    cr_assert_eq(twin_line_count(line, expected[k].of_class), expected[k].n);
    cr_assert_str_eq(twin_line_name(line, expected[k].of_class, expected[k].i), expected[k].name);
    cr_assert_eq(twin_line_find(line, expected[k].of_class, expected[k].name, &i), TWIN_OK);
    cr_assert_eq(i, expected[k].i);
    cr_assert_str_eq(twin_line_name(line, expected[k].of_class, expected[k].n), "");
    cr_assert_str_eq(twin_line_name(line, expected[k].of_class, -1), "");
  }
  int32_t i = 77;
  cr_assert_eq(twin_line_find(line, TWIN_STATION, "q1", &i), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_line_find(line, TWIN_MACHINE, "cut[3]", &i), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_line_find(line, 99, "cut", &i), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_line_count(line, 99), 0);
  cr_assert_eq(i, 77);
  twin_line_unref(line);
}

Test(line, lists_its_quantities_with_their_paths) {
  twin_line *line = parse(test_rich_line);
  const int32_t n = twin_line_quantity_count(line);
  char path[160];
  for (int32_t i = 0; i < n; i++) {
    uint64_t quantity = 0, found = 0;
    cr_assert_eq(twin_line_quantity_at(line, i, &quantity, path, sizeof path), TWIN_OK);
    cr_assert_eq(twin_line_quantity(line, path, &found, NULL), TWIN_OK);
    cr_assert_eq(found, quantity);
  }
  uint64_t quantity = 9;
  cr_assert_eq(twin_line_quantity_at(line, n, &quantity, path, sizeof path), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_line_quantity_at(line, 0, &quantity, path, 3), TWIN_ERR_TOO_SMALL);
  cr_assert_eq(quantity, 9);
  twin_line_unref(line);
}

Test(line, means_the_same_after_its_own_dump) {
  twin_line *line = parse(test_rich_line);
  char *text = NULL;
  cr_assert_eq(twin_line_dump(line, &text), TWIN_OK);
  twin_line *again = parse(text);
  cr_assert_eq(twin_line_hash(again), twin_line_hash(line));
  cr_assert_eq(twin_line_layout_hash(again), twin_line_layout_hash(line));
  cr_assert_neq(twin_line_text_hash(again), twin_line_text_hash(line));
  twin_text_free(text);
  twin_line_unref(again);
  twin_line_unref(line);
}

Test(line, says_nothing_of_no_line) {
  cr_assert_str_eq(twin_line_title(NULL), "");
  cr_assert_eq(twin_line_count(NULL, TWIN_STATION), 0);
  cr_assert_eq(twin_line_quantity_count(NULL), 0);
  cr_assert_eq(twin_line_hash(NULL), 0);
  cr_assert_null(twin_line_ref(NULL));
  twin_line_unref(NULL);
  twin_text_free(NULL);
}

Test(duration, is_read_as_line_files_write_it) {
  double duration_s = -1;
  cr_assert_eq(twin_duration_read("6.2 min", &duration_s), TWIN_OK);
  cr_assert_eq(duration_s, 372);
  cr_assert_eq(twin_duration_read("22 d", &duration_s), TWIN_OK);
  cr_assert_eq(duration_s, 22 * 86400.0);
  static const char *const bad[] = {"", "6.2", "min", "6,2 min", "3 kg", "5 min x", "5min"};
  for (int i = 0; i < 7; i++)
    cr_assert_eq(twin_duration_read(bad[i], &duration_s), TWIN_ERR_ARGUMENT, "%s", bad[i]);
  cr_assert_eq(twin_duration_read(NULL, &duration_s), TWIN_ERR_ARGUMENT);
  cr_assert_eq(duration_s, 22 * 86400.0);
}

Test(line, gives_its_load_as_tables_and_its_warnings_as_problems) {
  twin_line *line = NULL;
  twin_table *table = NULL, *people = NULL;
  cr_assert_eq(twin_line_load(&line, "lines/press-shop.json", NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_line_table(line, "load", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_line_table(line, "people", &people, NULL), TWIN_OK);
  cr_expect_eq(twin_table_rows(table), 5);
  cr_expect_eq(twin_table_rows(people), 1);
  cr_expect_str_eq(test_name_at(table, "station", 4), "restrike");
  cr_expect_str_eq(test_name_at(people, "pool", 0), "fitter");
  double good_per_s = 0, takt_s = 0;
  int32_t is_relative = 0;
  // 0.6 * 22 s + 0.4 * 26 s and 6 s for loading
  cr_expect_float_eq(test_number_at(table, "cycle", 0), 29.6, 1e-9);
  cr_expect_float_eq(test_number_at(table, "load", 0), 1, 1e-6);
  cr_assert_eq(twin_line_load_rate(line, &good_per_s, &takt_s, &is_relative), TWIN_OK);
  cr_expect_gt(good_per_s, 0);
  cr_expect(takt_s != takt_s, "the line has no target");
  cr_expect_eq(is_relative, 1);
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_line_check(line, problems), TWIN_OK);
  cr_expect_eq(twin_problems_count(problems, TWIN_ERROR), 0);
  cr_expect_eq(twin_problems_count(problems, TWIN_WARNING), 1);
  twin_problems_free(problems);
  twin_table_unref(table);
  twin_table_unref(people);
  twin_line_unref(line);
  cr_expect_eq(twin_line_table(NULL, "load", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_expect_eq(twin_line_check(NULL, NULL), TWIN_ERR_ARGUMENT);
}
