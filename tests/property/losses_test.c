// losses_test.c - in random lines: observing losses changes nothing, every tick of every machine is
// booked once, rows sum to the gap, and cutting the run changes no row.

#include "observe/losses.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "core/ticks.h"
#include "observe/bottleneck.h"
#include "observe/loss_accounts.h"
#include "observe/quantity.h"
#include "state/hash.h"
#include "support/collect.h"
#include "support/generate.h"

enum { N_PLAN = 120 };
static const double END_S = 900;

// Every third line, but for those with defaults of their own, tells stops of up to 4 s apart.
static tw_line *line_of_plan(uint64_t seed) {
  static test_plan plan;
  test_plan_make(&plan, seed, seed % 2 == 0);
  tw_text plain = {0}, text = {0};
  test_plan_print(&plan, &plain);
  const bool is_told = seed % 3 == 0 && strstr(plain.at, "\"defaults\"") == NULL;
  cr_assert_eq(plain.at[0], '{');
  if (is_told) tw_text_add(&text, "{\"defaults\": {\"minor_stop\": \"4 s\"},");
  tw_text_add(&text, plain.at + is_told);
  tw_line *line = test_line(text.at, NULL);
  tw_text_free(&plain);
  tw_text_free(&text);
  return line;
}

// Runs a line in pieces with its losses observed when `losses` is not NULL.
static tw_run *run_line(tw_line *line, tw_losses *losses, int32_t n_piece) {
  tw_run *run = test_run(line, 5);
  if (losses != NULL) cr_assert_eq(tw_losses_attach(losses, run), TWIN_OK);
  for (int32_t i = 1; i <= n_piece; i++)
    if (test_until(run, END_S * i / n_piece) != TWIN_OK) break;
  return run;
}

static void expect_every_tick_booked(const tw_run *run, const tw_loss_table *table) {
  for (int32_t i = 0; i < table->n_station; i++) {
    const tw_station_sum *station = &table->station[i];
    const tw_place *place = &run->line->place[station->place_i];
    int64_t state_us[TW_N_STATE] = {0}, row_us[TW_N_STATE] = {0};
    for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++) {
      int64_t own_us[TW_N_STATE];
      tw_state_times(run, m, own_us);
      for (int32_t state = 0; state < TW_N_STATE; state++) state_us[state] += own_us[state];
    }
    for (int32_t k = 0; k < table->n_loss; k++)
      if (table->loss[k].key.station_i == station->place_i &&
          table->loss[k].key.kind <= TW_LOSS_MINOR)
        row_us[table->loss[k].key.kind < TW_N_STATE ? table->loss[k].key.kind
                                                    : table->loss[k].key.state] +=
            table->loss[k].time_us;
    for (int32_t state = 0; state < TW_N_STATE; state++) {
      cr_assert_eq(station->state_us[state], state_us[state], "%s: %s", place->name,
                   twin_state_name(state));
      const bool is_work = state >= TWIN_LOADING && state <= TWIN_UNLOADING;
      const bool is_away = state == TWIN_OFF_SHIFT || state == TWIN_BREAK;
      if (!is_work && !is_away) cr_assert_eq(row_us[state], state_us[state]);
    }
  }
}

static void expect_rows_to_sum_to_the_gap(const tw_run *run, const tw_loss_table *table) {
  for (int32_t i = 0; i < table->n_station; i++) {
    const tw_station_sum *station = &table->station[i];
    if (!isfinite(station->gap)) continue;
    double sum = 0;
    for (int32_t k = 0; k < table->n_loss; k++)
      if (table->loss[k].key.station_i == station->place_i) sum += table->loss[k].parts;
    cr_assert(fabs(sum - station->gap) <= 1e-9 * (1 + station->possible), "%s: %.12g, not %.12g",
              run->line->place[station->place_i].name, sum, station->gap);
  }
}

