// quantity_upkeep_test.c - figures of people, shifts, setups, maintenance and stocks on lines that can be
// followed by hand. The run starts on a Monday at 00:00 unless the line says otherwise.

#include "analytic/sentences.h"

#include <math.h>
#include <stdio.h>

#include "observe/quantity.h"

// clang-format off: the lines are laid out by hand

static void expect_none(const tw_run *run, const char *path) {
  cr_expect_neq(tw_quantity_find(run->line, path, NULL), 0, "%s is no path", path);
  cr_expect(isnan(test_value(run, path)), "%s is %g", path, test_value(run, path));
}

// One station with always a part; its rest.
#define STEADY(rest) "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", rest) \
  "}, 'flow': [['s', 'A', 'out']]"

// ---- shifts ----

// Ten minutes a day, parts of 250 s that go on the next day: 2, 2, 3, 2 and 2 from Monday to Friday. The
// 12th ends with the shift of Friday and leaves on Monday, on the last tick off shift.
#define DAILY(run) \
  "'run': {" run "}, 'calendars': {'c': {'shifts': {'a': 'Mon-Fri 00:00-00:10'}}}," \
  "'defaults': {'calendar': 'c'}, " STEADY("'time': '250 s'")
#define MONDAY "'start': '2026-03-02T00:00:00'"
enum { DAY_S = 86400 };

Test(quantity_upkeep, gives_the_mean_and_spread_of_good_parts_per_shift) {
  tw_run *run = run_of(DAILY(MONDAY), 5 * DAY_S);
  expect_value(run, "line/shift/a/count", 5);
  expect_value(run, "line/shift/a/good/mean", 2.2);
  expect_value(run, "line/shift/a/good/sd", sqrt(0.2));
  expect_value(run, "line/shift/a/shipped", 11);
  expect_value(run, "line/shift/a/time", 5 * 600);
  expect_value(run, "line/shift/a/throughput", 11 / 3000.0);
  expect_value(run, "line/shift/a/scrapped", 0);
  expect_value(run, "stations/A/shift/a/processing", 1);
  expect_value(run, "stations/A/shift/off-shift/processing", 0);
  // off shift a day is the date
  expect_value(run, "line/shift/off-shift/count", 5);
  expect_value(run, "line/shift/off-shift/time", 5 * (DAY_S - 600));
  expect_value(run, "line/shift/off-shift/shipped", 0);
  tw_run_free(run);
}

Test(quantity_upkeep, counts_what_leaves_on_the_last_tick_off_shift_there) {
  tw_run *run = run_of(DAILY(MONDAY), 7 * DAY_S);
  expect_value(run, "line/shift/off-shift/shipped", 1);
  expect_value(run, "line/shift/off-shift/count", 7);
  expect_value(run, "line/shift/off-shift/good/mean", 1 / 7.0);
  expect_value(run, "line/shift/a/shipped", 11);
  tw_run_free(run);
}

// At 00:05 on Tuesday: 50 and 100 s are left of the third, so it has left.
Test(quantity_upkeep, counts_the_present_shift_with_its_time_and_parts_but_not_as_a_shift) {
  tw_run *run = run_of(DAILY(MONDAY), DAY_S + 300);
  expect_value(run, "line/shift/a/count", 1);
  expect_value(run, "line/shift/a/good/mean", 2);
  expect_none(run, "line/shift/a/good/sd");
  expect_value(run, "line/shift/a/shipped", 3);
  expect_value(run, "line/shift/a/time", 900);
  expect_value(run, "line/shift/a/throughput", 3 / 900.0);
  expect_value(run, "stations/A/shift/a/processing", 1);
  tw_run_free(run);
}

// From 300 s of Monday on: one part of Monday, then 2, 3, 2 and 2.
Test(quantity_upkeep, counts_a_shift_that_the_end_of_the_warmup_cuts_into_likewise) {
  tw_run *run = run_of(DAILY(MONDAY ", 'warmup': '300 s'"), 5 * DAY_S);
  expect_value(run, "line/shift/a/count", 4);
  expect_value(run, "line/shift/a/good/mean", 2.25);
  expect_value(run, "line/shift/a/good/sd", 0.5);
  expect_value(run, "line/shift/a/shipped", 10);
  expect_value(run, "line/shift/a/time", 2700);
  expect_value(run, "line/shift/a/throughput", 10 / 2700.0);
  expect_value(run, "stations/A/shift/a/processing", 1);
  tw_run_free(run);
}

