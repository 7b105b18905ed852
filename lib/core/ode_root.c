// ode_root.c - crossings of 0 by polynomials in Bernstein form and by functions. A span of the axis
// is discarded when its coefficients are all on one side, because the curve lies in their hull;
// settled when they, or those of the slope, change side once; and halved otherwise. What is
// reported is always a bracket whose two ends were evaluated and are on different sides.

#include <math.h>

#include "base/assert.h"
#include "core/ode_root.h"

enum {
  N = TW_ODE_N_COEFFICIENT,
  N_SPAN = 64,        // pending spans; one more for each halving
  N_VISIT_MAX = 400,  // behind it only ends of spans are looked at; 64 are the most that was seen
  N_TURN = 8          // 4, and some that are noise around a slope of 0
};

#define TURN_WIDTH 0x1p-28  // a turning point's value is then good to 2^-57 of the curvature
#define TURN_GAP   0x1p-18  // turns that are nearer differ by 2^-54 of the third derivative

typedef struct curve {
  double (*g)(void *self, double x);
  void *self;
  bool is_zero_up;
} curve;

// A span and the curve's Bernstein coefficients on it; the outer two are the values as computed.
typedef struct span {
  double a, b, v[N];
} span;

typedef enum verdict { NONE, CROSSES, UNCLEAR } verdict;

// A function's argument that is a polynomial.
typedef struct polynomial {
  const double *c;
} polynomial;

static double value_of_polynomial(void *self, double x) {
  return tw_ode_value(((const polynomial *)self)->c, 1, 0, x);
}

static inline bool is_up(double g, bool is_zero_up) { return is_zero_up ? g >= 0 : g > 0; }

// Narrows a bracket whose ends are on different sides: regula falsi, the value at an end that stays
// halved (Illinois), with a bisection behind each three steps that did not halve it. Points keep a
// part of the width away from the ends, so that the last one closes the bracket from the other
// side.
static tw_crossing sharpen(const curve *of, double a, double b, double width) {
  double ga = of->g(of->self, a), gb = of->g(of->self, b);
  const bool was_up = is_up(ga, of->is_zero_up);
  TW_ASSERT(width > 0 && is_up(gb, of->is_zero_up) != was_up);
  const double keep = 0.4 * width;
  int32_t n_slow = 0, moved = 0;
  while (b - a > width) {
    const double size = b - a;
    double x = n_slow < 3 ? a + size * (ga / (ga - gb)) : a + size / 2;
    if (!(x > a + keep)) x = a + keep;
    if (x > b - keep) x = b - keep;
    if (!(x > a && x < b)) x = a + size / 2;
    if (!(x > a && x < b)) break;
    const double gx = of->g(of->self, x);
    const bool is_left = is_up(gx, of->is_zero_up) == was_up;
    if (is_left) {
      a = x, ga = gx;
      if (moved < 0) gb /= 2;
    } else {
      b = x, gb = gx;
      if (moved > 0) ga /= 2;
    }
    moved = is_left ? -1 : 1;
    n_slow = b - a > size / 2 ? n_slow + 1 : 0;
  }
  return (tw_crossing){.left = a, .right = b, .is_up = !was_up};
}

static int32_t count_changes(const double *v, int32_t n, bool is_zero_up) {
  int32_t n_change = 0;
  for (int32_t i = 1; i < n; i++)
    n_change += is_up(v[i], is_zero_up) != is_up(v[i - 1], is_zero_up);
  return n_change;
}

// de Casteljau's algorithm at share t of a span; x and value are those of the point.
static void split(const span *whole, double t, double x, double value, span *left, span *right) {
  double w[N];
  for (int32_t i = 0; i < N; i++) w[i] = whole->v[i];
  const span from = *whole;
  for (int32_t r = 0; r < N; r++) {
    left->v[r] = w[0];
    right->v[N - 1 - r] = w[N - 1 - r];
    for (int32_t i = 0; i < N - 1 - r; i++) w[i] += t * (w[i + 1] - w[i]);
  }
  left->a = from.a, left->b = x;
  right->a = x, right->b = from.b;
  left->v[N - 1] = right->v[0] = value;
}

