// h5_recover_test.c - finished files made of what killed writers left. Skipped without HDF5 in the
// build.

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/run_rows.h"

static char path[512], part[600], other[600];

static void name_files(const char *name) {
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/h5_recover_%ld_%s", folder != NULL ? folder : ".", (long)getpid(),
           name);
  snprintf(part, sizeof part, "%s.part", path);
  snprintf(other, sizeof other, "%s.other", path);
}

static bool exists(const char *name) {
  struct stat there;
  return stat(name, &there) == 0;
}

// Replications of 1000 events each, the last one unfinished; flushed, then some rows more, then the
// end without a word. False in a build without HDF5.
static bool leave_part(int64_t n_flushed, int64_t n_more, uint32_t compression) {
  int exit_status;
  const pid_t child = fork();
  if (child == 0) {
    twin_status status;
    tw_run_writer_setup setup = run_rows_setup(path);
    setup.compression = compression;
    tw_run_writer *writer = run_rows_begin(&setup, &status);
    if (writer == NULL) _exit(status == TWIN_ERR_UNSUPPORTED ? 2 : 1);
    for (int64_t row = 0; row < n_flushed; row += 500) {
      run_rows_write(writer, row, n_flushed - row < 500 ? n_flushed - row : 500);
      if (row % 1000 == 500) run_rows_replication(writer, (int32_t)(row / 1000), 1000);
    }
    if (n_flushed > 0) tw_run_writer_flush(writer, NULL);
    run_rows_write(writer, n_flushed, n_more);
    _exit(0);
  }
  waitpid(child, &exit_status, 0);
  cr_assert(WIFEXITED(exit_status) && WEXITSTATUS(exit_status) != 1);
  return WEXITSTATUS(exit_status) == 0;
}

static tw_run_reader *open_reader(const char *name) {
  twin_problems *problems = twin_problems_new();
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, name, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return reader;
}

static void expect_error(const char *from, const char *to, twin_status status, const char *piece) {
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_run_recover(from, to, problems), status);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), piece), "%s",
                     twin_problems_text(problems, 0));
  twin_problems_free(problems);
}

static void expect_info(const tw_run_reader *reader, const char *name, const char *value) {
  const char *got = tw_run_reader_info(reader, name);
  cr_assert(got != NULL && strcmp(got, value) == 0, "%s: %s", name, got != NULL ? got : "missing");
}

// Marked neither as open nor as written: any reader of HDF5 takes such a file.
static bool is_marked_open(const char *name) {
  FILE *file = fopen(name, "rb");
  unsigned char head[12] = {0};
  cr_assert_eq(fread(head, 1, sizeof head, file), sizeof head);
  fclose(file);
  return head[11] != 0;  // consistency flags of superblock 3
}

static void expect_recovery(uint32_t compression, int64_t n_flushed, int64_t n_more) {
  name_files("killed.h5");
  if (!leave_part(n_flushed, n_more, compression)) return;
  const int n_open = run_rows_open_files();
  cr_assert(is_marked_open(part));
  cr_assert_eq(tw_run_recover(part, other, NULL), TWIN_OK);  // by another name it stays
  cr_assert(exists(part) && exists(other) && !exists(path));
  cr_assert_eq(tw_run_recover(part, NULL, NULL), TWIN_OK);
  cr_assert(!exists(part) && exists(path));
  cr_assert_eq(run_rows_open_files(), n_open);
  cr_assert_not(is_marked_open(path));

  tw_run_reader *reader = open_reader(path);
  cr_assert_not(tw_run_reader_is_complete(reader));
  cr_assert(run_rows_good(reader) >= n_flushed);
  cr_assert_eq(tw_run_reader_rows(reader, "replications"), n_flushed / 1000, "%u: %ld of %ld",
               compression, (long)tw_run_reader_rows(reader, "replications"),
               (long)n_flushed / 1000);
  cr_assert_eq(tw_run_reader_rows(reader, "visits"), 0);
  expect_info(reader, "recovered", "1");
  expect_info(reader, "complete", "0");
  expect_info(reader, "seed", "42");
  expect_info(reader, "line_hash", "000000000000000b");
  cr_assert_str_eq(tw_run_reader_line_json(reader), "{\"libtwin\": \"1.0\"}");
  cr_assert_str_eq(tw_run_reader_words(reader, "events", "station")->at[1], "saw");
  char t_end[32];
  snprintf(t_end, sizeof t_end, "%d", 98 + (int)(n_flushed / 1000));
  expect_info(reader, "t_end", n_flushed >= 1000 ? t_end : "nan");
  tw_run_reader_close(reader);
  expect_error(path, NULL, TWIN_ERR_ARGUMENT, ".part");
  remove(path);
  remove(other);
}

