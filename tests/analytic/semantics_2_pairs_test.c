// SEMANTICS section 2: every pair of {completion, failure, repair end, shift end, shift begin, break
// end, break begin, request of people, release of an order} on one tick, 600 s. What comes of it is the
// order of classes; between the two events the run is valid, and its fork and what is saved go on as it
// does itself, bit for bit.

#include "sentences.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"

// clang-format off: the lines are laid out by hand

// The copy is the run: it has the same bytes now and at the end.
static void expect_goes_on(tw_run *copy, double until_s, uint64_t wanted, const char *how, int n_event) {
  cr_assert_eq(test_until(copy, until_s), TWIN_OK, "the %s after %d events stopped", how, n_event);
  cr_expect_eq(tw_run_hash(copy, true), wanted, "the %s after %d events went another way", how, n_event);
  tw_run_free(copy);
}

// The run as it is now is valid, can be forked and saved.
static void expect_can_be_left(const tw_run *run, double until_s, uint64_t wanted, int n_event) {
  char why[200] = "";
  cr_expect(tw_run_is_valid(run, why, sizeof why), "after %d events of the tick: %s", n_event, why);
  expect_goes_on(tw_run_fork(run), until_s, wanted, "fork", n_event);
  size_t n = 0;
  void *bytes = test_save(run, &n);
  tw_run *restored = test_run(run->line, 1);
  cr_assert_eq(tw_run_restore(restored, bytes, n, NULL), TWIN_OK, "not restored after %d", n_event);
  expect_goes_on(restored, until_s, wanted, "restored run", n_event);
  free(bytes);
}

// The story of the line, which can be left between any two events of the tick at 600 s.
static void expect_meeting(const char *sections, double until_s, const char *kinds, const char *wanted) {
  expect_story(sections, until_s, kinds, wanted);
  tw_run *whole = run_of(sections, until_s);
  const uint64_t hash = tw_run_hash(whole, true);
  tw_run_free(whole);
  tw_run *run = run_of(sections, 599.5);
  cr_expect_eq(tw_run_next_tick(run), tw_ticks(600), "nothing happens on the tick");
  int n_event = 0;
  while (tw_run_next_tick(run) == tw_ticks(600)) {
    int32_t slot;
    if (n_event > 0) expect_can_be_left(run, until_s, hash, n_event);
    cr_assert_eq(tw_run_step(run, &slot, NULL), TWIN_OK);
    n_event++;
  }
  cr_expect_geq(n_event, 2, "only %d events on the tick", n_event);
  expect_can_be_left(run, until_s, hash, n_event);
  expect_goes_on(run, until_s, hash, "run itself", n_event);
}

// ---- what happens at 600 s ----

// c ends, or begins, or has a break that begins or ends then; d does another one of these.
#define ENDING(name)   "'" name "': {'shifts': {'a': 'Mon 00:00-00:10', 'b': 'Mon 00:20-00:40'}}"
#define BEGINNING(name) "'" name "': {'shifts': {'a': 'Mon 00:10-00:40'}}"
#define BREAKING(name) "'" name "': {'shifts': {'a': 'Mon 00:00-00:40'}, 'breaks': {'tea': 'Mon 00:10-00:15'}}"
#define RETURNING(name) "'" name "': {'shifts': {'a': 'Mon 00:00-00:40'}, 'breaks': {'tea': 'Mon 00:05-00:10'}}"
#define FAILS(rest)   WEAR("calendar", "{'trace': {'values': ['600 s', '99999 s']}}", "100 s", rest)
#define REPAIRED(rest) WEAR("calendar", "{'trace': {'values': ['500 s', '99999 s']}}", "100 s", rest)
#define ORDER(name, time) "'" name "': {'orders': [{'part': 'p', 'release': '" time "'}]}"
#define ORDERS(name, n) "'" name "': {'orders': [{'part': 'p', 'quantity': " n "}]}"
#define AT_600(name, rest) EVERY(name, "600 s", rest)
#define OPS(rest) "'workers': {'ops': {'skills': ['run']" rest "}}, "
// Asks for somebody at 600 s, to unload.
#define ASKS "'time': '600 s', 'unload': {'time': '50 s', 'needs': ['run']}"

