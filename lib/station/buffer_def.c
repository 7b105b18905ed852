// buffer_def.c - the field table of buffers and their compilation.

#include "station/buffer_def.h"

#include <string.h>

#include "core/ticks.h"
#include "engine/work.h"
#include "model/compile.h"
#include "station/buffer.h"
#include "station/kinds.h"
#include "station/machine.h"

typedef struct tw_buffer_def {
  tw_def def;
  int64_t capacity;
  int32_t queue;
  tw_name attribute;
  tw_expr_text key;
  int32_t order;
  double min_stay_s, max_stay_s;
  int32_t on_max_stay;
  int64_t kanban;
  int32_t card_returns;
} tw_buffer_def;

// Those of tw_queue_words first: the default is an index into either.
static const char *const queue_words[] = {TW_QUEUE_WORDS, "attribute", "expression", NULL};
static const char *const order_words[] = {"smallest-first", "largest-first", NULL};
static const char *const overstay_words[] = {"scrap", "exit", NULL};
static const char *const card_words[] = {"at-withdrawal", "at-shipment", NULL};
enum { OVERSTAY_SCRAP = 0, CARD_AT_WITHDRAWAL = 0 };

// clang-format off
static const tw_field buffer_fields[] = {
  TW_FIELD(tw_buffer_def, capacity,    "capacity",    TW_FIELD_COUNT,
           .flags = TW_REQUIRED | TW_CAN_BE_UNLIMITED, .min = 1, .max = 1e9,
           .help = "parts it can hold, or \"unlimited\""),
  TW_FIELD(tw_buffer_def, queue,       "queue",       TW_FIELD_CHOICE, .sub = queue_words,
           .help = "who is taken first; the default stands in \"defaults\""),
  TW_FIELD(tw_buffer_def, attribute,   "attribute",   TW_FIELD_NAME,
           .help = "part attribute that sorts a queue \"attribute\""),
  TW_FIELD(tw_buffer_def, key,         "key",         TW_FIELD_EXPR,
           .help = "what sorts a queue \"expression\", asked when a machine becomes free: \"part.due - time\""),
  TW_FIELD(tw_buffer_def, order,       "order",       TW_FIELD_CHOICE, .sub = order_words,
           .preset = "\"smallest-first\"", .help = "direction of a queue \"attribute\" or \"expression\""),
  TW_FIELD(tw_buffer_def, min_stay_s,  "min_stay",    TW_FIELD_QUANTITY, .dim = {.s = 1},
           .max = TW_LONGEST_S, .preset = "\"0 s\"", .help = "a part cannot leave earlier (cooling, curing)"),
  TW_FIELD(tw_buffer_def, max_stay_s,  "max_stay",    TW_FIELD_QUANTITY, .dim = {.s = 1},
           .max = TW_LONGEST_S, .flags = TW_EXCLUSIVE_MIN,
           .help = "a part that is still here on this tick leaves as on_max_stay says"),
  TW_FIELD(tw_buffer_def, on_max_stay, "on_max_stay", TW_FIELD_CHOICE, .sub = overstay_words,
           .preset = "\"scrap\"",
           .help = "\"scrap\", or by the exit \"overstay\" (a chain [\"b.overstay\", ...])"),
  TW_FIELD(tw_buffer_def, kanban,      "kanban",      TW_FIELD_COUNT, .min = 1, .max = 1e9,
           .help = "cards: the stations before start a part for this buffer only with a free one"),
  TW_FIELD(tw_buffer_def, card_returns, "card_returns", TW_FIELD_CHOICE, .sub = card_words,
           .help = "kanban: when the part leaves this buffer, the default, or when it leaves the line"),
};
// clang-format on

