// criterion.h - a stand-in for Criterion under ThreadSanitizer, whose memory layout leaves Criterion no
// room, and under valgrind, which would have to follow it into a process for each test. Knows Test, cr_assert, cr_expect and their classic forms below; runs the tests
// of one program one after the other in one process and prints TAP. Not for other builds.

#ifndef TW_PLAIN_CRITERION_H
#define TW_PLAIN_CRITERION_H

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct plain_options {
  bool is_plain, disabled;
  void (*init)(void), (*fini)(void);
  double timeout;  // not watched here
} plain_options;

typedef struct plain_test {
  const char *suite, *name;
  void (*body)(void);
  plain_options options;
  struct plain_test *next;
} plain_test;

static plain_test *plain_first, **plain_last = &plain_first;
static jmp_buf plain_end;
static pthread_t plain_thread;
static int plain_n_failed_check;
static bool plain_is_skipped;

// Says what failed; a fatal failure ends the test, or the program when another thread saw it.
static inline void plain_fail(bool is_fatal, const char *file, int line, const char *what,
                              const char *format, ...) {
  __atomic_add_fetch(&plain_n_failed_check, 1, __ATOMIC_RELAXED);
  char text[500] = "";
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  printf("# %s:%d: %s %s\n", file, line, what, text);
  fflush(stdout);
  if (!is_fatal) return;
  if (!pthread_equal(plain_thread, pthread_self())) _Exit(1);
  longjmp(plain_end, 1);
}

#define Test(suite_, name_, ...)                                                  \
  static void suite_##_##name_##_body(void);                                      \
  __attribute__((constructor)) static void suite_##_##name_##_add(void) {         \
    static plain_test test = {.suite = #suite_,                                   \
                              .name = #name_,                                     \
                              .body = suite_##_##name_##_body,                    \
                              .options = {.is_plain = true, __VA_ARGS__}};        \
    *plain_last = &test;                                                          \
    plain_last = &test.next;                                                      \
  }                                                                               \
  static void suite_##_##name_##_body(void)

