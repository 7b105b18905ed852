// The whole document: sections, places, names, the flow's syntax, and the corpus of bad lines, each
// of which says in "x-expect" what must be found.

#include "support/sample.h"
#include "support/expect.h"

#define HEAD    "{\"libtwin\": \"1.0\", "
#define SOURCE  "\"sources\": {\"s\": {\"sequence\": [\"p\"]}}"
#define MACHINE "{\"type\": \"machine\", \"time\": \"1 s\"}"
#define FLOW    "\"flow\": [[\"s\", \"m\", \"out\"]]"

static void expect_refused(const char *text, const char *code, const char *pointer,
                           const char *words) {
  sample at;
  read_line(&at, text);
  cr_assert_not(at.is_good && at.has_graph, "%s was read", text);
  expect_only(&at, code, pointer, words);
  close_sample(&at);
}

Test(doc, the_smallest_line_has_every_default) {
  sample at;
  read_line(&at, HEAD SOURCE ", \"stations\": {\"m\": " MACHINE "}, " FLOW "}");
  expect_good(&at);
  cr_assert(at.is_good && at.has_graph);
  cr_assert_str_eq(at.doc.version, "1.0");
  cr_assert_eq(at.doc.run.start_s, 1767592800);
  cr_assert_eq((at.doc.run.start_s / 86400 + 3) % 7, 0, "the default start is a Monday");
  cr_assert_not(at.doc.run.has_horizon);
  cr_assert_eq(at.doc.run.n_replication, 1);
  cr_assert_eq(at.doc.run.seed, 1);
  cr_assert_eq(at.doc.run.max_parts, 1000000);
  cr_assert_eq(at.doc.run.warmup_s, 0);
  cr_assert_eq(at.doc.defaults.blocking, 0);
  cr_assert(at.doc.record.states);
  cr_assert_null(at.doc.name);
  cr_assert_eq(at.doc.parts.n, 0);
  cr_assert_str_eq(at.doc.file, "line.json");
  cr_assert_eq(at.doc.root, at.root);
  close_sample(&at);
}

Test(doc, sections_fill_their_structs) {
  sample at;
  read_line(
      &at, HEAD
      "\"name\": \"n\", \"about\": \"why\", \"run\": {\"start\": \"2026-03-02T06:00\", \"horizon\":"
      " \"22 d\", \"warmup\": \"2 d\", \"replications\": 30, \"seed\": \"9223372036854775807\"}, "
      "\"defaults\": {\"blocking\": \"before-service\", \"queue\": \"random\"}, \"parts\": {\"p\": "
      "{\"mass\": \"2.4 kg\", \"family\": \"A\", \"priority\": -2, \"attributes\": {\"l\": "
      "\"2 m\", "
      "\"g\": 3, \"x-1\": []}}, \"q\": {}}, \"workers\": {\"w\": {\"skills\": [\"a\", \"b\"]}}, "
      "\"resources\": {\"crane\": {\"count\": 2}}, \"record\": {\"parts\": true}}");
  expect_good(&at);
  const tw_doc *doc = &at.doc;
  cr_assert_str_eq(doc->about, "why");
  cr_assert(doc->run.has_horizon);
  cr_assert_eq(doc->run.horizon_s, 22 * 86400);
  cr_assert_eq(doc->run.seed, INT64_MAX);
  cr_assert_eq(doc->defaults.blocking, 1);
  cr_assert_str_eq(tw_queue_words[doc->defaults.queue], "random");
  cr_assert_eq(doc->parts.n, 2);
  const tw_part_def *part = doc->parts.at;
  cr_assert_str_eq(part[0].family, "A");
  cr_assert_eq(part[0].priority, -2);
  cr_assert_eq(part[0].attributes.n, 2);
  const tw_attribute_def *attribute = part[0].attributes.at;
  cr_assert_str_eq(attribute[0].def.name, "l");
  cr_assert(attribute[0].value == 2 && attribute[0].dim.m == 1);
  cr_assert(attribute[1].value == 3 && tw_dim_is_one(attribute[1].dim));
  cr_assert_null(part[1].family);
  const tw_worker_def *worker = doc->workers.at;
  cr_assert(worker->count == 1 && worker->skills.n == 2);
  const tw_resource_def *resource = doc->resources.at;
  cr_assert_eq(resource->count, 2);
  cr_assert(doc->record.parts && !doc->record.events);
  close_sample(&at);
}

