// dynamics_system.c - from the formulas of a station to systems and bodies: models that refer to each other
// are one system, what is linear is found, programs are written, and each machine gets its own body.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/ode_cvode.h"
#include "core/ode_exact.h"
#include "core/ticks.h"
#include "model/compile_inner.h"
#include "model/dynamics_inner.h"

// Stiffness that the explicit solver does not pay for any more: largest rate times length of a mode, at
// rtol 1e-6 (measured).
static const double STIFF = 900;

// One system while it is made.
typedef struct maker {
  tw_build *build;
  tw_arena *arena;            // of the line
  tw_system *system;
  const int32_t *of_model;    // [n_model] number of the system that a model belongs to
  int32_t system_i;
  int32_t *variable_of;       // [n_variable of the system] of the station
  int32_t *own_of;            // [n_variable of the station] of the system; TW_NONE
  bool *is_varying;           // [n_input]
  tw_formula *list;           // outputs of the program that is being collected
  int32_t n_list, capacity;
} maker;

// ---- Which models belong together ------------------------------------------------------------

static int32_t root_of(int32_t *of_model, int32_t i) {
  while (of_model[i] != i) i = of_model[i] = of_model[of_model[i]];
  return i;
}

// What a node of a model uses of others joins them.
static void join_by_use(const tw_build *build, int32_t *of_model, int32_t model_i, tw_formula node) {
  if (node < 0) return;
  for (int32_t k = 0; k < build->n_variable; k++)
    if (tw_formula_uses(build->formulas, node, k))
      of_model[root_of(of_model, build->variable[k].model_i)] = root_of(of_model, model_i);
}

static void join_models(const tw_build *build, int32_t *of_model) {
  for (int32_t i = 0; i < build->n_model; i++) of_model[i] = i;
  for (int32_t i = 0; i < build->n_variable; i++) {
    join_by_use(build, of_model, build->variable[i].model_i, build->variable[i].slope);
    join_by_use(build, of_model, build->variable[i].model_i, build->variable[i].start);
  }
  for (int32_t i = 0; i < build->n_output; i++)
    join_by_use(build, of_model, build->output[i].model_i, build->output[i].node);
  for (int32_t i = 0; i < build->n_event; i++) {
    const tw_build_event *event = &build->event[i];
    join_by_use(build, of_model, event->model_i, event->condition);
    for (int32_t k = 0; k < event->n_set; k++) {
      join_by_use(build, of_model, event->model_i, event->value[k]);
      of_model[root_of(of_model, build->variable[event->variable[k]].model_i)] =
          root_of(of_model, event->model_i);
    }
  }
  for (int32_t i = 0; i < build->n_model; i++) of_model[i] = root_of(of_model, i);
}

// ---- Programs --------------------------------------------------------------------------------

static bool is_member(const maker *m, int32_t model_i) { return m->of_model[model_i] == m->system_i; }

static void collect(maker *m, tw_formula node) {
  TW_ASSERT(m->n_list < m->capacity);
  if (m->n_list < m->capacity) m->list[m->n_list++] = node;
}

static const tw_program *write_list(maker *m) {
  tw_expr_error error = {0};
  const tw_program *program = tw_program_write(m->build->formulas, m->list, m->n_list, m->is_varying,
                                               m->arena, &error);
  m->n_list = 0;
  if (program == NULL) {
    const tw_def *def = m->build->compiler->line->doc.place[m->build->place_i].def;
    tw_compile_problem(m->build->compiler, def->node, "E-MODEL", error.hint, "models of '%s': %s",
                       def->name, error.message);
    m->build->is_bad = true;
    return NULL;
  }
  return program;
}

static tw_formula derive(maker *m, tw_formula node, int32_t state) {
  return tw_formula_derivative(m->build->formulas, node, m->system->variable[state].input_i);
}

// A function of the state: its weights and its value where it is linear, else itself.
static tw_model_function collect_function(maker *m, tw_formula node) {
  tw_formulas *formulas = m->build->formulas;
  tw_model_function function = {.is_linear = !tw_formula_uses(formulas, node, m->system->time_input),
                                .first = m->n_list};
  for (int32_t j = 0; j < m->system->n_state && function.is_linear; j++) {
    const tw_formula slope = derive(m, node, j);
    function.is_linear = slope >= 0 && !tw_formula_varies(formulas, slope, m->is_varying);
  }
  for (int32_t j = 0; j < m->system->n_state && function.is_linear; j++) collect(m, derive(m, node, j));
  collect(m, node);
  return function;
}

static tw_formula slope_of(const maker *m, int32_t i) {
  return m->build->variable[m->variable_of[i]].slope;
}

