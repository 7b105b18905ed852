// energy_test.c - energy worked out by hand: power by state, prices that change within a spell, the peak
// of clock windows, the parts' own energy and the overhead, warm-up, and what models will book.

#include <math.h>

#include <criterion/criterion.h>

#include "analytic/sentences.h"
#include "engine/energy.h"
#include "observe/quantity.h"
#include "state/hash.h"

// One machine of 10 s a part that is asked for every 30 s: 12 kW at work, 3 kW idle.
#define SLOW(power, rest)                                                                        \
  "'sources': {" EVERY("in", "30 s", ", 'first': '0 s'") "}, 'buffers': {" BUFFER("b", "9") "}, " \
  "'stations': {" MACHINE("A", "'time': '10 s', 'power': {" power "}" rest) "}, "                 \
  "'flow': [['in', 'b', 'A', 'out']]"
#define TWO_POWERS "'processing': '12 kW', 'idle': '3 kW'"
// A run that starts on a Monday at an instant of the day.
#define STARTS(at) "'run': {'start': '2026-03-02T" at "'}, "

static void expect_agreement(const tw_run *run) {
  cr_expect(tw_energy_agrees(run), "the accounts of energy differ");
}

Test(energy, is_power_times_time_in_each_state) {
  tw_run *run = run_of(SLOW(TWO_POWERS, ""), 60);
  expect_value(run, "stations/A/energy/state/processing", 20 * 12e3);
  expect_value(run, "stations/A/energy/state/starved", 40 * 3e3);
  expect_value(run, "stations/A/energy/state/blocked", 0);
  expect_value(run, "stations/A/energy", 20 * 12e3 + 40 * 3e3);
  expect_value(run, "line/energy", 20 * 12e3 + 40 * 3e3);
  // two parts were made, and the third begins at this instant
  expect_value(run, "line/energy/per_good", 180e3);
  expect_value(run, "stations/A/power/now", 12e3);
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, of_an_open_spell_counts_up_to_now_and_reading_changes_nothing) {
  tw_run *run = run_of(SLOW(TWO_POWERS, ""), 4);
  const uint64_t hash = tw_run_hash(run, true);
  expect_value(run, "line/energy", 4 * 12e3);
  expect_value(run, "line/energy/part/p", 4 * 12e3);
  expect_value(run, "line/peak", 4 * 12e3 / 900);
  cr_expect_eq(tw_run_hash(run, true), hash);
  test_until(run, 25);
  expect_value(run, "line/energy", 10 * 12e3 + 15 * 3e3);
  expect_value(run, "line/power/now", 3e3);
  tw_run_free(run);
}

