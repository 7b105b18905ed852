// open_parts.c - linear probing with a multiplied key and backward shifts, so that there are no
// dead entries and a steady line never grows the table. At most half of it is full.

#include "observe/open_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

enum { FIRST_BITS = 6 };

static uint32_t mask_of(const tw_open_parts *parts) { return (UINT32_C(1) << parts->n_bit) - 1; }

// Ids are counted up, and may be left over at any distance: the high bits of a product spread both.
static uint32_t home_of(const tw_open_parts *parts, uint64_t id) {
  return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> (64 - parts->n_bit));
}

tw_open_part *tw_open_parts_find(const tw_open_parts *parts, uint64_t id) {
  if (parts->at == NULL || id == 0) return NULL;
  const uint32_t mask = mask_of(parts);
  for (uint32_t i = home_of(parts, id); parts->at[i].id != 0; i = (i + 1) & mask)
    if (parts->at[i].id == id) return &parts->at[i];
  return NULL;
}

static uint32_t find_empty(const tw_open_parts *parts, uint64_t id) {
  uint32_t i = home_of(parts, id);
  while (parts->at[i].id != 0) i = (i + 1) & mask_of(parts);
  return i;
}

static bool grow(tw_open_parts *parts) {
  tw_open_parts larger = {.memory = parts->memory,
                          .n_bit = parts->at == NULL ? FIRST_BITS : parts->n_bit + 1};
  if (larger.n_bit > 31) return false;
  larger.at = tw_memory_zeroed(parts->memory, (size_t)1 << larger.n_bit, sizeof *larger.at);
  if (larger.at == NULL) return false;
  for (uint32_t i = 0; parts->at != NULL && i <= mask_of(parts); i++)
    if (parts->at[i].id != 0) larger.at[find_empty(&larger, parts->at[i].id)] = parts->at[i];
  larger.n = parts->n;
  tw_memory_free(parts->memory, parts->at);
  *parts = larger;
  return true;
}

tw_open_part *tw_open_parts_add(tw_open_parts *parts, uint64_t id) {
  TW_ASSERT(id != 0 && tw_open_parts_find(parts, id) == NULL);
  const bool is_full = parts->at == NULL || parts->n >= UINT32_C(1) << (parts->n_bit - 1);
  if (is_full && !grow(parts)) return NULL;
  parts->n++;
  tw_open_part *part = &parts->at[find_empty(parts, id)];
  *part = (tw_open_part){.id = id};
  return part;
}

void tw_open_parts_remove(tw_open_parts *parts, tw_open_part *part) {
  TW_ASSERT(part >= parts->at && part->id != 0);
  const uint32_t mask = mask_of(parts);
  uint32_t hole = (uint32_t)(part - parts->at);
  // Whatever probing would no longer reach across the hole moves into it.
  for (uint32_t i = (hole + 1) & mask; parts->at[i].id != 0; i = (i + 1) & mask) {
    const uint32_t home = home_of(parts, parts->at[i].id);
    if (((i - home) & mask) < ((i - hole) & mask)) continue;
    parts->at[hole] = parts->at[i];
    hole = i;
  }
  parts->at[hole].id = 0;
  parts->n--;
}

static int compare_ids(const void *a, const void *b) {
  const tw_open_part *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

void tw_open_parts_list(const tw_open_parts *parts, tw_open_part *out) {
  uint32_t n = 0;
  for (uint32_t i = 0; parts->at != NULL && i <= mask_of(parts); i++)
    if (parts->at[i].id != 0) out[n++] = parts->at[i];
  TW_ASSERT(n == parts->n);
  if (n > 1) qsort(out, n, sizeof *out, compare_ids);
}

void tw_open_parts_clear(tw_open_parts *parts) {
  if (parts->at != NULL) memset(parts->at, 0, ((size_t)mask_of(parts) + 1) * sizeof *parts->at);
  parts->n = 0;
}

void tw_open_parts_free(tw_open_parts *parts) {
  tw_memory_free(parts->memory, parts->at);
  *parts = (tw_open_parts){.memory = parts->memory};
}
