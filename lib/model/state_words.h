// state_words.h - the states of a machine by their words, in the order in which the earlier wins
// (SEMANTICS 3.2) and in which twin_state of the public header counts them.

#ifndef TW_MODEL_STATE_WORDS_H
#define TW_MODEL_STATE_WORDS_H

enum { TW_N_STATE = 22 };

extern const char *const tw_state_words[TW_N_STATE];  // "off-shift", "break", ...

#endif
