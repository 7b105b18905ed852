// adopt_test.c - a state moves onto another line by name. Onto the same line it stays the same to
// the bit; onto a line with something more, less, or otherwise it is refused with a reason, or it
// is valid, parts are conserved and it runs on.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "state/adopt.h"
#include "state/hash.h"
#include "state/validate.h"
#include "support/generate.h"
#include "support/story.h"

enum { N_PLAN = 400, N_EDIT = 6 };

Test(adopt, onto_the_same_line_changes_nothing, .timeout = 200) {
  static test_plan plan;
  int32_t n_line = 0;
  for (uint64_t seed = 1; seed <= N_PLAN; seed++) {
    test_plan_make(&plan, seed, seed % 2 == 0);
    tw_line *line = test_plan_line(&plan), *twin = test_plan_line(&plan);
    if (line == NULL) continue;
    tw_run *run = test_run(line, seed), *other = test_run(twin, seed + 1);
    test_until(other, (double)(seed % 50));
    const double cut_s = (double)(seed * 7 % 100);
    int32_t slot;
    test_until(run, cut_s);
    for (uint64_t i = 0; i < seed % 4; i++) tw_run_step(run, &slot, NULL);
    twin_problems *problems = twin_problems_new();
    cr_assert_eq(tw_run_adopt(other, run, NULL, problems), TWIN_OK, "plan %d: %s", (int)seed,
                 twin_problems_text(problems, 0));
    cr_assert_eq(twin_problems_count(problems, -1), 0, "%s", twin_problems_text(problems, 0));
    cr_assert_eq(tw_run_hash(other, true), tw_run_hash(run, true), "plan %d", (int)seed);
    const twin_status status = test_until(run, cut_s + 200);
    cr_assert_eq(test_until(other, cut_s + 200), status);
    cr_assert_eq(tw_run_hash(other, true), tw_run_hash(run, true), "plan %d later", (int)seed);
    twin_problems_free(problems);
    tw_run_free(run);
    tw_run_free(other);
    tw_line_unref(line);
    tw_line_unref(twin);
    n_line++;
  }
  cr_expect(n_line > N_PLAN / 3);
}

static bool is_known(twin_status status) {
  return status == TWIN_OK || status == TWIN_ERR_DEADLOCK || status == TWIN_ERR_PROGRESS ||
         status == TWIN_ERR_MAX_PARTS || status == TWIN_ERR_VALUE || status == TWIN_ERR_POISONED;
}

// Moves a run onto another line and back again.
static bool move(const tw_run *run, tw_line *line, int32_t number) {
  tw_run *moved = test_run(line, 99), *back = tw_run_fork(run);
  twin_problems *problems = twin_problems_new();
  char why[200] = "";
  const uint64_t before = tw_run_hash(moved, true);
  const twin_status status = tw_run_adopt(moved, run, NULL, problems);
  const bool is_taken = status == TWIN_OK;
  if (is_taken) {
    cr_assert(tw_run_is_valid(moved, why, sizeof why), "plan %d: %s", (int)number, why);
    cr_assert_eq(moved->head->n_created >= run->head->n_created, true);
    cr_assert(is_known(test_until(moved, tw_seconds(run->head->now_us) + 100)));
    if (moved->head->poison == 0)
      cr_assert(tw_run_is_valid(moved, why, sizeof why), "plan %d later: %s", (int)number, why);
    tw_run_adopt(back, moved, NULL, NULL);
    cr_assert(tw_run_is_valid(back, why, sizeof why), "plan %d back: %s", (int)number, why);
  } else {
    cr_assert(status == TWIN_ERR_SNAPSHOT || is_known(status), "plan %d: %d", (int)number, status);
    cr_assert(twin_problems_count(problems, TWIN_ERROR) > 0, "plan %d has no reason", (int)number);
    cr_assert_eq(tw_run_hash(moved, true), before, "plan %d: refused, but changed", (int)number);
  }
  twin_problems_free(problems);
  tw_run_free(moved);
  tw_run_free(back);
  return is_taken;
}

