// dim.c - arithmetic of dimensions and their names for people. Units live in units.c; here are the
// few quantities that have a word of their own ("duration"), everything else is spelled by units.

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "base/units.h"

enum { N_BASE = 7, N_BUFFER = 64 };

typedef struct known_dim {
  tw_dim dim;
  const char *name, *example;
} known_dim;

static const known_dim known_dims[] = {
    {{0}, "pure number", "0.5"},
    {{.s = 1}, "duration", "2.6 min"},
    {{.s = -1}, "rate", "12 1/h"},
    {{.shift = 1}, "number of shifts", "3 shift"},
    {{.shift = -1}, "rate per shift", "450 1/shift"},
    {{.m = 1}, "length", "250 mm"},
    {{.m = 2}, "area", "1.5 m^2"},
    {{.m = 3}, "volume", "40 l"},
    {{.m = 1, .s = -1}, "speed", "12 m/min"},
    {{.m = 1, .s = -2}, "acceleration", "2 m/s^2"},
    {{.kg = 1}, "mass", "1.2 kg"},
    {{.kg = 1, .s = -1}, "mass flow", "0.4 kg/s"},
    {{.k = 1, .is_absolute = 1}, "temperature", "21 degC"},
    {{.k = 1}, "temperature difference", "15 K"},
    {{.a = 1}, "electric current", "16 A"},
    {{.kg = 1, .m = 2, .s = -3, .a = -1}, "voltage", "400 V"},
    {{.kg = 1, .m = 2, .s = -3}, "power", "7.5 kW"},
    {{.kg = 1, .m = 2, .s = -2}, "energy", "1.8 kWh"},
    {{.kg = 1, .m = 1, .s = -2}, "force", "3.2 kN"},
    {{.kg = 1, .m = -1, .s = -2}, "pressure", "6 bar"},
    {{.money = 1}, "amount of money", "120 EUR"},
    {{.money = 1, .s = -1}, "cost rate", "35 EUR/h"},
    {{.money = 1, .kg = -1, .m = -2, .s = 2}, "price of energy", "0.24 EUR/kWh"},
    {{.money = 1, .kg = -1, .m = -2, .s = 3}, "price of power", "90 EUR/kW"},
    {{.m = -2, .s = 2}, "mass per energy", "380 g/kWh"},
};

// Composed units that make long products short, "J/kg/K" for m^2/s^2/K.
static const struct {
  const char *name;
  tw_dim dim;
} composed[] = {
    {"", {0}},
    {"W", {.kg = 1, .m = 2, .s = -3}},
    {"J", {.kg = 1, .m = 2, .s = -2}},
    {"N", {.kg = 1, .m = 1, .s = -2}},
    {"Pa", {.kg = 1, .m = -1, .s = -2}},
    {"V", {.kg = 1, .m = 2, .s = -3, .a = -1}},
};

static const char *const base_names[N_BASE] = {"kg", "m", "money", "A", "s", "K", "shift"};

static void list_exponents(tw_dim dim, int exponents[N_BASE]) {
  const int list[N_BASE] = {dim.kg, dim.m, dim.money, dim.a, dim.s, dim.k, dim.shift};
  memcpy(exponents, list, sizeof list);
}

bool tw_dim_equal(tw_dim a, tw_dim b) {
  return a.s == b.s && a.m == b.m && a.kg == b.kg && a.k == b.k && a.a == b.a &&
         a.money == b.money && a.shift == b.shift && a.is_absolute == b.is_absolute;
}

bool tw_dim_is_one(tw_dim a) { return tw_dim_equal(a, TW_DIM_ONE); }

// Exponents saturate: nothing in a line means s^100, but an expression may be written to say it.
static int8_t clamp(int exponent) {
  return (int8_t)(exponent > INT8_MAX ? INT8_MAX : exponent < INT8_MIN ? INT8_MIN : exponent);
}

tw_dim tw_dim_times(tw_dim a, tw_dim b) {
  return (tw_dim){.s = clamp(a.s + b.s),
                  .m = clamp(a.m + b.m),
                  .kg = clamp(a.kg + b.kg),
                  .k = clamp(a.k + b.k),
                  .a = clamp(a.a + b.a),
                  .money = clamp(a.money + b.money),
                  .shift = clamp(a.shift + b.shift)};
}

tw_dim tw_dim_power(tw_dim a, int exponent) {
  const int n = exponent > INT8_MAX ? INT8_MAX : exponent < INT8_MIN ? INT8_MIN : exponent;
  return (tw_dim){.s = clamp(a.s * n),
                  .m = clamp(a.m * n),
                  .kg = clamp(a.kg * n),
                  .k = clamp(a.k * n),
                  .a = clamp(a.a * n),
                  .money = clamp(a.money * n),
                  .shift = clamp(a.shift * n)};
}

static const known_dim *find_known(tw_dim dim) {
  for (size_t i = 0; i < sizeof known_dims / sizeof known_dims[0]; i++) {
    if (tw_dim_equal(known_dims[i].dim, dim)) return &known_dims[i];
  }
  return NULL;
}

