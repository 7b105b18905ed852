// csv_out_test.c - logs out as CSV, and back: the same events, and the same bytes.

#include "live/out.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/event_log.h"

static bool collect(void *user, const char *bytes, size_t n) {
  tw_text_add_n(user, bytes, n);
  return true;
}

static bool refuse(void *user, const char *bytes, size_t n) {
  (void)user;
  (void)bytes;
  (void)n;
  return false;
}

static const char csv[] =
    "time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n"
    "2026-03-02T06:00:00.000000Z,,,saw,2,start,\"a,1\",A,\"cut \"\"deep\"\"\",,\n"
    "2026-03-02T06:00:00.000001Z,2026-03-02T05:59:59.500000Z,2026-03-02T06:00:00.500000Z,saw,,sample,,,T,0.1,K\n"
    "2026-03-02T06:00:00.000001Z,,,saw,,fail,,,jam,,\n";

Test(csv_out, what_is_written_is_read_back_and_written_the_same) {
  tw_event_log *log = test_event_log(csv, NULL, NULL);
  tw_text first = {0};
  cr_assert_not_null(log);
  cr_assert_eq(tw_findings_total(&log->found), 0);
  cr_assert(tw_csv_log_write(log, (tw_byte_target){collect, &first}));
  cr_expect_str_eq(first.at, csv);
  tw_event_log_free(log);
  tw_text_free(&first);
}

Test(csv_out, a_full_disk_is_said) {
  tw_event_log *log = test_event_log(csv, NULL, NULL);
  cr_expect_not(tw_csv_log_write(log, (tw_byte_target){refuse, NULL}));
  tw_event_log_free(log);
}
