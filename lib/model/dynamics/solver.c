// solver.c - which solver a system gets, and why: closed form where it can be, BDF where a trial of
// the explicit solver takes too many steps, else the explicit one.

#include <math.h>

#include <twin/run.h>

#include "base/assert.h"
#include "core/ode_cvode.h"
#include "core/ode_exact.h"
#include "core/ode_rk.h"
#include "model/dynamics/inner.h"

// More steps of the explicit solver in one mode and BDF is cheaper: at rtol 1e-6 its steps are held at
// 3.3/rate by its stability, and the change pays above a largest rate times length of about 900 (measured).
enum { STIFF_STEPS = 300 };

// A system as its trial sees it: a machine that processes a part, and every other word 0.
typedef struct trial {
  const tw_system *system;
  double *work;
} trial;

static void trial_rhs(void *self, double t_s, const double *y, double *dy) {
  const trial *of = self;
  for (int32_t i = 0; i < of->system->n_state; i++) of->work[of->system->variable[i].input_i] = y[i];
  of->work[of->system->time_input] = t_s;
  tw_program_run(of->system->program[TW_PROGRAM_RHS], of->work, dy);
}

static void set_trial_words(const tw_system *system, double *work) {
  for (int32_t i = 0; i < system->n_word; i++) {
    const tw_model_word *word = &system->word[i];
    const bool is_processing = word->reading == TW_READ_STATE && word->argument == TWIN_PROCESSING;
    work[word->input_i] = is_processing || word->reading == TW_READ_OCCUPIED || word->reading == TW_READ_ON_SHIFT;
  }
}

// Values at the start of all variables.
static bool trial_start(const tw_system *system, tw_arena *scratch, double *start) {
  const tw_program *program = system->program[TW_PROGRAM_START];
  double *work = tw_arena_take_array(scratch, (size_t)tw_program_n_work(program) + 1, sizeof *work);
  if (work == NULL) return false;
  set_trial_words(system, work);
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  tw_program_run(program, work, start);
  return true;
}

// Lets the models' own switches act that would at the start, each once: a heater that goes on, without which
// nothing would move.
static void trial_switch(const tw_system *system, tw_arena *scratch, double *y) {
  const tw_program *const *program = system->program;
  const int32_t n_when = tw_program_n_work(program[TW_PROGRAM_CONDITIONS]);
  const int32_t n_set = tw_program_n_work(program[TW_PROGRAM_SETS]);
  const size_t n = (size_t)(n_when > n_set ? n_when : n_set) + 1;
  double *area[2] = {tw_arena_take_array(scratch, n, sizeof **area),
                     tw_arena_take_array(scratch, n, sizeof **area)};
  double *truth = tw_arena_take_array(scratch, (size_t)system->n_event + 1, sizeof *truth);
  double *value = tw_arena_take_array(scratch, (size_t)system->n_set + 1, sizeof *value);
  if (area[0] == NULL || area[1] == NULL || truth == NULL || value == NULL) return;
  static const tw_system_program which[2] = {TW_PROGRAM_CONDITIONS, TW_PROGRAM_SETS};
  double *const out[2] = {truth, value};
  for (int32_t e = 0; e < system->n_event; e++) {
    const tw_event_param *event = &system->event[e];
    if (event->condition == TW_NONE || event->n_set == 0) continue;
    for (int k = 0; k < 2; k++) {
      set_trial_words(system, area[k]);
      for (int32_t i = 0; i < system->n_variable; i++) area[k][system->variable[i].input_i] = y[i];
      tw_program_prepare(program[which[k]], area[k]);
      tw_program_fix(program[which[k]], area[k]);
      tw_program_run(program[which[k]], area[k], out[k]);
    }
    if (truth[event->condition] == 0) continue;
    TW_ASSERT(event->first_set + event->n_set <= system->n_set);
    for (int32_t i = event->first_set; i < event->first_set + event->n_set; i++)
      y[system->set[i].variable] = value[system->set[i].output];
  }
}

