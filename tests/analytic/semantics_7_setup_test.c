// SEMANTICS 7.1: setups. Parts a and b of the families A and B take 2 s; A to B takes 3 s, B to A 5 s.

#include "sentences.h"

#include "engine/work.h"

// clang-format off: the lines are laid out by hand

#define TYPES "'parts': {'a': {'family': 'A'}, 'b': {'family': 'B'}}, "
#define MATRIX "'matrix': {'A': {'B': '3 s'}, 'B': {'A': '5 s'}}"
#define SOURCE(sequence) "'sources': {'s': {'sequence': [" sequence "], 'repeat': true}}, 'stations': {"
#define TO_OUT "}, 'flow': [['s', 'M', 'out']]"
#define TO_SCRAP "}, 'flow': [['s', 'M', 'out'], ['M.scrap', 'scrap']]"

// One machine with a setup that takes the parts in turn.
#define IN_TURN(sequence, setup, rest) \
  TYPES SOURCE(sequence) MACHINE("M", "'time': '2 s', 'setup': {" setup "}" rest) TO_OUT

// 0-2, 2-4, setup to 7, 7-9, setup to 14.
Test(semantics_7_setup, s7_1_setup_depends_on_the_last_and_the_next_family) {
  const char *sections = IN_TURN("'2 a', '1 b'", MATRIX, "");
  expect_story(sections, 21, "start",
               "0 start M 1; 2 start M 2; 7 start M 3; 14 start M 4; 16 start M 5; 21 start M 6");
  expect_story(sections, 9, "state",
               "0 state M processing; 4 state M setup; 7 state M processing; 9 state M setup");
}

Test(semantics_7_setup, s7_1_the_family_is_the_default) {
  expect_story("'parts': {'a': {'family': 'A'}, 'a2': {'family': 'A'}, 'b': {'family': 'B'}}, "
               SOURCE("'1 a', '1 a2', '1 b'") MACHINE("M", "'time': '2 s', 'setup': {" MATRIX "}")
               TO_OUT, 8, "start", "0 start M 1; 2 start M 2; 7 start M 3");
}

Test(semantics_7_setup, s7_1_or_the_part) {
  expect_story("'parts': {'a': {'family': 'A'}, 'a2': {'family': 'A'}}, " SOURCE("'1 a', '1 a2'")
               MACHINE("M", "'time': '2 s', 'setup': {'by': 'part', 'matrix': {'a': {'a2': '3 s'},"
                            " 'a2': {'a': '5 s'}}}") TO_OUT,
               14, "start", "0 start M 1; 5 start M 2; 12 start M 3");
}

Test(semantics_7_setup, s7_1_the_same_family_is_nothing) {
  expect_story(IN_TURN("'a'", "'time': '9 s'", ""), 4, "start",
               "0 start M 1; 2 start M 2; 4 start M 3");
}

Test(semantics_7_setup, s7_1_the_first_part_ever_is_nothing_unless_initial) {
  expect_story(IN_TURN("'a'", MATRIX, ""), 1, "start", "0 start M 1");
  expect_story(IN_TURN("'a'", MATRIX ", 'initial': 'A'", ""), 1, "start", "0 start M 1");
  expect_story(IN_TURN("'a'", MATRIX ", 'initial': 'B'", ""), 7, "start",
               "5 start M 1; 7 start M 2");
}

#define THREE_TYPES "'parts': {'a': {'family': 'A'}, 'b': {'family': 'B'}, 'c': {'family': 'C'}}, "

// a to b 3 s by name, b to c 4 s by its row, c to a 9 s by the matrix.
Test(semantics_7_setup, s7_1_other_gives_the_rest) {
  expect_story(THREE_TYPES SOURCE("'1 a', '1 b', '1 c'") MACHINE("M", "'time': '2 s', 'setup':"
               " {'matrix': {'A': {'B': '3 s'}, 'B': {'other': '4 s'}, 'other': '9 s'}}") TO_OUT,
               22, "start", "0 start M 1; 5 start M 2; 11 start M 3; 22 start M 4");
}

