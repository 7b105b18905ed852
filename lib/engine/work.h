// work.h - machines: what every station kind inherits. A machine holds at most one part, goes through
// phases, is in exactly one state, and can be interrupted and go on. What a station does with its
// machines (which part next, how long, which exit) is the kind's.

#ifndef TW_ENGINE_WORK_H
#define TW_ENGINE_WORK_H

#include <stddef.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/flow.h"

// Time of what has no end of its own: processing and maintenance that end by a condition. What it took is
// counted down from here.
static const int64_t TW_NO_END_US = (int64_t)TW_LONGEST_S * TW_TICKS_PER_S;

// left_us of a phase that was not begun yet: its duration is drawn when it starts.
enum { TW_NOT_BEGUN = -1 };

// What an event slot is for (tw_slot.purpose). The compiler plans some itself (compile_inner.h).
typedef enum tw_purpose {
  TW_ON_WORK,      // the machine's phase ends
  TW_ON_TIMER,     // of the place itself
  TW_ON_REPAIRED,  // machine_i
  TW_ON_FAILURE,   // machine_i is the index of the mode
  TW_ON_WARMUP,
  TW_ON_WAKE,
  TW_ON_PLACE_SHIFT,  // shifts or breaks of a place begin or end
  TW_ON_POOL_SHIFT,   // of people; machine_i is the pool
  TW_ON_FIGURES,      // a shift ends by which figures are cut
  TW_ON_AHEAD,        // machine_i is the setup whose steps ahead go on
  TW_ON_CAUSE,        // machine_i is the common cause
  TW_ON_DELIVERY,     // machine_i is the stock
  TW_ON_STEP,         // machine_i is the body whose step ends
  TW_ON_LOCATED,      // machine_i is the body in which a model's event comes
  TW_ON_METER,        // another price of energy or window of the peak begins
  TW_ON_OWN           // of the place itself; machine_i is its number among tw_kind.timers
} tw_purpose;

// State by phase of a machine that is up. A free machine is starved, or idle when no order is left.
extern const uint8_t tw_state_of_phase[TW_PHASE_N];

// Puts the machine into another state and books the time of the old one.
void tw_work_change_state(tw_run *run, int32_t machine_i, uint8_t state);

// What the cause of a state is: the mode it is down with, the place or the group that it waits for.
typedef enum tw_cause_kind { TW_CAUSE_NONE, TW_CAUSE_OF_MODE, TW_CAUSE_OF_PLACE, TW_CAUSE_OF_GROUP } tw_cause_kind;
tw_cause_kind tw_work_cause_kind(int32_t state);

// Its index, TW_NONE where it has none or none is known yet.
int32_t tw_work_cause(const tw_run *run, int32_t machine_i);

// State that a machine is in by what it does.
uint8_t tw_work_state(const tw_run *run, const tw_machine *machine);

// States that a kind with rules of its own can hold a machine in (TW_HOLD): nothing else has to be known
// for them, as people, a failure or a target.
bool tw_can_hold(int32_t state);

// Neither down nor off shift.
static inline bool tw_is_up(const tw_machine *machine) {
  // both in one read: they stand side by side
  TW_STATIC_ASSERT(offsetof(tw_machine, off) == offsetof(tw_machine, down) + 1, "side by side");
  uint16_t both;
  memcpy(&both, &machine->down, sizeof both);
  return both == 0;
}

// Has begun something that takes time, and is not through with it.
static inline bool tw_is_begun(const tw_machine *machine) {
  const bool takes_time = machine->phase != TW_FREE && machine->phase != TW_RESERVE &&
                          machine->phase != TW_DONE;
  return takes_time && machine->left_us != TW_NOT_BEGUN;
}

// Has it looked at a part that would not be through before its shift ends?
static inline bool tw_is_declining(const tw_run *run, int32_t machine_i) {
  const int32_t early_i = run->line->machine[machine_i].early_i;
  return early_i != TW_NONE && run->early[early_i].is_declining;
}

// Processing that ends by a condition of the machine's models, not after a time.
static inline bool tw_is_open_ended(const tw_machine *machine) {
  return machine->phase == TW_PROCESS && machine->left_us != TW_NOT_BEGUN &&
         machine->drawn_us == TW_NO_END_US;
}

