// dist_closed.c - distributions whose cdf has a closed inverse: constant, uniform, triangular,
// exponential, Weibull, geometric. The last three draw through the ziggurat's exponential, which is
// an inversion of their survival function at a cheaper price than a logarithm.

#include <float.h>
#include <math.h>

#include "base/assert.h"
#include "core/dist_kind.h"
#include "core/math.h"

// -- constant -------------------------------------------------------------------------------------

static const char *constant_prepare(tw_dist *dist) {
  return tw_dist_is_finite(dist->a) ? NULL : "the value is not finite";
}

static double constant_sample(const tw_dist *dist, tw_dice *dice) {
  (void)dice;
  return dist->a;
}

static tw_tails constant_tails(const tw_dist *dist, double x) {
  return x >= dist->a ? (tw_tails){1, 0} : (tw_tails){0, 1};
}

static double constant_quantile(const tw_dist *dist, tw_tails target) {
  (void)target;
  return dist->a;
}

static double constant_log_density(const tw_dist *dist, double x) {
  return x == dist->a ? 0 : -INFINITY;
}

static double first_parameter(const tw_dist *dist) { return dist->a; }

static double zero(const tw_dist *dist) {
  (void)dist;
  return 0;
}

const tw_dist_ops tw_dist_constant = {
    .prepare = constant_prepare,
    .sample = constant_sample,
    .tails = constant_tails,
    .quantile = constant_quantile,
    .log_density = constant_log_density,
    .mean = first_parameter,
    .sd = zero,
    .min = first_parameter,
    .log_atom = constant_log_density,
};

// -- uniform --------------------------------------------------------------------------------------

static const char *uniform_prepare(tw_dist *dist) {
  if (!tw_dist_is_finite(dist->a) || !tw_dist_is_finite(dist->b)) return "min or max is not finite";
  if (dist->a > dist->b) return "min is above max";
  return tw_dist_is_finite(dist->b - dist->a) ? NULL : "min and max are too far apart";
}

// The value whose tails are given, from the nearer end so that the ends are met exactly.
static double uniform_quantile(const tw_dist *dist, tw_tails target) {
  const double range = dist->b - dist->a;
  return target.p < target.q ? dist->a + target.p * range : dist->b - target.q * range;
}

static double uniform_sample(const tw_dist *dist, tw_dice *dice) {
  return uniform_quantile(dist, tw_dist_toss(dice));
}

static tw_tails uniform_tails(const tw_dist *dist, double x) {
  if (x >= dist->b) return (tw_tails){1, 0};
  if (!(x > dist->a)) return (tw_tails){0, 1};
  const double range = dist->b - dist->a;
  return (tw_tails){.p = (x - dist->a) / range, .q = (dist->b - x) / range};
}

// Where min = max the only value has the log probability 0.
static double uniform_log_density(const tw_dist *dist, double x) {
  if (!(x >= dist->a && x <= dist->b)) return -INFINITY;
  return dist->a == dist->b ? 0 : -tw_log(dist->b - dist->a);
}

static double uniform_mean(const tw_dist *dist) { return dist->a + 0.5 * (dist->b - dist->a); }

static double uniform_sd(const tw_dist *dist) { return (dist->b - dist->a) / sqrt(12); }

const tw_dist_ops tw_dist_uniform = {
    .prepare = uniform_prepare,
    .sample = uniform_sample,
    .tails = uniform_tails,
    .quantile = uniform_quantile,
    .log_density = uniform_log_density,
    .mean = uniform_mean,
    .sd = uniform_sd,
    .min = first_parameter,
};

// -- triangular: min a, mode b, max c; p[0] = P(X <= mode) ----------------------------------------

static const char *triangular_prepare(tw_dist *dist) {
  if (!tw_dist_is_finite(dist->a) || !tw_dist_is_finite(dist->b) || !tw_dist_is_finite(dist->c)) {
    return "min, mode or max is not finite";
  }
  if (dist->a > dist->c) return "min is above max";
  if (dist->b < dist->a) return "mode is below min";
  if (dist->b > dist->c) return "mode is above max";
  if (!tw_dist_is_finite(dist->c - dist->a)) return "min and max are too far apart";
  dist->p[0] = dist->a < dist->c ? (dist->b - dist->a) / (dist->c - dist->a) : 1;
  return NULL;
}

static double triangular_quantile(const tw_dist *dist, tw_tails target) {
  const double range = dist->c - dist->a;
  if (target.p <= dist->p[0]) return dist->a + sqrt(target.p * range * (dist->b - dist->a));
  return dist->c - sqrt(target.q * range * (dist->c - dist->b));
}

static double triangular_sample(const tw_dist *dist, tw_dice *dice) {
  return triangular_quantile(dist, tw_dist_toss(dice));
}

