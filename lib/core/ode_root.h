// ode_root.h - where a polynomial on [0, 1] changes its sign: all crossings are found, also two inside
// one step (a short excursion), because the polynomial's Bernstein form bounds it from both sides. For
// functions that are no polynomials, a bracket from an interpolating polynomial is made sharp on the
// function itself.

#ifndef TW_CORE_ODE_ROOT_H
#define TW_CORE_ODE_ROOT_H

#include "core/ode.h"

// A crossing: g is on one side of 0 at `left` and on the other at `right` (0 itself belongs to the side
// that is_zero_up says), left < right, no further apart than the width that was asked for.
typedef struct tw_crossing {
  double left, right;
  bool is_up;  // from below 0 to above
} tw_crossing;

// Finds the first crossing behind `from` of the polynomial with coefficients c[0..TW_ODE_DEGREE] on
// [from, 1]. is_zero_up: g = 0 counts as above 0 (a condition >=), else as below (a condition >).
// width: above 0. Costs a few ns where the polynomial keeps away from 0. False: there is none.
bool tw_root_of_polynomial(const double c[TW_ODE_N_COEFFICIENT], double from, bool is_zero_up,
                           double width, tw_crossing *crossing);

// The same for any smooth function on [from, 1]: g is sampled at TW_ODE_N_COEFFICIENT points, the
// crossing of the polynomial through them is looked for, and found again on g (Illinois). A sign change
// between two of the samples is never missed. False: none.
bool tw_root_of_function(double (*g)(void *self, double x), void *self, double from,
                         bool is_zero_up, double width, tw_crossing *crossing);

// Least and greatest value of the polynomial on [0, to], 0 < to <= 1.
void tw_range_of_polynomial(const double c[TW_ODE_N_COEFFICIENT], double to, double *least,
                            double *greatest);

#endif
