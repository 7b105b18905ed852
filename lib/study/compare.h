// compare.h - several lines on the same random numbers: what one differs by from another, how many
// such statements hold at once, and which of them are worth a look. Doubles in, figures out.

#ifndef TW_STUDY_COMPARE_H
#define TW_STUDY_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A figure of one line less that of another, replication by replication.
typedef struct tw_paired {
  uint32_t n;             // replications in which both have a value
  double mean, sd;        // of the differences
  double half_width;      // of the paired t interval; NAN for fewer than 2 pairs
  double p;               // two-sided, that they do not differ; NAN likewise
  double correlation;     // of the two lines' values; NAN where one of them does not vary
  double variance_ratio;  // variance of the differences over that of independent runs; NAN where
                          // nothing varies
} tw_paired;

// How replications are taken together.
typedef struct tw_pairing {
  size_t n;        // values
  size_t n_first;  // of the first of two stages (interval.h); n where there was one
  double confidence;
} tw_pairing;

// Compares b with a: differences b - a (Law, "Simulation Modeling and Analysis", 5th
// edition, 10.2.1). The lines draw the same random numbers, so the variance of a difference is that
// of independent lines less twice their covariance. a, b: [pairing->n]; a pair with a NAN does not
// count.
void tw_paired_compare(const double *a, const double *b, const tw_pairing *pairing, tw_paired *out);

// Two-sided p of Student's t with n_freedom degrees of freedom.
double tw_student_p(double t, double n_freedom);

// The confidence that each of n intervals must have so that all of them hold at once with
// `confidence` (Bonferroni; Law 9.7).
double tw_bonferroni(double confidence, size_t n);

// Holm's step-down p values, which hold for all n statements at once and are never larger than
// Bonferroni's (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
// Journal of Statistics 6, 1979). NANs stay and do not count. p, adjusted: [n].
void tw_holm(const double *p, size_t n, double *adjusted);

// Whether no other point is at least as good in both and better in one; of both more is better. A
// point with a NAN is not. a, b, is_front: [n].
void tw_front(const double *a, const double *b, size_t n, bool *is_front);

#endif
