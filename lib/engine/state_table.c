// state_table.c - the state tables of the records that every run block has, made from the lists in
// records.h. Kinds add their own tables beside their code.

#include "engine/state_table.h"

#include <string.h>

#include "base/assert.h"
#include "engine/tables.h"

bool tw_state_table_equal(const tw_state_table *a, const tw_state_table *b) {
  if (a == b) return true;
  if (strcmp(a->name, b->name) != 0 || a->size != b->size || a->n_field != b->n_field) return false;
  for (int32_t i = 0; i < a->n_field; i++) {
    const tw_state_field *one = &a->field[i], *other = &b->field[i];
    const bool is_alike = one->type == other->type && one->offset == other->offset &&
                          one->count == other->count && one->role == other->role &&
                          one->bound == other->bound;
    if (!is_alike || strcmp(one->name, other->name) != 0) return false;
  }
  return true;
}

uint32_t tw_state_type_size(tw_state_type type) {
  switch (type) {
  case TW_I64:
  case TW_U64:
  case TW_F64: return 8;
  case TW_I32:
  case TW_U32: return 4;
  case TW_U8: return 1;
  }
  return 0;
}

int64_t tw_state_get(const char *at, tw_state_type type) {
  int64_t wide;
  int32_t narrow;
  uint32_t u32;
  switch (type) {
  case TW_I64:
  case TW_U64:
  case TW_F64: memcpy(&wide, at, sizeof wide); return wide;
  case TW_I32: memcpy(&narrow, at, sizeof narrow); return narrow;
  case TW_U32: memcpy(&u32, at, sizeof u32); return u32;
  case TW_U8: return *(const uint8_t *)at;
  }
  return 0;
}

void tw_state_put(char *at, tw_state_type type, int64_t value) {
  const int32_t narrow = (int32_t)value;
  switch (type) {
  case TW_I64:
  case TW_U64:
  case TW_F64: memcpy(at, &value, sizeof value); break;
  case TW_I32:
  case TW_U32: memcpy(at, &narrow, sizeof narrow); break;
  case TW_U8: *(uint8_t *)at = (uint8_t)value; break;
  }
}

void tw_state_clear_gaps(const tw_state_table *table, char *at, size_t n) {
  uint32_t end = 0;
  for (int32_t i = 0; i <= table->n_field; i++) {
    const tw_state_field *field = &table->field[i];
    const uint32_t next = i < table->n_field ? field->offset : table->size;
    TW_ASSERT(next >= end);  // fields stand in their order in memory
    for (size_t k = 0; next > end && k < n; k++) memset(at + k * table->size + end, 0, next - end);
    if (i < table->n_field) end = next + field->count * tw_state_type_size(field->type);
  }
}

#define TW_TABLE(record, title, FIELDS)                                     \
  static const tw_state_field record##_fields[] = {FIELDS(TW_STATE_ENTRY)}; \
  const tw_state_table record##_state_table = {title, (uint32_t)sizeof(record),   \
                                         TW_N_FIELD(record##_fields), record##_fields};

#define TW_STATE_OF tw_head
TW_TABLE(tw_head, "head", TW_HEAD_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_heap_entry
TW_TABLE(tw_heap_entry, "heap", TW_HEAP_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_position
TW_TABLE(tw_position, "position", TW_POSITION_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_mark_word
TW_TABLE(tw_mark_word, "mark", TW_MARK_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_place_state
TW_TABLE(tw_place_state, "place", TW_PLACE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_machine
TW_TABLE(tw_machine, "machine", TW_MACHINE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_mode_state
TW_TABLE(tw_mode_state, "mode", TW_MODE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_stream_state
TW_TABLE(tw_stream_state, "stream", TW_STREAM_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_edge_state
TW_TABLE(tw_edge_state, "edge", TW_EDGE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_worker_state
TW_TABLE(tw_worker_state, "worker", TW_WORKER_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_machine_stat
TW_TABLE(tw_machine_stat, "machine_stat", TW_MACHINE_STAT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_place_stat
TW_TABLE(tw_place_stat, "place_stat", TW_PLACE_STAT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_pool_state
TW_TABLE(tw_pool_state, "pool", TW_POOL_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_wait
TW_TABLE(tw_wait, "wait", TW_WAIT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_group_stat
TW_TABLE(tw_group_stat, "group", TW_GROUP_STAT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_setup_state
TW_TABLE(tw_setup_state, "setup", TW_SETUP_STATE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_early
TW_TABLE(tw_early, "early", TW_EARLY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_factor
TW_TABLE(tw_factor, "machine_factor", TW_FACTOR_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_cause_state
TW_TABLE(tw_cause_state, "cause", TW_CAUSE_STATE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_stock_state
TW_TABLE(tw_stock_state, "stock", TW_STOCK_STATE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_duty
TW_TABLE(tw_duty, "duty", TW_DUTY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_stop_stat
TW_TABLE(tw_stop_stat, "stop", TW_STOP_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_mode_stat
TW_TABLE(tw_mode_stat, "mode_stat", TW_MODE_STAT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_scrap_stat
TW_TABLE(tw_scrap_stat, "scrap", TW_SCRAP_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_shift
TW_TABLE(tw_shift, "shift", TW_SHIFT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_part_type_stat
TW_TABLE(tw_part_type_stat, "part_type", TW_PART_TYPE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_histogram
TW_TABLE(tw_histogram, "histogram", TW_HISTOGRAM_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_quality
TW_TABLE(tw_quality, "quality", TW_QUALITY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_defect_stat
TW_TABLE(tw_defect_stat, "defect", TW_DEFECT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_made_stat
TW_TABLE(tw_made_stat, "made_defect", TW_MADE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_loop_state
TW_TABLE(tw_loop_state, "loop", TW_LOOP_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_order_state
TW_TABLE(tw_order_state, "order", TW_ORDER_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_tardiness
TW_TABLE(tw_tardiness, "tardiness", TW_TARDINESS_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_body_state
TW_TABLE(tw_body_state, "body", TW_BODY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_variable
TW_TABLE(tw_variable, "variable", TW_VARIABLE_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_word
TW_TABLE(tw_word, "word", TW_WORD_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_model_event_state
TW_TABLE(tw_model_event_state, "model_event", TW_MODEL_EVENT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_output
TW_TABLE(tw_output, "output", TW_OUTPUT_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_machine_energy
TW_TABLE(tw_machine_energy, "machine_energy", TW_MACHINE_ENERGY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_part_energy
TW_TABLE(tw_part_energy, "part_type_energy", TW_PART_ENERGY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_tariff_energy
TW_TABLE(tw_tariff_energy, "tariff_energy", TW_TARIFF_ENERGY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_line_energy
TW_TABLE(tw_line_energy, "line_energy", TW_LINE_ENERGY_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_part
TW_TABLE(tw_part, "part", TW_PART_FIELDS)
#undef TW_STATE_OF
#define TW_STATE_OF tw_carried
TW_TABLE(tw_carried, "carried", TW_CARRIED_FIELDS)
#undef TW_STATE_OF
