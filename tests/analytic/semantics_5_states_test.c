// semantics_5_states_test.c - where the discrete line meets its continuous models: work at a rate that names
// states, what a completion sets, values that parts carry and how they change while the parts wait, setups
// whose time depends on states, maintenance until a condition (SEMANTICS 5.1, 5.3, 5.4, 6.7).

#include <math.h>
#include <stdio.h>

#include "analytic/sentences.h"
#include "engine/body/body.h"
#include "engine/carried.h"
#include "engine/energy.h"

// A kept state "m.x" of 0 at the start, beside what else the station has.
#define KEPT "'dynamics': {'m': {'model': 'equations', 'states': {'x': 0}, 'equations': {}}}"
#define ALONE(station) \
  "'sources': {" ALWAYS("s") "}, 'stations': {" station "}, 'flow': [['s', 'A', 'out']]"

static void expect_near(double got, double wanted, double within) {
  cr_expect(fabs(got - wanted) <= within, "%.12g is not %.12g", got, wanted);
}

// The value of an attribute of the part with this id, as it is now.
static double carried_by(const tw_run *run, uint64_t id, int32_t attribute_i) {
  for (uint32_t i = 0; i < run->head->n_part_slot; i++)
    if (run->part[i].type != TW_NONE && run->part[i].id == id)
      return tw_part_attribute(run, &run->part[i], attribute_i);
  return (double)NAN;
}

static double state_of(const tw_run *run, int32_t place_i, int32_t k) {
  double values[TW_STATION_VARIABLES_MAX];
  tw_bodies_fill(run, run->line->place[place_i].first_machine, values);
  return values[k];
}

// ---- 5.4 rate --------------------------------------------------------------------------------

// wear grows by 0.02 1/s while it works: 0.1 t - 0.0005 t^2 is 1 at 100 - sqrt(8000) s.
Test(semantics_5_states, rule_5_4_a_rate_that_names_a_state_is_integrated_to_a_located_completion) {
  expect_story(ALONE(MACHINE("A", "'rate': '(1 - 0.5*tool.wear)*0.1 1/s', 'dynamics': {'tool': {'model': "
                                  "'tool-wear', 'rate': '0.02 1/s'}}")),
               12, "complete", "10.557281 complete A 1");
}

// 10 s with x = 0; x = 0.2 and 0.4 then take 10/0.9 and 10/0.8 s; each located instant goes on the tick behind it
Test(semantics_5_states, rule_5_4_work_begins_at_nothing_with_each_part) {
  expect_story(ALONE(MACHINE("A", "'rate': '(1 - 0.5*m.x)*0.1 1/s', 'sets': {'m.x': {'add': 0.2}}, " KEPT)),
               40, "complete", "10 complete A 1; 21.111112 complete A 2; 33.611112 complete A 3");
}

// A rate over words that do not change is evaluated when processing starts.
Test(semantics_5_states, rule_5_4_a_rate_without_a_state_is_evaluated_at_the_start) {
  expect_story("'parts': {'p': {'attributes': {'length': '2 m'}}}, 'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'rate': '0.5 m/s/part.length'") "}, 'flow': [['s', 'A', 'out']]",
               10, "complete", "4 complete A 1; 8 complete A 2");
}

// The failure comes at 4 s and is repaired at 6 s.
#define INTERRUPTED(fate)                                                                          \
  ALONE(MACHINE("A", "'rate': '(1 - m.x)*0.1 1/s', " KEPT ", 'failures': {'f': {'clock': 'calendar', " \
                     "'mtbf': '4 s', 'repair': '2 s', 'part': '" fate "'}}"))

Test(semantics_5_states, rule_5_1_interrupted_work_at_a_rate_resumes_where_it_was) {
  // 4 s before each failure: 0.4, 0.4 (6-10), 0.2 (12-14)
  expect_story(INTERRUPTED("resume"), 15, "complete", "14 complete A 1");
}

