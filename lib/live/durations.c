// durations.c - figures of operations and of values, grouped by entity and kind of work. Work that
// the log cuts off is counted apart: its duration is not known, and leaving it out makes the others
// look too short.

#include <math.h>
#include <stdlib.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "live/assess.h"

typedef struct row {
  int32_t transition, entity, what, measure;
  bool is_cut;
  double value;
} row;

static int32_t compare_keys(const row *x, const row *y) {
  const int32_t a[] = {x->transition, x->entity, x->what, x->measure};
  const int32_t b[] = {y->transition, y->entity, y->what, y->measure};
  for (int32_t i = 0; i < 4; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

static int compare(const void *a, const void *b) {
  const row *x = a, *y = b;
  const int32_t keys = compare_keys(x, y);
  if (keys != 0) return keys;
  if (x->is_cut != y->is_cut) return x->is_cut ? 1 : -1;
  return (x->value > y->value) - (x->value < y->value);
}

// Sums up rows [n] of one group, the measured ones first and in order.
static tw_log_group sum_up(const row *rows, int64_t n) {
  tw_log_group made = {.transition = rows[0].transition,
                       .entity = rows[0].entity,
                       .what = rows[0].what,
                       .measure = rows[0].measure,
                       .mean = NAN,
                       .median = NAN,
                       .min = NAN,
                       .max = NAN};
  double sum = 0;
  while (made.n < n && !rows[made.n].is_cut) sum += rows[made.n++].value;
  made.n_cut = n - made.n;
  TW_ASSERT(made.n_cut >= 0);
  if (made.n == 0) return made;
  made.mean = sum / (double)made.n;
  made.median = (rows[(made.n - 1) / 2].value + rows[made.n / 2].value) / 2;
  made.min = rows[0].value;
  made.max = rows[made.n - 1].value;
  return made;
}

// Takes the rows in every case.
static tw_log_group *group(const tw_memory *memory, row *rows, int64_t n_row, int64_t *n) {
  tw_log_group *made =
      rows != NULL ? tw_memory_zeroed(memory, (size_t)n_row + 1, sizeof *made) : NULL;
  *n = 0;
  if (made != NULL) {
    qsort(rows, (size_t)n_row, sizeof *rows, compare);
    for (int64_t first = 0, end; first < n_row; first = end) {
      for (end = first + 1; end < n_row && compare_keys(&rows[end], &rows[first]) == 0;) end++;
      made[(*n)++] = sum_up(rows + first, end - first);
    }
  }
  tw_memory_free(memory, rows);
  return made;
}

tw_log_group *tw_assess_durations(const tw_assessment *assessment, int64_t *n) {
  TW_ASSERT(assessment != NULL && n != NULL);
  const int64_t n_row = assessment->n_operation;
  row *rows = tw_memory_zeroed(assessment->memory, (size_t)n_row + 1, sizeof *rows);
  for (int64_t i = 0; rows != NULL && i < n_row; i++) {
    const tw_operation *of = &assessment->operation[i];
    rows[i] =
        (row){-1, of->entity, of->what, -1, of->end_line == 0, tw_seconds(tw_operation_us(of))};
  }
  return group(assessment->memory, rows, n_row, n);
}

tw_log_group *tw_assess_values(const tw_event_log *log, int64_t *n) {
  TW_ASSERT(log != NULL && n != NULL);
  row *rows = tw_memory_zeroed(&log->memory, (size_t)log->n + 1, sizeof *rows);
  int64_t n_row = 0;
  for (int64_t i = 0; rows != NULL && i < log->n; i++) {
    if (isnan(log->value[i])) continue;
    rows[n_row++] = (row){log->transition[i], log->entity[i], log->what[i],
                          log->measure[i],    false,          log->value[i]};
  }
  return group(&log->memory, rows, n_row, n);
}
