// adopt.c - see adopt.h. A fresh run of the new line is begun at the present instant; then every
// record that both lines have is copied over it field by field from the state tables, indices by
// name; what refers to things that are gone is mended, derived fields are counted, the validator
// has the last word and the line settles.

#include <string.h>

#include "base/assert.h"
#include "base/problems.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/carried.h"
#include "engine/energy.h"
#include "engine/tables.h"
#include "engine/work.h"
#include "state/adopt_inner.h"
#include "state/recount.h"
#include "state/validate.h"

// A part on something that is gone.
static void refuse_part(tw_adoption *at, uint32_t part_i, const char *where) {
  const tw_part *part = &at->src->part[part_i];
  tw_adoption_refuse(at, "part %llu (%s) is on %s, which the new line does not have",
                     (unsigned long long)part->id, at->src->line->part_type[part->type].name,
                     where);
}

static void copy_field(tw_adoption *at, const tw_state_field *field, char *to, const char *from) {
  const uint32_t size = tw_state_type_size(field->type);
  for (uint32_t k = 0; k < field->count; k++) {
    if (field->bound <= TW_BOOLEAN || field->bound == TW_OF_PART) {
      memcpy(to + k * size, from + k * size, size);
      continue;
    }
    const int64_t i = tw_state_get(from + k * size, field->type);
    tw_state_put(to + k * size, field->type, tw_adoption_follow(at, field->bound, i));
  }
}

static void copy_record(tw_adoption *at, int32_t section, const tw_state_table *table, char *to,
                        const char *from) {
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (!tw_is_recounted(at->run->line, section, field))
      copy_field(at, field, to + field->offset, from + field->offset);
  }
}

// The section of the old line that holds the same records; TW_NONE: it has none of them.
static int32_t find_section(const tw_adoption *at, int32_t section) {
  const tw_line *line = at->run->line, *old = at->src->line;
  if (section < line->first_kind_section) return section;
  for (int32_t s = old->first_kind_section; s < old->layout.n_section; s++)
    if (tw_state_table_equal(old->layout.table[s], line->layout.table[section])) return s;
  return TW_NONE;
}

// Record of the old section that is record i of the new one; TW_NONE: it is new.
static int32_t find_record(const tw_adoption *at, int32_t section, int32_t old_section, int32_t i) {
  const tw_line *line = at->run->line, *old = at->src->line;
  const tw_bound owner = tw_section_owner(line, section);
  if (owner == TW_ANY || tw_section_owner(old, old_section) != owner) return i;
  const int32_t owner_i = tw_record_owner(line, section, i);
  const int32_t old_i = owner_i == TW_NONE ? TW_NONE : at->back[owner][owner_i];
  return old_i == TW_NONE ? TW_NONE : tw_owner_record(old, old_section, old_i);
}

static void copy_section(tw_adoption *at, int32_t section) {
  const tw_layout *layout = &at->run->line->layout, *old = &at->src->line->layout;
  const int32_t old_section = find_section(at, section);
  const tw_state_table *table = layout->table[section];
  if (old_section == TW_NONE || !tw_section_is_written(at->run->line, section)) return;
  const bool is_numbered = tw_section_owner(at->run->line, section) == TW_ANY;
  if (is_numbered && layout->count[section] != old->count[old_section]) {
    tw_adoption_note(at, "the records of %s are not the same and start fresh", table->name);
    return;
  }
  for (uint32_t i = 0; i < layout->count[section]; i++) {
    const int32_t k = find_record(at, section, old_section, (int32_t)i);
    if (k != TW_NONE && k < (int32_t)old->count[old_section])
      copy_record(at, section, table,
                  at->run->block + layout->offset[section] + (size_t)i * table->size,
                  at->src->block + old->offset[old_section] + (size_t)k * table->size);
  }
}

// Values that parts carry, by the name of the attribute; what is new to them is as their type says.
static void copy_carried(tw_adoption *at, uint32_t part_i) {
  const tw_line *line = at->run->line, *old = at->src->line;
  tw_carried_begin(at->run, part_i);
  for (int32_t k = 0; k < line->n_carried; k++)
    for (int32_t j = 0; j < old->n_carried; j++)
      if (strcmp(line->attribute_name[line->carried[k]], old->attribute_name[old->carried[j]]) == 0)
        tw_carried_of(at->run, part_i)[k] = tw_carried_of(at->src, part_i)[j];
}

