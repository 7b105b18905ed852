// SEMANTICS section 3, machines and their states: every machine has its own, exactly one at a time,
// and their times add up to the tick.

#include "sentences.h"

#include <math.h>

// clang-format off: the lines are laid out by hand

// Two machines with parts from 0 s and 1 s. Each fails after 3 s of its own work; the other goes
// on.
Test(semantics_3, s3_1_each_machine_has_its_own_state_and_failure_clocks) {
  expect_story("'sources': {'s': {'sequence': ['2 p'], 'every': '1 s', 'first': '0 s'}},"
               "'stations': {" MACHINE("A", "'machines': 2, 'time': '5 s', "
                                            WEAR("processing", "'3 s'", "2 s", ""))
               "}, 'flow': [['s', 'A', 'out']]",
               8, "start fail complete",
               "0 start A[1] 1; 1 start A[2] 2; 3 fail A[1] wear; 4 fail A[2] wear; "
               "7 complete A[1] 1; 8 complete A[2] 2");
}

// Machine 1 works from 0 to 5 s, machine 2 from 1 to 3 s: at 6 s machine 2 has been idle longer.
Test(semantics_3, s3_1_of_several_free_machines_the_longest_idle_takes_the_part) {
  expect_story("'sources': {'s': {'orders': [{'part': 'p'}, {'part': 'p', 'release': '1 s'},"
               " {'part': 'p', 'release': '6 s'}]}}, 'stations': {"
               MACHINE("A", "'machines': 2, 'time': {'by_machine': {'1': '5 s', '2': '2 s'}}")
               "}, 'flow': [['s', 'A', 'out']]",
               6, "start", "0 start A[1] 1; 1 start A[2] 2; 6 start A[2] 3");
}

Test(semantics_3, s3_1_of_equally_idle_machines_the_first_takes_the_part) {
  expect_story("'sources': {'s': {'orders': [{'part': 'p', 'release': '4 s', 'quantity': 2}]}},"
               "'stations': {" MACHINE("A", "'machines': 3, 'time': '5 s'") "},"
               "'flow': [['s', 'A', 'out']]",
               4, "start", "4 start A[1] 1; 4 start A[2] 2");
}

// Two machines, one fitter. B fails at 6 s and waits until A is repaired at 9 s.
Test(semantics_3, s3_2_waiting_for_a_repair_and_the_repair_are_states_of_their_own) {
  tw_run *run = run_of(
      "'workers': {'fitters': {'skills': ['mend']}}, 'sources': {" ALWAYS("a") ", " ALWAYS("b") "},"
      "'stations': {" MACHINE("A", "'time': '99 s', " WEAR("calendar", "'4 s'", "5 s",
                                                           ", 'needs': ['mend']")) ", "
      MACHINE("B", "'time': '99 s', " WEAR("calendar", "'6 s'", "5 s", ", 'needs': ['mend']"))
      "}, 'flow': [['a', 'A', 'out'], ['b', 'B', 'out']]", 12);
  expect_value(run, "stations/A/state/processing/duration", 4 + 3);
  expect_value(run, "stations/A/state/failed-waiting/duration", 0);
  expect_value(run, "stations/A/state/failed-repair/duration", 5);
  expect_value(run, "stations/B/state/processing/duration", 6);
  expect_value(run, "stations/B/state/failed-waiting/duration", 3);
  expect_value(run, "stations/B/state/failed-repair/duration", 3);
  tw_run_free(run);
}

// Load 1 s, process 5 s, unload 2 s; the next place is taken from 6 s on for long.
Test(semantics_3, s3_2_a_machine_is_in_the_state_of_what_it_does) {
  expect_story("'sources': {'s': {'sequence': ['2 p']}}, 'stations': {"
               MACHINE("A", "'load': {'time': '1 s'}, 'time': '5 s', 'unload': {'time': '2 s'}")
               ", " MACHINE("B", "'time': '99 s'") "}, 'flow': [['s', 'A', 'B', 'out']]",
               20, "state/A",
               "0 state A loading; 1 state A processing; 6 state A unloading; 8 state A loading; "
               "9 state A processing; 14 state A unloading; 16 state A blocked");
}

// Every run's states: random times that are no whole seconds, failures, people, blocking.
Test(semantics_3, s3_3_state_times_sum_to_the_horizon_minus_the_warm_up_exactly) {
  tw_line *line = test_line(test_rich_line, NULL);
  for (uint64_t seed = 1; seed <= 5; seed++) {
    tw_run *run = test_run(line, seed);
    cr_assert_eq(test_until(run, 777.123457), TWIN_OK);
    for (int32_t m = 0; m < line->n_machine; m++) {
      int64_t sum_us = run->head->now_us - run->machine[m].since_us;
      for (int32_t k = 0; k < TW_N_STATE; k++) sum_us += run->machine_stat[m].state_us[k];
      cr_expect_eq(sum_us, 777123457 - 60000000, "machine %d", (int)m);
    }
    tw_run_free(run);
  }
  tw_line_unref(line);
}

