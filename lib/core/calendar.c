// calendar.c - answers about working time by binary search in the spans of a week: what holds at a
// tick, when it changes, how much work lies between two. Nothing here walks along time, so a
// question seventy years ahead costs what one today costs. compile_calendar.c makes the spans.

#include "core/calendar.h"

#include <stddef.h>

#include "base/assert.h"

// The number of special weeks before a week.
static int32_t count_special_before(const tw_calendar *calendar, int64_t number) {
  int32_t low = 0, high = calendar->n_special;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (calendar->special[middle].number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static const tw_week *find_week(const tw_calendar *calendar, int64_t number) {
  const int32_t k = count_special_before(calendar, number);
  const bool is_special = k < calendar->n_special && calendar->special[k].number == number;
  return is_special ? &calendar->special[k] : &calendar->base;
}

// The number of spans that begin at or before an instant of the week.
static int32_t count_begun(const tw_week *week, int64_t in_week_us) {
  int32_t low = 0, high = week->n;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (week->span[middle].start_us <= in_week_us)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// First instant of the week at which `off` is another than this; TW_WEEK_US: none.
static int64_t find_change(const tw_week *week, int32_t off) {
  const tw_span *first = week->n > 0 ? &week->span[0] : NULL;
  const bool begins_off = first == NULL || first->start_us > 0;
  if (off != (begins_off ? TW_OFF_SHIFT : first->off)) return 0;
  if (first == NULL) return TW_WEEK_US;
  return begins_off ? first->start_us : first->off_until_us;
}

int64_t tw_calendar_change(const tw_calendar *calendar, int64_t number, int32_t off) {
  TW_ASSERT(number >= 0 && off >= 0 && off < TW_OFF_N);
  const int32_t k = count_special_before(calendar, number);
  const tw_week *special = k < calendar->n_special ? &calendar->special[k] : NULL;
  if (special == NULL || special->number > number) {
    const int64_t change_us = find_change(&calendar->base, off);
    if (change_us < TW_WEEK_US) return number * TW_WEEK_US + change_us;
    // plain weeks are all of this: only a special one can be otherwise
    if (special == NULL) return INT64_MAX;
  }
  const int64_t change_us = find_change(special, off);
  return change_us < TW_WEEK_US ? special->number * TW_WEEK_US + change_us : special->change_us;
}

// Where the shift of a span that reaches the end of its week ends, from the end of that week.
static int64_t find_shift_end(const tw_week *next, const tw_span *span) {
  if (next->n == 0 || next->span[0].start_us > 0) return 0;
  const tw_span *rest = &next->span[0];
  const bool goes_on = rest->shift_i == span->shift_i && rest->day == span->day - 7;
  TW_ASSERT(!goes_on || rest->shift_until_us < TW_WEEK_US);  // no interval is longer than a day
  return goes_on ? rest->shift_until_us : 0;
}

// Off shift from `at_us` of a week on; next_us is where the next span begins, or the week's end.
// The production day is the date, so it changes at midnight.
static tw_moment make_off_shift(int64_t at_us, int64_t next_us) {
  const int64_t midnight_us = (at_us / TW_DAY_US + 1) * TW_DAY_US;
  return (tw_moment){.off = TW_OFF_SHIFT,
                     .shift_i = -1,
                     .day = at_us / TW_DAY_US,
                     .next_us = next_us,
                     .next_shift_us = midnight_us < next_us ? midnight_us : next_us};
}

static tw_moment make_on_span(const tw_calendar *calendar, int64_t number, const tw_span *span) {
  tw_moment moment = {.off = span->off,
                      .shift_i = span->shift_i,
                      .day = span->day,
                      .next_us = span->off_until_us,
                      .next_shift_us = span->shift_until_us};
  if (span->shift_until_us == TW_WEEK_US)
    moment.next_shift_us += find_shift_end(find_week(calendar, number + 1), span);
  return moment;
}

tw_moment tw_calendar_at(const tw_calendar *calendar, int64_t tick) {
  TW_ASSERT(calendar != NULL && tick >= -calendar->offset_us);
  TW_ASSERT(tick < INT64_MAX - 2 * TW_WEEK_US);
  const int64_t instant_us = tick + calendar->offset_us;
  const int64_t number = instant_us / TW_WEEK_US, at_us = instant_us % TW_WEEK_US;
  const tw_week *week = find_week(calendar, number);
  const int32_t n_begun = count_begun(week, at_us);
  tw_moment moment;
  if (n_begun > 0 && at_us < week->span[n_begun - 1].end_us) {
    moment = make_on_span(calendar, number, &week->span[n_begun - 1]);
  } else {
    moment = make_off_shift(at_us, n_begun < week->n ? week->span[n_begun].start_us : TW_WEEK_US);
  }
  // from the week to the run
  const int64_t begin_us = number * TW_WEEK_US - calendar->offset_us;
  moment.day += number * 7 - calendar->offset_us / TW_DAY_US;
  moment.next_shift_us += begin_us;
  if (moment.next_us < TW_WEEK_US) {
    moment.next_us += begin_us;
  } else {
    const int64_t change_us = tw_calendar_change(calendar, number + 1, moment.off);
    moment.next_us = change_us == INT64_MAX ? INT64_MAX : change_us - calendar->offset_us;
  }
  TW_ASSERT(moment.next_us > tick && moment.next_shift_us > tick);
  return moment;
}

bool tw_calendar_begins(const tw_calendar *calendar, int64_t tick) {
  const tw_moment moment = tw_calendar_at(calendar, tick);
  // on the first Monday at 00:00 a shift of the Sunday before may go on
  if (tick + calendar->offset_us == 0) return moment.day >= 0;
  const tw_moment before = tw_calendar_at(calendar, tick - 1);
  return before.shift_i != moment.shift_i || before.day != moment.day;
}

// The span before span k of a week, also of an earlier week; NULL: there is none. *number: its week.
static const tw_span *span_before(const tw_calendar *calendar, int64_t *number, int32_t k) {
  if (k > 0) return &find_week(calendar, *number)->span[k - 1];
  while (*number > 0) {
    const tw_week *week = find_week(calendar, --*number);
    if (week->n > 0) return &week->span[week->n - 1];
  }
  return NULL;
}

bool tw_calendar_last_begin(const tw_calendar *calendar, int64_t tick, int64_t *begin_us) {
  const int64_t instant_us = tick + calendar->offset_us;
  TW_ASSERT(instant_us >= 0);
  int64_t number = instant_us / TW_WEEK_US;
  const tw_span *span =
      span_before(calendar, &number, count_begun(find_week(calendar, number), instant_us % TW_WEEK_US));
  if (span == NULL) return false;
  // back over the breaks of the shift, and over the Sunday on which it began
  for (;;) {
    int64_t before_number = number;
    const int32_t k = (int32_t)(span - find_week(calendar, number)->span);
    const tw_span *before = span_before(calendar, &before_number, k);
    const int32_t day = span->day + 7 * (int32_t)(number - before_number);
    if (before == NULL || before->shift_i != span->shift_i || before->day != day) break;
    span = before;
    number = before_number;
  }
  *begin_us = number * TW_WEEK_US + span->start_us - calendar->offset_us;
  return true;
}

// Working time from Monday 00:00 of week 0 to an instant.
static int64_t count_work(const tw_calendar *calendar, int64_t instant_us) {
  const int64_t number = instant_us / TW_WEEK_US, at_us = instant_us % TW_WEEK_US;
  const int32_t k = count_special_before(calendar, number);
  int64_t work_us = number * calendar->base.work_us;
  if (k > 0) work_us += calendar->special[k - 1].more_us;
  const tw_week *week = find_week(calendar, number);
  const int32_t n_begun = count_begun(week, at_us);
  if (n_begun == 0) return work_us;
  const tw_span *span = &week->span[n_begun - 1];
  work_us += span->work_before_us;
  if (span->off != TW_ON_SHIFT) return work_us;
  return work_us + (at_us < span->end_us ? at_us : span->end_us) - span->start_us;
}

int64_t tw_calendar_work(const tw_calendar *calendar, int64_t from_us, int64_t to_us) {
  TW_ASSERT(calendar != NULL && from_us >= 0 && from_us <= to_us);
  return count_work(calendar, to_us + calendar->offset_us) -
         count_work(calendar, from_us + calendar->offset_us);
}
