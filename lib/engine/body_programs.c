// body_programs.c - the equations of bodies as numbers: work areas of programs, their inputs, and the
// solvers' callbacks. Also what the words of models read of a machine.

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/body_inner.h"

// ---- Work areas ------------------------------------------------------------------------------

// One area for each program of each system: constants are set once, inputs before each use.
static bool make_areas(tw_physics *physics, const tw_line *line) {
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t p = 0; p < TW_PROGRAM_N; p++) {
      double **area = &physics->area[system->i * TW_PROGRAM_N + p];
      if (*area != NULL) continue;
      *area = calloc((size_t)tw_program_n_work(system->program[p]) + 1, sizeof **area);
      if (*area == NULL) return false;
      tw_program_prepare(system->program[p], *area);
    }
  }
  return true;
}

static int32_t most_outputs(const tw_line *line) {
  int32_t most = 1;
  for (int32_t m = 0; m < line->n_member; m++)
    for (int32_t p = 0; p < TW_PROGRAM_N; p++) {
      const int32_t n = tw_program_n_output(line->member[m].system->program[p]);
      if (n > most) most = n;
    }
  return most;
}

struct tw_physics *tw_physics_new(const tw_line *line) {
  tw_physics *physics = calloc(1, sizeof *physics);
  if (physics == NULL) return NULL;
  physics->epoch = 1;
  physics->n_system = line->n_system;
  physics->n_body = line->n_body;
  const size_t n_body = (size_t)line->n_body;
  size_t n = 1;
  for (size_t b = 0; b < n_body; b++)
    if ((size_t)line->body[b].n_state > n) n = (size_t)line->body[b].n_state;
  const size_t n_out = (size_t)most_outputs(line), n_work = TW_RK_WORK * n;
  physics->area = calloc((size_t)line->n_system * TW_PROGRAM_N + 1, sizeof *physics->area);
  physics->closed = calloc(n_body + 1, sizeof *physics->closed);
  physics->stiff = calloc(n_body + 1, sizeof *physics->stiff);
  physics->memory = calloc(3 * n + TW_ODE_N_COEFFICIENT * n + n_work + 2 * n_out, sizeof(double));
  if (physics->area == NULL || physics->closed == NULL || physics->stiff == NULL ||
      physics->memory == NULL || !make_areas(physics, line)) {
    tw_physics_free(physics);
    return NULL;
  }
  physics->y = physics->memory;
  physics->dy = physics->y + n;
  physics->atol = physics->dy + n;
  physics->c = physics->atol + n;
  physics->rk_work = physics->c + TW_ODE_N_COEFFICIENT * n;
  physics->out = physics->rk_work + n_work;
  physics->sum_out = physics->out + n_out;
  return physics;
}

void tw_physics_free(struct tw_physics *physics) {
  if (physics == NULL) return;
  for (int32_t i = 0; physics->area != NULL && i < physics->n_system * TW_PROGRAM_N; i++)
    free(physics->area[i]);
  for (int32_t b = 0; physics->stiff != NULL && b < physics->n_body; b++) {
    tw_cvode_free(physics->stiff[b].cvode);
    free(physics->stiff[b].atol);
  }
  free(physics->area);
  free(physics->closed);
  free(physics->stiff);
  free(physics->memory);
  free(physics);
}

void tw_physics_forget(struct tw_physics *physics) {
  if (physics != NULL) physics->epoch++;
}

// ---- Programs --------------------------------------------------------------------------------

static double *area_of(const tw_solve *solve, const tw_system *system, tw_system_program which) {
  return solve->physics->area[system->i * TW_PROGRAM_N + (int32_t)which];
}

void tw_program_load(const tw_solve *solve, const tw_member *member, tw_system_program which) {
  const tw_system *system = member->system;
  double *area = area_of(solve, system, which);
  const tw_word *word = &solve->run->word[member->first_word];
  const tw_variable *variable = &solve->run->variable[member->first_variable];
  for (int32_t i = 0; i < system->n_word; i++) area[system->word[i].input_i] = word[i].value;
  for (int32_t i = system->n_state; i < system->n_variable; i++)
    area[system->variable[i].input_i] = variable[i].c[0];
  tw_program_fix(system->program[which], area);
}

