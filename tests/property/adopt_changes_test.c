// adopt_changes_test.c - a run with machine models moves onto its own line with one thing changed:
// a machine, a model, a parameter, a name, a threshold, what ends processing, what is shared.
// Values and instants by hand.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/body/body.h"
#include "state/adopt.h"
#include "support/story.h"

static const tw_member *find_variable(const tw_line *line, int32_t machine_i, const char *name,
                                      int32_t *i) {
  *i = 0;
  for (int32_t m = 0; m < line->n_member; m++)
    for (*i = 0; *i < line->member[m].system->n_variable; ++*i)
      if (line->member[m].machine_i == machine_i &&
          strcmp(line->member[m].system->variable[*i].name, name) == 0)
        return &line->member[m];
  return NULL;
}

// A queue in front of machines "m" with a part every 4 s, 10 s of work; `rest` follows.
static tw_line *hand_line(const char *name, int32_t n_machine, const char *rest, const char *more) {
  char sections[3000];
  tw_text why = {0};
  snprintf(
      sections, sizeof sections,
      "%s 'sources': {'in': {'sequence': ['p'], 'repeat': true, 'every': '4 s', 'first': '0 s'}}, 'buffers': {'b': "
      "{'capacity': 'unlimited'}}, 'stations': {'%s': {'type': 'machine', 'machines': %d, %s}}, 'flow': [['in', 'b', "
      "'%s', 'out']]",
      more, name, (int)n_machine, rest, name);
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_text_free(&why);
  return line;
}

