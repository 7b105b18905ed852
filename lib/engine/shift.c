// shift.c - working time: machines and people come and go by their calendars, and what happens to the
// work in process (SEMANTICS 2.1, 8.2, 8.3). Machines and people have calendars of their own; a machine
// on shift without its people waits for them. Also the figures by shift.
//
// A break is an end of work like any other, but nothing is thrown away or begun anew for it: policies
// "restart" and "scrap" suspend.

#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/crew_inner.h"
#include "engine/draw.h"
#include "engine/work.h"

static tw_moment moment_of(const tw_run *run, int32_t calendar_i) {
  return tw_calendar_at(&run->line->calendar[calendar_i], tw_now(run));
}

// Plans the next change in its class: what opens comes before failures, what closes behind them.
static void plan_change(tw_run *run, int32_t calendar_i, int32_t open_slot, int32_t close_slot) {
  const tw_moment now = moment_of(run, calendar_i);
  if (now.next_us == INT64_MAX) return;
  const tw_moment then = tw_calendar_at(&run->line->calendar[calendar_i], now.next_us);
  tw_plan(run, then.off == TW_ON_SHIFT ? open_slot : close_slot, now.next_us);
}

bool tw_shift_fits(const tw_run *run, int32_t place_i, int64_t duration_us) {
  const int32_t calendar_i = run->line->place[place_i].calendar_i;
  if (calendar_i == TW_NONE) return true;
  const tw_moment now = moment_of(run, calendar_i);
  return now.off == TW_ON_SHIFT && tw_now(run) + duration_us <= now.next_us;
}

// Is the machine in the middle of something that could be finished?
static bool is_at_work(const tw_machine *machine) {
  return machine->part != TW_NO_PART && machine->phase != TW_DONE;
}

static void set_overtime(tw_run *run, int32_t machine_i, bool is_overtime) {
  tw_machine *machine = &run->machine[machine_i];
  tw_duty *duty = &run->duty[machine_i];
  if (machine->is_overtime == is_overtime) return;
  machine->is_overtime = is_overtime;
  run->head->n_overtime += is_overtime ? 1 : -1;
  const int64_t window_us = run->head->window_us;
  if (!is_overtime && run->head->has_statistics)
    duty->overtime_us += tw_now(run) - (duty->since_us > window_us ? duty->since_us : window_us);
  duty->since_us = tw_now(run);
}

// What the end of the shift does to the part on the machine, also when that is down or in a break.
static void apply_policy(tw_run *run, int32_t machine_i, tw_shift_end policy) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  if (!is_at_work(machine)) return;
  const bool is_begun = machine->phase == TW_PROCESS && machine->left_us != TW_NOT_BEGUN;
  if (policy == TW_END_RESTART && is_begun) {
    run->place_stat[place_i].n_fate[TW_FATE_RESTART]++;
    tw_work_anew(run, machine_i);
  } else if (policy == TW_END_SCRAP && machine->phase != TW_SETUP) {
    run->place_stat[place_i].n_fate[TW_FATE_SCRAP]++;
    tw_work_scrap(run, machine_i);
  } else if (is_begun && machine->down == TW_UP) {
    run->place_stat[place_i].n_fate[TW_FATE_RESUME]++;
  }
}

// The machine is away from now on.
static void switch_off(tw_run *run, int32_t machine_i, int32_t off) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const bool was_on = machine->off == TW_ON_SHIFT, was_in_shift = machine->off != TW_OFF_SHIFT;
  if (was_on && machine->down == TW_UP) tw_work_pause(run, machine_i);
  set_overtime(run, machine_i, false);
  machine->off = (uint8_t)off;
  tw_bodies_touch(run, machine_i);
  if (was_on) tw_modes_close(run, machine_i);
  if (was_in_shift && off == TW_OFF_SHIFT)
    apply_policy(run, machine_i, (tw_shift_end)run->line->place[place_i].shift_end);
  tw_mark(run, place_i);
}

static void close_machine(tw_run *run, int32_t machine_i, int32_t off) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_place *place = &run->line->place[run->line->machine[machine_i].node_i];
  const bool can_finish = place->shift_end == TW_END_FINISH && machine->off == TW_ON_SHIFT &&
                          machine->down == TW_UP && is_at_work(machine);
  if (can_finish) set_overtime(run, machine_i, true);
  else switch_off(run, machine_i, off);
}

