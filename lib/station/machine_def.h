// machine_def.h - the machine station as the line file writes it.

#ifndef TW_STATION_MACHINE_DEF_H
#define TW_STATION_MACHINE_DEF_H

#include "field/field.h"

struct tw_kind;
struct tw_compiler;
struct tw_line;

extern const tw_table tw_machine_def_table;
extern const tw_table tw_inspection_def_table;  // the same and what inspection_def.h adds
const tw_map *tw_machine_defects(const void *def);
const tw_map *tw_machine_dynamics(const void *def);
int32_t tw_machine_exits(const struct tw_kind *kind, const void *def, const char **names, int32_t max);
void tw_machine_compile(struct tw_compiler *compiler, int32_t place_i, const void *def);

// Times of the steps of routes that are done here, by step of the graph; NULL: none says its time.
const struct tw_dist *const *tw_machine_step_times(struct tw_compiler *compiler, int32_t place_i);

// A station without a time of its own: every part that gets here has a step that says it (E-ROUTE).
void tw_machine_check_times(struct tw_compiler *compiler, int32_t place_i);

// Mean process time here, of a step of the graph (-1: none).
double tw_machine_mean_time_s(const struct tw_line *line, int32_t place_i, int32_t part_type,
                              int32_t step_i);

#endif
