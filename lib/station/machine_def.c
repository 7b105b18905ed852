// machine_def.c - the field tables of machine stations and their compilation.

#include "station/machine.h"
#include "station/machine_def.h"

#include <string.h>

#include "core/ticks.h"
#include "keys/common_def.h"
#include "keys/failure_def.h"
#include "keys/finish_def.h"
#include "keys/maintenance_def.h"
#include "keys/power_def.h"
#include "keys/push_def.h"
#include "keys/setup_def.h"
#include "keys/task_def.h"
#include "keys/time_def.h"
#include "model/compile.h"
#include "physics/physics.h"
#include "station/defects.h"
#include "station/inspection_def.h"
#include "station/kinds.h"

typedef struct tw_pull_def {
  int32_t rule;
  tw_names from;
  int32_t preempt;
  tw_value switch_over;
} tw_pull_def;

typedef struct tw_exits_def {
  tw_weights probability, ratio;
} tw_exits_def;

typedef struct tw_while_down_def {
  bool takes, gives;
} tw_while_down_def;

typedef struct tw_station_def {
  tw_def def;
  int64_t n_machine, priority;
  tw_time_def time;
  tw_rate_def rate;
  tw_task_def load, unload;
  tw_expr_text factor, scrap;
  int32_t blocking;
  tw_pull_def pull;
  tw_push_def push;
  tw_exits_def exits;
  tw_while_down_def while_down;
  tw_map failures, maintenance;
  tw_setup_def setup;
  tw_duty_def duty;
  tw_needs needs;
  int64_t needs_priority;
  const char *stream;
  tw_map defects;
  tw_names repairs;
  tw_map dynamics, sets;
  tw_finish_def finish;
  tw_power_def power;
  double downtime_cost_s;
  tw_inspection_def inspection;  // of the kind "inspection" only
} tw_station_def;

static const char *const pull_words[] = {"longest-waiting", "priority", "round-robin",
                                         "longest-queue",   "polling",  NULL};
static const char *const preempt_words[] = {"no", "resume", NULL};

// clang-format off
static const tw_field pull_fields[] = {
  TW_FIELD(tw_pull_def, rule, "rule", TW_FIELD_CHOICE, .sub = pull_words,
           .preset = "\"longest-waiting\"", .help = "which of several queues the next part comes from"),
  TW_FIELD(tw_pull_def, from, "from", TW_FIELD_NAMES,
           .help = "the queues in the order of the rule; without it the order of the file"),
  TW_FIELD(tw_pull_def, preempt, "preempt", TW_FIELD_CHOICE, .sub = preempt_words, .preset = "\"no\"",
           .help = "rule \"priority\": a part of an earlier queue stops the processing of a later one, which resumes"),
  TW_FIELD(tw_pull_def, switch_over, "switch", TW_FIELD_VALUE, .dim = {.s = 1},
           .help = "polling: changing over to another queue takes this long"),
};
static const tw_table pull_table = {.name = "pull", .help = "how a free machine chooses its next part",
  .size = sizeof(tw_pull_def), .fields = pull_fields, .n_field = TW_N_FIELDS(pull_fields)};

static const tw_field exits_fields[] = {
  TW_FIELD(tw_exits_def, probability, "probability", TW_FIELD_WEIGHTS,
           .help = "named exits, drawn at random at completion"),
  TW_FIELD(tw_exits_def, ratio, "ratio", TW_FIELD_WEIGHTS,
           .help = "named exits, taken in this ratio without randomness"),
};
static const tw_table exits_table = {.name = "exits", .help = "named exits that chains start from",
  .size = sizeof(tw_exits_def), .fields = exits_fields, .n_field = TW_N_FIELDS(exits_fields)};

static const tw_field while_down_fields[] = {
  TW_FIELD(tw_while_down_def, takes, "takes", TW_FIELD_BOOL, .preset = "false",
           .help = "a part may come onto the machine and waits there"),
  TW_FIELD(tw_while_down_def, gives, "gives", TW_FIELD_BOOL, .preset = "false",
           .help = "a finished part may leave"),
};
static const tw_table while_down_table = {.name = "while_down", .help = "what a machine does while it is down",
  .size = sizeof(tw_while_down_def), .fields = while_down_fields,
  .n_field = TW_N_FIELDS(while_down_fields)};

