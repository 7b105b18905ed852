// api_curve.c - signals out of run files: their rows, and the curve that follows from them.

#include <string.h>

#include "api/file.h"
#include "base/assert.h"
#include "io/curve_in.h"

static twin_status read_curve(tw_stored_curve *curve, const twin_file *file, int32_t replication, const char *signal,
                              twin_problems *problems) {
  const twin_status status = tw_stored_curve_read(curve, tw_file_begin(file), replication, signal, problems);
  tw_file_end(file);
  return status;
}

// A column with n values; false when memory is short.
static bool put_column(twin_table *table, const char *name, const char *unit, const double *values) {
  double *to = tw_table_add_doubles(table, name, unit);
  if (to != NULL) memcpy(to, values, (size_t)table->n_row * sizeof *to);
  return to != NULL;
}

static twin_table *table_of(const tw_stored_curve *curve, const char *signal) {
  twin_table *table = tw_table_new(signal, curve->rows.n, curve->from);
  if (table == NULL) return NULL;
  const char *unit = tw_arena_text(&table->arena, curve->unit);
  const char *slope_unit = tw_arena_print(&table->arena, "%s/s", curve->unit);
  TW_ASSERT(curve->rows.n > 0);
  if (unit != NULL && slope_unit != NULL && put_column(table, "time", "s", curve->rows.time_s) &&
      put_column(table, "value", unit, curve->rows.value) &&
      put_column(table, "slope", slope_unit, curve->rows.slope) &&
      put_column(table, "error", unit, curve->rows.error))
    return table;
  twin_table_unref(table);
  return NULL;
}

twin_status twin_file_signal(const twin_file *file, int32_t replication, const char *signal, twin_table **table,
                             twin_problems *problems) {
  if (file == NULL || signal == NULL || table == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "file, signal or table is missing");
  tw_stored_curve curve;
  const twin_status status = read_curve(&curve, file, replication, signal, problems);
  if (status != TWIN_OK) return status;
  twin_table *made = table_of(&curve, signal);
  tw_stored_curve_free(&curve);
  return tw_table_give(made, true, table, problems);
}

twin_status twin_file_curve(const twin_file *file, int32_t replication, const char *signal,
                            twin_curve_point *points, int64_t n, twin_problems *problems) {
  if (file == NULL || signal == NULL || n < 0 || (n > 0 && points == NULL))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "file, signal or points are missing");
  tw_stored_curve curve;
  const twin_status status = read_curve(&curve, file, replication, signal, problems);
  if (status != TWIN_OK) return status;
  for (int64_t i = 0; i < n; i++)
    tw_curve_rebuild(&curve.rows, points[i].time_s, &points[i].value, &points[i].error);
  tw_stored_curve_free(&curve);
  return TWIN_OK;
}
