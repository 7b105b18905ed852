// random_lines_test.c - thousands of random lines, each run in several ways that must agree to the
// bit, watched by an observer that believes nothing. A line that fails is made smaller, and printed
// with its seed. TWIN_LINES=n runs n lines instead of 2000, TWIN_FIRST=n begins with number n,
// TWIN_SHRINK_S=n takes at most n seconds to make a line smaller.
//
// Lines run in child processes: one that crashes or hangs is then found and made smaller as well.

#include <twin/run.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/ticks.h"
#include "engine/energy.h"
#include "state/hash.h"
#include "state/ops.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "station/inspection.h"
#include "station/kinds.h"
#include "support/generate.h"
#include "support/settled.h"
#include "support/watch.h"

enum {
  N_LINE = 2000,
  LINES_A_CHILD = 250,
  EVENTS_MAX = 1000,
  SECONDS_A_LINE = 20,
  SECONDS_TO_SHRINK = 60,
  EVENTS_PER_CHECK = 5
};

// What was met on the way, so that a generator that has become tame is noticed.
typedef struct tally {
  int64_t n_line, n_refused, n_event, n_tie, n_deadlock, n_full, n_drained, n_failure, n_op, n_ejected;
  int64_t n_suspended, n_overtime, n_setup, n_ahead, n_maintenance, n_used, n_shift;
  int64_t n_state[TW_N_STATE];
  int64_t n_rejected, n_reworked, n_escaped;
  int64_t n_model_line, n_model_event, n_body, n_segment, n_step, n_root;
} tally;

// One plan under test: the first thing that is wrong is kept.
typedef struct trial {
  const test_plan *plan;
  tw_line *line;
  tally *tally;
  uint64_t seed;
  int64_t op_us[TEST_PLAN_OPS];  // when each operation was done; -1: not yet
  int64_t end_us;
  twin_status status;
  tw_run *watched;               // the first run, at the end
  void *snapshot;
  size_t n_byte;
  int64_t cut_us;
  int32_t n_op_before_cut;
  char why[2 * TEST_WHY];
} trial;

static void object(trial *at, const char *what, const char *details) {
  if (at->why[0] == 0) snprintf(at->why, sizeof at->why, "%s%s%s", what, details[0] ? ": " : "", details);
}

static twin_status apply(trial *at, tw_run *run, int32_t op_i) {
  const test_op *op = &at->plan->op[op_i];
  const bool is_reseed = op->code == TW_OP_reseed;
  const int64_t argument = is_reseed ? op->machine : op->machine % at->line->n_machine;
  return tw_run_apply(run, (tw_op){.code = op->code, .argument = {argument}}, NULL);
}

static void check_valid(trial *at, const tw_run *run) {
  char why[TEST_WHY];
  if (!tw_run_is_valid(run, why, sizeof why)) object(at, "the state is not valid", why);
}

// A fork and a restored run have the same state, whatever they were before.
static void check_copies(trial *at, const tw_run *run) {
  tw_run *fork = tw_run_fork(run);
  if (tw_run_hash(fork, true) != tw_run_hash(run, true)) object(at, "a fork has another hash", "");
  test_until(fork, tw_seconds(run->head->now_us) + 5);
  at->snapshot = test_save(run, &at->n_byte);
  if (tw_run_restore(fork, at->snapshot, at->n_byte, NULL) != TWIN_OK)
    object(at, "its own snapshot is refused", "");
  else if (tw_run_hash(fork, true) != tw_run_hash(run, true))
    object(at, "a restored run has another hash", "");
  tw_run_free(fork);
}

