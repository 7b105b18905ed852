// SEMANTICS section 5, interruption: what happens to the part. The machine works on part 1 for 4 s
// of 10 s, is down for 5 s and does not fail again; the second time that it draws is 7 s.

#include "sentences.h"

#include <stdio.h>

// clang-format off: the lines are laid out by hand

#define STOPPED_AT_4(fate) \
  "'sources': {'s': {'sequence': ['3 p']}}, 'buffers': {" BUFFER("q", "9") "}, 'stations': {" \
  MACHINE("A", "'time': {'trace': {'values': ['10 s', '7 s', '7 s', '7 s']}}, " \
               WEAR("processing", "{'trace': {'values': ['4 s', '900 s']}}", "5 s", \
                    ", 'part': '" fate "'"))

#define TO_OUT "}, 'flow': [['s', 'q', 'A', 'out']]"

// 4 s before and 6 s after.
Test(semantics_5, s5_1_resume_goes_on_with_what_is_left) {
  expect_story(STOPPED_AT_4("resume") TO_OUT, 15, "start fail complete",
               "0 start A 1; 4 fail A wear; 15 complete A 1; 15 start A 2");
}

Test(semantics_5, s5_1_resume_is_the_default) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'time': '10 s', " WEAR("processing", "'4 s'", "5 s", ""))
               "}, 'flow': [['s', 'A', 'out']]",
               20, "fail complete", "4 fail A wear; 13 fail A wear; 20 complete A 1");
}

// The same 10 s again.
Test(semantics_5, s5_1_restart_takes_the_same_drawn_time_again) {
  expect_story(STOPPED_AT_4("restart") TO_OUT, 19, "start fail complete",
               "0 start A 1; 4 fail A wear; 19 complete A 1; 19 start A 2");
}

// The second draw, from the beginning.
Test(semantics_5, s5_1_resample_draws_anew) {
  expect_story(STOPPED_AT_4("resample") TO_OUT, 16, "start fail complete",
               "0 start A 1; 4 fail A wear; 16 complete A 1; 16 start A 2");
}

// At once, though the machine is down until 9 s; then the next part begins.
Test(semantics_5, s5_1_scrap_leaves_by_the_scrap_exit_at_the_failure_tick) {
  expect_story(STOPPED_AT_4("scrap") "}, 'flow': [['s', 'q', 'A', 'out'], ['A.scrap', 'scrap']]",
               16, "start fail complete scrap",
               "0 start A 1; 4 fail A wear; 4 scrap scrap 1; 9 start A 2; 16 complete A 2; "
               "16 start A 3");
}

// Part 1 is back in q at 4 s, before the others because it is older, and begun anew at 9 s.
Test(semantics_5, s5_1_eject_brings_the_part_back_to_its_queue) {
  expect_story(STOPPED_AT_4("eject") TO_OUT, 16, "enter/q start leave/A",
               "0 enter q 1; 0 enter q 2; 0 enter q 3; 0 start A 1; 4 leave A 1; 4 enter q 1; "
               "9 start A 1; 16 leave A 1; 16 start A 2");
}

// The other machine is free all the time.
Test(semantics_5, s5_2_a_part_never_changes_its_machine_silently) {
  expect_story("'sources': {'s': {'sequence': ['p']}}, 'stations': {"
               MACHINE("A", "'machines': 2, 'time': '10 s', "
                            WEAR("processing", "'6 s'", "5 s", ""))
               "}, 'flow': [['s', 'A', 'out']]",
               15, "start fail complete", "0 start A[1] 1; 6 fail A[1] wear; 15 complete A[1] 1");
}

