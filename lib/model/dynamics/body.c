// body.c - who takes part in which continuous object: each system of a machine is a member, members
// that share a model are one island and one body. Also the walk over the whole line: states are declared
// before the stations compile, systems and bodies made behind them.

#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"
#include "model/dynamics/inner.h"

const tw_map *tw_dynamics_of(const tw_line *line, int32_t place_i) {
  if (place_i == TW_NONE) return &line->doc.shared;
  const tw_kind *kind = line->place[place_i].kind;
  if (place_i >= line->doc.n_place || kind->dynamics == NULL) return NULL;
  if (line->doc.place[place_i].is_broken) return NULL;
  return kind->dynamics(line->doc.place[place_i].def);
}

int32_t tw_member_place(const tw_line *line, const tw_member *member) {
  return member->machine_i == TW_NONE ? TW_NONE : line->machine[member->machine_i].node_i;
}

// ---- Members ---------------------------------------------------------------------------------

static int32_t add_member(tw_line *line, const tw_system *system, int32_t machine_i) {
  const int32_t member_i = line->n_member++;
  TW_ASSERT(system != NULL && system->n_state <= system->n_variable);
  line->member[member_i] = (tw_member){.system = system,
                                       .machine_i = machine_i,
                                       .body_i = TW_NONE,
                                       .first_variable = line->n_variable,
                                       .first_word = line->n_word,
                                       .first_event = line->n_model_event,
                                       .first_output = line->n_output};
  line->n_variable += system->n_variable;
  line->n_word += system->n_word;
  line->n_model_event += system->n_event;
  line->n_output += system->n_output;
  return member_i;
}

// Where a variable of the station ended up, for expressions and hazards.
static void note_variables(tw_build *build, const tw_system *system, int32_t member) {
  tw_line *line = build->compiler->line;
  const bool is_shared = build->place_i == TW_NONE;
  tw_place *place = is_shared ? NULL : &line->place[build->place_i];
  tw_station_variable *variable =
      is_shared ? line->shared_variable : (tw_station_variable *)place->variable;
  const int32_t n_variable = is_shared ? line->n_shared_variable : place->n_variable;
  for (int32_t i = 0; i < system->n_variable; i++) {
    const int32_t k = system->variable[i].input_i;
    if (k >= n_variable) continue;
    variable[k].member = member;
    variable[k].i = i;
  }
  for (int32_t i = 0; i < system->n_variable && !is_shared; i++) {
    const bool is_own = system->variable[i].input_i >= place->n_variable;
    if (!is_own || strcmp(system->variable[i].name, "rate.progress") != 0) continue;
    place->has_progress = true;
    place->progress_member = member;
    place->progress_i = i;
  }
  for (int32_t e = 0; e < system->n_event && !is_shared; e++) {
    const tw_event_param *event = &system->event[e];
    if (event->action != TW_ACT_FAIL) continue;
    // its name is "hazard/NAME", its variables "hazard.NAME" and "hazard.NAME.limit"
    for (int32_t i = 0; i < system->n_variable; i++) {
      const char *name = system->variable[i].name;
      const char *own = strchr(name, '.') + 1, *mode_name = strchr(event->name, '/') + 1;
      const size_t n_own = strlen(mode_name);
      const bool is_limit = strncmp(own, mode_name, n_own) == 0 && strcmp(own + n_own, ".limit") == 0;
      if (strncmp(name, "hazard.", 7) != 0 || (strcmp(own, mode_name) != 0 && !is_limit)) continue;
      for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++) {
        tw_mode *mode = &line->mode[line->machine[m].first_mode + event->target];
        mode->hazard_member = member;
        if (is_limit) mode->hazard_limit_i = i;
        else mode->hazard_i = i;
      }
    }
  }
}

void tw_build_members(tw_build *build, tw_system *const *system, int32_t n) {
  tw_line *line = build->compiler->line;
  if (build->place_i == TW_NONE) {
    const int32_t first = line->n_member;
    for (int32_t i = 0; i < n; i++) note_variables(build, system[i], add_member(line, system[i], TW_NONE));
    tw_build_names(build, system, n, first);
    return;
  }
  const tw_place *place = &line->place[build->place_i];
  for (int32_t i = 0; i < n; i++) note_variables(build, system[i], i);
  tw_build_names(build, system, n, 0);
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++)
    for (int32_t i = 0; i < n; i++) {
      const int32_t member_i = add_member(line, system[i], m);
      if (line->machine[m].n_member++ == 0) line->machine[m].first_member = member_i;
    }
  for (int32_t i = 0; i < n; i++) {
    if (system[i]->power_output == TW_NONE) continue;
    tw_compile_draws_power(build->compiler, build->place_i);
    line->has_model_power = true;
  }
}

