// load_test.c - the load table against calculations by hand, which stand beside each line.

#include "study/load.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <twin/line.h>

#include "study/load_inner.h"
#include "support/story.h"

static void expect_near(double value, double wanted, double tolerance, const char *what) {
  cr_expect(fabs(value - wanted) <= tolerance, "%s: %.9g, not %.9g", what, value, wanted);
}

// The load of a line from sections in single quotes; the caller frees load and line.
static tw_line *load_of(const char *sections, tw_load *load) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_text_free(&why);
  cr_assert(tw_load_make(line, load));
  return line;
}

static const tw_load_station *row_of(const tw_line *line, const tw_load *load, const char *name) {
  for (int32_t i = 0; i < load->n_station; i++)
    if (strcmp(line->place[load->station[i].place_i].name, name) == 0) return &load->station[i];
  cr_assert_fail("no station %s", name);
  return NULL;
}

static const tw_load_pool *pool_of(const tw_line *line, const tw_load *load, const char *name) {
  for (int32_t i = 0; i < load->n_pool; i++)
    if (strcmp(line->pool[load->pool[i].pool_i].name, name) == 0) return &load->pool[i];
  cr_assert_fail("no pool %s", name);
  return NULL;
}

static void drop(tw_line *line, tw_load *load) {
  tw_load_free(load);
  tw_line_unref(line);
}

// The stations of LINE-FORMAT's example whose times can be said; `setup` goes into the CNC.
#define SHAFT_LINE(setup) \
  "'parts': {'shaft-A': {'family': 'A'}, 'shaft-B': {'family': 'B'}}," \
  "'sources': {'orders': {'sequence': ['7 shaft-A', '3 shaft-B'], 'repeat': true}}," \
  "'buffers': {'b1': {'capacity': 12}, 'b2': {'capacity': 10}, 'b3': {'capacity': 12}}," \
  "'stations': {" \
  "'saw': {'type': 'machine', 'time': {'normal': {'mean': '2.6 min', 'sd': '0.2 min'," \
  " 'min': '2 min'}}, 'load': {'time': '20 s'}}," \
  "'cnc': {'type': 'machine', 'machines': 2, 'time': {'by_part': {'shaft-A': '6.2 min'," \
  " 'shaft-B': {'triangular': {'min': '7 min', 'mode': '7.6 min', 'max': '9 min'}}}}" setup "}," \
  "'inspect': {'type': 'machine', 'time': '1.8 min'}," \
  "'assembly': {'type': 'machine', 'time': {'gamma': {'mean': '3.1 min', 'cv': 0.25}}}}," \
  "'flow': [['orders', 'saw', 'b1', 'cnc', 'b2', 'inspect', 'b3', 'assembly', 'out']]"

// LINE-FORMAT 1: 6.70 min on the mix, 17.9 parts/h of two machines, which are the bottleneck;
// saw 20.5/h with its load time, inspection 33.3/h, assembly 19.4/h.
Test(load, of_the_formats_example_is_that_of_its_hand_calculation) {
  tw_load load;
  tw_line *line = load_of(SHAFT_LINE(""), &load);
  const tw_load_station *cnc = row_of(line, &load, "cnc");
  expect_near(cnc->term_s[TW_TERM_CYCLE] / 60, 6.70, 1e-9, "cnc cycle in min");
  expect_near(3600 / cnc->need_s, 17.9, 0.05, "cnc parts per hour");
  expect_near(3600 / row_of(line, &load, "saw")->need_s, 20.5, 0.06, "saw");
  expect_near(3600 / row_of(line, &load, "inspect")->need_s, 33.3, 0.05, "inspect");
  expect_near(3600 / row_of(line, &load, "assembly")->need_s, 19.4, 0.05, "assembly");
  cr_expect(load.is_relative);
  expect_near(cnc->load, 1, 1e-9, "the bottleneck's load");
  cr_expect_lt(row_of(line, &load, "assembly")->load, 1);
  expect_near(3600 * load.good_per_s, 17.9, 0.05, "good parts per hour");
  drop(line, &load);
}

