// Setups as the line knows them: keys, pairs and who names them best, steps in their order, draw
// sites.

#include "keys/setup_def.h"

#include <math.h>
#include <stdio.h>

#include "analytic/sentences.h"
#include "engine/draw.h"
#include "station/machine.h"

#define PARTS \
  "'parts': {'a1': {'family': 'A'}, 'b1': {'family': 'B'}, 'a2': {'family': 'A'}, 'C': {}}, " \
  "'workers': {'w': {'count': 2, 'skills': ['set', 'look']}}, 'resources': {'crane': {}},"
#define MIX "'sources': {'s': {'mix': {'a1': 1, 'b1': 1, 'a2': 1, 'C': 1}}}, "
#define LINE(setup) \
  PARTS MIX \
      "'stations': {'m': {'type': 'machine', 'machines': 2, 'time': '1 min', 'setup': " setup \
      "}}, 'flow': [['s', 'm', 'out']]"

static tw_line *line_of(const char *sections) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  return line;
}

static const tw_setup *setup_of(const tw_line *line) {
  return line->place[test_place(line, "m")].setup;
}

// Seconds that the last step of a machine would take, drawn in a run.
static double draw_s(tw_line *line, int32_t machine, int32_t from, int32_t to) {
  const tw_setup *setup = setup_of(line);
  const tw_setup_step *last = &setup->step[machine * setup->n_step + setup->n_step - 1];
  tw_run *run = test_run(line, 1);
  const double s = tw_draw(run, last->site, from * setup->n_key + to);
  tw_run_free(run);
  return s;
}

Test(setup, keys_are_families_or_parts) {
  tw_line *line = line_of(LINE("{'time': '5 min'}"));
  const tw_setup *setup = setup_of(line);
  cr_assert_not(setup->is_by_part);
  cr_assert_eq(setup->n_key, 3);
  static const int32_t family[] = {0, 1, 0, 2};
  static const char *const name[] = {"A", "B", "C"};
  for (int i = 0; i < 4; i++) cr_assert_eq(setup->key_of_type[i], family[i]);
  for (int i = 0; i < 3; i++) cr_assert_str_eq(setup->key_name[i], name[i]);
  cr_assert_eq(setup->initial, TW_NONE);
  cr_assert_eq(setup->n_approval, 0);
  cr_assert_null(setup->approval_site);
  tw_line_unref(line);
  line = line_of(LINE("{'by': 'part', 'time': '5 min', 'initial': 'a2'}"));
  setup = setup_of(line);
  cr_assert(setup->is_by_part);
  cr_assert_eq(setup->n_key, 4);
  cr_assert_eq(setup->key_of_type[3], 3);
  cr_assert_str_eq(setup->key_name[2], "a2");
  cr_assert_eq(setup->initial, 2);
  tw_line_unref(line);
}

Test(setup, initial_names_a_family_or_a_part_of_it) {
  tw_line *line = line_of(LINE("{'time': '5 min', 'initial': 'B'}"));
  cr_assert_eq(setup_of(line)->initial, 1);
  tw_line_unref(line);
  line = line_of(LINE("{'time': '5 min', 'initial': 'a2'}"));
  cr_assert_eq(setup_of(line)->initial, 0);
  tw_line_unref(line);
}

Test(setup, a_station_without_one_has_none) {
  tw_line *line = line_of("'sources': {'s': {'sequence': ['p']}}, 'stations': {'m': {'type': "
                          "'machine', 'time': '1 s'}}, 'flow': [['s', 'm', 'out']]");
  cr_assert_null(setup_of(line));
  tw_line_unref(line);
}

Test(setup, sentence_7_1_the_nearer_name_gives_the_time_and_the_same_family_none) {
  tw_line *line = line_of(LINE("{'matrix': {'A': {'B': '14 s', 'other': '9 s'}, 'B': {'C': '7 s'}, "
                               "'other': '11 s'}}"));
  static const double wanted[3][3] = {{0, 14, 9}, {11, 0, 7}, {11, 11, 0}};
  const tw_setup *setup = setup_of(line);
  for (int32_t from = 0; from < 3; from++) {
    for (int32_t to = 0; to < 3; to++) {
      cr_assert_eq(setup->mean_s[from * 3 + to], wanted[from][to], "%d to %d", from, to);
      if (from != to) cr_assert_eq(draw_s(line, 1, from, to), wanted[from][to]);
    }
  }
  cr_assert_null(line->site[setup->step[0].site].by_part[0], "the same family is never drawn");
  tw_line_unref(line);
}

