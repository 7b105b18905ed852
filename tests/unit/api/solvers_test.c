// solvers_test.c - the table "solvers" of lines and runs: arguments, rows, columns, and what a
// solver does not count twice.

#include <criterion/criterion.h>
#include <string.h>
#include <twin/twin.h>

#include "support/cells.h"

#define LINE(solver, event) \
  "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"sources\": {\"s\": {\"sequence\": [\"p\"]," \
  " \"repeat\": true, \"every\": \"20 s\"}}, \"stations\": {\"m\": {\"type\": \"machine\"," \
  " \"time\": \"15 s\", \"machines\": 2, \"dynamics\": {\"heat\": {\"model\": \"equations\"," \
  " \"states\": {\"T\": \"20 degC\", \"n\": 0}, \"solver\": \"" solver "\", \"equations\":" \
  " {\"dT/dt\": \"if(processing, 500 degC - T, 20 degC - T)/(100 s)\"}" event "}}}}," \
  " \"flow\": [[\"s\", \"m\", \"out\"]]}"
#define HOT ", \"events\": {\"hot\": {\"when\": \"T >= 40 degC\", \"set\": {\"n\": \"n + 1\"}}}"

static twin_line *line_of(const char *text) {
  twin_line *line = NULL;
  twin_problems *problems = twin_problems_new();
  const twin_status status = twin_line_parse(&line, text, strlen(text), NULL, problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return line;
}

static twin_run *run_of(const char *text, double until_s) {
  twin_line *line = line_of(text);
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  twin_line_unref(line);
  cr_assert_eq(twin_run_until(run, until_s, NULL), TWIN_OK);
  return run;
}

Test(solvers, refuse_what_is_missing) {
  twin_table *table = NULL;
  twin_line *line = line_of(LINE("auto", HOT));
  cr_assert_eq(twin_line_table(NULL, "solvers", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_line_table(line, "solvers", NULL, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_table(NULL, "solvers", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_line_table(line, "solver", &table, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_null(table);
  twin_line_unref(line);
}

Test(solvers, of_a_line_say_how_and_why) {
  twin_table *table = NULL;
  twin_line *line = line_of(LINE("auto", HOT));
  cr_assert_eq(twin_line_table(line, "solvers", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), 2);
  cr_assert_str_eq(test_name_at(table, "object", 0), "m[1].heat");
  cr_assert_str_eq(test_name_at(table, "object", 1), "m[2].heat");
  cr_assert_str_eq(test_name_at(table, "solver", 1), "exact");
  cr_assert_not_null(strstr(test_name_at(table, "reason", 1), "closed form"));
  cr_assert_str_eq(test_name_at(table, "state_names", 1), "heat.T");
  cr_assert_eq(test_number_at(table, "states", 1), 1);
  cr_assert_eq(test_number_at(table, "kept", 1), 1);
  cr_assert_eq(test_number_at(table, "events", 1), 1);
  cr_assert_eq(test_number_at(table, "rtol", 1), 1e-6);
  cr_assert_null(twin_table_values(table, "steps"));
  twin_table_unref(table);
  twin_line_unref(line);
}

Test(solvers, of_a_run_count_what_it_took) {
  twin_table *table = NULL;
  twin_run *run = run_of(LINE("rk", HOT), 1000);
  cr_assert_eq(twin_run_table(run, "solvers", &table, NULL), TWIN_OK);
  cr_assert_str_eq(test_name_at(table, "solver", 0), "rk");
  cr_assert_eq(twin_table_rows(table), 2);
  const double n_step = test_number_at(table, "steps", 0);
  cr_assert_gt(n_step, 50);
  cr_assert_gt(test_number_at(table, "rhs", 0), 5 * n_step);
  cr_assert_geq(test_number_at(table, "located", 0), 1);
  twin_table_unref(table);
  twin_run_free(run);
}

Test(solvers, of_a_line_without_models_have_no_rows) {
  twin_table *table = NULL;
  twin_line *line =
      line_of("{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"sources\": {\"s\":"
              " {\"sequence\": [\"p\"]}}, \"stations\": {\"m\": {\"type\":"
              " \"machine\", \"time\": \"1 s\"}}, \"flow\": [[\"s\", \"m\", \"out\"]]}");
  cr_assert_eq(twin_line_table(line, "solvers", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), 0);
  twin_table_unref(table);
  twin_line_unref(line);
}

static void expect_equal_counts(const twin_run *a, const twin_run *b) {
  static const char *const counts[] = {"steps", "rejected", "rhs", "located"};
  twin_table *of_a = NULL, *of_b = NULL;
  cr_assert_eq(twin_run_table(a, "solvers", &of_a, NULL), TWIN_OK);
  cr_assert_eq(twin_run_table(b, "solvers", &of_b, NULL), TWIN_OK);
  for (int i = 0; i < 4; i++)
    for (int64_t row = 0; row < twin_table_rows(of_a); row++)
      cr_assert_eq(test_number_at(of_a, counts[i], row), test_number_at(of_b, counts[i], row),
                   "%s of row %d: %g and %g", counts[i], (int)row, test_number_at(of_a, counts[i], row),
                   test_number_at(of_b, counts[i], row));
  twin_table_unref(of_a);
  twin_table_unref(of_b);
}

// A fork of a solver with a memory is led through the steps of its segment again; that is no work
// of the model's.
static void expect_fork_counts_alike(const char *text) {
  twin_run *run = run_of(text, 52), *fork = NULL;
  cr_assert_eq(twin_run_fork(&fork, run), TWIN_OK);
  expect_equal_counts(run, fork);
  cr_assert_eq(twin_run_until(run, 500, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(fork, 500, NULL), TWIN_OK);
  expect_equal_counts(run, fork);
  cr_assert_eq(twin_run_full_hash(run), twin_run_full_hash(fork));
  twin_run_free(run);
  twin_run_free(fork);
}

Test(solvers, count_in_a_fork_as_in_its_origin) {
  expect_fork_counts_alike(LINE("rk", HOT));
  expect_fork_counts_alike(LINE("exact", HOT));
  twin_line *line = NULL;
  const char *stiff = LINE("cvode", HOT);
  if (twin_line_parse(&line, stiff, strlen(stiff), NULL, NULL) != TWIN_OK) return;
  twin_line_unref(line);
  expect_fork_counts_alike(stiff);
  expect_fork_counts_alike(LINE("cvode-adams", HOT));
}
