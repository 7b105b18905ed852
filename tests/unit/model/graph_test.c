// The graph of the flow: exits, edges, feeders, ranks, and what does not fit together.

#include "support/sample.h"

// A line of one source "s", buffers b1.. and machines named by letters, with the given flow.
static void read_flow(sample *at, const char *stations, const char *flow) {
  char text[4000];
  snprintf(text, sizeof text,
           "{\"libtwin\": \"1.0\", \"sources\": {\"s\": {\"sequence\": [\"p\"]}}, \"buffers\": "
           "{\"b\": {\"capacity\": 1}}, \"stations\": {%s}, \"flow\": %s}",
           stations, flow);
  read_line(at, text);
}

#define M(name)          "\"" name "\": {\"type\": \"machine\", \"time\": \"1 s\"}"
#define WITH(name, more) "\"" name "\": {\"type\": \"machine\", \"time\": \"1 s\", " more "}"

static int32_t node_of(const sample *at, const char *name) {
  for (int32_t i = 0; i < at->graph.n_node; i++) {
    if (strcmp(at->graph.name[i], name) == 0) return i;
  }
  cr_assert_fail("no node %s", name);
  return -1;
}

static int32_t rank_of(const sample *at, const char *name) {
  return at->graph.rank[node_of(at, name)];
}

Test(graph, a_chain_has_ranks_from_the_sink_up) {
  sample at;
  read_flow(&at, M("m") ", " M("n"), "[[\"s\", \"m\", \"b\", \"n\", \"out\"]]");
  expect_good(&at);
  cr_assert(at.has_graph);
  cr_assert_eq(at.graph.n_node, 6);
  cr_assert_str_eq(at.graph.name[at.graph.out_i], "out");
  cr_assert_str_eq(at.graph.name[at.graph.scrap_i], "scrap");
  cr_assert_eq(rank_of(&at, "out"), 0);
  cr_assert_eq(rank_of(&at, "n"), 1);
  cr_assert_eq(rank_of(&at, "s"), 4);
  cr_assert_not(at.graph.has_cycle);
  // Sources, buffers, stations, then sinks; the sinks have rank 0 both.
  static const char *const by_rank[] = {"out", "scrap", "n", "b", "m", "s"};
  for (int32_t i = 0; i < 6; i++) {
    cr_assert_str_eq(at.graph.name[at.graph.by_rank[i]], by_rank[i]);
  }
  close_sample(&at);
}

Test(graph, feeders_keep_the_order_of_the_file) {
  sample at;
  read_flow(&at, M("m") ", " M("n"),
            "[[\"s\", \"n\", \"b\"], [\"s\", \"m\", \"b\"], [\"b\", \"out\"], [\"s\", \"b\"]]");
  expect_good(&at);
  const int32_t b = node_of(&at, "b"), first = at.graph.first_feeder[b];
  cr_assert_eq(at.graph.first_feeder[b + 1] - first, 3);
  static const char *const names[] = {"n", "m", "s"};
  for (int32_t i = 0; i < 3; i++) {
    const tw_edge *edge = &at.graph.edge[at.graph.feeder[first + i]];
    cr_assert_eq(edge->to, b);
    cr_assert_str_eq(at.graph.name[edge->from], names[i]);
  }
  close_sample(&at);
}

Test(graph, an_exit_may_have_several_targets_in_file_order) {
  sample at;
  read_flow(&at, M("m") ", " M("n"),
            "[[\"s\", \"n\", \"out\"], [\"s\", \"m\", \"out\"], [\"s\", \"b\", \"out\"]]");
  expect_good(&at);
  const int32_t s = node_of(&at, "s"), exit_i = tw_graph_exit(&at.graph, s, "");
  cr_assert_eq(at.graph.first_exit[s + 1] - at.graph.first_exit[s], 1);
  const tw_exit *exit = &at.graph.exit[exit_i];
  cr_assert_eq(exit->node_i, s);
  cr_assert_eq(exit->n_target, 3);
  cr_assert_eq(exit->target[0], node_of(&at, "n"));
  cr_assert_eq(exit->target[2], node_of(&at, "b"));
  cr_assert_eq(tw_graph_exit(&at.graph, s, "scrap"), -1);
  cr_assert_eq(tw_graph_exit(&at.graph, at.graph.out_i, ""), -1);
  close_sample(&at);
}

