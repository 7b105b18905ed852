// store_bench.c - what a record costs beyond bringing its bytes to the system. Prints
//   event_log          rows of the table events, filled in and brought into a run file on the disk: the speed
//                      over that of the same rows filled in and brought there by write(2) and fsync(2)
//   replication_us     storing one replication, per replication, beyond write(2) and fsync(2) of its bytes
//   event_ns           the same, per row of events
// The last two are the line through a study of many short replications and one of a few long ones,
// with and without a record.
//
//   store_bench [folder for the files]

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "io/run_file.h"
#include "model/line.h"

enum { N_CHUNK = 800, N_TURN = 7 };  // 288 MB of events

static char hdf5_path[512], plain_path[512];

// The rows of chunk number `chunk` as a run would give them.
static void fill_rows(tw_rows *rows, int chunk) {
  for (int32_t i = 0; i < rows->capacity; i++) {
    tw_rows_i32(rows, 0)[i] = 0;
    tw_rows_f64(rows, TW_AT(EVENTS, TIME))[i] = 7.5 * i + chunk;
    tw_rows_i32(rows, TW_AT(EVENTS, STATION))[i] = i % 20;
    tw_rows_i32(rows, TW_AT(EVENTS, MACHINE))[i] = 1;
    tw_rows_i32(rows, TW_AT(EVENTS, KIND))[i] = i % 5;
    tw_rows_i64(rows, TW_AT(EVENTS, PART))[i] = i / 30 + chunk;
    tw_rows_f64(rows, TW_AT(EVENTS, VALUE))[i] = 0;
  }
  rows->n = rows->capacity;
}

static size_t bytes_of_row(void) {
  size_t n_byte = 0;
  for (int32_t i = 0; i < tw_column_tables[TW_TABLE_EVENTS].n_column; i++)
    n_byte += tw_column_size(tw_column_tables[TW_TABLE_EVENTS].column[i].type);
  return n_byte;
}

// CPU time to make a run file of all chunks, open to close.
static double log_ns(const tw_run_writer_setup *setup, tw_rows *rows) {
  tw_run_writer *writer = NULL;
  const double start_ns = bench_cpu_ns();
  bench_check(tw_run_writer_open(&writer, setup, NULL), NULL, setup->path);
  bench_check(tw_run_writer_begin(writer, &(tw_run_terms){.seed = 1}, NULL), NULL, setup->path);
  for (int i = 0; i < N_CHUNK; i++) {
    fill_rows(rows, i);
    bench_check(tw_run_writer_write(writer, TW_TABLE_EVENTS, rows), NULL, setup->path);
  }
  bench_check(tw_run_writer_close(writer, true, NULL), NULL, setup->path);
  const double ns = bench_cpu_ns() - start_ns;
  remove(setup->path);
  return ns;
}

// A run file is on the disk when it gets its name; so is what it is compared with.
static void sync_and_close(int file) {
  if (fsync(file) != 0 || close(file) != 0) {
    perror(plain_path);
    exit(1);
  }
}

static void write_bytes(int file, const void *bytes, size_t n_byte) {
  if (write(file, bytes, n_byte) == (ssize_t)n_byte) return;
  perror(plain_path);
  exit(1);
}