// Stations A and B with a source each, A alone, A before B, and both behind one queue with n parts.
#define BESIDE(s, a, t, b) \
  "'sources': {" s ", " t "}, 'stations': {" MACHINE("A", a) ", " MACHINE("B", b) "}," \
  "'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]"
#define ALONE(s, a) \
  "'sources': {" s "}, 'stations': {" MACHINE("A", a) "}, 'flow': [['s', 'A', 'out']]"
#define BEFORE(s, a, b) \
  "'sources': {" s "}, 'stations': {" MACHINE("A", a) ", " MACHINE("B", b) "}," \
  "'flow': [['s', 'A', 'B', 'out']]"
#define SHARING(s, a, b) \
  "'sources': {" s "}, 'buffers': {" BUFFER("q", "9") "}, 'stations': {" MACHINE("A", a) ", " \
  MACHINE("B", b) "}, 'flow': [['s', 'q', 'A', 'out'], ['q', 'B', 'out']]"

// ---- completion and ... ----

Test(semantics_2_pairs, s2_1_completion_and_completion_move_in_file_order) {
  expect_meeting("'sources': {" ORDERS("s", "1") ", " ORDERS("t", "1") "}, 'buffers': {" BUFFER("q", "1") "},"
                 "'stations': {" MACHINE("A", "'time': '600 s'") ", " MACHINE("B", "'time': '600 s'") ", "
                 MACHINE("C", "'time': '100 s'") "},"
                 "'flow': [['s', 'A', 'q', 'C', 'out'], ['t', 'B', 'q']]",
                 800, "complete enter/q enter/C",
                 "600 complete A 1; 600 complete B 2; 600 enter q 1; 600 enter C 1; 600 enter q 2; "
                 "700 complete C 1; 700 enter C 2; 800 complete C 2");
}

Test(semantics_2_pairs, s2_4_completion_and_failure_the_part_is_finished_and_waits) {
  expect_meeting("'sources': {" ORDERS("s", "1") "}, 'stations': {"
                 MACHINE("A", "'time': '600 s', " FAILS(", 'part': 'scrap'"))
                 "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'scrap']]",
                 800, "complete fail repaired scrap ship",
                 "600 complete A 1; 600 fail A wear; 700 repaired A wear; 700 ship out 1");
}

Test(semantics_2_pairs, s2_1_completion_and_repair_end_the_part_moves_into_the_repaired_machine) {
  expect_meeting(BEFORE(ORDERS("s", "1"), "'time': '600 s'", "'time': '10 s', " REPAIRED("")), 800,
                 "complete repaired start/B",
                 "600 complete A 1; 600 repaired B wear; 600 start B 1; 610 complete B 1");
}

Test(semantics_2_pairs, s2_4_completion_and_shift_end_the_part_is_finished_and_waits) {
  expect_meeting(CALENDARS(ENDING("c")) "'sources': {" ORDERS("s", "1") "}, 'stations': {"
                 MACHINE("A", "'calendar': 'c', 'on_shift_end': 'scrap', 'time': '600 s'")
                 "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'scrap']]",
                 1300, "complete scrap ship state",
                 "0 state A processing; 600 complete A 1; 600 state A off-shift; 1200 ship out 1; "
                 "1200 state A idle");
}

Test(semantics_2_pairs, s2_1_completion_and_shift_begin_the_part_moves_into_the_opened_machine) {
  expect_meeting(CALENDARS(BEGINNING("c"))
                 BEFORE(ORDERS("s", "1"), "'time': '600 s'", "'calendar': 'c', 'time': '10 s'"), 800,
                 "complete start/B state/B",
                 "0 state B off-shift; 600 complete A 1; 600 start B 1; 600 state B processing; "
                 "610 complete B 1; 610 state B idle");
}

