// deadlock.c - the wait-for graph over places. A blocked place waits for room at its targets; a full
// target waits for the stations behind it. Waits are alternatives (any target, any machine), so a set
// from which no working place can be reached is stuck for ever (a knot of the graph).

#include "engine/deadlock.h"

#include <string.h>

#include "base/assert.h"
#include "engine/cards.h"
#include "engine/work.h"

// What the search knows: which places it has seen, and those whose waits it has not followed yet. Two
// rows of the run's scratch memory, which is made once, when something blocks for the first time.
typedef struct tw_search {
  int32_t *is_seen, *stack;
  int32_t n_stack;
} tw_search;

static void push(tw_search *search, int32_t place_i) {
  if (search->is_seen[place_i]) return;
  search->is_seen[place_i] = 1;
  search->stack[search->n_stack++] = place_i;
}

// A place is alive when it can still change by itself: room, a machine at work or under repair, an
// event of its own that is pending.
static bool is_alive(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (place->kind->can_take(run, place_i, TW_NO_PART)) return true;
  if (place->kind->has_event != NULL && place->kind->has_event(run, place_i)) return true;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (machine->is_running || !tw_is_up(machine) || machine->must_start) return true;
    // one that waits for people will get them: no task of theirs waits for room
    if (machine->crew > TW_CREW_THERE || machine->phase == TW_SETUP) return true;
    // and one that declines parts takes them in its next shift
    if (machine->phase == TW_FREE && tw_is_declining(run, i)) return true;
  }
  return false;
}

// Where the part of a machine that waits for any of several places may go.
static const int32_t *choices_of(const tw_run *run, const tw_machine *machine, int32_t *n) {
  const tw_part *part = &run->part[machine->part];
  const uint32_t step = part->step + (machine->phase == TW_RESERVE ? 1u : 0u);
  return tw_choices(run, machine->exit_i, part->type, step, n);
}

// A station that waits for a card waits for those who work on the parts that hold them, and for those who
// take from the loop's last place.
static void push_card_holders(const tw_run *run, tw_search *search, int32_t loop_i) {
  const tw_graph *graph = &run->line->graph;
  const tw_loop *loop = &run->line->loop[loop_i];
  for (int32_t i = 0; i < loop->n_member; i++) push(search, loop->member[i]);
  if (loop->until_i == TW_NONE) {
    push(search, graph->out_i);
    return;
  }
  for (int32_t e = graph->first_exit[loop->until_i]; e < graph->first_exit[loop->until_i + 1]; e++)
    for (int32_t i = 0; i < graph->exit[e].n_target; i++) push(search, graph->exit[e].target[i]);
}

// Adds the places that place_i waits for. A buffer waits for whoever takes from it, a station for the
// targets of its blocked machines.
static void push_waits(tw_run *run, tw_search *search, int32_t place_i) {
  const tw_graph *graph = &run->line->graph;
  const tw_place *place = &run->line->place[place_i];
  if (place->n_machine == 0) {
    for (int32_t e = graph->first_exit[place_i]; e < graph->first_exit[place_i + 1]; e++)
      for (int32_t i = 0; i < graph->exit[e].n_target; i++)
        push(search, graph->exit[e].target[i]);
    return;
  }
  if (!tw_has_card(run, place_i)) push_card_holders(run, search, place->loop_i);
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!machine->has_request) continue;
    if (machine->target != TW_NONE) {
      push(search, machine->target);
      continue;
    }
    int32_t n;
    const int32_t *choice = choices_of(run, machine, &n);
    for (int32_t k = 0; k < n; k++) push(search, choice[k]);
  }
}

// True when from start no place that is alive can be reached.
static bool is_stuck(tw_run *run, tw_search *search, int32_t start) {
  memset(search->is_seen, 0, (size_t)run->line->n_place * sizeof *search->is_seen);
  search->n_stack = 0;
  push(search, start);
  while (search->n_stack > 0) {
    const int32_t place_i = search->stack[--search->n_stack];
    if (place_i != start && is_alive(run, place_i)) return false;
    push_waits(run, search, place_i);
  }
  return true;
}

