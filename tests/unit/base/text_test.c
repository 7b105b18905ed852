// Growing texts, JSON strings, and the name a user meant.

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"

Test(text, grows_and_stays_terminated) {
  tw_text text = {0};
  for (int i = 0; i < 1000; i++) {
    tw_text_print(&text, "%03d,", i);
    cr_assert(text.n == (size_t)(i + 1) * 4 && text.at[text.n] == 0);
  }
  cr_assert(strncmp(text.at + 3996, "999,", 5) == 0 && text.capacity > text.n);
  tw_text_clear(&text);
  cr_assert(text.n == 0 && text.at[0] == 0);
  tw_text_add_n(&text, "abcdef", 3);
  tw_text_add(&text, "");
  cr_assert_str_eq(text.at, "abc");
  tw_text_free(&text);
  cr_assert(text.at == NULL && text.n == 0);
  tw_text_free(NULL);
}

Test(text, an_empty_piece_makes_an_empty_text) {
  tw_text text = {0};
  tw_text_add(&text, "");
  cr_assert_str_eq(text.at, "");
  tw_text_free(&text);
}

Test(text, numbers_are_written_short) {
  tw_text text = {0};
  tw_text_add_number(&text, 0.1);
  tw_text_add(&text, " ");
  tw_text_add_number(&text, -372);
  cr_assert_str_eq(text.at, "0.1 -372");
  tw_text_free(&text);
}

Test(text, json_strings_are_escaped) {
  tw_text text = {0};
  tw_text_add_json(&text, "a\"b\\c\n\t\r\b\f\x01\x1f\x7fü/");
  cr_assert_str_eq(text.at, "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u001f\\u007fü/\"");
  tw_text_clear(&text);
  tw_text_add_json(&text, "");
  cr_assert_str_eq(text.at, "\"\"");
  tw_text_free(&text);
}

static const char *const kinds[] = {"source",   "sink",        "machine", "buffer",
                                    "conveyor", "assembly",    "batch",   "lognormal",
                                    "normal",   "exponential", "capacity"};

static const char *nearest(const char *word) {
  return tw_text_nearest(word, kinds, sizeof kinds / sizeof kinds[0]);
}

Test(text, nearest_prefers_a_letter_left_out_to_a_wrong_one) {
  static const char *const units[] = {"ms", "mm", "h", "min", "d"};
  cr_assert_str_eq(tw_text_nearest("mn", units, 5), "min");
  cr_assert_str_eq(tw_text_nearest("mi", units, 5), "min");
}

Test(text, nearest_finds_slips_of_the_finger) {
  cr_assert_str_eq(nearest("machin"), "machine");
  cr_assert_str_eq(nearest("mahcine"), "machine");
  cr_assert_str_eq(nearest("Buffer"), "buffer");
  cr_assert_str_eq(nearest("convayer"), "conveyor");
  cr_assert_str_eq(nearest("asembly"), "assembly");
  cr_assert_str_eq(nearest("log-normal"), "lognormal");
  cr_assert_str_eq(nearest("sinks"), "sink");
  cr_assert_str_eq(nearest("normal"), "normal");
}

Test(text, nearest_finds_beginnings) {
  cr_assert_str_eq(nearest("expo"), "exponential");
  cr_assert_str_eq(nearest("cap"), "capacity");
}

Test(text, nearest_is_silent_about_other_words) {
  cr_assert(nearest("robot") == NULL && nearest("") == NULL && nearest("x") == NULL);
  cr_assert(nearest("exponentiate-everything") == NULL);
  char word[300];
  memset(word, 'a', sizeof word);
  word[299] = 0;
  cr_assert(nearest(word) == NULL);
  cr_assert(tw_text_nearest("word", NULL, 0) == NULL);
}

Test(text, nearest_prefers_the_right_case) {
  const char *const units[] = {"MW", "mW"};
  cr_assert_str_eq(tw_text_nearest("mw", units, 2), "mW");
}
