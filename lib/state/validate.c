// validate.c - is this block one that a run of this line could have? Every index is checked against its
// bound from the state tables, then everything that follows from other fields is counted again:
// agenda, marks, queues, machines and their parts, requests, people. After a true answer the engine
// may trust every index it reads and whatever it asserts.
//
// It may be asked between any two events, also within a round, when places are marked that were not
// visited yet.

#include "state/validate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "core/marks.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/carried.h"
#include "engine/energy.h"
#include "engine/flow.h"
#include "engine/tables.h"
#include "engine/work.h"
#include "state/names.h"
#include "state/recount.h"
#include "state/validate_inner.h"

int64_t tw_bound_limit(const tw_run *run, tw_bound bound) {
  if (bound == TW_OF_PART) return run->head->n_part_slot;
  return bound == TW_BOOLEAN ? 2 : tw_bound_count(run->line, bound);
}

// Counts and times of statistics are sums over the window: never negative, and no time is longer
// than the clock has run. Whatever is added to them then stays within int64.
static bool is_statistic_sound(const tw_run *run, const tw_state_field *field, int64_t value) {
  const bool is_time = strcmp(field->unit, "us") == 0;
  return value >= 0 && (is_time ? value <= run->head->now_us : value < TW_TICK_MAX / 2);
}

static bool is_in_bound(const tw_run *run, const tw_state_field *field, const char *at) {
  int64_t value = 0;
  uint32_t u32 = 0;
  int32_t i32 = 0;
  double f64 = 0;
  switch (field->type) {
  case TW_I64: memcpy(&value, at, sizeof value); break;
  case TW_U32:
    memcpy(&u32, at, sizeof u32);
    value = u32 == TW_NO_PART && field->bound == TW_OF_PART ? -1 : (int64_t)u32;
    break;
  case TW_I32:
    memcpy(&i32, at, sizeof i32);
    value = i32;
    break;
  case TW_U8: value = *(const uint8_t *)at; break;
  case TW_F64:
    memcpy(&f64, at, sizeof f64);
    if (field->bound == TW_OR_INFINITE) return !isnan(f64);
    return field->role != TW_STAT || isfinite(f64);
  case TW_U64: return true;
  }
  if (field->role == TW_STAT && field->type == TW_I64) return is_statistic_sound(run, field, value);
  if (field->bound == TW_ANY) return true;
  if (field->bound == TW_NOT_NEGATIVE) return value >= 0 && value < TW_TICK_MAX;
  const bool may_be_none = field->type != TW_U8;
  return value < tw_bound_limit(run, field->bound) && value >= (may_be_none ? -1 : 0);
}

// Fields that may be anything need no look: most of a block are the counts of its histograms.
static bool has_bound(const tw_state_field *field) {
  if (field->type == TW_U64) return false;
  const bool is_number = field->type == TW_I64 || field->type == TW_F64;
  return field->bound != TW_ANY || (field->role == TW_STAT && is_number);
}

static bool are_records_in_bounds(const tw_run *run, const tw_state_table *table, const char *at,
                                  uint32_t n, char *why, size_t n_why) {
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (!has_bound(field)) continue;
    const uint32_t size = tw_state_type_size(field->type);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t k = 0; k < field->count; k++) {
        if (is_in_bound(run, field, at + (size_t)i * table->size + field->offset + k * size))
          continue;
        snprintf(why, n_why, "%s[%u].%s is out of bounds", table->name, (unsigned)i, field->name);
        return false;
      }
  }
  return true;
}

static bool say(char *why, size_t n_why, const char *what) {
  snprintf(why, n_why, "%s", what);
  return false;
}

static bool is_agenda_sound(const tw_run *run) {
  const tw_head *head = run->head;
  const tw_agenda agenda = tw_run_agenda(run);
  if (head->n_pending > (uint32_t)run->line->n_slot) return false;
  if (!tw_agenda_is_sound(&agenda, (uint32_t)run->line->n_slot)) return false;
  for (uint32_t i = 0; i < head->n_pending; i++) {
    const int64_t tick = run->heap[i].tick;
    const int32_t slot = (int32_t)(uint32_t)run->heap[i].low;
    const bool is_free = slot == run->line->wake_slot || slot == run->line->warmup_slot;
    if (tick < head->now_us || (!is_free && !tw_is_duration(tick - head->now_us))) return false;
  }
  return true;
}

