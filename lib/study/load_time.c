// load_time.c - mean times of the compiled line: of a visit on a machine, and what its failures and
// maintenance take. Distributions by their means, expressions and models at their nominal values.

#include <math.h>

#include "base/assert.h"
#include "model/compile.h"
#include "station/kinds.h"
#include "study/load_inner.h"

static const tw_machine_sites *sites_of(const tw_line *line, int32_t machine_i) {
  const tw_machine_param *machine = &line->machine[machine_i];
  const tw_station_param *param = tw_nominal_station(line, machine->node_i);
  TW_ASSERT(param != NULL);
  return &param->sites[machine->number];
}

// Process time without the factor: of parts with a route the mean over its steps here. NAN: not known.
static double drawn_s(const tw_load_flow *flow, int32_t machine_i, int32_t type) {
  const tw_line *line = flow->line;
  const int32_t place_i = line->machine[machine_i].node_i;
  const tw_part_type *part = &line->part_type[type];
  const tw_station_param *param = tw_nominal_station(line, place_i);
  const double own_s = tw_nominal_is_asked(param)
                           ? tw_nominal_process_s(flow->nominal, place_i, type)
                           : tw_nominal_mean_s(line, sites_of(line, machine_i)->time, type);
  if (param->has_finish) return own_s;
  double sum_s = 0, n = 0;
  for (int32_t k = part->first_step; k < part->first_step + part->n_step; k++) {
    const tw_route_step *step = &line->graph.step[k];
    for (int32_t i = 0; i < step->n_station; i++) {
      if (step->station[i] != place_i) continue;
      const double mean_s = step->time != NULL ? tw_dist_mean(step->time) : 0;
      const double step_s = step->time == NULL ? own_s : isfinite(mean_s) ? mean_s : 0;
      sum_s += step_s / step->n_station;
      n += 1.0 / step->n_station;
    }
  }
  return n > 0 ? sum_s / n : own_s;
}

double tw_load_process_s(const tw_load_flow *flow, int32_t machine_i, int32_t type) {
  const int32_t place_i = flow->line->machine[machine_i].node_i;
  const tw_station_param *param = flow->line->place[place_i].param;
  const double time_s = drawn_s(flow, machine_i, type) * tw_load_sampled(param);
  if (param->factor == NULL) return time_s;
  const double factor = tw_nominal_value(flow->nominal, place_i, param->factor, type);
  // the engine stops a run whose factor is none; here it counts as 0
  return factor >= 0 && isfinite(factor) ? time_s * factor : 0;
}

double tw_load_cycle_s(const tw_load_flow *flow, int32_t machine_i, int32_t type) {
  const tw_line *line = flow->line;
  const tw_machine_sites *sites = sites_of(line, machine_i);
  return tw_nominal_mean_s(line, sites->load, type) + tw_load_process_s(flow, machine_i, type) +
         tw_nominal_mean_s(line, sites->unload, type);
}

// Share of a week's working time that falls into [from, from + length), which may go over Sunday.
static double share_of_week(const tw_line *line, int32_t calendar_i, double from_us,
                            double length_us) {
  const double week_us = (double)TW_WEEK_US;
  if (calendar_i == TW_NONE) return fmin(length_us / week_us, 1);
  const tw_week *week = &line->calendar[calendar_i].base;
  double within_us = 0;
  for (int32_t i = 0; i < week->n; i++) {
    if (week->span[i].off != TW_ON_SHIFT) continue;
    for (int32_t before = 0; before < 2; before++) {
      const double start = from_us - before * week_us, end = start + length_us;
      const double common =
          fmin(end, (double)week->span[i].end_us) - fmax(start, (double)week->span[i].start_us);
      if (common > 0) within_us += common;
    }
  }
  return week->work_us > 0 ? fmin(within_us / (double)week->work_us, 1) : 0;
}

// A maintenance at fixed times of the week.
static void stop_by_week(const tw_line *line, const tw_mode *mode, tw_load_stop *stop) {
  const int32_t calendar_i = line->place[mode->node_i].calendar_i;
  for (int32_t i = 0; i < mode->n_week; i++) {
    stop->share += share_of_week(line, calendar_i, (double)mode->week_us[i], stop->repair_s * 1e6);
    stop->people_share += stop->repair_s * 1e6 / (double)TW_WEEK_US;
  }
}

// A clock that runs by itself: from the end of a repair to the next failure, or from one due
// instant to the next.
static void stop_by_clock(const tw_line *line, const tw_mode *mode, double mtbf_s,
                          tw_load_stop *stop) {
  const bool is_from_due = mode->is_maintenance && mode->is_from_due;
  const double period_s = is_from_due ? fmax(mtbf_s, stop->repair_s) : mtbf_s + stop->repair_s;
  if (!(period_s > 0)) return;
  stop->share = stop->repair_s / period_s;
  const int32_t calendar_i = line->place[mode->node_i].calendar_i;
  const double runs = mode->clock == TW_CLOCK_ON_SHIFT ? tw_load_on_share(line, calendar_i) : 1;
  stop->people_share = stop->share * runs;
}

tw_load_stop tw_load_stop_of(const tw_line *line, const tw_mode *mode, double process_s,
                             const double *mix) {
  TW_ASSERT(process_s >= 0 && mode->machine_i < line->n_machine);
  tw_load_stop stop = {.repair_s = tw_nominal_mean_s(line, mode->repair_site, TW_NONE)};
  double mtbf = tw_nominal_mean_s(line, mode->mtbf_site, TW_NONE);
  switch ((tw_clock)mode->clock) {
    case TW_CLOCK_PROCESSING:
      if (mtbf > 0) stop.n = process_s / mtbf;
      break;
    case TW_CLOCK_CYCLES:
      if (mode->wear == NULL) stop.n = 1 / fmax(mtbf, 1);
      for (int32_t i = 0; mode->wear != NULL && i < line->n_part_type; i++)
        stop.n += mix[i] * (double)mode->wear[i] / (double)TW_LIFE;
      break;
    case TW_CLOCK_WEEK: stop_by_week(line, mode, &stop); break;
    case TW_CLOCK_HAZARD:
    case TW_CLOCK_REQUEST:
      if (mode->cause_i == TW_NONE) break;
      mtbf = tw_nominal_mean_s(line, line->cause[mode->cause_i].mtbf_site, TW_NONE);
      stop_by_clock(line, mode, mtbf, &stop);
      break;
    case TW_CLOCK_CALENDAR:
    case TW_CLOCK_ON_SHIFT: stop_by_clock(line, mode, mtbf, &stop); break;
  }
  return stop;
}
