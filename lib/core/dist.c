// dist.c - the table of distributions and what all kinds share: sampling given the elapsed time,
// the edges of quantiles, and the solver for kinds without a closed inverse. Knows no kind by name.

#include "core/dist.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

#include "base/assert.h"
#include "core/dist_kind.h"
#include "core/math.h"

static const tw_dist_ops *const ops_by_kind[TW_DIST_N] = {
#define TW_DIST_KIND(index, functions, word) [index] = &tw_dist_##functions,
#include "core/dist_kinds.inl"
#undef TW_DIST_KIND
};

static const char *const name_by_kind[TW_DIST_N] = {
#define TW_DIST_KIND(index, functions, word) [index] = word,
#include "core/dist_kinds.inl"
#undef TW_DIST_KIND
};

const char *tw_dist_sum_weights(tw_dist *dist) {
  TW_ASSERT(dist->n_value > 0 && dist->cumulative != NULL);
  double sum = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (!(dist->weights[i] >= 0)) return "a weight is below 0";
    sum += dist->weights[i];
    dist->cumulative[i] = sum;
  }
  if (!tw_dist_is_finite(sum)) return "the weights are too large";
  return sum > 1e-290 ? NULL : "all weights are 0";
}

const tw_dist_ops *tw_dist_ops_of(const tw_dist *dist) {
  TW_ASSERT(dist->kind >= 0 && dist->kind < TW_DIST_N);
  return ops_by_kind[dist->kind];
}

tw_tails tw_dist_tails(const tw_dist *dist, double x) {
  const tw_tails tails = tw_dist_ops_of(dist)->tails(dist, x);
  TW_ASSERT(!(tails.p < 0) && !(tails.p > 1 + 1e-9) && !(tails.q < 0) && !(tails.q > 1 + 1e-9));
  return tails;
}

double tw_dist_quantile_at(const tw_dist *dist, tw_tails target) {
  return tw_dist_ops_of(dist)->quantile(dist, target);
}

double tw_dist_log_atom(const tw_dist *dist, double x) {
  const tw_dist_ops *ops = tw_dist_ops_of(dist);
  return ops->log_atom != NULL ? ops->log_atom(dist, x) : -INFINITY;
}

// A bracket of (0, inf) whose ends are moved in; unknown ends are 0 and infinity.
static double bisect(double low, double high) {
  if (high == INFINITY) return low * 16;
  if (low == 0) return high / 16;
  return low > high / 4 ? low + 0.5 * (high - low) : sqrt(low) * sqrt(high);
}

double tw_dist_solve(tw_dist_curve curve, const void *context, tw_tails target, double start) {
  TW_ASSERT(target.p > 0 && target.q > 0);
  TW_ASSERT(start > 0 && start < INFINITY);
  const bool is_low = target.p <= target.q;
  const double goal = tw_log(is_low ? target.p : target.q);
  double low = 0, high = INFINITY, x = start;
  for (int i = 0; i < 400; i++) {
    const tw_dist_point at = curve(context, x);
    const double tail = is_low ? at.tails.p : at.tails.q;
    // The gap is positive where x lies too far to the right; a vanished tail tells the side only.
    double gap = is_low ? -INFINITY : INFINITY, slope = 0;
    if (tail > 0) {
      gap = is_low ? tw_log(tail) - goal : goal - tw_log(tail);
      slope = tw_exp(at.log_density - tw_log(tail)) * x;
    }
    if (gap == 0) return x;
    if (gap > 0)
      high = x;
    else
      low = x;
    double next = x * tw_exp(-gap / slope);
    if (!(next > low && next < high)) next = bisect(low, high);
    if (fabs(next - x) <= 2 * DBL_EPSILON * x || next == low || next == high) return next;
    x = next;
    if (x < DBL_MIN) return x;
  }
  return x;
}

const char *tw_dist_prepare(tw_dist *dist) {
  TW_ASSERT(dist != NULL);
  if (dist->kind < 0 || dist->kind >= TW_DIST_N) return "the distribution is not known";
  return tw_dist_ops_of(dist)->prepare(dist);
}

double tw_dist_sample_by_kind(const tw_dist *dist, tw_dice *dice) {
  return tw_dist_ops_of(dist)->sample(dist, dice);
}

double tw_dist_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  const tw_dist_ops *ops = tw_dist_ops_of(dist);
  // While nothing is known yet the draw is an ordinary one, and the same one.
  const tw_tails now = tw_dist_tails(dist, elapsed);
  if (now.p <= 0) return tw_dist_sample(dist, dice);
  if (ops->sample_given != NULL) return ops->sample_given(dist, elapsed, dice);
  if (!(now.q > 0)) return elapsed;
  // The conditional tail in both forms: q shrinks by a uniform factor, p is what is missing to 1.
  const tw_tails toss = tw_dist_toss(dice);
  const tw_tails target = {.p = now.p + toss.q * now.q, .q = toss.p * now.q};
  const double value = ops->quantile(dist, target);
  return value > elapsed ? value : nextafter(elapsed, INFINITY);
}

double tw_dist_cdf(const tw_dist *dist, double x) { return tw_dist_tails(dist, x).p; }

double tw_dist_survival(const tw_dist *dist, double x) { return tw_dist_tails(dist, x).q; }

double tw_dist_quantile(const tw_dist *dist, double p) {
  if (!(p >= 0 && p <= 1)) return NAN;
  if (p == 0) return tw_dist_min(dist);
  return tw_dist_quantile_at(dist, (tw_tails){.p = p, .q = 1 - p});
}

double tw_dist_log_density(const tw_dist *dist, double x) {
  return tw_dist_ops_of(dist)->log_density(dist, x);
}

double tw_dist_mean(const tw_dist *dist) { return tw_dist_ops_of(dist)->mean(dist); }

double tw_dist_sd(const tw_dist *dist) { return tw_dist_ops_of(dist)->sd(dist); }

double tw_dist_min(const tw_dist *dist) { return tw_dist_ops_of(dist)->min(dist); }

const char *tw_dist_name(tw_dist_kind kind) {
  const int i = (int)kind;
  return i >= 0 && i < TW_DIST_N ? name_by_kind[i] : "";
}
