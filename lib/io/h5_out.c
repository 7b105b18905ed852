// h5_out.c - writing a run file. Rows are staged up to a chunk and written column by column. Once
// it has begun the file is open for readers (single writer, multiple readers) and is flushed as a
// whole every half second, so that what was flushed survives a killed process.
//
// The file is made as PATH.part; only when it is complete it is renamed over PATH. The attributes
// that are known at the end are written in a second, short opening, because a file with readers
// must not change anything but its rows. HDF5 sees neither name nor failures of the file
// (h5_disk.h): after the first failure nothing reaches it, so it stays as it was flushed last. A
// flush takes effect as a whole (h5_batch.h), and so does the end, whenever the process is killed.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/assert.h"
#include "io/h5_disk.h"
#include "io/h5_inner.h"
#include "io/h5_part.h"

struct tw_run_writer {
  tw_part part;
  tw_h5_disk disk;
  hid_t file;
  hid_t dataset[TW_TABLE_N][TW_COLUMN_MAX];
  hid_t type[TW_TABLE_N][TW_COLUMN_MAX];  // in memory
  bool has_table[TW_TABLE_N];
  bool is_as_stored[TW_TABLE_N];  // a chunk has the same bytes in memory and in the file
  tw_rows staged[TW_TABLE_N];     // from the last chunk boundary on
  int64_t n_row[TW_TABLE_N];      // taken
  int64_t n_stored[TW_TABLE_N];   // in the file
  bool has_begun, has_sync;
  twin_status status;  // the first error, with its cause
  char cause[256];
  double t_end, horizon_s;
  uint32_t n_replication;  // of a study, 0: not known
  twin_status ended;       // worst that a replication ended with
  bool is_early;           // one ended before the horizon
  const tw_record_words *words;
  uint32_t compression;
  double flush_s, next_flush_s;
  double last_flush_s, flush_cost_s;  // when the last one ended, and how long it took
  int64_t n_byte_unflushed;
  const tw_memory *memory;
};

// So many bytes are flushed before their time: a full disk then costs no more of a fast writer.
static const int64_t FLUSH_BYTES = (int64_t)16 << 20;

// A flush behind a replication comes no sooner than after so many times what the last one took.
static const double FLUSH_SPACING = 50;

static double wall_clock_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void free_writer(tw_run_writer *writer) {
  const tw_memory *memory = writer->memory;
  for (int32_t table = 0; table < TW_TABLE_N; table++) tw_rows_free(&writer->staged[table]);
  tw_h5_disk_free(&writer->disk);
  tw_part_close(&writer->part);
  tw_memory_free(memory, writer);
}

// Notes the first failure; further rows are refused with it.
static twin_status note_failure(tw_run_writer *writer) {
  if (writer->status != TWIN_OK) return writer->status;
  if (writer->disk.error == 0)
    tw_h5_cause(writer->cause, sizeof writer->cause);
  else if (strerror_r(writer->disk.error, writer->cause, sizeof writer->cause) != 0)
    writer->cause[0] = 0;
  return writer->status = TWIN_ERR_IO;
}

// The same of a call about the file as a whole.
static void note_part_failure(tw_run_writer *writer) {
  writer->status = TWIN_ERR_IO;
  memcpy(writer->cause, writer->part.cause, sizeof writer->cause);
}

static twin_status say_status(const tw_run_writer *writer, twin_problems *problems) {
  if (writer->status != TWIN_OK)
    tw_problems_add(problems,
                    &(tw_problem_text){.status = writer->status,
                                       .code = "E-FILE",
                                       .file = writer->part.part_path,
                                       .hint = "what was flushed before can be read, and made a "
                                               "whole file with recover"},
                    "writing failed%s%s", writer->cause[0] != 0 ? ": " : "", writer->cause);
  return writer->status;
}

static void plan_flush(tw_run_writer *writer) {
  writer->last_flush_s = wall_clock_s();
  writer->next_flush_s =
      writer->flush_s > 0 ? writer->last_flush_s + writer->flush_s : (double)INFINITY;
  writer->n_byte_unflushed = 0;
}

