// step.c - the steps of continuous objects, by Runge and Kutta or by cvode, each one ahead of the line;
// what is planned behind them, and what is said when they cannot go on.

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/assert.h"
#include "base/format.h"
#include "core/math.h"
#include "core/ticks.h"
#include "engine/body/inner.h"
#include "engine/work.h"

enum {
  STEPS_AT_ONCE_MAX = 100000
};

// An instant at most this far behind a tick counts as on it: as exact as events are located.
static const double ON_TICK_US = 2e-3;

static const double TIMED_STEP_S = 5;

// A state that has grown to exp of so much runs away; doubles end at exp(709).
static const double GROWTH_MAX = 700;

// The tick at or behind t_s of the segment, not before now; INT64_MAX: never in a run.
static int64_t tick_at(const tw_run *run, const tw_body_state *state, double t_s) {
  const double behind_us = (state->origin_s + t_s) * (double)TW_TICKS_PER_S - ON_TICK_US;
  if (!(behind_us < TW_LONGEST_S * (double)TW_TICKS_PER_S)) return INT64_MAX;
  // rounded up; without a call of the library, and instants are behind the origin
  const int64_t whole_us = (int64_t)behind_us;
  const int64_t tick = state->origin_us + whole_us + ((double)whole_us < behind_us);
  return tick > tw_now(run) ? tick : tw_now(run);
}

// ---- Errors ----------------------------------------------------------------------------------

void tw_body_stop(tw_run *run, int32_t body_i, const char *format, ...) {
  const tw_body *body = &run->line->body[body_i];
  const tw_body_state *state = &run->body[body_i];
  const int32_t machine_i = run->line->member[body->member[0]].machine_i;
  char what[400];
  va_list args;
  va_start(args, format);
  tw_vformat(what, sizeof what, format, args);
  va_end(args);
  tw_run_stop(run, TWIN_ERR_MODEL, machine_i == TW_NONE ? TW_NONE : run->line->machine[machine_i].node_i,
              "model %s at %.9g s: %s", body->name,
              tw_seconds(state->origin_us) + (state->origin_s + (state->is_exact ? 0 : state->t_s)), what);
}

const char *tw_body_fault(double value) {
  return isnan(value) ? "not a number (0/0, or a root or logarithm of a negative one)"
         : value > 0  ? "infinite (a division by 0, or too large)"
                      : "minus infinity (a division by 0, or too large)";
}

// State number i of a body, by name.
static const char *state_name(const tw_solve *solve, int32_t i) {
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    const int32_t own = i - member->first_state;
    if (own >= 0 && own < member->system->n_state) return member->system->variable[own].name;
  }
  return "";
}

// The state whose derivative is no number here, else the one that changes fastest for its size.
static int32_t find_fastest(const tw_ode *ode, const double *y, const double *dy) {
  double fastest = -1;
  int32_t found = 0;
  for (int32_t i = 0; i < ode->n; i++) {
    const double rate = isfinite(dy[i]) ? fabs(dy[i]) / (ode->atol[i] + ode->rtol * fabs(y[i])) : (double)INFINITY;
    if (!(rate > fastest)) continue;
    fastest = rate;
    found = i;
  }
  return found;
}

// The state whose derivative ceases to be a number close behind here, where the solver could not go; TW_NONE: none.
// fault: filled in, the derivative there.
static int32_t find_break(const tw_solve *solve, const tw_ode *ode, const double *y, const double *dy, double *fault) {
  static const double ahead_s[] = {1e-9, 1e-6, 1e-3};
  double *near = solve->physics->z, *slope = solve->physics->rk_work;
  for (int k = 0; k < 3; k++) {
    for (int32_t i = 0; i < ode->n; i++) near[i] = y[i] + ahead_s[k] * dy[i];
    ode->rhs(ode->self, solve->state->t_s + ahead_s[k], near, slope);
    for (int32_t i = 0; i < ode->n; i++) {
      *fault = slope[i];
      if (!isfinite(slope[i])) return i;
    }
  }
  return TW_NONE;
}