// One list for all stations: its beginning is an inspection's only, its end a machine's only.
static const tw_field station_fields[] = {
  TW_INSPECTION_FIELDS(tw_station_def, inspection)
  TW_FIELD(tw_station_def, n_machine, "machines", TW_FIELD_COUNT, .preset = "1", .min = 1, .max = TW_STATION_MACHINES_MAX,
           .help = "equal machines side by side, each with its own state and failures"),
  TW_FIELD(tw_station_def, time, "time", TW_FIELD_CUSTOM, .sub = &tw_time_custom,
           .help = "process time of a part"),
  TW_FIELD(tw_station_def, rate, "rate", TW_FIELD_CUSTOM, .sub = &tw_rate_custom,
           .help = "parts per time, instead of \"time\"; one that names states of the machine's models is integrated "
                   "while it works, any other evaluated when processing starts"),
  TW_FIELD(tw_station_def, finish, "finish", TW_FIELD_OBJECT, .sub = &tw_finish_table,
           .help = "instead of \"time\": processing ends when the machine's models say so"),
  TW_FIELD(tw_station_def, dynamics, "dynamics", TW_FIELD_CUSTOM, .sub = &tw_dynamics_custom,
           .help = "machine models by name, of each machine of the station"),
  TW_FIELD(tw_station_def, load, "load", TW_FIELD_OBJECT, .sub = &tw_task_table,
           .help = "before processing, the machine is occupied"),
  TW_FIELD(tw_station_def, unload, "unload", TW_FIELD_OBJECT, .sub = &tw_task_table,
           .help = "after processing, the machine is occupied"),
  TW_FIELD(tw_station_def, setup, "setup", TW_FIELD_OBJECT, .sub = &tw_setup_table,
           .help = "what it takes to change over from one part to another"),
  TW_FIELD(tw_station_def, factor, "factor", TW_FIELD_EXPR,
           .help = "multiplies the process time, evaluated when processing starts"),
  TW_FIELD(tw_station_def, scrap, "scrap", TW_FIELD_EXPR,
           .help = "probability that a part is scrap, drawn at completion"),
  TW_FIELD(tw_station_def, blocking, "blocking", TW_FIELD_CHOICE, .sub = tw_blocking_words,
           .help = "the default stands in \"defaults\""),
  TW_FIELD(tw_station_def, pull, "pull", TW_FIELD_OBJECT, .sub = &pull_table,
           .help = "for a station behind several queues"),
  TW_FIELD(tw_station_def, push, "push", TW_FIELD_OBJECT, .sub = &tw_push_table,
           .help = "for a station before several places"),
  TW_FIELD(tw_station_def, failures, "failures", TW_FIELD_MAP, .sub = &tw_failure_table,
           .help = "failure modes with independent clocks"),
  TW_FIELD(tw_station_def, maintenance, "maintenance", TW_FIELD_MAP, .sub = &tw_maintenance_table,
           .help = "planned work on the machine"),
  TW_FIELD(tw_station_def, needs, "needs", TW_FIELD_NEEDS,
           .help = "people and resources that processing needs, all or nothing"),
  TW_PRIORITY_FIELD(tw_station_def, needs_priority, "needs_priority",
                    "of processing when people are short; larger is served first"),
  TW_DUTY_DEF_FIELDS(tw_station_def, duty),
  TW_FIELD(tw_station_def, while_down, "while_down", TW_FIELD_OBJECT, .sub = &while_down_table,
           .help = "a machine that is down takes no part and gives none, unless said here"),
  TW_SERVED_FIELD(tw_station_def),
  TW_STREAM_FIELD(tw_station_def),
  TW_FIELD(tw_station_def, defects, "defects", TW_FIELD_CUSTOM, .sub = &tw_defects_custom,
           .help = "hidden defects by name with their probabilities, drawn at completion"),
  TW_FIELD(tw_station_def, repairs, "repairs", TW_FIELD_NAMES,
           .help = "defects that it removes at completion, before it draws its own; or \"all\""),
  TW_UPKEEP_FIELDS(tw_station_def),
  TW_FIELD(tw_station_def, sets, "sets", TW_FIELD_CUSTOM, .sub = &tw_sets_custom,
           .help = "values that a completed part gives states of the machine's models and its own attributes, "
                   "drawn behind scrap and exits; all from the values before"),
  TW_FIELD(tw_station_def, exits, "exits", TW_FIELD_OBJECT, .sub = &exits_table,
           .help = "named exits and who takes them"),
};
enum { N_MACHINE_FIELDS = 1 };
// clang-format on

