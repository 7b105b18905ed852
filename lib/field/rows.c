// rows.c - the rows of a CSV file as the objects of a list field: each row becomes an object
// with a member for each cell that is not empty, and is read by the list's own table. What is wrong
// with a cell is said at the cell.

#include <string.h>

#include "base/assert.h"
#include "field/inner.h"
#include "field/text_table.h"

typedef struct tw_rows_def {
  tw_cell_style style;
  const tw_node *columns;  // NULL: the columns are named as the keys
  const char *date;
} tw_rows_def;

// One list being read: which column of the file is for which field of the list's table.
typedef struct rows_reader {
  const tw_reader *reader;
  const tw_node *node;
  const tw_table *table;
  tw_rows_def def;
  tw_text_table texts;
  int32_t column_of[TW_FIELDS_MAX];  // -1: none
} rows_reader;

static bool parse_columns(const tw_node *node, const tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of keys with names of columns",
                         "{\"part\": \"Material\"}");
    return false;
  }
  bool is_good = true;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key) || item->type == TW_NODE_TEXT) continue;
    tw_reader_wrong_type(reader, item, "the name of a column", "\"Material\"");
    is_good = false;
  }
  if (is_good) *(const tw_node **)target = node;
  return is_good;
}

static const tw_custom columns_custom = {
    .parse = parse_columns,
    .shape = "names of columns by key, `{\"part\": \"Material\"}`",
    .schema = "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\"}}",
};

static void check_rows(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_rows_def *def = object;
  tw_cell_style_check(def->style.separator, def->style.decimal, node, reader);
  if (def->date == NULL) return;
  const tw_node *date = tw_node_member(node, "date");
  if (def->style.unit != NULL)
    tw_reader_problem(reader, date, "E-KEY", NULL, "keep \"date\" or \"unit\"",
                      "instants are dates or durations with a unit, not both");
  else
    tw_date_check(def->date, date, reader);
}

// clang-format off
static const tw_field rows_fields[] = {
  TW_CELL_STYLE_FIELDS(tw_rows_def, style),
  TW_FIELD(tw_rows_def, columns, "columns", TW_FIELD_CUSTOM, .sub = &columns_custom,
           .help = "which column is for which key; absent: columns are named as the keys"),
  TW_FIELD(tw_rows_def, date, "date", TW_FIELD_TEXT,
           .help = "how instants are written, \"%d.%m.%Y %H:%M\"; absent: durations after the start"),
};
// clang-format on

const tw_table tw_rows_table = {
    .name = "csv rows",
    .help =
        "Rows of a CSV file beside the line file, instead of a list. Empty cells are absent keys.",
    .size = sizeof(tw_rows_def),
    .fields = rows_fields,
    .n_field = TW_N_FIELDS(rows_fields),
    .check = check_rows,
};

static int32_t find_field(const tw_table *table, const char *key) {
  for (int32_t i = 0; i < table->n_field; i++)
    if (strcmp(table->fields[i].name, key) == 0) return i;
  return -1;
}

static const char **field_names(const rows_reader *in, const char *names[TW_FIELDS_MAX]) {
  for (int32_t i = 0; i < in->table->n_field; i++) names[i] = in->table->fields[i].name;
  return names;
}

// Column with this name; -1 with a problem when there is none, or two.
static int32_t find_column(const rows_reader *in, const tw_node *wanted) {
  const tw_row *header = &in->texts.row[0];
  int32_t found = -1;
  for (int32_t i = 0; i < in->texts.n_column; i++) {
    if (strcmp(header->cell[i].text, wanted->text) != 0) continue;
    if (found >= 0) {
      tw_reader_problem(in->reader, wanted, "E-KEY", NULL, NULL,
                        "\"%.80s\" has two columns \"%.80s\"", in->def.style.file, wanted->text);
      return -1;
    }
    found = i;
  }
  if (found >= 0) return found;
  const char *names[TW_FIELDS_MAX];
  int32_t n = 0;
  for (; n < in->texts.n_column && n < TW_FIELDS_MAX; n++) names[n] = header->cell[n].text;
  const char *nearest = tw_name_nearest(wanted->text, names, n, in->reader->problems);
  tw_reader_problem(in->reader, wanted, "E-REF", nearest,
                    tw_arena_print(in->reader->arena, "%s \"%.80s\"%s",
                                   nearest != NULL ? "did you mean" : "the first is",
                                   nearest != NULL ? nearest : names[0],
                                   nearest != NULL ? "?" : ""),
                    "\"%.80s\" has no column \"%.80s\"", in->def.style.file, wanted->text);
  return -1;
}

// Columns by "columns".
static bool map_columns(rows_reader *in) {
  const char *names[TW_FIELDS_MAX];
  bool is_good = true;
  for (const tw_node *item = in->def.columns->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    const int32_t field_i = find_field(in->table, item->key);
    if (field_i < 0) {
      tw_reader_unknown_key(in->reader, item, in->table->name, field_names(in, names),
                            in->table->n_field);
      is_good = false;
      continue;
    }
    in->column_of[field_i] = find_column(in, item);
    if (in->column_of[field_i] < 0) is_good = false;
  }
  return is_good;
}

