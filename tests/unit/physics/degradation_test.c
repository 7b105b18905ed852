// degradation_test.c - linear degradation against its closed forms; solved exactly, so to rounding.

#include "unit/physics/probe.h"

Test(degradation, adds_up_evenly_without_growth) {
  tw_run *run = probe_run("'x': {'model': 'degradation', 'rate': '0.12 1/h', 'stress': 1.5}");
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, 10 * PERIOD_S);
  expect_close("damage", probe_value(run, "x.damage"), 1.5 * 0.12, 1e-12);
  tw_run_free(run);
}

Test(degradation, feeds_itself_or_comes_to_rest_with_the_sign_of_its_growth) {
  tw_run *run = probe_run(
      "'up': {'model': 'degradation', 'rate': '0.5 1/h', 'growth': '2 1/h', 'states': {'damage': 0.1},"
      " 'while': 'not down'}, 'down': {'model': 'degradation', 'rate': '0.5 1/h', 'growth': '-2 1/h',"
      " 'stress': 3, 'while': 'not down'}");
  probe_until(run, 1800);
  expect_close("up", probe_value(run, "up.damage"), (0.1 + 0.25) * exp(2 * 0.5) - 0.25, 1e-12);
  expect_close("down", probe_value(run, "down.damage"), 0.25 * (1 - exp(-2 * 3 * 0.5)), 1e-12);
  probe_until(run, 36000);
  expect_close("at rest", probe_value(run, "down.damage"), 0.25, 1e-12);
  tw_run_free(run);
}

Test(degradation, increments_add_to_its_state) {
  tw_run *run = probe_run(
      "'x': {'model': 'degradation', 'rate': '0.1 1/h', 'events': {'shock': {'on': 'completion',"
      " 'set': {'damage': 'damage + 0.01'}}}}");
  probe_until(run, 5 * PERIOD_S);
  expect_close("damage", probe_value(run, "x.damage"), 5 * (0.1 * 0.1 + 0.01), 1e-12);
  tw_run_free(run);
}

Test(degradation, stress_may_depend_on_the_part) {
  tw_run *run =
      probe_run("'x': {'model': 'degradation', 'rate': '1 1/h', 'stress': 'part.mass/(10 kg)'}");
  probe_until(run, PERIOD_S);
  expect_close("damage", probe_value(run, "x.damage"), 3 * 0.1, 1e-12);
  tw_run_free(run);
}
