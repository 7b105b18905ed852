// staff.c - which people get a task: the first way in the order of choice (fewest skills, longest idle,
// index; need by need) that leaves no need open; whose task may be taken from them; who stays.

#include "base/assert.h"
#include "engine/crew_inner.h"
#include "engine/work.h"

enum { STAFFING_TRIES = 10000 };

// Order of choice among people.
static bool is_chosen_before(const tw_run *run, int32_t a, int32_t b) {
  const int32_t skills_a = run->line->worker[a].n_skill, skills_b = run->line->worker[b].n_skill;
  if (skills_a != skills_b) return skills_a < skills_b;
  if (run->worker[a].since_us != run->worker[b].since_us)
    return run->worker[a].since_us < run->worker[b].since_us;
  return a < b;
}

// The available member of a group that is chosen next after `last` (TW_NONE: first); TW_NONE: nobody.
static int32_t next_choice(const tw_run *run, const tw_staffing *search, const tw_group *group,
                           int32_t last) {
  int32_t best = TW_NONE;
  for (int32_t i = 0; i < group->n_worker; i++) {
    const int32_t worker_i = group->worker[i];
    if (!tw_is_available(run, search, worker_i)) continue;
    if (last != TW_NONE && !is_chosen_before(run, last, worker_i)) continue;
    if (best == TW_NONE || is_chosen_before(run, worker_i, best)) best = worker_i;
  }
  return best;
}

// Finds people for demand `i`, of which n_left are still missing, and all behind it: the first way in
// the order of choice that leaves nobody missing. Takes them, or nobody.
static bool search_staff(tw_run *run, tw_staffing *search, int32_t i, int32_t n_left, int32_t last) {
  if (n_left == 0) {
    if (++i == search->needs->n) return true;
    n_left = search->needs->at[i].count;
    last = TW_NONE;
  }
  const tw_group *group = &run->line->group[search->needs->at[i].group_i];
  for (int32_t worker_i = next_choice(run, search, group, last); worker_i != TW_NONE;
       worker_i = next_choice(run, search, group, worker_i)) {
    if (--search->n_try_left < 0) return false;
    const int32_t before = run->worker[worker_i].machine;
    run->worker[worker_i].machine = search->holder_i;
    if (search_staff(run, search, i, n_left - 1, worker_i)) return true;
    run->worker[worker_i].machine = before;
  }
  return false;
}

bool tw_staff(tw_run *run, int32_t holder_i, const tw_task *task) {
  if (task->needs.n == 0) return true;
  tw_staffing search = {.needs = &task->needs, .holder_i = holder_i, .n_try_left = STAFFING_TRIES};
  if (!search_staff(run, &search, -1, 0, TW_NONE)) return false;
  for (int32_t i = 0; i < run->line->n_worker; i++)
    if (run->worker[i].machine == holder_i) run->worker[i].since_us = tw_now(run);
  return true;
}

// Everybody of a holder can be had, or is the holder's again.
static void mark_takeable(tw_run *run, int32_t from, int32_t to) {
  for (int32_t i = 0; i < run->line->n_worker; i++)
    if (run->worker[i].machine == from) run->worker[i].machine = to;
}

static int32_t count_people(const tw_run *run, int32_t holder_i) {
  int32_t n = 0;
  for (int32_t i = 0; i < run->line->n_worker; i++) n += run->worker[i].machine == holder_i;
  return n;
}

bool tw_can_stay(tw_run *run, int32_t machine_i, const tw_task *task) {
  int32_t n_needed = 0;
  for (int32_t i = 0; i < task->needs.n; i++) n_needed += task->needs.at[i].count;
  if (n_needed == 0 || count_people(run, machine_i) != n_needed) return false;
  mark_takeable(run, machine_i, TW_TAKEABLE);
  tw_staffing search = {.needs = &task->needs,
                        .holder_i = machine_i,
                        .n_try_left = STAFFING_TRIES,
                        .is_keeping = true};
  const bool can_stay = search_staff(run, &search, -1, 0, TW_NONE);
  mark_takeable(run, TW_TAKEABLE, machine_i);
  return can_stay;
}

bool tw_can_help(const tw_line *line, int32_t pool_i, const tw_task *task) {
  for (int32_t i = 0; i < task->needs.n; i++) {
    const tw_group *group = &line->group[task->needs.at[i].group_i];
    for (int32_t k = 0; k < group->n_worker; k++)
      if (line->worker[group->worker[k]].pool_i == pool_i) return true;
  }
  return false;
}

// When the task of a holder began, or its people set out.
static int64_t began_us(const tw_run *run, int32_t holder_i) {
  if (holder_i >= run->line->n_machine)
    return run->setup[holder_i - run->line->n_machine].ahead_since_us;
  const tw_machine *machine = &run->machine[holder_i];
  if (machine->crew == TW_CREW_WALKING) return tw_holder_since(run, holder_i);
  return machine->down != TW_UP ? run->mode[machine->mode].since_us : machine->spell_us;
}

// The holder with people whose task is of lower priority and was started last; those tried are takeable
// already and have nobody.
static int32_t find_victim(const tw_run *run, const tw_task *task) {
  int32_t best = TW_NONE;
  for (int32_t i = 0; i < run->line->n_worker; i++) {
    const int32_t holder_i = run->worker[i].machine;
    if (holder_i < 0 || holder_i == best) continue;
    if (tw_task_of(run, holder_i).priority >= task->priority) continue;
    if (best == TW_NONE || began_us(run, holder_i) > began_us(run, best) ||
        (began_us(run, holder_i) == began_us(run, best) && holder_i > best))
      best = holder_i;
  }
  return best;
}

enum { VICTIMS_MAX = 64 };

bool tw_preempt_people(tw_run *run, int32_t holder_i, const tw_task *task) {
  int32_t victim[VICTIMS_MAX], of_worker[VICTIMS_MAX], worker[VICTIMS_MAX];
  int64_t since_us[VICTIMS_MAX];
  int32_t n_victim = 0, n_worker = 0;
  bool is_staffed = false;
  while (!is_staffed && n_victim < VICTIMS_MAX) {
    const int32_t victim_i = find_victim(run, task);
    if (victim_i == TW_NONE || n_worker + count_people(run, victim_i) > VICTIMS_MAX) break;
    victim[n_victim++] = victim_i;
    for (int32_t i = 0; i < run->line->n_worker; i++) {
      if (run->worker[i].machine != victim_i) continue;
      worker[n_worker] = i;
      since_us[n_worker] = run->worker[i].since_us;
      of_worker[n_worker++] = victim_i;
      run->worker[i].machine = TW_TAKEABLE;
    }
    is_staffed = tw_staff(run, holder_i, task);
  }
  // who was not needed after all goes on with his task, unless a mate was taken
  bool is_hit[VICTIMS_MAX] = {false};
  for (int32_t k = 0; k < n_worker; k++) {
    if (run->worker[worker[k]].machine == TW_TAKEABLE) {
      run->worker[worker[k]].machine = of_worker[k];
      continue;
    }
    run->worker[worker[k]].since_us = since_us[k];
    tw_book_worker(run, worker[k]);
    for (int32_t v = 0; v < n_victim; v++) is_hit[v] = is_hit[v] || victim[v] == of_worker[k];
  }
  for (int32_t v = 0; v < n_victim && is_staffed; v++)
    if (is_hit[v]) tw_task_suspend(run, victim[v]);
  return is_staffed;
}
