// layout.c - where each section stands in the run block of one line, and the layout hash by which a
// snapshot knows its line. Sections follow records.h, then one per kind with state, then the parts.

#include "base/assert.h"
#include "base/hash.h"
#include "core/marks.h"
#include "engine/run.h"
#include "engine/tables.h"

// Bumped when the meaning of a field changes without its name or type.
enum { TW_STATE_VERSION = 2 };

// Cache lines keep neighbouring sections apart and the heap's 16-byte keys aligned.
enum { TW_SECTION_ALIGN = 16, TW_PARTS_AT_START = 16 };

static uint64_t align_up(uint64_t n) {
  return (n + TW_SECTION_ALIGN - 1) / TW_SECTION_ALIGN * TW_SECTION_ALIGN;
}

static uint64_t hash_table(uint64_t hash, const tw_state_table *table, uint64_t count) {
  hash = tw_hash_text(hash, table->name);
  hash = tw_hash_word(hash, table->size);
  hash = tw_hash_word(hash, count);
  for (int32_t i = 0; i < table->n_field; i++) {
    const tw_state_field *field = &table->field[i];
    hash = tw_hash_text(hash, field->name);
    hash = tw_hash_word(hash, (uint64_t)field->type << 48 | (uint64_t)field->role << 40 |
                                  (uint64_t)field->bound << 32 | field->offset);
    hash = tw_hash_word(hash, field->count);
  }
  return hash;
}

// Appends a section; returns the offset behind it.
static uint64_t add_section(tw_layout *layout, const tw_state_table *table, uint64_t count,
                            uint64_t at) {
  TW_ASSERT(layout->n_section < TW_SECTION_MAX);
  const int32_t i = layout->n_section++;
  layout->table[i] = table;
  layout->count[i] = (uint32_t)count;
  layout->offset[i] = (uint32_t)at;
  layout->hash = hash_table(layout->hash, table, count);
  return align_up(at + count * table->size);
}

// Shifts by which figures are cut, and one for what is off shift.
static uint32_t count_shifts(const tw_line *line) {
  if (line->shift_calendar_i == TW_NONE) return 0;
  return (uint32_t)line->calendar[line->shift_calendar_i].n_shift + 1;
}

