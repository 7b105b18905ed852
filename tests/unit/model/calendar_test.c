// Working time: random calendars against a table that says for every minute what holds, and the
// sentences of SEMANTICS 1.4 and 8.3 on small calendars.

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "model/compile.h"
#include "support/line_text.h"
#include "support/story.h"

#define FLOW \
  "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'m': {'type': 'machine', " \
  "'time': '1 s'}}, 'flow': [['s', 'm', 'out']]"

enum { DAY_MIN = 1440, WEEK_MIN = 7 * DAY_MIN };
static const int64_t minute_us = 60 * (int64_t)TW_TICKS_PER_S;

// A line with one calendar "c" that starts at an instant; sections may follow, each behind a comma.
static tw_line *line_with(const char *start, const char *calendar, const char *more) {
  tw_text text = {0}, why = {0};
  tw_text_print(&text, "'run': {'start': '%s'}, 'calendars': {'c': %s}%s, " FLOW, start, calendar,
                more);
  tw_line *line = test_quoted_line(text.at, &why);
  cr_assert(line != NULL, "%s\n%s", text.at, why.at == NULL ? "" : why.at);
  tw_text_free(&text);
  tw_text_free(&why);
  return line;
}

// ---- the reference: every minute from the Monday before the start on ----

enum { N_WEEK = 10, N_MINUTE = N_WEEK * WEEK_MIN, N_SHIFT = 3, N_INTERVAL_MAX = 40 };

typedef struct interval {
  int name, days, start, length;  // minutes
} interval;

typedef struct dated {
  int name, day, start, length;  // day: from the Monday of the week of the start
} dated;

typedef struct model {
  interval shift[N_INTERVAL_MAX], pause[N_INTERVAL_MAX];
  dated extra[N_INTERVAL_MAX];
  int n_shift, n_pause, n_extra;
  bool is_closed[7 * N_WEEK + 7];  // from the Monday a week before, by day + 7
  int start_min;
} model;

typedef struct minute {
  int off, shift, day;
} minute;

static minute table[N_MINUTE];

static void mark_shift(int name, int day, int start, int length) {
  for (int i = 0; i < length; i++) {
    const int at = day * DAY_MIN + start + i;
    if (at < 0 || at >= N_MINUTE) continue;
    cr_assert_eq(table[at].shift, -1, "the test's own shifts overlap");
    table[at] = (minute){.off = TW_ON_SHIFT, .shift = name, .day = day};
  }
}

static void fill_table(const model *of) {
  for (int i = 0; i < N_MINUTE; i++)
    table[i] = (minute){.off = TW_OFF_SHIFT, .shift = -1, .day = i / DAY_MIN};
  for (int day = -7; day < 7 * N_WEEK; day++)
    for (int i = 0; i < of->n_shift; i++)
      if (of->shift[i].days >> (day + 7) % 7 & 1 && !of->is_closed[day + 7])
        mark_shift(of->shift[i].name, day, of->shift[i].start, of->shift[i].length);
  for (int i = 0; i < of->n_extra; i++)
    mark_shift(of->extra[i].name, of->extra[i].day, of->extra[i].start, of->extra[i].length);
  for (int day = -7; day < 7 * N_WEEK; day++)
    for (int i = 0; i < of->n_pause; i++)
      if (of->pause[i].days >> (day + 7) % 7 & 1)
        for (int k = 0; k < of->pause[i].length; k++) {
          const int at = day * DAY_MIN + of->pause[i].start + k;
          if (at >= 0 && at < N_MINUTE && table[at].shift >= 0) table[at].off = TW_OFF_BREAK;
        }
}

// ---- random calendars ----

static bool circle[WEEK_MIN];

// Takes an interval on all its days when it is free there.
static bool take(const interval *at) {
  for (int is_taking = 0; is_taking < 2; is_taking++)
    for (int day = 0; day < 7; day++)
      for (int k = 0; k < at->length && at->days >> day & 1; k++) {
        bool *is_taken = &circle[(day * DAY_MIN + at->start + k) % WEEK_MIN];
        if (is_taking)
          *is_taken = true;
        else if (*is_taken)
          return false;
      }
  return true;
}

static interval pick_interval(test_random *random, int grid) {
  interval at = {.name = test_pick(random, N_SHIFT)};
  at.days = test_chance(random, 50) ? 1 + test_pick(random, 127) : 127;
  at.start = test_pick(random, DAY_MIN / grid) * grid;
  at.length = (1 + test_pick(random, 12 * 60 / grid)) * grid;
  if (test_chance(random, 10)) {
    at.start = 0;  // a whole day is written from midnight only
    at.length = DAY_MIN;
  }
  return at;
}

