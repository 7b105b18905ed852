// assess_test.c - what a log is worth: work that was measured, and what contradicts itself.

#include "live/assess.h"

#include <criterion/criterion.h>
#include <math.h>

#include "support/event_log.h"

static void expect_found(const char *rows, const char *wanted) {
  tw_event_log *log = test_short_log(rows);
  cr_assert_not_null(log);
  tw_assessment assessment;
  tw_text found = {0};
  cr_assert(tw_assess(log, &assessment));
  test_findings(&assessment.found, &found);
  cr_expect_str_eq(found.at, wanted, "%s: %s", rows, found.at);
  tw_text_free(&found);
  tw_assessment_free(&assessment);
  tw_event_log_free(log);
}

Test(assess, a_log_without_contradictions_has_no_findings) {
  expect_found(
      "0 enter saw a; 0 start saw a; 2 suspend saw a; 3 resume saw a; 5 complete saw a; 6 leave saw a;"
      "6 enter mill a; 6 start mill a; 7 fail saw; 8 complete mill a; 9 scrap mill a; 9 repair saw",
      "");
}

Test(assess, each_contradiction_is_named_with_its_line) {
  expect_found("0 start saw a; 1 start saw a; 2 complete saw a", "3 start-twice; ");
  expect_found("0 start saw a; 1 start mill a; 2 complete saw a; 3 complete mill a",
               "3 two-places; ");
  expect_found("0 enter saw a; 1 leave saw a; 2 enter saw a; 3 enter mill a", "5 two-places; ");
  expect_found("0 enter saw a; 1 complete saw a", "3 complete-without-start; ");
  expect_found("0 start saw a; 1 start mill a; 2 complete mill a",
               "3 two-places; 2 start-without-complete; ");
  expect_found("0 start saw a; 1 leave saw a", "2 start-without-complete; ");
  expect_found("0 enter saw a; 1 suspend saw a", "3 suspend-without-start; ");
  expect_found("0 start saw a; 1 resume saw a; 2 complete saw a", "3 resume-without-suspend; ");
  expect_found("0 scrap saw a; 1 enter saw a", "3 after-scrap; ");
  expect_found("0 fail saw; 1 fail saw; 2 repair saw; 3 repair saw",
               "3 fail-twice; 5 repair-without-fail; ");
  expect_found("0 start saw a; 1 start saw b; 2 complete saw a; 3 complete saw b", "3 overlap; ");
  expect_found("0 start saw a; 0 start saw a; 1 complete saw a", "3 duplicate; ");
  expect_found("0 enter saw a; 1 complete saw a; 3 start saw a",
               "3 complete-without-start; 4 negative-duration; ");
}

Test(assess, what_the_log_cuts_off_is_no_contradiction) {
  expect_found("0 complete saw a; 1 start saw b; 2 start mill c; 3 complete mill c",
               "2 cut-begin; 3 cut-end; ");
  expect_found("0 repair saw", "2 cut-begin; ");
}

Test(assess, work_without_a_part_belongs_to_its_unit) {
  expect_found(
      "0 start saw; 5 complete saw; 6 start saw; 7 start mill; 9 complete saw; 9 complete mill",
      "");
  expect_found("0 start saw; 5 start saw; 6 complete saw", "3 start-twice; ");
}

Test(assess, durations_leave_suspensions_out_and_say_how_sure_they_are) {
  tw_event_log *log = test_event_log(
      "time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n"
      "2026-03-02T06:00:00,2026-03-02T05:59:30,2026-03-02T06:00:30,saw,1,start,a,,cut,,\n"
      "2026-03-02T06:02:00,,,saw,1,suspend,a,,,,\n"
      "2026-03-02T06:03:00,,,saw,1,resume,a,,,,\n"
      "2026-03-02T06:10:00,2026-03-02T06:09:30,2026-03-02T06:10:30,saw,1,complete,a,,,,\n"
      "2026-03-02T06:11:00,,,saw,1,start,b,,cut,,\n"
      "2026-03-02T06:12:00,,,saw,1,sample,b,,load,5,kW\n",
      NULL, NULL);
  tw_assessment assessment;
  cr_assert(tw_assess(log, &assessment));
  cr_assert_eq(assessment.n_operation, 2);
  cr_expect_eq(tw_operation_us(&assessment.operation[0]), 540000000);
  cr_expect_eq(assessment.operation[0].lo_us, 480000000);
  cr_expect_eq(assessment.operation[0].hi_us, 600000000);
  cr_expect_eq(assessment.operation[1].end_line, 0, "cut off");
  cr_expect_eq(tw_operation_us(&assessment.operation[1]), 60000000);
  cr_assert_eq(assessment.n_coverage, 1);
  cr_expect_eq(assessment.coverage[0].n_rounded, 2);
  cr_expect_eq(assessment.coverage[0].n_operation, 1);
  cr_expect_eq(assessment.coverage[0].count[TW_DO_START], 2);
  cr_expect_eq(assessment.widest_us, 60000000);
  int64_t n;
  tw_log_group *groups = tw_assess_durations(&assessment, &n);
  cr_assert_eq(n, 1);
  cr_expect_eq(groups[0].n, 1);
  cr_expect_eq(groups[0].n_cut, 1);
  cr_expect_float_eq(groups[0].median, 540, 1e-9);
  tw_memory_free(NULL, groups);
  groups = tw_assess_values(log, &n);
  cr_assert_eq(n, 1);
  cr_expect_eq(groups[0].transition, TW_DO_SAMPLE);
  cr_expect_float_eq(groups[0].mean, 5, 1e-12);
  tw_memory_free(NULL, groups);
  tw_assessment_free(&assessment);
  tw_event_log_free(log);
}

Test(assess, rounded_stamps_do_not_say_what_came_first) {
  tw_event_log *log = test_event_log(
      "time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n"
      "2026-03-02T06:00:00,2026-03-02T06:00:00,2026-03-02T06:00:59,saw,,start,a,,,,\n"
      "2026-03-02T06:00:00,2026-03-02T06:00:00,2026-03-02T06:00:59,saw,,complete,a,,,,\n",
      NULL, NULL);
  tw_assessment assessment;
  tw_text found = {0};
  cr_assert(tw_assess(log, &assessment));
  test_findings(&assessment.found, &found);
  cr_expect_str_eq(found.at, "3 uncertain-order; ");
  tw_text_free(&found);
  tw_assessment_free(&assessment);
  tw_event_log_free(log);
}

Test(assess, parts_that_stay_are_named_where_others_leave_for_good) {
  tw_event_log *log = test_event_log(
      "time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n"
      "2026-03-02T06:00:00,,,saw,,enter,a,,,,\n2026-03-02T06:00:01,,,saw,,enter,b,,,,\n"
      "2026-03-02T06:00:02,,,saw,,leave,a,,ship,,\n2026-03-02T06:00:03,,,mill,,enter,b,,,,\n",
      NULL, NULL);
  tw_assessment assessment;
  tw_text found = {0};
  cr_assert(tw_assess(log, &assessment));
  test_findings(&assessment.found, &found);
  cr_expect_str_eq(found.at, "5 cut-part; ");
  tw_text_free(&found);
  tw_assessment_free(&assessment);
  tw_event_log_free(log);
}
