// events.c - events of machine models as formulas: those of the line file, a model's own switches,
// and what failures and stations wish for (a hazard that is integrated, a condition that ends processing).

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "doc/set_def.h"
#include "model/dynamics/inner.h"

static tw_formula read_internal(tw_build *build, const char *text, tw_dim wanted) {
  const tw_expr_text own = tw_build_own_text(text, NULL);
  return tw_build_text(build, &own, wanted, NULL);
}

// Variable of a name in "set": the model's own, or "model.name".
static int32_t find_any_variable(const tw_build *build, int32_t model_i, const char *name) {
  for (int32_t i = 0; i < build->n_variable; i++)
    if (strcmp(build->variable[i].name, name) == 0) return i;
  return tw_build_variable_of(build, model_i, name);
}

// ---- Events ----------------------------------------------------------------------------------

static tw_build_event *add_event(tw_build *build, int32_t model_i, const char *name,
                                 const tw_node *node) {
  if (build->n_event == TW_BUILD_EVENTS_MAX) {
    tw_compile_problem(build->compiler, node, "E-RANGE", NULL, "a station has at most %d model events",
                       (int)TW_BUILD_EVENTS_MAX);
    build->is_bad = true;
    return NULL;
  }
  tw_build_event *event = &build->event[build->n_event++];
  *event = (tw_build_event){
      .name = tw_arena_print(&build->compiler->line->arena, "%s/%s", build->model_name[model_i], name),
      .model_i = model_i,
      .node = node,
      .condition = -1,
      .soak_site = TW_NONE};
  return event;
}

// What a model itself sets.
static void add_own_set(tw_build *build, tw_build_event *event, const char *name, const tw_expr_text *text) {
  const int32_t k = find_any_variable(build, event->model_i, name);
  TW_ASSERT(k != TW_NONE);
  const tw_formula value = tw_build_text(build, text, build->variable[k].dim, NULL);
  if (value >= 0) event->set[event->n_set++] = (tw_build_set){.variable = k, .value = value, .site = TW_NONE};
}

// What the line file lets an event set: a state, or an attribute of the part. False with a problem.
static bool find_target(tw_build *build, const tw_build_event *event, const tw_set_def *def, tw_build_set *set,
                        tw_dim *dim) {
  tw_compiler *compiler = build->compiler;
  set->variable = find_any_variable(build, event->model_i, def->def.name);
  if (set->variable != TW_NONE) {
    *dim = build->variable[set->variable].dim;
    return true;
  }
  set->attribute_i = tw_set_attribute(compiler, def);
  if (set->attribute_i != TW_NONE && build->place_i != TW_NONE) {
    *dim = compiler->line->attribute_dim[set->attribute_i];
    tw_compile_carry(compiler, set->attribute_i);
    return true;
  }
  const tw_node at = tw_node_name(def->def.node);
  if (set->attribute_i != TW_NONE)
    tw_compile_problem(compiler, &at, "E-MODEL", "let an event of a station's model set it",
                       "a shared model has no part: there is no '%s' to set", def->def.name);
  else
    tw_compile_problem(compiler, &at, "E-MODEL", "states stand in \"states\", attributes in \"parts\"",
                       "there is no state '%s' to set", def->def.name);
  return false;
}

// Its draw sites are those of the station, by its stream; of a shared model those of the model.
static int32_t make_sites(tw_build *build, const tw_build_event *event, const tw_set_def *def, tw_dim dim) {
  tw_line *line = build->compiler->line;
  tw_set_site site = {.place_i = build->place_i,
                      .dim = dim,
                      .purpose = tw_arena_print(&line->arena, "set/%s/%s", event->name, def->def.name),
                      .stream = build->model_name[event->model_i]};
  if (build->place_i != TW_NONE) {
    const tw_def *place = line->doc.place[build->place_i].def;
    const tw_node *stream = tw_node_member(place->node, "stream");
    site.stream = stream != NULL ? stream->text : NULL;
  }
  return tw_set_draws(build->compiler, def, &site);
}

