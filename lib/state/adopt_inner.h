// adopt_inner.h - what the files of tw_run_adopt share: which thing of the old line is which of
// the new one, and the lists of what was assumed.

#ifndef TW_STATE_ADOPT_INNER_H
#define TW_STATE_ADOPT_INNER_H

#include "state/adopt.h"
#include "state/names.h"

typedef struct tw_adoption {
  tw_run *run;  // a copy for dst: fresh, then filled
  const tw_run *src;
  tw_name_book from, to;
  tw_arena arena;
  int32_t *map[TW_BOUND_N];   // [of from] number in `to`, TW_NONE: gone; NULL: numbers stay
  int32_t *back[TW_BOUND_N];  // [of to] number in `from`, TW_NONE: new
  twin_problems *problems;
  bool is_good;
  bool is_same;  // both lines have the same meaning: nothing is assumed
} tw_adoption;

// Finds out which is which; notes what is new and what is gone. False when memory is short.
bool tw_adoption_map(tw_adoption *at, const tw_renames *renames);

// Number of a thing in the new line; TW_NONE: it is gone.
int64_t tw_adoption_follow(const tw_adoption *at, tw_bound bound, int64_t i);

// Lists an assumption; refuses the whole state.
void tw_adoption_note(tw_adoption *at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void tw_adoption_refuse(tw_adoption *at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Gives numbers of named lists (defects, cards, keys of setups) their meaning in the new line.
void tw_adoption_translate(tw_adoption *at);

// Gives the models of the new line the states that they have in the old one (adopt_bodies.c).
void tw_adoption_take_bodies(tw_adoption *at);

// What models end or ended, and which events hold here (adopt_bodies.c).
void tw_adoption_mend_models(tw_adoption *at);
bool tw_is_of_body(const tw_line *line, int32_t slot);

// Makes what refers to things that are gone refer to what is there.
void tw_adoption_mend(tw_adoption *at);

#endif