static void check_station(const void *object, const tw_node *node,
                          const struct tw_reader *reader) {
  const tw_station_def *def = object;
  const bool has_time = tw_node_member(node, "time") != NULL;
  const bool has_rate = tw_node_member(node, "rate") != NULL;
  // where there are routes, their steps may say all times; then it is checked part by part
  const bool has_routes = tw_node_member(node->parent->parent, "routes") != NULL;
  const bool has_finish = tw_node_member(node, "finish") != NULL;
  if (has_finish && (has_time || has_rate))
    tw_node_problem(reader->problems, reader->file, tw_node_member(node, "finish"), "E-KEY", NULL, NULL,
                    "keep one of them", "processing ends by \"finish\" or after its \"time\", not both");
  else if (!has_finish && has_time == has_rate && (has_rate || !has_routes))
    tw_node_problem(reader->problems, reader->file, node, "E-KEY", NULL, NULL,
                    has_rate ? "keep one of them" : "\"time\": \"2.6 min\"", "%s",
                    has_rate ? "give \"time\" or \"rate\", not both" : "\"time\" is required");
  if (def->exits.probability.n > 0 && def->exits.ratio.n > 0)
    tw_node_problem(reader->problems, reader->file, tw_node_member(node, "exits"), "E-KEY", NULL,
                    NULL, "keep one of them", "exits are chosen by \"probability\" or by \"ratio\", not both");
  if (def->pull.preempt != 0 && def->pull.rule != TW_PULL_PRIORITY)
    tw_node_problem(reader->problems, reader->file, tw_node_member(node, "pull"), "E-KEY", NULL,
                    NULL, "\"rule\": \"priority\"", "only the rule \"priority\" can pre-empt");
  if (def->pull.rule == TW_PULL_POLLING && def->n_machine > 1)
    tw_node_problem(reader->problems, reader->file, tw_node_member(node, "machines"), "E-RANGE", NULL,
                    NULL, "make a station of each machine",
                    "polling changes over the whole station: it needs \"machines\": 1");
}

const tw_table tw_machine_def_table = {.name = "machine",
                                       .help = "works on one part at a time per machine",
                                       .size = sizeof(tw_station_def),
                                       .fields = station_fields + TW_N_INSPECTION_FIELDS,
                                       .n_field = TW_N_FIELDS(station_fields) -
                                                  TW_N_INSPECTION_FIELDS,
                                       .check = check_station};

static void check_inspection(const void *object, const tw_node *node,
                             const struct tw_reader *reader) {
  check_station(object, node, reader);
  tw_inspection_check(&((const tw_station_def *)object)->inspection, node, reader);
}

const tw_table tw_inspection_def_table = {
    .name = "inspection",
    .help = "a machine that looks for defects and sends away what it rejects",
    .size = sizeof(tw_station_def),
    .fields = station_fields,
    .n_field = TW_N_FIELDS(station_fields) - N_MACHINE_FIELDS,
    .check = check_inspection};

const tw_map *tw_machine_defects(const void *def) {
  return &((const tw_station_def *)def)->defects;
}

static const tw_weights *exits_of(const tw_station_def *def) {
  if (def->inspection.on_reject.share.n > 0) return &def->inspection.on_reject.share;
  return def->exits.ratio.n > 0 ? &def->exits.ratio : &def->exits.probability;
}

