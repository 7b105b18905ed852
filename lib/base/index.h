// index.h - names to numbers: a sorted list for the name spaces of a line (places, distributions).
// Built once from all names, so that neither many nor hostile names make look-ups slow.

#ifndef TW_BASE_INDEX_H
#define TW_BASE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/problems.h"

typedef struct tw_index_entry {
  const char *name;
  int32_t i;
} tw_index_entry;

typedef struct tw_index {
  int32_t n;
  tw_index_entry *at;        // [n] by name, then by number
  const char *const *names;  // [n] as given
} tw_index;

// Sorts names[n]; the list of names is kept, not copied. False when memory is short.
bool tw_index_build(tw_index *index, const char *const *names, int32_t n, tw_arena *arena);

// Gives the lowest number that has the name, -1 for none.
int32_t tw_index_find(const tw_index *index, const char *name);

// Gives the name nearest to a misspelt one, NULL for none. Gives up when it has been asked too
// often for one list of problems or there are too many names: hints must not cost more than the
// work.
const char *tw_index_nearest(const tw_index *index, const char *name,
                             const twin_problems *problems);

// The same for a plain list of names.
const char *tw_name_nearest(const char *name, const char *const *names, int32_t n,
                            const twin_problems *problems);

#endif
