// json_fuzz.c - feeds any bytes to the reader of line files: JSON, the field tables with three
// small kinds, the flow. What is refused has problems, each with a code and readable sentences.
// What is good has a dump that is good too and is its own dump.

#include "support/test_kinds.h"
#include "fuzz_check.h"
#include "io/json.h"
#include "model/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const codes[] = {"E-JSON", "E-KEY",  "E-TYPE",  "E-UNIT", "E-RANGE",
                                    "E-REF",  "E-FLOW", "E-ROUTE", "E-CAL",  NULL};

typedef struct reading {
  tw_arena arena;
  twin_problems *problems;
  tw_reader reader;
  tw_doc doc;
  tw_graph graph;
  bool is_good;
} reading;

static void read_bytes(reading *at, const char *text, size_t n) {
  *at = (reading){0};
  tw_arena_init(&at->arena);
  at->problems = twin_problems_new();
  at->reader = (tw_reader){.file = "f", .arena = &at->arena, .problems = at->problems};
  tw_node *root = tw_json_read(text, n, "f", &at->arena, at->problems);
  if (root == NULL) return;
  at->is_good = tw_doc_parse(root, test_kinds, N_TEST_KIND, &at->reader, &at->doc);
  const bool has_graph = tw_graph_build(&at->doc, &at->reader, &at->graph);
  at->is_good = at->is_good && has_graph;
}

static void close_reading(reading *at) {
  twin_problems_free(at->problems);
  tw_arena_free(&at->arena);
}

// Every rank is above those it leads to, but for back edges, and by_rank is a permutation in order.
static void check_graph(const tw_graph *graph) {
  for (int32_t i = 0; i < graph->n_edge; i++) {
    const tw_edge *edge = &graph->edge[i];
    demand(edge->is_back || graph->rank[edge->from] > graph->rank[edge->to], "a rank", "");
    demand(graph->exit[edge->exit_i].node_i == edge->from, "an exit", "");
  }
  for (int32_t i = 1; i < graph->n_node; i++) {
    const int32_t a = graph->by_rank[i - 1], b = graph->by_rank[i];
    demand(graph->rank[a] < graph->rank[b] || (graph->rank[a] == graph->rank[b] && a < b),
           "the order of ranks", "");
  }
  for (int32_t i = 0; i < graph->n_exit; i++) demand(graph->exit[i].n_target > 0, "no target", "");
}

static void check_dump(const reading *at) {
  tw_text first = {0}, second = {0};
  reading again;
  tw_doc_dump(&at->doc, &first);
  read_bytes(&again, first.at, first.n);
  demand(again.is_good, twin_problems_text(again.problems, 0), first.at);
  tw_doc_dump(&again.doc, &second);
  demand(strcmp(first.at, second.at) == 0, "the dump of a dump", second.at);
  tw_text_free(&first);
  tw_text_free(&second);
  close_reading(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  reading at;
  read_bytes(&at, (const char *)data, n);
  demand(at.is_good == (twin_problems_count(at.problems, TWIN_ERROR) == 0), "good or not", "");
  check_problems(at.problems, codes);
  if (at.is_good) {
    check_graph(&at.graph);
    check_dump(&at);
  }
  close_reading(&at);
  return 0;
}
