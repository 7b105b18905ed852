// loss_report.c - see loss_report.h. Invariant: the rows of a fold stand in the order of their keys, each
// once, and every tally has as many values as there were replications, but for what is no number.

#include "study/loss_report.h"

#include <math.h>

#include "base/assert.h"
#include "core/ticks.h"

typedef struct tw_loss_tally {
  tw_loss_key key;
  tw_tally figure[TW_LOSS_FIGURES];
} tw_loss_tally;

static double loss_figure(const tw_loss *row, int32_t which) {
  if (row == NULL) return 0;
  switch (which) {
    case TW_LOSS_TIME: return row->time_s;
    case TW_LOSS_PARTS: return row->parts;
    default: return row->per_shift;
  }
}

static double station_figure(const tw_station_sum *sum, const tw_standing *s, int32_t which) {
  switch ((tw_station_figure)which) {
    case TW_STATION_UTILISATION: return s->utilisation;
    case TW_STATION_OCCUPIED: return s->occupied;
    case TW_STATION_BLOCKED: return s->blocked;
    case TW_STATION_STARVED: return s->starved;
    case TW_STATION_SOLE: return s->sole;
    case TW_STATION_SHIFTING: return s->shifting;
    case TW_STATION_CYCLE: return sum->cycle_s;
    case TW_STATION_POSSIBLE: return sum->possible;
    case TW_STATION_GOOD: return sum->good;
    case TW_STATION_GAP: return sum->gap;
    default: return sum->n_shift;
  }
}

// Rows of both, in order; what one of them does not have counts as 0 there.
static int32_t merge(const tw_loss_fold *fold, const tw_loss_table *table, tw_loss_tally *out) {
  int32_t a = 0, b = 0, n = 0;
  while (a < fold->n_loss || b < table->n_loss) {
    const int order = a == fold->n_loss    ? 1
                      : b == table->n_loss ? -1
                                           : tw_loss_compare(&fold->loss[a].key, &table->loss[b].key);
    tw_loss_tally *row = &out[n++];
    if (order <= 0) {
      *row = fold->loss[a++];
    } else {
      *row = (tw_loss_tally){.key = table->loss[b].key};
      for (int32_t k = 0; k < TW_LOSS_FIGURES; k++) row->figure[k].n = fold->n;
    }
    const tw_loss *added = order >= 0 ? &table->loss[b++] : NULL;
    for (int32_t k = 0; k < TW_LOSS_FIGURES; k++) tw_tally_add(&row->figure[k], loss_figure(added, k));
  }
  return n;
}

static bool make_stations(tw_loss_fold *fold, const tw_loss_table *table) {
  if (fold->station != NULL) return true;
  const size_t n = (size_t)table->n_station + 1;
  fold->station = tw_memory_zeroed(fold->memory, n, sizeof *fold->station);
  fold->place_i = tw_memory_zeroed(fold->memory, n, sizeof *fold->place_i);
  if (fold->station == NULL || fold->place_i == NULL) {
    tw_loss_fold_free(fold);
    return false;
  }
  fold->n_station = table->n_station;
  for (int32_t i = 0; i < fold->n_station; i++) fold->place_i[i] = table->station[i].place_i;
  return true;
}

bool tw_loss_fold_add(tw_loss_fold *fold, const tw_line *line, const tw_loss_table *table) {
  TW_ASSERT(fold != NULL && table != NULL);
  tw_bottleneck standing = {0};
  fold->memory = tw_line_memory(line);
  const size_t n_most = (size_t)fold->n_loss + (size_t)table->n_loss;
  const bool is_measured = tw_bottleneck_measure(line, table, &standing);
  tw_loss_tally *loss = tw_memory_take(fold->memory, (n_most + 1) * sizeof *loss);
  if (!is_measured || loss == NULL || !make_stations(fold, table)) {
    tw_memory_free(fold->memory, loss);
    tw_bottleneck_free(&standing);
    return false;
  }
  TW_ASSERT(fold->n_station == table->n_station && standing.n_station == table->n_station);
  fold->n_loss = merge(fold, table, loss);
  TW_ASSERT((size_t)fold->n_loss <= n_most);
  tw_memory_free(fold->memory, fold->loss);
  fold->loss = loss;
  for (int32_t i = 0; i < fold->n_station; i++)
    for (int32_t k = 0; k < TW_STATION_FIGURES; k++)
      tw_tally_add(&fold->station[i][k], station_figure(&table->station[i], &standing.station[i], k));
  fold->n++;
  tw_bottleneck_free(&standing);
  return true;
}