Test(semantics_5_states, rule_5_1_restart_and_resample_begin_work_at_a_rate_anew) {
  static const char once[] =
      ALONE(MACHINE("A", "'rate': '(1 - m.x)*0.1 1/s', " KEPT ", 'failures': {'f': {'clock': 'calendar', "
                         "'mtbf': {'trace': {'values': ['4 s', '1 h']}}, 'repair': '2 s', 'part': '%s'}}"));
  static const char *const fates[] = {"restart", "resample"};
  for (int i = 0; i < 2; i++) {
    char text[1024];
    snprintf(text, sizeof text, once, fates[i]);
    expect_story(text, 30, "complete", "16 complete A 1; 26 complete A 2");
  }
}

Test(semantics_5_states, rule_5_1_finish_can_be_interrupted_with_every_fate) {
  static const char once[] =
      ALONE(MACHINE("A", "'finish': {'when': 'm.x >= 1', 'soak': '3 s'}, 'dynamics': {'m': {'model': 'equations', "
                         "'states': {'x': 0}, 'equations': {'processing': {'dx/dt': '0.1 1/s'}}, 'events': {'go': "
                         "{'on': 'start', 'set': {'x': 0}}}}}, 'failures': {'f': {'clock': 'calendar', "
                         "'mtbf': {'trace': {'values': ['11 s', '1 h']}}, 'repair': '2 s', 'part': '%s'}}"));
  static const char *const fates[] = {"resume", "restart", "resample"};
  for (int i = 0; i < 3; i++) {
    char text[1024];
    snprintf(text, sizeof text, once, fates[i]);
    // x reaches 1 at 10 s; the soak is broken off at 11 s and counts anew from 13 s
    expect_story(text, 17, "complete", "16 complete A 1");
  }
}

Test(semantics_5_states, rule_5_4_the_time_of_work_at_a_rate_counts_as_process_time) {
  tw_run *run = run_of(ALONE(MACHINE("A", "'rate': '(1 - 0.5*m.x)*0.1 1/s', 'sets': {'m.x': {'add': 1}}, " KEPT)), 35);
  // 10 s and 20 s
  const tw_place_stat *stat = &run->place_stat[test_place(run->line, "A")];
  expect_near(stat->processing_s, 30, 1e-9);
  tw_run_free(run);
}

// ---- 5.4 sets --------------------------------------------------------------------------------

Test(semantics_5_states, rule_5_4_sets_see_the_values_before_and_come_behind_scrap) {
  // scrap sees x of the part before; both sets see x and y of before
  tw_run *run = run_of(
      "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '1 s', 'scrap': 'if(m.x >= 2, 1, 0)', "
      "'sets': {'m.x': 'm.y + 1', 'm.y': 'm.x'}, 'dynamics': {'m': {'model': 'equations', 'states': {'x': 0, 'y': 1}, "
      "'equations': {}}}") "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'scrap']]", 3.5);
  // (x, y): (0, 1), (2, 0), (1, 2), (3, 1): the second part is scrap
  expect_near(state_of(run, test_place(run->line, "A"), 0), 3, 0);
  expect_near(state_of(run, test_place(run->line, "A"), 1), 1, 0);
  cr_expect_eq(run->head->n_scrapped, 1);
  tw_run_free(run);
}

// Random values that are added come from sites of their own: their sum is that of the draws, and another
// random set beside changes nothing of it.
Test(semantics_5_states, rule_5_4_random_sets_draw_from_sites_of_their_own) {
  double x[2];
  for (int i = 0; i < 2; i++) {
    char text[1024];
    snprintf(text, sizeof text,
             ALONE(MACHINE("A", "'time': '1 s', 'sets': {%s'm.x': {'add': {'exponential': {'mean': 0.02}}}}, "
                                "'dynamics': {'m': {'model': 'equations', 'states': {'x': 0, 'y': 0}, 'equations': {}}}")),
             i == 0 ? "" : "'m.y': {'uniform': {'min': 0, 'max': 1}}, ");
    tw_run *run = run_of(text, 10000.5);
    x[i] = state_of(run, 0 + test_place(run->line, "A"), 0);
    if (i == 1) {
      const double y = state_of(run, test_place(run->line, "A"), 1);
      cr_expect(y > 0 && y < 1, "y is %g", y);
    }
    tw_run_free(run);
  }
  cr_expect_eq(x[0], x[1]);
  // 10000 draws with mean and sd of 0.02: four standard errors are 8
  expect_near(x[0], 200, 8);
}

