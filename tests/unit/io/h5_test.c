// h5_test.c - run files with made-up rows: what goes in comes out, whatever ends the writer.
// Without HDF5 in the build only the refusal is tested.

#include "io/run_file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const places[] = {"raw", "saw", "b1", "out"};
static const char *const types[] = {"source", "machine", "buffer", "out"};
static const int32_t machines[] = {0, 2, 0, 0};
static const char *const parts[] = {"shaft"};
static const char *const causes[] = {"raw", "saw", "b1", "out", "jam"};
static const char *const kpis[] = {"line/throughput", "state/processing"};
static const char *const units[] = {"1/s", "1"};

static tw_record_words make_words(void) {
  tw_record_words words = {.place_type = types, .place_machines = machines};
  for (int32_t id = 0; id < TW_WORDS_N; id++) words.list[id] = tw_words_fixed((tw_words_id)id);
  words.list[TW_WORDS_PLACE] = (tw_words){4, places};
  words.list[TW_WORDS_TYPE] = (tw_words){1, parts};
  words.list[TW_WORDS_CAUSE] = (tw_words){5, causes};
  words.list[TW_WORDS_KPI] = (tw_words){2, kpis};
  words.list[TW_WORDS_UNIT] = (tw_words){2, units};
  return words;
}

// A file name of this process below the folder for such things.
static const char *scratch(const char *name) {
  static char path[512];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/h5_test_%ld_%s", folder != NULL ? folder : ".", (long)getpid(),
           name);
  return path;
}

static tw_run_writer *open_writer(const char *path, uint32_t compression, bool has_events) {
  static tw_record_words words;
  words = make_words();
  tw_run_writer_setup setup = {.path = path,
                               .line_json = "{\"libtwin\": \"1.0\"}",
                               .line_hash = 11,
                               .math_fingerprint = 12,
                               .words = &words,
                               .compression = compression,
                               .flush_s = 0.5};
  for (int32_t t = 0; t < TW_TABLE_N; t++) setup.has_table[t] = true;
  setup.has_table[TW_TABLE_EVENTS] = has_events;
  twin_problems *problems = twin_problems_new();
  tw_run_writer *writer = NULL;
  const twin_status status = tw_run_writer_open(&writer, &setup, problems);
  if (status == TWIN_ERR_UNSUPPORTED) {
    twin_problems_free(problems);
    return NULL;
  }
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return writer;
}

// Row i of the whole file has values that only i decides.
static double time_of(int64_t i) { return (double)i * 0.25; }
static int32_t kind_of(int64_t i) { return (int32_t)(i % 7); }

// Writes n rows of events in pieces of up to n_piece, from row number `first` on.
static void write_events(tw_run_writer *writer, int64_t first, int64_t n, int32_t n_piece) {
  tw_rows rows = {0};
  cr_assert(tw_rows_reserve(&rows, TW_TABLE_EVENTS, n_piece));
  while (n > 0) {
    rows.n = n < n_piece ? (int32_t)n : n_piece;
    for (int32_t i = 0; i < rows.n; i++) {
      tw_rows_i32(&rows, 0)[i] = 0;
      tw_rows_f64(&rows, TW_AT(EVENTS, TIME))[i] = time_of(first + i);
      tw_rows_i32(&rows, TW_AT(EVENTS, STATION))[i] = (int32_t)((first + i) % 5) - 1;
      tw_rows_i32(&rows, TW_AT(EVENTS, MACHINE))[i] = 1;
      tw_rows_i32(&rows, TW_AT(EVENTS, KIND))[i] = kind_of(first + i);
      tw_rows_i64(&rows, TW_AT(EVENTS, PART))[i] = (first + i) << 33;
      tw_rows_f64(&rows, TW_AT(EVENTS, VALUE))[i] = NAN;
    }
    cr_assert_eq(tw_run_writer_write(writer, TW_TABLE_EVENTS, &rows), TWIN_OK);
    first += rows.n;
    n -= rows.n;
  }
  tw_rows_free(&rows);
}

// The row of a replication whose last n_event events are its own.
static void write_replication(tw_run_writer *writer, int32_t replication, int64_t n_event) {
  tw_rows rows = {0};
  cr_assert(tw_rows_reserve(&rows, TW_TABLE_REPLICATIONS, 1));
  const tw_column_table *table = &tw_column_tables[TW_TABLE_REPLICATIONS];
  for (int32_t i = 0; i < table->n_column; i++)
    memset(rows.at[i], 0, tw_column_size(table->column[i].type));
  tw_rows_i32(&rows, 0)[0] = replication;
  tw_rows_i64(&rows, TW_AT(REPLICATIONS, N_EVENT))[0] = n_event;
  tw_rows_f64(&rows, TW_AT(REPLICATIONS, T_END))[0] = 99;
  rows.n = 1;
  cr_assert_eq(tw_run_writer_write(writer, TW_TABLE_REPLICATIONS, &rows), TWIN_OK);
  tw_rows_free(&rows);
}