Test(semantics_2_pairs, s2_4_completion_and_break_begin_the_part_is_finished_and_waits) {
  expect_meeting(CALENDARS(BREAKING("c")) ALONE(ORDERS("s", "1"), "'calendar': 'c', 'time': '600 s'"), 1000,
                 "complete ship state",
                 "0 state A processing; 600 complete A 1; 600 state A break; 900 ship out 1; 900 state A idle");
}

Test(semantics_2_pairs, s2_1_completion_and_break_end_the_part_moves_into_the_opened_machine) {
  expect_meeting(CALENDARS(RETURNING("c"))
                 BEFORE(ORDERS("s", "1"), "'time': '600 s'", "'calendar': 'c', 'time': '10 s'"), 800,
                 "complete start/B", "600 complete A 1; 600 start B 1; 610 complete B 1");
}

// The operator of A is free for B.
Test(semantics_2_pairs, s2_2_completion_and_request_who_is_through_serves_it) {
  expect_meeting(OPS("") BESIDE(ORDERS("s", "1"), "'needs': ['run'], 'time': '600 s'", ORDERS("t", "1"), ASKS),
                 800, "complete state/B ship",
                 "0 state B processing; 600 complete A 1; 600 complete B 2; 600 ship out 1; "
                 "600 state B waiting-worker; 600 state B unloading; 650 ship out 2; 650 state B idle");
}

Test(semantics_2_pairs, s2_1_completion_and_release_the_part_finds_room) {
  expect_meeting(ALONE(AT_600("s", ", 'first': '0 s', 'when_full': 'lose'"), "'time': '600 s'"), 700,
                 "complete create start lose",
                 "0 create s 1; 0 start A 1; 600 complete A 1; 600 create s 2; 600 start A 2");
}

// ---- failure and ... ----

#define TWO_MODES(one, repair, two) \
  "'time': '9999 s', 'failures': {'one': {'clock': 'calendar', 'mtbf': {'trace': {'values': ['" one "'," \
  " '99999 s']}}, 'repair': '" repair "'}, 'two': {'clock': 'calendar', 'mtbf': {'trace': {'values': ['" \
  two "', '99999 s']}}, 'repair': '30 s'}}"

Test(semantics_2_pairs, s6_2_failure_and_failure_of_a_machine_are_served_in_file_order) {
  expect_meeting(ALONE(ALWAYS("s"), TWO_MODES("600 s", "50 s", "600 s")), 800, "fail repaired",
                 "600 fail A one; 650 fail A two; 680 repaired A two");
}

Test(semantics_2_pairs, s2_1_failure_and_repair_end_the_machine_goes_down_again) {
  expect_meeting(ALONE(ALWAYS("s"), TWO_MODES("550 s", "50 s", "600 s")), 800, "fail repaired",
                 "550 fail A one; 600 repaired A one; 600 fail A two; 630 repaired A two");
}

// The failure scraps the part before the shift could restart it.
Test(semantics_2_pairs, s2_1_failure_and_shift_end_the_machine_fails_in_its_shift) {
  expect_meeting(CALENDARS(ENDING("c")) "'sources': {" ALWAYS("s") "}, 'stations': {"
                 MACHINE("A", "'calendar': 'c', 'on_shift_end': 'restart', 'time': '900 s', "
                              FAILS(", 'part': 'scrap'"))
                 "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'scrap']]",
                 1300, "fail scrap repaired start",
                 "0 start A 1; 600 fail A wear; 600 scrap scrap 1; 700 repaired A wear; 1200 start A 2");
}

