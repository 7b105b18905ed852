// What machine models draw goes to the energy ledger: by machine, part, price and window, exactly where it does
// not change in a segment, and integrated where it changes all the time.

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "engine/body/body.h"
#include "engine/energy.h"
#include "support/story.h"

static tw_run *begin(const char *sections) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  return run;
}

#define PRICES \
  "'energy': {'tariff': {'Mon-Sun 06:05-24:00': '0.36 EUR/kWh', 'otherwise': '0.18 EUR/kWh'}},"
#define FIVE_MINUTES                                                                              \
  "'run': {'start': '2026-03-02T06:00:00', 'horizon': '1 h'}, 'parts': {'p': {}},"                \
  "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '10 min', 'first': '0 min'}}," \
  "'flow': [['s', 'm', 'out']],"

static const double KWH = 3.6e6;

Test(model_power, power_that_stays_in_a_segment_is_exact_to_the_tick) {
  tw_run *run = begin(FIVE_MINUTES PRICES
                      "'stations': {'m': {'type': 'machine', 'time': '6 min', 'power': {'processing': '2 kW'},"
                      "  'dynamics': {'h': {'model': 'equations', 'states': {'x': 0},"
                      "    'outputs': {'power': 'if(processing, 10 kW, 1 kW)'}}}}}");
  cr_assert_eq(test_until(run, 3600), TWIN_OK);
  // six parts of 6 min at 12 kW, the rest at 1 kW
  cr_expect_eq(test_value(run, "line/energy"), 7.2 * KWH + 0.4 * KWH);
  cr_expect_eq(test_value(run, "line/energy/part/p"), 7.2 * KWH);
  cr_expect_eq(test_value(run, "stations/m/energy/models"), 6.4 * KWH);
  // up to 06:05 at the lower price: 5 min at 12 kW
  cr_expect_leq(fabs(test_value(run, "line/energy/cost") - (1.0 * 0.18 + 6.6 * 0.36)), 1e-12);
  cr_expect(tw_energy_agrees(run));
  tw_run_free(run);
}

// Power falls as exp(-t/tau): the integral is known, also up to the edge of a price and of a window.
Test(model_power, power_that_changes_all_the_time_is_integrated_by_part_price_and_window) {
  static const char *const solvers[] = {"auto", "rk"};
  for (int i = 0; i < 2; i++) {
    char sections[1400];
    snprintf(sections, sizeof sections,
             FIVE_MINUTES PRICES
             "'stations': {'m': {'type': 'machine', 'time': '6 min', 'dynamics': {'h': {'model': 'equations',"
             "  'states': {'P': '8 kW'}, 'solver': '%s', 'rtol': 1e-9,"
             "  'outputs': {'power': 'P'}, 'equations': {'dP/dt': '-P/(20 min)'}}}}}",
             solvers[i]);
    tw_run *run = begin(sections);
    const double tau = 1200, total = 8e3 * tau;
    for (double at = 100; at <= 3600; at += 100) {
      cr_assert_eq(test_until(run, at), TWIN_OK);
      const double wanted = total * (1 - exp(-at / tau));
      cr_expect_leq(fabs(test_value(run, "line/energy") - wanted), 1e-7 * total, "%s at %g", solvers[i], at);
      cr_expect_leq(fabs(test_value(run, "stations/m/power/now") - 8e3 * exp(-at / tau)), 1e-3);
    }
    double with_part = 0;
    for (int k = 0; k < 6; k++) with_part += total * (exp(-600 * k / tau) - exp(-(600 * k + 360) / tau));
    cr_expect_leq(fabs(test_value(run, "line/energy/part/p") - with_part), 1e-7 * total);
    const double cheap = total * (1 - exp(-300 / tau)), dear = total * (exp(-300 / tau) - exp(-3600 / tau));
    cr_expect_leq(fabs(test_value(run, "line/energy/cost") - (0.18 * cheap + 0.36 * dear) / KWH), 1e-7);
    cr_expect_leq(fabs(test_value(run, "line/peak") - total * (1 - exp(-900 / tau)) / 900), 1e-3);
    cr_expect(tw_energy_agrees(run));
    tw_run_free(run);
  }
}

