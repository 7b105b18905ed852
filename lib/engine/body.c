// body.c - the life of continuous objects: segments begin and close, steps are made one ahead, located
// events are carried out at their own instant, and what they mean for the line goes on the tick behind it
// (SEMANTICS 1.3, 9).

#include "engine/body.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/marks.h"
#include "core/ticks.h"
#include "engine/body_inner.h"
#include "engine/draw.h"
#include "engine/work.h"

enum {
  BURST_US = 1000,
  BURST_MAX = 1000,        // located events of one model within BURST_US
  CLOSE_MAX = 3,           // times that one event may come again within a tick
  STEPS_IN_SEGMENT = 100,  // of cvode, so that a replay is bounded
  STEPS_AT_ONCE_MAX = 100000
};

// An instant at most this far behind a tick counts as on it: as exact as events are located.
static const double ON_TICK_US = 2e-3;

// ---- Instants --------------------------------------------------------------------------------

// The tick at or behind t_s of the segment, not before now; INT64_MAX: never in a run.
static int64_t tick_at(const tw_run *run, const tw_body_state *state, double t_s) {
  const double behind_us = ceil((state->origin_s + t_s) * (double)TW_TICKS_PER_S - ON_TICK_US);
  if (!(behind_us < TW_LONGEST_S * (double)TW_TICKS_PER_S)) return INT64_MAX;
  const int64_t tick = state->origin_us + (int64_t)behind_us;
  return tick > tw_now(run) ? tick : tw_now(run);
}

// Moves the origin to t_s behind it, at most to the present instant.
static void move_origin(const tw_run *run, tw_body_state *state, double t_s) {
  const double behind_s = state->origin_s + t_s;
  const double whole_us = floor(behind_s * (double)TW_TICKS_PER_S);
  int64_t origin_us = state->origin_us + (int64_t)whole_us;
  double origin_s = behind_s - whole_us * 1e-6;
  if (!(origin_s > 0)) origin_s = 0;
  if (origin_us >= tw_now(run)) {
    origin_us = tw_now(run);
    origin_s = 0;
  }
  state->origin_us = origin_us;
  state->origin_s = origin_s;
}

// ---- Errors ----------------------------------------------------------------------------------

static void stop_model(tw_run *run, int32_t body_i, const char *what) {
  const tw_body *body = &run->line->body[body_i];
  const tw_body_state *state = &run->body[body_i];
  const tw_member *member = &run->line->member[body->first_member];
  char at[32];
  tw_run_stop(run, TWIN_ERR_MODEL, run->line->machine[member->machine_i].node_i, "model %s %s, from its state at %s",
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
  stop_model(run, body_i, text.at != NULL ? text.at : "cannot be solved");
  tw_text_free(&text);
}

// ---- Truth of conditions ---------------------------------------------------------------------

// Events whose condition no longer holds can come again; hysteresis asks for more than that.
static void clear_truths(tw_run *run, int32_t body_i, double t_s, const double *y) {
  const tw_solve solve = tw_solve_of(run, body_i);
  bool truth[TW_MEMBER_EVENTS_MAX];
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    const tw_system *system = member->system;
    if (system->n_event == 0) continue;
    tw_body_truths(&solve, member, t_s, y, truth);
    bool has_roots = false;
    for (int32_t e = 0; e < system->n_event; e++) {
      tw_model_event_state *event = &run->model_event[member->first_event + e];
      if (!event->is_true || truth[e]) continue;
      if (system->event[e].hysteresis > 0) {
        const tw_model_function *function = &system->root[system->event[e].first_root].function;
        if (!has_roots) tw_program_once(&solve, member, TW_PROGRAM_ROOTS, t_s, y, solve.physics->out);
        has_roots = true;
        const double g = tw_function_value(function, solve.physics->out, y, system->n_state);
        if (g > -system->event[e].hysteresis) continue;
      }
      event->is_true = 0;
    }
  }
}

