// cost_test.c - money worked out by hand: for each failure and maintenance, for the time that machines are
// down, for parts that become scrap, with the energy; by station and kind; warm-up, and a line with others.

#include <math.h>

#include <criterion/criterion.h>

#include "analytic/sentences.h"
#include "observe/quantity.h"
#include "state/adopt.h"
#include "state/hash.h"
#include "state/ops.h"

// A good part from 0 to 15, scrap from 15 to 25, a repair up to 30, and so on every 30 s.
#define BREAKS(failure, station, rest)                                                            \
  "'parts': {'p': {'scrap_cost': '7 EUR'}}, 'sources': {" ALWAYS("in") "}, 'stations': {"         \
  MACHINE("A", "'time': '15 s', " station                                                         \
          WEAR("processing", "'25 s'", "5 s", ", 'part': 'scrap'" failure))                       \
  "}, 'flow': [['in', 'A', 'out'], ['A.scrap', 'scrap']]" rest
#define REPAIRS ", 'cost': '30 EUR'"
#define STANDS "'downtime_cost': '36 EUR/h', "

Test(cost, is_that_of_failures_downtime_and_scrap) {
  tw_run *run = run_of(BREAKS(REPAIRS, STANDS, ""), 60);
  expect_value(run, "stations/A/count/failures", 2);
  expect_value(run, "line/cost/failures", 2 * 30);
  expect_value(run, "line/cost/downtime", 10 * 0.01);
  expect_value(run, "line/cost/scrap", 2 * 7);
  expect_value(run, "line/cost/scrap/part/p", 2 * 7);
  expect_value(run, "line/cost/maintenance", 0);
  expect_value(run, "line/cost/energy", 0);
  expect_value(run, "line/cost", 60 + 14 + 0.1);
  expect_value(run, "line/cost/rate", 74.1 / 60);
  expect_value(run, "line/shipped", 2);
  expect_value(run, "line/cost/per_good", 74.1 / 2);
  expect_value(run, "stations/A/cost", 74.1);
  expect_value(run, "stations/A/cost/failures", 60);
  expect_value(run, "stations/A/cost/mode/wear", 60);
  expect_value(run, "stations/A/cost/downtime", 0.1);
  expect_value(run, "stations/A/cost/scrap", 14);
  expect_value(run, "stations/A/cost/rate", 74.1 / 60);
  tw_run_free(run);
}

Test(cost, of_a_failure_is_there_when_it_comes_and_of_downtime_while_it_lasts) {
  tw_run *run = run_of(BREAKS(REPAIRS, STANDS, ""), 24);
  expect_value(run, "line/cost", 0);
  test_until(run, 27);
  const uint64_t hash = tw_run_hash(run, true);
  expect_value(run, "line/cost/failures", 30);
  expect_value(run, "line/cost/downtime", 2 * 0.01);
  expect_value(run, "line/cost/scrap", 7);
  cr_expect_eq(tw_run_hash(run, true), hash, "reading has changed the run");
  tw_run_free(run);
}

Test(cost, begins_anew_with_the_window) {
  tw_run *run = run_of(BREAKS(REPAIRS, STANDS, ", 'run': {'warmup': '28 s'}"), 27);
  cr_expect(isnan(test_value(run, "line/cost")), "it is known in the warm-up");
  test_until(run, 60);
  // the repair up to 30 was paid before; its last 2 s are in the window
  expect_value(run, "line/cost/failures", 30);
  expect_value(run, "stations/A/cost/scrap", 7);
  expect_value(run, "line/cost/scrap", 7);
  expect_value(run, "line/cost/downtime", 7 * 0.01);
  expect_value(run, "line/cost/rate", 37.07 / 32);
  tw_run_free(run);
}

