// curve.c - see curve.h. Inside a step a signal is a polynomial of degree 5, of which the cubic through the
// ends misses x^2 (1-x)^2 (c4 + c5 (x+2)), at most (|c4| + 3 |c5|)/16. In closed form it is a sum of
// exponentials; there the cubic misses at most h^4/384 of the largest fourth derivative.

#include "engine/body/curve.h"

#include <float.h>
#include <math.h>

#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "engine/body/inner.h"

enum { PIECES_MAX = 1000, SHORTER_MAX = 60 };
static const double USUAL_TOLERANCE = 1e-4;

typedef enum shape { FLAT, STEP, MOTION } shape;

// A signal over the present segment.
typedef struct followed {
  const tw_solve *solve;
  shape shape;
  int32_t first_state;                 // of its member in the body
  int32_t n;                           // states of its system
  double weight[TW_BODY_STATES_MAX];   // [n] what each counts
  double offset;
  double c[TW_ODE_N_COEFFICIENT];      // STEP; FLAT: c[0]
  double speed[TW_EXACT_N_MAX];        // MOTION: of mode j in the signal
  double tolerance;
} followed;

static shape shape_of(const tw_solve *solve) {
  const tw_body_state *state = solve->state;
  if (state->is_closed || state->is_still || solve->body->n_state == 0) return FLAT;
  if (state->is_exact) return MOTION;
  return state->h_s > 0 ? STEP : FLAT;
}

// What the signal is made of: weights of the states, and what stays.
static void take_weights(followed *law, const tw_curve *curve) {
  const tw_system *system = curve->member->system;
  law->n = system->n_state;
  law->offset = 0;
  for (int32_t k = 0; k < law->n; k++) law->weight[k] = 0;
  if (!curve->is_output) {
    if (curve->i < law->n)
      law->weight[curve->i] = 1;
    else
      law->offset = law->solve->run->variable[curve->member->first_variable + curve->i].c[0];
    return;
  }
  const tw_model_function *function = &system->output[curve->i].function;
  double *y = law->solve->physics->z, *out = law->solve->physics->out;
  TW_ASSERT(function->is_linear);
  for (int32_t k = 0; k < law->solve->body->n_state; k++) y[k] = 0;
  tw_program_once(law->solve, curve->member, TW_PROGRAM_OUTPUTS, 0, y, out);
  for (int32_t k = 0; k < law->n; k++) law->weight[k] = out[function->first + k];
  law->offset = out[function->first + law->n];
}

static double combine(const followed *law, const double *y) {
  double sum = law->offset;
  for (int32_t k = 0; k < law->n; k++)
    if (law->weight[k] != 0) sum += law->weight[k] * y[law->first_state + k];
  return sum;
}

// The signal as a polynomial of the step; where nothing moves, its value.
static void take_polynomial(followed *law, const tw_member *member) {
  const tw_variable *variable = &law->solve->run->variable[member->first_variable];
  const int32_t degree = law->shape == STEP ? TW_ODE_DEGREE : 0;
  for (int32_t j = 0; j < TW_ODE_N_COEFFICIENT; j++) law->c[j] = 0;
  for (int32_t k = 0; k < law->n; k++)
    for (int32_t j = 0; j <= degree && law->weight[k] != 0; j++) law->c[j] += law->weight[k] * variable[k].c[j];
  law->c[0] += law->offset;
}

static void take_modes(followed *law) {
  const tw_closed *closed = tw_body_closed(law->solve);
  TW_ASSERT(closed != NULL && law->n == closed->exact.n);
  for (int32_t j = 0; j < law->n; j++) {
    law->speed[j] = 0;
    for (int32_t k = 0; k < law->n; k++)
      law->speed[j] += law->weight[k] * closed->exact.v[j * law->n + k] * closed->motion.speed[j];
  }
}

static double tolerance_of(const followed *law, const tw_curve *curve) {
  if (curve->tolerance > 0) return curve->tolerance;
  double sum = 0;
  for (int32_t k = 0; k < law->n; k++) {
    const double nominal = curve->member->system->variable[k].nominal;
    sum += fabs(law->weight[k]) * (nominal > 0 ? nominal : 1);
  }
  return sum > 0 ? USUAL_TOLERANCE * sum : USUAL_TOLERANCE;
}

static void set_up(followed *law, const tw_solve *solve, const tw_curve *curve) {
  law->solve = solve;
  law->shape = shape_of(solve);
  law->first_state = curve->member->first_state;
  take_weights(law, curve);
  if (law->shape == MOTION)
    take_modes(law);
  else
    take_polynomial(law, curve->member);
  law->tolerance = tolerance_of(law, curve);
}

// ---- Knots -------------------------------------------------------------------------------------

// What rounding of values and times can add to an error.
static double rounding(double time_s, double value, double slope) {
  return 8 * DBL_EPSILON * (fabs(value) + fabs(slope) * time_s);
}

