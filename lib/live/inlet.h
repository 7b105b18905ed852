// inlet.h - events as they come from a plant: late, out of order, twice, or not at all. They wait
// until nothing that is allowed to be late can come before them, and leave in an order that does
// not depend on the order in which they came. Memory is bounded by the events that may wait.

#ifndef TW_LIVE_INLET_H
#define TW_LIVE_INLET_H

#include "live/log.h"

// An event with its names; texts are copied. NULL: none.
typedef struct tw_inlet_event {
  int64_t time_us, lo_us, hi_us;
  int64_t sequence;  // number that its sender gave it, rising; below 0: it has none
  const char *entity, *part, *type, *what, *measure;
  int32_t unit, transition;
  double value;
} tw_inlet_event;

typedef struct tw_inlet tw_inlet;

// lateness_us: by how much an event may come behind a later one. n_max: events that may wait; 0: as
// many as the limit says. NULL: memory is short.
tw_inlet *tw_inlet_new(int64_t lateness_us, int64_t n_max, bool is_aware, const tw_memory *memory);
void tw_inlet_free(tw_inlet *inlet);

// Takes one event in. One that is later than allowed, and one that is there already, is found and
// left out. Where too many wait, the first of them leaves early. TWIN_ERR_ARGUMENT: it has no
// entity, no transition or no instant.
twin_status tw_inlet_push(tw_inlet *inlet, const tw_inlet_event *event);

// The sender's clock shows this instant: nothing that is due before it, less the lateness, will
// come any more.
twin_status tw_inlet_advance(tw_inlet *inlet, int64_t now_us);

// Hands over the events that have left so far, as a sealed log with what was found; is_end: those
// that wait leave, too.
twin_status tw_inlet_take(tw_inlet *inlet, bool is_end, tw_event_log **log);

// Events that wait.
int64_t tw_inlet_waiting(const tw_inlet *inlet);

#endif
