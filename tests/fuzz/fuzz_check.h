// fuzz_check.h - what fuzz targets share: how they fail, and what every problem looks like.

#ifndef TW_TESTS_FUZZ_CHECK_H
#define TW_TESTS_FUZZ_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

static inline void demand(bool is_so, const char *what, const char *text) {
  if (is_so) return;
  fprintf(stderr, "%s: %s\n", what, text);
  abort();
}

// A message goes into JSON and onto terminals, so it is UTF-8 without control characters.
static inline bool is_readable(const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at != 0;) {
    const int n = *at < 0x80                  ? 1
                  : *at >= 0xc2 && *at < 0xe0 ? 2
                  : (*at & 0xf0) == 0xe0      ? 3
                  : *at >= 0xf0 && *at < 0xf5 ? 4
                                              : 0;
    if (n == 0 || *at < 0x20 || *at == 0x7f) return false;
    for (int i = 1; i < n; i++) {
      if ((at[i] & 0xc0) != 0x80) return false;
    }
    // neither a longer form than needed nor half of a pair nor beyond the last character
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f)) return false;
    if ((at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f)) return false;
    at += n;
  }
  return true;
}

// Every problem has one of these codes (NULL ends them) and readable sentences.
static inline void check_problems(const twin_problems *problems, const char *const *codes) {
  twin_problem problem = {.struct_size = sizeof problem};
  for (size_t i = 0; twin_problems_get(problems, i, &problem) == TWIN_OK; i++) {
    bool is_known = problem.severity != TWIN_ERROR;
    for (size_t j = 0; codes[j] != NULL; j++) {
      if (strcmp(problem.code, codes[j]) == 0) is_known = true;
    }
    demand(is_known, "a code", problem.code);
    demand(problem.message[0] != 0 && is_readable(problem.message), "a message", problem.message);
    demand(is_readable(problem.pointer), "a pointer", problem.pointer);
    demand(is_readable(problem.hint), "a hint", problem.hint);
    demand(is_readable(problem.got), "what was got", problem.got);
    demand(is_readable(problem.wanted), "what was wanted", problem.wanted);
  }
}

#endif
