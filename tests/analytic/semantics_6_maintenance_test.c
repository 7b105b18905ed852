// SEMANTICS 6.7: maintenance, when it falls due, when it begins, and from when the next one counts.
// Parts take 4 s; the maintenance "service" is told as "fail" when it begins and "repaired" at its end.

#include "sentences.h"

#include "engine/draw.h"
#include "engine/work.h"

// clang-format off: the lines are laid out by hand

#define SERVICE(trigger, rest) "'maintenance': {'service': {'trigger': " trigger ", " rest "}}"
#define EVERY_SO(interval, clock) "{'every': " interval ", 'clock': '" clock "'}"

// Parts every 10 s that take 4 s, from 0 s on.
#define BUSY_4_OF_10(maintenance) \
  "'sources': {" EVERY("s", "10 s", ", 'first': '0 s'") "}, 'stations': {" \
  MACHINE("A", "'time': '4 s', " maintenance) "}, 'flow': [['s', 'A', 'out']]"

// A part at hand at any time.
#define ALWAYS_BUSY(time, maintenance) \
  "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '" time "', " maintenance) \
  "}, 'flow': [['s', 'A', 'out']]"

// No part ever comes.
#define NEVER_BUSY(maintenance) \
  "'sources': {'s': {'orders': [{'part': 'p', 'release': '9 d'}]}}, 'stations': {" \
  MACHINE("A", "'time': '4 s', " maintenance) "}, 'flow': [['s', 'A', 'out']]"

// Off shift from 10 min to 20 min, and from 30 min on. Seconds: 600, 1200, 1800.
#define SHIFTS \
  "'run': {'start': '2026-03-02T00:00:00', 'horizon': '1 d'}, 'calendars': {'two': {'shifts':" \
  " {'a': 'Mon-Sun 00:00-00:10', 'b': 'Mon-Sun 00:20-00:30'}}}, "

// 12 s and 5 s of maintenance; then 12 s from its end.
Test(semantics_6_maintenance, s6_7_the_calendar_clock_always_runs) {
  expect_story(BUSY_4_OF_10(SERVICE(EVERY_SO("'12 s'", "calendar"),
                                    "'at': 'immediate', 'duration': '5 s', 'from': 'end'")),
               50, "fail", "12 fail A service; 29 fail A service; 46 fail A service");
}

// 10 min until the end of the first shift, 5 min in the second one.
Test(semantics_6_maintenance, s6_7_the_on_shift_clock_stops_off_shift) {
  expect_story(SHIFTS BUSY_4_OF_10("'calendar': 'two', "
                                   SERVICE(EVERY_SO("'15 min'", "on-shift"),
                                           "'at': 'immediate', 'duration': '1 min'")),
               1800, "fail repaired", "1500 fail A service; 1560 repaired A service");
}

// Due at 12 s after 4 s and 2 s of work; it waits for the part until 14 s. The 2 s that it waited count
// for the next 6 s: due at 24 s, with the third part, which goes first. Then 30-34 s and 40-42 s.
Test(semantics_6_maintenance, s6_7_the_processing_clock_counts_work_also_while_it_waits) {
  expect_story(BUSY_4_OF_10(SERVICE(EVERY_SO("'6 s'", "processing"), "'duration': '2 s'")), 47,
               "ship fail",
               "4 ship out 1; 14 ship out 2; 14 fail A service; 24 ship out 3; 24 fail A service; "
               "34 ship out 4; 44 ship out 5; 44 fail A service");
}

// 4 s at 20 s and 2 s at 30 s, and so on.
Test(semantics_6_maintenance, s6_7_the_processing_clock_from_the_end_begins_anew) {
  expect_story(BUSY_4_OF_10(SERVICE(EVERY_SO("'6 s'", "processing"),
                                    "'duration': '2 s', 'from': 'end'")),
               57, "fail", "14 fail A service; 34 fail A service; 54 fail A service");
}

