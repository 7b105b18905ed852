// recorder_test.c - rows of a line that can be followed by hand (quantity_test.c), and of a line
// with a bit of everything.

#include "observe/recorder.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <twin/run.h>

#include "core/ticks.h"
#include "observe/quantity.h"
#include "support/collect.h"
#include "support/line_text.h"

static const char by_hand[] = "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}},"
                              " \"sources\": {\"raw\": {\"sequence\": [\"p\"], \"repeat\": true}},"
                              " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"60 s\"},"
                              "  \"b\": {\"type\": \"machine\", \"time\": \"90 s\"}},"
                              " \"flow\": [[\"raw\", \"a\", \"b\", \"out\"]]}";

static tw_run *run_of(const char *text) {
  tw_text why = {0};
  tw_line *line = test_line(text, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  return run;
}

typedef struct expected_interval {
  const char *station;
  int32_t state;
  double start, end;
  int64_t part;
  const char *cause;
} expected_interval;

static void expect_interval(const test_collect *c, const tw_line *line, int32_t row,
                            const expected_interval *e) {
  const int32_t t = TW_TABLE_INTERVALS;
  const int32_t place_i = test_i32(c, t, TW_AT(INTERVALS, STATION), row);
  const int32_t cause = test_i32(c, t, TW_AT(INTERVALS, CAUSE), row);
  cr_assert_str_eq(line->place[place_i].name, e->station, "row %d", row);
  cr_assert_eq(test_i32(c, t, TW_AT(INTERVALS, MACHINE), row), 1);
  cr_assert_eq(test_i32(c, t, TW_AT(INTERVALS, STATE), row), e->state, "row %d", row);
  cr_assert_eq(test_f64(c, t, TW_AT(INTERVALS, START), row), e->start, "row %d", row);
  cr_assert_eq(test_f64(c, t, TW_AT(INTERVALS, END), row), e->end, "row %d", row);
  cr_assert_eq(test_i64(c, t, TW_AT(INTERVALS, PART), row), e->part, "row %d", row);
  const char *word = cause < 0 ? "" : c->words->list[TW_WORDS_CAUSE].at[cause];
  cr_assert_str_eq(word, e->cause, "row %d", row);
}

Test(recorder, has_a_row_for_each_spell_of_a_machine) {
  static const expected_interval expected[] = {
      {"b", TWIN_STARVED, 0, 60, 0, ""},       {"a", TWIN_PROCESSING, 0, 60, 1, ""},
      {"a", TWIN_PROCESSING, 60, 120, 2, ""},  {"b", TWIN_PROCESSING, 60, 150, 1, ""},
      {"a", TWIN_BLOCKED, 120, 150, 2, "b"},   {"b", TWIN_PROCESSING, 150, 240, 2, ""},
      {"a", TWIN_PROCESSING, 150, 210, 3, ""}, {"a", TWIN_BLOCKED, 210, 240, 3, "b"},
      {"a", TWIN_PROCESSING, 240, 250, 4, ""}, {"b", TWIN_PROCESSING, 240, 250, 3, ""}};
  tw_run *run = run_of(by_hand);
  test_collect c;
  test_collect_open(&c, run->line);
  cr_assert_eq(tw_recorder_attach(c.recorder, run, 0), TWIN_OK);
  test_until(run, 250);
  cr_assert_eq(tw_recorder_detach(c.recorder, TWIN_OK), TWIN_OK);
  cr_assert_eq(c.rows[TW_TABLE_INTERVALS].n, 10);
  // rows of one instant may come in either order
  for (int32_t e = 0; e < 10; e++) {
    int32_t row = 0;
    while (
        row < 10 &&
        !(test_f64(&c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, START), row) == expected[e].start &&
          strcmp(run->line->place[test_i32(&c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, STATION), row)]
                     .name,
                 expected[e].station) == 0))
      row++;
    cr_assert(row < 10, "%s at %g", expected[e].station, expected[e].start);
    expect_interval(&c, run->line, row, &expected[e]);
  }
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder, follows_each_part_from_place_to_place) {
  tw_run *run = run_of(by_hand);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 7);
  test_until(run, 250);
  tw_recorder_detach(c.recorder, TWIN_OK);
  // part, enter, start, end, leave; the last two are still there
  static const double expected[][5] = {{1, 0, 0, 60, 60},       {1, 60, 60, 150, 150},
                                       {2, 60, 60, 120, 150},   {2, 150, 150, 240, 240},
                                       {3, 150, 150, 210, 240}, {3, 240, 240, NAN, NAN},
                                       {4, 240, 240, NAN, NAN}};
  const int32_t t = TW_TABLE_VISITS;
  cr_assert_eq(c.rows[t].n, 7);
  for (int32_t i = 0; i < 7; i++) {
    cr_assert_eq(test_i32(&c, t, 0, i), 7);
    cr_assert_eq((double)test_i64(&c, t, TW_AT(VISITS, PART), i), expected[i][0]);
    for (int32_t k = 1; k < 5; k++) {
      const double value = test_f64(&c, t, TW_AT(VISITS, ENTER) + k - 1, i);
      cr_assert(value == expected[i][k] || (isnan(value) && isnan(expected[i][k])),
                "row %d column %d: %g", i, k, value);
    }
  }
  cr_assert_eq(c.rows[TW_TABLE_PARTS].n, 4);
  cr_assert_eq(test_f64(&c, TW_TABLE_PARTS, TW_AT(PARTS, LEFT), 0), 150);
  cr_assert_eq(test_i32(&c, TW_TABLE_PARTS, TW_AT(PARTS, EXIT), 1), TW_EXIT_OUT);
  cr_assert_eq(test_i32(&c, TW_TABLE_PARTS, TW_AT(PARTS, EXIT), 3), TW_EXIT_NONE);
  cr_assert(isnan(test_f64(&c, TW_TABLE_PARTS, TW_AT(PARTS, LEFT), 3)));
  cr_assert(isnan(test_f64(&c, TW_TABLE_PARTS, TW_AT(PARTS, DUE), 0)));
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder, begins_in_the_middle_with_what_is_there) {
  tw_run *run = run_of(by_hand);
  test_until(run, 130);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 200);
  tw_recorder_detach(c.recorder, TWIN_OK);
  expect_interval(&c, run->line, 0, &(expected_interval){"b", TWIN_PROCESSING, 130, 150, 1, ""});
  // the second part came to a at 60; that its work began then was not seen
  const int32_t t = TW_TABLE_VISITS;
  int32_t row = 0;
  while (test_i64(&c, t, TW_AT(VISITS, PART), row) != 2) row++;
  cr_assert_eq(test_f64(&c, t, TW_AT(VISITS, ENTER), row), 60);
  cr_assert(isnan(test_f64(&c, t, TW_AT(VISITS, START), row)));
  cr_assert_eq(test_f64(&c, t, TW_AT(VISITS, LEAVE), row), 150);
  cr_assert_eq(test_i32(&c, t, TW_AT(VISITS, MACHINE), row), 1);
  cr_assert_eq(test_f64(&c, TW_TABLE_REPLICATIONS, TW_AT(REPLICATIONS, T_START), 0), 130);
  cr_assert_eq(test_f64(&c, TW_TABLE_REPLICATIONS, TW_AT(REPLICATIONS, T_END), 0), 200);
  test_collect_close(&c);
  tw_run_free(run);
}

