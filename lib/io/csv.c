// csv.c - one column of a CSV file beside the line file, as numbers in SI; separator and decimal
// sign are the file's. Every bad cell is reported with its line.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "field/inner.h"
#include "io/csv_inner.h"
#include "io/json.h"

// A longer cell is no number.
enum { NUMBER_MAX = 64, HINT_BYTES = 160 };

typedef struct column_reader {
  tw_csv_walk walk;
  const tw_reader *reader;
  const tw_node *node;  // of the line file, for problems
  const tw_csv_def *def;
} column_reader;

// Reads the rest of a record from cell number cell_i on and keeps cell column_i; false when the
// record is shorter.
static bool read_record(column_reader *in, int32_t cell_i, int32_t column_i, tw_csv_cell *kept) {
  bool is_found = false;
  tw_csv_cell other;
  for (int32_t i = cell_i;; i++) {
    tw_csv_read_cell(&in->walk, i == column_i ? kept : &other);
    if (i == column_i) is_found = true;
    if (tw_csv_is_line_end(&in->walk)) break;
    in->walk.at++;
  }
  tw_csv_end_line(&in->walk);
  return is_found;
}

static int32_t report_column(column_reader *in, const char *const *names, size_t n) {
  char hint[HINT_BYTES];
  const char *nearest = tw_text_nearest(in->def->column, names, n);
  snprintf(hint, sizeof hint, "%s \"%.80s\"%s", nearest != NULL ? "did you mean" : "the first is",
           nearest != NULL ? nearest
           : n > 0         ? names[0]
                           : "",
           nearest != NULL ? "?" : "");
  in->walk.is_good = false;
  tw_reader_problem(in->reader, tw_node_member(in->node, "column"), "E-REF", nearest, hint,
                    "\"%.80s\" has no column \"%.80s\"", in->def->file, in->def->column);
  return -1;
}

// Finds the column in the header line and moves behind that line; -1 with a problem.
static int32_t find_column(column_reader *in) {
  const char *names[64];
  size_t n = 0;
  tw_csv_cell cell;
  if (!tw_csv_find_record(&in->walk)) return report_column(in, names, 0);
  for (int32_t i = 0;; i++) {
    tw_csv_read_cell(&in->walk, &cell);
    const bool is_last = tw_csv_is_line_end(&in->walk);
    if (!is_last) in->walk.at++;
    const char *name = tw_csv_trim(&cell);
    if (strcmp(name, in->def->column) == 0) {
      if (is_last)
        tw_csv_end_line(&in->walk);
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
static int32_t number_column(column_reader *in) {
  int32_t number = 0;
  const char *at = in->def->column;
  for (; *at >= '0' && *at <= '9' && number < 100000; at++) number = number * 10 + (*at - '0');
  if (*at == 0 && number > 0) return number - 1;
  in->walk.is_good = false;
  tw_reader_problem(in->reader, tw_node_member(in->node, "column"), "E-RANGE", "\"1\", \"2\", ...",
                    NULL, "without a header the column is a number from \"1\"");
  return -1;
}

// Puts a decimal comma right. A point is then no part of a number, so "1.234,5" is not one.
static bool mend_decimal(const column_reader *in, char *text) {
  if (in->def->decimal[0] == '.') return true;
  if (strchr(text, '.') != NULL) return false;
  char *comma = strchr(text, ',');
  if (comma != NULL) *comma = '.';
  return true;
}

// Reads a cell as the line file would read it, with its own unit or with that of the column.
static bool read_number(column_reader *in, tw_csv_cell *cell, tw_dim dim, double *si) {
  char text[2 * NUMBER_MAX];
  tw_dim found = TW_DIM_ONE;
  const char *unit = in->def->unit;
  const bool is_bare = unit == NULL && tw_dim_is_one(dim);
  const char *trimmed = tw_csv_trim(cell);
  snprintf(text, sizeof text, "%.64s%s%.40s", trimmed, unit != NULL ? " " : "",
           unit != NULL ? unit : "");
  bool is_good = strlen(trimmed) <= NUMBER_MAX && mend_decimal(in, text);
  if (is_good && is_bare) {
    const size_t n = tw_number_read(text, si);
    is_good = n > 0 && text[n] == 0;
  }
  tw_quantity_result result = TW_QUANTITY_OK;
  if (is_good && !is_bare) result = tw_quantity_read(text, si, &found);
  if (cell->is_open) return false;
  const bool is_too_large =
      is_good && (is_bare ? !isfinite(*si) : result == TW_QUANTITY_TOO_LARGE);
  if (is_too_large) {
    tw_csv_report(&in->walk, "E-RANGE", cell->line, cell->column, NULL, "\"%.64s\" is too large",
                  cell->text);
  } else if (!is_good || result == TW_QUANTITY_NOT_A_NUMBER) {
    tw_csv_report(&in->walk, "E-TYPE", cell->line, cell->column, NULL, "\"%.64s\" is not a number",
                  cell->text);
  } else if (result != TW_QUANTITY_OK || !tw_dim_equal(found, dim)) {
    char phrase[96];
    tw_csv_report(&in->walk, "E-UNIT", cell->line, cell->column, "\"unit\" gives one for all cells",
                  "\"%.64s\" is not %s with its unit", cell->text, tw_dim_phrase(dim, phrase));
  } else {
    return true;
  }
  return false;
}

// The unit of a column must fit before its cells are looked at, or each of them would be wrong.
static bool check_unit(column_reader *in, tw_dim dim) {
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

static int32_t count_lines(const column_reader *in) {
  int32_t n = 1;
  for (const char *at = in->walk.at; at < in->walk.end; at++) n += *at == '\n';
  return n;
}

static bool read_cells(column_reader *in, tw_dim dim, tw_csv_values *column) {
  const int32_t column_i = in->def->has_header ? find_column(in) : number_column(in);
  if (column_i < 0) return false;
  const int32_t n_max = count_lines(in);
  double *made = tw_arena_take_array(in->reader->arena, (size_t)n_max, sizeof *made);
  int32_t *lines = tw_arena_take_array(in->reader->arena, (size_t)n_max, sizeof *lines);
  int32_t *characters = tw_arena_take_array(in->reader->arena, (size_t)n_max, sizeof *characters);
  if (made == NULL || lines == NULL || characters == NULL) return false;
  int32_t n = 0;
  while (tw_csv_find_record(&in->walk)) {
    tw_csv_cell cell;
    const int32_t line = in->walk.line;
    if (!read_record(in, 0, column_i, &cell)) {
      tw_csv_report(&in->walk, "E-TYPE", line, 1, NULL, "this line has no column %d",
                    (int)column_i + 1);
      continue;
    }
    TW_ASSERT(n < n_max);
    lines[n] = cell.line;
    characters[n] = cell.column;
    if (read_number(in, &cell, dim, &made[n])) n++;
  }
  *column = (tw_csv_values){
      .file = in->def->file, .n = n, .at = made, .line = lines, .character = characters};
  return in->walk.is_good;
}

bool tw_csv_read_column(const struct tw_reader *reader, const tw_node *csv, tw_dim dim,
                        struct tw_csv_values *column) {
  TW_ASSERT(reader != NULL && csv != NULL && column != NULL);
  tw_csv_def def = {0};
  if (!tw_table_parse(&tw_csv_table, (tw_node *)csv, reader, &def)) return false;
  column_reader in = {.reader = reader, .node = csv, .def = &def};
  return tw_csv_open(&in.walk, reader, csv, def.file, def.separator[0]) && check_unit(&in, dim) &&
         read_cells(&in, dim, column);
}
