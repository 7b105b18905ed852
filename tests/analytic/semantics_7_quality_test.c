// SEMANTICS 7.4 and 7.5, and what 5.4 says of defects: scrap, hidden defects, inspection, rework, and
// the figures that follow from them. Probabilities are 0 and 1 where a story is told.

#include "sentences.h"

#include <math.h>
#include <stdio.h>

// clang-format off: the lines are laid out by hand

#define INSPECT(name, rest) "'" name "': {'type': 'inspection', " rest "}"
#define PARTS(n) "'sources': {'s': {'sequence': ['" n " p']}}, 'buffers': {" BUFFER("q", "'unlimited'") "}"

// A cuts for 2 s, I looks for 1 s and sends back to A's queue.
#define LOOP(n, cut, look) \
  PARTS(n) ", 'stations': {" MACHINE("A", "'time': '2 s'" cut) ", " INSPECT("I", "'time': '1 s'" look) \
  "}, 'flow': [['s', 'q', 'A', 'I', 'out'], ['I.rework', 'q'], ['I.scrap', 'scrap']]"

// The same without a way back.
#define LINE(n, cut, look) \
  PARTS(n) ", 'stations': {" MACHINE("A", "'time': '2 s'" cut) ", " INSPECT("I", "'time': '1 s'" look) \
  "}, 'flow': [['s', 'q', 'A', 'I', 'out']]"

// Part 1 is good at 8 s; part 2, at 12 s, is not; each is finished before the next begins.
Test(semantics_5, s5_4_defects_are_drawn_at_completion) {
  expect_story("'sources': {'s': {'sequence': ['2 p']}}, 'stations': {"
               MACHINE("A", "'time': '6 s', 'defects': {'crack': 'if(time >= 9 s, 1, 0)'}") ", "
               INSPECT("I", "'time': '1 s', 'detects': 'crack'")
               "}, 'flow': [['s', 'A', 'I', 'out']]",
               20, "start/A complete/A reject ship scrap",
               "0 start A 1; 6 complete A 1; 6 start A 2; 7 ship out 1; 12 complete A 2; "
               "13 reject I 2; 13 scrap scrap 2");
}

// Part 2 is finished at 8 s, without a crack, and moves only at 14 s.
Test(semantics_5, s5_4_what_was_drawn_for_a_defect_is_kept_while_blocked) {
  tw_run *run = run_of("'sources': {'s': {'sequence': ['2 p']}}, 'stations': {"
                       MACHINE("A", "'time': '4 s', 'defects': {'crack': 'if(time >= 9 s, 1, 0)'}") ", "
                       MACHINE("B", "'time': '10 s'")
                       "}, 'flow': [['s', 'A', 'B', 'out']]", 30);
  expect_value(run, "stations/A/state/blocked/duration", 6);
  expect_value(run, "line/shipped", 2);
  expect_value(run, "line/escapes", 0);
  tw_run_free(run);
}

// 4 s of work go into each, and the next part starts on the tick on which the scrap leaves.
Test(semantics_7, s7_4_scrap_leaves_at_once_by_its_exit_and_the_time_is_spent) {
  const char *sections = "'sources': {'s': {'sequence': ['2 p']}}, 'buffers': {" BUFFER("bin", "9")
                         "}, 'stations': {" MACHINE("A", "'time': '4 s', 'scrap': 1")
                         "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'bin', 'scrap']]";
  expect_story(sections, 9, "start leave/A enter/bin scrap",
               "0 start A 1; 4 leave A 1; 4 enter bin 1; 4 scrap scrap 1; 4 start A 2; "
               "8 leave A 2; 8 enter bin 2; 8 scrap scrap 2");
  tw_run *run = run_of(sections, 8);
  expect_value(run, "stations/A/utilisation", 1);
  expect_value(run, "stations/A/count/scrapped", 2);
  tw_run_free(run);
}

