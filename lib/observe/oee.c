// oee.c - see oee.h.

#include "observe/oee.h"

#include <math.h>

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "observe/ideal.h"
#include "observe/losses.h"
#include "observe/quantity.h"

// State to time element, as docs and reports quote it.
static const uint8_t element_of_state[TW_N_STATE] = {
    [TWIN_OFF_SHIFT] = TW_ELEMENT_OFF,
    [TWIN_BREAK] = TW_ELEMENT_PLANNED,
    [TWIN_PLANNED_MAINTENANCE] = TW_ELEMENT_PLANNED,
    [TWIN_MAINTENANCE_WAITING] = TW_ELEMENT_ADET,
    [TWIN_FAILED_WAITING] = TW_ELEMENT_ADET,
    [TWIN_FAILED_REPAIR] = TW_ELEMENT_ADET,
    [TWIN_SETUP_WAITING] = TW_ELEMENT_ADET,
    [TWIN_SETUP] = TW_ELEMENT_AUST,
    [TWIN_WARMING_UP] = TW_ELEMENT_AUST,
    [TWIN_WAITING_APPROVAL] = TW_ELEMENT_ADET,
    [TWIN_LOADING] = TW_ELEMENT_APT,
    [TWIN_PROCESSING] = TW_ELEMENT_APT,
    [TWIN_UNLOADING] = TW_ELEMENT_APT,
    [TWIN_BLOCKED] = TW_ELEMENT_ADET,
    [TWIN_WAITING_WORKER] = TW_ELEMENT_ADET,
    [TWIN_WAITING_TRANSPORT] = TW_ELEMENT_ADET,
    [TWIN_WAITING_COMPONENTS] = TW_ELEMENT_ADET,
    [TWIN_WAITING_BATCH] = TW_ELEMENT_ADET,
    [TWIN_STARVED] = TW_ELEMENT_ADET,
    [TWIN_IDLE] = TW_ELEMENT_ADOT,
    [TWIN_SWITCHED_OFF] = TW_ELEMENT_ADOT,
    [TWIN_STOPPED_BY_OTHER] = TW_ELEMENT_ADET,
};

tw_element tw_element_of(int32_t state) {
  TW_ASSERT(state >= 0 && state < TW_N_STATE);
  return (tw_element)element_of_state[state];
}

typedef struct elements {
  double s[TW_ELEMENT_N];
  double busy_s;    // PBT
  double failed_s;  // within it
} elements;

// Time elements of a station, summed over its machines.
static elements elements_of(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  elements e = {{0}, 0, 0};
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    int64_t state_us[TW_N_STATE];
    tw_state_times(run, i, state_us);
    for (int32_t state = 0; state < TW_N_STATE; state++)
      e.s[tw_element_of(state)] += tw_seconds(state_us[state]);
    e.failed_s += tw_seconds(state_us[TWIN_FAILED_WAITING] + state_us[TWIN_FAILED_REPAIR]);
  }
  e.busy_s =
      e.s[TW_ELEMENT_APT] + e.s[TW_ELEMENT_AUST] + e.s[TW_ELEMENT_ADET] + e.s[TW_ELEMENT_ADOT];
  return e;
}

// PRI x PQ. Where the cycle differs by type or machine, or follows from machine models, the block does
// not know what was made of each, but the process times that were drawn or taken do.
static double planned_run_s(const tw_run *run, int32_t place_i) {
  const tw_place_stat *stat = &run->place_stat[place_i];
  const int32_t machine_i = run->line->place[place_i].first_machine;
  if (!tw_ideal_is_one(run->line, place_i)) return stat->processing_s;
  return tw_ideal_cycle_s(run->line, NULL, machine_i, 0) * (double)stat->n_completion;
}

// Parts scrapped by a failure have not been produced.
static double scrapped_at_end(const tw_place_stat *stat) {
  return (double)(stat->n_scrapped - (int64_t)stat->n_fate[TW_FATE_SCRAP]);
}

static double per(double amount, double of) { return of > 0 ? amount / of : (double)NAN; }

double tw_oee_value(const tw_run *run, int32_t place_i, tw_oee figure) {
  if (!run->head->has_statistics || place_i == TW_NONE) return (double)NAN;
  const elements e = elements_of(run, place_i);
  const tw_place_stat *stat = &run->place_stat[place_i];
  const double apt_s = e.s[TW_ELEMENT_APT], aust_s = e.s[TW_ELEMENT_AUST];
  const double adet_s = e.s[TW_ELEMENT_ADET], made = (double)stat->n_completion;
  const double scrap = scrapped_at_end(stat);
  const double quality = per(made - scrap, made);
  const double effectiveness = per(planned_run_s(run, place_i), apt_s);
  switch (figure) {
    case TW_OEE_OEE: return per(apt_s, e.busy_s) * effectiveness * quality;
    case TW_OEE_AVAILABILITY: return per(apt_s, e.busy_s);
    case TW_OEE_EFFECTIVENESS: return effectiveness;
    case TW_OEE_QUALITY_RATIO: return quality;
    case TW_OEE_NEE: return per(apt_s + aust_s, e.busy_s) * effectiveness * quality;
    case TW_OEE_ALLOCATION_EFFICIENCY: return per(apt_s + aust_s + adet_s, e.busy_s);
    case TW_OEE_UTILISATION_EFFICIENCY: return per(apt_s, apt_s + aust_s + adet_s);
    case TW_OEE_SETUP_RATIO: return per(aust_s, apt_s + aust_s);
    case TW_OEE_TECHNICAL_EFFICIENCY: return per(apt_s, apt_s + adet_s);
    case TW_OEE_SCRAP_RATIO: return per(scrap, made);
    case TW_OEE_MTBF: return per(e.busy_s - e.failed_s, (double)stat->n_failure);
    case TW_OEE_FAILURE_RATE: return per((double)stat->n_failure, apt_s);
    case TW_OEE_N: break;
  }
  return (double)NAN;
}

// Ticks that a station's machines were planned for, and those in their own hands.
static int64_t planned_time(const tw_run *run, int32_t place_i, int64_t *own_us) {
  const tw_place *place = &run->line->place[place_i];
  int64_t planned_us = 0;
  *own_us = 0;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    int64_t state_us[TW_N_STATE];
    tw_state_times(run, i, state_us);
    for (int32_t state = 0; state < TW_N_STATE; state++) {
      if (state != TWIN_OFF_SHIFT && state != TWIN_BREAK) planned_us += state_us[state];
      if (tw_is_own_state(state)) *own_us += state_us[state];
    }
  }
  return planned_us;
}

int32_t tw_oee_station(const tw_run *run) {
  int32_t best = TW_NONE;
  double most = -1;
  for (int32_t i = 0; i < run->line->n_place; i++) {
    int64_t own_us;
    const int64_t planned_us = planned_time(run, i, &own_us);
    const double share = per((double)own_us, (double)planned_us);
    if (!(share > most)) continue;
    most = share;
    best = i;
  }
  return best;
}

double tw_oee_shifts(const tw_run *run, int32_t place_i) {
  int64_t own_us;
  const double planned_s = tw_seconds(planned_time(run, place_i, &own_us));
  const double shift_s = tw_ideal_shift_s(run->line, place_i);
  return per(planned_s, run->line->place[place_i].n_machine * shift_s);
}
