// settled.c - rest and deadlock from the bare state; see settled.h.

#include "support/settled.h"

#include <twin/run.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/marks.h"
#include "engine/work.h"
#include "station/buffer.h"
#include "station/source.h"

enum { PEOPLE_MAX = 16 };

static bool is_section(const tw_line *line, int32_t place_i, const char *section) {
  return strcmp(line->place[place_i].kind->section, section) == 0;
}

static bool is_sink(const tw_line *line, int32_t place_i) { return place_i >= line->doc.n_place; }

static bool is_on(const tw_machine *machine) {
  return machine->down == TW_UP && machine->off == TW_ON_SHIFT;
}

static bool looks_at_shift_end(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  return place->shift_end == TW_END_NO_START && place->calendar_i != TW_NONE;
}

// Has a machine there declined a part, whose drawn times go beyond the end of its shift? Drawn times
// are kept; a setup is left out, so the machine is believed when there are setups.
static bool is_declining(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (!looks_at_shift_end(run, place_i)) return false;
  const tw_calendar *calendar = &run->line->calendar[place->calendar_i];
  const int64_t now_us = run->head->now_us;
  const int64_t end_us = tw_calendar_at(calendar, now_us).next_us;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_early *early = &run->early[run->line->machine[i].early_i];
    if (!early->is_declining || run->machine[i].phase != TW_FREE) continue;
    if (early->process_us == TW_NOT_BEGUN) return true;  // it stands behind one that was asked
    int64_t sum_us = early->process_us;
    if (early->load_us > 0) sum_us += early->load_us;
    if (early->unload_us > 0) sum_us += early->unload_us;
    if (place->setup != NULL || run->machine[i].off != TW_ON_SHIFT || now_us + sum_us > end_us)
      return true;
  }
  return false;
}

// Could a machine of the place take a part now?
static bool has_free_machine(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (is_declining(run, place_i)) return false;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (machine->phase != TW_FREE || machine->is_overtime) continue;
    if (is_on(machine) || place->takes_while_down) return true;
  }
  return false;
}

static bool has_room(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (is_sink(run->line, place_i)) return true;
  if (is_section(run->line, place_i, "demands")) return place->kind->can_take((tw_run *)run, place_i, TW_NO_PART);
  if (place->loop_i != TW_NONE && place->n_machine > 0 &&
      run->loop[place->loop_i].n_out >= run->line->loop[place->loop_i].limit)
    return false;
  if (place->n_machine > 0) return has_free_machine(run, place_i);
  const tw_buffer *buffer = tw_run_kind_state(run, place_i);
  return buffer->n < ((const tw_buffer_param *)place->param)->capacity;
}

// Free places for reservations: its own, and those of the stations behind it (SEMANTICS 4.1).
static bool has_unreserved(const tw_run *run, int32_t place_i) {
  const tw_line *line = run->line;
  const tw_place *place = &line->place[place_i];
  if (is_sink(line, place_i)) return true;
  if (is_section(line, place_i, "demands"))
    return place->kind->free_places((tw_run *)run, place_i) > run->place[place_i].n_reserved;
  int64_t n = place->n_machine;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    n -= run->machine[i].part != TW_NO_PART;
  if (place->n_machine == 0) {
    const tw_buffer_param *param = place->param;
    if (param->capacity == INT64_MAX) return true;
    n += param->capacity - ((const tw_buffer *)tw_run_kind_state(run, place_i))->n;
    for (int32_t e = line->graph.first_exit[place_i]; e < line->graph.first_exit[place_i + 1]; e++) {
      if (e != place->main_exit) continue;
      for (int32_t k = 0; k < line->graph.exit[e].n_target; k++) {
        const int32_t to = line->graph.exit[e].target[k];
        for (int32_t i = 0; i < line->n_machine; i++)
          n += line->machine[i].node_i == to && run->machine[i].part == TW_NO_PART;
      }
    }
  }
  for (int32_t i = 0; i < line->n_machine; i++) n -= run->machine[i].reserved == place_i;
  return n > 0;
}

// Is a place there kept for somebody?
static bool is_reserved(const tw_run *run, int32_t place_i) {
  for (int32_t i = 0; i < run->line->n_machine; i++)
    if (run->machine[i].reserved == place_i) return true;
  return false;
}

