// open_parts.h - the parts that are in the system while they are watched, found by their id: when
// they were made, where they are and since when. An open hash table; a part is one cache line.

#ifndef TW_OBSERVE_OPEN_PARTS_H
#define TW_OBSERVE_OPEN_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

// An instant that was not seen.
#define TW_UNSEEN INT64_MIN

typedef struct tw_open_part {
  uint64_t id;  // 0: an empty place of the table
  int64_t created_us;
  double due_s;
  int64_t enter_us, start_us, end_us;  // of the visit, TW_UNSEEN
  int32_t place_i, machine_i;          // place -1: no visit is open
  int32_t type;
  int32_t is_rejected;                 // at the place of the visit
} tw_open_part;

// Zero-initialise all but `memory` before use.
typedef struct tw_open_parts {
  tw_open_part *at;  // [1 << n_bit]
  uint32_t n;
  int32_t n_bit;
  const tw_memory *memory;  // NULL: the C library's
} tw_open_parts;

// Finds a part; NULL when it is not there.
tw_open_part *tw_open_parts_find(const tw_open_parts *parts, uint64_t id);

// Adds a part that is not there; NULL when memory is short. Moves the others.
tw_open_part *tw_open_parts_add(tw_open_parts *parts, uint64_t id);

// Takes a part out. Moves the others.
void tw_open_parts_remove(tw_open_parts *parts, tw_open_part *part);

// Lists all parts by id into out[n].
void tw_open_parts_list(const tw_open_parts *parts, tw_open_part *out);

void tw_open_parts_clear(tw_open_parts *parts);
void tw_open_parts_free(tw_open_parts *parts);

#endif