// A state of a shared model, which is a member of the same body.
static double shared_value(const tw_solve *solve, int32_t variable, const double *y) {
  const tw_line *line = solve->run->line;
  const tw_station_variable *of = &line->shared_variable[variable];
  const tw_member *member = &line->member[of->member];
  return of->i < member->system->n_state ? y[member->first_state + of->i]
                                         : solve->run->variable[member->first_variable + of->i].c[0];
}

// The sum of an output over the members that have it. Those read no sums themselves.
static double sum_at(const tw_solve *solve, const tw_sum *sum, int32_t first_word, double t_s,
                     const double *y) {
  const tw_line *line = solve->run->line;
  double *out = solve->physics->sum_out;
  double total = sum->word == TW_NONE ? 0 : solve->run->word[first_word + sum->word].value;
  for (int32_t k = 0; k < sum->n_term; k++) {
    const tw_member *member = &line->member[sum->term[k].member];
    const tw_model_function *function = &member->system->output[sum->term[k].output].function;
    tw_program_at(solve, member, TW_PROGRAM_OUTPUTS, t_s, y, out);
    total += tw_function_value(function, out, member->system->n_state);
  }
  return total;
}

// What a member of an island reads of the others. Machines of one station share their programs' areas, so
// each member's own inputs are loaded anew.
static void load_shared(const tw_solve *solve, const tw_member *member, tw_system_program which, double t_s,
                        const double *y) {
  const tw_system *system = member->system;
  tw_program_load(solve, member, which);
  double *area = area_of(solve, system, which);
  for (int32_t i = 0; i < system->n_foreign; i++)
    area[system->foreign[i].input_i] = shared_value(solve, system->foreign[i].variable, y);
  for (int32_t i = 0; i < system->n_sum; i++)
    area[system->sum[i].input_i] = sum_at(solve, &system->sum[i], member->first_word, t_s, y);
}

void tw_program_at(const tw_solve *solve, const tw_member *member, tw_system_program which, double t_s,
                   const double *y, double *out) {
  const tw_system *system = member->system;
  double *area = area_of(solve, system, which);
  if (solve->body->n_member > 1 || system->n_sum > 0) load_shared(solve, member, which, t_s, y);
  for (int32_t i = 0; i < system->n_state; i++)
    area[system->variable[i].input_i] = y[member->first_state + i];
  area[system->time_input] = tw_seconds(solve->state->origin_us) + (solve->state->origin_s + t_s);
  tw_program_run(system->program[which], area, out);
}

void tw_program_once(const tw_solve *solve, const tw_member *member, tw_system_program which, double t_s,
                     const double *y, double *out) {
  tw_program_load(solve, member, which);
  tw_program_at(solve, member, which, t_s, y, out);
}

double tw_function_value(const tw_model_function *function, const double *out, int32_t n) {
  return function->is_linear ? out[function->first + n] : out[function->first];
}

// ---- The solvers' callbacks ------------------------------------------------------------------

static void rhs_of_one(void *self, double t_s, const double *y, double *dy) {
  const tw_solve *solve = self;
  tw_program_at(solve, tw_member_of(solve, 0), TW_PROGRAM_RHS, t_s, y, dy);
}

static void rhs_of_many(void *self, double t_s, const double *y, double *dy) {
  const tw_solve *solve = self;
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    tw_program_once(solve, member, TW_PROGRAM_RHS, t_s, y, dy + member->first_state);
  }
}

static void jacobian_of_one(void *self, double t_s, const double *y, double *columns) {
  const tw_solve *solve = self;
  tw_program_once(solve, tw_member_of(solve, 0), TW_PROGRAM_JACOBIAN, t_s, y, columns);
}

