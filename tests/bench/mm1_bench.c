// mm1_bench.c - one queue, one machine, load 0.9: ns of CPU time per customer through a line from
// JSON, against two pending times and a queue written by hand. The reference has the random numbers
// of the other references (xoshiro256++, ziggurat of 256 layers) and the two figures one asks such a
// model for: the mean number of customers, and their mean time in the system.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "core/stream.h"

enum { N_CUSTOMER = 400000, N_RING = 4096 };  // in one turn; more than there ever are at once
static const double MEAN_ARRIVAL_S = 60, LOAD = 0.9;

static const char text[] =
    "{\"libtwin\": \"1.0\", \"name\": \"mm1\", \"parts\": {\"part\": {}},"
    "\"sources\": {\"in\": {\"sequence\": [\"1 part\"], \"repeat\": true,"
    "                     \"every\": {\"exponential\": {\"mean\": \"1 min\"}}}},"
    "\"buffers\": {\"queue\": {\"capacity\": \"unlimited\"}},"
    "\"stations\": {\"server\": {\"type\": \"machine\","
    "                          \"time\": {\"exponential\": {\"mean\": \"0.9 min\"}}}},"
    "\"flow\": [[\"in\", \"queue\", \"server\", \"out\"]]}";

typedef struct reference {
  uint64_t s[4];
  double now, arrival, departure, area, stay;
  uint64_t n, n_served;
  double *arrived;  // [N_RING] of the customers in the system, by number
} reference;

static inline uint64_t rotate(uint64_t x, int k) { return x << k | x >> (64 - k); }

// Blackman and Vigna, xoshiro256++.
static inline uint64_t next_word(uint64_t *s) {
  const uint64_t word = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return word;
}

static inline double next_exponential(uint64_t *s) {
  const uint64_t word = next_word(s);
  const tw_zig_layer *layer = &tw_zig_exponential[word & 255];
  if (word >> 8 < layer->accept) return (double)(int64_t)(word >> 8) * layer->scale;
  // one in a hundred, in the library's way: that it costs more there is not seen
  return tw_zig_exponential_rest(next_word(s), 0, 0, word).value;
}

static void run_reference(reference *r, uint64_t n_customer) {
  reference q = *r;
  for (const uint64_t end = q.n_served + n_customer; q.n_served < end;) {
    if (q.arrival < q.departure) {
      q.area += (double)q.n * (q.arrival - q.now);
      q.now = q.arrival;
      q.arrived[(q.n_served + q.n) % N_RING] = q.now;
      q.arrival = q.now + MEAN_ARRIVAL_S * next_exponential(q.s);
      if (q.n++ == 0) q.departure = q.now + LOAD * MEAN_ARRIVAL_S * next_exponential(q.s);
    } else {
      q.area += (double)q.n * (q.departure - q.now);
      q.now = q.departure;
      q.stay += q.now - q.arrived[q.n_served++ % N_RING];
      const bool is_empty = --q.n == 0;
      q.departure = is_empty ? INFINITY : q.now + LOAD * MEAN_ARRIVAL_S * next_exponential(q.s);
    }
  }
  *r = q;
}

static double reference_ns(reference *r) {
  const double start_ns = bench_cpu_ns();
  run_reference(r, N_CUSTOMER);
  return (bench_cpu_ns() - start_ns) / N_CUSTOMER;
}

// Two events for each customer: its release and its completion.
static double line_ns(twin_run *run) {
  const uint64_t before = twin_run_event_count(run);
  const double ns = bench_run_on_ns(run, N_CUSTOMER * MEAN_ARRIVAL_S);
  return 2 * ns / (double)(twin_run_event_count(run) - before);
}

static double value_of(twin_line *line, const twin_run *run, const char *path) {
  uint64_t quantity;
  double value = 0;
  bench_check(twin_line_quantity(line, path, &quantity, NULL), NULL, path);
  bench_check(twin_run_value(run, quantity, &value), NULL, path);
  return value;
}

// Both must come to 9 customers and 9 min; else one of them does not do this.
static void check_figures(twin_line *line, const twin_run *run, const reference *r) {
  const double figures[] = {value_of(line, run, "line/wip/mean"),
                            value_of(line, run, "line/lead_time/mean") / 60, r->area / r->now,
                            r->stay / 60 / (double)r->n_served};
  for (int i = 0; i < 4; i++) {
    if (fabs(figures[i] - 9) < 1) continue;
    fprintf(stderr, "figure %d of the queue is %g instead of 9\n", i, figures[i]);
    exit(1);
  }
}

int main(void) {
  twin_line *line = bench_parse(text, sizeof text - 1);
  twin_run *run = bench_run(line, true);
  static double arrived[N_RING];
  reference r = {.s = {11, 22, 33, 44}, .departure = INFINITY, .arrived = arrived};
  double ours_ns[BENCH_TURNS], other_ns[BENCH_TURNS];
  line_ns(run);
  reference_ns(&r);
  for (int i = 0; i < BENCH_TURNS; i++) {
    ours_ns[i] = line_ns(run);
    other_ns[i] = reference_ns(&r);
  }
  check_figures(line, run, &r);
  bench_print("mm1", bench_median_ratio(ours_ns, other_ns, BENCH_TURNS));
  bench_print("ns_per_customer", bench_median(ours_ns, BENCH_TURNS));
  bench_print("ns_of_reference", bench_median(other_ns, BENCH_TURNS));
  twin_run_free(run);
  twin_line_unref(line);
  return 0;
}