// Brings the machine's state up to date.
static inline void tw_work_refresh(tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  // a free machine may be idle, a setup may wait for what is done ahead of it
  const bool is_free = machine->phase == TW_FREE && !run->head->is_drained &&
                       run->line->machine[machine_i].early_i == TW_NONE;
  const bool is_plain = tw_is_up(machine) && machine->crew <= TW_CREW_THERE &&
                        (is_free || machine->phase > TW_SETUP);
  const uint8_t state =
      is_plain ? tw_state_of_phase[machine->phase] : tw_work_state(run, machine);
  if (state != machine->state) tw_work_change_state(run, machine_i, state);
  // down or off shift, it may be so for another reason in the same state
  else if (!is_plain) tw_bodies_touch(run, machine_i);
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

// The part is off the machine: it is free from now on. `empty` tells nobody that there is room.
void tw_work_clear(tw_run *run, int32_t machine_i);
void tw_work_empty(tw_run *run, int32_t machine_i);

// Stops the work of a machine that goes down or off shift: what is under way stands, people leave.
void tw_work_pause(tw_run *run, int32_t machine_i);

// And lets it go on when it is up again: a part on it is worked on, a finished one may be taken, a
// free machine takes.
void tw_work_continue(tw_run *run, int32_t machine_i);

// A part on a machine of the place becomes scrap there.
static inline void tw_work_count_scrap(tw_run *run, int32_t place_i, int32_t part_type) {
  const int64_t first = run->line->place[place_i].cost.first_scrap;
  run->place_stat[place_i].n_scrapped++;
  if (first != TW_NONE) run->scrap[first + part_type].n++;
}

// Throws the part of the machine away, on this tick, by the scrap exit.
void tw_work_scrap(tw_run *run, int32_t machine_i);

// Processing that ends when a condition of the machine's models holds (SEMANTICS 9): the condition holds from
// now on, and ends it after the soak; or it has ceased.
void tw_work_finish(tw_run *run, int32_t machine_i, int32_t soak_site, bool is_fall);

// The process time on the machine is begun anew: all of what was drawn is left, none of the work is done.
void tw_work_anew(tw_run *run, int32_t machine_i);

// Clocks of failures and maintenance (clock.c).
void tw_modes_start(tw_run *run);
void tw_modes_processing(tw_run *run, int32_t machine_i);        // processing begins until end_us
void tw_modes_standing(tw_run *run, int32_t machine_i);          // processing has stopped
void tw_modes_cycle(tw_run *run, int32_t machine_i);             // a cycle is complete
void tw_modes_open(tw_run *run, int32_t machine_i);              // on shift from now on
void tw_modes_close(tw_run *run, int32_t machine_i);             // off shift
void tw_mode_renew(tw_run *run, int32_t mode_i, double share);
// A new interval begins: the repair has ended.
void tw_mode_restart(tw_run *run, int32_t mode_i);
// By how much of its clock a mode that is due has waited.
int64_t tw_mode_overdue(const tw_run *run, int32_t mode_i);
// How much of its clock is left.
// Sets how much its clock has left; NULL, or why that cannot be.
const char *tw_mode_set_left(tw_run *run, int32_t mode_i, int64_t left);
int64_t tw_mode_left(const tw_run *run, int32_t mode_i);

// Going down and coming up (failure.c), maintenance that waits for its time (maintenance.c).
void tw_go_down(tw_run *run, int32_t machine_i, int32_t mode_i);
bool tw_modes_before_start(tw_run *run, int32_t machine_i);      // true: it went down instead
void tw_mode_event(tw_run *run, int32_t mode_i);
void tw_cause_event(tw_run *run, int32_t cause_i);
void tw_repaired_event(tw_run *run, int32_t machine_i);
void tw_repair_begin(tw_run *run, int32_t machine_i);            // its people are there
void tw_repair_suspend(tw_run *run, int32_t machine_i);          // they leave in the middle
void tw_repair_end(tw_run *run, int32_t mode_i);                 // its condition holds
void tw_host_down(tw_run *run, int32_t machine_i);
void tw_host_up(tw_run *run, int32_t machine_i);
void tw_maintenance_begin(tw_run *run, int32_t place_i);         // at a part boundary
void tw_maintenance_when_idle(tw_run *run);
void tw_maintenance_pull_forward(tw_run *run, int32_t machine_i, int32_t ended_i);
bool tw_maintenance_may_begin(const tw_run *run, int32_t mode_i);
void tw_maintenance_request(tw_run *run, int32_t mode_i);

// People (crew.c). A holder is a machine, or n_machine and the number of a setup whose steps ahead
// have people of their own.
tw_task tw_task_of(const tw_run *run, int32_t holder_i);
tw_task tw_task_of_phase(const tw_run *run, int32_t machine_i);  // also of a machine that is down
void tw_crew_wait(tw_run *run, int32_t holder_i);      // joins those who wait
void tw_crew_line_up(tw_run *run, int32_t holder_i);   // the same without anything else
bool tw_is_lined_up(const tw_run *run, int32_t holder_i);  // should be among those who wait
// Those whom the machine waits for are in the plant, free or at other tasks.
bool tw_crew_is_present(const tw_run *run, int32_t machine_i);
bool tw_crew_ready(tw_run *run, int32_t machine_i);    // for the machine's phase; false: it waits
void tw_crew_settle(tw_run *run);                      // serves them in their order
void tw_crew_release(tw_run *run, int32_t holder_i);
void tw_crew_withdraw(tw_run *run, int32_t holder_i);  // no longer waits for people
void tw_crew_leave(tw_run *run, int32_t machine_i);    // the task stops: gone, or not waited for
void tw_crew_arrived(tw_run *run, int32_t machine_i);  // who walked is there
void tw_task_suspend(tw_run *run, int32_t holder_i);   // its people are taken away
int64_t tw_holder_since(const tw_run *run, int32_t holder_i);  // it waits since
// What is booked of a person, with what is open up to now.
tw_worker_state tw_worker_up_to_now(const tw_run *run, int32_t worker_i);
void tw_delivery_event(tw_run *run, int32_t stock_i);
void tw_stocks_start(tw_run *run);

// Shifts (shift.c).
void tw_shifts_start(tw_run *run);
void tw_place_shift_event(tw_run *run, int32_t place_i);
void tw_pool_shift_event(tw_run *run, int32_t pool_i);
void tw_figures_event(tw_run *run);
void tw_figures_reset(tw_run *run);                    // the window begins
void tw_overtime_end(tw_run *run);                     // of machines that are through
// Figures of a shift by which they are cut, the present one up to now; the number behind the last is
// for what is off shift.
tw_shift tw_shift_up_to_now(const tw_run *run, int32_t shift_i);
void tw_shift_state_times(const tw_run *run, int32_t shift_i, int32_t machine_i,
                          tw_machine_stat *sum);
// Would work of so long end in the shift of its place?
bool tw_shift_fits(const tw_run *run, int32_t place_i, int64_t duration_us);

// Setups (setup.c).
void tw_setups_start(tw_run *run);
bool tw_setup_is_needed(const tw_run *run, int32_t machine_i, int32_t part_type);
void tw_setup_choose(tw_run *run, int32_t machine_i);  // the part is there: what is to be done
bool tw_setup_run(tw_run *run, int32_t machine_i);     // runs the next step; false: it is done
void tw_setup_step_ended(tw_run *run, int32_t machine_i);
void tw_setup_ahead_event(tw_run *run, int32_t setup_i);
// Is the run of the present family shorter than it must be? Then the offer asks for parts of it only.
bool tw_setup_must_go_on(const tw_run *run, int32_t machine_i, tw_offer *offer);
bool tw_setup_can_look_ahead(const tw_run *run, int32_t machine_i);
void tw_setup_look_ahead(tw_run *run, int32_t machine_i, int32_t part_type);
void tw_setup_ahead_begin(tw_run *run, int32_t setup_i);
void tw_setup_ahead_suspend(tw_run *run, int32_t setup_i);
bool tw_setup_needs_approval(const tw_run *run, int32_t machine_i);
// How long the setup for this part, which may not be made yet, will take, drawn now and kept; 0: none is needed.
int64_t tw_setup_early_us(tw_run *run, int32_t machine_i, const tw_part *part);
double tw_setup_mean_s(const tw_run *run, int32_t machine_i, int32_t part_type);

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
  tw_bodies_touch(run, machine_i);
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
  tw_bodies_touch(run, machine_i);
}

#endif
