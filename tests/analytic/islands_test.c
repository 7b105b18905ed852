// Machines that share a model: the air of a hall, a power bus (SEMANTICS 9.4). An island is one system: its
// energy balances, it moves as the same equations in one model do, and sums see every member.

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "engine/body/body.h"
#include "support/story.h"

// Two ovens heat the hall that they stand in. 'P', rates and losses make all of it move.
static const char hall_line[] =
    "'run': {'horizon': '10 h'}, 'parts': {'p': {}},"
    "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '7 min', 'first': '0 min'}},"
    "'shared': {'hall': {'model': 'equations', 'states': {'T': '15 degC'},"
    "  'parameters': {'C': '400 kJ/K', 'U': '300 W/K', 'outside': '5 degC'},"
    "  'outputs': {'lost': 'U*(T - outside)'}, 'rtol': 1e-9,"
    "  'equations': {'dT/dt': '(sum.heat - lost)/C'}}},"
    "'stations': {'oven': {'type': 'machine', 'machines': 2, 'time': '11 min',"
    "  'dynamics': {'heat': {'model': 'equations', 'states': {'T': '20 degC'}, 'rtol': 1e-9,"
    "    'parameters': {'C': '200 kJ/K', 'loss': '50 W/K'},"
    "    'outputs': {'heat': 'loss*(T - hall.T)', 'power': 'if(processing, 8 kW, 0 W)'},"
    "    'equations': {'dT/dt': '(power - heat)/C'}}}}},"
    "'flow': [['s', 'oven', 'out']]";

static const tw_member *member_of(const tw_line *line, const char *variable, int32_t k, int32_t *i) {
  for (int32_t m = 0; m < line->n_member; m++)
    for (*i = 0; *i < line->member[m].system->n_variable; ++*i)
      if (strcmp(line->member[m].system->variable[*i].name, variable) == 0 && k-- == 0)
        return &line->member[m];
  cr_assert_fail("no state %s", variable);
  return NULL;
}

static double value_of(const tw_run *run, const char *variable, int32_t k) {
  int32_t i;
  const tw_member *member = member_of(run->line, variable, k, &i);
  return tw_variable_now(run, member, i);
}

static double integral_of(const tw_run *run, const char *output) {
  double sum = 0;
  for (int32_t m = 0; m < run->line->n_member; m++)
    for (int32_t i = 0; i < run->line->member[m].system->n_output; i++)
      if (strcmp(run->line->member[m].system->output[i].name, output) == 0)
        sum += tw_output_course(run, &run->line->member[m], i).integral_s;
  return sum;
}

static tw_run *begin(const char *sections) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  return run;
}

Test(islands, s9_4_machines_and_what_they_share_are_one_body_whose_energy_balances) {
  tw_run *run = begin(hall_line);
  cr_assert_eq(run->line->n_body, 1);
  cr_assert_eq(run->line->body[0].n_member, 3);
  cr_assert_eq(test_until(run, 36000), TWIN_OK);
  const double stored = 200e3 * (value_of(run, "heat.T", 0) + value_of(run, "heat.T", 1) - 2 * 293.15) +
                        400e3 * (value_of(run, "hall.T", 0) - 288.15);
  const double drawn = integral_of(run, "heat.power"), lost = integral_of(run, "hall.lost");
  cr_expect_gt(drawn, 1e8);
  cr_expect_leq(fabs(stored + lost - drawn), 1e-7 * drawn, "%.9g stored, %.9g lost, %.9g drawn", stored, lost,
                drawn);
  tw_run_free(run);
}