// Unlike a failure at a completion, the part has left before.
Test(semantics_6_maintenance, s6_7_the_cycle_clock_counts_parts) {
  expect_story(ALWAYS_BUSY("2 s", SERVICE(EVERY_SO("3", "cycles"), "'duration': '5 s'")), 17,
               "ship fail",
               "2 ship out 1; 4 ship out 2; 6 ship out 3; 6 fail A service; 13 ship out 4; "
               "15 ship out 5; 17 ship out 6; 17 fail A service");
}

#define TWO_TYPES "'parts': {'p': {}, 'q': {}}, 'sources': {'s': {'sequence': ['1 p', '1 q']," \
  " 'repeat': true}}, 'stations': {"
#define TOOL "{'every': {'by_part': {'p': 2, 'q': 4}}, 'clock': 'cycles'}"

// p uses half of a tool, q a quarter: after p q p 1.25 lives are used up, and the next tool begins with
// that quarter: q p are enough, then q p q.
Test(semantics_6_maintenance, s6_7_a_life_by_part_is_used_up_by_each_part_in_its_way) {
  expect_story(TWO_TYPES MACHINE("A", "'time': '2 s', " SERVICE(TOOL, "'duration': '5 s'"))
               "}, 'flow': [['s', 'A', 'out']]", 30, "fail",
               "6 fail A service; 15 fail A service; 26 fail A service");
}

// q p q, then p q p: each tool begins with a full life.
Test(semantics_6_maintenance, s6_7_a_tool_from_the_end_has_its_full_life) {
  expect_story(TWO_TYPES MACHINE("A", "'time': '2 s', "
                                      SERVICE(TOOL, "'duration': '5 s', 'from': 'end'"))
               "}, 'flow': [['s', 'A', 'out']]", 40, "fail",
               "6 fail A service; 17 fail A service; 28 fail A service; 39 fail A service");
}

// A third of a life cannot be said exactly, but three parts use all of it.
Test(semantics_6_maintenance, s6_7_three_parts_of_a_life_of_three_are_one_tool) {
  expect_story(ALWAYS_BUSY("2 s", SERVICE("{'every': {'by_part': {'p': 3}}, 'clock': 'cycles'}",
                                          "'duration': '5 s'")),
               30, "fail", "6 fail A service; 17 fail A service; 28 fail A service");
}

