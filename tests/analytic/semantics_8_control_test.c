// SEMANTICS 8.4 and 8.5, production control: which part a machine takes when it becomes free, what may
// be released when, where parts go that have routes of their own, and how late they are.

#include "sentences.h"

#include <math.h>

#include "engine/run.h"

// clang-format off: the lines are laid out by hand

// ---- Dispatch ----------------------------------------------------------------------------------

// Part 1 occupies A until 10 s, while others come to q. a needs 8 s, b 2 s, c 5 s.
#define PARTS_ABC "'parts': {'a': {}, 'b': {}, 'c': {}}, "
#define TIMES_ABC "'time': {'by_part': {'a': '8 s', 'b': '2 s', 'c': '5 s'}}"
#define WAIT_IN(queue, orders) \
  PARTS_ABC "'sources': {'s': {'orders': [" orders "]}}, 'buffers': {'q': {'capacity': 9, " queue "}}," \
  "'stations': {" MACHINE("A", TIMES_ABC) "}, 'flow': [['s', 'q', 'A', 'out']]"
#define A_B_C_AT(t, due_a, due_b, due_c) \
  "{'part': 'a'}, {'part': 'a', 'release': '" t "', 'due': '" due_a "'}," \
  "{'part': 'b', 'release': '" t "', 'due': '" due_b "'}," \
  "{'part': 'c', 'release': '" t "', 'due': '" due_c "'}"

Test(semantics_8_control, s8_4_spt_takes_the_shortest_process_time_first) {
  expect_story(WAIT_IN("'queue': 'spt'", A_B_C_AT("1 s", "99 s", "99 s", "99 s")), 40, "start",
               "0 start A 1; 8 start A 3; 10 start A 4; 15 start A 2");
}

// By due date: b at 50 s, c at 60 s, a at 70 s.
Test(semantics_8_control, s8_4_edd_takes_the_earliest_due_date_first) {
  expect_story(WAIT_IN("'queue': 'edd'", A_B_C_AT("1 s", "70 s", "50 s", "60 s")), 40, "start",
               "0 start A 1; 8 start A 3; 10 start A 4; 15 start A 2");
}

Test(semantics_8_control, s8_4_edd_takes_parts_without_a_due_date_last) {
  expect_story(WAIT_IN("'queue': 'edd'", "{'part': 'b'}, {'part': 'b', 'release': '1 s'},"
                       "{'part': 'b', 'release': '1 s', 'due': '90 s'}"), 40, "start",
               "0 start A 1; 2 start A 3; 4 start A 2");
}

// At 8 s slacks are a 30-8-8 = 14, b 25-8-2 = 15, c 28-8-5 = 15 s: a, then b, the earlier part.
Test(semantics_8_control, s8_4_slack_takes_the_least_time_to_spare_first) {
  expect_story(WAIT_IN("'queue': 'slack'", A_B_C_AT("1 s", "30 s", "25 s", "28 s")), 40, "start",
               "0 start A 1; 8 start A 2; 16 start A 3; 18 start A 4");
}

// At 8 s ratios are a (40-8)/8 = 4, b (20-8)/2 = 6, c (33-8)/5 = 5. At 16 s b (20-16)/2 = 2 is below
// c (33-16)/5 = 3.4: asked anew, never kept.
Test(semantics_8_control, s8_4_the_critical_ratio_is_asked_when_the_machine_becomes_free) {
  expect_story(WAIT_IN("'queue': 'cr'", A_B_C_AT("1 s", "40 s", "20 s", "33 s")), 40, "start",
               "0 start A 1; 8 start A 2; 16 start A 3; 18 start A 4");
}

// What still follows counts: a goes on to B for 20 s, so that its slack is the least by far.
Test(semantics_8_control, s8_4_slack_counts_the_mean_process_time_downstream) {
  expect_story(PARTS_ABC "'sources': {'s': {'orders': [{'part': 'b'}, {'part': 'b', 'release': '1 s',"
               " 'due': '50 s'}, {'part': 'a', 'release': '1 s', 'due': '60 s'}]}},"
               "'buffers': {'q': {'capacity': 9, 'queue': 'slack'}, 'r': {'capacity': 9}}, 'stations': {"
               MACHINE("A", "'time': '2 s'") ", "
               MACHINE("B", "'time': {'by_part': {'a': {'uniform': {'min': '10 s', 'max': '30 s'}},"
                            " 'default': '1 s'}}") "},"
               "'flow': [['s', 'q', 'A', 'r', 'B', 'out']]",
               5, "start/A", "0 start A 1; 2 start A 3; 4 start A 2");
}

// Nothing is known of set-ups here: all parts are alike, and the first to arrive is taken.
Test(semantics_8_control, s8_4_least_setup_without_setups_is_first_in_first_out) {
  expect_story(WAIT_IN("'queue': 'least-setup'", A_B_C_AT("1 s", "9 s", "8 s", "7 s")), 40, "start",
               "0 start A 1; 8 start A 2; 16 start A 3; 18 start A 4");
}

// From a to b takes 9 s, from a to c 3 s, from c to b 2 s. b came first, then c, then a.
Test(semantics_8_control, s8_4_least_setup_takes_what_the_asking_machine_is_set_up_for) {
  expect_story(PARTS_ABC "'sources': {'s': {'orders': [{'part': 'a'}, {'part': 'b', 'release': '1 s'},"
               " {'part': 'c', 'release': '2 s'}, {'part': 'a', 'release': '3 s'}]}},"
               "'buffers': {'q': {'capacity': 9, 'queue': 'least-setup'}}, 'stations': {"
               MACHINE("A", TIMES_ABC ", 'setup': {'by': 'part', 'matrix': {'a': {'b': '9 s', 'c': '3 s'},"
                            " 'c': {'b': '2 s'}, 'other': '20 s'}}") "}, 'flow': [['s', 'q', 'A', 'out']]",
               60, "start", "0 start A 1; 8 start A 4; 19 start A 3; 26 start A 2");
}