// The same equations written as one model of one machine, with all that is switched in step.
Test(islands, s9_4_an_island_moves_as_one_model_with_the_same_equations_does) {
  tw_run *island = begin(
      "'run': {'horizon': '10 h'}, 'parts': {'p': {}},"
      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '7 min', 'first': '0 min'}},"
      "'shared': {'hall': {'model': 'equations', 'states': {'T': '15 degC'}, 'rtol': 1e-10,"
      "  'equations': {'dT/dt': '(sum.heat - 300 W/K*(T - 5 degC))/(400 kJ/K)'}}},"
      "'stations': {'oven': {'type': 'machine', 'time': '5 min', 'dynamics': {"
      "  'heat': {'model': 'equations', 'states': {'T': '20 degC'}, 'rtol': 1e-10,"
      "    'outputs': {'heat': '50 W/K*(T - hall.T)'},"
      "    'equations': {'dT/dt': '(if(processing, 8 kW, 0 W) - heat)/(200 kJ/K)'}}}}},"
      "'flow': [['s', 'oven', 'out']]");
  tw_run *one = begin(
      "'run': {'horizon': '10 h'}, 'parts': {'p': {}},"
      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '7 min', 'first': '0 min'}},"
      "'stations': {'oven': {'type': 'machine', 'time': '5 min', 'dynamics': {"
      "  'both': {'model': 'equations', 'states': {'T': '20 degC', 'hall': '15 degC'},"
      "    'equations': {'dT/dt': '(if(processing, 8 kW, 0 W) - 50 W/K*(T - hall))/(200 kJ/K)',"
      "      'dhall/dt': '(50 W/K*(T - hall) - 300 W/K*(hall - 5 degC))/(400 kJ/K)'}}}}},"
      "'flow': [['s', 'oven', 'out']]");
  cr_assert_eq(one->line->body[0].solver, TW_SOLVER_EXACT);
  for (double at_s = 100; at_s <= 36000; at_s += 997) {
    cr_assert_eq(test_until(island, at_s), TWIN_OK);
    cr_assert_eq(test_until(one, at_s), TWIN_OK);
    cr_expect_leq(fabs(value_of(island, "heat.T", 0) - value_of(one, "both.T", 0)), 1e-5, "at %g s", at_s);
    cr_expect_leq(fabs(value_of(island, "hall.T", 0) - value_of(one, "both.hall", 0)), 1e-5, "at %g s", at_s);
  }
  tw_run_free(island);
  tw_run_free(one);
}

// Three heaters of 8 kW on a bus of 20 kW: the third one to come on makes the sum cross the limit.
Test(islands, s9_4_a_plant_limit_is_an_event_on_the_sum_and_is_read_by_the_machines) {
  tw_run *run = begin(
      "'run': {'horizon': '10 h'}, 'parts': {'p': {}},"
      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '10 min', 'first': '0 min'}},"
      "'shared': {'bus': {'model': 'equations', 'states': {'limited': 0}, 'events': {"
      "  'over': {'when': 'sum.power > 20 kW', 'set': {'limited': 1}}}}},"
      "'stations': {'oven': {'type': 'machine', 'machines': 3, 'time': '40 min', 'dynamics': {"
      "  'heat': {'model': 'equations', 'states': {'E': '0 kWh'},"
      "    'outputs': {'power': 'if(processing, if(bus.limited >= 0.5, 4 kW, 8 kW), 0 W)'},"
      "    'equations': {'dE/dt': 'power'}}}}},"
      "'flow': [['s', 'oven', 'out']]");
  cr_assert_eq(test_until(run, 1199.5), TWIN_OK);
  cr_expect_eq(value_of(run, "bus.limited", 0), 0);
  cr_assert_eq(test_until(run, 1200), TWIN_OK);
  cr_expect_eq(value_of(run, "bus.limited", 0), 1);
  cr_assert_eq(test_until(run, 1800), TWIN_OK);
  // 20 min at 8 kW and 10 min at 4 kW; 10 and 10; 10 at 4 kW
  const double kwh = 3.6e6;
  cr_expect_leq(fabs(value_of(run, "heat.E", 0) / kwh - (8.0 / 3 + 4.0 / 6)), 1e-6);
  cr_expect_leq(fabs(value_of(run, "heat.E", 1) / kwh - (8.0 / 6 + 4.0 / 6)), 1e-6);
  cr_expect_leq(fabs(value_of(run, "heat.E", 2) / kwh - 4.0 / 6), 1e-6);
  tw_run_free(run);
}

// What machines draw by their state counts too: three presses of 6 kW and a limit of 15 kW.
Test(islands, s9_4_a_power_bus_counts_what_states_draw) {
  tw_run *run = begin(
      "'run': {'horizon': '10 h'}, 'parts': {'p': {}},"
      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '10 min', 'first': '0 min'}},"
      "'shared': {'bus': {'model': 'equations', 'states': {'limited': 0, 'E': '0 kWh'}, "
      "  'equations': {'dE/dt': 'sum.power'}, 'events': {"
      "  'over': {'when': 'sum.power > 15 kW', 'set': {'limited': 1}}}}},"
      "'stations': {'press': {'type': 'machine', 'machines': 3, 'time': '40 min',"
      "  'power': {'processing': '6 kW', 'idle': '0 kW'}}}, 'flow': [['s', 'press', 'out']]");
  cr_assert_eq(test_until(run, 1199.5), TWIN_OK);
  cr_expect_eq(value_of(run, "bus.limited", 0), 0);
  cr_assert_eq(test_until(run, 1200), TWIN_OK);
  cr_expect_eq(value_of(run, "bus.limited", 0), 1);
  cr_assert_eq(test_until(run, 36000), TWIN_OK);
  const double kwh = 3.6e6, ledger = test_value(run, "line/energy");
  cr_expect_leq(fabs(value_of(run, "bus.E", 0) - ledger), 1e-3 + 1e-9 * ledger, "%g and %g kWh",
                value_of(run, "bus.E", 0) / kwh, ledger / kwh);
  tw_run_free(run);
}

