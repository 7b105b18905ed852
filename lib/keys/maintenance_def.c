// maintenance_def.c - the field table of maintenance and its compilation: one mode record for every
// machine, beside its failures, because a machine goes down with one at a time.

#include "keys/maintenance_def.h"

#include <math.h>
#include <string.h>

#include "core/ticks.h"
#include "doc/calendar_def.h"
#include "doc/dynamics_def.h"
#include "engine/work.h"
#include "keys/failure_def.h"
#include "keys/sets.h"
#include "keys/task_def.h"
#include "model/compile.h"

typedef struct tw_trigger_def {
  const tw_node *node;
  bool is_request;
  int32_t clock;
  tw_value every;
  tw_series week_s;  // fixed times, from Monday 00:00
} tw_trigger_def;

typedef struct tw_with_def {
  const tw_node *node;
  bool is_count;
  double due_within;
} tw_with_def;

typedef struct tw_maintenance_def {
  tw_def def;
  tw_trigger_def trigger;
  int32_t at, from, part;
  tw_value duration;
  tw_expr_text until;
  tw_needs needs;
  int64_t priority;
  bool can_preempt;
  tw_age_def age;
  tw_with_def with;
  tw_weights renews, spares;
  tw_map set;
  double cost;
} tw_maintenance_def;

static const char *const clock_words[] = {"calendar", "on-shift", "processing", "cycles", NULL};
static const char *const at_words[] = {"immediate", "part-boundary", "idle", NULL};
static const char *const from_words[] = {"due", "end", NULL};

// "Sat 06:00": seconds from Monday 00:00; NAN when it is none.
static double read_week_time(const char *text) {
  const size_t n = strlen(text);
  if (n != 9 || text[3] != ' ' || text[6] != ':') return (double)NAN;
  for (int i = 4; i < 9; i++)
    if (i != 6 && (text[i] < '0' || text[i] > '9')) return (double)NAN;
  const int hour = (text[4] - '0') * 10 + text[5] - '0', minute = (text[7] - '0') * 10 + text[8] - '0';
  for (int d = 0; d < 7 && hour < 24 && minute < 60; d++)
    if (strncmp(text, tw_weekday_words[d], 3) == 0) return d * 86400.0 + hour * 3600.0 + minute * 60.0;
  return (double)NAN;
}

static void sort(double *at, int32_t n) {
  for (int32_t i = 1; i < n; i++)
    for (int32_t k = i; k > 0 && at[k - 1] > at[k]; k--) {
      const double before = at[k - 1];
      at[k - 1] = at[k];
      at[k] = before;
    }
}

static bool parse_week(const tw_node *node, const struct tw_reader *reader, void *target) {
  const int32_t n = node->type == TW_NODE_LIST ? node->n_child : 1;
  double *at = tw_arena_take_array(reader->arena, (size_t)n + 1, sizeof *at);
  if (at == NULL) return false;
  if (n == 0) {
    tw_reader_problem(reader, node, "E-RANGE", NULL, "e.g. [\"Wed 06:00\", \"Sat 06:00\"]",
                      "a list without a time: it would never fall due");
    return false;
  }
  bool is_good = true;
  const tw_node *item = node->type == TW_NODE_LIST ? node->first : node;
  for (int32_t i = 0; i < n; i++, item = item->next) {
    at[i] = item->type == TW_NODE_TEXT ? read_week_time(item->text) : (double)NAN;
    if (!isnan(at[i])) continue;
    tw_reader_wrong_type(reader, item, "a time of the week, Mon 00:00 to Sun 23:59,", "\"Sat 06:00\"");
    is_good = false;
  }
  if (!is_good) return false;
  sort(at, n);
  *(tw_series *)target = (tw_series){.n = n, .at = at};
  return true;
}

static const tw_custom week_custom = {
    .parse = parse_week,
    .shape = "times of the week, `\"Sat 06:00\"`",
    .schema = "{\"type\": [\"string\", \"array\"], \"items\": {\"type\": \"string\"}}"};

