// load.c - the load table: flow, times, changeovers and people put together, and the rate for which
// the most loaded is at 1 where the sources give what can be taken.

#include "study/load.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "study/load_inner.h"

const char *const tw_load_terms[TW_TERM_N] = {"cycle", "tools", "stops", "changeover", "people"};

// A machine that is down more than this share of its time by clocks that run by themselves has no
// time left to speak of.
static const double AVAILABLE_MIN = 1e-3;
enum { TRIALS_MAX = 60, TRIALS_IN_PROPORTION = 12 };
static const double NEAR_ONE = 1e-9;

typedef struct maker {
  const tw_line *line;
  tw_load *load;
  tw_load_flow flow;
  double *mix;      // [n_part_type] shares at the station that is worked out
  double *work;     // [n_group] person-seconds a second
  uint8_t *asks;    // [n_station * n_group] the station's work needs the group
  double *of_pool;  // [n_pool] person-seconds a second
  tw_load_station *station;
  tw_load_pool *pool;
} maker;

// A machine of a station and a visit to it, on average over the mix.
typedef struct visit {
  double load_s, process_s, unload_s;
  double term_s[TW_TERM_PEOPLE], all_s;
  double lost;  // share of the parts that its stops make scrap
} visit;

static void fill_mix(maker *in, int32_t place_i) {
  const double all = tw_load_rate_of_all(&in->flow, place_i);
  for (int32_t p = 0; p < in->line->n_part_type; p++)
    in->mix[p] = all > 0 ? tw_load_rate(&in->flow, place_i, p) / all : 0;
}

static void fill_cycle(const maker *in, int32_t machine_i, visit *of) {
  const tw_line *line = in->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  const tw_machine_sites *sites =
      &tw_nominal_station(line, machine->node_i)->sites[machine->number];
  for (int32_t p = 0; p < line->n_part_type; p++) {
    if (in->mix[p] == 0) continue;
    of->load_s += in->mix[p] * tw_nominal_mean_s(line, sites->load, p);
    of->process_s += in->mix[p] * tw_load_process_s(&in->flow, machine_i, p);
    of->unload_s += in->mix[p] * tw_nominal_mean_s(line, sites->unload, p);
  }
  of->term_s[TW_TERM_CYCLE] = of->load_s + of->process_s + of->unload_s;
}

// What failures and maintenance take: so much a visit by clocks that count work, and of what
// remains a share by those that run by themselves.
static void fill_stops(const maker *in, int32_t machine_i, visit *of) {
  const tw_machine_param *machine = &in->line->machine[machine_i];
  double share[TW_TERM_PEOPLE] = {0};
  for (int32_t i = machine->first_mode; i < machine->first_mode + machine->n_mode; i++) {
    const tw_mode *mode = &in->line->mode[i];
    if (mode->is_maintenance && mode->begin == TW_BEGIN_WHEN_IDLE) continue;
    const tw_load_term term = mode->is_maintenance ? TW_TERM_TOOLS : TW_TERM_STOPS;
    const tw_load_stop stop = tw_load_stop_of(in->line, mode, of->process_s, in->mix);
    of->term_s[term] += stop.n * stop.repair_s;
    share[term] += stop.share;
    const bool interrupts = !mode->is_maintenance || mode->begin == TW_BEGIN_AT_ONCE;
    if (mode->fate == TW_FATE_SCRAP && interrupts) of->lost += stop.n;
  }
  double busy_s = 0;
  for (int32_t t = 0; t < TW_TERM_PEOPLE; t++) busy_s += of->term_s[t];
  const double up = fmax(1 - share[TW_TERM_TOOLS] - share[TW_TERM_STOPS], AVAILABLE_MIN);
  of->all_s = busy_s;
  for (int32_t t = TW_TERM_TOOLS; t <= TW_TERM_STOPS; t++) {
    of->term_s[t] += busy_s * share[t] / up;
    of->all_s += busy_s * share[t] / up;
  }
}

