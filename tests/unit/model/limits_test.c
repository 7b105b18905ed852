// Lines that ask for more than a computer has: each limit is named with its place, and at the limit
// itself a line is good.

#include <criterion/criterion.h>
#include <string.h>

#include "support/line_text.h"

// "sections" in quotes of JSON already; they stand behind the version.
static tw_line *line_of(const tw_text *sections, tw_text *why) {
  tw_text text = {0};
  tw_text_print(&text, "{\"libtwin\": \"1.0\", %s}", sections->at);
  tw_line *line = test_line(text.at, why);
  tw_text_free(&text);
  return line;
}

static void expect_good(tw_text *sections) {
  tw_text why = {0};
  tw_line *line = line_of(sections, &why);
  cr_expect_not_null(line, "%s", why.at != NULL ? why.at : "");
  tw_line_unref(line);
  tw_text_free(&why);
  tw_text_free(sections);
}

// Refused with this one problem.
static void expect_refused(tw_text *sections, const char *pointer, const char *says) {
  tw_text why = {0};
  tw_line *line = line_of(sections, &why);
  cr_assert_null(line, "the line is good");
  cr_expect(strstr(why.at, pointer) != NULL && strstr(why.at, says) != NULL, "%s\n  wanted %s: %s",
            why.at, pointer, says);
  cr_expect_not_null(strstr(why.at, "[E-RANGE]"), "%s", why.at);
  cr_expect_eq(strchr(why.at, '\n'), strrchr(why.at, '\n'), "more than one: %s", why.at);
  tw_text_free(&why);
  tw_text_free(sections);
}

// Stations m0, m1, ... with a source each.
static void add_stations(tw_text *out, int32_t n, const char *station) {
  tw_text_add(out, "\"parts\": {\"p\": {}}, \"sources\": {");
  for (int32_t i = 0; i < n; i++)
    tw_text_print(out, "%s\"s%d\": {\"sequence\": [\"p\"], \"repeat\": true}", i > 0 ? ", " : "", (int)i);
  tw_text_add(out, "}, \"stations\": {");
  for (int32_t i = 0; i < n; i++)
    tw_text_print(out, "%s\"m%d\": {\"type\": \"machine\", \"time\": \"1 min\"%s}", i > 0 ? ", " : "",
                  (int)i, station);
  tw_text_add(out, "}, \"flow\": [");
  for (int32_t i = 0; i < n; i++)
    tw_text_print(out, "%s[\"s%d\", \"m%d\", \"out\"]", i > 0 ? ", " : "", (int)i, (int)i);
  tw_text_add(out, "]");
}

Test(limits, a_line_has_at_most_a_million_machines) {
  tw_text text = {0};
  add_stations(&text, 101, ", \"machines\": 10000");
  expect_refused(&text, "/stations/m100", "more than 1000000 machines");
}

Test(limits, a_line_has_at_most_a_million_ways_to_go_down) {
  tw_text text = {0}, station = {0};
  tw_text_add(&station, ", \"machines\": 10000, \"failures\": {");
  for (int32_t i = 0; i < 101; i++)
    tw_text_print(&station, "%s\"f%d\": {\"clock\": \"processing\", \"mtbf\": \"9 h\", \"repair\": \"9 s\"}",
                  i > 0 ? ", " : "", (int)i);
  tw_text_add(&station, "}");
  add_stations(&text, 1, station.at);
  tw_text_free(&station);
  expect_refused(&text, "/stations/m0", "more than 1000000 ways to go down");
}

// 64 shifts of 10 minutes a day.
static void add_shifts(tw_text *out, int32_t n) {
  tw_text_add(out, "\"defaults\": {\"calendar\": \"c\"}, \"calendars\": {\"c\": {\"shifts\": {");
  for (int32_t i = 0; i < n; i++)
    tw_text_print(out, "%s\"x%d\": \"Mon-Sat %02d:%02d-%02d:%02d\"", i > 0 ? ", " : "", (int)i,
                  (int)(i * 20 / 60), (int)(i * 20 % 60), (int)((i * 20 + 10) / 60),
                  (int)((i * 20 + 10) % 60));
  tw_text_add(out, "}}}, ");
}