static void open_machine(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  set_overtime(run, machine_i, false);
  if (machine->off == TW_ON_SHIFT) return;
  machine->off = TW_ON_SHIFT;
  tw_bodies_touch(run, machine_i);
  const int32_t early_i = run->line->machine[machine_i].early_i;
  if (early_i != TW_NONE) run->early[early_i].is_declining = 0;
  tw_modes_open(run, machine_i);
  tw_mark(run, run->line->machine[machine_i].node_i);
  tw_work_continue(run, machine_i);
}

void tw_overtime_end(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    const bool is_left_alone =
        machine->crew == TW_CREW_WAITED_FOR && machine->down == TW_UP && !tw_crew_is_present(run, i);
    if (!machine->is_overtime || (is_at_work(machine) && !is_left_alone)) continue;
    const int32_t calendar_i = run->line->place[run->line->machine[i].node_i].calendar_i;
    switch_off(run, i, moment_of(run, calendar_i).off);
  }
}

void tw_place_shift_event(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  const int32_t off = moment_of(run, place->calendar_i).off;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    if (off == TW_ON_SHIFT) open_machine(run, i);
    else if (!run->machine[i].is_overtime) close_machine(run, i, off);
  }
  plan_change(run, place->calendar_i, place->open_slot, place->close_slot);
}

// A person's shift ends while he is at something.
static void end_task_of(tw_run *run, int32_t worker_i, tw_shift_end policy, bool is_break) {
  const int32_t holder_i = run->worker[worker_i].machine;
  if (holder_i == TW_NONE || policy == TW_END_FINISH) return;
  tw_task_suspend(run, holder_i);
  if (is_break || holder_i >= run->line->n_machine) return;
  if (run->machine[holder_i].down == TW_UP) apply_policy(run, holder_i, policy);
}

void tw_pool_shift_event(tw_run *run, int32_t pool_i) {
  const tw_pool *pool = &run->line->pool[pool_i];
  const int32_t off = moment_of(run, pool->calendar_i).off;
  for (int32_t i = pool->first_worker; i < pool->first_worker + pool->n_worker; i++) {
    tw_worker_state *worker = &run->worker[i];
    if (worker->is_on == (off == TW_ON_SHIFT)) continue;
    tw_book_worker(run, i);
    worker->is_on = off == TW_ON_SHIFT;
    if (off != TW_ON_SHIFT)
      end_task_of(run, i, (tw_shift_end)pool->shift_end, off == TW_OFF_BREAK);
  }
  if (run->head->first_waiting != TW_NONE) tw_mark_crew(run);
  plan_change(run, pool->calendar_i, pool->open_slot, pool->close_slot);
}

static void start_place(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (place->calendar_i == TW_NONE) return;
  const int32_t off = moment_of(run, place->calendar_i).off;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    run->machine[i].off = (uint8_t)off;
  plan_change(run, place->calendar_i, place->open_slot, place->close_slot);
}

static void start_pool(tw_run *run, int32_t pool_i) {
  const tw_pool *pool = &run->line->pool[pool_i];
  const bool is_on =
      pool->calendar_i == TW_NONE || moment_of(run, pool->calendar_i).off == TW_ON_SHIFT;
  for (int32_t i = pool->first_worker; i < pool->first_worker + pool->n_worker; i++)
    run->worker[i].is_on = is_on;
  if (pool->calendar_i != TW_NONE)
    plan_change(run, pool->calendar_i, pool->open_slot, pool->close_slot);
}

// Number of the shift that is on, or the record behind the last for what is off shift.
static int32_t shift_of(const tw_calendar *calendar, int64_t tick) {
  const int32_t shift_i = tw_calendar_at(calendar, tick).shift_i;
  return shift_i == TW_NONE ? calendar->n_shift : shift_i;
}

void tw_shifts_start(tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_place; i++) start_place(run, i);
  for (int32_t i = 0; i < line->n_pool; i++) start_pool(run, i);
  if (line->shift_calendar_i == TW_NONE) return;
  const tw_moment now = moment_of(run, line->shift_calendar_i);
  if (now.next_shift_us != INT64_MAX) tw_plan(run, line->shift_slot, now.next_shift_us);
  tw_figures_reset(run);
}