Test(h5_recover, makes_a_whole_file_of_what_was_flushed) {
  expect_recovery(0, 25500, 0);
  expect_recovery(0, 25500, 40000);
  expect_recovery(4, 25500, 40000);
  expect_recovery(0, 300500, 10);
  expect_recovery(0, 0, 100);
  expect_recovery(0, 0, 0);
}

Test(h5_recover, leaves_alone_what_is_still_written) {
  name_files("growing.h5");
  twin_status status;
  const tw_run_writer_setup setup = run_rows_setup(path);
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  if (writer == NULL) return;
  run_rows_write(writer, 0, 3000);
  tw_run_writer_flush(writer, NULL);
  expect_error(part, NULL, TWIN_ERR_FILE, "still being written");
  expect_error(part, other, TWIN_ERR_FILE, "still being written");
  const pid_t child = fork();
  if (child == 0) {
    expect_error(part, NULL, TWIN_ERR_FILE, "still being written");
    _exit(0);
  }
  waitpid(child, NULL, 0);
  cr_assert_eq(run_rows_write(writer, 3000, 9000), TWIN_OK);
  cr_assert_eq(tw_run_writer_close(writer, true, NULL), TWIN_OK);
  expect_error(path, other, TWIN_ERR_FILE, "complete");
  cr_assert_not(exists(other));
  tw_run_reader *reader = open_reader(path);
  cr_assert_eq(run_rows_good(reader), 12000);
  tw_run_reader_close(reader);
  remove(path);
}

Test(h5_recover, refuses_what_it_cannot_mend) {
  name_files("odd.h5");
  if (!leave_part(5000, 0, 0)) return;
  expect_error("/nowhere/at/all.h5.part", NULL, TWIN_ERR_IO, "cannot be read");
  expect_error(part, part, TWIN_ERR_ARGUMENT, "is the file that");
  expect_error(part, "/nowhere/at/all.h5", TWIN_ERR_IO, "cannot be made");
  FILE *file = fopen(path, "w");
  fputs("no run file", file);
  fclose(file);
  expect_error(part, NULL, TWIN_ERR_IO, "is there already");
  expect_error(path, other, TWIN_ERR_FILE, "no HDF5 file");
  cr_assert(exists(part));
  cr_assert_eq(tw_run_recover(part, path, NULL), TWIN_OK);  // named, so it may be replaced
  cr_assert(exists(part));
  remove(part);
  remove(path);
}

Test(h5_recover, finds_the_rows_of_a_replication_finished_or_not) {
  name_files("find.h5");
  if (!leave_part(25500, 0, 0)) return;
  tw_run_reader *reader = open_reader(part);
  int64_t first = -1, n = -1;
  for (int32_t r = 0; r <= 25; r++) {
    cr_assert_eq(tw_run_reader_replication(reader, "events", r, &first, &n, NULL), TWIN_OK);
    cr_assert_eq(first, r * 1000);
    cr_assert_eq(n, r < 25 ? 1000 : 500);
  }
  cr_assert_eq(tw_run_reader_replication(reader, "visits", 3, &first, &n, NULL), TWIN_OK);
  cr_assert_eq(n, 0);
  cr_assert_eq(tw_run_reader_replication(reader, "kpi", 3, &first, &n, NULL), TWIN_OK);
  cr_assert_eq(n, 0);
  cr_assert_eq(tw_run_reader_replication(reader, "events", 26, &first, &n, NULL),
               TWIN_ERR_NOT_FOUND);
  cr_assert_eq(tw_run_reader_replication(reader, "no", 1, &first, &n, NULL), TWIN_ERR_NOT_FOUND);
  tw_run_reader_close(reader);
  remove(part);
}

Test(h5_recover, keeps_what_the_file_says_of_itself) {
  name_files("info.h5");
  if (!leave_part(1000, 0, 0)) return;
  tw_run_reader *reader = open_reader(part);
  expect_info(reader, "schema", "libtwin.run");
  expect_info(reader, "schema_version", "1");
  expect_info(reader, "line_name", "saw");
  expect_info(reader, "line_file", "saw.json");  // no folder, which could name a user
  expect_info(reader, "text_hash", "000000000000000d");
  expect_info(reader, "math_fingerprint", "000000000000000c");
  expect_info(reader, "kind", "run");
  expect_info(reader, "warmup_s", "0");
  expect_info(reader, "horizon_s", "3600");
  cr_assert_eq(strlen(tw_run_reader_info(reader, "created")), strlen("2026-11-22T10:29:06Z"));
  cr_assert_null(tw_run_reader_info(reader, "user"));
  int32_t n = 0;
  while (tw_run_reader_info_name(reader, n) != NULL) n++;
  cr_assert(n > 12);
  for (int32_t i = 1; i < n; i++)
    cr_assert(strcmp(tw_run_reader_info_name(reader, i - 1), tw_run_reader_info_name(reader, i)) <
              0);
  tw_run_reader_close(reader);
  remove(part);
}