// Parts keep their records, so that all references to parts stay as they are.
static bool copy_parts(tw_adoption *at) {
  const tw_run *src = at->src;
  tw_run *run = at->run;
  if (!tw_run_resize(run, src->head->n_part_slot)) return false;
  for (uint32_t i = 0; i < src->head->n_part_slot; i++) {
    run->part[i] = src->part[i];
    if (src->part[i].type == TW_NONE) continue;
    copy_record(at, run->line->layout.n_section, &tw_part_state_table, (char *)&run->part[i],
                (const char *)&src->part[i]);
    if (run->part[i].type == TW_NONE)
      tw_adoption_refuse(at, "part %llu is of type %s, which the new line does not have",
                         (unsigned long long)src->part[i].id,
                         src->line->part_type[src->part[i].type].name);
    else if (run->line->n_carried > 0)
      copy_carried(at, i);
    if (run->part[i].place == TW_NONE)
      refuse_part(at, i, src->line->place[src->part[i].place].name);
  }
  run->head->free_part = src->head->free_part;
  return true;
}

// Machines that are gone must be empty.
static void check_machines(tw_adoption *at) {
  const tw_run *src = at->src;
  for (int32_t i = 0; i < src->line->n_machine; i++) {
    const tw_machine *machine = &src->machine[i];
    const bool is_place_gone = at->map[TW_OF_PLACE][src->line->machine[i].node_i] == TW_NONE;
    if (at->map[TW_OF_MACHINE][i] != TW_NONE || is_place_gone) continue;
    const uint32_t part = machine->part != TW_NO_PART ? machine->part : machine->held;
    if (part != TW_NO_PART) refuse_part(at, part, tw_name_of(&at->from, TW_OF_MACHINE, i));
  }
}

// Events that both lines know are due when they were; new ones are as the fresh run planned them.
static void copy_events(tw_adoption *at) {
  const tw_agenda agenda = tw_run_agenda(at->run), old = tw_run_agenda(at->src);
  for (int32_t i = 0; i < at->src->line->n_slot; i++) {
    const int32_t slot = at->map[TW_OF_SLOT][i];
    const bool is_pending = tw_agenda_is_pending(&old, (uint32_t)i);
    if (slot == TW_NONE) {
      if (is_pending && !tw_is_of_body(at->src->line, i))  // bodies begin anew
        tw_adoption_note(at, "the event %s is dropped", tw_name_of(&at->from, TW_OF_SLOT, i));
    } else if (!at->is_same && tw_is_of_body(at->run->line, slot)) {
      tw_agenda_cancel(&agenda, (uint32_t)slot);
    } else if (is_pending) {
      tw_agenda_put(&agenda, (uint32_t)slot, tw_agenda_tick(&old, (uint32_t)i));
    } else {
      tw_agenda_cancel(&agenda, (uint32_t)slot);
    }
  }
}

static void copy_marks(tw_adoption *at) {
  tw_run *run = at->run;
  const tw_run *src = at->src;
  memset(run->mark, 0, run->line->layout.count[TW_SECTION_MARK] * sizeof *run->mark);
  for (int32_t m = 0; m <= src->line->n_place && at->is_same; m++) {
    if ((src->mark[m >> 6] >> (m & 63) & 1) == 0) continue;
    if (m == src->line->n_place)
      tw_mark_crew(run);
    else
      tw_mark(run, at->map[TW_OF_PLACE][src->line->place_by_mark[m]]);
  }
  if (!at->is_same) tw_mark_all(run);
  tw_bodies_remark(run);
}

// A run of the new line that begins now: what is new keeps this.
static tw_run *begin_fresh(const tw_run *dst, const tw_run *src) {
  const tw_head *head = src->head;
  tw_run *run = tw_run_new(dst->line, &(tw_run_setup){.seed = head->seed,
                                                      .replication = head->replication,
                                                      .has_statistics = head->has_statistics,
                                                      .warmup_us = head->warmup_us,
                                                      .horizon_us = head->horizon_us});
  if (run == NULL) return NULL;
  run->feed = dst->feed;
  run->head->now_us = head->now_us;
  run->head->window_us = head->window_us;
  if (head->has_started) tw_run_begin(run);
  return run;
}