static void write_equations(maker *m) {
  tw_system *system = m->system;
  tw_formulas *formulas = m->build->formulas;
  system->is_affine = true;
  for (int32_t i = 0; i < system->n_state; i++) {
    collect(m, slope_of(m, i));
    if (tw_formula_uses(formulas, slope_of(m, i), system->time_input))
      system->is_affine = system->is_autonomous = false;
  }
  system->program[TW_PROGRAM_RHS] = write_list(m);
  for (int32_t j = 0; j < system->n_state; j++)
    for (int32_t i = 0; i < system->n_state; i++) {
      const tw_formula entry = derive(m, slope_of(m, i), j);
      if (entry < 0 || tw_formula_varies(formulas, entry, m->is_varying)) system->is_affine = false;
      collect(m, entry >= 0 ? entry : tw_formula_number(formulas, 0));
    }
  system->program[TW_PROGRAM_JACOBIAN] = write_list(m);
  for (int32_t i = 0; i < system->n_variable; i++) {
    const tw_formula start = m->build->variable[m->variable_of[i]].start;
    collect(m, start >= 0 ? start : tw_formula_number(formulas, 0));
  }
  system->program[TW_PROGRAM_START] = write_list(m);
}

static void write_outputs(maker *m) {
  tw_system *system = m->system;
  const tw_build *build = m->build;
  tw_output_param *output =
      tw_arena_take_array(m->arena, (size_t)build->n_output + 1, sizeof *output);
  if (output == NULL) return;
  system->power_output = TW_NONE;
  for (int32_t i = 0; i < build->n_output; i++) {
    const tw_build_output *from = &build->output[i];
    if (!is_member(m, from->model_i)) continue;
    char unit[64];
    const bool is_condition = from->dim.is_absolute == TW_EXPR_CONDITION.is_absolute;
    tw_output_param *to = &output[system->n_output];
    to->name = from->name;
    to->unit = tw_arena_text(m->arena, tw_dim_unit(is_condition ? TW_DIM_ONE : from->dim, unit));
    to->function = collect_function(m, from->node);
    if (strcmp(from->own_name, "power") == 0) system->power_output = system->n_output;
    system->n_output++;
  }
  system->output = output;
  system->program[TW_PROGRAM_OUTPUTS] = write_list(m);
}

// The comparisons of a condition as root functions. == and != cannot be located.
static void add_roots(maker *m, const tw_build_event *from, tw_event_param *to, tw_root_param *root) {
  tw_formula_root found[TW_EVENT_ROOTS_MAX];
  to->first_root = m->system->n_root;
  if (from->condition < 0) return;
  const int32_t n = tw_formula_roots(m->build->formulas, from->condition, m->is_varying, found,
                                     TW_EVENT_ROOTS_MAX);
  if (n > TW_EVENT_ROOTS_MAX) {
    tw_compile_problem(m->build->compiler, from->node, "E-MODEL", "split the event",
                       "a condition compares states at most %d times", (int)TW_EVENT_ROOTS_MAX);
    return;
  }
  if (from->hysteresis > 0 && n != 1)
    tw_compile_problem(m->build->compiler, from->node, "E-MODEL", "\"when\": \"T >= 90 degC\"",
                       "a hysteresis goes with one comparison of a state");
  for (int32_t i = 0; i < n; i++) {
    if (found[i].is_equality)
      tw_compile_problem(m->build->compiler, from->node, "E-MODEL", "use >= or <=",
                         "equality of a state that changes cannot be located");
    root[m->system->n_root++] = (tw_root_param){.function = collect_function(m, found[i].node),
                                                .is_zero_in = found[i].is_zero_in};
  }
  to->n_root = n;
}

