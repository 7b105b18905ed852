// set_def.h - what gives states of machine models and attributes of parts other values, as the line file writes
// it: "sets" of a station, "set" of an event of a model, of a failure or a maintenance. Each target has an
// expression, a random value, or one of both that is added to what it was (SEMANTICS 5.4).

#ifndef TW_MODEL_SET_DEF_H
#define TW_MODEL_SET_DEF_H

#include "model/field.h"

struct tw_compiler;


// "sets": {"tool.wear": {"add": {"exponential": {"mean": 0.02}}}} as a tw_map of what follows.
typedef struct tw_set_def {
  tw_def def;
  const tw_node *value;
  bool is_added;
} tw_set_def;
extern const tw_custom tw_sets_custom;

// Attribute of a part that a target names, "part.runout"; TW_NONE: it names none, and nothing is reported.
int32_t tw_set_attribute(const struct tw_compiler *compiler, const tw_set_def *def);

// A bare name of one of "distributions" is a random value, every other text an expression.
bool tw_set_is_random(const struct tw_compiler *compiler, const tw_set_def *def);

// Makes the draw sites of a random value of this dimension, one for each machine of the place (TW_NONE: one, named
// by `stream`), and gives the first. has_part: a part is always there, so that its type may decide.
typedef struct tw_set_site {
  int32_t place_i;
  tw_dim dim;
  const char *purpose, *stream;
  bool has_part;
} tw_set_site;
int32_t tw_set_draws(struct tw_compiler *compiler, const tw_set_def *def, const tw_set_site *site);

#endif