Test(semantics_5_states, rule_6_7_a_threshold_of_what_parts_add_asks_for_maintenance_that_takes_it_away) {
  // 3 parts of 0.4 reach 1; the change takes 5 s and leaves a quarter of the wear: 0.3, so that 2 parts reach 1.1
  expect_story(ALONE(MACHINE("A", "'time': '10 s', 'sets': {'m.x': {'add': 0.4}}, 'dynamics': {'m': {'model': 'equations', "
                                  "'states': {'x': 0}, 'equations': {}, 'events': {'worn': {'when': 'm.x >= 1', 'request': 'change'}}}}, "
                                  "'maintenance': {'change': {'trigger': 'request', 'duration': '5 s', 'set': {'m.x': '0.25*m.x'}}}")),
               60, "fail repaired", "30 fail A change; 35 repaired A change; 55 fail A change; 60 repaired A change");
}

// ---- State carried by parts ------------------------------------------------------------------

// Loads of 2 kg with 500 J/kg/K into 9 kJ/K without heater and loss: T - 20 degC is 180 K times 0.9^n, and
// what the oven loses the parts have. They cool with 100 s towards 20 degC, in the buffer and in the press.
#define OVEN_AND_PRESS                                                                              \
  "'parts': {'p': {'mass': '2 kg', 'attributes': {'T': '20 degC'}, 'carried': {'T': {'toward': '20 degC', " \
  "'time_constant': '100 s'}}}}, 'sources': {" ALWAYS("s") "}, 'buffers': {'b': {'capacity': 100}}, 'stations': {" \
  MACHINE("A", "'time': '10 s', 'sets': {'part.T': 'heat.T'}, 'dynamics': {'heat': {'model': 'lumped-thermal', " \
  "'states': {'T': '200 degC'}, 'heat_capacity': '9 kJ/K', 'load_heat': '500 J/kg/K', 'loss': '0 W/K', "     \
  "'load_temperature': 'part.T', 'heater': {'power': '0 W', 'setpoint': '200 degC'}}}") ", "          \
  MACHINE("B", "'time': '30 s', 'scrap': 'if(part.T < 100 degC, 1, 0)'")                             \
  "}, 'flow': [['s', 'A', 'b', 'B', 'out'], ['B.scrap', 'scrap']]"

Test(semantics_5_states, rule_5_4_a_part_takes_its_temperature_from_the_oven_to_the_press) {
  tw_run *run = run_of(OVEN_AND_PRESS, 95);
  const double ambient_k = 293.15;
  expect_near(state_of(run, test_place(run->line, "A"), 0) - ambient_k, 180 * pow(0.9, 10), 1e-9);
  for (int id = 3; id <= 9; id++)
    expect_near(carried_by(run, (uint64_t)id, 0) - ambient_k, 180 * pow(0.9, id) * exp(-(95 - 10.0 * id) / 100), 1e-9);
  // 20 + 162 exp(-0.3) = 140 and 20 + 145.8 exp(-0.5) = 108 degC are warm enough, 20 + 131.2 exp(-0.7) = 85 is not
  cr_expect_eq(run->head->n_scrapped, 0);
  cr_expect_eq(test_until(run, 100), TWIN_OK);
  cr_expect_eq(run->head->n_shipped, 2);
  cr_expect_eq(run->head->n_scrapped, 1);
  tw_run_free(run);
}