// What is counted one by one for its cost is what the stations count in all.
static bool has_all_counts(const tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t p = 0; p < line->n_place; p++) {
    const tw_place *place = &line->place[p];
    int64_t n[2] = {0}, n_scrapped = 0;
    for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++)
      for (int32_t i = 0; i < line->machine[m].n_mode && line->cost.is_by_mode; i++)
        n[line->mode[line->machine[m].first_mode + i].is_maintenance] +=
            run->mode_stat[line->machine[m].first_mode + i].n;
    for (int32_t i = 0; i < line->n_part_type && place->cost.first_scrap != TW_NONE; i++)
      n_scrapped += run->scrap[place->cost.first_scrap + i].n;
    if (line->cost.is_by_mode && n[0] != run->place_stat[p].n_failure) return false;
    if (n[1] > 0 && n[1] != run->stop_stat[p].n_maintenance) return false;
    if (place->cost.first_scrap != TW_NONE && n_scrapped != run->place_stat[p].n_scrapped) return false;
  }
  return true;
}

// The tick is over: everything is at rest, and the observer sees what the run says.
static void check_tick(trial *at, test_watch *watch, const tw_run *run) {
  char why[TEST_WHY];
  if (!test_is_settled(run, why, sizeof why)) object(at, "not at rest", why);
  test_watch_compare(watch, run);
  if (!has_all_counts(run)) object(at, "failures, maintenance or scrap are not all counted", "");
  if (!tw_energy_agrees(run)) object(at, "the accounts of energy differ", "");
}

// Who can never move again was reported, and nobody else was.
static void check_deadlock(trial *at, const tw_run *run) {
  const int32_t stuck = test_find_stuck(run);
  const char *name = stuck == TW_NONE ? "" : at->line->place[stuck].name;
  if (at->status == TWIN_ERR_DEADLOCK && stuck == TW_NONE) object(at, "a deadlock that is none", "");
  if (at->status == TWIN_OK && stuck != TW_NONE) object(at, "a deadlock was not reported", name);
  // those who are held down by the host would move if he let them
  bool has_host = false;
  for (int32_t i = 0; i < at->line->n_machine; i++) has_host = has_host || run->machine[i].host_down;
  // those who wait for people are looked at by test_is_settled
  const bool has_waiting = run->head->first_waiting != TW_NONE;
  const bool is_over = tw_run_next_tick(run) == INT64_MAX && !has_host && !has_waiting;
  if (at->status == TWIN_OK && is_over && run->head->n_part > 0)
    object(at, "parts wait, and nothing will ever happen", "");
}

// What is under way now: counted on every tick.
static void count_tick(tally *count, const tw_run *run) {
  for (int32_t i = 0; i < run->line->n_machine; i++)
    count->n_suspended += run->machine[i].is_suspended && run->machine[i].crew == TW_CREW_WAITED_FOR;
  for (int32_t i = 0; i < run->line->n_setup; i++)
    count->n_ahead += run->setup[i].ahead == TW_AHEAD_RUNS;
  count->n_overtime += run->head->n_overtime > 0;
}

// How much the machine models of a line had to do. A located event is a root that was met.
static void count_models(tally *count, const tw_run *run) {
  const tw_line *line = run->line;
  count->n_model_line += line->n_body > 0;
  count->n_model_event += line->n_body > 0 ? (int64_t)run->head->n_event : 0;
  count->n_body += line->n_body;
  for (int32_t b = 0; b < line->n_body; b++) {
    count->n_segment += run->body[b].n_segment;
    count->n_step += run->body[b].n_step;
    count->n_root += run->body[b].n_located;
  }
}

static void count_end(tally *count, const tw_run *run, const test_watch *watch) {
  const tw_line *line = run->line;
  count->n_event += (int64_t)run->head->n_event;
  count->n_drained += run->head->is_drained;
  for (int32_t i = 0; i < line->n_place; i++) {
    count->n_failure += run->place_stat[i].n_failure;
    count->n_ejected += run->place_stat[i].n_fate[TW_FATE_EJECT];
    if (line->has_stop_figures) count->n_maintenance += run->stop_stat[i].n_maintenance;
  }
  for (int32_t i = 0; i < line->n_setup; i++) count->n_setup += run->setup[i].n_setup;
  for (int32_t i = 0; i < line->n_stock; i++) count->n_used += run->stock[i].n_used;
  for (int32_t s = 0; s < TW_N_STATE; s++) count->n_state[s] += watch->n_state[s];
  count_models(count, run);
  if (line->shift_calendar_i == TW_NONE) return;
  for (int32_t i = 0; i <= line->calendar[line->shift_calendar_i].n_shift; i++)
    count->n_shift += run->shift[i].n;
}