static tw_tails triangular_tails(const tw_dist *dist, double x) {
  const double range = dist->c - dist->a;
  if (x >= dist->c) return (tw_tails){1, 0};
  if (!(x > dist->a)) return (tw_tails){0, 1};
  // Both tails as sums of positive parts: up to the mode and, on the far side of it, the rest.
  if (x <= dist->b) {
    const double left = (x - dist->a) / (dist->b - dist->a) / range;
    const double right = (dist->b - x) / (dist->b - dist->a) / range;
    return (tw_tails){.p = (x - dist->a) * left,
                      .q = (dist->c - dist->b) / range +
                           right * (dist->b - dist->a + (x - dist->a))};
  }
  const double left = (x - dist->b) / (dist->c - dist->b) / range;
  const double right = (dist->c - x) / (dist->c - dist->b) / range;
  return (tw_tails){.p = (dist->b - dist->a) / range + left * (dist->c - dist->b + (dist->c - x)),
                    .q = (dist->c - x) * right};
}

static double triangular_log_density(const tw_dist *dist, double x) {
  if (!(x >= dist->a && x <= dist->c)) return -INFINITY;
  const double range = dist->c - dist->a;
  if (range == 0) return 0;
  if (x < dist->b) return tw_log(2 / range * ((x - dist->a) / (dist->b - dist->a)));
  if (x > dist->b) return tw_log(2 / range * ((dist->c - x) / (dist->c - dist->b)));
  return tw_log(2 / range);
}

static double triangular_mean(const tw_dist *dist) {
  return dist->a + ((dist->b - dist->a) + (dist->c - dist->a)) / 3;
}

// In differences from min, so that a narrow triangle far from zero keeps its digits.
static double triangular_sd(const tw_dist *dist) {
  const double m = dist->b - dist->a, r = dist->c - dist->a;
  return sqrt((m * m + r * r - m * r) / 18);
}

const tw_dist_ops tw_dist_triangular = {
    .prepare = triangular_prepare,
    .sample = triangular_sample,
    .tails = triangular_tails,
    .quantile = triangular_quantile,
    .log_density = triangular_log_density,
    .mean = triangular_mean,
    .sd = triangular_sd,
    .min = first_parameter,
};

// -- exponential ----------------------------------------------------------------------------------

// Minus the log of the survival that belongs to the tails, from the smaller of them.
static double hazard_at(tw_tails target) {
  return target.p < target.q ? -tw_log1p(-target.p) : -tw_log(target.q);
}

static tw_tails tails_at_hazard(double hazard) {
  if (!(hazard > 0)) return (tw_tails){0, 1};
  return (tw_tails){.p = -tw_expm1(-hazard), .q = tw_exp(-hazard)};
}

static const char *exponential_prepare(tw_dist *dist) {
  return dist->a > 0 && tw_dist_is_finite(dist->a) ? NULL : "the mean is not above 0";
}

static double exponential_sample(const tw_dist *dist, tw_dice *dice) {
  return dist->a * tw_dice_exponential(dice);
}

// Memoryless: the rest is a fresh draw.
static double exponential_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  const double value = elapsed + dist->a * tw_dice_exponential(dice);
  return value > elapsed ? value : nextafter(elapsed, INFINITY);
}

static tw_tails exponential_tails(const tw_dist *dist, double x) {
  return tails_at_hazard(x / dist->a);
}

static double exponential_quantile(const tw_dist *dist, tw_tails target) {
  return dist->a * hazard_at(target);
}

static double exponential_log_density(const tw_dist *dist, double x) {
  return x >= 0 ? -x / dist->a - tw_log(dist->a) : -INFINITY;
}

const tw_dist_ops tw_dist_exponential = {
    .prepare = exponential_prepare,
    .sample = exponential_sample,
    .sample_given = exponential_sample_given,
    .tails = exponential_tails,
    .quantile = exponential_quantile,
    .log_density = exponential_log_density,
    .mean = first_parameter,
    .sd = first_parameter,
    .min = zero,
};

// -- Weibull: p[0] = scale, p[1] = 1 / shape, p[2] = log scale ------------------------------------

static const char *weibull_prepare(tw_dist *dist) {
  if (!(dist->a > 0) || !tw_dist_is_finite(dist->a)) return "the mean is not above 0";
  if (!(dist->b >= 0.05 && dist->b <= 1e4)) return "the shape is not between 0.05 and 10000";
  dist->p[1] = 1 / dist->b;
  dist->p[2] = tw_log(dist->a) - tw_lgamma(1 + dist->p[1]);
  dist->p[0] = tw_exp(dist->p[2]);
  return dist->p[0] > 0 ? NULL : "the mean is too small";
}

static double weibull_at(const tw_dist *dist, double hazard) {
  return dist->p[0] * tw_pow(hazard, dist->p[1]);
}

