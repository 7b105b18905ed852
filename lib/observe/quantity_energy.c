// quantity_energy.c - see quantity_energy.h. Integrated in the ledger, multiplied once here.

#include "observe/quantity_energy.h"

#include <math.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/energy.h"

// The machines that a figure is of.
typedef struct machines {
  int32_t first, n;
} machines;

static machines machines_of(const tw_run *run, const tw_quantity_ref *ref) {
  if (ref->machine_i != TW_NONE) return (machines){ref->machine_i, 1};
  TW_ASSERT(ref->place_i != TW_NONE);
  const tw_place *place = &run->line->place[ref->place_i];
  return (machines){place->first_machine, place->n_machine};
}

double tw_value_energy(const tw_run *run, const tw_quantity_ref *ref) {
  if (!run->head->has_statistics) return (double)NAN;
  if (ref->place_i == TW_NONE) return tw_energy_of_line(run);
  const machines of = machines_of(run, ref);
  return tw_energy_of_machines(run, of.first, of.n);
}

double tw_value_energy_per_good(const tw_run *run, const tw_quantity_ref *ref) {
  const int64_t n_good = run->head->n_shipped - run->head->shipped_before;
  return n_good > 0 ? tw_value_energy(run, ref) / (double)n_good : (double)NAN;
}

double tw_value_energy_part(const tw_run *run, const tw_quantity_ref *ref) {
  return run->head->has_statistics ? tw_energy_of_part(run, ref->sub_i) : (double)NAN;
}

double tw_value_energy_part_per_good(const tw_run *run, const tw_quantity_ref *ref) {
  const int64_t n_good = run->part_type[ref->sub_i].n_shipped;
  return n_good > 0 ? tw_value_energy_part(run, ref) / (double)n_good : (double)NAN;
}

double tw_value_energy_state(const tw_run *run, const tw_quantity_ref *ref) {
  if (!run->head->has_statistics) return (double)NAN;
  const machines of = machines_of(run, ref);
  double sum_j = 0;
  for (int32_t i = of.first; i < of.first + of.n; i++)
    sum_j += tw_energy_of_state(run, i, ref->sub_i);
  return sum_j;
}

double tw_value_energy_models(const tw_run *run, const tw_quantity_ref *ref) {
  if (!run->head->has_statistics) return (double)NAN;
  const machines of = machines_of(run, ref);
  double sum_j = 0;
  for (int32_t i = of.first; i < of.first + of.n; i++) sum_j += tw_energy_of_models(run, i);
  return sum_j;
}

double tw_value_energy_tariff(const tw_run *run, const tw_quantity_ref *ref) {
  return run->head->has_statistics ? tw_energy_of_tariff(run, ref->sub_i) : (double)NAN;
}

double tw_value_energy_cost(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_energy_param *energy = &run->line->energy;
  if (!run->head->has_statistics || energy->n_tariff == 0) return (double)NAN;
  double sum = 0;
  for (int32_t i = 0; i < energy->n_tariff; i++)
    if (ref->sub_i == TW_NONE || ref->sub_i == i)
      sum += tw_energy_of_tariff(run, i) * energy->tariff[i].price;
  return sum;
}

double tw_value_carbon(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_value_energy(run, ref) * run->line->energy.carbon_kg_j;
}

double tw_value_peak(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  return run->head->has_statistics ? tw_energy_peak(run).power_w : (double)NAN;
}

double tw_value_peak_time(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  if (!run->head->has_statistics) return (double)NAN;
  const tw_peak peak = tw_energy_peak(run);
  return peak.start_us == INT64_MIN ? (double)NAN : tw_seconds(peak.start_us);
}

double tw_value_peak_cost(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_value_peak(run, ref) * run->line->energy.peak_price;
}

double tw_value_power_now(const tw_run *run, const tw_quantity_ref *ref) {
  const machines of =
      ref->place_i == TW_NONE ? (machines){0, run->line->n_machine} : machines_of(run, ref);
  double sum_w = 0;
  for (int32_t i = of.first; i < of.first + of.n; i++) sum_w += tw_energy_power(run, i);
  return sum_w;
}
