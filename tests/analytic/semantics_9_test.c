// semantics_9_test.c - the sentences of SEMANTICS 9 and 1.3, and of 2, 5 and 6 where they speak of machine models:
// small integer times with ties on purpose, by every solver.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "analytic/sentences.h"
#include "core/ode_cvode.h"
#include "engine/body/body.h"
#include "state/adopt.h"
#include "state/snapshot.h"
#include "state/validate.h"

static const char *const solvers[] = {"exact", "rk", "cvode", "cvode-adams"};
enum { N_SOLVER = 4 };

static bool has(const char *solver) { return strncmp(solver, "cvode", 5) != 0 || tw_cvode_version() != NULL; }

// A station "A" fed every 10 s, with the model "x": a ramp of 1/s unless `rest` says otherwise.
#define RAMP "'states': {'y': 0, 'n': 0}, 'equations': {'dy/dt': '1/(1 s)'}"
static char text[4000];
static const char *station(const char *solver, const char *model, const char *rest) {
  snprintf(text, sizeof text,
           "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '10 s', 'first': '0 s'}}, 'buffers': {'b': {'capacity': "
           "'unlimited'}}, 'stations': {'A': {'type': 'machine', %s, 'dynamics': {'x': {'model': 'equations', %s, "
           "'solver': '%s'}}}}, 'flow': [['s', 'b', 'A', 'out']]",
           rest, model, solver);
  return text;
}

// State i of the only model, and how often event e came.
static double state(const tw_run *run, int32_t i) { return tw_variable_now(run, &run->line->member[0], i); }
static int count(const tw_run *run, int32_t e) { return (int)run->model_event[e].n; }

static void expect_near(double got, double wanted, double within, const char *solver) {
  cr_expect(fabs(got - wanted) <= within, "%s: %.12g, not %.12g", solver, got, wanted);
}

// ---- 1.3 -------------------------------------------------------------------------------------

Test(semantics_1, s3_a_reset_takes_effect_at_its_own_instant_so_that_long_runs_do_not_drift) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // a period of 0.3 us beside the ticks: 3333 resets in 1000 s, each exact
    tw_run *run = run_of(station(solvers[s],
                                 RAMP ", 'events': {'e': {'when': 'y >= 0.3000003', 'set': {'y': 'y - 0.3000003'}}}",
                                 "'time': '1 s'"),
                         1000);
    const double n = floor(1000 / 0.3000003);
    cr_expect_eq(count(run, 0), (int)n, "%s: %d", solvers[s], count(run, 0));
    // resets at the ticks behind would have lost 3333 times 0.5 us
    expect_near(state(run, 0), 1000 - n * 0.3000003, 5e-6, solvers[s]);
    tw_run_free(run);
  }
}

Test(semantics_1, s3_the_consequence_for_the_line_is_on_the_tick_at_or_after_it) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    tw_run *run = run_of(station(solvers[s], RAMP ", 'events': {'e': {'when': 'y >= 3', 'set': {'n': 1}}, 'f': "
                                                  "{'when': 'y >= 3.0000004', 'set': {'n': 2}}}", "'time': '1 s'"),
                         3);
    cr_expect_eq(state(run, 1), 1, "%s", solvers[s]);
    cr_expect_eq(run->head->now_us, 3000000);
    tw_run_until(run, 3000001, NULL);
    cr_expect_eq(state(run, 1), 2, "%s: %g", solvers[s], state(run, 1));
    tw_run_free(run);
  }
}

// ---- 2.1, 2.3 --------------------------------------------------------------------------------

Test(semantics_2, s1_a_located_event_comes_before_a_completion_of_its_tick) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // the part is completed on 5 s, when y reaches 5: n is 1 already for the set of the completion
    tw_run *run = run_of(station(solvers[s], RAMP ", 'events': {'e': {'when': 'y >= 5', 'set': {'n': 'n + 1'}}, 'c': "
                                                  "{'on': 'completion', 'set': {'n': '10*n + 7'}}}", "'time': '5 s'"),
                         5);
    cr_expect_eq(state(run, 1), 17, "%s: %g", solvers[s], state(run, 1));
    tw_run_free(run);
  }
}

