// cuts_test.c - a run to T is the same to the bit however one gets there: cut by snapshots at a
// thousand instants and within rounds, in small pieces, watched or not, with or without statistics,
// disturbed by events that do nothing, after forks of it went elsewhere, copied over another run.

#include <criterion/criterion.h>
#include <stdlib.h>

#include "core/ticks.h"
#include "state/hash.h"
#include "state/ops.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/line_text.h"
#include "support/watch.h"

enum { N_CUT = 1000, END_S = 4000, SEED = 7 };

static tw_line *read_line(const char *line_text) {
  tw_text why = {0};
  tw_line *line = test_line(line_text, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_text_free(&why);
  return line;
}

// The run that nothing was done to.
static tw_run *plain_run(tw_line *line) {
  tw_run *run = test_run(line, SEED);
  cr_assert_eq(test_until(run, END_S), TWIN_OK);
  // rich indeed: parts have left in every way, and much has happened
  cr_assert(run->head->n_shipped > 400 && run->head->n_scrapped > 50 && run->head->n_lost > 50);
  cr_assert(run->head->n_event > 7000);
  return run;
}

static void expect_same(const tw_run *run, const tw_run *wanted) {
  tw_text text = {0};
  const bool is_other = tw_run_difference(wanted, run, &text);
  cr_expect_not(is_other, "%s", text.at);
  cr_expect_eq(tw_run_hash(run, true), tw_run_hash(wanted, true));
  cr_expect_eq(tw_run_hash(run, false), tw_run_hash(wanted, false));
  tw_text_free(&text);
}

static void expect_valid(const tw_run *run) {
  char why[200] = "";
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
}

static int compare_ticks(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

// A thousand instants in order; every second one on a whole second, where most events are.
static int64_t *draw_cuts(void) {
  int64_t *cut_us = malloc(N_CUT * sizeof *cut_us);
  cr_assert_not_null(cut_us);
  test_random random = {.seed = 1};
  for (int32_t i = 0; i < N_CUT; i++) {
    cut_us[i] = (int64_t)(test_word(&random) % (END_S * (uint64_t)TW_TICKS_PER_S));
    if (i % 2 == 0) cut_us[i] -= cut_us[i] % TW_TICKS_PER_S;
  }
  qsort(cut_us, N_CUT, sizeof *cut_us, compare_ticks);
  return cut_us;
}

// Saves the run and goes on with the bytes in a run that was somewhere else.
static tw_run *change_over(tw_run *run, tw_run *other) {
  size_t n_byte;
  void *bytes = test_save(run, &n_byte);
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_run_restore(other, bytes, n_byte, problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  cr_assert_eq(tw_run_hash(other, true), tw_run_hash(run, true));
  twin_problems_free(problems);
  free(bytes);
  return other;
}

static void a_thousand_snapshots_on_the_way_change_nothing(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *a = test_run(line, SEED), *b = test_run(line, SEED + 1);
  test_until(b, 100);
  int64_t *cut_us = draw_cuts();
  for (int32_t i = 0; i < N_CUT; i++) {
    tw_run *now = i % 2 == 0 ? a : b, *next = i % 2 == 0 ? b : a;
    cr_assert_eq(tw_run_until(now, cut_us[i], NULL), TWIN_OK);
    change_over(now, next);
    // the one left behind goes on and comes to another state before it is used again
    if (i % 10 == 0) test_until(now, tw_seconds(cut_us[i]) + 3);
  }
  test_until(a, END_S);
  expect_same(a, wanted);
  expect_valid(a);
  free(cut_us);
  tw_run_free(wanted);
  tw_run_free(a);
  tw_run_free(b);
  tw_line_unref(line);
}

// Event by event: also in the middle of a tick, when its other events are still to come.
static void snapshots_between_events_of_one_tick_change_nothing(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *a = test_run(line, SEED), *b = test_run(line, SEED + 1);
  int64_t n_inside = 0;
  tw_run *now = a;
  for (int32_t i = 0; i < 6000; i++) {
    int32_t slot;
    cr_assert_eq(tw_run_step(now, &slot, NULL), TWIN_OK);
    const bool is_inside = tw_run_next_tick(now) == now->head->now_us;
    if (!is_inside && i % 7 != 0) continue;
    n_inside += is_inside;
    expect_valid(now);
    now = change_over(now, now == a ? b : a);
  }
  test_until(now, END_S);
  expect_same(now, wanted);
  cr_expect_gt(n_inside, 1000);
  tw_run_free(wanted);
  tw_run_free(a);
  tw_run_free(b);
  tw_line_unref(line);
}

static void small_pieces_change_nothing(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *run = test_run(line, SEED);
  test_random random = {.seed = 2};
  for (int64_t at_us = 0; at_us < END_S * (int64_t)TW_TICKS_PER_S;) {
    cr_assert_eq(tw_run_until(run, at_us, NULL), TWIN_OK);
    // twice the same instant, too
    if (test_chance(&random, 70)) at_us += (int64_t)(test_word(&random) % 700000);
  }
  test_until(run, END_S);
  expect_same(run, wanted);
  tw_run_free(wanted);
  tw_run_free(run);
  tw_line_unref(line);
}

static void an_observer_changes_nothing(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *run = test_run(line, SEED);
  test_watch watch;
  test_watch_open(&watch, run);
  test_until(run, END_S);
  test_watch_compare(&watch, run);
  cr_expect_str_eq(watch.why, "");
  test_watch_close(&watch, run);
  expect_same(run, wanted);
  tw_run_free(wanted);
  tw_run_free(run);
  tw_line_unref(line);
}

// Attached in the middle and gone again: a sink is wiring, not state.
static void an_observer_that_comes_and_goes_changes_nothing(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *run = test_run(line, SEED);
  for (int32_t i = 0; i < 40; i++) {
    test_watch watch;
    test_watch_open(&watch, run);
    // it knows nothing of what was before, so what it finds wrong does not count
    if (i % 2 == 0) run->sink = (tw_sink){0};
    test_until(run, END_S / 40.0 * (i + 1));
    test_watch_close(&watch, run);
  }
  expect_same(run, wanted);
  tw_run_free(wanted);
  tw_run_free(run);
  tw_line_unref(line);
}

static void statistics_do_not_change_the_path(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line);
  const tw_run_setup setup = {.seed = SEED, .warmup_us = line->warmup_us};
  tw_run *run = tw_run_new(line, &setup);
  test_until(run, END_S);
  cr_expect_eq(tw_run_hash(run, false), tw_run_hash(wanted, false));
  cr_expect_neq(tw_run_hash(run, true), tw_run_hash(wanted, true));
  tw_run_free(wanted);
  tw_run_free(run);
  tw_line_unref(line);
}

static tw_op wake_at(int64_t tick) { return (tw_op){.code = TW_OP_wake, .argument = {tick}}; }

static void events_that_do_nothing_change_nothing_but_their_count(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *run = test_run(line, SEED);
  uint64_t n_wake = 0;
  for (int64_t tick = 0; tick <= END_S * (int64_t)TW_TICKS_PER_S;) {
    cr_assert_eq(tw_run_apply(run, wake_at(tick), NULL), TWIN_OK);
    cr_assert_eq(tw_run_until(run, tick, NULL), TWIN_OK);
    n_wake++;
    // mostly on the tick of the next event, sometimes where nothing happens
    tick = n_wake % 3 == 0 ? tick + 50001 : tw_run_next_tick(run);
  }
  test_until(run, END_S);
  cr_expect_eq(tw_run_hash(run, false), tw_run_hash(wanted, false));
  cr_expect_eq(run->head->n_event, wanted->head->n_event + n_wake);
  run->head->n_event = wanted->head->n_event;
  expect_same(run, wanted);
  tw_run_free(wanted);
  tw_run_free(run);
  tw_line_unref(line);
}

static void forks_that_went_elsewhere_change_nothing(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *run = test_run(line, SEED);
  for (int32_t i = 0; i < 100; i++) {
    test_until(run, END_S / 100.0 * i);
    tw_run *fork = tw_run_fork(run), *again = tw_run_fork(run);
    expect_same(fork, run);
    tw_run_reseed(fork, (uint64_t)i + 1);
    tw_run_apply(fork, (tw_op){.code = TW_OP_machine_down, .argument = {i % line->n_machine}}, NULL);
    test_until(fork, END_S / 100.0 * i + 50);
    test_until(again, END_S / 100.0 * i + 50);
    cr_expect_neq(tw_run_hash(fork, false), tw_run_hash(again, false), "another future");
    tw_run_free(fork);
    tw_run_free(again);
  }
  test_until(run, END_S);
  expect_same(run, wanted);
  tw_run_free(wanted);
  tw_run_free(run);
  tw_line_unref(line);
}

static void a_copy_over_a_run_with_another_history_goes_on_the_same(const char *line_text) {
  tw_line *line = read_line(line_text);
  tw_run *wanted = plain_run(line), *run = test_run(line, SEED), *other = test_run(line, 99);
  test_until(run, 1234.5);
  test_until(other, 3000);
  tw_run_apply(other, (tw_op){.code = TW_OP_machine_down, .argument = {0}}, NULL);
  cr_assert_eq(tw_run_copy(other, run), TWIN_OK);
  expect_same(other, run);
  test_until(other, END_S);
  expect_same(other, wanted);
  // over one that has grown and one that has not begun
  tw_run *fresh = test_run(line, 5);
  cr_assert_eq(tw_run_copy(fresh, other), TWIN_OK);
  expect_same(fresh, wanted);
  cr_assert_eq(tw_run_copy(other, run), TWIN_OK);
  expect_same(other, run);
  tw_run_free(wanted);
  tw_run_free(run);
  tw_run_free(other);
  tw_run_free(fresh);
  tw_line_unref(line);
}

Test(cuts, a_thousand_snapshots_on_the_way_change_nothing_in_a_rich_line) {
  a_thousand_snapshots_on_the_way_change_nothing(test_rich_line);
}
Test(cuts, a_thousand_snapshots_on_the_way_change_nothing_in_a_line_with_people) {
  a_thousand_snapshots_on_the_way_change_nothing(test_work_line);
}

Test(cuts, snapshots_between_events_of_one_tick_change_nothing_in_a_rich_line) {
  snapshots_between_events_of_one_tick_change_nothing(test_rich_line);
}
Test(cuts, snapshots_between_events_of_one_tick_change_nothing_in_a_line_with_people) {
  snapshots_between_events_of_one_tick_change_nothing(test_work_line);
}

Test(cuts, small_pieces_change_nothing_in_a_rich_line) {
  small_pieces_change_nothing(test_rich_line);
}
Test(cuts, small_pieces_change_nothing_in_a_line_with_people) {
  small_pieces_change_nothing(test_work_line);
}

Test(cuts, an_observer_changes_nothing_in_a_rich_line) {
  an_observer_changes_nothing(test_rich_line);
}
Test(cuts, an_observer_changes_nothing_in_a_line_with_people) {
  an_observer_changes_nothing(test_work_line);
}

Test(cuts, an_observer_that_comes_and_goes_changes_nothing_in_a_rich_line) {
  an_observer_that_comes_and_goes_changes_nothing(test_rich_line);
}
Test(cuts, an_observer_that_comes_and_goes_changes_nothing_in_a_line_with_people) {
  an_observer_that_comes_and_goes_changes_nothing(test_work_line);
}

Test(cuts, statistics_do_not_change_the_path_in_a_rich_line) {
  statistics_do_not_change_the_path(test_rich_line);
}
Test(cuts, statistics_do_not_change_the_path_in_a_line_with_people) {
  statistics_do_not_change_the_path(test_work_line);
}

Test(cuts, events_that_do_nothing_change_nothing_but_their_count_in_a_rich_line) {
  events_that_do_nothing_change_nothing_but_their_count(test_rich_line);
}
Test(cuts, events_that_do_nothing_change_nothing_but_their_count_in_a_line_with_people) {
  events_that_do_nothing_change_nothing_but_their_count(test_work_line);
}

Test(cuts, forks_that_went_elsewhere_change_nothing_in_a_rich_line) {
  forks_that_went_elsewhere_change_nothing(test_rich_line);
}
Test(cuts, forks_that_went_elsewhere_change_nothing_in_a_line_with_people) {
  forks_that_went_elsewhere_change_nothing(test_work_line);
}

Test(cuts, a_copy_over_a_run_with_another_history_goes_on_the_same_in_a_rich_line) {
  a_copy_over_a_run_with_another_history_goes_on_the_same(test_rich_line);
}
Test(cuts, a_copy_over_a_run_with_another_history_goes_on_the_same_in_a_line_with_people) {
  a_copy_over_a_run_with_another_history_goes_on_the_same(test_work_line);
}
