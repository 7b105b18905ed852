// crew.c - people, cranes, fixtures and spare parts: who waits for them and who gets them (SEMANTICS
// 8.1). Seizing is all or nothing over everything a task needs. Those who wait are served by (priority,
// suspended first, waiting since, file order, machine); a task whose people are not all free is passed
// over, so that nobody stands idle for it. Who stays from one phase to the next is decided here too.

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/crew_inner.h"
#include "engine/draw.h"
#include "engine/work.h"

// The link to the next one who waits.
static int32_t *link_of(tw_run *run, int32_t holder_i) {
  const int32_t n_machine = run->line->n_machine;
  return holder_i < n_machine ? &run->machine[holder_i].next_waiting
                              : &run->setup[holder_i - n_machine].next_waiting;
}

tw_task tw_task_of(const tw_run *run, int32_t holder_i) {
  const tw_line *line = run->line;
  if (holder_i >= line->n_machine) return tw_setup_ahead_task(run, holder_i - line->n_machine);
  const tw_machine *machine = &run->machine[holder_i];
  if (machine->down != TW_UP && machine->mode != TW_NONE) return line->mode[machine->mode].task;
  return tw_task_of_phase(run, holder_i);
}

tw_task tw_task_of_phase(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  if (machine->phase == TW_SETUP || machine->phase == TW_APPROVE)
    return tw_setup_task(run, machine_i);
  const tw_task *task = run->line->place[run->line->machine[machine_i].node_i].task;
  return task != NULL ? task[machine->phase] : (tw_task){0};
}

int64_t tw_holder_since(const tw_run *run, int32_t holder_i) {
  if (holder_i >= run->line->n_machine)
    return run->setup[holder_i - run->line->n_machine].ahead_since_us;
  const tw_machine *machine = &run->machine[holder_i];
  return machine->down != TW_UP ? machine->down_us : machine->waiting_us;
}

static bool is_suspended(const tw_run *run, int32_t holder_i) {
  const int32_t n_machine = run->line->n_machine;
  return holder_i < n_machine ? run->machine[holder_i].is_suspended
                              : run->setup[holder_i - n_machine].is_suspended;
}

// The machine that a holder is, or works ahead for.
static int32_t machine_of(const tw_run *run, int32_t holder_i) {
  const int32_t n_machine = run->line->n_machine;
  return holder_i < n_machine ? holder_i : tw_setup_machine(run, holder_i - n_machine);
}

// True when a waits before b. Machines are numbered in file order, then by index.
static bool is_before(const tw_run *run, int32_t a, int32_t b) {
  const int64_t priority_a = tw_task_of(run, a).priority, priority_b = tw_task_of(run, b).priority;
  if (priority_a != priority_b) return priority_a > priority_b;
  if (is_suspended(run, a) != is_suspended(run, b)) return is_suspended(run, a);
  const int64_t since_a = tw_holder_since(run, a), since_b = tw_holder_since(run, b);
  if (since_a != since_b) return since_a < since_b;
  const int32_t machine_a = machine_of(run, a), machine_b = machine_of(run, b);
  return machine_a != machine_b ? machine_a < machine_b : a < b;
}

void tw_crew_line_up(tw_run *run, int32_t holder_i) {
  int32_t *link = &run->head->first_waiting;
  while (*link != TW_NONE && is_before(run, *link, holder_i)) link = link_of(run, *link);
  *link_of(run, holder_i) = *link;
  *link = holder_i;
}

void tw_crew_wait(tw_run *run, int32_t holder_i) {
  tw_crew_line_up(run, holder_i);
  if (holder_i < run->line->n_machine && run->machine[holder_i].crew == TW_CREW_NONE)
    run->machine[holder_i].crew = TW_CREW_WAITED_FOR;
  if (run->line->n_group > 0) {
    run->wait[holder_i].group_i = TW_NONE;
    run->wait[holder_i].since_us = tw_now(run);
  }
  tw_mark_crew(run);
}

