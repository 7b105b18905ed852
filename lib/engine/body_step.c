// body_step.c - the steps of continuous objects, by Runge and Kutta or by cvode, each one ahead of the line;
// what is planned behind them, and what is said when they cannot go on.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/body_inner.h"
#include "engine/work.h"

enum {
  STEPS_IN_SEGMENT = 100,  // of cvode, so that a replay is bounded
  STEPS_AT_ONCE_MAX = 100000
};

// An instant at most this far behind a tick counts as on it: as exact as events are located.
static const double ON_TICK_US = 2e-3;

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

void tw_body_stop(tw_run *run, int32_t body_i, const char *what) {
  const tw_body *body = &run->line->body[body_i];
  const tw_body_state *state = &run->body[body_i];
  const int32_t machine_i = run->line->member[body->member[0]].machine_i;
  char at[32];
  tw_run_stop(run, TWIN_ERR_MODEL, machine_i == TW_NONE ? TW_NONE : run->line->machine[machine_i].node_i, "model %s %s, from its state at %s",
              body->name, what, tw_duration_text(tw_seconds(state->origin_us) + state->t_s, at));
}

// Names the first state that is not finite, else says what the solver says.
static void stop_solver(tw_run *run, int32_t body_i, tw_ode_status status) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_text text = {0};
  double *dy = solve.physics->dy;
  tw_body_state_at(&solve, run->body[body_i].t_s, solve.physics->y);
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    tw_program_once(&solve, member, TW_PROGRAM_RHS, run->body[body_i].t_s, solve.physics->y,
                    dy + member->first_state);
    for (int32_t i = 0; i < member->system->n_state && text.n == 0; i++)
      if (!isfinite(dy[member->first_state + i]))
        tw_text_print(&text, "has a derivative of %s that is no number (%g)", member->system->variable[i].name,
                      dy[member->first_state + i]);
  }
  if (text.n == 0)
    tw_text_print(&text, "%s",
                  status == TW_ODE_MEMORY    ? "has no memory for its solver"
                  : status == TW_ODE_MISSING ? "needs cvode, which this build does not have"
                                             : "cannot be solved any further: its steps become too small, as a "
                                               "state runs away or its equations are stiff or jump");
  tw_body_stop(run, body_i, text.at != NULL ? text.at : "cannot be solved");
  tw_text_free(&text);
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
                             .h_max_s = (double)INFINITY,
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
  stiff->atol = calloc((size_t)solve->body->n_state + 1, sizeof *stiff->atol);
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
  tw_ode_status status = tw_cvode_begin(stiff->cvode, start, state->first_h_s, (double)INFINITY);
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

// Plans what comes first: an event in this step, or its end.
void tw_body_plan(tw_run *run, int32_t body_i) {
  const tw_body *body = &run->line->body[body_i];
  const tw_body_state *state = &run->body[body_i];
  if (state->pending != TW_NONE) {
    const int64_t tick = tick_at(run, state, state->pending_s);
    if (tick < INT64_MAX) tw_plan(run, body->located_slot, tick);
    return;
  }
  if (state->is_exact) return;
  const int64_t tick = tick_at(run, state, state->t_s + state->h_s);
  if (tick < INT64_MAX) tw_plan(run, body->step_slot, tick > tw_now(run) ? tick : tw_now(run) + 1);
}

// Behind a step: counts it, and looks which conditions hold there. An event whose crossing was lost in the
// rounding at the joint of two steps comes at the joint. True: there is one. y: filled in, the state there.
static bool end_step(tw_run *run, int32_t body_i, double *y) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const double end_s = state->t_s + state->h_s;
  tw_body_book(run, body_i, end_s);
  tw_body_power_book(run, body_i, end_s);
  tw_body_state_at(&solve, end_s, y);
  tw_body_clear(run, body_i, end_s, y);
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
    if (state->h_s > 0) {
      if (end_step(run, body_i, y)) {
        tw_body_plan(run, body_i);
        return;
      }
      if (has_memory(solve.body) && state->n_in_segment >= STEPS_IN_SEGMENT) {
        begin_anew(run, body_i);
        return;
      }
      state->t_s += state->h_s;
    } else {
      tw_body_state_at(&solve, 0, y);
    }
    const tw_ode_status status =
        has_memory(solve.body) ? step_by_cvode(run, body_i, y) : step_by_rk(run, body_i, y);
    if (status != TW_ODE_OK) {
      stop_solver(run, body_i, status);
      return;
    }
    tw_body_find_event(run, body_i, state->t_s);
    if (state->pending != TW_NONE || state->t_s + state->h_s > now_s) {
      tw_body_plan(run, body_i);
      return;
    }
  }
  tw_body_stop(run, body_i, "makes too many steps within one microsecond");
}

void tw_body_step_event(tw_run *run, int32_t body_i) { tw_body_make_steps(run, body_i); }
