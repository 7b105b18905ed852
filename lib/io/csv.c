// csv.c - one column of a CSV file beside the line file, as numbers in SI. Cells as RFC 4180 has
// them, quoted or not, lines ended by LF or CRLF; separator and decimal sign are the file's. Every
// bad cell is reported with its line. A line file from elsewhere must not reach other files of the
// machine: absolute paths, "..", and backslashes are refused.

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "io/json.h"
#include "model/field_inner.h"

enum { CELL_MAX = 64, MESSAGE_BYTES = 160 };

// A walk over the records of a file.
typedef struct csv_reader {
  const tw_reader *reader;
  const tw_node *node;  // of the line file, for problems
  const tw_csv_def *def;
  const char *path, *pointer;
  const char *at, *end;
  int32_t line;  // of `at`
  const char *line_begin;
  bool is_good;
} csv_reader;

// One cell, cut at CELL_MAX: longer ones are no numbers.
typedef struct csv_cell {
  char text[CELL_MAX + 1];
  size_t n;
  int32_t line, column;
  bool is_cut, is_open;  // longer than fits; a quote is not closed, which is reported
} csv_cell;

static void __attribute__((format(printf, 6, 7)))
report(csv_reader *in, const char *code, int32_t line, int32_t column, const char *hint,
       const char *format, ...) {
  char message[MESSAGE_BYTES];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  in->is_good = false;
  const tw_problem_text text = {.code = code,
                                .file = in->path,
                                .line = line,
                                .column = column,
                                .pointer = in->pointer,
                                .hint = hint};
  tw_problems_add(in->reader->problems, &text, "%s", message);
}

// Counts characters, not bytes, as problems of the line file do.
static int32_t count_column(const csv_reader *in) {
  int32_t column = 1;
  for (const char *at = in->line_begin; at < in->at; at++) {
    if (((unsigned char)*at & 0xc0) != 0x80) column++;
  }
  return column;
}

static void begin_line(csv_reader *in) {
  in->line++;
  in->line_begin = in->at;
}

