// out.h - logs out: CSV and OCEL as the library reads them back, XES for process mining.

#ifndef TW_LIVE_OUT_H
#define TW_LIVE_OUT_H

#include "live/log.h"

// Where bytes go; false when they could not be written.
typedef struct tw_byte_target {
  bool (*write)(void *user, const char *bytes, size_t n);
  void *user;
} tw_byte_target;

// Writes a sealed log. The same log gives the same bytes, and what is read back from them gives
// them again.
bool tw_csv_log_write(const tw_event_log *log, tw_byte_target target);
bool tw_ocel_log_write(const tw_event_log *log, tw_byte_target target);
bool tw_xes_log_write(const tw_event_log *log, tw_byte_target target);

#endif
