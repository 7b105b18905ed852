// fuzz_damage.h - replaces pieces of a text as the input says: two bytes where, one how long
// (modulo n_most), then what stands there instead up to a byte 0.

#ifndef TW_TESTS_FUZZ_DAMAGE_H
#define TW_TESTS_FUZZ_DAMAGE_H

#include <stdint.h>
#include <string.h>

#include "base/text.h"

static inline void fuzz_damage(const tw_text *base, const uint8_t *data, size_t n, size_t n_most,
                               tw_text *out) {
  tw_text_add_n(out, base->at, base->n);
  for (size_t i = 0; i + 3 < n && out->n > 0;) {
    const size_t at = (size_t)(data[i] | data[i + 1] << 8) % out->n, n_old = data[i + 2] % n_most;
    const char *piece = (const char *)data + i + 3;
    const size_t n_piece = strnlen(piece, n - i - 3);
    const size_t n_rest = at + n_old < out->n ? out->n - at - n_old : 0;
    tw_text next = {0};
    tw_text_add_n(&next, out->at, at);
    tw_text_add_n(&next, piece, n_piece);
    tw_text_add_n(&next, out->at + out->n - n_rest, n_rest);
    tw_text_free(out);
    *out = next;
    i += 3 + n_piece + 1;
  }
}

#endif