Test(semantics_7_setup, s7_1_a_missing_pair_is_an_error) {
  expect_refused(IN_TURN("'1 a', '1 b'", "'matrix': {'A': {'B': '3 s'}}", ""),
                 "no setup from family 'B' to 'A'");
}

// Each machine is set up for what it did last: the second takes b at 0 s without a setup and stays with
// B; a comes to the first.
Test(semantics_7_setup, s7_1_each_machine_has_its_own_setup) {
  expect_story(IN_TURN("'1 a', '1 b'", MATRIX, ", 'machines': 2"), 4, "start",
               "0 start M[1] 1; 0 start M[2] 2; 2 start M[1] 3; 2 start M[2] 4; 4 start M[1] 5; "
               "4 start M[2] 6");
}

#define SETTER "'workers': {'setters': {'skills': ['set'], 'count': 1}}, "
// Two equal machines behind sources of their own.
#define TWO_MACHINES(setup) \
  TYPES "'sources': {'s': {'sequence': ['1 a', '1 b'], 'repeat': true}, 't': {'sequence': ['1 a', '1 b']," \
  " 'repeat': true}}, 'stations': {" MACHINE("M", "'time': '2 s', 'setup': {" setup "}") ", " \
  MACHINE("N", "'time': '2 s', 'setup': {" setup "}") "}, 'flow': [['s', 'M', 'out'], ['t', 'N', 'out']]"

// Both want the setter at 2 s; M comes first in the file. N's turn is at 5 s, and M's again at 8 s.
Test(semantics_7_setup, s7_1_waiting_for_the_setter_is_a_state_of_its_own) {
  const char *sections = SETTER TWO_MACHINES(MATRIX ", 'needs': ['set']");
  expect_story(sections, 13, "start",
               "0 start M 1; 0 start N 2; 5 start M 3; 8 start N 4; 13 start M 5");
  tw_run *run = run_of(sections, 12);
  expect_value(run, "stations/M/state/setup-waiting/duration", 1);
  expect_value(run, "stations/M/state/setup/duration", 3 + 4);
  expect_value(run, "stations/N/state/setup-waiting/duration", 3 + 2);
  expect_value(run, "stations/N/state/setup/duration", 3);
  tw_run_free(run);
}

// At 2 s both are cleaned by nobody in particular until 3 s; the die of N waits from 3 s to 5 s.
Test(semantics_7_setup, s7_1_steps_are_done_one_after_the_other_the_matrix_last) {
  const char *sections = SETTER TWO_MACHINES(
      MATRIX ", 'steps': {'clean': {'time': '1 s'}, 'die': {'time': '2 s', 'needs': ['set']}}");
  expect_story(sections, 10, "start", "0 start M 1; 0 start N 2; 8 start M 3; 10 start N 4");
  tw_run *run = run_of(sections, 9);
  expect_value(run, "stations/M/state/setup-waiting/duration", 0);
  expect_value(run, "stations/M/state/setup/duration", 1 + 2 + 3);
  expect_value(run, "stations/N/state/setup-waiting/duration", 2);
  tw_run_free(run);
}

// Parts of 8 s from a queue, in this order.
#define QUEUED(orders, queue, setup) \
  THREE_TYPES "'sources': {'s': {'orders': [" orders "]}}, 'buffers': {'q': {'capacity': 9" queue "}}," \
  "'stations': {" MACHINE("M", "'time': '8 s', 'setup': {'time': '3 s', " setup "}") \
  "}, 'flow': [['s', 'q', 'M', 'out']]"
#define PRESET(time) "'steps': {'preset': {'time': '" time "', 'while_running': true}}"
#define ORDER(part, release) "{'part': '" part "', 'release': '" release " s'}"

