// outside.h - station kinds from outside the library (twin/kind.h) as the line sees them: each is
// made into a tw_kind of its own, whose functions are the same for all of them and call the
// callbacks. Positions are machines; what runs on one is its phase TW_PROCESS or TW_HOLD + state.

#ifndef TW_STATION_OUTSIDE_OUTSIDE_H
#define TW_STATION_OUTSIDE_OUTSIDE_H

#include <twin/kind.h>

#include "engine/run.h"

typedef struct tw_outside {
  tw_kind kind;      // first: what the line has
  twin_kind given;   // a copy; its tables are the library's, too
  tw_table table;    // keys that every such station has, then its own
  int32_t n_common;  // of the former
  tw_state_table state, machine_state;
  const uint32_t *state_at;  // [given.n_state] where each field is in its record
  int32_t position_field;    // TW_NONE: given.n_position
} tw_outside;

// Every record of a place begins with this; it bounds the visits of one tick.
typedef struct tw_outside_state {
  int64_t tick_us;
  int64_t n_visit;
} tw_outside_state;

typedef struct tw_outside_param {
  const double *value;    // [n_field] NAN: absent, or none of one number
  const tw_series *list;  // [n_field]
  const int32_t *site;    // [n_field] of a VALUE, of position 0 where each has its own; TW_NONE
  const int32_t *chance;  // [n_chance] sites
  const int32_t *timer;   // [n_timer] slots
  const int32_t *exit;    // [n_exit] of the graph
} tw_outside_param;

// The built-in kinds and those of a list ended by NULL (NULL: none), from the arena. NULL with
// TWIN_ERR_KIND or TWIN_ERR_MEMORY in *status and a problem that says why.
const tw_kind *const *tw_outside_kinds(tw_arena *arena, const struct twin_kind *const *given,
                                       int32_t *n_kind, twin_status *status,
                                       twin_problems *problems);

static inline const tw_outside *tw_outside_of(const tw_kind *kind) {
  TW_ASSERT(kind->holds);
  return (const tw_outside *)kind;
}

#endif
