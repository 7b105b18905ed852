// SEMANTICS 8.3, "KPIs can be cut by shift and production day": what the parts of a cut sum to, and
// that neither cuts of the run nor who looks on change them. Figures worked out by hand are in
// unit/observe/quantity_upkeep_test.c, rows of run files in unit/observe/recorder_test.c.

#include "sentences.h"

#include <math.h>

#include "engine/work.h"
#include "observe/quantity.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/collect.h"

// clang-format off: the line is laid out by hand

// A plant with two shifts, the later one over midnight, in hours: people of both, breakdowns,
// setups, maintenance, scrap, a break, overtime and stations on calendars of their own.
static const char plant[] =
    "'run': {'start': '2026-03-02T07:00:00', 'warmup': '5 h'}, 'parts': {'p': {'family': 'P'}, 'q': {'family': 'Q'}},"
    "'calendars': {'two': {'shifts': {'day': 'Mon-Fri 06:00-15:00', 'night': 'Mon-Thu 22:00-03:00'},"
    "  'breaks': {'lunch': 'Mon-Fri 11:00-11:30'}, 'closed': ['2026-03-05']},"
    "  'all': {'shifts': {'always': 'Mon-Sun 00:00-24:00'}}}, 'defaults': {'calendar': 'two'},"
    "'workers': {'ops': {'skills': ['run', 'mend'], 'count': 2, 'calendar': 'two', 'walk': '20 s'},"
    "  'fitters': {'skills': ['mend'], 'on_shift_end': 'finish', 'calendar': 'two'}},"
    "'sources': {'s': {'sequence': ['3 p', '2 q'], 'repeat': true}}, 'buffers': {'b': {'capacity': 5}},"
    "'stations': {"
    "  'A': {'type': 'machine', 'machines': 2, 'time': {'exponential': {'mean': '4 min'}}, 'scrap': 0.05,"
    "    'needs': ['run'], 'setup': {'matrix': {'other': '6 min'}, 'needs': ['run']},"
    "    'failures': {'jam': {'clock': 'processing', 'mtbf': {'exponential': {'mean': '1 h'}},"
    "      'repair': {'exponential': {'mean': '20 min'}}, 'needs': ['mend']}}},"
    "  'B': {'type': 'machine', 'calendar': 'all', 'time': {'exponential': {'mean': '2 min'}}},"
    "  'C': {'type': 'machine', 'on_shift_end': 'finish', 'time': {'exponential': {'mean': '2 min'}},"
    "    'maintenance': {'service': {'trigger': {'every': '5 h', 'clock': 'processing'}, 'duration': '30 min',"
    "      'needs': ['mend']}}}},"
    "'flow': [['s', 'A', 'b', 'B', 'C', 'out'], ['A.scrap', 'scrap']]";
// clang-format on

enum { HOUR_S = 3600, END_H = 8 * 24 };

// Every figure that is cut is, over all shifts and what is off shift, that of the window: ticks and
// parts exactly.
static void expect_sums(const tw_run *run) {
  const tw_line *line = run->line;
  const int32_t n_shift = line->calendar[line->shift_calendar_i].n_shift + 1;
  tw_shift sum = {0};
  for (int32_t k = 0; k < n_shift; k++) {
    const tw_shift shift = tw_shift_up_to_now(run, k);
    sum.good += shift.good;
    sum.scrapped += shift.scrapped;
    sum.time_us += shift.time_us;
  }
  const tw_head *head = run->head;
  cr_expect_eq(sum.good, head->n_shipped - head->shipped_before);
  cr_expect_eq(sum.scrapped, head->n_scrapped - head->scrapped_before);
  cr_expect_eq(sum.time_us, head->now_us - head->window_us);
  for (int32_t i = 0; i < line->n_machine; i++) {
    int64_t wanted_us[TW_N_STATE], sum_us[TW_N_STATE] = {0};
    tw_state_times(run, i, wanted_us);
    for (int32_t k = 0; k < n_shift; k++) {
      tw_machine_stat part;
      tw_shift_state_times(run, k, i, &part);
      for (int32_t s = 0; s < TW_N_STATE; s++) sum_us[s] += part.state_us[s];
    }
    for (int32_t s = 0; s < TW_N_STATE; s++)
      cr_expect_eq(sum_us[s], wanted_us[s], "machine %d state %d at %lld", i, s,
                   (long long)head->now_us);
  }
}

