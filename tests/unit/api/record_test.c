// record_test.c - the public functions of record.h and study.h. Without HDF5 in the build they say
// so.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/cells.h"
#include "support/line_text.h"

static twin_line *rich_line(void) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL), TWIN_OK);
  return line;
}

static const char *scratch(void) {
  static char path[512];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/record_test_%ld.h5", folder != NULL ? folder : ".",
           (long)getpid());
  return path;
}

// A recorder of everything; NULL in a build without HDF5.
static twin_recorder *open_all(twin_line *line) {
  twin_recorder_options options;
  twin_recorder_options_init(&options);
  options.states = options.parts = options.events = 1;
  twin_recorder *recorder = NULL;
  const twin_status status = twin_recorder_open(&recorder, scratch(), line, &options, NULL);
  cr_assert(status == TWIN_OK || status == TWIN_ERR_UNSUPPORTED);
  return recorder;
}

static twin_run *new_run(twin_line *line) {
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  return run;
}

Test(record, observes_one_run_at_a_time_of_its_own_line) {
  twin_line *line = rich_line(), *other_line = rich_line();
  twin_recorder *recorder = open_all(line);
  if (recorder == NULL) return;
  twin_run *run = new_run(line), *second = new_run(line), *other = new_run(other_line);
  cr_assert_eq(twin_recorder_attach(recorder, other, 0, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_recorder_attach(recorder, run, 0, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_attach(recorder, run, 0, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_recorder_attach(recorder, second, 1, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_recorder_detach(recorder, second, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_copy(run, second), TWIN_ERR_ARGUMENT);
  twin_run_until(run, 100, NULL);
  cr_assert_eq(twin_recorder_detach(recorder, run, NULL), TWIN_OK);
  cr_assert_eq(twin_run_copy(run, second), TWIN_OK);
  cr_assert_eq(twin_recorder_attach(recorder, second, 1, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);  // detaches the second
  twin_run_until(second, 50, NULL);
  remove(scratch());
  twin_run_free(run);
  twin_run_free(second);
  twin_run_free(other);
  twin_line_unref(line);
  twin_line_unref(other_line);
}

Test(record, survives_a_run_that_is_freed_before_it_is_detached) {
  twin_line *line = rich_line();
  twin_recorder *recorder = open_all(line);
  if (recorder == NULL) return;
  twin_run *run = new_run(line);
  twin_recorder_attach(recorder, run, 0, NULL);
  twin_run_until(run, 100, NULL);
  twin_run_free(run);
  twin_line_unref(line);
  cr_assert_eq(twin_recorder_flush(recorder, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, scratch(), NULL), TWIN_OK);
  cr_assert_eq(twin_file_rows(file, "replications"), 1);
  twin_file_close(file);
  remove(scratch());
}

Test(record, is_read_back_with_types_units_and_names) {
  twin_line *line = rich_line();
  twin_recorder *recorder = open_all(line);
  if (recorder == NULL) return;
  twin_run *run = new_run(line);
  twin_recorder_attach(recorder, run, 0, NULL);
  twin_run_until(run, 300, NULL);
  twin_recorder_detach(recorder, run, NULL);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);

  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, scratch(), NULL), TWIN_OK);
  cr_assert_eq(twin_file_is_complete(file), 1);
  twin_table *table = test_file_table(file, "intervals");
  twin_column column = {.struct_size = sizeof column};
  int32_t i = 0, n_name = 0;
  for (; twin_table_column(table, i, &column) == TWIN_OK; i++) {
    n_name += column.type == TWIN_COLUMN_NAME;
    cr_assert_gt(strlen(column.help), 0);
  }
  cr_assert_eq(i, 8);
  cr_assert_eq(n_name, 3);
  cr_assert_eq(test_column(table, "start").type, TWIN_COLUMN_DOUBLE);
  cr_assert_str_eq(test_column(table, "start").unit, "s");
  cr_assert_str_eq(test_column(table, "state").names[TWIN_BLOCKED], "blocked");
  cr_assert_null(twin_table_text(table, "start", 0));
  twin_table_unref(table);
  cr_assert_eq(twin_file_table(file, "nothing", 0, -1, &table, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_file_rows(file, "nothing"), -1);

  // a line of its own comes out of the file
  const char *json = twin_file_line_json(file);
  twin_line *again = NULL;
  cr_assert_eq(twin_line_parse(&again, json, strlen(json), NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_line_hash(again), twin_line_hash(line));
  twin_line_unref(again);
  twin_file_close(file);
  remove(scratch());
  twin_run_free(run);
  twin_line_unref(line);
}

static const char two_shifts[] =
    "{\"libtwin\": \"1.0\", \"run\": {\"start\": \"2026-03-02T06:00:00\"}, \"parts\": {\"p\": {}},"
    " \"calendars\": {\"c\": {\"shifts\": {\"early\": \"Mon-Sun 06:00-14:00\","
    "   \"late\": \"Mon-Sun 14:00-06:00\"}}}, \"defaults\": {\"calendar\": \"c\"},"
    " \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"1 h\"}}, \"flow\": [[\"s\", \"a\", \"out\"]]}";

// 8 parts early, 16 late, 8 early, and one until the record ends.
Test(record, has_a_table_of_shifts) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, two_shifts, strlen(two_shifts), NULL, NULL), TWIN_OK);
  twin_recorder *recorder = open_all(line);
  if (recorder == NULL) return;
  twin_run *run = new_run(line);
  twin_recorder_attach(recorder, run, 0, NULL);
  twin_run_until(run, 33.5 * 3600, NULL);
  twin_recorder_detach(recorder, run, NULL);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, scratch(), NULL), TWIN_OK);
  cr_assert_eq(twin_file_rows(file, "shifts"), 4);
  static const int64_t good[] = {8, 16, 8, 1};
  static const int32_t day[] = {0, 0, 1, 1}, shift[] = {0, 1, 0, 1}, whole[] = {1, 1, 1, 0};
  twin_table *table = test_file_table(file, "shifts");
  cr_expect_eq(memcmp(twin_table_values(table, "good"), good, sizeof good), 0);
  cr_expect_eq(memcmp(twin_table_values(table, "day"), day, sizeof day), 0);
  cr_expect_eq(memcmp(twin_table_values(table, "shift"), shift, sizeof shift), 0);
  cr_expect_eq(memcmp(twin_table_values(table, "whole"), whole, sizeof whole), 0);
  cr_expect_eq(test_number_at(table, "end", 3), 33.5 * 3600);
  cr_expect_str_eq(test_column(table, "shift").names[1], "late");
  cr_expect_str_eq(test_column(table, "shift").names[2], "off-shift");
  twin_table_unref(table);
  twin_file_close(file);
  remove(scratch());
  twin_run_free(run);
  twin_line_unref(line);
}

