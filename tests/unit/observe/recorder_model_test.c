// recorder_model_test.c - rows of machine models: a counter that goes from 0 to 1 in 10 s, half a
// tick more on the way, and begins again; an oven that has two words for hot.

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "observe/recorder.h"
#include "support/collect.h"
#include "support/story.h"

static const char counter[] =
    "'sources': {'raw': {'sequence': ['p'], 'repeat': true, 'every': '20 s'}},"
    " 'stations': {'m': {'type': 'machine', 'time': '15 s', 'machines': 2, 'dynamics':"
    "  {'count': {'model': 'equations', 'states': {'x': 0, 'n': '3 kg', 'v': '5 m'},"
    "    'equations': {'dx/dt': '1/(10.0000005 s)'},"
    "    'events': {'wrap': {'when': 'x >= 1', 'set': {'x': 0, 'n': 'n + 1 kg'}},"
    "               'half': {'when': 'x >= 0.5'}}},"
    "   'heat': {'model': 'equations', 'states': {'T': '20 degC'}, 'equations': {'dT/dt': '1 K/s'},"
    "    'events': {'warm': {'when': 'T >= 45 degC'}}}}}},"
    " 'flow': [['raw', 'm', 'out']]";

static tw_run *run_of(const char *sections) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  return run;
}

static const char *name_in(const test_collect *c, int32_t table, int32_t column, tw_words_id words,
                           int32_t row) {
  const int32_t i = test_i32(c, table, column, row);
  return i < 0 ? "" : c->words->list[words].at[i];
}

typedef struct signal {
  const char *event, *state, *unit;
  double instant, before, after;
} signal;

static void expect_signal(const test_collect *c, int32_t row, const signal *e) {
  const int32_t t = TW_TABLE_SIGNALS;
  cr_assert_str_eq(name_in(c, t, TW_AT(SIGNALS, EVENT), TW_WORDS_MODEL_EVENT, row), e->event);
  cr_assert_str_eq(name_in(c, t, TW_AT(SIGNALS, STATE), TW_WORDS_MODEL_STATE, row), e->state);
  cr_assert_str_eq(name_in(c, t, TW_AT(SIGNALS, UNIT), TW_WORDS_UNIT, row), e->unit);
  cr_assert_float_eq(test_f64(c, t, TW_AT(SIGNALS, INSTANT), row), e->instant, 2e-9);
  const double before = test_f64(c, t, TW_AT(SIGNALS, BEFORE), row);
  const double after = test_f64(c, t, TW_AT(SIGNALS, AFTER), row);
  cr_assert_eq(isnan(e->before), isnan(before));
  cr_assert(isnan(before) || fabs(before - e->before) < 1e-9);
  cr_assert(isnan(before) ? isnan(after) : fabs(after - e->after) < 1e-9);
  // the line learns of it on the tick behind it
  const double late = test_f64(c, t, TW_AT(SIGNALS, TIME), row) - e->instant;
  cr_assert(late > -3e-9 && late < 1e-6 + 3e-9, "row %d: %g", row, late);
}

