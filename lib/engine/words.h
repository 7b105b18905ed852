// words.h - what expressions of the line file read: a part, the machine that it is on or would be, and
// the states of that machine's models, as they are now (model/compile.h has the list). Reads change nothing.

#ifndef TW_ENGINE_WORDS_H
#define TW_ENGINE_WORDS_H

#include <math.h>

#include "core/ticks.h"
#include "engine/run.h"

// Step of its route that a part waits for or is in, into graph.step; -1: it has no route.
static inline int32_t tw_step_of(const tw_line *line, const tw_part *part) {
  const tw_part_type *type = &line->part_type[part->type];
  return type->n_step > 0 ? type->first_step + (int32_t)part->step : -1;
}

// Instant at which a part is due in seconds; INFINITY: none.
static inline double tw_due_s(const tw_part *part) {
  return part->due_us == INT64_MAX ? (double)INFINITY : tw_seconds(part->due_us);
}

// Mean process time in seconds that a part still needs, the work at its place included.
double tw_time_left_s(const tw_run *run, const tw_part *part);

// Parts that a machine has finished since its last setup; many when it has none.
double tw_parts_since_setup(const tw_run *run, int32_t machine_i);

// Words about a part; those of a machine are 0. words: [TW_WORDS_MAX].
void tw_words_of_part(const tw_run *run, const tw_part *part, double *words);

// The value of an expression of a station, for a part (NULL: none, its words are 0) on a machine.
double tw_words_value(const tw_run *run, const tw_expr *expr, int32_t machine_i, const tw_part *part);

#endif
