// ode_exact.c - affine systems in closed form: the matrix is scaled to a symmetric one and taken
// apart by Jacobi's rotations, in a fixed order, so that its bits depend on nothing but the matrix.
// Crossings and ranges are in ode_exact_root.c.

#include "core/ode_exact.h"

#include <float.h>

#include "base/assert.h"
#include "core/ode_grow.h"

enum { N_MAX = TW_EXACT_N_MAX, MAX_SWEEPS = 60 };

// A while it is taken apart: d A d^-1 = even = u turned u^T, and in the end `turned` is diagonal.
typedef struct apart {
  int32_t n;
  double a[N_MAX][N_MAX], even[N_MAX][N_MAX], turned[N_MAX][N_MAX], u[N_MAX][N_MAX];
  double d[N_MAX];
} apart;

static bool read_matrix(apart *x, int32_t n, const double *columns) {
  x->n = n;
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) {
      x->a[i][j] = columns[j * n + i];
      if (!(fabs(x->a[i][j]) <= DBL_MAX)) return false;
    }
  }
  return true;
}

// Walks along the couplings: even_ij = d_i a_ij/d_j and even_ji = d_j a_ji/d_i are the same where
// (d_i/d_j)^2 = a_ji/a_ij. The first of each connected part keeps 1.
static void scale(apart *x) {
  bool is_known[N_MAX] = {false};
  for (int32_t first = 0; first < x->n; first++) {
    int32_t queue[N_MAX], n_queue = 0;
    if (is_known[first]) continue;
    is_known[first] = true;
    x->d[first] = 1;
    queue[n_queue++] = first;
    for (int32_t at = 0; at < n_queue; at++) {
      const int32_t j = queue[at];
      for (int32_t i = 0; i < x->n; i++) {
        if (is_known[i] || x->a[i][j] == 0 || x->a[j][i] == 0) continue;
        is_known[i] = true;
        x->d[i] = x->d[j] * tw_sqrt(fabs(x->a[j][i])) / tw_sqrt(fabs(x->a[i][j]));
        queue[n_queue++] = i;
      }
    }
  }
}

// Whether the scaling holds for every pair: not for couplings that go one way or have different
// signs, and not if it fails to close around a loop. Then `even` is made symmetric to the bit.
static bool symmetrise(apart *x) {
  for (int32_t i = 0; i < x->n; i++) {
    if (!(x->d[i] > 0 && x->d[i] <= DBL_MAX)) return false;
    x->even[i][i] = x->a[i][i];
    for (int32_t j = 0; j < i; j++) {
      const double there = x->a[i][j], back = x->a[j][i];
      const double ij = there * (x->d[i] / x->d[j]), ji = back * (x->d[j] / x->d[i]);
      if (!(fabs(ij - ji) <= 1e-12 * fabs(ij))) return false;
      const double mean = tw_sqrt(fabs(there)) * tw_sqrt(fabs(back));
      x->even[i][j] = x->even[j][i] = there < 0 ? -mean : mean;
    }
  }
  return true;
}

// Turns p and q so that turned_pq becomes 0. Golub and Van Loan, Matrix Computations, 8.5: t is the
// smaller root of t^2 + 2 half t - 1 = 0.
static void rotate(apart *x, int32_t p, int32_t q) {
  const double pq = x->turned[p][q];
  const double half = (x->turned[q][q] - x->turned[p][p]) / (2 * pq);
  const double t = (half < 0 ? -1 : 1) / (fabs(half) + tw_sqrt(half * half + 1));
  const double c = 1 / tw_sqrt(t * t + 1), s = t * c;
  x->turned[p][p] -= t * pq;
  x->turned[q][q] += t * pq;
  x->turned[p][q] = x->turned[q][p] = 0;
  for (int32_t i = 0; i < x->n; i++) {
    const double up = x->u[i][p], uq = x->u[i][q];
    x->u[i][p] = c * up - s * uq;
    x->u[i][q] = s * up + c * uq;
    if (i == p || i == q) continue;
    const double sp = x->turned[i][p], sq = x->turned[i][q];
    x->turned[i][p] = x->turned[p][i] = c * sp - s * sq;
    x->turned[i][q] = x->turned[q][i] = s * sp + c * sq;
  }
}

// Cyclic Jacobi, until no element beside the diagonal is seen any more by its two diagonal ones.
static bool diagonalise(apart *x) {
  for (int32_t i = 0; i < x->n; i++) {
    for (int32_t j = 0; j < x->n; j++) {
      x->u[i][j] = i == j;
      x->turned[i][j] = x->even[i][j];
    }
  }
  for (int32_t sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    bool is_done = true;
    for (int32_t p = 0; p < x->n; p++) {
      for (int32_t q = p + 1; q < x->n; q++) {
        const double beside = fabs(x->turned[p][q]), pp = fabs(x->turned[p][p]),
                     qq = fabs(x->turned[q][q]);
        if (pp + beside == pp && qq + beside == qq) continue;
        rotate(x, p, q);
        is_done = false;
      }
    }
    if (is_done) return true;
  }
  return false;
}

// An eigenvalue that is nothing but rounding is 0: what is isolated from its surroundings keeps its
// sum for ever. The bound: sum over i, k of |u_i even_ik u_k|, which for a mode on its own is
// |rate| itself.
static double clean_rate(const apart *x, int32_t j) {
  double size = 0;
  for (int32_t i = 0; i < x->n; i++) {
    for (int32_t k = 0; k < x->n; k++) size += fabs(x->u[i][j] * x->even[i][k] * x->u[k][j]);
  }
  const double rate = x->turned[j][j];
  return fabs(rate) <= 8 * DBL_EPSILON * size ? 0 : rate;
}