static visit visit_of(const maker *in, int32_t machine_i, const tw_load_change *change) {
  visit of = {.term_s = {[TW_TERM_CHANGEOVER] = change->setup_s}};
  fill_cycle(in, machine_i, &of);
  fill_stops(in, machine_i, &of);
  return of;
}

// Notes that a station's work needs people, and how long a second.
static void ask(maker *in, int32_t row, const tw_demands *needs, double amount) {
  if (!(amount > 0)) return;
  for (int32_t i = 0; i < needs->n; i++) {
    const tw_demand *demand = &needs->at[i];
    TW_ASSERT(demand->group_i >= 0 && demand->group_i < in->line->n_group);
    in->asks[row * in->line->n_group + demand->group_i] = 1;
    in->work[demand->group_i] += (double)demand->count * amount;
  }
}

// People for the phases of the work and for setups, at so many visits a second.
static void ask_for_work(maker *in, int32_t row, double rate, const tw_load_change *change) {
  const tw_line *line = in->line;
  const tw_load_station *station = &in->station[row];
  const tw_place *place = &line->place[station->place_i];
  const tw_setup *setup = place->setup;
  if (place->task != NULL) {
    ask(in, row, &place->task[TW_LOAD].needs, rate * station->load_s);
    ask(in, row, &place->task[TW_PROCESS].needs, rate * station->process_s);
    ask(in, row, &place->task[TW_UNLOAD].needs, rate * station->unload_s);
  }
  if (setup == NULL) return;
  double steps_s = change->last_s;
  for (int32_t i = 0; i < setup->n_step; i++) {
    const bool is_last = i == setup->n_step - 1;
    const double step_s =
        is_last ? change->last_s : change->n * tw_nominal_mean_s(line, setup->step[i].site, TW_NONE);
    if (!is_last && !setup->step[i].is_while_running) steps_s += step_s;
    ask(in, row, &setup->step[i].needs, rate * step_s);
  }
  ask(in, row, &setup->approval_needs, rate * fmax(0, change->setup_s - steps_s));
}

// The mean time between the failures of a mode by the calendar; 0: it has none.
static double calendar_mtbf_s(const maker *in, const tw_mode *mode, double rate, double process_s) {
  const tw_line *line = in->line;
  if (mode->is_maintenance) return 0;
  const double mtbf = tw_nominal_mean_s(line, mode->mtbf_site, TW_NONE);
  switch ((tw_clock)mode->clock) {
    case TW_CLOCK_PROCESSING: return rate * process_s > 0 ? mtbf / (rate * process_s) : 0;
    case TW_CLOCK_CYCLES: return rate > 0 ? mtbf / rate : 0;
    case TW_CLOCK_ON_SHIFT:
      return mtbf / tw_load_on_share(line, line->place[mode->node_i].calendar_i);
    case TW_CLOCK_HAZARD:
    case TW_CLOCK_REQUEST:
      if (mode->cause_i == TW_NONE) return 0;
      return tw_nominal_mean_s(line, line->cause[mode->cause_i].mtbf_site, TW_NONE);
    default: return mtbf;
  }
}

// People for repairs and maintenance of one machine, at so many visits a second to it.
static void ask_for_stops(maker *in, int32_t row, int32_t machine_i, double rate, const visit *of) {
  const tw_machine_param *machine = &in->line->machine[machine_i];
  for (int32_t i = machine->first_mode; i < machine->first_mode + machine->n_mode; i++) {
    const tw_mode *mode = &in->line->mode[i];
    const tw_load_stop stop = tw_load_stop_of(in->line, mode, of->process_s, in->mix);
    ask(in, row, &mode->task.needs, rate * stop.n * stop.repair_s + stop.people_share);
    const double mtbf_s = calendar_mtbf_s(in, mode, rate, of->process_s);
    in->load->longest_mtbf_s = fmax(in->load->longest_mtbf_s, mtbf_s);
  }
}

