// run_rows.c - see run_rows.h.

#include "support/run_rows.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const places[] = {"raw", "saw", "b1", "out"};
static const char *const types[] = {"source", "machine", "buffer", "out"};
static const int32_t machines[] = {0, 2, 0, 0};
static const char *const parts[] = {"shaft"};
static const char *const kpis[] = {"line/throughput", "state/processing"};

static const tw_record_words *all_words(void) {
  static tw_record_words words = {.place_type = types, .place_machines = machines};
  for (int32_t id = 0; id < TW_WORDS_N; id++) {
    words.list[id] = tw_words_fixed((tw_words_id)id);
    if (words.list[id].n == 0) words.list[id] = (tw_words){1, parts};
  }
  words.list[TW_WORDS_PLACE] = (tw_words){4, places};
  words.list[TW_WORDS_KPI] = (tw_words){2, kpis};
  return &words;
}

tw_run_writer_setup run_rows_setup(const char *path) {
  tw_run_writer_setup setup = {.path = path,
                               .line_json = "{\"libtwin\": \"1.0\"}",
                               .line_name = "saw",
                               .line_file = "folder/of/lines/saw.json",
                               .line_hash = 11,
                               .text_hash = 13,
                               .math_fingerprint = 12,
                               .words = all_words()};
  for (int32_t t = 0; t < TW_TABLE_N; t++) setup.has_table[t] = true;
  return setup;
}

tw_run_writer *run_rows_begin(const tw_run_writer_setup *setup, twin_status *status) {
  tw_run_writer *writer = NULL;
  *status = tw_run_writer_open(&writer, setup, NULL);
  if (*status != TWIN_OK) return NULL;
  *status = tw_run_writer_begin(writer, &(tw_run_terms){.seed = 42, .horizon_s = 3600}, NULL);
  return writer;
}

enum { N_PIECE = 500 };

static double time_of(int64_t i) { return (double)i * 0.25; }

// All rows of one replication of which it is number i / 1000.
static void fill(tw_rows *rows, int64_t first) {
  for (int32_t i = 0; i < rows->n; i++) {
    const int64_t row = first + i;
    tw_rows_i32(rows, 0)[i] = (int32_t)(row / 1000);
    tw_rows_f64(rows, TW_AT(EVENTS, TIME))[i] = time_of(row);
    tw_rows_i32(rows, TW_AT(EVENTS, STATION))[i] = (int32_t)(row % 5) - 1;
    tw_rows_i32(rows, TW_AT(EVENTS, MACHINE))[i] = 1 + (int32_t)(row % 2);
    tw_rows_i32(rows, TW_AT(EVENTS, KIND))[i] = (int32_t)(row % 7);
    tw_rows_i64(rows, TW_AT(EVENTS, PART))[i] = (row << 20) + 1;
    tw_rows_f64(rows, TW_AT(EVENTS, VALUE))[i] = -time_of(row);
  }
}

twin_status run_rows_write(tw_run_writer *writer, int64_t first, int64_t n) {
  tw_rows rows = {0};
  twin_status status = tw_rows_reserve(&rows, TW_TABLE_EVENTS, N_PIECE) ? TWIN_OK : TWIN_ERR_MEMORY;
  while (n > 0 && status == TWIN_OK) {
    rows.n = n < N_PIECE ? (int32_t)n : N_PIECE;
    fill(&rows, first);
    status = tw_run_writer_write(writer, TW_TABLE_EVENTS, &rows);
    first += rows.n;
    n -= rows.n;
  }
  tw_rows_free(&rows);
  return status;
}

twin_status run_rows_replication(tw_run_writer *writer, int32_t replication, int64_t n_event) {
  tw_rows rows = {0};
  if (!tw_rows_reserve(&rows, TW_TABLE_REPLICATIONS, 1)) return TWIN_ERR_MEMORY;
  const tw_column_table *table = &tw_column_tables[TW_TABLE_REPLICATIONS];
  for (int32_t i = 0; i < table->n_column; i++)
    memset(rows.at[i], 0, tw_column_size(table->column[i].type));
  tw_rows_i32(&rows, 0)[0] = replication;
  tw_rows_i64(&rows, TW_AT(REPLICATIONS, N_EVENT))[0] = n_event;
  tw_rows_f64(&rows, TW_AT(REPLICATIONS, T_END))[0] = 99 + replication;
  rows.n = 1;
  const twin_status status = tw_run_writer_write(writer, TW_TABLE_REPLICATIONS, &rows);
  tw_rows_free(&rows);
  return status;
}

// Are rows [first, first + n) in the file what they are in `rows`?
static bool is_equal(const tw_run_reader *reader, const tw_rows *rows, int64_t first) {
  const tw_column_table *table = &tw_column_tables[TW_TABLE_EVENTS];
  double values[N_PIECE];
  for (int32_t i = 0; i < table->n_column; i++) {
    const size_t n_byte = (size_t)rows->n * tw_column_size(table->column[i].type);
    if (tw_run_reader_read(reader, table->name, table->column[i].name, first, rows->n, values,
                           NULL) != TWIN_OK ||
        memcmp(values, rows->at[i], n_byte) != 0)
      return false;
  }
  return true;
}

int64_t run_rows_good(const tw_run_reader *reader) {
  const int64_t n = tw_run_reader_rows(reader, "events");
  tw_rows rows = {0};
  if (n < 0 || !tw_rows_reserve(&rows, TW_TABLE_EVENTS, N_PIECE)) return -1;
  int64_t n_good = 0;
  while (n_good < n) {
    rows.n = n - n_good < N_PIECE ? (int32_t)(n - n_good) : N_PIECE;
    fill(&rows, n_good);
    if (!is_equal(reader, &rows, n_good)) break;
    n_good += rows.n;
  }
  tw_rows_free(&rows);
  return n_good >= n ? n : -1;
}

int run_rows_open_files(void) {
  DIR *folder = opendir("/proc/self/fd");
  int n = 0;
  if (folder == NULL) return -1;
  while (readdir(folder) != NULL) n++;
  closedir(folder);
  return n;
}