// A break within one interval, on some of its days.
static void pick_pause(model *of, test_random *random) {
  const interval *shift = &of->shift[test_pick(random, of->n_shift)];
  const int from = test_pick(random, shift->length);
  int length = 1 + test_pick(random, 60);
  if (length > shift->length - from) length = shift->length - from;
  interval at = {.name = test_pick(random, N_SHIFT), .days = shift->days, .length = length};
  at.start = (shift->start + from) % DAY_MIN;
  if (shift->start + from >= DAY_MIN)
    at.days = (shift->days << 1 | shift->days >> 6) & 127;  // it begins on the next day
  if (take(&at)) of->pause[of->n_pause++] = at;
}

// An extra shift, if nothing else is on then.
static void pick_extra(model *of, test_random *random, int grid) {
  dated at = {.name = test_pick(random, N_SHIFT), .day = test_pick(random, 42) - 1};
  at.start = test_pick(random, DAY_MIN / grid) * grid;
  at.length = (1 + test_pick(random, 10 * 60 / grid)) * grid;
  fill_table(of);
  for (int k = at.day < 0 ? DAY_MIN - at.start : 0; k < at.length; k++)
    if (table[at.day * DAY_MIN + at.start + k].shift >= 0) return;
  // what is before the table could overlap unseen
  if (at.day < 0) return;
  of->extra[of->n_extra++] = at;
}

static void pick_model(model *of, uint64_t seed) {
  test_random random = {.seed = seed};
  *of = (model){.start_min = test_pick(&random, WEEK_MIN)};
  const int grid = test_chance(&random, 60) ? 120 : 1 + test_pick(&random, 7);
  memset(circle, 0, sizeof circle);
  const int n_try = test_pick(&random, 30);
  for (int i = 0; i < n_try && of->n_shift < N_INTERVAL_MAX; i++) {
    const interval at = pick_interval(&random, grid);
    if (take(&at)) of->shift[of->n_shift++] = at;
  }
  memset(circle, 0, sizeof circle);
  const int n_pause = test_pick(&random, 10);
  for (int i = 0; i < n_pause && of->n_shift > 0; i++) pick_pause(of, &random);
  const int n_closed = test_chance(&random, 70) ? test_pick(&random, 20) : 0;
  for (int i = 0; i < n_closed; i++) of->is_closed[test_pick(&random, 49)] = true;
  if (test_chance(&random, 20))
    for (int day = 14; day < 35; day++) of->is_closed[day] = true;
  const int n_extra = test_chance(&random, 70) ? test_pick(&random, 12) : 0;
  for (int i = 0; i < n_extra; i++) pick_extra(of, &random, grid);
}

static void print_times(int start, int length, tw_text *out) {
  const int end = start + length;
  const int end_of_day = end == DAY_MIN ? DAY_MIN : end % DAY_MIN;
  tw_text_print(out, "%02d:%02d-%02d:%02d", start / 60, start % 60, end_of_day / 60,
                end_of_day % 60);
}

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static void print_intervals(const interval *at, int n, tw_text *out) {
  tw_text_add(out, "{");
  for (int name = 0; name < N_SHIFT; name++) {
    tw_text_print(out, "%s'n%d': [", name == 0 ? "" : ", ", name);
    bool is_next = false;
    for (int i = 0; i < n; i++) {
      if (at[i].name != name) continue;
      tw_text_add(out, is_next ? ", '" : "'");
      is_next = true;
      const char *comma = "";
      for (int day = 0; day < 7; day++)
        if (at[i].days >> day & 1) {
          tw_text_print(out, "%s%s", comma, weekdays[day]);
          comma = ",";
        }
      tw_text_add(out, " ");
      print_times(at[i].start, at[i].length, out);
      tw_text_add(out, "'");
    }
    tw_text_add(out, "]");
  }
  tw_text_add(out, "}");
}

// The run starts in the week of Monday, 2026-03-02; days of the test lie in March, April and May.
static void print_date(int day, tw_text *out) {
  static const int lengths[] = {28, 31, 30, 31, 30};
  int month = 2, of_month = 28 + 2 + day;
  while (of_month > lengths[month - 2]) of_month -= lengths[month++ - 2];
  tw_text_print(out, "2026-%02d-%02d", month, of_month);
}

