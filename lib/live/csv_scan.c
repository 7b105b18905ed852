// csv_scan.c - see csv_scan.h. A record is scanned in the buffer where it lies; one that the buffer
// cuts is scanned again once more bytes are there.

#include "live/csv_scan.h"

#include <string.h>

#include "base/assert.h"

enum { BUFFER_BYTES = 2 * TW_LOG_ROW_BYTES_MAX };

bool tw_csv_scan_open(tw_csv_scan *scan, tw_byte_source source, char separator,
                      const tw_memory *memory) {
  TW_ASSERT(scan != NULL && source.read != NULL);
  *scan = (tw_csv_scan){.memory = memory,
                        .source = source,
                        .separator = separator,
                        .next_line = 1,
                        .n_wanted = TW_LOG_COLUMNS_MAX};
  scan->buffer = tw_memory_take(memory, BUFFER_BYTES);
  scan->cell = tw_memory_zeroed(memory, TW_LOG_COLUMNS_MAX, sizeof *scan->cell);
  if (scan->buffer != NULL && scan->cell != NULL) return true;
  tw_csv_scan_close(scan);
  return false;
}

void tw_csv_scan_close(tw_csv_scan *scan) {
  tw_memory_free(scan->memory, scan->buffer);
  tw_memory_free(scan->memory, scan->cell);
  scan->buffer = NULL;
  scan->cell = NULL;
}

// Makes room and reads on; false when there is nothing more.
static bool fill(tw_csv_scan *scan) {
  if (scan->is_last) return false;
  if (scan->at > 0) memmove(scan->buffer, scan->buffer + scan->at, scan->end - scan->at);
  scan->end -= scan->at;
  scan->at = 0;
  TW_ASSERT(scan->end <= BUFFER_BYTES);
  const size_t n =
      scan->source.read(scan->source.user, scan->buffer + scan->end, BUFFER_BYTES - scan->end);
  scan->is_last = n == 0;
  scan->end += n;
  return n > 0;
}

// Where a quoted cell ends, behind its closing quote; NULL: it is not closed here. Mending makes
// its doubled quotes one, which moves bytes: only once the record is whole, because until then it
// is scanned again.
static char *scan_quoted(char *at, const char *end, bool is_final, bool is_mending,
                         tw_csv_piece *cell) {
  char *to = at;
  cell->at = at;
  for (;;) {
    const char *quote = memchr(at, '"', (size_t)(end - at));
    // a quote at the very end may be the first of two
    if (quote == NULL || (quote + 1 == end && !is_final)) return NULL;
    const size_t n = (size_t)(quote - at);
    const bool is_doubled = quote + 1 < end && quote[1] == '"';
    if (to != at && is_mending) memmove(to, at, n);
    to += n;
    at += n + 1;
    if (!is_doubled) break;
    if (is_mending) *to = '"';
    to++;
    at++;
  }
  cell->n = (size_t)(to - cell->at);
  return at;
}

static void trim(tw_csv_piece *cell) {
  while (cell->n > 0 && (cell->at[cell->n - 1] == ' ' || cell->at[cell->n - 1] == '\r')) cell->n--;
  while (cell->n > 0 && *cell->at == ' ') {
    cell->at++;
    cell->n--;
  }
}

// Scans one cell and stands at its separator, the line end or `end`; NULL: a quote is open.
static char *scan_cell(const tw_csv_scan *scan, char *at, const char *end, bool is_mending,
                       tw_csv_piece *cell) {
  const char separator = scan->separator;
  if (at < end && *at == '"') {
    at = scan_quoted(at + 1, end, is_mending || scan->is_last, is_mending, cell);
    if (at == NULL) return NULL;
    while (at < end && *at != separator && *at != '\n') at++;
    return at;
  }
  cell->at = at;
  while (at < end && *at != separator && *at != '\n') at++;
  cell->n = (size_t)(at - cell->at);
  trim(cell);
  return at;
}

// The end of the record behind cells that nobody wants; NULL: they must be scanned.
static char *skip_rest(char *at, const char *end) {
  char *line_end = memchr(at, '\n', (size_t)(end - at));
  if (line_end == NULL || memchr(at, '"', (size_t)(line_end - at)) != NULL) return NULL;
  return line_end;
}

// Scans the record at `at` up to its end, a line end or the end of all; NULL: it is not whole.
// is_open: in a quote.
static char *scan_record(tw_csv_scan *scan, char *at, const char *end, bool is_mending,
                         bool *is_open) {
  int32_t n = 0;
  *is_open = false;
  for (;;) {
    tw_csv_piece cell = {0};
    if (n >= scan->n_wanted) {
      char *line_end = skip_rest(at, end);
      if (line_end != NULL) {
        at = line_end;
        break;
      }
    }
    at = scan_cell(scan, at, end, is_mending, &cell);
    *is_open = at == NULL;
    if (at == NULL) return NULL;
    if (n < scan->n_wanted) scan->cell[n] = cell;
    n++;
    if (at == end || *at == '\n') break;
    at++;
  }
  if (at == end && !scan->is_last && !is_mending) return NULL;
  scan->n_cell = n < scan->n_wanted ? n : scan->n_wanted;
  return at;
}

static int64_t count_lines(const char *at, const char *end) {
  int64_t n = 0;
  while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
    n++;
    at++;
  }
  return n;
}

// Drops the rest of a line that cannot be read.
static tw_csv_result skip_line(tw_csv_scan *scan, tw_csv_result why) {
  for (;;) {
    const char *line_end = memchr(scan->buffer + scan->at, '\n', scan->end - scan->at);
    if (line_end != NULL) {
      scan->at = (size_t)(line_end - scan->buffer) + 1;
      scan->next_line++;
      return why;
    }
    scan->at = scan->end;
    if (!fill(scan)) return why;
  }
}

// Leaves empty lines behind; false at the end.
static bool find_record(tw_csv_scan *scan) {
  for (;;) {
    if (scan->at == scan->end && !fill(scan)) return false;
    const char c = scan->buffer[scan->at];
    if (c != '\n' && c != '\r') return true;
    scan->next_line += c == '\n';
    scan->at++;
  }
}

tw_csv_result tw_csv_scan_next(tw_csv_scan *scan) {
  if (!find_record(scan)) return TW_CSV_END;
  scan->line = scan->next_line;
  for (;;) {
    bool is_open;
    char *begin = scan->buffer + scan->at;
    const char *end = scan->buffer + scan->end;
    char *stop = scan_record(scan, begin, end, /*is_mending=*/false, &is_open);
    if (stop == NULL && scan->is_last) return skip_line(scan, TW_CSV_OPEN_QUOTE);
    if (stop != NULL && memchr(begin, '"', (size_t)(stop - begin)) != NULL) {
      const size_t n = (size_t)(stop - begin) + (stop < end);
      scan->next_line += count_lines(begin, stop);
      const char *mended = scan_record(scan, begin, begin + n, /*is_mending=*/true, &is_open);
      TW_ASSERT(mended == stop);
      (void)mended;
    }
    if (stop != NULL) {
      scan->at = (size_t)(stop - scan->buffer);
      if (scan->at < scan->end) scan->at++;
      scan->next_line++;
      return TW_CSV_ROW;
    }
    if (scan->end - scan->at >= TW_LOG_ROW_BYTES_MAX)
      return skip_line(scan, is_open ? TW_CSV_OPEN_QUOTE : TW_CSV_LONG_ROW);
    fill(scan);
  }
}
