// score.c - see score.h.

#include "study/score.h"

#include <math.h>

#include "base/assert.h"
#include "core/math.h"

double tw_score_quantile(const double *sorted, size_t n, double p) {
  TW_ASSERT(p >= 0 && p <= 1);
  if (n == 0) return (double)NAN;
  const double at = p * (double)(n - 1);
  const size_t i = (size_t)at;
  if (i + 1 >= n) return sorted[n - 1];
  const double share = at - (double)i;
  // beside infinity, which stands for what has not come, there is no line
  return share > 0 ? sorted[i] * (1 - share) + sorted[i + 1] * share : sorted[i];
}

double tw_score_pinball(double quantile, double p, double value) {
  TW_ASSERT(p >= 0 && p <= 1);
  return value >= quantile ? p * (value - quantile) : (1 - p) * (quantile - value);
}

// E|X - value| - E|X - X'|/2, by the ranks of the sorted futures.
double tw_score_crps(const double *sorted, size_t n, double value) {
  TW_ASSERT(n > 0);
  double distance = 0, spread = 0;
  for (size_t i = 0; i < n; i++) {
    distance += fabs(sorted[i] - value);
    spread += (2.0 * (double)i + 1 - (double)n) * sorted[i];
  }
  return distance / (double)n - spread / ((double)n * (double)n);
}

double tw_score_brier(double probability, bool has_come) {
  TW_ASSERT(probability >= 0 && probability <= 1);
  const double gap = probability - (has_come ? 1 : 0);
  return gap * gap;
}

void tw_score_wilson(size_t k, size_t n, double confidence, double *low, double *high) {
  TW_ASSERT(k <= n && confidence > 0 && confidence < 1);
  *low = 0;
  *high = 1;
  if (n == 0) return;
  const double z = tw_normal_quantile(0.5 + confidence / 2), m = (double)n, p = (double)k / m;
  const double scale = 1 / (1 + z * z / m), middle = (p + z * z / (2 * m)) * scale;
  const double half = z * scale * tw_sqrt(p * (1 - p) / m + z * z / (4 * m * m));
  if (k > 0) *low = middle - half;
  if (k < n) *high = middle + half;
}

void tw_score_past(const tw_past *past, double level, double confidence, tw_scores *scores) {
  TW_ASSERT(level > 0 && level < 1 && past->n_future > 0);
  const double p_low = (1 - level) / 2, p_high = 1 - p_low, n = (double)past->n;
  size_t n_inside = 0;
  *scores = (tw_scores){0};
  for (size_t i = 0; i < past->n; i++) {
    const double *of = past->futures + i * past->n_future, value = past->value[i];
    const double low = tw_score_quantile(of, past->n_future, p_low);
    const double high = tw_score_quantile(of, past->n_future, p_high);
    n_inside += value >= low && value <= high;
    scores->pinball_low += tw_score_pinball(low, p_low, value) / n;
    scores->pinball_high += tw_score_pinball(high, p_high, value) / n;
    scores->crps += tw_score_crps(of, past->n_future, value) / n;
  }
  scores->coverage = past->n > 0 ? (double)n_inside / n : (double)NAN;
  tw_score_wilson(n_inside, past->n, confidence, &scores->coverage_low, &scores->coverage_high);
}
