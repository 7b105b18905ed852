// api_forecast.c - forecasts: options into a setup, futures into tables of quantiles and
// probabilities.

#include <twin/forecast.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/table.h"
#include "base/format.h"
#include "core/ticks.h"
#include "observe/quantity.h"
#include "study/forecast.h"
#include "study/interval.h"
#include "study/score.h"

enum { LEVELS_MAX = 32, TIMES_MAX = 100000 };

struct twin_forecast {
  tw_forecast *futures;
  double confidence;
  int32_t n_level;
  double level[LEVELS_MAX];
};

void twin_forecast_options_init(twin_forecast_options *options) {
  if (options == NULL) return;
  *options = (twin_forecast_options){
      .struct_size = sizeof *options, .n_future = 200, .seed = 1, .confidence = 0.95};
}

static const tw_line *line_of(const twin_forecast *forecast) {
  return forecast->futures->now->line;
}

// The instants at which figures are read, in memory of the line; NULL: they are too many, or memory
// is short.
static int64_t *list_times(const tw_run *run, const twin_forecast_options *options,
                           int64_t until_us, int32_t *n) {
  const int64_t now_us = tw_now(run),
                every_us = options->every_s > 0 ? tw_ticks(options->every_s) : 0;
  const int64_t n_before = every_us > 0 ? (until_us - now_us - 1) / every_us : 0;
  if (n_before >= TIMES_MAX) return NULL;
  int64_t *at = tw_memory_take(tw_line_memory(run->line), (size_t)(n_before + 1) * sizeof *at);
  for (int64_t i = 0; at != NULL && i < n_before; i++) at[i] = now_us + (i + 1) * every_us;
  if (at != NULL) at[n_before] = until_us;
  *n = (int32_t)(n_before + 1);
  return at;
}

static bool are_levels_good(const double *levels, uint32_t n) {
  if (n > LEVELS_MAX) return false;
  for (uint32_t i = 0; i < n; i++)
    if (!(levels[i] >= 0 && levels[i] <= 1) || (i > 0 && levels[i] <= levels[i - 1])) return false;
  return true;
}

// Why the options are none; NULL: they are good.
static const char *find_fault(const tw_run *run, const twin_forecast_options *options,
                              int64_t until_us) {
  tw_quantity_ref ref;
  if (until_us < tw_now(run)) return "until_s is before the present instant";
  if (!(options->every_s >= 0 && options->every_s <= TW_LONGEST_S)) return "every_s is no time";
  if (options->n_future < 1 || options->n_future > 1000000) return "n_future is 1 to a million";
  if (!(options->confidence > 0 && options->confidence < 1))
    return "confidence is a share between 0 and 1";
  if (options->n_quantity > 0 && options->quantities == NULL) return "quantities are missing";
  if (options->n_quantity > 100000) return "more than 100,000 quantities";
  for (uint32_t i = 0; i < options->n_quantity; i++)
    if (!tw_quantity_open(run->line, options->quantities[i], &ref))
      return "a quantity is none of the line";
  if (options->levels != NULL && !are_levels_good(options->levels, options->n_level))
    return "levels are up to 32 rising shares from 0 to 1";
  return NULL;
}

static void take_levels(twin_forecast *forecast, const twin_forecast_options *options) {
  static const double usual[] = {0.05, 0.5, 0.95};
  const bool is_usual = options->levels == NULL;
  forecast->n_level = is_usual ? 3 : (int32_t)options->n_level;
  for (int32_t i = 0; i < forecast->n_level; i++)
    forecast->level[i] = is_usual ? usual[i] : options->levels[i];
}

