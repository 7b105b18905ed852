// ode_exact.h - systems y' = A y + b with constant A and b, solved in closed form: A is taken apart
// into its eigenvectors once, then a state, its integral and the instant at which a linear function
// of it crosses 0 are sums of exponentials. For n <= 4 and matrices that a diagonal scaling makes
// symmetric (networks of heat, charge and flow), and for n = 1 any.

#ifndef TW_CORE_ODE_EXACT_H
#define TW_CORE_ODE_EXACT_H

#include "core/ode.h"
#include "core/ode_root.h"

enum { TW_EXACT_N_MAX = 4 };

// A taken apart: A = V diag(rate) W, W = V^-1. A function of A alone.
typedef struct tw_exact {
  int32_t n;
  double rate[TW_EXACT_N_MAX];                // eigenvalues, 1/s, none above the one before it
  double v[TW_EXACT_N_MAX * TW_EXACT_N_MAX];  // column j at j * n: eigenvector j
  double w[TW_EXACT_N_MAX * TW_EXACT_N_MAX];  // row j at j * n
} tw_exact;

// A motion from a state: y(t) = y0 + sum over j of V_j speed_j (exp(rate_j t) - 1)/rate_j, where
// V_j is eigenvector j and speed = W (A y0 + b). So y(0) is y0 bit for bit, and a speed 0 is a mode
// at rest.
typedef struct tw_motion {
  double y0[TW_EXACT_N_MAX], speed[TW_EXACT_N_MAX];
} tw_motion;

// What is looked for: crossings of 0 by g(t) = weight . y(t) + offset, t within (from_s, until_s].
typedef struct tw_exact_search {
  const double *weight;  // [n]
  double offset;
  double from_s, until_s;  // from 0 on; until_s may be INFINITY
  bool is_zero_up;         // as in ode_root.h: g = 0 counts as above 0, else as below
  double width_s;          // above 0
} tw_exact_search;

// columns: [n * n] A, element (i, j) at j * n + i. False: n is too large, A is not finite, or no
// diagonal scaling makes A symmetric; then *exact is not to be used.
bool tw_exact_take_apart(tw_exact *exact, int32_t n, const double *columns);

// The motion from y0 with constant drive b ([n], per s).
void tw_exact_begin(const tw_exact *exact, const double *y0, const double *b, tw_motion *motion);

// State after t_s; the integral of each state over (0, t_s); both, for little more than one of them; the
// derivative at t_s. out, integral: [n]. t_s is finite and at least 0. What overflows (a rate above 0) is inf or nan.
void tw_exact_value(const tw_exact *exact, const tw_motion *motion, double t_s, double *out);
void tw_exact_integral(const tw_exact *exact, const tw_motion *motion, double t_s, double *out);
void tw_exact_both(const tw_exact *exact, const tw_motion *motion, double t_s, double *out, double *integral);
void tw_exact_slope(const tw_exact *exact, const tw_motion *motion, double t_s, double *out);

// First crossing. For n = 1 a logarithm; otherwise zeros of derivatives part the axis, of which a
// sum of n exponentials has finitely many, so none is missed. left and right of *crossing are s, at
// most width_s (or a few units in the last place) apart; g as it follows from tw_exact_value,
// summed in the order of the states and then the offset, is on the far side at `right` and not yet
// at `left`. What is 0 only within rounding, an extremum that touches 0 or a steady state on it, is
// no crossing. False: none.
bool tw_exact_crossing(const tw_exact *exact, const tw_motion *motion,
                       const tw_exact_search *search, tw_crossing *crossing);

// Least and greatest value of weight . y(t) over [0, t_s], t_s finite.
void tw_exact_range(const tw_exact *exact, const tw_motion *motion, const double *weight,
                    double t_s, double *least, double *greatest);

#endif
