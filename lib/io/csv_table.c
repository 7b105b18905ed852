// csv_table.c - a CSV file beside the line file as a table of texts. Every row has as many cells as
// the first one; rows without any text are left out. The file is walked twice: to measure and to
// check it, then to keep it, so that a hostile one is refused before it takes memory.

#include <string.h>

#include "base/assert.h"
#include "field/text_table.h"
#include "io/csv_inner.h"
#include "io/json.h"

// What was measured so far, or is being filled in.
typedef struct table_walk {
  tw_csv_walk at;
  int32_t n_column, n_row;
  int64_t n_cell;
  tw_row *row;    // NULL: measuring
  tw_cell *cell;  // of the row being read
  tw_arena *arena;
} table_walk;

// Texts have no NUL; what has one is something else, in UTF-16 perhaps.
static bool check_text(tw_csv_walk *walk) {
  const char *nul = memchr(walk->at, 0, (size_t)(walk->end - walk->at));
  if (nul == NULL) return true;
  int32_t line = walk->line;
  for (const char *at = walk->at; at < nul; at++) line += *at == '\n';
  tw_csv_report(walk, "E-TYPE", line, 0, "save it as UTF-8", "there is a NUL: this is no text");
  return false;
}

static void check_cell(table_walk *in, const tw_csv_cell *cell) {
  if (cell->is_cut)
    tw_csv_report(&in->at, "E-RANGE", cell->line, cell->column, NULL,
                  "a cell has more than %d bytes", TW_CSV_CELL_MAX);
}

// Notes one cell of the row. Cells beyond the width of the table are read, but kept nowhere.
static void take_cell(table_walk *in, tw_csv_cell *cell, int32_t column_i, bool *has_text) {
  const char *text = tw_csv_trim(cell);
  if (text[0] != 0) *has_text = true;
  if (in->row == NULL) {
    check_cell(in, cell);
  } else if (column_i < in->n_column) {
    in->cell[column_i] = (tw_cell){.text = tw_arena_text(in->arena, text), .column = cell->column};
  }
}

// Reads a row; the count of its cells, 0 for one without any text.
static int32_t read_row(table_walk *in) {
  tw_csv_cell cell;
  bool has_text = false;
  int32_t n = 0;
  for (;;) {
    tw_csv_read_cell(&in->at, &cell);
    if (cell.is_open) return 0;
    take_cell(in, &cell, n, &has_text);
    n++;
    if (tw_csv_is_line_end(&in->at) || n > TW_CSV_COLUMNS_MAX) break;
    in->at.at++;
  }
  if (n > TW_CSV_COLUMNS_MAX) {
    tw_csv_report(&in->at, "E-RANGE", cell.line, cell.column, NULL,
                  "there are more than %d columns", TW_CSV_COLUMNS_MAX);
    in->at.at = in->at.end;
    return 0;
  }
  tw_csv_end_line(&in->at);
  return has_text ? n : 0;
}

// Counts rows and cells and reports whatever is wrong with them; false when something is.
static bool measure(table_walk *in) {
  while (tw_csv_find_record(&in->at)) {
    const int32_t line = in->at.line;
    const int32_t n = read_row(in);
    if (n == 0) continue;
    if (in->n_row == 0) in->n_column = n;
    if (n != in->n_column)
      tw_csv_report(&in->at, "E-TYPE", line, 1, "is the separator right?",
                    "this line has %d cells, the first one has %d", (int)n, (int)in->n_column);
    in->n_row++;
    in->n_cell += n;
    if (in->n_cell > TW_CSV_CELLS_MAX) {
      tw_csv_report(&in->at, "E-RANGE", line, 1, NULL, "there are more than %d cells",
                    TW_CSV_CELLS_MAX);
      return false;
    }
  }
  if (in->n_row == 0 && in->at.is_good)
    tw_csv_report(&in->at, "E-TYPE", 1, 1, NULL, "the file is empty");
  return in->at.is_good;
}

static bool keep(table_walk *in) {
  tw_row *rows = tw_arena_take_array(in->arena, (size_t)in->n_row, sizeof *rows);
  tw_cell *cells = tw_arena_take_array(in->arena, (size_t)in->n_cell, sizeof *cells);
  if (rows == NULL || cells == NULL) return false;
  in->row = rows;
  in->cell = cells;
  int32_t n_row = 0;
  while (n_row < in->n_row && tw_csv_find_record(&in->at)) {
    const int32_t line = in->at.line;
    if (read_row(in) == 0) continue;
    rows[n_row++] = (tw_row){.line = line, .cell = in->cell};
    in->cell += in->n_column;
  }
  TW_ASSERT(n_row == in->n_row);
  return in->arena->is_out_of_memory == 0;
}

bool tw_csv_read_table(const struct tw_reader *reader, const tw_node *node, const char *file,
                       char separator, struct tw_text_table *table) {
  TW_ASSERT(reader != NULL && node != NULL && file != NULL && table != NULL);
  table_walk in = {.arena = reader->arena};
  if (!tw_csv_open(&in.at, reader, node, file, separator) || !check_text(&in.at)) return false;
  const tw_csv_walk begin = in.at;
  if (!measure(&in)) return false;
  in.at = begin;
  if (!keep(&in)) return false;
  *table = (tw_text_table){.file = file, .n_column = in.n_column, .n_row = in.n_row, .row = in.row};
  return true;
}