// The preset is done from 0 s to 2 s.
Test(semantics_7_setup, s7_1_steps_while_running_are_done_ahead) {
  expect_story(QUEUED(ORDER("a", "0") ", " ORDER("b", "0"), "", PRESET("2 s")), 11, "start",
               "0 start M 1; 11 start M 2");
}

// It lasts until 10 s: the machine stands from 8 s on.
Test(semantics_7_setup, s7_1_a_step_ahead_that_is_not_done_is_waited_for) {
  const char *sections = QUEUED(ORDER("a", "0") ", " ORDER("b", "0"), "", PRESET("10 s"));
  expect_story(sections, 13, "start", "0 start M 1; 13 start M 2");
  tw_run *run = run_of(sections, 13);
  expect_value(run, "stations/M/state/setup/duration", 5);
  tw_run_free(run);
}

// The next part comes at 5 s, while the machine works: the preset is done from 5 s to 7 s.
Test(semantics_7_setup, s7_1_steps_ahead_begin_when_the_next_part_comes) {
  expect_story(QUEUED(ORDER("a", "0") ", " ORDER("b", "5"), "", PRESET("2 s")), 11, "start",
               "0 start M 1; 11 start M 2");
}

// It comes at 7 s: 1 s of the preset is left when the machine stops.
Test(semantics_7_setup, s7_1_steps_ahead_begin_late) {
  expect_story(QUEUED(ORDER("a", "0") ", " ORDER("b", "7"), "", PRESET("2 s")), 12, "start",
               "0 start M 1; 12 start M 2");
}

// b is prepared for, but c overtakes it at 5 s and needs the whole setup: 8-13. Then b is prepared for
// from 13 s on, and needs 3 s at 21 s.
Test(semantics_7_setup, s7_1_what_was_prepared_is_dropped_when_another_part_comes_next) {
  expect_story(QUEUED(ORDER("a", "0") ", " ORDER("b", "0") ", {'part': 'c', 'release': '5 s',"
                      " 'priority': 1}", ", 'queue': 'priority'", PRESET("2 s")),
               24, "start", "0 start M 1; 13 start M 3; 24 start M 2");
}

// Another a overtakes: what is prepared for b stays.
Test(semantics_7_setup, s7_1_what_was_prepared_is_kept_while_the_same_family_goes_on) {
  expect_story(QUEUED(ORDER("a", "0") ", " ORDER("b", "0") ", {'part': 'a', 'release': '5 s',"
                      " 'priority': 1}", ", 'queue': 'priority'", PRESET("2 s")),
               19, "start", "0 start M 1; 8 start M 3; 19 start M 2");
}

// Queues in turn: q, r, q, r. What comes next is looked at while the machine works, and the turn stays:
// a of q, b of r at 11 s, c of q at 22 s.
Test(semantics_7_setup, s7_1_preparing_for_the_next_part_takes_nobody_s_turn) {
  expect_story(THREE_TYPES "'sources': {'s': {'orders': [" ORDER("a", "0") ", " ORDER("c", "0")
               "]}, 't': {'orders': [" ORDER("b", "0") ", " ORDER("b", "0") "]}}, 'buffers': {"
               BUFFER("q", "9") ", " BUFFER("r", "9") "}, 'stations': {"
               MACHINE("M", "'time': '8 s', 'pull': {'rule': 'round-robin', 'from': ['q', 'r']},"
                            " 'setup': {'time': '3 s', " PRESET("2 s") "}")
               "}, 'flow': [['s', 'q', 'M', 'out'], ['t', 'r', 'M']]",
               33, "start", "0 start M 1; 11 start M 3; 22 start M 2; 33 start M 4");
}

