// SEMANTICS 8.1 and 8.2 for people at work: loading, processing and unloading that need somebody, who
// is served first and by whom, pre-emption, ways, people who come late, and ends of their shifts; and
// what other sections say of it (3.2, 6.6). People for repairs alone are in semantics_8_test.c.

#include "sentences.h"

#include <math.h>

// clang-format off: the lines are laid out by hand

#define OPS(rest) "'workers': {'ops': {'skills': ['run']" rest "}}, "
#define NEEDS_RUN "'needs': ['run'], "
// Stations A and B that always have parts.
#define TWO(people, a, b) \
  people "'sources': {" ALWAYS("s") ", " ALWAYS("t") "}, 'stations': {" MACHINE("A", a) ", " \
  MACHINE("B", b) "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]"
#define THREE(people, a, b, c) \
  people "'sources': {" ALWAYS("s") ", " ALWAYS("t") ", " ALWAYS("u") "}, 'stations': {" \
  MACHINE("A", a) ", " MACHINE("B", b) ", " MACHINE("C", c) "}," \
  "'flow': [['s', 'A', 'out'], ['t', 'B', 'out'], ['u', 'C', 'out']]"
// One order for each station, released at these times.
#define ORDER(name, time) "'" name "': {'orders': [{'part': 'p', 'release': '" time "'}]}"
#define ORDERED(people, at_a, a, at_b, b) \
  people "'sources': {" ORDER("s", at_a) ", " ORDER("t", at_b) "}, 'stations': {" \
  MACHINE("A", a) ", " MACHINE("B", b) "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]"
#define ORDERED_3(people, at_a, a, at_b, b, at_c, c) \
  people "'sources': {" ORDER("s", at_a) ", " ORDER("t", at_b) ", " ORDER("u", at_c) "}," \
  "'stations': {" MACHINE("A", a) ", " MACHINE("B", b) ", " MACHINE("C", c) "}," \
  "'flow': [['s', 'A', 'out'], ['t', 'B', 'out'], ['u', 'C', 'out']]"

// ---- 3.2 ----

// One operator for two machines: A 0-100 s and 200-300 s, B 100-200 s.
Test(semantics_8_people, s3_2_waiting_worker_is_a_state) {
  const char *sections = TWO(OPS(""), NEEDS_RUN "'time': '100 s'", NEEDS_RUN "'time': '100 s'");
  tw_run *run = run_of(sections, 300);
  expect_value(run, "stations/A/state/processing/duration", 200);
  expect_value(run, "stations/A/state/waiting-worker/duration", 100);
  expect_value(run, "stations/B/state/processing/duration", 100);
  expect_value(run, "stations/B/state/waiting-worker/duration", 200);
  expect_value(run, "workers/ops/utilisation", 1);
  tw_run_free(run);
}

// Waiting for the setter is setup-waiting, for who approves waiting-approval.
Test(semantics_8_people, s3_2_waiting_for_the_setter_is_a_state_of_its_own) {
  tw_run *run = run_of(
      "'parts': {'p': {'family': 'P'}, 'q': {'family': 'Q'}}, 'workers': {'setters': {'skills': ['set']}},"
      "'sources': {'s': {'sequence': ['p', 'q']}, 't': {'sequence': ['p']}}, 'stations': {"
      MACHINE("A", "'time': '50 s', 'setup': {'by': 'family', 'matrix': {'other': '30 s'}, 'needs': ['set']}")
      ", " MACHINE("B", "'time': '80 s', 'needs': ['set']")
      "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]", 200);
  expect_value(run, "stations/A/state/setup-waiting/duration", 30);
  expect_value(run, "stations/A/state/setup/duration", 30);
  expect_value(run, "stations/A/state/waiting-worker/duration", 0);
  expect_value(run, "stations/A/state/processing/duration", 100);
  tw_run_free(run);
}

// The setter is at B until 200 s; then he fetches for 50 s, and the rest takes 20 s.
Test(semantics_8_people, s3_2_a_setup_that_waits_for_what_is_done_ahead_is_setup_waiting) {
  tw_run *run = run_of(
      "'parts': {'p': {'family': 'P'}, 'q': {'family': 'Q'}}, 'workers': {'setters': {'skills': ['set']}},"
      "'sources': {'s': {'sequence': ['p', 'q']}, 't': {'sequence': ['p']}}, 'stations': {"
      MACHINE("B", "'time': '200 s', 'needs': ['set']") ", "
      MACHINE("A", "'time': '100 s', 'setup': {'by': 'family', 'matrix': {'other': '20 s'}, 'steps':"
                   " {'fetch': {'time': '50 s', 'while_running': true, 'needs': ['set']}}}")
      "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]", 370);
  expect_value(run, "stations/A/state/setup-waiting/duration", 100);
  expect_value(run, "stations/A/state/setup/duration", 70);
  expect_value(run, "stations/A/state/processing/duration", 200);
  tw_run_free(run);
}

// Down while it waits for people: failed wins, and the place in the queue is lost.
Test(semantics_8_people, s3_2_failed_wins_over_waiting_worker) {
  expect_story(ORDERED(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "10 s",
                       NEEDS_RUN "'time': '50 s', " WEAR("calendar", "{'trace': {'values': ['40 s',"
                                                         " '9999 s']}}", "20 s", "")),
               160, "start complete state/B",
               "0 start A 1; 10 state B waiting-worker; 40 state B failed-waiting; "
               "40 state B failed-repair; 60 state B waiting-worker; 100 complete A 1; 100 start B 2; "
               "100 state B processing; 150 complete B 2; 150 state B idle");
}

