// state_fuzz.c - reads damaged states of small rich lines, two of them with machine models, from JSON. What is refused leaves the run as it
// was and says why; what is taken is valid, is written and read back to the same bits, and runs on to a
// status that has a meaning.
//
// The input is a text. Two kinds: '{' begins a state of the first line by itself, '(' and ')' before it one of the
// others; any other first byte chooses a state that a run had, and the rest replaces pieces of its text: two bytes where, one how long, then what
// stands there instead up to a byte 0.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_damage.h"
#include "io/state_json.h"
#include "state/hash.h"
#include "state/validate.h"
#include "support/line_text.h"
#include "support/physics_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { N_LINE = 5, N_BASE = 6, EVENTS_MAX = 300 };

static tw_run *runs[N_LINE], *run;
static tw_text bases[N_LINE][N_BASE];

static void demand(bool is_so, const char *what, const char *details) {
  if (is_so) return;
  fprintf(stderr, "%s: %s\n", what, details);
  abort();
}

static tw_line *make_line(int32_t line_i) {
  if (line_i == 0) return test_line(test_rich_line, NULL);
  if (line_i >= 3) return test_line(line_i == 3 ? test_control_line : test_work_line, NULL);
  char *text = line_i == 1 ? test_physics_text("exact", "") : test_island_text("exact", "");
  tw_line *line = test_line(text, NULL);
  free(text);
  return line;
}

static void make_bases(int32_t line_i) {
  tw_line *line = make_line(line_i);
  demand(line != NULL, "the line", "was refused");
  runs[line_i] = test_run(line, 1);
  for (int32_t i = 0; i < N_BASE; i++) {
    tw_run *from = test_run(line, (uint64_t)i);
    if (i > 0) test_until(from, 13.0 * i * i);
    int32_t slot;
    if (i % 2 == 1) tw_run_step(from, &slot, NULL);
    demand(tw_state_write(from, &bases[line_i][i]), "a state", "was not written");
    tw_run_free(from);
  }
}

static bool is_known(twin_status status) {
  return status == TWIN_OK || status == TWIN_END || status == TWIN_ERR_DEADLOCK ||
         status == TWIN_ERR_PROGRESS || status == TWIN_ERR_MAX_PARTS || status == TWIN_ERR_VALUE ||
         status == TWIN_ERR_POISONED || status == TWIN_ERR_SNAPSHOT || status == TWIN_ERR_MODEL;
}

static void expect_valid(const char *when) {
  char why[200] = "";
  demand(tw_run_is_valid(run, why, sizeof why), when, why);
}

static void go_on(void) {
  tw_text text = {0};
  expect_valid("it was taken, but is not valid");
  const uint64_t hash = tw_run_hash(run, true);
  demand(tw_state_write(run, &text), "a state", "was not written");
  twin_problems *problems = twin_problems_new();
  const twin_status again = tw_state_read(run, text.at, text.n, "state", problems);
  demand(again == TWIN_OK, "its own state is refused", twin_problems_text(problems, 0));
  demand(tw_run_hash(run, true) == hash, "read back", "it is another");
  twin_problems_free(problems);
  tw_text_free(&text);
  twin_status status = TWIN_OK;
  int32_t slot;
  for (int32_t i = 0; i < EVENTS_MAX && status == TWIN_OK; i++) status = tw_run_step(run, &slot, NULL);
  demand(is_known(status), "a step ends", twin_status_text(status));
  if (status == TWIN_OK) expect_valid("in the end it is invalid");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  for (int32_t i = 0; i < N_LINE && runs[i] == NULL; i++) make_bases(i);
  if (n == 0 || n > 1 << 16) return -1;
  const bool is_whole = data[0] == '{' || data[0] == '(' || data[0] == ')', is_first = data[0] == '{';
  const int32_t line_i = is_first ? 0 : is_whole ? data[0] == '(' ? 1 : 2 : data[0] / N_BASE % N_LINE;
  run = runs[line_i];
  tw_text text = {0};
  if (is_whole) tw_text_add_n(&text, (const char *)data + !is_first, n - !is_first);
  else fuzz_damage(&bases[data[0] / N_BASE % N_LINE][data[0] % N_BASE], data + 1, n - 1, 32, &text);
  // from a state in full swing, so that texts that leave things out have something to leave
  const twin_status base = tw_state_read(run, bases[line_i][4].at, bases[line_i][4].n, "state", NULL);
  demand(base == TWIN_OK, "a good state", "is refused");
  const uint64_t before = tw_run_hash(run, true);
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_state_read(run, text.at, text.n, "state", problems);
  demand(is_known(status), "refused with", twin_status_text(status));
  if (status == TWIN_OK) {
    go_on();
  } else {
    demand(twin_problems_count(problems, -1) > 0, "refused", "without a reason");
    demand(tw_run_hash(run, true) == before, "refused", "but the run is another");
  }
  twin_problems_free(problems);
  tw_text_free(&text);
  return 0;
}
