// graph.c - builds the graph of the flow out of chains and reports every name and exit that does
// not fit. Works on a doc with other mistakes too, so that all problems come at once: a place that
// could not be read whole may have any exit. Invariant: every exit of the graph has at least one
// target; exits and edges keep file order.

#include "model/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "doc/inner.h"
#include "model/graph_inner.h"
#include "model/line.h"

enum { SINKS = 2 };

// A link whose names are found.
typedef struct resolved {
  int32_t from, to;
  int32_t exit_i;       // among the exits of `from`
  const tw_link *link;  // NULL: the built-in way of "scrap"
  const char *exit;     // its name; "" for the main one, whatever the chain calls it
  int32_t next;         // of the same node, -1: last
  bool is_route;        // no chain says it
} resolved;

typedef struct builder {
  const tw_doc *doc;
  const tw_reader *reader;
  tw_graph *graph;
  tw_index index;
  resolved *links;  // [n_link]
  int32_t n_link;
  int32_t *first, *last;      // [n_node] links of a node in file order, -1: none
  tw_exit *exits;             // of the graph, while it is filled
  bool is_good, has_unknown;  // a name or exit that is not there
} builder;

static bool is_sink(const builder *in, int32_t node_i) { return node_i >= in->doc->n_place; }

static const tw_kind *kind_of(const builder *in, int32_t node_i) {
  return is_sink(in, node_i) ? NULL : in->doc->place[node_i].kind;
}

// A place that parts do not leave, but out of the line.
static bool is_end(const builder *in, int32_t node_i) {
  const tw_kind *kind = kind_of(in, node_i);
  return is_sink(in, node_i) || (kind != NULL && strcmp(kind->section, "demands") == 0);
}

static const tw_node *node_of(const builder *in, int32_t node_i) {
  TW_ASSERT(!is_sink(in, node_i));
  return ((const tw_def *)in->doc->place[node_i].def)->node;
}

// True when a chain leads there.
static bool is_reached(const builder *in, int32_t node_i) {
  for (int32_t i = 0; i < in->n_link; i++)
    if (in->links[i].to == node_i) return true;
  return false;
}

// The exit that a chain leaves by: "" for the main one, whatever the chain calls it.
static const char *exit_name(const builder *in, int32_t from, const tw_link *link) {
  if (link == NULL) return "scrap";
  const tw_kind *kind = kind_of(in, from);
  const char *other = kind != NULL ? kind->main_exit_name : NULL;
  return other != NULL && strcmp(link->exit, other) == 0 ? "" : link->exit;
}

// Are parts of a station thrown away by what does not stand in it: the ends of shifts by default, or of
// people, or a common cause?
static bool can_scrap(const tw_doc *doc, const char *name) {
  const tw_worker_def *workers = doc->workers.at;
  const tw_cause_def *causes = doc->causes.at;
  if (doc->defaults.shift_end == TW_END_SCRAP) return true;
  for (int32_t i = 0; i < doc->workers.n; i++)
    if (workers[i].shift_end == TW_END_SCRAP) return true;
  for (int32_t i = 0; i < doc->causes.n; i++)
    for (int32_t k = 0; k < causes[i].stations.n && causes[i].part == TW_FATE_SCRAP; k++)
      if (strcmp(causes[i].stations.at[k].name, name) == 0) return true;
  return false;
}

// Names the exits that a place declares beside the main one; -1 when they are not known, because
// its kind is unknown or it has problems of its own.
static int32_t list_exits(const builder *in, int32_t node_i, const char *names[TW_EXITS_MAX]) {
  const tw_kind *kind = kind_of(in, node_i);
  if (kind == NULL || in->doc->place[node_i].is_broken) return -1;
  if (kind->exits == NULL) return 0;
  const int32_t n = kind->exits(kind, in->doc->place[node_i].def, names, TW_EXITS_MAX);
  TW_ASSERT(n >= 0 && n <= TW_EXITS_MAX);
  const bool is_station = strcmp(kind->section, "stations") == 0;
  if (!is_station || n == TW_EXITS_MAX || !can_scrap(in->doc, in->graph->name[node_i])) return n;
  for (int32_t i = 0; i < n; i++)
    if (strcmp(names[i], "scrap") == 0) return n;
  names[n] = "scrap";
  return n + 1;
}

