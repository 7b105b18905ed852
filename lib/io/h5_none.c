// h5_none.c - run files in a build without HDF5: everything says so when it is asked for.

#include "io/run_file.h"

#ifndef TW_HAS_HDF5

static twin_status refuse(twin_problems *problems) {
  return tw_fail(problems, TWIN_ERR_UNSUPPORTED,
                 "this libtwin was built without HDF5, which run files need");
}

twin_status tw_run_writer_open(tw_run_writer **writer, const tw_run_writer_setup *setup,
                               twin_problems *problems) {
  (void)writer, (void)setup;
  return refuse(problems);
}

twin_status tw_run_writer_begin(tw_run_writer *writer, const tw_run_terms *terms,
                                twin_problems *problems) {
  (void)writer, (void)terms;
  return refuse(problems);
}

twin_status tw_run_writer_write(tw_run_writer *writer, int32_t table, const tw_rows *rows) {
  (void)writer, (void)table, (void)rows;
  return TWIN_ERR_UNSUPPORTED;
}

twin_status tw_run_writer_flush(tw_run_writer *writer, twin_problems *problems) {
  (void)writer;
  return refuse(problems);
}

bool tw_run_writer_is_due(const tw_run_writer *writer) {
  (void)writer;
  return false;
}

twin_status tw_run_writer_tick(tw_run_writer *writer) {
  (void)writer;
  return TWIN_ERR_UNSUPPORTED;
}

void tw_run_writer_end(tw_run_writer *writer, twin_status status) { (void)writer, (void)status; }

int64_t tw_run_writer_rows(const tw_run_writer *writer, int32_t table) {
  (void)writer, (void)table;
  return 0;
}

twin_status tw_run_writer_close(tw_run_writer *writer, bool is_good, twin_problems *problems) {
  (void)is_good;
  return writer == NULL ? TWIN_OK : refuse(problems);
}

twin_status tw_run_reader_open(tw_run_reader **reader, const char *path, twin_problems *problems) {
  return tw_run_reader_open_with(reader, path, NULL, problems);
}

twin_status tw_run_reader_open_with(tw_run_reader **reader, const char *path,
                                    const tw_memory *memory, twin_problems *problems) {
  (void)reader, (void)path, (void)memory;
  return refuse(problems);
}

const tw_memory *tw_run_reader_memory(const tw_run_reader *reader) {
  (void)reader;
  return NULL;
}

void tw_run_reader_close(tw_run_reader *reader) { (void)reader; }

const char *tw_run_reader_line_json(const tw_run_reader *reader) {
  (void)reader;
  return "";
}

bool tw_run_reader_is_complete(const tw_run_reader *reader) {
  (void)reader;
  return false;
}

const char *tw_run_reader_info(const tw_run_reader *reader, const char *name) {
  (void)reader, (void)name;
  return NULL;
}

const char *tw_run_reader_info_name(const tw_run_reader *reader, int32_t i) {
  (void)reader, (void)i;
  return NULL;
}

twin_status tw_run_reader_replication(const tw_run_reader *reader, const char *table,
                                      int32_t replication, int64_t *first, int64_t *n,
                                      twin_problems *problems) {
  (void)reader, (void)table, (void)replication, (void)first, (void)n;
  return refuse(problems);
}

twin_status tw_run_recover(const char *part_path, const char *path, twin_problems *problems) {
  (void)part_path, (void)path;
  return refuse(problems);
}

int64_t tw_run_reader_rows(const tw_run_reader *reader, const char *table) {
  (void)reader, (void)table;
  return -1;
}

const tw_stored_column *tw_run_reader_column(const tw_run_reader *reader, const char *table,
                                             int32_t i) {
  (void)reader, (void)table, (void)i;
  return NULL;
}

const tw_words *tw_run_reader_words(const tw_run_reader *reader, const char *table,
                                    const char *column) {
  (void)reader, (void)table, (void)column;
  return NULL;
}

twin_status tw_run_reader_read(const tw_run_reader *reader, const char *table, const char *column,
                               int64_t first, int64_t n, void *out, twin_problems *problems) {
  (void)reader, (void)table, (void)column, (void)first, (void)n, (void)out;
  return refuse(problems);
}

#endif
