// forecast.c - see forecast.h. Threads claim futures by number; each writes where nobody else does,
// so there is no order to keep.

#include "study/forecast.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/problems.h"
#include "core/math.h"
#include "core/ticks.h"
#include "observe/quantity.h"
#include "state/ops.h"
#include "study/pool.h"

typedef struct job {
  tw_forecast *forecast;
  atomic_uint next, n_done, first_bad;  // first_bad: the lowest future with an error
  atomic_bool is_cancelled;
  twin_status *status;       // [n_future]
  twin_problems **problems;  // [n_future] NULL: none
} job;

// Who looks at one future: when do parts leave, when does what fail first?
typedef struct watcher {
  const tw_forecast *forecast;
  int64_t *shipped_us, *failed_us;  // of this future; NULL: not wanted
} watcher;

static int by_id(const void *a, const void *b) {
  const uint64_t x = ((const tw_forecast_part *)a)->id, y = ((const tw_forecast_part *)b)->id;
  return (x > y) - (x < y);
}

static void look(void *self, const tw_run *run, const tw_fact *fact) {
  (void)run;
  const watcher *who = self;
  if (fact->kind == TW_FACT_SHIP && who->shipped_us != NULL) {
    const tw_forecast_part key = {.id = fact->part_id};
    const tw_forecast *of = who->forecast;
    const tw_forecast_part *part = bsearch(&key, of->part, (size_t)of->n_part, sizeof key, by_id);
    if (part != NULL) who->shipped_us[part - of->part] = fact->time_us;
  } else if (fact->kind == TW_FACT_FAIL && who->failed_us != NULL) {
    TW_ASSERT(fact->cause >= 0 && fact->cause < run->line->n_mode);
    int64_t *first = &who->failed_us[fact->cause];
    if (*first == TW_FORECAST_NEVER) *first = fact->time_us;
  }
}

static void note_never(int64_t *at, size_t n) {
  for (size_t i = 0; i < n && at != NULL; i++) at[i] = TW_FORECAST_NEVER;
}

static twin_status follow(job *of, tw_run *run, uint32_t i, twin_problems *problems) {
  const tw_forecast *forecast = of->forecast;
  const tw_forecast_setup *setup = &forecast->setup;
  const size_t n_part = (size_t)forecast->n_part, n_mode = (size_t)run->line->n_mode;
  const size_t n_value = (size_t)setup->n_quantity * (size_t)setup->n_time;
  watcher who = {forecast, setup->has_parts ? forecast->shipped_us + i * n_part : NULL,
                 setup->has_failures ? forecast->failed_us + i * n_mode : NULL};
  twin_status status = tw_run_copy(run, forecast->now);
  note_never(who.shipped_us, n_part);
  note_never(who.failed_us, n_mode);
  const tw_op other = {TW_OP_reseed, {(int64_t)(setup->seed + i), setup->keeps_pending}};
  if (status == TWIN_OK) status = tw_run_apply(run, other, problems);
  const bool is_watched = setup->has_parts || setup->has_failures;
  if (is_watched && !tw_sink_add(run, (tw_sink){.self = &who, .fact = look}))
    status = TWIN_ERR_INTERNAL;
  double *value = forecast->value + i * n_value;
  for (int32_t t = 0; t < setup->n_time && status == TWIN_OK; t++) {
    status = tw_run_until(run, setup->time_us[t], problems);
    for (int32_t q = 0; q < setup->n_quantity; q++)
      *value++ = tw_quantity_value(run, setup->quantity[q]);
  }
  if (is_watched) tw_sink_remove(run, &who);
  return status;
}

static bool is_over(const job *of) {
  return atomic_load(&of->is_cancelled) ||
         atomic_load(&of->first_bad) < of->forecast->setup.n_future;
}

