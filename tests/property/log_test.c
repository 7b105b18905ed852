// log_test.c - whatever a host does to a run: parts are conserved, the state stays valid, and a log of it,
// written as text and read back, replays to the same bits from a fork of the beginning; a log in which
// one thing was changed is followed up to just there, and the first field that differs is named.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "io/log_json.h"
#include "state/hash.h"
#include "state/log.h"
#include "state/validate.h"
#include "support/generate.h"
#include "support/settled.h"
#include "support/story.h"

enum { N_PLAN = 250, N_OP = 40 };

static int64_t any_part(test_random *random, const tw_run *run) {
  const uint32_t n = run->head->n_part_slot, first = (uint32_t)test_pick(random, (int32_t)n);
  for (uint32_t i = 0; i < n; i++)
    if (run->part[(first + i) % n].type != TW_NONE) return (int64_t)run->part[(first + i) % n].id;
  return 0;
}

static tw_op any_op(test_random *random, const tw_run *run) {
  const tw_line *line = run->line;
  const int64_t now = run->head->now_us;
  const int64_t seconds = test_pick(random, 9) * (int64_t)TW_TICKS_PER_S;
  const int64_t machine = test_pick(random, line->n_machine), place = test_pick(random, line->n_place);
  const int64_t mode = line->n_mode > 0 ? test_pick(random, line->n_mode) : 0;
  const int64_t small = test_pick(random, 5);
  switch (test_pick(random, 13)) {
    case 0: return (tw_op){TW_OP_machine_down, {machine}};
    case 1: return (tw_op){TW_OP_machine_up, {machine}};
    case 2: return (tw_op){TW_OP_reseed, {small}};
    case 3: return (tw_op){TW_OP_wake, {now + seconds}};
    case 4:
      return (tw_op){TW_OP_order_add,
                     {place, test_pick(random, line->n_part_type), small, now + seconds, small}};
    case 5: return (tw_op){TW_OP_part_move, {any_part(random, run), place}};
    case 6: return (tw_op){TW_OP_part_priority, {any_part(random, run), small}};
    case 7: return (tw_op){TW_OP_part_due, {any_part(random, run), now + seconds}};
    case 8: return (tw_op){TW_OP_mode_left, {mode, seconds}};
    case 9: return (tw_op){TW_OP_step, {0}};
    case 10: return (tw_op){TW_OP_maintenance_request, {mode}};
    default: return (tw_op){TW_OP_until, {now + seconds}};
  }
}

// Does things to a run; gives how many of them were done.
static int32_t disturb(tw_run *run, uint64_t seed, const char *name) {
  test_random random = {.seed = seed};
  int32_t n_done = 0;
  for (int32_t i = 0; i < N_OP; i++) {
    char why[200] = "";
    const tw_op op = any_op(&random, run);
    const uint64_t before = tw_run_hash(run, true);
    const twin_status status = tw_run_apply(run, op, NULL);
    n_done += status == TWIN_OK && op.code > TW_OP_step;
    if (run->head->poison != 0) break;
    cr_assert(tw_run_is_valid(run, why, sizeof why), "%s: after %s: %s", name, tw_op_name(op.code), why);
    if (status == TWIN_ERR_ARGUMENT || status == TWIN_ERR_NOT_FOUND)
      cr_assert(tw_run_hash(run, true) == before || tw_run_next_tick(run) > run->head->now_us,
                "%s: %s was refused, but did something", name, tw_op_name(op.code));
    if (op.code != TW_OP_step && op.code != TW_OP_wake && tw_run_next_tick(run) > run->head->now_us)
      cr_assert(test_is_settled(run, why, sizeof why), "%s: after %s: %s", name, tw_op_name(op.code),
                why);
  }
  return n_done;
}

static tw_op_log *through_text(const tw_op_log *log) {
  tw_text text = {0}, again = {0};
  twin_problems *problems = twin_problems_new();
  cr_assert(tw_op_log_write(log, &text));
  tw_op_log *read = NULL;
  tw_op_log_read(log->line, text.at, text.n, &read, problems);
  cr_assert_not_null(read, "%s", twin_problems_text(problems, 0));
  cr_assert(tw_op_log_write(read, &again));
  cr_assert_str_eq(again.at, text.at);
  twin_problems_free(problems);
  tw_text_free(&text);
  tw_text_free(&again);
  return read;
}

