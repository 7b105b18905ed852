// quantity_upkeep.c - see quantity_upkeep.h.

#include "observe/quantity_upkeep.h"

#include <math.h>

#include <twin/run.h>

#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "engine/work.h"
#include "observe/moments.h"

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static tw_moments setups_of(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  tw_moments m = {0, 0, 0};
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const int32_t setup_i = run->line->machine[i].setup_i;
    if (setup_i == TW_NONE) continue;
    m.n += (double)run->setup[setup_i].n_setup;
    m.sum += run->setup[setup_i].setup_s;
    m.sum2 += run->setup[setup_i].setup_s2;
  }
  return m;
}

static tw_moments upkeep_of(const tw_run *run, const tw_quantity_ref *ref) {
  if (ref->argument == TW_UPKEEP_SETUP) return setups_of(run, ref->place_i);
  if (!run->line->has_stop_figures) return (tw_moments){0, 0, 0};
  const tw_stop_stat *stop = &run->stop_stat[ref->place_i];
  if (ref->argument == TW_UPKEEP_MINOR)
    return (tw_moments){(double)stop->n_minor, stop->minor_s, (double)NAN};
  return (tw_moments){(double)stop->n_maintenance, stop->maintenance_s, stop->maintenance_s2};
}

double tw_value_upkeep_count(const tw_run *run, const tw_quantity_ref *ref) {
  return upkeep_of(run, ref).n;
}

double tw_value_upkeep_mean(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_mean(upkeep_of(run, ref));
}

double tw_value_upkeep_sd(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_sd(upkeep_of(run, ref));
}

double tw_value_overtime(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_place *place = &run->line->place[ref->place_i];
  const bool is_one = ref->machine_i != TW_NONE;
  const int32_t first = is_one ? ref->machine_i : place->first_machine;
  const int32_t n = is_one ? 1 : place->n_machine;
  double sum_s = 0;
  for (int32_t i = first; i < first + n && run->line->n_calendar > 0; i++) {
    const tw_duty *duty = &run->duty[i];
    sum_s += tw_seconds(duty->overtime_us);
    if (run->machine[i].is_overtime)
      sum_s += tw_seconds(tw_now(run) - later(duty->since_us, run->head->window_us));
  }
  return n > 0 ? sum_s / n : (double)NAN;
}

static const tw_calendar *shifts_of(const tw_line *line) {
  return line->shift_calendar_i == TW_NONE ? NULL : &line->calendar[line->shift_calendar_i];
}

int32_t tw_count_shift_names(const tw_line *line) {
  const tw_calendar *calendar = shifts_of(line);
  return calendar == NULL ? 0 : calendar->n_shift + 1;
}

const char *tw_shift_name(const tw_line *line, int32_t shift_i) {
  const tw_calendar *calendar = shifts_of(line);
  TW_ASSERT(calendar != NULL && shift_i >= 0 && shift_i <= calendar->n_shift);
  return shift_i < calendar->n_shift ? calendar->shift[shift_i] : "off-shift";
}

double tw_value_shift_count(const tw_run *run, const tw_quantity_ref *ref) {
  return (double)run->shift[ref->sub_i].n;
}

double tw_value_shift_shipped(const tw_run *run, const tw_quantity_ref *ref) {
  return (double)tw_shift_up_to_now(run, ref->sub_i).good;
}

double tw_value_shift_time(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_seconds(tw_shift_up_to_now(run, ref->sub_i).time_us);
}

static tw_moments good_of(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_shift *shift = &run->shift[ref->sub_i];
  return (tw_moments){(double)shift->n, (double)shift->n_good, shift->n_good2};
}

double tw_value_shift_good_mean(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_mean(good_of(run, ref));
}

double tw_value_shift_good_sd(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_sd(good_of(run, ref));
}

double tw_value_shift_scrapped(const tw_run *run, const tw_quantity_ref *ref) {
  return (double)tw_shift_up_to_now(run, ref->sub_i).scrapped;
}

double tw_value_shift_throughput(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_shift shift = tw_shift_up_to_now(run, ref->sub_i);
  return shift.time_us > 0 ? (double)shift.good / tw_seconds(shift.time_us) : (double)NAN;
}