// The first event whose condition holds at y and was not counted as true;
// TW_NONE: none.
static int32_t find_true(tw_run *run, int32_t body_i, double t_s, const double *y) {
  const tw_solve solve = tw_solve_of(run, body_i);
  bool truth[TW_MEMBER_EVENTS_MAX];
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    if (member->system->n_event == 0) continue;
    tw_body_truths(&solve, member, t_s, y, truth);
    for (int32_t e = 0; e < member->system->n_event; e++)
      if (truth[e] && !run->model_event[member->first_event + e].is_true) return member->first_event + e;
  }
  return TW_NONE;
}

// ---- Closing a segment -----------------------------------------------------------------------

// Ends the segment t_s behind its origin: the state there is where the next one begins.
static void close_segment(tw_run *run, int32_t body_i, double t_s) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  if (state->is_closed) return;
  double *y = solve.physics->y;
  tw_body_book(run, body_i, t_s);
  tw_body_state_at(&solve, t_s, y);
  clear_truths(run, body_i, t_s, y);
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    tw_variable *variable = &run->variable[member->first_variable];
    for (int32_t i = 0; i < member->system->n_state; i++) {
      variable[i].c[0] = y[member->first_state + i];
      for (int32_t j = 1; j < TW_ODE_N_COEFFICIENT; j++) variable[i].c[j] = 0;
    }
  }
  move_origin(run, state, t_s);
  state->is_closed = 1;
  state->t_s = state->h_s = state->booked_s = 0;
  state->pending = TW_NONE;
  tw_cancel(run, solve.body->step_slot);
  tw_cancel(run, solve.body->located_slot);
}

static void close_now(tw_run *run, int32_t body_i) {
  close_segment(run, body_i, tw_body_elapsed_s(run, &run->body[body_i]));
}

// ---- Words -----------------------------------------------------------------------------------

static bool is_inside(const tw_machine *machine) {
  return machine->part != TW_NO_PART && (machine->phase == TW_RESERVE || machine->phase == TW_PROCESS ||
                                         machine->phase == TW_APPROVE);
}

static double read_word(const tw_run *run, int32_t machine_i, const tw_model_word *word) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_part *part = machine->part == TW_NO_PART ? NULL : &run->part[machine->part];
  const int32_t setup_i = run->line->machine[machine_i].setup_i;
  switch ((tw_reading)word->reading) {
  case TW_READ_STATE: return machine->state == word->argument;
  case TW_READ_DOWN: return machine->down != TW_UP;
  case TW_READ_ON_SHIFT: return machine->off == TW_ON_SHIFT;
  case TW_READ_OCCUPIED: return is_inside(machine);
  case TW_READ_PART_MASS: return part == NULL ? 0 : run->line->part_type[part->type].mass_kg;
  case TW_READ_LOAD_MASS:
    return is_inside(machine) ? run->line->part_type[part->type].mass_kg : 0;
  case TW_READ_ATTRIBUTE:
    return part == NULL ? 0 : run->line->part_type[part->type].attribute[word->argument];
  case TW_READ_REWORK: return part == NULL ? 0 : part->rework;
  case TW_READ_SINCE_STOP: return machine->n_since_stop;
  case TW_READ_SINCE_SETUP: return setup_i == TW_NONE ? 1e9 : run->setup[setup_i].n_since;
  }
  return 0;
}

// Has anything that the equations read another value than when the segment began?
static bool has_new_words(const tw_run *run, const tw_body *body) {
  for (int32_t m = body->first_member; m < body->first_member + body->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    for (int32_t i = 0; i < member->system->n_word; i++)
      if (read_word(run, member->machine_i, &member->system->word[i]) !=
          run->word[member->first_word + i].value)
        return true;
  }
  return false;
}

static void take_words(tw_run *run, const tw_body *body) {
  for (int32_t m = body->first_member; m < body->first_member + body->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    for (int32_t i = 0; i < member->system->n_word; i++)
      run->word[member->first_word + i].value =
          read_word(run, member->machine_i, &member->system->word[i]);
  }
}