// It goes the way of a good part, through a station that knows nothing of it, and ships.
Test(semantics_7, s7_4_a_defect_is_hidden_and_stays_on_the_part) {
  const char *sections =
      "'sources': {'s': {'sequence': ['3 p']}}, 'stations': {"
      MACHINE("A", "'time': '2 s', 'defects': {'crack': 1}") ", " MACHINE("B", "'time': '1 s'")
      "}, 'flow': [['s', 'A', 'B', 'out']]";
  expect_story(sections, 9, "ship scrap", "3 ship out 1; 5 ship out 2; 7 ship out 3");
  tw_run *run = run_of(sections, 9);
  expect_value(run, "stations/A/defects/crack", 3);
  expect_value(run, "line/escapes", 3);
  expect_value(run, "line/escapes/crack", 3);
  expect_value(run, "line/first_pass_yield", 1);
  tw_run_free(run);
}

Test(semantics_7, s7_4_a_defect_waits_for_an_inspection) {
  expect_story(LINE("2", ", 'defects': {'crack': 1}", ", 'detects': ['crack']"), 9,
               "complete reject ship scrap",
               "2 complete A 1; 3 complete I 1; 3 reject I 1; 3 scrap scrap 1; 4 complete A 2; "
               "5 complete I 2; 5 reject I 2; 5 scrap scrap 2");
}

// It sees cracks only.
Test(semantics_7, s7_4_an_inspection_sees_only_what_it_detects) {
  tw_run *run = run_of(LINE("2", ", 'defects': {'crack': 0, 'burr': 1}", ", 'detects': ['crack']"), 9);
  expect_value(run, "stations/I/count/rejected", 0);
  expect_value(run, "stations/I/count/missed", 0);
  expect_value(run, "line/escapes/burr", 2);
  expect_value(run, "line/escapes/crack", 0);
  tw_run_free(run);
}

// Cut three times, rejected three times; the second rework was the last one allowed.
Test(semantics_7, s7_4_beyond_max_rework_the_part_is_scrap) {
  const char *sections = LOOP("1", ", 'defects': {'crack': 1}",
                              ", 'detects': ['crack'], 'on_reject': {'rework': 1, 'max_rework': 2}");
  expect_story(sections, 99, "complete/A reject scrap",
               "2 complete A 1; 3 reject I 1; 5 complete A 1; 6 reject I 1; 8 complete A 1; "
               "9 reject I 1; 9 scrap scrap 1");
  tw_run *run = run_of(sections, 99);
  expect_value(run, "stations/I/count/rejected", 3);
  expect_value(run, "stations/I/count/reworked", 2);
  expect_value(run, "stations/I/count/scrapped", 1);
  tw_run_free(run);
}

Test(semantics_7, s7_4_rework_without_a_limit_goes_on) {
  tw_run *run = run_of(PARTS("1") ", 'stations': {"
                       MACHINE("A", "'time': '2 s', 'defects': {'crack': 1}") ", "
                       INSPECT("I", "'time': '1 s', 'detects': ['crack'], 'on_reject': {'rework': 1}")
                       "}, 'flow': [['s', 'q', 'A', 'I', 'out'], ['I.rework', 'q']]", 3000);
  expect_value(run, "stations/I/count/reworked", 1000);
  expect_value(run, "line/wip/now", 1);
  tw_run_free(run);
}

// The count is the part's: its one rework was at I, so J throws it away.
Test(semantics_7, s7_4_the_part_carries_its_rework_count_through_the_line) {
  tw_run *run = run_of("'sources': {'s': {'sequence': ['p']}}, 'buffers': {" BUFFER("q", "9")
                       "}, 'stations': {"
                       MACHINE("A", "'time': '1 s', 'defects': {'burr': 'if(part.rework == 0, 1, 0)', 'crack':"
                                    " 1}, 'repairs': 'burr'") ", "
                       INSPECT("I", "'time': '1 s', 'detects': 'burr', 'on_reject': {'rework': 1}") ", "
                       INSPECT("J", "'time': '1 s', 'detects': 'crack', 'on_reject': {'again': 0, 'rework':"
                                    " 1, 'max_rework': 1}")
                       "}, 'flow': [['s', 'q', 'A', 'I', 'J', 'out'], ['I.rework', 'q'],"
                       " ['J.rework', 'q'], ['J.again', 'q']]", 99);
  expect_value(run, "stations/I/count/reworked", 1);
  expect_value(run, "stations/I/count/inspected", 2);
  expect_value(run, "stations/J/count/rejected", 1);
  expect_value(run, "stations/J/count/reworked", 0);
  expect_value(run, "line/scrapped", 1);
  tw_run_free(run);
}

