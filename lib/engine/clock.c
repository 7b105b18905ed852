// clock.c - when failures and maintenance fall due: clocks that always run, that stop off shift, that
// count processing or cycles, and fixed times of the week (SEMANTICS 6.1-6.3, 6.7). A mode's clock
// stops only during its own repair; what it counts is in ticks, in cycles, or in TW_LIFE of a tool
// that different parts wear differently.

#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "engine/draw.h"
#include "engine/redraw.h"
#include "engine/work.h"

// Cycles are whole numbers of at least 1; more than this never happens.
static const double CYCLES_MAX = 9e15;

// So many intervals are skipped at most when a maintenance is far behind.
enum { SKIPS_MAX = 1000 };

static int64_t cycles_of(tw_run *run, const tw_mode *mode, double n) {
  if (n >= 0 && n <= CYCLES_MAX) return n < 1 ? 1 : (int64_t)(n + 0.5);
  tw_run_stop(run, TWIN_ERR_VALUE, mode->node_i, "mtbf of %s is no count of cycles: %g", mode->name,
              n);
  return 1;
}

// From a tick to the first fixed time of the week after it.
static int64_t until_week_time(const tw_run *run, const tw_mode *mode, int64_t tick) {
  const int64_t week_us = (int64_t)7 * 24 * 3600 * TW_TICKS_PER_S;
  const int64_t at_us = (tick + run->line->week_offset_us) % week_us;
  for (int32_t i = 0; i < mode->n_week; i++)
    if (mode->week_us[i] > at_us) return mode->week_us[i] - at_us;
  return mode->week_us[0] + week_us - at_us;
}

// A hazard that is integrated: the integral goes on from `spent` to a limit an Exp(1) draw away
// (SEMANTICS 6.5).
static void begin_hazard(tw_run *run, const tw_mode *mode, double spent) {
  const tw_machine_param *machine = &run->line->machine[mode->machine_i];
  const tw_member *member = &run->line->member[machine->first_member + mode->hazard_member];
  tw_variable_set(run, member, mode->hazard_i, spent);
  tw_variable_set(run, member, mode->hazard_limit_i, spent - tw_log(tw_draw_uniform(run, mode->mtbf_site)));
}

// Draws an interval on the mode's clock.
static int64_t draw_interval(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  switch ((tw_clock)mode->clock) {
  case TW_CLOCK_CYCLES:
    if (mode->wear != NULL) return TW_LIFE;
    return cycles_of(run, mode, tw_draw(run, mode->mtbf_site, TW_NONE));
  case TW_CLOCK_WEEK: return until_week_time(run, mode, tw_now(run));
  case TW_CLOCK_REQUEST: return 0;
  case TW_CLOCK_HAZARD: begin_hazard(run, mode, 0); return 0;
  default: return tw_draw_us(run, mode->mtbf_site, TW_NONE);
  }
}

static bool runs_by_itself(const tw_run *run, const tw_mode *mode) {
  if (mode->clock == TW_CLOCK_ON_SHIFT) return run->machine[mode->machine_i].off == TW_ON_SHIFT;
  return mode->clock == TW_CLOCK_CALENDAR || mode->clock == TW_CLOCK_WEEK;
}

// Starts a clock that runs by itself.
static void start_clock(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  tw_mode_state *state = &run->mode[mode_i];
  if (!runs_by_itself(run, mode)) return;
  state->since_us = tw_now(run);
  state->is_running = 1;
  tw_plan(run, mode->slot, state->since_us + state->left);
}

// Begins an interval of so much; what a cycle clock has passed already waits for the next completion.
static void begin_interval(tw_run *run, int32_t mode_i, int64_t drawn, int64_t left) {
  tw_mode_state *state = &run->mode[mode_i];
  const bool is_count = run->line->mode[mode_i].clock == TW_CLOCK_CYCLES;
  state->clock = TW_CLOCK_COUNTS;
  state->is_running = state->is_told = 0;
  state->drawn = drawn;
  state->left = is_count && left < 1 ? 1 : left < 0 ? 0 : left;
  start_clock(run, mode_i);
}

int64_t tw_mode_left(const tw_run *run, int32_t mode_i) {
  const tw_mode_state *state = &run->mode[mode_i];
  return state->is_running ? state->left - (tw_now(run) - state->since_us) : state->left;
}