static tw_run_reader *open_reader(const char *path) {
  twin_problems *problems = twin_problems_new();
  tw_run_reader *reader = NULL;
  const twin_status status = tw_run_reader_open(&reader, path, problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return reader;
}

static void expect_events(const tw_run_reader *reader, int64_t first, int64_t n) {
  double *time = malloc((size_t)n * sizeof *time);
  int32_t *kind = malloc((size_t)n * sizeof *kind);
  int64_t *part = malloc((size_t)n * sizeof *part);
  cr_assert_eq(tw_run_reader_read(reader, "events", "time", first, n, time, NULL), TWIN_OK);
  cr_assert_eq(tw_run_reader_read(reader, "events", "kind", first, n, kind, NULL), TWIN_OK);
  cr_assert_eq(tw_run_reader_read(reader, "events", "part", first, n, part, NULL), TWIN_OK);
  for (int64_t i = 0; i < n; i++) {
    cr_assert_eq(time[i], time_of(first + i));
    cr_assert_eq(kind[i], kind_of(first + i));
    cr_assert_eq(part[i], (first + i) << 33);
  }
  free(time);
  free(kind);
  free(part);
}

static void begin(tw_run_writer *writer) {
  cr_assert_eq(tw_run_writer_begin(writer, &(tw_run_terms){.seed = 42}, NULL), TWIN_OK);
}

static void expect_round_trip(const char *path, uint32_t compression, int32_t n_piece) {
  tw_run_writer *writer = open_writer(path, compression, true);
  if (writer == NULL) return;
  begin(writer);
  write_events(writer, 0, 20000, n_piece);
  cr_assert_eq(tw_run_writer_flush(writer, NULL), TWIN_OK);
  write_events(writer, 20000, 5000, n_piece);
  write_replication(writer, 0, 25000);
  cr_assert_eq(tw_run_writer_rows(writer, TW_TABLE_EVENTS), 25000);
  cr_assert_eq(tw_run_writer_close(writer, true, NULL), TWIN_OK);

  tw_run_reader *reader = open_reader(path);
  cr_assert(tw_run_reader_is_complete(reader));
  cr_assert_eq(tw_run_reader_rows(reader, "events"), 25000);
  cr_assert_eq(tw_run_reader_rows(reader, "visits"), 0);
  expect_events(reader, 0, 25000);
  expect_events(reader, tw_column_tables[TW_TABLE_EVENTS].n_chunk - 1, 2);
  tw_run_reader_close(reader);
  remove(path);
}

Test(h5, gives_back_what_was_written_in_pieces_of_any_size) {
  expect_round_trip(scratch("pieces.h5"), 0, tw_column_tables[TW_TABLE_EVENTS].n_chunk);
  expect_round_trip(scratch("pieces.h5"), 0, 1000);
  expect_round_trip(scratch("pieces.h5"), 0, 10000);
}

Test(h5, gives_back_what_was_compressed) { expect_round_trip(scratch("small.h5"), 4, 3000); }

Test(h5, names_columns_units_and_words) {
  const char *path = scratch("words.h5");
  tw_run_writer *writer = open_writer(path, 0, true);
  if (writer == NULL) return;
  begin(writer);
  tw_run_writer_close(writer, true, NULL);
  tw_run_reader *reader = open_reader(path);
  cr_assert_str_eq(tw_run_reader_line_json(reader), "{\"libtwin\": \"1.0\"}");
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    const tw_column_table *table = &tw_column_tables[t];
    for (int32_t i = 0; i < table->n_column; i++) {
      const tw_stored_column *column = tw_run_reader_column(reader, table->name, i);
      cr_assert_str_eq(column->name, table->column[i].name);
      cr_assert_str_eq(column->unit, table->column[i].unit);
      cr_assert_eq(column->type, table->column[i].type);
    }
    cr_assert_null(tw_run_reader_column(reader, table->name, table->n_column));
  }
  const tw_words *stations = tw_run_reader_words(reader, "intervals", "station");
  cr_assert_eq(stations->n, 4);
  cr_assert_str_eq(stations->at[1], "saw");
  const tw_words *states = tw_run_reader_words(reader, "intervals", "state");
  const tw_words expected = tw_words_fixed(TW_WORDS_STATE);
  cr_assert_eq(states->n, expected.n);
  for (int32_t i = 0; i < expected.n; i++) cr_assert_str_eq(states->at[i], expected.at[i]);
  cr_assert_str_eq(tw_run_reader_words(reader, "kpi", "kpi")->at[1], "state/processing");
  cr_assert_null(tw_run_reader_words(reader, "kpi", "value"));
  tw_run_reader_close(reader);
  remove(path);
}

