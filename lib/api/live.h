// live.h - the public event log inside: the log, and what was found out about it once somebody
// asked.

#ifndef TW_API_LIVE_H
#define TW_API_LIVE_H

#include <twin/live.h>

#include "api/table.h"
#include "live/assess.h"
#include "live/map.h"

struct twin_event_map {
  tw_log_map *map;
};

struct twin_event_log {
  tw_event_log *log;
  bool is_assessed;
  tw_assessment assessment;
};

// A log for the caller; takes what is inside in every case.
twin_status tw_api_event_log_give(twin_event_log **log, tw_event_log *inside,
                                  twin_problems *problems);

#endif