// Two machines, each with a failure at 10, 22 and 34 that takes 2 s, and one at 25 that takes 1 s.
#define TWO_MODES                                                                                 \
  "'sources': {" ALWAYS("in") "}, 'stations': {" MACHINE("A", "'machines': 2, 'time': '7 s', "    \
  "'failures': {'f': {'clock': 'calendar', 'mtbf': '10 s', 'repair': '2 s', 'cost': '5 EUR'}, "   \
  "'g': {'clock': 'calendar', 'mtbf': '25 s', 'repair': '1 s', 'cost': '11 EUR'}, "               \
  "'h': {'clock': 'calendar', 'mtbf': '1 h', 'repair': '1 s', 'cost': '1 kEUR'}}")                \
  "}, 'flow': [['in', 'A', 'out']]"

Test(cost, of_failures_is_counted_by_mode_over_all_machines) {
  tw_run *run = run_of(TWO_MODES, 40);
  expect_value(run, "stations/A/count/failures", 2 * (3 + 1));
  expect_value(run, "stations/A/cost/mode/f", 6 * 5);
  expect_value(run, "stations/A/cost/mode/g", 2 * 11);
  expect_value(run, "stations/A/cost/mode/h", 0);
  expect_value(run, "line/cost/failures", 52);
  // nothing is said of it
  expect_value(run, "line/cost/downtime", 0);
  expect_value(run, "line/cost", 52);
  tw_run_free(run);
}

// A maintenance 20 s after the start and after the end of the last one, done in 4 s.
#define SERVICE                                                                                     \
  "'sources': {" ALWAYS("in") "}, 'stations': {" MACHINE("A", "'time': '3 s', " STANDS              \
  "'maintenance': {'oil': {'trigger': {'every': '20 s', 'clock': 'calendar'}, 'at': 'immediate', "  \
  "'from': 'end', 'duration': '4 s', 'cost': '9 EUR'}}, " WEAR("calendar", "'1 h'", "1 s", ""))     \
  "}, 'flow': [['in', 'A', 'out']]"

Test(cost, of_a_maintenance_is_there_when_it_is_done_and_its_time_is_downtime) {
  tw_run *run = run_of(SERVICE, 22);
  expect_value(run, "line/cost/maintenance", 0);
  expect_value(run, "line/cost/downtime", 2 * 0.01);
  test_until(run, 24);
  expect_value(run, "line/cost/maintenance", 9);
  expect_value(run, "stations/A/cost/mode/oil", 9);
  expect_value(run, "stations/A/cost/mode/wear", 0);
  test_until(run, 48);
  expect_value(run, "stations/A/count/maintenances", 2);
  expect_value(run, "line/cost/maintenance", 18);
  expect_value(run, "line/cost/failures", 0);
  expect_value(run, "line/cost", 18 + 8 * 0.01);
  tw_run_free(run);
}

Test(cost, of_a_machine_that_the_host_takes_down_is_its_downtime_alone) {
  tw_run *run = run_of(SERVICE, 1);
  tw_run_apply(run, (tw_op){.code = TW_OP_machine_down, .argument = {0}}, NULL);
  test_until(run, 11);
  expect_value(run, "line/cost/failures", 0);
  expect_value(run, "line/cost", 10 * 0.01);
  tw_run_free(run);
}

// Down at 500 s for 200 s of a fitter's time, who has the same shift up to 600 and again from 1200 s.
Test(cost, of_downtime_is_not_counted_off_shift) {
  tw_run *run = run_of(
      CALENDARS(TEN_MINUTES) "'workers': {'fitter': {'skills': ['repair'], 'calendar': 'c'}}, "
      "'sources': {" ALWAYS("in") "}, 'stations': {"
      MACHINE("A", "'time': '1 min', 'calendar': 'c', " STANDS
              WEAR("calendar", "'500 s'", "200 s", ", 'needs': ['repair']"))
      "}, 'flow': [['in', 'A', 'out']]", 1250);
  expect_value(run, "line/cost/downtime", 150 * 0.01);
  tw_run_free(run);
}

