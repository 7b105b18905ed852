// compare.c - see compare.h. Sums are taken in the order of the replications, in two passes.

#include "study/compare.h"

#include <math.h>

#include "base/assert.h"
#include "core/math.h"

// What lies below this share of the larger mean is the rounding of a difference and no spread.
static const double NOISE = 1e-12;

typedef struct moments {
  uint32_t n;
  double mean_a, mean_b, aa, bb, ab;  // means, sums of squares and products around them
} moments;

static moments moments_of(const double *a, const double *b, size_t n) {
  moments of = {0};
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]) || isnan(b[i])) continue;
    of.n++;
    of.mean_a += a[i];
    of.mean_b += b[i];
  }
  if (of.n == 0) return of;
  of.mean_a /= of.n;
  of.mean_b /= of.n;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]) || isnan(b[i])) continue;
    const double from_a = a[i] - of.mean_a, from_b = b[i] - of.mean_b;
    of.aa += from_a * from_a;
    of.bb += from_b * from_b;
    of.ab += from_a * from_b;
  }
  return of;
}

// Sum of the squares of the differences around their mean.
static double squares_of(const double *a, const double *b, size_t n, const moments *of) {
  const double mean = of->mean_b - of->mean_a;
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    const double from = b[i] - a[i] - mean;
    if (!isnan(from)) sum += from * from;
  }
  return sum;
}

double tw_student_p(double t, double n_freedom) {
  TW_ASSERT(n_freedom >= 1);
  if (isnan(t)) return (double)NAN;
  // P(|T| > t) = I_x(v/2, 1/2) at x = v / (v + t^2)
  return tw_beta_i(n_freedom / 2, 0.5, n_freedom / (n_freedom + t * t));
}

// Half width and p of the mean of out->n differences, by the spread of `n` of them.
static void judge(tw_paired *out, double sd, uint32_t n, double confidence) {
  const double error = sd / tw_sqrt(out->n);
  out->half_width = tw_student_quantile(0.5 + confidence / 2, n - 1) * error;
  if (error > 0)
    out->p = tw_student_p(out->mean / error, n - 1);
  else
    out->p = out->mean == 0 ? 1 : 0;
  TW_ASSERT(out->p >= 0 && out->p <= 1);
}

void tw_paired_compare(const double *a, const double *b, const tw_pairing *pairing,
                       tw_paired *out) {
  TW_ASSERT(pairing->n_first <= pairing->n);
  TW_ASSERT(pairing->confidence > 0 && pairing->confidence < 1);
  const double none = (double)NAN;
  const moments all = moments_of(a, b, pairing->n);
  *out = (tw_paired){all.n, none, none, none, none, none, none};
  if (all.n == 0) return;
  const double noise = NOISE * fmax(fabs(all.mean_a), fabs(all.mean_b));
  out->mean = all.mean_b - all.mean_a;
  if (fabs(out->mean) <= noise) out->mean = 0;
  if (all.n < 2) return;
  const double squares = squares_of(a, b, pairing->n, &all);
  out->sd = tw_sqrt(squares / (all.n - 1));
  if (out->sd <= noise) out->sd = 0;
  if (all.aa + all.bb > 0) out->variance_ratio = squares / (all.aa + all.bb);
  if (all.aa > 0 && all.bb > 0)
    out->correlation = fmax(-1, fmin(1, all.ab / (tw_sqrt(all.aa) * tw_sqrt(all.bb))));
  if (pairing->n_first == pairing->n) {
    judge(out, out->sd, all.n, pairing->confidence);
    return;
  }
  const moments first = moments_of(a, b, pairing->n_first);
  if (first.n < 2) return;
  const double sd = tw_sqrt(squares_of(a, b, pairing->n_first, &first) / (first.n - 1));
  judge(out, sd <= noise ? 0 : sd, first.n, pairing->confidence);
}

double tw_bonferroni(double confidence, size_t n) {
  TW_ASSERT(confidence > 0 && confidence < 1);
  return n > 1 ? 1 - (1 - confidence) / (double)n : confidence;
}

void tw_holm(const double *p, size_t n, double *adjusted) {
  size_t n_left = 0;
  for (size_t i = 0; i < n; i++) {
    adjusted[i] = (double)NAN;
    n_left += isnan(p[i]) ? 0 : 1;
  }
  // The smallest p counts for all statements, the next one for all but one, and so on.
  double least = 0;
  for (; n_left > 0; n_left--) {
    size_t at = n;
    for (size_t i = 0; i < n; i++)
      if (!isnan(p[i]) && isnan(adjusted[i]) && (at == n || p[i] < p[at])) at = i;
    TW_ASSERT(at < n);
    least = fmax(least, fmin(1, (double)n_left * p[at]));
    adjusted[at] = least;
  }
}

void tw_front(const double *a, const double *b, size_t n, bool *is_front) {
  for (size_t i = 0; i < n; i++) {
    is_front[i] = !isnan(a[i]) && !isnan(b[i]);
    for (size_t k = 0; k < n && is_front[i]; k++) {
      const bool is_as_good = a[k] >= a[i] && b[k] >= b[i];
      if (is_as_good && (a[k] > a[i] || b[k] > b[i])) is_front[i] = false;
    }
  }
}
