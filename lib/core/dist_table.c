// dist_table.c - distributions given by a list of values: discrete (with weights), empirical
// (equally likely) and trace (in the given order). `values` may stand in any order; the empirical
// kind keeps a sorted copy, the discrete kind running sums of its weights, the trace nothing.

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/assert.h"
#include "core/dist_kind.h"
#include "core/math.h"

static const char *check_values(const tw_dist *dist) {
  if (dist->n_value < 1) return "there are no values";
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (!tw_dist_is_finite(dist->values[i])) return "a value is not finite";
  }
  return NULL;
}

// Weight of one value; empirical and trace have none, every value counts once.
static double weight_of(const tw_dist *dist, int32_t i) {
  return dist->kind == TW_DIST_DISCRETE ? dist->weights[i] : 1;
}

static double total_weight(const tw_dist *dist) {
  return dist->kind == TW_DIST_DISCRETE ? dist->cumulative[dist->n_value - 1] : dist->n_value;
}

// -- shared by the three kinds: plain scans, used outside the simulation's hot path ---------------

static tw_tails table_tails(const tw_dist *dist, double x) {
  double below = 0, above = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (dist->values[i] <= x)
      below += weight_of(dist, i);
    else
      above += weight_of(dist, i);
  }
  const double total = below + above;
  return (tw_tails){.p = below / total, .q = above / total};
}

// Narrows [low, high] to the least value that reaches the target. Halving the interval and moving
// both ends onto values needs no sorting, and about as many scans as a double has bits.
static double table_quantile(const tw_dist *dist, tw_tails target) {
  double low = INFINITY, high = -INFINITY;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (weight_of(dist, i) <= 0) continue;
    low = fmin(low, dist->values[i]);
    high = fmax(high, dist->values[i]);
  }
  TW_ASSERT(low <= high);
  while (low < high) {
    double middle = 0.5 * low + 0.5 * high;
    if (!(middle < high)) middle = low;
    const bool is_reached = tw_tails_reach(table_tails(dist, middle), target, true);
    double at_most = low, above = high;
    for (int32_t i = 0; i < dist->n_value; i++) {
      if (weight_of(dist, i) <= 0) continue;
      if (dist->values[i] <= middle)
        at_most = fmax(at_most, dist->values[i]);
      else
        above = fmin(above, dist->values[i]);
    }
    if (is_reached)
      high = at_most;
    else
      low = above;
  }
  return low;
}

static double table_log_atom(const tw_dist *dist, double x) {
  double weight = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (dist->values[i] == x) weight += weight_of(dist, i);
  }
  return weight > 0 ? tw_log(weight / total_weight(dist)) : -INFINITY;
}

static double table_mean(const tw_dist *dist) {
  double mean = 0, total = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    const double weight = weight_of(dist, i);
    total += weight;
    if (weight > 0) mean += (dist->values[i] - mean) * (weight / total);
  }
  return mean;
}

// The sd of the distribution, not the estimate for a population that it was drawn from.
static double table_sd(const tw_dist *dist) {
  const double mean = table_mean(dist);
  double sum = 0, total = 0;
  for (int32_t i = 0; i < dist->n_value; i++) {
    const double gap = dist->values[i] - mean;
    sum += weight_of(dist, i) * gap * gap;
    total += weight_of(dist, i);
  }
  return sqrt(sum / total);
}

static double table_min(const tw_dist *dist) {
  double least = INFINITY;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (weight_of(dist, i) > 0) least = fmin(least, dist->values[i]);
  }
  return least;
}

// -- discrete -------------------------------------------------------------------------------------

static const char *discrete_prepare(tw_dist *dist) {
  const char *wrong = check_values(dist);
  return wrong != NULL ? wrong : tw_dist_sum_weights(dist);
}

// The first i with cumulative[i] >= target. The target is u * total with u <= 1, so the last entry
// always qualifies, and being above 0 it never finds a value of weight 0.
static int32_t search_cumulative(const double *cumulative, int32_t n, double target) {
  int32_t first = 0, last = n - 1;
  TW_ASSERT(n > 0 && target > 0 && target <= cumulative[n - 1]);
  while (first < last) {
    const int32_t middle = first + (last - first) / 2;
    if (cumulative[middle] >= target)
      last = middle;
    else
      first = middle + 1;
  }
  return first;
}

static double discrete_sample(const tw_dist *dist, tw_dice *dice) {
  const double target = tw_dice_uniform(dice) * dist->cumulative[dist->n_value - 1];
  return dist->values[search_cumulative(dist->cumulative, dist->n_value, target)];
}