Test(semantics_2, s3_a_step_changes_nothing_that_others_see_on_its_tick) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    tw_run *run = run_of(station(solvers[s], RAMP, "'time': '5 s'"), 40);
    // cut behind every event: on each tick y is the time
    int32_t slot;
    while (run->head->now_us < 90000000 && tw_run_step(run, &slot, NULL) == TWIN_OK)
      expect_near(state(run, 0), tw_seconds(run->head->now_us), 1e-7, solvers[s]);
    tw_run_free(run);
  }
}

// ---- 5.3, 5.4 --------------------------------------------------------------------------------

Test(semantics_5, s3_while_interrupted_processing_is_false) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // 8 s of work on each part, interrupted at 4 s for 3 s: wears 8 s a part
    tw_run *run = run_of(station(solvers[s], "'states': {'y': 0}, 'equations': {'processing': {'dy/dt': '1/(1 s)'}, "
                                             "'otherwise': {'dy/dt': '0/(1 s)'}}",
                                 "'time': '8 s', " WEAR("calendar", "'4 s'", "3 s", "")),
                         4);
    expect_near(state(run, 0), 4, 1e-7, solvers[s]);
    test_until(run, 7);
    expect_near(state(run, 0), 4, 1e-7, solvers[s]);
    test_until(run, 11);
    expect_near(state(run, 0), 8, 1e-7, solvers[s]);
    tw_run_free(run);
  }
}

Test(semantics_5, s4_a_factor_sees_the_state_when_processing_starts) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // y is 10 when the second part starts: 1 s + 1 s
    tw_run *run = run_of(station(solvers[s], RAMP, "'time': '1 s', 'factor': '1 + x.y/10'"), 11.9);
    cr_expect_eq(run->head->n_shipped, 1, "%s", solvers[s]);
    test_until(run, 12.1);
    cr_expect_eq(run->head->n_shipped, 2, "%s", solvers[s]);
    tw_run_free(run);
  }
}

// ---- 6.5, 6.7 --------------------------------------------------------------------------------

Test(semantics_6, s5_a_hazard_comes_when_its_integral_reaches_the_draw_whatever_the_solver) {
  double first_s[N_SOLVER] = {0};
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // beside a state that is kept: the limit is not the variable behind the integral
    tw_run *run = run_of(station(solvers[s],
                                 RAMP ", 'events': {'e': {'when': 'y >= 900', 'set': {'n': 1}}}",
                                 "'time': '4 s', 'failures': {'f': {'clock': 'processing', 'hazard': 'x.y*(0.001 1/s)', "
                                 "'repair': '5 s'}}"),
                         0);
    for (double t = 1; t < 400 && first_s[s] == 0; t += 1) {
      test_until(run, t);
      if (run->machine[0].down != TW_UP) first_s[s] = tw_seconds(run->head->now_us);
      cr_assert_eq(state(run, run->line->member[0].system->n_state), 0, "n is the file's");
    }
    cr_expect_gt(first_s[s], 0, "%s: it never came", solvers[s]);
    cr_expect_eq(first_s[s], first_s[0], "%s: in the second of %g, not %g", solvers[s], first_s[s], first_s[0]);
    tw_run_free(run);
  }
}

Test(semantics_6, s7_an_event_requests_a_maintenance_which_sets_the_state) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // y reaches 5 on the tick of the completion at 5 s; changed at the boundary, till 8 s, then anew from 0
    tw_run *run = run_of(station(solvers[s], RAMP ", 'events': {'e': {'when': 'y >= 5', 'request': 'm'}}",
                                 "'time': '5 s', 'maintenance': {'m': {'trigger': 'request', 'at': 'part-boundary', "
                                 "'duration': '3 s', 'set': {'x.y': 0}}}"),
                         7);
    expect_near(test_in_state(run, 0, TWIN_PLANNED_MAINTENANCE), 2, 1e-9, solvers[s]);
    test_until(run, 9);
    expect_near(state(run, 0), 1, 1e-7, solvers[s]);
    cr_expect_eq(count(run, 0), 1);
    test_until(run, 14);
    cr_expect_eq(count(run, 0), 2, "%s: it can come again behind the reset", solvers[s]);
    tw_run_free(run);
  }
}

// ---- 9.1 -------------------------------------------------------------------------------------

