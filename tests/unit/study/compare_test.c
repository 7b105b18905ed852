// compare_test.c - paired differences, p values and families against SciPy 1.17 (ttest_rel, t.sf)
// and by hand.

#include "study/compare.h"

#include <criterion/criterion.h>
#include <math.h>

static void expect_near(double value, double expected) {
  cr_assert(fabs(value - expected) <= 1e-11 * fabs(expected), "%.17g, not %.17g", value, expected);
}

static tw_paired compared(const double *a, const double *b, size_t n) {
  tw_paired out;
  tw_paired_compare(a, b, &(tw_pairing){n, n, 0.95}, &out);
  return out;
}

static const double before[] = {10.2, 11.5, 9.8, 10.9, 12.1, 10.0};
static const double after[] = {10.9, 12.6, 10.1, 11.3, 13.4, 10.8};

Test(compare, of_pairs_is_scipys) {
  const tw_paired of = compared(before, after, 6);
  cr_assert_eq(of.n, 6);
  expect_near(of.mean, 0.7666666666666669);
  expect_near(of.sd, 0.3881580434135906);
  expect_near(of.half_width, 0.4073468846705148);
  expect_near(of.p, 0.004722863406675276);
  expect_near(of.correlation, 0.9799926514963548);
  expect_near(of.variance_ratio, 0.06360821840698012);
}

Test(compare, of_the_other_way_round_is_the_negative) {
  const tw_paired of = compared(after, before, 6), back = compared(before, after, 6);
  cr_assert_eq(of.mean, -back.mean);
  cr_assert_eq(of.half_width, back.half_width);
  cr_assert_eq(of.p, back.p);
}

Test(compare, of_a_line_with_itself_is_nothing) {
  const tw_paired of = compared(before, before, 6);
  cr_assert(of.mean == 0 && of.sd == 0 && of.half_width == 0 && of.p == 1);
  cr_assert_eq(of.variance_ratio, 0);
}

Test(compare, takes_rounding_for_no_spread) {
  const double a[] = {0.1, 0.2, 0.3}, b[] = {0.1 + 0.7, 0.2 + 0.7, 0.3 + 0.7};
  const tw_paired of = compared(a, b, 3);
  cr_assert_eq(of.sd, 0);
  cr_assert_eq(of.p, 0);
  expect_near(of.mean, 0.7);
}

Test(compare, leaves_out_pairs_of_which_one_has_no_value) {
  const double a[] = {1, NAN, 2, 4}, b[] = {2, 7, NAN, 8};
  const tw_paired of = compared(a, b, 4);
  cr_assert_eq(of.n, 2);
  cr_assert_eq(of.mean, 2.5);
}

Test(compare, is_refused_for_fewer_than_two_pairs) {
  const double a[] = {1, NAN}, b[] = {2, 3};
  const tw_paired one = compared(a, b, 2), none = compared(a, b, 0);
  cr_assert(one.n == 1 && one.mean == 1 && isnan(one.half_width) && isnan(one.p));
  cr_assert(none.n == 0 && isnan(none.mean) && isnan(none.half_width));
}

Test(compare, in_two_stages_has_the_spread_and_the_freedom_of_the_first) {
  tw_paired first, all;
  tw_paired_compare(before, after, &(tw_pairing){4, 4, 0.95}, &first);
  tw_paired_compare(before, after, &(tw_pairing){6, 4, 0.95}, &all);
  expect_near(all.mean, 0.7666666666666669);
  expect_near(all.half_width, first.half_width * sqrt(4.0 / 6));
}

Test(compare, p_of_t_is_scipys) {
  expect_near(tw_student_p(2, 5), 0.10193947882985835);
  expect_near(tw_student_p(-2, 5), 0.10193947882985835);
  expect_near(tw_student_p(0.3, 1), 0.8144528418445154);
  expect_near(tw_student_p(4.5, 29), 0.00010153488806485543);
  expect_near(tw_student_p(12, 99), 5.130629687897481e-21);
  cr_assert_eq(tw_student_p(0, 3), 1);
  cr_assert_eq(tw_student_p(INFINITY, 3), 0);
}

Test(compare, half_width_and_p_agree_at_the_edge) {
  // p is below 5 % exactly where the 95 % interval leaves out 0
  double b[6];
  for (int shift = 0; shift < 40; shift++) {
    for (int i = 0; i < 6; i++) b[i] = after[i] - 0.04 * shift;
    const tw_paired of = compared(before, b, 6);
    cr_assert_eq(fabs(of.mean) > of.half_width, of.p < 0.05, "%d: p %g", shift, of.p);
  }
}

Test(compare, bonferroni_shares_what_may_go_wrong) {
  cr_assert_eq(tw_bonferroni(0.95, 1), 0.95);
  expect_near(tw_bonferroni(0.95, 5), 0.99);
  cr_assert_eq(tw_bonferroni(0.95, 0), 0.95);
}

Test(compare, holm_steps_down_and_never_up) {
  const double p[] = {0.01, NAN, 0.04, 0.03, 0.005};
  double adjusted[5];
  tw_holm(p, 5, adjusted);
  // 4 x 0.005, 3 x 0.01, 2 x 0.03, then 1 x 0.04, which may not be smaller than the one before
  expect_near(adjusted[4], 0.02);
  expect_near(adjusted[0], 0.03);
  expect_near(adjusted[3], 0.06);
  expect_near(adjusted[2], 0.06);
  cr_assert(isnan(adjusted[1]));
  const double large[] = {0.6, 0.7};
  tw_holm(large, 2, adjusted);
  cr_assert(adjusted[0] == 1 && adjusted[1] == 1);
}

Test(compare, front_has_whatever_nothing_beats_in_both) {
  const double a[] = {1, 2, 3, 2, NAN, 3}, b[] = {5, 4, 1, 3, 9, 1};
  const bool expected[] = {true, true, true, false, false, true};
  bool is_front[6];
  tw_front(a, b, 6, is_front);
  for (int i = 0; i < 6; i++) cr_assert_eq(is_front[i], expected[i], "%d", i);
}
