// time_def.h - process time as the line file writes it: a value, which may have a factor beside it.

#ifndef TW_KEYS_TIME_DEF_H
#define TW_KEYS_TIME_DEF_H

#include "field/field.h"

// Process time: a value, or an object that has a factor beside it.
typedef struct tw_time_def {
  tw_value value;
  tw_expr_text factor;
} tw_time_def;

extern const tw_custom tw_time_custom;

#endif
