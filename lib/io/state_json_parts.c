// state_json_parts.c - the parts of a state that is read: each has an id in the text and a record
// in the block, and whatever refers to it follows it to its record.

#include <stdlib.h>
#include <string.h>

#include "engine/carried.h"
#include "engine/tables.h"
#include "io/json.h"
#include "io/state_json_inner.h"

// Slots for parts that one text may ask for: as many as it may have values.
static const uint32_t SLOTS_MAX = TW_JSON_VALUES_MAX;

static bool read_slot(tw_state_reader *in, const tw_node *node, uint32_t *slot) {
  int64_t value;
  const int64_t most = in->run->line->max_parts + in->run->line->layout.n_part_at_start - 1;
  const int64_t limit = most < SLOTS_MAX ? most : SLOTS_MAX;
  if (!tw_state_read_i64(node, &value)) {
    tw_state_report_type(in, node, "a whole number");
    return false;
  }
  if (value < 0 || value > limit) {
    tw_state_report(in, node, "E-RANGE", NULL, NULL,
                    "a slot is out of bounds: 0 to %lld are possible", (long long)limit);
    return false;
  }
  *slot = (uint32_t)value;
  return true;
}

// Lists the parts of the text with their slots, and the ids that the run has already.
static bool list_parts(tw_state_reader *in, const tw_node *node) {
  in->part = tw_arena_take_array(&in->arena, (size_t)node->n_child + 1, sizeof *in->part);
  if (in->part == NULL) return false;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    const tw_node key = {.type = TW_NODE_TEXT, .text = item->key};
    tw_placed_part *part = &in->part[in->n_part];
    bool is_negative;
    *part = (tw_placed_part){.slot = TW_NO_PART, .node = item};
    if (!tw_state_read_whole(&key, &is_negative, &part->id) || is_negative || part->id == 0 ||
        item->key[0] == '0') {
      tw_state_report(in, item, "E-KEY", "the id of a part, a whole number from 1", NULL,
                      "\"%.40s\" is no id of a part", item->key);
      continue;
    }
    const tw_node *slot = tw_node_member(item, "slot");
    if (tw_state_is_object(in, item) && slot != NULL) read_slot(in, slot, &part->slot);
    in->n_part++;
  }
  qsort(in->part, in->n_part, sizeof *in->part, tw_state_by_id);
  for (uint32_t i = 1; i < in->n_part; i++)
    if (in->part[i].id == in->part[i - 1].id)
      tw_state_report(in, in->part[i].node, "E-KEY", NULL, NULL, "part %llu is there twice",
                      (unsigned long long)in->part[i].id);
  return in->is_good;
}

// Parts without a slot keep the one they have, or get the lowest that is left.
static bool give_slots(tw_state_reader *in, const tw_part *old, uint32_t n_old, uint32_t n_slot) {
  uint8_t *is_taken = tw_arena_take(&in->arena, (size_t)n_slot + 1);
  if (is_taken == NULL) return false;
  for (uint32_t i = 0; i < n_old; i++) {
    if (old[i].type == TW_NONE) continue;
    const tw_placed_part wanted = {.id = old[i].id};
    tw_placed_part *same =
        in->n_part == 0 ? NULL
                        : bsearch(&wanted, in->part, in->n_part, sizeof wanted, tw_state_by_id);
    if (same != NULL && same->slot == TW_NO_PART) same->slot = i;
  }
  for (uint32_t i = 0; i < in->n_part; i++) {
    if (in->part[i].slot == TW_NO_PART) continue;
    if (is_taken[in->part[i].slot])
      tw_state_report(in, in->part[i].node, "E-RANGE", NULL, NULL, "slot %u is given to two parts",
                      (unsigned)in->part[i].slot);
    is_taken[in->part[i].slot] = 1;
  }
  uint32_t lowest = 0;
  for (uint32_t i = 0; i < in->n_part; i++) {
    if (in->part[i].slot != TW_NO_PART) continue;
    while (is_taken[lowest]) lowest++;
    in->part[i].slot = lowest;
    is_taken[lowest] = 1;
  }
  return in->is_good;
}

// References of the state to its parts follow the parts; those to parts that are gone become none.
static void follow_parts(tw_state_reader *in, const tw_state_table *table, char *record,
                         const tw_part *old, uint32_t n_old) {
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (field->bound != TW_OF_PART || field->type != TW_U32) continue;
    for (uint32_t k = 0; k < field->count; k++) {
      char *at = record + field->offset + k * sizeof(uint32_t);
      const int64_t slot = tw_state_get(at, TW_U32);
      const bool is_part = slot < n_old && old[slot].type != TW_NONE;
      tw_state_put(at, TW_U32, is_part ? tw_state_find_part(in, old[slot].id) : TW_NO_PART);
    }
  }
}

