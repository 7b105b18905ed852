// control_test.c - production control in random lines. Job shops: parts with routes through stations with and without buffers, with
// alternatives, ways back and every dispatch rule, beside parts that follow a chain. Chains with cards:
// CONWIP over sections, shared loops, kanban, base stock for demands. Each line is run
// event by event with its state checked, again from a snapshot of the middle, and again in one piece;
// all must agree to the bit. TWIN_LINES=n runs n lines instead of 400.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/line_text.h"
#include "support/settled.h"
#include "support/watch.h"

enum { N_LINE = 400, EVENTS_MAX = 600, STATIONS_MAX = 5 };

typedef struct shop {
  test_random random;
  int32_t n_station, n_part;
  bool has_queue[STATIONS_MAX], has_hours;
  tw_text text;
} shop;

static int32_t pick(shop *in, int32_t n) { return test_pick(&in->random, n); }
static bool chance(shop *in, int32_t percent) { return test_chance(&in->random, percent); }

static void print_queues(shop *in) {
  static const char *const rules[] = {"\"fifo\"", "\"lifo\"", "\"priority\"", "\"random\"", "\"spt\"",
                                      "\"edd\"",  "\"cr\"",   "\"slack\"",    "\"least-setup\"",
                                      "\"expression\", \"key\": \"part.time_left - part.arrived\""};
  const char *comma = "";
  tw_text_add(&in->text, "\n \"buffers\": {");
  for (int32_t i = 0; i < in->n_station; i++) {
    in->has_queue[i] = chance(in, 75);
    if (!in->has_queue[i]) continue;
    tw_text_print(&in->text, "%s\"q%d\": {\"capacity\": %d, \"queue\": %s}", comma, (int)i,
                  1 + pick(in, 6), rules[pick(in, 10)]);
    comma = ", ";
  }
  tw_text_add(&in->text, "},");
}

static void print_stations(shop *in) {
  in->has_hours = chance(in, 40);
  tw_text_add(&in->text, "\n \"calendars\": {\"c\": {\"shifts\": {\"x\": \"Mon-Sun 06:00-06:01\", "
                         "\"y\": \"Mon-Sun 06:02-07:00\"}}},");
  tw_text_add(&in->text, "\n \"stations\": {");
  for (int32_t i = 0; i < in->n_station; i++) {
    tw_text_print(&in->text, "%s\"S%d\": {\"type\": \"machine\", \"machines\": %d, \"time\": \"%d s\"",
                  i > 0 ? ", " : "", (int)i, 1 + pick(in, 2), 1 + pick(in, 4));
    if (chance(in, 20)) tw_text_add(&in->text, ", \"scrap\": \"10 %\"");
    if (chance(in, 20)) tw_text_add(&in->text, ", \"blocking\": \"before-service\"");
    if (chance(in, 20)) tw_text_add(&in->text, ", \"unload\": {\"time\": \"1 s\"}");
    // the observers do not know setups and shifts yet; such lines are checked without them
    if (in->has_hours && chance(in, 40))
      tw_text_add(&in->text, ", \"setup\": {\"by\": \"part\", \"matrix\": {\"other\": \"2 s\"}}");
    if (in->has_hours && chance(in, 40)) {
      static const char *const ends[] = {"suspend", "finish", "no-start", "restart", "scrap"};
      tw_text_print(&in->text, ", \"calendar\": \"c\", \"on_shift_end\": \"%s\"", ends[pick(in, 5)]);
    }
    if (chance(in, 30)) {
      static const char *const fates[] = {"resume", "restart", "resample", "scrap", "eject"};
      tw_text_print(&in->text, ", \"failures\": {\"f\": {\"clock\": \"processing\", \"mtbf\": \"%d s\","
                    " \"repair\": \"2 s\", \"part\": \"%s\"}}", 5 + pick(in, 20), fates[pick(in, 5)]);
    }
    tw_text_add(&in->text, "}");
  }
  tw_text_add(&in->text, "},\n \"flow\": [");
  const char *comma = "";
  for (int32_t i = 0; i < in->n_station; i++) {
    if (!in->has_queue[i]) continue;
    tw_text_print(&in->text, "%s[\"q%d\", \"S%d\"]", comma, (int)i, (int)i);
    comma = ", ";
  }
  tw_text_print(&in->text, "%s[\"c\", \"S0\", \"out\"]],", comma);
}

