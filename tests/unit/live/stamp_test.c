// stamp_test.c - stamps of logs: formats, resolution, zones and clocks that are put back.

#include "live/stamp.h"

#include <criterion/criterion.h>
#include <string.h>

#define S 1000000LL

static bool reads(const char *format_text, const char *text, tw_stamp *stamp) {
  tw_stamp_format format;
  cr_assert_null(tw_stamp_format_read(format_text, &format));
  return tw_stamp_read(&format, text, strlen(text), stamp);
}

Test(stamp, iso_stamps_say_their_instant_resolution_and_zone) {
  static const struct {
    const char *text;
    int64_t us, resolution_us;
    int has_zone, offset_s;
  } cases[] = {
      {"1970-01-01T00:00:00", 0, S, 0, 0},
      {"1970-01-02", 86400 * S, 86400 * S, 0, 0},
      {"1970-01-01 01:30", 5400 * S, 60 * S, 0, 0},
      {"2026-03-02T06:00:00.125+08:00", 1772431200125000, 1000, 1, 28800},
      {"2021-07-06 15:08:27.914751+00:00", 1625584107914751, 1, 1, 0},
      {"1970-01-01T00:00:00.123456789Z", 123456, 1, 1, 0},
      {"1970-01-01T00:00:00,5-0130", 500000, 100000, 1, -5400},
      {"1969-12-31T23:59:59", -S, S, 0, 0},
      {"2016-12-31T23:59:60Z", 1483228799 * S, S, 1, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tw_stamp stamp;
    cr_assert(reads("iso", cases[i].text, &stamp), "%s", cases[i].text);
    cr_expect_eq(stamp.local_us, cases[i].us, "%s", cases[i].text);
    cr_expect_eq(stamp.resolution_us, cases[i].resolution_us, "%s", cases[i].text);
    cr_expect_eq(stamp.has_zone, cases[i].has_zone, "%s", cases[i].text);
    cr_expect_eq(stamp.offset_s, cases[i].offset_s, "%s", cases[i].text);
  }
}

Test(stamp, what_is_no_instant_is_refused) {
  static const char *const cases[] = {"",
                                      "yesterday",
                                      "2026-02-29",
                                      "2026-13-01",
                                      "2026-3-2",
                                      "2026-03-02T",
                                      "2026-03-02T24:00",
                                      "2026-03-02T06:60",
                                      "2026-03-02T06:00:61",
                                      "2026-03-02T06:00:00.",
                                      "2026-03-02T06:00:00+25:00",
                                      "2026-03-02T06:00:00 UTC",
                                      "0000-01-01"};
  tw_stamp stamp;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    cr_expect_not(reads("iso", cases[i], &stamp), "%s", cases[i]);
}

Test(stamp, patterns_read_dates_as_they_are_written_elsewhere) {
  tw_stamp stamp;
  cr_assert(reads("%d.%m.%Y %H:%M", "02.03.2026 06:15", &stamp));
  cr_expect_eq(stamp.local_us, 1772432100 * S);
  cr_expect_eq(stamp.resolution_us, 60 * S);
  cr_assert(reads("%m/%d/%y %I:%M:%S %p", "3/2/26 6:15:00 PM", &stamp));
  cr_expect_eq(stamp.local_us, 1772475300 * S);
  cr_assert(reads("%d-%b-%Y %H:%M:%S.%f%z", "02-MAR-2026 06:15:00.25+0100", &stamp));
  cr_expect_eq(stamp.local_us, 1772432100 * S + 250000);
  cr_expect_eq(stamp.offset_s, 3600);
  cr_expect_not(reads("%d.%m.%Y %H:%M", "02.03.2026 06:15:00", &stamp));
  cr_expect_not(reads("%m/%d/%y %I:%M %p", "3/2/26 16:15 PM", &stamp));
}

Test(stamp, numbers_count_from_1970_in_their_unit) {
  tw_stamp stamp;
  cr_assert(reads("epoch-s", "1772431200.25", &stamp));
  cr_expect_eq(stamp.local_us, 1772431200250000);
  cr_expect_eq(stamp.resolution_us, 10000);
  cr_expect(stamp.has_zone);
  cr_assert(reads("epoch-ms", "1772431200125", &stamp));
  cr_expect_eq(stamp.local_us, 1772431200125000);
  cr_assert(reads("epoch-ms", "1772431200125.5", &stamp));
  cr_expect_eq(stamp.local_us, 1772431200125500);
  cr_assert(reads("epoch-us", "-1", &stamp));
  cr_expect_eq(stamp.local_us, -1);
  cr_expect_not(reads("epoch-s", "999999999999999999", &stamp));
}

Test(stamp, patterns_that_give_no_instant_are_refused_with_a_reason) {
  tw_stamp_format format;
  cr_expect_not_null(tw_stamp_format_read("%H:%M", &format));
  cr_expect_not_null(tw_stamp_format_read("%Y-%m-%d %q", &format));
  cr_expect_not_null(tw_stamp_format_read("%Y-%m-%d %I:%M", &format));
  cr_expect_not_null(tw_stamp_format_read("%Y-%m-%d %", &format));
  cr_expect_not_null(tw_stamp_format_read(
      "%Y-%m-%d ----------------------------------------------------------------", &format));
}

// A clock that is 2 h ahead from 1000000 s on and 1 h ahead from 2000000 s on; before that 1 h.
static const int64_t from_us[] = {INT64_MIN, 1000000 * S, 2000000 * S};
static const int32_t offset_s[] = {3600, 7200, 3600};
static const tw_zone zone = {3, from_us, offset_s};

Test(stamp, a_clock_shows_an_hour_twice_and_another_never) {
  int64_t us, last_us;
  cr_assert_eq(tw_zone_instant(&zone, 3600 * S, &us, &last_us), TW_ZONE_ONE);
  cr_expect_eq(us, 0);
  cr_expect_eq(tw_zone_instant(&zone, 1003600 * S, &us, &last_us), TW_ZONE_NONE);
  cr_expect_eq(tw_zone_instant(&zone, 1007199 * S, &us, &last_us), TW_ZONE_NONE);
  cr_assert_eq(tw_zone_instant(&zone, 1007200 * S, &us, &last_us), TW_ZONE_ONE);
  cr_expect_eq(us, 1000000 * S);
  cr_assert_eq(tw_zone_instant(&zone, 2003600 * S, &us, &last_us), TW_ZONE_TWO);
  cr_expect_eq(us, 1996400 * S);
  cr_expect_eq(last_us, 2000000 * S);
  cr_assert_eq(tw_zone_instant(&zone, 2007200 * S, &us, &last_us), TW_ZONE_ONE);
  cr_expect_eq(us, 2003600 * S);
}

Test(stamp, what_is_written_is_read_back) {
  char text[40];
  static const int64_t cases[] = {
      0, 1, -1, 1772431200125000, -62135596800 * S, 253402300799 * S + 999999};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tw_stamp stamp;
    cr_assert(tw_stamp_write(cases[i], true, text));
    cr_assert(reads("iso", text, &stamp), "%s", text);
    cr_expect_eq(stamp.local_us, cases[i], "%s", text);
    cr_expect(stamp.has_zone);
  }
  cr_expect_not(tw_stamp_write(253402300800 * S, false, text), "the year 10000");
}
