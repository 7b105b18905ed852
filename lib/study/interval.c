// interval.c - mean and sd in two passes, which loses no digits, and the half width t s / sqrt(n).

#include "study/interval.h"

#include <math.h>

#include "base/assert.h"
#include "core/math.h"

void tw_interval_estimate(const double *values, size_t n, double confidence,
                          twin_estimate *estimate) {
  TW_ASSERT(confidence > 0 && confidence < 1);
  uint32_t count = 0;
  double sum = 0, min = (double)NAN, max = (double)NAN;
  for (size_t i = 0; i < n; i++) {
    if (isnan(values[i])) continue;
    count++;
    sum += values[i];
    if (!(values[i] >= min)) min = values[i];
    if (!(values[i] <= max)) max = values[i];
  }
  const double mean = count > 0 ? sum / count : (double)NAN;
  double squares = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(values[i])) squares += (values[i] - mean) * (values[i] - mean);
  const double sd = count > 1 ? tw_sqrt(squares / (count - 1)) : (double)NAN;

  estimate->n = count;
  estimate->mean = mean;
  estimate->sd = sd;
  estimate->min = min;
  estimate->max = max;
  estimate->half_width = (double)NAN;
  if (count > 1)
    estimate->half_width =
        tw_student_quantile(0.5 + confidence / 2, count - 1) * sd / tw_sqrt(count);
}

void tw_tally_add(tw_tally *tally, double value) {
  TW_ASSERT(tally != NULL && tally->squares >= 0);
  if (isnan(value)) return;
  tally->n++;
  const double before = value - tally->mean;
  tally->mean += before / tally->n;
  tally->squares += before * (value - tally->mean);
}

double tw_tally_half_width(const tw_tally *tally, double confidence) {
  TW_ASSERT(confidence > 0 && confidence < 1);
  if (tally->n < 2) return (double)NAN;
  const double sd = tw_sqrt(tally->squares / (tally->n - 1));
  return tw_student_quantile(0.5 + confidence / 2, tally->n - 1) * sd / tw_sqrt(tally->n);
}
