// demand.c - customers: a place at the end of a chain that takes a part for every demand and nothing
// else. What nobody wants yet waits before it, as stock. A demand that finds no part on its tick waits,
// or is lost; waiting ones release more parts where a source keeps a base stock for them.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/flow.h"
#include "engine/work.h"
#include "keys/common_def.h"
#include "model/compile.h"
#include "station/kinds.h"

typedef struct tw_demand_def {
  tw_def def;
  tw_name part;
  tw_value every, first;
  int32_t on_short;
  const char *stream;
} tw_demand_def;

typedef struct tw_demand_param {
  int32_t every_site, first_site;  // first_site TW_NONE: one interval after the start
  int32_t slot, end_slot;          // the next demand; the end of a tick on which one is still open
  int32_t loop_i;                  // the base stock that is kept for it; TW_NONE
  bool is_losing;
} tw_demand_param;

// clang-format off
#define TW_DEMAND_FIELDS(F)                                                             \
  F(tw_i64, n_open,          , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* demands not met */ \
  F(tw_i64, n_late,          , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* since an earlier tick */ \
  F(tw_i64, planned_us,      , "us", TW_PATH,    TW_NOT_NEGATIVE) /* the last demand */ \
  F(tw_u8,  is_first,        , "1",  TW_PATH,    TW_BOOLEAN) /* there was none yet */   \
  F(tw_i64, since_us,        , "us", TW_STAT,    TW_ANY)                                \
  F(tw_i64, n_demanded,      , "1",  TW_STAT,    TW_ANY)                                \
  F(tw_i64, n_at_once,       , "1",  TW_STAT,    TW_ANY) /* met on their tick */        \
  F(tw_i64, n_lost,          , "1",  TW_STAT,    TW_ANY)                                \
  F(tw_f64, open_us,         , "us", TW_STAT,    TW_ANY) /* integral of n_open */
// clang-format on
TW_RECORD(tw_demand_state, TW_DEMAND_FIELDS)

static const char *const short_words[] = {"wait", "lose", NULL};
enum { SHORT_LOSE = 1 };

// clang-format off
static const tw_field demand_fields[] = {
  TW_FIELD(tw_demand_def, part,     "part",   TW_FIELD_NAME, .flags = TW_REQUIRED,
           .help = "part type that is wanted, one at a time"),
  TW_FIELD(tw_demand_def, every,    "every",  TW_FIELD_VALUE, .dim = {.s = 1},
           .flags = TW_REQUIRED | TW_CONSTANT, .help = "time between demands"),
  TW_FIELD(tw_demand_def, first,    "first",  TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_CONSTANT,
           .help = "time of the first demand; without it one interval after the start"),
  TW_FIELD(tw_demand_def, on_short, "short",  TW_FIELD_CHOICE, .sub = short_words,
           .preset = "\"wait\"", .help = "a demand that finds no part waits for one, or is lost"),
  TW_STREAM_FIELD(tw_demand_def),
};
// clang-format on

static const tw_table demand_table = {.name = "demand",
                                      .help = "customers at the end of a chain",
                                      .size = sizeof(tw_demand_def),
                                      .fields = demand_fields,
                                      .n_field = TW_N_FIELDS(demand_fields)};

static void compile_demand(tw_compiler *compiler, int32_t place_i, const void *object) {
  const tw_demand_def *def = object;
  tw_line *line = compiler->line;
  tw_demand_param *param = tw_arena_take(&line->arena, sizeof *param);
  const int32_t type = tw_compile_part_type(compiler, &def->part);
  if (param == NULL) return;
  *param = (tw_demand_param){.first_site = TW_NONE, .loop_i = TW_NONE};
  param->is_losing = def->on_short == SHORT_LOSE;
  param->every_site =
      tw_compile_site(compiler, place_i, TW_NONE, "every", def->stream, &def->every);
  if (def->first.node != NULL)
    param->first_site =
        tw_compile_site(compiler, place_i, TW_NONE, "first", def->stream, &def->first);
  param->slot = tw_compile_slot(compiler, place_i, TW_NONE, TW_CLASS_RELEASE, TW_ON_TIMER);
  param->end_slot = tw_compile_slot(compiler, place_i, TW_NONE, TW_CLASS_END, TW_ON_WORK);
  line->place[place_i].param = param;
  for (int32_t i = 0; i < line->n_part_type && type != TW_NONE; i++)
    if (i != type && tw_compile_reaches(compiler, place_i, i))
      tw_compile_problem(compiler, def->def.node, "E-ROUTE", "lead it elsewhere by a chain of its own",
                         "'%s' wants '%s', but part '%s' gets there too", def->def.name,
                         def->part.name, line->part_type[i].name);
}

static void link_demand(tw_compiler *compiler, int32_t place_i) {
  const tw_line *line = compiler->line;
  tw_demand_param *param = (tw_demand_param *)line->place[place_i].param;  // ours
  for (int32_t i = 0; i < line->n_loop && !param->is_losing; i++)
    if (line->loop[i].demand_i == place_i) param->loop_i = i;
}

static inline const tw_demand_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static inline tw_demand_state *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

// Changes how many demands are open; waiting ones add to the base stock.
static void change_open(tw_run *run, int32_t place_i, int64_t change) {
  tw_demand_state *demand = state_of(run, place_i);
  const int32_t loop_i = param_of(run, place_i)->loop_i;
  if (run->head->has_statistics) {
    demand->open_us += (double)demand->n_open * (double)(tw_now(run) - demand->since_us);
    demand->since_us = tw_now(run);
  }
  demand->n_open += change;
  TW_ASSERT(demand->n_open >= 0);
  if (loop_i == TW_NONE) return;
  run->loop[loop_i].n_backorder += change;
  if (change > 0) tw_mark_members(run, loop_i);
}

static void plan_next(tw_run *run, int32_t place_i, int32_t site) {
  state_of(run, place_i)->planned_us = tw_now(run);
  tw_plan(run, param_of(run, place_i)->slot, tw_now(run) + tw_draw_us(run, site, TW_NONE));
}

static void start_demand(tw_run *run, int32_t place_i) {
  const tw_demand_param *param = param_of(run, place_i);
  *state_of(run, place_i) = (tw_demand_state){.is_first = 1};
  plan_next(run, place_i, param->first_site != TW_NONE ? param->first_site : param->every_site);
}

static void redraw_demand(tw_run *run, int32_t place_i) {
  const tw_demand_param *param = param_of(run, place_i);
  const tw_demand_state *demand = state_of(run, place_i);
  const bool is_first = demand->is_first && param->first_site != TW_NONE;
  const tw_draw_of of = {is_first ? param->first_site : param->every_site, TW_NONE, 1};
  tw_redraw_event(run, param->slot, &of, demand->planned_us);
}

// The tick is over: demands that are still open have found nothing.
static void end_tick(tw_run *run, int32_t place_i) {
  tw_demand_state *demand = state_of(run, place_i);
  if (param_of(run, place_i)->is_losing) {
    demand->n_lost += demand->n_open;
    change_open(run, place_i, -demand->n_open);
  }
  demand->n_late = demand->n_open;
}

static void on_event(tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose) {
  (void)machine_i;
  const tw_demand_param *param = param_of(run, place_i);
  if (purpose == TW_ON_WORK) {
    end_tick(run, place_i);
    return;
  }
  state_of(run, place_i)->n_demanded++;
  state_of(run, place_i)->is_first = 0;
  change_open(run, place_i, +1);
  plan_next(run, place_i, param->every_site);
  tw_plan(run, param->end_slot, tw_now(run));
  tw_mark(run, place_i);
}

static bool can_take(tw_run *run, int32_t place_i, uint32_t part) {
  (void)part;
  return state_of(run, place_i)->n_open > 0;
}

static int64_t count_open(tw_run *run, int32_t place_i) { return state_of(run, place_i)->n_open; }

static int64_t count_none(const tw_run *run, int32_t place_i) {
  (void)run, (void)place_i;
  return 0;
}

// Ships a part for each open demand while there are some; the oldest demands come first.
static void settle_demand(tw_run *run, int32_t place_i) {
  tw_offer offer = {.asker = TW_NONE};
  while (run->place[place_i].n_request > 0 && state_of(run, place_i)->n_open > 0) {
    if (!tw_best_offer(run, place_i, &offer)) break;
    const uint32_t part = tw_accept(run, &offer, place_i);
    if (run->status != TWIN_OK) return;
    if (part == TW_NO_PART) continue;
    tw_demand_state *demand = state_of(run, place_i);
    if (demand->n_late > 0) demand->n_late--;
    else demand->n_at_once++;
    change_open(run, place_i, -1);
    run->head->n_on_tick++;
    tw_part_end(run, part, place_i, TW_FACT_SHIP);
  }
  if (run->line->place[place_i].has_choosing_feeder && run->place[place_i].n_request > 0)
    tw_mark_other_targets(run, place_i);
}

static bool has_event(tw_run *run, int32_t place_i) {
  (void)run, (void)place_i;
  return true;  // there is always a next demand
}

static void reset_demand(tw_run *run, int32_t place_i) {
  tw_demand_state *demand = state_of(run, place_i);
  demand->since_us = tw_now(run);
  demand->n_demanded = demand->n_at_once = demand->n_lost = 0;
  demand->open_us = 0;
}

static bool is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                     size_t n_why) {
  (void)is_seen;
  const tw_demand_param *param = param_of(run, place_i);
  const tw_demand_state *demand = state_of(run, place_i);
  const tw_agenda agenda = tw_run_agenda(run);
  bool is_sound = demand->n_late <= demand->n_open && demand->planned_us <= tw_now(run);
  const bool is_ending = tw_agenda_is_pending(&agenda, (uint32_t)param->end_slot);
  if (is_ending) is_sound = is_sound && tw_agenda_tick(&agenda, (uint32_t)param->end_slot) == tw_now(run);
  else if (run->head->poison == 0) is_sound = is_sound && demand->n_late == demand->n_open;
  if (run->head->poison == 0)
    is_sound = is_sound && tw_agenda_is_pending(&agenda, (uint32_t)param->slot);
  if (param->is_losing) is_sound = is_sound && demand->n_late == 0;
  if (param->loop_i != TW_NONE)
    is_sound = is_sound && run->loop[param->loop_i].n_backorder == demand->n_open;
  if (run->head->has_statistics) is_sound = is_sound && demand->since_us >= run->head->window_us;
  if (!is_sound) snprintf(why, n_why, "demand %s is not sound", run->line->place[place_i].name);
  return is_sound;
}

static double fill_rate(const tw_run *run, int32_t place_i) {
  const tw_demand_state *demand = state_of(run, place_i);
  return demand->n_demanded > 0 ? (double)demand->n_at_once / (double)demand->n_demanded
                                : (double)NAN;
}

static double backorders_mean(const tw_run *run, int32_t place_i) {
  const tw_demand_state *demand = state_of(run, place_i);
  const double open_us = (double)(tw_now(run) - demand->since_us);
  return (demand->open_us + (double)demand->n_open * open_us) /
         (double)(tw_now(run) - run->head->window_us);
}

static double backorders_now(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n_open;
}

// A figure of the queues before it, added up.
static double sum_over_stock(const tw_run *run, int32_t place_i, const char *name) {
  const tw_graph *graph = &run->line->graph;
  double sum = 0;
  for (int32_t i = graph->first_feeder[place_i]; i < graph->first_feeder[place_i + 1]; i++) {
    const int32_t from = graph->edge[graph->feeder[i]].from;
    const tw_kind *kind = run->line->place[from].kind;
    for (int32_t k = 0; kind == &tw_kind_buffer && k < kind->n_quantity; k++)
      if (strcmp(kind->quantities[k].name, name) == 0) sum += kind->quantities[k].value(run, from);
  }
  return sum;
}

static double stock_mean(const tw_run *run, int32_t place_i) {
  return sum_over_stock(run, place_i, "level/mean");
}

static double stock_now(const tw_run *run, int32_t place_i) {
  return sum_over_stock(run, place_i, "level/now");
}

static double count_demanded(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n_demanded;
}

static double count_lost(const tw_run *run, int32_t place_i) {
  return (double)state_of(run, place_i)->n_lost;
}

static const tw_kind_quantity quantities[] = {
    {"fill_rate", "1", fill_rate},       {"backorders/mean", "1", backorders_mean},
    {"backorders/now", "1", backorders_now}, {"stock/mean", "1", stock_mean},
    {"stock/now", "1", stock_now},       {"demanded", "1", count_demanded},
    {"lost", "1", count_lost}};

#define TW_STATE_OF tw_demand_state
static const tw_state_field state_fields[] = {TW_DEMAND_FIELDS(TW_STATE_ENTRY)};
#undef TW_STATE_OF
static const tw_state_table state_table = {"demand", sizeof(tw_demand_state),
                                           TW_N_FIELDS(state_fields), state_fields};

const tw_kind tw_kind_demand = {.name = "demand",
                                .section = "demands",
                                .table = &demand_table,
                                .compile = compile_demand,
                                .link = link_demand,
                                .state = &state_table,
                                .start = start_demand,
                                .on_event = on_event,
                                .settle = settle_demand,
                                .can_take = can_take,
                                .free_places = count_open,
                                .level = count_none,
                                .has_event = has_event,
                                .reset = reset_demand,
                                .is_valid = is_valid,
                                .redraw = redraw_demand,
                                .quantities = quantities,
                                .n_quantity = TW_N_FIELDS(quantities)};
