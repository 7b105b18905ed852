// ode_rk.c - Dormand and Prince's pair 5(4) with Hairer's dense output and step control. Source:
// Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, 2nd edition, II.4-II.6,
// and their program dopri5. A step is tried, judged, and either shortened or written down as a
// polynomial; nothing of the caller's is touched before it is accepted. No libm: the same steps on
// any processor.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/math.h"
#include "core/ode_rk.h"

#define SHORTEST_S   1e-12  // and 4 ulp of t
#define LONGEST_S    1e30   // halved 140 times it is too short: a search for a length comes to an end
#define T_SHARE      0x1p-50
#define SAFETY       0.9
#define SHRINK_MOST  0.2
#define GROW_MOST    10.0
#define GROW_POWER   0.17  // 1/5 - 0.75 beta
#define BETA         0.04
#define ERROR_LEAST  1e-4  // what the controller remembers at least
#define ERROR_TINY   1e-8  // below it a step grows, above the other it shrinks, as far as it may
#define ERROR_LARGE  1e6
#define N_STAGE_CALL 6

// The six stages behind f(t, y), and the state at the end, in the caller's work.
typedef struct stages {
  double *k2, *k3, *k4, *k5, *k6, *k7, *z;
} stages;

static stages stages_of(double *work, int32_t n) {
  TW_STATIC_ASSERT(TW_RK_WORK == 7, "one array of work for each of k2..k7 and z");
  return (stages){work,         work + n,     work + 2 * n, work + 3 * n,
                  work + 4 * n, work + 5 * n, work + 6 * n};
}

// Fills k2..k7 and z, the state of order 5 at the end. Sums stand in the order of the tableau.
static inline void run_stages(const tw_ode *ode, int32_t n, const tw_rk_start *start, double h,
                              const stages *s) {
  const double t = start->t_s;
  const double *restrict y = start->y, *restrict k1 = start->f;
  double *restrict z = s->z, *restrict k2 = s->k2, *restrict k3 = s->k3, *restrict k4 = s->k4,
                   *restrict k5 = s->k5, *restrict k6 = s->k6;
  for (int32_t i = 0; i < n; i++) z[i] = y[i] + h * (1.0 / 5 * k1[i]);
  ode->rhs(ode->self, t + 1.0 / 5 * h, z, k2);
  for (int32_t i = 0; i < n; i++) z[i] = y[i] + h * (3.0 / 40 * k1[i] + 9.0 / 40 * k2[i]);
  ode->rhs(ode->self, t + 3.0 / 10 * h, z, k3);
  for (int32_t i = 0; i < n; i++)
    z[i] = y[i] + h * (44.0 / 45 * k1[i] - 56.0 / 15 * k2[i] + 32.0 / 9 * k3[i]);
  ode->rhs(ode->self, t + 4.0 / 5 * h, z, k4);
  for (int32_t i = 0; i < n; i++)
    z[i] = y[i] + h * (19372.0 / 6561 * k1[i] - 25360.0 / 2187 * k2[i] + 64448.0 / 6561 * k3[i] -
                       212.0 / 729 * k4[i]);
  ode->rhs(ode->self, t + 8.0 / 9 * h, z, k5);
  for (int32_t i = 0; i < n; i++)
    z[i] = y[i] + h * (9017.0 / 3168 * k1[i] - 355.0 / 33 * k2[i] + 46732.0 / 5247 * k3[i] +
                       49.0 / 176 * k4[i] - 5103.0 / 18656 * k5[i]);
  ode->rhs(ode->self, t + h, z, k6);
  for (int32_t i = 0; i < n; i++)
    z[i] = y[i] + h * (35.0 / 384 * k1[i] + 500.0 / 1113 * k3[i] + 125.0 / 192 * k4[i] -
                       2187.0 / 6784 * k5[i] + 11.0 / 84 * k6[i]);
  ode->rhs(ode->self, t + h, z, s->k7);
}

