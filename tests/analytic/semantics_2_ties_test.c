// SEMANTICS section 2: what comes of two events that meet on one tick, in pairs of completion,
// failure, repair end, release and stay end. Everything happens at 10 s. Events run in the order of
// their classes, then parts move; a completion stays good, a machine that is down neither takes nor
// gives.

#include "sentences.h"

// clang-format off: the lines are laid out by hand

#define DOWN_FROM_10 WEAR("calendar", "'10 s'", "5 s", "")
#define DOWN_5_TO_10 WEAR("calendar", "{'trace': {'values': ['5 s', '900 s']}}", "5 s", "")
// Source s with parts at 0, 10, 20, ... s and at 10, 20, ... s; t the same.
#define FROM_0(name, rest) EVERY(name, "10 s", ", 'first': '0 s'" rest)
#define FROM_10(name, rest) EVERY(name, "10 s", rest)
#define ONE(name) "'" name "': {'sequence': ['p']}"

// completion and failure: on one machine in semantics_2_test.c (s2_4).
Test(semantics_2_ties, s2_1_a_completion_moves_nothing_into_a_machine_that_fails) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '10 s'") ", "
               MACHINE("B", "'time': '1 s', " DOWN_FROM_10) "}, 'flow': [['s', 'A', 'B', 'out']]",
               15, "complete fail repaired leave",
               "10 complete A 1; 10 fail B wear; 15 repaired B wear; 15 leave A 1");
}

Test(semantics_2_ties, s2_1_a_completion_moves_into_a_machine_whose_repair_ends) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '10 s'") ", "
               MACHINE("B", "'time': '1 s', " DOWN_5_TO_10) "}, 'flow': [['s', 'A', 'B', 'out']]",
               10, "complete repaired leave start",
               "0 start A 1; 10 complete A 1; 10 repaired B wear; 10 leave A 1; 10 start B 1; "
               "10 start A 2");
}

Test(semantics_2_ties, s2_1_a_completion_makes_room_for_a_part_released_on_the_tick) {
  expect_story("'sources': {" FROM_0("s", ", 'when_full': 'lose'") "}, 'stations': {"
               MACHINE("A", "'time': '10 s'") "}, 'flow': [['s', 'A', 'out']]",
               10, "complete create enter lose",
               "0 create s 1; 0 enter A 1; 10 complete A 1; 10 create s 2; 10 enter A 2");
}

#define WITH_STAY(stay) \
  "'sources': {" ONE("now") ", " ONE("late") "}, 'buffers': {'q': {'capacity': 1, " stay "}}, " \
  "'stations': {" MACHINE("A", "'time': '10 s'") "}, 'flow': [['now', 'A', 'out'], " \
  "['late', 'q', 'A']"

Test(semantics_2_ties, s2_1_a_completion_lets_in_a_part_whose_least_stay_ends) {
  expect_story(WITH_STAY("'min_stay': '10 s'") "]", 10, "complete enter",
               "0 enter A 1; 0 enter q 2; 10 complete A 1; 10 enter A 2");
}

// The stay is over before anything moves: the part goes, though a machine is free from this tick
// on.
Test(semantics_2_ties, s2_1_a_completion_comes_too_late_for_a_part_whose_longest_stay_ends) {
  expect_story(WITH_STAY("'max_stay': '10 s'") ", ['q.scrap', 'scrap']]", 10,
               "complete enter scrap",
               "0 enter A 1; 0 enter q 2; 10 complete A 1; 10 scrap scrap 2");
}

// Two modes of one machine fall due together: one after the other, in file order.
Test(semantics_2_ties, s2_1_two_failures_of_one_machine_are_served_in_file_order) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'time': '99 s', 'failures': {"
                            "'one': {'clock': 'calendar', 'mtbf': '10 s', 'repair': '5 s'},"
                            "'two': {'clock': 'calendar', 'mtbf': '10 s', 'repair': '3 s'}}")
               "}, 'flow': [['s', 'A', 'out']]",
               18, "fail repair repaired",
               "10 fail A one; 10 repair A one; 15 fail A two; 15 repair A two; 18 repaired A two");
}

