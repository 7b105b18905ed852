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

// The free member of a group that is chosen next: fewest skills, longest idle, index. The group lists
// its members by skills, so the first run of equal counts with a free member decides.
static int32_t choose_worker(const tw_run *run, const tw_group *group) {
  int32_t best = TW_NONE;
  for (int32_t i = 0; i < group->n_worker; i++) {
    const int32_t worker_i = group->worker[i];
    if (run->worker[worker_i].machine != TW_NONE) continue;
    if (best != TW_NONE) {
      if (run->line->worker[worker_i].n_skill > run->line->worker[best].n_skill) break;
      if (run->worker[worker_i].since_us >= run->worker[best].since_us) continue;
    }
    best = worker_i;
  }
  return best;
}

static void take_worker(tw_run *run, int32_t worker_i, int32_t machine_i) {
  run->worker[worker_i].machine = machine_i;
  run->worker[worker_i].since_us = tw_now(run);
}

// Seizes everything the task needs, or nothing. Members are taken one by one, so that nobody counts
// twice; when one is missing those taken so far are given back as if never touched.
static bool seize(tw_run *run, int32_t machine_i, const tw_demands *needs) {
  enum { N_MAX = 64 };
  int32_t taken[N_MAX];
  int64_t idle_since_us[N_MAX];
  int32_t n_taken = 0;
  for (int32_t i = 0; i < needs->n; i++) {
    for (int32_t k = 0; k < needs->at[i].count; k++) {
      const int32_t worker_i = n_taken < N_MAX
                                   ? choose_worker(run, &run->line->group[needs->at[i].group_i])
                                   : TW_NONE;
      if (worker_i == TW_NONE) {
        while (n_taken-- > 0)
          run->worker[taken[n_taken]] = (tw_worker_state){
              .since_us = idle_since_us[n_taken],
              .machine = TW_NONE,
              .busy_us = run->worker[taken[n_taken]].busy_us};
        return false;
      }
      taken[n_taken] = worker_i;
      idle_since_us[n_taken++] = run->worker[worker_i].since_us;
      take_worker(run, worker_i, machine_i);
    }
  }
  return true;
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