// What is wrong where a solver cannot go on.
static void stop_solver(tw_run *run, int32_t body_i, tw_ode_status status, const double *y) {
  tw_solve solve = tw_solve_of(run, body_i);
  const tw_ode ode = tw_body_ode(&solve);
  double *dy = solve.physics->dy, fault;
  ode.rhs(ode.self, run->body[body_i].t_s, y, dy);
  const int32_t of = find_fastest(&ode, y, dy);
  const int32_t at = isfinite(dy[of]) ? find_break(&solve, &ode, y, dy, &fault) : TW_NONE;
  if (status == TW_ODE_MEMORY) tw_body_stop(run, body_i, "there is no memory for its solver");
  else if (status == TW_ODE_MISSING) tw_body_stop(run, body_i, "it needs cvode, which this build does not have");
  else if (!isfinite(dy[of]))
    tw_body_stop(run, body_i, "the derivative of state %s is %s; the state is %g", state_name(&solve, of),
                 tw_body_fault(dy[of]), y[of]);
  else if (at != TW_NONE)
    tw_body_stop(run, body_i, "the derivative of state %s becomes %s; the state is %g", state_name(&solve, at),
                 tw_body_fault(fault), y[at]);
  else
    tw_body_stop(run, body_i,
                 "state %s cannot be followed any further: it is %g and changes by %g in a second; it runs away, or "
                 "its equation jumps or has no value behind here", state_name(&solve, of), y[of], dy[of]);
}

// ---- Steps -----------------------------------------------------------------------------------

static void put_step(tw_run *run, int32_t body_i, const tw_ode_step *step, const double *slope) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const int32_t n = solve.body->n_state;
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    tw_variable *variable = &run->variable[member->first_variable];
    for (int32_t i = 0; i < member->system->n_state; i++) {
      for (int32_t j = 0; j < TW_ODE_N_COEFFICIENT; j++)
        variable[i].c[j] = step->c[j * n + member->first_state + i];
      if (slope != NULL) variable[i].slope = slope[member->first_state + i];
    }
  }
  state->t_s = step->t_s;
  state->h_s = step->h_s;
  state->n_in_segment++;
  state->n_step++;
}

// No step is longer than a run. A ramp has no error, so its first step grows tenfold from segment to segment. Where a
// threshold depends on the time, what it does between is looked for in so many points of a step.
static double longest_step_s(const tw_solve *solve) {
  for (int32_t k = 0; k < solve->body->n_member; k++)
    if (tw_member_of(solve, k)->system->has_timed_roots) return TIMED_STEP_S;
  return TW_LONGEST_S;
}

// A step in which nothing moves but the time.
static tw_ode_status step_of_time(tw_run *run, int32_t body_i) {
  const tw_ode_step step = {.t_s = run->body[body_i].t_s, .h_s = TIMED_STEP_S};
  put_step(run, body_i, &step, NULL);
  return TW_ODE_OK;
}

// The step behind (t_s, y) by Runge and Kutta. f at y stands in the variables' slopes.
static tw_ode_status step_by_rk(tw_run *run, int32_t body_i, const double *y) {
  tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const tw_ode ode = tw_body_ode(&solve);
  double *f = solve.physics->dy;
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    for (int32_t i = 0; i < member->system->n_state; i++)
      f[member->first_state + i] = run->variable[member->first_variable + i].slope;
  }
  tw_rk_control control = {.h_s = state->next_h_s, .error = state->error};
  const bool is_first = !(control.h_s > 0);
  if (is_first) {
    // behind a switch the model moves much as it did behind the one before
    control.h_s = state->first_h_s > 0 ? state->first_h_s
                                       : tw_rk_first_step_s(&ode, state->t_s, y, f, solve.physics->rk_work);
    control.error = 1e-4;
  }
  tw_ode_step step = {.c = solve.physics->c};
  const tw_rk_start start = {.t_s = state->t_s,
                             .h_max_s = longest_step_s(&solve),
                             .y = y,
                             .f = f,
                             .work = solve.physics->rk_work};
  const tw_ode_status status = tw_rk_step(&ode, &start, &control, &step);
  state->n_reject += control.n_reject;
  state->n_rhs += control.n_rhs;
  if (status != TW_ODE_OK) return status;
  state->next_h_s = control.h_s;
  state->error = control.error;
  if (is_first) state->first_h_s = control.h_s;
  put_step(run, body_i, &step, f);
  return TW_ODE_OK;
}

// Makes the solver of a body that has a memory; what its callbacks point to lives with it.
static tw_ode_status make_stiff(tw_stiff *stiff, const tw_solve *solve) {
  if (stiff->cvode != NULL) return TW_ODE_OK;
  stiff->atol = tw_memory_zeroed(tw_line_memory(solve->run->line), (size_t)solve->body->n_state + 1,
                                 sizeof *stiff->atol);
  if (stiff->atol == NULL) return TW_ODE_MEMORY;
  stiff->solve = *solve;
  tw_ode ode = tw_body_ode(&stiff->solve);
  memcpy(stiff->atol, ode.atol, (size_t)ode.n * sizeof *stiff->atol);
  ode.atol = stiff->atol;
  const bool is_bdf = solve->body->solver == TW_SOLVER_BDF;
  return tw_cvode_new(&stiff->cvode, &ode, is_bdf ? TW_CVODE_BDF : TW_CVODE_ADAMS);
}

