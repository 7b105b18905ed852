// lumped_thermal_test.c - an oven against its closed form; solved exactly, so to rounding. 24
// shafts of 2.4 kg in the furnace of LINE-FORMAT are the part of 57.6 kg.

#include "unit/physics/probe.h"

#define FURNACE \
  "'parts': {'p': {'mass': '57.6 kg'}}, 'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '5 h', 'first': '0 s'}}, " \
  "'stations': {'m': {'type': 'machine', 'time': '2 h', 'load': {'time': '3 min'}, 'dynamics': {'x': {" \
  "'model': 'lumped-thermal', 'heat_capacity': '90 kJ/K', 'load_heat': '0.49 kJ/kg/K', 'loss': '0.06 kW/K', " \
  "'heater': {'power': '90 kW', 'setpoint': '850 degC', 'band': %s}, 'standby': '600 degC', 'states': {'T': %s}, " \
  "'events': {'hot': {'when': 'T >= 840 degC'}}}}}}, 'flow': [['s', 'm', 'out']]"

static tw_run *furnace(const char *band, const char *start) {
  tw_text text = {0}, why = {0};
  tw_text_print(&text, FURNACE, band, start);
  tw_line *line = test_quoted_line(text.at, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  tw_text_free(&text);
  tw_text_free(&why);
  return run;
}

static const double CAPACITY = 90e3 + 57.6 * 490, LOSS = 60, REST = 90e3 / 60;

// Seconds with the load inside from one temperature above the surroundings to another.
static double way_s(double from, double to) {
  return CAPACITY / LOSS * log((REST - from) / (REST - to));
}

Test(lumped_thermal, a_cold_load_mixes_with_energy_conserved) {
  tw_run *run = furnace("'ideal'", "'600 degC'");
  probe_until(run, 179);
  expect_near("it stands by", probe_value(run, "x.T"), 873.15, 1e-9);
  expect_close("and draws its loss", probe_value(run, "x.power"), LOSS * 580, 1e-9);
  probe_until(run, 180);
  const double mixed = 580 * 90e3 / CAPACITY;
  expect_near("mixed", probe_value(run, "x.T"), 293.15 + mixed, 1e-9);
  cr_expect_eq((int)round(10 * (mixed + 20)), 4615, "24 cold shafts into 600 degC give 461.5 degC");
  probe_until(run, 3600);
  expect_near("840 degC", probe_event(run, "x/hot").first_s, 180 + way_s(mixed, 820), 1e-6);
  expect_near("it holds the setpoint", probe_value(run, "x.T"), 850 + 273.15, 1e-9);
  expect_close("and draws its loss", probe_value(run, "x.power"), LOSS * 830, 1e-9);
  tw_run_free(run);
}

Test(lumped_thermal, two_point_control_cycles_within_its_band) {
  tw_run *run = furnace("'5 K'", "'850 degC'");
  const double on_s = way_s(825, 835), off_s = CAPACITY / LOSS * log(835.0 / 825);
  probe_until(run, 3600);
  const double off_at_s = probe_event(run, "x/off").last_s,
               on_at_s = probe_event(run, "x/on").last_s;
  cr_expect_gt(probe_event(run, "x/off").n, 2);
  const double cycle_s = on_s + off_s;
  // the present phase began at the later one of the two
  const double next_off_s = off_at_s > on_at_s ? off_at_s + cycle_s : on_at_s + on_s;
  expect_near("one after the other", fabs(off_at_s - on_at_s), off_at_s > on_at_s ? on_s : off_s,
              1e-6);
  probe_until(run, next_off_s + 0.5 * off_s);
  expect_near("off again", probe_event(run, "x/off").last_s, next_off_s, 1e-6);
  expect_close("while it is off", probe_value(run, "x.T"),
               293.15 + 835 * exp(-0.5 * off_s * LOSS / CAPACITY), 1e-9);
  probe_until(run, next_off_s + off_s + 0.5 * on_s);
  expect_close("while it is on", probe_value(run, "x.T"),
               293.15 + REST - (REST - 825) * exp(-0.5 * on_s * LOSS / CAPACITY), 1e-9);
  tw_run_free(run);
}

// A load of no heat is inside from 30 to 390 s and from 630 s on. The way to 60 degC takes 180*log(300/260) = 25.8 s.
static void expect_off_while_empty(const char *band) {
  tw_text text = {0};
  tw_text_print(&text, "'x': {'model': 'lumped-thermal', 'heat_capacity': '9 kJ/K', 'loss': '50 W/K', 'heater':"
                       " {'power': '15 kW', 'setpoint': '60 degC', 'band': %s}, 'states': {'T': '20 degC'}}", band);
  tw_run *run = probe_run(text.at);
  for (int32_t i = 0; i < 8; i++) {
    probe_until(run, 100 * i);
    expect_near("the target is the setpoint all the time", probe_value(run, "x.target"), 333.15, 1e-9);
    if (i == 4 || i == 5) expect_near("no power while it is empty", probe_value(run, "x.power"), 0, 0);
    if (i == 3 || i == 7) cr_expect(fabs(probe_value(run, "x.T") - 333.15) < 0.51, "near it with a load");
    if (i == 4 || i == 5) cr_expect_eq(probe_value(run, "x.heating") + probe_value(run, "x.holding"), 0);
  }
  tw_run_free(run);
  run = probe_run(text.at);
  probe_until(run, 390);
  const double above = probe_value(run, "x.T") - 293.15;
  probe_until(run, 600);
  expect_close("it cools", probe_value(run, "x.T"), 293.15 + above * exp(-210 * 50 / 9e3), 1e-12);
  tw_run_free(run);
  tw_text_free(&text);
}

Test(lumped_thermal, without_standby_the_heater_is_off_while_it_is_empty_and_the_target_stays) {
  expect_off_while_empty("'ideal'");
  expect_off_while_empty("'0.5 K'");
}
