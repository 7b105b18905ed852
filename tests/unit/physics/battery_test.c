// battery_test.c - charge and discharge in closed form; solved exactly, so instants are right to
// what events are located within and charges to rounding.

#include "unit/physics/probe.h"

#define BATTERY "'x': {'model': 'battery', 'capacity': '1 kWh', "

Test(battery, is_emptied_evenly_by_its_load) {
  tw_run *run = probe_run(
      BATTERY
      "'charger': '0 W', 'load': 'if(processing, 1 kW, 100 W)', 'discharging_efficiency': 0.8,"
      " 'states': {'soc': 0.9}}");
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  probe_until(run, FIRST_S + WORK_S);
  expect_close("soc", probe_value(run, "x.soc"), 0.9 - (30 * 100.0 + 360 * 1000.0) / 0.8 / 3.6e6,
               1e-12);
  probe_until(run, 5 * PERIOD_S);
  expect_close("soc", probe_value(run, "x.soc"),
               0.9 - 5 * (240 * 100.0 + 360 * 1000.0) / 0.8 / 3.6e6, 1e-12);
  tw_run_free(run);
}

Test(battery, charges_at_full_current_first_and_with_falling_power_behind) {
  tw_run *run = probe_run(
      BATTERY "'while': 'not down', 'charger': '2 kW', 'charging_efficiency': 0.9, 'load': '0 W',"
              " 'states': {'soc': 0.2}, 'taper': 0.8, 'stop': 0.98}");
  const double rate = 0.9 * 2000 / 3.6e6, taper_s = 0.6 / rate,
               tail_s = 0.2 / rate * log(0.2 / 0.02);
  probe_until(run, 600);
  expect_close("soc", probe_value(run, "x.soc"), 0.2 + 600 * rate, 1e-12);
  probe_until(run, taper_s + 200);
  expect_close("soc", probe_value(run, "x.soc"), 1 - 0.2 * exp(-200 * rate / 0.2), 1e-12);
  expect_close("power", probe_value(run, "x.power"), 2000 * exp(-200 * rate / 0.2), 1e-12);
  probe_until(run, 3600);
  expect_near("taper", probe_event(run, "x/taper").first_s, taper_s, 2e-9);
  expect_near("charged", probe_event(run, "x/charged").first_s, taper_s + tail_s, 4e-9);
  expect_close("it stays", probe_value(run, "x.soc"), 0.98, 1e-9);
  expect_near("power", probe_value(run, "x.power"), 0, 0);
  tw_run_free(run);
}

Test(battery, charges_again_below_its_restart) {
  tw_run *run = probe_run(
      BATTERY
      "'while': 'not down', 'charger': '2 kW', 'charging_efficiency': 1, 'discharging_efficiency': 1,"
      " 'load': '500 W', 'taper': 1, 'stop': 0.9}");
  const double down_s = 0.05 * 3.6e6 / 500, up_s = 0.05 * 3.6e6 / 1500;
  probe_until(run, 5000);
  const probe_events restart = probe_event(run, "x/restart"),
                     charged = probe_event(run, "x/charged");
  expect_near("restart", restart.first_s, down_s, 2e-9);
  expect_near("charged", charged.last_s, (double)(charged.n - 1) * (down_s + up_s), 1e-7);
  expect_near("restart", restart.last_s, (double)(restart.n - 1) * (down_s + up_s) + down_s, 1e-7);
  tw_run_free(run);
}

Test(battery, with_nothing_left_its_load_waits_for_the_charger) {
  tw_run *run = probe_run(
      BATTERY
      "'while': 'starved', 'charger': '2 kW', 'charging_efficiency': 1, 'discharging_efficiency': 1,"
      " 'load': '1 kW', 'states': {'soc': 0.05}}");
  probe_until(run, 389);
  expect_near("depleted", probe_event(run, "x/depleted").first_s, 180, 2e-9);
  expect_near("soc", probe_value(run, "x.soc"), 0, 0);
  expect_near("supplied", probe_value(run, "x.supplied"), 0, 0);
  probe_until(run, 600);
  expect_near("revived", probe_event(run, "x/revived").first_s, 390, 0);
  expect_close("soc", probe_value(run, "x.soc"), 210 * 1000 / 3.6e6, 1e-12);
  tw_run_free(run);
}

Test(battery, discharges_itself_by_a_share_of_its_charge) {
  tw_run *run = probe_run(
      BATTERY
      "'while': 'down', 'charger': '2 kW', 'load': '0 W', 'self_discharge': '0.01 1/d', 'states': {'soc': 0.9}}");
  probe_until(run, 86400);
  expect_close("soc", probe_value(run, "x.soc"), 0.9 * exp(-0.01), 1e-12);
  tw_run_free(run);
}