// A draw among the values that are still possible; `elapsed` itself when none is.
static double discrete_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  double total = 0, sum = 0, value = elapsed;
  for (int32_t i = 0; i < dist->n_value; i++) {
    if (dist->values[i] > elapsed) total += dist->weights[i];
  }
  const double target = tw_dice_uniform(dice) * total;
  for (int32_t i = 0; i < dist->n_value && sum < target; i++) {
    if (!(dist->values[i] > elapsed) || dist->weights[i] <= 0) continue;
    sum += dist->weights[i];
    value = dist->values[i];
  }
  return value;
}

const tw_dist_ops tw_dist_discrete = {
    .prepare = discrete_prepare,
    .sample = discrete_sample,
    .sample_given = discrete_sample_given,
    .tails = table_tails,
    .quantile = table_quantile,
    .log_density = table_log_atom,
    .mean = table_mean,
    .sd = table_sd,
    .min = table_min,
    .log_atom = table_log_atom,
};

// -- empirical: `cumulative` is the sorted copy ---------------------------------------------------

static int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static const char *empirical_prepare(tw_dist *dist) {
  const char *wrong = check_values(dist);
  if (wrong != NULL) return wrong;
  for (int32_t i = 0; i < dist->n_value; i++) dist->cumulative[i] = dist->values[i];
  qsort(dist->cumulative, (size_t)dist->n_value, sizeof *dist->cumulative, compare_doubles);
  return NULL;
}

// Count of values <= x.
static int32_t count_up_to(const tw_dist *dist, double x) {
  int32_t first = 0, last = dist->n_value;
  while (first < last) {
    const int32_t middle = first + (last - first) / 2;
    if (dist->cumulative[middle] <= x)
      first = middle + 1;
    else
      last = middle;
  }
  return first;
}

// One of the sorted values from number `first` on; a larger word gives a larger value.
static double pick_from(const tw_dist *dist, int32_t first, tw_dice *dice) {
  const int32_t n = dist->n_value - first;
  TW_ASSERT(n > 0);
  const int32_t i = (int32_t)ceil(tw_dice_uniform(dice) * n) - 1;
  TW_ASSERT(i >= 0 && i < n);
  return dist->cumulative[first + i];
}

static double empirical_sample(const tw_dist *dist, tw_dice *dice) {
  return pick_from(dist, 0, dice);
}

static double empirical_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  const int32_t first = count_up_to(dist, elapsed);
  return first < dist->n_value ? pick_from(dist, first, dice) : elapsed;
}

static tw_tails empirical_tails(const tw_dist *dist, double x) {
  const double n = dist->n_value, below = count_up_to(dist, x);
  return (tw_tails){.p = below / n, .q = (n - below) / n};
}

static double empirical_quantile(const tw_dist *dist, tw_tails target) {
  const double n = dist->n_value;
  const double rank = target.p <= target.q ? ceil(target.p * n * (1 - 1e-12))
                                           : n - floor(target.q * n * (1 + 1e-12));
  return dist->cumulative[(int32_t)fmin(fmax(rank, 1), n) - 1];
}

const tw_dist_ops tw_dist_empirical = {
    .prepare = empirical_prepare,
    .sample = empirical_sample,
    .sample_given = empirical_sample_given,
    .tails = empirical_tails,
    .quantile = empirical_quantile,
    .log_density = table_log_atom,
    .mean = table_mean,
    .sd = table_sd,
    .min = table_min,
    .log_atom = table_log_atom,
};

// -- trace: draw n is values[n]; cdf and moments are those of the whole list ----------------------

static const char *trace_prepare(tw_dist *dist) { return check_values(dist); }

static double trace_sample(const tw_dist *dist, tw_dice *dice) {
  const uint64_t n = (uint64_t)dist->n_value;
  if (dice->n < n) return dist->values[dice->n];
  return dist->is_repeated ? dist->values[dice->n % n] : NAN;
}

// A trace says what the value is: if that has passed, it is due now. Past the end it is an error.
static double trace_sample_given(const tw_dist *dist, double elapsed, tw_dice *dice) {
  const double value = trace_sample(dist, dice);
  return value <= elapsed ? elapsed : value;
}

const tw_dist_ops tw_dist_trace = {
    .prepare = trace_prepare,
    .sample = trace_sample,
    .sample_given = trace_sample_given,
    .tails = table_tails,
    .quantile = table_quantile,
    .log_density = table_log_atom,
    .mean = table_mean,
    .sd = table_sd,
    .min = table_min,
    .log_atom = table_log_atom,
};
