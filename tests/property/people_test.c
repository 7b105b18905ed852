// people_test.c - hundreds of random small lines with calendars, people and everything that needs
// them, in whole tens of seconds so that ties are frequent. After every event the state is valid;
// when a tick is over nobody waits for people who are free, and machines are on shift as their
// calendars say; forks, restored runs and runs in one piece go the same way. TWIN_LINES=n runs n
// lines, TWIN_FIRST=n begins with number n.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/work.h"
#include "state/hash.h"
#include "state/ops.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/story.h"

enum { N_LINE = 300, N_STATION = 3, HORIZON_S = 4800, N_WHY = 300 };

static bool is_one_in(test_random *random, int32_t n) { return test_pick(random, n) == 0; }

static const char *pick_word(test_random *random, const char *const *words) {
  int32_t n = 0;
  while (words[n] != NULL) n++;
  return words[test_pick(random, n)];
}

static const char *const ends[] = {"suspend", "finish", "no-start", "restart", "scrap", NULL};
static const char *const needs[] = {"['x']",     "['y']",          "['x', 'y']",
                                    "['crane']", "['x', 'crane']", "[{'skill': 'x', 'count': 2}]",
                                    NULL};
static const char *const clocks[] = {"calendar", "on-shift", "processing", NULL};
static const char *const fates[] = {"resume", "restart", "resample", "scrap", "eject", NULL};
static const char *const times[] = {
    "'10 s'",
    "'30 s'",
    "'70 s'",
    "{'uniform': {'min': '1 s', 'max': '99 s'}}",
    "{'discrete': {'values': ['10 s', '60 s', '180 s'], 'weights': [1, 1, 1]}}",
    NULL};

// Shifts of the first hour, some with a break and some that follow each other.
static void add_calendar(test_random *random, tw_text *out, int32_t i) {
  const int32_t first = test_pick(random, 5), second = 20 + test_pick(random, 10);
  const int32_t end = is_one_in(random, 4) ? second : 10 + test_pick(random, 10);
  tw_text_print(out,
                "%s'c%d': {'shifts': {'a': 'Mon 00:%02d-00:%02d', 'b': 'Mon 00:%02d-00:%02d', "
                "'n': 'Mon 00:50-01:15'}",
                i == 0 ? "" : ", ", (int)i, (int)first, (int)end, (int)second, (int)second + 15);
  if (is_one_in(random, 2)) {
    const int32_t tea = second + test_pick(random, 10);
    tw_text_print(out, ", 'breaks': {'tea': 'Mon 00:%02d-00:%02d'}", (int)tea,
                  (int)tea + 1 + (int)test_pick(random, 5));
  }
  tw_text_add(out, "}");
}

// The duty of a station or pool: ", 'calendar': 'c1', 'on_shift_end': 'finish'".
static void add_duty(test_random *random, tw_text *out, int32_t one_in) {
  if (is_one_in(random, one_in)) return;
  tw_text_print(out, ", 'calendar': 'c%d', 'on_shift_end': '%s'", (int)test_pick(random, 3),
                pick_word(random, ends));
}

static void add_people(test_random *random, tw_text *out) {
  static const char *const skills[] = {"'x'", "'x', 'y'", "'y', 'x', 'z'"};
  tw_text_add(out, "'workers': {");
  for (int32_t i = 0; i < 3; i++) {
    tw_text_print(out, "%s'w%d': {'skills': [%s], 'count': %d", i == 0 ? "" : ", ", (int)i,
                  skills[i], 1 + (int)test_pick(random, 2));
    add_duty(random, out, 3);
    if (is_one_in(random, 3)) tw_text_add(out, ", 'walk': '10 s'");
    if (is_one_in(random, 4)) tw_text_add(out, ", 'call': {'at': 2, 'until': 0}");
    tw_text_add(out, "}");
  }
  tw_text_add(out, "}, 'resources': {'crane': {");
  if (is_one_in(random, 3)) tw_text_print(out, "'calendar': 'c%d'", (int)test_pick(random, 3));
  tw_text_add(out, "}}, ");
}

// What a task needs: ", 'needs': [...], 'priority': 1, 'preempt': true".
static void add_needs(test_random *random, tw_text *out) {
  if (is_one_in(random, 3)) return;
  tw_text_print(out, ", 'needs': %s", pick_word(random, needs));
  if (is_one_in(random, 2)) tw_text_print(out, ", 'priority': %d", (int)test_pick(random, 3));
  if (is_one_in(random, 3)) tw_text_add(out, ", 'preempt': true");
}

