// csv_inner.h - a walk over the records of a CSV file beside the line file, for the reader of
// columns (csv.c) and the reader of tables (csv_table.c). Cells as RFC 4180 has them, quoted or
// not, lines ended by LF or CRLF.

#ifndef TW_IO_CSV_INNER_H
#define TW_IO_CSV_INNER_H

#include "base/limits.h"
#include "field/field.h"

enum {
  TW_CSV_MESSAGE_BYTES = 400,
  TW_CSV_KEPT_MAX = 4 * 1024 * 1024  // bytes of a file that travels with its line
};

typedef struct tw_csv_walk {
  const tw_reader *reader;
  const tw_node *node;  // of the line file, for problems
  const char *path;     // as the line file names it
  char separator;
  const char *at, *end;
  int32_t line;  // of `at`, from 1
  const char *line_begin;
  const char *counted;  // the character up to which `column` was counted
  int32_t column;
  bool is_good;
} tw_csv_walk;

typedef struct tw_csv_cell {
  char text[TW_CSV_CELL_MAX + 1];
  size_t n;
  int32_t line, column;
  bool is_cut, is_open;  // longer than fits; a quote is not closed, which is reported
} tw_csv_cell;

// The bytes of a file that the line carries with it in its "x-tables"; NULL: it carries none.
const char *tw_csv_kept(const tw_node *node, const char *file, size_t *n);

// Lets the line carry the bytes of a file from now on; not what is larger than TW_CSV_KEPT_MAX, or
// no text.
void tw_csv_keep(const tw_reader *reader, const tw_node *node, const char *file, const char *bytes,
                 size_t n);

// Reads the file and stands at its first character. A line file from elsewhere must not reach other
// files of the machine: absolute paths, "..", and backslashes are refused. False with a problem at
// the member "csv" of node.
bool tw_csv_open(tw_csv_walk *walk, const tw_reader *reader, const tw_node *node, const char *file,
                 char separator);

// Adds a problem at a place of the file.
void tw_csv_report(tw_csv_walk *walk, const char *code, int32_t line, int32_t column,
                   const char *hint, const char *format, ...) __attribute__((format(printf, 6, 7)));

// Moves to the next line that holds something; false at the end of the file.
bool tw_csv_find_record(tw_csv_walk *walk);

// Reads one cell up to its separator or the end of the line, without either.
void tw_csv_read_cell(tw_csv_walk *walk, tw_csv_cell *cell);

bool tw_csv_is_line_end(const tw_csv_walk *walk);
void tw_csv_end_line(tw_csv_walk *walk);

// The text without the spaces around it: people align columns.
const char *tw_csv_trim(tw_csv_cell *cell);

#endif
