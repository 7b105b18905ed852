// watch.c - thresholds: where in the present step, or in a motion in closed form, a condition of an
// event turns. Crossings of its comparisons are looked for one behind the other, and behind each the whole
// condition decides; so two events inside one step, short excursions and conditions with `and` come right.

#include <math.h>

#include "base/assert.h"
#include "engine/body/inner.h"

enum { CROSSINGS_MAX = 64 };  // of one event in one step

// A function that is further from 0 than this share of what was summed in it is on its side however it is computed.
static const double SIDE_ROUNDING = 1e-12;

// One event while its step is looked through.
typedef struct watch {
  const tw_solve *solve;
  const tw_member *member;
  const tw_event_param *event;
  const double *at_zero;    // outputs of the program of roots at y = 0
  double *y, *values;       // states, and outputs of a program
  const tw_root_param *root;
  double offset;            // added to the root: a hysteresis
  bool is_zero_up;
  double until_s;           // motions are looked through up to here
  double clear_s;           // and no event has been found up to here
} watch;

// A turn of a condition, in s since the origin.
typedef struct turn {
  double at_s;
  bool is_found, is_up;
} turn;

// ---- One root --------------------------------------------------------------------------------

// The root's function as a polynomial of the step. Returns the magnitudes summed in c[0].
static double step_polynomial(const watch *w, double c[TW_ODE_N_COEFFICIENT]) {
  const tw_system *system = w->member->system;
  const tw_variable *variable = &w->solve->run->variable[w->member->first_variable];
  const double *weight = &w->at_zero[w->root->function.first];
  const double constant = weight[system->n_state] + w->offset;
  double size = fabs(weight[system->n_state]) + fabs(w->offset);
  for (int32_t k = 0; k < TW_ODE_N_COEFFICIENT; k++) c[k] = 0;
  for (int32_t i = 0; i < system->n_state; i++) {
    if (weight[i] == 0) continue;
    for (int32_t k = 0; k < TW_ODE_N_COEFFICIENT; k++) c[k] += weight[i] * variable[i].c[k];
    size += fabs(weight[i] * variable[i].c[0]);
  }
  c[0] += constant;
  return size;
}

// The side on which a linear root's function stays in the whole step, beyond any rounding: 1 above 0, -1 below; 0: it may
// leave it.
static int side_in_step(const watch *w) {
  double c[TW_ODE_N_COEFFICIENT];
  const double size = step_polynomial(w, c);
  const double reach = fabs(c[1]) + fabs(c[2]) + fabs(c[3]) + fabs(c[4]) + fabs(c[5]);
  const double least = reach + SIDE_ROUNDING * (size + reach);
  return c[0] > least ? 1 : c[0] < -least ? -1 : 0;
}

// The root's function at x of the step, for those that are not linear.
static double function_at(void *self, double x) {
  watch *w = self;
  const tw_body_state *state = w->solve->state;
  const double t_s = state->t_s + x * state->h_s;
  tw_body_state_at(w->solve, t_s, w->y);
  tw_program_once(w->solve, w->member, TW_PROGRAM_ROOTS, t_s, w->y, w->values);
  return w->values[w->root->function.first] + w->offset;
}

static turn crossing_in_step(watch *w, double from_s) {
  const tw_body_state *state = w->solve->state;
  const double from = (from_s - state->t_s) / state->h_s;
  const double width = TW_LOCATED_WITHIN_S / state->h_s;
  tw_crossing crossing;
  bool is_found;
  if (!(from < 1)) return (turn){0};
  if (w->root->function.is_linear) {
    double c[TW_ODE_N_COEFFICIENT];
    step_polynomial(w, c);
    is_found = tw_root_of_polynomial(c, from > 0 ? from : 0, w->is_zero_up, width, &crossing);
  } else {
    is_found = tw_root_of_function(function_at, w, from > 0 ? from : 0, w->is_zero_up, width, &crossing);
  }
  if (!is_found) return (turn){0};
  return (turn){.is_found = true,
                .is_up = crossing.is_up,
                .at_s = state->t_s + crossing.right * state->h_s};
}

