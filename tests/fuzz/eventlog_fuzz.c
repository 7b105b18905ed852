// eventlog_fuzz.c - mapping files, CSV and OCEL of anybody. The input is a mapping, a NUL and a
// log, or a log alone, which is then read as the library's own. A log that was read is in order,
// can be assessed, and goes out and in and out the same.

#include <stddef.h>
#include <stdint.h>

#include "fuzz_check.h"
#include "live/assess.h"
#include "live/file.h"

static const char *const codes[] = {"E-JSON", "E-KEY",  "E-TYPE", "E-RANGE", "E-UNIT",
                                    "E-REF",  "E-FILE", "",       NULL};

static bool collect(void *user, const char *bytes, size_t n) {
  tw_text_add_n(user, bytes, n);
  return true;
}

static tw_event_log *read_log(const char *at, size_t n, const tw_log_map *map) {
  twin_problems *problems = twin_problems_new();
  const tw_log_bytes bytes = {at, n, "log"};
  tw_event_log *log = NULL;
  const twin_status status = tw_event_log_parse(&log, &bytes, map, NULL, problems);
  demand((status == TWIN_OK) == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not",
         twin_problems_text(problems, 0));
  check_problems(problems, codes);
  twin_problems_free(problems);
  return status == TWIN_OK ? log : NULL;
}

static void check_order(const tw_event_log *log) {
  for (int64_t i = 0; i < log->n; i++) {
    demand(i == 0 || log->time_us[i - 1] <= log->time_us[i], "an event", "is out of order");
    demand(log->lo_us[i] <= log->time_us[i] && log->time_us[i] <= log->hi_us[i], "an instant",
           "lies outside of its interval");
    demand(log->entity[i] >= 0 && log->entity[i] < log->names[TW_LOG_ENTITY].n, "an entity",
           "is none");
    demand(log->part[i] >= -1 && log->part[i] < log->names[TW_LOG_PART].n, "a part", "is none");
  }
}

static void check_assessment(const tw_event_log *log) {
  tw_assessment assessment;
  demand(tw_assess(log, &assessment), "a log", "cannot be assessed");
  int64_t n, n_event = 0;
  for (int32_t i = 0; i < assessment.n_coverage; i++)
    for (int32_t k = 0; k < TW_TRANSITION_N; k++) n_event += assessment.coverage[i].count[k];
  demand(n_event == log->n, "events of entities", "are not all events");
  for (int64_t i = 0; i < assessment.n_operation; i++)
    demand(assessment.operation[i].end_us >= assessment.operation[i].start_us, "work",
           "ends before it begins");
  for (int64_t i = 0; i < log->found.n; i++) {
    const char *text = tw_log_names_text(&log->found.texts, log->found.at[i].text);
    demand(text == NULL || is_readable(text), "what was found", text);
  }
  tw_memory_free(NULL, tw_assess_durations(&assessment, &n));
  tw_assessment_free(&assessment);
}

typedef bool (*writer)(const tw_event_log *log, tw_byte_target target);

static void check_again(const tw_event_log *log, writer write) {
  tw_text first = {0}, second = {0};
  demand(write(log, (tw_byte_target){collect, &first}), "a log", "was not written");
  tw_event_log *again = read_log(first.at, first.n, NULL);
  demand(again != NULL && again->n == log->n, "its own text", "is read otherwise");
  demand(tw_findings_total(&again->found) == 0, "its own text", "has findings");
  demand(write(again, (tw_byte_target){collect, &second}) && strcmp(first.at, second.at) == 0,
         "another text", second.at);
  tw_event_log_free(again);
  tw_text_free(&first);
  tw_text_free(&second);
}

// Rules for a zone that a mapping names.
static void give_zone(tw_log_map *map) {
  static const int64_t from_us[] = {INT64_MIN, 1774746000000000, 1792890000000000};
  static const int32_t offset_s[] = {3600, 7200, 3600};
  if (map->zone_name != NULL)
    demand(tw_log_map_set_zone(map, from_us, offset_s, 3, NULL) == TWIN_OK, "a zone", "is refused");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (n == 0 || n > 1 << 16) return -1;
  const char *text = (const char *)data;
  const char *nul = memchr(text, 0, n);
  const size_t n_map = nul != NULL ? (size_t)(nul - text) : 0;
  tw_log_map *map = NULL;
  if (nul != NULL) {
    twin_problems *problems = twin_problems_new();
    const twin_status status = tw_log_map_read(&map, text, n_map, "map.json", NULL, problems);
    demand((status == TWIN_OK) == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not",
           twin_problems_text(problems, 0));
    check_problems(problems, codes);
    twin_problems_free(problems);
    if (status != TWIN_OK) return 0;
    give_zone(map);
  }
  const size_t n_head = nul != NULL ? n_map + 1 : 0;
  tw_event_log *log = read_log(text + n_head, n - n_head, map);
  if (log != NULL) {
    check_order(log);
    check_assessment(log);
    check_again(log, tw_csv_log_write);
    check_again(log, tw_ocel_log_write);
  }
  tw_event_log_free(log);
  tw_log_map_free(map);
  return 0;
}
