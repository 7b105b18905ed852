// losses_test.c - the public functions of losses.h: arguments, tables and their columns, and what
// happens to an observed run that jumps, forks or is freed.

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

#include "support/cells.h"
#include "support/line_text.h"

static twin_line *rich_line(void) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL), TWIN_OK);
  return line;
}

static twin_run *observed_run(double until_s) {
  twin_line *line = rich_line();
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  twin_line_unref(line);
  cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
  cr_assert_eq(twin_run_until(run, until_s, NULL), TWIN_OK);
  return run;
}

static double sum_of(const twin_table *table, const char *column) {
  double sum = 0;
  for (int64_t i = 0; i < twin_table_rows(table); i++) sum += test_number_at(table, column, i);
  return sum;
}

static double lost_s(const twin_run *run) {
  twin_table *table = NULL;
  cr_assert_eq(twin_run_table(run, "losses", &table, NULL), TWIN_OK);
  const double sum = sum_of(table, "time");
  twin_table_unref(table);
  return sum;
}

Test(losses, refuse_what_is_missing_or_not_observed) {
  char text[8];
  twin_table *table = NULL;
  twin_line *line = rich_line();
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  twin_line_unref(line);
  cr_assert_eq(twin_run_losses_attach(NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_table(NULL, "losses", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_table(run, "losses", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_table(run, "bottleneck", NULL, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_verdict(run, text, sizeof text), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_study_table(NULL, "losses", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_study_verdict(NULL, text, sizeof text), TWIN_ERR_ARGUMENT);
  cr_assert_null(table);
  twin_run_losses_detach(run);
  twin_run_losses_detach(NULL);
  cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
  cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
  cr_assert_eq(twin_run_verdict(run, text, sizeof text), TWIN_ERR_TOO_SMALL);
  cr_assert_eq(twin_run_verdict(run, text, 0), TWIN_ERR_ARGUMENT);
  twin_run_free(run);
}

Test(losses, come_in_columns_with_types_and_names) {
  twin_run *run = observed_run(900);
  twin_table *table = NULL;
  cr_assert_eq(twin_run_table(run, "losses", &table, NULL), TWIN_OK);
  const int64_t n = twin_table_rows(table);
  cr_assert_gt(n, 0);
  twin_column column = {.struct_size = sizeof column};
  int32_t i = 0;
  for (; twin_table_column(table, i, &column) == TWIN_OK; i++) {
    cr_assert_eq(twin_table_values(table, column.name), column.values);
    cr_assert_eq(column.type == TWIN_COLUMN_NAME, column.n_name > 0 && column.names != NULL);
    cr_assert_not_null(column.unit);
  }
  cr_assert_eq(i, 10);
  cr_assert_str_eq(twin_table_name(table), "losses");
  cr_assert_eq(twin_table_column(table, -1, &column), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_table_column(table, 0, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_null(twin_table_values(table, "nobody"));
  cr_assert_null(twin_table_text(table, "station", n));
  cr_assert_null(twin_table_text(table, "station", -1));
  cr_assert_null(twin_table_text(table, "time", 0));
  // a table outlives its run
  twin_run_free(run);
  cr_assert_not_null(twin_table_text(table, "station", 0));
  twin_table_unref(table);
  twin_table_unref(NULL);
}

Test(losses, begin_anew_when_a_run_jumps_in_time) {
  twin_run *run = observed_run(600), *copy = NULL;
  const double whole_s = lost_s(run);
  size_t need;
  twin_run_save(run, NULL, 0, &need);
  void *snapshot = malloc(need);
  cr_assert_eq(twin_run_save(run, snapshot, need, &need), TWIN_OK);
  cr_assert_eq(twin_run_fork(&copy, run), TWIN_OK);
  twin_table *table = NULL;
  cr_assert_eq(twin_run_table(copy, "losses", &table, NULL), TWIN_ERR_ARGUMENT);
  twin_run_until(run, 800, NULL);
  cr_assert_gt(lost_s(run), whole_s);
  cr_assert_eq(twin_run_restore(run, snapshot, need, NULL), TWIN_OK);
  cr_assert_eq(lost_s(run), 0);
  twin_run_until(run, 610, NULL);
  cr_assert_eq(twin_run_copy(run, copy), TWIN_OK);
  cr_assert_eq(lost_s(run), 0);
  // a refused snapshot changes nothing
  twin_run_until(run, 650, NULL);
  const double before_s = lost_s(run);
  cr_assert_lt(twin_run_restore(run, snapshot, need - 8, NULL), 0);
  cr_assert_eq(lost_s(run), before_s);
  twin_run_free(copy);
  twin_run_free(run);
  free(snapshot);
}

Test(losses, are_observed_beside_a_recorder_and_without_statistics) {
  twin_line *line = rich_line();
  twin_run_options options;
  twin_run_options_init(&options);
  options.is_without_statistics = 1;
  twin_run *bare = NULL, *usual = observed_run(900);
  cr_assert_eq(twin_run_new(&bare, line, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_run_losses_attach(bare), TWIN_OK);
  cr_assert_eq(twin_run_until(bare, 900, NULL), TWIN_OK);
  cr_assert_eq(lost_s(bare), lost_s(usual));
  twin_run_free(bare);
  twin_run_free(usual);
  twin_line_unref(line);
}

Test(losses, of_a_study_need_the_option_and_have_intervals) {
  twin_line *line = rich_line();
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = 3;
  options.horizon_s = 900;
  twin_table *table = NULL;
  twin_study *study = NULL;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
  cr_assert_eq(twin_study_table(study, "losses", &table, NULL), TWIN_ERR_ARGUMENT);
  twin_study_free(study);
  options.has_losses = 1;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_study_table(study, "bottleneck", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
  char text[500];
  cr_assert_eq(twin_study_verdict(study, text, sizeof text), TWIN_OK);
  cr_assert_not_null(strstr(text, "name"));
  cr_assert_eq(twin_study_table(study, "losses", &table, NULL), TWIN_OK);
  cr_assert_gt(sum_of(table, "time_half_width"), 0);
  twin_table_unref(table);
  cr_assert_eq(twin_study_table(study, "bottleneck", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), twin_line_count(line, TWIN_STATION));
  twin_table_unref(table);
  twin_study_free(study);
  twin_line_unref(line);
}