static void follow_all_parts(tw_state_reader *in, const tw_part *old, uint32_t n_old) {
  const tw_layout *layout = &in->run->line->layout;
  for (int32_t s = 0; s < layout->n_section; s++)
    for (uint32_t i = 0; i < layout->count[s]; i++)
      follow_parts(in, layout->table[s],
                   in->run->block + layout->offset[s] + (size_t)i * layout->table[s]->size, old,
                   n_old);
}

static tw_part blank_part(void) {
  return (tw_part){.type = TW_NONE,
                   .place = TW_NONE,
                   .next = TW_NO_PART,
                   .prev = TW_NO_PART,
                   .newer = TW_NO_PART,
                   .older = TW_NO_PART,
                   .due_us = INT64_MAX,
                   .from = TW_NONE};
}

// Highest slot that the stretches of free records name, and one more; 0: there are none.
static uint32_t count_free_slots(tw_state_reader *in, const tw_node *node) {
  uint32_t n = 0, slot;
  if (node == NULL || node->type != TW_NODE_LIST) return 0;
  for (const tw_node *item = node->first; item != NULL; item = item->next)
    if (item->type == TW_NODE_LIST && item->n_child == 2 && read_slot(in, item->last, &slot) &&
        slot >= n)
      n = slot + 1;
  return n;
}

static const tw_part *find_old(const tw_part *old, uint32_t n_old, const tw_placed_part *part) {
  if (part->slot < n_old && old[part->slot].type != TW_NONE && old[part->slot].id == part->id)
    return &old[part->slot];
  for (uint32_t i = 0; i < n_old; i++)
    if (old[i].type != TW_NONE && old[i].id == part->id) return &old[i];
  return NULL;
}

// A copy of what the parts of the run carry; NULL when memory is short.
static tw_carried *save_carried(tw_state_reader *in) {
  const size_t n = (size_t)in->run->head->n_part_slot * (size_t)in->run->line->n_carried;
  tw_carried *old = tw_arena_take_array(&in->arena, n + 1, sizeof *old);
  if (old != NULL && n > 0) memcpy(old, tw_carried_of(in->run, 0), n * sizeof *old);
  return old;
}

// A part goes on with what it carried (NULL: it is new, and its type says that once it is known).
static void place_carried(tw_run *run, uint32_t slot, const tw_carried *old) {
  for (int32_t k = 0; k < run->line->n_carried; k++)
    tw_carried_of(run, slot)[k] = old != NULL ? old[k] : (tw_carried){.at_us = -1};
}

// Makes the parts of the text the parts of the run; their fields are read once all have a place.
bool tw_state_place_parts(tw_state_reader *in, const tw_node *node, const tw_node *free_slots) {
  tw_run *run = in->run;
  const uint32_t n_old = run->head->n_part_slot;
  tw_part *old = tw_arena_take_array(&in->arena, (size_t)n_old + 1, sizeof *old);
  const tw_carried *old_carried = save_carried(in);
  const size_t n_carried = (size_t)run->line->n_carried;
  if (!list_parts(in, node) || old == NULL || old_carried == NULL) return false;
  memcpy(old, run->part, n_old * sizeof *old);
  uint32_t n = count_free_slots(in, free_slots), n_least = run->line->layout.n_part_at_start;
  if (free_slots == NULL && n < n_old) n = n_old;
  if (n < n_least) n = n_least;
  if (n < in->n_part) n = in->n_part;
  for (uint32_t i = 0; i < in->n_part; i++)
    if (in->part[i].slot != TW_NO_PART && in->part[i].slot >= n) n = in->part[i].slot + 1;
  if (!give_slots(in, old, n_old, n < n_old ? n_old : n)) return false;
  for (uint32_t i = 0; i < in->n_part; i++)
    if (in->part[i].slot >= n) n = in->part[i].slot + 1;
  if (!tw_run_resize(run, n)) return false;
  for (uint32_t i = 0; i < n; i++) run->part[i] = blank_part();
  follow_all_parts(in, old, n_old);
  for (uint32_t i = 0; i < in->n_part; i++) {
    tw_part *part = &run->part[in->part[i].slot];
    const tw_part *same = find_old(old, n_old, &in->part[i]);
    if (same != NULL) *part = *same;
    if (same != NULL) follow_parts(in, &tw_part_state_table, (char *)part, old, n_old);
    part->id = in->part[i].id;
    place_carried(run, in->part[i].slot,
                  same == NULL ? NULL : &old_carried[(size_t)(same - old) * n_carried]);
  }
  return true;
}