static void open_segment(tw_run *run, int32_t body_i, bool is_new_mode);

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
  if (!(control.h_s > 0)) {
    control.h_s = tw_rk_first_step_s(&ode, state->t_s, y, f, solve.physics->rk_work);
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
  const tw_cvode_counts before = status == TW_ODE_OK ? tw_cvode_count(stiff->cvode) : (tw_cvode_counts){0};
  if (status == TW_ODE_OK && !is_there) status = replay(run, stiff, &solve);
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
static void plan_step(tw_run *run, int32_t body_i) {
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
// rounding at the joint of two steps comes at the joint. True: there is one.
static bool end_step(tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  double *y = solve.physics->y;
  const double end_s = state->t_s + state->h_s;
  tw_body_book(run, body_i, end_s);
  tw_body_state_at(&solve, end_s, y);
  clear_truths(run, body_i, end_s, y);
  state->pending = find_true(run, body_i, end_s, y);
  if (state->pending == TW_NONE) return false;
  state->pending_s = end_s;
  state->is_fall = 0;
  return true;
}

// A solver with a memory closes its segment from time to time, so that a replay is short.
static void begin_anew(tw_run *run, int32_t body_i) {
  tw_body_state *state = &run->body[body_i];
  close_segment(run, body_i, state->t_s + state->h_s);
  open_segment(run, body_i, /*is_new_mode=*/true);
}

static bool has_memory(const tw_body *body) {
  return body->solver == TW_SOLVER_BDF || body->solver == TW_SOLVER_ADAMS;
}

// Makes steps until the present instant lies inside one, or an event comes before.
static void make_steps(tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const double now_s = tw_body_elapsed_s(run, state);
  double *y = solve.physics->y;
  for (int n = 0; n < STEPS_AT_ONCE_MAX; n++) {
    if (state->h_s > 0) {
      if (end_step(run, body_i)) {
        plan_step(run, body_i);
        return;
      }
      if (has_memory(solve.body) && state->n_in_segment >= STEPS_IN_SEGMENT) {
        begin_anew(run, body_i);
        return;
      }
      tw_body_state_at(&solve, state->t_s + state->h_s, y);
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
      plan_step(run, body_i);
      return;
    }
  }
  stop_model(run, body_i, "makes too many steps within one microsecond");
}

void tw_body_step_event(tw_run *run, int32_t body_i) { make_steps(run, body_i); }

// ---- Beginning a segment ---------------------------------------------------------------------

// Derivatives at the start; true when nothing moves.
static bool begin_slopes(tw_run *run, int32_t body_i, const double *y) {
  const tw_solve solve = tw_solve_of(run, body_i);
  double *dy = solve.physics->dy;
  bool is_still = true;
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    tw_program_once(&solve, member, TW_PROGRAM_RHS, 0, y, dy + member->first_state);
    is_still = is_still && member->system->is_autonomous;
    for (int32_t i = 0; i < member->system->n_state; i++) {
      tw_variable *variable = &run->variable[member->first_variable + i];
      variable->slope = dy[member->first_state + i];
      variable->start = y[member->first_state + i];
      is_still = is_still && variable->slope == 0;
    }
  }
  return is_still;
}

static bool is_dwelling(const tw_run *run, const tw_event_param *event, const tw_model_event_state *state) {
  return event->dwell_us > 0 && state->last_us >= 0 && tw_now(run) - state->last_us < event->dwell_us;
}

// Begins a segment where the last one was closed. is_new_mode: a step as long as before says nothing.
static void open_segment(tw_run *run, int32_t body_i, bool is_new_mode) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  double *y = solve.physics->y;
  TW_ASSERT(state->is_closed);
  tw_body_state_at(&solve, 0, y);
  state->is_closed = 0;
  state->n_segment++;
  state->n_in_segment = 0;
  state->is_exact = state->is_still = 0;
  if (is_new_mode) state->next_h_s = 0;
  state->pending = find_true(run, body_i, 0, y);
  if (state->pending != TW_NONE) {
    state->is_fall = 0;
    state->pending_s = 0;
    state->is_still = 1;
    tw_plan(run, solve.body->located_slot, tw_now(run));
    return;
  }
  state->is_still = begin_slopes(run, body_i, y);
  if (state->is_still) return;
  state->is_exact = solve.body->solver == TW_SOLVER_EXACT && tw_body_closed(&solve) != NULL;
  if (state->is_exact) {
    tw_body_find_event(run, body_i, 0);
    plan_step(run, body_i);
  } else if (tw_body_elapsed_s(run, state) > 0) {
    make_steps(run, body_i);
  } else {
    // others may change this body yet on this tick: the step is made when all is done
    tw_plan(run, solve.body->step_slot, tw_now(run));
  }
}

