// Memory that a host lends, counted: what was taken is given back, and failing is no more than NULL.

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/text.h"

typedef struct purse {
  long n_open, n_call, n_left;  // n_left: calls until one fails; below 0: none does
} purse;

static void *take(size_t n_bytes, void *user) {
  purse *own = user;
  own->n_call++;
  if (own->n_left >= 0 && own->n_left-- == 0) return NULL;
  own->n_open++;
  return malloc(n_bytes);
}

static void *resize(void *at, size_t n_bytes, void *user) {
  purse *own = user;
  own->n_call++;
  if (own->n_left >= 0 && own->n_left-- == 0) return NULL;
  return realloc(at, n_bytes);
}

static void release(void *at, void *user) {
  ((purse *)user)->n_open--;
  free(at);
}

static tw_memory memory_of(purse *own) { return (tw_memory){take, resize, release, own, NULL}; }

Test(memory, of_a_host_is_asked_for_everything_and_gets_it_back) {
  purse own = {.n_left = -1};
  const tw_memory memory = memory_of(&own);
  char *at = tw_memory_zeroed(&memory, 3, 5);
  cr_assert_not_null(at);
  for (int i = 0; i < 15; i++) cr_assert_eq(at[i], 0);
  memcpy(at, "fifteen letters", 15);
  at = tw_memory_resize(&memory, at, 4000);
  cr_assert_eq(memcmp(at, "fifteen letters", 15), 0);
  tw_memory_free(&memory, at);
  tw_memory_free(&memory, NULL);
  cr_assert_eq(own.n_open, 0);
  cr_assert_eq(own.n_call, 2);
}

Test(memory, of_nothing_is_a_piece_of_its_own) {
  void *one = tw_memory_take(NULL, 0), *two = tw_memory_zeroed(NULL, 0, 8);
  cr_assert_not_null(one);
  cr_assert_not_null(two);
  cr_assert_neq(one, two);
  tw_memory_free(NULL, one);
  tw_memory_free(NULL, two);
}

Test(memory, refuses_a_product_that_overflows_without_asking) {
  purse own = {.n_left = -1};
  const tw_memory memory = memory_of(&own);
  cr_assert_null(tw_memory_zeroed(&memory, SIZE_MAX / 2, 3));
  cr_assert_null(tw_memory_zeroed(NULL, SIZE_MAX / 2, 3));
  cr_assert_eq(own.n_call, 0);
}

Test(memory, that_cannot_grow_stays_as_it_was) {
  purse own = {.n_left = 1};
  const tw_memory memory = memory_of(&own);
  tw_text text = {.memory = &memory};
  tw_text_add(&text, "short");
  for (int i = 0; i < 100; i++) tw_text_add(&text, "and longer ");
  cr_assert(text.is_out_of_memory);
  cr_assert_eq(strncmp(text.at, "short", 5), 0);
  tw_text_free(&text);
  cr_assert_eq(own.n_open, 0);
  cr_assert_eq(text.memory, &memory);
}

Test(memory, of_an_arena_goes_back_with_it) {
  purse own = {.n_left = -1};
  const tw_memory memory = memory_of(&own);
  tw_arena arena;
  tw_arena_init_with(&arena, &memory);
  for (int i = 0; i < 1000; i++) cr_assert_not_null(tw_arena_take(&arena, 100));
  cr_assert_gt(own.n_open, 1);
  tw_arena_free(&arena);
  cr_assert_eq(own.n_open, 0);
  own.n_left = 0;
  cr_assert_null(tw_arena_take(&arena, 1));
  cr_assert(arena.is_out_of_memory);
  tw_arena_free(&arena);
}
