// run_file_fuzz.c - run files with hostile content, sound as HDF5: a good file is made, changed by
// HDF5 itself as the input says, and read. What is refused is said in one readable problem; of what
// is taken every row, word, range and name is read, the line it holds is parsed, and it is
// recovered. (Bytes of a file at random mostly find defects of libhdf5 1.10, see tests/README.md;
// with TWIN_FUZZ_BYTES set the rest of an input does that.)
//
// An input is a list of changes, six bytes each: what to change, which table and column, and
// values.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "fuzz/fuzz_check.h"
#include "support/line_text.h"
#include "support/run_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { BYTES_A_CHANGE = 6, CHANGES_MAX = 32, N_ROW = 3000, ROWS_READ_MAX = 20000 };

static char base_path[300], path[300], recovered_path[320];
static char *base;
static size_t n_base;

static void name_files(void) {
  const char *folder = getenv("TWIN_SCRATCH");
  if (folder == NULL) folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  snprintf(base_path, sizeof base_path, "%s/run_file_fuzz_%ld_base", folder, (long)getpid());
  snprintf(path, sizeof path, "%s/run_file_fuzz_%ld.h5", folder, (long)getpid());
  snprintf(recovered_path, sizeof recovered_path, "%s.recovered", path);
}

static void remove_files(void) {
  remove(base_path);
  remove(path);
  remove(recovered_path);
}

// A good file with three replications of 1000 events.
static void make_base(void) {
  twin_status status;
  name_files();
  atexit(remove_files);
  const tw_run_writer_setup setup = run_rows_setup(base_path);
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  demand(writer != NULL, "the writer", "was refused");
  for (int32_t r = 0; r < 3; r++) {
    demand(run_rows_write(writer, r * 1000, 1000) == TWIN_OK, "rows", "were refused");
    demand(run_rows_replication(writer, r, 1000) == TWIN_OK, "a replication", "was refused");
  }
  demand(tw_run_writer_close(writer, true, NULL) == TWIN_OK, "the file", "was not completed");
  FILE *file = fopen(base_path, "rb");
  demand(file != NULL && fseek(file, 0, SEEK_END) == 0, "the file", "is not there");
  n_base = (size_t)ftell(file);
  base = malloc(n_base);
  rewind(file);
  demand(base != NULL && fread(base, 1, n_base, file) == n_base, "the file", "cannot be read");
  fclose(file);
}

static void write_copy(const uint8_t *data, size_t n) {
  FILE *file = fopen(path, "wb");
  demand(file != NULL, "the copy", "cannot be made");
  if (getenv("TWIN_FUZZ_BYTES") == NULL) {
    fwrite(base, 1, n_base, file);
  } else {
    char *bytes = malloc(n_base);
    memcpy(bytes, base, n_base);
    for (size_t i = 0; i + 4 <= n; i += 4)
      bytes[(data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16) % n_base] ^=
          (char)data[i + 3];
    fwrite(bytes, 1, n_base, file);
    free(bytes);
  }
  fclose(file);
}

// A type to lay something out anew with; to be closed.
static hid_t pick_type(uint8_t which) {
  hid_t type;
  int32_t zero = 0, far = 1 << 20;
  switch (which % 12) {
    case 0: return H5Tcopy(H5T_STD_I32LE);
    case 1: return H5Tcopy(H5T_STD_I64BE);
    case 2: return H5Tcopy(H5T_IEEE_F64LE);
    case 3: return H5Tcopy(H5T_IEEE_F32BE);
    case 4: return H5Tcopy(H5T_STD_U8LE);
    case 5: return H5Tcopy(H5T_STD_REF_OBJ);
    case 6:
      type = H5Tcopy(H5T_C_S1);
      H5Tset_size(type, H5T_VARIABLE);
      return type;
    case 7:
      type = H5Tcopy(H5T_C_S1);
      H5Tset_size(type, 1 + (size_t)which * 64);
      return type;
    case 8:
      type = H5Tcreate(H5T_COMPOUND, 8);
      H5Tinsert(type, "a", 0, H5T_STD_I32LE);
      return type;
    case 9: return H5Tvlen_create(H5T_STD_I32LE);
    case 10: return H5Tcreate(H5T_OPAQUE, 8);
    default:
      type = H5Tenum_create(H5T_STD_I32LE);
      H5Tenum_insert(type, which & 16 ? "\x1b[31m" : "word", &zero);
      H5Tenum_insert(type, "far", &far);
      return type;
  }
}