static void check_buffer(const void *object, const tw_node *node, const struct tw_reader *reader) {
  const tw_buffer_def *def = object;
  const bool is_attribute = def->queue == TW_QUEUE_ATTRIBUTE;
  const bool is_expression = def->queue == TW_QUEUE_EXPRESSION;
  if (is_expression != (def->key.text != NULL))
    tw_node_problem(reader->problems, reader->file, is_expression ? node : def->key.node, "E-KEY",
                    NULL, NULL,
                    is_expression ? "\"key\": \"part.due - time\"" : "\"queue\": \"expression\"",
                    is_expression ? "a queue \"expression\" needs \"key\""
                                  : "only a queue \"expression\" has a \"key\"");
  if (is_attribute && def->attribute.name == NULL)
    tw_node_problem(reader->problems, reader->file, node, "E-KEY", NULL, NULL,
                    "\"attribute\": \"mass\"", "a queue \"attribute\" needs \"attribute\"");
  if (def->kanban == 0 && tw_node_member(node, "card_returns") != NULL)
    tw_node_problem(reader->problems, reader->file, tw_node_member(node, "card_returns"), "E-KEY",
                    NULL, NULL, "\"kanban\": 5",
                    "\"card_returns\" goes with \"kanban\"");
  if (def->max_stay_s > 0 && def->max_stay_s < def->min_stay_s)
    tw_node_problem(reader->problems, reader->file, tw_node_member(node, "max_stay"), "E-RANGE", NULL,
                    NULL, "\"min_stay\" is the shorter one",
                    "max_stay is shorter than min_stay: no part could ever leave");
}

const tw_table tw_buffer_def_table = {.name = "buffer",
                                      .help = "holds parts between stations",
                                      .size = sizeof(tw_buffer_def),
                                      .fields = buffer_fields,
                                      .n_field = TW_N_FIELDS(buffer_fields),
                                      .check = check_buffer};

int32_t tw_buffer_exits(const tw_kind *kind, const void *object, const char **names, int32_t max) {
  (void)kind;
  const tw_buffer_def *def = object;
  if (def->max_stay_s <= 0 || max < 1) return 0;
  names[0] = def->on_max_stay == OVERSTAY_SCRAP ? "scrap" : "overstay";
  return 1;
}

static int32_t find_attribute(tw_compiler *compiler, const tw_name *name) {
  const tw_line *line = compiler->line;
  for (int32_t i = 0; i < line->n_attribute; i++)
    if (strcmp(line->attribute_name[i], name->name) == 0) return i;
  if (strcmp(name->name, "mass") == 0) return line->n_attribute;
  tw_compile_problem(compiler, name->node, "E-REF",
                     "attributes stand in \"parts\": {\"a\": {\"attributes\": {...}}}",
                     "no part has an attribute '%s'", name->name);
  return TW_NONE;
}

// Parts whose stay is over leave at once, so their exit must always have room.
static void check_overstay_exit(tw_compiler *compiler, const tw_buffer_def *def, int32_t exit_i) {
  const tw_graph *graph = &compiler->line->graph;
  if (exit_i == TW_NONE) return;
  const int32_t to = graph->exit[exit_i].target[0];
  if (to == graph->scrap_i || to == graph->out_i) return;
  const tw_place_def *place = &compiler->line->doc.place[to];
  if (place->kind == &tw_kind_buffer &&
      ((const tw_buffer_def *)place->def)->capacity == TW_UNLIMITED)
    return;
  tw_compile_problem(compiler, def->def.node, "E-FLOW",
                     "lead it to \"scrap\", \"out\" or a buffer of unlimited capacity",
                     "parts that stayed too long leave '%s' at once, so '%s' must always have room",
                     def->def.name, graph->name[to]);
}

