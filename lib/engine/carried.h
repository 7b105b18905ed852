// carried.h - values that parts carry: attributes of which each part has one of its own, because a station
// writes it or it changes by itself (cooling). Kept is the value with the instant of its last writing; what
// it is later follows in closed form, so that nothing has to happen meanwhile. The records stand behind the
// parts in the block, n_carried for each part, and grow with them; a line without has none.

#ifndef TW_ENGINE_CARRIED_H
#define TW_ENGINE_CARRIED_H

#include "engine/run.h"

// What a part carries: [line->n_carried].
static inline tw_carried *tw_carried_of(const tw_run *run, uint32_t part_i) {
  return (tw_carried *)(run->part + run->head->n_part_slot) +
         (size_t)part_i * (size_t)run->line->n_carried;
}

// A part is made: it carries what its type says, from now on.
void tw_carried_begin(tw_run *run, uint32_t part_i);

// Its values are written as they are now: models read what was written last.
void tw_carried_note(tw_run *run, uint32_t part_i);

// Gives a part another value of an attribute that the line carries.
void tw_carried_write(tw_run *run, uint32_t part_i, int32_t attribute_i, double value);

// The block has room for n_to parts instead of n_from: the records move behind them. Before n_part_slot is set.
void tw_carried_move(tw_run *run, uint32_t n_from, uint32_t n_to);

// An attribute of a part as it is now, and as it was written last. A part that is not made yet has its type's.
double tw_part_attribute_now(const tw_run *run, const tw_part *part, int32_t attribute_i);
double tw_part_attribute_written(const tw_run *run, const tw_part *part, int32_t attribute_i);
static inline double tw_part_attribute(const tw_run *run, const tw_part *part, int32_t attribute_i) {
  if (run->line->n_carried > 0) return tw_part_attribute_now(run, part, attribute_i);
  return run->line->part_type[part->type].attribute[attribute_i];
}

#endif
