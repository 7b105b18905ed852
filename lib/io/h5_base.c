// h5_base.c - quiet calls, causes of failures, attributes and small datasets: what reading and
// writing of run files have in common. Nothing here knows what a run file holds.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "io/h5_inner.h"

tw_h5_quiet tw_h5_begin(void) {
  tw_h5_quiet quiet = {NULL, NULL};
  H5Eget_auto2(H5E_DEFAULT, &quiet.print, &quiet.user);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return quiet;
}

void tw_h5_end(const tw_h5_quiet *quiet) { H5Eset_auto2(H5E_DEFAULT, quiet->print, quiet->user); }

typedef struct cause {
  char *buffer;
  size_t n;
} cause;

// The innermost entry of the stack is number 0 of an upward walk.
static herr_t take_cause(unsigned n, const H5E_error2_t *entry, void *user) {
  cause *out = user;
  if (n == 0) snprintf(out->buffer, out->n, "%s", entry->desc != NULL ? entry->desc : "");
  return 0;
}

void tw_h5_cause(char *buffer, size_t n) {
  TW_ASSERT(n > 0);
  cause out = {buffer, n};
  buffer[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_cause, &out);
}

twin_status tw_h5_fail(twin_problems *problems, twin_status status, const char *path,
                       const char *what) {
  char why[256];
  tw_h5_cause(why, sizeof why);
  tw_problems_add(problems, &(tw_problem_text){.status = status, .code = "E-FILE", .file = path},
                  "%s%s%s", what, why[0] != 0 ? ": " : "", why);
  return status;
}

// The least chunk of the long tables: 8192 rows of an int32 column (observe/columns.inl).
enum { CHUNK_BYTES = 8192 * 4, METADATA_BYTES = 16384 };

// The format of HDF5 1.10, the first that readers can follow.
hid_t tw_h5_access_list(void) {
  const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
  // Chunks begin at multiples of the least one, and so do the blocks of metadata between them: the
  // system then writes whole runs of pages (measured: half of the time).
  H5Pset_meta_block_size(list, METADATA_BYTES);
  H5Pset_alignment(list, METADATA_BYTES, CHUNK_BYTES);
  return list;
}

// Gives a type of texts of n bytes with their terminator.
static hid_t text_type(size_t n) {
  TW_ASSERT(n > 0);
  const hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return type;
  H5Tset_size(type, n);
  H5Tset_strpad(type, H5T_STR_NULLTERM);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

static bool is_one_of(hid_t attribute, hid_t type) {
  const hid_t space = H5Aget_space(attribute), stored = H5Aget_type(attribute);
  const bool is_same = H5Sget_simple_extent_npoints(space) == 1 && H5Tequal(stored, type) > 0;
  H5Tclose(stored);
  H5Sclose(space);
  return is_same;
}

// Opens an attribute that is there, unless it is another than what is to be written: a damaged file
// may have as many values in it as it likes, and HDF5 would take them all from the one.
static hid_t open_same(hid_t object, const char *name, hid_t type) {
  if (H5Aexists(object, name) <= 0) return -1;
  const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0 || is_one_of(attribute, type)) return attribute;
  H5Aclose(attribute);
  H5Adelete(object, name);
  return -1;
}

static bool put_attribute(hid_t object, const char *name, hid_t type, const void *value) {
  const hid_t space = H5Screate(H5S_SCALAR);
  hid_t attribute = open_same(object, name, type);
  if (attribute < 0) attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  const bool is_good = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;
  if (attribute >= 0) H5Aclose(attribute);
  H5Sclose(space);
  return is_good;
}

bool tw_h5_put_text(hid_t object, const char *name, const char *text) {
  const hid_t type = text_type(strlen(text) + 1);
  if (type < 0) return false;
  const bool is_good = put_attribute(object, name, type, text);
  H5Tclose(type);
  return is_good;
}

bool tw_h5_put_number(hid_t object, const char *name, hid_t type, const void *value) {
  return put_attribute(object, name, type, value);
}

bool tw_h5_get_text(hid_t object, const char *name, char *text, size_t n) {
  if (H5Aexists(object, name) <= 0) return false;
  const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0) return false;
  const hid_t space = H5Aget_space(attribute), stored = H5Aget_type(attribute);
  bool is_good = H5Tget_class(stored) == H5T_STRING && H5Tis_variable_str(stored) == 0 &&
                 H5Tget_size(stored) < n && H5Sget_simple_extent_npoints(space) == 1;
  if (is_good) {
    memset(text, 0, n);
    is_good = H5Aread(attribute, stored, text) >= 0;
  }
  H5Tclose(stored);
  H5Sclose(space);
  H5Aclose(attribute);
  return is_good;
}

bool tw_h5_get_number(hid_t object, const char *name, hid_t type, void *value) {
  if (H5Aexists(object, name) <= 0) return false;
  const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0) return false;
  const hid_t space = H5Aget_space(attribute), stored = H5Aget_type(attribute);
  const H5T_class_t class_of = H5Tget_class(stored);
  const bool is_good = H5Sget_simple_extent_npoints(space) == 1 &&
                       (class_of == H5T_INTEGER || class_of == H5T_FLOAT) &&
                       H5Aread(attribute, type, value) >= 0;
  H5Tclose(stored);
  H5Sclose(space);
  H5Aclose(attribute);
  return is_good;
}

bool tw_h5_put_array(hid_t group, const char *name, hid_t type, const void *values, size_t n) {
  const hsize_t extent = n;
  const hid_t space = H5Screate_simple(1, &extent, NULL);
  const hid_t dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const bool is_good = dataset >= 0 && (n == 0 || H5Dwrite(dataset, type, H5S_ALL, H5S_ALL,
                                                           H5P_DEFAULT, values) >= 0);
  if (dataset >= 0) H5Dclose(dataset);
  H5Sclose(space);
  return is_good;
}

bool tw_h5_put_words(hid_t group, const char *name, const char *const *words, int32_t n) {
  size_t size = 1;
  for (int32_t i = 0; i < n; i++)
    if (strlen(words[i]) >= size) size = strlen(words[i]) + 1;
  // what HDF5 works with is the C library's too
  char *texts = tw_memory_zeroed(NULL, (size_t)n + 1, size);
  const hid_t type = text_type(size);
  bool is_good = texts != NULL && type >= 0;
  for (int32_t i = 0; i < n && is_good; i++)
    memcpy(texts + (size_t)i * size, words[i], strlen(words[i]));
  is_good = is_good && tw_h5_put_array(group, name, type, texts, (size_t)n);
  if (type >= 0) H5Tclose(type);
  tw_memory_free(NULL, texts);
  return is_good;
}

hid_t tw_h5_native_type(tw_column_type type, hid_t stored) {
  switch (type) {
    case TW_COLUMN_F64: return H5T_NATIVE_DOUBLE;
    case TW_COLUMN_I64: return H5T_NATIVE_INT64;
    case TW_COLUMN_U64:
      return H5Tget_sign(stored) == H5T_SGN_2 ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
    default: return H5T_NATIVE_INT32;
  }
}

hid_t tw_h5_word_type(tw_words words) {
  const hid_t type = H5Tenum_create(H5T_STD_I32LE);
  for (int32_t i = 0; i < words.n && type >= 0; i++) {
    // HDF5 takes the value in the memory form of the base type
    int32_t value = i;
    H5Tconvert(H5T_NATIVE_INT32, H5T_STD_I32LE, 1, &value, NULL, H5P_DEFAULT);
    if (H5Tenum_insert(type, words.at[i], &value) < 0) {
      H5Tclose(type);
      return -1;
    }
  }
  return type;
}

#endif