static tw_line *make_line(const model *of) {
  tw_text start = {0}, out = {0};
  print_date(of->start_min / DAY_MIN, &start);
  tw_text_print(&start, "T%02d:%02d", of->start_min / 60 % 24, of->start_min % 60);
  tw_text_add(&out, "{'shifts': ");
  print_intervals(of->shift, of->n_shift, &out);
  tw_text_add(&out, ", 'breaks': ");
  print_intervals(of->pause, of->n_pause, &out);
  tw_text_add(&out, ", 'closed': [");
  const char *comma = "";
  for (int day = -7; day < 7 * N_WEEK; day++) {
    if (!of->is_closed[day + 7] || (day > -7 && of->is_closed[day + 6])) continue;
    int last = day;
    while (of->is_closed[last + 8]) last++;
    tw_text_print(&out, "%s'", comma);
    print_date(day, &out);
    if (last > day) tw_text_add(&out, "..");
    if (last > day) print_date(last, &out);
    tw_text_add(&out, "'");
    comma = ", ";
  }
  tw_text_add(&out, "], 'extra': {");
  for (int name = 0; name < N_SHIFT; name++) {
    tw_text_print(&out, "%s'n%d': [", name == 0 ? "" : ", ", name);
    comma = "";
    for (int i = 0; i < of->n_extra; i++) {
      if (of->extra[i].name != name) continue;
      tw_text_print(&out, "%s'", comma);
      print_date(of->extra[i].day, &out);
      tw_text_add(&out, " ");
      print_times(of->extra[i].start, of->extra[i].length, &out);
      tw_text_add(&out, "'");
      comma = ", ";
    }
    tw_text_add(&out, "]");
  }
  tw_text_add(&out, "}}");
  tw_line *line = line_with(start.at, out.at, "");
  tw_text_free(&start);
  tw_text_free(&out);
  return line;
}

// ---- comparison ----

// The reference's answers behind each minute, found by walking back from the end of the table. The
// last two weeks are plain, so what does not change in them never does.
static int next_off[N_MINUTE], next_shift[N_MINUTE];

static void fill_next(void) {
  next_off[N_MINUTE - 1] = next_shift[N_MINUTE - 1] = -1;
  for (int i = N_MINUTE - 2; i >= 0; i--) {
    const minute a = table[i], b = table[i + 1];
    next_off[i] = a.off != b.off ? i + 1 : next_off[i + 1];
    next_shift[i] = a.shift != b.shift || a.day != b.day ? i + 1 : next_shift[i + 1];
  }
}

static void compare_at(const tw_calendar *calendar, const model *of, int at, int64_t tick) {
  const tw_moment moment = tw_calendar_at(calendar, tick);
  const int64_t begin_us = of->start_min * minute_us;
  cr_assert_eq(moment.off, table[at].off, "off is %d at minute %d", moment.off, at);
  cr_assert_eq(moment.shift_i, table[at].shift, "shift is %d at minute %d", moment.shift_i, at);
  cr_assert_eq(moment.day, table[at].day - of->start_min / DAY_MIN, "day at minute %d", at);
  const int64_t off_us = next_off[at] < 0 ? INT64_MAX : next_off[at] * minute_us - begin_us;
  cr_assert_eq(moment.next_us, off_us, "next off at minute %d is %lld, not %lld", at,
               (long long)moment.next_us, (long long)off_us);
  cr_assert_eq(moment.next_shift_us, next_shift[at] * minute_us - begin_us,
               "next shift at minute %d", at);
}

static void compare_work(const tw_calendar *calendar, const model *of, test_random *random) {
  static int64_t work_us[N_MINUTE + 1];
  for (int i = 0; i < N_MINUTE; i++)
    work_us[i + 1] = work_us[i] + (table[i].off == TW_ON_SHIFT ? minute_us : 0);
  for (int i = 0; i < 500; i++) {
    int at[2];
    int64_t work[2], tick[2];
    for (int k = 0; k < 2; k++) {
      at[k] = of->start_min + test_pick(random, N_MINUTE - of->start_min);
      const int64_t rest_us = test_pick(random, 3) * (minute_us / 2 - 1);
      tick[k] = (at[k] - of->start_min) * minute_us + rest_us;
      work[k] = work_us[at[k]] + (table[at[k]].off == TW_ON_SHIFT ? rest_us : 0);
    }
    const int first = tick[0] <= tick[1] ? 0 : 1;
    cr_assert_eq(tw_calendar_work(calendar, tick[first], tick[1 - first]),
                 work[1 - first] - work[first]);
  }
}

Test(calendar, every_minute_of_random_calendars_is_as_a_table_of_minutes_says) {
  int n_special = 0, n_break = 0, n_never = 0;
  for (uint64_t seed = 1; seed <= 150; seed++) {
    model of;
    pick_model(&of, seed);
    fill_table(&of);
    fill_next();
    tw_line *line = make_line(&of);
    const tw_calendar *calendar = &line->calendar[0];
    cr_assert_eq(calendar->offset_us, of.start_min * minute_us);
    // to where the table still knows what comes next
    for (int at = of.start_min; at < (N_WEEK - 2) * WEEK_MIN; at++) {
      const int64_t tick = (at - of.start_min) * minute_us;
      compare_at(calendar, &of, at, tick);
      compare_at(calendar, &of, at, tick + minute_us - 1);
      n_never += next_off[at] < 0;
    }
    test_random random = {.seed = seed + 1000};
    compare_work(calendar, &of, &random);
    n_special += calendar->n_special;
    n_break += of.n_pause;
    tw_line_unref(line);
  }
  // the calendars had something of everything
  cr_assert_gt(n_special, 100);
  cr_assert_gt(n_break, 100);
  cr_assert_gt(n_never, 0);
}