Test(energy, with_a_part_on_the_machine_is_the_parts_and_the_rest_is_overhead) {
  // a plant of two types: p takes 10 s, q 20 s; each comes once a minute
  tw_run *run = run_of("'parts': {'p': {}, 'q': {}}, 'sources': {'in': {'sequence': ['1 p', '1 q'], "
                       "'repeat': true, 'every': '30 s', 'first': '0 s'}}, "
                       "'buffers': {" BUFFER("b", "9") "}, 'stations': {"
                       MACHINE("A", "'time': {'by_part': {'p': '10 s', 'q': '20 s'}}, "
                                    "'load': {'time': '2 s'}, 'power': {'processing': '12 kW', "
                                    "'loading': '5 kW', 'idle': '3 kW'}")
                       "}, 'flow': [['in', 'b', 'A', 'out']]", 60);
  expect_value(run, "line/energy/part/p", 2 * 5e3 + 10 * 12e3);
  expect_value(run, "line/energy/part/q", 2 * 5e3 + 20 * 12e3);
  expect_value(run, "line/energy/overhead", (60 - 34) * 3e3);
  expect_value(run, "line/energy", 4 * 5e3 + 30 * 12e3 + 26 * 3e3);
  expect_value(run, "line/energy/part/q/per_good", 2 * 5e3 + 20 * 12e3);
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, goes_from_part_to_part_when_the_state_does_not_change) {
  // always at work: p and q in turn, 10 s and 20 s
  tw_run *run = run_of("'parts': {'p': {}, 'q': {}}, 'sources': {'in': {'sequence': ['1 p', '1 q'], "
                       "'repeat': true}}, 'stations': {"
                       MACHINE("A", "'time': {'by_part': {'p': '10 s', 'q': '20 s'}}, "
                                    "'power': {'processing': '1 kW'}")
                       "}, 'flow': [['in', 'A', 'out']]", 100);
  expect_value(run, "line/energy/part/p", 40e3);
  expect_value(run, "line/energy/part/q", 60e3);
  expect_value(run, "line/energy/overhead", 0);
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, of_scrap_is_its_types_and_counts_for_the_good_ones) {
  // each second start of a failure every 10 s of work throws the part away after 10 of its 15 s
  tw_run *run = run_of("'sources': {" ALWAYS("in") "}, 'stations': {"
                       MACHINE("A", "'time': '15 s', 'power': {'processing': '2 kW', 'idle': '1 kW', "
                                    "'failed': '0.5 kW'}, "
                                    WEAR("processing", "'25 s'", "5 s", ", 'part': 'scrap'"))
                       "}, 'flow': [['in', 'A', 'out'], ['A.scrap', 'scrap']]", 60);
  // 0-15 a good part, 15-25 scrap, 25-30 repair, 30-45 good, 45-55 scrap, 55-60 repair
  expect_value(run, "line/shipped", 2);
  expect_value(run, "line/scrapped", 2);
  expect_value(run, "line/energy/part/p", 50 * 2e3);
  expect_value(run, "line/energy/overhead", 10 * 500);
  expect_value(run, "line/energy/per_good", (50 * 2e3 + 10 * 500) / 2);
  expect_value(run, "stations/A/energy/state/failed-repair", 10 * 500);
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, of_a_state_that_is_not_listed_is_that_of_idle_and_off_shift_nothing) {
  tw_run *run = run_of(CALENDARS(WITH_BREAK) SLOW(TWO_POWERS, ", 'calendar': 'c'"), 3600);
  // on from 0 to 600 and from 900 to 1800, 10 of each 30 s at work; in the break as idle; then off
  expect_value(run, "stations/A/energy/state/break", 300 * 3e3);
  expect_value(run, "stations/A/energy/state/off-shift", 0);
  const double processing_s = test_in_state(run, 0, TWIN_PROCESSING);
  expect_value(run, "stations/A/energy", processing_s * 12e3 + (1800 - processing_s) * 3e3);
  tw_run_free(run);
  run = run_of(CALENDARS(WITH_BREAK) SLOW(TWO_POWERS ", 'break': '0 W', 'off-shift': '1 kW'",
                                          ", 'calendar': 'c'"), 3600);
  expect_value(run, "stations/A/energy/state/break", 0);
  expect_value(run, "stations/A/energy/state/off-shift", 1800 * 1e3);
  tw_run_free(run);
}

Test(energy, of_a_part_that_is_on_the_machine_when_the_run_begins_is_its_own) {
  // down for 30 s with a part on it
  tw_run *run = run_of(SLOW(TWO_POWERS ", 'failed': '2 kW'", ", " WEAR("calendar", "'1 h'", "30 s", ""))
                       ", 'opening': {'stations': {'A[1]': {'part': 'p', 'down': 'wear'}}}", 20);
  expect_value(run, "stations/A/energy/state/failed-repair", 20 * 2e3);
  expect_value(run, "line/energy/part/p", 20 * 2e3);
  expect_value(run, "line/energy/overhead", 0);
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, of_failed_covers_both_failed_states_unless_one_is_listed) {
#define DOWN(power) SLOW(power, ", " WEAR("calendar", "'20 s'", "5 s", ", 'needs': ['mend']")) \
  ", 'workers': {'crew': {'count': 1, 'skills': ['mend'], 'walk': '3 s'}}"
  tw_run *run = run_of(DOWN("'idle': '1 kW', 'failed': '2 kW'"), 60);
  const double waiting_s = test_in_state(run, 0, TWIN_FAILED_WAITING);
  const double repair_s = test_in_state(run, 0, TWIN_FAILED_REPAIR);
  cr_assert(repair_s > 0);
  expect_value(run, "stations/A/energy", (waiting_s + repair_s) * 2e3 + (60 - waiting_s - repair_s) * 1e3);
  tw_run_free(run);
  run = run_of(DOWN("'idle': '1 kW', 'failed': '2 kW', 'failed-repair': '7 kW'"), 60);
  expect_value(run, "stations/A/energy/state/failed-repair", repair_s * 7e3);
  tw_run_free(run);
  run = run_of(DOWN("'idle': '1 kW'"), 60);
  expect_value(run, "stations/A/energy", 60 * 1e3);
  tw_run_free(run);
}

