// Expressions: the language, its units and dimensions, and the values that come out. What is
// refused stands in expr_refusal_test.c, the random comparison in expr_random_test.c.

#include <math.h>

#include "expr_probe.h"

static void check_all(const char *const *texts, const double *values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const double value = number_of(texts[i]);
    cr_assert(value == values[i], "%s is %.17g, not %.17g", texts[i], value, values[i]);
  }
}

Test(expr, operators_bind_as_in_mathematics) {
  static const char *const texts[] = {
      "1 + 2*3", "(1 + 2)*3", "8 - 2 - 1", "16/4/2",      "-a^2",  "(-a)^2", "2^a^2",
      "2^-1",    "a--1",      "a - -1",    "-a*-b",       "a/b*7", "1e3",    "2.5e-1",
      "pi - pi", "- - a",     "2^(1 + 1)", " \t1\n+\r1 ", "a*b^2", "00.5",   "10^-3",
  };
  static const double values[] = {
      7, 9, 5, 2, -9, 9, 512, 0.5, 4, 4, 21, 3.0 / 7 * 7, 1000, 0.25, 0, 3, 4, 2, 147, 0.5, 0.001,
  };
  check_all(texts, values, sizeof texts / sizeof texts[0]);
}

Test(expr, functions_are_those_of_the_format) {
  static const char *const texts[] = {
      "min(a, b)", "max(a, b)", "min(b, 5, a)",    "max(1,2,3,4,5)",  "abs(a - b)",
      "exp(0)",    "log(1)",    "sqrt(b + 2)",     "pow(a, 2)",       "pow(b, a)",
      "sin(0)",    "cos(0)",    "if(a < b, a, b)", "if(a > b, a, b)", "min (a,b)",
      "cos(pi)",   "a^0.5",     "if(busy, 1, 2)",
  };
  const double values[] = {3, 7, 3, 5, 4, 1, 0, 3, 9, 343, 0, 1, 3, 7, 3, -1, sqrt(3), 1};
  check_all(texts, values, sizeof texts / sizeof texts[0]);
}

Test(expr, conditions_have_both_spellings) {
  static const char *const texts[] = {
      "a < b and b < 8",
      "a < b && b < 8",
      "a > b or b > 8",
      "a > b || b > 6",
      "not a > b",
      "! a > b and b > 6",
      "not not a < b",
      "a <= 3",
      "a >= 4",
      "a == 3",
      "a != 3",
      "not (a < b or a < 1)",
      "busy and not busy",
      "a > b or a < b and b > 9",
  };
  static const double values[] = {1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    const double value = value_of(texts[i], TW_EXPR_CONDITION);
    cr_assert(value == values[i], "%s is %g", texts[i], value);
  }
}

Test(expr, a_hyphen_belongs_to_the_longest_symbol) {
  cr_assert_eq(number_of("a-b"), 100);
  cr_assert_eq(number_of("a -b"), -4);
  cr_assert_eq(number_of("a- b"), -4);
  cr_assert_eq(number_of("b-a"), 4);
  cr_assert_eq(number_of("a-b-a"), 97);
  cr_assert_eq(number_of("a-1"), 2);
  cr_assert_eq(value_of("min-stay", TW_DIM_TIME), 90);
}

Test(expr, a_reserved_word_is_never_a_symbol) {
  static const tw_expr_symbol reserved[] = {{"pi", ONE, 0}, {"min", ONE, 0}};
  const double two = 2;
  tw_arena arena;
  tw_expr_error error;
  tw_arena_init(&arena);
  const tw_expr *expr = tw_expr_compile("pi", reserved, 2, TW_DIM_ONE, &arena, &error);
  cr_assert_not_null(expr);
  cr_assert_eq(tw_expr_value(expr, &two), acos(-1));
  cr_assert_null(tw_expr_compile("min", reserved, 2, TW_DIM_ONE, &arena, &error));
  tw_arena_free(&arena);
}

