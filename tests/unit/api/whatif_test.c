// whatif_test.c - scenarios through the public interface: the same on any number of threads, what
// their tables say, and what is refused.

#include <twin/twin.h>

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"horizon\": \"8 h\", \"warmup\": \"30 min\", \"replications\": 12},"
    " \"buffers\": {\"q\": {\"capacity\": 3}}, \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"50 s\"}}},"
    "  \"b\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 min\"}}, \"power\": {\"processing\": \"5 kW\"}}},"
    " \"flow\": [[\"s\", \"a\", \"q\", \"b\", \"out\"]],"
    " \"scenarios\": {\"second\": {\"about\": \"leased\", \"invest\": \"90 kEUR\", \"/stations/b/machines\": 2},"
    "  \"same\": {\"/run/horizon\": \"9 h\"}, \"size\": {\"sweep\": {\"/buffers/q/capacity\": [1, 9]}}}}";

static twin_line *line_of(const char *json) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, json, strlen(json), NULL, NULL), TWIN_OK);
  return line;
}

static twin_study *study_of(twin_line *line, uint32_t n_thread, uint32_t is_simultaneous) {
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_thread = n_thread;
  options.is_simultaneous = is_simultaneous;
  twin_study *study = NULL;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_study_add_scenarios(study, NULL, NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
  return study;
}

static twin_table *table_of(const twin_study *study, const char *name) {
  twin_table *table = NULL;
  cr_assert_eq(twin_study_table(study, name, &table, NULL), TWIN_OK);
  return table;
}

// Row of a scenario (NULL: the line as it is) and quantity.
static int64_t row_of(const twin_table *table, const char *scenario, const char *path) {
  for (int64_t i = 0; i < twin_table_rows(table); i++) {
    const char *name = twin_table_text(table, "scenario", i);
    const bool is_it =
        name == scenario || (name != NULL && scenario != NULL && strcmp(name, scenario) == 0);
    if (is_it && strcmp(twin_table_text(table, "quantity", i), path) == 0) return i;
  }
  cr_assert_fail("no row of %s", path);
  return -1;
}

static double figure_of(const twin_table *table, const char *scenario, const char *column) {
  const double *values = twin_table_values(table, column);
  cr_assert_not_null(values, "%s", column);
  return values[row_of(table, scenario, "line/throughput")];
}

// All numbers of two tables are the same bytes.
static void expect_same_tables(const twin_table *a, const twin_table *b) {
  static const size_t bytes[] = {0, 4, 8, 8, 4, 8};
  twin_column x = {.struct_size = sizeof x}, y = {.struct_size = sizeof y};
  cr_assert_eq(twin_table_rows(a), twin_table_rows(b));
  int32_t i = 0;
  for (; twin_table_column(a, i, &x) == TWIN_OK; i++) {
    cr_assert_eq(twin_table_column(b, i, &y), TWIN_OK);
    cr_assert_eq(memcmp(x.values, y.values, (size_t)twin_table_rows(a) * bytes[x.type]), 0, "%s",
                 x.name);
  }
  cr_assert_gt(i, 2);
}

Test(whatif_thread, gives_the_same_bytes_on_one_to_eight_threads) {
  static const char *const names[] = {"kpi", "scenarios", "warmup", "batches"};
  twin_line *line = line_of(text);
  twin_study *one = study_of(line, 1, 0);
  for (uint32_t n = 2; n <= 8; n++) {
    twin_study *more = study_of(line, n, 0);
    for (int i = 0; i < 4; i++) {
      twin_table *a = table_of(one, names[i]), *b = table_of(more, names[i]);
      expect_same_tables(a, b);
      twin_table_unref(a);
      twin_table_unref(b);
    }
    twin_study_free(more);
  }
  twin_study_free(one);
  twin_line_unref(line);
}

Test(whatif, says_what_each_scenario_makes_of_the_line) {
  twin_line *line = line_of(text);
  twin_study *study = study_of(line, 2, 0);
  cr_assert_eq(twin_study_scenario_count(study), 4);
  cr_assert_str_eq(twin_study_scenario_name(study, 3), "size: q/capacity=1");
  cr_assert_str_eq(twin_study_scenario_name(study, 5), "");
  twin_table *table = table_of(study, "scenarios");
  const double gain = figure_of(table, "second", "difference");
  cr_assert_gt(gain, figure_of(table, "second", "difference_half_width"));
  cr_assert_float_eq(figure_of(table, "second", "mean") - figure_of(table, NULL, "mean"), gain,
                     1e-12);
  cr_assert(isnan(figure_of(table, NULL, "difference")));
  cr_assert_lt(figure_of(table, "second", "p_adjusted"), 0.05);
  cr_assert_lt(figure_of(table, "size: q/capacity=1", "difference"), 0);
  cr_assert_lt(figure_of(table, "size: q/capacity=9", "variance_ratio"), 0.5);
  cr_assert_eq(figure_of(table, "second", "invest"), 90e3);
  cr_assert_str_eq(twin_table_text(table, "about", row_of(table, "second", "line/throughput")),
                   "leased");
  const int64_t energy = row_of(table, "second", "line/energy");
  cr_assert_gt(((const double *)twin_table_values(table, "difference"))[energy], 0);
  twin_table_unref(table);
  twin_study_free(study);
  twin_line_unref(line);
}

// What a scenario does not touch draws the same numbers: one that changes nothing differs by
// nothing at all.
Test(whatif, differs_by_nothing_where_nothing_is_changed) {
  twin_line *line = line_of(text);
  twin_study *study = study_of(line, 2, 0);
  twin_table *table = table_of(study, "scenarios");
  cr_assert_eq(figure_of(table, "same", "difference"), 0);
  cr_assert_eq(figure_of(table, "same", "difference_half_width"), 0);
  cr_assert_eq(figure_of(table, "same", "p"), 1);
  twin_table_unref(table);
  twin_study_free(study);
  twin_line_unref(line);
}

// Machine a never starves and is never blocked for long enough to matter here: with an endless
// buffer it makes the same parts whatever happens behind it.
Test(whatif, leaves_an_unchanged_station_as_it_was) {
  static const char json[] =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"horizon\": \"8 h\", \"replications\": 5},"
      " \"buffers\": {\"q\": {\"capacity\": \"unlimited\"}}, \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},"
      " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"50 s\"}}, \"failures\": {\"jam\":"
      " {\"clock\": \"processing\", \"mtbf\": {\"exponential\": {\"mean\": \"1 h\"}}, \"repair\": {\"exponential\": {\"mean\": \"5 min\"}}}}},"
      "  \"b\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 min\"}}}},"
      " \"flow\": [[\"s\", \"a\", \"q\", \"b\", \"out\"]], \"scenarios\": {\"other\": {\"/stations/b/machines\": 3,"
      " \"/stations/b/failures\": {\"x\": {\"clock\": \"processing\", \"mtbf\": {\"exponential\": {\"mean\": \"1 h\"}}, \"repair\": \"9 min\"}},"
      " \"/buffers/q/queue\": \"random\"}}}";
  twin_line *line = line_of(json);
  twin_study *study = study_of(line, 1, 0);
  static const char *const paths[] = {"stations/a/count/completions", "stations/a/state/processing",
                                      "stations/a/count/failures", "stations/b/state/processing"};
  for (int i = 0; i < 4; i++) {
    uint64_t quantity;
    double before[5], after[5];
    cr_assert_eq(twin_line_quantity(line, paths[i], &quantity, NULL), TWIN_OK);
    cr_assert_eq(twin_study_scenario_values(study, 0, quantity, before, 5), TWIN_OK);
    cr_assert_eq(twin_study_scenario_values(study, 1, quantity, after, 5), TWIN_OK);
    cr_assert_eq(memcmp(before, after, sizeof before) == 0, i < 3, "%s", paths[i]);
  }
  twin_study_free(study);
  twin_line_unref(line);
}

Test(whatif, widens_intervals_that_are_to_hold_all_at_once) {
  twin_line *line = line_of(text);
  twin_study *study = study_of(line, 2, 0), *all = study_of(line, 2, 1);
  twin_table *a = table_of(study, "scenarios"), *b = table_of(all, "scenarios");
  // t(0.99375, 11) / t(0.975, 11), of four scenarios
  const double share = figure_of(b, "second", "difference_half_width") /
                       figure_of(a, "second", "difference_half_width");
  cr_assert_float_eq(share, 1.3540, 2e-3, "%g", share);
  cr_assert_eq(figure_of(a, "second", "p_adjusted"), figure_of(b, "second", "p_adjusted"));
  twin_table_unref(a);
  twin_table_unref(b);
  twin_study_free(study);
  twin_study_free(all);
  twin_line_unref(line);
}

Test(whatif, finds_the_front_of_gain_and_money) {
  twin_line *line = line_of(text);
  twin_study *study = study_of(line, 2, 0);
  uint64_t throughput;
  int32_t is_front[5];
  cr_assert_eq(twin_line_quantity(line, "line/throughput", &throughput, NULL), TWIN_OK);
  cr_assert_eq(twin_study_front(study, throughput, 0, 2, is_front, 5), TWIN_OK);
  cr_assert(is_front[1] && is_front[4],
            "the dear one makes most, the large buffer most of those for nothing");
  cr_assert(!is_front[0] && !is_front[2] && !is_front[3]);
  cr_assert_eq(twin_study_front(study, throughput, 0, 2, is_front, 4), TWIN_ERR_ARGUMENT);
  twin_study_free(study);
  twin_line_unref(line);
}

static void expect_refusal(const char *name, const char *scenarios, twin_status status,
                           const char *part) {
  twin_line *line = line_of(text);
  twin_study *study = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_study_new(&study, line, NULL, NULL), TWIN_OK);
  const size_t n = scenarios != NULL ? strlen(scenarios) : 0;
  cr_assert_eq(twin_study_add_scenarios(study, name, scenarios, n, problems), status);
  twin_problem p = {.struct_size = sizeof p};
  cr_assert_eq(twin_problems_get(problems, 0, &p), TWIN_OK);
  cr_assert_not_null(strstr(p.message, part), "%s", p.message);
  cr_assert_eq(twin_study_scenario_count(study), 0);
  twin_problems_free(problems);
  twin_study_free(study);
  twin_line_unref(line);
}

