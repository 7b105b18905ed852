// hash.h - 64-bit hashing of bytes and numbers, the same on every machine of one byte order.
// Not for secrets: for layouts, states, lines and stream keys.

#ifndef TW_BASE_HASH_H
#define TW_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

// Mixes one 64-bit word into a running hash (a finaliser with full avalanche).
static inline uint64_t tw_hash_word(uint64_t hash, uint64_t word) {
  uint64_t x = hash ^ (word * 0x9e3779b97f4a7c15u);
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  return x;
}

uint64_t tw_hash_bytes(uint64_t hash, const void *bytes, size_t n);
uint64_t tw_hash_text(uint64_t hash, const char *text);

#define TW_HASH_SEED 0x6c69627477696e31u

#endif