static tw_run_writer *new_writer(const tw_run_writer_setup *setup) {
  const tw_memory *memory = setup->host != NULL ? &setup->host->memory : NULL;
  tw_run_writer *writer = tw_memory_zeroed(memory, 1, sizeof *writer);
  if (writer == NULL) return NULL;
  writer->memory = memory;
  for (int32_t table = 0; table < TW_TABLE_N; table++) writer->staged[table].memory = memory;
  writer->part.fd = -1;
  bool is_good = true;
  memcpy(writer->has_table, setup->has_table, sizeof writer->has_table);
  for (int32_t table = 0; table < TW_TABLE_N && is_good; table++)
    if (writer->has_table[table])
      is_good = tw_rows_reserve(&writer->staged[table], table, tw_column_tables[table].n_chunk);
  writer->compression = setup->compression;
  writer->words = setup->words;
  writer->has_sync = setup->has_sync;
  writer->flush_s = setup->flush_s;
  writer->t_end = (double)NAN;
  writer->file = -1;
  if (is_good) return writer;
  free_writer(writer);
  return NULL;
}

// Puts everything but rows into the .part file; closes it on failure.
static bool create_file(tw_run_writer *writer, const tw_run_writer_setup *setup) {
  const hid_t list = tw_h5_access_list();
  writer->disk.fd = writer->part.fd;
  writer->disk.is_in_batches = true;
  writer->disk.rewrites_rows = writer->compression > 0;
  writer->file = tw_h5_disk_open(&writer->disk, list, TW_H5_MAKE);
  H5Pclose(list);
  if (writer->file < 0) return false;
  if (tw_h5_layout(writer->file, setup) && H5Fflush(writer->file, H5F_SCOPE_GLOBAL) >= 0 &&
      tw_h5_disk_commit(&writer->disk))
    return true;
  note_failure(writer);
  H5Fclose(writer->file);
  return false;
}

twin_status tw_run_writer_open(tw_run_writer **out, const tw_run_writer_setup *setup,
                               twin_problems *problems) {
  TW_ASSERT(setup->flush_s >= 0);
  tw_run_writer *writer = new_writer(setup);
  if (writer == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a run file");
  twin_status status = tw_part_open(&writer->part, setup->path, ".part", problems);
  if (status == TWIN_OK && writer->part.was_there)  // what a run that was killed left behind
    tw_notice(setup->host, TWIN_WARNING, TWIN_OK, "N-PART", "%.400s was there and is made anew",
              writer->part.part_path);
  if (status == TWIN_OK) {
    const tw_h5_quiet quiet = tw_h5_begin();
    if (!create_file(writer, setup)) {
      status = TWIN_ERR_IO;
      note_failure(writer);
      tw_problems_add(
          problems,
          &(tw_problem_text){.status = status, .code = "E-FILE", .file = writer->part.part_path},
          "the run file cannot be made%s%s", writer->cause[0] != 0 ? ": " : "", writer->cause);
      tw_part_remove(&writer->part);
    }
    tw_h5_end(&quiet);
  }
  if (status == TWIN_OK)
    *out = writer;
  else
    free_writer(writer);
  return status;
}

static bool open_column(tw_run_writer *writer, int32_t table_i, int32_t column_i) {
  const tw_column_table *table = &tw_column_tables[table_i];
  char name[64];
  snprintf(name, sizeof name, "/%s/%s", table->name, table->column[column_i].name);
  const hid_t list = H5Pcreate(H5P_DATASET_ACCESS);
  // Room for the one chunk that is being filled; a full one leaves at once.
  const size_t n_byte = (size_t)table->n_chunk * tw_column_size(table->column[column_i].type);
  H5Pset_chunk_cache(list, 11, n_byte, 1.0);
  const hid_t dataset = H5Dopen2(writer->file, name, list);
  H5Pclose(list);
  writer->dataset[table_i][column_i] = dataset;
  if (dataset < 0) return false;
  const hid_t stored = H5Dget_type(dataset);
  const hid_t type = H5Tget_native_type(stored, H5T_DIR_DEFAULT);
  writer->type[table_i][column_i] = type;
  if (type < 0 || H5Tequal(type, stored) <= 0) writer->is_as_stored[table_i] = false;
  H5Tclose(stored);
  return type >= 0;
}

// Only when the first run comes it is known whether its losses are observed.
static bool add_losses(tw_run_writer *writer) {
  const int32_t n_chunk = tw_column_tables[TW_TABLE_LOSSES].n_chunk;
  writer->has_table[TW_TABLE_LOSSES] = true;
  return tw_rows_reserve(&writer->staged[TW_TABLE_LOSSES], TW_TABLE_LOSSES, n_chunk) &&
         tw_h5_put_losses(writer->file, writer->words, writer->compression);
}

twin_status tw_run_writer_begin(tw_run_writer *writer, const tw_run_terms *terms,
                                twin_problems *problems) {
  TW_ASSERT(!writer->has_begun);
  writer->horizon_s = terms->horizon_s;
  writer->n_replication = terms->n_replication;
  const tw_h5_quiet quiet = tw_h5_begin();
  bool is_good =
      tw_h5_put_terms(writer->file, terms) && (!terms->has_losses || add_losses(writer)) &&
      H5Fflush(writer->file, H5F_SCOPE_GLOBAL) >= 0 && H5Fstart_swmr_write(writer->file) >= 0;
  writer->has_begun = is_good;
  for (int32_t table = 0; table < TW_TABLE_N; table++) {
    writer->is_as_stored[table] = writer->compression == 0;
    for (int32_t i = 0; i < tw_column_tables[table].n_column && is_good; i++)
      if (writer->has_table[table]) is_good = open_column(writer, table, i);
  }
  plan_flush(writer);
  if (!is_good || !tw_h5_disk_commit(&writer->disk)) note_failure(writer);
  writer->disk.has_sync = writer->has_sync;  // from the first rows on
  tw_h5_end(&quiet);
  return say_status(writer, problems);
}

// Puts a whole chunk of rows, from `first` on, into the file as rows from `at` on: its bytes as
// they are, without a selection and past the cache.
static bool store_chunk(tw_run_writer *writer, int32_t table_i, const tw_rows *rows, int32_t first,
                        int64_t at) {
  const tw_column_table *table = &tw_column_tables[table_i];
  const size_t n_row = (size_t)table->n_chunk;
  const hsize_t start = (hsize_t)at, extent = start + n_row;
  bool is_good = true;
  TW_ASSERT(at % table->n_chunk == 0);
  for (int32_t i = 0; i < table->n_column && is_good; i++) {
    const size_t size = tw_column_size(table->column[i].type);
    const char *values = (const char *)rows->at[i] + (size_t)first * size;
    const hid_t dataset = writer->dataset[table_i][i];
    writer->n_byte_unflushed += (int64_t)(n_row * size);
    is_good = H5Dset_extent(dataset, &extent) >= 0 &&
              H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &start, n_row * size, values) >= 0;
  }
  is_good = is_good && writer->disk.error == 0;
  if (is_good) writer->n_stored[table_i] = (int64_t)extent;
  return is_good;
}

