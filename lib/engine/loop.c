// loop.c - the heart: rounds of due events, settling, the end of a tick (SEMANTICS 2). Events of one
// tick run in the order of their keys; when none is due below class 9 the line settles; what that
// plans for the same tick is the next round.

#include <twin/run.h>

#include <string.h>
#include <time.h>

#include "base/assert.h"
#include "base/problems.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/deadlock.h"
#include "engine/draw.h"
#include "engine/energy.h"
#include "engine/opening.h"
#include "engine/work.h"

enum {
  EVENTS_PER_TICK_MAX = 1000000,  // more stop the run (SEMANTICS 2.4)
  VISITS_PER_SETTLE_MAX = 100000000,
  EVENTS_PER_POLL = 8192          // the clock is looked at this often
};
static const double POLL_EVERY_S = 0.1;

static double wall_clock_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// True when the host wants the run to stop here.
static bool poll_host(tw_run *run) {
  run->n_until_poll = EVENTS_PER_POLL;
  if (run->on_progress == NULL) return false;
  const double now_s = wall_clock_s();
  if (now_s < run->next_poll_s) return false;
  run->next_poll_s = now_s + POLL_EVERY_S;
  return run->on_progress(run, run->progress_user) != 0;
}

void tw_run_settle(tw_run *run) {
  const tw_line *line = run->line;
  const int32_t n_mark = tw_n_mark(line);
  for (int32_t n_visit = 0;; n_visit++) {
    const int32_t mark_i = tw_marks_take_lowest(run->mark, n_mark);
    if (mark_i < 0) break;
    if (mark_i < line->n_place) {
      const int32_t place_i = line->place_by_mark[mark_i];
      line->place[place_i].kind->settle(run, place_i);
    } else if (mark_i == line->n_place) {
      tw_crew_settle(run);
    } else {
      tw_bodies_settle(run);
    }
    if (run->head->n_on_tick > EVENTS_PER_TICK_MAX || n_visit > VISITS_PER_SETTLE_MAX) {
      tw_stop_without_progress(run);
      break;
    }
    if (run->status != TWIN_OK) break;
  }
  if (run->has_new_block && run->status == TWIN_OK) tw_deadlock_check(run);
  run->has_new_block = false;
}

// The statistics window begins (SEMANTICS 11.1): integrals restart, parts keep their times.
static void end_warmup(tw_run *run) {
  const tw_line *line = run->line;
  tw_head *head = run->head;
  head->has_ended_warmup = 1;
  head->window_us = head->now_us;
  head->wip_us = 0;
  head->wip_since_us = head->now_us;
  head->wip_max = head->n_part;
  head->shipped_before = head->n_shipped;
  head->scrapped_before = head->n_scrapped;
  head->lost_before = head->n_lost;
  head->created_before = head->n_created;
  head->n_pass = 0;
  memset(run->machine_stat, 0, (size_t)line->n_machine * sizeof *run->machine_stat);
  memset(run->place_stat, 0, (size_t)line->n_place * sizeof *run->place_stat);
  memset(run->part_type, 0, (size_t)line->n_part_type * sizeof *run->part_type);
  memset(run->histogram, 0, 2 * sizeof *run->histogram);
  memset(run->quality, 0, (size_t)line->has_quality * sizeof *run->quality);
  memset(run->defect, 0, (size_t)line->n_defect * sizeof *run->defect);
  memset(run->made, 0, (size_t)line->n_made * sizeof *run->made);
  if (line->has_due) memset(run->tardiness, 0, (size_t)line->n_part_type * sizeof *run->tardiness);
  for (int32_t i = 0; i < line->n_machine; i++) run->machine[i].since_us = head->now_us;
  for (int32_t i = 0; i < line->n_worker; i++)
    run->worker[i].busy_us = run->worker[i].walk_us = run->worker[i].overtime_us = 0;
  memset(run->group_stat, 0, (size_t)line->n_group * sizeof *run->group_stat);
  if (line->has_stop_figures)
    memset(run->stop_stat, 0, (size_t)line->n_place * sizeof *run->stop_stat);
  if (line->cost.is_by_mode)
    memset(run->mode_stat, 0, (size_t)line->n_mode * sizeof *run->mode_stat);
  memset(run->scrap, 0, (size_t)line->cost.n_scrap * sizeof *run->scrap);
  for (int32_t i = 0; i < line->n_setup; i++) {
    run->setup[i].n_setup = 0;
    run->setup[i].setup_s = run->setup[i].setup_s2 = 0;
  }
  for (int32_t i = 0; i < line->n_stock; i++) run->stock[i].n_used = 0;
  tw_figures_reset(run);
  tw_bodies_reset(run);
  tw_energy_reset(run);
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind->reset != NULL) line->place[i].kind->reset(run, i);
  if (!tw_is_watched(run)) return;
  const tw_fact fact = {.time_us = head->now_us,
                        .kind = TW_FACT_WINDOW,
                        .place_i = -1,
                        .machine_i = -1,
                        .part_type = -1,
                        .state = -1,
                        .cause = -1};
  run->sink.fact(run->sink.self, run, &fact);
}

