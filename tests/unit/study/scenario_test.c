// scenario_test.c - what scenarios a text lists, what lines they make, and what is said of those
// that make none.

#include "study/scenario.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/problems.h"
#include "io/line_in.h"
#include "support/line_text.h"

#define LINE(scenarios) \
  "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}},\n" \
  " \"buffers\": {\"q\": {\"capacity\": 4}, \"r\": {\"capacity\": 5}},\n" \
  " \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},\n" \
  " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"9 s\", \"failures\": {\n" \
  "  \"jam\": {\"clock\": \"processing\", \"mtbf\": \"1 h\", \"repair\": \"60 s\"}}},\n" \
  "  \"b\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"9 s\"}}}},\n" \
  " \"flow\": [[\"s\", \"q\", \"a\", \"r\", \"b\", \"out\"]],\n" \
  " \"scenarios\": {" scenarios "}}"

static tw_line *line_of(const char *text) {
  twin_problems *problems = twin_problems_new();
  tw_line *line = NULL;
  const tw_line_text from = {.text = text, .n_bytes = strlen(text), .file = "l.json"};
  const twin_status status = tw_line_read(&line, &(tw_host){.on_notice = NULL}, &from, problems);
  twin_problem p = {.struct_size = sizeof p};
  if (status != TWIN_OK && twin_problems_get(problems, 0, &p) == TWIN_OK)
    cr_assert_fail("%s: %s", p.pointer, p.message);
  twin_problems_free(problems);
  return line;
}

// The first problem, "line:pointer: message [code]", or what the line of the scenario says of a
// quantity.
static const char *problem_text(const twin_problems *problems) {
  static char text[512];
  twin_problem p = {.struct_size = sizeof p};
  if (twin_problems_get(problems, 0, &p) != TWIN_OK) return "";
  snprintf(text, sizeof text, "%s:%d:%s: %s [%s]", p.file, (int)p.line, p.pointer, p.message,
           p.code);
  return text;
}

static void expect_problem(const char *line_text, const char *scenarios_text,
                           const char *expected) {
  tw_line *line = line_of(line_text), *made = NULL;
  tw_scenarios scenarios;
  twin_problems *problems = twin_problems_new();
  const size_t n = scenarios_text != NULL ? strlen(scenarios_text) : 0;
  twin_status status = tw_scenarios_read(&scenarios, line, scenarios_text, n, problems);
  if (status == TWIN_OK) {
    cr_assert_eq(scenarios.n, 1);
    status = tw_scenario_line(&made, &scenarios, 0, problems);
    tw_scenarios_free(&scenarios);
  }
  cr_assert_eq(status, TWIN_ERR_LINE);
  cr_assert_null(made);
  cr_assert_str_eq(problem_text(problems), expected);
  twin_problems_free(problems);
  tw_line_unref(line);
}

// The line of one scenario means the same as another text.
static void expect_same(const char *scenario, const char *text) {
  tw_line *line = line_of(LINE()), *made = NULL, *same = line_of(text);
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, scenario, strlen(scenario), NULL), TWIN_OK);
  cr_assert_eq(tw_scenario_line(&made, &scenarios, 0, NULL), TWIN_OK);
  cr_assert_eq(made->hash, same->hash, "%s", scenario);
  cr_assert_null(made->doc.scenarios);
  tw_scenarios_free(&scenarios);
  tw_line_unref(made);
  tw_line_unref(same);
  tw_line_unref(line);
}

Test(scenario, lists_what_the_file_says_in_its_order) {
  tw_line *line = line_of(LINE(
      "\"two\": {\"about\": \"leased\", \"invest\": \"1.5 kEUR\", \"/stations/a/machines\": 2},"
      "\"x-note\": 1, \"none\": {}"));
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(scenarios.n, 2);
  cr_assert_str_eq(scenarios.at[0].name, "two");
  cr_assert_str_eq(scenarios.at[0].about, "leased");
  cr_assert_eq(scenarios.at[0].invest, 1500);
  cr_assert_eq(scenarios.at[0].n_change, 1);
  cr_assert_str_eq(scenarios.at[1].name, "none");
  cr_assert(scenarios.at[1].n_change == 0 && isnan(scenarios.at[1].invest));
  tw_scenarios_free(&scenarios);
  tw_line_unref(line);
}