static void add_byte(csv_cell *cell, char c) {
  TW_ASSERT(cell->n <= CELL_MAX);
  if (cell->n == CELL_MAX) {
    cell->is_cut = true;
    return;
  }
  // A NUL would hide what follows it, and control characters have no place in messages.
  cell->text[cell->n++] = (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
  cell->text[cell->n] = 0;
}

// Reads what stands in quotes; a doubled quote is one. False when they are not closed.
static bool read_quoted(csv_reader *in, csv_cell *cell) {
  TW_ASSERT(*in->at == '"');
  in->at++;
  while (in->at < in->end) {
    const char c = *in->at++;
    if (c == '"') {
      if (in->at == in->end || *in->at != '"') return true;
      in->at++;
    }
    if (c == '\n') begin_line(in);
    add_byte(cell, c);
  }
  return false;
}

static bool is_line_end(const csv_reader *in) {
  if (in->at == in->end || *in->at == '\n') return true;
  return *in->at == '\r' && in->at + 1 < in->end && in->at[1] == '\n';
}

// Reads one cell up to its separator or the end of the line, without either.
static void read_cell(csv_reader *in, csv_cell *cell, bool needs_place) {
  *cell = (csv_cell){.line = in->line, .column = needs_place ? count_column(in) : 0};
  const char separator = in->def->separator[0];
  if (in->at < in->end && *in->at == '"' && !read_quoted(in, cell)) {
    cell->is_open = true;
    report(in, "E-TYPE", cell->line, cell->column, NULL, "a quoted cell is not closed");
    return;
  }
  while (!is_line_end(in) && *in->at != separator) add_byte(cell, *in->at++);
}

static void end_line(csv_reader *in) {
  TW_ASSERT(is_line_end(in));
  if (in->at < in->end && *in->at == '\r') in->at++;
  if (in->at < in->end) in->at++;
  begin_line(in);
}

// Moves to the next line that holds something; false at the end of the file.
static bool find_record(csv_reader *in) {
  while (in->at < in->end && is_line_end(in)) end_line(in);
  return in->at < in->end;
}

// Reads the rest of a record from cell number cell_i on and keeps cell column_i; false when the
// record is shorter.
static bool read_record(csv_reader *in, int32_t cell_i, int32_t column_i, csv_cell *kept) {
  bool is_found = false;
  csv_cell other;
  for (int32_t i = cell_i;; i++) {
    read_cell(in, i == column_i ? kept : &other, i == column_i);
    if (i == column_i) is_found = true;
    if (is_line_end(in)) break;
    in->at++;
  }
  end_line(in);
  return is_found;
}

// Cells may have spaces around them: people align columns.
static const char *trim(csv_cell *cell) {
  while (cell->n > 0 && cell->text[cell->n - 1] == ' ') cell->text[--cell->n] = 0;
  const char *text = cell->text;
  while (*text == ' ') text++;
  return text;
}

static int32_t report_column(csv_reader *in, const char *const *names, size_t n) {
  char hint[MESSAGE_BYTES];
  const char *nearest = tw_text_nearest(in->def->column, names, n);
  snprintf(hint, sizeof hint, "%s \"%.80s\"%s", nearest != NULL ? "did you mean" : "the first is",
           nearest != NULL ? nearest
           : n > 0         ? names[0]
                           : "",
           nearest != NULL ? "?" : "");
  in->is_good = false;
  tw_reader_problem(in->reader, tw_node_member(in->node, "column"), "E-REF", nearest, hint,
                    "\"%.80s\" has no column \"%.80s\"", in->def->file, in->def->column);
  return -1;
}

// Finds the column in the header line and moves behind that line; -1 with a problem.
static int32_t find_column(csv_reader *in) {
  const char *names[64];
  size_t n = 0;
  csv_cell cell;
  if (!find_record(in)) return report_column(in, names, 0);
  for (int32_t i = 0;; i++) {
    read_cell(in, &cell, false);
    const bool is_last = is_line_end(in);
    if (!is_last) in->at++;
    const char *name = trim(&cell);
    if (strcmp(name, in->def->column) == 0) {
      if (is_last)
        end_line(in);
      else
        read_record(in, i + 1, -1, NULL);
      return i;
    }
    const char *copy = n < 64 ? tw_arena_text(in->reader->arena, name) : NULL;
    if (copy != NULL) names[n++] = copy;
    if (is_last) return report_column(in, names, n);
  }
}

// Without a header columns have numbers from 1.
static int32_t number_column(csv_reader *in) {
  int32_t number = 0;
  const char *at = in->def->column;
  for (; *at >= '0' && *at <= '9' && number < 100000; at++) number = number * 10 + (*at - '0');
  if (*at == 0 && number > 0) return number - 1;
  in->is_good = false;
  tw_reader_problem(in->reader, tw_node_member(in->node, "column"), "E-RANGE", "\"1\", \"2\", ...",
                    NULL, "without a header the column is a number from \"1\"");
  return -1;
}

// Puts a decimal comma right. A point is then no part of a number, so "1.234,5" is not one.
static bool mend_decimal(const csv_reader *in, char *text) {
  if (in->def->decimal[0] == '.') return true;
  if (strchr(text, '.') != NULL) return false;
  char *comma = strchr(text, ',');
  if (comma != NULL) *comma = '.';
  return true;
}

// Reads a cell as the line file would read it, with its own unit or with that of the column.
static bool read_number(csv_reader *in, csv_cell *cell, tw_dim dim, double *si) {
  char text[2 * CELL_MAX];
  tw_dim found = TW_DIM_ONE;
  const char *unit = in->def->unit;
  const bool is_bare = unit == NULL && tw_dim_is_one(dim);
  snprintf(text, sizeof text, "%s%s%.40s", trim(cell), unit != NULL ? " " : "",
           unit != NULL ? unit : "");
  bool is_good = !cell->is_cut && mend_decimal(in, text);
  if (is_good && is_bare) {
    const size_t n = tw_number_read(text, si);
    is_good = n > 0 && text[n] == 0;
  }
  tw_quantity_result result = TW_QUANTITY_OK;
  if (is_good && !is_bare) result = tw_quantity_read(text, si, &found);
  if (cell->is_open) return false;
  if (!is_good || result == TW_QUANTITY_NOT_A_NUMBER) {
    report(in, "E-TYPE", cell->line, cell->column, NULL, "\"%s\" is not a number", cell->text);
  } else if (result != TW_QUANTITY_OK || !tw_dim_equal(found, dim)) {
    char phrase[96];
    report(in, "E-UNIT", cell->line, cell->column, "\"unit\" gives one for all cells",
           "\"%s\" is not %s with its unit", cell->text, tw_dim_phrase(dim, phrase));
  } else if (!isfinite(*si)) {
    report(in, "E-RANGE", cell->line, cell->column, NULL, "\"%s\" is too large", cell->text);
  } else {
    return true;
  }
  return false;
}

// The unit of a column must fit before its cells are looked at, or each of them would be wrong.
static bool check_unit(csv_reader *in, tw_dim dim) {
  double scale, offset;
  tw_dim found;
  const char *unit = in->def->unit;
  if (unit == NULL) return true;
  const size_t n = strlen(unit) <= 40 ? tw_unit_read(unit, &scale, &offset, &found) : 0;
  if (n > 0 && unit[n] == 0 && tw_dim_equal(found, dim)) return true;
  char phrase[96];
  tw_reader_problem(in->reader, tw_node_member(in->node, "unit"), "E-UNIT", NULL, NULL,
                    "\"%.40s\" is no unit of %s", unit, tw_dim_phrase(dim, phrase));
  return false;
}

static int32_t count_lines(const csv_reader *in) {
  int32_t n = 1;
  for (const char *at = in->at; at < in->end; at++) n += *at == '\n';
  return n;
}

static bool read_cells(csv_reader *in, tw_dim dim, double **values, int32_t *n_value) {
  const int32_t column_i = in->def->has_header ? find_column(in) : number_column(in);
  if (column_i < 0) return false;
  const int32_t n_max = count_lines(in);
  double *made = tw_arena_take_array(in->reader->arena, (size_t)n_max, sizeof *made);
  if (made == NULL) return false;
  int32_t n = 0;
  while (find_record(in)) {
    csv_cell cell;
    const int32_t line = in->line;
    if (!read_record(in, 0, column_i, &cell)) {
      report(in, "E-TYPE", line, 1, NULL, "this line has no column %d", (int)column_i + 1);
      continue;
    }
    TW_ASSERT(n < n_max);
    if (read_number(in, &cell, dim, &made[n])) n++;
  }
  *values = made;
  *n_value = n;
  return in->is_good;
}

static bool check_path(const tw_reader *reader, const tw_node *node, const char *path) {
  bool is_good = path[0] != 0 && path[0] != '/' && strchr(path, '\\') == NULL;
  for (const char *at = path; at != NULL && *at != 0 && is_good; at = strchr(at, '/')) {
    if (*at == '/') at++;
    if (strncmp(at, "..", 2) == 0 && (at[2] == 0 || at[2] == '/')) is_good = false;
  }
  if (is_good) return true;
  tw_reader_problem(reader, tw_node_member(node, "csv"), "E-RANGE", NULL, "e.g. \"times.csv\"",
                    "files stand in the folder of the line file or below it");
  return false;
}

// Reads the bytes; why that failed is said at the name in the line file.
static const char *read_bytes(const tw_reader *reader, const tw_node *node, const char *path,
                              size_t *n) {
  twin_problems *problems = twin_problems_new();
  const char *bytes = tw_file_read(path, TW_JSON_BYTES_MAX, n, reader->arena, problems);
  if (bytes == NULL) {
    twin_problem problem = {.struct_size = sizeof problem, .message = "the file cannot be read"};
    (void)twin_problems_get(problems, 0, &problem);
    tw_reader_problem(reader, tw_node_member(node, "csv"), "E-FILE", NULL, NULL, "%s",
                      problem.message);
  } else if (reader->hash != NULL) {
    *reader->hash = tw_hash_bytes(*reader->hash, bytes, *n);
  }
  twin_problems_free(problems);
  return bytes;
}

bool tw_csv_read_column(const struct tw_reader *reader, const tw_node *csv, tw_dim dim,
                        double **values, int32_t *n_value) {
  TW_ASSERT(reader != NULL && csv != NULL && values != NULL && n_value != NULL);
  tw_csv_def def = {0};
  size_t n;
  if (!tw_table_parse(&tw_csv_table, (tw_node *)csv, reader, &def)) return false;
  if (!check_path(reader, csv, def.file)) return false;
  const char *path = tw_arena_print(reader->arena, "%s/%s",
                                    reader->folder != NULL ? reader->folder : ".", def.file);
  const char *bytes = path == NULL ? NULL : read_bytes(reader, csv, path, &n);
  if (bytes == NULL) return false;
  tw_text pointer = {0};
  tw_node_pointer(csv, &pointer);
  csv_reader in = {.reader = reader,
                   .node = csv,
                   .def = &def,
                   .path = def.file,
                   .pointer = pointer.at,
                   .at = bytes,
                   .end = bytes + n,
                   .line = 1,
                   .line_begin = bytes,
                   .is_good = true};
  if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) in.line_begin = in.at = bytes + 3;
  const bool is_good = check_unit(&in, dim) && read_cells(&in, dim, values, n_value);
  tw_text_free(&pointer);
  return is_good;
}
