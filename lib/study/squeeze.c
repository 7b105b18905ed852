// squeeze.c - a word that is not zero is a byte that says which of its bytes are not zero, and
// these, the lowest first. A run of words that are zero is a zero byte and their count, seven bits
// a byte, the lowest first, the high bit where more follow.

#include "study/squeeze.h"

#include <string.h>

#include "base/assert.h"

enum { WORD_BYTES_MAX = 1 + sizeof(uint64_t) };

static unsigned char *put_zeros(unsigned char *out, size_t n) {
  *out++ = 0;
  for (; n >= 0x80; n >>= 7) *out++ = (unsigned char)(0x80 | (n & 0x7f));
  *out++ = (unsigned char)n;
  return out;
}

static unsigned char *put_word(unsigned char *out, uint64_t word) {
  unsigned char *mask = out++;
  unsigned bits = 0;
  for (unsigned i = 0; word != 0; i++, word >>= 8) {
    // a byte that is zero is written over by the next one
    *out = (unsigned char)word;
    bits |= (unsigned)((word & 0xff) != 0) << i;
    out += (word & 0xff) != 0;
  }
  *mask = (unsigned char)bits;
  return out;
}

static unsigned char *squeeze_words(const uint64_t *word, size_t n, unsigned char *out) {
  for (size_t i = 0; i < n;) {
    const size_t first = i;
    while (i < n && word[i] == 0) i++;
    if (i > first) out = put_zeros(out, i - first);
    if (i < n) out = put_word(out, word[i++]);
  }
  return out;
}

bool tw_squeeze(tw_squeezed *squeezed, const void *block, size_t n_byte) {
  TW_ASSERT(n_byte % sizeof(uint64_t) == 0 && (uintptr_t)block % sizeof(uint64_t) == 0);
  const size_t n = n_byte / sizeof(uint64_t);
  // A lonely zero takes two bytes, a word nine, and put_word looks one further.
  unsigned char *whole = tw_memory_take(squeezed->memory, n * WORD_BYTES_MAX + WORD_BYTES_MAX);
  if (whole == NULL) return false;
  const size_t n_out = (size_t)(squeeze_words(block, n, whole) - whole);
  TW_ASSERT(n_out <= n * WORD_BYTES_MAX);
  unsigned char *at = tw_memory_take(squeezed->memory, n_out + 1);
  if (at != NULL) {
    memcpy(at, whole, n_out);
    *squeezed = (tw_squeezed){at, n_out, squeezed->memory};
  }
  tw_memory_free(squeezed->memory, whole);
  return at != NULL;
}

void tw_unsqueeze(const tw_squeezed *squeezed, void *block, size_t n_byte) {
  uint64_t *out = block;
  const unsigned char *at = squeezed->at, *end = at + squeezed->n_byte;
  memset(block, 0, n_byte);
  while (at < end) {
    const unsigned mask = *at++;
    if (mask == 0) {
      size_t n = 0;
      unsigned shift = 0;
      for (; *at >= 0x80; shift += 7) n |= (size_t)(*at++ & 0x7f) << shift;
      out += n | (size_t)*at++ << shift;
      continue;
    }
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; i++)
      if (mask >> i & 1) word |= (uint64_t)*at++ << (8 * i);
    TW_ASSERT((char *)(out + 1) <= (char *)block + n_byte);
    *out++ = word;
  }
}

void tw_squeezed_free(tw_squeezed *squeezed) {
  tw_memory_free(squeezed->memory, squeezed->at);
  *squeezed = (tw_squeezed){.memory = squeezed->memory};
}