// ---- sentences ----

#define MONDAY     "2026-03-02T00:00:00"
#define TWO_SHIFTS "'shifts': {'early': 'Mon-Fri 06:00-14:00', 'late': 'Mon-Fri 14:00-22:00'}"

static int64_t at_hours(double hours) { return tw_ticks(hours * 3600); }

static void expect_moment(const tw_calendar *calendar, int64_t tick, tw_moment wanted) {
  const tw_moment got = tw_calendar_at(calendar, tick);
  cr_expect_eq(got.off, wanted.off, "off is %d", got.off);
  cr_expect_eq(got.shift_i, wanted.shift_i, "shift is %d", got.shift_i);
  cr_expect_eq(got.day, wanted.day, "day is %d", (int)got.day);
  cr_expect_eq(got.next_us, wanted.next_us, "next is %.3f h", tw_seconds(got.next_us) / 3600);
  cr_expect_eq(got.next_shift_us, wanted.next_shift_us, "next shift is %.3f h",
               tw_seconds(got.next_shift_us) / 3600);
}

Test(calendar, semantics_1_4_the_week_is_laid_under_the_instant_at_which_the_run_starts) {
  // Wednesday, 07:30: an hour and a half into the early shift
  tw_line *line = line_with("2026-03-04T07:30:00", "{" TWO_SHIFTS "}", "");
  const tw_calendar *calendar = &line->calendar[0];
  cr_expect_eq(calendar->offset_us, at_hours(2 * 24 + 7.5));
  expect_moment(calendar, 0, (tw_moment){TW_ON_SHIFT, 0, 0, at_hours(14.5), at_hours(6.5)});
  // Friday, 22:00, until Monday, 06:00
  expect_moment(calendar, at_hours(62.5),
                (tw_moment){TW_OFF_SHIFT, -1, 2, at_hours(62.5 + 56), at_hours(64.5)});
  tw_line_unref(line);
}

Test(calendar, semantics_1_4_a_start_before_1970_lies_in_its_own_week) {
  // 1969-12-28 was a Sunday
  tw_line *line = line_with("1969-12-28T23:59:59", "{" TWO_SHIFTS "}", "");
  cr_expect_eq(line->calendar[0].offset_us, 7 * TW_DAY_US - TW_TICKS_PER_S);
  cr_expect_eq(tw_calendar_at(&line->calendar[0], 0).next_us, at_hours(6) + TW_TICKS_PER_S);
  tw_line_unref(line);
}

Test(calendar, semantics_1_4_an_interval_that_crosses_midnight_belongs_to_the_day_it_begins_on) {
  // the night of Sunday is dropped with Sunday, and reaches into Monday otherwise
  tw_line *line = line_with(
      MONDAY, "{'shifts': {'night': 'Sun-Thu 22:00-06:00'}, 'closed': ['2026-03-08']}", "");
  const tw_calendar *calendar = &line->calendar[0];
  expect_moment(calendar, 0, (tw_moment){TW_ON_SHIFT, 0, -1, at_hours(6), at_hours(6)});
  expect_moment(calendar, at_hours(6),
                (tw_moment){TW_OFF_SHIFT, -1, 0, at_hours(22), at_hours(22)});
  expect_moment(calendar, at_hours(23), (tw_moment){TW_ON_SHIFT, 0, 0, at_hours(30), at_hours(30)});
  expect_moment(calendar, at_hours(25), (tw_moment){TW_ON_SHIFT, 0, 0, at_hours(30), at_hours(30)});
  // Friday 06:00 to Monday 22:00
  expect_moment(calendar, at_hours(4 * 24 + 6),
                (tw_moment){TW_OFF_SHIFT, -1, 4, at_hours(7 * 24 + 22), at_hours(5 * 24)});
  // a Sunday that works reaches over the end of its week
  expect_moment(calendar, at_hours(13 * 24 + 23),
                (tw_moment){TW_ON_SHIFT, 0, 13, at_hours(14 * 24 + 6), at_hours(14 * 24 + 6)});
  expect_moment(calendar, at_hours(14 * 24),
                (tw_moment){TW_ON_SHIFT, 0, 13, at_hours(14 * 24 + 6), at_hours(14 * 24 + 6)});
  tw_line_unref(line);
}

Test(calendar, semantics_1_4_a_run_may_start_in_the_middle_of_a_night_shift_of_the_day_before) {
  tw_line *line =
      line_with("2026-03-02T02:15:30", "{'shifts': {'night': 'Mon-Sun 22:00-06:00'}}", "");
  const int64_t end_us = at_hours(3.75) - 30 * TW_TICKS_PER_S;
  expect_moment(&line->calendar[0], 0, (tw_moment){TW_ON_SHIFT, 0, -1, end_us, end_us});
  tw_line_unref(line);
}