// clang-format off
static const tw_field trigger_fields[] = {
  TW_FIELD(tw_trigger_def, every, "every", TW_FIELD_CUSTOM, .sub = &tw_interval_custom,
           .help = "interval on its clock; for cycles a count, also by_part: the life that each part uses up"),
  TW_FIELD(tw_trigger_def, clock, "clock", TW_FIELD_CHOICE, .sub = clock_words,
           .help = "what the interval counts; required with \"every\""),
  TW_FIELD(tw_trigger_def, week_s, "week", TW_FIELD_CUSTOM, .sub = &week_custom,
           .help = "fixed times of the week instead of an interval"),
};
static const tw_table trigger_table = {.name = "trigger", .help = "when a maintenance falls due",
  .size = sizeof(tw_trigger_def), .fields = trigger_fields, .n_field = TW_N_FIELDS(trigger_fields)};
// clang-format on

static bool parse_trigger(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_trigger_def *trigger = target;
  if (node->type == TW_NODE_TEXT && strcmp(node->text, "request") == 0) {
    *trigger = (tw_trigger_def){.node = node, .is_request = true};
    return true;
  }
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "\"request\" or an object",
                         "{\"every\": \"500 h\", \"clock\": \"processing\"}");
    return false;
  }
  if (!tw_table_parse(&trigger_table, (tw_node *)node, reader, trigger)) return false;
  trigger->node = node;
  const bool has_clock = tw_node_member(node, "clock") != NULL;
  const tw_node *every = tw_node_member(node, "every"), *week = tw_node_member(node, "week");
  const char *example = "{\"every\": 400, \"clock\": \"cycles\"}";
  if (every != NULL && week != NULL)
    tw_reader_problem(reader, week, "E-KEY", NULL, "make two of it",
                      "a maintenance falls due by an interval or by the week, not by both");
  else if (every == NULL && week == NULL)
    tw_reader_problem(reader, node, "E-KEY", "every", example,
                      "\"every\" with its \"clock\" is required, or \"week\"");
  else if (every != NULL && !has_clock)
    tw_reader_problem(reader, node, "E-KEY", "clock", example,
                      "\"clock\" is required: what does the interval count?");
  else if (week != NULL && has_clock)
    tw_reader_problem(reader, tw_node_member(node, "clock"), "E-KEY", NULL, "leave it away",
                      "times of the week need no \"clock\"");
  else if (trigger->every.n_part > 0 && trigger->clock != TW_CLOCK_CYCLES)
    tw_reader_problem(reader, every, "E-KEY", NULL,
                      "{\"every\": {\"by_part\": {\"shaft-A\": 400}}, \"clock\": \"cycles\"}",
                      "by part only a life in cycles can be said");
  else return true;
  return false;
}

static const tw_custom trigger_custom = {
    .parse = parse_trigger,
    .shape = "`\"request\"`, `{\"every\": interval, \"clock\": word}` or `{\"week\": times}`",
    .schema = "{\"type\": [\"string\", \"object\"]}"};

static bool parse_with(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_with_def *with = target;
  const tw_node *within = tw_node_member(node, "due_within");
  int32_t n_other = 0;
  for (const tw_node *item = node->first; item != NULL; item = item->next)
    n_other += node->type == TW_NODE_OBJECT && item != within && !tw_key_is_free(item->key);
  if (within == NULL || n_other > 0) {
    tw_reader_wrong_type(reader, node, "an object with due_within", "{\"due_within\": \"20 h\"}");
    return false;
  }
  *with = (tw_with_def){.node = within, .is_count = within->type == TW_NODE_NUMBER};
  with->due_within = within->number;
  if (!with->is_count && !tw_quantity_parse(within, TW_DIM_TIME, reader, &with->due_within))
    return false;
  const bool is_whole = with->due_within == floor(with->due_within);
  if (with->due_within >= 0 && with->due_within <= (with->is_count ? 1e9 : TW_LONGEST_S) &&
      (is_whole || !with->is_count))
    return true;
  tw_reader_problem(reader, within, "E-RANGE", "0 or more", "e.g. \"20 h\"",
                    with->is_count ? "due within a whole number of cycles from 0 to 1e9" : "due within 0 s to 70 years");
  return false;
}

