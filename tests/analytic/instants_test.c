// Thresholds that are met exactly on the tick of something else: the end of a shift or break, a
// failure, a repair, a completion, a release, the end of the warm-up, the end of the run. Located
// events are of class 1, so they come before all of it and see the machine as it was
// (SEMANTICS 2.1, 9.5), by every solver; and the run is the same to the bit however it is cut there
// (SEMANTICS 9.2).

#include <criterion/criterion.h>

#include <math.h>

#include "analytic/sentences.h"
#include "core/ode_cvode.h"
#include "engine/body/body.h"
#include "io/state_json.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/line_text.h"
#include "support/physics_line.h"

enum { N_SOLVER = 4, N_TEXT = 4000 };

static bool has(const char *solver) {
  return strncmp(solver, "cvode", 5) != 0 || tw_cvode_version() != NULL;
}

// ---- What happened on one tick ---------------------------------------------------------------

typedef struct tick_story {
  int64_t at_us;
  tw_text text;
} tick_story;

static const char *event_name(const tw_line *line, int32_t event_i) {
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_member *member = &line->member[m];
    const int32_t own = event_i - member->first_event;
    if (own >= 0 && own < member->system->n_event) return member->system->event[own].name;
  }
  return "?";
}

static void hear(void *self, const tw_run *run, const tw_fact *fact) {
  tick_story *to = self;
  if (fact->time_us != to->at_us) return;
  const char *word = fact->kind == TW_FACT_COMPLETE   ? "complete"
                     : fact->kind == TW_FACT_FAIL     ? "fail"
                     : fact->kind == TW_FACT_REPAIRED ? "repaired"
                     : fact->kind == TW_FACT_CREATE   ? "create"
                     : fact->kind == TW_FACT_WINDOW   ? "window"
                     : fact->kind == TW_FACT_STATE    ? twin_state_name(fact->state)
                     : fact->kind == TW_FACT_MODEL    ? event_name(run->line, fact->cause)
                                                      : NULL;
  if (word == NULL) return;
  tw_text_print(&to->text, "%s%s", to->text.n > 0 ? "; " : "", word);
}

// ---- Cuts ------------------------------------------------------------------------------------

static void expect_same(const tw_run *run, const tw_run *wanted, const char *how,
                        const char *solver) {
  tw_text text = {0};
  const bool is_other = tw_run_difference(wanted, run, &text);
  cr_expect(!is_other && tw_run_hash(run, true) == tw_run_hash(wanted, true), "%s by %s: %s", how,
            solver, text.at != NULL ? text.at : "another hash");
  tw_text_free(&text);
}

static void expect_valid(const tw_run *run, const char *how, const char *solver) {
  char why[200] = "";
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s by %s: %s", how, solver, why);
}

// `other` goes on from a snapshot of the run, and from its state as text, to the end.
static void check_restored(const tw_run *run, tw_run *other, const tw_run *wanted, double end_s,
                           const char *solver) {
  size_t n_byte;
  void *bytes = test_save(run, &n_byte);
  cr_assert_eq(tw_run_restore(other, bytes, n_byte, NULL), TWIN_OK);
  free(bytes);
  test_until(other, end_s);
  expect_same(other, wanted, "restored", solver);
  tw_text text = {0};
  cr_assert(tw_state_write(run, &text));
  cr_assert_eq(tw_state_read(other, text.at, text.n, "state", NULL), TWIN_OK);
  tw_text_free(&text);
  test_until(other, end_s);
  expect_same(other, wanted, "from its text", solver);
}

