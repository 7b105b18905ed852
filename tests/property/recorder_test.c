// recorder_test.c - a recorder changes nothing: random lines with and without it, attached from the
// start or in between, come to the same state and statistics; and what it records does not depend
// on how the run was cut.

#include "observe/recorder.h"

#include <criterion/criterion.h>

#include "state/hash.h"
#include "support/collect.h"
#include "support/generate.h"

enum { N_PLAN = 60 };
static const double END_S = 900;

// Runs a line in pieces, recorded from `from_s` on when collect is not NULL; gives the full hash.
static uint64_t run_line(tw_line *line, test_collect *collect, double from_s, int32_t n_piece) {
  // lines whose times are minutes have calendars
  const double end_s = line->n_calendar > 0 ? 20 * END_S : END_S;
  tw_run *run = test_run(line, 5);
  twin_status status = test_until(run, from_s);
  if (collect != NULL) tw_recorder_attach(collect->recorder, run, 0);
  for (int32_t i = 1; i <= n_piece && status == TWIN_OK; i++)
    status = test_until(run, from_s + (end_s - from_s) * i / n_piece);
  if (collect != NULL) tw_recorder_detach(collect->recorder, status);
  const uint64_t hash = tw_run_hash(run, true);
  tw_run_free(run);
  return hash;
}

Test(recorder, changes_nothing_in_random_lines) {
  int32_t n = 0;
  for (uint64_t seed = 1; seed <= N_PLAN; seed++) {
    tw_line *line = test_seed_line(seed);
    if (line == NULL) continue;
    n++;
    const uint64_t alone = run_line(line, NULL, 0, 1);
    for (int32_t i = 0; i < 2; i++) {
      test_collect collect;
      test_collect_open(&collect, line);
      cr_assert_eq(run_line(line, &collect, i == 0 ? 0 : 333, 1), alone, "plan %d", (int)seed);
      test_collect_close(&collect);
    }
    tw_line_unref(line);
  }
  cr_assert(n > N_PLAN / 2, "%d lines", n);
}

Test(recorder, writes_the_same_however_the_run_is_cut) {
  for (uint64_t seed = 101; seed <= 101 + N_PLAN / 3; seed++) {
    tw_line *line = test_seed_line(seed);
    if (line == NULL) continue;
    uint64_t hash[2];
    for (int32_t i = 0; i < 2; i++) {
      test_collect collect;
      test_collect_open(&collect, line);
      run_line(line, &collect, 0, i == 0 ? 1 : 97);
      hash[i] = test_collect_hash(&collect);
      test_collect_close(&collect);
    }
    cr_assert_eq(hash[0], hash[1], "plan %d", (int)seed);
    tw_line_unref(line);
  }
}