static const tw_custom with_custom = {
    .parse = parse_with,
    .shape = "`{\"due_within\": \"20 h\"}`, or a count of cycles",
    .schema = "{\"type\": \"object\", \"required\": [\"due_within\"], \"properties\": "
              "{\"due_within\": {\"type\": [\"string\", \"number\"]}, \"about\": {\"type\": \"string\"}}, "
              "\"patternProperties\": {\"^x-\": {}}, \"additionalProperties\": false}"};

// clang-format off
static const tw_field maintenance_fields[] = {
  TW_FIELD(tw_maintenance_def, trigger, "trigger", TW_FIELD_CUSTOM, .sub = &trigger_custom, .flags = TW_REQUIRED,
           .help = "when it falls due"),
  TW_FIELD(tw_maintenance_def, at, "at", TW_FIELD_CHOICE, .sub = at_words, .preset = "\"part-boundary\"",
           .help = "when it begins once it is due: at once, between two parts, or when there is nothing to do"),
  TW_FIELD(tw_maintenance_def, duration, "duration", TW_FIELD_VALUE, .dim = {.s = 1},
           .help = "how long it takes, without waiting for people"),
  TW_FIELD(tw_maintenance_def, until, "until", TW_FIELD_EXPR, .dim = {.is_absolute = 2},
           .help = "instead of \"duration\": it ends when this condition on the states of the machine's models holds"),
  TW_FIELD(tw_maintenance_def, from, "from", TW_FIELD_CHOICE, .sub = from_words, .preset = "\"due\"",
           .help = "the next interval counts from the instant when this one was due, or from its end"),
  TW_FIELD(tw_maintenance_def, part, "part", TW_FIELD_CHOICE, .sub = tw_fate_words, .preset = "\"resume\"",
           .help = "what happens to the part on the machine when it begins at once"),
  TW_FIELD(tw_maintenance_def, needs, "needs", TW_FIELD_NEEDS,
           .help = "people and resources that it needs, all or nothing"),
  TW_PRIORITY_FIELD(tw_maintenance_def, priority, "priority",
                    "larger is served first when people are short"),
  TW_PREEMPT_FIELD(tw_maintenance_def),
  TW_FIELD(tw_maintenance_def, age, "age", TW_FIELD_CUSTOM, .sub = &tw_age_custom,
           .help = "how much of the first interval is over at the start; \"spread\": evenly over the machines"),
  TW_FIELD(tw_maintenance_def, set, "set", TW_FIELD_CUSTOM, .sub = &tw_sets_custom,
           .help = "values that it gives states of the machine's models, and attributes of a part that is on it"),
  TW_FIELD(tw_maintenance_def, with, "with", TW_FIELD_CUSTOM, .sub = &with_custom,
           .help = "is done along with another stop of the machine when it is due so soon"),
  TW_FIELD(tw_maintenance_def, renews, "renews", TW_FIELD_WEIGHTS,
           .help = "failures and maintenance whose age it takes away: 1 as good as new, 0.8 four fifths of it"),
  TW_FIELD(tw_maintenance_def, spares, "spares", TW_FIELD_WEIGHTS,
           .help = "pieces of parts with a \"supply\" that it uses up"),
  TW_COST_FIELD(tw_maintenance_def, cost, "cost", "money for each time that it is done: the work, what is replaced"),
};
// clang-format on

