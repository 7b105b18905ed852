// Scores against values that are known: closed forms, and sums by hand.

#include <criterion/criterion.h>
#include <math.h>

#include "core/math.h"
#include "study/score.h"

static void expect_near(double got, double wanted, double within, const char *what) {
  cr_expect(fabs(got - wanted) <= within, "%s is %.12g, not %.12g", what, got, wanted);
}

Test(score, quantiles_lie_on_straight_lines_between_neighbours) {
  const double v[] = {1, 2, 4, 8, 16};
  expect_near(tw_score_quantile(v, 5, 0), 1, 0, "q0");
  expect_near(tw_score_quantile(v, 5, 0.5), 4, 0, "q50");
  expect_near(tw_score_quantile(v, 5, 0.9), 12.8, 1e-12, "q90");
  expect_near(tw_score_quantile(v, 5, 1), 16, 0, "q100");
  cr_expect(isnan(tw_score_quantile(v, 0, 0.5)));
  const double late[] = {3, INFINITY, INFINITY};
  expect_near(tw_score_quantile(late, 3, 0), 3, 0, "q0 of what may never come");
  cr_expect_eq(tw_score_quantile(late, 3, 0.5), INFINITY);
}

Test(score, the_pinball_loss_is_least_for_the_true_quantile) {
  expect_near(tw_score_pinball(10, 0.9, 12), 1.8, 1e-12, "too low");
  expect_near(tw_score_pinball(10, 0.9, 7), 0.3, 1e-12, "too high");
  double best = INFINITY, at = 0;
  for (double q = 0; q <= 1; q += 0.01) {
    double sum = 0;
    for (int i = 0; i < 1000; i++) sum += tw_score_pinball(q, 0.8, (i + 0.5) / 1000);
    if (sum < best) best = sum, at = q;
  }
  expect_near(at, 0.8, 0.011, "of a uniform value the best q80");
}

// Of one future the absolute error; of two, by hand; of a normal law (Gneiting and Raftery 2007):
// sd (z (2 F(z) - 1) + 2 f(z) - 1 / sqrt(pi)).
Test(score, the_crps_has_its_closed_forms) {
  const double one[] = {5}, two[] = {1, 3};
  expect_near(tw_score_crps(one, 1, 8), 3, 1e-12, "of one future");
  expect_near(tw_score_crps(two, 2, 2), 0.5, 1e-12, "of two futures");
  static double normal[4000];
  for (int i = 0; i < 4000; i++) normal[i] = 10 + 2 * tw_normal_quantile((i + 0.5) / 4000);
  for (double value = 4; value < 17; value += 1.5) {
    const double z = (value - 10) / 2, pi = 3.14159265358979324;
    const double density = exp(-z * z / 2) / sqrt(2 * pi);
    const double wanted = 2 * (z * (2 * tw_normal_cdf(z) - 1) + 2 * density - 1 / sqrt(pi));
    expect_near(tw_score_crps(normal, 4000, value), wanted, 1e-3, "of a normal law");
  }
}

Test(score, the_brier_score_is_the_square_of_the_error) {
  expect_near(tw_score_brier(0.7, true), 0.09, 1e-15, "of what came");
  expect_near(tw_score_brier(0.7, false), 0.49, 1e-15, "of what did not");
}

// Values of Wilson (1927) as Newcombe (1998) prints them: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
Test(score, wilsons_interval_has_its_published_values) {
  const struct {
    size_t k, n;
    double low, high;
  } known[] = {{81, 263, 0.2553, 0.3662},
               {15, 148, 0.0624, 0.1605},
               {0, 20, 0.0000, 0.1611},
               {1, 29, 0.0061, 0.1718}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    double low, high;
    tw_score_wilson(known[i].k, known[i].n, 0.95, &low, &high);
    expect_near(low, known[i].low, 5e-5, "the lower end");
    expect_near(high, known[i].high, 5e-5, "the upper end");
  }
  double low, high;
  tw_score_wilson(20, 20, 0.95, &low, &high);
  cr_expect_eq(high, 1);
}

// A forecast that knows the law covers what it says and beats one that is too sure and one that is
// too broad.
Test(score, the_true_law_wins_against_naive_forecasts) {
  enum { N = 400, N_FUTURE = 200 };
  static double right[N * N_FUTURE], sure[N * N_FUTURE], broad[N * N_FUTURE], value[N];
  for (int i = 0; i < N; i++) {
    value[i] = tw_normal_quantile(fmod((i + 0.5) * 0.6180339887498949, 1));
    for (int k = 0; k < N_FUTURE; k++) {
      const double z = tw_normal_quantile((k + 0.5) / N_FUTURE);
      right[i * N_FUTURE + k] = z;
      sure[i * N_FUTURE + k] = 0.3 * z;
      broad[i * N_FUTURE + k] = 3 * z;
    }
  }
  tw_scores a, b, c;
  tw_score_past(&(tw_past){right, N_FUTURE, value, N}, 0.9, 0.95, &a);
  tw_score_past(&(tw_past){sure, N_FUTURE, value, N}, 0.9, 0.95, &b);
  tw_score_past(&(tw_past){broad, N_FUTURE, value, N}, 0.9, 0.95, &c);
  expect_near(a.coverage, 0.9, 0.01, "coverage");
  cr_expect(a.coverage_low < 0.9 && a.coverage_high > 0.9);
  cr_expect(b.coverage < 0.5 && c.coverage > 0.99);
  cr_expect(a.crps < b.crps && a.crps < c.crps, "%g %g %g", a.crps, b.crps, c.crps);
  cr_expect(a.pinball_low < b.pinball_low && a.pinball_high < c.pinball_high);
}