// Intervals of one machine follow each other without a gap from one end of the record to the other.
static void expect_no_gap(const test_collect *c, const tw_run *run, int32_t machine_i, double from,
                          double to) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  double at = from;
  for (int32_t i = 0; i < c->rows[TW_TABLE_INTERVALS].n; i++) {
    if (test_i32(c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, STATION), i) != param->node_i ||
        test_i32(c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, MACHINE), i) != param->number + 1)
      continue;
    cr_assert_eq(test_f64(c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, START), i), at);
    at = test_f64(c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, END), i);
  }
  cr_assert_eq(at, to);
}

Test(recorder, covers_the_time_of_every_machine) {
  tw_run *run = run_of(test_rich_line);
  test_until(run, 83);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 700);
  tw_recorder_detach(c.recorder, TWIN_OK);
  for (int32_t m = 0; m < run->line->n_machine; m++) expect_no_gap(&c, run, m, 83, 700);
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder, agrees_with_the_state_times_that_were_booked) {
  tw_run *run = run_of(test_rich_line);
  test_until(run, 60);  // the window begins
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 900);
  tw_recorder_detach(c.recorder, TWIN_OK);
  for (int32_t m = 0; m < run->line->n_machine; m++) {
    const tw_machine_param *param = &run->line->machine[m];
    int64_t state_us[TW_N_STATE];
    tw_state_times(run, m, state_us);
    for (int32_t i = 0; i < c.rows[TW_TABLE_INTERVALS].n; i++) {
      if (test_i32(&c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, STATION), i) != param->node_i ||
          test_i32(&c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, MACHINE), i) != param->number + 1)
        continue;
      const double end = test_f64(&c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, END), i);
      const double start = test_f64(&c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, START), i);
      state_us[test_i32(&c, TW_TABLE_INTERVALS, TW_AT(INTERVALS, STATE), i)] -=
          tw_ticks(end) - tw_ticks(start);
    }
    for (int32_t i = 0; i < TW_N_STATE; i++)
      cr_assert_eq(state_us[i], 0, "machine %d state %s", m, twin_state_name(i));
  }
  test_collect_close(&c);
  tw_run_free(run);
}