Test(semantics_9, s1_what_changes_earlier_reads_the_state_of_that_instant) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // heats while processing (4 of 10 s), cools else, exp by hand
    tw_run *run = run_of(station(solvers[s], "'rtol': 1e-9, 'states': {'y': 0}, 'equations': {'processing': {'dy/dt': '(1 - "
                                             "y)/(3 s)'}, 'otherwise': {'dy/dt': '-y/(7 s)'}}",
                                 "'time': '4 s'"),
                         0);
    double y = 0;
    for (int i = 0; i < 20; i++) {
      test_until(run, 10 * i + 4);
      y = 1 + (y - 1) * exp(-4.0 / 3);
      expect_near(state(run, 0), y, 1e-6, solvers[s]);
      test_until(run, 10 * i + 10);
      y *= exp(-6.0 / 7);
      expect_near(state(run, 0), y, 1e-6, solvers[s]);
    }
    tw_run_free(run);
  }
}

Test(semantics_9, s1_the_earliest_root_comes_and_two_of_one_instant_in_file_order) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    tw_run *run = run_of(station(solvers[s], RAMP ", 'events': {'c': {'when': 'y >= 4', 'set': {'n': '10*n + 3'}}, 'a': "
                                                  "{'when': 'y >= 3', 'set': {'n': '10*n + 1'}}, 'b': {'when': 'y >= 3',"
                                                  " 'set': {'n': '10*n + 2'}}}", "'time': '9 s'"),
                         8);
    cr_expect_eq(state(run, 1), 123, "%s: %g", solvers[s], state(run, 1));
    tw_run_free(run);
  }
}

// ---- 9.3 -------------------------------------------------------------------------------------

Test(semantics_9, s3_reads_between_are_exact_and_the_window_counts_from_its_begin) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    tw_run *run = run_of(station(solvers[s], "'rtol': 1e-9, 'states': {'y': 1}, 'equations': {'dy/dt': '-y/(20 s)'}",
                                 "'time': '30 s'"),
                         0);
    run->head->warmup_us = 0;
    test_until(run, 7);
    tw_bodies_reset(run);
    test_until(run, 9);
    const tw_course course = tw_variable_course(run, &run->line->member[0], 0);
    // what was before the window is in neither figure
    expect_near(course.greatest, exp(-7.0 / 20), 1e-7, solvers[s]);
    expect_near(course.least, exp(-9.0 / 20), 1e-7, solvers[s]);
    expect_near(course.integral_s, 20 * (exp(-7.0 / 20) - exp(-9.0 / 20)), 1e-6, solvers[s]);
    tw_run_free(run);
  }
}

// ---- 9.5 -------------------------------------------------------------------------------------

Test(semantics_9, s5_an_event_comes_when_its_condition_turns_true_and_once) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // g(t0) = 0: >= holds and <= holds, > turns true directly behind the start
    tw_run *run = run_of(station(solvers[s], RAMP ", 'events': {'a': {'when': 'y >= 0'}, 'b': {'when': 'y > 0'}, 'c': {'when'"
                                                  ": 'y <= 0'}, 'd': {'when': 'y >= 2 and processing'}, 'e': {'when': "
                                                  "'y >= 1e6'}}", "'time': '3 s'"),
                         2);
    static const int wanted[] = {1, 1, 1, 1, 0};
    for (int e = 0; e < 5; e++) cr_expect_eq(count(run, e), wanted[e], "%s: event %d came %d times", solvers[s], e, count(run, e));
    // the word turns false at 3 s and true at 10 s: it comes again
    test_until(run, 9);
    cr_expect_eq(count(run, 3), 1);
    test_until(run, 10);
    cr_expect_eq(count(run, 3), 2, "%s", solvers[s]);
    tw_run_free(run);
  }
}

Test(semantics_9, s5_right_sides_use_the_values_before) {
  tw_run *run = run_of(station("exact", "'states': {'y': 0, 'a': 1, 'b': 2}, 'equations': {'dy/dt': '1/(1 s)'}, 'events': {'e': "
                                        "{'when': 'y >= 1', 'set': {'a': 'b', 'b': 'a', 'y': -100}}}", "'time': '9 s'"),
                       2);
  cr_expect_eq(state(run, 1), 2);
  cr_expect_eq(state(run, 2), 1);
  expect_near(state(run, 0), -99, 1e-9, "exact");
  tw_run_free(run);
}

