// futures_test.c - drawing anew what is under way, given what has elapsed, leaves the law of
// everything that comes later as it is. So a run that is given other futures again and again on its
// way must be one of the same population as a run that was left alone. Whatever was forgotten, or
// drawn under a wrong condition, adds up from one fork to the next and shows in some figure of some
// line.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "observe/quantity.h"
#include "state/ops.h"
#include "state/validate.h"
#include "support/line_text.h"

// Two samples of the same law differ by more in one of a million figures; there are some thousands.
static const double Z_LIMIT = 5.0, GAP_LIMIT = 2.75;
enum { N_RUN = 120, N_FORK = 60 };

typedef struct sample {
  double *of;  // [n_figure * N_RUN]
  int32_t n_figure;
} sample;

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Rank sum of a among both, as so many standard deviations from what equal laws give; ties count
// half.
static double rank_z(const double *a, const double *b) {
  double above = 0, ties = 0, both[2 * N_RUN];
  for (int i = 0; i < N_RUN; i++)
    for (int j = 0; j < N_RUN; j++) above += a[i] > b[j] ? 1 : a[i] == b[j] ? 0.5 : 0;
  memcpy(both, a, N_RUN * sizeof *a);
  memcpy(both + N_RUN, b, N_RUN * sizeof *b);
  qsort(both, 2 * N_RUN, sizeof *both, compare);
  for (int i = 0, n; i < 2 * N_RUN; i += n) {
    for (n = 1; i + n < 2 * N_RUN && both[i + n] == both[i];) n++;
    ties += (double)n * n * n - n;
  }
  const double n = 2.0 * N_RUN, m2 = (double)N_RUN * N_RUN;
  const double variance = m2 / 12 * (n + 1 - ties / (n * (n - 1)));
  return variance > 0 ? (above - m2 / 2) / sqrt(variance) : 0;
}

// The largest gap between both cdfs, in units of its own size.
static double gap_between(double *a, double *b) {
  qsort(a, N_RUN, sizeof *a, compare);
  qsort(b, N_RUN, sizeof *b, compare);
  double largest = 0;
  for (int i = 0, j = 0; i < N_RUN && j < N_RUN;) {
    const double x = fmin(a[i], b[j]);
    while (i < N_RUN && a[i] == x) i++;
    while (j < N_RUN && b[j] == x) j++;
    largest = fmax(largest, (double)abs(i - j) / N_RUN);
  }
  return largest * sqrt(N_RUN / 2.0);
}

// To five digits: a fork that gives a hazard another limit cuts the segment of its body, whose
// solver is exact to its tolerance only, and ranks see every bit.
static double rounded(double value) {
  if (value == 0 || !isfinite(value)) return value;
  const double scale = pow(10, 5 - ceil(log10(fabs(value))));
  return round(value * scale) / scale;
}

// Runs to the end; with forks: another future after each of so many equal stretches.
static void run_through(tw_line *line, double end_s, uint64_t seed, int n_fork, double *values,
                        int32_t stride) {
  tw_run *run = tw_run_new(
      line, &(tw_run_setup){.seed = seed, .has_statistics = true, .horizon_us = tw_ticks(end_s)});
  cr_assert_not_null(run);
  for (int i = 1; i <= n_fork; i++) {
    cr_assert_eq(test_until(run, end_s * i / (n_fork + 1)), TWIN_OK);
    cr_assert_eq(tw_run_apply(run, (tw_op){TW_OP_reseed, {i, 0}}, NULL), TWIN_OK);
    if (seed % 20 != 0) continue;
    char why[200] = "";
    cr_assert(tw_run_is_valid(run, why, sizeof why), "behind a fork: %s", why);
  }
  cr_assert_eq(test_until(run, end_s), TWIN_OK);
  for (int32_t q = 0; q < tw_quantity_count(line); q++)
    values[q * stride] = rounded(tw_quantity_value(run, tw_quantity_at(line, q)));
  tw_run_free(run);
}

