// spindle_bench.c - machines with a model of four states that is not linear, thresholds armed, failures,
// cooling and tool changes: CPU time for each switch. Prints
//   machines, ns_of_10, ns_of_1000   1000 machines over 10, and ns for each switch
//   sampling, ns_sampled             every state read each second over not, 100 machines
//   steps_per_switch
// With the argument "month": 100 machines for 30 days, once: month_s of CPU time, and switches.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "bench/spindle.h"
#include "engine/body/body.h"

static const double RTOL = 1e-6;

static double ns_per_switch(twin_run *run, double duration_s) {
  const int64_t before = spindle_n_switch(run);
  const double ns = bench_run_on_ns(run, duration_s);
  return ns / (double)(spindle_n_switch(run) - before);
}

static double sampled_ns_per_switch(twin_run *run, double duration_s) {
  const int64_t before = spindle_n_switch(run);
  const double end_s = twin_run_time_s(run) + duration_s, start_ns = bench_cpu_ns();
  const tw_run *of = tw_run_of(run);
  static volatile double sum;
  while (twin_run_time_s(run) < end_s) {
    bench_check(twin_run_until(run, twin_run_time_s(run) + 1, NULL), NULL, "until");
    for (int32_t m = 0; m < of->line->n_member; m++)
      for (int32_t i = 0; i < of->line->member[m].system->n_variable; i++)
        sum = sum + tw_variable_now(of, &of->line->member[m], i);
  }
  return (bench_cpu_ns() - start_ns) / (double)(spindle_n_switch(run) - before);
}

static twin_run *make_run(int n_machine) {
  return spindle_run(&(spindle_options){
      .n_machine = n_machine, .model = SPINDLE_4, .has_stops = true, .rtol = RTOL});
}

static void run_month(int n_day) {
  twin_run *run = make_run(100);
  const double ns = bench_run_on_ns(run, (n_day > 0 ? n_day : 30) * 86400.0);
  bench_print("month_s", 1e-9 * ns);
  bench_print("month_switches", (double)spindle_n_switch(run));
  bench_print("month_steps", (double)spindle_n_step(run));
  bench_print("month_ns_per_switch", ns / (double)spindle_n_switch(run));
  bench_print("month_events", (double)twin_run_event_count(run));
  twin_run_free(run);
}

int main(int n_argument, char **arguments) {
  double small_ns[BENCH_TURNS], large_ns[BENCH_TURNS], plain_ns[BENCH_TURNS], sampled_ns[BENCH_TURNS];
  if (n_argument > 1 && strcmp(arguments[1], "month") == 0) {
    run_month(n_argument > 2 ? atoi(arguments[2]) : 0);
    return 0;
  }
  twin_run *small = make_run(10), *large = make_run(1000), *plain = make_run(100), *sampled = make_run(100);
  bench_run_on_ns(small, 30000);
  bench_run_on_ns(large, 300);
  bench_run_on_ns(plain, 3000);
  bench_run_on_ns(sampled, 3000);
  for (int i = 0; i < BENCH_TURNS; i++) {
    small_ns[i] = ns_per_switch(small, 30000);
    large_ns[i] = ns_per_switch(large, 300);
    plain_ns[i] = ns_per_switch(plain, 3000);
    sampled_ns[i] = sampled_ns_per_switch(sampled, 3000);
  }
  bench_print("machines", bench_median_ratio(large_ns, small_ns, BENCH_TURNS));
  bench_print("sampling", bench_median_ratio(sampled_ns, plain_ns, BENCH_TURNS));
  bench_print("steps_per_switch", (double)spindle_n_step(plain) / (double)spindle_n_switch(plain));
  bench_print("ns_of_10", bench_median(small_ns, BENCH_TURNS));
  bench_print("ns_of_1000", bench_median(large_ns, BENCH_TURNS));
  bench_print("ns_of_100", bench_median(plain_ns, BENCH_TURNS));
  bench_print("ns_sampled", bench_median(sampled_ns, BENCH_TURNS));
  twin_run_free(small);
  twin_run_free(large);
  twin_run_free(plain);
  twin_run_free(sampled);
  return 0;
}