static void print_step(shop *in) {
  const int32_t first = pick(in, in->n_station), other = pick(in, in->n_station);
  if (chance(in, 25) && first != other)
    tw_text_print(&in->text, "{\"station\": [\"S%d\", \"S%d\"]", (int)first, (int)other);
  else tw_text_print(&in->text, "{\"station\": \"S%d\"", (int)first);
  if (chance(in, 60))
    tw_text_print(&in->text, ", \"time\": {\"uniform\": {\"min\": \"1 s\", \"max\": \"%d s\"}}", 2 + pick(in, 5));
  tw_text_add(&in->text, "}");
}

static void print_shop(shop *in) {
  in->n_station = 2 + pick(in, STATIONS_MAX - 1);
  in->n_part = 1 + pick(in, 3);
  tw_text_add(&in->text, "{\"libtwin\": \"1.0\", \"parts\": {\"x\": {}");
  for (int32_t i = 0; i < in->n_part; i++)
    tw_text_print(&in->text, ", \"p%d\": {\"priority\": %d}", (int)i, (int)pick(in, 2));
  tw_text_add(&in->text, "},");
  print_queues(in);
  print_stations(in);
  tw_text_add(&in->text, "\n \"sources\": {\"c\": {\"sequence\": [\"x\"], \"repeat\": true, \"every\": \"9 s\"}");
  for (int32_t i = 0; i < in->n_part; i++) {
    tw_text_print(&in->text, ", \"s%d\": {\"sequence\": [\"p%d\"], \"repeat\": true, \"due\": \"%d s\"",
                  (int)i, (int)i, 10 + pick(in, 40));
    if (chance(in, 70)) tw_text_print(&in->text, ", \"every\": \"%d s\"", 4 + pick(in, 12));
    tw_text_add(&in->text, "}");
  }
  tw_text_add(&in->text, "},\n \"routes\": {");
  for (int32_t i = 0; i < in->n_part; i++) {
    tw_text_print(&in->text, "%s\"p%d\": [", i > 0 ? ", " : "", (int)i);
    const int32_t n_step = 1 + pick(in, 4);
    for (int32_t k = 0; k < n_step; k++) {
      if (k > 0) tw_text_add(&in->text, ", ");
      print_step(in);
    }
    tw_text_add(&in->text, "]");
  }
  tw_text_add(&in->text, "}}");
}

// Runs on, and gives the hash of where it ended.
static uint64_t run_on(tw_run *run, int64_t until_us) {
  tw_run_until(run, until_us, NULL);
  const uint64_t hash = tw_run_hash(run, true);
  tw_run_free(run);
  return hash;
}

static void try_line(const shop *in, tw_line *line, int32_t *n_deadlock) {
  char why[TEST_WHY] = "";
  test_watch watch;
  tw_run *run = test_run(line, 1), *cut = NULL;
  void *snapshot = NULL;
  size_t n_byte = 0;
  test_watch_open(&watch, run);
  twin_status status = tw_run_until(run, 0, NULL);
  for (int32_t i = 0; i < EVENTS_MAX && status == TWIN_OK; i++) {
    int32_t slot;
    status = tw_run_step(run, &slot, NULL);
    cr_assert(tw_run_is_valid(run, why, sizeof why), "event %d: %s\n%s", (int)i, why, in->text.at);
    if (status == TWIN_OK && !in->has_hours && tw_run_next_tick(run) != run->head->now_us)
      cr_assert(test_is_settled(run, why, sizeof why), "event %d: %s\n%s", (int)i, why, in->text.at);
    if (i == EVENTS_MAX / 3) snapshot = test_save(run, &n_byte);
  }
  cr_assert(status == TWIN_OK || status == TWIN_ERR_DEADLOCK || status == TWIN_END, "%s\n%s",
            twin_status_text(status), in->text.at);
  if (!in->has_hours) cr_assert_str_eq(watch.why, "", "%s\n%s", watch.why, in->text.at);
  const bool is_stuck = test_find_stuck(run) != TW_NONE;
  if (!in->has_hours) cr_assert_eq(is_stuck, status == TWIN_ERR_DEADLOCK, "stuck %d\n%s", is_stuck, in->text.at);
  *n_deadlock += status == TWIN_ERR_DEADLOCK;
  test_watch_close(&watch, run);
  const int64_t until_us = run->head->now_us + tw_ticks(50);
  if (snapshot != NULL) {
    cut = test_run(line, 7);
    cr_assert_eq(tw_run_restore(cut, snapshot, n_byte, NULL), TWIN_OK, "%s", in->text.at);
    tw_run *whole = test_run(line, 1);
    const uint64_t hash = run_on(whole, until_us);
    cr_expect_eq(run_on(cut, until_us), hash, "cut\n%s", in->text.at);
    tw_run *visits = test_run(line, 1);
    visits->has_visits_only = true;
    cr_expect_eq(run_on(visits, until_us), hash, "visits\n%s", in->text.at);
    cr_expect_eq(run_on(run, until_us), hash, "steps\n%s", in->text.at);
  } else {
    tw_run_free(run);
  }
  free(snapshot);
}