// The fitter comes at 1200 s, to a machine that has waited for him since 700 s, or since 650 s.
#define WAITS(what)                                                                                \
  CALENDARS(TEN_MINUTES) "'workers': {'fitter': {'skills': ['repair'], 'calendar': 'c'}}, "        \
  "'sources': {" ALWAYS("in") "}, 'stations': {" MACHINE("A", "'time': '1 min', " STANDS what)     \
  "}, 'flow': [['in', 'A', 'out']]"

Test(cost, of_downtime_is_also_of_the_wait_for_people) {
  tw_run *run = run_of(
      WAITS("'maintenance': {'oil': {'trigger': {'every': '700 s', 'clock': 'calendar'}, "
            "'at': 'immediate', 'duration': '100 s', 'needs': ['repair']}}"), 1000);
  expect_value(run, "line/cost/downtime", 300 * 0.01);
  test_until(run, 1310);
  expect_value(run, "line/cost/downtime", 600 * 0.01);
  tw_run_free(run);
  run = run_of(WAITS(WEAR("calendar", "'650 s'", "50 s", ", 'needs': ['repair']")), 1000);
  expect_value(run, "line/cost/downtime", 350 * 0.01);
  test_until(run, 1260);
  expect_value(run, "line/cost/downtime", 600 * 0.01);
  tw_run_free(run);
}

// Good p and bad q in turn; the gauge throws a q away at 21 and at 41.
#define GAUGED(p, q)                                                                              \
  "'parts': {" p ", " q "}, 'sources': {'in': {'sequence': ['1 p', '1 q'], 'repeat': true}}, "    \
  "'stations': {" MACHINE("A", "'time': '10 s', 'defects': {'dent': 'part.bad'}")                 \
  ", 'G': {'type': 'inspection', 'time': '1 s', 'detects': ['dent'], 'on_reject': {'scrap': 1}}" \
  "}, 'flow': [['in', 'A', 'G', 'out'], ['G.scrap', 'scrap']]"
#define GOOD_P(cost) "'p': {'scrap_cost': '" cost "', 'attributes': {'bad': 0}}"
#define BAD_Q(cost)  "'q': {'scrap_cost': '" cost "', 'attributes': {'bad': 1}}"

Test(cost, of_scrap_is_that_of_its_type_at_the_station_that_throws_it_away) {
  tw_run *run = run_of(GAUGED(GOOD_P("2 EUR"), BAD_Q("5.5 EUR")), 45);
  expect_value(run, "line/scrapped", 2);
  expect_value(run, "line/cost/scrap/part/q", 2 * 5.5);
  expect_value(run, "line/cost/scrap/part/p", 0);
  expect_value(run, "stations/G/cost/scrap", 2 * 5.5);
  expect_value(run, "stations/G/cost", 2 * 5.5);
  cr_expect_eq(tw_quantity_find(run->line, "stations/A/cost", NULL), 0, "A throws nothing away");
  tw_run_free(run);
}

// The crusher takes 8 s for a part that the failure at 25 s has scrapped.
Test(cost, of_scrap_is_the_lines_when_the_part_has_left_it) {
  tw_run *run = run_of(
      "'parts': {'p': {'scrap_cost': '7 EUR'}}, 'sources': {" ALWAYS("in") "}, 'buffers': {"
      BUFFER("bin", "5") "}, 'stations': {"
      MACHINE("A", "'time': '15 s', " WEAR("processing", "'25 s'", "5 s", ", 'part': 'scrap'")) ", "
      MACHINE("crusher", "'time': '8 s'")
      "}, 'flow': [['in', 'A', 'out'], ['A.scrap', 'bin', 'crusher', 'scrap']]", 32);
  expect_value(run, "stations/A/cost/scrap", 7);
  expect_value(run, "line/cost/scrap", 0);
  test_until(run, 33);
  expect_value(run, "line/cost/scrap", 7);
  tw_run_free(run);
}

