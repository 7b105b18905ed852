// study_bench.c - do two threads disturb each other? CPU time of all threads for each move of a study
// of lines/line10.json on two threads, and on one. Wants two processors for itself.

#include "bench/bench.h"

enum { N_REPLICATION = 16, N_TURN = 5 };
static const double HORIZON_S = 1000 * 3600.0;

static double study_ns(twin_line *line, uint32_t n_thread) {
  twin_study_options options;
  twin_study *study = NULL;
  twin_study_options_init(&options);
  options.n_thread = n_thread;
  options.n_replication = N_REPLICATION;
  options.horizon_s = HORIZON_S;
  bench_check(twin_study_new(&study, line, &options, NULL), NULL, "study");
  const double start_ns = bench_cpu_ns();
  bench_check(twin_study_run(study, NULL), NULL, "study");
  const double ns = bench_cpu_ns() - start_ns;
  twin_study_free(study);
  return ns;
}

int main(void) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  bench_check(twin_line_load(&line, "lines/line10.json", NULL, problems), problems, "line10");
  // both do the same replications, so the same moves
  twin_run *run = bench_run(line, true);
  bench_run_on_ns(run, HORIZON_S);
  const double n_move = (double)twin_run_event_count(run) * N_REPLICATION;
  double one_ns[N_TURN], two_ns[N_TURN];
  study_ns(line, 2);
  for (int i = 0; i < N_TURN; i++) {
    two_ns[i] = study_ns(line, 2) / n_move;
    one_ns[i] = study_ns(line, 1) / n_move;
  }
  bench_print("threads", bench_median_ratio(two_ns, one_ns, N_TURN));
  bench_print("ns_on_two", bench_median(two_ns, N_TURN));
  bench_print("ns_on_one", bench_median(one_ns, N_TURN));
  twin_run_free(run);
  twin_line_unref(line);
  twin_problems_free(problems);
  return 0;
}
