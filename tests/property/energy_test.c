// energy_test.c - the energy ledger of random lines against a second account that is kept while the clock
// moves: minute by minute, from what each machine shows, in doubles. Prices and windows of the generated
// lines begin on whole minutes.

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "core/ticks.h"
#include "engine/energy.h"
#include "observe/quantity.h"
#include "state/adopt.h"
#include "state/hash.h"
#include "state/ops.h"
#include "support/generate.h"

enum { N_LINE = 300, END_MIN = 24 * 60, MINUTE_US = 60000000, PRICES = 3 };

typedef struct account {
  const test_plan *plan;
  double part_j[TEST_PLAN_TYPES + 1], overhead_j;  // spare parts are types as well
  double tariff_j[PRICES], minute_j[END_MIN + 2];
  double state_j[TW_N_STATE];
} account;

static double power_of(const tw_run *run, int32_t machine_i) {
  const uint64_t *power_uw = run->line->place[run->line->machine[machine_i].node_i].power_uw;
  return power_uw == NULL ? 0 : 1e-6 * (double)power_uw[run->machine[machine_i].state];
}

// The price that holds in a minute of the clock, counted from midnight before the start.
static int32_t price_in(const test_plan *plan, int64_t minute) {
  for (int32_t i = 0; i < 2; i++) {
    const int64_t from = plan->price_min[i], to = plan->price_min[i + 1];
    for (int64_t day = -1; day <= 2; day++)
      if (minute >= from + day * 1440 && minute < to + day * 1440) return i;
  }
  return 2;
}

// Adds what all machines draw from one instant to another, which lie in one minute of the clock.
static void add_piece(account *sum, const tw_run *run, int64_t from_us, int64_t to_us) {
  const double time_s = tw_seconds(to_us - from_us);
  const int64_t minute = (from_us + (int64_t)sum->plan->start_s * TW_TICKS_PER_S) / MINUTE_US;
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const double energy_j = power_of(run, i) * time_s;
    const uint32_t part = run->machine[i].part;
    if (part == TW_NO_PART) sum->overhead_j += energy_j;
    else sum->part_j[run->part[part].type] += energy_j;
    sum->state_j[run->machine[i].state] += energy_j;
    sum->tariff_j[price_in(sum->plan, minute)] += energy_j;
    sum->minute_j[minute - sum->plan->start_s / 60] += energy_j;
  }
}

static bool is_warming_up(const tw_run *run) {
  return run->head->warmup_us > 0 && !run->head->has_ended_warmup;
}

static void pass(void *self, const tw_run *run, int64_t to_us) {
  account *sum = self;
  const int64_t start_us = (int64_t)sum->plan->start_s * TW_TICKS_PER_S;
  if (is_warming_up(run)) return;
  for (int64_t at_us = run->head->now_us; at_us < to_us;) {
    const int64_t edge_us = ((at_us + start_us) / MINUTE_US + 1) * MINUTE_US - start_us;
    const int64_t next_us = edge_us < to_us ? edge_us : to_us;
    add_piece(sum, run, at_us, next_us);
    at_us = next_us;
  }
}

static void ignore(void *self, const tw_run *run, const tw_fact *fact) {
  (void)self, (void)run, (void)fact;
}

static bool is_near(double a, double b) { return fabs(a - b) <= 1e-9 * (1 + fabs(a) + fabs(b)); }

static void expect_near(uint64_t seed, const char *what, double got, double wanted) {
  cr_expect(is_near(got, wanted), "line %llu: %s is %.17g, not %.17g", (unsigned long long)seed, what,
            got, wanted);
}

// The largest mean over windows of the clock.
static double peak_of(const account *sum) {
  const int32_t length = sum->plan->window_min, first = sum->plan->start_s / 60;
  double most_w = 0;
  for (int32_t start = first / length * length; start <= first + END_MIN; start += length) {
    double energy_j = 0;
    for (int32_t k = start; k < start + length; k++)
      if (k >= first && k - first <= END_MIN + 1) energy_j += sum->minute_j[k - first];
    if (energy_j / (60.0 * length) > most_w) most_w = energy_j / (60.0 * length);
  }
  return most_w;
}

// Of each machine and state it is exactly the booked time times the power, rounded once.
static void expect_exact_states(const tw_run *run, uint64_t seed) {
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const uint64_t *power_uw = run->line->place[run->line->machine[i].node_i].power_uw;
    int64_t state_us[TW_N_STATE];
    tw_state_times(run, i, state_us);
    for (int32_t s = 0; s < TW_N_STATE && power_uw != NULL; s++) {
      const tw_wide wanted_pj = tw_wide_product(power_uw[s], (uint64_t)state_us[s]);
      cr_expect_eq(tw_energy_of_state(run, i, s), tw_wide_to_double(wanted_pj) / 1e12,
                   "line %llu: machine %d, state %d", (unsigned long long)seed, (int)i, (int)s);
    }
  }
}

static void expect_same_accounts(const tw_run *run, const account *sum) {
  const uint64_t seed = sum->plan->seed;
  double line_j = sum->overhead_j, parts_j = tw_energy_of_part(run, TW_NONE);
  expect_near(seed, "overhead", parts_j, sum->overhead_j);
  for (int32_t i = 0; i < run->line->n_part_type; i++) {
    expect_near(seed, "a part's energy", tw_energy_of_part(run, i), sum->part_j[i]);
    line_j += sum->part_j[i];
    parts_j += tw_energy_of_part(run, i);
  }
  expect_near(seed, "the line's energy", tw_energy_of_line(run), line_j);
  expect_near(seed, "parts and overhead", parts_j, tw_energy_of_line(run));
  for (int32_t i = 0; i < run->line->energy.n_tariff; i++)
    expect_near(seed, "a tariff's energy", tw_energy_of_tariff(run, i), sum->tariff_j[i]);
  expect_near(seed, "the peak", tw_energy_peak(run).power_w, peak_of(sum));
  expect_exact_states(run, seed);
  cr_expect(tw_energy_agrees(run));
}