// A cold part warms up in the oven and comes back warm: mixing conserves energy, 9 T_oven + T_part.
Test(semantics_5_states, rule_5_4_a_load_that_comes_back_mixes_with_its_own_temperature) {
  tw_run *run = run_of(
      "'parts': {'p': {'mass': '2 kg', 'attributes': {'T': '20 degC'}}}, 'sources': {'s': {'sequence': ['p']}}, "
      "'buffers': {'b': {'capacity': 1, 'min_stay': '7 s'}}, 'stations': {"
      MACHINE("A", "'time': '10 s', 'sets': {'part.T': 'heat.T'}, 'exits': {'ratio': {'again': 1, 'off': 1}}, "
      "'dynamics': {'heat': {'model': 'lumped-thermal', 'states': {'T': '200 degC'}, 'heat_capacity': '9 kJ/K', "
      "'load_heat': '500 J/kg/K', 'loss': '0 W/K', 'load_temperature': 'part.T', 'heater': {'power': '0 W', "
      "'setpoint': '200 degC'}}}") "}, 'flow': [['s', 'A'], ['A.again', 'b', 'A'], ['A.off', 'out']]", 26);
  // after the first load both are at 182 degC, so the second one changes nothing
  expect_near(state_of(run, test_place(run->line, "A"), 0) - 293.15, 162, 1e-9);
  expect_near(carried_by(run, 1, 0) - 293.15, 162, 1e-9);
  tw_run_free(run);
}

Test(semantics_5_states, rule_8_4_a_queue_by_an_expression_sees_what_its_parts_carry) {
  // parts get 3, 1, 2 and so on: the smallest goes first; B is busy with the first one
  expect_story("'parts': {'p': {'attributes': {'n': 0}}}, 'sources': {'s': {'sequence': ['3 p']}}, 'buffers': {'b': "
               "{'capacity': 9, 'queue': 'attribute', 'attribute': 'n'}}, 'stations': {"
               MACHINE("A", "'time': '1 s', 'sets': {'part.n': {'trace': {'values': [3, 2, 1]}}}") ", "
               MACHINE("B", "'time': '10 s'") "}, 'flow': [['s', 'A', 'b', 'B', 'out']]",
               40, "start/B", "1 start B 1; 11 start B 3; 21 start B 2");
}

Test(semantics_5_states, a_line_without_carried_values_has_no_bytes_for_them) {
  tw_run *plain = run_of(ALONE(MACHINE("A", "'time': '1 s'")), 1);
  cr_expect_eq(tw_part_bytes(plain->line), sizeof(tw_part));
  tw_run *run = run_of(OVEN_AND_PRESS, 1);
  cr_expect_eq(tw_part_bytes(run->line), sizeof(tw_part) + sizeof(tw_carried));
  cr_expect_eq(sizeof(tw_carried), 16);
  tw_run_free(plain);
  tw_run_free(run);
}

// ---- Setups, shifts --------------------------------------------------------------------------

Test(semantics_5_states, rule_7_1_the_factor_of_a_setup_is_that_of_its_beginning) {
  // x is 1, 2, 3 behind the parts: setups of 10, 20 and 30 s
  expect_story("'parts': {'a': {}, 'c': {}}, 'sources': {'s': {'sequence': ['1 a', '1 c'], 'repeat': true}}, 'stations': {"
               MACHINE("A", "'time': '1 s', 'sets': {'m.x': {'add': 1}}, 'setup': {'by': 'part', 'time': '10 s', 'factor': 'm.x'}, " KEPT)
               "}, 'flow': [['s', 'A', 'out']]",
               70, "complete", "1 complete A 1; 12 complete A 2; 33 complete A 3; 64 complete A 4");
}