// Plans the event of a clock that runs; of processing only when this spell reaches it.
static void arm(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const tw_mode_state *state = &run->mode[mode_i];
  TW_ASSERT(state->is_running && state->clock == TW_CLOCK_COUNTS);
  const int64_t due_us = state->since_us + state->left;
  const bool is_reached =
      mode->clock != TW_CLOCK_PROCESSING || due_us <= run->machine[mode->machine_i].end_us;
  if (is_reached) tw_plan(run, mode->slot, due_us);
  else tw_cancel(run, mode->slot);
}

// Gives a clock that counts another rest; what it has used of its life stays.
static void change_left(tw_run *run, int32_t mode_i, int64_t left) {
  tw_mode_state *state = &run->mode[mode_i];
  const int64_t passed = state->is_running ? tw_now(run) - state->since_us : 0;
  state->drawn += left + passed - state->left;
  state->left = left + passed;
  if (state->is_running) arm(run, mode_i);
}

const char *tw_mode_set_left(tw_run *run, int32_t mode_i, int64_t left) {
  const tw_mode *mode = &run->line->mode[mode_i];
  tw_mode_state *state = &run->mode[mode_i];
  const bool is_count = mode->clock == TW_CLOCK_CYCLES;
  if (mode->clock >= TW_CLOCK_WEEK) return "it has none";
  if (state->clock != TW_CLOCK_COUNTS) return "it is due or being repaired";
  if (left < (is_count ? 1 : 0) || left > (is_count ? (int64_t)CYCLES_MAX : tw_ticks(TW_LONGEST_S)))
    return "that is no time or count that it could have left";
  if (is_count && state->left <= 0) return "it has just run out";
  change_left(run, mode_i, left);
  state->is_told = 1;
  return NULL;
}

// What an age is in units of the site: seconds or cycles.
static double in_units(const tw_mode *mode, int64_t age) {
  return mode->clock == TW_CLOCK_CYCLES ? (double)age : tw_seconds(age);
}

// The rest of a life that has lasted `age` already, drawn given that (SEMANTICS 10.3).
static void begin_aged(tw_run *run, int32_t mode_i, int64_t age) {
  const tw_mode *mode = &run->line->mode[mode_i];
  if (mode->mtbf_site == TW_NONE || mode->clock == TW_CLOCK_HAZARD) {
    const int64_t drawn = draw_interval(run, mode_i);
    begin_interval(run, mode_i, drawn, drawn - age);
    return;
  }
  const double life = tw_draw_given(run, mode->mtbf_site, in_units(mode, age));
  const int64_t drawn = mode->clock == TW_CLOCK_CYCLES
                            ? cycles_of(run, mode, life)
                            : tw_duration_us(run, life, mode->node_i, mode->name);
  begin_interval(run, mode_i, drawn, drawn - age);
}

// Draws the first interval of a common cause, or its next one.
static void start_cause(tw_run *run, int32_t cause_i) {
  const tw_cause *cause = &run->line->cause[cause_i];
  run->cause[cause_i].since_us = tw_now(run);
  tw_plan(run, cause->slot, tw_now(run) + tw_draw_us(run, cause->mtbf_site, TW_NONE));
}

void tw_modes_start(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_mode; i++) {
    const int64_t age = run->line->mode[i].age;
    if (age > 0) {
      begin_aged(run, i, age);
    } else {
      const int64_t drawn = draw_interval(run, i);
      begin_interval(run, i, drawn, drawn);
    }
  }
  for (int32_t i = 0; i < run->line->n_cause; i++) start_cause(run, i);
}

int64_t tw_mode_overdue(const tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const tw_mode_state *state = &run->mode[mode_i];
  if (!mode->is_maintenance) return 0;
  const int32_t calendar_i = run->line->place[mode->node_i].calendar_i;
  switch ((tw_clock)mode->clock) {
  case TW_CLOCK_ON_SHIFT:
    if (calendar_i != TW_NONE)
      return tw_calendar_work(&run->line->calendar[calendar_i], state->since_us, tw_now(run));
    return tw_now(run) - state->since_us;
  case TW_CLOCK_CALENDAR: return tw_now(run) - state->since_us;
  case TW_CLOCK_PROCESSING:
  case TW_CLOCK_CYCLES: return -state->left;
  // one that is done before its time is overdue by less than nothing
  case TW_CLOCK_WEEK: return tw_now(run) - state->since_us - state->left;
  default: return 0;
  }
}