// Ties: all need 5 s and are due at 90 s; 1 and 2 come at 0 s, 3 and 4 at 1 s.
Test(semantics_8_control, s4_5_equal_keys_go_by_arrival_and_then_by_part_id) {
  const char *orders = "{'part': 'c', 'due': '90 s'}, {'part': 'c', 'due': '90 s'},"
                       "{'part': 'c', 'release': '1 s', 'quantity': 2, 'due': '90 s'}";
  const char *wanted = "0 start A 1; 5 start A 2; 10 start A 3; 15 start A 4";
  const char *const rules[] = {"spt", "edd", "cr", "slack", "least-setup"};
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    tw_text text = {0};
    tw_text_print(&text, PARTS_ABC "'sources': {'s': {'orders': [%s]}}, 'buffers': {'q': {'capacity': 9,"
                  " 'queue': '%s'}}, 'stations': {" MACHINE("A", TIMES_ABC) "},"
                  "'flow': [['s', 'q', 'A', 'out']]", orders, rules[i]);
    expect_story(text.at, 15, "start", wanted);
    tw_text_free(&text);
  }
}

// Part 5, a hot lot, comes last with the longest time and the latest due date, and is taken first; it
// does not stop part 1.
Test(semantics_8_control, s8_4_hot_lots_never_wait_behind_normal_ones_and_do_not_preempt) {
  const char *const rules[] = {"'spt'", "'edd'", "'cr'", "'slack'", "'least-setup'",
                               "'expression', 'key': 'part.due'"};
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    tw_text text = {0};
    tw_text_print(&text, PARTS_ABC "'sources': {'s': {'orders': [{'part': 'c'},"
                  "{'part': 'b', 'release': '1 s', 'due': '20 s'}, {'part': 'c', 'release': '2 s', 'due': '40 s'},"
                  "{'part': 'a', 'release': '3 s', 'due': '900 s', 'priority': 1}]}},"
                  "'buffers': {'q': {'capacity': 9, 'queue': %s}}, 'stations': {" MACHINE("A", TIMES_ABC)
                  "}, 'flow': [['s', 'q', 'A', 'out']]", rules[i]);
    expect_story(text.at, 15, "start", "0 start A 1; 5 start A 4; 13 start A 2; 15 start A 3");
    tw_text_free(&text);
  }
}

// The queue decides by times that it drew itself; the station uses them, times its factor of 2.
Test(semantics_8_control, s8_4_under_spt_the_time_is_drawn_when_the_part_joins_and_kept) {
  const char *sections =
      "'sources': {'s': {'orders': [{'part': 'p', 'quantity': 4}]}},"
      "'buffers': {'q': {'capacity': 9, 'queue': 'spt'}}, 'stations': {"
      MACHINE("A", "'factor': '2', 'time': {'trace': ['4 s', '7 s', '1 s', '3 s', '9 s']}") "},"
      "'flow': [['s', 'q', 'A', 'out']]";
  // all come at 0 s with 4, 7, 1 and 3 s; nothing is drawn by the station
  expect_story(sections, 30, "start complete",
               "0 start A 3; 2 complete A 3; 2 start A 4; 8 complete A 4; 8 start A 1; 16 complete A 1; "
               "16 start A 2; 30 complete A 2");
  tw_run *run = run_of(sections, 30);
  const int32_t site = test_site(run->line, test_place(run->line, "A"), 0, "time");
  cr_assert_eq(run->stream[site].n, 0);
  tw_run_free(run);
}

// The part is thrown back into the queue at 3 s; it is the shortest still, and keeps its 4 s.
Test(semantics_8_control, s8_4_under_spt_an_ejected_part_keeps_its_time) {
  expect_story("'sources': {'s': {'orders': [{'part': 'p', 'quantity': 2}]}},"
               "'buffers': {'q': {'capacity': 9, 'queue': 'spt'}}, 'stations': {"
               MACHINE("A", "'time': {'trace': ['4 s', '7 s', '1 s']}, "
                       WEAR("calendar", "{'trace': ['3 s', '999 s']}", "2 s", ", 'part': 'eject'")) "},"
               "'flow': [['s', 'q', 'A', 'out']]",
               20, "start complete",
               "0 start A 1; 5 start A 1; 9 complete A 1; 9 start A 2; 16 complete A 2");
}

Test(semantics_8_control, s8_4_spt_needs_one_station_with_one_time) {
  expect_refused("'sources': {" ALWAYS("s") "}, 'buffers': {'q': {'capacity': 9, 'queue': 'spt'}},"
                 "'stations': {" MACHINE("A", "'time': '1 s'") ", " MACHINE("B", "'time': '1 s'") "},"
                 "'flow': [['s', 'q', 'A', 'out'], ['q', 'B', 'out']]", "leads to 'A' and others");
  expect_refused("'sources': {" ALWAYS("s") "}, 'buffers': {'q': {'capacity': 9, 'queue': 'spt'}},"
                 "'stations': {" MACHINE("A", "'machines': 2, 'time': {'by_machine': {'1': '1 s', '2': '3 s'}}") "},"
                 "'flow': [['s', 'q', 'A', 'out']]", "differ by machine");
}

Test(semantics_8_control, s8_4_a_default_rule_counts_for_all_buffers) {
  expect_story(PARTS_ABC "'defaults': {'queue': 'edd'}, 'sources': {'s': {'orders': ["
               A_B_C_AT("1 s", "70 s", "50 s", "60 s") "]}}, 'buffers': {'q': {'capacity': 9}},"
               "'stations': {" MACHINE("A", TIMES_ABC) "}, 'flow': [['s', 'q', 'A', 'out']]", 40, "start",
               "0 start A 1; 8 start A 3; 10 start A 4; 15 start A 2");
}

