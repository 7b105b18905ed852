// affine_bench.c - what a machine model in closed form costs when its machine goes to and fro between
// loading and processing: CPU time of a line with the model over that of the same line without it, and over
// an agenda that does nothing but take its events. Prints, for one and two states with a threshold armed,
//   affine_1, affine_2            with the model over without, median of the turns' ratios
//   affine_1_queue, ..            with the model over the bare agenda
//   ns_1, ns_2, ns_none, ns_queue for each switch, medians

#include <stdlib.h>

#include "bench/spindle.h"
#include "core/agenda.h"
#include "core/stream.h"

enum { N_MACHINE = 100, N_INCREMENT = 65536 };
static const double PIECE_S = 4000;

// The events of N_MACHINE machines without anything that happens in them, by an agenda as the engine's.
typedef struct queue {
  tw_agenda agenda;
  uint32_t n;
  int64_t *increments;
  uint32_t next;
} queue;

static void *take(size_t n_bytes) {
  void *memory = aligned_alloc(64, (n_bytes + 63) / 64 * 64);
  if (memory == NULL) exit(1);
  return memory;
}

static void make_queue(queue *q) {
  uint64_t *low = take(N_MACHINE * sizeof *low);
  tw_stream stream = {.key = 1, .n = 0};
  q->increments = take(N_INCREMENT * sizeof *q->increments);
  for (int i = 0; i < N_INCREMENT; i++) {
    tw_dice dice = tw_stream_next(&stream);
    q->increments[i] = (int64_t)(50e6 * tw_dice_exponential(&dice));
  }
  q->agenda = (tw_agenda){.heap = take(N_MACHINE * sizeof *q->agenda.heap),
                          .position = take(N_MACHINE * sizeof *q->agenda.position),
                          .n_pending = &q->n,
                          .low = low};
  for (uint32_t slot = 0; slot < N_MACHINE; slot++) low[slot] = tw_agenda_low(1, 0, slot);
  tw_agenda_init(&q->agenda, N_MACHINE);
  for (uint32_t slot = 0; slot < N_MACHINE; slot++)
    tw_agenda_put(&q->agenda, slot, q->increments[q->next++ & (N_INCREMENT - 1)]);
}

static double hold_ns(queue *q, int64_t n) {
  const double start_ns = bench_cpu_ns();
  for (int64_t i = 0; i < n; i++) {
    const int64_t tick = tw_agenda_top_tick(&q->agenda);
    const uint32_t slot = tw_agenda_begin_top(&q->agenda);
    tw_agenda_put(&q->agenda, slot, tick + q->increments[q->next++ & (N_INCREMENT - 1)]);
    tw_agenda_end_top(&q->agenda, slot);
  }
  return (bench_cpu_ns() - start_ns) / (double)n;
}

int main(void) {
  static const char *const ratio_names[] = {NULL, "affine_1", "affine_2"};
  static const char *const queue_names[] = {"none_queue", "affine_1_queue", "affine_2_queue"};
  static const char *const ns_names[] = {"ns_none", "ns_1", "ns_2", "ns_queue"};
  static double ns[4][BENCH_TURNS], scratch[BENCH_TURNS];
  twin_run *run[3];
  queue q = {0};
  make_queue(&q);
  for (int m = 0; m < 3; m++) {
    run[m] = spindle_run(&(spindle_options){.n_machine = N_MACHINE, .model = (spindle_model)m});
    bench_run_on_ns(run[m], PIECE_S);
  }
  for (int i = 0; i < BENCH_TURNS; i++) {
    // events of the line without a model: each of them is a switch of the others
    const uint64_t before = twin_run_event_count(run[0]);
    for (int m = 0; m < 3; m++) ns[m][i] = bench_run_on_ns(run[m], PIECE_S);
    const int64_t n = (int64_t)(twin_run_event_count(run[0]) - before);
    for (int m = 0; m < 3; m++) ns[m][i] /= (double)n;
    ns[3][i] = hold_ns(&q, n);
  }
  for (int m = 1; m < 3; m++)
    bench_print(ratio_names[m], bench_median_ratio(ns[m], ns[0], BENCH_TURNS));
  for (int m = 0; m < 3; m++)
    bench_print(queue_names[m], bench_median_ratio(ns[m], ns[3], BENCH_TURNS));
  for (int m = 0; m < 4; m++) {
    for (int i = 0; i < BENCH_TURNS; i++) scratch[i] = ns[m][i];
    bench_print(ns_names[m], bench_median(scratch, BENCH_TURNS));
  }
  for (int m = 0; m < 3; m++) twin_run_free(run[m]);
  free(q.increments);
  free(q.agenda.heap);
  free(q.agenda.position);
  free((void *)q.agenda.low);
  return 0;
}
