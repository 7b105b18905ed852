// forecast_threads_test.c - a forecast is the same bytes on any number of threads, leaves its run
// alone, is made of the forks that anybody can make, and says of parts and failures what those
// forks do. Coverage: bands made at one instant hold what independent continuations of the same law
// do.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/forecast.h>

#include "base/hash.h"
#include "core/ticks.h"
#include "observe/quantity.h"
#include "state/hash.h"
#include "state/ops.h"
#include "study/forecast.h"
#include "support/line_text.h"

enum { N_FUTURE = 40, N_TIME = 4 };

static const int64_t times_us[N_TIME] = {1500 * 1000000LL, 1700 * 1000000LL,
                                         2000 * 1000000LL, 2600 * 1000000LL};

static tw_forecast *make(const tw_run *now, uint64_t *quantities, uint32_t n_thread) {
  const tw_forecast_setup setup = {.n_future = N_FUTURE,
                                   .n_thread = n_thread,
                                   .seed = 7,
                                   .n_quantity = 20,
                                   .n_time = N_TIME,
                                   .quantity = quantities,
                                   .time_us = times_us,
                                   .has_parts = true,
                                   .has_failures = true};
  tw_forecast *made = NULL;
  for (int32_t i = 0; i < 20; i++) quantities[i] = tw_quantity_at(now->line, i * 7);
  cr_assert_eq(tw_forecast_make(&made, now, &setup, NULL), TWIN_OK);
  return made;
}

static uint64_t hash_of(const tw_forecast *of) {
  uint64_t hash = tw_hash_bytes(TW_HASH_SEED, of->value, sizeof(double) * N_FUTURE * N_TIME * 20);
  hash = tw_hash_bytes(hash, of->shipped_us, sizeof(int64_t) * N_FUTURE * (size_t)of->n_part);
  return tw_hash_bytes(hash, of->failed_us,
                       sizeof(int64_t) * N_FUTURE * (size_t)of->now->line->n_mode);
}

Test(forecast, is_the_same_on_any_number_of_threads) {
  const char *texts[] = {test_rich_line, test_work_line, test_control_line};
  for (int k = 0; k < 3; k++) {
    tw_line *line = test_line(texts[k], NULL);
    tw_run *now = test_run(line, 3);
    uint64_t quantities[20], first = 0;
    cr_assert_eq(test_until(now, 1400), TWIN_OK);
    const uint64_t before = tw_run_hash(now, true);
    for (uint32_t n_thread = 1; n_thread <= 8; n_thread *= 2) {
      tw_forecast *made = make(now, quantities, n_thread);
      if (n_thread == 1) first = hash_of(made);
      cr_expect_eq(hash_of(made), first, "line %d, %u threads", k, (unsigned)n_thread);
      tw_forecast_free(made);
    }
    cr_expect_eq(tw_run_hash(now, true), before);
    tw_run_free(now);
    tw_line_unref(line);
  }
}

Test(forecast, is_made_of_the_forks_of_the_state) {
  tw_line *line = test_line(test_rich_line, NULL);
  tw_run *now = test_run(line, 3), *fork;
  uint64_t quantities[20];
  test_until(now, 1400);
  tw_forecast *made = make(now, quantities, 2);
  fork = tw_run_fork(now);
  cr_assert_eq(tw_run_apply(fork, (tw_op){TW_OP_reseed, {7 + 5, 0}}, NULL), TWIN_OK);
  double values[N_FUTURE];
  for (int32_t t = 0; t < N_TIME; t++) {
    tw_run_until(fork, times_us[t], NULL);
    for (int32_t q = 0; q < 20; q++) {
      const double wanted = tw_quantity_value(fork, quantities[q]);
      tw_forecast_values(made, q, t, values);
      cr_expect(values[5] == wanted || (isnan(values[5]) && isnan(wanted)));
    }
  }
  // every part that was there and is gone without scrap or loss has been shipped in between
  int32_t n_shipped = 0, n_failed = 0;
  for (int32_t k = 0; k < made->n_part; k++) {
    const int64_t us = made->shipped_us[5 * made->n_part + k];
    cr_expect(us == TW_FORECAST_NEVER || (us > tw_now(now) && us <= times_us[N_TIME - 1]));
    n_shipped += us != TW_FORECAST_NEVER;
  }
  for (int32_t m = 0; m < line->n_mode; m++)
    n_failed += made->failed_us[5 * line->n_mode + m] != TW_FORECAST_NEVER;
  cr_expect(made->n_part > 3 && n_shipped > 3 && n_failed > 1, "%d parts, %d shipped, %d modes",
            (int)made->n_part, (int)n_shipped, (int)n_failed);
  tw_forecast_free(made);
  tw_run_free(fork);
  tw_run_free(now);
  tw_line_unref(line);
}