static int32_t find_place(builder *in, const char *name, const tw_node *node) {
  const int32_t i = tw_index_find(&in->index, name);
  if (i >= 0) return i;
  char hint[160];
  in->is_good = false;
  in->has_unknown = true;
  if (!tw_doc_knows_places(in->doc)) return -1;  // it may stand there
  const char *nearest = tw_index_nearest(&in->index, name, in->reader->problems);
  if (strncmp(name, "x-", 2) == 0) {
    snprintf(hint, sizeof hint, "keys that begin with \"x-\" are the user's own and no places");
  } else if (nearest != NULL) {
    snprintf(hint, sizeof hint, "did you mean \"%.80s\"?", nearest);
  } else {
    snprintf(hint, sizeof hint, "places are defined in /sources, /buffers and /stations");
  }
  tw_reader_problem(in->reader, node, "E-REF", nearest, hint,
                    "there is no source, buffer or station \"%.80s\"", name);
  return -1;
}

// True when the place has the exit; reports it otherwise.
static bool check_exit(builder *in, int32_t from, const tw_link *link) {
  const char *names[TW_EXITS_MAX];
  if (exit_name(in, from, link)[0] == 0) return true;
  const int32_t n = is_sink(in, from) ? 0 : list_exits(in, from, names);
  if (n < 0) return true;
  tw_text list = {.memory = tw_problems_memory(in->reader->problems)};
  for (int32_t i = 0; i < n; i++) {
    if (strcmp(names[i], link->exit) == 0) {
      tw_text_free(&list);
      return true;
    }
    tw_text_print(&list, "%s\"%s\"", i == 0 ? "its exits are " : ", ", names[i]);
  }
  if (n == 0) tw_text_add(&list, "it has only the main exit, which has no name");
  in->is_good = false;
  in->has_unknown = true;
  tw_reader_problem(in->reader, link->from_node, "E-REF", NULL, list.at,
                    "\"%.80s\" has no exit \"%.80s\"", link->from, link->exit);
  tw_text_free(&list);
  return false;
}

// Chains lead neither into a source nor out of a sink.
static bool check_ends(builder *in, int32_t from, int32_t to, const tw_link *link) {
  const tw_kind *kind = kind_of(in, to);
  bool is_good = true;
  if (is_end(in, from)) {
    tw_reader_problem(in->reader, link->from_node, "E-FLOW", NULL, NULL,
                      "\"%s\" is an end of the line; nothing leaves it", link->from);
    is_good = false;
  }
  if (kind != NULL && strcmp(kind->section, "sources") == 0) {
    tw_reader_problem(in->reader, link->to_node, "E-FLOW", NULL, NULL,
                      "\"%.80s\" is a source; nothing enters it", link->to);
    is_good = false;
  }
  if (!is_good) in->is_good = false;
  return is_good;
}

static void add_link(builder *in, int32_t from, int32_t to, const tw_link *link) {
  const int32_t i = in->n_link++;
  in->links[i] = (resolved){
      .from = from, .to = to, .link = link, .exit = exit_name(in, from, link), .next = -1};
  if (in->first[from] < 0) {
    in->first[from] = i;
  } else {
    in->links[in->last[from]].next = i;
  }
  in->last[from] = i;
}

// What the ways of routes say as links: they leave by the main exit.
static const tw_link route_link = {.exit = ""};

static void add_route_way(void *user, int32_t from, int32_t to) {
  builder *in = user;
  for (int32_t i = in->first[from]; i >= 0; i = in->links[i].next)
    if (in->links[i].to == to && in->links[i].exit[0] == 0) return;
  add_link(in, from, to, &route_link);
  in->links[in->n_link - 1].is_route = true;
}

