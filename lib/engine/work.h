// work.h - machines: what every station kind inherits. A machine holds at most one part, goes through
// phases, is in exactly one state, and can be interrupted and go on. What a station does with its
// machines (which part next, how long, which exit) is the kind's.

#ifndef TW_ENGINE_WORK_H
#define TW_ENGINE_WORK_H

#include "engine/flow.h"

// left_us of a phase that was not begun yet: its duration is drawn when it starts.
enum { TW_NOT_BEGUN = -1 };

// What an event slot is for (tw_slot.purpose). The compiler plans some itself (compile_inner.h).
typedef enum tw_purpose {
  TW_ON_WORK,      // the machine's phase ends
  TW_ON_TIMER,     // of the place itself
  TW_ON_REPAIRED,  // machine_i
  TW_ON_FAILURE,   // machine_i is the index of the mode
  TW_ON_WARMUP,
  TW_ON_WAKE
} tw_purpose;

// State by phase of a machine that is up. A free machine is starved, or idle when no order is left.
extern const uint8_t tw_state_of_phase[TW_PHASE_N];

// Puts the machine into another state and books the time of the old one.
void tw_work_change_state(tw_run *run, int32_t machine_i, uint8_t state);

// State that a machine is in by what it does.
uint8_t tw_work_state(const tw_run *run, const tw_machine *machine);

// Brings the machine's state up to date.
static inline void tw_work_refresh(tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const uint8_t state = machine->down == TW_UP && machine->phase != TW_FREE
                            ? tw_state_of_phase[machine->phase]
                            : tw_work_state(run, machine);
  if (state != machine->state) tw_work_change_state(run, machine_i, state);
}

// Runs the phase for left_us: plans its end. The machine is up and not running.
static inline void tw_work_run(tw_run *run, int32_t machine_i);

// The phase's event came, or it is interrupted: books the work done, stops processing clocks.
static inline void tw_work_stand(tw_run *run, int32_t machine_i);

// A part has been processed on a machine of the place.
static inline void tw_work_count_completion(tw_run *run, int32_t place_i, tw_machine *machine) {
  tw_place_stat *stat = &run->place_stat[place_i];
  stat->n_completion++;
  machine->n_since_stop++;
  if (!run->head->has_statistics) return;
  const double drawn_s = 1e-6 * (double)machine->drawn_us;
  stat->n_processing++;
  stat->processing_s += drawn_s;
  stat->processing_s2 += drawn_s * drawn_s;
  run->head->n_pass++;
}

// Lets the next visit of its station start the machine's phase.
void tw_work_must_start(tw_run *run, int32_t machine_i);

// Files the request of a machine for room downstream (phases RESERVE and DONE), and takes it back.
void tw_request_file(tw_run *run, int32_t machine_i);
void tw_request_drop(tw_run *run, int32_t machine_i);

// Gives up a reserved place.
void tw_reservation_drop(tw_run *run, int32_t machine_i);

// The part is off the machine: it is free from now on.
void tw_work_clear(tw_run *run, int32_t machine_i);

// Failure clocks (failure.c).
void tw_modes_start(tw_run *run);
void tw_modes_processing(tw_run *run, int32_t machine_i);        // processing begins until end_us
void tw_modes_standing(tw_run *run, int32_t machine_i);          // processing has stopped
void tw_modes_cycle(tw_run *run, int32_t machine_i);             // a cycle is complete
bool tw_modes_before_start(tw_run *run, int32_t machine_i);      // true: it went down instead
void tw_mode_event(tw_run *run, int32_t mode_i);
void tw_repaired_event(tw_run *run, int32_t machine_i);
void tw_host_down(tw_run *run, int32_t machine_i);
void tw_host_up(tw_run *run, int32_t machine_i);

// Mean time in seconds that a machine needs to set up for a part of this type, from what it is set up
// for now (setup.c).
double tw_setup_mean_s(const tw_run *run, int32_t machine_i, int32_t part_type);

// People (crew.c).
void tw_crew_wait(tw_run *run, int32_t machine_i);     // joins those who wait
void tw_crew_settle(tw_run *run);                      // serves them in their order
void tw_crew_release(tw_run *run, int32_t machine_i);

static inline bool tw_is_up(const tw_machine *machine) { return machine->down == TW_UP; }

static inline void tw_work_run(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(tw_is_up(machine) && !machine->is_running && machine->left_us >= 0);
  machine->spell_us = tw_now(run);
  machine->end_us = machine->spell_us + machine->left_us;
  machine->is_running = 1;
  const tw_machine_param *param = &run->line->machine[machine_i];
  tw_plan(run, param->work_slot, machine->end_us);
  if (param->has_processing_clock && machine->phase == TW_PROCESS)
    tw_modes_processing(run, machine_i);
  const uint8_t state = tw_state_of_phase[machine->phase];
  if (machine->state != state) tw_work_change_state(run, machine_i, state);
}

static inline void tw_work_stand(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  TW_ASSERT(machine->is_running);
  const int64_t now = tw_now(run);
  machine->is_running = 0;
  machine->left_us = machine->end_us - now;
  TW_ASSERT(machine->left_us >= 0);
  if (machine->part != TW_NO_PART) run->part[machine->part].worked_us += now - machine->spell_us;
  if (run->line->machine[machine_i].has_processing_clock && machine->phase == TW_PROCESS)
    tw_modes_standing(run, machine_i);
}

#endif