// B takes the crack away at 5 s; nothing is found at the second look.
Test(semantics_7, s7_4_a_station_removes_the_defects_that_it_repairs) {
  const char *sections =
      PARTS("1") ", 'stations': {" MACHINE("A", "'time': '2 s', 'defects': {'crack': 1, 'burr': 1}") ", "
      INSPECT("I", "'time': '1 s', 'detects': ['crack'], 'on_reject': {'rework': 1}") ", "
      MACHINE("B", "'time': '2 s', 'repairs': ['crack']")
      "}, 'flow': [['s', 'q', 'A', 'I', 'out'], ['I.rework', 'B', 'I']]";
  expect_story(sections, 9, "complete reject ship",
               "2 complete A 1; 3 complete I 1; 3 reject I 1; 5 complete B 1; 6 complete I 1; "
               "6 ship out 1");
  tw_run *run = run_of(sections, 9);
  expect_value(run, "line/escapes", 1);
  expect_value(run, "line/escapes/burr", 1);
  expect_value(run, "line/escapes/crack", 0);
  tw_run_free(run);
}

Test(semantics_7, s7_4_repairs_all_removes_every_defect) {
  tw_run *run = run_of("'sources': {'s': {'sequence': ['p']}}, 'buffers': {" BUFFER("b", "9") "}, 'stations': {"
                       MACHINE("A", "'time': '2 s', 'defects': {'crack': 1, 'burr': 1}") ", "
                       MACHINE("B", "'time': '2 s', 'repairs': 'all'")
                       "}, 'flow': [['s', 'A', 'b', 'B', 'out']]", 9);
  expect_value(run, "line/shipped", 1);
  expect_value(run, "line/escapes", 0);
  tw_run_free(run);
}

// A makes a crack at the first pass only, but nothing takes it away.
Test(semantics_7, s7_4_what_nothing_repairs_is_found_again) {
  tw_run *run = run_of(LOOP("1", ", 'defects': {'crack': 'if(part.rework == 0, 1, 0)'}",
                            ", 'detects': ['crack'], 'on_reject': {'rework': 1, 'max_rework': 4}"), 99);
  expect_value(run, "stations/I/count/rejected", 5);
  expect_value(run, "stations/A/defects/crack", 1);
  tw_run_free(run);
}

// Three passes, each of which would make it.
Test(semantics_7, s7_4_a_defect_that_is_there_is_not_made_again) {
  tw_run *run = run_of(LOOP("1", ", 'defects': {'crack': 1}",
                            ", 'detects': ['crack'], 'on_reject': {'rework': 1, 'max_rework': 2}"), 99);
  expect_value(run, "stations/A/count/completions", 3);
  expect_value(run, "stations/A/defects/crack", 1);
  tw_run_free(run);
}

// It takes the old crack away and makes a new one: repairs come before its own defects.
Test(semantics_7, s7_4_a_station_that_works_again_draws_its_own_defects_again) {
  tw_run *run = run_of(LOOP("1", ", 'defects': {'crack': 'if(part.rework < 2, 1, 0)'}, 'repairs': 'crack'",
                            ", 'detects': ['crack'], 'on_reject': {'rework': 1, 'max_rework': 9}"), 99);
  expect_value(run, "stations/I/count/rejected", 2);
  expect_value(run, "stations/A/defects/crack", 2);
  expect_value(run, "line/shipped", 1);
  expect_value(run, "line/escapes", 0);
  tw_run_free(run);
}

