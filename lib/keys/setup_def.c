// setup_def.c - the field tables of setups and the reader of their matrix, which stands in the line
// file or in a CSV file beside it. Names are resolved in setup_compile.c.

#include "keys/setup_def.h"

#include <string.h>

#include "base/assert.h"
#include "field/text_table.h"

typedef struct tw_matrix_file {
  tw_cell_style style;
} tw_matrix_file;

static const char *const by_words[] = {"family", "part", NULL};

// Each entry is a constant or a distribution.
static const tw_field pair_field = {
    .name = "time", .type = TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_CONSTANT};

static void check_matrix_file(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_matrix_file *def = object;
  tw_cell_style_check(def->style.separator, def->style.decimal, node, reader);
}

static const tw_field matrix_file_fields[] = {TW_CELL_STYLE_FIELDS(tw_matrix_file, style)};
static const tw_table matrix_file_table = {.name = "setup matrix",
                                           .help = "a table with names in its first row and column",
                                           .size = sizeof(tw_matrix_file),
                                           .fields = matrix_file_fields,
                                           .n_field = TW_N_FIELDS(matrix_file_fields),
                                           .check = check_matrix_file};

// A matrix being read.
typedef struct matrix_reader {
  const tw_reader *reader;
  tw_name *name;
  tw_pair_def *pair;
  int32_t n_name, n_pair;
  bool is_good;
} matrix_reader;

static bool is_other(const char *name) { return strcmp(name, TW_OTHER_NAME) == 0; }

// Notes a name and gives its index, TW_OTHER for "other".
static int32_t add_name(matrix_reader *in, const char *name, const tw_node *node) {
  if (is_other(name)) return TW_OTHER;
  in->name[in->n_name] = (tw_name){.name = name, .node = node};
  return in->n_name++;
}

static void add_pair(matrix_reader *in, int32_t from, int32_t to, const tw_node *node) {
  tw_value time = {0};
  if (!tw_value_parse(node, &pair_field, in->reader, &time)) {
    in->is_good = false;
    return;
  }
  in->pair[in->n_pair++] = (tw_pair_def){.from = from, .to = to, .node = node, .time = time.dist};
}

// The change to what a machine is set up for already takes nothing, and nothing else can be said.
static bool is_same(matrix_reader *in, const char *from, const tw_node *to) {
  tw_value time = {0};
  if (is_other(from) || strcmp(from, to->key) != 0) return false;
  if (!tw_value_parse(to, &pair_field, in->reader, &time)) {
    in->is_good = false;
  } else if (time.dist->kind != TW_DIST_CONSTANT || time.dist->a != 0) {
    tw_reader_problem(in->reader, to, "E-RANGE", "\"0 s\"", "leave it away",
                      "from '%.80s' to itself no setup is needed", from);
    in->is_good = false;
  }
  return true;
}

// {"B": "14 min", "other": "9 min"}
static void read_row(matrix_reader *in, const tw_node *row) {
  if (is_other(row->key)) {
    add_pair(in, TW_OTHER, TW_OTHER, row);
    return;
  }
  if (row->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(in->reader, row, "an object of names with times",
                         "{\"B\": \"14 min\", \"other\": \"9 min\"}");
    in->is_good = false;
    return;
  }
  const int32_t from = add_name(in, row->key, row);
  for (const tw_node *item = row->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key) || is_same(in, row->key, item)) continue;
    add_pair(in, from, add_name(in, item->key, item), item);
  }
}

static bool begin_matrix(matrix_reader *in, int64_t n) {
  in->name = tw_arena_take_array(in->reader->arena, (size_t)n, sizeof *in->name);
  in->pair = tw_arena_take_array(in->reader->arena, (size_t)n, sizeof *in->pair);
  return in->name != NULL && in->pair != NULL;
}

static bool read_object(matrix_reader *in, const tw_node *node) {
  int64_t n = node->n_child;
  for (const tw_node *row = node->first; row != NULL; row = row->next) n += row->n_child;
  if (!begin_matrix(in, n)) return false;
  for (const tw_node *row = node->first; row != NULL; row = row->next)
    if (!tw_key_is_free(row->key)) read_row(in, row);
  return in->is_good;
}

// The name at the head of a row or column, as a node with the pointer of the matrix.
static const tw_node *head_node(matrix_reader *in, const tw_text_table *table, const tw_row *row,
                                int32_t column_i, const tw_node *matrix) {
  const tw_node *node = tw_cell_node(in->reader, table, row, column_i, matrix->parent, matrix->key);
  if (node != NULL && node->text[0] != 0) return node;
  if (node != NULL)
    tw_reader_problem(in->reader, node, "E-KEY", "a name", NULL, "a row or column has no name");
  in->is_good = false;
  return NULL;
}