// Parts that are scrap at a station: by its expression, behind a setup, and by stops.
static void note_scrap(maker *in, int32_t place_i, double change_n, double lost) {
  const tw_line *line = in->line;
  const tw_station_param *param = tw_nominal_station(line, place_i);
  const tw_setup *setup = line->place[place_i].setup;
  const double startup = setup != NULL ? fmin(1, change_n * setup->n_startup_scrap) : 0;
  for (int32_t p = 0; p < line->n_part_type; p++) {
    double scrap = 0;
    if (param->scrap != NULL) scrap = tw_nominal_value(in->flow.nominal, place_i, param->scrap, p);
    scrap = scrap >= 0 ? fmin(scrap, 1) : 0;
    in->flow.scrapped[place_i * line->n_part_type + p] =
        1 - (1 - scrap) * (1 - startup) * (1 - fmin(lost, 1));
  }
}

// Nobody knows before how long the models of its machines will take.
static bool is_unknown(const maker *in, int32_t place_i, const tw_load_change *change) {
  const visit of = visit_of(in, in->line->place[place_i].first_machine, change);
  TW_ASSERT(tw_nominal_station(in->line, place_i) != NULL);
  return isnan(of.process_s);
}

// One station: machines of different speed share its parts by their speed.
static void fill_station(maker *in, int32_t row, double good) {
  tw_load_station *station = &in->station[row];
  const tw_place *place = &in->line->place[station->place_i];
  const double rate = tw_load_rate_of_all(&in->flow, station->place_i);
  if (tw_nominal_station(in->line, station->place_i) == NULL || !(rate > 0) || !(good > 0)) return;
  const tw_load_change change = tw_load_change_of(&in->flow, station->place_i);
  double speed = 0, lost = 0, sum_s[TW_TERM_PEOPLE] = {0}, phase_s[3] = {0};
  fill_mix(in, station->place_i);
  station->visits = rate / good;
  if (is_unknown(in, station->place_i, &change)) {
    station->depends = tw_nominal_depends(in->line, station->place_i);
    note_scrap(in, station->place_i, change.n, 0);
    return;
  }
  for (int32_t k = 0; k < place->n_machine; k++) {
    const visit of = visit_of(in, place->first_machine + k, &change);
    const double own = 1 / fmax(of.all_s, 1e-9);
    speed += own;
    for (int32_t t = 0; t < TW_TERM_PEOPLE; t++) sum_s[t] += own * of.term_s[t];
    phase_s[0] += own * of.load_s;
    phase_s[1] += own * of.process_s;
    phase_s[2] += own * of.unload_s;
    lost += own * of.lost;
  }
  TW_ASSERT(speed > 0);
  for (int32_t t = 0; t < TW_TERM_PEOPLE; t++) station->term_s[t] = sum_s[t] / speed;
  station->load_s = phase_s[0] / speed;
  station->process_s = phase_s[1] / speed;
  station->unload_s = phase_s[2] / speed;
  station->need_s = rate / good / speed;
  station->load = rate / speed / station->on_share;
  ask_for_work(in, row, rate, &change);
  for (int32_t k = 0; k < place->n_machine; k++) {
    const visit of = visit_of(in, place->first_machine + k, &change);
    ask_for_stops(in, row, place->first_machine + k, rate / fmax(of.all_s, 1e-9) / speed, &of);
  }
  note_scrap(in, station->place_i, change.n, lost / speed);
}

