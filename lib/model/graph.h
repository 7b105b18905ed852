// graph.h - the flow of a line as a graph: places, exits, edges, feeders and ranks. Rank is the
// longest distance to a sink with back edges left out, found depth-first in file order; settling
// visits low ranks (downstream) first.

#ifndef TW_MODEL_GRAPH_H
#define TW_MODEL_GRAPH_H

#include "doc/doc.h"

enum { TW_EXITS_MAX = 64 };  // that a place can declare

typedef struct tw_edge {
  int32_t from, exit_i, to;  // exit_i: index into tw_graph.exit
  bool is_back;
  bool is_route;             // of routed parts only: no chain leads there
} tw_edge;

typedef struct tw_exit {
  int32_t node_i;
  const char *name;      // "" for the main exit
  int32_t n_chain;       // the first n_chain targets are those of chains, the others of routes only
  int32_t n_target;
  const int32_t *target; // [n_target] node indices in file order of the chains
  const int32_t *edge;   // [n_target] the edges to them
} tw_exit;

// One step of a route: stations that can do it, and where the part waits for them: in the buffer that
// the station pulls from, or at the station itself.
typedef struct tw_route_step {
  int32_t n_station, n_entry;
  const int32_t *station;  // [n_station] nodes
  const int32_t *entry;    // [n_entry] nodes, each once
  const struct tw_dist *time;  // NULL: the station's own
  const tw_node *node;
} tw_route_step;

typedef struct tw_route {
  const char *part;
  const tw_node *node;
  int32_t first_step, n_step;  // into tw_graph.step
} tw_route;

// Nodes: the doc's places in file order, then "out", then "scrap". Every exit has a target: the
// main exit comes first where chains leave by it, then the declared ones in the order of their
// kind. Edges keep the order of the chains; the built-in ways to scrap come last.
typedef struct tw_graph {
  int32_t n_node, n_exit, n_edge;
  int32_t out_i, scrap_i;
  const char *const *name;       // [n_node]
  const tw_exit *exit;           // [n_exit] sorted by node
  const int32_t *first_exit;     // [n_node + 1]
  const tw_edge *edge;           // [n_edge]
  const int32_t *first_feeder;   // [n_node + 1] into feeder
  const int32_t *feeder;         // edge indices by node, in file order
  const int32_t *rank;           // [n_node] 0 at the sinks
  const int32_t *by_rank;        // [n_node] node indices, lowest rank first, then file order
  bool has_cycle;
  int32_t n_route, n_step;
  const tw_route *route;         // [n_route]
  const int32_t *first_maker;    // [n_route + 1] into maker; NULL: nobody makes a routed part
  const int32_t *maker;          // places that make the parts of each route, in file order
  const tw_route_step *step;           // [n_step] of all routes
} tw_graph;

// Builds the graph and reports E-REF and E-FLOW: unknown names (with the nearest), unknown exits, a
// station without entry or exit, an unused declared exit, a source that reaches no sink, a place
// that no source leads to, an edge into a source, duplicates. An exit named "scrap" that no chain
// routes goes to the built-in scrap. A doc with problems may be given: then only what can be told
// is reported.
bool tw_graph_build(const tw_doc *doc, const tw_reader *reader, tw_graph *graph);

// Finds an exit by name; -1 when the node has none of it.
int32_t tw_graph_exit(const tw_graph *graph, int32_t node_i, const char *name);

#endif
