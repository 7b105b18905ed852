// What distributions draw: against their own cdf (Kolmogorov-Smirnov) and moments, unconditionally
// and given an elapsed time. Seeds are fixed; the bounds are 4.5 standard errors or a KS
// probability of 1e-6.

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dist.h"

enum { N_DRAW = 100000 };

#define KS_LIMIT 2.7

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static const tw_dist continuous[] = {
    {.kind = TW_DIST_UNIFORM, .a = 2, .b = 5},
    {.kind = TW_DIST_TRIANGULAR, .a = 1, .b = 2, .c = 6},
    {.kind = TW_DIST_NORMAL, .a = 10, .b = 2, .c = -INFINITY, .d = INFINITY},
    {.kind = TW_DIST_NORMAL, .a = 10, .b = 5, .c = 0, .d = INFINITY},
    {.kind = TW_DIST_NORMAL, .a = 0, .b = 1, .c = 4, .d = INFINITY},
    {.kind = TW_DIST_NORMAL, .a = 0, .b = 1, .c = -8, .d = -3},
    {.kind = TW_DIST_NORMAL, .a = 10, .b = 2, .c = 9, .d = 9.5},
    {.kind = TW_DIST_LOGNORMAL, .a = 35, .b = 25},
    {.kind = TW_DIST_EXPONENTIAL, .a = 90},
    {.kind = TW_DIST_GAMMA, .a = 7, .b = 0.5},
    {.kind = TW_DIST_GAMMA, .a = 7, .b = 2},
    {.kind = TW_DIST_ERLANG, .a = 60, .b = 2},
    {.kind = TW_DIST_ERLANG, .a = 60, .b = 40},
    {.kind = TW_DIST_WEIBULL, .a = 100, .b = 0.7},
    {.kind = TW_DIST_WEIBULL, .a = 100, .b = 3.5},
    {.kind = TW_DIST_BETA_PERT, .a = 2, .b = 3, .c = 10},
    {.kind = TW_DIST_BETA_PERT, .a = 2, .b = 2, .c = 10},
    {.kind = TW_DIST_HYPEREXPONENTIAL, .a = 60, .b = 3},
};

static int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Draws given `elapsed` (without condition for -INFINITY) in rising order; the caller frees them.
static double *draw_sorted(const tw_dist *dist, double elapsed, uint64_t key) {
  double *values = malloc(N_DRAW * sizeof *values);
  cr_assert(values != NULL);
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(key, n);
    values[n] = elapsed == -INFINITY ? tw_dist_sample(dist, &dice)
                                     : tw_dist_sample_given(dist, elapsed, &dice);
  }
  qsort(values, N_DRAW, sizeof *values, compare_doubles);
  return values;
}

// sqrt(n) times the largest gap between the draws and the cdf given `elapsed`.
static double measure_gap(const tw_dist *dist, double elapsed, uint64_t key) {
  double *values = draw_sorted(dist, elapsed, key), largest = 0;
  const double q_now = elapsed == -INFINITY ? 1 : tw_dist_survival(dist, elapsed);
  for (int i = 0; i < N_DRAW; i++) {
    const double p = 1 - tw_dist_survival(dist, values[i]) / q_now;
    largest = fmax(largest, fmax(p - (double)i / N_DRAW, (i + 1.0) / N_DRAW - p));
    cr_assert(values[i] > elapsed, "%g is not above %g", values[i], elapsed);
  }
  free(values);
  return largest * sqrt(N_DRAW);
}

Test(dist_sample, draws_have_the_cdf_of_their_kind) {
  for (size_t i = 0; i < N_OF(continuous); i++) {
    tw_dist dist = continuous[i];
    cr_assert(tw_dist_prepare(&dist) == NULL);
    const double gap = measure_gap(&dist, -INFINITY, 100 + i);
    cr_expect(gap < KS_LIMIT, "%s, %zu: %g", tw_dist_name((tw_dist_kind)dist.kind), i, gap);
  }
}

Test(dist_sample, draws_have_the_mean_and_sd_of_their_kind) {
  for (size_t i = 0; i < N_OF(continuous); i++) {
    tw_dist dist = continuous[i];
    cr_assert(tw_dist_prepare(&dist) == NULL);
    const double mean = tw_dist_mean(&dist), sd = tw_dist_sd(&dist);
    double sum = 0, squares = 0, fourth = 0;
    for (uint64_t n = 0; n < N_DRAW; n++) {
      tw_dice dice = tw_dice_new(200 + i, n);
      const double z = (tw_dist_sample(&dist, &dice) - mean) / sd;
      sum += z / N_DRAW;
      squares += z * z / N_DRAW;
      fourth += z * z * z * z / N_DRAW;
    }
    // The error of the variance is taken from the sample's own fourth moment.
    cr_expect(fabs(sum) < 4.5 / sqrt(N_DRAW), "%zu: mean off by %g sd", i, sum);
    cr_expect(fabs(squares - 1) < 4.5 * sqrt((fourth - 1) / N_DRAW), "%zu: %g", i, squares);
  }
}

