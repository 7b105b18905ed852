// h5_inner.h - what the h5_*.c files share: quiet calls of HDF5, its last error as a text,
// attributes and small datasets. HDF5 keeps handles in an integer, negative for failure; every
// function here that makes something returns one or a bool.

#ifndef TW_IO_H5_INNER_H
#define TW_IO_H5_INNER_H

#include <hdf5.h>

#include "base/arena.h"
#include "io/run_file.h"

// HDF5 prints its errors by itself, per thread. Between begin and end it does not; the host's own
// setting is put back.
typedef struct tw_h5_quiet {
  H5E_auto2_t print;
  void *user;
} tw_h5_quiet;

tw_h5_quiet tw_h5_begin(void);
void tw_h5_end(const tw_h5_quiet *quiet);

// The first cause of the last failure, as HDF5 words it. Buffer of n bytes.
void tw_h5_cause(char *buffer, size_t n);

// Adds a problem "path: what: HDF5's cause" and returns the status.
twin_status tw_h5_fail(twin_problems *problems, twin_status status, const char *path,
                       const char *what);

// The access list that run files are made and mended with; to be closed.
hid_t tw_h5_access_list(void);

// Writes an attribute of an object, or over one of the same type and size.
bool tw_h5_put_text(hid_t object, const char *name, const char *text);
bool tw_h5_put_number(hid_t object, const char *name, hid_t type, const void *value);

// Reads an attribute; false when it is not there or of another kind. text: up to n bytes with the
// end.
bool tw_h5_get_text(hid_t object, const char *name, char *text, size_t n);
bool tw_h5_get_number(hid_t object, const char *name, hid_t type, void *value);

// Makes a 1-D dataset of fixed-length texts, and of numbers.
bool tw_h5_put_words(hid_t group, const char *name, const char *const *words, int32_t n);
bool tw_h5_put_array(hid_t group, const char *name, hid_t type, const void *values, size_t n);

// How a column's values stand in memory; of the library, not to be closed. stored: its type in the file, for
// 64 bits without a sign, which older files have as signed: their bits are the same.
hid_t tw_h5_native_type(tw_column_type type, hid_t stored);

// Makes the enumeration of fixed words, on int32.
hid_t tw_h5_word_type(tw_words words);

// Makes everything the file holds before its first row (h5_layout.c): attributes, /model, and the
// datasets, which are closed again.
bool tw_h5_layout(hid_t file, const tw_run_writer_setup *setup);

// Makes the table of losses and the words that it counts, where it is not there (h5_layout.c): before the first
// row only.
bool tw_h5_put_losses(hid_t file, const tw_record_words *words, uint32_t compression);

// Makes the column of a table that counts its others their dimension scale (h5_layout.c).
bool tw_h5_put_scale(hid_t group, int32_t table_i);

// Writes what is known when the first row comes: the terms of the run or the study (h5_info.c).
bool tw_h5_put_terms(hid_t file, const tw_run_terms *terms);

// Writes who made the file, of what and when (h5_info.c).
bool tw_h5_put_origin(hid_t file, const tw_run_writer_setup *setup);

// Looks at the file without HDF5: whether it can be read at all, begins as HDF5 files do, and is as long as it was
// (h5_look.c). HDF5 does not get over a file that was cut off: it prints when the process ends.
twin_status tw_h5_look(const char *path, twin_problems *problems);

// False for a text with control characters or that is no UTF-8 (h5_info.c).
bool tw_h5_is_readable(const char *text);

// The HDF5 file of a reader, for recover.
hid_t tw_h5_reader_file(const tw_run_reader *reader);

// A piece of what a file says of itself: an attribute of its root as a text.
typedef struct tw_h5_fact {
  const char *name, *value;
} tw_h5_fact;

enum { TW_H5_FACTS_MAX = 64 };

// Reads up to TW_H5_FACTS_MAX of them; returns how many, -1 when memory is short (h5_info.c).
int32_t tw_h5_read_facts(hid_t file, tw_arena *arena, tw_h5_fact *facts);

#endif
