// event_log.h - small event logs from texts, and what was found in them as one readable line.

#ifndef TW_TESTS_EVENT_LOG_H
#define TW_TESTS_EVENT_LOG_H

#include "base/text.h"
#include "live/assess.h"
#include "live/map.h"

// A mapping from JSON with ' for "; NULL when it is refused, then `why` has the problems, each
// "CODE POINTER; ".
tw_log_map *test_log_map(const char *quoted, tw_text *why);

// A sealed log from CSV; map NULL: the library's own. NULL when it is refused.
tw_event_log *test_event_log(const char *csv, const tw_log_map *map, tw_text *why);

// A log of rows "SECONDS transition entity part", separated by ";", without a zone: "0 start saw
// p1; 5 complete saw p1".
tw_event_log *test_short_log(const char *rows);

// What was found, in the order of the list: "LINE CODE; ".
void test_findings(const tw_findings *findings, tw_text *out);

#endif