// min_stay: at 8 s only the parts of 1 s have stayed for 6 s; the shortest comes at 3 s.
Test(semantics_8_control, s8_4_parts_that_may_not_leave_yet_are_passed_over) {
  expect_story(WAIT_IN("'queue': 'slack', 'min_stay': '6 s'",
                       "{'part': 'c'}, {'part': 'c', 'release': '1 s', 'due': '99 s'},"
                       "{'part': 'c', 'release': '3 s', 'due': '9 s'},"
                       "{'part': 'c', 'release': '6 s', 'due': '12 s'}"), 30, "start",
               "6 start A 1; 11 start A 3; 16 start A 4; 21 start A 2");
}

// ---- A user's rule -----------------------------------------------------------------------------

// Least time since release first would be last in, first out; here the words and the order are tried.
Test(semantics_8_control, s8_5_a_users_rule_is_an_expression_over_the_part_and_the_time) {
  const char *orders = A_B_C_AT("1 s", "40 s", "20 s", "33 s");
  static const struct { const char *key, *wanted; } rule[] = {
      {"'key': 'part.due'", "0 start A 1; 8 start A 3; 10 start A 4; 15 start A 2"},
      {"'key': 'part.time_left', 'order': 'largest-first'",
       "0 start A 1; 8 start A 2; 16 start A 4; 21 start A 3"},
      {"'key': '(part.due - time)/part.time_left'",
       "0 start A 1; 8 start A 2; 16 start A 3; 18 start A 4"},
      {"'key': 'if(part.due < 30 s, 0, 1)'", "0 start A 1; 8 start A 3; 10 start A 2; 18 start A 4"},
      {"'key': 'part.released', 'order': 'largest-first'",
       "0 start A 1; 8 start A 2; 16 start A 3; 18 start A 4"},
      {"'key': '-part.arrived'", "0 start A 1; 8 start A 2; 16 start A 3; 18 start A 4"},
  };
  for (size_t i = 0; i < sizeof rule / sizeof rule[0]; i++) {
    tw_text text = {0};
    tw_text_print(&text, PARTS_ABC "'sources': {'s': {'orders': [%s]}}, 'buffers': {'q': {'capacity': 9,"
                  " 'queue': 'expression', %s}}, 'stations': {" MACHINE("A", TIMES_ABC) "},"
                  "'flow': [['s', 'q', 'A', 'out']]", orders, rule[i].key);
    expect_story(text.at, 22, "start", rule[i].wanted);
    tw_text_free(&text);
  }
}

Test(semantics_8_control, s8_5_a_rule_that_gives_no_number_comes_last) {
  expect_story(WAIT_IN("'queue': 'expression', 'key': 'if(part.due < 30 s, log(-1), 1)'",
                       A_B_C_AT("1 s", "40 s", "20 s", "33 s")), 22, "start",
               "0 start A 1; 8 start A 2; 16 start A 4; 21 start A 3");
}

Test(semantics_8_control, s8_5_a_users_rule_draws_from_no_stream) {
  tw_run *run = run_of(WAIT_IN("'queue': 'expression', 'key': 'part.due'",
                               A_B_C_AT("1 s", "40 s", "20 s", "33 s")), 30);
  for (int32_t i = 0; i < run->line->n_site; i++)
    cr_expect_eq(run->line->site[i].node_i, test_place(run->line, "A"));
  tw_run_free(run);
}

Test(semantics_8_control, s8_5_a_rule_and_its_key_belong_together) {
  expect_refused(WAIT_IN("'queue': 'expression'", "{'part': 'a'}"), "needs \"key\"");
  expect_refused(WAIT_IN("'key': 'part.due'", "{'part': 'a'}"), "only a queue \"expression\" has a \"key\"");
  expect_refused(WAIT_IN("'queue': 'expression', 'key': 'parts_since_stop'", "{'part': 'a'}"),
                 "counted at a machine");
  expect_refused(WAIT_IN("'queue': 'expression', 'key': 'part.duu'", "{'part': 'a'}"), "part.due");
}

// ---- Routes ------------------------------------------------------------------------------------

// a: S1 2 s, S2 3 s. b: S2 4 s, S1 1 s. One machine each, a queue before each.
#define TWO_STATIONS \
  "'parts': {'a': {}, 'b': {}}, 'buffers': {" BUFFER("q1", "9") ", " BUFFER("q2", "9") "}," \
  "'stations': {'S1': {'type': 'machine'}, 'S2': {'type': 'machine'}}," \
  "'flow': [['q1', 'S1'], ['q2', 'S2']]"
#define ROUTES_AB \
  "'routes': {'a': [{'station': 'S1', 'time': '2 s'}, {'station': 'S2', 'time': '3 s'}]," \
  " 'b': [{'station': 'S2', 'time': '4 s'}, {'station': 'S1', 'time': '1 s'}]}"

Test(semantics_8_control, routed_parts_go_from_step_to_step_and_wait_where_their_station_pulls) {
  expect_story("'sources': {'s': {'orders': [{'part': 'a'}, {'part': 'b'}, {'part': 'a'}]}}, "
               TWO_STATIONS ", " ROUTES_AB, 20, "start complete ship",
               "0 start S2 2; 0 start S1 1; 2 complete S1 1; 2 start S1 3; 4 complete S1 3; "
               "4 complete S2 2; 4 start S2 1; 4 start S1 2; 5 complete S1 2; 5 ship out 2; "
               "7 complete S2 1; 7 ship out 1; 7 start S2 3; 10 complete S2 3; 10 ship out 3");
}

