// curves_test.c - signals of machine models come back from a record: a curve rebuilt from knots is within the
// error that stands in its row of what the run shows at any instant, samples are what a run that is stopped there
// shows, and neither depends on how the run was cut. For every solver.

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/body/body.h"
#include "observe/rebuild.h"
#include "state/hash.h"
#include "support/collect.h"
#include "support/line_text.h"
#include "support/physics_line.h"

enum { SEED = 7, END_S = 1500, N_LOOK = 1500 };

// The line of support/physics_line.h that says what is recorded; NULL without its solver.
static tw_line *line_of(const char *solver, const char *signals) {
  tw_line *plain = test_physics_line(solver);
  if (plain == NULL) return NULL;
  tw_line_unref(plain);
  char *body = test_physics_text(solver, "");
  char *text = malloc(strlen(body) + strlen(signals) + 100);
  char *flow = strstr(body, "\"flow\"");
  cr_assert_not_null(flow);
  sprintf(text, "%.*s\"record\": {\"signals\": {%s}}, %s", (int)(flow - body), body, signals, flow);
  tw_text why = {0};
  tw_line *line = test_line(text, &why);
  cr_assert_not_null(line, "%s", why.at);
  free(text);
  free(body);
  return line;
}

// Rows of one signal, in memory of their own.
typedef struct rows_of {
  tw_curve_rows rows;
  double *memory;
} rows_of;

static rows_of pick_rows(const test_collect *collect, const tw_line *line, int32_t signal_i) {
  const tw_signal *signal = &line->signal[signal_i];
  const int32_t t = TW_TABLE_CURVES, n = collect->rows[t].n;
  const int32_t machine = signal->machine_i == TW_NONE ? 0 : line->machine[signal->machine_i].number + 1;
  double *memory = malloc(4 * ((size_t)n + 1) * sizeof *memory);
  int32_t n_picked = 0;
  for (int32_t i = 0; i < n; i++) {
    if (test_i32(collect, t, TW_AT(CURVES, SIGNAL), i) != collect->words->signal[signal_i] ||
        test_i32(collect, t, TW_AT(CURVES, MACHINE), i) != machine ||
        test_i32(collect, t, TW_AT(CURVES, STATION), i) != signal->place_i)
      continue;
    const int32_t column[4] = {TW_AT(CURVES, TIME), TW_AT(CURVES, VALUE), TW_AT(CURVES, SLOPE), TW_AT(CURVES, ERROR)};
    for (int32_t c = 0; c < 4; c++) memory[(size_t)c * (size_t)n + (size_t)n_picked] = test_f64(collect, t, column[c], i);
    n_picked++;
  }
  return (rows_of){{.n = n_picked,
                    .time_s = memory,
                    .value = memory + n,
                    .slope = memory + 2 * (size_t)n,
                    .error = memory + 3 * (size_t)n},
                   memory};
}

static double read_now(const tw_run *run, const tw_signal *signal) {
  const tw_member *member = &run->line->member[signal->member];
  return signal->is_output ? tw_output_now(run, member, signal->i) : tw_variable_now(run, member, signal->i);
}

// Records a line in n_cut calls, from `from_s` on: in the end the run is as it is without that.
static void record(tw_line *line, test_collect *collect, double from_s, int32_t n_cut) {
  tw_run *run = test_run(line, SEED);
  if (from_s > 0) cr_assert_eq(test_until(run, from_s), TWIN_OK);
  cr_assert_eq(tw_recorder_attach(collect->recorder, run, 0), TWIN_OK);
  for (int32_t i = 1; i <= n_cut; i++)
    cr_assert_eq(test_until(run, from_s + (END_S - from_s) * i / n_cut), TWIN_OK);
  cr_assert_eq(tw_recorder_detach(collect->recorder, TWIN_OK), TWIN_OK);
  tw_run *alone = test_run(line, SEED);
  test_until(alone, END_S);
  cr_assert_eq(tw_run_hash(run, true), tw_run_hash(alone, true));
  tw_run_free(alone);
  tw_run_free(run);
}

// What a curve is at the worst: the share of the stated error, and the largest error that is stated.
typedef struct worst {
  double share, stated;
  int64_t n_row;
} worst;