// A run in which the first machine's only maintenance is asked for at an instant, and goes on.
static void expect_requested(const char *sections, double at_s, double until_s, const char *wanted) {
  tw_line *line = test_quoted_line(sections, NULL);
  cr_assert_not_null(line);
  tw_run *run = test_run(line, 1);
  test_story story;
  test_tell(&story, run, "fail repaired complete");
  cr_assert_eq(test_until(run, at_s), TWIN_OK);
  tw_maintenance_request(run, 0);
  tw_run_settle(run);
  cr_assert_eq(test_until(run, until_s), TWIN_OK);
  cr_expect_str_eq(story.text.at, wanted, "\n  told   %s\n  wanted %s", story.text.at, wanted);
  tw_text_free(&story.text);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(semantics_6_maintenance, s6_7_a_request_makes_it_due) {
  expect_requested(ALWAYS_BUSY("4 s", SERVICE("'request'", "'duration': '3 s'")), 5, 20,
                   "4 complete A 1; 8 complete A 2; 8 fail A service; 11 repaired A service; "
                   "15 complete A 3; 19 complete A 4");
}

Test(semantics_6_maintenance, s6_7_a_request_at_once_interrupts) {
  expect_requested(ALWAYS_BUSY("4 s", SERVICE("'request'", "'at': 'immediate', 'duration': '3 s'")),
                   5, 12, "4 complete A 1; 5 fail A service; 8 repaired A service; 11 complete A 2");
}

// Asked for twice before it begins, and once while it is done.
Test(semantics_6_maintenance, s6_7_requests_are_not_accumulated) {
  tw_run *run = run_of(ALWAYS_BUSY("4 s", SERVICE("'request'", "'duration': '3 s'")), 5);
  tw_maintenance_request(run, 0);
  tw_maintenance_request(run, 0);
  cr_assert_eq(test_until(run, 9), TWIN_OK);
  tw_maintenance_request(run, 0);
  cr_assert_eq(test_until(run, 100), TWIN_OK);
  expect_value(run, "stations/A/state/planned-maintenance/duration", 3);
  tw_run_free(run);
}

// 1 min and 5 min after the start of the week, and a week later.
Test(semantics_6_maintenance, s6_7_fixed_times_of_the_week) {
  expect_story("'run': {'start': '2026-03-02T00:00:00', 'horizon': '30 d'}, "
               NEVER_BUSY(SERVICE("{'week': ['Mon 00:05', 'Mon 00:01']}", "'duration': '2 min'")),
               604900, "fail",
               "60 fail A service; 300 fail A service; 604860 fail A service");
}

// From a Sunday, 1 min before midnight.
Test(semantics_6_maintenance, s6_7_a_time_of_the_week_counts_from_monday) {
  expect_story("'run': {'start': '2026-03-08T23:59:00', 'horizon': '30 d'}, "
               NEVER_BUSY(SERVICE("{'week': 'Mon 00:01'}", "'duration': '1 min'")), 200, "fail",
               "120 fail A service");
}

// The second time passes while the first maintenance is done.
Test(semantics_6_maintenance, s6_7_a_time_that_passes_during_the_maintenance_is_skipped) {
  expect_story("'run': {'start': '2026-03-02T00:00:00', 'horizon': '30 d'}, "
               NEVER_BUSY(SERVICE("{'week': ['Mon 00:01', 'Mon 00:02', 'Mon 00:09']}",
                                  "'duration': '3 min'")),
               600, "fail", "60 fail A service; 540 fail A service");
}

// 1 s of the second part is done at 5 s.
Test(semantics_6_maintenance, s6_7_immediate_interrupts_the_part) {
  expect_story(ALWAYS_BUSY("4 s", SERVICE(EVERY_SO("'5 s'", "calendar"),
                                          "'at': 'immediate', 'duration': '3 s', 'from': 'end'")),
               12, "start complete fail",
               "0 start A 1; 4 complete A 1; 4 start A 2; 5 fail A service; 11 complete A 2; "
               "11 start A 3");
}

// The third part ends at 12 s; the machine takes none before it is serviced.
Test(semantics_6_maintenance, s6_7_part_boundary_waits_until_the_part_has_left) {
  expect_story(ALWAYS_BUSY("4 s", SERVICE(EVERY_SO("'10 s'", "calendar"), "'duration': '3 s'")), 16,
               "start ship fail",
               "0 start A 1; 4 ship out 1; 4 start A 2; 8 ship out 2; 8 start A 3; 12 ship out 3; "
               "12 fail A service; 15 start A 4");
}

// The part is done at 4 s and blocked until 12 s.
Test(semantics_6_maintenance, s6_7_a_blocked_part_is_no_boundary) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'time': '2 s', " SERVICE(EVERY_SO("'6 s'", "calendar"),
                                                      "'duration': '3 s', 'from': 'end'")) ", "
               MACHINE("B", "'time': '10 s'") "}, 'flow': [['s', 'A', 'B', 'out']]",
               16, "start/B fail", "2 start B 1; 12 start B 2; 12 fail A service");
}

Test(semantics_6_maintenance, s6_7_part_boundary_is_now_when_the_machine_is_free) {
  expect_story(BUSY_4_OF_10(SERVICE(EVERY_SO("'7 s'", "calendar"), "'duration': '5 s'")), 13,
               "fail start", "0 start A 1; 7 fail A service; 12 start A 2");
}

// Due at 12 s during the second part, which leaves nobody waiting at 14 s.
Test(semantics_6_maintenance, s6_7_idle_begins_when_there_is_nothing_to_do) {
  expect_story(BUSY_4_OF_10(SERVICE(EVERY_SO("'12 s'", "calendar"),
                                    "'at': 'idle', 'duration': '2 s'")),
               17, "fail repaired", "14 fail A service; 16 repaired A service");
}