// Changing over to r takes 10 s: 2-6 s, down for 5 s, 11-17 s.
Test(semantics_5, s5_2_an_interrupted_setup_resumes) {
  const char *sections =
      "'sources': {'s': {'orders': [{'part': 'p'}]}, 't': {'orders': [{'part': 'p', 'release':"
      " '2 s'}]}}, 'buffers': {" BUFFER("q", "9") ", " BUFFER("r", "9") "}, 'stations': {"
      MACHINE("A", "'time': '1 s', 'pull': {'rule': 'polling', 'from': ['q', 'r'],"
                   " 'switch': '10 s'}, "
                   WEAR("calendar", "{'trace': {'values': ['6 s', '900 s']}}", "5 s",
                        ", 'part': 'restart'"))
      "}, 'flow': [['s', 'q', 'A', 'out'], ['t', 'r', 'A']]";
  expect_story(sections, 17, "start fail", "0 start A 1; 6 fail A wear; 17 start A 2");
  tw_run *run = run_of(sections, 17);
  expect_value(run, "stations/A/state/setup/duration", 10);
  tw_run_free(run);
}

// The part is loaded at 0 s, when the factor would be 1, and processing starts at 6 s.
Test(semantics_5, s5_4_factor_is_evaluated_when_processing_starts) {
  expect_story("'sources': {'s': {'sequence': ['p']}}, 'stations': {"
               MACHINE("A", "'load': {'time': '6 s'}, 'time': '10 s',"
                            " 'factor': 'if(time >= 5 s, 2, 1)'")
               "}, 'flow': [['s', 'A', 'out']]",
               26, "complete", "26 complete A 1");
}

// Scrap from 9 s on: decided at 10 s, not at the start.
Test(semantics_5, s5_4_scrap_is_drawn_at_completion) {
  expect_story("'sources': {'s': {'sequence': ['p']}}, 'stations': {"
               MACHINE("A", "'time': '10 s', 'scrap': 'if(time >= 9 s, 1, 0)'")
               "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'scrap']]",
               26, "complete ship scrap", "10 complete A 1; 10 scrap scrap 1");
}

// Part 2 is good at 8 s and moves at 14 s. Part 3 is scrap at 18 s and leaves at once.
Test(semantics_5, s5_4_what_was_drawn_at_completion_is_kept_while_blocked) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'time': '4 s', 'scrap': 'if(time >= 9 s, 1, 0)'") ", "
               MACHINE("B", "'time': '10 s'")
               "}, 'flow': [['s', 'A', 'B', 'out'], ['A.scrap', 'scrap']]",
               18, "start/B scrap", "4 start B 1; 14 start B 2; 18 scrap scrap 3");
}

// Each fate once, by its own mode.
Test(semantics_5, s5_5_the_run_reports_how_often_each_fate_was_applied) {
  static const char *const fates[] = {"resume", "restart", "resample", "scrap", "eject"};
  static const char *const lines[] = {
      STOPPED_AT_4("resume") TO_OUT, STOPPED_AT_4("restart") TO_OUT,
      STOPPED_AT_4("resample") TO_OUT,
      STOPPED_AT_4("scrap") "}, 'flow': [['s', 'q', 'A', 'out'], ['A.scrap', 'scrap']]",
      STOPPED_AT_4("eject") TO_OUT};
  for (int i = 0; i < 5; i++) {
    tw_run *run = run_of(lines[i], 30);
    for (int k = 0; k < 5; k++) {
      char path[64];
      snprintf(path, sizeof path, "stations/A/fate/%s", fates[k]);
      expect_value(run, path, i == k);
    }
    tw_run_free(run);
  }
}

// A machine that holds no part, or a finished one, has nothing to lose.
Test(semantics_5, s5_5_a_failure_without_a_part_in_work_applies_none) {
  tw_run *run = run_of("'sources': {" EVERY("s", "50 s", "") "}, 'stations': {"
                       MACHINE("A", "'time': '1 s', " WEAR("calendar", "'10 s'", "5 s", ""))
                       "}, 'flow': [['s', 'A', 'out']]", 40);
  expect_value(run, "stations/A/count/failures", 3);
  expect_value(run, "stations/A/fate/resume", 0);
  tw_run_free(run);
}

