// radiation_furnace_test.c - a furnace at rest in closed form, its balance of energy, and its
// stiffness: the element of infrared lamps (filaments of 20 J/K) follows in less than a tenth of a
// second, the lining in hours.

#include "core/ode_cvode.h"
#include "unit/physics/probe.h"

#define FURNACE(power, element, more) \
  "'x': {'model': 'radiation-furnace', 'heater': {'power': '" power \
  "', 'setpoint': '850 degC', 'band': '5 K', " \
  "'heat_capacity': '" element \
  "', 'area': '1.2 m^2'}, 'lining': {'heat_capacity': '400 kJ/K', 'conductance': " \
  "'25 W/K'}, 'loss': '60 W/K', 'load_area': '1.5 m^2', 'load_conductance': '300 W/K', 'tray': " \
  "'40 kJ/K'" more "}"
#define LOAD ", 'load_heat': '0.65 kJ/kg/K'"

static const double SIGMA = 5.670374419e-8;

// Always on: the sensor never comes to the setpoint. Without heat of its own the load takes nothing
// away.
Test(radiation_furnace, comes_to_rest_where_its_loss_is_its_power) {
  tw_run *run =
      probe_run(FURNACE("12 kW", "8 kJ/K", ", 'standby': '850 degC', 'view': 0.4, 'rtol': 1e-9"));
  const double shell = 293.15 + 12000.0 / 60, wall = shell + 12000.0 / 25;
  const double eps_a = 0.8 * 1.2, both = 0.4 * 1.2 * 1.5 / (0.4 * 1.2 + 1.5) * 0.8 + 0.6 * eps_a;
  const double element4 = pow(wall, 4) + 12000 / (SIGMA * both);
  const double surface4 = (0.4 * 1.2 * element4 + 1.5 * pow(wall, 4)) / (0.4 * 1.2 + 1.5);
  probe_until(run, 2e6);
  cr_expect_lt(wall, 850 + 273.15 - 5);
  expect_close("shell", probe_value(run, "x.shell"), shell, 1e-7);
  expect_close("middle", probe_value(run, "x.middle"), (shell + wall) / 2, 1e-7);
  expect_close("wall", probe_value(run, "x.wall"), wall, 1e-7);
  expect_close("element", probe_value(run, "x.element"), pow(element4, 0.25), 1e-7);
  expect_close("surface", probe_value(run, "x.surface"), pow(surface4, 0.25), 1e-7);
  expect_close("core", probe_value(run, "x.core"), pow(surface4, 0.25), 1e-7);
  expect_close("sensor", probe_value(run, "x.sensor"), wall, 1e-7);
  tw_run_free(run);
}

// Heat inside above 0 K without a load.
static double heat_inside(const tw_run *run, double element_j_k, double load_j_k) {
  const double lining = probe_value(run, "x.wall") / 4 + probe_value(run, "x.middle") / 2 +
                        probe_value(run, "x.shell") / 4;
  return element_j_k * probe_value(run, "x.element") + 400e3 * lining +
         (40e3 + load_j_k) / 2 * (probe_value(run, "x.surface") + probe_value(run, "x.core"));
}

Test(radiation_furnace, energy_is_conserved_and_a_load_mixes_on_entry) {
  tw_run *run = probe_run(FURNACE("60 kW", "8 kJ/K", LOAD ", 'standby': '700 degC', 'rtol': 1e-9"));
  const double load_j_k = 30 * 650;
  probe_until(run, 29.999999);
  double inside = heat_inside(run, 8e3, 0), in = 0;
  // behind each loading the load is inside, behind each processing it is gone with its heat
  for (int part = 0; part < 3; part++) {
    const double before = (probe_value(run, "x.surface") + probe_value(run, "x.core")) / 2;
    probe_until(run, part * PERIOD_S + FIRST_S);
    const double mixed = (probe_value(run, "x.surface") + probe_value(run, "x.core")) / 2;
    expect_close("mixed", mixed, (40e3 * before + load_j_k * 293.15) / (40e3 + load_j_k), 1e-7);
    inside = heat_inside(run, 8e3, load_j_k);
    in = probe_integral(run, "x.power") - probe_integral(run, "x.lost");
    probe_until(run, part * PERIOD_S + FIRST_S + WORK_S - 1e-6);
    expect_close("balance with the load", heat_inside(run, 8e3, load_j_k) - inside,
                 probe_integral(run, "x.power") - probe_integral(run, "x.lost") - in, 1e-6);
    inside = heat_inside(run, 8e3, 0);
    in = probe_integral(run, "x.power") - probe_integral(run, "x.lost");
    probe_until(run, (part + 1) * PERIOD_S + FIRST_S - 1e-6);
    expect_close("balance without it", heat_inside(run, 8e3, 0) - inside,
                 probe_integral(run, "x.power") - probe_integral(run, "x.lost") - in, 1e-6);
  }
  tw_run_free(run);
}

Test(radiation_furnace, control_keeps_the_sensor_near_its_band) {
  tw_run *run =
      probe_run(FURNACE("60 kW", "2 kJ/K", LOAD ", 'standby': '850 degC', 'while': 'not down'"));
  probe_until(run, 12 * 3600);
  const probe_events on = probe_event(run, "x/on"), off = probe_event(run, "x/off");
  cr_expect_gt(off.n, 20);
  cr_expect(on.n == off.n || on.n == off.n + 1);
  tw_run_free(run);
}

Test(radiation_furnace, with_lamps_for_an_element_it_is_stiff_and_cvode_is_taken) {
  if (tw_cvode_version() == NULL) cr_skip_test("this build has no cvode");
  tw_run *run = probe_run(FURNACE("60 kW", "20 J/K", LOAD ", 'standby': '700 degC'"));
  tw_run *same = probe_run(
      FURNACE("60 kW", "20 J/K", LOAD ", 'standby': '700 degC', 'solver': 'rk', 'rtol': 1e-8"));
  cr_expect_eq(probe_solver(run), TW_SOLVER_BDF, "%s", run->line->body[0].why);
  for (double t_s = 1000; t_s < 4000; t_s += 700) {
    probe_until(run, t_s);
    probe_until(same, t_s);
    expect_near("wall", probe_value(run, "x.wall"), probe_value(same, "x.wall"), 0.05);
    expect_near("core", probe_value(run, "x.core"), probe_value(same, "x.core"), 0.05);
  }
  cr_expect_lt(run->body[0].n_step, same->body[0].n_step / 3);
  tw_run_free(run);
  tw_run_free(same);
}

// A part is inside from 30 to 390 s and from 630 s on.
Test(radiation_furnace, without_standby_the_heater_is_off_while_it_is_empty_and_the_target_stays) {
  tw_run *run = probe_run(FURNACE("60 kW", "8 kJ/K", LOAD));
  static const double at_s[] = {10, 200, 400, 620, 700}, on[] = {0, 1, 0, 0, 1};
  for (int32_t i = 0; i < 5; i++) {
    probe_until(run, at_s[i]);
    expect_near("target", probe_value(run, "x.target"), 850 + 273.15, 1e-9);
    expect_near("heating", probe_value(run, "x.heating"), on[i], 0);
  }
  tw_run_free(run);
}