// Each part comes on the tick on which the one before leaves.
Test(semantics_6_maintenance, s6_7_idle_never_begins_while_parts_come_in_time) {
  expect_story("'sources': {" EVERY("s", "4 s", ", 'first': '0 s'") "}, 'stations': {"
               MACHINE("A", "'time': '4 s', " SERVICE(EVERY_SO("'10 s'", "calendar"),
                                                      "'at': 'idle', 'duration': '2 s'"))
               "}, 'flow': [['s', 'A', 'out']]", 200, "fail", "");
}

// Due at 10 s, 20 s, 30 s, 40 s; each begins with the next boundary, at 30 s on the very tick.
Test(semantics_6_maintenance, s6_7_the_next_is_due_from_the_due_instant) {
  expect_story(ALWAYS_BUSY("4 s", SERVICE(EVERY_SO("'10 s'", "calendar"), "'duration': '3 s'")), 42,
               "fail", "12 fail A service; 23 fail A service; 30 fail A service; 41 fail A service");
}

// Ends at 15 s and 30 s; due at 25 s and 40 s.
Test(semantics_6_maintenance, s6_7_or_from_the_end) {
  expect_story(ALWAYS_BUSY("4 s", SERVICE(EVERY_SO("'10 s'", "calendar"),
                                          "'duration': '3 s', 'from': 'end'")),
               45, "fail", "12 fail A service; 27 fail A service; 42 fail A service");
}

// Due at 10 s, idle at 40 s. The instants 20 s, 30 s and 40 s are past when it ends.
Test(semantics_6_maintenance, s6_7_nothing_accumulates_when_it_waited_long) {
  expect_story("'sources': {'s': {'orders': [{'part': 'p', 'quantity': 10}]}}, 'stations': {"
               MACHINE("A", "'time': '4 s', " SERVICE(EVERY_SO("'10 s'", "calendar"),
                                                      "'at': 'idle', 'duration': '3 s'"))
               "}, 'flow': [['s', 'A', 'out']]",
               65, "fail", "40 fail A service; 50 fail A service; 60 fail A service");
}

// 25 s of maintenance every 10 s: due instants during it are skipped.
Test(semantics_6_maintenance, s6_7_nothing_accumulates_when_it_lasts_long) {
  expect_story(NEVER_BUSY(SERVICE(EVERY_SO("'10 s'", "calendar"), "'duration': '25 s'")), 80,
               "fail", "10 fail A service; 40 fail A service; 70 fail A service");
}

// Due after 15 min on shift, at 25 min; the part lasts until 29 min. Then 4 min of the next 15 are over.
Test(semantics_6_maintenance, s6_7_waiting_on_shift_counts_for_the_on_shift_clock) {
  const char *sections = SHIFTS "'sources': {'s': {'sequence': ['p']}}, 'stations': {"
               MACHINE("A", "'calendar': 'two', 'time': '19 min', "
                            SERVICE(EVERY_SO("'15 min'", "on-shift"), "'duration': '1 min'"))
               "}, 'flow': [['s', 'A', 'out']]";
  expect_story(sections, 86400, "fail", "1740 fail A service");
  tw_run *run = run_of(sections, 1800);
  cr_expect_eq(tw_mode_left(run, 0), tw_ticks((15 - 4 - 1) * 60.0));
  tw_run_free(run);
}

// The second machine has used half of its first 20 s.
Test(semantics_6_maintenance, s6_7_age_spread_starts_parallel_machines_at_evenly_spread_ages) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'machines': 2, 'time': '99 s', "
                            SERVICE(EVERY_SO("'20 s'", "calendar"),
                                    "'at': 'immediate', 'duration': '2 s', 'age': 'spread'"))
               "}, 'flow': [['s', 'A', 'out']]", 40, "fail",
               "10 fail A[2] service; 20 fail A[1] service; 30 fail A[2] service; "
               "40 fail A[1] service");
}