Test(scenario, of_a_sweep_is_every_combination_and_the_last_runs_fastest) {
  tw_line *line = line_of(
      LINE("\"size\": {\"sweep\": {\"/buffers/q/capacity\": [1, 2], \"about\": \"x\","
           " \"/stations/b/time\": [\"5 s\", \"6 s\", {\"exponential\": {\"mean\": \"7 s\"}}]},"
           " \"/stations/a/machines\": 2}"));
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(scenarios.n, 6);
  cr_assert_str_eq(scenarios.at[0].name, "size: q/capacity=1, b/time=5 s");
  cr_assert_str_eq(scenarios.at[1].name, "size: q/capacity=1, b/time=6 s");
  cr_assert_str_eq(scenarios.at[3].name, "size: q/capacity=2, b/time=5 s");
  cr_assert_str_eq(scenarios.at[5].group, "size");
  tw_line *made = NULL;
  cr_assert_eq(tw_scenario_line(&made, &scenarios, 4, NULL), TWIN_OK);
  cr_assert_eq(made->place[test_place(made, "a")].n_machine, 2);
  tw_line_unref(made);
  tw_scenarios_free(&scenarios);
  tw_line_unref(line);
}

Test(scenario, of_cases_is_one_each_and_with_a_sweep_the_product) {
  tw_line *line =
      line_of(LINE("\"c\": {\"cases\": [{\"/buffers/q/capacity\": 1, \"/buffers/r/capacity\": 9},"
                   " {\"invest\": \"2 EUR\", \"/buffers/q/capacity\": 2}],"
                   " \"sweep\": {\"/stations/a/machines\": [2, 3]}}"));
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(scenarios.n, 4);
  cr_assert_str_eq(scenarios.at[0].name, "c: a/machines=2, q/capacity=1, r/capacity=9");
  cr_assert_str_eq(scenarios.at[1].name, "c: a/machines=2, q/capacity=2");
  cr_assert_str_eq(scenarios.at[2].name, "c: a/machines=3, q/capacity=1, r/capacity=9");
  cr_assert_eq(scenarios.at[3].invest, 2);
  tw_scenarios_free(&scenarios);
  tw_line_unref(line);
}

Test(scenario, names_a_key_that_the_file_left_at_its_default) {
  const char *with_run =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}},\n"
      " \"buffers\": {\"q\": {\"capacity\": 4, \"queue\": \"lifo\"}, \"r\": {\"capacity\": 5}},\n"
      " \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},\n"
      " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"9 s\", \"failures\": {\n"
      "  \"jam\": {\"clock\": \"processing\", \"mtbf\": \"1 h\", \"repair\": \"60 s\"}}},\n"
      "  \"b\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"9 s\"}}}},\n"
      " \"run\": {\"horizon\": \"2 h\"},"
      " \"flow\": [[\"s\", \"q\", \"a\", \"r\", \"b\", \"out\"]]}";
  expect_same("{\"x y\": {\"/run/horizon\": \"2 h\", \"/buffers/q/queue\": \"lifo\"}}", with_run);
}

Test(scenario, null_removes_and_removing_a_default_changes_nothing) {
  const char *without =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}},\n"
      " \"buffers\": {\"q\": {\"capacity\": 4}, \"r\": {\"capacity\": 5}},\n"
      " \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},\n"
      " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"9 s\", \"failures\": {}},\n"
      "  \"b\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"9 s\"}}}},\n"
      " \"flow\": [[\"s\", \"q\", \"a\", \"r\", \"b\", \"out\"]]}";
  expect_same("{\"a\": {\"/stations/a/failures/jam\": null}}", without);
  expect_same("{\"a\": {\"/stations/a/machines\": null}}", LINE());
}

Test(scenario, puts_values_into_lists_by_number) {
  tw_line *line = line_of(LINE()), *made = NULL;
  const char text[] = "{\"a\": {\"/flow/0/3\": null, \"/flow/0/0\": \"s\", \"/buffers/r\": null}}";
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, text, strlen(text), NULL), TWIN_OK);
  cr_assert_eq(tw_scenario_line(&made, &scenarios, 0, NULL), TWIN_OK);
  cr_assert_eq(test_place(made, "r"), TW_NONE);
  cr_assert_neq(test_place(line, "r"), TW_NONE);
  tw_line_unref(made);
  tw_scenarios_free(&scenarios);
  tw_line_unref(line);
}

Test(scenario, can_be_changed_again) {
  tw_line *line = line_of(LINE()), *made = NULL, *again = NULL;
  const char first[] = "{\"a\": {\"/stations/a/machines\": 2}}",
             second[] = "{\"b\": {\"/stations/b/machines\": 3}}";
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, first, strlen(first), NULL), TWIN_OK);
  cr_assert_eq(tw_scenario_line(&made, &scenarios, 0, NULL), TWIN_OK);
  tw_scenarios_free(&scenarios);
  tw_line_unref(line);
  cr_assert_eq(tw_scenarios_read(&scenarios, made, second, strlen(second), NULL), TWIN_OK);
  cr_assert_eq(tw_scenario_line(&again, &scenarios, 0, NULL), TWIN_OK);
  tw_scenarios_free(&scenarios);
  cr_assert_eq(again->place[test_place(again, "a")].n_machine, 2);
  cr_assert_eq(again->place[test_place(again, "b")].n_machine, 3);
  tw_line_unref(made);
  tw_line_unref(again);
}

