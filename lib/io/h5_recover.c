// h5_recover.c - a finished file of what a killed writer left. Rows are read as any reader sees
// them and written into a new file of the same layout, which takes its name when it is on the disk;
// mending the file in place could lose it (h5clear cuts it to a length that may be stale). Columns
// of a table are cut to the same whole rows, replications to those whose rows are all there.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/memory.h"
#include "io/h5_disk.h"
#include "io/h5_inner.h"
#include "io/h5_part.h"

typedef struct mending {
  tw_run_reader *reader;
  hid_t from, to;
  tw_part part;
  tw_h5_disk disk;
  tw_rows rows;  // a chunk of the table at hand
  int64_t n_row[TW_TABLE_N];
  double t_end;
} mending;

static twin_status say(twin_problems *problems, twin_status status, const char *path,
                       const char *what, const char *hint) {
  tw_problems_add(
      problems, &(tw_problem_text){.status = status, .code = "E-FILE", .file = path, .hint = hint},
      "%s", what);
  return status;
}

// What the dimension scales consist of is made anew.
static bool is_of_scales(const char *name) {
  static const char *const names[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

// Copies one attribute of plain bytes; what holds pointers or references is left.
static herr_t copy_attribute(hid_t from, const char *name, const H5A_info_t *info, void *user) {
  enum { BYTES_MAX = 65536 };
  const hid_t to = *(const hid_t *)user;
  if (is_of_scales(name) || info->data_size == 0 || info->data_size > BYTES_MAX) return 0;
  const hid_t attribute = H5Aopen(from, name, H5P_DEFAULT);
  if (attribute < 0) return -1;
  const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  const H5T_class_t class_of = H5Tget_class(type);
  const bool is_plain = class_of == H5T_INTEGER || class_of == H5T_FLOAT ||
                        (class_of == H5T_STRING && H5Tis_variable_str(type) == 0);
  void *value = is_plain ? tw_memory_take(NULL, (size_t)info->data_size) : NULL;
  herr_t result = is_plain && value == NULL ? -1 : 0;
  if (value != NULL) {
    const hid_t copy = H5Acreate2(to, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool is_good =
        copy >= 0 && H5Aread(attribute, type, value) >= 0 && H5Awrite(copy, type, value) >= 0;
    if (copy >= 0) H5Aclose(copy);
    result = is_good ? 0 : -1;
  }
  tw_memory_free(NULL, value);
  H5Sclose(space);
  H5Tclose(type);
  H5Aclose(attribute);
  return result;
}

static bool copy_attributes(hid_t from, hid_t to) {
  return H5Aiterate2(from, H5_INDEX_NAME, H5_ITER_INC, NULL, copy_attribute, &to) >= 0;
}

// Makes an empty column like another one.
static hid_t copy_column(hid_t from, hid_t group, const char *name) {
  const hsize_t none = 0, unlimited = H5S_UNLIMITED;
  const hid_t type = H5Dget_type(from), how = H5Dget_create_plist(from);
  const hid_t space = H5Screate_simple(1, &none, &unlimited);
  hid_t to = H5Dcreate2(group, name, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
  if (to >= 0 && !copy_attributes(from, to)) {
    H5Dclose(to);
    to = -1;
  }
  H5Sclose(space);
  H5Pclose(how);
  H5Tclose(type);
  return to;
}

static bool append(hid_t dataset, tw_column_type column, int64_t first, int64_t n,
                   const void *values) {
  const hsize_t start = (hsize_t)first, count = (hsize_t)n, extent = start + count;
  // a word's number is stored in the enumeration of words
  const hid_t stored = H5Dget_type(dataset);
  const hid_t type = tw_h5_native_type(column, stored);
  const hid_t native = H5Tget_class(stored) == H5T_ENUM
                           ? H5Tget_native_type(stored, H5T_DIR_DEFAULT)
                           : H5Tcopy(type);
  const hid_t memory = H5Screate_simple(1, &count, NULL);
  const hid_t space = H5Screate_simple(1, &extent, NULL);
  const bool is_good =
      H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0 &&
      H5Dset_extent(dataset, &extent) >= 0 &&
      H5Dwrite(dataset, native, memory, space, H5P_DEFAULT, values) >= 0;
  H5Sclose(space);
  H5Sclose(memory);
  H5Tclose(native);
  H5Tclose(stored);
  return is_good;
}

// Replications of the chunk at hand whose rows are all in the new file.
static int32_t whole_replications(mending *m) {
  static const int32_t counted[] = {TW_TABLE_EVENTS, TW_TABLE_INTERVALS, TW_TABLE_PARTS,
                                    TW_TABLE_VISITS};
  for (int32_t row = 0; row < m->rows.n; row++) {
    for (int32_t k = 0; k < 4; k++) {
      const int64_t first = tw_rows_i64(&m->rows, TW_AT(REPLICATIONS, FIRST_EVENT) + 2 * k)[row];
      const int64_t n = tw_rows_i64(&m->rows, TW_AT(REPLICATIONS, N_EVENT) + 2 * k)[row];
      const int64_t n_row = m->n_row[counted[k]];
      if (first < 0 || n < 0 || first > n_row || n > n_row - first) return row;
    }
    const double t_end = tw_rows_f64(&m->rows, TW_AT(REPLICATIONS, T_END))[row];
    if (!(m->t_end >= t_end)) m->t_end = t_end;
  }
  return m->rows.n;
}

// Reads the rows [first, first + n) of every column; how many are good.
static int32_t read_chunk(mending *m, int32_t table_i, int64_t first, int32_t n) {
  const tw_column_table *table = &tw_column_tables[table_i];
  for (int32_t i = 0; i < table->n_column; i++)
    if (tw_run_reader_read(m->reader, table->name, table->column[i].name, first, n, m->rows.at[i],
                           NULL) != TWIN_OK)
      return 0;
  m->rows.n = n;
  return table_i == TW_TABLE_REPLICATIONS ? whole_replications(m) : n;
}

static bool copy_rows(mending *m, int32_t table_i, const hid_t *to) {
  const tw_column_table *table = &tw_column_tables[table_i];
  const int64_t n_row = tw_run_reader_rows(m->reader, table->name);
  tw_rows_free(&m->rows);  // of another table
  if (!tw_rows_reserve(&m->rows, table_i, table->n_chunk)) return false;
  for (int64_t first = 0; first < n_row; first += table->n_chunk) {
    const int32_t n = n_row - first < table->n_chunk ? (int32_t)(n_row - first) : table->n_chunk;
    const int32_t n_good = read_chunk(m, table_i, first, n);
    for (int32_t i = 0; i < table->n_column && n_good > 0; i++)
      if (!append(to[i], table->column[i].type, first, n_good, m->rows.at[i])) return false;
    m->n_row[table_i] += n_good;
    if (n_good < n) break;
  }
  return true;
}

static bool copy_table(mending *m, int32_t table_i) {
  const tw_column_table *table = &tw_column_tables[table_i];
  if (tw_run_reader_rows(m->reader, table->name) < 0) return true;
  const hid_t from = H5Gopen2(m->from, table->name, H5P_DEFAULT);
  const hid_t group = H5Gcreate2(m->to, table->name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  hid_t to[TW_COLUMN_MAX];
  int32_t n_open = 0;
  bool is_good = from >= 0 && group >= 0 && copy_attributes(from, group);
  while (is_good && n_open < table->n_column) {
    const char *name = table->column[n_open].name;
    const hid_t column = H5Dopen2(from, name, H5P_DEFAULT);
    to[n_open] = column >= 0 ? copy_column(column, group, name) : -1;
    if (column >= 0) H5Dclose(column);
    is_good = to[n_open] >= 0;
    n_open += is_good;
  }
  is_good = is_good && copy_rows(m, table_i, to);
  for (int32_t i = 0; i < n_open; i++) H5Dclose(to[i]);
  is_good = is_good && tw_h5_put_scale(group, table_i);
  if (group >= 0) H5Gclose(group);
  if (from >= 0) H5Gclose(from);
  return is_good;
}

// Writes the new file behind its .part name; false with HDF5's or the system's cause.
static bool copy_file(mending *m) {
  const int32_t recovered = 1;
  const hid_t list = tw_h5_access_list();
  m->disk.fd = m->part.fd;
  m->to = tw_h5_disk_open(&m->disk, list, TW_H5_MAKE);
  H5Pclose(list);
  if (m->to < 0) return false;
  bool is_good = copy_attributes(m->from, m->to) &&
                 H5Ocopy(m->from, "model", m->to, "model", H5P_DEFAULT, H5P_DEFAULT) >= 0;
  TW_ASSERT(TW_TABLE_REPLICATIONS == TW_TABLE_N - 1);  // counts the rows of the others
  for (int32_t table = 0; table < TW_TABLE_N && is_good; table++) is_good = copy_table(m, table);
  is_good = is_good && tw_h5_put_number(m->to, "t_end", H5T_NATIVE_DOUBLE, &m->t_end) &&
            tw_h5_put_number(m->to, "recovered", H5T_NATIVE_INT32, &recovered);
  is_good &= H5Fclose(m->to) >= 0;
  return is_good && m->disk.error == 0;
}

static twin_status mend(mending *m, const char *path, twin_problems *problems) {
  char why[256] = "";
  twin_status status = tw_part_open(&m->part, path, ".recovering", problems);
  if (status != TWIN_OK) return status;
  const tw_h5_quiet quiet = tw_h5_begin();
  const bool is_copied = copy_file(m);
  if (!is_copied && m->disk.error == 0) tw_h5_cause(why, sizeof why);
  tw_h5_end(&quiet);
  if (m->disk.error != 0 && strerror_r(m->disk.error, why, sizeof why) != 0) why[0] = 0;
  if (is_copied && tw_part_publish(&m->part)) return TWIN_OK;
  if (is_copied) snprintf(why, sizeof why, "%s", m->part.cause);
  tw_problems_add(problems,
                  &(tw_problem_text){.status = TWIN_ERR_IO, .code = "E-FILE", .file = path},
                  "the recovered file cannot be written%s%s", why[0] != 0 ? ": " : "", why);
  tw_part_remove(&m->part);
  return TWIN_ERR_IO;
}

static twin_status recover(const char *part_path, const char *path, twin_problems *problems) {
  mending m = {.part.fd = -1, .to = -1, .t_end = (double)NAN};
  twin_status status = tw_run_reader_open(&m.reader, part_path, problems);
  if (status != TWIN_OK) return status;
  if (tw_run_reader_is_complete(m.reader)) {
    status = say(problems, TWIN_ERR_FILE, part_path, "is complete, there is nothing to recover",
                 "give it the name that it is to have");
  } else {
    m.from = tw_h5_reader_file(m.reader);
    status = mend(&m, path, problems);
  }
  tw_rows_free(&m.rows);
  tw_h5_disk_free(&m.disk);
  tw_part_close(&m.part);
  tw_run_reader_close(m.reader);
  return status;
}

// The name without ".part"; NULL: it has no such name, or memory is short.
static char *final_name(const char *part_path) {
  const size_t n = strlen(part_path), n_end = strlen(".part");
  if (n <= n_end || strcmp(part_path + n - n_end, ".part") != 0) return NULL;
  char *path = tw_memory_take(NULL, n - n_end + 1);
  if (path == NULL) return NULL;
  memcpy(path, part_path, n - n_end);
  path[n - n_end] = 0;
  return path;
}

static bool is_there(const char *path) {
  struct stat there;
  return lstat(path, &there) == 0;
}

// Recovers under its own name and removes what it was made of.
static twin_status recover_in_place(const char *part_path, twin_problems *problems) {
  char *path = final_name(part_path);
  if (path == NULL)
    return say(problems, TWIN_ERR_ARGUMENT, part_path, "has no name that ends with .part",
               "give the name of the file to make");
  twin_status status;
  if (is_there(path)) {
    status = say(problems, TWIN_ERR_IO, path, "is there already, and is not replaced",
                 "give another name for the recovered file");
  } else {
    status = recover(part_path, path, problems);
    if (status == TWIN_OK) remove(part_path);
  }
  tw_memory_free(NULL, path);
  return status;
}

twin_status tw_run_recover(const char *part_path, const char *path, twin_problems *problems) {
  struct stat from, to;
  const int fd = tw_part_hold(part_path);
  if (fd < 0 && errno == EAGAIN)
    return say(problems, TWIN_ERR_FILE, part_path, "is still being written",
               "it can be read as it is; recover is for what a killed process left");
  twin_status status;
  if (path != NULL && stat(part_path, &from) == 0 && stat(path, &to) == 0 &&
      from.st_dev == to.st_dev && from.st_ino == to.st_ino)
    status = say(problems, TWIN_ERR_ARGUMENT, path, "is the file that is to be recovered",
                 "give another name, or none");
  else
    status =
        path != NULL ? recover(part_path, path, problems) : recover_in_place(part_path, problems);
  if (fd >= 0) close(fd);
  return status;
}

#endif
