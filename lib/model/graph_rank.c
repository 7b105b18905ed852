// graph_rank.c - what follows from the edges of the flow: feeders, back edges, ranks, and what can
// be reached from where. All walks keep their own stack: lines may be long, call stacks are not.

#include <string.h>

#include "base/assert.h"
#include "model/graph_inner.h"

bool tw_graph_feed(tw_graph *graph, tw_arena *arena) {
  const size_t n_node = (size_t)graph->n_node;
  int32_t *first = tw_arena_take_array(arena, n_node + 1, sizeof *first);
  int32_t *feeder = tw_arena_take_array(arena, (size_t)graph->n_edge, sizeof *feeder);
  int32_t *n_filled = tw_arena_take_array(arena, n_node, sizeof *n_filled);
  if (first == NULL || feeder == NULL || n_filled == NULL) return false;
  for (int32_t i = 0; i < graph->n_edge; i++) first[graph->edge[i].to + 1]++;
  for (size_t i = 0; i < n_node; i++) first[i + 1] += first[i];
  TW_ASSERT(first[n_node] == graph->n_edge);
  for (int32_t i = 0; i < graph->n_edge; i++) {
    const int32_t to = graph->edge[i].to;
    feeder[first[to] + n_filled[to]++] = i;
  }
  graph->first_feeder = first;
  graph->feeder = feeder;
  return true;
}

bool tw_graph_leavers(const tw_graph *graph, tw_arena *arena, tw_leavers *out) {
  const size_t n_node = (size_t)graph->n_node;
  int32_t *n_filled = tw_arena_take_array(arena, n_node, sizeof *n_filled);
  out->first = tw_arena_take_array(arena, n_node + 1, sizeof *out->first);
  out->edge = tw_arena_take_array(arena, (size_t)graph->n_edge, sizeof *out->edge);
  if (n_filled == NULL || out->first == NULL || out->edge == NULL) return false;
  for (int32_t i = 0; i < graph->n_edge; i++) out->first[graph->edge[i].from + 1]++;
  for (size_t i = 0; i < n_node; i++) out->first[i + 1] += out->first[i];
  for (int32_t i = 0; i < graph->n_edge; i++) {
    const int32_t from = graph->edge[i].from;
    out->edge[out->first[from] + n_filled[from]++] = i;
  }
  return true;
}

// One depth-first search over all nodes. An edge to a node that is still open is a back edge; a
// node is closed after everything behind it, so its rank is known then.
typedef struct search {
  const tw_graph *graph;
  const tw_leavers *out;
  tw_edge *edge;   // of the graph
  int32_t *rank;   // [n_node]
  int32_t *stack;  // [n_node] open nodes
  int32_t *next;   // [n_node] position in out->edge
  uint8_t *state;  // [n_node] 0 not seen, 1 open, 2 closed
  int32_t n_stack;
  bool has_cycle;
} search;

static void open_node(search *in, int32_t node_i) {
  TW_ASSERT(in->state[node_i] == 0 && in->n_stack < in->graph->n_node);
  in->state[node_i] = 1;
  in->next[node_i] = in->out->first[node_i];
  in->stack[in->n_stack++] = node_i;
}

static void raise_rank(search *in, int32_t node_i, int32_t behind) {
  if (in->rank[node_i] < in->rank[behind] + 1) in->rank[node_i] = in->rank[behind] + 1;
}

// Takes the next edge of the node on top, or closes it.
static void step(search *in) {
  const int32_t node_i = in->stack[in->n_stack - 1];
  if (in->next[node_i] == in->out->first[node_i + 1]) {
    in->state[node_i] = 2;
    in->n_stack--;
    if (in->n_stack > 0) raise_rank(in, in->stack[in->n_stack - 1], node_i);
    return;
  }
  tw_edge *edge = &in->edge[in->out->edge[in->next[node_i]++]];
  if (in->state[edge->to] == 1) {
    edge->is_back = true;
    in->has_cycle = true;
  } else if (in->state[edge->to] == 2) {
    raise_rank(in, node_i, edge->to);
  } else {
    open_node(in, edge->to);
  }
}

// Sorts nodes by rank, file order within one: a counting sort.
static bool sort_by_rank(tw_graph *graph, tw_arena *arena) {
  const size_t n_node = (size_t)graph->n_node;
  int32_t *by_rank = tw_arena_take_array(arena, n_node, sizeof *by_rank);
  int32_t *first = tw_arena_take_array(arena, n_node + 1, sizeof *first);
  if (by_rank == NULL || first == NULL) return false;
  for (size_t i = 0; i < n_node; i++) first[graph->rank[i] + 1]++;
  for (size_t i = 0; i < n_node; i++) first[i + 1] += first[i];
  for (int32_t i = 0; i < graph->n_node; i++) by_rank[first[graph->rank[i]]++] = i;
  graph->by_rank = by_rank;
  return true;
}

