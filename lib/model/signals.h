// signals.h - the states and outputs of machine models that a run writes down, and how. Every one that a line has is
// listed, with the way that the line file asks for (doc/signal_def.h); the recorder (observe/recorder_curve.c)
// takes from here what it follows.

#ifndef TW_MODEL_SIGNALS_H
#define TW_MODEL_SIGNALS_H

#include "doc/signal_def.h"

struct tw_compiler;

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

// Behind the models: lists all signals of the line, and resolves what its "record" names.
void tw_signals_compile(struct tw_compiler *compiler);

#endif
