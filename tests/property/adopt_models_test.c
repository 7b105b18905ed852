// adopt_models_test.c - a state with machine models moves onto a line whose models are others: what
// both have goes on by name from its present value, what is new starts as at time zero and is told,
// and the run is valid and goes on (state/adopt_bodies.c). Random pairs of lines: TWIN_LINES=n
// tries n of them, TWIN_FIRST=n begins with number n, TWIN_SAY=1 tells why one is refused. Changes
// by hand are in adopt_changes_test.c.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ode_cvode.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/energy.h"
#include "state/adopt.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/physics_line.h"
#include "support/story.h"

// ---- Random lines ----------------------------------------------------------------------------

enum { N_PAIR = 500, N_WHY = 300 };

static bool is_one_in(test_random *random, int32_t n) { return test_pick(random, n) == 0; }

static const char *solver_word(test_random *random) {
  const int32_t i = test_pick(random, 6);
  if (i >= 4 || (i >= 2 && tw_cvode_version() == NULL)) return "auto";
  return i == 0 ? "rk" : test_solvers[i];
}

// The models of station "A": `has_heat` and others are what the station refers to.
typedef struct plan {
  int32_t n_machine, end;  // how processing ends: time, condition, condition and soak, rate
  bool has_heat, is_renamed, has_tool, has_request, has_hall, has_hazard, has_energy, is_carried;
  int32_t heat_s, capacity, until;  // until: none, a condition, a duration
} plan;

static plan make_plan(test_random *random) {
  return (plan){.n_machine = 1 + test_pick(random, 3),
                .end = test_pick(random, 4),
                .has_heat = !is_one_in(random, 4),
                .is_renamed = is_one_in(random, 4),
                .has_tool = !is_one_in(random, 3),
                .has_request = is_one_in(random, 2),
                .has_hall = is_one_in(random, 3),
                .has_hazard = is_one_in(random, 2),
                .until = test_pick(random, 3),
                .has_energy = is_one_in(random, 2),
                .is_carried = is_one_in(random, 2),
                .heat_s = 20 + 20 * test_pick(random, 3),
                .capacity = 3 + test_pick(random, 3)};
}

static void add_end(const plan *at, tw_text *out) {
  const char *state = !at->has_heat ? NULL : at->is_renamed ? "heat.temp" : "heat.T";
  if (at->end == 0 || state == NULL)
    tw_text_add(out, "'time': '7 s'");
  else if (at->end == 3)
    tw_text_print(out, "'rate': '(0.1 + 0.001*(%s - 20 degC)/(1 K))/(1 s)'", state);
  else
    tw_text_print(out, "'finish': {'when': '%s >= 50 degC', 'soak': '%d s'}", state,
                  at->end == 1 ? 0 : 4);
}

static void add_heat(const plan *at, test_random *random, tw_text *out) {
  const char *name = at->is_renamed ? "temp" : "T";
  tw_text_print(
      out,
      "'heat': {'model': 'equations', 'states': {'%s': '20 degC', 'u': 1}, 'outputs': {'heat': '50 W/K*(%s - %s)', "
      "'power': 'u*(2 kW)'}, 'equations': {'d%s/dt': '(u*(100 K) - (%s - %s))/(%d s)'}, 'solver': '%s', 'events': "
      "{'off': {'when': '%s >= 60 degC', 'set': {'u': 0}}, 'on': {'when': '%s <= 45 degC', 'set': {'u': 1}}, "
      "'warm': {'when': '%s >= 55 degC', 'hysteresis': '5 K'}}}",
      name, name, at->has_hall ? "hall.T" : "20 degC", name, name,
      at->has_hall ? "hall.T" : "20 degC", (int)at->heat_s,
      at->has_hall ? "auto" : solver_word(random), name, name, name);
}

static void add_models(const plan *at, test_random *random, tw_text *out) {
  if (!at->has_heat && !at->has_tool) return;
  tw_text_add(out, ", 'dynamics': {");
  if (at->has_heat) add_heat(at, random, out);
  if (at->has_tool)
    tw_text_print(
        out,
        "%s'tool': {'model': 'tool-wear', 'rate': '0.01 1/s', 'growth': 1, 'events': {'worn': {'when': 'wear >= 0.7', "
        "%s}}}",
        at->has_heat ? ", " : "", at->has_request ? "'request': 'change'" : "'set': {'wear': 0}");
  tw_text_add(out, "}");
}

