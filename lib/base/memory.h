// memory.h - where memory comes from: the host's allocator or the C library's. Whoever allocates is
// handed a tw_memory: a run has its line's, a table a copy of its own. What was taken from one is
// given back to the same one. The only home of malloc, realloc and free.

#ifndef TW_BASE_MEMORY_H
#define TW_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

// All three calls or none of them; all zero is the C library. Called on the thread that needs
// memory, in a study on several at once.
typedef struct tw_memory {
  void *(*allocate)(size_t n_bytes, void *user);  // aligned for any type
  void *(*resize)(void *at, size_t n_bytes, void *user);
  void (*release)(void *at, void *user);
  void *user;
  bool *has_failed;  // set when memory was short; NULL: nobody asks. For the length of one call only
} tw_memory;

// Gives n_bytes that are not set; NULL when memory is short. memory: NULL is the C library.
void *tw_memory_take(const tw_memory *memory, size_t n_bytes);

// Gives a zeroed array of n; NULL when memory is short or the product overflows.
void *tw_memory_zeroed(const tw_memory *memory, size_t n, size_t n_bytes_each);

// Makes what is at `at` (NULL: nothing yet) n_bytes long; it may move. NULL: it is as it was.
void *tw_memory_resize(const tw_memory *memory, void *at, size_t n_bytes);

// Gives back what was taken. at: NULL is allowed.
void tw_memory_free(const tw_memory *memory, void *at);

#endif
