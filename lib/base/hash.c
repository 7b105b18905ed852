// hash.c - hashing of byte strings, eight bytes at a time through tw_hash_word. The length goes in
// last, so that a text and the same text with zero bytes behind it differ.

#include "base/hash.h"

#include <string.h>

#include "base/assert.h"

uint64_t tw_hash_bytes(uint64_t hash, const void *bytes, size_t n) {
  TW_ASSERT(bytes != NULL || n == 0);
  const unsigned char *at = bytes;
  size_t n_left = n;
  for (; n_left >= 8; n_left -= 8, at += 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    hash = tw_hash_word(hash, word);
  }
  if (n_left > 0) {
    uint64_t word = 0;
    memcpy(&word, at, n_left);
    hash = tw_hash_word(hash, word);
  }
  return tw_hash_word(hash, (uint64_t)n);
}

uint64_t tw_hash_text(uint64_t hash, const char *text) {
  TW_ASSERT(text != NULL);
  return tw_hash_bytes(hash, text, strlen(text));
}
