// moments.h - mean and standard deviation from a count, a sum and a sum of squares.

#ifndef TW_OBSERVE_MOMENTS_H
#define TW_OBSERVE_MOMENTS_H

#include <math.h>

#include "core/math.h"

typedef struct tw_moments {
  double n, sum, sum2;  // sum2 in the square of sum's unit
} tw_moments;

// NAN for none.
static inline double tw_moments_mean(tw_moments m) { return m.n > 0 ? m.sum / m.n : (double)NAN; }

// Of a sample; NAN for less than two. The sum of squares can fall below the square by rounding only.
static inline double tw_moments_sd(tw_moments m) {
  if (m.n < 2) return (double)NAN;
  const double variance = (m.sum2 - m.sum * m.sum / m.n) / (m.n - 1);
  return variance > 0 ? tw_sqrt(variance) : 0;
}

#endif
