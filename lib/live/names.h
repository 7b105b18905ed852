// names.h - names by number: each one once, in the order in which they came. Lookup by hash, so
// that a million events a second find theirs.

#ifndef TW_LIVE_NAMES_H
#define TW_LIVE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct tw_log_names {
  tw_arena arena;
  uint64_t seed;
  int32_t n, capacity;
  const char **at;   // [n] each ended by a zero
  uint32_t *n_byte;  // [n]
  uint32_t *hash;    // [n]
  int32_t *slot;     // [n_slot] number + 1; 0: free
  size_t n_slot;     // a power of two, at least twice n
} tw_log_names;

void tw_log_names_init(tw_log_names *names, const tw_memory *memory);
void tw_log_names_free(tw_log_names *names);

// Number of a name, which becomes the last one where it is new; -1: memory is short or there are
// too many.
int32_t tw_log_names_enter(tw_log_names *names, const char *bytes, size_t n);

// Number of a name; -1: none.
int32_t tw_log_names_find(const tw_log_names *names, const char *bytes, size_t n);

// The text of a number; NULL for -1.
static inline const char *tw_log_names_text(const tw_log_names *names, int32_t i) {
  return i < 0 ? NULL : names->at[i];
}

#endif