// Charges the time waited so far to the group that was short.
static void book_wait(tw_run *run, int32_t holder_i) {
  if (run->line->n_group == 0 || !run->head->has_statistics) return;
  tw_wait *wait = &run->wait[holder_i];
  const int64_t now = tw_now(run);
  const int64_t from_us =
      wait->since_us > run->head->window_us ? wait->since_us : run->head->window_us;
  if (wait->group_i != TW_NONE) run->group_stat[wait->group_i].waited_s += tw_seconds(now - from_us);
  wait->since_us = now;
}

void tw_crew_withdraw(tw_run *run, int32_t holder_i) {
  int32_t *link = &run->head->first_waiting;
  while (*link != holder_i) {
    TW_ASSERT(*link != TW_NONE);
    link = link_of(run, *link);
  }
  book_wait(run, holder_i);
  if (run->line->n_group > 0) run->wait[holder_i].group_i = TW_NONE;
  *link = *link_of(run, holder_i);
  *link_of(run, holder_i) = TW_NONE;
}

// How long from where the person was last to the machine.
static int64_t walk_us(const tw_run *run, int32_t worker_i, int32_t machine_i) {
  const tw_line *line = run->line;
  const tw_pool *pool = &line->pool[line->worker[worker_i].pool_i];
  const int32_t from = run->worker[worker_i].at, to = line->machine[machine_i].node_i;
  if (from == TW_NONE || from == to) return 0;
  return pool->walk_from_to != NULL ? pool->walk_from_to[from * line->n_place + to] : pool->walk_us;
}

// How long the task of a holder will take, where that was drawn ahead.
static int64_t task_us(const tw_run *run, int32_t holder_i) {
  const int32_t n_machine = run->line->n_machine;
  if (holder_i >= n_machine) return run->setup[holder_i - n_machine].ahead_left_us;
  const tw_machine *machine = &run->machine[holder_i];
  if (machine->down != TW_UP) return run->mode[machine->mode].left;
  if (machine->left_us != TW_NOT_BEGUN) return machine->left_us;
  const int32_t early_i = run->line->machine[holder_i].early_i;
  const bool is_kept = early_i != TW_NONE && machine->phase == TW_PROCESS;
  return is_kept && run->early[early_i].process_us > 0 ? run->early[early_i].process_us : 0;
}

bool tw_is_available(const tw_run *run, const tw_staffing *search, int32_t worker_i) {
  const tw_worker_state *worker = &run->worker[worker_i];
  const bool is_takeable = worker->machine == TW_TAKEABLE;
  if (worker->machine != TW_NONE && !is_takeable) return false;
  // overtime is for what one is at
  if (search->is_keeping ? !is_takeable : !worker->is_on) return false;
  const int32_t pool_i = run->line->worker[worker_i].pool_i;
  const tw_pool *pool = &run->line->pool[pool_i];
  if (!is_takeable && pool->call_at > 0 && !run->pool[pool_i].is_called) return false;
  if (pool->shift_end != TW_END_NO_START || pool->calendar_i == TW_NONE) return true;
  const int32_t machine_i = machine_of(run, search->holder_i);
  const int64_t end_us = tw_now(run) + walk_us(run, worker_i, machine_i) +
                         task_us(run, search->holder_i);
  return end_us <= tw_calendar_at(&run->line->calendar[pool->calendar_i], tw_now(run)).next_us;
}

tw_worker_state tw_worker_up_to_now(const tw_run *run, int32_t worker_i) {
  tw_worker_state worker = run->worker[worker_i];
  const int64_t now_us = tw_now(run), window_us = run->head->window_us;
  const int64_t from_us = worker.since_us > window_us ? worker.since_us : window_us;
  worker.since_us = now_us;
  if (worker.machine == TW_NONE) return worker;
  worker.busy_us += now_us - from_us;
  const int64_t there_us = worker.there_us < now_us ? worker.there_us : now_us;
  if (!worker.is_on) worker.overtime_us += now_us - from_us;
  else if (there_us > from_us) worker.walk_us += there_us - from_us;
  return worker;
}