twin_status twin_run_forecast(twin_forecast **forecast, const twin_run *run,
                              const twin_forecast_options *options, twin_problems *problems) {
  twin_forecast_options own;
  twin_forecast_options_init(&own);
  int64_t until_us;
  if (forecast == NULL || run == NULL || options == NULL ||
      !tw_options_take(&own, sizeof own, options) || !tw_instant_of(own.until_s, &until_us))
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "forecast, run or options are missing, or until_s is no instant");
  const tw_run *now = tw_run_of((twin_run *)run);
  const char *fault = find_fault(now, &own, until_us);
  if (fault != NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "%s", fault);
  tw_forecast_setup setup = {.n_future = own.n_future,
                             .n_thread = own.n_thread,
                             .seed = own.seed,
                             .n_quantity = (int32_t)own.n_quantity,
                             .quantity = own.quantities,
                             .keeps_pending = own.keeps_pending != 0,
                             .has_parts = own.has_parts != 0,
                             .has_failures = own.has_failures != 0,
                             .on_progress = own.on_progress,
                             .user = own.user};
  const tw_memory *memory = tw_line_memory(now->line);
  int64_t *times = list_times(now, &own, until_us, &setup.n_time);
  twin_forecast *made = tw_memory_zeroed(memory, 1, sizeof *made);
  setup.time_us = times;
  twin_status status = TWIN_ERR_MEMORY;
  if (times != NULL && made != NULL)
    status = tw_forecast_make(&made->futures, now, &setup, problems);
  else
    tw_fail(problems, TWIN_ERR_MEMORY,
            "every_s is too short for the forecast, or there is no memory");
  tw_memory_free(memory, times);
  if (status != TWIN_OK) {
    tw_memory_free(memory, made);
    return status;
  }
  made->confidence = own.confidence;
  take_levels(made, &own);
  *forecast = made;
  return TWIN_OK;
}

void twin_forecast_free(twin_forecast *forecast) {
  if (forecast == NULL) return;
  tw_line *line = tw_line_ref((tw_line *)line_of(forecast));
  tw_forecast_free(forecast->futures);
  tw_memory_free(tw_line_memory(line), forecast);
  tw_line_unref(line);
}

uint32_t twin_forecast_time_count(const twin_forecast *forecast) {
  return forecast != NULL ? (uint32_t)forecast->futures->setup.n_time : 0;
}

double twin_forecast_time_s(const twin_forecast *forecast, uint32_t i) {
  const bool is_there = i < twin_forecast_time_count(forecast);
  return is_there ? tw_seconds(forecast->futures->setup.time_us[i]) : (double)NAN;
}

twin_status twin_forecast_values(const twin_forecast *forecast, uint32_t quantity, uint32_t time,
                                 double *out) {
  if (forecast == NULL || out == NULL || time >= twin_forecast_time_count(forecast) ||
      quantity >= (uint32_t)forecast->futures->setup.n_quantity)
    return TWIN_ERR_ARGUMENT;
  tw_forecast_values(forecast->futures, (int32_t)quantity, (int32_t)time, out);
  return TWIN_OK;
}

twin_status twin_forecast_chance(const twin_forecast *forecast, uint32_t quantity, uint32_t time,
                                 double least, twin_chance *chance) {
  if (forecast == NULL || chance == NULL || isnan(least)) return TWIN_ERR_ARGUMENT;
  const uint32_t n_future = forecast->futures->setup.n_future;
  const tw_memory *memory = tw_line_memory(line_of(forecast));
  double *values = tw_memory_take(memory, n_future * sizeof *values);
  if (values == NULL) return TWIN_ERR_MEMORY;
  twin_chance own = {.struct_size = sizeof own};
  twin_status status = twin_forecast_values(forecast, quantity, time, values);
  for (uint32_t i = 0; i < n_future && status == TWIN_OK; i++) {
    if (isnan(values[i])) continue;
    own.n++;
    if (values[i] >= least) own.n_come++;
  }
  own.probability = own.n > 0 ? (double)own.n_come / own.n : (double)NAN;
  tw_score_wilson(own.n_come, own.n, forecast->confidence, &own.low, &own.high);
  tw_memory_free(memory, values);
  if (status == TWIN_OK && !tw_struct_give(chance, &own, sizeof own)) status = TWIN_ERR_ARGUMENT;
  return status;
}

// ---- tables ------------------------------------------------------------------------------------

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Sorts values, those that are none behind; returns how many there are.
static size_t sort_values(double *values, size_t n) {
  size_t n_there = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(values[i])) values[n_there++] = values[i];
  qsort(values, n_there, sizeof *values, compare);
  return n_there;
}

typedef struct quantiles {
  double *column[LEVELS_MAX];
} quantiles;

static void add_quantiles(const twin_forecast *forecast, twin_table *table, const char *unit,
                          quantiles *of) {
  for (int32_t i = 0; i < forecast->n_level; i++) {
    const char *name = tw_arena_print(&table->arena, "q%g", 100 * forecast->level[i]);
    of->column[i] = name != NULL ? tw_table_add_doubles(table, name, unit) : NULL;
  }
}

