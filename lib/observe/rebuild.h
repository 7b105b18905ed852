// rebuild.h - a signal from the rows of the table curves: between two rows the cubic with their values and
// slopes (Hermite's), between samples, which have no slope, a straight line.

#ifndef TW_OBSERVE_REBUILD_H
#define TW_OBSERVE_REBUILD_H

#include <stdbool.h>
#include <stdint.h>

// Rows of one signal of one replication, in their order.
typedef struct tw_curve_rows {
  int64_t n;
  const double *time_s, *value, *slope, *error;  // [n]
} tw_curve_rows;

// The signal at an instant, behind a jump on it; NaN outside of the record and where it has a gap. error: how
// far the solver's curve is away at most; NaN: not known.
void tw_curve_rebuild(const tw_curve_rows *rows, double time_s, double *value, double *error);

#endif
