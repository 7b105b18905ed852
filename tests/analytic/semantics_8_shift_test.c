// SEMANTICS 8.2, ends of shifts and breaks of stations and what they do to the work in process; and
// what other sections say of working time (1.4, 2.1, 2.4, 3.2, 3.5, 6.1). Ends of the shifts of people
// are in semantics_8_people_test.c.

#include "sentences.h"

#include "engine/work.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"

// clang-format off: the lines are laid out by hand

// One station that always has a part, on shift from 0 to 600 s and from 1200 to 1800 s.
#define ON_SHIFT(calendar, rest) \
  CALENDARS(calendar) "'sources': {" ALWAYS("s") "}, 'stations': {" \
  MACHINE("A", "'calendar': 'c', " rest) "}, 'flow': [['s', 'A', 'out']"
#define ENDS(policy, rest) ON_SHIFT(TEN_MINUTES, "'on_shift_end': '" policy "', " rest)

// ---- 1.4 ----

// From Sunday 23:55 on: the shift of Sunday ends at 00:05 on Monday.
Test(semantics_8_shift, s1_4_an_interval_may_cross_midnight) {
  expect_story("'run': {'start': '2026-03-01T23:55:00'}, 'calendars': {'c': {'shifts': {'night':"
               " 'Sun 23:50-00:05'}}}, 'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '999 s'") "}, 'flow': [['s', 'A', 'out']]",
               3600, "state", "0 state A processing; 600 state A off-shift");
}

// It belongs to the day on which it begins: with Sunday closed there is none, with Monday closed there
// is.
Test(semantics_8_shift, s1_4_an_interval_belongs_to_the_day_on_which_it_begins) {
#define NIGHT(closed) \
  "'run': {'start': '2026-03-01T23:55:00'}, 'calendars': {'c': {'shifts': {'night':" \
  " 'Sun 23:50-00:05'}, 'closed': ['" closed "']}}, 'sources': {" ALWAYS("s") "}, 'stations': {" \
  MACHINE("A", "'calendar': 'c', 'time': '999 s'") "}, 'flow': [['s', 'A', 'out']]"
  expect_story(NIGHT("2026-03-01"), 3600, "state", "0 state A off-shift");
  expect_story(NIGHT("2026-03-02"), 3600, "state", "0 state A processing; 600 state A off-shift");
}

// ---- 2.1, 2.4 ----

// What happens on one tick, as "purpose/place" with a blank between.
static void expect_order(const char *sections, double at_s, const char *wanted) {
  static const char *const words[] = {
      [TW_ON_WORK] = "work", [TW_ON_TIMER] = "timer", [TW_ON_REPAIRED] = "repaired",
      [TW_ON_FAILURE] = "failure", [TW_ON_PLACE_SHIFT] = "shift", [TW_ON_POOL_SHIFT] = "people"};
  tw_run *run = run_of(sections, at_s - 1);
  tw_text told = {0};
  while (tw_run_next_tick(run) == tw_ticks(at_s)) {
    int32_t slot_i = 0;
    cr_assert_eq(tw_run_step(run, &slot_i, NULL), TWIN_OK);
    const tw_slot *slot = &run->line->slot[slot_i];
    const char *name = slot->node_i != TW_NONE ? run->line->place[slot->node_i].name : "";
    if (slot->purpose == TW_ON_FAILURE)
      name = run->line->place[run->line->mode[slot->machine_i].node_i].name;
    tw_text_print(&told, "%s%s/%s", told.n > 0 ? " " : "", words[slot->purpose], name);
  }
  cr_expect_str_eq(told.at != NULL ? told.at : "", wanted, "\n  told   %s\n  wanted %s", told.at,
                   wanted);
  tw_text_free(&told);
  tw_run_free(run);
}

