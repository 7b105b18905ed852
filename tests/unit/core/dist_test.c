// The distributions against theory and against mpmath (dist_reference.inl): cdf, survival,
// quantile, log density and moments of every kind. What they draw is tested in dist_sample_test.c.

#include <criterion/criterion.h>
#include <math.h>

#include "core/dist.h"
#include "core/math.h"
#include "dist_reference.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static tw_dist make(const reference_case *from) {
  tw_dist dist = {
      .kind = (int32_t)from->kind, .a = from->a, .b = from->b, .c = from->c, .d = from->d};
  const char *wrong = tw_dist_prepare(&dist);
  cr_assert(wrong == NULL, "%s: %s", tw_dist_name(from->kind), wrong);
  return dist;
}

// Close by a relative error.
static int is_near(double got, double wanted, double error) {
  return fabs(got - wanted) <= error * fabs(wanted);
}

Test(dist, moments_are_those_of_the_reference) {
  for (size_t i = 0; i < N_OF(cases); i++) {
    const tw_dist dist = make(&cases[i]);
    const double mean = tw_dist_mean(&dist), sd = tw_dist_sd(&dist);
    cr_expect(is_near(mean, cases[i].mean, 1e-12), "case %zu: mean %.17g", i, mean);
    cr_expect(is_near(sd, cases[i].sd, 1e-10), "case %zu: sd %.17g", i, sd);
  }
}

Test(dist, cdf_and_survival_keep_their_digits_in_both_tails) {
  for (size_t i = 0; i < N_OF(points); i++) {
    const reference_point *at = &points[i];
    const tw_dist dist = make(&cases[at->case_i]);
    const double cdf = tw_dist_cdf(&dist, at->x), survival = tw_dist_survival(&dist, at->x);
    // A truncated normal is a difference of two cdfs: next to its bound the absolute error counts.
    const double error = dist.kind == TW_DIST_NORMAL ? 3e-15 : 0;
    cr_expect(fabs(cdf - at->cdf) <= 1e-10 * at->cdf + error,
              "case %d, x %.17g: cdf %.17g, not %.17g", at->case_i, at->x, cdf, at->cdf);
    cr_expect(fabs(survival - at->survival) <= 1e-10 * at->survival + error,
              "case %d, x %.17g: survival %.17g, not %.17g", at->case_i, at->x, survival,
              at->survival);
  }
}

Test(dist, log_density_is_that_of_the_reference) {
  for (size_t i = 0; i < N_OF(points); i++) {
    const reference_point *at = &points[i];
    const tw_dist dist = make(&cases[at->case_i]);
    const double got = tw_dist_log_density(&dist, at->x);
    cr_expect(fabs(got - at->log_density) <= 1e-10 * (1 + fabs(at->log_density)),
              "case %d, x %.17g: log density %.17g, not %.17g", at->case_i, at->x, got,
              at->log_density);
  }
}

Test(dist, quantiles_are_those_of_the_reference) {
  for (size_t i = 0; i < N_OF(quantiles); i++) {
    const reference_quantile *at = &quantiles[i];
    const tw_dist dist = make(&cases[at->case_i]);
    const double got = tw_dist_quantile(&dist, at->p);
    // Near a value of 0 inside the range only the digits relative to the range can be right.
    const double error = 1e-10 * fabs(at->x) + 1e-14 * fabs(tw_dist_mean(&dist));
    cr_expect(fabs(got - at->x) <= error, "case %d, p %g: quantile %.17g, not %.17g", at->case_i,
              at->p, got, at->x);
  }
}

Test(dist, quantile_is_the_inverse_of_cdf_and_its_ends_are_the_range) {
  for (size_t i = 0; i < N_OF(cases); i++) {
    const tw_dist dist = make(&cases[i]);
    for (double p = 0.0625; p < 1; p += 0.0625) {
      const double again = tw_dist_cdf(&dist, tw_dist_quantile(&dist, p));
      cr_expect(is_near(again, p, 1e-9), "case %zu: %.17g, not %.17g", i, again, p);
    }
    cr_expect(tw_dist_quantile(&dist, 0) == tw_dist_min(&dist), "case %zu", i);
    cr_expect(tw_dist_cdf(&dist, tw_dist_quantile(&dist, 1)) == 1, "case %zu", i);
    cr_expect(isnan(tw_dist_quantile(&dist, -0.1)) && isnan(tw_dist_quantile(&dist, NAN)));
  }
}

