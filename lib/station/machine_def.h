// machine_def.h - the machine station as the line file writes it.

#ifndef TW_STATION_MACHINE_DEF_H
#define TW_STATION_MACHINE_DEF_H

#include "model/field.h"

struct tw_compiler;

extern const tw_table tw_machine_def_table;
extern const tw_table tw_inspection_def_table;  // the same and what inspection_def.h adds
const tw_map *tw_machine_defects(const void *def);
int32_t tw_machine_exits(const void *def, const char **names, int32_t max);
void tw_machine_compile(struct tw_compiler *compiler, int32_t place_i, const void *def);

#endif