// Three of four parts are good at once, one at its third pass: 6 passes, 4 serials.
Test(semantics_7, s7_4_produced_quantity_counts_passes_and_first_pass_yield_serials) {
  tw_run *run = run_of("'parts': {'p': {}, 'bad': {'attributes': {'k': 1}}, 'good': {'attributes': {'k': 0}}},"
                       "'sources': {'s': {'sequence': ['3 good', '1 bad']}}, 'buffers': {" BUFFER("q", "9")
                       "}, 'stations': {" MACHINE("A", "'time': '2 s', 'repairs': 'all', 'defects': {'crack':"
                       " 'if(part.k > 0 and part.rework < 2, 1, 0)'}") ", "
                       INSPECT("I", "'time': '1 s', 'detects': ['crack'], 'on_reject': {'rework': 1}")
                       "}, 'flow': [['s', 'q', 'A', 'I', 'out'], ['I.rework', 'q']]", 99);
  expect_value(run, "line/shipped", 4);
  expect_value(run, "stations/A/count/completions", 6);
  expect_value(run, "line/first_pass_yield", 3.0 / 4);
  expect_value(run, "line/quality_ratio", 4.0 / 6);
  tw_run_free(run);
}

// Inspected once and reworked with success, R of S: (S - R)/S <= S/(S + R).
Test(semantics_7, s7_4_first_pass_yield_is_at_most_the_quality_ratio_where_rework_succeeds) {
  tw_run *run = run_of(LOOP("5000", ", 'repairs': 'all', 'defects': {'crack': 'if(part.rework == 0, 0.3, 0)'}",
                            ", 'detects': ['crack'], 'on_reject': {'rework': 1, 'max_rework': 1}"), 1e6);
  const double n = test_value(run, "stations/I/count/reworked");
  expect_value(run, "line/shipped", 5000);
  expect_value(run, "line/first_pass_yield", (5000 - n) / 5000);
  expect_value(run, "line/quality_ratio", 5000 / (5000 + n));
  cr_expect(test_value(run, "line/first_pass_yield") < test_value(run, "line/quality_ratio"));
  tw_run_free(run);
}

// A part that is rejected without a defect, and shipped by another exit, was good but not at first.
Test(semantics_7, s7_4_a_rejected_part_does_not_count_in_the_first_pass_yield) {
  tw_run *run = run_of(PARTS("4") ", 'stations': {"
                       INSPECT("I", "'time': '1 s', 'false_reject': 1, 'on_reject': {'concession': 1}")
                       "}, 'flow': [['s', 'q', 'I', 'scrap'], ['I.concession', 'out']]", 99);
  expect_value(run, "line/shipped", 4);
  expect_value(run, "line/first_pass_yield", 0);
  expect_value(run, "line/quality_ratio", 1);
  tw_run_free(run);
}

Test(semantics_7, s7_4_without_defects_and_inspections_both_figures_are_the_yield) {
  tw_run *run = run_of("'sources': {'s': {'sequence': ['4 p']}}, 'stations': {"
                       MACHINE("A", "'time': '1 s', 'scrap': 'if(time < 1.5 s, 1, 0)'")
                       "}, 'flow': [['s', 'A', 'out']]", 99);
  expect_value(run, "line/first_pass_yield", 0.75);
  expect_value(run, "line/quality_ratio", 0.75);
  expect_value(run, "line/escapes", 0);
  tw_run_free(run);
}

// What was made is known, what was seen decides.
Test(semantics_7, s7_5_a_missed_defect_passes_and_stays_on_the_part) {
  tw_run *run = run_of(LINE("3", ", 'defects': {'crack': 1}", ", 'detects': {'crack': {'missed': '100 %'}}"), 20);
  expect_value(run, "stations/I/count/inspected", 3);
  expect_value(run, "stations/I/count/missed", 3);
  expect_value(run, "stations/I/count/rejected", 0);
  expect_value(run, "line/shipped", 3);
  expect_value(run, "line/escapes/crack", 3);
  tw_run_free(run);
}

Test(semantics_7, s7_5_a_false_reject_is_counted_apart_from_missed_defects) {
  tw_run *run = run_of(LINE("3", ", 'defects': {'crack': 0}", ", 'detects': ['crack'], 'false_reject': 1"), 20);
  expect_value(run, "stations/I/count/rejected", 3);
  expect_value(run, "stations/I/count/false_rejects", 3);
  expect_value(run, "stations/I/count/missed", 0);
  expect_value(run, "line/scrapped", 3);
  expect_value(run, "stations/I/count/scrapped", 3);
  tw_run_free(run);
}

