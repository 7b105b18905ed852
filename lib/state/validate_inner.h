// validate_inner.h - what the files of the validator share.

#ifndef TW_STATE_VALIDATE_INNER_H
#define TW_STATE_VALIDATE_INNER_H

#include "core/ticks.h"
#include "engine/run.h"

// Names what does not agree on a machine: phase, parts, pending events, request, repair, times. NULL:
// all of it does. The parts it holds are ticked off in is_seen [n_part_slot].
const char *tw_find_machine_fault(const tw_run *run, int32_t machine_i, uint8_t *is_seen);

// A machine of a run that has not started is as it was made.
bool tw_is_machine_fresh(const tw_run *run, int32_t machine_i);

// Routed parts are where their next step has them.
bool tw_are_routes_sound(const tw_run *run);

// The failure clocks agree with their machines and their pending events.
bool tw_are_modes_sound(const tw_run *run);

// Who waits for people and who has them; shifts; setups (validate_people.c).
bool tw_are_people_sound(const tw_run *run);
bool tw_are_shifts_sound(const tw_run *run);
bool tw_are_setups_sound(const tw_run *run);

// No phase, repair or interval is longer than what can be drawn.
static inline bool tw_is_duration(int64_t us) { return us >= 0 && us <= tw_ticks(TW_LONGEST_S); }

static inline bool tw_is_target(const tw_run *run, int32_t exit_i, int32_t place_i) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++)
    if (exit->target[i] == place_i) return true;
  return false;
}
bool tw_are_early_sound(const tw_run *run);    // durations drawn early
bool tw_are_figures_sound(const tw_run *run);  // by shift

#endif
