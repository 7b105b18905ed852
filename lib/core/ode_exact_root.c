// ode_exact_root.c - crossings and extremes of a linear function of an affine system's states,
// which is
//   g(t) = g(0) + sum over j of a_j (exp(rate_j t) - 1)/rate_j,  g'(t) = sum over j of a_j
//   exp(rate_j t).
// A sum of m exponentials has at most m - 1 zeros: divided by its fastest growing term and
// differentiated it has one term less, and the zeros of that part the axis into pieces with at most
// one zero each. So g is parted into monotone pieces, from the sum of two terms (a logarithm)
// upward.
//
// Every sign that decides is that of tw_exact_value, so that what a caller reads agrees with it.

#include <float.h>

#include "base/assert.h"
#include "core/ode_exact.h"
#include "core/ode_grow.h"

// LEVEL_G is g itself, level 0 its derivative, level k without the first k terms.
enum { N_MAX = TW_EXACT_N_MAX, LEVEL_G = -1, MAX_TRIES = 200 };

// A bound of what rounding makes of a sum, per unit of the magnitudes that were added.
#define ROUNDING (8 * DBL_EPSILON)

typedef struct curve {
  const tw_exact *exact;
  const tw_motion *motion;
  const double *weight;
  double offset;
  bool is_zero_up;
  int32_t n;                 // modes that take part, by falling rate, no two the same
  double rate[N_MAX];        // 1/s
  double a[N_MAX];           // of g' at 0, per s
  double size[N_MAX];        // magnitudes summed in a[j]
  double start, start_size;  // g(0), magnitudes summed in it
} curve;

typedef struct point {
  double t_s, value, slope;
  double size;  // magnitudes summed in value
} point;

static double value_at(const curve *g, double t_s) {
  double y[N_MAX], sum = 0;
  tw_exact_value(g->exact, g->motion, t_s, y);
  for (int32_t i = 0; i < g->exact->n; i++) sum += g->weight[i] * y[i];
  return sum + g->offset;
}

static void add_mode(curve *g, double rate, double a, double size) {
  const int32_t last = g->n - 1;
  if (last >= 0 && g->rate[last] - rate <= 4 * DBL_EPSILON * fabs(rate)) {
    g->a[last] += a;
    g->size[last] += size;
    return;
  }
  g->rate[g->n] = rate;
  g->a[g->n] = a;
  g->size[g->n] = size;
  g->n++;
}

// Modes that g does not see, or sees only by rounding, are left out: one of them could win at
// infinity.
static void drop_unseen_modes(curve *g) {
  int32_t n = 0;
  for (int32_t j = 0; j < g->n; j++) {
    if (fabs(g->a[j]) <= ROUNDING * g->size[j]) continue;
    g->rate[n] = g->rate[j];
    g->a[n] = g->a[j];
    g->size[n++] = g->size[j];
  }
  g->n = n;
}

static void make_curve(curve *g) {
  const int32_t n = g->exact->n;
  double sum = 0;
  g->n = 0;
  g->start_size = fabs(g->offset);
  for (int32_t i = 0; i < n; i++) {
    const double part = g->weight[i] * g->motion->y0[i];
    sum += part;
    g->start_size += fabs(part);
  }
  g->start = sum + g->offset;
  for (int32_t j = 0; j < n; j++) {
    const double speed = g->motion->speed[j];
    double a = 0, size = 0;
    if (speed == 0) continue;
    for (int32_t i = 0; i < n; i++) {
      const double part = g->weight[i] * g->exact->v[j * n + i];
      a += part;
      size += fabs(part);
    }
    add_mode(g, g->exact->rate[j], a * speed, size * fabs(speed));
  }
  drop_unseen_modes(g);
}

static point point_of_g(const curve *g, double t_s) {
  point p = {.t_s = t_s, .value = g->start, .size = g->start_size};
  for (int32_t j = 0; j < g->n; j++) {
    double power, integral;
    const double grown = tw_grow(g->rate[j], t_s, &power, &integral);
    p.value += g->a[j] * grown;
    p.size += g->size[j] * grown;
    p.slope += g->a[j] * power;
  }
  return p;
}