static void add_set(tw_build *build, tw_build_event *event, const tw_set_def *def) {
  tw_build_set set = {.variable = TW_NONE, .is_added = def->is_added, .value = -1, .site = TW_NONE};
  tw_dim dim;
  if (!find_target(build, event, def, &set, &dim)) {
    build->is_bad = true;
    return;
  }
  if (set.is_added) dim.is_absolute = 0;
  if (tw_set_is_random(build->compiler, def)) {
    set.site = make_sites(build, event, def, dim);
  } else {
    const tw_expr_text text = {.text = def->value->text, .node = def->value};
    set.value = tw_build_text(build, &text, dim, NULL);
  }
  if (set.value >= 0 || set.site != TW_NONE) event->set[event->n_set++] = set;
}

static void make_sets(tw_build *build, tw_build_event *event, int32_t n) {
  event->set = tw_arena_take_array(&build->scratch, (size_t)n + 1, sizeof *event->set);
}

void tw_build_switch_of(tw_build *build, int32_t model_i, const tw_model_switch *def,
                           const tw_node *node) {
  tw_build_event *event = add_event(build, model_i, def->name, node);
  if (event == NULL) return;
  event->moment = (int32_t)def->moment;
  const tw_expr_text when = tw_build_own_text(def->when, node);
  if (def->when != NULL) event->condition = tw_build_text(build, &when, TW_EXPR_CONDITION, NULL);
  make_sets(build, event, TW_MODEL_SETS_MAX);
  for (int32_t i = 0; i < TW_MODEL_SETS_MAX && event->set != NULL && def->set[i].variable != NULL; i++) {
    const tw_expr_text text = tw_build_own_text(def->set[i].text, node);
    add_own_set(build, event, def->set[i].variable, &text);
  }
}

// The maintenance that an event asks for, counted from the machine's first mode.
static int32_t find_request(tw_build *build, const tw_name *request) {
  const tw_line *line = build->compiler->line;
  if (build->place_i == TW_NONE) {
    tw_compile_problem(build->compiler, request->node, "E-REF", "set a state that the stations' models read",
                       "a shared model has no maintenance");
    build->is_bad = true;
    return TW_NONE;
  }
  const tw_machine_param *machine = &line->machine[line->place[build->place_i].first_machine];
  for (int32_t i = 0; i < machine->n_mode; i++) {
    const tw_mode *mode = &line->mode[machine->first_mode + i];
    if (mode->is_maintenance && strcmp(mode->name, request->name) == 0) return i;
  }
  tw_compile_problem(build->compiler, request->node, "E-REF", "maintenance stands beside \"dynamics\"",
                     "the station has no maintenance '%s'", request->name);
  build->is_bad = true;
  return TW_NONE;
}

// A band in the units of the only comparison of the condition.
static void read_hysteresis(tw_build *build, tw_build_event *event, const tw_expr_text *text) {
  tw_dim dim;
  const tw_formula node = tw_build_text(build, text, TW_EXPR_ANY, &dim);
  if (node < 0) return;
  if (dim.is_absolute == TW_DIM_TEMPERATURE.is_absolute)
    tw_compile_problem(build->compiler, text->node, "E-MODEL", "\"5 K\"",
                       "a hysteresis is a difference of temperatures, in K");
  else if (!tw_formula_is_constant(build->formulas, node, &event->hysteresis) || !(event->hysteresis >= 0))
    tw_compile_problem(build->compiler, text->node, "E-MODEL", "\"5 K\"", "a hysteresis is a constant, 0 or more");
}