// A part with a defect is rejected for what was seen, never by mistake.
Test(semantics_7, s7_5_false_rejects_are_parts_without_a_defect_that_it_detects) {
  tw_run *run = run_of(LINE("3", ", 'defects': {'crack': 1}",
                            ", 'detects': {'crack': {'missed': 1}}, 'false_reject': 1"), 20);
  expect_value(run, "stations/I/count/rejected", 0);
  tw_run_free(run);
  run = run_of(LINE("3", ", 'defects': {'crack': 1, 'burr': 0}", ", 'detects': 'burr', 'false_reject': 1"), 20);
  expect_value(run, "stations/I/count/false_rejects", 3);
  tw_run_free(run);
}

// Seen as cracked, though the burr is missed; and only missed when both are.
Test(semantics_7, s7_5_each_defect_is_seen_or_missed_for_itself) {
  tw_run *run = run_of(LINE("3", ", 'defects': {'crack': 1, 'burr': 1}",
                            ", 'detects': {'burr': {'missed': 1}, 'crack': {}}"), 20);
  expect_value(run, "stations/I/count/rejected", 3);
  expect_value(run, "stations/I/count/missed", 0);
  tw_run_free(run);
}

// Counted when a part is shipped, not when it is made or scrapped.
Test(semantics_7, s7_5_escapes_are_counted_at_the_sink) {
  const char *sections = LINE("3", ", 'defects': {'crack': 1}", ", 'detects': {'crack': {'missed': 1}}");
  tw_run *run = run_of(sections, 4.5);
  expect_value(run, "stations/A/defects/crack", 2);
  expect_value(run, "line/escapes", 1);
  tw_run_free(run);
  run = run_of(LINE("3", ", 'defects': {'crack': 1}", ", 'detects': 'crack'"), 20);
  expect_value(run, "line/scrapped", 3);
  expect_value(run, "line/escapes", 0);
  tw_run_free(run);
}

Test(semantics_7, s7_5_good_parts_leave_by_the_exit_pass_or_by_the_main_one) {
  static const char *const spellings[] = {"['I', 'b', 'out']", "['I.pass', 'b', 'out']"};
  for (int i = 0; i < 2; i++) {
    char sections[400];
    snprintf(sections, sizeof sections,
             "'sources': {'s': {'sequence': ['2 p']}}, 'buffers': {" BUFFER("b", "9") "}, 'stations': {"
             INSPECT("I", "'time': '1 s'") "}, 'flow': [['s', 'I'], %s]", spellings[i]);
    expect_story(sections, 9, "enter/b ship", "1 enter b 1; 1 ship out 1; 2 enter b 2; 2 ship out 2");
  }
}

// Every third one is looked at, for 10 s; the two before it take no time.
Test(semantics_7, s7_5_parts_outside_of_the_sample_pass_in_no_time_and_are_not_inspected) {
  const char *sections = PARTS("7") ", 'stations': {"
      INSPECT("I", "'time': '10 s', 'false_reject': 1, 'sample': {'every': 3}")
      "}, 'flow': [['s', 'q', 'I', 'out']]";
  expect_story(sections, 99, "start ship scrap",
               "0 start I 1; 0 ship out 1; 0 start I 2; 0 ship out 2; 0 start I 3; 10 scrap scrap 3; "
               "10 start I 4; 10 ship out 4; 10 start I 5; 10 ship out 5; 10 start I 6; "
               "20 scrap scrap 6; 20 start I 7; 20 ship out 7");
  tw_run *run = run_of(sections, 99);
  expect_value(run, "stations/I/count/inspected", 2);
  expect_value(run, "stations/I/count/not_inspected", 5);
  expect_value(run, "line/first_pass_yield", 5.0 / 7);
  tw_run_free(run);
}