void tw_state_read_parts(tw_state_reader *in) {
  for (uint32_t i = 0; i < in->n_part && in->is_good; i++) {
    tw_part *part = &in->run->part[in->part[i].slot];
    tw_state_read_fields(in, in->part[i].node, in->run->line->layout.n_section,
                         &tw_part_state_table, (char *)part);
    if (in->is_good && (part->type == TW_NONE || part->place == TW_NONE))
      tw_state_report(in, in->part[i].node, "E-KEY", NULL, NULL,
                      "a part needs its type and its place");
    const bool is_new = in->run->line->n_carried > 0 && tw_carried_of(in->run, in->part[i].slot)->at_us < 0;
    if (in->is_good && is_new) tw_carried_begin(in->run, in->part[i].slot);
  }
}

void tw_state_read_carried(tw_state_reader *in, const tw_node *node) {
  const tw_line *line = in->run->line;
  if (!tw_state_is_object(in, node)) return;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    const tw_node key = {.type = TW_NODE_TEXT, .text = item->key};
    bool is_negative;
    uint64_t id;
    if (tw_key_is_free(item->key)) continue;
    const uint32_t slot = tw_state_read_whole(&key, &is_negative, &id) && !is_negative
                              ? tw_state_find_part(in, id)
                              : TW_NO_PART;
    if (slot == TW_NO_PART) {
      tw_state_report(in, item, "E-REF", NULL, NULL, "there is no part %.40s", item->key);
      continue;
    }
    if (!tw_state_is_object(in, item)) return;
    for (const tw_node *value = item->first; value != NULL; value = value->next) {
      int32_t k = 0;
      while (k < line->n_carried && strcmp(line->attribute_name[line->carried[k]], value->key) != 0) k++;
      if (k < line->n_carried)
        tw_state_read_fields(in, value, line->layout.n_section, &tw_carried_state_table,
                             (char *)&tw_carried_of(in->run, slot)[k]);
      else if (!tw_key_is_free(value->key))
        tw_state_report(in, value, "E-REF", NULL, NULL, "no part carries \"%.80s\"", value->key);
    }
  }
}

// The parts that the run has already, for a text that speaks of them without listing them.
bool tw_state_list_own_parts(tw_state_reader *in) {
  const tw_run *run = in->run;
  in->part = tw_arena_take_array(&in->arena, (size_t)run->head->n_part + 1, sizeof *in->part);
  if (in->part == NULL) return false;
  for (uint32_t i = 0; i < run->head->n_part_slot && in->n_part < run->head->n_part; i++)
    if (run->part[i].type != TW_NONE)
      in->part[in->n_part++] = (tw_placed_part){.id = run->part[i].id, .slot = i};
  qsort(in->part, in->n_part, sizeof *in->part, tw_state_by_id);
  return true;
}

// The order in which free records are used: stretches that name each of them once.
void tw_state_read_free_slots(tw_state_reader *in, const tw_node *node) {
  tw_run *run = in->run;
  uint32_t n_left = run->head->n_part_slot - in->n_part;
  uint8_t *is_listed = tw_arena_take(&in->arena, (size_t)run->head->n_part_slot + 1);
  if (is_listed == NULL || !in->is_good) return;
  uint32_t *link = &run->head->free_part;
  *link = TW_NO_PART;
  if (node->type != TW_NODE_LIST)
    tw_state_report_type(in, node, "a list of stretches [first, last]");
  for (const tw_node *item = node->first; item != NULL && in->is_good; item = item->next) {
    uint32_t first, last;
    if (item->type != TW_NODE_LIST || item->n_child != 2) {
      tw_state_report_type(in, item, "a stretch [first, last]");
      return;
    }
    if (!read_slot(in, item->first, &first) || !read_slot(in, item->last, &last)) return;
    for (uint32_t i = first; i <= last; i++) {
      const bool is_free = i < run->head->n_part_slot && run->part[i].type == TW_NONE;
      if (!is_free || is_listed[i]) {
        tw_state_report(in, item, "E-RANGE", NULL, NULL, "slot %u is not free", (unsigned)i);
        return;
      }
      is_listed[i] = 1;
      *link = i;
      link = &run->part[i].next;
      n_left--;
    }
  }
  *link = TW_NO_PART;
  if (in->is_good && n_left > 0)
    tw_state_report(in, node, "E-RANGE", NULL, "leave the list out", "%u free slots are not listed",
                    (unsigned)n_left);
}
