// map_inner.h - what the tables and the reader of mapping files share.

#ifndef TW_LIVE_MAP_INNER_H
#define TW_LIVE_MAP_INNER_H

#include "live/map.h"

extern const tw_table tw_log_map_table, tw_log_cell_table;

// Checks over several fields (map.c).
void tw_log_map_check(const void *object, const tw_node *node, const tw_reader *reader);
void tw_log_value_check(const void *object, const tw_node *node, const tw_reader *reader);

#endif
