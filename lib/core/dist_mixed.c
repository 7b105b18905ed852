// dist_mixed.c - distributions made of others: hyperexponential, mixture, and the cycle with stops.
// Given an elapsed time, a branch is chosen by its posterior probability and then asked itself, so
// nothing is inverted numerically while a line runs.

#include <math.h>
#include <stddef.h>

#include "base/assert.h"
#include "core/dist_kind.h"
#include "core/math.h"

// -- hyperexponential: p[0] = P(short branch), p[1] = 1 - p[0], p[2], p[3] = mean of short, of long
// ----

// Balanced means: both branches contribute half of the mean (Tijms, 1994).
static const char *hyperexponential_prepare(tw_dist *dist) {
  if (!(dist->a > 0) || !tw_dist_is_finite(dist->a)) return "the mean is not above 0";
  if (!(dist->b > 1)) return "the cv is not above 1";
  if (!(dist->b <= 1000)) return "the cv is above 1000";
  const double cv2 = dist->b * dist->b;
  const double root = sqrt((cv2 - 1) / (cv2 + 1));
  dist->p[0] = 0.5 * (1 + root);
  dist->p[1] = 1 / ((cv2 + 1) * (1 + root));  // (1 - root) / 2 without cancellation
  dist->p[2] = dist->a / (2 * dist->p[0]);
  dist->p[3] = dist->a / (2 * dist->p[1]);
  return NULL;
}

static double hyperexponential_sample(const tw_dist *dist, tw_dice *dice) {
  const double mean = tw_dice_uniform(dice) <= dist->p[0] ? dist->p[2] : dist->p[3];
  return mean * tw_dice_exponential(dice);
}

// The odds of the branches after `elapsed`, then the branch is memoryless.
static double hyperexponential_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  const double odds =
      dist->p[0] / dist->p[1] * tw_exp(-elapsed * (1 / dist->p[2] - 1 / dist->p[3]));
  const bool is_short = tw_dice_uniform(dice) * (1 + odds) <= odds;
  const double rest = (is_short ? dist->p[2] : dist->p[3]) * tw_dice_exponential(dice);
  return elapsed + rest > elapsed ? elapsed + rest : nextafter(elapsed, INFINITY);
}

static tw_tails hyperexponential_tails(const tw_dist *dist, double x) {
  if (!(x > 0)) return (tw_tails){0, 1};
  const double *p = dist->p;
  return (tw_tails){.p = -p[0] * tw_expm1(-x / p[2]) - p[1] * tw_expm1(-x / p[3]),
                    .q = p[0] * tw_exp(-x / p[2]) + p[1] * tw_exp(-x / p[3])};
}

static double hyperexponential_log_density(const tw_dist *dist, double x) {
  if (!(x >= 0)) return -INFINITY;
  // Relative to the long branch, which lasts longest: its exponential cannot vanish first.
  const double *p = dist->p;
  const double odds = p[0] / p[1] * (p[3] / p[2]) * tw_exp(-x * (1 / p[2] - 1 / p[3]));
  return tw_log(p[1] / p[3]) - x / p[3] + tw_log1p(odds);
}

static tw_dist_point hyperexponential_curve(const void *context, double x) {
  const tw_dist *dist = context;
  return (tw_dist_point){hyperexponential_tails(dist, x), hyperexponential_log_density(dist, x)};
}

static double hyperexponential_quantile(const tw_dist *dist, tw_tails target) {
  if (target.p <= 0) return 0;
  if (target.q <= 0) return INFINITY;
  const double hazard = target.p < target.q ? -tw_log1p(-target.p) : -tw_log(target.q);
  return tw_dist_solve(hyperexponential_curve, dist, target, dist->a * hazard);
}

static double hyperexponential_mean(const tw_dist *dist) { return dist->a; }

static double hyperexponential_sd(const tw_dist *dist) { return dist->a * dist->b; }

static double hyperexponential_min(const tw_dist *dist) {
  (void)dist;
  return 0;
}

const tw_dist_ops tw_dist_hyperexponential = {
    .prepare = hyperexponential_prepare,
    .sample = hyperexponential_sample,
    .sample_given = hyperexponential_sample_given,
    .tails = hyperexponential_tails,
    .quantile = hyperexponential_quantile,
    .log_density = hyperexponential_log_density,
    .mean = hyperexponential_mean,
    .sd = hyperexponential_sd,
    .min = hyperexponential_min,
};

