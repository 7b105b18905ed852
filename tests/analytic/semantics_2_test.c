// SEMANTICS section 2, the order of events on one tick: classes, rounds, settling, the end of a
// tick. Pairs of events that meet on one tick are in semantics_2_ties_test.c.

#include "sentences.h"

#include "state/hash.h"
#include "state/ops.h"

// clang-format off: the lines are laid out by hand

// All on tick 10, and written in the reverse order: C fails, B's repair ends, A completes, r
// releases.
Test(semantics_2, s2_1_events_of_a_tick_run_in_the_order_of_their_classes) {
  expect_story(
      "'sources': {" EVERY("r", "10 s", "") ", " EVERY("b", "99 s", "") ", " ALWAYS("a") "},"
      "'stations': {" MACHINE("C", "'time': '1 s', " WEAR("calendar", "'10 s'", "99 s", "")) ", "
      MACHINE("B", "'time': '1 s', " WEAR("calendar", "'5 s'", "5 s", "")) ", "
      MACHINE("A", "'time': '10 s'") "},"
      "'flow': [['r', 'C', 'out'], ['b', 'B', 'out'], ['a', 'A', 'out']]",
      14, "complete repaired fail create",
      "0 create a 1; 5 fail B wear; 10 complete A 1; 10 repaired B wear; 10 fail C wear; "
      "10 create r 2; 10 create a 3");
}

#define TWO_AT_ONCE(rest) \
  "'sources': {" ALWAYS("a") ", " ALWAYS("b") "}, 'stations': {" MACHINE("A", "'time': '10 s'") \
  ", " MACHINE("B", "'time': '10 s'" rest) "}, 'flow': [['a', 'A', 'out'], ['b', 'B', 'out']]"

Test(semantics_2, s2_1_within_a_class_the_declared_priority_goes_first) {
  expect_story(TWO_AT_ONCE(", 'priority': 1"), 10, "complete", "10 complete B 2; 10 complete A 1");
}

Test(semantics_2, s2_1_then_the_order_of_the_file) {
  expect_story(TWO_AT_ONCE(""), 10, "complete", "10 complete A 1; 10 complete B 2");
}

Test(semantics_2, s2_1_then_the_index_of_the_machine) {
  expect_story("'sources': {" ALWAYS("a") "}, 'stations': {"
               MACHINE("A", "'time': '10 s', 'machines': 3") "}, 'flow': [['a', 'A', 'out']]",
               10, "complete", "10 complete A[1] 1; 10 complete A[2] 2; 10 complete A[3] 3");
}

// Direct links, 10 s everywhere: at 30 s all three are done, and C makes room for B, B for A.
Test(semantics_2, s2_2_finished_parts_move_downstream_first) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '10 s'") ", "
               MACHINE("B", "'time': '10 s'") ", " MACHINE("C", "'time': '10 s'")
               "}, 'flow': [['s', 'A', 'B', 'C', 'out']]",
               30, "leave state",
               "0 state A processing; 10 leave A 1; 10 state B processing; 20 leave B 1; "
               "20 state C processing; 20 leave A 2; 30 leave C 1; 30 leave B 2; 30 leave A 3");
}

// b is full when A and B are done at 30 s. B takes part 2 out of it first, so A is not blocked.
Test(semantics_2, s2_2_a_buffer_is_emptied_before_it_is_filled) {
  const char *sections = "'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("b", "1")
                         "}, 'stations': {" MACHINE("A", "'time': '10 s'") ", "
                         MACHINE("B", "'time': '20 s'") "}, 'flow': [['s', 'A', 'b', 'B', 'out']]";
  expect_story(sections, 30, "leave",
               "10 leave A 1; 10 leave b 1; 20 leave A 2; 30 leave B 1; 30 leave b 2; "
               "30 leave A 3");
  tw_run *run = run_of(sections, 39);
  expect_value(run, "stations/A/state/blocked", 0);
  tw_run_free(run);
}

// One fitter: both machines fail before anybody is sent, then the first in the file is served.
Test(semantics_2, s2_2_a_machine_files_a_request_and_never_seizes_by_itself) {
  expect_story("'workers': {'fitters': {'skills': ['mend']}}, 'sources': {" ALWAYS("a") ", "
               ALWAYS("b") "}, 'stations': {"
               MACHINE("A", "'time': '50 s', " WEAR("calendar", "'10 s'", "5 s",
                                                    ", 'needs': ['mend']")) ", "
               MACHINE("B", "'time': '50 s', " WEAR("calendar", "'10 s'", "5 s",
                                                    ", 'needs': ['mend']"))
               "}, 'flow': [['a', 'A', 'out'], ['b', 'B', 'out']]",
               20, "fail repair",
               "10 fail A wear; 10 fail B wear; 10 repair A wear; 15 repair B wear");
}

static int32_t rank_of(const tw_line *line, const char *name) {
  return line->graph.rank[test_place(line, name)];
}

// A reaches the sink directly and by way of b and B: its rank is the longer way. The way back from
// B to q does not count.
Test(semantics_2, s2_2_the_rank_is_the_longest_distance_to_a_sink_without_back_edges) {
  tw_line *line = test_quoted_line(
      "'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("q", "'unlimited'") ", " BUFFER("b", "1")
      "}, 'stations': {"
      MACHINE("A", "'time': '1 s', 'exits': {'ratio': {'short': 1, 'long': 1}}") ", "
      MACHINE("B", "'time': '1 s', 'exits': {'ratio': {'pass': 3, 'again': 1}}") "},"
      "'flow': [['s', 'q', 'A'], ['A.short', 'out'], ['A.long', 'b', 'B'], ['B.pass', 'out'],"
      " ['B.again', 'q']]", NULL);
  cr_assert_not_null(line, "refused");
  cr_expect_eq(rank_of(line, "B"), 1);
  cr_expect_eq(rank_of(line, "b"), 2);
  cr_expect_eq(rank_of(line, "A"), 3);
  cr_expect_eq(rank_of(line, "q"), 4);
  cr_expect_eq(rank_of(line, "s"), 5);
  tw_line_unref(line);
}