// LINE-FORMAT 1: 14 + 11 min in the ten parts that a machine makes of one period are 2.5 min a
// part, 13.0/h. Without the least run both machines change over to every campaign: 5 min.
Test(load, of_changeovers_follows_the_sequence_on_each_machine) {
  tw_load load;
  tw_line *line = load_of(SHAFT_LINE(", 'setup': {'matrix': {'A': {'B': '14 min'}, 'other': "
                                     "'11 min'}, 'min_run': 7}"),
                          &load);
  const tw_load_station *cnc = row_of(line, &load, "cnc");
  expect_near(cnc->term_s[TW_TERM_CHANGEOVER] / 60, 2.5, 1e-9, "changeover in min");
  expect_near(3600 / cnc->need_s, 13.0, 0.05, "parts per hour");
  drop(line, &load);
  line = load_of(SHAFT_LINE(", 'setup': {'matrix': {'A': {'B': '14 min'}, 'other': '11 min'}}"),
                 &load);
  expect_near(row_of(line, &load, "cnc")->term_s[TW_TERM_CHANGEOVER] / 60, 5, 1e-9, "of both");
  drop(line, &load);
}

#define TWO_FAMILIES(source, min_run) \
  "'parts': {'a': {}, 'b': {}}, 'sources': {'s': {" source "}}, 'stations': {'M': {'type': " \
  "'machine', 'time': '10 s', 'setup': {'matrix': {'a': {'b': '6 s'}, 'b': {'a': '2 s'}}" min_run \
  "}}}, 'flow': [['s', 'M', 'out']]"

// A B A A B: changes A-B, B-A, A-B and, into the next period, B-A: 2 * 6 + 2 * 2 = 16 s in 5 parts.
// A least run of 3 takes both other A first, then both B: 8 s in 5 parts.
Test(load, of_a_least_run_takes_parts_of_the_period_before_their_turn) {
  tw_load load;
  tw_line *line =
      load_of(TWO_FAMILIES("'sequence': ['a', 'b', '2 a', 'b'], 'repeat': true", ""), &load);
  expect_near(load.station[0].term_s[TW_TERM_CHANGEOVER], 16.0 / 5, 1e-9, "in order");
  drop(line, &load);
  line = load_of(
      TWO_FAMILIES("'sequence': ['a', 'b', '2 a', 'b'], 'repeat': true", ", 'min_run': 3"), &load);
  expect_near(load.station[0].term_s[TW_TERM_CHANGEOVER], 8.0 / 5, 1e-9, "with min_run");
  drop(line, &load);
}

// Drawn one by one, 3/4 a and 1/4 b: a change from a to b at 3/16 of the parts, and back as often.
Test(load, of_a_mix_draws_one_part_after_the_other) {
  tw_load load;
  tw_line *line = load_of(TWO_FAMILIES("'mix': {'a': 3, 'b': 1}", ""), &load);
  expect_near(load.station[0].term_s[TW_TERM_CHANGEOVER], 3.0 / 16 * (6 + 2), 1e-9, "mix");
  drop(line, &load);
}

// 20 % go back: 1 / 0.8 = 1.25 visits; of those that pass T one in five is scrap: 1 / 0.8 more at S
// and T for each good part.
Test(load, of_a_rework_loop_is_solved_exactly) {
  tw_load load;
  tw_line *line =
      load_of("'sources': {'s': {'sequence': ['p'], 'repeat': true}},"
              "'buffers': {'q': {'capacity': 'unlimited'}},"
              "'stations': {'S': {'type': 'machine', 'time': '8 s', 'exits': {'probability': "
              "{'again': 0.2, 'pass': 0.8}}}, 'T': {'type': 'machine', 'time': '5 s', 'scrap': "
              "'if(parts_since_setup < 1, 0.9, 0.2)'}},"
              "'flow': [['s', 'q', 'S'], ['S.again', 'q'], ['S.pass', 'T', 'out']]",
              &load);
  expect_near(row_of(line, &load, "S")->visits, 1.25 * 1.25, 1e-9, "visits of S");
  expect_near(row_of(line, &load, "S")->need_s, 12.5, 1e-9, "need of S");
  expect_near(row_of(line, &load, "T")->visits, 1.25, 1e-9, "visits of T");
  expect_near(load.good_per_s, 1 / 12.5, 1e-9, "good parts");
  drop(line, &load);
}