// An extent: small ones, huge ones that nothing is stored of, ranks from 0 to 2.
static hid_t pick_space(uint8_t which, hid_t how) {
  static const hsize_t sizes[] = {
      0, 1, 3, 2999, 3000, 3001, 100000, (hsize_t)1 << 31, (hsize_t)1 << 40, (hsize_t)1 << 61};
  hsize_t dims[2] = {sizes[which % 10], 2}, most[2] = {H5S_UNLIMITED, 2},
          chunk[2] = {which & 16 ? 4096 : 1, 2};
  const int rank = which >> 6;
  if (rank == 3) return H5Screate(which & 32 ? H5S_SCALAR : H5S_NULL);
  if (which & 32) return H5Screate_simple(rank == 2 ? 2 : 1, dims, NULL);
  H5Pset_chunk(how, rank == 2 ? 2 : 1, chunk);
  return H5Screate_simple(rank == 2 ? 2 : 1, dims, most);
}

// Lays a dataset out anew, with nothing in it.
static void replace(hid_t file, const char *name, const uint8_t *at) {
  const hid_t how = H5Pcreate(H5P_DATASET_CREATE), type = pick_type(at[3]);
  const hid_t space = pick_space(at[4], how);
  H5Ldelete(file, name, H5P_DEFAULT);
  const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
  if (dataset >= 0) H5Dclose(dataset);
  H5Sclose(space);
  H5Tclose(type);
  H5Pclose(how);
}

static void put_text(hid_t object, const char *name, const char *text) {
  const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  H5Tset_size(type, strlen(text) + 1);
  H5Adelete(object, name);
  const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute >= 0) {
    H5Awrite(attribute, type, text);
    H5Aclose(attribute);
  }
  H5Sclose(space);
  H5Tclose(type);
}

static void replace_attribute(hid_t object, const char *name, const uint8_t *at) {
  static const char *const texts[] = {"/model/station/name",
                                      "/events",
                                      "/model/station/type",
                                      "/events/time",
                                      "",
                                      "\xff\xfe",
                                      "\x1b[2J",
                                      "/model/../model/kpi/name",
                                      "libtwin.run",
                                      "."};
  if (at[3] & 128) {
    put_text(object, name, texts[at[4] % 10]);
    return;
  }
  const hsize_t n = at[4] % 3;
  const hid_t type = pick_type(at[3]), space = at[4] & 64 ? H5Screate(H5S_NULL)
                                               : n == 0   ? H5Screate(H5S_SCALAR)
                                                          : H5Screate_simple(1, &n, NULL);
  H5Adelete(object, name);
  const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute >= 0) H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
}

static int64_t pick_value(uint8_t which) {
  static const int64_t values[] = {
      -1,   -2,   0,         1,         5,         256,       1000,
      3000, 3001, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, (int64_t)0x7ff8 << 48};
  return (int64_t)((uint64_t)values[which % 14] + (which >> 4));
}

// Changes one number of a column.
static void put_value(hid_t file, const char *name, const uint8_t *at) {
  const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  if (dataset < 0) return;
  const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
  hsize_t n = 0, one = 1;
  if (H5Sget_simple_extent_ndims(space) == 1) H5Sget_simple_extent_dims(space, &n, NULL);
  const hsize_t row = n > 0 ? (hsize_t)at[4] * 31 % n : 0;
  const hid_t memory = H5Screate_simple(1, &one, NULL);
  const int64_t value = pick_value(at[3]);
  const H5T_class_t class_of = H5Tget_class(type);
  if (n > 0 && H5Tget_size(type) <= 8 &&
      (class_of == H5T_INTEGER || class_of == H5T_FLOAT || class_of == H5T_ENUM) &&
      H5Sselect_hyperslab(space, H5S_SELECT_SET, &row, NULL, &one, NULL) >= 0)
    H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, &value);
  H5Sclose(memory);
  H5Tclose(type);
  H5Sclose(space);
  H5Dclose(dataset);
}

