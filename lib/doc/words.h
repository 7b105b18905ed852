// words.h - the words that every expression of a station knows beside attributes of parts and states of models:
// number, dimension and a line for the reference. What a word is at a moment is engine/words.h.

#ifndef TW_DOC_WORDS_H
#define TW_DOC_WORDS_H

#include "base/units.h"

// Inputs of expressions in this order, then the part's attributes.
enum {
  TW_WORD_MASS,
  TW_WORD_PRIORITY,
  TW_WORD_REWORK,
  TW_WORD_SINCE_STOP,
  TW_WORD_TIME,
  TW_WORD_SINCE_SETUP,
  TW_WORD_DUE,        // instant; INFINITY: none
  TW_WORD_TIME_LEFT,  // mean process time of what is still to be done
  TW_WORD_ARRIVED,    // instant at which it came to its place
  TW_WORD_RELEASED,
  TW_WORD_SINCE_SHIFT,  // the last shift of the station began so long ago
  TW_WORD_N
};

typedef struct tw_word_row {
  const char *name;
  tw_dim dim;
  const char *help;
} tw_word_row;
extern const tw_word_row tw_word_rows[TW_WORD_N];

#endif
