// SEMANTICS section 6, failures and repair: four clocks, several modes a machine, and people who
// repair.

#include "sentences.h"

#include <math.h>

// clang-format off: the lines are laid out by hand

// Parts every 10 s that take 4 s, on a machine with one failure mode.
#define BUSY_4_OF_10(failures) \
  "'sources': {" EVERY("s", "10 s", ", 'first': '0 s'") "}, 'stations': {" \
  MACHINE("A", "'time': '4 s', " failures) "}, 'flow': [['s', 'A', 'out']]"

// A part at hand at any time.
#define ALWAYS_BUSY(time, failures) \
  "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '" time "', " failures) \
  "}, 'flow': [['s', 'A', 'out']]"

Test(semantics_6, s6_1_every_failure_mode_names_its_clock) {
  expect_refused(BUSY_4_OF_10("'failures': {'wear': {'mtbf': '9 s', 'repair': '1 s'}}"), "clock");
}

// Free or not, and from the end of the repair: 10, 10 + 5 + 10, ...
Test(semantics_6, s6_1_the_calendar_clock_always_runs_and_mtbf_counts_from_the_repair) {
  expect_story(BUSY_4_OF_10(WEAR("calendar", "'12 s'", "5 s", "")), 50, "fail",
               "12 fail A wear; 29 fail A wear; 46 fail A wear");
}

// Without a calendar a machine is always on shift.
Test(semantics_6, s6_1_the_on_shift_clock_runs_on_shift) {
  expect_story(BUSY_4_OF_10(WEAR("on-shift", "'12 s'", "5 s", "")), 50, "fail",
               "12 fail A wear; 29 fail A wear; 46 fail A wear");
}

// 4 s at 0 s, 2 s at 10 s. After the repair 2 s at 17 s, 4 s at 20 s, and 1 s at 30 s.
Test(semantics_6, s6_1_the_processing_clock_runs_only_while_processing) {
  expect_story(BUSY_4_OF_10(WEAR("processing", "{'trace': {'values': ['6 s', '7 s', '99 s']}}",
                                 "5 s", "")),
               35, "fail complete",
               "4 complete A 1; 12 fail A wear; 19 complete A 2; 24 complete A 3; 31 fail A wear");
}

// 8 s of work until 8 s, then blocked for long.
Test(semantics_6, s6_1_the_processing_clock_cannot_fire_while_blocked) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'time': '4 s', " WEAR("processing", "'10 s'", "5 s", "")) ", "
               MACHINE("B", "'time': '99 s'") "}, 'flow': [['s', 'A', 'B', 'out']]",
               110, "fail", "105 fail A wear");
}

// The third part is done at 6 s and leaves after the repair.
Test(semantics_6, s6_1_the_cycle_clock_fires_at_a_completion) {
  expect_story(ALWAYS_BUSY("2 s", WEAR("cycles", "3", "5 s", "")), 17, "fail ship",
               "2 ship out 1; 4 ship out 2; 6 fail A wear; 11 ship out 3; 13 ship out 4; "
               "15 ship out 5; 17 fail A wear");
}

// Three parts at 0 s, the fourth at 20 s: the machine fails when that one would start.
Test(semantics_6, s6_1_or_the_cycle_clock_fires_at_the_start_of_the_next_cycle) {
  expect_story("'sources': {'s': {'orders': [{'part': 'p', 'quantity': 3}, {'part': 'p',"
               " 'release': '20 s'}]}}, 'stations': {"
               MACHINE("A", "'time': '2 s', " WEAR("cycles", "3", "5 s", ", 'at': 'start'"))
               "}, 'flow': [['s', 'A', 'out']]",
               27, "start fail ship",
               "0 start A 1; 2 ship out 1; 2 start A 2; 4 ship out 2; 4 start A 3; 6 ship out 3; "
               "20 fail A wear; 25 start A 4; 27 ship out 4");
}

#define SIXTY_PERCENT(clock) \
  "'sources': {" EVERY("s", "10 s", ", 'first': '0 s'") "}, 'stations': {" \
  MACHINE("A", "'time': '6 s', " WEAR(clock, "'100 s'", "10 s", "")) "}," \
  "'flow': [['s', 'A', 'out']]"

