// maxplus_test.c - the departures of every part from every station of a tandem line, to the
// microsecond, against a recursion that knows nothing of events. Draws are made here again from the
// keys of the line's sites, and times are whole ticks, so that the comparison is exact.
//
// D_i(n): departure of part n from station i, 0 for n <= 0. S_i(n): its time there. B_i places
// between station i and i + 1. Station 0 is the source, station N + 1 is far away.
//   after service:  C = max(D_i(n-1), D_{i-1}(n)) + S_i(n),  D_i(n) = max(C, D_{i+1}(n - B_i - 1))
//   before service: D_i(n) = max(D_i(n-1), D_{i-1}(n), D_{i+1}(n - B_i - 1)) + S_i(n)
// (Buzacott and Shanthikumar, Stochastic Models of Manufacturing Systems, 1993, chapter 5.)

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "core/ticks.h"
#include "support/line_text.h"

enum { STATIONS_MAX = 8, PARTS = 400, N_LINE = 300 };

// A tandem line: stations s1 .. sN, buffer behind station i with B_i places (-1: unlimited).
typedef struct tandem {
  int32_t n_station;
  int32_t n_place[STATIONS_MAX + 1];  // [i] behind station i
  bool is_before_service, is_whole, has_arrivals;
  bool has_load[STATIONS_MAX + 1], has_unload[STATIONS_MAX + 1];
  uint64_t seed;
  uint32_t replication;
} tandem;

typedef struct departures {
  int64_t at_us[STATIONS_MAX + 1][PARTS + 1];  // [station][part], both from 1
  int32_t n[STATIONS_MAX + 1];
  int32_t station_of_place[4 * STATIONS_MAX];
} departures;

static void print_time(const tandem *line, int32_t i, tw_text *out) {
  static const char *const whole[] = {
      "\"2 s\"", "{\"discrete\": {\"values\": [\"1 s\", \"2 s\", \"4 s\"], \"weights\": [2, 1, 1]}}",
      "{\"trace\": {\"values\": [\"3 s\", \"1 s\", \"2 s\"], \"repeat\": true}}"};
  static const char *const smooth[] = {"{\"exponential\": {\"mean\": \"2 s\"}}",
                                       "{\"gamma\": {\"mean\": \"2 s\", \"cv\": 0.5}}",
                                       "{\"uniform\": {\"min\": \"1 s\", \"max\": \"3 s\"}}"};
  tw_text_add(out, (line->is_whole ? whole : smooth)[(line->seed + (uint64_t)i) % 3]);
}

static void print_station(const tandem *line, int32_t i, tw_text *out) {
  tw_text_print(out, "%s\"s%d\": {\"type\": \"machine\", \"time\": ", i > 1 ? ", " : "", (int)i);
  print_time(line, i, out);
  if (line->has_load[i]) {
    tw_text_add(out, ", \"load\": {\"time\": ");
    print_time(line, i + 1, out);
    tw_text_add(out, "}");
  }
  if (line->has_unload[i]) {
    tw_text_add(out, ", \"unload\": {\"time\": ");
    print_time(line, i + 2, out);
    tw_text_add(out, "}");
  }
  tw_text_add(out, "}");
}

static void print_tandem(const tandem *line, tw_text *out) {
  tw_text_print(out, "{\"libtwin\": \"1.0\", \"defaults\": {\"blocking\": \"%s\"},",
                line->is_before_service ? "before-service" : "after-service");
  tw_text_add(out, "\"parts\": {\"a\": {}}, \"sources\": {\"in\": {\"sequence\": [\"a\"], ");
  if (line->has_arrivals) {
    tw_text_add(out, "\"every\": ");
    print_time(line, 0, out);
    tw_text_add(out, ", ");
  }
  tw_text_add(out, "\"repeat\": true}}, \"buffers\": {");
  bool has_any = false;
  for (int32_t i = 1; i < line->n_station; i++) {
    if (line->n_place[i] == 0) continue;
    tw_text_print(out, "%s\"b%d\": {\"capacity\": ", has_any ? ", " : "", (int)i);
    if (line->n_place[i] < 0) tw_text_add(out, "\"unlimited\"}");
    else tw_text_print(out, "%d}", (int)line->n_place[i]);
    has_any = true;
  }
  tw_text_add(out, "}, \"stations\": {");
  for (int32_t i = 1; i <= line->n_station; i++) print_station(line, i, out);
  tw_text_add(out, "}, \"flow\": [[\"in\"");
  for (int32_t i = 1; i <= line->n_station; i++) {
    tw_text_print(out, ", \"s%d\"", (int)i);
    if (i < line->n_station && line->n_place[i] != 0) tw_text_print(out, ", \"b%d\"", (int)i);
  }
  tw_text_add(out, ", \"out\"]]}");
}

static void see(void *self, const tw_run *run, const tw_fact *fact) {
  departures *seen = self;
  (void)run;
  if (fact->kind != TW_FACT_LEAVE || fact->machine_i < 0) return;
  const int32_t i = seen->station_of_place[fact->place_i];
  const int32_t n = ++seen->n[i];
  // FIFO with one machine: parts leave in the order of their ids
  if (n <= PARTS && fact->part_id == (uint64_t)n) seen->at_us[i][n] = fact->time_us;
}