// The setter is at N until 6 s; the preset of M waits and ends at 8 s, on the tick of the part.
Test(semantics_7_setup, s7_1_steps_ahead_have_people_of_their_own) {
  expect_story(SETTER THREE_TYPES "'sources': {'s': {'orders': [" ORDER("a", "0") ", " ORDER("b", "0")
               "]}, 't': {'orders': [" ORDER("a", "0") "]}}, 'buffers': {" BUFFER("q", "9") "},"
               "'stations': {" MACHINE("M", "'time': '8 s', 'setup': {'time': '3 s', 'steps': {'preset':"
               " {'time': '2 s', 'while_running': true, 'needs': ['set']}}}") ", "
               MACHINE("N", "'time': '6 s', 'needs': ['set'], 'needs_priority': 1")
               "}, 'flow': [['s', 'q', 'M', 'out'], ['t', 'N', 'out']]",
               11, "start/M", "0 start M 1; 11 start M 2");
}

// The setter is at N until 10 s: M waits for him from 8 s on, and is being set up from 10 s to 15 s.
Test(semantics_7_setup, s7_1_waiting_for_who_does_a_step_ahead_is_waiting_for_the_setter) {
  const char *sections = SETTER THREE_TYPES "'sources': {'s': {'orders': [" ORDER("a", "0") ", "
      ORDER("b", "0") "]}, 't': {'orders': [" ORDER("a", "0") "]}}, 'buffers': {" BUFFER("q", "9") "},"
      "'stations': {" MACHINE("M", "'time': '8 s', 'setup': {'time': '3 s', 'steps': {'preset':"
      " {'time': '2 s', 'while_running': true, 'needs': ['set']}}}") ", "
      MACHINE("N", "'time': '10 s', 'needs': ['set'], 'needs_priority': 1")
      "}, 'flow': [['s', 'q', 'M', 'out'], ['t', 'N', 'out']]";
  expect_story(sections, 15, "start/M", "0 start M 1; 15 start M 2");
  tw_run *run = run_of(sections, 15);
  expect_value(run, "stations/M/state/setup-waiting/duration", 2);
  expect_value(run, "stations/M/state/setup/duration", 5);
  tw_run_free(run);
}

// b at 7-9, looked at until 11; the next b is not looked at. The first part ever is behind no setup.
Test(semantics_7_setup, s7_1_the_first_parts_behind_a_setup_are_approved) {
  const char *sections = IN_TURN("'2 a', '2 b'", MATRIX ", 'approval': {'time': '2 s'}", "");
  expect_story(sections, 18, "start ship",
               "0 start M 1; 2 ship out 1; 2 start M 2; 4 ship out 2; 7 start M 3; 11 ship out 3; "
               "11 start M 4; 13 ship out 4; 18 start M 5");
  tw_run *run = run_of(sections, 18);
  expect_value(run, "stations/M/state/waiting-approval/duration", 2);
  tw_run_free(run);
}

Test(semantics_7_setup, s7_1_so_many_parts_are_approved) {
  expect_story(IN_TURN("'1 a', '3 b'", MATRIX ", 'approval': {'time': '2 s', 'parts': 2}", ""), 15,
               "start", "0 start M 1; 5 start M 2; 9 start M 3; 13 start M 4");
}

// Who approves comes at 20 s; until then the machine waits with its part.
Test(semantics_7_setup, s7_1_approval_waits_for_its_people) {
  const char *sections =
      "'workers': {'masters': {'skills': ['look'], 'count': 1}}, " TYPES
      "'sources': {'s': {'sequence': ['1 a', '1 b']}, 't': {'orders': [{'part': 'a'}]}}, 'stations': {"
      MACHINE("M", "'time': '2 s', 'setup': {" MATRIX ", 'approval': {'time': '2 s', 'needs':"
                   " ['look']}}") ", " MACHINE("N", "'time': '20 s', 'needs': ['look']")
      "}, 'flow': [['s', 'M', 'out'], ['t', 'N', 'out']]";
  expect_story(sections, 22, "ship", "2 ship out 1; 20 ship out 2; 22 ship out 3");
  tw_run *run = run_of(sections, 30);
  expect_value(run, "stations/M/state/waiting-approval/duration", 15);
  tw_run_free(run);
}

