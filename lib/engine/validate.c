// validate.c - is this block one that a run of this line could have? Every index is checked against its
// bound from the state tables, then the structures: agenda, queues, machines and their parts. After
// a true answer the engine may trust every index it reads.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/run.h"
#include "engine/tables.h"
#include "engine/work.h"

// Exclusive upper bound of what an index counts; -1: any number is good.
static int64_t limit_of(const tw_run *run, tw_bound bound) {
  const tw_line *line = run->line;
  switch (bound) {
  case TW_OF_PART: return run->head->n_part_slot;
  case TW_OF_PLACE: return line->n_place;
  case TW_OF_MACHINE: return line->n_machine;
  case TW_OF_MODE: return line->n_mode;
  case TW_OF_EXIT: return line->graph.n_exit;
  case TW_OF_PART_TYPE: return line->n_part_type;
  case TW_OF_SLOT: return line->n_slot;
  case TW_OF_STATE: return TW_N_STATE;
  case TW_OF_PHASE: return TW_PHASE_N;
  case TW_OF_DOWN: return TW_DOWN_N;
  case TW_OF_CLOCK_STATE: return TW_CLOCK_STATE_N;
  case TW_BOOLEAN: return 2;
  case TW_ANY:
  case TW_NOT_NEGATIVE: return -1;
  }
  return -1;
}

static bool is_in_bound(const tw_run *run, const tw_state_field *field, const char *at) {
  int64_t value = 0;
  uint32_t u32 = 0;
  int32_t i32 = 0;
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
  case TW_U64:
  case TW_F64: return true;
  }
  if (field->bound == TW_ANY) return true;
  if (field->bound == TW_NOT_NEGATIVE) return value >= 0 && value < TW_TICK_MAX;
  const bool may_be_none = field->type != TW_U8;
  return value < limit_of(run, field->bound) && value >= (may_be_none ? -1 : 0);
}

static bool are_records_in_bounds(const tw_run *run, const tw_state_table *table, const char *at,
                                  uint32_t n, char *why, size_t n_why) {
  for (uint32_t i = 0; i < n; i++)
    for (int32_t f = 0; f < table->n_field; f++) {
      const tw_state_field *field = &table->field[f];
      const uint32_t size = tw_state_type_size(field->type);
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
  for (uint32_t i = 0; i < head->n_pending; i++)
    if (run->heap[i].tick < head->now_us) return false;
  return true;
}

// Free records form one list that holds all of them; returns false otherwise.
static bool is_free_list_sound(const tw_run *run) {
  const uint32_t n = run->head->n_part_slot;
  uint32_t n_free = 0, n_used = 0;
  for (uint32_t i = 0; i < n; i++) n_used += run->part[i].type != TW_NONE;
  for (uint32_t i = run->head->free_part; i != TW_NO_PART; i = run->part[i].next)
    if (run->part[i].type != TW_NONE || ++n_free > n) return false;
  return n_free + n_used == n && run->head->n_part == n_used;
}

static bool is_exit_of(const tw_run *run, int32_t exit_i, int32_t place_i) {
  return exit_i != TW_NONE && run->line->graph.exit[exit_i].node_i == place_i;
}

// Does a machine's request name an exit of its own station and a target of that exit?
static bool is_request_sound(const tw_run *run, const tw_machine *machine, int32_t place_i) {
  if (!machine->has_request) return true;
  if (machine->phase != TW_DONE && machine->phase != TW_RESERVE) return false;
  if (!is_exit_of(run, machine->exit_i, place_i)) return false;
  if (machine->target == TW_NONE) return true;
  const tw_exit *exit = &run->line->graph.exit[machine->exit_i];
  for (int32_t i = 0; i < exit->n_target; i++)
    if (exit->target[i] == machine->target) return true;
  return false;
}

static bool is_down_sound(const tw_run *run, int32_t machine_i, bool is_repair_pending) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_machine_param *param = &run->line->machine[machine_i];
  if (is_repair_pending != (machine->down == TW_DOWN_REPAIR)) return false;
  const bool has_mode = machine->down == TW_DOWN_WAITING || machine->down == TW_DOWN_REPAIR;
  if (!has_mode) return machine->mode == TW_NONE;
  return machine->mode >= param->first_mode && machine->mode < param->first_mode + param->n_mode &&
         run->mode[machine->mode].clock == TW_CLOCK_REPAIR;
}

// Pre-empted parts stay with their machine, in one list, and are nowhere else.
static bool is_held_sound(const tw_run *run, int32_t machine_i, uint8_t *is_seen) {
  const int32_t place_i = run->line->machine[machine_i].node_i;
  for (uint32_t i = run->machine[machine_i].held; i != TW_NO_PART; i = run->part[i].next) {
    const tw_part *part = &run->part[i];
    if (is_seen[i] || part->type == TW_NONE || part->place != place_i || part->from == TW_NONE)
      return false;
    is_seen[i] = 1;
  }
  return run->machine[machine_i].held == TW_NO_PART || run->line->place[place_i].can_preempt;
}

