// spindle_test.c - a spindle at rest, its life and its energy in closed form. The solver's error at
// rtol 1e-9 is far below the tolerances that are asked for.

#include "unit/physics/probe.h"

#define SPINDLE \
  "'x': {'model': 'spindle', 'while': 'not down', 'speed': '12000 1/min', 'cutting_power': '6 kW', 'efficiency': " \
  "0.9, 'standby': '0.5 kW', 'friction_torque': '0.5 N*m', 'shaft_capacity': '9 kJ/K', 'housing_capacity': " \
  "'40 kJ/K', 'exchange': '25 W/K', 'loss': '60 W/K', 'length': '350 mm', 'load': '1.4 kN', 'load_rating': " \
  "'28 kN', 'rtol': 1e-9"

static const double PI = 3.14159265358979323846;

Test(spindle, comes_to_rest_where_its_heat_goes) {
  tw_run *run = probe_run(SPINDLE "}");
  const double friction = 2 * PI * 200 * 0.5, motor = (6000 + friction) * (1 / 0.9 - 1);
  probe_until(run, 36000);
  const double housing = 293.15 + (friction + motor) / 60, shaft = housing + friction / 25;
  expect_close("friction", probe_value(run, "x.friction"), friction, 1e-12);
  expect_close("housing", probe_value(run, "x.housing"), housing, 1e-8);
  expect_close("shaft", probe_value(run, "x.shaft"), shaft, 1e-8);
  expect_close("growth", probe_value(run, "x.growth"), 1.15e-5 * 0.35 * (shaft - 293.15), 1e-6);
  cr_expect_lt(shaft, 343.15);
  expect_close("wear", probe_value(run, "x.wear"), 200 * 36000.0 / (1e6 * pow(20, 3)), 1e-9);
  expect_close("energy", probe_value(run, "x.energy"), 36000 * (500 + (6000 + friction) / 0.9),
               1e-9);
  expect_close("the integral of its power", probe_integral(run, "x.power"),
               probe_value(run, "x.energy"), 1e-9);
  tw_run_free(run);
}

// Begun at rest 15 K and 30 K above `hot` it lives half and a quarter as long.
static void check_hot(double above_k, double factor) {
  const double friction = 2 * PI * 200 * 0.5, motor = (6000 + friction) * (1 / 0.9 - 1);
  const double housing = 293.15 + (friction + motor) / 60, shaft = housing + friction / 25;
  tw_text text = {0};
  tw_text_print(
      &text,
      SPINDLE ", 'hot': '%.12f degC', 'states': {'shaft': '%.12f degC', 'housing': '%.12f degC'}}",
      shaft - above_k - 273.15, shaft - 273.15, housing - 273.15);
  tw_run *run = probe_run(text.at);
  probe_until(run, 3600);
  expect_close("wear", probe_value(run, "x.wear"), factor * 200 * 3600.0 / (1e6 * pow(20, 3)),
               1e-8);
  tw_text_free(&text);
  tw_run_free(run);
}

Test(spindle, life_is_halved_by_every_15_kelvin_above_its_limit) {
  check_hot(15, 2);
  check_hot(30, 4);
  check_hot(-5, 1);
}

Test(spindle, rubs_more_the_more_it_has_worn_and_not_while_it_stands) {
  tw_run *run = probe_run(
      "'x': {'model': 'spindle', 'speed': '12000 1/min', 'friction_torque': '0.5 N*m', 'friction_growth': 0.5,"
      " 'shaft_capacity': '9 kJ/K', 'housing_capacity': '40 kJ/K', 'exchange': '25 W/K', 'loss': '60 W/K',"
      " 'load': '1.4 kN', 'load_rating': '28 kN', 'standby': '0.2 kW', 'states': {'wear': 0.8}}");
  probe_until(run, 20);
  expect_near("friction", probe_value(run, "x.friction"), 0, 0);
  expect_close("power", probe_value(run, "x.power"), 200, 1e-15);
  probe_until(run, 200);
  expect_close("friction", probe_value(run, "x.friction"), 2 * PI * 200 * 0.5 * 1.4, 1e-5);
  tw_run_free(run);
}
