// SEMANTICS 7.1, the last sentence: `min_run` keeps a family going while it has work. Parts of the families
// A and B take 2 s, and every setup 3 s.

#include "sentences.h"

#include "engine/work.h"

// clang-format off: the lines are laid out by hand

#define TYPES "'parts': {'a': {'family': 'A'}, 'b': {'family': 'B'}}, "
#define MIN_RUN(n) "'setup': {'time': '3 s', 'min_run': " n "}"

// Eight parts a b a b a b a b, numbered from 1, that are in the queue at once.
#define EIGHT(queue, station) \
  TYPES "'sources': {'s': {'sequence': ['1 a', '1 b', '1 a', '1 b', '1 a', '1 b', '1 a', '1 b']}}," \
  "'buffers': {'q': {'capacity': 20" queue "}}, 'stations': {" \
  MACHINE("M", "'time': '2 s', " station) "}, 'flow': [['s', 'q', 'M', 'out']]"

Test(semantics_7_min_run, s7_1_without_min_run_families_change_as_they_come) {
  expect_story(EIGHT("", MIN_RUN("0")), 10, "start", "0 start M 1; 5 start M 2; 10 start M 3");
  expect_story(EIGHT("", MIN_RUN("1")), 10, "start", "0 start M 1; 5 start M 2; 10 start M 3");
}

// Two of A, from the start; then two of B, the oldest first, and so on.
Test(semantics_7_min_run, s7_1_min_run_parts_are_made_since_the_setup) {
  expect_story(EIGHT("", MIN_RUN("2")), 23, "start",
               "0 start M 1; 2 start M 3; 7 start M 2; 9 start M 4; 14 start M 5; 16 start M 7; "
               "21 start M 6; 23 start M 8");
}

// After the fourth a there is no more work for A.
Test(semantics_7_min_run, s7_1_a_family_is_kept_going_only_while_it_has_work) {
  expect_story(EIGHT("", MIN_RUN("9")), 17, "start",
               "0 start M 1; 2 start M 3; 4 start M 5; 6 start M 7; 11 start M 2; 13 start M 4; "
               "15 start M 6; 17 start M 8");
}

// The second a comes at 3 s, when the machine is being set up for b already; it waits for the run of B.
Test(semantics_7_min_run, s7_1_the_machine_does_not_wait_for_work) {
  expect_story(TYPES "'sources': {'s': {'orders': [{'part': 'a'}, {'part': 'b', 'quantity': 2}, {'part':"
               " 'a', 'release': '3 s'}]}}, 'buffers': {" BUFFER("q", "9") "}, 'stations': {"
               MACHINE("M", "'time': '2 s', " MIN_RUN("9")) "}, 'flow': [['s', 'q', 'M', 'out']]",
               12, "start", "0 start M 1; 5 start M 2; 7 start M 3; 12 start M 4");
}

// The run counts parts that were made, scrap too.
Test(semantics_7_min_run, s7_1_scrap_counts_for_the_run) {
  expect_story(TYPES "'sources': {'s': {'sequence': ['1 a', '1 b', '1 a', '1 b']}}, 'buffers': {"
               BUFFER("q", "9") "}, 'stations': {" MACHINE("M", "'time': '2 s', 'scrap': '1', "
               MIN_RUN("2")) "}, 'flow': [['s', 'q', 'M', 'out'], ['M.scrap', 'scrap']]",
               9, "start", "0 start M 1; 2 start M 3; 7 start M 2; 9 start M 4");
}

// What the matrix calls a key counts: here the part.
Test(semantics_7_min_run, s7_1_min_run_by_part) {
  expect_story("'parts': {'a': {'family': 'A'}, 'b': {'family': 'A'}}, 'sources': {'s': {'sequence':"
               " ['1 a', '1 b', '1 a', '1 b']}}, 'buffers': {" BUFFER("q", "9") "}, 'stations': {"
               MACHINE("M", "'time': '2 s', 'setup': {'by': 'part', 'time': '3 s', 'min_run': 2}")
               "}, 'flow': [['s', 'q', 'M', 'out']]",
               9, "start", "0 start M 1; 2 start M 3; 7 start M 2; 9 start M 4");
}

// Newest first, of the family.
Test(semantics_7_min_run, s7_1_the_first_in_serving_order_lifo) {
  expect_story(EIGHT(", 'queue': 'lifo'", MIN_RUN("2")), 14, "start",
               "0 start M 8; 2 start M 6; 7 start M 7; 9 start M 5; 14 start M 4");
}

// All due dates are equal, so that the order of arrival decides.
Test(semantics_7_min_run, s7_1_the_first_in_serving_order_slack) {
  expect_story(EIGHT(", 'queue': 'slack'", MIN_RUN("2")), 9, "start",
               "0 start M 1; 2 start M 3; 7 start M 2; 9 start M 4");
}

// Whichever part comes first, its family is worked off.
Test(semantics_7_min_run, s7_1_the_first_in_serving_order_random) {
  tw_run *run = run_of(EIGHT(", 'queue': 'random'", MIN_RUN("4")), 19);
  cr_expect_eq(run->setup[0].n_setup, 1);
  cr_expect_eq(run->head->n_shipped, 8);
  tw_run_free(run);
}

