// names.c - see names.h. The seed is another one in every process, so that no file can choose names
// with one hash; numbers depend on the order of the names alone.

#include "live/names.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "base/limits.h"

void tw_log_names_init(tw_log_names *names, const tw_memory *memory) {
  *names = (tw_log_names){.seed = (uintptr_t)names};
  tw_arena_init_with(&names->arena, memory);
}

void tw_log_names_free(tw_log_names *names) {
  const tw_memory memory = names->arena.memory;
  tw_memory_free(&memory, names->at);
  tw_memory_free(&memory, names->n_byte);
  tw_memory_free(&memory, names->hash);
  tw_memory_free(&memory, names->slot);
  tw_arena_free(&names->arena);
  *names = (tw_log_names){0};
  tw_arena_init_with(&names->arena, &memory);
}

static size_t find_slot(const tw_log_names *names, uint32_t hash, const char *bytes, size_t n) {
  size_t at = hash & (names->n_slot - 1);
  for (; names->slot[at] != 0; at = (at + 1) & (names->n_slot - 1)) {
    const int32_t i = names->slot[at] - 1;
    if (names->hash[i] == hash && names->n_byte[i] == n && memcmp(names->at[i], bytes, n) == 0)
      break;
  }
  return at;
}

// Makes one array longer; false when memory is short.
static bool resize(const tw_memory *memory, void *array, size_t n_bytes) {
  void *at;
  memcpy(&at, array, sizeof at);
  void *made = tw_memory_resize(memory, at, n_bytes);
  if (made == NULL) return false;
  memcpy(array, &made, sizeof made);
  return true;
}

static bool grow(tw_log_names *names) {
  const tw_memory *memory = &names->arena.memory;
  const int32_t capacity = names->capacity == 0 ? 32 : 2 * names->capacity;
  const size_t n = (size_t)capacity, n_slot = 2 * n;
  int32_t *slot = tw_memory_zeroed(memory, n_slot, sizeof *slot);
  if (slot == NULL) return false;
  if (!resize(memory, &names->at, n * sizeof *names->at) ||
      !resize(memory, &names->n_byte, n * sizeof *names->n_byte) ||
      !resize(memory, &names->hash, n * sizeof *names->hash)) {
    tw_memory_free(memory, slot);
    return false;
  }
  tw_memory_free(memory, names->slot);
  names->slot = slot;
  names->n_slot = n_slot;
  names->capacity = capacity;
  for (int32_t i = 0; i < names->n; i++) {
    size_t at = names->hash[i] & (n_slot - 1);
    while (slot[at] != 0) at = (at + 1) & (n_slot - 1);
    slot[at] = i + 1;
  }
  return true;
}

static uint32_t hash_of(const tw_log_names *names, const char *bytes, size_t n) {
  const uint64_t hash = tw_hash_bytes(names->seed, bytes, n);
  return (uint32_t)(hash ^ (hash >> 32));
}

int32_t tw_log_names_find(const tw_log_names *names, const char *bytes, size_t n) {
  TW_ASSERT(bytes != NULL || n == 0);
  if (names->n == 0) return -1;
  return names->slot[find_slot(names, hash_of(names, bytes, n), bytes, n)] - 1;
}

int32_t tw_log_names_enter(tw_log_names *names, const char *bytes, size_t n) {
  TW_ASSERT(bytes != NULL && n <= UINT32_MAX);
  if (names->n == names->capacity && (names->n >= TW_LOG_NAMES_MAX || !grow(names))) return -1;
  const uint32_t hash = hash_of(names, bytes, n);
  const size_t at = find_slot(names, hash, bytes, n);
  if (names->slot[at] != 0) return names->slot[at] - 1;
  const char *text = tw_arena_text_n(&names->arena, bytes, n);
  if (text == NULL) return -1;
  const int32_t i = names->n++;
  TW_ASSERT(i < names->capacity);
  names->at[i] = text;
  names->n_byte[i] = (uint32_t)n;
  names->hash[i] = hash;
  names->slot[at] = i + 1;
  return i;
}
