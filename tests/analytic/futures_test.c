// SEMANTICS 10.2 and 10.3 at a fork: what is under way and cannot be known yet is drawn anew, given how long it has
// lasted; each kind of pending time against its exact conditional law (Kolmogorov-Smirnov, fixed seeds). What has
// been seen, what is constant and what somebody must foresee stays. The law of everything later, for whole lines:
// property/futures_test.c.

#include "sentences.h"

#include <math.h>

#include "core/agenda.h"
#include "engine/draw.h"
#include "state/hash.h"
#include "state/ops.h"
#include "engine/work.h"

// clang-format off: the lines are laid out by hand

enum { N_FUTURE = 20000 };
static const double KS_LIMIT = 2.7;  // one in a million

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void reseed(tw_run *run, int64_t salt, bool keeps) {
  cr_assert_eq(tw_run_apply(run, (tw_op){TW_OP_reseed, {salt, keeps}}, NULL), TWIN_OK);
}

static int64_t tick_of(const tw_run *run, int32_t slot) {
  const tw_agenda agenda = tw_run_agenda(run);
  cr_assert(tw_agenda_is_pending(&agenda, (uint32_t)slot), "nothing is pending");
  return tw_agenda_tick(&agenda, (uint32_t)slot);
}

static int64_t work_end(const tw_run *run) { return tick_of(run, run->line->machine[0].work_slot); }
static int64_t repair_end(const tw_run *run) { return tick_of(run, run->line->machine[0].repair_slot); }
static int64_t mode_end(const tw_run *run) { return tw_now(run) + tw_mode_left(run, 0); }
static int64_t cause_end(const tw_run *run) { return tick_of(run, run->line->cause[0].slot); }
static int64_t delivery(const tw_run *run) { return tick_of(run, run->line->stock[0].slot); }
static int64_t ahead_end(const tw_run *run) { return tick_of(run, run->line->setup[0].ahead_slot); }
static int64_t held_end(const tw_run *run) { return tw_now(run) + run->part[run->machine[0].held].left_us; }
// of the place "s", the first source or demand
static int64_t next_release(const tw_run *run) {
  for (int32_t i = 0; i < run->line->n_slot; i++)
    if (run->line->slot[i].purpose == TW_ON_TIMER) return tick_of(run, i);
  cr_assert(false, "no timer");
  return 0;
}

// A random value as a line has it, for its cdf.
static const tw_dist *dist_of(const tw_run *run, const char *place, int32_t machine_i, const char *purpose) {
  const int32_t site = test_site(run->line, place != NULL ? test_place(run->line, place) : TW_NONE, machine_i, purpose);
  cr_assert(site != TW_NONE, "no site %s", purpose);
  const tw_site *of = &run->line->site[site];
  for (int32_t i = 0; of->dist == NULL; i++) if (of->by_part[i] != NULL) return of->by_part[i];
  return of->dist;
}

typedef int64_t read_end(const tw_run *run);

// What a time that has lasted elapsed_s, `factor` times a draw, has left in the futures of a state is as it must be.
static void expect_law_at(const tw_run *now, read_end *read, const tw_dist *dist, double elapsed_s, double factor,
                          const char *what) {
  tw_run *future = tw_run_fork(now);
  double *all = malloc(N_FUTURE * sizeof *all), largest = 0;
  cr_assert(future != NULL && all != NULL);
  for (int i = 0; i < N_FUTURE; i++) {
    cr_assert_eq(tw_run_copy(future, now), TWIN_OK);
    reseed(future, i + 1, false);
    all[i] = (elapsed_s + tw_seconds(read(future) - tw_now(future))) / factor;
  }
  qsort(all, N_FUTURE, sizeof *all, compare);
  const double q_now = tw_dist_survival(dist, elapsed_s / factor);
  for (int i = 0; i < N_FUTURE; i++) {
    // where values have a probability of their own both edges of the step count
    const double above = 1 - tw_dist_survival(dist, all[i] + 1e-6) / q_now;
    const double below = 1 - tw_dist_survival(dist, all[i] - 1e-6) / q_now;
    largest = fmax(largest, fmax(below - (i + 1.0) / N_FUTURE, (double)i / N_FUTURE - above));
    cr_assert(all[i] * factor > elapsed_s, "%s: %.9g s of %.9g s have passed", what, elapsed_s, all[i] * factor);
  }
  cr_expect(largest * sqrt(N_FUTURE) < KS_LIMIT, "%s, %g s after its beginning: a gap of %.2f", what, elapsed_s,
            largest * sqrt(N_FUTURE));
  cr_expect(all[0] < all[N_FUTURE - 1], "%s: all futures are the same", what);
  free(all);
  tw_run_free(future);
}