// The same with a maintenance that begins at once, after 4 s of work.
#define SERVICED_AT_4(fate) \
  "'sources': {'s': {'sequence': ['3 p']}}, 'buffers': {" BUFFER("q", "9") "}, 'stations': {" \
  MACHINE("A", "'time': {'trace': {'values': ['10 s', '7 s', '7 s', '7 s']}}, 'maintenance': {'service':" \
               " {'trigger': {'every': {'trace': {'values': ['4 s', '900 s']}}, 'clock': 'processing'}," \
               " 'at': 'immediate', 'duration': '5 s'" fate "}}")

Test(semantics_5, s5_1_a_maintenance_has_its_fate_of_the_part_too) {
  expect_story(SERVICED_AT_4("") TO_OUT, 15, "start fail complete",
               "0 start A 1; 4 fail A service; 15 complete A 1; 15 start A 2");
  expect_story(SERVICED_AT_4(", 'part': 'restart'") TO_OUT, 19, "start fail complete",
               "0 start A 1; 4 fail A service; 19 complete A 1; 19 start A 2");
  expect_story(SERVICED_AT_4(", 'part': 'resample'") TO_OUT, 16, "start fail complete",
               "0 start A 1; 4 fail A service; 16 complete A 1; 16 start A 2");
  expect_story(SERVICED_AT_4(", 'part': 'scrap'") "}, 'flow': [['s', 'q', 'A', 'out'], ['A.scrap', 'scrap']]",
               16, "start fail complete scrap",
               "0 start A 1; 4 fail A service; 4 scrap scrap 1; 9 start A 2; 16 complete A 2; "
               "16 start A 3");
  expect_story(SERVICED_AT_4(", 'part': 'eject'") TO_OUT, 16, "enter/q start leave/A",
               "0 enter q 1; 0 enter q 2; 0 enter q 3; 0 start A 1; 4 leave A 1; 4 enter q 1; "
               "9 start A 1; 16 leave A 1; 16 start A 2");
}

Test(semantics_5, s5_5_the_fates_of_maintenance_are_counted) {
  tw_run *run = run_of(SERVICED_AT_4(", 'part': 'restart'") TO_OUT, 30);
  expect_value(run, "stations/A/fate/restart", 1);
  expect_value(run, "stations/A/fate/resume", 0);
  expect_value(run, "stations/A/count/failures", 0);
  expect_value(run, "stations/A/count/maintenances", 1);
  tw_run_free(run);
}

// At a part boundary there is none.
Test(semantics_5, s5_5_a_maintenance_between_two_parts_applies_no_fate) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'stations': {"
                       MACHINE("A", "'time': '4 s', 'maintenance': {'service': {'trigger': {'every': 2,"
                                    " 'clock': 'cycles'}, 'duration': '3 s', 'part': 'restart'}}")
                       "}, 'flow': [['s', 'A', 'out']]", 40);
  expect_value(run, "stations/A/count/maintenances", 3);
  expect_value(run, "stations/A/fate/restart", 0);
  tw_run_free(run);
}

// The part is loaded and unloaded in 6 s each: a stop in one of these phases leaves the rest to do.
Test(semantics_5, s5_1_loading_and_unloading_resume_under_every_fate_that_keeps_the_part) {
  static const char *const fates[] = {"resume", "restart", "resample"};
  for (int i = 0; i < 3; i++) {
    char sections[600];
    snprintf(sections, sizeof sections,
             "'sources': {'s': {'sequence': ['p']}}, 'stations': {'A': {'type': 'machine', 'load': {'time':"
             " '6 s'}, 'time': '10 s', 'unload': {'time': '6 s'}, 'maintenance': {'service': {'trigger':"
             " {'every': {'trace': {'values': ['4 s', '15 s', '900 s']}}, 'clock': 'calendar'}, 'at':"
             " 'immediate', 'duration': '1 s', 'part': '%s', 'from': 'end'}}}}, 'flow': [['s', 'A', 'out']]",
             fates[i]);
    // 4-5 s in loading, 20-21 s in unloading: 22 s of work and 2 s of maintenance
    expect_story(sections, 24, "start complete fail ship",
                 "4 fail A service; 7 start A 1; 17 complete A 1; 20 fail A service; 24 ship out 1");
  }
}
