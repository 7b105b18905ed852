// buffer_def.h - the buffer as the line file writes it.

#ifndef TW_STATION_BUFFER_DEF_H
#define TW_STATION_BUFFER_DEF_H

#include "field/field.h"

struct tw_kind;
struct tw_compiler;

extern const tw_table tw_buffer_def_table;
int32_t tw_buffer_exits(const struct tw_kind *kind, const void *def, const char **names, int32_t max);
void tw_buffer_compile(struct tw_compiler *compiler, int32_t place_i, const void *def);
void tw_buffer_link(struct tw_compiler *compiler, int32_t place_i);

#endif
