// Dimensions: their algebra, their names for people, durations as text.

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/units.h"

Test(dim, times_and_power_add_exponents) {
  const tw_dim speed = tw_dim_times(TW_DIM_LENGTH, TW_DIM_RATE);
  cr_assert(tw_dim_equal(speed, TW_DIM_SPEED));
  cr_assert(tw_dim_equal(tw_dim_times(TW_DIM_POWER, TW_DIM_TIME), TW_DIM_ENERGY));
  cr_assert(tw_dim_is_one(tw_dim_times(speed, tw_dim_power(speed, -1))));
  cr_assert(tw_dim_is_one(tw_dim_power(TW_DIM_ENERGY, 0)));
  cr_assert(!tw_dim_times(TW_DIM_TEMPERATURE, TW_DIM_ONE).is_absolute);
}

Test(dim, exponents_saturate_instead_of_wrapping) {
  const tw_dim large = tw_dim_power(TW_DIM_TIME, 1000000);
  cr_assert(large.s == INT8_MAX && tw_dim_power(large, -5).s == INT8_MIN);
  cr_assert(tw_dim_times(large, large).s == INT8_MAX);
}

Test(dim, has_a_word_for_people_or_a_unit) {
  char buffer[64];
  cr_assert_str_eq(tw_dim_name(TW_DIM_TIME, buffer), "duration");
  cr_assert_str_eq(tw_dim_name(TW_DIM_POWER, buffer), "power");
  cr_assert_str_eq(tw_dim_name(TW_DIM_TEMPERATURE, buffer), "temperature");
  cr_assert_str_eq(tw_dim_name(TW_DIM_ONE, buffer), "pure number");
  cr_assert_str_eq(tw_dim_name((tw_dim){.m = 2, .s = -2, .k = -1}, buffer), "J/kg/K");
  cr_assert_str_eq(tw_dim_example(TW_DIM_TIME), "2.6 min");
  cr_assert_str_eq(tw_dim_example((tw_dim){.m = 5}), "");
}

// Every example is a quantity of the dimension that it is an example of.
Test(dim, examples_can_be_read) {
  const tw_dim dims[] = {TW_DIM_TIME,  TW_DIM_RATE,           TW_DIM_PER_SHIFT,  TW_DIM_LENGTH,
                         TW_DIM_SPEED, TW_DIM_MASS,           TW_DIM_POWER,      TW_DIM_ENERGY,
                         {.a = 1},     TW_DIM_TEMPERATURE,    {.m = 3},          {.k = 1},
                         {.money = 1}, {.money = 1, .s = -1}, {.kg = 1, .s = -1}};
  for (size_t i = 0; i < sizeof dims / sizeof dims[0]; i++) {
    double si;
    tw_dim dim;
    const char *example = tw_dim_example(dims[i]);
    cr_assert(tw_quantity_read(example, &si, &dim) == TW_QUANTITY_OK, "%s", example);
    cr_assert(tw_dim_equal(dim, dims[i]), "%s", example);
  }
}

Test(dim, units_are_read_back_as_the_same_dimension) {
  // All combinations of small exponents; the longest texts must fit the buffer.
  for (int i = 0; i < 2187; i++) {
    int e[7], rest = i;
    for (int j = 0; j < 7; j++) e[j] = rest % 3 - 1, rest /= 3;
    const tw_dim dim = {.s = (int8_t)(e[0] * 3),
                        .m = (int8_t)(e[1] * 2),
                        .kg = (int8_t)e[2],
                        .k = (int8_t)e[3],
                        .a = (int8_t)e[4],
                        .money = (int8_t)e[5],
                        .shift = (int8_t)e[6]};
    char buffer[64];
    const char *text = tw_dim_unit(dim, buffer);
    double scale, offset;
    tw_dim again;
    cr_assert(tw_unit_read(text, &scale, &offset, &again) == strlen(text), "%s", text);
    cr_assert(tw_dim_equal(dim, again) && scale == 1 && offset == 0, "%s", text);
  }
}

Test(dim, durations_read_as_people_say_them) {
  // clang-format off
  static const struct {
    double seconds;
    const char *text;
  } rows[] = {{0, "0 s"},          {45, "45 s"},          {372, "6.2 min"},   {12600, "3.5 h"},
              {1900800, "22 d"},   {59.999, "1 min"},     {59.94, "59.9 s"},  {0.02, "20 ms"},
              {1e-5, "10 us"},     {-90, "-1.5 min"},     {3600, "1 h"},      {86400, "24 h"},
              {172800, "2 d"},     {1.234, "1.23 s"},     {3e9, "34722 d"},   {0.9999, "1 s"}};
  // clang-format on
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char buffer[32];
    cr_expect_str_eq(tw_duration_text(rows[i].seconds, buffer), rows[i].text, "%g: %s",
                     rows[i].seconds, buffer);
  }
}