// Puts rows [first, first + n) into the file as rows [at, at + n).
static bool store(tw_run_writer *writer, int32_t table_i, const tw_rows *rows, int32_t first,
                  int32_t n, int64_t at) {
  const tw_column_table *table = &tw_column_tables[table_i];
  if (writer->is_as_stored[table_i] && n == table->n_chunk)
    return store_chunk(writer, table_i, rows, first, at);
  const hsize_t start = (hsize_t)at, count = (hsize_t)n, extent = start + count;
  const hid_t memory = H5Screate_simple(1, &count, NULL);
  const hid_t space = H5Screate_simple(1, &extent, NULL);
  bool is_good = memory >= 0 && space >= 0 &&
                 H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0;
  for (int32_t i = 0; i < table->n_column && is_good; i++) {
    const char *values =
        (const char *)rows->at[i] + (size_t)first * tw_column_size(table->column[i].type);
    const hid_t dataset = writer->dataset[table_i][i];
    is_good = H5Dset_extent(dataset, &extent) >= 0 &&
              H5Dwrite(dataset, writer->type[table_i][i], memory, space, H5P_DEFAULT, values) >= 0;
  }
  if (memory >= 0) H5Sclose(memory);
  if (space >= 0) H5Sclose(space);
  is_good = is_good && writer->disk.error == 0;
  if (is_good) writer->n_stored[table_i] = at + n;
  return is_good;
}

