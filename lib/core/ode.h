// ode.h - what the solvers of ordinary differential equations share: a system y' = f(t, y), and one
// accepted step of it as a polynomial. Solvers know nothing of machines and keep no state of their own
// that is not handed in: a caller can stop behind any step, copy everything and go on bit for bit.

#ifndef TW_CORE_ODE_H
#define TW_CORE_ODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

enum { TW_ODE_DEGREE = 5, TW_ODE_N_COEFFICIENT = TW_ODE_DEGREE + 1 };

typedef enum tw_ode_status {
  TW_ODE_OK,
  TW_ODE_NOT_FINITE,  // f gave inf or nan at the start, or wherever a step could end
  TW_ODE_TOO_SMALL,   // steps became so small that time would stand still
  TW_ODE_MEMORY,
  TW_ODE_MISSING      // the solver is not built in
} tw_ode_status;

// A system. Times are s since the start of a segment, in which f and its inputs stay the same.
typedef struct tw_ode {
  int32_t n;
  // dy: [n] derivatives per s. What is not finite is found by the solver.
  void (*rhs)(void *self, double t_s, const double *y, double *dy);
  // columns: [n * n], of df_i/dy_j at j * n + i. NULL: there is none, the solver differs f itself.
  void (*jacobian)(void *self, double t_s, const double *y, double *columns);
  void *self;
  double rtol;
  const double *atol;  // [n] in the states' units, above 0
  const tw_memory *memory;  // of a solver that keeps something; NULL: the C library's
} tw_ode;

// One accepted step from t_s to t_s + h_s: state i at t_s + x h_s, x in [0, 1], is the sum over k of
// c[k * n + i] x^k. Coefficients above `degree` are 0.
typedef struct tw_ode_step {
  double t_s, h_s;
  int32_t degree;
  double *c;  // [TW_ODE_N_COEFFICIENT * n]
} tw_ode_step;

// The state inside a step, and its derivative by t in 1/s. x: 0 the start, 1 the end.
static inline double tw_ode_value(const double *c, int32_t n, int32_t i, double x) {
  double sum = c[TW_ODE_DEGREE * n + i];
  for (int32_t k = TW_ODE_DEGREE - 1; k >= 0; k--) sum = sum * x + c[k * n + i];
  return sum;
}

// The part [a, b] of the step, again from 0 to 1. c, out: [TW_ODE_N_COEFFICIENT] of one state.
static inline void tw_ode_part(const double *c, double a, double b, double *out) {
  for (int32_t k = 0; k < TW_ODE_N_COEFFICIENT; k++) out[k] = c[k];
  for (int32_t k = 0; k < TW_ODE_DEGREE; k++)
    for (int32_t j = TW_ODE_DEGREE - 1; j >= k; j--) out[j] += a * out[j + 1];
  double scale = 1;
  for (int32_t k = 1; k < TW_ODE_N_COEFFICIENT; k++) out[k] *= scale *= b - a;
}

#endif
