// finish_def.h - "finish" of a station: processing ends when a condition on the states of the machine's models
// has held for a soak.

#ifndef TW_STATION_FINISH_DEF_H
#define TW_STATION_FINISH_DEF_H

#include "model/field.h"

struct tw_compiler;

typedef struct tw_finish_def {
  tw_expr_text when;
  tw_value soak;
} tw_finish_def;

extern const tw_table tw_finish_table;

// False: the station has none.
bool tw_finish_compile(struct tw_compiler *compiler, int32_t place_i, const tw_finish_def *def,
                       const char *stream);

#endif
