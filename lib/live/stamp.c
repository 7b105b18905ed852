// stamp.c - see stamp.h. ISO stamps have a path of their own: a log has one in every row.

#include "live/stamp.h"

#include <string.h>

#include "base/assert.h"
#include "base/limits.h"
#include "core/date.h"
#include "core/ticks.h"

#define DAY_US (86400 * (int64_t)TW_TICKS_PER_S)

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A text that is read from its front.
typedef struct reading {
  const char *at, *end;
} reading;

// Reads n_min to n_max digits; false where there are fewer.
static bool read_number(reading *in, int32_t n_min, int32_t n_max, int64_t *number) {
  int32_t n = 0;
  *number = 0;
  for (; n < n_max && in->at < in->end && is_digit(*in->at); n++)
    *number = *number * 10 + (*in->at++ - '0');
  return n >= n_min;
}

// Digits of a second behind its point, as microseconds; what is finer is cut off.
static bool read_fraction(reading *in, int64_t *us, int64_t *resolution_us) {
  int64_t scale = TW_TICKS_PER_S;
  int32_t n = 0;
  *us = 0;
  for (; n < 12 && in->at < in->end && is_digit(*in->at); n++, in->at++) {
    scale /= 10;
    *us += (*in->at - '0') * scale;
  }
  *resolution_us = scale > 1 ? scale : 1;
  return n > 0;
}

size_t tw_stamp_offset_read(const char *at, size_t n, int32_t *offset_s) {
  TW_ASSERT(at != NULL && offset_s != NULL);
  reading in = {at, at + n};
  int64_t hour, minute = 0;
  if (n >= 1 && (*at == 'Z' || *at == 'z')) {
    *offset_s = 0;
    return 1;
  }
  if (n < 3 || (*at != '+' && *at != '-')) return 0;
  in.at++;
  if (!read_number(&in, 2, 2, &hour) || hour > 23) return 0;
  const bool has_colon = in.at < in.end && *in.at == ':';
  if (has_colon) in.at++;
  if (has_colon || (in.at < in.end && is_digit(*in.at)))
    if (!read_number(&in, 2, 2, &minute) || minute > 59) return 0;
  *offset_s = (int32_t)((*at == '-' ? -1 : 1) * (hour * 3600 + minute * 60));
  return (size_t)(in.at - at);
}

// The parts of a stamp that were read.
typedef struct parts {
  int64_t year, month, day, hour, minute, second, us;
  bool is_afternoon, has_half;
} parts;

static bool join(const parts *of, tw_stamp *stamp) {
  if (of->year < 1 || of->year > 9999 || of->month < 1 || of->month > 12) return false;
  if (of->day < 1 || of->day > tw_date_month_days(of->year, of->month)) return false;
  int64_t hour = of->hour;
  if (of->has_half) {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (of->is_afternoon ? 12 : 0);
  }
  // a leap second counts as the second before it
  if (hour > 23 || of->minute > 59 || of->second > 60) return false;
  const int64_t second = of->second < 60 ? of->second : 59;
  stamp->local_us = tw_date_day(of->year, of->month, of->day) * DAY_US +
                    ((hour * 60 + of->minute) * 60 + second) * TW_TICKS_PER_S + of->us;
  return true;
}

static bool read_zone(reading *in, tw_stamp *stamp) {
  const size_t n = tw_stamp_offset_read(in->at, (size_t)(in->end - in->at), &stamp->offset_s);
  in->at += n;
  stamp->has_zone = n > 0;
  return n > 0;
}

static bool take(reading *in, char c) {
  if (in->at == in->end || *in->at != c) return false;
  in->at++;
  return true;
}

static bool read_iso_clock(reading *in, parts *of, tw_stamp *stamp) {
  stamp->resolution_us = 60 * (int64_t)TW_TICKS_PER_S;
  if (!read_number(in, 2, 2, &of->hour) || !take(in, ':') || !read_number(in, 2, 2, &of->minute))
    return false;
  if (!take(in, ':')) return true;
  stamp->resolution_us = TW_TICKS_PER_S;
  if (!read_number(in, 2, 2, &of->second)) return false;
  if (take(in, '.') || take(in, ',')) return read_fraction(in, &of->us, &stamp->resolution_us);
  return true;
}