Test(semantics_9, s5_an_event_comes_also_while_the_machine_is_down_and_off_no_part) {
  tw_run *run = run_of(station("exact", RAMP ", 'events': {'e': {'when': 'y >= 5', 'set': {'n': 'n + 1', 'y': 0}}}",
                               "'time': '3 s', " WEAR("calendar", "'4 s'", "30 s", "")),
                       31);
  cr_expect_eq(state(run, 1), 6);
  tw_run_free(run);
}

// ---- Processing that a condition ends --------------------------------------------------------

Test(semantics_9, finish_each_part_soaks_for_itself_also_where_the_condition_holds_already) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    // y is 3 at 3 s; from then on each part takes its soak of 4 s only, at once behind the one before
    snprintf(text, sizeof text,
             "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', 'finish': {'when': "
             "'x.y >= 3', 'soak': '4 s'}, 'dynamics': {'x': {'model': 'equations', " RAMP ", 'solver': '%s'}}}}, 'flow': [['s', "
             "'A', 'out']]",
             solvers[s]);
    expect_story(text, 20, "complete", "7 complete A 1; 11 complete A 2; 15 complete A 3; 19 complete A 4");
  }
}

Test(semantics_9, finish_a_soak_starts_again_when_its_condition_has_ceased) {
  // y falls back to 1 at 5 s: the soak from 3 s is lost, the next one is from 7 s
  snprintf(text, sizeof text,
           "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', 'finish': {'when': "
           "'x.y >= 3', 'soak': '4 s'}, 'dynamics': {'x': {'model': 'equations', 'states': {'y': 0, 'k': 0}, 'equations': {'dy/dt': "
           "'1/(1 s)'}, 'events': {'door': {'when': 'y >= 5 and k < 1', 'set': {'y': 1, 'k': 1}}}}}}}, 'flow': [['s', 'A', 'out']]");
  expect_story(text, 12, "complete", "11 complete A 1");
}

Test(semantics_9, finish_after_a_failure_the_part_waits_for_its_condition_again_whatever_its_fate) {
  // down from 4 to 7 s in the middle of the soak of 3 s, which starts again at 7 s
  static const char *const fates[] = {"resume", "restart", "resample"};
  for (int i = 0; i < 3; i++) {
    snprintf(text, sizeof text,
             "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', 'finish': {'when': "
             "'x.y >= 3', 'soak': '3 s'}, 'failures': {'wear': {'clock': 'calendar', 'mtbf': '4 s', 'repair': '3 s', 'part': "
             "'%s'}}, 'dynamics': {'x': {'model': 'equations', 'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 s)'}}}}}, 'flow': "
             "[['s', 'A', 'out']]", fates[i]);
    expect_story(text, 10.5, "complete", "10 complete A 1");
  }
}

Test(semantics_9, finish_tells_a_queue_spt_no_time) {
  expect_refused("'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '1 s'}}, 'buffers': {'b': {'capacity': "
                 "'unlimited', 'queue': 'spt'}}, 'stations': {'A': {'type': 'machine', 'finish': {'when': 'x.y >= 3'}, "
                 "'dynamics': {'x': {'model': 'equations', 'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 s)'}}}}}, "
                 "'flow': [['s', 'b', 'A', 'out']]", "needs to know the process time before the machine");
}

Test(semantics_9, finish_that_is_never_reached_goes_on_to_the_horizon) {
  snprintf(text, sizeof text,
           "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', 'finish': {'when': "
           "'x.y >= 3'}, 'dynamics': {'x': {'model': 'equations', 'states': {'y': 0}, 'equations': {'dy/dt': '(2 - y)/(5 s)'}}}}}, "
           "'flow': [['s', 'A', 'out']]");
  tw_run *run = run_of(text, 100000);
  cr_expect_eq(run->head->n_shipped, 0);
  expect_near(test_in_state(run, 0, TWIN_PROCESSING), 100000, 1e-6, "auto");
  tw_run_free(run);
}

// ---- What stops a run ------------------------------------------------------------------------

