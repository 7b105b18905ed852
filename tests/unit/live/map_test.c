// map_test.c - mapping files: all problems at once, with code and pointer.

#include "live/map.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/event_log.h"

#define GOOD "'transition': {'column': 'e'}, 'entity': {'column': 'm'}"

// "" for a good mapping, else its problems.
static void expect(const char *quoted, const char *wanted) {
  tw_text why = {0};
  tw_text_add(&why, "");
  tw_log_map *map = test_log_map(quoted, &why);
  cr_expect_str_eq(why.at, wanted, "%s\n%s", quoted, why.at);
  cr_expect_eq(map != NULL, wanted[0] == 0);
  tw_log_map_free(map);
  tw_text_free(&why);
}

Test(map, says_what_is_wrong_with_it_by_code_and_pointer) {
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD "}", "");
  expect("{'time': {'column': 't'}, " GOOD "}", "E-KEY ; ");
  expect("{'libtwin-log': '2.0', 'time': {'column': 't'}, " GOOD "}", "E-RANGE /libtwin-log; ");
  expect("{'libtwin-log': '1.0', " GOOD "}", "E-KEY ; ");
  expect("{'libtwin-log': '1.0', 'time': {'colum': 't'}, " GOOD "}", "E-KEY /time/colum; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't', 'format': '%H'}, " GOOD "}",
         "E-RANGE /time/format; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't', 'resolution': 60}, " GOOD "}",
         "E-UNIT /time/resolution; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't', 'zone': 'local'}, " GOOD "}",
         "E-REF /time/zone; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't', 'zone': 'Europe/Berlin'}, " GOOD "}", "");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, 'file': {'separator': ';;'}, " GOOD "}",
         "E-RANGE /file/separator; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, 'file': {'decimal': ','}, " GOOD "}",
         "E-RANGE /file/decimal; ");
  expect(
      "{'libtwin-log': '1.0', 'time': {'column': 't'}, 'file': {'separator': 'tab', 'decimal': 'x'}, " GOOD
      "}",
      "E-RANGE /file/decimal; ");
  expect("[]", "E-TYPE ; ");
  expect("{", "E-JSON ; ");
}

Test(map, says_what_is_wrong_with_cells_words_and_events) {
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, 'entity': {'column': 'm'},"
         "'transition': {'column': 'e', 'words': {'go': 'strat', 'off': null}}}",
         "E-REF /transition/words/go; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, 'entity': {'column': 'm', 'is': 'saw'},"
         "'transition': {'is': 'begin'}}",
         "E-KEY /entity; ");
  expect(
      "{'libtwin-log': '1.0', 'entity': {'column': 'm'}, 'events': [{'at': 't'}, {'transition': {'is': 'start'}}]}",
      "E-KEY /events/0; E-KEY /events/1; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
         ", 'value': {'column': 'v', 'unit': 'degF'}}",
         "E-UNIT /value/unit; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
         ", 'part': {'column': []}, 'what': {'column': 3}}",
         "E-TYPE /part/column; E-TYPE /what/column; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
         ", 'part': {'column': 'p', 'words': ['a']}}",
         "E-TYPE /part/words; ");
}

Test(map, units_are_numbers_and_columns_that_are_joined_are_few) {
  expect(
      "{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
      ", 'unit': {'column': 'u', 'words': {'left': '1', 'right': 'two', 'off': null, 'x': '1000001'}}}",
      "E-RANGE /unit/words/right; E-RANGE /unit/words/x; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD ", 'unit': {'is': '-1'}}",
         "E-RANGE /unit/is; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
         ", 'part': {'column': ['1', '2', '3', '4', '5', '6', '7', '8']}}",
         "");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
         ", 'part': {'column': ['1', '2', '3', '4', '5', '6', '7', '8', '9']}}",
         "E-RANGE /part/column; ");
  expect("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
         ", 'value': {'column': ['a', 'b']}}",
         "E-RANGE /value/column; ");
}

Test(map, a_row_stands_for_as_many_events_as_the_limit_says) {
  for (int32_t n = TW_LOG_ROW_EVENTS_MAX; n <= TW_LOG_ROW_EVENTS_MAX + 1; n++) {
    tw_text text = {0};
    tw_text_add(&text, "{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD ", 'events': [{}");
    for (int32_t i = 1; i < n; i++) tw_text_add(&text, ", {}");
    tw_text_add(&text, "]}");
    expect(text.at, n <= TW_LOG_ROW_EVENTS_MAX ? "" : "E-RANGE /events; ");
    tw_text_free(&text);
  }
}

Test(map, an_event_takes_what_it_does_not_say_from_the_file) {
  tw_log_map *map = test_log_map("{'libtwin-log': '1.0', 'time': {'column': 't'}, " GOOD
                                 ", 'events': [{}, {'entity': {'is': 'saw'}, 'at': 'end'}]}",
                                 NULL);
  cr_assert_not_null(map);
  cr_assert_eq(tw_log_map_events(map), 2);
  const tw_log_event_def first = tw_log_map_event(map, 0), second = tw_log_map_event(map, 1);
  cr_expect_str_eq(first.entity.columns.at[0], "m");
  cr_expect_null(first.at);
  cr_expect_str_eq(second.entity.is, "saw");
  cr_expect_eq(second.entity.columns.n, 0);
  cr_expect_str_eq(second.transition.columns.at[0], "e");
  cr_expect_str_eq(second.at, "end");
  tw_log_map_free(map);
}

Test(map, offsets_of_a_zone_are_checked) {
  tw_log_map *map = test_log_map(
      "{'libtwin-log': '1.0', 'time': {'column': 't', 'zone': 'Mars/Base'}, " GOOD "}", NULL);
  cr_assert_not_null(map);
  cr_expect_str_eq(map->zone_name, "Mars/Base");
  const int64_t from[] = {INT64_MIN, 0, 86400000000}, late[] = {5, 6};
  const int32_t offset[] = {0, 3600, 0}, day[] = {86400};
  cr_expect_eq(tw_log_map_set_zone(map, from, offset, 2, NULL), TWIN_OK);
  cr_expect_eq(tw_log_map_set_zone(map, from, offset, 3, NULL), TWIN_ERR_ARGUMENT, "a day apart");
  cr_expect_eq(tw_log_map_set_zone(map, late, offset, 2, NULL), TWIN_ERR_ARGUMENT,
               "not from ever on");
  cr_expect_eq(tw_log_map_set_zone(map, from, day, 1, NULL), TWIN_ERR_ARGUMENT,
               "an offset of a day");
  cr_expect_eq(tw_log_map_set_zone(map, from, offset, 0, NULL), TWIN_ERR_ARGUMENT);
  tw_log_map_free(map);
}
