// Messages have points in their numbers, and the host's locale is as it was.

#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"

Test(format, numbers_have_a_point_under_any_locale) {
  const bool has_comma = setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
  char before[16], after[16];
  snprintf(before, sizeof before, "%.1f", 2.6);
  tw_text text = {0};
  tw_text_print(&text, "%.1f of %g", 2.6, 0.25);
  cr_expect_str_eq(text.at, "2.6 of 0.25");
  tw_arena arena;
  tw_arena_init(&arena);
  cr_expect_str_eq(tw_arena_print(&arena, "%.1f", 2.6), "2.6");
  snprintf(after, sizeof after, "%.1f", 2.6);
  cr_expect_str_eq(after, before);
  if (has_comma) cr_expect_str_eq(after, "2,6");
  tw_arena_free(&arena);
  tw_text_free(&text);
}
