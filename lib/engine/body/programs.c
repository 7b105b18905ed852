// programs.c - the equations of bodies as numbers: work areas of programs, their inputs, and the
// solvers' callbacks. Also what the words of models read of a machine.

#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/body/inner.h"

// ---- Work areas ------------------------------------------------------------------------------

// One area for each program of each system: constants are set once, inputs before each use.
static bool make_areas(tw_physics *physics, const tw_line *line) {
  const tw_memory *memory = tw_line_memory(line);
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t p = 0; p < TW_PROGRAM_N; p++) {
      double **area = &physics->area[system->i * TW_PROGRAM_N + p];
      if (*area != NULL) continue;
      *area = tw_memory_zeroed(memory, (size_t)tw_program_n_work(system->program[p]) + 1,
                               sizeof **area);
      if (*area == NULL) return false;
      tw_program_prepare(system->program[p], *area);
      tw_program_fix(system->program[p], *area);
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

// Words and kept states: what does not move in a segment.
static int32_t n_setting_input(const tw_system *system) {
  return system->n_word + system->n_variable - system->n_state;
}

static int32_t n_root_output(const tw_system *system) {
  return tw_program_n_output(system->program[TW_PROGRAM_ROOTS]);
}

// Numbers that are kept for each member and body: outputs of roots, tolerances, inputs of settings.
static size_t count_kept(const tw_line *line) {
  size_t n = 0;
  for (int32_t m = 0; m < line->n_member; m++)
    n += (size_t)n_root_output(line->member[m].system) +
         TW_SETTINGS * (size_t)(n_setting_input(line->member[m].system) + n_root_output(line->member[m].system));
  for (int32_t b = 0; b < line->n_body; b++) n += (size_t)line->body[b].n_state;
  return n;
}

static void give_kept(tw_physics *physics, const tw_line *line, double *kept) {
  for (int32_t m = 0; m < line->n_member; m++) {
    physics->watched[m].at_zero = kept;
    const tw_system *system = line->member[m].system;
    kept += n_root_output(system);
    tw_setting *setting = &physics->setting[system->i * TW_SETTINGS];
    for (int32_t i = 0; i < TW_SETTINGS && setting[TW_SETTINGS - 1].inputs == NULL; i++) {
      setting[i].inputs = kept;
      setting[i].at_zero = kept + n_setting_input(system);
      kept = setting[i].at_zero + n_root_output(system);
    }
  }
  for (int32_t b = 0; b < line->n_body; b++) {
    const tw_body *body = &line->body[b];
    physics->atol[b] = kept;
    for (int32_t k = 0; k < body->n_member; k++) {
      const tw_member *member = &line->member[body->member[k]];
      for (int32_t i = 0; i < member->system->n_state; i++) {
        const double nominal = member->system->variable[i].nominal;
        kept[member->first_state + i] = body->rtol * (nominal > 0 ? nominal : 1);
      }
    }
    kept += body->n_state;
  }
}

struct tw_physics *tw_physics_new(const tw_line *line) {
  const tw_memory *memory = tw_line_memory(line);
  tw_physics *physics = tw_memory_zeroed(memory, 1, sizeof *physics);
  if (physics == NULL) return NULL;
  physics->epoch = 1;
  physics->from = memory;
  physics->n_system = line->n_system;
  physics->n_body = line->n_body;
  const size_t n_body = (size_t)line->n_body;
  size_t n = 1;
  for (size_t b = 0; b < n_body; b++)
    if ((size_t)line->body[b].n_state > n) n = (size_t)line->body[b].n_state;
  const size_t n_out = (size_t)most_outputs(line), n_work = TW_RK_WORK * n;
  const size_t n_kept = count_kept(line);
  physics->area =
      tw_memory_zeroed(memory, (size_t)line->n_system * TW_PROGRAM_N + 1, sizeof *physics->area);
  physics->closed = tw_memory_zeroed(memory, n_body + 1, sizeof *physics->closed);
  physics->stiff = tw_memory_zeroed(memory, n_body + 1, sizeof *physics->stiff);
  physics->watched = tw_memory_zeroed(memory, (size_t)line->n_member + 1, sizeof *physics->watched);
  physics->atol = tw_memory_zeroed(memory, n_body + 1, sizeof *physics->atol);
  physics->setting =
      tw_memory_zeroed(memory, (size_t)line->n_system * TW_SETTINGS + 1, sizeof *physics->setting);
  physics->memory = tw_memory_zeroed(
      memory, 3 * n + TW_ODE_N_COEFFICIENT * n + n_work + 2 * n_out + n_kept, sizeof(double));
  if (physics->area == NULL || physics->closed == NULL || physics->stiff == NULL || physics->watched == NULL ||
      physics->atol == NULL || physics->setting == NULL || physics->memory == NULL || !make_areas(physics, line)) {
    tw_physics_free(physics);
    return NULL;
  }
  physics->y = physics->memory;
  physics->z = physics->y + n;
  physics->dy = physics->z + n;
  physics->c = physics->dy + n;
  physics->rk_work = physics->c + TW_ODE_N_COEFFICIENT * n;
  physics->out = physics->rk_work + n_work;
  physics->sum_out = physics->out + n_out;
  give_kept(physics, line, physics->sum_out + n_out);
  return physics;
}

void tw_physics_free(struct tw_physics *physics) {
  if (physics == NULL) return;
  const tw_memory *memory = physics->from;
  for (int32_t i = 0; physics->area != NULL && i < physics->n_system * TW_PROGRAM_N; i++)
    tw_memory_free(memory, physics->area[i]);
  for (int32_t b = 0; physics->stiff != NULL && b < physics->n_body; b++) {
    tw_cvode_free(physics->stiff[b].cvode);
    tw_memory_free(memory, physics->stiff[b].atol);
  }
  tw_memory_free(memory, physics->area);
  tw_memory_free(memory, physics->closed);
  tw_memory_free(memory, physics->stiff);
  tw_memory_free(memory, physics->watched);
  tw_memory_free(memory, physics->atol);
  tw_memory_free(memory, physics->setting);
  tw_memory_free(memory, physics->memory);
  tw_memory_free(memory, physics);
}

void tw_physics_forget(struct tw_physics *physics) {
  if (physics != NULL) physics->epoch++;
}

// ---- Programs --------------------------------------------------------------------------------

static double *area_of(const tw_solve *solve, const tw_system *system, tw_system_program which) {
  return solve->physics->area[system->i * TW_PROGRAM_N + (int32_t)which];
}

// Puts an input into an area; false: it stood there already, bit for bit.
static inline bool put_input(double *input, double value) {
  uint64_t there, wanted;
  memcpy(&there, input, sizeof there);
  memcpy(&wanted, &value, sizeof wanted);
  *input = value;
  return there != wanted;
}

// What the fixed part reads is in the area itself, so it is seen there whether it is still right.
void tw_program_load(const tw_solve *solve, const tw_member *member, tw_system_program which) {
  const tw_system *system = member->system;
  double *area = area_of(solve, system, which);
  const tw_word *word = &solve->run->word[member->first_word];
  const tw_variable *variable = &solve->run->variable[member->first_variable];
  bool is_new = false;
  for (int32_t i = 0; i < system->n_word; i++) is_new |= put_input(&area[system->word[i].input_i], word[i].value);
  for (int32_t i = system->n_state; i < system->n_variable; i++)
    is_new |= put_input(&area[system->variable[i].input_i], variable[i].c[0]);
  if (is_new) tw_program_fix(system->program[which], area);
}

// A state of a shared model, which is a member of the same body.
static double shared_value(const tw_solve *solve, int32_t variable, const double *y) {
  const tw_line *line = solve->run->line;
  const tw_station_variable *of = &line->shared_variable[variable];
  const tw_member *member = &line->member[of->member];
  TW_ASSERT(member->body_i == solve->body_i && of->i < member->system->n_variable);
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
  const tw_system *system = solve->rhs_system;
  double *area = solve->rhs_area;
  for (int32_t i = 0; i < system->n_state; i++) area[system->variable[i].input_i] = y[i];
  if (!system->is_autonomous)
    area[system->time_input] = tw_seconds(solve->state->origin_us) + (solve->state->origin_s + t_s);
  tw_program_run(system->program[TW_PROGRAM_RHS], area, dy);
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
  if (is_one) {
    const tw_member *member = tw_member_of(solve, 0);
    tw_program_load(solve, member, TW_PROGRAM_RHS);
    solve->rhs_system = member->system;
    solve->rhs_area = area_of(solve, member->system, TW_PROGRAM_RHS);
  }
  return (tw_ode){.n = body->n_state,
                  .rhs = is_one ? rhs_of_one : rhs_of_many,
                  .jacobian = is_one ? jacobian_of_one : NULL,
                  .self = solve,
                  .rtol = body->rtol,
                  .atol = solve->physics->atol[solve->body_i],
                  .memory = tw_line_memory(solve->run->line)};
}

// ---- Closed form and states ------------------------------------------------------------------

// Puts the inputs into a setting; false: they stood there already.
static bool put_inputs(const tw_solve *solve, const tw_member *member, tw_setting *setting) {
  const tw_system *system = member->system;
  const tw_word *word = &solve->run->word[member->first_word];
  const tw_variable *kept = &solve->run->variable[member->first_variable + system->n_state];
  bool is_new = false;
  for (int32_t i = 0; i < system->n_word; i++) is_new |= put_input(&setting->inputs[i], word[i].value);
  for (int32_t i = 0; i < system->n_variable - system->n_state; i++)
    is_new |= put_input(&setting->inputs[system->n_word + i], kept[i].c[0]);
  return is_new;
}

// Where a setting with these inputs is remembered: words are mostly 0 and 1.
static uint32_t setting_of(const tw_solve *solve, const tw_member *member) {
  const tw_system *system = member->system;
  const tw_word *word = &solve->run->word[member->first_word];
  const tw_variable *variable = &solve->run->variable[member->first_variable];
  uint64_t sum = 0, bits;
  for (int32_t i = 0; i < system->n_word; i++) {
    memcpy(&bits, &word[i].value, sizeof bits);
    sum = sum * 3 + (bits >> 52 & 1) + (bits >> 20);
  }
  for (int32_t i = system->n_state; i < system->n_variable; i++) {
    memcpy(&bits, &variable[i].c[0], sizeof bits);
    sum = sum * 3 + (bits >> 52 & 1) + (bits >> 20);
  }
  return (uint32_t)(sum % TW_SETTINGS);
}

static const tw_setting *find_setting(const tw_solve *solve, const tw_member *member) {
  static const double zero[TW_EXACT_N_MAX];
  double columns[TW_EXACT_N_MAX * TW_EXACT_N_MAX];
  tw_setting *setting =
      &solve->physics->setting[(uint32_t)member->system->i * TW_SETTINGS + setting_of(solve, member)];
  TW_ASSERT(member->system->is_affine && setting->inputs != NULL);
  const bool is_new = put_inputs(solve, member, setting);
  if (setting->is_used && !is_new) return setting;
  tw_program_once(solve, member, TW_PROGRAM_JACOBIAN, 0, zero, columns);
  tw_program_once(solve, member, TW_PROGRAM_RHS, 0, zero, setting->drive);
  tw_program_once(solve, member, TW_PROGRAM_ROOTS, 0, zero, setting->at_zero);
  setting->is_apart = tw_exact_take_apart(&setting->exact, solve->body->n_state, columns);
  setting->is_used = true;
  return setting;
}

const tw_closed *tw_body_closed(const tw_solve *solve) {
  const int32_t n = solve->body->n_state;
  tw_closed *closed = &solve->physics->closed[solve->body_i];
  if (closed->epoch == solve->physics->epoch && closed->n_segment == solve->state->n_segment)
    return closed;
  TW_ASSERT(n > 0 && n <= TW_EXACT_N_MAX && solve->body->n_member == 1);
  const tw_member *member = tw_member_of(solve, 0);
  const tw_setting *setting = find_setting(solve, member);
  if (!setting->is_apart) return NULL;
  double y[TW_EXACT_N_MAX];
  for (int32_t i = 0; i < n; i++) y[i] = solve->run->variable[member->first_variable + i].c[0];
  tw_watched *watched = &solve->physics->watched[solve->body->member[0]];
  memcpy(watched->at_zero, setting->at_zero, (size_t)n_root_output(member->system) * sizeof(double));
  watched->epoch = solve->physics->epoch;
  watched->n_segment = solve->state->n_segment;
  watched->away_step = 0;
  const size_t n_row = (size_t)n * sizeof(double);
  closed->exact.n = n;
  memcpy(closed->exact.rate, setting->exact.rate, n_row);
  memcpy(closed->exact.v, setting->exact.v, (size_t)n * n_row);
  memcpy(closed->exact.w, setting->exact.w, (size_t)n * n_row);
  tw_exact_begin(&closed->exact, y, setting->drive, &closed->motion);
  closed->epoch = solve->physics->epoch;
  closed->n_segment = solve->state->n_segment;
  closed->read_s = -1;
  return closed;
}

// States in closed form: who closes a segment asks several times for the same instant.
static void read_motion(const tw_solve *solve, double t_s, double *y) {
  tw_closed *closed = &solve->physics->closed[solve->body_i];
  const int32_t n = solve->body->n_state;
  TW_ASSERT(n > 0 && n <= TW_EXACT_N_MAX && t_s >= 0);
  if (tw_body_closed(solve) == NULL) return;
  if (!(closed->read_s == t_s)) tw_exact_both(&closed->exact, &closed->motion, t_s, closed->read, closed->sum);
  closed->read_s = t_s;
  for (int32_t i = 0; i < n; i++) y[i] = closed->read[i];
}

static double polynomial(const double *c, double x) {
  double sum = c[TW_ODE_DEGREE];
  for (int32_t k = TW_ODE_DEGREE - 1; k >= 0; k--) sum = sum * x + c[k];
  return sum;
}

// Where t_s lies in the present step, from 0 on. Its end may lie within the tick that is under way: the next
// step is made when that is over.
static double share_of_step(const tw_solve *solve, double t_s) {
  const tw_body_state *state = solve->state;
  const bool has_step = state->h_s > 0 && !state->is_closed && !state->is_still;
  const double x = has_step ? (t_s - state->t_s) / state->h_s : 0;
  const bool is_under_way = solve->run->head->poison == 0;
  const double most = !is_under_way ? 1 : state->h_s > 1e-6 ? 1 + 1e-6 / state->h_s : 2;
  return x > most ? most : x < 0 ? 0 : x;
}

double tw_body_read(const tw_solve *solve, const tw_member *member, int32_t i, double t_s) {
  const tw_body_state *state = solve->state;
  TW_ASSERT(i >= 0 && i < member->system->n_state);
  if (!state->is_exact || state->is_closed || state->is_still)
    return polynomial(solve->run->variable[member->first_variable + i].c, share_of_step(solve, t_s));
  tw_body_state_at(solve, t_s, solve->physics->y);
  return solve->physics->y[member->first_state + i];
}

void tw_body_state_at(const tw_solve *solve, double t_s, double *y) {
  const tw_body_state *state = solve->state;
  if (state->is_exact && !state->is_closed && !state->is_still && solve->body->n_state > 0) {
    read_motion(solve, t_s, y);
    return;
  }
  const double x = share_of_step(solve, t_s);
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
