// load_test.c - in random lines: the load table loses no part, gives the same twice, and has no
// load below 0; where the sources give what can be taken the highest load is 1.

#include "study/load.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "study/load_inner.h"
#include "support/generate.h"

enum { N_PLAN = 400 };

// What is released is shipped or scrapped. Gives false where parts go round for ever.
static bool expect_every_part_kept(const tw_line *line, uint64_t seed) {
  tw_arena arena;
  tw_load_flow flow;
  bool is_finite = true;
  tw_arena_init(&arena);
  cr_assert(tw_load_flow_init(&flow, line, &arena));
  cr_assert(tw_load_flow_solve(&flow));
  for (int32_t p = 0; p < line->n_part_type; p++)
    for (int32_t of = 0; of < TW_SOURCE_CLASSES; of++) {
      const double *visits = flow.visits[of];
      const double left = visits[line->graph.out_i * line->n_part_type + p] +
                          visits[line->graph.scrap_i * line->n_part_type + p];
      is_finite = is_finite && isfinite(left);
      if (isfinite(left))
        cr_expect(fabs(left - flow.released[of][p]) <= 1e-6 * (1 + left), "seed %d: %g of %g",
                  (int)seed, left, flow.released[of][p]);
    }
  tw_load_flow_close(&flow);
  tw_arena_free(&arena);
  return is_finite;
}

static void expect_sound_loads(const tw_load *load, uint64_t seed) {
  double highest = 0;
  for (int32_t i = 0; i < load->n_station; i++) {
    const tw_load_station *station = &load->station[i];
    if (isnan(station->load)) continue;
    cr_expect(station->load >= 0 && station->need_s >= 0 && station->visits > 0, "seed %d",
              (int)seed);
    for (int32_t t = 0; t < TW_TERM_PEOPLE; t++) cr_expect(station->term_s[t] >= 0);
    highest = fmax(highest, station->load);
  }
  for (int32_t i = 0; i < load->n_pool; i++) highest = fmax(highest, load->pool[i].load);
  if (load->is_relative && load->good_per_s > 0 && highest > 0)
    cr_expect(highest > 1 - 1e-6, "seed %d: %.9g", (int)seed, highest);
}

Test(load, of_random_lines_loses_no_part_and_is_sound) {
  int n_line = 0, n_finite = 0, n_relative = 0;
  for (uint64_t seed = 0; seed < N_PLAN; seed++) {
    tw_line *line = test_seed_line(seed);
    if (line == NULL) continue;
    n_line++;
    if (expect_every_part_kept(line, seed)) {
      tw_load load, again;
      cr_assert(tw_load_make(line, &load));
      cr_assert(tw_load_make(line, &again));
      const size_t n_byte = (size_t)load.n_station * sizeof *load.station;
      cr_expect_eq(memcmp(load.station, again.station, n_byte), 0);
      expect_sound_loads(&load, seed);
      tw_load_check(line, &load, NULL);
      n_relative += load.is_relative;
      n_finite++;
      tw_load_free(&load);
      tw_load_free(&again);
    }
    tw_line_unref(line);
  }
  cr_log_info("%d lines, %d without endless loops, %d relative", n_line, n_finite, n_relative);
  cr_assert_gt(n_line, N_PLAN / 2);
  cr_assert_gt(n_finite, n_line / 2);
  cr_assert_gt(n_relative, n_line / 10);
}
