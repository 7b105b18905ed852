// table_test.c - every table of lines, runs and studies as Arrow, byte by byte the table's own;
// tables that the caller makes, good and bad.

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <twin/twin.h>

#include "api/table.h"
#include "support/arrow_check.h"
#include "support/cells.h"
#include "support/line_text.h"

static twin_line *line_of(const char *text) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, text, strlen(text), NULL, NULL), TWIN_OK);
  return line;
}

static void check_line_tables(const char *text) {
  static const char *const names[] = {"load", "people", "quantities", "signals", "solvers"};
  twin_line *line = line_of(text);
  for (int i = 0; i < 5; i++) {
    twin_table *table = NULL;
    cr_assert_eq(twin_line_table(line, names[i], &table, NULL), TWIN_OK, "%s", names[i]);
    cr_assert_str_eq(twin_table_name(table), names[i]);
    test_check_table(table);
    twin_table_unref(table);
  }
  twin_line_unref(line);
}

Test(table, of_every_line_is_valid_arrow_with_and_without_rows) {
  check_line_tables(test_rich_line);
  check_line_tables(test_work_line);
}

Test(table, of_quantities_has_their_handles_in_order) {
  twin_line *line = line_of(test_work_line);
  twin_table *table = NULL;
  cr_assert_eq(twin_line_table(line, "quantities", &table, NULL), TWIN_OK);
  const int32_t n = twin_line_quantity_count(line);
  cr_assert_eq(twin_table_rows(table), n);
  const int64_t *handle = twin_table_values(table, "handle");
  for (int32_t i = 0; i < n; i++) {
    uint64_t quantity;
    cr_assert_eq(twin_line_quantity_at(line, i, &quantity, NULL, 0), TWIN_OK);
    cr_assert_eq((uint64_t)handle[i], quantity);
  }
  twin_table_unref(table);
  twin_line_unref(line);
}

Test(table, of_a_run_is_valid_arrow_and_has_every_quantity) {
  static const char *const names[] = {"kpi", "losses", "bottleneck", "solvers"};
  twin_line *line = line_of(test_rich_line);
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  twin_run_losses_attach(run);
  for (int i = 0; i < 8; i++) {
    twin_table *table = NULL;
    cr_assert_eq(twin_run_table(run, names[i % 4], &table, NULL), TWIN_OK, "%s", names[i % 4]);
    cr_assert_str_eq(twin_table_name(table), names[i % 4]);
    test_check_table(table);
    twin_table_unref(table);
    if (i == 3) twin_run_until(run, 900, NULL);
  }
  twin_table *table = NULL;
  cr_assert_eq(twin_run_table(run, "kpi", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), twin_line_quantity_count(line));
  for (int32_t i = 0; i < twin_line_quantity_count(line); i++) {
    uint64_t quantity;
    char path[200];
    double value;
    twin_line_quantity_at(line, i, &quantity, path, sizeof path);
    twin_run_value(run, quantity, &value);
    const double given = test_number_at(table, "value", i);
    cr_assert_str_eq(test_name_at(table, "quantity", i), path);
    cr_assert_str_eq(test_name_at(table, "unit", i), twin_line_quantity_unit(line, quantity));
    cr_assert(given == value || (isnan(given) && isnan(value)), "%s", path);
  }
  twin_table_unref(table);
  twin_run_free(run);
  twin_line_unref(line);
}

static void check_estimates(twin_line *line, const twin_study *study) {
  twin_table *table = NULL;
  cr_assert_eq(twin_study_table(study, "kpi", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), twin_line_quantity_count(line));
  for (int32_t i = 0; i < twin_line_quantity_count(line); i++) {
    twin_estimate of = {.struct_size = sizeof of};
    uint64_t quantity;
    twin_line_quantity_at(line, i, &quantity, NULL, 0);
    cr_assert_eq(twin_study_estimate(study, quantity, &of), TWIN_OK);
    const double known[] = {of.n, of.mean, of.half_width, of.sd, of.min, of.max};
    static const char *const names[] = {"n", "mean", "half_width", "sd", "min", "max"};
    for (int k = 0; k < 6; k++) {
      const double given = test_number_at(table, names[k], i);
      cr_assert(given == known[k] || (isnan(given) && isnan(known[k])), "%s %s",
                test_name_at(table, "quantity", i), names[k]);
    }
  }
  twin_table_unref(table);
}