// The same in the run of a line at an instant at which it has lasted elapsed_s.
#define EXPECT_LAW(line, at_s, elapsed_s, read, place, machine, purpose)                    \
  do {                                                                                      \
    tw_run *now_ = run_of(line, at_s);                                                      \
    expect_law_at(now_, read, dist_of(now_, place, machine, purpose), elapsed_s, 1, purpose); \
    tw_run_free(now_);                                                                      \
  } while (0)

#define WEIBULL   "{'weibull': {'mean': '100 s', 'shape': 4}}"
#define LOGNORMAL "{'lognormal': {'mean': '100 s', 'sd': '40 s'}}"
#define UNIFORM   "{'uniform': {'min': '60 s', 'max': '140 s'}}"
#define MIXED     "{'empirical': ['50 s', '80 s', '80 s', '130 s', '200 s']}"
#define EXP       "{'exponential': {'mean': '100 s'}}"
#define ONE_STATION(rest) "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", rest) "}, 'flow': [['s', 'A', 'out']]"

Test(futures, s10_3_of_a_process_time_have_the_law_given_what_was_worked) {
  EXPECT_LAW(ONE_STATION("'time': " WEIBULL), 1, 1, work_end, "A", 0, "time");
  EXPECT_LAW(ONE_STATION("'time': " WEIBULL), 30, 30, work_end, "A", 0, "time");
  EXPECT_LAW(ONE_STATION("'time': " LOGNORMAL), 40, 40, work_end, "A", 0, "time");
  EXPECT_LAW(ONE_STATION("'time': " UNIFORM), 59, 59, work_end, "A", 0, "time");
  EXPECT_LAW(ONE_STATION("'time': " MIXED), 49, 49, work_end, "A", 0, "time");
  EXPECT_LAW(ONE_STATION("'time': " EXP), 15, 15, work_end, "A", 0, "time");
}

// On the tick at which a shorter one would have ended, that one is out.
Test(futures, s10_3_of_a_time_that_has_values_know_which_ones_have_passed) {
  for (uint64_t seed = 1; seed < 200; seed++) {
    tw_line *line = test_quoted_line(ONE_STATION("'time': " MIXED), NULL);
    tw_run *now = test_run(line, seed), *future;
    test_until(now, 50);
    future = tw_run_fork(now);
    const bool is_first = now->machine[0].spell_us == 0;
    for (int i = 0; is_first && i < 20; i++) {
      tw_run_copy(future, now);
      reseed(future, i, false);
      cr_assert_geq(work_end(future), 80 * TW_TICKS_PER_S);
    }
    tw_run_free(now);
    tw_run_free(future);
    tw_line_unref(line);
  }
}

Test(futures, s10_3_of_loading_and_unloading_have_the_law_given_what_was_worked) {
  EXPECT_LAW(ONE_STATION("'time': '5 s', 'load': {'time': " WEIBULL "}"), 35, 35, work_end, "A", 0, "load");
  EXPECT_LAW(ONE_STATION("'time': '5 s', 'unload': {'time': " LOGNORMAL "}"), 35, 30, work_end, "A", 0, "unload");
}

// The factor is the one of the start of processing, though by now it is another.
Test(futures, s5_4_of_a_time_with_a_factor_keep_the_factor) {
  tw_run *now = run_of("'run': {'start': '2026-03-02T00:00:00'}, 'calendars': {'c': {'shifts': {'a': 'Mon 00:00-12:00'}}}, "
                       "'parts': {'p': {'attributes': {'grade': 3}}}, "
                       ONE_STATION("'calendar': 'c', 'time': " UNIFORM ", 'factor': 'part.grade*(1 + t_since_shift_start/(200 s))'"), 100);
  expect_law_at(now, work_end, dist_of(now, "A", 0, "time"), 100, 3, "time with a factor");
  tw_run_free(now);
}

