// event_inlet_test.c - the order in which events leave an inlet does not depend on the order in
// which they came, as long as none is later than is allowed; what is late, doubled or lost is
// found.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/inlet.h"
#include "live/out.h"
#include "support/event_log.h"

enum { N = 3000, LATENESS_US = 5000 };

typedef struct given {
  tw_inlet_event event;
  char part[16];
  int64_t comes_us;  // when it arrives
} given;

static uint32_t state;
static uint32_t random_below(uint32_t n) {
  state = state * 1664525u + 1013904223u;
  return (state >> 8) % n;
}

// Events with many ties: instants of a few values, as many parts, three entities.
static given *make_events(bool has_sequence) {
  static const char *const entities[] = {"saw", "mill", "furnace"};
  given *made = calloc(N, sizeof *made);
  for (int64_t i = 0; i < N; i++) {
    const int64_t us = 100 * (i / 7);
    snprintf(made[i].part, sizeof made[i].part, "p%d", (int)(i % 11));
    made[i].event = (tw_inlet_event){.time_us = us,
                                     .lo_us = us,
                                     .hi_us = us,
                                     .sequence = has_sequence ? i : -1,
                                     .entity = entities[i % 3],
                                     .part = made[i].part,
                                     .unit = (int32_t)(i % 2),
                                     .transition = (int32_t)(i % TW_TRANSITION_N),
                                     .value = i % 5 == 0 ? (double)NAN : (double)i};
  }
  return made;
}

static int compare_arrival(const void *a, const void *b) {
  const given *x = a, *y = b;
  return (x->comes_us > y->comes_us) - (x->comes_us < y->comes_us);
}

// Lets each event come later than it is, by less than the lateness.
static void shuffle(given *events, uint32_t seed) {
  state = seed;
  for (int64_t i = 0; i < N; i++)
    events[i].comes_us =
        64 * (events[i].event.time_us + random_below(LATENESS_US)) + random_below(64);
  qsort(events, N, sizeof *events, compare_arrival);
  for (int64_t i = 0; i < N; i++) events[i].event.part = events[i].part;
}

static bool collect(void *user, const char *bytes, size_t n) {
  tw_text_add_n(user, bytes, n);
  return true;
}

// All that leaves, taken in pieces, as CSV.
static void leave_all(const given *events, int64_t n_max, tw_text *out, int64_t count[TW_FOUND_N]) {
  tw_inlet *inlet = tw_inlet_new(LATENESS_US, n_max, true, NULL);
  for (int64_t i = 0; i <= N; i++) {
    tw_event_log *log;
    if (i < N) cr_assert_eq(tw_inlet_push(inlet, &events[i].event), TWIN_OK);
    if (i < N && i % 500 != 499) continue;
    cr_assert_eq(tw_inlet_take(inlet, i == N, &log), TWIN_OK);
    cr_assert(tw_csv_log_write(log, (tw_byte_target){collect, out}));
    for (int32_t k = 0; k < TW_FOUND_N; k++) count[k] += log->found.count[k];
    tw_event_log_free(log);
  }
  cr_expect_eq(tw_inlet_waiting(inlet), 0);
  tw_inlet_free(inlet);
}

// Heads of the pieces are in it, too, at other places: they are taken out.
static void drop_heads(tw_text *text) {
  tw_text made = {0};
  for (const char *at = text->at; *at != 0;) {
    const char *end = strchr(at, '\n') + 1;
    if (strncmp(at, "time,", 5) != 0) tw_text_add_n(&made, at, (size_t)(end - at));
    at = end;
  }
  tw_text_free(text);
  *text = made;
}

Test(event_inlet, shuffling_within_the_lateness_gives_the_identical_order) {
  for (int has_sequence = 0; has_sequence < 2; has_sequence++) {
    given *events = make_events(has_sequence != 0);
    tw_text first = {0};
    int64_t count[TW_FOUND_N] = {0};
    leave_all(events, 0, &first, count);
    drop_heads(&first);
    for (uint32_t seed = 1; seed <= 10; seed++) {
      tw_text again = {0};
      shuffle(events, seed);
      leave_all(events, 0, &again, count);
      drop_heads(&again);
      cr_expect_str_eq(first.at, again.at, "seed %u", seed);
      tw_text_free(&again);
    }
    for (int32_t k = 0; k < TW_FOUND_N; k++) cr_expect_eq(count[k], 0, "%s", tw_finding_words[k]);
    tw_text_free(&first);
    free(events);
  }
}

