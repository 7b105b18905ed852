// hold_bench.c - what the agenda costs when nothing else is done: take the earliest event and put it
// again an exponential increment later, for growing counts of pending events. Increments are drawn
// beforehand. Prints ns of CPU time per hold, the median of five, in the layout of the reference; with
// a count as argument only what the engine does for it, as "hold N".
//   put    move the top slot by tw_agenda_put
//   open   begin_top, put the same slot, end_top: what the engine does
//   pop    pop, then put: the slot leaves the heap in between
//   other  begin_top, put another slot that is idle, end_top: a handler that wakes its neighbour

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/agenda.h"
#include "core/stream.h"

enum { N_INCREMENT = 65536, N_REPEAT = 5, N_WAY = 4 };

typedef struct bench {
  tw_agenda agenda;
  uint32_t n_slot, next;
  const int64_t *increments;
} bench;

static double cpu_time_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int64_t next_increment(bench *b) { return b->increments[b->next++ & (N_INCREMENT - 1)]; }

static void hold_put(bench *b, uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    const int64_t tick = tw_agenda_top_tick(&b->agenda);
    tw_agenda_put(&b->agenda, tw_agenda_top_slot(&b->agenda), tick + next_increment(b));
  }
}

static void hold_open(bench *b, uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    const int64_t tick = tw_agenda_top_tick(&b->agenda);
    const uint32_t slot = tw_agenda_begin_top(&b->agenda);
    tw_agenda_put(&b->agenda, slot, tick + next_increment(b));
    tw_agenda_end_top(&b->agenda, slot);
  }
}

static void hold_pop(bench *b, uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    const int64_t tick = tw_agenda_top_tick(&b->agenda);
    const uint32_t slot = tw_agenda_pop(&b->agenda);
    tw_agenda_put(&b->agenda, slot, tick + next_increment(b));
  }
}

// Slot n_slot - 1 is idle at first; each event hands over to the idle slot and becomes idle.
static void hold_other(bench *b, uint64_t n) {
  uint32_t idle = b->n_slot - 1;
  for (uint64_t i = 0; i < n; i++) {
    const int64_t tick = tw_agenda_top_tick(&b->agenda);
    const uint32_t slot = tw_agenda_begin_top(&b->agenda);
    tw_agenda_put(&b->agenda, idle, tick + next_increment(b));
    tw_agenda_end_top(&b->agenda, slot);
    idle = slot;
  }
}

static int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void *take(size_t n, size_t n_bytes_each) {
  void *memory = aligned_alloc(64, (n * n_bytes_each + 63) / 64 * 64);
  if (memory == NULL) exit(1);
  return memory;
}

// One measurement: fill, warm up to the steady state, hold.
static double measure_ns(void (*hold)(bench *, uint64_t), uint32_t n_pending, uint64_t n_hold,
                         const int64_t *increments) {
  const uint32_t n_slot = n_pending + 1;
  uint32_t n = 0;
  uint64_t *low = take(n_slot, sizeof *low);
  bench b = {.n_slot = n_slot, .increments = increments};
  b.agenda = (tw_agenda){.heap = take(n_slot, sizeof *b.agenda.heap),
                         .position = take(n_slot, sizeof *b.agenda.position),
                         .n_pending = &n,
                         .low = low};
  for (uint32_t slot = 0; slot < n_slot; slot++) low[slot] = tw_agenda_low(1, 0, slot);
  tw_agenda_init(&b.agenda, n_slot);
  for (uint32_t slot = 0; slot < n_pending; slot++) {
    tw_agenda_put(&b.agenda, slot, next_increment(&b));
  }
  hold(&b, n_hold);
  const double start_ns = cpu_time_ns();
  hold(&b, n_hold);
  const double ns = (cpu_time_ns() - start_ns) / (double)n_hold;
  if (!tw_agenda_is_sound(&b.agenda, n_slot)) printf("(!)");
  free(b.agenda.heap);
  free(b.agenda.position);
  free(low);
  return ns;
}

static int64_t *draw_increments(void) {
  int64_t *increments = take(N_INCREMENT, sizeof *increments);
  tw_stream stream = {.key = 1, .n = 0};
  for (int i = 0; i < N_INCREMENT; i++) {
    tw_dice dice = tw_stream_next(&stream);
    increments[i] = (int64_t)(60e6 * tw_dice_exponential(&dice));
  }
  return increments;
}

static double median_ns(void (*hold)(bench *, uint64_t), uint32_t n_pending,
                        const int64_t *increments) {
  const uint64_t n_hold = n_pending >= 100000 ? 2000000 : 4000000;
  double ns[N_REPEAT];
  for (int i = 0; i < N_REPEAT; i++) ns[i] = measure_ns(hold, n_pending, n_hold, increments);
  qsort(ns, N_REPEAT, sizeof ns[0], compare_doubles);
  return ns[N_REPEAT / 2];
}

int main(int n_argument, char **arguments) {
  static const char *const names[N_WAY] = {"put", "open", "pop", "other"};
  void (*const holds[N_WAY])(bench *, uint64_t) = {hold_put, hold_open, hold_pop, hold_other};
  int64_t *increments = draw_increments();
  if (n_argument > 1) {
    printf("hold %.4g\n", median_ns(hold_open, (uint32_t)atoi(arguments[1]), increments));
    free(increments);
    return 0;
  }
  printf("%8s", "size");
  for (int way = 0; way < N_WAY; way++) printf("%8s", names[way]);
  printf("   ns per hold, median of %d, cpu time\n", N_REPEAT);
  for (uint32_t n_pending = 10; n_pending <= 1000000; n_pending *= 10) {
    printf("%8" PRIu32, n_pending);
    for (int way = 0; way < N_WAY; way++) {
      printf("%8.1f", median_ns(holds[way], n_pending, increments));
      fflush(stdout);
    }
    printf("\n");
  }
  free(increments);
  return 0;
}
