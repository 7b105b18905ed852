// ode_grow.h - what a single mode of an affine system grows to: (exp(x) - 1)/rate and its integral,
// with x = rate t, accurate to a few units in the last place for every rate, 0 and tiny ones too.

#ifndef TW_CORE_ODE_GROW_H
#define TW_CORE_ODE_GROW_H

#include <math.h>

#include "core/math.h"

// Up to this |x| a series is used, beyond it the difference exp(x) - 1 loses less than two bits.
#define TW_GROW_SERIES 0.5

static const double tw_inverse_factorial[17] = {
    1.0,
    1.0,
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5040.0,
    1.0 / 40320.0,
    1.0 / 362880.0,
    1.0 / 3628800.0,
    1.0 / 39916800.0,
    1.0 / 479001600.0,
    1.0 / 6227020800.0,
    1.0 / 87178291200.0,
    1.0 / 1307674368000.0,
    1.0 / 20922789888000.0,
};

// Sum over k < 15 of c[k] x^k, in pairs, because the processor then works on several at once.
static inline double tw_grow_series(const double *c, double x) {
  const double x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
  const double low = (c[0] + c[1] * x) + (c[2] + c[3] * x) * x2;
  const double middle = (c[4] + c[5] * x) + (c[6] + c[7] * x) * x2;
  const double high = (c[8] + c[9] * x) + (c[10] + c[11] * x) * x2;
  const double last = (c[12] + c[13] * x) + c[14] * x2;
  return (low + middle * x4) + (high + last * x4) * x8;
}

// Integral of exp(rate s) over (0, t), (exp(rate t) - 1)/rate, and what both sides of it need anyway:
// *power: exp(rate t). *integral: of the result over (0, t), (exp(rate t) - 1 - rate t)/rate^2.
static inline double tw_grow(double rate, double t, double *power, double *integral) {
  const double x = rate * t;
  if (fabs(x) <= TW_GROW_SERIES) {
    *integral = t * t * tw_grow_series(tw_inverse_factorial + 2, x);
    const double grown = t + rate * *integral;
    *power = 1 + rate * grown;
    return grown;
  }
  *power = tw_exp(x);
  const double grown = (*power - 1) / rate;
  *integral = (grown - t) / rate;
  return grown;
}

#endif
