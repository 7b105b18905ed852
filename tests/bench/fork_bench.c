// fork_bench.c - what a copy of a run costs, how large it is, and what a forecast costs that starts
// with such a copy. Prints
//   copy_10, copy_1000     twin_run_copy into an existing run over memcpy of as many bytes
//   bytes_per_station      of a plain machine with one failure mode and its buffer
//   forecasts              1000 shifts from one live state over the same moves in one run, per move

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

enum { N_FORECAST = 1000, N_PER_TURN = 50 };
static const double SHIFT_S = 8 * 3600.0, BYTES_PER_PIECE = 64e6;

// A part every 39 s and station: some 7,300 moves in a shift.
static const bench_serial shift_line = {.n_station = 10, .mean = "30 s"};

static double copy_ns(twin_run *dst, const twin_run *src, int n) {
  const double start_ns = bench_cpu_ns();
  for (int i = 0; i < n; i++) bench_check(twin_run_copy(dst, src), NULL, "copy");
  return (bench_cpu_ns() - start_ns) / n;
}

// Called through a pointer that the compiler cannot see through, so that every copy is made.
static void *(*volatile copy_bytes)(void *, const void *, size_t) = memcpy;

static double memcpy_ns(char *dst, const char *src, size_t n_byte, int n) {
  const double start_ns = bench_cpu_ns();
  for (int i = 0; i < n; i++) copy_bytes(dst, src, n_byte);
  return (bench_cpu_ns() - start_ns) / n;
}

static void bench_copy(int n_station) {
  twin_line *line = bench_serial_line(&(bench_serial){.n_station = n_station, .mean = "1 min"});
  twin_run *src = bench_run(line, true), *dst = NULL;
  bench_run_on_ns(src, 50 * 3600.0);
  bench_check(twin_run_fork(&dst, src), NULL, "fork");
  const size_t n_byte = twin_run_size(src);
  char *from = malloc(n_byte), *to = malloc(n_byte);
  if (from == NULL || to == NULL) exit(1);
  memset(from, 1, n_byte);
  const int n = (int)(BYTES_PER_PIECE / (double)n_byte) + 1;
  double ours_ns[BENCH_TURNS], other_ns[BENCH_TURNS];
  copy_ns(dst, src, n);
  memcpy_ns(to, from, n_byte, n);
  for (int i = 0; i < BENCH_TURNS; i++) {
    ours_ns[i] = copy_ns(dst, src, n);
    other_ns[i] = memcpy_ns(to, from, n_byte, n);
  }
  char name[64];
  snprintf(name, sizeof name, "copy_%d", n_station);
  bench_print(name, bench_median_ratio(ours_ns, other_ns, BENCH_TURNS));
  snprintf(name, sizeof name, "copy_%d_ns", n_station);
  bench_print(name, bench_median(ours_ns, BENCH_TURNS));
  snprintf(name, sizeof name, "memcpy_%d_ns", n_station);
  bench_print(name, bench_median(other_ns, BENCH_TURNS));
  free(from);
  free(to);
  twin_run_free(dst);
  twin_run_free(src);
  twin_line_unref(line);
}

// Bytes of a run at time zero; parts are not a station's.
static double bytes_of(int n_station) {
  twin_line *line = bench_serial_line(
      &(bench_serial){.n_station = n_station, .mean = "1 min", .has_failures = true});
  twin_run *run = bench_run(line, true);
  const size_t n_byte = twin_run_size(run);
  twin_run_free(run);
  twin_line_unref(line);
  return (double)n_byte;
}

// ns per move of n forecasts from the same state; the salt makes each another future.
static double forecast_ns(twin_run *future, const twin_run *now, int n, uint64_t first_salt) {
  const double start_ns = bench_cpu_ns();
  uint64_t n_move = 0;
  for (int i = 0; i < n; i++) {
    bench_check(twin_run_copy(future, now), NULL, "copy");
    bench_check(twin_run_reseed(future, first_salt + (uint64_t)i, NULL, NULL), NULL, "reseed");
    bench_check(twin_run_until(future, twin_run_time_s(now) + SHIFT_S, NULL), NULL, "until");
    n_move += twin_run_event_count(future) - twin_run_event_count(now);
  }
  return (bench_cpu_ns() - start_ns) / (double)n_move;
}

static double straight_ns(twin_run *run, int n) {
  const uint64_t before = twin_run_event_count(run);
  const double ns = bench_run_on_ns(run, n * SHIFT_S);
  return ns / (double)(twin_run_event_count(run) - before);
}

static void bench_forecasts(void) {
  enum { N_TURN = N_FORECAST / N_PER_TURN };
  twin_line *line = bench_serial_line(&shift_line);
  twin_run *now = bench_run(line, true), *straight = bench_run(line, true), *future = NULL;
  bench_run_on_ns(now, 100 * 3600.0);
  straight_ns(straight, N_PER_TURN);
  bench_check(twin_run_fork(&future, now), NULL, "fork");
  double ours_ns[N_TURN], other_ns[N_TURN];
  for (int i = 0; i < N_TURN; i++) {
    ours_ns[i] = forecast_ns(future, now, N_PER_TURN, 1 + (uint64_t)i * N_PER_TURN);
    other_ns[i] = straight_ns(straight, N_PER_TURN);
  }
  bench_print("forecasts", bench_median_ratio(ours_ns, other_ns, N_TURN));
  bench_print("forecast_ns", bench_median(ours_ns, N_TURN));
  bench_print("straight_ns", bench_median(other_ns, N_TURN));
  twin_run_free(future);
  twin_run_free(straight);
  twin_run_free(now);
  twin_line_unref(line);
}

int main(void) {
  bench_copy(10);
  bench_copy(1000);
  bench_print("bytes_per_station", (bytes_of(1000) - bytes_of(500)) / 500);
  bench_forecasts();
  return 0;
}