Test(load, of_equations_is_eliminated_with_the_largest_pivot) {
  // 0 x + 2 y = 4, 3 x + y = 5: x = 1, y = 2; the second pair of rows has no one solution
  double a[4] = {0, 2, 3, 1}, b[2] = {4, 5};
  cr_assert(tw_load_eliminate(a, b, 2));
  expect_near(b[0], 1, 1e-12, "x");
  expect_near(b[1], 2, 1e-12, "y");
  double same[4] = {1, 2, 2, 4}, of_same[2] = {1, 2};
  cr_assert_not(tw_load_eliminate(same, of_same, 2));
}

// One mode on each clock, cycle 10 s of which 8 s are processing:
//   processing  repair 2 s every 40 s of it: 8 / 40 * 2           = 0.4 s
//   cycles      tool 5 s every 25                                 = 0.2 s
//   by part     a wears a tenth, 30 s                             = 3 s
//   calendar    MTBF 90 s, repair 10 s: a tenth of the time. The rest, 13.6 s, is nine tenths of a
//               visit: 13.6 / 9                                   = 1.5111 s
Test(load, of_stops_and_tools_follows_their_clocks) {
  tw_load load;
  tw_line *line = load_of(
      "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'M': {'type': 'machine', "
      "'load': {'time': '1 s'}, 'time': '8 s', 'unload': {'time': '1 s'}, 'failures': {"
      "'p': {'clock': 'processing', 'mtbf': '40 s', 'repair': '2 s'},"
      "'c': {'clock': 'calendar', 'mtbf': {'exponential': {'mean': '90 s'}}, 'repair': '10 s'}},"
      "'maintenance': {'t': {'trigger': {'every': 25, 'clock': 'cycles'}, 'duration': '5 s'},"
      "'w': {'trigger': {'every': {'by_part': {'p': 10}}, 'clock': 'cycles'}, 'duration': '30 s'},"
      "'idle': {'trigger': {'every': 2, 'clock': 'cycles'}, 'at': 'idle', 'duration': '1 h'}}}},"
      "'flow': [['s', 'M', 'out']]",
      &load);
  const tw_load_station *row = &load.station[0];
  expect_near(row->term_s[TW_TERM_CYCLE], 10, 1e-9, "cycle");
  expect_near(row->term_s[TW_TERM_TOOLS], 0.2 + 3, 1e-6, "tools");
  expect_near(row->term_s[TW_TERM_STOPS], 0.4 + 13.6 / 9, 1e-6, "stops");
  expect_near(row->need_s, 13.6 / 0.9, 1e-6, "need");
  drop(line, &load);
}

// The shared person could do all of x, the specialist half of it: x takes 12 s of a part, y 6 s.
// Even: 9 s each. When y takes 18 s the specialist does all of x, 12 s, and the other one y, 18 s.
Test(load, of_people_is_as_even_as_their_skills_allow) {
  for (int i = 0; i < 2; i++) {
    tw_load load;
    tw_line *line = load_of(
        i == 0 ? "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'workers': {"
                 "'special': {'skills': ['x']}, 'shared': {'skills': ['x', 'y']}}, 'stations': {"
                 "'A': {'type': 'machine', 'time': '12 s', 'needs': ['x']},"
                 "'B': {'type': 'machine', 'time': '6 s', 'needs': ['y']}},"
                 "'flow': [['s', 'A', 'B', 'out']]"
               : "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'workers': {"
                 "'special': {'skills': ['x']}, 'shared': {'skills': ['x', 'y']}}, 'stations': {"
                 "'A': {'type': 'machine', 'time': '12 s', 'needs': ['x']},"
                 "'B': {'type': 'machine', 'time': '18 s', 'needs': ['y']}},"
                 "'flow': [['s', 'A', 'B', 'out']]",
        &load);
    expect_near(pool_of(line, &load, "special")->work_s, i == 0 ? 9 : 12, 1e-6, "special");
    expect_near(pool_of(line, &load, "shared")->work_s, i == 0 ? 9 : 18, 1e-6, "shared");
    drop(line, &load);
  }
}