// A root is somebody who does not wait, or a loop.
static void expect_sound_roots(const tw_run *run, const tw_loss_table *table) {
  for (int32_t k = 0; k < table->n_loss; k++) {
    const tw_loss_key *key = &table->loss[k].key;
    cr_assert(!tw_is_wait_state(key->state));
    if (!tw_is_wait_state(key->kind)) continue;
    cr_assert(key->neighbour_i >= 0 && key->neighbour_i < run->line->n_place);
    cr_assert(key->place_i >= 0 && key->place_i < run->line->n_place);
    if (key->state < TWIN_STATE_COUNT) cr_assert(run->line->place[key->place_i].n_machine > 0);
  }
}

static void expect_active_shares(const tw_line *line, const tw_bottleneck *b) {
  double sole = 0;
  for (int32_t i = 0; i < b->n_station; i++) {
    const tw_standing *station = &b->station[i];
    sole += station->sole;
    if (line->place[station->place_i].n_machine == 1)
      cr_assert(station->sole + station->shifting <= 1 + 1e-9);
  }
  cr_assert(sole <= 1 + 1e-9, "%g", sole);
}

// An observer that looks at everything on every tick: ticks by account, found anew for each
// machine.
typedef struct slow {
  tw_root_cause_search *search;
  tw_loss_accounts accounts;
} slow;

static void note_pass(void *self, const tw_run *run, int64_t to_us) {
  slow *s = self;
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const int32_t place_i = run->line->machine[i].node_i, state = run->machine[i].state;
    tw_loss_key key = {place_i, state, TW_NONE, place_i, state, tw_root_cause_of(run, i)};
    if (tw_is_wait_state(state)) {
      const tw_root_cause cause = tw_root_cause_find(s->search, run, i);
      key.neighbour_i = cause.neighbour_i;
      key.place_i = cause.place_i;
      key.state = cause.state;
      key.cause_i = cause.cause_i;
    }
    tw_loss_book(&s->accounts, &key, to_us - run->head->now_us);
  }
}

static void note_fact(void *self, const tw_run *run, const tw_fact *fact) {
  (void)run;
  if (fact->kind == TW_FACT_WINDOW) tw_loss_accounts_clear(&((slow *)self)->accounts);
}

static int64_t slow_time(const slow *s, const tw_loss_key *key) {
  for (int32_t i = 0; i < s->accounts.n; i++)
    if (memcmp(&s->accounts.at[i].key, key, sizeof *key) == 0) return s->accounts.at[i].time_us;
  return 0;
}

// What is looked at only near a change is what a look at everything finds.
Test(losses, charge_what_a_look_at_everything_on_every_tick_charges) {
  int64_t waited_us = 0;
  for (uint64_t seed = 1; seed <= 2 * N_PLAN; seed++) {
    tw_line *line = line_of_plan(seed);
    if (line == NULL) continue;
    tw_losses *losses = tw_losses_new(line);
    slow all = {.search = tw_root_cause_search_new(line)};
    tw_run *run = test_run(line, 5);
    cr_assert(tw_sink_add(run, (tw_sink){.self = &all, .fact = note_fact, .pass = note_pass}));
    cr_assert_eq(tw_losses_attach(losses, run), TWIN_OK);
    test_until(run, END_S);
    tw_loss_table table;
    cr_assert_eq(tw_losses_read(losses, &table), TWIN_OK);
    for (int32_t i = 0; i < table.n_loss; i++) {
      const tw_place *place = &line->place[table.loss[i].key.station_i];
      const int32_t kind = table.loss[i].key.kind;
      const bool is_failure = kind == TWIN_FAILED_WAITING || kind == TWIN_FAILED_REPAIR;
      if (kind >= TW_N_STATE || (is_failure && place->minor_stop_us > 0)) continue;
      cr_assert_eq(table.loss[i].time_us, slow_time(&all, &table.loss[i].key), "plan %d, %s: %s",
                   (int)seed, line->place[table.loss[i].key.station_i].name,
                   tw_root_cause_word(table.loss[i].key.state));
      if (tw_is_wait_state(table.loss[i].key.kind)) waited_us += table.loss[i].time_us;
    }
    tw_loss_table_free(&table);
    tw_losses_free(losses);
    tw_root_cause_search_free(all.search);
    tw_loss_accounts_free(&all.accounts);
    tw_run_free(run);
    tw_line_unref(line);
  }
  cr_assert(waited_us > 0);
}

