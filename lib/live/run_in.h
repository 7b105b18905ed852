// run_in.h - a run file is a log: what the simulator recorded, as a plant would have reported it.

#ifndef TW_LIVE_RUN_IN_H
#define TW_LIVE_RUN_IN_H

#include "live/log.h"

// Reads the table "events" of one replication into a new log that is not sealed yet; stops and
// goings-on of work come from its table "intervals", where there is one. Instants are those of the
// line's clock. TWIN_ERR_FILE: it is no run file, or has no events.
twin_status tw_run_log_read(tw_event_log **log, const char *path, int32_t replication,
                            const tw_memory *memory, twin_problems *problems);

#endif
