// xes_out_test.c - XES out: a trace for each part, texts as XML has them.

#include <criterion/criterion.h>
#include <string.h>

#include "live/out.h"
#include "support/event_log.h"

static bool collect(void *user, const char *bytes, size_t n) {
  tw_text_add_n(user, bytes, n);
  return true;
}

Test(xes_out, parts_are_traces_and_names_are_escaped) {
  tw_event_log *log =
      test_event_log("time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n"
                     "2026-03-02T06:00:00.000000Z,,,saw,2,start,<a&\"b\">,A,cut,,\n"
                     "2026-03-02T06:00:01.000000Z,,,saw,,sample,,,T,0.5,K\n"
                     "2026-03-02T06:00:02.000000Z,,,saw,2,complete,<a&\"b\">,A,cut,,\n",
                     NULL, NULL);
  cr_assert_not_null(log);
  tw_text out = {0};
  cr_assert(tw_xes_log_write(log, (tw_byte_target){collect, &out}));
  const char *first =
      strstr(out.at, "<trace><string key=\"concept:name\" value=\"&lt;a&amp;&quot;b&quot;&gt;\"/>");
  const char *second = strstr(out.at, "<trace><string key=\"concept:name\" value=\"(no part)\"/>");
  cr_assert(first != NULL && second != NULL && first < second, "%s", out.at);
  const char *complete = strstr(out.at, "value=\"complete\"");
  cr_expect(complete != NULL && complete < second, "both events of the part are in its trace");
  cr_expect_not_null(
      strstr(out.at, "<date key=\"time:timestamp\" value=\"2026-03-02T06:00:02.000000Z\"/>"));
  cr_expect_not_null(strstr(out.at, "<int key=\"unit\" value=\"2\"/>"));
  cr_expect_not_null(
      strstr(out.at, "<float key=\"value\" value=\"0.5\"/><string key=\"measure\" value=\"K\"/>"));
  tw_event_log_free(log);
  tw_text_free(&out);
}