// Brings the memory of a solver to where the body stands: begun at the segment's start, with the first
// step that the segment had, and led through its steps again, it is the same bit for bit.
static tw_ode_status replay(tw_run *run, tw_stiff *stiff, const tw_solve *solve) {
  const tw_body_state *state = solve->state;
  double *start = solve->physics->dy, h_s;
  tw_ode_step step = {.c = solve->physics->c};
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    for (int32_t i = 0; i < member->system->n_state; i++)
      start[member->first_state + i] = run->variable[member->first_variable + i].start;
  }
  tw_ode_status status = tw_cvode_begin(stiff->cvode, start, state->first_h_s, longest_step_s(solve));
  for (int32_t i = 0; i < state->n_in_segment && status == TW_ODE_OK; i++)
    status = tw_cvode_step(stiff->cvode, &step, &h_s);
  return status;
}

static tw_ode_status step_by_cvode(tw_run *run, int32_t body_i, const double *y) {
  tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  tw_stiff *stiff = &solve.physics->stiff[body_i];
  tw_ode_status status = make_stiff(stiff, &solve);
  stiff->solve = solve;
  const tw_ode ode = tw_body_ode(&stiff->solve);
  const bool is_there = stiff->epoch == solve.physics->epoch && stiff->n_segment == state->n_segment &&
                        stiff->n_step == state->n_in_segment && state->n_in_segment > 0;
  if (state->n_in_segment == 0) {
    ode.rhs(ode.self, 0, y, solve.physics->dy);
    state->first_h_s = tw_rk_first_step_s(&ode, 0, y, solve.physics->dy, solve.physics->rk_work);
  }
  if (status == TW_ODE_OK && !is_there) status = replay(run, stiff, &solve);
  // what a replay takes is no work of the model's: a copy of the run counts as the run does
  const tw_cvode_counts before = status == TW_ODE_OK ? tw_cvode_count(stiff->cvode) : (tw_cvode_counts){0};
  tw_ode_step step = {.c = solve.physics->c};
  double next_h_s = 0;
  if (status == TW_ODE_OK) status = tw_cvode_step(stiff->cvode, &step, &next_h_s);
  if (status != TW_ODE_OK) return status;
  const tw_cvode_counts after = tw_cvode_count(stiff->cvode);
  state->n_reject += after.n_error_failure - before.n_error_failure;
  state->n_rhs += after.n_rhs - before.n_rhs;
  put_step(run, body_i, &step, NULL);
  stiff->epoch = solve.physics->epoch;
  stiff->n_segment = state->n_segment;
  stiff->n_step = state->n_in_segment;
  return TW_ODE_OK;
}

// Logarithm of the largest state where the segment begins.
static double log_size(const tw_solve *solve) {
  double most = 1;
  for (int32_t i = 0; i < solve->body->n_state; i++) {
    const double size = fabs(solve->run->variable[tw_member_of(solve, 0)->first_variable + i].c[0]);
    if (size > most) most = size;
  }
  return tw_log(most);
}

// How long a closed form that grows may go on before it is looked at.
static double growth_limit_s(const tw_solve *solve) {
  const tw_closed *closed = tw_body_closed(solve);
  if (closed == NULL || !(closed->exact.rate[0] > 0)) return (double)INFINITY;
  const double left = GROWTH_MAX - log_size(solve);
  return (left > 1 ? left : 1) / closed->exact.rate[0];
}

// How far a motion in closed form is known: its events, and that it is a number.
static double known_until_s(const tw_solve *solve) {
  const double grown_s = growth_limit_s(solve), clear_s = solve->state->t_s;
  return clear_s > 0 && clear_s < grown_s ? clear_s : grown_s;
}

int64_t tw_body_due_us(const tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  const tw_body_state *state = solve.state;
  if (state->is_closed) return INT64_MAX;
  if (state->pending != TW_NONE) return tick_at(run, state, state->pending_s);
  if (state->is_still) return INT64_MAX;
  const bool has_limit = state->is_exact || state->h_s > 0;
  if (!has_limit) return tw_now(run);
  const int64_t tick = tick_at(run, state, state->is_exact ? known_until_s(&solve) : state->t_s + state->h_s);
  return tick > tw_now(run) ? tick : tw_now(run) + 1;
}