static void add_upkeep(const plan *at, tw_text *out) {
  if (at->has_tool && at->has_hazard)
    tw_text_add(
        out,
        ", 'failures': {'burn': {'clock': 'processing', 'hazard': '(0.01 + tool.wear/20)/(1 s)', 'repair': '6 s', "
        "'part': 'restart'}}");
  const bool has_change = at->has_tool && at->has_request, has_cool = at->has_heat && at->until > 0;
  if (!has_change && !has_cool) return;
  tw_text_add(out, ", 'maintenance': {");
  if (has_change)
    tw_text_add(out,
                "'change': {'trigger': 'request', 'duration': '5 s', 'set': {'tool.wear': 0}}");
  if (has_cool) {
    tw_text_print(out, "%s'cool': {'trigger': {'every': '15 s', 'clock': 'processing'}, ",
                  has_change ? ", " : "");
    if (at->until == 1)
      tw_text_print(out, "'until': 'heat.%s <= 35 degC'}", at->is_renamed ? "temp" : "T");
    else
      tw_text_add(out, "'duration': '9 s'}");
  }
  tw_text_add(out, "}");
}

static tw_line *make_line(const plan *at, test_random *random) {
  tw_text out = {0}, why = {0};
  tw_text_print(
      &out, "'parts': {'p': {'mass': '1 kg', 'attributes': {'T': '20 degC'}%s}},",
      at->is_carried ? ", 'carried': {'T': {'toward': '20 degC', 'time_constant': '50 s'}}" : "");
  if (at->has_energy)
    tw_text_add(&out, "'energy': {'carbon': '400 g/kWh', 'peak': {'window': '1 min'}},");
  if (at->has_hall)
    tw_text_print(
        &out,
        "'shared': {'hall': {'model': 'equations', 'states': {'T': '20 degC'}, 'equations': {'dT/dt': "
        "'(%s300 W/K*(15 degC - T))/(40 kJ/K)'}}},",
        at->has_heat ? "sum.heat + " : "");
  tw_text_print(
      &out,
      "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '5 s'}}, 'buffers': {'b': {'capacity': %d}}, "
      "'stations': {'A': {'type': 'machine', 'machines': %d, ",
      (int)at->capacity, (int)at->n_machine);
  add_end(at, &out);
  if (at->has_heat && at->is_carried)
    tw_text_print(&out, ", 'sets': {'part.T': 'heat.%s'}", at->is_renamed ? "temp" : "T");
  if (at->has_energy) tw_text_add(&out, ", 'power': {'processing': '3 kW', 'idle': '0.5 kW'}");
  add_models(at, random, &out);
  add_upkeep(at, &out);
  tw_text_add(&out, "}}, 'flow': [['s', 'b', 'A', 'out']]");
  tw_line *line = test_quoted_line(out.at, &why);
  cr_assert(line != NULL, "%s\n%s", why.at, out.at);
  tw_text_free(&out);
  return line;
}

// ---- What must hold --------------------------------------------------------------------------

static const tw_member *find_variable(const tw_line *line, int32_t machine_i, const char *name,
                                      int32_t *i) {
  *i = 0;
  for (int32_t m = 0; m < line->n_member; m++)
    for (*i = 0; *i < line->member[m].system->n_variable; ++*i)
      if (line->member[m].machine_i == machine_i &&
          strcmp(line->member[m].system->variable[*i].name, name) == 0)
        return &line->member[m];
  return NULL;
}

// States that both lines have, machine by machine, have the values that they had, but a tool that
// was changed at once. Returns how many there are.
static int32_t compare_states(const tw_run *run, const tw_run *from, int64_t number) {
  int32_t n = 0, own;
  for (int32_t m = 0; m < run->line->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    const int32_t machine_i = member->machine_i;
    if (machine_i != TW_NONE && machine_i >= from->line->n_machine) continue;
    for (int32_t i = 0; i < member->system->n_variable; i++) {
      const char *name = member->system->variable[i].name;
      const tw_member *old = find_variable(from->line, machine_i, name, &own);
      const bool is_worn = strcmp(name, "tool.wear") == 0;
      const bool is_kept = strcmp(name, "heat.T") == 0 || strcmp(name, "heat.temp") == 0 ||
                           strcmp(name, "hall.T") == 0 || strncmp(name, "hazard", 6) == 0;
      if (old == NULL || (!is_worn && !is_kept)) continue;
      const double now = tw_variable_now(run, member, i), before = tw_variable_now(from, old, own);
      cr_expect(now == before || (is_worn && now == 0), "pair %lld: %s is %g, not %g",
                (long long)number, name, now, before);
      n++;
    }
  }
  return n;
}

static bool is_known(twin_status status) {
  return status == TWIN_OK || status == TWIN_ERR_DEADLOCK || status == TWIN_ERR_PROGRESS ||
         status == TWIN_ERR_MAX_PARTS;
}

static void expect_sound(const tw_run *run, const char *when, int64_t number) {
  char why[N_WHY] = "";
  cr_assert(tw_run_is_valid(run, why, sizeof why), "pair %lld %s: %s", (long long)number, when,
            why);
}