Test(whatif, refuses_scenarios_that_are_not_there_or_wrong) {
  expect_refusal("secnd", NULL, TWIN_ERR_NOT_FOUND, "one is \"second\"");
  expect_refusal(NULL, "{\"x\": {\"/stations/c/machines\": 2}}", TWIN_ERR_LINE, "scenario \"x\"");
  expect_refusal(NULL, "{}", TWIN_ERR_NOT_FOUND, "no scenarios");
  expect_refusal(NULL, "{\"x\": {}, \"y\": {\"/buffers/q/capacity\": -1}}", TWIN_ERR_LINE,
                 "scenario \"y\"");
}

Test(whatif, adds_no_scenario_to_a_study_that_has_run) {
  twin_line *line = line_of(text);
  twin_study *study = study_of(line, 1, 0);
  cr_assert_eq(twin_study_add_scenarios(study, "second", NULL, 0, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_study_scenario_count(study), 4);
  twin_study_free(study);
  twin_line_unref(line);
}

Test(whatif, refuses_a_first_stage_that_is_too_small) {
  twin_line *line = line_of(text);
  twin_study_options options;
  twin_study_options_init(&options);
  options.precision = 0.01;
  options.n_replication = 9;
  twin_study *study = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_study_new(&study, line, &options, problems), TWIN_ERR_ARGUMENT);
  twin_problem p = {.struct_size = sizeof p};
  cr_assert_eq(twin_problems_get(problems, 0, &p), TWIN_OK);
  cr_assert_str_eq(p.code, "E-SAMPLE");
  twin_problems_free(problems);
  twin_line_unref(line);
}