void tw_build_event_of(tw_build *build, int32_t model_i, const tw_model_event_def *def) {
  tw_build_event *event = add_event(build, model_i, def->def.name, def->def.node);
  if (event == NULL) return;
  event->moment = (int32_t)def->moment;
  event->dwell_s = def->dwell_s;
  if (def->when.text != NULL) event->condition = tw_build_text(build, &def->when, TW_EXPR_CONDITION, NULL);
  if (def->hysteresis.text != NULL) read_hysteresis(build, event, &def->hysteresis);
  make_sets(build, event, def->set.n);
  const tw_set_def *set = def->set.at;
  for (int32_t i = 0; i < def->set.n && event->set != NULL; i++) add_set(build, event, &set[i]);
  if (def->request.name == NULL) return;
  event->action = TW_ACT_REQUEST;
  event->target = find_request(build, &def->request);
}

// ---- What failures and stations wish for -----------------------------------------------------

// A failure whose hazard is integrated: it comes when the integral reaches a drawn limit.
static void read_hazard(tw_build *build, int32_t model_i, const tw_wish *wish) {
  const int32_t k = tw_build_variable_of(build, model_i, wish->name);
  const char *clock = wish->clock == TW_CLOCK_PROCESSING ? "processing"
                      : wish->clock == TW_CLOCK_ON_SHIFT ? "on-shift and not down"
                                                         : "not down";
  const tw_formula hazard = tw_build_text(build, &wish->text, TW_DIM_RATE, NULL);
  const tw_formula runs = read_internal(build, clock, TW_EXPR_CONDITION);
  const tw_formula zero = tw_formula_number(build->formulas, 0);
  if (hazard < 0 || runs < 0) return;
  build->variable[k].slope = tw_formula_select(build->formulas, runs, hazard, zero);
  build->variable[k].start = zero;
  build->variable[k + 1].start = tw_formula_number(build->formulas, (double)INFINITY);
  tw_build_add_own(build, "h", TW_DIM_ONE, k, -1);
  tw_build_add_own(build, "limit", TW_DIM_ONE, k + 1, -1);
  tw_build_event *event = add_event(build, model_i, wish->name, wish->text.node);
  if (event != NULL) {
    event->condition = read_internal(build, "h >= limit", TW_EXPR_CONDITION);
    event->action = TW_ACT_FAIL;
    event->target = wish->target;
  }
  tw_build_drop_own(build);
}

// Names of the states that a formula reads, those of shared models too.
static const char *names_in(const tw_build *build, tw_formula node) {
  const tw_line *line = build->compiler->line;
  tw_text names = {.memory = tw_line_memory(line)};
  for (int32_t i = 0; i < build->n_variable; i++)
    if (tw_formula_uses(build->formulas, node, i))
      tw_text_print(&names, names.n > 0 ? ", %s" : "%s", build->variable[i].name);
  for (int32_t i = 0; i < build->n_foreign; i++)
    if (tw_formula_uses(build->formulas, node, build->first_foreign + i))
      tw_text_print(&names, names.n > 0 ? ", %s" : "%s", line->shared_variable[i].name);
  const char *text = tw_arena_text(&build->compiler->line->arena, names.n > 0 ? names.at : "the machine");
  tw_text_free(&names);
  return text;
}

static void read_finish(tw_build *build, int32_t model_i, const tw_wish *wish) {
  const tw_formula when = tw_build_text(build, &wish->text, TW_EXPR_CONDITION, NULL);
  const tw_formula works = read_internal(build, "processing", TW_EXPR_CONDITION);
  tw_build_event *event = add_event(build, model_i, wish->name, wish->text.node);
  if (when < 0 || works < 0 || event == NULL) return;
  event->condition = tw_formula_select(build->formulas, works, when,
                                       tw_formula_number(build->formulas, 0));
  event->action = TW_ACT_FINISH;
  event->soak_site = wish->soak_site;
  event->about = names_in(build, when);
}

