// dist_gamma.c - gamma, Erlang and beta-PERT. Sampling: Marsaglia and Tsang, "A simple method for
// generating gamma variables" (2000); all words come from the dice of the one draw, however many
// turns it takes. Quantiles by Newton on the incomplete functions.

#include <math.h>

#include "base/assert.h"
#include "core/dist_kind.h"
#include "core/math.h"

// An Erlang of up to this many phases is the sum of its phases, more are drawn as a gamma.
enum { N_PHASE_MAX = 12 };

// Gamma of scale 1 and shape >= 1.
static double sample_gamma_above_one(double shape, tw_dice *dice) {
  TW_ASSERT(shape >= 1);
  const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    const double z = tw_dice_normal(dice);
    const double root = 1 + c * z;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = tw_dice_uniform(dice), z2 = z * z;
    if (u < 1 - 0.0331 * z2 * z2) return d * v;
    if (tw_log(u) < 0.5 * z2 + d * (1 - v + tw_log(v))) return d * v;
  }
}

// Below shape 1 a gamma of shape + 1 is shrunk by a power of a uniform number.
static double sample_gamma(double shape, tw_dice *dice) {
  if (shape >= 1) return sample_gamma_above_one(shape, dice);
  const double above = sample_gamma_above_one(shape + 1, dice);
  return above * tw_exp(tw_log(tw_dice_uniform(dice)) / shape);
}

// -- gamma and Erlang: p[0] = shape, p[1] = scale, p[2] = log Gamma(shape) ------------------------

static const char *gamma_prepare(tw_dist *dist) {
  if (!(dist->a > 0) || !tw_dist_is_finite(dist->a)) return "the mean is not above 0";
  if (!(dist->b >= 1e-4 && dist->b <= 100)) return "the cv is not between 0.0001 and 100";
  dist->p[0] = 1 / (dist->b * dist->b);
  dist->p[1] = dist->a * (dist->b * dist->b);
  dist->p[2] = tw_lgamma(dist->p[0]);
  return dist->p[1] > 0 ? NULL : "the mean is too small";
}

static const char *erlang_prepare(tw_dist *dist) {
  if (!(dist->a > 0) || !tw_dist_is_finite(dist->a)) return "the mean is not above 0";
  if (!(dist->b >= 1 && dist->b <= 1e6)) return "the shape is not between 1 and 1000000";
  if (dist->b != floor(dist->b)) return "the shape is not a whole number";
  dist->p[0] = dist->b;
  dist->p[1] = dist->a / dist->b;
  dist->p[2] = tw_lgamma(dist->p[0]);
  return dist->p[1] > 0 ? NULL : "the mean is too small";
}

static double gamma_sample(const tw_dist *dist, tw_dice *dice) {
  return dist->p[1] * sample_gamma(dist->p[0], dice);
}

static double erlang_sample(const tw_dist *dist, tw_dice *dice) {
  if (dist->b > N_PHASE_MAX) return gamma_sample(dist, dice);
  double sum = 0;
  for (int i = 0; i < (int)dist->b; i++) sum += tw_dice_exponential(dice);
  return dist->p[1] * sum;
}

static tw_tails gamma_tails(const tw_dist *dist, double x) {
  const double y = x / dist->p[1];
  return (tw_tails){.p = tw_gamma_p(dist->p[0], y), .q = tw_gamma_q(dist->p[0], y)};
}

static double gamma_log_density(const tw_dist *dist, double x) {
  const double shape = dist->p[0], log_scale = tw_log(dist->p[1]);
  if (!(x >= 0)) return -INFINITY;
  if (x == 0) return shape > 1 ? -INFINITY : shape < 1 ? INFINITY : -log_scale;
  const double y = x / dist->p[1];
  return (shape - 1) * tw_log(y) - y - dist->p[2] - log_scale;
}

static tw_dist_point gamma_curve(const void *context, double x) {
  const tw_dist *dist = context;
  return (tw_dist_point){gamma_tails(dist, x), gamma_log_density(dist, x)};
}

// Starts from the cube of a normal (Wilson and Hilferty, 1931); for small values from the leading
// term of the cdf, x^shape / Gamma(shape + 1).
static double gamma_quantile(const tw_dist *dist, tw_tails target) {
  if (target.p <= 0) return 0;
  if (target.q <= 0) return INFINITY;
  const double shape = dist->p[0];
  const double z =
      target.p < target.q ? tw_normal_quantile(target.p) : -tw_normal_quantile(target.q);
  const double root = 1 - 1 / (9 * shape) + z / (3 * sqrt(shape));
  double start = shape * root * root * root;
  if (!(root > 0.2)) {
    start = tw_exp((tw_log(target.p) + tw_lgamma(shape + 1)) / shape);
    if (start == 0) return 0;
  }
  return tw_dist_solve(gamma_curve, dist, target, start * dist->p[1]);
}

static double gamma_mean(const tw_dist *dist) { return dist->a; }

static double gamma_sd(const tw_dist *dist) { return dist->a * dist->b; }

static double erlang_sd(const tw_dist *dist) { return dist->a / sqrt(dist->b); }

static double gamma_min(const tw_dist *dist) {
  (void)dist;
  return 0;
}