static void check_maintenance(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_node *until = tw_node_member(node, "until"), *duration = tw_node_member(node, "duration");
  (void)object;
  if (until != NULL && duration != NULL)
    tw_reader_problem(reader, until, "E-KEY", NULL, "keep one of them",
                      "a maintenance ends after its \"duration\" or by \"until\", not both");
  else if (until == NULL && duration == NULL)
    tw_reader_problem(reader, node, "E-KEY", "duration", "e.g. \"duration\": \"5 min\"",
                      "\"duration\" is required, or \"until\" instead");
}

const tw_table tw_maintenance_table = {.name = "maintenance",
                                       .help = "planned work on a machine, with its own clock",
                                       .size = sizeof(tw_maintenance_def),
                                       .fields = maintenance_fields,
                                       .n_field = TW_N_FIELDS(maintenance_fields),
                                       .check = check_maintenance};

bool tw_maintenance_can_scrap(const tw_map *maintenance) {
  const tw_maintenance_def *def = maintenance->at;
  for (int32_t i = 0; i < maintenance->n; i++)
    if (def[i].part == TW_FATE_SCRAP) return true;
  return false;
}

// The life that each part type uses up, where "every" says a count by part.
static const int64_t *compile_wear(tw_compiler *compiler, const tw_value *every) {
  const tw_line *line = compiler->line;
  int64_t *wear = tw_arena_take_array(&compiler->line->arena, (size_t)line->n_part_type + 1,
                                      sizeof *wear);
  if (wear == NULL) return NULL;
  for (int32_t i = 0; i < line->n_part_type; i++) {
    const tw_dist *dist = every->dist;
    for (int32_t k = 0; k < every->n_part; k++)
      if (strcmp(every->part[k].name, line->part_type[i].name) == 0) dist = every->part_dist[k];
    if (dist == NULL) continue;
    const double n = tw_dist_mean(dist);
    if (dist->kind != TW_DIST_CONSTANT || !(n >= 1 && n <= 1e6)) {
      tw_compile_problem(compiler, every->node, "E-RANGE", "{\"by_part\": {\"shaft-A\": 400}}",
                         "a life by part is a constant count from 1 to 1000000, also that of '%s'",
                         line->part_type[i].name);
      return wear;
    }
    // rounded up, so that n parts use all of it
    wear[i] = (TW_LIFE + (int64_t)n - 1) / (int64_t)n;
  }
  for (int32_t k = 0; k < every->n_part; k++) tw_compile_part_type(compiler, &every->part[k]);
  return wear;
}

static void compile_trigger(tw_compiler *compiler, int32_t machine_i, const tw_maintenance_def *def,
                            const char *stream, tw_mode *mode) {
  tw_line *line = compiler->line;
  const tw_trigger_def *trigger = &def->trigger;
  mode->mtbf_site = TW_NONE;
  if (trigger->is_request) {
    mode->clock = TW_CLOCK_REQUEST;
  } else if (trigger->week_s.n > 0) {
    int64_t *week_us = tw_arena_take_array(&line->arena, (size_t)trigger->week_s.n, sizeof *week_us);
    for (int32_t i = 0; week_us != NULL && i < trigger->week_s.n; i++)
      week_us[i] = tw_ticks(trigger->week_s.at[i]);
    mode->clock = TW_CLOCK_WEEK;
    mode->n_week = trigger->week_s.n;
    mode->week_us = week_us;
  } else {
    mode->clock = trigger->clock;
    const tw_machine_param *machine = &line->machine[machine_i];
    const int32_t before = machine->number > 0 ? line->machine[machine_i - 1].first_mode : TW_NONE;
    if (trigger->every.n_part > 0)
      // equal machines share the table
      mode->wear = before != TW_NONE ? line->mode[before + line->n_mode - machine->first_mode].wear
                                     : compile_wear(compiler, &trigger->every);
    else
      mode->mtbf_site = tw_compile_site(compiler, mode->node_i, machine_i,
                                        tw_arena_print(&line->arena, "every/%s", mode->name), stream,
                                        &trigger->every);
    if (mode->wear == NULL && !compiler->is_bad && line->site[mode->mtbf_site].by_part != NULL)
      tw_compile_problem(compiler, trigger->every.node, "E-KEY",
                         "{\"by_part\": {\"shaft-A\": 400}} without \"by_machine\"",
                         "a life by part holds for every machine of the station");
  }
}