Test(energy, of_several_machines_is_their_sum_and_each_has_its_own) {
  tw_run *run = run_of("'sources': {" EVERY("in", "30 s", ", 'first': '0 s', 'batch': 2") "}, 'buffers': {"
                       BUFFER("b", "9") "}, 'stations': {"
                       MACHINE("A", "'machines': 2, 'time': '10 s', 'power': {" TWO_POWERS "}") ", "
                       MACHINE("B", "'time': '1 s'")
                       "}, 'flow': [['in', 'b', 'A', 'B', 'out']]", 30);
  // both begin at 0 and end at 10; B takes one at 10 and one at 11, until then that one is blocked
  expect_value(run, "stations/A[1]/energy", 10 * 12e3 + 20 * 3e3);
  expect_value(run, "stations/A[2]/energy", 10 * 12e3 + 20 * 3e3);
  expect_value(run, "stations/A/energy", 20 * 12e3 + 40 * 3e3);
  expect_value(run, "line/energy", 20 * 12e3 + 40 * 3e3);
  expect_value(run, "line/energy/part/p", 20 * 12e3 + 1 * 3e3);
  cr_expect(isnan(test_value(run, "stations/B/energy")), "B draws no power and has no figure of it");
  expect_agreement(run);
  tw_run_free(run);
}

#define DAY_PRICES \
  ", 'energy': {'tariff': {'Mon-Fri 07:00-20:00': '0.36 EUR/kWh', 'otherwise': '0.18 EUR/kWh'}, " \
  "'carbon': '380 g/kWh'}"

Test(energy, has_the_price_of_its_time_though_a_spell_goes_over_the_edge) {
  // one part from 06:30 on takes an hour
  tw_run *run = run_of(STARTS("06:30:00") "'sources': {" ALWAYS("in") "}, 'stations': {"
                       MACHINE("A", "'time': '1 h', 'power': {'processing': '10 kW'}")
                       "}, 'flow': [['in', 'A', 'out']]" DAY_PRICES, 3600);
  expect_value(run, "line/energy/tariff/Mon-Fri 07:00-20:00", 5 * 3.6e6);
  expect_value(run, "line/energy/tariff/otherwise", 5 * 3.6e6);
  expect_value(run, "line/energy/tariff/Mon-Fri 07:00-20:00/cost", 5 * 0.36);
  expect_value(run, "line/energy/cost", 5 * 0.36 + 5 * 0.18);
  expect_value(run, "line/carbon", 3.8);
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, that_is_drawn_for_weeks_in_one_spell_is_cut_by_all_its_prices) {
  // a machine that never has a part; a week and a day from Monday 00:00
  const char *sections =
      STARTS("00:00:00") "'sources': {'in': {'sequence': ['p'], 'every': '60 d', 'first': '60 d', "
      "'repeat': true}}, 'stations': {" MACHINE("A", "'time': '1 s', 'power': {'idle': '1 kW'}")
      "}, 'buffers': {" BUFFER("b", "1") "}, 'flow': [['in', 'b', 'A', 'out']]" DAY_PRICES;
  tw_run *run = run_of(sections, 8 * 86400.0);
  expect_value(run, "line/energy/tariff/Mon-Fri 07:00-20:00", 6 * 13 * 3.6e6);
  expect_value(run, "line/energy", 8 * 24 * 3.6e6);
  expect_value(run, "line/peak", 1e3);
  expect_value(run, "line/peak/time", 0);
  expect_agreement(run);
  // cut by thousands of stops it is the same
  tw_run *cut = run_of(sections, 0);
  for (int32_t i = 1; i <= 800; i++) test_until(cut, i * 864.0);
  cr_expect_eq(tw_run_hash(cut, true), tw_run_hash(run, true));
  tw_run_free(cut);
  tw_run_free(run);
}

