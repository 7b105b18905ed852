// log_fuzz.c - reads damaged logs of operations from JSON lines, and replays them. What is refused
// has a problem with its line; what is taken is written and read back as the same text, and its
// replay on a run that is where the log began ends with a known status and leaves a valid run.
//
// The first byte chooses a log that a run had; the rest replaces pieces of its text: two bytes
// where, one how long, then what stands there instead up to a byte 0. '{' begins a log by itself.

#include "fuzz_check.h"
#include "fuzz_damage.h"
#include "io/log_json.h"
#include "state/log.h"
#include "state/validate.h"
#include "support/line_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { N_LINE = 3, N_BASE = 4, OPS_MAX = 40 };

static tw_line *lines[N_LINE];
static tw_text bases[N_LINE][N_BASE];
static const char *const codes[] = {"E-STATE", "E-JSON", "E-KEY", "E-TYPE", "E-RANGE", "E-REF", "", NULL};

// A bit of everything, the same every time; what the run refuses is logged too.
static tw_op make_op(const tw_run *run, int32_t base_i, int32_t k) {
  const tw_line *line = run->line;
  const int64_t now = run->head->now_us, s = 1000000, i = base_i * 7 + k;
  const int64_t part =
      run->head->n_part_slot > 0 ? (int64_t)run->part[i % run->head->n_part_slot].id : 0;
  switch (i % 11) {
    case 0: return (tw_op){TW_OP_machine_down, {i % line->n_machine}};
    case 1: return (tw_op){TW_OP_machine_up, {i % line->n_machine}};
    case 2: return (tw_op){TW_OP_reseed, {i}};
    case 3: return (tw_op){TW_OP_wake, {now + i * s}};
    case 4:
      return (tw_op){TW_OP_order_add, {i % line->n_place, i % line->n_part_type, 2, now + s, 1}};
    case 5: return (tw_op){TW_OP_part_move, {part, i % line->n_place}};
    case 6: return (tw_op){TW_OP_part_priority, {part, i}};
    case 7: return (tw_op){TW_OP_mode_left, {line->n_mode > 0 ? i % line->n_mode : 0, 5 * s}};
    case 8: return (tw_op){TW_OP_step, {0}};
    case 9: return (tw_op){TW_OP_maintenance_request, {line->n_mode > 0 ? i % line->n_mode : 0}};
    default: return (tw_op){TW_OP_until, {now + 20 * s}};
  }
}

static void make_bases(int32_t line_i) {
  static const char *const texts[] = {test_rich_line, test_work_line, test_control_line};
  lines[line_i] = test_line(texts[line_i], NULL);
  demand(lines[line_i] != NULL, "the line", "was refused");
  for (int32_t i = 0; i < N_BASE; i++) {
    tw_run *run = test_run(lines[line_i], 1);
    tw_op_log *log = tw_op_log_new(lines[line_i], run);
    for (int32_t k = 0; k < 4 * (i + 1); k++) tw_run_apply(run, make_op(run, i, k), NULL);
    demand(tw_op_log_write(log, &bases[line_i][i]), "a log", "was not written");
    tw_op_log_free(log);
    tw_run_free(run);
  }
}

static void check_again(tw_line *line, const tw_op_log *log) {
  tw_text first = {0}, second = {0};
  demand(tw_op_log_write(log, &first), "a log", "was not written");
  tw_op_log *again = NULL;
  twin_problems *problems = twin_problems_new();
  demand(tw_op_log_read(line, first.at, first.n, &again, problems) == TWIN_OK,
         "its own text is refused", twin_problems_text(problems, 0));
  demand(tw_op_log_write(again, &second) && strcmp(first.at, second.at) == 0, "another text",
         second.at);
  tw_op_log_free(again);
  twin_problems_free(problems);
  tw_text_free(&first);
  tw_text_free(&second);
}

static void check_replay(tw_line *line, const tw_op_log *log) {
  char why[200] = "";
  tw_run *run = test_run(line, 1);
  tw_replay replay = {0};
  const twin_status status = tw_op_log_replay(log, run, &replay, NULL);
  demand(status == TWIN_OK || status == TWIN_ERR_ARGUMENT, "a replay ends",
         twin_status_text(status));
  demand(replay.n_same <= log->n_entry, "a replay", "is longer than its log");
  demand(tw_run_is_valid(run, why, sizeof why) || run->head->poison != 0, "behind a replay", why);
  tw_text_free(&replay.field);
  tw_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  for (int32_t i = 0; i < N_LINE && lines[i] == NULL; i++) make_bases(i);
  if (n == 0 || n > 1 << 16) return -1;
  tw_line *line = lines[data[0] == '{' ? 0 : data[0] / N_BASE % N_LINE];
  tw_text text = {0};
  if (data[0] == '{')
    tw_text_add_n(&text, (const char *)data, n);
  else
    fuzz_damage(&bases[data[0] / N_BASE % N_LINE][data[0] % N_BASE], data + 1, n - 1, 64, &text);
  twin_problems *problems = twin_problems_new();
  tw_op_log *log = NULL;
  const char *at = text.at != NULL ? text.at : "";
  const twin_status status = tw_op_log_read(line, at, text.n, &log, problems);
  demand((status == TWIN_OK) == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not",
         twin_problems_text(problems, 0));
  check_problems(problems, codes);
  if (status == TWIN_OK && log->n_entry <= OPS_MAX) {
    check_again(line, log);
    check_replay(line, log);
  }
  demand(status == TWIN_OK || status == TWIN_ERR_SNAPSHOT, "refused with",
         twin_status_text(status));
  tw_op_log_free(log);
  twin_problems_free(problems);
  tw_text_free(&text);
  return 0;
}