static void write_events(maker *m) {
  tw_system *system = m->system;
  const tw_build *build = m->build;
  size_t n_set = 1;
  for (int32_t i = 0; i < build->n_event; i++) n_set += (size_t)build->event[i].n_set;
  const size_t n_event = (size_t)build->n_event + 1;
  tw_event_param *event = tw_arena_take_array(m->arena, n_event, sizeof *event);
  tw_root_param *root = tw_arena_take_array(m->arena, n_event * TW_EVENT_ROOTS_MAX, sizeof *root);
  tw_set_param *set = tw_arena_take_array(m->arena, n_set, sizeof *set);
  if (event == NULL || root == NULL || set == NULL) return;
  for (int32_t i = 0; i < build->n_event; i++) {
    const tw_build_event *from = &build->event[i];
    if (!is_member(m, from->model_i)) continue;
    tw_event_param *to = &event[system->n_event++];
    *to = (tw_event_param){.name = from->name,
                           .moment = from->moment,
                           .condition = TW_NONE,
                           .hysteresis = from->hysteresis,
                           .dwell_us = tw_ticks(from->dwell_s),
                           .first_set = system->n_set,
                           .n_set = from->n_set,
                           .action = from->action,
                           .target = from->target,
                           .soak_site = from->soak_site};
    add_roots(m, from, to, root);
    for (int32_t k = 0; k < from->n_set; k++)
      set[system->n_set++] = (tw_set_param){.variable = m->own_of[from->variable[k]]};
  }
  system->event = event;
  system->root = root;
  system->set = set;
  system->program[TW_PROGRAM_ROOTS] = write_list(m);
  int32_t e = 0;
  for (int32_t i = 0; i < build->n_event; i++) {
    if (!is_member(m, build->event[i].model_i)) continue;
    if (build->event[i].condition >= 0) {
      event[e].condition = m->n_list;
      collect(m, build->event[i].condition);
    }
    e++;
  }
  system->program[TW_PROGRAM_CONDITIONS] = write_list(m);
  int32_t s = 0;
  for (int32_t i = 0; i < build->n_event; i++)
    for (int32_t k = 0; is_member(m, build->event[i].model_i) && k < build->event[i].n_set; k++) {
      set[s].output = s;
      s++;
      collect(m, build->event[i].value[k]);
    }
  system->program[TW_PROGRAM_SETS] = write_list(m);
}

// ---- Systems ---------------------------------------------------------------------------------

// The variables of the system, those with equations first.
static bool take_variables(maker *m) {
  const tw_build *build = m->build;
  tw_system *system = m->system;
  const size_t n = (size_t)build->n_variable + 1;
  tw_variable_param *variable = tw_arena_take_array(m->arena, n, sizeof *variable);
  m->variable_of = tw_arena_take_array(&m->build->scratch, n, sizeof *m->variable_of);
  m->own_of = tw_arena_take_array(&m->build->scratch, n, sizeof *m->own_of);
  m->is_varying = tw_arena_take_array(&m->build->scratch, (size_t)build->n_input, sizeof *m->is_varying);
  if (variable == NULL || m->is_varying == NULL || m->own_of == NULL) return false;
  for (int pass = 0; pass < 2; pass++) {
    for (int32_t k = 0; k < build->n_variable; k++) {
      const tw_build_variable *from = &build->variable[k];
      if (!is_member(m, from->model_i) || (from->slope >= 0) != (pass == 0)) continue;
      char unit[64];
      m->variable_of[system->n_variable] = k;
      m->own_of[k] = system->n_variable;
      variable[system->n_variable++] =
          (tw_variable_param){.name = from->name,
                              .unit = tw_arena_text(m->arena, tw_dim_unit(from->dim, unit)),
                              .dim = from->dim,
                              .nominal = from->nominal,
                              .input_i = k};
      m->is_varying[k] = pass == 0;
    }
    if (pass == 0) system->n_state = system->n_variable;
  }
  system->variable = variable;
  system->time_input = build->n_input - 1;
  m->is_varying[system->time_input] = true;
  return true;
}

// Words that some formula of the system reads.
static void take_words(maker *m, const bool *is_used) {
  const tw_build *build = m->build;
  tw_model_word *word = tw_arena_take_array(m->arena, (size_t)build->n_word, sizeof *word);
  if (word == NULL) return;
  for (int32_t i = 0; i < build->n_word; i++)
    if (is_used[i]) word[m->system->n_word++] = build->word[i];
  m->system->word = word;
}

static void note_use(const tw_build *build, tw_formula node, bool *is_used) {
  for (int32_t i = 0; node >= 0 && i < build->n_word; i++)
    is_used[i] = is_used[i] || tw_formula_uses(build->formulas, node, build->word[i].input_i);
}

static void find_words(maker *m) {
  const tw_build *build = m->build;
  bool *is_used = tw_arena_take_array(&m->build->scratch, (size_t)build->n_word + 1, sizeof *is_used);
  if (is_used == NULL) return;
  for (int32_t i = 0; i < build->n_variable; i++) {
    if (!is_member(m, build->variable[i].model_i)) continue;
    note_use(build, build->variable[i].slope, is_used);
    note_use(build, build->variable[i].start, is_used);
  }
  for (int32_t i = 0; i < build->n_output; i++)
    if (is_member(m, build->output[i].model_i)) note_use(build, build->output[i].node, is_used);
  for (int32_t i = 0; i < build->n_event; i++) {
    const tw_build_event *event = &build->event[i];
    if (!is_member(m, event->model_i)) continue;
    note_use(build, event->condition, is_used);
    for (int32_t k = 0; k < event->n_set; k++) note_use(build, event->value[k], is_used);
  }
  take_words(m, is_used);
}