// A warm-up that ends with a shift leaves it out; one that ends as a shift begins cuts nothing.
Test(quantity_upkeep, counts_whole_shifts_where_the_warmup_ends_between_two) {
  tw_run *run = run_of(DAILY(MONDAY ", 'warmup': '600 s'"), 2 * DAY_S);
  expect_value(run, "line/shift/a/count", 1);
  expect_value(run, "line/shift/a/shipped", 2);
  expect_value(run, "line/shift/a/time", 600);
  expect_value(run, "line/shift/off-shift/count", 2);
  tw_run_free(run);
  run = run_of(DAILY(MONDAY ", 'warmup': '1 d'"), 2 * DAY_S);
  expect_value(run, "line/shift/a/count", 1);
  expect_value(run, "line/shift/off-shift/time", DAY_S - 600);
  expect_value(run, "line/shift/off-shift/count", 1);
  tw_run_free(run);
}

Test(quantity_upkeep, has_no_figures_by_shift_before_the_window) {
  tw_run *run = run_of(DAILY(MONDAY ", 'warmup': '2 d'"), DAY_S);
  expect_none(run, "line/shift/a/count");
  expect_none(run, "stations/A/shift/a/processing");
  tw_run_free(run);
}

// The run begins in the middle of the shift, and in the night shift of the day before.
Test(quantity_upkeep, counts_a_shift_that_began_before_the_run_likewise) {
  tw_run *run = run_of(DAILY("'start': '2026-03-02T00:05:00'"), 300);
  expect_value(run, "line/shift/a/count", 0);
  expect_value(run, "line/shift/a/shipped", 1);
  expect_value(run, "line/shift/a/time", 300);
  expect_none(run, "line/shift/a/good/mean");
  tw_run_free(run);
  const char *sections =
      "'run': {" MONDAY "}, 'calendars': {'c': {'shifts': {'night': 'Sun-Fri 22:00-06:00'}}},"
      "'defaults': {'calendar': 'c'}, " STEADY("'time': '1 h'");
  run = run_of(sections, 12 * 3600);
  expect_value(run, "line/shift/night/count", 0);
  expect_value(run, "line/shift/night/time", 6 * 3600);
  expect_value(run, "line/shift/off-shift/count", 0);
  tw_run_free(run);
  // one that goes on over midnight is one
  run = run_of(sections, 30 * 3600);
  expect_value(run, "line/shift/night/count", 1);
  expect_value(run, "line/shift/night/time", 14 * 3600);
  expect_value(run, "line/shift/off-shift/count", 1);
  tw_run_free(run);
}

// Three shifts of eight hours; what ends with a shift is of it.
Test(quantity_upkeep, knows_plants_that_never_stand) {
  const char *sections =
      "'run': {'start': '2026-03-02T06:00:00'}, 'calendars': {'c': {'shifts': {"
      " 'early': 'Mon-Sun 06:00-14:00', 'late': 'Mon-Sun 14:00-22:00', 'night': 'Mon-Sun 22:00-06:00'}}},"
      "'defaults': {'calendar': 'c'}, " STEADY("'time': '1 h'");
  tw_run *run = run_of(sections, 2 * DAY_S);
  static const char *const shift[] = {"early", "late", "night"};
  for (int32_t i = 0; i < 3; i++) {
    char path[60];
    snprintf(path, sizeof path, "line/shift/%s/count", shift[i]);
    expect_value(run, path, 2);
    snprintf(path, sizeof path, "line/shift/%s/good/mean", shift[i]);
    expect_value(run, path, 8);
    snprintf(path, sizeof path, "line/shift/%s/good/sd", shift[i]);
    expect_value(run, path, 0);
  }
  expect_value(run, "line/shift/off-shift/time", 0);
  expect_value(run, "line/shift/off-shift/count", 0);
  expect_none(run, "line/shift/off-shift/throughput");
  expect_none(run, "stations/A/shift/off-shift/processing");
  tw_run_free(run);
}

