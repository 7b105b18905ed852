// failure_def.h - failure modes as the line file writes them; for every kind that has machines.

#ifndef TW_KEYS_FAILURE_DEF_H
#define TW_KEYS_FAILURE_DEF_H

#include "field/field.h"

struct tw_compiler;

extern const tw_table tw_failure_table;

// An interval is a time, or a count where the clock beside it counts cycles.
extern const tw_custom tw_interval_custom;

// Some mode throws the part away.
bool tw_failures_can_scrap(const tw_map *failures);

// Gives every machine of the place its ways to go down: failures, common causes that name the place,
// maintenance. Comes after the place's machines are compiled.
void tw_modes_compile(struct tw_compiler *compiler, int32_t place_i, const tw_map *failures,
                      const tw_map *maintenance, const char *stream);

#endif
