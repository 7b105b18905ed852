// bottleneck.c - the four methods, see bottleneck.h. Neighbours are stations with nothing but
// queues between them; ways back are left out.

#include "observe/bottleneck.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"

static double sum_s(const tw_station_sum *station, bool (*is_in)(int32_t state)) {
  int64_t sum_us = 0;
  for (int32_t state = 0; state < TW_N_STATE; state++)
    if (is_in(state)) sum_us += station->state_us[state];
  return tw_seconds(sum_us);
}

static bool is_work(int32_t state) {
  return state == TWIN_LOADING || state == TWIN_PROCESSING || state == TWIN_UNLOADING;
}

static bool is_blocked(int32_t state) { return state == TWIN_BLOCKED; }

static bool is_starved(int32_t state) {
  return state == TWIN_STARVED || state == TWIN_WAITING_COMPONENTS;
}

bool tw_bottleneck_measure(const tw_line *line, const tw_loss_table *table, tw_bottleneck *out) {
  *out = (tw_bottleneck){.memory = tw_line_memory(line), .n_station = table->n_station};
  out->station =
      tw_memory_zeroed(tw_line_memory(line), (size_t)table->n_station + 1, sizeof *out->station);
  if (out->station == NULL) return false;
  for (int32_t i = 0; i < table->n_station; i++) {
    const tw_station_sum *from = &table->station[i];
    const double planned_s = tw_seconds(from->planned_us), window_s = tw_seconds(table->window_us);
    const double share = planned_s > 0 ? 1 / planned_s : 0;
    out->station[i] =
        (tw_standing){.place_i = from->place_i,
                      .utilisation = sum_s(from, is_work) * share,
                      .occupied = sum_s(from, tw_is_own_state) * share,
                      .blocked = sum_s(from, is_blocked) * share,
                      .starved = sum_s(from, is_starved) * share,
                      .sole = window_s > 0 ? tw_seconds(from->sole_us) / window_s : 0,
                      .shifting = window_s > 0 ? tw_seconds(from->shifting_us) / window_s : 0};
  }
  return tw_bottleneck_decide(line, out);
}

void tw_bottleneck_free(tw_bottleneck *bottleneck) {
  tw_memory_free(bottleneck->memory, bottleneck->station);
  *bottleneck = (tw_bottleneck){.memory = bottleneck->memory};
}

// A search for the stations behind one: places that were seen, and those still to be followed.
typedef struct way {
  const tw_line *line;
  int32_t *station_of;   // [n_place] number of the station there; TW_NONE
  int32_t *seen, *todo;  // [n_place] seen: number of the search
  int32_t n_todo;
} way;

static void follow(way *w, int32_t place_i, int32_t search) {
  const tw_graph *graph = &w->line->graph;
  for (int32_t e = graph->first_exit[place_i]; e < graph->first_exit[place_i + 1]; e++)
    for (int32_t i = 0; i < graph->exit[e].n_target; i++) {
      const int32_t to = graph->exit[e].target[i];
      if (graph->edge[graph->exit[e].edge[i]].is_back || w->seen[to] == search) continue;
      w->seen[to] = search;
      w->todo[w->n_todo++] = to;
    }
}

// Calls for every pair of neighbours, first the one upstream.
static void for_neighbours(way *w, tw_bottleneck *b,
                           void (*call)(tw_standing *up, tw_standing *down, void *user),
                           void *user) {
  for (int32_t i = 0; i < b->n_station; i++) {
    w->n_todo = 0;
    follow(w, b->station[i].place_i, i + 1);
    while (w->n_todo > 0) {
      const int32_t at = w->todo[--w->n_todo], to = w->station_of[at];
      if (to == TW_NONE)
        follow(w, at, i + 1);
      else
        call(&b->station[i], &b->station[to], user);
    }
  }
}

static void draw_arrow(tw_standing *up, tw_standing *down, void *user) {
  (void)user;
  const double difference = up->blocked - down->starved;
  if (difference > 0) up->n_away++;
  if (difference < 0) down->n_away++;
  up->severity += fabs(difference);
  down->severity += fabs(difference);
}

// Which stations may still be the turning point.
typedef struct turn {
  const tw_standing *first;
  bool *can_be;  // [n_station]
} turn;

// At the turning point both neighbours wait more, each for the other side.
static void look_for_turn(tw_standing *up, tw_standing *down, void *user) {
  const turn *t = user;
  const double up_wait = up->blocked + up->starved, down_wait = down->blocked + down->starved;
  if (down->blocked > down->starved || up_wait >= down_wait) t->can_be[up - t->first] = false;
  if (up->starved > up->blocked || down_wait >= up_wait) t->can_be[down - t->first] = false;
}

static int32_t best_of(const tw_bottleneck *b, double (*figure)(const tw_standing *),
                       const bool *is_allowed) {
  int32_t best = TW_NONE;
  for (int32_t i = 0; i < b->n_station; i++) {
    if (is_allowed != NULL && !is_allowed[i]) continue;
    if (best == TW_NONE || figure(&b->station[i]) > figure(&b->station[best])) best = i;
  }
  return best;
}

