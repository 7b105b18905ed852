// dist.h - the distributions of the line format, each with sample, sample given elapsed, cdf,
// quantile, log density and moments. Constant after it is made; holds pointers into the line's
// arena. A kind is one struct of functions (dist_kind.h) and one line in dist_kinds.inl.

#ifndef TW_CORE_DIST_H
#define TW_CORE_DIST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/stream.h"

// clang-format off
typedef enum tw_dist_kind {
  TW_DIST_CONSTANT,          // a = value
  TW_DIST_UNIFORM,           // a = min, b = max
  TW_DIST_TRIANGULAR,        // a = min, b = mode, c = max
  TW_DIST_NORMAL,            // a = mean, b = sd before truncation, c = min (-inf: none), d = max
  TW_DIST_LOGNORMAL,         // a = mean, b = sd of the variable itself
  TW_DIST_EXPONENTIAL,       // a = mean
  TW_DIST_GAMMA,             // a = mean, b = cv
  TW_DIST_ERLANG,            // a = mean, b = shape (whole)
  TW_DIST_WEIBULL,           // a = mean, b = shape
  TW_DIST_BETA_PERT,         // a = min, b = mode, c = max
  TW_DIST_HYPEREXPONENTIAL,  // a = mean, b = cv > 1, balanced means
  TW_DIST_GEOMETRIC,         // a = mean, b = step; values step, 2 step, ...; P(1) = step / mean
  TW_DIST_DISCRETE,          // values, weights
  TW_DIST_EMPIRICAL,         // values, equally likely
  TW_DIST_TRACE,             // values in order: draw n is values[n]; is_repeated wraps
  TW_DIST_MIXTURE,           // of[i] with weights[i]
  TW_DIST_CYCLE,             // a = base, b = probability, of[0] = duration of a stop
  TW_DIST_N
} tw_dist_kind;

typedef struct tw_dist {
  int32_t kind;                    // tw_dist_kind
  int32_t n_value;                 // length of values, weights or of
  double a, b, c, d;               // as the format names them, SI
  double p[6];                     // derived by tw_dist_prepare
  const double *values;            // [n_value]
  const double *weights;           // [n_value], as given
  double *cumulative;              // [n_value], set by the caller's arena, filled by prepare
  const struct tw_dist *const *of; // [n_value] for a mixture, [1] for a cycle; prepared before this
  bool is_repeated;
} tw_dist;
// clang-format on

// Derives the internal parameters. Returns NULL when the parameters are possible, else what is
// wrong in a short English clause ("min is above max"), a constant text. `cumulative` must point to
// n_value doubles for discrete, empirical (sorted copy) and mixture.
const char *tw_dist_prepare(tw_dist *dist);

// A draw of any kind, through the table of kinds; called by tw_dist_sample.
double tw_dist_sample_by_kind(const tw_dist *dist, tw_dice *dice);

// Draw number dice->n. A trace past its end gives NAN, which the engine reports as an error.
static inline double tw_dist_sample(const tw_dist *dist, tw_dice *dice) {
  if (dist->kind == TW_DIST_EXPONENTIAL) return dist->a * tw_dice_exponential(dice);
  if (dist->kind == TW_DIST_CONSTANT) return dist->a;
  // By way of a copy, so that the caller's dice can stay in registers on the paths above.
  tw_dice copy = *dice;
  const double value = tw_dist_sample_by_kind(dist, &copy);
  *dice = copy;
  return value;
}

// A draw given that it is above `elapsed`; gives the whole value (> elapsed), not the rest. Where
// no larger value is possible (a constant, a trace, an upper bound that has passed) it gives
// `elapsed` itself: what should have ended by now ends now.
double tw_dist_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice);

double tw_dist_cdf(const tw_dist *dist, double x);
double tw_dist_survival(const tw_dist *dist,
                        double x);  // 1 - cdf with its own digits in the far tail

// The least x with cdf(x) >= p; NAN for p outside [0, 1]. Quantile 0 is the least possible value.
double tw_dist_quantile(const tw_dist *dist, double p);
double tw_dist_log_density(const tw_dist *dist, double x);  // log probability for discrete kinds
double tw_dist_mean(const tw_dist *dist);
double tw_dist_sd(const tw_dist *dist);
double tw_dist_min(const tw_dist *dist);  // least possible value, -INFINITY if none

const char *tw_dist_name(tw_dist_kind kind);  // the format's word, "beta-pert"

#endif
