// ticks.h - from seconds to the line's clock of microseconds and back.

#ifndef TW_CORE_TICKS_H
#define TW_CORE_TICKS_H

#include <stdbool.h>
#include <stdint.h>

#define TW_TICKS_PER_S 1000000

// No instant or duration of a run is later: 146,000 years, so that sums of a few stay within int64.
#define TW_TICK_MAX ((int64_t)1 << 62)

// A due date, or none (INT64_MAX): its distance from any instant of a run is an int64, too.
static inline bool tw_is_due(int64_t tick) {
  return tick == INT64_MAX || (tick > -TW_TICK_MAX && tick < TW_TICK_MAX);
}

// No duration or instant that a line file or a draw gives is longer: 70 years, within 2^51 us, below
// which rounding to ticks is exact.
#define TW_LONGEST_S 2.2e9

// Rounds a duration of at most 2^51 us to ticks, half to even. Adding 1.5 * 2^52 leaves no room for a
// fraction, so the sum is rounded by the hardware's own rule; no library call on the hot path.
static inline int64_t tw_ticks(double seconds) {
  const double shift = 0x1.8p52;
  const double sum = seconds * (double)TW_TICKS_PER_S + shift;
  return (int64_t)(sum - shift);
}

static inline double tw_seconds(int64_t ticks) {
  return (double)ticks / (double)TW_TICKS_PER_S;
}

#endif
