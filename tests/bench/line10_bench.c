// line10_bench.c - what a move costs on lines/line10.json: ns of CPU time for one part through one
// station, with state statistics and without. Prints
//   ns_per_move, ns_per_move_without_statistics   medians over turns
//   statistics                                    with over without, median of the turns' ratios

#include <stdlib.h>

#include "bench/bench.h"

static const double PIECE_S = 3e5 * 60;  // of the line's time; some 2.3 million moves

// Each event of this line is the completion of one move.
static double ns_per_move(twin_run *run) {
  const uint64_t before = twin_run_event_count(run);
  const double ns = bench_run_on_ns(run, PIECE_S / BENCH_TURNS);
  return ns / (double)(twin_run_event_count(run) - before);
}

int main(void) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  bench_check(twin_line_load(&line, "lines/line10.json", NULL, problems), problems, "line10");
  twin_run *with = bench_run(line, true), *without = bench_run(line, false);
  double with_ns[BENCH_TURNS], without_ns[BENCH_TURNS];
  // the warm-up of the line, and of the machine
  bench_run_on_ns(with, PIECE_S / 5);
  bench_run_on_ns(without, PIECE_S / 5);
  for (int i = 0; i < BENCH_TURNS; i++) {
    with_ns[i] = ns_per_move(with);
    without_ns[i] = ns_per_move(without);
  }
  bench_print("statistics", bench_median_ratio(with_ns, without_ns, BENCH_TURNS));
  bench_print("ns_per_move", bench_median(with_ns, BENCH_TURNS));
  bench_print("ns_per_move_without_statistics", bench_median(without_ns, BENCH_TURNS));
  twin_run_free(with);
  twin_run_free(without);
  twin_line_unref(line);
  twin_problems_free(problems);
  return 0;
}
