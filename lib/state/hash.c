// hash.c - the state hash and the first difference of two runs, both from the state tables. Events are
// taken in slot order and free part records are left out, so that equal states have equal hashes
// however they came about.

#include "state/hash.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "engine/carried.h"
#include "engine/tables.h"

// The bits of element i of a field, widened to 64.
static uint64_t read_bits(const char *at, tw_state_type type) {
  uint64_t u64;
  uint32_t u32;
  switch (type) {
  case TW_I64:
  case TW_U64:
  case TW_F64: memcpy(&u64, at, sizeof u64); return u64;
  case TW_I32:
  case TW_U32: memcpy(&u32, at, sizeof u32); return u32;
  case TW_U8: return *(const uint8_t *)at;
  }
  return 0;
}

static bool is_hashed(const tw_state_field *field, bool is_full) {
  return field->role == TW_PATH || (is_full && field->role == TW_STAT);
}

static uint64_t hash_record(uint64_t hash, const tw_state_table *table, const char *record,
                            bool is_full) {
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (!is_hashed(field, is_full)) continue;
    const uint32_t size = tw_state_type_size(field->type);
    for (uint32_t k = 0; k < field->count; k++)
      hash = tw_hash_word(hash, read_bits(record + field->offset + k * size, field->type));
  }
  return hash;
}

static bool has_hashed_field(const tw_state_table *table, bool is_full) {
  for (int32_t f = 0; f < table->n_field; f++)
    if (is_hashed(&table->field[f], is_full)) return true;
  return false;
}

static int64_t due_of(const tw_run *run, int32_t slot) {
  const uint32_t at = run->position[slot];
  return at == UINT32_MAX ? -1 : run->heap[at].tick;
}

uint64_t tw_run_hash(const tw_run *run, bool is_full) {
  const tw_layout *layout = &run->line->layout;
  uint64_t hash = tw_hash_word(TW_HASH_SEED, layout->hash);
  for (int32_t s = 0; s < layout->n_section; s++) {
    const tw_state_table *table = layout->table[s];
    if (!has_hashed_field(table, is_full)) continue;
    for (uint32_t i = 0; i < layout->count[s]; i++)
      hash = hash_record(hash, table, run->block + layout->offset[s] + i * table->size, is_full);
  }
  for (int32_t slot = 0; slot < run->line->n_slot; slot++)
    hash = tw_hash_word(hash, (uint64_t)due_of(run, slot));
  for (uint32_t i = 0; i < run->head->n_part_slot; i++) {
    if (run->part[i].type == TW_NONE) continue;
    hash = tw_hash_word(hash, i);
    hash = hash_record(hash, &tw_part_state_table, (const char *)&run->part[i], is_full);
    for (int32_t k = 0; k < run->line->n_carried; k++)
      hash = hash_record(hash, &tw_carried_state_table, (const char *)&tw_carried_of(run, i)[k], is_full);
  }
  return hash;
}

static void print_value(tw_text *out, const char *at, tw_state_type type) {
  const uint64_t bits = read_bits(at, type);
  double number;
  switch (type) {
  case TW_I64: tw_text_print(out, "%lld", (long long)bits); break;
  case TW_I32: tw_text_print(out, "%d", (int)(int32_t)bits); break;
  case TW_F64:
    memcpy(&number, &bits, sizeof number);
    tw_text_add_number(out, number);
    break;
  default: tw_text_print(out, "%llu", (unsigned long long)bits); break;
  }
}

// Finds the first hashed field in which two records differ, and prints it.
static bool find_difference(const tw_state_table *table, uint32_t i, const char *a, const char *b,
                            tw_text *out) {
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (field->role == TW_DERIVED) continue;
    const uint32_t size = tw_state_type_size(field->type);
    for (uint32_t k = 0; k < field->count; k++) {
      const uint32_t at = field->offset + k * size;
      if (memcmp(a + at, b + at, size) == 0) continue;
      tw_text_print(out, "%s[%u].%s", table->name, (unsigned)i, field->name);
      if (field->count > 1) tw_text_print(out, "[%u]", (unsigned)k);
      tw_text_add(out, ": ");
      print_value(out, a + at, field->type);
      tw_text_add(out, " / ");
      print_value(out, b + at, field->type);
      if (field->unit[0] != '1') tw_text_print(out, " %s", field->unit);
      return true;
    }
  }
  return false;
}

static bool find_event_difference(const tw_run *a, const tw_run *b, tw_text *out) {
  for (int32_t slot = 0; slot < a->line->n_slot; slot++) {
    if (due_of(a, slot) == due_of(b, slot)) continue;
    tw_text_print(out, "event[%d].due: %lld / %lld us", (int)slot, (long long)due_of(a, slot),
                  (long long)due_of(b, slot));
    return true;
  }
  return false;
}

bool tw_run_difference(const tw_run *a, const tw_run *b, tw_text *out) {
  TW_ASSERT(a->line == b->line);
  const tw_layout *layout = &a->line->layout;
  for (int32_t s = 0; s < layout->n_section; s++) {
    const tw_state_table *table = layout->table[s];
    for (uint32_t i = 0; i < layout->count[s]; i++) {
      const size_t at = layout->offset[s] + (size_t)i * table->size;
      if (find_difference(table, i, a->block + at, b->block + at, out)) return true;
    }
  }
  if (find_event_difference(a, b, out)) return true;
  const uint32_t n_a = a->head->n_part_slot, n_b = b->head->n_part_slot;
  for (uint32_t i = 0; i < n_a || i < n_b; i++) {
    const bool is_in_a = i < n_a && a->part[i].type != TW_NONE;
    const bool is_in_b = i < n_b && b->part[i].type != TW_NONE;
    if (!is_in_a && !is_in_b) continue;
    if (is_in_a != is_in_b) {
      tw_text_print(out, "part[%u]: only in %s", (unsigned)i, is_in_a ? "the first" : "the second");
      return true;
    }
    if (find_difference(&tw_part_state_table, i, (const char *)&a->part[i], (const char *)&b->part[i],
                        out))
      return true;
    for (int32_t k = 0; k < a->line->n_carried; k++)
      if (find_difference(&tw_carried_state_table, i, (const char *)&tw_carried_of(a, i)[k],
                          (const char *)&tw_carried_of(b, i)[k], out))
        return true;
  }
  return false;
}
