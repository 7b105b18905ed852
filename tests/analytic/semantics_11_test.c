// SEMANTICS section 11, statistics: the window, what the end of the warm-up does, and identities
// that every run obeys.

#include "sentences.h"

#include <math.h>

// clang-format off: the lines are laid out by hand

// Shipped at 10, 20 and 30 s; the window is (10, 30].
Test(semantics_11, s11_1_the_window_is_open_at_the_warm_up_and_closed_at_the_horizon) {
  tw_run *run = run_of("'run': {'horizon': '30 s', 'warmup': '10 s'}, 'sources': {" ALWAYS("s")
                       "}, 'stations': {" MACHINE("A", "'time': '10 s'") "},"
                       "'flow': [['s', 'A', 'out']]", 30);
  expect_value(run, "line/shipped", 2);
  expect_value(run, "line/throughput", 0.1);
  expect_value(run, "stations/A/count/completions", 2);
  tw_run_free(run);
}

// Two parts from 0 s, 10 s each: one in the system in (10, 20], none in (20, 30].
Test(semantics_11, s11_1_the_end_of_the_warm_up_resets_integrals) {
  tw_run *run = run_of("'run': {'horizon': '30 s', 'warmup': '10 s'}, 'sources': {"
                       "'s': {'sequence': ['2 p']}}, 'buffers': {" BUFFER("q", "9") "},"
                       "'stations': {" MACHINE("A", "'time': '10 s'") "},"
                       "'flow': [['s', 'q', 'A', 'out']]", 30);
  expect_value(run, "line/wip/mean", 0.5);
  expect_value(run, "line/wip/max", 1);
  expect_value(run, "stations/A/state/processing", 0.5);
  expect_value(run, "stations/A/state/idle", 0.5);
  expect_value(run, "line/shipped", 1);
  tw_run_free(run);
}

// Part 2 came into q at 0 s and is shipped at 20 s, part 3 from 10 to 30 s.
Test(semantics_11, s11_1_parts_in_the_system_keep_their_entry_time) {
  tw_run *run = run_of("'run': {'horizon': '30 s', 'warmup': '10 s'}, 'sources': {" ALWAYS("s")
                       "}, 'buffers': {" BUFFER("q", "1") "}, 'stations': {"
                       MACHINE("A", "'time': '10 s'") "}, 'flow': [['s', 'q', 'A', 'out']]", 30);
  expect_value(run, "line/lead_time/mean", 20);
  expect_value(run, "line/wait/mean", 10);
  tw_run_free(run);
}

// Parts every 10 s for 4 s: L = 0.4 = 0.1 1/s times 4 s.
Test(semantics_11, s11_2_littles_law_is_reported_with_its_discrepancy) {
  tw_run *run = run_of("'sources': {" EVERY("s", "10 s", ", 'first': '0 s'") "}, 'stations': {"
                       MACHINE("A", "'time': '4 s'") "}, 'flow': [['s', 'A', 'out']]", 1000);
  expect_value(run, "line/wip/mean", 0.4);
  expect_value(run, "line/little/discrepancy", 0);
  tw_run_free(run);
}

// A part that is still in the system makes a difference: 10 s of one in (0, 14], none shipped.
Test(semantics_11, s11_2_the_discrepancy_shows_what_a_short_run_has_not_shipped) {
  tw_run *run = run_of("'sources': {" EVERY("s", "9 s", ", 'first': '0 s'") "}, 'stations': {"
                       MACHINE("A", "'time': '6 s'") "}, 'flow': [['s', 'A', 'out']]", 12);
  // L = (6 + 3) / 12, lambda W = 1/12 times 6
  expect_value(run, "line/little/discrepancy", (9.0 - 6.0) / 9.0);
  tw_run_free(run);
}

Test(semantics_11, s11_5_released_is_shipped_and_scrapped_and_in_the_system) {
  tw_line *line = test_line(test_rich_line, NULL);
  for (uint64_t seed = 1; seed <= 5; seed++) {
    tw_run *run = test_run(line, seed);
    cr_assert_eq(test_until(run, 60), TWIN_OK);
    const double before = test_value(run, "line/wip/now");
    cr_assert_eq(test_until(run, 900), TWIN_OK);
    const double gone = test_value(run, "line/shipped") + test_value(run, "line/scrapped");
    cr_expect_eq(test_value(run, "line/released"), gone + test_value(run, "line/wip/now") - before);
    tw_run_free(run);
  }
  tw_line_unref(line);
}

// The shares of the states of every machine, and of the station over its machines.
Test(semantics_11, s11_5_state_times_sum_to_the_window) {
  tw_line *line = test_line(test_rich_line, NULL);
  tw_run *run = test_run(line, 6);
  cr_assert_eq(test_until(run, 500), TWIN_OK);
  for (int32_t m = 0; m < line->n_machine; m++) {
    double sum_s = 0;
    for (int32_t k = 0; k < TW_N_STATE; k++) sum_s += test_in_state(run, m, k);
    cr_expect(fabs(sum_s - 440) < 1e-9, "machine %d: %.9g s", (int)m, sum_s);
  }
  tw_run_free(run);
  tw_line_unref(line);
}
