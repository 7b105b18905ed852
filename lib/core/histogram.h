// histogram.h - a fixed logarithmic histogram of durations in microseconds: 256 linear bins in every
// octave from 2^16 us (65 ms) to 2^46 us (2.2 years), so that the middle of a bin is within 0.2 % of
// every value in it. Exactly nothing has a bin of its own, so that "did not wait" can be told; what lies
// below or above the octaves is counted in the bins beside them. The counts belong to the caller, as
// a part of a run's state.

#ifndef TW_CORE_HISTOGRAM_H
#define TW_CORE_HISTOGRAM_H

#include <stdint.h>

enum {
  TW_HISTOGRAM_FIRST_OCTAVE = 16,
  TW_HISTOGRAM_OCTAVES = 30,
  TW_HISTOGRAM_BINS = TW_HISTOGRAM_OCTAVES * 256 + 3
};

static inline int32_t tw_histogram_bin(int64_t us) {
  if (us < (int64_t)1 << TW_HISTOGRAM_FIRST_OCTAVE) return us > 0;
  const int32_t octave = 63 - __builtin_clzll((uint64_t)us);
  if (octave >= TW_HISTOGRAM_FIRST_OCTAVE + TW_HISTOGRAM_OCTAVES) return TW_HISTOGRAM_BINS - 1;
  return 2 + (octave - TW_HISTOGRAM_FIRST_OCTAVE) * 256 + (int32_t)(us >> (octave - 8) & 255);
}

static inline void tw_histogram_add(uint32_t *counts, int64_t us) {
  counts[tw_histogram_bin(us)]++;
}

// The least value of a bin, in us.
int64_t tw_histogram_edge(int32_t bin);

// Count of all values.
uint64_t tw_histogram_total(const uint32_t *counts);

// The q quantile in us, linear within its bin; NAN for an empty histogram or q outside [0, 1].
double tw_histogram_quantile(const uint32_t *counts, double q);

// Share of the values above us, linear within its bin; NAN for an empty histogram.
double tw_histogram_above(const uint32_t *counts, double us);

#endif
