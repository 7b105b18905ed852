// thermostat_test.c - cycles of two-point control in closed form: instants to what events are
// located within.

#include "unit/physics/probe.h"

#define OIL "'x': {'model': 'thermostat', 'heat_capacity': '80 kJ/K', 'loss': '25 W/K', "

// Seconds from one temperature above the surroundings to another on the way to that of rest.
static double way_s(double from, double to, double rest) {
  return 80e3 / 25 * log((rest - from) / (rest - to));
}

Test(thermostat, heater_cycles_between_its_two_temperatures) {
  tw_run *run =
      probe_run(OIL "'heating_power': '2 kW', 'heating_on': '40 degC', 'heating_off': '45 degC'}");
  const double rest = 2000.0 / 25, on_s = way_s(20, 25, rest), off_s = way_s(25, 20, 0);
  probe_until(run, 36000);
  const probe_events on = probe_event(run, "x/heating-on"), off = probe_event(run, "x/heating-off");
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  cr_expect_gt(on.n, 15);
  expect_near("first on", on.first_s, 0, 0);
  expect_near("first off", off.first_s, way_s(0, 25, rest), 2e-9);
  expect_near("last off", off.last_s, off.first_s + (double)(off.n - 1) * (on_s + off_s), 1e-7);
  expect_near("last on", on.last_s, off.first_s + off_s + (double)(on.n - 2) * (on_s + off_s),
              1e-7);
  const double heated_s = probe_integral(run, "x.power") / 2000;
  const double whole_s = off.first_s + (double)(off.n - 1) * on_s;
  const double begun_s = on.n > off.n ? 36000 - on.last_s : 0;
  expect_near("heated", heated_s, whole_s + begun_s, 1e-6);
  tw_run_free(run);
}

Test(thermostat, cooler_takes_the_heat_of_the_machine_away) {
  tw_run *run = probe_run(
      OIL
      "'heat': '1.5 kW', 'cooling_power': '2.5 kW', 'cooling_on': '50 degC', 'cooling_off': '42 degC',"
      " 'cop': 2.5}");
  const double warm = 60, cold = (1500.0 - 2500) / 25;
  probe_until(run, 20000);
  const probe_events on = probe_event(run, "x/cooling-on"), off = probe_event(run, "x/cooling-off");
  expect_near("first on", on.first_s, way_s(0, 30, warm), 2e-9);
  expect_near("first off", off.first_s, on.first_s + way_s(30, 22, cold), 4e-9);
  expect_near("last on", on.last_s,
              on.first_s + (double)(on.n - 1) * (way_s(30, 22, cold) + way_s(22, 30, warm)), 1e-7);
  tw_run_free(run);
}

Test(thermostat, both_are_off_while_its_condition_does_not_hold) {
  tw_run *run = probe_run(
      OIL
      "'while': 'processing', 'heating_power': '2 kW', 'heating_on': '60 degC', 'heating_off': '65 degC'}");
  probe_until(run, 20);
  expect_near("power", probe_value(run, "x.power"), 0, 0);
  probe_until(run, 389);
  expect_near("power", probe_value(run, "x.power"), 2000, 0);
  probe_until(run, 391);
  expect_near("power", probe_value(run, "x.power"), 0, 0);
  const double at_390 = 80 * (1 - exp(-360 * 25 / 80e3));
  probe_until(run, 500);
  expect_close("T", probe_value(run, "x.T"), 293.15 + at_390 * exp(-110 * 25 / 80e3), 1e-12);
  tw_run_free(run);
}
