// Texts of the status codes.

#include <criterion/criterion.h>
#include <string.h>
#include <twin/base.h>

Test(status, every_code_has_a_sentence_of_its_own) {
  static const int codes[] = {0,    1,    2,    -101, -102, -103, -104, -105, -201, -301,
                              -302, -303, -304, -305, -306, -307, -401, -402, -501};
  enum { N = sizeof codes / sizeof codes[0] };
  for (int i = 0; i < N; i++) {
    const char *text = twin_status_text((twin_status)codes[i]);
    cr_assert(strlen(text) > 5, "%d", codes[i]);
    for (int j = 0; j < i; j++) cr_assert_str_neq(text, twin_status_text((twin_status)codes[j]));
  }
  cr_assert_str_eq(twin_status_text(TWIN_OK), "success");
}

Test(status, an_unknown_number_has_a_text_too) {
  cr_assert_str_eq(twin_status_text((twin_status)-9999),
                   "not a status of this version of the library");
}
