// record_losses_test.c - the table "losses" of run files: the rows that the run itself gives, of
// each replication, in files that were finished and in what a killed process left. Without HDF5 in
// the build there is nothing to test.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/cells.h"
#include "support/line_text.h"

static char path[512], part[600];

static twin_line *rich_line(void) {
  const char *folder = getenv("TWIN_SCRATCH");
  twin_line *line = NULL;
  snprintf(path, sizeof path, "%s/record_losses_test_%ld.h5", folder != NULL ? folder : ".",
           (long)getpid());
  snprintf(part, sizeof part, "%s.part", path);
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL), TWIN_OK);
  return line;
}

static twin_run *new_run(twin_line *line, uint32_t replication) {
  twin_run *run = NULL;
  twin_run_options options;
  twin_run_options_init(&options);
  options.replication = replication;
  options.horizon_s = 5000;
  cr_assert_eq(twin_run_new(&run, line, &options, NULL), TWIN_OK);
  return run;
}

static bool is_same_text(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

// The rows of the file from `first` on are those of the run, in every column.
static void expect_rows(const twin_table *stored, int64_t first, const twin_table *own) {
  static const char *const name[] = {"station", "loss", "neighbour", "place", "state", "cause"};
  static const char *const number[] = {"time", "parts", "per_shift", "of_line"};
  cr_assert_gt(twin_table_rows(own), 3);
  for (int64_t row = 0; row < twin_table_rows(own); row++) {
    for (int i = 0; i < 6; i++)
      cr_assert(is_same_text(twin_table_text(stored, name[i], first + row),
                             twin_table_text(own, name[i], row)),
                "%s in row %d", name[i], (int)row);
    for (int i = 0; i < 4; i++) {
      const double a = test_number_at(stored, number[i], first + row);
      const double b = test_number_at(own, number[i], row);
      cr_assert(a == b || (isnan(a) && isnan(b)), "%s in row %d: %g, not %g", number[i], (int)row,
                a, b);
    }
  }
}

Test(record_losses, are_those_of_the_run_for_each_replication) {
  twin_line *line = rich_line();
  twin_recorder *recorder = NULL;
  if (twin_recorder_open(&recorder, path, line, NULL, NULL) != TWIN_OK) return;
  twin_table *own[2];
  uint64_t hash[2];
  for (uint32_t r = 0; r < 2; r++) {
    twin_run *run = new_run(line, r);
    cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
    cr_assert_eq(twin_recorder_attach(recorder, run, r, NULL), TWIN_OK);
    cr_assert_eq(twin_run_until(run, 5000, NULL), TWIN_OK);
    cr_assert_eq(twin_recorder_detach(recorder, run, NULL), TWIN_OK);
    cr_assert_eq(twin_run_table(run, "losses", &own[r], NULL), TWIN_OK);
    hash[r] = twin_run_full_hash(run);
    twin_run_free(run);
  }
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
  cr_assert_str_eq(twin_file_info(file, "has_losses"), "1");
  twin_table *stored = test_file_table(file, "losses");
  cr_assert_eq(twin_table_rows(stored), twin_table_rows(own[0]) + twin_table_rows(own[1]));
  for (uint32_t r = 0; r < 2; r++) {
    int64_t first, n;
    cr_assert_eq(twin_file_replication(file, "losses", (int32_t)r, &first, &n, NULL), TWIN_OK);
    cr_assert_eq(n, twin_table_rows(own[r]));
    expect_rows(stored, first, own[r]);
    twin_table_unref(own[r]);
    twin_run *alone = new_run(line, r);  // nobody looks
    cr_assert_eq(twin_run_until(alone, 5000, NULL), TWIN_OK);
    cr_assert_eq(twin_run_full_hash(alone), hash[r]);
    twin_run_free(alone);
  }
  twin_table_unref(stored);
  twin_file_close(file);
  remove(path);
  twin_line_unref(line);
}

Test(record_losses, are_in_no_file_of_runs_without_them) {
  twin_line *line = rich_line();
  twin_recorder *recorder = NULL;
  if (twin_recorder_open(&recorder, path, line, NULL, NULL) != TWIN_OK) return;
  twin_run *run = new_run(line, 0);
  cr_assert_eq(twin_recorder_attach(recorder, run, 0, NULL), TWIN_OK);
  cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);  // too late: the file has begun
  cr_assert_eq(twin_run_until(run, 5000, NULL), TWIN_OK);
  twin_run_free(run);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
  cr_assert_eq(twin_file_rows(file, "losses"), -1);
  cr_assert_str_eq(twin_file_info(file, "has_losses"), "0");
  twin_file_close(file);
  remove(path);
  twin_line_unref(line);
}

