// interval.h - a figure over replications: mean, spread and confidence interval of independent
// values.

#ifndef TW_STUDY_INTERVAL_H
#define TW_STUDY_INTERVAL_H

#include <twin/study.h>

// Estimates from n values of independent replications; NANs are replications without a value and do
// not count. The interval is Student's with n - 1 degrees of freedom; it needs at least 2 values.
// confidence: 0.95. Fills everything but struct_size.
void tw_interval_estimate(const double *values, size_t n, double confidence,
                          twin_estimate *estimate);

// What is known of a figure after some replications, one after the other: mean and the sum of
// squares about it (B. P. Welford, Technometrics 4, 1962, 419). Zeroed it is that of none. What is no
// number does not count.
typedef struct tw_tally {
  double n, mean, squares;
} tw_tally;
void tw_tally_add(tw_tally *tally, double value);

// Half width of the t interval; NAN for less than two values.
double tw_tally_half_width(const tw_tally *tally, double confidence);

#endif
