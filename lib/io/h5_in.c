// h5_in.c - reading a run file: a finished one, one that is being written, or what a killed process
// left up to its last flush. Names, units and words come from the file; what must be there and of
// which type is said by the column tables. Columns that this version does not know are left alone.
// Nothing in a file is trusted: what is used later was checked here, names when they are read.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/assert.h"
#include "io/h5_disk.h"
#include "io/h5_inner.h"

// Limits of what is read into memory at once, far above what any line has.
static const int64_t LINE_BYTES_MAX = (int64_t)256 << 20;
static const int64_t WORD_BYTES_MAX = (int64_t)64 << 20;
// Chunks at the end of a column that may be missing where a writer was killed, or a copy cut off.
enum { CHUNKS_LOST_MAX = 4096 };

// Metadata that is being written is read again so often, with pauses that double from 1 ns on: 2 ms
// in all. HDF5's own 100 times take minutes where the file is damaged.
enum { READ_ATTEMPTS = 20 };

typedef struct stored_table {
  bool is_there;
  tw_stored_column column[TW_COLUMN_MAX];
  hid_t dataset[TW_COLUMN_MAX];
} stored_table;

struct tw_run_reader {
  tw_arena arena;
  char *path;
  tw_h5_disk disk;
  hid_t file;
  bool is_growing;  // opened beside its writer, or behind a killed one
  bool is_complete;
  char *line_json;
  int32_t n_fact;
  tw_h5_fact fact[TW_H5_FACTS_MAX];
  stored_table table[TW_TABLE_N];
};

// Adds the problem "SUBJECT what" about the file; false, for `return refuse(...)`.
static bool refuse(const tw_run_reader *reader, twin_problems *problems, const char *subject,
                   const char *what, const char *hint) {
  tw_problems_add(
      problems,
      &(tw_problem_text){
          .status = TWIN_ERR_FILE, .code = "E-FILE", .file = reader->path, .hint = hint},
      "%s%s%s", subject, subject[0] != 0 ? " " : "", what);
  return false;
}

static bool open_file(tw_run_reader *reader, twin_problems *problems) {
  reader->disk.fd = open(reader->path, O_RDONLY | O_CLOEXEC);
  if (reader->disk.fd < 0) return refuse(reader, problems, "", "cannot be read", NULL);
  const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  reader->file = tw_h5_disk_open(&reader->disk, list, TW_H5_READ);
  if (reader->file < 0) {
    H5Pset_metadata_read_attempts(list, READ_ATTEMPTS);
    reader->file = tw_h5_disk_open(&reader->disk, list, TW_H5_READ_GROWING);
    reader->is_growing = true;
  }
  H5Pclose(list);
  if (reader->file >= 0) return true;
  tw_h5_fail(problems, TWIN_ERR_FILE, reader->path,
             "is damaged, or its writer was killed before the first row");
  return false;
}

static bool check_schema(tw_run_reader *reader, twin_problems *problems) {
  char schema[64];
  int32_t version = 0, complete = 0;
  if (!tw_h5_get_text(reader->file, "schema", schema, sizeof schema) ||
      strcmp(schema, "libtwin.run") != 0)
    return refuse(reader, problems, "", "is an HDF5 file, but no run file",
                  "run files have the attribute schema = \"libtwin.run\"");
  if (!tw_h5_get_number(reader->file, "schema_version", H5T_NATIVE_INT32, &version) || version < 1)
    return refuse(reader, problems, "", "has no schema_version", NULL);
  if (version > TW_RUN_SCHEMA_VERSION)
    return refuse(reader, problems, "", "was written by a newer libtwin, with another layout",
                  "use a libtwin at least as new as the one that wrote it");
  if (tw_h5_get_number(reader->file, "complete", H5T_NATIVE_INT32, &complete))
    reader->is_complete = complete != 0;
  reader->disk.is_whole = reader->is_complete && reader->disk.batch.n == 0;
  return true;
}

// Extent of a 1-D dataset, -1 when it is none.
static int64_t extent_of(hid_t dataset) {
  hsize_t extent = 0;
  const hid_t space = H5Dget_space(dataset);
  const bool is_good = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                       H5Sget_simple_extent_dims(space, &extent, NULL) == 1 &&
                       extent <= (hsize_t)INT64_MAX;
  if (space >= 0) H5Sclose(space);
  return is_good ? (int64_t)extent : -1;
}

