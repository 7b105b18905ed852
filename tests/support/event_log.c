// event_log.c - see event_log.h.

#include "support/event_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

#include "live/file.h"

static void tell(twin_problems *problems, tw_text *why) {
  twin_problem problem = {.struct_size = sizeof problem};
  for (size_t i = 0; why != NULL && twin_problems_get(problems, i, &problem) == TWIN_OK; i++)
    tw_text_print(why, "%s %s; ", problem.code, problem.pointer);
  twin_problems_free(problems);
}

tw_log_map *test_log_map(const char *quoted, tw_text *why) {
  const size_t n = strlen(quoted);
  char *text = malloc(n + 1);
  for (size_t i = 0; i <= n; i++) text[i] = quoted[i] == '\'' ? '"' : quoted[i];
  twin_problems *problems = twin_problems_new();
  tw_log_map *map = NULL;
  if (tw_log_map_read(&map, text, n, "map.json", NULL, problems) != TWIN_OK) map = NULL;
  tell(problems, why);
  free(text);
  return map;
}

tw_event_log *test_event_log(const char *csv, const tw_log_map *map, tw_text *why) {
  twin_problems *problems = twin_problems_new();
  const tw_log_bytes bytes = {csv, strlen(csv), "log.csv"};
  tw_event_log *log = NULL;
  if (tw_event_log_parse(&log, &bytes, map, NULL, problems) != TWIN_OK) log = NULL;
  tell(problems, why);
  return log;
}

tw_event_log *test_short_log(const char *rows) {
  tw_text csv = {0};
  tw_text_add(&csv, "time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n");
  for (const char *at = rows; at != NULL; at = strchr(at, ';'), at = at != NULL ? at + 1 : NULL) {
    int s = 0, n_read = 0;
    char transition[20] = "", entity[20] = "", part[20] = "";
    n_read = sscanf(at, "%d %19s %19[^; ] %19[^; ]", &s, transition, entity, part);
    if (n_read < 3) continue;
    tw_text_print(&csv, "2026-03-02T%02d:%02d:%02d.000000,,,%s,,%s,%s,,,,\n", s / 3600, s / 60 % 60,
                  s % 60, entity, transition, n_read > 3 ? part : "");
  }
  tw_event_log *log = test_event_log(csv.at, NULL, NULL);
  tw_text_free(&csv);
  return log;
}

void test_findings(const tw_findings *findings, tw_text *out) {
  tw_text_add(out, "");
  for (int64_t i = 0; i < findings->n; i++)
    tw_text_print(out, "%d %s; ", (int)findings->at[i].line,
                  tw_finding_words[findings->at[i].code]);
}
