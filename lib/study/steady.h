// steady.h - one figure along a run: when the run has settled, and what its average is worth as one
// long run. Doubles in, figures out.

#ifndef TW_STUDY_STEADY_H
#define TW_STUDY_STEADY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  TW_MSER_BATCH = 5,  // values that MSER-5 takes together
  TW_MSER_BATCHES_MIN = 10,
  TW_BATCHES_MIN = 10  // for an interval of one run
};

// MSER-5: how many of n values in a row belong to the warm-up (White, Cobb and Spratt, "A
// comparison of five steady-state truncation heuristics for simulation", Proceedings of the 2000
// Winter Simulation Conference). Means of five values each, y[1..m]; what is left without the first
// d of them has the squared standard error
//   z(d) = sum over j > d of (y[j] - mean)^2 / (m - d)^2,
// and the smallest one says d; of equal ones the first. z: [n / 5] z(d) of each d, NAN from where
// fewer than five means would be left; or NULL. False when it is no answer: fewer than 10 means, a
// value that is not there, or a d in the second half, where what is left is too little to know that
// anything has settled.
bool tw_mser(const double *values, size_t n, double *z, size_t *n_cut);

// Batch means of one long run.
typedef struct tw_batches {
  uint32_t n;
  double mean, sd, half_width;
  double lag1;         // correlation of neighbours
  double n_effective;  // so many independent means would know as much: n (1 - lag1) / (1 + lag1),
                       // at most n
  bool is_enough;      // the interval may be used
} tw_batches;

// Estimates from the means of n batches of one length, in order. The interval is Student's with n -
// 1 degrees of freedom (Law, 9.5.3). It is refused (is_enough, half_width NAN) for fewer than 10
// batches, and where von Neumann's ratio says at 5 % that neighbours are correlated, so that longer
// batches are needed (Fishman, "Grouping observations in digital simulation", Management Science
// 24, 1978).
void tw_batch_means(const double *values, size_t n, double confidence, tw_batches *out);

#endif