double tw_value_shift_state(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_place *place = &run->line->place[ref->place_i];
  if (!run->head->has_statistics) return (double)NAN;
  const double time_us = (double)tw_shift_up_to_now(run, ref->sub_i).time_us;
  double sum_us = 0;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    tw_machine_stat times;
    tw_shift_state_times(run, ref->sub_i, i, &times);
    for (uint32_t rest = (uint32_t)ref->argument; rest != 0; rest &= rest - 1)
      sum_us += (double)times.state_us[__builtin_ctz(rest)];
  }
  return time_us > 0 && place->n_machine > 0 ? sum_us / time_us / place->n_machine : (double)NAN;
}

// Time that the people of a pool were on shift in the window, all of them together.
static double pool_time_us(const tw_run *run, const tw_pool *pool) {
  const int64_t from_us = run->head->window_us, to_us = tw_now(run);
  const int64_t work_us =
      pool->calendar_i == TW_NONE
          ? to_us - from_us
          : tw_calendar_work(&run->line->calendar[pool->calendar_i], from_us, to_us);
  return (double)work_us * pool->n_worker;
}

// What the people of a pool did in the window, all of them together.
typedef struct pool_times {
  double busy_us, walk_us, overtime_us;
} pool_times;

static pool_times times_of(const tw_run *run, const tw_pool *pool) {
  pool_times sum = {0};
  for (int32_t i = pool->first_worker; i < pool->first_worker + pool->n_worker; i++) {
    const tw_worker_state worker = tw_worker_up_to_now(run, i);
    sum.busy_us += (double)worker.busy_us;
    sum.walk_us += (double)worker.walk_us;
    sum.overtime_us += (double)worker.overtime_us;
  }
  return sum;
}

// Of their time on shift; overtime is a figure of its own.
double tw_value_busy_share(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_pool *pool = &run->line->pool[ref->pool_i];
  const pool_times times = times_of(run, pool);
  const double time_us = pool_time_us(run, pool);
  return time_us > 0 ? (times.busy_us - times.overtime_us) / time_us : (double)NAN;
}

double tw_value_walk_share(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_pool *pool = &run->line->pool[ref->pool_i];
  const double time_us = pool_time_us(run, pool);
  return time_us > 0 ? times_of(run, pool).walk_us / time_us : (double)NAN;
}

double tw_value_pool_overtime(const tw_run *run, const tw_quantity_ref *ref) {
  return times_of(run, &run->line->pool[ref->pool_i]).overtime_us * 1e-6;
}

// Is somebody of the pool in this group?
static bool is_of_pool(const tw_line *line, int32_t group_i, int32_t pool_i) {
  const tw_group *group = &line->group[group_i];
  for (int32_t i = 0; i < group->n_worker; i++)
    if (line->worker[group->worker[i]].pool_i == pool_i) return true;
  return false;
}

double tw_value_waited_for(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_line *line = run->line;
  double sum_s = 0;
  for (int32_t g = 0; g < line->n_group; g++)
    if (is_of_pool(line, g, ref->pool_i)) sum_s += run->group_stat[g].waited_s;
  for (int32_t i = 0; i < line->n_machine + line->n_setup; i++) {
    const tw_wait *wait = &run->wait[i];
    if (wait->group_i == TW_NONE || !is_of_pool(line, wait->group_i, ref->pool_i)) continue;
    sum_s += tw_seconds(tw_now(run) - later(wait->since_us, run->head->window_us));
  }
  return sum_s;
}

double tw_value_waited_count(const tw_run *run, const tw_quantity_ref *ref) {
  double n = 0;
  for (int32_t g = 0; g < run->line->n_group; g++)
    if (is_of_pool(run->line, g, ref->pool_i)) n += (double)run->group_stat[g].n_waited;
  return n;
}

double tw_value_stock_now(const tw_run *run, const tw_quantity_ref *ref) {
  const bool is_unlimited = run->line->stock[ref->pool_i].is_unlimited;
  return is_unlimited ? (double)INFINITY : (double)run->stock[ref->pool_i].n;
}

double tw_value_stock_used(const tw_run *run, const tw_quantity_ref *ref) {
  return (double)run->stock[ref->pool_i].n_used;
}
