// scenario_change.h - the tree of a line file with other values in it.

#ifndef TW_STUDY_SCENARIO_CHANGE_H
#define TW_STUDY_SCENARIO_CHANGE_H

#include "study/scenario.h"

typedef struct tw_changing {
  const tw_line *base;  // knows what there is that the file leaves at its default
  int32_t n;
  const tw_change *change;  // [n]
} tw_changing;

// Makes the changes, in order, and takes the scenarios out (tw_line_text.change). A pointer goes
// through objects by key, making those that are missing, and through lists by number; a value takes
// the place of what is there; null removes it. Values keep their places in the text that they come
// from. False, with all problems: a pointer that leads nowhere.
bool tw_changes_make(void *changing, tw_node *root, tw_arena *arena, twin_problems *problems);

#endif
