// signal_def.h - which states and outputs of machine models a run writes down, and how, as the line file says it: the
// member "signals" of "record".

#ifndef TW_DOC_SIGNAL_DEF_H
#define TW_DOC_SIGNAL_DEF_H

#include "field/field.h"

typedef enum tw_signal_way {
  TW_SIGNAL_LEFT_OUT,   // the line file does not name it
  TW_SIGNAL_SAMPLED,    // its value at whole multiples of a period
  TW_SIGNAL_ON_CHANGE,  // where it jumps or its slope turns: the ends of segments
  TW_SIGNAL_KNOTS       // value and slope so often that a cubic between them is as exact as asked for
} tw_signal_way;

// Their words, [TW_SIGNAL_KNOTS + 1]; NULL: left out.
extern const char *const tw_signal_way_names[];

// As the line file says.
typedef struct tw_signal_def {
  const char *path;     // "furnace.heat.T", "cnc[1].tool.wear"
  const tw_node *node;
  int32_t way;
  double period_s;      // SAMPLED
  const tw_node *within;  // KNOTS: "0.1 K"; NULL: none was said
} tw_signal_def;

// The member "signals" of "record": a tw_map of tw_signal_def.
extern const tw_custom tw_signals_custom;

// What a name of the format says: "cnc[2].tool.wear".
typedef struct tw_signal_name {
  char place[128];     // "cnc"; of a shared model its name
  int32_t number;      // of the machine, from 1; 0: none is said; -1: what stands there is no number
  const char *series;  // "tool.wear"; in the path
} tw_signal_name;
tw_signal_name tw_signal_name_of(const char *path);

#endif