static turn crossing_in_motion(watch *w, double from_s) {
  const tw_closed *closed = tw_body_closed(w->solve);
  const double *weight = &w->at_zero[w->root->function.first];
  const tw_exact_search search = {.weight = weight,
                                  .offset = weight[w->member->system->n_state] + w->offset,
                                  .from_s = from_s,
                                  .until_s = w->until_s,
                                  .is_zero_up = w->is_zero_up,
                                  .width_s = TW_LOCATED_WITHIN_S};
  tw_crossing crossing;
  if (!tw_exact_crossing(&closed->exact, &closed->motion, &search, &crossing)) {
    if (crossing.right < w->clear_s) w->clear_s = crossing.right;
    return (turn){0};
  }
  return (turn){.is_found = true, .is_up = crossing.is_up, .at_s = crossing.right};
}

// ---- One condition ---------------------------------------------------------------------------

static bool condition_at(watch *w, double t_s) {
  tw_body_state_at(w->solve, t_s, w->y);
  tw_program_once(w->solve, w->member, TW_PROGRAM_CONDITIONS, t_s, w->y, w->values);
  return w->values[w->event->condition] != 0;
}

// Does the condition hold behind a crossing? Close behind it rounding may hide the sign of a slow
// function; where only one comparison can turn it, it may be looked at further away.
static bool holds_behind(watch *w, double t_s) {
  static const double behind_s[] = {1e-9, 1e-6, 1e-3, 1, 1e3};
  const int n = w->event->n_root > 1 ? 3 : 5;
  for (int i = 0; i < n; i++)
    if (condition_at(w, t_s + behind_s[i])) return true;
  return false;
}

// The first crossing of any of the event's comparisons; of one that has come, of the far side of its band, which
// belongs to what lies behind it.
static turn first_crossing(watch *w, double from_s, bool is_true) {
  turn first = {0};
  const bool has_band = is_true && w->event->hysteresis > 0;
  for (int32_t r = 0; r < w->event->n_root; r++) {
    w->root = &w->member->system->root[w->event->first_root + r];
    w->offset = has_band ? w->event->hysteresis : 0;
    w->is_zero_up = !has_band && w->root->is_zero_in;
    const turn one = w->solve->state->is_exact ? crossing_in_motion(w, from_s)
                                               : crossing_in_step(w, from_s);
    if (one.is_found && (!first.is_found || one.at_s < first.at_s)) first = one;
  }
  return first;
}

// An event that comes again lies within this behind the start of its segment.
static const double AT_START_S = 2 * TW_LOCATED_WITHIN_S;

// The first instant at which the event comes, or, where that matters, ceases.
static turn first_turn(watch *w, double from_s, bool is_true) {
  const bool has_fall = w->event->action == TW_ACT_FINISH;
  double at_s = from_s;
  for (int n = 0; n < CROSSINGS_MAX; n++) {
    const turn crossing = first_crossing(w, at_s, is_true);
    if (!crossing.is_found) break;
    at_s = crossing.at_s;
    const bool is_single = w->event->n_root == 1;
    if (is_true) {
      // one that rises has been false before; right behind the start that is what just came
      const bool is_again = is_single && crossing.is_up && at_s > AT_START_S;
      if (is_again && w->event->hysteresis > 0) {
        is_true = false;  // it has been behind its band
        continue;
      }
      if (is_again && holds_behind(w, at_s)) return (turn){.is_found = true, .is_up = true, .at_s = at_s};
      if (is_single ? crossing.is_up : holds_behind(w, at_s)) continue;
      if (has_fall) return (turn){.is_found = true, .is_up = false, .at_s = at_s};
      is_true = false;
    } else {
      if (is_single && !crossing.is_up) continue;
      if (holds_behind(w, at_s)) return (turn){.is_found = true, .is_up = true, .at_s = at_s};
    }
  }
  return (turn){0};
}

// What the program of roots gives at y = 0, weights of linear functions among it: once in a segment.
static const double *roots_at_zero(const tw_solve *solve, int32_t member_i, double *y) {
  tw_watched *watched = &solve->physics->watched[member_i];
  const tw_member *member = &solve->run->line->member[member_i];
  if (watched->epoch != solve->physics->epoch || watched->n_segment != solve->state->n_segment) {
    for (int32_t i = 0; i < solve->body->n_state; i++) y[i] = 0;
    tw_program_once(solve, member, TW_PROGRAM_ROOTS, 0, y, watched->at_zero);
    watched->epoch = solve->physics->epoch;
    watched->n_segment = solve->state->n_segment;
    watched->away_step = 0;
  }
  return watched->at_zero;
}

