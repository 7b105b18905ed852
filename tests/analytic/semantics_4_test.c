// SEMANTICS section 4, flow: blocking, capacity, who is served first, where parts go, and what a
// source makes. Deadlock and conservation are at the end.

#include "sentences.h"

#include <math.h>

// clang-format off: the lines are laid out by hand

Test(semantics_4, s4_1_after_service_the_finished_part_keeps_the_machine) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '4 s'") ", "
               MACHINE("B", "'time': '10 s'") "}, 'flow': [['s', 'A', 'B', 'out']]",
               14, "start complete",
               "0 start A 1; 4 complete A 1; 4 start B 1; 4 start A 2; 8 complete A 2; "
               "14 complete B 1; 14 start B 2; 14 start A 3");
}

// Two places downstream: one in b and B itself. Part 3 is loaded at 8 s and waits for B to be done.
Test(semantics_4, s4_1_before_service_processing_waits_for_a_reserved_place) {
  const char *sections =
      "'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("b", "1") "}, 'stations': {"
      MACHINE("A", "'time': '4 s', 'blocking': 'before-service'") ", "
      MACHINE("B", "'time': '10 s'") "}, 'flow': [['s', 'A', 'b', 'B', 'out']]";
  expect_story(sections, 14, "enter/A start",
               "0 enter A 1; 0 start A 1; 4 start B 1; 4 enter A 2; 4 start A 2; 8 enter A 3; "
               "14 start B 2; 14 start A 3");
  tw_run *run = run_of(sections, 14);
  expect_value(run, "stations/A/state/blocked/duration", 6);
  tw_run_free(run);
}

// Without a buffer the next station's machine is the only place: both never work at once.
Test(semantics_4, s4_1_before_service_counts_the_next_stations_own_places) {
  expect_story("'defaults': {'blocking': 'before-service'}, 'sources': {" ALWAYS("s") "},"
               "'stations': {" MACHINE("A", "'time': '4 s'") ", " MACHINE("B", "'time': '10 s'")
               "}, 'flow': [['s', 'A', 'B', 'out']]",
               28, "start", "0 start A 1; 4 start B 1; 14 start A 2; 18 start B 2; 28 start A 3");
}

Test(semantics_4, s4_2_capacity_counts_the_parts_inside_not_the_machines_own_place) {
  expect_story("'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("b", "1") "}, 'stations': {"
               MACHINE("A", "'time': '1 s'") ", " MACHINE("B", "'time': '99 s'")
               "}, 'flow': [['s', 'A', 'b', 'B', 'out']]",
               50, "enter",
               "0 enter A 1; 1 enter b 1; 1 enter B 1; 1 enter A 2; 2 enter b 2; 2 enter A 3");
}

// R reserves one of two places at 0 s. N fills the other at 2 s; its next part has to wait, also
// when the place in b is empty.
Test(semantics_4, s4_2_a_reserved_place_is_kept_for_its_part) {
  expect_story("'sources': {" ALWAYS("s") ", " EVERY("t", "1 s", "") "}, 'buffers': {"
               BUFFER("b", "1") "}, 'stations': {"
               MACHINE("R", "'time': '10 s', 'blocking': 'before-service'") ", "
               MACHINE("N", "'time': '1 s'") ", " MACHINE("Z", "'time': '99 s'")
               "}, 'flow': [['s', 'R', 'b', 'Z', 'out'], ['t', 'N', 'b']]",
               20, "enter/b enter/Z", "2 enter b 2; 2 enter Z 2; 10 enter b 1");
}

Test(semantics_4, s4_2_an_unlimited_buffer_must_be_said) {
  expect_refused("'sources': {" ALWAYS("s") "}, 'buffers': {'b': {}}, 'stations': {"
                 MACHINE("A", "'time': '1 s'") "}, 'flow': [['s', 'b', 'A', 'out']]", "capacity");
}

// B and A are blocked from 2 and 3 s on; all three move when C is done.
Test(semantics_4, s4_3_a_chain_of_direct_links_moves_in_zero_time_downstream_first) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '1 s'") ", "
               MACHINE("B", "'time': '1 s'") ", " MACHINE("C", "'time': '10 s'")
               "}, 'flow': [['s', 'A', 'B', 'C', 'out']]",
               12, "leave",
               "1 leave A 1; 2 leave B 1; 2 leave A 2; 12 leave C 1; 12 leave B 2; 12 leave A 3");
}