Test(doc, places_are_sources_then_buffers_then_stations) {
  sample at;
  read_line(&at, HEAD "\"stations\": {\"m\": " MACHINE ", \"x-note\": 1, \"k\": " MACHINE "}, "
                      "\"buffers\": {\"b\": {\"capacity\": \"unlimited\"}}, " SOURCE
                      ", \"flow\": [[\"s\", "
                      "\"m\", \"b\", \"k\", \"out\"]]}");
  expect_good(&at);
  static const char *const names[] = {"s", "b", "m", "k"};
  cr_assert_eq(at.doc.n_place, 4);
  for (int32_t i = 0; i < 4; i++) {
    const tw_def *def = at.doc.place[i].def;
    cr_assert_str_eq(def->name, names[i]);
    cr_assert_str_eq(def->node->key, names[i]);
  }
  cr_assert_eq(at.doc.place[1].kind, &test_buffer_kind);
  cr_assert_eq(((const test_buffer *)at.doc.place[1].def)->capacity, TW_UNLIMITED);
  close_sample(&at);
}

Test(doc, chains_become_links_with_their_exits) {
  sample at;
  read_line(&at, HEAD "\"flow\": [[\"a\", \"b.x\", \"c\"], [\"c.y\", \"out\"]]}");
  const tw_flow_def *flow = &at.doc.flow;
  cr_assert_eq(flow->n_chain, 2);
  cr_assert_eq(flow->n_link, 3);
  static const char *const wanted[3][3] = {{"a", "", "b"}, {"b", "x", "c"}, {"c", "y", "out"}};
  for (int32_t i = 0; i < 3; i++) {
    cr_assert_str_eq(flow->link[i].from, wanted[i][0]);
    cr_assert_str_eq(flow->link[i].exit, wanted[i][1]);
    cr_assert_str_eq(flow->link[i].to, wanted[i][2]);
  }
  cr_assert_eq(flow->link[2].chain_i, 1);
  cr_assert_eq(flow->link[1].from_node, flow->link[0].to_node);
  close_sample(&at);
}

Test(doc, a_definition_is_reported_once_however_often_it_is_used) {
  expect_refused(
      HEAD "\"distributions\": {\"d\": {\"exponential\": {\"mean\": \"-1 s\"}}}, " SOURCE
           ", \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"d\"}, \"n\": {\"type\": "
           "\"machine\", \"time\": \"d\"}}, \"flow\": [[\"s\", \"m\", \"n\", \"out\"]]}",
      "E-RANGE", "/distributions/d/exponential/mean", "at least 0 s");
  expect_refused(HEAD "\"distributions\": {\"unused\": {\"expo\": {\"mean\": \"1 s\"}}}}", "E-KEY",
                 "/distributions/unused/expo", "did you mean \"exponential\"?");
}

Test(doc, a_definition_is_shared_by_its_users) {
  sample at;
  read_line(&at, HEAD
            "\"distributions\": {\"d\": {\"exponential\": {\"mean\": \"1 s\"}}}, " SOURCE
            ", \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"d\"}, \"n\": {\"type\": "
            "\"machine\", \"time\": \"d\"}}, \"flow\": [[\"s\", \"m\", \"n\", \"out\"]]}");
  expect_good(&at);
  const test_machine *m = at.doc.place[1].def, *n = at.doc.place[2].def;
  cr_assert_eq(m->time.dist, n->time.dist);
  close_sample(&at);
}

Test(doc, the_root_is_an_object) {
  expect_refused("[]", "E-TYPE", "", "this is a list; an object is needed");
  expect_refused("3", "E-TYPE", "", "3 is a number");
}

Test(doc, schema_is_a_text) {
  expect_refused("{\"$schema\": 3, \"libtwin\": \"1.0\"}", "E-TYPE", "/$schema",
                 "a text is needed");
}

Test(doc, only_this_major_version_is_read) {
  sample at;
  read_line(&at, "{\"libtwin\": \"1.7\"}");
  expect_good(&at);
  close_sample(&at);
  expect_refused("{\"libtwin\": \"2.0\"}", "E-RANGE", "/libtwin", "version 2.0 of the format");
  expect_refused("{\"libtwin\": \"10.0\"}", "E-RANGE", "/libtwin", "this library reads 1.x");
  expect_refused("{\"libtwin\": \"new\"}", "E-TYPE", "/libtwin", "in quotes");
}