// No number is marked that is none, and each level tells truly of the one below.
static bool is_set_sound(const uint64_t *words, int32_t n) {
  for (;;) {
    const int32_t n_word = tw_marks_words_of(n);
    if (n % 64 != 0 && words[n_word - 1] >> (n % 64) != 0) return false;
    if (n_word <= 1) return true;
    for (int32_t i = 0; i < n_word; i++)
      if ((words[i] != 0) != (words[n_word + (i >> 6)] >> (i & 63) & 1)) return false;
    words += n_word;
    n = n_word;
  }
}

// Free records form one list that holds all of them.
static bool is_free_list_sound(const tw_run *run) {
  const uint32_t n = run->head->n_part_slot;
  uint32_t n_free = 0, n_used = 0;
  for (uint32_t i = 0; i < n; i++) n_used += run->part[i].type != TW_NONE;
  for (uint32_t i = run->head->free_part; i != TW_NO_PART; i = run->part[i].next)
    if (run->part[i].type != TW_NONE || ++n_free > n) return false;
  return n_free + n_used == n && run->head->n_part == n_used;
}

static bool are_marks_sound(const tw_run *run) {
  const int32_t n_body = run->line->n_body;
  return is_set_sound(run->mark, tw_n_mark(run->line)) && (n_body == 0 || is_set_sound(run->body_mark, n_body));
}

// A part has no other defects than the line makes, and is sent to rework by those who reject.
static bool is_quality_sound(const tw_run *run, const tw_part *part) {
  const tw_line *line = run->line;
  if ((uint64_t)part->defects >> line->n_defect != 0) return false;
  if (!line->has_quality) return !part->was_rejected && part->sample == 0 && part->rework == 0;
  if (part->sample >= TW_SAMPLE_N) return false;
  return part->was_rejected || part->rework == 0;
}

static bool are_parts_sound(const tw_run *run, const uint8_t *is_seen) {
  const int64_t now = run->head->now_us;
  for (uint32_t i = 0; i < run->head->n_part_slot; i++) {
    const tw_part *part = &run->part[i];
    if (part->type == TW_NONE) continue;
    if (!is_seen[i] || part->place == TW_NONE) return false;
    if (part->id == 0 || part->id > run->head->n_part_made) return false;
    if (part->created_us > part->entered_us || part->entered_us > now) return false;
    if (part->worked_us > now - part->created_us) return false;
    if (!is_quality_sound(run, part)) return false;
    if (!tw_is_duration(part->left_us) || !tw_is_duration(part->drawn_us)) return false;
    if (!tw_is_due(part->due_us)) return false;
    for (int32_t k = 0; k < run->line->n_carried; k++) {
      const tw_carried *carried = &tw_carried_of(run, i)[k];
      if (isinf(carried->value) || carried->at_us < 0 || carried->at_us > now) return false;
    }
  }
  return true;
}

// Parts are conserved; the warm-up is over or to come.
static bool is_head_sound(const tw_run *run) {
  const tw_head *head = run->head;
  const tw_line *line = run->line;
  const uint64_t n_gone = (uint64_t)head->n_shipped + (uint64_t)head->n_scrapped +
                          (uint64_t)head->n_lost + (uint64_t)head->n_consumed;
  // clocks and counts may go on for long from here
  if (head->now_us >= TW_TICK_MAX / 2 || head->n_created >= TW_TICK_MAX / 2) return false;
  if ((uint64_t)head->n_created != n_gone + head->n_part) return false;
  if (head->n_part_made != (uint64_t)head->n_created) return false;
  if (head->shipped_before > head->n_shipped || head->scrapped_before > head->n_scrapped ||
      head->lost_before > head->n_lost || head->created_before > head->n_created)
    return false;
  if (head->window_us != (head->has_ended_warmup ? head->warmup_us : 0)) return false;
  int64_t due_us = 0;
  const bool is_pending = tw_find_due(run, line->warmup_slot, &due_us);
  const bool is_to_come = head->has_started && !head->has_ended_warmup && head->warmup_us > 0;
  if (head->window_us > head->now_us || is_pending != is_to_come) return false;
  if (is_pending && due_us != head->warmup_us) return false;
  const int32_t n_open = head->has_started ? tw_count_open_sources(run) : 0;
  return n_open == head->n_open_source &&
         (!head->is_drained || (head->n_part == 0 && n_open == 0));
}

