// losses_test.c - causes and losses on small lines whose times are whole seconds and can be followed by
// hand.

#include "observe/losses.h"

#include <math.h>

#include "analytic/sentences.h"
#include "observe/bottleneck.h"

// A line, its run up to an instant with losses observed, and the rows.
typedef struct seen {
  tw_run *run;
  tw_losses *losses;
  tw_loss_table table;
} seen;

static seen see(const char *sections, double until_s) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  seen s = {.run = test_run(line, 1), .losses = tw_losses_new(line)};
  tw_line_unref(line);
  cr_assert_eq(tw_losses_attach(s.losses, s.run), TWIN_OK);
  cr_assert_eq(test_until(s.run, until_s), TWIN_OK);
  cr_assert_eq(tw_losses_read(s.losses, &s.table), TWIN_OK);
  return s;
}

static void drop(seen *s) {
  tw_loss_table_free(&s->table);
  tw_losses_free(s->losses);
  tw_run_free(s->run);
}

static const char *name_of(const tw_run *run, int32_t place_i) {
  return place_i != TW_NONE ? run->line->place[place_i].name : "-";
}

// Rows of one station as one text: "blocked b1 > C processing 12; ..." in seconds.
static void expect_rows(const seen *s, const char *station, const char *wanted) {
  tw_text told = {0};
  const int32_t station_i = test_place(s->run->line, station);
  for (int32_t i = 0; i < s->table.n_loss; i++) {
    const tw_loss *row = &s->table.loss[i];
    if (row->key.station_i != station_i || row->time_s == 0) continue;
    if (told.n > 0) tw_text_add(&told, "; ");
    tw_text_print(&told, "%s", tw_loss_word(row->key.kind));
    if (row->key.neighbour_i != TW_NONE)
      tw_text_print(&told, " %s > %s %s", name_of(s->run, row->key.neighbour_i),
                    name_of(s->run, row->key.place_i), tw_root_cause_word(row->key.state));
    const char *cause = tw_root_cause_name(s->run->line, row->key.state, row->key.cause_i);
    if (cause != NULL) tw_text_print(&told, " %s", cause);
    tw_text_print(&told, " %g", row->time_s);
  }
  cr_expect_str_eq(told.at != NULL ? told.at : "", wanted, "\n  told   %s\n  wanted %s",
                   told.at != NULL ? told.at : "", wanted);
  tw_text_free(&told);
}

static const tw_station_sum *sum_of(const seen *s, const char *station) {
  const int32_t station_i = test_place(s->run->line, station);
  for (int32_t i = 0; i < s->table.n_station; i++)
    if (s->table.station[i].place_i == station_i) return &s->table.station[i];
  cr_assert(false, "no station %s", station);
  return NULL;
}

#define ROOT_LINE \
  "'sources': {" ALWAYS("raw") "}," \
  "'stations': {" MACHINE("A", "'time': '10 s'") "," MACHINE("B", "'time': '10 s'") "," \
    MACHINE("C", "'time': '30 s'") "}," \
  "'buffers': {" BUFFER("b1", "1") "," BUFFER("b2", "1") "}," \
  "'flow': [['raw', 'A', 'b1', 'B', 'b2', 'C', 'out']]"

// C works from 20 on, 30 s a part. B: 10-20, 20-30 (b2), 30-40 (b2 is full until 50), then 50-60 and
// blocked to 80, and so on. A: 0-10, 10-20, 20-30, 30-40 (b1 is full until 50), 50-60, blocked to 80.
Test(losses, sentence_11_3_charges_blocked_time_to_the_neighbour_and_to_the_root) {
  seen s = see(ROOT_LINE, 200);
  expect_rows(&s, "B", "blocked b2 > C processing 110; starved b1 > A processing 10");
  expect_rows(&s, "A", "blocked b1 > C processing 100");
  expect_rows(&s, "C", "starved b2 > A processing 10; starved b2 > B processing 10");
  drop(&s);
}

Test(losses, sentence_11_3_charges_starved_time_to_the_failure_mode_upstream) {
  // A fails after 20 s of work, at 20 and 65, for 25 s, and keeps the part that is finished then
  seen s = see("'sources': {" ALWAYS("raw") "},"
               "'stations': {" MACHINE("A", "'time': '10 s'," WEAR("processing", "'20 s'", "25 s", "")) ","
               MACHINE("B", "'time': '10 s'") "," MACHINE("C", "'time': '10 s'") "},"
               "'buffers': {" BUFFER("b1", "5") "," BUFFER("b2", "5") "},"
               "'flow': [['raw', 'A', 'b1', 'B', 'b2', 'C', 'out']]", 90);
  expect_rows(&s, "A", "failed-repair wear 50");
  // B works 10-20, 45-55, 55-65; C 20-30, 55-65, 65-75, and waits for B's work in 10-20 and 45-55
  expect_rows(&s, "B", "starved b1 > A failed-repair wear 50; starved b1 > A processing 10");
  expect_rows(&s, "C", "starved b2 > A failed-repair wear 30; starved b2 > A processing 10; "
                       "starved b2 > B processing 20");
  drop(&s);
}

