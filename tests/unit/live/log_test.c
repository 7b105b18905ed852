// log_test.c - the table of events: its order, its pieces, its names.

#include "live/log.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "support/event_log.h"

static tw_event event_at(int64_t time_us, int64_t line) {
  return (tw_event){.time_us = time_us,
                    .lo_us = time_us,
                    .hi_us = time_us,
                    .part = -1,
                    .type = -1,
                    .what = -1,
                    .measure = -1,
                    .line = line};
}

Test(event_log, is_in_order_of_time_and_of_arrival_at_equal_instants) {
  tw_event_log *log = tw_event_log_new(NULL);
  tw_log_names_enter(&log->names[TW_LOG_ENTITY], "saw", 3);
  uint32_t state = 1;
  for (int64_t i = 0; i < 5000; i++) {
    state = state * 1664525u + 1013904223u;
    const tw_event event = event_at(state >> 25, i);
    cr_assert(tw_event_log_add(log, &event));
  }
  cr_assert_eq(tw_event_log_seal(log, NULL), TWIN_OK);
  for (int64_t i = 1; i < log->n; i++) {
    cr_assert(log->time_us[i - 1] <= log->time_us[i]);
    if (log->time_us[i - 1] == log->time_us[i]) cr_assert(log->line[i - 1] < log->line[i]);
  }
  for (int64_t t = -1; t < 130; t++) {
    const int64_t at = tw_event_log_at(log, t);
    cr_expect(at == log->n || log->time_us[at] >= t);
    cr_expect(at == 0 || log->time_us[at - 1] < t);
  }
  tw_event_log_free(log);
}

Test(event_log, a_piece_has_its_events_and_all_names) {
  tw_event_log *log = test_short_log("0 start saw a; 5 complete saw a; 6 start mill a");
  tw_event_log *piece = tw_event_log_slice(log, 1, 1);
  cr_assert_not_null(piece);
  cr_assert_eq(piece->n, 1);
  cr_expect_eq(piece->transition[0], TW_DO_COMPLETE);
  cr_expect_eq(piece->names[TW_LOG_ENTITY].n, 2);
  cr_expect_eq(piece->line[0], 3);
  tw_event_log_free(piece);
  piece = tw_event_log_slice(log, 3, 0);
  cr_expect_eq(piece->n, 0);
  tw_event_log_free(piece);
  tw_event_log_free(log);
}

Test(event_log, findings_beyond_the_limit_are_counted) {
  tw_findings findings;
  tw_findings_init(&findings, NULL);
  const tw_finding finding = {.line = 1, .code = TW_FOUND_WORD};
  for (int64_t i = 0; i <= TW_LOG_FINDINGS_MAX; i++) tw_findings_add(&findings, &finding, NULL, 0);
  cr_expect_eq(findings.n, TW_LOG_FINDINGS_MAX);
  cr_expect_eq(findings.count[TW_FOUND_WORD], TW_LOG_FINDINGS_MAX + 1);
  tw_findings_free(&findings);
}

Test(event_log, what_stood_in_a_cell_is_shown_as_text_and_cut) {
  tw_findings findings;
  tw_findings_init(&findings, NULL);
  const tw_finding finding = {.line = 1, .code = TW_FOUND_WORD};
  static const char cell[] =
      "a\n\xff\xc3\xa4 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789";
  tw_findings_add(&findings, &finding, cell, sizeof cell - 1);
  const char *text = tw_log_names_text(&findings.texts, findings.at[0].text);
  cr_expect_str_eq(text, "a??\xc3\xa4 0123456789 0123456789 0123456789 0123456789 0123456789");
  tw_findings_free(&findings);
}

Test(event_log, names_have_the_numbers_in_which_they_came) {
  tw_log_names names;
  char text[16];
  tw_log_names_init(&names, NULL);
  for (int32_t round = 0; round < 2; round++)
    for (int32_t i = 0; i < 10000; i++) {
      const int n = snprintf(text, sizeof text, "part-%d", (int)i);
      cr_assert_eq(tw_log_names_enter(&names, text, (size_t)n), i);
    }
  cr_expect_eq(names.n, 10000);
  cr_expect_eq(tw_log_names_find(&names, "part-77", 7), 77);
  cr_expect_eq(tw_log_names_find(&names, "part-7", 6), 7);
  cr_expect_eq(tw_log_names_find(&names, "part", 4), -1);
  tw_log_names_free(&names);
}
