// math.c - the only calls of libm, the fingerprint of its variant, and the check of the processor's
// floating-point mode. Compiled one way in every build (-O2, no contraction), so that a compiler
// cannot replace a call here by something else there. No arithmetic of its own lives here.

#define _DEFAULT_SOURCE  // lgamma_r, the form without the global sign

#include "core/math.h"

#include <math.h>
#include <string.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "base/assert.h"
#include "base/hash.h"

double tw_exp(double x) { return exp(x); }

double tw_log(double x) { return log(x); }

double tw_log1p(double x) { return log1p(x); }

double tw_expm1(double x) { return expm1(x); }

double tw_pow(double x, double y) { return pow(x, y); }

double tw_sqrt(double x) { return sqrt(x); }

double tw_sin(double x) { return sin(x); }

double tw_cos(double x) { return cos(x); }

double tw_erfc(double x) { return erfc(x); }

double tw_lgamma(double x) {
#if defined(_WIN32)
  return lgamma(x);  // writes no global there
#else
  int sign;
  return lgamma_r(x, &sign);
#endif
}

typedef enum probe_function {
  PROBE_exp,
  PROBE_log,
  PROBE_pow,
  PROBE_log1p,
  PROBE_expm1,
  PROBE_sin,
  PROBE_cos,
  PROBE_erfc,
  PROBE_lgamma,
} probe_function;

typedef struct probe {
  probe_function function;
  double x, y;
} probe;

static const probe probes[] = {
#define PROBE_1(function, x)    {PROBE_##function, x, 0},
#define PROBE_2(function, x, y) {PROBE_##function, x, y},
#include "core/math_probes.inl"
#undef PROBE_1
#undef PROBE_2
};

enum { N_PROBE = sizeof probes / sizeof probes[0] };

TW_STATIC_ASSERT(N_PROBE == 64, "the fingerprint is defined by 64 probes");

static double evaluate(const probe *at) {
  // Through volatile, lest the compiler evaluates the table with its own, better mathematics.
  const volatile double x_read = at->x, y_read = at->y;
  const double x = x_read, y = y_read;
  switch (at->function) {
    case PROBE_exp: return tw_exp(x);
    case PROBE_log: return tw_log(x);
    case PROBE_pow: return tw_pow(x, y);
    case PROBE_log1p: return tw_log1p(x);
    case PROBE_expm1: return tw_expm1(x);
    case PROBE_sin: return tw_sin(x);
    case PROBE_cos: return tw_cos(x);
    case PROBE_erfc: return tw_erfc(x);
    case PROBE_lgamma: return tw_lgamma(x);
  }
  return 0;
}

uint64_t tw_math_fingerprint(void) {
  uint64_t hash = TW_HASH_SEED;
  for (int i = 0; i < N_PROBE; i++) {
    const double value = evaluate(&probes[i]);
    uint64_t bits;
    TW_ASSERT(value == value);
    memcpy(&bits, &value, sizeof bits);
    hash = tw_hash_word(hash, bits);
  }
  return hash;
}

bool tw_math_mode_is_sound(void) {
#if defined(__SSE2__) && defined(__SSE2_MATH__)
  const unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040, rounding = 0x6000;
  return (_mm_getcsr() & (flush_to_zero | denormals_are_zero | rounding)) == 0;
#else
  // The portable probe: half of the least normal number must neither be made zero nor read as zero,
  // and ties must go to even in both directions.
  const volatile double least = 0x1p-1022, one = 1, half_step = 0x1p-53;
  const volatile double half = least * 0.5;
  if (half == 0 || half * 2 != least) return false;
  return one + half_step == 1 && -one - half_step == -1 && one + half_step * 1.5 > 1 &&
         -one - half_step * 1.5 < -1;
#endif
}
