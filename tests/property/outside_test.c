// What holds of every line holds with station kinds from outside: conservation, fork = continue,
// cut and restored at random instants, as text and back, moved onto the same line made anew and
// onto another one; a plain machine written as such a kind gives the part flow of the built-in one,
// bit for bit.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "io/state_json.h"
#include "state/adopt.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/outside.h"
#include "support/watch.h"

// One line for each kind, with failures, shifts, splits, closed queues and ties on purpose.
static const char *const lines[] = {
    "'parts': {'a': {'mass': '2 kg'}, 'b': {}}, 'run': {'start': '2026-03-02T06:00:00', 'horizon': '400 s', 'warmup': '40 s'}, "
    "'calendars': {'day': {'shifts': {'one': 'Mon-Sun 06:00-06:02', 'two': 'Mon-Sun 06:03-06:30'}}}, 'workers': {'fitter': "
    "{'count': 1, 'skills': ['mend'], 'calendar': 'day', 'on_shift_end': 'no-start'}}, 'sources': {'in': {"
    "'sequence': ['2 a', '1 b'], 'repeat': true, 'every': {'exponential': {'mean': '2 s'}}}}, 'buffers': {'q': "
    "{'capacity': 3}, 'r': {'capacity': %d}}, 'stations': {'t': {'type': 'rotary', 'positions': 3, 'turn': '1 s', 'work': "
    "{'uniform': {'min': '0 s', 'max': '3 s'}}, 'failures': {'jam': {'clock': 'processing', 'mtbf': {'exponential': "
    "{'mean': '20 s'}}, 'repair': '3 s', 'part': 'restart', 'needs': ['mend']}}}, 'm': {'type': 'machine', 'time': {'exponential': {'mean': "
    "'2 s'}}}}, 'flow': [['in', 'q', 't', 'r', 'm', 'out']]",

    "'parts': {'a': {}, 'b': {}}, 'run': {'horizon': '400 s', 'warmup': '40 s'}, 'sources': {'in': {'sequence': ['1 a', "
    "'1 b'], 'repeat': true, 'every': '1 s'}}, 'buffers': {'q': {'capacity': 2}, 'r': {'capacity': %d}, 's': "
    "{'capacity': 1}}, 'stations': {'d': {'type': 'dice', 'positions': 4, 'time': {'by_part': {'a': {'uniform': {'min': "
    "'0 s', 'max': '2 s'}}, 'default': '1 s'}}}, 'e': {'type': 'dice', 'positions': 1, 'time': '0 s', 'failures': {'jam': "
    "{'clock': 'calendar', 'mtbf': {'exponential': {'mean': '15 s'}}, 'repair': '2 s', 'part': 'scrap'}, 'lose': {'clock': "
    "'processing', 'mtbf': '7 s', 'repair': '1 s', 'part': 'eject'}, 'stop': {'clock': 'cycles', 'mtbf': {'geometric': "
    "{'mean': 5}}, 'at': 'start', 'repair': '1 s', 'part': 'resample'}}}, 'm': {'type': 'machine', 'blocking': "
    "'before-service', 'time': '1 s'}}, 'flow': [['in', 'q', 'm', 'd', 'r', 'e', 'out'], ['d.side', 's', 'e'], "
    "['e.side', 'scrap']]",

    "'run': {'start': '2026-03-02T06:00:00', 'horizon': '400 s', 'warmup': '40 s'}, 'calendars': {'day': {'shifts': {'one': 'Mon-Sun "
    "06:00-06:03', 'two': 'Mon-Sun 06:04-06:06'}}}, 'sources': {'in': {'sequence': ['1 p'], 'repeat': true, 'policy': "
    "{'conwip': {'limit': 5}}}}, 'buffers': {'q': {'capacity': 4}, 'r': {'capacity': %d}}, 'stations': {'d': {'type': "
    "'dice', 'time': '1 s', 'calendar': 'day', 'on_shift_end': 'scrap', 'power': {'processing': '2 kW', 'setup': '1 kW'}, "
    "'maintenance': {'oil': {'trigger': {'every': '30 s', 'clock': 'processing'}, 'at': 'part-boundary', 'duration': '2 s'}}}, 'p': "
    "{'type': 'plain', 'time': {'exponential': {'mean': '1 s'}}, 'calendar': 'day', 'on_shift_end': 'finish'}}, 'flow': "
    "[['in', 'q', 'd', 'r', 'p', 'out'], ['d.side', 'r']]",

    // two feeders, a queue that two take from, cards of a kanban, a way to scrap
    "'parts': {'a': {}, 'b': {}}, 'run': {'horizon': '400 s', 'warmup': '40 s'}, 'sources': {'in': {'sequence': ['1 a'], "
    "'repeat': true, 'every': '3 s'}, 'more': {'sequence': ['1 b'], 'repeat': true, 'every': {'exponential': {'mean': '4 s'}}}}, "
    "'buffers': {'q': {'capacity': 3, 'queue': 'lifo'}, 'w': {'capacity': 50}, 'r': {'capacity': %d}, 'k': {'capacity': 4, 'kanban': 2}}, 'stations': {'d': {'type': "
    "'dice', 'time': '1 s', 'priority': 2}, 'c': {'type': 'dice', 'positions': 2, 'time': '1 s'}, 'p': {'type': 'plain', 'time': "
    "'2 s'}, 'm': {'type': 'machine', 'time': '1 s'}, 'n': {'type': 'machine', 'time': '3 s'}}, 'flow': [['in', 'q', 'd', 'r', 'm', 'out'], ['more', 'q', 'c', 'p', 'k', 'n', 'out'], ['d.side', 'w', 'c'], ['c.side', 'scrap']]"};