Test(semantics_8_figures, s8_3_kpis_cut_by_shift_sum_to_those_of_the_window) {
  for (int32_t with_warmup = 0; with_warmup < 2; with_warmup++) {
    tw_run *run = run_of(with_warmup ? plant : strstr(plant, "'parts'"), 0);
    for (int32_t hour = 1; hour <= END_H; hour++) {
      // on the edges of the shifts, and between them
      cr_assert_eq(test_until(run, hour * HOUR_S), TWIN_OK);
      expect_sums(run);
      cr_assert_eq(test_until(run, hour * HOUR_S + 1234.5), TWIN_OK);
      expect_sums(run);
    }
    cr_expect(run->head->n_shipped > 500 && run->head->n_scrapped > 20);
    tw_run_free(run);
  }
}

// Values of every figure that is listed, to the bit.
static void expect_same_figures(const tw_run *run, const tw_run *wanted) {
  for (int32_t i = 0; i < tw_quantity_count(run->line); i++) {
    const uint64_t quantity = tw_quantity_at(run->line, i);
    const double a = tw_quantity_value(run, quantity), b = tw_quantity_value(wanted, quantity);
    if (memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b))) continue;
    tw_text path = {0};
    tw_quantity_path(run->line, quantity, &path);
    cr_expect_fail("%s is %.17g, not %.17g", path.at, a, b);
    tw_text_free(&path);
  }
  cr_expect_eq(tw_run_hash(run, true), tw_run_hash(wanted, true));
}

Test(semantics_8_figures, s8_3_figures_by_shift_do_not_depend_on_cuts_of_the_run) {
  tw_run *wanted = run_of(plant, END_H * HOUR_S);
  for (int32_t cut = 1; cut < 60; cut++) {
    // 8 h, 15 h and 20 h after the start are edges of shifts, 5 h the end of the warm-up
    tw_run *run = run_of(plant, cut % 2 == 0 ? cut * HOUR_S : cut * HOUR_S * 0.77);
    size_t n_byte = 0;
    void *saved = test_save(run, &n_byte);
    tw_run *restored = test_run(run->line, 9);
    cr_assert_eq(tw_run_restore(restored, saved, n_byte, NULL), TWIN_OK, "cut %d", cut);
    expect_same_figures(restored, run);
    test_until(restored, END_H * HOUR_S);
    expect_same_figures(restored, wanted);
    free(saved);
    tw_run_free(restored);
    tw_run_free(run);
  }
  tw_run_free(wanted);
}

