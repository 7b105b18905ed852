// run_file.h - run files (schema "libtwin.run"): rows in, rows out. What is stored are the tables
// of observe/columns.inl in HDF5; nobody who includes this sees HDF5. A build without it has every
// function, which then return TWIN_ERR_UNSUPPORTED.

#ifndef TW_IO_RUN_FILE_H
#define TW_IO_RUN_FILE_H

#include "base/host.h"
#include "base/problems.h"
#include "observe/columns.h"
#include "observe/record_words.h"

// Of the layout of the file, not of the library.
enum { TW_RUN_SCHEMA_VERSION = 1 };

typedef struct tw_run_writer tw_run_writer;

typedef struct tw_run_writer_setup {
  const char *path;
  const char *line_json;
  const char *line_name;  // of the document, NULL: it has none
  const char *line_file;  // name of its file, with or without folders; NULL: it was a text
  uint64_t line_hash, text_hash, math_fingerprint;
  const tw_record_words *words;  // must outlive the writer
  bool has_table[TW_TABLE_N];
  uint32_t compression;  // 0: off, 1..9
  double flush_s;        // rows reach the file after so long; 0: only when asked, and at the end
  bool has_sync;         // every flush reaches the disk, not only the system
  const tw_host *host;  // must outlive the writer; NULL: the C library's memory, no notices
} tw_run_writer_setup;

// What a file is a record of; known before its first row.
typedef struct tw_run_terms {
  uint64_t seed;
  double warmup_s, horizon_s;
  uint32_t n_replication;  // of a study, 0: runs that the host steps
  uint32_t first_replication;
  bool has_losses;          // the table of losses is made
  double confidence;
} tw_run_terms;

// Makes `path`.part, which is renamed to `path` when it is complete and on the disk: an existing file is
// replaced only then. After a crash the .part file can be read up to its last flush; nobody else writes it
// meanwhile. After a failure (no space left) it stays as it was flushed last.
twin_status tw_run_writer_open(tw_run_writer **writer, const tw_run_writer_setup *setup,
                               twin_problems *problems);

// How a record ended, in one word: the attribute "ended" of a file that was closed.
//   "horizon"    every replication ran to the horizon, or none was given
//   "early"      one was left before it, or replications of the study are missing
//   "cancelled"  the host stopped it
//   "error"      a run stopped with an error
// Of several the last in this list.

// From now on readers may look in, and only rows are added. Called once, before the first row.
twin_status tw_run_writer_begin(tw_run_writer *writer, const tw_run_terms *terms,
                                twin_problems *problems);

// Appends rows; they reach the file when a chunk is full, at a flush, or after flush_s. The rows of a replication come before its row of the table "replications".
twin_status tw_run_writer_write(tw_run_writer *writer, int32_t table, const tw_rows *rows);

// Brings every row to the file.
twin_status tw_run_writer_flush(tw_run_writer *writer, twin_problems *problems);

// True when the last time is more than flush_s ago; and a flush if so.
bool tw_run_writer_is_due(const tw_run_writer *writer);
twin_status tw_run_writer_tick(tw_run_writer *writer);

// Says how what was recorded ended, where no row of the table "replications" does: TWIN_CANCELLED or an error.
void tw_run_writer_end(tw_run_writer *writer, twin_status status);

// Rows of a table so far.
int64_t tw_run_writer_rows(const tw_run_writer *writer, int32_t table);

// Completes the file, gives it its name and frees the writer, also when that fails: the .part file
// then stays as it is. is_good false: the file is given up and removed.
twin_status tw_run_writer_close(tw_run_writer *writer, bool is_good, twin_problems *problems);

typedef struct tw_run_reader tw_run_reader;

// Opens a finished file, one that is being written, or one whose writer was killed.
// memory: copied; NULL is the C library's.
twin_status tw_run_reader_open(tw_run_reader **reader, const char *path, twin_problems *problems);
twin_status tw_run_reader_open_with(tw_run_reader **reader, const char *path,
                                    const tw_memory *memory, twin_problems *problems);

// What the reader takes its memory from, for what is made of it.
const tw_memory *tw_run_reader_memory(const tw_run_reader *reader);

void tw_run_reader_close(tw_run_reader *reader);

const char *tw_run_reader_line_json(const tw_run_reader *reader);
bool tw_run_reader_is_complete(const tw_run_reader *reader);

// What the file says of itself, an attribute of its root as a text; NULL: it does not say it. Names in the
// order of the alphabet, NULL past the last one.
const char *tw_run_reader_info(const tw_run_reader *reader, const char *name);
const char *tw_run_reader_info_name(const tw_run_reader *reader, int32_t i);

// Rows of a table, -1: the file has none of it. Grows while the file is being written.
int64_t tw_run_reader_rows(const tw_run_reader *reader, const char *table);

// A column as it is in the file.
typedef struct tw_stored_column {
  const char *name, *unit;
  tw_column_type type;
  tw_words words;  // of a NAME column
} tw_stored_column;

// Gives column `i` of a table; NULL past the last one or for no such table.
const tw_stored_column *tw_run_reader_column(const tw_run_reader *reader, const char *table,
                                             int32_t i);

// Words of a NAME column; NULL: there is no such column, or it has none.
const tw_words *tw_run_reader_words(const tw_run_reader *reader, const char *table,
                                    const char *column);

// Reads rows [first, first + n) of a column, int32_t for names.
twin_status tw_run_reader_read(const tw_run_reader *reader, const char *table, const char *column,
                               int64_t first, int64_t n, void *out, twin_problems *problems);

// Gives the rows [*first, *first + *n) of a table that belong to a replication, without reading the others: from
// the table of replications, or where it is not finished by bisection.
twin_status tw_run_reader_replication(const tw_run_reader *reader, const char *table,
                                      int32_t replication, int64_t *first, int64_t *n,
                                      twin_problems *problems);

// Makes a finished file of what a killed writer left (h5_recover.c). path NULL: its name without
// ".part", which must be free; the .part is removed then.
twin_status tw_run_recover(const char *part_path, const char *path, twin_problems *problems);

#endif
