// nominal.h - what expressions and machine models say before anything is simulated: an expression for a part that
// was never reworked, long after the last setup and stop, with the states of models as they are at the start;
// and how long processing takes where the line file gives no time but a rate or a condition. Looks at a line
// and integrates its models on runs of its own; no run of anybody's is touched. For one thread.
//
// A process time by models: the states stand at the start, and parts of one type come one right behind the
// other, with the mean times of loading, unloading and soaking and what the station's "sets" do. The first part
// that takes as long as the next one, to 1 %, is what counts: a furnace is as warm as the part before has left
// it, and a tool that wears slowly is new. Nothing fails, no maintenance comes, and other machines stand idle.

#ifndef TW_OBSERVE_NOMINAL_H
#define TW_OBSERVE_NOMINAL_H

#include "model/line.h"
#include "station/machine.h"

typedef struct tw_nominal tw_nominal;

// NULL when memory is short. The line must outlive it.
tw_nominal *tw_nominal_new(const tw_line *line);
void tw_nominal_free(tw_nominal *nominal);

// The parameters of a station that works on parts; NULL: another kind of place.
const tw_station_param *tw_nominal_station(const tw_line *line, int32_t place_i);

// Does its processing end by a condition or a rate, so that no draw site has its time?
static inline bool tw_nominal_is_asked(const tw_station_param *param) {
  return param != NULL && (param->has_finish || param->rate != NULL);
}

// The mean of a site for a part type (TW_NONE: none); 0 where there is no site, or no finite mean.
double tw_nominal_mean_s(const tw_line *line, int32_t site_i, int32_t type);

// An expression of a place.
double tw_nominal_value(const tw_nominal *nominal, int32_t place_i, const tw_expr *expr, int32_t type);

// Process time of a type at a station of which tw_nominal_is_asked; worked out when it is first asked for. NAN: it
// is not known, because the condition is not met within the horizon (30 days where the file has none).
double tw_nominal_process_s(tw_nominal *nominal, int32_t place_i, int32_t type);

// On what such a time depends: the states that the condition or the rate reads, "heat.T, tool.wear".
const char *tw_nominal_depends(const tw_line *line, int32_t place_i);

#endif