int32_t tw_machine_exits(const tw_kind *kind, const void *object, const char **names, int32_t max) {
  (void)kind;
  const tw_station_def *def = object;
  const tw_weights *exits = exits_of(def);
  int32_t n = 0;
  bool has_scrap = false;
  for (int32_t i = 0; i < exits->n && n < max; i++) {
    names[n++] = exits->name[i].name;
    has_scrap = has_scrap || strcmp(exits->name[i].name, "scrap") == 0;
  }
  const bool can_scrap = def->scrap.text != NULL || def->setup.n_startup_scrap > 0 ||
                         def->duty.shift_end == TW_END_SCRAP ||
                         tw_failures_can_scrap(&def->failures) ||
                         tw_maintenance_can_scrap(&def->maintenance) ||
                         tw_inspection_can_scrap(&def->inspection);
  if (can_scrap && !has_scrap && n < max) names[n++] = "scrap";
  return n;
}

// Rate as a constant time: the same shape behind it.
static tw_value time_of(tw_compiler *compiler, const tw_station_def *def) {
  if (def->time.value.node != NULL || !(def->rate.per_s > 0)) return def->time.value;
  tw_dist *dist = tw_arena_take(&compiler->line->arena, sizeof *dist);
  if (dist == NULL) return def->time.value;
  *dist = (tw_dist){.kind = TW_DIST_CONSTANT, .a = 1 / def->rate.per_s};
  tw_dist_prepare(dist);
  return (tw_value){.node = tw_node_member(def->def.node, "rate"), .dist = dist};
}

static void compile_sites(tw_compiler *compiler, int32_t place_i, const tw_station_def *def,
                          tw_station_param *param) {
  const tw_place *place = &compiler->line->place[place_i];
  tw_machine_sites *sites =
      tw_arena_take_array(&compiler->line->arena, (size_t)place->n_machine, sizeof *sites);
  if (sites == NULL) return;
  const tw_value time = time_of(compiler, def);
  const tw_dist *const *step_times = tw_machine_step_times(compiler, place_i);
  if (time.node == NULL && def->finish.when.text == NULL && def->rate.text.text == NULL)
    tw_machine_check_times(compiler, place_i);
  for (int32_t i = 0; i < place->n_machine; i++) {
    const int32_t machine_i = place->first_machine + i;
    sites[i] = (tw_machine_sites){TW_NONE, TW_NONE, TW_NONE, TW_NONE, TW_NONE};
    if (time.node != NULL)
      sites[i].time = tw_compile_site(compiler, place_i, machine_i, "time", def->stream, &time);
    if (step_times != NULL) {
      sites[i].route_time =
          tw_compile_site(compiler, place_i, machine_i, "route-time", def->stream, NULL);
      if (!compiler->is_bad) compiler->line->site[sites[i].route_time].by_part = step_times;
    }
    if (def->load.time.node != NULL)
      sites[i].load =
          tw_compile_site(compiler, place_i, machine_i, "load", def->stream, &def->load.time);
    if (def->unload.time.node != NULL)
      sites[i].unload =
          tw_compile_site(compiler, place_i, machine_i, "unload", def->stream, &def->unload.time);
    if (def->pull.switch_over.node != NULL)
      sites[i].switch_over = tw_compile_site(compiler, place_i, machine_i, "switch", def->stream,
                                             &def->pull.switch_over);
  }
  param->sites = sites;
}

// The edge from the place named by a `pull.from` entry; TW_NONE with E-REF when it is no feeder.
static int32_t find_feeder(tw_compiler *compiler, int32_t place_i, const tw_name *name) {
  const tw_graph *graph = &compiler->line->graph;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++)
    if (strcmp(graph->name[graph->edge[graph->feeder[i]].from], name->name) == 0)
      return graph->feeder[i];
  compiler->is_bad = true;
  if (!compiler->is_flow_known) return TW_NONE;
  tw_compile_problem(compiler, name->node, "E-REF", "name places that a chain leads here from",
                     "'%s' does not feed '%s'", name->name, graph->name[place_i]);
  return TW_NONE;
}

