// The door to libm: the floating-point mode, the fingerprint, the thread-safe lgamma.

#include <criterion/criterion.h>
#include <math.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "core/math.h"

Test(math, fingerprint_is_constant_during_a_process) {
  const uint64_t fingerprint = tw_math_fingerprint();
  cr_assert(fingerprint != 0);
  for (int i = 0; i < 100; i++) cr_assert(tw_math_fingerprint() == fingerprint);
}

#if defined(__SSE2__)
Test(math, mode_is_unsound_with_flush_to_zero_or_another_rounding) {
  const unsigned saved = _mm_getcsr();
  const unsigned bad[] = {0x8000, 0x0040, 0x2000, 0x4000, 0x6000};
  cr_assert(tw_math_mode_is_sound());
  for (int i = 0; i < 5; i++) {
    _mm_setcsr(saved | bad[i]);
    const bool is_sound = tw_math_mode_is_sound();
    _mm_setcsr(saved);
    cr_assert(!is_sound, "%x", bad[i]);
  }
  cr_assert(tw_math_mode_is_sound());
}
#endif

Test(math, lgamma_leaves_the_global_sign_alone) {
  const double value = tw_lgamma(-0.5);  // Gamma is negative there
  cr_assert(fabs(value - 1.2655121234846454) < 1e-14);
}

Test(math, functions_are_those_of_the_library) {
  const volatile double x = 1.7, y = -0.3;
  cr_assert(tw_exp(x) == exp(x) && tw_log(x) == log(x) && tw_pow(x, y) == pow(x, y));
  cr_assert(tw_log1p(y) == log1p(y) && tw_expm1(y) == expm1(y) && tw_sqrt(x) == sqrt(x));
  cr_assert(tw_sin(x) == sin(x) && tw_cos(x) == cos(x) && tw_erfc(x) == erfc(x));
}
