// quality_test.c - shares of defects, escapes, false rejects and reworks against their closed forms, each
// within 4 standard errors at a fixed seed; what is refused; and snapshots that no run could have.

#include "sentences.h"

#include <math.h>
#include <stdio.h>

#include "state/validate.h"
#include "station/inspection.h"

enum { N = 100000 };

// clang-format off: the lines are laid out by hand

#define INSPECT(name, rest) "'" name "': {'type': 'inspection', " rest "}"

// N parts through A, which cuts, and I, which looks; rework goes back to A's queue.
#define LOOP(cut, look) \
  "'sources': {'s': {'sequence': ['100000 p']}}, 'buffers': {" BUFFER("q", "2") ", " BUFFER("r", "'unlimited'") \
  "}, 'stations': {" MACHINE("A", "'time': '1 s'" cut) ", " INSPECT("I", "'time': '1 s'" look) \
  "}, 'flow': [['s', 'q', 'A', 'I', 'out'], ['I.rework', 'r', 'A'], ['I.scrap', 'scrap']]"

#define LINE(cut, look) \
  "'sources': {'s': {'sequence': ['100000 p']}}, 'stations': {" \
  MACHINE("A", "'time': '1 s'" cut) ", " INSPECT("I", "'time': '1 s'" look) \
  "}, 'flow': [['s', 'A', 'I', 'out']]"

// clang-format on

// n_hit of n independent trials with probability p, within 4 standard errors.
static void expect_share(const tw_run *run, const char *path, double n, double p) {
  const double got = test_value(run, path), error = sqrt(n * p * (1 - p));
  cr_expect(fabs(got - n * p) <= 4 * error, "%s: %g, not %g +- %g", path, got, n * p, 4 * error);
}

static tw_run *finished(const char *sections) {
  tw_run *run = run_of(sections, 1e7);
  cr_assert_eq(test_value(run, "line/wip/now"), 0);
  return run;
}

// p of the parts are made bad, and m of these are missed.
Test(quality, escapes_are_the_defects_that_were_missed) {
  tw_run *run = finished(LINE(", 'defects': {'crack': 0.2}", ", 'detects': {'crack': {'missed': '30 %'}}"));
  expect_share(run, "stations/A/defects/crack", N, 0.2);
  expect_share(run, "line/escapes", N, 0.2 * 0.3);
  expect_share(run, "line/scrapped", N, 0.2 * 0.7);
  cr_expect_eq(test_value(run, "line/escapes"), test_value(run, "stations/I/count/missed"));
  tw_run_free(run);
}

Test(quality, false_rejects_are_a_share_of_the_good_parts) {
  tw_run *run = finished(LINE(", 'defects': {'crack': '20 %'}", ", 'detects': ['crack'], 'false_reject': '5 %'"));
  expect_share(run, "stations/I/count/false_rejects", N, 0.8 * 0.05);
  expect_share(run, "stations/I/count/rejected", N, 0.2 + 0.8 * 0.05);
  cr_expect_eq(test_value(run, "line/escapes"), 0);
  tw_run_free(run);
}

// Two independent defects, of which one is seen: a part is rejected unless all that it has is missed.
Test(quality, a_part_with_two_defects_escapes_when_both_are_missed) {
  tw_run *run = finished(LINE(", 'defects': {'crack': 0.5, 'burr': 0.4}",
                              ", 'detects': {'crack': {'missed': 0.3}, 'burr': {'missed': 0.5}}"));
  expect_share(run, "line/escapes", N, 0.5 * 0.6 * 0.3 + 0.5 * 0.4 * 0.5 + 0.5 * 0.4 * 0.15);
  expect_share(run, "line/escapes/crack", N, 0.5 * 0.6 * 0.3 + 0.5 * 0.4 * 0.15);
  expect_share(run, "line/escapes/burr", N, 0.5 * 0.4 * 0.5 + 0.5 * 0.4 * 0.15);
  tw_run_free(run);
}

// Every pass fails with p, anew: p^3 of the parts fail three times and are scrap, the number of reworks
// is geometric and cut off at 2.
Test(quality, reworks_up_to_a_limit_are_a_truncated_geometric_number) {
  tw_run *run = finished(LOOP(", 'repairs': 'all', 'defects': {'crack': 0.4}",
                              ", 'detects': ['crack'], 'on_reject': {'rework': 1, 'max_rework': 2}"));
  expect_share(run, "line/scrapped", N, 0.4 * 0.4 * 0.4);
  // reworks of a part: mean p + p^2, second moment p + 3 p^2
  const double p = 0.4, mean = p + p * p, variance = p + 3 * p * p - mean * mean;
  const double got = test_value(run, "stations/I/count/reworked"), error = sqrt(N * variance);
  cr_expect(fabs(got - N * mean) <= 4 * error, "%g reworks, not %g +- %g", got, N * mean, 4 * error);
  cr_expect_eq(test_value(run, "stations/A/count/completions"), N + got);
  cr_expect_float_eq(test_value(run, "line/quality_ratio"), test_value(run, "line/shipped") / (N + got), 1e-12);
  tw_run_free(run);
}