static void collect(tw_line *line, double end_s, uint64_t first_seed, int n_fork, sample *out) {
  out->n_figure = tw_quantity_count(line);
  out->of = calloc((size_t)out->n_figure * N_RUN, sizeof *out->of);
  cr_assert_not_null(out->of);
  for (int i = 0; i < N_RUN; i++)
    run_through(line, end_s, first_seed + (uint64_t)i, n_fork, out->of + i, N_RUN);
}

static bool has_all(const double *values) {
  for (int i = 0; i < N_RUN; i++)
    if (!isfinite(values[i])) return false;
  return true;
}

static void expect_same_law(const char *name, tw_line *line, double end_s) {
  sample alone, forked;
  collect(line, end_s, 1000, 0, &alone);
  collect(line, end_s, 5000, N_FORK, &forked);
  double worst_z = 0, worst_gap = 0;
  int n_random = 0;
  for (int32_t q = 0; q < alone.n_figure; q++) {
    double *a = alone.of + (size_t)q * N_RUN, *b = forked.of + (size_t)q * N_RUN;
    if (!has_all(a) || !has_all(b)) continue;
    const double z = rank_z(a, b), gap = gap_between(a, b);
    n_random += a[0] != a[N_RUN - 1];
    worst_z = fmax(worst_z, fabs(z));
    worst_gap = fmax(worst_gap, gap);
    if (fabs(z) < Z_LIMIT && gap < GAP_LIMIT) continue;
    tw_text path = {0};
    tw_quantity_path(line, tw_quantity_at(line, q), &path);
    cr_expect(false, "%s, %s: %.1f standard deviations, a gap of %.2f; medians %g alone, %g forked",
              name, path.at, z, gap, a[N_RUN / 2], b[N_RUN / 2]);
    tw_text_free(&path);
  }
  printf("%-16s %4d figures, %4d vary: largest z %.2f, gap %.2f\n", name, alone.n_figure, n_random,
         worst_z, worst_gap);
  cr_expect(n_random > 10, "%s: only %d figures vary", name, n_random);
  free(alone.of);
  free(forked.of);
}

static void expect_of_file(const char *name, double end_h) {
  char path[100];
  snprintf(path, sizeof path, "lines/%s.json", name);
  tw_text why = {0};
  tw_line *line = test_line_file(path, &why);
  cr_assert_not_null(line, "%s: %s", name, why.at);
  expect_same_law(name, line, end_h * 3600);
  tw_line_unref(line);
}

static void expect_of_text(const char *name, const char *text, double end_s) {
  tw_line *line = test_line(text, NULL);
  cr_assert_not_null(line);
  expect_same_law(name, line, end_s);
  tw_line_unref(line);
}

Test(futures, of_lines_with_a_bit_of_everything_have_the_law_of_the_line) {
  expect_of_text("rich", test_rich_line, 3000);
  expect_of_text("work", test_work_line, 20000);
  expect_of_text("control", test_control_line, 3000);
}

#define OF_FILE(test, name, hours) \
  Test(futures, test) { expect_of_file(name, hours); }
OF_FILE(of_bottling_have_the_law_of_the_line, "bottling", 2)
OF_FILE(of_the_crank_cell_have_the_law_of_the_line, "crank-cell", 16)
OF_FILE(of_the_inspection_have_the_law_of_the_line, "inspection", 16)
OF_FILE(of_ten_stations_have_the_law_of_the_line, "line10", 8)
OF_FILE(of_the_milling_cell_have_the_law_of_the_line, "milling-cell", 16)
OF_FILE(of_the_predictive_cnc_have_the_law_of_the_line, "predictive-cnc", 48)
OF_FILE(of_the_press_shop_have_the_law_of_the_line, "press-shop", 24)
OF_FILE(of_the_pumps_have_the_law_of_the_line, "pumps", 48)
OF_FILE(of_the_shaft_line_have_the_law_of_the_line, "shaft-line", 16)
OF_FILE(of_the_stamping_have_the_law_of_the_line, "stamping", 8)
OF_FILE(of_two_machines_have_the_law_of_the_line, "two-machines", 8)
OF_FILE(of_the_valve_cell_have_the_law_of_the_line, "valve-cell", 24)
