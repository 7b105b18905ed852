// stream.c - the ziggurat's tables and its rare cases: the wedge at the edge of a layer and the
// tail. A point in the wedge is tested against the density itself, so the result is exact in
// distribution; the loops end with probability one and after 1.01 turns on average.

#include "core/stream.h"

#include "base/assert.h"
#include "core/math.h"

#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline, cold))
#else
#define NOINLINE
#endif

#include "core/zig_table.inl"

TW_STATIC_ASSERT(sizeof(tw_zig_layer) == 16, "four layers in a cache line");
TW_STATIC_ASSERT(sizeof(tw_stream) == 16, "a stream is 16 bytes of a run's state");

static tw_dice resume(uint64_t key, uint64_t n, uint64_t block) {
  TW_ASSERT(block > 0 && block <= UINT32_MAX);
  return (tw_dice){.key = key, .n = n, .block = (uint32_t)block};
}

NOINLINE tw_zig_result tw_zig_exponential_rest(uint64_t key, uint64_t n, uint64_t block,
                                               uint64_t word) {
  tw_dice dice = resume(key, n, block);
  double shift = 0;
  for (;;) {
    const unsigned i = (unsigned)(word & 255);
    const uint64_t mantissa = word >> 8;
    const double x = (double)(int64_t)mantissa * tw_zig_exponential[i].scale;
    if (mantissa < tw_zig_exponential[i].accept) return (tw_zig_result){shift + x, dice.block};
    if (i == 0) {
      // The tail of an exponential is the exponential again.
      shift += EXPONENTIAL_TAIL;
    } else {
      const double low = exponential_density[i], high = exponential_density[i + 1];
      TW_ASSERT(low < high);
      if (low + tw_dice_uniform(&dice) * (high - low) < tw_exp(-x)) {
        return (tw_zig_result){shift + x, dice.block};
      }
    }
    word = tw_dice_word(&dice);
  }
}

// Marsaglia's tail: exact for all values above NORMAL_TAIL.
static double normal_tail(tw_dice *dice) {
  for (;;) {
    const double x = -tw_log(tw_dice_uniform(dice)) / NORMAL_TAIL;
    const double y = -tw_log(tw_dice_uniform(dice));
    if (2 * y >= x * x) return NORMAL_TAIL + x;
  }
}

NOINLINE tw_zig_result tw_zig_normal_rest(uint64_t key, uint64_t n, uint64_t block, uint64_t word) {
  tw_dice dice = resume(key, n, block);
  for (;;) {
    const unsigned i = (unsigned)(word & 255);
    const double sign = (word >> 8 & 1) != 0 ? -1 : 1;
    const uint64_t mantissa = word >> 9;
    const double x = (double)(int64_t)mantissa * tw_zig_normal[i].scale;
    if (mantissa < tw_zig_normal[i].accept) return (tw_zig_result){sign * x, dice.block};
    if (i == 0) {
      const double tail = normal_tail(&dice);
      TW_ASSERT(tail >= NORMAL_TAIL);
      return (tw_zig_result){sign * tail, dice.block};
    }
    const double low = normal_density[i], high = normal_density[i + 1];
    TW_ASSERT(low < high);
    if (low + tw_dice_uniform(&dice) * (high - low) < tw_exp(-0.5 * x * x)) {
      return (tw_zig_result){sign * x, dice.block};
    }
    word = tw_dice_word(&dice);
  }
}