Test(energy, with_one_price_costs_that_at_all_times) {
  tw_run *run = run_of(SLOW(TWO_POWERS, "") ", 'energy': {'tariff': '0.36 USD/kWh'}", 60);
  expect_value(run, "line/energy/tariff/always/cost", 360e3 / 3.6e6 * 0.36);
  expect_value(run, "line/energy/cost", 0.036);
  const tw_line *line = run->line;
  cr_expect_str_eq(tw_quantity_unit(line, tw_quantity_find(line, "line/energy/cost", NULL)), "USD");
  cr_expect(isnan(test_value(run, "line/carbon")), "nothing is said of carbon");
  tw_run_free(run);
}

Test(energy, without_a_price_has_no_cost) {
  tw_run *run = run_of(SLOW(TWO_POWERS, ""), 60);
  cr_expect(isnan(test_value(run, "line/energy/cost")));
  expect_value(run, "line/energy", 360e3);
  tw_run_free(run);
}

Test(energy, peak_is_the_largest_mean_of_a_window_of_the_clock) {
  // windows of 15 min from 05:50 on: the first has 10 min of the run, the part of 20 min comes at 06:10
  tw_run *run = run_of(STARTS("05:50:00") "'sources': {'in': {'sequence': ['p'], 'every': '10 h', "
                       "'first': '20 min', 'repeat': true}}, 'buffers': {" BUFFER("b", "1") "}, 'stations': {"
                       MACHINE("A", "'time': '20 min', 'power': {'processing': '9 kW', 'idle': '3 kW'}")
                       "}, 'flow': [['in', 'b', 'A', 'out']], "
                       "'energy': {'peak': {'window': '15 min', 'price': '90 EUR/kW'}}", 599);
  // 599 s at 3 kW in the window from 05:45 to 06:00
  expect_value(run, "line/peak", 3e3 * 599 / 900);
  expect_value(run, "line/peak/time", -300);
  test_until(run, 1500);
  // 06:00 to 06:15: 10 min idle, 5 min at work
  expect_value(run, "line/peak", 5e3);
  expect_value(run, "line/peak/time", 600);
  test_until(run, 7200);
  // 06:15 to 06:30 at work throughout
  expect_value(run, "line/peak", 9e3);
  expect_value(run, "line/peak/time", 1500);
  expect_value(run, "line/peak/cost", 810);
  tw_run_free(run);
}

Test(energy, peak_is_of_the_whole_line_and_of_equal_windows_the_first) {
  // A at work from 0 to 10 min, B from 10 to 20 min of each hour
  tw_run *run = run_of(STARTS("00:00:00") "'sources': {" EVERY("in", "1 h", ", 'first': '0 s'") "}, 'buffers': {"
                       BUFFER("b", "1") ", " BUFFER("c", "1") "}, 'stations': {"
                       MACHINE("A", "'time': '10 min', 'power': {'processing': '6 kW'}") ", "
                       MACHINE("B", "'time': '10 min', 'power': {'processing': '3 kW'}")
                       "}, 'flow': [['in', 'b', 'A', 'c', 'B', 'out']]", 3 * 3600.0);
  expect_value(run, "line/peak", (6e3 * 10 + 3e3 * 5) / 15);
  expect_value(run, "line/peak/time", 0);
  expect_value(run, "line/energy", 3 * 600 * 9e3);
  tw_run_free(run);
}

Test(energy, peak_windows_go_across_the_end_of_a_shift) {
  // on shift until 00:10 and again from 00:20 on; 4 kW on shift
  tw_run *run = run_of(CALENDARS(TEN_MINUTES)
                       SLOW("'processing': '4 kW', 'idle': '4 kW'", ", 'calendar': 'c'"), 3600);
  // 00:00 to 00:15 has 10 of its minutes, 00:15 to 00:30 as many
  expect_value(run, "line/peak", 4e3 * 10 / 15);
  expect_value(run, "line/peak/time", 0);
  tw_run_free(run);
}