// Without a limit the reworks of a part are geometric, mean p/(1 - p), variance p/(1 - p)^2.
Test(quality, reworks_without_a_limit_are_geometric) {
  tw_run *run = finished(LOOP("", ", 'false_reject': 0.5, 'on_reject': {'rework': 1, 'scrap': 0}"));
  const double got = test_value(run, "stations/I/count/reworked"), error = sqrt(N * 2.0);
  cr_expect(fabs(got - N) <= 4 * error, "%g reworks, not %d +- %g", got, N, 4 * error);
  expect_share(run, "line/first_pass_yield", 1, 0.5);
  cr_expect_eq(test_value(run, "line/shipped"), N);
  tw_run_free(run);
}

Test(quality, exits_of_rejected_parts_are_drawn_by_their_shares) {
  tw_run *run = finished("'sources': {'s': {'sequence': ['100000 p']}}, 'stations': {"
                         INSPECT("I", "'time': '1 s', 'false_reject': 1,"
                                      " 'on_reject': {'scrap': 0.2, 'second-choice': '80 %'}")
                         "}, 'flow': [['s', 'I', 'scrap'], ['I.second-choice', 'out']]");
  expect_share(run, "line/shipped", N, 0.8);
  tw_run_free(run);
}

Test(quality, a_sample_by_share_inspects_that_share) {
  tw_run *run = finished(LINE(", 'defects': {'crack': 1}", ", 'detects': 'crack', 'sample': '20 %'"));
  expect_share(run, "stations/I/count/inspected", N, 0.2);
  const double n = test_value(run, "stations/I/count/inspected");
  cr_expect_eq(test_value(run, "stations/I/count/not_inspected"), N - n);
  cr_expect_eq(test_value(run, "line/escapes"), N - n);
  tw_run_free(run);
}

// A pass fails with 0.5 at first and with 0.9 afterwards: rework is worse than the first pass, and then
// the first-pass yield is above the quality ratio. FP/S <= G/(S + R) exactly when FP/S <= (G - FP)/R.
Test(quality, first_pass_yield_exceeds_the_quality_ratio_exactly_when_reworks_are_worse_than_first_passes) {
  static const char *const later[] = {"0.9", "0.5", "0.1"};
  for (int i = 0; i < 3; i++) {
    char sections[700];
    snprintf(sections, sizeof sections,
             LOOP(", 'repairs': 'all', 'defects': {'crack': 'if(part.rework == 0, 0.5, %s)'}",
                  ", 'detects': ['crack'], 'on_reject': {'rework': 1, 'max_rework': 3}"), later[i]);
    tw_run *run = finished(sections);
    const double yield = test_value(run, "line/first_pass_yield"), ratio = test_value(run, "line/quality_ratio");
    const double n_first = yield * N, n_good = test_value(run, "line/shipped");
    const double of_rework = (n_good - n_first) / test_value(run, "stations/I/count/reworked");
    cr_expect_eq(yield <= ratio, yield <= of_rework, "%g, %g, %g", yield, ratio, of_rework);
    if (i != 1) cr_expect_eq(yield > ratio, i == 0, "%g, %g", yield, ratio);
    tw_run_free(run);
  }
}

