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

uint32_t tw_stage_need(const double *values, size_t n, double confidence, double precision) {
  TW_ASSERT(precision > 0);
  twin_estimate first = {.struct_size = sizeof first};
  tw_interval_estimate(values, n, confidence, &first);
  const double wanted = precision * fabs(first.mean);
  if (first.n < 2 || !(wanted > 0 || first.sd == 0)) return UINT32_MAX;
  if (first.half_width <= wanted) return (uint32_t)n;
  // half_width is that of first.n values; replications without a value are as frequent later on.
  const double share = first.half_width / wanted, need = ceil((double)n * share * share);
  return need < (double)UINT32_MAX ? (uint32_t)need : UINT32_MAX;
}

void tw_stage_estimate(const double *values, size_t n_first, size_t n, double confidence,
                       twin_estimate *estimate) {
  TW_ASSERT(n_first <= n);
  tw_interval_estimate(values, n, confidence, estimate);
  if (n_first == n || estimate->n == 0) return;
  twin_estimate first = {.struct_size = sizeof first};
  tw_interval_estimate(values, n_first, confidence, &first);
  estimate->half_width = first.half_width * tw_sqrt((double)first.n / estimate->n);
}
