// pull.h - which of several queues a free machine takes its next part from.

#ifndef TW_STATION_PULL_H
#define TW_STATION_PULL_H

#include "engine/flow.h"
#include "station/machine.h"

// The offer that the station's rule chooses; false: none now. *is_other_queue is set when a polling
// station has to change over before it takes it.
bool tw_pull_offer(tw_run *run, int32_t place_i, const tw_station_param *param, tw_offer *offer,
                   bool *is_other_queue);

// Number of a feeder in the order of the rule: 0 is served first.
int32_t tw_pull_rank(const tw_run *run, const tw_station_param *param, int32_t from);

#endif