// Counts the events of a kind.
static int64_t count_events(const test_collect *c, int32_t kind) {
  int64_t n = 0;
  for (int32_t i = 0; i < c->rows[TW_TABLE_EVENTS].n; i++)
    n += test_i32(c, TW_TABLE_EVENTS, TW_AT(EVENTS, KIND), i) == kind;
  return n;
}

Test(recorder, counts_what_the_run_counts) {
  tw_run *run = run_of(test_rich_line);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 2000);
  tw_recorder_detach(c.recorder, TWIN_OK);
  const tw_head *head = run->head;
  cr_assert_eq(count_events(&c, TW_FACT_SHIP), head->n_shipped);
  cr_assert_eq(count_events(&c, TW_FACT_SCRAP), head->n_scrapped);
  cr_assert_eq(count_events(&c, TW_FACT_LOSE), head->n_lost);
  cr_assert_eq(count_events(&c, TW_FACT_CREATE), head->n_created);
  cr_assert_eq(count_events(&c, TW_FACT_WINDOW), 1);
  cr_assert_eq(c.rows[TW_TABLE_PARTS].n, head->n_created);
  cr_assert_eq(test_i64(&c, TW_TABLE_REPLICATIONS, TW_AT(REPLICATIONS, N_EVENT), 0),
               c.rows[TW_TABLE_EVENTS].n);
  cr_assert_eq(c.rows[TW_TABLE_KPI].n, tw_quantity_count(run->line));
  test_collect_close(&c);
  tw_run_free(run);
}

