// dynamics_body.c - which solver a system gets, the bodies of each machine, and the walk over the whole line:
// states are declared before the stations compile, systems and bodies made behind them.

#include <math.h>
#include <string.h>

#include <twin/run.h>

#include "core/ode_cvode.h"
#include "core/ode_exact.h"
#include "core/ode_rk.h"
#include "model/compile_inner.h"
#include "model/dynamics_inner.h"

// More steps of the explicit solver in one mode and BDF is cheaper: at rtol 1e-6 its steps are held at
// 3.3/rate by its stability, and the change pays above a largest rate times length of about 900 (measured).
enum { STIFF_STEPS = 300 };

// ---- Solvers ---------------------------------------------------------------------------------

typedef struct choice {
  int32_t solver;
  const char *why;
} choice;

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
static double mode_length_s(const tw_build *build) {
  const tw_line *line = build->compiler->line;
  const tw_kind *kind = line->place[build->place_i].kind;
  const double mean_s =
      kind->mean_time_s != NULL && line->n_part_type > 0 ? kind->mean_time_s(line, build->place_i, 0, -1) : 60;
  return mean_s > 1 && isfinite(mean_s) ? mean_s : 60;
}

static bool has_linear_roots(const tw_system *system) {
  for (int32_t i = 0; i < system->n_root; i++)
    if (!system->root[i].function.is_linear) return false;
  return true;
}

static choice choose_solver(tw_build *build, const tw_system *system) {
  if (system->solver != TW_SOLVER_AUTO) return (choice){system->solver, "the line file says so"};
  if (system->n_state == 0) return (choice){TW_SOLVER_EXACT, "nothing in it changes by itself"};
  if (system->is_affine && system->n_state <= TW_EXACT_N_MAX && has_linear_roots(system))
    return (choice){TW_SOLVER_EXACT, "linear with at most 4 states: closed form"};
  const bool has_stiffness = is_stiff(system, mode_length_s(build), &build->scratch);
  if (has_stiffness && tw_cvode_version() != NULL)
    return (choice){TW_SOLVER_BDF, "stiff: an explicit solver needs more than 300 steps for one mode"};
  if (has_stiffness) return (choice){TW_SOLVER_RK, "stiff, but this build has no cvode"};
  return (choice){TW_SOLVER_RK, system->is_affine ? "linear, but with too many states or thresholds that are not"
                                                   : "not linear and not stiff"};
}

// What the file asks for must be possible.
static void check_solver(tw_build *build, const tw_system *system) {
  const tw_def *def = build->compiler->line->doc.place[build->place_i].def;
  const bool is_exact = system->solver == TW_SOLVER_EXACT && system->n_state > 0;
  if (is_exact && (!system->is_affine || system->n_state > TW_EXACT_N_MAX || !has_linear_roots(system)))
    tw_compile_problem(build->compiler, def->node, "E-MODEL", "\"solver\": \"auto\"",
                       "\"exact\" solves linear equations of at most %d states with linear thresholds; '%s' is "
                       "not one of them",
                       (int)TW_EXACT_N_MAX, system->name);
  const bool is_cvode = system->solver == TW_SOLVER_BDF || system->solver == TW_SOLVER_ADAMS;
  if (is_cvode && tw_cvode_version() == NULL)
    tw_compile_problem(build->compiler, def->node, "E-MODEL", "\"solver\": \"auto\"",
                       "this build of the library has no cvode (SUNDIALS)");
}

// ---- Bodies ----------------------------------------------------------------------------------

static void add_body(tw_build *build, const tw_system *system, int32_t machine_i, choice of) {
  tw_line *line = build->compiler->line;
  tw_machine_param *machine = &line->machine[machine_i];
  const int32_t body_i = line->n_body++, member_i = line->n_member++;
  if (machine->n_member++ == 0) machine->first_member = member_i;
  line->member[member_i] = (tw_member){.system = system,
                                       .machine_i = machine_i,
                                       .body_i = body_i,
                                       .first_variable = line->n_variable,
                                       .first_word = line->n_word,
                                       .first_event = line->n_model_event,
                                       .first_output = line->n_output};
  line->n_variable += system->n_variable;
  line->n_word += system->n_word;
  line->n_model_event += system->n_event;
  line->n_output += system->n_output;
  line->body[body_i] = (tw_body){
      .name = tw_arena_print(&line->arena, "%s[%d].%s", line->place[build->place_i].name,
                             (int)machine->number + 1, system->name),
      .first_member = member_i,
      .n_member = 1,
      .n_state = system->n_state,
      .step_slot = tw_compile_slot(build->compiler, build->place_i, body_i, TW_CLASS_AHEAD, TW_ON_STEP_SLOT),
      .located_slot =
          tw_compile_slot(build->compiler, build->place_i, body_i, TW_CLASS_LOCATED, TW_ON_LOCATED_SLOT),
      .solver = of.solver,
      .why = of.why,
      .rtol = system->rtol};
}

