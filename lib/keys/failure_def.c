// failure_def.c - the field table of failure modes and their compilation: one mode record for every
// machine, each with its own draws. Also puts the ways of a machine to go down in their order: failures,
// common causes, maintenance.

#include "keys/failure_def.h"

#include <string.h>

#include "core/ticks.h"
#include "doc/dynamics_def.h"
#include "engine/work.h"
#include "keys/maintenance_def.h"
#include "keys/sets.h"
#include "keys/task_def.h"
#include "model/compile.h"

// Every event of a machine looks at all of its clocks.

typedef struct tw_failure_def {
  tw_def def;
  int32_t clock, part, at;
  tw_value mtbf, repair;
  tw_expr_text hazard;
  tw_map set;
  double availability, mttr_s, stops_per_shift;
  tw_needs needs;
  int64_t priority;
  bool can_preempt;
  tw_age_def age;
  tw_weights renews, spares;
  double cost;
} tw_failure_def;

static const char *const clock_words[] = {"calendar", "on-shift", "processing", "cycles", NULL};
static const char *const at_words[] = {"completion", "start", NULL};

static const tw_field interval_fields[] = {
    {.name = "mtbf", .type = TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_EXCLUSIVE_MIN},
    {.name = "mtbf", .type = TW_FIELD_VALUE, .flags = TW_DISCRETE | TW_EXCLUSIVE_MIN}};

static bool parse_interval(const tw_node *node, const struct tw_reader *reader, void *target) {
  const tw_node *clock = tw_node_member(node->parent, "clock");
  const bool is_count =
      clock != NULL && clock->type == TW_NODE_TEXT && strcmp(clock->text, "cycles") == 0;
  return tw_value_parse(node, &interval_fields[is_count], reader, target);
}

const tw_custom tw_interval_custom = {
    .parse = parse_interval,
    .shape = "a value: a duration, or a count for the clock \"cycles\"",
    .schema = "{\"$ref\": \"#/$defs/value\"}"};

// clang-format off
static const tw_field failure_fields[] = {
  TW_FIELD(tw_failure_def, clock,    "clock",    TW_FIELD_CHOICE, .sub = clock_words, .flags = TW_REQUIRED,
           .help = "what its age counts: always, on shift, processing time, or finished cycles"),
  TW_FIELD(tw_failure_def, mtbf,     "mtbf",     TW_FIELD_CUSTOM, .sub = &tw_interval_custom,
           .help = "from the end of a repair to the next failure, on its clock; cycles are bare counts; a plain \"3 h\" is exactly every 3 h, chance is {\"exponential\": {\"mean\": \"3 h\"}}"),
  TW_FIELD(tw_failure_def, repair,   "repair",   TW_FIELD_VALUE, .dim = {.s = 1},
           .help = "time to repair, without waiting for people"),
  TW_FIELD(tw_failure_def, availability, "availability", TW_FIELD_RATIO, .max = 1, .flags = TW_EXCLUSIVE_MIN,
           .help = "instead of \"mtbf\": share of its clock between failures; exponential, MTBF = A/(1 - A) MTTR"),
  TW_FIELD(tw_failure_def, mttr_s,   "mttr",     TW_FIELD_QUANTITY, .dim = {.s = 1}, .max = TW_LONGEST_S,
           .flags = TW_EXCLUSIVE_MIN, .help = "instead of \"repair\": mean of an exponential repair time"),
  TW_FIELD(tw_failure_def, stops_per_shift, "stops", TW_FIELD_QUANTITY, .dim = {.shift = -1}, .max = 1e6,
           .flags = TW_EXCLUSIVE_MIN,
           .help = "instead of \"mtbf\": so many in the working time of a shift, on its clock; exponential"),
  TW_FIELD(tw_failure_def, hazard,   "hazard",   TW_FIELD_EXPR, .dim = {.s = -1},
           .help = "instead of \"mtbf\": failures per time, a function of the states of the machine's models; integrated while its clock runs"),
  TW_FIELD(tw_failure_def, set,      "set",      TW_FIELD_CUSTOM, .sub = &tw_sets_custom,
           .help = "values that the repair gives states of the machine's models, and attributes of a part that is on it"),
  TW_FIELD(tw_failure_def, part,     "part",     TW_FIELD_CHOICE, .sub = tw_fate_words, .preset = "\"resume\"",
           .help = "what happens to the part on the machine"),
  TW_FIELD(tw_failure_def, at,       "at",       TW_FIELD_CHOICE, .sub = at_words, .preset = "\"completion\"",
           .help = "clock \"cycles\": fails at the completion, or when the next cycle would start"),
  TW_FIELD(tw_failure_def, needs,    "needs",    TW_FIELD_NEEDS,
           .help = "people and resources the repair needs, all or nothing"),
  TW_PRIORITY_FIELD(tw_failure_def, priority, "priority",
                    "larger is repaired first when people are short"),
  TW_PREEMPT_FIELD(tw_failure_def),
  TW_FIELD(tw_failure_def, age,      "age",      TW_FIELD_CUSTOM, .sub = &tw_age_custom,
           .help = "how old it is at the start of the run, on its clock"),
  TW_FIELD(tw_failure_def, renews,   "renews",   TW_FIELD_WEIGHTS,
           .help = "failures and maintenance whose age the repair takes away: 1 as good as new"),
  TW_FIELD(tw_failure_def, spares,   "spares",   TW_FIELD_WEIGHTS,
           .help = "pieces of parts with a \"supply\" that the repair uses up"),
  TW_COST_FIELD(tw_failure_def, cost, "cost", "money for each failure: the repair, what is replaced"),
};
// clang-format on