// Stops a tick before, on the tick (twice), a tick behind, and between all events of the tick.
static void check_cuts(tw_line *line, double at_s, double end_s, const char *solver) {
  const int64_t at_us = tw_ticks(at_s);
  tw_run *wanted = test_run(line, 1), *run = test_run(line, 1), *other = test_run(line, 2);
  cr_assert_eq(test_until(wanted, end_s), TWIN_OK);
  for (int64_t to_us = at_us - 1; to_us <= at_us + 1; to_us++) {
    cr_assert_eq(tw_run_until(run, to_us, NULL), TWIN_OK);
    expect_valid(run, "in pieces", solver);
    cr_assert_eq(tw_run_until(run, to_us, NULL), TWIN_OK);
    check_restored(run, other, wanted, end_s, solver);
    tw_run *fork = tw_run_fork(run);
    test_until(fork, end_s);
    expect_same(fork, wanted, "a fork", solver);
    tw_run_free(fork);
  }
  test_until(run, end_s);
  expect_same(run, wanted, "in pieces", solver);
  tw_run_free(run);
  run = test_run(line, 1);
  tw_run_until(run, at_us - 1, NULL);
  int32_t slot;
  int n_step = 0;
  while (tw_run_next_tick(run) <= at_us && tw_run_step(run, &slot, NULL) == TWIN_OK) {
    expect_valid(run, "between two events", solver);
    check_restored(run, other, wanted, end_s, solver);
    n_step++;
  }
  cr_expect_gt(n_step, 0, "nothing happens at %g s", at_s);
  test_until(run, end_s);
  expect_same(run, wanted, "event by event", solver);
  tw_run_free(run);
  tw_run_free(other);
  tw_run_free(wanted);
}

// ---- Lines -----------------------------------------------------------------------------------

// y is the time in s. 'e' comes at `at`; 'w' and 'v' too, where the word holds and where it does
// not. n counts them.
#define RAMP "'states': {'y': 0, 'n': 0}, 'equations': {'dy/dt': '1/(1 s)'}"
// The same as a motion in closed form: y is 1 - exp(-t/20 s), c the value at `at` s.
#define CURVE "'rtol': 1e-13, 'states': {'y': 0, 'n': 0}, 'equations': {'dy/dt': '(1 - y)/(20 s)'}"

// What happens on the tick of at_s; and the run goes the same way to 130 s however it is cut there.
static void expect_told(const char *sections, double at_s, const char *wanted, const char *solver) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at);
  tw_run *run = test_run(line, 1);
  tick_story told = {.at_us = tw_ticks(at_s)};
  run->sink = (tw_sink){.self = &told, .fact = hear};
  cr_assert_eq(test_until(run, at_s), TWIN_OK);
  tw_text_add(&told.text, "");
  cr_expect_str_eq(told.text.at, wanted, "\n  told by %s   %s\n  wanted %s", solver, told.text.at,
                   wanted);
  expect_valid(run, "on the tick", solver);
  check_cuts(line, at_s, 130, solver);
  tw_text_free(&told.text);
  tw_run_free(run);
  tw_line_unref(line);
}

// One machine "A", a part every 7 s; `rest` is said of the machine, `more` of the line. Up to 130
// s.
static void expect_tick(const char *more, const char *rest, const char *word, double at_s,
                        const char *wanted) {
  for (int s = 0; s < 2 * N_SOLVER; s++) {
    const char *solver = test_solvers[s % N_SOLVER];
    const bool is_curve = s >= N_SOLVER;
    // others come within 1e-9 s only as closely as their tolerance says
    if (!has(solver) || (is_curve && s > N_SOLVER)) continue;
    char sections[N_TEXT], threshold[40];
    test_print(threshold, sizeof threshold, "%.17g", is_curve ? -expm1(-at_s / 20) : at_s);
    test_print(
        sections, sizeof sections,
        "%s 'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '7 s', 'first': '0 s'}}, 'buffers': {'b': "
        "{'capacity': 'unlimited'}}, 'stations': {'A': {'type': 'machine', %s, 'dynamics': {'x': {'model': "
        "'equations', %s, 'solver': '%s', 'events': {'e': {'when': 'y >= %s', 'set': {'n': 'n + 1'}}, 'w': {'when': "
        "'y >= %s and (%s)', 'set': {'n': 'n + 10'}}, 'v': {'when': 'y >= %s and not (%s)', 'set': {'n': 'n + "
        "100'}}}}}}}, 'flow': [['s', 'b', 'A', 'out']]",
        more, rest, is_curve ? CURVE : RAMP, solver, threshold, threshold, word, threshold, word);
    expect_told(sections, at_s, wanted, is_curve ? "exact, a curve" : solver);
  }
}

