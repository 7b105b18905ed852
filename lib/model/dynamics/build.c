// build.c - reads the machine models of one station into one graph of formulas: parameters become
// nodes, states and words inputs. What an equation may name: the states, parameters and outputs of its own
// model by their short names, those of the station's other models with the model's name before ("heat.T"),
// the machine's states ("processing"), its part, its counters, and `time`.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "field/inner.h"
#include "model/dynamics/inner.h"
#include "model/state_words.h"

// How far a temperature moves where nobody says; the models of physics/ say the same of theirs.
static const double USUAL_TEMPERATURE_K = 100;

// A text that comes with the library, or none.
tw_expr_text tw_build_own_text(const char *text, const tw_node *node) {
  return (tw_expr_text){.text = text, .node = node};
}

static void report(tw_build *build, const tw_expr_text *text, const tw_expr_error *error) {
  // a graph that is full is one mistake, whatever is read behind it
  const bool is_full = tw_formulas_problem(build->formulas)[0] != 0;
  const bool is_told = is_full && build->is_full;
  build->is_bad = true;
  build->is_full = is_full;
  if (is_told) return;
  const bool is_of_file = text->node != NULL && text->node->text == text->text;
  if (is_of_file)
    tw_compile_problem(build->compiler, text->node, "E-MODEL", error->hint, "at character %d: %s",
                       (int)error->offset + 1, error->message);
  else
    tw_compile_problem(build->compiler, text->node, "E-MODEL", error->hint, "in \"%s\" at character %d: %s",
                       text->text, (int)error->offset + 1, error->message);
}

// Reads a text with the symbols of model_i; negative when it has been reported.
tw_formula tw_build_text(tw_build *build, const tw_expr_text *text, tw_dim wanted, tw_dim *dim) {
  tw_expr_error error = {0};
  const tw_formula node =
      tw_formula_read(build->formulas, text->text, build->symbol, build->n_symbol, &wanted, &error);
  if (node < 0) report(build, text, &error);
  else if (dim != NULL) *dim = wanted;
  return node;
}

// ---- Variables -------------------------------------------------------------------------------

int32_t tw_build_variable_of(const tw_build *build, int32_t model_i, const char *name) {
  for (int32_t i = 0; i < build->n_variable; i++)
    if (build->variable[i].model_i == model_i && strcmp(tw_own_name(build->variable[i].name), name) == 0)
      return i;
  return TW_NONE;
}

static void declare(tw_build *build, int32_t model_i, const char *name, tw_dim dim, double nominal) {
  build->variable[build->n_variable++] = (tw_build_variable){
      .name = tw_arena_print(&build->compiler->line->arena, "%s.%s", build->model_name[model_i], name),
      .model_i = model_i,
      .dim = dim,
      .nominal = nominal,
      .slope = -1,
      .start = -1};
}

// The variables of the station stand as they were declared, then those of its hazards.
static bool declare_variables(tw_build *build) {
  static const char *const words[] = {[TW_WISH_FINISH] = "finish", [TW_WISH_HAZARD] = "hazard",
                                      [TW_WISH_RATE] = "rate", [TW_WISH_UNTIL] = "until"};
  const tw_line *line = build->compiler->line;
  const bool is_shared = build->place_i == TW_NONE;
  const tw_station_variable *known =
      is_shared ? line->shared_variable : line->place[build->place_i].variable;
  int32_t k = 0;
  for (int32_t m = 0; m < build->n_def; m++) {
    const tw_dynamics_def *def = &build->def[m];
    const int32_t n = def->model->is_free ? def->states.n : def->model->n_variable;
    for (int32_t i = 0; i < n; i++, k++) {
      const tw_station_variable *variable = &known[k];
      declare(build, m, tw_own_name(variable->name), variable->dim,
              def->model->is_free ? 0 : def->model->variable[i].nominal);
    }
  }
  TW_ASSERT(k == (is_shared ? line->n_shared_variable : line->place[build->place_i].n_variable));
  for (int32_t w = 0; !is_shared && w < build->compiler->n_wish; w++) {
    const tw_wish *wish = &build->compiler->wish[w];
    if (wish->place_i != build->place_i) continue;
    const int32_t model_i = build->n_model++;
    build->model_name[model_i] = wish->kind == TW_WISH_POWER ? wish->name : words[wish->kind];
    if (wish->kind != TW_WISH_HAZARD && wish->kind != TW_WISH_RATE) continue;
    if (build->n_variable + 2 > TW_STATION_VARIABLES_MAX) return false;
    if (wish->kind == TW_WISH_RATE) {
      declare(build, model_i, "progress", TW_DIM_ONE, 1);
      continue;
    }
    declare(build, model_i, wish->name, TW_DIM_ONE, 1);
    declare(build, model_i, tw_arena_print(&build->scratch, "%s.limit", wish->name), TW_DIM_ONE, 1);
  }
  return true;
}