static bool read_line_json(tw_run_reader *reader, twin_problems *problems) {
  const hid_t dataset = H5Dopen2(reader->file, "/model/line_json", H5P_DEFAULT);
  const int64_t n = dataset >= 0 ? extent_of(dataset) : -1;
  const hid_t type = dataset >= 0 ? H5Dget_type(dataset) : -1;
  bool is_good =
      n >= 0 && n <= LINE_BYTES_MAX && H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1;
  if (type >= 0) H5Tclose(type);
  if (is_good) reader->line_json = tw_arena_take(&reader->arena, (size_t)n + 1);
  is_good = is_good && reader->line_json != NULL &&
            (n == 0 || H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                               reader->line_json) >= 0);
  if (dataset >= 0) H5Dclose(dataset);
  return is_good || refuse(reader, problems, "/model/line_json", "is missing or no text", NULL);
}

// Reads a dataset of fixed-length texts.
static bool read_words(tw_run_reader *reader, const char *path, tw_words *words) {
  const hid_t dataset = H5Dopen2(reader->file, path, H5P_DEFAULT);
  if (dataset < 0) return false;
  const hid_t type = H5Dget_type(dataset);
  const int64_t n = extent_of(dataset);
  const size_t size = H5Tget_size(type);
  bool is_good = n >= 0 && n < INT32_MAX && H5Tget_class(type) == H5T_STRING &&
                 H5Tis_variable_str(type) == 0 && size > 0 && size <= (size_t)WORD_BYTES_MAX &&
                 n <= WORD_BYTES_MAX / (int64_t)size;
  if (!is_good) {
    H5Tclose(type);
    H5Dclose(dataset);
    return false;
  }
  const size_t count = (size_t)n;
  char *texts = tw_arena_take_array(&reader->arena, count + 1, size);
  const char **at = tw_arena_take_array(&reader->arena, count + 1, sizeof *at);
  is_good = is_good && texts != NULL && at != NULL &&
            (n == 0 || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0);
  for (size_t i = 0; is_good && i < count; i++) {
    const char *end = memchr(texts + i * size, 0, size);
    const size_t length = end != NULL ? (size_t)(end - texts) - i * size : size;
    at[i] = tw_arena_text_n(&reader->arena, texts + i * size, length);
    is_good = at[i] != NULL && tw_h5_is_readable(at[i]);
  }
  *words = (tw_words){(int32_t)count, at};
  H5Tclose(type);
  H5Dclose(dataset);
  return is_good;
}

// The members of an enumeration, which count from 0.
static bool read_enumeration(tw_run_reader *reader, hid_t type, tw_words *words) {
  const int n = H5Tget_nmembers(type);
  if (n <= 0) return false;
  const char **at = tw_arena_take_array(&reader->arena, (size_t)n, sizeof *at);
  if (at == NULL) return false;
  for (int i = 0; i < n; i++) at[i] = "";
  const hid_t native = H5Tget_native_type(type, H5T_DIR_DEFAULT);
  bool is_good = native >= 0 && H5Tget_size(native) == sizeof(int32_t);
  for (int i = 0; i < n && is_good; i++) {
    int32_t value = -1;
    char *name = H5Tget_member_name(native, (unsigned)i);
    is_good = name != NULL && H5Tget_member_value(native, (unsigned)i, &value) >= 0 && value >= 0 &&
              value < n;
    if (is_good) at[value] = tw_arena_text(&reader->arena, name);
    is_good = is_good && at[value] != NULL && tw_h5_is_readable(at[value]);
    if (name != NULL) H5free_memory(name);
  }
  if (native >= 0) H5Tclose(native);
  *words = (tw_words){n, at};
  return is_good;
}