Test(graph, scrap_has_a_way_of_its_own) {
  sample at;
  read_flow(&at, WITH("m", "\"scrap\": 0.1") ", " WITH("n", "\"scrap\": 0.1"),
            "[[\"s\", \"m\", \"b\", \"n\", \"out\"], [\"n.scrap\", \"m\"]]");
  expect_good(&at);
  const int32_t m = tw_graph_exit(&at.graph, node_of(&at, "m"), "scrap");
  const int32_t n = tw_graph_exit(&at.graph, node_of(&at, "n"), "scrap");
  cr_assert_eq(at.graph.exit[m].target[0], at.graph.scrap_i);
  cr_assert_eq(at.graph.exit[n].target[0], node_of(&at, "m"));
  cr_assert(at.graph.has_cycle);
  close_sample(&at);
}

Test(graph, named_exits_come_in_the_order_of_the_kind) {
  sample at;
  read_flow(&at, WITH("m", "\"exits\": {\"probability\": {\"again\": 0.5, \"pass\": 0.5}}"),
            "[[\"m.pass\", \"out\"], [\"s\", \"b\", \"m\"], [\"m.again\", \"b\"]]");
  expect_good(&at);
  const int32_t m = node_of(&at, "m"), first = at.graph.first_exit[m];
  cr_assert_eq(at.graph.first_exit[m + 1] - first, 2);
  cr_assert_str_eq(at.graph.exit[first].name, "again");
  cr_assert_str_eq(at.graph.exit[first + 1].name, "pass");
  cr_assert_eq(at.graph.edge[0].exit_i, first + 1);
  cr_assert_eq(rank_of(&at, "m"), 1);
  cr_assert_eq(rank_of(&at, "b"), 2);
  close_sample(&at);
}

Test(graph, back_edges_are_found_depth_first_in_file_order) {
  sample at;
  read_flow(&at, M("m") ", " M("n"), "[[\"s\", \"m\", \"n\", \"b\", \"m\"], [\"n\", \"out\"]]");
  expect_good(&at);
  int32_t n_back = 0;
  for (int32_t i = 0; i < at.graph.n_edge; i++) n_back += at.graph.edge[i].is_back;
  cr_assert_eq(n_back, 1);
  // Places come sources, buffers, stations: the search enters the loop from the source at m, so b's
  // way back to m closes it.
  cr_assert(at.graph.edge[3].is_back);
  cr_assert_eq(rank_of(&at, "b"), 0);
  cr_assert_eq(rank_of(&at, "n"), 1);
  cr_assert_eq(rank_of(&at, "m"), 2);
  close_sample(&at);
}

Test(graph, the_longest_way_counts) {
  sample at;
  read_flow(&at, M("m") ", " M("n"),
            "[[\"s\", \"out\"], [\"s\", \"m\", \"out\"], [\"m\", \"n\", \"b\", \"out\"]]");
  expect_good(&at);
  cr_assert_eq(rank_of(&at, "s"), 4);
  cr_assert_eq(rank_of(&at, "m"), 3);
  close_sample(&at);
}

static void expect_flow_problem(const char *stations, const char *flow, const char *code,
                                const char *pointer, const char *words) {
  sample at;
  read_flow(&at, stations, flow);
  cr_assert_not(at.has_graph);
  expect_only(&at, code, pointer, words);
  close_sample(&at);
}

Test(graph, unknown_names_are_reported_once_with_the_nearest) {
  expect_flow_problem(M("mill"), "[[\"s\", \"milll\", \"b\", \"out\"]]", "E-REF", "/flow/0/1",
                      "there is no source, buffer or station \"milll\"; did you mean \"mill\"?");
  expect_flow_problem(M("mill"), "[[\"s\", \"x-y\", \"b\", \"out\"]]", "E-REF", "/flow/0/1",
                      "keys that begin with \"x-\" are the user's own");
  expect_flow_problem(M("mill"), "[[\"s\", \"mill\", \"b\", \"outt\"]]", "E-REF", "/flow/0/3",
                      "did you mean \"out\"?");
}

Test(graph, unknown_exits_are_reported_with_those_there_are) {
  expect_flow_problem(WITH("m", "\"scrap\": 0.1"),
                      "[[\"s\", \"b\", \"m\", \"out\"], [\"m.rework\", \"b\"]]", "E-REF",
                      "/flow/1/0", "\"m\" has no exit \"rework\"; its exits are \"scrap\"");
  expect_flow_problem(M("m"), "[[\"s\", \"b\", \"m\", \"out\"], [\"b.x\", \"m\"]]", "E-REF",
                      "/flow/1/0", "it has only the main exit");
}

