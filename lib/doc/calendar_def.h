// calendar_def.h - a calendar as the line file says it: intervals of the week and dates with the
// nodes they were read from, and lists of what happens on given days. For the reader of the
// document, which checks a calendar, and the compiler, which makes weeks of it.

#ifndef TW_DOC_CALENDAR_DEF_H
#define TW_DOC_CALENDAR_DEF_H

#include "base/limits.h"
#include "field/field.h"

enum { TW_DAY_MIN = 24 * 60 };

// One interval of a weekly pattern. It belongs to the days on which it begins.
typedef struct tw_interval {
  const tw_node *node;         // its text
  int32_t name_i;              // of the pattern
  uint32_t days;               // bit 0: Monday
  int32_t start_min, end_min;  // of the day; the end is up to a day behind the start
} tw_interval;

typedef struct tw_pattern {
  int32_t n_name, n;
  const char *const *name;  // [n_name] in file order
  const tw_interval *at;    // [n] in file order
} tw_pattern;

// Days that are closed, both included; days since 1970-01-01.
typedef struct tw_closure {
  int64_t first_day, last_day;
} tw_closure;

typedef struct tw_closures {
  int32_t n;
  const tw_closure *at;  // [n]
} tw_closures;

typedef struct tw_extra {
  tw_name shift;
  const tw_node *node;  // its text
  int64_t day;          // on which it begins, since 1970-01-01
  int32_t start_min, end_min;
} tw_extra;

typedef struct tw_extras {
  int32_t n;
  const tw_extra *at;  // [n] in file order
} tw_extras;

typedef struct tw_calendar_def {
  tw_def def;
  tw_pattern shifts, breaks;
  tw_closures closed;
  tw_extras extra;
} tw_calendar_def;

extern const tw_table tw_calendar_table;

// The field types of its members.
extern const tw_custom tw_shifts_custom, tw_breaks_custom, tw_closed_custom, tw_extra_custom;

// Reads the keys of an object as intervals of the week, each of its own name; the key `otherwise` stands
// for what is left. False when a problem was reported.
bool tw_pattern_of_keys(const tw_node *node, const char *otherwise, const tw_reader *reader,
                        tw_pattern *pattern);

// A shift or break as it happens, in minutes from the beginning of the first day of a list.
typedef struct tw_calendar_piece {
  int32_t start_min, end_min;
  int32_t day;       // of the list, on which it begins
  int32_t name_i;    // of the pattern
  int32_t source_i;  // interval of the pattern, then extra shifts
} tw_calendar_piece;

// What happens on some days, in order.
typedef struct tw_calendar_days {
  const tw_calendar_def *def;
  const int32_t *extra_shift_i;  // [def->extra.n] -1: there is no such shift
  int32_t n_shift, n_break;
  tw_calendar_piece *shift, *pause;  // [n_shift], [n_break]
} tw_calendar_days;

enum { TW_LIST_DAYS = 8 };  // in one list at most

// Makes room for lists of a calendar; false when memory is short.
bool tw_calendar_days_init(tw_calendar_days *days, const tw_calendar_def *def, tw_arena *arena);

// Lists what begins on n_day days from first_day (since 1970-01-01). Breaks are those of the
// pattern on every day: a break cuts whatever shift is on at its time. is_plain: without closed
// days and extra shifts.
void tw_calendar_days_list(tw_calendar_days *days, int64_t first_day, int32_t n_day, bool is_plain);

// "Mon 14:00" of a minute of a list that begins on first_day.
enum { TW_CLOCK_BYTES = 48 };
const char *tw_clock_text(int64_t first_day, int32_t minute, char buffer[TW_CLOCK_BYTES]);

// The plain week is listed from a Sunday on: its night shift reaches into Monday.
enum { TW_A_SUNDAY = 3 };  // 1970-01-04

// Monday 0 to Sunday 6, of a day since 1970-01-01.
int32_t tw_weekday(int64_t day);
extern const char *const tw_weekday_words[];  // "Mon", ..., "Sun", NULL

#endif