// One setter for two machines of 10 s each with a setup of 8 s a part: alone each machine needs 18
// s / 2 lines; the setter needs 8 + 8 s, so that he is at 1 before the machines are.
Test(load, of_a_line_can_be_limited_by_its_people) {
  tw_load load;
  tw_line *line = load_of(
      "'parts': {'a': {}, 'b': {}}, 'workers': {'setter': {'skills': ['set']}}, 'sources': {'s': "
      "{'sequence': ['a', 'b'], 'repeat': true}}, 'stations': {"
      "'A': {'type': 'machine', 'time': '2 s', 'setup': {'time': '8 s', 'needs': ['set']}},"
      "'B': {'type': 'machine', 'time': '2 s', 'setup': {'time': '8 s', 'needs': ['set']}}},"
      "'flow': [['s', 'A', 'B', 'out']]",
      &load);
  expect_near(load.good_per_s, 1.0 / 16, 1e-9, "good parts a second");
  expect_near(pool_of(line, &load, "setter")->load, 1, 1e-9, "setter");
  expect_near(row_of(line, &load, "A")->load, 10.0 / 16, 1e-9, "A");
  cr_expect_eq(row_of(line, &load, "A")->limit, TW_TERM_PEOPLE);
  drop(line, &load);
}

// Released every 10 s; A works in one of three shifts, 9 s a part: 9 / 10 * 3 = 2.7. The takt is of
// the shift: 8 h / 2400 = 12 s, of which 9 s are 0.75.
Test(load, of_a_rate_and_of_a_takt_count_working_time) {
  tw_load load;
  tw_line *line = load_of(
      "'run': {'horizon': '10 h', 'replications': 1}, 'targets': {'good': '2400 1/shift'}, 'defaults': "
      "{'calendar': 'day'}, 'calendars': {'day': {'shifts': {'day': 'Mon-Sun 06:00-14:00'}}}, "
      "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': {'exponential': {'mean': '20 "
      "s'}}, 'batch': 2}}, 'buffers': {'q': {'capacity': 5}}, 'stations': {'A': {'type': 'machine', "
      "'time': '9 s'}}, 'flow': [['s', 'q', 'A', 'out']]",
      &load);
  expect_near(load.station[0].load, 2.7, 1e-9, "load");
  expect_near(load.takt_s, 12, 1e-9, "takt");
  expect_near(load.station[0].of_takt, 0.75, 1e-9, "share of takt");
  cr_expect_not(load.is_relative);
  cr_expect_eq(load.station[0].limit, TW_TERM_CYCLE);
  twin_problems *problems = twin_problems_new();
  tw_load_check(line, &load, problems);
  twin_problem problem = {.struct_size = sizeof problem};
  const char *const code[] = {"W-RHO", "W-WARM", "W-RUN"};
  const char *const pointer[] = {"/stations/A", "/run", "/run"};
  cr_assert_eq(twin_problems_count(problems, TWIN_WARNING), 3);
  cr_assert_eq(twin_problems_count(problems, -1), 3);
  for (size_t i = 0; i < 3; i++) {
    cr_assert_eq(twin_problems_get(problems, i, &problem), TWIN_OK);
    cr_expect_str_eq(problem.code, code[i]);
    cr_expect_str_eq(problem.pointer, pointer[i]);
  }
  twin_problems_get(problems, 0, &problem);
  cr_expect_not_null(strstr(problem.message, "270 %"), "%s", problem.message);
  cr_expect_not_null(strstr(problem.message, "limited by cycle"), "%s", problem.message);
  twin_problems_free(problems);
  drop(line, &load);
}

// 9 s of processing and 3 s of stops in 10 s: the cycle alone would do, the stops make it too much.
Test(load, of_more_than_one_names_the_term_that_makes_it_so) {
  tw_load load;
  tw_line *line = load_of(
      "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '10 s'}}, 'buffers': {'q': "
      "{'capacity': 5}}, 'stations': {'A': {'type': 'machine', 'time': '9 s', 'failures': {'f': "
      "{'clock': 'cycles', 'mtbf': 2, 'repair': '6 s'}}}}, 'flow': [['s', 'q', 'A', 'out']]",
      &load);
  expect_near(load.station[0].load, 1.2, 1e-9, "load");
  cr_expect_eq(load.station[0].limit, TW_TERM_STOPS);
  drop(line, &load);
}

