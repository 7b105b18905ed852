// accumulator_test.c - pump cycles of a hydraulic accumulator in closed form: instants to what
// events are located within.

#include "unit/physics/probe.h"

#define ACCUMULATOR \
  "'x': {'model': 'accumulator', 'precharge': '91 bar', 'gas_volume': '20 l', 'pump': {'flow': '24 l/min', 'on': " \
  "'121 bar', 'off': '201 bar'}, "

static double fluid_at(double bar, double exponent) {
  return 20e-3 * (1 - pow(91 / bar, 1 / exponent));
}

Test(accumulator, pump_fills_between_two_pressures_what_the_machine_takes) {
  tw_run *run = probe_run(ACCUMULATOR "'demand': '6 l/min', 'while': 'not down'}");
  const double usable = fluid_at(201, 1.4) - fluid_at(121, 1.4), off_s = usable / 1e-4,
               on_s = usable / 3e-4;
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, 1);
  expect_close("charged at the start", probe_value(run, "x.fluid"), fluid_at(201, 1.4) - 1e-4,
               1e-9);
  probe_until(run, 3600);
  const probe_events on = probe_event(run, "x/pump-on"), off = probe_event(run, "x/pump-off");
  expect_near("first on", on.first_s, off_s, 2e-9);
  expect_near("first off", off.first_s, off_s + on_s, 4e-9);
  expect_near("last on", on.last_s, off_s + (double)(on.n - 1) * (on_s + off_s), 1e-7);
  tw_run_free(run);
}

Test(accumulator, its_pressure_is_that_of_a_polytropic_change_of_state) {
  tw_run *run = probe_run(ACCUMULATOR "'demand': '3 l/min', 'while': 'not down', 'exponent': 1}");
  probe_until(run, 60);
  const double fluid = fluid_at(201, 1) - 3e-3;
  expect_close("fluid", probe_value(run, "x.fluid"), fluid, 1e-12);
  expect_close("pressure", probe_value(run, "x.pressure"), 91e5 * 20e-3 / (20e-3 - fluid), 1e-12);
  expect_near("power", probe_value(run, "x.power"), 0, 0);
  probe_until(run, (fluid_at(201, 1) - fluid_at(121, 1)) / 5e-5 + 1);
  expect_close("the pump's power", probe_value(run, "x.power"),
               4e-4 * probe_value(run, "x.pressure") / 0.85, 1e-12);
  expect_close("just above its lower pressure", probe_value(run, "x.pressure"), 121e5, 0.03);
  tw_run_free(run);
}

Test(accumulator, without_fluid_it_waits_until_the_pump_gives_enough) {
  tw_run *run = probe_run(ACCUMULATOR "'demand': '60 l/min', 'leakage': '0.6 l/min'}");
  const double idle_l = 30 * 1e-5, low = fluid_at(121, 1.4), top = fluid_at(201, 1.4) - idle_l;
  const double take = 1.01e-3, on_s = FIRST_S + (top - low) / take,
               empty_s = on_s + low / (take - 4e-4);
  probe_until(run, 389);
  expect_near("pump on", probe_event(run, "x/pump-on").first_s, on_s, 2e-9);
  expect_near("emptied", probe_event(run, "x/emptied").first_s, empty_s, 4e-9);
  expect_near("fluid", probe_value(run, "x.fluid"), 0, 0);
  expect_close("pressure", probe_value(run, "x.pressure"), 91e5, 1e-12);
  probe_until(run, 400);
  expect_near("refilling", probe_event(run, "x/refilling").first_s, FIRST_S + WORK_S, 0);
  expect_close("fluid", probe_value(run, "x.fluid"), 10 * 3.9e-4, 1e-9);
  tw_run_free(run);
}
