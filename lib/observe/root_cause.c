// root_cause.c - a search through the line by distance in stations, see root_cause.h for its rule.

#include "observe/root_cause.h"

#include <string.h>

#include "base/assert.h"
#include "engine/work.h"
#include "observe/quantity.h"
#include "station/buffer.h"
#include "station/kinds.h"
#include "station/source.h"

// A place to look at, reached in one direction, and the neighbour by which it was reached.
typedef struct step {
  int32_t place_i, first_i;
  bool is_upstream;
} step;

typedef struct steps {
  int32_t n;
  step *at;  // [2 * n_place]
} steps;

struct tw_root_cause_search {
  const tw_line *line;
  uint32_t epoch;
  uint32_t *seen;   // [2 * n_place] epoch in which a place was reached: downstream, upstream
  steps now, next;  // at this distance, and one station further
  bool has_back;    // ways back are followed
  bool is_found;
  tw_root_cause best;
};

tw_root_cause_search *tw_root_cause_search_new(const tw_line *line) {
  const tw_memory *memory = tw_line_memory(line);
  const size_t n = 2 * (size_t)line->n_place + 2;
  tw_root_cause_search *search = tw_memory_zeroed(memory, 1, sizeof *search);
  if (search == NULL) return NULL;
  search->line = line;
  search->seen = tw_memory_zeroed(memory, n, sizeof *search->seen);
  search->now.at = tw_memory_zeroed(memory, n, sizeof *search->now.at);
  search->next.at = tw_memory_zeroed(memory, n, sizeof *search->next.at);
  if (search->seen != NULL && search->now.at != NULL && search->next.at != NULL) return search;
  tw_root_cause_search_free(search);
  return NULL;
}

void tw_root_cause_search_free(tw_root_cause_search *search) {
  if (search == NULL) return;
  tw_memory_free(tw_line_memory(search->line), search->seen);
  tw_memory_free(tw_line_memory(search->line), search->now.at);
  tw_memory_free(tw_line_memory(search->line), search->next.at);
  tw_memory_free(tw_line_memory(search->line), search);
}

bool tw_is_wait_state(int32_t state) {
  return state == TWIN_BLOCKED || state == TWIN_STARVED || state == TWIN_WAITING_COMPONENTS;
}

// Equal machines have equal modes in the same order.
static int32_t mode_of_station(const tw_line *line, int32_t machine_i, int32_t mode_i) {
  const tw_machine_param *param = &line->machine[machine_i];
  const tw_machine_param *first = &line->machine[line->place[param->node_i].first_machine];
  const int32_t number = mode_i - param->first_mode;
  const bool is_own = number >= 0 && number < param->n_mode && number < first->n_mode;
  return is_own ? first->first_mode + number : mode_i;
}

int32_t tw_root_cause_of(const tw_run *run, int32_t machine_i) {
  const tw_cause_kind kind = tw_work_cause_kind(run->machine[machine_i].state);
  if (kind != TW_CAUSE_OF_MODE && kind != TW_CAUSE_OF_GROUP) return TW_NONE;
  const int32_t cause_i = tw_work_cause(run, machine_i);
  if (cause_i < 0) return TW_NONE;
  return kind == TW_CAUSE_OF_MODE ? mode_of_station(run->line, machine_i, cause_i) : cause_i;
}

const char *tw_root_cause_name(const tw_line *line, int32_t state, int32_t cause_i) {
  if (cause_i < 0 || state >= TWIN_STATE_COUNT) return NULL;
  switch (tw_work_cause_kind(state)) {
    case TW_CAUSE_OF_MODE: return line->mode[cause_i].name;
    case TW_CAUSE_OF_GROUP: return line->group[cause_i].name;
    default: return NULL;
  }
}

const char *tw_root_cause_word(int32_t state) {
  switch (state) {
    case TW_ROOT_STAY: return "min-stay";
    case TW_ROOT_SOURCE: return "no-arrival";
    case TW_ROOT_HELD: return "held-back";
    case TW_ROOT_LOOP: return "loop";
    default: return twin_state_name(state);
  }
}

// Forgets what was reached.
static void begin_search(tw_root_cause_search *search) {
  search->now.n = search->next.n = 0;
  if (++search->epoch != 0) return;
  memset(search->seen, 0, 2 * (size_t)search->line->n_place * sizeof *search->seen);
  search->epoch = 1;
}

// Adds a place to those to look at. first_i TW_NONE: it is itself the neighbour.
static void reach(tw_root_cause_search *search, steps *to, int32_t place_i, int32_t first_i,
                  bool is_upstream) {
  uint32_t *seen = &search->seen[2 * place_i + is_upstream];
  if (*seen == search->epoch) return;
  *seen = search->epoch;
  TW_ASSERT(to->n < 2 * search->line->n_place);
  to->at[to->n++] = (step){place_i, first_i == TW_NONE ? place_i : first_i, is_upstream};
}

static void reach_targets(tw_root_cause_search *search, steps *to, int32_t exit_i,
                          int32_t first_i) {
  if (exit_i == TW_NONE) return;
  const tw_exit *exit = &search->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++)
    reach(search, to, exit->target[i], first_i, /*is_upstream=*/false);
}