// One cell that is not empty. column: index and text of the name above it.
static void read_cell(matrix_reader *in, const tw_cell_style *style, tw_node *cell,
                      const tw_name *from, const tw_name *to, const int32_t name_i[2]) {
  const bool is_from_other = is_other(from->name);
  if (!is_from_other && strcmp(from->name, to->name) == 0) return;
  if (is_from_other && !is_other(to->name)) {
    tw_reader_problem(in->reader, cell, "E-KEY", NULL, "leave the cell empty",
                      "row \"other\" has a time in column \"other\" only");
    in->is_good = false;
  } else if (tw_cell_to_quantity(in->reader, style, cell)) {
    add_pair(in, name_i[0], name_i[1], cell);
  } else {
    in->is_good = false;
  }
}

// The rows of a file, below the row of names.
static bool read_cells(matrix_reader *in, const tw_node *node, const tw_cell_style *style,
                       const tw_text_table *table) {
  tw_name *heads = tw_arena_take_array(in->reader->arena, (size_t)table->n_column, sizeof *heads);
  int32_t *head_i = tw_arena_take_array(in->reader->arena, (size_t)table->n_column, sizeof *head_i);
  if (heads == NULL || head_i == NULL) return false;
  for (int32_t c = 1; c < table->n_column; c++) {
    const tw_node *head = head_node(in, table, &table->row[0], c, node);
    if (head == NULL) continue;
    heads[c] = (tw_name){.name = head->text, .node = head};
    head_i[c] = add_name(in, head->text, head);
  }
  for (int32_t r = 1; r < table->n_row; r++) {
    const tw_row *row = &table->row[r];
    const tw_node *head = head_node(in, table, row, 0, node);
    if (head == NULL) continue;
    const tw_name from = {.name = head->text, .node = head};
    const int32_t from_i = add_name(in, head->text, head);
    for (int32_t c = 1; c < table->n_column; c++) {
      if (row->cell[c].text[0] == 0 || heads[c].name == NULL) continue;
      tw_node *cell = tw_cell_node(in->reader, table, row, c, node->parent, node->key);
      if (cell == NULL) return false;
      read_cell(in, style, cell, &from, &heads[c], (int32_t[2]){from_i, head_i[c]});
    }
  }
  return in->is_good;
}

static bool read_file(matrix_reader *in, const tw_node *node) {
  tw_matrix_file def = {0};
  tw_text_table table;
  if (!tw_table_parse(&matrix_file_table, (tw_node *)node, in->reader, &def)) return false;
  if (!tw_text_table_read(in->reader, node, &def.style, &table)) return false;
  if (!begin_matrix(in, (int64_t)table.n_row * table.n_column)) return false;
  return read_cells(in, node, &def.style, &table);
}

static bool parse_matrix(const tw_node *node, const tw_reader *reader, void *target) {
  matrix_reader in = {.reader = reader, .is_good = true};
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of rows or a CSV file",
                         "{\"A\": {\"B\": \"14 min\"}, \"other\": \"11 min\"}");
    return false;
  }
  // A family may have the name, but its row is an object.
  const tw_node *file = tw_node_member(node, "csv");
  const bool is_file = file != NULL && file->type == TW_NODE_TEXT;
  if (!(is_file ? read_file(&in, node) : read_object(&in, node))) return false;
  *(tw_matrix_def *)target = (tw_matrix_def){
      .node = node, .n_name = in.n_name, .n_pair = in.n_pair, .name = in.name, .pair = in.pair};
  return true;
}

static const tw_custom matrix_custom = {
    .parse = parse_matrix,
    .shape =
        "times by name from and name to, `{\"A\": {\"B\": \"14 min\", \"other\": \"9 min\"}, "
        "\"other\": \"11 min\"}`, or a CSV file with names in its first row and column, "
        "`{\"csv\": \"setups.csv\", \"separator\": \";\", \"decimal\": \",\", \"unit\": \"min\"}`",
    .schema = "{\"anyOf\": [{\"type\": \"object\", \"required\": [\"csv\"], \"properties\": {"
              "\"about\": {\"type\": \"string\"}, \"csv\": {\"type\": \"string\"}, "
              "\"separator\": {\"type\": \"string\"}, \"decimal\": {\"enum\": [\".\", \",\"]}, "
              "\"unit\": {\"type\": \"string\"}}, \"patternProperties\": {\"^x-\": true}, "
              "\"additionalProperties\": false}, {\"type\": \"object\", \"properties\": {"
              "\"about\": {\"type\": \"string\"}, \"other\": {\"$ref\": \"#/$defs/value\"}}, "
              "\"patternProperties\": {\"^x-\": true}, \"additionalProperties\": {\"type\": "
              "\"object\", \"properties\": {\"about\": {\"type\": \"string\"}}, "
              "\"patternProperties\": {\"^x-\": true}, \"additionalProperties\": {\"$ref\": "
              "\"#/$defs/value\"}}}]}"};

