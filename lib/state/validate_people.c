// validate_people.c - people and what they do, shifts, setups and stocks, recounted. See validate.c.

#include "core/ticks.h"
#include "engine/crew_inner.h"
#include "engine/work.h"
#include "state/validate_inner.h"

// One that waits for people, or whose people have come and will begin.
bool tw_is_lined_up(const tw_run *run, int32_t holder_i) {
  if (holder_i >= run->line->n_machine)
    return run->setup[holder_i - run->line->n_machine].ahead == TW_AHEAD_WAITS;
  const tw_machine *machine = &run->machine[holder_i];
  if (machine->crew == TW_CREW_WAITED_FOR) return true;
  return machine->down == TW_DOWN_WAITING && machine->crew == TW_CREW_THERE;
}

static int32_t next_of(const tw_run *run, int32_t holder_i) {
  const int32_t n_machine = run->line->n_machine;
  return holder_i < n_machine ? run->machine[holder_i].next_waiting
                              : run->setup[holder_i - n_machine].next_waiting;
}

// Everybody who waits for people is in the list once.
static bool is_waiting_list_sound(const tw_run *run) {
  const int32_t n_holder = run->line->n_machine + run->line->n_setup;
  int32_t n_waiting = 0, n_listed = 0;
  for (int32_t i = 0; i < n_holder; i++) n_waiting += tw_is_lined_up(run, i);
  for (int32_t i = run->head->first_waiting; i != TW_NONE; i = next_of(run, i))
    if (++n_listed > n_waiting || !tw_is_lined_up(run, i)) return false;
  return n_listed == n_waiting;
}

// What a machine does fits to whether it waits for people, has them, or they are on their way.
static bool is_crew_sound(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_machine_param *param = &run->line->machine[machine_i];
  int64_t due_us;
  if (machine->down == TW_DOWN_BY_HOST && machine->crew != TW_CREW_NONE) return false;
  if (machine->down == TW_DOWN_WAITING && machine->crew == TW_CREW_NONE) return false;
  if (machine->crew == TW_CREW_WAITED_FOR || machine->crew == TW_CREW_WALKING) {
    if (machine->is_running || machine->down == TW_DOWN_REPAIR) return false;
    if (machine->down == TW_UP && (machine->off != TW_ON_SHIFT || machine->must_start)) return false;
  }
  if (machine->crew != TW_CREW_WALKING) return true;
  return tw_find_due(run, machine->down == TW_UP ? param->work_slot : param->repair_slot, &due_us);
}

static bool is_in_group(const tw_group *group, int32_t worker_i) {
  for (int32_t i = 0; i < group->n_worker; i++)
    if (group->worker[i] == worker_i) return true;
  return false;
}

static bool has_people(const tw_run *run, int32_t holder_i) {
  if (holder_i >= run->line->n_machine)
    return run->setup[holder_i - run->line->n_machine].ahead == TW_AHEAD_RUNS;
  const uint8_t crew = run->machine[holder_i].crew;
  return crew == TW_CREW_THERE || crew == TW_CREW_WALKING;
}

// Who is served has as many people as his task needs, each from a group that it asked. Between two
// phases the people of the first may still be there.
static bool is_staff_sound(const tw_run *run, int32_t holder_i) {
  const bool is_served = has_people(run, holder_i);
  const tw_task task = is_served ? tw_task_of(run, holder_i) : (tw_task){0};
  int32_t n_wanted = 0, n_there = 0;
  bool are_asked = true;
  for (int32_t i = 0; i < task.needs.n; i++) n_wanted += task.needs.at[i].count;
  for (int32_t w = 0; w < run->line->n_worker; w++) {
    if (run->worker[w].machine != holder_i) continue;
    n_there++;
    bool is_asked = false;
    for (int32_t i = 0; i < task.needs.n && !is_asked; i++)
      is_asked = is_in_group(&run->line->group[task.needs.at[i].group_i], w);
    are_asked = are_asked && is_asked;
  }
  if (n_there == n_wanted && are_asked) return true;
  return is_served && n_there > 0 && holder_i < run->line->n_machine &&
         run->machine[holder_i].must_start;
}

// What was booked ended when he became free, or before he began what he does now.
static bool is_worker_sound(const tw_run *run, int32_t worker_i) {
  const tw_worker_state *worker = &run->worker[worker_i];
  const tw_pool *pool = &run->line->pool[run->line->worker[worker_i].pool_i];
  const int64_t booked_us = worker->since_us - run->head->window_us;
  if (worker->since_us > run->head->now_us) return false;
  if (!worker->is_on && pool->calendar_i == TW_NONE) return false;
  return worker->busy_us <= (booked_us > 0 ? booked_us : 0) &&
         worker->overtime_us <= worker->busy_us && worker->walk_us <= worker->busy_us;
}

