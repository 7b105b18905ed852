// load_bench.c - reading a line: ms of CPU time to load, check and compile a file of 200 stations with
// buffers and a failure mode each.
//
//   load_bench [folder for the file]

#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"

int main(int n_argument, char **arguments) {
  const bench_serial serial = {.n_station = 200, .mean = "1 min", .has_failures = true};
  char path[512];
  snprintf(path, sizeof path, "%s/load_bench.json", n_argument > 1 ? arguments[1] : ".");
  size_t n_bytes = 0;
  char *text = bench_serial_text(&serial, &n_bytes);
  FILE *file = fopen(path, "w");
  if (file == NULL || fwrite(text, 1, n_bytes, file) != n_bytes || fclose(file) != 0) {
    perror(path);
    return 1;
  }
  twin_problems *problems = twin_problems_new();
  double ns[BENCH_TURNS];
  for (int i = 0; i < BENCH_TURNS; i++) {
    twin_line *line = NULL;
    const double start_ns = bench_cpu_ns();
    bench_check(twin_line_load(&line, path, NULL, problems), problems, path);
    ns[i] = bench_cpu_ns() - start_ns;
    twin_line_unref(line);
  }
  bench_print("load_ms", 1e-6 * bench_median(ns, BENCH_TURNS));
  bench_print("file_kB", 1e-3 * (double)n_bytes);
  twin_problems_free(problems);
  free(text);
  remove(path);
  return 0;
}
