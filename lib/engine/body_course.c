// body_course.c - what bodies show: states and outputs at the present instant, and their integrals and
// ranges over the statistics window. Reads change nothing. Integrals of states are exact on the step's
// polynomial or in closed form, those of linear outputs follow from them; others are integrated by
// Gauss-Legendre quadrature with 5 nodes inside a step (of degree 9, where the step itself is of degree 5).

#include <math.h>

#include "base/assert.h"
#include "core/math.h"
#include "engine/body_inner.h"

enum { N_NODE = 5, PIECES_MAX = 64 };
static const double FIRST_PIECE = 0.5, PIECE_GROWTH = 1.5;  // in time constants of the fastest mode
static const double node[N_NODE] = {0.046910077030668, 0.230765344947158, 0.5, 0.769234655052842,
                                    0.953089922969332};
static const double weight[N_NODE] = {0.118463442528095, 0.239314335249683, 0.284444444444444,
                                      0.239314335249683, 0.118463442528095};

// A piece of a segment.
typedef struct span {
  double from_s, to_s;
} span;

static bool is_moving(const tw_solve *solve) {
  return !solve->state->is_closed && !solve->state->is_still &&
         (solve->state->is_exact || solve->state->h_s > 0);
}

// Coefficients of the polynomial over a part [a, b] of the step, again from 0 to 1.
static void cut(const double *c, double a, double b, double out[TW_ODE_N_COEFFICIENT]) {
  for (int32_t k = 0; k < TW_ODE_N_COEFFICIENT; k++) out[k] = c[k];
  for (int32_t k = 0; k < TW_ODE_DEGREE; k++)
    for (int32_t j = TW_ODE_DEGREE - 1; j >= k; j--) out[j] += a * out[j + 1];
  double scale = 1;
  for (int32_t k = 1; k < TW_ODE_N_COEFFICIENT; k++) out[k] *= scale *= b - a;
}

static void widen(tw_course *course, double least, double greatest) {
  if (least < course->least) course->least = least;
  if (greatest > course->greatest) course->greatest = greatest;
}

static tw_course no_course(void) {
  return (tw_course){0, (double)INFINITY, -(double)INFINITY};
}

// A state over a span of the step.
static tw_course course_in_step(const tw_solve *solve, const double *c, span of) {
  const tw_body_state *state = solve->state;
  double part[TW_ODE_N_COEFFICIENT];
  tw_course course = no_course();
  cut(c, (of.from_s - state->t_s) / state->h_s, (of.to_s - state->t_s) / state->h_s, part);
  double sum = 0;
  for (int32_t k = TW_ODE_DEGREE; k >= 0; k--) sum += part[k] / (k + 1);
  course.integral_s = sum * (of.to_s - of.from_s);
  tw_range_of_polynomial(part, 1, &course.least, &course.greatest);
  return course;
}

// The motion as it goes on from an instant.
static tw_motion motion_from(const tw_closed *closed, double from_s) {
  tw_motion rest = closed->motion;
  if (!(from_s > 0)) return rest;
  tw_exact_value(&closed->exact, &closed->motion, from_s, rest.y0);
  for (int32_t j = 0; j < closed->exact.n; j++)
    rest.speed[j] *= tw_exp(closed->exact.rate[j] * from_s);
  return rest;
}

// State i of the body, in closed form.
static tw_course course_in_motion(const tw_solve *solve, int32_t i, span of) {
  const tw_closed *closed = tw_body_closed(solve);
  double from[TW_EXACT_N_MAX], to[TW_EXACT_N_MAX], unit[TW_EXACT_N_MAX] = {0};
  tw_course course = no_course();
  tw_exact_integral(&closed->exact, &closed->motion, of.from_s, from);
  tw_exact_integral(&closed->exact, &closed->motion, of.to_s, to);
  course.integral_s = to[i] - from[i];
  unit[i] = 1;
  const tw_motion rest = motion_from(closed, of.from_s);
  tw_exact_range(&closed->exact, &rest, unit, of.to_s - of.from_s, &course.least,
                 &course.greatest);
  return course;
}