static double weibull_hazard(const tw_dist *dist, double x) {
  return tw_pow(x / dist->p[0], dist->b);
}

static double weibull_sample(const tw_dist *dist, tw_dice *dice) {
  return weibull_at(dist, tw_dice_exponential(dice));
}

// The hazard goes on from where it is by an exponential amount.
static double weibull_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  const double hazard = weibull_hazard(dist, elapsed) + tw_dice_exponential(dice);
  const double value = weibull_at(dist, hazard);
  return value > elapsed ? value : nextafter(elapsed, INFINITY);
}

static tw_tails weibull_tails(const tw_dist *dist, double x) {
  return x > 0 ? tails_at_hazard(weibull_hazard(dist, x)) : (tw_tails){0, 1};
}

static double weibull_quantile(const tw_dist *dist, tw_tails target) {
  return weibull_at(dist, hazard_at(target));
}

static double weibull_log_density(const tw_dist *dist, double x) {
  if (!(x >= 0)) return -INFINITY;
  if (x == 0) return dist->b > 1 ? -INFINITY : dist->b < 1 ? INFINITY : -dist->p[2];
  const double log_ratio = tw_log(x) - dist->p[2];
  return tw_log(dist->b) - dist->p[2] + (dist->b - 1) * log_ratio - weibull_hazard(dist, x);
}

// The squared cv is Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 - 1, without the cancellation for large k.
static double weibull_sd(const tw_dist *dist) {
  const double r = dist->p[1];
  return dist->a * sqrt(tw_expm1(tw_lgamma(1 + 2 * r) - 2 * tw_lgamma(1 + r)));
}

const tw_dist_ops tw_dist_weibull = {
    .prepare = weibull_prepare,
    .sample = weibull_sample,
    .sample_given = weibull_sample_given,
    .tails = weibull_tails,
    .quantile = weibull_quantile,
    .log_density = weibull_log_density,
    .mean = first_parameter,
    .sd = weibull_sd,
    .min = zero,
};

// -- geometric: mean a, step b; p[0] = P(one step), p[1] = -log(1 - p[0]) -------------------------

static const char *geometric_prepare(tw_dist *dist) {
  if (!(dist->b > 0) || !tw_dist_is_finite(dist->b)) return "the step is not above 0";
  if (!(dist->a >= dist->b) || !tw_dist_is_finite(dist->a)) return "the mean is below one step";
  dist->p[0] = dist->b / dist->a;
  dist->p[1] = -tw_log1p(-dist->p[0]);
  return NULL;
}

// Whole steps at or below x; a product k * step must count as k whatever its last bit.
static double steps_at(const tw_dist *dist, double x) {
  return floor(x / dist->b * (1 + 4 * DBL_EPSILON));
}

static double geometric_sample(const tw_dist *dist, tw_dice *dice) {
  return (1 + floor(tw_dice_exponential(dice) / dist->p[1])) * dist->b;
}

static double geometric_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  const double n_done = steps_at(dist, elapsed);
  const double n_more = 1 + floor(tw_dice_exponential(dice) / dist->p[1]);
  const double value = (n_done + n_more) * dist->b;
  return value > elapsed ? value : nextafter(elapsed, INFINITY);
}

static tw_tails geometric_tails(const tw_dist *dist, double x) {
  const double n = steps_at(dist, x);
  return n >= 1 ? tails_at_hazard(n * dist->p[1]) : (tw_tails){0, 1};
}

// The least k with cdf(k) >= p; the estimate may be off by one through rounding.
static double geometric_quantile(const tw_dist *dist, tw_tails target) {
  double k = fmax(1, ceil(hazard_at(target) / dist->p[1]));
  if (!tw_dist_is_finite(k)) return INFINITY;
  if (k > 1 && tw_tails_reach(tails_at_hazard((k - 1) * dist->p[1]), target, true)) k--;
  return k * dist->b;
}

static double geometric_log_density(const tw_dist *dist, double x) {
  const double k = steps_at(dist, x);
  if (k < 1 || fabs(x - k * dist->b) > 8 * DBL_EPSILON * x) return -INFINITY;
  return tw_log(dist->p[0]) - (k > 1 ? (k - 1) * dist->p[1] : 0);
}

static double geometric_sd(const tw_dist *dist) { return dist->a * sqrt(1 - dist->p[0]); }

static double geometric_min(const tw_dist *dist) { return dist->b; }

const tw_dist_ops tw_dist_geometric = {
    .prepare = geometric_prepare,
    .sample = geometric_sample,
    .sample_given = geometric_sample_given,
    .tails = geometric_tails,
    .quantile = geometric_quantile,
    .log_density = geometric_log_density,
    .mean = first_parameter,
    .sd = geometric_sd,
    .min = geometric_min,
    .log_atom = geometric_log_density,
};
