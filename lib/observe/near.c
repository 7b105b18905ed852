// near.c - see near.h. Neighbours of every place are listed once; a spread follows them from the
// places that were touched.

#include "observe/near.h"

#include <string.h>

#include "base/assert.h"
#include "observe/quantity.h"
#include "observe/root_cause.h"
#include "station/buffer.h"
#include "station/kinds.h"

struct tw_near {
  const tw_line *line;
  int32_t *first;  // [n_place + 1] into near
  int32_t *near;   // stations next to a place, with nothing but queues between
  int32_t n_near, near_capacity;
  int32_t *restless;  // [n_restless] queues that hold parts back: seen anew on every tick
  int32_t n_restless;
  int32_t *touched;  // [n_place] a stack, then the list that is given
  int32_t *listed;
  int32_t n_touched;
  uint32_t *seen, *is_touched;  // [n_place] epochs
  uint32_t epoch, touch_epoch;
};

// A queue: parts go through it, and so does the look.
static bool is_queue(const tw_line *line, int32_t place_i) {
  return line->place[place_i].n_machine == 0 && place_i < line->doc.n_place &&
         !tw_place_is_in(line, place_i, "sources");
}

static bool is_restless(const tw_line *line, int32_t place_i) {
  if (!is_queue(line, place_i)) return false;
  const tw_place *place = &line->place[place_i];
  return place->kind != &tw_kind_buffer || ((const tw_buffer_param *)place->param)->has_stays;
}

static bool add_near(tw_near *near, int32_t place_i) {
  if (near->n_near == near->near_capacity) {
    const int32_t capacity = 2 * near->near_capacity + 64;
    int32_t *grown =
        tw_memory_resize(tw_line_memory(near->line), near->near, (size_t)capacity * sizeof *grown);
    if (grown == NULL) return false;
    near->near = grown;
    near->near_capacity = capacity;
  }
  near->near[near->n_near++] = place_i;
  return true;
}

// Steps from a place to one next to it: a station is listed, a queue is followed.
static bool step_to(tw_near *near, int32_t place_i, int32_t *n_todo) {
  if (near->seen[place_i] == near->epoch) return true;
  near->seen[place_i] = near->epoch;
  if (near->line->place[place_i].n_machine > 0) return add_near(near, place_i);
  if (is_queue(near->line, place_i)) near->touched[(*n_todo)++] = place_i;
  return true;
}

static bool step_around(tw_near *near, int32_t place_i, int32_t *n_todo) {
  const tw_graph *graph = &near->line->graph;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++)
    if (!step_to(near, graph->edge[graph->feeder[i]].from, n_todo)) return false;
  for (int32_t e = graph->first_exit[place_i]; e < graph->first_exit[place_i + 1]; e++)
    for (int32_t i = 0; i < graph->exit[e].n_target; i++)
      if (!step_to(near, graph->exit[e].target[i], n_todo)) return false;
  return true;
}

static bool list_neighbours(tw_near *near) {
  for (int32_t i = 0; i < near->line->n_place; i++) {
    int32_t n_todo = 0;
    near->first[i] = near->n_near;
    near->seen[i] = ++near->epoch;
    if (!step_around(near, i, &n_todo)) return false;
    while (n_todo > 0)
      if (!step_around(near, near->touched[--n_todo], &n_todo)) return false;
    if (is_restless(near->line, i)) near->restless[near->n_restless++] = i;
  }
  near->first[near->line->n_place] = near->n_near;
  return true;
}

tw_near *tw_near_new(const tw_line *line) {
  const tw_memory *memory = tw_line_memory(line);
  const size_t n = (size_t)line->n_place + 1;
  tw_near *near = tw_memory_zeroed(memory, 1, sizeof *near);
  if (near == NULL) return NULL;
  near->line = line;
  near->first = tw_memory_zeroed(memory, 4 * n, sizeof *near->first);
  near->seen = tw_memory_zeroed(memory, 2 * n, sizeof *near->seen);
  if (near->first != NULL && near->seen != NULL) {
    near->restless = near->first + n;
    near->touched = near->first + 2 * n;
    near->listed = near->first + 3 * n;
    near->is_touched = near->seen + n;
    near->touch_epoch = 1;
    if (list_neighbours(near)) return near;
  }
  tw_near_free(near);
  return NULL;
}

void tw_near_free(tw_near *near) {
  if (near == NULL) return;
  tw_memory_free(tw_line_memory(near->line), near->first);
  tw_memory_free(tw_line_memory(near->line), near->near);
  tw_memory_free(tw_line_memory(near->line), near->seen);
  tw_memory_free(tw_line_memory(near->line), near);
}

void tw_near_touch(tw_near *near, int32_t place_i) {
  TW_ASSERT(place_i >= 0 && place_i < near->line->n_place);
  if (near->is_touched[place_i] == near->touch_epoch) return;
  near->is_touched[place_i] = near->touch_epoch;
  near->touched[near->n_touched++] = place_i;
}

void tw_near_touch_all(tw_near *near) {
  for (int32_t i = 0; i < near->line->n_place; i++) tw_near_touch(near, i);
}

// Starts new epochs; where the count comes round, what is left of old ones is forgotten.
static void begin_epoch(tw_near *near) {
  if (++near->epoch != 0 && ++near->touch_epoch != 0) return;
  memset(near->seen, 0, 2 * ((size_t)near->line->n_place + 1) * sizeof *near->seen);
  near->epoch = near->touch_epoch = 1;
}

static bool has_waiting(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    if (tw_is_wait_state(run->machine[i].state)) return true;
  return false;
}

// Lists a place's neighbours that are not listed yet.
static void list_near(tw_near *near, int32_t place_i, int32_t *n) {
  for (int32_t i = near->first[place_i]; i < near->first[place_i + 1]; i++) {
    const int32_t station_i = near->near[i];
    if (near->seen[station_i] == near->epoch) continue;
    near->seen[station_i] = near->epoch;
    near->listed[(*n)++] = station_i;
  }
}

const int32_t *tw_near_spread(tw_near *near, const tw_run *run, int32_t *n) {
  for (int32_t i = 0; i < near->n_restless; i++) tw_near_touch(near, near->restless[i]);
  *n = 0;
  begin_epoch(near);
  for (int32_t i = 0; i < near->n_touched; i++) {
    const int32_t place_i = near->touched[i];
    if (near->line->place[place_i].n_machine == 0 || near->seen[place_i] == near->epoch) continue;
    near->seen[place_i] = near->epoch;
    near->listed[(*n)++] = place_i;
  }
  for (int32_t i = 0; i < near->n_touched; i++) list_near(near, near->touched[i], n);
  near->n_touched = 0;
  for (int32_t i = 0; i < *n; i++)
    if (has_waiting(run, near->listed[i])) list_near(near, near->listed[i], n);
  return near->listed;
}
