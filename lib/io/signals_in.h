// signals_in.h - which signals of machine models the table curves of a run file has rows of.

#ifndef TW_IO_SIGNALS_IN_H
#define TW_IO_SIGNALS_IN_H

#include "base/text.h"
#include "io/run_file.h"

// One signal of one replication. Numbers are those of the file's words; station -1: a shared model.
typedef struct tw_stored_signal {
  int32_t replication, station, machine, signal;
  const char *unit;  // of its first row; the reader's, NULL: none
  int64_t n_row;
} tw_stored_signal;

// By replication, station, machine, signal.
typedef struct tw_stored_signals {
  int32_t n, capacity;
  tw_stored_signal *at;  // [n]
  const tw_words *stations, *signals;
  const tw_memory *memory;  // the reader's
} tw_stored_signals;

// Reads all of them. On TWIN_OK the caller frees the list. TWIN_ERR_NOT_FOUND: the file has no
// curves.
twin_status tw_stored_signals_read(tw_stored_signals *list, const tw_run_reader *reader,
                                   twin_problems *problems);
void tw_stored_signals_free(tw_stored_signals *list);

// Adds the name of signal i, "cnc[2].tool.wear", as tw_stored_curve_read takes it.
void tw_stored_signal_name(const tw_stored_signals *list, int32_t i, tw_text *name);

#endif
