// line.c - who holds a compiled line; the last one frees it with all that it is made of.

#include "model/line.h"

#include "base/assert.h"

tw_line *tw_line_ref(tw_line *line) {
  TW_ASSERT(line->n_holder > 0);
  line->n_holder++;
  return line;
}

void tw_line_unref(tw_line *line) {
  if (line == NULL || --line->n_holder > 0) return;
  tw_arena arena = line->arena;
  tw_memory_free(&arena.memory, line);
  tw_arena_free(&arena);
}