static void put_quantiles(const twin_forecast *forecast, const quantiles *of, int64_t row,
                          const double *sorted, size_t n) {
  for (int32_t i = 0; i < forecast->n_level; i++)
    of->column[i][row] = tw_score_quantile(sorted, n, forecast->level[i]);
}

typedef struct names {
  const twin_forecast *forecast;
  tw_text *path;
} names;

static uint64_t quantity_of(const names *of, int32_t row) {
  const tw_forecast_setup *setup = &of->forecast->futures->setup;
  return setup->quantity[row / setup->n_time];
}

static const char *path_of(const void *user, int32_t row) {
  const names *of = user;
  tw_text_clear(of->path);
  tw_quantity_path(line_of(of->forecast), quantity_of(of, row), of->path);
  return of->path->at;
}

static const char *unit_of(const void *user, int32_t row) {
  const names *of = user;
  return tw_quantity_unit(line_of(of->forecast), quantity_of(of, row));
}

static twin_status table_of_bands(const twin_forecast *forecast, double *values, twin_table **table,
                                  twin_problems *problems) {
  const tw_forecast_setup *setup = &forecast->futures->setup;
  tw_text path = {.memory = tw_line_memory(line_of(forecast))};
  const names of = {forecast, &path};
  const int64_t n_row = (int64_t)setup->n_quantity * setup->n_time;
  twin_table *made = tw_table_new("bands", n_row, tw_line_memory(line_of(forecast)));
  if (made == NULL) return tw_table_give(NULL, false, table, problems);
  quantiles bands;
  tw_table_add_names(made, "quantity", path_of, &of);
  tw_table_add_names(made, "unit", unit_of, &of);
  double *time = tw_table_add_doubles(made, "time", "s");
  int64_t *n = tw_table_add_counts(made, "n");
  double *mean = tw_table_add_doubles(made, "mean", ""), *sd = tw_table_add_doubles(made, "sd", "");
  add_quantiles(forecast, made, "", &bands);
  const bool is_good = !made->arena.is_out_of_memory && !path.is_out_of_memory;
  for (int64_t row = 0; row < n_row && is_good; row++) {
    const int32_t quantity_i = (int32_t)(row / setup->n_time),
                  time_i = (int32_t)(row % setup->n_time);
    twin_estimate estimate = {.struct_size = sizeof estimate};
    tw_forecast_values(forecast->futures, quantity_i, time_i, values);
    tw_interval_estimate(values, setup->n_future, forecast->confidence, &estimate);
    const size_t n_there = sort_values(values, setup->n_future);
    time[row] = tw_seconds(setup->time_us[time_i]);
    n[row] = (int64_t)n_there;
    mean[row] = estimate.mean;
    sd[row] = estimate.sd;
    put_quantiles(forecast, &bands, row, values, n_there);
  }
  tw_text_free(&path);
  return tw_table_give(made, is_good, table, problems);
}

// Instants of one row in all futures, infinite where it never comes. Returns in how many it comes
// up to `by_us`.
static size_t take_instants(const tw_forecast *futures, const int64_t *at_us, size_t n_column,
                            size_t column, int64_t by_us, double *values) {
  size_t n_come = 0;
  for (uint32_t i = 0; i < futures->setup.n_future; i++) {
    const int64_t us = at_us[(size_t)i * n_column + column];
    values[i] = us == TW_FORECAST_NEVER ? (double)INFINITY : tw_seconds(us);
    n_come += us != TW_FORECAST_NEVER && us <= by_us;
  }
  qsort(values, futures->setup.n_future, sizeof *values, compare);
  return n_come;
}

static const char *part_type_of(const void *user, int32_t row) {
  const twin_forecast *forecast = user;
  return line_of(forecast)->part_type[forecast->futures->part[row].type].name;
}