static void compile_pull(tw_compiler *compiler, int32_t place_i, const tw_station_def *def,
                         tw_station_param *param) {
  const tw_graph *graph = &compiler->line->graph;
  const int32_t first = graph->first_feeder[place_i];
  const int32_t n_feeder = graph->first_feeder[place_i + 1] - first;
  param->pull = def->pull.rule;
  param->can_preempt = def->pull.preempt != 0 && n_feeder > 1;
  compiler->line->place[place_i].can_preempt = param->can_preempt;
  if (param->can_preempt) compiler->line->place[place_i].looks_ahead = true;
  if (param->can_preempt && compiler->line->place[place_i].is_before_service)
    tw_compile_problem(compiler, tw_node_member(def->def.node, "pull"), "E-FLOW",
                       "use \"blocking\": \"after-service\" here",
                       "'%s' reserves a place before it works: its parts cannot be pre-empted",
                       def->def.name);
  if (param->can_preempt && compiler->line->place[place_i].setup != NULL)
    tw_compile_problem(compiler, tw_node_member(def->def.node, "pull"), "E-KEY",
                       "leave \"preempt\" away here",
                       "'%s' has setups: a pre-empted part would need another one to resume",
                       def->def.name);
  param->n_feeder = n_feeder;
  param->feeder = graph->feeder + first;
  if (def->pull.from.n == 0) return;
  int32_t *order = tw_arena_take_array(&compiler->line->arena, (size_t)n_feeder, sizeof *order);
  if (order == NULL) return;
  int32_t n = 0;
  for (int32_t i = 0; i < def->pull.from.n; i++) {
    const int32_t edge_i = find_feeder(compiler, place_i, &def->pull.from.at[i]);
    for (int32_t k = 0; k < n; k++)
      if (order[k] == edge_i)
        tw_compile_problem(compiler, def->pull.from.at[i].node, "E-KEY", "leave it away",
                           "'%s' stands here twice", def->pull.from.at[i].name);
    if (edge_i != TW_NONE && n < n_feeder) order[n++] = edge_i;
  }
  if (n < n_feeder && !compiler->is_bad)
    tw_compile_problem(compiler, tw_node_member(def->def.node, "pull"), "E-FLOW",
                       "list every queue that leads here in \"from\"",
                       "'%s' has %d feeders, but \"from\" names %d", graph->name[place_i],
                       (int)n_feeder, (int)n);
  param->feeder = order;
}

static void compile_exits(tw_compiler *compiler, int32_t place_i, const tw_station_def *def,
                          tw_station_param *param) {
  const tw_weights *exits = exits_of(def);
  tw_line *line = compiler->line;
  if (exits->n == 0) return;
  int32_t *exit = tw_arena_take_array(&line->arena, (size_t)exits->n, sizeof *exit);
  int32_t *counter = tw_arena_take_array(&line->arena, (size_t)exits->n, sizeof *counter);
  if (exit == NULL || counter == NULL) return;
  double sum = 0;
  for (int32_t i = 0; i < exits->n; i++) {
    exit[i] = tw_graph_exit(&line->graph, place_i, exits->name[i].name);
    counter[i] = line->graph.exit[exit[i]].edge[0];
    sum += exits->weight[i];
  }
  param->n_exit = exits->n;
  param->exit = exit;
  param->exit_weight = exits->weight;
  param->exit_counter = counter;
  param->is_exit_ratio = def->exits.ratio.n > 0;
  if (param->is_exit_ratio) return;
  param->exit_site = tw_compile_site(compiler, place_i, TW_NONE, "exit", def->stream, NULL);
  if (sum < 1 - 1e-9 || sum > 1 + 1e-9)
    tw_compile_problem(compiler, exits->name[0].node->parent, "E-RANGE", NULL,
                       "the probabilities of the exits sum to %.10g, not to 1", sum);
}

// What each phase of the work needs; nothing where nobody is needed at all.
static void compile_tasks(tw_compiler *compiler, int32_t place_i, const tw_station_def *def) {
  tw_line *line = compiler->line;
  if (def->needs.n + def->load.needs.n + def->unload.needs.n == 0) return;
  tw_task *task = tw_arena_take_array(&line->arena, TW_PHASE_N, sizeof *task);
  if (task == NULL) return;
  task[TW_LOAD] = tw_task_compile(compiler, &def->load);
  task[TW_UNLOAD] = tw_task_compile(compiler, &def->unload);
  task[TW_PROCESS] = (tw_task){.needs = tw_compile_needs(compiler, &def->needs),
                               .priority = def->needs_priority};
  line->place[place_i].task = task;
}

