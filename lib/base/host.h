// host.h - what a host lends: its memory and its ear. A line has one; everything that is made from
// it tells its notices there. Nothing is ever printed instead.

#ifndef TW_BASE_HOST_H
#define TW_BASE_HOST_H

#include <stdbool.h>

#include <twin/base.h>

#include "base/memory.h"

typedef struct tw_host {
  tw_memory memory;
  twin_notice_call on_notice;  // NULL: nobody listens
  void *user;
} tw_host;

// Takes over what a host gave (NULL: nothing); false when its struct or its calls are incomplete.
bool tw_host_take(tw_host *host, const twin_host *given);

// Tells the host something, as a warning or note when status is TWIN_OK or positive, else as what
// went wrong. code: "N-STUDY". host may be NULL. Call on the host's own thread only.
void tw_notice(const tw_host *host, twin_severity severity, twin_status status, const char *code,
               const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