Test(setup, pairs_are_distributions_with_streams_of_their_own_for_each_machine) {
  tw_line *line = line_of(LINE("{'matrix': {'other': {'exponential': {'mean': '10 s'}}}}"));
  const tw_setup *setup = setup_of(line);
  cr_assert_eq(setup->mean_s[1], 10);
  cr_assert_eq(setup->n_step, 1);
  cr_assert_neq(draw_s(line, 0, 0, 1), draw_s(line, 1, 0, 1));
  cr_assert_eq(draw_s(line, 0, 0, 1), draw_s(line, 0, 1, 2), "one stream for all pairs");
  cr_assert_neq(line->site[setup->step[0].site].key, line->site[setup->step[1].site].key);
  cr_assert_str_eq(line->site[setup->step[1].site].purpose, "setup");
  tw_line_unref(line);
}

Test(setup, steps_while_running_come_first_and_the_change_itself_last) {
  tw_line *line = line_of(
      LINE("{'time': '20 s', 'needs': ['set'], 'priority': 4, 'min_run': 7, 'startup_scrap': 2, "
           "'steps': {'clean': {'time': '3 s'}, 'fetch': {'time': '10 s', 'needs': ['crane', "
           "'set'], 'while_running': true}, 'try': {'time': '1 s', 'needs': ['set']}}}"));
  const tw_setup *setup = setup_of(line);
  static const char *const name[] = {"fetch", "clean", "try", "setup"};
  static const int32_t n_need[] = {2, 0, 1, 1};
  static const double time_s[] = {10, 3, 1, 20};
  cr_assert_eq(setup->n_step, 4);
  tw_run *run = test_run(line, 1);
  for (int32_t i = 0; i < 8; i++) {
    const tw_setup_step *step = &setup->step[i];
    cr_assert_str_eq(step->name, name[i % 4]);
    cr_assert_eq(step->needs.n, n_need[i % 4]);
    cr_assert_eq(step->priority, 4);
    cr_assert_eq(step->is_while_running, i % 4 == 0);
    cr_assert_eq(line->site[step->site].machine_i, i / 4);
    cr_assert_eq(tw_draw(run, step->site, 5), time_s[i % 4], "whatever the index");
  }
  tw_run_free(run);
  cr_assert_eq(setup->mean_s[1], 24, "what is done while running stops nothing");
  cr_assert_eq(setup->min_run, 7);
  cr_assert_eq(setup->n_startup_scrap, 2);
  tw_line_unref(line);
}

Test(setup, steps_alone_are_a_setup_too) {
  tw_line *line = line_of(LINE("{'steps': {'clean': {'time': '3 s'}}}"));
  cr_assert_eq(setup_of(line)->n_step, 2);
  cr_assert_eq(setup_of(line)->mean_s[1], 3);
  cr_assert_eq(draw_s(line, 0, 0, 1), 0);
  tw_line_unref(line);
}