static void expect_replay(const tw_op_log *log, const tw_run *start, const tw_run *end) {
  tw_run *run = tw_run_fork(start);
  tw_replay replay;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_op_log_replay(log, run, &replay, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  cr_assert_not(replay.has_diverged, "after %d: %s", (int)replay.n_same, replay.field.at);
  cr_assert_eq(replay.n_same, log->n_entry);
  cr_assert_eq(tw_run_hash(run, true), tw_run_hash(end, true));
  tw_text_free(&replay.field);
  twin_problems_free(problems);
  tw_run_free(run);
}

Test(log, of_random_doings_replays_to_the_bit, .timeout = 200) {
  int32_t n_line = 0, n_done = 0;
  for (uint64_t seed = 1; seed <= N_PLAN; seed++) {
    char name[64];
    tw_line *line = test_seed_line(seed);
    if (line == NULL) continue;
    snprintf(name, sizeof name, "plan %d", (int)seed);
    tw_run *run = test_run(line, seed);
    test_until(run, (double)(seed % 40));
    tw_run *start = tw_run_fork(run);
    tw_op_log *log = tw_op_log_new(line, run);
    n_done += disturb(run, seed, name);
    tw_op_log *read = through_text(log);
    expect_replay(log, start, run);
    expect_replay(read, start, run);
    tw_op_log_free(log);
    cr_assert_null(run->log);
    tw_op_log_free(read);
    tw_run_free(run);
    tw_run_free(start);
    tw_line_unref(line);
    n_line++;
  }
  cr_expect(n_line > N_PLAN / 3);
  cr_expect(n_done > 3 * n_line, "%d in %d lines", (int)n_done, (int)n_line);
}

// A machine behind a queue that is filled every 4 s.
static tw_line *small_line(void) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(
      "'parts': {'p': {}, 'q': {}, 'r': {}},"
      "'sources': {'in': {'sequence': ['1 p', '1 q'], 'repeat': true, 'every': '4 s'}},"
      "'buffers': {'b': {'capacity': 4, 'queue': 'priority'}, 'c': {'capacity': 'unlimited'}},"
      "'stations': {'m': {'type': 'machine', 'time': '10 s', 'failures': {'jam': {"
      "'clock': 'processing', 'mtbf': '30 s', 'repair': '6 s'}}},"
      "'n': {'type': 'machine', 'time': '5 s'}},"
      "'flow': [['in', 'b', 'm', 'c', 'n', 'out']]",
      &why);
  cr_assert_not_null(line, "%s", why.at);
  return line;
}

static void expect_refused(tw_run *run, tw_op op, const char *wanted) {
  twin_problems *problems = twin_problems_new();
  const uint64_t before = tw_run_hash(run, true);
  const twin_status status = tw_run_apply(run, op, problems);
  cr_expect(status == TWIN_ERR_ARGUMENT || status == TWIN_ERR_NOT_FOUND, "%d: %s", (int)status, wanted);
  cr_expect(strstr(twin_problems_text(problems, 0), wanted) != NULL, "\n  said   %s\n  wanted %s",
            twin_problems_text(problems, 0), wanted);
  cr_expect_eq(tw_run_hash(run, true), before);
  twin_problems_free(problems);
}