// ---- Sums ------------------------------------------------------------------------------------

// Stations whose outputs a shared system's sums count; none named: all.
static bool counts_station(const tw_line *line, const tw_system *system, int32_t machine_i) {
  const tw_dynamics_def *def = line->doc.shared.at;
  const char *station = line->place[line->machine[machine_i].node_i].name;
  bool has_list = false;
  for (int32_t i = 0; i < line->doc.shared.n; i++) {
    const size_t n = strlen(def[i].def.name);
    // one of the models of this system: its name stands in the system's
    bool is_own = false;
    for (int32_t v = 0; v < system->n_variable; v++)
      is_own = is_own || (strncmp(system->variable[v].name, def[i].def.name, n) == 0 &&
                          system->variable[v].name[n] == '.');
    for (int32_t k = 0; is_own && k < def[i].stations.n; k++) {
      has_list = true;
      if (strcmp(def[i].stations.at[k].name, station) == 0) return true;
    }
  }
  return !has_list;
}

// The members that a sum counts, and whether their outputs can be added.
static void fill_sum(tw_compiler *compiler, const tw_system *system, tw_sum *sum) {
  tw_line *line = compiler->line;
  tw_sum_term *term = tw_arena_take_array(&line->arena, (size_t)line->n_member, sizeof *term);
  if (term == NULL) return;
  const tw_dim *dim = NULL;
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_member *member = &line->member[m];
    if (member->machine_i == TW_NONE || !counts_station(line, system, member->machine_i)) continue;
    for (int32_t i = 0; i < member->system->n_output; i++) {
      const tw_output_param *output = &member->system->output[i];
      if (strcmp(tw_own_name(output->name), sum->name) != 0) continue;
      if (dim != NULL && !tw_dim_equal(*dim, output->dim))
        tw_compile_problem(compiler, line->doc.shared_node, "E-MODEL", "name the stations in \"stations\"",
                           "sum.%s adds outputs of different dimensions", sum->name);
      dim = &output->dim;
      term[sum->n_term++] = (tw_sum_term){.member = m, .output = i};
    }
  }
  sum->term = term;
  if (sum->word == TW_NONE) return;
  int32_t *machine = tw_arena_take_array(&line->arena, (size_t)line->n_machine + 1, sizeof *machine);
  for (int32_t i = 0; machine != NULL && i < line->n_machine; i++)
    if (line->place[line->machine[i].node_i].power_uw != NULL && counts_station(line, system, i))
      machine[sum->n_machine++] = i;
  sum->machine = machine;
}

// The names in "stations" are stations.
static void check_stations(tw_compiler *compiler) {
  const tw_dynamics_def *def = compiler->line->doc.shared.at;
  for (int32_t i = 0; i < compiler->line->doc.shared.n; i++)
    for (int32_t k = 0; k < def[i].stations.n; k++) tw_compile_place(compiler, &def[i].stations.at[k]);
}

// ---- Bodies ----------------------------------------------------------------------------------

static int32_t root_of(int32_t *island, int32_t i) {
  while (island[i] != i) i = island[i] = island[island[i]];
  return i;
}

// Members that read a shared model, or are counted by it, belong to its island.
static void join_islands(const tw_line *line, int32_t *island) {
  for (int32_t m = 0; m < line->n_member; m++) island[m] = m;
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t i = 0; i < system->n_foreign; i++)
      island[root_of(island, m)] = root_of(island, line->shared_variable[system->foreign[i].variable].member);
    for (int32_t i = 0; i < system->n_sum; i++)
      for (int32_t k = 0; k < system->sum[i].n_term; k++)
        island[root_of(island, system->sum[i].term[k].member)] = root_of(island, m);
  }
  for (int32_t m = 0; m < line->n_member; m++) island[m] = root_of(island, m);
}

static const char *body_name(tw_line *line, const tw_member *member, int32_t n_member) {
  if (member->machine_i == TW_NONE)
    return tw_arena_print(&line->arena, "shared.%s", member->system->name);
  const tw_machine_param *machine = &line->machine[member->machine_i];
  return tw_arena_print(&line->arena, n_member > 1 ? "island of %s[%d].%s" : "%s[%d].%s",
                        line->place[machine->node_i].name, (int)machine->number + 1, member->system->name);
}