// The first run: event by event, watched and checked all the time.
static void run_watched(trial *at) {
  test_watch watch;
  tw_run *run = test_run(at->line, at->seed);
  test_watch_open(&watch, run);
  const int32_t cut = 1 + (int32_t)(at->plan->seed % (EVENTS_MAX / 2));
  int32_t n_op = 0, n_here = 0;
  at->status = tw_run_until(run, 0, NULL);
  for (int32_t i = 1; i <= EVENTS_MAX && at->status == TWIN_OK && at->why[0] == 0; i++) {
    int32_t slot;
    at->status = tw_run_step(run, &slot, NULL);
    if (at->status != TWIN_OK) break;
    n_here++;
    if (i % EVENTS_PER_CHECK == 0) check_valid(at, run);
    if (i == cut) {
      at->cut_us = run->head->now_us;
      at->n_op_before_cut = n_op;
      check_copies(at, run);
    }
    if (tw_run_next_tick(run) == run->head->now_us) continue;
    check_tick(at, &watch, run);
    at->tally->n_tie += n_here > 1;
    count_tick(at->tally, run);
    n_here = 0;
    while (n_op < at->plan->n_op && i >= at->plan->op[n_op].after_n_event && at->status == TWIN_OK) {
      at->op_us[n_op] = run->head->now_us;
      at->status = apply(at, run, n_op++);
      if (at->status == TWIN_OK) check_tick(at, &watch, run);
    }
  }
  if (at->status == TWIN_END) at->status = TWIN_OK;
  if (at->status == TWIN_OK) at->status = tw_run_until(run, run->head->now_us, NULL);
  check_valid(at, run);
  if (at->status == TWIN_OK) check_tick(at, &watch, run);
  check_deadlock(at, run);
  if (watch.why[0] != 0) object(at, "the observer sees it otherwise", watch.why);
  at->end_us = run->head->now_us;
  at->tally->n_op += n_op;
  count_end(at->tally, run, &watch);
  at->tally->n_escaped += run->line->has_quality ? run->quality->n_escaped : 0;
  for (int32_t i = 0; i < at->line->n_place; i++) {
    if (run->line->place[i].kind != &tw_kind_inspection) continue;
    const tw_inspection *inspection = tw_run_kind_state(run, i);
    at->tally->n_rejected += inspection->n_rejected;
    at->tally->n_reworked += inspection->n_reworked;
  }
  test_watch_close(&watch, run);
  at->watched = run;
}

// Runs to the end in one piece, or stopping at every tick for an event that does nothing: it shares
// the tick with others, so whatever is done otherwise when an event is alone is not done.
static twin_status run_on(trial *at, tw_run *run, int32_t n_op, bool is_crowded, uint64_t *n_wake) {
  twin_status status = TWIN_OK;
  for (int32_t next_op = n_op; status == TWIN_OK;) {
    const bool has_op = next_op < at->plan->n_op && at->op_us[next_op] >= 0;
    int64_t to = has_op ? at->op_us[next_op] : at->end_us;
    const int64_t next_tick = tw_run_next_tick(run);
    const bool is_between = is_crowded && next_tick <= to;
    if (is_between) {
      to = next_tick;
      tw_run_apply(run, (tw_op){.code = TW_OP_wake, .argument = {to}}, NULL);
      ++*n_wake;
    }
    status = tw_run_until(run, to, NULL);
    if (is_between || status != TWIN_OK) continue;
    if (!has_op) break;
    status = apply(at, run, next_op++);
  }
  // a run that stopped with an error may not have come to the last one
  const tw_agenda agenda = tw_run_agenda(run);
  if (!tw_agenda_is_pending(&agenda, (uint32_t)at->line->wake_slot)) return status;
  tw_cancel(run, at->line->wake_slot);
  --*n_wake;
  return status;
}