// Worked 10 s, stood 20 s, worked 10 s.
Test(futures, s5_1_of_work_that_was_interrupted_count_what_was_worked) {
  tw_run *now = run_of(ONE_STATION("'time': " UNIFORM), 10);
  tw_host_down(now, 0);
  test_until(now, 30);
  tw_host_up(now, 0);
  tw_run_settle(now);
  test_until(now, 40);
  expect_law_at(now, work_end, dist_of(now, "A", 0, "time"), 20, 1, "interrupted work");
  tw_run_free(now);
}

#define TWO_KINDS "'parts': {'a': {}, 'b': {}}, 'sources': {'s': {'sequence': ['1 a', '1 b'], 'repeat': true}}, "

Test(futures, s7_1_of_a_setup_have_the_law_given_what_was_done) {
  EXPECT_LAW(TWO_KINDS "'stations': {" MACHINE("A", "'time': '10 s', 'setup': {'time': " LOGNORMAL "}") "}, 'flow': [['s', 'A', 'out']]",
             40, 30, work_end, "A", 0, "setup");
  EXPECT_LAW(TWO_KINDS "'stations': {" MACHINE("A", "'time': '1000 s', 'setup': {'time': '10 s', 'steps': {'tools': {'time': "
             UNIFORM ", 'while_running': true}}}") "}, 'buffers': {'q': {'capacity': 5}}, 'flow': [['s', 'q', 'A', 'out']]",
             30, 30, ahead_end, "A", 0, "setup/tools");
}

#define FAILING(clock, life, repair, rest) ONE_STATION("'time': '7 s', 'failures': {'jam': {'clock': '" clock "', 'mtbf': " life ", 'repair': " repair rest "}}")

Test(futures, s6_1_of_a_life_have_the_law_given_its_age_on_its_own_clock) {
  EXPECT_LAW(FAILING("calendar", WEIBULL, "'1 s'", ""), 40, 40, mode_end, "A", 0, "mtbf/jam");
  EXPECT_LAW(FAILING("calendar", MIXED, "'1 s'", ""), 45, 45, mode_end, "A", 0, "mtbf/jam");
  EXPECT_LAW(FAILING("processing", LOGNORMAL, "'1 s'", ""), 45, 45, mode_end, "A", 0, "mtbf/jam");
  // loading takes 3 of 10 s: of 34 s 4 * 3 s were no processing
  EXPECT_LAW(ONE_STATION("'time': '7 s', 'load': {'time': '3 s'}, 'failures': {'jam': {'clock': 'processing', 'mtbf': " UNIFORM ", 'repair': '1 s'}}"),
             34, 22, mode_end, "A", 0, "mtbf/jam");
  EXPECT_LAW("'run': {'start': '2026-03-02T00:00:00'}, 'calendars': {'c': {'shifts': {'a': 'Mon 00:00-00:01', 'b': 'Mon 00:02-02:00'}}}, "
             ONE_STATION("'calendar': 'c', 'time': '7 s', 'failures': {'jam': {'clock': 'on-shift', 'mtbf': " UNIFORM ", 'repair': '1 s'}}"),
             119, 60, mode_end, "A", 0, "mtbf/jam");
}

static int64_t cycles_end(const tw_run *run) { return run->mode[0].drawn * TW_TICKS_PER_S; }

Test(futures, s6_1_of_a_life_in_cycles_have_the_law_given_the_cycles) {
  for (double at_s = 0.5; at_s < 40; at_s += 13.1) {
    tw_run *now = run_of(ONE_STATION("'time': '1 s', 'failures': {'jam': {'clock': 'cycles', 'mtbf': {'uniform': {'min': 40, 'max': 90}}, 'repair': '1 s'}}"), at_s);
    tw_run *future = tw_run_fork(now);
    int64_t least = INT64_MAX, most = 0;
    for (int i = 0; i < 5000; i++) {
      tw_run_copy(future, now);
      reseed(future, i, false);
      const int64_t n = cycles_end(future) / TW_TICKS_PER_S, used = n - future->mode[0].left;
      cr_assert_eq(used, (int64_t)at_s);
      least = n < least ? n : least;
      most = n > most ? n : most;
    }
    cr_expect(least == 40 && most == 90, "%d to %d", (int)least, (int)most);
    tw_run_free(now);
    tw_run_free(future);
  }
}

