// quantity_model_test.c - figures of machine models, on motions that can be written down: a body
// that cools by e^-1 in 100 s, and a counter that goes from 0 to 1 in 10 s and begins again.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/quantity.h"
#include "state/hash.h"
#include "support/story.h"

#define LINE(run, station) \
  "'run': {" run "}, 'sources': {'raw': {'sequence': ['p'], 'repeat': true, 'every': '20 s'}}," \
  " 'stations': {'m': {'type': 'machine', 'time': '15 s'" station "}}," \
  " 'flow': [['raw', 'm', 'out']]"

#define COOLING \
  "'heat': {'model': 'equations', 'states': {'T': '120 degC'}, 'parameters': {'tau': '100 s'}," \
  " 'equations': {'dT/dt': '(20 degC - T)/tau'}," \
  " 'outputs': {'power': '(T - 20 degC)*(2 W/K)', 'square': '((T - 20 degC)/(1 K))^2'}}"

#define COUNTING \
  "'count': {'model': 'equations', 'states': {'x': 0}, 'equations': {'dx/dt': '1/(10 s)'}," \
  " 'events': {'wrap': {'when': 'x >= 1', 'set': {'x': 0}}}}"

// x of the machine that works, nothing on the other
#define WORKING \
  "'count': {'model': 'equations', 'states': {'x': 0}," \
  " 'equations': {'dx/dt': 'if(processing, 1/(10 s), 0 Hz)'}," \
  " 'events': {'wrap': {'when': 'x >= 1', 'set': {'x': 0}}}}"

static tw_run *run_of(const char *sections) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  return run;
}

static void expect_within(const tw_run *run, const char *path, double expected, double share) {
  cr_assert_neq(tw_quantity_find(run->line, path, NULL), 0, "no quantity %s", path);
  const double value = test_value(run, path);
  cr_assert(fabs(value - expected) <= share * (1e-3 + fabs(expected)), "%s is %.17g, not %.17g",
            path, value, expected);
}

static void expect(const tw_run *run, const char *path, double expected) {
  expect_within(run, path, expected, 1e-9);
}

static double above(double t_s) { return 100 * exp(-t_s / 100); }

// Of the cooling body over (from, to].
static void expect_cooling(const tw_run *run, double from_s, double to_s, double share) {
  const double integral = 293.15 * (to_s - from_s) + 100 * (above(from_s) - above(to_s));
  expect_within(run, "stations/m/heat.T/now", 293.15 + above(to_s), share);
  expect_within(run, "stations/m/heat.T", 293.15 + above(to_s), share);
  expect_within(run, "stations/m/heat.T/integral", integral, share);
  expect_within(run, "stations/m/heat.T/mean", integral / (to_s - from_s), share);
  expect_within(run, "stations/m/heat.T/max", 293.15 + above(from_s), share);
  expect_within(run, "stations/m/heat.T/min", 293.15 + above(to_s), share);
  expect_within(run, "stations/m/heat.power/now", 2 * above(to_s), share);
  expect_within(run, "stations/m/heat.power/integral", 200 * (above(from_s) - above(to_s)), share);
  expect_within(run, "stations/m/heat.power/max", 2 * above(from_s), share);
  const double square = 50 * (above(from_s) * above(from_s) - above(to_s) * above(to_s));
  expect_within(run, "stations/m/heat.square/integral", square, 10 * share);
  expect_within(run, "stations/m[1]/heat.square/min", above(to_s) * above(to_s), 10 * share);
}

Test(quantity_model, a_motion_in_closed_form_has_its_exact_figures) {
  tw_run *run = run_of(LINE("", ", 'dynamics': {" COOLING "}"));
  for (double t_s = 10; t_s < 400; t_s += 77.7) {
    test_until(run, t_s);
    expect_cooling(run, 0, t_s, 1e-9);
  }
  tw_run_free(run);
}

// What moves is over after a hundredth of the time.
Test(quantity_model, an_output_is_integrated_however_long_nothing_moves_afterwards) {
  tw_run *run = run_of(LINE("", ", 'dynamics': {" COOLING "}"));
  test_until(run, 200000);
  expect_within(run, "stations/m/heat.square/integral", 50 * 100 * 100, 1e-8);
  expect_within(run, "stations/m/heat.power/integral", 200 * 100, 1e-8);
  tw_run_free(run);
}

Test(quantity_model, a_warm_up_that_ends_within_a_segment_cuts_the_figures_there) {
  tw_run *run = run_of(LINE("'warmup': '50 s'", ", 'dynamics': {" COOLING "}"));
  test_until(run, 30);
  cr_assert(isnan(test_value(run, "stations/m/heat.T/mean")));
  cr_assert(isnan(test_value(run, "stations/m/heat.T/integral")));
  expect(run, "stations/m/heat.T/now", 293.15 + above(30));
  expect(run, "stations/m/heat.T", 293.15 + above(30));
  test_until(run, 150);
  expect_cooling(run, 50, 150, 1e-9);
  tw_run_free(run);
}

