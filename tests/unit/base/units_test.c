// Units and quantities: every unit of the table, expressions, what is refused and how.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

typedef struct row {
  const char *text;
  double si;
  const char *unit;
} row;

static void check(const row *rows, size_t n) {
  for (size_t i = 0; i < n; i++) {
    double si = NAN;
    tw_dim dim;
    char buffer[64];
    const tw_quantity_result result = tw_quantity_read(rows[i].text, &si, &dim);
    cr_expect(result == TW_QUANTITY_OK, "%s: %d", rows[i].text, (int)result);
    if (result != TW_QUANTITY_OK) continue;
    cr_expect(si == rows[i].si, "%s = %.17g, not %.17g", rows[i].text, si, rows[i].si);
    cr_expect_str_eq(tw_dim_unit(dim, buffer), rows[i].unit, "%s", rows[i].text);
  }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

Test(units, every_unit_has_its_size_and_dimension) {
  // clang-format off
  static const row rows[] = {
      {"6.2 min", 372, "s"},       {"3 s", 3, "s"},          {"250 ms", 0.25, "s"},
      {"7 us", 7e-6, "s"},         {"1.5 h", 5400, "s"},     {"2 d", 172800, "s"},
      {"1 wk", 604800, "s"},       {"2 m", 2, "m"},          {"250 mm", 0.25, "m"},
      {"30 cm", 0.3, "m"},         {"1.2 km", 1200, "m"},    {"5 um", 5e-6, "m"},
      {"1.2 kg", 1.2, "kg"},       {"300 g", 0.3, "kg"},     {"2.5 t", 2500, "kg"},
      {"21 degC", 294.15, "K"},    {"15 K", 15, "K"},        {"16 A", 16, "A"},
      {"400 V", 400, "V"},         {"5 W", 5, "W"},          {"7.5 kW", 7500, "W"},
      {"2 MW", 2e6, "W"},          {"3 J", 3, "J"},          {"3 kJ", 3000, "J"},
      {"3 MJ", 3e6, "J"},          {"1.5 kWh", 5.4e6, "J"},  {"2 Wh", 7200, "J"},
      {"9 N", 9, "N"},             {"3.2 kN", 3200, "N"},    {"6 bar", 6e5, "Pa"},
      {"2 Pa", 2, "Pa"},           {"2 kPa", 2000, "Pa"},    {"2 MPa", 2e6, "Pa"},
      {"50 Hz", 50, "1/s"},        {"40 l", 0.04, "m^3"},    {"57 %", 0.57, "1"},
      {"0.5 1", 0.5, "1"},         {"120 EUR", 120, "money"}, {"1.5 kEUR", 1500, "money"},
      {"2 MEUR", 2e6, "money"},    {"9 USD", 9, "money"},    {"9 CNY", 9, "money"},
      {"3 shift", 3, "shift"},     {"2 rad", 2, "1"},        {"180 deg", 3.141592653589793, "1"},
  };
  // clang-format on
  CHECK(rows);
}

Test(units, expressions_combine_units) {
  // clang-format off
  static const row rows[] = {
      {"0.49 kJ/kg/K", 490, "J/kg/K"},   {"12 1/min", 0.2, "1/s"},
      {"12 m/min", 0.2, "m/s"},          {"450 1/shift", 450, "1/shift"},
      {"3 kW*h", 1.08e7, "J"},           {"2 m/s^2", 2, "m/s^2"},
      {"5 m^-2", 5, "1/m^2"},            {"36 EUR/h", 0.01, "money/s"},
      {"25 W/m^2/K", 25, "W/m^2/K"},     {"4 mm^2", 4e-6, "m^2"},
      {"7 1/K", 7, "1/K"},               {"7 1/degC", 7, "1/K"},
      {"2 K/W", 2, "K/W"},               {"1 %/h", 0.01 / 3600, "1/s"},
      {"3 m^0", 3, "1"},                 {"8 kg*m^2/s^2", 8, "J"},
  };
  // clang-format on
  CHECK(rows);
}

Test(units, degrees_are_absolute_only_alone) {
  double si;
  tw_dim dim;
  cr_assert(tw_quantity_read("21 degC", &si, &dim) == TW_QUANTITY_OK);
  cr_assert(dim.is_absolute && tw_dim_equal(dim, TW_DIM_TEMPERATURE));
  cr_assert(tw_quantity_read("21 K", &si, &dim) == TW_QUANTITY_OK);
  cr_assert(!dim.is_absolute && !tw_dim_equal(dim, TW_DIM_TEMPERATURE) && si == 21);
  cr_assert(tw_quantity_read("2 degC/min", &si, &dim) == TW_QUANTITY_OK);
  cr_assert(!dim.is_absolute && si == 2.0 / 60);
}

Test(units, says_why_a_quantity_is_refused) {
  // clang-format off
  static const struct {
    const char *text;
    tw_quantity_result result;
  } rows[] = {
      {"", TW_QUANTITY_NOT_A_NUMBER},         {"min", TW_QUANTITY_NOT_A_NUMBER},
      {"+2 s", TW_QUANTITY_NOT_A_NUMBER},     {"1e999 s", TW_QUANTITY_TOO_LARGE},
      {"2.6", TW_QUANTITY_NO_UNIT},           {"2.6 ", TW_QUANTITY_NO_UNIT},
      {"2.6min", TW_QUANTITY_BAD_SPACE},      {"2.6  min", TW_QUANTITY_BAD_SPACE},
      {"2.6\tmin", TW_QUANTITY_BAD_SPACE},    {"2,6 min", TW_QUANTITY_BAD_SPACE},
      {"2.6 minutes", TW_QUANTITY_UNKNOWN_UNIT}, {"2.6 min ", TW_QUANTITY_UNKNOWN_UNIT},
      {"2.6 m/", TW_QUANTITY_UNKNOWN_UNIT},   {"2.6 m^x", TW_QUANTITY_UNKNOWN_UNIT},
      {"2.6 m^10", TW_QUANTITY_UNKNOWN_UNIT}, {"2.6 /s", TW_QUANTITY_UNKNOWN_UNIT},
      {"2.6 m / s", TW_QUANTITY_UNKNOWN_UNIT}, {"2.6 2/s", TW_QUANTITY_UNKNOWN_UNIT},
      {"2.6 S", TW_QUANTITY_UNKNOWN_UNIT},    {"2.6 m1", TW_QUANTITY_UNKNOWN_UNIT},
  };
  // clang-format on
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    double si = 7;
    tw_dim dim = {0};
    cr_expect(tw_quantity_read(rows[i].text, &si, &dim) == rows[i].result, "'%s'", rows[i].text);
    cr_expect(si == 7, "the value is left alone");
  }
}