Test(futures, s6_4_of_a_repair_have_the_law_given_how_long_it_has_lasted) {
  EXPECT_LAW(FAILING("calendar", "'20 s'", LOGNORMAL, ""), 55, 35, repair_end, "A", 0, "repair/jam");
  EXPECT_LAW(FAILING("calendar", "'20 s'", UNIFORM, ""), 21, 1, repair_end, "A", 0, "repair/jam");
}

// The fitter works from 20 to 60 s, goes, and comes again at 120 s: at 130 s he has worked 50 s.
Test(futures, s8_1_of_a_repair_that_people_left_count_what_they_had_done) {
  EXPECT_LAW("'run': {'start': '2026-03-02T00:00:00'}, 'calendars': {'c': {'shifts': {'a': 'Mon 00:00-00:01', 'b': 'Mon 00:02-02:00'}}}, "
             "'workers': {'fitter': {'count': 1, 'calendar': 'c', 'skills': ['fitter']}}, "
             FAILING("calendar", "'20 s'", UNIFORM, ", 'needs': ['fitter']"), 130, 50, repair_end, "A", 0, "repair/jam");
}

Test(futures, s6_8_of_a_common_cause_and_of_deliveries_have_the_law_given_the_time) {
  EXPECT_LAW("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '7 s'") "}, 'flow': [['s', 'A', 'out']], "
             "'common_causes': {'power': {'stations': ['A'], 'mtbf': " WEIBULL ", 'repair': '5 s'}}",
             40, 40, cause_end, NULL, TW_NONE, "cause");
  EXPECT_LAW("'parts': {'p': {}, 'belt': {'supply': {'every': " UNIFORM "}}}, "
             FAILING("calendar", "'900 s'", "'5 s'", ", 'spares': {'belt': 1}"), 55, 55, delivery, NULL, TW_NONE, "supply");
}

Test(futures, s4_8_of_an_arrival_have_the_law_given_the_last_one) {
#define COMING(rest) "'sources': {'s': {'sequence': ['p'], 'repeat': true, " rest "}}, 'buffers': {'q': {'capacity': 'unlimited'}}, 'stations': {" \
  MACHINE("A", "'time': '1 s'") "}, 'flow': [['s', 'q', 'A', 'out']]"
  EXPECT_LAW(COMING("'every': " WEIBULL), 30, 30, next_release, "s", TW_NONE, "every");
  EXPECT_LAW(COMING("'first': " UNIFORM ", 'every': '5 s'"), 30, 30, next_release, "s", TW_NONE, "first");
  // behind a release, by the quick way of a plain line
  EXPECT_LAW(COMING("'first': '40 s', 'every': " UNIFORM), 90, 50, next_release, "s", TW_NONE, "every");
}

Test(futures, s8_4_of_a_demand_have_the_law_given_the_last_one) {
  tw_run *now = run_of("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '5 s'") "}, 'buffers': {'q': {'capacity': 5}}, "
                       "'demands': {'d': {'part': 'p', 'every': " LOGNORMAL ", 'first': '10 s'}}, 'flow': [['s', 'A', 'q', 'd']]", 50);
  expect_law_at(now, next_release, dist_of(now, "d", TW_NONE, "every"), 40, 1, "demand");
  tw_run_free(now);
}

// A hot part stops the other at 20 s, which has then been worked for 20 s.
Test(futures, s8_1_of_a_part_that_made_way_have_the_law_given_what_was_worked) {
  EXPECT_LAW("'parts': {'a': {}, 'hot': {}}, 'sources': {'s': {'sequence': ['1 a']}, 'h': {'orders': [{'part': 'hot', 'release': '20 s'}]}}, "
             "'buffers': {'q': {'capacity': 5}, 'r': {'capacity': 5}}, 'stations': {" MACHINE("A", "'pull': {'rule': 'priority', 'from': ['r', 'q'], 'preempt': 'resume'}, 'time': " UNIFORM) "}, "
             "'flow': [['h', 'r', 'A', 'out'], ['s', 'q', 'A']]", 40, 20, held_end, "A", 0, "time");
}

