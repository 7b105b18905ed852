// power_def.h - the key "power" of stations: what each machine draws, by state.

#ifndef TW_STATION_POWER_DEF_H
#define TW_STATION_POWER_DEF_H

#include "engine/records.h"
#include "model/field.h"

struct tw_compiler;

// In W; which of them the file says is known from its node.
typedef struct tw_power_def {
  double state_w[TW_N_STATE];
  double failed_w;
} tw_power_def;

extern const tw_table tw_power_table;

// Gives each state its power: its own, else that of "failed", else that of "idle". node: of the station.
void tw_power_compile(struct tw_compiler *compiler, int32_t place_i, const tw_power_def *def,
                      const tw_node *node);

#endif
