// hosted.h - a host as tests need it: it counts what it lends, knows its own pieces again, fails when it
// is told to, and keeps the codes of what it was noticed.

#ifndef TW_TESTS_HOSTED_H
#define TW_TESTS_HOSTED_H

#include <stdatomic.h>

#include <twin/twin.h>

typedef struct test_host {
  twin_host host;  // to hand over
  atomic_long n_open, n_open_max, n_call;
  atomic_long n_left;     // calls until one fails, and all behind it; below 0: none does
  atomic_long n_refused;  // calls that failed
  atomic_long n_foreign;  // pieces given back that were another's
  char codes[512];        // of notices, a space behind each
} test_host;

void test_host_init(test_host *own);

// The call behind n_call more fails, and every one after it; below 0: none does.
void test_host_fail_at(test_host *own, long n_call);

#endif