// The run has ended as the first one did, to the bit.
static void check_end(trial *at, const tw_run *run, twin_status status, const char *what) {
  tw_text text = {0};
  const bool is_same = tw_run_hash(run, true) == tw_run_hash(at->watched, true);
  if (status != at->status) tw_text_print(&text, "status %d, not %d ", (int)status, (int)at->status);
  if (!is_same && !tw_run_difference(at->watched, run, &text)) tw_text_add(&text, "another hash");
  if (text.n > 0) object(at, what, text.at);
  tw_text_free(&text);
}

// The same line again in all other ways.
static void run_again(trial *at) {
  uint64_t n_wake = 0;
  tw_run *run = test_run(at->line, at->seed);
  check_end(at, run, run_on(at, run, 0, false, &n_wake), "in one piece");
  if (at->snapshot != NULL) {
    // what a run was before counts for nothing
    if (tw_run_restore(run, at->snapshot, at->n_byte, NULL) != TWIN_OK)
      object(at, "its own snapshot is refused later", "");
    check_end(at, run, run_on(at, run, at->n_op_before_cut, false, &n_wake), "restored");
  }
  tw_run_free(run);

  run = test_run(at->line, at->seed);
  const twin_status status = run_on(at, run, 0, true, &n_wake);
  run->head->n_event -= n_wake;
  check_end(at, run, status, "with an event that does nothing on every tick");
  tw_run_free(run);

  const tw_run_setup setup = {.seed = at->seed, .warmup_us = at->line->warmup_us};
  run = tw_run_new(at->line, &setup);
  run_on(at, run, 0, false, &n_wake);
  if (tw_run_hash(run, false) != tw_run_hash(at->watched, false))
    object(at, "without statistics another path", "");
  tw_run_free(run);
}

// Tries one plan; false and the reason when something is wrong. A plan that is no line is good here.
static bool try_plan(const test_plan *plan, tally *count, char why[2 * TEST_WHY]) {
  tw_text text = {0}, problems = {0};
  test_plan_print(plan, &text);
  trial at = {.plan = plan, .tally = count, .seed = plan->seed + 1};
  for (int32_t i = 0; i < TEST_PLAN_OPS; i++) at.op_us[i] = -1;
  at.line = test_line(text.at, &problems);
  if (at.line == NULL) {
    count->n_refused++;
    snprintf(why, 2 * TEST_WHY, "%s", problems.at != NULL ? problems.at : "");
  } else {
    count->n_line++;
    run_watched(&at);
    if (at.why[0] == 0) run_again(&at);
    count->n_deadlock += at.status == TWIN_ERR_DEADLOCK;
    count->n_full += at.status == TWIN_ERR_MAX_PARTS;
    const bool is_known = at.status == TWIN_OK || at.status == TWIN_ERR_DEADLOCK ||
                          at.status == TWIN_ERR_MAX_PARTS;
    if (!is_known) object(&at, "stopped", twin_status_text(at.status));
    snprintf(why, 2 * TEST_WHY, "%s", at.why);
  }
  tw_run_free(at.watched);
  free(at.snapshot);
  tw_line_unref(at.line);
  tw_text_free(&text);
  tw_text_free(&problems);
  return why[0] == 0 || at.line == NULL;
}

// What a child says through its pipe: the line it begins, and at last how it went.
typedef struct message {
  uint64_t seed;
  bool is_last, is_good;
  tally tally;
  char why[2 * TEST_WHY];
} message;

