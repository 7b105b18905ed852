// crew.c - people and resources: who waits for them and who gets them. Seizing is all or nothing over
// everything a task needs; those who wait are served by (priority, waiting since, file order,
// machine); a task whose people are not all free is passed over, so that nobody stands idle for it.

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/draw.h"
#include "engine/work.h"

// True when a waits before b.
static bool is_before(const tw_run *run, int32_t a, int32_t b) {
  const tw_mode *mode_a = &run->line->mode[run->machine[a].mode];
  const tw_mode *mode_b = &run->line->mode[run->machine[b].mode];
  if (mode_a->priority != mode_b->priority) return mode_a->priority > mode_b->priority;
  if (run->machine[a].down_us != run->machine[b].down_us)
    return run->machine[a].down_us < run->machine[b].down_us;
  return a < b;  // machines are numbered in file order, then by index
}

void tw_crew_wait(tw_run *run, int32_t machine_i) {
  int32_t *link = &run->head->first_waiting;
  while (*link != TW_NONE && is_before(run, *link, machine_i))
    link = &run->machine[*link].next_waiting;
  run->machine[machine_i].next_waiting = *link;
  *link = machine_i;
  tw_mark_crew(run);
}

// Order of choice among people: fewest skills, longest idle, index.
static bool is_chosen_before(const tw_run *run, int32_t a, int32_t b) {
  const int32_t skills_a = run->line->worker[a].n_skill, skills_b = run->line->worker[b].n_skill;
  if (skills_a != skills_b) return skills_a < skills_b;
  if (run->worker[a].since_us != run->worker[b].since_us)
    return run->worker[a].since_us < run->worker[b].since_us;
  return a < b;
}

// The free member of a group that is chosen next after `last` (TW_NONE: first); TW_NONE: nobody.
static int32_t next_choice(const tw_run *run, const tw_group *group, int32_t last) {
  int32_t best = TW_NONE;
  for (int32_t i = 0; i < group->n_worker; i++) {
    const int32_t worker_i = group->worker[i];
    if (run->worker[worker_i].machine != TW_NONE) continue;
    if (last != TW_NONE && !is_chosen_before(run, last, worker_i)) continue;
    if (best == TW_NONE || is_chosen_before(run, worker_i, best)) best = worker_i;
  }
  return best;
}

// A search through the ways to staff a task; what it looks at is bounded, so that many people with
// many skills cannot hold up the run.
typedef struct tw_staffing {
  const tw_demands *needs;
  int32_t machine_i, n_try_left;
} tw_staffing;

enum { STAFFING_TRIES = 10000 };

// Finds people for demand `i`, of which n_left are still missing, and all behind it: the first way in
// the order of choice that leaves nobody missing. Takes them, or nobody.
static bool staff(tw_run *run, tw_staffing *search, int32_t i, int32_t n_left, int32_t last) {
  if (n_left == 0) {
    if (++i == search->needs->n) return true;
    n_left = search->needs->at[i].count;
    last = TW_NONE;
  }
  const tw_group *group = &run->line->group[search->needs->at[i].group_i];
  for (int32_t worker_i = next_choice(run, group, last); worker_i != TW_NONE;
       worker_i = next_choice(run, group, worker_i)) {
    if (--search->n_try_left < 0) return false;
    run->worker[worker_i].machine = search->machine_i;
    if (staff(run, search, i, n_left - 1, worker_i)) {
      run->worker[worker_i].since_us = tw_now(run);
      return true;
    }
    run->worker[worker_i].machine = TW_NONE;
  }
  return false;
}

// Seizes everything the task needs, or nothing.
static bool seize(tw_run *run, int32_t machine_i, const tw_demands *needs) {
  tw_staffing search = {.needs = needs, .machine_i = machine_i, .n_try_left = STAFFING_TRIES};
  return needs->n == 0 || staff(run, &search, -1, 0, TW_NONE);
}

static void start_repair(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_mode *mode = &run->line->mode[machine->mode];
  machine->down = TW_DOWN_REPAIR;
  const int64_t repair_us = tw_draw_us(run, mode->repair_site, TW_NONE);
  tw_plan(run, run->line->machine[machine_i].repair_slot, tw_now(run) + repair_us);
  tw_mark(run, mode->node_i);
  if (!tw_is_watched(run)) return;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = TW_FACT_REPAIR,
                        .place_i = mode->node_i,
                        .machine_i = machine_i,
                        .part_type = TW_NONE,
                        .state = -1,
                        .cause = machine->mode};
  run->sink.fact(run->sink.self, run, &fact);
}

void tw_crew_settle(tw_run *run) {
  int32_t *link = &run->head->first_waiting;
  while (*link != TW_NONE) {
    const int32_t machine_i = *link;
    tw_machine *machine = &run->machine[machine_i];
    TW_ASSERT(machine->down == TW_DOWN_WAITING);
    if (seize(run, machine_i, &run->line->mode[machine->mode].needs)) {
      *link = machine->next_waiting;
      machine->next_waiting = TW_NONE;
      start_repair(run, machine_i);
    } else {
      link = &machine->next_waiting;
    }
  }
}

void tw_crew_release(tw_run *run, int32_t machine_i) {
  const tw_line *line = run->line;
  bool has_any = false;
  for (int32_t i = 0; i < line->n_worker; i++) {
    tw_worker_state *worker = &run->worker[i];
    if (worker->machine != machine_i) continue;
    const int64_t since_us = worker->since_us;
    const int64_t from_us = since_us > run->head->window_us ? since_us : run->head->window_us;
    worker->busy_us += tw_now(run) - from_us;
    worker->machine = TW_NONE;
    worker->since_us = tw_now(run);
    has_any = true;
  }
  if (has_any && run->head->first_waiting != TW_NONE) tw_mark_crew(run);
}