// Nobody is at work for four days of the week: B, which has no calendar of its own, waits for A.
Test(quantity_upkeep, gives_shares_of_states_by_shift) {
  tw_run *run = run_of(
      CALENDARS("'c': {'shifts': {'a': 'Mon 00:00-00:10', 'b': 'Mon 00:20-00:30'}}, 'all': {'shifts':"
                " {'x': 'Mon-Sun 00:00-24:00'}}")
      "'defaults': {'calendar': 'c'}, 'sources': {" ALWAYS("s") "}, 'stations': {"
      MACHINE("A", "'time': '100 s', " WEAR("processing", "'250 s'", "120 s", "")) ", "
      MACHINE("B", "'machines': 2, 'calendar': 'all', 'time': '50 s'") "},"
      "'flow': [['s', 'A', 'B', 'out']]", 1200);
  // A: 0-250, repair to 370, 370-600 with 20 s of the sixth part's 100 s; off shift to 1200
  expect_value(run, "stations/A/shift/a/processing", 480 / 600.0);
  expect_value(run, "stations/A/shift/a/failed", 120 / 600.0);
  expect_value(run, "stations/A/shift/a/starved", 0);
  expect_value(run, "stations/A/shift/off-shift/processing", 0);
  // B: parts at 100, 200, 420 and 520 s, one of two machines 50 s each
  expect_value(run, "stations/B/shift/a/processing", 200 / 1200.0);
  expect_value(run, "stations/B/shift/a/starved", 1000 / 1200.0);
  expect_value(run, "stations/B/shift/off-shift/starved", 1);
  expect_none(run, "stations/A/shift/b/processing");
  expect_value(run, "line/shift/a/shipped", 4);
  tw_run_free(run);
}

Test(quantity_upkeep, has_no_shifts_without_a_calendar_of_the_plant) {
  tw_run *run = run_of(CALENDARS(TEN_MINUTES) STEADY("'calendar': 'c', 'time': '60 s'"), 700);
  cr_expect_eq(tw_quantity_find(run->line, "line/shift/a/count", NULL), 0);
  cr_expect_eq(tw_quantity_find(run->line, "line/shift/off-shift/count", NULL), 0);
  tw_run_free(run);
}

// ---- setups, maintenance, stops, overtime ----

#define FAMILIES(run, setup) \
  run "'parts': {'a': {'family': 'A'}, 'b': {'family': 'B'}}, 'sources': {'s': {'sequence': ['2 a', '1 b']," \
  " 'repeat': true}}, 'stations': {" MACHINE("M", "'time': '2 s', 'setup': {" setup "}") "}," \
  "'flow': [['s', 'M', 'out']]"
#define MATRIX "'matrix': {'A': {'B': '3 s'}, 'B': {'A': '5 s'}}"

// Setups of 3 s from 4, of 5 s from 9 and of 3 s from 18 s on.
Test(quantity_upkeep, counts_setups_and_how_long_they_took) {
  tw_run *run = run_of(FAMILIES("", MATRIX), 6);
  expect_value(run, "stations/M/count/setups", 0);
  expect_none(run, "stations/M/duration/setup/mean");
  test_until(run, 20);
  expect_value(run, "stations/M/count/setups", 2);
  expect_value(run, "stations/M/duration/setup/mean", 4);
  expect_value(run, "stations/M/duration/setup/sd", sqrt(2));
  test_until(run, 21);
  expect_value(run, "stations/M/count/setups", 3);
  expect_value(run, "stations/M/duration/setup/mean", 11 / 3.0);
  tw_run_free(run);
  // what began before the window counts with all of its time, as repairs do
  run = run_of(FAMILIES("'run': {'warmup': '5 s'}, ", MATRIX), 20);
  expect_value(run, "stations/M/count/setups", 2);
  expect_value(run, "stations/M/duration/setup/mean", 4);
  tw_run_free(run);
}

// The setter is away until 80 s: 30 s of waiting and 30 s of work.
Test(quantity_upkeep, counts_the_time_that_a_setup_waits_for_people) {
  tw_run *run = run_of(
      "'parts': {'p': {'family': 'P'}, 'q': {'family': 'Q'}}, 'workers': {'setters': {'skills': ['set']}},"
      "'sources': {'s': {'sequence': ['p', 'q']}, 't': {'sequence': ['p']}}, 'stations': {"
      MACHINE("A", "'time': '50 s', 'setup': {'by': 'family', 'matrix': {'other': '30 s'}, 'needs': ['set']}")
      ", " MACHINE("B", "'time': '80 s', 'needs': ['set']")
      "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]", 200);
  expect_value(run, "stations/A/count/setups", 1);
  expect_value(run, "stations/A/duration/setup/mean", 60);
  expect_value(run, "stations/B/count/setups", 0);
  expect_value(run, "workers/setters/waited_for", 30);
  expect_value(run, "workers/setters/waited_for/count", 1);
  expect_value(run, "workers/setters/utilisation", 110 / 200.0);
  tw_run_free(run);
}

