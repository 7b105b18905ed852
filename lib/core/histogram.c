// histogram.c - reading the histogram; counting is in the header.

#include "core/histogram.h"

#include <math.h>

#include "base/assert.h"

int64_t tw_histogram_edge(int32_t bin) {
  TW_ASSERT(bin >= 0 && bin <= TW_HISTOGRAM_BINS);
  if (bin < 2) return 0;
  const int32_t octave = TW_HISTOGRAM_FIRST_OCTAVE + (bin - 2) / 256;
  return ((int64_t)1 << octave) + ((int64_t)((bin - 2) % 256) << (octave - 8));
}

uint64_t tw_histogram_total(const uint32_t *counts) {
  uint64_t n = 0;
  for (int32_t i = 0; i < TW_HISTOGRAM_BINS; i++) n += counts[i];
  return n;
}

// Bins are summed in groups first: the loop without a branch is many times faster, and the group that
// holds the wanted value is one of few.
enum { GROUP = 256 };

static uint64_t sum_group(const uint32_t *counts, int32_t first, int32_t end) {
  uint64_t n = 0;
  for (int32_t i = first; i < end; i++) n += counts[i];
  return n;
}

double tw_histogram_quantile(const uint32_t *counts, double q) {
  const uint64_t n = tw_histogram_total(counts);
  if (n == 0 || !(q >= 0 && q <= 1)) return (double)NAN;
  const double wanted = q * (double)n;
  double below = 0;
  int32_t last = 0;
  for (int32_t first = 0; first < TW_HISTOGRAM_BINS; first += GROUP) {
    const int32_t end = first + GROUP < TW_HISTOGRAM_BINS ? first + GROUP : TW_HISTOGRAM_BINS;
    const double group = (double)sum_group(counts, first, end);
    if (group == 0) continue;
    if (below + group < wanted) {
      below += group;
      last = end - 1;
      continue;
    }
    for (int32_t i = first; i < end; i++) {
      if (counts[i] == 0) continue;
      last = i;
      const double here = (double)counts[i];
      if (below + here >= wanted) {
        const double low = (double)tw_histogram_edge(i), high = (double)tw_histogram_edge(i + 1);
        return low + (high - low) * (wanted - below) / here;
      }
      below += here;
    }
  }
  TW_ASSERT(last > 0 || wanted > 0);
  return (double)tw_histogram_edge(last + 1);
}

double tw_histogram_above(const uint32_t *counts, double us) {
  const uint64_t n = tw_histogram_total(counts);
  if (n == 0) return (double)NAN;
  double above = us < 0 ? (double)counts[0] : 0;
  for (int32_t i = 1; i < TW_HISTOGRAM_BINS; i++) {
    const double low = (double)tw_histogram_edge(i), high = (double)tw_histogram_edge(i + 1);
    if (low >= us) above += (double)counts[i];
    else if (high > us) above += (double)counts[i] * (high - us) / (high - low);
  }
  return above / (double)n;
}
