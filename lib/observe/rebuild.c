// rebuild.c - see rebuild.h.

#include "observe/rebuild.h"

#include <math.h>
#include <stddef.h>

#include "base/assert.h"

// The last row at or before an instant; -1: none.
static int64_t find_row(const tw_curve_rows *rows, double time_s) {
  int64_t low = -1, high = rows->n;
  TW_ASSERT(rows->n == 0 || rows->time_s != NULL);
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    if (rows->time_s[middle] <= time_s)
      low = middle;
    else
      high = middle;
  }
  return low;
}

// Hermite's cubic over [0, 1], slopes per unit of x.
static double cubic(double x, double y0, double slope0, double y1, double slope1) {
  const double rise = y1 - y0;
  const double c2 = 3 * rise - 2 * slope0 - slope1, c3 = slope0 + slope1 - 2 * rise;
  return y0 + x * (slope0 + x * (c2 + x * c3));
}

// Is there a piece between row i and the next?
static bool has_piece(const tw_curve_rows *rows, int64_t i) {
  return i + 1 < rows->n && !isinf(rows->error[i + 1]) && rows->time_s[i + 1] > rows->time_s[i];
}

void tw_curve_rebuild(const tw_curve_rows *rows, double time_s, double *value, double *error) {
  const int64_t i = find_row(rows, time_s);
  *value = *error = (double)NAN;
  if (i < 0 || isnan(time_s)) return;
  TW_ASSERT(rows->time_s[i] <= time_s);
  if (rows->time_s[i] == time_s) {
    *value = rows->value[i];
    *error = isinf(rows->error[i]) ? 0 : rows->error[i];
    return;
  }
  if (!has_piece(rows, i)) return;
  const double h_s = rows->time_s[i + 1] - rows->time_s[i], x = (time_s - rows->time_s[i]) / h_s;
  const double y0 = rows->value[i], y1 = rows->value[i + 1];
  const bool is_sampled = isnan(rows->slope[i]) || isnan(rows->slope[i + 1]);
  *value = is_sampled ? y0 + x * (y1 - y0) : cubic(x, y0, rows->slope[i] * h_s, y1, rows->slope[i + 1] * h_s);
  *error = rows->error[i + 1];
}
