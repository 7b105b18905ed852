// taylor_life_test.c - Taylor's equation in closed form; solved exactly, so to rounding.

#include "unit/physics/probe.h"

Test(taylor_life, a_tool_is_worn_after_its_life_at_that_speed) {
  // (300/150)^(1/0.25) = 16 min of cutting, 2 parts of 6 min and 4 min of the third
  tw_run *run =
      probe_run("'x': {'model': 'taylor-life', 'speed': '150 m/min', 'constant': '300 m/min',"
                " 'exponent': 0.25, 'events': {'worn': {'when': 'wear >= 1'}}}");
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, 600);
  expect_close("wear", probe_value(run, "x.wear"), 6.0 / 16, 1e-12);
  probe_until(run, 3600);
  expect_near("worn", probe_event(run, "x/worn").first_s, 2 * PERIOD_S + FIRST_S + 240, 2e-9);
  tw_run_free(run);
}

Test(taylor_life, shares_of_life_at_several_speeds_add_up) {
  tw_run *run = probe_run(
      "'x': {'model': 'taylor-life', 'speed': 'if(processing, 150 m/min, 75 m/min)', 'constant':"
      " '300 m/min', 'exponent': 0.25, 'while': 'not down'}");
  probe_until(run, 3 * PERIOD_S);
  expect_close("wear", probe_value(run, "x.wear"), 3 * (6.0 / 16 + 4.0 / 256), 1e-12);
  tw_run_free(run);
}

Test(taylor_life, the_constant_may_go_with_another_life_than_a_minute) {
  tw_run *run = probe_run(
      "'x': {'model': 'taylor-life', 'speed': '180 m/min', 'constant': '180 m/min', 'exponent': 0.2,"
      " 'life': '15 min'}");
  probe_until(run, 500);
  expect_close("wear", probe_value(run, "x.wear"), 6.0 / 15, 1e-12);
  expect_close("rate", probe_value(run, "x.rate"), 1.0 / 900, 1e-12);
  tw_run_free(run);
}
