// bench.c - see bench.h.

#include "bench/bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double bench_cpu_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double bench_median(double *values, int n) {
  qsort(values, (size_t)n, sizeof *values, compare_doubles);
  return values[n / 2];
}

double bench_median_ratio(const double *ours, const double *other, int n) {
  double ratios[64];
  if (n > 64) n = 64;
  for (int i = 0; i < n; i++) ratios[i] = ours[i] / other[i];
  return bench_median(ratios, n);
}

void bench_check(twin_status status, twin_problems *problems, const char *what) {
  if (status == TWIN_OK) return;
  fprintf(stderr, "%s: %s\n", what, twin_status_text(status));
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    fprintf(stderr, "%s\n", twin_problems_text(problems, i));
  exit(1);
}

void bench_print(const char *name, double value) {
  printf("%s %.6g\n", name, value);
  fflush(stdout);
}

static void print_stations(FILE *out, const bench_serial *serial) {
  for (int i = 1; i <= serial->n_station; i++) {
    fprintf(out, "%s\"s%d\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"%s\"}}",
            i > 1 ? ",\n" : "", i, serial->mean);
    if (serial->has_failures)
      fprintf(out, ", \"failures\": {\"stop\": {\"clock\": \"processing\", \"mtbf\": {\"exponential\": "
                   "{\"mean\": \"10 h\"}}, \"repair\": {\"exponential\": {\"mean\": \"20 min\"}}}}");
    fprintf(out, "}");
  }
}

char *bench_serial_text(const bench_serial *serial, size_t *n_bytes) {
  char *text = NULL;
  FILE *out = open_memstream(&text, n_bytes);
  if (out == NULL) exit(1);
  fprintf(out, "{\"libtwin\": \"1.0\", \"name\": \"serial%d\",\n", serial->n_station);
  fprintf(out, "\"parts\": {\"part\": {}},\n");
  fprintf(out, "\"sources\": {\"raw\": {\"sequence\": [\"1 part\"], \"repeat\": true}},\n");
  fprintf(out, "\"buffers\": {");
  for (int i = 1; i < serial->n_station; i++)
    fprintf(out, "%s\"b%d\": {\"capacity\": 5}", i > 1 ? ",\n" : "", i);
  fprintf(out, "},\n\"stations\": {");
  print_stations(out, serial);
  fprintf(out, "},\n\"flow\": [[\"raw\"");
  for (int i = 1; i <= serial->n_station; i++) {
    fprintf(out, ", \"s%d\"", i);
    if (i < serial->n_station) fprintf(out, ", \"b%d\"", i);
  }
  fprintf(out, ", \"out\"]]}\n");
  if (fclose(out) != 0 || text == NULL) exit(1);
  return text;
}

twin_line *bench_parse(const char *text, size_t n_bytes) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  bench_check(twin_line_parse(&line, text, n_bytes, NULL, problems), problems, "line");
  twin_problems_free(problems);
  return line;
}

twin_line *bench_serial_line(const bench_serial *serial) {
  size_t n_bytes = 0;
  char *text = bench_serial_text(serial, &n_bytes);
  twin_line *line = bench_parse(text, n_bytes);
  free(text);
  return line;
}

twin_run *bench_run(twin_line *line, bool has_statistics) {
  twin_run_options options;
  twin_run *run = NULL;
  twin_run_options_init(&options);
  options.is_without_statistics = !has_statistics;
  bench_check(twin_run_new(&run, line, &options, NULL), NULL, "run");
  return run;
}

double bench_run_on_ns(twin_run *run, double duration_s) {
  const double start_ns = bench_cpu_ns();
  bench_check(twin_run_until(run, twin_run_time_s(run) + duration_s, NULL), NULL, "until");
  return bench_cpu_ns() - start_ns;
}