// The search through one step or motion.
static watch watch_of(const tw_solve *solve, int32_t member_i, const tw_event_param *event) {
  watch w = {.solve = solve,
             .member = &solve->run->line->member[member_i],
             .event = event,
             .y = solve->physics->z,
             .values = solve->physics->out,
             .until_s = (double)INFINITY,
             .clear_s = (double)INFINITY};
  w.at_zero = roots_at_zero(solve, member_i, w.y);
  return w;
}

// Has it been there in the present step, or motion, up to t_s?
static bool was_behind_band(const tw_solve *solve, int32_t member_i, const tw_event_param *event, double t_s) {
  const tw_body_state *state = solve->state;
  const bool is_moving = !state->is_closed && !state->is_still && (state->is_exact || state->h_s > 0);
  if (!is_moving || event->n_root != 1) return false;
  watch w = watch_of(solve, member_i, event);
  double at_s = state->is_exact ? 0 : state->t_s;
  for (int n = 0; n < CROSSINGS_MAX; n++) {
    const turn crossing = first_crossing(&w, at_s, /*is_true=*/true);
    if (!crossing.is_found || crossing.at_s > t_s) return false;
    if (!crossing.is_up || crossing.at_s > AT_START_S) return true;
    at_s = crossing.at_s;
  }
  return false;
}

bool tw_body_is_behind_band(const tw_solve *solve, int32_t k, const tw_event_param *event, double t_s, const double *y) {
  const tw_member *member = tw_member_of(solve, k);
  const tw_model_function *function = &member->system->root[event->first_root].function;
  tw_program_once(solve, member, TW_PROGRAM_ROOTS, t_s, y, solve->physics->out);
  const double g = tw_function_value(function, solve->physics->out, member->system->n_state);
  return g <= -event->hysteresis || was_behind_band(solve, solve->body->member[k], event, t_s);
}

// Where all its comparisons stay on their sides, a condition does not turn. One that is counted as true goes on to be
// where its only function, hysteresis included, stays above 0.
static bool keeps_away(watch *w, bool is_true) {
  if (w->event->n_root == 0 || (is_true && w->event->n_root > 1)) return false;
  for (int32_t r = 0; r < w->event->n_root; r++) {
    w->root = &w->member->system->root[w->event->first_root + r];
    w->offset = is_true ? w->event->hysteresis : 0;
    if (!w->root->function.is_linear) return false;
    const int side = side_in_step(w);
    if (side == 0 || (is_true && side < 0)) return false;
  }
  return true;
}

bool tw_body_is_away(const tw_solve *solve) {
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_watched *watched = &solve->physics->watched[solve->body->member[k]];
    if (tw_member_of(solve, k)->system->n_event == 0) continue;
    if (watched->epoch != solve->physics->epoch || watched->n_segment != solve->state->n_segment) return false;
    if (watched->away_step == 0 || watched->away_step != solve->state->n_in_segment) return false;
  }
  return true;
}

// The side of 0 on which a linear root's function is at y, beyond any rounding; 0: too near.
static int side_at(const watch *w, const double *y) {
  const tw_member *member = w->member;
  const double *weight = &w->at_zero[w->root->function.first];
  const int32_t n = member->system->n_state;
  double g = weight[n] + w->offset, size = fabs(weight[n]) + fabs(w->offset);
  for (int32_t i = 0; i < n; i++) {
    const double part = weight[i] * y[member->first_state + i];
    g += part;
    size += fabs(part);
  }
  return g > SIDE_ROUNDING * size ? 1 : g < -SIDE_ROUNDING * size ? -1 : 0;
}

// Has a linear root's function been above 0 all the way of a motion to y, beyond any rounding? Each mode moves it one
// way, so it was never lower than with all that has moved it down.
static bool is_above_all_the_way(const watch *w, const double *y) {
  const tw_closed *closed = tw_body_closed(w->solve);
  const int32_t n = closed->exact.n;
  const double *weight = &w->at_zero[w->root->function.first], *start = closed->motion.y0;
  double least = weight[n] + w->offset, size = fabs(weight[n]) + fabs(w->offset);
  for (int32_t i = 0; i < n; i++) {
    least += weight[i] * start[i];
    size += fabs(weight[i] * start[i]);
  }
  for (int32_t j = 0; j < n; j++) {
    double moved = 0, share = 0;
    for (int32_t k = 0; k < n; k++) {
      moved += closed->exact.w[j * n + k] * (y[k] - start[k]);
      share += weight[k] * closed->exact.v[j * n + k];
    }
    if (share * moved < 0) least += share * moved;
    size += fabs(share * moved);
  }
  return least > SIDE_ROUNDING * size;
}

