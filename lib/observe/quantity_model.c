// quantity_model.c - see quantity_model.h. What the engine keeps up to date is taken as it is; the
// course of the present step is added on the side (engine/body/body.h).

#include "observe/quantity_model.h"

#include <math.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/body/body.h"

// The machines that a figure is of: one, or all of its station. A shared model counts as one.
typedef struct machine_range {
  int32_t first, end;
} machine_range;

static machine_range machines_of(const tw_line *line, const tw_quantity_ref *ref) {
  if (ref->place_i == TW_NONE) return (machine_range){TW_NONE, TW_NONE + 1};
  const tw_place *place = &line->place[ref->place_i];
  if (ref->machine_i != TW_NONE) return (machine_range){ref->machine_i, ref->machine_i + 1};
  return (machine_range){place->first_machine, place->first_machine + place->n_machine};
}

static const tw_member *member_of(const tw_line *line, int32_t machine_i, int32_t member) {
  if (machine_i == TW_NONE) return &line->member[member];
  TW_ASSERT(member >= 0 && member < line->machine[machine_i].n_member);
  return &line->member[line->machine[machine_i].first_member + member];
}

static double series_now(const tw_run *run, const tw_model_series *series, int32_t machine_i) {
  const tw_member *member = member_of(run->line, machine_i, series->member);
  return series->is_output ? tw_output_now(run, member, series->i)
                           : tw_variable_now(run, member, series->i);
}

static tw_course series_course(const tw_run *run, const tw_model_series *series,
                               int32_t machine_i) {
  const tw_member *member = member_of(run->line, machine_i, series->member);
  return series->is_output ? tw_output_course(run, member, series->i)
                           : tw_variable_course(run, member, series->i);
}

static const tw_model_series *series_of(const tw_line *line, const tw_quantity_ref *ref) {
  const tw_model_names *names = tw_line_models(line, ref->place_i);
  TW_ASSERT(ref->sub_i >= 0 && ref->sub_i < names->n_series);
  return &names->series[ref->sub_i];
}

const char *tw_series_unit(const tw_line *line, const tw_quantity_ref *ref) {
  const tw_model_series *series = series_of(line, ref);
  return ref->argument == TW_SERIES_INTEGRAL ? series->unit_s : series->unit;
}

static double mean_now(const tw_run *run, const tw_model_series *series, machine_range of) {
  double sum = 0;
  for (int32_t i = of.first; i < of.end; i++) sum += series_now(run, series, i);
  return sum / (of.end - of.first);
}

double tw_value_series(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_model_series *series = series_of(run->line, ref);
  const machine_range of = machines_of(run->line, ref);
  if (ref->argument == TW_SERIES_NOW) return mean_now(run, series, of);
  const int64_t window_us = run->head->now_us - run->head->window_us;
  if (!run->head->has_statistics || window_us <= 0) return (double)NAN;
  tw_course all = {0, (double)INFINITY, -(double)INFINITY};
  for (int32_t i = of.first; i < of.end; i++) {
    const tw_course one = series_course(run, series, i);
    all.integral_s += one.integral_s;
    if (one.least < all.least) all.least = one.least;
    if (one.greatest > all.greatest) all.greatest = one.greatest;
  }
  switch (ref->argument) {
    case TW_SERIES_MEAN: return all.integral_s / (tw_seconds(window_us) * (of.end - of.first));
    case TW_SERIES_MIN: return all.least;
    case TW_SERIES_MAX: return all.greatest;
    default: return all.integral_s;
  }
}

// ---- Events ----------------------------------------------------------------------------------

static const tw_model_event_state *event_of(const tw_run *run, const tw_quantity_ref *ref,
                                            int32_t machine_i) {
  const tw_model_names *names = tw_line_models(run->line, ref->place_i);
  TW_ASSERT(ref->sub_i >= 0 && ref->sub_i < names->n_event);
  const tw_model_event_name *name = &names->event[ref->sub_i];
  return &run->model_event[member_of(run->line, machine_i, name->member)->first_event + name->i];
}

double tw_value_model_count(const tw_run *run, const tw_quantity_ref *ref) {
  const machine_range of = machines_of(run->line, ref);
  double n = 0;
  for (int32_t i = of.first; i < of.end; i++) n += (double)event_of(run, ref, i)->n;
  return n;
}

double tw_value_model_between(const tw_run *run, const tw_quantity_ref *ref) {
  const machine_range of = machines_of(run->line, ref);
  double sum_s = 0, n = 0;
  for (int32_t i = of.first; i < of.end; i++) {
    const tw_model_event_state *event = event_of(run, ref, i);
    if (event->n < 2) continue;
    sum_s += tw_seconds(event->last_us) + event->last_s - event->first_s;
    n += (double)(event->n - 1);
  }
  return n > 0 ? sum_s / n : (double)NAN;
}
