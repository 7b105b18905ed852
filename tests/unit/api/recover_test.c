// recover_test.c - what a run file says of itself, its replications, and recovery, through the
// public functions. Without HDF5 in the build they say so.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/line_text.h"

static char path[512], part[600];

static twin_line *rich_line(void) {
  const char *folder = getenv("TWIN_SCRATCH");
  twin_line *line = NULL;
  snprintf(path, sizeof path, "%s/recover_test_%ld.h5", folder != NULL ? folder : ".",
           (long)getpid());
  snprintf(part, sizeof part, "%s.part", path);
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL), TWIN_OK);
  return line;
}

Test(recover, gives_a_study_of_a_process_that_ended_without_a_word) {
  twin_line *line = rich_line();
  int exit_status;
  const pid_t child = fork();
  if (child == 0) {
    twin_recorder_options options;
    twin_recorder *recorder = NULL;
    twin_run *run = NULL;
    twin_recorder_options_init(&options);
    options.events = options.states = options.parts = 1;
    options.has_sync = 1;
    if (twin_recorder_open(&recorder, path, line, &options, NULL) != TWIN_OK) _exit(2);
    for (uint32_t r = 3; r < 6; r++) {
      twin_run_new(&run, line, NULL, NULL);
      if (twin_recorder_attach(recorder, run, r, NULL) != TWIN_OK) _exit(1);
      twin_run_until(run, 1000, NULL);
      if (r < 5 && twin_recorder_detach(recorder, run, NULL) != TWIN_OK) _exit(1);
    }
    _exit(twin_recorder_flush(recorder, NULL) != TWIN_OK);
  }
  waitpid(child, &exit_status, 0);
  cr_assert(WIFEXITED(exit_status) && WEXITSTATUS(exit_status) != 1);
  twin_line_unref(line);
  twin_file *file = NULL;
  if (WEXITSTATUS(exit_status) == 2) {
    cr_assert_eq(twin_file_recover(part, NULL, NULL), TWIN_ERR_UNSUPPORTED);
    return;
  }
  cr_assert_eq(twin_file_recover(part, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
  cr_assert_eq(twin_file_is_complete(file), 0);
  cr_assert_str_eq(twin_file_info(file, "recovered"), "1");
  cr_assert_str_eq(twin_file_info(file, "kind"), "run");
  cr_assert_eq(twin_file_rows(file, "replications"), 2);
  int64_t end = 0, first, n;
  for (int32_t r = 3; r < 6; r++) {  // the last one was not finished
    cr_assert_eq(twin_file_replication(file, "events", r, &first, &n, NULL), TWIN_OK);
    cr_assert_eq(first, end);
    cr_assert(n > 0);
    end += n;
  }
  cr_assert_eq(end, twin_file_rows(file, "events"));
  cr_assert_eq(twin_file_replication(file, "kpi", 4, &first, &n, NULL), TWIN_OK);
  cr_assert_eq(2 * n, twin_file_rows(file, "kpi"));
  cr_assert_eq(twin_file_replication(file, "events", 6, &first, &n, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_file_replication(file, "events", -1, &first, &n, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_replication(file, "events", 3, NULL, &n, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_null(twin_file_info(file, NULL));
  cr_assert_null(twin_file_info_name(file, -1));
  cr_assert_null(twin_file_info_name(file, 1000));
  twin_file_close(file);
  remove(path);
}

Test(recover, refuses_impossible_arguments) {
  int64_t first, n;
  twin_recorder_options options;
  twin_recorder *recorder = NULL;
  twin_line *line = rich_line();
  cr_assert_eq(twin_file_recover(NULL, path, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_replication(NULL, "events", 0, &first, &n, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_null(twin_file_info(NULL, "seed"));
  twin_recorder_options_init(&options);
  cr_assert_eq(options.flush_s, 0.5);
  options.flush_s = -1;
  cr_assert_eq(twin_recorder_open(&recorder, path, line, &options, NULL), TWIN_ERR_ARGUMENT);
  twin_line_unref(line);
}