bool tw_graph_rank(tw_graph *graph, tw_arena *arena) {
  const size_t n_node = (size_t)graph->n_node;
  tw_leavers out;
  if (!tw_graph_leavers(graph, arena, &out)) return false;
  search in = {.graph = graph,
               .out = &out,
               .edge = (tw_edge *)graph->edge,  // ours: made by this build in the same arena
               .rank = tw_arena_take_array(arena, n_node, sizeof(int32_t)),
               .stack = tw_arena_take_array(arena, n_node, sizeof(int32_t)),
               .next = tw_arena_take_array(arena, n_node, sizeof(int32_t)),
               .state = tw_arena_take_array(arena, n_node, sizeof(uint8_t))};
  if (in.rank == NULL || in.stack == NULL || in.next == NULL || in.state == NULL) return false;
  for (int32_t i = 0; i < graph->n_node; i++) {
    if (in.state[i] == 0) open_node(&in, i);
    while (in.n_stack > 0) step(&in);
  }
  graph->rank = in.rank;
  graph->has_cycle = in.has_cycle;
  return sort_by_rank(graph, arena);
}

static bool is_source(const tw_doc *doc, int32_t node_i) {
  const tw_kind *kind = node_i < doc->n_place ? doc->place[node_i].kind : NULL;
  return kind != NULL && strcmp(kind->section, "sources") == 0;
}

bool tw_graph_check_entries(const tw_doc *doc, const tw_reader *reader, const tw_graph *graph) {
  bool is_good = true;
  for (int32_t i = 0; i < doc->n_place; i++) {
    // An unknown kind may be anything, and has its own problem.
    if (doc->place[i].kind == NULL || is_source(doc, i)) continue;
    if (graph->first_feeder[i] < graph->first_feeder[i + 1]) continue;
    tw_reader_problem(reader, ((const tw_def *)doc->place[i].def)->node, "E-FLOW", NULL,
                      "is it missing in /flow?", "no chain leads to \"%.80s\"", graph->name[i]);
    is_good = false;
  }
  return is_good;
}

// Marks what `queue` (n of them, marked already) reaches, along the edges or against them.
static void spread(const tw_graph *graph, const tw_leavers *out, bool *is_reached, int32_t *queue,
                   int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    const int32_t at = queue[i];
    const int32_t *first = out != NULL ? out->first : graph->first_feeder;
    const int32_t *edges = out != NULL ? out->edge : graph->feeder;
    for (int32_t j = first[at]; j < first[at + 1]; j++) {
      const tw_edge *edge = &graph->edge[edges[j]];
      const int32_t to = out != NULL ? edge->to : edge->from;
      if (is_reached[to]) continue;
      is_reached[to] = true;
      TW_ASSERT(n < graph->n_node);
      queue[n++] = to;
    }
  }
}

bool tw_graph_check_reach(const tw_doc *doc, const tw_reader *reader, const tw_graph *graph) {
  const size_t n_node = (size_t)graph->n_node;
  for (int32_t i = 0; i < doc->n_place; i++) {
    if (doc->place[i].is_broken) return true;  // it may lead anywhere, and has its own problem
  }
  tw_leavers out;
  bool *is_ending = tw_arena_take_array(reader->arena, n_node, sizeof *is_ending);
  bool *is_fed = tw_arena_take_array(reader->arena, n_node, sizeof *is_fed);
  int32_t *queue = tw_arena_take_array(reader->arena, n_node, sizeof *queue);
  if (is_ending == NULL || is_fed == NULL || queue == NULL) return false;
  if (!tw_graph_leavers(graph, reader->arena, &out)) return false;
  is_ending[graph->out_i] = is_ending[graph->scrap_i] = true;
  int32_t n_end = 0;
  queue[n_end++] = graph->out_i;
  queue[n_end++] = graph->scrap_i;
  for (int32_t i = 0; i < doc->n_place; i++) {
    if (strcmp(doc->place[i].kind->section, "demands") != 0) continue;
    is_ending[i] = true;
    queue[n_end++] = i;
  }
  spread(graph, NULL, is_ending, queue, n_end);
  int32_t n_source = 0;
  for (int32_t i = 0; i < doc->n_place; i++) {
    if (!is_source(doc, i)) continue;
    is_fed[i] = true;
    queue[n_source++] = i;
  }
  spread(graph, &out, is_fed, queue, n_source);
  bool is_good = true;
  for (int32_t i = 0; i < doc->n_place; i++) {
    if (is_fed[i] && (is_ending[i] || !is_source(doc, i))) continue;
    const tw_def *def = doc->place[i].def;
    tw_reader_problem(reader, def->node, "E-FLOW", NULL, NULL,
                      is_fed[i] ? "parts of \"%.80s\" reach no end of the line"
                                : "no source leads to \"%.80s\"",
                      def->name);
    is_good = false;
  }
  return is_good;
}
