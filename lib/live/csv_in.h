// csv_in.h - CSV logs in, by a mapping file. A row that cannot be read is found and left out; the
// others go on.

#ifndef TW_LIVE_CSV_IN_H
#define TW_LIVE_CSV_IN_H

#include "live/csv_scan.h"
#include "live/map.h"

// Reads all rows into a new log, which is not sealed yet. map: NULL is that of the library's own
// CSV logs. file: its name for problems. TWIN_ERR_FILE: a column of the mapping is not there, or
// there are too many events.
twin_status tw_csv_log_read(tw_event_log **log, tw_byte_source source, const char *file,
                            const tw_log_map *map, const tw_memory *memory,
                            twin_problems *problems);

#endif