// Compares all signals that were recorded with a run that is stopped at random instants.
static worst compare(tw_line *line, const test_collect *collect, double from_s) {
  worst found = {0};
  rows_of *rows = calloc((size_t)line->n_signal, sizeof *rows);
  for (int32_t k = 0; k < line->n_signal; k++) rows[k] = pick_rows(collect, line, k);
  test_random random = {.seed = 3};
  tw_run *run = test_run(line, SEED);
  int64_t at_us = (int64_t)(from_s * TW_TICKS_PER_S);
  for (int32_t i = 0; i < N_LOOK; i++) {
    at_us += (int64_t)(test_word(&random) % (2 * (uint64_t)(END_S - from_s) * TW_TICKS_PER_S / N_LOOK));
    if (at_us > END_S * (int64_t)TW_TICKS_PER_S) break;
    cr_assert_eq(tw_run_until(run, at_us, NULL), TWIN_OK);
    for (int32_t k = 0; k < line->n_signal; k++) {
      if (rows[k].rows.n == 0) continue;
      double value, error;
      tw_curve_rebuild(&rows[k].rows, tw_seconds(at_us), &value, &error);
      const double wanted = read_now(run, &line->signal[k]), off = fabs(value - wanted);
      cr_assert(off <= error, "signal %d at %.9g s: %.17g is off %.17g by %g, and %g was stated", (int)k,
                tw_seconds(at_us), value, wanted, off, error);
      if (error > 1e-12 * fabs(wanted) + 1e-9) found.share = fmax(found.share, off / error);
      found.stated = fmax(found.stated, error);
    }
  }
  for (int32_t k = 0; k < line->n_signal; k++) {
    found.n_row += rows[k].rows.n;
    free(rows[k].memory);
  }
  free(rows);
  tw_run_free(run);
  return found;
}

static void expect_rebuilt(const char *solver, double from_s) {
  tw_line *line = line_of(solver, "");
  if (line == NULL) cr_skip_test("this build has no SUNDIALS");
  test_collect collect;
  test_collect_open(&collect, line);
  record(line, &collect, from_s, 1);
  const worst found = compare(line, &collect, from_s);
  // states of nominal size up to 293 K; a bound is no guess: somewhere the curve is not far below it
  cr_expect(found.stated <= 1.2 * 1e-4 * 400, "%g", found.stated);
  cr_expect(found.share > 0.3, "%g", found.share);
  cr_expect_eq(found.n_row, collect.rows[TW_TABLE_CURVES].n);
  test_collect_close(&collect);
  tw_line_unref(line);
}

Test(curves, are_rebuilt_within_their_error_exact, .timeout = 120) { expect_rebuilt("exact", 0); }
Test(curves, are_rebuilt_within_their_error_by_rk, .timeout = 120) { expect_rebuilt("rk", 0); }
Test(curves, are_rebuilt_within_their_error_by_cvode, .timeout = 120) { expect_rebuilt("cvode", 0); }
Test(curves, are_rebuilt_within_their_error_by_cvode_adams, .timeout = 120) { expect_rebuilt("cvode-adams", 0); }
Test(curves, begin_where_the_recorder_came_exact, .timeout = 120) { expect_rebuilt("exact", 333.25); }
Test(curves, begin_where_the_recorder_came_by_rk, .timeout = 120) { expect_rebuilt("rk", 333.25); }

Test(curves, keep_to_the_accuracy_that_is_asked_for, .timeout = 120) {
  static const double within_k[] = {1, 0.01, 1e-4};
  static const char *const within[] = {"1 K", "0.01 K", "0.0001 K"};
  int64_t n_row[3];
  for (int32_t s = 0; s < 2; s++) {
    for (int32_t i = 0; i < 3; i++) {
      char signals[200];
      sprintf(signals, "\"cnc.net.A\": {\"within\": \"%s\"}, \"oven.heat.T\": {\"within\": \"%s\"}, "
                       "\"cnc.spindle.T\": {\"within\": \"%s\"}", within[i], within[i], within[i]);
      tw_line *line = line_of(test_solvers[s], signals);
      test_collect collect;
      test_collect_open_own(&collect, line);
      record(line, &collect, 0, 1);
      const worst found = compare(line, &collect, 0);
      cr_expect(found.stated <= 1.2 * within_k[i], "%s, within %g K: %g", test_solvers[s], within_k[i], found.stated);
      n_row[i] = found.n_row;
      test_collect_close(&collect);
      tw_line_unref(line);
    }
    cr_expect(n_row[0] < n_row[1] && n_row[1] < n_row[2], "%lld, %lld, %lld rows", (long long)n_row[0],
              (long long)n_row[1], (long long)n_row[2]);
  }
}

static const char sampled[] =
    "\"cnc.tool.wear\": \"7.3 s\", \"oven[2].heat.T\": \"1 s\", \"press.ram.v\": \"0.5 s\", \"cnc[1].net.power\": \"10 s\", "
    "\"cnc.net.n\": \"3 s\"";