#define PLAIN_CHECK(is_fatal, condition, ...)                                             \
  ((condition) ? (void)0                                                                  \
               : plain_fail(is_fatal, __FILE__, __LINE__, #condition, "" __VA_ARGS__))

#define cr_assert(condition, ...) PLAIN_CHECK(true, condition, __VA_ARGS__)
#define cr_assert_not(condition, ...) PLAIN_CHECK(true, !(condition), __VA_ARGS__)
#define cr_assert_fail(...) PLAIN_CHECK(true, false, __VA_ARGS__)
#define cr_assert_null(a, ...) PLAIN_CHECK(true, (a) == NULL, __VA_ARGS__)
#define cr_assert_not_null(a, ...) PLAIN_CHECK(true, (a) != NULL, __VA_ARGS__)
#define cr_assert_eq(a, b, ...) PLAIN_CHECK(true, (a) == (b), __VA_ARGS__)
#define cr_assert_neq(a, b, ...) PLAIN_CHECK(true, (a) != (b), __VA_ARGS__)
#define cr_assert_lt(a, b, ...) PLAIN_CHECK(true, (a) < (b), __VA_ARGS__)
#define cr_assert_leq(a, b, ...) PLAIN_CHECK(true, (a) <= (b), __VA_ARGS__)
#define cr_assert_gt(a, b, ...) PLAIN_CHECK(true, (a) > (b), __VA_ARGS__)
#define cr_assert_geq(a, b, ...) PLAIN_CHECK(true, (a) >= (b), __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) PLAIN_CHECK(true, strcmp(a, b) == 0, __VA_ARGS__)
#define cr_assert_str_neq(a, b, ...) PLAIN_CHECK(true, strcmp(a, b) != 0, __VA_ARGS__)
#define cr_assert_str_empty(a, ...) PLAIN_CHECK(true, (a)[0] == 0, __VA_ARGS__)
#define cr_assert_arr_eq(a, b, n, ...) PLAIN_CHECK(true, memcmp(a, b, n) == 0, __VA_ARGS__)
#define cr_assert_float_eq(a, b, e, ...) PLAIN_CHECK(true, fabs((a) - (b)) <= (e), __VA_ARGS__)

#define cr_expect(condition, ...) PLAIN_CHECK(false, condition, __VA_ARGS__)
#define cr_expect_not(condition, ...) PLAIN_CHECK(false, !(condition), __VA_ARGS__)
#define cr_expect_fail(...) PLAIN_CHECK(false, false, __VA_ARGS__)
#define cr_expect_null(a, ...) PLAIN_CHECK(false, (a) == NULL, __VA_ARGS__)
#define cr_expect_not_null(a, ...) PLAIN_CHECK(false, (a) != NULL, __VA_ARGS__)
#define cr_expect_eq(a, b, ...) PLAIN_CHECK(false, (a) == (b), __VA_ARGS__)
#define cr_expect_neq(a, b, ...) PLAIN_CHECK(false, (a) != (b), __VA_ARGS__)
#define cr_expect_lt(a, b, ...) PLAIN_CHECK(false, (a) < (b), __VA_ARGS__)
#define cr_expect_leq(a, b, ...) PLAIN_CHECK(false, (a) <= (b), __VA_ARGS__)
#define cr_expect_gt(a, b, ...) PLAIN_CHECK(false, (a) > (b), __VA_ARGS__)
#define cr_expect_geq(a, b, ...) PLAIN_CHECK(false, (a) >= (b), __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) PLAIN_CHECK(false, strcmp(a, b) == 0, __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...) PLAIN_CHECK(false, strcmp(a, b) != 0, __VA_ARGS__)
#define cr_expect_str_empty(a, ...) PLAIN_CHECK(false, (a)[0] == 0, __VA_ARGS__)
#define cr_expect_arr_eq(a, b, n, ...) PLAIN_CHECK(false, memcmp(a, b, n) == 0, __VA_ARGS__)
#define cr_expect_float_eq(a, b, e, ...) PLAIN_CHECK(false, fabs((a) - (b)) <= (e), __VA_ARGS__)

// In the thread of the test itself.
#define cr_skip_test(...)                                            \
  (plain_is_skipped = true, (void)printf("# " __VA_ARGS__), (void)putchar('\n'), \
   longjmp(plain_end, 1))

#define cr_log_info(...) (printf("# " __VA_ARGS__), (void)putchar('\n'))
#define cr_log_warn(...) cr_log_info(__VA_ARGS__)

// Runs one test; true when all its checks held.
static inline bool plain_run_test(const plain_test *test) {
  plain_n_failed_check = 0;
  plain_is_skipped = false;
  if (test->options.init != NULL) test->options.init();
  if (setjmp(plain_end) == 0) test->body();
  if (test->options.fini != NULL) test->options.fini();
  return plain_n_failed_check == 0;
}

#ifndef TW_PLAIN_SUPPORT  // which is linked into programs that have a main of their own

// Understands --tap=FILE, as Criterion does, and no other argument.
int main(int n_argument, char **arguments) {
  plain_thread = pthread_self();
  for (int i = 1; i < n_argument; i++) {
    if (strncmp(arguments[i], "--tap=", 6) == 0 && freopen(arguments[i] + 6, "w", stdout) == NULL)
      return 2;
  }
  int n = 0;
  for (const plain_test *test = plain_first; test != NULL; test = test->next) n++;
  printf("TAP version 13\n1..%d\n", n);
  bool is_good = true;
  for (const plain_test *test = plain_first; test != NULL; test = test->next) {
    const bool is_disabled = test->options.disabled;
    const bool has_passed = is_disabled || plain_run_test(test);
    printf("%sok - %s::%s%s\n", has_passed ? "" : "not ", test->suite, test->name,
           is_disabled ? " # SKIP disabled" : plain_is_skipped ? " # SKIP" : "");
    fflush(stdout);
    is_good = is_good && has_passed;
  }
  return is_good ? 0 : 1;
}

#endif
#endif
