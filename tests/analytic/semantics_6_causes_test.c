// SEMANTICS 6.4 and 6.8: intervals that are derived, machines that fail together, ages at the start;
// and stops so short that they are no breakdowns.

#include "sentences.h"

#include <math.h>

#include "doc/doc.h"
#include "engine/draw.h"
#include "engine/work.h"

// clang-format off: the lines are laid out by hand

// A part at hand at any time, on one machine with these failures.
#define BUSY(failures) \
  "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '99 d', " failures) \
  "}, 'flow': [['s', 'A', 'out']]"

#define JAM(rest) "'failures': {'jam': {'clock': 'calendar', " rest "}}"

// The resolved dump of a line holds a text.
static void expect_dumped(const char *sections, const char *wanted) {
  tw_text why = {0}, dump = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_doc_dump(&line->doc, &dump);
  cr_expect(dump.at != NULL && strstr(dump.at, wanted) != NULL, "no %s in\n%s", wanted, dump.at);
  tw_line *again = test_line(dump.at, &why);
  cr_expect(again != NULL, "the dump is refused: %s", why.at != NULL ? why.at : "");
  tw_line_unref(again);
  tw_text_free(&dump);
  tw_text_free(&why);
  tw_line_unref(line);
}

// Mean of a site's distribution, by the place's first machine.
static double mean_of(const char *sections, const char *purpose) {
  tw_line *line = test_quoted_line(sections, NULL);
  cr_assert_not_null(line);
  const int32_t site_i = test_site(line, test_place(line, "A"), 0, purpose);
  cr_assert_neq(site_i, TW_NONE);
  const tw_dist *dist = line->site[site_i].dist;
  cr_expect_eq(dist->kind, TW_DIST_EXPONENTIAL);
  const double mean_s = tw_dist_mean(dist);
  tw_line_unref(line);
  return mean_s;
}

// 90 % and 10 min: every 90 min.
Test(semantics_6_causes, s6_4_availability_and_mttr_stand_for_mtbf) {
  const char *sections = BUSY(JAM("'availability': '90 %', 'mttr': '10 min'"));
  cr_expect_float_eq(mean_of(sections, "mtbf/jam"), 90 * 60.0, 1e-6);
  cr_expect_float_eq(mean_of(sections, "repair/jam"), 10 * 60.0, 1e-9);
}

// The mean of the repair counts where it is given.
Test(semantics_6_causes, s6_4_availability_goes_with_a_repair_too) {
  cr_expect_float_eq(mean_of(BUSY(JAM("'availability': 0.8, 'repair': {'uniform': {'min': '2 min', 'max':"
                                      " '4 min'}}")), "mtbf/jam"), 12 * 60.0, 1e-6);
}

// 8 h where no calendar says otherwise.
Test(semantics_6_causes, s6_4_stops_per_shift_stand_for_mtbf) {
  cr_expect_float_eq(mean_of(BUSY(JAM("'stops': '4 1/shift', 'mttr': '3 min'")), "mtbf/jam"), 7200, 1e-6);
}

// The shift's working time: 8 h without the break of half an hour.
Test(semantics_6_causes, s6_4_a_shift_is_that_of_the_station_s_calendar) {
  cr_expect_float_eq(
      mean_of("'run': {'start': '2026-03-02T00:00:00', 'horizon': '9 d'}, 'calendars': {'early': {'shifts':"
              " {'a': 'Mon-Fri 06:00-14:00'}, 'breaks': {'noon': 'Mon-Fri 12:00-12:30'}}}, 'sources': {"
              ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '9 s', 'calendar': 'early', "
              JAM("'stops': '3 1/shift', 'mttr': '3 min'")) "}, 'flow': [['s', 'A', 'out']]", "mtbf/jam"),
      2.5 * 3600, 1e-6);
}

// Two shifts of 12 h on every day: the station is never off, and a shift is 12 h all the same.
Test(semantics_6_causes, s6_4_a_shift_is_that_of_a_calendar_round_the_clock) {
  cr_expect_float_eq(
      mean_of("'run': {'start': '2026-03-02T00:00:00', 'horizon': '9 d'}, 'calendars': {'all': {'shifts':"
              " {'day': 'Mon-Sun 06:00-18:00', 'night': 'Mon-Sun 18:00-06:00'}}}, 'sources': {"
              ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '9 s', 'calendar': 'all', "
              JAM("'stops': '3 1/shift', 'mttr': '3 min'")) "}, 'flow': [['s', 'A', 'out']]", "mtbf/jam"),
      4 * 3600, 1e-6);
}