// What the clock counted while its own maintenance lasted, for those that count from the due instant.
static int64_t count_during_repair(const tw_run *run, const tw_mode *mode) {
  const int64_t from_us = run->machine[mode->machine_i].down_us, now_us = tw_now(run);
  const int32_t calendar_i = run->line->place[mode->node_i].calendar_i;
  if (mode->clock == TW_CLOCK_CALENDAR) return now_us - from_us;
  if (mode->clock != TW_CLOCK_ON_SHIFT) return 0;
  return calendar_i == TW_NONE
             ? now_us - from_us
             : tw_calendar_work(&run->line->calendar[calendar_i], from_us, now_us);
}

// Nothing is accumulated: due instants that have passed meanwhile are skipped.
static void restart_from_due(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  int64_t left = -run->mode[mode_i].drawn - count_during_repair(run, mode);
  int64_t drawn = 0;
  for (int32_t i = 0; i < SKIPS_MAX && left <= 0; i++) {
    drawn = draw_interval(run, mode_i);
    if (drawn <= 0) break;
    left += drawn;
  }
  begin_interval(run, mode_i, drawn, left);
}

// The next fixed time behind now, and behind the one that was done along with another stop.
static void restart_week(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const int64_t due_us = run->machine[mode->machine_i].down_us - run->mode[mode_i].drawn;
  const int64_t after_us = due_us > tw_now(run) ? due_us : tw_now(run);
  const int64_t left = after_us - tw_now(run) + until_week_time(run, mode, after_us);
  begin_interval(run, mode_i, left, left);
}

void tw_mode_restart(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  if (mode->clock == TW_CLOCK_WEEK) {
    restart_week(run, mode_i);
  } else if (mode->is_from_due && mode->clock < TW_CLOCK_REQUEST) {
    restart_from_due(run, mode_i);
  } else {
    const int64_t drawn = draw_interval(run, mode_i);
    begin_interval(run, mode_i, drawn, drawn);
  }
  if (mode->cause_i == TW_NONE) return;
  tw_cause_state *cause = &run->cause[mode->cause_i];
  if (--cause->n_down == 0) start_cause(run, mode->cause_i);
}

void tw_mode_renew(tw_run *run, int32_t mode_i, double share) {
  const tw_mode *mode = &run->line->mode[mode_i];
  tw_mode_state *state = &run->mode[mode_i];
  if (state->clock == TW_CLOCK_REPAIR) return;
  if (mode->clock == TW_CLOCK_HAZARD) {
    const tw_machine_param *machine = &run->line->machine[mode->machine_i];
    const tw_member *member = &run->line->member[machine->first_member + mode->hazard_member];
    begin_hazard(run, mode, (1 - share) * tw_variable_now(run, member, mode->hazard_i));
    return;
  }
  // what was asked for has been done along with the repair
  if (mode->clock == TW_CLOCK_REQUEST && state->clock == TW_CLOCK_DUE && share == 1)
    state->clock = TW_CLOCK_COUNTS;
  if (mode->clock >= TW_CLOCK_WEEK) return;
  const int64_t used = state->drawn - tw_mode_left(run, mode_i);
  if (state->is_running || state->clock == TW_CLOCK_COUNTS) tw_cancel(run, mode->slot);
  state->is_running = 0;
  const int64_t age = (int64_t)((1 - share) * (double)used + 0.5);
  if (age > 0) {
    begin_aged(run, mode_i, age);
  } else {
    const int64_t drawn = draw_interval(run, mode_i);
    begin_interval(run, mode_i, drawn, drawn);
  }
}

// The rest of the interval of a clock that counts, drawn anew given what it has counted.
static int64_t redraw_left(tw_run *run, int32_t mode_i, int64_t left) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const int64_t used = run->mode[mode_i].drawn - left;
  if (used < 0) return left;
  const int64_t drawn =
      mode->clock == TW_CLOCK_CYCLES
          ? tw_redraw_count(run, mode->mtbf_site, used, (int64_t)CYCLES_MAX)
          : tw_redraw_us(run, &(tw_draw_of){mode->mtbf_site, TW_NONE, 1}, used);
  return drawn < 0 ? left : drawn - used;
}

