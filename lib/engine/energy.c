// energy.c - see energy.h. The line's own account is by its power, the sum of all machines, so that
// prices and windows are looked at once for every change and not once a machine.

#include "engine/energy.h"

#include "engine/body/body.h"

#include <math.h>

#include "base/assert.h"
#include "base/wide.h"

static tw_wide wide(uint64_t high, uint64_t low) { return (tw_wide){.high = high, .low = low}; }

// Adds to a number that is kept as two halves; numbers from outside may wrap, which harms nobody.
static void add_to(uint64_t *high, uint64_t *low, tw_wide more) {
  const tw_wide sum = tw_wide_sum(wide(*high, *low), more);
  *high = sum.high;
  *low = sum.low;
}

static double to_joule(tw_wide energy_pj) { return tw_wide_to_double(energy_pj) / 1e12; }

static uint64_t to_microwatt(double power_w) { return (uint64_t)floor(power_w * 1e6 + 0.5); }

// What is drawn at a power in so many ticks.
static tw_wide drawn(uint64_t power_uw, int64_t ticks) {
  return tw_wide_product(power_uw, (uint64_t)ticks);
}

// ---- Prices ------------------------------------------------------------------------------------

// Ticks of [from, to) in which a tariff holds.
static int64_t ticks_of_tariff(const tw_line *line, int32_t tariff_i, int64_t from_us,
                               int64_t to_us) {
  const tw_tariff *tariff = line->energy.tariff;
  if (tariff[tariff_i].calendar != NULL)
    return tw_calendar_work(tariff[tariff_i].calendar, from_us, to_us);
  int64_t ticks = to_us - from_us;
  for (int32_t i = 0; i < line->energy.n_tariff; i++)
    if (tariff[i].calendar != NULL) ticks -= tw_calendar_work(tariff[i].calendar, from_us, to_us);
  return ticks;
}

// The tariff that holds at a tick, and until when.
static int32_t find_tariff(const tw_line *line, int64_t tick, int64_t *until_us) {
  int32_t found = TW_NONE, otherwise = TW_NONE;
  *until_us = INT64_MAX;
  for (int32_t i = 0; i < line->energy.n_tariff; i++) {
    const tw_calendar *calendar = line->energy.tariff[i].calendar;
    if (calendar == NULL) {
      otherwise = i;
      continue;
    }
    const tw_moment moment = tw_calendar_at(calendar, tick);
    if (moment.off == TW_ON_SHIFT) found = i;
    if (moment.next_us < *until_us) *until_us = moment.next_us;
  }
  return found != TW_NONE ? found : otherwise;
}

static void add_to_tariff(tw_run *run, int32_t tariff_i, tw_wide energy_pj) {
  TW_ASSERT(tariff_i >= 0 && tariff_i < run->line->energy.n_tariff);
  tw_tariff_energy *tariff = &run->tariff_energy[tariff_i];
  add_to(&tariff->high, &tariff->low, energy_pj);
}

// Books [from, to) at a constant power. Most spells lie where the last one was.
static void book_tariffs(tw_run *run, uint64_t power_uw, int64_t from_us, int64_t to_us) {
  const tw_line *line = run->line;
  if (line->energy.n_tariff == 0 || power_uw == 0) return;
  if (from_us >= run->price.from_us && to_us <= run->price.until_us) {
    add_to_tariff(run, run->price.tariff_i, drawn(power_uw, to_us - from_us));
    return;
  }
  for (int32_t i = 0; i < line->energy.n_tariff; i++)
    add_to_tariff(run, i, drawn(power_uw, ticks_of_tariff(line, i, from_us, to_us)));
  run->price.from_us = to_us;
  run->price.tariff_i = find_tariff(line, to_us, &run->price.until_us);
}

// ---- The windows of the clock ------------------------------------------------------------------

// First end of a window at or behind a tick.
static int64_t window_end(const tw_line *line, int64_t tick) {
  const int64_t length_us = line->energy.window_us;
  const int64_t of_week_us = tick + line->week_offset_us;
  const int64_t n_window = (of_week_us + length_us - 1) / length_us;
  return n_window * length_us - line->week_offset_us;
}