static void count_way(void *user, int32_t from, int32_t to) {
  (void)from, (void)to;
  ++*(size_t *)user;
}

static void resolve_links(builder *in) {
  const tw_flow_def *flow = &in->doc->flow;
  for (int32_t i = 0; i < flow->n_link; i++) {
    const tw_link *link = &flow->link[i];
    const int32_t from = find_place(in, link->from, link->from_node);
    // A name in the middle of a chain ends one link and begins the next; it is reported once.
    const bool is_last = i + 1 == flow->n_link || flow->link[i + 1].from_node != link->to_node;
    const int32_t to =
        is_last ? find_place(in, link->to, link->to_node) : tw_index_find(&in->index, link->to);
    if (from < 0 || to < 0) continue;
    if (!check_exit(in, from, link) || !check_ends(in, from, to, link)) continue;
    add_link(in, from, to, link);
  }
}

static int compare_links(const void *a, const void *b) {
  const resolved *x = *(const resolved *const *)a, *y = *(const resolved *const *)b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  const int order = strcmp(x->exit, y->exit);
  return order != 0 ? order : (x > y) - (x < y);
}

// Reports ways that two chains say; sorted, they are neighbours.
static void check_repeats(builder *in) {
  const size_t n = (size_t)in->n_link;
  const resolved **sorted = tw_arena_take_array(in->reader->arena, n, sizeof *sorted);
  if (sorted == NULL) return;
  for (size_t i = 0; i < n; i++) sorted[i] = &in->links[i];
  if (n > 1) qsort(sorted, n, sizeof *sorted, compare_links);
  for (size_t i = 1; i < n; i++) {
    const resolved *first = sorted[i - 1], *again = sorted[i];
    if (first->from != again->from || first->to != again->to) continue;
    if (strcmp(first->exit, again->exit) != 0) continue;
    tw_reader_problem(in->reader, again->link->to_node, "E-FLOW", NULL, NULL,
                      "the way from \"%.80s\" to \"%.80s\" is given twice, first on line %d",
                      again->link->from_node->text, again->link->to,
                      (int)first->link->to_node->line);
    in->is_good = false;
  }
}

static bool has_link(const builder *in, int32_t node_i, const char *exit) {
  for (int32_t i = in->first[node_i]; i >= 0; i = in->links[i].next) {
    if (strcmp(in->links[i].exit, exit) == 0) return true;
  }
  return false;
}

// What is thrown away has a way of its own, where no chain says another.
static void add_scrap_way(builder *in, int32_t node_i) {
  const char *names[TW_EXITS_MAX];
  if (kind_of(in, node_i) == NULL || is_end(in, node_i)) return;
  const int32_t n = list_exits(in, node_i, names);
  for (int32_t i = 0; i < n; i++)
    if (strcmp(names[i], "scrap") == 0 && !has_link(in, node_i, "scrap"))
      add_link(in, node_i, in->graph->scrap_i, NULL);
}

// Declared exits need a way. A place needs a way out of some kind.
static void check_exits(builder *in, int32_t node_i) {
  const char *names[TW_EXITS_MAX];
  const char *name = in->graph->name[node_i];
  if (kind_of(in, node_i) == NULL || is_end(in, node_i)) return;
  const int32_t n = list_exits(in, node_i, names);
  bool has_other = n < 0 && in->first[node_i] >= 0;
  for (int32_t i = 0; i < n; i++) {
    if (strcmp(names[i], "scrap") == 0) continue;
    has_other = true;
    if (has_link(in, node_i, names[i])) continue;
    tw_reader_problem(in->reader, node_of(in, node_i), "E-FLOW", NULL,
                      "add a chain that begins there", "no chain leaves the exit \"%.80s.%.80s\"",
                      name, names[i]);
    in->is_good = false;
  }
  if (has_other || has_link(in, node_i, "")) return;
  const char *hint =
      is_reached(in, node_i) ? "end its chain with \"out\"" : "is it missing in /flow?";
  tw_reader_problem(in->reader, node_of(in, node_i), "E-FLOW", NULL, hint,
                    "no chain leaves \"%.80s\"", name);
  in->is_good = false;
}