#define IN_TURN_WITH_SCRAP(sequence, setup, rest) \
  TYPES SOURCE(sequence) MACHINE("M", "'time': '2 s', 'setup': {" setup "}" rest) TO_SCRAP

// Part 2 is the first behind a setup.
Test(semantics_7_setup, s7_1_startup_scrap_leaves_by_the_scrap_exit) {
  expect_story(IN_TURN_WITH_SCRAP("'1 a', '3 b'", MATRIX ", 'startup_scrap': 2", ""), 11, "ship scrap",
               "2 ship out 1; 7 scrap scrap 2; 9 scrap scrap 3; 11 ship out 4");
}

// Scrap is not looked at; the first part behind it is.
Test(semantics_7_setup, s7_1_the_first_parts_behind_the_startup_scrap_are_approved) {
  expect_story(IN_TURN_WITH_SCRAP("'1 a', '3 b'", MATRIX ", 'startup_scrap': 1, 'approval': {'time':"
                                  " '4 s'}", ""), 15, "ship scrap",
               "2 ship out 1; 7 scrap scrap 2; 13 ship out 3; 15 ship out 4");
}

// Twice the time for the first part behind a setup, three times for the second.
Test(semantics_7_setup, s7_1_expressions_know_parts_since_setup) {
  expect_story(IN_TURN("'1 a', '3 b'", MATRIX,
                       ", 'factor': 'if(parts_since_setup < 2, parts_since_setup + 2, 1)'"),
               17, "start",
               "0 start M 1; 5 start M 2; 9 start M 3; 15 start M 4");
}

Test(semantics_7_setup, s7_1_scrap_may_depend_on_parts_since_setup) {
  expect_story(IN_TURN_WITH_SCRAP("'1 a', '2 b'", MATRIX,
                                  ", 'scrap': 'if(parts_since_setup < 1, 1, 0)'"), 9, "ship scrap",
               "2 ship out 1; 7 scrap scrap 2; 9 ship out 3");
}

// One failure at an instant, of 5 s.
#define FAILS_AT(instant, rest) ", 'failures': {'jam': {'clock': 'calendar', 'mtbf': {'trace':" \
  " {'values': ['" instant "', '900 s']}}, 'repair': '5 s'" rest "}}"

// At 4 s 2 s of the setup are done.
Test(semantics_7_setup, s5_2_an_interrupted_setup_resumes) {
  expect_story(IN_TURN("'1 a', '1 b'", MATRIX, FAILS_AT("4 s", "")), 10, "start fail",
               "0 start M 1; 4 fail M jam; 10 start M 2");
}

// The part waits beside the machine while it is set up: it is not thrown away, and nothing is drawn anew.
Test(semantics_7_setup, s5_2_an_interrupted_setup_resumes_whatever_happens_to_parts) {
  static const char *const lines[] = {
      IN_TURN_WITH_SCRAP("'1 a', '1 b'", MATRIX, FAILS_AT("4 s", ", 'part': 'scrap'")),
      IN_TURN("'1 a', '1 b'", MATRIX, FAILS_AT("4 s", ", 'part': 'restart'")),
      IN_TURN("'1 a', '1 b'", MATRIX, FAILS_AT("4 s", ", 'part': 'resample'")),
      IN_TURN("'1 a', '1 b'", MATRIX, FAILS_AT("4 s", ", 'part': 'eject'"))};
  for (int i = 0; i < 4; i++)
    expect_story(lines[i], 10, "start fail scrap", "0 start M 1; 4 fail M jam; 10 start M 2");
}

// The part is done, but gives way to no other before the repair ends at 7 s.
Test(semantics_7_setup, s7_1_a_failure_on_the_tick_on_which_the_setup_would_begin) {
  expect_story(IN_TURN("'1 a', '1 b'", MATRIX, FAILS_AT("2 s", "")), 10, "start fail ship",
               "0 start M 1; 2 fail M jam; 7 ship out 1; 10 start M 2");
}