// The solver of an island: what one of its members asks for, BDF where one alone is stiff.
static tw_solver_choice choose_for(tw_compiler *compiler, const tw_body *body) {
  tw_solver_choice of = {TW_SOLVER_EXACT, ""};
  for (int32_t k = 0; k < body->n_member; k++) {
    const tw_system *system = compiler->line->member[body->member[k]].system;
    const tw_solver_choice one = tw_choose_solver(compiler, system, body->n_member > 1);
    const bool is_asked = system->solver != TW_SOLVER_AUTO;
    if (k == 0 || is_asked || one.solver > of.solver) of = one;
    if (is_asked) break;
  }
  return of;
}

// Makes a body of the members in list[n], in the order of the file.
static void make_body(tw_compiler *compiler, const int32_t *list, int32_t n) {
  tw_line *line = compiler->line;
  const int32_t body_i = line->n_body++;
  tw_body *body = &line->body[body_i];
  *body = (tw_body){.member = list, .n_member = n};
  const tw_member *named = NULL;
  for (int32_t k = 0; k < n; k++) {
    tw_member *member = &line->member[list[k]];
    member->body_i = body_i;
    member->first_state = body->n_state;
    body->n_state += member->system->n_state;
    if (named == NULL || (member->machine_i == TW_NONE && named->machine_i != TW_NONE)) named = member;
    if (body->rtol == 0 || member->system->rtol < body->rtol) body->rtol = member->system->rtol;
  }
  if (body->n_state > TW_BODY_STATES_MAX)
    tw_compile_problem(compiler, line->doc.shared_node, "E-RANGE", "share less, or by other stations",
                       "an island has at most %d states, this one %d", (int)TW_BODY_STATES_MAX,
                       (int)body->n_state);
  const int32_t place_i = named->machine_i == TW_NONE ? TW_NONE : line->machine[named->machine_i].node_i;
  const tw_solver_choice of = choose_for(compiler, body);
  body->name = body_name(line, named, body->n_member);
  body->solver = of.solver;
  body->why = of.why;
  body->step_slot = tw_compile_slot(compiler, place_i, body_i, TW_CLASS_AHEAD, TW_ON_STEP_SLOT);
  body->located_slot = tw_compile_slot(compiler, place_i, body_i, TW_CLASS_LOCATED, TW_ON_LOCATED_SLOT);
}

static void make_bodies(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  check_stations(compiler);
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t i = 0; i < system->n_sum; i++) fill_sum(compiler, system, &system->sum[i]);
  }
  if (line->n_member > TW_BODIES_MAX)
    tw_compile_problem(compiler, tw_node_member(line->doc.root, "stations"), "E-RANGE",
                       "models for fewer machines",
                       "at most %d machines can have models, here are %d", (int)TW_BODIES_MAX,
                       (int)line->n_member);
  int32_t *island = tw_arena_take_array(&line->arena, (size_t)line->n_member + 1, sizeof *island);
  if (island == NULL || compiler->is_bad) return;
  join_islands(line, island);
  // members by island, each in the order of the file; islands in the order of their first members
  const size_t n = (size_t)line->n_member;
  int32_t *list = tw_arena_take_array(&line->arena, n + 1, sizeof *list);
  int32_t *size = tw_arena_take_array(&line->arena, n + 1, sizeof *size);
  int32_t *begin = tw_arena_take_array(&line->arena, n + 1, sizeof *begin);
  if (list == NULL || size == NULL || begin == NULL) return;
  for (size_t m = 0; m < n; m++) size[island[m]]++;
  for (int32_t m = 0, at = 0; m < line->n_member; m++) {
    if (begin[island[m]] == 0) {
      begin[island[m]] = at + 1;  // 0: not seen yet
      at += size[island[m]];
      size[island[m]] = 0;
    }
    list[begin[island[m]] - 1 + size[island[m]]++] = m;
  }
  for (int32_t at = 0; at < line->n_member; at += size[island[list[at]]])
    make_body(compiler, list + at, size[island[list[at]]]);
}

