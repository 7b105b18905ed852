// curve_test.c - the table "signals" of a line, twin_file_signals, twin_file_signal and twin_file_curve: a counter that goes from 0 to 1 in 10 s,
// an oven that approaches 100 degC, and a hall that two machines share. Known by hand.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/arrow_check.h"
#include "support/cells.h"

static const char text[] =
    "{'libtwin': '1.0', 'name': 'signals', 'parts': {'p': {}}, 'sources': {'raw': {'sequence': ['p'], 'repeat': true,"
    " 'every': '20 s'}},"
    " 'shared': {'hall': {'model': 'equations', 'states': {'T': '20 degC'}, 'equations': {'dT/dt': '0.001 K/s'}}},"
    " 'stations': {"
    "  'm': {'type': 'machine', 'time': '15 s', 'machines': 2, 'dynamics': {"
    "   'count': {'model': 'equations', 'states': {'x': 0}, 'equations': {'dx/dt': '1/(10 s)'},"
    "    'events': {'wrap': {'when': 'x >= 1', 'set': {'x': 0}}}}}},"
    "  'oven': {'type': 'machine', 'time': '15 s', 'dynamics': {"
    "   'heat': {'model': 'equations', 'states': {'T': '20 degC'}, 'outputs': {'glow': '((T - 0 degC)/(1 K))^2*(1 W)'},"
    "    'equations': {'dT/dt': '(100 degC - T)/(40 s)'}}}}},"
    " 'record': {'states': false, 'parts': false, 'signals': {'m.count.x': 'knots', 'm[2].count.x': '4 s',"
    "  'oven.heat.T': {'within': '0.01 K'}, 'oven.heat.glow': '7 s', 'hall.T': 'on-change'}},"
    " 'flow': [['raw', 'm', 'oven', 'out']]}";

static twin_line *new_line(void) {
  char *json = malloc(sizeof text);
  memcpy(json, text, sizeof text);
  for (char *at = json; *at != '\0'; at++)
    if (*at == '\'') *at = '"';
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  const twin_status status = twin_line_parse(&line, json, strlen(json), NULL, problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  free(json);
  return line;
}

static const char *scratch(void) {
  static char path[512];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/curve_test_%ld.h5", folder != NULL ? folder : ".", (long)getpid());
  return path;
}

// Records [0, 50] s and [60, 100] s of replication 0, and all of replication 1; the file is open for reading.
static twin_file *record(twin_line *line) {
  twin_recorder *recorder = NULL;
  const twin_status status = twin_recorder_open(&recorder, scratch(), line, NULL, NULL);
  if (status == TWIN_ERR_UNSUPPORTED) cr_skip_test("this build has no HDF5");
  cr_assert_eq(status, TWIN_OK);
  for (uint32_t r = 0; r < 2; r++) {
    twin_run *run = NULL;
    cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
    twin_recorder_attach(recorder, run, r, NULL);
    twin_run_until(run, 50, NULL);
    if (r == 0) {
      twin_recorder_detach(recorder, run, NULL);
      twin_run_until(run, 60, NULL);
      twin_recorder_attach(recorder, run, r, NULL);
    }
    cr_assert_eq(twin_run_until(run, 100, NULL), TWIN_OK);
    cr_assert_eq(twin_recorder_detach(recorder, run, NULL), TWIN_OK);
    twin_run_free(run);
  }
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, scratch(), NULL), TWIN_OK);
  return file;
}

static void end(twin_line *line, twin_file *file) {
  twin_file_close(file);
  twin_line_unref(line);
  remove(scratch());
}

// A value of a signal, and its error.
static double curve_at(const twin_file *file, int32_t replication, const char *signal, double time_s, double *error) {
  twin_curve_point point = {.time_s = time_s, .value = -1};
  cr_assert_eq(twin_file_curve(file, replication, signal, &point, 1, NULL), TWIN_OK, "%s", signal);
  *error = point.error;
  return point.value;
}