// One of several keys is given: reports a second one at its place, and when there is none.
static int32_t check_one_of(const char *const *keys, int32_t n_key, const tw_node *node,
                            const tw_reader *reader, const char *missing, const char *example) {
  const tw_node *first = NULL;
  int32_t n = 0;
  for (int32_t i = 0; i < n_key; i++) {
    const tw_node *member = tw_node_member(node, keys[i]);
    if (member == NULL) continue;
    if (n++ > 0)
      tw_reader_problem(reader, member, "E-KEY", NULL, "keep one of them",
                        "\"%s\" stands beside \"%s\", which says the same", member->key, first->key);
    else first = member;
  }
  if (n == 0) tw_reader_problem(reader, node, "E-KEY", keys[0], example, "%s", missing);
  return n;
}

// An interval and a repair are given once each, in one of their forms.
static void check_failure(const void *object, const tw_node *node, const struct tw_reader *reader) {
  static const char *const intervals[] = {"mtbf", "availability", "stops", "hazard"};
  static const char *const repairs[] = {"repair", "mttr"};
  const tw_failure_def *def = object;
  check_one_of(repairs, 2, node, reader, "\"repair\" is required, or \"mttr\" instead",
               "\"repair\": \"30 min\"");
  const int32_t n_interval =
      check_one_of(intervals, 4, node, reader,
                   "\"mtbf\" is required, or one of \"availability\", \"stops\" and \"hazard\" instead",
                   "\"mtbf\": {\"exponential\": {\"mean\": \"40 h\"}}");
  for (int32_t i = 1; i < 4 && n_interval == 1 && def->clock == TW_CLOCK_CYCLES; i++)
    if (tw_node_member(node, intervals[i]) != NULL)
      tw_reader_problem(reader, tw_node_member(node, intervals[i]), "E-KEY", NULL, "\"mtbf\": 400",
                        "the clock \"cycles\" counts parts: it needs \"mtbf\" as a count, not \"%s\"",
                        intervals[i]);
  if (tw_node_member(node, "availability") != NULL && def->availability >= 1)
    tw_reader_problem(reader, tw_node_member(node, "availability"), "E-RANGE", "below 1",
                      "leave the failure away, or e.g. \"95 %\"",
                      "what is always available has no failures");
  if (def->at == 1 && def->clock != TW_CLOCK_CYCLES)
    tw_reader_problem(reader, tw_node_member(node, "at"), "E-KEY", NULL, "\"clock\": \"cycles\"",
                      "\"at\": \"start\" goes with the clock \"cycles\" only");
}

const tw_table tw_failure_table = {.name = "failure",
                                   .help = "a way to fail, with its own clock",
                                   .size = sizeof(tw_failure_def),
                                   .fields = failure_fields,
                                   .n_field = TW_N_FIELDS(failure_fields),
                                   .check = check_failure};

bool tw_failures_can_scrap(const tw_map *failures) {
  const tw_failure_def *def = failures->at;
  for (int32_t i = 0; i < failures->n; i++)
    if (def[i].part == TW_FATE_SCRAP) return true;
  return false;
}

// An exponential of this mean, as if the line file had said so.
static tw_value exponential(tw_compiler *compiler, const tw_node *node, double mean_s) {
  tw_dist *dist = tw_arena_take(&compiler->line->arena, sizeof *dist);
  if (dist == NULL) return (tw_value){0};
  *dist = (tw_dist){.kind = TW_DIST_EXPONENTIAL, .a = mean_s};
  const char *problem = tw_dist_prepare(dist);
  if (problem != NULL || mean_s > TW_LONGEST_S)
    tw_compile_problem(compiler, node, "E-RANGE", NULL, "this makes a mean of %g s: %s", mean_s,
                       problem != NULL ? problem : "longer than 70 years");
  return (tw_value){.node = node, .dist = dist};
}