// From 600 instants of independent runs: the band of 90 % must hold 85 to 95 % of what then came, and the middle
// must be the middle. Of equal counts a fixed share lies below, so that ranks are as good as continuous.
Test(forecast, bands_cover_what_comes, .timeout = 120) {
  tw_line *line = test_line_file("lines/two-machines.json", NULL);
  cr_assert_not_null(line);
  uint64_t shipped = tw_quantity_find(line, "line/shipped", NULL);
  int n_inside = 0, n_below = 0;
  enum { N_CASE = 600, N = 40 };
  for (uint64_t i = 0; i < N_CASE; i++) {
    tw_run *now = test_run(line, 100 + i);
    test_until(now, 20000 + 100 * (double)(i % 100));
    const int64_t then = tw_now(now) + 4 * 3600 * 1000000LL;
    const tw_forecast_setup setup = {.n_future = N,
                                     .n_thread = 2,
                                     .seed = 1,
                                     .n_quantity = 1,
                                     .n_time = 1,
                                     .quantity = &shipped,
                                     .time_us = &then};
    tw_forecast *made;
    double values[N];
    cr_assert_eq(tw_forecast_make(&made, now, &setup, NULL), TWIN_OK);
    tw_forecast_values(made, 0, 0, values);
    tw_run_until(now, then, NULL);
    const double came = tw_quantity_value(now, shipped);
    int n_less = 0, n_equal = 0;
    for (int k = 0; k < N; k++) n_less += values[k] < came, n_equal += values[k] == came;
    const double share = fmod((double)i * 0.618033988749895, 1);
    const double rank = (n_less + (n_equal + 1) * share) / (N + 1);
    n_inside += rank > 0.05 && rank < 0.95;
    n_below += rank < 0.5;
    tw_forecast_free(made);
    tw_run_free(now);
  }
  const double coverage = (double)n_inside / N_CASE;
  printf("coverage %.3f, below the middle %.3f\n", coverage, (double)n_below / N_CASE);
  cr_expect(coverage > 0.85 && coverage < 0.95, "%g", coverage);
  cr_expect(n_below > N_CASE * 0.42 && n_below < N_CASE * 0.58, "%d of %d below the middle", n_below, (int)N_CASE);
  tw_line_unref(line);
}

Test(forecast, has_tables_by_name_and_refuses_what_makes_no_sense) {
  twin_line *line = NULL;
  twin_run *run = NULL;
  twin_forecast *forecast = NULL;
  twin_table *table = NULL;
  uint64_t shipped = 0;
  cr_assert_eq(twin_line_load(&line, "lines/press-shop.json", NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_line_quantity(line, "line/shipped", &shipped, NULL), TWIN_OK);
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 50 * 3600.0, NULL), TWIN_OK);
  twin_forecast_options options;
  twin_forecast_options_init(&options);
  options.until_s = 58 * 3600.0;
  options.every_s = 3 * 3600.0;
  options.quantities = &shipped;
  options.n_quantity = 1;
  options.n_future = 50;
  options.has_failures = 1;
  cr_assert_eq(twin_run_forecast(&forecast, run, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_forecast_time_count(forecast), 3);  // 53, 56, 58 h
  cr_assert_eq(twin_forecast_table(forecast, "bands", &table, NULL), TWIN_OK);
  cr_expect_eq(twin_table_rows(table), 3);
  twin_table_unref(table);
  cr_assert_eq(twin_forecast_table(forecast, "failures", &table, NULL), TWIN_OK);
  cr_expect(twin_table_rows(table) > 3);
  twin_table_unref(table);
  cr_expect_eq(twin_forecast_table(forecast, "parts", &table, NULL), TWIN_ERR_ARGUMENT);
  cr_expect_eq(twin_forecast_table(forecast, "band", &table, NULL), TWIN_ERR_NOT_FOUND);
  twin_chance chance = {.struct_size = sizeof chance};
  cr_assert_eq(twin_forecast_chance(forecast, 0, 2, 0, &chance), TWIN_OK);
  cr_expect(chance.probability == 1 && chance.high == 1 && chance.low > 0.9 && chance.n == 50);
  cr_expect_eq(twin_forecast_chance(forecast, 1, 0, 0, &chance), TWIN_ERR_ARGUMENT);
  twin_forecast_free(forecast);
  options.until_s = 3600;
  cr_expect_eq(twin_run_forecast(&forecast, run, &options, NULL), TWIN_ERR_ARGUMENT);
  options.until_s = 58 * 3600.0;
  const double levels[] = {0.5, 0.5};
  options.levels = levels;
  options.n_level = 2;
  cr_expect_eq(twin_run_forecast(&forecast, run, &options, NULL), TWIN_ERR_ARGUMENT);
  twin_run_free(run);
  twin_line_unref(line);
}
