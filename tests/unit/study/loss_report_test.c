// loss_report_test.c - tables of replications folded by hand: a row that a replication does not have
// counts as nothing there.

#include "study/loss_report.h"

#include <math.h>

#include "analytic/sentences.h"

#define PAIR \
  "'sources': {" ALWAYS("raw") "}, 'stations': {" MACHINE("A", "'time': '10 s'") "," \
    MACHINE("B", "'time': '30 s'") "}, 'flow': [['raw', 'A', 'B', 'out']]"

static tw_loss loss_of(int32_t station_i, int32_t kind, double time_s) {
  return (tw_loss){.key = {station_i, kind, TW_NONE, station_i, kind, TW_NONE},
                   .time_s = time_s,
                   .parts = time_s / 10,
                   .per_shift = time_s / 5};
}

static tw_line *pair_line(void) {
  tw_line *line = test_quoted_line(PAIR, NULL);
  cr_assert_not_null(line);
  return line;
}

static void make_report(const tw_line *line, const tw_loss_table *tables, int32_t n,
                        tw_loss_report *report) {
  tw_loss_fold fold = {0};
  for (int32_t t = 0; t < n; t++) cr_assert(tw_loss_fold_add(&fold, line, &tables[t]));
  cr_assert(tw_loss_report_make(line, &fold, 0.95, report));
  tw_loss_fold_free(&fold);
}

// The row that only the last of many has counts as 0 in all before it, and what a fold holds does not
// grow with the number of replications.
Test(loss_report, a_row_that_comes_late_was_nothing_before) {
  tw_line *line = pair_line();
  const int32_t a = test_place(line, "A"), b = test_place(line, "B");
  tw_station_sum station[] = {{.place_i = a, .planned_us = 100}, {.place_i = b, .planned_us = 100}};
  tw_loss usual[] = {loss_of(a, TWIN_IDLE, 4)};
  tw_loss rare[] = {loss_of(a, TWIN_IDLE, 4), loss_of(b, TWIN_SETUP, 1000)};
  tw_loss_table table = {1, 2, usual, station, 100, NULL};
  tw_loss_fold fold = {0};
  for (int32_t t = 0; t < 999; t++) cr_assert(tw_loss_fold_add(&fold, line, &table));
  cr_assert_eq(fold.n_loss, 1);
  table = (tw_loss_table){2, 2, rare, station, 100, NULL};
  cr_assert(tw_loss_fold_add(&fold, line, &table));
  cr_assert_eq(fold.n_loss, 2);
  cr_assert_eq(fold.n, 1000);
  tw_loss_report report;
  cr_assert(tw_loss_report_make(line, &fold, 0.95, &report));
  cr_expect_eq(report.loss[0].figure[TW_LOSS_TIME].mean, 4);
  cr_expect_eq(report.loss[0].figure[TW_LOSS_TIME].half_width, 0);
  cr_expect_float_eq(report.loss[1].figure[TW_LOSS_TIME].mean, 1, 1e-12);
  // of 999 zeros and one 1000: sd = sqrt(1000), over sqrt(1000) that is 1, t(0.975, 999) = 1.96234
  cr_expect_float_eq(report.loss[1].figure[TW_LOSS_TIME].half_width, 1.96234, 1e-4);
  tw_loss_report_free(&report);
  tw_loss_fold_free(&fold);
  tw_line_unref(line);
}

Test(loss_report, joins_rows_by_their_keys) {
  tw_line *line = pair_line();
  const int32_t a = test_place(line, "A"), b = test_place(line, "B");
  tw_loss first[] = {loss_of(a, TWIN_FAILED_REPAIR, 20), loss_of(a, TWIN_IDLE, 4)};
  tw_loss second[] = {loss_of(a, TWIN_FAILED_REPAIR, 40), loss_of(b, TWIN_SETUP, 8)};
  tw_station_sum stations[2][2];
  for (int32_t t = 0; t < 2; t++) {
    stations[t][0] = (tw_station_sum){.place_i = a, .planned_us = 100, .good = 5};
    stations[t][1] = (tw_station_sum){.place_i = b, .planned_us = 100, .good = 7 + 2 * t};
    stations[t][1].state_us[TWIN_PROCESSING] = 80;
    stations[t][0].state_us[TWIN_BLOCKED] = 50;
    stations[t][0].state_us[TWIN_PROCESSING] = 50;
    stations[t][1].state_us[TWIN_STARVED] = 20;
  }
  const tw_loss_table tables[] = {{2, 2, first, stations[0], 100, NULL},
                                 {2, 2, second, stations[1], 100, NULL}};
  tw_loss_report report;
  make_report(line, tables, 2, &report);
  cr_assert_eq(report.n_loss, 3);
  cr_expect_eq(report.loss[0].key.kind, TWIN_FAILED_REPAIR);
  cr_expect_float_eq(report.loss[0].figure[TW_LOSS_TIME].mean, 30, 1e-12);
  cr_expect_float_eq(report.loss[0].figure[TW_LOSS_PARTS].mean, 3, 1e-12);
  cr_expect_float_eq(report.loss[1].figure[TW_LOSS_TIME].mean, 2, 1e-12);
  cr_expect_float_eq(report.loss[2].figure[TW_LOSS_TIME].mean, 4, 1e-12);
  // t quantile for one degree of freedom: 12.7062; sd of 20 and 40 over sqrt 2 is 10
  cr_expect_float_eq(report.loss[0].figure[TW_LOSS_TIME].half_width, 127.062, 1e-3);
  cr_expect_float_eq(report.station[1][TW_STATION_GOOD].mean, 8, 1e-12);
  cr_expect_float_eq(report.station[1][TW_STATION_OCCUPIED].mean, 0.8, 1e-12);
  cr_expect_eq(report.bottleneck.best, 1);
  cr_expect(report.loss[2].is_of_line);
  cr_expect_not(report.loss[0].is_of_line);
  tw_loss_report_free(&report);
  tw_line_unref(line);
}

Test(loss_report, of_one_run_has_no_interval) {
  tw_line *line = pair_line();
  tw_run *run = test_run(line, 1);
  tw_losses *losses = tw_losses_new(line);
  cr_assert_eq(tw_losses_attach(losses, run), TWIN_OK);
  test_until(run, 100);
  tw_loss_table table;
  cr_assert_eq(tw_losses_read(losses, &table), TWIN_OK);
  tw_loss_report report;
  make_report(line, &table, 1, &report);
  cr_assert_eq(report.n_loss, table.n_loss);
  for (int32_t i = 0; i < report.n_loss; i++) {
    cr_expect_eq(report.loss[i].figure[TW_LOSS_TIME].mean, table.loss[i].time_s);
    cr_expect(isnan(report.loss[i].figure[TW_LOSS_TIME].half_width));
  }
  tw_loss_report_free(&report);
  tw_loss_table_free(&table);
  tw_losses_free(losses);
  tw_run_free(run);
  tw_line_unref(line);
}