Test(adopt, onto_lines_with_something_less_it_is_valid_or_refused, .timeout = 200) {
  static test_plan plan, edited;
  test_random random = {.seed = 3};
  int32_t n_taken = 0, n_refused = 0;
  for (uint64_t seed = 1; seed <= N_PLAN; seed++) {
    test_plan_make(&plan, seed, seed % 2 == 0);
    tw_line *line = test_plan_line(&plan);
    if (line == NULL) continue;
    tw_run *run = test_run(line, seed);
    test_until(run, (double)(seed * 11 % 90));
    for (int32_t i = 0; i < N_EDIT; i++) {
      edited = plan;
      if (!test_plan_edit(&edited, test_pick(&random, test_plan_edits(&plan)))) continue;
      tw_line *other = test_plan_line(&edited);
      if (other == NULL) continue;
      if (move(run, other, (int32_t)seed))
        n_taken++;
      else
        n_refused++;
      // and from the smaller line to the larger one
      tw_run *small = test_run(other, seed);
      test_until(small, (double)(seed * 11 % 90));
      if (move(small, line, (int32_t)seed))
        n_taken++;
      else
        n_refused++;
      tw_run_free(small);
      tw_line_unref(other);
    }
    tw_run_free(run);
    tw_line_unref(line);
  }
  cr_expect(n_taken > 3 * n_refused, "%d taken, %d refused", (int)n_taken, (int)n_refused);
}

// ---- by hand -----------------------------------------------------------------------------------

// A queue in front of machines "m" that take 10 s; everything by name.
static tw_line *hand_line(const char *name, int32_t n_machine, int32_t capacity, const char *rest) {
  char sections[800];
  tw_text why = {0};
  snprintf(sections, sizeof sections,
           "'sources': {'in': {'sequence': ['p'], 'repeat': true, 'every': '4 s'}},"
           "'buffers': {'b': {'capacity': %d}},"
           "'stations': {'%s': {'type': 'machine', 'machines': %d, 'time': '10 s'%s}},"
           "'flow': [['in', 'b', '%s', 'out']]",
           (int)capacity, name, (int)n_machine, rest, name);
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_text_free(&why);
  return line;
}

// The notes and errors of a move, in one text.
static twin_status try_move(tw_run *to, const tw_run *from, const tw_renames *renames,
                            tw_text *said) {
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_run_adopt(to, from, renames, problems);
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    tw_text_print(said, "%s%s", i > 0 ? "; " : "", twin_problems_text(problems, i));
  twin_problems_free(problems);
  return status;
}

static void expect_said(tw_text *said, const char *wanted) {
  cr_expect_str_eq(said->at != NULL ? said->at : "", wanted, "\n  said   %s\n  wanted %s",
                   said->at != NULL ? said->at : "", wanted);
  tw_text_free(said);
}

Test(adopt, a_machine_more_starts_idle_and_takes_what_waits) {
  tw_line *two = hand_line("m", 2, 9, ""), *three = hand_line("m", 3, 9, "");
  tw_run *run = test_run(two, 1), *more = test_run(three, 2);
  tw_text said = {0};
  test_until(run, 30);
  cr_assert_eq(run->head->n_part, 3);  // two in work, one waits
  cr_assert_eq(try_move(more, run, NULL, &said), TWIN_OK, "%s", said.at);
  expect_said(&said, "note: machine m[3] is new and starts idle [N-STATE]");
  cr_expect_eq(more->head->now_us, 30 * TW_TICKS_PER_S);
  cr_expect_eq(more->machine[0].end_us, run->machine[0].end_us);
  cr_expect_eq(more->machine[1].end_us, run->machine[1].end_us);
  cr_expect_eq(more->machine[2].end_us, 40 * TW_TICKS_PER_S);
  cr_expect_eq(more->stream[0].n, run->stream[0].n);
  cr_expect_eq(test_until(more, 100), TWIN_OK);
  cr_expect(more->head->n_shipped > 14, "%d", (int)more->head->n_shipped);
  tw_run_free(run);
  tw_run_free(more);
  tw_line_unref(two);
  tw_line_unref(three);
}

