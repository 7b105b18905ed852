// The logarithmic histogram: every value in its bin, the error bound of 0.2 %, and its quantiles
// and shares against exact ones.

#include <criterion/criterion.h>
#include <math.h>

#include "core/histogram.h"
#include "core/stream.h"

Test(histogram, every_value_lies_between_the_edges_of_its_bin) {
  for (double value = 1; value < 0x1p62; value *= 1.000731) {
    const int64_t us = (int64_t)value;
    const int32_t bin = tw_histogram_bin(us);
    cr_assert(bin >= 0 && bin < TW_HISTOGRAM_BINS);
    cr_assert(us >= tw_histogram_edge(bin));
    if (bin < TW_HISTOGRAM_BINS - 1) cr_assert(us < tw_histogram_edge(bin + 1));
  }
}

Test(histogram, edges_are_exact_and_the_middle_is_within_two_per_mille) {
  cr_assert(tw_histogram_bin(-5) == 0 && tw_histogram_bin(0) == 0, "nothing has its own bin");
  cr_assert(tw_histogram_bin(1) == 1 && tw_histogram_bin(65535) == 1);
  cr_assert(tw_histogram_bin(65536) == 2);
  cr_assert(tw_histogram_bin(((int64_t)1 << 46) - 1) == TW_HISTOGRAM_BINS - 2);
  cr_assert(tw_histogram_bin((int64_t)1 << 46) == TW_HISTOGRAM_BINS - 1);
  cr_assert(tw_histogram_bin(INT64_MAX) == TW_HISTOGRAM_BINS - 1);
  for (int32_t bin = 2; bin < TW_HISTOGRAM_BINS - 1; bin++) {
    const int64_t low = tw_histogram_edge(bin), high = tw_histogram_edge(bin + 1);
    cr_assert(tw_histogram_bin(low) == bin && tw_histogram_bin(high - 1) == bin);
    cr_assert(tw_histogram_bin(low - 1) == bin - 1);
    const double middle = 0.5 * ((double)low + (double)high);
    cr_assert(middle - (double)low <= 0.002 * (double)low);
  }
}

Test(histogram, quantiles_and_shares_of_an_exponential_are_right) {
  enum { N = 200000 };
  static uint32_t counts[TW_HISTOGRAM_BINS];
  const double mean_us = 60e6;
  for (uint64_t n = 0; n < N; n++) {
    tw_dice dice = tw_dice_new(4, n);
    tw_histogram_add(counts, (int64_t)(mean_us * tw_dice_exponential(&dice)));
  }
  cr_assert(tw_histogram_total(counts) == N);
  const double ps[] = {0.1, 0.5, 0.9, 0.99};
  for (int i = 0; i < 4; i++) {
    // 4.5 standard errors of a sample quantile, and the bin.
    const double wanted = -mean_us * log(1 - ps[i]);
    const double error = 4.5 * mean_us * sqrt(ps[i] / (1 - ps[i]) / N) + 0.004 * wanted;
    cr_expect(fabs(tw_histogram_quantile(counts, ps[i]) - wanted) < error, "%g", ps[i]);
    cr_expect(fabs(tw_histogram_above(counts, wanted) - (1 - ps[i])) <
                  4.5 * sqrt(ps[i] * (1 - ps[i]) / N) + 0.004,
              "%g", ps[i]);
  }
}

Test(histogram, one_value_is_found_within_its_bin) {
  static uint32_t counts[TW_HISTOGRAM_BINS];
  counts[tw_histogram_bin(1000000)] = 7;
  for (double q = 0; q <= 1; q += 0.125) {
    cr_assert(fabs(tw_histogram_quantile(counts, q) - 1e6) < 0.004 * 1e6);
  }
  cr_assert(tw_histogram_above(counts, 1.1e6) == 0 && tw_histogram_above(counts, 0.9e6) == 1);
}

Test(histogram, an_empty_one_has_no_quantile) {
  static uint32_t counts[TW_HISTOGRAM_BINS];
  cr_assert(isnan(tw_histogram_quantile(counts, 0.5)) && isnan(tw_histogram_above(counts, 1)));
  counts[5] = 1;
  cr_assert(isnan(tw_histogram_quantile(counts, 1.5)) && isnan(tw_histogram_quantile(counts, NAN)));
}
