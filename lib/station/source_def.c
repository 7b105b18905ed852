// source_def.c - the field table of sources and their compilation: what is made, when, and with which
// due date.

#include "station/source_def.h"

#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "core/ticks.h"
#include "engine/work.h"
#include "keys/common_def.h"
#include "model/compile.h"
#include "station/source.h"

typedef struct tw_order_def {
  tw_def def;
  tw_name part;
  int64_t quantity, priority;
  tw_when release, due;
} tw_order_def;

typedef struct tw_conwip_def {
  int64_t limit;
  tw_name loop, until;
} tw_conwip_def;

typedef struct tw_base_stock_def {
  int64_t level;
  tw_name demand;
} tw_base_stock_def;

typedef struct tw_policy_def {
  tw_conwip_def conwip;
  tw_base_stock_def base_stock;
} tw_policy_def;

typedef struct tw_source_def {
  tw_def def;
  tw_names sequence;
  tw_weights mix;
  tw_map orders;
  bool is_repeated;
  tw_value every, first;
  int64_t batch;
  int32_t when_full, push;
  tw_weights share;
  double due_s;
  tw_policy_def policy;
  const char *stream;
} tw_source_def;

static const char *const full_words[] = {"wait", "lose", NULL};
static const char *const push_words[] = {"first-free", "round-robin", "shortest",
                                         "ratio",      "probability", NULL};

// clang-format off
static const tw_field order_fields[] = {
  TW_FIELD(tw_order_def, part,      "part",     TW_FIELD_NAME, .flags = TW_REQUIRED,
           .help = "part type"),
  TW_FIELD(tw_order_def, quantity,  "quantity", TW_FIELD_COUNT, .preset = "1", .min = 1, .max = 1e9,
           .help = "parts of the order"),
  TW_FIELD(tw_order_def, release,   "release",  TW_FIELD_CUSTOM, .sub = &tw_when_custom, .preset = "\"0 s\"",
           .help = "released at this instant; one before the start is released at once"),
  TW_FIELD(tw_order_def, due,       "due",      TW_FIELD_CUSTOM, .sub = &tw_when_custom,
           .help = "due at this instant; one before the start is late already"),
  TW_FIELD(tw_order_def, priority,  "priority", TW_FIELD_COUNT, .preset = "0", .min = -1e9, .max = 1e9,
           .help = "larger is served first in a queue \"priority\""),
};
static const tw_table order_table = {.name = "order", .help = "so many parts, released together",
  .size = sizeof(tw_order_def), .fields = order_fields, .n_field = TW_N_FIELDS(order_fields)};

static const tw_field conwip_fields[] = {
  TW_FIELD(tw_conwip_def, limit, "limit", TW_FIELD_COUNT, .flags = TW_REQUIRED, .min = 1, .max = 1e9,
           .help = "parts that may be in the section at one time: each holds a card from its release on"),
  TW_FIELD(tw_conwip_def, until, "until", TW_FIELD_NAME,
           .help = "last place of the section: the card returns when the part leaves it; without it, or "
                   "before, when the part leaves the line, also as scrap"),
  TW_FIELD(tw_conwip_def, loop,  "loop",  TW_FIELD_NAME,
           .help = "sources with the same name here share the cards; absent: a loop of its own"),
};
static const tw_table conwip_table = {.name = "conwip", .help = "constant work in process",
  .size = sizeof(tw_conwip_def), .fields = conwip_fields, .n_field = TW_N_FIELDS(conwip_fields)};

static const tw_field base_stock_fields[] = {
  TW_FIELD(tw_base_stock_def, level,  "level", TW_FIELD_COUNT, .flags = TW_REQUIRED, .min = 1, .max = 1e9,
           .help = "parts in the line and in stock, less the demands that wait"),
  TW_FIELD(tw_base_stock_def, demand, "for",   TW_FIELD_NAME, .flags = TW_REQUIRED,
           .help = "one of \"demands\": each releases a part, and so does each scrapped one"),
};
static const tw_table base_stock_table = {.name = "base-stock", .help = "parts are made for stock",
  .size = sizeof(tw_base_stock_def), .fields = base_stock_fields,
  .n_field = TW_N_FIELDS(base_stock_fields)};

static const tw_field policy_fields[] = {
  TW_FIELD(tw_policy_def, conwip,     "conwip",     TW_FIELD_OBJECT, .sub = &conwip_table,
           .help = "a part is released when a card is free"),
  TW_FIELD(tw_policy_def, base_stock, "base-stock", TW_FIELD_OBJECT, .sub = &base_stock_table,
           .help = "a part is released for every demand"),
};
static const tw_table policy_table = {.name = "policy", .help = "when parts are released, beside time",
  .size = sizeof(tw_policy_def), .fields = policy_fields, .n_field = TW_N_FIELDS(policy_fields)};

