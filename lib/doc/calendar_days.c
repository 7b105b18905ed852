// calendar_days.c - lists what a calendar says of some days: the shifts that begin on them, with
// closed days and extra shifts, and the breaks. The one place that knows how pattern and dates go
// together; checks and compilation both read its lists.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "doc/calendar_def.h"

const char *const tw_weekday_words[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", NULL};

int32_t tw_weekday(int64_t day) {
  const int32_t from_monday = (int32_t)((day + 3) % 7);  // 1970-01-01 was a Thursday
  return from_monday < 0 ? from_monday + 7 : from_monday;
}

const char *tw_clock_text(int64_t first_day, int32_t minute, char buffer[TW_CLOCK_BYTES]) {
  const int32_t weekday = tw_weekday(first_day + minute / TW_DAY_MIN);
  const int32_t of_day = minute % TW_DAY_MIN;
  snprintf(buffer, TW_CLOCK_BYTES, "%s %02d:%02d", tw_weekday_words[weekday], (int)(of_day / 60),
           (int)(of_day % 60));
  return buffer;
}

static int32_t find_shift(const tw_calendar_def *def, const char *name) {
  for (int32_t i = 0; i < def->shifts.n_name; i++)
    if (strcmp(def->shifts.name[i], name) == 0) return i;
  return -1;
}

bool tw_calendar_days_init(tw_calendar_days *days, const tw_calendar_def *def, tw_arena *arena) {
  TW_ASSERT(days != NULL && def != NULL);
  const int32_t n_extra = def->extra.n;
  const size_t n_shift = (size_t)(def->shifts.n * TW_LIST_DAYS + n_extra);
  const size_t n_break = (size_t)(def->breaks.n * TW_LIST_DAYS);
  int32_t *extra_shift_i = tw_arena_take_array(arena, (size_t)n_extra + 1, sizeof *extra_shift_i);
  *days = (tw_calendar_days){.def = def, .extra_shift_i = extra_shift_i};
  days->shift = tw_arena_take_array(arena, n_shift + 1, sizeof *days->shift);
  days->pause = tw_arena_take_array(arena, n_break + 1, sizeof *days->pause);
  if (extra_shift_i == NULL || days->shift == NULL || days->pause == NULL) return false;
  for (int32_t i = 0; i < n_extra; i++)
    extra_shift_i[i] = find_shift(def, def->extra.at[i].shift.name);
  return true;
}

static bool is_closed(const tw_closures *closed, int64_t day) {
  for (int32_t i = 0; i < closed->n; i++)
    if (closed->at[i].first_day <= day && day <= closed->at[i].last_day) return true;
  return false;
}

// Adds the intervals of a pattern that begin on a day; returns the new count.
static int32_t add_day(const tw_pattern *pattern, int64_t weekday, int32_t day,
                       tw_calendar_piece *piece, int32_t n) {
  for (int32_t i = 0; i < pattern->n; i++) {
    const tw_interval *at = &pattern->at[i];
    if ((at->days >> weekday & 1) == 0) continue;
    piece[n++] = (tw_calendar_piece){.start_min = day * TW_DAY_MIN + at->start_min,
                                     .end_min = day * TW_DAY_MIN + at->end_min,
                                     .day = day,
                                     .name_i = at->name_i,
                                     .source_i = i};
  }
  return n;
}

static void add_extras(tw_calendar_days *days, int64_t first_day, int32_t n_day) {
  const tw_calendar_def *def = days->def;
  for (int32_t i = 0; i < def->extra.n; i++) {
    const tw_extra *at = &def->extra.at[i];
    if (days->extra_shift_i[i] < 0 || at->day < first_day || at->day >= first_day + n_day) continue;
    const int32_t day = (int32_t)(at->day - first_day);
    days->shift[days->n_shift++] =
        (tw_calendar_piece){.start_min = day * TW_DAY_MIN + at->start_min,
                            .end_min = day * TW_DAY_MIN + at->end_min,
                            .day = day,
                            .name_i = days->extra_shift_i[i],
                            .source_i = def->shifts.n + i};
  }
}

static int compare_pieces(const void *a, const void *b) {
  const tw_calendar_piece *x = a, *y = b;
  if (x->start_min != y->start_min) return x->start_min < y->start_min ? -1 : 1;
  return (x->source_i > y->source_i) - (x->source_i < y->source_i);
}

static void sort_pieces(tw_calendar_piece *piece, int32_t n) {
  if (n > 1) qsort(piece, (size_t)n, sizeof *piece, compare_pieces);
}

void tw_calendar_days_list(tw_calendar_days *days, int64_t first_day, int32_t n_day,
                           bool is_plain) {
  TW_ASSERT(n_day > 0 && n_day <= TW_LIST_DAYS);
  const tw_calendar_def *def = days->def;
  days->n_shift = days->n_break = 0;
  for (int32_t day = 0; day < n_day; day++) {
    const int32_t weekday = tw_weekday(first_day + day);
    if (is_plain || !is_closed(&def->closed, first_day + day))
      days->n_shift = add_day(&def->shifts, weekday, day, days->shift, days->n_shift);
    days->n_break = add_day(&def->breaks, weekday, day, days->pause, days->n_break);
  }
  if (!is_plain) add_extras(days, first_day, n_day);
  sort_pieces(days->shift, days->n_shift);
  sort_pieces(days->pause, days->n_break);
}