static void stretch(hid_t file, const char *name, const uint8_t *at) {
  static const hsize_t sizes[] = {
      0, 1, 2, 2999, 3001, 8192, 8193, 100000, (hsize_t)1 << 33, (hsize_t)1 << 62};
  const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  if (dataset < 0) return;
  // HDF5 walks along all chunks that it cuts off
  const hid_t space = H5Dget_space(dataset);
  if (H5Sget_simple_extent_npoints(space) < 1000000) H5Dset_extent(dataset, &sizes[at[3] % 10]);
  H5Sclose(space);
  H5Dclose(dataset);
}

// Text of the line, so many bytes of the input as it likes.
static void put_line(hid_t file, const uint8_t *at, size_t n_left) {
  const hsize_t n = n_left < at[3] ? n_left : at[3];
  const hid_t space = H5Screate_simple(1, &n, NULL);
  H5Ldelete(file, "/model/line_json", H5P_DEFAULT);
  const hid_t dataset = H5Dcreate2(file, "/model/line_json", H5T_STD_U8LE, space, H5P_DEFAULT,
                                   H5P_DEFAULT, H5P_DEFAULT);
  if (dataset >= 0) {
    if (n > 0) H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, at);
    H5Dclose(dataset);
  }
  H5Sclose(space);
}

static void change(hid_t file, const uint8_t *at, size_t n_left) {
  static const char *const others[] = {
      "/model/station/name", "/model/station/type", "/model/station/machines", "/model/part/name",
      "/model/cause/name",   "/model/kpi/name",     "/model/unit/name",        "/model/line_json"};
  static const char *const attributes[] = {
      "schema",  "schema_version", "complete", "seed", "line_hash",
      "created", "line_name",      "t_end",    "more", "\x07"};
  static const char *const own_attributes[] = {"unit", "names", "long_name", "DIMENSION_LIST",
                                               "CLASS"};
  const tw_column_table *table = &tw_column_tables[at[1] % TW_TABLE_N];
  char name[96];
  snprintf(name, sizeof name, "/%s/%s", table->name, table->column[at[2] % table->n_column].name);
  switch (at[0] % 12) {
    case 0: put_value(file, name, at); return;
    case 1: put_value(file, others[2], at); return;
    case 2: stretch(file, name, at); return;
    case 3: replace(file, name, at); return;
    case 4: replace(file, others[at[1] % 8], at); return;
    case 5: replace_attribute(file, attributes[at[1] % 10], at); return;
    case 6: {
      const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
      if (dataset < 0) return;
      replace_attribute(dataset, own_attributes[at[5] % 5], at);
      H5Dclose(dataset);
      return;
    }
    case 7: H5Ldelete(file, name, H5P_DEFAULT); return;
    case 8: H5Ldelete(file, at[2] & 1 ? table->name : others[at[1] % 8], H5P_DEFAULT); return;
    case 9:
      H5Ldelete(file, name, H5P_DEFAULT);
      H5Lcreate_soft(at[3] & 1 ? name : "/events", file, name, H5P_DEFAULT, H5P_DEFAULT);
      return;
    case 10: put_line(file, at, n_left); return;
    default: put_value(file, "/replications/first_event", at); return;
  }
}

static void change_all(const uint8_t *data, size_t n) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
  demand(file >= 0, "HDF5", "does not open a good file");
  for (size_t i = 0; i + BYTES_A_CHANGE <= n && i < CHANGES_MAX * BYTES_A_CHANGE;
       i += BYTES_A_CHANGE)
    change(file, data + i, n - i);
  demand(H5Fclose(file) >= 0, "HDF5", "does not close the file");
}

static const char *const file_codes[] = {"E-FILE", "", NULL};

