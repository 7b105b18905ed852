// nominal_test.c - process times of stations whose machine models end processing, against closed forms and against
// what a run makes of the same parts.

#include "observe/nominal.h"

#include <math.h>

#include "analytic/sentences.h"

// A saturated station "m" with these keys.
#define STATION(keys) \
  "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("m", keys) "}, 'flow': [['s', 'm', 'out']]"

typedef struct seen {
  tw_line *line;
  tw_nominal *nominal;
} seen;

static seen see(const char *sections) {
  tw_text why = {0};
  seen s = {.line = test_quoted_line(sections, &why)};
  cr_assert(s.line != NULL, "%s", why.at != NULL ? why.at : "");
  s.nominal = tw_nominal_new(s.line);
  cr_assert_not_null(s.nominal);
  return s;
}

static void drop(seen *s) {
  tw_nominal_free(s->nominal);
  tw_line_unref(s->line);
}

static double process_s(const seen *s, int32_t type) {
  return tw_nominal_process_s(s->nominal, test_place(s->line, "m"), type);
}

// Process time of the only type at "m", to what an event is located to and a tick.
static void expect_process(const char *sections, double wanted_s) {
  seen s = see(sections);
  const double got_s = process_s(&s, 0);
  cr_expect(fabs(got_s - wanted_s) <= 1.5e-6, "%.9g s, not %.9g s", got_s, wanted_s);
  drop(&s);
}

static void expect_unknown(const char *sections, const char *depends) {
  seen s = see(sections);
  cr_expect(isnan(process_s(&s, 0)));
  const char *told = tw_nominal_depends(s.line, test_place(s.line, "m"));
  cr_expect_str_eq(told, depends, "%s", told);
  drop(&s);
}

// T goes to 100 degC with a time constant of 1000 s, and is put back with each part.
#define WARM(start, when) \
  STATION("'finish': {'when': '" when "', 'soak': '30 s'}, 'dynamics': {'heat': {'model': 'equations'," \
          " 'states': {'T': '" start "'}, 'equations': {'dT/dt': '(100 degC - T)/(1000 s)'}," \
          " 'events': {'in': {'on': 'load', 'set': {'T': '20 degC'}}}}}")

Test(nominal, integrates_the_models_until_the_condition_holds_and_adds_the_soak) {
  expect_process(WARM("20 degC", "heat.T >= 60 degC"), 1000 * log(80.0 / 40) + 30);
  expect_process(WARM("20 degC", "heat.T >= 99 degC"), 1000 * log(80.0 / 1) + 30);
}

Test(nominal, says_on_what_a_time_depends_that_is_never_reached) {
  expect_unknown(WARM("20 degC", "heat.T >= 100 degC"), "heat.T");
  // nothing moves at all, or the condition holds for less than the soak
  expect_unknown(STATION("'finish': {'when': 'a.x >= 1'}, 'dynamics': {'a': {'model': 'equations',"
                         " 'states': {'x': 0, 'y': 0}, 'equations': {'dx/dt': 'y/(1 s)'}}}"), "a.x");
  expect_unknown(STATION("'finish': {'when': 'a.x >= 1', 'soak': '9 s'}, 'dynamics': {'a': {'model': 'equations',"
                         " 'states': {'x': 0, 'up': 1}, 'equations': {'dx/dt': 'if(up >= 0.5, 1, -1)*0.25/(1 s)'},"
                         " 'events': {'top': {'when': 'x >= 2', 'set': {'up': 0}},"
                         " 'bottom': {'when': 'x <= 0', 'set': {'up': 1}}}}}"), "a.x");
  // of coupled states those that the condition names; of a rate those that it reads
  expect_unknown(STATION("'finish': {'when': 'a.T2 >= 90 degC'}, 'dynamics': {'a': {'model': 'two-zone',"
                         " 'zone1': {'heat_capacity': '9 kJ/K', 'power': '1 W'}, 'zone2': {'heat_capacity': '9 kJ/K', 'loss': '50 W/K'},"
                         " 'exchange': '5 W/K'}}"), "a.T2");
  expect_unknown(STATION("'rate': 'max(0, 1 - tool.wear)*b.x/(1 min)', 'dynamics': {'tool': {'model': 'tool-wear', 'rate': '1 1/min',"
                         " 'states': {'wear': 1}}, 'b': {'model': 'equations', 'states': {'x': 1}, 'equations': {}}}"),
                 "tool.wear, b.x");
  // it comes behind the horizon
  expect_unknown("'run': {'horizon': '20 s'}, "
                 STATION("'finish': {'when': 'a.x >= 30 s'}, 'dynamics': {'a': {'model': 'equations',"
                         " 'states': {'x': '0 s'}, 'equations': {'dx/dt': '1'}}}"), "a.x");
}