// A run of `from` up to cut_s on the line `to`; *said: notes and errors, in one text. Both lines
// are given up.
static tw_run *hand_over(tw_line *from, double cut_s, tw_line *to, const tw_renames *renames,
                         tw_text *said) {
  tw_run *run = test_run(from, 1), *moved = test_run(to, 2);
  twin_problems *problems = twin_problems_new();
  test_until(run, cut_s);
  cr_assert_eq(tw_run_adopt(moved, run, renames, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    tw_text_print(said, "%s%s", i > 0 ? "; " : "", twin_problems_text(problems, i));
  tw_text_add(said, "");
  twin_problems_free(problems);
  tw_run_free(run);
  tw_line_unref(from);
  tw_line_unref(to);
  return moved;
}

static void expect_said(tw_text *said, const char *wanted) {
  cr_expect_str_eq(said->at, wanted, "\n  said   %s\n  wanted %s", said->at, wanted);
  tw_text_free(said);
}

static double value_of(const tw_run *run, int32_t machine_i, const char *name) {
  int32_t i;
  const tw_member *member = find_variable(run->line, machine_i, name, &i);
  cr_assert_not_null(member, "no state %s", name);
  return tw_variable_now(run, member, i);
}

static void expect_near(double got, double wanted) {
  cr_expect(fabs(got - wanted) <= 1e-9, "%.12g, not %.12g", got, wanted);
}

// y falls by its time constant, whatever the machine does.
#define DECAY(state, time) \
  "'time': '10 s', 'dynamics': {'x': {'model': 'equations', 'states': {'" state "': 8, 'n': 0}, " \
  "'equations': {'d" state "/dt': '-" state "/(" time ")'}%s}}"

static tw_line *decay_line(const char *name, int32_t n_machine, const char *rest,
                           const char *events) {
  char text[2000];
  snprintf(text, sizeof text, rest, events);
  return hand_line(name, n_machine, text, "");
}

Test(adopt_changes, a_machine_more_begins_as_at_time_zero_and_the_others_go_on) {
  tw_text said = {0};
  tw_run *run = hand_over(decay_line("m", 2, DECAY("y", "20 s"), ""), 13,
                          decay_line("m", 3, DECAY("y", "20 s"), ""), NULL, &said);
  expect_said(&said, "note: machine m[3] is new and starts idle [N-STATE]");
  test_until(run, 30);
  for (int32_t i = 0; i < 3; i++)
    expect_near(value_of(run, i, "x.y"), 8 * exp(-(i < 2 ? 30.0 : 17.0) / 20));
  tw_run_free(run);
}

Test(adopt_changes, a_machine_less_takes_its_models_along) {
  tw_text said = {0};
  tw_run *run = hand_over(decay_line("m", 3, DECAY("y", "20 s"), ""), 3,
                          decay_line("m", 2, DECAY("y", "20 s"), ""), NULL, &said);
  expect_said(&said, "note: machine m[3] is gone [N-STATE]");
  test_until(run, 30);
  expect_near(value_of(run, 1, "x.y"), 8 * exp(-1.5));
  tw_run_free(run);
}

Test(adopt_changes, another_parameter_counts_from_the_change_on) {
  tw_text said = {0};
  tw_run *run = hand_over(decay_line("m", 1, DECAY("y", "20 s"), ""), 13,
                          decay_line("m", 1, DECAY("y", "5 s"), ""), NULL, &said);
  expect_said(&said, "");
  test_until(run, 23);
  expect_near(value_of(run, 0, "x.y"), 8 * exp(-13.0 / 20 - 10.0 / 5));
  // its integral goes on, too
  int32_t i;
  const tw_member *member = find_variable(run->line, 0, "x.y", &i);
  const double at_13 = 8 * exp(-13.0 / 20);
  expect_near(tw_variable_course(run, member, i).integral_s,
              20 * (8 - at_13) + 5 * at_13 * (1 - exp(-2)));
  expect_near(tw_variable_course(run, member, i).greatest, 8);
  tw_run_free(run);
}

Test(adopt_changes, a_state_of_another_name_is_told_to_be_gone_and_new) {
  tw_text said = {0};
  tw_run *run = hand_over(decay_line("m", 1, DECAY("y", "20 s"), ""), 13,
                          decay_line("m", 1, DECAY("level", "20 s"), ""), NULL, &said);
  expect_said(
      &said,
      "note: model state m[1]/x.y is gone [N-STATE]; note: model state m[1]/x.level is new and starts as at "
      "time zero [N-STATE]");
  test_until(run, 23);
  expect_near(value_of(run, 0, "x.level"), 8 * exp(-0.5));
  tw_run_free(run);
}

Test(adopt_changes, a_state_of_another_unit_is_told_to_start_anew) {
  tw_text said = {0};
  const char *const litres =
      "'time': '10 s', 'dynamics': {'x': {'model': 'equations', 'states': {'y': '2 l', 'n': 0}, "
      "'equations': {'dy/dt': '-y/(20 s)'}%s}}";
  tw_run *run = hand_over(decay_line("m", 1, DECAY("y", "20 s"), ""), 13,
                          decay_line("m", 1, litres, ""), NULL, &said);
  expect_said(&said,
              "note: the state m[1]/x.y has another unit now and starts as at time zero [N-STATE]");
  expect_near(value_of(run, 0, "x.y"), 0.002);
  tw_run_free(run);
}

Test(adopt_changes, the_models_of_a_renamed_station_go_on) {
  tw_text said = {0};
  const char *from = "m", *to = "lathe";
  tw_run *run = hand_over(decay_line("m", 2, DECAY("y", "20 s"), ""), 13,
                          decay_line("lathe", 2, DECAY("y", "20 s"), ""),
                          &(tw_renames){1, &from, &to}, &said);
  expect_said(&said, "");
  expect_near(value_of(run, 1, "x.y"), 8 * exp(-13.0 / 20));
  tw_run_free(run);
}

// y is 8 exp(-t/20 s): 4.18 at 13 s.
#define BELOW(limit) ", 'events': {'low': {'when': 'y <= " limit "', 'set': {'n': 'n + 1'}}}"

Test(adopt_changes, an_event_comes_again_where_its_threshold_has_moved_away) {
  tw_text said = {0};
  tw_run *run = hand_over(decay_line("m", 1, DECAY("y", "20 s"), BELOW("5")), 13,
                          decay_line("m", 1, DECAY("y", "20 s"), BELOW("3")), NULL, &said);
  expect_said(&said, "");
  cr_expect_eq(value_of(run, 0, "x.n"), 1);
  test_until(run, 19.6);
  cr_expect_eq(value_of(run, 0, "x.n"), 1);
  test_until(run, 19.7);
  cr_expect_eq(value_of(run, 0, "x.n"), 2);
  tw_run_free(run);
}

Test(adopt_changes,
     an_event_comes_at_once_where_its_threshold_has_passed_the_state_and_not_again_where_it_came) {
  tw_text said = {0};
  tw_run *run = hand_over(decay_line("m", 1, DECAY("y", "20 s"), BELOW("3")), 13,
                          decay_line("m", 1, DECAY("y", "20 s"), BELOW("5")), NULL, &said);
  expect_said(&said, "");
  test_until(run, 13);
  cr_expect_eq(value_of(run, 0, "x.n"), 1);
  tw_run_free(run);
  run = hand_over(decay_line("m", 1, DECAY("y", "20 s"), BELOW("5")), 13,
                  decay_line("m", 1, DECAY("y", "20 s"), BELOW("4.5")), NULL, &said);
  expect_said(&said, "");
  test_until(run, 90);
  cr_expect_eq(value_of(run, 0, "x.n"), 1);
  tw_run_free(run);
}

// ---- What ends processing ----------------------------------------------------------------------

#define RAMP(rest) \
  rest \
      ", 'dynamics': {'x': {'model': 'equations', 'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 " \
      "s)'}}}"

static int64_t shipped_at(tw_run *run, double time_s) {
  test_until(run, time_s);
  return run->head->n_shipped;
}

Test(adopt_changes, a_part_that_waited_for_a_condition_takes_a_time_where_there_is_none) {
  tw_text said = {0};
  tw_run *run = hand_over(hand_line("m", 1, RAMP("'finish': {'when': 'x.y >= 1000'}"), ""), 13,
                          hand_line("m", 1, RAMP("'time': '20 s'"), ""), NULL, &said);
  expect_said(
      &said,
      "note: the part on m[1] takes a time: the model that ended its processing is gone [N-STATE]");
  // 13 of 20 s have passed
  cr_expect_eq(shipped_at(run, 19.9), 0);
  cr_expect_eq(shipped_at(run, 20), 1);
  cr_expect_eq(shipped_at(run, 40), 2);
  tw_run_free(run);
}

Test(adopt_changes, a_part_that_was_begun_with_a_time_ends_with_it) {
  tw_text said = {0};
  tw_run *run = hand_over(
      hand_line("m", 1, RAMP("'time': '20 s'"), ""), 13,
      hand_line("m", 1, RAMP("'finish': {'when': 'x.y >= 15', 'soak': '9 s'}"), ""), NULL, &said);
  expect_said(&said, "");
  // at 20 s; the next one finds the condition true, and is soaked
  cr_expect_eq(shipped_at(run, 19.9), 0);
  cr_expect_eq(shipped_at(run, 20), 1);
  cr_expect_eq(shipped_at(run, 28.9), 1);
  cr_expect_eq(shipped_at(run, 29), 2);
  tw_run_free(run);
}

Test(adopt_changes, a_soak_under_way_counts_while_the_new_condition_holds) {
  tw_text said = {0};
  // since 10 s; its threshold moves: 12 still holds, 15 does not
  tw_run *run = hand_over(
      hand_line("m", 1, RAMP("'finish': {'when': 'x.y >= 10', 'soak': '8 s'}"), ""), 13,
      hand_line("m", 1, RAMP("'finish': {'when': 'x.y >= 12', 'soak': '8 s'}"), ""), NULL, &said);
  expect_said(&said, "");
  cr_expect_eq(shipped_at(run, 17.9), 0);
  cr_expect_eq(shipped_at(run, 18), 1);
  tw_run_free(run);
  run = hand_over(hand_line("m", 1, RAMP("'finish': {'when': 'x.y >= 10', 'soak': '8 s'}"), ""), 13,
                  hand_line("m", 1, RAMP("'finish': {'when': 'x.y >= 15', 'soak': '8 s'}"), ""),
                  NULL, &said);
  expect_said(&said, "");
  cr_expect_eq(shipped_at(run, 22.9), 0);
  cr_expect_eq(shipped_at(run, 23), 1);
  tw_run_free(run);
}

Test(adopt_changes, a_soak_under_way_is_over_where_another_condition_ends_the_part) {
  tw_text said = {0};
  tw_run *run =
      hand_over(hand_line("m", 1, RAMP("'finish': {'when': 'x.y >= 10', 'soak': '8 s'}"), ""), 13,
                hand_line("m", 1, RAMP("'rate': '0.05*(1 + 0*x.y)/(1 s)'"), ""), NULL, &said);
  expect_said(&said,
              "note: model state m[1]/rate.progress is new and starts as at time zero [N-STATE]");
  // 20 s from the change on
  cr_expect_eq(shipped_at(run, 32.9), 0);
  cr_expect_eq(shipped_at(run, 33), 1);
  tw_run_free(run);
}

// y falls by 1/s in the maintenance that begins at 10 s.
#define COOLED(rest) \
  "'time': '5 s', 'dynamics': {'x': {'model': 'equations', 'states': {'y': 6}, 'equations': {'planned-maintenance': " \
  "{'dy/dt': '-1/(1 s)'}}}}, 'maintenance': {'cool': {'trigger': {'every': '10 s', 'clock': 'calendar'}, " rest \
  "}}"

Test(adopt_changes, a_maintenance_until_a_condition_takes_a_time_where_there_is_none) {
  tw_text said = {0};
  tw_run *run = hand_over(hand_line("m", 1, COOLED("'until': 'x.y <= 0'"), ""), 13,
                          hand_line("m", 1, COOLED("'duration': '4 s'"), ""), NULL, &said);
  expect_said(&said, "note: m[1]/cool takes a time: the condition that ended it is gone [N-STATE]");
  test_until(run, 13.9);
  cr_expect_eq(run->machine[0].down, TW_DOWN_REPAIR);
  test_until(run, 14);
  cr_expect_eq(run->machine[0].down, TW_UP);
  tw_run_free(run);
  // one that has taken longer already is over
  run = hand_over(hand_line("m", 1, COOLED("'until': 'x.y <= 0'"), ""), 13,
                  hand_line("m", 1, COOLED("'duration': '2 s'"), ""), NULL, &said);
  tw_text_free(&said);
  test_until(run, 13);
  cr_expect_eq(run->machine[0].down, TW_UP);
  tw_run_free(run);
}

// ---- Hazards -----------------------------------------------------------------------------------

#define HAZARD(rest) \
  RAMP( \
      "'time': '10 s', 'failures': {'f': {'clock': 'calendar', 'hazard': '0.05*(1 + 0*x.y)/(1 s)', 'repair': '3 s'" rest \
      "}}")

Test(adopt_changes, a_hazard_that_is_new_has_a_limit_of_its_own_and_one_that_was_there_keeps_it) {
  tw_text said = {0};
  tw_run *run = hand_over(hand_line("m", 1, RAMP("'time': '10 s'"), ""), 13,
                          hand_line("m", 1, HAZARD(""), ""), NULL, &said);
  tw_text_free(&said);
  const double limit = value_of(run, 0, "hazard.f.limit"), before = value_of(run, 0, "hazard.f");
  cr_expect(limit > 0 && limit < 50, "%g", limit);
  cr_expect_eq(before, 0);
  test_until(run, 600);
  cr_expect(run->place_stat[test_place(run->line, "m")].n_failure > 10);
  tw_run *moved = test_run(hand_line("m", 1, HAZARD(", 'part': 'restart'"), ""), 3);
  cr_assert_eq(tw_run_adopt(moved, run, NULL, NULL), TWIN_OK);
  cr_expect_eq(value_of(moved, 0, "hazard.f.limit"), value_of(run, 0, "hazard.f.limit"));
  cr_expect_eq(value_of(moved, 0, "hazard.f"), value_of(run, 0, "hazard.f"));
  tw_line_unref((tw_line *)moved->line);
  tw_run_free(moved);
  tw_run_free(run);
}

// ---- Shared models -----------------------------------------------------------------------------

#define OVEN(air) \
  "'time': '10 s', 'dynamics': {'heat': {'model': 'equations', 'rtol': 1e-10, 'states': {'T': '100 degC'}, 'outputs': " \
  "{'heat': '50 W/K*(T - " air ")'}, 'equations': {'dT/dt': '-heat/(5 kJ/K)'}}}"
#define HALL(more) \
  "'shared': {'hall': {'model': 'equations', 'rtol': 1e-10, 'states': {'T': '20 degC'" more \
  "}, 'equations': {'dT/dt': " \
  "'sum.heat/(5 kJ/K)'}}},"

// Two bodies of 5 kJ/K with 50 W/K between them: the difference falls with 50 s, the sum stays.
Test(adopt_changes, a_shared_model_goes_on_and_knows_the_machine_that_is_new) {
  tw_text said = {0};
  tw_run *run = hand_over(hand_line("m", 1, OVEN("hall.T"), HALL("")), 13,
                          hand_line("m", 2, OVEN("hall.T"), HALL("")), NULL, &said);
  expect_said(&said, "note: machine m[2] is new and starts idle [N-STATE]");
  const double fallen = exp(-13.0 / 50);
  cr_expect(fabs(value_of(run, 0, "heat.T") - (333.15 + 40 * fallen)) < 1e-6);
  cr_expect(fabs(value_of(run, TW_NONE, "hall.T") - (333.15 - 40 * fallen)) < 1e-6);
  const double before = value_of(run, TW_NONE, "hall.T") + value_of(run, 0, "heat.T") + 373.15;
  test_until(run, 60);
  cr_expect(fabs(value_of(run, TW_NONE, "hall.T") + value_of(run, 0, "heat.T") +
                 value_of(run, 1, "heat.T") - before) < 1e-6);
  cr_expect(value_of(run, 1, "heat.T") < 360);
  tw_run_free(run);
}

Test(adopt_changes, a_shared_model_may_go_and_come) {
  tw_text said = {0};
  tw_run *run = hand_over(hand_line("m", 1, OVEN("hall.T"), HALL("")), 13,
                          hand_line("m", 1, OVEN("20 degC"), ""), NULL, &said);
  expect_said(&said, "note: model state shared/hall.T is gone [N-STATE]");
  const double at_13 = 333.15 + 40 * exp(-13.0 / 50);
  test_until(run, 23);
  cr_expect(fabs(value_of(run, 0, "heat.T") - (293.15 + (at_13 - 293.15) * exp(-0.1))) < 1e-6);
  tw_run_free(run);
  run = hand_over(hand_line("m", 1, OVEN("20 degC"), ""), 13,
                  hand_line("m", 1, OVEN("hall.T"), HALL("")), NULL, &said);
  expect_said(&said, "note: model state shared/hall.T is new and starts as at time zero [N-STATE]");
  const double oven = 293.15 + 80 * exp(-0.13);
  expect_near(value_of(run, TW_NONE, "hall.T"), 293.15);
  cr_expect(fabs(value_of(run, 0, "heat.T") - oven) < 1e-6);
  test_until(run, 63);
  cr_expect(fabs(value_of(run, 0, "heat.T") + value_of(run, TW_NONE, "hall.T") - (oven + 293.15)) <
            1e-6);
  tw_run_free(run);
}