// Shifts begin at 06:00 and at 22:00, the one of the evening before went on at the start; off shift a
// day begins at midnight too.
Test(calendar, says_where_a_shift_begins_also_at_the_start_of_the_run) {
  const char *with_nights = "{'shifts': {'day': 'Mon-Fri 06:00-14:00', 'night': 'Sun-Fri 22:00-06:00'}}";
  tw_line *line = line_with(MONDAY, with_nights, "");
  const tw_calendar *calendar = &line->calendar[0];
  static const double hours[] = {0, 6, 6.5, 14, 22, 24, 6 * 24, 7 * 24};
  static const bool begins[] = {false, true, false, true, true, false, true, false};
  for (int32_t i = 0; i < 8; i++)
    cr_expect_eq(tw_calendar_begins(calendar, at_hours(hours[i])), begins[i], "%g h", hours[i]);
  cr_expect_not(tw_calendar_begins(calendar, at_hours(6) - 1));
  cr_expect_not(tw_calendar_begins(calendar, at_hours(6) + 1));
  tw_line_unref(line);
  static const char *const starts[] = {"2026-03-03T06:00:00", "2026-03-03T06:00:01",
                                       "2026-03-03T00:00:00", "2026-03-08T00:00:00"};
  for (int32_t i = 0; i < 4; i++) {
    line = line_with(starts[i], with_nights, "");
    cr_expect_eq(tw_calendar_begins(&line->calendar[0], 0), i == 0 || i == 3, "%s", starts[i]);
    tw_line_unref(line);
  }
  line = line_with(MONDAY, "{'shifts': {'day': 'Mon 00:00-08:00'}}", "");
  cr_expect(tw_calendar_begins(&line->calendar[0], 0));
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_intervals_are_half_open) {
  tw_line *line = line_with(MONDAY, "{'shifts': {'day': 'Mon 06:00-14:00'}}", "");
  const tw_calendar *calendar = &line->calendar[0];
  cr_expect_eq(tw_calendar_at(calendar, at_hours(6) - 1).off, TW_OFF_SHIFT);
  cr_expect_eq(tw_calendar_at(calendar, at_hours(6)).off, TW_ON_SHIFT);
  cr_expect_eq(tw_calendar_at(calendar, at_hours(14) - 1).off, TW_ON_SHIFT);
  cr_expect_eq(tw_calendar_at(calendar, at_hours(14)).off, TW_OFF_SHIFT);
  cr_expect_eq(tw_calendar_work(calendar, at_hours(6) - 1, at_hours(6) + 1), 1);
  cr_expect_eq(tw_calendar_work(calendar, 0, 10 * TW_WEEK_US), 10 * at_hours(8));
  cr_expect_eq(tw_calendar_work(calendar, at_hours(7), at_hours(7)), 0);
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_adjacent_shifts_have_no_edge_but_in_name_and_day) {
  tw_line *line = line_with(MONDAY, "{" TWO_SHIFTS "}", "");
  const tw_calendar *calendar = &line->calendar[0];
  cr_expect_str_eq(calendar->shift[1], "late");
  expect_moment(calendar, at_hours(6), (tw_moment){TW_ON_SHIFT, 0, 0, at_hours(22), at_hours(14)});
  expect_moment(calendar, at_hours(14), (tw_moment){TW_ON_SHIFT, 1, 0, at_hours(22), at_hours(22)});
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_a_shift_in_two_adjacent_intervals_is_one) {
  tw_line *line =
      line_with(MONDAY, "{'shifts': {'day': ['Mon 06:00-10:00', 'Mon 10:00-14:00']}}", "");
  expect_moment(&line->calendar[0], at_hours(6),
                (tw_moment){TW_ON_SHIFT, 0, 0, at_hours(14), at_hours(14)});
  cr_expect_eq(line->calendar[0].shift_s, 8 * 3600.0);
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_a_break_cuts_its_shift_and_is_of_it) {
  tw_line *line =
      line_with(MONDAY, "{" TWO_SHIFTS ", 'breaks': {'lunch': 'Mon-Fri 10:00-10:30'}}", "");
  const tw_calendar *calendar = &line->calendar[0];
  expect_moment(calendar, at_hours(6), (tw_moment){TW_ON_SHIFT, 0, 0, at_hours(10), at_hours(14)});
  expect_moment(calendar, at_hours(10),
                (tw_moment){TW_OFF_BREAK, 0, 0, at_hours(10.5), at_hours(14)});
  expect_moment(calendar, at_hours(10.5),
                (tw_moment){TW_ON_SHIFT, 0, 0, at_hours(22), at_hours(14)});
  cr_expect_eq(tw_calendar_work(calendar, 0, TW_DAY_US), at_hours(15.5));
  cr_expect_eq(calendar->shift_s, 7.75 * 3600);
  cr_expect_eq(calendar->on_share, 77.5 / 168);
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_a_break_may_lie_behind_midnight_and_at_the_ends_of_a_shift) {
  tw_line *line = line_with(MONDAY,
                            "{'shifts': {'night': 'Sun-Thu 22:00-06:00'}, 'breaks': {'meal': "
                            "'Mon-Fri 02:00-02:30', 'tidy': 'Mon-Fri 05:45-06:00'}}",
                            "");
  const tw_calendar *calendar = &line->calendar[0];
  expect_moment(calendar, at_hours(2),
                (tw_moment){TW_OFF_BREAK, 0, -1, at_hours(2.5), at_hours(6)});
  expect_moment(calendar, at_hours(5.75),
                (tw_moment){TW_OFF_BREAK, 0, -1, at_hours(6), at_hours(6)});
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_closed_days_drop_what_begins_on_them) {
  tw_line *line =
      line_with(MONDAY, "{" TWO_SHIFTS ", 'closed': ['2026-03-03', '2026-03-09..2026-03-13']}", "");
  const tw_calendar *calendar = &line->calendar[0];
  // Monday 22:00 to Wednesday 06:00, and a week without work
  expect_moment(calendar, at_hours(22),
                (tw_moment){TW_OFF_SHIFT, -1, 0, at_hours(54), at_hours(24)});
  expect_moment(calendar, at_hours(4 * 24 + 22),
                (tw_moment){TW_OFF_SHIFT, -1, 4, at_hours(14 * 24 + 6), at_hours(5 * 24)});
  cr_expect_eq(tw_calendar_work(calendar, 0, 3 * TW_WEEK_US), at_hours(16) * 9);
  cr_expect_eq(calendar->on_share, 80.0 / 168);
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_extra_shifts_are_added_on_their_dates_and_on_closed_days_too) {
  tw_line *line =
      line_with(MONDAY,
                "{" TWO_SHIFTS ", 'breaks': {'lunch': 'Mon-Fri 10:00-10:30'}, 'closed': "
                "'2026-03-03', 'extra': {'late': ['2026-03-03 09:00-13:00', "
                "'2026-03-08 22:00-02:00'], 'early': '2026-03-14 06:00-12:00'}}",
                "");
  const tw_calendar *calendar = &line->calendar[0];
  // a break cuts the shift that is on at its time
  expect_moment(calendar, at_hours(33), (tw_moment){TW_ON_SHIFT, 1, 1, at_hours(34), at_hours(37)});
  expect_moment(calendar, at_hours(34),
                (tw_moment){TW_OFF_BREAK, 1, 1, at_hours(34.5), at_hours(37)});
  // over the end of a week
  expect_moment(calendar, at_hours(6 * 24 + 22),
                (tw_moment){TW_ON_SHIFT, 1, 6, at_hours(7 * 24 + 2), at_hours(7 * 24 + 2)});
  expect_moment(calendar, at_hours(7 * 24 + 1),
                (tw_moment){TW_ON_SHIFT, 1, 6, at_hours(7 * 24 + 2), at_hours(7 * 24 + 2)});
  expect_moment(calendar, at_hours(12 * 24 + 6),
                (tw_moment){TW_ON_SHIFT, 0, 12, at_hours(12 * 24 + 12), at_hours(12 * 24 + 12)});
  cr_expect_eq(calendar->n_special, 2);
  tw_line_unref(line);
}

