// text_table.c - cells of tables beside the line file become nodes, and nodes numbers, quantities
// and instants. Dates are read by a small reader of their own, because strptime asks the locale.

#include "field/text_table.h"

#include <string.h>

#include "base/assert.h"

static const char date_words[] = "dmYHMS";
enum { DAY, MONTH, YEAR, HOUR, MINUTE, SECOND, N_DATE_WORD };

void tw_cell_style_check(const char *separator, const char *decimal, const tw_node *node,
                         const tw_reader *reader) {
  TW_ASSERT(separator != NULL && decimal != NULL);
  const char c = separator[0], point = decimal[0];
  if (c == 0 || separator[1] != 0 || c == '"' || c == '\n' || c == '\r') {
    tw_reader_problem(reader, tw_node_member(node, "separator"), "E-RANGE", "one character",
                      "e.g. \";\"",
                      "\"separator\" must be one character, no quote and no end of line");
  }
  const tw_node *sign = tw_node_member(node, "decimal");
  if ((point != '.' && point != ',') || decimal[1] != 0) {
    tw_reader_problem(reader, sign, "E-RANGE", "\".\" or \",\"", NULL,
                      "\"decimal\" must be \".\" or \",\"");
  } else if (c == point) {
    tw_reader_problem(reader, sign, "E-RANGE", NULL, "with \"decimal\": \",\" use \";\"",
                      "separator and decimal are the same character");
  }
}

// The unit must fit before the cells are looked at, or each of them would be wrong.
static bool check_unit(const tw_reader *reader, const tw_node *node, const char *unit) {
  double scale, offset;
  tw_dim found;
  if (unit == NULL) return true;
  const size_t n = tw_unit_read(unit, &scale, &offset, &found);
  if (n > 0 && unit[n] == 0 && tw_dim_equal(found, TW_DIM_TIME)) return true;
  tw_reader_problem(reader, tw_node_member(node, "unit"), "E-UNIT", "a unit of time",
                    "e.g. \"min\"", "\"%.40s\" is no unit of time", unit);
  return false;
}

bool tw_text_table_read(const tw_reader *reader, const tw_node *node, const tw_cell_style *style,
                        tw_text_table *table) {
  TW_ASSERT(style->file != NULL && style->separator != NULL);
  if (!check_unit(reader, node, style->unit)) return false;
  if (reader->read_table == NULL) {
    tw_reader_problem(reader, node, "E-TYPE", NULL, NULL, "files cannot be read here");
    return false;
  }
  return reader->read_table(reader, node, style->file, style->separator[0], table);
}

tw_node *tw_cell_node(const tw_reader *reader, const tw_text_table *table, const tw_row *row,
                      int32_t column_i, const tw_node *parent, const char *key) {
  TW_ASSERT(column_i >= 0 && column_i < table->n_column);
  tw_node *node = tw_arena_take(reader->arena, sizeof *node);
  if (node == NULL) return NULL;
  *node = (tw_node){.type = TW_NODE_TEXT,
                    .line = row->line,
                    .column = row->cell[column_i].column,
                    .file = table->file,
                    .key = key,
                    .text = row->cell[column_i].text,
                    .parent = (tw_node *)parent};
  return node;
}

// Puts a decimal comma right. A point is then no part of a number: "1.234" may mean a thousand.
static bool mend_decimal(const tw_reader *reader, const tw_cell_style *style, tw_node *node) {
  if (style->decimal[0] == '.') return true;
  if (strchr(node->text, '.') != NULL) {
    char got[TW_GOT_BYTES];
    tw_reader_problem(reader, node, "E-TYPE", NULL, NULL,
                      "%s has a point, but \"decimal\" is a comma", tw_node_got(node, got));
    return false;
  }
  const char *comma = strchr(node->text, ',');
  if (comma == NULL) return true;
  char *mended = tw_arena_text(reader->arena, node->text);
  if (mended == NULL) return false;
  mended[comma - node->text] = '.';
  node->text = mended;
  return true;
}