// Integrates exp(log density) and compares with the cdf: the two are written separately.
Test(dist, density_integrates_to_cdf) {
  enum { N_STEP = 20000 };
  for (size_t i = 0; i < N_OF(cases); i++) {
    const tw_dist dist = make(&cases[i]);
    const double from = tw_dist_quantile(&dist, 0.2), to = tw_dist_quantile(&dist, 0.9);
    const double step = (to - from) / N_STEP;
    double sum = 0;
    for (int j = 0; j < N_STEP; j++) {
      sum += exp(tw_dist_log_density(&dist, from + (j + 0.5) * step)) * step;
    }
    cr_expect(fabs(sum - 0.7) < 1e-5, "case %zu: %.17g", i, sum);
  }
}

Test(dist, constant_has_one_value) {
  tw_dist dist = {.kind = TW_DIST_CONSTANT, .a = 42};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  cr_assert(tw_dist_cdf(&dist, 41.9) == 0 && tw_dist_cdf(&dist, 42) == 1);
  cr_assert(tw_dist_quantile(&dist, 0.3) == 42 && tw_dist_mean(&dist) == 42);
  cr_assert(tw_dist_sd(&dist) == 0 && tw_dist_min(&dist) == 42);
  cr_assert(tw_dist_log_density(&dist, 42) == 0 && isinf(tw_dist_log_density(&dist, 41)));
}

Test(dist, geometric_counts_whole_steps) {
  tw_dist dist = {.kind = TW_DIST_GEOMETRIC, .a = 600, .b = 60};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  cr_assert(tw_dist_cdf(&dist, 59.9) == 0 && tw_dist_min(&dist) == 60);
  for (int k = 1; k < 400; k++) {
    const double wanted = -expm1(k * log1p(-0.1));
    cr_assert(is_near(tw_dist_cdf(&dist, k * 60.0), wanted, 1e-12), "k %d", k);
    cr_assert(is_near(tw_dist_survival(&dist, k * 60.0 + 59), pow(0.9, k), 1e-12), "k %d", k);
    // Half a step's probability below and above the cdf at k.
    const double at = tw_dist_cdf(&dist, k * 60.0), before = tw_dist_cdf(&dist, (k - 1) * 60.0);
    if (k < 100) cr_assert(tw_dist_quantile(&dist, 0.5 * (at + before)) == k * 60.0, "k %d", k);
    if (k < 40) cr_assert(tw_dist_quantile(&dist, at) == k * 60.0, "k %d", k);
    cr_assert(fabs(tw_dist_log_density(&dist, k * 60.0) - (log(0.1) + (k - 1) * log(0.9))) < 1e-9);
  }
  cr_assert(isinf(tw_dist_log_density(&dist, 61)));
  cr_assert(is_near(tw_dist_sd(&dist), 600 * sqrt(0.9), 1e-12));
}

Test(dist, geometric_of_mean_one_step_is_constant) {
  tw_dist dist = {.kind = TW_DIST_GEOMETRIC, .a = 60, .b = 60};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  tw_dice dice = tw_dice_new(1, 1);
  cr_assert(tw_dist_sample(&dist, &dice) == 60 && tw_dist_sd(&dist) == 0);
  cr_assert(tw_dist_cdf(&dist, 60) == 1 && tw_dist_quantile(&dist, 0.999) == 60);
  cr_assert(tw_dist_log_density(&dist, 60) == 0);
}

Test(dist, discrete_takes_values_in_any_order) {
  const double values[] = {5, 1, 3, 5, 9}, weights[] = {1, 2, 4, 3, 0};
  double cumulative[5];
  tw_dist dist = {.kind = TW_DIST_DISCRETE,
                  .n_value = 5,
                  .values = values,
                  .weights = weights,
                  .cumulative = cumulative};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  cr_assert(tw_dist_min(&dist) == 1);
  cr_assert_float_eq(tw_dist_mean(&dist), 3.4, 1e-14);
  cr_assert_float_eq(tw_dist_sd(&dist), sqrt(0.2 * 1 + 0.4 * 9 + 0.4 * 25 - 3.4 * 3.4), 1e-14);
  cr_assert_float_eq(tw_dist_cdf(&dist, 3), 0.6, 1e-15);
  cr_assert(tw_dist_cdf(&dist, 5) == 1 && tw_dist_cdf(&dist, 0.9) == 0);
  cr_assert(tw_dist_quantile(&dist, 0.2) == 1 && tw_dist_quantile(&dist, 0.2000001) == 3);
  cr_assert(tw_dist_quantile(&dist, 0.6) == 3 && tw_dist_quantile(&dist, 0.61) == 5);
  cr_assert(tw_dist_quantile(&dist, 1) == 5, "a value of weight 0 is no quantile");
  cr_assert_float_eq(tw_dist_log_density(&dist, 5), log(0.4), 1e-14);
  cr_assert(isinf(tw_dist_log_density(&dist, 9)) && isinf(tw_dist_log_density(&dist, 2)));
}

