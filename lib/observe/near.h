// near.h - whose causes may have changed: stations that look at each other through queues, and how
// far a change can be seen. A waiting station passes the look on, so a change is seen from behind
// it too; everybody else keeps the cause he has. Makes the work of an observer that of a change,
// not of a line.

#ifndef TW_OBSERVE_NEAR_H
#define TW_OBSERVE_NEAR_H

#include "engine/run.h"

typedef struct tw_near tw_near;

// NULL when memory is short.
tw_near *tw_near_new(const tw_line *line);
void tw_near_free(tw_near *near);

// Something changed at a place, or everywhere.
void tw_near_touch(tw_near *near, int32_t place_i);
void tw_near_touch_all(tw_near *near);

// Gives the stations that can see what changed since the last call, as the run is now; the list
// stays until the next call.
const int32_t *tw_near_spread(tw_near *near, const tw_run *run, int32_t *n);

#endif