// Does a machine's phase fit its part, its pending event and its down time?
static bool is_machine_sound(const tw_run *run, int32_t machine_i, uint8_t *is_seen) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_machine_param *param = &run->line->machine[machine_i];
  const tw_agenda agenda = tw_run_agenda(run);
  const bool has_part = machine->part != TW_NO_PART;
  const bool should_have = machine->phase != TW_FREE && machine->phase != TW_SWITCH;
  if (has_part != should_have || !is_held_sound(run, machine_i, is_seen)) return false;
  if (has_part) {
    if (is_seen[machine->part] || run->part[machine->part].type == TW_NONE) return false;
    if (run->part[machine->part].place != param->node_i) return false;
    is_seen[machine->part] = 1;
  }
  if (tw_agenda_is_pending(&agenda, (uint32_t)param->work_slot) != (bool)machine->is_running)
    return false;
  const bool can_run = machine->phase == TW_SWITCH || machine->phase == TW_LOAD ||
                       machine->phase == TW_PROCESS || machine->phase == TW_UNLOAD;
  if (machine->is_running &&
      (!can_run || !tw_is_up(machine) || machine->spell_us > run->head->now_us ||
       machine->end_us != tw_agenda_tick(&agenda, (uint32_t)param->work_slot)))
    return false;
  if (machine->left_us < TW_NOT_BEGUN || machine->left_us >= TW_TICK_MAX) return false;
  if (machine->phase == TW_UNLOAD || machine->phase == TW_DONE)
    if (!is_exit_of(run, machine->exit_i, param->node_i)) return false;
  return is_request_sound(run, machine, param->node_i) &&
         is_down_sound(run, machine_i,
                       tw_agenda_is_pending(&agenda, (uint32_t)param->repair_slot));
}

// Everybody who waits for people is in the list once.
static bool is_waiting_list_sound(const tw_run *run) {
  int32_t n_waiting = 0, n_listed = 0;
  for (int32_t i = 0; i < run->line->n_machine; i++)
    n_waiting += run->machine[i].down == TW_DOWN_WAITING;
  for (int32_t i = run->head->first_waiting; i != TW_NONE; i = run->machine[i].next_waiting) {
    if (++n_listed > n_waiting || run->machine[i].down != TW_DOWN_WAITING) return false;
  }
  return n_listed == n_waiting;
}

// Counts that follow from other state: requests, reservations, parts on machines. Compared with what
// the block says, by recounting.
static bool are_counts_sound(const tw_run *run) {
  const tw_line *line = run->line;
  bool is_sound = true;
  for (int32_t p = 0; p < line->n_place && is_sound; p++) {
    const tw_place *place = &line->place[p];
    int32_t n_on = 0, n_reserved = 0;
    for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
      n_on += run->machine[i].part != TW_NO_PART;
    for (int32_t i = 0; i < line->n_machine; i++) n_reserved += run->machine[i].reserved == p;
    is_sound = n_on == run->place[p].n_on && n_reserved == run->place[p].n_reserved;
    const int32_t n_feeder = line->graph.first_feeder[p + 1] - line->graph.first_feeder[p];
    const int32_t n_target = place->main_exit == TW_NONE
                                 ? 1
                                 : line->graph.exit[place->main_exit].n_target;
    is_sound = is_sound && run->place[p].pull_at >= 0 &&
               run->place[p].pull_at < (n_feeder > 0 ? n_feeder : 1) &&
               run->place[p].push_at >= 0 && run->place[p].push_at < n_target;
  }
  return is_sound;
}

static bool are_modes_sound(const tw_run *run) {
  const tw_agenda agenda = tw_run_agenda(run);
  for (int32_t i = 0; i < run->line->n_mode; i++) {
    const tw_mode_state *mode = &run->mode[i];
    if (mode->left < 0 || mode->left >= TW_TICK_MAX || mode->since_us > run->head->now_us)
      return false;
    const bool is_own = run->machine[run->line->mode[i].machine_i].mode == i;
    if ((mode->clock == TW_CLOCK_REPAIR) != is_own) return false;
    if (mode->clock != TW_CLOCK_COUNTS &&
        tw_agenda_is_pending(&agenda, (uint32_t)run->line->mode[i].slot))
      return false;
  }
  return true;
}

static bool is_structure_sound(const tw_run *run, uint8_t *is_seen, char *why, size_t n_why) {
  const tw_line *line = run->line;
  if (!is_agenda_sound(run)) return say(why, n_why, "its pending events are not sound");
  if (!is_free_list_sound(run)) return say(why, n_why, "its part records are not sound");
  if (!run->head->has_started) return true;
  for (int32_t i = 0; i < line->n_machine; i++)
    if (!is_machine_sound(run, i, is_seen)) {
      snprintf(why, n_why, "machine[%d] is not sound", (int)i);
      return false;
    }
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind->is_valid != NULL &&
        !line->place[i].kind->is_valid(run, i, is_seen, why, n_why))
      return false;
  for (uint32_t i = 0; i < run->head->n_part_slot; i++)
    if (run->part[i].type != TW_NONE && !is_seen[i])
      return say(why, n_why, "a part is nowhere in the line");
  if (!is_waiting_list_sound(run)) return say(why, n_why, "those who wait for people are not sound");
  if (!are_counts_sound(run)) return say(why, n_why, "its counts do not agree");
  if (!are_modes_sound(run)) return say(why, n_why, "its failure clocks are not sound");
  return true;
}

bool tw_run_is_valid(const tw_run *run, char *why, size_t n_why) {
  const tw_layout *layout = &run->line->layout;
  if (run->n_byte != tw_run_bytes(run->line, run->head->n_part_slot) ||
      (int64_t)run->head->n_part_slot > run->line->max_parts + layout->n_part_at_start)
    return say(why, n_why, "its count of part records does not fit its size");
  for (int32_t s = 0; s < layout->n_section; s++)
    if (!are_records_in_bounds(run, layout->table[s], run->block + layout->offset[s],
                               layout->count[s], why, n_why))
      return false;
  if (!are_records_in_bounds(run, &tw_part_state_table, (const char *)run->part, run->head->n_part_slot,
                             why, n_why))
    return false;
  uint8_t *is_seen = calloc(run->head->n_part_slot + 1, 1);
  if (is_seen == NULL) return say(why, n_why, "there is no memory to check it");
  const bool is_sound = is_structure_sound(run, is_seen, why, n_why);
  free(is_seen);
  return is_sound;
}