static bool carry_over(tw_adoption *at) {
  if (!copy_parts(at)) return false;
  check_machines(at);
  if (!at->is_good) return true;
  for (int32_t s = 0; s < at->run->line->layout.n_section; s++)
    if (at->is_same || s < TW_SECTION_SCRAP || s > TW_SECTION_OUTPUT) copy_section(at, s);
  if (!at->is_same) tw_adoption_take_bodies(at);
  if (!at->is_same) tw_adoption_translate(at);
  copy_events(at);
  return true;
}

// Derived fields, the validator's answer, and the settling of what may move from now on.
static twin_status conclude(tw_adoption *at) {
  tw_run *run = at->run;
  char why[200] = "";
  if (!at->is_same && run->head->has_started) tw_adoption_mend(at);
  tw_run_recount(run);
  copy_marks(at);
  twin_status status = run->status == TWIN_ERR_MEMORY ? TWIN_ERR_MEMORY : TWIN_OK;
  if (status == TWIN_OK) status = tw_run_validate(run, why, sizeof why);
  if (status == TWIN_ERR_MEMORY)
    return tw_fail(at->problems, TWIN_ERR_MEMORY, "no memory for the state");
  if (status != TWIN_OK) {
    tw_adoption_refuse(at, "the state does not fit the line: %s", why);
    return status;
  }
  run->has_new_block = at->is_same ? at->src->has_new_block : run->line->has_hold_and_wait;
  run->status = TWIN_OK;
  if (at->is_same || !run->head->has_started || run->head->poison != 0) return TWIN_OK;
  run->problems = at->problems;
  tw_run_settle(run);
  run->problems = NULL;
  return run->status;
}

static twin_status adopt(tw_adoption *at, const tw_renames *renames) {
  const bool is_named =
      tw_name_book_open(&at->from, at->src->line) && tw_name_book_open(&at->to, at->run->line);
  if (!is_named || !tw_adoption_map(at, renames))
    return tw_fail(at->problems, TWIN_ERR_MEMORY, "no memory for the state");
  if (!at->is_good) return TWIN_ERR_SNAPSHOT;
  if (!carry_over(at)) return tw_fail(at->problems, TWIN_ERR_MEMORY, "no memory for the state");
  if (*at->arena.memory.has_failed)  // what was not found may be there
    return tw_fail(at->problems, TWIN_ERR_MEMORY, "no memory for the state");
  return at->is_good ? conclude(at) : TWIN_ERR_SNAPSHOT;
}

// What was drawn in spells that are still open was drawn by the old line: a copy of its run in which
// they have ended. NULL when memory is short.
static tw_run *close_energy(const tw_run *src) {
  tw_run *closed = tw_run_fork(src);
  if (closed != NULL) tw_energy_close(closed);
  return closed;
}

twin_status tw_run_adopt(tw_run *dst, const tw_run *src, const tw_renames *renames,
                         twin_problems *problems) {
  const tw_renames none = {0};
  if (dst->line == src->line && renames == NULL) return tw_run_copy(dst, src);
  tw_adoption at = {.src = src,
                    .problems = problems,
                    .is_good = true,
                    .is_same =
                        dst->line->hash == src->line->hash && (renames == NULL || renames->n == 0)};
  bool is_short = false;  // what does not fit then says nothing about the state
  tw_arena_init_with(&at.arena, tw_line_memory(dst->line));
  at.arena.memory.has_failed = &is_short;
  at.run = begin_fresh(dst, src);
  tw_run *closed = NULL;
  if (!at.is_same && src->machine_energy != NULL) at.src = closed = close_energy(src);
  twin_status status = TWIN_ERR_MEMORY;
  if (at.run != NULL && at.src != NULL) status = adopt(&at, renames != NULL ? renames : &none);
  if (status == TWIN_OK) status = tw_run_copy(dst, at.run);
  tw_name_book_close(&at.from);
  tw_name_book_close(&at.to);
  tw_arena_free(&at.arena);
  tw_run_free(at.run);
  tw_run_free(closed);
  return status != TWIN_OK && is_short ? TWIN_ERR_MEMORY : status;
}
