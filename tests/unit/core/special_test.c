// Incomplete gamma and beta, normal and Student quantiles against mpmath (dist_reference.inl).

#include <criterion/criterion.h>
#include <math.h>

#include "core/dist.h"
#include "core/math.h"
#include "dist_reference.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static int is_near(double got, double wanted, double error) {
  return fabs(got - wanted) <= error * fabs(wanted);
}

Test(special, incomplete_gamma_keeps_its_digits_in_both_tails) {
  for (size_t i = 0; i < N_OF(gamma_values); i++) {
    const double *row = gamma_values[i];
    const double error = row[0] < 1e5 ? 1e-12 : 1e-10;
    cr_expect(is_near(tw_gamma_p(row[0], row[1]), row[2], error), "P(%g, %g) = %.17g, not %.17g",
              row[0], row[1], tw_gamma_p(row[0], row[1]), row[2]);
    cr_expect(is_near(tw_gamma_q(row[0], row[1]), row[3], row[3] < 1e-6 ? 1e-10 : error),
              "Q(%g, %g) = %.17g, not %.17g", row[0], row[1], tw_gamma_q(row[0], row[1]), row[3]);
  }
  cr_assert(tw_gamma_p(2, 0) == 0 && tw_gamma_p(2, -1) == 0 && tw_gamma_q(2, INFINITY) == 0);
}

Test(special, incomplete_beta_is_that_of_the_reference) {
  for (size_t i = 0; i < N_OF(beta_values); i++) {
    const double *row = beta_values[i];
    cr_expect(is_near(tw_beta_i(row[0], row[1], row[2]), row[3], 1e-12),
              "I(%g, %g, %g) = %.17g, not %.17g", row[0], row[1], row[2],
              tw_beta_i(row[0], row[1], row[2]), row[3]);
  }
  cr_assert(tw_beta_i(2, 3, 0) == 0 && tw_beta_i(2, 3, 1) == 1);
}

Test(special, normal_quantile_is_good_to_the_last_digits) {
  for (size_t i = 0; i < N_OF(normal_quantiles); i++) {
    const double *row = normal_quantiles[i];
    cr_expect(is_near(tw_normal_quantile(row[0]), row[1], 1e-15), "z(%g) = %.17g, not %.17g",
              row[0], tw_normal_quantile(row[0]), row[1]);
  }
  cr_assert(tw_normal_quantile(0.5) == 0 && isinf(tw_normal_quantile(1)));
  cr_assert(isnan(tw_normal_quantile(1.1)) && isnan(tw_normal_quantile(NAN)));
}

Test(special, normal_cdf_inverts_its_quantile) {
  for (double p = 1e-15; p < 0.6; p *= 1.7) {
    cr_assert(is_near(tw_normal_cdf(tw_normal_quantile(p)), p, 1e-13), "%g", p);
  }
}

Test(special, student_quantile_is_that_of_the_reference) {
  for (size_t i = 0; i < N_OF(student_quantiles); i++) {
    const double *row = student_quantiles[i];
    const double t = tw_student_quantile(row[0], row[1]);
    cr_expect(is_near(t, row[2], 1e-10), "t(%g; %g) = %.17g, not %.17g", row[0], row[1], t, row[2]);
    cr_expect(is_near(tw_student_quantile(1 - row[0], row[1]), -t, 1e-12));
  }
  cr_assert(tw_student_quantile(0.5, 3) == 0 && isnan(tw_student_quantile(0.9, 0)));
}