// "with": what is due so soon is known of a clock that counts evenly.
static void compile_with(tw_compiler *compiler, const tw_maintenance_def *def, tw_mode *mode) {
  const bool is_count = mode->clock == TW_CLOCK_CYCLES;
  if (def->with.node == NULL) return;
  if (mode->wear != NULL || mode->clock == TW_CLOCK_REQUEST)
    tw_compile_problem(compiler, def->with.node->parent, "E-KEY", "leave \"with\" away",
                       "how soon '%s' falls due is not known before: %s", mode->name,
                       mode->wear != NULL ? "that depends on the parts that come" : "it is requested");
  else if (def->with.is_count != is_count)
    tw_compile_problem(compiler, def->with.node, "E-UNIT",
                       is_count ? "\"due_within\": 20" : "\"due_within\": \"20 h\"",
                       "the clock of \"trigger\" counts %s", is_count ? "cycles" : "time");
  else mode->due_within = is_count ? (int64_t)def->with.due_within : tw_ticks(def->with.due_within);
}

// Only an interval can be over in part at the start of the run, and one by part has no count of its own.
static void check_age(tw_compiler *compiler, const tw_maintenance_def *def, const tw_mode *mode) {
  if (def->age.node == NULL) return;
  if (def->trigger.every.node == NULL)
    tw_compile_problem(compiler, def->age.node, "E-KEY", "leave it away",
                       "%s, there is no interval that an age could count",
                       def->trigger.is_request ? "done on request" : "done by the week");
  else if (mode->wear != NULL && !def->age.is_spread)
    tw_compile_problem(compiler, def->age.node, "E-KEY", "\"age\": \"spread\", or leave it away",
                       "each part uses up another share of the life of '%s': a count says no age",
                       mode->name);
}

// It ends when a condition holds: an event of the machine's models.
static void compile_until(tw_compiler *compiler, int32_t machine_i, const tw_maintenance_def *def,
                          tw_mode *mode) {
  const tw_line *line = compiler->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  mode->has_until = true;
  for (int32_t i = 0; i < mode->task.needs.n; i++) {
    const tw_group *group = &line->group[mode->task.needs.at[i].group_i];
    if (group->n_worker == 0 || line->pool[line->worker[group->worker[0]].pool_i].shift_end != TW_END_NO_START)
      continue;
    tw_compile_problem(compiler, def->until.node, "E-KEY", "\"duration\": \"20 min\"",
                       "people with \"no-start\" come only to what ends in their shift, and nobody knows "
                       "before when '%s' ends",
                       mode->name);
  }
  if (machine->number > 0) return;
  tw_compile_wish(compiler, &(tw_wish){.place_i = machine->node_i,
                                       .kind = TW_WISH_UNTIL,
                                       .name = def->def.name,
                                       .text = def->until,
                                       .target = line->n_mode - machine->first_mode,
                                       .soak_site = TW_NONE});
}