// Counts the exits of a node and gives each link its number among them: the main one, then the
// declared ones in their order, each only when something leaves by it and none of them twice.
static int32_t number_exits(builder *in, int32_t node_i, tw_exit *exits) {
  const char *names[TW_EXITS_MAX];
  const int32_t n_name = is_sink(in, node_i) ? 0 : list_exits(in, node_i, names);
  const bool is_unknown = n_name < 0;  // then all links count as of the main exit
  int32_t n = 0;
  for (int32_t i = in->first[node_i]; i >= 0; i = in->links[i].next) in->links[i].exit_i = -1;
  for (int32_t name_i = -1; name_i < n_name || name_i < 0; name_i++) {
    const char *name = name_i < 0 ? "" : names[name_i];
    tw_exit *exit = &exits[n];
    *exit = (tw_exit){.node_i = node_i, .name = name};
    for (int32_t i = in->first[node_i]; i >= 0; i = in->links[i].next) {
      const bool is_here = strcmp(in->links[i].exit, name) == 0;
      if (in->links[i].exit_i >= 0 || (!is_here && !is_unknown)) continue;
      in->links[i].exit_i = n;
      exit->n_target++;
      if (!in->links[i].is_route) exit->n_chain++;
    }
    if (exit->n_target > 0) n++;
  }
  return n;
}

// Targets of the exits, and edges in the order of the links.
static bool fill_edges(builder *in, const int32_t *first_exit) {
  tw_graph *graph = in->graph;
  tw_arena *arena = in->reader->arena;
  tw_edge *edges = tw_arena_take_array(arena, (size_t)in->n_link, sizeof *edges);
  int32_t *targets = tw_arena_take_array(arena, (size_t)in->n_link, sizeof *targets);
  int32_t *ways = tw_arena_take_array(arena, (size_t)in->n_link, sizeof *ways);
  int32_t *n_filled = tw_arena_take_array(arena, (size_t)graph->n_exit, sizeof *n_filled);
  if (edges == NULL || targets == NULL || ways == NULL || n_filled == NULL) return false;
  int32_t n_target = 0;
  for (int32_t i = 0; i < graph->n_exit; i++) {
    in->exits[i].target = targets + n_target;
    in->exits[i].edge = ways + n_target;
    n_target += in->exits[i].n_target;
  }
  TW_ASSERT(n_target == in->n_link);
  for (int32_t i = 0; i < in->n_link; i++) {
    const resolved *link = &in->links[i];
    const int32_t exit_i = first_exit[link->from] + link->exit_i;
    edges[i] = (tw_edge){
        .from = link->from, .exit_i = exit_i, .to = link->to, .is_route = link->is_route};
    const ptrdiff_t at = in->exits[exit_i].target - targets + n_filled[exit_i]++;
    targets[at] = link->to;
    ways[at] = i;
  }
  graph->edge = edges;
  graph->n_edge = in->n_link;
  return true;
}

static bool fill_exits(builder *in) {
  tw_graph *graph = in->graph;
  tw_arena *arena = in->reader->arena;
  tw_exit found[TW_EXITS_MAX + 1];
  int32_t *first_exit = tw_arena_take_array(arena, (size_t)graph->n_node + 1, sizeof *first_exit);
  // There are at most as many exits as links, since each has one.
  in->exits = tw_arena_take_array(arena, (size_t)in->n_link, sizeof *in->exits);
  if (first_exit == NULL || in->exits == NULL) return false;
  for (int32_t i = 0; i < graph->n_node; i++) {
    const int32_t n = number_exits(in, i, found);
    first_exit[i] = graph->n_exit;
    memcpy(in->exits + graph->n_exit, found, (size_t)n * sizeof *found);
    graph->n_exit += n;
  }
  first_exit[graph->n_node] = graph->n_exit;
  graph->first_exit = first_exit;
  graph->exit = in->exits;
  return fill_edges(in, first_exit);
}

