// compile_reach.c - which part types get where, and which places parts can come back to. Both walk
// from node to node and look at an edge only when something new is known of where it begins, so
// that long lines and lines of many loops cost no more than their edges.

#include <string.h>

#include "base/assert.h"
#include "core/marks.h"
#include "model/compile_inner.h"
#include "model/graph_inner.h"

// Marks are kept of places, and of what follows them: the ends of the line, people, models.
TW_STATIC_ASSERT(TW_PLACES_MAX + 16 <= (int)TW_MARKS_MAX && TW_BODIES_MAX <= (int)TW_MARKS_MAX,
                 "room for marks");

// What is kept of every place, and of every part type at every place, has to be countable.
bool tw_compile_check_places(tw_compiler *compiler) {
  const tw_line *line = compiler->line;
  const tw_node *root = line->doc.root;
  const int64_t n_place = line->doc.n_place, n_part = line->n_part_type;
  const tw_node *stations = tw_node_member(root, "stations"),
                *parts = tw_node_member(root, "parts");
  const bool is_good = n_place <= TW_PLACES_MAX && n_place * n_part <= TW_REACH_MAX;
  if (n_place > TW_PLACES_MAX)
    tw_compile_problem(
        compiler, stations != NULL ? stations : root, "E-RANGE",
        "equal machines side by side are one station: \"machines\": 20",
        "a line has at most %d sources, buffers, stations and demands, this one has %lld",
        (int)TW_PLACES_MAX, (long long)n_place);
  else if (!is_good)
    tw_compile_problem(compiler, parts != NULL ? parts : root, "E-RANGE",
                       "give parts that are made alike one type, with attributes",
                       "%lld part types at %lld places: part types times places are at most %d",
                       (long long)n_part, (long long)n_place, (int)TW_REACH_MAX);
  return is_good;
}

bool tw_compile_reaches(const tw_compiler *compiler, int32_t node_i, int32_t part_type) {
  const uint64_t *word = compiler->reach + (size_t)node_i * (size_t)compiler->n_reach_word;
  return word[part_type / 64] >> (part_type % 64) & 1;
}

// ---- Part types ------------------------------------------------------------------------------

// A spread of part types from node to node.
typedef struct spreading {
  const tw_graph *graph;
  tw_leavers out;
  uint64_t *reach;         // [n_node * n_word]
  const uint64_t *routed;  // [n_word] these do not follow chains
  int32_t *queue;          // [n_node] nodes whose edges are to be looked at, a ring
  bool *is_queued;         // [n_node]
  int32_t n_queued, begin, n_word;
} spreading;

static void enqueue(spreading *in, int32_t node_i) {
  if (in->is_queued[node_i]) return;
  TW_ASSERT(in->n_queued < in->graph->n_node);
  in->is_queued[node_i] = true;
  in->queue[(in->begin + in->n_queued++) % in->graph->n_node] = node_i;
}

// Adds what a node reaches by chains to what an edge leads to; true when something is new.
static bool follow(spreading *in, const tw_edge *edge) {
  const size_t n_word = (size_t)in->n_word;
  const uint64_t *from = in->reach + (size_t)edge->from * n_word;
  uint64_t *to = in->reach + (size_t)edge->to * n_word;
  bool is_new = false;
  if (edge->is_route) return false;
  for (size_t w = 0; w < n_word; w++) {
    const uint64_t more = from[w] & ~in->routed[w];
    is_new = is_new || (more & ~to[w]) != 0;
    to[w] |= more;
  }
  return is_new;
}

static void spread(spreading *in) {
  // upstream first: a line without loops is walked once
  for (int32_t i = in->graph->n_node - 1; i >= 0; i--) enqueue(in, in->graph->by_rank[i]);
  while (in->n_queued > 0) {
    const int32_t node_i = in->queue[in->begin];
    in->begin = (in->begin + 1) % in->graph->n_node;
    in->n_queued--;
    in->is_queued[node_i] = false;
    for (int32_t k = in->out.first[node_i]; k < in->out.first[node_i + 1]; k++) {
      const tw_edge *edge = &in->graph->edge[in->out.edge[k]];
      if (follow(in, edge)) enqueue(in, edge->to);
    }
  }
}

static void add_type(uint64_t *reach, int32_t node_i, int32_t n_word, int32_t part_type) {
  reach[(size_t)node_i * (size_t)n_word + (size_t)part_type / 64] |= (uint64_t)1
                                                                     << (part_type % 64);
}

// A routed part gets to its steps and to the ends of the line, whatever chains lead on from there.
static void reach_route(const tw_compiler *compiler, uint64_t *reach, int32_t part_type) {
  const tw_line *line = compiler->line;
  const tw_part_type *type = &line->part_type[part_type];
  const int32_t n_word = compiler->n_reach_word;
  for (int32_t k = type->first_step; k < type->first_step + type->n_step; k++) {
    const tw_route_step *step = &line->graph.step[k];
    for (int32_t i = 0; i < step->n_station; i++)
      add_type(reach, step->station[i], n_word, part_type);
    for (int32_t i = 0; i < step->n_entry; i++) add_type(reach, step->entry[i], n_word, part_type);
  }
  add_type(reach, line->graph.out_i, n_word, part_type);
  add_type(reach, line->graph.scrap_i, n_word, part_type);
}

// The place whose parts are being added.
typedef struct maker {
  const tw_compiler *compiler;
  uint64_t *reach;
  int32_t place_i;
} maker;