// 0, 3 and 6 of 9 cycles.
Test(semantics_6_maintenance, s6_7_age_spread_counts_cycles_too) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'machines': 3, 'time': '2 s', "
                            SERVICE(EVERY_SO("9", "cycles"),
                                    "'at': 'immediate', 'duration': '1 s', 'age': 'spread'"))
               "}, 'flow': [['s', 'A', 'out']]", 18, "fail",
               "6 fail A[3] service; 12 fail A[2] service; 18 fail A[1] service");
}

Test(semantics_6_maintenance, s6_7_age_says_how_much_of_the_first_interval_is_over) {
  expect_story(NEVER_BUSY(SERVICE(EVERY_SO("'20 s'", "calendar"),
                                  "'duration': '2 s', 'age': '15 s'")),
               26, "fail", "5 fail A service; 25 fail A service");
  expect_story(ALWAYS_BUSY("2 s", SERVICE(EVERY_SO("5", "cycles"), "'duration': '2 s', 'age': 4")),
               15, "fail", "2 fail A service; 14 fail A service");
}

// A failure at 10 s of 5 s, once.
#define JAM "'failures': {'jam': {'clock': 'calendar', 'repair': '5 s'," \
  " 'mtbf': {'trace': {'values': ['10 s', '900 s']}}}}, "

// Due at 18 s, 3 s behind the end of the repair; then every 18 s.
Test(semantics_6_maintenance, s6_7_what_is_due_within_is_done_with_another_stop) {
  expect_story(ALWAYS_BUSY("99 s", JAM SERVICE(EVERY_SO("'18 s'", "calendar"),
                           "'at': 'immediate', 'duration': '3 s', 'with': {'due_within': '3 s'}")),
               40, "fail repaired",
               "10 fail A jam; 15 fail A service; 18 repaired A service; 33 fail A service; "
               "36 repaired A service");
}

Test(semantics_6_maintenance, s6_7_what_is_due_later_is_not) {
  expect_story(ALWAYS_BUSY("99 s", JAM SERVICE(EVERY_SO("'18 s'", "calendar"),
                           "'at': 'immediate', 'duration': '3 s', 'with': {'due_within': '2 s'}")),
               20, "fail repaired", "10 fail A jam; 15 repaired A jam; 18 fail A service");
}

// The machine stands anyway, with its part on it.
Test(semantics_6_maintenance, s6_7_with_another_stop_also_where_it_waits_for_a_boundary) {
  expect_story(ALWAYS_BUSY("99 s", JAM SERVICE(EVERY_SO("'18 s'", "calendar"),
                           "'duration': '3 s', 'with': {'due_within': '3 s'}")),
               20, "fail repaired", "10 fail A jam; 15 fail A service; 18 repaired A service");
}

// Due at 8 s already, and waits for the end of the part.
Test(semantics_6_maintenance, s6_7_what_is_due_already_is_done_with_another_stop) {
  expect_story(ALWAYS_BUSY("99 s", JAM SERVICE(EVERY_SO("'8 s'", "calendar"),
                           "'at': 'idle', 'duration': '3 s', 'with': {'due_within': '0 s'}")),
               20, "fail repaired", "10 fail A jam; 15 fail A service; 18 repaired A service");
}

// At 15 s one of two cycles is left.
Test(semantics_6_maintenance, s6_7_due_within_a_count_of_cycles) {
  expect_story(ALWAYS_BUSY("7 s", JAM SERVICE(EVERY_SO("2", "cycles"),
                           "'at': 'immediate', 'duration': '3 s', 'with': {'due_within': 1}")),
               20, "fail repaired", "10 fail A jam; 15 fail A service; 18 repaired A service");
}

// The time at 30 s was done at 15 s; the next one is a week later.
Test(semantics_6_maintenance, s6_7_a_time_of_the_week_that_was_done_before_does_not_come_again) {
  expect_story("'run': {'start': '2026-03-01T23:59:30', 'horizon': '30 d'}, "
               NEVER_BUSY(JAM SERVICE("{'week': 'Mon 00:00'}",
                                      "'duration': '3 s', 'with': {'due_within': '1 min'}")),
               500, "fail", "10 fail A jam; 15 fail A service");
}