// Everything for the present rates; gives the highest load.
static double fill_all(maker *in) {
  const tw_line *line = in->line;
  double highest = 0;
  memset(in->work, 0, (size_t)line->n_group * sizeof *in->work);
  in->load->longest_mtbf_s = 0;
  in->load->good_per_s = tw_load_good(&in->flow);
  for (int32_t i = 0; i < in->load->n_station; i++) {
    fill_station(in, i, in->load->good_per_s);
    highest = fmax(highest, in->station[i].load);
  }
  tw_arena scratch;
  tw_arena_init_with(&scratch, tw_line_memory(line));
  const bool is_spread = tw_load_people_spread(line, &scratch, in->work, in->of_pool);
  tw_arena_free(&scratch);
  if (!is_spread) return (double)NAN;
  for (int32_t i = 0; i < line->n_pool; i++) {
    tw_load_pool *pool = &in->pool[i];
    const double there = (double)line->pool[i].n_worker * pool->on_share;
    pool->work_s = in->of_pool[i] / in->load->good_per_s;
    pool->load = there > 0 ? in->of_pool[i] / there : (double)NAN;
    highest = fmax(highest, pool->load);
  }
  return highest;
}

// Finds the rate of the saturated sources for which the highest load is 1. At once where everything
// is in proportion to it; repairs by the calendar and other sources are not.
static void find_rate(maker *in) {
  double low = 0, high = INFINITY;
  double highest = fill_all(in);
  for (int32_t i = 0; i < TRIALS_MAX && fabs(highest - 1) > 10 * NEAR_ONE; i++) {
    if (!(highest > 0)) {
      in->load->good_per_s = (double)NAN;  // no station of which anything is known
      return;
    }
    if (highest < 1)
      low = in->flow.factor;
    else
      high = in->flow.factor;
    double next = in->flow.factor / highest;
    if (i >= TRIALS_IN_PROPORTION || !(next > low && next < high))
      next = isinf(high) ? in->flow.factor * 2 : low + (high - low) / 2;
    if (!(next > low && next < high)) return;
    in->flow.factor = next;
    highest = fill_all(in);
  }
}

// Load of the people that a station needs, skill by skill: whoever of them has most time left
// counts.
static double people_load(const maker *in, int32_t row) {
  const tw_line *line = in->line;
  double highest = 0;
  for (int32_t g = 0; g < line->n_group; g++) {
    if (!in->asks[row * line->n_group + g]) continue;
    double least = INFINITY;
    for (int32_t i = 0; i < line->group[g].n_worker; i++)
      least = fmin(least, in->pool[line->worker[line->group[g].worker[i]].pool_i].load);
    if (isfinite(least)) highest = fmax(highest, least);
  }
  return highest;
}

// People where they have less time left than the machines. Else the cycle where it fills the time
// alone; where the rest makes it too much, the largest of the rest; where there is time left, the
// largest.
static int32_t limit_of(const maker *in, int32_t row) {
  const tw_load_station *station = &in->station[row];
  double all_s = 0;
  int32_t largest = TW_TERM_TOOLS;
  if (people_load(in, row) > station->load * (1 + NEAR_ONE)) return TW_TERM_PEOPLE;
  for (int32_t t = 0; t < TW_TERM_PEOPLE; t++) all_s += station->term_s[t];
  for (int32_t t = TW_TERM_STOPS; t < TW_TERM_PEOPLE; t++)
    if (station->term_s[t] > station->term_s[largest]) largest = t;
  const double cycle_s = station->term_s[TW_TERM_CYCLE];
  const double asked = fmax(station->load, isnan(station->of_takt) ? 0 : station->of_takt);
  const bool is_cycle_enough = asked * cycle_s > all_s || station->term_s[largest] == 0;
  if (is_cycle_enough || (asked <= 1 + NEAR_ONE && cycle_s >= station->term_s[largest]))
    return TW_TERM_CYCLE;
  return largest;
}