Test(whatif, says_when_a_precision_would_take_too_many) {
  twin_line *line = line_of(text);
  twin_study_options options;
  twin_study_options_init(&options);
  options.precision = 0.001;
  options.n_most = 15;
  twin_study *study = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_study_add_scenarios(study, "second", NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(twin_study_run(study, problems), TWIN_OK);
  cr_assert_eq(twin_study_done(study), 15);
  twin_problem p = {.struct_size = sizeof p};
  cr_assert_eq(twin_problems_get(problems, 0, &p), TWIN_OK);
  cr_assert_str_eq(p.code, "W-SAMPLE");
  twin_problems_free(problems);
  twin_study_free(study);
  twin_line_unref(line);
}

Test(whatif, makes_the_line_of_a_scenario) {
  twin_line *line = line_of(text), *made = NULL;
  cr_assert_eq(twin_line_scenario(&made, line, "size: q/capacity=9", NULL, 0, NULL), TWIN_OK);
  cr_assert_neq(twin_line_hash(made), twin_line_hash(line));
  twin_line_unref(made);
  made = NULL;
  cr_assert_eq(twin_line_scenario(&made, line, "size", NULL, 0, NULL), TWIN_ERR_NOT_FOUND);
  static const char outside[] = "{\"any thing\": {\"/stations/a/machines\": 2}}";
  cr_assert_eq(twin_line_scenario(&made, line, NULL, outside, strlen(outside), NULL), TWIN_OK);
  cr_assert_eq(twin_line_count(made, TWIN_MACHINE), 3);
  twin_table *listed = NULL;
  cr_assert_eq(twin_line_table(line, "scenarios", &listed, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(listed), 4);
  cr_assert_str_eq(twin_table_text(listed, "group", 3), "size");
  twin_table_unref(listed);
  twin_line_unref(made);
  twin_line_unref(line);
}
