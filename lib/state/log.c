// log.c - see log.h. Entries keep only the hashes of fields that their operation changed.

#include "state/log.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "base/problems.h"
#include "core/ticks.h"
#include "engine/carried.h"
#include "engine/tables.h"
#include "state/hash.h"
#include "state/names.h"

static bool is_counted(const tw_state_field *field) { return field->role == TW_PATH; }

static uint32_t count_fields(const tw_state_table *table) {
  uint32_t n = 0;
  for (int32_t f = 0; f < table->n_field; f++) n += is_counted(&table->field[f]);
  return n;
}

uint32_t tw_field_count(const tw_line *line) {
  uint32_t n = count_fields(&tw_part_state_table) + 1;
  if (line->n_carried > 0) n += count_fields(&tw_carried_state_table);
  for (int32_t s = 0; s < line->layout.n_section; s++) n += count_fields(line->layout.table[s]);
  return n;
}

static uint64_t hash_elements(uint64_t hash, const tw_state_field *field, const char *record) {
  const uint32_t size = tw_state_type_size(field->type);
  for (uint32_t k = 0; k < field->count; k++)
    hash =
        tw_hash_word(hash, (uint64_t)tw_state_get(record + field->offset + k * size, field->type));
  return hash;
}

// Hashes the fields of a table over n records; free parts are none. Gives how many fields.
static uint32_t hash_table(const tw_state_table *table, const char *at, uint32_t n, bool are_parts,
                           uint32_t *out) {
  uint32_t n_out = 0;
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (!is_counted(field)) continue;
    uint64_t hash = TW_HASH_SEED;
    for (uint32_t i = 0; i < n; i++) {
      const char *record = at + (size_t)i * table->size;
      if (are_parts && ((const tw_part *)record)->type == TW_NONE) continue;
      hash = hash_elements(tw_hash_word(hash, i), field, record);
    }
    out[n_out++] = (uint32_t)hash;
  }
  return n_out;
}

// The same of what parts carry.
static void hash_carried(const tw_run *run, uint32_t *out) {
  const tw_state_table *table = &tw_carried_state_table;
  for (int32_t f = 0; f < table->n_field; f++) {
    uint64_t hash = TW_HASH_SEED;
    if (!is_counted(&table->field[f])) continue;
    for (uint32_t i = 0; i < run->head->n_part_slot; i++)
      for (int32_t k = 0; run->part[i].type != TW_NONE && k < run->line->n_carried; k++)
        hash = hash_elements(tw_hash_word(hash, i), &table->field[f],
                             (const char *)&tw_carried_of(run, i)[k]);
    *out++ = (uint32_t)hash;
  }
}

void tw_field_hashes(const tw_run *run, uint32_t *hash) {
  const tw_layout *layout = &run->line->layout;
  const tw_agenda agenda = tw_run_agenda(run);
  for (int32_t s = 0; s < layout->n_section; s++)
    hash +=
        hash_table(layout->table[s], run->block + layout->offset[s], layout->count[s], false, hash);
  uint64_t events = TW_HASH_SEED;
  for (int32_t i = 0; i < run->line->n_slot; i++)
    if (tw_agenda_is_pending(&agenda, (uint32_t)i))
      events = tw_hash_word(tw_hash_word(events, (uint64_t)i),
                            (uint64_t)tw_agenda_tick(&agenda, (uint32_t)i));
  *hash++ = (uint32_t)events;
  hash += hash_table(&tw_part_state_table, (const char *)run->part, run->head->n_part_slot, true, hash);
  if (run->line->n_carried > 0) hash_carried(run, hash);
}

// Prints the name of counted field number *i of a table; false: it has fewer, and *i counts on
// behind.
static bool name_in_table(const tw_state_table *table, const char *name, uint32_t *i,
                          tw_text *out) {
  for (int32_t f = 0; f < table->n_field; f++) {
    if (!is_counted(&table->field[f]) || (*i)-- > 0) continue;
    tw_text_print(out, "%s.%s", name, table->field[f].name);
    return true;
  }
  return false;
}

void tw_field_name(const tw_line *line, uint32_t field, tw_text *out) {
  char name[TW_SECTION_NAME];
  for (int32_t s = 0; s < line->layout.n_section; s++)
    if (name_in_table(line->layout.table[s], tw_section_name(line, s, name), &field, out)) return;
  if (field-- == 0)
    tw_text_add(out, "event_us");
  else if (!name_in_table(&tw_part_state_table, tw_part_state_table.name, &field, out))
    name_in_table(&tw_carried_state_table, tw_carried_state_table.name, &field, out);
}

tw_op_log *tw_op_log_new(tw_line *line, tw_run *run) {
  const tw_memory *memory = tw_line_memory(line);
  tw_op_log *log = tw_memory_zeroed(memory, 1, sizeof *log);
  if (log == NULL) return NULL;
  log->line = tw_line_ref(line);
  log->n_field = tw_field_count(line);
  log->start_field = tw_memory_zeroed(memory, log->n_field, sizeof *log->start_field);
  log->field = tw_memory_zeroed(memory, log->n_field, sizeof *log->field);
  log->scratch = tw_memory_zeroed(memory, log->n_field, sizeof *log->scratch);
  if (log->start_field == NULL || log->field == NULL || log->scratch == NULL) {
    tw_op_log_free(log);
    return NULL;
  }
  if (run == NULL) return log;
  log->run = run;
  log->start_hash = tw_run_hash(run, false);
  log->start_us = run->head->now_us;
  tw_field_hashes(run, log->start_field);
  memcpy(log->field, log->start_field, log->n_field * sizeof *log->field);
  run->log = log;
  return log;
}

