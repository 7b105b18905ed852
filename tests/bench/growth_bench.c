// growth_bench.c - does a completion cost more in a long line? Serial lines of 10 and of 1000
// stations, run in turns. Prints ns of CPU time for each completion of a process, and the ratio.

#include "bench/bench.h"

enum { N_SMALL = 10, N_LARGE = 1000 };
static const double COMPLETIONS_PER_TURN = 300000;

// Completions in a second of the line's time, once it is in its stride.
static double measure_rate(twin_run *run, double duration_s) {
  const uint64_t before = twin_run_event_count(run);
  bench_run_on_ns(run, duration_s);
  return (double)(twin_run_event_count(run) - before) / duration_s;
}

static double ns_per_completion(twin_run *run, double duration_s) {
  const uint64_t before = twin_run_event_count(run);
  const double ns = bench_run_on_ns(run, duration_s);
  return ns / (double)(twin_run_event_count(run) - before);
}

int main(void) {
  twin_line *small_line = bench_serial_line(&(bench_serial){.n_station = N_SMALL, .mean = "1 min"});
  twin_line *large_line = bench_serial_line(&(bench_serial){.n_station = N_LARGE, .mean = "1 min"});
  twin_run *small = bench_run(small_line, true), *large = bench_run(large_line, true);
  double small_ns[BENCH_TURNS], large_ns[BENCH_TURNS];
  // a part takes some 4 min a station, so that the long line needs days to fill
  bench_run_on_ns(small, 2e3 * 60);
  bench_run_on_ns(large, 2e4 * 60);
  const double small_s = COMPLETIONS_PER_TURN / measure_rate(small, 1e4 * 60);
  const double large_s = COMPLETIONS_PER_TURN / measure_rate(large, 1e3 * 60);
  for (int i = 0; i < BENCH_TURNS; i++) {
    small_ns[i] = ns_per_completion(small, small_s);
    large_ns[i] = ns_per_completion(large, large_s);
  }
  bench_print("growth", bench_median_ratio(large_ns, small_ns, BENCH_TURNS));
  bench_print("ns_of_10", bench_median(small_ns, BENCH_TURNS));
  bench_print("ns_of_1000", bench_median(large_ns, BENCH_TURNS));
  twin_run_free(small);
  twin_run_free(large);
  twin_line_unref(small_line);
  twin_line_unref(large_line);
  return 0;
}