Test(dist, discrete_quantile_finds_the_step_although_its_height_is_a_rounded_sum) {
  double values[10], weights[10], cumulative[10];
  for (int i = 0; i < 10; i++) values[i] = i + 1, weights[i] = 0.1;
  tw_dist dist = {.kind = TW_DIST_DISCRETE,
                  .n_value = 10,
                  .values = values,
                  .weights = weights,
                  .cumulative = cumulative};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  for (int i = 1; i <= 10; i++) {
    cr_assert(tw_dist_quantile(&dist, i / 10.0) == i, "%d: %g", i,
              tw_dist_quantile(&dist, i / 10.0));
  }
}

Test(dist, empirical_steps_by_one_nth) {
  const double values[] = {7, 3, 3, 11};
  double cumulative[4];
  tw_dist dist = {
      .kind = TW_DIST_EMPIRICAL, .n_value = 4, .values = values, .cumulative = cumulative};
  cr_assert(tw_dist_prepare(&dist) == NULL);
  cr_assert(tw_dist_mean(&dist) == 6 && tw_dist_min(&dist) == 3);
  cr_assert_float_eq(tw_dist_sd(&dist), sqrt(11), 1e-14);
  cr_assert(tw_dist_cdf(&dist, 2) == 0 && tw_dist_cdf(&dist, 3) == 0.5);
  cr_assert(tw_dist_cdf(&dist, 10.9) == 0.75 && tw_dist_cdf(&dist, 11) == 1);
  cr_assert(tw_dist_quantile(&dist, 0.5) == 3 && tw_dist_quantile(&dist, 0.51) == 7);
  cr_assert(tw_dist_quantile(&dist, 0.75) == 7 && tw_dist_quantile(&dist, 1) == 11);
  cr_assert_float_eq(tw_dist_log_density(&dist, 3), log(0.5), 1e-15);
}

Test(dist, mixture_of_a_step_and_a_curve) {
  tw_dist constant = {.kind = TW_DIST_CONSTANT, .a = 2},
          curve = {.kind = TW_DIST_EXPONENTIAL, .a = 3};
  const tw_dist *const of[] = {&constant, &curve};
  const double weights[] = {1, 3};
  double cumulative[2];
  tw_dist dist = {.kind = TW_DIST_MIXTURE,
                  .n_value = 2,
                  .weights = weights,
                  .of = of,
                  .cumulative = cumulative};
  cr_assert(tw_dist_prepare(&constant) == NULL && tw_dist_prepare(&curve) == NULL);
  cr_assert(tw_dist_prepare(&dist) == NULL);
  cr_assert_float_eq(tw_dist_mean(&dist), 2.75, 1e-14);
  cr_assert_float_eq(tw_dist_sd(&dist), sqrt(0.25 * 4 + 0.75 * 18 - 2.75 * 2.75), 1e-13);
  const double below = 0.75 * -expm1(-2 / 3.0);
  cr_assert_float_eq(tw_dist_cdf(&dist, 1.999999999), below, 1e-9);
  cr_assert_float_eq(tw_dist_cdf(&dist, 2), below + 0.25, 1e-14);
  for (int i = 1; i < 25; i++) cr_assert(tw_dist_quantile(&dist, below + i * 0.01) == 2, "%d", i);
  cr_assert_float_eq(tw_dist_quantile(&dist, 0.3), -3 * log1p(-0.4), 1e-10);
  cr_assert_float_eq(tw_dist_quantile(&dist, 0.97), -3 * log(0.04), 1e-10);
  cr_assert_float_eq(tw_dist_log_density(&dist, 2), log(0.25), 1e-14);
  cr_assert_float_eq(tw_dist_log_density(&dist, 3), log(0.25) - 1, 1e-14);
  cr_assert(tw_dist_min(&dist) == 0 && isinf(tw_dist_quantile(&dist, 1)));
}