void tw_op_log_detach(tw_op_log *log) {
  if (log->run != NULL) log->run->log = NULL;
  log->run = NULL;
}

void tw_op_log_free(tw_op_log *log) {
  if (log == NULL) return;
  tw_op_log_detach(log);
  tw_line *line = log->line;
  const tw_memory *memory = tw_line_memory(line);
  tw_memory_free(memory, log->start_field);
  tw_memory_free(memory, log->field);
  tw_memory_free(memory, log->scratch);
  tw_memory_free(memory, log->entry);
  tw_memory_free(memory, log->change);
  tw_memory_free(memory, log);
  tw_line_unref(line);
}

// Room for one more; NULL when memory is short.
static void *reserve(const tw_memory *memory, void *at, uint32_t n, uint32_t *capacity,
                     size_t size) {
  if (n < *capacity) return at;
  const uint32_t wanted = *capacity == 0 ? 64 : *capacity * 2;
  void *bigger = tw_memory_resize(memory, at, wanted * size);
  if (bigger != NULL) *capacity = wanted;
  return bigger;
}

bool tw_op_log_add(tw_op_log *log, const tw_op_log_entry *entry) {
  void *at = reserve(tw_line_memory(log->line), log->entry, log->n_entry, &log->entry_capacity,
                     sizeof *log->entry);
  if (at == NULL) return false;
  log->entry = at;
  log->entry[log->n_entry] = *entry;
  log->entry[log->n_entry].first_change = log->n_change;
  log->entry[log->n_entry++].n_change = 0;
  return true;
}

bool tw_op_log_add_change(tw_op_log *log, tw_op_log_change change) {
  TW_ASSERT(log->n_entry > 0 && change.field < log->n_field);
  void *at = reserve(tw_line_memory(log->line), log->change, log->n_change, &log->change_capacity,
                     sizeof *log->change);
  if (at == NULL) return false;
  log->change = at;
  log->change[log->n_change++] = change;
  log->entry[log->n_entry - 1].n_change++;
  return true;
}

void tw_op_log_note(tw_op_log *log, const tw_op *op, int64_t at_us, twin_status status) {
  const tw_run *run = log->run;
  TW_ASSERT(run != NULL);
  const tw_op_log_entry entry = {
      .op = *op, .at_us = at_us, .status = status, .hash = tw_run_hash(run, false)};
  if (log->is_incomplete || !tw_op_log_add(log, &entry)) {
    log->is_incomplete = true;
    return;
  }
  tw_field_hashes(run, log->scratch);
  for (uint32_t i = 0; i < log->n_field; i++) {
    if (log->scratch[i] == log->field[i]) continue;
    log->field[i] = log->scratch[i];
    if (!tw_op_log_add_change(log, (tw_op_log_change){i, log->scratch[i]}))
      log->is_incomplete = true;
  }
}

// Names the first field whose hash is not the logged one.
static void find_field(const tw_op_log *log, const uint32_t *logged, tw_run *run, tw_text *out) {
  tw_field_hashes(run, log->scratch);
  for (uint32_t i = 0; i < log->n_field; i++) {
    if (log->scratch[i] == logged[i]) continue;
    tw_field_name(log->line, i, out);
    return;
  }
}

static twin_status replay_all(const tw_op_log *log, tw_run *run, uint32_t *logged,
                              tw_replay *replay) {
  memcpy(logged, log->start_field, log->n_field * sizeof *logged);
  for (uint32_t i = 0; i < log->n_entry; i++) {
    const tw_op_log_entry *entry = &log->entry[i];
    const twin_status status = tw_run_apply(run, entry->op, NULL);
    for (uint32_t k = 0; k < entry->n_change; k++) {
      const tw_op_log_change *change = &log->change[entry->first_change + k];
      logged[change->field] = change->hash;
    }
    const bool is_same = tw_run_hash(run, false) == entry->hash;
    if (is_same && status == entry->status) {
      replay->n_same++;
      continue;
    }
    replay->has_diverged = true;
    if (!is_same) find_field(log, logged, run, &replay->field);
    return replay->field.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_OK;
  }
  return TWIN_OK;
}

twin_status tw_op_log_replay(const tw_op_log *log, tw_run *run, tw_replay *replay,
                             twin_problems *problems) {
  *replay = (tw_replay){0};
  if (run->line->layout.hash != log->line->layout.hash || run->line->hash != log->line->hash)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the log is of another line");
  if (tw_run_hash(run, false) != log->start_hash)
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "the run is not where the log began, at %g s: restore the snapshot taken then",
                   tw_seconds(log->start_us));
  if (log->is_incomplete)
    return tw_fail(problems, TWIN_ERR_MEMORY, "memory was short when it was logged");
  uint32_t *logged = tw_memory_take(tw_line_memory(log->line), log->n_field * sizeof *logged);
  if (logged == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the replay");
  const twin_status status = replay_all(log, run, logged, replay);
  tw_memory_free(tw_line_memory(log->line), logged);
  return status;
}
