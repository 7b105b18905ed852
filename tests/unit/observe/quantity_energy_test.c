// quantity_energy_test.c - which figures of energy there are, their units, what a misspelt one is taken
// for. What they are worth is in analytic/energy_test.c.

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analytic/sentences.h"
#include "base/problems.h"
#include "observe/quantity.h"

static const char sections[] =
    "'sources': {" ALWAYS("in") "}, 'stations': {"
    MACHINE("A", "'machines': 2, 'time': '10 s', 'power': {'processing': '1 kW'}") ", "
    MACHINE("B", "'time': '1 s'") "}, 'flow': [['in', 'A', 'B', 'out']], 'energy': {'tariff': "
    "{'Mon-Fri 07:00-20:00': '0.24 EUR/kWh', 'otherwise': '0.16 EUR/kWh'}}";

static tw_line *line_of(const char *text) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(text, &why);
  cr_assert_not_null(line, "%s", why.at);
  return line;
}

Test(quantity_energy, is_of_the_line_its_stations_with_power_and_their_machines) {
  tw_line *line = line_of(sections);
  cr_expect_eq(test_count_listed(line, "stations/A/energy"), 2 + TW_N_STATE);
  cr_expect_eq(test_count_listed(line, "stations/A[2]/energy"), 2 + TW_N_STATE);
  cr_expect_eq(test_count_listed(line, "stations/A[2]/power/now"), 1);
  cr_expect_eq(test_count_listed(line, "stations/B/energy"), 0);
  cr_expect_eq(test_count_listed(line, "line/energy/tariff/Mon-Fri 07:00-20:00"), 2);
  cr_expect_eq(test_count_listed(line, "line/peak"), 3);
  tw_line_unref(line);
}

Test(quantity_energy, is_nowhere_in_a_line_that_draws_no_power) {
  tw_line *line = line_of("'sources': {" ALWAYS("in") "}, 'stations': {" MACHINE("A", "'time': '1 s'")
                          "}, 'flow': [['in', 'A', 'out']], 'energy': {'tariff': '0.24 EUR/kWh'}");
  cr_expect_eq(test_count_listed(line, "energy"), 0);
  cr_expect_eq(test_count_listed(line, "power"), 0);
  cr_expect_eq(line->layout.count[TW_SECTION_MACHINE_ENERGY], 0);
  cr_expect_eq(line->layout.count[TW_SECTION_TARIFF_ENERGY], 0);
  tw_line_unref(line);
}

static void expect_unit(const tw_line *line, const char *path, const char *unit) {
  cr_expect_str_eq(tw_quantity_unit(line, tw_quantity_find(line, path, NULL)), unit, "%s", path);
}

Test(quantity_energy, has_units_of_its_own) {
  tw_line *line = line_of(sections);
  expect_unit(line, "line/energy", "J");
  expect_unit(line, "line/energy/tariff/otherwise", "J");
  expect_unit(line, "line/energy/tariff/otherwise/cost", "EUR");
  expect_unit(line, "line/carbon", "kg");
  expect_unit(line, "line/peak", "W");
  expect_unit(line, "line/peak/time", "s");
  expect_unit(line, "stations/A/energy/state/processing", "J");
  tw_line_unref(line);
}

static void expect_hint(const tw_line *line, const char *path, const char *wanted) {
  twin_problems *problems = twin_problems_new();
  cr_expect_eq(tw_quantity_find(line, path, problems), 0);
  const char *said = twin_problems_text(problems, 0);
  cr_expect(strstr(said, wanted) != NULL, "%s", said);
  twin_problems_free(problems);
}

Test(quantity_energy, has_a_hint_for_a_misspelt_path) {
  tw_line *line = line_of(sections);
  expect_hint(line, "line/enery", "did you mean \"line/energy\"?");
  expect_hint(line, "line/energy/tariff/Mon-Fri 07:00-20:0", "line/energy/tariff/Mon-Fri 07:00-20:00");
  expect_hint(line, "stations/A/energy/state/procesing", "stations/A/energy/state/processing");
  expect_hint(line, "stations/A[1]/enrgy", "stations/A[1]/energy");
  expect_hint(line, "stations/B/power/now", "stations/B/");
  tw_line_unref(line);
}

Test(quantity_energy, without_statistics_is_not_known_but_the_power_is) {
  tw_line *line = line_of(sections);
  tw_run *run = tw_run_new(line, &(tw_run_setup){.seed = 1});
  test_until(run, 5);
  cr_expect(isnan(test_value(run, "line/energy")));
  cr_expect(isnan(test_value(run, "line/energy/overhead")));
  cr_expect(isnan(test_value(run, "line/energy/cost")));
  cr_expect(isnan(test_value(run, "line/peak")));
  cr_expect(isnan(test_value(run, "stations/A/energy/state/processing")));
  expect_value(run, "line/power/now", 2e3);
  tw_run_free(run);
  tw_line_unref(line);
}
