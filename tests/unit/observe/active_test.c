// active_test.c - momentary bottlenecks against the definition: at every instant the longest period
// that holds it, successors chosen at the end of a bottleneck, found here by search over all periods.

#include "observe/active.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/line_text.h"

static void expect_shares(tw_active *active, int64_t now_us, const int64_t *sole,
                          const int64_t *shifting, int32_t n) {
  int64_t got_sole[8], got_shifting[8];
  tw_active_read(active, now_us, got_sole, got_shifting);
  for (int32_t i = 0; i < n; i++) {
    cr_expect_eq(got_sole[i], sole[i], "sole of %d: %lld", (int)i, (long long)got_sole[i]);
    cr_expect_eq(got_shifting[i], shifting[i], "shifting of %d: %lld", (int)i,
                 (long long)got_shifting[i]);
  }
}

Test(active, names_the_longest_period_and_splits_where_two_overlap) {
  tw_active *active = tw_active_new(3, NULL);
  // 0: 0-100, 2: 20-40 (within it), 1: 80-300
  tw_active_set(active, 0, true, 0);
  tw_active_set(active, 2, true, 20);
  tw_active_set(active, 2, false, 40);
  tw_active_set(active, 1, true, 80);
  tw_active_set(active, 0, false, 100);
  tw_active_set(active, 1, false, 300);
  expect_shares(active, 400, (int64_t[]){80, 200, 0}, (int64_t[]){20, 20, 0}, 3);
  // a read ends open periods for itself only
  tw_active_set(active, 2, true, 350);
  expect_shares(active, 400, (int64_t[]){80, 200, 50}, (int64_t[]){20, 20, 0}, 3);
  expect_shares(active, 500, (int64_t[]){80, 200, 150}, (int64_t[]){20, 20, 0}, 3);
  tw_active_free(active);
}

Test(active, skips_a_period_that_is_shorter_than_another_at_the_same_end) {
  tw_active *active = tw_active_new(3, NULL);
  // when 0 ends at 100, both 1 (60-130) and 2 (90-400) are active: 2 is the longer one
  tw_active_set(active, 0, true, 0);
  tw_active_set(active, 1, true, 60);
  tw_active_set(active, 2, true, 90);
  tw_active_set(active, 0, false, 100);
  tw_active_set(active, 1, false, 130);
  tw_active_set(active, 2, false, 400);
  expect_shares(active, 400, (int64_t[]){90, 0, 300}, (int64_t[]){10, 0, 10}, 3);
  tw_active_free(active);
}

Test(active, counts_from_a_reset_on) {
  tw_active *active = tw_active_new(2, NULL);
  tw_active_set(active, 0, true, 0);
  tw_active_set(active, 1, true, 10);
  tw_active_set(active, 1, false, 30);
  tw_active_reset(active, 50);
  tw_active_set(active, 0, false, 80);
  expect_shares(active, 90, (int64_t[]){30, 0}, (int64_t[]){0, 0}, 2);
  tw_active_free(active);
}

enum { N_MACHINE = 4, N_PERIOD = 400, N_STEP = 300 };

typedef struct period {
  int64_t from_us, to_us;
  int32_t machine_i;
} period;

// The longest of all periods with from <= at < to (or = to for a successor), the first begun of equals.
static int32_t longest_at(const period *all, int32_t n, int64_t at_us, int64_t after_us) {
  int32_t best = -1;
  for (int32_t i = 0; i < n; i++) {
    if (all[i].from_us > at_us || all[i].to_us <= after_us) continue;
    if (best < 0 || all[i].to_us - all[i].from_us > all[best].to_us - all[best].from_us ||
        (all[i].to_us - all[i].from_us == all[best].to_us - all[best].from_us &&
         (all[i].from_us < all[best].from_us ||
          (all[i].from_us == all[best].from_us && all[i].machine_i < all[best].machine_i))))
      best = i;
  }
  return best;
}

// The definition, with all periods at hand.
static void search(const period *all, int32_t n, int64_t *sole, int64_t *shifting) {
  for (int32_t i = 0; i < N_MACHINE; i++) sole[i] = shifting[i] = 0;
  int64_t before_us = 0;
  int32_t at = -1;
  for (;;) {
    if (at < 0) {  // nobody: the first to begin after this
      int64_t first_us = INT64_MAX;
      for (int32_t i = 0; i < n; i++)
        if (all[i].from_us >= before_us && all[i].to_us > before_us && all[i].from_us < first_us)
          first_us = all[i].from_us;
      if (first_us == INT64_MAX) return;
      at = longest_at(all, n, first_us, first_us);
    }
    const int32_t next = longest_at(all, n, all[at].to_us, all[at].to_us);
    const int64_t from_us = all[at].from_us > before_us ? all[at].from_us : before_us;
    int64_t to_us = all[at].to_us;
    if (next >= 0 && all[next].from_us < to_us) to_us = all[next].from_us;
    const int64_t sole_us = to_us > from_us ? to_us - from_us : 0;
    sole[all[at].machine_i] += sole_us;
    shifting[all[at].machine_i] += all[at].to_us - all[at].from_us - sole_us;
    before_us = all[at].to_us;
    at = next;
  }
}

Test(active, finds_in_one_pass_what_a_search_over_all_periods_finds) {
  for (uint64_t seed = 1; seed <= 200; seed++) {
    test_random random = {seed, 0};
    tw_active *active = tw_active_new(N_MACHINE, NULL);
    period all[N_PERIOD];
    int64_t begin[N_MACHINE] = {-1, -1, -1, -1};
    int32_t n = 0;
    for (int64_t t = 0; t <= N_STEP; t++)
      for (int32_t m = 0; m < N_MACHINE; m++) {
        if (!test_chance(&random, t == N_STEP ? 0 : 12)) continue;
        if (begin[m] < 0) {
          begin[m] = t;
        } else {
          if (t > begin[m]) all[n++] = (period){begin[m], t, m};
          begin[m] = -1;
        }
        tw_active_set(active, m, begin[m] >= 0, t);
      }
    for (int32_t m = 0; m < N_MACHINE; m++)
      if (begin[m] >= 0 && begin[m] < N_STEP) all[n++] = (period){begin[m], N_STEP, m};
    int64_t sole[N_MACHINE], shifting[N_MACHINE];
    search(all, n, sole, shifting);
    expect_shares(active, N_STEP, sole, shifting, N_MACHINE);
    tw_active_free(active);
  }
}