// The run stops with an error that holds all of these; its state can still be read.
static void expect_stop(const char *sections, const char *solver, const char *const *words) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at);
  tw_run *run = test_run(line, 1);
  twin_problems *problems = twin_problems_new();
  char fault[200] = "";
  cr_expect_eq(tw_run_until(run, 3000000000, problems), TWIN_ERR_MODEL, "%s goes on", solver);
  const char *said = twin_problems_text(problems, 0);
  for (int i = 0; words[i] != NULL; i++)
    cr_expect(strstr(said, words[i]) != NULL, "%s\n  said   %s\n  wanted %s", solver, said, words[i]);
  cr_expect(isfinite(state(run, 0)), "%s: %g", solver, state(run, 0));
  cr_expect(tw_run_is_valid(run, fault, sizeof fault), "%s: %s", solver, fault);
  twin_problems_free(problems);
  tw_text_free(&why);
  tw_run_free(run);
  tw_line_unref(line);
}

#define STOPS(name, first, model, ...)                                                    \
  Test(semantics_9, stops_##name) {                                                       \
    static const char *const words[] = {__VA_ARGS__, "A[1].x", NULL};                     \
    for (int s = first; s < N_SOLVER; s++)                                                \
      if (has(solvers[s])) expect_stop(station(solvers[s], model, "'time': '1 s'"), solvers[s], words); \
  }

STOPS(where_a_derivative_is_no_number, 1, "'states': {'y': 1}, 'equations': {'dy/dt': 'log(y - 2)/(1 s)'}", "state x.y",
      "not a number", "at 0 s")
STOPS(where_a_derivative_ceases_to_be_one, 2, "'states': {'y': 1}, 'equations': {'dy/dt': '-sqrt(y)/(1 s)'}", "state x.y", "2.0")
STOPS(where_a_state_blows_up, 1, "'states': {'y': 1}, 'equations': {'dy/dt': 'y^2/(5.5 s)'}", "state x.y", "runs away")
STOPS(where_a_linear_state_runs_away, 0, "'states': {'y': 1}, 'equations': {'dy/dt': 'y/(1 s)'}", "state x.y", "runs away", "at 7")
STOPS(where_something_is_divided_by_0, 0, "'states': {'y': 1, 'd': 0}, 'equations': {'dy/dt': 'y/d/(1 s)'}", "state x.y",
      "division by 0")
STOPS(where_the_first_step_overflows, 1, "'states': {'y': 0}, 'equations': {'dy/dt': 'exp(1000*y)/(1 s)'}", "state x.y")
STOPS(where_a_thermostat_has_no_band, 0,
      "'states': {'y': 0, 'u': 1}, 'equations': {'dy/dt': '(u*2 - y)/(1 s)'}, 'events': {'off': {'when': 'y >= 1', 'set': "
      "{'u': 0}}, 'on': {'when': 'y <= 1', 'set': {'u': 1}}}", "event x/o", "again and again", "hysteresis")
STOPS(where_a_reset_puts_the_state_on_its_threshold, 0,
      "'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 s)'}, 'events': {'e': {'when': 'y >= 1', 'set': {'y': 1}}}",
      "event x/e", "state x.y", "condition still holds", "at 1 s")
STOPS(where_a_reset_puts_the_state_right_before_it, 0,
      "'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 s)'}, 'events': {'e': {'when': 'y >= 1', 'set': {'y': '1 - 1e-9'}}}",
      "event x/e", "again and again", "at 1")
STOPS(where_a_ball_bounces_without_end, 1,
      "'rtol': 1e-9, 'states': {'h': '1 m', 'v': '0 m/s'}, 'equations': {'dh/dt': 'v', 'dv/dt': '-9.81 m/s^2'}, 'events': "
      "{'hit': {'when': 'h <= 0 m', 'set': {'v': '-0.8*v'}}}", "event x/hit", "again and again", "at 4.06")
STOPS(where_an_event_sets_no_number, 0,
      "'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 s)'}, 'events': {'e': {'when': 'y >= 1', 'set': {'y': 'sqrt(-y)'}}}",
      "event x/e", "state x.y", "not a number", "at 1 s")