void tw_book_worker(tw_run *run, int32_t worker_i) {
  run->worker[worker_i] = tw_worker_up_to_now(run, worker_i);
}

// Seizes everything the task needs, or nothing.
static bool seize(tw_run *run, int32_t holder_i, const tw_task *task) {
  // a repair that was interrupted has used its spare parts already
  const bool is_new = !is_suspended(run, holder_i);
  if (is_new && !tw_has_stock(run, task)) return false;
  if (!tw_staff(run, holder_i, task) && !(task->can_preempt && tw_preempt_people(run, holder_i, task)))
    return false;
  if (is_new) tw_use_stock(run, task, 1);
  return true;
}

// Free members of each group, counted when first asked for; holds until somebody is seized. With it a
// crowd that waits for the same people costs one look at them and not one each.
enum { KNOWN_GROUPS = 64 };
typedef struct tw_free_people {
  int32_t n[KNOWN_GROUPS];  // -1: not counted
} tw_free_people;

static void forget_free(tw_free_people *known) {
  for (int32_t i = 0; i < KNOWN_GROUPS; i++) known->n[i] = -1;
}

// Members of a group who are free, on shift and called: nobody else can be available.
static int32_t count_free(const tw_run *run, tw_free_people *known, int32_t group_i) {
  if (group_i < KNOWN_GROUPS && known->n[group_i] >= 0) return known->n[group_i];
  const tw_line *line = run->line;
  const tw_group *group = &line->group[group_i];
  int32_t n = 0;
  for (int32_t i = 0; i < group->n_worker; i++) {
    const tw_worker_state *worker = &run->worker[group->worker[i]];
    const int32_t pool_i = line->worker[group->worker[i]].pool_i;
    const bool is_here = line->pool[pool_i].call_at == 0 || run->pool[pool_i].is_called;
    n += worker->machine == TW_NONE && worker->is_on && is_here;
  }
  if (group_i < KNOWN_GROUPS) known->n[group_i] = n;
  return n;
}

// False when the task certainly cannot be staffed now.
static bool may_be_staffed(const tw_run *run, tw_free_people *known, const tw_task *task) {
  for (int32_t i = 0; i < task->needs.n && !task->can_preempt; i++)
    if (count_free(run, known, task->needs.at[i].group_i) < task->needs.at[i].count) return false;
  return true;
}

static int32_t count_available(const tw_run *run, int32_t holder_i, const tw_task *task,
                               int32_t group_i) {
  const tw_staffing search = {.needs = &task->needs, .holder_i = holder_i};
  const tw_group *group = &run->line->group[group_i];
  int32_t n = 0;
  for (int32_t k = 0; k < group->n_worker; k++)
    n += tw_is_available(run, &search, group->worker[k]);
  return n;
}

// The first group of which too few are free; the first of all when each alone would do.
static int32_t short_group(const tw_run *run, tw_free_people *known, int32_t holder_i,
                           const tw_task *task) {
  // where pools look ahead to the end of their shift, it depends on the task who is available
  const bool is_same_for_all = !run->line->draws_ahead;
  for (int32_t i = 0; i < task->needs.n; i++) {
    const int32_t group_i = task->needs.at[i].group_i;
    const int32_t n_free = is_same_for_all ? count_free(run, known, group_i)
                                           : count_available(run, holder_i, task, group_i);
    if (n_free < task->needs.at[i].count) return group_i;
  }
  return task->needs.n > 0 ? task->needs.at[0].group_i : TW_NONE;
}

bool tw_crew_is_present(const tw_run *run, int32_t machine_i) {
  const tw_task task = tw_task_of(run, machine_i);
  for (int32_t i = 0; i < task.needs.n; i++) {
    const tw_group *group = &run->line->group[task.needs.at[i].group_i];
    int32_t n_present = 0;
    for (int32_t k = 0; k < group->n_worker; k++) {
      const tw_worker_state *worker = &run->worker[group->worker[k]];
      n_present += worker->is_on || worker->machine != TW_NONE;
    }
    if (n_present < task.needs.at[i].count) return false;
  }
  return true;
}