Test(energy, begins_anew_with_the_window_of_statistics_in_the_middle_of_a_state) {
  tw_run *run = run_of("'run': {'start': '2026-03-02T00:00:00', 'warmup': '35 s'}, "
                       SLOW(TWO_POWERS, "") ", 'energy': {'tariff': '0.36 EUR/kWh'}", 34);
  cr_expect(isnan(test_value(run, "line/energy")), "the window has not begun");
  expect_value(run, "line/power/now", 12e3);
  test_until(run, 35);
  expect_value(run, "line/energy", 0);
  test_until(run, 60);
  // of the second part 5 s are in the window, then 20 s idle
  expect_value(run, "line/energy/part/p", 5 * 12e3);
  expect_value(run, "line/energy/overhead", 20 * 3e3);
  expect_value(run, "line/energy", 5 * 12e3 + 20 * 3e3);
  expect_value(run, "line/energy/cost", 0.012);
  expect_value(run, "line/peak", (5 * 12e3 + 20 * 3e3) / 900);
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, of_each_state_is_its_booked_time_times_its_power) {
  // powers that are no round binary numbers, for a long time: exact all the same
  tw_run *run = run_of("'sources': {" EVERY("in", "7 s", "") "}, 'buffers': {" BUFFER("b", "3") "}, 'stations': {"
                       MACHINE("A", "'time': {'exponential': {'mean': '5 s'}}, 'power': {'processing': "
                                    "'11.3 kW', 'idle': '0.7 W', 'failed': '33.333333 W'}, "
                                    WEAR("calendar", "{'exponential': {'mean': '60 s'}}", "5 s", ""))
                       "}, 'flow': [['in', 'b', 'A', 'out']]", 1e6);
  const double power_w[] = {[TWIN_PROCESSING] = 11.3e3, [TWIN_BLOCKED] = 0.7, [TWIN_STARVED] = 0.7,
                            [TWIN_FAILED_REPAIR] = 33.333333};
  for (int32_t s = TWIN_FAILED_REPAIR; s <= TWIN_STARVED; s++) {
    const double wanted_j = test_in_state(run, 0, s) * power_w[s];
    const double got_j = tw_energy_of_state(run, 0, s);
    cr_expect(got_j >= wanted_j * (1 - 1e-15) && got_j <= wanted_j * (1 + 1e-15), "%.17g %.17g", got_j,
              wanted_j);
  }
  expect_agreement(run);
  tw_run_free(run);
}

Test(energy, that_models_draw_beside_the_states_is_in_every_account) {
  tw_run *run = run_of(STARTS("06:50:00") SLOW("'processing': '12 kW'", "") DAY_PRICES, 0);
  // a heater of 2 kW is on from 30 s to 50 s, without a part from 40 s on
  test_until(run, 30);
  tw_energy_draw(run, 0, 2e3);
  expect_value(run, "stations/A/power/now", 14e3);
  test_until(run, 50);
  tw_energy_draw(run, 0, 0);
  expect_value(run, "line/energy", 20 * 12e3 + 20 * 2e3);
  expect_value(run, "line/energy/part/p", 20 * 12e3 + 10 * 2e3);
  expect_value(run, "line/energy/overhead", 10 * 2e3);
  expect_value(run, "stations/A/energy/models", 20 * 2e3);
  expect_value(run, "stations/A/energy/state/processing", 20 * 12e3);
  expect_value(run, "stations/A/energy", 20 * 12e3 + 20 * 2e3);
  // 07:00 is an edge of the price and of the windows; what is added on it was drawn before
  cr_expect_eq(tw_energy_edge(run), 600 * (int64_t)TW_TICKS_PER_S);
  test_until(run, 600);
  tw_energy_add(run, 0, 3.6e6);
  cr_expect_eq(tw_energy_edge(run), 1500 * (int64_t)TW_TICKS_PER_S);
  expect_value(run, "line/energy/tariff/Mon-Fri 07:00-20:00", 0);
  expect_value(run, "line/energy/tariff/otherwise", 20 * 10 * 12e3 + 40e3 + 3.6e6);
  test_until(run, 700);
  expect_value(run, "line/peak", (15 * 10 * 12e3 + 3.6e6) / 900 + 5 * 10 * 12e3 / 900.0 + 40e3 / 900);
  expect_agreement(run);
  tw_run_free(run);
}
