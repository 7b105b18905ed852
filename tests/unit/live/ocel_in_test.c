// ocel_in_test.c - OCEL in JSON, in: what the library writes, and what others do by a mapping.

#include "live/ocel_in.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "live/out.h"
#include "support/event_log.h"

static bool collect(void *user, const char *bytes, size_t n) {
  tw_text_add_n(user, bytes, n);
  return true;
}

static const char csv[] =
    "time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n"
    "2026-03-02T06:00:01.000000,,,mill,,start,b,,,,\n"
    "2026-03-02T06:00:00.000000,,,saw,2,start,\"a \"\"1\"\"\",A,cut,,\n"
    "2026-03-02T06:00:02.000000,2026-03-02T06:00:00.000000,2026-03-02T06:00:03.000000,saw,,sample,,,T,0.1,K\n";

Test(ocel, what_is_written_is_read_back_and_written_the_same) {
  for (int is_aware = 0; is_aware < 2; is_aware++) {
    tw_event_log *log = test_event_log(csv, NULL, NULL);
    log->is_aware = is_aware != 0;
    tw_text first = {0}, second = {0};
    cr_assert(tw_ocel_log_write(log, (tw_byte_target){collect, &first}));
    tw_text why = {0};
    tw_event_log *again = test_event_log(first.at, NULL, &why);
    cr_assert_not_null(again, "%s\n%s", why.at, first.at);
    cr_expect_eq(again->is_aware, log->is_aware);
    cr_expect_eq(tw_findings_total(&again->found), 0);
    cr_assert(tw_ocel_log_write(again, (tw_byte_target){collect, &second}));
    cr_expect_str_eq(first.at, second.at);
    cr_expect_eq(again->n, 3);
    cr_expect_eq(again->line[0] + 1, again->line[1], "lines are those of the text");
    tw_event_log_free(again);
    tw_event_log_free(log);
    tw_text_free(&first);
    tw_text_free(&second);
    tw_text_free(&why);
  }
}

static const char foreign[] =
    "{\"objectTypes\": [], \"eventTypes\": [],\n"
    " \"objects\": [{\"id\": \"M1\", \"type\": \"machine\"}, {\"id\": \"P7\", \"type\": \"workpiece\"}],\n"
    " \"events\": [\n"
    "  {\"id\": \"1\", \"type\": \"begin milling\", \"time\": \"2026-03-02T06:00:00Z\", \"attributes\": [{\"name\": \"load\", \"value\": 3.5}],\n"
    "   \"relationships\": [{\"objectId\": \"M1\", \"qualifier\": \"at\"}, {\"objectId\": \"P7\", \"qualifier\": \"of\"}]},\n"
    "  {\"id\": \"2\", \"type\": \"end milling\", \"time\": \"2026-03-02T06:10:00Z\",\n"
    "   \"relationships\": [{\"objectId\": \"M1\", \"qualifier\": \"at\"}, {\"objectId\": \"P7\", \"qualifier\": \"of\"}]}]}\n";

Test(ocel, a_mapping_reads_what_others_write) {
  tw_log_map *map = test_log_map(
      "{'libtwin-log': '1.0', 'time': {'column': 'ocel:time'}, 'entity': {'column': 'ocel:qualifier:at'},"
      "'part': {'column': 'ocel:type:workpiece'}, 'value': {'column': 'load', 'unit': 'kW'},"
      "'transition': {'column': 'ocel:activity', 'words': {'begin milling': 'start', 'end milling': 'complete'}}}",
      NULL);
  tw_text why = {0};
  tw_event_log *log = test_event_log(foreign, map, &why);
  cr_assert_not_null(log, "%s", why.at);
  cr_assert_eq(log->n, 2);
  cr_expect_str_eq(log->names[TW_LOG_ENTITY].at[log->entity[1]], "M1");
  cr_expect_str_eq(log->names[TW_LOG_PART].at[log->part[1]], "P7");
  cr_expect_eq(log->transition[1], TW_DO_COMPLETE);
  cr_expect_float_eq(log->value[0], 3500, 1e-9);
  cr_expect(isnan(log->value[1]));
  cr_expect_eq(log->line[0], 4);
  cr_expect_eq(log->line[1], 6);
  cr_expect(log->is_aware);
  tw_event_log_free(log);
  tw_log_map_free(map);
  tw_text_free(&why);
}

Test(ocel, what_is_no_ocel_is_refused_with_its_place) {
  static const char *const cases[] = {"{}", "{\"objects\": 3}", "{\"objects\": [], \"events\": {}}",
                                      "{\"objects\": [{}], \"events\": []}"};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tw_text why = {0};
    cr_expect_null(test_event_log(cases[i], NULL, &why), "%s", cases[i]);
    cr_expect_str_eq(why.at, "E-FILE ; ", "%s", cases[i]);
    tw_text_free(&why);
  }
}
