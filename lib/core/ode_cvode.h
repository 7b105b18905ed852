// ode_cvode.h - SUNDIALS' CVODE behind the same shape as the other solvers: BDF with Newton and a dense
// Jacobian for stiff systems, Adams with fixed point for others. A solver's memory is a cache: begun at
// the same state with the same first step it gives the same steps, bit for bit. Nothing of SUNDIALS
// shows here, nothing prints. Without SUNDIALS every call answers TW_ODE_MISSING (ode_cvode_none.c).

#ifndef TW_CORE_ODE_CVODE_H
#define TW_CORE_ODE_CVODE_H

#include <stddef.h>

#include "core/ode.h"

typedef enum tw_cvode_method { TW_CVODE_BDF, TW_CVODE_ADAMS } tw_cvode_method;

typedef struct tw_cvode tw_cvode;

typedef struct tw_cvode_counts {
  int64_t n_step, n_rhs, n_jacobian, n_error_failure, n_newton_failure;
} tw_cvode_counts;

// "6.4.1", or NULL when SUNDIALS is not built in.
const char *tw_cvode_version(void);

// Makes a solver for systems of ode->n states; *ode is copied, what it points to must live on.
tw_ode_status tw_cvode_new(tw_cvode **cvode, const tw_ode *ode, tw_cvode_method method);
void tw_cvode_free(tw_cvode *cvode);  // NULL-safe

// Begins anew at t = 0 from y ([n]) with a first step of h_s (above 0), also after a failure. h_max_s
// above 0: no step is longer; INFINITY: 1e30 s. Polynomials have at most degree TW_ODE_DEGREE: so has
// the method's order.
tw_ode_status tw_cvode_begin(tw_cvode *cvode, const double *y, double h_s, double h_max_s);

// Makes one internal step; the polynomial is the method's own (its Nordsieck array, rescaled to [0, 1]).
// h_next_s: the size that it would try next. Neighbours meet in the same bits: a step's c[0] is what the
// polynomial before it gives for x = 1 (the first one's is y), which is CVODE's own state but for
// rounding. Slopes jump there. On failure *step is not to be read, and further calls fail in the same way.
tw_ode_status tw_cvode_step(tw_cvode *cvode, tw_ode_step *step, double *h_next_s);

// Work done since tw_cvode_new.
tw_cvode_counts tw_cvode_count(const tw_cvode *cvode);

// What went wrong last, "" for nothing; lives as long as the solver.
const char *tw_cvode_message(const tw_cvode *cvode);

#endif
