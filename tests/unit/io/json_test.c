// JSON in: what is JSON, where each value stands, what hostile texts meet.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"

typedef struct reading {
  tw_arena arena;
  twin_problems *problems;
  tw_node *root;
} reading;

static tw_node *read_bytes(reading *at, const char *text, size_t n) {
  tw_arena_init(&at->arena);
  at->problems = twin_problems_new();
  at->root = tw_json_read(text, n, "t.json", &at->arena, at->problems);
  return at->root;
}

static tw_node *read_text(reading *at, const char *text) {
  return read_bytes(at, text, strlen(text));
}

static void close_reading(reading *at) {
  twin_problems_free(at->problems);
  tw_arena_free(&at->arena);
}

// The one problem of a text, as it is printed.
static void expect_problem(const char *text, size_t n, const char *printed) {
  reading at;
  cr_assert_null(read_bytes(&at, text, n), "%s", text);
  cr_assert_eq(twin_problems_count(at.problems, -1), 1);
  cr_assert_str_eq(twin_problems_text(at.problems, 0), printed);
  close_reading(&at);
}

static void expect_refused(const char *const *texts, size_t n) {
  for (size_t i = 0; i < n; i++) {
    reading at;
    cr_assert_null(read_text(&at, texts[i]), "%s was read", texts[i]);
    cr_assert_eq(twin_problems_count(at.problems, TWIN_ERROR), 1, "%s", texts[i]);
    close_reading(&at);
  }
}

Test(json, values_are_decoded_and_keep_their_order) {
  reading at;
  const tw_node *root =
      read_text(&at, " {\"b\": \"\\u00fc\\n\\ud83d\\ude00\\/\", \"a\": [true, false, null, -0.5e1, "
                     "12345678901234567890]}");
  cr_assert_not_null(root);
  cr_assert_str_eq(root->first->key, "b");
  cr_assert_str_eq(root->first->text, "\xc3\xbc\n\xf0\x9f\x98\x80/");
  const tw_node *list = root->last;
  cr_assert_eq(list->n_child, 5);
  cr_assert(list->first->truth && !list->first->next->truth);
  cr_assert_eq(list->first->next->next->type, TW_NODE_NULL);
  const tw_node *number = list->first->next->next->next;
  cr_assert_eq(number->number, -5);
  cr_assert_str_eq(number->text, "-0.5e1");
  cr_assert_str_eq(list->last->text, "12345678901234567890");
  close_reading(&at);
}

Test(json, numbers_are_correctly_rounded) {
  reading at;
  const tw_node *root = read_text(&at, "[0.1, 2.6, 1e22, 1e23, 4.9e-324, 9007199254740993]");
  const double values[] = {0.1, 2.6, 1e22, 1e23, 4.9e-324, 9007199254740992.0};
  size_t i = 0;
  for (const tw_node *item = root->first; item != NULL; item = item->next) {
    cr_assert_eq(item->number, values[i++]);
  }
  close_reading(&at);
}

Test(json, places_count_lines_and_characters_from_one) {
  reading at;
  const tw_node *root = read_text(&at, "{\"\xc3\xbc\xc3\xbc\": 1,\r\n\t\"b\": [2,\n\n  3]}");
  cr_assert_eq(root->line, 1);
  cr_assert_eq(root->column, 1);
  cr_assert_eq(root->first->line, 1);
  cr_assert_eq(root->first->column, 8);
  cr_assert_eq(root->last->line, 2);
  cr_assert_eq(root->last->column, 7);
  cr_assert_eq(root->last->first->column, 8);
  cr_assert_eq(root->last->last->line, 4);
  cr_assert_eq(root->last->last->column, 3);
  close_reading(&at);
}

Test(json, a_byte_order_mark_is_skipped_and_not_counted) {
  reading at;
  const tw_node *root = read_text(&at, "\xef\xbb\xbf[1]");
  cr_assert_not_null(root);
  cr_assert_eq(root->column, 1);
  close_reading(&at);
  root = read_text(&at, "\xef\xbb\xbf" "0");
  cr_assert_not_null(root, "one character behind it");
  close_reading(&at);
}

Test(json, the_text_need_not_end_with_a_zero) {
  reading at;
  const char text[] = {'[', '1', '2', ']', '3', '4'};
  const tw_node *root = read_bytes(&at, text, 4);
  cr_assert_not_null(root);
  cr_assert_eq(root->first->number, 12);
  close_reading(&at);
}