// Round 1: A. Its settling starts part 1 on B and part 2 on A: round 2, in file order. Round 3: B.
Test(semantics_2, s2_3_events_planned_for_this_tick_open_a_new_round) {
  expect_story("'sources': {'s': {'sequence': ['2 p']}}, 'stations': {"
               MACHINE("A", "'time': '0 s'") ", " MACHINE("B", "'time': '0 s'")
               "}, 'flow': [['s', 'A', 'B', 'out']]",
               0, "complete ship",
               "0 complete A 1; 0 complete A 2; 0 complete B 1; 0 ship out 1; 0 complete B 2; "
               "0 ship out 2");
}

#define TEN_SECONDS \
  "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '10 s'") \
  "}, 'flow': [['s', 'A', 'out']]"

// Part 1 is shipped and part 2 started before the window begins on the same tick.
Test(semantics_2, s2_3_the_end_of_the_warm_up_comes_after_the_last_round) {
  expect_story("'run': {'horizon': '60 s', 'warmup': '10 s'}, " TEN_SECONDS, 20,
               "ship start window",
               "0 start A 1; 10 ship out 1; 10 start A 2; 10 window; 20 ship out 2; 20 start A 3");
}

Test(semantics_2, s2_3_an_operation_at_the_same_instant_opens_a_new_round) {
  tw_run *run = run_of("'run': {'horizon': '60 s', 'warmup': '10 s'}, " TEN_SECONDS, 9);
  test_story story;
  test_tell(&story, run, "ship window state");
  cr_assert_eq(test_until(run, 10), TWIN_OK);
  cr_assert_eq(tw_run_apply(run, (tw_op){TW_OP_machine_down, {0}}, NULL), TWIN_OK);
  cr_assert_eq(test_until(run, 10), TWIN_OK);
  cr_expect_str_eq(story.text.at, "10 ship out 1; 10 window; 10 state A failed-waiting", "told %s",
                   story.text.at);
  tw_text_free(&story.text);
  tw_run_free(run);
}

// The failure on tick 10 finds a part that is finished. It is shipped when the machine is up again.
Test(semantics_2, s2_4_a_part_that_finishes_on_the_tick_of_a_failure_is_finished) {
  const char *sections =
      "'sources': {" ALWAYS("s") "}, 'stations': {"
      MACHINE("A", "'time': '10 s', " WEAR("calendar", "'10 s'", "5 s", ", 'part': 'scrap'"))
      "}, 'flow': [['s', 'A', 'out'], ['A.scrap', 'scrap']]";
  expect_story(sections, 16, "complete fail ship scrap",
               "10 complete A 1; 10 fail A wear; 15 ship out 1");
  tw_run *run = run_of(sections, 16);
  expect_value(run, "stations/A/fate/scrap", 0);
  tw_run_free(run);
}

Test(semantics_2, s2_4_statistics_see_everything_that_happened_on_the_tick) {
  tw_run *run = run_of(TEN_SECONDS, 30);
  expect_value(run, "line/shipped", 3);
  expect_value(run, "stations/A/count/completions", 3);
  expect_value(run, "stations/A/state/processing", 1);
  tw_run_free(run);
}

// A part that goes round without ever taking time.
Test(semantics_2, s2_4_a_million_events_on_one_tick_stop_the_run_and_name_the_cycle) {
  tw_line *line = test_quoted_line(
      "'sources': {'s': {'sequence': ['p']}}, 'buffers': {" BUFFER("round", "9") "}, 'stations': {"
      MACHINE("A", "'time': '0 s', 'exits': {'ratio': {'again': 1, 'pass': 0}}")
      "}, 'flow': [['s', 'round', 'A'], ['A.pass', 'out'], ['A.again', 'round']]", NULL);
  cr_assert_not_null(line, "refused");
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  twin_problems *problems = twin_problems_new();
  cr_expect_eq(tw_run_until(run, 1, problems), TWIN_ERR_PROGRESS);
  cr_assert_geq(twin_problems_count(problems, -1), 1);
  const char *said = twin_problems_text(problems, 0);
  cr_expect(strstr(said, "A") != NULL && strstr(said, "round") != NULL, "said %s", said);
  twin_problems_free(problems);
  tw_run_free(run);
}

// The same run with and without somebody who looks, and read in between.
Test(semantics_2, s2_5_recording_is_no_event) {
  tw_line *line = test_line(test_rich_line, NULL);
  tw_run *plain = test_run(line, 3), *watched = test_run(line, 3);
  test_story story;
  test_tell(&story, watched, "create enter start complete leave ship scrap lose state");
  for (double time_s = 0; time_s <= 600; time_s += 7) {
    test_until(watched, time_s);
    test_value(watched, "line/wip/mean");
  }
  test_until(watched, 600);
  test_until(plain, 600);
  cr_expect_eq(plain->head->n_event, watched->head->n_event);
  cr_expect_eq(tw_run_hash(plain, true), tw_run_hash(watched, true));
  tw_text_free(&story.text);
  tw_run_free(plain);
  tw_run_free(watched);
  tw_line_unref(line);
}
