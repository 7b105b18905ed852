// Kinds from outside that do what they must not do: one mistake each, and each stops the run with
// an error that names kind, place, callback and mistake; and one that calls anything with anything,
// which must not crash.

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/ticks.h"
#include "support/outside.h"

// Fields and states of all bad kinds.
static const twin_kind_field fields[] = {
    {.name = "positions", .type = TWIN_FIELD_COUNT, .preset = "3", .min = 1, .max = 3},
    {.name = "time", .type = TWIN_FIELD_VALUE, .unit = "s", .preset = "\"2 s\""},
    {.name = "list", .type = TWIN_FIELD_LIST, .unit = "s"}};
enum { WHOLE, REAL, EACH, AT, STEP };
static const twin_kind_state states[] = {
    {.name = "whole", .type = TWIN_STATE_WHOLE, .min = -5, .max = 5},
    {.name = "real", .type = TWIN_STATE_REAL, .count = 2, .min = 0, .max = 1},
    {.name = "each", .type = TWIN_STATE_REAL, .flags = TWIN_PER_POSITION},
    {.name = "at", .type = TWIN_STATE_WHOLE, .flags = TWIN_IS_POSITION},
    {.name = "step", .type = TWIN_STATE_WHOLE}};
static const char *const timers[] = {"tick"};
static const char *const chances[] = {"luck"};
static const twin_kind_figure figures[] = {{"odd", "1"}};

static int32_t mistake_of(const twin_place *place) {
  return *(const int32_t *)twin_place_user(place);
}

enum {
  PLAN_PAST,
  PLAN_NAN,
  PLAN_NONE,
  CANCEL_NONE,
  IS_PLANNED_NONE,
  TAKE_NOTHING,
  TAKE_TWICE,
  RUN_NAN,
  RUN_LONG,
  RUN_EMPTY,
  RUN_BLOCKED,
  RUN_RUNNING,
  RUN_AGAIN,
  WAIT_FAILED,
  WAIT_RUNNING,
  RELEASE_EMPTY,
  RELEASE_NO_EXIT,
  RELEASE_TWICE,
  MOVE_EMPTY,
  MOVE_ONTO,
  SET_NAN,
  SET_OUTSIDE,
  SET_NO_POSITION,
  SET_NO_STATE,
  SET_NO_ELEMENT,
  SET_OTHER_TYPE,
  GET_EACH_OUTSIDE,
  POSITION_NONE,
  DRAW_NO_VALUE,
  DRAW_NO_CHANCE,
  PARAM_NONE,
  PARAM_NO_ELEMENT,
  MEAN_NONE,
  PART_NO_SIZE,
  OFFER_NO_SIZE,
  PROBLEM_LATE,
  GIVES_UP,
  ENDLESS,
  N_MISTAKE,
  IN_START,
  IN_ENDED,
  IN_HAS_ROOM,
  IN_CHOOSE,
  IN_CHECK,
  IN_FIGURE,
};