// Does the explicit solver need so many steps for a mode that another one is cheaper? It is tried.
static bool is_stiff(const tw_system *system, double length_s, tw_arena *scratch) {
  const size_t n = (size_t)system->n_state;
  trial of = {.system = system};
  of.work = tw_arena_take_array(scratch, (size_t)tw_program_n_work(system->program[TW_PROGRAM_RHS]) + 1,
                                sizeof *of.work);
  double *memory = tw_arena_take_array(
      scratch, (size_t)system->n_variable + (TW_ODE_N_COEFFICIENT + TW_RK_WORK + 3) * n + 1, sizeof *memory);
  if (of.work == NULL || memory == NULL) return false;
  double *y = memory, *f = y + system->n_variable, *atol = f + n, *c = atol + n, *work = c + TW_ODE_N_COEFFICIENT * n;
  if (!trial_start(system, scratch, y)) return false;
  trial_switch(system, scratch, y);
  set_trial_words(system, of.work);
  tw_program_prepare(system->program[TW_PROGRAM_RHS], of.work);
  for (int32_t i = system->n_state; i < system->n_variable; i++) of.work[system->variable[i].input_i] = y[i];
  tw_program_fix(system->program[TW_PROGRAM_RHS], of.work);
  for (size_t i = 0; i < n; i++)
    atol[i] = system->rtol * (system->variable[i].nominal > 0 ? system->variable[i].nominal : 1);
  const tw_ode ode = {
      .n = system->n_state, .rhs = trial_rhs, .self = &of, .rtol = system->rtol, .atol = atol};
  ode.rhs(&of, 0, y, f);
  tw_rk_control control = {.h_s = tw_rk_first_step_s(&ode, 0, y, f, work), .error = 1e-4};
  double t_s = 0;
  for (int i = 0; i < STIFF_STEPS && t_s < length_s; i++) {
    tw_ode_step step = {.c = c};
    const tw_rk_start start = {.t_s = t_s, .h_max_s = length_s - t_s, .y = y, .f = f, .work = work};
    if (tw_rk_step(&ode, &start, &control, &step) != TW_ODE_OK) return false;
    for (int32_t k = 0; k < system->n_state; k++) y[k] = tw_ode_value(c, system->n_state, k, 1);
    t_s += step.h_s;
  }
  return t_s < length_s;
}

// Mean length of a mode: what the station's process time says, else a minute.
static double mode_length_s(const tw_line *line, int32_t place_i) {
  const bool has_time =
      place_i != TW_NONE && line->place[place_i].kind->mean_time_s != NULL && line->n_part_type > 0;
  const double mean_s = has_time ? line->place[place_i].kind->mean_time_s(line, place_i, 0, -1) : 60;
  return mean_s > 1 && isfinite(mean_s) ? mean_s : 60;
}

static bool has_linear_roots(const tw_system *system) {
  for (int32_t i = 0; i < system->n_root; i++)
    if (!system->root[i].function.is_linear) return false;
  return true;
}

static bool can_be_exact(const tw_system *system, bool is_island) {
  return !is_island && system->is_affine && system->n_state <= TW_EXACT_N_MAX && has_linear_roots(system);
}

// What the file asks for must be possible.
static void check_solver(tw_compiler *compiler, const tw_system *system, bool is_island) {
  const tw_map *dynamics = tw_dynamics_of(compiler->line, system->node_i);
  const tw_node *node = dynamics != NULL && dynamics->n > 0
                            ? ((const tw_dynamics_def *)dynamics->at)->def.node->parent
                            : compiler->line->doc.root;
  const bool is_exact = system->solver == TW_SOLVER_EXACT && system->n_state > 0;
  if (is_exact && !can_be_exact(system, is_island))
    tw_compile_problem(compiler, node, "E-MODEL", "\"solver\": \"auto\"",
                       "\"exact\" solves linear equations of at most %d states with linear thresholds, alone; "
                       "'%s' is not one of them",
                       (int)TW_EXACT_N_MAX, system->name);
  const bool is_cvode = system->solver == TW_SOLVER_BDF || system->solver == TW_SOLVER_ADAMS;
  if (is_cvode && tw_cvode_version() == NULL)
    tw_compile_problem(compiler, node, "E-MODEL", "\"solver\": \"auto\"",
                       "this build of the library has no cvode (SUNDIALS)");
}

tw_solver_choice tw_choose_solver(tw_compiler *compiler, const tw_system *system, bool is_island) {
  check_solver(compiler, system, is_island);
  if (system->n_state == 0 && !system->is_autonomous)
    return (tw_solver_choice){TW_SOLVER_RK, "nothing in it moves but the time"};
  if (system->solver != TW_SOLVER_AUTO)
    return (tw_solver_choice){system->solver, "the line file says so"};
  if (system->n_state == 0) return (tw_solver_choice){TW_SOLVER_EXACT, "nothing in it changes by itself"};
  if (can_be_exact(system, is_island))
    return (tw_solver_choice){TW_SOLVER_EXACT, "linear with at most 4 states: closed form"};
  tw_arena scratch;
  tw_arena_init_with(&scratch, tw_line_memory(compiler->line));
  const bool has_stiffness =
      is_stiff(system, mode_length_s(compiler->line, system->node_i), &scratch);
  tw_arena_free(&scratch);
  if (has_stiffness && tw_cvode_version() != NULL)
    return (tw_solver_choice){TW_SOLVER_BDF, "stiff: an explicit solver needs more than 300 steps for one mode"};
  if (has_stiffness) return (tw_solver_choice){TW_SOLVER_RK, "stiff, but this build has no cvode"};
  if (is_island) return (tw_solver_choice){TW_SOLVER_RK, "an island of several machines, not stiff"};
  return (tw_solver_choice){TW_SOLVER_RK, system->is_affine
                                              ? "linear, but with too many states or thresholds that are not"
                                              : "not linear and not stiff"};
}
