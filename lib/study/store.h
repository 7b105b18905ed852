// store.h - the squeezed states of finished replications: in memory up to a limit, behind it in a
// temporary file that has no name, so that a study of any size is as large in memory as a small
// one.

#ifndef TW_STUDY_STORE_H
#define TW_STUDY_STORE_H

#include <stdio.h>

#include "study/squeeze.h"

// One of them: in memory, or n_byte bytes of the file from `at` on.
typedef struct tw_kept {
  tw_squeezed state;
  long at;
  size_t n_byte;
} tw_kept;

// Zero-initialise but for the limit.
typedef struct tw_store {
  size_t n_byte_max;  // in memory
  size_t n_byte;      // there now
  FILE *file;         // NULL: none yet
  long n_byte_file;
  bool has_no_file;  // one could not be made or is full: everything stays in memory
} tw_store;

// Takes a state that is kept from now on. One thread at a time.
void tw_store_put(tw_store *store, tw_kept *kept);

// Gives a block back as it was; false when the file cannot be read, or memory is short.
bool tw_store_get(tw_store *store, const tw_kept *kept, void *block, size_t n_byte);

void tw_store_free(tw_store *store);

#endif