static void begin_task(tw_run *run, int32_t holder_i) {
  if (holder_i >= run->line->n_machine) {
    tw_setup_ahead_begin(run, holder_i - run->line->n_machine);
  } else if (run->machine[holder_i].down == TW_DOWN_WAITING) {
    tw_repair_begin(run, holder_i);
  } else {
    tw_work_must_start(run, holder_i);
  }
}

// The longest way that one of those seized has to go; the task begins when all are there. Those who
// prepare a setup have no walk of their own.
static int64_t send_people(tw_run *run, int32_t holder_i) {
  const int32_t machine_i = machine_of(run, holder_i);
  int64_t longest_us = 0;
  for (int32_t i = 0; i < run->line->n_worker; i++) {
    if (run->worker[i].machine != holder_i) continue;
    const int64_t way_us = machine_i == holder_i ? walk_us(run, i, machine_i) : 0;
    run->worker[i].there_us = tw_now(run) + way_us;
    run->worker[i].at = run->line->machine[machine_i].node_i;
    if (way_us > longest_us) longest_us = way_us;
  }
  return longest_us;
}

// Everything a holder waited for is there, or on its way.
static void serve(tw_run *run, int32_t holder_i, const tw_task *task) {
  tw_crew_withdraw(run, holder_i);
  if (holder_i >= run->line->n_machine) {
    send_people(run, holder_i);
    begin_task(run, holder_i);
    return;
  }
  tw_machine *machine = &run->machine[holder_i];
  const bool is_there = machine->crew == TW_CREW_THERE;
  const int64_t way_us = is_there || task->needs.n == 0 ? 0 : send_people(run, holder_i);
  machine->crew = task->needs.n > 0 ? TW_CREW_THERE : TW_CREW_NONE;
  if (way_us == 0) {
    begin_task(run, holder_i);
    return;
  }
  machine->crew = TW_CREW_WALKING;
  const tw_machine_param *param = &run->line->machine[holder_i];
  tw_plan(run, machine->down != TW_UP ? param->repair_slot : param->work_slot,
          tw_now(run) + way_us);
  tw_mark(run, param->node_i);
}

void tw_crew_arrived(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->crew == TW_CREW_WALKING);
  machine->crew = TW_CREW_THERE;
  if (machine->down != TW_UP) tw_crew_wait(run, machine_i);  // begins in this tick's settle
  else tw_work_must_start(run, machine_i);
}

// Pools that come late are called when enough wait for them, and go when few enough are left.
static void call_pools(tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t p = 0; p < line->n_pool; p++) {
    const tw_pool *pool = &line->pool[p];
    if (pool->call_at == 0) continue;
    int32_t n_waiting = 0;
    for (int32_t h = run->head->first_waiting; h != TW_NONE; h = *link_of(run, h)) {
      const tw_task task = tw_task_of(run, h);
      const bool is_there = h < line->n_machine && run->machine[h].crew == TW_CREW_THERE;
      n_waiting += !is_there && tw_can_help(line, p, &task);
    }
    bool is_busy = false;
    for (int32_t i = pool->first_worker; i < pool->first_worker + pool->n_worker; i++)
      is_busy = is_busy || run->worker[i].machine != TW_NONE;
    if (n_waiting >= pool->call_at) run->pool[p].is_called = 1;
    else if (n_waiting <= pool->call_until && !is_busy) run->pool[p].is_called = 0;
  }
}