// Written in the reverse order, all on tick 600: a release, E closes, D fails, C opens, B is repaired,
// A completes.
Test(semantics_8_shift, s2_1_calendars_open_before_failures_and_close_behind_them) {
  expect_order(
      CALENDARS("'c': {'shifts': {'a': 'Mon 00:00-00:10'}}, 'd': {'shifts': {'a': 'Mon 00:10-00:20'}}")
      "'sources': {" EVERY("s", "600 s", "") ", " ALWAYS("t") "}, 'stations': {"
      MACHINE("E", "'time': '9999 s', 'calendar': 'c'") ", "
      MACHINE("D", "'time': '9999 s', " WEAR("calendar", "'600 s'", "99 s", "")) ", "
      MACHINE("C", "'time': '9999 s', 'calendar': 'd'") ", "
      MACHINE("B", "'time': '9999 s', " WEAR("calendar", "{'trace': {'values': ['500 s', '9999 s']}}",
                                             "100 s", "")) ", "
      MACHINE("A", "'time': '600 s'") "},"
      "'flow': [['s', 'E', 'D', 'C', 'B', 'out'], ['t', 'A', 'out']]",
      600, "work/A repaired/B shift/C failure/D shift/E timer/s");
}

// The late shift comes, the machine fails, the early shift goes, and the machine with it.
Test(semantics_8_shift, s2_1_pools_open_and_close_in_the_classes_of_stations) {
  expect_order(
      CALENDARS("'c': {'shifts': {'a': 'Mon 00:00-00:10'}}, 'd': {'shifts': {'a': 'Mon 00:10-00:20'}}")
      "'workers': {'late': {'skills': ['mend'], 'calendar': 'd'},"
      " 'early': {'skills': ['mend'], 'calendar': 'c'}}, 'sources': {" ALWAYS("t") "}, 'stations': {"
      MACHINE("A", "'time': '9999 s', 'calendar': 'c', " WEAR("calendar", "'600 s'", "99 s", "")) "},"
      "'flow': [['t', 'A', 'out']]",
      600, "people/ failure/A people/ shift/A");
}

// 600 s on its clock when the shift ends: it fails before.
Test(semantics_8_shift, s2_1_an_on_shift_clock_that_ends_with_the_shift_fires) {
  expect_story(ENDS("suspend", "'time': '999 s', " WEAR("on-shift", "'600 s'", "100 s", "")) "]", 1800,
               "fail repaired", "600 fail A wear; 700 repaired A wear; 1800 fail A wear");
}

// Finished at 600 s and given away when the machine is back.
Test(semantics_8_shift, s2_4_a_part_that_finishes_on_the_tick_of_the_end_of_a_shift_is_finished) {
  const char *sections = ENDS("scrap", "'time': '300 s'") ", ['A.scrap', 'scrap']]";
  expect_story(sections, 1800, "start complete ship scrap",
               "0 start A 1; 300 complete A 1; 300 ship out 1; 300 start A 2; 600 complete A 2; "
               "1200 ship out 2; 1200 start A 3; 1500 complete A 3; 1500 ship out 3; 1500 start A 4; "
               "1800 complete A 4");
  tw_run *run = run_of(sections, 1800);
  expect_value(run, "stations/A/fate/scrap", 0);
  tw_run_free(run);
}

// ---- 3.2 ----

Test(semantics_8_shift, s3_2_off_shift_and_break_are_states) {
  expect_story(ON_SHIFT("'c': {'shifts': {'a': 'Mon 00:05-00:30'}, 'breaks': {'tea': 'Mon 00:10-00:15'}}",
                        "'time': '9999 s'") "]",
               3600, "state",
               "0 state A off-shift; 300 state A processing; 600 state A break; "
               "900 state A processing; 1800 state A off-shift");
}

Test(semantics_8_shift, s3_2_state_times_sum_to_the_run) {
  tw_run *run = run_of(ON_SHIFT(WITH_BREAK, "'time': '500 s'") "]", 2400);
  expect_value(run, "stations/A/state/off-shift/duration", 600);
  expect_value(run, "stations/A/state/break/duration", 300);
  expect_value(run, "stations/A/state/processing/duration", 1500);
  tw_run_free(run);
}

// Failed at 500 s; the repair needs nobody and its time goes on: failed-repair wins.
Test(semantics_8_shift, s3_2_failed_repair_wins_over_off_shift_when_it_needs_nobody) {
  expect_story(ENDS("suspend", "'time': '9999 s', " WEAR("calendar", "'500 s'", "300 s", "")) "]", 1200,
               "state", "0 state A processing; 500 state A failed-waiting; 500 state A failed-repair; "
                        "800 state A off-shift; 1200 state A processing");
  expect_story(ON_SHIFT(WITH_BREAK, "'time': '9999 s', " WEAR("calendar", "'500 s'", "300 s", "")) "]",
               900, "state", "0 state A processing; 500 state A failed-waiting; 500 state A failed-repair; "
                             "800 state A break; 900 state A processing");
}

