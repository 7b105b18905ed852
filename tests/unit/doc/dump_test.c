// The resolved dump, the schema and the reference: what is generated from the tables.

#include "support/sample.h"

static char *dump_of(sample *at, const char *text) {
  read_line(at, text);
  expect_good(at);
  tw_text out = {0};
  tw_doc_dump(&at->doc, &out);
  return out.at;
}

Test(doc_dump, every_default_is_filled_in_and_listed) {
  sample at;
  char *text =
      dump_of(&at, "{\"x-own\": [1], \"sources\": {\"s\": {\"repeat\": true, \"sequence\": "
                   "\"p\"}}, \"libtwin\": \"1.0\", \"run\": {\"seed\": 7}, \"flow\": [[\"s\", "
                   "\"out\"]]}");
  cr_assert_str_eq(
      text, "{\n"
            "  \"libtwin\": \"1.0\",\n"
            "  \"run\": {\n"
            "    \"start\": \"2026-01-05T06:00:00\",\n"
            "    \"warmup\": \"0 s\",\n"
            "    \"replications\": 1,\n"
            "    \"seed\": 7,\n"
            "    \"max_parts\": 1000000\n"
            "  },\n"
            "  \"defaults\": {\n"
            "    \"blocking\": \"after-service\",\n"
            "    \"queue\": \"fifo\",\n"
            "    \"on_shift_end\": \"suspend\",\n"
            "    \"minor_stop\": \"0 s\"\n"
            "  },\n"
            "  \"sources\": { \"s\": { \"sequence\": \"p\", \"repeat\": true, \"first\": \"0 s\", "
            "\"batch\": 1 } },\n"
            "  \"flow\": [[\"s\", \"out\"]],\n"
            "  \"record\": { \"states\": true, \"parts\": true, \"events\": false },\n"
            "  \"x-own\": [1],\n"
            "  \"x-defaults\": [\n"
            "    \"/run/start\",\n"
            "    \"/run/warmup\",\n"
            "    \"/run/replications\",\n"
            "    \"/run/max_parts\",\n"
            "    \"/defaults/blocking\",\n"
            "    \"/defaults/queue\",\n"
            "    \"/defaults/on_shift_end\",\n"
            "    \"/defaults/minor_stop\",\n"
            "    \"/sources/s/first\",\n"
            "    \"/sources/s/batch\",\n"
            "    \"/record/states\",\n"
            "    \"/record/parts\",\n"
            "    \"/record/events\"\n"
            "  ]\n"
            "}\n");
  free(text);
  close_sample(&at);
}

Test(doc_dump, an_edited_default_is_none_any_more) {
  sample at;
  char *text =
      dump_of(&at, "{\"libtwin\": \"1.0\", \"run\": {\"warmup\": \"0 s\", \"seed\": 2, "
                   "\"max_parts\": 1000000}, \"x-defaults\": [\"/run/warmup\", \"/run/seed\", "
                   "\"/nowhere\", 3]}");
  // Still the default and listed; edited; the default, but never listed.
  cr_assert_not_null(strstr(text, "\"/run/warmup\""));
  cr_assert_null(strstr(text, "\"/run/seed\""));
  cr_assert_null(strstr(text, "\"/run/max_parts\""));
  cr_assert_null(strstr(text, "/nowhere"));
  free(text);
  close_sample(&at);
}

Test(doc_dump, defaults_inside_of_values_and_lists_are_listed_too) {
  sample at;
  char *first =
      dump_of(&at, "{\"libtwin\": \"1.0\", \"sources\": {\"s\": {\"sequence\": \"p\", \"every\": "
                   "{\"trace\": {\"values\": [\"1 s\"]}}}}, \"stations\": {\"m\": {\"type\": "
                   "\"machine\", \"time\": \"1 s\", \"needs\": [\"a\", {\"skill\": \"b\"}]}}, "
                   "\"flow\": [[\"s\", \"m\", \"out\"]]}");
  cr_assert_not_null(strstr(first, "\"/sources/s/every/trace/repeat\""));
  cr_assert_not_null(strstr(first, "\"/stations/m/needs/1/count\""));
  sample again;
  char *second = dump_of(&again, first);
  cr_assert_str_eq(first, second);
  free(first);
  free(second);
  close_sample(&again);
  close_sample(&at);
}

Test(doc_schema, is_json_that_names_every_key) {
  tw_text out = {0};
  tw_doc_schema(test_kinds, N_TEST_KIND, &out);
  sample at;
  const tw_node *root = read_tree(&at, out.at);
  expect_good(&at);
  cr_assert_str_eq(tw_node_member(root, "$schema")->text,
                   "https://json-schema.org/draft/2020-12/schema");
  const tw_node *defs = tw_node_member(root, "$defs");
  const tw_node *machine = tw_node_member(defs, "stations.machine");
  const tw_node *keys = tw_node_member(machine, "properties");
  for (int32_t i = 0; i < test_machine_table.n_field; i++) {
    cr_assert_not_null(tw_node_member(keys, test_machine_table.fields[i].name));
  }
  cr_assert_not_null(tw_node_member(keys, "type"));
  cr_assert_not_null(tw_node_member(defs, "value_duration"));
  close_sample(&at);
  tw_text_free(&out);
}

// Every "$ref" of a schema leads to one of its definitions.
static void check_references(const tw_node *node, const tw_node *defs) {
  static const char begin[] = "#/$defs/";
  if (node->key != NULL && strcmp(node->key, "$ref") == 0) {
    cr_assert_eq(strncmp(node->text, begin, strlen(begin)), 0);
    cr_assert_not_null(tw_node_member(defs, node->text + strlen(begin)), "%s", node->text);
  }
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    check_references(child, defs);
  }
}

Test(doc_schema, every_reference_has_its_definition) {
  tw_text out = {0};
  tw_doc_schema(test_kinds, N_TEST_KIND, &out);
  sample at;
  const tw_node *root = read_tree(&at, out.at);
  check_references(root, tw_node_member(root, "$defs"));
  close_sample(&at);
  tw_text_free(&out);
}

Test(doc_reference, has_a_row_for_every_key_and_distribution) {
  tw_text out = {0};
  char row[64];
  tw_doc_reference(test_kinds, N_TEST_KIND, &out);
  for (int32_t i = 0; i < test_failure_table.n_field; i++) {
    snprintf(row, sizeof row, "\n| `%s` | ", test_failure_table.fields[i].name);
    cr_assert_not_null(strstr(out.at, row), "%s", row);
  }
  for (int32_t i = 0; i < TW_N_DIST_FORM; i++) {
    snprintf(row, sizeof row, "\n### %s\n", tw_dist_forms[i].table->name);
    cr_assert_not_null(strstr(out.at, row), "%s", row);
  }
  cr_assert_not_null(strstr(out.at, "In the file: `/stations/<name>/failures/<name>`."));
  // Rows have five cells: bars inside of a cell are escaped.
  for (const char *at = strstr(out.at, "\n| `"); at != NULL; at = strstr(at + 1, "\n| `")) {
    int n = 0;
    for (const char *c = at + 1; *c != '\n'; c++) n += *c == '|' && c[-1] != '\\';
    cr_assert_eq(n, 6, "%.80s", at);
  }
  tw_text_free(&out);
}
