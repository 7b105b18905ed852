// quantity_cost.h - figures of cost, for the table of quantities: money in the currency of the line. Where
// the file gives no cost of a kind it is 0, so that a cost is always the sum of its kinds.

#ifndef TW_OBSERVE_QUANTITY_COST_H
#define TW_OBSERVE_QUANTITY_COST_H

#include "observe/quantity.h"

// Kinds of cost, as bits of a row's argument. Energy is of the line only: how much a station draws at
// each price is not kept.
enum {
  TW_COST_FAILURES = 1,
  TW_COST_MAINTENANCE = 2,
  TW_COST_DOWNTIME = 4,
  TW_COST_SCRAP = 8,
  TW_COST_ENERGY = 16,
  TW_COST_ALL = 31
};

double tw_value_cost(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_cost_rate(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_cost_per_good(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_cost_scrap(const tw_run *run, const tw_quantity_ref *ref);  // of a part type
double tw_value_cost_mode(const tw_run *run, const tw_quantity_ref *ref);   // of a failure or maintenance

#endif