// With a fitter who works on, the machine is off shift meanwhile; it is repaired at 800 s.
Test(semantics_8_shift, s3_2_off_shift_wins_over_a_repair_by_people) {
  expect_story(CALENDARS(TEN_MINUTES) "'workers': {'fitters': {'skills': ['mend']}},"
               "'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '9999 s', "
                            WEAR("calendar", "'500 s'", "300 s", ", 'needs': ['mend']"))
               "}, 'flow': [['s', 'A', 'out']]",
               1200, "state repaired",
               "0 state A processing; 500 state A failed-waiting; 500 state A failed-repair; "
               "600 state A off-shift; 800 repaired A wear; 1200 state A processing");
}

// The fitter is busy elsewhere until 1300 s: A waits, and off shift that is not seen.
Test(semantics_8_shift, s3_2_off_shift_wins_over_failed_waiting) {
  expect_story(CALENDARS(TEN_MINUTES) "'workers': {'fitters': {'skills': ['mend']}},"
               "'sources': {" ALWAYS("s") ", " ALWAYS("t") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '9999 s', "
                            WEAR("calendar", "'500 s'", "300 s", ", 'needs': ['mend']")) ", "
               MACHINE("B", "'time': '9999 s', " WEAR("calendar", "'400 s'", "900 s", ", 'needs': ['mend']"))
               "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]",
               1600, "state/A",
               "0 state A processing; 500 state A failed-waiting; 600 state A off-shift; "
               "1200 state A failed-waiting; 1300 state A failed-repair; 1600 state A processing");
}

// A maintenance is no exception: off shift wins, though its time elapses.
Test(semantics_8_shift, s3_2_off_shift_wins_over_planned_maintenance) {
  expect_story(ENDS("suspend", "'time': '9999 s', 'maintenance': {'service': {'trigger': {'every':"
                               " '500 s', 'clock': 'calendar'}, 'at': 'immediate', 'duration': '300 s',"
                               " 'from': 'end'}}") "]",
               1250, "state", "0 state A processing; 500 state A maintenance-waiting; "
                              "500 state A planned-maintenance; 600 state A off-shift; 1200 state A processing");
}

// Blocked since 100 s, and in the shift again.
Test(semantics_8_shift, s3_2_off_shift_wins_over_blocked) {
  expect_story(CALENDARS(TEN_MINUTES) "'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '50 s'") ", " MACHINE("B", "'time': '2000 s'")
               "}, 'flow': [['s', 'A', 'B', 'out']]",
               1200, "state/A", "0 state A processing; 100 state A blocked; 600 state A off-shift; "
                                "1200 state A blocked");
}

// Parts 2 and 4 end in overtime, 200 s each; the machine goes when the line has settled.
Test(semantics_8_shift, s3_2_under_finish_a_machine_stays_on_shift_with_overtime_of_its_own) {
  const char *sections = ENDS("finish", "'time': '400 s'") "]";
  expect_story(sections, 2200, "state",
               "0 state A processing; 800 state A starved; 800 state A off-shift; "
               "1200 state A processing; 2000 state A starved; 2000 state A off-shift");
  tw_run *run = run_of(sections, 2200);
  cr_expect_eq(run->duty[0].overtime_us, 400 * TW_TICKS_PER_S);
  cr_expect_eq(run->head->n_overtime, 0);
  tw_run_free(run);
  run = run_of(sections, 700);
  cr_expect_eq(run->machine[0].is_overtime, 1);
  cr_expect_eq(run->machine[0].off, TW_ON_SHIFT);
  tw_run_free(run);
}

// ---- 3.5 ----

Test(semantics_8_shift, s3_5_a_machine_that_is_off_shift_takes_no_part) {
  expect_story(CALENDARS(TEN_MINUTES) "'sources': {" EVERY("s", "700 s", "") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '10 s'") "}, 'flow': [['s', 'A', 'out']]",
               1300, "enter start", "1200 enter A 1; 1200 start A 1");
  expect_story(CALENDARS(WITH_BREAK) "'sources': {" EVERY("s", "700 s", "") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '10 s'") "}, 'flow': [['s', 'A', 'out']]",
               1300, "enter start", "900 enter A 1; 900 start A 1");
}

