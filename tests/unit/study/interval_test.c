// interval_test.c - t intervals against values of SciPy 1.17 (stats.t.ppf, std with ddof = 1).

#include "study/interval.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "core/stream.h"

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

Test(interval, needs_as_many_as_the_first_stage_says) {
  // t(0.975, 4) s / sqrt(5) = 1.9632431614775572, and 5 % of the mean is 0.5
  const double values[] = {9, 11, 10, 12, 8};
  cr_assert_eq(tw_stage_need(values, 5, 0.95, 0.05), 78);
  cr_assert_eq(tw_stage_need(values, 5, 0.95, 0.2), 5);
}

Test(interval, needs_more_than_there_can_be_around_zero) {
  const double values[] = {-1, 1, -2, 2};
  cr_assert_eq(tw_stage_need(values, 4, 0.95, 0.05), UINT32_MAX);
  const double alone[] = {3, NAN}, same[] = {0, 0, 0};
  cr_assert_eq(tw_stage_need(alone, 2, 0.95, 0.05), UINT32_MAX);
  cr_assert_eq(tw_stage_need(same, 3, 0.95, 0.05), 3);
}

Test(interval, in_two_stages_has_the_mean_of_all_and_the_spread_of_the_first) {
  const double values[] = {9, 11, 10, 12, 8, 14, 13, 9};
  twin_estimate estimate = {.struct_size = sizeof estimate};
  tw_stage_estimate(values, 5, 8, 0.95, &estimate);
  cr_assert_eq(estimate.n, 8);
  cr_assert_eq(estimate.mean, 10.75);
  expect_near(estimate.half_width, 1.9632431614775572 * sqrt(5.0 / 8));
  tw_stage_estimate(values, 8, 8, 0.95, &estimate);
  expect_near(estimate.half_width, estimate_of(values, 8, 0.95).half_width);
}

// Of 2,000 studies that stop by themselves as many cover the truth as say so, +- 4 standard errors.
Test(interval, that_stopped_by_itself_covers_as_often_as_it_says) {
  enum { N_STUDY = 2000, N_FIRST = 10, N_MOST = 2000 };
  static double values[N_MOST];
  int n_covering = 0, n_all = 0;
  for (uint64_t k = 0; k < N_STUDY; k++) {
    tw_stream stream = {.key = k};
    for (int i = 0; i < N_MOST; i++) {
      tw_dice dice = tw_stream_next(&stream);
      values[i] = 10 + tw_dice_normal(&dice);
    }
    const uint32_t n = tw_stage_need(values, N_FIRST, 0.95, 0.02);
    cr_assert(n >= N_FIRST && n <= N_MOST);
    twin_estimate estimate = {.struct_size = sizeof estimate};
    tw_stage_estimate(values, N_FIRST, n, 0.95, &estimate);
    n_covering += fabs(estimate.mean - 10) <= estimate.half_width;
    n_all += (int)n;
  }
  cr_assert(abs(n_covering - 1900) <= 39, "%d of %d cover, %d replications a study", n_covering,
            N_STUDY, n_all / N_STUDY);
}