// Columns by the header alone: as in the line file, a name that is no key is a mistake.
static bool take_columns(rows_reader *in) {
  const char *names[TW_FIELDS_MAX];
  const tw_row *header = &in->texts.row[0];
  bool is_good = true;
  for (int32_t i = 0; i < in->texts.n_column; i++) {
    const char *name = header->cell[i].text;
    const int32_t field_i = find_field(in->table, name);
    if (field_i >= 0 && in->column_of[field_i] < 0) {
      in->column_of[field_i] = i;
    } else if (!tw_key_is_free(name)) {
      tw_node *node =
          tw_cell_node(in->reader, &in->texts, header, i, in->node->parent, in->node->key);
      if (node == NULL) return false;
      if (field_i >= 0) {
        tw_reader_problem(in->reader, node, "E-KEY", NULL, NULL, "there are two columns \"%s\"",
                          name);
      } else {
        const char *nearest =
            tw_name_nearest(name, field_names(in, names), in->table->n_field, in->reader->problems);
        tw_reader_problem(in->reader, node, "E-KEY", nearest,
                          "\"columns\" says which column is for which key",
                          "column \"%.80s\" is no key of %s", name, in->table->name);
      }
      is_good = false;
    }
  }
  return is_good;
}

static bool find_columns(rows_reader *in) {
  for (int32_t i = 0; i < in->table->n_field; i++) in->column_of[i] = -1;
  if (!(in->def.columns != NULL ? map_columns(in) : take_columns(in))) return false;
  bool is_good = true;
  for (int32_t i = 0; i < in->table->n_field; i++) {
    const tw_field *field = &in->table->fields[i];
    if ((field->flags & TW_REQUIRED) == 0 || in->column_of[i] >= 0) continue;
    tw_reader_problem(in->reader, in->def.columns != NULL ? in->def.columns : in->node, "E-KEY",
                      field->name, "\"columns\" says which column is for which key",
                      "no column is for \"%s\", which is required", field->name);
    is_good = false;
  }
  return is_good;
}

// Makes a cell what its field reads.
static bool fit_cell(const rows_reader *in, const tw_field *field, tw_node *node) {
  const tw_cell_style *style = &in->def.style;
  switch (field->type) {
    case TW_FIELD_COUNT:
    case TW_FIELD_NUMBER:
    case TW_FIELD_RATIO: return tw_cell_to_number(in->reader, style, node);
    case TW_FIELD_QUANTITY: return tw_cell_to_quantity(in->reader, style, node);
    case TW_FIELD_CUSTOM:
      if (field->sub != &tw_when_custom) return true;
      if (in->def.date != NULL) return tw_cell_to_instant(in->reader, in->def.date, node);
      return tw_cell_to_quantity(in->reader, style, node);
    default: return true;
  }
}

// Reads one row. Its pointer is that of "columns", where the meaning of the cell is said.
static bool parse_row(const rows_reader *in, const tw_row *row, void *object) {
  tw_node *made = tw_arena_take(in->reader->arena, sizeof *made);
  if (made == NULL) return false;
  *made = (tw_node){.type = TW_NODE_OBJECT,
                    .line = row->line,
                    .column = 1,
                    .file = in->texts.file,
                    .key = "columns",
                    .parent = (tw_node *)in->node};
  ((tw_def *)object)->node = made;
  bool is_good = true, has_required = true;
  for (int32_t i = 0; i < in->table->n_field; i++) {
    const int32_t column_i = in->column_of[i];
    if (column_i < 0 || row->cell[column_i].text[0] == 0) continue;
    const tw_field *field = &in->table->fields[i];
    tw_node *cell = tw_cell_node(in->reader, &in->texts, row, column_i, made, field->name);
    if (cell == NULL) return false;
    if (fit_cell(in, field, cell)) {
      cell->parent = NULL;  // it becomes a member indeed
      tw_node_append(made, cell);
    } else {
      is_good = false;
      has_required = has_required && (field->flags & TW_REQUIRED) == 0;
    }
  }
  // The other cells are looked at in any case, unless a wrong one would be called missing.
  if (has_required && !tw_table_parse(in->table, made, in->reader, object)) is_good = false;
  return is_good;
}

bool tw_rows_parse(const tw_field *field, tw_node *node, const tw_reader *reader, tw_map *map) {
  TW_ASSERT(field->type == TW_FIELD_LIST && map != NULL);
  rows_reader in = {.reader = reader, .node = node, .table = field->sub};
  TW_ASSERT(in.table->n_field <= TW_FIELDS_MAX);
  if (!tw_table_parse(&tw_rows_table, node, reader, &in.def)) return false;
  if (!tw_text_table_read(reader, node, &in.def.style, &in.texts)) return false;
  if (!find_columns(&in)) return false;
  const int32_t n = in.texts.n_row - 1;
  if (n == 0) {
    tw_reader_problem(reader, node, "E-RANGE", "at least one row", NULL,
                      "\"%.80s\" has no row behind its header", in.def.style.file);
    return false;
  }
  char *structs = tw_arena_take_array(reader->arena, (size_t)n, in.table->size);
  if (structs == NULL) return false;
  bool is_good = true;
  for (int32_t i = 0; i < n; i++)
    if (!parse_row(&in, &in.texts.row[i + 1], structs + (size_t)i * in.table->size))
      is_good = false;
  *map = (tw_map){.n = n, .at = structs};
  return is_good;
}