static void check_refusal(const twin_problems *problems, twin_status status) {
  demand(status == TWIN_ERR_FILE || status == TWIN_ERR_IO || status == TWIN_ERR_MEMORY ||
             status == TWIN_ERR_NOT_FOUND || status == TWIN_ERR_ARGUMENT,
         "refused with", twin_status_text(status));
  demand(twin_problems_count(problems, TWIN_ERROR) > 0, "refused", "without a reason");
  check_problems(problems, file_codes);
}

// Reads the first rows of a table; what they name must be there.
static void read_rows(const twin_file *file, const char *name, int64_t n) {
  twin_problems *problems = twin_problems_new();
  twin_table *table = NULL;
  const twin_status status = twin_file_table(file, name, 0, n, &table, problems);
  if (status != TWIN_OK) check_refusal(problems, status);
  twin_problems_free(problems);
  if (status != TWIN_OK) return;
  demand(twin_table_rows(table) == n, name, "has lost rows");
  twin_column column = {.struct_size = sizeof column};
  for (int32_t i = 0; twin_table_column(table, i, &column) == TWIN_OK; i++) {
    demand(is_readable(column.name) && is_readable(column.unit), "a column", column.name);
    if (column.type != TWIN_COLUMN_NAME) continue;
    const int32_t *word = twin_table_values(table, column.name);
    for (int64_t row = 0; row < n; row++) {
      const char *text = twin_table_text(table, column.name, row);
      demand(word[row] < 0 || (text != NULL && is_readable(text)), "a name", "that is not there");
    }
  }
  twin_table_unref(table);
}

static void read_table(const twin_file *file, const char *table) {
  const int64_t n = twin_file_rows(file, table);
  if (n >= 0) read_rows(file, table, n < ROWS_READ_MAX ? n : ROWS_READ_MAX);
  for (int32_t r = -1; r < 5; r++) {
    int64_t first = -7, n_here = -7;
    twin_problems *problems = twin_problems_new();
    const twin_status status = twin_file_replication(file, table, r, &first, &n_here, problems);
    if (status == TWIN_OK)
      demand(first >= 0 && n_here >= 0 && first <= n && n_here <= n - first, table,
             "has no such rows");
    else
      check_refusal(problems, status);
    twin_problems_free(problems);
  }
}

static void read_all(const twin_file *file) {
  const char *name;
  for (int32_t i = 0; (name = twin_file_info_name(file, i)) != NULL; i++) {
    demand(is_readable(name), "an attribute", name);
    demand(is_readable(twin_file_info(file, name)), name, "is no text");
  }
  for (int32_t t = 0; t < TW_TABLE_N; t++) read_table(file, tw_column_tables[t].name);
  const char *json = twin_file_line_json(file);
  twin_line *line = NULL;
  if (twin_line_parse(&line, json, strlen(json), NULL, NULL) == TWIN_OK) twin_line_unref(line);
  twin_table *table = NULL;
  if (twin_file_signal(file, 0, "saw[1].shaft", &table, NULL) == TWIN_OK) twin_table_unref(table);
}

static void recover(void) {
  twin_problems *problems = twin_problems_new();
  const twin_status status = twin_file_recover(path, recovered_path, problems);
  twin_file *file = NULL;
  if (status == TWIN_OK) {
    demand(twin_file_open(&file, recovered_path, NULL) == TWIN_OK, "what was recovered",
           "is refused");
    read_all(file);
    twin_file_close(file);
  } else {
    check_refusal(problems, status);
  }
  twin_problems_free(problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (base == NULL) make_base();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  write_copy(data, n);
  if (getenv("TWIN_FUZZ_BYTES") == NULL) change_all(data, n);
  twin_problems *problems = twin_problems_new();
  twin_file *file = NULL;
  const twin_status status = twin_file_open(&file, path, problems);
  if (status == TWIN_OK) {
    read_all(file);
    twin_file_close(file);
  } else {
    check_refusal(problems, status);
  }
  twin_problems_free(problems);
  recover();
  demand(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) == 0, "something", "is still open");
  return 0;
}
