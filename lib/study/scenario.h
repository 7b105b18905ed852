// scenario.h - variants of a line: what its file lists under "scenarios", or a text of the same
// form from outside. Each is the line's own text with other values at some JSON pointers, read and
// compiled as any line is, so whatever is wrong with it is found in the same way and at its place:
// a value that was put there in the scenario, all else in the line. Streams of random numbers are
// keyed by names, so whatever two variants have in common draws the same numbers.

#ifndef TW_STUDY_SCENARIO_H
#define TW_STUDY_SCENARIO_H

#include "base/arena.h"
#include "model/line.h"

// One value at one place; an element of a sweep stands for itself. value NULL-typed: what is there
// is removed.
typedef struct tw_change {
  const char *pointer;
  const tw_node *value;
} tw_change;

typedef struct tw_scenario {
  const char
      *name;  // "third-cnc"; of a sweep and cases with what is changed, "size: b2/capacity=20"
  const char *group;  // the name in the file
  const char *about;  // "" where nothing is said
  double invest;      // in the line's currency; NAN: not said
  int32_t n_change;
  const tw_change *change;  // [n_change] in the order in which they are made
} tw_scenario;

typedef struct tw_scenarios {
  tw_line *line;  // held; NULL: nothing is here
  tw_arena arena;
  int32_t n;
  const tw_scenario *at;  // [n] in file order, of a sweep the last pointer runs fastest
} tw_scenarios;

// Lists the scenarios of a line, or those of a text of n_bytes, an object as the section
// "scenarios" of a line file. text NULL: the line's. TWIN_ERR_LINE with problems, TWIN_ERR_MEMORY;
// then nothing is there.
twin_status tw_scenarios_read(tw_scenarios *scenarios, tw_line *line, const char *text,
                              size_t n_bytes, twin_problems *problems);
void tw_scenarios_free(tw_scenarios *scenarios);

// Finds one by its name (NULL: the only one there is). TWIN_ERR_NOT_FOUND with the nearest name,
// which the second function says for whoever has looked already.
twin_status tw_scenarios_find(const tw_scenarios *scenarios, const char *name, int32_t *i,
                              twin_problems *problems);
twin_status tw_scenarios_refuse(const tw_scenarios *scenarios, const char *name,
                                twin_problems *problems);

// Makes the line of scenario i. Problems begin with its name. TWIN_ERR_UNSUPPORTED: the line was
// made without a text.
twin_status tw_scenario_line(tw_line **line, const tw_scenarios *scenarios, int32_t i,
                             twin_problems *problems);

#endif
