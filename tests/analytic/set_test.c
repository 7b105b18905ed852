// set_test.c - what events of machine models, repairs and maintenance give other values: states and attributes of
// the part on the machine, by an expression, at random, or added to what it was (SEMANTICS 5.4, 6.7, 9.5).

#include <math.h>

#include "analytic/sentences.h"
#include "engine/body/body.h"
#include "engine/carried.h"

// An event of a model at "A", behind which a part goes through "B" for as many seconds as its grade says.
#define GRADED(machine) \
  "'parts': {'p': {'attributes': {'grade': 0}}}, 'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("b", "9") "}, 'stations': {" \
    machine ", " MACHINE("B", "'time': '1 s', 'factor': 'part.grade'") "}, 'flow': [['s', 'A', 'b', 'B', 'out']]"

// The clock of the run in s, from 0.
#define CLOCKED(events) \
  "'dynamics': {'m': {'model': 'equations', 'states': {'x': 0, 'k': 0}, 'equations': {'dx/dt': '1/(1 s)'}, 'events': {" events "}}}"

static double part_value(const tw_run *run, uint64_t id) {
  for (uint32_t i = 0; i < run->head->n_part_slot; i++)
    if (run->part[i].type != TW_NONE && run->part[i].id == id) return tw_part_attribute(run, &run->part[i], 0);
  return (double)NAN;
}

static double state_of(const tw_run *run, int32_t machine_i, int32_t k) {
  double values[TW_STATION_VARIABLES_MAX];
  tw_bodies_fill(run, machine_i, values);
  return values[k];
}

static void expect_near(double got, double wanted) {
  cr_expect(fabs(got - wanted) <= 1e-9, "%.12g, not %.12g", got, wanted);
}

// ---- Events of models ------------------------------------------------------------------------

// x is 3, 6, 9 where the parts are completed: they take so long at B.
Test(set, s9_5_an_event_writes_an_attribute_of_the_part_on_the_machine) {
  expect_story(GRADED(MACHINE("A", "'time': '3 s', " CLOCKED("'out': {'on': 'completion', 'set': {'part.grade': 'x'}}"))), 30,
               "complete/B", "6 complete B 1; 12 complete B 2; 21 complete B 3");
}

// The value before counts for all: k becomes what x was, and x what k was.
Test(set, s9_5_right_sides_of_states_and_attributes_are_of_the_values_before) {
  tw_run *run = run_of(GRADED(MACHINE("A", "'time': '10 s', " CLOCKED(
      "'e': {'when': 'x >= 4', 'set': {'x': 'k + part.grade - 1', 'part.grade': 'x', 'k': {'add': 'x'}}}"))), 6);
  expect_near(part_value(run, 1), 4);
  expect_near(state_of(run, 0, 0), -1 + 2);  // at 4 s k and the grade were 0
  expect_near(state_of(run, 0, 1), 4);
  tw_run_free(run);
}

// x comes to 2 at 2, 4, 6 s: each time k is one more. A temperature is set back by a difference.
Test(set, s9_5_what_is_added_is_added_to_what_it_was) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {" MACHINE("A",
      "'time': '100 s', 'dynamics': {'m': {'model': 'equations', 'states': {'x': 0, 'k': 0, 'T': '20 degC'},"
      " 'equations': {'dx/dt': '1/(1 s)', 'dT/dt': '3 K/s'}, 'events': {'e': {'when': 'x >= 2',"
      " 'set': {'x': {'add': -2}, 'k': {'add': 1}, 'T': {'add': '-5 K'}}}}}}") "}", 7);
  expect_near(state_of(run, 0, 0), 1);
  expect_near(state_of(run, 0, 1), 3);
  expect_near(state_of(run, 0, 2), 293.15 + 21 - 15);
  tw_run_free(run);
}

// The threshold k is 1 first, then what is drawn: x comes to it after 1, 2, 3 and 4 s.
Test(set, s9_5_a_random_value_is_drawn_when_the_event_comes) {
  const char *sections = "'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {" MACHINE("A",
      "'machines': 2, 'time': '100 s', 'dynamics': {'m': {'model': 'equations', 'states': {'x': 0, 'k': 1, 'n': 0},"
      " 'equations': {'dx/dt': '1/(1 s)'}, 'events': {'e': {'when': 'x >= k',"
      " 'set': {'x': 0, 'k': {'trace': {'values': [2, 3, 4, 50]}}, 'n': {'add': {'uniform': {'min': 1, 'max': 2}}}}}}}}") "}";
  tw_run *run = run_of(sections, 10.5);
  expect_near(state_of(run, 0, 0), 0.5);
  expect_near(state_of(run, 1, 0), 0.5);
  expect_near(state_of(run, 0, 1), 50);
  // each machine has draws of its own
  const double first = state_of(run, 0, 2), second = state_of(run, 1, 2);
  cr_expect(first > 4 && first < 8 && second > 4 && second < 8 && first != second, "%g and %g", first, second);
  tw_run_free(run);
}