// The rows of a record from the start and of one from the second day on, and the figures of the run
// beside them.
Test(semantics_8_figures, s8_3_kpis_can_be_cut_by_production_day_by_whoever_looks_on) {
  tw_run *wanted = run_of(plant, END_H * HOUR_S), *run = run_of(plant, 0),
         *late = run_of(plant, 30 * HOUR_S);
  test_collect all, some;
  test_collect_open(&all, run->line);
  test_collect_open(&some, late->line);
  cr_assert_eq(tw_recorder_attach(all.recorder, run, 0), TWIN_OK);
  cr_assert_eq(tw_recorder_attach(some.recorder, late, 0), TWIN_OK);
  test_until(run, END_H * HOUR_S);
  test_until(late, END_H * HOUR_S);
  expect_same_figures(run, wanted);
  expect_same_figures(late, wanted);
  cr_assert_eq(tw_recorder_detach(all.recorder, TWIN_OK), TWIN_OK);
  cr_assert_eq(tw_recorder_detach(some.recorder, TWIN_OK), TWIN_OK);

  // rows follow each other without a gap and hold every part; those of a night are of its evening
  const int32_t t = TW_TABLE_SHIFTS, n = all.rows[t].n, n_late = some.rows[t].n;
  int64_t n_good = 0, n_scrapped = 0;
  for (int32_t i = 0; i < n; i++) {
    const double start_s = test_f64(&all, t, TW_AT(SHIFTS, START), i);
    cr_expect_eq(start_s, i == 0 ? 0 : test_f64(&all, t, TW_AT(SHIFTS, END), i - 1));
    const double date = floor((start_s + 7 * HOUR_S) / (24 * HOUR_S));
    cr_expect_eq(test_i32(&all, t, TW_AT(SHIFTS, DAY), i), date, "row %d", i);
    cr_expect_eq(test_i32(&all, t, TW_AT(SHIFTS, WHOLE), i), i > 0 && i < n - 1, "row %d", i);
    n_good += test_i64(&all, t, TW_AT(SHIFTS, GOOD), i);
    n_scrapped += test_i64(&all, t, TW_AT(SHIFTS, SCRAPPED), i);
  }
  cr_expect_eq(n_good, run->head->n_shipped);
  cr_expect_eq(n_scrapped, run->head->n_scrapped);
  cr_assert(n_late > 10 && n_late < n);
  // the later record has the same rows but for its first
  for (int32_t k = 1; k < n_late; k++)
    for (int32_t column = 0; column < tw_column_tables[t].n_column; column++) {
      const size_t size = tw_column_size(tw_column_tables[t].column[column].type);
      const char *a = some.rows[t].at[column], *b = all.rows[t].at[column];
      cr_expect_eq(memcmp(a + (size_t)k * size, b + (size_t)(n - n_late + k) * size, size), 0,
                   "row %d column %d", k, column);
    }
  cr_expect_eq(test_i32(&some, t, TW_AT(SHIFTS, WHOLE), 0), 0);
  cr_expect_eq(test_f64(&some, t, TW_AT(SHIFTS, START), 0), 30 * HOUR_S);
  test_collect_close(&all);
  test_collect_close(&some);
  tw_run_free(run);
  tw_run_free(late);
  tw_run_free(wanted);
}

static void expect_unsound(const tw_run *run, const char *what) {
  char why[200] = "";
  cr_expect(!tw_run_is_valid(run, why, sizeof why), "%s is taken", what);
}

// The present shift ends when its calendar says, parts of whole shifts are parts.
Test(semantics_8_figures, a_state_with_figures_that_cannot_be_is_refused) {
  tw_run *run = run_of(plant, 40 * HOUR_S);
  char why[200] = "";
  cr_assert(tw_run_is_valid(run, why, sizeof why), "%s", why);
  const tw_calendar *calendar = &run->line->calendar[run->line->shift_calendar_i];
  const tw_moment now = tw_calendar_at(calendar, tw_now(run));
  tw_plan(run, run->line->shift_slot, now.next_shift_us + 1);
  expect_unsound(run, "a shift that ends late");
  tw_cancel(run, run->line->shift_slot);
  expect_unsound(run, "a shift without an end");
  tw_plan(run, run->line->shift_slot, now.next_shift_us);
  cr_assert(tw_run_is_valid(run, why, sizeof why), "%s", why);

  run->shift[0].n_good = run->shift[0].good + 1;
  expect_unsound(run, "more parts in whole shifts than in all");
  run->shift[0].n_good = 0;
  run->shift[0].good++;
  expect_unsound(run, "a part that was not shipped");
  run->shift[0].good--;
  run->worker[0].walk_us = tw_worker_up_to_now(run, 0).busy_us + 1;
  expect_unsound(run, "a walk longer than the work");
  tw_run_free(run);
}