// A failure every 20 s of processing, of which there are 9 in 10 s: every 22.2 s by the clock of
// the run.
Test(load, of_a_short_horizon_is_warned_of) {
  tw_load load;
  tw_line *line = load_of(
      "'run': {'horizon': '440 s', 'warmup': '40 s', 'replications': 10}, 'sources': {'s': "
      "{'sequence': ['p'], 'repeat': true, 'every': '10 s'}}, 'buffers': {'q': {'capacity': 5}}, "
      "'stations': {'A': {'type': 'machine', 'time': '9 s', 'failures': {'f': {'clock': 'processing',"
      " 'mtbf': {'exponential': {'mean': '20 s'}}, 'repair': '1 s'}}}}, 'flow': [['s', 'q', 'A', "
      "'out']]",
      &load);
  expect_near(load.longest_mtbf_s, 20 / 0.9, 1e-9, "MTBF by the clock");
  twin_problems *problems = twin_problems_new();
  tw_load_check(line, &load, problems);
  cr_assert_eq(twin_problems_count(problems, -1), 1);
  cr_expect_not_null(strstr(twin_problems_text(problems, 0), "[W-RUN]"));
  twin_problems_free(problems);
  drop(line, &load);
}

// J goes A (4 s), B or C (6 s), A again (2 s): A has two visits of 3 s on average, B and C half a
// visit.
Test(load, of_routes_counts_their_steps) {
  tw_load load;
  tw_line *line = load_of(
      "'parts': {'J': {}}, 'sources': {'s': {'sequence': ['J'], 'repeat': true, 'every': '10 s'}}, "
      "'buffers': {'qa': {'capacity': 9}, 'qb': {'capacity': 9}}, 'stations': {"
      "'A': {'type': 'machine', 'time': '9 s'}, 'B': {'type': 'machine', 'time': '6 s'}, "
      "'C': {'type': 'machine', 'time': '6 s'}}, 'flow': [['qa', 'A'], ['qb', 'B'], ['qb', 'C']], "
      "'routes': {'J': [{'station': 'A', 'time': '4 s'}, {'station': ['B', 'C']}, {'station': 'A', "
      "'time': '2 s'}]}",
      &load);
  expect_near(row_of(line, &load, "A")->visits, 2, 1e-9, "visits of A");
  expect_near(row_of(line, &load, "A")->term_s[TW_TERM_CYCLE], 3, 1e-9, "cycle of A");
  expect_near(row_of(line, &load, "A")->load, 0.6, 1e-9, "load of A");
  expect_near(row_of(line, &load, "B")->visits, 0.5, 1e-9, "visits of B");
  expect_near(row_of(line, &load, "C")->load, 0.3, 1e-9, "load of C");
  drop(line, &load);
}

// A supply makes what customers want, one in 20 s, and a fifth of it is scrap: one in 16 s is
// begun.
Test(load, of_a_supply_is_what_its_customers_want) {
  tw_load load;
  tw_line *line = load_of(
      "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'policy': {'base-stock': {'level': 3, "
      "'for': 'd'}}}}, 'buffers': {'q': {'capacity': 9}, 'stock': {'capacity': 9}}, 'stations': {'A': "
      "{'type': 'machine', 'time': '4 s', 'scrap': 0.2}}, 'demands': {'d': {'part': 'p', 'every': "
      "{'exponential': {'mean': '20 s'}}}}, 'flow': [['s', 'q', 'A', 'stock', 'd']]",
      &load);
  expect_near(load.good_per_s, 1.0 / 20, 1e-9, "good parts");
  expect_near(load.station[0].visits, 1.25, 1e-9, "visits");
  expect_near(load.station[0].load, 4.0 / 16, 1e-9, "load");
  cr_expect_not(load.is_relative);
  drop(line, &load);
}

// L makes 20 % bad, of which half are seen; of the others a tenth is rejected: 0.1 + 0.08 = 0.18.
// All go back to I once at most: 1.18 visits, and 0.18^2 are scrap. Each second part is looked at,
// 6 s.
Test(load, of_an_inspection_follows_what_it_sees_and_how_often_it_sends_back) {
  for (int i = 0; i < 2; i++) {
    tw_load load;
    tw_line *line = load_of(
        i == 0
            ? "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'buffers': {'q': "
              "{'capacity': 'unlimited'}}, 'stations': {'L': {'type': 'machine', 'time': '1 s', "
              "'defects': {'crack': 0.2}}, 'I': {'type': 'inspection', 'time': '6 s', 'detects': "
              "{'crack': {'missed': 0.5}}, 'false_reject': 0.1, 'on_reject': {'rework': 1, "
              "'max_rework': 1}}}, 'flow': [['s', 'L', 'q', 'I'], ['I.pass', 'out'], ['I.rework', "
              "'q']]"
            : "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'buffers': {'q': "
              "{'capacity': 'unlimited'}}, 'stations': {'L': {'type': 'machine', 'time': '1 s', "
              "'defects': {'crack': 0.2}}, 'I': {'type': 'inspection', 'time': '6 s', 'detects': "
              "{'crack': {'missed': 0.5}}, 'false_reject': 0.1, 'sample': {'every': 2}}}, 'flow': "
              "[['s', 'L', 'q', 'I'], ['I.pass', 'out']]",
        &load);
    const double good = i == 0 ? 1 - 0.18 * 0.18 : 1 - 0.09;
    expect_near(row_of(line, &load, "L")->visits, 1 / good, 1e-9, "visits of L");
    expect_near(row_of(line, &load, "I")->visits, (i == 0 ? 1.18 : 1) / good, 1e-9, "of I");
    expect_near(row_of(line, &load, "I")->term_s[TW_TERM_CYCLE], i == 0 ? 6 : 3, 1e-9, "cycle");
    drop(line, &load);
  }
}

