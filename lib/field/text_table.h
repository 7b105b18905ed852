// text_table.h - tables of texts beside the line file, as io's reader gives them, and how a cell
// becomes a value: it is made a node of its own place, so that the readers of the line file's
// fields read it too and their problems name file, line and column of the table.

#ifndef TW_FIELD_TEXT_TABLE_H
#define TW_FIELD_TEXT_TABLE_H

#include "field/field.h"

typedef struct tw_cell {
  const char *text;  // without spaces around it
  int32_t column;    // in the line, from 1, in characters
} tw_cell;

typedef struct tw_row {
  int32_t line;         // from 1
  const tw_cell *cell;  // [n_column]
} tw_row;

typedef struct tw_text_table {
  const char *file;  // as the line file names it
  int32_t n_column, n_row;
  const tw_row *row;  // [n_row] the first holds the names of the columns
} tw_text_table;

// How cells are written: the keys that every object with a "csv" may have.
typedef struct tw_cell_style {
  const char *file, *separator, *decimal, *unit;
} tw_cell_style;

#define TW_CELL_STYLE_FIELDS(struct_, member) \
  TW_FIELD(struct_, member.file, "csv", TW_FIELD_TEXT, .flags = TW_REQUIRED, \
           .help = "file name, relative to the line file and not above its folder"), \
      TW_FIELD(struct_, member.separator, "separator", TW_FIELD_TEXT, .preset = "\",\"", \
               .help = "one character between cells"), \
      TW_FIELD(struct_, member.decimal, "decimal", TW_FIELD_TEXT, .preset = "\".\"", \
               .help = "point or comma in numbers"), \
      TW_FIELD(struct_, member.unit, "unit", TW_FIELD_TEXT, \
               .help = "unit of durations; absent: each cell has its own, \"2.6 min\"")

// Reports a separator or a decimal sign that cannot be: for `check` of the tables of such objects.
void tw_cell_style_check(const char *separator, const char *decimal, const tw_node *node,
                         const tw_reader *reader);

// Reads the table that node describes; false with a problem.
bool tw_text_table_read(const tw_reader *reader, const tw_node *node, const tw_cell_style *style,
                        tw_text_table *table);

// A cell as a node under `parent`, which is not told. NULL when memory is short.
tw_node *tw_cell_node(const tw_reader *reader, const tw_text_table *table, const tw_row *row,
                      int32_t column_i, const tw_node *parent, const char *key);

// Makes a text node what its cell means; false with a problem. A duration gets the unit of the
// style where there is one, but a word stays a word: it may be the name of a distribution.
bool tw_cell_to_number(const tw_reader *reader, const tw_cell_style *style, tw_node *node);
bool tw_cell_to_quantity(const tw_reader *reader, const tw_cell_style *style, tw_node *node);
bool tw_cell_to_instant(const tw_reader *reader, const char *format, tw_node *node);

// True when every %-word of the format is one of %d %m %Y %H %M %S, none twice, and there are day,
// month and year; otherwise reports E-RANGE at node.
bool tw_date_check(const char *format, const tw_node *node, const tw_reader *reader);

// Reads the rows of a CSV file as the objects of a list field: TW_CAN_BE_ROWS.
bool tw_rows_parse(const tw_field *field, tw_node *node, const tw_reader *reader, tw_map *map);

// The table of the object that stands for such a list.
extern const tw_table tw_rows_table;

#endif