static tw_course course_of(const tw_solve *solve, const tw_member *member, int32_t i, span of) {
  const tw_variable *variable = &solve->run->variable[member->first_variable + i];
  const bool is_state = i < member->system->n_state;
  if (!(of.to_s > of.from_s)) return no_course();
  if (!is_state || !is_moving(solve))
    return (tw_course){variable->c[0] * (of.to_s - of.from_s), variable->c[0], variable->c[0]};
  if (solve->state->is_exact) return course_in_motion(solve, member->first_state + i, of);
  return course_in_step(solve, variable->c, of);
}

// ---- Outputs ---------------------------------------------------------------------------------

// Cuts a span into pieces for quadrature, by their ends: a motion in closed form may be long, and what
// moves in it dies away, so that each piece may be longer than the one before it. Returns how many.
static int32_t cut_span(const tw_solve *solve, span of, double end_s[PIECES_MAX]) {
  double piece_s = of.to_s - of.from_s, at_s = of.from_s, rate = 0;
  if (is_moving(solve) && solve->state->is_exact) {
    const tw_closed *closed = tw_body_closed(solve);
    for (int32_t i = 0; i < solve->body->n_state; i++) rate = fmax(rate, fabs(closed->exact.rate[i]));
    if (rate * piece_s > FIRST_PIECE) piece_s = FIRST_PIECE / rate;
  }
  int32_t n = 0;
  for (; n < PIECES_MAX - 1 && of.to_s - at_s > piece_s; piece_s *= PIECE_GROWTH)
    end_s[n++] = at_s += piece_s;
  end_s[n++] = of.to_s;
  return n;
}

// All outputs of a member over a span, those that are not linear by quadrature. course: [n_output].
static void output_courses(const tw_solve *solve, const tw_member *member, span of, tw_course *course) {
  const tw_system *system = member->system;
  double *y = solve->physics->y, *out = solve->physics->out;
  tw_program_load(solve, member, TW_PROGRAM_OUTPUTS);
  for (int32_t i = 0; i < system->n_output; i++) course[i] = no_course();
  if (!(of.to_s > of.from_s)) return;
  double end_s[PIECES_MAX];
  const int32_t n_piece = cut_span(solve, of, end_s);
  for (int32_t p = 0; p <= n_piece; p++) {
    const double begin_s = p == 0 ? of.from_s : end_s[p - 1];
    const double length_s = p < n_piece ? end_s[p] - begin_s : 0;
    for (int32_t k = -1; k < (p == n_piece ? 0 : N_NODE); k++) {
      // the ends of a piece count for the range only
      const double t_s = k < 0 ? begin_s : begin_s + node[k] * length_s;
      tw_body_state_at(solve, t_s, y);
      tw_program_at(solve, member, TW_PROGRAM_OUTPUTS, t_s, y, out);
      for (int32_t i = 0; i < system->n_output; i++) {
        const double value = tw_function_value(&system->output[i].function, out, system->n_state);
        widen(&course[i], value, value);
        if (k >= 0) course[i].integral_s += weight[k] * length_s * value;
      }
    }
  }
  // linear ones follow exactly from the states: value at 0, and weights
  bool has_linear = false;
  for (int32_t i = 0; i < system->n_output; i++)
    has_linear = has_linear || system->output[i].function.is_linear;
  if (!has_linear) return;
  for (int32_t i = 0; i < solve->body->n_state; i++) y[i] = 0;
  tw_program_at(solve, member, TW_PROGRAM_OUTPUTS, 0, y, out);
  for (int32_t i = 0; i < system->n_output; i++) {
    const tw_model_function *function = &system->output[i].function;
    if (!function->is_linear) continue;
    course[i].integral_s = out[function->first + system->n_state] * (of.to_s - of.from_s);
  }
  for (int32_t j = 0; j < system->n_state; j++) {
    const double integral_s = course_of(solve, member, j, of).integral_s;
    for (int32_t i = 0; i < system->n_output; i++)
      if (system->output[i].function.is_linear)
        course[i].integral_s += out[system->output[i].function.first + j] * integral_s;
  }
}

// ---- Booking ---------------------------------------------------------------------------------

void tw_output_courses(const tw_solve *solve, const tw_member *member, double from_s, double to_s,
                       tw_course *course) {
  output_courses(solve, member, (span){from_s, to_s}, course);
}

