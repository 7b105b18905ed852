// stream.h - random numbers as a function of (key, n): Philox2x64-10, counter based. A stream is 16
// bytes of state; draw n never depends on how draws before it were used, because each draw owns the
// counter blocks (n, 0), (n, 1), ... This is what replay, forks and common random numbers stand on.
//
// The common case of an exponential or normal draw is one block and one table row, all inline, with
// the dice in registers. The rare cases are in stream.c; they get the dice by value so that its
// address never escapes here.

#ifndef TW_CORE_STREAM_H
#define TW_CORE_STREAM_H

#include <stdint.h>

#include "base/wide.h"

typedef struct tw_stream {
  uint64_t key;
  uint64_t n;  // number of the next draw
} tw_stream;

// The randomness of one draw: hands out 64-bit words of blocks (n, 0), (n, 1), ...
typedef struct tw_dice {
  uint64_t key, n;
  uint32_t block;   // next block
  uint32_t n_left;  // words left in `word`
  uint64_t word[2];
} tw_dice;

// Salmon and others, "Parallel random numbers: as easy as 1, 2, 3" (2011), 2x64 with 10 rounds.
static inline void tw_philox(uint64_t key, uint64_t c0, uint64_t c1, uint64_t out[2]) {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC unroll 10
#endif
  for (int round = 0; round < 10; round++) {
    uint64_t high;
    const uint64_t low = tw_multiply_wide(c0, UINT64_C(0xD2B74407B1CE6E93), &high);
    c0 = high ^ key ^ c1;
    c1 = low;
    key += UINT64_C(0x9E3779B97F4A7C15);
  }
  out[0] = c0;
  out[1] = c1;
}

static inline tw_dice tw_dice_new(uint64_t key, uint64_t n) {
  return (tw_dice){.key = key, .n = n};
}

// Gives the dice of the stream's next draw and moves the stream on.
static inline tw_dice tw_stream_next(tw_stream *stream) {
  return tw_dice_new(stream->key, stream->n++);
}

static inline uint64_t tw_dice_word(tw_dice *dice) {
  if (dice->n_left == 0) {
    tw_philox(dice->key, dice->n, dice->block++, dice->word);
    dice->n_left = 2;
  }
  return dice->word[--dice->n_left];
}

// Uniform in (0, 1], 53 bits, never 0 so that log() is finite.
static inline double tw_dice_uniform(tw_dice *dice) {
  return (double)((tw_dice_word(dice) >> 11) + 1) * 0x1p-53;
}

// One layer of a ziggurat: a mantissa below `accept` lies in the part of the layer that is wholly
// under the density, and mantissa * scale is the value. Marsaglia and Tsang (2000), 256 layers.
typedef struct tw_zig_layer {
  uint64_t accept;
  double scale;
} tw_zig_layer;

extern const tw_zig_layer tw_zig_exponential[256];
extern const tw_zig_layer tw_zig_normal[256];

// A value and the block that the dice goes on with.
typedef struct tw_zig_result {
  double value;
  uint64_t block;
} tw_zig_result;

// The one draw in a hundred whose first word is not accepted. Words left over in the dice's block
// are dropped: a value depends on key, n, block and the first word only.
tw_zig_result tw_zig_exponential_rest(uint64_t key, uint64_t n, uint64_t block, uint64_t word);
tw_zig_result tw_zig_normal_rest(uint64_t key, uint64_t n, uint64_t block, uint64_t word);

// Mean 1. The low 8 bits of the word choose the layer, the other 56 are the mantissa.
static inline double tw_dice_exponential(tw_dice *dice) {
  const uint64_t word = tw_dice_word(dice);
  const tw_zig_layer *layer = &tw_zig_exponential[word & 255];
  const uint64_t mantissa = word >> 8;
  if (__builtin_expect(mantissa < layer->accept, 1)) {
    return (double)(int64_t)mantissa * layer->scale;
  }
  const tw_zig_result rest = tw_zig_exponential_rest(dice->key, dice->n, dice->block, word);
  dice->block = (uint32_t)rest.block;
  dice->n_left = 0;
  return rest.value;
}

// Mean 0, sd 1. As above with a mantissa of 55 bits; bit 8 is the sign.
static inline double tw_dice_normal(tw_dice *dice) {
  const uint64_t word = tw_dice_word(dice);
  const tw_zig_layer *layer = &tw_zig_normal[word & 255];
  const uint64_t mantissa = word >> 9;
  if (__builtin_expect(mantissa < layer->accept, 1)) {
    const int64_t sign = (int64_t)((word >> 8) & 1);
    return (double)(((int64_t)mantissa ^ -sign) + sign) * layer->scale;
  }
  const tw_zig_result rest = tw_zig_normal_rest(dice->key, dice->n, dice->block, word);
  dice->block = (uint32_t)rest.block;
  dice->n_left = 0;
  return rest.value;
}

#endif