// -- mixture: cumulative = running sums of the weights --------------------------------------------

static const char *mixture_prepare(tw_dist *dist) {
  return dist->n_value < 1 ? "there is nothing to mix" : tw_dist_sum_weights(dist);
}

// Probability of one component.
static double share_of(const tw_dist *dist, int32_t i) {
  return dist->weights[i] / dist->cumulative[dist->n_value - 1];
}

// The last component that counts takes what rounding leaves over, so the search cannot run past it.
static double mixture_sample(const tw_dist *dist, tw_dice *dice) {
  const double target = tw_dice_uniform(dice) * dist->cumulative[dist->n_value - 1];
  int32_t i = 0;
  while (i < dist->n_value - 1 && dist->cumulative[i] < target) i++;
  return tw_dist_sample(dist->of[i], dice);
}

static double mixture_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  double total = 0, sum = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    total += dist->weights[i] * tw_dist_tails(dist->of[i], elapsed).q;
  }
  const double target = tw_dice_uniform(dice) * total;
  int32_t chosen = -1;
  for (int32_t i = 0; i < dist->n_value && sum < target; i++) {
    const double weight = dist->weights[i] * tw_dist_tails(dist->of[i], elapsed).q;
    if (weight <= 0) continue;
    sum += weight;
    chosen = i;
  }
  return chosen < 0 ? elapsed : tw_dist_sample_given(dist->of[chosen], elapsed, dice);
}

static tw_tails mixture_tails(const tw_dist *dist, double x) {
  tw_tails sum = {0, 0};
  for (int32_t i = 0; i < dist->n_value; i++) {
    const tw_tails tails = tw_dist_tails(dist->of[i], x);
    sum.p += share_of(dist, i) * tails.p;
    sum.q += share_of(dist, i) * tails.q;
  }
  return (tw_tails){.p = fmin(1, sum.p), .q = fmin(1, sum.q)};
}

static double mixture_log_atom(const tw_dist *dist, double x) {
  double sum = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    sum += share_of(dist, i) * tw_exp(tw_dist_log_atom(dist->of[i], x));
  }
  return sum > 0 ? tw_log(sum) : -INFINITY;
}

// Between the quantiles of the components, by halving: F is a sum and may have steps and flats.
static double mixture_quantile(const tw_dist *dist, tw_tails target) {
  double low = INFINITY, high = -INFINITY;
  bool has_steps = false;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (dist->weights[i] <= 0) continue;
    const double here = tw_dist_quantile_at(dist->of[i], target);
    low = fmin(low, here);
    high = fmax(high, here);
    has_steps = has_steps || tw_dist_ops_of(dist->of[i])->log_atom != NULL;
  }
  if (target.p <= 0) return low;
  if (target.q <= 0 || low == high) return high;
  if (tw_tails_reach(mixture_tails(dist, low), target, has_steps)) return low;
  for (int i = 0; i < 1100; i++) {
    const double middle = low + 0.5 * (high - low);
    if (!(middle > low && middle < high)) break;
    if (tw_tails_reach(mixture_tails(dist, middle), target, has_steps))
      high = middle;
    else
      low = middle;
  }
  return high;
}

// At a point that has a probability of its own the density is that probability; elsewhere steps do
// not count.
static double mixture_log_density(const tw_dist *dist, double x) {
  const double atom = mixture_log_atom(dist, x);
  if (atom > -INFINITY) return atom;
  double sum = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    sum += share_of(dist, i) * tw_exp(tw_dist_log_density(dist->of[i], x));
  }
  return sum > 0 ? tw_log(sum) : -INFINITY;
}

static double mixture_mean(const tw_dist *dist) {
  double mean = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    mean += share_of(dist, i) * tw_dist_mean(dist->of[i]);
  }
  return mean;
}

static double mixture_sd(const tw_dist *dist) {
  const double mean = mixture_mean(dist);
  double sum = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    const double gap = tw_dist_mean(dist->of[i]) - mean, sd = tw_dist_sd(dist->of[i]);
    sum += share_of(dist, i) * (sd * sd + gap * gap);
  }
  return sqrt(sum);
}