static uint64_t add_common_sections(tw_line *line, tw_layout *layout) {
  const uint32_t n_slot = (uint32_t)line->n_slot, n_machine = (uint32_t)line->n_machine;
  const uint32_t n_holder = line->n_group > 0 ? n_machine + (uint32_t)line->n_setup : 0;
  const uint32_t n_shift = count_shifts(line);
  const bool has_energy = line->energy.is_there;
  const struct {
    const tw_state_table *table;
    uint64_t count;
  } common[TW_SECTION_N] = {
      [TW_SECTION_HEAD] = {&tw_head_state_table, 1},
      [TW_SECTION_HEAP] = {&tw_heap_entry_state_table, n_slot},
      [TW_SECTION_POSITION] = {&tw_position_state_table, n_slot},
      [TW_SECTION_MARK] = {&tw_mark_word_state_table, (uint32_t)tw_marks_words(tw_n_mark(line))},
      [TW_SECTION_PLACE] = {&tw_place_state_state_table, (uint32_t)line->n_place},
      [TW_SECTION_MACHINE] = {&tw_machine_state_table, (uint32_t)line->n_machine},
      [TW_SECTION_MODE] = {&tw_mode_state_state_table, (uint32_t)line->n_mode},
      [TW_SECTION_STREAM] = {&tw_stream_state_state_table, (uint32_t)line->n_site},
      [TW_SECTION_EDGE] = {&tw_edge_state_state_table, (uint32_t)line->graph.n_edge},
      [TW_SECTION_WORKER] = {&tw_worker_state_state_table, (uint32_t)line->n_worker},
      [TW_SECTION_POOL] = {&tw_pool_state_state_table, (uint32_t)line->n_pool},
      [TW_SECTION_SETUP] = {&tw_setup_state_state_table, (uint32_t)line->n_setup},
      [TW_SECTION_EARLY] = {&tw_early_state_table, (uint32_t)line->n_early},
      [TW_SECTION_FACTOR] = {&tw_factor_state_table, line->has_factor ? n_machine : 0},
      [TW_SECTION_CAUSE] = {&tw_cause_state_state_table, (uint32_t)line->n_cause},
      [TW_SECTION_STOCK] = {&tw_stock_state_state_table, (uint32_t)line->n_stock},
      [TW_SECTION_WAIT] = {&tw_wait_state_table, n_holder},
      [TW_SECTION_GROUP_STAT] = {&tw_group_stat_state_table, (uint32_t)line->n_group},
      [TW_SECTION_DUTY] = {&tw_duty_state_table, line->n_calendar > 0 ? n_machine : 0},
      [TW_SECTION_STOP] = {&tw_stop_stat_state_table, line->has_stop_figures ? (uint32_t)line->n_place : 0},
      [TW_SECTION_MODE_STAT] = {&tw_mode_stat_state_table,
                                line->cost.is_by_mode ? (uint32_t)line->n_mode : 0},
      [TW_SECTION_SHIFT] = {&tw_shift_state_table, n_shift > 0 ? n_shift + 1 : 0},
      [TW_SECTION_SHIFT_BEFORE] = {&tw_machine_stat_state_table, n_shift > 0 ? n_machine : 0},
      [TW_SECTION_SHIFT_STATE] = {&tw_machine_stat_state_table, (uint64_t)n_shift * n_machine},
      [TW_SECTION_MACHINE_STAT] = {&tw_machine_stat_state_table, (uint32_t)line->n_machine},
      [TW_SECTION_PLACE_STAT] = {&tw_place_stat_state_table, (uint32_t)line->n_place},
      [TW_SECTION_PART_TYPE] = {&tw_part_type_stat_state_table, (uint32_t)line->n_part_type},
      [TW_SECTION_HISTOGRAM] = {&tw_histogram_state_table, 2},
      [TW_SECTION_QUALITY] = {&tw_quality_state_table, line->has_quality},
      [TW_SECTION_DEFECT] = {&tw_defect_stat_state_table, (uint32_t)line->n_defect},
      [TW_SECTION_MADE] = {&tw_made_stat_state_table, (uint32_t)line->n_made},
      [TW_SECTION_LOOP] = {&tw_loop_state_state_table, (uint32_t)line->n_loop},
      [TW_SECTION_ORDER] = {&tw_order_state_state_table, (uint32_t)line->n_order},
      [TW_SECTION_TARDINESS] = {&tw_tardiness_state_table,
                                line->has_due ? (uint32_t)line->n_part_type : 0},
      [TW_SECTION_SCRAP] = {&tw_scrap_stat_state_table, (uint64_t)line->cost.n_scrap},
      [TW_SECTION_BODY] = {&tw_body_state_state_table, (uint32_t)line->n_body},
      [TW_SECTION_BODY_MARK] = {&tw_mark_word_state_table,
                                line->n_body > 0 ? (uint32_t)tw_marks_words(line->n_body) : 0},
      [TW_SECTION_VARIABLE] = {&tw_variable_state_table, (uint32_t)line->n_variable},
      [TW_SECTION_WORD] = {&tw_word_state_table, (uint32_t)line->n_word},
      [TW_SECTION_MODEL_EVENT] = {&tw_model_event_state_state_table, (uint32_t)line->n_model_event},
      [TW_SECTION_OUTPUT] = {&tw_output_state_table, (uint32_t)line->n_output},
      [TW_SECTION_MACHINE_ENERGY] = {&tw_machine_energy_state_table, has_energy ? n_machine : 0},
      [TW_SECTION_PART_ENERGY] = {&tw_part_energy_state_table,
                                  has_energy ? (uint32_t)line->n_part_type : 0},
      [TW_SECTION_TARIFF_ENERGY] = {&tw_tariff_energy_state_table,
                                    has_energy ? (uint32_t)line->energy.n_tariff : 0},
      [TW_SECTION_LINE_ENERGY] = {&tw_line_energy_state_table, has_energy},
  };
  uint64_t at = 0;
  for (int32_t i = 0; i < TW_SECTION_N; i++)
    at = add_section(layout, common[i].table, common[i].count, at);
  return at;
}

// A record for each place of a kind.
static uint64_t add_kind_section(tw_line *line, int32_t kind_i, uint64_t at) {
  const tw_kind *kind = line->kind[kind_i];
  for (int32_t i = 0; i < line->n_place; i++) {
    tw_place *place = &line->place[i];
    if (place->kind == kind)
      place->state_offset = (uint32_t)(at + (uint64_t)place->kind_i * kind->state->size);
  }
  return add_section(&line->layout, kind->state, (uint32_t)line->n_of_kind[kind_i], at);
}

// And for each of its machines.
static uint64_t add_machine_section(tw_line *line, const tw_kind *kind, uint64_t at) {
  uint64_t n = 0;
  TW_ASSERT(kind->machine_state->size > 0);
  for (int32_t i = 0; i < line->n_place; i++) {
    tw_place *place = &line->place[i];
    if (place->kind != kind) continue;
    place->machine_state_offset = (uint32_t)(at + n * kind->machine_state->size);
    n += (uint64_t)place->n_machine;
  }
  return n > 0 ? add_section(&line->layout, kind->machine_state, n, at) : at;
}

uint64_t tw_layout_make(tw_line *line) {
  tw_layout *layout = &line->layout;
  *layout = (tw_layout){.hash = tw_hash_word(TW_HASH_SEED, TW_STATE_VERSION)};
  uint64_t at = add_common_sections(line, layout);

  line->first_kind_section = layout->n_section;
  for (int32_t kind_i = 0; kind_i < line->n_kind; kind_i++) {
    const tw_kind *kind = line->kind[kind_i];
    if (kind->state != NULL && line->n_of_kind[kind_i] > 0) at = add_kind_section(line, kind_i, at);
    if (kind->machine_state != NULL) at = add_machine_section(line, kind, at);
  }
  layout->part_offset = (uint32_t)at;
  layout->n_part_at_start = TW_PARTS_AT_START;
  layout->hash = hash_table(layout->hash, &tw_part_state_table, 0);
  if (line->n_carried > 0)
    layout->hash = hash_table(layout->hash, &tw_carried_state_table, (uint64_t)line->n_carried);
  return at;
}
