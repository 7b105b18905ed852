// system.c - from the formulas of a station to systems: models that refer to each other are one
// system, what is linear is found, and programs are written.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "model/compile_inner.h"
#include "model/dynamics/inner.h"

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
      join_by_use(build, of_model, event->model_i, event->set[k].value);
      if (event->set[k].variable == TW_NONE) continue;
      of_model[root_of(of_model, build->variable[event->set[k].variable].model_i)] =
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
    tw_compile_problem(m->build->compiler, m->build->def != NULL ? m->build->def[0].def.node->parent : NULL,
                       "E-MODEL", error.hint, "models of '%s': %s",
                       m->build->place_i == TW_NONE ? "shared"
                                                    : m->build->compiler->line->place[m->build->place_i].name,
                       error.message);
    m->build->is_bad = true;
    return NULL;
  }
  return program;
}

static tw_formula derive(maker *m, tw_formula node, int32_t state) {
  return tw_formula_derivative(m->build->formulas, node, m->system->variable[state].input_i);
}

// Does it read the time, a shared state or a sum?
static bool uses_more_than_states(const maker *m, tw_formula node) {
  const tw_build *build = m->build;
  bool uses = tw_formula_uses(build->formulas, node, build->time_input);
  for (int32_t i = build->first_foreign; i < build->n_input; i++)
    uses = uses || tw_formula_uses(build->formulas, node, i);
  return uses;
}

// Does it branch on a state that moves? Then it may have one slope everywhere and still jump.
static bool has_branches(const maker *m, tw_formula node) {
  return tw_formula_roots(m->build->formulas, node, m->is_varying, NULL, 0) != 0;
}

// A function of the state: its weights and its value where it is linear, else itself.
static tw_model_function collect_function(maker *m, tw_formula node) {
  tw_formulas *formulas = m->build->formulas;
  tw_model_function function = {.is_linear = !uses_more_than_states(m, node) && !has_branches(m, node),
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
    if (tw_formula_uses(formulas, slope_of(m, i), system->time_input)) system->is_autonomous = false;
    if (uses_more_than_states(m, slope_of(m, i)) || has_branches(m, slope_of(m, i))) system->is_affine = false;
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
      tw_arena_take_array(m->arena, (size_t)build->n_output + 2, sizeof *output);
  if (output == NULL) return;
  system->power_output = TW_NONE;
  tw_formula drawn = -1;  // by all its models together
  int32_t n_power = 0;
  for (int32_t i = 0; i < build->n_output; i++) {
    const tw_build_output *from = &build->output[i];
    if (!is_member(m, from->model_i)) continue;
    char unit[64];
    const bool is_condition = from->dim.is_absolute == TW_EXPR_CONDITION.is_absolute;
    tw_output_param *to = &output[system->n_output];
    to->name = from->name;
    to->dim = is_condition ? TW_DIM_ONE : from->dim;
    to->unit = tw_arena_text(m->arena, tw_dim_unit(to->dim, unit));
    to->function = collect_function(m, from->node);
    if (strcmp(from->own_name, "power") == 0) {
      system->power_output = system->n_output;
      drawn = n_power++ == 0 ? from->node : tw_formula_add(build->formulas, drawn, from->node);
    }
    system->n_output++;
  }
  if (n_power > 1) {
    system->power_output = system->n_output;
    output[system->n_output++] =
        (tw_output_param){.name = tw_arena_print(m->arena, "%s.draws", system->name),
                          .dim = TW_DIM_POWER,
                          .unit = "W",
                          .function = collect_function(m, drawn)};
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
  if (n < 0 || n > TW_EVENT_ROOTS_MAX) {
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
                         "the instant at which a state that changes equals something cannot be located");
    if (tw_formula_uses(m->build->formulas, found[i].node, m->system->time_input)) {
      m->system->has_timed_roots = true;
      m->system->is_autonomous = false;
    }
    root[m->system->n_root++] = (tw_root_param){.function = collect_function(m, found[i].node),
                                                .is_zero_in = found[i].is_zero_in};
  }
  to->n_root = n;
  to->is_bare = n == 1 && found[0].is_all && root[to->first_root].function.is_linear;
}

// What an event sets of one kind, in the order of the file.
static void take_sets(maker *m, const tw_build_event *from, tw_set_param *set, bool is_state) {
  const tw_build *build = m->build;
  for (int32_t k = 0; k < from->n_set; k++) {
    const tw_build_set *of = &from->set[k];
    if ((of->variable != TW_NONE) != is_state) continue;
    set[m->system->n_set++] = (tw_set_param){
        .variable = is_state ? m->own_of[of->variable] : TW_NONE,
        .attribute_i = of->attribute_i,
        .site = of->site,
        .is_added = of->is_added,
        .output = of->value,  // the formula, until all are written
        .is_in_condition = is_state && build->variable[of->variable].slope >= 0 && from->condition >= 0 &&
                           tw_formula_uses(build->formulas, from->condition, of->variable)};
  }
}

// The values that are not drawn, as one program.
static const tw_program *write_sets(maker *m, tw_set_param *set) {
  for (int32_t s = 0; s < m->system->n_set; s++) {
    const tw_formula value = set[s].output;
    set[s].output = value >= 0 ? m->n_list : TW_NONE;
    if (value >= 0) collect(m, value);
  }
  return write_list(m);
}

// Does a condition depend on what a machine or another model tells?
static bool has_words(const tw_build *build, tw_formula condition) {
  for (int32_t i = build->n_variable; condition >= 0 && i < build->n_input; i++)
    if (i != build->time_input && tw_formula_uses(build->formulas, condition, i)) return true;
  return false;
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
                           .has_words = has_words(build, from->condition),
                           .hysteresis = from->hysteresis,
                           .dwell_us = tw_ticks(from->dwell_s),
                           .first_set = system->n_set,
                           .action = from->action,
                           .target = from->target,
                           .soak_site = from->soak_site,
                           .about = from->about};
    add_roots(m, from, to, root);
    // states first, then attributes of the part
    for (int32_t k = 0; k < from->n_set; k++) to->n_set += from->set[k].variable != TW_NONE;
    to->n_write = from->n_set - to->n_set;
    take_sets(m, from, set, /*is_state=*/true);
    take_sets(m, from, set, /*is_state=*/false);
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
  system->program[TW_PROGRAM_SETS] = write_sets(m, set);
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
  system->time_input = build->time_input;
  for (int32_t i = build->time_input; i < build->n_input; i++) m->is_varying[i] = true;
  return true;
}