// What the rule of the queue needs beside its name.
static void compile_rule(tw_compiler *compiler, int32_t place_i, const tw_buffer_def *def,
                         tw_buffer_param *param) {
  switch ((tw_queue)param->queue) {
  case TW_QUEUE_RANDOM:
    param->site = tw_compile_site(compiler, place_i, TW_NONE, "queue", NULL, NULL);
    break;
  case TW_QUEUE_ATTRIBUTE:
    if (def->attribute.name != NULL) param->attribute_i = find_attribute(compiler, &def->attribute);
    break;
  case TW_QUEUE_CR:
  case TW_QUEUE_SLACK: compiler->wants_time_left = true; break;
  case TW_QUEUE_LEAST_SETUP: compiler->line->place[place_i].needs_asker = true; break;
  case TW_QUEUE_EXPRESSION:
    param->key = tw_compile_expr(compiler, &def->key, TW_EXPR_ANY);
    if (param->key != NULL && tw_expr_uses(param->key, TW_WORD_SINCE_STOP))
      tw_compile_problem(compiler, def->key.node, "E-MODEL", NULL,
                         "parts_since_stop is counted at a machine, and '%s' has none",
                         def->def.name);
    break;
  default: break;
  }
}

void tw_buffer_compile(tw_compiler *compiler, int32_t place_i, const void *object) {
  const tw_buffer_def *def = object;
  tw_line *line = compiler->line;
  tw_buffer_param *param = tw_arena_take(&line->arena, sizeof *param);
  if (param == NULL) return;
  const bool has_queue = tw_node_member(def->def.node, "queue") != NULL;
  const int32_t queue = has_queue ? def->queue : line->doc.defaults.queue;
  const bool is_keyed = queue == TW_QUEUE_ATTRIBUTE || queue == TW_QUEUE_EXPRESSION;
  const bool is_hot_first = queue == TW_QUEUE_SPT || queue == TW_QUEUE_EDD;
  *param = (tw_buffer_param){
      .capacity = def->capacity,
      .min_stay_us = tw_ticks(def->min_stay_s),
      .max_stay_us = def->max_stay_s > 0 ? tw_ticks(def->max_stay_s) : INT64_MAX,
      .queue = queue,
      .attribute_i = TW_NONE,
      .is_descending = queue == TW_QUEUE_PRIORITY || (is_keyed && def->order == 1),
      .is_sorted = queue == TW_QUEUE_PRIORITY || queue == TW_QUEUE_ATTRIBUTE || is_hot_first,
      .is_hot_first = is_hot_first,
      .has_stays = def->min_stay_s > 0 || def->max_stay_s > 0,
      .overstay_exit = TW_NONE,
      .site = TW_NONE,
      .route_site = TW_NONE,
      .timer_slot = TW_NONE};
  line->place[place_i].param = param;
  compile_rule(compiler, place_i, def, param);
  if (param->has_stays)
    param->timer_slot = tw_compile_slot(compiler, place_i, TW_NONE, TW_CLASS_FAILURE, TW_ON_TIMER);
  if (param->max_stay_us != INT64_MAX)
    param->overstay_exit = tw_graph_exit(
        &line->graph, place_i, def->on_max_stay == OVERSTAY_SCRAP ? "scrap" : "overstay");
  check_overstay_exit(compiler, def, param->overstay_exit);
}

static bool has_equal_times(const tw_line *line, int32_t site_a, int32_t site_b) {
  if (site_a == TW_NONE) return site_b == TW_NONE;
  const tw_site *a = &line->site[site_a], *b = &line->site[site_b];
  for (int32_t type = 0; type < line->n_part_type; type++) {
    const tw_dist *of_a = a->by_part != NULL ? a->by_part[type] : a->dist;
    const tw_dist *of_b = b->by_part != NULL ? b->by_part[type] : b->dist;
    if (of_a != of_b) return false;
  }
  return true;
}