// Once among the events, and in the row of its visit to the inspection.
Test(recorder, shows_where_a_part_was_rejected) {
  tw_run *run = run_of(test_rich_line);
  const int32_t look = test_place(run->line, "look");
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 2000);
  tw_recorder_detach(c.recorder, TWIN_OK);
  int64_t n = 0;
  for (int32_t i = 0; i < c.rows[TW_TABLE_VISITS].n; i++) {
    if (test_i32(&c, TW_TABLE_VISITS, TW_AT(VISITS, REJECTED), i) == 0) continue;
    cr_assert_eq(test_i32(&c, TW_TABLE_VISITS, TW_AT(VISITS, STATION), i), look);
    n++;
  }
  cr_assert_gt(n, 10);
  cr_assert_eq(count_events(&c, TW_FACT_REJECT), n);
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder, keeps_the_times_of_a_part_in_order) {
  tw_run *run = run_of(test_rich_line);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 2000);
  tw_recorder_detach(c.recorder, TWIN_OK);
  enum { N_PART = 4000 };
  static double left[N_PART];  // where the visit before ended
  for (int32_t i = 0; i < N_PART; i++) left[i] = NAN;
  for (int32_t i = 0; i < c.rows[TW_TABLE_VISITS].n; i++) {
    const int64_t part = test_i64(&c, TW_TABLE_VISITS, TW_AT(VISITS, PART), i);
    const double enter = test_f64(&c, TW_TABLE_VISITS, TW_AT(VISITS, ENTER), i);
    const double leave = test_f64(&c, TW_TABLE_VISITS, TW_AT(VISITS, LEAVE), i);
    cr_assert(part < N_PART);
    cr_assert(isnan(left[part]) || left[part] == enter, "part %d: %g, %g", (int)part, left[part],
              enter);
    cr_assert(isnan(leave) || leave >= enter);
    left[part] = leave;
  }
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder, stops_at_the_first_error_of_its_sink_and_says_it) {
  tw_run *run = run_of(test_rich_line);
  test_collect c;
  test_collect_open(&c, run->line);
  c.n_write_max = 2;
  tw_recorder_attach(c.recorder, run, 0);
  cr_assert_eq(test_until(run, 5000), TWIN_OK);
  cr_assert_eq(tw_recorder_detach(c.recorder, TWIN_OK), TWIN_ERR_IO);
  cr_assert_eq(c.n_write, 2);
  cr_assert_null(run->sink.fact);
  // it can be used for another run
  c.n_write_max = 0;
  cr_assert_eq(tw_recorder_attach(c.recorder, run, 1), TWIN_OK);
  test_until(run, 5100);
  cr_assert_eq(tw_recorder_detach(c.recorder, TWIN_OK), TWIN_OK);
  test_collect_close(&c);
  tw_run_free(run);
}

Test(words, hold_each_word_once) {
  tw_run *run = run_of(test_rich_line);
  tw_record_words *words = tw_record_words_new(run->line);
  for (int32_t id = 0; id < TW_WORDS_N; id++)
    for (int32_t i = 0; i < words->list[id].n; i++)
      for (int32_t k = 0; k < i; k++)
        cr_assert_str_neq(words->list[id].at[i], words->list[id].at[k]);
  const tw_words causes = words->list[TW_WORDS_CAUSE];
  for (int32_t i = 0; i < run->line->n_mode; i++)
    cr_assert_str_eq(causes.at[words->cause_of_mode[i]], run->line->mode[i].name);
  for (int32_t i = 0; i < run->line->n_place; i++)
    cr_assert_str_eq(causes.at[words->cause_of_place[i]], run->line->place[i].name);
  tw_record_words_free(words);
  tw_run_free(run);
}

// Monday 00:00 is in the night shift of Sunday; off shift the day is the date, and changes at midnight.
// Parts take 3 h: they leave at 3 and 6 h, and in the next night.
static const char nights[] =
    "{\"libtwin\": \"1.0\", \"run\": {\"start\": \"2026-03-02T00:00:00\"}, \"parts\": {\"p\": {}},"
    " \"calendars\": {\"c\": {\"shifts\": {\"night\": \"Sun-Fri 22:00-06:00\","
    "   \"special\": \"Sat 10:00-12:00\"}}}, \"defaults\": {\"calendar\": \"c\"},"
    " \"sources\": {\"raw\": {\"sequence\": [\"p\"], \"repeat\": true}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"3 h\"}},"
    " \"flow\": [[\"raw\", \"a\", \"out\"]]}";