// A window is over.
static void compare_window(tw_line_energy *ledger, tw_wide energy_pj, int64_t end_us) {
  if (!tw_wide_is_more(energy_pj, wide(ledger->peak_high, ledger->peak_low))) return;
  ledger->peak_high = energy_pj.high;
  ledger->peak_low = energy_pj.low;
  ledger->peak_end_us = end_us;
}

// Books up to a tick at the power that the ledger has. A window is closed when something is booked
// behind its end, so that what models add at the end itself is still in it.
static void book_windows(const tw_line *line, tw_line_energy *ledger, int64_t to_us) {
  const uint64_t power_uw = ledger->power_uw;
  const int64_t length_us = line->energy.window_us, end_us = window_end(line, ledger->since_us);
  if (to_us <= end_us) {
    add_to(&ledger->window_high, &ledger->window_low, drawn(power_uw, to_us - ledger->since_us));
    return;
  }
  add_to(&ledger->window_high, &ledger->window_low, drawn(power_uw, end_us - ledger->since_us));
  compare_window(ledger, wide(ledger->window_high, ledger->window_low), end_us);
  // the windows that lie in between are all alike
  const int64_t start_us = window_end(line, to_us) - length_us;
  if (start_us > end_us) compare_window(ledger, drawn(power_uw, length_us), end_us + length_us);
  ledger->window_high = ledger->window_low = 0;
  add_to(&ledger->window_high, &ledger->window_low, drawn(power_uw, to_us - start_us));
}

// ---- Booking -----------------------------------------------------------------------------------

// Brings the line's account up to now.
static void book_line(tw_run *run) {
  tw_line_energy *ledger = run->line_energy;
  const int64_t now = tw_now(run);
  TW_ASSERT(ledger->since_us <= now);
  if (ledger->since_us == now) return;
  book_tariffs(run, ledger->power_uw, ledger->since_us, now);
  book_windows(run->line, ledger, now);
  ledger->since_us = now;
}

// To the part on the machine, or to the overhead.
static void charge(tw_run *run, int32_t part_type, tw_wide energy_pj) {
  if (part_type == TW_NONE) {
    add_to(&run->line_energy->overhead_high, &run->line_energy->overhead_low, energy_pj);
  } else {
    tw_part_energy *part = &run->part_energy[part_type];
    add_to(&part->high, &part->low, energy_pj);
  }
}

static void book_machine(tw_run *run, int32_t machine_i) {
  tw_machine_energy *ledger = &run->machine_energy[machine_i];
  const int64_t ticks = tw_now(run) - ledger->since_us;
  TW_ASSERT(ticks >= 0);
  if (ticks == 0) return;
  const tw_wide state_pj = drawn(ledger->state_uw, ticks);
  const tw_wide beside_pj = drawn(ledger->beside_uw, ticks);
  add_to(&ledger->state_high[ledger->state], &ledger->state_low[ledger->state], state_pj);
  add_to(&ledger->beside_high, &ledger->beside_low, beside_pj);
  charge(run, ledger->part_type, tw_wide_sum(state_pj, beside_pj));
  ledger->since_us = tw_now(run);
}

// By state; NULL for a machine that draws nothing, of which nothing is noted.
static const uint64_t *power_by_state(const tw_run *run, int32_t machine_i) {
  return run->line->place[run->line->machine[machine_i].node_i].power_uw;
}

static int32_t part_type_on(const tw_run *run, int32_t machine_i) {
  const uint32_t part = run->machine[machine_i].part;
  return part == TW_NO_PART ? TW_NONE : run->part[part].type;
}

// Notes what the machine does from now on.
static void note_machine(tw_run *run, int32_t machine_i) {
  tw_machine_energy *ledger = &run->machine_energy[machine_i];
  const uint64_t *power_uw = power_by_state(run, machine_i);
  ledger->state = power_uw != NULL ? run->machine[machine_i].state : 0;
  ledger->part_type = power_uw != NULL ? part_type_on(run, machine_i) : TW_NONE;
  ledger->state_uw = power_uw != NULL ? power_uw[ledger->state] : 0;
}

