// api_figures.c - every quantity of a line, a run or a study as a table, in the order of
// twin_line_quantity_at.

#include <stdlib.h>

#include "api/tables.h"
#include "base/assert.h"
#include "observe/quantity.h"
#include "study/interval.h"

typedef struct rows {
  const tw_line *line;
  tw_text *path;
} rows;

static const char *quantity_path(const void *user, int32_t i) {
  const rows *of = user;
  tw_text_clear(of->path);
  tw_quantity_path(of->line, tw_quantity_at(of->line, i), of->path);
  return of->path->at;
}

static const char *quantity_unit(const void *user, int32_t i) {
  const rows *of = user;
  return tw_quantity_unit(of->line, tw_quantity_at(of->line, i));
}

// A table with the columns "quantity" and "unit"; NULL when memory is short.
static twin_table *new_table(const char *name, const tw_line *line) {
  tw_text path = {0};
  const rows of = {line, &path};
  twin_table *table = tw_table_new(name, tw_quantity_count(line));
  if (table != NULL) {
    tw_table_add_names(table, "quantity", quantity_path, &of);
    tw_table_add_names(table, "unit", quantity_unit, &of);
    if (path.is_out_of_memory) table->arena.is_out_of_memory = true;
  }
  tw_text_free(&path);
  return table;
}

twin_status tw_table_of_quantities(const tw_line *line, twin_table **table,
                                   twin_problems *problems) {
  return tw_table_give(new_table("quantities", line), true, table, problems);
}

twin_status tw_table_of_run_kpi(const tw_run *run, twin_table **table, twin_problems *problems) {
  twin_table *made = new_table("kpi", run->line);
  double *value = made != NULL ? tw_table_add_doubles(made, "value", "") : NULL;
  for (int32_t i = 0; value != NULL && i < made->n_row; i++)
    value[i] = tw_quantity_value(run, tw_quantity_at(run->line, i));
  return tw_table_give(made, value != NULL, table, problems);
}

static void fill_estimates(twin_table *table, const twin_study *study, double *values, size_t n) {
  const tw_line *line = tw_study_line(study->study);
  int32_t *count = tw_table_add_ints(table, "n");
  double *mean = tw_table_add_doubles(table, "mean", "");
  double *half_width = tw_table_add_doubles(table, "half_width", "");
  double *sd = tw_table_add_doubles(table, "sd", "");
  double *least = tw_table_add_doubles(table, "min", "");
  double *most = tw_table_add_doubles(table, "max", "");
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < table->n_row; i++) {
    twin_estimate of = {.struct_size = sizeof of};
    tw_study_values(study->study, tw_quantity_at(line, i), values, n);
    tw_interval_estimate(values, n, study->confidence, &of);
    TW_ASSERT(of.n <= n);
    count[i] = (int32_t)of.n;
    mean[i] = of.mean;
    half_width[i] = of.half_width;
    sd[i] = of.sd;
    least[i] = of.min;
    most[i] = of.max;
  }
}

twin_status tw_table_of_study_kpi(const twin_study *study, twin_table **table,
                                  twin_problems *problems) {
  const size_t n = tw_study_done(study->study);
  double *values = malloc((n + 1) * sizeof *values);
  twin_table *made = new_table("kpi", tw_study_line(study->study));
  if (made != NULL && values != NULL) fill_estimates(made, study, values, n);
  const bool is_good = values != NULL;
  free(values);
  return tw_table_give(made, is_good, table, problems);
}
