// csv_in_test.c - CSV logs in: separators, decimals, dates, zones, rounded stamps, and rows that
// cannot be read.

#include "live/csv_in.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "support/event_log.h"

#define S 1000000LL

static tw_event_log *read_log(const char *quoted_map, const char *csv) {
  tw_text why = {0};
  tw_text_add(&why, "");
  tw_log_map *map = test_log_map(quoted_map, &why);
  cr_assert_not_null(map, "%s", why.at);
  tw_event_log *log = test_event_log(csv, map, &why);
  cr_assert_not_null(log, "%s", why.at);
  tw_log_map_free(map);
  tw_text_free(&why);
  return log;
}

static void expect_found(const tw_event_log *log, const char *wanted) {
  tw_text found = {0};
  test_findings(&log->found, &found);
  cr_expect_str_eq(found.at, wanted, "%s", found.at);
  tw_text_free(&found);
}

#define MAP \
  "{'libtwin-log': '1.0', 'time': {'column': 't'}, 'transition': {'column': 'e'}, 'entity': " \
  "{'column': 'm'}, 'unit': {'column': 'u'}, 'part': {'column': 'p'}}"

Test(csv_log, a_row_is_an_event) {
  tw_event_log *log = read_log(MAP, "t,m,u,e,p\n2026-03-02T06:00:00,saw,2,start,p1\n"
                                    "2026-03-02T06:00:05,saw,2,complete,p1\n");
  cr_assert_eq(log->n, 2);
  const tw_event event = tw_event_log_get(log, 1);
  cr_expect_eq(event.time_us, 1772431205 * S);
  cr_expect_eq(event.lo_us, event.time_us);
  cr_expect_eq(event.hi_us, event.time_us + S - 1, "a stamp of whole seconds is a second long");
  cr_expect_eq(event.transition, TW_DO_COMPLETE);
  cr_expect_eq(event.unit, 2);
  cr_expect_eq(event.line, 3);
  cr_expect_str_eq(log->names[TW_LOG_ENTITY].at[event.entity], "saw");
  cr_expect_eq(event.type, -1);
  cr_expect(isnan(event.value));
  cr_expect_not(log->is_aware);
  expect_found(log, "");
  tw_event_log_free(log);
}

Test(csv_log, separators_decimals_dates_words_and_units_are_those_of_the_mapping) {
  tw_event_log *log = read_log(
      "{'libtwin-log': '1.0', 'file': {'separator': ';', 'decimal': ','},"
      "'time': {'column': 'Zeit', 'format': '%d.%m.%Y %H:%M', 'zone': '+08:00', 'rounding': 'nearest'},"
      "'transition': {'is': 'sample'}, 'entity': {'is': 'furnace'}, 'what': {'column': 'Kanal', 'words': {'T1': 'heat.T', 'T9': null}},"
      "'value': {'column': 'Wert', 'unit': 'degC'}}",
      "Wert;Kanal;Zeit\r\n850,5;T1;02.03.2026 06:15\r\n1;T9;02.03.2026 06:16\r\n1.5;T1;02.03.2026 06:17\r\n\r\n");
  cr_assert_eq(log->n, 2);
  const tw_event event = tw_event_log_get(log, 0);
  cr_expect_float_eq(event.value, 1123.65, 1e-9);
  cr_expect_str_eq(log->names[TW_LOG_MEASURE].at[event.measure], "K");
  cr_expect_str_eq(log->names[TW_LOG_WHAT].at[event.what], "heat.T");
  cr_expect_eq(event.time_us, 1772403300 * S);
  cr_expect_eq(event.lo_us, event.time_us - 30 * S);
  cr_expect_eq(event.hi_us, event.time_us + 30 * S);
  cr_expect(log->is_aware);
  cr_expect_eq(log->n_ignored, 1);
  expect_found(log, "4 number; ");
  cr_expect(isnan(log->value[1]), "the event is there, its number is not");
  tw_event_log_free(log);
}

Test(csv_log, a_row_may_stand_for_several_events) {
  tw_event_log *log = read_log(
      "{'libtwin-log': '1.0', 'time': {'column': 'from', 'resolution': '1 us'}, 'entity': {'column': 'm'}, 'part': {'column': ['k', 'n']},"
      "'events': [{'transition': {'is': 'start'}}, {'transition': {'is': 'complete'}, 'at': 'to'},"
      " {'transition': {'is': 'scrap'}, 'at': 'to', 'when': {'column': 'ok', 'is': 'no'}}]}",
      "m,k,n,from,to,ok\nsaw,A,1,2026-03-02T06:00:00,2026-03-02T06:00:09,yes\n"
      "saw,A,2,2026-03-02T06:00:10,2026-03-02T06:00:05,no\nsaw,A,,2026-03-02T06:00:20,,yes\n");
  cr_assert_eq(log->n, 6);
  cr_expect_str_eq(log->names[TW_LOG_PART].at[log->part[0]], "A-1");
  cr_expect_eq(log->part[5], -1, "a part of which a piece is missing has no name");
  expect_found(log, "3 negative-duration; 4 no-time; ");
  cr_expect_float_eq(log->found.at[0].value, -5, 1e-9);
  tw_event_log_free(log);
}

