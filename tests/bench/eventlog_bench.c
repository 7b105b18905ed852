// eventlog_bench.c - what a row of a CSV log costs: read from memory by a mapping, its names looked
// up, put in order; and what it costs to assess it. Prints
//   csv_row_ns, assess_row_ns   CPU time of one row, one core

#include <stdio.h>
#include <string.h>
#include <twin/live.h>

#include "base/text.h"
#include "bench/bench.h"

enum { N_ROW = 200000 };

static const char mapping[] =
    "{\"libtwin-log\": \"1.0\", \"time\": {\"column\": \"time\"}, \"entity\": {\"column\": \"machine\"},"
    "\"unit\": {\"column\": \"number\"}, \"transition\": {\"column\": \"event\"}, \"part\": {\"column\": \"part\"},"
    "\"type\": {\"column\": \"type\"}, \"what\": {\"column\": \"op\"}}";

// Parts that pass four stations one after the other, four events at each.
static void write_rows(tw_text *out) {
  static const char *const events[] = {"enter", "start", "complete", "leave"};
  tw_text_add(out, "time,machine,number,event,part,type,op\n");
  for (int i = 0; i < N_ROW; i++) {
    const int s = i / 7;
    tw_text_print(out, "2026-03-%02dT%02d:%02d:%02d.%03dZ,station-%d,1,%s,P%d,T%d,operation-%d\n",
                  1 + s / 86400, s / 3600 % 24, s / 60 % 60, s % 60, i % 7 * 137, i / 4 % 4,
                  events[i % 4], i / 16, i / 16 % 7, i / 4 % 4);
  }
}

int main(void) {
  double read_ns[BENCH_TURNS], assess_ns[BENCH_TURNS];
  tw_text rows = {0};
  twin_problems *problems = twin_problems_new();
  twin_event_map *map = NULL;
  bench_check(twin_event_map_parse(&map, mapping, strlen(mapping), NULL, problems), problems,
              "the mapping");
  write_rows(&rows);
  for (int turn = 0; turn < BENCH_TURNS; turn++) {
    twin_event_log *log = NULL;
    twin_table *table = NULL;
    const double begin_ns = bench_cpu_ns();
    bench_check(twin_event_log_parse(&log, rows.at, rows.n, NULL, map, problems), problems,
                "the log");
    const double read_at_ns = bench_cpu_ns();
    bench_check(twin_event_log_table(log, "codes", &table, problems), problems, "the table");
    assess_ns[turn] = (bench_cpu_ns() - read_at_ns) / N_ROW;
    read_ns[turn] = (read_at_ns - begin_ns) / N_ROW;
    twin_table_unref(table);
    twin_event_log_free(log);
  }
  bench_print("csv_row_ns", bench_median(read_ns, BENCH_TURNS));
  bench_print("assess_row_ns", bench_median(assess_ns, BENCH_TURNS));
  twin_event_map_free(map);
  twin_problems_free(problems);
  tw_text_free(&rows);
  return 0;
}