// The station whose times a queue "spt" draws: alone behind it, with machines that take equally long.
static tw_station_param *find_timed_station(tw_compiler *compiler, int32_t place_i) {
  const tw_line *line = compiler->line;
  if (line->place[place_i].main_exit == TW_NONE) return NULL;  // all its parts overstay
  const tw_exit *exit = &line->graph.exit[line->place[place_i].main_exit];
  const tw_place *station = &line->place[exit->target[0]];
  const tw_node *node = ((const tw_def *)line->doc.place[place_i].def)->node;
  if (exit->n_target > 1 || station->kind->draw_time == NULL) {
    tw_compile_problem(compiler, node, "E-FLOW", "\"queue\": \"fifo\"",
                       "a queue \"spt\" sorts by the process time of the one station behind it, but "
                       "'%s' leads to '%s'%s",
                       line->place[place_i].name, station->name,
                       exit->n_target > 1 ? " and others" : "");
    return NULL;
  }
  const tw_station_param *param = station->param;
  if (param->has_finish || param->rate != NULL) {
    tw_compile_problem(compiler, node, "E-FLOW", "\"queue\": \"fifo\"",
                       "a queue \"spt\" needs to know the process time before the machine, but that of "
                       "'%s' follows from what it does",
                       station->name);
    return NULL;
  }
  for (int32_t i = 1; i < station->n_machine; i++) {
    if (has_equal_times(line, param->sites[0].time, param->sites[i].time)) continue;
    tw_compile_problem(compiler, node, "E-FLOW", "make a station of the odd machine",
                       "a queue \"spt\" needs to know the process time before the machine, but "
                       "the times of '%s' differ by machine",
                       station->name);
    return NULL;
  }
  return (tw_station_param *)param;  // ours: made by this compilation in the line's arena
}

// A draw site of the queue's own with the distributions of another.
static int32_t copy_site(tw_compiler *compiler, int32_t place_i, int32_t from) {
  if (from == TW_NONE) return TW_NONE;
  const int32_t i = tw_compile_site(compiler, place_i, TW_NONE,
                                    compiler->line->site[from].purpose, NULL, NULL);
  if (compiler->is_bad) return TW_NONE;
  compiler->line->site[i].dist = compiler->line->site[from].dist;
  compiler->line->site[i].by_part = compiler->line->site[from].by_part;
  return i;
}

// Cards of the stations before a buffer: each of them works for this buffer alone.
static void link_kanban(tw_compiler *compiler, int32_t place_i, const tw_buffer_def *def) {
  tw_line *line = compiler->line;
  const tw_graph *graph = &line->graph;
  const tw_loop loop = {.name = def->def.name,
                        .limit = def->kanban,
                        .until_i = def->card_returns == CARD_AT_WITHDRAWAL ? place_i : TW_NONE,
                        .demand_i = TW_NONE,
                        .is_kanban = true};
  const int32_t loop_i = tw_compile_loop(compiler, &loop, def->def.node);
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++) {
    const tw_edge *edge = &graph->edge[graph->feeder[i]];
    tw_place *from = &line->place[edge->from];
    const bool is_station = from->kind->draw_time != NULL;
    const bool is_alone = edge->exit_i == from->main_exit && graph->exit[edge->exit_i].n_target == 1;
    const int32_t n_exit = graph->first_exit[edge->from + 1] - graph->first_exit[edge->from];
    const bool has_other = n_exit > 1 + (from->scrap_exit != TW_NONE);
    if (!is_station || !is_alone || has_other)
      tw_compile_problem(compiler, def->def.node, "E-FLOW", NULL,
                         "cards of '%s' say what the stations before it may start: '%s' is none that "
                         "leads only there",
                         def->def.name, from->name);
    else if (from->can_preempt)
      tw_compile_problem(compiler, def->def.node, "E-FLOW", NULL,
                         "'%s' pre-empts parts: it cannot work by the cards of '%s'", from->name,
                         def->def.name);
    from->loop_i = loop_i;
  }
}

void tw_buffer_link(tw_compiler *compiler, int32_t place_i) {
  tw_line *line = compiler->line;
  tw_buffer_param *param = (tw_buffer_param *)line->place[place_i].param;  // ours, as above
  const tw_buffer_def *def = line->doc.place[place_i].def;
  if (param == NULL) return;
  if (def->kanban > 0) link_kanban(compiler, place_i, def);
  if (param->queue != TW_QUEUE_SPT) return;
  tw_station_param *station = find_timed_station(compiler, place_i);
  if (station == NULL) return;
  station->has_drawn_times = true;
  param->site = copy_site(compiler, place_i, station->sites[0].time);
  param->route_site = copy_site(compiler, place_i, station->sites[0].route_time);
}