// Twice through S1, with another time the second time; back through the same queue.
Test(semantics_8_control, routes_may_come_back_to_a_station) {
  expect_story("'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a', 'a']}},"
               "'buffers': {" BUFFER("q1", "9") "}, 'stations': {" MACHINE("S1", "'time': '5 s'") ", "
               MACHINE("S2", "'time': '1 s'") "}, 'flow': [['q1', 'S1']],"
               "'routes': {'a': [{'station': 'S1', 'time': '2 s'}, {'station': 'S2'}, {'station': 'S1'}]}",
               20, "start/S1 complete ship",
               "0 start S1 1; 2 complete S1 1; 2 start S1 2; 3 complete S2 1; 4 complete S1 2; "
               "4 start S1 1; 5 complete S2 2; 9 complete S1 1; 9 ship out 1; 9 start S1 2; "
               "14 complete S1 2; 14 ship out 2");
}

// S2 has no buffer: the part stays on S1 until S2 takes it.
Test(semantics_8_control, a_station_without_a_buffer_is_a_zero_buffer_link_of_its_routes) {
  expect_story("'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true}},"
               "'stations': {" MACHINE("S1", "'time': '1 s'") ", " MACHINE("S2", "'time': '4 s'") "},"
               "'flow': [], 'routes': {'a': [{'station': 'S1'}, {'station': 'S2'}]}",
               9, "start leave/S1",
               "0 start S1 1; 1 leave S1 1; 1 start S2 1; 1 start S1 2; 5 leave S1 2; 5 start S2 2; "
               "5 start S1 3; 9 leave S1 3; 9 start S2 3; 9 start S1 4");
}

// Alternatives: the shortest queue that has room, equal ones in the order of the step.
Test(semantics_8_control, an_alternative_is_chosen_by_the_shortest_queue_then_in_file_order) {
  const char *sections =
      "'parts': {'a': {}}, 'sources': {'s': {'orders': [{'part': 'a', 'quantity': 6}]}},"
      "'buffers': {" BUFFER("q1", "1") ", " BUFFER("q2", "9") "}, 'stations': {"
      MACHINE("S1", "'time': '100 s'") ", " MACHINE("S2", "'time': '100 s'") "},"
      "'flow': [['q1', 'S1'], ['q2', 'S2']], 'routes': {'a': [{'station': ['S1', 'S2']}]}";
  // 1 to q1 and on to S1; 2 to q1, which is full then
  expect_story(sections, 50, "enter",
               "0 enter q1 1; 0 enter S1 1; 0 enter q1 2; 0 enter q2 3; 0 enter q2 4; "
               "0 enter q2 5; 0 enter q2 6; 0 enter S2 3");
}

Test(semantics_8_control, alternatives_may_share_a_queue) {
  expect_story("'parts': {'a': {}}, 'sources': {'s': {'orders': [{'part': 'a', 'quantity': 3}]}},"
               "'buffers': {" BUFFER("q", "9") "}, 'stations': {" MACHINE("S1", "'time': '5 s'") ", "
               MACHINE("S2", "'time': '2 s'") "}, 'flow': [['q', 'S1'], ['q', 'S2']],"
               "'routes': {'a': [{'station': ['S2', 'S1'], 'time': '2 s'}]}",
               10, "start ship", "0 start S1 1; 0 start S2 2; 2 ship out 2; 2 ship out 1; 2 start S1 3; 4 ship out 3");
}

// b follows its chain through S1, a its route.
Test(semantics_8_control, routed_parts_and_parts_of_chains_share_stations) {
  expect_story("'parts': {'a': {}, 'b': {}}, 'sources': {'s': {'orders': [{'part': 'a'}, {'part': 'b'}]}},"
               "'buffers': {" BUFFER("q1", "9") ", " BUFFER("q2", "9") "}, 'stations': {"
               MACHINE("S1", "'time': '5 s'") ", " MACHINE("S2", "'time': '2 s'") "},"
               "'flow': [['s', 'q1', 'S1', 'out'], ['q2', 'S2']],"
               "'routes': {'a': [{'station': 'S2'}, {'station': 'S1', 'time': '1 s'}]}",
               20, "start ship",
               "0 start S1 2; 0 start S2 1; 5 ship out 2; 5 start S1 1; 6 ship out 1");
}

// The step's own draws; S1's factor counts for them too.
Test(semantics_8_control, the_time_of_a_step_replaces_that_of_the_station) {
  tw_run *run = run_of("'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true}},"
                       "'stations': {" MACHINE("S1", "'time': '5 s', 'factor': '3'") "}, 'flow': [],"
                       "'routes': {'a': [{'station': 'S1', 'time': {'uniform': {'min': '1 s', 'max': '3 s'}}}]}",
                       600000);
  expect_value(run, "stations/S1/state/processing", 1);
  const double mean_s = test_value(run, "stations/S1/duration/processing/mean");
  // n = 100000: standard error 3 * 0.577/316 = 0.0055 s
  cr_expect(mean_s > 6 - 0.025 && mean_s < 6 + 0.025, "mean %g", mean_s);
  const int32_t place_i = test_place(run->line, "S1");
  cr_expect_eq(run->stream[test_site(run->line, place_i, 0, "time")].n, 0);
  cr_expect_gt(run->stream[test_site(run->line, place_i, 0, "route-time")].n, 1000);
  tw_run_free(run);
}