// What is counted at a place: parts on machines, reservations, machines that must start, turns.
static bool is_place_sound(const tw_run *run, int32_t p) {
  const tw_line *line = run->line;
  const tw_place *place = &line->place[p];
  const tw_place_state *state = &run->place[p];
  int32_t n_on = 0, n_reserved = 0;
  bool has_start = false;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    n_on += run->machine[i].part != TW_NO_PART;
    has_start = has_start || (run->machine[i].must_start && tw_is_up(&run->machine[i]));
  }
  for (int32_t i = 0; i < line->n_machine; i++) n_reserved += run->machine[i].reserved == p;
  const int32_t n_feeder = line->graph.first_feeder[p + 1] - line->graph.first_feeder[p];
  const int32_t n_target =
      place->main_exit == TW_NONE ? 1 : line->graph.exit[place->main_exit].n_chain;
  return n_on == state->n_on && n_reserved == state->n_reserved &&
         (!has_start || state->n_start > 0) && state->n_start <= 2 * place->n_machine + 2 &&
         state->pull_at >= 0 && state->pull_at < (n_feeder > 0 ? n_feeder : 1) &&
         state->push_at >= 0 && (state->push_at < n_target || state->push_at == 0);
}

// A place that has room, and for which there is a part, is marked: else it would never look. But one may
// leave a part that would not be through in its shift.
static bool is_place_at_rest(const tw_run *run, int32_t p) {
  const tw_place *place = &run->line->place[p];
  const tw_kind *kind = place->kind;
  if (kind->holds) return true;
  // a part that would not be through before the shift ends is left where it is
  if (place->shift_end == TW_END_NO_START && place->calendar_i != TW_NONE) return true;
  const int32_t mark_i = place->mark_i;
  tw_run *asked = (tw_run *)run;  // offers change nothing
  tw_offer offer = {.asker = TW_NONE};
  // an alternative that has just gone down marks the others when it is visited
  const bool is_in_round = tw_marks_lowest(run->mark, tw_n_mark(run->line)) >= 0;
  if (place->has_choosing_feeder && is_in_round) return true;
  if (run->place[p].n_request == 0 || (run->mark[mark_i >> 6] >> (mark_i & 63) & 1) != 0) return true;
  return !kind->can_take(asked, p, TW_NO_PART) || !tw_best_offer(asked, p, &offer) ||
         offer.is_reservation;
}

// n_request: [n_place] zeroes, to count in.
static bool are_places_sound(const tw_run *run, int32_t *n_request) {
  const int32_t n = run->line->n_place;
  tw_count_requests(run, n_request);
  bool is_sound = true;
  for (int32_t p = 0; p < n && is_sound; p++)
    is_sound = n_request[p] == run->place[p].n_request && is_place_sound(run, p);
  for (int32_t p = 0; p < n && is_sound && run->head->poison == 0; p++)
    is_sound = is_place_at_rest(run, p);
  return is_sound;
}

// No cards are out and no order is begun. The start resets what the kinds keep.
static bool is_flow_fresh(const tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_loop; i++)
    if (run->loop[i].n_out != 0 || run->loop[i].n_backorder != 0) return false;
  for (int32_t i = 0; i < line->n_order; i++)
    if (run->order[i].n_made != 0) return false;
  return true;
}

// Nothing has happened yet: the start makes everything else.
static bool is_fresh(const tw_run *run) {
  const tw_head *head = run->head;
  const tw_line *line = run->line;
  int64_t due_us;
  const bool is_woken = tw_find_due(run, line->wake_slot, &due_us);
  if (head->now_us != 0 || head->n_created != 0 || head->n_part != 0 || head->is_drained ||
      head->first_waiting != TW_NONE || head->n_overtime != 0 || head->n_pending != (uint32_t)is_woken)
    return false;
  for (int32_t i = 0; i < line->n_machine; i++)
    if (!tw_is_machine_fresh(run, i)) return false;
  for (int32_t i = 0; i < line->n_mode; i++)
    if (run->mode[i].since_us != 0) return false;
  for (int32_t i = 0; i < line->n_worker; i++)
    if (run->worker[i].machine != TW_NONE || run->worker[i].since_us != 0) return false;
  for (int32_t i = 0; i < line->n_cause; i++)
    if (run->cause[i].n_down != 0) return false;
  for (int32_t i = 0; i < line->n_place; i++) {
    const tw_place_state *place = &run->place[i];
    if (place->n_request != 0 || place->n_start != 0 || !is_place_sound(run, i)) return false;
  }
  return is_flow_fresh(run) && tw_marks_lowest(run->mark, tw_n_mark(line)) < 0;
}

