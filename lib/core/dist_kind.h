// dist_kind.h - what a distribution has to provide, and helpers shared by the families of kinds.
// Private to the dist_*.c files; everybody else uses dist.h.

#ifndef TW_CORE_DIST_KIND_H
#define TW_CORE_DIST_KIND_H

#include <stddef.h>

#include "core/dist.h"

// Both tails at a point: p = P(X <= x), q = P(X > x). Each is computed for itself, so that the
// small one keeps its digits; whoever inverts uses the smaller one.
typedef struct tw_tails {
  double p, q;
} tw_tails;

typedef struct tw_dist_ops {
  const char *(*prepare)(tw_dist *dist);
  double (*sample)(const tw_dist *dist, tw_dice *dice);
  // Called when P(X <= elapsed) > 0. NULL: inverts the conditional tail through `quantile`.
  double (*sample_given)(const tw_dist *dist, double elapsed, tw_dice *dice);
  tw_tails (*tails)(const tw_dist *dist, double x);
  double (*quantile)(const tw_dist *dist, tw_tails target);  // 0 < p, q < 1 or one of them 0
  double (*log_density)(const tw_dist *dist, double x);
  double (*mean)(const tw_dist *dist);
  double (*sd)(const tw_dist *dist);
  double (*min)(const tw_dist *dist);
  // Log probability of the very point x; NULL for continuous kinds, where it is -INFINITY.
  double (*log_atom)(const tw_dist *dist, double x);
} tw_dist_ops;

#define TW_DIST_KIND(index, functions, word) extern const tw_dist_ops tw_dist_##functions;
#include "core/dist_kinds.inl"
#undef TW_DIST_KIND

const tw_dist_ops *tw_dist_ops_of(const tw_dist *dist);
tw_tails tw_dist_tails(const tw_dist *dist, double x);
double tw_dist_quantile_at(const tw_dist *dist, tw_tails target);
double tw_dist_log_atom(const tw_dist *dist, double x);

// True for an ordinary number.
static inline bool tw_dist_is_finite(double x) { return x - x == 0; }

// Sums the weights up into `cumulative`; NULL, or what is wrong with them.
const char *tw_dist_sum_weights(tw_dist *dist);

// True when `tails` has reached `target`, judged by the smaller tail. A cdf with steps is compared
// with some slack: p = 0.7 must find the step whose height is a sum of seven tenths.
static inline bool tw_tails_reach(tw_tails tails, tw_tails target, bool has_steps) {
  const double slack = has_steps ? 1e-12 : 0;
  return target.p <= target.q ? tails.p >= target.p * (1 - slack)
                              : tails.q <= target.q * (1 + slack);
}

// A uniform number as tails: p in (0, 1], q = 1 - p.
static inline tw_tails tw_dist_toss(tw_dice *dice) {
  const double u = tw_dice_uniform(dice);
  return (tw_tails){.p = u, .q = 1 - u};
}

// Tails and density of a positive variable, for tw_dist_solve.
typedef struct tw_dist_point {
  tw_tails tails;
  double log_density;
} tw_dist_point;

typedef tw_dist_point (*tw_dist_curve)(const void *context, double x);

// Finds x > 0 with the given tails by Newton's method in log x on the log of the smaller tail,
// inside a bracket. `start` is a first guess; 0 < target.p, target.q < 1.
double tw_dist_solve(tw_dist_curve curve, const void *context, tw_tails target, double start);

#endif
