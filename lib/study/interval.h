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

#endif