// The second part is in the sample and stopped after 4 s: begun anew, with another time, it still is.
Test(semantics_7, s7_5_the_sample_is_decided_once_a_visit) {
  static const char *const fates[] = {"resample", "eject"};
  for (int i = 0; i < 2; i++) {
    char sections[500];
    snprintf(sections, sizeof sections, PARTS("3") ", 'stations': {"
             INSPECT("I", "'time': '10 s', 'sample': {'every': 2}, "
                     WEAR("processing", "{'trace': {'values': ['4 s', '900 s']}}", "5 s", ", 'part': '%s'"))
             "}, 'flow': [['s', 'q', 'I', 'out']]", fates[i]);
    expect_story(sections, 99, "fail complete",
                 "0 complete I 1; 4 fail I wear; 19 complete I 2; 19 complete I 3");
    tw_run *run = run_of(sections, 99);
    expect_value(run, "stations/I/count/inspected", 1);
    expect_value(run, "stations/I/count/not_inspected", 2);
    tw_run_free(run);
  }
}

// I looks at the second part, J at every one; what was decided at I does not count at J.
Test(semantics_7, s7_5_every_inspection_has_a_sample_of_its_own) {
  tw_run *run = run_of(PARTS("4") ", 'stations': {"
                       INSPECT("I", "'time': '3 s', 'sample': {'every': 2}, 'scrap': 'if(time > 1 s, 1, 0)'") ", "
                       INSPECT("J", "'time': '1 s', 'sample': {'every': 1}")
                       "}, 'flow': [['s', 'q', 'I', 'J', 'out'], ['I.scrap', 'J']]", 99);
  expect_value(run, "stations/J/count/inspected", 4);
  tw_run_free(run);
}

// An inspection is a station like others: it fails, and its own work can make a defect, which it sees.
Test(semantics_7, s7_5_an_inspection_is_a_machine_station_in_everything_else) {
  expect_story("'sources': {'s': {'sequence': ['2 p']}}, 'stations': {"
               INSPECT("I", "'machines': 2, 'time': '4 s', 'load': {'time': '1 s'}, 'detects': 'scratch',"
                            " 'defects': {'scratch': 1}, " WEAR("calendar", "'3 s'", "5 s", ""))
               "}, 'flow': [['s', 'I', 'out']]",
               9.5, "start fail reject complete",
               "1 start I[1] 1; 1 start I[2] 2; 3 fail I[1] wear; 3 fail I[2] wear");
}

// One person cuts for 2 s and looks for 1 s; looking is asked for with more priority. Passing by
// takes no time, but waits for the person too.
Test(semantics_7, s7_5_an_inspection_needs_people_as_other_stations_do) {
  static const char *const samples[] = {"{'every': 1}", "{'every': 99}"};
  static const char *const stories[] = {"2 complete A 1; 3 complete I 1; 5 complete A 2; 6 complete I 2",
                                        "2 complete A 1; 2 complete I 1; 4 complete A 2; 4 complete I 2"};
  for (int i = 0; i < 2; i++) {
    char sections[600];
    snprintf(sections, sizeof sections, PARTS("2") ", 'workers': {'w': {'count': 1, 'skills': ['do']}}, 'stations': {"
             MACHINE("A", "'time': '2 s', 'needs': ['do']") ", "
             INSPECT("I", "'time': '1 s', 'needs': ['do'], 'needs_priority': 1, 'sample': %s")
             "}, 'flow': [['s', 'q', 'A', 'I', 'out']]", samples[i]);
    expect_story(sections, 99, "complete", stories[i]);
  }
}

// Reserved for the good ones; a rejected part gives the place back.
Test(semantics_7, s7_5_a_rejected_part_gives_back_the_place_that_was_reserved) {
  tw_run *run = run_of(PARTS("3") ", 'stations': {"
                       INSPECT("I", "'time': '1 s', 'blocking': 'before-service', 'false_reject': 1") ", "
                       MACHINE("B", "'time': '9 s'") "}, 'flow': [['s', 'q', 'I', 'B', 'out']]", 99);
  expect_value(run, "line/scrapped", 3);
  expect_value(run, "stations/I/state/blocked", 0);
  tw_run_free(run);
}
