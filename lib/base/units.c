// units.c - the table of units and the reading of quantities. One row per unit, factors kept as a
// numerator and a denominator so that "57 %" is 57 / 100, correctly rounded, and not 57 * 0.01.
// Money is opaque: kEUR and EUR differ by 1000, but EUR and CNY are not converted.

#include "base/units.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"

typedef struct unit {
  const char *name;
  double over, under;  // si = value * over / under
  double offset;       // only where the unit stands alone
  tw_dim dim;
} unit;

// clang-format off
#define MONEY {.money = 1}
#define VOLT {.kg = 1, .m = 2, .s = -3, .a = -1}
#define WATT {.kg = 1, .m = 2, .s = -3}
#define JOULE {.kg = 1, .m = 2, .s = -2}
#define NEWTON {.kg = 1, .m = 1, .s = -2}
#define PASCAL {.kg = 1, .m = -1, .s = -2}

// The factor of a degree is pi / 180, rounded once.
static const unit units[] = {
    {"s", 1, 1, 0, {.s = 1}},
    {"ms", 1, 1e3, 0, {.s = 1}},
    {"us", 1, 1e6, 0, {.s = 1}},
    {"min", 60, 1, 0, {.s = 1}},
    {"h", 3600, 1, 0, {.s = 1}},
    {"d", 86400, 1, 0, {.s = 1}},
    {"wk", 604800, 1, 0, {.s = 1}},
    {"m", 1, 1, 0, {.m = 1}},
    {"mm", 1, 1e3, 0, {.m = 1}},
    {"cm", 1, 1e2, 0, {.m = 1}},
    {"km", 1e3, 1, 0, {.m = 1}},
    {"um", 1, 1e6, 0, {.m = 1}},
    {"l", 1, 1e3, 0, {.m = 3}},
    {"kg", 1, 1, 0, {.kg = 1}},
    {"g", 1, 1e3, 0, {.kg = 1}},
    {"t", 1e3, 1, 0, {.kg = 1}},
    {"K", 1, 1, 0, {.k = 1}},
    {"degC", 1, 1, 273.15, {.k = 1, .is_absolute = 1}},
    {"A", 1, 1, 0, {.a = 1}},
    {"V", 1, 1, 0, VOLT},
    {"W", 1, 1, 0, WATT},
    {"kW", 1e3, 1, 0, WATT},
    {"MW", 1e6, 1, 0, WATT},
    {"J", 1, 1, 0, JOULE},
    {"kJ", 1e3, 1, 0, JOULE},
    {"MJ", 1e6, 1, 0, JOULE},
    {"Wh", 3600, 1, 0, JOULE},
    {"kWh", 3.6e6, 1, 0, JOULE},
    {"N", 1, 1, 0, NEWTON},
    {"kN", 1e3, 1, 0, NEWTON},
    {"Pa", 1, 1, 0, PASCAL},
    {"kPa", 1e3, 1, 0, PASCAL},
    {"MPa", 1e6, 1, 0, PASCAL},
    {"bar", 1e5, 1, 0, PASCAL},
    {"Hz", 1, 1, 0, {.s = -1}},
    {"%", 1, 1e2, 0, {0}},
    {"1", 1, 1, 0, {0}},
    {"rad", 1, 1, 0, {0}},
    {"deg", 0x1.1df46a2529d39p-6, 1, 0, {0}},
    {"EUR", 1, 1, 0, MONEY},
    {"USD", 1, 1, 0, MONEY},
    {"CNY", 1, 1, 0, MONEY},
    {"kEUR", 1e3, 1, 0, MONEY},
    {"MEUR", 1e6, 1, 0, MONEY},
    {"money", 1, 1, 0, MONEY},
    {"shift", 1, 1, 0, {.shift = 1}},
};
// clang-format on

enum { N_UNIT = sizeof units / sizeof units[0], EXPONENT_MAX = 9 };

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the word that could be a unit's name: "%", "1" or a whole identifier, never part of
// one.
static size_t measure_name(const char *text) {
  if (text[0] == '%') return 1;
  if (text[0] == '1') return is_letter(text[1]) || is_digit(text[1]) || text[1] == '.' ? 0 : 1;
  if (!is_letter(text[0])) return 0;
  size_t n = 1;
  while (is_letter(text[n]) || is_digit(text[n])) n++;
  return n;
}

static const unit *find_unit(const char *name, size_t n) {
  for (size_t i = 0; n > 0 && i < N_UNIT; i++) {
    if (strncmp(units[i].name, name, n) == 0 && units[i].name[n] == 0) return &units[i];
  }
  return NULL;
}