// The takt is of the default calendar's working time, or of everybody's own where there is none.
static void fill_targets(maker *in) {
  const tw_line *line = in->line;
  const tw_targets_def *targets = &line->doc.targets;
  const int32_t calendar_i = line->shift_calendar_i;
  double takt_s = targets->takt_s;
  if (!(takt_s > 0) && targets->good_per_shift > 0) takt_s = line->shift_s / targets->good_per_shift;
  in->load->takt_s = takt_s > 0 ? takt_s : (double)NAN;
  for (int32_t i = 0; i < in->load->n_station; i++) {
    tw_load_station *station = &in->station[i];
    const double there =
        calendar_i == TW_NONE ? 1 : station->on_share / line->calendar[calendar_i].on_share;
    station->of_takt = station->need_s / (in->load->takt_s * there);
  }
  for (int32_t i = 0; i < line->n_pool; i++) {
    tw_load_pool *pool = &in->pool[i];
    const double there =
        calendar_i == TW_NONE ? 1 : pool->on_share / line->calendar[calendar_i].on_share;
    pool->of_takt = pool->work_s / (in->load->takt_s * there * (double)line->pool[i].n_worker);
  }
}

static bool is_station(const tw_line *line, int32_t place_i) {
  return strcmp(line->place[place_i].kind->section, "stations") == 0;
}

static bool take_memory(maker *in) {
  const tw_line *line = in->line;
  tw_arena *arena = &in->load->arena;
  const double none = (double)NAN;
  for (int32_t i = 0; i < line->n_place; i++) in->load->n_station += is_station(line, i);
  in->load->n_pool = line->n_pool;
  const size_t n_station = (size_t)in->load->n_station, n_group = (size_t)line->n_group;
  in->mix = tw_arena_take_array(arena, (size_t)line->n_part_type + 1, sizeof *in->mix);
  in->work = tw_arena_take_array(arena, n_group + 1, sizeof *in->work);
  in->asks = tw_arena_take_array(arena, n_station * n_group + 1, sizeof *in->asks);
  in->of_pool = tw_arena_take_array(arena, (size_t)line->n_pool + 1, sizeof *in->of_pool);
  in->station = tw_arena_take_array(arena, n_station + 1, sizeof *in->station);
  in->pool = tw_arena_take_array(arena, (size_t)line->n_pool + 1, sizeof *in->pool);
  if (arena->is_out_of_memory) return false;
  for (int32_t i = 0, row = 0; i < line->n_place; i++) {
    if (!is_station(line, i)) continue;
    in->station[row++] =
        (tw_load_station){.place_i = i,
                          .on_share = tw_load_on_share(line, line->place[i].calendar_i),
                          .visits = none,
                          .need_s = none,
                          .of_takt = none,
                          .load = none,
                          .load_s = none,
                          .process_s = none,
                          .unload_s = none,
                          .term_s = {none, none, none, none}};
  }
  for (int32_t i = 0; i < line->n_pool; i++)
    in->pool[i] =
        (tw_load_pool){.pool_i = i, .on_share = tw_load_on_share(line, line->pool[i].calendar_i)};
  in->load->station = in->station;
  in->load->pool = in->pool;
  return tw_load_flow_init(&in->flow, line, arena);
}

static bool make(maker *in) {
  tw_load *load = in->load;
  if (!take_memory(in)) return false;
  for (int32_t i = 0; i < load->n_station; i++)
    if (tw_nominal_station(in->line, in->station[i].place_i) != NULL)
      note_scrap(in, in->station[i].place_i, 0, 0);
  // the second time with the scrap of setups and stops, which follows from the first
  for (int32_t pass = 0; pass < 2; pass++) {
    if (!tw_load_flow_solve(&in->flow)) return false;
    fill_all(in);
  }
  load->is_relative = tw_load_is_relative(&in->flow);
  if (load->is_relative)
    find_rate(in);
  else
    fill_all(in);
  fill_targets(in);
  for (int32_t i = 0; i < load->n_station; i++) in->station[i].limit = limit_of(in, i);
  return !load->arena.is_out_of_memory;
}

bool tw_load_make(const tw_line *line, tw_load *load) {
  *load = (tw_load){0};
  tw_arena_init_with(&load->arena, tw_line_memory(line));
  maker in = {.line = line, .load = load};
  const bool is_made = make(&in);
  tw_load_flow_close(&in.flow);
  return is_made;
}

void tw_load_free(tw_load *load) { tw_arena_free(&load->arena); }