Test(islands, s9_4_stations_that_are_not_named_do_not_count) {
  tw_run *run = begin(
      "'run': {'horizon': '1 h'}, 'parts': {'p': {}},"
      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '1 h', 'first': '0 min'}},"
      "'shared': {'sink': {'model': 'equations', 'states': {'E': '0 J'}, 'stations': ['b'],"
      "  'equations': {'dE/dt': 'sum.heat'}}},"
      "'stations': {'a': {'type': 'machine', 'time': '1 min', 'dynamics': {'m': {'model': 'equations',"
      "    'states': {'x': 0}, 'outputs': {'heat': '3 kW'}}}},"
      "  'b': {'type': 'machine', 'time': '1 min', 'dynamics': {'m': {'model': 'equations',"
      "    'states': {'x': 0}, 'outputs': {'heat': '5 kW'}}}}},"
      "'flow': [['s', 'a', 'b', 'out']]");
  cr_assert_eq(test_until(run, 600), TWIN_OK);
  cr_expect_leq(fabs(value_of(run, "sink.E", 0) - 3e6), 1e-3);
  tw_run_free(run);
}

// Power of one station's machines limits what another station may do, by a factor on its time.
Test(islands, s9_4_a_factor_of_any_station_may_name_a_shared_state) {
  tw_run *run = begin(
      "'run': {'horizon': '1 h'}, 'parts': {'p': {}},"
      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '10 min', 'first': '0 min'}},"
      "'shared': {'air': {'model': 'equations', 'states': {'slow': 2}}},"
      "'stations': {'a': {'type': 'machine', 'time': '1 min', 'factor': 'air.slow'}},"
      "'flow': [['s', 'a', 'out']]");
  cr_assert_eq(test_until(run, 119), TWIN_OK);
  cr_expect_eq(run->head->n_shipped, 0);
  cr_assert_eq(test_until(run, 120), TWIN_OK);
  cr_expect_eq(run->head->n_shipped, 1);
  tw_run_free(run);
}

Test(islands, what_a_shared_model_cannot_say_is_refused_with_its_place) {
  static const struct {
    const char *shared, *wanted;
  } bad[] = {
      {"'hall': {'model': 'equations', 'states': {'T': '15 degC'}, 'equations': {'dT/dt': 'sum.heat'}}",
       "sum.heat"},
      {"'hall': {'model': 'equations', 'states': {'T': '15 degC'}, 'stations': ['nowhere']}", "nowhere"},
      {"'hall': {'model': 'equations', 'states': {'T': '15 degC'}, 'events': {'e': {'when': 'T > 20 degC',"
       " 'request': 'service'}}}",
       "no maintenance"},
      {"'hall': {'model': 'equations', 'states': {'T': '15 degC'}, 'equations': {'dT/dt': 'if(processing, 1 K/s, "
       "0 K/s)'}}",
       "processing"},
      {"'hall': {'model': 'equations', 'states': {'x': 1, 'y': 1}, 'equations': {'dx/dt': '-x/(1 s)'}, 'solver': "
       "'exact'}, 'b': {'model': 'equations', 'states': {'z': 0}, 'equations': {'dz/dt': 'hall.x*hall.x/(1 s)'}}",
       "exact"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char text[1200];
    tw_text why = {0};
    snprintf(text, sizeof text,
             "'run': {'horizon': '1 h'}, 'parts': {'p': {}}, 'shared': {%s},"
             "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '10 min'}},"
             "'stations': {'a': {'type': 'machine', 'time': '1 min'}}, 'flow': [['s', 'a', 'out']]",
             bad[i].shared);
    tw_line *line = test_quoted_line(text, &why);
    cr_assert_null(line, "%s", bad[i].shared);
    cr_expect(why.at != NULL && strstr(why.at, bad[i].wanted) != NULL && strstr(why.at, "/shared") != NULL,
              "%s: %s", bad[i].shared, why.at != NULL ? why.at : "");
    tw_text_free(&why);
  }
}