// ---- Events ----------------------------------------------------------------------------------

// Values that an event sets, from the values before.
static void apply_sets(tw_run *run, const tw_solve *solve, const tw_member *member,
                       const tw_event_param *event) {
  const tw_system *system = member->system;
  double *y = solve->physics->y, *out = solve->physics->out;
  if (event->n_set == 0) return;
  tw_body_state_at(solve, 0, y);
  tw_program_once(solve, member, TW_PROGRAM_SETS, 0, y, out);
  for (int32_t i = 0; i < event->n_set; i++) {
    const tw_set_param *set = &system->set[event->first_set + i];
    run->variable[member->first_variable + set->variable].c[0] = out[set->output];
  }
}

static void tell_event(tw_run *run, const tw_member *member, int32_t event_i, double instant_s) {
  if (!tw_is_watched(run)) return;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = TW_FACT_MODEL,
                        .place_i = run->line->machine[member->machine_i].node_i,
                        .machine_i = member->machine_i,
                        .part_type = TW_NONE,
                        .state = -1,
                        .cause = event_i,
                        .value = instant_s};
  run->sink.fact(run->sink.self, run, &fact);
}

// Too many events in too short a time: the model switches to and fro without end.
static bool is_chattering(tw_run *run, int32_t body_i, tw_model_event_state *event) {
  tw_body_state *state = &run->body[body_i];
  if (tw_now(run) - state->burst_us > BURST_US) {
    state->burst_us = tw_now(run);
    state->n_burst = 0;
  }
  const double since_s = 1e-6 * (double)(state->origin_us - event->last_us) +
                         (state->origin_s - event->last_s);
  event->n_close = event->last_us >= 0 && since_s < 1e-6 ? event->n_close + 1 : 0;
  return ++state->n_burst > BURST_MAX || event->n_close >= CLOSE_MAX;
}

// What an event means for the line.
static void act(tw_run *run, const tw_member *member, const tw_event_param *event, bool is_fall) {
  const tw_machine_param *machine = &run->line->machine[member->machine_i];
  const int32_t mode_i = machine->first_mode + event->target;
  switch ((tw_action)event->action) {
  case TW_ACT_NONE: break;
  case TW_ACT_REQUEST:
    tw_maintenance_request(run, mode_i);
    tw_mark(run, machine->node_i);
    break;
  case TW_ACT_FAIL:
    if (run->mode[mode_i].clock == TW_CLOCK_COUNTS)
      tw_plan(run, run->line->mode[mode_i].slot, tw_now(run));
    break;
  case TW_ACT_FINISH: tw_work_finish(run, member->machine_i, event->soak_site, is_fall); break;
  }
}

static void fire(tw_run *run, int32_t body_i, const tw_member *member, int32_t event_i, bool is_fall) {
  const tw_solve solve = tw_solve_of(run, body_i);
  const tw_body_state *state = &run->body[body_i];
  const tw_event_param *event = &member->system->event[event_i - member->first_event];
  tw_model_event_state *of = &run->model_event[event_i];
  of->is_true = !is_fall && event->moment == TW_MOMENT_NONE;
  if (is_fall || is_dwelling(run, event, of)) {
    if (is_fall) act(run, member, event, is_fall);
    return;
  }
  if (event->moment == TW_MOMENT_NONE && is_chattering(run, body_i, of)) {
    char what[160];
    snprintf(what, sizeof what, "switches without end: event %s comes again and again; give it a hysteresis", event->name);
    stop_model(run, body_i, what);
    return;
  }
  const double instant_s = tw_seconds(state->origin_us) + state->origin_s;
  of->last_us = state->origin_us;
  of->last_s = state->origin_s;
  if (of->n++ == 0) of->first_s = instant_s;
  run->body[body_i].n_located++;
  tell_event(run, member, event_i, instant_s);
  apply_sets(run, &solve, member, event);
  act(run, member, event, is_fall);
}