// Jackson with feedback: a queue that gets 0.5 parts a minute, each through it 1.25 times for 1 min.
Test(quality, rework_on_the_same_machine_is_a_queue_with_feedback) {
  static const char sections[] =
      "'run': {'warmup': '1000 min', 'horizon': '20000 min'},"
      "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': {'exponential': {'mean': '2 min'}}}},"
      "'buffers': {" BUFFER("q", "'unlimited'") "}, 'stations': {"
      INSPECT("I", "'time': {'exponential': {'mean': '1 min'}}, 'false_reject': 0.2, 'on_reject': {'rework': 1}")
      "}, 'flow': [['s', 'q', 'I', 'out'], ['I.rework', 'q']]";
  enum { N_RUN = 40 };
  static const char *const path[] = {"stations/I/utilisation", "line/lead_time/mean", "line/quality_ratio"};
  const double wanted[] = {0.625, 60 / 0.3, 1 / 1.25};
  double sum[3] = {0}, sum2[3] = {0};
  tw_line *line = test_quoted_line(sections, NULL);
  cr_assert_not_null(line);
  for (uint64_t seed = 1; seed <= N_RUN; seed++) {
    tw_run *run = test_run(line, seed);
    cr_assert_eq(test_until(run, 20000 * 60), TWIN_OK);
    for (int i = 0; i < 3; i++) {
      const double value = test_value(run, path[i]);
      sum[i] += value;
      sum2[i] += value * value;
    }
    tw_run_free(run);
  }
  tw_line_unref(line);
  for (int i = 0; i < 3; i++) {
    const double mean = sum[i] / N_RUN, error = sqrt((sum2[i] / N_RUN - mean * mean) / (N_RUN - 1));
    cr_expect(fabs(mean - wanted[i]) <= 4 * error, "%s: %g, not %g +- %g", path[i], mean, wanted[i], 4 * error);
    cr_expect(error < 0.01 * wanted[i], "%s: the test says little", path[i]);
  }
}

// Of 1000 shafts 30 crack and 3 of these are missed; 36.7 are rejected and 29.36 come back repaired, of
// which 1 % is rejected once more and is scrap.
Test(quality, the_line_of_the_example_ships_what_its_question_says) {
  tw_line *line = test_line_file("lines/inspection.json", NULL);
  cr_assert_not_null(line);
  double n_left = 0, n_shipped = 0, n_escaped = 0;
  for (uint64_t seed = 1; seed <= 10; seed++) {
    tw_run *run = test_run(line, seed);
    cr_assert_eq(test_until(run, 400 * 3600), TWIN_OK);
    n_shipped += test_value(run, "line/shipped");
    n_left += test_value(run, "line/shipped") + test_value(run, "line/scrapped");
    n_escaped += test_value(run, "line/escapes/crack");
    tw_run_free(run);
  }
  tw_line_unref(line);
  const double share = n_shipped / n_left, of_escapes = n_escaped / n_left;
  cr_expect(fabs(share - 0.9923664) <= 4 * sqrt(0.99237 * 0.00763 / n_left), "%g shipped", share);
  cr_expect(fabs(of_escapes - 0.003) <= 4 * sqrt(0.003 * 0.997 / n_left), "%g escaped", of_escapes);
}

// The cracks are the same ones, whatever else is made beside them.
Test(quality, every_defect_has_draws_of_its_own) {
  tw_run *one = finished(LINE(", 'defects': {'crack': 0.2}", ", 'detects': 'crack'"));
  tw_run *two = finished(LINE(", 'defects': {'burr': 0.5, 'crack': 0.2}", ", 'detects': 'crack'"));
  cr_expect_eq(test_value(one, "stations/A/defects/crack"), test_value(two, "stations/A/defects/crack"));
  tw_run_free(one);
  tw_run_free(two);
}

// Nothing of it is there in a line that has none of this.
Test(quality, a_line_without_it_has_no_state_for_it) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '1 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 3);
  const tw_layout *layout = &run->line->layout;
  cr_expect_eq(layout->count[TW_SECTION_QUALITY], 0);
  cr_expect_eq(layout->count[TW_SECTION_DEFECT], 0);
  cr_expect_eq(layout->count[TW_SECTION_MADE], 0);
  tw_run_free(run);
}

// Figures of the window only, as all others; the count of every fifth part goes on.
Test(quality, the_end_of_the_warm_up_resets_what_was_counted) {
  tw_run *run = run_of("'run': {'horizon': '30 s', 'warmup': '7 s'}, 'sources': {" ALWAYS("s") "}, 'stations': {"
                       MACHINE("A", "'time': '1 s', 'defects': {'crack': 1}") ", "
                       INSPECT("I", "'time': '1 s', 'detects': {'crack': {'missed': 1}}, 'sample': {'every': 5}")
                       "}, 'flow': [['s', 'A', 'I', 'out']]", 12);
  expect_value(run, "stations/A/defects/crack", 5);
  expect_value(run, "stations/I/count/inspected", 1);
  expect_value(run, "stations/I/count/missed", 1);
  expect_value(run, "line/shipped", 5);
  expect_value(run, "line/escapes", 5);
  expect_value(run, "line/escapes/crack", 5);
  tw_run_free(run);
}

static void expect_invalid(tw_run *run, const char *what) {
  char why[200] = "";
  cr_expect(!tw_run_is_valid(run, why, sizeof why), "%s is taken", what);
}