Test(recorder_model, an_event_has_a_row_for_each_state_that_it_sets) {
  static const signal expected[] = {
      {"count/half", "", "", 5.00000025, NAN, NAN},
      {"count/wrap", "count.x", "1", 10.0000005, 1, 0},
      {"count/wrap", "count.n", "kg", 10.0000005, 3, 4},
      {"count/half", "", "", 15.00000075, NAN, NAN},
      {"count/wrap", "count.x", "1", 20.000001, 1, 0},
      {"count/wrap", "count.n", "kg", 20.000001, 4, 5},
      {"heat/warm", "", "", 25, NAN, NAN},
      {"count/half", "", "", 25.00000125, NAN, NAN},
  };
  tw_run *run = run_of(counter);
  test_collect c;
  test_collect_open(&c, run->line);
  cr_assert_eq(tw_recorder_attach(c.recorder, run, 0), TWIN_OK);
  test_until(run, 28);
  cr_assert_eq(tw_recorder_detach(c.recorder, TWIN_OK), TWIN_OK);
  cr_assert_eq(c.rows[TW_TABLE_SIGNALS].n, 2 * 8);
  for (int32_t machine = 1; machine <= 2; machine++)
    for (int32_t row = 0, k = 0; row < 16; row++) {
      if (test_i32(&c, TW_TABLE_SIGNALS, TW_AT(SIGNALS, MACHINE), row) != machine) continue;
      expect_signal(&c, row, &expected[k++]);
    }
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder_model, the_table_of_events_has_one_row_for_each_with_its_instant) {
  tw_run *run = run_of(counter);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 12);
  tw_recorder_detach(c.recorder, TWIN_OK);
  int n = 0;
  for (int32_t row = 0; row < c.rows[TW_TABLE_EVENTS].n; row++) {
    const char *kind =
        tw_words_fixed(TW_WORDS_KIND).at[test_i32(&c, TW_TABLE_EVENTS, TW_AT(EVENTS, KIND), row)];
    cr_assert_str_neq(kind, "set");
    if (strcmp(kind, "model") != 0) continue;
    const double instant = test_f64(&c, TW_TABLE_EVENTS, TW_AT(EVENTS, VALUE), row);
    cr_assert_float_eq(instant, n < 2 ? 5.00000025 : 10.0000005, 2e-9);
    n++;
  }
  cr_assert_eq(n, 4);
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder_model, a_replication_ends_with_how_its_models_were_solved) {
  tw_run *run = run_of(counter);
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 3);
  test_until(run, 28);
  tw_recorder_detach(c.recorder, TWIN_OK);
  const int32_t t = TW_TABLE_SOLVERS;
  cr_assert_eq(c.rows[t].n, 4);
  for (int32_t row = 0; row < 4; row++) {
    const bool is_count = row % 2 == 0;
    cr_assert_eq(test_i32(&c, t, 0, row), 3);
    static const char *const objects[] = {"m[1].count", "m[1].heat", "m[2].count", "m[2].heat"};
    cr_assert_str_eq(name_in(&c, t, TW_AT(SOLVERS, OBJECT), TW_WORDS_OBJECT, row), objects[row]);
    cr_assert_str_eq(name_in(&c, t, TW_AT(SOLVERS, SOLVER), TW_WORDS_SOLVER, row), "exact");
    cr_assert_not_null(
        strstr(name_in(&c, t, TW_AT(SOLVERS, REASON), TW_WORDS_REASON, row), "closed form"));
    cr_assert_eq(test_i32(&c, t, TW_AT(SOLVERS, STATES), row), 1);
    cr_assert_eq(test_i64(&c, t, TW_AT(SOLVERS, LOCATED), row), is_count ? 5 : 1);
  }
  test_collect_close(&c);
  tw_run_free(run);
}

// The shared model and the machines that read it are one object.
Test(recorder_model, events_of_a_shared_model_are_of_no_station) {
  tw_run *run = run_of(
      "'shared': {'count': {'model': 'equations', 'states': {'x': 0}, 'equations': {'dx/dt':"
      "  '1/(10 s)'}, 'events': {'wrap': {'when': 'x >= 1', 'set': {'x': 0}}}}},"
      " 'sources': {'raw': {'sequence': ['p']}}, 'stations': {'m': {'type': 'machine', 'time':"
      "  '1 s', 'machines': 2, 'dynamics': {'heat': {'model': 'equations', 'states': {'Q': 0},"
      "  'equations': {'dQ/dt': '(1 - count.x)/(1 s)'}}}}}, 'flow': [['raw', 'm', 'out']]");
  test_collect c;
  test_collect_open(&c, run->line);
  tw_recorder_attach(c.recorder, run, 0);
  test_until(run, 25);
  tw_recorder_detach(c.recorder, TWIN_OK);
  const int32_t t = TW_TABLE_SIGNALS;
  cr_assert_eq(c.rows[t].n, 2);
  for (int32_t row = 0; row < 2; row++) {
    cr_assert_eq(test_i32(&c, t, TW_AT(SIGNALS, STATION), row), -1);
    cr_assert_eq(test_i32(&c, t, TW_AT(SIGNALS, MACHINE), row), 0);
    cr_assert_float_eq(test_f64(&c, t, TW_AT(SIGNALS, INSTANT), row), 10 + 10 * row, 1e-6);
    cr_assert_float_eq(test_f64(&c, t, TW_AT(SIGNALS, BEFORE), row), 1, 1e-6);
  }
  cr_assert_eq(c.rows[TW_TABLE_SOLVERS].n, 1);
  cr_assert_eq(test_i32(&c, TW_TABLE_SOLVERS, TW_AT(SOLVERS, STATES), 0), 3);
  cr_assert_eq(test_i64(&c, TW_TABLE_SOLVERS, TW_AT(SOLVERS, LOCATED), 0), 2);
  test_collect_close(&c);
  tw_run_free(run);
}

Test(recorder_model, a_line_without_models_has_none_of_their_tables) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(
      "'sources': {'raw': {'sequence': ['p']}}, 'stations': {'m': {'type': 'machine', 'time': '1 s'}},"
      " 'flow': [['raw', 'm', 'out']]",
      &why);
  cr_assert_not_null(line, "%s", why.at);
  bool has_table[TW_TABLE_N];
  tw_recorder_tables(line, &(tw_record_what){true, true, true, TW_RECORD_ALL_SIGNALS}, has_table);
  cr_assert_not(has_table[TW_TABLE_SIGNALS] || has_table[TW_TABLE_CURVES] || has_table[TW_TABLE_SOLVERS]);
  cr_assert(has_table[TW_TABLE_EVENTS] && has_table[TW_TABLE_VISITS] && has_table[TW_TABLE_KPI]);
  tw_line_unref(line);
}
