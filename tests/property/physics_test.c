// physics_test.c - results of machine models do not depend, bit for bit, on what is read, recorded or
// sampled, on how `until` is cut, on snapshots and forks inside segments, on which thread ran, nor on the
// models of other stations (SEMANTICS 9.2, 9.3); for every solver.

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "io/state_json.h"
#include "observe/quantity.h"
#include "state/adopt.h"
#include "state/hash.h"
#include "state/ops.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "study/study.h"
#include "support/collect.h"
#include "support/line_text.h"
#include "support/physics_line.h"

enum { END_S = 2000, N_CUT = 120, SEED = 7, N_SOLVER = 4 };

static void expect_same(const tw_run *run, const tw_run *wanted, const char *when) {
  tw_text text = {0};
  const bool is_other = tw_run_difference(wanted, run, &text);
  cr_assert_not(is_other, "%s: %s", when, text.at);
  cr_assert_eq(tw_run_hash(run, true), tw_run_hash(wanted, true), "%s", when);
  tw_text_free(&text);
}

static void expect_valid(const tw_run *run, const char *when) {
  char why[200] = "";
  cr_assert(tw_run_is_valid(run, why, sizeof why), "%s: %s", when, why);
}

// Reads all that models show, and every figure.
static void read_all(const tw_run *run) {
  const tw_line *line = run->line;
  double values[TW_STATION_VARIABLES_MAX];
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_member *member = &line->member[m];
    for (int32_t i = 0; i < member->system->n_variable; i++) {
      tw_variable_now(run, member, i);
      tw_variable_course(run, member, i);
    }
    for (int32_t i = 0; i < member->system->n_output; i++) {
      tw_output_now(run, member, i);
      tw_output_course(run, member, i);
    }
    tw_bodies_fill(run, member->machine_i, values);
  }
  for (int32_t i = 0; i < tw_quantity_count(line); i++) tw_quantity_value(run, tw_quantity_at(line, i));
}

// What is done to a run at a cut; it goes on in `other`, which has been elsewhere, or in itself.
typedef enum disturbance { READS, SNAPSHOT, FORK, COPY, STEPS, TEXT, ANOTHER_LINE, RECORDER, N_DISTURBANCE } disturbance;