// What a column's type in the file is here; false when it is not the one of the schema.
static bool check_type(tw_run_reader *reader, hid_t dataset, const tw_column *wanted,
                       tw_stored_column *column) {
  const hid_t type = H5Dget_type(dataset);
  const H5T_class_t class_of = H5Tget_class(type);
  const size_t size = H5Tget_size(type);
  bool is_good = size == tw_column_size(wanted->type);
  char path[256];
  if (wanted->type == TW_COLUMN_F64) {
    is_good = is_good && class_of == H5T_FLOAT;
  } else if (class_of == H5T_ENUM) {
    is_good =
        is_good && wanted->type == TW_COLUMN_NAME && read_enumeration(reader, type, &column->words);
  } else {
    is_good = is_good && class_of == H5T_INTEGER;
    if (is_good && wanted->type == TW_COLUMN_NAME)
      is_good = tw_h5_get_text(dataset, "names", path, sizeof path) &&
                read_words(reader, path, &column->words);
  }
  H5Tclose(type);
  return is_good;
}

// Rows of [0, n) that are really there: their last chunk is in the index, and its bytes in the
// file. A killed writer may leave a column longer than that, and so may a copy that was cut off.
static int64_t present_rows(hid_t dataset, int64_t n, int64_t n_file_byte) {
  const hid_t how = H5Dget_create_plist(dataset);
  hsize_t n_chunk = 0;
  const bool is_chunked = H5Pget_layout(how) == H5D_CHUNKED && H5Pget_chunk(how, 1, &n_chunk) == 1;
  H5Pclose(how);
  if (!is_chunked || n_chunk == 0) return 0;
  for (int32_t k = 0; k < CHUNKS_LOST_MAX && n > 0; k++) {
    const hsize_t first = ((hsize_t)n - 1) / n_chunk * n_chunk;
    unsigned mask;
    haddr_t at = HADDR_UNDEF;
    hsize_t n_byte = 0;
    const bool is_known = H5Dget_chunk_info_by_coord(dataset, &first, &mask, &at, &n_byte) >= 0;
    if (is_known && at != HADDR_UNDEF && at <= (haddr_t)n_file_byte &&
        n_byte <= (haddr_t)n_file_byte - at)
      return n;
    n = (int64_t)first;
  }
  return 0;
}

// Asked of the open file: what grew as "run.h5.part" is "run.h5" once it is complete.
static int64_t file_bytes(const tw_run_reader *reader) {
  struct stat there;
  return fstat(reader->disk.fd, &there) == 0 ? (int64_t)there.st_size : 0;
}

static bool open_column(tw_run_reader *reader, int32_t table_i, int32_t i,
                        twin_problems *problems) {
  const tw_column_table *table = &tw_column_tables[table_i];
  const tw_column *wanted = &table->column[i];
  char name[64], unit[32] = "";
  snprintf(name, sizeof name, "/%s/%s", table->name, wanted->name);
  const hid_t dataset = H5Dopen2(reader->file, name, H5P_DEFAULT);
  reader->table[table_i].dataset[i] = dataset;
  if (dataset < 0) return refuse(reader, problems, name, "is missing", NULL);
  tw_stored_column *column = &reader->table[table_i].column[i];
  column->name = wanted->name;
  column->type = wanted->type;
  const int64_t n = extent_of(dataset);
  if (n < 0 || !check_type(reader, dataset, wanted, column))
    return refuse(reader, problems, name,
                  "has another type than the schema says, or names that are no text", NULL);
  if (!reader->is_growing && present_rows(dataset, n, file_bytes(reader)) != n)
    return refuse(reader, problems, name, "has rows that are not in the file",
                  "the file was cut off, or damaged otherwise");
  tw_h5_get_text(dataset, "unit", unit, sizeof unit);
  column->unit = tw_arena_text(&reader->arena, tw_h5_is_readable(unit) ? unit : "");
  return column->unit != NULL;
}

// Columns of a finished table are equally long.
static bool check_lengths(const tw_run_reader *reader, int32_t table_i, twin_problems *problems) {
  const hid_t *dataset = reader->table[table_i].dataset;
  for (int32_t i = 1; i < tw_column_tables[table_i].n_column; i++)
    if (extent_of(dataset[i]) != extent_of(dataset[0]))
      return refuse(reader, problems, tw_column_tables[table_i].name,
                    "has columns of different lengths", NULL);
  return true;
}