// ---- One model -------------------------------------------------------------------------------

// A constant parameter lies within the bounds of its field.
static void check_parameter(tw_build *build, const tw_field *field, const tw_expr_text *text,
                            tw_formula node) {
  double value;
  char bound[96];
  TW_ASSERT(field != NULL && text != NULL);
  if (node < 0 || !tw_formula_is_constant(build->formulas, node, &value)) return;
  const tw_bounds bounds = tw_field_bounds(field, field->dim);
  const bool is_low = bounds.is_exclusive ? !(value > bounds.min) : !(value >= bounds.min);
  if (!is_low && value <= bounds.max && isfinite(value)) return;
  tw_number_text(is_low ? bounds.min : bounds.max, field->dim, bound);
  tw_compile_problem(build->compiler, text->node, "E-RANGE", NULL, "\"%s\" must be %s %s: it is %g in SI",
                     field->name, !is_low ? "at most" : bounds.is_exclusive ? "above" : "at least", bound, value);
}

static void read_parameters(tw_build *build, int32_t model_i) {
  const tw_dynamics_def *def = &build->def[model_i];
  char name[64];
  tw_build_add_own(build, "ideal", (tw_dim){.k = 1}, 0, tw_formula_number(build->formulas, 0));
  for (int32_t i = 0; i < TW_PARAMETERS_MAX; i++) {
    // those of sub-tables come first, so that what stands beside them may use them
    const tw_field *field = tw_model_parameter(def->model, i, name, &build->scratch.memory);
    if (field == NULL || def->parameter[i].text == NULL) continue;
    const tw_formula node =
        tw_build_text(build, &def->parameter[i], field->dim, NULL);
    check_parameter(build, field, &def->parameter[i], node);
    if (node >= 0) tw_build_add_own(build, tw_arena_text(&build->scratch, name), field->dim, 0, node);
  }
  const tw_named_text *own = def->parameters.at;
  for (int32_t i = 0; i < def->parameters.n; i++) {
    tw_dim dim = TW_DIM_ONE;
    const tw_formula node = tw_build_text(build, &own[i].text, TW_EXPR_ANY, &dim);
    if (node >= 0) tw_build_add_own(build, own[i].def.name, dim, 0, node);
  }
}

static void read_active(tw_build *build, int32_t model_i) {
  const tw_dynamics_def *def = &build->def[model_i];
  const char *preset = def->model->active;
  tw_expr_text text = def->active;
  if (text.text == NULL) text = tw_build_own_text(preset != NULL && build->place_i != TW_NONE ? preset : "0 < 1", def->def.node);
  const tw_formula node = tw_build_text(build, &text, TW_EXPR_CONDITION, NULL);
  if (node >= 0) tw_build_add_own(build, "active", TW_EXPR_CONDITION, 0, node);
}

static void add_output(tw_build *build, int32_t model_i, const char *name, const tw_expr_text *text,
                       tw_dim wanted) {
  if (build->n_output == TW_BUILD_OUTPUTS_MAX) {
    tw_compile_problem(build->compiler, text->node, "E-RANGE", NULL, "a station has at most %d outputs",
                       (int)TW_BUILD_OUTPUTS_MAX);
    build->is_bad = true;
    return;
  }
  tw_dim dim = wanted;
  const tw_formula node = tw_build_text(build, text, wanted, &dim);
  if (node < 0) return;
  const char *full = tw_arena_print(&build->compiler->line->arena, "%s.%s",
                                    build->model_name[model_i], name);
  if (full == NULL) return;
  build->output[build->n_output++] = (tw_build_output){
      .name = full, .own_name = tw_own_name(full), .model_i = model_i, .dim = dim, .node = node};
  tw_build_add_own(build, tw_own_name(full), dim, 0, node);
}

