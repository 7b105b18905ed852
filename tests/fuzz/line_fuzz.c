// line_fuzz.c - feeds any bytes as a whole line: JSON, every kind of place, compilation. What is
// refused has problems; what is good has a dump that means the same, and runs for some thousand
// events: it stays valid, goes on from its own snapshot in the middle as if nothing had been, and
// ends with a known status.
//
// Tables of CSV files are refused here, so that no input reads a file.

#include <time.h>

#include "engine/run.h"
#include "fuzz_check.h"
#include "io/json.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "station/build.h"
#include "support/line_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

// Lines beyond these limits are read, but not run: a thousand inputs are worth more than one of
// them.
enum { EVENTS_MAX = 2000, EVENTS_PER_CHECK = 250, PARTS_MAX = 500, MACHINES_MAX = 1000 };
static const size_t run_bytes_max = 4 << 20;
static const double seconds_max = 2;

static const char *const codes[] = {"E-JSON", "E-KEY",   "E-TYPE",  "E-UNIT", "E-RANGE", "E-REF",
                                    "E-FLOW", "E-ROUTE", "E-MODEL", "E-CAL",  "E-FILE",  NULL};

static tw_line *read_line(const char *text, size_t n) {
  tw_arena arena;
  tw_arena_init(&arena);
  twin_problems *problems = twin_problems_new();
  const tw_reader reader = {.file = "line.json", .arena = &arena, .problems = problems};
  tw_node *root = tw_json_read(text, n, "line.json", &arena, problems);
  tw_line *line = root != NULL ? tw_line_build(&arena, root, &reader, 1) : NULL;
  if (root == NULL) tw_arena_free(&arena);
  demand((line != NULL) == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not",
         twin_problems_text(problems, 0));
  check_problems(problems, codes);
  twin_problems_free(problems);
  return line;
}

// The dump is a line of the same meaning, and its own dump.
static void check_dump(const tw_line *line) {
  tw_text first = {0}, second = {0};
  tw_doc_dump(&line->doc, &first);
  tw_line *again = read_line(first.at, first.n);
  demand(again != NULL, "the dump is refused", first.at);
  demand(again->hash == line->hash, "the dump means something else", first.at);
  demand(again->layout.hash == line->layout.hash, "the dump has another state", first.at);
  tw_doc_dump(&again->doc, &second);
  demand(strcmp(first.at, second.at) == 0, "the dump of a dump", second.at);
  tw_text_free(&first);
  tw_text_free(&second);
  tw_line_unref(again);
}

static bool is_known(twin_status status) {
  return status == TWIN_OK || status == TWIN_END || status == TWIN_ERR_DEADLOCK ||
         status == TWIN_ERR_PROGRESS || status == TWIN_ERR_MAX_PARTS || status == TWIN_ERR_VALUE ||
         status == TWIN_ERR_MODEL;
}

static void expect_valid(const tw_run *run, const char *when) {
  char why[200] = "";
  demand(tw_run_is_valid(run, why, sizeof why), when, why);
}

// Runs up to n events; stops early when they take too long.
static twin_status run_on(tw_run *run, int32_t n, clock_t end) {
  twin_status status = TWIN_OK;
  for (int32_t i = 0; i < n && status == TWIN_OK; i++) {
    int32_t slot;
    status = tw_run_step(run, &slot, NULL);
    demand(is_known(status), "a step ends", twin_status_text(status));
    if (i % EVENTS_PER_CHECK != EVENTS_PER_CHECK - 1 || status != TWIN_OK) continue;
    expect_valid(run, "it has become invalid");
    if (clock() > end) break;
  }
  if (status == TWIN_OK || status == TWIN_END) expect_valid(run, "in the end it is invalid");
  return status;
}

// A second run goes on from a snapshot of the first; as many steps later both are equal.
static void check_resume(tw_run *run, tw_line *line, clock_t end) {
  size_t n_byte;
  void *saved = test_save(run, &n_byte);
  tw_run *other = test_run(line, 2);
  twin_problems *problems = twin_problems_new();
  demand(tw_run_restore(other, saved, n_byte, problems) == TWIN_OK, "its own snapshot",
         twin_problems_text(problems, 0));
  const twin_status first = run_on(run, EVENTS_MAX / 2, INT32_MAX);
  const twin_status second = run_on(other, EVENTS_MAX / 2, INT32_MAX);
  tw_text difference = {0};
  tw_run_difference(run, other, &difference);
  demand(first == second, "resumed it ends", twin_status_text(second));
  demand(tw_run_hash(run, true) == tw_run_hash(other, true), "resumed it is another",
         difference.at != NULL ? difference.at : "");
  (void)end;
  tw_text_free(&difference);
  twin_problems_free(problems);
  tw_run_free(other);
  free(saved);
}

static void check_run(tw_line *line) {
  if (line->max_parts > PARTS_MAX) line->max_parts = PARTS_MAX;
  const clock_t end = clock() + (clock_t)(seconds_max * CLOCKS_PER_SEC);
  tw_run *run = test_run(line, 1);
  expect_valid(run, "at the start it is invalid");
  const twin_status status = run_on(run, EVENTS_MAX / 2, end);
  if (status == TWIN_OK && clock() < end) check_resume(run, line, end);
  tw_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  tw_line *line = read_line((const char *)data, n);
  if (line == NULL) return 0;
  check_dump(line);
  const bool is_small = line->n_machine <= MACHINES_MAX &&
                        tw_run_bytes(line, line->layout.n_part_at_start) <= run_bytes_max;
  if (is_small) check_run(line);
  tw_line_unref(line);
  return 0;
}
