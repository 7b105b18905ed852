// dist_gauss.c - the normal distribution, truncated or not, and the lognormal.
// The normal's parameters are those of the untruncated one, as the format says; mean() and sd()
// give what the truncated variable really has. Derived: p[0], p[1] = bounds as z, p[2] = accepted
// mass, p[3], p[4] = mean and sd after truncation.

#include <float.h>
#include <math.h>

#include "base/assert.h"
#include "core/dist_kind.h"
#include "core/math.h"

#define LOG_SQRT_TWO_PI 0x1.d67f1c864beb5p-1

// Below this mass a draw by rejection would try too often.
#define LEAST_MASS_TO_REJECT 0.25

static double normal_log_shape(double z) { return -0.5 * z * z - LOG_SQRT_TWO_PI; }

// P(low < Z < high), from the side where the tails are small.
static double mass_between(double low, double high) {
  if (low > 0) return tw_normal_cdf(-low) - tw_normal_cdf(-high);
  return tw_normal_cdf(high) - tw_normal_cdf(low);
}

// Mean and sd of a standard normal between two bounds, by Gauss-Legendre quadrature relative to the
// nearest bound: the closed forms cancel in the tails and for narrow windows.
static void truncated_moments(double low, double high, double *mean, double *sd) {
  static const double node[4] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267,
                                 0.9602898564975363};
  static const double weight[4] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745,
                                   0.1012285362903763};
  enum { N_PANEL = 128 };
  // Where the density has dropped by e^-40 below its peak in the window nothing is left.
  const double peak = low > 0 ? low : high < 0 ? high : 0;
  const double reach = sqrt(peak * peak + 80);
  const double from = fmax(low, -reach), to = fmin(high, reach);
  const double panel = (to - from) / N_PANEL;
  double sum = 0, first = 0, second = 0;
  TW_ASSERT(from < to);
  for (int i = 0; i < N_PANEL; i++) {
    const double middle = from + (i + 0.5) * panel;
    for (int j = 0; j < 8; j++) {
      const double z = middle + (j < 4 ? node[j] : -node[j - 4]) * 0.5 * panel;
      const double share = weight[j & 3] * tw_exp(-0.5 * (z - peak) * (z + peak));
      const double gap = z - peak;
      sum += share;
      first += share * gap;
      second += share * gap * gap;
    }
  }
  *mean = peak + first / sum;
  *sd = sqrt(fmax(0, second / sum - first / sum * (first / sum)));
}

static const char *normal_prepare(tw_dist *dist) {
  if (!tw_dist_is_finite(dist->a)) return "the mean is not finite";
  if (!(dist->b > 0) || !tw_dist_is_finite(dist->b)) return "the sd is not above 0";
  if (isnan(dist->c) || isnan(dist->d)) return "min or max is not a number";
  if (!(dist->c < dist->d)) return "min is not below max";
  dist->p[0] = (dist->c - dist->a) / dist->b;
  dist->p[1] = (dist->d - dist->a) / dist->b;
  dist->p[2] = mass_between(dist->p[0], dist->p[1]);
  dist->p[3] = dist->a;
  dist->p[4] = dist->b;
  if (!(dist->p[2] > 1e-290)) return "the mean is too far from what min and max leave";
  if (dist->c > -INFINITY || dist->d < INFINITY) {
    double mean, sd;
    truncated_moments(dist->p[0], dist->p[1], &mean, &sd);
    dist->p[3] = fmin(fmax(dist->a + dist->b * mean, dist->c), dist->d);
    dist->p[4] = dist->b * sd;
  }
  return NULL;
}

static double normal_at(const tw_dist *dist, double z) {
  return fmin(fmax(dist->a + dist->b * z, dist->c), dist->d);
}

static double normal_quantile(const tw_dist *dist, tw_tails target) {
  const double low = dist->p[0], high = dist->p[1], mass = dist->p[2];
  if (target.p <= 0) return dist->c;
  if (target.q <= 0) return dist->d;
  // In the upper half of the untruncated normal the tails are counted from above.
  const double above = tw_normal_cdf(-high) + target.q * mass;
  const double below = tw_normal_cdf(low) + target.p * mass;
  return normal_at(dist, above < below ? -tw_normal_quantile(above) : tw_normal_quantile(below));
}