void tw_body_book(tw_run *run, int32_t body_i, double t_s) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  const span of = {state->booked_s, t_s};
  if (!run->head->has_statistics || !(t_s > state->booked_s)) return;
  tw_course course[TW_BODY_STATES_MAX];
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    const tw_system *system = member->system;
    for (int32_t i = 0; i < system->n_variable; i++) {
      tw_variable *variable = &run->variable[member->first_variable + i];
      const tw_course one = course_of(&solve, member, i, of);
      variable->integral_s += one.integral_s;
      if (one.least < variable->least) variable->least = one.least;
      if (one.greatest > variable->greatest) variable->greatest = one.greatest;
    }
    if (system->n_output == 0) continue;
    output_courses(&solve, member, of, course);
    for (int32_t i = 0; i < system->n_output; i++) {
      tw_output *output = &run->output[member->first_output + i];
      output->integral_s += course[i].integral_s;
      if (course[i].least < output->least) output->least = course[i].least;
      if (course[i].greatest > output->greatest) output->greatest = course[i].greatest;
    }
  }
  state->booked_s = t_s;
}

void tw_bodies_reset(tw_run *run) {
  for (int32_t b = 0; b < run->line->n_body; b++)
    if (!run->body[b].is_closed)
      run->body[b].booked_s = run->body[b].metered_s = tw_body_elapsed_s(run, &run->body[b]);
  for (int32_t i = 0; i < run->line->n_variable; i++) {
    run->variable[i].integral_s = 0;
    run->variable[i].least = (double)INFINITY;
    run->variable[i].greatest = -(double)INFINITY;
  }
  for (int32_t i = 0; i < run->line->n_output; i++) {
    tw_output *output = &run->output[i];
    output->integral_s = 0;
    output->least = (double)INFINITY;
    output->greatest = -(double)INFINITY;
  }
  for (int32_t i = 0; i < run->line->n_model_event; i++) run->model_event[i].n = 0;
}

// ---- Reads -----------------------------------------------------------------------------------

double tw_variable_now(const tw_run *run, const tw_member *member, int32_t i) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const tw_variable *variable = &run->variable[member->first_variable + i];
  if (i >= member->system->n_state || !is_moving(&solve)) return variable->c[0];
  double *y = solve.physics->y;
  tw_body_state_at(&solve, tw_body_elapsed_s(run, solve.state), y);
  return y[member->first_state + i];
}

void tw_bodies_fill(const tw_run *run, int32_t machine_i, double *values) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  const tw_place *place = &run->line->place[machine->node_i];
  for (int32_t k = 0; k < place->n_variable; k++) {
    const tw_station_variable *variable = &place->variable[k];
    values[k] = tw_variable_now(run, &run->line->member[machine->first_member + variable->member],
                                variable->i);
  }
  const tw_line *line = run->line;
  for (int32_t k = 0; k < line->n_shared_variable; k++) {
    const tw_station_variable *variable = &line->shared_variable[k];
    values[place->n_variable + k] = tw_variable_now(run, &line->member[variable->member], variable->i);
  }
}

double tw_output_now(const tw_run *run, const tw_member *member, int32_t i) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const double t_s = tw_body_elapsed_s(run, solve.state);
  double *y = solve.physics->y, *out = solve.physics->out;
  tw_body_state_at(&solve, t_s, y);
  tw_program_once(&solve, member, TW_PROGRAM_OUTPUTS, t_s, y, out);
  return tw_function_value(&member->system->output[i].function, out, member->system->n_state);
}

// From where the segment is counted up to now.
static span open_span(const tw_run *run, const tw_solve *solve) {
  const double now_s = tw_body_elapsed_s(run, solve->state);
  return (span){solve->state->booked_s, solve->state->is_closed ? solve->state->booked_s : now_s};
}

tw_course tw_variable_course(const tw_run *run, const tw_member *member, int32_t i) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const tw_variable *variable = &run->variable[member->first_variable + i];
  tw_course course = {variable->integral_s, variable->least, variable->greatest};
  const tw_course open = course_of(&solve, member, i, open_span(run, &solve));
  course.integral_s += open.integral_s;
  widen(&course, open.least, open.greatest);
  return course;
}

tw_course tw_output_course(const tw_run *run, const tw_member *member, int32_t i) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const tw_output *output = &run->output[member->first_output + i];
  tw_course course = {output->integral_s, output->least, output->greatest}, open[TW_BODY_STATES_MAX];
  output_courses(&solve, member, open_span(run, &solve), open);
  course.integral_s += open[i].integral_s;
  widen(&course, open[i].least, open[i].greatest);
  return course;
}