#define MONDAY(calendar) \
  "'run': {'start': '2026-03-02T00:00:00'}, 'calendars': {'c': {" calendar "}},"
#define SHIFTS MONDAY("'shifts': {'a': ['Mon 00:00-00:01', 'Mon 00:02-00:30']}")
#define BREAK  MONDAY("'shifts': {'a': 'Mon 00:00-00:30'}, 'breaks': {'tea': 'Mon 00:01-00:02'}")

// A part comes every 7 s; that of 56 s is worked on from 56 s, or the machine is idle.
Test(instants, s2_1_on_the_end_of_a_shift) {
  expect_tick(SHIFTS, "'time': '6 s', 'calendar': 'c'", "on-shift", 60, "x/e; x/w; off-shift; x/v");
}

Test(instants, s2_1_on_the_begin_of_a_shift) {
  expect_tick(SHIFTS, "'time': '6 s', 'calendar': 'c'", "on-shift", 120,
              "x/e; x/v; processing; x/w");
}

Test(instants, s2_1_on_the_begin_of_a_break) {
  expect_tick(BREAK, "'time': '6 s', 'calendar': 'c'", "on-shift", 60, "x/e; x/w; break; x/v");
}

Test(instants, s2_1_on_the_end_of_a_break) {
  expect_tick(BREAK, "'time': '6 s', 'calendar': 'c'", "on-shift", 120,
              "x/e; x/v; processing; x/w");
}

Test(instants, s2_1_on_a_failure) {
  expect_tick("", "'time': '6 s', " WEAR("calendar", "'60 s'", "20 s", ""), "down", 60,
              "x/e; x/v; fail; failed-waiting; failed-repair; x/w");
}

Test(instants, s2_1_on_the_end_of_a_repair) {
  expect_tick("", "'time': '6 s', " WEAR("calendar", "'60 s'", "20 s", ""), "down", 80,
              "x/e; x/w; repaired; processing; x/v");
}

Test(instants, s2_1_on_a_completion) {
  // 7 and 6 s: parts begin at 0, 7, 14 ... and are completed at 6, 13, ..., 62
  expect_tick("", "'time': '6 s'", "processing", 62, "x/e; x/w; complete; starved; x/v");
}

Test(instants, s2_1_on_a_completion_behind_which_the_next_part_is_taken) {
  // 8 s a part, so from 56 to 64 s and on
  expect_tick("", "'time': '8 s'", "processing", 64, "x/e; x/w; complete");
}

Test(instants, s2_1_on_a_release) {
  expect_tick("", "'time': '6 s'", "processing", 63, "x/e; x/v; create; processing; x/w");
}

Test(instants, s2_3_on_the_end_of_the_warm_up) {
  expect_tick("'run': {'warmup': '61 s'},", "'time': '3 s'", "processing", 61, "x/e; x/v; window");
}

// ---- What ends processing --------------------------------------------------------------------

// Parts one behind the other; `rest` of the machine, whose model has states y and u.
static void expect_always(const char *more, const char *rest, const char *equations, double at_s,
                          const char *wanted) {
  for (int s = 0; s < N_SOLVER; s++) {
    // rates and their like are not solved in closed form everywhere
    const char *solver = s == 0 ? "auto" : test_solvers[s];
    if (!has(test_solvers[s])) continue;
    char sections[N_TEXT];
    test_print(
        sections, sizeof sections,
        "%s 'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', %s, "
        "'dynamics': {'x': {'model': 'equations', 'states': {'y': 0, 'u': 1}, %s, 'solver': '%s'}}}}, 'flow': [['s', "
        "'A', 'out']]",
        more, rest, equations, solver);
    expect_told(sections, at_s, wanted, solver);
  }
}

#define KEPT "'equations': {'dy/dt': '1/(1 s)'}"

// 10 s a part at this rate, so one is through at 60 s: it is finished, whatever else happens there.
#define RATE "'rate': '(0.1 + 0*x.u)*(1 + 0*x.y)/(1 s)'"

