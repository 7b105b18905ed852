// squeeze.c - runs of zero words and of others in turn: a word with both lengths, then the others.

#include "study/squeeze.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

// Lengths of the next run of zeros and of the words behind it that are stored as they are. A single
// zero among others is cheaper stored.
static void find_run(const uint64_t *word, size_t n, uint32_t *n_zero, uint32_t *n_other) {
  size_t i = 0;
  while (i < n && i < UINT32_MAX && word[i] == 0) i++;
  *n_zero = (uint32_t)i;
  size_t end = i;
  while (end < n && end - i < UINT32_MAX && (word[end] != 0 || (end + 1 < n && word[end + 1] != 0)))
    end++;
  *n_other = (uint32_t)(end - i);
}

// Writes the squeezed form where `out` is not NULL; returns its words.
static size_t squeeze_words(const uint64_t *word, size_t n, uint64_t *out) {
  size_t n_out = 0;
  for (size_t i = 0; i < n;) {
    uint32_t n_zero, n_other;
    find_run(word + i, n - i, &n_zero, &n_other);
    TW_ASSERT(n_zero + (size_t)n_other > 0);
    i += n_zero;
    if (out != NULL) {
      out[n_out] = (uint64_t)n_zero << 32 | n_other;
      memcpy(out + n_out + 1, word + i, (size_t)n_other * sizeof *word);
    }
    n_out += 1 + (size_t)n_other;
    i += n_other;
  }
  return n_out;
}

bool tw_squeeze(tw_squeezed *squeezed, const void *block, size_t n_byte) {
  TW_ASSERT(n_byte % sizeof(uint64_t) == 0 && (uintptr_t)block % sizeof(uint64_t) == 0);
  const size_t n = n_byte / sizeof(uint64_t), n_out = squeeze_words(block, n, NULL);
  uint64_t *word = malloc((n_out + 1) * sizeof *word);
  if (word == NULL) return false;
  squeeze_words(block, n, word);
  *squeezed = (tw_squeezed){word, n_out};
  return true;
}

void tw_unsqueeze(const tw_squeezed *squeezed, void *block, size_t n_byte) {
  uint64_t *out = block;
  memset(block, 0, n_byte);
  for (size_t i = 0; i < squeezed->n_word;) {
    const uint64_t lengths = squeezed->word[i++];
    const size_t n_other = lengths & UINT32_MAX;
    out += lengths >> 32;
    TW_ASSERT((char *)(out + n_other) <= (char *)block + n_byte);
    memcpy(out, squeezed->word + i, n_other * sizeof *out);
    out += n_other;
    i += n_other;
  }
}

void tw_squeezed_free(tw_squeezed *squeezed) {
  free(squeezed->word);
  *squeezed = (tw_squeezed){NULL, 0};
}
