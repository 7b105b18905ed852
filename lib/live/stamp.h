// stamp.h - stamps of logs: texts in the format that a mapping file names, read as instants and
// what they may mean. A stamp that was rounded to minutes is an interval, and so is one of the hour
// that the local clock shows twice.

#ifndef TW_LIVE_STAMP_H
#define TW_LIVE_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TW_STAMP_PIECES = 64 };

typedef struct tw_stamp_format {
  bool is_iso;  // 2026-03-02T06:00:00.125+08:00 with what follows the minutes left out as one likes
  int64_t epoch_us;  // a number since 1970-01-01T00:00:00 UTC in this unit; 0: no number
  int32_t n;
  char piece[TW_STAMP_PIECES];  // 'Y' of %Y; 0: the character beside it
  char literal[TW_STAMP_PIECES];
} tw_stamp_format;

// Reads "iso", "epoch-s", "epoch-ms", "epoch-us" or a pattern such as "%d.%m.%Y %H:%M". NULL: it is
// good, else what is wrong with it.
const char *tw_stamp_format_read(const char *text, tw_stamp_format *format);

// What a text says, before its zone is looked at.
typedef struct tw_stamp {
  int64_t local_us;       // as if its clock were UTC's
  int64_t resolution_us;  // of its last digit
  bool has_zone;
  int32_t offset_s;  // of that zone: local - UTC
} tw_stamp;

// Reads a whole cell; false: it is no instant.
bool tw_stamp_read(const tw_stamp_format *format, const char *at, size_t n, tw_stamp *stamp);

// Reads "Z", "+08:00", "+0800" or "+08"; characters used, 0: none.
size_t tw_stamp_offset_read(const char *at, size_t n, int32_t *offset_s);

// A clock whose offset changes: from from_us[i] (UTC) on it is offset_s[i] ahead. from_us[0] is
// INT64_MIN.
typedef struct tw_zone {
  int32_t n;  // 0: there is no zone, the stamps are the local clock's
  const int64_t *from_us;
  const int32_t *offset_s;
} tw_zone;

typedef enum tw_zone_result {
  TW_ZONE_ONE,  // the clock shows this once
  TW_ZONE_TWO,  // twice: *last_us is the second instant
  TW_ZONE_NONE  // never: clocks were put forward
} tw_zone_result;

// The instant at which the clock of a zone shows local_us.
tw_zone_result tw_zone_instant(const tw_zone *zone, int64_t local_us, int64_t *us,
                               int64_t *last_us);

// Instants of the years 1 to 9999, which stamps can say.
#define TW_STAMP_MIN_US (-62135596800 * (int64_t)1000000)
#define TW_STAMP_MAX_US (253402300800 * (int64_t)1000000 - 1)

// Writes an instant as ISO 8601 with microseconds, "2026-03-02T06:00:00.000000Z", without the Z
// unless it has a zone; buffer of 40 bytes. Years beyond 9999 or before 0 are not written as such:
// false.
bool tw_stamp_write(int64_t us, bool has_zone, char *buffer);

#endif