Test(adopt, a_machine_less_must_be_empty) {
  tw_line *three = hand_line("m", 3, 9, ""), *two = hand_line("m", 2, 9, "");
  tw_run *run = test_run(three, 1), *less = test_run(two, 2);
  tw_text said = {0};
  test_until(run, 13);
  cr_assert_eq(try_move(less, run, NULL, &said), TWIN_ERR_SNAPSHOT);
  expect_said(&said, "note: machine m[3] is gone [N-STATE]; "
                     "part 3 (p) is on m[3], which the new line does not have [E-STATE]");
  tw_run_free(run);
  run = test_run(three, 1);
  test_until(run, 11);
  cr_assert_eq(try_move(less, run, NULL, &said), TWIN_OK);
  expect_said(&said, "note: machine m[3] is gone [N-STATE]");
  cr_expect_eq(test_until(less, 100), TWIN_OK);
  tw_run_free(run);
  tw_run_free(less);
  tw_line_unref(two);
  tw_line_unref(three);
}

Test(adopt, a_renamed_station_keeps_its_work) {
  tw_line *old = hand_line("m", 1, 9, ""), *line = hand_line("lathe", 1, 9, "");
  tw_line *kept = hand_line("lathe", 1, 9, ", 'stream': 'm'");
  tw_run *run = test_run(old, 1), *to = test_run(line, 2), *by_stream = test_run(kept, 2);
  const char *from_name = "m", *to_name = "lathe", *wrong = "drill";
  tw_text said = {0};
  test_until(run, 13);
  cr_assert_eq(try_move(to, run, NULL, &said), TWIN_ERR_SNAPSHOT);
  cr_expect(strstr(said.at, "part 1 (p) is on m, which the new line does not have") != NULL);
  tw_text_clear(&said);
  cr_assert_eq(try_move(to, run, &(tw_renames){1, &from_name, &wrong}, &said), TWIN_ERR_SNAPSHOT);
  cr_expect(strstr(said.at, "the new line has no place drill") != NULL);
  tw_text_clear(&said);
  cr_assert_eq(try_move(to, run, &(tw_renames){1, &from_name, &to_name}, &said), TWIN_OK);
  expect_said(&said, "");
  cr_assert_eq(try_move(by_stream, run, NULL, &said), TWIN_OK, "%s", said.at);
  expect_said(&said, "");
  for (int32_t i = 0; i < 2; i++) {
    tw_run *moved = i == 0 ? to : by_stream;
    cr_expect_eq(moved->machine[0].end_us, 14 * TW_TICKS_PER_S);
    cr_expect_eq(moved->stream[1].n, run->stream[1].n);
    cr_expect_eq(moved->stream[1].key, run->stream[1].key);
    cr_expect_eq(test_until(moved, 100), TWIN_OK);
  }
  tw_run_free(run);
  tw_run_free(to);
  tw_run_free(by_stream);
  tw_line_unref(old);
  tw_line_unref(line);
  tw_line_unref(kept);
}

