// memory.c - see memory.h. A request for nothing takes a byte, so that NULL always means failure.

#include "base/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

static bool is_hosted(const tw_memory *memory) { return memory != NULL && memory->allocate != NULL; }

// What a request gave, noted when it is nothing.
static void *note(const tw_memory *memory, void *at) {
  TW_ASSERT((uintptr_t)at % alignof(max_align_t) == 0);
  if (at == NULL && memory != NULL && memory->has_failed != NULL) *memory->has_failed = true;
  return at;
}

void *tw_memory_take(const tw_memory *memory, size_t n_bytes) {
  const size_t n = n_bytes > 0 ? n_bytes : 1;
  return note(memory, is_hosted(memory) ? memory->allocate(n, memory->user) : malloc(n));
}

void *tw_memory_zeroed(const tw_memory *memory, size_t n, size_t n_bytes_each) {
  if (n_bytes_each != 0 && n > SIZE_MAX / n_bytes_each) return note(memory, NULL);
  const size_t n_bytes = n * n_bytes_each;
  // calloc gets large arrays from the system as zeroes already
  if (!is_hosted(memory)) return note(memory, calloc(1, n_bytes > 0 ? n_bytes : 1));
  void *at = tw_memory_take(memory, n_bytes);
  if (at != NULL) memset(at, 0, n_bytes);
  return at;
}

void *tw_memory_resize(const tw_memory *memory, void *at, size_t n_bytes) {
  const size_t n = n_bytes > 0 ? n_bytes : 1;
  if (at == NULL) return tw_memory_take(memory, n);
  return note(memory, is_hosted(memory) ? memory->resize(at, n, memory->user) : realloc(at, n));
}

void tw_memory_free(const tw_memory *memory, void *at) {
  if (at == NULL) return;
  if (is_hosted(memory))
    memory->release(at, memory->user);
  else
    free(at);
}