static void name_system(maker *m) {
  const tw_build *build = m->build;
  const char *name = NULL;
  m->system->rtol = 1e-6;
  bool has_rtol = false;
  for (int32_t i = 0; i < build->n_model; i++) {
    if (!is_member(m, i)) continue;
    name = name == NULL ? build->model_name[i]
                        : tw_arena_print(m->arena, "%s+%s", name, build->model_name[i]);
    if (i >= build->n_def) continue;
    const tw_dynamics_def *def = &build->def[i];
    if (!has_rtol || def->rtol < m->system->rtol) m->system->rtol = def->rtol;
    has_rtol = true;
    if (def->solver != TW_SOLVER_AUTO) m->system->solver = def->solver;
  }
  m->system->name = name;
}

// The system that the models of root system_i make; NULL when memory is short or a problem was found.
static tw_system *make_system(tw_build *build, const int32_t *of_model, int32_t system_i) {
  tw_arena *arena = &build->compiler->line->arena;
  tw_system *system = tw_arena_take(arena, sizeof *system);
  if (system == NULL) return NULL;
  *system = (tw_system){.node_i = build->place_i, .is_autonomous = true};
  maker m = {.build = build, .arena = arena, .system = system, .of_model = of_model, .system_i = system_i};
  m.capacity = TW_FORMULA_NODES_MAX;
  m.list = tw_arena_take_array(&build->scratch, (size_t)m.capacity, sizeof *m.list);
  if (m.list == NULL || !take_variables(&m)) return NULL;
  find_words(&m);
  name_system(&m);
  write_equations(&m);
  if (build->is_bad) return NULL;
  write_outputs(&m);
  write_events(&m);
  return build->is_bad || arena->is_out_of_memory ? NULL : system;
}

// ---- Solvers ---------------------------------------------------------------------------------

typedef struct choice {
  int32_t solver;
  const char *why;
} choice;

// Largest row sum of the Jacobian at the start with all words 0: a bound of the fastest rate, 1/s.
static double fastest_rate(const tw_system *system, tw_arena *scratch) {
  const size_t n = (size_t)system->n_state;
  const tw_program *programs[2] = {system->program[TW_PROGRAM_START], system->program[TW_PROGRAM_JACOBIAN]};
  double *start = tw_arena_take_array(scratch, (size_t)system->n_variable + 1, sizeof *start);
  double *entry = tw_arena_take_array(scratch, n * n + 1, sizeof *entry);
  for (int k = 0; k < 2; k++) {
    double *work = tw_arena_take_array(scratch, (size_t)tw_program_n_work(programs[k]) + 1, sizeof *work);
    if (work == NULL || start == NULL || entry == NULL) return 0;
    tw_program_prepare(programs[k], work);
    for (int32_t i = 0; i < system->n_variable && k == 1; i++) work[system->variable[i].input_i] = start[i];
    tw_program_fix(programs[k], work);
    tw_program_run(programs[k], work, k == 0 ? start : entry);
  }
  double most = 0;
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += fabs(entry[j * n + i]);
    if (sum > most) most = sum;
  }
  return isfinite(most) ? most : 0;
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
  const double stiffness = fastest_rate(system, &build->scratch) * mode_length_s(build);
  if (stiffness > STIFF && tw_cvode_version() != NULL)
    return (choice){TW_SOLVER_BDF, "stiff: its fastest rate times the length of a mode is above 900"};
  if (stiffness > STIFF) return (choice){TW_SOLVER_RK, "stiff, but this build has no cvode"};
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

void tw_build_systems(tw_build *build) {
  tw_line *line = build->compiler->line;
  const tw_place *place = &line->place[build->place_i];
  int32_t *of_model =
      tw_arena_take_array(&build->scratch, (size_t)build->n_model + 1, sizeof *of_model);
  const tw_system **system =
      tw_arena_take_array(&build->scratch, (size_t)build->n_model + 1, sizeof *system);
  choice *of = tw_arena_take_array(&build->scratch, (size_t)build->n_model + 1, sizeof *of);
  if (of_model == NULL || system == NULL || of == NULL) return;
  join_models(build, of_model);
  int32_t n = 0;
  for (int32_t i = 0; i < build->n_model; i++) {
    if (of_model[i] != i) continue;
    tw_system *made = make_system(build, of_model, i);
    if (made == NULL) return;
    made->i = line->n_system++;
    system[n] = made;
    check_solver(build, system[n]);
    of[n] = choose_solver(build, system[n]);
    note_variables(build, system[n], n);
    n++;
  }
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++)
    for (int32_t i = 0; i < n; i++) add_body(build, system[i], m, of[i]);
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