Test(semantics_6_causes, s6_4_the_derived_pair_is_printed_by_the_resolved_dump) {
  const char *sections = BUSY(JAM("'availability': '90 %', 'mttr': '10 min'"));
  expect_dumped(sections, "\"x-mtbf\": \"1.5 h\"");
  expect_dumped(sections, "\"x-mttr\": \"10 min\"");
  expect_dumped(BUSY(JAM("'stops': '4 1/shift', 'repair': '3 min'")), "\"x-mtbf\": \"2 h\"");
}

Test(semantics_6_causes, s6_4_one_form_at_a_time) {
  expect_refused(BUSY(JAM("'mtbf': '9 s', 'stops': '4 1/shift', 'mttr': '3 min'")), "mtbf");
  expect_refused(BUSY(JAM("'mtbf': '9 s', 'repair': '3 s', 'mttr': '3 min'")), "repair");
  expect_refused(BUSY(JAM("'repair': '3 s'")), "mtbf");
  expect_refused(BUSY(JAM("'availability': 1, 'mttr': '3 min'")), "no failures");
}

// A has two machines, B one.
#define THREE_MACHINES(cause, crew, rest_b) \
  "'common_causes': {'power': {'stations': ['A', 'B'], " cause "}}, " crew "'sources': {" ALWAYS("s") ", " \
  ALWAYS("t") "}, 'stations': {" MACHINE("A", "'machines': 2, 'time': '99 d'") ", " \
  MACHINE("B", "'time': '99 d'" rest_b) "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]"

// 10 s after the end of the repairs.
Test(semantics_6_causes, s6_8_a_common_cause_takes_all_machines_down_on_one_tick) {
  expect_story(THREE_MACHINES("'mtbf': '10 s', 'repair': '5 s'", "", ""), 25, "fail repaired",
               "10 fail A[1] power; 10 fail A[2] power; 10 fail B power; 15 repaired A[1] power; "
               "15 repaired A[2] power; 15 repaired B power; 25 fail A[1] power; 25 fail A[2] power; "
               "25 fail B power");
}

// One fitter: repaired at 15 s, 20 s and 25 s; the next draw counts from there.
Test(semantics_6_causes, s6_8_the_next_draw_counts_from_the_end_of_the_last_repair) {
  expect_story(THREE_MACHINES("'mtbf': '10 s', 'repair': '5 s', 'needs': ['mend']",
                              "'workers': {'fitters': {'skills': ['mend'], 'count': 1}}, ", ""),
               35, "fail/A fail/B repaired",
               "10 fail A[1] power; 10 fail A[2] power; 10 fail B power; 15 repaired A[1] power; "
               "20 repaired A[2] power; 25 repaired B power; 35 fail A[1] power; 35 fail A[2] power; "
               "35 fail B power");
}

// B is down from 8 s to 12 s already, then by the cause until 17 s. Its own clock runs from 12 s on.
Test(semantics_6_causes, s6_8_a_machine_that_is_down_follows_when_it_is_repaired) {
  expect_story(THREE_MACHINES("'mtbf': '10 s', 'repair': '5 s'", "",
                              ", " JAM("'mtbf': '8 s', 'repair': '4 s'")), 27, "fail/B fail/A repaired/B",
               "8 fail B jam; 10 fail A[1] power; 10 fail A[2] power; 12 fail B power; 17 repaired B power; "
               "20 fail B jam; 24 repaired B jam; 27 fail A[1] power; 27 fail A[2] power; 27 fail B power");
}

// One draw for all: with random times, too.
Test(semantics_6_causes, s6_8_one_draw_serves_the_group) {
  tw_run *run = run_of(THREE_MACHINES("'mtbf': {'exponential': {'mean': '1 h'}}, 'repair': '1 min'", "", ""),
                       100 * 3600.0);
  expect_value(run, "stations/A/count/failures", 2 * test_value(run, "stations/B/count/failures"));
  cr_expect_gt(test_value(run, "stations/B/count/failures"), 60);
  tw_run_free(run);
}

Test(semantics_6_causes, s6_8_what_happens_to_the_parts_is_the_cause_s) {
  expect_story("'common_causes': {'power': {'stations': ['A'], 'mtbf': '10 s', 'repair': '5 s', 'part':"
               " 'restart'}}, 'sources': {'s': {'sequence': ['p']}}, 'stations': {"
               MACHINE("A", "'time': '12 s'") "}, 'flow': [['s', 'A', 'out']]",
               24, "fail complete", "10 fail A power");
}