// The power of the line changes by what that of a machine does.
static void change_power(tw_run *run, uint64_t from_uw, uint64_t to_uw) {
  if (from_uw == to_uw) return;
  book_line(run);
  run->line_energy->power_uw += to_uw - from_uw;
}

void tw_energy_book(tw_run *run, int32_t machine_i) {
  if (power_by_state(run, machine_i) == NULL) return;
  if (run->line->has_model_power) tw_bodies_meter(run, machine_i);
  const uint64_t before_uw = run->machine_energy[machine_i].state_uw;
  book_machine(run, machine_i);
  note_machine(run, machine_i);
  change_power(run, before_uw, run->machine_energy[machine_i].state_uw);
}

void tw_energy_draw(tw_run *run, int32_t machine_i, double power_w) {
  TW_ASSERT(run->machine_energy != NULL && power_w >= 0);
  tw_machine_energy *ledger = &run->machine_energy[machine_i];
  const uint64_t before_uw = ledger->beside_uw;
  if (run->head->has_statistics) book_machine(run, machine_i);
  ledger->beside_uw = to_microwatt(power_w);
  if (run->head->has_statistics) change_power(run, before_uw, ledger->beside_uw);
}

void tw_energy_add(tw_run *run, int32_t machine_i, double energy_j) {
  TW_ASSERT(run->machine_energy != NULL && energy_j >= 0);
  if (!run->head->has_statistics) return;
  tw_machine_energy *ledger = &run->machine_energy[machine_i];
  const tw_wide energy_pj = tw_wide_from_double(energy_j * 1e12);
  book_line(run);
  book_machine(run, machine_i);
  add_to(&ledger->beside_high, &ledger->beside_low, energy_pj);
  charge(run, ledger->part_type, energy_pj);
  add_to(&run->line_energy->window_high, &run->line_energy->window_low, energy_pj);
  // it was drawn before now: at an edge the price that ends there holds
  int64_t until_us;
  const int64_t now = tw_now(run);
  if (run->line->energy.n_tariff > 0)
    add_to_tariff(run, find_tariff(run->line, now > 0 ? now - 1 : 0, &until_us), energy_pj);
}

int64_t tw_energy_edge(const tw_run *run) {
  const int64_t now = tw_now(run), end_us = window_end(run->line, now + 1);
  int64_t until_us = INT64_MAX;
  if (run->line->energy.n_tariff > 0) find_tariff(run->line, now, &until_us);
  return until_us < end_us ? until_us : end_us;
}

void tw_energy_start(tw_run *run) {
  if (run->machine_energy == NULL) return;
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    run->machine_energy[i].since_us = tw_now(run);
    note_machine(run, i);
  }
  run->line_energy->since_us = tw_now(run);
  tw_energy_recount(run);
}

void tw_energy_reset(tw_run *run) {
  if (run->machine_energy == NULL) return;
  const tw_line *line = run->line;
  const int64_t now = tw_now(run);
  for (int32_t i = 0; i < line->n_machine; i++) {
    const tw_machine_energy *before = &run->machine_energy[i];
    run->machine_energy[i] = (tw_machine_energy){.since_us = now,
                                                 .state_uw = before->state_uw,
                                                 .beside_uw = before->beside_uw,
                                                 .part_type = before->part_type,
                                                 .state = before->state};
  }
  for (int32_t i = 0; i < line->n_part_type; i++) run->part_energy[i] = (tw_part_energy){0};
  for (int32_t i = 0; i < line->energy.n_tariff; i++) run->tariff_energy[i] = (tw_tariff_energy){0};
  *run->line_energy =
      (tw_line_energy){.since_us = now, .power_uw = run->line_energy->power_uw};
}

void tw_energy_close(tw_run *run) {
  if (run->machine_energy == NULL || !run->head->has_statistics) return;
  for (int32_t i = 0; i < run->line->n_machine; i++) book_machine(run, i);
  book_line(run);
}

// ---- Restored states ---------------------------------------------------------------------------