static void run_child(int to_parent, uint64_t first, uint64_t end, bool is_whole) {
  message said = {.is_good = true};
  test_plan *plan = malloc(sizeof *plan);
  for (uint64_t seed = first; seed < end && said.is_good && plan != NULL; seed++) {
    said.seed = seed;
    alarm(SECONDS_A_LINE);
    if (write(to_parent, &seed, sizeof seed) != sizeof seed) _exit(1);
    test_plan_make(plan, seed, is_whole);
    const int64_t n_refused = said.tally.n_refused;
    said.is_good = try_plan(plan, &said.tally, said.why) && said.tally.n_refused == n_refused;
  }
  const uint64_t last = UINT64_MAX;
  if (write(to_parent, &last, sizeof last) != sizeof last) _exit(1);
  if (write(to_parent, &said, sizeof said) != sizeof said) _exit(1);
  _exit(0);
}

// Runs lines in a child; false and the seed and reason when one of them failed.
static bool run_lines(uint64_t first, uint64_t end, bool is_whole, message *said) {
  int ends[2];
  cr_assert(pipe(ends) == 0);
  const pid_t child = fork();
  cr_assert(child >= 0);
  if (child == 0) {
    close(ends[0]);
    run_child(ends[1], first, end, is_whole);
  }
  close(ends[1]);
  *said = (message){0};
  uint64_t seed = first;
  bool has_said = false;
  while (!has_said && read(ends[0], &seed, sizeof seed) == sizeof seed) {
    if (seed != UINT64_MAX) said->seed = seed;
    else has_said = read(ends[0], said, sizeof *said) == sizeof *said;
  }
  close(ends[0]);
  int how = 0;
  waitpid(child, &how, 0);
  if (!has_said) snprintf(said->why, sizeof said->why, "crashed or hung, wait status %d", how);
  return has_said && said->is_good;
}

// What making a plan smaller remembers.
typedef struct shrinking {
  char why[2 * TEST_WHY];
  size_t n_same;  // the beginning of it says what is wrong, the rest where
  time_t until;
} shrinking;

// Does a plan fail in the same way, in a child of its own?
static bool fails(const test_plan *plan, void *user) {
  shrinking *at = user;
  if (time(NULL) >= at->until) return false;
  int ends[2];
  cr_assert(pipe(ends) == 0);
  const pid_t child = fork();
  cr_assert(child >= 0);
  if (child == 0) {
    tally count = {0};
    char text[2 * TEST_WHY] = "";
    alarm(2);
    const bool is_good = try_plan(plan, &count, text);
    if (!is_good && write(ends[1], text, sizeof text) != sizeof text) _exit(2);
    _exit(is_good ? 0 : 1);
  }
  close(ends[1]);
  char text[2 * TEST_WHY] = "crashed or hung";
  const bool has_said = read(ends[0], text, sizeof text) > 0;
  close(ends[0]);
  int how = 0;
  waitpid(child, &how, 0);
  if (how == 0 || strncmp(text, at->why, at->n_same) != 0) return false;
  if (has_said) memcpy(at->why, text, sizeof text);
  return true;
}