Test(semantics_8_shift, s3_5_unless_while_down_says_that_it_takes) {
  expect_story(CALENDARS(TEN_MINUTES) "'sources': {" EVERY("s", "700 s", "") "}, 'stations': {"
               MACHINE("A", "'calendar': 'c', 'time': '10 s', 'while_down': {'takes': true}")
               "}, 'flow': [['s', 'A', 'out']]",
               1300, "enter start", "700 enter A 1; 1200 start A 1");
}

#define A_BEFORE_B(rest) \
  CALENDARS(TEN_MINUTES) "'sources': {" ALWAYS("s") "}, 'stations': {" \
  MACHINE("A", "'calendar': 'c', 'time': '300 s'" rest) ", " MACHINE("B", "'time': '700 s'") \
  "}, 'flow': [['s', 'A', 'B', 'out']]"

// Part 2 is done at 600 s; B could take it at 1000 s.
Test(semantics_8_shift, s3_5_a_machine_that_is_off_shift_gives_no_part) {
  expect_story(A_BEFORE_B(""), 1250, "leave/A complete/B",
               "300 leave A 1; 1000 complete B 1; 1200 leave A 2");
}

Test(semantics_8_shift, s3_5_unless_while_down_says_that_it_gives) {
  expect_story(A_BEFORE_B(", 'while_down': {'gives': true}"), 1250, "leave/A complete/B",
               "300 leave A 1; 1000 complete B 1; 1000 leave A 2");
}

// ---- 6.1 ----

// 900 s on shift: 600 s and 300 s of the second shift.
Test(semantics_8_shift, s6_1_the_on_shift_clock_stops_off_shift) {
  expect_story(ENDS("suspend", "'time': '99 s', " WEAR("on-shift", "'900 s'", "100 s", "")) "]", 1800,
               "fail", "1500 fail A wear");
}

// 700 s on shift: 600 s and 100 s behind the break.
Test(semantics_8_shift, s6_1_and_in_breaks) {
  expect_story(ON_SHIFT(WITH_BREAK, "'time': '99 s', " WEAR("on-shift", "'700 s'", "100 s", "")) "]",
               1800, "fail", "1000 fail A wear; 1800 fail A wear");
}

Test(semantics_8_shift, s6_1_the_calendar_clock_does_not) {
  expect_story(ENDS("suspend", "'time': '99 s', " WEAR("calendar", "'900 s'", "100 s", "")) "]", 1800,
               "fail repaired", "900 fail A wear; 1000 repaired A wear");
}

// Work of 600 s and 100 s.
Test(semantics_8_shift, s6_1_the_processing_clock_stops_with_the_work) {
  expect_story(ENDS("suspend", "'time': '250 s', " WEAR("processing", "'700 s'", "100 s", "")) "]", 1800,
               "fail", "1300 fail A wear");
}

// A repair that ends off shift: the next interval begins with the shift.
Test(semantics_8_shift, s6_1_an_interval_that_begins_off_shift_stands_until_the_shift) {
  expect_story(ENDS("suspend", "'time': '99 s', " WEAR("on-shift", "'500 s'", "200 s", "")) "]", 1800,
               "fail repaired", "500 fail A wear; 700 repaired A wear; 1700 fail A wear");
}

// ---- 8.2 ----

// 400 s: part 2 works from 400 to 600 s and 1200 to 1400 s.
Test(semantics_8_shift, s8_2_suspend_goes_on_in_the_next_shift) {
  const char *sections = ENDS("suspend", "'time': '400 s'") "]";
  expect_story(sections, 1800, "start complete",
               "0 start A 1; 400 complete A 1; 400 start A 2; 1400 complete A 2; 1400 start A 3; "
               "1800 complete A 3");
  tw_run *run = run_of(sections, 1800);
  expect_value(run, "stations/A/fate/resume", 1);
  tw_run_free(run);
}

Test(semantics_8_shift, s8_2_suspend_is_the_default) {
  expect_story(ON_SHIFT(TEN_MINUTES, "'time': '400 s'") "]", 1800, "complete",
               "400 complete A 1; 1400 complete A 2; 1800 complete A 3");
}

