// index.c - the sorted list of names. Equal names are allowed and found by their lowest number; who
// wants them unique looks at neighbours of `at`. Memory comes from the arena of the reader.

#include "base/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"

enum { HINTS_MAX = 100, HINT_NAMES_MAX = 4000 };

static int compare_entries(const void *a, const void *b) {
  const tw_index_entry *x = a, *y = b;
  const int order = strcmp(x->name, y->name);
  return order != 0 ? order : (x->i > y->i) - (x->i < y->i);
}

bool tw_index_build(tw_index *index, const char *const *names, int32_t n, tw_arena *arena) {
  TW_ASSERT(index != NULL && n >= 0 && (names != NULL || n == 0));
  *index = (tw_index){.names = names};
  index->at = tw_arena_take_array(arena, (size_t)n, sizeof *index->at);
  if (index->at == NULL) return false;
  for (int32_t i = 0; i < n; i++) index->at[i] = (tw_index_entry){names[i], i};
  if (n > 1) qsort(index->at, (size_t)n, sizeof *index->at, compare_entries);
  index->n = n;
  return true;
}

int32_t tw_index_find(const tw_index *index, const char *name) {
  TW_ASSERT(index != NULL && name != NULL);
  int32_t low = 0, high = index->n;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (strcmp(index->at[middle].name, name) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < index->n && strcmp(index->at[low].name, name) == 0 ? index->at[low].i : -1;
}

const char *tw_name_nearest(const char *name, const char *const *names, int32_t n,
                            const twin_problems *problems) {
  TW_ASSERT(name != NULL && n >= 0);
  if (problems == NULL || n > HINT_NAMES_MAX) return NULL;
  if (twin_problems_count(problems, TWIN_ERROR) > HINTS_MAX) return NULL;
  return tw_text_nearest(name, names, (size_t)n);
}

const char *tw_index_nearest(const tw_index *index, const char *name,
                             const twin_problems *problems) {
  TW_ASSERT(index != NULL);
  return tw_name_nearest(name, index->names, index->n, problems);
}
