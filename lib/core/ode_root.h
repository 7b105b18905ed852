// ode_root.h - where a polynomial on [0, 1] changes its sign: all crossings are found, also two
// inside one step (a short excursion), because the polynomial's Bernstein form bounds it from both
// sides. For functions that are no polynomials, a bracket from an interpolating polynomial is made
// sharp on the function itself.

#ifndef TW_CORE_ODE_ROOT_H
#define TW_CORE_ODE_ROOT_H

#include "core/ode.h"

// A crossing: g is on one side of 0 at `left` and on the other at `right` (0 itself belongs to the
// side that is_zero_up says), left < right, no further apart than the width that was asked for.
typedef struct tw_crossing {
  double left, right;
  bool is_up;  // from below 0 to above
} tw_crossing;

// Finds the first crossing behind `from` of the polynomial with coefficients c[0..TW_ODE_DEGREE],
// all finite, on [from, 1].
// is_zero_up: g = 0 counts as above 0 (a condition >=), else as below (a condition >).
// width: above 0; where doubles are too sparse for it, left and right are neighbours.
// Values are those of tw_ode_value: left and right are on their sides by it, and if `from` and 1
// are on different sides by it, a crossing is found. The side at `from` is that of the value there:
// with is_zero_up and g(from) = 0 it is up, so -x crosses directly behind 0 and x does not. Whoever
// goes from step to step compares the last side of one with the first of the next: where a
// threshold is met at the end of a step, rounding may put the two on different sides. A touch that
// stays on its side is none; one that reaches 0 where 0 is the other side counts if the value at
// the turning point, as computed, is there. Costs a few ns where the polynomial keeps away from 0.
// False: there is none.
bool tw_root_of_polynomial(const double c[TW_ODE_N_COEFFICIENT], double from, bool is_zero_up,
                           double width, tw_crossing *crossing);

// The same for any smooth function on [from, 1]: g is looked at in TW_ODE_N_COEFFICIENT points,
// ends included, and where the polynomial through them turns; between the first that is on the
// other side and the one before, the crossing is bracketed on g itself (Illinois). A sign change
// between two of the points is never missed, nor an excursion between them that the polynomial
// sees. nan is below 0. False: none.
bool tw_root_of_function(double (*g)(void *self, double x), void *self, double from,
                         bool is_zero_up, double width, tw_crossing *crossing);

// Least and greatest value of the polynomial on [0, to], 0 < to <= 1, as tw_ode_value computes it.
// A few ns where it is monotone.
void tw_range_of_polynomial(const double c[TW_ODE_N_COEFFICIENT], double to, double *least,
                            double *greatest);

#endif