enum { N_LINE = sizeof lines / sizeof lines[0] };

static tw_line *make_line(int32_t i, int32_t capacity) {
  tw_text why = {0};
  char text[4000];
  snprintf(text, sizeof text, lines[i], (int)capacity);
  tw_line *line = test_outside_line(text, test_kinds, &why);
  cr_assert_not_null(line, "line %d: %s", (int)i, why.at);
  tw_text_free(&why);
  return line;
}

static void expect_valid(const tw_run *run, const char *when, int32_t i) {
  char why[200] = "";
  cr_assert(tw_run_is_valid(run, why, sizeof why), "line %d, %s at %g s: %s", (int)i, when,
            tw_seconds(run->head->now_us), why);
}

static void advance(tw_run *run, double until_s) {
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_run_until(run, tw_ticks(until_s), problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
}

Test(outside, facts_of_a_run_do_not_contradict_each_other) {
  for (int32_t i = 0; i < N_LINE; i++)
    for (uint64_t seed = 1; seed <= 8; seed++) {
      tw_line *line = make_line(i, 3);
      tw_run *run = test_run(line, seed);
      test_watch watch;
      test_watch_open(&watch, run);
      for (double t = 0; t <= 400; t += 0.5) {
        advance(run, t);
        test_watch_compare(&watch, run);
        cr_assert_str_eq(watch.why, "", "line %d, seed %d at %g s: %s", (int)i, (int)seed, t,
                         watch.why);
        expect_valid(run, "between events", i);
      }
      cr_assert_gt(run->head->n_shipped, 20);
      test_watch_close(&watch, run);
      tw_run_free(run);
      tw_line_unref(line);
    }
}

// Goes on from one state by several ways: all must come to one end.
static void check_ways_on(tw_line *line, tw_run *run, int32_t i, double end_s) {
  tw_line *again = make_line(i, 3);
  tw_run *fork = tw_run_fork(run), *restored = test_run(line, 99), *read = test_run(line, 99);
  tw_run *moved = test_run(again, 99);
  tw_text text = {0}, difference = {0};
  size_t n_byte;
  void *saved = test_save(run, &n_byte);
  cr_assert_eq(tw_run_restore(restored, saved, n_byte, NULL), TWIN_OK);
  free(saved);
  cr_assert(tw_state_write(run, &text));
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_state_read(read, text.at, text.n, "state", problems), TWIN_OK, "line %d: %s",
               (int)i, twin_problems_text(problems, 0));
  cr_assert_eq(line->hash, again->hash);
  cr_assert_eq(line->layout.hash, again->layout.hash);
  cr_assert_eq(tw_run_adopt(moved, run, NULL, problems), TWIN_OK, "line %d: %s", (int)i,
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  tw_run *const way[] = {fork, restored, read, moved};
  advance(run, end_s);
  for (size_t k = 0; k < sizeof way / sizeof way[0]; k++) {
    advance(way[k], end_s);
    const bool is_other = way[k]->line == line && tw_run_difference(run, way[k], &difference);
    cr_assert_eq(tw_run_hash(way[k], true), tw_run_hash(run, true), "line %d, way %d: %s", (int)i,
                 (int)k, is_other ? difference.at : "");
    tw_run_free(way[k]);
  }
  tw_text_free(&text);
  tw_text_free(&difference);
  tw_line_unref(again);
}

Test(outside, a_state_goes_on_alike_as_fork_snapshot_text_and_on_its_line_made_anew) {
  test_random random = {.seed = 5};
  for (int32_t i = 0; i < N_LINE; i++)
    for (int32_t k = 0; k < 12; k++) {
      tw_line *line = make_line(i, 3);
      tw_run *run = test_run(line, (uint64_t)k);
      // some instants are ticks on which something happens, some are not
      const double cut_s = test_pick(&random, 300) + (k % 3 == 0 ? 0.25 : 0);
      advance(run, cut_s);
      check_ways_on(line, run, i, cut_s + 60);
      tw_run_free(run);
      tw_line_unref(line);
    }
}

Test(outside, a_state_moves_onto_a_line_with_another_buffer) {
  for (int32_t i = 0; i < N_LINE; i++)
    for (int32_t cut_s = 10; cut_s < 200; cut_s += 17) {
      tw_line *line = make_line(i, 3), *other = make_line(i, 9);
      tw_run *run = test_run(line, 3), *moved = test_run(other, 4);
      twin_problems *problems = twin_problems_new();
      advance(run, cut_s);
      cr_assert_eq(tw_run_adopt(moved, run, NULL, problems), TWIN_OK, "line %d: %s", (int)i,
                   twin_problems_text(problems, 0));
      expect_valid(moved, "moved", i);
      const int32_t place_i = test_place(line, i == 0 ? "t" : "d");
      cr_assert_eq(run->line->place[place_i].kind->state->size,
                   other->place[place_i].kind->state->size);
      if (i == 0 && cut_s > 40)  // what its kind keeps came along
        cr_assert_eq(test_value(run, "stations/t/turns"), test_value(moved, "stations/t/turns"));
      advance(moved, cut_s + 100);
      expect_valid(moved, "gone on", i);
      twin_problems_free(problems);
      tw_run_free(run);
      tw_run_free(moved);
      tw_line_unref(line);
      tw_line_unref(other);
    }
}

// What no run could have is refused; what is taken goes on, or stops with an error, but does not
// break.
Test(outside, a_snapshot_with_other_bytes_is_refused_or_goes_on) {
  test_random random = {.seed = 9};
  int32_t n_refused = 0, n_taken = 0;
  for (int32_t i = 0; i < N_LINE; i++) {
    tw_line *line = make_line(i, 3);
    tw_run *run = test_run(line, 2);
    advance(run, 111);
    size_t n_byte;
    char *good = test_save(run, &n_byte), *bad = malloc(n_byte);
    const char *block = good + sizeof(tw_snapshot_head);
    // machines, and what kinds keep
    const uint32_t machine = line->layout.offset[TW_SECTION_MACHINE];
    const uint32_t own = line->layout.offset[line->first_kind_section];
    for (int32_t k = 0; k < 3000; k++) {
      memcpy(bad, good, n_byte);
      const bool is_machine = test_chance(&random, 50);
      const int32_t n = is_machine ? (int32_t)sizeof(tw_machine) * line->n_machine
                                   : (int32_t)(line->layout.part_offset - own);
      const size_t at =
          (size_t)(block - good) + (is_machine ? machine : own) + (size_t)test_pick(&random, n);
      bad[at] = (char)(test_chance(&random, 50) ? test_pick(&random, 256)
                                                : bad[at] ^ (1 << test_pick(&random, 8)));
      tw_snapshot_seal(bad);
      const bool is_taken = tw_run_restore(run, bad, n_byte, NULL) == TWIN_OK;
      if (is_taken) test_until(run, 140);
      n_taken += is_taken;
      n_refused += !is_taken;
    }
    free(good);
    free(bad);
    tw_run_free(run);
    tw_line_unref(line);
  }
  cr_assert_gt(n_refused, 2000);
  cr_assert_gt(n_taken, 500, "%d refused, %d taken", (int)n_refused, (int)n_taken);
}

// ---- a plain machine as a kind from outside ----------------------------------------------------

// The flow of parts and the states of all machines, of a line of two stations of one type.
static char *tell_flow(const char *type, const char *times, uint64_t seed, uint64_t *facts) {
  char text[2000];
  tw_text why = {0};
  snprintf(
      text, sizeof text,
      "'run': {'horizon': '2000 s'}, 'sources': {'in': {'sequence': ['p'], 'repeat': true, 'every': "
      "{'exponential': {'mean': '2 s'}}}}, 'buffers': {'q': {'capacity': 2}, 'r': {'capacity': 1}}, 'stations': "
      "{'m': {'type': '%s', 'time': %s}, 'n': {'type': '%s', 'time': %s}}, 'flow': [['in', 'q', 'm', 'r', 'n', 'out']]",
      type, times, type, times);
  tw_line *line = test_outside_line(text, test_kinds, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_run *run = test_run(line, seed);
  run->has_visits_only = true;
  test_story story;
  test_tell(&story, run, "create enter start complete leave ship state");
  advance(run, 2000);
  tw_text_print(&story.text, "; %lld shipped", (long long)run->head->n_shipped);
  *facts = (uint64_t)run->head->n_shipped;
  for (int32_t m = 0; m < line->n_machine; m++)
    for (int32_t s = 0; s < TW_N_STATE; s++)
      tw_text_print(&story.text, " %lld", (long long)run->machine_stat[m].state_us[s]);
  tw_run_free(run);
  tw_line_unref(line);
  return story.text.at;
}

Test(outside, a_plain_machine_as_a_kind_from_outside_gives_the_flow_of_the_built_in_one) {
  static const char *const times[] = {"{'exponential': {'mean': '1.7 s'}}", "'2 s'",
                                      "{'uniform': {'min': '1 s', 'max': '3 s'}}", "'1 s'"};
  for (size_t i = 0; i < 4; i++)
    for (uint64_t seed = 1; seed <= 5; seed++) {
      uint64_t n_inside, n_outside;
      char *inside = tell_flow("machine", times[i], seed, &n_inside);
      char *outside = tell_flow("plain", times[i], seed, &n_outside);
      cr_assert_gt(n_inside, 400);
      size_t k = 0;
      while (inside[k] != 0 && inside[k] == outside[k]) k++;
      cr_assert_str_eq(inside, outside, "times %s, seed %d: '%.60s' and '%.60s'", times[i],
                       (int)seed, inside + (k > 30 ? k - 30 : 0), outside + (k > 30 ? k - 30 : 0));
      free(inside);
      free(outside);
    }
}
