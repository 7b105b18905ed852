// source_def.h - the source as the line file writes it.

#ifndef TW_STATION_SOURCE_DEF_H
#define TW_STATION_SOURCE_DEF_H

#include "doc/kind.h"
#include "field/field.h"

struct tw_compiler;

extern const tw_table tw_source_table;
void tw_source_makes(const void *def, tw_made_function *add, void *user);

// "3 shaft-A", or "shaft-A" for one; part is set in any case, false: that is no count of parts.
bool tw_entry_read(const char *text, int64_t *quantity, const char **part);
void tw_source_compile(struct tw_compiler *compiler, int32_t place_i, const void *def);

#endif