Test(semantics_2_pairs, s2_1_failure_and_shift_begin_the_machine_opens_and_fails) {
  expect_meeting(CALENDARS(BEGINNING("c")) ALONE(ALWAYS("s"), "'calendar': 'c', 'time': '99 s', " FAILS("")),
                 710, "fail repaired start state",
                 "0 state A off-shift; 600 fail A wear; 600 state A failed-waiting; 600 state A failed-repair; "
                 "700 repaired A wear; 700 start A 1; 700 state A processing");
}

Test(semantics_2_pairs, s2_1_failure_and_break_begin_the_repair_goes_on_in_the_break) {
  expect_meeting(CALENDARS(BREAKING("c")) ALONE(ALWAYS("s"), "'calendar': 'c', 'time': '800 s', " FAILS("")),
                 1100, "fail repaired state complete",
                 "0 state A processing; 600 fail A wear; 600 state A break; 600 state A failed-repair; "
                 "700 repaired A wear; 700 state A break; 900 state A processing; 1100 complete A 1");
}

Test(semantics_2_pairs, s2_1_failure_and_break_end_the_machine_opens_and_fails) {
  expect_meeting(CALENDARS(RETURNING("c")) ALONE(ALWAYS("s"), "'calendar': 'c', 'time': '400 s', " FAILS("")),
                 900, "fail repaired state complete",
                 "0 state A processing; 300 state A break; 600 fail A wear; 600 state A failed-waiting; "
                 "600 state A failed-repair; 700 repaired A wear; 700 state A processing; 800 complete A 1");
}

// Both ask since 600 s, and A stands first in the file.
Test(semantics_2_pairs, s8_1_failure_and_request_are_served_in_file_order) {
  expect_meeting(OPS("") BESIDE(ALWAYS("s"), "'time': '9999 s', " FAILS(", 'needs': ['run']"), ORDERS("t", "1"),
                                ASKS),
                 800, "fail repaired ship state/B",
                 "0 state B processing; 600 fail A wear; 600 state B waiting-worker; 700 repaired A wear; "
                 "700 state B unloading; 750 ship out 2; 750 state B starved");
}

Test(semantics_2_pairs, s2_1_failure_and_release_the_part_waits_for_the_repair) {
  expect_meeting(ALONE(AT_600("s", ""), "'time': '10 s', " FAILS("")), 750, "fail create repaired start",
                 "600 fail A wear; 600 create s 1; 700 repaired A wear; 700 start A 1");
}

// ---- repair end and ... ----

// One part is in the queue since 550 s.
Test(semantics_2_pairs, s2_1_repair_end_and_repair_end_the_first_in_the_file_takes_the_part) {
  expect_meeting(SHARING(ORDER("s", "550 s"), "'time': '10 s', " REPAIRED(""), "'time': '10 s', " REPAIRED("")),
                 700, "repaired start", "600 repaired A wear; 600 repaired B wear; 600 start A 1");
}

Test(semantics_2_pairs, s2_1_repair_end_and_shift_end_the_part_goes_on_in_the_next_shift) {
  expect_meeting(CALENDARS(ENDING("c")) ALONE(ALWAYS("s"), "'calendar': 'c', 'time': '600 s', " REPAIRED("")),
                 1400, "fail repaired state complete",
                 "0 state A processing; 500 fail A wear; 500 state A failed-waiting; 500 state A failed-repair; "
                 "600 repaired A wear; 600 state A off-shift; 1200 state A processing; 1300 complete A 1");
}

Test(semantics_2_pairs, s2_1_repair_end_and_shift_begin_the_machine_takes_a_part) {
  expect_meeting(CALENDARS(BEGINNING("c")) ALONE(ALWAYS("s"), "'calendar': 'c', 'time': '500 s', " REPAIRED("")),
                 700, "fail repaired state start",
                 "0 state A off-shift; 500 fail A wear; 500 state A failed-repair; 600 repaired A wear; "
                 "600 start A 1; 600 state A processing");
}