static void reach_feeders(tw_root_cause_search *search, steps *to, int32_t place_i,
                          int32_t first_i) {
  const tw_graph *graph = &search->line->graph;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++) {
    const tw_edge *edge = &graph->edge[graph->feeder[i]];
    if (edge->is_back && !search->has_back) continue;
    reach(search, to, edge->from, first_i, /*is_upstream=*/true);
  }
}

// What a machine waits for.
static void reach_waited(tw_root_cause_search *search, steps *to, const tw_run *run,
                         int32_t machine_i, int32_t first_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  if (machine->state != TWIN_BLOCKED)
    reach_feeders(search, to, place_i, first_i);
  else if (machine->target != TW_NONE)
    reach(search, to, machine->target, first_i, /*is_upstream=*/false);
  else
    reach_targets(search, to, machine->exit_i, first_i);
}

static void offer_root(tw_root_cause_search *search, const step *at, int32_t state,
                       int32_t cause_i) {
  tw_root_cause *best = &search->best;
  if (search->is_found &&
      (state > best->state || (state == best->state && at->place_i >= best->place_i)))
    return;
  search->is_found = true;
  *best = (tw_root_cause){at->first_i, at->place_i, state, cause_i};
}

static void look_at_station(tw_root_cause_search *search, const tw_run *run, const step *at) {
  const tw_place *place = &run->line->place[at->place_i];
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const int32_t state = run->machine[i].state;
    if (tw_is_wait_state(state))
      reach_waited(search, &search->next, run, i, at->first_i);
    else
      offer_root(search, at, state, tw_root_cause_of(run, i));
  }
}

// True for a buffer whose parts must all stay longer.
static bool is_holding(const tw_run *run, int32_t place_i) {
  if (run->line->place[place_i].kind != &tw_kind_buffer) return false;
  const tw_buffer *buffer = tw_run_kind_state(run, place_i);
  return buffer->n > 0 && buffer->n_eligible == 0;
}

// What is the matter with a source behind which somebody starves.
static int32_t state_of_source(const tw_run *run, int32_t place_i) {
  if (run->line->place[place_i].kind != &tw_kind_source) return TW_ROOT_SOURCE;
  const tw_source *source = tw_run_kind_state(run, place_i);
  const tw_source_param *param = run->line->place[place_i].param;
  const bool has_part = source->n_waiting > 0 || (param->is_saturated && source->is_open);
  return has_part ? TW_ROOT_HELD : TW_ROOT_SOURCE;
}

// A queue is no place of its own on the way: what is behind or before it is as near.
static void look_at_queue(tw_root_cause_search *search, const tw_run *run, const step *at) {
  const tw_place *place = &run->line->place[at->place_i];
  if (is_holding(run, at->place_i)) {
    offer_root(search, at, TW_ROOT_STAY, TW_NONE);
    return;
  }
  const step here = *at;
  if (!here.is_upstream) {
    reach_targets(search, &search->now, place->main_exit, here.first_i);
    return;
  }
  if (tw_place_is_in(run->line, here.place_i, "sources")) {
    offer_root(search, &here, state_of_source(run, here.place_i), TW_NONE);
    return;
  }
  const bool is_empty = place->kind->level == NULL || place->kind->level(run, here.place_i) == 0;
  if (is_empty) reach_feeders(search, &search->now, here.place_i, here.first_i);
}

// Looks at everything that can be reached, one distance after the other, until a root is found.
static void look_around(tw_root_cause_search *search, const tw_run *run, int32_t machine_i) {
  begin_search(search);
  reach_waited(search, &search->now, run, machine_i, TW_NONE);
  while (search->now.n > 0 && !search->is_found) {
    for (int32_t i = 0; i < search->now.n; i++) {
      const step at = search->now.at[i];
      if (run->line->place[at.place_i].n_machine > 0)
        look_at_station(search, run, &at);
      else
        look_at_queue(search, run, &at);
    }
    const steps past = search->now;
    search->now = search->next;
    search->next = (steps){0, past.at};
  }
}

// Nobody was found who does not wait: the first place that is waited for stands for all of them.
static tw_root_cause loop_at(tw_root_cause_search *search, const tw_run *run, int32_t machine_i) {
  begin_search(search);
  reach_waited(search, &search->now, run, machine_i, TW_NONE);
  const int32_t place_i = search->now.n > 0 ? search->now.at[0].place_i : TW_NONE;
  const int32_t own_i = run->line->machine[machine_i].node_i;
  return (tw_root_cause){place_i, place_i != TW_NONE ? place_i : own_i, TW_ROOT_LOOP, TW_NONE};
}

tw_root_cause tw_root_cause_find(tw_root_cause_search *search, const tw_run *run,
                                 int32_t machine_i) {
  TW_ASSERT(search->line == run->line && tw_is_wait_state(run->machine[machine_i].state));
  search->is_found = false;
  for (int32_t i = 0; i < 2 && !search->is_found; i++) {
    search->has_back = i > 0;
    look_around(search, run, machine_i);
  }
  return search->is_found ? search->best : loop_at(search, run, machine_i);
}
