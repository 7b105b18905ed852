// sets.h - what the completion of a part gives other values: states of the machine's models, and
// attributes that the part carries (SEMANTICS 5.4). Values are expressions, random values, or something
// that is added.

#ifndef TW_STATION_SETS_H
#define TW_STATION_SETS_H

#include "engine/run.h"
#include "model/field.h"

struct tw_compiler;

enum { TW_SETS_MAX = 64 };  // of one station

typedef struct tw_station_set {
  const char *name;      // "tool.wear", "part.runout"
  int32_t variable;      // of the station; TW_NONE: an attribute of the part
  int32_t attribute_i;
  bool is_added;         // to what it was
  const tw_expr *value;  // NULL: drawn
  int32_t site;          // of machine number 0, the others behind it
} tw_station_set;

typedef struct tw_station_sets {
  int32_t n;
  const tw_station_set *at;  // [n] in file order
} tw_station_sets;

// "sets": {"tool.wear": {"add": {"exponential": {"mean": 0.02}}}} as a tw_map of what follows.
typedef struct tw_set_def {
  tw_def def;
  const tw_node *value;
  bool is_added;
} tw_set_def;
extern const tw_custom tw_sets_custom;

// Resolves the targets, compiles the values, makes the draw sites. Comes after the place's machines.
tw_station_sets tw_sets_compile(struct tw_compiler *compiler, int32_t place_i, const tw_map *sets,
                                const char *stream);

// A part is completed on a machine: all values are found first, from what was before, then written.
void tw_sets_apply(tw_run *run, const tw_station_sets *sets, int32_t machine_i);

#endif