// Level k as c_k + sum over j > k of c_j exp((rate_j - rate_k) t): without overflow, also at
// infinity.
static point point_of_level(const curve *g, int32_t level, double t_s) {
  point p = {.t_s = t_s};
  for (int32_t j = level; j < g->n; j++) {
    const double rate = g->rate[j] - g->rate[level];
    double c = g->a[j];
    for (int32_t l = 0; l < level; l++) c *= g->rate[l] - g->rate[j];
    const double term = j == level ? c : c * tw_exp(rate * t_s);
    p.value += term;
    p.size += fabs(term);
    p.slope += rate * term;
  }
  return p;
}

static point point_at(const curve *g, int32_t level, double t_s) {
  return level == LEVEL_G ? point_of_g(g, t_s) : point_of_level(g, level, t_s);
}

// Between the ends, from a time constant on in steps that grow where the right end is far away or
// infinite.
static double between(const curve *g, double low, double high) {
  const double fastest = fmax(fabs(g->rate[0]), fabs(g->rate[g->n - 1]));
  const double middle = low + (high - low) / 2;
  return fmin(middle, fastest > 0 ? 4 * low + 1 / fastest : 4 * low + 1);
}

// Ends of a piece that has a zero of a level, which is above 0 at one of them only.
typedef struct piece {
  double low, high;
  bool is_above_low;
} piece;

// The zero in a piece, with slope and size from close by: Newton's steps from t_s on, as long as
// they halve, else `between`. What is nan has overflown and lies behind the zero. Newton's errors
// go as squares, so the next step is foreseen from the last two.
static point solve(const curve *g, int32_t level, piece in, double t_s) {
  double before = INFINITY;
  point p = {.t_s = in.low};
  for (int32_t i = 0; i < MAX_TRIES; i++) {
    if (!(t_s > in.low && t_s < in.high)) t_s = between(g, in.low, in.high);
    if (!(t_s > in.low && t_s < in.high)) break;
    p = point_at(g, level, t_s);
    const double step = -p.value / p.slope, by = fabs(step);
    const double sharp = 0x1p-50 * t_s + DBL_EPSILON * p.size / fabs(p.slope);
    t_s += step;
    if (by <= sharp || (before <= DBL_MAX && by * (by / before) * (by / before) <= sharp)) break;
    if (p.value == p.value && (p.value > 0) == in.is_above_low)
      in.low = p.t_s;
    else
      in.high = p.t_s;
    if (2 * by > before || by != by) t_s = between(g, in.low, in.high);
    before = by <= DBL_MAX ? by : INFINITY;
  }
  p.t_s = fmin(fmax(t_s, in.low), in.high);
  return p;
}

// Zeros of a level with two terms: exp((rate_0 - rate_1) t) = -c_1/c_0.
static int32_t zeros_of_pair(const curve *g, double from_s, double until_s, double *zeros) {
  const int32_t k = g->n - 2;
  double ratio = -g->a[k + 1] / g->a[k];
  for (int32_t l = 0; l < k; l++) {
    ratio *= (g->rate[l] - g->rate[k + 1]) / (g->rate[l] - g->rate[k]);
  }
  if (!(ratio > 0)) return 0;
  zeros[0] = tw_log(ratio) / (g->rate[k] - g->rate[k + 1]);
  return zeros[0] > from_s && zeros[0] < until_s;
}

// Zeros of g' behind from_s and before until_s, rising.
static int32_t turns(const curve *g, double from_s, double until_s, double zeros[N_MAX]) {
  if (g->n < 2) return 0;
  int32_t n = zeros_of_pair(g, from_s, until_s, zeros);
  for (int32_t level = g->n - 3; level >= 0; level--) {
    double found[N_MAX], left = from_s;
    int32_t n_found = 0;
    bool is_above = point_of_level(g, level, left).value > 0;
    for (int32_t i = 0; i <= n; i++) {
      const double right = i < n ? zeros[i] : until_s;
      const bool is_above_right = point_of_level(g, level, right).value > 0;
      const piece in = {left, right, is_above};
      if (is_above_right != is_above) found[n_found++] = solve(g, level, in, left).t_s;
      left = right;
      is_above = is_above_right;
    }
    for (n = 0; n < n_found; n++) zeros[n] = found[n];
  }
  return n;
}

