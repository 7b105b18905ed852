// special.c - special functions that libm lacks: incomplete gamma and beta, the normal and Student
// quantiles. Pure arithmetic over core/math, so it may be compiled like any other file.
// Sources: Abramowitz and Stegun (1964) 6.5, 26.5, 26.7; Wichura, algorithm AS 241 (1988).

#include <float.h>
#include <math.h>

#include "base/assert.h"
#include "core/math.h"

#define SQRT_HALF   0x1.6a09e667f3bcdp-1
#define SQRT_TWO_PI 0x1.40d931ff62706p+1
#define PI          0x1.921fb54442d18p+1

enum { N_TERM_MAX = 1000000 };

// x^a e^-x / Gamma(a + 1). For large a the powers cancel; there the exponent is written as
// a (log(1 + m) - m) with m = x / a - 1, and Gamma by Stirling's series (A&S 6.1.41).
static double gamma_front(double a, double x) {
  if (a < 20) return tw_exp(a * tw_log(x) - x - tw_lgamma(a + 1));
  const double m = (x - a) / a;
  const double b = 1 / (a * a);
  const double stirling =
      (1.0 / 12 - b * (1.0 / 360 - b * (1.0 / 1260 - b * (1.0 / 1680 - b / 1188)))) / a;
  // For small m the difference of log1p and m is taken from its series, to keep its digits.
  double gap = tw_log1p(m) - m;
  if (fabs(m) < 0.05) {
    double term = m;
    gap = 0;
    for (int k = 2; k <= 14; k++) {
      term *= -m;
      gap += term / k;
    }
  }
  return tw_exp(a * gap - stirling) / (SQRT_TWO_PI * sqrt(a));
}

// P by its series (A&S 6.5.29); good below the mean.
static double gamma_series(double a, double x) {
  double term = 1, sum = 1;
  for (int n = 1; n < N_TERM_MAX; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 0x1p-55) break;
  }
  return sum * gamma_front(a, x);
}

// Q by Legendre's continued fraction (A&S 6.5.31), evaluated by Lentz; good above the mean.
static double gamma_fraction(double a, double x) {
  const double tiny = 0x1p-1000;
  double b = x + 1 - a;
  double c = 1 / tiny, d = 1 / b, h = d;
  for (int n = 1; n < N_TERM_MAX; n++) {
    const double numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (fabs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (fabs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    if (fabs(d * c - 1) < 0x1p-52) break;
  }
  return h * a * gamma_front(a, x);
}

double tw_gamma_p(double a, double x) {
  TW_ASSERT(a > 0);
  if (!(x > 0)) return 0;
  if (x == INFINITY) return 1;
  return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double tw_gamma_q(double a, double x) {
  TW_ASSERT(a > 0);
  if (!(x > 0)) return 1;
  if (x == INFINITY) return 0;
  return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

// The continued fraction of the incomplete beta (A&S 26.5.8), by Lentz.
static double beta_fraction(double a, double b, double x) {
  const double tiny = 0x1p-1000;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  if (fabs(d) < tiny) d = tiny;
  d = 1 / d;
  double h = d;
  for (int m = 1; m < N_TERM_MAX; m++) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (int half = 0; half < 2; half++) {
      const double numerator = half == 0 ? even : odd;
      d = 1 + numerator * d;
      if (fabs(d) < tiny) d = tiny;
      c = 1 + numerator / c;
      if (fabs(c) < tiny) c = tiny;
      d = 1 / d;
      h *= d * c;
    }
    if (fabs(d * c - 1) < 0x1p-52) break;
  }
  return h;
}

double tw_beta_i(double a, double b, double x) {
  TW_ASSERT(a > 0 && b > 0);
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const double front =
      tw_exp(tw_lgamma(a + b) - tw_lgamma(a) - tw_lgamma(b) + a * tw_log(x) + b * tw_log1p(-x));
  // The fraction converges fast on the side of the mean where x is; the other side by symmetry.
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double tw_normal_cdf(double z) { return 0.5 * tw_erfc(-z * SQRT_HALF); }

static double polynomial(const double *c, int n, double x) {
  double sum = c[n - 1];
  for (int i = n - 2; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}

// Wichura's PPND16: three rational functions, for the middle, the tails and the far tails.
double tw_normal_quantile(double p) {
  // clang-format off
  static const double middle_over[8] = {
      3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
      1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
      3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static const double middle_under[8] = {
      1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
      2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
      5.2264952788528545610e+3};
  static const double tail_over[8] = {
      1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const double tail_under[8] = {
      1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9};
  static const double far_over[8] = {
      6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double far_under[8] = {
      1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15};
  // clang-format on
  if (!(p >= 0 && p <= 1)) return NAN;
  if (p == 0) return -INFINITY;
  if (p == 1) return INFINITY;
  const double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(middle_over, 8, r) / polynomial(middle_under, 8, r);
  }
  const double r = sqrt(-tw_log(q < 0 ? p : 1 - p));
  const double z = r <= 5 ? polynomial(tail_over, 8, r - 1.6) / polynomial(tail_under, 8, r - 1.6)
                          : polynomial(far_over, 8, r - 5) / polynomial(far_under, 8, r - 5);
  return q < 0 ? -z : z;
}

// The upper tail of Student's distribution for t > 0 (A&S 26.7.1, 26.5.27).
static double student_upper(double t, double n) {
  return 0.5 * tw_beta_i(0.5 * n, 0.5, n / (n + t * t));
}

// Student from the normal quantile for many degrees of freedom (A&S 26.7.5); error of order n^-4.
static double student_by_expansion(double z, double n) {
  const double z2 = z * z;
  const double g1 = (z2 + 1) * z / 4;
  const double g2 = ((5 * z2 + 16) * z2 + 3) * z / 96;
  const double g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384;
  return z + (g1 + (g2 + g3 / n) / n) / n;
}

double tw_student_quantile(double p, double n_freedom) {
  const double n = n_freedom;
  if (!(p >= 0 && p <= 1) || !(n > 0)) return NAN;
  if (p == 0.5) return 0;
  if (p < 0.5) return -tw_student_quantile(1 - p, n);
  if (p == 1) return INFINITY;
  if (n > 1e5) return student_by_expansion(tw_normal_quantile(p), n);
  // Bracket, then Newton on the upper tail, which is decreasing and convex above 0; a step that
  // leaves the bracket becomes a bisection.
  const double q = 1 - p;
  const double log_front = tw_lgamma(0.5 * (n + 1)) - tw_lgamma(0.5 * n) - 0.5 * tw_log(n * PI);
  double low = 0, high = 1;
  while (student_upper(high, n) > q && high < DBL_MAX / 4) {
    low = high;
    high *= 2;
  }
  double t = 0.5 * (low + high);
  for (int i = 0; i < 200; i++) {
    const double gap = student_upper(t, n) - q;
    if (gap > 0)
      low = t;
    else
      high = t;
    const double density = tw_exp(log_front - 0.5 * (n + 1) * tw_log1p(t * t / n));
    double next = t + gap / density;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (fabs(next - t) <= 4 * DBL_EPSILON * t) return next;
    t = next;
  }
  return t;
}