#define WEAROUT(rest) "'failures': {'jam': {'clock': 'calendar', 'mtbf': '20 s', 'repair': '5 s'}}, " \
  SERVICE(EVERY_SO("{'trace': {'values': ['12 s', '900 s']}}", "calendar"), \
          "'at': 'immediate', 'duration': '3 s'" rest)

Test(semantics_6_maintenance, s6_7_without_renews_other_clocks_go_on) {
  expect_story(ALWAYS_BUSY("99 s", WEAROUT("")), 40, "fail", "12 fail A service; 20 fail A jam");
}

Test(semantics_6_maintenance, s6_7_renews_1_makes_as_good_as_new) {
  expect_story(ALWAYS_BUSY("99 s", WEAROUT(", 'renews': {'jam': 1}")), 40, "fail",
               "12 fail A service; 35 fail A jam");
}

// 15 s old at the end of the service, 3 s afterwards.
Test(semantics_6_maintenance, s6_7_renews_a_share_takes_it_off_the_age) {
  expect_story(ALWAYS_BUSY("99 s", WEAROUT(", 'renews': {'jam': 0.8}")), 40, "fail",
               "12 fail A service; 32 fail A jam");
}

// A repair renews too: b fell due at 12 s, and is as good as new at 15 s.
Test(semantics_6_maintenance, s6_7_a_repair_renews_what_is_due) {
  expect_story(ALWAYS_BUSY("99 s", "'failures': {'a': {'clock': 'calendar', 'mtbf': '10 s', 'repair':"
                           " '5 s', 'renews': {'b': 1}}, 'b': {'clock': 'calendar', 'mtbf': '12 s',"
                           " 'repair': '1 s'}}"),
               30, "fail", "10 fail A a; 25 fail A a");
}

// b was due at 12 s, 12 s old; half of that is left at 15 s, and 6 s to go.
Test(semantics_6_maintenance, s6_7_a_share_of_what_is_due_brings_it_back) {
  expect_story(ALWAYS_BUSY("99 s", "'failures': {'a': {'clock': 'calendar', 'mtbf': '10 s', 'repair':"
                           " '5 s', 'renews': {'b': 0.5}}, 'b': {'clock': 'calendar', 'mtbf': '12 s',"
                           " 'repair': '1 s'}}"),
               22, "fail", "10 fail A a; 21 fail A b");
}

// Weibull times, 12 h old at the end of the service: the next life is drawn given the 3 h that are left. A copy of the run draws
// by hand what the run itself draws at the end of the service.
Test(semantics_6_maintenance, s6_7_what_is_left_of_an_age_counts_in_the_next_draw) {
  const char *sections = ALWAYS_BUSY("99 h",
      "'failures': {'jam': {'clock': 'calendar', 'mtbf': {'weibull': {'mean': '40 h', 'shape': 3}},"
      " 'repair': '5 s'}}, " SERVICE(EVERY_SO("{'trace': {'values': ['10 h', '900 h']}}", "calendar"),
      "'at': 'immediate', 'duration': '2 h', 'renews': {'jam': 0.75}"));
  tw_run *run = run_of(sections, 11 * 3600.0);
  cr_assert_eq(run->mode[1].clock, TW_CLOCK_REPAIR, "the service is not under way");
  tw_run *copy = tw_run_fork(run);
  const double life_s = tw_draw_given(copy, run->line->mode[0].mtbf_site, 3 * 3600.0);
  cr_expect_gt(life_s, 3 * 3600.0);
  cr_assert_eq(test_until(run, 12 * 3600.0), TWIN_OK);
  cr_expect_eq(tw_mode_left(run, 0), tw_ticks(life_s) - tw_ticks(3 * 3600.0));
  tw_run_free(copy);
  tw_run_free(run);
}