// The second a may leave the queue at 6 s, before the first is done at 7 s; or at 8 s, and then b goes.
Test(semantics_7_min_run, s7_1_only_parts_that_have_stayed_long_enough_are_work) {
  expect_story(TYPES "'sources': {'s': {'orders': [{'part': 'a'}, {'part': 'b'}, {'part': 'a', 'release':"
               " '1 s'}]}}, 'buffers': {'q': {'capacity': 9, 'min_stay': '5 s'}}, 'stations': {"
               MACHINE("M", "'time': '2 s', " MIN_RUN("2")) "}, 'flow': [['s', 'q', 'M', 'out']]",
               12, "start", "5 start M 1; 7 start M 3; 12 start M 2");
  expect_story(TYPES "'sources': {'s': {'orders': [{'part': 'a'}, {'part': 'b'}, {'part': 'a', 'release':"
               " '3 s'}]}}, 'buffers': {'q': {'capacity': 9, 'min_stay': '5 s'}}, 'stations': {"
               MACHINE("M", "'time': '2 s', " MIN_RUN("2")) "}, 'flow': [['s', 'q', 'M', 'out']]",
               15, "start", "5 start M 1; 10 start M 2; 15 start M 3");
}

// Two sources that always have a part: without the run they would take turns.
Test(semantics_7_min_run, s7_1_sources_that_have_other_parts_are_passed_over) {
  expect_story(TYPES "'sources': {'s': {'sequence': ['a'], 'repeat': true}, 't': {'sequence': ['b'],"
               " 'repeat': true}}, 'stations': {" MACHINE("M", "'time': '2 s', " MIN_RUN("3"))
               "}, 'flow': [['s', 'M', 'out'], ['t', 'M']]",
               18, "start",
               "0 start M 1; 2 start M 2; 4 start M 3; 9 start M 4; 11 start M 5; 13 start M 6; "
               "18 start M 7");
}

// P has a part ready at 1 s, 2 s, 4 s, R at 1 s and 6 s. At 3 s b has waited longer than a.
Test(semantics_7_min_run, s7_1_stations_that_have_finished_other_parts_are_passed_over) {
  expect_story(TYPES "'sources': {'s': {'sequence': ['a'], 'repeat': true}, 't': {'sequence': ['b'],"
               " 'repeat': true}}, 'stations': {" MACHINE("P", "'time': '1 s'") ", "
               MACHINE("R", "'time': '1 s'") ", " MACHINE("M", "'time': '2 s', " MIN_RUN("2"))
               "}, 'flow': [['s', 'P', 'M', 'out'], ['t', 'R', 'M']]",
               15, "start/M",
               "1 start M 1; 3 start M 3; 8 start M 2; 10 start M 5; 15 start M 4");
}

// By priority q goes first; but the run of A goes on from r.
Test(semantics_7_min_run, s7_1_a_run_goes_on_from_another_queue) {
  expect_story(TYPES "'sources': {'s': {'orders': [{'part': 'b', 'quantity': 2, 'release': '1 s'}]},"
               " 't': {'orders': [{'part': 'a', 'quantity': 2}]}}, 'buffers': {" BUFFER("q", "9") ", "
               BUFFER("r", "9") "}, 'stations': {" MACHINE("M", "'time': '2 s', 'pull': {'rule':"
               " 'priority', 'from': ['q', 'r']}, " MIN_RUN("2"))
               "}, 'flow': [['s', 'q', 'M', 'out'], ['t', 'r', 'M']]",
               9, "start", "0 start M 1; 2 start M 2; 7 start M 3; 9 start M 4");
}

// Both begin with A. At 4 s there is no more of it, and both change.
Test(semantics_7_min_run, s7_1_each_machine_has_its_own_run) {
  expect_story(TYPES "'sources': {'s': {'sequence': ['2 a', '2 b', '2 a', '2 b']}}, 'buffers': {"
               BUFFER("q", "20") "}, 'stations': {" MACHINE("M", "'machines': 2, 'time': '2 s', "
               MIN_RUN("9")) "}, 'flow': [['s', 'q', 'M', 'out']]",
               9, "start",
               "0 start M[1] 1; 0 start M[2] 2; 2 start M[1] 5; 2 start M[2] 6; 7 start M[1] 3; "
               "7 start M[2] 4; 9 start M[1] 7; 9 start M[2] 8");
}

// During the first a another a comes next; during the second the run is over, and b is prepared for.
Test(semantics_7_min_run, s7_1_steps_ahead_know_what_comes_next) {
  const char *sections = EIGHT("", "'setup': {'time': '3 s', 'min_run': 2, 'steps': {'preset':"
                                   " {'time': '1 s', 'while_running': true}}}");
  tw_run *run = run_of(sections, 1);
  cr_expect_eq(run->setup[0].ahead, TW_AHEAD_NONE);
  cr_assert_eq(test_until(run, 2), TWIN_OK);
  cr_expect_eq(run->setup[0].ahead, TW_AHEAD_RUNS);
  cr_expect_eq(run->setup[0].ahead_end_us, tw_ticks(3));
  tw_run_free(run);
  expect_story(sections, 7, "start", "0 start M 1; 2 start M 3; 7 start M 2");
}
