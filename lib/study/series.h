// series.h - figures along runs: each run is cut into slices of one length, and a figure of a slice
// is what it is over that slice alone. For the check of a warm-up and for batch means.

#ifndef TW_STUDY_SERIES_H
#define TW_STUDY_SERIES_H

#include <twin/run.h>

#include "engine/run.h"

typedef struct tw_series_setup {
  tw_line *line;
  uint64_t seed;
  uint32_t first_replication, n_replication;
  uint32_t n_thread;  // 0: as many as there are processors
  int64_t from_us, until_us;
  uint32_t n_slice;
  const uint64_t *quantity;  // [n_quantity] of the line
  size_t n_quantity;
} tw_series_setup;

// Runs the replications on several threads; each is written by one of them, so the values are the
// same on any number. values: [n_replication][n_slice][n_quantity], NAN where a slice has none. The
// error is that of the lowest replication that has one.
twin_status tw_series_run(const tw_series_setup *setup, double *values, twin_problems *problems);

#endif