bool tw_are_people_sound(const tw_run *run) {
  const tw_line *line = run->line;
  // there is room for many deliveries
  for (int32_t i = 0; i < line->n_stock; i++)
    if (run->stock[i].n > TW_TICK_MAX / 2 || run->stock[i].since_us > run->head->now_us) return false;
  const int32_t n_holder = line->n_group > 0 ? line->n_machine + line->n_setup : 0;
  for (int32_t i = 0; i < n_holder; i++)
    if (run->wait[i].worked_us > run->head->now_us) return false;
  if (!is_waiting_list_sound(run)) return false;
  for (int32_t i = 0; i < line->n_worker; i++)
    if (!is_worker_sound(run, i)) return false;
  for (int32_t i = 0; i < line->n_machine; i++)
    if (!is_crew_sound(run, i)) return false;
  for (int32_t i = 0; i < line->n_machine + line->n_setup && line->n_worker > 0; i++)
    if (!is_staff_sound(run, i)) return false;
  return true;
}

// The next change of a calendar is pending in its class, and nothing else.
static bool is_change_pending(const tw_run *run, int32_t calendar_i, int32_t open_slot,
                              int32_t close_slot) {
  const tw_calendar *calendar = &run->line->calendar[calendar_i];
  int64_t open_us = INT64_MAX, close_us = INT64_MAX;
  const bool opens = tw_find_due(run, open_slot, &open_us);
  const bool closes = tw_find_due(run, close_slot, &close_us);
  if (opens && closes) return false;
  const int64_t next_us = opens ? open_us : close_us;
  // on the tick of a change its event may still be to come
  if (next_us == tw_now(run)) return true;
  return next_us == tw_calendar_at(calendar, tw_now(run)).next_us;
}

static bool is_place_shift_sound(const tw_run *run, int32_t place_i, int32_t *n_overtime) {
  const tw_place *place = &run->line->place[place_i];
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    *n_overtime += machine->is_overtime;
    if (place->calendar_i == TW_NONE && (machine->off != TW_ON_SHIFT || machine->is_overtime))
      return false;
    if (machine->is_overtime && machine->off != TW_ON_SHIFT) return false;
    if (machine->is_running && machine->off != TW_ON_SHIFT) return false;
  }
  return place->calendar_i == TW_NONE ||
         is_change_pending(run, place->calendar_i, place->open_slot, place->close_slot);
}

// The end of the present shift is pending.
static bool is_figures_event_sound(const tw_run *run) {
  const tw_line *line = run->line;
  if (line->shift_calendar_i == TW_NONE || !run->head->has_started) return true;
  const tw_calendar *calendar = &line->calendar[line->shift_calendar_i];
  const int64_t since_us = run->shift[calendar->n_shift + 1].time_us;
  if (since_us < 0 || since_us > tw_now(run)) return false;
  const int64_t end_us = tw_calendar_at(calendar, since_us).next_shift_us;
  int64_t due_us = INT64_MAX;
  tw_find_due(run, line->shift_slot, &due_us);
  return due_us == end_us && end_us >= tw_now(run);
}

bool tw_are_shifts_sound(const tw_run *run) {
  const tw_line *line = run->line;
  int32_t n_overtime = 0;
  for (int32_t i = 0; i < line->n_place; i++)
    if (!is_place_shift_sound(run, i, &n_overtime)) return false;
  if (n_overtime != run->head->n_overtime || !is_figures_event_sound(run)) return false;
  for (int32_t i = 0; i < line->n_pool; i++) {
    const tw_pool *pool = &line->pool[i];
    if (pool->calendar_i != TW_NONE &&
        !is_change_pending(run, pool->calendar_i, pool->open_slot, pool->close_slot))
      return false;
  }
  return true;
}

// What the shifts that have ended add up to is what stood when the present one began.
static bool are_shift_states_sound(const tw_run *run, int32_t machine_i, int32_t n_record) {
  const int32_t n_machine = run->line->n_machine;
  for (int32_t s = 0; s < TW_N_STATE; s++) {
    int64_t left_us = run->shift_before[machine_i].state_us[s];
    int64_t now_us = run->machine_stat[machine_i].state_us[s];
    if (run->head->has_statistics && run->machine[machine_i].state == s)
      now_us += tw_now(run) - run->machine[machine_i].since_us;
    if (left_us > now_us) return false;
    for (int32_t k = 0; k < n_record; k++) {
      const int64_t state_us = run->shift_state[k * n_machine + machine_i].state_us[s];
      if (state_us > left_us) return false;
      left_us -= state_us;
    }
    if (left_us != 0) return false;
  }
  return true;
}

