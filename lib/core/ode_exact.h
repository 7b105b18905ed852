// ode_exact.h - systems y' = A y + b with constant A and b, solved in closed form: A is taken apart into
// its eigenvectors once, then a state, its integral and the instant at which a linear function of it
// crosses 0 are sums of exponentials. For n <= 4 and matrices that a diagonal scaling makes symmetric
// (networks of heat, charge and flow), and for n = 1 any.

#ifndef TW_CORE_ODE_EXACT_H
#define TW_CORE_ODE_EXACT_H

#include "core/ode.h"

enum { TW_EXACT_N_MAX = 4 };

// A taken apart: A = V diag(rate) W, W = V^-1. A function of A alone.
typedef struct tw_exact {
  int32_t n;
  double rate[TW_EXACT_N_MAX];                  // eigenvalues, 1/s
  double v[TW_EXACT_N_MAX * TW_EXACT_N_MAX];    // column j at j * n: eigenvector j
  double w[TW_EXACT_N_MAX * TW_EXACT_N_MAX];    // row j at j * n
} tw_exact;

// A motion from a state: z_j(t) = z[j] exp(rate_j t) + g[j] (exp(rate_j t) - 1)/rate_j, y = V z.
typedef struct tw_motion {
  double z[TW_EXACT_N_MAX], g[TW_EXACT_N_MAX];
} tw_motion;

// columns: [n * n] A, element (i, j) at j * n + i. False: n is too large, or no diagonal scaling makes A
// symmetric; then *exact is not to be used.
bool tw_exact_take_apart(tw_exact *exact, int32_t n, const double *columns);

// The motion from y0 with constant drive b ([n], per s).
void tw_exact_begin(const tw_exact *exact, const double *y0, const double *b, tw_motion *motion);

// State after t_s; the integral of each state over (0, t_s); the derivative at t_s. out: [n].
void tw_exact_value(const tw_exact *exact, const tw_motion *motion, double t_s, double *out);
void tw_exact_integral(const tw_exact *exact, const tw_motion *motion, double t_s, double *out);
void tw_exact_slope(const tw_exact *exact, const tw_motion *motion, double t_s, double *out);

// First crossing behind from_s of g(t) = weight . y(t) + offset, within (from_s, until_s]; until_s may
// be INFINITY. Exact for n = 1 (a logarithm); otherwise zeros of derivatives part the axis, of which a
// sum of n exponentials has finitely many, so none is missed. left_s, right_s: bracket of at most
// width_s (or a few units in the last place), right_s on the far side. is_zero_up as in ode_root.h.
// False: none.
bool tw_exact_crossing(const tw_exact *exact, const tw_motion *motion, const double *weight,
                       double offset, double from_s, double until_s, bool is_zero_up,
                       double width_s, double *left_s, double *right_s, bool *is_up);

// Least and greatest value of weight . y(t) over [0, t_s], t_s finite.
void tw_exact_range(const tw_exact *exact, const tw_motion *motion, const double *weight,
                    double t_s, double *least, double *greatest);

#endif