// g(infinity), when every rate is below 0; *rounding: below which nothing is known of it. An error
// of A's elements counts in a slow mode by the ratio of the fastest rate to its own.
static double limit_of(const curve *g, double *rounding) {
  const int32_t n = g->exact->n;
  const double fastest = fmax(fabs(g->exact->rate[0]), fabs(g->exact->rate[n - 1]));
  double limit = g->start, size = g->start_size;
  for (int32_t j = 0; j < g->n; j++) {
    const double span_s = 1 / g->rate[j];
    limit -= g->a[j] * span_s;
    size += g->size[j] * fabs(span_s);
  }
  for (int32_t j = 0; j < n; j++) {
    double seen = 0, moved = 0;
    for (int32_t i = 0; i < n; i++) {
      seen += fabs(g->weight[i] * g->exact->v[j * n + i]);
      moved += fabs(g->exact->w[j * n + i] * g->motion->y0[i]);
    }
    if (g->exact->rate[j] != 0) size += seen * moved * (fastest / fabs(g->exact->rate[j]));
  }
  *rounding = ROUNDING * size;
  return limit;
}

static bool is_above(const curve *g, double value) {
  return value > 0 || (value == 0 && g->is_zero_up);
}

// Which side g is on. Where terms of different signs overflow, the sum relative to the fastest one
// tells.
static bool is_above_at(const curve *g, double t_s) {
  const double value = value_at(g, t_s);
  if (value == value || g->n == 0) return is_above(g, value);
  double sum = 0;
  for (int32_t j = 0; j < g->n; j++) {
    if (g->rate[j] > 0) sum += g->a[j] / g->rate[j] * tw_exp((g->rate[j] - g->rate[0]) * t_s);
  }
  return is_above(g, sum);
}

// Whether g has changed sides where its last monotone piece ends; with one rate, whether it can
// have.
static bool ends_beyond(const curve *g, bool is_above_left, double until_s) {
  if (until_s <= DBL_MAX && is_above_at(g, until_s) == is_above_left) return false;
  if (g->rate[0] < 0) {
    double rounding;
    const double limit = limit_of(g, &rounding);
    if (fabs(limit) <= rounding) return false;
    if (until_s > DBL_MAX) return is_above(g, limit) != is_above_left;
  }
  return until_s <= DBL_MAX || (g->a[0] > 0) != is_above_left;
}

// Where the slowest mode alone would bring g to 0 from where the others have settled.
static double guess(const curve *g) {
  double rest = g->start;
  for (int32_t j = 1; j < g->n; j++) {
    if (g->rate[j] != 0) rest -= g->a[j] / g->rate[j];
  }
  const double ratio = -rest / g->a[0];
  if (g->rate[0] == 0) return ratio;
  return tw_log1p(ratio * g->rate[0]) / g->rate[0];
}

// Makes a bracket around t_s, about as wide as g is uncertain there, and no wider than was asked
// for unless its ends are neighbours. g is monotone between left and right and has changed sides at
// right.
// p: g there.
static bool bracket(const curve *g, const tw_exact_search *search, point p, tw_crossing *found) {
  const bool is_above_left = !found->is_up;
  const double first = found->left, last = found->right;
  const double t_s = p.t_s;
  const double unsure_s = 2 * DBL_EPSILON * p.size / fabs(p.slope);
  const double reach = (unsure_s < search->width_s / 4 ? unsure_s : search->width_s / 4) +
                       2 * DBL_EPSILON * t_s + DBL_MIN;
  found->left = first;
  for (double by = reach;; by *= 4) {
    found->right = fmin(t_s + by, last);
    if (found->right > DBL_MAX) return false;
    if (is_above_at(g, found->right) != is_above_left) break;
    if (found->right == last) return false;
    found->left = found->right;
  }
  for (double by = reach; found->left == first && t_s - by > first; by *= 4) {
    if (is_above_at(g, t_s - by) == is_above_left)
      found->left = t_s - by;
    else
      found->right = t_s - by;
  }
  // A piece may begin where g has touched 0, and be beyond it by rounding.
  if (found->left == first && is_above_at(g, first) != is_above_left) found->left = search->from_s;
  while (found->right - found->left > search->width_s) {
    const double middle = found->left + (found->right - found->left) / 2;
    if (middle <= found->left || middle >= found->right) break;
    if (is_above_at(g, middle) == is_above_left)
      found->left = middle;
    else
      found->right = middle;
  }
  return true;
}

// A piece on whose ends g is on different sides.
static bool cross_piece(const curve *g, const tw_exact_search *search, tw_crossing *found) {
  const piece in = {found->left, found->right, !found->is_up};
  return bracket(g, search, solve(g, LEVEL_G, in, guess(g)), found);
}