bool tw_are_figures_sound(const tw_run *run) {
  const tw_line *line = run->line;
  const tw_head *head = run->head;
  if (line->shift_calendar_i == TW_NONE) return true;
  const int32_t n_record = line->calendar[line->shift_calendar_i].n_shift + 1;
  const tw_shift *running = &run->shift[n_record];
  if (running->good > head->n_shipped || running->scrapped > head->n_scrapped ||
      running->time_us > tw_now(run))
    return false;
  int64_t good = running->good - head->shipped_before;
  int64_t scrapped = running->scrapped - head->scrapped_before;
  int64_t time_us = running->time_us - head->window_us;
  for (int32_t i = 0; i < n_record; i++) {
    const tw_shift *shift = &run->shift[i];
    if (shift->good > good || shift->scrapped > scrapped || shift->time_us > time_us) return false;
    if (shift->n_good > shift->good) return false;
    good -= shift->good;
    scrapped -= shift->scrapped;
    time_us -= shift->time_us;
  }
  if (good != 0 || scrapped != 0 || time_us != 0) return false;
  for (int32_t i = 0; i < line->n_machine; i++)
    if (!are_shift_states_sound(run, i, n_record)) return false;
  return true;
}

static bool is_key(const tw_setup *setup, int32_t key) { return key >= TW_NONE && key < setup->n_key; }

static bool is_ahead_sound(const tw_run *run, int32_t setup_i, const tw_setup *setup) {
  const tw_setup_state *state = &run->setup[setup_i];
  int64_t due_us = 0;
  const bool is_pending = tw_find_due(run, run->line->setup[setup_i].ahead_slot, &due_us);
  if (is_pending != (state->ahead == TW_AHEAD_RUNS)) return false;
  if (is_pending && due_us != state->ahead_end_us) return false;
  if (state->ahead == TW_AHEAD_NONE) return true;
  const bool is_step = state->ahead == TW_AHEAD_DONE || state->ahead_step < setup->n_step;
  const bool is_time =
      state->ahead_left_us == TW_NOT_BEGUN || tw_is_duration(state->ahead_left_us);
  return is_step && is_time && state->next_key != TW_NONE && state->key != TW_NONE &&
         state->ahead_since_us <= tw_now(run);
}

bool tw_are_setups_sound(const tw_run *run) {
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const uint8_t phase = run->machine[i].phase;
    const bool has_setup = run->line->place[run->line->machine[i].node_i].setup != NULL;
    if ((phase == TW_SETUP || phase == TW_APPROVE) && !has_setup) return false;
  }
  for (int32_t i = 0; i < run->line->n_setup; i++) {
    const tw_setup_state *state = &run->setup[i];
    const int32_t machine_i = run->line->setup[i].machine_i;
    const tw_machine *machine = &run->machine[machine_i];
    const tw_setup *setup = run->line->place[run->line->machine[machine_i].node_i].setup;
    if (!is_key(setup, state->key) || !is_key(setup, state->next_key)) return false;
    if (state->next_key != TW_NONE && (state->key == TW_NONE || state->next_key == state->key))
      return false;
    if (state->step > setup->n_step || !is_ahead_sound(run, i, setup)) return false;
    if (machine->phase != TW_SETUP) continue;
    // who waits for what is done ahead has not begun itself
    const bool is_awaiting = state->ahead == TW_AHEAD_WAITS || state->ahead == TW_AHEAD_RUNS;
    if (is_awaiting && (state->step > 0 || machine->is_running)) return false;
    if (machine->part == TW_NO_PART || run->part[machine->part].type == TW_NONE) return false;
    const int32_t part_type = run->part[machine->part].type;
    if (state->key == TW_NONE || state->next_key != setup->key_of_type[part_type]) return false;
    if (state->step >= setup->n_step + (machine->must_start != 0)) return false;
  }
  return true;
}

bool tw_are_early_sound(const tw_run *run) {
  for (int32_t i = 0; i < run->line->n_early; i++) {
    const tw_early *early = &run->early[i];
    const int64_t kept_us[] = {early->load_us, early->process_us, early->unload_us, early->setup_us};
    for (int32_t k = 0; k < 4; k++)
      if (kept_us[k] != TW_NOT_BEGUN && !tw_is_duration(kept_us[k])) return false;
  }
  return true;
}