Test(dist_sample, draws_given_elapsed_have_the_conditional_cdf) {
  static const double at[] = {0.3, 0.9, 0.9999};
  for (size_t i = 0; i < N_OF(continuous); i++) {
    tw_dist dist = continuous[i];
    cr_assert(tw_dist_prepare(&dist) == NULL);
    for (size_t j = 0; j < N_OF(at); j++) {
      const double elapsed = tw_dist_quantile(&dist, at[j]);
      const double gap = measure_gap(&dist, elapsed, 300 + i);
      cr_expect(gap < KS_LIMIT, "%s, %zu, after %g: %g", tw_dist_name((tw_dist_kind)dist.kind), i,
                at[j], gap);
    }
  }
}

Test(dist_sample, given_nothing_elapsed_the_draw_is_the_ordinary_one) {
  for (size_t i = 0; i < N_OF(continuous); i++) {
    tw_dist dist = continuous[i];
    cr_assert(tw_dist_prepare(&dist) == NULL);
    const double min = tw_dist_min(&dist);
    for (uint64_t n = 0; n < 100; n++) {
      tw_dice one = tw_dice_new(7, n), other = tw_dice_new(7, n);
      const double value = tw_dist_sample_given(&dist, min == -INFINITY ? -1e9 : min, &one);
      cr_assert(value == tw_dist_sample(&dist, &other));
    }
  }
}

Test(dist_sample, far_in_the_tail_draws_go_on_above_elapsed) {
  for (size_t i = 0; i < N_OF(continuous); i++) {
    tw_dist dist = continuous[i];
    cr_assert(tw_dist_prepare(&dist) == NULL);
    const double max = tw_dist_quantile(&dist, 1);
    if (max < INFINITY) continue;
    const double elapsed = tw_dist_mean(&dist) + 10 * tw_dist_sd(&dist);
    if (tw_dist_survival(&dist, elapsed) == 0) continue;
    for (uint64_t n = 0; n < 200; n++) {
      tw_dice dice = tw_dice_new(8, n);
      const double value = tw_dist_sample_given(&dist, elapsed, &dice);
      cr_assert(value > elapsed && value < INFINITY, "%zu: %g", i, value);
    }
  }
}

Test(dist_sample, exponential_goes_on_although_its_survival_underflows) {
  tw_dist dist = {.kind = TW_DIST_EXPONENTIAL, .a = 1};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  double sum = 0;
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(9, n);
    sum += tw_dist_sample_given(&dist, 2000, &dice) - 2000;
  }
  cr_assert(fabs(sum / N_DRAW - 1) < 4.5 / sqrt(N_DRAW));
}

Test(dist_sample, what_cannot_last_longer_ends_now) {
  tw_dist dists[] = {{.kind = TW_DIST_CONSTANT, .a = 5},
                     {.kind = TW_DIST_UNIFORM, .a = 2, .b = 5},
                     {.kind = TW_DIST_BETA_PERT, .a = 1, .b = 2, .c = 5}};
  for (size_t i = 0; i < N_OF(dists); i++) {
    tw_dice dice = tw_dice_new(1, 1);
    cr_assert(tw_dist_prepare(&dists[i]) == NULL);
    cr_assert(tw_dist_sample_given(&dists[i], 5, &dice) == 5);
    cr_assert(tw_dist_sample_given(&dists[i], 8, &dice) == 8);
  }
  tw_dice dice = tw_dice_new(1, 1);
  cr_assert(tw_dist_sample_given(&dists[0], 4.9, &dice) == 5);
}

// Counts of draws against probabilities of points, by 4.5 standard errors each.
static void expect_points(const tw_dist *dist, double elapsed, const double *values,
                          const double *shares, int n_value) {
  int counts[16] = {0}, n_other = 0;
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(500, n);
    const double value = tw_dist_sample_given(dist, elapsed, &dice);
    int i = 0;
    while (i < n_value && values[i] != value) i++;
    if (i < n_value)
      counts[i]++;
    else
      n_other++;
  }
  cr_expect(n_other == 0, "%d values that cannot be", n_other);
  for (int i = 0; i < n_value; i++) {
    const double error = sqrt(shares[i] * (1 - shares[i]) / N_DRAW);
    cr_expect(fabs((double)counts[i] / N_DRAW - shares[i]) <= 4.5 * error, "%g: %d, not %g",
              values[i], counts[i], shares[i] * N_DRAW);
  }
}

Test(dist_sample, discrete_values_come_by_their_weights) {
  const double values[] = {5, 1, 3, 9}, weights[] = {2, 1, 5, 0};
  double cumulative[4];
  tw_dist dist = {.kind = TW_DIST_DISCRETE,
                  .n_value = 4,
                  .values = values,
                  .weights = weights,
                  .cumulative = cumulative};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  expect_points(&dist, -1, values, (const double[]){0.25, 0.125, 0.625, 0}, 4);
  expect_points(&dist, 1, values, (const double[]){2 / 7.0, 0, 5 / 7.0, 0}, 4);
  expect_points(&dist, 3.5, values, (const double[]){1, 0, 0, 0}, 4);
  expect_points(&dist, 6, (const double[]){6}, (const double[]){1}, 1);
}