Test(calendar, semantics_8_3_the_production_day_is_that_on_which_the_shift_begins) {
  tw_line *line = line_with(MONDAY, "{'shifts': {'night': 'Mon-Sun 22:00-06:00'}}", "");
  const tw_calendar *calendar = &line->calendar[0];
  cr_expect_eq(tw_calendar_at(calendar, at_hours(29)).day, 0);
  cr_expect_eq(tw_calendar_at(calendar, at_hours(30)).day, 1);  // off shift: the date
  tw_line_unref(line);
}

Test(calendar, round_the_clock_has_no_edge_but_of_shift_and_day) {
  tw_line *line = line_with(MONDAY, "{'shifts': {'all': 'Mon-Sun 00:00-24:00'}}", "");
  const tw_calendar *calendar = &line->calendar[0];
  cr_expect(calendar->is_always);
  cr_expect_eq(calendar->on_share, 1);
  cr_expect_eq(calendar->shift_s, 86400);
  expect_moment(calendar, 0, (tw_moment){TW_ON_SHIFT, 0, 0, INT64_MAX, at_hours(24)});
  expect_moment(calendar, TW_WEEK_US - 1, (tw_moment){TW_ON_SHIFT, 0, 6, INT64_MAX, TW_WEEK_US});
  tw_line_unref(line);
  line =
      line_with(MONDAY, "{'shifts': {'all': 'Mon-Sun 00:00-24:00'}, 'closed': '2026-03-05'}", "");
  cr_expect_not(line->calendar[0].is_always);
  tw_line_unref(line);
  line = line_with(
      MONDAY, "{'shifts': {'all': 'Mon-Sun 00:00-24:00'}, 'breaks': {'b': 'Sun 12:00-12:01'}}", "");
  cr_expect_not(line->calendar[0].is_always);
  tw_line_unref(line);
}