Test(quality, a_state_with_defects_that_the_line_does_not_make_is_refused) {
  char why[200] = "";
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'buffers': {" BUFFER("q", "1") "}, 'stations': {"
                       MACHINE("A", "'time': '1 s', 'defects': {'crack': 1, 'burr': 0}") ", "
                       INSPECT("I", "'time': '1 s', 'sample': {'every': 5}")
                       "}, 'flow': [['s', 'q', 'A', 'I', 'out']]", 3.5);
  const uint32_t part = run->machine[0].part;
  cr_assert(part != TW_NO_PART && tw_run_is_valid(run, why, sizeof why), "%s", why);
  run->part[part].defects = 3;
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  run->part[part].defects = 4;
  expect_invalid(run, "a third defect");
  run->part[part].defects = 0;
  run->part[part].rework = 1;
  expect_invalid(run, "rework without a reject");
  run->part[part].was_rejected = 1;
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  run->part[part].was_rejected = 2;
  expect_invalid(run, "rejected twice as much");
  run->part[part].was_rejected = 0;
  run->part[part].rework = 0;
  run->part[part].sample = TW_SAMPLE_OUT;
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  run->part[part].sample = TW_SAMPLE_N;
  expect_invalid(run, "a sample of no kind");
  run->part[part].sample = TW_SAMPLE_OPEN;
  tw_inspection *state = tw_run_kind_state(run, test_place(run->line, "I"));
  state->n_since = 5;
  expect_invalid(run, "a fifth part that was not inspected");
  tw_run_free(run);
}

Test(quality, a_part_of_a_line_without_quality_has_neither_defects_nor_reworks) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '1 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 3.5);
  tw_part *part = &run->part[run->machine[0].part];
  part->defects = 1;
  expect_invalid(run, "a defect");
  part->defects = 0;
  part->was_rejected = 1;
  expect_invalid(run, "a rejected part");
  part->was_rejected = 0;
  part->sample = TW_SAMPLE_IN;
  expect_invalid(run, "a sampled part");
  tw_run_free(run);
}

// The other mistakes stand in tests/lines/whole/bad.
Test(quality, a_defect_that_no_station_makes_is_refused_with_the_nearest_one) {
  const char *sections = "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '1 s', 'defects':"
                         " {'burr': 0.1, 'crack': 0.1}") ", " INSPECT("I", "'time': '1 s', 'detects': ['crak']")
                         "}, 'flow': [['s', 'A', 'I', 'out']]";
  expect_refused(sections, "/stations/I/detects/0: no station makes a defect 'crak'; did you mean 'crack'?");
}

// Names of defects up to 32: the part has a bit for each.
Test(quality, a_line_has_at_most_32_defects) {
  for (int n = 32; n <= 33; n++) {
    tw_text text = {0}, why = {0};
    tw_text_add(&text, "'sources': {'s': {'sequence': ['p']}}, 'stations': {'A': {'type': 'machine', 'time': '1 s',"
                       " 'defects': {");
    for (int i = 1; i <= n; i++) tw_text_print(&text, "%s'd%d': 1", i > 1 ? ", " : "", i);
    tw_text_add(&text, "}}, 'B': {'type': 'machine', 'time': '1 s', 'defects': {'d1': 1, 'd2': 0}},"
                       " 'I': {'type': 'inspection', 'time': '1 s', 'detects': 'd32', 'repairs': 'all'}},"
                       " 'flow': [['s', 'A', 'B', 'I', 'out']]");
    if (n == 33) {
      expect_refused(text.at, "/stations/A/defects/d33: a line can have at most 32");
    } else {
      tw_run *run = run_of(text.at, 2.5);
      const uint32_t part = run->machine[2].part;
      cr_assert_neq(part, TW_NO_PART);
      cr_expect_eq(run->part[part].defects, UINT32_MAX);
      char reason[200] = "";
      cr_expect(tw_run_is_valid(run, reason, sizeof reason), "%s", reason);
      tw_run_free(run);
    }
    tw_text_free(&text);
    tw_text_free(&why);
  }
}

// 0.5, 1 and then 1.5.
Test(quality, a_probability_outside_0_and_1_stops_the_run) {
  tw_line *line = test_quoted_line("'sources': {" ALWAYS("s") "}, 'stations': {"
                                   MACHINE("A", "'time': '1 s', 'defects': {'crack': 'time/(2 s)'}")
                                   "}, 'flow': [['s', 'A', 'out']]", NULL);
  tw_run *run = test_run(line, 1);
  cr_expect_eq(test_until(run, 2.5), TWIN_OK);
  cr_expect_eq(test_until(run, 3.5), TWIN_ERR_VALUE);
  tw_run_free(run);
  tw_line_unref(line);
}