Test(model_power, a_warm_up_in_the_middle_of_a_segment_begins_the_accounts_anew) {
  tw_run *run = begin("'run': {'start': '2026-03-02T06:00:00', 'horizon': '1 h', 'warmup': '7 min'}, 'parts': {'p': {}},"
                      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true, 'every': '10 min', 'first': '0 min'}},"
                      "'flow': [['s', 'm', 'out']],"
                      "'stations': {'m': {'type': 'machine', 'time': '6 min', 'dynamics': {'h': {'model': 'equations',"
                      "  'states': {'P': '8 kW'}, 'outputs': {'power': 'P'}, 'equations': {'dP/dt': '-P/(20 min)'}}}}}");
  cr_assert_eq(test_until(run, 3600), TWIN_OK);
  const double wanted = 8e3 * 1200 * (exp(-420.0 / 1200) - exp(-3.0));
  cr_expect_leq(fabs(test_value(run, "line/energy") - wanted), 1e-7 * wanted);
  cr_expect(tw_energy_agrees(run));
  tw_run_free(run);
}

// The ledger of an oven under ideal control: heating, holding and cooling; what it drew is what it lost and stored.
Test(model_power, an_oven_draws_what_it_loses_and_stores) {
  tw_run *run = begin("'run': {'start': '2026-03-02T06:00:00', 'horizon': '12 h'}, 'parts': {'p': {}},"
                      "'sources': {'s': {'sequence': ['1 p'], 'repeat': true}}, 'flow': [['s', 'm', 'out']],"
                      "'stations': {'m': {'type': 'machine', 'load': {'time': '7 min'}, 'unload': {'time': '1 min'},"
                      "  'finish': {'when': 'heat.T >= 180 degC', 'soak': '10 min'}, 'dynamics': {'heat': {"
                      "    'model': 'lumped-thermal', 'heat_capacity': '135 kJ/K', 'loss': '50 W/K',"
                      "    'heater': {'power': '12 kW', 'setpoint': '180 degC'}}}}}");
  cr_assert_eq(test_until(run, 43200), TWIN_OK);
  cr_assert_eq(run->line->n_member, 1);
  const tw_member *member = &run->line->member[0];
  const double mean_k = tw_variable_course(run, member, 0).integral_s;
  const double stored = 135e3 * (tw_variable_now(run, member, 0) - 293.15);
  const double lost = 50 * (mean_k - 293.15 * 43200);
  cr_expect_gt(lost, 1e8);
  // switches between two ticks count as the one behind
  cr_expect_leq(fabs(test_value(run, "line/energy") - stored - lost), 5.0);
  cr_expect(tw_energy_agrees(run));
  tw_run_free(run);
}

Test(model_power, a_model_that_feeds_in_is_stopped_with_its_name) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(
      FIVE_MINUTES "'stations': {'m': {'type': 'machine', 'time': '6 min', 'dynamics': {'h': {'model': 'equations',"
                   "  'states': {'x': 0}, 'outputs': {'power': 'if(processing, 0 W - 1 W, 0 W)'}}}}}", &why);
  cr_assert(line != NULL, "%s", why.at);
  tw_run *run = test_run(line, 1);
  twin_problems *problems = twin_problems_new();
  cr_expect_eq(tw_run_until(run, 1000000, problems), TWIN_ERR_MODEL);
  cr_expect(strstr(twin_problems_text(problems, 0), "m[1].h at 0 s: draws less than 0 W") != NULL, "%s",
            twin_problems_text(problems, 0));
  twin_problems_free(problems);
  tw_run_free(run);
  tw_line_unref(line);
}
