// dispatch.h - which part of a queue is served next, where that depends on more than arrival.
// Static keys sort the queue when a part joins it; the others are looked up part by part when a
// machine asks (SEMANTICS 8.4). Larger part priorities come first under each of them.

#ifndef TW_STATION_DISPATCH_H
#define TW_STATION_DISPATCH_H

#include "station/buffer.h"

// Keys that change with time or with who asks.
static inline bool tw_is_scanned(const tw_buffer_param *param) {
  return param->queue == TW_QUEUE_CR || param->queue == TW_QUEUE_SLACK ||
         param->queue == TW_QUEUE_LEAST_SETUP || param->queue == TW_QUEUE_EXPRESSION;
}

// The part of a scanned queue that who asks should take now; TW_NO_PART: none of those that are asked
// for is eligible. A key that is no number comes last; ties: arrival, then part id (SEMANTICS 4.5).
uint32_t tw_dispatch_pick(const tw_run *run, const tw_buffer_param *param, const tw_buffer *buffer,
                          const struct tw_offer *asked);

// Gives a part that joins a sorted queue its key; draws its process time under "spt".
void tw_dispatch_key(tw_run *run, int32_t place_i, uint32_t part_i);

// True for a queue whose parts have their process time with them, in their key.
bool tw_keeps_time(const tw_run *run, int32_t place_i);

// Draws a process time in seconds: of the step of the part's route where that says one, from route_site.
double tw_draw_process_s(tw_run *run, int32_t time_site, int32_t route_site, const tw_part *part);

#endif