// What is drawn depends on the names of its station, model, event and state, and on nothing that stands beside it.
Test(set, s10_1_a_draw_of_an_event_is_by_its_names) {
  double drawn[3];
  static const char *const beside[] = {"", ", 'z': {'exponential': {'mean': 3}}", ", 'part.grade': {'uniform': {'min': 0, 'max': 9}}"};
  for (int i = 0; i < 3; i++) {
    tw_text text = {0};
    tw_text_print(&text, "'parts': {'p': {'attributes': {'grade': 0}}}, 'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']],"
                  " 'stations': {" MACHINE("A", "'time': '100 s', 'dynamics': {'m': {'model': 'equations', 'states':"
                  " {'k': 0, 'z': 0}, 'equations': {}, 'events': {'e': {'on': 'start', 'set': {'k': {'normal': {'mean': 5,"
                  " 'sd': 1, 'min': 0}}%s}}}}}") "}", beside[i]);
    tw_run *run = run_of(text.at, 1);
    drawn[i] = state_of(run, 0, 0);
    tw_run_free(run);
    tw_text_free(&text);
  }
  cr_expect_neq(drawn[0], 0);
  cr_expect_eq(drawn[1], drawn[0]);
  cr_expect_eq(drawn[2], drawn[0]);
}

// x comes to the part's grade 1, which the event makes 2, 3: the condition ceases with the new value, and comes again.
Test(set, s9_5_an_attribute_that_ends_the_condition_lets_the_event_come_again) {
  tw_run *run = run_of("'parts': {'p': {'attributes': {'grade': 1}}}, 'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {"
                       MACHINE("A", "'time': '100 s', " CLOCKED("'e': {'when': 'x >= part.grade', 'set': {'part.grade': {'add': 1}, 'k': {'add': 1}}}")) "}",
                       3.5);
  expect_near(part_value(run, 1), 4);
  expect_near(state_of(run, 0, 1), 3);
  tw_run_free(run);
}

// A part comes at 5 s only: what is due to it before is lost, the states are set all the same.
Test(set, s9_5_where_no_part_is_on_the_machine_only_states_are_set) {
  tw_run *run = run_of("'parts': {'p': {'attributes': {'grade': 1}}}, 'sources': {'s': {'sequence': ['p'], 'every': '100 s', 'first': '5 s', 'repeat': true}},"
                       " 'flow': [['s', 'A', 'out']], 'stations': {" MACHINE("A", "'time': '50 s', " CLOCKED(
                       "'e': {'when': 'x >= 2', 'set': {'part.grade': {'add': 7}, 'k': {'add': 'part.grade + 1'}}}")) "}", 6);
  expect_near(part_value(run, 1), 1);
  expect_near(state_of(run, 0, 1), 1);
  tw_run_free(run);
}

// A shared model has draws of its own, and no part.
Test(set, s9_4_an_event_of_a_shared_model_draws_and_adds) {
  const char *sections = "'shared': {'hall': {'model': 'equations', 'states': {'x': 0, 'k': 1}, 'equations': {'dx/dt': '1/(1 s)'},"
                         " 'events': {'e': {'when': 'x >= k', 'set': {'x': {'add': '-k'}, 'k': {'trace': {'values': [2, 3, 90]}}}}}}},"
                         " 'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {" MACHINE("A",
                         "'time': '1 s', 'dynamics': {'m': {'model': 'equations', 'states': {'y': 0}, 'equations': {'dy/dt': 'hall.k/(1 s)'}}}") "}";
  tw_run *run = run_of(sections, 7);
  // 1 s at 1, 2 s at 2, 3 s at 3, 1 s at 90
  cr_expect(fabs(state_of(run, 0, 0) - (1 + 4 + 9 + 90)) < 1e-6, "%.9g", state_of(run, 0, 0));
  tw_run_free(run);
}

Test(set, s9_5_a_value_that_is_no_number_stops_the_run) {
  char *told = test_told(GRADED(MACHINE("A", "'time': '3 s', " CLOCKED("'out': {'on': 'completion', 'set': {'part.grade': '1/(x - x)'}}"))), 30, "ship");
  cr_expect_not_null(strstr(told, "event m/out sets part.grade to what is infinite"), "%s", told);
  free(told);
}

// ---- Repairs and maintenance -----------------------------------------------------------------