Test(semantics_2_ties, s2_1_a_failure_on_the_tick_of_a_repair_end_takes_the_machine_down_again) {
  const char *sections =
      "'sources': {" ALWAYS("s") "}, 'stations': {"
      MACHINE("A", "'time': '99 s', 'failures': {"
                   "'one': {'clock': 'calendar', 'mtbf': '5 s', 'repair': '5 s'},"
                   "'two': {'clock': 'calendar', 'mtbf': '10 s', 'repair': '3 s'}}")
      "}, 'flow': [['s', 'A', 'out']]";
  expect_story(sections, 14, "fail repaired",
               "5 fail A one; 10 repaired A one; 10 fail A two; 13 repaired A two");
  tw_run *run = run_of(sections, 13);
  expect_value(run, "stations/A/state/processing/duration", 5);
  expect_value(run, "stations/A/state/failed-repair/duration", 8);
  tw_run_free(run);
}

Test(semantics_2_ties, s2_1_a_fitter_who_is_done_serves_a_failure_of_the_same_tick) {
  const char *needs = "'workers': {'fitters': {'skills': ['mend']}}, 'sources': {" ALWAYS("a") ", "
                      ALWAYS("b") "}, 'stations': {"
                      MACHINE("A", "'time': '99 s', " WEAR("calendar", "'5 s'", "5 s",
                                                           ", 'needs': ['mend']")) ", "
                      MACHINE("B", "'time': '99 s', " WEAR("calendar", "'10 s'", "5 s",
                                                           ", 'needs': ['mend']"))
                      "}, 'flow': [['a', 'A', 'out'], ['b', 'B', 'out']]";
  expect_story(needs, 10, "fail repair repaired",
               "5 fail A wear; 5 repair A wear; 10 repaired A wear; 10 fail B wear; "
               "10 repair B wear");
  tw_run *run = run_of(needs, 14);
  expect_value(run, "stations/B/state/failed-waiting/duration", 0);
  tw_run_free(run);
}

Test(semantics_2_ties, s2_1_a_part_released_on_the_tick_of_a_failure_waits_for_the_repair) {
  expect_story("'sources': {" FROM_10("s", "") "}, 'stations': {"
               MACHINE("A", "'time': '1 s', " DOWN_FROM_10) "}, 'flow': [['s', 'A', 'out']]",
               15, "fail create repaired enter",
               "10 fail A wear; 10 create s 1; 15 repaired A wear; 15 enter A 1");
}

Test(semantics_2_ties, s2_1_a_part_whose_least_stay_ends_as_the_machine_fails_waits_on) {
  expect_story("'sources': {" ONE("s") "}, 'buffers': {'q': {'capacity': 1, 'min_stay': '10 s'}},"
               "'stations': {" MACHINE("A", "'time': '1 s', " DOWN_FROM_10) "},"
               "'flow': [['s', 'q', 'A', 'out']]",
               15, "fail enter", "0 enter q 1; 10 fail A wear; 15 enter A 1");
}

// Both machines have been free since 0 s and want the one part in q.
Test(semantics_2_ties, s2_1_two_repairs_that_end_together_are_served_in_file_order) {
  expect_story("'sources': {" EVERY("s", "7 s", "") "}, 'buffers': {" BUFFER("q", "9") "},"
               "'stations': {" MACHINE("A", "'time': '1 s', " DOWN_5_TO_10) ", "
               MACHINE("B", "'time': '1 s', " DOWN_5_TO_10) "},"
               "'flow': [['s', 'q', 'A', 'out'], ['q', 'B', 'out']]",
               13, "repaired enter",
               "7 enter q 1; 10 repaired A wear; 10 repaired B wear; 10 enter A 1");
}