static double mixture_min(const tw_dist *dist) {
  double least = INFINITY;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (dist->weights[i] > 0) least = fmin(least, tw_dist_min(dist->of[i]));
  }
  return least;
}

const tw_dist_ops tw_dist_mixture = {
    .prepare = mixture_prepare,
    .sample = mixture_sample,
    .sample_given = mixture_sample_given,
    .tails = mixture_tails,
    .quantile = mixture_quantile,
    .log_density = mixture_log_density,
    .mean = mixture_mean,
    .sd = mixture_sd,
    .min = mixture_min,
    .log_atom = mixture_log_atom,
};

// -- cycle: base a, and with probability b the duration of a stop on top --------------------------

static const char *cycle_prepare(tw_dist *dist) {
  if (!tw_dist_is_finite(dist->a)) return "the base is not finite";
  if (!(dist->b >= 0 && dist->b <= 1)) return "the probability is not between 0 and 1";
  if (tw_dist_min(dist->of[0]) < 0) return "the duration of a stop can be below 0";
  return NULL;
}

static double cycle_sample(const tw_dist *dist, tw_dice *dice) {
  if (tw_dice_uniform(dice) > dist->b) return dist->a;
  return dist->a + tw_dist_sample(dist->of[0], dice);
}

// Beyond the base there is a stop for certain.
static double cycle_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  TW_ASSERT(elapsed >= dist->a);
  if (dist->b == 0) return elapsed;
  const double rest = tw_dist_sample_given(dist->of[0], elapsed - dist->a, dice);
  return isnan(rest) ? rest : fmax(elapsed, dist->a + rest);
}

static tw_tails cycle_tails(const tw_dist *dist, double x) {
  if (!(x >= dist->a)) return (tw_tails){0, 1};
  const tw_tails stop = tw_dist_tails(dist->of[0], x - dist->a);
  return (tw_tails){.p = fmin(1, (1 - dist->b) + dist->b * stop.p), .q = dist->b * stop.q};
}

static double cycle_quantile(const tw_dist *dist, tw_tails target) {
  const double p_smooth = 1 - dist->b;
  if (p_smooth > 0 && target.p <= p_smooth) return dist->a;
  const tw_tails stop = {.p = fmin(1, (target.p - p_smooth) / dist->b),
                         .q = fmin(1, target.q / dist->b)};
  if (stop.p <= 0) return dist->a + tw_dist_min(dist->of[0]);
  return dist->a + tw_dist_quantile_at(dist->of[0], stop);
}

static double cycle_log_atom(const tw_dist *dist, double x) {
  const double smooth = x == dist->a ? 1 - dist->b : 0;
  const double sum = smooth + dist->b * tw_exp(tw_dist_log_atom(dist->of[0], x - dist->a));
  return sum > 0 ? tw_log(sum) : -INFINITY;
}

static double cycle_log_density(const tw_dist *dist, double x) {
  const double atom = cycle_log_atom(dist, x);
  if (atom > -INFINITY) return atom;
  return dist->b > 0 ? tw_log(dist->b) + tw_dist_log_density(dist->of[0], x - dist->a) : -INFINITY;
}

static double cycle_mean(const tw_dist *dist) {
  return dist->a + dist->b * tw_dist_mean(dist->of[0]);
}

static double cycle_sd(const tw_dist *dist) {
  const double mean = tw_dist_mean(dist->of[0]), sd = tw_dist_sd(dist->of[0]);
  return sqrt(dist->b * (sd * sd + (1 - dist->b) * mean * mean));
}

static double cycle_min(const tw_dist *dist) {
  return dist->b < 1 ? dist->a : dist->a + tw_dist_min(dist->of[0]);
}

const tw_dist_ops tw_dist_cycle = {
    .prepare = cycle_prepare,
    .sample = cycle_sample,
    .sample_given = cycle_sample_given,
    .tails = cycle_tails,
    .quantile = cycle_quantile,
    .log_density = cycle_log_density,
    .mean = cycle_mean,
    .sd = cycle_sd,
    .min = cycle_min,
    .log_atom = cycle_log_atom,
};
