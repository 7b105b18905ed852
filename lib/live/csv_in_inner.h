// csv_in_inner.h - what the files that read CSV logs share: csv_columns.c finds the columns of a
// mapping, csv_in.c reads the rows.

#ifndef TW_LIVE_CSV_IN_INNER_H
#define TW_LIVE_CSV_IN_INNER_H

#include <string.h>

#include "live/csv_in.h"

enum { TW_LIST_TRANSITION = -1, TW_LIST_UNIT = -2 };
enum { TW_CELL_IGNORED = -2, TW_CELL_UNKNOWN = -3 };

// A field of an event whose columns were found.
typedef struct tw_csv_field {
  const tw_log_cell *cell;
  int32_t n_column, column[TW_LOG_JOINED_MAX];
  int32_t list;      // tw_log_list that its texts go to, or one of the two above
  int32_t constant;  // of "is"; -1: columns
  tw_log_names words;
  int32_t *meaning;  // [words.n] number in the list, TW_CELL_IGNORED
} tw_csv_field;

typedef struct tw_csv_event {
  tw_log_event_def def;
  int32_t time_column;
  tw_csv_field transition, entity, unit, part, type, what;
  tw_csv_field when;  // its columns alone
  tw_log_cell when_cell;
  int32_t value_column, measure_column;
  double scale, offset;
  int32_t measure;  // of the value
} tw_csv_event;

typedef struct tw_csv_log {
  const tw_log_map *map;
  const char *file;
  tw_csv_scan scan;
  tw_event_log *log;
  twin_problems *problems;
  tw_arena arena;
  int32_t n_event, lo_column, hi_column, n_needed;
  tw_csv_event *event;
  tw_log_names transitions;
  int64_t latest_us;  // first instant of the rows so far
  bool is_good;
} tw_csv_log;

static inline bool tw_csv_is(tw_csv_piece cell, const char *text) {
  return strlen(text) == cell.n && memcmp(text, cell.at, cell.n) == 0;
}

// Reads the first row and finds every column of the mapping in it; false with a problem.
bool tw_csv_open_columns(tw_csv_log *in);
void tw_csv_close_event(tw_csv_event *event);

#endif
