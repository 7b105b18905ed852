// quantity_upkeep.h - figures of people, shifts, setups, maintenance and stocks, for the table of
// quantities. Reads only; spells that are open count up to now.

#ifndef TW_OBSERVE_QUANTITY_UPKEEP_H
#define TW_OBSERVE_QUANTITY_UPKEEP_H

#include "observe/quantity.h"

// What value_upkeep_count and value_upkeep_mean are of.
enum { TW_UPKEEP_SETUP, TW_UPKEEP_MAINTENANCE, TW_UPKEEP_MINOR };

double tw_value_upkeep_count(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_upkeep_mean(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_upkeep_sd(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_overtime(const tw_run *run, const tw_quantity_ref *ref);

// Shifts by name, of the calendar in "defaults"; the last one is "off-shift".
int32_t tw_count_shift_names(const tw_line *line);
const char *tw_shift_name(const tw_line *line, int32_t shift_i);
// Counts and spreads are of whole shifts; parts, time and shares also of one that the window cuts into
// and of the present one.
double tw_value_shift_count(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_shift_shipped(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_shift_time(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_shift_good_mean(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_shift_good_sd(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_shift_scrapped(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_shift_throughput(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_shift_state(const tw_run *run, const tw_quantity_ref *ref);  // argument: set of states

double tw_value_busy_share(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_walk_share(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_pool_overtime(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_waited_for(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_waited_count(const tw_run *run, const tw_quantity_ref *ref);

double tw_value_stock_now(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_stock_used(const tw_run *run, const tw_quantity_ref *ref);

#endif