Test(doc, an_unknown_kind_names_those_there_are) {
  expect_refused(HEAD SOURCE ", \"stations\": {\"m\": {\"type\": \"lathe\", \"a\": 1}}, " FLOW "}",
                 "E-TYPE", "/stations/m/type",
                 "\"lathe\" is no kind of stations; known are \"machine\"");
  expect_refused(HEAD SOURCE ", \"stations\": {\"m\": {}}, " FLOW "}", "E-KEY", "/stations/m",
                 "\"type\" is required; one of \"machine\"");
}

Test(doc, scenarios_are_pointers_with_values) {
  sample at;
  read_line(&at,
            HEAD "\"scenarios\": {\"more\": {\"about\": \"a\", \"invest\": \"4 kEUR\", \"/a/b\": "
                 "[1, 2], \"x-1\": 0}, \"x-2\": 0}}");
  expect_good(&at);
  cr_assert_not_null(tw_node_member(at.doc.scenarios, "more"));
  close_sample(&at);
}

Test(doc, nobody_has_to_listen) {
  sample at;
  read_tree(&at, HEAD SOURCE
            ", \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\", \"exits\": "
            "{\"probability\": {\"a\": 0.5}}}}}");
  at.reader.problems = NULL;
  cr_assert_not(tw_doc_parse(at.root, test_kinds, N_TEST_KIND, &at.reader, &at.doc));
  close_sample(&at);
}

static void read_file(sample *at, const char *path) {
  size_t n;
  open_sample(at);
  const char *text = tw_file_read(path, TW_JSON_BYTES_MAX, &n, &at->arena, at->problems);
  cr_assert_not_null(text, "%s", path);
  at->reader.file = path;
  at->reader.folder = "tests/lines/good";
  at->reader.read_column = tw_csv_read_column;
  at->root = tw_json_read(text, n, path, &at->arena, at->problems);
  if (at->root == NULL) return;
  at->is_good = tw_doc_parse(at->root, test_kinds, N_TEST_KIND, &at->reader, &at->doc);
  at->has_graph = tw_graph_build(&at->doc, &at->reader, &at->graph);
}

static void check_bad_line(const char *path) {
  sample at;
  read_file(&at, path);
  cr_assert_not(at.is_good && at.has_graph, "%s is good", path);
  test_expect_problems(path, at.problems);
  close_sample(&at);
}

Test(doc, every_bad_line_gives_its_codes_and_pointers_and_no_others) {
  cr_assert_gt(test_each_line_file("tests/lines/bad", check_bad_line), 100);
}

static char *dump(const tw_doc *doc) {
  tw_text out = {0};
  tw_doc_dump(doc, &out);
  return out.at;
}

// A dump is a line file with the same meaning, and its own dump.
static void check_good_line(const char *path) {
  sample at, again;
  read_file(&at, path);
  expect_good(&at);
  cr_assert(at.is_good && at.has_graph, "%s", path);
  char *first = dump(&at.doc);
  read_tree(&again, first);
  again.reader.folder = "tests/lines/good";
  again.reader.read_column = tw_csv_read_column;
  cr_assert(tw_doc_parse(again.root, test_kinds, N_TEST_KIND, &again.reader, &again.doc), "%s",
            path);
  char *second = dump(&again.doc);
  cr_assert_str_eq(first, second);
  cr_assert_eq(at.doc.n_place, again.doc.n_place);
  for (int32_t i = 0; i < at.doc.n_place; i++) {
    const tw_def *x = at.doc.place[i].def, *y = again.doc.place[i].def;
    cr_assert_str_eq(x->name, y->name);
    cr_assert_eq(at.doc.place[i].kind, again.doc.place[i].kind);
  }
  cr_assert_eq(at.doc.run.start_s, again.doc.run.start_s);
  cr_assert_eq(at.doc.run.seed, again.doc.run.seed);
  cr_assert_eq(at.doc.run.horizon_s, again.doc.run.horizon_s);
  free(first);
  free(second);
  close_sample(&again);
  close_sample(&at);
}

Test(doc, every_good_line_is_good_and_its_dump_means_the_same) {
  cr_assert_gt(test_each_line_file("tests/lines/good", check_good_line), 5);
}