Test(dist_sample, empirical_values_are_equally_likely) {
  const double values[] = {7, 3, 4, 11};
  double cumulative[4];
  tw_dist dist = {
      .kind = TW_DIST_EMPIRICAL, .n_value = 4, .values = values, .cumulative = cumulative};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  expect_points(&dist, 0, values, (const double[]){0.25, 0.25, 0.25, 0.25}, 4);
  expect_points(&dist, 4, values, (const double[]){0.5, 0, 0, 0.5}, 4);
  expect_points(&dist, 11, (const double[]){11}, (const double[]){1}, 1);
}

Test(dist_sample, geometric_forgets_whole_steps) {
  tw_dist dist = {.kind = TW_DIST_GEOMETRIC, .a = 4, .b = 0.1};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  double sum = 0, squares = 0;
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(600, n);
    const double value = tw_dist_sample(&dist, &dice);
    cr_assert(value >= 0.1 && fabs(value / 0.1 - round(value / 0.1)) < 1e-9);
    sum += value / N_DRAW;
    tw_dice again = tw_dice_new(600, n);
    const double later = tw_dist_sample_given(&dist, 0.75, &again);
    cr_assert(fabs(later - value - 0.7) < 1e-9, "%g after %g", later, value);
    squares += (value - 4) * (value - 4) / N_DRAW;
  }
  cr_assert(fabs(sum - 4) < 4.5 * tw_dist_sd(&dist) / sqrt(N_DRAW));
  // A geometric's variance has a relative error of about sqrt(8 / n).
  cr_assert(fabs(squares / (tw_dist_sd(&dist) * tw_dist_sd(&dist)) - 1) < 4.5 * sqrt(8.0 / N_DRAW));
}

Test(dist_sample, trace_gives_its_values_in_order) {
  const double values[] = {3, 1, 2};
  tw_dist dist = {.kind = TW_DIST_TRACE, .n_value = 3, .values = values};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  for (uint64_t n = 0; n < 3; n++) {
    tw_dice dice = tw_dice_new(1, n);
    cr_assert(tw_dist_sample(&dist, &dice) == values[n]);
    cr_assert(tw_dist_sample_given(&dist, 1.5, &dice) == fmax(values[n], 1.5));
  }
  tw_dice past = tw_dice_new(1, 3);
  cr_assert(isnan(tw_dist_sample(&dist, &past)) && isnan(tw_dist_sample_given(&dist, 1, &past)));
  dist.is_repeated = true;
  past = tw_dice_new(1, 3 * 1000 + 1);
  cr_assert(tw_dist_sample(&dist, &past) == 1);
}

Test(dist_sample, mixture_and_cycle_draw_by_their_cdf_given_what_has_passed) {
  tw_dist curve = {.kind = TW_DIST_LOGNORMAL, .a = 5, .b = 3},
          range = {.kind = TW_DIST_UNIFORM, .a = 2, .b = 6};
  const tw_dist *const of[] = {&curve, &range};
  const double weights[] = {1, 3};
  double cumulative[2];
  tw_dist mixture = {.kind = TW_DIST_MIXTURE,
                     .n_value = 2,
                     .weights = weights,
                     .of = of,
                     .cumulative = cumulative};
  tw_dist cycle = {.kind = TW_DIST_CYCLE, .n_value = 1, .a = 48, .b = 0.1, .of = of};
  cr_assert(tw_dist_prepare(&curve) == NULL && tw_dist_prepare(&range) == NULL);
  cr_assert(tw_dist_prepare(&mixture) == NULL && tw_dist_prepare(&cycle) == NULL);
  cr_expect(measure_gap(&mixture, -INFINITY, 700) < KS_LIMIT);
  cr_expect(measure_gap(&mixture, 3, 701) < KS_LIMIT);
  cr_expect(measure_gap(&mixture, 7, 702) < KS_LIMIT, "only the lognormal is left");
  cr_expect(measure_gap(&cycle, 50, 703) < KS_LIMIT, "certainly a stop");
  int n_smooth = 0;
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(704, n);
    n_smooth += tw_dist_sample(&cycle, &dice) == 48;
  }
  cr_assert(fabs((double)n_smooth / N_DRAW - 0.9) < 4.5 * sqrt(0.09 / N_DRAW));
}

Test(dist_sample, dice_by_value_and_in_place_give_the_same_words) {
  tw_dist gamma = {.kind = TW_DIST_GAMMA, .a = 7, .b = 0.8};
  cr_assert(tw_dist_prepare(&gamma) == NULL);
  for (uint64_t n = 0; n < 1000; n++) {
    tw_dice one = tw_dice_new(3, n), other = tw_dice_new(3, n);
    cr_assert(tw_dist_sample(&gamma, &one) == tw_dist_sample_by_kind(&gamma, &other));
    cr_assert(tw_dice_word(&one) == tw_dice_word(&other));
  }
}
