// bench.h - what the benchmark programs share: CPU time, medians, lines written as JSON text, and
// pairs "name value" that bench.py reads. Programs, not tests: whatever goes wrong ends them.

#ifndef TW_TESTS_BENCH_H
#define TW_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <twin/twin.h>

// Things that are compared take turns, in pieces of some 10 ms, so that both see the same machine.
enum { BENCH_TURNS = 15 };

// CPU time of this process, all threads together, in ns.
double bench_cpu_ns(void);

// The middle one of n values, which are sorted.
double bench_median(double *values, int n);

// Median over the turns of our time over that of the reference in the same turn.
double bench_median_ratio(const double *ours, const double *other, int n);

// Ends the program where a call failed, with what it said.
void bench_check(twin_status status, twin_problems *problems, const char *what);

// Prints one figure.
void bench_print(const char *name, double value);

// A serial line: exponential stations with buffers of five between them, blocking after service.
typedef struct bench_serial {
  int n_station;
  const char *mean;   // of every process time, "1 min"
  bool has_failures;  // one mode each, on the processing clock
} bench_serial;

// JSON text of a serial line; freed by the caller.
char *bench_serial_text(const bench_serial *serial, size_t *n_bytes);

// Lines and runs that are known to be good.
twin_line *bench_parse(const char *text, size_t n_bytes);
twin_line *bench_serial_line(const bench_serial *serial);
twin_run *bench_run(twin_line *line, bool has_statistics);

// Runs on by some seconds; gives the CPU time it took.
double bench_run_on_ns(twin_run *run, double duration_s);

#endif
