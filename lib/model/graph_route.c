// graph_route.c - routes of parts as ways of the graph: from each step's stations, and from the
// sources that make the part, to where it waits for the next step; from the last step to "out". A
// routed part waits in the buffer that its station pulls from; a station without one takes it
// directly.

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "doc/inner.h"
#include "model/graph_inner.h"

enum { SEVERAL = -2 };

// The buffer that each node pulls from; -1: none, SEVERAL.
static int32_t *find_queues(const tw_doc *doc, const tw_reader *reader, const tw_index *index) {
  int32_t *queue = tw_arena_take_array(reader->arena, (size_t)index->n, sizeof *queue);
  if (queue == NULL) return NULL;
  for (int32_t i = 0; i < index->n; i++) queue[i] = -1;
  for (int32_t i = 0; i < doc->flow.n_link; i++) {
    const tw_link *link = &doc->flow.link[i];
    const int32_t from = tw_index_find(index, link->from), to = tw_index_find(index, link->to);
    if (link->exit[0] != 0 || to < 0 || from < 0 || from >= doc->n_place) continue;
    const tw_kind *kind = doc->place[from].kind;
    if (kind == NULL || strcmp(kind->section, "buffers") != 0 || queue[to] == from) continue;
    queue[to] = queue[to] == -1 ? from : SEVERAL;
  }
  return queue;
}

static int32_t find_station(const tw_doc *doc, const tw_reader *reader, const tw_index *index,
                            const tw_name *name) {
  char hint[160];
  const int32_t i = tw_index_find(index, name->name);
  if (i < 0 && !tw_doc_knows_places(doc)) return -1;  // it may stand there
  if (i < 0) {
    const char *nearest = tw_index_nearest(index, name->name, reader->problems);
    if (nearest != NULL) snprintf(hint, sizeof hint, "did you mean \"%.80s\"?", nearest);
    tw_reader_problem(reader, name->node, "E-REF", nearest, nearest != NULL ? hint : NULL,
                      "there is no station \"%.80s\"", name->name);
    return -1;
  }
  const tw_kind *kind = i < doc->n_place ? doc->place[i].kind : NULL;
  const bool is_unknown = i < doc->n_place && kind == NULL;  // it has its own problem
  if (is_unknown || (kind != NULL && strcmp(kind->section, "stations") == 0)) return i;
  tw_reader_problem(reader, name->node, "E-ROUTE", NULL,
                    "name the station; its parts wait before it", "\"%.80s\" is no station",
                    name->name);
  return -1;
}

// Appends a number unless it is there.
static void append_once(int32_t *list, int32_t *n, int32_t i) {
  for (int32_t k = 0; k < *n; k++)
    if (list[k] == i) return;
  list[(*n)++] = i;
}

static bool resolve_step(const tw_doc *doc, const tw_reader *reader, const tw_index *index,
                         const int32_t *queue, const tw_route_step_def *def, tw_route_step *step) {
  const size_t n = (size_t)def->stations.n;
  if (n == 0 || n > TW_ALTERNATIVES_MAX) {
    tw_reader_problem(reader, def->def.node, "E-RANGE", NULL, NULL,
                      "a step has from 1 to %d alternative stations, here are %d", (int)TW_ALTERNATIVES_MAX,
                      (int)n);
    return false;
  }
  int32_t *station = tw_arena_take_array(reader->arena, n, sizeof *station);
  int32_t *entry = tw_arena_take_array(reader->arena, n, sizeof *entry);
  if (station == NULL || entry == NULL) return false;
  *step =
      (tw_route_step){.station = station, .entry = entry, .time = def->time.dist, .node = def->def.node};
  bool is_good = true;
  for (int32_t i = 0; i < def->stations.n; i++) {
    const tw_name *name = &def->stations.at[i];
    const int32_t at = find_station(doc, reader, index, name);
    if (at < 0) {
      is_good = false;
    } else if (queue[at] == SEVERAL) {
      tw_reader_problem(
          reader, name->node, "E-ROUTE", NULL, "let it pull from one buffer",
          "\"%.80s\" pulls from several buffers, so it is not said where its parts wait",
          name->name);
      is_good = false;
    } else {
      append_once(station, &step->n_station, at);
      append_once(entry, &step->n_entry, queue[at] >= 0 ? queue[at] : at);
    }
  }
  return is_good;
}

static bool check_part(const tw_doc *doc, const tw_reader *reader, const tw_route_def *def) {
  const tw_part_def *parts = doc->parts.at;
  for (int32_t i = 0; i < doc->parts.n; i++)
    if (strcmp(parts[i].def.name, def->def.name) == 0) return true;
  if (!tw_doc_names(doc, "parts")) return false;
  const tw_node at = tw_node_name(def->def.node);
  tw_reader_problem(reader, &at, "E-REF", NULL, "part types stand in \"parts\"",
                    "there is no part \"%.80s\"", def->def.name);
  return false;
}

