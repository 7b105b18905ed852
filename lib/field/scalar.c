// scalar.c - readers of single values: truth values, counts, numbers, quantities, instants,
// words. A quantity is a text with a unit; a bare number is only a count, a ratio or a pure number.

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "expr/expr.h"
#include "field/inner.h"

enum { PIECE_BYTES = 96, HINT_BYTES = 256 };

tw_dim tw_field_dim(const tw_field *field, const tw_parse *in) {
  TW_ASSERT(field != NULL && in != NULL);
  if ((field->flags & TW_DISCRETE) != 0) return TW_DIM_ONE;
  if ((field->flags & TW_OF_VALUE) == 0) return field->dim;
  if (in->of == NULL) return TW_DIM_TIME;  // in examples
  tw_dim dim = (in->of->flags & TW_DISCRETE) != 0 ? TW_DIM_ONE : in->of->dim;
  if ((field->flags & TW_DIFFERENCE) != 0) dim.is_absolute = 0;
  return dim;
}

tw_bounds tw_field_bounds(const tw_field *field, tw_dim dim) {
  tw_bounds bounds = {.min = -INFINITY, .max = INFINITY};
  bounds.is_exclusive = (field->flags & TW_EXCLUSIVE_MIN) != 0;
  if (field->min == 0 && field->max == 0) {
    if (bounds.is_exclusive || tw_dim_equal(dim, TW_DIM_TIME)) bounds.min = 0;
    return bounds;
  }
  bounds.min = field->min;
  if (field->max >= field->min) bounds.max = field->max;
  return bounds;
}

bool tw_field_check_bounds(const tw_field *field, const tw_node *node, const tw_parse *in,
                           double value) {
  TW_ASSERT(!isnan(value));
  char bound[PIECE_BYTES], got[TW_GOT_BYTES], wanted[PIECE_BYTES + 16];
  const tw_dim dim = tw_field_dim(field, in);
  const tw_bounds bounds = tw_field_bounds(field, dim);
  const bool is_low = bounds.is_exclusive ? value <= bounds.min : value < bounds.min;
  if (!is_low && value <= bounds.max) return true;
  const char *relation = !is_low ? "at most" : bounds.is_exclusive ? "above" : "at least";
  snprintf(wanted, sizeof wanted, "%s %s", relation,
           tw_number_text(is_low ? bounds.min : bounds.max, dim, bound));
  tw_reader_problem(in->reader, node, "E-RANGE", wanted, NULL, "%s is out of range: it must be %s",
                    tw_node_got(node, got), wanted);
  return false;
}

bool tw_parse_bool(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  (void)field;
  if (node->type != TW_NODE_BOOL) {
    tw_reader_wrong_type(in->reader, node, "true or false", NULL);
    return false;
  }
  *(bool *)target = node->truth;
  return true;
}

// Reads a count exactly, beyond 2^53 too when it is written as plain digits.
static bool read_count(const tw_node *node, int64_t *count) {
  const char *at = node->text;
  const bool is_minus = *at == '-';
  if (is_minus) at++;
  int64_t value = 0;
  for (; *at >= '0' && *at <= '9'; at++) {
    if (value > (INT64_MAX - 9) / 10) return false;
    value = value * 10 + (*at - '0');
  }
  if (*at != 0) {
    // Another spelling, 1e6 or 3.0: whole numbers of a double's exact range.
    if (node->number != floor(node->number) || fabs(node->number) > 0x1p53) return false;
    value = (int64_t)fabs(node->number);
  }
  *count = is_minus ? -value : value;
  return true;
}

bool tw_parse_count(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  char got[TW_GOT_BYTES];
  const bool can_be_unlimited = (field->flags & TW_CAN_BE_UNLIMITED) != 0;
  const char *wanted = can_be_unlimited ? "a whole number or \"unlimited\"" : "a whole number";
  if (node->type == TW_NODE_TEXT && can_be_unlimited && strcmp(node->text, "unlimited") == 0) {
    *(int64_t *)target = TW_UNLIMITED;
    return true;
  }
  int64_t count;
  if (node->type != TW_NODE_NUMBER) {
    tw_reader_wrong_type(in->reader, node, wanted, "10");
    return false;
  }
  if (!read_count(node, &count)) {
    const bool is_large = fabs(node->number) > 0x1p53;
    tw_reader_problem(in->reader, node, is_large ? "E-RANGE" : "E-TYPE", wanted, NULL,
                      is_large ? "%s is too large for a count" : "%s is not a whole number",
                      tw_node_got(node, got));
    return false;
  }
  if (!tw_field_check_bounds(field, node, in, (double)count)) return false;
  *(int64_t *)target = count;
  return true;
}