Test(curve, comes_back_from_its_knots) {
  twin_line *line = new_line();
  twin_file *file = record(line);
  double error;
  for (int i = 0; i < 1000; i++) {
    const double t = 0.1 * i + 0.05;
    const double x = curve_at(file, 1, "m[1].count.x", t, &error);
    cr_assert(error < 1e-9 && fabs(x - (t / 10 - floor(t / 10))) <= 1e-9, "%g at %g s", x, t);
    const double oven_k = curve_at(file, 1, "oven.heat.T", t, &error);
    const double expected = 373.15 - 80 * exp(-t / 40);
    cr_assert(error <= 0.011 && fabs(oven_k - expected) <= error, "%g, not %g at %g s", oven_k, expected, t);
    const double hall_k = curve_at(file, 1, "hall.T", t, &error);
    cr_assert(fabs(hall_k - (293.15 + 0.001 * t)) <= 1e-9, "%g at %g s", hall_k, t);
  }
  end(line, file);
}

Test(curve, has_no_value_where_nothing_was_recorded) {
  twin_line *line = new_line();
  twin_file *file = record(line);
  static const char *const names[] = {"m[1].count.x", "oven[1].heat.T", "hall.T"};
  for (int k = 0; k < 3; k++) {
    double error;
    cr_assert(isnan(curve_at(file, 0, names[k], -1, &error)));
    cr_assert(isnan(curve_at(file, 0, names[k], 55, &error)), "%s", names[k]);
    cr_assert(isnan(curve_at(file, 0, names[k], 100.5, &error)));
    cr_assert(isnan(curve_at(file, 0, names[k], (double)NAN, &error)));
    cr_assert_not(isnan(curve_at(file, 0, names[k], 49.5, &error)));
    cr_assert_not(isnan(curve_at(file, 0, names[k], 60.5, &error)));
    cr_assert_not(isnan(curve_at(file, 1, names[k], 55, &error)));
  }
  end(line, file);
}

Test(curve, has_two_rows_at_a_jump_and_none_where_a_line_goes_on) {
  twin_line *line = new_line();
  twin_file *file = record(line);
  twin_table *table = NULL;
  cr_assert_eq(twin_file_signal(file, 1, "m[1].count.x", &table, NULL), TWIN_OK);
  // begin, nine jumps with two rows each, and the last jump on the end of the record
  cr_assert_eq(twin_table_rows(table), 1 + 9 * 2 + 2);
  cr_assert(isinf(test_number_at(table, "error", 0)));
  for (int64_t row = 0; row < 21; row++) {
    cr_assert_float_eq(test_number_at(table, "time", row), 10 * (double)((row + 1) / 2), 1e-8);
    cr_assert_float_eq(test_number_at(table, "value", row), (double)(row % 2), 1e-8);
    cr_assert_float_eq(test_number_at(table, "slope", row), 0.1, 1e-12);
  }
  cr_assert_str_eq(test_column(table, "slope").unit, "1/s");
  twin_table_unref(table);
  end(line, file);
}

Test(curve, has_samples_at_whole_multiples_and_a_line_between_them) {
  twin_line *line = new_line();
  twin_file *file = record(line);
  twin_table *table = NULL;
  cr_assert_eq(twin_file_signal(file, 1, "m[2].count.x", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), 26);
  double error;
  for (int64_t row = 0; row < 26; row++) {
    const double x = 0.4 * (double)row, expected = x - floor(x + 1e-9);
    cr_assert_eq(test_number_at(table, "time", row), 4 * (double)row);
    cr_assert_float_eq(test_number_at(table, "value", row), expected, 1e-9);
    cr_assert(isnan(test_number_at(table, "slope", row)) && isnan(test_number_at(table, "error", row)));
  }
  twin_table_unref(table);
  cr_assert_float_eq(curve_at(file, 1, "m[2].count.x", 6, &error), 0.6, 1e-9);
  cr_assert(isnan(error));
  // an output that is no linear function of the states
  const double glow_w = curve_at(file, 1, "oven.heat.glow", 21, &error);
  const double above_k = 100 - 80 * exp(-21.0 / 40);
  cr_assert_float_eq(glow_w, above_k * above_k, 1e-3);
  end(line, file);
}

