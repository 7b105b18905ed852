// file_test.c - tables of run files: whole, in pieces, and of one that is cut off. A stream says
// the same as the tables. Files that grow are in tests/python, since they need a writer in another
// process.

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/arrow_check.h"
#include "support/cells.h"
#include "support/line_text.h"

static const char *const tables[] = {"events",  "intervals", "visits",  "parts", "shifts",
                                     "signals", "curves",    "solvers", "kpi",   "replications"};
enum { N_TABLE = sizeof tables / sizeof tables[0] };

static const char *scratch(void) {
  static char path[512];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/file_test_%ld.h5", folder != NULL ? folder : ".", (long)getpid());
  return path;
}

// Records everything of a run; the file is open for reading. Skips the test in a build without
// HDF5.
static twin_file *record(double until_s, uint32_t compression) {
  twin_line *line = NULL;
  twin_run *run = NULL;
  twin_recorder *recorder = NULL;
  twin_file *file = NULL;
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL), TWIN_OK);
  twin_recorder_options options;
  twin_recorder_options_init(&options);
  options.compression = compression;
  options.states = options.parts = options.events = options.signals = 1;
  const twin_status status = twin_recorder_open(&recorder, scratch(), line, &options, NULL);
  if (status == TWIN_ERR_UNSUPPORTED) cr_skip_test("this build has no HDF5");
  cr_assert_eq(status, TWIN_OK);
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  twin_line_unref(line);
  cr_assert_eq(twin_recorder_attach(recorder, run, 3, NULL), TWIN_OK);
  twin_run_until(run, until_s, NULL);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_run_free(run);
  cr_assert_eq(twin_file_open(&file, scratch(), NULL), TWIN_OK);
  return file;
}

static void end(twin_file *file) {
  twin_file_close(file);
  remove(scratch());
}

// Every table that the file has, through both ways out of it.
static int32_t check_tables(twin_file *file, int64_t rows_each) {
  int32_t n = 0;
  for (int i = 0; i < N_TABLE; i++) {
    if (twin_file_rows(file, tables[i]) < 0) continue;
    struct ArrowArrayStream stream;
    twin_table *table = test_file_table(file, tables[i]);
    cr_assert_eq(twin_table_rows(table), twin_file_rows(file, tables[i]), "%s", tables[i]);
    test_check_table(table);
    cr_assert_eq(twin_file_arrow(file, tables[i], -1, rows_each, &stream, NULL), TWIN_OK);
    test_check_stream(&stream, table);
    twin_table_unref(table);
    n++;
  }
  return n;
}

Test(file, has_tables_that_are_valid_arrow_whole_and_in_pieces) {
  twin_file *file = record(400, 0);
  cr_assert_geq(check_tables(file, 0), 6);
  check_tables(file, 1);
  check_tables(file, 100);
  end(file);
}

Test(file, gives_no_rows_as_a_table_and_a_stream_without_a_batch) {
  twin_file *file = record(50, 0);
  struct ArrowArrayStream stream;
  twin_table *table = NULL;
  cr_assert_eq(twin_file_table(file, "visits", 2, 0, &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), 0);
  test_check_table(table);
  cr_assert_eq(twin_file_arrow(file, "visits", 0, 0, &stream, NULL), TWIN_OK);
  test_check_stream(&stream, table);
  twin_table_unref(table);
  end(file);
}

Test(file, gives_the_rows_that_are_asked_for) {
  twin_file *file = record(400, 0);
  twin_table *whole = test_file_table(file, "events"), *part = NULL, *rest = NULL;
  const int64_t n = twin_table_rows(whole);
  cr_assert_gt(n, 20);
  cr_assert_eq(twin_file_table(file, "events", 5, 7, &part, NULL), TWIN_OK);
  cr_assert_eq(twin_file_table(file, "events", n - 3, -1, &rest, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(part), 7);
  cr_assert_eq(twin_table_rows(rest), 3);
  for (int64_t row = 0; row < 7; row++) {
    cr_assert_eq(test_number_at(part, "time", row), test_number_at(whole, "time", row + 5));
    cr_assert_str_eq(test_name_at(part, "kind", row), test_name_at(whole, "kind", row + 5));
  }
  cr_assert_eq(test_number_at(rest, "part", 2), test_number_at(whole, "part", n - 1));
  // what the columns say is there once
  cr_assert_eq(test_column(part, "kind").names, test_column(rest, "kind").names);
  twin_file_close(file);
  cr_assert_str_eq(test_column(part, "time").help, "instant");
  twin_table_unref(whole);
  twin_table_unref(part);
  twin_table_unref(rest);
  remove(scratch());
}

Test(file, refuses_rows_and_tables_that_it_does_not_have) {
  twin_file *file = record(50, 0);
  const int64_t n = twin_file_rows(file, "events");
  twin_table *table = NULL;
  struct ArrowArrayStream stream = {.release = NULL};
  cr_assert_eq(twin_file_table(file, "event", 0, -1, &table, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_file_table(file, "events", -1, 1, &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_table(file, "events", n + 1, 0, &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_table(file, "events", 1, n, &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_table(file, "events", 1, INT64_MAX, &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_table(NULL, "events", 0, 0, &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_table(file, "events", 0, 0, NULL, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_arrow(file, "event", -1, 0, &stream, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_file_arrow(file, "events", n + 1, 0, &stream, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_arrow(file, "events", -1, -1, &stream, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_arrow(file, "events", -1, 0, NULL, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_signals(NULL, &table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_file_rows(file, "event"), -1);
  cr_assert_eq(twin_file_rows(NULL, "events"), -1);
  cr_assert_null(table);
  cr_assert_null(stream.release);
  end(file);
}

// Compressed, because HDF5 reads zeros where a file ends too early, and only deflate notices.
Test(file, that_is_cut_off_says_so_where_its_rows_end) {
  twin_file *file = record(3000, 1);
  FILE *stream_of = fopen(scratch(), "rb");
  cr_assert_eq(fseek(stream_of, 0, SEEK_END), 0);
  const long size = ftell(stream_of);
  fclose(stream_of);
  struct ArrowArrayStream stream;
  struct ArrowArray array;
  cr_assert_eq(twin_file_arrow(file, "events", -1, 100, &stream, NULL), TWIN_OK);
  cr_assert_eq(truncate(scratch(), size / 8), 0);
  int error = 0, n_piece = 0;
  while ((error = stream.get_next(&stream, &array)) == 0 && array.release != NULL &&
         n_piece++ < 1000)
    array.release(&array);
  cr_assert_eq(error, EIO);
  cr_assert_null(array.release);
  cr_assert_not_null(stream.get_last_error(&stream));
  cr_assert_not_null(strstr(stream.get_last_error(&stream), "cannot be read"), "%s",
                     stream.get_last_error(&stream));
  // the schema is known all the same, and an error stays one
  struct ArrowSchema schema;
  cr_assert_eq(stream.get_schema(&stream, &schema), 0);
  cr_assert_null(stream.get_last_error(&stream));
  schema.release(&schema);
  cr_assert_eq(stream.get_next(&stream, &array), EIO);
  twin_table *table = NULL;
  cr_assert_eq(twin_file_table(file, "events", 0, -1, &table, NULL), TWIN_ERR_IO);
  cr_assert_null(table);
  stream.release(&stream);
  end(file);
}