Test(semantics_8_shift, s8_2_unless_the_defaults_say_more) {
  expect_story("'defaults': {'on_shift_end': 'finish', 'calendar': 'c'}, " CALENDARS(TEN_MINUTES)
               "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '400 s'") ", "
               MACHINE("B", "'time': '1 s', 'on_shift_end': 'suspend'")
               "}, 'flow': [['s', 'A', 'out'], ['s', 'B', 'out']]",
               1000, "complete/A", "400 complete A 1; 800 complete A 402");
}

// Loading, processing and unloading are each gone on with: 100 + 400 + 200 s.
Test(semantics_8_shift, s8_2_suspend_holds_for_every_phase) {
#define PHASES(load, time, unload) \
  ENDS("suspend", "'load': {'time': '" load "'}, 'time': '" time "', 'unload': {'time': '" unload "'}") "]"
  expect_story(PHASES("700 s", "50 s", "50 s"), 1800, "state ship",
               "0 state A loading; 600 state A off-shift; 1200 state A loading; "
               "1300 state A processing; 1350 state A unloading; 1400 ship out 1; "
               "1400 state A loading; 1800 state A off-shift");
  expect_story(PHASES("100 s", "400 s", "200 s"), 1400, "state ship",
               "0 state A loading; 100 state A processing; 500 state A unloading; "
               "600 state A off-shift; 1200 state A unloading; 1300 ship out 1; "
               "1300 state A loading; 1400 state A processing");
}

// Loading ends with the shift; processing begins with the next one.
Test(semantics_8_shift, s8_2_a_phase_that_ends_with_the_shift_is_followed_in_the_next) {
  expect_story(ENDS("suspend", "'load': {'time': '600 s'}, 'time': '100 s'") "]", 1400, "state complete",
               "0 state A loading; 600 state A off-shift; 1200 state A processing; "
               "1300 complete A 1; 1300 state A loading");
}

// Part 2 is done in overtime at 800 s and shipped; the next begins with the shift.
Test(semantics_8_shift, s8_2_finish_works_on_until_the_part_has_left) {
  expect_story(ENDS("finish", "'time': '400 s'") "]", 2200, "start complete ship",
               "0 start A 1; 400 complete A 1; 400 ship out 1; 400 start A 2; 800 complete A 2; "
               "800 ship out 2; 1200 start A 3; 1600 complete A 3; 1600 ship out 3; 1600 start A 4; "
               "2000 complete A 4; 2000 ship out 4");
}

// B is busy: A goes home at 800 s with part 2 on it, and gives it away at 1200 s.
Test(semantics_8_shift, s8_2_or_until_it_blocks) {
  const char *sections =
      CALENDARS(TEN_MINUTES) "'sources': {" ALWAYS("s") "}, 'stations': {"
      MACHINE("A", "'calendar': 'c', 'on_shift_end': 'finish', 'time': '400 s'") ", "
      MACHINE("B", "'time': '500 s'") "}, 'flow': [['s', 'A', 'B', 'out']]";
  expect_story(sections, 1300, "state/A leave/A complete/B",
               "0 state A processing; 400 leave A 1; 800 state A blocked; "
               "800 state A off-shift; 900 complete B 1; "
               "1200 leave A 2; 1200 state A processing");
  tw_run *run = run_of(sections, 1300);
  cr_expect_eq(run->duty[0].overtime_us, 200 * TW_TICKS_PER_S);
  expect_value(run, "stations/A/state/blocked/duration", 0);
  tw_run_free(run);
}

// The crew goes home with the shift: unloading waits for it and cannot be finished in overtime.
Test(semantics_8_shift, s8_2_overtime_ends_when_nobody_is_there_for_what_is_left) {
  expect_story(CALENDARS(TEN_MINUTES)
               "'workers': {'crew': {'skills': ['unload'], 'calendar': 'c'}}, 'sources': {" ALWAYS("s")
               "}, 'stations': {" MACHINE("A", "'calendar': 'c', 'on_shift_end': 'finish', 'time': '400 s', "
               "'unload': {'time': '50 s', 'needs': ['unload']}") "}, 'flow': [['s', 'A', 'out']]",
               1260, "state",
               "0 state A processing; 400 state A waiting-worker; 400 state A unloading; "
               "450 state A processing; 850 state A waiting-worker; 850 state A off-shift; 1200 state A waiting-worker; "
               "1200 state A unloading; 1250 state A processing");
}

