// set_def.h - what gives states of machine models and attributes of parts other values, as the line file writes
// it: "sets" of a station, "set" of an event of a model, of a failure or a maintenance. Each target has an
// expression, a random value, or one of both that is added to what it was (SEMANTICS 5.4).

#ifndef TW_DOC_SET_DEF_H
#define TW_DOC_SET_DEF_H

#include "field/field.h"

// "sets": {"tool.wear": {"add": {"exponential": {"mean": 0.02}}}} as a tw_map of what follows.
typedef struct tw_set_def {
  tw_def def;
  const tw_node *value;
  bool is_added;
} tw_set_def;
extern const tw_custom tw_sets_custom;

#endif