Test(scenario, that_is_wrong_says_so_at_its_place_in_the_file) {
  expect_problem(LINE("\n\"up\": {\n\"/stations/a/machines\": \"x\"}"), NULL,
                 "l.json:10:/stations/a/machines: scenario \"up\": \"x\" is a text [E-TYPE]");
  expect_problem(
      LINE("\n\"up\": {\n\"/stations/a/maschines\": 3}"), NULL,
      "l.json:10:/stations/a/maschines: scenario \"up\": \"maschines\" is no key of machine [E-KEY]");
  expect_problem(
      LINE("\n\"up\": {\n\"/buffers/q\": null}"), NULL,
      "l.json:7:/flow/0/1: scenario \"up\": there is no source, buffer or station \"q\" [E-REF]");
}

Test(scenario, from_outside_that_is_wrong_says_so_too) {
  expect_problem(LINE(), "{\"up\": {\n\"/stations/a/time\": 3}}",
                 "scenarios:2:/stations/a/time: scenario \"up\": 3 has no unit [E-UNIT]");
  expect_problem(LINE(), "[]", "scenarios:1:: this is a list [E-TYPE]");
  expect_problem(LINE(), "{\"up\": {\"machines\": 3}}",
                 "scenarios:1:/up/machines: \"machines\" is no pointer [E-KEY]");
}

Test(scenario, refuses_pointers_that_lead_nowhere) {
  expect_problem(
      LINE("\n\"up\": {\"/stations/a/type/x\": 3}"), NULL,
      "l.json:9:/scenarios/up/~1stations~1a~1type~1x: scenario \"up\": \"/stations/a/type\" is a value, there is "
      "no \"x\" in it [E-REF]");
  expect_problem(
      LINE("\n\"up\": {\"/flow/0/6\": \"b\"}"), NULL,
      "l.json:9:/scenarios/up/~1flow~10~16: scenario \"up\": the list \"/flow/0\" has 6 elements, the first is 0, "
      "and no \"6\" [E-REF]");
  expect_problem(
      LINE("\n\"up\": {\"/flow/01/0\": \"b\"}"), NULL,
      "l.json:9:/scenarios/up/~1flow~101~10: scenario \"up\": the list \"/flow\" has 1 elements, the first is 0, "
      "and no \"01\" [E-REF]");
  expect_problem(
      LINE("\n\"up\": {\"/stations/a/failures/jamm\": null}"), NULL,
      "l.json:9:/scenarios/up/~1stations~1a~1failures~1jamm: scenario \"up\": there is nothing to remove at this "
      "pointer [E-REF]");
  expect_problem(
      LINE("\n\"up\": {\"/scenarios/up\": null}"), NULL,
      "l.json:9:/scenarios/up/~1scenarios~1up: scenario \"up\": a scenario cannot change scenarios [E-REF]");
}

Test(scenario, of_a_line_without_a_text_is_refused) {
  tw_line *line = test_line(LINE("\"a\": {}"), NULL), *made = NULL;
  cr_assert_not_null(line);
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(tw_scenario_line(&made, &scenarios, 0, NULL), TWIN_ERR_UNSUPPORTED);
  tw_scenarios_free(&scenarios);
  tw_line_unref(line);
}

// Every site that both lines have draws the same numbers: keys are made of names.
Test(scenario, leaves_everybody_elses_random_numbers_where_they_were) {
  tw_line *line = line_of(LINE()), *made = NULL;
  const char text[] =
      "{\"a\": {\"/stations/a/machines\": 3, \"/stations/a/failures/burn\": {\"clock\": \"processing\","
      " \"mtbf\": {\"exponential\": {\"mean\": \"1 h\"}}, \"repair\": \"9 s\"}}}";
  tw_scenarios scenarios;
  cr_assert_eq(tw_scenarios_read(&scenarios, line, text, strlen(text), NULL), TWIN_OK);
  cr_assert_eq(tw_scenario_line(&made, &scenarios, 0, NULL), TWIN_OK);
  const int32_t before = test_place(line, "b"), after = test_place(made, "b");
  const int32_t site = test_site(line, before, line->place[before].first_machine, "time");
  const int32_t other = test_site(made, after, made->place[after].first_machine, "time");
  cr_assert(site != TW_NONE && other != TW_NONE && site != other, "%d %d", site, other);
  cr_assert_eq(line->site[site].key, made->site[other].key);
  tw_scenarios_free(&scenarios);
  tw_line_unref(made);
  tw_line_unref(line);
}