// Stores the staged rows that are not in the file yet; a full chunk makes room for the next.
static bool store_staged(tw_run_writer *writer, int32_t table) {
  tw_rows *staged = &writer->staged[table];
  const int64_t base = writer->n_row[table] - staged->n;
  const int32_t first = (int32_t)(writer->n_stored[table] - base);
  TW_ASSERT(first >= 0 && first <= staged->n);
  const bool is_good = first == staged->n || store(writer, table, staged, first, staged->n - first,
                                                   writer->n_stored[table]);
  if (staged->n == staged->capacity) staged->n = 0;
  return is_good;
}

// The rows of the replication stand right before its own row: where they begin follows.
static void fill_in_firsts(tw_run_writer *writer, tw_rows *rows, int32_t row) {
  static const int32_t counted[] = {TW_TABLE_EVENTS, TW_TABLE_INTERVALS, TW_TABLE_PARTS,
                                    TW_TABLE_VISITS};
  for (int32_t k = 0; k < 4; k++) {
    const int64_t n = tw_rows_i64(rows, TW_AT(REPLICATIONS, N_EVENT) + 2 * k)[row];
    TW_ASSERT(n >= 0 && n <= writer->n_row[counted[k]]);
    tw_rows_i64(rows, TW_AT(REPLICATIONS, FIRST_EVENT) + 2 * k)[row] =
        writer->n_row[counted[k]] - n;
  }
  const double t_end = tw_rows_f64(rows, TW_AT(REPLICATIONS, T_END))[row];
  if (!(writer->t_end >= t_end)) writer->t_end = t_end;
  tw_run_writer_end(writer, (twin_status)tw_rows_i32(rows, TW_AT(REPLICATIONS, STATUS))[row]);
  writer->is_early |= t_end < writer->horizon_s;
}

void tw_run_writer_end(tw_run_writer *writer, twin_status status) {
  const bool is_worse = status < 0 ? writer->ended >= 0 : status == TWIN_CANCELLED;
  if (is_worse && (status < 0 || writer->ended == TWIN_OK)) writer->ended = status;
}

// Takes up to a chunk of rows from `first` on; returns how many.
static int32_t take_rows(tw_run_writer *writer, int32_t table, const tw_rows *rows, int32_t first) {
  tw_rows *staged = &writer->staged[table];
  const int32_t n_left = rows->n - first, n_chunk = tw_column_tables[table].n_chunk;
  const bool is_direct = staged->n == 0 && n_left >= n_chunk && table != TW_TABLE_REPLICATIONS;
  if (is_direct) {
    if (!store(writer, table, rows, first, n_chunk, writer->n_row[table])) note_failure(writer);
    writer->n_row[table] += n_chunk;
    return n_chunk;
  }
  const int32_t n_room = staged->capacity - staged->n;
  const int32_t n = n_left < n_room ? n_left : n_room;
  tw_rows_append(staged, rows, table, first, n);
  if (table == TW_TABLE_REPLICATIONS)
    for (int32_t i = staged->n - n; i < staged->n; i++) fill_in_firsts(writer, staged, i);
  writer->n_row[table] += n;
  if (staged->n == staged->capacity && !store_staged(writer, table)) note_failure(writer);
  return n;
}

// Brings rows to the file and the file to the system. Half-full chunks that are compressed would be
// written again and again, so they wait for the end unless they are asked for.
static void flush_all(tw_run_writer *writer, bool with_partial) {
  const double start_s = wall_clock_s();
  for (int32_t table = 0; table < TW_TABLE_N && writer->status == TWIN_OK; table++)
    if (with_partial && writer->has_table[table] && !store_staged(writer, table))
      note_failure(writer);
  if (writer->status == TWIN_OK &&
      (H5Fflush(writer->file, H5F_SCOPE_GLOBAL) < 0 || !tw_h5_disk_commit(&writer->disk)))
    note_failure(writer);
  plan_flush(writer);
  writer->flush_cost_s = writer->last_flush_s - start_s;
}

// A finished replication is flushed at once as long as that takes no more than a small share of the
// time. Where the disk is full a little later it is in the file.
static bool is_flush_cheap(const tw_run_writer *writer) {
  const bool is_wanted = writer->flush_s > 0 && writer->compression == 0 && !writer->has_sync;
  if (!is_wanted || writer->status != TWIN_OK) return false;
  return wall_clock_s() - writer->last_flush_s >= FLUSH_SPACING * writer->flush_cost_s;
}