// Families and defects have other numbers on the new line; what is meant stays.
Test(adopt, what_has_a_name_keeps_it_when_its_number_is_another) {
#define CELL(parts, defects) \
  "'parts': {" parts "}, 'sources': {'s': {'sequence': ['3 a', '3 b'], 'repeat': true}}, 'buffers': " \
  "{'q': {'capacity': 4}}, 'stations': {'m': {'type': 'machine', 'time': '5 s', 'setup': {'time': " \
  "'2 s'}, 'defects': {" defects "}}, 'n': {'type': 'machine', 'time': '9 s'}}, " \
  "'flow': [['s', 'm', 'q', 'n', 'out']]"
  tw_text why = {0}, said = {0};
  tw_line *old = test_quoted_line(CELL("'a': {}, 'b': {}", "'crack': 0, 'burr': 1"), &why);
  cr_assert(old != NULL, "%s", why.at);
  tw_line *line = test_quoted_line(CELL("'z': {}, 'b': {}, 'a': {}", "'burr': 1, 'crack': 0"), &why);
  cr_assert(line != NULL, "%s", why.at);
  tw_run *run = test_run(old, 1), *to = test_run(line, 1);
  test_until(run, 22);
  const int32_t key = run->setup[0].key;
  cr_assert_str_eq(old->place[test_place(old, "m")].setup->key_name[key], "b");
  cr_assert_eq(try_move(to, run, NULL, &said), TWIN_OK, "%s", said.at);
  const tw_setup *setup = line->place[test_place(line, "m")].setup;
  cr_expect_str_eq(setup->key_name[to->setup[0].key], "b");
  int32_t n_burr = 0;
  for (uint32_t i = 0; i < to->head->n_part_slot; i++) {
    if (to->part[i].type == TW_NONE || to->part[i].defects == 0) continue;
    cr_expect_eq(to->part[i].defects, 1, "the burr is the first defect here");
    n_burr++;
  }
  cr_expect_gt(n_burr, 0);
  cr_expect_eq(test_until(to, 200), TWIN_OK);
  tw_text_free(&why);
  tw_text_free(&said);
  tw_run_free(run);
  tw_run_free(to);
  tw_line_unref(old);
  tw_line_unref(line);
#undef CELL
}

Test(adopt, a_queue_that_is_too_long_takes_nothing_until_there_is_room) {
  tw_line *wide = hand_line("m", 1, 9, ""), *narrow = hand_line("m", 1, 2, "");
  tw_run *run = test_run(wide, 1), *to = test_run(narrow, 2);
  tw_text said = {0};
  test_until(run, 30);
  const int32_t b = test_place(narrow, "b");
  cr_assert_eq(wide->place[b].kind->level(run, b), 4);
  cr_assert_eq(try_move(to, run, NULL, &said), TWIN_OK);
  expect_said(&said,
              "note: b holds more parts than it has room for and takes none before [N-STATE]");
  for (int32_t s = 31; s < 80; s++) {
    char why[200] = "";
    cr_expect_eq(test_until(to, s), TWIN_OK);
    cr_expect(tw_run_is_valid(to, why, sizeof why), "%s", why);
    const int64_t n = narrow->place[b].kind->level(to, b);
    cr_expect(n <= (s < 34 ? 4 : s < 44 ? 3 : 2), "%d at %d s", (int)n, (int)s);
  }
  tw_run_free(run);
  tw_run_free(to);
  tw_line_unref(wide);
  tw_line_unref(narrow);
}

Test(adopt, a_new_failure_mode_has_a_fresh_clock_and_one_that_is_gone_lets_go) {
  tw_line *plain = hand_line("m", 1, 9, "");
  tw_line *failing = hand_line("m", 1, 9,
                               ", 'failures': {'jam': {'clock': 'calendar', 'mtbf': '20 s',"
                               " 'repair': '60 s'}, 'wear': {'clock': 'processing',"
                               " 'mtbf': '5 s', 'repair': '1 s'}}");
  tw_run *run = test_run(plain, 1), *to = test_run(failing, 2), *back = test_run(plain, 3);
  tw_text said = {0};
  test_until(run, 13);
  cr_assert_eq(try_move(to, run, NULL, &said), TWIN_OK, "%s", said.at);
  expect_said(&said, "note: failure mode m[1]/jam is new and has a fresh clock [N-STATE]; "
                     "note: failure mode m[1]/wear is new and has a fresh clock [N-STATE]");
  char why[200] = "";
  cr_expect(tw_run_is_valid(to, why, sizeof why), "%s", why);
  test_until(to, 40);
  cr_assert_eq(to->machine[0].down, TW_DOWN_REPAIR);
  cr_assert_eq(try_move(back, to, NULL, &said), TWIN_OK, "%s", said.at);
  cr_expect(strstr(said.at, "m[1] is up: what it was down with is gone") != NULL, "%s", said.at);
  cr_expect_eq(back->machine[0].down, TW_UP);
  cr_expect_eq(test_until(back, 200), TWIN_OK);
  tw_text_free(&said);
  tw_run_free(run);
  tw_run_free(to);
  tw_run_free(back);
  tw_line_unref(plain);
  tw_line_unref(failing);
}