// Maintenance at 12-17, 29-34 and 46-51 s; a failure at 20 s of 2 s, and at 42 s.
Test(quantity_upkeep, tells_maintenance_failures_and_minor_stops_apart) {
  tw_run *run = run_of(
      STEADY("'time': '4 s', 'minor_stop': '6 s', " WEAR("calendar", "'20 s'", "2 s", "")
             ", 'maintenance': {'service': {'trigger': {'every': '12 s', 'clock': 'calendar'},"
             " 'at': 'immediate', 'duration': '5 s', 'from': 'end'}}"), 50);
  expect_value(run, "stations/A/count/maintenances", 2);
  expect_value(run, "stations/A/duration/maintenance/mean", 5);
  expect_value(run, "stations/A/duration/maintenance/sd", 0);
  expect_value(run, "stations/A/count/failures", 2);
  expect_value(run, "stations/A/duration/down/mean", 2);
  expect_value(run, "stations/A/count/minor_stops", 2);
  expect_value(run, "stations/A/duration/minor_stop/mean", 2);
  tw_run_free(run);
}

Test(quantity_upkeep, counts_stops_from_the_end_of_the_warmup) {
  tw_run *run = run_of(
      "'run': {'warmup': '20 s'}, " STEADY("'time': '4 s', 'minor_stop': '6 s', "
             "'maintenance': {'service': {'trigger': {'every': '12 s', 'clock': 'calendar'},"
             " 'at': 'immediate', 'duration': '5 s', 'from': 'end'}}"), 50);
  expect_value(run, "stations/A/count/maintenances", 1);
  expect_none(run, "stations/A/duration/maintenance/sd");
  expect_value(run, "stations/A/count/minor_stops", 0);
  expect_none(run, "stations/A/duration/minor_stop/mean");
  tw_run_free(run);
}

// One part of 700 s on one of two machines that finish what they have begun.
#define LATE_PART(run) \
  "'run': {" run "}, 'calendars': {" TEN_MINUTES "}, 'sources': {'s': {'sequence': ['p']}}," \
  "'stations': {" MACHINE("A", "'machines': 2, 'calendar': 'c', 'on_shift_end': 'finish', 'time': '700 s'") \
  "}, 'flow': [['s', 'A', 'out']]"

Test(quantity_upkeep, counts_overtime_of_machines) {
  tw_run *run = run_of(LATE_PART(MONDAY), 600);
  expect_value(run, "stations/A/overtime", 0);
  test_until(run, 640);
  expect_value(run, "stations/A[1]/overtime", 40);
  test_until(run, 1500);
  expect_value(run, "stations/A[1]/overtime", 100);
  expect_value(run, "stations/A[2]/overtime", 0);
  expect_value(run, "stations/A/overtime", 50);
  tw_run_free(run);
  run = run_of(LATE_PART(MONDAY ", 'warmup': '670 s'"), 680);
  expect_value(run, "stations/A[1]/overtime", 10);
  test_until(run, 1500);
  expect_value(run, "stations/A[1]/overtime", 30);
  tw_run_free(run);
  run = run_of(STEADY("'time': '60 s'"), 600);
  expect_value(run, "stations/A/overtime", 0);
  tw_run_free(run);
}

// ---- people and stocks ----

// Works 0-150 and 300-450 s; the part of 600 s waits until 1200 s. Two of them: one is idle.
#define PART_TIME(count, policy) \
  CALENDARS(TEN_MINUTES) "'workers': {'ops': {'skills': ['run'], 'count': " count ", 'calendar': 'c'," \
  " 'on_shift_end': '" policy "'}}, 'sources': {" EVERY("s", "300 s", ", 'first': '0 s'") "}, 'stations': {" \
  MACHINE("A", "'needs': ['run'], 'time': '150 s'") "}, 'flow': [['s', 'A', 'out']]"

