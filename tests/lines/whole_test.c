// Whole lines, read and compiled with every kind of station there is: bad ones give the codes and
// pointers that they expect, good ones mean the same after their own dump.

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

#include "io/json.h"

enum { EXPECTED_MAX = 20 };

typedef struct expectation {
  char code[16], pointer[96];
} expectation;

static char *read_text(const char *path) {
  FILE *file = fopen(path, "rb");
  cr_assert_not_null(file, "%s", path);
  char *text = calloc(1, 1 << 16);
  cr_assert_gt(fread(text, 1, (1 << 16) - 1, file), 0);
  fclose(file);
  return text;
}

// Reads the pairs of the line that begins with "x-expect".
static int read_expectations(const char *text, expectation *expected) {
  const char *at = strstr(text, "\n  \"x-expect\": [");
  if (at == NULL) return 0;
  const char *end = strchr(at + 1, '\n');
  int n = 0;
  while (n < EXPECTED_MAX && (at = strstr(at, "\"code\": \"")) != NULL && at < end) {
    cr_assert_eq(sscanf(at, "\"code\": \"%15[^\"]\", \"pointer\": \"%95[^\"]\"", expected[n].code,
                        expected[n].pointer),
                 2);
    at++;
    n++;
  }
  return n;
}

// Problems with this code at this pointer.
static int count_found(const twin_problems *problems, const expectation *wanted) {
  int n = 0;
  twin_problem problem = {.struct_size = sizeof problem};
  for (size_t i = 0; twin_problems_get(problems, i, &problem) == TWIN_OK; i++)
    n += strcmp(problem.code, wanted->code) == 0 && strcmp(problem.pointer, wanted->pointer) == 0;
  return n;
}

static void check_bad_line(const char *path) {
  expectation expected[EXPECTED_MAX];
  char *text = read_text(path);
  const int n = read_expectations(text, expected);
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  cr_assert_gt(n, 0, "%s expects nothing", path);
  cr_expect_eq(twin_line_load(&line, path, NULL, problems), TWIN_ERR_LINE, "%s is good", path);
  cr_expect_null(line);
  cr_expect_eq(twin_problems_count(problems, -1), (size_t)n, "%s: %zu problems, the first: %s",
               path, twin_problems_count(problems, -1), twin_problems_text(problems, 0));
  for (int i = 0; i < n; i++) {
    int n_equal = 0;
    for (int k = 0; k < n; k++)
      n_equal += strcmp(expected[i].code, expected[k].code) == 0 &&
                 strcmp(expected[i].pointer, expected[k].pointer) == 0;
    cr_expect_eq(count_found(problems, &expected[i]), n_equal, "%s: %s at %s; the first: %s", path,
                 expected[i].code, expected[i].pointer, twin_problems_text(problems, 0));
  }
  twin_problems_free(problems);
  free(text);
}

// Calls check with each .json file of a folder; returns how many there are.
static int each_file(const char *folder, void (*check)(const char *path)) {
  char path[400];
  DIR *files = opendir(folder);
  cr_assert_not_null(files, "%s", folder);
  int n = 0;
  for (const struct dirent *file; (file = readdir(files)) != NULL;) {
    const char *end = strrchr(file->d_name, '.');
    if (end == NULL || strcmp(end, ".json") != 0) continue;
    snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
    check(path);
    n++;
  }
  closedir(files);
  return n;
}

Test(whole_lines, bad_ones_give_their_codes_and_pointers_and_no_others) {
  cr_assert_gt(each_file("tests/lines/whole/bad", check_bad_line), 40);
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
  cr_assert_gt(each_file("tests/lines/whole/good", check_good_line), 6);
}

static void check_warned_line(const char *path) {
  expectation expected[EXPECTED_MAX];
  char *text = read_text(path);
  const int n = read_expectations(text, expected);
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  cr_assert_gt(n, 0, "%s expects nothing", path);
  cr_assert_eq(twin_line_load(&line, path, NULL, problems), TWIN_OK, "%s: %s", path, twin_problems_text(problems, 0));
  cr_assert_eq(twin_problems_count(problems, -1), 0);
  cr_assert_eq(twin_line_check(line, problems), TWIN_OK);
  cr_expect_eq(twin_problems_count(problems, TWIN_WARNING), (size_t)n, "%s: the first: %s", path,
               twin_problems_text(problems, 0));
  for (int i = 0; i < n; i++)
    cr_expect_eq(count_found(problems, &expected[i]), 1, "%s: %s at %s; the first: %s", path, expected[i].code,
                 expected[i].pointer, twin_problems_text(problems, 0));
  twin_line_unref(line);
  twin_problems_free(problems);
  free(text);
}

Test(whole_lines, warned_ones_are_good_and_give_their_warnings) {
  cr_assert_gt(each_file("tests/lines/whole/warned", check_warned_line), 1);
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
