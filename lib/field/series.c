// series.c - lists of quantities, written out or as a column of a CSV file beside the line
// file. The file itself is read by io through the reader; here is the table that says which.

#include <stdio.h>

#include "base/assert.h"
#include "field/inner.h"
#include "field/text_table.h"

static const tw_field csv_fields[] = {
    TW_FIELD(tw_csv_def, file, "csv", TW_FIELD_TEXT, .flags = TW_REQUIRED,
             .help = "file name, relative to the line file and not above its folder"),
    TW_FIELD(tw_csv_def, column, "column", TW_FIELD_TEXT, .flags = TW_REQUIRED,
             .help = "name in the header line, or number from \"1\" without a header"),
    TW_FIELD(tw_csv_def, unit, "unit", TW_FIELD_TEXT,
             .help = "unit of bare numbers; absent: each cell has its unit, \"2.6 min\""),
    TW_FIELD(tw_csv_def, has_header, "header", TW_FIELD_BOOL, .preset = "true",
             .help = "the first line holds the names of the columns"),
    TW_FIELD(tw_csv_def, separator, "separator", TW_FIELD_TEXT, .preset = "\",\"",
             .help = "one character between cells"),
    TW_FIELD(tw_csv_def, decimal, "decimal", TW_FIELD_TEXT, .preset = "\".\"",
             .help = "point or comma in numbers"),
};

// Checks what the reader of the file relies on.
static void check_csv(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_csv_def *def = object;
  tw_cell_style_check(def->separator, def->decimal, node, reader);
}

const tw_table tw_csv_table = {
    .name = "csv",
    .help = "A column of numbers in a CSV file beside the line file.",
    .size = sizeof(tw_csv_def),
    .fields = csv_fields,
    .n_field = TW_N_FIELDS(csv_fields),
    .check = check_csv,
};

// The values come from outside the tree; a wrong one is named by its line there.
static bool check_column(const tw_field *field, const tw_node *node, const tw_parse *in,
                         const tw_csv_values *column) {
  char text[96], bound[96];
  const tw_dim dim = tw_field_dim(field, in);
  const tw_bounds bounds = tw_field_bounds(field, dim);
  bool is_good = true;
  for (int32_t i = 0; i < column->n; i++) {
    if (column->at[i] >= bounds.min && column->at[i] <= bounds.max) continue;
    const bool is_low = column->at[i] < bounds.min;
    tw_node cell = *node;
    cell.file = column->file;
    cell.line = column->line[i];
    cell.column = column->character[i];
    tw_node_problem(in->reader->problems, in->reader->file, &cell, "E-RANGE", NULL, NULL, NULL,
                    "%s is out of range: it must be at %s %s",
                    tw_number_text(column->at[i], dim, text), is_low ? "least" : "most",
                    tw_number_text(is_low ? bounds.min : bounds.max, dim, bound));
    is_good = false;
  }
  return is_good;
}

static bool read_column(const tw_field *field, tw_node *node, const tw_parse *in,
                        tw_series *series) {
  tw_csv_def def = {0};
  if (!tw_object_parse(&tw_csv_table, node, in, NULL, &def)) return false;
  if (in->reader->read_column == NULL) {
    tw_reader_problem(in->reader, node, "E-TYPE", NULL, NULL, "files cannot be read here");
    return false;
  }
  tw_csv_values column = {0};
  if (!in->reader->read_column(in->reader, node, tw_field_dim(field, in), &column)) return false;
  *series = (tw_series){.n = column.n, .at = column.at};
  return check_column(field, node, in, &column);
}

static bool read_list(const tw_field *field, tw_node *node, const tw_parse *in, tw_series *series) {
  double *values = tw_arena_take_array(in->reader->arena, (size_t)node->n_child, sizeof *values);
  if (values == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (!tw_parse_quantity(field, item, in, &values[n++])) is_good = false;
  }
  TW_ASSERT(n == node->n_child);
  *series = (tw_series){.n = n, .at = values};
  return is_good;
}

bool tw_parse_series(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  TW_ASSERT(field->type == TW_FIELD_QUANTITIES);
  tw_series series = {0};
  const bool is_list = node->type == TW_NODE_LIST;
  if (!is_list && tw_node_member(node, "csv") == NULL) {
    char example[96];
    tw_reader_wrong_type(in->reader, node, "a list of values or a column of a CSV file",
                         tw_field_example(field, example));
    return false;
  }
  if (!(is_list ? read_list : read_column)(field, node, in, &series)) return false;
  if (series.n == 0) {
    tw_reader_problem(in->reader, node, "E-RANGE", "at least one value", NULL, "there is no value");
    return false;
  }
  *(tw_series *)target = series;
  return true;
}
