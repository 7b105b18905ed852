// record_model_test.c - a recorded run that its model stops in the middle: the file is complete up
// to there, nothing of what happened is lost, and the error names model, state and instant. Without
// HDF5 in the build there is no file.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/cells.h"

#include "core/ode_cvode.h"

enum { N_TEXT = 3000, N_PATH = 512, N_TABLE = 6 };

static const char *const solvers[] = {"auto", "rk", "cvode", "cvode-adams"};
static const char *const tables[N_TABLE] = {"events", "intervals", "parts",
                                            "visits", "signals",   "solvers"};

static bool has(const char *solver) {
  return strncmp(solver, "cvode", 5) != 0 || tw_cvode_version() != NULL;
}

static const char *scratch(const char *name) {
  static char path[2][N_PATH];
  static int at;
  at = 1 - at;
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path[at], N_PATH, "%s/record_model_%s_%ld.h5", folder != NULL ? folder : ".", name,
           (long)getpid());
  return path[at];
}

// Two machines with a part every 0.7 s, and the model "x" with states and equations on the first
// one. n counts what y passes, so that there are signals, too.
static twin_line *make_line(const char *model, const char *solver) {
  char text[N_TEXT];
  snprintf(
      text, sizeof text,
      "{'libtwin': '1.0', 'run': {'horizon': '100 s'}, 'parts': {'p': {}}, 'sources': {'s': {'sequence': ['p'], 'repeat': "
      "true, 'every': '0.7 s'}}, 'buffers': {'b': {'capacity': 9}}, 'stations': {'A': {'type': 'machine', 'time': '0.5 s', "
      "'dynamics': {'x': {'model': 'equations', %s, 'solver': '%s'}}}, 'B': {'type': 'machine', 'time': '0.6 s'}}, 'flow': "
      "[['s', 'A', 'b', 'B', 'out']]}",
      model, solver);
  for (char *at = text; *at != '\0'; at++)
    if (*at == '\'') *at = '"';
  twin_line *line = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_line_parse(&line, text, strlen(text), NULL, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return line;
}

// Records a run up to end_s; what it ended with, and the error in `said`.
static twin_status record(twin_line *line, double end_s, const char *path, char said[N_TEXT],
                          double *stopped_s) {
  twin_recorder_options options;
  twin_recorder_options_init(&options);
  options.states = options.parts = options.events = 1;
  twin_recorder *recorder = NULL;
  cr_assert_eq(twin_recorder_open(&recorder, path, line, &options, NULL), TWIN_OK);
  twin_run *run = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_attach(recorder, run, 0, NULL), TWIN_OK);
  const twin_status status = twin_run_until(run, end_s, problems);
  snprintf(said, N_TEXT, "%s",
           twin_problems_count(problems, -1) > 0 ? twin_problems_text(problems, 0) : "");
  *stopped_s = twin_run_time_s(run);
  cr_expect_eq(twin_recorder_detach(recorder, run, NULL), TWIN_OK);
  cr_expect_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_problems_free(problems);
  twin_run_free(run);
  return status;
}

// The first n rows of a table are the same in two files.
static void expect_same_rows(const twin_file *file, const twin_file *wanted, const char *table,
                             int64_t n, const char *what) {
  twin_table *of = NULL, *other = NULL;
  cr_assert_eq(twin_file_table(file, table, 0, n, &of, NULL), TWIN_OK);
  cr_assert_eq(twin_file_table(wanted, table, 0, n, &other, NULL), TWIN_OK);
  twin_column a = {.struct_size = sizeof a}, b = {.struct_size = sizeof b};
  int32_t i = 0;
  for (; twin_table_column(of, i, &a) == TWIN_OK; i++) {
    cr_assert_eq(twin_table_column(other, i, &b), TWIN_OK);
    cr_assert_eq(a.type, b.type);
    const size_t size = a.type == TWIN_COLUMN_INT64 || a.type == TWIN_COLUMN_DOUBLE ? 8 : 4;
    cr_expect_eq(memcmp(a.values, b.values, (size_t)n * size), 0, "%s: %s, column %d", what, table, (int)i);
  }
  cr_assert_eq(twin_table_column(other, i, &b), TWIN_ERR_NOT_FOUND);
  twin_table_unref(of);
  twin_table_unref(other);
}

static double number(const twin_file *file, const char *table, const char *column) {
  twin_table *of = test_file_table(file, table);
  const double value = test_number_at(of, column, 0);
  twin_table_unref(of);
  return value;
}