void tw_loss_fold_free(tw_loss_fold *fold) {
  tw_memory_free(fold->memory, fold->loss);
  tw_memory_free(fold->memory, fold->station);
  tw_memory_free(fold->memory, fold->place_i);
  *fold = (tw_loss_fold){.memory = fold->memory};
}

// The methods look at the mean shares.
static bool decide(const tw_line *line, const tw_loss_fold *fold, tw_loss_report *report) {
  tw_bottleneck *b = &report->bottleneck;
  b->n_station = report->n_station;
  b->memory = report->memory;
  b->station = tw_memory_zeroed(b->memory, (size_t)b->n_station + 1, sizeof *b->station);
  if (b->station == NULL) return false;
  for (int32_t i = 0; i < b->n_station; i++) {
    const tw_figure *figure = report->station[i];
    b->station[i] = (tw_standing){.place_i = fold->place_i[i],
                                  .utilisation = figure[TW_STATION_UTILISATION].mean,
                                  .occupied = figure[TW_STATION_OCCUPIED].mean,
                                  .blocked = figure[TW_STATION_BLOCKED].mean,
                                  .starved = figure[TW_STATION_STARVED].mean,
                                  .sole = figure[TW_STATION_SOLE].mean,
                                  .shifting = figure[TW_STATION_SHIFTING].mean};
  }
  if (!tw_bottleneck_decide(line, b)) return false;
  const int32_t line_i = b->best != TW_NONE ? b->station[b->best].place_i : TW_NONE;
  for (int32_t i = 0; i < report->n_loss; i++)
    report->loss[i].is_of_line = report->loss[i].key.station_i == line_i;
  return true;
}

static tw_figure figure_of(const tw_tally *tally, double confidence) {
  return (tw_figure){tally->n > 0 ? tally->mean : (double)NAN, tw_tally_half_width(tally, confidence)};
}

bool tw_loss_report_make(const tw_line *line, const tw_loss_fold *fold, double confidence,
                         tw_loss_report *report) {
  const tw_memory *memory = tw_line_memory(line);
  TW_ASSERT(fold->n > 0);
  *report = (tw_loss_report){.memory = memory, .n_loss = fold->n_loss, .n_station = fold->n_station};
  report->loss = tw_memory_zeroed(memory, (size_t)report->n_loss + 1, sizeof *report->loss);
  report->station =
      tw_memory_zeroed(memory, (size_t)report->n_station + 1, sizeof *report->station);
  bool is_good = report->loss != NULL && report->station != NULL;
  for (int32_t i = 0; i < report->n_loss && is_good; i++) {
    report->loss[i].key = fold->loss[i].key;
    for (int32_t k = 0; k < TW_LOSS_FIGURES; k++)
      report->loss[i].figure[k] = figure_of(&fold->loss[i].figure[k], confidence);
  }
  for (int32_t i = 0; i < report->n_station && is_good; i++)
    for (int32_t k = 0; k < TW_STATION_FIGURES; k++)
      report->station[i][k] = figure_of(&fold->station[i][k], confidence);
  is_good = is_good && decide(line, fold, report);
  if (!is_good) tw_loss_report_free(report);
  return is_good;
}

void tw_loss_report_free(tw_loss_report *report) {
  tw_memory_free(report->memory, report->loss);
  tw_memory_free(report->memory, report->station);
  tw_bottleneck_free(&report->bottleneck);
  *report = (tw_loss_report){.memory = report->memory};
}
