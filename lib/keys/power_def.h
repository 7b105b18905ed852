// power_def.h - the key "power" of stations: what each machine draws, by state.

#ifndef TW_KEYS_POWER_DEF_H
#define TW_KEYS_POWER_DEF_H

#include "engine/records.h"
#include "field/field.h"

struct tw_compiler;

// What is drawn in a state: a power, or an expression of one over the states of the machine's models.
typedef struct tw_drawn_def {
  double w;
  tw_expr_text text;
} tw_drawn_def;

// Which of them the file says is known from its node.
typedef struct tw_power_def {
  tw_drawn_def drawn[TW_N_STATE], failed;
} tw_power_def;

extern const tw_table tw_power_table;

// Gives each state its power: its own, else that of "failed", else that of "idle". node: of the station.
void tw_power_compile(struct tw_compiler *compiler, int32_t place_i, const tw_power_def *def,
                      const tw_node *node);

#endif