// A part that takes longer than the pause between two shifts: overtime ends where the next begins.
Test(semantics_8_shift, s8_2_overtime_ends_with_the_next_shift) {
  const char *sections = ENDS("finish", "'time': '1300 s'") "]";
  expect_story(sections, 1400, "state complete",
               "0 state A processing; 1300 complete A 1");
  tw_run *run = run_of(sections, 1400);
  cr_expect_eq(run->duty[0].overtime_us, 600 * TW_TICKS_PER_S);
  cr_expect_eq(run->machine[0].is_overtime, 0);
  tw_run_free(run);
}

// A break is worked through, as the end of a shift is, and what is left of it is taken.
Test(semantics_8_shift, s8_2_finish_holds_for_breaks) {
  expect_story(ON_SHIFT(WITH_BREAK, "'on_shift_end': 'finish', 'time': '350 s'") "]", 1000, "state",
               "0 state A processing; 700 state A starved; 700 state A break; 900 state A processing");
}

// Fails in overtime at 700 s: repaired at 750 s, the part is finished at 850 s.
Test(semantics_8_shift, s8_2_a_failure_in_overtime_is_repaired_and_the_part_finished) {
  expect_story(ENDS("finish", "'time': '400 s', " WEAR("calendar", "'700 s'", "50 s", "")) "]", 1200,
               "state", "0 state A processing; 700 state A failed-waiting; 700 state A failed-repair; "
                        "750 state A processing; 850 state A starved; 850 state A off-shift; 1200 state A processing");
}

// The failure scraps the part: nothing is left to finish. The repair needs nobody and is seen.
Test(semantics_8_shift, s8_2_a_part_that_is_scrapped_in_overtime_ends_it) {
  const char *sections =
      ENDS("finish", "'time': '400 s', " WEAR("calendar", "'700 s'", "50 s", ", 'part': 'scrap'"))
      ", ['A.scrap', 'scrap']]";
  expect_story(sections, 1200, "state scrap",
               "0 state A processing; 700 scrap scrap 2; 700 state A failed-waiting; "
               "700 state A failed-repair; "
               "750 state A off-shift; 1200 state A processing");
  tw_run *run = run_of(sections, 1200);
  cr_expect_eq(run->duty[0].overtime_us, 100 * TW_TICKS_PER_S);
  tw_run_free(run);
}

// At 400 s only 200 s are left for 400 s of work; the machine has nothing to do.
Test(semantics_8_shift, s8_2_no_start_does_not_start_what_cannot_finish) {
  expect_story(ENDS("no-start", "'time': '400 s'") "]", 1800, "start complete state",
               "0 start A 1; 0 state A processing; 400 complete A 1; 400 state A idle; "
               "600 state A off-shift; 1200 start A 2; 1200 state A processing; 1600 complete A 2; "
               "1600 state A idle; 1800 state A off-shift");
}

// 3 x 200 s end with the shift exactly.
Test(semantics_8_shift, s8_2_no_start_starts_what_ends_with_the_shift) {
  expect_story(ENDS("no-start", "'time': '200 s'") "]", 1300, "start complete",
               "0 start A 1; 200 complete A 1; 200 start A 2; 400 complete A 2; 400 start A 3; "
               "600 complete A 3; 1200 start A 4");
}

// Loading and unloading count: 150 + 200 + 100 s are through at 450 s, and do not fit again.
Test(semantics_8_shift, s8_2_no_start_counts_loading_and_unloading) {
  expect_story(ENDS("no-start", "'load': {'time': '150 s'}, 'time': '200 s', 'unload': {'time': '100 s'}")
               "]", 1300, "state",
               "0 state A loading; 150 state A processing; 350 state A unloading; 450 state A idle; "
               "600 state A off-shift; 1200 state A loading");
}

Test(semantics_8_shift, s8_2_no_start_holds_for_breaks) {
  expect_story(ON_SHIFT(WITH_BREAK, "'on_shift_end': 'no-start', 'time': '400 s'") "]", 1400,
               "start complete", "0 start A 1; 400 complete A 1; 900 start A 2; 1300 complete A 2; "
                                 "1300 start A 3");
}