// "a duration is needed, e.g. "2.6 min"", with the number that stood there where there is one.
static void print_need(char hint[HINT_BYTES], tw_dim dim, const char *number) {
  char phrase[PIECE_BYTES], unit[64];
  const char *example = tw_dim_example(dim);
  const char *space = strchr(example, ' ');
  if (tw_dim_is_one(dim)) {
    snprintf(hint, HINT_BYTES, "a bare number is needed, e.g. %s", example);
  } else if (space == NULL) {
    snprintf(hint, HINT_BYTES, "%s is needed, e.g. \"%.40s %s\"", tw_dim_phrase(dim, phrase),
             number == NULL ? "1" : number, tw_dim_unit(dim, unit));
  } else if (number == NULL) {
    snprintf(hint, HINT_BYTES, "%s is needed, e.g. \"%s\"", tw_dim_phrase(dim, phrase), example);
  } else {
    snprintf(hint, HINT_BYTES, "%s is needed, e.g. \"%.40s%s\"", tw_dim_phrase(dim, phrase), number,
             space);
  }
}

// Begins of a text up to the end of its number, for examples that keep the number.
static const char *copy_number(const char *text, char buffer[40]) {
  double number;
  const size_t n = tw_number_read(text, &number);
  if (n == 0 || n >= 40) return NULL;
  memcpy(buffer, text, n);
  buffer[n] = 0;
  return buffer;
}

// What is wrong with a text that begins with a number and has not one space behind it: "2,5 s" has
// a decimal comma, "0:25" is a time of the clock, "2.0s" lacks the space.
static void report_space(const tw_reader *reader, const tw_node *node, tw_dim dim,
                         const char *number) {
  char need[HINT_BYTES], phrase[PIECE_BYTES], got[TW_GOT_BYTES], unit[64];
  const char *wanted = tw_dim_phrase(dim, phrase), *found = tw_node_got(node, got);
  const char *rest = node->text + (number == NULL ? 0 : strlen(number));
  print_need(need, dim, NULL);
  if (number != NULL && rest[0] == ',') {
    tw_reader_problem(reader, node, "E-UNIT", wanted, need,
                      "%s has a comma: the decimal point is .", found);
  } else if (number != NULL && rest[0] == ':') {
    tw_reader_problem(reader, node, "E-UNIT", wanted, need, "%s has no unit", found);
  } else if (number != NULL && strlen(rest) < sizeof unit / 2 && strchr(rest, ' ') == NULL) {
    snprintf(unit, sizeof unit, "write \"%.20s %.31s\"", number, rest);
    tw_reader_problem(reader, node, "E-UNIT", wanted, unit,
                      "%s does not have exactly one space before its unit", found);
  } else {
    tw_reader_problem(reader, node, "E-UNIT", wanted, need,
                      "%s does not have exactly one space before its unit", found);
  }
}

// Explains a text that is no quantity.
static void report_quantity(const tw_reader *reader, const tw_node *node, tw_dim dim,
                            tw_quantity_result result) {
  char need[HINT_BYTES], phrase[PIECE_BYTES], got[TW_GOT_BYTES], number[40], hint[HINT_BYTES + 64];
  const char *text = node->text;
  const char *written = copy_number(text, number);
  const char *found = tw_node_got(node, got);
  const char *wanted = tw_dim_phrase(dim, phrase);
  print_need(need, dim, result == TW_QUANTITY_NO_UNIT ? written : NULL);
  if (result == TW_QUANTITY_NOT_A_NUMBER) {
    tw_reader_problem(reader, node, "E-TYPE", wanted, need, "%s is not a quantity", found);
  } else if (result == TW_QUANTITY_NO_UNIT) {
    const char *code = tw_dim_is_one(dim) ? "E-TYPE" : "E-UNIT";
    tw_reader_problem(reader, node, code, wanted, need,
                      tw_dim_is_one(dim) ? "%s is a text" : "%s has no unit", found);
  } else if (result == TW_QUANTITY_BAD_SPACE) {
    report_space(reader, node, dim, written);
  } else if (result == TW_QUANTITY_TOO_LARGE) {
    tw_reader_problem(reader, node, "E-RANGE", wanted, NULL, "%s is too large", found);
  } else {
    TW_ASSERT(result == TW_QUANTITY_UNKNOWN_UNIT);
    const char *space = strchr(text, ' ');
    const char *nearest = space == NULL ? NULL : tw_unit_nearest(space + 1);
    snprintf(hint, sizeof hint, "%s%s%s%s", nearest == NULL ? "" : "did you mean \"",
             nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"? ", need);
    tw_reader_problem(reader, node, "E-UNIT", wanted, hint, "%s has an unknown unit", found);
  }
}

// Reads a text as a quantity of dim.
static bool read_quantity(const tw_node *node, tw_dim dim, const tw_reader *reader, double *si) {
  char need[HINT_BYTES], phrase[PIECE_BYTES], other[PIECE_BYTES], got[TW_GOT_BYTES];
  double value;
  tw_dim found;
  const tw_quantity_result result = tw_quantity_read(node->text, &value, &found);
  if (result != TW_QUANTITY_OK) {
    report_quantity(reader, node, dim, result);
    return false;
  }
  if (!tw_dim_equal(found, dim)) {
    print_need(need, dim, NULL);
    tw_reader_problem(reader, node, "E-UNIT", tw_dim_phrase(dim, phrase), need, "%s is %s",
                      tw_node_got(node, got), tw_dim_phrase(found, other));
    return false;
  }
  TW_ASSERT(isfinite(value));
  *si = value;
  return true;
}