Test(semantics_2_pairs, s2_1_repair_end_and_break_begin_the_part_goes_on_behind_the_break) {
  expect_meeting(CALENDARS(BREAKING("c")) ALONE(ALWAYS("s"), "'calendar': 'c', 'time': '600 s', " REPAIRED("")),
                 1100, "repaired state complete",
                 "0 state A processing; 500 state A failed-waiting; 500 state A failed-repair; "
                 "600 repaired A wear; 600 state A break; 900 state A processing; 1000 complete A 1");
}

Test(semantics_2_pairs, s2_1_repair_end_and_break_end_the_part_goes_on) {
  expect_meeting(CALENDARS(RETURNING("c")) ALONE(ALWAYS("s"), "'calendar': 'c', 'time': '400 s', " REPAIRED("")),
                 800, "repaired state complete",
                 "0 state A processing; 300 state A break; 500 state A failed-repair; 600 repaired A wear; "
                 "600 state A processing; 700 complete A 1");
}

Test(semantics_2_pairs, s2_2_repair_end_and_request_the_fitter_serves_it) {
  expect_meeting(OPS("") BESIDE(ALWAYS("s"), "'time': '9999 s', " REPAIRED(", 'needs': ['run']"),
                                ORDERS("t", "1"), ASKS),
                 700, "repaired ship", "600 repaired A wear; 650 ship out 2");
}

Test(semantics_2_pairs, s2_1_repair_end_and_release_the_part_finds_room) {
  expect_meeting(ALONE(AT_600("s", ", 'when_full': 'lose'"), "'time': '10 s', " REPAIRED("")), 700,
                 "repaired create start lose", "600 repaired A wear; 600 create s 1; 600 start A 1");
}

// ---- shift end and ... ----

Test(semantics_2_pairs, s2_1_shift_end_and_shift_end_each_station_by_its_own_policy) {
  expect_meeting(CALENDARS(ENDING("c") ", " ENDING("d"))
                 BESIDE(ALWAYS("s"), "'calendar': 'c', 'on_shift_end': 'finish', 'time': '700 s'", ALWAYS("t"),
                        "'calendar': 'd', 'on_shift_end': 'restart', 'time': '700 s'"),
                 2000, "complete", "700 complete A 1; 1900 complete A 3; 1900 complete B 2");
}

// A goes home as B comes; the part that is left is B's.
Test(semantics_2_pairs, s2_1_shift_end_and_shift_begin_one_station_takes_over) {
  expect_meeting(CALENDARS(ENDING("c") ", " BEGINNING("d"))
                 SHARING(ORDERS("s", "3"), "'calendar': 'c', 'time': '400 s'", "'calendar': 'd', 'time': '400 s'"),
                 1400, "start complete",
                 "0 start A 1; 400 complete A 1; 400 start A 2; 600 start B 3; 1000 complete B 3; "
                 "1400 complete A 2");
}

Test(semantics_2_pairs, s2_1_shift_end_and_break_begin_both_stop) {
  expect_meeting(CALENDARS(ENDING("c") ", " BREAKING("d"))
                 SHARING(ORDERS("s", "2"), "'calendar': 'c', 'time': '700 s'", "'calendar': 'd', 'time': '700 s'"),
                 1400, "state",
                 "0 state A processing; 0 state B processing; 600 state A off-shift; 600 state B break; "
                 "900 state B processing; 1000 state B starved; 1200 state A processing; 1300 state A idle; "
                 "1300 state B idle");
}

Test(semantics_2_pairs, s2_1_shift_end_and_break_end_one_station_takes_over) {
  expect_meeting(CALENDARS(ENDING("c") ", " RETURNING("d"))
                 SHARING(ORDER("s", "600 s"), "'calendar': 'c', 'time': '50 s'", "'calendar': 'd', 'time': '50 s'"),
                 700, "start complete state/B",
                 "300 state B break; 600 state B starved; 600 start B 1; 600 state B processing; "
                 "650 complete B 1; 650 state B idle");
}