// Reads "^2" or "^-1"; returns the characters used, 0 when there is none or it is out of range.
static size_t read_exponent(const char *text, int *exponent) {
  if (text[0] != '^') return 0;
  const bool is_minus = text[1] == '-';
  const size_t i = is_minus ? 2 : 1;
  if (!is_digit(text[i]) || is_digit(text[i + 1])) return 0;
  *exponent = is_minus ? -(text[i] - '0') : text[i] - '0';
  return i + 1;
}

// Reads one unit with its exponent; returns the characters used, 0 for none.
static size_t read_factor(const char *text, unit *factor) {
  const size_t n = measure_name(text);
  const unit *found = find_unit(text, n);
  if (found == NULL) return 0;
  *factor = *found;
  int exponent = 1;
  const size_t n_exponent = read_exponent(text + n, &exponent);
  if (n_exponent == 0) return n;
  const bool is_below = exponent < 0;
  const int n_times = is_below ? -exponent : exponent;
  factor->over = factor->under = 1;
  for (int i = 0; i < n_times; i++) {
    factor->over *= is_below ? found->under : found->over;
    factor->under *= is_below ? found->over : found->under;
  }
  factor->offset = 0;
  factor->dim = tw_dim_power(found->dim, exponent);
  return n + n_exponent;
}

// Reads a whole expression, "kJ/kg/K". degC keeps its offset and is absolute only when alone:
// per degree, and degrees per second, are about differences.
static size_t read_expression(const char *text, unit *result) {
  size_t n = read_factor(text, result);
  if (n == 0) return 0;
  while (text[n] == '*' || text[n] == '/') {
    unit factor;
    const bool is_below = text[n] == '/';
    const size_t n_factor = read_factor(text + n + 1, &factor);
    if (n_factor == 0) break;
    result->over *= is_below ? factor.under : factor.over;
    result->under *= is_below ? factor.over : factor.under;
    result->offset = 0;
    result->dim = tw_dim_times(result->dim, tw_dim_power(factor.dim, is_below ? -1 : 1));
    n += 1 + n_factor;
  }
  TW_ASSERT(result->under > 0 && result->over > 0);
  return n;
}

size_t tw_unit_read(const char *text, double *scale, double *offset, tw_dim *dim) {
  TW_ASSERT(text != NULL && scale != NULL && offset != NULL && dim != NULL);
  unit result;
  const size_t n = read_expression(text, &result);
  if (n == 0) return 0;
  *scale = result.over / result.under;
  *offset = result.offset;
  *dim = result.dim;
  return n;
}

tw_quantity_result tw_quantity_read(const char *text, double *si, tw_dim *dim) {
  TW_ASSERT(text != NULL && si != NULL && dim != NULL);
  double number;
  unit result;
  const size_t n_number = tw_number_read(text, &number);
  if (n_number == 0) return TW_QUANTITY_NOT_A_NUMBER;
  const char *rest = text + n_number;
  if (rest[0] == 0) return TW_QUANTITY_NO_UNIT;
  if (rest[0] != ' ') return TW_QUANTITY_BAD_SPACE;
  if (rest[1] == 0) return TW_QUANTITY_NO_UNIT;
  if (rest[1] == ' ') return TW_QUANTITY_BAD_SPACE;
  const size_t n_unit = read_expression(rest + 1, &result);
  if (n_unit == 0 || rest[1 + n_unit] != 0) return TW_QUANTITY_UNKNOWN_UNIT;
  const double value = number * result.over / result.under + result.offset;
  if (!isfinite(value)) return TW_QUANTITY_TOO_LARGE;
  *si = value;
  *dim = result.dim;
  return TW_QUANTITY_OK;
}

const char *tw_money_name(const char *text) {
  static const char *const words[] = {"EUR", "USD", "CNY", "money"};
  TW_ASSERT(text != NULL);
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strstr(text, words[i]) != NULL) return words[i];
  return NULL;
}

const char *tw_unit_nearest(const char *text) {
  // Words that people write and the table does not have, before a search by letters.
  // clang-format off
  static const char *const meant[][2] = {
      {"sec", "s"},     {"second", "s"}, {"seconds", "s"}, {"minute", "min"}, {"minutes", "min"},
      {"hr", "h"},      {"hour", "h"},   {"hours", "h"},   {"day", "d"},      {"days", "d"},
      {"week", "wk"},   {"weeks", "wk"}, {"C", "degC"},    {"celsius", "degC"},
      {"percent", "%"}, {"liter", "l"},  {"litre", "l"},   {"ton", "t"},      {"euro", "EUR"},
  };
  // clang-format on
  const char *names[N_UNIT];
  TW_ASSERT(text != NULL);
  for (size_t i = 0; i < sizeof meant / sizeof meant[0]; i++) {
    if (strcmp(meant[i][0], text) == 0) return meant[i][1];
  }
  for (size_t i = 0; i < N_UNIT; i++) names[i] = units[i].name;
  return tw_text_nearest(text, names, N_UNIT);
}
