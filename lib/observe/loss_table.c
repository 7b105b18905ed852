// loss_table.c - from booked ticks to rows in good parts, see losses.h.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "observe/ideal.h"
#include "observe/losses_inner.h"

const char *tw_loss_word(int32_t kind) {
  switch (kind) {
    case TW_LOSS_MINOR: return "minor-stop";
    case TW_LOSS_SPEED: return "speed";
    case TW_LOSS_SCRAP: return "scrap";
    case TW_LOSS_REWORK: return "rework";
    default: return twin_state_name(kind);
  }
}

int tw_loss_compare(const tw_loss_key *a, const tw_loss_key *b) {
  const int32_t x[] = {a->station_i, a->kind, a->place_i, a->state, a->cause_i, a->neighbour_i};
  const int32_t y[] = {b->station_i, b->kind, b->place_i, b->state, b->cause_i, b->neighbour_i};
  for (int32_t i = 0; i < 6; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

static int compare_rows(const void *a, const void *b) {
  return tw_loss_compare(&((const tw_loss *)a)->key, &((const tw_loss *)b)->key);
}

static bool is_working(int32_t state) {
  return state == TWIN_LOADING || state == TWIN_PROCESSING || state == TWIN_UNLOADING;
}

static bool is_away(int32_t state) { return state == TWIN_OFF_SHIFT || state == TWIN_BREAK; }

static double per(double amount, double of) { return of > 0 ? amount / of : (double)NAN; }

// The state that a machine was in: minor stops are told apart from failures, but are states too.
static int32_t state_of(const tw_loss_key *key) {
  return key->kind == TW_LOSS_MINOR ? key->state : key->kind;
}

// Ticks by state and by bottleneck, and the passes, of every station.
static void sum_stations(const tw_losses *losses, tw_loss_table *table, int32_t *station_of) {
  const tw_line *line = losses->line;
  for (int32_t i = 0; i < line->n_place; i++) {
    station_of[i] = TW_NONE;
    if (line->place[i].n_machine == 0) continue;
    station_of[i] = table->n_station;
    table->station[table->n_station++] = (tw_station_sum){
        .place_i = i, .n_scrap = losses->n_scrap[i], .n_rework = losses->n_rework[i]};
  }
  for (int32_t i = 0; i < losses->accounts.n; i++) {
    const tw_loss_account *account = &losses->accounts.at[i];
    tw_station_sum *station = &table->station[station_of[account->key.station_i]];
    station->state_us[state_of(&account->key)] += account->time_us;
    if (!is_away(account->key.kind)) station->planned_us += account->time_us;
  }
  for (int32_t i = 0; i < line->n_machine; i++)
    for (int32_t type = 0; type < line->n_part_type; type++)
      table->station[station_of[line->machine[i].node_i]].n_pass +=
          losses->n_pass[(int64_t)i * line->n_part_type + type];
}

static void measure_station(const tw_losses *losses, tw_station_sum *station) {
  const tw_line *line = losses->line;
  const double planned_s = tw_seconds(station->planned_us);
  station->cycle_s = tw_ideal_mix_s(line, losses->nominal, station->place_i, losses->n_pass);
  station->possible = per(planned_s, station->cycle_s);
  station->good = (double)(station->n_pass - station->n_scrap - station->n_rework);
  station->gap = station->possible - station->good;
  station->n_shift = planned_s / line->place[station->place_i].n_machine /
                     tw_ideal_shift_s(line, station->place_i);
}

static void add_row(tw_loss_table *table, const tw_station_sum *station, const tw_loss *row) {
  tw_loss *own = &table->loss[table->n_loss++];
  *own = *row;
  own->parts = per(row->time_s, station->cycle_s);
  own->per_shift = per(own->parts, station->n_shift);
}

// The rows that are no state of the station.
static void add_work_rows(tw_loss_table *table, const tw_station_sum *station) {
  double work_s = 0;
  for (int32_t state = 0; state < TW_N_STATE; state++)
    if (is_working(state)) work_s += tw_seconds(station->state_us[state]);
  const double cost_s[] = {work_s - station->cycle_s * (double)station->n_pass,
                           station->cycle_s * (double)station->n_scrap,
                           station->cycle_s * (double)station->n_rework};
  for (int32_t i = 0; i < 3; i++) {
    if (i > 0 && cost_s[i] == 0) continue;
    const tw_loss_key key = {station->place_i, TW_LOSS_SPEED + i, TW_NONE,
                             station->place_i, TWIN_PROCESSING,   TW_NONE};
    add_row(table, station, &(tw_loss){.key = key, .time_s = cost_s[i]});
  }
}

static void add_rows(const tw_losses *losses, tw_loss_table *table, const int32_t *station_of) {
  for (int32_t i = 0; i < losses->accounts.n; i++) {
    const tw_loss_account *account = &losses->accounts.at[i];
    TW_ASSERT(account->time_us >= 0);
    if (is_working(account->key.kind) || is_away(account->key.kind)) continue;
    if (account->time_us == 0) continue;  // it was taken back
    const tw_loss row = {
        .key = account->key, .time_us = account->time_us, .time_s = tw_seconds(account->time_us)};
    add_row(table, &table->station[station_of[account->key.station_i]], &row);
  }
  for (int32_t i = 0; i < table->n_station; i++) add_work_rows(table, &table->station[i]);
  qsort(table->loss, (size_t)table->n_loss, sizeof *table->loss, compare_rows);
}

static bool read_active(tw_losses *losses, tw_loss_table *table, const int32_t *station_of) {
  const tw_memory *memory = tw_line_memory(losses->line);
  const int32_t n = losses->line->n_machine;
  int64_t *ticks = tw_memory_zeroed(memory, 2 * (size_t)n + 1, sizeof *ticks);
  if (ticks == NULL) return false;
  tw_active_read(losses->active, losses->run->head->now_us, ticks, ticks + n);
  for (int32_t i = 0; i < n; i++) {
    tw_station_sum *station = &table->station[station_of[losses->line->machine[i].node_i]];
    station->sole_us += ticks[i];
    station->shifting_us += ticks[n + i];
  }
  tw_memory_free(memory, ticks);
  return true;
}

static bool build_table(tw_losses *losses, tw_loss_table *table) {
  const tw_memory *memory = tw_line_memory(losses->line);
  const size_t n_place = (size_t)losses->line->n_place;
  int32_t *station_of = tw_memory_zeroed(memory, n_place + 1, sizeof *station_of);
  table->station = tw_memory_zeroed(memory, n_place + 1, sizeof *table->station);
  table->loss =
      tw_memory_zeroed(memory, (size_t)losses->accounts.n + 3 * n_place + 1, sizeof *table->loss);
  bool is_good = station_of != NULL && table->station != NULL && table->loss != NULL;
  if (is_good) {
    sum_stations(losses, table, station_of);
    is_good = read_active(losses, table, station_of);
    for (int32_t i = 0; i < table->n_station; i++) measure_station(losses, &table->station[i]);
    add_rows(losses, table, station_of);
    table->window_us = losses->run->head->now_us - losses->start_us;
  }
  tw_memory_free(memory, station_of);
  return is_good;
}

twin_status tw_losses_read(tw_losses *losses, tw_loss_table *table) {
  *table = (tw_loss_table){.memory = tw_line_memory(losses->line)};
  if (losses->run == NULL) return TWIN_ERR_ARGUMENT;
  tw_losses_bring_up(losses, 1);
  const bool is_good = losses->status == TWIN_OK && build_table(losses, table);
  if (losses->status == TWIN_OK) tw_losses_bring_up(losses, -1);
  if (losses->status != TWIN_OK) return losses->status;
  return is_good ? TWIN_OK : TWIN_ERR_MEMORY;
}

void tw_loss_table_free(tw_loss_table *table) {
  tw_memory_free(table->memory, table->loss);
  tw_memory_free(table->memory, table->station);
  *table = (tw_loss_table){.memory = table->memory};
}