// Where a variable of the station ended up, for expressions and hazards.
static void note_variables(tw_build *build, const tw_system *system, int32_t member) {
  tw_line *line = build->compiler->line;
  tw_place *place = &line->place[build->place_i];
  tw_station_variable *variable = (tw_station_variable *)place->variable;
  for (int32_t i = 0; i < system->n_variable; i++) {
    const int32_t k = system->variable[i].input_i;
    if (k >= place->n_variable) continue;
    variable[k].member = member;
    variable[k].i = i;
  }
  for (int32_t e = 0; e < system->n_event; e++) {
    const tw_event_param *event = &system->event[e];
    if (event->action != TW_ACT_FAIL) continue;
    // its name is "hazard/NAME", its variables "hazard.NAME" and "hazard.NAME.limit"
    for (int32_t i = 0; i < system->n_variable; i++) {
      const char *name = system->variable[i].name;
      if (strcmp(strchr(name, '.') + 1, strchr(event->name, '/') + 1) != 0) continue;
      for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++) {
        tw_mode *mode = &line->mode[line->machine[m].first_mode + event->target];
        mode->hazard_member = member;
        mode->hazard_i = i;
      }
    }
  }
}

void tw_build_bodies(tw_build *build, tw_system *const *system, int32_t n) {
  const tw_place *place = &build->compiler->line->place[build->place_i];
  choice *of = tw_arena_take_array(&build->scratch, (size_t)n + 1, sizeof *of);
  if (of == NULL) return;
  for (int32_t i = 0; i < n; i++) {
    check_solver(build, system[i]);
    of[i] = choose_solver(build, system[i]);
    note_variables(build, system[i], i);
  }
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++)
    for (int32_t i = 0; i < n; i++) add_body(build, system[i], m, of[i]);
  tw_build_names(build, system, n);
}

// ---- The whole line --------------------------------------------------------------------------

static const tw_map *dynamics_of(const tw_line *line, int32_t place_i) {
  const tw_kind *kind = line->place[place_i].kind;
  if (place_i >= line->doc.n_place || kind->dynamics == NULL) return NULL;
  return kind->dynamics(line->doc.place[place_i].def);
}

// Dimension of a state that the file declares by its value at the start.
static tw_dim dim_of_start(tw_compiler *compiler, const tw_named_text *start) {
  double si;
  tw_dim dim = TW_DIM_ONE;
  if (start->text.node->type == TW_NODE_NUMBER) return dim;
  if (tw_quantity_read(start->text.text, &si, &dim) == TW_QUANTITY_OK) return dim;
  tw_compile_problem(compiler, start->def.node, "E-UNIT", "\"20 degC\"",
                     "the state '%s' needs a value with its unit at the start", start->def.name);
  return dim;
}

static void declare_place(tw_compiler *compiler, int32_t place_i, const tw_map *dynamics) {
  tw_line *line = compiler->line;
  const tw_dynamics_def *def = dynamics->at;
  int32_t n = 0, n_most = 0;
  for (int32_t m = 0; m < dynamics->n; m++)
    n_most += def[m].model->is_free ? def[m].states.n : def[m].model->n_variable;
  if (n_most > TW_STATION_VARIABLES_MAX) {
    tw_compile_problem(compiler, def[0].def.node->parent, "E-RANGE", NULL,
                       "a station has at most %d states of models", (int)TW_STATION_VARIABLES_MAX);
    return;
  }
  tw_station_variable *variable =
      tw_arena_take_array(&line->arena, (size_t)n_most + 1, sizeof *variable);
  if (variable == NULL) return;
  for (int32_t m = 0; m < dynamics->n; m++) {
    const tw_named_text *start = def[m].states.at;
    const tw_model *model = def[m].model;
    const int32_t n_own = model->is_free ? def[m].states.n : model->n_variable;
    for (int32_t i = 0; i < n_own; i++)
      variable[n++] = (tw_station_variable){
          .name = tw_arena_print(&line->arena, "%s.%s", def[m].def.name,
                                 model->is_free ? start[i].def.name : model->variable[i].name),
          .dim = model->is_free ? dim_of_start(compiler, &start[i]) : model->variable[i].dim};
  }
  line->place[place_i].n_variable = n;
  line->place[place_i].variable = variable;
}

void tw_dynamics_declare(tw_compiler *compiler) {
  for (int32_t i = 0; i < compiler->line->doc.n_place; i++) {
    const tw_map *dynamics = dynamics_of(compiler->line, i);
    if (dynamics != NULL && dynamics->n > 0) declare_place(compiler, i, dynamics);
  }
}

void tw_dynamics_compile(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  size_t n_most = 1;
  for (int32_t i = 0; i < line->n_machine; i++) {
    const tw_map *dynamics = dynamics_of(line, line->machine[i].node_i);
    n_most += (size_t)compiler->n_wish + (dynamics != NULL ? (size_t)dynamics->n : 0);
  }
  if (n_most == 1 || compiler->is_bad) return;
  line->body = tw_arena_take_array(&line->arena, n_most, sizeof *line->body);
  line->member = tw_arena_take_array(&line->arena, n_most, sizeof *line->member);
  if (line->body == NULL || line->member == NULL) return;
  for (int32_t i = 0; i < line->doc.n_place; i++) {
    const tw_map *dynamics = dynamics_of(line, i);
    bool has_wish = false;
    for (int32_t w = 0; w < compiler->n_wish; w++) has_wish = has_wish || compiler->wish[w].place_i == i;
    if ((dynamics == NULL || dynamics->n == 0) && !has_wish) continue;
    tw_build build;
    if (tw_build_read(&build, compiler, i)) tw_build_systems(&build);
    if (build.scratch.is_out_of_memory) line->arena.is_out_of_memory = true;
    tw_build_free(&build);
  }
}