static double occupied_of(const tw_standing *s) { return s->occupied; }
static double severity_of(const tw_standing *s) { return s->severity; }
static double waiting_of(const tw_standing *s) { return -(s->blocked + s->starved); }
static double momentary_of(const tw_standing *s) { return s->sole + s->shifting / 2; }

static void name_by_arrows(tw_bottleneck *b, bool *is_allowed) {
  bool has_any = false;
  for (int32_t i = 0; i < b->n_station; i++) has_any |= is_allowed[i] = b->station[i].n_away == 0;
  b->named[TW_METHOD_ARROW] = best_of(b, severity_of, has_any ? is_allowed : NULL);
}

static void name_by_turn(way *w, tw_bottleneck *b, bool *is_allowed) {
  memset(is_allowed, 1, (size_t)b->n_station);
  turn t = {b->station, is_allowed};
  for_neighbours(w, b, look_for_turn, &t);
  int32_t best = best_of(b, waiting_of, is_allowed);
  b->has_turn = best != TW_NONE;
  if (!b->has_turn) best = best_of(b, waiting_of, NULL);
  b->named[TW_METHOD_TURNING_POINT] = best;
}

static int32_t votes_for(const tw_bottleneck *b, int32_t i) {
  int32_t n = 0;
  for (int32_t m = 0; m < TW_METHOD_N; m++) n += b->named[m] == i;
  return n;
}

static void count_votes(tw_bottleneck *b) {
  b->best = b->named[TW_METHOD_UTILISATION];
  for (int32_t m = 1; m < TW_METHOD_N; m++)
    if (b->named[m] != TW_NONE && votes_for(b, b->named[m]) > votes_for(b, b->best))
      b->best = b->named[m];
}

bool tw_bottleneck_decide(const tw_line *line, tw_bottleneck *b) {
  const size_t n = (size_t)line->n_place + 1;
  int32_t *memory = tw_memory_zeroed(tw_line_memory(line), 4 * n, sizeof *memory);
  if (memory == NULL) return false;
  way w = {line, memory, memory + n, memory + 2 * n, 0};
  bool *is_allowed = (bool *)(memory + 3 * n);
  for (int32_t i = 0; i < line->n_place; i++) w.station_of[i] = TW_NONE;
  for (int32_t i = 0; i < b->n_station; i++) {
    w.station_of[b->station[i].place_i] = i;
    b->station[i].n_away = 0;
    b->station[i].severity = 0;
  }
  b->named[TW_METHOD_UTILISATION] = best_of(b, occupied_of, NULL);
  for_neighbours(&w, b, draw_arrow, NULL);
  name_by_arrows(b, is_allowed);
  memset(w.seen, 0, n * sizeof *w.seen);
  name_by_turn(&w, b, is_allowed);
  const int32_t active = best_of(b, momentary_of, NULL);
  const bool has_active = active != TW_NONE && momentary_of(&b->station[active]) > 0;
  b->named[TW_METHOD_ACTIVE_PERIOD] = has_active ? active : TW_NONE;
  count_votes(b);
  tw_memory_free(tw_line_memory(line), memory);
  return true;
}

static const char *const method_words[TW_METHOD_N] = {"utilisation", "the blocked/starved arrow",
                                                      "the turning point", "the active period"};

// "active period names saw (61 %)"
static void say_other(const tw_line *line, const tw_bottleneck *b, int32_t method, tw_text *out) {
  const int32_t named = b->named[method];
  tw_text_print(out, ", %s names ", method_words[method]);
  if (named == TW_NONE) {
    tw_text_add(out, "none");
    return;
  }
  const tw_standing *s = &b->station[named];
  tw_text_add(out, line->place[s->place_i].name);
  if (method == TW_METHOD_UTILISATION) tw_text_print(out, " (%.0f %%)", 100 * s->occupied);
  if (method == TW_METHOD_ACTIVE_PERIOD) tw_text_print(out, " (%.0f %%)", 100 * momentary_of(s));
}

void tw_bottleneck_say(const tw_line *line, const tw_bottleneck *b, tw_text *out) {
  static const char *const count_words[] = {"no method", "one method", "two methods",
                                            "three methods", "all four methods"};
  if (b->best == TW_NONE) {
    tw_text_add(out, "the line has no station");
    return;
  }
  const int32_t n = votes_for(b, b->best);
  const char *name = line->place[b->station[b->best].place_i].name;
  TW_ASSERT(n >= 0 && n <= TW_METHOD_N);
  tw_text_print(out, "%s %s %s", count_words[n], n > 1 ? "name" : "names", name);
  for (int32_t m = 0; m < TW_METHOD_N; m++)
    if (b->named[m] != b->best) say_other(line, b, m, out);
}
