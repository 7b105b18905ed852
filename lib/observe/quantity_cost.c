// quantity_cost.c - see quantity_cost.h. Counted and timed in whole numbers, multiplied once here.

#include "observe/quantity_cost.h"

#include <math.h>

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "observe/quantity_energy.h"

// What mode number k of a place has cost, all its machines together.
static double cost_of_mode(const tw_run *run, const tw_place *place, int32_t k) {
  int64_t n = 0;
  if (!run->line->cost.is_by_mode) return 0;
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++)
    n += run->mode_stat[run->line->machine[m].first_mode + k].n;
  return (double)n * run->line->mode[run->line->machine[place->first_machine].first_mode + k].cost;
}

static double cost_of_modes(const tw_run *run, const tw_place *place, bool is_maintenance) {
  double sum = 0;
  if (place->n_machine == 0) return 0;
  const tw_machine_param *machine = &run->line->machine[place->first_machine];
  for (int32_t k = 0; k < machine->n_mode; k++)
    if (run->line->mode[machine->first_mode + k].is_maintenance == is_maintenance)
      sum += cost_of_mode(run, place, k);
  return sum;
}

static double cost_of_downtime(const tw_run *run, const tw_place *place) {
  int64_t down_us = 0;
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++) {
    int64_t state_us[TW_N_STATE];
    tw_state_times(run, m, state_us);
    down_us += state_us[TWIN_FAILED_WAITING] + state_us[TWIN_FAILED_REPAIR] +
               state_us[TWIN_MAINTENANCE_WAITING] + state_us[TWIN_PLANNED_MAINTENANCE];
  }
  return tw_seconds(down_us) * place->cost.downtime_s;
}

// Of what the place has made scrap, or (NULL) of what has left the line as scrap.
static double cost_of_scrap(const tw_run *run, const tw_place *place) {
  const tw_line *line = run->line;
  double sum = 0;
  if (place != NULL && place->cost.first_scrap == TW_NONE) return 0;
  for (int32_t i = 0; i < line->n_part_type; i++) {
    const int64_t n = place != NULL ? run->scrap[place->cost.first_scrap + i].n
                                    : run->part_type[i].n_scrapped;
    sum += (double)n * line->part_type[i].scrap_cost;
  }
  return sum;
}

// Failures, maintenance and downtime of a place.
static double cost_of_stops(const tw_run *run, const tw_place *place, int32_t kinds) {
  double sum = 0;
  if (kinds & TW_COST_FAILURES) sum += cost_of_modes(run, place, /*is_maintenance=*/false);
  if (kinds & TW_COST_MAINTENANCE) sum += cost_of_modes(run, place, /*is_maintenance=*/true);
  if (kinds & TW_COST_DOWNTIME) sum += cost_of_downtime(run, place);
  return sum;
}

double tw_value_cost(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_line *line = run->line;
  const tw_place *place = ref->place_i != TW_NONE ? &line->place[ref->place_i] : NULL;
  const int32_t kinds = ref->argument;
  if (!run->head->has_statistics) return (double)NAN;
  double sum = 0;
  for (int32_t i = 0; i < line->n_place; i++)
    if ((place == NULL || place == &line->place[i]) && line->place[i].cost.is_there)
      sum += cost_of_stops(run, &line->place[i], kinds);
  if (kinds & TW_COST_SCRAP) sum += cost_of_scrap(run, place);
  if (place == NULL && (kinds & TW_COST_ENERGY) && line->energy.is_there && line->energy.n_tariff > 0)
    sum += tw_value_energy_cost(run, ref);
  return sum;
}

double tw_value_cost_rate(const tw_run *run, const tw_quantity_ref *ref) {
  const int64_t window_us = run->head->now_us - run->head->window_us;
  return window_us > 0 ? tw_value_cost(run, ref) / tw_seconds(window_us) : (double)NAN;
}

double tw_value_cost_per_good(const tw_run *run, const tw_quantity_ref *ref) {
  const int64_t n_good = run->head->n_shipped - run->head->shipped_before;
  return n_good > 0 ? tw_value_cost(run, ref) / (double)n_good : (double)NAN;
}

double tw_value_cost_scrap(const tw_run *run, const tw_quantity_ref *ref) {
  if (!run->head->has_statistics) return (double)NAN;
  return (double)run->part_type[ref->sub_i].n_scrapped * run->line->part_type[ref->sub_i].scrap_cost;
}

double tw_value_cost_mode(const tw_run *run, const tw_quantity_ref *ref) {
  TW_ASSERT(ref->place_i != TW_NONE && ref->sub_i >= 0);
  if (!run->head->has_statistics) return (double)NAN;
  return cost_of_mode(run, &run->line->place[ref->place_i], ref->sub_i);
}