#define TWO_INTO_C(a, b) \
  "'sources': {" ALWAYS("a") ", " ALWAYS("b") "}, 'stations': {" MACHINE("A", a) ", " \
  MACHINE("B", b) ", " MACHINE("C", "'time': '10 s'") "}," \
  "'flow': [['a', 'A', 'C', 'out'], ['b', 'B', 'C']]"

// B is blocked since 4 s, A since 3 s.
Test(semantics_4, s4_4_a_free_place_serves_the_longest_blocked_first) {
  expect_story(TWO_INTO_C("'time': '3 s'", "'time': '2 s'"), 22, "leave",
               "2 leave B 2; 12 leave C 2; 12 leave A 1; 22 leave C 1; 22 leave B 3");
}

Test(semantics_4, s4_4_then_by_declared_priority) {
  expect_story(TWO_INTO_C("'time': '3 s'", "'time': '3 s', 'priority': 1"), 13, "leave",
               "3 leave B 2; 13 leave C 2; 13 leave A 1");
}

Test(semantics_4, s4_4_then_by_file_order) {
  expect_story(TWO_INTO_C("'time': '3 s'", "'time': '3 s'"), 13, "leave",
               "3 leave A 1; 13 leave C 1; 13 leave B 2");
}

Test(semantics_4, s4_4_then_by_machine) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'machines': 2, 'time': '3 s'") ", " MACHINE("C", "'time': '10 s'")
               "}, 'flow': [['s', 'A', 'C', 'out']]",
               13, "leave", "3 leave A[1] 1; 13 leave C 1; 13 leave A[2] 2");
}

// A is busy until 10 s. Parts 3 and 4 came together, after part 2 but with priority.
Test(semantics_4, s4_5_queues_are_sorted_by_key_then_arrival_then_part_id) {
  expect_story("'sources': {'s': {'orders': [{'part': 'p'}, {'part': 'p', 'release': '1 s'},"
               " {'part': 'p', 'release': '2 s', 'priority': 1, 'quantity': 2},"
               " {'part': 'p', 'release': '3 s'}]}},"
               "'buffers': {'q': {'capacity': 9, 'queue': 'priority'}}, 'stations': {"
               MACHINE("A", "'time': '10 s'") "}, 'flow': [['s', 'q', 'A', 'out']]",
               40, "start",
               "0 start A 1; 10 start A 3; 20 start A 4; 30 start A 2; 40 start A 5");
}

#define THREE_WAIT(queue) \
  "'sources': {'s': {'orders': [{'part': 'p'}, {'part': 'p', 'release': '1 s'}," \
  " {'part': 'p', 'release': '2 s'}, {'part': 'p', 'release': '3 s'}]}}," \
  "'buffers': {'q': {'capacity': 9, 'queue': '" queue "'}}, 'stations': {" \
  MACHINE("A", "'time': '10 s'") "}, 'flow': [['s', 'q', 'A', 'out']]"

Test(semantics_4, s4_5_first_in_first_out_and_last_in_first_out_go_by_arrival) {
  expect_story(THREE_WAIT("fifo"), 30, "start",
               "0 start A 1; 10 start A 2; 20 start A 3; 30 start A 4");
  expect_story(THREE_WAIT("lifo"), 30, "start",
               "0 start A 1; 10 start A 4; 20 start A 3; 30 start A 2");
}

#define EXITS(rule, good, bad) \
  "'sources': {" ALWAYS("s") "}, 'stations': {" \
  MACHINE("A", "'time': '1 s', 'exits': {'" rule "': {'good': " good ", 'bad': " bad "}}") \
  "}, 'flow': [['s', 'A'], ['A.good', 'out'], ['A.bad', 'scrap']]"

// Shares 2/3 and 1/3 of n parts: what is furthest behind goes.
Test(semantics_4, s4_6_a_split_by_ratio_takes_the_largest_remainder) {
  expect_story(EXITS("ratio", "2", "1"), 6, "ship scrap",
               "1 ship out 1; 2 scrap scrap 2; 3 ship out 3; 4 ship out 4; 5 scrap scrap 5; "
               "6 ship out 6");
}

// 4000 parts with probability 0.3: 4.5 standard errors are 0.033.
Test(semantics_4, s4_6_a_split_by_probability_is_random) {
  tw_run *run = run_of(EXITS("probability", "0.7", "0.3"), 4000);
  const double share = test_value(run, "line/scrapped") / 4000;
  cr_expect(fabs(share - 0.3) < 0.033, "share %g", share);
  tw_run_free(run);
  char *told = test_told(EXITS("probability", "0.7", "0.3"), 40, "scrap");
  cr_expect_null(strstr(told, "3 scrap scrap 3; 6 scrap scrap 6; 9 scrap scrap 9"));
  free(told);
}