// Runs until PARTS parts have left the line.
static departures *simulate(const tandem *spec, tw_line *line) {
  departures *seen = calloc(1, sizeof *seen);
  cr_assert_not_null(seen);
  for (int32_t i = 1; i <= spec->n_station; i++) {
    char name[16];
    snprintf(name, sizeof name, "s%d", (int)i);
    seen->station_of_place[test_place(line, name)] = i;
  }
  const tw_run_setup setup = {.seed = spec->seed, .replication = spec->replication};
  tw_run *run = tw_run_new(line, &setup);
  run->sink = (tw_sink){.self = seen, .fact = see};
  for (int32_t hour = 1; seen->n[spec->n_station] < PARTS; hour++) {
    cr_assert_eq(test_until(run, 600.0 * hour), TWIN_OK);
    cr_assert_lt(hour, 100);
  }
  tw_run_free(run);
  return seen;
}

// Draw number n (from 0) of a site in ticks, as SEMANTICS 10 says: a function of names, seed,
// replication and n alone. 0 for a site that is not there.
static int64_t draw_us(const tandem *spec, const tw_line *line, const char *place, bool is_machine,
                       const char *purpose, uint64_t n) {
  const int32_t place_i = test_place(line, place);
  const int32_t machine_i = is_machine ? line->place[place_i].first_machine : TW_NONE;
  const int32_t site_i = test_site(line, place_i, machine_i, purpose);
  if (site_i == TW_NONE) return 0;
  const tw_site *site = &line->site[site_i];
  const uint64_t base = tw_hash_word(tw_hash_word(TW_HASH_SEED, spec->seed), spec->replication);
  tw_dice dice = tw_dice_new(tw_hash_word(base, site->key), n);
  return tw_ticks(tw_dist_sample(site->dist, &dice));
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

// The recursion, part by part, stations upstream to downstream.
static void recur(const tandem *spec, const tw_line *line, departures *by_hand) {
  int64_t arrival_us = 0;
  for (int32_t n = 1; n <= PARTS; n++) {
    arrival_us += draw_us(spec, line, "in", false, "every", (uint64_t)n - 1);
    int64_t before_us = arrival_us;
    for (int32_t i = 1; i <= spec->n_station; i++) {
      char name[16];
      snprintf(name, sizeof name, "s%d", (int)i);
      const int32_t ahead = n - spec->n_place[i] - 1;
      const bool is_bounded = i < spec->n_station && spec->n_place[i] >= 0 && ahead > 0;
      const int64_t room_us = is_bounded ? by_hand->at_us[i + 1][ahead] : 0;
      int64_t at_us = larger(by_hand->at_us[i][n - 1], before_us);
      at_us += draw_us(spec, line, name, true, "load", (uint64_t)n - 1);
      if (spec->is_before_service) at_us = larger(at_us, room_us);
      at_us += draw_us(spec, line, name, true, "time", (uint64_t)n - 1);
      at_us += draw_us(spec, line, name, true, "unload", (uint64_t)n - 1);
      if (!spec->is_before_service) at_us = larger(at_us, room_us);
      by_hand->at_us[i][n] = before_us = at_us;
    }
  }
}

static void compare(const tandem *spec) {
  tw_text text = {0}, why = {0};
  print_tandem(spec, &text);
  tw_line *line = test_line(text.at, &why);
  cr_assert_not_null(line, "%s\n%s", text.at, why.at);
  departures *seen = simulate(spec, line);
  departures *by_hand = calloc(1, sizeof *by_hand);
  cr_assert_not_null(by_hand);
  recur(spec, line, by_hand);
  for (int32_t n = 1; n <= PARTS; n++)
    for (int32_t i = 1; i <= spec->n_station; i++)
      cr_assert_eq(seen->at_us[i][n], by_hand->at_us[i][n],
                   "part %d leaves station %d at %lld us, not at %lld us\n%s", (int)n, (int)i,
                   (long long)seen->at_us[i][n], (long long)by_hand->at_us[i][n], text.at);
  free(seen);
  free(by_hand);
  tw_line_unref(line);
  tw_text_free(&text);
  tw_text_free(&why);
}

// Tandem number `seed`: 1 to 8 stations, 0 to 5 places or any number between them.
static tandem draw_tandem(uint64_t seed, bool is_whole, bool is_before_service) {
  test_random random = {.seed = seed};
  tandem line = {.n_station = 1 + test_pick(&random, STATIONS_MAX),
                 .is_whole = is_whole,
                 .is_before_service = is_before_service,
                 .has_arrivals = test_chance(&random, 40),
                 .seed = seed,
                 .replication = (uint32_t)test_pick(&random, 3)};
  const bool has_buffers = !test_chance(&random, 15);
  for (int32_t i = 1; i <= line.n_station; i++) {
    line.n_place[i] = has_buffers ? test_pick(&random, 6) : 0;
    // an unlimited one behind a source that always gives would fill without end
    if (i > 1 && line.has_arrivals && test_chance(&random, 10)) line.n_place[i] = -1;
    line.has_load[i] = test_chance(&random, 15);
    line.has_unload[i] = test_chance(&random, 15);
  }
  return line;
}

static void compare_all(bool is_whole, bool is_before_service) {
  for (uint64_t seed = 1; seed <= N_LINE / 2; seed++) {
    const tandem line = draw_tandem(seed, is_whole, is_before_service);
    compare(&line);
  }
}

Test(maxplus, departures_after_service_with_ties_equal_the_recursion) { compare_all(true, false); }

Test(maxplus, departures_after_service_equal_the_recursion) { compare_all(false, false); }

Test(maxplus, departures_before_service_with_ties_equal_the_recursion) { compare_all(true, true); }

Test(maxplus, departures_before_service_equal_the_recursion) { compare_all(false, true); }

// The line of lines/line10.json: ten stations with five places between them.
Test(maxplus, a_long_line_equals_the_recursion) {
  tandem line = {.n_station = 8, .seed = 42};
  for (int32_t i = 1; i < 8; i++) line.n_place[i] = 5;
  compare(&line);
}