// Bernstein coefficients on [0, 1]: b_i is the sum over k of C(i, k) c_k / C(5, k).
static void to_bernstein(const double *c, double *v) {
  TW_STATIC_ASSERT(N == 6, "the divisors are those of degree 5");
  v[0] = c[0], v[1] = c[1] / 5, v[2] = c[2] / 10, v[3] = c[3] / 10, v[4] = c[4] / 5, v[5] = c[5];
  for (int32_t first = N - 1; first > 0; first--)
    for (int32_t i = first; i < N; i++) v[i] += v[i - 1];
}

static span first_span(const double *c, double from) {
  span s = {.a = 0, .b = 1};
  to_bernstein(c, s.v);
  if (from > 0) {
    span before;
    split(&s, from, from, tw_ode_value(c, 1, 0, from), &before, &s);
  }
  s.v[N - 1] = tw_ode_value(c, 1, 0, 1);
  return s;
}

static void differentiate(const double *c, double *slope) {
  for (int32_t k = 1; k < N; k++) slope[k - 1] = k * c[k];
  slope[N - 1] = 0;
}

// A span with one turning point and both ends on one side: does the curve reach the other side
// there? Then the span is cut off behind that point.
static verdict judge_turn(const double *c, bool is_zero_up, span *s) {
  double slope[N];
  differentiate(c, slope);
  polynomial self = {slope};
  const curve turning = {value_of_polynomial, &self, true};
  if ((value_of_polynomial(&self, s->a) >= 0) == (value_of_polynomial(&self, s->b) >= 0))
    return UNCLEAR;
  const tw_crossing turn = sharpen(&turning, s->a, s->b, TURN_WIDTH);
  const bool was_up = is_up(s->v[0], is_zero_up);
  const double points[2] = {turn.left, turn.right};
  for (int32_t i = 0; i < 2; i++) {
    if (is_up(tw_ode_value(c, 1, 0, points[i]), is_zero_up) == was_up) continue;
    s->b = points[i];
    return CROSSES;
  }
  return NONE;
}

// CROSSES: the ends of the span are on different sides, and it holds one crossing only.
static verdict judge(const double *c, bool is_zero_up, bool is_leaf, span *s) {
  const bool differ = is_up(s->v[0], is_zero_up) != is_up(s->v[N - 1], is_zero_up);
  const int32_t n_change = count_changes(s->v, N, is_zero_up);
  if (n_change == 0) return NONE;
  if (n_change == 1) return CROSSES;
  if (is_leaf) return differ ? CROSSES : NONE;
  double d[N - 1];
  for (int32_t i = 0; i < N - 1; i++) d[i] = s->v[i + 1] - s->v[i];
  const int32_t n_turn = count_changes(d, N - 1, true);
  if (n_turn > 1) return UNCLEAR;
  if (differ) return CROSSES;
  return n_turn == 0 ? NONE : judge_turn(c, is_zero_up, s);
}

// True when |c0| outweighs everything else on [0, 1], rounding included.
static inline bool keeps_away(const double *c) {
  const double rest = fabs(c[1]) + fabs(c[2]) + fabs(c[3]) + fabs(c[4]) + fabs(c[5]);
  return fabs(c[0]) > rest * (1 + 0x1p-46);
}

