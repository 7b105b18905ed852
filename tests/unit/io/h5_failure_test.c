// h5_failure_test.c - what goes wrong around a run file: a full disk, folders, names that others
// take, files that are cut off. Whatever it is, it is said, what was flushed stays, nothing is left
// open and the process ends as it should: what could end it otherwise is tried in a child. Skipped
// without HDF5 in the build.

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/run_rows.h"

static const char *scratch(const char *name) {
  static char paths[4][512];
  static int i;
  const char *folder = getenv("TWIN_SCRATCH");
  char *path = paths[i = (i + 1) % 4];
  snprintf(path, 512, "%s/h5_failure_%ld_%s", folder != NULL ? folder : ".", (long)getpid(), name);
  return path;
}

static const char *part_of(const char *path) {
  static char part[600];
  snprintf(part, sizeof part, "%s.part", path);
  return part;
}

static bool exists(const char *path) {
  struct stat there;
  return stat(path, &there) == 0;
}

static bool has_hdf5(void) {
  twin_status status;
  const tw_run_writer_setup setup = run_rows_setup(scratch("probe.h5"));
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  if (writer != NULL) tw_run_writer_close(writer, false, NULL);
  return status != TWIN_ERR_UNSUPPORTED;
}

// A child leaves through exit, where LeakSanitizer would look for leaks beside the threads of its parent.
static bool is_child;
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return is_child; }

// What a child found, as its exit status.
typedef enum found { GOOD, OPEN_FAILED, NO_ERROR, NO_PROBLEM, LEFT_OPEN, OTHER_FILE } found;

// Writes and flushes until the disk is full, and tells after each flush how many rows it brought.
static found fill_disk(const char *path, const char *other, rlim_t limit, int said,
                       uint32_t compression) {
  twin_status status;
  tw_run_writer_setup setup = run_rows_setup(path);
  setup.compression = compression;
  const tw_run_writer_setup good = run_rows_setup(other);
  tw_run_writer *writer = run_rows_begin(&good, &status);
  if (writer == NULL || tw_run_writer_close(writer, true, NULL) != TWIN_OK) return OTHER_FILE;
  const int n_open = run_rows_open_files();
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, limit});
  writer = run_rows_begin(&setup, &status);
  if (writer == NULL) return run_rows_open_files() == n_open ? OPEN_FAILED : LEFT_OPEN;
  for (int64_t row = 0; status == TWIN_OK && row < 10000000; row += 5000) {
    status = run_rows_write(writer, row, 5000);
    if (status == TWIN_OK) status = tw_run_writer_flush(writer, NULL);
    const int64_t n = row + 5000;
    if (status == TWIN_OK && write(said, &n, sizeof n) != sizeof n) return OTHER_FILE;
  }
  twin_problems *problems = twin_problems_new();
  const twin_status closed = tw_run_writer_close(writer, true, problems);
  if (status != TWIN_ERR_IO || closed != TWIN_ERR_IO) return NO_ERROR;
  if (strstr(twin_problems_text(problems, 0), strerror(EFBIG)) == NULL) return NO_PROBLEM;
  twin_problems_free(problems);
  return run_rows_open_files() == n_open ? GOOD : LEFT_OPEN;
}

static void expect_rows(const char *path, int64_t n_flushed) {
  twin_problems *problems = twin_problems_new();
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, path, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  const int64_t n = run_rows_good(reader);
  cr_assert(n >= n_flushed, "%ld of %ld rows", (long)n, (long)n_flushed);
  cr_assert_not(tw_run_reader_is_complete(reader));
  tw_run_reader_close(reader);
  twin_problems_free(problems);
}

// A disk with room for `limit` bytes. The child leaves through exit, where HDF5 ends, too.
static bool expect_full_disk(rlim_t limit, uint32_t compression) {
  const char *path = scratch("full.h5"), *other = scratch("other.h5");
  int said[2], status;
  cr_assert_eq(pipe(said), 0);
  const pid_t child = fork();
  if (child == 0) {
    is_child = true;
    fclose(stdout);
    exit(fill_disk(path, other, limit, said[1], compression));
  }
  close(said[1]);
  int64_t n_flushed = 0, n;
  while (read(said[0], &n, sizeof n) == sizeof n) n_flushed = n;
  close(said[0]);
  waitpid(child, &status, 0);
  cr_assert(WIFEXITED(status), "%ld bytes: signal %d", (long)limit, WTERMSIG(status));
  cr_assert(WEXITSTATUS(status) == GOOD || WEXITSTATUS(status) == OPEN_FAILED, "%ld bytes: %d",
            (long)limit, WEXITSTATUS(status));
  cr_assert_not(exists(path));
  cr_assert_eq(exists(part_of(path)), WEXITSTATUS(status) == GOOD || n_flushed > 0);
  if (exists(part_of(path))) {
    expect_rows(part_of(path), n_flushed);
    cr_assert_eq(tw_run_recover(part_of(path), NULL, NULL), TWIN_OK);
    expect_rows(path, n_flushed);
  }
  remove(path);
  remove(other);
  return n_flushed > 0;
}