// A ramp has no error, so each segment's first step may be ten times as long as the one before; after 308 of them no
// double held it, and half of infinity was tried for ever.
// An inspection that looks at every fifth part lets four pass in no time: each cools the oven, whose heater goes on and
// off with each. That is no chatter of the model.
Test(semantics_9, s9_5_parts_that_pass_in_no_time_are_no_chatter) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(
      "'parts': {'p': {'mass': '1 kg'}}, 'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'i': {"
      " 'type': 'inspection', 'time': {'trace': {'values': ['2 s', '5 s', '2 s'], 'repeat': true}}, 'detects': {},"
      " 'load': {'time': {'discrete': {'values': ['0 s', '2 s', '3 s'], 'weights': [2, 1, 1]}}}, 'sample': {'every': 5},"
      " 'dynamics': {'heat': {"
      "  'model': 'lumped-thermal', 'states': {'T': '60 degC'}, 'heat_capacity': '60 J/K', 'load_heat': '5 J/kg/K',"
      "  'loss': '1 W/K', 'heater': {'power': '300 W', 'setpoint': '92 degC', 'band': '1 K'}, 'standby': '70 degC'}}}},"
      " 'flow': [['s', 'i', 'out']]",
      &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_run *run = test_run(line, 1);
  cr_assert_eq(test_until(run, 20000), TWIN_OK);
  cr_assert_gt(run->head->n_shipped, 10000);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(semantics_9, a_ramp_goes_on_through_any_number_of_segments, .timeout = 20) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(solvers[s])) continue;
    tw_run *run = run_of(station(solvers[s],
                                 "'states': {'y': 0, 'n': 0}, 'equations': {'processing': {'dy/dt': '2/(1 s)'}, 'otherwise': "
                                 "{'dy/dt': '1/(1 s)'}}, 'events': {'e': {'when': 'y >= 5', 'set': {'y': 0}}}",
                                 "'time': '1 s'"),
                         3600);
    cr_expect_eq(run->status, TWIN_OK, "%s", solvers[s]);
    // 11 in the 10 s of a part: 11/5 resets
    cr_expect_eq(count(run, 0), 3600 / 10 * 11 / 5, "%s: %d", solvers[s], count(run, 0));
    cr_expect(run->body[0].first_h_s < 1e11, "%s: %g s", solvers[s], run->body[0].first_h_s);
    tw_run_free(run);
  }
}

Test(semantics_9, a_threshold_of_time_alone_is_met) {
  tw_run *run = run_of(station("auto", "'states': {'y': 0}, 'equations': {}, 'events': {'e': {'when': 'time >= 7 s', 'set': {'y': "
                                       "'y + 1'}}}", "'time': '1 s'"),
                       6.9);
  cr_expect_eq(state(run, 0), 0);
  test_until(run, 7);
  cr_expect_eq(state(run, 0), 1);
  tw_run_free(run);
}

// Work of 1 s every 2 s, each time a segment of its own: a step of any length has no error here.
Test(semantics_9, a_polynomial_is_solved_in_segment_after_segment) {
  tw_run *run = run_of(
      "'sources': {" EVERY("in", "2 s", ", 'first': '0 s'") "}, 'buffers': {" BUFFER("b", "5") "}, "
      "'stations': {" MACHINE("A", "'time': '1 s', 'dynamics': {'x': {'model': 'equations', 'states': {'y': 0}, "
      "'equations': {'dy/dt': 'if(processing, 1/(1 s), 0/(1 s))'}}}, 'failures': {'f': {'clock': 'processing', "
      "'hazard': 'x.y*(1e-12 1/s)', 'repair': '1 s'}}")
      "}, 'flow': [['in', 'b', 'A', 'out']]", 10000);
  cr_expect_leq(fabs(state(run, 0) - 5000), 5e-7);
  // the sum of k + 1/2 for k from 0 to 4999
  cr_expect_leq(fabs(state(run, 1) - 1.25e-5), 1e-13);
  tw_run_free(run);
}

// Of a model without events too: nothing is pending in it.
Test(semantics_9, a_run_that_has_not_begun_is_saved_and_restored) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(station("auto", "'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 s)'}", "'time': '1 s'"), &why);
  cr_assert(line != NULL, "%s", why.at);
  tw_run *run = test_run(line, 1), *back = test_run(line, 2);
  size_t n_byte;
  void *saved = test_save(run, &n_byte);
  cr_expect_eq(tw_run_restore(back, saved, n_byte, NULL), TWIN_OK);
  cr_expect_eq(test_until(back, 5), TWIN_OK);
  cr_expect_eq(state(back, 0), 5);
  free(saved);
  tw_run_free(run);
  tw_run_free(back);
  tw_line_unref(line);
}