static void push(tw_inlet *inlet, int64_t us, int64_t sequence, const char *part) {
  const tw_inlet_event event = {.time_us = us,
                                .lo_us = us,
                                .hi_us = us,
                                .sequence = sequence,
                                .entity = "saw",
                                .part = part,
                                .transition = TW_DO_START,
                                .value = NAN};
  cr_assert_eq(tw_inlet_push(inlet, &event), TWIN_OK);
}

static void expect_taken(tw_inlet *inlet, bool is_end, int64_t n, const char *found) {
  tw_event_log *log;
  tw_text said = {0};
  cr_assert_eq(tw_inlet_take(inlet, is_end, &log), TWIN_OK);
  cr_expect_eq(log->n, n);
  test_findings(&log->found, &said);
  cr_expect_str_eq(said.at, found, "%s", said.at);
  tw_text_free(&said);
  tw_event_log_free(log);
}

Test(event_inlet, what_is_too_late_doubled_or_lost_is_found) {
  tw_inlet *inlet = tw_inlet_new(100, 0, false, NULL);
  push(inlet, 1000, 1, "a");
  push(inlet, 950, 0, "b");
  push(inlet, 1000, 1, "a");
  push(inlet, 899, 9, "c");
  push(inlet, 1200, 4, "d");
  expect_taken(inlet, false, 2, "3 duplicate; 4 too-late; ");
  push(inlet, 1100, 3, "e");
  expect_taken(inlet, true, 2, "6 lost; ");
  push(inlet, 1200, 5, "f");
  expect_taken(inlet, true, 0, "7 too-late; ");
  tw_inlet_free(inlet);
  inlet = tw_inlet_new(100, 0, false, NULL);
  push(inlet, 10, -1, "a");
  push(inlet, 10, -1, "a");
  push(inlet, 10, -1, "b");
  expect_taken(inlet, true, 2, "2 duplicate; ");
  tw_inlet_free(inlet);
}

Test(event_inlet, the_clock_lets_events_leave_when_none_come) {
  tw_inlet *inlet = tw_inlet_new(100, 0, false, NULL);
  push(inlet, 1000, -1, "a");
  cr_expect_eq(tw_inlet_advance(inlet, 1100), TWIN_OK);
  cr_expect_eq(tw_inlet_waiting(inlet), 1, "one of the same instant may still come");
  cr_expect_eq(tw_inlet_advance(inlet, 1101), TWIN_OK);
  cr_expect_eq(tw_inlet_waiting(inlet), 0);
  expect_taken(inlet, true, 1, "");
  tw_inlet_free(inlet);
}

Test(event_inlet, no_more_wait_than_are_allowed) {
  tw_inlet *inlet = tw_inlet_new(1000000, 4, false, NULL);
  for (int64_t i = 0; i < 10; i++) {
    push(inlet, 10 * i, -1, "a");
    cr_expect(tw_inlet_waiting(inlet) <= 4);
  }
  push(inlet, 5, -1, "late");
  expect_taken(inlet, true, 10, "11 too-late; ");
  tw_inlet_free(inlet);
}

Test(event_inlet, what_is_no_event_is_refused) {
  tw_inlet *inlet = tw_inlet_new(100, 0, false, NULL);
  const tw_inlet_event good = {.entity = "saw", .transition = TW_DO_START, .value = NAN};
  tw_inlet_event events[6];
  for (int i = 0; i < 6; i++) events[i] = good;
  events[0].entity = NULL;
  events[1].entity = "";
  events[2].transition = TW_TRANSITION_N;
  events[3].hi_us = -1;
  events[4].part = "\xff";
  events[5].unit = -1;
  for (int i = 0; i < 6; i++)
    cr_expect_eq(tw_inlet_push(inlet, &events[i]), TWIN_ERR_ARGUMENT, "%d", i);
  cr_expect_eq(tw_inlet_push(inlet, &good), TWIN_OK);
  tw_inlet_free(inlet);
}
