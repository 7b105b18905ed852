// calendar.h - working time: weekly patterns of named shifts and breaks, dated closures and extra
// shifts, compiled to spans of a week (SEMANTICS 1.4, 8.3). Knows nothing of runs: it answers what
// holds at a tick, and when that changes next.

#ifndef TW_CORE_CALENDAR_H
#define TW_CORE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

// Why somebody or something is away, in the order of states.
typedef enum tw_off { TW_ON_SHIFT, TW_OFF_SHIFT, TW_OFF_BREAK, TW_OFF_N } tw_off;

// A stretch of a week in which one thing holds: half-open, in us from the week's Monday 00:00. What no
// span covers is off shift. Breaks are spans of their own between the parts of their shift.
typedef struct tw_span {
  int64_t start_us, end_us;
  int32_t off;      // TW_ON_SHIFT or TW_OFF_BREAK
  int32_t shift_i;  // of the calendar
  int32_t day;      // on which the shift began, from the week's Monday; -1: the Sunday before
  // What follows from the spans before and behind, so that no question has to walk along them:
  int64_t off_until_us;    // until then `off` is the same; at most the end of the week
  int64_t shift_until_us;  // until then shift and day are the same; likewise
  int64_t work_before_us;  // working time of the week before this span
} tw_span;

#define TW_DAY_US  INT64_C(86400000000)
#define TW_WEEK_US (7 * TW_DAY_US)

typedef struct tw_week {
  int64_t number;  // from the week in which the run starts
  int32_t n;
  const tw_span *span;  // [n] in order, without overlap
  int64_t work_us;      // working time of the week
  // Of special weeks:
  int64_t more_us;      // working time of the special weeks up to this one, above that of plain weeks
  int64_t change_us;    // first instant after the week at which `off` is not that of the week's end,
                        // from Monday 00:00 of week 0; INT64_MAX: never
} tw_week;

// Length of a shift where no calendar says another one.
#define TW_PLAIN_SHIFT_S (8 * 3600.0)

typedef struct tw_calendar {
  const char *name;
  int32_t n_shift;
  const char *const *shift;  // [n_shift] names in file order
  int64_t offset_us;         // run start, from Monday 00:00 of its week
  tw_week base;              // the pattern, for every week that is not listed
  int32_t n_special;
  const tw_week *special;    // [n_special] weeks with dated exceptions, by number
  bool is_always;            // never off: no event is needed
  double on_share;           // of a plain week, breaks not counted
  double shift_s;            // mean length of a plain shift, breaks not counted; 0: it has none
} tw_calendar;

// What holds at a tick.
typedef struct tw_moment {
  int32_t off;           // tw_off
  int32_t shift_i;       // TW_NONE (-1): off shift
  int64_t day;           // production day, from the date of the run's start: that on which the shift
                         // began; off shift, the date
  int64_t next_us;       // first later tick at which `off` is another; INT64_MAX: never
  int64_t next_shift_us; // first later tick at which shift or production day is another
} tw_moment;

// An edge belongs to what begins there. tick: from the start of the run, back to its week's Monday.
tw_moment tw_calendar_at(const tw_calendar *calendar, int64_t tick);

// Does a shift begin at this tick, or off shift a production day? What does not has gone on before.
bool tw_calendar_begins(const tw_calendar *calendar, int64_t tick);

// Instant at which the last shift began, at or before a tick; may lie before the run. False: none has.
bool tw_calendar_last_begin(const tw_calendar *calendar, int64_t tick, int64_t *begin_us);

// First instant from the beginning of a week on, from Monday 00:00 of week 0, at which `off` is another
// than this; INT64_MAX: never. For the compiler of calendars, which fills change_us with it, last week first.
int64_t tw_calendar_change(const tw_calendar *calendar, int64_t number, int32_t off);

// Working time in ticks within [from, to), breaks not counted.
int64_t tw_calendar_work(const tw_calendar *calendar, int64_t from_us, int64_t to_us);

#endif
