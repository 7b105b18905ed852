// marks.h - a set of small numbers that gives its least member at once: a bitmap in levels, each bit
// above telling that the word below is not empty. Words belong to the caller; a set of up to 64
// numbers is one word. At most 64^3 numbers.

#ifndef TW_CORE_MARKS_H
#define TW_CORE_MARKS_H

#include <stdint.h>

#include "base/assert.h"

enum { TW_MARKS_MAX = 64 * 64 * 64 };

static inline int32_t tw_marks_words_of(int32_t n) { return (n + 63) / 64; }

// Words that a set of the numbers 0 .. n - 1 takes.
static inline int32_t tw_marks_words(int32_t n) {
  TW_ASSERT(n >= 0 && n <= TW_MARKS_MAX);
  int32_t n_word = tw_marks_words_of(n), total = n_word;
  while (n_word > 1) {
    n_word = tw_marks_words_of(n_word);
    total += n_word;
  }
  return total > 0 ? total : 1;
}

static inline void tw_marks_set(uint64_t *words, int32_t n, int32_t i) {
  TW_ASSERT(i >= 0 && i < n);
  int32_t n_word = tw_marks_words_of(n);
  words[i >> 6] |= (uint64_t)1 << (i & 63);
  while (n_word > 1) {
    words += n_word;
    n_word = tw_marks_words_of(n_word);
    i >>= 6;
    words[i >> 6] |= (uint64_t)1 << (i & 63);
  }
}

// Empties a bit and, upwards, those that told of it alone.
static inline void tw_marks_clear(uint64_t *words, int32_t n, int32_t i) {
  TW_ASSERT(i >= 0 && i < n);
  int32_t n_word = tw_marks_words_of(n);
  words[i >> 6] &= ~((uint64_t)1 << (i & 63));
  while (n_word > 1 && words[i >> 6] == 0) {
    words += n_word;
    n_word = tw_marks_words_of(n_word);
    i >>= 6;
    words[i >> 6] &= ~((uint64_t)1 << (i & 63));
  }
}

// The least member, -1 for an empty set; from the top level down.
static inline int32_t tw_marks_lowest(const uint64_t *words, int32_t n) {
  const int32_t n_0 = tw_marks_words_of(n);
  if (n_0 <= 1) return words[0] == 0 ? -1 : __builtin_ctzll(words[0]);
  const int32_t n_1 = tw_marks_words_of(n_0);
  const uint64_t *level_1 = words + n_0;
  int32_t word_1 = 0;
  if (n_1 > 1) {
    const uint64_t top = level_1[n_1];
    if (top == 0) return -1;
    word_1 = __builtin_ctzll(top);
  }
  if (level_1[word_1] == 0) return -1;
  const int32_t word_0 = word_1 * 64 + __builtin_ctzll(level_1[word_1]);
  return word_0 * 64 + __builtin_ctzll(words[word_0]);
}

// Takes the least member out; -1 for an empty set.
static inline int32_t tw_marks_take_lowest(uint64_t *words, int32_t n) {
  if (n <= 64) {
    if (words[0] == 0) return -1;
    const int32_t i = __builtin_ctzll(words[0]);
    words[0] &= words[0] - 1;
    return i;
  }
  const int32_t i = tw_marks_lowest(words, n);
  if (i >= 0) tw_marks_clear(words, n, i);
  return i;
}

#endif