// Done at 4, 14 and 24 s for 1 s, on the part that lies on the machine: k loses 0.25 of what it has.
Test(set, s6_7_a_maintenance_adds_to_a_state_and_writes_the_part) {
  tw_run *run = run_of(GRADED(MACHINE("A", "'time': '100 s', 'maintenance': {'clean': {'trigger': {'every': '4 s', 'clock': 'processing'},"
                              " 'at': 'immediate', 'duration': '1 s', 'set': {'m.k': {'add': '1 + part.grade'}, 'part.grade': {'add': 2}}}}, "
                              "'dynamics': {'m': {'model': 'equations', 'states': {'k': 0}, 'equations': {}}}")), 12);
  // the second time k gets 1 + 2
  expect_near(part_value(run, 1), 4);
  expect_near(state_of(run, 0, 0), 1 + 3);
  tw_run_free(run);
}

// Between parts there is none: its attribute is not written, and what reads it reads 0.
Test(set, s6_7_between_parts_only_states_are_set) {
  tw_run *run = run_of("'parts': {'p': {'attributes': {'grade': 5}}}, 'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {"
                       MACHINE("A", "'time': '10 s', 'maintenance': {'clean': {'trigger': {'every': 1, 'clock': 'cycles'}, 'at': 'part-boundary',"
                               " 'duration': '1 s', 'set': {'m.k': {'add': '1 + part.grade'}, 'part.grade': 9}}}, "
                               "'dynamics': {'m': {'model': 'equations', 'states': {'k': 0}, 'equations': {}}}") "}", 25);
  expect_near(state_of(run, 0, 0), 2);
  for (uint32_t i = 0; i < run->head->n_part_slot; i++)
    if (run->part[i].type != TW_NONE) expect_near(tw_part_attribute(run, &run->part[i], 0), 5);
  tw_run_free(run);
}

// Each machine draws its own, from sites by the name of the failure: 0.1 and 0.2, then 0.4 and 0.8.
Test(set, s6_7_a_repair_draws_what_it_gives) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {" MACHINE("A",
      "'machines': 2, 'time': '100 s', 'failures': {'f': {'clock': 'processing', 'mtbf': '4 s', 'repair': '1 s', 'set': {'m.k': {'add': {'by_machine': {"
      "'1': {'trace': {'values': [0.1, 0.4, 9]}}, '2': {'trace': {'values': [0.2, 0.8, 9]}}}}}}}},"
      " 'dynamics': {'m': {'model': 'equations', 'states': {'k': 0}, 'equations': {}}}") "}", 12);
  expect_near(state_of(run, 0, 0), 0.5);
  expect_near(state_of(run, 1, 0), 1.0);
  tw_run_free(run);
}

// Cleaning from 4 to 5 s leaves x beyond a threshold: a change is asked for behind the part that is taken at 5 s.
Test(set, s6_7_a_value_that_meets_a_threshold_is_seen_behind_the_maintenance) {
  const char *sections = "'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {" MACHINE("A",
      "'time': '2 s', 'maintenance': {'clean': {'trigger': {'every': 2, 'clock': 'cycles'}, 'at': 'part-boundary', 'duration': '1 s',"
      " 'set': {'m.x': {'add': 5}}}, 'change': {'trigger': 'request', 'at': 'part-boundary', 'duration': '1 s', 'set': {'m.x': 0}}},"
      " 'dynamics': {'m': {'model': 'equations', 'states': {'x': 0}, 'equations': {},"
      " 'events': {'worn': {'when': 'x >= 3', 'request': 'change'}}}}") "}";
  expect_story(sections, 12, "complete fail", "2 complete A 1; 4 complete A 2; 4 fail A clean; 7 complete A 3; "
                                              "7 fail A change; 10 complete A 4; 10 fail A clean");
}

// "distributions" holds what several targets share; a bare name of it is a random value, no state of that name.
Test(set, s5_4_a_named_distribution_is_drawn) {
  tw_run *run = run_of("'distributions': {'x': {'trace': {'values': [0.25, 0.5, 1, 9, 9]}}}, 'parts': {'p': {'attributes': {'grade': 0}}},"
                       " 'sources': {" ALWAYS("s") "}, 'flow': [['s', 'A', 'out']], 'stations': {" MACHINE("A",
                       "'time': '2 s', 'sets': {'m.k': {'add': 'x'}}, 'dynamics': {'m': {'model': 'equations', 'states': {'k': 0, 'n': 0},"
                       " 'equations': {}, 'events': {'e': {'on': 'start', 'set': {'n': {'add': 'x'}}}}}}") "}", 5);
  expect_near(state_of(run, 0, 0), 0.25 + 0.5);
  expect_near(state_of(run, 0, 1), 0.25 + 0.5 + 1);
  tw_run_free(run);
}
