// quantity_test.c - figures by path on a line that can be followed by hand: a makes a part in 60 s,
// b in 90 s, nothing between them. a works 0-60, 60-120, waits 120-150 for b, works 150-210, waits
// 210-240; b starves until 60 and works 60-150, 150-240.

#include "observe/quantity.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "state/hash.h"
#include "support/line_text.h"

#define MACHINES(more) \
  "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}, \"q\": {}}," \
  " \"sources\": {\"raw\": {\"sequence\": [\"p\"], \"repeat\": true}}," \
  " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"60 s\"}," \
  "  \"b\": {\"type\": \"machine\", \"time\": \"90 s\"}}," more \
  " \"flow\": [[\"raw\", \"a\", \"b\", \"out\"]]}"

static const char by_hand[] = MACHINES("");
static const char with_warmup[] = MACHINES("\"run\": {\"warmup\": \"100 s\"},");

static tw_run *run_of(const char *text) {
  tw_text why = {0};
  tw_line *line = test_line(text, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  return run;
}

static double value_of(const tw_run *run, const char *path) {
  twin_problems *problems = twin_problems_new();
  const uint64_t quantity = tw_quantity_find(run->line, path, problems);
  cr_assert_neq(quantity, 0, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return tw_quantity_value(run, quantity);
}

static void expect(const tw_run *run, const char *path, double expected) {
  const double value = value_of(run, path);
  cr_assert(fabs(value - expected) < 1e-12 * (1 + fabs(expected)), "%s is %.17g, not %.17g", path,
            value, expected);
}

Test(quantity, counts_open_spells_up_to_now) {
  tw_run *run = run_of(by_hand);
  test_until(run, 100);
  expect(run, "stations/a/state/processing", 1);
  expect(run, "stations/b/state/starved", 0.6);
  expect(run, "stations/b/state/processing", 0.4);
  test_until(run, 200);
  expect(run, "stations/a/state/processing", 0.85);
  expect(run, "stations/a/state/blocked", 0.15);
  expect(run, "stations/a/state/blocked/duration", 30);
  expect(run, "stations/b[1]/state/starved/duration", 60);
  expect(run, "stations/b/utilisation", 0.7);
  expect(run, "line/wip/mean", 1.7);
  expect(run, "line/wip/max", 2);
  expect(run, "line/wip/now", 2);
  tw_run_free(run);
}

Test(quantity, follows_parts_from_source_to_sink) {
  tw_run *run = run_of(by_hand);
  test_until(run, 250);
  // the first part leaves at 150, the second, made at 60, at 240
  expect(run, "line/shipped", 2);
  expect(run, "line/shipped/part/p", 2);
  expect(run, "line/shipped/part/q", 0);
  expect(run, "line/throughput", 2 / 250.0);
  expect(run, "line/throughput/part/p", 2 / 250.0);
  expect(run, "line/lead_time/mean", 165);
  expect(run, "line/lead_time/part/p/mean", 165);
  expect(run, "line/lead_time/sd", sqrt(450));
  expect(run, "line/wait/mean", 15);
  expect(run, "line/released", 4);
  expect(run, "line/passes", 5);
  expect(run, "line/scrapped", 0);
  expect(run, "line/lost", 0);
  expect(run, "stations/a/count/starts", 4);
  expect(run, "stations/a/count/completions", 3);
  expect(run, "stations/b/count/completions/rate", 2 / 250.0);
  expect(run, "stations/b/duration/processing/mean", 90);
  expect(run, "stations/b/duration/processing/sd", 0);
  cr_assert(isnan(value_of(run, "line/lead_time/part/q/mean")));
  cr_assert(isnan(value_of(run, "stations/b/duration/down/mean")));
  tw_run_free(run);
}

Test(quantity, reads_quantiles_and_thresholds_off_the_histogram) {
  tw_run *run = run_of(by_hand);
  test_until(run, 250);
  cr_assert(fabs(value_of(run, "line/lead_time/q95") - 180) < 0.004 * 180);
  expect(run, "line/lead_time/above/2.9 min", 0.5);
  expect(run, "line/lead_time/above/3.1 min", 0);
  expect(run, "line/lead_time/above/100 s", 1);
  tw_run_free(run);
}

Test(quantity, has_no_value_before_the_warmup_has_ended) {
  tw_run *run = run_of(with_warmup);
  test_until(run, 99);
  cr_assert(isnan(value_of(run, "line/shipped")));
  cr_assert(isnan(value_of(run, "stations/a/state/processing")));
  expect(run, "line/wip/now", 2);
  expect(run, "stations/a/level/now", 1);
  test_until(run, 100);
  expect(run, "line/shipped", 0);
  cr_assert(isnan(value_of(run, "stations/a/state/processing")));
  cr_assert(isnan(value_of(run, "line/throughput")));
  tw_run_free(run);
}

Test(quantity, is_over_the_window_after_the_warmup) {
  tw_run *run = run_of(with_warmup);
  test_until(run, 200);
  expect(run, "stations/a/state/processing", 0.7);
  expect(run, "stations/a/state/blocked", 0.3);
  expect(run, "stations/b/state/processing", 1);
  expect(run, "line/wip/mean", 2);
  expect(run, "line/throughput", 0.01);
  expect(run, "line/lead_time/mean", 150);
  expect(run, "line/released", 1);
  tw_run_free(run);
}

Test(quantity, changes_nothing_by_being_read) {
  tw_run *run = run_of(test_rich_line);
  for (double time_s = 7; time_s < 300; time_s += 31) {
    test_until(run, time_s);
    const uint64_t hash = tw_run_hash(run, true);
    for (int32_t i = 0; i < tw_quantity_count(run->line); i++)
      tw_quantity_value(run, tw_quantity_at(run->line, i));
    cr_assert_eq(tw_run_hash(run, true), hash);
  }
  tw_run_free(run);
}

Test(quantity, of_a_station_is_the_mean_over_its_machines) {
  tw_run *run = run_of(test_rich_line);
  test_until(run, 500);
  static const char *const states[] = {"processing", "failed-repair", "blocked", "starved"};
  for (int i = 0; i < 4; i++) {
    char path[3][64];
    snprintf(path[0], sizeof path[0], "stations/cut[1]/state/%s", states[i]);
    snprintf(path[1], sizeof path[1], "stations/cut[2]/state/%s", states[i]);
    snprintf(path[2], sizeof path[2], "stations/cut/state/%s", states[i]);
    expect(run, path[2], (value_of(run, path[0]) + value_of(run, path[1])) / 2);
  }
  tw_run_free(run);
}

Test(quantity, of_all_states_sums_to_one) {
  tw_run *run = run_of(test_rich_line);
  for (double time_s = 70; time_s < 500; time_s += 43) {
    test_until(run, time_s);
    for (int32_t m = 0; m < run->line->n_machine; m++) {
      int64_t state_us[TW_N_STATE], sum_us = 0;
      tw_state_times(run, m, state_us);
      for (int32_t i = 0; i < TW_N_STATE; i++) sum_us += state_us[i];
      cr_assert_eq(sum_us, run->head->now_us - run->head->window_us);
    }
  }
  tw_run_free(run);
}

Test(quantity, has_one_path_and_one_handle_each) {
  tw_run *run = run_of(test_rich_line);
  const tw_line *line = run->line;
  const int32_t n = tw_quantity_count(line);
  cr_assert(n > 100);
  for (int32_t i = 0; i < n; i++) {
    tw_text path = {0};
    const uint64_t quantity = tw_quantity_at(line, i);
    tw_quantity_path(line, quantity, &path);
    cr_assert_eq(tw_quantity_find(line, path.at, NULL), quantity, "%s", path.at);
    cr_assert(strlen(tw_quantity_unit(line, quantity)) > 0, "%s", path.at);
    cr_assert(path.n < 160);
    tw_text_free(&path);
  }
  cr_assert_eq(tw_quantity_at(line, n), 0);
  cr_assert_eq(tw_quantity_at(line, -1), 0);
  tw_run_free(run);
}

Test(quantity, knows_workers_and_resources_by_name) {
  tw_run *run = run_of(test_rich_line);
  test_until(run, 400);
  const double fitters = value_of(run, "workers/fitters/utilisation");
  cr_assert(fitters > 0 && fitters <= 1);
  cr_assert(value_of(run, "resources/crane/utilisation") <= 1);
  cr_assert_eq(tw_quantity_find(run->line, "workers/crane/utilisation", NULL), 0);
  cr_assert_eq(tw_quantity_find(run->line, "resources/fitters/utilisation", NULL), 0);
  tw_run_free(run);
}

Test(quantity, loses_only_to_its_own_failures_in_availability) {
  tw_run *run = run_of(test_rich_line);
  test_until(run, 600);
  const double down = value_of(run, "stations/turn/state/failed-waiting") +
                      value_of(run, "stations/turn/state/failed-repair");
  cr_assert(down > 0);
  expect(run, "stations/turn/technical_availability", 1 - down);
  tw_run_free(run);
}

Test(quantity, is_refused_where_the_handle_is_none_of_the_line) {
  tw_run *run = run_of(by_hand);
  tw_quantity_ref ref;
  cr_assert_not(tw_quantity_open(run->line, 0, &ref));
  cr_assert_not(tw_quantity_open(run->line, UINT64_MAX, &ref));
  uint64_t seed = 5;
  for (int i = 0; i < 100000; i++) {
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    if (!tw_quantity_open(run->line, seed, &ref)) continue;
    tw_quantity_value(run, seed);  // whatever is taken for a handle can be read
  }
  cr_assert_str_eq(tw_quantity_unit(run->line, UINT64_MAX), "");
  tw_run_free(run);
}

static void expect_hint(const tw_line *line, const char *path, const char *piece) {
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_quantity_find(line, path, problems), 0, "%s", path);
  twin_problem problem = {.struct_size = sizeof problem};
  cr_assert_eq(twin_problems_get(problems, 0, &problem), TWIN_OK);
  cr_assert_eq(problem.status, TWIN_ERR_NOT_FOUND);
  cr_assert_not_null(strstr(problem.hint, piece), "%s: %s", path, problem.hint);
  twin_problems_free(problems);
}

Test(quantity, names_the_nearest_path) {
  tw_run *run = run_of(test_rich_line);
  const tw_line *line = run->line;
  expect_hint(line, "line/througput", "\"line/throughput\"");
  expect_hint(line, "lines/lead_time/mean", "\"line/lead_time/mean\"");
  expect_hint(line, "stations/cutt/state/procesing", "\"stations/cut/state/processing\"");
  expect_hint(line, "stations/cut[3]/state/blocked", "\"stations/cut[1]/state/blocked\"");
  expect_hint(line, "station/bore/count/start", "\"stations/bore/count/starts\"");
  expect_hint(line, "line/lead_time/above/5", "5 min");
  expect_hint(line, "workers/fitter/utilization", "\"workers/fitters/utilisation\"");
  expect_hint(line, "stations/cut/yield_loss", "state/");
  expect_hint(line, "nonsense", "line/");
  expect_hint(line, "", "line/");
  tw_run_free(run);
}

Test(quantity, refuses_what_only_looks_like_a_path) {
  tw_run *run = run_of(by_hand);
  static const char *const bad[] = {"line",
                                    "line/",
                                    "/line/throughput",
                                    "line/throughput/",
                                    "stations/a",
                                    "stations/a/",
                                    "stations/a[0]/state/blocked",
                                    "stations/a[1/state/blocked",
                                    "stations/a[]/state/blocked",
                                    "stations/a[1]x/state/blocked",
                                    "stations/a[99999999999]/state/blocked",
                                    "stations/raw/state/blocked",
                                    "sources/a/level/now",
                                    "line/lead_time/above/-1 s",
                                    "line/lead_time/above/5 kg",
                                    "line/lead_time/above/",
                                    "line/shipped/part/",
                                    "line/shipped/part/z",
                                    "stations/a/state/",
                                    "stations/a/state/processing/duration/"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_assert_eq(tw_quantity_find(run->line, bad[i], NULL), 0, "%s", bad[i]);
  tw_run_free(run);
}

Test(quantity, agrees_with_littles_law_when_everything_has_left) {
  static const char drained[] =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"buffers\": {\"q\": {\"capacity\": 9}},"
      " \"sources\": {\"raw\": {\"orders\": [{\"part\": \"p\", \"quantity\": 7,"
      "  \"release\": \"3 s\"}]}},"
      " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"13 s\"}},"
      " \"flow\": [[\"raw\", \"q\", \"a\", \"out\"]]}";
  tw_run *run = run_of(drained);
  test_until(run, 200);
  expect(run, "line/wip/now", 0);
  cr_assert(value_of(run, "line/little/discrepancy") < 1e-12);
  tw_run_free(run);
}