static void expect_refused(const twin_file *file, int32_t replication, const char *signal, twin_status wanted,
                           const char *said) {
  twin_problems *problems = twin_problems_new();
  twin_table *table = NULL;
  cr_assert_eq(twin_file_signal(file, replication, signal, &table, problems), wanted, "%s", signal);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), said), "%s", twin_problems_text(problems, 0));
  cr_assert_null(table);
  twin_curve_point point = {.time_s = 1};
  cr_assert_eq(twin_file_curve(file, replication, signal, &point, 1, NULL), wanted, "%s", signal);
  twin_problems_free(problems);
}

Test(curve, says_what_is_not_there) {
  twin_line *line = new_line();
  twin_file *file = record(line);
  expect_refused(file, 0, "m.count.x", TWIN_ERR_ARGUMENT, "several machines have 'm.count.x'");
  expect_refused(file, 0, "m[3].count.x", TWIN_ERR_NOT_FOUND, "no curve of 'm[3].count.x'");
  expect_refused(file, 0, "m[x].count.x", TWIN_ERR_NOT_FOUND, "no curve of 'm[x].count.x'");
  expect_refused(file, 0, "m[1].count.y", TWIN_ERR_NOT_FOUND, "\"signals\"");
  expect_refused(file, 2, "hall.T", TWIN_ERR_NOT_FOUND, "no curve");
  expect_refused(file, 0, "", TWIN_ERR_NOT_FOUND, "no curve");
  cr_assert_eq(twin_file_curve(NULL, 0, "hall.T", NULL, 0, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_curve(file, 0, "hall.T", NULL, 1, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_curve(file, 0, "hall.T", NULL, 0, NULL), TWIN_OK);
  end(line, file);
}

Test(curve, can_be_of_all_signals_that_a_line_lists) {
  static const char *const names[] = {"m[1].count.x", "m[2].count.x", "oven[1].heat.T", "oven[1].heat.glow", "hall.T"};
  static const char *const ways[] = {"knots", "sampled", "knots", "sampled", "on-change"};
  twin_line *line = new_line();
  twin_table *table = NULL;
  cr_assert_eq(twin_line_table(line, "signals", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), 5);
  for (int32_t i = 0; i < 5; i++) {
    cr_assert_str_eq(test_name_at(table, "signal", i), names[i]);
    cr_assert_str_eq(test_name_at(table, "way", i), ways[i]);
    cr_assert_eq(test_number_at(table, "absolute", i), i == 2 || i == 4);
  }
  cr_assert_eq(test_number_at(table, "period", 1), 4);
  cr_assert(isnan(test_number_at(table, "period", 0)));
  twin_table_unref(table);
  cr_assert_eq(twin_line_table(NULL, "signals", &table, NULL), TWIN_ERR_ARGUMENT);
  twin_line_unref(line);
}

Test(curve, of_each_recorded_signal_is_listed_with_its_rows) {
  static const char *const names[] = {"hall.T", "m[1].count.x", "m[2].count.x", "oven[1].heat.T", "oven[1].heat.glow"};
  twin_line *line = new_line();
  twin_file *file = record(line);
  twin_table *list = NULL, *table = NULL;
  cr_assert_eq(twin_file_signals(file, &list, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(list), 10);
  double sum = 0;
  for (int32_t i = 0; i < 10; i++) {
    const char *name = test_name_at(list, "signal", i);
    cr_assert_str_eq(name, names[i % 5]);
    cr_assert_eq(test_number_at(list, "replication", i), i / 5);
    cr_assert_eq(twin_file_signal(file, i / 5, name, &table, NULL), TWIN_OK, "%s", name);
    cr_assert_eq(twin_table_rows(table), test_number_at(list, "rows", i), "%s", name);
    cr_assert_str_eq(test_column(table, "value").unit, test_name_at(list, "unit", i));
    cr_assert_str_eq(twin_table_name(table), name);
    test_check_table(table);
    sum += test_number_at(list, "rows", i);
    twin_table_unref(table);
  }
  cr_assert_eq(sum, (double)twin_file_rows(file, "curves"));
  test_check_table(list);
  twin_table_unref(list);
  end(line, file);
}