static const tw_field source_fields[] = {
  TW_FIELD(tw_source_def, sequence,    "sequence",  TW_FIELD_NAMES,
           .help = "what is made, in turn: \"7 shaft-A\" is seven of a part"),
  TW_FIELD(tw_source_def, mix,         "mix",       TW_FIELD_WEIGHTS,
           .help = "what is made, drawn at random by these shares"),
  TW_FIELD(tw_source_def, orders,      "orders",    TW_FIELD_LIST, .sub = &order_table,
           .flags = TW_CAN_BE_ROWS, .help = "a list of orders instead of a sequence"),
  TW_FIELD(tw_source_def, is_repeated, "repeat",    TW_FIELD_BOOL, .preset = "false",
           .help = "start the sequence again at its end; otherwise the source closes there"),
  TW_FIELD(tw_source_def, every,       "every",     TW_FIELD_VALUE, .dim = {.s = 1},
           .help = "time between releases; without it a part is made whenever one is taken"),
  TW_FIELD(tw_source_def, first,       "first",     TW_FIELD_VALUE, .dim = {.s = 1},
           .help = "time of the first release; without it one interval after the start"),
  TW_FIELD(tw_source_def, batch,       "batch",     TW_FIELD_COUNT, .preset = "1", .min = 1, .max = 1e6,
           .help = "parts a release"),
  TW_FIELD(tw_source_def, when_full,   "when_full", TW_FIELD_CHOICE, .sub = full_words,
           .preset = "\"wait\"", .help = "a part that finds no room waits in the source, or is lost"),
  TW_FIELD(tw_source_def, due_s,       "due",       TW_FIELD_QUANTITY, .dim = {.s = 1}, .max = TW_LONGEST_S,
           .help = "due so long after the release"),
  TW_FIELD(tw_source_def, push,        "push",      TW_FIELD_CHOICE, .sub = push_words,
           .preset = "\"first-free\"", .help = "which of several places behind it gets a part"),
  TW_FIELD(tw_source_def, share,       "share",     TW_FIELD_WEIGHTS,
           .help = "shares of the places for push \"ratio\" and \"probability\""),
  TW_FIELD(tw_source_def, policy,      "policy",    TW_FIELD_OBJECT, .sub = &policy_table,
           .help = "what else a release waits for; without it every part is released in its time"),
  TW_STREAM_FIELD(tw_source_def),
};
// clang-format on

static void check_source(const void *object, const tw_node *node, const struct tw_reader *reader) {
  const tw_source_def *def = object;
  const int n_what = (def->sequence.n > 0) + (def->mix.n > 0) + (def->orders.n > 0);
  if (n_what != 1)
    tw_node_problem(reader->problems, reader->file, node, "E-KEY", NULL, NULL,
                    "\"sequence\": [\"1 gear\"], \"repeat\": true",
                    "a source needs exactly one of \"sequence\", \"mix\" and \"orders\"");
  if (def->orders.n > 0 && def->every.node != NULL)
    tw_node_problem(reader->problems, reader->file, def->every.node, "E-KEY", NULL, NULL,
                    "give each order its \"release\"", "orders have no \"every\"");
  if (def->every.node == NULL && def->orders.n == 0 && (def->first.node != NULL || def->batch > 1))
    tw_node_problem(reader->problems, reader->file, node, "E-KEY", NULL, NULL,
                    "\"every\": \"5 min\"", "\"first\" and \"batch\" need \"every\"");
  const bool has_policy = def->policy.conwip.limit > 0 || def->policy.base_stock.level > 0;
  if (has_policy && def->when_full == 1)
    tw_node_problem(reader->problems, reader->file, node, "E-KEY", NULL, NULL, "\"when_full\": \"wait\"",
                    "releases that wait for cards are never lost");
  const bool is_base_stock = def->policy.base_stock.level > 0;
  if (is_base_stock && def->policy.conwip.limit > 0)
    tw_node_problem(reader->problems, reader->file, tw_node_member(node, "policy"), "E-KEY", NULL,
                    NULL, "keep one of them",
                    "a source has one policy: \"conwip\" or \"base-stock\"");
  if (is_base_stock && (def->orders.n > 0 || def->every.node != NULL))
    tw_node_problem(reader->problems, reader->file, node, "E-KEY", NULL, NULL,
                    "\"sequence\": [\"1 gear\"], \"repeat\": true",
                    "under \"base-stock\" the demands release parts, not \"every\" or \"orders\"");
}

const tw_table tw_source_table = {.name = "source",
                                  .help = "makes parts: always, at intervals, or by orders",
                                  .size = sizeof(tw_source_def),
                                  .fields = source_fields,
                                  .n_field = TW_N_FIELDS(source_fields),
                                  .check = check_source};