// One rate: exp(rate t) = 1 - start rate/a, so that the slope at the zero is a - start rate.
static bool cross_single(const curve *g, const tw_exact_search *search, tw_crossing *found) {
  const double rate = g->rate[0], a = g->a[0], start = g->start;
  if (found->right <= DBL_MAX && is_above_at(g, found->right) != found->is_up) return false;
  point p = {.slope = a - start * rate, .size = g->start_size + fabs(start)};
  if ((a > 0) != found->is_up) return false;
  if (rate < 0) {
    double rounding;
    const double limit = limit_of(g, &rounding);
    if (fabs(limit) <= rounding || (limit > 0) != found->is_up) return false;
  }
  const double change = -start * rate / a;
  p.t_s = -start / a;
  if (rate != 0) p.t_s = (fabs(change) < 0.25 ? tw_log1p(change) : tw_log(1 + change)) / rate;
  if (!(p.t_s <= found->right * (1 + ROUNDING))) return false;
  if (p.t_s < found->left) p.t_s = found->left;
  if (p.t_s > found->right) p.t_s = found->right;
  return bracket(g, search, p, found);
}

// Does g keep its side for ever, because even the modes that move it towards 0, alone and to their end,
// would not bring it there? Only where all of them die away.
static bool keeps_side(const curve *g, bool is_above_left) {
  double nearest = g->start, size = g->start_size;
  if (!(g->rate[0] < 0)) return false;
  for (int32_t j = 0; j < g->n; j++) {
    const double span_s = -1 / g->rate[j], moved = g->a[j] * span_s;
    if ((moved < 0) == is_above_left) nearest += moved;
    size += g->size[j] * span_s;
  }
  return is_above_left ? nearest > ROUNDING * size : nearest < -ROUNDING * size;
}

// The first crossing. *is_never: there is none, and not behind the search either.
static bool find_crossing(curve *g, const tw_exact_search *search, tw_crossing *crossing, bool *is_never) {
  double zeros[N_MAX];
  if (!(search->until_s > search->from_s)) return false;
  make_curve(g);
  *is_never = g->n == 0;
  if (*is_never) return false;
  const double start = search->from_s > 0 ? value_at(g, search->from_s) : g->start;
  if (!(fabs(start) <= DBL_MAX)) return false;
  const bool is_above_left = is_above(g, start);
  *is_never = keeps_side(g, is_above_left);
  if (*is_never) return false;
  *crossing = (tw_crossing){.left = search->from_s, .is_up = !is_above_left};
  crossing->right = search->until_s;
  if (g->n == 1) return cross_single(g, search, crossing);
  const int32_t n = turns(g, search->from_s, search->until_s, zeros);
  for (int32_t i = 0; i < n && zeros[i] < search->until_s; i++) {
    const point p = point_of_g(g, zeros[i]);
    crossing->right = zeros[i];
    if (fabs(p.value) > ROUNDING * p.size && is_above_at(g, zeros[i]) != is_above_left) {
      return cross_piece(g, search, crossing);
    }
    crossing->left = zeros[i];
  }
  crossing->right = search->until_s;
  if (!ends_beyond(g, is_above_left, search->until_s)) return false;
  return cross_piece(g, search, crossing);
}

bool tw_exact_crossing(const tw_exact *exact, const tw_motion *motion,
                       const tw_exact_search *search, tw_crossing *crossing) {
  curve g = {.exact = exact,
             .motion = motion,
             .weight = search->weight,
             .offset = search->offset,
             .is_zero_up = search->is_zero_up};
  bool is_never = false;
  TW_ASSERT(search->from_s >= 0 && search->from_s <= DBL_MAX && search->width_s > 0);
  if (find_crossing(&g, search, crossing, &is_never)) return true;
  crossing->right = is_never ? (double)INFINITY : search->until_s;
  return false;
}

static void stretch(double value, double *least, double *greatest) {
  if (value < *least) *least = value;
  if (value > *greatest) *greatest = value;
}

void tw_exact_range(const tw_exact *exact, const tw_motion *motion, const double *weight,
                    double t_s, double *least, double *greatest) {
  curve g = {.exact = exact, .motion = motion, .weight = weight};
  double zeros[N_MAX];
  TW_ASSERT(t_s >= 0 && t_s <= DBL_MAX);
  make_curve(&g);
  const int32_t n = turns(&g, 0, t_s, zeros);
  *least = *greatest = g.start;
  for (int32_t i = 0; i < n; i++) stretch(value_at(&g, zeros[i]), least, greatest);
  stretch(value_at(&g, t_s), least, greatest);
}