// Remaining work by the steps left: a has 2 + 9 s, b 4 + 1 s; both are due at 20 s, so that a is first.
Test(semantics_8_control, s8_4_the_work_left_of_a_routed_part_is_that_of_its_steps) {
  expect_story("'parts': {'a': {}, 'b': {}, 'c': {}}, 'sources': {'s': {'orders': [{'part': 'c'},"
               " {'part': 'b', 'release': '0.5 s', 'due': '20 s'}, {'part': 'a', 'release': '0.5 s', 'due': '20 s'}]}},"
               "'buffers': {'q1': {'capacity': 9, 'queue': 'slack'}, " BUFFER("q2", "9") "}, 'stations': {"
               MACHINE("S1", "'time': '1 s'") ", " MACHINE("S2", "'time': '1 s'") "},"
               "'flow': [['q1', 'S1'], ['q2', 'S2']],"
               "'routes': {'c': [{'station': 'S1'}],"
               " 'a': [{'station': 'S1', 'time': '2 s'}, {'station': 'S2', 'time': '9 s'}],"
               " 'b': [{'station': 'S1', 'time': '4 s'}, {'station': 'S2'}]}",
               9, "start/S1", "0 start S1 1; 1 start S1 3; 3 start S1 2");
}

Test(semantics_8_control, under_spt_the_step_says_the_time) {
  expect_story("'parts': {'a': {}, 'b': {}, 'c': {}}, 'sources': {'s': {'orders': [{'part': 'c'},"
               " {'part': 'a'}, {'part': 'b'}]}},"
               "'buffers': {'q1': {'capacity': 9, 'queue': 'spt'}}, 'stations': {'S1': {'type': 'machine'}},"
               "'flow': [['q1', 'S1']], 'routes': {'c': [{'station': 'S1', 'time': '5 s'}],"
               " 'a': [{'station': 'S1', 'time': '7 s'}], 'b': [{'station': 'S1', 'time': '4 s'}]}",
               20, "start", "0 start S1 3; 4 start S1 1; 9 start S1 2");
}

// S2's queue is full: S1 reserves a place there before it works.
Test(semantics_8_control, s4_1_before_service_reserves_a_place_of_the_next_step) {
  expect_story("'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true}},"
               "'buffers': {" BUFFER("q2", "1") "}, 'stations': {"
               MACHINE("S1", "'time': '1 s', 'blocking': 'before-service'") ", "
               MACHINE("S2", "'time': '10 s'") "}, 'flow': [['q2', 'S2']],"
               "'routes': {'a': [{'station': 'S1'}, {'station': 'S2'}]}",
               15, "start", "0 start S1 1; 1 start S2 1; 1 start S1 2; 11 start S2 2; 11 start S1 3");
}

// The way "pass" that a chain says and the one that the route goes are one.
Test(semantics_8_control, an_inspection_may_be_on_a_route) {
  const char *sections =
      "'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true}}, 'stations': {"
      MACHINE("A", "'time': '2 s'") ", 'I': {'type': 'inspection', 'time': '1 s'}},"
      "'flow': [['I.pass', 'out']], 'routes': {'a': [{'station': 'A'}, {'station': 'I'}]}";
  expect_story(sections, 5, "ship", "3 ship out 1; 5 ship out 2");
  tw_run *run = run_of(sections, 5);
  const int32_t place_i = test_place(run->line, "I");
  cr_expect_eq(run->line->graph.exit[run->line->place[place_i].main_exit].n_target, 1);
  tw_run_free(run);
}

// Two jobs that go opposite ways through full queues wait for each other.
Test(semantics_8_control, s4_7_a_deadlock_of_routes_is_named) {
  expect_story("'parts': {'a': {}, 'b': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true},"
               " 't': {'sequence': ['b'], 'repeat': true}}, 'stations': {"
               MACHINE("S1", "'time': '1 s'") ", " MACHINE("S2", "'time': '1 s'") "}, 'flow': [],"
               "'routes': {'a': [{'station': 'S1'}, {'station': 'S2'}],"
               " 'b': [{'station': 'S2'}, {'station': 'S1'}]}",
               5, "ship", "line.json: /stations/S1: at 1 s: deadlock: S1 -> S2 -> S1 are full and wait for each other; a larger "
               "buffer in the loop or a limit on the parts in it would avoid it [E-RUN]");
}

Test(semantics_8_control, what_a_route_cannot_say_is_refused) {
#define ROUTE(route) "'sources': {'s': {'sequence': ['a'], 'repeat': true}}, " TWO_STATIONS ", 'routes': {" route "}"
  expect_refused(ROUTE("'a': []"), "E-ROUTE");
  expect_refused(ROUTE("'x': [{'station': 'S1', 'time': '1 s'}, {'station': 'S2', 'time': '1 s'}]"), "there is no part \"x\"");
  expect_refused(ROUTE("'a': [{'station': 'S3', 'time': '1 s'}]"), "there is no station \"S3\"");
  expect_refused(ROUTE("'a': [{'station': 'q1', 'time': '1 s'}]"), "is no station");
  expect_refused(ROUTE("'a': [{'station': 'S1'}, {'station': 'S2', 'time': '1 s'}]"), "part 'a' gets to 'S1' but has no time here");
  expect_refused(ROUTE("'a': [{'station': 'S1', 'time': '1 s', 'setup': '2 s'}]"), "no set-up of its own");
  expect_refused(ROUTE("'a': [{'station': ['S1', 'S2'], 'time': {'by_part': {'a': '1 s'}}}]"), "by_part");
  expect_refused("'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true}},"
                 "'buffers': {" BUFFER("q1", "9") ", " BUFFER("q2", "9") "}, 'stations': {"
                 MACHINE("S1", "'time': '1 s'") "}, 'flow': [['q1', 'S1'], ['q2', 'S1']],"
                 "'routes': {'a': [{'station': 'S1'}]}", "pulls from several buffers");
  expect_refused("'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true}},"
                 "'buffers': {" BUFFER("q1", "9") "}, 'stations': {" MACHINE("S1", "'time': '1 s'") ", "
                 MACHINE("S2", "'time': '1 s'") "}, 'flow': [['q1', 'S1', 'out'], ['q1', 'S2', 'out']],"
                 "'routes': {'a': [{'station': 'S1'}]}", "which is not of this step");
  expect_refused("'parts': {'a': {}, 'b': {}}, 'sources': {'s': {'sequence': ['a', 'b'], 'repeat': true}},"
                 "'buffers': {" BUFFER("q1", "9") "}, 'stations': {" MACHINE("S1", "'time': '1 s'") "},"
                 "'flow': [['q1', 'S1', 'out']], 'routes': {'a': [{'station': 'S1'}]}",
                 "part 'b' gets to 's', has no route");
  expect_refused("'parts': {'a': {}}, 'sources': {'s': {'sequence': ['a'], 'repeat': true}}, 'stations': {"
                 MACHINE("S1", "'time': '1 s', 'exits': {'probability': {'x': 0.5, 'y': 0.5}}") "},"
                 "'flow': [['S1.x', 'out'], ['S1.y', 'out']], 'routes': {'a': [{'station': 'S1'}]}",
                 "off their route");
}