// 24 shafts of 2.4 kg in the furnace of LINE-FORMAT, one behind the other: 3 min to load, 2 min to unload.
#define FURNACE(start, standby) \
  "'parts': {'p': {'mass': '57.6 kg'}}, " \
  STATION("'load': {'time': '3 min'}, 'unload': {'time': '2 min'}," \
          " 'finish': {'when': 'heat.T >= 840 degC', 'soak': '25 min'}, 'dynamics': {'heat': {" \
          " 'model': 'lumped-thermal', 'states': {'T': '" start "'}, 'heat_capacity': '90 kJ/K'," \
          " 'load_heat': '0.49 kJ/kg/K', 'loss': '0.06 kW/K', 'heater': {'power': '90 kW', 'setpoint': '850 degC'}," \
          " 'standby': '" standby "'}}")

// Above the surroundings of 20 degC.
static const double EMPTY = 90e3, FULL = 90e3 + 57.6 * 490, LOSS = 60, REST = 90e3 / 60;

// LINE-FORMAT 1: 461.5 degC from 600, then 14.5 min to 840. The furnace is held at 850 while it is empty, so that
// each part finds it as the one before did.
Test(nominal, of_a_furnace_mixes_the_load) {
  const double mixed = 830 * EMPTY / FULL;
  expect_process(FURNACE("850 degC", "850 degC"), FULL / LOSS * log((REST - mixed) / (REST - 820)) + 1500);
}

// A part leaves the furnace at 850 degC, which it holds behind 840; 5 min it falls, below 600 it would be heated.
Test(nominal, of_a_furnace_is_that_of_a_part_behind_another_one) {
  const double left = 830 * exp(-300 * LOSS / EMPTY), mixed = left * EMPTY / FULL;
  expect_process(FURNACE("20 degC", "600 degC"), FULL / LOSS * log((REST - mixed) / (REST - 820)) + 1500);
  // in a run the first one finds it colder, and all others as warm as that
  seen s = see(FURNACE("20 degC", "600 degC"));
  tw_run *run = test_run(s.line, 1);
  cr_assert_eq(test_until(run, 180 + 24 * 60 + 1500), TWIN_OK);
  cr_expect_eq(test_value(run, "stations/m/count/completions"), 1);
  const double first_s = test_value(run, "stations/m/duration/processing/mean");
  cr_expect_gt(first_s, process_s(&s, 0) + 60);
  cr_assert_eq(test_until(run, 40000), TWIN_OK);
  const double n = test_value(run, "stations/m/count/completions");
  const double sum_s = n * test_value(run, "stations/m/duration/processing/mean");
  cr_expect(fabs((sum_s - first_s) / (n - 1) - process_s(&s, 0)) < 2e-6, "the others take what was found");
  tw_run_free(run);
  drop(&s);
}

// Wear w = 0.01 t, the rate 0.1 (1 - w) a second: 0.1 (t - 0.005 t^2) = 1. The next part takes 1 % more and is alike
// enough, so that the new tool counts.
Test(nominal, of_a_rate_is_that_of_a_new_tool) {
  expect_process(STATION("'rate': '0.1/(1 s)*(1 - tool.wear)', 'dynamics': {'tool': {'model': 'tool-wear',"
                         " 'rate': '0.0005 1/s'}}"),
                 (1 - sqrt(1 - 4 * 0.00025 * 10)) / (2 * 0.00025));
}