Test(semantics_6_causes, s6_8_a_constant_life_has_so_much_less_to_go) {
  expect_story(BUSY(JAM("'mtbf': '10 s', 'repair': '5 s', 'age': '4 s'")), 21, "fail",
               "6 fail A jam; 21 fail A jam");
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '2 s', 'failures': {'jam':"
               " {'clock': 'cycles', 'mtbf': 5, 'repair': '1 s', 'age': 3}}")
               "}, 'flow': [['s', 'A', 'out']]", 15, "fail", "4 fail A jam; 15 fail A jam");
}

// How long after the start the only mode of a line falls due.
static double first_failure_s(const char *sections) {
  tw_run *run = run_of(sections, 0);
  const double first_s = tw_seconds(tw_mode_left(run, 0));
  tw_run_free(run);
  return first_s;
}

// The same stream gives the same rest, up to the rounding of its sum with the age.
Test(semantics_6_causes, s6_8_an_exponential_life_has_no_memory) {
  const double new_s = first_failure_s(BUSY(JAM("'mtbf': {'exponential': {'mean': '9 h'}}, 'repair': '5 s'")));
  const double aged_s = first_failure_s(
      BUSY(JAM("'mtbf': {'exponential': {'mean': '9 h'}}, 'repair': '5 s', 'age': '70 h'")));
  cr_expect_float_eq(aged_s, new_s, 2e-6, "%.9g s new, %.9g s aged", new_s, aged_s);
}

#define WEIBULL(age) BUSY(JAM("'mtbf': {'weibull': {'mean': '40 h', 'shape': 3}}, 'repair': '5 s'" age))

// Against the distribution's own draw, with the dice of the site.
Test(semantics_6_causes, s6_8_a_weibull_life_is_drawn_given_its_age) {
  tw_line *line = test_quoted_line(WEIBULL(", 'age': '50 h'"), NULL);
  tw_run *run = test_run(line, 1);
  const int32_t site_i = line->mode[0].mtbf_site;
  tw_dice dice = tw_dice_new(run->stream[site_i].key, 0);
  const double life_s = tw_dist_sample_given(line->site[site_i].dist, 50 * 3600.0, &dice);
  cr_expect_gt(life_s, 50 * 3600.0);
  cr_assert_eq(test_until(run, 0), TWIN_OK);
  cr_expect_eq(tw_mode_left(run, 0), tw_ticks(life_s) - tw_ticks(50 * 3600.0));
  cr_expect_lt(tw_seconds(tw_mode_left(run, 0)), first_failure_s(WEIBULL("")));
  tw_run_free(run);
  tw_line_unref(line);
}

// The first life is old, the following ones begin anew: 6 s, 11 s + 10 s.
Test(semantics_6_causes, s6_8_ages_spread_over_machines) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'machines': 2, 'time': '99 d', "
               JAM("'mtbf': '10 s', 'repair': '5 s', 'age': 'spread'")) "}, 'flow': [['s', 'A', 'out']]",
               20, "fail", "5 fail A[2] jam; 10 fail A[1] jam; 20 fail A[2] jam");
}

#define STOPS "'minor_stop': '3 s', 'failures': {" \
  "'jam': {'clock': 'calendar', 'mtbf': '10 s', 'repair': {'trace': {'values': ['2 s', '3 s', '4 s', '9 d']}}}}"

// 10-12 s, 22-25 s, 35-39 s. The limit itself is minor.
Test(semantics_6_causes, s6_2_minor_stops_are_told_from_breakdowns_by_the_limit) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '99 d', " STOPS)
                       "}, 'flow': [['s', 'A', 'out']]", 40);
  expect_value(run, "stations/A/count/minor_stops", 2);
  expect_value(run, "stations/A/duration/minor_stop/mean", 2.5);
  expect_value(run, "stations/A/count/failures", 3);
  tw_run_free(run);
}

// What waits for a fitter longer than the limit is no minor stop: 10-12 s, and for B 10-14 s.
Test(semantics_6_causes, s6_2_waiting_for_people_counts_for_the_length_of_a_stop) {
  tw_run *run = run_of(
      "'workers': {'fitters': {'skills': ['mend'], 'count': 1}}, 'defaults': {'minor_stop': '3 s'},"
      "'sources': {" ALWAYS("s") ", " ALWAYS("t") "}, 'stations': {"
      MACHINE("A", "'time': '99 d', " JAM("'mtbf': '10 s', 'repair': '2 s', 'needs': ['mend']")) ", "
      MACHINE("B", "'time': '99 d', " JAM("'mtbf': '10 s', 'repair': '2 s', 'needs': ['mend']"))
      "}, 'flow': [['s', 'A', 'out'], ['t', 'B', 'out']]", 15);
  expect_value(run, "stations/A/count/minor_stops", 1);
  expect_value(run, "stations/B/count/minor_stops", 0);
  tw_run_free(run);
}
