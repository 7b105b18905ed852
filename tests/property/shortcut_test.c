// shortcut_test.c - the shortcut through plain pieces of line (station/serial.h) does exactly what
// visits do: with and without it every bit of state and statistics is the same.

#include <criterion/criterion.h>
#include <string.h>

#include "base/problems.h"
#include "core/ticks.h"
#include "state/hash.h"
#include "station/serial.h"
#include "support/generate.h"

enum { N_LINE = 1500 };

// Runs a line both ways in steps; says where the two part, or NULL. *n_plain: stations it was about.
static const char *compare(const char *text, double step_s, int32_t n_step, tw_text *what,
                           int32_t *n_plain) {
  tw_line *line = test_line(text, NULL);
  if (line == NULL) return NULL;
  for (int32_t i = 0; i < line->n_place; i++) *n_plain += line->place[i].serial != NULL;
  tw_run *quick = test_run(line, 7), *slow = test_run(line, 7);
  slow->has_visits_only = true;
  bool is_same = true;
  for (int32_t i = 1; i <= n_step && is_same; i++) {
    const twin_status status = test_until(quick, step_s * i);
    is_same = test_until(slow, step_s * i) == status;
    is_same = is_same && !tw_run_difference(quick, slow, what);
    is_same = is_same && tw_run_hash(quick, true) == tw_run_hash(slow, true);
    if (status != TWIN_OK) break;
  }
  tw_run_free(quick);
  tw_run_free(slow);
  tw_line_unref(line);
  if (is_same) return NULL;
  return what->at != NULL ? what->at : "the hash";
}

Test(shortcut, changes_nothing_on_random_lines) {
  int32_t n_plain = 0;
  for (uint64_t seed = 1; seed <= N_LINE; seed++) {
    test_plan plan;
    tw_text text = {0}, what = {0};
    test_plan_make(&plan, seed, /*is_whole=*/seed % 2 == 0);
    // stations that draw power have no shortcut
    for (int32_t i = 0; i < plan.n_place; i++) plan.place[i].power = 0;
    test_plan_print(&plan, &text);
    const char *where = compare(text.at, plan.is_in_minutes ? 1500 : 50, 20, &what, &n_plain);
    cr_expect(where == NULL, "line %d: %s\n%s", (int)seed, where, text.at);
    tw_text_free(&text);
    tw_text_free(&what);
  }
  cr_log_info("%d plain stations in %d lines", (int)n_plain, N_LINE);
  cr_expect(n_plain > 3, "only %d plain stations: the test says little", (int)n_plain);
}

// Serial lines are what the shortcut is for: breakdowns, zero times and ties on purpose.
Test(shortcut, changes_nothing_on_serial_lines_with_ties) {
  static const char *const time[] = {"\"2 s\"", "\"3 s\"", "\"0 s\"", "{\"exponential\": {\"mean\": \"2 s\"}}"};
  static const char *const clock[] = {"calendar", "processing"};
  test_random random = {.seed = 11};
  int32_t n_plain = 0;
  for (int32_t k = 0; k < 400; k++) {
    tw_text text = {0}, flow = {0}, buffers = {0}, what = {0};
    const int32_t n = 1 + test_pick(&random, 6);
    tw_text_add(&text, "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}, \"r\": {}}, \"sources\": {\"s\": {\"sequence\": "
                       "[\"1 p\", \"2 r\"], \"repeat\": true");
    if (test_chance(&random, 40)) tw_text_add(&text, ", \"every\": \"3 s\"");
    tw_text_add(&text, "}}, \"stations\": {");
    for (int32_t i = 0; i < n; i++) {
      tw_text_print(&text, "%s\"m%d\": {\"type\": \"machine\", \"time\": %s", i > 0 ? ", " : "", (int)i,
                    i == 0 ? time[0] : time[test_pick(&random, 4)]);
      if (test_chance(&random, 40))
        tw_text_print(&text,
                      ", \"failures\": {\"f\": {\"clock\": \"%s\", \"mtbf\": \"%d s\", \"repair\": \"%d s\"}}",
                      clock[test_pick(&random, 2)], 5 + (int)test_pick(&random, 20),
                      1 + (int)test_pick(&random, 5));
      // one that draws power has no shortcut, and the line has an account of energy
      if (test_chance(&random, 15)) tw_text_add(&text, ", \"power\": {\"processing\": \"2 kW\"}");
      tw_text_add(&text, "}");
      tw_text_print(&flow, ", \"m%d\"", (int)i);
      if (i + 1 == n || test_chance(&random, 15)) continue;
      tw_text_print(&buffers, "%s\"b%d\": {\"capacity\": %d}", buffers.n > 0 ? ", " : "", (int)i,
                    1 + (int)test_pick(&random, 3));
      tw_text_print(&flow, ", \"b%d\"", (int)i);
    }
    tw_text_print(&text, "}, \"buffers\": {%s}, \"flow\": [[\"s\"%s, \"out\"]]}",
                  buffers.at != NULL ? buffers.at : "", flow.at);
    const char *where = compare(text.at, 20, 20, &what, &n_plain);
    cr_expect(where == NULL, "line %d: %s\n%s", (int)k, where, text.at);
    tw_text_free(&text);
    tw_text_free(&flow);
    tw_text_free(&buffers);
    tw_text_free(&what);
  }
  cr_expect(n_plain > 400, "only %d plain stations", (int)n_plain);
}