bool tw_root_of_polynomial(const double c[TW_ODE_N_COEFFICIENT], double from, bool is_zero_up,
                           double width, tw_crossing *crossing) {
  TW_ASSERT(width > 0 && from >= 0);
  if (keeps_away(c) || from >= 1) return false;
  span pending[N_SPAN];
  pending[0] = first_span(c, from);
  int32_t n = 1;
  for (int32_t n_visit = 1; n > 0; n_visit++) {
    span *s = &pending[n - 1];
    const bool is_leaf = s->b - s->a <= width || n == N_SPAN || n_visit > N_VISIT_MAX;
    const double middle = s->a + (s->b - s->a) / 2;
    switch (judge(c, is_zero_up, is_leaf, s)) {
      case NONE: n--; break;
      case CROSSES: {
        polynomial self = {c};
        *crossing = sharpen(&(curve){value_of_polynomial, &self, is_zero_up}, s->a, s->b, width);
        return true;
      }
      case UNCLEAR: {
        // The left half lies on top, so that the first crossing is found first.
        span right;
        split(s, 0.5, middle, tw_ode_value(c, 1, 0, middle), &pending[n], &right);
        *s = right;
        n++;
        break;
      }
    }
  }
  return false;
}

// Turning points of the polynomial in (0, 1), in ascending order.
static int32_t find_turns(const double *c, double turn[N_TURN]) {
  double slope[N];
  differentiate(c, slope);
  tw_crossing crossing;
  double from = 0;
  int32_t n = 0;
  while (n < N_TURN && tw_root_of_polynomial(slope, from, true, TURN_WIDTH, &crossing)) {
    turn[n++] = crossing.right;
    from = crossing.right + TURN_GAP;
  }
  return n;
}

void tw_range_of_polynomial(const double c[TW_ODE_N_COEFFICIENT], double to, double *least,
                            double *greatest) {
  TW_ASSERT(to > 0 && to <= 1);
  double points[N_TURN + 1];
  const int32_t n = find_turns(c, points);
  points[n] = to;
  *least = *greatest = c[0];
  for (int32_t i = 0; i <= n; i++) {
    if (points[i] > to) continue;
    const double value = tw_ode_value(c, 1, 0, points[i]);
    if (value < *least) *least = value;
    if (value > *greatest) *greatest = value;
  }
}

// The polynomial in u through g at u = 0, 1/5 .. 1, by Newton's forward differences in s = 5 u.
static void interpolate(const double *g, double *c) {
  double d[N];
  for (int32_t i = 0; i < N; i++) d[i] = g[i];
  for (int32_t order = 1; order < N; order++)
    for (int32_t i = N - 1; i >= order; i--) d[i] -= d[i - 1];
  c[0] = d[0];
  c[1] = 5 * (d[1] - d[2] / 2 + d[3] / 3 - d[4] / 4 + d[5] / 5);
  c[2] = 25 * (d[2] / 2 - d[3] / 2 + 11 * d[4] / 24 - 5 * d[5] / 12);
  c[3] = 125 * (d[3] / 6 - d[4] / 4 + 7 * d[5] / 24);
  c[4] = 625 * (d[4] / 24 - d[5] / 12);
  c[5] = 3125 * d[5] / 120;
}

bool tw_root_of_function(double (*g)(void *self, double x), void *self, double from,
                         bool is_zero_up, double width, tw_crossing *crossing) {
  TW_ASSERT(width > 0 && from >= 0);
  if (from >= 1) return false;
  double sample[N], c[N], turn[N_TURN];
  double at[N];
  for (int32_t i = 0; i < N; i++) {
    at[i] = i == N - 1 ? 1 : from + (1 - from) * (i / (double)(N - 1));
    sample[i] = g(self, at[i]);
  }
  interpolate(sample, c);
  const int32_t n_turn = find_turns(c, turn);
  const bool was_up = is_up(sample[0], is_zero_up);
  const curve on_g = {g, self, is_zero_up};
  double before = from;
  for (int32_t i = 1, turn_i = 0; i < N;) {
    const double x_turn = turn_i < n_turn ? from + (1 - from) * turn[turn_i] : 2;
    const bool is_turn = x_turn < at[i];
    const double x = is_turn ? x_turn : at[i];
    if (is_up(is_turn ? g(self, x) : sample[i], is_zero_up) != was_up) {
      *crossing = sharpen(&on_g, before, x, width);
      return true;
    }
    before = x;
    if (is_turn)
      turn_i++;
    else
      i++;
  }
  return false;
}
