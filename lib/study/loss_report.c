// loss_report.c - see loss_report.h.

#include "study/loss_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "study/interval.h"

// What the folding works on.
typedef struct fold {
  const tw_line *line;
  const tw_loss_table *const *tables;
  size_t n;
  double confidence;
  double *values;  // [n]
} fold;

static tw_figure estimate(const fold *f) {
  twin_estimate e = {.struct_size = sizeof e};
  tw_interval_estimate(f->values, f->n, f->confidence, &e);
  return (tw_figure){e.mean, e.half_width};
}

static int compare_lines(const void *a, const void *b) {
  return tw_loss_compare(&((const tw_loss_line *)a)->key, &((const tw_loss_line *)b)->key);
}

// The keys of all tables, each once and in order.
static bool join_keys(const fold *f, tw_loss_report *report) {
  size_t n = 0;
  for (size_t t = 0; t < f->n; t++) n += (size_t)f->tables[t]->n_loss;
  tw_loss_line *all = tw_memory_zeroed(tw_line_memory(f->line), n + 1, sizeof *all);
  if (all == NULL) return false;
  size_t at = 0;
  for (size_t t = 0; t < f->n; t++)
    for (int32_t i = 0; i < f->tables[t]->n_loss; i++) all[at++].key = f->tables[t]->loss[i].key;
  TW_ASSERT(at == n);
  qsort(all, n, sizeof *all, compare_lines);
  report->loss = all;
  for (size_t i = 0; i < n; i++)
    if (report->n_loss == 0 || compare_lines(&all[report->n_loss - 1], &all[i]) != 0)
      all[report->n_loss++] = all[i];
  return true;
}

// The row of a key in a table; NULL: it has none.
static const tw_loss *find_row(const tw_loss_table *table, const tw_loss_key *key) {
  int32_t first = 0, end = table->n_loss;
  while (first < end) {
    const int32_t middle = first + (end - first) / 2;
    const int order = tw_loss_compare(&table->loss[middle].key, key);
    if (order == 0) return &table->loss[middle];
    if (order < 0)
      first = middle + 1;
    else
      end = middle;
  }
  return NULL;
}

static double loss_figure(const tw_loss *row, int32_t which) {
  if (row == NULL) return 0;
  switch (which) {
    case TW_LOSS_TIME: return row->time_s;
    case TW_LOSS_PARTS: return row->parts;
    default: return row->per_shift;
  }
}

static void fold_losses(const fold *f, tw_loss_report *report) {
  for (int32_t i = 0; i < report->n_loss; i++)
    for (int32_t k = 0; k < TW_LOSS_FIGURES; k++) {
      for (size_t t = 0; t < f->n; t++)
        f->values[t] = loss_figure(find_row(f->tables[t], &report->loss[i].key), k);
      report->loss[i].figure[k] = estimate(f);
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

static void fold_stations(const fold *f, const tw_bottleneck *each, tw_loss_report *report) {
  for (int32_t i = 0; i < report->n_station; i++)
    for (int32_t k = 0; k < TW_STATION_FIGURES; k++) {
      for (size_t t = 0; t < f->n; t++)
        f->values[t] = station_figure(&f->tables[t]->station[i], &each[t].station[i], k);
      report->station[i][k] = estimate(f);
    }
}

// The methods look at the mean shares.
static bool decide(const fold *f, tw_loss_report *report) {
  tw_bottleneck *b = &report->bottleneck;
  b->n_station = report->n_station;
  b->memory = report->memory;
  b->station =
      tw_memory_zeroed(tw_line_memory(f->line), (size_t)b->n_station + 1, sizeof *b->station);
  if (b->station == NULL) return false;
  for (int32_t i = 0; i < b->n_station; i++) {
    const tw_figure *figure = report->station[i];
    b->station[i] = (tw_standing){.place_i = f->tables[0]->station[i].place_i,
                                  .utilisation = figure[TW_STATION_UTILISATION].mean,
                                  .occupied = figure[TW_STATION_OCCUPIED].mean,
                                  .blocked = figure[TW_STATION_BLOCKED].mean,
                                  .starved = figure[TW_STATION_STARVED].mean,
                                  .sole = figure[TW_STATION_SOLE].mean,
                                  .shifting = figure[TW_STATION_SHIFTING].mean};
  }
  if (!tw_bottleneck_decide(f->line, b)) return false;
  const int32_t line_i = b->best != TW_NONE ? b->station[b->best].place_i : TW_NONE;
  for (int32_t i = 0; i < report->n_loss; i++)
    report->loss[i].is_of_line = report->loss[i].key.station_i == line_i;
  return true;
}

static bool measure_each(const fold *f, tw_bottleneck *each) {
  for (size_t t = 0; t < f->n; t++) {
    TW_ASSERT(f->tables[t]->n_station == f->tables[0]->n_station);
    if (!tw_bottleneck_measure(f->line, f->tables[t], &each[t])) return false;
  }
  return true;
}

bool tw_loss_report_make(const tw_line *line, const tw_loss_table *const *tables, size_t n,
                         double confidence, tw_loss_report *report) {
  const tw_memory *memory = tw_line_memory(line);
  TW_ASSERT(n > 0);
  *report = (tw_loss_report){.memory = memory, .n_station = tables[0]->n_station};
  fold f = {line, tables, n, confidence, tw_memory_zeroed(memory, n, sizeof(double))};
  tw_bottleneck *each = tw_memory_zeroed(memory, n, sizeof *each);
  report->station =
      tw_memory_zeroed(memory, (size_t)report->n_station + 1, sizeof *report->station);
  bool is_good = f.values != NULL && each != NULL && report->station != NULL &&
                 join_keys(&f, report) && measure_each(&f, each);
  if (is_good) {
    fold_losses(&f, report);
    fold_stations(&f, each, report);
    is_good = decide(&f, report);
  }
  for (size_t t = 0; each != NULL && t < n; t++) tw_bottleneck_free(&each[t]);
  tw_memory_free(memory, each);
  tw_memory_free(memory, f.values);
  if (!is_good) tw_loss_report_free(report);
  return is_good;
}

void tw_loss_report_free(tw_loss_report *report) {
  tw_memory_free(report->memory, report->loss);
  tw_memory_free(report->memory, report->station);
  tw_bottleneck_free(&report->bottleneck);
  *report = (tw_loss_report){.memory = report->memory};
}