static double normal_sample(const tw_dist *dist, tw_dice *dice) {
  if (dist->p[2] < LEAST_MASS_TO_REJECT) return normal_quantile(dist, tw_dist_toss(dice));
  double z;
  do {
    z = tw_dice_normal(dice);
  } while (!(z >= dist->p[0] && z <= dist->p[1]));
  return normal_at(dist, z);
}

static tw_tails normal_tails(const tw_dist *dist, double x) {
  const double mass = dist->p[2];
  if (!(x > dist->c)) return (tw_tails){0, 1};
  if (x >= dist->d) return (tw_tails){1, 0};
  const double z = (x - dist->a) / dist->b;
  return (tw_tails){.p = fmin(1, mass_between(dist->p[0], z) / mass),
                    .q = fmin(1, mass_between(z, dist->p[1]) / mass)};
}

static double normal_log_density(const tw_dist *dist, double x) {
  if (!(x >= dist->c && x <= dist->d)) return -INFINITY;
  return normal_log_shape((x - dist->a) / dist->b) - tw_log(dist->b) - tw_log(dist->p[2]);
}

static double normal_mean(const tw_dist *dist) { return dist->p[3]; }

static double normal_sd(const tw_dist *dist) { return dist->p[4]; }

static double normal_min(const tw_dist *dist) { return dist->c; }

const tw_dist_ops tw_dist_normal = {
    .prepare = normal_prepare,
    .sample = normal_sample,
    .tails = normal_tails,
    .quantile = normal_quantile,
    .log_density = normal_log_density,
    .mean = normal_mean,
    .sd = normal_sd,
    .min = normal_min,
};

// -- lognormal: mean a, sd b of the variable; p[0], p[1] = mean and sd of its logarithm -----------

static const char *lognormal_prepare(tw_dist *dist) {
  if (!(dist->a > 0) || !tw_dist_is_finite(dist->a)) return "the mean is not above 0";
  if (!(dist->b > 0) || !tw_dist_is_finite(dist->b)) return "the sd is not above 0";
  const double cv = dist->b / dist->a;
  if (!(cv > 1e-150 && cv < 1e150)) return "sd and mean are too far apart";
  const double variance = tw_log1p(cv * cv);
  dist->p[0] = tw_log(dist->a) - 0.5 * variance;
  dist->p[1] = sqrt(variance);
  return NULL;
}

static double lognormal_at(const tw_dist *dist, double z) {
  return tw_exp(dist->p[0] + dist->p[1] * z);
}

static double lognormal_sample(const tw_dist *dist, tw_dice *dice) {
  return lognormal_at(dist, tw_dice_normal(dice));
}

static tw_tails lognormal_tails(const tw_dist *dist, double x) {
  if (!(x > 0)) return (tw_tails){0, 1};
  const double z = (tw_log(x) - dist->p[0]) / dist->p[1];
  return (tw_tails){.p = tw_normal_cdf(z), .q = tw_normal_cdf(-z)};
}

static double lognormal_quantile(const tw_dist *dist, tw_tails target) {
  const double z =
      target.p < target.q ? tw_normal_quantile(target.p) : -tw_normal_quantile(target.q);
  return lognormal_at(dist, z);
}

static double lognormal_log_density(const tw_dist *dist, double x) {
  if (!(x > 0)) return -INFINITY;
  const double log_x = tw_log(x);
  return normal_log_shape((log_x - dist->p[0]) / dist->p[1]) - tw_log(dist->p[1]) - log_x;
}

static double lognormal_mean(const tw_dist *dist) { return dist->a; }

static double lognormal_sd(const tw_dist *dist) { return dist->b; }

static double lognormal_min(const tw_dist *dist) {
  (void)dist;
  return 0;
}

const tw_dist_ops tw_dist_lognormal = {
    .prepare = lognormal_prepare,
    .sample = lognormal_sample,
    .tails = lognormal_tails,
    .quantile = lognormal_quantile,
    .log_density = lognormal_log_density,
    .mean = lognormal_mean,
    .sd = lognormal_sd,
    .min = lognormal_min,
};
