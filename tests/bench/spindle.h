// spindle.h - lines for what machine models cost: independent machines that load and process by turns, so
// that every event of the line switches what the models read. The models: none, one or two states that are
// linear, and a spindle with four that are not (its temperature and its housing's, wear, energy).

#ifndef TW_TESTS_SPINDLE_H
#define TW_TESTS_SPINDLE_H

#include "engine/run.h"

#include "bench/bench.h"

typedef enum spindle_model { SPINDLE_NONE, SPINDLE_LINEAR_1, SPINDLE_LINEAR_2, SPINDLE_4 } spindle_model;

// States of SPINDLE_4 in their order, and its events.
enum { SPINDLE_T, SPINDLE_HOUSING, SPINDLE_WEAR, SPINDLE_ENERGY, SPINDLE_N_STATE };
enum { SPINDLE_HOT, SPINDLE_WORN, SPINDLE_N_EVENT };

// Machines of one station have the same model.
enum { SPINDLE_AT_STATION = 10 };

typedef struct spindle_options {
  int n_machine;  // a multiple of that
  spindle_model model;
  bool has_stops;  // failures that interrupt the work, cooling and tool changes that the model asks for
  double rtol;
  bool has_no_statistics;
} spindle_options;

// What the equations of SPINDLE_4 say, in C, for those that are compared with the library.
void spindle_right_side(bool is_processing, const double *y, double *dy);
#define SPINDLE_HOT_K 331.15
#define SPINDLE_HYSTERESIS_K 2.0

// A line that is known to be good, and a run of it.
twin_line *spindle_line(const spindle_options *options);
twin_run *spindle_run(const spindle_options *options);

// Segments that the models have begun: switches of the line, and events of their own.
int64_t spindle_n_switch(twin_run *run);
// Steps, tries that were rejected, and calls of the equations.
int64_t spindle_n_step(twin_run *run);

#endif