// ---- what stays -----------------------------------------------------------------------------------------------

static void expect_kept(const char *sections, double at_s) {
  tw_run *now = run_of(sections, at_s), *future = tw_run_fork(now);
  tw_text why = {0};
  for (int i = 0; i < 50; i++) {
    reseed(future, i, false);
    memcpy(future->stream, now->stream, (size_t)now->line->n_site * sizeof *now->stream);
    cr_expect_not(tw_run_difference(now, future, &why), "%s", why.at);
  }
  tw_text_free(&why);
  tw_run_free(now);
  tw_run_free(future);
}

Test(futures, of_constant_times_are_all_the_same) {
  expect_kept(FAILING("calendar", "'50 s'", "'20 s'", ""), 30);
  expect_kept(FAILING("processing", "'50 s'", "'20 s'", ""), 55);
  expect_kept(COMING("'every': {'trace': ['5 s', '9 s', '20 s', '4 s']}"), 8);
}

// Who looks whether a task ends in his shift knows how long it takes, and a queue by the shortest time knows it.
Test(futures, s8_2_keep_what_somebody_must_foresee) {
  expect_kept("'run': {'start': '2026-03-02T00:00:00'}, 'calendars': {'c': {'shifts': {'a': 'Mon 00:00-02:00'}}}, "
              ONE_STATION("'calendar': 'c', 'on_shift_end': 'no-start', 'time': " UNIFORM), 30);
  expect_kept("'run': {'start': '2026-03-02T00:00:00'}, 'calendars': {'c': {'shifts': {'a': 'Mon 00:00-02:00'}}}, "
              "'workers': {'w': {'count': 1, 'skills': ['w'], 'calendar': 'c', 'on_shift_end': 'no-start'}}, "
              ONE_STATION("'needs': ['w'], 'time': " UNIFORM), 30);
  expect_kept("'sources': {'s': {'sequence': ['9 p']}}, 'buffers': {'q': {'capacity': 9, 'queue': 'spt'}}, 'stations': {"
              MACHINE("A", "'time': " UNIFORM) "}, 'flow': [['s', 'q', 'A', 'out']]", 30);
}

// What a host has told of the rest of a life counts until that ends.
Test(futures, keep_what_a_host_has_told) {
  tw_run *now = run_of(FAILING("calendar", UNIFORM, "'20 s'", ""), 30), *future = tw_run_fork(now);
  cr_assert_null(tw_mode_set_left(now, 0, 13 * TW_TICKS_PER_S));
  for (int i = 0; i < 20; i++) {
    tw_run_copy(future, now);
    reseed(future, i, false);
    cr_expect_eq(tw_mode_left(future, 0), 13 * TW_TICKS_PER_S);
  }
  tw_run_free(now);
  tw_run_free(future);
}

// As from outside: where parts are, what states machines are in and since when, every figure. Only what comes is
// another one; and with keeps_pending not even that, up to the next draw.
Test(futures, change_nothing_that_has_been_seen) {
  tw_run *now = run_of(COMING("'every': " EXP), 400), *future = tw_run_fork(now);
  reseed(future, 1, false);
  cr_expect_eq(future->head->n_part, now->head->n_part);
  cr_expect_eq(future->head->n_event, now->head->n_event);
  cr_expect_neq(next_release(future), next_release(now));
  tw_run_copy(future, now);
  reseed(future, 1, true);
  cr_expect_eq(next_release(future), next_release(now));
  tw_run_free(now);
  tw_run_free(future);
}

Test(futures, of_one_salt_are_one_future) {
  tw_run *now = run_of(FAILING("calendar", WEIBULL, LOGNORMAL, ""), 400), *a = tw_run_fork(now), *b = tw_run_fork(now);
  reseed(a, 7, false);
  reseed(b, 7, false);
  cr_expect_eq(tw_run_hash(a, true), tw_run_hash(b, true));
  reseed(b, 8, false);
  cr_expect_neq(tw_run_hash(a, true), tw_run_hash(b, true));
  tw_run_free(now);
  tw_run_free(a);
  tw_run_free(b);
}
