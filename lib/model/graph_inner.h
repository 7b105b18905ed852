// graph_inner.h - the two halves of the graph: graph.c reads chains into edges, graph_rank.c works
// on the edges alone. For them and compile_reach.c; everyone else uses graph.h.

#ifndef TW_MODEL_GRAPH_INNER_H
#define TW_MODEL_GRAPH_INNER_H

#include "base/index.h"
#include "model/graph.h"

// Resolves the routes: E-REF, E-ROUTE. False when something was wrong; then the graph has none.
bool tw_graph_routes(const tw_doc *doc, const tw_reader *reader, const tw_index *index,
                     tw_graph *graph);

// Calls `add` for every way that a route goes, some several times.
typedef void tw_way_function(void *user, int32_t from, int32_t to);
void tw_graph_each_way(const tw_graph *graph, tw_way_function *add, void *user);

// Edges by the node they leave, in file order: the mirror of the feeders.
typedef struct tw_leavers {
  int32_t *first;  // [n_node + 1]
  int32_t *edge;   // [n_edge]
} tw_leavers;

// Lists them. False when memory is short.
bool tw_graph_leavers(const tw_graph *graph, tw_arena *arena, tw_leavers *out);

// Fills feeder and first_feeder from the edges. False when memory is short.
bool tw_graph_feed(tw_graph *graph, tw_arena *arena);

// Fills is_back, has_cycle, rank and by_rank from the edges. False when memory is short.
bool tw_graph_rank(tw_graph *graph, tw_arena *arena);

// Reports places that nothing enters: E-FLOW.
bool tw_graph_check_entries(const tw_doc *doc, const tw_reader *reader, const tw_graph *graph);

// Reports sources that reach no sink and places that no source reaches: E-FLOW.
bool tw_graph_check_reach(const tw_doc *doc, const tw_reader *reader, const tw_graph *graph);

#endif