// The reference: the same rows, written as they are.
static double plain_log_ns(tw_rows *rows) {
  const size_t n_byte = bytes_of_row() * (size_t)rows->capacity;
  const double start_ns = bench_cpu_ns();
  const int file = open(plain_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  for (int i = 0; i < N_CHUNK; i++) {
    fill_rows(rows, i);
    write_bytes(file, rows->block, n_byte);
  }
  sync_and_close(file);
  const double ns = bench_cpu_ns() - start_ns;
  remove(plain_path);
  return ns;
}

// CPU time to write n_byte bytes into a new file, in pieces.
static double write_ns(size_t n_byte) {
  static char bytes[1 << 16];
  const double start_ns = bench_cpu_ns();
  const int file = open(plain_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  for (size_t done = 0; done < n_byte; done += sizeof bytes)
    write_bytes(file, bytes, n_byte - done < sizeof bytes ? n_byte - done : sizeof bytes);
  sync_and_close(file);
  const double ns = bench_cpu_ns() - start_ns;
  remove(plain_path);
  return ns;
}

static void bench_event_log(twin_line *line) {
  tw_record_words *words = tw_record_words_new((const tw_line *)(const void *)line);
  if (words == NULL) exit(1);
  const tw_run_writer_setup setup = {.path = hdf5_path,
                                     .line_json = "{}",
                                     .words = words,
                                     .has_table = {[TW_TABLE_EVENTS] = true}};
  tw_rows rows = {0};
  if (!tw_rows_reserve(&rows, TW_TABLE_EVENTS, tw_column_tables[TW_TABLE_EVENTS].n_chunk)) exit(1);
  double ours_ns[N_TURN], other_ns[N_TURN];
  log_ns(&setup, &rows);
  plain_log_ns(&rows);
  for (int i = 0; i < N_TURN; i++) {
    ours_ns[i] = log_ns(&setup, &rows);
    other_ns[i] = plain_log_ns(&rows);
  }
  const double n_row = (double)N_CHUNK * rows.capacity;
  bench_print("event_log", bench_median_ratio(other_ns, ours_ns, N_TURN));
  bench_print("ns_per_row", bench_median(ours_ns, N_TURN) / n_row);
  bench_print("ns_per_row_written", bench_median(other_ns, N_TURN) / n_row);
  tw_rows_free(&rows);
  tw_record_words_free(words);
}

// One study, on one thread: events, or nothing at all.
static double study_ns(twin_line *line, uint32_t n_replication, double horizon_s, bool is_recorded) {
  twin_recorder_options record;
  twin_study_options options;
  twin_study *study = NULL;
  twin_recorder_options_init(&record);
  record.states = record.parts = 0;
  record.events = 1;
  twin_study_options_init(&options);
  options.n_thread = 1;
  options.n_replication = n_replication;
  options.warmup_s = 0;
  options.horizon_s = horizon_s;
  options.record = &record;
  options.record_path = is_recorded ? hdf5_path : NULL;
  const double start_ns = bench_cpu_ns();
  bench_check(twin_study_new(&study, line, &options, NULL), NULL, "study");
  bench_check(twin_study_run(study, NULL), NULL, "study");
  const double ns = bench_cpu_ns() - start_ns;
  twin_study_free(study);
  return ns;
}

// Rows of events in the run file that was written last, and its bytes.
static double count_events(double *n_byte) {
  twin_file *file = NULL;
  struct stat status;
  bench_check(twin_file_open(&file, hdf5_path, NULL), NULL, hdf5_path);
  const double n_row = (double)twin_file_rows(file, "events");
  twin_file_close(file);
  if (stat(hdf5_path, &status) != 0) exit(1);
  *n_byte = (double)status.st_size;
  return n_row;
}

// What a record of n replications costs beyond write(2) of its bytes; n_row: events of each.
static double beyond_write_ns(twin_line *line, uint32_t n, double horizon_s, double *n_row) {
  double n_byte;
  const double with_ns = study_ns(line, n, horizon_s, true);
  *n_row = count_events(&n_byte) / n;
  const double without_ns = study_ns(line, n, horizon_s, false);
  return with_ns - without_ns - write_ns((size_t)n_byte);
}

static void bench_replications(twin_line *line) {
  enum { N_SHORT = 400, N_LONG = 10 };
  const double short_s = 600, long_s = 100 * 3600.0;
  double fixed_us[N_TURN], event_ns[N_TURN], short_rows, long_rows, one_rows;
  for (int i = 0; i < N_TURN; i++) {
    // making and completing a file is not a replication's
    const double file_ns = beyond_write_ns(line, 1, short_s, &one_rows);
    const double many_ns = beyond_write_ns(line, N_SHORT, short_s, &short_rows) - file_ns;
    const double few_ns = beyond_write_ns(line, N_LONG, long_s, &long_rows) - file_ns;
    const double a = many_ns / (N_SHORT - 1), b = few_ns / (N_LONG - 1);
    event_ns[i] = (b - a) / (long_rows - short_rows);
    fixed_us[i] = 1e-3 * (a - short_rows * event_ns[i]);
  }
  remove(hdf5_path);
  bench_print("replication_us", bench_median(fixed_us, N_TURN));
  bench_print("event_ns", bench_median(event_ns, N_TURN));
  bench_print("rows_of_short", short_rows);
  bench_print("rows_of_long", long_rows);
}

int main(int n_argument, char **arguments) {
  const char *folder = n_argument > 1 ? arguments[1] : ".";
  snprintf(hdf5_path, sizeof hdf5_path, "%s/store_bench.h5", folder);
  snprintf(plain_path, sizeof plain_path, "%s/store_bench.bytes", folder);
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  bench_check(twin_line_load(&line, "lines/line10.json", NULL, problems), problems, "line10");
  bench_event_log(line);
  bench_replications(line);
  twin_line_unref(line);
  twin_problems_free(problems);
  return 0;
}