Test(table, of_a_study_is_valid_arrow_and_has_its_estimates) {
  static const char *const names[] = {"kpi", "losses", "bottleneck"};
  twin_line *line = line_of(test_rich_line);
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = 3;
  options.horizon_s = 900;
  options.has_losses = 1;
  twin_study *study = NULL;
  twin_table *table = NULL;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  check_estimates(line, study);  // nothing is done yet
  cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
  check_estimates(line, study);
  for (int i = 0; i < 3; i++) {
    cr_assert_eq(twin_study_table(study, names[i], &table, NULL), TWIN_OK);
    test_check_table(table);
    twin_table_unref(table);
  }
  twin_study_free(study);
  twin_line_unref(line);
}

Test(table, that_there_is_not_is_refused_with_the_nearest_name) {
  twin_line *line = line_of(test_rich_line);
  twin_run *run = NULL;
  twin_run_new(&run, line, NULL, NULL);
  twin_problems *problems = twin_problems_new();
  twin_table *table = NULL;
  cr_assert_eq(twin_run_table(run, "los", &table, problems), TWIN_ERR_NOT_FOUND);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), "no table \"los\""));
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), "\"losses\""));
  cr_assert_eq(twin_line_table(line, "kpi", &table, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_line_table(NULL, "load", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_line_table(line, NULL, &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_table(run, "kpi", NULL, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_study_table(NULL, "kpi", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_null(table);
  twin_problems_free(problems);
  twin_run_free(run);
  twin_line_unref(line);
}

enum { N_ROW = 19 };

// One column of each type; every third row has no name.
static void describe(twin_column column[4], int32_t *codes, const char *const *names) {
  static const int32_t small[N_ROW] = {1, -2, 3};
  static const int64_t large[N_ROW] = {INT64_MAX, INT64_MIN, 7};
  static const double number[N_ROW] = {0.5, -0.0, 1e300};
  for (int32_t i = 0; i < N_ROW; i++) codes[i] = i % 3 - 1;
  for (int i = 0; i < 4; i++) column[i] = (twin_column){.struct_size = sizeof column[i]};
  column[0].name = "small", column[0].type = TWIN_COLUMN_INT32, column[0].values = small;
  column[1].name = "large", column[1].type = TWIN_COLUMN_INT64, column[1].values = large;
  column[2].name = "number", column[2].type = TWIN_COLUMN_DOUBLE, column[2].values = number;
  column[2].unit = "kg", column[2].help = "weight";
  column[3].name = "word", column[3].type = TWIN_COLUMN_NAME, column[3].values = codes;
  column[3].names = names, column[3].n_name = 2;
}

static const char *const two_names[] = {"S\xc3\xa4ge", ""};

Test(table, of_the_caller_is_a_copy_of_what_he_has) {
  int32_t codes[N_ROW];
  twin_column column[4];
  twin_table *table = NULL;
  describe(column, codes, two_names);
  cr_assert_eq(twin_table_make(&table, "mine", column, 4, N_ROW, NULL), TWIN_OK);
  memset(codes, 0x7f, sizeof codes);
  cr_assert_null(twin_table_text(table, "word", 0));
  cr_assert_str_eq(twin_table_text(table, "word", 1), "S\xc3\xa4ge");
  cr_assert_str_eq(twin_table_text(table, "word", 2), "");
  cr_assert_eq(test_number_at(table, "number", 2), 1e300);
  cr_assert_str_eq(test_column(table, "number").unit, "kg");
  cr_assert_str_eq(test_column(table, "small").unit, "");
  cr_assert_eq(table->column[3].n_null, 7);
  test_check_table(table);
  twin_table_unref(table);
}

Test(table, may_have_no_rows_or_no_columns) {
  int32_t codes[N_ROW];
  twin_column column[4];
  twin_table *table = NULL;
  describe(column, codes, two_names);
  for (int i = 0; i < 4; i++) column[i].values = NULL;
  cr_assert_eq(twin_table_make(&table, "empty", column, 4, 0, NULL), TWIN_OK);
  cr_assert_not_null(twin_table_values(table, "word"));
  test_check_table(table);
  twin_table_unref(table);
  cr_assert_eq(twin_table_make(&table, "", NULL, 0, 5, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), 5);
  twin_table_unref(table);
}

static void expect_refused(const twin_column column[4], int64_t n_row, const char *said) {
  twin_table *table = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_table_make(&table, "mine", column, 4, n_row, problems), TWIN_ERR_ARGUMENT, "%s",
               said);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), said), "%s",
                     twin_problems_text(problems, 0));
  cr_assert_null(table);
  twin_problems_free(problems);
}

Test(table, of_the_caller_is_refused_where_it_is_not_good) {
  static const char *const twice[] = {"a", "a"}, *const bytes[] = {"a", "\xff"},
                           *const none[] = {"a", NULL};
  int32_t codes[N_ROW];
  twin_column column[4];
  describe(column, codes, twice);
  expect_refused(column, N_ROW, "column \"word\" of \"mine\" has a name twice");
  describe(column, codes, bytes);
  expect_refused(column, N_ROW, "not UTF-8");
  describe(column, codes, none);
  expect_refused(column, N_ROW, "is not good");
  describe(column, codes, two_names);
  codes[7] = 2;
  expect_refused(column, N_ROW, "counts names that it does not have");
  codes[7] = -2;
  expect_refused(column, N_ROW, "counts names that it does not have");
  describe(column, codes, two_names);
  column[1].name = "small";
  expect_refused(column, N_ROW, "stands twice");
  describe(column, codes, two_names);
  column[2].type = 9;
  expect_refused(column, N_ROW, "is not good");
  describe(column, codes, two_names);
  column[0].values = NULL;
  expect_refused(column, N_ROW, "is not good");
  describe(column, codes, two_names);
  column[0].struct_size = 0;
  expect_refused(column, N_ROW, "is not good");
  describe(column, codes, two_names);
  expect_refused(column, -1, "not good");
}

// Many names cost what few do, one by one.
static const char *number_name(const void *user, int32_t i) {
  char *buffer = (char *)(uintptr_t)user;
  test_print(buffer, 32, "n%d", (int)(i / 2));
  return buffer;
}

Test(table, of_many_names_has_each_of_them_once, .timeout = 20) {
  enum { N = 400000 };
  char buffer[32];
  twin_table *table = tw_table_new("names", N, NULL);
  tw_table_add_names(table, "name", number_name, buffer);
  cr_assert_eq(tw_table_seal(table, NULL), TWIN_OK);
  cr_assert_eq(table->column[0].n_name, N / 2);
  const int32_t *code = twin_table_values(table, "name");
  for (int32_t i = 0; i < N; i++) cr_assert_eq(code[i], i / 2);
  cr_assert_str_eq(twin_table_text(table, "name", N - 1), "n199999");
  twin_table_unref(table);
}

// A reader of a table need not look its words up anywhere: every column says what it is.
static void expect_help(twin_table *table) {
  cr_expect(table->help != NULL && table->help[0] != '\0', "table %s", twin_table_name(table));
  twin_column column = {.struct_size = sizeof column};
  for (int32_t i = 0; twin_table_column(table, i, &column) == TWIN_OK; i++)
    cr_expect_str_neq(column.help, "", "%s.%s", twin_table_name(table), column.name);
  twin_table_unref(table);
}

Test(table, every_column_of_lines_runs_and_studies_has_help) {
  static const char *const of_line[] = {"load", "people", "quantities", "signals", "solvers"};
  static const char *const of_run[] = {"kpi", "losses", "bottleneck", "solvers"};
  static const char *const of_study[] = {"kpi", "losses", "bottleneck"};
  twin_line *line = line_of(test_rich_line);
  twin_table *table = NULL;
  twin_run *run = NULL;
  twin_study *study = NULL;
  twin_study_options options;
  twin_study_options_init(&options);
  options.has_losses = 1;
  options.n_replication = 2;
  options.warmup_s = 0;
  options.horizon_s = 3600;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 3600, NULL), TWIN_OK);
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
  for (int i = 0; i < 5; i++) {
    cr_assert_eq(twin_line_table(line, of_line[i], &table, NULL), TWIN_OK);
    expect_help(table);
  }
  for (int i = 0; i < 4; i++) {
    cr_assert_eq(twin_run_table(run, of_run[i], &table, NULL), TWIN_OK);
    expect_help(table);
  }
  for (int i = 0; i < 3; i++) {
    cr_assert_eq(twin_study_table(study, of_study[i], &table, NULL), TWIN_OK);
    expect_help(table);
  }
  twin_study_free(study);
  twin_run_free(run);
  twin_line_unref(line);
}

Test(table, that_the_caller_makes_has_only_the_words_that_it_brings) {
  const double values[] = {1};
  const twin_column column = {
      .struct_size = sizeof column, .type = TWIN_COLUMN_DOUBLE, .name = "cycle", .values = values};
  twin_table *table = NULL;
  cr_assert_eq(twin_table_make(&table, "load", &column, 1, 1, NULL), TWIN_OK);
  twin_column got = {.struct_size = sizeof got};
  cr_assert_eq(twin_table_column(table, 0, &got), TWIN_OK);
  cr_expect_str_eq(got.help, "");
  cr_expect(table->help == NULL);
  twin_table_unref(table);
}
