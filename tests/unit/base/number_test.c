// Numbers to text and back: correctly rounded, shortest, and the same under a comma locale.

#include <criterion/criterion.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static double read(const char *text, size_t n_wanted) {
  double number = -12345;
  const size_t n = tw_number_read(text, &number);
  cr_assert(n == n_wanted, "'%s': %zu characters, not %zu", text, n, n_wanted);
  return number;
}

Test(number, reads_what_json_and_people_write) {
  cr_assert(read("2.6", 3) == 2.6 && read("-0.5e3", 6) == -500 && read("12 min", 2) == 12);
  cr_assert(read("007", 3) == 7 && read("1E+2", 4) == 100 && read("1e-2x", 4) == 0.01);
  cr_assert(read("3.", 1) == 3 && read("3e", 1) == 3 && read("3e+", 1) == 3 &&
            read("3.e5", 1) == 3);
  cr_assert(read("0x10", 1) == 0 && read("1,5", 1) == 1 && read("1.2.3", 3) == 1.2);
  cr_assert(signbit(read("-0", 2)) && read("0e99999999999", 13) == 0);
}

Test(number, refuses_what_is_no_number) {
  static const char *const bad[] = {"",    "-",    "+1", ".5", "-.5", "inf",
                                    "nan", "-inf", "e5", " 1", "x"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    double number = 42;
    cr_assert(tw_number_read(bad[i], &number) == 0, "%s", bad[i]);
    cr_assert(number == 42, "the value is left alone");
  }
}

Test(number, rounds_correctly) {
  // Half-way cases and long decimals that a naive product gets wrong.
  cr_assert(read("9007199254740993", 16) == 9007199254740992.0);
  cr_assert(read("9007199254740993.00000000000000000000000000000000001", 52) == 9007199254740994.0);
  cr_assert(read("2.2250738585072011e-308", 23) == 0x0.fffffffffffffp-1022);
  cr_assert(read("2.2250738585072014e-308", 23) == DBL_MIN);
  cr_assert(read("4.9406564584124654e-324", 23) == 0x1p-1074);
  cr_assert(read("2.4703282292062327e-324", 23) == 0);
  cr_assert(read("2.4703282292062328e-324", 23) == 0x1p-1074);
  cr_assert(read("1.7976931348623157e308", 22) == DBL_MAX);
  cr_assert(isinf(read("1.7976931348623159e308", 22)) && isinf(read("1e99999999999", 13)));
  cr_assert(read("1e-99999999999", 14) == 0);
  cr_assert(read("8.5e22", 6) == 8.5e22 && read("1e23", 4) == 1e23 &&
            read("123456789e-30", 13) == 123456789e-30);
  cr_assert(read("0.000000000000000000000000000000000001", 38) == 1e-36);
  cr_assert(read("100000000000000000000000000000000000000000", 42) == 1e41);
}

// Random bit patterns survive a round trip and are written no longer than 17 digits.
Test(number, written_numbers_read_back_as_the_same_bits) {
  uint64_t x = 1;
  for (int i = 0; i < 200000; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    double number, again = 0;
    uint64_t bits = x ^ x >> 31;
    if (i % 3 == 0) bits &= 0xfffff00000000000u;  // short fractions
    memcpy(&number, &bits, sizeof number);
    if (!isfinite(number)) continue;
    char buffer[32];
    const size_t n = tw_number_write(buffer, number);
    cr_assert(n == strlen(buffer) && n < 25);
    cr_assert(tw_number_read(buffer, &again) == n, "%s", buffer);
    cr_assert(memcmp(&again, &number, sizeof number) == 0, "%s", buffer);
  }
}

Test(number, writes_the_shortest_form) {
  // clang-format off
  static const struct {
    double number;
    const char *text;
  } rows[] = {{0.1, "0.1"},         {1e300, "1e+300"},      {1.0 / 3, "0.3333333333333333"},
              {0, "0"},             {-0.0, "-0"},           {100000, "100000"},
              {1e15, "1e+15"},      {5e-324, "5e-324"},     {0.1 + 0.2, "0.30000000000000004"},
              {-372.25, "-372.25"}, {2e-310, "2e-310"},     {999999999999999, "999999999999999"},
              {NAN, "nan"},         {-INFINITY, "-inf"},    {1e-5, "1e-05"},
              {123456.789, "123456.789"}};
  // clang-format on
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char buffer[32];
    cr_assert(tw_number_write(buffer, rows[i].number) == strlen(rows[i].text));
    cr_assert_str_eq(buffer, rows[i].text);
  }
}

Test(number, does_not_follow_a_comma_locale) {
  static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"};
  const char *found = NULL;
  for (size_t i = 0; i < sizeof names / sizeof names[0] && found == NULL; i++) {
    found = setlocale(LC_ALL, names[i]);
  }
  if (found == NULL) cr_skip_test("no comma locale is installed");
  char shown[32], buffer[32];
  snprintf(shown, sizeof shown, "%.1f", 2.6);
  cr_assert_str_eq(shown, "2,6", "the test is about a comma");
  cr_assert(read("2.6", 3) == 2.6 && read("2,6", 1) == 2);
  cr_assert(read("0.30000000000000004441", 22) == 0.1 + 0.2, "the slow path too");
  tw_number_write(buffer, 0.1 + 0.2);
  cr_assert_str_eq(buffer, "0.30000000000000004");
  tw_number_write(buffer, 1e-7);
  cr_assert_str_eq(buffer, "1e-07");
  snprintf(shown, sizeof shown, "%.1f", 2.6);
  cr_assert_str_eq(shown, "2,6", "the host's locale is as it was");
}