// True for what JSON calls a number; the node's number is then known.
static bool read_number(tw_node *node) {
  const size_t n = tw_number_read(node->text, &node->number);
  return n > 0 && node->text[n] == 0;
}

bool tw_cell_to_number(const tw_reader *reader, const tw_cell_style *style, tw_node *node) {
  if (!mend_decimal(reader, style, node)) return false;
  // Whatever else it is, the reader of the field will say that it is a text.
  if (read_number(node)) node->type = TW_NODE_NUMBER;
  return true;
}

bool tw_cell_to_quantity(const tw_reader *reader, const tw_cell_style *style, tw_node *node) {
  const char c = node->text[0];
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  if (!mend_decimal(reader, style, node)) return false;
  if (!read_number(node)) {
    if (style->unit == NULL) return true;
    char got[TW_GOT_BYTES];
    tw_reader_problem(reader, node, "E-TYPE", "a bare number", "\"unit\" gives one for all cells",
                      "%s is not a number", tw_node_got(node, got));
    return false;
  }
  // Without a unit the reader of the field asks for one.
  if (style->unit != NULL)
    node->text = tw_arena_print(reader->arena, "%s %s", node->text, style->unit);
  return node->text != NULL;
}

// Number of the word behind a '%', -1 for none.
static int find_word(char c) {
  const char *found = c == 0 ? NULL : strchr(date_words, c);
  return found == NULL ? -1 : (int)(found - date_words);
}

bool tw_date_check(const char *format, const tw_node *node, const tw_reader *reader) {
  bool has[N_DATE_WORD] = {false};
  bool is_good = true;
  for (const char *at = format; *at != 0 && is_good; at++) {
    if (*at != '%') continue;
    const int word = find_word(*++at);
    is_good = word >= 0 && !has[word];
    if (word >= 0) has[word] = true;
    if (*at == 0) break;
  }
  if (is_good && has[DAY] && has[MONTH] && has[YEAR]) return true;
  tw_reader_problem(reader, node, "E-RANGE", "%d %m %Y, and if you like %H %M %S",
                    "e.g. \"%d.%m.%Y %H:%M\"",
                    "a date is written with %%d, %%m and %%Y, %%H, %%M and %%S at most, each once");
  return false;
}

// Reads up to n_max digits; -1 when there is none.
static int32_t read_digits(const char **at, int n_max) {
  int32_t number = 0;
  int n = 0;
  for (; n < n_max && **at >= '0' && **at <= '9'; n++) number = number * 10 + (*(*at)++ - '0');
  return n == 0 ? -1 : number;
}

// Matches a text with a format; false when it is written otherwise.
static bool read_date(const char *text, const char *format, int32_t part[N_DATE_WORD]) {
  memset(part, 0, N_DATE_WORD * sizeof part[0]);
  for (; *format != 0; format++) {
    if (*format != '%') {
      if (*text++ != *format) return false;
      continue;
    }
    const int word = find_word(*++format);
    TW_ASSERT(word >= 0);
    part[word] = read_digits(&text, word == YEAR ? 4 : 2);
    if (part[word] < 0 || (word == YEAR && part[word] < 1000)) return false;
  }
  return *text == 0;
}

bool tw_cell_to_instant(const tw_reader *reader, const char *format, tw_node *node) {
  int32_t part[N_DATE_WORD];
  char got[TW_GOT_BYTES];
  if (!read_date(node->text, format, part)) {
    tw_reader_problem(reader, node, "E-TYPE", format, NULL, "%s is no date written as \"%.40s\"",
                      tw_node_got(node, got), format);
    return false;
  }
  // Which days there are is known to the reader of instants.
  node->text = tw_arena_print(reader->arena, "%04d-%02d-%02dT%02d:%02d:%02d", (int)part[YEAR],
                              (int)part[MONTH], (int)part[DAY], (int)part[HOUR], (int)part[MINUTE],
                              (int)part[SECOND]);
  return node->text != NULL;
}