bool tw_entry_read(const char *text, int64_t *quantity, const char **part) {
  double number = 1;
  const size_t n_used = tw_number_read(text, &number);
  const bool has_number = n_used > 0 && text[n_used] == ' ';
  if (!has_number) number = 1;
  *part = has_number ? text + n_used + 1 : text;
  if (!(number >= 1 && number <= 1e9) || number != floor(number)) return false;
  *quantity = (int64_t)number;
  return true;
}

static bool read_entry(tw_compiler *compiler, const tw_name *entry, tw_batch *batch) {
  tw_name part = *entry;
  *batch = (tw_batch){.due_us = INT64_MAX};
  if (!tw_entry_read(entry->name, &batch->quantity, &part.name)) {
    tw_compile_problem(compiler, entry->node, "E-RANGE", "e.g. \"7 shaft-A\"",
                       "\"%.80s\" does not begin with a whole number of parts from 1 to 1e9",
                       entry->name);
    return false;
  }
  batch->part_type = tw_compile_part_type(compiler, &part);
  return batch->part_type != TW_NONE;
}

static const tw_batch *compile_sequence(tw_compiler *compiler, const tw_source_def *def) {
  tw_arena *arena = &compiler->line->arena;
  tw_batch *batches = tw_arena_take_array(arena, (size_t)def->sequence.n, sizeof *batches);
  for (int32_t i = 0; batches != NULL && i < def->sequence.n; i++)
    read_entry(compiler, &def->sequence.at[i], &batches[i]);
  return batches;
}

static const tw_batch *compile_mix(tw_compiler *compiler, const tw_source_def *def) {
  tw_arena *arena = &compiler->line->arena;
  tw_batch *batches = tw_arena_take_array(arena, (size_t)def->mix.n, sizeof *batches);
  for (int32_t i = 0; batches != NULL && i < def->mix.n; i++)
    batches[i] = (tw_batch){.quantity = 1,
                            .part_type = tw_compile_part_type(compiler, &def->mix.name[i]),
                            .due_us = INT64_MAX};
  return batches;
}

// Merges the runs [begin, middle) and [middle, end); the first one's order comes first when both are
// released together, which keeps the order of the file.
static void merge(const tw_batch *from, tw_batch *to, int32_t begin, int32_t middle, int32_t end) {
  int32_t a = begin, b = middle;
  for (int32_t i = begin; i < end; i++) {
    const bool is_first = b == end || (a < middle && from[a].release_us <= from[b].release_us);
    to[i] = from[is_first ? a++ : b++];
  }
}

// Orders sorted by release, in one of the two arrays.
static const tw_batch *sort_by_release(tw_batch *orders, tw_batch *scratch, int32_t n) {
  for (int32_t width = 1; width < n; width *= 2) {
    for (int32_t i = 0; i < n; i += 2 * width) {
      const int32_t middle = width < n - i ? i + width : n;
      const int32_t end = width < n - middle ? middle + width : n;
      merge(orders, scratch, i, middle, end);
    }
    tw_batch *merged = scratch;
    scratch = orders;
    orders = merged;
  }
  return orders;
}

// An instant of an order in ticks after the start of the run; may be negative.
static int64_t compile_when(tw_compiler *compiler, const tw_when *when) {
  const double s = tw_when_s(when, compiler->line->doc.run.start_s);
  if (s >= -TW_LONGEST_S && s <= TW_LONGEST_S) return tw_ticks(s);
  tw_compile_problem(compiler, when->node, "E-RANGE", NULL,
                     "this is more than 70 years from the start of the run");
  return 0;
}

static const tw_batch *compile_orders(tw_compiler *compiler, const tw_source_def *def) {
  tw_arena *arena = &compiler->line->arena;
  const size_t n = (size_t)def->orders.n;
  tw_batch *batches = tw_arena_take_array(arena, n, sizeof *batches);
  tw_batch *scratch = tw_arena_take_array(arena, n, sizeof *scratch);
  if (batches == NULL || scratch == NULL) return NULL;
  const tw_order_def *orders = def->orders.at;
  for (size_t i = 0; i < n; i++) {
    const bool has_due = orders[i].due.node != NULL;
    batches[i] = (tw_batch){.quantity = orders[i].quantity,
                            .part_type = tw_compile_part_type(compiler, &orders[i].part),
                            .release_us = compile_when(compiler, &orders[i].release),
                            .due_us = has_due ? compile_when(compiler, &orders[i].due) : INT64_MAX,
                            .priority = orders[i].priority};
  }
  return sort_by_release(batches, scratch, def->orders.n);
}

