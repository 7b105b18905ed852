// api_steady.c - whether a line has settled, and what one long run is worth: tables of a study that
// run when they are asked for.

#include <math.h>

#include "api/tables.h"
#include "base/assert.h"
#include "observe/quantity.h"
#include "study/series.h"
#include "study/steady.h"

enum { WARMUP_REPLICATIONS = 20, WARMUP_SLICES = 500, BATCHES = 20 };

static tw_series_setup series_of(const twin_study *study) {
  const tw_study_setup *setup = &study->whatif->setup.study;
  return (tw_series_setup){.line = tw_study_line(study->study),
                           .seed = setup->seed,
                           .first_replication = setup->first_replication,
                           .n_replication = 1,
                           .n_thread = setup->n_thread,
                           .until_us = setup->horizon_us};
}

// Welch's mean over the replications that have a value, slice by slice.
static void average(const double *values, size_t n_replication, size_t n_slice, double *mean) {
  for (size_t k = 0; k < n_slice; k++) {
    double sum = 0;
    int32_t n = 0;
    for (size_t r = 0; r < n_replication; r++) {
      const double value = values[r * n_slice + k];
      if (isnan(value)) continue;
      sum += value;
      n++;
    }
    mean[k] = n > 0 ? sum / n : (double)NAN;
  }
}

static void fill_warmup(twin_table *made, const tw_series_setup *series, const double *values) {
  double z[WARMUP_SLICES / TW_MSER_BATCH];
  size_t n_cut;
  double *time = tw_table_add_doubles(made, "time", "s");
  double *figure =
      tw_table_add_doubles(made, "figure", tw_quantity_unit(series->line, *series->quantity));
  double *error = tw_table_add_doubles(made, "z", "");
  int32_t *is_warmup = tw_table_add_ints(made, "is_warmup");
  if (made->arena.is_out_of_memory) return;
  average(values, series->n_replication, WARMUP_SLICES, figure);
  const bool is_known = tw_mser(figure, WARMUP_SLICES, z, &n_cut);
  for (size_t k = 0; k < WARMUP_SLICES; k++) {
    time[k] = (double)series->until_us * 1e-6 * (double)(k + 1) / WARMUP_SLICES;
    error[k] = z[k / TW_MSER_BATCH];
    is_warmup[k] = !is_known ? -1 : k < n_cut;
  }
}

twin_status tw_table_of_warmup(const twin_study *study, twin_table **table,
                               twin_problems *problems) {
  tw_series_setup series = series_of(study);
  const uint32_t n = study->whatif->setup.study.n_replication;
  series.n_replication = n < WARMUP_REPLICATIONS ? n : WARMUP_REPLICATIONS;
  series.n_slice = WARMUP_SLICES;
  series.quantity = &study->whatif->setup.figure;
  series.n_quantity = 1;
  twin_table *made = tw_table_new("warmup", WARMUP_SLICES, tw_line_memory(series.line));
  double *values = NULL;
  if (made != NULL)
    values = tw_arena_take_array(&made->arena, (size_t)series.n_replication * WARMUP_SLICES,
                                 sizeof *values);
  const twin_status status = values != NULL ? tw_series_run(&series, values, problems) : TWIN_OK;
  if (status != TWIN_OK) {
    twin_table_unref(made);
    return status;
  }
  if (values != NULL) fill_warmup(made, &series, values);
  return tw_table_give(made, true, table, problems);
}

typedef struct rows {
  const tw_series_setup *series;
  tw_text *path;
} rows;

static const char *row_path(const void *user, int32_t i) {
  const rows *of = user;
  tw_text_clear(of->path);
  tw_quantity_path(of->series->line, of->series->quantity[i], of->path);
  return of->path->at;
}

static const char *row_unit(const void *user, int32_t i) {
  const rows *of = user;
  return tw_quantity_unit(of->series->line, of->series->quantity[i]);
}

static void fill_batches(twin_table *made, const rows *of, const double *values,
                         double confidence) {
  const size_t n_quantity = of->series->n_quantity;
  tw_table_add_names(made, "quantity", row_path, of);
  tw_table_add_names(made, "unit", row_unit, of);
  int32_t *n = tw_table_add_ints(made, "n");
  double *mean = tw_table_add_doubles(made, "mean", "");
  double *half_width = tw_table_add_doubles(made, "half_width", "");
  double *sd = tw_table_add_doubles(made, "sd", "");
  double *lag1 = tw_table_add_doubles(made, "lag1", "");
  double *n_effective = tw_table_add_doubles(made, "n_effective", "");
  int32_t *is_enough = tw_table_add_ints(made, "is_enough");
  if (made->arena.is_out_of_memory) return;
  for (size_t q = 0; q < n_quantity; q++) {
    double batch[BATCHES];
    tw_batches found;
    for (size_t k = 0; k < BATCHES; k++) batch[k] = values[k * n_quantity + q];
    tw_batch_means(batch, BATCHES, confidence, &found);
    n[q] = (int32_t)found.n;
    mean[q] = found.mean;
    half_width[q] = found.half_width;
    sd[q] = found.sd;
    lag1[q] = found.lag1;
    n_effective[q] = found.n_effective;
    is_enough[q] = found.is_enough;
  }
}

twin_status tw_table_of_batches(const twin_study *study, twin_table **table,
                                twin_problems *problems) {
  tw_series_setup series = series_of(study);
  const tw_memory *memory = tw_line_memory(series.line);
  tw_text path = {.memory = memory};
  const int32_t n_quantity = tw_quantity_count(series.line);
  twin_table *made = tw_table_new("batches", n_quantity, memory);
  if (made == NULL) return tw_table_give(NULL, true, table, problems);
  uint64_t *all = tw_arena_take_array(&made->arena, (size_t)n_quantity, sizeof *all);
  double *values = tw_arena_take_array(&made->arena, (size_t)n_quantity * BATCHES, sizeof *values);
  if (values == NULL || all == NULL) return tw_table_give(made, true, table, problems);
  tw_quantity_list(series.line, all);
  series.from_us = study->whatif->setup.study.warmup_us;
  series.n_slice = BATCHES;
  series.quantity = all;
  series.n_quantity = (size_t)n_quantity;
  const twin_status status = tw_series_run(&series, values, problems);
  if (status != TWIN_OK) {
    twin_table_unref(made);
    return status;
  }
  fill_batches(made, &(rows){&series, &path}, values, study->confidence);
  const bool is_good = !path.is_out_of_memory;
  tw_text_free(&path);
  return tw_table_give(made, is_good, table, problems);
}
