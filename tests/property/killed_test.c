// killed_test.c - writers that are killed at random instants, with readers beside them: every row
// that was flushed is there, every row that is there is the one that a whole record has, and
// recover makes a good file of it.
//
// TWIN_KILLS=15 kills so often; a few times by default.

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/line_text.h"
#include "support/run_rows.h"

static char path[512], part[600], whole[600];

static void name_files(const char *name) {
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/killed_%ld_%s", folder != NULL ? folder : ".", (long)getpid(),
           name);
  snprintf(part, sizeof part, "%s.part", path);
  snprintf(whole, sizeof whole, "%s.whole", path);
}

static int kills(void) {
  const char *text = getenv("TWIN_KILLS");
  const int n = text != NULL ? atoi(text) : 0;
  return n > 0 ? n : 3;
}

static void rest_ms(int ms) {
  nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static bool exists(const char *name) {
  struct stat there;
  return stat(name, &there) == 0;
}

static bool has_hdf5(void) {
  twin_status status;
  const tw_run_writer_setup setup = run_rows_setup(path);
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  if (writer != NULL) tw_run_writer_close(writer, false, NULL);
  return status != TWIN_ERR_UNSUPPORTED;
}

// Writes rows for ever in flushes of their own size, and says after each how many there are.
static void write_rows(int said, uint32_t compression) {
  twin_status status;
  tw_run_writer_setup setup = run_rows_setup(path);
  setup.compression = compression;
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  alarm(60);
  for (int64_t row = 0, k = 0; writer != NULL; k++) {
    const int64_t n = 200 + k * 7919 % 20000;
    if (run_rows_write(writer, row, n) != TWIN_OK) break;
    row += n;
    if (k % 3 == 2) continue;  // so that some rows were never flushed
    if (tw_run_writer_flush(writer, NULL) != TWIN_OK) break;
    if (write(said, &row, sizeof row) != sizeof row) break;
  }
  _exit(1);
}

// Looks in until the writer is gone: what it sees is good and never less than before.
static void read_along(void) {
  int64_t n = 0;
  alarm(60);
  tw_run_reader *reader = NULL;
  while (tw_run_reader_open(&reader, part, NULL) != TWIN_OK) rest_ms(1);
  for (;;) {
    const int64_t now = tw_run_reader_rows(reader, "events");
    if (now < n || run_rows_good(reader) < now) _exit(1);
    n = now;
    tw_run_reader_close(reader);
    rest_ms(2);
    if (!exists(part)) _exit(n > 0 ? 0 : 2);
    if (tw_run_reader_open(&reader, part, NULL) != TWIN_OK) _exit(exists(part) ? 3 : 0);
  }
}

// Stays in one opening, whose rows grow.
static void watch(void) {
  int64_t n = 0, n_growth = 0;
  alarm(60);
  tw_run_reader *reader = NULL;
  while (tw_run_reader_open(&reader, part, NULL) != TWIN_OK) rest_ms(1);
  while (exists(part)) {
    const int64_t now = tw_run_reader_rows(reader, "events");
    if (now < n || run_rows_good(reader) < now) _exit(1);
    n_growth += now > n;
    n = now;
    rest_ms(1);
  }
  _exit(n_growth > 0 ? 0 : 2);
}

static int64_t expect_good(const char *name) {
  tw_run_reader *reader = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_run_reader_open(&reader, name, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  const int64_t n = run_rows_good(reader);
  cr_assert(n >= 0, "a row is not what was written");
  tw_run_reader_close(reader);
  return n;
}

static void expect_exit(pid_t child, const char *who) {
  int status;
  waitpid(child, &status, 0);
  cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: %d", who, status);
}

static void kill_writer(test_random *random, bool has_readers, uint32_t compression) {
  int said[2];
  cr_assert_eq(pipe(said), 0);
  const pid_t writer = fork();
  if (writer == 0) write_rows(said[1], compression);
  close(said[1]);
  int64_t n_flushed = 0, n;
  cr_assert_eq(read(said[0], &n, sizeof n), sizeof n);  // it has begun
  n_flushed = n;
  pid_t readers[3];
  for (int i = 0; i < 3 && has_readers; i++) {
    readers[i] = fork();
    if (readers[i] != 0) continue;
    if (i == 0) watch();
    read_along();
  }
  rest_ms((has_readers ? 60 : 5) + test_pick(random, 150));
  kill(writer, SIGKILL);
  waitpid(writer, NULL, 0);
  while (read(said[0], &n, sizeof n) == sizeof n) n_flushed = n;
  close(said[0]);
  const int64_t n_good = expect_good(part);
  cr_assert(n_good >= n_flushed, "%ld of %ld rows", (long)n_good, (long)n_flushed);
  cr_assert_eq(tw_run_recover(part, whole, NULL), TWIN_OK);
  cr_assert_eq(expect_good(whole), n_good);
  remove(part);
  remove(whole);
  for (int i = 0; i < 3 && has_readers; i++) expect_exit(readers[i], i == 0 ? "watcher" : "reader");
}

Test(killed, writer_leaves_every_row_that_was_flushed) {
  name_files("rows.h5");
  if (!has_hdf5()) return;
  test_random random = {7, 0};
  for (int i = 0; i < kills(); i++) kill_writer(&random, false, i % 5 == 4 ? 4 : 0);
}

Test(killed, writer_with_readers_leaves_every_row_that_was_flushed) {
  name_files("read.h5");
  if (!has_hdf5()) return;
  test_random random = {11, 0};
  for (int i = 0; i < kills(); i++) kill_writer(&random, true, 0);
}

// A study whose record goes to `name`.
static twin_status run_study(const char *name) {
  twin_line *line = NULL;
  twin_study *study = NULL;
  twin_recorder_options record;
  twin_study_options options;
  twin_recorder_options_init(&record);
  record.states = record.parts = record.events = 1;
  record.flush_s = 0.01;
  twin_study_options_init(&options);
  options.n_thread = 2;
  options.n_replication = 60;
  options.warmup_s = 0;
  options.horizon_s = 40000;
  options.record_path = name;
  options.record = &record;
  twin_status status = twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL);
  if (status == TWIN_OK) status = twin_study_new(&study, line, &options, NULL);
  if (status == TWIN_OK) status = twin_study_run(study, NULL);
  twin_study_free(study);
  twin_line_unref(line);
  return status;
}

// Waits until the file has begun, or is complete already.
static void wait_for_begin(void) {
  tw_run_reader *reader = NULL;
  while (!exists(path) && tw_run_reader_open(&reader, part, NULL) != TWIN_OK) rest_ms(1);
  tw_run_reader_close(reader);
}

// The rows of every table are the first ones of the whole record.
static int64_t expect_beginning(const char *name) {
  tw_run_reader *some = NULL, *all = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_run_reader_open(&some, name, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  cr_assert_eq(tw_run_reader_open(&all, whole, NULL), TWIN_OK);
  int64_t n_sum = 0;
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    const tw_column_table *table = &tw_column_tables[t];
    const int64_t n = tw_run_reader_rows(some, table->name);
    cr_assert(n <= tw_run_reader_rows(all, table->name));
    for (int32_t i = 0; i < table->n_column && n > 0; i++) {
      const size_t n_byte = (size_t)n * tw_column_size(table->column[i].type);
      void *a = malloc(n_byte), *b = malloc(n_byte);
      cr_assert_eq(tw_run_reader_read(some, table->name, table->column[i].name, 0, n, a, NULL),
                   TWIN_OK);
      cr_assert_eq(tw_run_reader_read(all, table->name, table->column[i].name, 0, n, b, NULL),
                   TWIN_OK);
      cr_assert_eq(memcmp(a, b, n_byte), 0, "%s/%s", table->name, table->column[i].name);
      free(a);
      free(b);
    }
    n_sum += n > 0 ? n : 0;
  }
  tw_run_reader_close(some);
  tw_run_reader_close(all);
  return n_sum;
}

Test(killed, study_leaves_the_beginning_of_the_whole_record) {
  name_files("study.h5");
  if (run_study(whole) == TWIN_ERR_UNSUPPORTED) return;
  char mended[700];
  snprintf(mended, sizeof mended, "%s.mended", path);
  test_random random = {13, 0};
  int n_with_rows = 0;
  for (int i = 0; i < kills(); i++) {
    const pid_t child = fork();
    if (child == 0) _exit(run_study(path) != TWIN_OK);
    wait_for_begin();
    rest_ms(30 + test_pick(&random, 200));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    if (exists(part)) {
      const int64_t n = expect_beginning(part);
      n_with_rows += n > 0;
      cr_assert_eq(tw_run_recover(part, mended, NULL), TWIN_OK);
      cr_assert(expect_beginning(mended) <= n);
    }
    remove(part);
    remove(path);
    remove(mended);
  }
  cr_assert(n_with_rows > 0);
  remove(whole);
}
