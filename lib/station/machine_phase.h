// machine_phase.h - the work on one part, phase by phase (machine_phase.c), for the station that gives it
// parts (machine.c).

#ifndef TW_STATION_MACHINE_PHASE_H
#define TW_STATION_MACHINE_PHASE_H

#include "engine/work.h"
#include "station/machine.h"

static inline const tw_station_param *tw_station_param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static inline const tw_machine_sites *tw_machine_sites_of(const tw_run *run, int32_t place_i,
                                               int32_t machine_i) {
  return &tw_station_param_of(run, place_i)->sites[machine_i - run->line->place[place_i].first_machine];
}

// Starts or resumes what the machine's phase says; the machine is up.
void tw_machine_start_phase(tw_run *run, int32_t place_i, int32_t machine_i);
void tw_machine_start_processing(tw_run *run, int32_t place_i, int32_t machine_i);

// The event of the phase has come.
void tw_machine_end_phase(tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose);

// Would this part be through before the shift ends? Its times are drawn now and kept.
bool tw_machine_fits_into_shift(tw_run *run, int32_t place_i, int32_t machine_i,
                                const tw_offer *offer);

#endif
