// quantity_cost_test.c - which figures of cost there are, their units, what a misspelt one is taken for.
// What they are worth is in analytic/cost_test.c.

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analytic/sentences.h"
#include "base/problems.h"
#include "observe/quantity.h"

static tw_line *line_of(const char *text) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(text, &why);
  cr_assert_not_null(line, "%s", why.at);
  return line;
}

#define LINE(parts, a, rest)                                                                     \
  "'parts': {" parts "}, 'sources': {" ALWAYS("in") "}, 'stations': {"                           \
  MACHINE("A", "'machines': 2, 'time': '10 s', 'scrap': 0.1" a) ", "                             \
  MACHINE("B", "'time': '1 s'") "}, 'flow': [['in', 'A', 'B', 'out'], ['A.scrap', 'scrap']]" rest
#define FAILS(cost) ", " WEAR("calendar", "'1 h'", "1 min", cost)

static void expect_listed(const char *text, int32_t n_line, int32_t n_a, int32_t n_b) {
  tw_line *line = line_of(text);
  cr_expect_eq(test_count_listed(line, "line/cost"), n_line, "%s", text);
  cr_expect_eq(test_count_listed(line, "stations/A/cost"), n_a, "%s", text);
  cr_expect_eq(test_count_listed(line, "stations/B/cost"), n_b, "%s", text);
  cr_expect_eq(test_count_listed(line, "A[1]/cost"), 0);
  tw_line_unref(line);
}

Test(quantity_cost, is_of_the_line_and_of_the_stations_where_something_costs_money) {
  expect_listed(LINE("'p': {}", FAILS(", 'cost': '9 EUR'"), ""), 9, 7, 0);
  expect_listed(LINE("'p': {}, 'q': {'scrap_cost': '1 EUR'}", "", ""), 10, 6, 0);
  expect_listed(LINE("'p': {}", ", 'downtime_cost': '60 EUR/h'", ""), 9, 6, 0);
  expect_listed(LINE("'p': {}", "", ", 'common_causes': {'cut': {'stations': ['B'], 'mtbf': '1 h', "
                                    "'repair': '1 s', 'cost': '2 EUR'}}"), 9, 0, 7);
}

// So that scenarios that differ in their costs have the same figures.
Test(quantity_cost, is_there_where_the_file_says_that_something_costs_nothing) {
  expect_listed(LINE("'p': {}", FAILS(", 'cost': '0 EUR'"), ""), 9, 7, 0);
}

Test(quantity_cost, is_nowhere_in_a_line_that_says_none_and_takes_no_room_there) {
  const char *text = LINE("'p': {}", FAILS(""), ", 'energy': {'tariff': '0.3 EUR/kWh'}");
  expect_listed(text, 0, 0, 0);
  tw_line *line = line_of(text);
  cr_expect_eq(line->layout.count[TW_SECTION_MODE_STAT], 0);
  cr_expect_eq(line->layout.count[TW_SECTION_SCRAP], 0);
  tw_line_unref(line);
}

Test(quantity_cost, takes_a_count_for_each_mode_and_for_each_type_that_a_station_can_scrap) {
  tw_line *line = line_of(LINE("'p': {}, 'q': {'scrap_cost': '1 EUR'}", FAILS(", 'cost': '9 EUR'"), ""));
  cr_expect_eq(line->layout.count[TW_SECTION_MODE_STAT], 2);
  cr_expect_eq(line->layout.count[TW_SECTION_SCRAP], 2);
  tw_line_unref(line);
  // downtime is known from the times in each state
  line = line_of(LINE("'p': {}", FAILS("") ", 'downtime_cost': '60 EUR/h'", ""));
  cr_expect_eq(line->layout.count[TW_SECTION_MODE_STAT], 0);
  cr_expect_eq(line->layout.count[TW_SECTION_SCRAP], 0);
  tw_line_unref(line);
}

static void expect_unit(const tw_line *line, const char *path, const char *unit) {
  cr_expect_str_eq(tw_quantity_unit(line, tw_quantity_find(line, path, NULL)), unit, "%s", path);
}

Test(quantity_cost, is_in_the_currency_of_the_line) {
  tw_line *line = line_of(LINE("'p': {'scrap_cost': '2 USD'}", FAILS(", 'cost': '9 USD'"), ""));
  expect_unit(line, "line/cost", "USD");
  expect_unit(line, "line/cost/per_good", "USD");
  expect_unit(line, "line/cost/rate", "USD/s");
  expect_unit(line, "stations/A/cost/mode/wear", "USD");
  expect_unit(line, "stations/A/cost/rate", "USD/s");
  tw_line_unref(line);
  // thousands of it are of the same
  line = line_of(LINE("'p': {'scrap_cost': '2 kEUR'}", FAILS(", 'cost': '9 EUR'"), ""));
  expect_unit(line, "line/cost", "EUR");
  tw_line_unref(line);
}

Test(quantity_cost, in_two_currencies_is_refused_at_the_second) {
  expect_refused(LINE("'p': {'scrap_cost': '2 EUR'}", FAILS(", 'cost': '9 USD'"), ""),
                 "/stations/A/failures/wear/cost: money is in EUR and in USD");
  expect_refused(LINE("'p': {}", ", 'downtime_cost': '9 CNY/h'",
                      ", 'energy': {'tariff': {'otherwise': '0.3 EUR/kWh'}}"),
                 "/energy/tariff: money is in CNY and in EUR");
  expect_refused(LINE("'p': {'scrap_cost': '2 EUR'}", "",
                      ", 'energy': {'peak': {'price': '90 USD/kW'}}"),
                 "/energy/peak/price: money is in EUR and in USD");
}

static void expect_hint(const tw_line *line, const char *path, const char *wanted) {
  twin_problems *problems = twin_problems_new();
  cr_expect_eq(tw_quantity_find(line, path, problems), 0);
  const char *said = twin_problems_text(problems, 0);
  cr_expect(strstr(said, wanted) != NULL, "%s", said);
  twin_problems_free(problems);
}

Test(quantity_cost, has_a_hint_for_a_misspelt_path) {
  tw_line *line = line_of(LINE("'p': {}", FAILS(", 'cost': '9 EUR'"), ""));
  expect_hint(line, "line/cots", "did you mean \"line/cost\"?");
  expect_hint(line, "line/cost/failure", "did you mean \"line/cost/failures\"?");
  expect_hint(line, "stations/A/cost/mode/waer", "did you mean \"stations/A/cost/mode/wear\"?");
  expect_hint(line, "stations/B/cost", "stations/B/");
  tw_line_unref(line);
}

Test(quantity_cost, without_statistics_or_in_an_empty_window_is_not_known) {
  tw_line *line = line_of(LINE("'p': {'scrap_cost': '1 EUR'}", FAILS(", 'cost': '9 EUR'"), ""));
  static const char *const paths[] = {"line/cost", "line/cost/scrap/part/p", "line/cost/rate",
                                      "line/cost/per_good", "stations/A/cost/mode/wear"};
  tw_run *run = tw_run_new(line, &(tw_run_setup){.seed = 1});
  test_until(run, 4000);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    cr_expect(isnan(test_value(run, paths[i])), "%s", paths[i]);
  tw_run_free(run);
  run = test_run(line, 1);
  test_until(run, 0);
  expect_value(run, "line/cost", 0);
  cr_expect(isnan(test_value(run, "line/cost/rate")));
  cr_expect(isnan(test_value(run, "line/cost/per_good")));
  tw_run_free(run);
  tw_line_unref(line);
}