bool tw_run_writer_is_due(const tw_run_writer *writer) {
  if (!writer->has_begun || writer->status != TWIN_OK || !(writer->flush_s > 0)) return false;
  return writer->n_byte_unflushed >= FLUSH_BYTES || wall_clock_s() >= writer->next_flush_s;
}

twin_status tw_run_writer_tick(tw_run_writer *writer) {
  if (!tw_run_writer_is_due(writer)) return writer->status;
  const tw_h5_quiet quiet = tw_h5_begin();
  flush_all(writer, writer->compression == 0);
  tw_h5_end(&quiet);
  return writer->status;
}

twin_status tw_run_writer_write(tw_run_writer *writer, int32_t table, const tw_rows *rows) {
  TW_ASSERT(writer->has_begun && writer->has_table[table]);
  const tw_h5_quiet quiet = tw_h5_begin();
  for (int32_t first = 0; first < rows->n && writer->status == TWIN_OK;)
    first += take_rows(writer, table, rows, first);
  if (table == TW_TABLE_REPLICATIONS && is_flush_cheap(writer)) flush_all(writer, true);
  tw_h5_end(&quiet);
  return tw_run_writer_tick(writer);
}

twin_status tw_run_writer_flush(tw_run_writer *writer, twin_problems *problems) {
  if (writer->has_begun && writer->status == TWIN_OK) {
    const tw_h5_quiet quiet = tw_h5_begin();
    flush_all(writer, true);
    tw_h5_end(&quiet);
  }
  return say_status(writer, problems);
}

int64_t tw_run_writer_rows(const tw_run_writer *writer, int32_t table) {
  TW_ASSERT(table >= 0 && table < TW_TABLE_N);
  return writer->n_row[table];
}

// Closes what is open; false when rows may be missing.
static bool close_file(tw_run_writer *writer) {
  bool is_good = true;
  for (int32_t table = 0; table < TW_TABLE_N; table++)
    for (int32_t i = 0; i < tw_column_tables[table].n_column; i++) {
      if (writer->dataset[table][i] > 0) is_good &= H5Dclose(writer->dataset[table][i]) >= 0;
      if (writer->type[table][i] > 0) H5Tclose(writer->type[table][i]);
    }
  is_good &= H5Fclose(writer->file) >= 0;
  return is_good && writer->disk.error == 0;
}

static const char *end_word(const tw_run_writer *writer) {
  const bool is_short = writer->n_row[TW_TABLE_REPLICATIONS] < (int64_t)writer->n_replication;
  if (writer->ended < 0) return "error";
  if (writer->ended == TWIN_CANCELLED) return "cancelled";
  return writer->is_early || is_short ? "early" : "horizon";
}

// What closing has written takes effect together with this: nobody sees a closed file that is not
// complete.
static bool mark_complete(tw_run_writer *writer) {
  const hid_t list = tw_h5_access_list();
  const hid_t file = tw_h5_disk_open(&writer->disk, list, TW_H5_WRITE);
  H5Pclose(list);
  if (file < 0) return false;
  const int32_t complete = 1;
  const int32_t status = (int32_t)writer->ended;
  bool is_good = tw_h5_put_number(file, "t_end", H5T_NATIVE_DOUBLE, &writer->t_end) &&
                 tw_h5_put_text(file, "ended", end_word(writer)) &&
                 tw_h5_put_number(file, "status", H5T_NATIVE_INT32, &status) &&
                 tw_h5_put_number(file, "complete", H5T_NATIVE_INT32, &complete);
  is_good &= H5Fclose(file) >= 0;
  return is_good && tw_h5_disk_commit(&writer->disk) && tw_h5_disk_trim(&writer->disk);
}

twin_status tw_run_writer_close(tw_run_writer *writer, bool is_good, twin_problems *problems) {
  if (writer == NULL) return TWIN_OK;
  const tw_h5_quiet quiet = tw_h5_begin();
  if (writer->has_begun && is_good && writer->status == TWIN_OK) flush_all(writer, true);
  if (!close_file(writer)) note_failure(writer);
  if (is_good && writer->status == TWIN_OK && !mark_complete(writer)) note_failure(writer);
  tw_h5_end(&quiet);
  if (is_good && writer->status == TWIN_OK && !tw_part_publish(&writer->part))
    note_part_failure(writer);
  if (!is_good) tw_part_remove(&writer->part);
  const twin_status status = say_status(writer, problems);
  free_writer(writer);
  return status;
}

#endif