static void add_failures(test_random *random, tw_text *out) {
  if (is_one_in(random, 3)) return;
  tw_text_print(out,
                ", 'failures': {'jam': {'clock': '%s', 'mtbf': '%d s', 'repair': %s, 'part': '%s'",
                pick_word(random, clocks), 60 + 10 * (int)test_pick(random, 60),
                pick_word(random, times), pick_word(random, fates));
  add_needs(random, out);
  if (is_one_in(random, 3)) tw_text_add(out, ", 'spares': {'belt': 1}");
  tw_text_add(out, "}}");
}

static void add_maintenance(test_random *random, tw_text *out) {
  static const char *const begins[] = {"immediate", "part-boundary", "idle", NULL};
  if (!is_one_in(random, 3)) return;
  tw_text_print(
      out,
      ", 'maintenance': {'oil': {'trigger': {'every': '%d s', 'clock': '%s'}, 'at': '%s', "
      "'duration': '50 s'",
      200 + 10 * (int)test_pick(random, 60), pick_word(random, clocks), pick_word(random, begins));
  add_needs(random, out);
  tw_text_add(out, "}}");
}

static void add_setup(test_random *random, tw_text *out) {
  if (!is_one_in(random, 2)) return;
  tw_text_add(out, ", 'setup': {'by': 'family', 'matrix': {'other': '20 s'}");
  if (is_one_in(random, 2)) tw_text_print(out, ", 'needs': %s", pick_word(random, needs));
  if (is_one_in(random, 2))
    tw_text_print(
        out,
        ", 'steps': {'fetch': {'time': %s, 'while_running': true, 'needs': %s}, 'clean': {'time': "
        "'10 s'}}",
        pick_word(random, times), pick_word(random, needs));
  if (is_one_in(random, 2))
    tw_text_print(out, ", 'approval': {'parts': 2, 'time': '30 s', 'needs': %s}",
                  pick_word(random, needs));
  tw_text_add(out, "}");
}

static void add_station(test_random *random, tw_text *out, int32_t i, bool has_two_queues) {
  tw_text_print(out, "%s'S%d': {'type': 'machine', 'machines': %d, 'time': %s", i == 0 ? "" : ", ",
                (int)i, 1 + (int)test_pick(random, 2), pick_word(random, times));
  add_duty(random, out, 3);
  if (is_one_in(random, 2)) {
    tw_text_print(out, ", 'load': {'time': %s", pick_word(random, times));
    add_needs(random, out);
    tw_text_add(out, "}");
  }
  if (is_one_in(random, 2)) {
    tw_text_print(out, ", 'unload': {'time': %s", pick_word(random, times));
    add_needs(random, out);
    tw_text_add(out, "}");
  }
  if (is_one_in(random, 2)) tw_text_print(out, ", 'needs': %s", pick_word(random, needs));
  if (is_one_in(random, 4)) tw_text_add(out, ", 'needs_priority': 1");
  const bool can_hold = has_two_queues && is_one_in(random, 2);
  if (can_hold)
    tw_text_add(out, ", 'pull': {'rule': 'priority', 'from': ['hot', 'q0'], 'preempt': 'resume'}");
  else if (is_one_in(random, 4))
    tw_text_add(out, ", 'blocking': 'before-service'");
  if (is_one_in(random, 5)) tw_text_add(out, ", 'while_down': {'gives': true, 'takes': true}");
  add_failures(random, out);
  add_maintenance(random, out);
  if (!can_hold) add_setup(random, out);  // a pre-empted part would need another setup
  tw_text_add(out, "}");
}

static void add_line(test_random *random, tw_text *out) {
  tw_text_add(
      out,
      "'run': {'start': '2026-03-02T00:00:00', 'warmup': '500 s'}, 'parts': {'p': {'family': 'P'}, "
      "'r': {'family': 'R'}, 'belt': {'supply': {'stock': 3, 'batch': 1, 'every': '400 s'}}}, "
      "'calendars': {");
  for (int32_t i = 0; i < 3; i++) add_calendar(random, out, i);
  tw_text_add(out, "}, ");
  if (is_one_in(random, 4)) {
    tw_text_print(
        out,
        "'common_causes': {'power': {'stations': ['S0', 'S2'], 'mtbf': '410 s', 'repair': %s, "
        "'part': '%s'}}, ",
        pick_word(random, times), pick_word(random, fates));
  }
  add_people(random, out);
  tw_text_print(
      out,
      "'sources': {'s': {'sequence': ['2 p', 'r'], 'repeat': true%s}, 'h': {'sequence': ['p'], "
      "'repeat': true, 'every': '230 s'}}, 'buffers': {",
      is_one_in(random, 2) ? ", 'every': '60 s', 'when_full': 'lose'" : "");
  for (int32_t i = 0; i < N_STATION; i++)
    tw_text_print(out, "'q%d': {'capacity': %d}, ", (int)i, 1 + (int)test_pick(random, 2));
  tw_text_add(out, "'hot': {'capacity': 'unlimited'}}, 'stations': {");
  for (int32_t i = 0; i < N_STATION; i++) add_station(random, out, i, i == 0);
  tw_text_add(
      out,
      "}, 'flow': [['s', 'q0', 'S0', 'q1', 'S1'], ['S1', 'q2', 'S2', 'out'], ['h', 'hot', 'S0']]");
}