static void read_outputs(tw_build *build, int32_t model_i) {
  const tw_dynamics_def *def = &build->def[model_i];
  for (int32_t i = 0; i < def->model->n_output; i++) {
    const tw_model_output *output = &def->model->output[i];
    const tw_expr_text text = tw_build_own_text(output->text, def->def.node);
    add_output(build, model_i, output->name, &text, output->dim);
  }
  const tw_named_text *own = def->outputs.at;
  for (int32_t i = 0; i < def->outputs.n && build->place_i == TW_NONE; i++)
    if (strcmp(own[i].def.name, "power") == 0)
      tw_compile_problem(build->compiler, own[i].def.node, "E-MODEL",
                         "let a station draw it, or call the output otherwise",
                         "power is drawn by machines: that of a shared model would not be counted");
  for (int32_t i = 0; i < def->outputs.n; i++)
    add_output(build, model_i, own[i].def.name, &own[i].text,
               strcmp(own[i].def.name, "power") == 0 ? TW_DIM_POWER : TW_EXPR_ANY);
}

// The number of a state that the file names; TW_NONE with a problem, when there is none.
static int32_t find_named(tw_build *build, int32_t model_i, const tw_named_text *named) {
  const int32_t k = tw_build_variable_of(build, model_i, named->def.name);
  if (k != TW_NONE) return k;
  const char *names[TW_STATION_VARIABLES_MAX];
  int32_t n = 0;
  TW_ASSERT(build->n_variable <= TW_STATION_VARIABLES_MAX && model_i < build->n_def);
  for (int32_t v = 0; v < build->n_variable; v++)
    if (build->variable[v].model_i == model_i) names[n++] = tw_own_name(build->variable[v].name);
  const char *nearest = tw_text_nearest(named->def.name, names, (size_t)n);
  const tw_node at = tw_node_name(named->def.node);
  tw_compile_problem(
      build->compiler, &at, "E-MODEL",
      nearest != NULL ? tw_arena_print(&build->compiler->line->arena, "did you mean '%s'?", nearest) : NULL,
      "the model \"%s\" has no state '%s'", build->def[model_i].model->table.name, named->def.name);
  build->is_bad = true;
  return TW_NONE;
}

// Initial values: those of the file, else those of the model.
static void read_start(tw_build *build, int32_t model_i) {
  const tw_dynamics_def *def = &build->def[model_i];
  const tw_named_text *own = def->states.at;
  for (int32_t i = 0; i < def->states.n; i++) {
    const int32_t k = find_named(build, model_i, &own[i]);
    if (k == TW_NONE) continue;
    build->variable[k].start = tw_build_text(build, &own[i].text, build->variable[k].dim, NULL);
  }
  for (int32_t i = 0; i < def->model->n_variable; i++) {
    const tw_model_variable *variable = &def->model->variable[i];
    const int32_t k = tw_build_variable_of(build, model_i, variable->name);
    if (build->variable[k].start >= 0) continue;
    const tw_expr_text text = tw_build_own_text(variable->preset, def->def.node);
    if (variable->preset != NULL) build->variable[k].start = tw_build_text(build, &text, variable->dim, NULL);
    else if (!build->is_bad)
      tw_compile_problem(build->compiler, def->def.node, "E-MODEL", "\"states\": {\"T\": \"20 degC\"}",
                         "the state '%s' needs a value at the start", variable->name);
  }
}

