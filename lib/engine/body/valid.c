// valid.c - is the state of a continuous object one that it could have? Its segment lies in the past,
// its events are pending as its step says, and what solvers take for granted holds. Caches of the run are
// used, so they must be of this block (tw_physics_forget).

#include <math.h>

#include "core/marks.h"
#include "engine/body/inner.h"

// So far behind the tick of an origin or event: a tick, and rounding.
static const double TICK_S = 1.001e-6;

static bool is_length(double value_s) { return value_s >= 0 && isfinite(value_s); }

static bool is_within_tick(double value_s) { return value_s >= 0 && value_s <= TICK_S; }

static bool is_origin_sound(const tw_run *run, const tw_body_state *state) {
  if (state->origin_us < 0 || state->origin_us > run->head->now_us || !is_within_tick(state->origin_s))
    return false;
  return state->origin_us < run->head->now_us || state->origin_s == 0;
}

// Lengths of steps; a solver with a memory is led through its steps again.
static bool is_step_sound(const tw_body *body, const tw_body_state *state) {
  const bool has_memory = body->solver == TW_SOLVER_BDF || body->solver == TW_SOLVER_ADAMS;
  if (!is_length(state->t_s) || !is_length(state->h_s) || !is_length(state->next_h_s)) return false;
  if (!is_length(state->error) || !is_length(state->booked_s)) return false;
  if (!is_length(state->metered_s)) return false;
  if (state->is_closed && (state->t_s > 0 || state->h_s > 0 || state->booked_s > 0)) return false;
  if (!has_memory) return true;
  if (state->n_in_segment > TW_STEPS_IN_SEGMENT) return false;
  return state->n_in_segment == 0 || (isfinite(state->first_h_s) && state->first_h_s > 0);
}

// States are numbers: the solvers and the search for crossings take that for granted.
static bool are_states_sound(const tw_solve *solve) {
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    for (int32_t i = 0; i < member->system->n_variable; i++) {
      const tw_variable *variable = &solve->run->variable[member->first_variable + i];
      const bool is_state = i < member->system->n_state;
      for (int32_t c = 0; c < TW_ODE_N_COEFFICIENT; c++)
        if (isnan(variable->c[c]) || (is_state && isinf(variable->c[c]))) return false;
      if (is_state && !isfinite(variable->start)) return false;
    }
  }
  return true;
}

static bool are_events_sound(const tw_solve *solve) {
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    for (int32_t e = 0; e < member->system->n_event; e++) {
      const tw_model_event_state *event = &solve->run->model_event[member->first_event + e];
      if (event->last_us < -1 || event->last_us > solve->run->head->now_us) return false;
      if (!is_within_tick(event->last_s)) return false;
    }
  }
  return true;
}

// A closed form exists for what is said to have one.
static bool is_form_sound(const tw_solve *solve) {
  const tw_body_state *state = solve->state;
  if (!state->is_exact) return true;
  if (solve->body->solver != TW_SOLVER_EXACT || solve->body->n_state == 0 || state->h_s > 0) return false;
  if (state->is_closed || state->is_still) return true;
  const tw_closed *closed = tw_body_closed(solve);
  if (closed == NULL) return false;
  for (int32_t i = 0; i < solve->body->n_state; i++)
    if (!isfinite(closed->motion.speed[i])) return false;
  return true;
}

static bool is_pending_sound(const tw_run *run, const tw_body *body, const tw_body_state *state) {
  if (state->pending == TW_NONE) return true;
  if (state->is_closed || !is_length(state->pending_s)) return false;
  for (int32_t k = 0; k < body->n_member; k++) {
    const tw_member *member = &run->line->member[body->member[k]];
    const int32_t own = state->pending - member->first_event;
    if (own >= 0 && own < member->system->n_event) return true;
  }
  return false;
}

// The agenda holds what the body waits for, and nothing else.
static bool is_agenda_sound(const tw_run *run, int32_t body_i) {
  const tw_body *body = &run->line->body[body_i];
  const tw_body_state *state = &run->body[body_i];
  int64_t tick;
  const bool has_step = tw_find_due(run, body->step_slot, &tick);
  const bool has_located = tw_find_due(run, body->located_slot, &tick);
  // a model that stopped the run waits for nothing
  if (run->head->poison != 0) return true;
  if (has_located != (state->pending != TW_NONE)) return false;
  return has_step == (state->pending == TW_NONE && tw_body_due_us(run, body_i) < INT64_MAX);
}

// Closed, or read something that has changed: then it is looked at in the next settle.
static bool is_mark_sound(const tw_run *run, int32_t body_i) {
  const int32_t mark_i = run->line->n_place + 1;
  const bool is_marked = (run->body_mark[body_i >> 6] >> (body_i & 63) & 1) != 0;
  if (is_marked) return run->head->poison != 0 || (run->mark[mark_i >> 6] >> (mark_i & 63) & 1) != 0;
  return run->head->poison != 0 || (!run->body[body_i].is_closed && !tw_body_has_new_words(run, body_i));
}

const char *tw_find_body_fault(const tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  const tw_body_state *state = solve.state;
  if (!is_origin_sound(run, state)) return "the start of its segment";
  if (!is_step_sound(solve.body, state)) return "its step";
  if (!are_states_sound(&solve)) return "its states";
  if (!are_events_sound(&solve)) return "its events";
  if (!is_pending_sound(run, solve.body, state)) return "its located event";
  if (!is_form_sound(&solve)) return "its closed form";
  if (!is_agenda_sound(run, body_i)) return "its pending events";
  if (!is_mark_sound(run, body_i)) return "its mark";
  return NULL;
}