static bool name_nodes(builder *in) {
  tw_graph *graph = in->graph;
  const int32_t n_place = in->doc->n_place;
  const char **names =
      tw_arena_take_array(in->reader->arena, (size_t)n_place + SINKS, sizeof *names);
  if (names == NULL) return false;
  for (int32_t i = 0; i < n_place; i++) names[i] = ((const tw_def *)in->doc->place[i].def)->name;
  names[n_place] = "out";
  names[n_place + 1] = "scrap";
  graph->n_node = n_place + SINKS;
  graph->out_i = n_place;
  graph->scrap_i = n_place + 1;
  graph->name = names;
  return tw_index_build(&in->index, names, graph->n_node, in->reader->arena);
}

static bool make_room(builder *in) {
  const size_t n_node = (size_t)in->graph->n_node;
  size_t n_way = 0;
  tw_graph_each_way(in->graph, count_way, &n_way);
  const size_t n_link = (size_t)in->doc->flow.n_link + n_way + n_node;  // one way to scrap each
  tw_arena *arena = in->reader->arena;
  in->links = tw_arena_take_array(arena, n_link, sizeof *in->links);
  in->first = tw_arena_take_array(arena, n_node, sizeof *in->first);
  in->last = tw_arena_take_array(arena, n_node, sizeof *in->last);
  if (in->links == NULL || in->first == NULL || in->last == NULL) return false;
  for (size_t i = 0; i < n_node; i++) in->first[i] = in->last[i] = -1;
  return true;
}

// Without any chain one problem says so instead of two for each place.
static bool has_flow(builder *in) {
  const tw_flow_def *flow = &in->doc->flow;
  if (flow->n_chain > 0 || flow->is_broken || in->doc->n_place == 0) return true;
  if (in->doc->routes.n > 0) return true;
  const tw_node *node = tw_node_member(in->doc->root, "flow");
  tw_reader_problem(in->reader, node != NULL ? node : in->doc->root, "E-FLOW", NULL,
                    "e.g. \"flow\": [[\"orders\", \"saw\", \"out\"]]",
                    "no chain says where parts go");
  in->is_good = false;
  return false;
}

bool tw_graph_build(const tw_doc *doc, const tw_reader *reader, tw_graph *graph) {
  TW_ASSERT(doc != NULL && reader != NULL && graph != NULL);
  builder in = {.doc = doc, .reader = reader, .graph = graph, .is_good = true};
  *graph = (tw_graph){0};
  if (!name_nodes(&in)) return false;
  if (!tw_graph_routes(doc, reader, &in.index, graph)) {
    in.is_good = false;
    in.has_unknown = true;
  }
  if (!make_room(&in)) return false;
  resolve_links(&in);
  check_repeats(&in);
  tw_graph_each_way(graph, add_route_way, &in);
  // What is missing counts only where everything that is there is understood: a misspelt name is
  // one mistake, not three.
  for (int32_t i = 0; i < doc->n_place; i++) add_scrap_way(&in, i);
  const bool is_whole = has_flow(&in) && !doc->flow.is_broken && !in.has_unknown;
  for (int32_t i = 0; i < doc->n_place && is_whole; i++) check_exits(&in, i);
  if (!fill_exits(&in) || !tw_graph_feed(graph, reader->arena)) return false;
  if (is_whole && !tw_graph_check_entries(doc, reader, graph)) in.is_good = false;
  if (is_whole && in.is_good && !tw_graph_check_reach(doc, reader, graph)) in.is_good = false;
  return tw_graph_rank(graph, reader->arena) && in.is_good;
}

int32_t tw_graph_exit(const tw_graph *graph, int32_t node_i, const char *name) {
  TW_ASSERT(node_i >= 0 && node_i < graph->n_node && name != NULL);
  for (int32_t i = graph->first_exit[node_i]; i < graph->first_exit[node_i + 1]; i++) {
    if (strcmp(graph->exit[i].name, name) == 0) return i;
  }
  return -1;
}
