// quantity_value.c - one small function for each way to make a figure from a run's statistics. All
// are reads: an open spell is added to what was booked, on the side.

#include <math.h>
#include <string.h>

#include <twin/run.h>

#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "observe/ideal.h"
#include "observe/moments.h"
#include "observe/oee.h"
#include "observe/quantity_cost.h"
#include "observe/quantity_energy.h"
#include "observe/quantity_model.h"
#include "observe/quantity_rows.h"
#include "observe/quantity_upkeep.h"

enum { FLOW_SHIPPED, FLOW_SCRAPPED, FLOW_LOST, FLOW_RELEASED };
enum { COUNT_STARTS, COUNT_COMPLETIONS, COUNT_FAILURES, COUNT_SCRAPPED };
enum { SPELL_WORK, SPELL_DOWN };
enum { TIME_LEAD = 0, TIME_WAIT = 100 };  // a percentage may be added

static int64_t window_us(const tw_run *run) {
  TW_ASSERT(run->head->now_us >= run->head->window_us);
  return run->head->now_us - run->head->window_us;
}

// A share or rate of the window's length; NAN where the window is empty.
static double per_window(const tw_run *run, double amount, double per) {
  const double window = (double)window_us(run);
  return window > 0 ? amount / (window * per) : (double)NAN;
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

// Parts of all types, or of one, that went a way since the window began.
static double count_flow(const tw_run *run, int32_t flow, int32_t part_type) {
  const tw_head *head = run->head;
  if (part_type == TW_NONE) {
    const int64_t n_lost = head->n_lost - head->lost_before;
    switch (flow) {
      case FLOW_SHIPPED: return (double)(head->n_shipped - head->shipped_before);
      case FLOW_SCRAPPED: return (double)(head->n_scrapped - head->scrapped_before);
      case FLOW_LOST: return (double)n_lost;
      default: return (double)(head->n_created - head->created_before - n_lost);
    }
  }
  const tw_part_type_stat *stat = &run->part_type[part_type];
  switch (flow) {
    case FLOW_SHIPPED: return (double)stat->n_shipped;
    case FLOW_SCRAPPED: return (double)stat->n_scrapped;
    case FLOW_LOST: return (double)stat->n_lost;
    default: return (double)(stat->n_created - stat->n_lost);
  }
}

static double value_flow(const tw_run *run, const tw_quantity_ref *ref) {
  return count_flow(run, ref->argument, ref->sub_i);
}

static double value_flow_rate(const tw_run *run, const tw_quantity_ref *ref) {
  return per_window(run, count_flow(run, ref->argument, ref->sub_i), 1e-6);
}

static double value_passes(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  return (double)run->head->n_pass;
}

static double value_wip_mean(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  const tw_head *head = run->head;
  if (!head->has_statistics) return (double)NAN;
  const double open_us = (double)(head->now_us - head->wip_since_us);
  return per_window(run, head->wip_us + (double)head->n_part * open_us, 1);
}

static double value_wip_max(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  return (double)run->head->wip_max;
}

static double value_wip_now(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  return (double)run->head->n_part;
}

static tw_moments part_times(const tw_run *run, int32_t which, int32_t part_type) {
  tw_moments m = {0, 0, 0};
  if (!run->head->has_statistics) return m;
  for (int32_t i = 0; i < run->line->n_part_type; i++) {
    if (part_type != TW_NONE && part_type != i) continue;
    const tw_part_type_stat *stat = &run->part_type[i];
    m.n += (double)stat->n_shipped;
    m.sum += which == TIME_LEAD ? stat->lead_s : stat->wait_s;
    m.sum2 += which == TIME_LEAD ? stat->lead_s2 : stat->wait_s2;
  }
  return m;
}

static double value_mean(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_mean(part_times(run, ref->argument, ref->sub_i));
}

static double value_sd(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_sd(part_times(run, ref->argument, ref->sub_i));
}

static double value_quantile(const tw_run *run, const tw_quantity_ref *ref) {
  const int32_t which = ref->argument / TIME_WAIT;
  const double p = (double)(ref->argument % TIME_WAIT) / 100;
  return tw_histogram_quantile(run->histogram[which].n, p) * 1e-6;
}

static double value_share_above(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_histogram_above(run->histogram[ref->argument / TIME_WAIT].n, (double)ref->time_us);
}

// Serials that left good at their first pass, of those that left shipped or as scrap.
static double value_first_pass(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  const double n_good = count_flow(run, FLOW_SHIPPED, TW_NONE);
  const double n_left = n_good + count_flow(run, FLOW_SCRAPPED, TW_NONE);
  const double n_first = run->line->has_quality ? (double)run->quality->n_first_pass : n_good;
  return n_left > 0 ? n_first / n_left : (double)NAN;
}

// ISO 22400: good over produced quantity, where each rework is one more pass (SEMANTICS 7.4).
static double value_quality_ratio(const tw_run *run, const tw_quantity_ref *ref) {
  (void)ref;
  const double n_good = count_flow(run, FLOW_SHIPPED, TW_NONE);
  double n_produced = n_good + count_flow(run, FLOW_SCRAPPED, TW_NONE);
  if (run->line->has_quality) n_produced += (double)run->quality->n_rework;
  return n_produced > 0 ? n_good / n_produced : (double)NAN;
}

static double value_escapes(const tw_run *run, const tw_quantity_ref *ref) {
  if (!run->line->has_quality) return 0;
  return (double)(ref->sub_i == TW_NONE ? run->quality->n_escaped
                                        : run->defect[ref->sub_i].n_escaped);
}

static double value_made(const tw_run *run, const tw_quantity_ref *ref) {
  return (double)run->made[run->line->place[ref->place_i].first_made + ref->sub_i].n_made;
}

// Of parts with a due date that were shipped: all, or of one type (TW_NONE: all).
static tw_tardiness lateness(const tw_run *run, int32_t part_type) {
  tw_tardiness sum = {0};
  for (int32_t i = 0; i < run->line->n_part_type; i++) {
    if (part_type != TW_NONE && part_type != i) continue;
    sum.n_due += run->tardiness[i].n_due;
    sum.n_tardy += run->tardiness[i].n_tardy;
    sum.tardy_s += run->tardiness[i].tardy_s;
  }
  return sum;
}

// Early parts are 0 late.
static double value_tardiness(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_tardiness sum = lateness(run, ref->sub_i);
  return sum.n_due > 0 ? sum.tardy_s / (double)sum.n_due : (double)NAN;
}

static double value_tardy(const tw_run *run, const tw_quantity_ref *ref) {
  return run->head->has_statistics ? (double)lateness(run, ref->sub_i).n_tardy : (double)NAN;
}

static double value_tardy_share(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_tardiness sum = lateness(run, ref->sub_i);
  return sum.n_due > 0 ? (double)sum.n_tardy / (double)sum.n_due : (double)NAN;
}

// How far L and lambda W are apart, as a share of L (SEMANTICS 11.2).
static double value_little(const tw_run *run, const tw_quantity_ref *ref) {
  const double level = value_wip_mean(run, ref);
  const double rate = per_window(run, count_flow(run, FLOW_SHIPPED, TW_NONE), 1e-6);
  const double difference = level - rate * tw_moments_mean(part_times(run, TIME_LEAD, TW_NONE));
  return level > 0 ? fabs(difference) / level : (double)NAN;
}

// Ticks of the present spell of a machine that fall into the window and are not booked yet.
static int64_t open_spell_us(const tw_run *run, const tw_machine *machine) {
  return run->head->now_us - later(machine->since_us, run->head->window_us);
}

void tw_state_times(const tw_run *run, int32_t machine_i, int64_t state_us[TW_N_STATE]) {
  const tw_machine *machine = &run->machine[machine_i];
  for (int32_t i = 0; i < TW_N_STATE; i++) state_us[i] = run->machine_stat[machine_i].state_us[i];
  if (!run->head->has_statistics) return;
  state_us[machine->state] += open_spell_us(run, machine);
}

// Ticks in the states of a set (bits), over one machine or all of a station; counts the machines.
static double time_in(const tw_run *run, const tw_quantity_ref *ref, uint32_t states,
                      int32_t *n_machine) {
  const tw_place *place = &run->line->place[ref->place_i];
  const bool is_one = ref->machine_i != TW_NONE;
  const int32_t first = is_one ? ref->machine_i : place->first_machine;
  *n_machine = is_one ? 1 : place->n_machine;
  double sum_us = 0;
  for (int32_t i = first; i < first + *n_machine; i++) {
    const int64_t *booked_us = run->machine_stat[i].state_us;
    const tw_machine *machine = &run->machine[i];
    for (uint32_t rest = states; rest != 0; rest &= rest - 1)
      sum_us += (double)booked_us[__builtin_ctz(rest)];
    if (states >> machine->state & 1) sum_us += (double)open_spell_us(run, machine);
  }
  return sum_us;
}

static double share_in(const tw_run *run, const tw_quantity_ref *ref, uint32_t states) {
  if (!run->head->has_statistics) return (double)NAN;
  int32_t n_machine;
  const double sum = time_in(run, ref, states, &n_machine);
  return n_machine > 0 ? per_window(run, sum, n_machine) : (double)NAN;
}

static double value_state_share(const tw_run *run, const tw_quantity_ref *ref) {
  return share_in(run, ref, UINT32_C(1) << ref->sub_i);
}

static double value_state_time(const tw_run *run, const tw_quantity_ref *ref) {
  if (!run->head->has_statistics) return (double)NAN;
  int32_t n_machine;
  const double sum = time_in(run, ref, UINT32_C(1) << ref->sub_i, &n_machine);
  return n_machine > 0 ? sum * 1e-6 / n_machine : (double)NAN;
}

static double value_utilisation(const tw_run *run, const tw_quantity_ref *ref) {
  return share_in(run, ref, UINT32_C(1) << TWIN_PROCESSING);
}

// Own losses only: what is down of the time in which it was not planned to stand.
static double value_availability(const tw_run *run, const tw_quantity_ref *ref) {
  const uint32_t planned = 1u << TWIN_OFF_SHIFT | 1u << TWIN_BREAK | 1u << TWIN_PLANNED_MAINTENANCE;
  const uint32_t down =
      1u << TWIN_MAINTENANCE_WAITING | 1u << TWIN_FAILED_WAITING | 1u << TWIN_FAILED_REPAIR;
  const double wanted = 1 - share_in(run, ref, planned);
  return wanted > 0 ? 1 - share_in(run, ref, down) / wanted : (double)NAN;
}

// ISO 22400 figures of a station, or of the one that stands for the line.
static double value_oee(const tw_run *run, const tw_quantity_ref *ref) {
  const int32_t place_i = ref->place_i != TW_NONE ? ref->place_i : tw_oee_station(run);
  return tw_oee_value(run, place_i, (tw_oee)ref->argument);
}

// OEE, or NEE, of the line: what the station that stands for it does in its time, and the quality ratio
// of the line.
static double value_line_oee(const tw_run *run, const tw_quantity_ref *ref) {
  const int32_t place_i = tw_oee_station(run);
  const double availability = tw_oee_value(run, place_i, TW_OEE_AVAILABILITY);
  const double rest =
      tw_oee_value(run, place_i, TW_OEE_EFFECTIVENESS) * value_quality_ratio(run, ref);
  if (ref->argument == 0) return availability * rest;
  return availability / (1 - tw_oee_value(run, place_i, TW_OEE_SETUP_RATIO)) * rest;
}

static double value_line_availability(const tw_run *run, const tw_quantity_ref *ref) {
  tw_quantity_ref station = *ref;
  station.place_i = tw_oee_station(run);
  return station.place_i != TW_NONE ? value_availability(run, &station) : (double)NAN;
}

// Shifts are those of the station that stands for the line.
static double value_good_per_shift(const tw_run *run, const tw_quantity_ref *ref) {
  const int32_t station_i = tw_oee_station(run);
  if (station_i == TW_NONE) return (double)NAN;
  const double n_shift = tw_oee_shifts(run, station_i);
  return n_shift > 0 ? count_flow(run, ref->argument, TW_NONE) / n_shift : (double)NAN;
}

static double value_count(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_place_stat *stat = &run->place_stat[ref->place_i];
  switch (ref->argument) {
    case COUNT_STARTS: return (double)stat->n_start;
    case COUNT_COMPLETIONS: return (double)stat->n_completion;
    case COUNT_FAILURES: return (double)stat->n_failure;
    default: return (double)stat->n_scrapped;
  }
}

static double value_rate(const tw_run *run, const tw_quantity_ref *ref) {
  return per_window(run, value_count(run, ref), 1e-6);
}

static double value_fate(const tw_run *run, const tw_quantity_ref *ref) {
  TW_ASSERT(ref->argument >= 0 && ref->argument < TW_FATE_N);
  return (double)run->place_stat[ref->place_i].n_fate[ref->argument];
}

static tw_moments durations(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_place_stat *stat = &run->place_stat[ref->place_i];
  if (ref->argument == SPELL_DOWN)
    return (tw_moments){(double)stat->n_down, stat->down_s, stat->down_s2};
  return (tw_moments){(double)stat->n_processing, stat->processing_s, stat->processing_s2};
}

static double value_spell_mean(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_mean(durations(run, ref));
}

static double value_spell_sd(const tw_run *run, const tw_quantity_ref *ref) {
  return tw_moments_sd(durations(run, ref));
}

static double value_level_now(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_kind *kind = run->line->place[ref->place_i].kind;
  return kind->level != NULL ? (double)kind->level(run, ref->place_i) : (double)NAN;
}

static double value_own(const tw_run *run, const tw_quantity_ref *ref) {
  const tw_kind *kind = run->line->place[ref->place_i].kind;
  TW_ASSERT(ref->sub_i >= 0 && ref->sub_i < kind->n_quantity);
  const tw_kind_quantity *own = &kind->quantities[ref->sub_i];
  TW_ASSERT(own->value != NULL || kind->value != NULL);
  return own->value != NULL ? own->value(run, ref->place_i)
                            : kind->value(run, ref->place_i, ref->sub_i);
}

#define TW_QUANTITY(scope_, rest_, unit_, is_listed_, sub_, value_, argument_) \
  {TW_SCOPE_##scope_, rest_, unit_, is_listed_, TW_SUB_##sub_, value_, argument_},
static const tw_quantity_row rows[] = {
#include "observe/quantity_table.inl"
};
#undef TW_QUANTITY

const tw_quantity_row *tw_quantity_rows(int32_t *n) {
  *n = (int32_t)(sizeof rows / sizeof rows[0]);
  return rows;
}

// An instant ("level/now") can be read at any time, the rest only once its window has begun.
static bool is_instant(const tw_line *line, const tw_quantity_ref *ref) {
  const char *name = rows[ref->row].rest;
  if (rows[ref->row].sub == TW_SUB_SERIES) return ref->argument == TW_SERIES_NOW;
  if (rows[ref->row].sub == TW_SUB_OWN)
    name = line->place[ref->place_i].kind->quantities[ref->sub_i].name;
  const char *last = strrchr(name, '/');
  return strcmp(last != NULL ? last + 1 : name, "now") == 0;
}

double tw_quantity_value(const tw_run *run, uint64_t quantity) {
  tw_quantity_ref ref;
  if (!tw_quantity_open(run->line, quantity, &ref)) return (double)NAN;
  const tw_head *head = run->head;
  const bool is_warming_up = head->warmup_us > 0 && !head->has_ended_warmup;
  if (is_warming_up && !is_instant(run->line, &ref)) return (double)NAN;
  return rows[ref.row].value(run, &ref);
}