// The calling thread asks its host between two futures.
static void ask_host(job *of) {
  const tw_forecast_setup *setup = &of->forecast->setup;
  if (setup->on_progress == NULL) return;
  const twin_progress progress = {.struct_size = sizeof progress,
                                  .n_replication = setup->n_future,
                                  .n_done = atomic_load(&of->n_done),
                                  .time_s = tw_seconds(tw_now(of->forecast->now)),
                                  .horizon_s = tw_seconds(setup->time_us[setup->n_time - 1])};
  if (setup->on_progress(&progress, setup->user) != 0) atomic_store(&of->is_cancelled, true);
}

static void work(void *self, int32_t thread_i) {
  job *of = self;
  const uint32_t n_future = of->forecast->setup.n_future;
  tw_run *run = tw_run_fork(of->forecast->now);
  for (uint32_t i = 0; !is_over(of) && (i = atomic_fetch_add(&of->next, 1)) < n_future;) {
    of->problems[i] = twin_problems_new();
    of->status[i] = run != NULL ? follow(of, run, i, of->problems[i]) : TWIN_ERR_MEMORY;
    atomic_fetch_add(&of->n_done, 1);
    unsigned lowest = atomic_load(&of->first_bad);
    while (of->status[i] != TWIN_OK && i < lowest &&
           !atomic_compare_exchange_weak(&of->first_bad, &lowest, i)) {
    }
    if (thread_i == 0) ask_host(of);
  }
  tw_run_free(run);
}

// The problems of the lowest future that has an error, with its number.
static twin_status conclude(job *of, twin_problems *problems) {
  const uint32_t i = atomic_load(&of->first_bad), n_future = of->forecast->setup.n_future;
  if (i >= n_future) return atomic_load(&of->is_cancelled) ? TWIN_CANCELLED : TWIN_OK;
  twin_problem first = {.struct_size = sizeof first};
  const bool has_any = twin_problems_get(of->problems[i], 0, &first) == TWIN_OK;
  return tw_fail(problems, of->status[i], "future %u: %s", (unsigned)i,
                 has_any ? first.message : twin_status_text(of->status[i]));
}

static twin_status run_all(tw_forecast *forecast, twin_problems *problems) {
  const tw_memory *memory = tw_line_memory(forecast->now->line);
  const uint32_t n_future = forecast->setup.n_future;
  uint32_t n_thread =
      forecast->setup.n_thread > 0 ? forecast->setup.n_thread : (uint32_t)tw_pool_processors();
  job of = {.forecast = forecast,
            .status = tw_memory_zeroed(memory, n_future, sizeof *of.status),
            .problems = tw_memory_zeroed(memory, n_future, sizeof *of.problems)};
  atomic_init(&of.first_bad, n_future);
  twin_status status = TWIN_ERR_MEMORY;
  if (of.status != NULL && of.problems != NULL) {
    tw_pool_run((int32_t)(n_thread < n_future ? n_thread : n_future), work, &of);
    status = conclude(&of, problems);
    for (uint32_t i = 0; i < n_future; i++) twin_problems_free(of.problems[i]);
  }
  tw_memory_free(memory, of.status);
  tw_memory_free(memory, of.problems);
  return status;
}

static void *copied(const tw_memory *memory, const void *of, size_t n_byte) {
  void *copy = tw_memory_take(memory, n_byte + 1);
  if (copy != NULL && n_byte > 0) memcpy(copy, of, n_byte);
  return copy;
}

// Parts that are in the line now, by id.
static bool list_parts(tw_forecast *forecast) {
  const tw_run *now = forecast->now;
  forecast->part =
      tw_memory_zeroed(tw_line_memory(now->line), now->head->n_part + 1, sizeof *forecast->part);
  if (forecast->part == NULL) return false;
  for (uint32_t i = 0; i < now->head->n_part_slot; i++) {
    const tw_part *part = &now->part[i];
    if (part->type == TW_NONE) continue;
    TW_ASSERT(forecast->n_part < (int32_t)now->head->n_part);
    forecast->part[forecast->n_part++] = (tw_forecast_part){part->id, part->type, part->due_us};
  }
  qsort(forecast->part, (size_t)forecast->n_part, sizeof *forecast->part, by_id);
  return true;
}