static uint64_t number_from(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void report(const message *said, bool is_whole) {
  fprintf(stderr, "line %llu%s: %s\n", (unsigned long long)said->seed,
          is_whole ? " (whole seconds)" : "", said->why);
  test_plan plan;
  const uint64_t shrink_s = number_from("TWIN_SHRINK_S", SECONDS_TO_SHRINK);
  shrinking at = {.until = time(NULL) + (time_t)shrink_s};
  snprintf(at.why, sizeof at.why, "%s", said->why);
  at.n_same = strcspn(said->why, ":,");
  test_plan_make(&plan, said->seed, is_whole);
  test_plan_shrink(&plan, fails, &at);
  tw_text text = {0};
  test_plan_print(&plan, &text);
  fprintf(stderr, "made smaller: %s\n%s", at.why, text.at);
  for (int32_t i = 0; i < plan.n_op; i++)
    fprintf(stderr, "after event %d: %s %d\n", (int)plan.op[i].after_n_event,
            tw_op_name(plan.op[i].code), (int)plan.op[i].machine);
  tw_text_free(&text);
}

static void add(tally *sum, const tally *more) {
  int64_t *at = (int64_t *)sum;
  for (size_t i = 0; i < sizeof *sum / sizeof *at; i++) at[i] += ((const int64_t *)more)[i];
}

static void run_all(bool is_whole) {
  const uint64_t n = number_from("TWIN_LINES", N_LINE) / 2, first = number_from("TWIN_FIRST", 0);
  tally sum = {0};
  for (uint64_t from = first; from < first + n; from += LINES_A_CHILD) {
    const uint64_t end = from + LINES_A_CHILD < first + n ? from + LINES_A_CHILD : first + n;
    message said;
    const bool is_good = run_lines(from, end, is_whole, &said);
    if (!is_good) report(&said, is_whole);
    cr_assert(is_good, "line %llu: %s", (unsigned long long)said.seed, said.why);
    add(&sum, &said.tally);
  }
  fprintf(stderr,
          "%lld lines, %lld events, %lld ticks with several, %lld deadlocks, %lld full, %lld "
          "drained, %lld failures, %lld parts ejected, %lld operations, %lld refused, %lld rejected, "
          "%lld reworked, %lld escaped\n",
          (long long)sum.n_line, (long long)sum.n_event, (long long)sum.n_tie,
          (long long)sum.n_deadlock, (long long)sum.n_full, (long long)sum.n_drained,
          (long long)sum.n_failure, (long long)sum.n_ejected, (long long)sum.n_op,
          (long long)sum.n_refused, (long long)sum.n_rejected, (long long)sum.n_reworked,
          (long long)sum.n_escaped);
  fprintf(stderr,
          "off shift %lld, breaks %lld, shifts booked %lld, ticks with overtime %lld, maintenance %lld, "
          "setups %lld (prepared on %lld ticks), approvals %lld, waits for people %lld, suspended on %lld "
          "ticks, spares used %lld\n",
          (long long)sum.n_state[TWIN_OFF_SHIFT], (long long)sum.n_state[TWIN_BREAK],
          (long long)sum.n_shift, (long long)sum.n_overtime, (long long)sum.n_maintenance,
          (long long)sum.n_setup, (long long)sum.n_ahead,
          (long long)sum.n_state[TWIN_WAITING_APPROVAL], (long long)sum.n_state[TWIN_WAITING_WORKER],
          (long long)sum.n_suspended, (long long)sum.n_used);
  fprintf(stderr, "with models: %lld lines, %lld events, %lld bodies, %lld segments, %lld steps, %lld roots met\n",
          (long long)sum.n_model_line, (long long)sum.n_model_event, (long long)sum.n_body, (long long)sum.n_segment,
          (long long)sum.n_step, (long long)sum.n_root);
  if (n < N_LINE / 2) return;
  cr_expect(sum.n_model_line > sum.n_line / 5 && sum.n_root > sum.n_model_line);
  cr_expect(sum.n_event > 300 * sum.n_line, "most lines should go on for long");
  cr_expect(sum.n_deadlock > sum.n_line / 100 && sum.n_deadlock < sum.n_line / 3);
  cr_expect(sum.n_full > 0 && sum.n_drained > 0 && sum.n_ejected > 0 && sum.n_op > 0);
  cr_expect(sum.n_failure > sum.n_line);
  cr_expect(sum.n_reworked > sum.n_line / 2 && sum.n_rejected > 2 * sum.n_reworked);
  cr_expect(sum.n_escaped > sum.n_line);
  cr_expect(sum.n_setup > sum.n_line && sum.n_maintenance > sum.n_line);
  if (is_whole) cr_expect(sum.n_tie > sum.n_event / 10);
}

Test(random_lines, with_ties_on_every_tick_keep_every_promise) { run_all(true); }

Test(random_lines, with_continuous_times_keep_every_promise) { run_all(false); }