Test(csv_log, a_row_that_cannot_be_read_is_named_and_the_others_go_on) {
  tw_event_log *log = read_log(
      MAP,
      "t,m,u,e,p\nnever,saw,1,start,p1\n,saw,1,start,p1\n2026-03-02T06:00:00,,1,start,p1\n"
      "2026-03-02T06:00:00,saw,x,start,p1\n2026-03-02T06:00:00,saw,1,begin,p1\n2026-03-02T06:00:00,saw\n"
      "2026-03-02T06:00:01,saw,1,start,\"p,\"\"2\"\"\"\n2026-03-02T06:00:02,saw,1,start,\xff\n"
      "2026-03-02T06:00:03Z,saw,1,start,p3\n2026-03-02T06:00:00,saw,1,start,p4\n2026-03-02T06:00:04,saw,1,start,\"p5\n");
  expect_found(
      log,
      "2 stamp; 3 no-time; 4 no-entity; 5 unit; 6 word; 7 short-row; 9 no-text; 10 mixed-zone; "
      "11 out-of-order; 12 open-quote; ");
  cr_assert_eq(log->n, 4);
  cr_expect_eq(log->n_row, 11);
  cr_expect_str_eq(log->names[TW_LOG_PART].at[log->part[2]], "p,\"2\"");
  cr_expect_eq(log->unit[0], 0, "no number of a unit: not said");
  cr_expect_eq(log->line[1], 11, "the row that comes late stands where its instant is");
  tw_event_log_free(log);
}

Test(csv_log, words_that_nobody_lists_are_kept_ignored_or_reported) {
  static const char *const otherwise[] = {"keep", "ignore", "report"};
  static const int n_event[] = {2, 1, 1};
  static const char *const found[] = {"", "", "3 word; "};
  for (int i = 0; i < 3; i++) {
    tw_text map = {0};
    tw_text_print(&map,
                  "{'libtwin-log': '1.0', 'time': {'column': 't'}, 'transition': {'is': 'start'}, "
                  "'entity': {'column': 'm', 'words': {'S': 'saw'}, 'otherwise': '%s'}}",
                  otherwise[i]);
    tw_event_log *log = read_log(map.at, "t,m\n2026-03-02,S\n2026-03-02,Q\n");
    cr_expect_eq(log->n, n_event[i], "%s", otherwise[i]);
    cr_expect_str_eq(log->names[TW_LOG_ENTITY].at[log->entity[0]], "saw");
    expect_found(log, found[i]);
    tw_event_log_free(log);
    tw_text_free(&map);
  }
}

Test(csv_log, an_hour_that_the_clock_shows_twice_is_an_interval) {
  tw_log_map *map = test_log_map(
      "{'libtwin-log': '1.0', 'time': {'column': 't', 'zone': 'Europe/Berlin', 'resolution': '1 us'}, 'transition': {'is': 'start'},"
      "'entity': {'column': 'm'}}",
      NULL);
  static const char csv[] =
      "t,m\n2026-10-25T02:30:00,saw\n2026-03-29T02:30:00,saw\n2026-07-01T02:00:00,saw\n";
  const int64_t from_us[] = {INT64_MIN, 1774746000 * S, 1792890000 * S};
  const int32_t offset_s[] = {3600, 7200, 3600};
  tw_text why = {0};
  cr_expect_null(test_event_log(csv, map, &why), "without its rules a zone is refused");
  cr_assert_eq(tw_log_map_set_zone(map, from_us, offset_s, 3, NULL), TWIN_OK);
  tw_event_log *log = test_event_log(csv, map, NULL);
  cr_assert_eq(log->n, 2);
  cr_expect(log->is_aware);
  cr_expect_eq(log->time_us[0], 1782864000 * S);
  cr_expect_eq(log->lo_us[1], 1792888200 * S);
  cr_expect_eq(log->hi_us[1], 1792891800 * S);
  expect_found(log, "2 clock-back; 3 clock-forward; 4 out-of-order; ");
  tw_event_log_free(log);
  tw_log_map_free(map);
  tw_text_free(&why);
}

Test(csv_log, a_column_that_is_not_there_is_a_problem_of_the_file) {
  tw_log_map *map = test_log_map(MAP, NULL);
  tw_text why = {0};
  cr_expect_null(test_event_log("t,m,e,q\n", map, &why));
  cr_expect_str_eq(why.at, "E-REF ; E-REF ; ");
  tw_text_clear(&why);
  cr_expect_null(test_event_log("\n\n", map, &why));
  cr_expect_str_eq(why.at, "E-FILE ; ");
  tw_log_map_free(map);
  tw_text_free(&why);
}

Test(csv_log, a_byte_order_mark_and_blanks_around_cells_are_no_part_of_them) {
  tw_event_log *log =
      read_log(MAP, "\xef\xbb\xbft, m ,u,e,p\n 2026-03-02T06:00:00 , saw ,1,start,p1");
  cr_assert_eq(log->n, 1);
  cr_expect_str_eq(log->names[TW_LOG_ENTITY].at[0], "saw");
  expect_found(log, "");
  tw_event_log_free(log);
}

Test(csv_log, a_name_is_as_long_as_the_limit_says) {
  for (int32_t n = TW_LOG_NAME_BYTES_MAX; n <= TW_LOG_NAME_BYTES_MAX + 1; n++) {
    tw_text csv = {0};
    tw_text_add(&csv, "t,m,u,e,p\n2026-03-02,saw,1,start,");
    for (int32_t i = 0; i < n; i++) tw_text_add(&csv, "p");
    tw_event_log *log = read_log(MAP, csv.at);
    expect_found(log, n <= TW_LOG_NAME_BYTES_MAX ? "" : "2 no-text; ");
    tw_event_log_free(log);
    tw_text_free(&csv);
  }
}

Test(csv_log, a_unit_is_as_large_as_the_limit_says) {
  tw_event_log *log =
      read_log(MAP, "t,m,u,e,p\n2026-03-02,saw,1000000,start,a\n2026-03-02,saw,1000001,start,b\n");
  cr_expect_eq(log->unit[0], TW_LOG_UNITS_MAX);
  expect_found(log, "3 unit; ");
  tw_event_log_free(log);
}