static twin_status table_of_parts(const twin_forecast *forecast, double *values, twin_table **table,
                                  twin_problems *problems) {
  const tw_forecast *futures = forecast->futures;
  const size_t n_part = (size_t)futures->n_part, n_future = futures->setup.n_future;
  twin_table *made = tw_table_new("parts", futures->n_part, tw_line_memory(line_of(forecast)));
  if (made == NULL) return tw_table_give(NULL, false, table, problems);
  quantiles when;
  int64_t *id = tw_table_add_counts(made, "part");
  tw_table_add_names(made, "part_type", part_type_of, forecast);
  double *due = tw_table_add_doubles(made, "due", "s"),
         *shipped = tw_table_add_doubles(made, "p_shipped", "1");
  double *on_time = tw_table_add_doubles(made, "p_on_time", "1");
  double *low = tw_table_add_doubles(made, "low", "1"),
         *high = tw_table_add_doubles(made, "high", "1");
  add_quantiles(forecast, made, "s", &when);
  const bool is_good = !made->arena.is_out_of_memory;
  for (size_t k = 0; k < n_part && is_good; k++) {
    const tw_forecast_part *part = &futures->part[k];
    const bool has_due = part->due_us != INT64_MAX;
    const size_t n_by =
        take_instants(futures, futures->shipped_us, n_part, k, part->due_us, values);
    id[k] = (int64_t)part->id;
    due[k] = has_due ? tw_seconds(part->due_us) : (double)NAN;
    on_time[k] = has_due ? (double)n_by / (double)n_future : (double)NAN;
    low[k] = high[k] = (double)NAN;
    if (has_due) tw_score_wilson(n_by, n_future, forecast->confidence, &low[k], &high[k]);
    put_quantiles(forecast, &when, (int64_t)k, values, n_future);
    size_t n_shipped = 0;
    while (n_shipped < n_future && values[n_shipped] < (double)INFINITY) n_shipped++;
    shipped[k] = (double)n_shipped / (double)n_future;
  }
  return tw_table_give(made, is_good, table, problems);
}

static const char *station_of(const void *user, int32_t row) {
  const tw_line *line = line_of(user);
  return line->place[line->mode[row].node_i].name;
}

static const char *mode_of(const void *user, int32_t row) { return line_of(user)->mode[row].name; }

static twin_status table_of_failures(const twin_forecast *forecast, double *values,
                                     twin_table **table, twin_problems *problems) {
  const tw_forecast *futures = forecast->futures;
  const tw_line *line = line_of(forecast);
  const size_t n_mode = (size_t)line->n_mode, n_future = futures->setup.n_future;
  twin_table *made = tw_table_new("failures", line->n_mode, tw_line_memory(line));
  if (made == NULL) return tw_table_give(NULL, false, table, problems);
  quantiles when;
  tw_table_add_names(made, "station", station_of, forecast);
  int64_t *machine = tw_table_add_counts(made, "machine");
  tw_table_add_names(made, "mode", mode_of, forecast);
  double *p = tw_table_add_doubles(made, "p", "1"), *low = tw_table_add_doubles(made, "low", "1");
  double *high = tw_table_add_doubles(made, "high", "1");
  add_quantiles(forecast, made, "s", &when);
  const bool is_good = !made->arena.is_out_of_memory;
  for (size_t k = 0; k < n_mode && is_good; k++) {
    const size_t n_come =
        take_instants(futures, futures->failed_us, n_mode, k, INT64_MAX - 1, values);
    machine[k] = line->machine[line->mode[k].machine_i].number + 1;
    p[k] = (double)n_come / (double)n_future;
    tw_score_wilson(n_come, n_future, forecast->confidence, &low[k], &high[k]);
    put_quantiles(forecast, &when, (int64_t)k, values, n_future);
  }
  return tw_table_give(made, is_good, table, problems);
}

twin_status twin_forecast_table(const twin_forecast *forecast, const char *name, twin_table **table,
                                twin_problems *problems) {
  if (forecast == NULL || name == NULL || table == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "forecast, name or table are missing");
  const tw_forecast_setup *setup = &forecast->futures->setup;
  const bool is_bands = strcmp(name, "bands") == 0, is_parts = strcmp(name, "parts") == 0;
  if (!is_bands && !is_parts && strcmp(name, "failures") != 0)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND,
                   "a forecast has no table '%s'; it has bands, parts and failures", name);
  if (!is_bands && !(is_parts ? setup->has_parts : setup->has_failures))
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "the options of the forecast did not ask for its %s", name);
  const tw_memory *memory = tw_line_memory(line_of(forecast));
  double *values = tw_memory_take(memory, setup->n_future * sizeof *values);
  if (values == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a table");
  const twin_status status = is_bands   ? table_of_bands(forecast, values, table, problems)
                             : is_parts ? table_of_parts(forecast, values, table, problems)
                                        : table_of_failures(forecast, values, table, problems);
  tw_memory_free(memory, values);
  return status;
}