tw_ode tw_body_ode(tw_solve *solve) {
  const tw_body *body = solve->body;
  const bool is_one = body->n_member == 1;
  if (is_one) tw_program_load(solve, tw_member_of(solve, 0), TW_PROGRAM_RHS);
  for (int32_t k = 0; k < body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    for (int32_t i = 0; i < member->system->n_state; i++) {
      const double nominal = member->system->variable[i].nominal;
      solve->physics->atol[member->first_state + i] = body->rtol * (nominal > 0 ? nominal : 1);
    }
  }
  return (tw_ode){.n = body->n_state,
                  .rhs = is_one ? rhs_of_one : rhs_of_many,
                  .jacobian = is_one ? jacobian_of_one : NULL,
                  .self = solve,
                  .rtol = body->rtol,
                  .atol = solve->physics->atol};
}

// ---- Closed form and states ------------------------------------------------------------------

// Takes A apart, unless it is the one of before. False: it cannot be.
static bool take_apart(const tw_solve *solve, const tw_member *member, tw_closed *closed) {
  const int32_t n = solve->body->n_state;
  double columns[TW_EXACT_N_MAX * TW_EXACT_N_MAX];
  static const double zero[TW_EXACT_N_MAX];
  tw_program_once(solve, member, TW_PROGRAM_JACOBIAN, 0, zero, columns);
  const size_t size = (size_t)(n * n) * sizeof *columns;
  if (closed->is_apart && memcmp(columns, closed->columns, size) == 0) return true;
  memcpy(closed->columns, columns, size);
  closed->is_apart = tw_exact_take_apart(&closed->exact, n, columns);
  return closed->is_apart;
}

const tw_closed *tw_body_closed(const tw_solve *solve) {
  static const double zero[TW_EXACT_N_MAX];
  const int32_t n = solve->body->n_state;
  tw_closed *closed = &solve->physics->closed[solve->body_i];
  if (closed->epoch == solve->physics->epoch && closed->n_segment == solve->state->n_segment)
    return closed;
  TW_ASSERT(n > 0 && n <= TW_EXACT_N_MAX && solve->body->n_member == 1);
  const tw_member *member = tw_member_of(solve, 0);
  if (!take_apart(solve, member, closed)) return NULL;
  double b[TW_EXACT_N_MAX], y[TW_EXACT_N_MAX];
  tw_program_once(solve, member, TW_PROGRAM_RHS, 0, zero, b);
  for (int32_t i = 0; i < n; i++) y[i] = solve->run->variable[member->first_variable + i].c[0];
  tw_exact_begin(&closed->exact, y, b, &closed->motion);
  closed->epoch = solve->physics->epoch;
  closed->n_segment = solve->state->n_segment;
  return closed;
}

static double polynomial(const double *c, double x) {
  double sum = c[TW_ODE_DEGREE];
  for (int32_t k = TW_ODE_DEGREE - 1; k >= 0; k--) sum = sum * x + c[k];
  return sum;
}

void tw_body_state_at(const tw_solve *solve, double t_s, double *y) {
  const tw_body_state *state = solve->state;
  if (state->is_exact && !state->is_closed && !state->is_still && solve->body->n_state > 0) {
    const tw_closed *closed = tw_body_closed(solve);
    TW_ASSERT(closed != NULL);
    tw_exact_value(&closed->exact, &closed->motion, t_s, y);
    return;
  }
  const bool has_step = state->h_s > 0 && !state->is_closed && !state->is_still;
  double x = has_step ? (t_s - state->t_s) / state->h_s : 0;
  // its end lies within the tick that is under way: the next step is made when that is over
  const bool is_under_way = solve->run->head->poison == 0;
  const double most = !is_under_way ? 1 : state->h_s > 1e-6 ? 1 + 1e-6 / state->h_s : 2;
  if (x > most) x = most;
  if (x < 0) x = 0;
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    const tw_variable *variable = &solve->run->variable[member->first_variable];
    for (int32_t i = 0; i < member->system->n_state; i++)
      y[member->first_state + i] = polynomial(variable[i].c, x);
  }
}

void tw_body_end_state(const tw_solve *solve, double *y) {
  for (int32_t k = 0; k < solve->body->n_member; k++) {
    const tw_member *member = tw_member_of(solve, k);
    const tw_variable *variable = &solve->run->variable[member->first_variable];
    for (int32_t i = 0; i < member->system->n_state; i++) y[member->first_state + i] = polynomial(variable[i].c, 1);
  }
}
