// steady_test.c - MSER-5 and batch means against their definitions, computed with NumPy and SciPy.

#include "study/steady.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "core/stream.h"

static void expect_near(double value, double expected) {
  cr_assert(fabs(value - expected) <= 1e-10 * fabs(expected), "%.17g, not %.17g", value, expected);
}

// What settles: 5 * 0.7^(i / 3) above numbers that come again after 101.
static void fill_settling(double *values, int n) {
  for (int i = 0; i < n; i++) values[i] = (i * 7919 % 101) / 100.0 + 5 * pow(0.7, i / 3.0);
}

Test(steady, mser_is_the_smallest_squared_standard_error) {
  double values[200], z[40];
  size_t n_cut;
  fill_settling(values, 200);
  cr_assert(tw_mser(values, 200, z, &n_cut));
  cr_assert_eq(n_cut, 35);
  expect_near(z[0], 0.012630800696302158);
  expect_near(z[8], 9.785303818504458e-05);
  expect_near(z[35], 0.00035999998058352053);
  cr_assert(isnan(z[36]) && isnan(z[39]));
}

Test(steady, mser_cuts_nothing_off_what_never_changes) {
  double values[60];
  size_t n_cut = 1;
  for (int i = 0; i < 60; i++) values[i] = 0.1;
  cr_assert(tw_mser(values, 60, NULL, &n_cut));
  cr_assert_eq(n_cut, 0);
}

Test(steady, mser_leaves_out_what_does_not_fill_five) {
  double values[204];
  size_t n_cut;
  fill_settling(values, 200);
  values[200] = values[201] = values[202] = values[203] = 1e9;
  cr_assert(tw_mser(values, 204, NULL, &n_cut));
  cr_assert_eq(n_cut, 35);
}

Test(steady, mser_is_no_answer_where_nothing_settles) {
  double values[200];
  size_t n_cut;
  for (int i = 0; i < 200; i++) values[i] = i;
  cr_assert_not(tw_mser(values, 200, NULL, &n_cut));
  for (int i = 0; i < 200; i++) values[i] = i < 120 ? 0 : 1;
  cr_assert_not(tw_mser(values, 200, NULL, &n_cut));
}

Test(steady, mser_is_refused_for_few_values_and_for_gaps) {
  double values[200], z[40];
  size_t n_cut;
  fill_settling(values, 200);
  cr_assert_not(tw_mser(values, 49, NULL, &n_cut));
  cr_assert_not(tw_mser(values, 0, NULL, &n_cut));
  values[100] = NAN;
  cr_assert_not(tw_mser(values, 200, z, &n_cut));
  cr_assert(isnan(z[0]) && !isnan(z[30]));
}

Test(steady, batch_means_are_scipys) {
  const double values[] = {3, 5, 4, 6, 5, 4, 7, 5, 6, 4, 5, 6};
  tw_batches of;
  tw_batch_means(values, 12, 0.95, &of);
  cr_assert(of.is_enough);
  cr_assert_eq(of.mean, 5);
  expect_near(of.sd, 1.1281521496355325);
  expect_near(of.half_width, 0.7167936785753173);
  expect_near(of.lag1, -0.2857142857142857);
  cr_assert_eq(of.n_effective, 12);
}

Test(steady, batch_means_are_refused_where_neighbours_are_alike) {
  double values[20];
  tw_batches of;
  for (int i = 0; i < 20; i++) values[i] = i;
  tw_batch_means(values, 20, 0.95, &of);
  cr_assert(!of.is_enough && isnan(of.half_width));
  cr_assert(of.lag1 > 0.8 && of.n_effective < 3);
}

Test(steady, batch_means_are_refused_for_fewer_than_ten) {
  const double values[] = {3, 5, 4, 6, 5, 4, 7, 5, 6};
  tw_batches of;
  tw_batch_means(values, 9, 0.95, &of);
  cr_assert(!of.is_enough && isnan(of.half_width) && of.mean == 5);
  tw_batch_means(values, 0, 0.95, &of);
  cr_assert(!of.is_enough && isnan(of.mean));
}

Test(steady, refuses_one_in_twenty_of_what_is_independent) {
  // 4,000 series of 20: 5 % +- 4 standard errors
  int n_refused = 0;
  for (uint64_t k = 0; k < 4000; k++) {
    double values[20];
    tw_stream stream = {.key = k};
    for (int i = 0; i < 20; i++) {
      tw_dice dice = tw_stream_next(&stream);
      values[i] = (double)(tw_dice_word(&dice) >> 11) * 0x1p-53;
    }
    tw_batches of;
    tw_batch_means(values, 20, 0.95, &of);
    n_refused += !of.is_enough;
  }
  cr_assert(abs(n_refused - 200) <= 4 * 14, "%d refused", n_refused);
}