static uint64_t sum_power(const tw_run *run) {
  uint64_t sum_uw = 0;
  for (int32_t i = 0; i < run->line->n_machine; i++)
    sum_uw += run->machine_energy[i].state_uw + run->machine_energy[i].beside_uw;
  return sum_uw;
}

void tw_energy_recount(tw_run *run) {
  if (run->machine_energy == NULL) return;
  for (int32_t i = 0; i < run->line->n_machine; i++) note_machine(run, i);
  run->line_energy->power_uw = sum_power(run);
}

bool tw_is_energy_sound(const tw_run *run) {
  if (run->machine_energy == NULL || !run->head->has_statistics) return true;
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const tw_machine_energy *ledger = &run->machine_energy[i];
    const uint64_t *power_uw = power_by_state(run, i);
    if (power_uw == NULL) continue;
    if (ledger->state != run->machine[i].state || ledger->state_uw != power_uw[ledger->state] ||
        ledger->part_type != part_type_on(run, i))
      return false;
  }
  return run->line_energy->power_uw == sum_power(run);
}

// ---- Reading -----------------------------------------------------------------------------------

static int64_t open_ticks(const tw_run *run, int32_t machine_i) {
  return run->head->has_statistics ? tw_now(run) - run->machine_energy[machine_i].since_us : 0;
}

// What is drawn beside the state and not booked yet, and all of it.
static tw_wide open_models(const tw_run *run, int32_t machine_i) {
  if (!run->line->has_model_power) return (tw_wide){0};
  return tw_wide_from_double(tw_bodies_unmetered_j(run, machine_i) * 1e12);
}

static tw_wide open_beside(const tw_run *run, int32_t machine_i) {
  const tw_wide steady_pj = drawn(run->machine_energy[machine_i].beside_uw, open_ticks(run, machine_i));
  return tw_wide_sum(steady_pj, open_models(run, machine_i));
}

// Of all machines; nothing where no model draws power that changes all the time.
static tw_wide open_all_models(const tw_run *run) {
  tw_wide sum = {0};
  for (int32_t i = 0; i < run->line->n_machine && run->line->has_model_power; i++)
    sum = tw_wide_sum(sum, open_models(run, i));
  return sum;
}

static tw_wide beside_up_to_now(const tw_run *run, int32_t machine_i) {
  const tw_machine_energy *ledger = &run->machine_energy[machine_i];
  const tw_wide booked = wide(ledger->beside_high, ledger->beside_low);
  return tw_wide_sum(booked, open_beside(run, machine_i));
}

static tw_wide state_up_to_now(const tw_run *run, int32_t machine_i, int32_t state) {
  const tw_machine_energy *ledger = &run->machine_energy[machine_i];
  const tw_wide booked = wide(ledger->state_high[state], ledger->state_low[state]);
  if (ledger->state != state) return booked;
  return tw_wide_sum(booked, drawn(ledger->state_uw, open_ticks(run, machine_i)));
}

static tw_wide machine_up_to_now(const tw_run *run, int32_t machine_i) {
  tw_wide sum = beside_up_to_now(run, machine_i);
  for (int32_t s = 0; s < TW_N_STATE; s++)
    sum = tw_wide_sum(sum, state_up_to_now(run, machine_i, s));
  return sum;
}

static tw_wide part_up_to_now(const tw_run *run, int32_t part_type) {
  tw_wide sum = part_type == TW_NONE
                    ? wide(run->line_energy->overhead_high, run->line_energy->overhead_low)
                    : wide(run->part_energy[part_type].high, run->part_energy[part_type].low);
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const tw_machine_energy *ledger = &run->machine_energy[i];
    if (ledger->part_type != part_type) continue;
    sum = tw_wide_sum(sum, drawn(ledger->state_uw, open_ticks(run, i)));
    sum = tw_wide_sum(sum, open_beside(run, i));
  }
  return sum;
}

static tw_wide line_up_to_now(const tw_run *run) {
  tw_wide sum = part_up_to_now(run, TW_NONE);
  for (int32_t i = 0; i < run->line->n_part_type; i++) sum = tw_wide_sum(sum, part_up_to_now(run, i));
  return sum;
}