static void print_policy(shop *in, int32_t i, bool is_timed) {
  if (!is_timed && chance(in, 30)) {
    tw_text_print(&in->text, ", \"policy\": {\"base-stock\": {\"level\": 3, \"for\": \"d\"}}");
    return;
  }
  tw_text_print(&in->text, ", \"policy\": {\"conwip\": {\"limit\": %d", 1 + pick(in, 6));
  if (chance(in, 50)) tw_text_print(&in->text, ", \"until\": \"S%d\"", (int)pick(in, in->n_station));
  else if (chance(in, 50)) tw_text_print(&in->text, ", \"until\": \"b%d\"", (int)pick(in, in->n_station));
  else tw_text_print(&in->text, ", \"loop\": \"%s\"", i > 0 && chance(in, 30) ? "s0" : "own");
  tw_text_add(&in->text, "}}");
}

// One or two sources in front of stations in series, each with a buffer behind; customers at the end.
static void print_chain(shop *in) {
  in->n_station = 1 + pick(in, 4);
  tw_text_add(&in->text, "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}, \"h\": {\"priority\": 1}},\n \"sources\": {");
  const int32_t n_source = 1 + pick(in, 2);
  const bool has_demand = chance(in, 50);
  for (int32_t i = 0; i < n_source; i++) {
    const int32_t form = pick(in, 3);
    tw_text_print(&in->text, "%s\"s%d\": {", i > 0 ? ", " : "", (int)i);
    if (form == 0)
      tw_text_print(&in->text, "\"orders\": [{\"part\": \"p\", \"quantity\": %d}, {\"part\": \"p\","
                    " \"release\": \"%d s\", \"priority\": 1, \"quantity\": 3, \"due\": \"30 s\"}, {\"part\":"
                    " \"p\", \"release\": \"20 s\", \"quantity\": 9}]", 1 + pick(in, 9), 1 + pick(in, 9));
    else
      tw_text_print(&in->text, "\"sequence\": [\"2 p\"%s], \"repeat\": %s", has_demand ? "" : ", \"h\"",
                    chance(in, 80) ? "true" : "false");
    if (form == 1) tw_text_print(&in->text, ", \"every\": \"%d s\"", 1 + pick(in, 5));
    if (chance(in, 80)) print_policy(in, i, form < 2);
    tw_text_add(&in->text, "}");
  }
  tw_text_add(&in->text, "},\n \"buffers\": {");
  for (int32_t i = 0; i < in->n_station; i++) {
    tw_text_print(&in->text, "%s\"b%d\": {\"capacity\": %d", i > 0 ? ", " : "", (int)i, 1 + pick(in, 5));
    if (chance(in, 40)) tw_text_print(&in->text, ", \"kanban\": %d", 1 + pick(in, 4));
    if (chance(in, 15)) tw_text_add(&in->text, ", \"max_stay\": \"7 s\"");
    tw_text_add(&in->text, "}");
  }
  tw_text_add(&in->text, "},");
  memset(in->has_queue, 0, sizeof in->has_queue);
  if (has_demand)
    tw_text_print(&in->text, "\n \"demands\": {\"d\": {\"part\": \"p\", \"every\": {\"uniform\": {\"min\": "
                  "\"1 s\", \"max\": \"%d s\"}}, \"short\": \"%s\"}},", 3 + pick(in, 6),
                  chance(in, 50) ? "wait" : "lose");
  print_stations(in);
  // the flow of a shop gives way to that of a chain
  tw_text_cut(&in->text, in->text.n - strlen("[\"c\", \"S0\", \"out\"]],"));
  tw_text_add(&in->text, "[\"s0\"");
  for (int32_t i = 0; i < in->n_station; i++) tw_text_print(&in->text, ", \"S%d\", \"b%d\"", (int)i, (int)i);
  tw_text_print(&in->text, ", \"%s\"]%s]}", has_demand ? "d" : "out", n_source > 1 ? ", [\"s1\", \"S0\"]" : "");
}

