// words.c - see words.h.

#include "doc/words.h"

// clang-format off
const tw_word_row tw_word_rows[TW_WORD_N] = {
  [TW_WORD_MASS]        = {"part.mass", {.kg = 1}, "mass of the part"},
  [TW_WORD_PRIORITY]    = {"part.priority", {0}, "its priority; larger goes first"},
  [TW_WORD_REWORK]      = {"part.rework", {0}, "how often it was sent to rework"},
  [TW_WORD_SINCE_STOP]  = {"parts_since_stop", {0}, "parts that the machine has finished since its last stop"},
  [TW_WORD_TIME]        = {"time", {.s = 1}, "since the start of the run"},
  [TW_WORD_SINCE_SETUP] = {"parts_since_setup", {0}, "parts that the machine has finished since its last setup; many before the first"},
  [TW_WORD_DUE]         = {"part.due", {.s = 1}, "when the part is due; infinite without a due date"},
  [TW_WORD_TIME_LEFT]   = {"part.time_left", {.s = 1}, "mean process time that it still needs"},
  [TW_WORD_ARRIVED]     = {"part.arrived", {.s = 1}, "when it came to its present place"},
  [TW_WORD_RELEASED]    = {"part.released", {.s = 1}, "when it was released"},
  [TW_WORD_SINCE_SHIFT] = {"t_since_shift_start", {.s = 1}, "since the last shift of the station began, breaks included; where no calendar is, since the start of the run"},
};
// clang-format on