// Square of the error of the state that errs most, 1 at the tolerance: a mean would let a state err more
// the more others stand still beside it. k2 has no share in the error and an infinite end would make it 0:
// both are added times 0, so that the result is nan where one of them is not finite.
static inline double error_square(const tw_ode *ode, int32_t n, const tw_rk_start *start, double h,
                                  const stages *s) {
  const double *restrict y = start->y, *restrict k1 = start->f;
  double most = 0, check = 0;
  for (int32_t i = 0; i < n; i++) {
    const double e = 71.0 / 57600 * k1[i] - 71.0 / 16695 * s->k3[i] + 71.0 / 1920 * s->k4[i] -
                     17253.0 / 339200 * s->k5[i] + 22.0 / 525 * s->k6[i] - 1.0 / 40 * s->k7[i];
    const double from = fabs(y[i]), to = fabs(s->z[i]);
    const double share = h * e / (ode->atol[i] + ode->rtol * (from > to ? from : to));
    most = share * share > most ? share * share : most;
    check += (s->k2[i] * h + s->z[i] + share) * 0;
  }
  return most + check;
}

// Hairer's interpolant y0 + x (d + (1-x) (b + x (a + (1-x) e))), multiplied out.
static inline void write_step(int32_t n, const tw_rk_start *start, double h, const stages *s,
                              tw_ode_step *step) {
  const double *restrict y = start->y;
  double *restrict c = step->c, *restrict f = start->f;
  for (int32_t i = 0; i < n; i++) {
    const double d = s->z[i] - y[i], b = h * f[i] - d;
    const double a = d - h * s->k7[i] - b;
    const double e =
        h * (-12715105075.0 / 11282082432 * f[i] + 87487479700.0 / 32700410799 * s->k3[i] -
             10690763975.0 / 1880347072 * s->k4[i] + 701980252875.0 / 199316789632 * s->k5[i] -
             1453857185.0 / 822651844 * s->k6[i] + 69997945.0 / 29380423 * s->k7[i]);
    c[i] = y[i];
    c[n + i] = h * f[i];
    c[2 * n + i] = a + e - b;
    c[3 * n + i] = -(a + 2 * e);
    c[4 * n + i] = e;
    c[5 * n + i] = 0;
    f[i] = s->k7[i];
  }
  step->t_s = start->t_s;
  step->h_s = h;
  step->degree = 4;
}

// log2 for normal x above 0, to 1e-7: 2 atanh((m - 1)/(m + 1)) / ln 2 by its series, m in
// [0.7, 1.4].
static double rough_log2(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint64_t shifted = bits - UINT64_C(0x3fe6a09e667f3bcd);  // sqrt(1/2)
  const int64_t exponent = (int64_t)shifted >> 52;
  bits -= shifted & ~UINT64_C(0xfffffffffffff);
  double m;
  memcpy(&m, &bits, sizeof m);
  const double s = (m - 1) / (m + 1), s2 = s * s;
  const double two_over_ln2 = 0x1.71547652b82fep+1;
  return (double)exponent +
         two_over_ln2 * s * (1 + s2 * (1.0 / 3 + s2 * (1.0 / 5 + s2 * (1.0 / 7))));
}

// 2^x for |x| < 1000, to 3e-6: Taylor's polynomial on the fraction.
static double rough_exp2(double x) {
  const int64_t biased = (int64_t)(x + 1023.5);
  const double u = (x - (double)(biased - 1023)) * 0x1.62e42fefa39efp-1;
  const uint64_t bits = (uint64_t)biased << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power * (1 + u * (1 + u * (0.5 + u * (1.0 / 6 + u * (1.0 / 24 + u * (1.0 / 120))))));
}

// Factor for the next step, by the error of this one and, of an accepted step, of the one before.
static double growth(double square, double error_before) {
  if (square < ERROR_TINY * ERROR_TINY) return GROW_MOST;
  if (square > ERROR_LARGE * ERROR_LARGE) return SHRINK_MOST;
  const double power = BETA * rough_log2(error_before) - 0.5 * GROW_POWER * rough_log2(square);
  const double factor = SAFETY * rough_exp2(power);
  if (factor > GROW_MOST) return GROW_MOST;
  return factor < SHRINK_MOST ? SHRINK_MOST : factor;
}

static bool is_finite(const double *values, int32_t n) {
  double check = 0;
  for (int32_t i = 0; i < n; i++) check += values[i] * 0;
  return check == 0;
}

static double shortest_s(double t_s) {
  const double ulps = fabs(t_s) * T_SHARE;
  return ulps > SHORTEST_S ? ulps : SHORTEST_S;
}

