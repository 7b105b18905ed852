// run_rows.h - run files with made-up rows, whose values only their number decides: who reads them can
// tell whether they are what was written. No test framework in here, because fuzz targets use it too.

#ifndef TW_TESTS_RUN_ROWS_H
#define TW_TESTS_RUN_ROWS_H

#include "io/run_file.h"

// A setup for every table of a line that does not exist, flushed only when asked.
tw_run_writer_setup run_rows_setup(const char *path);

// Opens and begins such a file; NULL with its status when it cannot.
tw_run_writer *run_rows_begin(const tw_run_writer_setup *setup, twin_status *status);

// Writes events [first, first + n); the first status that is none good.
twin_status run_rows_write(tw_run_writer *writer, int64_t first, int64_t n);

// The row of a replication whose last n_event events are its own.
twin_status run_rows_replication(tw_run_writer *writer, int32_t replication, int64_t n_event);

// How many rows of events there are from the first on that are as they were written; -1: one is not,
// or there is no such table.
int64_t run_rows_good(const tw_run_reader *reader);

// Descriptors that are open in this process.
int run_rows_open_files(void);

#endif
