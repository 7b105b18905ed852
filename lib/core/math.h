// math.h - the only door to libm: results of exp, log and pow differ between processors and
// optimisation levels, so calls are kept in one file that is compiled one way (-O2, no contraction),
// and a fingerprint of 64 probes travels with every result. Never called with a constant exponent.
// sqrt, fabs, floor, ceil and round are exact everywhere and need no door.

#ifndef TW_CORE_MATH_H
#define TW_CORE_MATH_H

#include <stdbool.h>
#include <stdint.h>

double tw_exp(double x);
double tw_log(double x);
double tw_log1p(double x);
double tw_expm1(double x);
double tw_pow(double x, double y);
double tw_sqrt(double x);
double tw_sin(double x);
double tw_cos(double x);
double tw_erfc(double x);
double tw_lgamma(double x);  // thread-safe form

// Regularised incomplete gamma P(a, x), its complement Q = 1 - P without cancellation, the regularised
// incomplete beta I_x(a, b), and the inverse normal cdf (special.c; relative errors about 1e-13, the
// inverse normal 1e-15).
double tw_gamma_p(double a, double x);
double tw_gamma_q(double a, double x);
double tw_beta_i(double a, double b, double x);
double tw_normal_cdf(double z);
double tw_normal_quantile(double p);
double tw_student_quantile(double p, double n_freedom);  // two-sided use: p = 0.975

uint64_t tw_math_fingerprint(void);

// True when flush-to-zero or denormals-are-zero are off, as bit-identity needs.
bool tw_math_mode_is_sound(void);

#endif