// ---- what must hold when a tick is over ----

static bool can_come(const tw_run *run, int32_t worker_i) {
  const tw_worker_state *worker = &run->worker[worker_i];
  const int32_t pool_i = run->line->worker[worker_i].pool_i;
  const tw_pool *pool = &run->line->pool[pool_i];
  if (worker->machine != TW_NONE || !worker->is_on) return false;
  if (pool->call_at > 0 && !run->pool[pool_i].is_called) return false;
  return pool->calendar_i == TW_NONE || pool->shift_end != TW_END_NO_START;
}

// Can every demand be met by different people?
static bool can_staff(const tw_run *run, const tw_demands *demands, int32_t i, int32_t n_left,
                      uint64_t taken) {
  if (n_left == 0) {
    if (++i >= demands->n) return true;
    n_left = demands->at[i].count;
  }
  const tw_group *group = &run->line->group[demands->at[i].group_i];
  for (int32_t k = 0; k < group->n_worker; k++) {
    const int32_t worker_i = group->worker[k];
    if ((taken >> worker_i & 1) != 0 || !can_come(run, worker_i)) continue;
    if (can_staff(run, demands, i, n_left - 1, taken | (uint64_t)1 << worker_i)) return true;
  }
  return false;
}

static bool has_spares(const tw_run *run, int32_t holder_i, const tw_task *task) {
  if (run->machine[holder_i].is_suspended) return true;
  for (int32_t i = 0; i < task->n_use; i++)
    if (run->stock[task->use[i].stock_i].n < task->use[i].count) return false;
  return true;
}

static const char *find_fault(const tw_run *run, int32_t i) {
  const tw_machine *machine = &run->machine[i];
  const tw_place *place = &run->line->place[run->line->machine[i].node_i];
  const tw_task task = tw_task_of(run, i);
  if (machine->crew == TW_CREW_WAITED_FOR && has_spares(run, i, &task) &&
      can_staff(run, &task.needs, -1, 0, 0))
    return "waits for people who are free";
  if (machine->is_running && task.needs.n > 0 && machine->down == TW_UP &&
      machine->crew != TW_CREW_THERE)
    return "works without its people";
  if (machine->down == TW_DOWN_REPAIR && task.needs.n > 0 && machine->crew != TW_CREW_THERE)
    return "is repaired by nobody";
  if (machine->crew == TW_CREW_THERE && machine->down == TW_UP && !machine->is_running)
    return "keeps people and does nothing";
  if (machine->crew == TW_CREW_NONE && tw_is_up(machine) && task.needs.n > 0 &&
      !machine->is_running && machine->phase != TW_SETUP)
    return "needs people and has not asked";
  if (place->calendar_i != TW_NONE) {
    const int32_t off = tw_calendar_at(&run->line->calendar[place->calendar_i], tw_now(run)).off;
    if (machine->is_overtime ? off == TW_ON_SHIFT || machine->off != TW_ON_SHIFT
                             : machine->off != off)
      return "is not on shift as its calendar says";
  }
  return machine->state != tw_work_state(run, machine) ? "is in another state" : NULL;
}

static bool is_tick_sound(const tw_run *run, char *why) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_machine; i++) {
    const char *fault = find_fault(run, i);
    if (fault == NULL) continue;
    snprintf(why, N_WHY, "at %g s: machine %d of %s %s", tw_seconds(tw_now(run)), (int)i,
             line->place[line->machine[i].node_i].name, fault);
    return false;
  }
  for (int32_t i = 0; i < line->n_worker; i++) {
    const tw_pool *pool = &line->pool[line->worker[i].pool_i];
    if (pool->calendar_i == TW_NONE) continue;
    const bool is_on =
        tw_calendar_at(&line->calendar[pool->calendar_i], tw_now(run)).off == TW_ON_SHIFT;
    if (run->worker[i].is_on == is_on) continue;
    snprintf(why, N_WHY, "at %g s: worker %d is not on shift as his calendar says",
             tw_seconds(tw_now(run)), (int)i);
    return false;
  }
  return true;
}