static void serve_waiting(tw_run *run) {
  tw_free_people known;
  forget_free(&known);
  int32_t holder_i = run->head->first_waiting;
  while (holder_i != TW_NONE && run->status == TWIN_OK) {
    const int32_t next = *link_of(run, holder_i);
    const tw_task task = tw_task_of(run, holder_i);
    const bool is_there =
        holder_i < run->line->n_machine && run->machine[holder_i].crew == TW_CREW_THERE;
    if (is_there || (may_be_staffed(run, &known, &task) && seize(run, holder_i, &task))) {
      serve(run, holder_i, &task);
      forget_free(&known);
    } else if (run->line->n_group > 0) {
      book_wait(run, holder_i);
      tw_wait *wait = &run->wait[holder_i];
      const int32_t group_i = short_group(run, &known, holder_i, &task);
      if (group_i != wait->group_i && group_i != TW_NONE) run->group_stat[group_i].n_waited++;
      wait->group_i = group_i;
    }
    holder_i = next;
  }
}

void tw_crew_settle(tw_run *run) {
  if (run->head->n_overtime > 0) tw_overtime_end(run);
  tw_maintenance_when_idle(run);
  call_pools(run);
  serve_waiting(run);
}

// A pool that came when it was called may go when it is through.
static bool has_called_pool(const tw_run *run) {
  for (int32_t p = 0; p < run->line->n_pool; p++)
    if (run->pool[p].is_called) return true;
  return false;
}

void tw_crew_release(tw_run *run, int32_t holder_i) {
  const tw_line *line = run->line;
  bool has_any = false;
  for (int32_t i = 0; i < line->n_worker; i++) {
    tw_worker_state *worker = &run->worker[i];
    if (worker->machine != holder_i) continue;
    tw_book_worker(run, i);
    worker->machine = TW_NONE;
    has_any = true;
  }
  if (holder_i < line->n_machine) run->machine[holder_i].crew = TW_CREW_NONE;
  if (has_any && (run->head->first_waiting != TW_NONE || has_called_pool(run))) tw_mark_crew(run);
}

bool tw_crew_ready(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_task task = tw_task_of(run, machine_i);
  if (machine->crew == TW_CREW_THERE) {
    if (tw_can_stay(run, machine_i, &task)) {
      machine->is_suspended = 0;
      // somebody may take them from this task who could not from the one before
      if (run->head->first_waiting != TW_NONE) tw_mark_crew(run);
      return true;
    }
    tw_crew_release(run, machine_i);
  }
  if (task.needs.n == 0 && task.n_use == 0) {
    machine->is_suspended = 0;
    return true;
  }
  TW_ASSERT(machine->crew == TW_CREW_NONE);
  machine->waiting_us = tw_now(run);
  tw_crew_wait(run, machine_i);
  return false;
}

void tw_crew_leave(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  switch ((tw_crew_state)machine->crew) {
  case TW_CREW_WAITED_FOR:
    tw_crew_withdraw(run, machine_i);
    machine->crew = TW_CREW_NONE;
    break;
  case TW_CREW_WALKING:
    tw_cancel(run, run->line->machine[machine_i].work_slot);
    tw_crew_release(run, machine_i);
    break;
  default:
    // whoever began the task has the right to end it first
    machine->is_suspended = tw_is_begun(machine);
    tw_crew_release(run, machine_i);
    break;
  }
}

void tw_task_suspend(tw_run *run, int32_t holder_i) {
  if (holder_i >= run->line->n_machine) {
    tw_setup_ahead_suspend(run, holder_i - run->line->n_machine);
    return;
  }
  tw_machine *machine = &run->machine[holder_i];
  const int32_t place_i = run->line->machine[holder_i].node_i;
  if (machine->down == TW_UP) {
    tw_work_pause(run, holder_i);
    tw_work_continue(run, holder_i);
    tw_mark(run, place_i);
    return;
  }
  if (machine->down == TW_DOWN_REPAIR) {
    tw_repair_suspend(run, holder_i);
  } else {
    // on their way, or there and not begun: the spare parts are laid back
    if (machine->crew == TW_CREW_WALKING)
      tw_cancel(run, run->line->machine[holder_i].repair_slot);
    else tw_crew_withdraw(run, holder_i);
    const tw_task task = tw_task_of(run, holder_i);
    if (!machine->is_suspended) tw_use_stock(run, &task, -1);
  }
  tw_crew_release(run, holder_i);
  tw_crew_wait(run, holder_i);
}
