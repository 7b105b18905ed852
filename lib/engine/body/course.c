// course.c - what bodies show: states and outputs at the present instant, and their integrals and
// ranges over the statistics window. Reads change nothing. Integrals of states are exact on the step's
// polynomial or in closed form, those of linear outputs follow from them; others are integrated by
// Gauss-Legendre quadrature with 5 nodes inside a step (of degree 9, where the step itself is of degree 5).

#include <math.h>

#include "base/assert.h"
#include "core/math.h"
#include "engine/body/inner.h"

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

static void widen(tw_course *course, double least, double greatest) {
  if (least < course->least) course->least = least;
  if (greatest > course->greatest) course->greatest = greatest;
}

static tw_course no_course(void) {
  return (tw_course){0, (double)INFINITY, -(double)INFINITY};
}

// Adds the range of a polynomial over its step: nothing where its hull lies inside what there is already,
// its ends where its slope keeps its sign.
static void widen_by_polynomial(tw_course *course, const double *c) {
  TW_STATIC_ASSERT(TW_ODE_DEGREE == 5, "the weights are those of degree 5");
  const double c1 = fabs(c[1]), c2 = fabs(c[2]), c3 = fabs(c[3]), c4 = fabs(c[4]), c5 = fabs(c[5]);
  const double reach = c1 + c2 + c3 + c4 + c5;
  if (c[0] - reach >= course->least && c[0] + reach <= course->greatest) return;
  double least = c[0], greatest = tw_ode_value(c, 1, 0, 1);
  if (c1 > 2 * c2 + 3 * c3 + 4 * c4 + 5 * c5) {
    if (c[1] > 0)
      widen(course, least, greatest);
    else
      widen(course, greatest, least);
    return;
  }
  tw_range_of_polynomial(c, 1, &least, &greatest);
  widen(course, least, greatest);
}

// Adds a state over a span of the step.
static inline void add_in_step(tw_course *course, const tw_solve *solve, const double *c, span of) {
  const tw_body_state *state = solve->state;
  const bool is_whole = of.from_s == state->t_s && of.to_s == state->t_s + state->h_s;
  double part[TW_ODE_N_COEFFICIENT];
  if (!is_whole) {
    tw_ode_part(c, (of.from_s - state->t_s) / state->h_s, (of.to_s - state->t_s) / state->h_s, part);
    c = part;
  }
  const double mean = (c[0] + c[1] / 2) + (c[2] * (1.0 / 3) + c[3] / 4) + (c[4] * (1.0 / 5) + c[5] * (1.0 / 6));
  course->integral_s += mean * (of.to_s - of.from_s);
  widen_by_polynomial(course, c);
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

// Is the range of state i that of its ends? A slope of two modes changes its sign once at most, so signs at
// the ends tell; of more modes it keeps it where all move the state the same way. last: the states at the end.
static bool is_monotone(const tw_closed *closed, int32_t i, const double *last) {
  const int32_t n = closed->exact.n;
  const tw_motion *motion = &closed->motion;
  if (n == 1) return true;
  bool rises = false, falls = false;
  double first_slope = 0, last_slope = 0;
  for (int32_t j = 0; j < n; j++) {
    double moved = 0;
    for (int32_t k = 0; k < n; k++) moved += closed->exact.w[j * n + k] * (last[k] - motion->y0[k]);
    const double share = closed->exact.v[j * n + i], slope = share * motion->speed[j];
    first_slope += slope;
    last_slope += share * (motion->speed[j] + closed->exact.rate[j] * moved);
    rises = rises || slope > 0;
    falls = falls || slope < 0;
  }
  return !(rises && falls) || (n == 2 && (first_slope > 0) == (last_slope > 0));
}

// Adds all states of a body in closed form. course: [n_state].
static void add_in_motion(tw_course *course, const tw_solve *solve, span of) {
  const tw_closed *closed = tw_body_closed(solve);
  const int32_t n = closed->exact.n;
  double from[TW_EXACT_N_MAX] = {0}, first[TW_EXACT_N_MAX], last[TW_EXACT_N_MAX];
  for (int32_t i = 0; i < n; i++) first[i] = closed->motion.y0[i];
  if (of.from_s != 0) tw_exact_both(&closed->exact, &closed->motion, of.from_s, first, from);
  tw_body_state_at(solve, of.to_s, last);
  TW_ASSERT(closed->read_s == of.to_s);
  for (int32_t i = 0; i < n; i++) {
    course[i].integral_s += closed->sum[i] - from[i];
    double least = first[i] < last[i] ? first[i] : last[i], greatest = first[i] < last[i] ? last[i] : first[i];
    if (!is_monotone(closed, i, last)) {
      double unit[TW_EXACT_N_MAX] = {0};
      unit[i] = 1;
      const tw_motion rest = motion_from(closed, of.from_s);
      tw_exact_range(&closed->exact, &rest, unit, of.to_s - of.from_s, &least, &greatest);
    }
    widen(&course[i], least, greatest);
  }
}

// Adds variable i of a member, which is not in closed form.
static inline void add_variable(tw_course *course, const tw_solve *solve, const tw_member *member, int32_t i,
                                span of) {
  const double *c = solve->run->variable[member->first_variable + i].c;
  if (i < member->system->n_state && is_moving(solve)) {
    add_in_step(course, solve, c, of);
    return;
  }
  course->integral_s += c[0] * (of.to_s - of.from_s);
  widen(course, c[0], c[0]);
}

static bool is_in_motion(const tw_solve *solve) { return solve->state->is_exact && is_moving(solve); }

static tw_course course_of(const tw_solve *solve, const tw_member *member, int32_t i, span of) {
  tw_course course = no_course(), all[TW_EXACT_N_MAX];
  if (!(of.to_s > of.from_s)) return course;
  if (i >= member->system->n_state || !is_in_motion(solve)) {
    add_variable(&course, solve, member, i, of);
    return course;
  }
  for (int32_t k = 0; k < TW_EXACT_N_MAX; k++) all[k] = no_course();
  add_in_motion(all, solve, of);
  return all[member->first_state + i];
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
  if (__builtin_expect(run->sink.span != NULL, 0)) run->sink.span(run->sink.self, run, body_i, t_s);
  if (!run->head->has_statistics || !(t_s > state->booked_s)) return;
  tw_course course[TW_BODY_STATES_MAX];
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    const tw_system *system = member->system;
    tw_variable *variable = &run->variable[member->first_variable];
    const int32_t n_motion = is_in_motion(&solve) ? system->n_state : 0;
    for (int32_t i = 0; i < n_motion; i++)
      course[i] = (tw_course){variable[i].integral_s, variable[i].least, variable[i].greatest};
    if (n_motion > 0) add_in_motion(course, &solve, of);
    for (int32_t i = 0; i < system->n_variable; i++) {
      tw_course one = {variable[i].integral_s, variable[i].least, variable[i].greatest};
      if (i < n_motion)
        one = course[i];
      else
        add_variable(&one, &solve, member, i, of);
      variable[i].integral_s = one.integral_s;
      variable[i].least = one.least;
      variable[i].greatest = one.greatest;
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
    run->variable[i].least = TW_RANGE_NONE;
    run->variable[i].greatest = -TW_RANGE_NONE;
  }
  for (int32_t i = 0; i < run->line->n_output; i++) {
    tw_output *output = &run->output[i];
    output->integral_s = 0;
    output->least = TW_RANGE_NONE;
    output->greatest = -TW_RANGE_NONE;
  }
  for (int32_t i = 0; i < run->line->n_model_event; i++) run->model_event[i].n = 0;
}

// ---- Reads -----------------------------------------------------------------------------------

double tw_variable_at(const tw_run *run, const tw_member *member, int32_t i, int64_t at_us) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const tw_variable *variable = &run->variable[member->first_variable + i];
  if (i >= member->system->n_state || !is_moving(&solve)) return variable->c[0];
  return tw_body_read(&solve, member, i, tw_body_elapsed_at(solve.state, at_us));
}