Test(expr, the_lines_of_the_format_compile) {
  cr_assert_eq(number_of("1 + 0.10*tool.wear"), 1 + 0.10 * 0.25);
  cr_assert_eq(number_of("if(parts_since_setup < 1, 0.5, 0.002)"), 0.5);
  cr_assert_eq(number_of("0.004 + 0.03*tool.wear^2"), 0.004 + 0.03 * (0.25 * 0.25));
  cr_assert_eq(value_of("heat.T >= 840 degC", TW_EXPR_CONDITION), 1);
  const double hazard = value_of("0.002*exp(0.04*(heat.T - 20 degC)/(1 K))/(1 min)", TW_DIM_RATE);
  cr_assert_float_eq(hazard, 0.002 * exp(0.04 * (1200 - 293.15)) / 60, hazard * 1e-14);
  cr_assert_eq(value_of("(ambient - heat.T)/(45 min)", (tw_dim){.k = 1, .s = -1}),
               (293.15 - 1200) / 2700);
}

Test(expr, a_number_with_a_unit_has_the_bits_of_a_quantity) {
  static const char *const texts[] = {"57 %",     "840 degC",  "-5 degC",      "0.0035 1/min",
                                      "6.2 min",  "1.6 m/min", "0.49 kJ/kg/K", "2 m^2",
                                      "0.1 degC", "7 %/h"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    double si;
    tw_dim dim;
    cr_assert_eq(tw_quantity_read(texts[i], &si, &dim), TW_QUANTITY_OK, "%s", texts[i]);
    const double value = value_of(texts[i], dim);
    cr_assert(value == si, "%s is %.17g, not %.17g", texts[i], value, si);
  }
}

Test(expr, a_unit_reaches_as_far_as_names_of_units_are_joined_without_spaces) {
  cr_assert_eq(value_of("2 m/s*3", TW_DIM_SPEED), 6);
  cr_assert_eq(value_of("2 m / s", TW_DIM_SPEED), 0.5);
  cr_assert_eq(value_of("2 m*3 m", (tw_dim){.m = 2}), 6);
  cr_assert_eq(value_of("8 m^2/x", TW_DIM_LENGTH), 8 / 1.5);
  cr_assert_eq(value_of("8 m/4", TW_DIM_LENGTH), 2);
  cr_assert_eq(value_of("1/2 min", TW_DIM_RATE), 1.0 / 120);
  cr_assert_eq(value_of("4 kg - part.mass", TW_DIM_MASS), 4 - 2.4);
  cr_assert_eq(value_of("10 m*m", (tw_dim){.m = 2}), 10);
}

Test(expr, a_unit_ends_before_a_call_or_a_longer_name) {
  cr_assert_eq(value_of("12 m/min(a, b)", TW_DIM_LENGTH), 4);
  cr_assert_eq(value_of("12 m/min (a, b)", TW_DIM_LENGTH), 4);
  cr_assert_eq(value_of("12 m/s.max", TW_DIM_SPEED), 12.0 / 5);
  cr_assert_eq(value_of("9 m/min-stay", TW_DIM_SPEED), 0.1);
  cr_assert_eq(value_of("9 min-min-stay", TW_DIM_TIME), 450);
  cr_assert_eq(value_of("9 m/m-a", TW_DIM_ONE), 6);
  cr_assert_eq(value_of("if(9 m > 2 m and a > 2 or b > 1, 3 %, 1 %)", TW_DIM_ONE), 0.03);
}

Test(expr, temperatures_and_differences_are_kept_apart) {
  const tw_dim degree = TW_DIM_TEMPERATURE, kelvin = {.k = 1};
  cr_assert_eq(value_of("heat.T - 20 degC", kelvin), 1200 - 293.15);
  cr_assert_eq(value_of("heat.T + 5 K", degree), 1205);
  cr_assert_eq(value_of("5 K + heat.T", degree), 1205);
  cr_assert_eq(value_of("heat.T - 5 K", degree), 1195);
  cr_assert_eq(value_of("max(heat.T, ambient)", degree), 1200);
  cr_assert_eq(value_of("if(busy, heat.T, 20 degC)", degree), 1200);
  cr_assert_eq(value_of("heat.T > -5 degC", TW_EXPR_CONDITION), 1);
  cr_assert_eq(value_of("ambient - -5 degC", kelvin), 293.15 - 268.15);
  cr_assert_eq(value_of("heat.T^4", (tw_dim){.k = 4}), 1200.0 * 1200 * 1200 * 1200);
  cr_assert_eq(value_of("2*heat.T", kelvin), 2400);
}