Test(recorder, has_a_row_for_each_shift_by_its_production_day) {
  static const struct {
    int32_t day;
    const char *shift;
    double start_h, end_h;
    int32_t is_whole;
    int64_t good;
  } expected[] = {
      {-1, "night", 0, 6, 0, 1},
      {0, "off-shift", 6, 22, 1, 1},  // completed with the end of the shift, taken as the next opens
      {0, "night", 22, 30, 1, 2},
      {1, "off-shift", 30, 46, 1, 0},
      {1, "night", 46, 47, 0, 1},
  };
  tw_run *run = run_of(nights);
  test_collect c;
  test_collect_open(&c, run->line);
  cr_assert_eq(tw_recorder_attach(c.recorder, run, 0), TWIN_OK);
  test_until(run, 47 * 3600);
  cr_assert_eq(tw_recorder_detach(c.recorder, TWIN_OK), TWIN_OK);
  const int32_t t = TW_TABLE_SHIFTS;
  cr_assert_eq(c.rows[t].n, 5);
  for (int32_t i = 0; i < 5; i++) {
    const int32_t word = test_i32(&c, t, TW_AT(SHIFTS, SHIFT), i);
    cr_expect_eq(test_i32(&c, t, TW_AT(SHIFTS, DAY), i), expected[i].day, "row %d", i);
    cr_expect_str_eq(c.words->list[TW_WORDS_SHIFT].at[word], expected[i].shift, "row %d", i);
    cr_expect_eq(test_f64(&c, t, TW_AT(SHIFTS, START), i), expected[i].start_h * 3600, "row %d", i);
    cr_expect_eq(test_f64(&c, t, TW_AT(SHIFTS, END), i), expected[i].end_h * 3600, "row %d", i);
    cr_expect_eq(test_i32(&c, t, TW_AT(SHIFTS, WHOLE), i), expected[i].is_whole, "row %d", i);
    cr_expect_eq(test_i64(&c, t, TW_AT(SHIFTS, GOOD), i), expected[i].good, "row %d: %d", i,
                 (int)test_i64(&c, t, TW_AT(SHIFTS, GOOD), i));
    cr_expect_eq(test_i64(&c, t, TW_AT(SHIFTS, SCRAPPED), i), 0);
  }
  cr_expect_eq(c.words->list[TW_WORDS_SHIFT].n, 3);
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder, has_no_shifts_where_the_plant_has_no_calendar) {
  tw_run *run = run_of(by_hand);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 250);
  tw_recorder_detach(c.recorder, TWIN_OK);
  cr_expect_eq(c.rows[TW_TABLE_SHIFTS].n, 0);
  cr_expect_eq(c.words->list[TW_WORDS_SHIFT].n, 0);
  test_collect_close(&c);
  tw_run_free(run);
}

// a is set up and worked at by one person; the service waits for him from 25 s to 40 s, b from the
// start to 10 s and while he is at a.
static const char with_causes[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"workers\": {\"ops\": {\"skills\": [\"run\"]}},"
    " \"sources\": {\"r\": {\"orders\": [{\"part\": \"p\", \"release\": \"0 s\"}]},"
    "  \"s\": {\"orders\": [{\"part\": \"p\", \"release\": \"0 s\"}]}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"10 s\", \"needs\": [\"run\"],"
    "   \"maintenance\": {\"service\": {\"trigger\": {\"every\": \"25 s\", \"clock\": \"calendar\"},"
    "     \"at\": \"immediate\", \"duration\": \"5 s\", \"needs\": [\"run\"]}}},"
    "  \"b\": {\"type\": \"machine\", \"time\": \"30 s\", \"needs\": [\"run\"]}},"
    " \"flow\": [[\"r\", \"a\", \"out\"], [\"s\", \"b\", \"out\"]]}";

Test(recorder, names_maintenance_and_skills_as_causes) {
  static const expected_interval expected[] = {
      {"a", TWIN_PROCESSING, 0, 10, 1, ""},
      {"b", TWIN_WAITING_WORKER, 0, 10, 2, "run"},
      {"b", TWIN_PROCESSING, 10, 40, 2, ""},
      {"a", TWIN_MAINTENANCE_WAITING, 25, 40, 0, "service"},
      {"a", TWIN_PLANNED_MAINTENANCE, 40, 45, 0, "service"},
  };
  tw_run *run = run_of(with_causes);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 47);
  tw_recorder_detach(c.recorder, TWIN_OK);
  const int32_t t = TW_TABLE_INTERVALS;
  int32_t n_found = 0;
  for (int32_t e = 0; e < 5; e++)
    for (int32_t row = 0; row < c.rows[t].n; row++) {
      const int32_t place_i = test_i32(&c, t, TW_AT(INTERVALS, STATION), row);
      if (test_f64(&c, t, TW_AT(INTERVALS, START), row) != expected[e].start ||
          strcmp(run->line->place[place_i].name, expected[e].station) != 0)
        continue;
      expect_interval(&c, run->line, row, &expected[e]);
      n_found++;
    }
  cr_expect_eq(n_found, 5);
  test_collect_close(&c);
  tw_run_free(run);
}