Test(semantics_2_ties, s2_1_a_machine_whose_repair_ends_takes_a_part_released_on_the_tick) {
  expect_story("'sources': {" FROM_10("s", ", 'when_full': 'lose'") "}, 'stations': {"
               MACHINE("A", "'time': '1 s', " DOWN_5_TO_10) "}, 'flow': [['s', 'A', 'out']]",
               10, "fail repaired create enter lose",
               "5 fail A wear; 10 repaired A wear; 10 create s 1; 10 enter A 1");
}

Test(semantics_2_ties, s2_1_a_machine_whose_repair_ends_takes_a_part_whose_least_stay_ends) {
  expect_story("'sources': {" ONE("s") "}, 'buffers': {'q': {'capacity': 1, 'min_stay': '10 s'}},"
               "'stations': {" MACHINE("A", "'time': '1 s', " DOWN_5_TO_10) "},"
               "'flow': [['s', 'q', 'A', 'out']]",
               10, "repaired enter", "0 enter q 1; 10 repaired A wear; 10 enter A 1");
}

// The part came at 6 s, while A was down, and may stay for 4 s.
Test(semantics_2_ties, s2_1_a_repair_ends_too_late_for_a_part_whose_longest_stay_ends) {
  expect_story("'sources': {'s': {'orders': [{'part': 'p', 'release': '6 s'}]}},"
               "'buffers': {'q': {'capacity': 1, 'max_stay': '4 s'}},"
               "'stations': {" MACHINE("A", "'time': '1 s', " DOWN_5_TO_10) "},"
               "'flow': [['s', 'q', 'A', 'out'], ['q.scrap', 'scrap']]",
               12, "repaired enter scrap", "6 enter q 1; 10 repaired A wear; 10 scrap scrap 1");
}

Test(semantics_2_ties, s2_1_of_two_parts_released_together_the_first_source_in_the_file_is_served) {
  expect_story("'sources': {" FROM_10("s", ", 'when_full': 'lose'") ", "
               FROM_10("t", ", 'when_full': 'lose'") "}, 'stations': {"
               MACHINE("A", "'time': '1 s'") "}, 'flow': [['s', 'A', 'out'], ['t', 'A']]",
               10, "create enter lose",
               "10 create s 1; 10 create t 2; 10 enter A 1; 10 lose t 2");
}

// Two parts every 10 s: at 0 s one goes to A for long and one into q, whose stay is over at 10 s.
Test(semantics_2_ties, s2_1_a_stay_that_ends_makes_room_for_a_part_released_on_the_tick) {
  expect_story("'sources': {" FROM_0("s", ", 'batch': 2, 'when_full': 'lose'") "},"
               "'buffers': {'q': {'capacity': 1, 'max_stay': '10 s'}},"
               "'stations': {" MACHINE("A", "'time': '99 s'") "},"
               "'flow': [['s', 'q', 'A', 'out'], ['q.scrap', 'scrap']]",
               10, "create enter scrap lose",
               "0 create s 1; 0 create s 2; 0 enter q 1; 0 enter A 1; 0 enter q 2; "
               "10 scrap scrap 2; 10 create s 3; 10 create s 4; 10 enter q 3; 10 lose s 4");
}

Test(semantics_2_ties, s2_1_of_two_stays_that_end_together_the_first_buffer_in_the_file_is_served) {
  expect_story("'sources': {" ONE("s") ", " ONE("t") "}, 'buffers': {"
               "'q': {'capacity': 1, 'min_stay': '10 s'},"
               "'r': {'capacity': 1, 'min_stay': '10 s'}},"
               "'stations': {" MACHINE("A", "'time': '5 s'") "},"
               "'flow': [['s', 'q', 'A', 'out'], ['t', 'r', 'A']]",
               15, "enter", "0 enter q 1; 0 enter r 2; 10 enter A 1; 15 enter A 2");
}