// Runs of 4: 2 changes in 8 parts, each with 3 s of somebody who looks at a part: (6 + 2 + 2 * 3) /
// 8 s. A part behind each is scrap, a quarter in all.
Test(load, of_setups_has_their_approval_and_their_first_parts) {
  tw_load load;
  tw_line *line =
      load_of(TWO_FAMILIES("'sequence': ['4 a', '4 b'], 'repeat': true",
                           ", 'startup_scrap': 1, 'approval': {'parts': 1, 'time': '3 "
                           "s', 'needs': ['look']}") ", 'workers': {'w': {'skills': ['look']}}",
              &load);
  expect_near(load.station[0].term_s[TW_TERM_CHANGEOVER], (6 + 2 + 2 * 3) / 8.0, 1e-9,
              "changeover");
  expect_near(load.station[0].visits, 1 / 0.75, 1e-9, "visits");
  expect_near(pool_of(line, &load, "w")->work_s, 2 * 3 / 8.0 / 0.75, 1e-9, "who looks");
  drop(line, &load);
}

// A week has 5 days of 8 h. On Monday at 13:00 for 2 h: 1 of 40 h; on Sunday night at 23:00 for 8
// h: from Monday 06:00 on it is work, 1 h. So 2/40 are lost, and of the people 10/168.
Test(load, of_fixed_times_of_the_week_counts_what_falls_into_shifts) {
  tw_load load;
  tw_line *line = load_of(
      "'defaults': {'calendar': 'day'}, 'calendars': {'day': {'shifts': {'day': 'Mon-Fri "
      "06:00-14:00'}}, 'always': {'shifts': {'all': 'Mon-Sun 00:00-24:00'}}}, 'workers': {'w': "
      "{'skills': ['mend'], 'calendar': 'always'}}, 'sources': {'s': {'sequence': ['p'], 'repeat': "
      "true, 'every': '100 s'}}, 'buffers': {'q': {'capacity': 9}}, 'stations': {'A': {'type': "
      "'machine', 'time': '9.5 s', 'maintenance': {'m': {'trigger': {'week': 'Mon 13:00'}, 'duration': "
      "'2 h', 'needs': ['mend']}, 'n': {'trigger': {'week': 'Sun 23:00'}, 'duration': '8 h', 'needs': "
      "['mend']}}}}, 'flow': [['s', 'q', 'A', 'out']]",
      &load);
  expect_near(load.station[0].term_s[TW_TERM_TOOLS], 0.5, 1e-9, "tools");
  expect_near(load.station[0].load, 0.1 * 168 / 40, 1e-9, "load");
  expect_near(load.pool[0].load, 10.0 / 168, 1e-9, "people");
  drop(line, &load);
}

// The oven takes 10 min from 20 to 70 degC at 5 K/min, and ends at once behind 70; it never gets to 200.
#define OVEN(until, more) \
  "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'workers': {'staff': {'count': 1, 'skills': ['oven']}}," \
  "'run': {'horizon': '10 h', 'warmup': '1 h'}, 'stations': {" \
  "'oven': {'type': 'machine', 'needs': ['oven'], 'load': {'time': '1 min'}, 'finish': {'when': 'heat.T >= " until "', 'soak': '2 min'}," \
  " 'dynamics': {'heat': {'model': 'equations', 'states': {'T': '20 degC'}," \
  " 'equations': {'dT/dt': 'if(processing and T < 75 degC, 5 K/min, 0 K/min)'}," \
  " 'events': {'in': {'on': 'load', 'set': {'T': '20 degC'}}}}}}" more "}"