// Plans what comes first: an event in this step, or its end.
void tw_body_plan(tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const bool is_beyond = state->is_exact && state->pending != TW_NONE && state->pending_s > growth_limit_s(&solve);
  if (is_beyond) state->pending = TW_NONE;
  int64_t tick = tw_body_due_us(run, body_i);
  if (tick == INT64_MAX && state->pending != TW_NONE) {
    state->pending = TW_NONE;
    tick = tw_body_due_us(run, body_i);
  }
  const bool is_located = state->pending != TW_NONE;
  if (tick < INT64_MAX) tw_plan(run, is_located ? solve.body->located_slot : solve.body->step_slot, tick);
}

// Behind a step: counts it, and looks which conditions hold there. An event whose crossing was lost in the
// rounding at the joint of two steps comes at the joint. True: there is one. y: filled in, the state there.
static bool end_step(tw_run *run, int32_t body_i, double *y) {
  if (tw_body_is_lost(run, body_i)) return true;
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const double end_s = state->t_s + state->h_s;
  tw_body_book(run, body_i, end_s);
  tw_body_power_book(run, body_i, end_s);
  tw_body_end_state(&solve, y);
  state->pending = TW_NONE;
  if (tw_body_is_away(&solve)) return false;
  tw_body_clear(run, body_i, end_s, y, /*is_changed=*/false);
  state->pending = tw_body_find_true(run, body_i, end_s, y);
  if (state->pending == TW_NONE) return false;
  state->pending_s = end_s;
  state->is_fall = 0;
  return true;
}

// A solver with a memory closes its segment from time to time, so that a replay is short.
static void begin_anew(tw_run *run, int32_t body_i) {
  tw_body_state *state = &run->body[body_i];
  tw_body_close(run, body_i, state->t_s + state->h_s);
  tw_body_open(run, body_i, /*is_new_mode=*/true);
}

static bool has_memory(const tw_body *body) {
  return body->solver == TW_SOLVER_BDF || body->solver == TW_SOLVER_ADAMS;
}

// Makes steps until the present instant lies inside one, or an event comes before.
void tw_body_make_steps(tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const double now_s = tw_body_elapsed_s(run, state);
  double *y = solve.physics->y;
  for (int n = 0; n < STEPS_AT_ONCE_MAX; n++) {
    const double before_s = state->t_s;
    if (state->h_s > 0) {
      if (end_step(run, body_i, y)) {
        if (run->status == TWIN_OK) tw_body_plan(run, body_i);
        return;
      }
      if (has_memory(solve.body) && state->n_in_segment >= TW_STEPS_IN_SEGMENT) {
        begin_anew(run, body_i);
        return;
      }
      state->t_s += state->h_s;
    } else {
      tw_body_state_at(&solve, 0, y);
    }
    const tw_ode_status status = solve.body->n_state == 0 ? step_of_time(run, body_i)
                                 : has_memory(solve.body) ? step_by_cvode(run, body_i, y)
                                                          : step_by_rk(run, body_i, y);
    if (status != TW_ODE_OK) {
      stop_solver(run, body_i, status, y);
      // the step before stays, and with it the state at its end
      state->t_s = before_s;
      return;
    }
    tw_body_find_event(run, body_i, state->t_s);
    if (state->pending != TW_NONE || state->t_s + state->h_s > now_s) {
      tw_body_plan(run, body_i);
      return;
    }
  }
  tw_body_stop(run, body_i, "it makes too many steps within one microsecond");
}

static const double *state_at_start(const tw_solve *solve) {
  tw_body_state_at(solve, 0, solve->physics->y);
  return solve->physics->y;
}

void tw_body_step_event(tw_run *run, int32_t body_i) {
  tw_body_state *state = &run->body[body_i];
  if (!state->is_exact) {
    tw_body_make_steps(run, body_i);
    return;
  }
  const tw_solve solve = tw_solve_of(run, body_i);
  if (state->t_s > 0 && state->t_s < growth_limit_s(&solve)) {
    tw_body_find_event(run, body_i, state->t_s);
    tw_body_plan(run, body_i);
    return;
  }
  tw_body_close(run, body_i, tw_body_elapsed_s(run, state));
  if (!state->is_closed) return;
  if (log_size(&solve) < GROWTH_MAX - 10) tw_body_open(run, body_i, /*is_new_mode=*/false);
  else stop_solver(run, body_i, TW_ODE_TOO_SMALL, state_at_start(&solve));
}