// The model stops the run at failing_s or a little before; words: what the error names.
static void expect_complete(const char *model, double failing_s, const char *const *words) {
  for (int s = 0; s < 4; s++) {
    if (!has(solvers[s])) continue;
    twin_line *line = make_line(model, solvers[s]);
    const char *path = scratch("stopped"), *other_path = scratch("before");
    char said[N_TEXT], nothing[N_TEXT];
    double stopped_s, before_s;
    cr_assert_eq(record(line, 100, path, said, &stopped_s), TWIN_ERR_MODEL, "%s: %s", solvers[s],
                 said);
    cr_expect(fabs(stopped_s - failing_s) < 2e-2, "%s: it stopped at %.9g s, not %g", solvers[s],
              stopped_s, failing_s);
    for (int i = 0; words[i] != NULL; i++)
      cr_expect(strstr(said, words[i]) != NULL, "%s: \"%s\", wanted %s", solvers[s], said,
                words[i]);
    // the same run, which ends before by itself
    cr_assert_eq(record(line, stopped_s - 1e-6, other_path, nothing, &before_s), TWIN_OK);
    twin_file *file = NULL, *wanted = NULL;
    cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
    cr_assert_eq(twin_file_open(&wanted, other_path, NULL), TWIN_OK);
    cr_expect_eq(twin_file_is_complete(file), 1);
    for (int i = 0; i < N_TABLE; i++) {
      const int64_t n = twin_file_rows(file, tables[i]),
                    n_wanted = twin_file_rows(wanted, tables[i]);
      cr_expect(n >= n_wanted && n > 0, "%s: %lld rows of %s, not %lld", solvers[s], (long long)n,
                tables[i], (long long)n_wanted);
    }
    // rows that are written when they happen are the same; those of open spells end later
    expect_same_rows(file, wanted, "events", twin_file_rows(wanted, "events"), solvers[s]);
    expect_same_rows(file, wanted, "signals", twin_file_rows(wanted, "signals"), solvers[s]);
    cr_expect_eq(number(file, "replications", "t_end"), stopped_s);
    cr_expect_eq(number(file, "replications", "status"), TWIN_ERR_MODEL);
    twin_table *spells = test_file_table(file, "intervals");
    double last_s = 0;
    for (int64_t i = 0; i < twin_table_rows(spells); i++)
      last_s = fmax(last_s, test_number_at(spells, "end", i));
    cr_expect_eq(last_s, stopped_s, "states are told up to where it stopped");
    twin_table_unref(spells);
    twin_file_close(file);
    twin_file_close(wanted);
    remove(path);
    remove(other_path);
    twin_line_unref(line);
  }
}

// n counts the seconds.
#define COUNT "'events': {'past': {'when': 'c >= 1', 'set': {'c': 'c - 1', 'n': 'n + 1'}}}"

Test(record_model, a_derivative_that_ceases_to_be_a_number_loses_nothing) {
  static const char *const words[] = {"A[1].x", "x.y", "not a number", "at ", NULL};
  expect_complete(
      "'states': {'y': 1, 'c': 0, 'n': 0}, 'equations': {'dy/dt': 'sqrt(30.25 - c - n)*0.1/(1 s)', 'dc/dt': "
      "'1/(1 s)'}, " COUNT,
      30.25, words);
}

Test(record_model, a_state_that_blows_up_loses_nothing) {
  static const char *const words[] = {"A[1].x", "x.y", "runs away", NULL};
  expect_complete(
      "'states': {'y': 1, 'c': 0, 'n': 0}, 'equations': {'dy/dt': 'y^2/(30.25 s)', 'dc/dt': '1/(1 s)'}, " COUNT,
      30.25, words);
}

Test(record_model, an_event_that_sets_no_number_loses_nothing) {
  static const char *const words[] = {"A[1].x",       "event x/e",  "state x.n",
                                      "not a number", "at 30.25 s", NULL};
  expect_complete(
      "'states': {'y': 0, 'c': 0, 'n': 0}, 'equations': {'dy/dt': '1/(1 s)', 'dc/dt': '1/(1 s)'}, 'events': {'past': "
      "{'when': 'c >= 1', 'set': {'c': 'c - 1', 'n': 'n + 1'}}, 'e': {'when': 'y >= 30.25', 'set': {'n': 'log(-y)'}}}",
      30.25, words);
}

Test(record_model, an_event_without_end_loses_nothing) {
  static const char *const words[] = {"A[1].x", "event x/", "again and again", "at 30.25", NULL};
  expect_complete(
      "'states': {'y': 0, 'u': 1, 'c': 0, 'n': 0}, 'equations': {'dy/dt': 'u/(1 s)', 'dc/dt': '1/(1 s)'}, 'events': {"
      "'past': {'when': 'c >= 1', 'set': {'c': 'c - 1', 'n': 'n + 1'}}, 'up': {'when': 'y >= 30.25', 'set': {'u': -1}}, "
      "'down': {'when': 'y <= 30.25 - 1e-9', 'set': {'u': 1}}}",
      30.25, words);
}