// ---- 6.6 ----

// Fails at 500 s; the fitter works until 600 s and from 1200 s on: 100 s and 200 s.
Test(semantics_8_people, s6_6_the_calendars_of_repair_people_govern) {
  const char *sections =
      CALENDARS(TEN_MINUTES) "'workers': {'fitters': {'skills': ['mend'], 'calendar': 'c'}},"
      "'sources': {" ALWAYS("s") "}, 'stations': {"
      MACHINE("A", "'time': '9999 s', " WEAR("calendar", "'500 s'", "300 s", ", 'needs': ['mend']"))
      "}, 'flow': [['s', 'A', 'out']]";
  expect_story(sections, 1400, "fail repair repaired state",
               "0 state A processing; 500 fail A wear; 500 state A failed-waiting; 500 repair A wear; "
               "500 state A failed-repair; 600 state A failed-waiting; 1200 state A failed-repair; "
               "1400 repaired A wear; 1400 state A processing");
  tw_run *run = run_of(sections, 1400);
  expect_value(run, "stations/A/state/failed-waiting/duration", 600);
  expect_value(run, "stations/A/state/failed-repair/duration", 300);
  cr_expect_eq(run->worker[0].busy_us, 300 * TW_TICKS_PER_S);
  tw_run_free(run);
}

// Fails at 700 s, when nobody is there.
Test(semantics_8_people, s6_6_a_repair_begins_when_the_fitter_comes) {
  expect_story(CALENDARS(TEN_MINUTES) "'workers': {'fitters': {'skills': ['mend'], 'calendar': 'c'}},"
               "'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'time': '9999 s', " WEAR("calendar", "'700 s'", "300 s", ", 'needs': ['mend']"))
               "}, 'flow': [['s', 'A', 'out']]",
               1500, "fail repair repaired", "700 fail A wear; 1200 repair A wear; 1500 repaired A wear");
}

// The crane is there by its own calendar; the repair stops and the fitter leaves as well.
Test(semantics_8_people, s6_6_and_those_of_resources) {
  expect_story(CALENDARS(TEN_MINUTES) "'workers': {'fitters': {'skills': ['mend']}},"
               "'resources': {'crane': {'calendar': 'c'}}, 'sources': {" ALWAYS("s") ", " ALWAYS("t") "},"
               "'stations': {"
               MACHINE("A", "'time': '9999 s', " WEAR("calendar", "'500 s'", "300 s",
                                                      ", 'needs': ['mend', 'crane']")) ", "
               MACHINE("B", "'time': '9999 s', " WEAR("calendar", "'550 s'", "100 s", ", 'needs': ['mend']"))
               "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]",
               1400, "repair repaired",
               "500 repair A wear; 600 repair B wear; 700 repaired B wear; 1400 repaired A wear; "
               "1400 repair B wear");
}

// ---- 8.1: who is served ----

// B needs both and keeps neither: A has the crane until 300 s, C the operator at 0, 100 and 200 s.
Test(semantics_8_people, s8_1_seizing_is_all_or_nothing_over_skills_and_cranes) {
  expect_story(THREE(OPS("") "'resources': {'crane': {}}, ", "'needs': ['crane'], 'time': '300 s'",
                     "'needs': ['run', 'crane'], 'time': '50 s'", NEEDS_RUN "'time': '100 s'"),
               400, "start/A start/B start/C",
               "0 start A 1; 0 start C 3; 100 start C 4; 200 start C 5; 300 start B 2; "
               "350 start A 6; 350 start C 7");
}

// Three people, two at a time.
Test(semantics_8_people, s8_1_people_are_needed_by_number) {
  expect_story(TWO(OPS(", 'count': 3"), "'needs': [{'skill': 'run', 'count': 2}], 'time': '100 s'",
                   "'needs': [{'skill': 'run', 'count': 2}], 'time': '100 s'"),
               200, "complete", "100 complete A 1; 200 complete B 2");
}