// The shift of the operator ends: nobody begins to unload.
Test(semantics_2_pairs, s2_1_shift_end_and_request_it_comes_too_late) {
  expect_meeting(CALENDARS(ENDING("c")) OPS(", 'calendar': 'c', 'on_shift_end': 'finish'")
                 ALONE(ORDERS("s", "1"), ASKS), 1300, "state ship",
                 "0 state A processing; 600 state A waiting-worker; 1200 state A unloading; 1250 ship out 1; "
                 "1250 state A idle");
}

Test(semantics_2_pairs, s2_1_shift_end_and_release_the_part_waits_for_the_next_shift) {
  expect_meeting(CALENDARS(ENDING("c")) ALONE(AT_600("s", ", 'when_full': 'lose'"), "'calendar': 'c', 'time': '10 s'"),
                 1300, "create lose start", "600 create s 1; 600 lose s 1; 1200 create s 2; 1200 start A 2");
}

// ---- shift begin and ... ----

Test(semantics_2_pairs, s2_1_shift_begin_and_shift_begin_the_first_in_the_file_takes_the_part) {
  expect_meeting(CALENDARS(BEGINNING("c") ", " BEGINNING("d"))
                 SHARING(ORDERS("s", "1"), "'calendar': 'd', 'time': '50 s'", "'calendar': 'c', 'time': '50 s'"),
                 700, "start", "600 start A 1");
}

Test(semantics_2_pairs, s2_1_shift_begin_and_break_begin_one_station_takes_over) {
  expect_meeting(CALENDARS(BEGINNING("c") ", " BREAKING("d"))
                 SHARING(ORDERS("s", "2"), "'calendar': 'c', 'time': '50 s'", "'calendar': 'd', 'time': '620 s'"),
                 950, "start complete state/B",
                 "0 start B 1; 0 state B processing; 600 start A 2; 600 state B break; 650 complete A 2; "
                 "900 state B processing; 920 complete B 1; 920 state B idle");
}

Test(semantics_2_pairs, s2_1_shift_begin_and_break_end_the_first_in_the_file_takes_the_part) {
  expect_meeting(CALENDARS(BEGINNING("c") ", " RETURNING("d"))
                 SHARING(ORDER("s", "400 s"), "'calendar': 'c', 'time': '50 s'", "'calendar': 'd', 'time': '50 s'"),
                 700, "start", "600 start A 1");
}

Test(semantics_2_pairs, s2_1_shift_begin_and_request_it_is_served) {
  expect_meeting(CALENDARS(BEGINNING("c")) OPS(", 'calendar': 'c'") ALONE(ORDERS("s", "1"), ASKS), 700,
                 "complete ship", "600 complete A 1; 650 ship out 1");
}

Test(semantics_2_pairs, s2_1_shift_begin_and_release_the_part_finds_room) {
  expect_meeting(CALENDARS(BEGINNING("c"))
                 ALONE(AT_600("s", ", 'when_full': 'lose'"), "'calendar': 'c', 'time': '10 s'"), 700,
                 "create lose start", "600 create s 1; 600 start A 1");
}

// ---- break begin, break end and ... ----

Test(semantics_2_pairs, s2_1_break_begin_and_break_begin_both_stop) {
  expect_meeting(CALENDARS(BREAKING("c"))
                 SHARING(ORDERS("s", "2"), "'calendar': 'c', 'time': '700 s'",
                         "'calendar': 'c', 'on_shift_end': 'scrap', 'time': '700 s'"),
                 1000, "state complete",
                 "0 state A processing; 0 state B processing; 600 state A break; 600 state B break; "
                 "900 state A processing; 900 state B processing; 1000 complete A 1; 1000 complete B 2; "
                 "1000 state A idle; 1000 state B idle");
}