static bool has_power(const test_plan *plan) {
  for (int32_t i = 0; i < plan->n_place; i++)
    if (plan->place[i].power > 0) return true;
  return false;
}

Test(energy, of_random_lines_is_what_a_second_account_says) {
  static test_plan plan;
  static account sum;
  int32_t n = 0, n_priced = 0;
  for (uint64_t seed = 0; n < N_LINE; seed++) {
    test_plan_make(&plan, seed, seed % 2 == 0);
    if (!has_power(&plan)) continue;
    // only a line with calendars says when it starts
    if (plan.n_calendar == 0) plan.start_s = 6 * 3600;
    tw_line *line = test_plan_line(&plan);
    if (line == NULL) continue;
    if (line->has_model_power) {
      // this account knows states only (analytic/model_power_test.c)
      tw_line_unref(line);
      continue;
    }
    tw_run *run = test_run(line, seed);
    sum = (account){.plan = &plan};
    tw_sink_add(run, (tw_sink){.self = &sum, .fact = ignore, .pass = pass});
    for (int32_t k = 0; k < 400; k++) {
      int32_t slot;
      if (tw_run_next_tick(run) > INT64_C(60000000) * (END_MIN - 10)) break;
      if (tw_run_step(run, &slot, NULL) != TWIN_OK) break;
    }
    if (run->head->poison == 0) test_until(run, tw_seconds(run->head->now_us) + 1.5);
    if (run->head->poison == 0 && !is_warming_up(run)) expect_same_accounts(run, &sum);
    n++;
    n_priced += line->energy.n_tariff == PRICES && tw_energy_of_tariff(run, 0) > 0;
    tw_run_free(run);
    tw_line_unref(line);
  }
  cr_expect_gt(n_priced, N_LINE / 10, "prices should change while most lines run");
}

// A line with one machine more or less, other powers and other prices.
static const char old_text[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}, \"q\": {}}, \"energy\": {\"tariff\": {"
    " \"Mon-Sun 07:00-08:00\": \"0.3 EUR/kWh\", \"otherwise\": \"0.1 EUR/kWh\"}},"
    " \"sources\": {\"in\": {\"sequence\": [\"1 p\", \"1 q\"], \"repeat\": true}}, \"stations\": {"
    "  \"A\": {\"type\": \"machine\", \"time\": \"10 s\", \"power\": {\"processing\": \"1 kW\"}}},"
    " \"flow\": [[\"in\", \"A\", \"out\"]]}";
static const char new_text[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"q\": {}, \"p\": {}}, \"energy\": {\"tariff\": {"
    " \"otherwise\": \"0.1 EUR/kWh\", \"Mon-Sun 07:00-09:00\": \"0.3 EUR/kWh\"}},"
    " \"sources\": {\"in\": {\"sequence\": [\"1 p\", \"1 q\"], \"repeat\": true}}, \"stations\": {"
    "  \"B\": {\"type\": \"machine\", \"time\": \"10 s\", \"power\": {\"idle\": \"2 kW\"}},"
    "  \"A\": {\"type\": \"machine\", \"time\": \"10 s\", \"power\": {\"processing\": \"4 kW\"}}},"
    " \"flow\": [[\"in\", \"A\", \"B\", \"out\"]]}";

static void expect_joule(double got, double wanted) {
  cr_expect(is_near(got, wanted), "%.17g, not %.17g", got, wanted);
}

Test(energy, moves_to_another_line_by_name_and_what_was_drawn_stays_drawn) {
  tw_line *old = test_line(old_text, NULL), *line = test_line(new_text, NULL);
  cr_assert(old != NULL && line != NULL);
  tw_run *src = test_run(old, 1), *run = test_run(line, 1);
  test_until(src, 15);
  const uint64_t hash = tw_run_hash(src, true);
  cr_assert_eq(tw_run_adopt(run, src, NULL, NULL), TWIN_OK);
  cr_expect_eq(tw_run_hash(src, true), hash);
  const int32_t p = 1, q = 0, otherwise = 0, a = line->place[test_place(line, "A")].first_machine;
  const int32_t b = line->place[test_place(line, "B")].first_machine;
  expect_joule(tw_energy_of_part(run, p), 10e3);
  expect_joule(tw_energy_of_part(run, q), 5e3);
  expect_joule(tw_energy_of_tariff(run, otherwise), 15e3);
  // from now on with the powers of the new line: 5 s of q, then p and q in turn
  test_until(run, 25);
  expect_joule(tw_energy_of_machines(run, a, 1), 15e3 + 10 * 4e3);
  expect_joule(tw_energy_of_machines(run, b, 1), 5 * 2e3 + 5 * 2e3);
  expect_joule(tw_energy_of_line(run), 15e3 + 40e3 + 20e3);
  expect_joule(tw_energy_of_tariff(run, otherwise), 15e3 + 40e3 + 20e3);
  cr_expect(tw_energy_agrees(run));
  tw_run_free(src);
  tw_run_free(run);
  tw_line_unref(old);
  tw_line_unref(line);
}
