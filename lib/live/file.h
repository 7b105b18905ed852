// file.h - logs in files: read by what their first bytes are, written by what is asked for.

#ifndef TW_LIVE_FILE_H
#define TW_LIVE_FILE_H

#include "live/map.h"
#include "live/out.h"

// Reads a file into a sealed log: a run file, its replication 0, OCEL in JSON, or CSV.
twin_status tw_event_log_load(tw_event_log **log, const char *path, const tw_log_map *map,
                              const tw_memory *memory, twin_problems *problems);

// Reads a replication of a run file.
twin_status tw_event_log_of_run(tw_event_log **log, const char *path, int32_t replication,
                                const tw_memory *memory, twin_problems *problems);

// CSV or OCEL from memory. file: its name for problems.
typedef struct tw_log_bytes {
  const char *at;
  size_t n;
  const char *file;
} tw_log_bytes;
twin_status tw_event_log_parse(tw_event_log **log, const tw_log_bytes *bytes, const tw_log_map *map,
                               const tw_memory *memory, twin_problems *problems);

// Writes a file, by its name: .json or .jsonocel is OCEL, .xes XES, everything else CSV. One that
// could not be written whole is removed.
twin_status tw_event_log_save(const tw_event_log *log, const char *path, twin_problems *problems);

#endif