// Whole cycles of 110 s, and 60 000 s of work with a failure every 100 s of it.
Test(semantics_6, s6_1_at_60_percent_busy_calendar_loses_9_1_and_processing_6_0_percent) {
  tw_run *calendar = run_of(SIXTY_PERCENT("calendar"), 110000);
  expect_value(calendar, "stations/A/state/failed-repair", 10.0 / 110);
  tw_run *processing = run_of(SIXTY_PERCENT("processing"), 100000);
  const double share = test_value(processing, "stations/A/state/failed-repair");
  cr_expect(fabs(share - 0.06) <= 10.0 / 100000, "share %g", share);
  tw_run_free(calendar);
  tw_run_free(processing);
}

#define MODE(name, mtbf, repair) \
  "'" name "': {'clock': 'calendar', 'mtbf': '" mtbf "', 'repair': '" repair "'}"

// b falls due at 12 s, during a's repair, and is served at 15 s. a's clock began again at 15 s and
// runs during b's repair; b's began again at 18 s.
Test(semantics_6, s6_2_a_clock_stops_only_during_its_own_repair) {
  expect_story(ALWAYS_BUSY("99 s", "'failures': {" MODE("a", "10 s", "5 s") ", "
                                   MODE("b", "12 s", "3 s") "}"),
               32, "fail", "10 fail A a; 15 fail A b; 25 fail A a; 30 fail A b");
}

// c is due at 12 s and b at 13 s.
Test(semantics_6, s6_2_modes_that_fell_due_during_a_repair_are_served_in_file_order) {
  expect_story(ALWAYS_BUSY("99 s", "'failures': {" MODE("a", "10 s", "5 s") ", "
                                   MODE("b", "13 s", "2 s") ", " MODE("c", "12 s", "4 s") "}"),
               21, "fail repaired", "10 fail A a; 15 fail A b; 17 fail A c; 21 repaired A c");
}

// b is due once during the 20 s of a's repair, though its interval would fit in ten times.
Test(semantics_6, s6_2_nothing_is_accumulated) {
  expect_story(ALWAYS_BUSY("99 s", "'failures': {" MODE("a", "10 s", "20 s") ", "
                                   MODE("b", "2 s", "1 s") "}"),
               34, "fail",
               "2 fail A b; 5 fail A b; 8 fail A b; 10 fail A a; 30 fail A b; 33 fail A b");
}

// Two modes with processing clocks: 4 s and 7 s of work. The repairs do not count for either.
Test(semantics_6, s6_2_processing_clocks_are_independent) {
  expect_story(ALWAYS_BUSY("99 s",
                           "'failures': {'a': {'clock': 'processing', 'mtbf': '4 s', 'repair':"
                           " '5 s'}, 'b': {'clock': 'processing', 'mtbf': '7 s', 'repair':"
                           " '1 s'}}"),
               24, "fail", "4 fail A a; 12 fail A b; 14 fail A a; 23 fail A a");
}

// Work of 5 s and a clock of 5 s: the part is done, and the scrap of the mode does not touch it.
Test(semantics_6, s6_3_a_processing_clock_that_ends_with_the_part_fires_and_interrupts_nothing) {
  const char *sections =
      "'sources': {" ALWAYS("s") "}, 'stations': {"
      MACHINE("A", "'time': '5 s', " WEAR("processing", "'5 s'", "3 s", ", 'part': 'scrap'"))
      "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'scrap']]";
  expect_story(sections, 16, "complete fail ship scrap",
               "5 complete A 1; 5 fail A wear; 8 ship out 1; 13 complete A 2; 13 fail A wear; "
               "16 ship out 2");
  tw_run *run = run_of(sections, 100);
  expect_value(run, "stations/A/fate/scrap", 0);
  tw_run_free(run);
}

// Two skills are needed at once: the second machine waits although one of the two people is free.
Test(semantics_6, s6_6_repair_may_need_people_and_resources) {
  expect_story("'workers': {'fitters': {'skills': ['mend'], 'count': 2}},"
               "'resources': {'crane': {}}, 'sources': {" ALWAYS("a") ", " ALWAYS("b") "},"
               "'stations': {" MACHINE("A", "'time': '99 s', " WEAR("calendar", "'10 s'", "6 s",
                                                                    ", 'needs': ['mend', 'crane']"))
               ", " MACHINE("B", "'time': '99 s', " WEAR("calendar", "'12 s'", "6 s",
                                                         ", 'needs': ['mend', 'crane']"))
               "}, 'flow': [['a', 'A', 'out'], ['b', 'B', 'out']]",
               22, "fail repair repaired",
               "10 fail A wear; 10 repair A wear; 12 fail B wear; 16 repaired A wear; "
               "16 repair B wear; 22 repaired B wear");
}
