// wide_test.c - whole numbers of 128 bits: products, sums with a carry, order, and doubles of them.

#include <criterion/criterion.h>

#include "base/wide.h"

static void expect_wide(tw_wide got, uint64_t high, uint64_t low) {
  cr_expect_eq(got.high, high);
  cr_expect_eq(got.low, low);
}

Test(wide, products_keep_all_their_bits) {
  expect_wide(tw_wide_product(0, UINT64_MAX), 0, 0);
  expect_wide(tw_wide_product(UINT64_C(1) << 32, UINT64_C(1) << 32), 1, 0);
  expect_wide(tw_wide_product(UINT64_MAX, UINT64_MAX), UINT64_MAX - 1, 1);
}

Test(wide, sums_carry_into_the_high_word_and_wrap) {
  expect_wide(tw_wide_sum((tw_wide){1, UINT64_MAX}, (tw_wide){2, 1}), 4, 0);
  expect_wide(tw_wide_sum((tw_wide){1, 5}, (tw_wide){0, 6}), 1, 11);
  expect_wide(tw_wide_sum((tw_wide){UINT64_MAX, UINT64_MAX}, (tw_wide){0, 1}), 0, 0);
}

Test(wide, order_looks_at_the_high_word_first) {
  cr_expect(tw_wide_is_more((tw_wide){2, 0}, (tw_wide){1, UINT64_MAX}));
  cr_expect(tw_wide_is_more((tw_wide){1, 2}, (tw_wide){1, 1}));
  cr_expect_not(tw_wide_is_more((tw_wide){1, 1}, (tw_wide){1, 1}));
  cr_expect_not(tw_wide_is_more((tw_wide){0, UINT64_MAX}, (tw_wide){1, 0}));
}

Test(wide, doubles_are_exact_where_they_can_be) {
  cr_expect_eq(tw_wide_to_double((tw_wide){0, 3}), 3.0);
  // 71.2 kWh in pJ
  cr_expect_eq(tw_wide_to_double(tw_wide_product(256320000, UINT64_C(1000000000000))), 2.5632e20);
  expect_wide(tw_wide_from_double(2.5632e20), 13, (uint64_t)(2.5632e20 - 13 * 0x1p64));
  expect_wide(tw_wide_from_double(2.5), 0, 3);
  expect_wide(tw_wide_from_double(0), 0, 0);
  expect_wide(tw_wide_from_double(0x1p64), 1, 0);
}