Test(record, holds_the_figures_that_the_run_gives) {
  twin_line *line = rich_line();
  twin_recorder *recorder = open_all(line);
  if (recorder == NULL) return;
  twin_run *run = new_run(line);
  twin_recorder_attach(recorder, run, 0, NULL);
  twin_run_until(run, 500, NULL);
  twin_recorder_detach(recorder, run, NULL);
  twin_recorder_close(recorder, NULL);
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, scratch(), NULL), TWIN_OK);
  const int64_t n = twin_file_rows(file, "kpi");
  cr_assert_eq(n, twin_line_quantity_count(line));
  twin_table *table = test_file_table(file, "kpi");
  const double *values = twin_table_values(table, "value");
  for (int64_t i = 0; i < n; i++) {
    char path[160];
    uint64_t quantity;
    double value;
    twin_line_quantity_at(line, (int32_t)i, &quantity, path, sizeof path);
    twin_run_value(run, quantity, &value);
    cr_assert(value == values[i] || (isnan(value) && isnan(values[i])), "%s", path);
  }
  twin_table_unref(table);
  twin_file_close(file);
  remove(scratch());
  twin_run_free(run);
  twin_line_unref(line);
}

Test(record, has_every_function_for_nothing) {
  cr_assert_eq(twin_recorder_close(NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_attach(NULL, NULL, 0, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_recorder_flush(NULL, NULL), TWIN_ERR_ARGUMENT);
  twin_file_close(NULL);
  cr_assert_eq(twin_file_rows(NULL, "kpi"), -1);
  cr_assert_eq(twin_file_open(NULL, "x", NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_is_complete(NULL), 0);
}

Test(study, needs_a_horizon_and_sane_options) {
  twin_line *line = rich_line();
  twin_study_options options;
  twin_study_options_init(&options);
  twin_study *study = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_study_new(&study, line, &options, problems), TWIN_ERR_ARGUMENT);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), "horizon"));
  options.horizon_s = 300;
  options.confidence = 1;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_ERR_ARGUMENT);
  options.confidence = 0.9;
  options.warmup_s = 300;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_ERR_ARGUMENT);
  options.warmup_s = NAN;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_null(study);
  twin_problems_free(problems);
  twin_line_unref(line);
}

Test(study, estimates_over_its_replications) {
  twin_line *line = rich_line();
  twin_study_options options;
  twin_study_options_init(&options);
  options.horizon_s = 600;
  options.n_replication = 6;
  options.n_thread = 2;
  twin_study *study = NULL;
  uint64_t quantity;
  cr_assert_eq(twin_line_quantity(line, "line/throughput", &quantity, NULL), TWIN_OK);
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  twin_estimate estimate = {.struct_size = sizeof estimate};
  cr_assert_eq(twin_study_estimate(study, quantity, &estimate), TWIN_OK);
  cr_assert(estimate.n == 0 && isnan(estimate.mean));
  cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
  cr_assert_eq(twin_study_done(study), 6);
  cr_assert_eq(twin_study_estimate(study, quantity, &estimate), TWIN_OK);
  cr_assert_eq(estimate.n, 6);
  cr_assert(estimate.min <= estimate.mean && estimate.mean <= estimate.max);
  cr_assert(estimate.half_width > 0);
  double values[7];
  cr_assert_eq(twin_study_values(study, quantity, values, 7), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_study_values(study, 0, values, 1), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_study_values(study, quantity, values, 6), TWIN_OK);
  // an older caller's struct is filled as far as it goes
  struct {
    uint32_t struct_size, n;
    double mean, beyond;
  } older = {.struct_size = 16, .beyond = -1};
  cr_assert_eq(twin_study_estimate(study, quantity, (twin_estimate *)(void *)&older), TWIN_OK);
  cr_assert(older.mean == estimate.mean && older.beyond == -1 && older.struct_size == 16);
  twin_study_free(study);
  twin_line_unref(line);
}