static tw_wide tariff_up_to_now(const tw_run *run, int32_t tariff_i) {
  const tw_tariff_energy *tariff = &run->tariff_energy[tariff_i];
  const tw_wide booked = wide(tariff->high, tariff->low);
  if (!run->head->has_statistics) return booked;
  const tw_line_energy *ledger = run->line_energy;
  const int64_t now = tw_now(run), ticks = ticks_of_tariff(run->line, tariff_i, ledger->since_us, now);
  const tw_wide sum = tw_wide_sum(booked, drawn(ledger->power_uw, ticks));
  int64_t until_us;
  // since its last edge a price has been the same
  return find_tariff(run->line, now > 0 ? now - 1 : 0, &until_us) == tariff_i
             ? tw_wide_sum(sum, open_all_models(run))
             : sum;
}

double tw_energy_of_state(const tw_run *run, int32_t machine_i, int32_t state) {
  return to_joule(state_up_to_now(run, machine_i, state));
}

double tw_energy_of_models(const tw_run *run, int32_t machine_i) {
  return to_joule(beside_up_to_now(run, machine_i));
}

double tw_energy_of_machines(const tw_run *run, int32_t first_machine, int32_t n_machine) {
  tw_wide sum = {0};
  for (int32_t i = first_machine; i < first_machine + n_machine; i++)
    sum = tw_wide_sum(sum, machine_up_to_now(run, i));
  return to_joule(sum);
}

double tw_energy_of_line(const tw_run *run) { return to_joule(line_up_to_now(run)); }

double tw_energy_of_part(const tw_run *run, int32_t part_type) {
  return to_joule(part_up_to_now(run, part_type));
}

double tw_energy_of_tariff(const tw_run *run, int32_t tariff_i) {
  return to_joule(tariff_up_to_now(run, tariff_i));
}

double tw_energy_power(const tw_run *run, int32_t machine_i) {
  const uint64_t beside_uw = run->machine_energy[machine_i].beside_uw;
  const uint64_t *power_uw = power_by_state(run, machine_i);
  const uint64_t state_uw = power_uw != NULL ? power_uw[run->machine[machine_i].state] : 0;
  const double steady_w = (double)(state_uw + beside_uw) / 1e6;
  return run->line->has_model_power ? steady_w + tw_bodies_metered_w(run, machine_i) : steady_w;
}

tw_peak tw_energy_peak(const tw_run *run) {
  const int64_t length_us = run->line->energy.window_us;
  tw_line_energy ledger = *run->line_energy;
  if (run->head->has_statistics) {
    const tw_wide open_pj = open_all_models(run);
    book_windows(run->line, &ledger, tw_now(run));
    add_to(&ledger.window_high, &ledger.window_low, open_pj);
  }
  const int64_t end_us = window_end(run->line, tw_now(run));
  compare_window(&ledger, wide(ledger.window_high, ledger.window_low), end_us);
  const tw_wide most_pj = wide(ledger.peak_high, ledger.peak_low);
  const bool is_nothing = most_pj.high == 0 && most_pj.low == 0;
  // pJ a us are uW
  return (tw_peak){.power_w = tw_wide_to_double(most_pj) / (double)length_us / 1e6,
                   .start_us = is_nothing ? INT64_MIN : ledger.peak_end_us - length_us};
}

static bool is_equal(tw_wide a, tw_wide b) { return a.high == b.high && a.low == b.low; }

bool tw_energy_agrees(const tw_run *run) {
  if (run->machine_energy == NULL) return true;
  const tw_wide line_pj = line_up_to_now(run);
  tw_wide machines_pj = {0}, tariffs_pj = {0};
  for (int32_t i = 0; i < run->line->n_machine; i++)
    machines_pj = tw_wide_sum(machines_pj, machine_up_to_now(run, i));
  for (int32_t i = 0; i < run->line->energy.n_tariff; i++)
    tariffs_pj = tw_wide_sum(tariffs_pj, tariff_up_to_now(run, i));
  if (run->line->energy.n_tariff == 0) tariffs_pj = line_pj;
  return is_equal(machines_pj, line_pj) && is_equal(tariffs_pj, line_pj);
}