Test(calendar, one_closed_day_sixty_years_ahead_is_the_next_edge) {
  // 2086-03-04 is a Monday, 3131 weeks on
  tw_line *line =
      line_with(MONDAY, "{'shifts': {'all': 'Mon-Sun 00:00-24:00'}, 'closed': '2086-03-04'}", "");
  const tw_calendar *calendar = &line->calendar[0];
  const int64_t edge_us = 3131 * TW_WEEK_US;
  cr_expect_eq(tw_calendar_at(calendar, 0).next_us, edge_us);
  expect_moment(calendar, edge_us,
                (tw_moment){TW_OFF_SHIFT, -1, 3131 * 7, edge_us + TW_DAY_US, edge_us + TW_DAY_US});
  cr_expect_eq(tw_calendar_at(calendar, edge_us + TW_DAY_US).next_us, INT64_MAX);
  cr_expect_eq(tw_calendar_work(calendar, 0, 3640 * TW_WEEK_US), 3640 * TW_WEEK_US - TW_DAY_US);
  tw_line_unref(line);
}

Test(calendar, a_calendar_of_extra_shifts_ends_with_the_last) {
  tw_line *line = line_with(
      MONDAY, "{'shifts': {'day': []}, 'extra': {'day': ['2026-03-10 06:00-14:00']}}", "");
  const tw_calendar *calendar = &line->calendar[0];
  const int64_t begin_us = at_hours(8 * 24 + 6), end_us = at_hours(8 * 24 + 14);
  cr_expect_eq(tw_calendar_at(calendar, 0).next_us, begin_us);
  expect_moment(calendar, begin_us, (tw_moment){TW_ON_SHIFT, 0, 8, end_us, end_us});
  cr_expect_eq(tw_calendar_at(calendar, end_us).next_us, INT64_MAX);
  cr_expect_eq(tw_calendar_at(calendar, end_us + 50 * TW_WEEK_US).off, TW_OFF_SHIFT);
  tw_line_unref(line);
}

Test(calendar, dates_before_the_start_and_after_every_run_leave_the_week_alone) {
  tw_line *line = line_with(
      MONDAY, "{" TWO_SHIFTS ", 'closed': ['1900-01-01..2026-02-28', '2300-01-01..9999-12-31']}",
      "");
  cr_expect_eq(line->calendar[0].n_special, 0);
  tw_line_unref(line);
}

// ---- names of calendars ----

#define CALENDARS \
  "'calendars': {'c': {" TWO_SHIFTS "}, 'always': {'shifts': {'all': 'Mon-Sun 00:00-24:00'}}, " \
  "'none': {'shifts': {}}, 'shut': {'shifts': {'a': 'Mon 06:00-07:00'}, 'breaks': {'b': " \
  "'Mon 06:00-07:00'}}}, "

static void expect_refusal(const char *sections, const char *words) {
  tw_text why = {0};
  cr_expect_null(test_quoted_line(sections, &why));
  cr_expect(why.at != NULL && strstr(why.at, words) != NULL, "'%s' is not in %s", words,
            why.at == NULL ? "nothing" : why.at);
  tw_text_free(&why);
}

Test(calendar, default_calendar_is_one_that_there_is) {
  expect_refusal("'defaults': {'calendar': 'alway'}, " CALENDARS FLOW, "E-REF");
  expect_refusal("'defaults': {'calendar': 'alway'}, " CALENDARS FLOW, "did you mean 'always'?");
  expect_refusal("'defaults': {'calendar': 'c'}, " FLOW, "there is no calendar 'c'");
}

Test(calendar, default_calendar_has_working_time) {
  expect_refusal("'defaults': {'calendar': 'none'}, " CALENDARS FLOW, "E-CAL");
  expect_refusal("'defaults': {'calendar': 'shut'}, " CALENDARS FLOW,
                 "calendar 'shut' has no working time");
}