// Usual sizes: those of the file, else those of the model, else the value at the start. Of a temperature it is a
// difference: how far a value lies from absolute zero says nothing of how far it moves.
static void read_nominal(tw_build *build, int32_t model_i) {
  const tw_dynamics_def *def = &build->def[model_i];
  for (int32_t k = 0; k < build->n_variable; k++) {
    tw_build_variable *variable = &build->variable[k];
    double start;
    if (variable->model_i != model_i || variable->nominal > 0 || variable->start < 0) continue;
    if (variable->dim.is_absolute == TW_DIM_TEMPERATURE.is_absolute)
      variable->nominal = USUAL_TEMPERATURE_K;
    else if (tw_formula_is_constant(build->formulas, variable->start, &start) && isfinite(start))
      variable->nominal = fabs(start);
  }
  const tw_named_text *own = def->nominal.at;
  for (int32_t i = 0; i < def->nominal.n; i++) {
    const int32_t k = find_named(build, model_i, &own[i]);
    if (k == TW_NONE) continue;
    tw_dim dim = build->variable[k].dim;
    dim.is_absolute = 0;
    double value;
    const tw_formula node = tw_build_text(build, &own[i].text, dim, NULL);
    if (node < 0) continue;
    if (tw_formula_is_constant(build->formulas, node, &value) && value > 0 && isfinite(value))
      build->variable[k].nominal = value;
    else
      tw_compile_problem(build->compiler, own[i].def.node, "E-RANGE", NULL,
                         "the usual size of '%s' must be a constant above 0", own[i].def.name);
  }
}

// The dimension of a derivative: of the state's difference by time.
static tw_dim dim_of_slope(tw_dim dim) {
  dim.is_absolute = 0;
  return tw_dim_times(dim, TW_DIM_RATE);
}

// Number of the machine state of a name; TW_NONE with a problem when there is none.
static int32_t find_state(tw_build *build, const tw_equation_def *def) {
  for (int32_t i = 0; i < TW_N_STATE; i++)
    if (strcmp(tw_state_words[i], def->state) == 0) return i;
  const char *nearest = tw_text_nearest(def->state, tw_state_words, TW_N_STATE);
  const tw_node at = tw_node_name(def->def.node->parent);
  tw_compile_problem(build->compiler, &at, "E-MODEL",
                     nearest != NULL ? tw_arena_print(&build->compiler->line->arena, "did you mean \"%s\"?",
                                                      nearest)
                                     : "\"processing\", \"otherwise\"",
                     "\"%s\" is no state of a machine", def->state);
  return TW_NONE;
}

// One equation of the file, for all states of the machine or for one.
static void read_equation(tw_build *build, int32_t model_i, const tw_equation_def *def) {
  const int32_t k = tw_build_variable_of(build, model_i, def->def.name);
  if (k == TW_NONE) {
    tw_compile_problem(build->compiler, def->def.node, "E-MODEL", "give it a value in \"states\"",
                       "there is no state '%s'", def->def.name);
    build->is_bad = true;
    return;
  }
  tw_build_variable *variable = &build->variable[k];
  const tw_formula node = tw_build_text(build, &def->text, dim_of_slope(variable->dim), NULL);
  const int32_t state = def->state == NULL ? TW_NONE : find_state(build, def);
  if (node < 0 || (def->state != NULL && state == TW_NONE)) return;
  const tw_formula before =
      variable->slope >= 0 ? variable->slope : tw_formula_number(build->formulas, 0);
  variable->slope = state == TW_NONE
                        ? node
                        : tw_formula_select(build->formulas,
                                            tw_formula_input(build->formulas, build->n_variable + state),
                                            node, before);
}

static void read_equations(tw_build *build, int32_t model_i) {
  const tw_dynamics_def *def = &build->def[model_i];
  for (int32_t i = 0; i < def->model->n_variable; i++) {
    const tw_model_variable *variable = &def->model->variable[i];
    if (variable->equation == NULL) continue;
    const tw_expr_text text = tw_build_own_text(variable->equation, def->def.node);
    build->variable[tw_build_variable_of(build, model_i, variable->name)].slope =
        tw_build_text(build, &text, dim_of_slope(variable->dim), NULL);
  }
  // what holds in every other state first, the others are put before it
  const tw_equation_def *own = def->equations.at;
  for (int32_t i = 0; i < def->equations.n; i++)
    if (own[i].state == NULL) read_equation(build, model_i, &own[i]);
  for (int32_t i = 0; i < def->equations.n; i++)
    if (own[i].state != NULL) read_equation(build, model_i, &own[i]);
}

// What the equations and events of a model name. False when some of it was reported: what follows would complain
// of names that are missing for that reason only.
static bool read_names(tw_build *build, int32_t model_i) {
  const bool was_bad = build->is_bad;
  build->is_bad = false;
  for (int32_t i = 0; i < build->n_variable; i++)
    if (build->variable[i].model_i == model_i)
      tw_build_add_own(build, tw_own_name(build->variable[i].name), build->variable[i].dim, i, -1);
  read_active(build, model_i);
  read_parameters(build, model_i);
  if (!build->is_bad) read_outputs(build, model_i);
  const bool is_good = !build->is_bad;
  build->is_bad = was_bad || !is_good;
  return is_good;
}

