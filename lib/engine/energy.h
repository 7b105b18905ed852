// energy.h - the energy ledger: power by state and what models draw beside it, integrated exactly. Power
// is whole uW and time whole us, so every spell is a whole number of pJ, and the same number goes to
// the machine and its state, to the part on it (or overhead), to the price that holds and to the window
// of the peak. So the sums agree to the last bit; rounding comes when somebody reads.
//
// Nothing here is an event: a spell is booked when it ends, cut at the edges of prices and windows
// in between, and what is open is added on the side when it is read. Only lines in which something draws
// power have these records (run->machine_energy).

#ifndef TW_ENGINE_ENERGY_H
#define TW_ENGINE_ENERGY_H

#include "engine/run.h"

void tw_energy_start(tw_run *run);   // at time zero, or now for a state that moves to another line
void tw_energy_reset(tw_run *run);   // the statistics window begins

// Books what has been drawn up to now, and notes what is drawn from now on.
void tw_energy_book(tw_run *run, int32_t machine_i);

// The state of a machine, or the part on it, has changed.
static inline void tw_energy_changed(tw_run *run, int32_t machine_i) {
  if (run->machine_energy != NULL && run->head->has_statistics) tw_energy_book(run, machine_i);
}

// For models of a machine, whose place has said that it draws power (tw_compile_draws_power):

// The machine draws so much beside what its state draws, from now on. 0 or more.
void tw_energy_draw(tw_run *run, int32_t machine_i, double power_w);

// It has drawn so much since this was called last: of power that changes all the time. To be called at
// tw_energy_edge at the latest, in class 9, and before the part on it changes. 0 or more.
void tw_energy_add(tw_run *run, int32_t machine_i, double energy_j);

// The next tick at which another price or window begins; INT64_MAX: none.
int64_t tw_energy_edge(const tw_run *run);

// Reads over the statistics window up to now, in J and W.
double tw_energy_of_state(const tw_run *run, int32_t machine_i, int32_t state);
double tw_energy_of_models(const tw_run *run, int32_t machine_i);  // beside the states
double tw_energy_of_machines(const tw_run *run, int32_t first_machine, int32_t n_machine);
double tw_energy_of_line(const tw_run *run);
double tw_energy_of_part(const tw_run *run, int32_t part_type);  // TW_NONE: with no part, the overhead
double tw_energy_of_tariff(const tw_run *run, int32_t tariff_i);
double tw_energy_power(const tw_run *run, int32_t machine_i);    // now

// The largest mean power over a window of the clock. A window that the statistics begin in, and the
// present one, count with what falls into them, over their whole length.
typedef struct tw_peak {
  double power_w;
  int64_t start_us;  // of the first such window, may be before the run; INT64_MIN: nothing was drawn
} tw_peak;
tw_peak tw_energy_peak(const tw_run *run);

// Do all accounts of the ledger agree to the last pJ? True where there is none. Of a state that moved
// here from another line they may not.
bool tw_energy_agrees(const tw_run *run);

// For restored states: derived fields, and whether they are what they should be.
void tw_energy_recount(tw_run *run);
bool tw_is_energy_sound(const tw_run *run);

// All open spells end now, for a state that moves to another line.
void tw_energy_close(tw_run *run);

#endif