Test(quantity_upkeep, gives_utilisation_of_people_over_their_time_on_shift) {
  tw_run *run = run_of(PART_TIME("1", "suspend"), 375);
  expect_value(run, "workers/ops/utilisation", 225 / 375.0);
  test_until(run, 900);
  expect_value(run, "workers/ops/utilisation", 0.5);
  expect_value(run, "workers/ops/waited_for", 300);
  expect_value(run, "workers/ops/waited_for/count", 1);
  expect_value(run, "workers/ops/overtime", 0);
  tw_run_free(run);
  run = run_of(PART_TIME("2", "suspend"), 900);
  expect_value(run, "workers/ops/utilisation", 0.25);
  tw_run_free(run);
}

Test(quantity_upkeep, leaves_breaks_out_of_the_time_of_people) {
  tw_run *run = run_of(CALENDARS(WITH_BREAK) "'workers': {'ops': {'skills': ['run'], 'calendar': 'c'}}, "
                       STEADY("'needs': ['run'], 'time': '999 s'"), 1200);
  expect_value(run, "workers/ops/utilisation", 1);
  expect_value(run, "workers/ops/waited_for", 300);
  tw_run_free(run);
}

// 0-400, 400-800 with 200 s of overtime, 1200-1600 and 1600-2000 s likewise.
Test(quantity_upkeep, counts_overtime_of_people_apart_from_their_utilisation) {
  tw_run *run = run_of(CALENDARS(TEN_MINUTES) "'workers': {'ops': {'skills': ['run'], 'calendar': 'c',"
                       " 'on_shift_end': 'finish'}}, " STEADY("'needs': ['run'], 'time': '400 s'"), 700);
  expect_value(run, "workers/ops/overtime", 100);
  expect_value(run, "workers/ops/utilisation", 1);
  test_until(run, 1000);
  expect_value(run, "workers/ops/overtime", 200);
  expect_value(run, "workers/ops/utilisation", 1);
  expect_value(run, "workers/ops/waited_for", 200);
  test_until(run, 2000);
  expect_value(run, "workers/ops/overtime", 400);
  expect_value(run, "workers/ops/utilisation", 1);
  expect_value(run, "workers/ops/waited_for", 400);
  expect_value(run, "workers/ops/waited_for/count", 2);
  tw_run_free(run);
}

// Who is not on shift in the window has no utilisation.
Test(quantity_upkeep, gives_no_share_of_no_time) {
  tw_run *run = run_of(CALENDARS("'d': {'shifts': {'x': 'Tue 00:00-00:10'}}")
                       "'workers': {'ops': {'skills': ['run'], 'calendar': 'd'}}, "
                       STEADY("'needs': ['run'], 'time': '400 s'"), 700);
  expect_none(run, "workers/ops/utilisation");
  expect_none(run, "workers/ops/walking");
  expect_value(run, "workers/ops/waited_for", 700);
  tw_run_free(run);
}

// A 0-10; to B 10-40, 40-50; to A 50-80, 80-90; to B 90-120, 120-130.
#define WALKER(run) \
  run "'workers': {'ops': {'skills': ['run'], 'walk': '30 s'}}, 'sources': {" ALWAYS("s") ", " ALWAYS("t") \
  "}, 'stations': {" MACHINE("A", "'needs': ['run'], 'time': '10 s'") ", " \
  MACHINE("B", "'needs': ['run'], 'time': '10 s'") "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]"

Test(quantity_upkeep, counts_walks_as_far_as_they_were_gone) {
  tw_run *run = run_of(WALKER(""), 20);
  expect_value(run, "workers/ops/walking", 10 / 20.0);
  expect_value(run, "workers/ops/utilisation", 1);
  test_until(run, 45);
  expect_value(run, "workers/ops/walking", 30 / 45.0);
  test_until(run, 129);
  expect_value(run, "workers/ops/walking", 90 / 129.0);
  // B 0-10, A 10-50, B 50-90, A 90 on; who walks is waited for no more
  expect_value(run, "workers/ops/waited_for", 10 + 40 + 40 + 39);
  expect_value(run, "workers/ops/waited_for/count", 4);
  expect_value(run, "stations/B/state/waiting-worker/duration", 10 + 30 + 40 + 30);
  tw_run_free(run);
}