void tw_run_begin_window(tw_run *run) {
  TW_ASSERT(run->head->has_started && run->status == TWIN_OK);
  tw_cancel(run, run->line->warmup_slot);
  run->head->warmup_us = tw_now(run);
  end_warmup(run);
}

static void handle(tw_run *run, const tw_slot *slot) {
  switch ((tw_purpose)slot->purpose) {
  case TW_ON_WORK:
    if (run->machine[slot->machine_i].crew == TW_CREW_WALKING) {
      tw_crew_arrived(run, slot->machine_i);
      break;
    }
    // fall through
  case TW_ON_TIMER:
  case TW_ON_OWN:
    run->line->place[slot->node_i].kind->on_event(run, slot->node_i, slot->machine_i,
                                                  slot->purpose);
    break;
  case TW_ON_REPAIRED: tw_repaired_event(run, slot->machine_i); break;
  case TW_ON_FAILURE: tw_mode_event(run, slot->machine_i); break;
  case TW_ON_WARMUP: end_warmup(run); break;
  case TW_ON_WAKE: break;
  case TW_ON_PLACE_SHIFT: tw_place_shift_event(run, slot->node_i); break;
  case TW_ON_POOL_SHIFT: tw_pool_shift_event(run, slot->machine_i); break;
  case TW_ON_FIGURES: tw_figures_event(run); break;
  case TW_ON_AHEAD: tw_setup_ahead_event(run, slot->machine_i); break;
  case TW_ON_CAUSE: tw_cause_event(run, slot->machine_i); break;
  case TW_ON_DELIVERY: tw_delivery_event(run, slot->machine_i); break;
  case TW_ON_STEP: tw_body_step_event(run, slot->machine_i); break;
  case TW_ON_LOCATED: tw_body_located_event(run, slot->machine_i); break;
  case TW_ON_METER: tw_bodies_meter_event(run); break;
  }
}

void tw_run_begin(tw_run *run) {
  run->head->has_started = 1;
  for (int32_t i = 0; i < run->line->n_place; i++) {
    const tw_kind *kind = run->line->place[i].kind;
    if (kind->start != NULL) kind->start(run, i);
  }
  tw_shifts_start(run);
  tw_energy_start(run);
  tw_setups_start(run);
  tw_stocks_start(run);
  tw_bodies_start(run);
  tw_modes_start(run);
  if (run->head->warmup_us > tw_now(run))
    tw_plan(run, run->line->warmup_slot, run->head->warmup_us);
}

// Out of line, so that a run that nobody looks at pays one comparison.
static __attribute__((noinline)) void tell_pass(tw_run *run, int64_t tick) {
  run->sink.pass(run->sink.self, run, tick);
}

// Moves the clock to the next event. A clock that would move backwards is an internal error.
static bool advance(tw_run *run, int64_t tick) {
  tw_head *head = run->head;
  if (tick == head->now_us) return true;
  if (tick < head->now_us) {
    tw_run_stop(run, TWIN_ERR_INTERNAL, TW_NONE, "the clock would move backwards, to %g s",
                tw_seconds(tick));
    return false;
  }
  if (__builtin_expect(run->sink.pass != NULL, 0)) tell_pass(run, tick);
  head->now_us = tick;
  head->n_on_tick = 0;
  return true;
}

// Is there another event of this round: on this tick, below class 9? The present one is still open.
static inline bool is_round_open(const tw_run *run, uint32_t slot) {
  const tw_agenda agenda = tw_run_agenda(run);
  return tw_agenda_has_more(&agenda, slot, run->head->now_us, (uint64_t)TW_CLASS_END << 56);
}

