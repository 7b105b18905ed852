// Hashes: they are written into files, so their values must never change, and they must spread.

#include <criterion/criterion.h>
#include <string.h>

#include "base/hash.h"

static int count_bits(uint64_t x) { return __builtin_popcountll(x); }

Test(hash, values_are_the_ones_that_files_carry) {
  cr_assert(tw_hash_text(TW_HASH_SEED, "") == UINT64_C(0xd799566f68f600f0), "%lx",
            (unsigned long)tw_hash_text(TW_HASH_SEED, ""));
  cr_assert(tw_hash_text(TW_HASH_SEED, "stations/saw") == UINT64_C(0x89a602ccd511fa65), "%lx",
            (unsigned long)tw_hash_text(TW_HASH_SEED, "stations/saw"));
}

Test(hash, texts_that_differ_in_zero_bytes_or_order_differ) {
  const char bytes[20] = "ab";
  uint64_t seen[20];
  for (size_t n = 0; n < 20; n++) {
    seen[n] = tw_hash_bytes(1, bytes, n);
    for (size_t j = 0; j < n; j++) cr_assert(seen[j] != seen[n]);
  }
  cr_assert(tw_hash_text(1, "abcdefghijklmnop") != tw_hash_text(1, "ijklmnopabcdefgh"));
  cr_assert(tw_hash_word(tw_hash_word(1, 2), 3) != tw_hash_word(tw_hash_word(1, 3), 2));
}

Test(hash, does_not_read_behind_its_bytes) {
  char one[16], other[16];
  memset(one, 1, sizeof one);
  memset(other, 2, sizeof other);
  memcpy(one, "eleven byte", 11);
  memcpy(other, "eleven byte", 11);
  cr_assert(tw_hash_bytes(5, one, 11) == tw_hash_bytes(5, other, 11));
}

// Each bit of a word or of the hash changes half of the result: 4.5 standard errors over all pairs.
Test(hash, every_bit_changes_half_of_the_result) {
  int64_t n_bit = 0, n_pair = 0;
  for (uint64_t i = 0; i < 500; i++) {
    const uint64_t hash = tw_hash_word(7, i), word = i * i;
    const uint64_t plain = tw_hash_word(hash, word);
    for (int bit = 0; bit < 64; bit++) {
      const int a = count_bits(plain ^ tw_hash_word(hash, word ^ (uint64_t)1 << bit));
      const int b = count_bits(plain ^ tw_hash_word(hash ^ (uint64_t)1 << bit, word));
      cr_assert(a > 8 && a < 56 && b > 8 && b < 56);
      n_bit += a + b;
      n_pair += 2;
    }
  }
  const double mean = (double)n_bit / (double)n_pair;
  cr_assert(mean > 32 - 4.5 * 4 / 252 && mean < 32 + 4.5 * 4 / 252, "%g", mean);
}