// ---- Cards -------------------------------------------------------------------------------------

#define CONWIP(rest) "'s': {'sequence': ['p'], 'repeat': true, 'policy': {'conwip': {" rest "}}}"

Test(semantics_8_control, s8_4_conwip_releases_a_part_when_another_is_shipped) {
  const char *sections = "'sources': {" CONWIP("'limit': 2") "}, 'buffers': {" BUFFER("b", "9") "}, 'stations': {"
                         MACHINE("A", "'time': '2 s'") ", " MACHINE("B", "'time': '5 s'") "},"
                         "'flow': [['s', 'A', 'b', 'B', 'out']]";
  expect_story(sections, 12, "create start/A ship",
               "0 create s 1; 0 create s 2; 0 start A 1; 2 start A 2; 7 ship out 1; 7 create s 3; "
               "7 start A 3; 12 ship out 2; 12 create s 4; 12 start A 4");
  tw_run *run = run_of(sections, 100);
  expect_value(run, "line/wip/max", 2);
  expect_value(run, "line/wip/mean", 2);
  tw_run_free(run);
}

Test(semantics_8_control, s8_4_the_card_returns_at_scrap_too) {
  expect_story("'sources': {" CONWIP("'limit': 1") "}, 'stations': {"
               MACHINE("A", "'time': '2 s', 'scrap': '1'") "}, 'flow': [['s', 'A', 'out']]",
               5, "create scrap", "0 create s 1; 2 scrap scrap 1; 2 create s 2; 4 scrap scrap 2; 4 create s 3");
}

// B has a part for ever; the section ends at A, so that b fills.
Test(semantics_8_control, s8_4_conwip_over_a_section_returns_the_card_behind_its_last_place) {
  expect_story("'sources': {" CONWIP("'limit': 1, 'until': 'A'") "}, 'buffers': {" BUFFER("b", "9") "},"
               "'stations': {" MACHINE("A", "'time': '2 s'") ", " MACHINE("B", "'time': '99 s'") "},"
               "'flow': [['s', 'A', 'b', 'B', 'out']]",
               6, "create leave/A", "0 create s 1; 2 leave A 1; 2 create s 2; 4 leave A 2; 4 create s 3; "
               "6 leave A 3; 6 create s 4");
}

// The buffer is the last place: at 2 s B takes part 1, and its card is free; part 2 waits in b till 101 s.
Test(semantics_8_control, s8_4_a_section_may_end_with_a_buffer) {
  expect_story("'sources': {" CONWIP("'limit': 2, 'until': 'b'") "}, 'buffers': {" BUFFER("b", "9") "},"
               "'stations': {" MACHINE("A", "'time': '2 s'") ", " MACHINE("B", "'time': '99 s'") "},"
               "'flow': [['s', 'A', 'b', 'B', 'out']]",
               110, "create", "0 create s 1; 0 create s 2; 2 create s 3; 101 create s 4");
}

// Equal priorities: whoever waits longest, both since 0 s at first; then the order of the file.
Test(semantics_8_control, s8_4_sources_may_share_a_loop) {
  expect_story("'sources': {" CONWIP("'limit': 1, 'loop': 'L'") ", 't': {'sequence': ['p'], 'repeat': true,"
               " 'policy': {'conwip': {'limit': 1, 'loop': 'L'}}}}, 'stations': {"
               MACHINE("A", "'time': '3 s'") "}, 'flow': [['s', 'A', 'out'], ['t', 'A']]",
               12, "create", "0 create s 1; 3 create s 2; 6 create t 3; 9 create s 4; 12 create t 5");
}

// At 8 s orders b and c have been due since 1 and 2 s; c has priority.
Test(semantics_8_control, s8_4_orders_are_released_by_time_and_card_and_priority_first) {
  const char *sections =
      PARTS_ABC "'sources': {'s': {'orders': [{'part': 'a'}, {'part': 'b', 'release': '1 s', 'quantity': 2},"
      " {'part': 'c', 'release': '2 s', 'priority': 1}], 'policy': {'conwip': {'limit': 1}}}},"
      "'stations': {" MACHINE("A", TIMES_ABC) "}, 'flow': [['s', 'A', 'out']]";
  expect_story(sections, 60, "create complete",
               "0 create s 1; 8 complete A 1; 8 create s 2; 13 complete A 2; 13 create s 3; "
               "15 complete A 3; 15 create s 4; 17 complete A 4");
  tw_run *run = run_of(sections, 9);
  expect_value(run, "sources/s/without_card/now", 2);
  tw_run_free(run);
  run = run_of(sections, 60);
  cr_expect(run->head->is_drained);
  tw_run_free(run);
}