Test(h5_failure, of_a_full_disk_leaves_what_was_flushed) {
  if (!has_hdf5()) return;
  int n_with_rows = 0;
  for (rlim_t limit = 512; limit <= (rlim_t)8 << 20; limit *= 2)
    n_with_rows += expect_full_disk(limit, 0);
  for (rlim_t limit = 900000; limit <= 1000000; limit += 7777)
    n_with_rows += expect_full_disk(limit, 0);
  for (rlim_t limit = 400000; limit <= 1200000; limit *= 3) expect_full_disk(limit, 4);
  cr_assert(n_with_rows > 5);
}

static void expect_no_file(const char *path, const char *piece) {
  tw_run_writer *writer = NULL;
  twin_problems *problems = twin_problems_new();
  const tw_run_writer_setup setup = run_rows_setup(path);
  const int n_open = run_rows_open_files();
  cr_assert_eq(tw_run_writer_open(&writer, &setup, problems), TWIN_ERR_IO);
  twin_problem problem = {.struct_size = sizeof problem};
  cr_assert_eq(twin_problems_get(problems, 0, &problem), TWIN_OK);
  cr_assert_not_null(strstr(problem.message, piece), "%s", problem.message);
  cr_assert_not_null(strstr(problem.file, path), "%s", problem.file);
  cr_assert_neq(problem.hint[0], 0);
  cr_assert_eq(run_rows_open_files(), n_open);
  twin_problems_free(problems);
}

Test(h5_failure, to_make_a_file_says_why) {
  if (!has_hdf5()) return;
  const char *path = scratch("file"), *below = scratch("file/run.h5"), *folder = scratch("folder");
  fclose(fopen(path, "w"));
  expect_no_file(below, strerror(ENOTDIR));
  expect_no_file(scratch("no/folder.h5"), strerror(ENOENT));
  mkdir(folder, 0700);
  expect_no_file(folder, "is a folder");
  chmod(folder, 0500);
  if (geteuid() != 0) {
    char inside[600];
    snprintf(inside, sizeof inside, "%s/run.h5", folder);
    expect_no_file(inside, strerror(EACCES));
  }
  rmdir(folder);
  remove(path);
}

Test(h5_failure, of_a_second_recorder_leaves_the_first_one_alone) {
  if (!has_hdf5()) return;
  twin_status status;
  const char *path = scratch("twice.h5");
  const tw_run_writer_setup setup = run_rows_setup(path);
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  cr_assert_eq(run_rows_write(writer, 0, 20000), TWIN_OK);
  expect_no_file(path, "another recorder");
  const pid_t child = fork();
  if (child == 0) {
    expect_no_file(path, "another recorder");
    _exit(0);
  }
  waitpid(child, NULL, 0);
  cr_assert_eq(run_rows_write(writer, 20000, 10), TWIN_OK);
  cr_assert_eq(tw_run_writer_close(writer, true, NULL), TWIN_OK);
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, path, NULL), TWIN_OK);
  cr_assert_eq(run_rows_good(reader), 20010);
  tw_run_reader_close(reader);
  writer = run_rows_begin(&setup, &status);  // the lock has gone with it
  cr_assert_eq(tw_run_writer_close(writer, true, NULL), TWIN_OK);
  remove(path);
}

// A file that goes away, or another one that takes its place, while it is written.
Test(h5_failure, of_a_file_that_was_moved_away_is_said_and_nothing_else_is_touched) {
  if (!has_hdf5()) return;
  const char *path = scratch("moved.h5");
  for (int is_replaced = 0; is_replaced < 2; is_replaced++) {
    twin_status status;
    const tw_run_writer_setup setup = run_rows_setup(path);
    const int n_open = run_rows_open_files();
    tw_run_writer *writer = run_rows_begin(&setup, &status);
    remove(part_of(path));
    if (is_replaced) {
      FILE *other = fopen(part_of(path), "w");
      fputs("of somebody else", other);
      fclose(other);
    }
    cr_assert_eq(run_rows_write(writer, 0, 20000), TWIN_OK);
    twin_problems *problems = twin_problems_new();
    cr_assert_eq(tw_run_writer_close(writer, true, problems), TWIN_ERR_IO);
    cr_assert_not_null(strstr(twin_problems_text(problems, 0), "removed or replaced"), "%s",
                       twin_problems_text(problems, 0));
    twin_problems_free(problems);
    cr_assert_not(exists(path));
    cr_assert_eq(exists(part_of(path)), is_replaced != 0);
    cr_assert_eq(run_rows_open_files(), n_open);
    remove(part_of(path));
  }
}