static void compile_one(tw_compiler *compiler, int32_t machine_i, const tw_maintenance_def *def,
                        const char *stream) {
  tw_line *line = compiler->line;
  tw_machine_param *machine = &line->machine[machine_i];
  const tw_place *place = &line->place[machine->node_i];
  tw_mode mode = {.name = def->def.name,
                  .node_i = machine->node_i,
                  .machine_i = machine_i,
                  .fate = def->part,
                  .cause_i = TW_NONE,
                  .cost = tw_compile_mode_cost(compiler, machine->node_i, def->def.node, def->cost),
                  .is_maintenance = true,
                  .begin = def->at,
                  .is_from_due = def->from == 0,
                  .due_within = -1};
  mode.task = (tw_task){.needs = tw_compile_needs(compiler, &def->needs),
                        .priority = def->priority,
                        .can_preempt = def->can_preempt};
  tw_task_compile_use(compiler, &def->spares, &mode.task);
  compile_trigger(compiler, machine_i, def, stream, &mode);
  mode.repair_site = TW_NONE;
  if (def->until.text != NULL)
    compile_until(compiler, machine_i, def, &mode);
  else
    mode.repair_site =
        tw_compile_site(compiler, machine->node_i, machine_i,
                        tw_arena_print(&line->arena, "duration/%s", mode.name), stream, &def->duration);
  mode.sets = tw_mode_sets_compile(compiler, machine_i, &def->set, mode.name, stream);
  mode.slot = tw_compile_slot(compiler, machine->node_i, compiler->mode_i, TW_CLASS_FAILURE,
                              TW_ON_FAILURE);
  const bool is_count = mode.clock == TW_CLOCK_CYCLES;
  const double share = (double)machine->number / (double)place->n_machine;
  const double interval = mode.wear != NULL                        ? (double)TW_LIFE
                          : def->trigger.every.dist == NULL ? 0
                                                            : tw_dist_mean(def->trigger.every.dist);
  check_age(compiler, def, &mode);
  mode.age = tw_age_compile(compiler, &def->age, is_count, interval, share);
  compile_with(compiler, def, &mode);
  if (mode.clock == TW_CLOCK_PROCESSING) machine->has_processing_clock = true;
  if (is_count) machine->has_cycle_clock = true;
  if (mode.begin == TW_BEGIN_WHEN_IDLE) line->has_idle_maintenance = true;
  line->place[machine->node_i].has_maintenance = true;
  line->has_stop_figures = true;
  tw_compile_add_mode(compiler, &mode);
}

void tw_maintenance_compile(tw_compiler *compiler, int32_t machine_i, const tw_map *maintenance,
                            const char *stream) {
  const tw_maintenance_def *def = maintenance->at;
  for (int32_t i = 0; i < maintenance->n; i++) compile_one(compiler, machine_i, &def[i], stream);
}

const tw_weights *tw_maintenance_renews(const tw_map *maintenance, int32_t i) {
  return &((const tw_maintenance_def *)maintenance->at)[i].renews;
}

void tw_renewals_compile(tw_compiler *compiler, int32_t mode_i, const tw_weights *renews) {
  tw_line *line = compiler->line;
  if (renews->n == 0 || compiler->is_bad) return;
  tw_renewal *renewal = tw_arena_take_array(&line->arena, (size_t)renews->n, sizeof *renewal);
  if (renewal == NULL) return;
  tw_mode *mode = &line->mode[mode_i];
  for (int32_t k = 0; k < renews->n; k++) {
    int32_t found = TW_NONE;
    for (int32_t i = 0; i < line->n_mode; i++)
      if (line->mode[i].machine_i == mode->machine_i &&
          strcmp(line->mode[i].name, renews->name[k].name) == 0)
        found = i;
    const tw_node at = tw_name_place(&renews->name[k]);
    if (found == TW_NONE)
      tw_compile_problem(compiler, &at, "E-REF",
                         "name failures and maintenance of this station", "'%s' is none of '%s'",
                         renews->name[k].name, line->place[mode->node_i].name);
    else if (!(renews->weight[k] > 0 && renews->weight[k] <= 1))
      tw_compile_problem(compiler, renews->name[k].node, "E-RANGE", NULL,
                         "%g is no share of an age: above 0, and 1 is as good as new",
                         renews->weight[k]);
    else
      renewal[mode->n_renewal++] = (tw_renewal){.mode_i = found, .share = renews->weight[k]};
  }
  mode->renewal = renewal;
}
