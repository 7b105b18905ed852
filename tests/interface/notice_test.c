// notice_test.c - notices that only trouble brings: rows that do not reach their file, and a model
// that an explicit solver can hardly get through. Both are brought about in earnest: a limit for
// files in a child of its own, and steps by the million.

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/hosted.h"

static twin_line *parse(test_host *own, const char *text) {
  twin_line *line = NULL;
  twin_line_options options;
  test_host_init(own);
  twin_line_options_init(&options);
  options.host = &own->host;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_line_parse(&line, text, strlen(text), &options, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return line;
}

// ---- N-FLUSH
// ---------------------------------------------------------------------------------------

static const char busy[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"horizon\": \"2000 h\"},"
    "\"sources\": {\"s\": {\"sequence\": [\"1 p\"], \"repeat\": true}},"
    "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\"}},"
    "\"flow\": [[\"s\", \"m\", \"out\"]]}";

typedef enum found { HEARD, NOT_HEARD, HEARD_TWICE, NO_FILE, RUN_STOPPED, CLOSED_WELL } found;

// Records a run whose file may not grow beyond a megabyte.
static found record_too_much(const char *path) {
  test_host own;
  twin_line *line = parse(&own, busy);
  twin_recorder_options options;
  twin_recorder_options_init(&options);
  options.events = 1;
  options.flush_s = 1e-6;
  twin_recorder *recorder = NULL;
  twin_run *run = NULL;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &(struct rlimit){1 << 20, 1 << 20});
  if (twin_recorder_open(&recorder, path, line, &options, NULL) != TWIN_OK) return NO_FILE;
  if (twin_run_new(&run, line, NULL, NULL) != TWIN_OK ||
      twin_recorder_attach(recorder, run, 0, NULL) != TWIN_OK)
    return NO_FILE;
  // the notice comes in a call that goes on; the error comes from the file's own calls
  const twin_status status = twin_run_until(run, 2000 * 3600.0, NULL);
  const char *first = strstr(own.codes, "N-FLUSH ");
  const found heard = first == NULL                           ? NOT_HEARD
                      : strstr(first + 1, "N-FLUSH ") != NULL ? HEARD_TWICE
                                                              : HEARD;
  twin_run_free(run);
  if (twin_recorder_close(recorder, NULL) == TWIN_OK) return CLOSED_WELL;
  twin_line_unref(line);
  return status == TWIN_OK || status == TWIN_ERR_IO ? heard : RUN_STOPPED;
}

Test(notice, rows_that_do_not_reach_their_file_are_told_once) {
  char path[400], part[410];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/notice-flush.h5", folder != NULL ? folder : ".");
  snprintf(part, sizeof part, "%s.part", path);
  test_host own;
  twin_line *line = parse(&own, busy);
  twin_recorder *probe = NULL;
  const twin_status status = twin_recorder_open(&probe, path, line, NULL, NULL);
  if (probe != NULL) twin_recorder_close(probe, NULL);
  twin_line_unref(line);
  if (status == TWIN_ERR_UNSUPPORTED) cr_skip_test("built without HDF5");
  const pid_t child = fork();
  if (child == 0) _exit(record_too_much(path));
  int exit_status = -1;
  cr_assert_eq(waitpid(child, &exit_status, 0), child);
  cr_expect(WIFEXITED(exit_status));
  cr_expect_eq(WEXITSTATUS(exit_status), HEARD, "the child found %d", WEXITSTATUS(exit_status));
  remove(path);
  remove(part);
}

// ---- N-STIFF
// ---------------------------------------------------------------------------------------

// A time constant of a third of a millisecond beside cycles of 10 min; `solver` is what the file
// says.
static void hear_of_stiffness(const char *solver, const char *wanted) {
  static const char format[] =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"horizon\": \"1 h\"},"
      "\"sources\": {\"s\": {\"sequence\": [\"1 p\"], \"repeat\": true}},"
      "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"10 min\", \"dynamics\": {"
      "\"fast\": {\"model\": \"equations\", \"states\": {\"x\": 0},"
      "\"equations\": {\"dx/dt\": \"(1 - x^3)/1 ms\"}, \"solver\": \"%s\"}}}},"
      "\"flow\": [[\"s\", \"m\", \"out\"]]}";
  char text[sizeof format + 20];
  snprintf(text, sizeof text, format, solver);
  test_host own;
  twin_line *line = parse(&own, text);
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 3600, NULL), TWIN_OK);
  cr_expect_str_eq(own.codes, wanted, "solver %s: %s", solver, own.codes);
  twin_run_free(run);
  twin_line_unref(line);
}

Test(notice, a_stiff_model_in_an_explicit_solver_is_told_once) {
  hear_of_stiffness("rk", "N-STIFF ");
}

Test(notice, a_solver_for_stiff_models_tells_nothing) {
  twin_line *line = NULL;
  static const char probe[] =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"horizon\": \"1 h\"},"
      "\"sources\": {\"s\": {\"sequence\": [\"1 p\"], \"repeat\": true}},"
      "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"10 min\", \"dynamics\": {"
      "\"fast\": {\"model\": \"equations\", \"states\": {\"x\": 0},"
      "\"equations\": {\"dx/dt\": \"(1 - x^3)/1 s\"}, \"solver\": \"cvode\"}}}},"
      "\"flow\": [[\"s\", \"m\", \"out\"]]}";
  const twin_status status = twin_line_parse(&line, probe, strlen(probe), NULL, NULL);
  twin_line_unref(line);
  if (status != TWIN_OK) cr_skip_test("built without SUNDIALS");
  hear_of_stiffness("auto", "");
}