// Work on a part at a rate: complete when its integral reaches 1. It begins at 0 with each part.
static void read_rate(tw_build *build, int32_t model_i, const tw_wish *wish) {
  const int32_t k = tw_build_variable_of(build, model_i, "progress");
  const tw_formula rate = tw_build_text(build, &wish->text, TW_DIM_RATE, NULL);
  const tw_formula works = read_internal(build, "processing", TW_EXPR_CONDITION);
  const tw_formula zero = tw_formula_number(build->formulas, 0);
  tw_build_event *event = add_event(build, model_i, "done", wish->text.node);
  if (rate < 0 || works < 0 || event == NULL) return;
  build->variable[k].slope = tw_formula_select(build->formulas, works, rate, zero);
  build->variable[k].start = zero;
  tw_build_add_own(build, "progress", TW_DIM_ONE, k, -1);
  event->condition = read_internal(build, "processing and progress >= 1", TW_EXPR_CONDITION);
  event->action = TW_ACT_FINISH;
  event->soak_site = TW_NONE;
  event->about = names_in(build, rate);
  tw_build_drop_own(build);
}

// A maintenance that is seen to until a condition holds.
static void read_until(tw_build *build, int32_t model_i, const tw_wish *wish) {
  tw_formula is_done = -1;
  for (int32_t i = 0; i < build->n_word; i++)
    if (build->word[i].reading == TW_READ_REPAIR && build->word[i].argument == wish->target)
      is_done = tw_formula_input(build->formulas, build->word[i].input_i);
  const tw_formula when = tw_build_text(build, &wish->text, TW_EXPR_CONDITION, NULL);
  tw_build_event *event = add_event(build, model_i, wish->name, wish->text.node);
  if (when < 0 || is_done < 0 || event == NULL) return;
  event->condition = tw_formula_select(build->formulas, is_done, when,
                                       tw_formula_number(build->formulas, 0));
  event->action = TW_ACT_REPAIRED;
  event->target = wish->target;
}

// What the machine draws while it is in certain states: an output "power".
static void read_power(tw_build *build, int32_t model_i, const tw_wish *wish) {
  const tw_formula power = tw_build_text(build, &wish->text, TW_DIM_POWER, NULL);
  tw_formula is_on = tw_formula_number(build->formulas, 0);
  for (int32_t i = 0; i < build->n_word; i++)
    if (build->word[i].reading == TW_READ_STATE && (wish->target >> build->word[i].argument & 1) != 0)
      is_on = tw_formula_add(build->formulas, is_on, tw_formula_input(build->formulas, build->word[i].input_i));
  if (power < 0 || is_on < 0) return;
  if (build->n_output == TW_BUILD_OUTPUTS_MAX) {
    tw_compile_problem(build->compiler, wish->text.node, "E-RANGE", NULL, "a station has at most %d outputs",
                       (int)TW_BUILD_OUTPUTS_MAX);
    build->is_bad = true;
    return;
  }
  const char *name = tw_arena_print(&build->compiler->line->arena, "%s.power", wish->name);
  build->output[build->n_output++] = (tw_build_output){
      .name = name,
      .own_name = strchr(name, '.') + 1,
      .model_i = model_i,
      .dim = TW_DIM_POWER,
      .node = tw_formula_select(build->formulas, is_on, power, tw_formula_number(build->formulas, 0))};
}

void tw_build_wishes(tw_build *build) {
  int32_t model_i = build->n_def;
  for (int32_t w = 0; w < build->compiler->n_wish; w++) {
    const tw_wish *wish = &build->compiler->wish[w];
    if (wish->place_i != build->place_i) continue;
    switch ((tw_wish_kind)wish->kind) {
    case TW_WISH_HAZARD: read_hazard(build, model_i++, wish); break;
    case TW_WISH_FINISH: read_finish(build, model_i++, wish); break;
    case TW_WISH_RATE: read_rate(build, model_i++, wish); break;
    case TW_WISH_UNTIL: read_until(build, model_i++, wish); break;
    case TW_WISH_POWER: read_power(build, model_i++, wish); break;
    }
  }
}
