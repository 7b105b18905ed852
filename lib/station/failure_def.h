// failure_def.h - failure modes as the line file writes them; for every kind that has machines.

#ifndef TW_STATION_FAILURE_DEF_H
#define TW_STATION_FAILURE_DEF_H

#include "model/field.h"

struct tw_compiler;

extern const tw_table tw_failure_table;

// Some mode throws the part away.
bool tw_failures_can_scrap(const tw_map *failures);

// Gives every machine of the place its modes. Comes after the place's machines are compiled.
void tw_failures_compile(struct tw_compiler *compiler, int32_t place_i, const tw_map *failures,
                         const char *stream);

#endif