Test(instants, s2_4_a_part_whose_rate_has_made_it_on_the_end_of_a_shift_is_finished) {
  expect_always(SHIFTS, RATE ", 'calendar': 'c'", KEPT, 60, "rate/done; complete; off-shift");
}

Test(instants, s2_4_a_part_whose_rate_has_made_it_on_a_failure_is_finished) {
  expect_always("", RATE ", " WEAR("calendar", "'60 s'", "20 s", ", 'part': 'scrap'"), KEPT, 60,
                "rate/done; complete; fail; failed-waiting; failed-repair");
}

Test(instants, s2_4_a_part_whose_condition_is_met_on_the_begin_of_a_break_is_finished) {
  expect_always(BREAK, "'finish': {'when': 'x.y >= 60'}, 'calendar': 'c'",
                KEPT ", 'events': {'next': {'on': 'completion', 'set': {'y': -20}}}", 60,
                "finish/finish; x/next; complete; break");
}

Test(instants, s2_1_a_soak_that_ends_with_its_shift_is_over) {
  expect_always(SHIFTS, "'finish': {'when': 'x.y >= 50', 'soak': '10 s'}, 'calendar': 'c'", KEPT,
                60, "complete; off-shift");
}

// Its condition ceases when the soak would be over: what is located comes first.
Test(instants, s2_1_a_soak_whose_condition_ceases_on_its_last_tick_begins_again) {
  expect_always("", "'finish': {'when': 'x.y >= 50 and x.y < 60', 'soak': '10 s'}", KEPT, 60, "");
}

// The end of a run counts what comes on its tick.
Test(instants, s2_3_on_the_end_of_the_run) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(test_solvers[s])) continue;
    char sections[N_TEXT];
    test_print(
        sections, sizeof sections,
        "'run': {'horizon': '60 s'}, 'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '7 s'}}, "
        "'stations': {'A': {'type': 'machine', 'time': '6 s', 'dynamics': {'x': {'model': 'equations', " RAMP
        ", "
        "'solver': '%s', 'events': {'e': {'when': 'y >= 60', 'set': {'n': 1}}, 'f': {'when': 'y > 60.000001', 'set': "
        "{'n': 2}}}}}}}, 'flow': [['s', 'A', 'out']]",
        test_solvers[s]);
    tw_run *run = run_of(sections, 60);
    cr_expect_eq(run->model_event[0].n, 1, "%s", test_solvers[s]);
    cr_expect_eq(run->model_event[1].n, 0, "%s", test_solvers[s]);
    cr_expect_eq(tw_variable_now(run, &run->line->member[0], 1), 1);
    cr_expect(fabs(tw_variable_now(run, &run->line->member[0], 0) - 60) < 1e-9);
    tw_run_free(run);
  }
}

// Two models on two machines, and two of one machine: in file order, each with its own instant.
Test(instants, s2_1_thresholds_of_several_machines_on_one_tick_come_in_file_order) {
  for (int s = 0; s < N_SOLVER; s++) {
    if (!has(test_solvers[s])) continue;
    char sections[N_TEXT];
#define ONE(name, at) \
  "'" name \
  "': {'model': 'equations', 'solver': '%s', 'states': {'y': 0}, 'equations': {'dy/dt': '1/(1 s)'}, " \
  "'events': {'e': {'when': 'y >= " at "'}}}"
    test_print(
        sections, sizeof sections,
        "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '30 s'}}, 'stations': {'A': {'type': 'machine', "
        "'machines': 2, 'time': '30 s', 'dynamics': {" ONE("a", "59.9999999") ", " ONE(
            "b",
            "59.9999997") "}}, 'B': {'type': 'machine', 'time': '29 s', 'dynamics': {" ONE("c",
                                                                                           "59.9999991") "}}}, 'flow': [['s', 'A', 'B', "
                                                                                                         "'out']]",
        test_solvers[s], test_solvers[s], test_solvers[s]);
    expect_told(sections, 60,
                "a/e; b/e; a/e; b/e; c/e; complete; create; processing; processing; starved",
                test_solvers[s]);
  }
}