// A part that fits into no shift is never begun.
Test(semantics_8_shift, s8_2_no_start_never_starts_what_is_longer_than_a_shift) {
  expect_story(ENDS("no-start", "'time': '700 s'") "]", 2000, "start state",
               "0 state A idle; 600 state A off-shift; 1200 state A idle; 1800 state A off-shift");
}

// A part waits and a machine is free: a state that can be saved, and goes on with the time drawn.
Test(semantics_8_shift, s8_2_no_start_can_be_saved_while_it_waits) {
  tw_run *run = run_of(ENDS("no-start", "'time': {'uniform': {'min': '200 s', 'max': '400 s'}}") "]", 599);
  char why[160] = "";
  cr_expect_eq(run->machine[0].phase, TW_FREE);
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  size_t n = 0;
  void *bytes = test_save(run, &n);
  cr_assert_eq(test_until(run, 1800), TWIN_OK);
  const uint64_t hash = tw_run_hash(run, true);
  cr_expect_eq(tw_run_restore(run, bytes, n, NULL), TWIN_OK);
  cr_assert_eq(test_until(run, 1800), TWIN_OK);
  cr_expect_eq(tw_run_hash(run, true), hash);
  free(bytes);
  tw_run_free(run);
}

// Sums of the process times drawn for the first parts of station A.
enum { N_DRAW = 18 };
static void sum_draws(const char *sections, double sum_s[N_DRAW]) {
  tw_run *run = run_of(sections, 0);
  const tw_place_stat *stat = &run->place_stat[test_place(run->line, "A")];
  for (int64_t n = 0; n < N_DRAW;) {
    int32_t slot;
    cr_assert_eq(tw_run_step(run, &slot, NULL), TWIN_OK);
    if (stat->n_completion > n) sum_s[n++] = stat->processing_s;
  }
  tw_run_free(run);
}

// The same times as of a machine that is always there, in their order; some wait for the next shift.
Test(semantics_8_shift, s8_2_no_start_draws_early_and_keeps_the_same_draws) {
#define DRAWN \
  "'time': {'uniform': {'min': '10 s', 'max': '90 s'}}, 'load': {'time': {'uniform': {'min': '1 s'," \
  " 'max': '9 s'}}}"
  double always_s[N_DRAW], no_start_s[N_DRAW];
  sum_draws(CALENDARS(TEN_MINUTES) "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", DRAWN)
            "}, 'flow': [['s', 'A', 'out']]", always_s);
  sum_draws(ENDS("no-start", DRAWN) "]", no_start_s);
  for (int i = 0; i < N_DRAW; i++) cr_expect_eq(always_s[i], no_start_s[i], "draw %d", i);
}

// The same drawn time again, from the beginning.
Test(semantics_8_shift, s8_2_restart_begins_the_part_anew) {
  const char *sections = ENDS("restart", "'time': {'trace': {'values': ['400 s', '300 s', '50 s', '99 s',"
                                         " '999 s']}}") "]";
  expect_story(sections, 1650, "start complete",
               "0 start A 1; 400 complete A 1; 400 start A 2; 1500 complete A 2; 1500 start A 3; "
               "1550 complete A 3; 1550 start A 4; 1649 complete A 4; 1649 start A 5");
  tw_run *run = run_of(sections, 1650);
  expect_value(run, "stations/A/fate/restart", 1);
  tw_run_free(run);
}

// Loading was done and is not done again.
Test(semantics_8_shift, s8_2_restart_means_the_process_time) {
  expect_story(ENDS("restart", "'load': {'time': '200 s'}, 'time': '500 s'") "]", 1800, "state",
               "0 state A loading; 200 state A processing; 600 state A off-shift; "
               "1200 state A processing; 1700 state A loading; 1800 state A off-shift");
}

Test(semantics_8_shift, s8_2_restart_and_scrap_do_nothing_for_a_break) {
  expect_story(ON_SHIFT(WITH_BREAK, "'on_shift_end': 'restart', 'time': '400 s'") "]", 1100, "complete",
               "400 complete A 1; 1100 complete A 2");
  expect_story(ON_SHIFT(WITH_BREAK, "'on_shift_end': 'scrap', 'time': '400 s'") ", ['A.scrap', 'scrap']]",
               1100, "complete scrap", "400 complete A 1; 1100 complete A 2");
}