static const char *const solvers[] = {"rk", "cvode"};

Test(quantity_model, a_motion_in_steps_has_the_figures_of_its_polynomials) {
  for (int i = 0; i < 2; i++) {
    char sections[2000];
    snprintf(sections, sizeof sections,
             LINE("'warmup': '50 s'", ", 'dynamics': {'heat': {'solver': '%s', 'rtol': 1e-10,%s}"),
             solvers[i], strchr(COOLING, '{') + 1);
    tw_text why = {0};
    tw_line *line = test_quoted_line(sections, &why);
    if (line == NULL && strstr(why.at, "no cvode") != NULL) continue;
    cr_assert_not_null(line, "%s", why.at);
    tw_run *run = test_run(line, 1);
    tw_line_unref(line);
    test_until(run, 150.123456);
    expect_cooling(run, 50, 150.123456, 2e-7);
    tw_run_free(run);
  }
}

Test(quantity_model, events_are_counted_in_the_window) {
  tw_run *run = run_of(LINE("'warmup': '42 s'", ", 'dynamics': {" COUNTING "}"));
  test_until(run, 45);
  expect(run, "stations/m/count/events/wrap", 0);
  cr_assert(isnan(test_value(run, "stations/m/count/events/wrap/between")));
  test_until(run, 55);
  expect(run, "stations/m/count/events/wrap", 1);
  cr_assert(isnan(test_value(run, "stations/m/count/events/wrap/between")));
  test_until(run, 95);
  // 50, 60, 70, 80, 90
  expect(run, "stations/m/count/events/wrap", 5);
  expect_within(run, "stations/m/count/events/wrap/between", 10, 1e-8);
  // 0.2 to 1, four times 0 to 1, 0 to 0.5
  expect_within(run, "stations/m/count.x/integral", 4.8 + 4 * 5 + 1.25, 1e-8);
  expect_within(run, "stations/m/count.x/max", 1, 1e-8);
  expect_within(run, "stations/m/count.x/now", 0.5, 1e-8);
  tw_run_free(run);
}

// Parts come at 20, 40, 60 and go to the machine that has waited longest: the first works 20 to 35
// and 60 to 75, the second 40 to 55. In 15 s x goes to 1, which is 0, and on to 0.5.
Test(quantity_model, a_station_is_the_mean_of_its_machines) {
  tw_run *run = run_of(LINE("", ", 'machines': 2, 'dynamics': {" WORKING "}"));
  test_until(run, 47);
  expect(run, "stations/m[1]/count.x/now", 0.5);
  expect(run, "stations/m[2]/count.x/now", 0.7);
  expect(run, "stations/m/count.x/now", 0.6);
  expect(run, "stations/m[1]/count.x/integral", 12.25);
  expect(run, "stations/m[2]/count.x/integral", 2.45);
  expect(run, "stations/m/count.x/integral", 14.7);
  expect(run, "stations/m/count.x/mean", 14.7 / 94);
  expect(run, "stations/m[1]/count.x/mean", 12.25 / 47);
  expect(run, "stations/m[2]/count.x/max", 0.7);
  expect(run, "stations/m/count.x/max", 1);
  expect(run, "stations/m/count.x/min", 0);
  test_until(run, 70);
  expect(run, "stations/m[1]/count/events/wrap", 2);
  expect(run, "stations/m[2]/count/events/wrap", 1);
  expect(run, "stations/m/count/events/wrap", 3);
  expect(run, "stations/m[1]/count/events/wrap/between", 35);
  cr_assert(isnan(test_value(run, "stations/m[2]/count/events/wrap/between")));
  expect(run, "stations/m/count/events/wrap/between", 35);
  tw_run_free(run);
}

Test(quantity_model, a_shared_model_has_figures_of_its_own) {
  tw_run *run = run_of("'shared': {" COUNTING "}, " LINE(
      "", ", 'machines': 2, 'dynamics': {'heat': {'model': 'equations', 'states': {'Q': 0},"
          " 'equations': {'dQ/dt': '(1 - count.x)/(1 s)'}}}"));
  test_until(run, 25);
  expect_within(run, "shared/count.x/now", 0.5, 1e-6);
  expect_within(run, "shared/count.x/integral", 11.25, 1e-6);
  expect_within(run, "shared/count.x/max", 1, 1e-6);
  expect(run, "shared/count/events/wrap", 2);
  expect_within(run, "shared/count/events/wrap/between", 10, 1e-6);
  expect_within(run, "stations/m[2]/heat.Q/now", 25 - 11.25, 1e-6);
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_quantity_find(run->line, "shared/cuont.x/now", problems), 0);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), "shared/count.x/now"), "%s",
                     twin_problems_text(problems, 0));
  twin_problems_free(problems);
  tw_run_free(run);
}

