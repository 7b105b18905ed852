// interval.h - a figure over replications: mean, spread and confidence interval of independent
// values, all at once or in two stages.

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

// Stein's two stages (Stein, "A two-sample test for a linear hypothesis whose power is independent
// of the variance", Annals of Mathematical Statistics 16, 1945). How many replications there must
// be so that the half width is at most `precision` times the mean: t^2 s^2 / (precision mean)^2
// with mean, s and t of the first n values. At least n; UINT32_MAX where no number is enough, or
// nothing is known.
uint32_t tw_stage_need(const double *values, size_t n, double confidence, double precision);

// The estimate when that many have been made: the mean of all n values, and the half width t s /
// sqrt(n) with s and t of the first n_first. How many there are follows from the first stage's
// variance, of which the mean of all is independent, so the interval covers as often as it says;
// one from the variance of all values, which stopped when it was small, would not. n_first = n:
// Student's.
void tw_stage_estimate(const double *values, size_t n_first, size_t n, double confidence,
                       twin_estimate *estimate);

#endif