double tw_variable_now(const tw_run *run, const tw_member *member, int32_t i) {
  return tw_variable_at(run, member, i, tw_now(run));
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

double tw_output_at(const tw_run *run, const tw_member *member, int32_t i, int64_t at_us) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const double t_s = tw_body_elapsed_at(solve.state, at_us);
  double *y = solve.physics->y, *out = solve.physics->out;
  tw_body_state_at(&solve, t_s, y);
  tw_program_once(&solve, member, TW_PROGRAM_OUTPUTS, t_s, y, out);
  return tw_function_value(&member->system->output[i].function, out, member->system->n_state);
}

double tw_output_now(const tw_run *run, const tw_member *member, int32_t i) {
  return tw_output_at(run, member, i, tw_now(run));
}

// What has been counted; the range of nothing holds no number.
static tw_course counted(double integral_s, double least, double greatest) {
  if (least > greatest) return (tw_course){integral_s, (double)INFINITY, -(double)INFINITY};
  return (tw_course){integral_s, least, greatest};
}

// From where the segment is counted up to now.
static span open_span(const tw_run *run, const tw_solve *solve) {
  const double now_s = tw_body_elapsed_s(run, solve->state);
  return (span){solve->state->booked_s, solve->state->is_closed ? solve->state->booked_s : now_s};
}

tw_course tw_variable_course(const tw_run *run, const tw_member *member, int32_t i) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const tw_variable *variable = &run->variable[member->first_variable + i];
  tw_course course = counted(variable->integral_s, variable->least, variable->greatest);
  const tw_course open = course_of(&solve, member, i, open_span(run, &solve));
  course.integral_s += open.integral_s;
  widen(&course, open.least, open.greatest);
  return course;
}

tw_course tw_output_course(const tw_run *run, const tw_member *member, int32_t i) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  const tw_output *output = &run->output[member->first_output + i];
  tw_course course = counted(output->integral_s, output->least, output->greatest);
  tw_course open[TW_BODY_STATES_MAX];
  output_courses(&solve, member, open_span(run, &solve), open);
  course.integral_s += open[i].integral_s;
  widen(&course, open[i].least, open[i].greatest);
  return course;
}