Test(losses, book_every_tick_once_and_change_nothing) {
  int32_t n = 0, n_minor = 0;
  for (uint64_t seed = 1; seed <= N_PLAN; seed++) {
    tw_line *line = line_of_plan(seed);
    if (line == NULL) continue;
    n++;
    tw_losses *losses = tw_losses_new(line);
    tw_run *alone = run_line(line, NULL, 1), *run = run_line(line, losses, 1);
    cr_assert_eq(tw_run_hash(run, true), tw_run_hash(alone, true), "plan %d", (int)seed);
    tw_loss_table table;
    cr_assert_eq(tw_losses_read(losses, &table), TWIN_OK);
    expect_every_tick_booked(run, &table);
    expect_rows_to_sum_to_the_gap(run, &table);
    expect_sound_roots(run, &table);
    for (int32_t i = 0; i < table.n_loss; i++) n_minor += table.loss[i].key.kind == TW_LOSS_MINOR;
    tw_bottleneck bottleneck;
    cr_assert(tw_bottleneck_measure(line, &table, &bottleneck));
    expect_active_shares(line, &bottleneck);
    cr_assert_eq(tw_run_hash(run, true), tw_run_hash(alone, true));
    tw_bottleneck_free(&bottleneck);
    tw_loss_table_free(&table);
    tw_losses_free(losses);
    tw_run_free(alone);
    tw_run_free(run);
    tw_line_unref(line);
  }
  cr_assert(n > N_PLAN / 2 && n_minor > 0, "%d lines, %d minor stops", n, n_minor);
}

static void expect_same(const tw_loss_table *a, const tw_loss_table *b) {
  cr_assert_eq(a->n_loss, b->n_loss);
  for (int32_t i = 0; i < a->n_loss; i++) {
    cr_assert_eq(tw_loss_compare(&a->loss[i].key, &b->loss[i].key), 0);
    cr_assert_eq(a->loss[i].time_us, b->loss[i].time_us);
    cr_assert(a->loss[i].parts == b->loss[i].parts ||
              (isnan(a->loss[i].parts) && isnan(b->loss[i].parts)));
  }
  for (int32_t i = 0; i < a->n_station; i++) {
    cr_assert_eq(a->station[i].sole_us, b->station[i].sole_us);
    cr_assert_eq(a->station[i].shifting_us, b->station[i].shifting_us);
  }
}

Test(losses, are_the_same_however_the_run_is_cut_and_who_else_looks) {
  for (uint64_t seed = 201; seed <= 201 + N_PLAN / 3; seed++) {
    tw_line *line = line_of_plan(seed);
    if (line == NULL) continue;
    tw_losses *whole = tw_losses_new(line), *cut = tw_losses_new(line);
    tw_run *run = run_line(line, whole, 1);
    tw_run *pieces = test_run(line, 5);
    test_collect collect;
    test_collect_open(&collect, line);
    cr_assert_eq(tw_recorder_attach(collect.recorder, pieces, 0), TWIN_OK);
    cr_assert_eq(tw_losses_attach(cut, pieces), TWIN_OK);
    tw_loss_table a, b;
    twin_status status = TWIN_OK;
    for (int32_t i = 1; i <= 97 && status == TWIN_OK; i++) {
      status = test_until(pieces, END_S * i / 97);
      if (i % 10 != 0) continue;  // reading in between changes nothing either
      cr_assert_eq(tw_losses_read(cut, &b), TWIN_OK);
      tw_loss_table_free(&b);
    }
    cr_assert_eq(tw_losses_read(whole, &a), TWIN_OK);
    cr_assert_eq(tw_losses_read(cut, &b), TWIN_OK);
    expect_same(&a, &b);
    tw_loss_table_free(&a);
    tw_loss_table_free(&b);
    test_collect_close(&collect);
    tw_losses_free(whole);
    tw_losses_free(cut);
    tw_run_free(run);
    tw_run_free(pieces);
    tw_line_unref(line);
  }
}