// Now and then the host takes a machine down, or lets it go.
static void act_as_host(test_random *random, tw_run *run) {
  if (!is_one_in(random, 40)) return;
  const int32_t code = is_one_in(random, 2) ? TW_OP_machine_down : TW_OP_machine_up;
  const int64_t machine_i = test_pick(random, run->line->n_machine);
  cr_expect_eq(tw_run_apply(run, (tw_op){.code = code, .argument = {machine_i}}, NULL), TWIN_OK);
}

// A copy made at some event ends as the run does.
static void expect_same_end(tw_run *copy, double end_s, uint64_t wanted, int64_t number,
                            const char *what) {
  cr_expect_eq(test_until(copy, end_s), TWIN_OK, "line %lld: the %s stopped", (long long)number,
               what);
  cr_expect_eq(tw_run_hash(copy, true), wanted, "line %lld: the %s went another way",
               (long long)number, what);
  tw_run_free(copy);
}

typedef struct tally {
  int64_t n_line, n_event, n_overtime, n_suspended, n_walk, n_scrap, n_ship;
} tally;

// One step and all checks; false: something is wrong, and said.
static bool step(tw_run *run, int64_t number, tally *met) {
  char why[N_WHY] = "";
  int32_t slot;
  bool is_good = tw_run_step(run, &slot, NULL) == TWIN_OK;
  cr_expect(is_good, "line %lld stopped", (long long)number);
  const bool is_over = tw_run_next_tick(run) != tw_now(run);
  if (!tw_run_is_valid(run, why, N_WHY) || (is_over && !is_tick_sound(run, why))) is_good = false;
  cr_expect(is_good, "line %lld after %llu events, at %g s: %s", (long long)number,
            (unsigned long long)run->head->n_event, tw_seconds(tw_now(run)), why);
  met->n_overtime += run->head->n_overtime > 0;
  return is_good;
}

// The host takes machines down and up; everything else stays as sound as it was.
static void try_with_host(tw_line *line, int64_t number, tally *met) {
  test_random random = {.seed = (uint64_t)number + 1000000};
  tw_run *run = test_run(line, (uint64_t)number);
  bool is_good = tw_run_until(run, 0, NULL) == TWIN_OK;
  while (is_good && tw_run_next_tick(run) < tw_ticks(HORIZON_S)) {
    is_good = step(run, number, met);
    if (is_good && tw_run_next_tick(run) != tw_now(run)) act_as_host(&random, run);
  }
  tw_run_free(run);
}

static void try_line(tw_line *line, int64_t number, tally *met) {
  tw_run *run = test_run(line, (uint64_t)number), *fork = NULL;
  void *bytes = NULL;
  size_t n_byte = 0;
  const int64_t cut = 1 + number % 400;
  bool is_good = tw_run_until(run, 0, NULL) == TWIN_OK;
  for (int64_t i = 0; is_good && tw_run_next_tick(run) < tw_ticks(HORIZON_S); i++) {
    is_good = step(run, number, met);
    if (i != cut || !is_good) continue;
    fork = tw_run_fork(run);
    bytes = test_save(run, &n_byte);
  }
  const double end_s = tw_seconds(tw_now(run));
  is_good = is_good && test_until(run, end_s) == TWIN_OK;
  const uint64_t hash = tw_run_hash(run, true);
  if (is_good)
    expect_same_end(test_run(line, (uint64_t)number), end_s, hash, number, "run in one piece");
  if (is_good && fork != NULL) {
    tw_run *restored = test_run(line, 1);
    cr_expect_eq(tw_run_restore(restored, bytes, n_byte, NULL), TWIN_OK, "line %lld",
                 (long long)number);
    expect_same_end(restored, end_s, hash, number, "restored run");
    expect_same_end(fork, end_s, hash, number, "fork");
  } else if (fork != NULL) {
    tw_run_free(fork);
  }
  met->n_event += (int64_t)run->head->n_event;
  met->n_ship += run->head->n_shipped;
  met->n_scrap += run->head->n_scrapped;
  for (int32_t i = 0; i < line->n_worker; i++) met->n_walk += tw_worker_up_to_now(run, i).walk_us > 0;
  free(bytes);
  tw_run_free(run);
}

static int64_t number_of(const char *name, int64_t preset) {
  const char *text = getenv(name);
  return text != NULL ? atoll(text) : preset;
}

