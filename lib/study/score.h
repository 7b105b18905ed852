// score.h - how good past forecasts were, each made of equally likely futures: did the value come
// within the band, how far was a quantile off, how far the whole distribution (CRPS), how far a
// probability (Brier). Pure figures; a forecast is worth what its score is below that of a naive
// one.

#ifndef TW_STUDY_SCORE_H
#define TW_STUDY_SCORE_H

#include <stdbool.h>
#include <stddef.h>

// Quantile p (0 to 1) of n values in rising order, between neighbours by a straight line (type 7 of
// Hyndman and Fan). NAN for none.
double tw_score_quantile(const double *sorted, size_t n, double p);

// Pinball loss of a quantile p that was said to be `quantile`; its mean is least for the true one.
double tw_score_pinball(double quantile, double p, double value);

// Continuous ranked probability score of n futures in rising order, in the unit of the value: the
// integral of the squared distance between their cdf and the step at the value. Of one future it is
// the absolute error.
double tw_score_crps(const double *sorted, size_t n, double value);

// Brier score of a probability, for what came about or not.
double tw_score_brier(double probability, bool has_come);

// Wilson's interval of a probability, from k of n. n 0: 0 to 1.
void tw_score_wilson(size_t k, size_t n, double confidence, double *low, double *high);

// Past forecasts and what came: forecast i is of n_future futures in rising order at futures + i * n_future.
typedef struct tw_past {
  const double *futures;
  size_t n_future;
  const double *value;  // [n]
  size_t n;
} tw_past;

// Their scores: the share of values within the central band of `level`, and means of the losses at its ends.
typedef struct tw_scores {
  double coverage, coverage_low, coverage_high;  // with Wilson's interval
  double pinball_low, pinball_high;              // of both ends
  double crps;
} tw_scores;
void tw_score_past(const tw_past *past, double level, double confidence, tw_scores *scores);

#endif