// May a part go from an exit to a place: where a chain leads, or where its route goes on?
static bool can_go(const tw_run *run, int32_t exit_i, int32_t type, uint32_t step, int32_t to) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  const tw_part_type *part = &run->line->part_type[type];
  if (part->n_step == 0 || exit->name[0] != 0) {
    for (int32_t k = 0; k < exit->n_target; k++)
      if (exit->target[k] == to) return !run->line->graph.edge[exit->edge[k]].is_route;
    return false;
  }
  if (step >= (uint32_t)part->n_step) return to == run->line->graph.out_i;
  const tw_route_step *next = &run->line->graph.step[part->first_step + (int32_t)step];
  for (int32_t k = 0; k < next->n_entry; k++)
    if (next->entry[k] == to) return true;
  return false;
}

// Whether the part on a machine may go to a place, or may have gone on there when it is done.
static bool has_target(const tw_run *run, const tw_machine *machine, int32_t place_i) {
  if (machine->target != TW_NONE) return machine->target == place_i;
  const tw_part *part = &run->part[machine->part];
  const uint32_t step = part->step + (machine->phase == TW_RESERVE ? 1 : 0);
  return can_go(run, machine->exit_i, part->type, step, place_i);
}

// Parts that may go and those that still have to stay; a source that can give one.
static bool has_something_to_give(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (is_section(run->line, place_i, "sources"))
    return ((const tw_source *)tw_run_kind_state(run, place_i))->has_offer;
  const tw_buffer *buffer = tw_run_kind_state(run, place_i);
  const tw_buffer_param *param = place->param;
  for (uint32_t part = buffer->head; part != TW_NO_PART; part = run->part[part].next)
    if (run->head->now_us - run->part[part].entered_us >= param->min_stay_us) return true;
  return false;
}

// Does a part wait for room there? It may come before those who only reserve.
static bool has_plain_offer(const tw_run *run, int32_t place_i) {
  const tw_graph *graph = &run->line->graph;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++) {
    const int32_t from = graph->edge[graph->feeder[i]].from;
    if (run->line->place[from].n_machine == 0 && has_something_to_give(run, from)) return true;
  }
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (machine->has_request && machine->phase == TW_DONE && has_target(run, machine, place_i))
      return true;
  }
  return false;
}

// Who has something to give, and where to.
typedef struct giver {
  int32_t exit_i, target;  // target: decided already; TW_NONE: any of the exit's
  int32_t reserved;        // a place is kept for it there
  bool is_reservation;     // it asks for a place and keeps its part for now
  int32_t type;            // of its part; TW_NONE: every way is open
  uint32_t step;
} giver;

// The first place that would take from a giver now; TW_NONE: none. What is reserved for others is
// not given away.
static int32_t find_taker(const tw_run *run, giver from) {
  const tw_exit *exit = &run->line->graph.exit[from.exit_i];
  for (int32_t k = 0; k < exit->n_target; k++) {
    const int32_t to = exit->target[k];
    if (from.target != TW_NONE && from.target != to) continue;
    if (from.type != TW_NONE && !can_go(run, from.exit_i, from.type, from.step, to)) continue;
    const bool needs_unreserved = from.is_reservation || (from.reserved != to && is_reserved(run, to));
    if (needs_unreserved && !has_unreserved(run, to)) continue;
    if (from.is_reservation ? !has_plain_offer(run, to) : has_room(run, to)) return to;
  }
  return TW_NONE;
}

static bool say(char *why, size_t n_why, const tw_run *run, int32_t place_i, const char *what,
                int32_t to) {
  snprintf(why, n_why, "at %lld us: %s %s%s%s", (long long)run->head->now_us,
           run->line->place[place_i].name, what, to != TW_NONE ? " " : "",
           to != TW_NONE ? run->line->place[to].name : "");
  return false;
}

static bool is_machine_waiting(const tw_machine *machine) {
  return machine->crew == TW_CREW_WAITED_FOR || machine->crew == TW_CREW_WALKING;
}

static uint8_t ahead_of(const tw_run *run, const tw_machine *machine) {
  const int32_t setup_i = run->line->machine[machine - run->machine].setup_i;
  return setup_i == TW_NONE ? TW_AHEAD_NONE : run->setup[setup_i].ahead;
}