Test(log, a_changed_log_is_followed_to_the_first_field_that_differs) {
  tw_line *line = small_line();
  tw_run *run = test_run(line, 1);
  test_until(run, 30);
  tw_run *start = tw_run_fork(run);
  tw_op_log *log = tw_op_log_new(line, run);
  const int64_t until_us = 50 * (int64_t)TW_TICKS_PER_S;
  tw_run_apply(run, (tw_op){TW_OP_machine_down, {0}}, NULL);
  tw_run_apply(run, (tw_op){TW_OP_until, {until_us}}, NULL);
  tw_run_apply(run, (tw_op){TW_OP_machine_up, {0}}, NULL);
  tw_run_apply(run, (tw_op){TW_OP_until, {2 * until_us}}, NULL);
  tw_text text = {0};
  tw_op_log_write(log, &text);
  // the host's day was another: the machine came up a second later
  char *place = strstr(text.at, "\"time_us\": 50000000");
  cr_assert_not_null(place);
  place[strlen("\"time_us\": 5")] = '1';
  tw_op_log *changed = NULL;
  cr_assert_eq(tw_op_log_read(line, text.at, text.n, &changed, NULL), TWIN_OK);
  cr_assert_not_null(changed);
  tw_replay replay;
  cr_assert_eq(tw_op_log_replay(changed, start, &replay, NULL), TWIN_OK);
  cr_expect(replay.has_diverged);
  cr_expect_eq(replay.n_same, 1);
  cr_expect_str_eq(replay.field.at, "head.now_us");
  tw_text_free(&replay.field);
  tw_text_free(&text);
  tw_op_log_free(changed);
  tw_op_log_free(log);
  tw_run_free(run);
  tw_run_free(start);
  tw_line_unref(line);
}

Test(log, a_run_that_has_become_another_is_told_by_its_field) {
  tw_line *line = small_line();
  tw_run *run = test_run(line, 1);
  test_until(run, 30);
  tw_run *start = tw_run_fork(run);
  tw_op_log *log = tw_op_log_new(line, run);
  tw_run_apply(run, (tw_op){TW_OP_until, {31 * (int64_t)TW_TICKS_PER_S}}, NULL);
  tw_run_apply(run, (tw_op){TW_OP_mode_left, {0, 12345678}}, NULL);
  log->entry[1].op.argument[1] = 12345679;
  tw_replay replay;
  cr_assert_eq(tw_op_log_replay(log, start, &replay, NULL), TWIN_OK);
  cr_expect(replay.has_diverged);
  cr_expect_eq(replay.n_same, 1);
  cr_expect_str_eq(replay.field.at, "mode.left");
  tw_text_free(&replay.field);
  // and one that is elsewhere is not followed at all
  cr_expect_eq(tw_op_log_replay(log, start, &replay, NULL), TWIN_ERR_ARGUMENT);
  tw_op_log_free(log);
  tw_run_free(run);
  tw_run_free(start);
  tw_line_unref(line);
}