// Modes by falling rate, back in the units of A.
static bool write_modes(const apart *x, tw_exact *exact) {
  int32_t order[N_MAX];
  double rate[N_MAX];
  for (int32_t j = 0; j < x->n; j++) {
    int32_t at = j;
    rate[j] = clean_rate(x, j);
    for (; at > 0 && rate[order[at - 1]] < rate[j]; at--) order[at] = order[at - 1];
    order[at] = j;
  }
  exact->n = x->n;
  for (int32_t k = 0; k < x->n; k++) {
    const int32_t j = order[k];
    exact->rate[k] = rate[j];
    if (!(fabs(rate[j]) <= DBL_MAX)) return false;
    for (int32_t i = 0; i < x->n; i++) {
      exact->v[k * x->n + i] = x->u[i][j] / x->d[i];
      exact->w[k * x->n + i] = x->u[i][j] * x->d[i];
    }
  }
  return true;
}

bool tw_exact_take_apart(tw_exact *exact, int32_t n, const double *columns) {
  apart x;
  if (n < 1 || n > N_MAX || !read_matrix(&x, n, columns)) return false;
  if (n == 1) {
    *exact = (tw_exact){.n = 1, .rate = {columns[0]}, .v = {1}, .w = {1}};
    return true;
  }
  scale(&x);
  if (!symmetrise(&x)) return false;
  *exact = (tw_exact){0};
  return diagonalise(&x) && write_modes(&x, exact);
}

// A speed that is nothing but rounding is 0: a system in its steady state stays there.
void tw_exact_begin(const tw_exact *exact, const double *y0, const double *b, tw_motion *motion) {
  const int32_t n = exact->n;
  TW_ASSERT(n >= 1 && n <= N_MAX);
  for (int32_t j = 0; j < n; j++) {
    const double *row = exact->w + j * n, rate = exact->rate[j];
    double speed = 0, size = 0;
    for (int32_t i = 0; i < n; i++) {
      const double moved = rate * (row[i] * y0[i]), driven = row[i] * b[i];
      speed += moved + driven;
      size += fabs(moved) + fabs(driven);
    }
    motion->y0[j] = y0[j];
    motion->speed[j] = fabs(speed) <= 4 * DBL_EPSILON * size ? 0 : speed;
  }
  for (int32_t j = n; j < N_MAX; j++) motion->y0[j] = motion->speed[j] = 0;
}

// out = start + V part. For a constant n the loops are unrolled, so n = 1 and 2 have calls of their
// own.
static inline void add_modes(const tw_exact *exact, int32_t n, const double *start,
                             const double *part, double *out) {
  for (int32_t i = 0; i < n; i++) {
    double moved = 0;
    for (int32_t j = 0; j < n; j++) moved += exact->v[j * n + i] * part[j];
    out[i] = start[i] + moved;
  }
}

// What a mode adds to the states; *integral: and to their integrals.
static inline double grown(const tw_exact *exact, const tw_motion *motion, int32_t j, double t_s, double *integral) {
  double power;
  *integral = 0;
  if (motion->speed[j] == 0) return 0;
  const double part = motion->speed[j] * tw_grow(exact->rate[j], t_s, &power, integral);
  *integral *= motion->speed[j];
  return part;
}

void tw_exact_both(const tw_exact *exact, const tw_motion *motion, double t_s, double *out, double *integral) {
  const int32_t n = exact->n;
  double start[N_MAX], part[N_MAX], sum[N_MAX];
  TW_ASSERT(n >= 1 && n <= N_MAX && t_s >= 0);
  if (n == 1) {
    out[0] = motion->y0[0] + grown(exact, motion, 0, t_s, sum);
    integral[0] = motion->y0[0] * t_s + sum[0];
    return;
  }
  for (int32_t j = 0; j < n; j++) {
    part[j] = grown(exact, motion, j, t_s, &sum[j]);
    start[j] = motion->y0[j] * t_s;
  }
  if (n == 2) {
    add_modes(exact, 2, motion->y0, part, out);
    add_modes(exact, 2, start, sum, integral);
    return;
  }
  add_modes(exact, n, motion->y0, part, out);
  add_modes(exact, n, start, sum, integral);
}

void tw_exact_value(const tw_exact *exact, const tw_motion *motion, double t_s, double *out) {
  double integral[N_MAX];
  tw_exact_both(exact, motion, t_s, out, integral);
}

void tw_exact_integral(const tw_exact *exact, const tw_motion *motion, double t_s, double *out) {
  double value[N_MAX];
  tw_exact_both(exact, motion, t_s, value, out);
}

void tw_exact_slope(const tw_exact *exact, const tw_motion *motion, double t_s, double *out) {
  static const double none[N_MAX] = {0};
  double part[N_MAX];
  TW_ASSERT(exact->n >= 1 && exact->n <= N_MAX && t_s >= 0);
  for (int32_t j = 0; j < exact->n; j++) {
    const double speed = motion->speed[j];
    part[j] = speed == 0 ? 0 : speed * tw_exp(exact->rate[j] * t_s);
  }
  add_modes(exact, exact->n, none, part, out);
}
