// lifecycle_test.c - runs are made, forked, saved, restored and freed a thousand times, which the leak
// checker watches; and a run of a line with bounded work in process takes no memory after it is made.

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "state/hash.h"
#include "state/snapshot.h"
#include "support/line_text.h"

// Under a sanitizer memory is counted by that one, and malloc must stay its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_COUNT 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define CAN_COUNT 0
#endif
#endif
#if !defined(CAN_COUNT) && defined(__GLIBC__)
#define CAN_COUNT 1
#elif !defined(CAN_COUNT)
#define CAN_COUNT 0
#endif

static int64_t n_allocation;

#if CAN_COUNT
// The C library's own functions behind malloc and its kin; these stand before them and count.
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *at, size_t n);

void *malloc(size_t n) {
  __atomic_add_fetch(&n_allocation, 1, __ATOMIC_RELAXED);
  return __libc_malloc(n);
}

void *calloc(size_t n, size_t size) {
  __atomic_add_fetch(&n_allocation, 1, __ATOMIC_RELAXED);
  return __libc_calloc(n, size);
}

void *realloc(void *at, size_t n) {
  __atomic_add_fetch(&n_allocation, 1, __ATOMIC_RELAXED);
  return __libc_realloc(at, n);
}
#endif

// Bounded: what is in it can be counted from the file. No buffer is unlimited, the source only gives
// what is taken.
static const char bounded_line[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"a\": {}, \"b\": {\"priority\": 1}},"
    " \"workers\": {\"fitters\": {\"count\": 1, \"skills\": [\"mend\"]}},"
    " \"sources\": {\"in\": {\"mix\": {\"a\": 1, \"b\": 1}, \"repeat\": true}},"
    " \"buffers\": {\"q1\": {\"capacity\": 3, \"queue\": \"priority\"},"
    "  \"q2\": {\"capacity\": 2, \"min_stay\": \"1 s\", \"max_stay\": \"9 s\"},"
    "  \"q3\": {\"capacity\": 2}},"
    " \"stations\": {"
    "  \"s1\": {\"type\": \"machine\", \"machines\": 2, \"time\": {\"exponential\": {\"mean\": "
    "\"2 s\"}}, \"failures\": {\"f\": {\"clock\": \"processing\", \"mtbf\": {\"exponential\": "
    "{\"mean\": \"30 s\"}}, \"repair\": \"5 s\", \"part\": \"eject\", \"needs\": [\"mend\"]}}},"
    "  \"s2\": {\"type\": \"machine\", \"time\": \"1 s\", \"blocking\": \"before-service\"},"
    "  \"s3\": {\"type\": \"machine\", \"time\": {\"gamma\": {\"mean\": \"1 s\", \"cv\": 0.3}},"
    "   \"scrap\": \"0.1\", \"exits\": {\"probability\": {\"again\": 0.01, \"pass\": 0.99}}}},"
    " \"flow\": [[\"in\", \"q1\", \"s1\", \"q2\", \"s2\", \"q3\", \"s3\"],"
    "  [\"s3.pass\", \"out\"], [\"s3.again\", \"q1\"]]}";

// Ten stations in a row, without anything else.
static const char plain_line[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"a\": {}},"
    " \"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true}},"
    " \"buffers\": {\"q1\": {\"capacity\": 5}, \"q2\": {\"capacity\": 5}},"
    " \"stations\": {"
    "  \"s1\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 s\"}}},"
    "  \"s2\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 s\"}}},"
    "  \"s3\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 s\"}}}},"
    " \"flow\": [[\"in\", \"s1\", \"q1\", \"s2\", \"q2\", \"s3\", \"out\"]]}";

static tw_line *read_line(const char *text) {
  tw_text why = {0};
  tw_line *line = test_line(text, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_text_free(&why);
  return line;
}

Test(lifecycle, a_thousand_runs_are_made_forked_saved_restored_and_freed) {
  static const char *const texts[] = {test_rich_line, bounded_line, test_work_line};
  for (uint64_t i = 0; i < 1000; i++) {
    // some runs outlive the caller's hold on their line
    tw_line *line = read_line(texts[i % 4 % 3]);
    tw_run *run = test_run(line, i);
    if (i % 3 == 0) tw_line_unref(line);
    test_until(run, (double)(i % 40));
    tw_run *fork = tw_run_fork(run);
    test_until(fork, (double)(i % 40) + 60);
    size_t n_byte;
    void *bytes = test_save(fork, &n_byte);
    cr_assert_eq(tw_run_restore(run, bytes, n_byte, NULL), TWIN_OK);
    cr_assert_eq(tw_run_hash(run, true), tw_run_hash(fork, true));
    cr_assert_eq(tw_run_copy(fork, run), TWIN_OK);
    free(bytes);
    tw_run_free(run);
    test_until(fork, 120);
    tw_run_free(fork);
    if (i % 3 != 0) tw_line_unref(line);
  }
}

// Errors on the way leave nothing behind either.
Test(lifecycle, runs_that_stop_with_an_error_are_freed_too) {
  static const char full[] =
      "{\"libtwin\": \"1.0\", \"run\": {\"max_parts\": 50}, \"parts\": {\"a\": {}},"
      " \"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true, \"every\": \"1 s\"}},"
      " \"stations\": {\"s\": {\"type\": \"machine\", \"time\": \"2 s\"}},"
      " \"flow\": [[\"in\", \"s\", \"out\"]]}";
  tw_line *line = read_line(full);
  for (uint64_t i = 0; i < 100; i++) {
    twin_problems *problems = twin_problems_new();
    tw_run *run = test_run(line, i);
    cr_assert_eq(tw_run_until(run, INT64_C(1000000000), problems), TWIN_ERR_MAX_PARTS);
    cr_assert_eq(tw_run_until(run, INT64_C(1000000000), problems), TWIN_ERR_POISONED);
    cr_assert_eq(twin_problems_count(problems, -1), 2);
    tw_run_free(run);
    twin_problems_free(problems);
  }
  tw_line_unref(line);
}

// Counts what a run takes between two instants.
static void expect_no_allocation(const char *text, double from_s, double to_s) {
  tw_line *line = read_line(text);
  tw_run *run = test_run(line, 1);
  if (from_s > 0) cr_assert_eq(test_until(run, from_s), TWIN_OK);
  const char *const block = run->block;
  const int64_t n_before = n_allocation;
  const twin_status status = test_until(run, to_s);
  const int64_t n = n_allocation - n_before;
  cr_expect_eq(status, TWIN_OK, "%d", (int)status);
  cr_expect_eq(n, 0, "%lld allocations in %llu events", (long long)n,
               (unsigned long long)run->head->n_event);
  cr_expect_eq(run->block, block, "the block has moved");
  cr_expect_gt(run->head->n_event, 1000);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(lifecycle, a_run_of_bounded_work_takes_no_memory_after_it_is_made, .disabled = !CAN_COUNT) {
  expect_no_allocation(plain_line, 0, 5000);
}

// Where parts can go round, the search for a deadlock has its memory from the first block on.
Test(lifecycle, a_loop_takes_no_memory_once_it_has_blocked, .disabled = !CAN_COUNT) {
  expect_no_allocation(bounded_line, 100, 5000);
}

// A copy into a run that is large enough takes none: what a twin does a thousand times a minute.
Test(lifecycle, a_copy_that_fits_takes_no_memory, .disabled = !CAN_COUNT) {
  tw_line *line = read_line(bounded_line);
  tw_run *run = test_run(line, 1), *copy = test_run(line, 2);
  test_until(run, 300);
  cr_assert_eq(tw_run_copy(copy, run), TWIN_OK);
  const int64_t n_before = n_allocation;
  for (int32_t i = 0; i < 100; i++) {
    tw_run_copy(copy, run);
    test_until(copy, 320);
  }
  const int64_t n = n_allocation - n_before;
  cr_expect_leq(n, 1, "%lld allocations", (long long)n);
  tw_run_free(run);
  tw_run_free(copy);
  tw_line_unref(line);
}