Test(graph, each_place_needs_an_entry_and_an_exit) {
  expect_flow_problem(M("m"), "[[\"s\", \"b\", \"out\"], [\"m\", \"out\"]]", "E-FLOW",
                      "/stations/m", "no chain leads to \"m\"");
  expect_flow_problem(M("m"), "[[\"s\", \"b\", \"m\"], [\"b\", \"out\"]]", "E-FLOW", "/stations/m",
                      "no chain leaves \"m\"");
  expect_flow_problem(WITH("m", "\"exits\": {\"probability\": {\"a\": 0.5, \"b\": 0.5}}"),
                      "[[\"s\", \"b\", \"m\"], [\"m.a\", \"out\"]]", "E-FLOW", "/stations/m",
                      "no chain leaves the exit \"m.b\"");
}

Test(graph, sources_and_sinks_are_ends) {
  expect_flow_problem(M("m"), "[[\"s\", \"b\", \"m\", \"out\"], [\"m\", \"s\"]]", "E-FLOW",
                      "/flow/1/1", "\"s\" is a source; nothing enters it");
  expect_flow_problem(M("m"), "[[\"s\", \"b\", \"m\", \"out\"], [\"scrap\", \"m\"]]", "E-FLOW",
                      "/flow/1/0", "\"scrap\" is an end of the line");
  expect_flow_problem(M("m"), "[[\"s\", \"b\", \"m\", \"b\"]]", "E-FLOW", "/sources/s",
                      "parts of \"s\" reach no end of the line");
}

Test(graph, a_way_is_said_once) {
  expect_flow_problem(M("m"), "[[\"s\", \"b\", \"m\", \"out\"], [\"b\", \"m\"]]", "E-FLOW",
                      "/flow/1/1", "given twice, first on line 1");
}

Test(graph, places_that_no_source_leads_to_are_named) {
  sample at;
  read_flow(&at, M("m") ", " M("n"), "[[\"s\", \"b\", \"out\"], [\"m\", \"n\", \"m\"]]");
  cr_assert_not(at.has_graph);
  cr_assert_eq(count_problems(&at, "E-FLOW", "/stations/m"), 1);
  cr_assert_eq(count_problems(&at, "E-FLOW", "/stations/n"), 1);
  cr_assert_eq(count_all(&at), 2);
  close_sample(&at);
}

Test(graph, a_place_with_problems_may_have_any_exit) {
  sample at;
  read_flow(&at, WITH("m", "\"exits\": {\"probability\": [1]}"),
            "[[\"s\", \"b\", \"m\"], [\"m.a\", \"out\"], [\"m.b\", \"scrap\"]]");
  cr_assert_eq(count_problems(&at, "E-TYPE", "/stations/m/exits/probability"), 1);
  cr_assert_eq(count_all(&at), 1);
  close_sample(&at);
}

Test(graph, a_place_with_a_misspelt_key_has_the_exits_that_were_meant) {
  sample at;
  read_flow(&at, WITH("m", "\"exits\": {\"probabilty\": {\"a\": 1}}"),
            "[[\"s\", \"b\", \"m\"], [\"m.a\", \"out\"], [\"m.b\", \"scrap\"]]");
  cr_assert_eq(count_problems(&at, "E-KEY", "/stations/m/exits/probabilty"), 1);
  cr_assert_eq(count_problems(&at, "E-REF", "/flow/2/0"), 1);
  cr_assert_eq(count_all(&at), 2);
  close_sample(&at);
}

Test(graph, a_line_of_many_stations_needs_no_deep_stack, .timeout = 10) {
  enum { N = 20000 };
  char *text = malloc(N * 80 + 1000), *end = text;
  end += sprintf(end, "{\"libtwin\": \"1.0\", \"sources\": {\"s\": {\"sequence\": [\"p\"]}}, "
                      "\"stations\": {");
  for (int i = 0; i < N; i++) {
    end += sprintf(end, "%s\"m%d\": {\"type\": \"machine\", \"time\": \"1 s\"}", i ? "," : "", i);
  }
  end += sprintf(end, "}, \"flow\": [[\"s\"");
  for (int i = 0; i < N; i++) end += sprintf(end, ",\"m%d\"", i);
  strcpy(end, ",\"out\"]]}");
  sample at;
  read_line(&at, text);
  expect_good(&at);
  cr_assert_eq(rank_of(&at, "s"), N + 1);
  close_sample(&at);
  free(text);
}