static tw_value repair_of(tw_compiler *compiler, const tw_failure_def *def) {
  if (def->repair.node != NULL) return def->repair;
  return exponential(compiler, tw_node_member(def->def.node, "mttr"), def->mttr_s);
}

// Adds what was derived to the document, so that the resolved dump shows it (SEMANTICS 6.4). What stands
// there from an earlier dump is derived anew; what its author wrote is left alone.
static void note_derived(tw_compiler *compiler, const tw_node *node, const char *key, double mean_s) {
  char text[64];
  tw_node *old = (tw_node *)tw_node_member(node, key), holder = {.type = TW_NODE_OBJECT};
  if (old != NULL && (!old->is_listed || old->is_default)) return;
  const char *json = tw_arena_print(&compiler->line->arena, "\"%s\"",
                                    tw_duration_text(mean_s, text));
  if (json == NULL) return;
  tw_node *noted = tw_node_preset(old != NULL ? &holder : (tw_node *)node, key, json,
                                  &compiler->line->arena);
  if (old == NULL || noted == NULL) return;
  old->type = noted->type;
  old->text = noted->text;
  old->n_child = 0;
  old->first = old->last = NULL;
  old->is_default = true;
}

static tw_value mtbf_of(tw_compiler *compiler, int32_t place_i, const tw_failure_def *def,
                        const tw_value *repair) {
  if (def->mtbf.node != NULL || repair->dist == NULL) return def->mtbf;
  const bool is_share = tw_node_member(def->def.node, "availability") != NULL;
  const double mean_s =
      is_share ? def->availability / (1 - def->availability) * tw_dist_mean(repair->dist)
               : compiler->line->place[place_i].shift_s / def->stops_per_shift;
  note_derived(compiler, def->def.node, "x-mtbf", mean_s);
  note_derived(compiler, def->def.node, "x-mttr", tw_dist_mean(repair->dist));
  return exponential(compiler, tw_node_member(def->def.node, is_share ? "availability" : "stops"),
                     mean_s);
}

// A failure whose rate depends on states: the limit of its integral is drawn from a site of its own.
static void add_hazard(tw_compiler *compiler, int32_t machine_i, const tw_failure_def *def,
                       const char *stream, tw_mode *mode) {
  tw_line *line = compiler->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  if (def->age.node != NULL)
    tw_compile_problem(compiler, def->age.node, "E-KEY", "leave it away",
                       "a hazard has no age: what it depends on has");
  mode->mtbf_site = tw_compile_site(compiler, machine->node_i, machine_i,
                                    tw_arena_print(&line->arena, "hazard/%s", def->def.name), stream, NULL);
  mode->slot =
      tw_compile_slot(compiler, machine->node_i, compiler->mode_i, TW_CLASS_FAILURE, TW_ON_FAILURE);
  mode->clock = TW_CLOCK_HAZARD;
  if (machine->number == 0)
    tw_compile_wish(compiler, &(tw_wish){.place_i = machine->node_i,
                                         .kind = TW_WISH_HAZARD,
                                         .name = def->def.name,
                                         .text = def->hazard,
                                         .clock = def->clock,
                                         .target = line->n_mode - machine->first_mode});
  tw_compile_add_mode(compiler, mode);
}

static void compile_mode(tw_compiler *compiler, int32_t place_i, int32_t machine_i,
                         const tw_failure_def *def, const char *stream) {
  tw_line *line = compiler->line;
  tw_arena *arena = &line->arena;
  tw_machine_param *machine = &line->machine[machine_i];
  const char *mtbf_name = tw_arena_print(arena, "mtbf/%s", def->def.name);
  const char *repair_name = tw_arena_print(arena, "repair/%s", def->def.name);
  tw_mode mode = {.name = def->def.name,
                  .node_i = place_i,
                  .machine_i = machine_i,
                  .clock = def->clock,
                  .fate = def->part,
                  .is_at_start = def->at == 1,
                  .cause_i = TW_NONE,
                  .cost = tw_compile_mode_cost(compiler, place_i, def->def.node, def->cost),
                  .due_within = -1};
  mode.task = (tw_task){.needs = tw_compile_needs(compiler, &def->needs),
                        .priority = def->priority,
                        .can_preempt = def->can_preempt};
  tw_task_compile_use(compiler, &def->spares, &mode.task);
  const tw_value repair = repair_of(compiler, def);
  mode.repair_site = tw_compile_site(compiler, place_i, machine_i, repair_name, stream, &repair);
  mode.sets = tw_mode_sets_compile(compiler, machine_i, &def->set, def->def.name, stream);
  if (def->hazard.text != NULL) {
    add_hazard(compiler, machine_i, def, stream, &mode);
    return;
  }
  const tw_value mtbf = mtbf_of(compiler, place_i, def, &repair);
  mode.mtbf_site = tw_compile_site(compiler, place_i, machine_i, mtbf_name, stream, &mtbf);
  if (!compiler->is_bad && line->site[mode.mtbf_site].by_part != NULL)
    tw_compile_problem(compiler, mtbf.node, "E-KEY", "give one value",
                       "a time to failure is the machine's, whatever part is on it");
  mode.slot =
      tw_compile_slot(compiler, place_i, compiler->mode_i, TW_CLASS_FAILURE, TW_ON_FAILURE);
  const double share = (double)machine->number / (double)line->place[place_i].n_machine;
  mode.age = tw_age_compile(compiler, &def->age, mode.clock == TW_CLOCK_CYCLES,
                            mtbf.dist != NULL ? tw_dist_mean(mtbf.dist) : 0, share);
  if (mode.clock == TW_CLOCK_PROCESSING) machine->has_processing_clock = true;
  if (mode.clock == TW_CLOCK_CYCLES) machine->has_cycle_clock = true;
  if (mode.is_at_start) machine->has_start_clock = true;
  tw_compile_add_mode(compiler, &mode);
}

