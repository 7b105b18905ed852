// maintenance_def.h - maintenance as the line file writes it; for every kind that has machines.

#ifndef TW_KEYS_MAINTENANCE_DEF_H
#define TW_KEYS_MAINTENANCE_DEF_H

#include "model/line.h"

struct tw_compiler;

extern const tw_table tw_maintenance_table;

// Some maintenance throws the part away.
bool tw_maintenance_can_scrap(const tw_map *maintenance);

// Gives one machine its maintenance, behind its failure modes.
void tw_maintenance_compile(struct tw_compiler *compiler, int32_t machine_i,
                            const tw_map *maintenance, const char *stream);

// What number i of them renews.
const tw_weights *tw_maintenance_renews(const tw_map *maintenance, int32_t i);

// Names of modes that a repair or maintenance renews, {"spindle": 0.8}; all modes of the machine are
// compiled already.
void tw_renewals_compile(struct tw_compiler *compiler, int32_t mode_i, const tw_weights *renews);

#endif
