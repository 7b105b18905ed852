// interval_test.c - t intervals against values of SciPy 1.17 (stats.t.ppf, std with ddof = 1).

#include "study/interval.h"

#include <criterion/criterion.h>
#include <math.h>

static void expect_near(double value, double expected) {
  cr_assert(fabs(value - expected) <= 1e-12 * fabs(expected), "%.17g, not %.17g", value, expected);
}

static twin_estimate estimate_of(const double *values, size_t n, double confidence) {
  twin_estimate estimate = {.struct_size = sizeof estimate};
  tw_interval_estimate(values, n, confidence, &estimate);
  return estimate;
}

Test(interval, is_students_at_every_confidence) {
  const double values[] = {1.2, 3.4, 2.2, 5.9, 4.1};
  const double confidence[] = {0.95, 0.99, 0.5};
  const double half_width[] = {2.239474494801898, 3.7136527629282976, 0.59744463347721};
  for (int i = 0; i < 3; i++) {
    const twin_estimate estimate = estimate_of(values, 5, confidence[i]);
    cr_assert_eq(estimate.n, 5);
    expect_near(estimate.mean, 3.36);
    expect_near(estimate.sd, 1.8036074961032957);
    expect_near(estimate.half_width, half_width[i]);
    cr_assert_eq(estimate.min, 1.2);
    cr_assert_eq(estimate.max, 5.9);
  }
}

Test(interval, is_wide_for_two_values) {
  const double values[] = {10.0, 10.5};
  expect_near(estimate_of(values, 2, 0.95).half_width, 3.1765511840436735);
  expect_near(estimate_of(values, 2, 0.99).half_width, 15.914185290717882);
}

Test(interval, of_thirty_values_is_scipys) {
  double values[30];
  for (int i = 0; i < 30; i++) values[i] = i * sqrt(i);
  const twin_estimate estimate = estimate_of(values, 30, 0.95);
  expect_near(estimate.mean, 63.010066485239705);
  expect_near(estimate.sd, 49.17139119369219);
  expect_near(estimate.half_width, 18.360899224657857);
}

Test(interval, is_refused_for_fewer_than_two_values) {
  const double one = 4;
  const twin_estimate estimate = estimate_of(&one, 1, 0.95);
  cr_assert_eq(estimate.mean, 4);
  cr_assert(isnan(estimate.sd) && isnan(estimate.half_width));
  const twin_estimate none = estimate_of(NULL, 0, 0.95);
  cr_assert(none.n == 0 && isnan(none.mean) && isnan(none.min) && isnan(none.max));
}

Test(interval, leaves_out_replications_without_a_value) {
  const double values[] = {NAN, 1, NAN, 3, 2};
  const twin_estimate estimate = estimate_of(values, 5, 0.95);
  cr_assert_eq(estimate.n, 3);
  cr_assert_eq(estimate.mean, 2);
  cr_assert_eq(estimate.sd, 1);
  cr_assert_eq(estimate.min, 1);
  cr_assert_eq(estimate.max, 3);
}

Test(interval, keeps_the_spread_of_large_equal_values) {
  const double values[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
  cr_assert_eq(estimate_of(values, 3, 0.95).sd, 1);
}

Test(interval, one_value_after_the_other_gives_the_same) {
  static const double values[] = {1e9 + 4, NAN, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  tw_tally tally = {0};
  twin_estimate e = {.struct_size = sizeof e};
  cr_assert(isnan(tw_tally_half_width(&tally, 0.95)));
  for (size_t i = 0; i < 5; i++) tw_tally_add(&tally, values[i]);
  tw_interval_estimate(values, 5, 0.95, &e);
  cr_assert_eq(tally.n, 4);
  cr_assert_eq(tally.mean, e.mean);
  cr_assert_float_eq(tw_tally_half_width(&tally, 0.95), e.half_width, 1e-12 * e.half_width);
}