static void do_wrong(twin_place *place, int32_t mistake) {
  twin_place_part part = {.struct_size = 3};
  switch (mistake) {
    case PLAN_PAST: twin_place_plan(place, 0, -1); break;
    case PLAN_NAN: twin_place_plan(place, 0, (double)NAN); break;
    case PLAN_NONE: twin_place_plan(place, 1, 1); break;
    case CANCEL_NONE: twin_place_cancel(place, -1); break;
    case IS_PLANNED_NONE: twin_place_is_planned(place, 7); break;
    case TAKE_NOTHING: twin_place_take(place, 2); break;
    case TAKE_TWICE: twin_place_take(place, 1); break;
    case RUN_NAN: twin_place_run(place, 2, TWIN_SETUP, (double)NAN); break;
    case RUN_LONG: twin_place_run(place, 2, TWIN_SETUP, 1e12); break;
    case RUN_EMPTY: twin_place_run(place, 2, TWIN_PROCESSING, 1); break;
    case RUN_BLOCKED: twin_place_run(place, 1, TWIN_BLOCKED, 1); break;
    case RUN_RUNNING: twin_place_run(place, 0, TWIN_SETUP, 1); break;
    case RUN_AGAIN: twin_place_run(place, 1, TWIN_PROCESSING, 1); break;
    case WAIT_FAILED: twin_place_wait(place, 1, TWIN_FAILED_REPAIR); break;
    case WAIT_RUNNING: twin_place_wait(place, 0, TWIN_IDLE); break;
    case RELEASE_EMPTY: twin_place_release(place, 2, -1); break;
    case RELEASE_NO_EXIT: twin_place_release(place, 1, 0); break;
    case RELEASE_TWICE:
      twin_place_release(place, 1, -1);
      twin_place_release(place, 1, -1);
      break;
    case MOVE_EMPTY: twin_place_move(place, 2, 1); break;
    case MOVE_ONTO: twin_place_move(place, 1, 0); break;
    case SET_NAN: twin_place_real_set(place, REAL, 1, (double)NAN); break;
    case SET_OUTSIDE: twin_place_whole_set(place, WHOLE, 0, 6); break;
    case SET_NO_POSITION: twin_place_whole_set(place, AT, 0, 3); break;
    case SET_NO_STATE: twin_place_whole_set(place, 9, 0, 0); break;
    case SET_NO_ELEMENT: twin_place_real_set(place, REAL, 2, 0); break;
    case SET_OTHER_TYPE: twin_place_whole_set(place, REAL, 0, 0); break;
    case GET_EACH_OUTSIDE: twin_place_real(place, EACH, 3); break;
    case POSITION_NONE: twin_place_status(place, 3); break;
    case DRAW_NO_VALUE: twin_place_draw(place, 0, 1); break;
    case DRAW_NO_CHANCE: twin_place_chance(place, 1); break;
    case PARAM_NONE: twin_place_param(place, 3); break;
    case PARAM_NO_ELEMENT: twin_place_param_at(place, 2, 0); break;
    case MEAN_NONE: twin_place_mean(place, 1, 1, -1); break;
    case PART_NO_SIZE: twin_place_part_on(place, 1, &part); break;
    case OFFER_NO_SIZE: twin_place_offered(place, 2, &part); break;
    case PROBLEM_LATE: twin_place_problem(place, 0, "too late", NULL); break;
    case GIVES_UP: twin_place_fail(place, "the carousel is jammed"); break;
    case ENDLESS: twin_place_run(place, 2, TWIN_SETUP, 0); break;
    default: break;
  }
}

// Takes parts onto positions 0 and 1; when the second is through it does what it should not.
static void settle_bad(twin_place *place) {
  const int64_t step = twin_place_whole(place, STEP, 0);
  const int32_t mistake = mistake_of(place);
  if (step < 2 && twin_place_offered(place, (int32_t)step, NULL)) {
    twin_place_take(place, (int32_t)step);
    twin_place_run(place, (int32_t)step, TWIN_PROCESSING,
                   step == 0 && mistake != IN_CHOOSE ? 50 : 1);
    twin_place_whole_set(place, STEP, 0, step + 1);
  } else if (step == 2 && twin_place_status(place, 1) == TWIN_POSITION_HOLDS) {
    twin_place_whole_set(place, STEP, 0, 3);
    if (mistake == IN_CHOOSE) twin_place_release(place, 0, -1), twin_place_release(place, 1, -1);
    do_wrong(place, mistake);
  } else if (mistake == ENDLESS && step == 3 && twin_place_status(place, 2) == TWIN_POSITION_FREE) {
    twin_place_run(place, 2, TWIN_SETUP, 0);
  }
}

static void start_bad(twin_place *place) {
  if (mistake_of(place) == IN_START) twin_place_take(place, 0);
}

static void end_bad(twin_place *place, int32_t position) {
  if (mistake_of(place) == IN_ENDED) twin_place_run(place, position, TWIN_SETUP, 1);
}