Test(setup, approval_has_its_own_time_and_people) {
  tw_line *line =
      line_of(LINE("{'time': '1 s', 'priority': 3, 'approval': {'parts': 2, 'needs': ['look'], "
                   "'time': {'by_part': {'C': '9 s', 'default': '5 s'}}}}"));
  const tw_setup *setup = setup_of(line);
  tw_run *run = test_run(line, 1);
  cr_assert_eq(setup->n_approval, 2);
  cr_assert_eq(setup->approval_needs.n, 1);
  cr_assert_eq(setup->approval_priority, 3);
  cr_assert_eq(tw_draw(run, setup->approval_site[1], 0), 5);
  cr_assert_eq(tw_draw(run, setup->approval_site[1], 3), 9);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(setup, only_pairs_that_can_follow_here_are_asked_for) {
  // C never comes; what the machines are set up for at the start may come before everything
  static const char line_text[] =
      PARTS "'sources': {'s': {'sequence': ['a1', 'b1']}}, 'stations': {'m': {'type': 'machine', "
            "'time': '1 s', 'setup': {'matrix': {'A': {'B': '1 s'}, 'B': {'A': '2 s'}}%s}}}, "
            "'flow': [['s', 'm', 'out']]";
  char text[500];
  snprintf(text, sizeof text, line_text, "");
  tw_line *line = line_of(text);
  cr_assert(isnan(setup_of(line)->mean_s[2]));
  cr_assert_eq(setup_of(line)->mean_s[3], 2);
  tw_line_unref(line);
  snprintf(text, sizeof text, line_text, ", 'initial': 'C'");
  expect_refused(text, "part 'a1' gets to 'm', which has no setup from family 'C' to 'A'");
  expect_refused(text, "from family 'C' to 'B'");
}

Test(setup, many_missing_pairs_are_counted) {
  tw_text text = {0}, mix = {0}, why = {0};
  tw_text_add(&text, "'parts': {");
  for (int i = 0; i < 6; i++) {
    tw_text_print(&text, "%s'p%d': {}", i == 0 ? "" : ", ", i);
    tw_text_print(&mix, "%s'p%d': 1", i == 0 ? "" : ", ", i);
  }
  tw_text_print(&text,
                "}, 'sources': {'s': {'mix': {%s}}}, 'stations': {'m': {'type': 'machine', "
                "'time': '1 s', 'setup': {'matrix': {'p0': {'p1': '1 s'}}}}}, 'flow': [['s', "
                "'m', 'out']]",
                mix.at);
  cr_assert_null(test_quoted_line(text.at, &why), "the line was accepted");
  cr_assert_not_null(strstr(why.at, "19 more setups of 'm' are missing"), "%s", why.at);
  tw_text_free(&text);
  tw_text_free(&mix);
  tw_text_free(&why);
}

Test(setup, there_are_at_most_1024_things_to_set_up_for) {
  for (int n = 1024; n <= 1025; n++) {
    tw_text text = {0}, why = {0};
    tw_text_add(&text, "'parts': {");
    for (int i = 0; i < n; i++) tw_text_print(&text, "%s'p%d': {}", i == 0 ? "" : ", ", i);
    tw_text_add(&text, "}, 'sources': {'s': {'sequence': ['p0']}}, 'stations': {'m': {'type': "
                       "'machine', 'time': '1 s', 'setup': {'matrix': {'other': '1 s'}}}}, 'flow': "
                       "[['s', 'm', 'out']]");
    tw_line *line = test_quoted_line(text.at, &why);
    if (n == 1024) {
      cr_assert_not_null(line, "%s", why.at != NULL ? why.at : "");
      cr_assert_eq(setup_of(line)->mean_s[1024 * 1024 - 2], 1);
    } else {
      cr_assert_null(line);
      cr_assert_not_null(strstr(why.at, "at most 1024 families or parts, here are 1025"), "%s",
                         why.at);
    }
    tw_line_unref(line);
    tw_text_free(&text);
    tw_text_free(&why);
  }
}

Test(setup, a_family_may_not_be_called_as_the_rest) {
  expect_refused(
      "'parts': {'a': {'family': 'other'}, 'b': {}}, 'sources': {'s': {'mix': {'a': 1, "
      "'b': 1}}}, 'stations': {'m': {'type': 'machine', 'time': '1 s', 'setup': {'matrix': "
      "{'other': '1 s'}}}}, 'flow': [['s', 'm', 'out']]",
      "\"other\" means all the rest here");
}

Test(setup, there_are_at_most_64_steps) {
  tw_text text = {0};
  tw_text_add(&text, "{'time': '1 s', 'steps': {");
  for (int i = 0; i <= 64; i++)
    tw_text_print(&text, "%s's%d': {'time': '1 s'}", i == 0 ? "" : ", ", i);
  tw_text_add(&text, "}}");
  tw_text whole = {0};
  tw_text_print(&whole,
                PARTS MIX "'stations': {'m': {'type': 'machine', 'time': '1 min', 'setup': %s}}, "
                          "'flow': [['s', 'm', 'out']]",
                text.at);
  expect_refused(whole.at, "a setup has at most 64 steps, here are 65");
  tw_text_free(&text);
  tw_text_free(&whole);
}