Test(expr, powers_and_roots_change_dimensions) {
  cr_assert_eq(value_of("sqrt(x*x)", TW_DIM_LENGTH), 1.5);
  cr_assert_eq(value_of("x^2/s^-1", (tw_dim){.m = 2, .s = 1}), 9);
  cr_assert_eq(value_of("x^(3 - 1)", (tw_dim){.m = 2}), 2.25);
  cr_assert_eq(value_of("x^0", TW_DIM_ONE), 1);
}

Test(expr, whole_powers_are_products_also_when_folded) {
  const double x = 1.5;
  cr_assert_eq(value_of("x^2", (tw_dim){.m = 2}), x * x);
  cr_assert_eq(value_of("x^3", (tw_dim){.m = 3}), x * x * x);
  cr_assert_eq(value_of("x^1", TW_DIM_LENGTH), x);
  cr_assert_eq(value_of("x^-1", (tw_dim){.m = -1}), 1 / x);
  const double square = 0.1 * 0.1, fourth = square * square, fifth = fourth * 0.1;
  cr_assert_eq(number_of("0.1^5"), fifth);
  cr_assert_eq(number_of("(0.1 + 0*a)^5"), fifth);
  cr_assert_eq(number_of("(0.1 + 0*a)^-10"), 1 / (fifth * fifth));
  cr_assert_eq(number_of("(1 + 0*a)^1024"), 1);
}

Test(expr, a_branch_that_is_not_taken_leaves_no_trace) {
  cr_assert_eq(number_of("if(a > 2, 5, 1/(a - 3))"), 5);
  cr_assert_eq(number_of("if(a > 2, 5, log(0 - a))"), 5);
  cr_assert_eq(number_of("if(a < 2, sqrt(0 - a), 5)"), 5);
}

Test(expr, what_is_not_finite_reaches_the_caller) {
  cr_assert(isinf(number_of("a/(a - 3)")));
  cr_assert(isnan(number_of("(a - 3)/(a - 3)")));
  cr_assert(isnan(number_of("min((a - 3)/(a - 3), 1)")));
  cr_assert(isnan(number_of("max(1, (a - 3)/(a - 3))")));
  cr_assert(isnan(number_of("0/0")));
}

Test(expr, a_constant_is_known_as_one) {
  tw_arena arena;
  tw_expr_error error;
  double value = 0;
  const tw_expr *expr = compile("sqrt(16) + if(1 < 2, 3, a)*x^0", TW_DIM_ONE, &arena, &error);
  cr_assert_not_null(expr);
  cr_assert(tw_expr_is_constant(expr, &value));
  cr_assert_eq(value, 7);
  cr_assert_eq(tw_expr_value(expr, NULL), 7);
  tw_arena_free(&arena);
  expr = compile("a - a", TW_DIM_ONE, &arena, &error);
  cr_assert_not(tw_expr_is_constant(expr, &value));
  tw_arena_free(&arena);
  expr = compile("a", TW_DIM_ONE, &arena, &error);
  cr_assert_not(tw_expr_is_constant(expr, &value));
  cr_assert_eq(value, 7);
  tw_arena_free(&arena);
}

Test(expr, only_inputs_that_can_matter_are_used) {
  tw_arena arena;
  tw_expr_error error;
  const tw_expr *expr = compile("a*1 + if(2 < 1, b, 3 + tool.wear)", TW_DIM_ONE, &arena, &error);
  cr_assert_not_null(expr);
  cr_assert(tw_expr_uses(expr, A));
  cr_assert(tw_expr_uses(expr, WEAR));
  cr_assert_not(tw_expr_uses(expr, B));
  cr_assert_not(tw_expr_uses(expr, MASS));
  tw_arena_free(&arena);
  expr = compile("b/1", TW_DIM_ONE, &arena, &error);
  cr_assert(tw_expr_uses(expr, B));
  cr_assert_not(tw_expr_uses(expr, A));
  tw_arena_free(&arena);
  expr = compile("2 + 3", TW_DIM_ONE, &arena, &error);
  cr_assert_not(tw_expr_uses(expr, A));
  tw_arena_free(&arena);
}

Test(expr, its_words_are_listed) {
  int32_t n = 0;
  const char *const *words = tw_expr_functions(&n);
  cr_assert_eq(n, 14);
  cr_assert_str_eq(words[0], "if");
  cr_assert_str_eq(words[n - 1], "not");
}