// A common cause that names the place takes down each of its machines.
static int32_t compile_causes(tw_compiler *compiler, int32_t machine_i) {
  tw_line *line = compiler->line;
  const tw_cause_def *def = line->doc.causes.at;
  const int32_t place_i = line->machine[machine_i].node_i;
  int32_t n = 0;
  for (int32_t i = 0; i < line->n_cause; i++) {
    bool is_named = false;
    for (int32_t k = 0; k < def[i].stations.n; k++)
      is_named = is_named || strcmp(def[i].stations.at[k].name, line->place[place_i].name) == 0;
    if (!is_named) continue;
    tw_compile_cause_member(compiler, i, machine_i);
    n++;
  }
  return n;
}

static void compile_renewals(tw_compiler *compiler, int32_t machine_i, const tw_map *failures,
                             const tw_map *maintenance) {
  const tw_failure_def *def = failures->at;
  const tw_machine_param *machine = &compiler->line->machine[machine_i];
  const int32_t first_maintenance = machine->first_mode + machine->n_mode - maintenance->n;
  for (int32_t i = 0; i < failures->n; i++)
    tw_renewals_compile(compiler, machine->first_mode + i, &def[i].renews);
  for (int32_t i = 0; i < maintenance->n; i++)
    tw_renewals_compile(compiler, first_maintenance + i, tw_maintenance_renews(maintenance, i));
}

// A machine knows its ways to go down, and their random numbers, by their names.
static void check_names(tw_compiler *compiler, int32_t machine_i) {
  const tw_line *line = compiler->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  if (machine->n_mode < 2) return;
  const tw_mode *mode = &line->mode[machine->first_mode];
  const tw_node *station = ((const tw_def *)line->doc.place[machine->node_i].def)->node;
  if (machine->n_mode > TW_MACHINE_MODES_MAX)
    tw_compile_problem(compiler, station, "E-RANGE", NULL,
                       "a machine has at most %d ways to go down, here are %d",
                       (int)TW_MACHINE_MODES_MAX, (int)machine->n_mode);
  for (int32_t i = 1; i < machine->n_mode && !compiler->is_bad; i++)
    for (int32_t k = 0; k < i; k++) {
      if (strcmp(mode[i].name, mode[k].name) != 0) continue;
      const tw_node *node =
          mode[i].is_maintenance ? tw_node_member(tw_node_member(station, "maintenance"), mode[i].name)
                                 : tw_node_member(tw_node_member(line->doc.root, "common_causes"), mode[i].name);
      tw_compile_problem(compiler, node, "E-KEY", "choose another name",
                         "'%s' is the name of two ways in which '%s' goes down", mode[i].name,
                         line->place[machine->node_i].name);
    }
}

void tw_modes_compile(tw_compiler *compiler, int32_t place_i, const tw_map *failures,
                      const tw_map *maintenance, const char *stream) {
  const tw_failure_def *def = failures->at;
  tw_line *line = compiler->line;
  const tw_place *place = &line->place[place_i];
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++) {
    if (line->arena.is_out_of_memory) return;
    const int32_t n_before = line->n_mode;
    line->machine[m].first_mode = line->n_mode;
    for (int32_t i = 0; i < failures->n; i++) compile_mode(compiler, place_i, m, &def[i], stream);
    const int32_t n_cause = compile_causes(compiler, m);
    tw_maintenance_compile(compiler, m, maintenance, stream);
    line->machine[m].n_mode = failures->n + n_cause + maintenance->n;
    if (line->arena.is_out_of_memory) return;  // names may be missing
    if (m == place->first_machine) check_names(compiler, m);
    if (line->n_mode - n_before < line->machine[m].n_mode) return;  // beyond what a line can have
    compile_renewals(compiler, m, failures, maintenance);
  }
}