#define CARTRIDGE(supply) "'parts': {'p': {}, 'cartridge': {'supply': {" supply "}}}, "
#define WITH_SPARES ALWAYS_BUSY("99 s", SERVICE(EVERY_SO("'10 s'", "calendar"), \
  "'at': 'immediate', 'duration': '2 s', 'from': 'end', 'spares': {'cartridge': 2}"))

// 3 pieces at the start, 2 are needed, one comes every 15 s: at 15 s there are 2 again, at 22 s they are
// used; the third time at 34 s there is one, and the second comes at 45 s.
Test(semantics_6_maintenance, s6_7_a_repair_waits_for_the_delivery_of_its_spares) {
  const char *sections = CARTRIDGE("'stock': 3, 'every': '15 s'") WITH_SPARES;
  expect_story(sections, 47, "fail repair repaired",
               "10 fail A service; 10 repair A service; 12 repaired A service; 22 fail A service; "
               "22 repair A service; 24 repaired A service; 34 fail A service; 45 repair A service; "
               "47 repaired A service");
  tw_run *run = run_of(sections, 47);
  expect_value(run, "stations/A/state/maintenance-waiting/duration", 11);
  cr_expect_eq(run->stock[0].n, 0);
  cr_expect_eq(run->stock[0].n_used, 6);
  tw_run_free(run);
}

// The delivery at 30 s comes on the tick on which the spares are needed.
Test(semantics_6_maintenance, s6_7_a_delivery_on_the_tick_is_in_time) {
  expect_story(CARTRIDGE("'every': '10 s', 'batch': 2") WITH_SPARES, 24, "fail repair",
               "10 fail A service; 10 repair A service; 22 fail A service; 22 repair A service");
}

Test(semantics_6_maintenance, s6_7_without_delivery_it_waits_for_ever) {
  expect_story(CARTRIDGE("'stock': 3") WITH_SPARES, 900, "fail repair",
               "10 fail A service; 10 repair A service; 22 fail A service");
}

Test(semantics_6_maintenance, s6_7_of_an_unlimited_supply_there_is_always_enough) {
  expect_story("'parts': {'p': {}, 'cartridge': {'supply': 'unlimited'}}, " WITH_SPARES, 23,
               "repair", "10 repair A service; 22 repair A service");
}

// The fitter works from 0 to 10 min and from 20 to 30 min. Begun at 8 min, 2 of 4 min are done when he
// goes; the only cartridge is in the machine already.
Test(semantics_6_maintenance, s6_7_spares_are_used_once_though_the_work_is_interrupted) {
  const char *sections =
      SHIFTS CARTRIDGE("'stock': 1") "'workers': {'fitters': {'skills': ['mend'], 'count': 1,"
      " 'calendar': 'two'}}, "
      NEVER_BUSY(SERVICE(EVERY_SO("'8 min'", "calendar"), "'duration': '4 min', 'needs': ['mend'],"
                         " 'spares': {'cartridge': 1}, 'from': 'end'"));
  expect_story(sections, 1400, "fail repaired", "480 fail A service; 1320 repaired A service");
  tw_run *run = run_of(sections, 1400);
  cr_expect_eq(run->stock[0].n_used, 1);
  tw_run_free(run);
}

// A break of the walk: the fitter sets out at 60 s and is called away at 70 s, before he has begun. The
// piece that was laid out for him is used once.
Test(semantics_6_maintenance, s6_7_spares_are_not_used_by_who_never_arrived) {
  const char *sections =
      CARTRIDGE("'stock': 1") "'workers': {'fitters': {'skills': ['mend'], 'count': 1, 'walk': '30 s'}},"
      "'sources': {'s': {'orders': [{'part': 'p', 'release': '9 d'}]}}, 'stations': {"
      MACHINE("A", "'time': '4 s', 'failures': {'jam': {'clock': 'calendar', 'mtbf': {'trace':"
                   " {'values': ['10 s', '60 s', '9 d']}}, 'repair': '5 s', 'needs': ['mend'],"
                   " 'priority': 1, 'preempt': true}}") ", "
      MACHINE("B", "'time': '4 s', " SERVICE(EVERY_SO("'60 s'", "calendar"), "'duration': '5 s',"
                   " 'needs': ['mend'], 'spares': {'cartridge': 1}, 'from': 'end'"))
      "}, 'flow': [['s', 'A', 'B', 'out']]";
  // at A from 10 s to 15 s; to B from 60 s on; back at A at 75 s, so 75-80 s; then to B until 110 s
  expect_story(sections, 144, "fail repair repaired",
               "10 fail A jam; 10 repair A jam; 15 repaired A jam; 60 fail B service; 75 fail A jam; "
               "105 repair A jam; 110 repaired A jam; 140 repair B service");
  tw_run *run = run_of(sections, 150);
  cr_expect_eq(run->stock[0].n_used, 1);
  tw_run_free(run);
}