// The setup is done on that tick, and is not done again.
Test(semantics_7_setup, s7_1_a_failure_on_the_tick_on_which_the_setup_ends) {
  const char *sections = IN_TURN("'1 a', '1 b'", MATRIX, FAILS_AT("5 s", ""));
  expect_story(sections, 10, "start fail", "0 start M 1; 5 fail M jam; 10 start M 2");
  tw_run *run = run_of(sections, 10);
  expect_value(run, "stations/M/state/setup/duration", 3);
  tw_run_free(run);
}

// On shift until 600 s and from 1200 s to 1800 s. The first part ends at a given instant.
#define SHIFTS \
  "'run': {'start': '2026-03-02T00:00:00', 'horizon': '1 d'}, 'calendars': {'two': {'shifts':" \
  " {'a': 'Mon-Sun 00:00-00:10', 'b': 'Mon-Sun 00:20-00:30'}}}, "
#define UNTIL(time, rest) SHIFTS TYPES SOURCE("'1 a', '1 b'") \
  MACHINE("M", "'time': '" time "', 'setup': {" MATRIX "}, 'calendar': 'two'" rest)

// 598 s to 600 s, and 1200 s to 1201 s.
Test(semantics_7_setup, s7_1_a_setup_over_the_end_of_the_shift_resumes) {
  expect_story(UNTIL("598 s", "") TO_OUT, 1300, "start", "0 start M 1; 1201 start M 2");
  expect_story(UNTIL("598 s", ", 'on_shift_end': 'restart'") TO_OUT, 1300, "start",
               "0 start M 1; 1201 start M 2");
  expect_story(UNTIL("598 s", ", 'on_shift_end': 'scrap'") TO_SCRAP, 1300, "start scrap",
               "0 start M 1; 1201 start M 2");
}

Test(semantics_7_setup, s7_1_a_setup_that_ends_with_the_shift_is_done) {
  expect_story(UNTIL("597 s", "") TO_OUT, 1300, "start", "0 start M 1; 1200 start M 2");
}

// The part is done at 600 s and leaves; the setup is for the next shift.
Test(semantics_7_setup, s7_1_a_setup_that_would_begin_with_the_end_of_the_shift_waits) {
  expect_story(UNTIL("600 s", "") TO_OUT, 1300, "start", "0 start M 1; 1203 start M 2");
}

// Under "finish" the machine that is being set up finishes the part as well.
Test(semantics_7_setup, s7_1_a_setup_is_finished_with_its_part_in_overtime) {
  expect_story(UNTIL("598 s", ", 'on_shift_end': 'finish'") TO_OUT, 1199, "start ship",
               "0 start M 1; 598 ship out 1; 601 start M 2; 1199 ship out 2");
}

// "no-start": the third part would be through at 595 s + 5 s + 296 s, and waits for the next shift; the
// fourth ends with that, on the tick.
Test(semantics_7_setup, s7_1_a_setup_counts_for_what_fits_into_the_shift) {
  expect_story(UNTIL("296 s", ", 'on_shift_end': 'no-start'") TO_OUT, 1900, "start complete",
               "0 start M 1; 296 complete M 1; 299 start M 2; 595 complete M 2; 1205 start M 3; "
               "1501 complete M 3; 1504 start M 4; 1800 complete M 4");
}

// A part that is pre-empted would resume on a machine that is set up for another.
Test(semantics_7_setup, s7_1_machines_with_setups_do_not_preempt) {
  expect_refused(TYPES "'sources': {'s': {'sequence': ['a']}, 't': {'sequence': ['b']}}, 'buffers': {"
                 BUFFER("q", "9") ", " BUFFER("r", "9") "}, 'stations': {"
                 MACHINE("M", "'time': '8 s', 'pull': {'rule': 'priority', 'from': ['q', 'r'],"
                              " 'preempt': 'resume'}, 'setup': {'time': '3 s'}")
                 "}, 'flow': [['s', 'q', 'M', 'out'], ['t', 'r', 'M']]", "would need another one");
}