// Root of the mean square of (to - from) in units of the tolerance at y. from: NULL means 0.
static double norm(const tw_ode *ode, const double *y, const double *to, const double *from) {
  double sum = 0;
  for (int32_t i = 0; i < ode->n; i++) {
    const double change = from ? to[i] - from[i] : to[i];
    const double share = change / (ode->atol[i] + ode->rtol * fabs(y[i]));
    sum += share * share;
  }
  return sqrt(sum / ode->n);
}

double tw_rk_first_step_s(const tw_ode *ode, double t_s, const double *y, const double *f,
                          double *work) {
  TW_ASSERT(ode->n > 0);
  const double least = shortest_s(t_s);
  const double d0 = norm(ode, y, y, NULL), d1 = norm(ode, y, f, NULL);
  // A step of Euler that moves the state by a hundredth of it shows how fast f changes.
  const double h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * (d0 / d1);
  if (!(h0 > least && h0 < INFINITY)) return least;
  double *z = work, *dz = work + ode->n;
  for (int32_t i = 0; i < ode->n; i++) z[i] = y[i] + h0 * f[i];
  ode->rhs(ode->self, t_s + h0, z, dz);
  const double d2 = norm(ode, y, dz, f) / h0;
  // Where that step leaves f's domain, d2 tells nothing; it is not taken as the larger one then.
  const double d = d2 > d1 && d2 < INFINITY ? d2 : d1;
  const double h1 = d <= 1e-15 ? (h0 > 1e-3 ? h0 * 1e-3 : 1e-6) : tw_exp(0.2 * tw_log(0.01 / d));
  const double h = 100 * h0 < h1 ? 100 * h0 : h1;
  return h > least ? h : least;
}

// What a step of size h leaves for the next one. One that was cut short and went well tells less
// than what was known before it.
static void propose(tw_rk_control *control, double square, double h, bool is_cut,
                    bool is_rejected) {
  double factor = growth(square, control->error);
  if (is_rejected && factor > 1) factor = 1;
  if (is_cut && h * factor < control->h_s) return;
  control->h_s = h * factor;
  const double error = sqrt(square);
  control->error = error > ERROR_LEAST ? error : ERROR_LEAST;
}

static inline tw_ode_status make_step(const tw_ode *ode, int32_t n, const tw_rk_start *start,
                                      tw_rk_control *control, tw_ode_step *step) {
  const stages s = stages_of(start->work, n);
  const double h_max = start->h_max_s;
  bool is_rejected = false;
  if (control->h_s > LONGEST_S) control->h_s = LONGEST_S;
  for (;;) {
    const bool is_cut = control->h_s > h_max;
    const double h = is_cut ? h_max : control->h_s;
    // A step that a planned end makes short is no failure.
    if (!(h >= shortest_s(start->t_s)) && h < h_max) return TW_ODE_TOO_SMALL;
    run_stages(ode, n, start, h, &s);
    const double square = error_square(ode, n, start, h, &s);
    control->n_rhs += N_STAGE_CALL;
    if (square <= 1) {
      propose(control, square, h, is_cut, is_rejected);
      control->n_step++;
      write_step(n, start, h, &s, step);
      return TW_ODE_OK;
    }
    is_rejected = true;
    control->n_reject++;
    if (square < INFINITY) {
      control->h_s = h * growth(square, 1);
    } else {
      control->h_s = h / 2;
      if (!is_finite(start->y, n) || !is_finite(start->f, n)) return TW_ODE_NOT_FINITE;
    }
  }
}

tw_ode_status tw_rk_step(const tw_ode *ode, const tw_rk_start *start, tw_rk_control *control,
                         tw_ode_step *step) {
  TW_ASSERT(ode->n > 0 && control->h_s > 0 && start->h_max_s > 0);
  // Loops of a length that is known are a fifth to a half faster, with the same bits.
  switch (ode->n) {
    case 1: return make_step(ode, 1, start, control, step);
    case 2: return make_step(ode, 2, start, control, step);
    case 3: return make_step(ode, 3, start, control, step);
    case 4: return make_step(ode, 4, start, control, step);
    case 5: return make_step(ode, 5, start, control, step);
    case 6: return make_step(ode, 6, start, control, step);
    case 7: return make_step(ode, 7, start, control, step);
    case 8: return make_step(ode, 8, start, control, step);
    default: return make_step(ode, ode->n, start, control, step);
  }
}