// Cuts a copy of the file to n bytes.
static void cut(const char *from, const char *to, long n) {
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  char *bytes = malloc((size_t)n);
  cr_assert_eq(fread(bytes, 1, (size_t)n, in), (size_t)n);
  cr_assert_eq(fwrite(bytes, 1, (size_t)n, out), (size_t)n);
  free(bytes);
  fclose(in);
  fclose(out);
}

// Either the cut file is refused, or the rows that it shows are those that were written.
static int64_t expect_honest(const char *path) {
  const int n_open = run_rows_open_files();
  twin_problems *problems = twin_problems_new();
  tw_run_reader *reader = NULL;
  const twin_status status = tw_run_reader_open(&reader, path, problems);
  int64_t n = -1;
  if (status == TWIN_OK) {
    n = run_rows_good(reader);
    cr_assert(n >= 0, "rows that nobody wrote");
    tw_run_reader_close(reader);
  } else {
    cr_assert_eq(status, TWIN_ERR_FILE);
    cr_assert_eq(twin_problems_count(problems, TWIN_ERROR), 1);
  }
  twin_problems_free(problems);
  cr_assert_eq(run_rows_open_files(), n_open);
  return n;
}

static long file_size(const char *path) {
  struct stat there;
  return stat(path, &there) == 0 ? (long)there.st_size : -1;
}

// Of a whole file and of one that a killed writer left.
Test(h5_failure, of_a_file_that_was_cut_off_is_seen) {
  if (!has_hdf5()) return;
  const char *path = scratch("whole.h5"), *piece = scratch("piece.h5");
  for (int is_killed = 0; is_killed < 2; is_killed++) {
    const pid_t child = fork();
    if (child == 0) {
      twin_status status;
      const tw_run_writer_setup setup = run_rows_setup(path);
      tw_run_writer *writer = run_rows_begin(&setup, &status);
      for (int64_t row = 0; row < 100000; row += 2500) {
        run_rows_write(writer, row, 2500);
        tw_run_writer_flush(writer, NULL);
      }
      if (is_killed) _exit(0);
      _exit(tw_run_writer_close(writer, true, NULL) != TWIN_OK);
    }
    waitpid(child, NULL, 0);
    const char *from = is_killed ? part_of(path) : path;
    const long n = file_size(from);
    int n_shown = 0;
    cr_assert(n > 100000);
    for (long size = 1; size < n; size *= 2) {
      for (int off = -1; off <= 1; off++) {
        if (size + off < 1 || size + off > n) continue;
        cut(from, piece, size + off);
        n_shown += expect_honest(piece) > 0;
      }
    }
    for (int k = 1; k < 40; k++) {
      cut(from, piece, n - n * k / 40);
      n_shown += expect_honest(piece) > 0;
    }
    cr_assert_eq(n_shown, 0);
    cr_assert_eq(expect_honest(from), 100000);
    remove(from);
  }
  remove(piece);
}

Test(h5_failure, of_what_is_no_plain_file_is_said) {
  if (!has_hdf5()) return;
  twin_problems *problems = twin_problems_new();
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, "/", problems), TWIN_ERR_FILE);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), "is a folder"));
  const char *pipe_path = scratch("pipe");
  cr_assert_eq(mkfifo(pipe_path, 0600), 0);
  cr_assert_eq(tw_run_reader_open(&reader, pipe_path, problems), TWIN_ERR_FILE);
  cr_assert_eq(tw_run_recover(pipe_path, scratch("no.h5"), problems), TWIN_ERR_FILE);
  remove(pipe_path);
  twin_problems_free(problems);
}

// What is in the file is safe from a disk that is full afterwards.
Test(h5_failure, finds_finished_replications_in_the_file_before_rows_are_due) {
  if (!has_hdf5()) return;
  const char *path = scratch("finished.h5");
  twin_status status;
  tw_run_writer_setup setup = run_rows_setup(path);
  setup.flush_s = 1000;
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  cr_assert_eq(status, TWIN_OK);
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, part_of(path), NULL), TWIN_OK);
  // flushes keep a distance of some times what they take
  int32_t r = 0;
  while (r < 1000 && tw_run_reader_rows(reader, "replications") < 3) {
    cr_assert_eq(run_rows_write(writer, 1000 * r, 1000), TWIN_OK);
    cr_assert_eq(run_rows_replication(writer, r++, 1000), TWIN_OK);
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  cr_assert_geq(tw_run_reader_rows(reader, "replications"), 3);
  cr_assert_geq(run_rows_good(reader), 3000);
  tw_run_reader_close(reader);
  cr_assert_eq(tw_run_writer_close(writer, false, NULL), TWIN_OK);
}