Test(record_losses, of_a_study_are_those_of_its_runs) {
  twin_line *line = rich_line();
  twin_study_options options;
  twin_study *study = NULL;
  twin_study_options_init(&options);
  options.horizon_s = 5000;
  options.n_replication = 5;
  options.first_replication = 2;
  options.n_thread = 2;
  options.has_losses = 1;
  options.record_path = path;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  const twin_status status = twin_study_run(study, NULL);
  cr_assert(status == TWIN_OK || status == TWIN_ERR_UNSUPPORTED);
  if (status != TWIN_OK) return;
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
  twin_table *stored = test_file_table(file, "losses");
  int64_t end = 0;
  for (uint32_t r = 2; r < 7; r++) {
    int64_t first, n;
    twin_table *own = NULL;
    twin_run *run = new_run(line, r);
    cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
    cr_assert_eq(twin_run_until(run, 5000, NULL), TWIN_OK);
    cr_assert_eq(twin_run_table(run, "losses", &own, NULL), TWIN_OK);
    cr_assert_eq(twin_file_replication(file, "losses", (int32_t)r, &first, &n, NULL), TWIN_OK);
    cr_assert_eq(first, end);
    cr_assert_eq(n, twin_table_rows(own));
    expect_rows(stored, first, own);
    end += n;
    twin_table_unref(own);
    twin_run_free(run);
  }
  twin_table_unref(stored);
  twin_file_close(file);
  twin_study_free(study);
  remove(path);
  twin_line_unref(line);
}

Test(record_losses, survive_a_killed_process_and_are_recovered) {
  twin_line *line = rich_line();
  int exit_status;
  const pid_t child = fork();
  if (child == 0) {
    twin_recorder *recorder = NULL;
    if (twin_recorder_open(&recorder, path, line, NULL, NULL) != TWIN_OK) _exit(2);
    for (uint32_t r = 0; r < 2; r++) {
      twin_run *run = new_run(line, r);
      twin_run_losses_attach(run);
      if (twin_recorder_attach(recorder, run, r, NULL) != TWIN_OK) _exit(1);
      twin_run_until(run, 5000, NULL);
      if (r == 0 && twin_recorder_detach(recorder, run, NULL) != TWIN_OK) _exit(1);
    }
    _exit(twin_recorder_flush(recorder, NULL) != TWIN_OK);
  }
  waitpid(child, &exit_status, 0);
  cr_assert(WIFEXITED(exit_status) && WEXITSTATUS(exit_status) != 1);
  if (WEXITSTATUS(exit_status) == 2) return;
  twin_run *run = new_run(line, 0);
  twin_table *own = NULL;
  twin_run_losses_attach(run);
  twin_run_until(run, 5000, NULL);
  cr_assert_eq(twin_run_table(run, "losses", &own, NULL), TWIN_OK);
  for (int i = 0; i < 2; i++) {
    twin_file *file = NULL;
    if (i == 1) cr_assert_eq(twin_file_recover(part, NULL, NULL), TWIN_OK);
    cr_assert_eq(twin_file_open(&file, i == 0 ? part : path, NULL), TWIN_OK);
    twin_table *stored = test_file_table(file, "losses");
    cr_assert_eq(twin_table_rows(stored), twin_table_rows(own));
    expect_rows(stored, 0, own);
    twin_table_unref(stored);
    twin_file_close(file);
  }
  twin_table_unref(own);
  twin_run_free(run);
  twin_line_unref(line);
  remove(path);
}