Test(losses, name_the_source_when_nothing_arrives) {
  seen s = see("'sources': {" EVERY("raw", "50 s", "") "}, 'stations': {"
               MACHINE("A", "'time': '10 s'") "," MACHINE("B", "'time': '20 s'") "},"
               "'flow': [['raw', 'A', 'B', 'out']]", 200);
  // arrivals at 50, 100, 150, 200: A works 10 s after each
  expect_rows(&s, "A", "starved raw > raw no-arrival 170");
  expect_rows(&s, "B", "starved A > raw no-arrival 110; starved A > A processing 30");
  drop(&s);
}

Test(losses, follow_a_blocked_feeder_downstream) {
  // A gives to B and C in turn; C is slow, so B starves because of C
  seen s = see("'sources': {" ALWAYS("raw") "}, 'stations': {"
               MACHINE("A", "'time': '10 s', 'push': {'rule': 'round-robin'}") ","
               MACHINE("B", "'time': '10 s'") "," MACHINE("C", "'time': '60 s'") "},"
               "'flow': [['raw', 'A', 'B', 'out'], ['A', 'C', 'out']]", 140);
  // A: 0-10 to B, 10-20 to C, 20-30 to B, 30-40 for C: blocked to 80, 80-90 to B, 90-100: to 140
  expect_rows(&s, "A", "blocked C > C processing 80");
  expect_rows(&s, "B", "starved A > A processing 30; starved A > C processing 80");
  drop(&s);
}

Test(losses, prefer_the_state_that_stands_first_among_machines) {
  // of two machines at B one is down from 15 to 115: that is why A is blocked
  seen s = see("'sources': {" ALWAYS("raw") "}, 'stations': {"
               MACHINE("A", "'time': '10 s'") ","
               MACHINE("B", "'machines': 2, 'time': '100 s'") "},"
               "'flow': [['raw', 'A', 'B', 'out']]", 15);
  cr_assert_eq(tw_losses_run(s.losses), s.run);
  const int32_t machine_i = s.run->line->place[test_place(s.run->line, "B")].first_machine + 1;
  cr_assert_eq(twin_run_machine_down((twin_run *)s.run, machine_i, NULL), TWIN_OK);
  test_until(s.run, 60);
  tw_loss_table_free(&s.table);
  cr_assert_eq(tw_losses_read(s.losses, &s.table), TWIN_OK);
  // the free machine that is down takes nothing: A is blocked from 20 on
  expect_rows(&s, "A", "blocked B > B failed-waiting 40");
  drop(&s);
}

Test(losses, end_at_the_neighbour_where_all_wait_for_each_other) {
  // a min_stay is no machine's fault: the queue itself is the root
  seen s = see("'sources': {" ALWAYS("raw") "}, 'stations': {"
               MACHINE("A", "'time': '10 s'") "," MACHINE("B", "'time': '10 s'") "},"
               "'buffers': {'cool': {'capacity': 2, 'min_stay': '60 s'}},"
               "'flow': [['raw', 'A', 'cool', 'B', 'out']]", 70);
  expect_rows(&s, "A", "blocked cool > cool min-stay 40");
  expect_rows(&s, "B", "starved cool > cool min-stay 60; starved cool > A processing 10");
  drop(&s);
}

Test(losses, sum_to_the_gap_between_possible_and_good_parts) {
  seen s = see(ROOT_LINE, 200);
  const tw_station_sum *a = sum_of(&s, "A");
  cr_expect_float_eq(a->possible, 20, 1e-12);
  cr_expect_float_eq(a->good, 10, 0);
  cr_expect_float_eq(a->gap, 10, 1e-12);
  cr_expect_float_eq(a->n_shift, 200 / 28800.0, 1e-12);
  const int32_t station_i = test_place(s.run->line, "A");
  for (int32_t i = 0; i < s.table.n_loss; i++) {
    const tw_loss *row = &s.table.loss[i];
    if (row->key.station_i != station_i || row->key.kind != TWIN_BLOCKED) continue;
    cr_expect_float_eq(row->parts, 10, 1e-12);
    cr_expect_float_eq(row->per_shift, 10 * 144, 1e-9);
  }
  drop(&s);
}