// Machines whose state a shared model counts tell it when that changes.
static void make_touches(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  int32_t n = 0;
  for (int32_t i = 0; i < line->n_machine; i++) line->machine[i].n_touch = line->machine[i].n_member;
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t k = 0; k < system->n_sum; k++)
      for (int32_t j = 0; j < system->sum[k].n_machine; j++, n++)
        line->machine[system->sum[k].machine[j]].n_bus++;
  }
  if (n == 0) return;
  int32_t *bus = tw_arena_take_array(&line->arena, (size_t)n, sizeof *bus);
  int32_t **next = tw_arena_take_array(&line->arena, (size_t)line->n_machine, sizeof *next);
  if (bus == NULL || next == NULL) return;
  for (int32_t i = 0; i < line->n_machine; i++) {
    tw_machine_param *machine = &line->machine[i];
    machine->n_touch += machine->n_bus;
    if (machine->n_bus > 0) machine->bus = next[i] = bus;
    bus += machine->n_bus;
  }
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t k = 0; k < system->n_sum; k++)
      for (int32_t j = 0; j < system->sum[k].n_machine; j++)
        *next[system->sum[k].machine[j]]++ = line->member[m].body_i;
  }
}

// ---- The whole line --------------------------------------------------------------------------

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

// The states of the models of a place, or of the shared ones, by their names.
static tw_station_variable *declare(tw_compiler *compiler, const tw_map *dynamics, int32_t *n_variable) {
  tw_line *line = compiler->line;
  const tw_dynamics_def *def = dynamics->at;
  int32_t n = 0, n_most = 0;
  for (int32_t m = 0; m < dynamics->n; m++)
    n_most += def[m].model->is_free ? def[m].states.n : def[m].model->n_variable;
  if (n_most > TW_STATION_VARIABLES_MAX) {
    tw_compile_problem(compiler, def[0].def.node->parent, "E-RANGE", NULL,
                       "a station has at most %d states of models", (int)TW_STATION_VARIABLES_MAX);
    return NULL;
  }
  tw_station_variable *variable =
      tw_arena_take_array(&line->arena, (size_t)n_most + 1, sizeof *variable);
  if (variable == NULL) return NULL;
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
  *n_variable = n;
  return variable;
}

void tw_dynamics_declare(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  for (int32_t i = 0; i < line->doc.n_place; i++) {
    const tw_map *dynamics = tw_dynamics_of(line, i);
    if (dynamics != NULL && dynamics->n > 0)
      line->place[i].variable = declare(compiler, dynamics, &line->place[i].n_variable);
  }
  if (line->doc.shared.n > 0)
    line->shared_variable = declare(compiler, &line->doc.shared, &line->n_shared_variable);
}

static void compile_models(tw_compiler *compiler, int32_t place_i) {
  tw_build build;
  if (tw_build_read(&build, compiler, place_i)) tw_build_systems(&build);
  if (build.scratch.is_out_of_memory) compiler->line->arena.is_out_of_memory = true;
  tw_build_free(&build);
}

static bool has_models(const tw_compiler *compiler, int32_t place_i) {
  const tw_map *dynamics = tw_dynamics_of(compiler->line, place_i);
  for (int32_t w = 0; w < compiler->n_wish; w++)
    if (compiler->wish[w].place_i == place_i) return true;
  return dynamics != NULL && dynamics->n > 0;
}

void tw_dynamics_compile(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  size_t n_most = (size_t)line->doc.shared.n;
  for (int32_t i = 0; i < line->n_machine; i++) {
    const tw_map *dynamics = tw_dynamics_of(line, line->machine[i].node_i);
    n_most += (size_t)compiler->n_wish + (dynamics != NULL ? (size_t)dynamics->n : 0);
  }
  if (n_most == 0 || compiler->is_bad) return;
  line->body = tw_arena_take_array(&line->arena, n_most, sizeof *line->body);
  line->member = tw_arena_take_array(&line->arena, n_most, sizeof *line->member);
  if (line->body == NULL || line->member == NULL) return;
  for (int32_t i = 0; i < line->doc.n_place; i++)
    if (has_models(compiler, i)) compile_models(compiler, i);
  // the shared ones last: their sums are over what the stations' models put out
  if (line->doc.shared.n > 0 && !compiler->is_bad) compile_models(compiler, TW_NONE);
  if (!compiler->is_bad) make_bodies(compiler);
  if (!compiler->is_bad) make_touches(compiler);
  if (line->has_model_power)
    line->meter_slot = tw_compile_slot(compiler, TW_NONE, TW_NONE, TW_CLASS_END, TW_ON_METER_SLOT);
}