Test(dist, cycle_is_a_base_and_sometimes_a_stop) {
  tw_dist stop = {.kind = TW_DIST_EXPONENTIAL, .a = 30};
  const tw_dist *const of[] = {&stop};
  tw_dist dist = {.kind = TW_DIST_CYCLE, .n_value = 1, .a = 48, .b = 0.1, .of = of};
  cr_assert(tw_dist_prepare(&stop) == NULL && tw_dist_prepare(&dist) == NULL);
  cr_assert_float_eq(tw_dist_mean(&dist), 51, 1e-12);
  cr_assert_float_eq(tw_dist_sd(&dist), sqrt(0.1 * 1800 - 9), 1e-12);
  cr_assert(tw_dist_cdf(&dist, 47.9) == 0 && tw_dist_min(&dist) == 48);
  cr_assert_float_eq(tw_dist_cdf(&dist, 48), 0.9, 1e-15);
  cr_assert_float_eq(tw_dist_survival(&dist, 48 + 60), 0.1 * exp(-2), 1e-15);
  cr_assert(tw_dist_quantile(&dist, 0.9) == 48 && tw_dist_quantile(&dist, 0.01) == 48);
  cr_assert_float_eq(tw_dist_quantile(&dist, 0.95), 48 + 30 * log(2), 1e-9);
  cr_assert_float_eq(tw_dist_log_density(&dist, 48), log(0.9), 1e-14);
  cr_assert_float_eq(tw_dist_log_density(&dist, 78), log(0.1 / 30) - 1, 1e-14);
}

Test(dist, says_what_is_wrong_with_parameters) {
  static const struct {
    tw_dist dist;
    const char *wrong;
  } bad[] = {
      {{.kind = TW_DIST_UNIFORM, .a = 2, .b = 1}, "min is above max"},
      {{.kind = TW_DIST_TRIANGULAR, .a = 1, .b = 4, .c = 3}, "mode is above max"},
      {{.kind = TW_DIST_TRIANGULAR, .a = 1, .b = 0, .c = 3}, "mode is below min"},
      {{.kind = TW_DIST_NORMAL, .a = 1, .b = 0, .c = -1, .d = 2}, "the sd is not above 0"},
      {{.kind = TW_DIST_NORMAL, .a = 1, .b = 1, .c = 2, .d = 2}, "min is not below max"},
      {{.kind = TW_DIST_NORMAL, .a = 0, .b = 1, .c = 50, .d = 60},
       "the mean is too far from what min and max leave"},
      {{.kind = TW_DIST_LOGNORMAL, .a = 0, .b = 1}, "the mean is not above 0"},
      {{.kind = TW_DIST_EXPONENTIAL, .a = -1}, "the mean is not above 0"},
      {{.kind = TW_DIST_GAMMA, .a = 1, .b = 0}, "the cv is not between 0.0001 and 100"},
      {{.kind = TW_DIST_ERLANG, .a = 1, .b = 2.5}, "the shape is not a whole number"},
      {{.kind = TW_DIST_WEIBULL, .a = 1, .b = 0}, "the shape is not between 0.05 and 10000"},
      {{.kind = TW_DIST_HYPEREXPONENTIAL, .a = 1, .b = 1}, "the cv is not above 1"},
      {{.kind = TW_DIST_GEOMETRIC, .a = 1, .b = 2}, "the mean is below one step"},
      {{.kind = TW_DIST_EMPIRICAL}, "there are no values"},
      {{.kind = 99}, "the distribution is not known"},
  };
  for (size_t i = 0; i < N_OF(bad); i++) {
    tw_dist dist = bad[i].dist;
    const char *wrong = tw_dist_prepare(&dist);
    cr_expect(wrong != NULL, "%zu", i);
    if (wrong != NULL) cr_expect_str_eq(wrong, bad[i].wrong);
  }
}

Test(dist, every_kind_has_the_name_of_the_format) {
  cr_assert_str_eq(tw_dist_name(TW_DIST_CONSTANT), "constant");
  cr_assert_str_eq(tw_dist_name(TW_DIST_BETA_PERT), "beta-pert");
  cr_assert_str_eq(tw_dist_name(TW_DIST_CYCLE), "cycle");
  for (int kind = 0; kind < TW_DIST_N; kind++) cr_assert(tw_dist_name((tw_dist_kind)kind)[0] != 0);
}