Test(limits, figures_by_shift_of_many_machines_are_refused_beyond_a_gibibyte) {
  tw_text text = {0};
  add_shifts(&text, 64);
  add_stations(&text, 10, ", \"machines\": 10000");
  expect_refused(&text, "/defaults/calendar", "the state of a run would take 1.1 GiB");
  add_shifts(&text, 2);
  add_stations(&text, 10, ", \"machines\": 10000");
  expect_good(&text);
}

Test(limits, a_table_of_ways_is_for_2000_places) {
  tw_text text = {0};
  tw_text_add(&text, "\"workers\": {\"w\": {\"skills\": [\"x\"], \"walk\": {\"m0\": {\"m1\": \"9 s\"}, \"other\": \"5 s\"}}}, ");
  add_stations(&text, 1000, "");
  expect_refused(&text, "/workers/w/walk", "at most 2000 places");
  tw_text_add(&text, "\"workers\": {\"w\": {\"skills\": [\"x\"], \"walk\": {\"m0\": {\"m1\": \"9 s\"}, \"other\": \"5 s\"}}}, ");
  add_stations(&text, 999, "");
  expect_good(&text);
}

Test(limits, people_and_things_are_100000_in_all) {
  tw_text text = {0};
  const char *needs = ", \"needs\": [\"x\"]";
  tw_text_add(&text, "\"workers\": {\"w\": {\"count\": 60000, \"skills\": [\"x\"]}}, "
                     "\"resources\": {\"pallet\": {\"count\": 40001}}, ");
  add_stations(&text, 1, needs);
  expect_refused(&text, "/workers", "100001 people and things in all");
  tw_text_add(&text, "\"workers\": {\"w\": {\"count\": 60000, \"skills\": [\"x\"]}}, "
                     "\"resources\": {\"pallet\": {\"count\": 40000}}, ");
  add_stations(&text, 1, needs);
  expect_good(&text);
}

static void add_skills(tw_text *out, int32_t n) {
  tw_text_add(out, "\"workers\": {\"w\": {\"skills\": [\"x\"");
  for (int32_t i = 1; i < n; i++) tw_text_print(out, ", \"x%d\"", (int)i);
  tw_text_add(out, "]}}, ");
}

Test(limits, skills_and_resources_are_1000) {
  tw_text text = {0};
  add_skills(&text, 1001);
  add_stations(&text, 1, ", \"needs\": [\"x1000\"]");
  expect_refused(&text, "/workers/w/skills/1000", "at most 1000 skills and resources");
  add_skills(&text, 1000);
  add_stations(&text, 1, ", \"needs\": [\"x999\"]");
  expect_good(&text);
}

// Parts of families of their own.
static void add_setup(tw_text *out, int32_t n) {
  tw_text_add(out, "\"parts\": {");
  for (int32_t i = 0; i < n; i++) tw_text_print(out, "%s\"p%d\": {}", i > 0 ? ", " : "", (int)i);
  tw_text_add(out, "}, \"sources\": {\"s\": {\"sequence\": [\"p0\"], \"repeat\": true}}, "
                   "\"stations\": {\"m\": {\"type\": \"machine\", \"machines\": 10000, \"time\": \"1 min\", "
                   "\"setup\": {\"time\": \"5 min\"}}}, \"flow\": [[\"s\", \"m\", \"out\"]]");
}

Test(limits, a_setup_knows_1024_families_with_10000_machines) {
  tw_text text = {0};
  add_setup(&text, 1025);
  expect_refused(&text, "/stations/m/setup", "1024");
  add_setup(&text, 1024);
  expect_good(&text);
}
