// arena.c - the bump allocator behind the compiled line and other things that are built once and
// dropped at once. Blocks are chained and never moved or shrunk; there is no freeing of one piece.
// Invariant: every byte behind `n_used` of a block is zero, so taking memory needs no clearing.

#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/format.h"

typedef struct tw_arena_block {
  struct tw_arena_block *next;
  size_t n_used, n_byte;
  alignas(max_align_t) unsigned char bytes[];
} tw_arena_block;

TW_STATIC_ASSERT(offsetof(tw_arena_block, bytes) % alignof(max_align_t) == 0,
                 "the first piece of a block must be aligned for any type");

void tw_arena_init(tw_arena *arena) {
  TW_ASSERT(arena != NULL);
  *arena = (tw_arena){0};
}

void tw_arena_init_with(tw_arena *arena, const tw_memory *memory) {
  tw_arena_init(arena);
  if (memory != NULL) arena->memory = *memory;
}

void tw_arena_free(tw_arena *arena) {
  if (arena == NULL) return;
  while (arena->block != NULL) {
    tw_arena_block *block = arena->block;
    arena->block = block->next;
    tw_memory_free(&arena->memory, block);
  }
  arena->is_out_of_memory = 0;
}

#ifdef TW_ARENA_BY_PIECE
// Under the address sanitizer, and where memory is made to run out, each piece is a block of its own.
static size_t choose_block_bytes(const tw_arena *arena, size_t n_needed) {
  (void)arena;
  return n_needed;
}
#else
enum { FIRST_BLOCK_BYTES = 4096, LARGEST_BLOCK_BYTES = 1 << 20 };

// Blocks double up to a bound: few calls of malloc for large lines, little waste for small ones.
static size_t choose_block_bytes(const tw_arena *arena, size_t n_needed) {
  size_t n = arena->block == NULL ? FIRST_BLOCK_BYTES : arena->block->n_byte * 2;
  if (n > LARGEST_BLOCK_BYTES) n = LARGEST_BLOCK_BYTES;
  return n > n_needed ? n : n_needed;
}
#endif

static tw_arena_block *add_block(tw_arena *arena, size_t n_needed) {
  const size_t n_byte = choose_block_bytes(arena, n_needed);
  if (n_byte > SIZE_MAX - sizeof(tw_arena_block)) return NULL;
  tw_arena_block *block = tw_memory_zeroed(&arena->memory, 1, sizeof(tw_arena_block) + n_byte);
  if (block == NULL) return NULL;
  block->n_byte = n_byte;
  block->next = arena->block;
  arena->block = block;
  return block;
}

void *tw_arena_take(tw_arena *arena, size_t n_bytes) {
  TW_ASSERT(arena != NULL);
  const size_t align = alignof(max_align_t);
  if (arena->is_out_of_memory) return NULL;
  if (n_bytes > SIZE_MAX - align) {
    arena->is_out_of_memory = 1;
    return NULL;
  }
  // An empty piece still gets an address of its own, so that NULL always means failure.
  const size_t n = n_bytes == 0 ? align : (n_bytes + align - 1) / align * align;
  tw_arena_block *block = arena->block;
  if (block == NULL || block->n_byte - block->n_used < n) block = add_block(arena, n);
  if (block == NULL) {
    arena->is_out_of_memory = 1;
    return NULL;
  }
  void *piece = block->bytes + block->n_used;
  block->n_used += n;
  TW_ASSERT(block->n_used <= block->n_byte);
  TW_ASSERT((uintptr_t)piece % align == 0);
  return piece;
}

void *tw_arena_take_array(tw_arena *arena, size_t n, size_t n_bytes_each) {
  if (n_bytes_each != 0 && n > SIZE_MAX / n_bytes_each) {
    arena->is_out_of_memory = 1;
    return NULL;
  }
  return tw_arena_take(arena, n * n_bytes_each);
}

char *tw_arena_text_n(tw_arena *arena, const char *text, size_t n) {
  TW_ASSERT(text != NULL || n == 0);
  if (n == SIZE_MAX) {
    arena->is_out_of_memory = 1;
    return NULL;
  }
  char *copy = tw_arena_take(arena, n + 1);
  if (copy != NULL && n > 0) memcpy(copy, text, n);
  return copy;
}

char *tw_arena_text(tw_arena *arena, const char *text) {
  TW_ASSERT(text != NULL);
  return tw_arena_text_n(arena, text, strlen(text));
}

char *tw_arena_print(tw_arena *arena, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  const int n = tw_vformat(NULL, 0, format, args);
  va_end(args);
  char *copy = n < 0 ? NULL : tw_arena_take(arena, (size_t)n + 1);
  if (copy != NULL) tw_vformat(copy, (size_t)n + 1, format, again);
  va_end(again);
  if (n < 0) arena->is_out_of_memory = 1;
  return copy;
}
