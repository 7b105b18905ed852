// The locale that the environment asks for is in force in the tests, so that a run of the suite under
// a comma locale means something.

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

Test(locale, is_the_one_of_the_environment) {
  const char *wanted = getenv("LC_ALL");
  const char *point = localeconv()->decimal_point;
  const int is_comma = wanted != NULL && strncmp(wanted, "de_DE", 5) == 0;
  cr_assert_str_eq(point, is_comma ? "," : ".", "decimal point is '%s'", point);
}