// Every sample is what a run shows that is stopped there.
static void expect_samples(const char *solver) {
  tw_line *line = line_of(solver, sampled);
  if (line == NULL) cr_skip_test("this build has no SUNDIALS");
  test_collect collect;
  test_collect_open_own(&collect, line);
  record(line, &collect, 41.5, 3);
  int64_t n = 0;
  for (int32_t k = 0; k < line->n_signal; k++) {
    const tw_signal *signal = &line->signal[k];
    const rows_of picked = pick_rows(&collect, line, k);
    cr_assert_eq(picked.rows.n > 0, signal->way == TW_SIGNAL_SAMPLED);
    tw_run *run = test_run(line, SEED);
    int64_t due_us = signal->way == TW_SIGNAL_SAMPLED ? (41500000 + signal->period_us - 1) / signal->period_us * signal->period_us : 0;
    for (int64_t i = 0; i < picked.rows.n; i++, due_us += signal->period_us, n++) {
      cr_assert_eq(picked.rows.time_s[i], tw_seconds(due_us));
      tw_run_until(run, due_us, NULL);
      cr_assert_eq(picked.rows.value[i], read_now(run, signal), "signal %d at %g s", (int)k, tw_seconds(due_us));
      cr_assert(isnan(picked.rows.slope[i]) && isnan(picked.rows.error[i]));
    }
    // the last one that was due up to the end is there
    if (picked.rows.n > 0) cr_assert(due_us > END_S * (int64_t)TW_TICKS_PER_S);
    tw_run_free(run);
    free(picked.memory);
  }
  cr_assert_eq(n, collect.rows[TW_TABLE_CURVES].n);
  test_collect_close(&collect);
  tw_line_unref(line);
}

Test(curves, samples_are_what_a_run_shows_exact, .timeout = 120) { expect_samples("exact"); }
Test(curves, samples_are_what_a_run_shows_by_rk, .timeout = 120) { expect_samples("rk"); }
Test(curves, samples_are_what_a_run_shows_by_cvode, .timeout = 120) { expect_samples("cvode"); }

Test(curves, do_not_depend_on_how_the_run_is_cut, .timeout = 120) {
  for (int32_t s = 0; s < 4; s++) {
    uint64_t hash[2];
    tw_line *line = line_of(test_solvers[s], "\"cnc.tool.wear\": \"on-change\", \"oven[2].heat.T\": \"1 s\"");
    if (line == NULL) continue;
    for (int32_t i = 0; i < 2; i++) {
      test_collect collect;
      test_collect_open(&collect, line);
      record(line, &collect, 0, i == 0 ? 1 : 61);
      hash[i] = test_collect_hash(&collect);
      test_collect_close(&collect);
    }
    cr_expect_eq(hash[0], hash[1], "%s", test_solvers[s]);
    tw_line_unref(line);
  }
}

// Where nothing happens there is no row; what is kept between events comes back exactly, and a model that moves
// between two events does so by the slopes at both.
Test(curves, on_change_have_the_ends_of_segments, .timeout = 120) {
  for (int32_t s = 0; s < 2; s++) {
    tw_line *line = line_of(test_solvers[s], "\"cnc[1].net.n\": \"on-change\", \"cnc[1].net.power\": \"on-change\", "
                                             "\"cnc[1].tool.wear\": \"on-change\"");
    test_collect collect;
    test_collect_open_own(&collect, line);
    record(line, &collect, 0, 1);
    tw_run *run = test_run(line, SEED);
    for (int32_t k = 0; k < line->n_signal; k++) {
      if (line->signal[k].way == TW_SIGNAL_LEFT_OUT) continue;
      const rows_of picked = pick_rows(&collect, line, k);
      const bool is_wear = !line->signal[k].is_output && picked.rows.n > 200;
      cr_expect(picked.rows.n > 3 && picked.rows.n < 1000, "%d rows", (int)picked.rows.n);
      tw_run_free(run);
      run = test_run(line, SEED);
      for (int32_t i = 1; i <= 700; i++) {
        double value, error;
        test_until(run, 2.03 * i);
        tw_curve_rebuild(&picked.rows, tw_seconds(run->head->now_us), &value, &error);
        const double wanted = read_now(run, &line->signal[k]);
        cr_assert(fabs(value - wanted) <= (is_wear ? 1e-3 : 0), "signal %d at %g s: %g, not %g", (int)k, 2.03 * i, value,
                  wanted);
      }
      free(picked.memory);
    }
    tw_run_free(run);
    test_collect_close(&collect);
    tw_line_unref(line);
  }
}
