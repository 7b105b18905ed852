// squeeze_test.c - blocks come back as they went in, and zeros cost nothing.

#include "study/squeeze.h"

#include <criterion/criterion.h>
#include <string.h>

enum { N = 1000 };

static void expect_round_trip(const uint64_t *block, size_t n) {
  tw_squeezed squeezed = {0};
  uint64_t back[N];
  cr_assert(tw_squeeze(&squeezed, block, n * sizeof *block));
  cr_assert_leq(squeezed.n_byte, 9 * n);  // a byte more for each word at most
  memset(back, 0xa5, sizeof back);
  tw_unsqueeze(&squeezed, back, n * sizeof *back);
  cr_assert(n == 0 || memcmp(back, block, n * sizeof *block) == 0);
  tw_squeezed_free(&squeezed);
}

Test(squeeze, gives_every_block_back) {
  uint64_t seed = 3;
  for (int round = 0; round < 500; round++) {
    uint64_t block[N];
    const uint64_t share = seed >> 60;
    for (int i = 0; i < N; i++) {
      seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
      block[i] = (seed >> 60) <= share ? 0 : seed;
    }
    expect_round_trip(block, (size_t)(seed >> 33) % (N + 1));
  }
}

Test(squeeze, gives_blocks_of_one_kind_back) {
  uint64_t block[N];
  memset(block, 0, sizeof block);
  expect_round_trip(block, N);
  expect_round_trip(block, 0);
  expect_round_trip(block, 1);
  memset(block, 1, sizeof block);
  expect_round_trip(block, N);
  block[0] = block[N - 1] = 0;
  expect_round_trip(block, N);
}

Test(squeeze, keeps_of_zeros_their_count_and_of_small_numbers_a_byte) {
  uint64_t block[N] = {0};
  tw_squeezed squeezed = {0};
  cr_assert(tw_squeeze(&squeezed, block, sizeof block));
  cr_assert_eq(squeezed.n_byte, 3);
  tw_squeezed_free(&squeezed);
  block[N / 2] = 200;
  block[N / 2 + 1] = UINT64_C(0x0100000000000007);
  cr_assert(tw_squeeze(&squeezed, block, sizeof block));
  cr_assert_eq(squeezed.n_byte, 3 + 2 + 3 + 3);
  tw_squeezed_free(&squeezed);
  expect_round_trip(block, N);
}

Test(squeeze, gives_back_words_with_zeros_in_any_of_their_bytes) {
  uint64_t block[256];
  for (unsigned mask = 0; mask < 256; mask++) {
    block[mask] = 0;
    for (unsigned i = 0; i < 8; i++) block[mask] |= (uint64_t)(mask >> i & 1) << (8 * i + i);
  }
  expect_round_trip(block, 256);
}