// Is it plain that an event whose condition counts as true has not been behind its band in the present step, or motion,
// up to y?
static bool is_in_band(const watch *w, const double *y) {
  if (!(w->event->hysteresis > 0) || tw_body_is_away(w->solve)) return true;
  return w->solve->state->is_exact && !w->solve->state->is_still && is_above_all_the_way(w, y);
}

bool tw_body_is_plain(const tw_solve *solve, int32_t member_i, const double *y, bool is_true) {
  watch w = {.solve = solve, .member = &solve->run->line->member[member_i]};
  for (int32_t e = 0; e < w.member->system->n_event; e++) {
    w.event = &w.member->system->event[e];
    if (w.event->condition == TW_NONE) continue;
    if ((solve->run->model_event[w.member->first_event + e].is_true != 0) != is_true) continue;
    if (!w.event->is_bare || solve->state->is_closed) return false;
    if (w.at_zero == NULL) w.at_zero = roots_at_zero(solve, member_i, solve->physics->z);
    w.root = &w.member->system->root[w.event->first_root];
    w.offset = is_true ? w.event->hysteresis : 0;
    if (side_at(&w, y) != (is_true ? 1 : -1) || (is_true && !is_in_band(&w, y))) return false;
  }
  return true;
}

// Up to where a motion in closed form is looked through: the tick behind the planned end of what its machine does, as most
// segments end with that; a segment that has outlived it, once for all. INFINITY: nothing is planned.
static double planned_end_s(const tw_run *run, const tw_solve *solve, double from_s) {
  const tw_member *member = tw_member_of(solve, 0);
  if (!solve->state->is_exact || from_s > 0 || member->machine_i == TW_NONE) return (double)INFINITY;
  const tw_agenda agenda = tw_run_agenda(run);
  const uint32_t slot = (uint32_t)run->line->machine[member->machine_i].work_slot;
  if (!tw_agenda_is_pending(&agenda, slot)) return (double)INFINITY;
  const double end_s = 1e-6 * (double)(tw_agenda_tick(&agenda, slot) + 1 - solve->state->origin_us) - solve->state->origin_s;
  return end_s > 0 ? end_s : (double)INFINITY;
}

void tw_body_find_event(tw_run *run, int32_t body_i, double from_s) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const double until_s = planned_end_s(run, &solve, from_s);
  double clear_s = (double)INFINITY;
  state->pending = TW_NONE;
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    const tw_system *system = member->system;
    if (system->n_root == 0) continue;
    watch w = watch_of(&solve, solve.body->member[k], NULL);
    w.until_s = until_s;
    w.clear_s = clear_s;
    const bool is_whole = !state->is_exact && from_s == state->t_s;
    bool is_away = is_whole;
    for (int32_t e = 0; e < system->n_event; e++) {
      w.event = &system->event[e];
      if (w.event->condition == TW_NONE) continue;
      const bool is_true = run->model_event[member->first_event + e].is_true;
      if (is_whole && keeps_away(&w, is_true)) continue;
      is_away = false;
      if (w.event->n_root == 0) continue;
      const turn found = first_turn(&w, from_s, is_true);
      if (!found.is_found || (state->pending != TW_NONE && found.at_s >= state->pending_s)) continue;
      state->pending = member->first_event + e;
      state->pending_s = found.at_s;
      state->is_fall = !found.is_up;
    }
    clear_s = w.clear_s;
    if (is_away) solve.physics->watched[solve.body->member[k]].away_step = state->n_in_segment;
  }
  if (state->is_exact) state->t_s = state->pending == TW_NONE && clear_s < (double)INFINITY ? clear_s : 0;
}

void tw_body_truths(const tw_solve *solve, const tw_member *member, double t_s, const double *y,
                    bool *truth) {
  const tw_system *system = member->system;
  double *out = solve->physics->out;
  tw_program_once(solve, member, TW_PROGRAM_CONDITIONS, t_s, y, out);
  for (int32_t e = 0; e < system->n_event; e++)
    truth[e] = system->event[e].condition != TW_NONE && out[system->event[e].condition] != 0;
}
