// steady.c - see steady.h.

#include "study/steady.h"

#include <math.h>

#include "base/assert.h"
#include "core/math.h"
#include "study/interval.h"

static const double CORRELATED_Z = 1.6448536269514722;  // normal, one-sided 5 %

// Mean of the five values from 5 j on.
static double mean_of_five(const double *values, size_t j) {
  double sum = 0;
  for (size_t i = 0; i < TW_MSER_BATCH; i++) sum += values[j * TW_MSER_BATCH + i];
  return sum / TW_MSER_BATCH;
}

bool tw_mser(const double *values, size_t n, double *z, size_t *n_cut) {
  const size_t m = n / TW_MSER_BATCH;
  size_t best = 0;
  double least = (double)INFINITY, mean = 0, squares = 0;
  *n_cut = 0;
  for (size_t d = 0; z != NULL && d < m; d++) z[d] = (double)NAN;
  // From the end on, each mean that is added moves the sum of squares (Welford).
  for (size_t d = m; d-- > 0;) {
    const double y = mean_of_five(values, d), from = y - mean, n_left = (double)(m - d);
    mean += from / n_left;
    squares += from * (y - mean);
    const bool is_known = m - d >= TW_MSER_BATCH;
    const double error = squares / (n_left * n_left);
    if (isnan(error)) return false;
    if (z != NULL && is_known) z[d] = error;
    if (is_known && error <= least) {
      least = error;
      best = d;
    }
  }
  if (m < TW_MSER_BATCHES_MIN || best > m / 2) return false;
  *n_cut = best * TW_MSER_BATCH;
  TW_ASSERT(*n_cut <= n);
  return true;
}

void tw_batch_means(const double *values, size_t n, double confidence, tw_batches *out) {
  twin_estimate of = {.struct_size = sizeof of};
  tw_interval_estimate(values, n, confidence, &of);
  *out = (tw_batches){of.n, of.mean, of.sd, (double)NAN, (double)NAN, (double)NAN, false};
  if (of.n != n || n < 3) return;
  const double first = values[0] - of.mean, last = values[n - 1] - of.mean;
  const double squares = of.sd * of.sd * (double)(n - 1);
  double products = 0;
  for (size_t i = 1; i < n; i++) products += (values[i] - of.mean) * (values[i - 1] - of.mean);
  out->lag1 = squares > 0 ? products / squares : 0;
  const double count = (double)n;
  out->n_effective = fmin(count, count * (1 - out->lag1) / (1 + out->lag1));
  // von Neumann's ratio as a correlation, which has mean 0 and this variance when all are
  // independent
  const double ends = squares > 0 ? (first * first + last * last) / (2 * squares) : 0;
  const double sd = tw_sqrt((count - 2) / (count * count - 1));
  out->is_enough = n >= TW_BATCHES_MIN && (out->lag1 + ends) / sd <= CORRELATED_Z;
  TW_ASSERT(out->n_effective >= 0);
  if (out->is_enough) out->half_width = of.half_width;
}
