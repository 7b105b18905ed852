// coverage_test.c - intervals of whole studies cover what is known exactly as often as they say.
// The lines are Markov chains: two machines with exponential times of mean 1 min that never wait
// for work make (B + 2) / (B + 3) parts a minute with B places between them; an M/M/1 queue at load
// 0.5 holds 1 part. Warm-ups are long against their memory. TWIN_STUDIES says how many studies
// (1,000 in tests/run.sh --full, where 93 to 97 % must cover); few have wider limits, 4 standard
// errors.

#include <twin/twin.h>

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_REPLICATION = 20 };

static const char pair_line[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"seed\": 7},"
    " \"buffers\": {\"q\": {\"capacity\": 1}}, \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 min\"}}},"
    "  \"b\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 min\"}}}},"
    " \"flow\": [[\"s\", \"a\", \"q\", \"b\", \"out\"]],"
    " \"scenarios\": {\"more\": {\"/buffers/q/capacity\": 4}}}";

static const char queue_line[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"seed\": 7},"
    " \"buffers\": {\"q\": {\"capacity\": \"unlimited\"}}, \"sources\": {\"s\": {\"sequence\": [\"p\"],"
    "  \"repeat\": true, \"every\": {\"exponential\": {\"mean\": \"2 min\"}}}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 min\"}}}},"
    " \"flow\": [[\"s\", \"q\", \"a\", \"out\"]]}";

static int n_studies(void) {
  const char *text = getenv("TWIN_STUDIES");
  return text != NULL ? atoi(text) : 60;
}

static twin_line *line_of(const char *text) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, text, strlen(text), NULL, NULL), TWIN_OK);
  return line;
}

// Study number k of a line with replications of its own, run.
static twin_study *study_of(twin_line *line, int k, double horizon_min, double precision,
                            bool has_scenarios) {
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = N_REPLICATION;
  options.first_replication = (uint32_t)k * 100000;
  options.warmup_s = 200 * 60;
  options.horizon_s = (200 + horizon_min) * 60;
  options.precision = precision;
  options.n_most = 100000;
  twin_study *study = NULL;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  if (has_scenarios) cr_assert_eq(twin_study_add_scenarios(study, NULL, NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
  return study;
}

// As many of n cover as a share of 95 % allows: 93 to 97 %, or 4 standard errors where that is
// more.
static void expect_covering(const char *what, int n_covering, int n) {
  const double share = (double)n_covering / n, limit = fmax(0.02, 4 * sqrt(0.95 * 0.05 / n));
  fprintf(stderr, "%s: %d of %d cover, %.1f %%\n", what, n_covering, n, 100 * share);
  cr_assert(fabs(share - 0.95) <= limit, "%s: %d of %d cover", what, n_covering, n);
}

static twin_estimate estimate_of(const twin_study *study, twin_line *line, const char *path) {
  uint64_t quantity;
  twin_estimate of = {.struct_size = sizeof of};
  cr_assert_eq(twin_line_quantity(line, path, &quantity, NULL), TWIN_OK);
  cr_assert_eq(twin_study_estimate(study, quantity, &of), TWIN_OK);
  return of;
}

// A figure of the table of scenarios, in SI.
static double figure_of(const twin_table *table, const char *scenario, const char *path,
                        const char *column) {
  for (int64_t i = 0; i < twin_table_rows(table); i++) {
    const char *name = twin_table_text(table, "scenario", i);
    if (name != NULL && strcmp(name, scenario) == 0 &&
        strcmp(twin_table_text(table, "quantity", i), path) == 0)
      return ((const double *)twin_table_values(table, column))[i];
  }
  return (double)NAN;
}

Test(coverage, of_plain_intervals_is_what_they_say, .timeout = 600) {
  twin_line *line = line_of(queue_line);
  const int n = n_studies();
  int n_wip = 0, n_rate = 0;
  for (int k = 0; k < n; k++) {
    twin_study *study = study_of(line, k, 4000, 0, false);
    const twin_estimate wip = estimate_of(study, line, "line/wip/mean");
    const twin_estimate rate = estimate_of(study, line, "line/throughput");
    n_wip += fabs(wip.mean - 1) <= wip.half_width;
    n_rate += fabs(rate.mean - 0.5 / 60) <= rate.half_width;
    twin_study_free(study);
  }
  twin_line_unref(line);
  expect_covering("parts in an M/M/1 queue", n_wip, n);
  expect_covering("its throughput", n_rate, n);
}

Test(coverage, of_paired_intervals_is_what_they_say, .timeout = 600) {
  // 6/7 - 3/4 = 3/28 parts a minute
  twin_line *line = line_of(pair_line);
  const int n = n_studies();
  int n_covering = 0;
  double ratio = 0;
  for (int k = 0; k < n; k++) {
    twin_study *study = study_of(line, k, 1000, 0, true);
    twin_table *table = NULL;
    cr_assert_eq(twin_study_table(study, "scenarios", &table, NULL), TWIN_OK);
    const double difference = figure_of(table, "more", "line/throughput", "difference");
    const double half_width = figure_of(table, "more", "line/throughput", "difference_half_width");
    n_covering += fabs(difference - 3.0 / 28 / 60) <= half_width;
    ratio += figure_of(table, "more", "line/throughput", "variance_ratio") / n;
    twin_table_unref(table);
    twin_study_free(study);
  }
  twin_line_unref(line);
  expect_covering("difference of two buffers", n_covering, n);
  fprintf(stderr, "its variance is %.2f of that of independent runs\n", ratio);
  cr_assert_lt(ratio, 0.5);
}

Test(coverage, of_studies_that_stop_by_themselves_is_what_they_say, .timeout = 600) {
  twin_line *line = line_of(pair_line);
  const int n = n_studies();
  int n_covering = 0, n_narrow = 0, n_all = 0;
  for (int k = 0; k < n; k++) {
    twin_study *study = study_of(line, k, 200, 0.01, false);
    const twin_estimate of = estimate_of(study, line, "line/throughput");
    n_covering += fabs(of.mean - 0.75 / 60) <= of.half_width;
    n_narrow += of.half_width <= 0.0105 * of.mean;
    n_all += (int)of.n;
    twin_study_free(study);
  }
  twin_line_unref(line);
  expect_covering("throughput to 1 %", n_covering, n);
  fprintf(stderr, "%d replications a study\n", n_all / n);
  cr_assert_eq(n_narrow, n);
}
