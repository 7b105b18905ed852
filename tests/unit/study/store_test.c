// store_test.c - states that are kept come back, from memory or from the file behind it.

#include "study/store.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { N_STATE = 200, N_WORD = 64 };

static void fill(uint64_t *block, int state) {
  for (int i = 0; i < N_WORD; i++) block[i] = i % 3 == 0 ? 0 : (uint64_t)state * 7919 + (uint64_t)i;
}

static void expect_all_back(size_t n_byte_max, bool has_file) {
  tw_store store = {.n_byte_max = n_byte_max};
  tw_kept kept[N_STATE] = {0};
  uint64_t block[N_WORD], back[N_WORD];
  for (int i = 0; i < N_STATE; i++) {
    fill(block, i);
    cr_assert(tw_squeeze(&kept[i].state, block, sizeof block));
    tw_store_put(&store, &kept[i]);
  }
  cr_assert_leq(store.n_byte, n_byte_max);
  cr_assert_eq(store.file != NULL, has_file);
  for (int i = N_STATE - 1; i >= 0; i--) {
    fill(block, i);
    cr_assert(tw_store_get(&store, &kept[i], back, sizeof back));
    cr_assert_eq(memcmp(block, back, sizeof back), 0);
    tw_squeezed_free(&kept[i].state);
  }
  tw_store_free(&store);
}

Test(store, gives_every_state_back) {
  expect_all_back(1 << 20, false);
  expect_all_back(5000, true);
  expect_all_back(0, true);
}