// Tables may be left out of a record, but for the list of replications.
static bool open_tables(tw_run_reader *reader, twin_problems *problems) {
  for (int32_t table = 0; table < TW_TABLE_N; table++) {
    const tw_column_table *wanted = &tw_column_tables[table];
    if (H5Lexists(reader->file, wanted->name, H5P_DEFAULT) <= 0) {
      if (table == TW_TABLE_REPLICATIONS)
        return refuse(reader, problems, wanted->name, "is missing", NULL);
      continue;
    }
    reader->table[table].is_there = true;
    for (int32_t i = 0; i < wanted->n_column; i++)
      if (!open_column(reader, table, i, problems)) return false;
    if (!reader->is_growing && !check_lengths(reader, table, problems)) return false;
  }
  return true;
}

static bool read_facts(tw_run_reader *reader) {
  reader->n_fact = tw_h5_read_facts(reader->file, &reader->arena, reader->fact);
  return reader->n_fact >= 0;
}

twin_status tw_run_reader_open_with(tw_run_reader **out, const char *path, const tw_memory *memory,
                                    twin_problems *problems) {
  tw_run_reader *reader = tw_memory_zeroed(memory, 1, sizeof *reader);
  if (reader == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory to read a run file");
  tw_arena_init_with(&reader->arena, memory);
  reader->file = reader->disk.fd = -1;
  reader->path = tw_arena_text(&reader->arena, path);
  twin_status status = reader->path != NULL ? tw_h5_look(path, problems) : TWIN_ERR_MEMORY;
  if (status == TWIN_OK) {
    const tw_h5_quiet quiet = tw_h5_begin();
    const bool is_good = open_file(reader, problems) && check_schema(reader, problems) &&
                         read_line_json(reader, problems) && open_tables(reader, problems) &&
                         read_facts(reader);
    status = is_good ? TWIN_OK : reader->arena.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_ERR_FILE;
    tw_h5_end(&quiet);
  }
  if (status == TWIN_OK)
    *out = reader;
  else
    tw_run_reader_close(reader);
  return status;
}

twin_status tw_run_reader_open(tw_run_reader **out, const char *path, twin_problems *problems) {
  return tw_run_reader_open_with(out, path, NULL, problems);
}

const tw_memory *tw_run_reader_memory(const tw_run_reader *reader) { return &reader->arena.memory; }

void tw_run_reader_close(tw_run_reader *reader) {
  if (reader == NULL) return;
  const tw_h5_quiet quiet = tw_h5_begin();
  for (int32_t table = 0; table < TW_TABLE_N; table++)
    for (int32_t i = 0; i < TW_COLUMN_MAX; i++)
      if (reader->table[table].dataset[i] > 0) H5Dclose(reader->table[table].dataset[i]);
  if (reader->file >= 0) H5Fclose(reader->file);
  tw_h5_disk_free(&reader->disk);
  if (reader->disk.fd >= 0) close(reader->disk.fd);
  tw_h5_end(&quiet);
  const tw_memory memory = reader->arena.memory;
  tw_arena_free(&reader->arena);
  tw_memory_free(&memory, reader);
}

const char *tw_run_reader_line_json(const tw_run_reader *reader) { return reader->line_json; }

bool tw_run_reader_is_complete(const tw_run_reader *reader) { return reader->is_complete; }

hid_t tw_h5_reader_file(const tw_run_reader *reader) { return reader->file; }

const char *tw_run_reader_info(const tw_run_reader *reader, const char *name) {
  for (int32_t i = 0; i < reader->n_fact; i++)
    if (strcmp(reader->fact[i].name, name) == 0) return reader->fact[i].value;
  return NULL;
}

const char *tw_run_reader_info_name(const tw_run_reader *reader, int32_t i) {
  return i >= 0 && i < reader->n_fact ? reader->fact[i].name : NULL;
}

static const stored_table *find_table(const tw_run_reader *reader, const char *name,
                                      int32_t *table_i) {
  *table_i = tw_column_table_find(name);
  if (*table_i < 0 || !reader->table[*table_i].is_there) return NULL;
  return &reader->table[*table_i];
}

// Columns grow one after the other, so the shortest says how many rows are whole.
static int64_t whole_rows(const tw_run_reader *reader, const stored_table *table, int32_t table_i) {
  const int64_t n_file_byte = reader->is_growing ? file_bytes(reader) : 0;
  int64_t n = INT64_MAX;
  for (int32_t i = 0; i < tw_column_tables[table_i].n_column; i++) {
    if (reader->is_growing) H5Drefresh(table->dataset[i]);
    int64_t extent = extent_of(table->dataset[i]);
    if (extent > n) extent = n;
    if (reader->is_growing) extent = present_rows(table->dataset[i], extent, n_file_byte);
    if (extent < n) n = extent;
  }
  return n;
}

int64_t tw_run_reader_rows(const tw_run_reader *reader, const char *name) {
  int32_t table_i;
  const stored_table *table = find_table(reader, name, &table_i);
  if (table == NULL) return -1;
  const tw_h5_quiet quiet = tw_h5_begin();
  const int64_t n = whole_rows(reader, table, table_i);
  tw_h5_end(&quiet);
  return n;
}

const tw_stored_column *tw_run_reader_column(const tw_run_reader *reader, const char *name,
                                             int32_t i) {
  int32_t table_i;
  const stored_table *table = find_table(reader, name, &table_i);
  if (table == NULL || i < 0 || i >= tw_column_tables[table_i].n_column) return NULL;
  return &table->column[i];
}

// Number of a column by its name; -1: none.
static int32_t find_column(const stored_table *table, int32_t table_i, const char *name) {
  for (int32_t i = 0; i < tw_column_tables[table_i].n_column; i++)
    if (strcmp(table->column[i].name, name) == 0) return i;
  return -1;
}

const tw_words *tw_run_reader_words(const tw_run_reader *reader, const char *name,
                                    const char *column) {
  int32_t table_i;
  const stored_table *table = find_table(reader, name, &table_i);
  const int32_t i = table != NULL ? find_column(table, table_i, column) : -1;
  return i >= 0 && table->column[i].type == TW_COLUMN_NAME ? &table->column[i].words : NULL;
}

static bool read_rows(hid_t dataset, tw_column_type type, int64_t first, int64_t n, void *out) {
  const hsize_t start = (hsize_t)first, count = (hsize_t)n;
  const hid_t memory = H5Screate_simple(1, &count, NULL), space = H5Dget_space(dataset);
  const hid_t stored = H5Dget_type(dataset);
  const hid_t memory_type = tw_h5_native_type(type, stored);
  const bool is_good =
      H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0 &&
      H5Dread(dataset, memory_type, memory, space, H5P_DEFAULT, out) >= 0;
  H5Tclose(stored);
  H5Sclose(space);
  H5Sclose(memory);
  return is_good;
}

// Whoever has a name's number looks it up.
static bool are_names(const tw_words *words, const int32_t *values, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    if (values[i] < -1 || values[i] >= words->n) return false;
  return true;
}

twin_status tw_run_reader_read(const tw_run_reader *reader, const char *name, const char *column,
                               int64_t first, int64_t n, void *out, twin_problems *problems) {
  int32_t table_i;
  const stored_table *table = find_table(reader, name, &table_i);
  if (table == NULL)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "the file has no table \"%s\"", name);
  const int32_t i = find_column(table, table_i, column);
  if (i < 0)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "\"%s\" has no column \"%s\"", name, column);
  const int64_t n_row = extent_of(table->dataset[i]);
  if (first < 0 || n < 0 || first > n_row || n > n_row - first)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "\"%s\" has %lld rows, not %lld from %lld on", name,
                   (long long)n_row, (long long)n, (long long)first);
  if (n == 0) return TWIN_OK;
  const tw_h5_quiet quiet = tw_h5_begin();
  const bool is_read = read_rows(table->dataset[i], table->column[i].type, first, n, out);
  if (!is_read) tw_h5_fail(problems, TWIN_ERR_IO, reader->path, "a column cannot be read");
  tw_h5_end(&quiet);
  if (!is_read) return TWIN_ERR_IO;
  if (table->column[i].type != TW_COLUMN_NAME || are_names(&table->column[i].words, out, n))
    return TWIN_OK;
  char place[64];
  snprintf(place, sizeof place, "/%s/%s", name, column);
  refuse(reader, problems, place, "counts names that the file does not have", NULL);
  return TWIN_ERR_FILE;
}

#endif
