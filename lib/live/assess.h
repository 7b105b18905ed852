// assess.h - what a log is worth, event by event: which work was measured, and what contradicts
// itself. It reads a sealed log and changes nothing in it.

#ifndef TW_LIVE_ASSESS_H
#define TW_LIVE_ASSESS_H

#include "live/log.h"

// One piece of work: from its start to its completion. One that the log cuts off counts as long as
// it was seen.
typedef struct tw_operation {
  int32_t entity, unit, part, type, what;
  int64_t start_us, end_us, suspended_us;
  int64_t lo_us, hi_us;          // between which its duration lies, as far as stamps are rounded
  int64_t start_line, end_line;  // of the source; end 0: it goes on when the log ends
} tw_operation;

// What is known of an entity, a unit of it.
typedef struct tw_coverage {
  int32_t entity, unit;
  int64_t first_us, last_us;
  int64_t count[TW_TRANSITION_N];
  int64_t n_rounded;    // events whose stamp is an interval
  int64_t n_operation;  // measured from start to completion
} tw_coverage;

typedef struct tw_assessment {
  const tw_memory *memory;
  bool is_out_of_memory;
  tw_findings found;  // beside those of the reader
  int64_t n_operation, operation_capacity;
  tw_operation *operation;  // in order of their ends
  int32_t n_coverage, coverage_capacity;
  tw_coverage *coverage;  // in the order of their first event
  int64_t n_rounded;
  int64_t widest_us;  // of the intervals of stamps
} tw_assessment;

// False: memory is short. To be freed in either case.
bool tw_assess(const tw_event_log *log, tw_assessment *made);
void tw_assessment_free(tw_assessment *assessment);

// Duration of an operation without its suspensions.
static inline int64_t tw_operation_us(const tw_operation *operation) {
  return operation->end_us - operation->start_us - operation->suspended_us;
}

// Durations of one kind of work at one entity; or the values of one kind of events there.
typedef struct tw_log_group {
  int32_t transition, entity, what, measure;  // transition -1: durations
  int64_t n, n_cut;                           // measured, cut off
  double mean, median, min, max;              // of those that were measured; NaN for none
} tw_log_group;

// Durations in s by entity and kind of work, in the order of the names; to be freed with the
// assessment's memory. NULL: memory is short.
tw_log_group *tw_assess_durations(const tw_assessment *assessment, int64_t *n);

// Values by transition, entity, what and unit; to be freed with the log's memory.
tw_log_group *tw_assess_values(const tw_event_log *log, int64_t *n);

#endif