bool tw_quantity_parse(const tw_node *node, tw_dim dim, const tw_reader *reader, double *si) {
  TW_ASSERT(node != NULL && reader != NULL && si != NULL);
  char phrase[PIECE_BYTES], got[TW_GOT_BYTES], need[HINT_BYTES];
  if (node->type == TW_NODE_TEXT) return read_quantity(node, dim, reader, si);
  if (node->type != TW_NODE_NUMBER) {
    const tw_field field = {.type = TW_FIELD_QUANTITY, .dim = dim};
    char example[PIECE_BYTES];
    tw_reader_wrong_type(reader, node, tw_dim_phrase(dim, phrase),
                         tw_field_example(&field, example));
    return false;
  }
  if (tw_dim_is_one(dim)) {
    *si = node->number;
    return true;
  }
  print_need(need, dim, node->text);
  tw_reader_problem(reader, node, "E-UNIT", tw_dim_phrase(dim, phrase), need, "%s has no unit",
                    tw_node_got(node, got));
  return false;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool tw_is_expression(const char *text) {
  double si;
  tw_dim dim;
  if (tw_quantity_read(text, &si, &dim) == TW_QUANTITY_OK) return false;
  const char *point = strchr(text, '.');
  while (point != NULL && !is_letter(point[1])) point = strchr(point + 1, '.');
  return is_letter(text[0]) || point != NULL || strpbrk(text, "*(+") != NULL || strstr(text, " - ") != NULL;
}

bool tw_parse_quantity(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  double si;
  if (!tw_quantity_parse(node, tw_field_dim(field, in), in->reader, &si)) return false;
  if (!tw_field_check_bounds(field, node, in, si)) return false;
  *(double *)target = si;
  return true;
}

// NUMBER takes bare numbers only; RATIO also "2 %".
bool tw_parse_number(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  double value = node->number;
  if (node->type == TW_NODE_TEXT && field->type == TW_FIELD_RATIO) {
    if (!read_quantity(node, TW_DIM_ONE, in->reader, &value)) return false;
  } else if (node->type != TW_NODE_NUMBER) {
    const bool is_ratio = field->type == TW_FIELD_RATIO;
    tw_reader_wrong_type(in->reader, node, "a bare number", is_ratio ? "0.02 or \"2 %\"" : "0.5");
    return false;
  }
  if (!tw_field_check_bounds(field, node, in, value)) return false;
  *(double *)target = value;
  return true;
}

bool tw_parse_text(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  (void)field;
  if (node->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(in->reader, node, "a text", NULL);
    return false;
  }
  *(const char **)target = node->text;
  return true;
}

bool tw_parse_expr(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  const tw_dim dim = tw_field_dim(field, in);
  char example[PIECE_BYTES];
  double value;
  // A bare number is an expression too, but only where no unit is needed, or may be.
  const bool can_be_bare = tw_dim_is_one(dim) || dim.is_absolute == TW_EXPR_ANY.is_absolute;
  if (node->type == TW_NODE_NUMBER && !can_be_bare) {
    return tw_quantity_parse(node, dim, in->reader, &value);
  }
  if (node->type != TW_NODE_TEXT && node->type != TW_NODE_NUMBER) {
    tw_reader_wrong_type(in->reader, node, "an expression", tw_field_example(field, example));
    return false;
  }
  if (node->type == TW_NODE_NUMBER && !tw_field_check_bounds(field, node, in, node->number)) {
    return false;
  }
  *(tw_expr_text *)target = (tw_expr_text){.text = node->text, .node = node};
  return true;
}

bool tw_parse_choice(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  const char *const *words = field->sub;
  TW_ASSERT(words != NULL && words[0] != NULL);
  char got[TW_GOT_BYTES], hint[PIECE_BYTES];
  tw_text list = {.memory = tw_problems_memory(in->reader->problems)};
  int32_t n = 0;
  for (; words[n] != NULL; n++) {
    if (node->type == TW_NODE_TEXT && strcmp(words[n], node->text) == 0) {
      *(int32_t *)target = n;
      tw_text_free(&list);
      return true;
    }
    tw_text_print(&list, "%s\"%s\"", n == 0 ? "" : ", ", words[n]);
  }
  const char *nearest = node->type != TW_NODE_TEXT
                            ? NULL
                            : tw_name_nearest(node->text, words, n, in->reader->problems);
  if (nearest != NULL) snprintf(hint, sizeof hint, "did you mean \"%s\"?", nearest);
  tw_reader_problem(in->reader, node, "E-TYPE", list.at, nearest == NULL ? NULL : hint,
                    "%s is none of %s", tw_node_got(node, got), list.at == NULL ? "" : list.at);
  tw_text_free(&list);
  return false;
}