// Settles what an event has left to do, when it was the last of its round.
static void settle_after(tw_run *run, uint32_t slot_i) {
  const bool is_end_class = run->line->slot_low[slot_i] >> 56 >= TW_CLASS_END;
  const bool is_last = run->is_alone || !is_round_open(run, slot_i);
  if (is_last && !is_end_class && run->status == TWIN_OK) tw_run_settle(run);
}

// Runs the earliest event, and the settling when it was the last of its round. The event stays open
// meanwhile, so that planning its slot again costs one walk down the heap. What it does may grow the
// block, so the agenda is looked at anew behind it.
static inline void run_one(tw_run *run) {
  const tw_agenda before = tw_run_agenda(run);
  const uint32_t slot_i = tw_agenda_begin_top(&before);
  const tw_slot *slot = &run->line->slot[slot_i];
  run->is_alone = !run->has_visits_only && *run->mark_top == 0 && !is_round_open(run, slot_i);
  const bool is_done = run->is_alone && slot->quick != NULL && slot->quick(run, slot->quick_of);
  if (!is_done) handle(run, slot);
  tw_head *head = run->head;
  head->n_event++;
  if (++head->n_on_tick > EVENTS_PER_TICK_MAX) tw_stop_without_progress(run);
  if (*run->mark_top != 0 || run->has_new_block) settle_after(run, slot_i);
  const tw_agenda agenda = tw_run_agenda(run);
  tw_agenda_end_top(&agenda, slot_i);
}

// What every call that moves a run does first.
static twin_status begin_call(tw_run *run, twin_problems *problems) {
  run->problems = problems;
  run->status = TWIN_OK;
  if (run->head->poison != 0) {
    tw_problems_add(problems, &(tw_problem_text){.status = TWIN_ERR_POISONED, .code = "E-RUN"},
                    "the run stopped with an error before (%s) and cannot go on",
                    twin_status_text(run->head->poison));
    return TWIN_ERR_POISONED;
  }
  if (!run->head->has_started) {
    tw_run_begin(run);
    tw_opening_begin(run);
    if (run->status == TWIN_OK) tw_run_settle(run);
  }
  return run->status;
}

// Parts are conserved (SEMANTICS 4.9): checked at the end of every call, and after every event in
// debug builds.
static bool is_conserved(const tw_run *run) {
  const tw_head *head = run->head;
  return head->n_created == head->n_shipped + head->n_scrapped + head->n_lost + head->n_consumed +
                                (int64_t)head->n_part;
}

twin_status tw_run_until(tw_run *run, int64_t tick, twin_problems *problems) {
  twin_status status = begin_call(run, problems);
  while (status == TWIN_OK) {
    const tw_agenda agenda = tw_run_agenda(run);
    const int64_t next = tw_agenda_top_tick(&agenda);
    if (next > tick) break;
    if (--run->n_until_poll <= 0 && poll_host(run)) {
      run->problems = NULL;
      return run->ended = TWIN_CANCELLED;
    }
    if (!advance(run, next)) break;
    run_one(run);
    TW_ASSERT(is_conserved(run));
    status = run->status;
  }
  if (!is_conserved(run))
    tw_run_stop(run, TWIN_ERR_INTERNAL, TW_NONE, "%lld parts were made, but not as many are found",
                (long long)run->head->n_created);
  status = run->status != TWIN_OK ? run->status : status;
  if (status == TWIN_OK && !advance(run, tick)) status = run->status;
  run->problems = NULL;
  return run->ended = status;
}

twin_status tw_run_step(tw_run *run, int32_t *slot, twin_problems *problems) {
  twin_status status = begin_call(run, problems);
  const tw_agenda agenda = tw_run_agenda(run);
  if (status == TWIN_OK && tw_agenda_top_tick(&agenda) == INT64_MAX) status = TWIN_END;
  if (status == TWIN_OK && advance(run, tw_agenda_top_tick(&agenda))) {
    *slot = (int32_t)tw_agenda_top_slot(&agenda);
    run_one(run);
    status = run->status;
  }
  run->problems = NULL;
  run->ended = status < 0 ? status : TWIN_OK;
  return status;
}

int64_t tw_run_next_tick(const tw_run *run) {
  if (!run->head->has_started) return run->head->now_us;
  const tw_agenda agenda = tw_run_agenda(run);
  return tw_agenda_top_tick(&agenda);
}
