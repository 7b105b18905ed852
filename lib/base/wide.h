// wide.h - 64 x 64 -> 128 bit products, and sums of them, for compilers with and without a 128-bit
// integer.
// TW_HAS_U128 says which; define TW_NO_U128 to build and test the two-word paths where the type
// exists.

#ifndef TW_BASE_WIDE_H
#define TW_BASE_WIDE_H

#include <stdint.h>

#if defined(__SIZEOF_INT128__) && !defined(TW_NO_U128)
#define TW_HAS_U128 1
__extension__ typedef unsigned __int128 tw_u128;
#else
#define TW_HAS_U128 0
#endif

// Gives the low word of a * b and stores the high one.
static inline uint64_t tw_multiply_wide(uint64_t a, uint64_t b, uint64_t *high) {
#if TW_HAS_U128
  const tw_u128 product = (tw_u128)a * b;
  *high = (uint64_t)(product >> 64);
  return (uint64_t)product;
#else
  // Four half-word products; `middle` cannot overflow: it holds at most 3 * (2^32 - 1).
  const uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
  const uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
  const uint64_t middle = (p00 >> 32) + (p01 & 0xffffffffu) + (p10 & 0xffffffffu);
  *high = p11 + (p01 >> 32) + (p10 >> 32) + (middle >> 32);
  return middle << 32 | (p00 & 0xffffffffu);
#endif
}

// A whole number of 128 bits without a sign. Sums wrap.
typedef struct tw_wide {
  uint64_t high, low;
} tw_wide;

static inline tw_wide tw_wide_product(uint64_t a, uint64_t b) {
  tw_wide product;
  product.low = tw_multiply_wide(a, b, &product.high);
  return product;
}

static inline tw_wide tw_wide_sum(tw_wide a, tw_wide b) {
  const uint64_t low = a.low + b.low;
  return (tw_wide){.high = a.high + b.high + (low < a.low), .low = low};
}

static inline int tw_wide_is_more(tw_wide a, tw_wide b) {
  return a.high != b.high ? a.high > b.high : a.low > b.low;
}

// What fits into 53 bits behind its last 1 is exact.
static inline double tw_wide_to_double(tw_wide a) {
  return (double)a.high * 0x1p64 + (double)a.low;
}

// The whole number nearest to a number from 0 to 2^64 of 2^64.
static inline tw_wide tw_wide_from_double(double number) {
  const double half = number + 0.5;
  const uint64_t high = (uint64_t)(half * 0x1p-64);
  return (tw_wide){.high = high, .low = (uint64_t)(half - (double)high * 0x1p64)};
}

#endif