Test(h5, says_where_the_rows_of_each_replication_begin) {
  const char *path = scratch("firsts.h5");
  tw_run_writer *writer = open_writer(path, 0, true);
  if (writer == NULL) return;
  begin(writer);
  int64_t at = 0;
  for (int32_t r = 0; r < 5; r++) {
    write_events(writer, at, 700 * r, 512);
    write_replication(writer, r, 700 * r);
    at += 700 * r;
  }
  tw_run_writer_close(writer, true, NULL);
  tw_run_reader *reader = open_reader(path);
  int64_t first[5], n[5];
  tw_run_reader_read(reader, "replications", "first_event", 0, 5, first, NULL);
  tw_run_reader_read(reader, "replications", "n_events", 0, 5, n, NULL);
  const int64_t expected[] = {0, 0, 700, 2100, 4200};
  for (int32_t r = 0; r < 5; r++) {
    cr_assert_eq(first[r], expected[r]);
    cr_assert_eq(n[r], 700 * r);
  }
  tw_run_reader_close(reader);
  remove(path);
}

Test(h5, leaves_out_tables_that_are_not_recorded) {
  const char *path = scratch("without.h5");
  tw_run_writer *writer = open_writer(path, 0, false);
  if (writer == NULL) return;
  tw_run_writer_close(writer, true, NULL);
  tw_run_reader *reader = open_reader(path);
  cr_assert_eq(tw_run_reader_rows(reader, "events"), -1);
  cr_assert_eq(tw_run_reader_rows(reader, "nothing"), -1);
  cr_assert_eq(tw_run_reader_rows(reader, "parts"), 0);
  cr_assert_null(tw_run_reader_column(reader, "events", 0));
  double value;
  cr_assert_eq(tw_run_reader_read(reader, "events", "time", 0, 1, &value, NULL),
               TWIN_ERR_NOT_FOUND);
  cr_assert_eq(tw_run_reader_read(reader, "parts", "nothing", 0, 1, &value, NULL),
               TWIN_ERR_NOT_FOUND);
  cr_assert_eq(tw_run_reader_read(reader, "parts", "left", 0, 1, &value, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(tw_run_reader_read(reader, "parts", "left", -1, 0, &value, NULL), TWIN_ERR_ARGUMENT);
  tw_run_reader_close(reader);
  remove(path);
}

static bool exists(const char *path) {
  struct stat info;
  return stat(path, &info) == 0;
}

Test(h5, keeps_a_good_file_until_the_new_one_is_complete) {
  const char *path = scratch("kept.h5");
  char part[600];
  snprintf(part, sizeof part, "%s.part", path);
  tw_run_writer *writer = open_writer(path, 0, true);
  if (writer == NULL) return;
  begin(writer);
  write_events(writer, 0, 100, 100);
  cr_assert(exists(part) && !exists(path));
  tw_run_writer_close(writer, true, NULL);
  cr_assert(!exists(part) && exists(path));

  writer = open_writer(path, 0, true);
  begin(writer);
  write_events(writer, 0, 9000, 100);
  tw_run_reader *reader = open_reader(path);
  cr_assert_eq(tw_run_reader_rows(reader, "events"), 100);
  tw_run_reader_close(reader);
  tw_run_writer_close(writer, false, NULL);  // given up
  cr_assert(!exists(part));
  reader = open_reader(path);
  cr_assert_eq(tw_run_reader_rows(reader, "events"), 100);
  tw_run_reader_close(reader);
  remove(path);
}

// A child writes rows, says so, and writes on until it is killed.
static pid_t start_writer(const char *path, int said[2]) {
  cr_assert_eq(pipe(said), 0);
  const pid_t child = fork();
  if (child != 0) return child;
  tw_run_writer *writer = open_writer(path, 0, true);
  tw_run_writer_begin(writer, &(tw_run_terms){.seed = 42}, NULL);
  write_events(writer, 0, 10000, 999);
  tw_run_writer_flush(writer, NULL);
  if (write(said[1], "x", 1) != 1) _exit(1);
  alarm(60);  // nobody fills the disk when the test ends before it has killed this process
  for (int64_t i = 10000;; i += 100) write_events(writer, i, 100, 100);
}

Test(h5, can_be_read_while_it_is_written_and_after_its_writer_was_killed) {
  const char *path = scratch("killed.h5");
  tw_run_writer *probe = open_writer(path, 0, true);
  if (probe == NULL) return;
  tw_run_writer_close(probe, false, NULL);
  char part[600], got;
  int said[2];
  snprintf(part, sizeof part, "%s.part", path);
  const pid_t child = start_writer(path, said);
  cr_assert_eq(read(said[0], &got, 1), 1);

  tw_run_reader *reader = open_reader(part);
  cr_assert_not(tw_run_reader_is_complete(reader));
  cr_assert(tw_run_reader_rows(reader, "events") >= 10000);
  expect_events(reader, 0, 10000);
  tw_run_reader_close(reader);

  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  cr_assert_not(exists(path));
  reader = open_reader(part);
  cr_assert_not(tw_run_reader_is_complete(reader));
  const int64_t n = tw_run_reader_rows(reader, "events");
  cr_assert(n >= 10000);
  expect_events(reader, 0, n);
  tw_run_reader_close(reader);

  // the name of the file that was meant says where the rows are
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_run_reader_open(&reader, path, problems), TWIN_ERR_IO);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), ".part"));
  twin_problems_free(problems);
  remove(part);
}