// What a machine has drawn that is gone now stays in the accounts of the line.
static void expect_agrees(const tw_run *run, bool has_lost, const char *when, int64_t number) {
  if (!has_lost)
    cr_assert(tw_energy_agrees(run), "pair %lld %s: the accounts of energy differ",
              (long long)number, when);
}

// A snapshot of the run that has moved goes on as it does.
static void expect_resumes(tw_run *run, double until_s, int64_t number) {
  tw_run *other = test_run((tw_line *)run->line, 3);
  size_t n_byte;
  void *bytes = test_save(run, &n_byte);
  cr_assert_eq(tw_run_restore(other, bytes, n_byte, NULL), TWIN_OK, "pair %lld", (long long)number);
  const twin_status status = test_until(run, until_s);
  cr_assert(is_known(status), "pair %lld: it stopped with %d", (long long)number, (int)status);
  cr_assert_eq(test_until(other, until_s), status);
  cr_assert_eq(tw_run_hash(other, true), tw_run_hash(run, true),
               "pair %lld: restored it is another", (long long)number);
  free(bytes);
  tw_run_free(other);
}

// False: it was refused, with a reason.
static bool move(const tw_run *run, tw_line *line, int64_t number, int32_t *n_state) {
  tw_run *moved = test_run(line, 99), *back = tw_run_fork(run);
  twin_problems *problems = twin_problems_new();
  const uint64_t before = tw_run_hash(moved, true);
  const twin_status status = tw_run_adopt(moved, run, NULL, problems);
  if (status == TWIN_OK) {
    expect_sound(moved, "moved", number);
    expect_agrees(moved, line->n_machine < run->line->n_machine, "moved", number);
    *n_state += compare_states(moved, run, number);
    expect_resumes(moved, tw_seconds(run->head->now_us) + 100, number);
    if (moved->head->poison == 0) {
      expect_sound(moved, "later", number);
      tw_run_adopt(back, moved, NULL, NULL);
      expect_sound(back, "back", number);
      expect_agrees(back, line->n_machine != run->line->n_machine, "back", number);
    }
  } else {
    cr_assert_eq(status, TWIN_ERR_SNAPSHOT, "pair %lld: %d, %s", (long long)number, (int)status,
                 twin_problems_text(problems, 0));
    cr_assert_gt(twin_problems_count(problems, TWIN_ERROR), 0, "pair %lld has no reason",
                 (long long)number);
    cr_assert_eq(tw_run_hash(moved, true), before, "pair %lld: refused, but changed",
                 (long long)number);
    if (getenv("TWIN_SAY") != NULL)
      for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
        fprintf(stderr, "pair %lld: %s\n", (long long)number, twin_problems_text(problems, i));
  }
  twin_problems_free(problems);
  tw_run_free(moved);
  tw_run_free(back);
  return status == TWIN_OK;
}

Test(adopt_models, onto_random_lines_with_other_models_it_is_valid_or_refused, .timeout = 250) {
  const char *first = getenv("TWIN_FIRST"), *count = getenv("TWIN_LINES");
  const int64_t from = first != NULL ? atoll(first) : 1, n = count != NULL ? atoll(count) : N_PAIR;
  int32_t n_taken = 0, n_refused = 0, n_state = 0;
  for (int64_t number = from; number < from + n; number++) {
    test_random random = {.seed = (uint64_t)number};
    const plan a = make_plan(&random), b = make_plan(&random);
    tw_line *line = make_line(&a, &random), *other = make_line(&b, &random);
    if (n == 1)
      fprintf(
          stderr,
          "%d/%d machines, ends %d/%d, heat %d%d/%d%d, tool %d%d/%d%d, hall %d/%d, hazard %d/%d, until %d/%d\n",
          (int)a.n_machine, (int)b.n_machine, (int)a.end, (int)b.end, a.has_heat, a.is_renamed,
          b.has_heat, b.is_renamed, a.has_tool, a.has_request, b.has_tool, b.has_request,
          a.has_hall, b.has_hall, a.has_hazard, b.has_hazard, (int)a.until, (int)b.until);
    tw_run *run = test_run(line, (uint64_t)number);
    for (int32_t i = 0; i < 4; i++) {
      if (!is_known(test_until(run, tw_seconds(run->head->now_us) + test_pick(&random, 60)))) break;
      int32_t slot;
      for (int32_t k = test_pick(&random, 3); k > 0; k--) tw_run_step(run, &slot, NULL);
      if (run->head->poison != 0) break;
      if (move(run, other, number, &n_state))
        n_taken++;
      else
        n_refused++;
    }
    tw_run_free(run);
    tw_line_unref(line);
    tw_line_unref(other);
  }
  fprintf(stderr, "%d taken, %d refused, %d states compared\n", (int)n_taken, (int)n_refused,
          (int)n_state);
  if (n == N_PAIR) cr_expect(n_taken > 3 * n_refused && n_state > n_taken / 2);
}