static int state_when_down(const tw_run *run, const tw_machine *machine) {
  const bool is_maintenance =
      machine->mode != TW_NONE && run->line->mode[machine->mode].is_maintenance;
  if (machine->down == TW_DOWN_REPAIR)
    return is_maintenance ? TWIN_PLANNED_MAINTENANCE : TWIN_FAILED_REPAIR;
  return is_maintenance ? TWIN_MAINTENANCE_WAITING : TWIN_FAILED_WAITING;
}

static int state_when_free(const tw_run *run, const tw_machine *machine) {
  const int32_t place_i = run->line->machine[machine - run->machine].node_i;
  if (run->head->is_drained) return TWIN_IDLE;
  const int32_t early_i = run->line->machine[machine - run->machine].early_i;
  return looks_at_shift_end(run, place_i) && run->early[early_i].is_declining ? TWIN_IDLE
                                                                               : TWIN_STARVED;
}

// The order of SEMANTICS 3.2.
static int expected_state(const tw_run *run, const tw_machine *machine) {
  const bool goes_on_alone = machine->down == TW_DOWN_REPAIR &&
                             !run->line->mode[machine->mode].is_maintenance &&
                             run->line->mode[machine->mode].task.needs.n == 0;
  if (machine->off != TW_ON_SHIFT && !goes_on_alone)
    return machine->off == TW_OFF_BREAK ? TWIN_BREAK : TWIN_OFF_SHIFT;
  if (machine->down != TW_UP) return state_when_down(run, machine);
  const bool is_waiting = is_machine_waiting(machine);
  switch (machine->phase) {
  case TW_FREE: return state_when_free(run, machine);
  case TW_SETUP:
    if (is_waiting || (!machine->is_running && ahead_of(run, machine) == TW_AHEAD_WAITS))
      return TWIN_SETUP_WAITING;
    return TWIN_SETUP;
  case TW_APPROVE: return TWIN_WAITING_APPROVAL;
  case TW_SWITCH: return TWIN_SETUP;
  case TW_LOAD: return is_waiting ? TWIN_WAITING_WORKER : TWIN_LOADING;
  case TW_PROCESS: return is_waiting ? TWIN_WAITING_WORKER : TWIN_PROCESSING;
  case TW_UNLOAD: return is_waiting ? TWIN_WAITING_WORKER : TWIN_UNLOADING;
  default: return TWIN_BLOCKED;
  }
}

// Has it a reason not to work on what it holds?
static bool may_stand(const tw_run *run, const tw_machine *machine) {
  const uint8_t ahead = ahead_of(run, machine);
  return is_machine_waiting(machine) ||
         (machine->phase == TW_SETUP && (ahead == TW_AHEAD_WAITS || ahead == TW_AHEAD_RUNS));
}

// Nothing that is due waits without need, and nobody works without the people he needs.
static bool is_upkeep_at_rest(const tw_run *run, int32_t i, char *why, size_t n_why) {
  const tw_machine *machine = &run->machine[i];
  const tw_machine_param *param = &run->line->machine[i];
  const bool is_empty = machine->phase == TW_FREE && machine->held == TW_NO_PART;
  for (int32_t m = param->first_mode; m < param->first_mode + param->n_mode; m++) {
    const tw_mode *mode = &run->line->mode[m];
    if (run->mode[m].clock != TW_CLOCK_DUE || machine->down != TW_UP) continue;
    const bool may_wait = mode->is_maintenance ? !is_empty : mode->is_at_start;
    if (!may_wait) return say(why, n_why, run, param->node_i, "should be down with what is due", TW_NONE);
  }
  const bool is_working = machine->is_running || machine->down == TW_DOWN_REPAIR;
  if (is_working && tw_task_of(run, i).needs.n > 0 && machine->crew != TW_CREW_THERE)
    return say(why, n_why, run, param->node_i, "works without its people", TW_NONE);
  return true;
}

static bool is_switching(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    if (run->machine[i].phase == TW_SWITCH) return true;
  return false;
}