Test(load, of_processing_that_models_end_is_integrated) {
  tw_load load;
  tw_line *line = load_of(OVEN("70 degC", "") ", 'flow': [['s', 'oven', 'out']]", &load);
  const tw_load_station *oven = row_of(line, &load, "oven");
  expect_near(oven->process_s, 720, 2e-6, "process");
  expect_near(oven->term_s[TW_TERM_CYCLE], 780, 2e-6, "cycle");
  expect_near(pool_of(line, &load, "staff")->work_s, 720, 2e-6, "people");
  expect_near(load.good_per_s, 1.0 / 780, 1e-9, "good parts");
  cr_expect_null(oven->depends);
  drop(line, &load);
}

Test(load, of_processing_that_never_ends_is_not_known) {
  tw_load load;
  tw_line *line = load_of(OVEN("200 degC", ", 'press': {'type': 'machine', 'time': '3 min'}") ", 'flow': [['s', 'press', 'oven', 'out']]", &load);
  const tw_load_station *oven = row_of(line, &load, "oven");
  cr_expect_str_eq(oven->depends, "heat.T");
  cr_expect(isnan(oven->process_s) && isnan(oven->term_s[TW_TERM_CYCLE]) && isnan(oven->need_s) && isnan(oven->load));
  expect_near(oven->visits, 1, 1e-12, "visits are known");
  expect_near(row_of(line, &load, "press")->load, 1, 1e-9, "the press limits what is known");
  expect_near(load.good_per_s, 1.0 / 180, 1e-12, "good parts");
  expect_near(pool_of(line, &load, "staff")->work_s, 0, 0, "the work of its people is not counted");
  twin_problems *problems = twin_problems_new();
  tw_load_check(line, &load, problems);
  cr_expect_eq(twin_problems_count(problems, TWIN_WARNING), 0, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  drop(line, &load);
  line = load_of(OVEN("200 degC", "") ", 'flow': [['s', 'oven', 'out']]", &load);
  cr_expect(isnan(load.good_per_s), "nothing is known at all");
  drop(line, &load);
}

// Two types, one of which the oven never heats enough: their mean is not known either.
Test(load, of_a_mix_is_known_where_all_of_it_is) {
  tw_load load;
  for (int32_t n_slow = 0; n_slow < 2; n_slow++) {
    tw_text text = {0};
    tw_text_print(&text,
                  "'parts': {'quick': {'attributes': {'top': 50}}, 'slow': {'attributes': {'top': 60}}}, 'sources': {'s': {"
                  "'sequence': ['2 quick', '1 %s'], 'repeat': true}}, 'stations': {'m': {'type': 'machine', 'finish': {"
                  "'when': 'x.t >= part.top*1 s'}, 'dynamics': {'x': {'model': 'equations', 'states': {'t': '0 s'},"
                  " 'equations': {'dt/dt': 'if(t < 55 s, 1, 0)'}, 'events': {'in': {'on': 'start', 'set': {'t': '0 s'}}}}}}},"
                  " 'flow': [['s', 'm', 'out']]", n_slow == 1 ? "slow" : "quick");
    tw_line *line = load_of(text.at, &load);
    if (n_slow == 0) expect_near(row_of(line, &load, "m")->process_s, 50, 2e-6, "quick ones only");
    else cr_expect_str_eq(row_of(line, &load, "m")->depends, "x.t");
    tw_text_free(&text);
    drop(line, &load);
  }
}

// A factor reads the states as they are at the start: 10 s * (1 + 0.5).
Test(load, of_a_factor_is_that_of_the_models_at_the_start) {
  tw_load load;
  tw_line *line = load_of("'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'m': {'type': 'machine', 'time': '10 s',"
                          " 'factor': '1 + tool.wear', 'scrap': '0.2*tool.wear', 'dynamics': {'tool': {'model': 'tool-wear',"
                          " 'rate': '0.1 1/min', 'states': {'wear': 0.5}}}}}, 'flow': [['s', 'm', 'out'], ['m.scrap', 'scrap']]", &load);
  expect_near(row_of(line, &load, "m")->process_s, 15, 1e-12, "process");
  expect_near(row_of(line, &load, "m")->visits, 1 / 0.9, 1e-12, "visits of a good part");
  drop(line, &load);
}