Test(semantics_2_pairs, s2_1_break_begin_and_break_end_one_station_takes_over) {
  expect_meeting(CALENDARS(BREAKING("c") ", " RETURNING("d"))
                 SHARING(ORDER("s", "400 s"), "'calendar': 'c', 'time': '300 s'", "'calendar': 'd', 'time': '300 s'"),
                 1000, "start complete state",
                 "300 state B break; 400 start A 1; 400 state A processing; "
                 "600 state A break; 600 state B starved; 900 state A processing; 1000 complete A 1; "
                 "1000 state A idle; 1000 state B idle");
}

Test(semantics_2_pairs, s2_1_break_begin_and_request_it_waits_for_the_end_of_the_break) {
  expect_meeting(CALENDARS(BREAKING("c")) OPS(", 'calendar': 'c'") ALONE(ORDERS("s", "1"), ASKS), 1000,
                 "state ship", "0 state A processing; 600 state A waiting-worker; 900 state A unloading; "
                               "950 ship out 1; 950 state A idle");
}

Test(semantics_2_pairs, s2_1_break_begin_and_release_the_part_waits_for_the_end_of_the_break) {
  expect_meeting(CALENDARS(BREAKING("c")) ALONE(ORDER("s", "600 s"), "'calendar': 'c', 'time': '10 s'"), 1000,
                 "create start", "600 create s 1; 900 start A 1");
}

Test(semantics_2_pairs, s2_1_break_end_and_break_end_the_first_in_the_file_takes_the_part) {
  expect_meeting(CALENDARS(RETURNING("c") ", " RETURNING("d"))
                 SHARING(ORDER("s", "400 s"), "'calendar': 'd', 'time': '50 s'", "'calendar': 'c', 'time': '50 s'"),
                 700, "start", "600 start A 1");
}

Test(semantics_2_pairs, s2_1_break_end_and_request_it_is_served) {
  expect_meeting(CALENDARS(RETURNING("c")) OPS(", 'calendar': 'c'") ALONE(ORDERS("s", "1"), ASKS), 700,
                 "complete ship", "600 complete A 1; 650 ship out 1");
}

Test(semantics_2_pairs, s2_1_break_end_and_release_the_part_finds_room) {
  expect_meeting(CALENDARS(RETURNING("c"))
                 ALONE(AT_600("s", ", 'when_full': 'lose'"), "'calendar': 'c', 'time': '10 s'"), 700,
                 "create lose start", "600 create s 1; 600 start A 1");
}

// ---- request of people, release of an order and ... ----

Test(semantics_2_pairs, s8_1_request_and_request_are_served_in_file_order) {
  expect_meeting(OPS("") BESIDE(ORDERS("s", "1"), ASKS, ORDERS("t", "1"), ASKS), 800, "complete ship",
                 "600 complete A 1; 600 complete B 2; 650 ship out 1; 700 ship out 2");
}

// The part released at 600 s asks as well, and stands first in the file.
Test(semantics_2_pairs, s8_1_request_and_release_ask_in_one_settle) {
  expect_meeting(OPS("") BESIDE(ORDER("s", "600 s"), "'needs': ['run'], 'time': '100 s'", ORDERS("t", "1"), ASKS),
                 800, "create start complete ship",
                 "0 create t 1; 0 start B 1; 600 complete B 1; 600 create s 2; 600 start A 2; "
                 "700 complete A 2; 700 ship out 2; 750 ship out 1");
}

Test(semantics_2_pairs, s2_1_release_and_release_the_first_in_the_file_finds_room) {
  expect_meeting("'sources': {" AT_600("s", ", 'when_full': 'lose'") ", " AT_600("t", ", 'when_full': 'lose'")
                 "}, 'stations': {" MACHINE("A", "'time': '10 s'") "}, 'flow': [['s', 'A', 'out'], ['t', 'A']]",
                 700, "create start lose",
                 "600 create s 1; 600 create t 2; 600 start A 1; 600 lose t 2");
}