Test(people, random_lines_with_people_and_shifts_keep_their_promises, .timeout = 300) {
  tally met = {0};
  const int64_t first = number_of("TWIN_FIRST", 1), n = number_of("TWIN_LINES", N_LINE);
  for (int64_t number = first; number < first + n; number++) {
    test_random random = {.seed = (uint64_t)number};
    tw_text text = {0}, why = {0};
    add_line(&random, &text);
    tw_line *line = test_quoted_line(text.at, &why);
    if (line == NULL) cr_expect(false, "line %lld: %s\n%s", (long long)number, why.at, text.at);
    if (line != NULL) {
      met.n_line++;
      try_line(line, number, &met);
      try_with_host(line, number, &met);
    }
    if (n == 1) fprintf(stderr, "%s\n", text.at);
    tw_text_free(&text);
    tw_text_free(&why);
    tw_line_unref(line);
  }
  fprintf(stderr,
          "%lld lines, %lld events: %lld in overtime, %lld walkers, %lld shipped, %lld scrapped\n",
          (long long)met.n_line, (long long)met.n_event, (long long)met.n_overtime,
          (long long)met.n_walk, (long long)met.n_ship, (long long)met.n_scrap);
  if (n < N_LINE) return;
  cr_expect(met.n_overtime > 0 && met.n_walk > 0 && met.n_ship > 0 && met.n_scrap > 0,
            "tame lines");
}

// ---- states that are none ----

// Changes one number of the state. Returns what, for the message.
static void change_something(test_random *random, tw_run *run, char *what) {
  static const int64_t values[] = {0, 1, 2, 3, 4, 7, -1, -2, 1000000};
  const tw_layout *layout = &run->line->layout;
  const tw_state_table *table = NULL;
  const tw_state_field *field = NULL;
  int32_t s = 0;
  while (field == NULL || field->role == TW_STAT) {
    s = test_pick(random, layout->n_section);
    if (layout->count[s] == 0) continue;
    table = layout->table[s];
    field = &table->field[test_pick(random, table->n_field)];
  }
  const int32_t record = test_pick(random, (int32_t)layout->count[s]);
  const uint32_t size = tw_state_type_size(field->type);
  char *at = run->block + layout->offset[s] + (size_t)record * table->size + field->offset +
             (size_t)test_pick(random, (int32_t)field->count) * size;
  int64_t value = 0;
  memcpy(&value, at, size);
  const int64_t before = value;
  value = is_one_in(random, 2) ? value + 1 - 2 * test_pick(random, 2)
                               : values[test_pick(random, sizeof values / sizeof *values)];
  memcpy(at, &value, size);
  snprintf(what, N_WHY, "%s[%d].%s from %lld to %lld", table->name, (int)record, field->name,
           (long long)before, (long long)value);
}

// A state with a number changed is refused, or runs on without breaking what the engine relies on.
static void try_changed(tw_line *line, int64_t number) {
  test_random random = {.seed = (uint64_t)number};
  tw_run *run = test_run(line, (uint64_t)number);
  const bool is_good = test_until(run, 60.0 * (1 + test_pick(&random, 70))) == TWIN_OK;
  for (int32_t i = 0; is_good && i < 200; i++) {
    tw_run *changed = tw_run_fork(run);
    char what[N_WHY], why[N_WHY];
    change_something(&random, changed, what);
    if (getenv("TWIN_SAY") != NULL) fprintf(stderr, "line %lld: %s\n", (long long)number, what);
    if (tw_run_is_valid(changed, why, N_WHY)) {
      twin_status status = TWIN_OK;
      int32_t slot;
      for (int32_t k = 0; k < 100 && status == TWIN_OK; k++)
        status = tw_run_step(changed, &slot, NULL);
      cr_expect(status == TWIN_OK || status == TWIN_END || status == TWIN_ERR_DEADLOCK ||
                    status == TWIN_ERR_POISONED,
                "line %lld: %s was accepted and stopped the run with %d", (long long)number, what,
                (int)status);
      if (status == TWIN_OK)
        cr_expect(tw_run_is_valid(changed, why, N_WHY), "line %lld: %s was accepted; later %s",
                  (long long)number, what, why);
    }
    tw_run_free(changed);
  }
  tw_run_free(run);
}

Test(people, a_changed_state_is_refused_or_runs_on, .timeout = 300) {
  const int64_t first = number_of("TWIN_FIRST", 1), n = number_of("TWIN_LINES", 2 * N_LINE);
  for (int64_t number = first; number < first + n; number++) {
    test_random random = {.seed = (uint64_t)number};
    tw_text text = {0};
    add_line(&random, &text);
    tw_line *line = test_quoted_line(text.at, NULL);
    if (line != NULL) try_changed(line, number);
    tw_text_free(&text);
    tw_line_unref(line);
  }
}
