// vibration_test.c - severity at constant and at growing wear against their closed forms.

#include "unit/physics/probe.h"

Test(vibration, comes_to_the_severity_of_its_wear_with_the_time_constant_of_the_measurement) {
  tw_run *run = probe_run(
      "'x': {'model': 'vibration', 'wear': 0.5, 'baseline': '1 mm/s', 'worn': '4 mm/s', 'averaging':"
      " '2 min'}");
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, FIRST_S + 120);
  expect_close("after one time constant", probe_value(run, "x.severity"), 0.002 - 0.001 * exp(-1),
               1e-12);
  probe_until(run, PERIOD_S);
  expect_close("while it stands", probe_value(run, "x.severity"), 0.002 - 0.001 * exp(-3), 1e-12);
  tw_run_free(run);
}

// The wear of another model; no part of it is linear, so to the error of the solver.
Test(vibration, follows_the_wear_of_another_model) {
  tw_run *run = probe_run(
      "'tool': {'model': 'tool-wear', 'rate': '0.02 1/min', 'while': 'not down', 'rtol': 1e-9},"
      " 'x': {'model': 'vibration', 'wear': 'tool.wear', 'baseline': '0.9 mm/s', 'worn': '4.5 mm/s',"
      " 'averaging': '1 min', 'while': 'not down'}");
  const double a = 0.02 / 60 * log(5), v1 = 0.9e-3 / (1 + a * 60);
  cr_expect_eq(run->line->n_body, 1, "the models belong together");
  for (double t_s = 300; t_s <= 3000; t_s += 900) {
    probe_until(run, t_s);
    expect_close("severity", probe_value(run, "x.severity"),
                 v1 * exp(a * t_s) + (0.9e-3 - v1) * exp(-t_s / 60), 1e-8);
  }
  tw_run_free(run);
}

Test(vibration, zones_are_thresholds_of_the_user) {
  tw_run *run = probe_run(
      "'x': {'model': 'vibration', 'wear': 1, 'baseline': '1 mm/s', 'worn': '4.5 mm/s', 'averaging': '60 s',"
      " 'while': 'not down', 'events': {'zone-c': {'when': 'severity >= 2.8 mm/s'}}}");
  probe_until(run, 300);
  expect_near("zone C", probe_event(run, "x/zone-c").first_s, 60 * log(3.5 / 1.7), 2e-9);
  tw_run_free(run);
}