Test(semantics_4, s4_6_probabilities_sum_to_1_within_1e_9) {
  expect_refused(EXITS("probability", "0.7", "0.30000001"), "E-RANGE");
  tw_line *line = test_quoted_line(EXITS("probability", "0.7", "0.3000000009"), NULL);
  cr_expect_not_null(line);
  tw_line_unref(line);
}

// Part 5 waits from 5 s on and goes where room comes first, b1 at 11 s; the room that comes in b2
// at 18 s is for part 6.
Test(semantics_4, s4_6_first_free_with_nothing_free_waits_once) {
  expect_story("'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("b1", "1") ", " BUFFER("b2", "1")
               "}, 'stations': {" MACHINE("A", "'time': '1 s', 'push': {'rule': 'first-free'}")
               ", " MACHINE("B", "'time': '10 s'") ", " MACHINE("C", "'time': '15 s'")
               "}, 'flow': [['s', 'A', 'b1', 'B', 'out'], ['A', 'b2', 'C', 'out']]",
               21, "enter/b1 enter/b2",
               "1 enter b1 1; 2 enter b1 2; 3 enter b2 3; 4 enter b2 4; 11 enter b1 5; "
               "18 enter b2 6; 21 enter b1 7");
}

Test(semantics_4, s4_6_push_and_pull_are_never_both_active_at_one_junction) {
  expect_refused("'sources': {" ALWAYS("s") ", " ALWAYS("t") "}, 'stations': {"
                 MACHINE("F", "'time': '1 s', 'push': {'rule': 'round-robin'}") ", "
                 MACHINE("A", "'time': '1 s', 'pull': {'rule': 'priority', 'from': ['F', 't']}")
                 ", " MACHINE("B", "'time': '1 s'")
                 "}, 'flow': [['s', 'F', 'A', 'out'], ['F', 'B', 'out'], ['t', 'A']]", "E-FLOW");
}

Test(semantics_4, s4_6_turns_begin_with_the_first_in_the_file) {
  expect_story("'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("b1", "9") ", " BUFFER("b2", "9")
               "}, 'stations': {" MACHINE("A", "'time': '1 s', 'push': {'rule': 'round-robin'}")
               ", " MACHINE("B", "'time': '99 s'") ", " MACHINE("C", "'time': '99 s'")
               "}, 'flow': [['s', 'A', 'b1', 'B', 'out'], ['A', 'b2', 'C', 'out']]",
               4, "enter/b1 enter/b2",
               "1 enter b1 1; 2 enter b2 2; 3 enter b1 3; 4 enter b2 4");
}

Test(semantics_4, s4_6_a_source_pushes_by_its_rule) {
  expect_story("'sources': {" EVERY("s", "1 s", ", 'push': 'round-robin'") "}, 'buffers': {"
               BUFFER("b1", "9") ", " BUFFER("b2", "9") "}, 'stations': {"
               MACHINE("B", "'time': '99 s'") ", " MACHINE("C", "'time': '99 s'")
               "}, 'flow': [['s', 'b1', 'B', 'out'], ['s', 'b2', 'C', 'out']]",
               4, "enter/b1 enter/b2",
               "1 enter b1 1; 2 enter b2 2; 3 enter b1 3; 4 enter b2 4");
}

// B sends everything back to A. At 3 s A holds part 3, b part 2 and B part 1: full, and it stays
// so.
Test(semantics_4, s4_7_a_full_loop_does_not_rotate_and_the_cycle_is_named) {
  char *told = test_told("'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("b", "1") "},"
                         "'stations': {" MACHINE("A", "'time': '1 s'") ", "
                         MACHINE("B", "'time': '1 s', 'exits': {'ratio': {'again': 1, 'pass': 0}}")
                         "}, 'flow': [['s', 'A', 'b', 'B'], ['B.again', 'A'], ['B.pass', 'out']]",
                         9, "enter");
  const char *stop = strstr(told, "at 3 s: deadlock");
  cr_assert(stop != NULL, "told %s", told);
  cr_expect(strstr(stop, "A") != NULL && strstr(stop, "B") != NULL && strstr(stop, "b") != NULL,
            "said %s", stop);
  free(told);
}