static const tw_member *member_of_event(const tw_line *line, const tw_body *body, int32_t event_i) {
  const tw_member *member = &line->member[body->first_member];
  while (event_i >= member->first_event + member->system->n_event) member++;
  return member;
}

void tw_body_located_event(tw_run *run, int32_t body_i) {
  const tw_body *body = &run->line->body[body_i];
  tw_body_state *state = &run->body[body_i];
  const int32_t event_i = state->pending;
  const bool is_fall = state->is_fall;
  TW_ASSERT(event_i != TW_NONE);
  if (event_i == TW_NONE) return;
  close_segment(run, body_i, state->pending_s);
  fire(run, body_i, member_of_event(run->line, body, event_i), event_i, is_fall);
  if (run->status == TWIN_OK && state->is_closed) open_segment(run, body_i, /*is_new_mode=*/false);
}

// ---- What the line does ----------------------------------------------------------------------

void tw_bodies_mark(tw_run *run, int32_t machine_i) {
  const tw_line *line = run->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++)
    tw_marks_set(run->body_mark, line->n_body, line->member[m].body_i);
  tw_marks_set(run->mark, tw_n_mark(line), line->n_place + 1);
}

void tw_bodies_settle(tw_run *run) {
  const tw_line *line = run->line;
  for (;;) {
    const int32_t body_i = tw_marks_take_lowest(run->body_mark, line->n_body);
    if (body_i < 0 || run->status != TWIN_OK) return;
    const tw_body *body = &line->body[body_i];
    const bool is_new_mode = has_new_words(run, body);
    if (!is_new_mode && !run->body[body_i].is_closed) continue;
    close_now(run, body_i);
    take_words(run, body);
    open_segment(run, body_i, is_new_mode);
  }
}

void tw_bodies_moment_of(tw_run *run, int32_t machine_i, tw_occasion moment) {
  const tw_line *line = run->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_member *member = &line->member[m];
    for (int32_t e = 0; e < member->system->n_event; e++) {
      if (member->system->event[e].moment != (int32_t)moment) continue;
      close_now(run, member->body_i);
      // the part that has come is what the event is about
      take_words(run, &line->body[member->body_i]);
      run->body[member->body_i].next_h_s = 0;
      fire(run, member->body_i, member, member->first_event + e, /*is_fall=*/false);
    }
  }
  tw_bodies_mark(run, machine_i);
}

void tw_variable_set(tw_run *run, const tw_member *member, int32_t i, double value) {
  close_now(run, member->body_i);
  run->variable[member->first_variable + i].c[0] = value;
  tw_bodies_mark(run, member->machine_i);
}

void tw_bodies_start(tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t b = 0; b < line->n_body; b++) {
    const tw_body *body = &line->body[b];
    run->body[b] = (tw_body_state){.origin_us = tw_now(run), .pending = TW_NONE, .is_closed = 1};
    take_words(run, body);
    const tw_solve solve = tw_solve_of(run, b);
    for (int32_t k = 0; k < body->n_member; k++) {
      const tw_member *member = tw_member_of(&solve, k);
      double *out = solve.physics->out;
      tw_program_once(&solve, member, TW_PROGRAM_START, 0, solve.physics->y, out);
      for (int32_t i = 0; i < member->system->n_variable; i++)
        run->variable[member->first_variable + i] = (tw_variable){
            .c = {out[i]}, .least = (double)INFINITY, .greatest = -(double)INFINITY};
      for (int32_t e = 0; e < member->system->n_event; e++)
        run->model_event[member->first_event + e] = (tw_model_event_state){.last_us = -1};
      for (int32_t i = 0; i < member->system->n_output; i++)
        run->output[member->first_output + i] =
            (tw_output){.least = (double)INFINITY, .greatest = -(double)INFINITY};
    }
    tw_bodies_mark(run, line->member[body->first_member].machine_i);
  }
}

void tw_bodies_adopt(tw_run *run) {
  for (int32_t b = 0; b < run->line->n_body; b++) {
    close_now(run, b);
    tw_bodies_mark(run, run->line->member[run->line->body[b].first_member].machine_i);
  }
}