static bool is_machine_at_rest(const tw_run *run, int32_t i, char *why, size_t n_why) {
  const tw_machine *machine = &run->machine[i];
  const int32_t place_i = run->line->machine[i].node_i;
  const bool is_up = is_on(machine);
  if (machine->state != expected_state(run, machine)) {
    snprintf(why, n_why, "at %lld us: %s is in state %d, but what it does is state %d",
             (long long)run->head->now_us, run->line->place[place_i].name, (int)machine->state,
             expected_state(run, machine));
    return false;
  }
  if (!is_upkeep_at_rest(run, i, why, n_why)) return false;
  const bool is_waiting = machine->phase == TW_DONE || machine->phase == TW_RESERVE;
  if (is_up && !is_waiting && machine->phase != TW_FREE && !machine->is_running &&
      !may_stand(run, machine))
    return say(why, n_why, run, place_i, "has work to do and does not work", TW_NONE);
  if (!is_waiting) return true;
  if (is_up && !machine->has_request)
    return say(why, n_why, run, place_i, "waits and has not asked", TW_NONE);
  const bool can_give = is_up || (machine->phase == TW_DONE &&
                                  (machine->is_leaving || run->line->place[place_i].gives_while_down));
  if (!can_give || !machine->has_request) return true;
  const giver from = {machine->exit_i, machine->target, machine->reserved,
                      machine->phase == TW_RESERVE, run->part[machine->part].type,
                      run->part[machine->part].step + (machine->phase == TW_RESERVE ? 1 : 0)};
  const int32_t to = find_taker(run, from);
  if (to == TW_NONE) return true;
  // the place may be for the part of another queue, to which the station is changing over
  if (from.is_reservation && is_switching(run, to)) return true;
  return say(why, n_why, run, place_i,
             from.is_reservation ? "could reserve at" : "is blocked, but there is room at", to);
}

static bool is_place_at_rest(const tw_run *run, int32_t place_i, char *why, size_t n_why) {
  const tw_line *line = run->line;
  if (is_sink(line, place_i) || line->place[place_i].n_machine > 0) return true;
  if (line->place[place_i].main_exit == TW_NONE || !has_something_to_give(run, place_i)) return true;
  giver from = {line->place[place_i].main_exit, TW_NONE, TW_NONE, false, TW_NONE, 0};
  if (is_section(line, place_i, "sources")) {
    const tw_source *source = tw_run_kind_state(run, place_i);
    from.target = source->target;
    if (source->head != TW_NO_PART) from.type = run->part[source->head].type;
  }
  const int32_t to = find_taker(run, from);
  if (to == TW_NONE) return true;
  return say(why, n_why, run, place_i, "has a part, and there is room at", to);
}

// Somebody waits for people.
typedef struct waiter {
  const tw_run *run;
  tw_task task;
} waiter;

// Free and there, or at a task that may be stopped for this one. Who looks at the end of his shift is
// believed when he does not come.
static bool is_available(const waiter *who, int32_t worker_i) {
  const tw_run *run = who->run;
  const tw_worker_state *worker = &run->worker[worker_i];
  const int32_t pool_i = run->line->worker[worker_i].pool_i;
  const tw_pool *pool = &run->line->pool[pool_i];
  if (!worker->is_on || (pool->call_at > 0 && !run->pool[pool_i].is_called)) return false;
  if (pool->shift_end == TW_END_NO_START && pool->calendar_i != TW_NONE) return false;
  if (worker->machine == TW_NONE) return true;
  return who->task.can_preempt && tw_task_of(run, worker->machine).priority < who->task.priority;
}

// Can every demand be met by different people? A search over all ways to choose them.
static bool can_staff(const waiter *who, int32_t demand, int32_t n_left, uint64_t taken) {
  const tw_demands *needs = &who->task.needs;
  if (n_left == 0) {
    if (++demand >= needs->n) return true;
    n_left = needs->at[demand].count;
    return can_staff(who, demand, n_left, taken);
  }
  const tw_group *group = &who->run->line->group[needs->at[demand].group_i];
  for (int32_t i = 0; i < group->n_worker; i++) {
    const int32_t worker = group->worker[i];
    if (!is_available(who, worker) || (taken >> worker & 1) != 0) continue;
    if (can_staff(who, demand, n_left - 1, taken | (uint64_t)1 << worker)) return true;
  }
  return false;
}

static bool has_spares(const tw_run *run, const tw_task *task) {
  for (int32_t i = 0; i < task->n_use; i++)
    if (!run->line->stock[task->use[i].stock_i].is_unlimited &&
        run->stock[task->use[i].stock_i].n < task->use[i].count)
      return false;
  return true;
}

