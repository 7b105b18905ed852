// sets.h - what the completion of a part or the end of a repair gives other values: states of the machine's
// models, and attributes of the part that is on it (SEMANTICS 5.4).

#ifndef TW_ENGINE_SETS_H
#define TW_ENGINE_SETS_H

#include "engine/run.h"

// All values are found first, from what was before, then written; those of a part only where one is on the
// machine. key: of the line file, for what is said of a value that is no number.
void tw_sets_apply(tw_run *run, tw_station_sets sets, int32_t machine_i, const char *key);

// An attribute of a part gets another value, and the models of its machine look at it.
void tw_part_write(tw_run *run, int32_t machine_i, int32_t attribute_i, double value);

#endif