Test(json, mistakes_are_named_with_their_place) {
  expect_problem("", 0, "t.json:1:1: a value is expected, but the text ends here [E-JSON]");
  expect_problem("{\"a\": 1,\n}", 10,
                 "t.json:2:1: a name in double quotes is expected, not '}'; is there a comma too "
                 "many before it, or a value missing? [E-JSON]");
  expect_problem("[1 2]", 5,
                 "t.json:1:4: ',' or ']' is expected, not '2'; is a comma missing before it? "
                 "[E-JSON]");
  expect_problem("[1] x", 5, "t.json:1:5: the end of the file is expected, not 'x' [E-JSON]");
  expect_problem("[01]", 4, "t.json:1:2: a number does not begin with 0 [E-JSON]");
  expect_problem("[1, // one\n2]", 12,
                 "t.json:1:5: a value is expected, not '/'; JSON has no comments; use \"about\" "
                 "[E-JSON]");
  expect_problem("[\"a\0b\"]", 7, "t.json:1:4: a NUL byte is not allowed [E-JSON]");
  expect_problem("[1]\0", 4, "t.json:1:4: a NUL byte is not allowed [E-JSON]");
  expect_problem("[\"a\nb\"]", 7, "t.json:1:4: a text is not closed on its line [E-JSON]");
  expect_problem("[\"\xfc\"]", 5,
                 "t.json:1:3: byte 0xfc is not UTF-8; save the file as UTF-8 [E-JSON]");
}

Test(json, what_is_nearly_json_is_refused) {
  static const char *const texts[] = {
      "{",
      "[",
      "[1,]",
      "[,1]",
      "{\"a\"}",
      "{\"a\":}",
      "{a: 1}",
      "{'a': 1}",
      "[1.]",
      "[.5]",
      "[+1]",
      "[1e]",
      "[1e+]",
      "[-]",
      "[--1]",
      "[0x10]",
      "[1_000]",
      "[NaN]",
      "[Infinity]",
      "[-inf]",
      "[True]",
      "[nul]",
      "[nulll]",
      "\"abc",
      "[\"\\x\"]",
      "[\"\\u12\"]",
      "[\"\\u12g4\"]",
      "[\"\\ud800\"]",
      "[\"\\ud800\\n\"]",
      "[\"\\udc00\"]",
      "[\"\\ud800\\ud800\"]",
      "[\"\\u0000\"]",
      "[\"\t\"]",
      "[1]]",
      "[1}",
      "{\"a\":1]",
      "1 2",
      "[1]//",
      "\"\\",
      "[\"\\u00",
      "[\v1]",
      "[1e400]",
      "[-1e400]",
      "[1\xc2\xa0]",
      "[]\xef\xbb\xbf",
  };
  expect_refused(texts, sizeof texts / sizeof texts[0]);
}