// clang-format off
static const tw_field step_fields[] = {
  TW_FIELD(tw_step_def, time, "time", TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_REQUIRED | TW_CONSTANT,
           .help = "how long it takes"),
  TW_FIELD(tw_step_def, needs, "needs", TW_FIELD_NEEDS, .help = "people and resources for this step"),
  TW_FIELD(tw_step_def, is_while_running, "while_running", TW_FIELD_BOOL, .preset = "false",
           .help = "done before the machine stops for the setup"),
};
static const tw_table step_table = {.name = "setup step", .help = "a part of a setup with its own people",
  .size = sizeof(tw_step_def), .fields = step_fields, .n_field = TW_N_FIELDS(step_fields)};

static const tw_field approval_fields[] = {
  TW_FIELD(tw_approval_def, n_part, "parts", TW_FIELD_COUNT, .preset = "1", .min = 1, .max = 1e6,
           .help = "first parts behind a setup that are looked at"),
  TW_FIELD(tw_approval_def, time, "time", TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_REQUIRED,
           .help = "how long looking at one takes; the machine waits"),
  TW_FIELD(tw_approval_def, needs, "needs", TW_FIELD_NEEDS, .help = "who looks"),
};
static const tw_table approval_table = {.name = "approval", .help = "release of the first parts behind a setup",
  .size = sizeof(tw_approval_def), .fields = approval_fields, .n_field = TW_N_FIELDS(approval_fields)};

static const tw_field setup_fields[] = {
  TW_FIELD(tw_setup_def, by, "by", TW_FIELD_CHOICE, .sub = by_words, .preset = "\"family\"",
           .help = "what a machine is set up for: the names of the matrix"),
  TW_FIELD(tw_setup_def, matrix, "matrix", TW_FIELD_CUSTOM, .sub = &matrix_custom,
           .help = "time of each change; `other` is for every name that is not listed"),
  TW_FIELD(tw_setup_def, time, "time", TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_CONSTANT,
           .help = "instead of a matrix: time of every change"),
  TW_FIELD(tw_setup_def, factor, "factor", TW_FIELD_EXPR,
           .help = "multiplies the times of what stops the machine, evaluated as each of it begins"),
  TW_FIELD(tw_setup_def, needs, "needs", TW_FIELD_NEEDS, .help = "people and resources for it"),
  TW_PRIORITY_FIELD(tw_setup_def, priority, "priority",
                    "of the requests for people; larger is served first"),
  TW_FIELD(tw_setup_def, min_run, "min_run", TW_FIELD_COUNT, .preset = "0", .max = 1e9,
           .help = "parts of a family before another one, as long as there are any"),
  TW_FIELD(tw_setup_def, initial, "initial", TW_FIELD_NAME,
           .help = "what the machines are set up for at the start; absent: the first part needs no setup"),
  TW_FIELD(tw_setup_def, steps, "steps", TW_FIELD_MAP, .sub = &step_table,
           .help = "what is done before, one after the other"),
  TW_FIELD(tw_setup_def, approval, "approval", TW_FIELD_OBJECT, .sub = &approval_table,
           .help = "parts that must be approved behind a setup"),
  TW_FIELD(tw_setup_def, n_startup_scrap, "startup_scrap", TW_FIELD_COUNT, .preset = "0", .max = 1e6,
           .help = "parts behind a setup that are scrap"),
};
// clang-format on

static void check_setup(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_setup_def *def = object;
  const tw_step_def *steps = def->steps.at;
  if (def->matrix.node != NULL && def->time.node != NULL)
    tw_reader_problem(reader, def->time.node, "E-KEY", NULL, "keep one of them",
                      "a setup has a matrix or one time, not both");
  if (def->matrix.node == NULL && def->time.node == NULL && def->steps.n == 0)
    tw_reader_problem(reader, node, "E-KEY", "matrix or time",
                      "e.g. \"matrix\": {\"A\": {\"B\": \"14 min\"}, \"other\": \"11 min\"}",
                      "\"matrix\" or \"time\" is required");
  if (def->steps.n > TW_SETUP_STEPS_MAX)
    tw_reader_problem(reader, tw_node_member(node, "steps"), "E-RANGE", NULL, NULL,
                      "a setup has at most %d steps, here are %d", TW_SETUP_STEPS_MAX,
                      (int)def->steps.n);
  for (int32_t i = 0; i < def->steps.n; i++)
    if (strcmp(steps[i].def.name, "setup") == 0)
      tw_reader_problem(reader, steps[i].def.node, "E-KEY", NULL, NULL,
                        "\"setup\" is the name of the matrix's own step");
}

const tw_table tw_setup_table = {.name = "setup",
                                 .help =
                                     "Changing a machine over from one family or part to another.",
                                 .size = sizeof(tw_setup_def),
                                 .fields = setup_fields,
                                 .n_field = TW_N_FIELDS(setup_fields),
                                 .check = check_setup};
