// push_def.h - the key "push" of stations: which of several places behind it gets a part.

#ifndef TW_KEYS_PUSH_DEF_H
#define TW_KEYS_PUSH_DEF_H

#include "field/field.h"

typedef struct tw_push_def {
  int32_t rule;  // tw_push
  tw_weights share;
} tw_push_def;

extern const tw_table tw_push_table;

#endif