// What a name is resolved to, with c as the default; -2: refused.
static int32_t resolve(tw_line *line, const char *name) {
  twin_problems *problems = twin_problems_new();
  const tw_reader reader = {.file = "line.json", .arena = &line->arena, .problems = problems};
  tw_compiler compiler = {.line = line, .reader = &reader, .default_calendar_i = 0};
  const tw_name at = {.name = name, .node = line->doc.root};
  const int32_t i = tw_compile_calendar(&compiler, &at);
  cr_expect_eq(compiler.is_bad, twin_problems_count(problems, TWIN_ERROR) == 1);
  twin_problems_free(problems);
  return compiler.is_bad ? -2 : i;
}

Test(calendar, names_lead_to_calendars_and_always_on_is_none) {
  tw_text why = {0};
  tw_line *line = test_quoted_line("'defaults': {'calendar': 'c'}, " CALENDARS FLOW, &why);
  cr_assert(line != NULL, "%s", why.at == NULL ? "" : why.at);
  cr_expect_eq(line->n_calendar, 4);
  cr_expect_eq(resolve(line, "c"), 0);
  cr_expect_eq(resolve(line, NULL), 0);
  cr_expect_eq(resolve(line, "always"), TW_NONE);
  cr_expect_eq(resolve(line, "none"), -2);
  cr_expect_eq(resolve(line, "shut"), -2);
  cr_expect_eq(resolve(line, "nobody"), -2);
  tw_line_unref(line);
}

Test(calendar, a_default_without_working_time_is_reported_once) {
  tw_text why = {0};
  cr_expect_null(test_quoted_line("'defaults': {'calendar': 'none'}, " CALENDARS FLOW, &why));
  cr_expect_null(strchr(why.at, '\n') == NULL ? NULL : strstr(strchr(why.at, '\n'), "E-CAL"));
  tw_text_free(&why);
}

// ---- limits ----

static void expect_calendar_refused(const char *calendar, const char *words) {
  tw_text text = {0};
  tw_text_print(&text, "'calendars': {'c': %s}, " FLOW, calendar);
  expect_refusal(text.at, words);
  tw_text_free(&text);
}

// n times a text with commas between.
static char *repeat(const char *before, const char *text, int n, const char *after) {
  tw_text out = {0};
  tw_text_add(&out, before);
  for (int i = 0; i < n; i++) tw_text_print(&out, "%s%s", i == 0 ? "" : ", ", text);
  tw_text_add(&out, after);
  return out.at;
}

Test(calendar, limits_of_one_calendar_are_kept) {
  char *text = repeat("{'shifts': {'a': '", "Mon-Thu 06:00-07:00", 101, "'}}");
  expect_calendar_refused(text, "at most 400 intervals a week");
  free(text);
  text = repeat("{'shifts': {}, 'closed': [", "'2026-03-04'", 1001, "]}");
  expect_calendar_refused(text, "at most 1000 dates or ranges of dates");
  free(text);
  text = repeat("{'shifts': {'a': []}, 'extra': {'a': [", "'2026-03-04 06:00-07:00'", 1001, "]}}");
  expect_calendar_refused(text, "at most 1000 extra shifts");
  free(text);
  tw_text names = {0};
  for (int i = 0; i < 65; i++) tw_text_print(&names, "%s'a%d': []", i == 0 ? "" : ", ", i);
  text = repeat("{'shifts': {", names.at, 1, "}}");
  expect_calendar_refused(text, "at most 64 names");
  free(text);
  tw_text_free(&names);
}

// Half hours all week with a break in each, and one day of most weeks closed, for fifteen years.
Test(calendar, weeks_with_dates_have_a_limit_in_all) {
  tw_text shifts = {0}, breaks = {0}, closed = {0}, text = {0};
  for (int i = 0; i < 48; i++) {
    const char *comma = i == 0 ? "" : ", ";
    const int hour = i / 2, from = i % 2 * 30;
    tw_text_print(&shifts, "%sMon-Sun %02d:%02d-%02d:%02d", comma, hour, from, hour, from + 29);
    tw_text_print(&breaks, "%sMon-Sun %02d:%02d-%02d:%02d", comma, hour, from + 10, hour,
                  from + 20);
  }
  for (int i = 0; i < 700; i++)
    tw_text_print(&closed, "%s'%d-%02d-%02d'", i == 0 ? "" : ", ", 2027 + i / 48, 1 + i / 4 % 12,
                  1 + i % 4 * 7);
  tw_text_add(&text, "'calendars': {");
  for (int i = 0; i < 2; i++)
    tw_text_print(&text, "%s'c%d': {'shifts': {'a': '%s'}, 'breaks': {'b': '%s'}, 'closed': [%s]}",
                  i == 0 ? "" : ", ", i, shifts.at, breaks.at, closed.at);
  tw_text_add(&text, "}, " FLOW);
  expect_refusal(text.at, "there can be no more");
  expect_refusal(text.at, "/calendars/c1");
  tw_text_free(&shifts);
  tw_text_free(&breaks);
  tw_text_free(&closed);
  tw_text_free(&text);
}
