// sets.h - compiles what a completion ("sets") or the end of a failure or maintenance ("set") gives other values;
// doc/set_def.h reads it, engine/sets.h carries it out.

#ifndef TW_KEYS_SETS_H
#define TW_KEYS_SETS_H

#include "doc/set_def.h"
#include "engine/run.h"

struct tw_compiler;

// Resolves the targets, compiles the values, makes the draw sites. Comes after the place's machines.
tw_station_sets tw_sets_compile(struct tw_compiler *compiler, int32_t place_i, const tw_map *sets,
                                const char *stream);

// "set" of the failure or maintenance `name`, the next mode of a machine: equal machines share it.
tw_station_sets tw_mode_sets_compile(struct tw_compiler *compiler, int32_t machine_i, const tw_map *set,
                                     const char *name, const char *stream);

#endif