void tw_source_makes(const void *object, tw_made_function *add, void *user) {
  const tw_source_def *def = object;
  const tw_order_def *orders = def->orders.at;
  int64_t quantity;
  const char *part;
  for (int32_t i = 0; i < def->sequence.n; i++)
    if (tw_entry_read(def->sequence.at[i].name, &quantity, &part)) add(user, part);
  for (int32_t i = 0; i < def->mix.n; i++) add(user, def->mix.name[i].name);
  for (int32_t i = 0; i < def->orders.n; i++) add(user, orders[i].part.name);
}

// The loop whose cards the source's parts take; TW_NONE: they need none.
static int32_t compile_policy(tw_compiler *compiler, int32_t place_i, const tw_source_def *def) {
  const tw_conwip_def *conwip = &def->policy.conwip;
  const tw_base_stock_def *stock = &def->policy.base_stock;
  const tw_node *node = tw_node_member(def->def.node, "policy");
  const tw_line *line = compiler->line;
  tw_loop loop = {.name = line->place[place_i].name, .until_i = TW_NONE, .demand_i = TW_NONE};
  if (conwip->limit == 0 && stock->level == 0) return TW_NONE;
  const tw_name *end = stock->level > 0 ? &stock->demand : &conwip->until;
  if (end->name != NULL) {
    const int32_t at = tw_compile_place(compiler, end);
    const bool is_demand = at != TW_NONE && strcmp(line->place[at].kind->section, "demands") == 0;
    const bool can_end = at != TW_NONE && at < line->doc.n_place &&
                         strcmp(line->place[at].kind->section, "sources") != 0;
    if (at == TW_NONE) return TW_NONE;
    if (stock->level > 0 ? !is_demand : !can_end || is_demand) {
      tw_compile_problem(compiler, end->node, "E-REF",
                         stock->level > 0 ? "name one of \"demands\"" : "name a buffer or a station",
                         "'%s' is no %s", end->name,
                         stock->level > 0 ? "demand" : "place that parts leave");
      return TW_NONE;
    }
    if (stock->level > 0) loop.demand_i = at;
    else loop.until_i = at;
  }
  loop.limit = stock->level > 0 ? stock->level : conwip->limit;
  if (stock->level > 0) loop.name = stock->demand.name;
  else if (conwip->loop.name != NULL) loop.name = conwip->loop.name;
  return tw_compile_loop(compiler, &loop, node);
}

// Some part of the source has a due date.
static bool has_due_dates(const tw_source_param *param) {
  for (int32_t i = 0; i < param->n_batch && param->batch != NULL; i++)
    if (param->batch[i].due_us != INT64_MAX) return true;
  return param->due_in_us != INT64_MAX;
}

void tw_source_compile(tw_compiler *compiler, int32_t place_i, const void *object) {
  const tw_source_def *def = object;
  tw_line *line = compiler->line;
  tw_source_param *param = tw_arena_take(&line->arena, sizeof *param);
  if (param == NULL) return;
  *param = (tw_source_param){.is_order_list = def->orders.n > 0,
                             .is_repeated = def->is_repeated,
                             .is_losing = def->when_full == 1,
                             .n_per_release = def->batch,
                             .due_in_us = def->due_s > 0 ? tw_ticks(def->due_s) : INT64_MAX,
                             .every_site = TW_NONE,
                             .first_site = TW_NONE,
                             .mix_site = TW_NONE,
                             .release_slot = TW_NONE};
  if (def->orders.n > 0) {
    param->batch = compile_orders(compiler, def);
    param->n_batch = def->orders.n;
  } else if (def->mix.n > 0) {
    param->batch = compile_mix(compiler, def);
    param->n_batch = def->mix.n;
    param->mix_weight = def->mix.weight;
    param->mix_site = tw_compile_site(compiler, place_i, TW_NONE, "mix", def->stream, NULL);
  } else {
    param->batch = compile_sequence(compiler, def);
    param->n_batch = def->sequence.n;
  }
  if (def->every.node != NULL)
    param->every_site =
        tw_compile_site(compiler, place_i, TW_NONE, "every", def->stream, &def->every);
  if (def->first.node != NULL)
    param->first_site =
        tw_compile_site(compiler, place_i, TW_NONE, "first", def->stream, &def->first);
  const int32_t loop_i = compile_policy(compiler, place_i, def);
  const bool is_timed = def->orders.n > 0 || def->every.node != NULL;
  line->place[place_i].loop_i = loop_i;
  param->is_saturated = !is_timed && loop_i == TW_NONE;
  param->is_supply = !is_timed && loop_i != TW_NONE;
  param->first_order = line->n_order;
  if (loop_i != TW_NONE && param->is_order_list) line->n_order += param->n_batch;
  if (has_due_dates(param)) line->has_due = true;
  if (is_timed)
    param->release_slot =
        tw_compile_slot(compiler, place_i, TW_NONE, TW_CLASS_RELEASE, TW_ON_TIMER);
  line->place[place_i].param = param;
  tw_compile_push(compiler, place_i, def->push, &def->share, def->stream);
}