// At once, though the machine is off shift.
Test(semantics_8_shift, s8_2_scrap_throws_the_part_away_with_the_shift) {
  const char *sections = ENDS("scrap", "'time': '400 s'") ", ['A.scrap', 'scrap']]";
  expect_story(sections, 1300, "start complete scrap",
               "0 start A 1; 400 complete A 1; 400 start A 2; 600 scrap scrap 2; 1200 start A 3");
  tw_run *run = run_of(sections, 1300);
  expect_value(run, "stations/A/fate/scrap", 1);
  expect_value(run, "line/scrapped", 1);
  tw_run_free(run);
}

// Scrap has a way of its own to the bin, also where the policy is the default.
Test(semantics_8_shift, s8_2_scrap_by_default_needs_no_exit) {
  expect_story("'defaults': {'on_shift_end': 'scrap'}, " ON_SHIFT(TEN_MINUTES, "'time': '400 s'") "]", 1300,
               "scrap", "600 scrap scrap 2");
}

// Down when the shift ends, with a part on it that is not finished: that is thrown away all the same.
Test(semantics_8_shift, s8_2_restart_and_scrap_hold_for_a_part_on_a_machine_that_is_down) {
  expect_story(ENDS("scrap", "'time': '900 s', " WEAR("calendar", "'500 s'", "50000 s", ""))
               ", ['A.scrap', 'scrap']]", 1300, "fail scrap", "500 fail A wear; 600 scrap scrap 1");
  expect_story(ENDS("restart", "'time': '700 s', " WEAR("calendar", "{'trace': {'values': ['500 s',"
                                                        " '99999 s']}}", "150 s", ""))
               "]", 1900, "fail repaired complete",
               "500 fail A wear; 650 repaired A wear");
}

// The last minutes of the shift are a break.
Test(semantics_8_shift, s8_2_the_end_of_a_shift_in_a_break_is_an_end_of_shift) {
  expect_story(ON_SHIFT("'c': {'shifts': {'a': 'Mon 00:00-00:10', 'b': 'Mon 00:20-00:30'}, 'breaks':"
                        " {'wash': 'Mon 00:05-00:10'}}", "'on_shift_end': 'scrap', 'time': '400 s'")
               ", ['A.scrap', 'scrap']]", 1300, "scrap state",
               "0 state A processing; 300 state A break; 600 scrap scrap 1; 600 state A off-shift; "
               "1200 state A processing");
}

// Nobody is there on Monday. On Tuesday at 00:00 the work begins.
Test(semantics_8_shift, s8_2_zero_machines_on_shift_is_a_normal_state) {
  expect_story(ON_SHIFT("'c': {'shifts': {'a': 'Tue 00:00-00:10'}}", "'time': '400 s', 'machines': 2") "]",
               86500, "start complete",
               "86400 start A[1] 1; 86400 start A[2] 2");
}

// An early and a late shift: work goes on across their edge, also under "scrap".
Test(semantics_8_shift, s8_2_shifts_that_follow_each_other_merge) {
  expect_story(ON_SHIFT("'c': {'shifts': {'a': 'Mon 00:00-00:10', 'b': 'Mon 00:10-00:20'}}",
                        "'on_shift_end': 'scrap', 'time': '700 s'") ", ['A.scrap', 'scrap']]",
               1200, "complete scrap state",
               "0 state A processing; 700 complete A 1; 1200 scrap scrap 2; 1200 state A off-shift");
}

// Two machines of a station come and go together, two stations by their own calendars.
Test(semantics_8_shift, s8_2_every_station_has_its_own_calendar) {
  expect_story(CALENDARS("'c': {'shifts': {'a': 'Mon 00:00-00:10'}}, 'd': {'shifts': {'a': 'Mon 00:05-00:15'}}")
               "'sources': {" ALWAYS("s") ", " ALWAYS("t") "}, 'stations': {"
               MACHINE("A", "'machines': 2, 'calendar': 'c', 'time': '9999 s'") ", "
               MACHINE("B", "'calendar': 'd', 'time': '9999 s'") "},"
               "'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]",
               3600, "state",
               "0 state A[1] processing; 0 state A[2] processing; 0 state B off-shift; "
               "300 state B processing; 600 state A[1] off-shift; 600 state A[2] off-shift; "
               "900 state B off-shift");
}
