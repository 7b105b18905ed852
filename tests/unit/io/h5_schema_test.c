// h5_schema_test.c - good run files that were changed from outside: the reader says what is wrong.
// The changes are made with HDF5 itself, where its header stands where Debian puts it; elsewhere
// there is nothing to test with.

#include <criterion/criterion.h>

#if defined(__has_include)
#if __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#define HAS_HEADER
#endif
#endif

#ifdef HAS_HEADER

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/run_file.h"
#include "support/collect.h"
#include "support/line_text.h"

static char path[512];

// Makes an empty but complete file; false in a build without HDF5.
static bool make_file(void) {
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/h5_schema_test_%ld.h5", folder != NULL ? folder : ".",
           (long)getpid());
  tw_line *line = test_line(test_rich_line, NULL);
  tw_record_words *words = tw_record_words_new(line);
  tw_run_writer_setup setup = {.path = path, .line_json = "{}", .words = words};
  for (int32_t t = 0; t < TW_TABLE_N; t++) setup.has_table[t] = true;
  tw_run_writer *writer = NULL;
  const twin_status status = tw_run_writer_open(&writer, &setup, NULL);
  if (status == TWIN_OK) tw_run_writer_close(writer, true, NULL);
  tw_record_words_free(words);
  tw_line_unref(line);
  return status == TWIN_OK;
}

static void expect_refusal(const char *piece) {
  twin_problems *problems = twin_problems_new();
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, path, problems), TWIN_ERR_FILE);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), piece), "%s",
                     twin_problems_text(problems, 0));
  twin_problems_free(problems);
  remove(path);
}

static hid_t change(void) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
  cr_assert(file >= 0);
  return file;
}

Test(h5_schema, must_be_that_of_run_files) {
  if (!make_file()) return;
  const hid_t file = change();
  H5Adelete(file, "schema");
  H5Fclose(file);
  expect_refusal("no run file");
}

Test(h5_schema, of_a_newer_library_is_refused_with_that_reason) {
  if (!make_file()) return;
  const hid_t file = change();
  const int newer = TW_RUN_SCHEMA_VERSION + 1;
  const hid_t attribute = H5Aopen(file, "schema_version", H5P_DEFAULT);
  H5Awrite(attribute, H5T_NATIVE_INT, &newer);
  H5Aclose(attribute);
  H5Fclose(file);
  expect_refusal("newer");
}

Test(h5_schema, lacks_no_column) {
  if (!make_file()) return;
  const hid_t file = change();
  H5Ldelete(file, "/intervals/state", H5P_DEFAULT);
  H5Fclose(file);
  expect_refusal("/intervals/state is missing");
}

Test(h5_schema, lacks_no_list_of_replications) {
  if (!make_file()) return;
  const hid_t file = change();
  H5Ldelete(file, "/replications", H5P_DEFAULT);
  H5Fclose(file);
  expect_refusal("replications is missing");
}

Test(h5_schema, lacks_no_line) {
  if (!make_file()) return;
  const hid_t file = change();
  H5Ldelete(file, "/model/line_json", H5P_DEFAULT);
  H5Fclose(file);
  expect_refusal("line_json");
}

Test(h5_schema, has_the_types_of_its_columns) {
  if (!make_file()) return;
  const hid_t file = change();
  const hsize_t extent = 3;
  const hid_t space = H5Screate_simple(1, &extent, NULL);
  H5Ldelete(file, "/events/time", H5P_DEFAULT);
  H5Dclose(H5Dcreate2(file, "/events/time", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT,
                      H5P_DEFAULT));
  H5Sclose(space);
  H5Fclose(file);
  expect_refusal("/events/time has another type");
}

static void lengthen(const char *column) {
  const hid_t file = change();
  const hsize_t extent = 5;
  const hid_t dataset = H5Dopen2(file, column, H5P_DEFAULT);
  cr_assert(H5Dset_extent(dataset, &extent) >= 0);
  H5Dclose(dataset);
  H5Fclose(file);
}

Test(h5_schema, has_rows_only_where_the_file_has_their_bytes) {
  if (!make_file()) return;
  lengthen("/events/time");
  expect_refusal("/events/time has rows that are not in the file");
}

Test(h5_schema, has_columns_of_one_length) {
  if (!make_file()) return;
  lengthen("/events/time");
  const hid_t file = change();
  const double zeros[5] = {0};
  const hid_t dataset = H5Dopen2(file, "/events/time", H5P_DEFAULT);
  H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros);
  H5Dclose(dataset);
  H5Fclose(file);
  expect_refusal("events has columns of different lengths");
}

Test(h5_schema, has_numbers_only_of_names_that_it_lists) {
  if (!make_file()) return;
  const hid_t file = change();
  for (int32_t i = 0; i < tw_column_tables[TW_TABLE_EVENTS].n_column; i++) {
    const int64_t words[1] = {4000000};
    const hsize_t extent = 1;
    char name[64];
    snprintf(name, sizeof name, "/events/%s", tw_column_tables[TW_TABLE_EVENTS].column[i].name);
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), type = H5Dget_type(dataset);
    H5Dset_extent(dataset, &extent);
    cr_assert(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, words) >= 0);
    H5Tclose(type);
    H5Dclose(dataset);
  }
  H5Fclose(file);
  tw_run_reader *reader = NULL;
  int32_t word = 7;
  cr_assert_eq(tw_run_reader_open(&reader, path, NULL), TWIN_OK);
  cr_assert_eq(tw_run_reader_read(reader, "events", "part", 0, 1, &(int64_t){0}, NULL), TWIN_OK);
  cr_assert_eq(tw_run_reader_read(reader, "events", "station", 0, 1, &word, NULL), TWIN_ERR_FILE);
  cr_assert_eq(tw_run_reader_read(reader, "events", "kind", 0, 1, &word, NULL), TWIN_ERR_FILE);
  tw_run_reader_close(reader);
  remove(path);
}

Test(h5_schema, has_a_line_of_bytes) {
  if (!make_file()) return;
  const hid_t file = change();
  const hsize_t extent = (hsize_t)1 << 40;  // nothing is stored of it
  const hid_t space = H5Screate_simple(1, &extent, NULL);
  H5Ldelete(file, "/model/line_json", H5P_DEFAULT);
  H5Dclose(H5Dcreate2(file, "/model/line_json", H5T_STD_U8LE, space, H5P_DEFAULT, H5P_DEFAULT,
                      H5P_DEFAULT));
  H5Sclose(space);
  H5Fclose(file);
  expect_refusal("line_json is missing or no text");
}

Test(h5_schema, may_have_what_this_version_does_not_know) {
  if (!make_file()) return;
  const hid_t file = change();
  H5Gclose(H5Gcreate2(file, "/events/later", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Fclose(file);
  tw_run_reader *reader = NULL;
  cr_assert_eq(tw_run_reader_open(&reader, path, NULL), TWIN_OK);
  tw_run_reader_close(reader);
  remove(path);
}

#endif
