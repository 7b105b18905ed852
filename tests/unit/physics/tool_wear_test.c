// tool_wear_test.c - wear by use against its closed form; solved exactly, so to rounding.

#include "unit/physics/probe.h"

Test(tool_wear, grows_evenly_while_the_machine_processes) {
  tw_run *run = probe_run("'x': {'model': 'tool-wear', 'rate': '0.01 1/min'}");
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, FIRST_S + 90);
  expect_close("in the first part", probe_value(run, "x.wear"), 90 * 0.01 / 60, 1e-12);
  probe_until(run, PERIOD_S);
  expect_close("behind it", probe_value(run, "x.wear"), WORK_S * 0.01 / 60, 1e-12);
  probe_until(run, 5 * PERIOD_S);
  expect_close("behind five", probe_value(run, "x.wear"), 5 * WORK_S * 0.01 / 60, 1e-12);
  tw_run_free(run);
}

Test(tool_wear, grows_faster_the_more_it_has_worn) {
  tw_run *run = probe_run(
      "'x': {'model': 'tool-wear', 'rate': '0.01 1/min', 'growth': 1, 'states': {'wear': 0.2},"
      " 'events': {'worn': {'when': 'wear >= 1'}}, 'while': 'not down'}");
  const double rate = 0.01 / 60, g = 1, w0 = 0.2;
  probe_until(run, 1000);
  expect_close("wear", probe_value(run, "x.wear"), ((1 + g * w0) * exp(rate * g * 1000) - 1) / g,
               1e-12);
  probe_until(run, 10000);
  expect_near("worn", probe_event(run, "x/worn").first_s, log((1 + g) / (1 + g * w0)) / (rate * g),
              2e-9);
  tw_run_free(run);
}