Test(losses, weigh_the_ideal_cycle_with_the_parts_that_were_made) {
  seen s = see("'parts': {'p': {}, 'q': {}},"
               "'sources': {'raw': {'sequence': ['p', 'p', 'q'], 'repeat': true}}, 'stations': {"
               MACHINE("A", "'time': {'by_part': {'p': '10 s', 'q': '40 s'}}, 'load': {'time': '2 s'}")
               "}, 'flow': [['raw', 'A', 'out']]", 66);
  cr_expect_float_eq(sum_of(&s, "A")->cycle_s, 22, 1e-12);
  expect_rows(&s, "A", "");
  drop(&s);
}

Test(losses, count_scrap_and_slowness_apart) {
  seen s = see("'sources': {" ALWAYS("raw") "}, 'stations': {"
               MACHINE("A", "'time': '10 s', 'factor': '1.5', 'scrap': '1'")
               "}, 'flow': [['raw', 'A', 'out']]", 60);
  expect_rows(&s, "A", "speed 20; scrap 40");
  const tw_station_sum *a = sum_of(&s, "A");
  cr_expect_float_eq(a->gap, 6, 1e-12);
  cr_expect_eq(a->n_scrap, 4);
  drop(&s);
}

// Stops of 25 s and of 5 s; the fitter who mends the short ones is free at once.
Test(losses, tell_minor_stops_apart_from_failures) {
#define STOPS(limit) \
  "'sources': {" ALWAYS("raw") "}, 'stations': {" \
    MACHINE("A", "'time': '10 s'" limit ", 'failures': {" \
            "'jam': {'clock': 'processing', 'mtbf': '15 s', 'repair': '5 s'}," \
            "'wear': {'clock': 'processing', 'mtbf': '40 s', 'repair': '25 s'}}") \
  "}, 'flow': [['raw', 'A', 'out']]"
  seen s = see(STOPS(""), 100);
  expect_rows(&s, "A", "failed-repair jam 15; failed-repair wear 25");
  drop(&s);
  s = see(STOPS(", 'minor_stop': '5 s'"), 100);
  expect_rows(&s, "A", "failed-repair wear 25; minor-stop jam 15");
  cr_expect_eq(sum_of(&s, "A")->state_us[TWIN_FAILED_REPAIR], tw_ticks(40));
  drop(&s);
  // a stop that is not over yet is none that is known to be minor, and may become one
  s = see(STOPS(", 'minor_stop': '5 s'"), 18);
  expect_rows(&s, "A", "failed-repair jam 3; speed 5");
  test_until(s.run, 30);
  tw_loss_table_free(&s.table);
  cr_assert_eq(tw_losses_read(s.losses, &s.table), TWIN_OK);
  expect_rows(&s, "A", "minor-stop jam 5; speed 5");
  drop(&s);
}

Test(losses, count_rework_once_for_each_pass_more) {
  // one part is cut three times and rejected three times, the last time for good
  seen s = see("'sources': {'s': {'sequence': ['1 p']}}, 'stations': {"
               MACHINE("A", "'time': '2 s', 'defects': {'crack': 1}") ","
               "'I': {'type': 'inspection', 'time': '1 s', 'detects': ['crack'],"
               " 'on_reject': {'rework': 1, 'max_rework': 2}}},"
               "'flow': [['s', 'A', 'I', 'out'], ['I.rework', 'A'], ['I.scrap', 'scrap']]", 9);
  cr_expect_eq(sum_of(&s, "A")->n_rework, 2);
  cr_expect_eq(sum_of(&s, "A")->good, 1);
  cr_expect_eq(sum_of(&s, "I")->n_pass, 3);
  cr_expect_eq(sum_of(&s, "I")->n_rework, 2);
  cr_expect_eq(sum_of(&s, "I")->n_scrap, 1);
  cr_expect_eq(sum_of(&s, "I")->good, 0);
  expect_rows(&s, "I", "starved A > A processing 6; scrap 1; rework 2");
  expect_rows(&s, "A", "starved s > s no-arrival 3; rework 4");
  drop(&s);
}