Test(cost, of_a_common_cause_is_for_each_machine_that_it_takes_down) {
  tw_run *run = run_of(
      "'sources': {" ALWAYS("in") "}, 'stations': {" MACHINE("A", "'machines': 2, 'time': '7 s'") ", "
      MACHINE("B", "'time': '3 s'") "}, 'flow': [['in', 'A', 'B', 'out']], 'common_causes': {'power-cut': "
      "{'stations': ['A', 'B'], 'mtbf': '20 s', 'repair': '5 s', 'cost': '4 EUR'}}", 30);
  expect_value(run, "stations/A/cost/mode/power-cut", 2 * 4);
  expect_value(run, "stations/B/cost", 4);
  expect_value(run, "line/cost/failures", 3 * 4);
  tw_run_free(run);
}

Test(cost, has_that_of_energy_but_not_the_demand_charge) {
  // 50 s at 2 kW and 10 s at 0.5 kW
  tw_run *run = run_of(
      BREAKS(REPAIRS, "'power': {'processing': '2 kW', 'failed': '0.5 kW'}, ",
             ", 'energy': {'tariff': '0.36 EUR/kWh', 'peak': {'price': '90 EUR/kW'}}"), 60);
  const double energy = 105e3 / 3.6e6 * 0.36;
  expect_value(run, "line/energy/cost", energy);
  expect_value(run, "line/cost/energy", energy);
  expect_value(run, "line/cost", 60 + 14 + energy);
  // how much a station draws at each price is not kept
  expect_value(run, "stations/A/cost", 60 + 14);
  tw_run_free(run);
}

// Types and failures in another order, other costs; what was counted stays with its name.
Test(cost, of_a_state_on_another_line_is_what_that_one_says_of_all_that_was_counted) {
  tw_run *run = run_of(GAUGED(GOOD_P("2 EUR"), BAD_Q("5.5 EUR")), 45);
  tw_run *other = run_of(GAUGED(BAD_Q("8 EUR"), GOOD_P("2 EUR")), 0);
  cr_assert_eq(tw_run_adopt(other, run, NULL, NULL), TWIN_OK);
  expect_value(other, "line/cost/scrap", 16);
  expect_value(other, "stations/G/cost/scrap", 16);
  tw_run_free(run);
  tw_run_free(other);
  run = run_of(TWO_MODES, 40);
  other = run_of(
      "'sources': {" ALWAYS("in") "}, 'stations': {" MACHINE("A", "'machines': 2, 'time': '7 s', "
      "'failures': {'g': {'clock': 'calendar', 'mtbf': '25 s', 'repair': '1 s', 'cost': '12 EUR'}, "
      "'f': {'clock': 'calendar', 'mtbf': '10 s', 'repair': '2 s'}}")
      "}, 'flow': [['in', 'A', 'out']]", 0);
  cr_assert_eq(tw_run_adopt(other, run, NULL, NULL), TWIN_OK);
  expect_value(other, "stations/A/cost/mode/g", 2 * 12);
  expect_value(other, "stations/A/cost/mode/f", 0);
  tw_run_free(run);
  tw_run_free(other);
}

Test(cost, of_a_state_from_a_line_without_costs_begins_with_the_line_that_has_them) {
  tw_run *plain = run_of(
      "'sources': {" ALWAYS("in") "}, 'stations': {"
      MACHINE("A", "'time': '15 s', " WEAR("processing", "'25 s'", "5 s", ", 'part': 'scrap'"))
      "}, 'flow': [['in', 'A', 'out'], ['A.scrap', 'scrap']]", 31);
  tw_run *other = run_of(BREAKS(REPAIRS, STANDS, ""), 0);
  cr_assert_eq(tw_run_adopt(other, plain, NULL, NULL), TWIN_OK);
  expect_value(other, "stations/A/count/failures", 1);
  expect_value(other, "line/cost/failures", 0);
  test_until(other, 60);
  expect_value(other, "line/cost/failures", 30);
  expect_value(other, "stations/A/cost/scrap", 7);
  // what has left the line, and its state times, every line counts
  expect_value(other, "line/cost/scrap", 14);
  expect_value(other, "line/cost/downtime", 10 * 0.01);
  tw_run_free(plain);
  tw_run_free(other);
}