// Machines, then the setups that are prepared ahead.
static bool are_people_busy(const tw_run *run, char *why, size_t n_why) {
  const tw_line *line = run->line;
  if (line->n_worker > PEOPLE_MAX) return true;
  for (int32_t i = 0; i < line->n_machine + line->n_setup; i++) {
    const bool is_ahead = i >= line->n_machine;
    const tw_setup_state *setup = is_ahead ? &run->setup[i - line->n_machine] : NULL;
    const bool is_waiting =
        is_ahead ? setup->ahead == TW_AHEAD_WAITS : run->machine[i].crew == TW_CREW_WAITED_FOR;
    if (!is_waiting) continue;
    const int32_t machine_i = is_ahead ? line->setup[i - line->n_machine].machine_i : i;
    const waiter who = {.run = run, .task = tw_task_of(run, i)};
    // what was begun has its spare parts already
    const bool is_begun = !is_ahead && run->machine[i].is_suspended;
    if (!is_begun && !has_spares(run, &who.task)) continue;
    if (can_staff(&who, -1, 0, 0))
      return say(why, n_why, run, line->machine[machine_i].node_i, "waits for people who are free",
                 TW_NONE);
  }
  return true;
}

// No machine stands about whose maintenance is due.
static bool is_maintenance_begun(const tw_run *run, char *why, size_t n_why) {
  for (int32_t i = 0; i < run->line->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    const tw_machine *machine = &run->machine[mode->machine_i];
    const bool is_free = machine->phase == TW_FREE && machine->held == TW_NO_PART;
    if (mode->is_maintenance && run->mode[i].clock == TW_CLOCK_DUE && is_free &&
        machine->down == TW_UP)
      return say(why, n_why, run, mode->node_i, "is free, and its maintenance is due", TW_NONE);
  }
  return true;
}

bool test_is_settled(const tw_run *run, char *why, size_t n_why) {
  const tw_line *line = run->line;
  if (tw_marks_lowest(run->mark, line->n_place + 1) >= 0) {
    snprintf(why, n_why, "a place is marked and was not visited");
    return false;
  }
  for (int32_t i = 0; i < line->n_machine; i++)
    if (!is_machine_at_rest(run, i, why, n_why)) return false;
  for (int32_t i = 0; i < line->n_place; i++)
    if (!is_place_at_rest(run, i, why, n_why)) return false;
  return is_maintenance_begun(run, why, n_why) && are_people_busy(run, why, n_why);
}

static bool has_living_target(const tw_run *run, const uint8_t *is_alive, int32_t exit_i,
                              const tw_machine *machine) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t k = 0; k < exit->n_target; k++) {
    const int32_t to = exit->target[k];
    if ((machine == NULL || has_target(run, machine, to)) && is_alive[to]) return true;
  }
  return false;
}

// A place is alive when it has room, works, or waits for a place that is alive.
static bool can_move(const tw_run *run, const uint8_t *is_alive, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (is_sink(run->line, place_i) || is_section(run->line, place_i, "sources")) return true;
  if (is_section(run->line, place_i, "demands")) return true;
  if (has_room(run, place_i)) return true;
  if (place->n_machine == 0) {
    const tw_buffer_param *param = place->param;
    const tw_agenda agenda = tw_run_agenda(run);
    if (param->has_stays && tw_agenda_is_pending(&agenda, (uint32_t)param->timer_slot)) return true;
    return place->main_exit != TW_NONE && has_living_target(run, is_alive, place->main_exit, NULL);
  }
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!is_on(machine) || !machine->has_request) return true;
    if (has_living_target(run, is_alive, machine->exit_i, machine)) return true;
  }
  return false;
}

int32_t test_find_stuck(const tw_run *run) {
  const int32_t n = run->line->n_place;
  uint8_t *is_alive = calloc((size_t)n, 1);
  if (is_alive == NULL) abort();
  bool is_new = true;
  while (is_new) {
    is_new = false;
    for (int32_t i = 0; i < n; i++) {
      if (is_alive[i] || !can_move(run, is_alive, i)) continue;
      is_alive[i] = 1;
      is_new = true;
    }
  }
  int32_t stuck = TW_NONE;
  for (int32_t i = 0; i < n && stuck == TW_NONE; i++)
    if (!is_alive[i]) stuck = i;
  free(is_alive);
  return stuck;
}
