// text_fuzz.c - feeds any text to what takes one beside files: durations, paths of quantities and
// of values to be set, names of things, of a machine and its maintenance, and the name of a signal
// in "record". Nothing crashes; what is found has a name and a unit, what is not has a readable
// hint.

#include <math.h>

#include "fuzz_check.h"
#include "support/line_text.h"
#include "support/physics_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { N_LINE = 4, TEXT_MAX = 300 };

static twin_line *lines[N_LINE];
static twin_run *runs[N_LINE];
static const char *const codes[] = {"E-JSON", "E-KEY", "E-TYPE", "E-UNIT",  "E-RANGE",
                                    "E-REF",  "E-RUN", "E-FLOW", "E-ROUTE", "E-MODEL",
                                    "E-CAL",  "",      NULL};

static void make_lines(void) {
  char *model = test_physics_text("exact", "");
  const char *const texts[N_LINE] = {test_rich_line, test_work_line, model, test_control_line};
  for (int i = 0; i < N_LINE; i++) {
    demand(twin_line_parse(&lines[i], texts[i], strlen(texts[i]), NULL, NULL) == TWIN_OK, "a line",
           texts[i]);
    demand(twin_run_new(&runs[i], lines[i], NULL, NULL) == TWIN_OK, "a run", "");
    demand(twin_run_until(runs[i], 60, NULL) == TWIN_OK, "a minute", "");
  }
  free(model);
}

static void check_duration(const char *text) {
  double duration_s = -1;
  const twin_status status = twin_duration_read(text, &duration_s);
  demand(status == TWIN_OK || status == TWIN_ERR_ARGUMENT, "a duration", text);
  demand(status == TWIN_OK ? isfinite(duration_s) : duration_s == -1, "a value", text);
}

static void check_path(const twin_line *line, twin_run *run, const char *text) {
  uint64_t quantity = 0;
  twin_problems *problems = twin_problems_new();
  const twin_status status = twin_line_quantity(line, text, &quantity, problems);
  demand((status == TWIN_OK) == (twin_problems_count(problems, TWIN_ERROR) == 0), "found or not",
         text);
  if (status == TWIN_OK) {
    double value;
    demand(twin_line_quantity_unit(line, quantity) != NULL, "a unit", text);
    const twin_status is_read = twin_run_value(run, quantity, &value);
    demand(is_read == TWIN_OK || is_read == TWIN_ERR_ARGUMENT || is_read == TWIN_ERR_VALUE,
           "a value", text);
  }
  const uint64_t before = twin_run_hash(run);
  twin_problems_free(problems);
  problems = twin_problems_new();
  const twin_status is_set = twin_run_value_set(run, text, 1, problems);
  demand(is_set == TWIN_OK || twin_run_hash(run) == before, "a value that was refused", text);
  twin_run_maintenance_request(run, text, problems);
  check_problems(problems, codes);
  twin_problems_free(problems);
  for (int32_t of = 0; of < 16; of++) {
    int32_t i = -1;
    if (twin_line_find(line, of, text, &i) == TWIN_OK) demand(i >= 0, "an index", text);
  }
}

// A line that records the signal, or whose start is the text.
static void check_line(const char *text, const char *before, const char *behind) {
  tw_text line_text = {0};
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  tw_text_add(&line_text, before);
  tw_text_add_json(&line_text, text);
  tw_text_add(&line_text, behind);
  const twin_status status = twin_line_parse(&line, line_text.at, line_text.n, NULL, problems);
  demand((status == TWIN_OK) == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not",
         text);
  check_problems(problems, codes);
  twin_line_unref(line);
  twin_problems_free(problems);
  tw_text_free(&line_text);
}

#define HEAD \
  "{\"libtwin\": \"1.0\", \"parts\": {\"a\": {}}, \"sources\": {\"s\": {\"sequence\": [\"a\"]}}, "
#define DYNAMICS \
  "\"dynamics\": {\"heat\": {\"model\": \"equations\", \"states\": {\"T\": \"20 degC\"}}}"
#define TAIL "\"flow\": [[\"s\", \"m\", \"out\"]]"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static char text[TEXT_MAX + 1];
  if (lines[0] == NULL) make_lines();
  if (n == 0 || n > TEXT_MAX) return -1;
  memcpy(text, data, n);
  text[n] = 0;
  check_duration(text);
  for (int i = 0; i < N_LINE; i++) check_path(lines[i], runs[i], text);
  if (!is_readable(text)) return 0;
  check_line(text,
             HEAD "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\", " DYNAMICS
                  "}}, \"record\": {\"signals\": {",
             ": \"30 s\"}}, " TAIL "}");
  check_line(text,
             HEAD "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": ", "}}, " TAIL "}");
  check_line(text, HEAD "\"run\": {\"start\": ",
             "}, \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\"}}, " TAIL "}");
  check_line(
      text, HEAD "\"calendars\": {\"c\": {\"shifts\": {\"x\": ",
      "}, \"closed\": []}}, \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\"}}, " TAIL
      "}");
  check_line(text,
             HEAD
             "\"calendars\": {\"c\": {\"shifts\": {\"x\": \"Mon-Fri 06:00-14:00\"}, \"closed\": [",
             "]}}, \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\"}}, " TAIL "}");
  check_line(
      text,
      HEAD
      "\"calendars\": {\"c\": {\"shifts\": {\"x\": \"Mon-Fri 06:00-14:00\"}, \"extra\": {\"x\": ",
      "}}}, \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\"}}, " TAIL "}");
  return 0;
}