const tw_map *tw_machine_dynamics(const void *def) {
  return &((const tw_station_def *)def)->dynamics;
}

void tw_machine_compile(tw_compiler *compiler, int32_t place_i, const void *object) {
  const tw_station_def *def = object;
  tw_line *line = compiler->line;
  tw_station_param *param = tw_arena_take(&line->arena, sizeof *param);
  if (param == NULL) return;
  *param = (tw_station_param){.scrap_site = TW_NONE, .exit_site = TW_NONE};
  tw_place *place = &line->place[place_i];
  place->param = param;
  const bool has_blocking = tw_node_member(def->def.node, "blocking") != NULL;
  place->is_before_service = (has_blocking ? def->blocking : line->doc.defaults.blocking) == 1;
  if (place->main_exit == TW_NONE) {
    // which of its exits a part takes is decided at completion: there is nothing to reserve
    if (has_blocking && place->is_before_service)
      tw_compile_problem(compiler, tw_node_member(def->def.node, "blocking"), "E-FLOW",
                         "use \"after-service\"",
                         "'%s' chooses the exit of a part at completion, so it cannot reserve a "
                         "place before",
                         place->name);
    place->is_before_service = false;
  }
  place->takes_while_down = def->while_down.takes;
  place->gives_while_down = def->while_down.gives;
  place->priority = def->priority;
  tw_compile_machines(compiler, place_i, def->n_machine);
  compile_sites(compiler, place_i, def, param);
  tw_duty_compile(compiler, place_i, &def->duty, def->def.node);
  tw_modes_compile(compiler, place_i, &def->failures, &def->maintenance, def->stream);
  compile_tasks(compiler, place_i, def);
  tw_power_compile(compiler, place_i, &def->power, def->def.node);
  if (tw_compile_cost(compiler, place_i, def->def.node, "downtime_cost"))
    place->cost.downtime_s = def->downtime_cost_s;
  if (tw_node_member(def->def.node, "setup") != NULL)
    place->setup = tw_setup_compile(compiler, place_i, &def->setup, def->stream);
  place->looks_ahead = place->setup != NULL && place->setup->step[0].is_while_running;
  compile_pull(compiler, place_i, def, param);
  compile_exits(compiler, place_i, def, param);
  tw_compile_push(compiler, place_i, def->push.rule, &def->push.share, def->stream);
  if (def->factor.text != NULL && def->time.factor.text != NULL)
    tw_compile_problem(compiler, def->factor.node, "E-KEY", "keep one of them",
                       "'%s' has a factor and its time has another", def->def.name);
  param->has_finish = tw_finish_compile(compiler, place_i, &def->finish, def->stream) ||
                      tw_rate_compile(compiler, place_i, &def->rate, &param->rate);
  if (param->has_finish)
    tw_finish_check(compiler, place_i,
                    def->factor.text != NULL ? def->factor.node : def->time.factor.node,
                    def->rate.node != NULL ? def->rate.node : def->finish.when.node->parent);
  param->factor = tw_compile_expr_at(
      compiler, place_i, def->factor.text != NULL ? &def->factor : &def->time.factor, TW_DIM_ONE);
  if (param->factor != NULL) compiler->line->has_factor = true;
  param->scrap = tw_compile_expr_at(compiler, place_i, &def->scrap, TW_DIM_ONE);
  if (param->scrap != NULL)
    param->scrap_site = tw_compile_site(compiler, place_i, TW_NONE, "scrap", def->stream, NULL);
  tw_defects_compile(compiler, place_i, &def->defects, def->stream);
  param->sets = tw_sets_compile(compiler, place_i, &def->sets, def->stream);
  param->repairs = tw_repairs_compile(compiler, &def->repairs);
  if (place->kind == &tw_kind_inspection)
    param->inspection = tw_inspection_compile(compiler, place_i, &def->inspection, def->stream);
}