static tw_knot knot_at(const followed *law, double t_s) {
  const tw_body_state *state = law->solve->state;
  tw_knot knot = {.time_s = tw_seconds(state->origin_us) + (state->origin_s + t_s), .value = law->c[0]};
  if (law->shape == STEP) {
    const double x = (t_s - state->t_s) / state->h_s, *c = law->c;
    knot.value = tw_ode_value(c, 1, 0, x);
    knot.slope = ((((5 * c[5] * x + 4 * c[4]) * x + 3 * c[3]) * x + 2 * c[2]) * x + c[1]) / state->h_s;
  } else if (law->shape == MOTION) {
    const tw_closed *closed = tw_body_closed(law->solve);
    tw_body_state_at(law->solve, t_s, law->solve->physics->z);
    knot.value = combine(law, law->solve->physics->z);
    for (int32_t j = 0; j < law->n; j++)
      if (law->speed[j] != 0) knot.slope += law->speed[j] * tw_exp(closed->exact.rate[j] * t_s);
  }
  knot.error = rounding(knot.time_s, knot.value, knot.slope);
  return knot;
}

// What the cubic over [from_s, to_s] misses at most.
static double step_error(const followed *law, double from_s, double to_s) {
  const tw_body_state *state = law->solve->state;
  double part[TW_ODE_N_COEFFICIENT];
  tw_ode_part(law->c, (from_s - state->t_s) / state->h_s, (to_s - state->t_s) / state->h_s, part);
  return (fabs(part[4]) + 3 * fabs(part[5])) / 16;
}

// Bound of the fourth derivative over [from_s, to_s], over 384.
static double fourth(const followed *law, double from_s, double to_s) {
  const tw_closed *closed = tw_body_closed(law->solve);
  double sum = 0;
  for (int32_t j = 0; j < law->n; j++) {
    const double rate = closed->exact.rate[j];
    const double size = fabs(law->speed[j] * rate * rate * rate);
    if (size > 0) sum += size * tw_exp(rate * (rate > 0 ? to_s : from_s));
  }
  return sum / 384;
}

static double fourth_power(double h) { return (h * h) * (h * h); }

static double motion_error(const followed *law, double from_s, double to_s) {
  const double most = fourth(law, from_s, to_s);
  return most > 0 ? most * fourth_power(to_s - from_s) : 0;
}

// Where the piece that begins at from_s ends: as far as the tolerance lets it, at most at to_s.
static double motion_end(const followed *law, double from_s, double to_s) {
  const double most = fourth(law, from_s, from_s);
  double h_s = most > 0 ? sqrt(sqrt(law->tolerance / most)) : (double)INFINITY;
  if (!(h_s < to_s - from_s)) h_s = to_s - from_s;
  // what grows is larger at its end
  for (int n = 0; n < SHORTER_MAX && motion_error(law, from_s, from_s + h_s) > law->tolerance; n++) h_s *= 0.8;
  const double left_s = to_s - (from_s + h_s);
  return left_s > 1e-9 * h_s ? from_s + h_s : to_s;
}

static void tell(const followed *law, double from_s, double to_s, double error, tw_curve_sink sink) {
  const tw_knot begin = knot_at(law, from_s);
  tw_knot end = knot_at(law, to_s);
  end.error = error + fmax(begin.error, end.error);
  sink.piece(sink.self, &begin, &end, law->tolerance);
}

static void follow_step(const followed *law, double from_s, double to_s, tw_curve_sink sink) {
  const tw_body_state *state = law->solve->state;
  double whole[TW_ODE_N_COEFFICIENT];
  tw_ode_part(law->c, (from_s - state->t_s) / state->h_s, (to_s - state->t_s) / state->h_s, whole);
  // of the degree 5 each piece has its share of degree 4
  const double most = (fabs(whole[4]) + 8 * fabs(whole[5])) / 16;
  const double wanted = most > law->tolerance ? ceil(sqrt(sqrt(most / law->tolerance))) : 1;
  const int n = wanted < PIECES_MAX ? (int)wanted : PIECES_MAX;
  TW_ASSERT(n > 0);
  double at_s = from_s;
  for (int k = 1; k <= n; k++) {
    const double end_s = k == n ? to_s : from_s + (to_s - from_s) * k / n;
    tell(law, at_s, end_s, step_error(law, at_s, end_s), sink);
    at_s = end_s;
  }
}

static void follow_motion(const followed *law, double from_s, double to_s, tw_curve_sink sink) {
  double at_s = from_s;
  for (int n = 1; n <= PIECES_MAX; n++) {
    const double end_s = n == PIECES_MAX ? to_s : motion_end(law, at_s, to_s);
    tell(law, at_s, end_s, motion_error(law, at_s, end_s), sink);
    at_s = end_s;
    if (!(at_s < to_s)) return;
  }
}

void tw_curve_follow(const tw_run *run, const tw_curve *curve, double from_s, double to_s, tw_curve_sink sink) {
  const tw_solve solve = tw_solve_of(run, curve->member->body_i);
  followed law;
  set_up(&law, &solve, curve);
  TW_ASSERT(to_s >= from_s);
  if (law.shape == STEP)
    follow_step(&law, from_s, to_s, sink);
  else if (law.shape == MOTION)
    follow_motion(&law, from_s, to_s, sink);
  else
    tell(&law, from_s, to_s, 0, sink);
}

double tw_curve_shown_s(const tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  const double now_s = tw_body_elapsed_s(run, solve.state);
  if (solve.state->is_closed || !(now_s > 0)) return 0;
  const double end_s = solve.state->t_s + solve.state->h_s;
  // a run that was stopped shows its last step only
  return shape_of(&solve) == STEP && run->head->poison != 0 && now_s > end_s ? end_s : now_s;
}
