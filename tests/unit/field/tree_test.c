// The tree: members, pointers, defaults, descriptions, printing.

#include "support/sample.h"

static const tw_node *walk(const tw_node *node, const char *const *keys) {
  for (; *keys != NULL && node != NULL; keys++) node = tw_node_member(node, *keys);
  return node;
}

static char *pointer_of(const tw_node *node) {
  tw_text out = {0};
  tw_node_pointer(node, &out);
  return out.at;
}

Test(tree, finds_members_by_key_and_nothing_in_lists) {
  sample at;
  const tw_node *root = read_tree(&at, "{\"a\": 1, \"b\": [1, 2], \"\": 3}");
  cr_assert_eq(tw_node_member(root, "a")->number, 1);
  cr_assert_eq(tw_node_member(root, "")->number, 3);
  cr_assert_null(tw_node_member(root, "c"));
  cr_assert_null(tw_node_member(tw_node_member(root, "b"), "a"));
  cr_assert_null(tw_node_member(NULL, "a"));
  close_sample(&at);
}

Test(tree, pointers_are_escaped_as_rfc_6901_says) {
  sample at;
  const tw_node *root = read_tree(&at, "{\"a/b\": {\"~c\": [0, {\"d\": 1}]}}");
  const char *const keys[] = {"a/b", "~c", NULL};
  const tw_node *list = walk(root, keys);
  char *pointer = pointer_of(list->last->first);
  cr_assert_str_eq(pointer, "/a~1b/~0c/1/d");
  free(pointer);
  cr_assert_null(pointer_of(root));
  close_sample(&at);
}

Test(tree, a_default_node_keeps_its_parent_in_order) {
  sample at;
  tw_node *root = read_tree(&at, "{\"a\": 1}");
  const tw_node *text = tw_node_preset(root, "t", "\"5 s\"", &at.arena);
  const tw_node *list = tw_node_preset(root, "l", "[]", &at.arena);
  const tw_node *truth = tw_node_preset(root, "b", "true", &at.arena);
  const tw_node *number = tw_node_preset(root, "n", "1e-3", &at.arena);
  cr_assert_eq(root->n_child, 5);
  cr_assert_eq(root->last, number);
  cr_assert_str_eq(text->text, "5 s");
  cr_assert(text->is_default && list->type == TW_NODE_LIST && truth->truth);
  cr_assert_eq(number->number, 1e-3);
  cr_assert_eq(number->i, 4);
  close_sample(&at);
}

Test(tree, equal_means_the_same_values_in_the_same_order) {
  sample at;
  const tw_node *root = read_tree(
      &at, "{\"a\": {\"x\": [1, \"t\", null]}, \"b\": {\"x\": [1.0, \"t\", null]}, \"c\": {\"y\": "
           "[1, \"t\", null]}, \"d\": {\"x\": [1, \"t\"]}, \"e\": {\"x\": [1, \"t\", true]}}");
  const tw_node *a = tw_node_member(root, "a");
  cr_assert(tw_node_equal(a, tw_node_member(root, "b")));
  cr_assert_not(tw_node_equal(a, tw_node_member(root, "c")));
  cr_assert_not(tw_node_equal(a, tw_node_member(root, "d")));
  cr_assert_not(tw_node_equal(a, tw_node_member(root, "e")));
  close_sample(&at);
}

Test(tree, a_problem_says_file_line_column_and_pointer) {
  sample at;
  const tw_node *root = read_tree(&at, "{\n  \"a\": {\"time\": 2.6}\n}");
  const tw_node *node = tw_node_member(tw_node_member(root, "a"), "time");
  tw_node_problem(at.problems, "line.json", node, "E-UNIT", "2.6", "a duration", "a hint",
                  "%s has no unit", "2.6");
  cr_assert_str_eq(twin_problems_text(at.problems, 0),
                   "line.json:2:17: /a/time: 2.6 has no unit; a hint [E-UNIT]");
  tw_node_problem(at.problems, "line.json", node, "W-RHO", NULL, NULL, NULL, "busy");
  cr_assert_eq(twin_problems_count(at.problems, TWIN_WARNING), 1);
  close_sample(&at);
}

Test(tree, a_problem_at_a_default_names_the_place_around_it) {
  sample at;
  tw_node *root = read_tree(&at, "\n {}");
  const tw_node *node = tw_node_preset(root, "n", "1", &at.arena);
  tw_node_problem(at.problems, "f", node, "E-RANGE", NULL, NULL, NULL, "no");
  cr_assert_str_eq(twin_problems_text(at.problems, 0), "f:2:2: /n: no [E-RANGE]");
  close_sample(&at);
}

Test(tree, long_values_are_cut_between_characters) {
  sample at;
  char text[200] = "\"", buffer[TW_GOT_BYTES];
  for (int i = 0; i < 80; i++) strcat(text, "\xc3\xbc");
  strcat(text, "\"");
  const tw_node *root = read_tree(&at, text);
  const char *got = tw_node_got(root, buffer);
  const size_t n = strlen(got);
  cr_assert_lt(n, TW_GOT_BYTES);
  cr_assert_str_eq(got + n - 4, "...\"");
  cr_assert_eq((unsigned char)got[n - 5], 0xbc);
  close_sample(&at);
}

Test(tree, short_things_are_printed_on_one_line_and_long_ones_are_not) {
  sample at;
  const char *text =
      "{ \"a\": { \"b\": [1, 2.50, \"x\\ty\"], \"c\": {}, \"d\": [] }, \"e\": null }";
  tw_text out = {0};
  tw_node_dump(read_tree(&at, text), 0, &out);
  cr_assert_str_eq(out.at, text);
  tw_text_free(&out);
  close_sample(&at);
  char list[2000] = "[\n", line[64];
  for (int i = 0; i < 20; i++) {
    snprintf(line, sizeof line, "  \"a text of some length\"%s\n", i < 19 ? "," : "");
    strcat(list, line);
  }
  strcat(list, "]");
  tw_node_dump(read_tree(&at, list), 0, &out);
  cr_assert_str_eq(out.at, list);
  tw_text_free(&out);
  close_sample(&at);
}

Test(tree, no_line_is_longer_than_a_hundred_bytes_where_it_could_be_broken) {
  sample at;
  char text[128], key[80] = "";
  for (int n = 1; n < 70; n++) {
    key[n - 1] = 'k';
    snprintf(text, sizeof text, "{\"%s\": {\"a\": [1, 2, 3], \"b\": \"t\"}, \"c\": 1}", key);
    tw_text out = {0};
    tw_node_dump(read_tree(&at, text), 0, &out);
    size_t n_line = 0;
    for (const char *c = out.at; *c != 0; c++) {
      n_line = *c == '\n' ? 0 : n_line + 1;
      cr_assert_leq(n_line, 100, "%s", out.at);
    }
    tw_text_free(&out);
    close_sample(&at);
  }
}

Test(index, finds_the_first_of_equal_names) {
  static const char *const names[] = {"saw", "cnc", "saw", "b10", "b1", ""};
  tw_arena arena;
  tw_index index;
  tw_arena_init(&arena);
  cr_assert(tw_index_build(&index, names, 6, &arena));
  cr_assert_eq(tw_index_find(&index, "saw"), 0);
  cr_assert_eq(tw_index_find(&index, "b1"), 4);
  cr_assert_eq(tw_index_find(&index, ""), 5);
  cr_assert_eq(tw_index_find(&index, "b"), -1);
  cr_assert(tw_index_build(&index, NULL, 0, &arena));
  cr_assert_eq(tw_index_find(&index, "saw"), -1);
  tw_arena_free(&arena);
}