// A child that writes a few rows and one more after a while, and never asks for a flush.
static pid_t start_slow_writer(const char *path, int said[2]) {
  cr_assert_eq(pipe(said), 0);
  const pid_t child = fork();
  if (child != 0) return child;
  const struct timespec pause = {.tv_nsec = 600000000};
  tw_run_writer *writer = open_writer(path, 0, true);
  tw_run_writer_begin(writer, &(tw_run_terms){.seed = 42}, NULL);
  write_events(writer, 0, 10, 10);
  nanosleep(&pause, NULL);
  write_events(writer, 10, 1, 1);
  if (write(said[1], "x", 1) != 1) _exit(1);
  for (;;) nanosleep(&pause, NULL);
}

Test(h5, reaches_the_file_after_half_a_second_without_being_asked) {
  const char *path = scratch("slow.h5");
  tw_run_writer *probe = open_writer(path, 0, true);
  if (probe == NULL) return;
  tw_run_writer_close(probe, false, NULL);
  char part[600], got;
  int said[2];
  snprintf(part, sizeof part, "%s.part", path);
  const pid_t child = start_slow_writer(path, said);
  cr_assert_eq(read(said[0], &got, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  tw_run_reader *reader = open_reader(part);
  cr_assert_eq(tw_run_reader_rows(reader, "events"), 11);
  expect_events(reader, 0, 11);
  tw_run_reader_close(reader);
  remove(part);
}

static void expect_refusal(const char *path, twin_status status, const char *piece) {
  twin_problems *problems = twin_problems_new();
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, path, problems), status);
  cr_assert_null(reader);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), piece), "%s",
                     twin_problems_text(problems, 0));
  twin_problems_free(problems);
}

Test(h5, refuses_what_is_no_run_file) {
  const char *path = scratch("bad.h5");
  tw_run_writer *writer = open_writer(path, 0, true);
  if (writer == NULL) return;
  begin(writer);
  write_events(writer, 0, 5000, 5000);
  tw_run_writer_close(writer, true, NULL);

  // a good file cut short, then one with other bytes in its middle, then no HDF5 at all
  cr_assert_eq(truncate(path, 3000), 0);
  expect_refusal(path, TWIN_ERR_FILE, "damaged");
  FILE *file = fopen(path, "wb");
  fputs("events,of,a,spreadsheet\n", file);
  fclose(file);
  expect_refusal(path, TWIN_ERR_FILE, "no HDF5 file");
  remove(path);
  expect_refusal(path, TWIN_ERR_IO, "cannot be read");
}

Test(h5, says_what_is_wrong_when_a_file_cannot_be_made) {
  tw_record_words words = make_words();
  const tw_run_writer_setup setup = {
      .path = "/nowhere/at/all.h5", .line_json = "{}", .words = &words};
  twin_problems *problems = twin_problems_new();
  tw_run_writer *writer = NULL;
  const twin_status status = tw_run_writer_open(&writer, &setup, problems);
  cr_assert(status == TWIN_ERR_IO || status == TWIN_ERR_UNSUPPORTED);
  cr_assert_null(writer);
  cr_assert_eq(twin_problems_count(problems, TWIN_ERROR), 1);
  twin_problems_free(problems);
}

Test(h5, prints_nothing) {
  // everything above that fails does so with HDF5's own printing off: its stream stays empty
  const char *path = scratch("stderr.txt");
  FILE *file = fopen(path, "w+");
  const int kept = dup(2);
  dup2(fileno(file), 2);
  tw_run_reader *reader = NULL;
  tw_run_reader_open(&reader, "/nowhere/at/all.h5", NULL);
  FILE *bad = fopen(scratch("noise.h5"), "wb");
  fputs("\x89HDF\r\n\x1a\nnothing behind it", bad);
  fclose(bad);
  cr_assert(tw_run_reader_open(&reader, scratch("noise.h5"), NULL) < 0);
  remove(scratch("noise.h5"));
  fflush(stderr);
  dup2(kept, 2);
  cr_assert_eq(fseek(file, 0, SEEK_END), 0);
  cr_assert_eq(ftell(file), 0);
  fclose(file);
  remove(scratch("stderr.txt"));
}
