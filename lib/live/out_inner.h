// out_inner.h - what the writers of logs share: text that is handed on in pieces.

#ifndef TW_LIVE_OUT_INNER_H
#define TW_LIVE_OUT_INNER_H

#include "base/text.h"
#include "live/out.h"
#include "live/stamp.h"

enum { TW_OUT_PIECE_BYTES = 1 << 16 };

typedef struct tw_out {
  tw_text text;
  tw_byte_target target;
} tw_out;

// Hands the text on when there is enough of it; false when it could not be written.
static inline bool tw_out_pass(tw_out *out) {
  if (out->text.n < TW_OUT_PIECE_BYTES) return true;
  const bool is_good =
      !out->text.is_out_of_memory && out->target.write(out->target.user, out->text.at, out->text.n);
  tw_text_clear(&out->text);
  return is_good;
}

// Hands the rest on and frees the text.
static inline bool tw_out_end(tw_out *out) {
  const bool is_good =
      !out->text.is_out_of_memory && out->target.write(out->target.user, out->text.at, out->text.n);
  tw_text_free(&out->text);
  return is_good;
}

// A stamp as text; empty for one that has no date with a year of four digits.
static inline void tw_out_stamp(int64_t us, bool has_zone, char *buffer) {
  if (!tw_stamp_write(us, has_zone, buffer)) buffer[0] = 0;
}

#endif
