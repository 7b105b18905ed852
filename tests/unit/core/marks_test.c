// The bitmap of marks against a plain array of flags, with one, two and three levels.

#include <criterion/criterion.h>
#include <stdlib.h>

#include "core/marks.h"

static uint32_t toss(uint64_t *random, uint32_t n) {
  *random = *random * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((*random >> 33) % n);
}

Test(marks, words_grow_by_levels) {
  cr_assert(tw_marks_words(0) == 1 && tw_marks_words(1) == 1 && tw_marks_words(64) == 1);
  cr_assert(tw_marks_words(65) == 2 + 1 && tw_marks_words(4096) == 64 + 1);
  cr_assert(tw_marks_words(4097) == 65 + 2 + 1);
  cr_assert(tw_marks_words(TW_MARKS_MAX) == 4096 + 64 + 1);
}

Test(marks, agree_with_flags_under_random_setting_and_clearing) {
  static const int32_t sizes[] = {1, 2, 63, 64, 65, 100, 4095, 4096, 4097, 9000, TW_MARKS_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    const int32_t n = sizes[i];
    const size_t n_word = (size_t)tw_marks_words(n);
    // Exactly as many words as asked for: a sanitizer would see one too many.
    uint64_t *words = calloc(n_word, sizeof *words);
    uint8_t *flags = calloc((size_t)n, 1);
    cr_assert(words != NULL && flags != NULL);
    uint64_t random = i;
    for (int step = 0; step < 3000; step++) {
      const int32_t k = (int32_t)toss(&random, (uint32_t)n);
      if (toss(&random, 3) > 0)
        tw_marks_set(words, n, k), flags[k] = 1;
      else
        tw_marks_clear(words, n, k), flags[k] = 0;
      int32_t lowest = 0;
      while (lowest < n && flags[lowest] == 0) lowest++;
      cr_assert(tw_marks_lowest(words, n) == (lowest < n ? lowest : -1), "%d of %d", k, n);
      if (step % 5 == 0) {
        cr_assert(tw_marks_take_lowest(words, n) == (lowest < n ? lowest : -1));
        if (lowest < n) flags[lowest] = 0;
      }
    }
    int32_t n_taken = 0, last = -1, k;
    while ((k = tw_marks_take_lowest(words, n)) >= 0) {
      cr_assert(k > last && flags[k] == 1);
      last = k;
      flags[k] = 0;
      n_taken++;
    }
    for (size_t j = 0; j < n_word; j++) cr_assert(words[j] == 0, "an empty set has no bits left");
    for (int32_t j = 0; j < n; j++) cr_assert(flags[j] == 0);
    cr_assert(n_taken <= n);
    free(words);
    free(flags);
  }
}