Test(control, random_lines_with_cards_keep_every_promise) {
  const char *wanted = getenv("TWIN_LINES");
  const int32_t n_line = wanted != NULL ? atoi(wanted) : N_LINE;
  int32_t n_refused = 0, n_deadlock = 0;
  for (int32_t i = 0; i < n_line; i++) {
    shop in = {.random = {.seed = (uint64_t)i}};
    tw_text why = {0};
    print_chain(&in);
    tw_line *line = test_line(in.text.at, &why);
    n_refused += line == NULL;
    // a loop that two sources say otherwise, a base stock for nobody
    if (line == NULL)
      cr_expect(strstr(why.at, "another one") != NULL || strstr(why.at, "'d'") != NULL, "%s\n%s", why.at, in.text.at);
    else try_line(&in, line, &n_deadlock);
    tw_line_unref(line);
    tw_text_free(&why);
    tw_text_free(&in.text);
  }
  printf("%d lines with cards, %d refused\n", (int)n_line, (int)n_refused);
  cr_expect_lt(n_refused, n_line / 2);
  cr_expect_eq(n_deadlock, 0);
}

Test(control, random_job_shops_keep_every_promise) {
  const char *wanted = getenv("TWIN_LINES");
  const int32_t n_line = wanted != NULL ? atoi(wanted) : N_LINE;
  int32_t n_refused = 0, n_deadlock = 0;
  for (int32_t i = 0; i < n_line; i++) {
    shop in = {.random = {.seed = (uint64_t)i}};
    tw_text why = {0};
    print_shop(&in);
    tw_line *line = test_line(in.text.at, &why);
    n_refused += line == NULL;
    // some plans are none: spt before alternatives, a buffer that nothing leads to
    if (line == NULL)
      cr_expect(strstr(why.at, "E-FLOW") != NULL, "%s\n%s", why.at, in.text.at);
    else try_line(&in, line, &n_deadlock);
    tw_line_unref(line);
    tw_text_free(&why);
    tw_text_free(&in.text);
  }
  printf("%d lines, %d refused, %d deadlocks\n", (int)n_line, (int)n_refused, (int)n_deadlock);
  cr_expect_lt(n_refused, n_line / 2);
  cr_expect_gt(n_deadlock, n_line / 20);
}

// Changes four bytes of the state to a small number, as nobody does by chance.
static void tamper(test_random *random, tw_run *run) {
  const tw_layout *layout = &run->line->layout;
  static const int32_t own[] = {TW_SECTION_PLACE, TW_SECTION_MACHINE, TW_SECTION_LOOP,
                                TW_SECTION_ORDER};
  uint32_t first = 0, n = 0;
  const int32_t which = test_pick(random, 7);
  if (which < 4) {
    first = layout->offset[own[which]];
    n = layout->count[own[which]] * layout->table[own[which]]->size;
  } else if (which < 5) {
    first = layout->part_offset;
    n = (uint32_t)(run->n_byte - first);
  } else {  // of the kinds: sources, buffers, demands
    first = layout->offset[run->line->first_kind_section];
    n = layout->part_offset - first;
  }
  if (n < 4) return;
  const int32_t value = test_pick(random, 12) - 2;
  memcpy(run->block + first + 4 * (uint32_t)test_pick(random, (int32_t)(n / 4)), &value, sizeof value);
}

// What passes the check can be run: nothing is out of bounds, no assertion fails.
static void try_tampered(shop *in, tw_line *line, int32_t *n_valid) {
  tw_run *run = test_run(line, 1);
  for (int32_t i = 0; i < 80; i++) {
    int32_t slot;
    if (tw_run_step(run, &slot, NULL) != TWIN_OK) break;
  }
  for (int32_t i = 0; i < 30 && run->head->poison == 0; i++) {
    char why[TEST_WHY];
    tw_run *other = tw_run_fork(run);
    tamper(&in->random, other);
    int32_t slot, n_left = 100;
    if (tw_run_is_valid(other, why, sizeof why)) {
      ++*n_valid;
      while (n_left-- > 0 && tw_run_step(other, &slot, NULL) == TWIN_OK) continue;
    }
    tw_run_free(other);
  }
  tw_run_free(run);
}

Test(control, a_state_that_was_tampered_with_is_refused_or_can_be_run) {
  int32_t n_valid = 0;
  const char *wanted = getenv("TWIN_LINES");
  const int32_t n_line = wanted != NULL ? atoi(wanted) : N_LINE;
  for (int32_t i = 0; i < n_line; i++) {
    shop in = {.random = {.seed = (uint64_t)i}};
    if (i % 2 == 0) print_shop(&in);
    else print_chain(&in);
    tw_line *line = test_line(in.text.at, NULL);
    if (line != NULL) try_tampered(&in, line, &n_valid);
    tw_line_unref(line);
    tw_text_free(&in.text);
  }
  printf("%d tampered states were valid\n", (int)n_valid);
  cr_expect_gt(n_valid, n_line);
}