static tw_run *by_snapshot(tw_run *run, tw_run *other) {
  size_t n_byte;
  void *bytes = test_save(run, &n_byte);
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_run_restore(other, bytes, n_byte, problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  free(bytes);
  return other;
}

static tw_run *by_text(tw_run *run, tw_run *other) {
  tw_text text = {0};
  twin_problems *problems = twin_problems_new();
  cr_assert(tw_state_write(run, &text));
  const twin_status status = tw_state_read(other, text.at, text.n, "state", problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  tw_text_free(&text);
  return other;
}

// To a line of the same meaning, and back.
static tw_run *by_another_line(tw_run *run, tw_run *other, tw_line *twin) {
  tw_run *there = test_run(twin, 5);
  cr_assert_eq(tw_run_adopt(there, run, NULL, NULL), TWIN_OK);
  cr_assert_eq(tw_run_hash(there, true), tw_run_hash(run, true));
  cr_assert_eq(tw_run_adopt(other, there, NULL, NULL), TWIN_OK);
  tw_run_free(there);
  return other;
}

static void go_elsewhere(tw_run *run) {
  tw_run_reseed(run, 5);
  tw_run_apply(run, (tw_op){.code = TW_OP_machine_down, .argument = {0}}, NULL);
  test_until(run, tw_seconds(run->head->now_us) + 40);
}

// Gives the run that goes on; the other one is elsewhere.
static tw_run *disturb(disturbance what, tw_run *run, tw_run *other, tw_line *twin) {
  int32_t slot;
  tw_run *fork;
  switch (what) {
  case READS: read_all(run); return run;
  case SNAPSHOT: return by_snapshot(run, other);
  case FORK:
    fork = tw_run_fork(run);
    go_elsewhere(fork);
    tw_run_free(fork);
    return run;
  case COPY: cr_assert_eq(tw_run_copy(other, run), TWIN_OK); return other;
  case STEPS:
    for (int i = 0; i < 5; i++) {
      tw_run_step(run, &slot, NULL);
      expect_valid(run, "between two events");
      read_all(run);
    }
    return run;
  case TEXT: return by_text(run, other);
  case ANOTHER_LINE: return by_another_line(run, other, twin);
  default: return run;
  }
}

// A run that is disturbed in one way, or in any (N_DISTURBANCE), comes to the same.
static void expect_undisturbed(const char *solver, disturbance only) {
  tw_line *line = test_physics_line(solver), *twin = test_physics_line(solver);
  if (line == NULL) cr_skip_test("this build has no SUNDIALS");
  tw_run *wanted = test_run(line, SEED), *a = test_run(line, SEED), *b = test_run(line, SEED + 1);
  cr_assert_eq(test_until(wanted, END_S), TWIN_OK);
  cr_assert(wanted->head->n_shipped > 100 && wanted->head->n_event > 5000);
  test_until(b, 777);
  test_random random = {.seed = (uint64_t)only + 1};
  int64_t at_us = 0;
  test_collect collect;
  test_collect_open(&collect, line);
  for (int32_t i = 0; i < N_CUT; i++) {
    at_us += (int64_t)(test_word(&random) % (2 * (uint64_t)END_S * (uint64_t)TW_TICKS_PER_S / N_CUT));
    if (test_chance(&random, 30)) at_us -= at_us % TW_TICKS_PER_S;
    if (at_us >= END_S * (int64_t)TW_TICKS_PER_S) break;
    if (at_us < a->head->now_us) continue;
    cr_assert_eq(tw_run_until(a, at_us, NULL), TWIN_OK);
    disturbance what = only;
    if (only == N_DISTURBANCE) what = (disturbance)test_pick(&random, N_DISTURBANCE);
    if (what == RECORDER) {
      tw_recorder_attach(collect.recorder, a, 0);
      test_until(a, tw_seconds(at_us) + 3);
      tw_recorder_detach(collect.recorder, TWIN_OK);
      continue;
    }
    tw_run *next = disturb(what, a, b, twin);
    if (next == a) continue;
    expect_same(next, a, "behind the change");
    expect_valid(next, "behind the change");
    b = a;
    a = next;
    if (i % 3 == 0) go_elsewhere(b);
  }
  test_until(a, END_S);
  expect_same(a, wanted, "at the end");
  test_collect_close(&collect);
  tw_run_free(wanted);
  tw_run_free(a);
  tw_run_free(b);
  tw_line_unref(line);
  tw_line_unref(twin);
}

#define FOR_EACH_SOLVER(name, what)                                                                 \
  Test(physics, name##_exact, .timeout = 120) { expect_undisturbed("exact", what); }                \
  Test(physics, name##_by_rk, .timeout = 120) { expect_undisturbed("rk", what); }                   \
  Test(physics, name##_by_cvode, .timeout = 120) { expect_undisturbed("cvode", what); }             \
  Test(physics, name##_by_cvode_adams, .timeout = 120) { expect_undisturbed("cvode-adams", what); }

FOR_EACH_SOLVER(reads_change_nothing, READS)
FOR_EACH_SOLVER(snapshots_change_nothing, SNAPSHOT)
FOR_EACH_SOLVER(forks_change_nothing, FORK)
FOR_EACH_SOLVER(copies_change_nothing, COPY)
FOR_EACH_SOLVER(single_events_change_nothing, STEPS)
FOR_EACH_SOLVER(states_as_text_change_nothing, TEXT)
FOR_EACH_SOLVER(the_same_line_elsewhere_changes_nothing, ANOTHER_LINE)
FOR_EACH_SOLVER(a_recorder_changes_nothing, RECORDER)
FOR_EACH_SOLVER(nothing_of_all_this_changes_anything, N_DISTURBANCE)

Test(physics, statistics_do_not_change_the_path, .timeout = 120) {
  for (int32_t s = 0; s < N_SOLVER; s++) {
    tw_line *line = test_physics_line(test_solvers[s]);
    if (line == NULL) continue;
    tw_run *wanted = test_run(line, SEED);
    tw_run *run = tw_run_new(
        line, &(tw_run_setup){.seed = SEED, .warmup_us = line->warmup_us, .horizon_us = wanted->head->horizon_us});
    test_until(wanted, END_S);
    test_until(run, END_S);
    cr_expect_eq(tw_run_hash(run, false), tw_run_hash(wanted, false), "%s", test_solvers[s]);
    tw_run_free(run);
    tw_run_free(wanted);
    tw_line_unref(line);
  }
}

// Final states of replications, as one number.
static uint64_t hash_study(tw_line *line, uint32_t n_thread) {
  const tw_study_setup setup = {
      .n_thread = n_thread, .n_replication = 7, .seed = 11, .warmup_us = tw_ticks(60), .horizon_us = tw_ticks(900)};
  tw_study *study = tw_study_new(line, &setup);
  cr_assert_eq(tw_study_run(study, NULL), TWIN_OK);
  uint64_t hash = TW_HASH_SEED;
  for (uint32_t r = 0; r < 7; r++) hash = tw_hash_word(hash, tw_study_hash(study, r));
  tw_study_free(study);
  return hash;
}

Test(physics, replications_are_the_same_on_any_number_of_threads, .timeout = 120) {
  for (int32_t s = 0; s < N_SOLVER; s++) {
    tw_line *line = test_physics_line(test_solvers[s]);
    if (line == NULL) continue;
    const uint64_t alone = hash_study(line, 1);
    for (uint32_t n_thread = 2; n_thread <= 4; n_thread++)
      cr_assert_eq(hash_study(line, n_thread), alone, "%s, %u threads", test_solvers[s], (unsigned)n_thread);
    tw_line_unref(line);
  }
}

// ---- Other stations --------------------------------------------------------------------------

// Values and slopes of all models of a machine, as one number.
static uint64_t hash_models(const tw_run *run, const char *place) {
  const tw_line *line = run->line;
  uint64_t hash = TW_HASH_SEED;
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_member *member = &line->member[m];
    if (strcmp(line->place[line->machine[member->machine_i].node_i].name, place) != 0) continue;
    const tw_body_state *state = &run->body[member->body_i];
    hash = tw_hash_bytes(hash, &run->variable[member->first_variable],
                         (size_t)member->system->n_variable * sizeof *run->variable);
    const double now[] = {state->t_s, state->h_s, state->next_h_s, state->origin_s, (double)state->origin_us};
    hash = tw_hash_bytes(hash, now, sizeof now);
  }
  return hash;
}

Test(physics, of_other_stations_do_not_matter, .timeout = 120) {
  for (int32_t s = 0; s < N_SOLVER; s++) {
    tw_line *line = test_physics_line(test_solvers[s]);
    if (line == NULL) continue;
    // a machine that nothing comes to, in front of all others, with a stiff model and one that switches
    char *text = test_physics_text(
        test_solvers[s],
        "'other': {'type': 'machine', 'time': '3 s', 'dynamics': {'x': {'model': 'equations', 'states': {'y': 1, 'z': 0},"
        " 'equations': {'dy/dt': '(sin(z) - y)*(50 1/s)', 'dz/dt': '1 1/s'}}, 'w': {'model': 'equations',"
        " 'states': {'v': 0, 'u': 1}, 'equations': {'dv/dt': 'u*(1 1/s)'}, 'events': {'up': {'when': 'v >= 1', 'set':"
        " {'u': -1}}, 'down': {'when': 'v <= 0', 'set': {'u': 1}}}}}}, ");
    char *flow = strstr(text, "\"flow\": [");
    cr_assert_not_null(flow);
    tw_text with = {0}, why = {0};
    tw_text_add_n(&with, text, (size_t)(flow - text));
    tw_text_add(&with, "\"flow\": [[\"t\", \"other\", \"out\"], ");
    tw_text_add(&with, flow + strlen("\"flow\": ["));
    char *sources = strstr(with.at, "\"sources\": {");
    tw_text all = {0};
    tw_text_add_n(&all, with.at, (size_t)(sources - with.at));
    tw_text_add(&all, "\"sources\": {\"t\": {\"sequence\": [\"light\"], \"every\": \"11 s\", \"repeat\": true}, ");
    tw_text_add(&all, sources + strlen("\"sources\": {"));
    tw_line *more = test_line(all.at, &why);
    cr_assert_not_null(more, "%s", why.at);
    tw_run *a = test_run(line, SEED), *b = test_run(more, SEED);
    static const char *const places[] = {"cnc", "oven", "press"};
    for (int32_t i = 1; i <= 20; i++) {
      test_until(a, END_S / 20.0 * i);
      test_until(b, END_S / 20.0 * i);
      for (int32_t p = 0; p < 3; p++)
        cr_assert_eq(hash_models(a, places[p]), hash_models(b, places[p]), "%s by %s at %d", places[p],
                     test_solvers[s], (int)i);
    }
    tw_run_free(a);
    tw_run_free(b);
    tw_line_unref(line);
    tw_line_unref(more);
    tw_text_free(&with);
    tw_text_free(&all);
    tw_text_free(&why);
    free(text);
  }
}