static bool is_structure_sound(const tw_run *run, int32_t *n_request, uint8_t *is_seen, char *why,
                               size_t n_why) {
  const tw_line *line = run->line;
  if (!is_agenda_sound(run)) return say(why, n_why, "its pending events are not sound");
  if (!are_marks_sound(run)) return say(why, n_why, "its marks are not sound");
  if (!is_free_list_sound(run)) return say(why, n_why, "its part records are not sound");
  if (!is_head_sound(run)) return say(why, n_why, "its totals do not agree");
  if (!tw_are_early_sound(run)) return say(why, n_why, "its durations drawn early are not sound");
  if (!run->head->has_started)
    return is_fresh(run) || say(why, n_why, "it has not started, but something has happened");
  // what a machine needs for its phase follows from its setup
  if (!tw_are_setups_sound(run)) return say(why, n_why, "its setups are not sound");
  for (int32_t i = 0; i < line->n_machine; i++) {
    const char *fault = tw_find_machine_fault(run, i, is_seen);
    if (fault == NULL) continue;
    snprintf(why, n_why, "machine[%d]: %s cannot be so", (int)i, fault);
    return false;
  }
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind->is_valid != NULL &&
        !line->place[i].kind->is_valid(run, i, is_seen, why, n_why))
      return false;
  if (!are_parts_sound(run, is_seen)) return say(why, n_why, "a part is nowhere in the line");
  if (!tw_are_cards_sound(run)) return say(why, n_why, "its cards do not agree");
  if (!tw_are_routes_sound(run)) return say(why, n_why, "a part is not where its route has it");
  if (!tw_are_people_sound(run)) return say(why, n_why, "those who wait for people are not sound");
  if (!tw_are_modes_sound(run)) return say(why, n_why, "its failure clocks are not sound");
  if (!tw_are_shifts_sound(run)) return say(why, n_why, "its shifts are not sound");
  if (!tw_are_figures_sound(run)) return say(why, n_why, "its figures by shift are not sound");
  if (!tw_is_energy_sound(run)) return say(why, n_why, "its account of energy is not sound");
  for (int32_t i = 0; i < line->n_body; i++) {
    const char *fault = tw_find_body_fault(run, i);
    if (fault == NULL) continue;
    snprintf(why, n_why, "model %s: %s cannot be so", line->body[i].name, fault);
    return false;
  }
  if (!are_places_sound(run, n_request)) return say(why, n_why, "its counts do not agree");
  return true;
}

// Whether every record is inside its bounds, so that others may be found by it.
static bool are_all_in_bounds(const tw_run *run, char *why, size_t n_why) {
  const tw_layout *layout = &run->line->layout;
  const int64_t n_part_slot = run->head->n_part_slot;
  if (n_part_slot < layout->n_part_at_start ||
      n_part_slot > run->line->max_parts + layout->n_part_at_start ||
      run->n_byte != tw_run_bytes(run->line, run->head->n_part_slot))
    return say(why, n_why, "its count of part records does not fit its size");
  for (int32_t s = 0; s < layout->n_section; s++)
    if (!are_records_in_bounds(run, layout->table[s], run->block + layout->offset[s],
                               layout->count[s], why, n_why))
      return false;
  return are_records_in_bounds(run, &tw_part_state_table, (const char *)run->part,
                               run->head->n_part_slot, why, n_why);
}

twin_status tw_run_validate(const tw_run *run, char *why, size_t n_why) {
  if (!are_all_in_bounds(run, why, n_why)) return TWIN_ERR_SNAPSHOT;
  const tw_memory *memory = tw_line_memory(run->line);
  const size_t n_place = (size_t)run->line->n_place;
  int32_t *n_request =
      tw_memory_zeroed(memory, n_place * sizeof *n_request + run->head->n_part_slot + 1, 1);
  if (n_request == NULL) {
    say(why, n_why, "there is no memory to check it");
    return TWIN_ERR_MEMORY;
  }
  uint8_t *is_seen = (uint8_t *)(n_request + n_place);
  const bool is_sound = is_structure_sound(run, n_request, is_seen, why, n_why);
  tw_memory_free(memory, n_request);
  return is_sound ? TWIN_OK : TWIN_ERR_SNAPSHOT;
}

bool tw_run_is_valid(const tw_run *run, char *why, size_t n_why) {
  return tw_run_validate(run, why, n_why) == TWIN_OK;
}