Test(units, unit_read_takes_the_longest_expression_and_no_more) {
  // clang-format off
  static const struct {
    const char *text;
    size_t n;
  } rows[] = {{"min", 3},       {"m*x", 1},    {"kJ/kg/K)", 7}, {"m/sec", 1},  {"speed", 0},
              {"s^2+1", 3},     {"1/min", 5},  {"12", 0},       {"%", 1},      {"h2", 0},
              {"kg*m/s^2/", 8}, {"m^", 1},     {"", 0},         {"1.5", 0}};
  // clang-format on
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    double scale, offset;
    tw_dim dim;
    cr_expect(tw_unit_read(rows[i].text, &scale, &offset, &dim) == rows[i].n, "%s", rows[i].text);
  }
}

Test(units, quantities_are_rounded_once) {
  // 0.01 * 57 is 0.5700000000000001; 57 / 100 is what was written.
  for (int i = 1; i < 1000; i++) {
    char text[32];
    double si;
    tw_dim dim;
    snprintf(text, sizeof text, "%d ms", i);
    cr_assert(tw_quantity_read(text, &si, &dim) == TW_QUANTITY_OK && si == i / 1000.0, "%s", text);
    snprintf(text, sizeof text, "%d %%", i);
    cr_assert(tw_quantity_read(text, &si, &dim) == TW_QUANTITY_OK && si == i / 100.0, "%s", text);
  }
}

Test(units, nearest_knows_what_people_write) {
  cr_assert_str_eq(tw_unit_nearest("minutes"), "min");
  cr_assert_str_eq(tw_unit_nearest("sec"), "s");
  cr_assert_str_eq(tw_unit_nearest("hr"), "h");
  cr_assert_str_eq(tw_unit_nearest("kwh"), "kWh");
  cr_assert_str_eq(tw_unit_nearest("Kg"), "kg");
  cr_assert_str_eq(tw_unit_nearest("C"), "degC");
  cr_assert_str_eq(tw_unit_nearest("shifts"), "shift");
  cr_assert(tw_unit_nearest("furlong") == NULL);
}

Test(units, money_is_told_by_the_currency_in_its_unit) {
  cr_expect_str_eq(tw_money_name("120 EUR"), "EUR");
  cr_expect_str_eq(tw_money_name("4 kEUR"), "EUR");
  cr_expect_str_eq(tw_money_name("0.24 USD/kWh"), "USD");
  cr_expect_str_eq(tw_money_name("9 CNY/h"), "CNY");
  cr_expect_str_eq(tw_money_name("3 money"), "money");
  cr_expect_null(tw_money_name("6.2 min"));
}
