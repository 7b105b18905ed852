// signals.h - which states and outputs of machine models a run writes down, and how: the member "signals" of
// "record". Every one that a line has is listed, with the way that the line file asks for; the recorder
// (observe/recorder_curve.c) takes from here what it follows.

#ifndef TW_MODEL_SIGNALS_H
#define TW_MODEL_SIGNALS_H

#include "model/field.h"

struct tw_compiler;

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

// A state or output of one machine's models, or of a shared model.
typedef struct tw_signal {
  int32_t place_i, machine_i;  // TW_NONE: shared
  int32_t series;              // number in tw_model_names
  int32_t member, i;           // of the line; number among the states or outputs of its system
  int32_t way;
  bool is_output, is_linear;   // linear in the states: what only may be other than SAMPLED
  bool is_of_machine;          // named with the machine's number, which counts more than without
  int64_t period_us;           // SAMPLED
  double tolerance;            // in SI; 0: 1e-4 of the usual size of the states it is made of
} tw_signal;

// What a name of the format says: "cnc[2].tool.wear".
typedef struct tw_signal_name {
  char place[128];     // "cnc"; of a shared model its name
  int32_t number;      // of the machine, from 1; 0: none is said; -1: what stands there is no number
  const char *series;  // "tool.wear"; in the path
} tw_signal_name;
tw_signal_name tw_signal_name_of(const char *path);

// Behind the models: lists all signals of the line, and resolves what its "record" names.
void tw_signals_compile(struct tw_compiler *compiler);

#endif