static int32_t has_bad_room(const twin_place *place) {
  if (mistake_of(place) == IN_HAS_ROOM)
    twin_place_whole_set((twin_place *)(uintptr_t)place, WHOLE, 0, 1);
  return 1;
}

static int32_t choose_badly(const twin_place *place, const int32_t *positions, int32_t n) {
  return mistake_of(place) == IN_CHOOSE ? 17 : positions[n - 1];
}

static void check_badly(twin_place *place) {
  if (mistake_of(place) == IN_CHECK) twin_place_whole_set(place, WHOLE, 0, 1);
}

static double bad_figure(const twin_place *place, int32_t figure) {
  if (mistake_of(place) != IN_FIGURE) return figure;
  twin_place_whole_set((twin_place *)(uintptr_t)place, WHOLE, 0, 3);
  twin_place_take((twin_place *)(uintptr_t)place, 0);
  return twin_place_real(place, 99, 99) + twin_place_param(place, 99);
}

static twin_kind bad_kind(const int32_t *mistake) {
  return (twin_kind){.struct_size = sizeof(twin_kind),
                     .abi = TWIN_KIND_ABI,
                     .name = "bad",
                     .user = mistake,
                     .position_field = "positions",
                     .n_field = 3,
                     .fields = fields,
                     .n_state = 5,
                     .states = states,
                     .n_figure = 1,
                     .figures = figures,
                     .n_timer = 1,
                     .timers = timers,
                     .n_chance = 1,
                     .chances = chances,
                     .check = check_badly,
                     .start = start_bad,
                     .settle = settle_bad,
                     .ended = end_bad,
                     .has_room = has_bad_room,
                     .choose = choose_badly,
                     .figure = bad_figure};
}

// Behind it a machine that takes longer, so that parts wait on both sides. The split asks who has
// room.
static const char bad_line[] =
    "'sources': {'in': {'sequence': ['p'], 'repeat': true}}, 'buffers': {'q': {'capacity': 9}}, 'stations': {'t': {'type': "
    "'bad'}, 'b': {'type': 'machine', 'time': '3 s'}, 'm': {'type': 'machine', 'time': '9 s'}}, 'flow': [['in', 'b', 't', 'm', "
    "'out'], ['b', 'q', 'm']]";

static twin_status run_bad(int32_t mistake, tw_text *said, tw_run **kept) {
  const twin_kind kind = bad_kind(&mistake);
  const twin_kind *const kinds[] = {&kind, NULL};
  tw_line *line = test_outside_line(bad_line, kinds, said);
  if (line == NULL) return TWIN_ERR_LINE;
  tw_run *run = test_run(line, 1);
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_run_until(run, tw_ticks(100), problems);
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    tw_text_print(said, "%s\n", twin_problems_text(problems, i));
  twin_problems_free(problems);
  tw_text_add(said, "");
  if (status != TWIN_OK) cr_assert_eq(test_until(run, 200), TWIN_ERR_POISONED);
  if (kept != NULL)
    *kept = run;
  else
    tw_run_free(run);
  tw_line_unref(line);
  return status;
}

static void expect_stopped(int32_t mistake, const char *in, const char *what) {
  tw_text said = {0};
  char begin[80];
  snprintf(begin, sizeof begin, "kind 'bad', place 't', in %s: ", in);
  cr_expect_eq(run_bad(mistake, &said, NULL), TWIN_ERR_KIND, "%d: %s", (int)mistake, said.at);
  cr_expect_not_null(strstr(said.at, begin), "%d: %s", (int)mistake, said.at);
  cr_expect_not_null(strstr(said.at, what), "%d: %s", (int)mistake, said.at);
  cr_expect_not_null(strstr(said.at, "/stations/t"), "%d: %s", (int)mistake, said.at);
  tw_text_free(&said);
}