Test(semantics_5_states, the_shift_is_as_old_as_its_beginning_also_behind_a_break) {
  // 10 s + the age of the shift: begins at 0 s, 10 s, 30 s; and at 1200 s a new shift begins
  expect_story(CALENDARS(TEN_MINUTES) "'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '10 s', 'factor': '1 + t_since_shift_start/(10 s)'")
               "}, 'flow': [['s', 'A', 'out']]",
               1280, "complete", "10 complete A 1; 30 complete A 2; 70 complete A 3; 150 complete A 4; 310 complete A 5; "
               "1230 complete A 6; 1270 complete A 7");
}

// ---- Power -----------------------------------------------------------------------------------

// Wear grows by 0.01 1/s while it works, from 20 to 30 s and from 40 to 50 s: 1 kW + 2 kW * wear, which is 10 kJ + 1 kJ
// for the first part and 10 kJ + 3 kJ for the second; with the model's own 500 W for 20 s and 100 W idle for 30 s.
Test(semantics_5_states, power_can_depend_on_states_and_adds_to_what_models_draw) {
  tw_run *run = run_of(
      "'sources': {" EVERY("s", "20 s", "") "}, 'stations': {" MACHINE("A", "'time': '10 s', 'power': {'idle': '100 W', "
      "'processing': '1 kW + 2 kW*tool.wear'}, 'dynamics': {'tool': {'model': 'equations', 'states': {'wear': 0}, "
      "'equations': {'processing': {'dwear/dt': '0.01 1/s'}}, 'outputs': {'power': 'if(processing, 500 W, 0 W)'}}}")
      "}, 'flow': [['s', 'A', 'out']]", 50);
  expect_near(tw_energy_of_line(run), 11000 + 13000 + 10000 + 3000, 1e-3);
  cr_expect(tw_energy_agrees(run));
  tw_run_free(run);
}

// ---- 6.7 until -------------------------------------------------------------------------------

// x falls by 0.5 1/s while it is cooled from 10; at 4 it is enough: 12 s.
#define COOLED(rest)                                                                                  \
  MACHINE("A", "'time': '10 s', 'dynamics': {'m': {'model': 'equations', 'states': {'x': 10}, 'equations': " \
  "{'planned-maintenance': {'dx/dt': '-0.5 1/s'}}}}, 'maintenance': {'cool': {'trigger': {'every': '15 s', "  \
  "'clock': 'calendar'}, 'from': 'end', 'until': 'm.x <= 4', 'set': {'m.x': 10}" rest "}}")

Test(semantics_5_states, rule_6_7_maintenance_lasts_until_its_condition_holds) {
  expect_story(ALONE(COOLED("")), 80, "fail repair repaired",
               "20 fail A cool; 20 repair A cool; 32 repaired A cool; 52 fail A cool; 52 repair A cool; 64 repaired A cool");
}

Test(semantics_5_states, rule_6_7_a_condition_that_holds_already_ends_the_maintenance_at_once) {
  expect_story(ALONE(MACHINE("A", "'time': '10 s', " KEPT ", 'maintenance': {'cool': {'trigger': {'every': '15 s', "
                             "'clock': 'calendar'}, 'from': 'end', 'until': 'm.x <= 4'}}")),
               39, "repair repaired", "20 repair A cool; 20 repaired A cool");
}

Test(semantics_5_states, rule_6_7_people_stay_until_the_condition_holds) {
  expect_story("'workers': {'w': {'count': 1, 'skills': ['look']}}, 'sources': {" ALWAYS("s") "}, 'stations': {"
               COOLED(", 'needs': ['look']") ", " MACHINE("B", "'time': '25 s', 'needs': ['look']")
               "}, 'flow': [['s', 'A', 'out'], ['s', 'B', 'out']]",
               70, "repair repaired start/B", "0 start B 2; 25 repair A cool; 37 repaired A cool; 37 start B 4; 62 repair A cool");
}

Test(semantics_5_states, rule_6_7_until_stands_instead_of_a_duration) {
  expect_refused(ALONE(COOLED(", 'duration': '5 s'")), "not both");
  expect_refused(ALONE(MACHINE("A", "'time': '1 s', 'maintenance': {'cool': {'trigger': 'request'}}")), "required");
}
