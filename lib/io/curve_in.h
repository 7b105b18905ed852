// curve_in.h - the rows of one signal out of the table curves of a run file.

#ifndef TW_IO_CURVE_IN_H
#define TW_IO_CURVE_IN_H

#include "io/run_file.h"
#include "observe/rebuild.h"

typedef struct tw_stored_curve {
  tw_curve_rows rows;
  const char *unit;  // of the values; the reader's
  double *memory;  // of the rows
  const tw_memory *from;  // the reader's
} tw_stored_curve;

// Reads a signal of a replication by its name, "cnc[2].tool.wear". On TWIN_OK the caller frees it.
// TWIN_ERR_NOT_FOUND: it is not there; TWIN_ERR_ARGUMENT: several machines have it and none is said.
twin_status tw_stored_curve_read(tw_stored_curve *curve, const tw_run_reader *reader, int32_t replication,
                                 const char *signal, twin_problems *problems);
void tw_stored_curve_free(tw_stored_curve *curve);

#endif