const char *tw_dim_name(tw_dim dim, char *buffer) {
  const known_dim *known = find_known(dim);
  return known != NULL ? known->name : tw_dim_unit(dim, buffer);
}

const char *tw_dim_example(tw_dim dim) {
  const known_dim *known = find_known(dim);
  return known != NULL ? known->example : "";
}

// What remains of `dim` when a composed unit to the power of exponent is taken out.
static void list_rest(tw_dim dim, size_t i, int exponent, int rest[N_BASE]) {
  list_exponents(tw_dim_times(dim, tw_dim_power(composed[i].dim, -exponent)), rest);
}

// How long the rest reads; s^3 reads longer than its three factors, nobody says it.
static int measure_rest(const int rest[N_BASE]) {
  int length = 0;
  for (size_t i = 0; i < N_BASE; i++) length += abs(rest[i]) + (abs(rest[i]) > 2);
  return length;
}

// Chooses the composed unit, above or below the line, that leaves the shortest rest; it must save
// something, so that an acceleration stays m/s^2 and is not N/kg.
static size_t choose_composed(tw_dim dim, int *exponent) {
  int rest[N_BASE];
  size_t best = 0;
  *exponent = 0;
  list_rest(dim, 0, 0, rest);
  int best_length = measure_rest(rest);
  for (size_t i = 1; i < sizeof composed / sizeof composed[0]; i++) {
    for (int sign = 1; sign >= -1; sign -= 2) {
      list_rest(dim, i, sign, rest);
      const int length = 2 + measure_rest(rest);
      if (length >= best_length) continue;
      best = i;
      best_length = length;
      *exponent = sign;
    }
  }
  return best;
}

// Adds "/kg" or "*m^2"; the first factor of a numerator comes without its sign.
static size_t add_factor(char *buffer, size_t n, const char *name, int exponent) {
  char piece[24];
  const int size = abs(exponent);
  const char *sign = exponent < 0 ? (n == 0 ? "1/" : "/") : (n == 0 ? "" : "*");
  int n_piece;
  if (size == 1) {
    n_piece = snprintf(piece, sizeof piece, "%s%s", sign, name);
  } else {
    n_piece = snprintf(piece, sizeof piece, "%s%s^%d", sign, name, size);
  }
  if (n_piece < 0 || n + (size_t)n_piece >= N_BUFFER) return n;
  memcpy(buffer + n, piece, (size_t)n_piece + 1);
  return n + (size_t)n_piece;
}

const char *tw_dim_unit(tw_dim dim, char *buffer) {
  TW_ASSERT(buffer != NULL);
  if (tw_dim_equal(dim, TW_DIM_TEMPERATURE)) return "K";
  int rest[N_BASE], exponent;
  size_t n = 0;
  const size_t chosen = choose_composed(dim, &exponent);
  list_rest(dim, chosen, exponent, rest);
  buffer[0] = 0;
  if (exponent > 0) n = add_factor(buffer, n, composed[chosen].name, 1);
  for (size_t i = 0; i < N_BASE; i++) {
    if (rest[i] > 0) n = add_factor(buffer, n, base_names[i], rest[i]);
  }
  if (exponent < 0) n = add_factor(buffer, n, composed[chosen].name, -1);
  for (size_t i = 0; i < N_BASE; i++) {
    if (rest[i] < 0) n = add_factor(buffer, n, base_names[i], rest[i]);
  }
  TW_ASSERT(n < N_BUFFER);
  return n == 0 ? "1" : buffer;
}

// Rounds to three significant digits, but never to fewer than the whole part.
static double round_for_people(double value) {
  const double size = fabs(value);
  const double steps = size >= 100 ? 1 : size >= 10 ? 10 : size >= 1 ? 100 : 1000;
  return round(value * steps) / steps;
}

const char *tw_duration_text(double seconds, char *buffer) {
  TW_ASSERT(buffer != NULL);
  // clang-format off
  static const struct {
    double below_s, unit_s;
    const char *name;
  } steps[] = {{1e-3, 1e-6, "us"}, {1, 1e-3, "ms"},         {60, 1, "s"},
               {3600, 60, "min"},  {2 * 86400.0, 3600, "h"}, {INFINITY, 86400, "d"}};
  // clang-format on
  size_t i = seconds == 0 ? 2 : 0;
  while (i < 5 && fabs(seconds) >= steps[i].below_s) i++;
  // 59.999 s rounds to "60 s", which people call a minute.
  const double rounded = fabs(round_for_people(seconds / steps[i].unit_s));
  if (i < 5 && rounded * steps[i].unit_s >= steps[i].below_s) i++;
  char number[32];
  tw_number_write(number, round_for_people(seconds / steps[i].unit_s));
  snprintf(buffer, 32, "%.24s %s", number, steps[i].name);
  return buffer;
}