// Releases are due at 1, 2, 3, ... s; at 10 s parts 1 to 4 have been released.
Test(semantics_8_control, s8_4_releases_at_intervals_wait_for_a_card) {
  const char *sections = "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '1 s',"
                         " 'policy': {'conwip': {'limit': 1}}}}, 'stations': {" MACHINE("A", "'time': '3 s'") "},"
                         "'flow': [['s', 'A', 'out']]";
  expect_story(sections, 10, "create", "1 create s 1; 4 create s 2; 7 create s 3; 10 create s 4");
  tw_run *run = run_of(sections, 10);
  expect_value(run, "sources/s/without_card/now", 6);
  tw_run_free(run);
}

#define KANBAN(cards, a) \
  "'sources': {" ALWAYS("s") "}, 'buffers': {'b': {'capacity': 9, " cards "}}, 'stations': {" \
  MACHINE("A", "'time': '1 s'" a) ", " MACHINE("B", "'time': '10 s'") "}, 'flow': [['s', 'A', 'b', 'B', 'out']]"

// B takes part 1 at once; parts 2 and 3 have the cards until B takes them at 11 and 21 s.
Test(semantics_8_control, s8_4_kanban_lets_a_station_start_only_with_a_free_card) {
  expect_story(KANBAN("'kanban': 2", ""), 21, "start/A",
               "0 start A 1; 1 start A 2; 2 start A 3; 11 start A 4; 21 start A 5");
}

Test(semantics_8_control, s8_4_a_kanban_may_return_at_shipment) {
  expect_story(KANBAN("'kanban': 2, 'card_returns': 'at-shipment'", ""), 21, "start/A",
               "0 start A 1; 1 start A 2; 11 start A 3; 21 start A 4");
}

Test(semantics_8_control, s8_4_the_kanban_of_a_scrapped_part_returns) {
  expect_story(KANBAN("'kanban': 1", ", 'scrap': '1'"), 3, "start/A",
               "0 start A 1; 1 start A 2; 2 start A 3; 3 start A 4");
}

// B cannot give part 1 back to the full queue q, whose next part waits for A; A waits for the card of
// part 2 in b, and that for B.
Test(semantics_8_control, s4_7_a_deadlock_by_cards_is_named) {
  expect_story("'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("q", "1") ", 'b': {'capacity': 9, 'kanban': 1}},"
               "'stations': {" MACHINE("A", "'time': '4 s'") ", "
               MACHINE("B", "'time': '1 s', 'exits': {'ratio': {'again': 1, 'done': 0}}") "},"
               "'flow': [['s', 'q', 'A', 'b', 'B'], ['B.again', 'q'], ['B.done', 'out']]",
               20, "start",
               "0 start A 1; 4 start B 1; 4 start A 2; line.json: /stations/B: at 8 s: deadlock: B -> q -> A -> B are "
               "full and wait for each other; a larger buffer in the loop or a limit on the parts in it would "
               "avoid it [E-RUN]");
}

// Part 1 is thrown back at 3 s; it takes a card again at 5 s.
Test(semantics_8_control, s8_4_an_ejected_part_gives_its_kanban_back) {
  expect_story("'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '1 s', 'first': '0 s'}},"
               "'buffers': {" BUFFER("q", "99") ", 'b': {'capacity': 9, 'kanban': 1}}, 'stations': {"
               MACHINE("A", "'time': '4 s', " WEAR("calendar", "{'trace': ['3 s', '999 s']}", "2 s", ", 'part': 'eject'"))
               ", " MACHINE("B", "'time': '10 s'") "}, 'flow': [['s', 'q', 'A', 'b', 'B', 'out']]",
               20, "start/A", "0 start A 1; 5 start A 1; 9 start A 2; 19 start A 3");
}

#define STOCK(level, time, demand) \
  "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'policy': {'base-stock': {'level': " level "," \
  " 'for': 'shop'}}}}, 'demands': {'shop': {'part': 'p', " demand "}}, 'buffers': {" BUFFER("fg", "99") "}," \
  "'stations': {" MACHINE("A", "'time': '" time "'") "}, 'flow': [['s', 'A', 'fg', 'shop']]"

Test(semantics_8_control, s8_4_base_stock_releases_a_part_for_every_demand) {
  const char *sections = STOCK("2", "3 s", "'every': '10 s'");
  expect_story(sections, 20, "create ship enter/fg",
               "0 create s 1; 0 create s 2; 3 enter fg 1; 6 enter fg 2; 10 ship shop 1; 10 create s 3; "
               "13 enter fg 3; 20 ship shop 2; 20 create s 4");
  tw_run *run = run_of(sections, 20);
  expect_value(run, "demands/shop/fill_rate", 1);
  expect_value(run, "demands/shop/stock/now", 1);
  expect_value(run, "demands/shop/stock/mean", (3 + 2 * 4 + 3 + 2 * 7) / 20.0);
  expect_value(run, "demands/shop/backorders/mean", 0);
  tw_run_free(run);
}

// One part in stock at most, but every demand that waits releases another: at 2 s and at 4 s.
Test(semantics_8_control, s8_4_demands_that_wait_are_backorders_and_release_parts) {
  const char *sections = STOCK("1", "3 s", "'every': '2 s'");
  expect_story(sections, 6, "create ship",
               "0 create s 1; 2 create s 2; 3 ship shop 1; 4 create s 3; 6 ship shop 2; 6 create s 4");
  tw_run *run = run_of(sections, 6);
  expect_value(run, "demands/shop/fill_rate", 0);
  expect_value(run, "demands/shop/backorders/mean", (1 + 2) / 6.0);
  expect_value(run, "demands/shop/backorders/now", 1);
  expect_value(run, "demands/shop/demanded", 3);
  tw_run_free(run);
}

