// quantity_energy.h - figures of energy, cost, carbon and peak power, for the table of quantities. Of a
// station they are the sum of its machines, of the line that of all stations.

#ifndef TW_OBSERVE_QUANTITY_ENERGY_H
#define TW_OBSERVE_QUANTITY_ENERGY_H

#include "observe/quantity.h"

double tw_value_energy(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_energy_per_good(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_energy_part(const tw_run *run, const tw_quantity_ref *ref);  // no part: the overhead
double tw_value_energy_part_per_good(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_energy_state(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_energy_models(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_energy_tariff(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_energy_cost(const tw_run *run, const tw_quantity_ref *ref);  // no tariff: all of them
double tw_value_carbon(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_peak(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_peak_time(const tw_run *run, const tw_quantity_ref *ref);    // start of the window
double tw_value_peak_cost(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_power_now(const tw_run *run, const tw_quantity_ref *ref);

#endif
