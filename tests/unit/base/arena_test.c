// The bump allocator: zeroed, aligned, never moving, honest about overflow.

#include <criterion/criterion.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

Test(arena, gives_zeroed_aligned_pieces_that_do_not_overlap_or_move) {
  enum { N = 3000 };
  static unsigned char *pieces[N];
  tw_arena arena;
  tw_arena_init(&arena);
  for (size_t i = 0; i < N; i++) {
    const size_t n = i * 7 % 257;
    pieces[i] = tw_arena_take(&arena, n);
    cr_assert(pieces[i] != NULL && (uintptr_t)pieces[i] % alignof(max_align_t) == 0);
    for (size_t j = 0; j < n; j++) cr_assert(pieces[i][j] == 0);
    memset(pieces[i], (int)(i % 255 + 1), n);
  }
  for (size_t i = 0; i < N; i++) {
    for (size_t j = 0; j < i * 7 % 257; j++) cr_assert(pieces[i][j] == i % 255 + 1);
  }
  tw_arena_free(&arena);
}

Test(arena, takes_pieces_larger_than_its_blocks) {
  tw_arena arena;
  tw_arena_init(&arena);
  const char *small = tw_arena_text(&arena, "small");
  char *large = tw_arena_take(&arena, 10000000);
  cr_assert(large != NULL && large[0] == 0 && large[9999999] == 0);
  cr_assert_str_eq(small, "small");
  cr_assert_str_eq(tw_arena_text(&arena, "again"), "again");
  tw_arena_free(&arena);
}

Test(arena, empty_pieces_have_addresses_of_their_own) {
  tw_arena arena;
  tw_arena_init(&arena);
  const void *a = tw_arena_take(&arena, 0), *b = tw_arena_take(&arena, 0);
  cr_assert(a != NULL && b != NULL && a != b);
  tw_arena_free(&arena);
}

Test(arena, an_overflowing_array_is_out_of_memory_for_good) {
  tw_arena arena;
  tw_arena_init(&arena);
  cr_assert(tw_arena_take_array(&arena, SIZE_MAX / 2, 3) == NULL);
  cr_assert(arena.is_out_of_memory);
  cr_assert(tw_arena_take(&arena, 1) == NULL, "the owner must give up");
  tw_arena_free(&arena);
  cr_assert(!arena.is_out_of_memory);
  cr_assert(tw_arena_take(&arena, SIZE_MAX - 3) == NULL && arena.is_out_of_memory);
  tw_arena_free(&arena);
}

Test(arena, copies_and_prints_texts) {
  tw_arena arena;
  tw_arena_init(&arena);
  cr_assert_str_eq(tw_arena_text_n(&arena, "stations/saw", 8), "stations");
  cr_assert_str_eq(tw_arena_text_n(&arena, NULL, 0), "");
  cr_assert_str_eq(tw_arena_print(&arena, "%s[%d]", "cnc", 3), "cnc[3]");
  cr_assert_str_eq(tw_arena_print(&arena, "%s", ""), "");
  tw_arena_free(&arena);
  tw_arena_free(&arena);
  tw_arena_free(NULL);
}
