// arena.h - a bump allocator: many small pieces with one life. It never moves what it handed out,
// so pointers into it stay valid until it is freed. Not for run state, which holds no pointers.

#ifndef TW_BASE_ARENA_H
#define TW_BASE_ARENA_H

#include <stddef.h>

#include "base/memory.h"

typedef struct tw_arena {
  struct tw_arena_block *block;
  tw_memory memory;      // where its blocks come from
  int is_out_of_memory;  // sticky: once an allocation failed the owner must give up
} tw_arena;

// Begins an arena of the C library's memory, or of one that is handed along (NULL: the C
// library's).
void tw_arena_init(tw_arena *arena);
void tw_arena_init_with(tw_arena *arena, const tw_memory *memory);

// Frees all pieces; the arena can be used again.
void tw_arena_free(tw_arena *arena);

// Gives zeroed memory of n_bytes, aligned for any type; NULL (and is_out_of_memory) when short.
void *tw_arena_take(tw_arena *arena, size_t n_bytes);

// The same for an array; an overflowing product counts as out of memory.
void *tw_arena_take_array(tw_arena *arena, size_t n, size_t n_bytes_each);

// Copies a text, zero-terminated.
char *tw_arena_text(tw_arena *arena, const char *text);
char *tw_arena_text_n(tw_arena *arena, const char *text, size_t n);

// Prints as printf does, but numbers with %g only through tw_text: never locale-dependent formats.
char *tw_arena_print(tw_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