const tw_dist_ops tw_dist_gamma = {
    .prepare = gamma_prepare,
    .sample = gamma_sample,
    .tails = gamma_tails,
    .quantile = gamma_quantile,
    .log_density = gamma_log_density,
    .mean = gamma_mean,
    .sd = gamma_sd,
    .min = gamma_min,
};

const tw_dist_ops tw_dist_erlang = {
    .prepare = erlang_prepare,
    .sample = erlang_sample,
    .tails = gamma_tails,
    .quantile = gamma_quantile,
    .log_density = gamma_log_density,
    .mean = gamma_mean,
    .sd = erlang_sd,
    .min = gamma_min,
};

// -- beta-PERT: min a, mode b, max c, lambda = 4; p[0], p[1] = the beta's shapes, p[2] = log B
// ---------

static const char *beta_pert_prepare(tw_dist *dist) {
  if (!tw_dist_is_finite(dist->a) || !tw_dist_is_finite(dist->b) || !tw_dist_is_finite(dist->c)) {
    return "min, mode or max is not finite";
  }
  if (!(dist->a < dist->c)) return "min is not below max";
  if (dist->b < dist->a) return "mode is below min";
  if (dist->b > dist->c) return "mode is above max";
  const double range = dist->c - dist->a;
  if (!tw_dist_is_finite(range)) return "min and max are too far apart";
  dist->p[0] = 1 + 4 * ((dist->b - dist->a) / range);
  dist->p[1] = 1 + 4 * ((dist->c - dist->b) / range);
  dist->p[2] = tw_lgamma(dist->p[0]) + tw_lgamma(dist->p[1]) - tw_lgamma(dist->p[0] + dist->p[1]);
  return NULL;
}

static double beta_pert_sample(const tw_dist *dist, tw_dice *dice) {
  const double x = sample_gamma_above_one(dist->p[0], dice);
  const double y = sample_gamma_above_one(dist->p[1], dice);
  return dist->a + (dist->c - dist->a) * (x / (x + y));
}

static tw_tails beta_pert_tails(const tw_dist *dist, double x) {
  if (!(x > dist->a)) return (tw_tails){0, 1};
  if (x >= dist->c) return (tw_tails){1, 0};
  const double range = dist->c - dist->a;
  return (tw_tails){.p = tw_beta_i(dist->p[0], dist->p[1], (x - dist->a) / range),
                    .q = tw_beta_i(dist->p[1], dist->p[0], (dist->c - x) / range)};
}

// Log density of the beta variable itself; y and 1 - y are both given, for their digits.
static double beta_log_shape(double alpha, double beta, double y, double rest, double log_b) {
  double sum = -log_b;
  if (alpha != 1) sum += (alpha - 1) * tw_log(y);
  if (beta != 1) sum += (beta - 1) * tw_log(rest);
  return sum;
}

static double beta_pert_log_density(const tw_dist *dist, double x) {
  if (!(x >= dist->a && x <= dist->c)) return -INFINITY;
  const double range = dist->c - dist->a;
  return beta_log_shape(dist->p[0], dist->p[1], (x - dist->a) / range, (dist->c - x) / range,
                        dist->p[2]) -
         tw_log(range);
}

typedef struct beta_side {
  double alpha, beta, log_b;
} beta_side;

static tw_dist_point beta_curve(const void *context, double y) {
  const beta_side *side = context;
  if (y >= 1) return (tw_dist_point){{1, 0}, -INFINITY};
  const double p = tw_beta_i(side->alpha, side->beta, y);
  return (tw_dist_point){{p, 1 - p},
                         beta_log_shape(side->alpha, side->beta, y, 1 - y, side->log_b)};
}

// Solves on the side of the smaller tail, measured from that side's end.
static double beta_pert_quantile(const tw_dist *dist, tw_tails target) {
  if (target.p <= 0) return dist->a;
  if (target.q <= 0) return dist->c;
  const bool is_low = target.p <= target.q;
  const beta_side side = {.alpha = is_low ? dist->p[0] : dist->p[1],
                          .beta = is_low ? dist->p[1] : dist->p[0],
                          .log_b = dist->p[2]};
  const tw_tails tails = is_low ? target : (tw_tails){.p = target.q, .q = target.p};
  const double y = tw_dist_solve(beta_curve, &side, tails, side.alpha / (side.alpha + side.beta));
  const double range = dist->c - dist->a;
  return is_low ? dist->a + range * y : dist->c - range * y;
}

static double beta_pert_mean(const tw_dist *dist) {
  return dist->a + (4 * (dist->b - dist->a) + (dist->c - dist->a)) / 6;
}

// alpha + beta = 6 always, so the variance of the beta is alpha beta / (36 * 7).
static double beta_pert_sd(const tw_dist *dist) {
  return (dist->c - dist->a) * sqrt(dist->p[0] * dist->p[1] / 252);
}

static double beta_pert_min(const tw_dist *dist) { return dist->a; }

const tw_dist_ops tw_dist_beta_pert = {
    .prepare = beta_pert_prepare,
    .sample = beta_pert_sample,
    .tails = beta_pert_tails,
    .quantile = beta_pert_quantile,
    .log_density = beta_pert_log_density,
    .mean = beta_pert_mean,
    .sd = beta_pert_sd,
    .min = beta_pert_min,
};
