// number.c - numbers to text and back, independent of LC_NUMERIC and without state of its own.
// Reading is correctly rounded: short decimals take an exact fast path (Clinger, "How to read
// floating point numbers accurately", 1990), all others strtod under a C locale made for the call.

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"

enum { LARGEST_EXACT_POWER = 22, EXPONENT_LIMIT = 99999, N_EXACT_DIGIT = 15 };

static const double power_of_ten[LARGEST_EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// A decimal taken apart: sign * digits * 10^exponent; digits counts only while is_short.
typedef struct decimal {
  size_t n_char;
  uint64_t digits;
  int exponent;
  bool is_negative, is_short;
} decimal;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes one digit in; leading zeros are free, so "0.001" is short.
static void add_digit(decimal *number, int *n_digit, char c, int exponent_step) {
  if (*n_digit > 0 || c != '0') ++*n_digit;
  if (*n_digit <= N_EXACT_DIGIT) number->digits = number->digits * 10 + (uint64_t)(c - '0');
  if (number->exponent > -EXPONENT_LIMIT) number->exponent += exponent_step;
}

// Reads "e-5"; leaves everything as it was when no digit follows the e.
static void read_exponent(decimal *number, const char *text) {
  const char *at = text + number->n_char;
  if (*at != 'e' && *at != 'E') return;
  at++;
  const bool is_minus = *at == '-';
  if (*at == '-' || *at == '+') at++;
  if (!is_digit(*at)) return;
  int exponent = 0;
  for (; is_digit(*at); at++) {
    if (exponent < EXPONENT_LIMIT) exponent = exponent * 10 + (*at - '0');
  }
  number->exponent += is_minus ? -exponent : exponent;
  number->n_char = (size_t)(at - text);
}

// Takes a text apart by JSON's grammar, leading zeros allowed; n_char = 0: no number.
static decimal split(const char *text) {
  decimal number = {0};
  const char *at = text;
  int n_digit = 0;
  number.is_negative = *at == '-';
  if (*at == '-') at++;
  if (!is_digit(*at)) return (decimal){0};
  for (; is_digit(*at); at++) add_digit(&number, &n_digit, *at, 0);
  if (at[0] == '.' && is_digit(at[1])) {
    for (at++; is_digit(*at); at++) add_digit(&number, &n_digit, *at, -1);
  }
  number.n_char = (size_t)(at - text);
  read_exponent(&number, text);
  number.is_short = n_digit <= N_EXACT_DIGIT;
  return number;
}

// The exact path: both the digits and the power of ten are doubles, so one rounding is made.
static bool read_exactly(const decimal *number, double *value) {
#if FLT_EVAL_METHOD == 0
  const int exponent = number->exponent;
  if (!number->is_short) return false;
  TW_ASSERT(number->digits < UINT64_C(1) << 53);
  double result = (double)number->digits;
  if (number->digits != 0) {
    if (exponent < -LARGEST_EXACT_POWER || exponent > LARGEST_EXACT_POWER) return false;
    if (exponent < 0) result /= power_of_ten[-exponent];
    if (exponent > 0) result *= power_of_ten[exponent];
  }
  *value = number->is_negative ? -result : result;
  return true;
#else
  (void)number, (void)value;
  return false;
#endif
}

// strtod under the C locale, for this thread and this call only. Its grammar contains ours: it can
// use at most a point more, so the value is that of our characters.
static bool read_by_library(const char *text, double *value) {
#if defined(_WIN32)
  const _locale_t plain = _create_locale(LC_ALL, "C");
  if (plain == NULL) return false;
  *value = _strtod_l(text, NULL, plain);
  _free_locale(plain);
#else
  const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (c_locale == (locale_t)0) return false;
  const locale_t host_locale = uselocale(c_locale);
  *value = strtod(text, NULL);
  uselocale(host_locale);
  freelocale(c_locale);
#endif
  return true;
}

size_t tw_number_read(const char *text, double *number) {
  TW_ASSERT(text != NULL && number != NULL);
  const decimal parts = split(text);
  if (parts.n_char == 0) return 0;
  double value;
  if (!read_exactly(&parts, &value) && !read_by_library(text, &value)) return 0;
  *number = value;
  return parts.n_char;
}

// Replaces whatever the locale puts between the digits by a point; it may be several bytes long.
static size_t mend_point(char *buffer) {
  char *to = buffer;
  bool has_point = false;
  for (const char *from = buffer; *from != 0; from++) {
    if (is_digit(*from) || *from == '-' || *from == '+' || *from == 'e') {
      *to++ = *from;
    } else if (!has_point) {
      *to++ = '.';
      has_point = true;
    }
  }
  *to = 0;
  return (size_t)(to - buffer);
}

size_t tw_number_write(char *buffer, double number) {
  TW_ASSERT(buffer != NULL);
  enum { N_BUFFER = 32 };
  if (isnan(number)) return (size_t)snprintf(buffer, N_BUFFER, "nan");
  if (isinf(number)) return (size_t)snprintf(buffer, N_BUFFER, number > 0 ? "inf" : "-inf");
  if (number != 0 && fabs(number) < 1e15 && number == floor(number)) {
    return (size_t)snprintf(buffer, N_BUFFER, "%" PRId64, (int64_t)number);
  }
  // 15 digits always survive a round trip from text, so no shorter form is missed but below the
  // normal range, where a double holds fewer digits. 24 characters are enough for any form; the
  // room beyond is for a long decimal point.
  char print[64];
  size_t n = 0;
  for (int n_digit = fabs(number) < DBL_MIN ? 1 : N_EXACT_DIGIT; n_digit <= 17; n_digit++) {
    double again;
    snprintf(print, sizeof print, "%.*g", n_digit, number);
    n = mend_point(print);
    if (tw_number_read(print, &again) == n && again == number) break;
  }
  TW_ASSERT(n > 0 && n < N_BUFFER);
  memcpy(buffer, print, n + 1);
  return n;
}