static bool prepare(tw_forecast *forecast) {
  tw_forecast_setup *setup = &forecast->setup;
  const tw_memory *memory = tw_line_memory(forecast->now->line);
  const size_t n_quantity = (size_t)setup->n_quantity, n_time = (size_t)setup->n_time,
               n = setup->n_future;
  // from here on the lists are ours
  setup->quantity = copied(memory, setup->quantity, n_quantity * sizeof *setup->quantity);
  setup->time_us = copied(memory, setup->time_us, n_time * sizeof *setup->time_us);
  forecast->value = tw_memory_zeroed(memory, n * n_time * n_quantity + 1, sizeof *forecast->value);
  bool is_good = setup->quantity != NULL && setup->time_us != NULL && forecast->value != NULL;
  if (is_good && setup->has_parts) {
    is_good = list_parts(forecast);
    if (is_good)
      forecast->shipped_us =
          tw_memory_zeroed(memory, n * (size_t)forecast->n_part + 1, sizeof *forecast->shipped_us);
    is_good = is_good && forecast->shipped_us != NULL;
  }
  if (is_good && setup->has_failures) {
    forecast->failed_us = tw_memory_zeroed(memory, n * (size_t)forecast->now->line->n_mode + 1,
                                           sizeof *forecast->failed_us);
    is_good = forecast->failed_us != NULL;
  }
  return is_good;
}

twin_status tw_forecast_make(tw_forecast **forecast, const tw_run *now,
                             const tw_forecast_setup *setup, twin_problems *problems) {
  const tw_memory *memory = tw_line_memory(now->line);
  TW_ASSERT(setup->n_future > 0 && setup->n_time > 0 && setup->time_us[0] >= tw_now(now));
  if (!tw_math_mode_is_sound())
    return tw_fail(problems, TWIN_ERR_FLOAT_MODE, "%s", twin_status_text(TWIN_ERR_FLOAT_MODE));
  tw_forecast *made = tw_memory_zeroed(memory, 1, sizeof *made);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a forecast");
  made->now = tw_run_fork(now);
  if (made->now != NULL) made->setup = *setup;
  const bool is_good = made->now != NULL && prepare(made);
  const twin_status status = is_good
                                 ? run_all(made, problems)
                                 : tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a forecast");
  if (status == TWIN_OK)
    *forecast = made;
  else if (made->now != NULL)
    tw_forecast_free(made);
  else
    tw_memory_free(memory, made);
  return status;
}

void tw_forecast_free(tw_forecast *forecast) {
  if (forecast == NULL) return;
  tw_run *now = forecast->now;
  const tw_memory *memory = tw_line_memory(now->line);
  tw_memory_free(memory, (void *)forecast->setup.quantity);  // ours
  tw_memory_free(memory, (void *)forecast->setup.time_us);
  tw_memory_free(memory, forecast->value);
  tw_memory_free(memory, forecast->part);
  tw_memory_free(memory, forecast->shipped_us);
  tw_memory_free(memory, forecast->failed_us);
  tw_line *line = tw_line_ref(now->line);
  tw_run_free(now);
  tw_memory_free(memory, forecast);
  tw_line_unref(line);
}

void tw_forecast_values(const tw_forecast *forecast, int32_t quantity_i, int32_t time_i,
                        double *out) {
  const tw_forecast_setup *setup = &forecast->setup;
  TW_ASSERT(quantity_i >= 0 && quantity_i < setup->n_quantity && time_i >= 0 &&
            time_i < setup->n_time);
  for (uint32_t i = 0; i < setup->n_future; i++)
    out[i] = forecast->value[((size_t)i * (size_t)setup->n_time + (size_t)time_i) *
                                 (size_t)setup->n_quantity +
                             (size_t)quantity_i];
}
