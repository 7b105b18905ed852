// ocel_in.h - OCEL 2.0 in JSON, in: each event becomes a row of cells, which the same mapping files
// read as those of a CSV log.

#ifndef TW_LIVE_OCEL_IN_H
#define TW_LIVE_OCEL_IN_H

#include "live/map.h"

// A text with OCEL, and its name for problems.
typedef struct tw_ocel_text {
  const char *at;
  size_t n;
  const char *file;
} tw_ocel_text;

// Reads all events into a new log that is not sealed yet. Columns for the mapping: "ocel:id",
// "ocel:activity", "ocel:time", "ocel:type:T" and "ocel:qualifier:Q" for the object of type T, or
// related as Q, several with a blank between, and each attribute of events by its name. map: NULL
// is that of the OCEL that the library writes. TWIN_ERR_FILE: it is none.
twin_status tw_ocel_log_read(tw_event_log **log, const tw_ocel_text *text, const tw_log_map *map,
                             const tw_memory *memory, twin_problems *problems);

#endif
