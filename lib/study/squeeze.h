// squeeze.h - run blocks kept small: of a finished replication's state and statistics most words
// are zero (histograms), and most bytes of the others (counts); neither is stored. Any figure can
// be read from it later.

#ifndef TW_STUDY_SQUEEZE_H
#define TW_STUDY_SQUEEZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

typedef struct tw_squeezed {
  unsigned char *at;  // NULL: nothing
  size_t n_byte;
  const tw_memory *memory;  // set before; NULL: the C library's
} tw_squeezed;

// Squeezes n_byte bytes, a multiple of 8; false when memory is short.
bool tw_squeeze(tw_squeezed *squeezed, const void *block, size_t n_byte);

// Gives the bytes back, n_byte as they went in.
void tw_unsqueeze(const tw_squeezed *squeezed, void *block, size_t n_byte);

void tw_squeezed_free(tw_squeezed *squeezed);

#endif