// Who makes the part of which route: counted first, then listed.
typedef struct makers {
  const tw_index *routes;
  int32_t *n;      // [n_route + 1] how many, then where the next one of a route is entered
  int32_t *last;   // [n_route] the place that was last, as one may name a part several times
  int32_t *place;  // NULL while they are counted
  int32_t place_i;
} makers;

static void add_maker(void *user, const char *part) {
  makers *at = user;
  const int32_t route_i = tw_index_find(at->routes, part);
  if (route_i < 0 || at->last[route_i] == at->place_i) return;
  at->last[route_i] = at->place_i;
  if (at->place != NULL) at->place[at->n[route_i]] = at->place_i;
  at->n[route_i]++;
}

static void each_maker(const tw_doc *doc, int32_t n_route, makers *at) {
  for (int32_t r = 0; r < n_route; r++) at->last[r] = -1;
  for (at->place_i = 0; at->place_i < doc->n_place; at->place_i++) {
    const tw_place_def *place = &doc->place[at->place_i];
    if (place->kind == NULL || place->kind->makes == NULL || place->is_broken) continue;
    place->kind->makes(place->def, add_maker, at);
  }
}

// Lists the makers of each route. False when memory is short.
static bool list_makers(const tw_doc *doc, tw_arena *arena, tw_graph *graph) {
  const size_t n = (size_t)graph->n_route;
  tw_index index;
  const char **names = tw_arena_take_array(arena, n, sizeof *names);
  int32_t *first = tw_arena_take_array(arena, n + 1, sizeof *first);
  makers at = {.routes = &index,
               .n = tw_arena_take_array(arena, n + 1, sizeof *at.n),
               .last = tw_arena_take_array(arena, n, sizeof *at.last)};
  if (arena->is_out_of_memory) return false;
  for (size_t r = 0; r < n; r++) names[r] = graph->route[r].part;
  if (!tw_index_build(&index, names, (int32_t)n, arena)) return false;
  each_maker(doc, (int32_t)n, &at);
  for (size_t r = 0; r < n; r++) {
    first[r + 1] = first[r] + at.n[r];
    at.n[r] = first[r];
  }
  at.place = tw_arena_take_array(arena, (size_t)first[n] + 1, sizeof *at.place);
  if (at.place == NULL) return false;
  each_maker(doc, (int32_t)n, &at);
  TW_ASSERT(n == 0 || at.n[n - 1] == first[n]);
  graph->first_maker = first;
  graph->maker = at.place;
  return true;
}

bool tw_graph_routes(const tw_doc *doc, const tw_reader *reader, const tw_index *index,
                     tw_graph *graph) {
  const tw_route_def *defs = doc->routes.at;
  if (doc->routes.n == 0) return true;
  size_t n_step = 0;
  for (int32_t i = 0; i < doc->routes.n; i++) n_step += (size_t)defs[i].steps.n;
  tw_route *routes = tw_arena_take_array(reader->arena, (size_t)doc->routes.n, sizeof *routes);
  tw_route_step *steps = tw_arena_take_array(reader->arena, n_step, sizeof *steps);
  const int32_t *queue = find_queues(doc, reader, index);
  if (routes == NULL || steps == NULL || queue == NULL) return false;
  bool is_good = true;
  for (int32_t i = 0; i < doc->routes.n; i++) {
    if (!check_part(doc, reader, &defs[i])) is_good = false;
    const tw_route_step_def *at = defs[i].steps.at;
    routes[i] = (tw_route){.part = defs[i].def.name,
                           .node = defs[i].def.node,
                           .first_step = graph->n_step,
                           .n_step = defs[i].steps.n};
    for (int32_t k = 0; k < defs[i].steps.n; k++)
      if (!resolve_step(doc, reader, index, queue, &at[k], &steps[graph->n_step++]))
        is_good = false;
  }
  if (!is_good) {
    graph->n_step = 0;
    return false;
  }
  graph->route = routes;
  graph->n_route = doc->routes.n;
  graph->step = steps;
  return list_makers(doc, reader->arena, graph);
}

// From one place to wherever the part waits for a step; step NULL: to the end of the line.
static void go_on(const tw_graph *graph, int32_t from, const tw_route_step *step, tw_way_function *add,
                  void *user) {
  if (step == NULL) add(user, from, graph->out_i);
  for (int32_t i = 0; step != NULL && i < step->n_entry; i++) add(user, from, step->entry[i]);
}

void tw_graph_each_way(const tw_graph *graph, tw_way_function *add, void *user) {
  for (int32_t r = 0; r < graph->n_route; r++) {
    const tw_route *route = &graph->route[r];
    const tw_route_step *steps = graph->step + route->first_step;
    for (int32_t i = graph->first_maker[r]; i < graph->first_maker[r + 1]; i++)
      go_on(graph, graph->maker[i], &steps[0], add, user);
    for (int32_t k = 0; k < route->n_step; k++)
      for (int32_t i = 0; i < steps[k].n_station; i++)
        go_on(graph, steps[k].station[i], k + 1 < route->n_step ? &steps[k + 1] : NULL, add, user);
  }
}