Test(nominal, of_a_rate_without_states_is_that_of_the_part) {
  seen s = see("'parts': {'p': {'attributes': {'pace': '0.25 1/s'}}, 'q': {'attributes': {'pace': '0.5 1/s'}}}, "
               STATION("'rate': 'part.pace*2'"));
  cr_expect_eq(process_s(&s, 0), 2);
  cr_expect_eq(process_s(&s, 1), 1);
  drop(&s);
}

// What else happens to a machine does not come in a trial: x needs 10 s from its start.
Test(nominal, hears_no_failure_and_no_maintenance) {
  expect_process(STATION("'finish': {'when': 'b.x >= 1'}, 'dynamics': {'b': {'model': 'equations', 'states': {'x': 0},"
                         " 'equations': {'dx/dt': 'if(down, 0, 0.1)/(1 s)'},"
                         " 'events': {'in': {'on': 'start', 'set': {'x': 0}}, 'half': {'when': 'x >= 0.5', 'request': 'clean'}}}},"
                         " 'maintenance': {'clean': {'trigger': 'request', 'at': 'immediate', 'duration': '1 h', 'set': {'b.x': 0}}},"
                         " 'failures': {'f': {'clock': 'processing', 'hazard': '9*b.x/(1 s)', 'repair': '1 h'}}"),
                 10);
}

Test(nominal, gives_random_soaks_and_sets_their_means) {
  // x begins where the part before has put it: 0.4 on average, so 6 s are left
  expect_process(STATION("'finish': {'when': 'b.x >= 1', 'soak': {'exponential': {'mean': '7 s'}}},"
                         " 'sets': {'b.x': {'uniform': {'min': 0.2, 'max': 0.6}}},"
                         " 'dynamics': {'b': {'model': 'equations', 'states': {'x': 0},"
                         " 'equations': {'dx/dt': 'if(processing, 0.1, 0)/(1 s)'}}}"),
                 6 + 7);
}

// The hall is as warm as its heater makes it while the machine works: 0.5 K/s from 20 degC.
Test(nominal, of_a_shared_model_is_that_of_one_machine_that_works) {
  const char *sections =
      "'shared': {'hall': {'model': 'equations', 'states': {'T': '20 degC'}, 'rtol': 1e-10, 'equations': {'dT/dt': 'sum.heat*0.5 K/s - (T - 20 degC)/(1 s)'}}}, "
      "'sources': {" ALWAYS("s") "}, 'stations': {'m': {'type': 'machine', 'machines': 3, 'finish': {'when': 'hall.T >= 20.25 degC'},"
      " 'load': {'time': '1 min'}, 'dynamics': {'b': {'model': 'equations', 'outputs': {'heat': 'if(processing, 1, 0)'}}}}},"
      " 'flow': [['s', 'm', 'out']]";
  expect_process(sections, log(2));
  seen s = see(sections);
  cr_expect_str_eq(tw_nominal_depends(s.line, test_place(s.line, "m")), "hall.T");
  drop(&s);
}

Test(nominal, values_read_states_as_they_are_at_the_start) {
  seen s = see("'parts': {'p': {'mass': '2 kg', 'attributes': {'hardness': 5}}}, "
               STATION("'time': '10 s', 'factor': '1 + tool.wear + part.hardness', 'dynamics': {'tool': {'model': 'tool-wear',"
                       " 'rate': '0.01 1/s', 'states': {'wear': 0.25}}}"));
  const int32_t m = test_place(s.line, "m");
  cr_expect_eq(tw_nominal_value(s.nominal, m, tw_nominal_station(s.line, m)->factor, 0), 6.25);
  cr_expect_not(tw_nominal_is_asked(tw_nominal_station(s.line, m)));
  cr_expect_null(tw_nominal_station(s.line, test_place(s.line, "s")), "a source works on nothing");
  drop(&s);
}