Test(json, only_well_formed_utf8_is_read) {
  static const char *const texts[] = {
      "[\"\xc0\x80\"]",
      "[\"\xc3\"]",
      "[\"\x80\"]",
      "[\"\xe0\x80\x80\"]",
      "[\"\xed\xa0\x80\"]",
      "[\"\xf0\x80\x80\x80\"]",
      "[\"\xf4\x90\x80\x80\"]",
      "[\"\xf8\x88\x80\x80\x80\"]",
      "[\"\xff\"]",
      "[\"\xe2\x82",
  };
  expect_refused(texts, sizeof texts / sizeof texts[0]);
  reading at;
  cr_assert_not_null(
      read_text(&at, "[\"\xc2\x80\xe0\xa0\x80\xed\x9f\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"]"));
  close_reading(&at);
}

Test(json, a_number_of_more_than_63_characters_is_refused) {
  char text[128] = "[";
  memset(text + 1, '1', 63);
  strcpy(text + 64, "]");
  reading at;
  cr_assert_not_null(read_text(&at, text));
  close_reading(&at);
  memset(text + 1, '1', 64);
  strcpy(text + 65, "]");
  expect_problem(text, 66, "t.json:1:66: a number has more than 63 characters [E-JSON]");
}

Test(json, nesting_is_allowed_to_64_levels) {
  char text[200];
  memset(text, '[', 65);
  memset(text + 64, ']', 64);
  reading at;
  cr_assert_not_null(read_bytes(&at, text, 128));
  close_reading(&at);
  memset(text, '[', 65);
  memset(text + 65, ']', 65);
  expect_problem(text, 130, "t.json:1:66: nested deeper than 64 levels [E-JSON]");
}

Test(json, every_duplicate_is_reported_with_the_line_of_the_first) {
  reading at;
  cr_assert_null(
      read_text(&at, "{\"a\": 1, \"b\": {\"c\": 1,\n\"c\": 2}, \"\\u0061\": 3,\n\"a\": 4}"));
  cr_assert_eq(twin_problems_count(at.problems, -1), 3);
  cr_assert_str_eq(twin_problems_text(at.problems, 0),
                   "t.json:2:10: /a: \"a\" is here a second time, first on line 1 [E-JSON]");
  cr_assert_str_eq(twin_problems_text(at.problems, 1),
                   "t.json:3:1: /a: \"a\" is here a second time, first on line 1 [E-JSON]");
  cr_assert_str_eq(twin_problems_text(at.problems, 2),
                   "t.json:2:1: /b/c: \"c\" is here a second time, first on line 1 [E-JSON]");
  close_reading(&at);
}

// Builds {"k0": 0, "k1": 1, ...} of n members; the last one repeats the first when asked.
static char *make_object(int n, bool has_duplicate) {
  char *text = malloc((size_t)n * 20 + 20), *at = text;
  *at++ = '{';
  for (int i = 0; i < n; i++) {
    const int key = has_duplicate && i == n - 1 ? 0 : i;
    at += sprintf(at, "%s\"k%d\": %d", i == 0 ? "" : ", ", key, i);
  }
  strcpy(at, "}");
  return text;
}

Test(json, a_hundred_thousand_members_are_no_burden, .timeout = 5) {
  reading at;
  char *text = make_object(100000, false);
  cr_assert_not_null(read_text(&at, text));
  cr_assert_eq(at.root->n_child, 100000);
  close_reading(&at);
  free(text);
  text = make_object(100000, true);
  cr_assert_null(read_text(&at, text));
  cr_assert_eq(twin_problems_count(at.problems, -1), 1);
  close_reading(&at);
  free(text);
}

Test(json, one_long_line_is_read_in_linear_time, .timeout = 5) {
  const size_t n = (1 << 21) + 1;
  char *text = malloc(n + 3);
  for (size_t i = 0; i < n; i++) text[i] = i % 2 == 1 ? '1' : ',';
  text[0] = '[';
  text[n - 1] = ']';
  reading at;
  cr_assert_not_null(read_bytes(&at, text, n));
  cr_assert_eq(at.root->last->column, (int32_t)n - 1);
  close_reading(&at);
  free(text);
}

Test(json, a_text_beyond_the_limit_is_not_even_looked_at) {
  expect_problem("[", (size_t)TW_JSON_BYTES_MAX + 1,
                 "t.json: the text is larger than 64 MiB [E-JSON]");
}

Test(json, files_are_read_whole_and_up_to_a_limit) {
  char path[256];
  const char *scratch = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/json_test_file.txt", scratch != NULL ? scratch : ".");
  FILE *file = fopen(path, "wb");
  cr_assert_not_null(file);
  for (int i = 0; i < 40000; i++) fputc('a' + i % 26, file);
  fclose(file);
  tw_arena arena;
  tw_arena_init(&arena);
  twin_problems *problems = twin_problems_new();
  size_t n = 0;
  const char *bytes = tw_file_read(path, 40000, &n, &arena, problems);
  cr_assert_not_null(bytes);
  cr_assert_eq(n, 40000);
  cr_assert_eq(bytes[39999], 'a' + 39999 % 26);
  cr_assert_null(tw_file_read(path, 39999, &n, &arena, problems));
  cr_assert_null(tw_file_read("no such file", 10, &n, &arena, problems));
  cr_assert_null(tw_file_read(".", 10, &n, &arena, problems));
  cr_assert_eq(twin_problems_count(problems, TWIN_ERROR), 3);
  twin_problem problem = {.struct_size = sizeof problem};
  twin_problems_get(problems, 1, &problem);
  cr_assert_eq(problem.status, TWIN_ERR_IO);
  twin_problems_free(problems);
  tw_arena_free(&arena);
  remove(path);
}

Test(json, without_a_list_of_problems_it_only_refuses) {
  tw_arena arena;
  tw_arena_init(&arena);
  cr_assert_null(tw_json_read("[", 1, "t.json", &arena, NULL));
  cr_assert_null(tw_json_read("{\"a\":1,\"a\":2}", 13, "t.json", &arena, NULL));
  tw_arena_free(&arena);
}
