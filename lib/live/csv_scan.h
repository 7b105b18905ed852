// csv_scan.h - the records of a CSV log one after the other, from a file of any length in memory of
// one bound. Not io/csv: that one reads small tables whole, refuses the first bad cell and counts
// characters; a log goes on behind a bad row, and has a million rows a second. Cells as RFC 4180
// has them.

#ifndef TW_LIVE_CSV_SCAN_H
#define TW_LIVE_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/memory.h"

// Gives up to n bytes; 0 at the end, or when reading failed.
typedef struct tw_byte_source {
  size_t (*read)(void *user, char *bytes, size_t n);
  void *user;
} tw_byte_source;

typedef struct tw_csv_piece {
  const char *at;  // without quotes and blanks around it
  size_t n;
} tw_csv_piece;

typedef enum tw_csv_result {
  TW_CSV_ROW,
  TW_CSV_END,
  TW_CSV_OPEN_QUOTE,
  TW_CSV_LONG_ROW
} tw_csv_result;

typedef struct tw_csv_scan {
  const tw_memory *memory;
  tw_byte_source source;
  char separator;
  char *buffer;    // [2 * TW_LOG_ROW_BYTES_MAX]
  size_t at, end;  // of what is in it
  bool is_last;    // there is nothing behind
  int64_t line;    // of the record that was read, from 1
  int64_t next_line;
  int32_t n_wanted;    // cells that are kept, at most TW_LOG_COLUMNS_MAX
  int32_t n_cell;      // of the record, of those that are wanted
  tw_csv_piece *cell;  // [TW_LOG_COLUMNS_MAX] they hold until the next record
} tw_csv_scan;

// False: memory is short.
bool tw_csv_scan_open(tw_csv_scan *scan, tw_byte_source source, char separator,
                      const tw_memory *memory);
void tw_csv_scan_close(tw_csv_scan *scan);

// Reads the next record that is not empty. Behind an open quote and a row that is too long it goes
// on with the next line.
tw_csv_result tw_csv_scan_next(tw_csv_scan *scan);

#endif