Test(outside_wrong, each_mistake_in_settle_stops_the_run_with_its_sentence) {
  static const char *const sentences[N_MISTAKE] = {
      [PLAN_PAST] = "a timer is planned after a delay of -1 s",
      [PLAN_NAN] = "a timer is planned after a delay of ",
      [PLAN_NONE] = "no timer number 1",
      [CANCEL_NONE] = "no timer number -1",
      [IS_PLANNED_NONE] = "no timer number 7",
      [TAKE_NOTHING] = "takes a part onto position number 2, but nothing is offered",
      [TAKE_TWICE] = "takes a part onto position number 1, but that is not free",
      [RUN_NAN] = "runs for a time of ",
      [RUN_LONG] = "runs for a time of 1e+12 s",
      [RUN_EMPTY] = "no part is on it",
      [RUN_BLOCKED] = "run in state 13, in which none can",
      [RUN_RUNNING] = "run, but that runs still",
      [RUN_AGAIN] = "process a part that is through there",
      [WAIT_FAILED] = "wait in state 5, in which none can",
      [WAIT_RUNNING] = "wait, but that runs still",
      [RELEASE_EMPTY] = "position number 2, which holds none",
      [RELEASE_NO_EXIT] = "no exit number 0",
      [RELEASE_TWICE] = "position number 1, which holds none that is through",
      [MOVE_EMPTY] = "none is there with which nothing is done",
      [MOVE_ONTO] = "to 0, but that is not free",
      [SET_NAN] = "state 'real' cannot be ",
      [SET_OUTSIDE] = "state 'whole' cannot be 6",
      [SET_NO_POSITION] = "state 'at' cannot be 3",
      [SET_NO_STATE] = "no state number 9",
      [SET_NO_ELEMENT] = "state 'real' has no element number 2",
      [SET_OTHER_TYPE] = "state 'real' is of the other type",
      [GET_EACH_OUTSIDE] = "state 'each' has no element number 3",
      [POSITION_NONE] = "no position number 3: it has 0 to 2",
      [DRAW_NO_VALUE] = "field number 0 is no value",
      [DRAW_NO_CHANCE] = "no chance number 1",
      [PARAM_NONE] = "no field number 3",
      [PARAM_NO_ELEMENT] = "'list' has no element number 0",
      [MEAN_NONE] = "'time' has no mean for position number 1",
      [PART_NO_SIZE] = "struct_size",
      [OFFER_NO_SIZE] = "struct_size",
      [PROBLEM_LATE] = "must not tell problems",
      [GIVES_UP] = "the carousel is jammed",
      [ENDLESS] = "things to do on one tick"};
  for (int32_t i = 0; i < N_MISTAKE; i++) expect_stopped(i, "settle", sentences[i]);
}

Test(outside_wrong, other_callbacks_may_not_do_what_settle_may) {
  expect_stopped(IN_START, "start", "this callback must not take a part");
  expect_stopped(IN_ENDED, "ended", "this callback must not let a position run");
  expect_stopped(IN_HAS_ROOM, "has_room", "this callback must not set state");
  expect_stopped(IN_CHOOSE, "choose", "position number 17 is none of the 2");
}

Test(outside_wrong, a_check_that_touches_a_run_is_a_problem_of_the_line) {
  tw_text said = {0};
  cr_assert_eq(run_bad(IN_CHECK, &said, NULL), TWIN_ERR_LINE);
  cr_assert_not_null(strstr(said.at, "in check: this callback must not set state"), "%s", said.at);
  cr_assert_not_null(strstr(said.at, "[E-KIND]"), "%s", said.at);
  tw_text_free(&said);
}

Test(outside_wrong, a_figure_that_does_something_changes_nothing_and_has_no_value) {
  tw_text said = {0};
  tw_run *run = NULL;
  cr_assert_eq(run_bad(N_MISTAKE, &said, &run), TWIN_OK, "%s", said.at);
  tw_run_free(run);
  cr_assert_eq(run_bad(IN_FIGURE, &said, &run), TWIN_OK, "%s", said.at);
  tw_text_free(&said);
  tw_run_free(run);
}
