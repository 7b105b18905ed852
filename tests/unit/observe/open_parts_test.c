// open_parts_test.c - the table of parts in the line, against a plain array.

#include "observe/open_parts.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { N_ID = 3000, N_STEP = 200000 };

static uint64_t next(uint64_t *seed) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *seed >> 33;
}

Test(open_parts, hold_what_a_plain_array_holds) {
  static bool is_in[N_ID + 1];
  tw_open_parts parts = {0};
  uint64_t seed = 7;
  uint32_t n = 0;
  for (int32_t step = 0; step < N_STEP; step++) {
    const uint64_t id = 1 + next(&seed) % N_ID;
    tw_open_part *part = tw_open_parts_find(&parts, id);
    cr_assert_eq(part != NULL, is_in[id]);
    if (part == NULL) {
      part = tw_open_parts_add(&parts, id);
      part->created_us = (int64_t)id * 3;
      n++;
    } else {
      cr_assert_eq(part->created_us, (int64_t)id * 3);
      tw_open_parts_remove(&parts, part);
      n--;
    }
    is_in[id] = !is_in[id];
    cr_assert_eq(parts.n, n);
  }
  tw_open_parts_free(&parts);
}

Test(open_parts, are_listed_by_id) {
  tw_open_parts parts = {0};
  for (uint64_t i = 0; i < 500; i++) tw_open_parts_add(&parts, 1 + i * 1021 % 4099);
  tw_open_part *list = malloc(parts.n * sizeof *list);
  tw_open_parts_list(&parts, list);
  for (uint32_t i = 1; i < parts.n; i++) cr_assert_lt(list[i - 1].id, list[i].id);
  free(list);
  tw_open_parts_free(&parts);
}

Test(open_parts, keep_their_size_when_as_many_leave_as_come) {
  tw_open_parts parts = {0};
  for (uint64_t id = 1; id <= 30; id++) tw_open_parts_add(&parts, id);
  const int32_t n_bit = parts.n_bit;
  for (uint64_t id = 31; id < 100000; id++) {
    tw_open_parts_remove(&parts, tw_open_parts_find(&parts, id - 30));
    tw_open_parts_add(&parts, id);
  }
  cr_assert_eq(parts.n_bit, n_bit);
  cr_assert_eq(parts.n, 30);
  tw_open_parts_clear(&parts);
  cr_assert_null(tw_open_parts_find(&parts, 99999));
  tw_open_parts_free(&parts);
}

Test(open_parts, find_nothing_in_an_empty_table) {
  const tw_open_parts parts = {0};
  cr_assert_null(tw_open_parts_find(&parts, 1));
  cr_assert_null(tw_open_parts_find(&parts, 0));
}