static void add_made(void *user, const char *part) {
  const maker *at = user;
  const int32_t type = tw_index_find(&at->compiler->part_index, part);
  if (type >= 0) add_type(at->reach, at->place_i, at->compiler->n_reach_word, type);
}

void tw_compile_reach(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  tw_arena *arena = &line->arena;
  const int32_t n_word = line->n_part_type / 64 + 1;
  const size_t n_node = (size_t)line->n_place;
  TW_ASSERT(line->n_place == line->graph.n_node);
  uint64_t *reach = tw_arena_take_array(arena, n_node * (size_t)n_word, sizeof *reach);
  compiler->reach = line->reach = reach;
  compiler->n_reach_word = line->n_reach_word = n_word;
  uint64_t *routed = tw_arena_take_array(arena, (size_t)n_word, sizeof *routed);
  spreading in = {.graph = &line->graph,
                  .reach = reach,
                  .routed = routed,
                  .queue = tw_arena_take_array(arena, n_node, sizeof(int32_t)),
                  .is_queued = tw_arena_take_array(arena, n_node, sizeof(bool)),
                  .n_word = n_word};
  if (!tw_graph_leavers(&line->graph, arena, &in.out) || arena->is_out_of_memory) return;
  for (int32_t i = 0; i < line->doc.n_place; i++) {
    const tw_kind *kind = line->doc.place[i].kind;
    maker at = {.compiler = compiler, .reach = reach, .place_i = i};
    if (kind->makes != NULL && !line->doc.place[i].is_broken)
      kind->makes(line->doc.place[i].def, add_made, &at);
  }
  for (int32_t p = 0; p < line->n_part_type; p++) {
    if (line->part_type[p].n_step == 0) continue;
    routed[p / 64] |= (uint64_t)1 << (p % 64);
    reach_route(compiler, reach, p);
  }
  spread(&in);
}

// ---- Loops -----------------------------------------------------------------------------------

// Components of nodes that lead to each other (R. Tarjan, "Depth-first search and linear graph
// algorithms", 1972), with a stack of its own.
typedef struct components {
  const tw_graph *graph;
  tw_leavers out;
  tw_place *place;       // of the line
  int32_t *order;        // [n_node] when a node was found, from 1; 0: not yet
  int32_t *low;          // [n_node] the first one that it leads back to
  int32_t *next;         // [n_node] position in out.edge
  int32_t *path, *kept;  // [n_node] nodes being walked; nodes whose component is not closed
  bool *is_kept;         // [n_node]
  int32_t n_found, n_path, n_kept;
} components;

static void find(components *in, int32_t node_i) {
  TW_ASSERT(in->order[node_i] == 0 && in->n_path < in->graph->n_node);
  in->order[node_i] = in->low[node_i] = ++in->n_found;
  in->next[node_i] = in->out.first[node_i];
  in->path[in->n_path++] = in->kept[in->n_kept++] = node_i;
  in->is_kept[node_i] = true;
}

// The component of a node that leads to nothing earlier: a loop, when it has two nodes or more.
static void close_component(components *in, int32_t node_i) {
  const bool is_alone = in->kept[in->n_kept - 1] == node_i;
  int32_t at;
  do {
    TW_ASSERT(in->n_kept > 0);
    at = in->kept[--in->n_kept];
    in->is_kept[at] = false;
    if (!is_alone) in->place[at].is_in_cycle = true;
  } while (at != node_i);
}

// Takes the next edge of the node that is walked, or leaves it.
static void step(components *in) {
  const int32_t node_i = in->path[in->n_path - 1];
  if (in->next[node_i] < in->out.first[node_i + 1]) {
    const int32_t to = in->graph->edge[in->out.edge[in->next[node_i]++]].to;
    if (to == node_i) in->place[node_i].is_in_cycle = true;
    if (in->order[to] == 0)
      find(in, to);
    else if (in->is_kept[to] && in->order[to] < in->low[node_i])
      in->low[node_i] = in->order[to];
    return;
  }
  in->n_path--;
  if (in->low[node_i] == in->order[node_i]) close_component(in, node_i);
  if (in->n_path == 0) return;
  const int32_t before = in->path[in->n_path - 1];
  if (in->low[node_i] < in->low[before]) in->low[before] = in->low[node_i];
}

void tw_compile_cycles(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const size_t n = (size_t)line->n_place;
  line->has_hold_and_wait = line->graph.has_cycle;
  if (!line->graph.has_cycle) return;
  tw_arena scratch;
  tw_arena_init_with(&scratch, &line->arena.memory);
  components in = {.graph = &line->graph,
                   .place = line->place,
                   .order = tw_arena_take_array(&scratch, n, sizeof(int32_t)),
                   .low = tw_arena_take_array(&scratch, n, sizeof(int32_t)),
                   .next = tw_arena_take_array(&scratch, n, sizeof(int32_t)),
                   .path = tw_arena_take_array(&scratch, n, sizeof(int32_t)),
                   .kept = tw_arena_take_array(&scratch, n, sizeof(int32_t)),
                   .is_kept = tw_arena_take_array(&scratch, n, sizeof(bool))};
  const bool has_room =
      tw_graph_leavers(&line->graph, &scratch, &in.out) && !scratch.is_out_of_memory;
  for (int32_t i = 0; i < line->n_place && has_room; i++) {
    if (in.order[i] == 0) find(&in, i);
    while (in.n_path > 0) step(&in);
  }
  if (!has_room) line->arena.is_out_of_memory = 1;
  tw_arena_free(&scratch);
}