// Words that some formula of the system reads.
static void take_words(maker *m, const bool *is_used) {
  const tw_build *build = m->build;
  tw_model_word *word = tw_arena_take_array(m->arena, (size_t)build->n_word + 2, sizeof *word);
  if (word == NULL) return;
  for (int32_t i = 0; i < build->n_word; i++)
    if (is_used[build->word[i].input_i]) word[m->system->n_word++] = build->word[i];
  m->system->word = word;
}

// Shared states and sums that some formula of the system reads.
static void take_shared(maker *m, const bool *is_used) {
  const tw_build *build = m->build;
  tw_foreign *foreign = tw_arena_take_array(m->arena, (size_t)build->n_foreign + 1, sizeof *foreign);
  tw_sum *sum = tw_arena_take_array(m->arena, (size_t)build->n_sum + 1, sizeof *sum);
  if (foreign == NULL || sum == NULL) return;
  for (int32_t i = 0; i < build->n_foreign; i++)
    if (is_used[build->first_foreign + i])
      foreign[m->system->n_foreign++] =
          (tw_foreign){.variable = i, .input_i = build->first_foreign + i};
  tw_model_word *word = (tw_model_word *)m->system->word;
  for (int32_t i = 0; i < build->n_sum; i++) {
    if (!is_used[build->sum[i].input_i]) continue;
    tw_sum *own = &sum[m->system->n_sum];
    *own = build->sum[i];
    if (strcmp(own->name, "power") == 0) {
      own->word = m->system->n_word++;
      word[own->word] = (tw_model_word){
          .reading = TW_READ_STATES_POWER, .argument = m->system->n_sum, .input_i = build->states_input};
    }
    m->system->n_sum++;
  }
  m->system->foreign = foreign;
  m->system->sum = sum;
}

static void note_use(const tw_build *build, tw_formula node, bool *is_used) {
  for (int32_t i = 0; node >= 0 && i < build->n_input; i++)
    is_used[i] = is_used[i] || tw_formula_uses(build->formulas, node, i);
}

static void find_words(maker *m) {
  const tw_build *build = m->build;
  bool *is_used = tw_arena_take_array(&m->build->scratch, (size_t)build->n_input + 1, sizeof *is_used);
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
    for (int32_t k = 0; k < event->n_set; k++) note_use(build, event->set[k].value, is_used);
  }
  take_words(m, is_used);
  take_shared(m, is_used);
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

void tw_build_systems(tw_build *build) {
  tw_line *line = build->compiler->line;
  const size_t n_most = (size_t)build->n_model + 1;
  int32_t *of_model = tw_arena_take_array(&build->scratch, n_most, sizeof *of_model);
  tw_system **system = tw_arena_take_array(&build->scratch, n_most, sizeof *system);
  if (of_model == NULL || system == NULL) return;
  join_models(build, of_model);
  int32_t n = 0;
  for (int32_t i = 0; i < build->n_model; i++) {
    if (of_model[i] != i) continue;
    system[n] = make_system(build, of_model, i);
    if (system[n] == NULL) return;
    system[n++]->i = line->n_system++;
  }
  tw_build_members(build, system, n);
}