static bool is_blocked(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    if (!run->machine[i].has_request) return false;
  return place->n_machine > 0;
}

// The first place that a stuck place waits for.
static int32_t first_wait(const tw_run *run, int32_t place_i) {
  const tw_graph *graph = &run->line->graph;
  const tw_place *place = &run->line->place[place_i];
  const int32_t giver_i =
      tw_has_card(run, place_i) ? place_i : run->line->loop[place->loop_i].until_i;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    int32_t n;
    if (!machine->has_request) continue;
    return machine->target != TW_NONE ? machine->target : choices_of(run, machine, &n)[0];
  }
  // a queue waits for who takes from it, a free station without a card for who takes from its loop
  if (giver_i == TW_NONE || (place->n_machine > 0 && giver_i == place_i)) return place_i;
  const int32_t exit_i = graph->first_exit[giver_i];
  return exit_i < graph->first_exit[giver_i + 1] ? graph->exit[exit_i].target[0] : place_i;
}

// Follows first waits until a place comes again; writes the names of that cycle.
static void name_cycle(const tw_run *run, tw_search *search, int32_t start, tw_text *out) {
  const tw_line *line = run->line;
  memset(search->is_seen, 0, (size_t)line->n_place * sizeof *search->is_seen);
  int32_t place_i = start;
  while (!search->is_seen[place_i]) {
    search->is_seen[place_i] = 1;
    place_i = first_wait(run, place_i);
  }
  const int32_t first = place_i;
  do {
    tw_text_print(out, "%s -> ", line->place[place_i].name);
    place_i = first_wait(run, place_i);
  } while (place_i != first);
  tw_text_add(out, line->place[first].name);
}

static bool make_scratch(tw_run *run) {
  if (run->scratch == NULL)
    run->scratch = tw_memory_take(tw_line_memory(run->line),
                                  2 * (size_t)run->line->n_place * sizeof *run->scratch);
  if (run->scratch == NULL)
    tw_run_stop(run, TWIN_ERR_MEMORY, TW_NONE, "no memory to look for a deadlock");
  return run->scratch != NULL;
}

void tw_deadlock_check(tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_place; i++) {
    if (!line->place[i].is_in_cycle || !is_blocked(run, i) || is_alive(run, i)) continue;
    if (!make_scratch(run)) return;
    tw_search search = {.is_seen = run->scratch, .stack = run->scratch + line->n_place};
    if (!is_stuck(run, &search, i)) continue;
    tw_text names = {.memory = tw_line_memory(line)};
    name_cycle(run, &search, i, &names);
    tw_run_stop(run, TWIN_ERR_DEADLOCK, i,
                "deadlock: %s are full and wait for each other; a larger buffer in the loop or a "
                "limit on the parts in it would avoid it",
                names.at != NULL ? names.at : "");
    tw_text_free(&names);
    return;
  }
}

// True for a place that does something on this tick: a machine that ends now, or parts that go round.
static bool is_busy_now(tw_run *run, int32_t place_i, bool in_cycles_only) {
  const tw_place *place = &run->line->place[place_i];
  if (in_cycles_only) return place->is_in_cycle;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    if (run->machine[i].phase != TW_FREE && run->machine[i].spell_us == run->head->now_us)
      return true;
  return false;
}

void tw_stop_without_progress(tw_run *run) {
  const tw_line *line = run->line;
  tw_text names = {.memory = tw_line_memory(line)};
  const bool has_cycle = line->graph.has_cycle;
  for (int32_t i = 0; i < line->n_place; i++) {
    if (!is_busy_now(run, i, has_cycle)) continue;
    if (names.n > 0) tw_text_add(&names, ", ");
    tw_text_add(&names, line->place[i].name);
  }
  tw_run_stop(run, TWIN_ERR_PROGRESS, TW_NONE,
              "more than a million events on one tick: time does not advance; %s%s",
              has_cycle ? "parts go round without taking time: "
                        : "some time is zero that should not be: ",
              names.n > 0 ? names.at : "look at sources and times");
  tw_text_free(&names);
}