static void expect_unit(const tw_line *line, const char *path, const char *unit) {
  const uint64_t quantity = tw_quantity_find(line, path, NULL);
  cr_assert_neq(quantity, 0, "%s", path);
  cr_assert_str_eq(tw_quantity_unit(line, quantity), unit, "%s", path);
}

Test(quantity_model, states_outputs_and_events_have_units_and_are_listed_once) {
  tw_run *run = run_of(LINE("", ", 'machines': 2, 'dynamics': {" COOLING ", " COUNTING "}"));
  const tw_line *line = run->line;
  expect_unit(line, "stations/m/heat.T/mean", "K");
  expect_unit(line, "stations/m/heat.T/integral", "K*s");
  expect_unit(line, "stations/m/heat.power/mean", "W");
  expect_unit(line, "stations/m/heat.power/integral", "J");
  expect_unit(line, "stations/m[2]/count.x/now", "1");
  expect_unit(line, "stations/m/count.x/integral", "s");
  expect_unit(line, "stations/m/count/events/wrap", "1");
  expect_unit(line, "stations/m/count/events/wrap/between", "s");
  int n_series = 0, n_event = 0;
  for (int32_t i = 0; i < tw_quantity_count(line); i++) {
    tw_text path = {0};
    const uint64_t quantity = tw_quantity_at(line, i);
    tw_quantity_path(line, quantity, &path);
    cr_assert_eq(tw_quantity_find(line, path.at, NULL), quantity, "%s", path.at);
    n_series += strstr(path.at, "/heat.") != NULL || strstr(path.at, "/count.") != NULL;
    n_event += strstr(path.at, "/events/") != NULL;
    tw_text_free(&path);
  }
  // 4 states and outputs, 5 figures each; 1 event, 2 figures; of the station and of 2 machines
  cr_assert_eq(n_series, 4 * 5 * 3);
  cr_assert_eq(n_event, 2 * 3);
  tw_run_free(run);
}

Test(quantity_model, a_wrong_path_is_told_the_right_one) {
  tw_run *run = run_of(LINE("", ", 'dynamics': {" COOLING ", " COUNTING "}"));
  const char *pairs[][2] = {{"stations/m/heat.t/mean", "stations/m/heat.T/mean"},
                            {"stations/m[1]/heat.powr/max", "stations/m[1]/heat.power/max"},
                            {"stations/m/count/event/wrap", "stations/m/count/events/wrap"}};
  for (int i = 0; i < 3; i++) {
    twin_problems *problems = twin_problems_new();
    cr_assert_eq(tw_quantity_find(run->line, pairs[i][0], problems), 0);
    cr_assert_not_null(strstr(twin_problems_text(problems, 0), pairs[i][1]), "%s",
                       twin_problems_text(problems, 0));
    twin_problems_free(problems);
  }
  tw_run_free(run);
}

static void read_all(const tw_run *run) {
  for (int32_t i = 0; i < tw_quantity_count(run->line); i++)
    tw_quantity_value(run, tw_quantity_at(run->line, i));
}

// Also of solvers with a memory, which a read must not move.
Test(quantity_model, reads_at_random_instants_change_nothing) {
  static const char *const stations[] = {
      ", 'machines': 2, 'dynamics': {" COOLING ", " WORKING "}",
      ", 'dynamics': {'heat': {'model': 'equations', 'solver': 'rk', 'states': {'T': '120 degC'},"
      " 'equations': {'dT/dt': 'if(processing, (200 degC - T)/(30 s), (20 degC - T)/(90 s))'},"
      " 'outputs': {'square': '((T - 20 degC)/(1 K))^2'},"
      " 'events': {'hot': {'when': 'T >= 100 degC'}}}}",
      ", 'dynamics': {'heat': {'model': 'equations', 'solver': 'cvode', 'states': {'T': '120 degC'},"
      " 'equations': {'dT/dt': 'if(processing, (200 degC - T)/(30 s), (20 degC - T)/(90 s))'},"
      " 'outputs': {'square': '((T - 20 degC)/(1 K))^2'},"
      " 'events': {'hot': {'when': 'T >= 100 degC'}}}}"};
  for (int i = 0; i < 3; i++) {
    char sections[2000];
    snprintf(sections, sizeof sections, LINE("'warmup': '60 s'", "%s"), stations[i]);
    tw_text why = {0};
    tw_line *line = test_quoted_line(sections, &why);
    if (line == NULL && strstr(why.at, "no cvode") != NULL) continue;
    cr_assert_not_null(line, "%s", why.at);
    tw_run *read = test_run(line, 1), *plain = test_run(line, 1);
    test_random random = {.seed = 7};
    for (double t_s = 0; t_s < 300; t_s += 0.001 * test_pick(&random, 5000)) {
      test_until(read, t_s);
      test_until(plain, t_s);
      read_all(read);
      cr_assert_eq(tw_run_hash(read, true), tw_run_hash(plain, true), "line %d at %g s", i, t_s);
    }
    tw_run_free(read);
    tw_run_free(plain);
    tw_line_unref(line);
  }
}