// Demands at 2 and 6 s find nothing and are lost; those at 4 and 8 s are met.
Test(semantics_8_control, s8_4_demands_that_find_nothing_may_be_lost) {
  const char *sections = STOCK("1", "3 s", "'every': '2 s', 'short': 'lose'");
  expect_story(sections, 8, "create ship", "0 create s 1; 4 ship shop 1; 4 create s 2; 8 ship shop 2; 8 create s 3");
  tw_run *run = run_of(sections, 8);
  expect_value(run, "demands/shop/fill_rate", 0.5);
  expect_value(run, "demands/shop/lost", 2);
  expect_value(run, "demands/shop/stock/mean", 0.25);
  tw_run_free(run);
}

Test(semantics_8_control, s8_4_a_part_that_is_done_on_the_tick_of_its_demand_meets_it_at_once) {
  tw_run *run = run_of(STOCK("1", "2 s", "'every': '2 s', 'short': 'lose'"), 8);
  expect_value(run, "demands/shop/fill_rate", 1);
  expect_value(run, "demands/shop/demanded", 4);
  tw_run_free(run);
}

Test(semantics_8_control, s8_4_a_scrapped_part_is_made_again_for_the_stock) {
  expect_story("'sources': {'s': {'sequence': ['p'], 'repeat': true, 'policy': {'base-stock': {'level': 1,"
               " 'for': 'shop'}}}}, 'demands': {'shop': {'part': 'p', 'every': '50 s'}}, 'stations': {"
               MACHINE("A", "'time': '3 s', 'scrap': '1'") "}, 'flow': [['s', 'A', 'shop']]",
               6, "create scrap", "0 create s 1; 3 scrap scrap 1; 3 create s 2; 6 scrap scrap 2; 6 create s 3");
}

Test(semantics_8_control, what_a_policy_cannot_say_is_refused) {
  expect_refused("'sources': {" CONWIP("'limit': 1, 'until': 'X'") "}, 'stations': {" MACHINE("A", "'time': '1 s'")
                 "}, 'flow': [['s', 'A', 'out']]", "there is no place 'X'");
  expect_refused("'sources': {" CONWIP("'limit': 1, 'until': 's'") "}, 'stations': {" MACHINE("A", "'time': '1 s'")
                 "}, 'flow': [['s', 'A', 'out']]", "is no place that parts leave");
  expect_refused("'sources': {" CONWIP("'until': 'A'") "}, 'stations': {" MACHINE("A", "'time': '1 s'")
                 "}, 'flow': [['s', 'A', 'out']]", "limit");
  expect_refused("'sources': {" CONWIP("'limit': 1, 'loop': 't'") ", 't': {'sequence': ['p'], 'repeat': true,"
                 " 'policy': {'conwip': {'limit': 2}}}}, 'stations': {" MACHINE("A", "'time': '1 s'")
                 "}, 'flow': [['s', 'A', 'out'], ['t', 'A']]", "is another one elsewhere");
  expect_refused(KANBAN("'card_returns': 'at-shipment'", ""), "goes with \"kanban\"");
  expect_refused("'sources': {" ALWAYS("s") "}, 'buffers': {'b': {'capacity': 9, 'kanban': 2}}, 'stations': {"
                 MACHINE("A", "'time': '1 s'") "}, 'flow': [['s', 'b', 'A', 'out']]", "'s' is none that leads only there");
  expect_refused("'sources': {'s': {'sequence': ['p'], 'repeat': true, 'policy': {'base-stock': {'level': 1, 'for': 'A'}}}},"
                 "'stations': {" MACHINE("A", "'time': '1 s'") "}, 'flow': [['s', 'A', 'out']]", "'A' is no demand");
  expect_refused("'parts': {'p': {}, 'r': {}}, 'sources': {'s': {'sequence': ['p', 'r'], 'repeat': true}},"
                 "'demands': {'d': {'part': 'p', 'every': '1 s'}}, 'stations': {" MACHINE("A", "'time': '1 s'")
                 "}, 'flow': [['s', 'A', 'd']]", "but part 'r' gets there too");
  expect_refused("'sources': {" ALWAYS("s") "}, 'demands': {'d': {'part': 'p', 'every': '1 s'}}, 'stations': {"
                 MACHINE("A", "'time': '1 s'") "}, 'flow': [['s', 'A', 'd', 'out']]", "nothing leaves it");
  expect_refused("'sources': {" ALWAYS("s") "}, 'demands': {'d': {'part': 'p', 'every': '1 s'}}, 'stations': {"
                 MACHINE("A", "'time': '1 s'") "}, 'flow': [['s', 'A', 'out']]", "no chain leads to");
}

// ---- Due dates ---------------------------------------------------------------------------------

// Shipped at 5, 10 and 15 s, due at 4, 12 and 13 s, and one without a due date at 20 s.
Test(semantics_8_control, tardiness_is_booked_at_shipment_against_the_due_date) {
  tw_run *run = run_of("'parts': {'a': {}, 'b': {}}, 'sources': {'s': {'orders': [{'part': 'a', 'due': '4 s'},"
                       " {'part': 'b', 'due': '12 s'}, {'part': 'b', 'due': '13 s'}, {'part': 'b'}]}},"
                       "'stations': {" MACHINE("A", "'time': '5 s'") "}, 'flow': [['s', 'A', 'out']]", 30);
  expect_value(run, "line/tardiness/mean", 1);
  expect_value(run, "line/tardiness/part/a/mean", 1);
  expect_value(run, "line/tardiness/part/b/mean", 1);
  expect_value(run, "line/tardy", 2);
  expect_value(run, "line/tardy/part/b", 1);
  expect_value(run, "line/tardy/share", 2 / 3.0);
  expect_value(run, "line/tardy/share/part/b", 0.5);
  tw_run_free(run);
}

Test(semantics_8_control, a_line_without_due_dates_has_no_tardiness) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '5 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 30);
  cr_expect(isnan(test_value(run, "line/tardy")));
  cr_expect_eq(run->line->layout.count[TW_SECTION_TARDINESS], 0);
  tw_run_free(run);
}