static void read_model(tw_build *build, int32_t model_i) {
  const tw_dynamics_def *def = &build->def[model_i];
  if (read_names(build, model_i)) {
    read_start(build, model_i);
    read_nominal(build, model_i);
    read_equations(build, model_i);
    // events of the file first: what a threshold asks for sees the state before the model's own switch
    const tw_model_event_def *events = def->events.at;
    for (int32_t i = 0; i < def->events.n; i++) tw_build_event_of(build, model_i, &events[i]);
    for (int32_t i = 0; i < def->model->n_switch; i++)
      tw_build_switch_of(build, model_i, &def->model->event[i], def->def.node);
  }
  tw_build_drop_own(build);
}

// Room for symbols: words, variables of all models, and the own ones of the largest model.
static size_t count_symbols(const tw_build *build) {
  size_t n = TW_N_STATE + 16 + (size_t)build->compiler->line->n_attribute + TW_PARAMETERS_MAX +
             2 * TW_STATION_VARIABLES_MAX + 3 * TW_BUILD_OUTPUTS_MAX +
             (size_t)build->compiler->line->n_shared_variable;
  for (int32_t m = 0; m < build->n_def; m++) n += (size_t)build->def[m].parameters.n;
  return n;
}

static bool init_build(tw_build *build, tw_compiler *compiler, int32_t place_i) {
  const tw_map *map = tw_dynamics_of(compiler->line, place_i);
  *build = (tw_build){.compiler = compiler, .place_i = place_i};
  build->n_foreign = place_i == TW_NONE ? 0 : compiler->line->n_shared_variable;
  tw_arena_init_with(&build->scratch, tw_line_memory(compiler->line));
  tw_arena *scratch = &build->scratch;
  build->def = map != NULL ? map->at : NULL;
  build->n_def = build->n_model = map != NULL ? map->n : 0;
  const size_t n_model = (size_t)(build->n_def + compiler->n_wish);
  build->model_name = tw_arena_take_array(scratch, n_model + 1, sizeof *build->model_name);
  build->variable = tw_arena_take_array(scratch, TW_STATION_VARIABLES_MAX, sizeof *build->variable);
  build->output = tw_arena_take_array(scratch, TW_BUILD_OUTPUTS_MAX, sizeof *build->output);
  build->sum = tw_arena_take_array(scratch, TW_BUILD_OUTPUTS_MAX, sizeof *build->sum);
  build->event = tw_arena_take_array(scratch, TW_BUILD_EVENTS_MAX, sizeof *build->event);
  build->symbol = tw_arena_take_array(scratch, count_symbols(build), sizeof *build->symbol);
  build->word = tw_arena_take_array(scratch, (size_t)(TW_N_STATE + 16 + compiler->line->n_attribute + compiler->n_wish),
                                    sizeof *build->word);
  if (scratch->is_out_of_memory) return false;
  for (int32_t m = 0; m < build->n_def; m++) build->model_name[m] = build->def[m].def.name;
  return true;
}

bool tw_build_read(tw_build *build, tw_compiler *compiler, int32_t place_i) {
  if (!init_build(build, compiler, place_i)) return false;
  if (!declare_variables(build)) {
    tw_compile_problem(compiler, build->def[0].def.node->parent, "E-RANGE", NULL,
                        "a station has at most %d states of models", (int)TW_STATION_VARIABLES_MAX);
    return false;
  }
  build->formulas = tw_formulas_new(
      build->n_variable + TW_N_STATE + 9 + compiler->line->n_attribute + build->n_foreign +
          compiler->n_wish + TW_BUILD_OUTPUTS_MAX + 1,
      &build->scratch);
  if (build->formulas == NULL) return false;
  tw_build_add_common(build);
  for (int32_t m = 0; m < build->n_def; m++) read_model(build, m);
  if (place_i != TW_NONE) tw_build_wishes(build);
  return !build->is_bad && !compiler->is_bad && !build->scratch.is_out_of_memory;
}

void tw_build_free(tw_build *build) { tw_arena_free(&build->scratch); }