Test(quantity_upkeep, counts_people_from_the_end_of_the_warmup) {
  tw_run *run = run_of(WALKER("'run': {'warmup': '25 s'}, "), 35);
  expect_value(run, "workers/ops/walking", 1);
  test_until(run, 45);
  expect_value(run, "workers/ops/walking", 15 / 20.0);
  expect_value(run, "workers/ops/utilisation", 1);
  expect_value(run, "workers/ops/waited_for", 20);
  expect_value(run, "workers/ops/waited_for/count", 0);
  tw_run_free(run);
}

// On the way from 590 s on, and called off with the shift at 600 s.
Test(quantity_upkeep, counts_a_walk_that_was_called_off_up_to_there) {
  tw_run *run = run_of(
      CALENDARS(TEN_MINUTES) "'workers': {'ops': {'skills': ['run'], 'walk': '30 s', 'calendar': 'c'}},"
      "'sources': {'s': {'sequence': ['p']}, 't': {'sequence': ['p']}}, 'stations': {"
      MACHINE("A", "'needs': ['run'], 'time': '590 s'") ", " MACHINE("B", "'needs': ['run'], 'time': '10 s'")
      "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]", 700);
  expect_value(run, "workers/ops/walking", 10 / 600.0);
  expect_value(run, "workers/ops/utilisation", 1);
  tw_run_free(run);
}

// A needs both. The crane is B's until 100 s, and the person is C's until 150 s.
Test(quantity_upkeep, counts_a_wait_for_each_thing_that_was_short) {
  tw_run *run = run_of(
      "'workers': {'ops': {'skills': ['run']}}, 'resources': {'crane': {'count': 1}}, 'sources': {"
      "'r': {'sequence': ['p']}, 's': {'sequence': ['p']}, 't': {'sequence': ['p']}}, 'stations': {"
      MACHINE("A", "'needs': ['crane', 'run'], 'time': '50 s', 'needs_priority': -1") ", "
      MACHINE("B", "'needs': ['crane'], 'time': '100 s'") ", " MACHINE("C", "'needs': ['run'], 'time': '150 s'")
      "}, 'flow': [['r', 'A', 'out'], ['s', 'B', 'out'], ['t', 'C', 'out']]", 125);
  expect_value(run, "resources/crane/waited_for", 100);
  expect_value(run, "workers/ops/waited_for", 25);
  expect_value(run, "resources/crane/waited_for/count", 1);
  expect_value(run, "workers/ops/waited_for/count", 1);
  test_until(run, 250);
  expect_value(run, "resources/crane/waited_for", 100);
  expect_value(run, "workers/ops/waited_for", 50);
  expect_value(run, "resources/crane/utilisation", 150 / 250.0);
  expect_value(run, "workers/ops/utilisation", 200 / 250.0);
  expect_value(run, "stations/A/state/waiting-worker/duration", 150);
  tw_run_free(run);
}

// Two spare parts each at 10 and at 22 s; the third time one is too few.
#define SPARES(run, supply) \
  run "'parts': {'p': {}, 'cartridge': {'supply': " supply "}}, " \
  STEADY("'time': '4 s', 'maintenance': {'change': {'trigger': {'every': '10 s', 'clock': 'calendar'}," \
         " 'at': 'immediate', 'duration': '2 s', 'from': 'end', 'spares': {'cartridge': 2}}}")

Test(quantity_upkeep, says_what_is_in_stock_and_what_was_used) {
  tw_run *run = run_of(SPARES("", "{'stock': 5}"), 9);
  expect_value(run, "stocks/cartridge/now", 5);
  test_until(run, 11);
  expect_value(run, "stocks/cartridge/now", 3);
  test_until(run, 40);
  expect_value(run, "stocks/cartridge/now", 1);
  expect_value(run, "stocks/cartridge/used", 4);
  tw_run_free(run);
  run = run_of(SPARES("'run': {'warmup': '15 s'}, ", "{'stock': 5}"), 11);
  expect_value(run, "stocks/cartridge/now", 3);
  expect_none(run, "stocks/cartridge/used");
  test_until(run, 40);
  expect_value(run, "stocks/cartridge/used", 2);
  tw_run_free(run);
  run = run_of(SPARES("", "'unlimited'"), 35);
  cr_expect(isinf(test_value(run, "stocks/cartridge/now")));
  expect_value(run, "stocks/cartridge/used", 6);
  tw_run_free(run);
}