// One fitter for two machines whose service is due at 10 s.
Test(semantics_6_maintenance, s6_7_maintenance_waits_for_its_people_in_a_state_of_its_own) {
  const char *sections =
      "'workers': {'fitters': {'skills': ['mend'], 'count': 1}}, 'sources': {" ALWAYS("s") "},"
      "'stations': {" MACHINE("A", "'machines': 2, 'time': '99 s', "
      SERVICE(EVERY_SO("'10 s'", "calendar"), "'at': 'immediate', 'duration': '4 s',"
              " 'needs': ['mend'], 'from': 'end'")) "}, 'flow': [['s', 'A', 'out']]";
  expect_story(sections, 18, "repair repaired",
               "10 repair A[1] service; 14 repaired A[1] service; 14 repair A[2] service; "
               "18 repaired A[2] service");
  tw_run *run = run_of(sections, 18);
  cr_expect_eq(test_in_state(run, 0, TWIN_MAINTENANCE_WAITING), 0);
  cr_expect_eq(test_in_state(run, 1, TWIN_MAINTENANCE_WAITING), 4);
  cr_expect_eq(test_in_state(run, 0, TWIN_PLANNED_MAINTENANCE), 4);
  cr_expect_eq(test_in_state(run, 1, TWIN_PLANNED_MAINTENANCE), 4);
  tw_run_free(run);
}

// Due at 15 min, off shift; done by 17 min though the machine is away until 20 min.
Test(semantics_6_maintenance, s6_7_maintenance_is_done_off_shift_too) {
  const char *sections = SHIFTS BUSY_4_OF_10("'calendar': 'two', "
      SERVICE("{'week': 'Mon 00:15'}", "'duration': '2 min'"));
  expect_story(sections, 1300, "fail repair repaired",
               "900 fail A service; 900 repair A service; 1020 repaired A service");
  tw_run *run = run_of(sections, 1200);
  expect_value(run, "stations/A/state/off-shift/duration", 600);
  tw_run_free(run);
}

// From 595 s to 1210 s with 590 s off shift between: the part resumes, and ends at 1209 s.
Test(semantics_6_maintenance, s6_7_a_part_that_stays_over_the_shift_is_no_boundary) {
  expect_story(SHIFTS "'sources': {'s': {'orders': [{'part': 'p', 'release': '595 s'}]}}, 'stations': {"
               MACHINE("A", "'calendar': 'two', 'time': '14 s', "
                       SERVICE("{'week': 'Mon 00:15'}", "'duration': '2 min'"))
               "}, 'flow': [['s', 'A', 'out']]",
               1400, "fail repaired ship",
               "1209 ship out 1; 1209 fail A service; 1329 repaired A service");
}

// The on-shift clock stands from 600 s to 1200 s, so that 2 min of work end at 1260 s.
Test(semantics_6_maintenance, s6_7_the_people_s_calendar_governs_not_the_machine_s) {
  expect_story(SHIFTS "'workers': {'fitters': {'skills': ['mend'], 'count': 1, 'calendar': 'two'}}, "
               NEVER_BUSY(SERVICE("{'week': 'Mon 00:09'}", "'duration': '2 min', 'needs': ['mend']")),
               1400, "fail repaired", "540 fail A service; 1260 repaired A service");
}
