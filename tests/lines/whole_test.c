// Whole lines, read and compiled with every kind of station there is: bad ones give the codes and
// pointers that they expect, good ones mean the same after their own dump.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

#include "support/expect.h"

static void check_bad_line(const char *path) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  cr_expect_eq(twin_line_load(&line, path, NULL, problems), TWIN_ERR_LINE, "%s is good", path);
  cr_expect_null(line);
  test_expect_problems(path, problems);
  twin_line_unref(line);
  twin_problems_free(problems);
}

Test(whole_lines, bad_ones_give_their_codes_and_pointers_and_no_others) {
  cr_assert_gt(test_each_line_file("tests/lines/whole/bad", check_bad_line), 40);
}

static void check_good_line(const char *path) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL, *again = NULL;
  cr_assert_eq(twin_line_load(&line, path, NULL, problems), TWIN_OK, "%s: %s", path,
               twin_problems_text(problems, 0));
  cr_assert_eq(twin_problems_count(problems, -1), 0, "%s: %s", path,
               twin_problems_text(problems, 0));
  char *first = NULL, *second = NULL;
  twin_line_options options;
  twin_line_options_init(&options);
  options.folder = "nowhere";  // a dump holds the tables that were beside its line
  cr_assert_eq(twin_line_dump(line, &first), TWIN_OK);
  cr_assert_eq(twin_line_parse(&again, first, strlen(first), &options, problems), TWIN_OK,
               "%s dumped: %s", path, twin_problems_text(problems, 0));
  cr_assert_eq(twin_line_dump(again, &second), TWIN_OK);
  cr_assert_str_eq(first, second);
  cr_assert_eq(twin_line_hash(line), twin_line_hash(again), "%s", path);
  cr_assert_eq(twin_line_layout_hash(line), twin_line_layout_hash(again), "%s", path);
  twin_text_free(first);
  twin_text_free(second);
  twin_line_unref(line);
  twin_line_unref(again);
  twin_problems_free(problems);
}

Test(whole_lines, good_ones_mean_the_same_after_their_own_dump) {
  cr_assert_gt(test_each_line_file("tests/lines/whole/good", check_good_line), 6);
}

static void check_warned_line(const char *path) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  cr_assert_eq(twin_line_load(&line, path, NULL, problems), TWIN_OK, "%s: %s", path,
               twin_problems_text(problems, 0));
  cr_assert_eq(twin_problems_count(problems, -1), 0);
  cr_assert_eq(twin_line_check(line, problems), TWIN_OK);
  test_expect_problems(path, problems);
  twin_line_unref(line);
  twin_problems_free(problems);
}

Test(whole_lines, warned_ones_are_good_and_give_their_warnings) {
  cr_assert_gt(test_each_line_file("tests/lines/whole/warned", check_warned_line), 1);
}

Test(whole_lines, energy_that_something_draws_is_not_warned_of) {
  static const char *const paths[] = {"tests/lines/whole/good/energy.json", "tests/lines/whole/good/energy_of_models.json", "lines/crank-cell.json"};
  for (int i = 0; i < 3; i++) {
    twin_line *line = NULL;
    twin_problems *problems = twin_problems_new();
    cr_assert_eq(twin_line_load(&line, paths[i], NULL, NULL), TWIN_OK);
    cr_assert_eq(twin_line_check(line, problems), TWIN_OK);
    for (size_t k = 0; k < twin_problems_count(problems, -1); k++)
      cr_expect_null(strstr(twin_problems_text(problems, k), "W-ENERGY"), "%s", paths[i]);
    twin_line_unref(line);
    twin_problems_free(problems);
  }
}

// Loads a line that reads "orders.csv" with these bytes from a folder of its own.
static void hash_with(const char *bytes, const char *about, uint64_t *hash, uint64_t *text_hash) {
  static const char line_text[] =
      "{\"libtwin\": \"1.0\", \"about\": \"%s\", \"parts\": {\"a\": {}, \"b\": {}}, \"sources\": {\"s\": "
      "{\"orders\": {\"csv\": \"whole_hash.csv\"}}}, \"stations\": {\"m\": {\"type\": \"machine\", "
      "\"time\": \"1 min\"}}, \"flow\": [[\"s\", \"m\", \"out\"]]}";
  char path[300], text[400];
  const char *scratch = getenv("TWIN_SCRATCH");
  twin_line_options options;
  twin_line_options_init(&options);
  options.folder = scratch != NULL ? scratch : ".";
  snprintf(path, sizeof path, "%s/whole_hash.csv", options.folder);
  FILE *file = fopen(path, "wb");
  cr_assert_not_null(file);
  fputs(bytes, file);
  fclose(file);
  twin_line *line = NULL;
  const int n = snprintf(text, sizeof text, line_text, about);
  cr_assert_eq(twin_line_parse(&line, text, (size_t)n, &options, NULL), TWIN_OK);
  *hash = twin_line_hash(line);
  *text_hash = twin_line_text_hash(line);
  twin_line_unref(line);
}

Test(whole_lines, hashes_change_with_every_byte_of_a_table) {
  uint64_t hash[4], text_hash[4];
  hash_with("part,quantity\na,1\n", "x", &hash[0], &text_hash[0]);
  hash_with("part,quantity\na,2\n", "x", &hash[1], &text_hash[1]);
  hash_with("part,quantity\na,1\n", "x", &hash[2], &text_hash[2]);
  hash_with("part,quantity\na,1\n", "y", &hash[3], &text_hash[3]);
  cr_assert_neq(hash[0], hash[1]);
  cr_assert_neq(text_hash[0], text_hash[1]);
  cr_assert_eq(hash[0], hash[2]);
  cr_assert_eq(text_hash[0], text_hash[2]);
  cr_assert_eq(hash[0], hash[3], "what is said about a line does not change its meaning");
  cr_assert_neq(text_hash[0], text_hash[3]);
}
