// api_figures.c - every quantity of a line, a run or a study as a table, in the order of
// twin_line_quantity_at.

#include <string.h>

#include "api/tables.h"
#include "base/assert.h"
#include "observe/quantity.h"
#include "study/interval.h"

typedef struct rows {
  const tw_line *line;
  const uint64_t *quantity;  // [rows]
  tw_text *path;
} rows;

static const char *quantity_path(const void *user, int32_t i) {
  const rows *of = user;
  tw_text_clear(of->path);
  tw_quantity_path(of->line, of->quantity[i], of->path);
  return of->path->at;
}

static const char *quantity_unit(const void *user, int32_t i) {
  const rows *of = user;
  return tw_quantity_unit(of->line, of->quantity[i]);
}

// A table with the columns "quantity" and "unit", and the handles of its rows, in its memory; NULL when
// memory is short.
static twin_table *new_table(const char *name, const tw_line *line, const uint64_t **quantity) {
  tw_text path = {.memory = tw_line_memory(line)};
  twin_table *table = tw_table_new(name, tw_quantity_count(line), tw_line_memory(line));
  if (table == NULL) return NULL;
  uint64_t *all = tw_arena_take_array(&table->arena, (size_t)table->n_row, sizeof *all);
  if (all != NULL) {
    const rows of = {line, all, &path};
    tw_quantity_list(line, all);
    tw_table_add_names(table, "quantity", quantity_path, &of);
    tw_table_add_names(table, "unit", quantity_unit, &of);
  }
  if (path.is_out_of_memory) table->arena.is_out_of_memory = true;
  tw_text_free(&path);
  *quantity = all;
  return table;
}

twin_status tw_table_of_quantities(const tw_line *line, twin_table **table,
                                   twin_problems *problems) {
  const uint64_t *quantity = NULL;
  twin_table *made = new_table("quantities", line, &quantity);
  int64_t *handle = quantity != NULL ? tw_table_add_counts(made, "handle") : NULL;
  if (handle != NULL && made->n_row > 0)
    memcpy(handle, quantity, (size_t)made->n_row * sizeof *handle);
  return tw_table_give(made, true, table, problems);
}

twin_status tw_table_of_run_kpi(const tw_run *run, twin_table **table, twin_problems *problems) {
  const uint64_t *quantity = NULL;
  twin_table *made = new_table("kpi", run->line, &quantity);
  double *value = quantity != NULL ? tw_table_add_doubles(made, "value", "") : NULL;
  for (int32_t i = 0; value != NULL && i < made->n_row; i++)
    value[i] = tw_quantity_value(run, quantity[i]);
  return tw_table_give(made, true, table, problems);
}

// values: room for those of one quantity.
static void fill_estimates(twin_table *table, const twin_study *study, const uint64_t *quantity,
                           double *values) {
  const size_t n = tw_study_done(study->study);
  const size_t n_first = tw_whatif_pairing(study->whatif, n, study->confidence).n_first;
  int32_t *count = tw_table_add_ints(table, "n");
  double *mean = tw_table_add_doubles(table, "mean", "");
  double *half_width = tw_table_add_doubles(table, "half_width", "");
  double *sd = tw_table_add_doubles(table, "sd", "");
  double *least = tw_table_add_doubles(table, "min", "");
  double *most = tw_table_add_doubles(table, "max", "");
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < table->n_row; i++) {
    twin_estimate of = {.struct_size = sizeof of};
    tw_study_values(study->study, quantity[i], values, n);
    tw_stage_estimate(values, n_first, n, study->confidence, &of);
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
  const uint64_t *quantity = NULL;
  twin_table *made = new_table("kpi", tw_study_line(study->study), &quantity);
  double *values = NULL;
  if (quantity != NULL)
    values = tw_arena_take_array(&made->arena, tw_study_done(study->study), sizeof *values);
  if (values != NULL) fill_estimates(made, study, quantity, values);
  return tw_table_give(made, true, table, problems);
}