// The integral of a hazard is known, how far it may go is not.
static bool redraw_hazard(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const tw_agenda agenda = tw_run_agenda(run);
  if (tw_agenda_is_pending(&agenda, (uint32_t)mode->slot) || tw_is_fed(run, mode->mtbf_site)) return false;
  const tw_machine_param *machine = &run->line->machine[mode->machine_i];
  const tw_member *member = &run->line->member[machine->first_member + mode->hazard_member];
  const double spent = tw_variable_now(run, member, mode->hazard_i);
  tw_variable_set(run, member, mode->hazard_limit_i, spent - tw_log(tw_draw_uniform(run, mode->mtbf_site)));
  return true;
}

bool tw_mode_redraw(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const tw_mode_state *state = &run->mode[mode_i];
  if (state->clock != TW_CLOCK_COUNTS || mode->mtbf_site == TW_NONE) return false;
  if (mode->clock == TW_CLOCK_HAZARD) return redraw_hazard(run, mode_i);
  const int64_t left = tw_mode_left(run, mode_i);
  // what ends on this tick has ended; a maintenance that is done when it is nearly due is foreseen
  const bool is_open = left > 0 && mode->clock < TW_CLOCK_WEEK && mode->wear == NULL;
  const bool is_known = state->is_told || mode->due_within >= 0;
  if (is_open && !is_known) change_left(run, mode_i, redraw_left(run, mode_i, left));
  else if (is_open && state->is_running) arm(run, mode_i);
  return false;
}

void tw_cause_redraw(tw_run *run, int32_t cause_i) {
  const tw_cause *cause = &run->line->cause[cause_i];
  tw_redraw_event(run, cause->slot, &(tw_draw_of){cause->mtbf_site, TW_NONE, 1}, run->cause[cause_i].since_us);
}

// Does this clock count processing now? A maintenance that is due goes on counting by how much.
static bool counts_processing(const tw_mode *mode, const tw_mode_state *state) {
  if (mode->clock != TW_CLOCK_PROCESSING) return false;
  return state->clock == TW_CLOCK_COUNTS ||
         (state->clock == TW_CLOCK_DUE && mode->is_maintenance);
}

void tw_modes_processing(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  const tw_machine *machine = &run->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    tw_mode_state *state = &run->mode[i];
    if (!counts_processing(mode, state)) continue;
    state->since_us = tw_now(run);
    state->is_running = 1;
    // due later than the planned end: this spell cannot reach it
    const int64_t due_us = state->since_us + state->left;
    if (state->clock == TW_CLOCK_COUNTS && due_us <= machine->end_us)
      tw_plan(run, mode->slot, due_us);
  }
}

void tw_modes_standing(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  const int64_t now = tw_now(run);
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    tw_mode_state *state = &run->mode[i];
    if (mode->clock != TW_CLOCK_PROCESSING || !state->is_running) continue;
    state->left -= now - state->since_us;
    state->is_running = 0;
    // a clock that ends with the processing still fires on this tick, and interrupts nothing
    if (state->left > 0) tw_cancel(run, mode->slot);
  }
}

void tw_modes_cycle(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  const int32_t type = run->part[run->machine[machine_i].part].type;
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    tw_mode_state *state = &run->mode[i];
    const bool is_counting = state->clock == TW_CLOCK_COUNTS ||
                             (state->clock == TW_CLOCK_DUE && mode->is_maintenance);
    if (mode->clock != TW_CLOCK_CYCLES || !is_counting) continue;
    state->left -= mode->wear != NULL ? mode->wear[type] : 1;
    if (state->left > 0 || state->clock == TW_CLOCK_DUE) continue;
    if (mode->is_at_start) state->clock = TW_CLOCK_DUE;
    else tw_plan(run, mode->slot, tw_now(run));
  }
}

void tw_modes_open(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++)
    if (run->line->mode[i].clock == TW_CLOCK_ON_SHIFT && run->mode[i].clock == TW_CLOCK_COUNTS)
      start_clock(run, i);
}

void tw_modes_close(tw_run *run, int32_t machine_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    tw_mode_state *state = &run->mode[i];
    if (run->line->mode[i].clock != TW_CLOCK_ON_SHIFT || !state->is_running) continue;
    state->left = tw_mode_left(run, i);
    state->is_running = 0;
    // what ends with the shift has failed on this tick already: failures come before the close
    tw_cancel(run, run->line->mode[i].slot);
  }
}