Test(losses, count_the_shifts_of_the_calendar_and_what_is_planned) {
  // 6 h of work a day, 2 shifts in the window; nothing is lost but the night
  seen s = see("'run': {'start': '2026-03-02T00:00:00'},"
               "'calendars': {'early': {'shifts': {'one': 'Mon-Sun 00:00-06:00'}}}, 'sources': {" ALWAYS("raw") "}, 'stations': {"
               MACHINE("A", "'time': '1 min', 'calendar': 'early'")
               "}, 'flow': [['raw', 'A', 'out']]", 2 * 86400);
  const tw_station_sum *a = sum_of(&s, "A");
  cr_expect_eq(a->planned_us, tw_ticks(12 * 3600));
  cr_expect_float_eq(a->n_shift, 2, 1e-12);
  cr_expect_float_eq(a->possible, 720, 1e-9);
  expect_rows(&s, "A", "");
  drop(&s);
}

Test(losses, name_the_shift_that_is_waited_for) {
  // B starts at 06:00 only: until then A is blocked by it once the buffer is full
  seen s = see("'run': {'start': '2026-03-02T00:00:00'},"
               "'calendars': {'late': {'shifts': {'one': 'Mon-Sun 06:00-14:00'}}}, 'sources': {" ALWAYS("raw") "}, 'stations': {"
               MACHINE("A", "'time': '1 h'") "," MACHINE("B", "'time': '1 h', 'calendar': 'late'")
               "}, 'buffers': {" BUFFER("b", "1") "}, 'flow': [['raw', 'A', 'b', 'B', 'out']]",
               5 * 3600);
  expect_rows(&s, "A", "blocked b > B off-shift 10800");
  drop(&s);
}

Test(losses, count_from_the_end_of_the_warmup) {
  seen s = see(ROOT_LINE ", 'run': {'warmup': '80 s'}", 200);
  expect_rows(&s, "A", "blocked b1 > C processing 80");
  cr_expect_eq(s.table.window_us, tw_ticks(120));
  drop(&s);
}

Test(losses, count_anew_after_a_jump_in_time) {
  seen s = see(ROOT_LINE, 100);
  tw_run *copy = tw_run_fork(s.run);
  test_until(s.run, 150);
  cr_assert_eq(tw_run_copy(s.run, copy), TWIN_OK);
  tw_losses_restart(s.losses);
  test_until(s.run, 140);
  tw_loss_table_free(&s.table);
  cr_assert_eq(tw_losses_read(s.losses, &s.table), TWIN_OK);
  cr_expect_eq(s.table.window_us, tw_ticks(40));
  expect_rows(&s, "A", "blocked b1 > C processing 30");
  tw_run_free(copy);
  drop(&s);
}

// x takes 20 s from 0 to 1 and processing 2 s more; a part needs so long by itself, and as long to load.
#define MODELLED(when) \
  "'run': {'horizon': '1 h'}, 'sources': {" ALWAYS("raw") "}, 'stations': {" \
    MACHINE("A", "'load': {'time': '8 s'}, 'finish': {'when': '" when "', 'soak': '2 s'}, 'dynamics': {'b': {'model': 'equations'," \
            " 'states': {'x': 0}, 'equations': {'dx/dt': '0.05/(1 s)'}, 'events': {'in': {'on': 'load', 'set': {'x': 0}}}}}," \
            " 'failures': {'f': {'clock': 'calendar', 'mtbf': '100 s', 'repair': '30 s', 'part': 'restart'}}") "}, 'flow': [['raw', 'A', 'out']]"

// Three parts by 90 s; the fourth stops at 100 s, and x has moved on when processing begins again at 130 s: the
// condition holds, and the soak ends at 132 s. 12 s instead of 22 s, so that speed is a gain.
Test(losses, of_processing_that_models_end_are_measured_by_what_they_take) {
  seen s = see(MODELLED("b.x >= 1"), 132);
  const tw_station_sum *a = sum_of(&s, "A");
  cr_expect(fabs(a->cycle_s - 30) < 2e-6, "%g", a->cycle_s);
  cr_expect(fabs(a->possible - 132 / 30.0) < 1e-6, "%g", a->possible);
  cr_expect_eq(a->n_pass, 4);
  for (int32_t i = 0; i < s.table.n_loss; i++) {
    const tw_loss *row = &s.table.loss[i];
    if (row->key.kind == TW_LOSS_SPEED) cr_expect(fabs(row->time_s + 18) < 1e-5, "%g", row->time_s);
  }
  const double oee = test_value(s.run, "stations/A/effectiveness");
  cr_expect_gt(oee, 0.5);
  drop(&s);
}

// Nobody knows what is possible: no parts are told, and no cost of slow work.
Test(losses, of_processing_that_never_ends_have_no_parts) {
  seen s = see(MODELLED("b.x >= 1000"), 90);
  cr_expect_eq(sum_of(&s, "A")->cycle_s, 0);
  cr_expect(isnan(sum_of(&s, "A")->possible));
  drop(&s);
}