// State times of a machine up to now.
static void state_times_now(const tw_run *run, int32_t machine_i, tw_machine_stat *stat) {
  const tw_machine *machine = &run->machine[machine_i];
  *stat = run->machine_stat[machine_i];
  if (run->head->has_statistics) stat->state_us[machine->state] += tw_now(run) - machine->since_us;
}

// Remembers what every count and time is now, so that the present shift can be told from the past.
static void remember(tw_run *run, tw_shift *running) {
  for (int32_t i = 0; i < run->line->n_machine; i++) state_times_now(run, i, &run->shift_before[i]);
  running->good = run->head->n_shipped;
  running->scrapped = run->head->n_scrapped;
  running->time_us = tw_now(run);
}

// The record behind those of the shifts holds what stood when the present one began.
static tw_shift *running_of(const tw_run *run, const tw_calendar *calendar) {
  return &run->shift[calendar->n_shift + 1];
}

tw_shift tw_shift_up_to_now(const tw_run *run, int32_t shift_i) {
  const tw_calendar *calendar = &run->line->calendar[run->line->shift_calendar_i];
  TW_ASSERT(shift_i >= 0 && shift_i <= calendar->n_shift);
  tw_shift shift = run->shift[shift_i];
  const tw_shift *running = running_of(run, calendar);
  if (shift_of(calendar, running->time_us) != shift_i) return shift;
  shift.good += run->head->n_shipped - running->good;
  shift.scrapped += run->head->n_scrapped - running->scrapped;
  shift.time_us += tw_now(run) - running->time_us;
  return shift;
}

void tw_shift_state_times(const tw_run *run, int32_t shift_i, int32_t machine_i,
                          tw_machine_stat *sum) {
  const tw_calendar *calendar = &run->line->calendar[run->line->shift_calendar_i];
  *sum = run->shift_state[(size_t)shift_i * (size_t)run->line->n_machine + (size_t)machine_i];
  if (shift_of(calendar, running_of(run, calendar)->time_us) != shift_i) return;
  tw_machine_stat now;
  state_times_now(run, machine_i, &now);
  for (int32_t s = 0; s < TW_N_STATE; s++)
    sum->state_us[s] += now.state_us[s] - run->shift_before[machine_i].state_us[s];
}

static void tell_shift(tw_run *run, int32_t shift_i) {
  if (!tw_is_watched(run)) return;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = TW_FACT_SHIFT,
                        .place_i = TW_NONE,
                        .machine_i = TW_NONE,
                        .part_type = TW_NONE,
                        .state = -1,
                        .cause = shift_i};
  run->sink.fact(run->sink.self, run, &fact);
}

void tw_figures_event(tw_run *run) {
  const tw_line *line = run->line;
  const tw_calendar *calendar = &line->calendar[line->shift_calendar_i];
  tw_shift *running = running_of(run, calendar);
  // everything that happened on the tick belongs to the shift that ends with it (SEMANTICS 2.4)
  const int32_t shift_i = shift_of(calendar, tw_now(run) - 1);
  tw_shift *shift = &run->shift[shift_i];
  *shift = tw_shift_up_to_now(run, shift_i);
  for (int32_t i = 0; i < line->n_machine; i++) {
    tw_machine_stat sum;
    tw_shift_state_times(run, shift_i, i, &sum);
    run->shift_state[(size_t)shift_i * (size_t)line->n_machine + (size_t)i] = sum;
  }
  // one that the start of the window, or of the run, cuts into is no sample
  if (tw_calendar_begins(calendar, running->time_us)) {
    const int64_t good = run->head->n_shipped - running->good;
    shift->n++;
    shift->n_good += good;
    shift->n_good2 += (double)good * (double)good;
  }
  tell_shift(run, shift_i);
  remember(run, running);
  const tw_moment next = tw_calendar_at(calendar, tw_now(run));
  if (next.next_shift_us != INT64_MAX) tw_plan(run, line->shift_slot, next.next_shift_us);
}

void tw_figures_reset(tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_machine && line->n_calendar > 0; i++)
    run->duty[i] = (tw_duty){.since_us = tw_now(run)};
  if (line->shift_calendar_i == TW_NONE) return;
  const tw_calendar *calendar = &line->calendar[line->shift_calendar_i];
  const size_t n = (size_t)calendar->n_shift + 1;
  memset(run->shift, 0, (n + 1) * sizeof *run->shift);
  memset(run->shift_state, 0, n * (size_t)line->n_machine * sizeof *run->shift_state);
  remember(run, running_of(run, calendar));
}
