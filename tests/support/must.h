// must.h - checks in what tests share, which knows no test framework: what does not hold ends the
// program with its place, and any framework counts that as a failure, from any thread.

#ifndef TEST_MUST_H
#define TEST_MUST_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static inline void test_must_fail(const char *file, int line, const char *what, const char *of) {
  fprintf(stderr, "%s:%d: %s (%s)\n", file, line, what, of);
  fflush(stderr);
  abort();
}

// of: what it was about.
#define must_of(condition, of) \
  ((condition) ? (void)0 : test_must_fail(__FILE__, __LINE__, #condition, of))
#define must(condition) must_of(condition, "")

#endif
