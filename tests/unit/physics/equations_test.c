// equations_test.c - equations of the line file that branch on a state that moves.

#include "unit/physics/probe.h"

// T rises by 5 K/min from 20 to 75 degC and stays there: each branch is a constant, the whole is not.
Test(equations, that_branch_on_a_moving_state_are_not_taken_as_linear) {
  tw_run *run = probe_run("'x': {'model': 'equations', 'states': {'T': '20 degC'},"
                          " 'equations': {'dT/dt': 'if(T < 75 degC, 5 K/min, 0 K/min)'},"
                          " 'outputs': {'level': 'if(T < 40 degC, 1, 2)', 'above': 'T - 20 degC'}}");
  cr_expect_neq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, 180);
  expect_near("on its way", probe_value(run, "x.T"), 293.15 + 15, 1e-9);
  expect_near("the output's first branch", probe_value(run, "x.level"), 1, 0);
  probe_until(run, 360);
  expect_near("the output's second branch", probe_value(run, "x.level"), 2, 0);
  expect_near("what is linear stays so", probe_value(run, "x.above"), 30, 1e-9);
  probe_until(run, 3600);
  expect_near("it has come to its end", probe_value(run, "x.T"), 273.15 + 75, 0.05);
  tw_run_free(run);
}

// The same with branches that are kept between events is linear in each segment.
Test(equations, that_branch_on_a_kept_state_are_solved_exactly) {
  tw_run *run = probe_run("'x': {'model': 'equations', 'states': {'T': '20 degC', 'on': 1},"
                          " 'equations': {'dT/dt': 'if(on > 0, 5 K/min, 0 K/min)'},"
                          " 'events': {'top': {'when': 'T >= 75 degC', 'set': {'on': 0}}}}");
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, 3600);
  expect_near("it has come to its end", probe_value(run, "x.T"), 273.15 + 75, 1e-9);
  tw_run_free(run);
}

static double nominal_of(const char *keys) {
  tw_text text = {0};
  tw_text_print(&text, "'x': {'model': 'equations', %s}", keys);
  tw_run *run = probe_run(text.at);
  const double nominal = run->line->member[0].system->variable[0].nominal;
  tw_run_free(run);
  tw_text_free(&text);
  return nominal;
}

// Kelvins from absolute zero are no measure of how far a temperature moves, and 1 K is too little for one.
Test(equations, take_100_K_as_the_usual_size_of_a_temperature) {
  cr_expect_eq(nominal_of("'states': {'T': '20 degC'}, 'equations': {'dT/dt': '1 K/s'}"), 100);
  cr_expect_eq(nominal_of("'states': {'T': '-273.15 degC'}, 'equations': {'dT/dt': '1 K/s'}"), 100);
  cr_expect_eq(nominal_of("'states': {'T': '20 degC'}, 'nominal': {'T': '5 K'}, 'equations': {'dT/dt': '1 K/s'}"), 5);
  // a difference, as any other quantity, is as large as at the start
  cr_expect_eq(nominal_of("'states': {'d': '20 K'}, 'equations': {'dd/dt': '1 K/s'}"), 20);
}
