// tables.h - the state tables of the common records, for layout, hash, snapshot and difference.

#ifndef TW_ENGINE_TABLES_H
#define TW_ENGINE_TABLES_H

#include "engine/records.h"

#define TW_N_FIELD(fields) ((int32_t)(sizeof(fields) / sizeof((fields)[0])))

extern const tw_state_table tw_head_state_table, tw_heap_entry_state_table, tw_position_state_table, tw_mark_word_state_table,
    tw_place_state_state_table, tw_machine_state_table, tw_mode_state_state_table, tw_stream_state_state_table,
    tw_edge_state_state_table, tw_worker_state_state_table, tw_machine_stat_state_table, tw_place_stat_state_table,
    tw_pool_state_state_table, tw_wait_state_table, tw_group_stat_state_table, tw_setup_state_state_table,
    tw_early_state_table, tw_factor_state_table, tw_cause_state_state_table, tw_stock_state_state_table, tw_duty_state_table,
    tw_stop_stat_state_table, tw_mode_stat_state_table, tw_scrap_stat_state_table, tw_shift_state_table,
    tw_part_type_stat_state_table, tw_histogram_state_table,
    tw_quality_state_table, tw_defect_stat_state_table, tw_made_stat_state_table,
    tw_loop_state_state_table, tw_order_state_state_table, tw_tardiness_state_table, tw_part_state_table, tw_carried_state_table,
    tw_body_state_state_table, tw_variable_state_table, tw_word_state_table, tw_model_event_state_state_table,
    tw_output_state_table, tw_machine_energy_state_table, tw_part_energy_state_table,
    tw_tariff_energy_state_table, tw_line_energy_state_table;

#endif