// All parts take 100 s: the quantile is within half a bin, 0.2 %.
Test(semantics_3, s3_3_quantiles_come_from_a_histogram_with_a_small_error) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '100 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 1000);
  const double q90_s = test_value(run, "line/lead_time/q90");
  cr_expect(fabs(q90_s - 100) <= 0.4, "q90 is %.9g", q90_s);
  expect_value(run, "line/lead_time/mean", 100);
  tw_run_free(run);
}

#define FAST_BEFORE_SLOW(failures) \
  "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '4 s'" failures) ", " \
  MACHINE("B", "'time': '10 s'") "}, 'flow': [['s', 'A', 'B', 'out']]"

// A: 0-4, 4-8, blocked 8-14, 14-18, blocked 18-24. B: starved 0-4, then always at work.
Test(semantics_3, s3_4_blocked_lasts_from_the_completion_to_the_transfer) {
  tw_run *run = run_of(FAST_BEFORE_SLOW(""), 24);
  expect_value(run, "stations/A/state/processing/duration", 12);
  expect_value(run, "stations/A/state/blocked/duration", 12);
  expect_value(run, "stations/B/state/starved/duration", 4);
  expect_value(run, "stations/B/state/processing/duration", 20);
  tw_run_free(run);
}

// Parts come at 0, 10 and 20 s and take 4 s.
Test(semantics_3, s3_4_starved_is_free_while_a_plain_arrival_process_goes_on) {
  tw_run *run = run_of("'sources': {" EVERY("s", "10 s", ", 'first': '0 s'") "}, 'stations': {"
                       MACHINE("A", "'time': '4 s'") "}, 'flow': [['s', 'A', 'out']]", 20);
  expect_value(run, "stations/A/state/starved/duration", 12);
  expect_value(run, "stations/A/state/idle/duration", 0);
  tw_run_free(run);
}

// Part 1 is done at 4 s and part 2 comes at 6 s: the line is not empty before 10 s.
Test(semantics_3, s3_4_free_while_an_order_exists_is_starved) {
  tw_run *run = run_of("'sources': {'s': {'orders': [{'part': 'p'}, {'part': 'p', 'release':"
                       " '6 s'}]}}, 'stations': {" MACHINE("A", "'time': '4 s'") "},"
                       "'flow': [['s', 'A', 'out']]", 20);
  expect_value(run, "stations/A/state/starved/duration", 2);
  expect_value(run, "stations/A/state/idle/duration", 10);
  tw_run_free(run);
}

Test(semantics_3, s3_4_free_without_any_order_left_is_idle) {
  tw_run *run = run_of("'sources': {'s': {'orders': [{'part': 'p', 'release': '3 s'}]}},"
                       "'stations': {" MACHINE("A", "'time': '4 s'") "},"
                       "'flow': [['s', 'A', 'out']]", 10);
  expect_value(run, "stations/A/state/starved/duration", 3);
  expect_value(run, "stations/A/state/processing/duration", 4);
  expect_value(run, "stations/A/state/idle/duration", 3);
  tw_run_free(run);
}

// Blocked 8-10, failed 10-12, blocked 12-14.
Test(semantics_3, s3_4_failed_while_blocked_is_failed) {
  tw_run *run = run_of(FAST_BEFORE_SLOW(", " WEAR("calendar", "'10 s'", "2 s", "")), 14);
  expect_value(run, "stations/A/state/blocked/duration", 4);
  expect_value(run, "stations/A/state/failed-repair/duration", 2);
  expect_value(run, "stations/A/state/processing/duration", 8);
  tw_run_free(run);
}

#define DOWN_AT_10(more) MACHINE("A", "'time': '4 s', " WEAR("calendar", "'10 s'", "5 s", "") more)

Test(semantics_3, s3_5_a_machine_that_is_down_takes_no_part) {
  expect_story("'sources': {" EVERY("s", "11 s", "") "}, 'stations': {" DOWN_AT_10("")
               "}, 'flow': [['s', 'A', 'out']]", 15, "enter start", "15 enter A 1; 15 start A 1");
}

Test(semantics_3, s3_5_unless_while_down_says_that_it_takes) {
  expect_story("'sources': {" EVERY("s", "11 s", "") "}, 'stations': {"
               DOWN_AT_10(", 'while_down': {'takes': true}") "}, 'flow': [['s', 'A', 'out']]",
               15, "enter start", "11 enter A 1; 15 start A 1");
}

// Part 2 is done at 8 s; B takes it at 14 s, while A is down.
Test(semantics_3, s3_5_a_machine_that_is_down_gives_no_part) {
  expect_story(FAST_BEFORE_SLOW(", " WEAR("calendar", "'10 s'", "5 s", "")), 15, "leave/A",
               "4 leave A 1; 15 leave A 2");
}

Test(semantics_3, s3_5_unless_while_down_says_that_it_gives) {
  expect_story(FAST_BEFORE_SLOW(", 'while_down': {'gives': true}, "
                                WEAR("calendar", "'10 s'", "5 s", "")), 15, "leave/A start/A",
               "0 start A 1; 4 leave A 1; 4 start A 2; 14 leave A 2; 15 start A 3");
}