// The master could do both, but he is one: the operator runs and the master looks.
Test(semantics_8_people, s8_1_one_person_fills_one_need) {
  tw_run *run = run_of("'workers': {'masters': {'skills': ['run', 'look']}, 'ops': {'skills': ['run']}},"
                       "'sources': {" ALWAYS("s") "}, 'stations': {"
                       MACHINE("A", "'needs': ['run', 'look'], 'time': '100 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 100);
  cr_expect_eq(run->place_stat[test_place(run->line, "A")].n_completion, 1);
  expect_value(run, "workers/masters/utilisation", 1);
  expect_value(run, "workers/ops/utilisation", 1);
  tw_run_free(run);
}

// Of two masters the first would run, who alone can look: the other one runs.
Test(semantics_8_people, s8_1_the_choice_leaves_no_need_open) {
  tw_run *run = run_of("'workers': {'one': {'skills': ['run', 'look']}, 'two': {'skills': ['run', 'sing',"
                       " 'dance']}}, 'sources': {" ALWAYS("s") "}, 'stations': {"
                       MACHINE("A", "'needs': ['run', 'look'], 'time': '100 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 100);
  cr_expect_eq(run->place_stat[test_place(run->line, "A")].n_completion, 1);
  expect_value(run, "workers/two/utilisation", 1);
  tw_run_free(run);
}

// C asks last and has the priority.
Test(semantics_8_people, s8_1_requests_are_served_by_priority) {
  expect_story(ORDERED_3(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "10 s", NEEDS_RUN "'time': '100 s'",
                         "20 s", NEEDS_RUN "'needs_priority': 1, 'time': '100 s'"),
               300, "start", "0 start A 1; 100 start C 3; 200 start B 2");
}

Test(semantics_8_people, s8_1_loading_and_unloading_have_priorities_of_their_own) {
  expect_story(ORDERED_3(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "10 s", NEEDS_RUN "'time': '100 s'",
                         "20 s", "'load': {'time': '50 s', 'needs': ['run'], 'priority': 1}, 'time': '10 s'"),
               300, "start", "0 start A 1; 150 start C 3; 150 start B 2");
}

// A stops with the shift at 600 s. B has waited since 500 s, longer than A.
Test(semantics_8_people, s8_1_what_was_suspended_is_served_before_what_waits_longer) {
  expect_story(ORDERED(CALENDARS(TEN_MINUTES) OPS(", 'calendar': 'c'"), "400 s",
                       NEEDS_RUN "'time': '300 s'", "500 s", NEEDS_RUN "'time': '100 s'"),
               1500, "start complete", "400 start A 1; 1300 complete A 1; 1300 start B 2; 1400 complete B 2");
}

// A fails at 50 s with a finished part on it, blocked by C, and is repaired at 60 s. What it does next
// is no suspended work: at 210 s B, which has asked since 100 s, goes before A since 110 s.
Test(semantics_8_people, s8_1_only_work_that_was_begun_is_suspended) {
  expect_story(
      OPS("") "'sources': {'s': {'sequence': ['3 p']}, " ORDER("t", "100 s") ", " ORDER("u", "40 s") "},"
      "'stations': {"
      MACHINE("A", NEEDS_RUN "'time': '20 s', " WEAR("calendar", "{'trace': {'values': ['50 s', '9999 s']}}",
                                                     "10 s", ""))
      ", " MACHINE("C", "'time': '90 s'") ", " MACHINE("B", NEEDS_RUN "'time': '10 s'")
      ", " MACHINE("D", NEEDS_RUN "'time': '170 s'")
      "}, 'flow': [['s', 'A', 'C', 'out'], ['t', 'B', 'out'], ['u', 'D', 'out']]",
      300, "start fail repaired",
      "0 start A 1; 20 start C 1; 20 start A 2; 40 start D 3; 50 fail A wear; 60 repaired A wear; "
      "110 start C 2; 210 start B 4; 220 start A 5; 240 start C 5");
}

Test(semantics_8_people, s8_1_then_by_waiting_since_then_by_file_order) {
  expect_story(ORDERED_3(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "20 s", NEEDS_RUN "'time': '100 s'",
                         "10 s", NEEDS_RUN "'time': '100 s'"),
               300, "start", "0 start A 1; 100 start C 2; 200 start B 3");
  expect_story(ORDERED_3(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "20 s", NEEDS_RUN "'time': '100 s'",
                         "20 s", NEEDS_RUN "'time': '100 s'"),
               300, "start", "0 start A 1; 100 start B 2; 200 start C 3");
}

Test(semantics_8_people, s8_1_then_by_machine) {
  expect_story(OPS("") "'sources': {'s': {'sequence': ['3 p']}}, 'stations': {"
               MACHINE("A", NEEDS_RUN "'machines': 3, 'time': '100 s'") "}, 'flow': [['s', 'A', 'out']]",
               300, "start", "0 start A[1] 1; 100 start A[2] 2; 200 start A[3] 3");
}

// ---- 8.1: by whom ----

// The master stands first in the file and has more skills.
Test(semantics_8_people, s8_1_the_fewest_skills_are_chosen) {
  tw_run *run = run_of("'workers': {'masters': {'skills': ['tune', 'run']}, 'ops': {'skills': ['run']}},"
                       "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", NEEDS_RUN "'time': '100 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 300);
  expect_value(run, "workers/masters/utilisation", 0);
  expect_value(run, "workers/ops/utilisation", 1);
  tw_run_free(run);
}

// People take turns: one works 0-10, two 20-30, three 40-50, one 60-70 s.
Test(semantics_8_people, s8_1_then_the_longest_idle_then_the_first) {
  tw_run *run = run_of(OPS(", 'count': 3") "'sources': {" EVERY("s", "20 s", ", 'first': '0 s'") "},"
                       "'stations': {" MACHINE("A", NEEDS_RUN "'time': '10 s'") "}, 'flow': [['s', 'A', 'out']]",
                       75);
  cr_expect_eq(run->worker[0].busy_us, 20 * TW_TICKS_PER_S);
  cr_expect_eq(run->worker[1].busy_us, 10 * TW_TICKS_PER_S);
  cr_expect_eq(run->worker[2].busy_us, 10 * TW_TICKS_PER_S);
  tw_run_free(run);
}

// ---- 8.1: who stays ----

// The operator who loads also unloads, and is free while the machine works: 10 + 80 + 10 s for A, then
// B is loaded at 10 s and unloaded at 90 s after A.
Test(semantics_8_people, s8_1_people_who_load_are_free_while_the_machine_works) {
#define TENDED "'load': {'time': '10 s', 'needs': ['run']}, 'time': '80 s', 'unload': {'time': '10 s', 'needs': ['run']}"
  expect_story(ORDERED(OPS(""), "0 s", TENDED, "0 s", TENDED), 200, "state/B state/A",
               "0 state A waiting-worker; 0 state B waiting-worker; 0 state A loading; "
               "10 state A processing; 10 state B loading; 20 state B processing; 90 state A waiting-worker; "
               "90 state A unloading; 100 state A starved; 100 state B waiting-worker; 100 state B unloading; "
               "110 state A idle; 110 state B idle");
}

// Loading and processing need the same: he stays, though B has asked since 0 s.
Test(semantics_8_people, s8_1_people_stay_from_one_phase_to_the_next_that_they_can_do) {
  expect_story(ORDERED(OPS(""), "0 s", NEEDS_RUN "'load': {'time': '10 s', 'needs': ['run']}, 'time': '80 s'",
                       "0 s", NEEDS_RUN "'time': '5 s'"),
               200, "start complete", "10 start A 1; 90 complete A 1; 90 start B 2; 95 complete B 2");
}

// Processing needs one more: both are asked for anew, and B has waited longer.
Test(semantics_8_people, s8_1_or_all_leave_and_the_next_are_asked_for) {
  expect_story(ORDERED(OPS(", 'count': 2"), "0 s",
                       "'load': {'time': '10 s', 'needs': ['run']}, 'needs': [{'skill': 'run', 'count': 2}],"
                       " 'time': '80 s'",
                       "0 s", "'needs': [{'skill': 'run', 'count': 2}], 'time': '5 s'"),
               200, "start complete", "10 start B 2; 15 complete B 2; 15 start A 1; 95 complete A 1");
}

// A is blocked by B from 10 s on; the operator goes to C.
Test(semantics_8_people, s8_1_nobody_stays_at_a_machine_that_is_blocked) {
  expect_story(OPS("") "'sources': {'s': {'sequence': ['2 p']}, " ORDER("t", "15 s") "}, 'stations': {"
               MACHINE("A", NEEDS_RUN "'time': '10 s'") ", " MACHINE("B", "'time': '50 s'") ", "
               MACHINE("C", NEEDS_RUN "'time': '10 s'")
               "}, 'flow': [['s', 'A', 'B', 'out'], ['t', 'C', 'out']]",
               100, "start",
               "0 start A 1; 10 start B 1; 10 start A 2; 20 start C 3; 60 start B 2");
}

// Failed at 30 s: the operator leaves for B, and A waits for him when it is repaired at 50 s.
Test(semantics_8_people, s8_1_people_leave_a_machine_that_fails) {
  expect_story(ORDERED(OPS(""), "0 s", NEEDS_RUN "'time': '100 s', " WEAR("calendar", "{'trace': {'values':"
                       " ['30 s', '9999 s']}}", "20 s", ""), "10 s", NEEDS_RUN "'time': '60 s'"),
               300, "start complete fail repaired",
               "0 start A 1; 30 fail A wear; 30 start B 2; 50 repaired A wear; 90 complete B 2; "
               "160 complete A 1");
}

// A's finished part goes at 60 s, in the middle of the repair; the fitter stays until 130 s.
Test(semantics_8_people, s8_1_who_repairs_stays_though_the_part_leaves) {
  expect_story("'workers': {'fitters': {'skills': ['mend']}}, 'sources': {'s': {'sequence': ['2 p']}, "
               ORDER("t", "5000 s") "}, 'stations': {"
               MACHINE("A", "'time': '10 s', 'while_down': {'gives': true}, "
                            WEAR("calendar", "{'trace': {'values': ['30 s', '9999 s']}}", "100 s",
                                 ", 'needs': ['mend']"))
               ", " MACHINE("B", "'time': '50 s'") ", "
               MACHINE("C", "'time': '1 s', " WEAR("calendar", "{'trace': {'values': ['70 s', '9999 s']}}", "5 s",
                                                   ", 'needs': ['mend']"))
               "}, 'flow': [['s', 'A', 'B', 'out'], ['t', 'C', 'out']]",
               200, "repair repaired leave/A",
               "10 leave A 1; 30 repair A wear; 60 leave A 2; 130 repaired A wear; 130 repair C wear; "
               "135 repaired C wear");
}

// ---- 8.1: pre-emption ----

#define MENDING(rest) WEAR("calendar", "{'trace': {'values': ['30 s', '9999 s']}}", "20 s", \
                           ", 'needs': ['run']" rest)

// The repair of B does without: A goes on.
Test(semantics_8_people, s8_1_pre_emption_happens_only_where_declared) {
  expect_story(ORDERED(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "5000 s",
                       "'time': '1 s', " MENDING(", 'priority': 1")),
               200, "complete repair repaired", "100 complete A 1; 100 repair B wear; 120 repaired B wear");
}

// 30 s of work, 20 s for the repair, 70 s of work.
Test(semantics_8_people, s8_1_who_is_pre_empted_resumes) {
  const char *sections = ORDERED(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "5000 s",
                                 "'time': '1 s', " MENDING(", 'priority': 1, 'preempt': true"));
  expect_story(sections, 200, "start complete repair repaired state/A",
               "0 state A waiting-worker; 0 start A 1; 0 state A processing; 30 repair B wear; "
               "30 state A waiting-worker; 50 repaired B wear; 50 state A processing; 120 complete A 1; "
               "120 state A starved");
  tw_run *run = run_of(sections, 200);
  cr_expect_eq(run->worker[0].busy_us, 120 * TW_TICKS_PER_S);
  tw_run_free(run);
}

Test(semantics_8_people, s8_1_nobody_is_taken_from_a_task_of_the_same_priority) {
  expect_story(ORDERED(OPS(""), "0 s", NEEDS_RUN "'time': '100 s'", "5000 s",
                       "'time': '1 s', " MENDING(", 'preempt': true")),
               200, "complete repair", "100 complete A 1; 100 repair B wear");
}

// B started last, at 10 s. At 50 s its operator is back.
Test(semantics_8_people, s8_1_the_victim_is_the_task_started_last) {
  expect_story(ORDERED_3(OPS(", 'count': 2"), "0 s", NEEDS_RUN "'time': '100 s'", "10 s",
                         NEEDS_RUN "'time': '100 s'", "5000 s",
                         "'time': '1 s', " MENDING(", 'priority': 1, 'preempt': true")),
               200, "complete", "100 complete A 1; 130 complete B 2");
}

// B started last, but its people cannot mend: A's is taken.
Test(semantics_8_people, s8_1_whose_people_can_do_it) {
  expect_story(ORDERED_3("'workers': {'ops': {'skills': ['run']}, 'girls': {'skills': ['sing']}}, ", "0 s",
                         NEEDS_RUN "'time': '100 s'", "10 s", "'needs': ['sing'], 'time': '100 s'", "5000 s",
                         "'time': '1 s', " MENDING(", 'priority': 1, 'preempt': true")),
               200, "complete", "110 complete B 2; 120 complete A 1");
}

// A needs two people; the repair takes one of them and the other one can work at B meanwhile.
Test(semantics_8_people, s8_1_the_mates_of_who_is_taken_leave_too) {
  expect_story(ORDERED_3(OPS(", 'count': 2"), "0 s", "'needs': [{'skill': 'run', 'count': 2}], 'time': '100 s'",
                         "10 s", NEEDS_RUN "'time': '15 s'", "5000 s",
                         "'time': '1 s', " MENDING(", 'priority': 1, 'preempt': true")),
               200, "start complete repaired",
               "0 start A 1; 30 start B 2; 45 complete B 2; 50 repaired C wear; 120 complete A 1");
}

// A repair that is pre-empted by another one resumes: 10 s, 20 s for the other, 90 s.
Test(semantics_8_people, s8_1_a_repair_can_be_pre_empted_and_resumes) {
  expect_story(TWO("'workers': {'fitters': {'skills': ['run']}}, ",
                   "'time': '9999 s', " WEAR("calendar", "{'trace': {'values': ['20 s', '9999 s']}}", "100 s",
                                             ", 'needs': ['run']"),
                   "'time': '9999 s', " MENDING(", 'priority': 1, 'preempt': true")),
               200, "repair repaired",
               "20 repair A wear; 30 repair B wear; 50 repaired B wear; 140 repaired A wear");
}

// One cartridge for the repair of A, which is pre-empted by that of B: it is used once, and the repair
// resumes although none is left.
Test(semantics_8_people, s8_1_a_repair_that_resumes_needs_no_second_spare_part) {
  const char *sections =
      "'parts': {'p': {}, 'cartridge': {'supply': {'stock': 1}}}, " TWO(
          "'workers': {'fitters': {'skills': ['run']}}, ",
          "'time': '9999 s', " WEAR("calendar", "{'trace': {'values': ['20 s', '9999 s']}}", "100 s",
                                    ", 'needs': ['run'], 'spares': {'cartridge': 1}"),
          "'time': '9999 s', " MENDING(", 'priority': 1, 'preempt': true"));
  expect_story(sections, 200, "repair repaired",
               "20 repair A wear; 30 repair B wear; 50 repaired B wear; 140 repaired A wear");
  tw_run *run = run_of(sections, 200);
  cr_expect_eq(run->stock[0].n, 0);
  cr_expect_eq(run->stock[0].n_used, 1);
  tw_run_free(run);
}

// The same while the fitter is on his way with it: from C, where he was before.
Test(semantics_8_people, s8_1_nor_one_that_was_pre_empted_on_the_way) {
  const char *sections =
      "'parts': {'p': {}, 'cartridge': {'supply': {'stock': 2}}}, " THREE(
          "'workers': {'fitters': {'skills': ['run'], 'walk': '15 s'}}, ",
          "'time': '9999 s', " WEAR("calendar", "{'trace': {'values': ['20 s', '9999 s']}}", "100 s",
                                    ", 'needs': ['run'], 'spares': {'cartridge': 1}"),
          "'time': '9999 s', " MENDING(", 'priority': 1, 'preempt': true"),
          "'time': '9999 s', " WEAR("calendar", "{'trace': {'values': ['5 s', '9999 s']}}", "5 s",
                                    ", 'needs': ['run']"));
  expect_story(sections, 300, "repair repaired",
               "5 repair C wear; 10 repaired C wear; 45 repair B wear; 65 repaired B wear; "
               "80 repair A wear; 180 repaired A wear");
  tw_run *run = run_of(sections, 300);
  cr_expect_eq(run->stock[0].n_used, 1);
  tw_run_free(run);
}

// A part of an earlier queue stops the work at 40 s; the operator goes on with it, then with the other.
Test(semantics_8_people, s8_1_a_part_that_made_way_needs_its_people_again) {
  const char *sections =
      OPS("") "'buffers': {" BUFFER("hot", "9") ", " BUFFER("cold", "9") "},"
      "'flow': [['h', 'hot', 'M'], ['c', 'cold', 'M'], ['M', 'out'], ['t', 'B', 'out']],"
      "'sources': {" ORDER("h", "40 s") ", " ORDER("c", "0 s") ", " ORDER("t", "50 s") "}, 'stations': {"
      MACHINE("M", NEEDS_RUN "'time': '100 s', 'pull': {'rule': 'priority', 'from': ['hot', 'cold'],"
                   " 'preempt': 'resume'}") ", "
      MACHINE("B", NEEDS_RUN "'time': '30 s'") "}";
  expect_story(sections, 300, "start complete",
               "0 start M 1; 40 start M 2; 140 complete M 2; 140 start B 3; 170 complete B 3; "
               "230 complete M 1");
}

// ---- ways ----

// From A to B and back 30 s; the first way is none. A 0-10, B 40-50, A 80-90 s.
Test(semantics_8_people, s8_1_people_walk_from_one_station_to_another) {
  const char *sections = TWO(OPS(", 'walk': '30 s'"), NEEDS_RUN "'time': '10 s'", NEEDS_RUN "'time': '10 s'");
  expect_story(sections, 85, "start complete",
               "0 start A 1; 10 complete A 1; 40 start B 2; 50 complete B 2; 80 start A 3");
  tw_run *run = run_of(sections, 85);
  expect_value(run, "stations/A/state/waiting-worker/duration", 70);
  expect_value(run, "workers/ops/utilisation", 1);
  expect_value(run, "workers/ops/walking", 60 / 85.0);
  tw_run_free(run);
}

// 20 s from A to B, 40 s from anywhere else.
Test(semantics_8_people, s8_1_ways_may_be_given_by_pair) {
  expect_story(TWO(OPS(", 'walk': {'A': {'B': '20 s'}, 'other': '40 s'}"), NEEDS_RUN "'time': '10 s'",
                   NEEDS_RUN "'time': '10 s'"),
               90, "start", "0 start A 1; 30 start B 2; 80 start A 3");
}

// What a row says by name counts, wherever its "other" stands.
Test(semantics_8_people, s8_1_other_of_a_row_is_for_those_it_does_not_name) {
  const char *story = "0 start A 1; 30 start B 2; 80 start A 3";
  expect_story(TWO(OPS(", 'walk': {'A': {'B': '20 s', 'other': '50 s'}, 'other': '40 s'}"),
                   NEEDS_RUN "'time': '10 s'", NEEDS_RUN "'time': '10 s'"),
               90, "start", story);
  expect_story(TWO(OPS(", 'walk': {'A': {'other': '50 s', 'B': '20 s'}, 'other': '40 s'}"),
                   NEEDS_RUN "'time': '10 s'", NEEDS_RUN "'time': '10 s'"),
               90, "start", story);
}

// Two people from A and from C: the task begins when the last one is there.
Test(semantics_8_people, s8_1_a_task_begins_when_all_are_there) {
  expect_story(ORDERED_3("'workers': {'ops': {'skills': ['run'], 'walk': '10 s'},"
                         " 'singers': {'skills': ['sing'], 'walk': '25 s'}}, ",
                         "0 s", NEEDS_RUN "'time': '5 s'", "10 s", "'needs': ['run', 'sing'], 'time': '5 s'",
                         "0 s", "'needs': ['sing'], 'time': '5 s'"),
               90, "start complete/B", "0 start A 1; 0 start C 2; 35 start B 3; 40 complete B 3");
}

// The machine fails at 20 s, when the operator is on his way; he is free at once, and comes from there.
Test(semantics_8_people, s8_1_who_is_on_his_way_to_a_machine_that_fails_is_free) {
  expect_story(ORDERED_3(OPS(", 'walk': '30 s'"), "0 s", NEEDS_RUN "'time': '10 s'", "0 s",
                         NEEDS_RUN "'time': '10 s', " WEAR("calendar", "'20 s'", "500 s", ""), "15 s",
                         NEEDS_RUN "'time': '10 s'"),
               100, "start complete fail",
               "0 start A 1; 10 complete A 1; 20 fail B wear; 50 start C 3; 60 complete C 3");
}

// His shift ends at 600 s on the way to B, where he is supposed to be when it goes on.
Test(semantics_8_people, s8_1_a_shift_that_ends_on_the_way_ends_the_way) {
  expect_story(ORDERED(CALENDARS(TEN_MINUTES) OPS(", 'calendar': 'c', 'walk': '30 s'"), "0 s",
                       NEEDS_RUN "'time': '10 s'", "580 s", NEEDS_RUN "'time': '10 s'"),
               1300, "start complete state/B",
               "0 start A 1; 10 complete A 1; 580 state B waiting-worker; 1200 start B 2; "
               "1200 state B processing; 1210 complete B 2; 1210 state B idle");
}

// ---- people who come late ----

// Called when two wait: at 30 s, not at 10 s. They stay until nobody waits, and are called anew: not
// at 100 s for one, but at 120 s for two.
Test(semantics_8_people, s8_1_people_who_come_late_are_called_when_enough_wait) {
  expect_story(OPS(", 'call': {'at': 2, 'until': 0}")
               "'sources': {'s': {'orders': [{'part': 'p', 'release': '10 s'}, {'part': 'p', 'release': '100 s'}]},"
               " 't': {'orders': [{'part': 'p', 'release': '30 s'}, {'part': 'p', 'release': '120 s'}]}},"
               "'stations': {" MACHINE("A", NEEDS_RUN "'time': '5 s'") ", " MACHINE("B", NEEDS_RUN "'time': '5 s'")
               "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]",
               200, "start", "30 start A 1; 35 start B 2; 120 start A 3; 125 start B 4");
}

// Called for three at 20 s. The second is served at 25 s while two wait; behind it one is left, and the
// crew goes. At 100 s two wait, and at 110 s three.
Test(semantics_8_people, s8_1_and_go_when_few_enough_are_left) {
  expect_story("'workers': {'ops': {'skills': ['run'], 'call': {'at': 3, 'until': 1}}}, 'sources': {'s':"
               " {'orders': [{'part': 'p', 'release': '0 s'}, {'part': 'p', 'release': '10 s'},"
               " {'part': 'p', 'release': '20 s'}, {'part': 'p', 'release': '100 s'},"
               " {'part': 'p', 'release': '110 s'}]}}, 'stations': {"
               MACHINE("A", NEEDS_RUN "'machines': 9, 'time': '5 s'") "}, 'flow': [['s', 'A', 'out']]",
               200, "start/A", "20 start A[1] 1; 25 start A[2] 2; 110 start A[3] 3; 115 start A[4] 4");
}

// ---- 8.2: ends of the shifts of people ----

#define SHIFT_OPS(policy) CALENDARS(TEN_MINUTES) OPS(", 'calendar': 'c', 'on_shift_end': '" policy "'")
#define ALONE(people, rest, flow) \
  people "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", NEEDS_RUN rest) "}," \
  "'flow': [['s', 'A', 'out']" flow "]"

Test(semantics_8_people, s8_2_suspended_work_goes_on_when_people_are_back) {
  const char *sections = ALONE(SHIFT_OPS("suspend"), "'time': '400 s'", "");
  expect_story(sections, 1800, "start complete state",
               "0 state A waiting-worker; 0 start A 1; 0 state A processing; 400 complete A 1; "
               "400 state A waiting-worker; 400 start A 2; 400 state A processing; "
               "600 state A waiting-worker; 1200 state A processing; 1400 complete A 2; "
               "1400 state A waiting-worker; 1400 start A 3; 1400 state A processing; 1800 complete A 3; "
               "1800 state A waiting-worker");
  tw_run *run = run_of(sections, 1800);
  expect_value(run, "stations/A/fate/resume", 1);
  cr_expect_eq(run->worker[0].overtime_us, 0);
  tw_run_free(run);
}

// Overtime until 800 s; the part that follows is asked for and waits for the shift.
Test(semantics_8_people, s8_2_finish_is_overtime_of_people) {
  const char *sections = ALONE(SHIFT_OPS("finish"), "'time': '400 s'", "");
  expect_story(sections, 2100, "start complete",
               "0 start A 1; 400 complete A 1; 400 start A 2; 800 complete A 2; 1200 start A 3; "
               "1600 complete A 3; 1600 start A 4; 2000 complete A 4");
  tw_run *run = run_of(sections, 2100);
  cr_expect_eq(run->worker[0].overtime_us, 400 * TW_TICKS_PER_S);
  cr_expect_eq(run->worker[0].busy_us, 1600 * TW_TICKS_PER_S);
  tw_run_free(run);
}

// Loaded at 600 s in overtime, processed until 700 s by the same person, unloaded until 800 s.
Test(semantics_8_people, s8_2_finish_lasts_until_the_part_leaves_or_blocks) {
  expect_story(ALONE(SHIFT_OPS("finish"),
                     "'load': {'time': '650 s', 'needs': ['run']}, 'time': '100 s',"
                     " 'unload': {'time': '50 s', 'needs': ['run']}", ""),
               1200, "state complete",
               "0 state A waiting-worker; 0 state A loading; 650 state A processing; 750 complete A 1; "
               "750 state A unloading; 800 state A waiting-worker; 1200 state A loading");
}

// Who is in overtime is not taken for another task, though he could be pre-empted on shift.
Test(semantics_8_people, s8_2_nobody_begins_another_task_in_overtime) {
  expect_story(ORDERED(SHIFT_OPS("finish"), "0 s", NEEDS_RUN "'time': '700 s'", "5000 s",
                       "'time': '1 s', " WEAR("calendar", "{'trace': {'values': ['650 s', '9999 s']}}",
                                              "20 s", ", 'needs': ['run'], 'priority': 1, 'preempt': true")),
               1300, "complete repair", "700 complete A 1; 1200 repair B wear");
}

// At 400 s nobody begins 400 s of work; the time that was drawn is kept.
Test(semantics_8_people, s8_2_people_do_not_start_what_they_cannot_finish) {
  expect_story(ALONE(SHIFT_OPS("no-start"), "'time': {'trace': {'values': ['400 s', '300 s', '200 s', '100 s',"
                                            " '50 s', '99 s']}}", ""),
               1850, "start complete",
               "0 start A 1; 400 complete A 1; 1200 start A 2; 1500 complete A 2; 1500 start A 3; "
               "1700 complete A 3; 1700 start A 4; 1800 complete A 4");
}

// Each phase is a task: the part is loaded by 500 s, and 200 s of work begin with the shift. Ways count.
Test(semantics_8_people, s8_2_who_is_there_does_not_start_the_next_phase_either) {
  expect_story(ALONE(SHIFT_OPS("no-start"), "'load': {'time': '500 s', 'needs': ['run']}, 'time': '200 s'", ""),
               1400, "state complete",
               "0 state A waiting-worker; 0 state A loading; 500 state A waiting-worker; "
               "1200 state A processing; 1400 complete A 1; 1400 state A waiting-worker");
}

// 30 s of way and 70 s of work fit at 500 s, and not at 501 s.
Test(semantics_8_people, s8_2_the_way_counts_for_no_start) {
#define FROM_A_TO_B(time) \
  ORDERED(CALENDARS(TEN_MINUTES) OPS(", 'calendar': 'c', 'on_shift_end': 'no-start', 'walk': '30 s'"), "0 s", \
          NEEDS_RUN "'time': '10 s'", time, NEEDS_RUN "'time': '70 s'")
  expect_story(FROM_A_TO_B("500 s"), 1300, "start/B", "530 start B 2");
  expect_story(FROM_A_TO_B("501 s"), 1300, "start/B", "1230 start B 2");
}

// The fitter does not begin 200 s of repair at 500 s; at 550 s one of 50 s.
Test(semantics_8_people, s8_2_no_start_holds_for_repairs) {
  expect_story(TWO(CALENDARS(TEN_MINUTES) "'workers': {'fitters': {'skills': ['mend'], 'calendar': 'c',"
                   " 'on_shift_end': 'no-start'}}, ",
                   "'time': '9999 s', " WEAR("calendar", "'500 s'", "200 s", ", 'needs': ['mend']"),
                   "'time': '9999 s', " WEAR("calendar", "'550 s'", "50 s", ", 'needs': ['mend']")),
               1400, "repair repaired",
               "550 repair B wear; 600 repaired B wear; 1200 repair A wear; 1400 repaired A wear; "
               "1400 repair B wear");
}

Test(semantics_8_people, s8_2_restart_begins_the_part_anew_when_people_are_back) {
  const char *sections = ALONE(SHIFT_OPS("restart"), "'time': '400 s'", "");
  expect_story(sections, 1700, "start complete",
               "0 start A 1; 400 complete A 1; 400 start A 2; 1600 complete A 2; 1600 start A 3");
  tw_run *run = run_of(sections, 1700);
  expect_value(run, "stations/A/fate/restart", 1);
  tw_run_free(run);
}

// The next part waits for people from 600 s on.
Test(semantics_8_people, s8_2_scrap_throws_the_part_away_when_people_go) {
  const char *sections = ALONE(SHIFT_OPS("scrap"), "'time': '400 s'", ", ['A.scrap', 'scrap']");
  expect_story(sections, 1700, "start complete scrap",
               "0 start A 1; 400 complete A 1; 400 start A 2; 600 scrap scrap 2; 1200 start A 3; "
               "1600 complete A 3; 1600 start A 4");
}

// A common cause that scraps throws away as well where no chain says so.
Test(semantics_8_people, s6_8_a_common_cause_that_scraps_needs_no_exit) {
  expect_story("'common_causes': {'power': {'stations': ['A', 'B'], 'mtbf': '50 s', 'repair': '10 s',"
               " 'part': 'scrap'}}, " TWO("", "'time': '100 s'", "'time': '100 s'"), 60, "scrap",
               "50 scrap scrap 1; 50 scrap scrap 2");
}

// The breaks of people: suspended from 600 to 900 s, whatever the policy throws away at the end.
Test(semantics_8_people, s8_2_a_break_of_people_suspends) {
  expect_story(ALONE(CALENDARS(WITH_BREAK) OPS(", 'calendar': 'c', 'on_shift_end': 'scrap'"),
                     "'time': '400 s'", ", ['A.scrap', 'scrap']"),
               1900, "complete scrap", "400 complete A 1; 1100 complete A 2; 1500 complete A 3; "
                                       "1800 scrap scrap 4");
}

// The early people go at 600 s and the late ones take over on the same tick.
Test(semantics_8_people, s8_2_the_next_shift_takes_over) {
  const char *sections =
      ALONE(CALENDARS("'c': {'shifts': {'a': 'Mon 00:00-00:10'}}, 'd': {'shifts': {'a': 'Mon 00:10-00:20'}}")
            "'workers': {'early': {'skills': ['run'], 'calendar': 'c'}, 'late': {'skills': ['run'],"
            " 'calendar': 'd'}}, ", "'time': '1000 s'", "");
  expect_story(sections, 1100, "start complete", "0 start A 1; 1000 complete A 1; 1000 start A 2");
  tw_run *run = run_of(sections, 1000);
  cr_expect_eq(run->worker[0].busy_us, 600 * TW_TICKS_PER_S);
  cr_expect_eq(run->worker[1].busy_us, 400 * TW_TICKS_PER_S);
  expect_value(run, "stations/A/state/waiting-worker/duration", 0);
  tw_run_free(run);
}

// Of two people one goes at 600 s; the task needs both and stands until 1200 s, and the other one is free.
Test(semantics_8_people, s8_2_when_one_goes_all_stop) {
  expect_story(ORDERED(CALENDARS(TEN_MINUTES) "'workers': {'ops': {'skills': ['run'], 'calendar': 'c'},"
                       " 'fitters': {'skills': ['mend']}}, ", "500 s", "'needs': ['run', 'mend'], 'time': '300 s'",
                       "550 s", "'needs': ['mend'], 'time': '200 s'"),
               1500, "start complete",
               "500 start A 1; 600 start B 2; 800 complete B 2; 1400 complete A 1");
}

// Work that ends on the tick of the end of their shift is done (2.4).
Test(semantics_8_people, s2_4_a_part_that_finishes_as_people_go_is_finished) {
  expect_story(ALONE(SHIFT_OPS("scrap"), "'time': '300 s'", ", ['A.scrap', 'scrap']"), 1300,
               "start complete scrap ship",
               "0 start A 1; 300 complete A 1; 300 ship out 1; 300 start A 2; 600 complete A 2; "
               "600 ship out 2; 1200 start A 3");
}