// Parts 1 to 3 are made at 0 s for A and the two places in q, part 4 when q takes it at 10 s: lead
// times 10, 20, 30 and 30 s.
Test(semantics_4, s4_8_an_always_offering_source_makes_a_part_when_the_first_place_takes_it) {
  const char *sections = "'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("q", "2")
                         "}, 'stations': {" MACHINE("A", "'time': '10 s'")
                         "}, 'flow': [['s', 'q', 'A', 'out']]";
  expect_story(sections, 10, "create ship",
               "0 create s 1; 0 create s 2; 0 create s 3; 10 ship out 1; 10 create s 4");
  tw_run *run = run_of(sections, 40);
  expect_value(run, "line/lead_time/mean", 22.5);
  expect_value(run, "line/wip/mean", 3);
  tw_run_free(run);
}

// Released at 0 and 4 s, shipped at 10 and 20 s.
Test(semantics_4, s4_8_a_released_part_without_room_waits_in_the_source_and_its_lead_time_runs) {
  tw_run *run = run_of("'sources': {" EVERY("s", "4 s", ", 'first': '0 s'") "}, 'stations': {"
                       MACHINE("A", "'time': '10 s'") "}, 'flow': [['s', 'A', 'out']]", 20);
  expect_value(run, "line/lead_time/mean", 13);
  expect_value(run, "line/wip/now", 4);
  tw_run_free(run);
}

Test(semantics_4, s4_8_unless_when_full_says_lose) {
  expect_story("'sources': {" EVERY("s", "4 s", ", 'first': '0 s', 'when_full': 'lose'") "},"
               "'stations': {" MACHINE("A", "'time': '10 s'") "}, 'flow': [['s', 'A', 'out']]",
               13, "enter lose", "0 enter A 1; 4 lose s 2; 8 lose s 3; 12 enter A 4");
}

Test(semantics_4, s4_9_parts_are_conserved) {
  tw_line *line = test_line(test_rich_line, NULL);
  tw_run *run = test_run(line, 11);
  for (double time_s = 0; time_s <= 1000; time_s += 1) {
    cr_assert_eq(test_until(run, time_s), TWIN_OK);
    const tw_head *head = run->head;
    cr_assert_eq(head->n_created, head->n_shipped + head->n_scrapped + head->n_lost +
                                      head->n_consumed + (int64_t)head->n_part,
                 "at %g s", time_s);
  }
  cr_expect(run->head->n_shipped > 0 && run->head->n_scrapped > 0 && run->head->n_lost > 0);
  tw_run_free(run);
  tw_line_unref(line);
}

// Part 1 is rejected and gives its reservation up at 1 s; then the one place of q is kept for part 2. That
// goes first at 2 s, though part 1 has waited longer.
Test(semantics_4, s4_1_who_has_no_place_does_not_stand_before_who_has_reserved_one) {
  expect_story("'defaults': {'blocking': 'before-service'}, 'sources': {'s': {'sequence': ['2 p']}},"
               "'buffers': {" BUFFER("q", "1") "}, 'stations': {'A': {'type': 'inspection', 'machines': 2,"
               " 'time': '1 s', 'defects': {'crack':"
               " 'if(time < 2 s, 1, 0)'}, 'detects': ['crack'], 'on_reject': {'rework': 1}}},"
               "'flow': [['s', 'A'], ['A.pass', 'q', 'out'], ['A.rework', 'q']]",
               9, "start complete ship",
               "0 start A[1] 1; 1 complete A[1] 1; 1 start A[2] 2; 2 complete A[2] 2; 2 ship out 2; "
               "2 ship out 1");
}

// B is down from 1 to 100 s. The part in Q has asked for it since 2 s, A for a place there since 3 s: it has it when the
// other part has been in Q for too long.
Test(semantics_4, s4_1_a_reservation_is_granted_when_the_part_before_it_leaves_otherwise) {
  expect_story("'sources': {'a': {'sequence': ['p'], 'first': '3 s', 'every': '1 s'}, 'b': {'sequence': ['p'], 'first': '2 s', "
               "'every': '1 s'}}, 'buffers': {'Q': {'capacity': 1, 'max_stay': '5 s'}, 'R': {'capacity': 1}}, 'stations': {"
               MACHINE("A", "'time': '1 s', 'blocking': 'before-service'") ", "
               MACHINE("B", "'time': '1 s', " WEAR("calendar", "'1 s'", "99 s", ""))
               "}, 'flow': [['a', 'R', 'A', 'B', 'out'], ['b', 'Q', 'B'], ['Q.scrap', 'scrap']]",
               50, "start scrap", "7 scrap scrap 1; 7 start A 2");
}