static bool read_iso(reading in, tw_stamp *stamp) {
  parts of = {0};
  *stamp = (tw_stamp){.resolution_us = DAY_US};
  if (!read_number(&in, 4, 4, &of.year) || !take(&in, '-') || !read_number(&in, 2, 2, &of.month) ||
      !take(&in, '-') || !read_number(&in, 2, 2, &of.day))
    return false;
  if (in.at < in.end && (*in.at == 'T' || *in.at == ' ' || *in.at == 't')) {
    in.at++;
    if (!read_iso_clock(&in, &of, stamp)) return false;
    while (in.at < in.end && *in.at == ' ') in.at++;
    if (in.at < in.end && !read_zone(&in, stamp)) return false;
  }
  return in.at == in.end && join(&of, stamp);
}

// A number of seconds (or of less) since 1970, UTC; digits behind the point of seconds down to
// microseconds.
static bool read_epoch(reading in, int64_t unit_us, tw_stamp *stamp) {
  int64_t whole, us = 0;
  const bool is_negative = take(&in, '-');
  *stamp = (tw_stamp){.resolution_us = unit_us, .has_zone = true};
  if (!read_number(&in, 1, 18, &whole) || whole > TW_TICK_MAX / unit_us / 16) return false;
  if (take(&in, '.')) {
    int64_t resolution_us;
    if (!read_fraction(&in, &us, &resolution_us)) return false;
    const int64_t finer = TW_TICKS_PER_S / unit_us;
    us /= finer;
    stamp->resolution_us = resolution_us / finer > 1 ? resolution_us / finer : 1;
  }
  const int64_t sum = whole * unit_us + us;
  stamp->local_us = is_negative ? -sum : sum;
  return in.at == in.end;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

// English names of months, their first three letters.
static bool read_month_name(reading *in, int64_t *month) {
  if (in->end - in->at < 3) return false;
  for (int32_t i = 0; i < 12; i++) {
    bool is_same = true;
    for (int32_t k = 0; k < 3; k++)
      is_same = is_same && (in->at[k] | 32) == (months[3 * i + k] | 32);
    if (!is_same) continue;
    *month = i + 1;
    in->at += 3;
    return true;
  }
  return false;
}

static bool read_half(reading *in, parts *of) {
  if (in->end - in->at < 2 || (in->at[1] | 32) != 'm') return false;
  const char c = (char)(in->at[0] | 32);
  of->has_half = true;
  of->is_afternoon = c == 'p';
  in->at += 2;
  return c == 'a' || c == 'p';
}

static bool read_piece(reading *in, char piece, parts *of, tw_stamp *stamp) {
  int64_t *const resolution_us = &stamp->resolution_us;
  switch (piece) {
    case 'Y': return read_number(in, 4, 4, &of->year);
    case 'y':
      if (!read_number(in, 2, 2, &of->year)) return false;
      of->year += of->year < 69 ? 2000 : 1900;
      return true;
    case 'm': return read_number(in, 1, 2, &of->month);
    case 'b': return read_month_name(in, &of->month);
    case 'd': return read_number(in, 1, 2, &of->day);
    case 'H':
    case 'I':
      if (*resolution_us > 3600 * (int64_t)TW_TICKS_PER_S)
        *resolution_us = 3600 * (int64_t)TW_TICKS_PER_S;
      return read_number(in, 1, 2, &of->hour);
    case 'p': return read_half(in, of);
    case 'M':
      if (*resolution_us > 60 * TW_TICKS_PER_S) *resolution_us = 60 * TW_TICKS_PER_S;
      return read_number(in, 1, 2, &of->minute);
    case 'S':
      if (*resolution_us > TW_TICKS_PER_S) *resolution_us = TW_TICKS_PER_S;
      return read_number(in, 1, 2, &of->second);
    case 'f': return read_fraction(in, &of->us, resolution_us);
    default: TW_ASSERT(piece == 'z'); return read_zone(in, stamp);
  }
}

static bool read_pattern(const tw_stamp_format *format, reading in, tw_stamp *stamp) {
  parts of = {0};
  *stamp = (tw_stamp){.resolution_us = DAY_US};
  for (int32_t i = 0; i < format->n; i++) {
    if (format->piece[i] != 0) {
      if (!read_piece(&in, format->piece[i], &of, stamp)) return false;
    } else if (!take(&in, format->literal[i])) {
      return false;
    }
  }
  return in.at == in.end && join(&of, stamp);
}

bool tw_stamp_read(const tw_stamp_format *format, const char *at, size_t n, tw_stamp *stamp) {
  TW_ASSERT(format != NULL && stamp != NULL && (at != NULL || n == 0));
  const reading in = {at, at + n};
  if (format->is_iso) return read_iso(in, stamp);
  if (format->epoch_us != 0) return read_epoch(in, format->epoch_us, stamp);
  return read_pattern(format, in, stamp);
}

static const char *read_pattern_format(const char *text, tw_stamp_format *format) {
  bool has_date[3] = {false};
  bool has_half = false, has_twelve = false;
  for (const char *at = text; *at != 0; at++) {
    if (format->n == TW_STAMP_PIECES) return "the pattern is longer than 64 characters";
    format->literal[format->n] = *at;
    if (*at == '%' && at[1] != '%') {
      at++;
      if (*at == 0 || strchr("YymbdHIMSfpz", *at) == NULL)
        return "the pattern knows %Y %y %m %b %d %H %I %p %M %S %f %z and %%";
      format->piece[format->n] = *at;
      has_date[0] |= *at == 'Y' || *at == 'y';
      has_date[1] |= *at == 'm' || *at == 'b';
      has_date[2] |= *at == 'd';
      has_half |= *at == 'p';
      has_twelve |= *at == 'I';
    } else if (*at == '%') {
      at++;
    }
    format->n++;
  }
  if (!has_date[0] || !has_date[1] || !has_date[2])
    return "the pattern needs a year, a month and a day";
  return has_half != has_twelve ? "%I and %p belong together" : NULL;
}

const char *tw_stamp_format_read(const char *text, tw_stamp_format *format) {
  static const struct {
    const char *word;
    int64_t us;
  } epochs[] = {{"epoch-s", TW_TICKS_PER_S}, {"epoch-ms", TW_TICKS_PER_S / 1000}, {"epoch-us", 1}};
  TW_ASSERT(text != NULL && format != NULL);
  *format = (tw_stamp_format){.is_iso = strcmp(text, "iso") == 0};
  for (size_t i = 0; i < sizeof epochs / sizeof epochs[0]; i++)
    if (strcmp(text, epochs[i].word) == 0) format->epoch_us = epochs[i].us;
  if (format->is_iso || format->epoch_us != 0) return NULL;
  return read_pattern_format(text, format);
}

// Is the clock of period i what holds at this instant?
static bool holds(const tw_zone *zone, int32_t i, int64_t us) {
  return us >= zone->from_us[i] && (i + 1 == zone->n || us < zone->from_us[i + 1]);
}

tw_zone_result tw_zone_instant(const tw_zone *zone, int64_t local_us, int64_t *us,
                               int64_t *last_us) {
  TW_ASSERT(zone->n > 0 && us != NULL && last_us != NULL);
  int32_t first = 0, end = zone->n;
  while (end - first > 1) {
    const int32_t middle = first + (end - first) / 2;
    if (zone->from_us[middle] <= local_us)
      first = middle;
    else
      end = middle;
  }
  // offsets are less than a day, periods longer than two
  int32_t n_found = 0;
  for (int32_t i = first > 0 ? first - 1 : 0; i <= first + 1 && i < zone->n; i++) {
    const int64_t at_us = local_us - zone->offset_s[i] * (int64_t)TW_TICKS_PER_S;
    if (!holds(zone, i, at_us)) continue;
    if (n_found == 0) *us = at_us;
    *last_us = at_us;
    n_found++;
  }
  return n_found == 0 ? TW_ZONE_NONE : *us == *last_us ? TW_ZONE_ONE : TW_ZONE_TWO;
}

// Writes n digits and what stands behind them.
static char *write_digits(char *at, int64_t number, int32_t n, char behind) {
  TW_ASSERT(number >= 0);
  for (int32_t i = n - 1; i >= 0; i--, number /= 10) at[i] = (char)('0' + number % 10);
  at[n] = behind;
  return at + n + 1;
}

bool tw_stamp_write(int64_t us, bool has_zone, char *buffer) {
  const int64_t day = us >= 0 ? us / DAY_US : -((-us + DAY_US - 1) / DAY_US);
  const int64_t of_day = us - day * DAY_US;
  int64_t date[3];
  TW_ASSERT(of_day >= 0 && of_day < DAY_US);
  if (us < TW_STAMP_MIN_US || us > TW_STAMP_MAX_US) return false;
  tw_date_of_day(day, date);
  const int64_t second = of_day / TW_TICKS_PER_S;
  char *at = write_digits(buffer, date[0], 4, '-');
  at = write_digits(at, date[1], 2, '-');
  at = write_digits(at, date[2], 2, 'T');
  at = write_digits(at, second / 3600, 2, ':');
  at = write_digits(at, second / 60 % 60, 2, ':');
  at = write_digits(at, second % 60, 2, '.');
  at = write_digits(at, of_day % TW_TICKS_PER_S, 6, has_zone ? 'Z' : 0);
  if (has_zone) *at = 0;
  return true;
}
