// ode_rk.h - the explicit Runge-Kutta pair 5(4) of Dormand and Prince with dense output of order 4, for
// small systems that are not stiff. The whole state of an integration is what the caller holds: t, y, f
// and the next step's size.

#ifndef TW_CORE_ODE_RK_H
#define TW_CORE_ODE_RK_H

#include "core/ode.h"

// Size of `work`: so many doubles for each state.
enum { TW_RK_WORK = 8 };

// What an integration carries from step to step, beside y and f.
typedef struct tw_rk_control {
  double h_s;      // size to try next, above 0
  double error;    // of the last step that was accepted, for the controller; 1e-4 at the start
  int64_t n_step, n_reject, n_rhs;  // counted up
} tw_rk_control;

// A first step's size for a system at (t, y) with f(t, y) = f: as Hairer, Norsett and Wanner, Solving
// Ordinary Differential Equations I, II.4. Costs one call of f.
double tw_rk_first_step_s(const tw_ode *ode, double t_s, const double *y, const double *f,
                          double *work);

// Makes one accepted step from (t, y). f: [n] in f(t, y), out f at the end of the step (the next one's
// start). step: filled in. Where f is not finite inside a step the step is halved. h_max_s: no step is
// longer. On failure y, f and step are untouched; control's size has shrunk.
tw_ode_status tw_rk_step(const tw_ode *ode, double t_s, const double *y, double *f, double h_max_s,
                         tw_rk_control *control, tw_ode_step *step, double *work);

#endif