// What a log says is done without the checks of the public calls.
Test(log, a_due_date_no_run_can_reach_is_refused) {
  tw_line *line = small_line();
  tw_run *run = test_run(line, 3);
  const uint64_t before = tw_run_hash(run, true);
  cr_expect_eq(tw_run_apply(run, (tw_op){TW_OP_part_due, {1, INT64_MIN}}, NULL), TWIN_ERR_ARGUMENT);
  cr_expect_eq(tw_run_apply(run, (tw_op){TW_OP_order_add, {0, 0, 1, INT64_MIN, 0}}, NULL), TWIN_ERR_ARGUMENT);
  cr_expect_eq(tw_run_hash(run, true), before);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(log, texts_that_are_none_are_refused) {
  tw_line *line = small_line();
  static const char *const bad[][2] = {
      {"", "the log is empty"},
      {"{", "log, line 1"},
      {"{}", "this is no log"},
      {"{\"libtwin_log\": 1, \"line_hash\": \"0\", \"start_us\": 0, \"start_hash\": \"0\"}", "another line"},
      {"{\"libtwin_log\": 1, \"line_hash\": 3}", "\"line_hash\" is no hash"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    twin_problems *problems = twin_problems_new();
    tw_op_log *read = NULL;
    cr_expect_eq(tw_op_log_read(line, bad[i][0], strlen(bad[i][0]), &read, problems), TWIN_ERR_SNAPSHOT);
    cr_expect_null(read);
    cr_expect(strstr(twin_problems_text(problems, 0), bad[i][1]) != NULL, "%s",
              twin_problems_text(problems, 0));
    twin_problems_free(problems);
  }
  tw_line_unref(line);
}

Test(operations, an_order_comes_into_a_queue_with_room_and_is_worked_on) {
  tw_line *line = small_line();
  tw_run *run = test_run(line, 1);
  const int32_t b = test_place(line, "b"), c = test_place(line, "c"), m = test_place(line, "m");
  test_until(run, 1);
  cr_expect_eq(tw_run_apply(run, (tw_op){TW_OP_order_add, {c, 1, 3, INT64_MAX, 7}}, NULL), TWIN_OK);
  cr_expect_eq(run->head->n_created, 3);
  cr_expect_eq(run->machine[1].part != TW_NO_PART, true, "the machine behind takes one at once");
  cr_expect_eq(line->place[c].kind->level(run, c), 2);
  cr_expect_eq(tw_run_apply(run, (tw_op){TW_OP_order_add, {b, 0, 4, INT64_MAX, 0}}, NULL), TWIN_OK);
  expect_refused(run, (tw_op){TW_OP_order_add, {b, 0, 2, INT64_MAX, 0}}, "it has no room for them");
  expect_refused(run, (tw_op){TW_OP_order_add, {b, 2, 1, INT64_MAX, 0}}, "no such part ever gets there");
  expect_refused(run, (tw_op){TW_OP_order_add, {m, 0, 1, INT64_MAX, 0}}, "it has no queue");
  expect_refused(run, (tw_op){TW_OP_order_add, {b, 0, 0, INT64_MAX, 0}}, "out of bounds");
  expect_refused(run, (tw_op){TW_OP_order_add, {99, 0, 1, INT64_MAX, 0}}, "no such place");
  cr_expect_eq(test_until(run, 1000), TWIN_OK);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(operations, a_part_moves_between_queues_only) {
  tw_line *line = small_line();
  tw_run *run = test_run(line, 1);
  const int32_t b = test_place(line, "b"), c = test_place(line, "c"), m = test_place(line, "m");
  test_until(run, 13);  // parts of 4, 8 and 12 s: the first is on the machine
  expect_refused(run, (tw_op){TW_OP_part_move, {1, c}}, "it is not in a queue");
  expect_refused(run, (tw_op){TW_OP_part_move, {2, b}}, "it is there already");
  expect_refused(run, (tw_op){TW_OP_part_move, {2, m}}, "it has no queue");
  expect_refused(run, (tw_op){TW_OP_part_move, {77, c}}, "there is no part 77");
  cr_expect_eq(tw_run_apply(run, (tw_op){TW_OP_part_move, {2, c}}, NULL), TWIN_OK);
  cr_expect_eq(line->place[b].kind->level(run, b), 1);
  cr_expect_eq(run->machine[1].end_us, 18 * TW_TICKS_PER_S, "it is processed behind at once");
  tw_run_free(run);
  tw_line_unref(line);
}

Test(operations, a_priority_that_is_set_changes_who_is_next) {
  tw_line *line = small_line();
  tw_run *run = test_run(line, 1);
  test_until(run, 13);
  cr_expect_eq(tw_run_apply(run, (tw_op){TW_OP_part_priority, {3, 5}}, NULL), TWIN_OK);
  test_until(run, 15);
  cr_expect_eq(run->part[run->machine[0].part].id, 3);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(operations, a_failure_comes_when_its_clock_is_set_to) {
  tw_line *line = small_line();
  tw_run *run = test_run(line, 1);
  test_until(run, 6);  // processing since 4 s
  cr_expect_eq(tw_run_apply(run, (tw_op){TW_OP_mode_left, {0, 3 * TW_TICKS_PER_S}}, NULL), TWIN_OK);
  test_until(run, 8.9);
  cr_expect_eq(run->machine[0].down, TW_UP);
  test_until(run, 9);
  cr_expect_eq(run->machine[0].down, TW_DOWN_REPAIR);
  expect_refused(run, (tw_op){TW_OP_mode_left, {0, 5}}, "it is due or being repaired");
  expect_refused(run, (tw_op){TW_OP_mode_left, {3, 5}}, "there is no such failure mode");
  test_until(run, 16);
  expect_refused(run, (tw_op){TW_OP_mode_left, {0, -1}}, "no time or count");
  tw_run_free(run);
  tw_line_unref(line);
}
