// ode_rk.h - the explicit Runge-Kutta pair 5(4) of Dormand and Prince with dense output of order 4,
// for small systems that are not stiff. The whole state of an integration is what the caller holds:
// t, y, f and the next step's size.

#ifndef TW_CORE_ODE_RK_H
#define TW_CORE_ODE_RK_H

#include "core/ode.h"

// Size of `work`: so many doubles for each state.
enum { TW_RK_WORK = 7 };

// What an integration carries from step to step, beside y and f.
typedef struct tw_rk_control {
  double h_s;    // size to try next, above 0; none above 1e30 is tried
  double error;  // of the last step that was accepted, for the controller; 1e-4 at the start
  int64_t n_step, n_reject, n_rhs;  // counted up
} tw_rk_control;

// Where a step begins. None of the arrays overlap, nor do they overlap the step's coefficients.
typedef struct tw_rk_start {
  double t_s;
  double h_max_s;   // no step is longer; above 0, INFINITY: no limit
  const double *y;  // [n]
  double *f;        // [n] in f(t, y), out f at the end of the step, where the next one starts
  double *work;     // [TW_RK_WORK * n], contents mean nothing between calls
} tw_rk_start;

// A first step's size for a system at (t, y) with f(t, y) = f: as Hairer, Norsett and Wanner,
// Solving Ordinary Differential Equations I, II.4. Costs one call of f. Always above 0 and finite.
double tw_rk_first_step_s(const tw_ode *ode, double t_s, const double *y, const double *f,
                          double *work);

// Makes one accepted step: no state errs by more than its tolerance. step: filled in; the state at its end is its polynomial's value at 1, so
// that steps join without a gap. Where f is not finite inside a step the step is halved. A step
// that h_max_s cut short leaves the size to try next as it was, or larger. On failure f and step
// are untouched, control's size has shrunk: TW_ODE_NOT_FINITE when y or f is not finite at the
// start, TW_ODE_TOO_SMALL when even a step of 1e-12 s, or of about 4 ulp of t, is too long.
tw_ode_status tw_rk_step(const tw_ode *ode, const tw_rk_start *start, tw_rk_control *control,
                         tw_ode_step *step);

#endif
