// outside_bench.c - what a move costs at a station of a kind from outside (twin/kind.h): ten
// exponential stations with buffers of five, as plain machines with their shortcut, as plain
// machines whose places are visited, and as a kind from outside that does the same. Prints
//   ns_per_move_shortcut, ns_per_move_visits, ns_per_move_outside   medians over turns
//   outside_over_visits                                             median of the turns' ratios

#include <stdlib.h>
#include <string.h>
#include <twin/kind.h>

#include "bench/bench.h"
#include "engine/run.h"

static const twin_kind_field fields[] = {{.name = "time",
                                          .type = TWIN_FIELD_VALUE,
                                          .flags = TWIN_REQUIRED | TWIN_PER_POSITION,
                                          .unit = "s"}};

static void end_work(twin_place *place, int32_t position) {
  twin_place_release(place, position, -1);
}

static void settle(twin_place *place) {
  if (!twin_place_offered(place, 0, NULL)) return;
  twin_place_take(place, 0);
  twin_place_run(place, 0, TWIN_PROCESSING, twin_place_draw(place, 0, 0));
}

static const twin_kind plain = {.struct_size = sizeof plain,
                                .abi = TWIN_KIND_ABI,
                                .name = "planish",
                                .n_position = 1,
                                .n_field = 1,
                                .fields = fields,
                                .settle = settle,
                                .ended = end_work};

static const double PIECE_S = 3e5 * 60;

// Each event of these lines is the completion of one move.
static double ns_per_move(twin_run *run) {
  const uint64_t before = twin_run_event_count(run);
  const double ns = bench_run_on_ns(run, PIECE_S / BENCH_TURNS);
  return ns / (double)(twin_run_event_count(run) - before);
}

int main(void) {
  const twin_kind *const kinds[] = {&plain, NULL};
  const bench_serial serial = {.n_station = 10, .mean = "1 min"};
  enum { WAYS = 3 };
  double ns[WAYS][BENCH_TURNS];
  twin_run *run[WAYS];
  size_t n_bytes;
  char *text = bench_serial_text(&serial, &n_bytes);
  twin_line_options options;
  twin_line_options_init(&options);
  options.kinds = kinds;
  for (int way = 0; way < WAYS; way++) {
    if (way == 2)  // a word of as many letters
      for (char *at = text; (at = strstr(at, "\"machine\"")) != NULL; at++)
        memcpy(at, "\"planish\"", 9);
    twin_line *line = NULL;
    twin_problems *problems = twin_problems_new();
    bench_check(twin_line_parse(&line, text, n_bytes, &options, problems), problems, "line");
    run[way] = bench_run(line, /*has_statistics=*/true);
    ((tw_run *)(void *)run[way])->has_visits_only = way == 1;
    bench_run_on_ns(run[way], PIECE_S / 5);
    twin_line_unref(line);
    twin_problems_free(problems);
  }
  for (int i = 0; i < BENCH_TURNS; i++)
    for (int way = 0; way < WAYS; way++) ns[way][i] = ns_per_move(run[way]);
  bench_print("outside_over_visits", bench_median_ratio(ns[2], ns[1], BENCH_TURNS));
  bench_print("ns_per_move_shortcut", bench_median(ns[0], BENCH_TURNS));
  bench_print("ns_per_move_visits", bench_median(ns[1], BENCH_TURNS));
  bench_print("ns_per_move_outside", bench_median(ns[2], BENCH_TURNS));
  for (int way = 0; way < WAYS; way++) twin_run_free(run[way]);
  free(text);
  return 0;
}
