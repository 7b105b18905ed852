// Graphs of formulas: nodes found again, simplified, derived, and what they depend on. Programs
// made of them stand in program_test.c, random ones in program_random_test.c.

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "formula_probe.h"

static void same(const char *one, const char *other) {
  probe p;
  open_probe(&p);
  cr_assert_eq(read(&p, one), read(&p, other), "%s and %s are two", one, other);
  tw_arena_free(&p.arena);
}

static void different(const char *one, const char *other) {
  probe p;
  open_probe(&p);
  cr_assert_neq(read(&p, one), read(&p, other), "%s and %s are one", one, other);
  tw_arena_free(&p.arena);
}

Test(formula, equal_nodes_are_one) {
  same("x*y + 1", "1 + y*x");
  same("exp(x/2) - y", "exp(x / (1 + 1)) - y");
  same("x < y", "y > x");
  same("x <= y and on", "on and y >= x");
  different("x - y", "y - x");
  different("x < y", "x <= y");
  different("min(x, y)", "min(y, x)");
  different("x*y*z", "x*(y*z)");
}

Test(formula, simplification_leaves_what_has_a_value_already) {
  static const char *const pairs[][2] = {
      {"x*1", "x"},
      {"1*x", "x"},
      {"x/1", "x"},
      {"x + 0", "x"},
      {"0 + x", "x"},
      {"x - 0", "x"},
      {"0 - x", "-x"},
      {"0*exp(x)", "0"},
      {"0/x", "0"},
      {"--x", "x"},
      {"x + -y", "x - y"},
      {"-x + y", "y - x"},
      {"x - -y", "x + y"},
      {"-x*-y", "x*y"},
      {"-x/-y", "x/y"},
      {"x*-1", "-x"},
      {"x^1", "x"},
      {"x^0", "1"},
      {"min(x, x)", "x"},
      {"max(y, y)", "y"},
      {"if(1 < 2, x, y)", "x"},
      {"if(on, x, x)", "x"},
      {"not not on", "on"},
      {"if(not on, x, y)", "if(on, y, x)"},
      {"on and 1 < 2", "on"},
      {"on or 1 < 2", "1 < 2"},
      {"on or on", "on"},
      {"on and 2 < 1", "2 < 1"},
      {"on or 2 < 1", "on"},
      {"on and on", "on"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) same(pairs[i][0], pairs[i][1]);
}

Test(formula, numbers_are_equal_when_their_bits_are) {
  probe p;
  open_probe(&p);
  cr_assert_neq(tw_formula_number(p.formulas, 0.0), tw_formula_number(p.formulas, -0.0));
  cr_assert_eq(tw_formula_number(p.formulas, NAN), tw_formula_number(p.formulas, NAN));
  tw_arena_free(&p.arena);
}

// The nodes stay equal and keep their indices when the graph moves into larger arrays.
Test(formula, nodes_are_found_again_after_the_graph_has_grown) {
  probe p;
  open_probe(&p);
  const tw_formula first = read(&p, "x*y + exp(z)");
  for (int i = 0; i < 5000; i++) tw_formula_number(p.formulas, i + 0.5);
  cr_assert_eq(read(&p, "exp(z) + y*x"), first);
  cr_assert_eq(value_of(&p, first), 21 + exp(0.25));
  cr_assert(tw_formula_uses(p.formulas, first, Z));
  tw_arena_free(&p.arena);
}

Test(formula, a_symbol_may_stand_for_a_node) {
  probe p;
  open_probe(&p);
  tw_expr_error error;
  tw_dim dim = TW_EXPR_ANY;
  const tw_formula_symbol names[] = {
      {"double", {0}, 0, read(&p, "2*x")},
      {"three", {0}, 0, read(&p, "1 + 2")},
      {"x", {0}, X, -1},
  };
  const tw_formula node = tw_formula_read(p.formulas, "double^three + x", names, 3, &dim, &error);
  cr_assert_eq(node, read(&p, "(2*x)^3 + x"));
  cr_assert_eq(value_of(&p, node), 219);
  tw_arena_free(&p.arena);
}

// The parser cannot see that such an exponent is constant, so its limits do not hold for it.
Test(formula, an_exponent_that_a_symbol_hides_may_be_any_number) {
  static const double exponents[] = {4096, -1025, INFINITY, -INFINITY, 1024, -1024, 1025.5};
  for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; i++) {
    probe p;
    open_probe(&p);
    tw_expr_error error;
    tw_dim dim = TW_EXPR_ANY;
    double constant;
    const tw_formula_symbol names[] = {{"n", {0}, 0, tw_formula_number(p.formulas, exponents[i])},
                                       {"x", {0}, X, -1}};
    const tw_formula node = tw_formula_read(p.formulas, "x^n", names, 2, &dim, &error);
    const double inputs[N_INPUT] = {1.01};
    const double value = value_with(&p, node, inputs), exact = pow(1.01, exponents[i]);
    cr_assert(value == exact || fabs(value - exact) <= 1e-12 * exact, "%g", exponents[i]);
    const double slope = value_with(&p, tw_formula_derivative(p.formulas, node, X), inputs);
    const double exact_slope = exponents[i] * pow(1.01, exponents[i] - 1);
    const double error_of = fabs(slope - exact_slope);
    const bool is_near = slope == exact_slope || error_of <= 1e-12 * fabs(exact_slope);
    cr_assert(is_near || isnan(exact_slope), "%g: %g, not %g", exponents[i], slope, exact_slope);
    const tw_formula folded = tw_formula_op(p.formulas, TW_EXPR_POW,
                                            tw_formula_number(p.formulas, 1.01), names[0].node, -1);
    cr_assert(tw_formula_is_constant(p.formulas, folded, &constant));
    const double power = pow(1.01, exponents[i]);
    cr_assert(constant == power || fabs(constant - power) <= 1e-12 * power);
    tw_arena_free(&p.arena);
  }
}

Test(formula, reading_tells_the_dimension_and_refuses_another) {
  probe p;
  open_probe(&p);
  tw_expr_error error;
  tw_dim dim = TW_EXPR_ANY;
  cr_assert_geq(tw_formula_read(p.formulas, "(T - 20 degC)/time", symbols, N_INPUT, &dim, &error),
                0);
  cr_assert(tw_dim_equal(dim, (tw_dim){.k = 1, .s = -1}));
  dim = TW_DIM_TIME;
  cr_assert_lt(tw_formula_read(p.formulas, "x*time*time", symbols, N_INPUT, &dim, &error), 0);
  cr_assert_not_null(strstr(error.message, "a duration is needed"), "%s", error.message);
  dim = TW_EXPR_CONDITION;
  cr_assert_lt(tw_formula_read(p.formulas, "x", symbols, N_INPUT, &dim, &error), 0);
  cr_assert_str_eq(error.hint, "compare it with something, as in wear >= 1");
  cr_assert_lt(tw_formula_read(p.formulas, "x + w", symbols, N_INPUT, &dim, &error), 0);
  cr_assert_eq(error.offset, 4);
  cr_assert_str_empty(tw_formulas_problem(p.formulas));
  tw_arena_free(&p.arena);
}

Test(formula, constants_are_folded_and_known) {
  probe p;
  open_probe(&p);
  double value = 0;
  cr_assert(tw_formula_is_constant(p.formulas, read(&p, "2*3 + sqrt(16)"), &value));
  cr_assert_eq(value, 10);
  cr_assert_not(tw_formula_is_constant(p.formulas, read(&p, "x"), &value));
  const tw_formula two = tw_formula_number(p.formulas, 2);
  cr_assert(tw_formula_is_constant(p.formulas, tw_formula_multiply(p.formulas, two, two), &value));
  cr_assert_eq(value, 4);
  tw_arena_free(&p.arena);
}

Test(formula, what_a_node_depends_on_is_known_through_all_levels) {
  probe p;
  open_probe(&p);
  const tw_formula node = read(&p, "if(on, p*2, exp(p)) + z");
  static const bool is_used[N_INPUT] = {[P] = true, [Z] = true, [ON] = true};
  for (int i = 0; i < N_INPUT; i++) cr_assert_eq(tw_formula_uses(p.formulas, node, i), is_used[i]);
  const bool only_x[N_INPUT] = {[X] = true}, only_z[N_INPUT] = {[Z] = true};
  cr_assert_not(tw_formula_varies(p.formulas, node, only_x));
  cr_assert(tw_formula_varies(p.formulas, node, only_z));
  tw_arena_free(&p.arena);
}

// More inputs than fit into one word of bits.
Test(formula, many_inputs_are_kept_apart) {
  static bool is_varying[TW_FORMULA_INPUTS_MAX];
  tw_arena arena;
  tw_arena_init(&arena);
  tw_formulas *f = tw_formulas_new(TW_FORMULA_INPUTS_MAX, &arena);
  const tw_formula sum = tw_formula_add(f, tw_formula_input(f, 63), tw_formula_input(f, 1023));
  for (int i = 0; i < TW_FORMULA_INPUTS_MAX; i++) {
    is_varying[i] = true;
    cr_assert_eq(tw_formula_uses(f, sum, i), i == 63 || i == 1023);
    cr_assert_eq(tw_formula_varies(f, sum, is_varying), i == 63 || i == 1023);
    is_varying[i] = false;
  }
  tw_arena_free(&arena);
}

// ---- Derivatives -----------------------------------------------------------------------------

static void check_slope(const char *text, int32_t input_i, const char *slope) {
  probe p;
  open_probe(&p);
  const tw_formula derivative = tw_formula_derivative(p.formulas, read(&p, text), input_i);
  const double value = value_of(&p, derivative), exact = value_of(&p, read(&p, slope));
  cr_assert_geq(derivative, 0);
  cr_assert(fabs(value - exact) <= 4 * DBL_EPSILON * fabs(exact), "%s: %.17g, not %.17g", text,
            value, exact);
  tw_arena_free(&p.arena);
}

Test(formula, every_operation_has_its_derivative) {
  check_slope("5", X, "0");
  check_slope("x", X, "1");
  check_slope("y", X, "0");
  check_slope("-x", X, "-1");
  check_slope("x + y*x", X, "1 + y");
  check_slope("x*x - 2*x", X, "2*x - 2");
  check_slope("x/y", X, "1/y");
  check_slope("x/y", Y, "-x/y^2");
  check_slope("(x + y)/(x*y)", Y, "-1/y^2");
  check_slope("exp(p*x)", X, "p*exp(p*x)");
  check_slope("log(x*y)", X, "1/x");
  check_slope("sqrt(x)", X, "0.5/sqrt(x)");
  check_slope("sin(p*x)", X, "p*cos(p*x)");
  check_slope("cos(p*x)", X, "-p*sin(p*x)");
  check_slope("x^3", X, "3*x^2");
  check_slope("x^-2", X, "-2/x^3");
  check_slope("x^2.5", X, "2.5*x^1.5");
  check_slope("x^0.5", X, "0.5/sqrt(x)");
  check_slope("x^p", X, "p*x^(p - 1)");
  check_slope("p^x", X, "p^x*log(p)");
  check_slope("x^x", X, "x^x*(log(x) + 1)");
}

Test(formula, kinks_have_the_derivative_of_the_side_that_holds) {
  check_slope("abs(x)", X, "1");
  check_slope("abs(-p*x)", X, "p");
  check_slope("abs(z - x)", Z, "-1");
  check_slope("min(p*x, y)", X, "p");
  check_slope("min(p*x, z)", X, "0");
  check_slope("max(p*x, y)", X, "0");
  check_slope("max(p*x, y)", Y, "1");
  check_slope("if(x < y, p*x, x^2)", X, "p");
  check_slope("if(x > y, p*x, x^2)", X, "2*x");
  check_slope("if(x > y and on or not on, 1, 2)", X, "0");
}

// A base that comes to 0 is what wear^1.5 begins with.
Test(formula, powers_have_their_derivative_at_zero_too) {
  probe p;
  open_probe(&p);
  const double zero[N_INPUT] = {[P] = 2};
  cr_assert_eq(value_with(&p, tw_formula_derivative(p.formulas, read(&p, "x^1.5"), X), zero), 0);
  cr_assert_eq(value_with(&p, tw_formula_derivative(p.formulas, read(&p, "x^p"), X), zero), 0);
  cr_assert_eq(value_with(&p, tw_formula_derivative(p.formulas, read(&p, "x^1"), X), zero), 1);
  tw_arena_free(&p.arena);
}

Test(formula, a_derivative_that_is_zero_or_constant_is_a_number) {
  probe p;
  open_probe(&p);
  double value = 1;
  const tw_formula affine = read(&p, "2*x - 3*(x + y) + p*z");
  cr_assert(
      tw_formula_is_constant(p.formulas, tw_formula_derivative(p.formulas, affine, X), &value));
  cr_assert_eq(value, -1);
  const tw_formula by_z = tw_formula_derivative(p.formulas, affine, Z);
  cr_assert_eq(by_z, read(&p, "p"));
  cr_assert_eq(tw_formula_derivative(p.formulas, by_z, Z), tw_formula_number(p.formulas, 0));
  tw_arena_free(&p.arena);
}

// ---- Conditions ------------------------------------------------------------------------------

Test(formula, roots_are_above_zero_where_the_comparison_holds) {
  static const char *const texts[] = {"x < y", "x <= y", "y > x", "y >= x"};
  for (int i = 0; i < 4; i++) {
    probe p;
    open_probe(&p);
    tw_formula_root root;
    const tw_formula condition = read(&p, texts[i]);
    cr_assert_eq(tw_formula_roots(p.formulas, condition, is_any_varying, &root, 1), 1);
    cr_assert_eq(value_of(&p, root.node), 4);
    cr_assert_eq(root.is_zero_in, i % 2 == 1);
    cr_assert_not(root.is_equality);
    tw_arena_free(&p.arena);
  }
}

Test(formula, roots_are_found_under_every_operation) {
  probe p;
  open_probe(&p);
  tw_formula_root roots[8] = {0};
  const tw_formula condition =
      read(&p, "not (x < y or on) and if(z >= 1, p > 1, x == p) and if(y > p, x, z) < 2");
  const int32_t n = tw_formula_roots(p.formulas, condition, is_state_varying, roots, 8);
  // p > 1 does not vary
  static const char *const functions[] = {"y - x", "z - 1", "p - x", "y - p",
                                          "2 - if(y > p, x, z)"};
  cr_assert_eq(n, 5);
  for (int i = 0; i < 5; i++) {
    bool is_found = false;
    const tw_formula wanted = read(&p, functions[i]), other = i == 2 ? read(&p, "x - p") : wanted;
    for (int k = 0; k < 5; k++) {
      is_found = is_found || roots[k].node == wanted || roots[k].node == other;
    }
    cr_assert(is_found, "%s", functions[i]);
  }
  int n_equality = 0;
  for (int i = 0; i < 5; i++) n_equality += roots[i].is_equality;
  cr_assert_eq(n_equality, 1);
  cr_assert_eq(tw_formula_roots(p.formulas, condition, is_state_varying, roots, 1), 5);
  cr_assert_eq(tw_formula_roots(p.formulas, condition, is_state_varying, NULL, 0), 5);
  cr_assert_eq(tw_formula_roots(p.formulas, read(&p, "on"), is_any_varying, roots, 8), 0);
  cr_assert_eq(tw_formula_roots(p.formulas, read(&p, "p < 3"), is_state_varying, roots, 8), 0);
  tw_arena_free(&p.arena);
}

// ---- Limits ----------------------------------------------------------------------------------

Test(formula, a_graph_that_is_full_says_so_and_stays_so) {
  probe p;
  open_probe(&p);
  tw_formula sum = tw_formula_number(p.formulas, 0);
  for (int i = 0; i < TW_FORMULA_NODES_MAX; i++) {
    sum = tw_formula_add(p.formulas, sum, tw_formula_number(p.formulas, i + 0.5));
    sum = tw_formula_multiply(p.formulas, sum, tw_formula_input(p.formulas, X));
  }
  cr_assert_lt(sum, 0);
  cr_assert_eq(p.formulas->n_node, TW_FORMULA_NODES_MAX);
  cr_assert_str_eq(tw_formulas_problem(p.formulas),
                   "the model's expressions have more than 20000 operations");
  tw_expr_error error;
  tw_dim dim = TW_EXPR_ANY;
  cr_assert_lt(tw_formula_read(p.formulas, "x + 77", symbols, N_INPUT, &dim, &error), 0);
  cr_assert_str_eq(error.message, tw_formulas_problem(p.formulas));
  cr_assert_lt(tw_formula_derivative(p.formulas, sum, X), 0);
  cr_assert_lt(tw_formula_add(p.formulas, sum, sum), 0);
  tw_arena_free(&p.arena);
}

// Parameters of parameters: a graph 2,400 operations deep is walked without recursion.
Test(formula, a_deep_graph_is_derived_and_run) {
  probe p;
  open_probe(&p);
  tw_expr_error error;
  tw_dim dim = TW_EXPR_ANY;
  tw_formula node = tw_formula_input(p.formulas, X);
  for (int i = 0; i < 1200; i++) {
    const tw_formula_symbol names[] = {{"a", {0}, 0, node}, {"y", {0}, Y, -1}};
    node = tw_formula_read(p.formulas, "sin(a) + y", names, 2, &dim, &error);
  }
  const tw_formula slope = tw_formula_derivative(p.formulas, node, X);
  cr_assert_geq(slope, 0);
  double exact = 1, x = values[X];
  for (int i = 0; i < 1200; i++) {
    exact *= cos(x);
    x = sin(x) + values[Y];
  }
  cr_assert_eq(value_of(&p, node), x);
  cr_assert_float_eq(value_of(&p, slope), exact, 1e-12);
  tw_arena_free(&p.arena);
}

// x^x^x^... has a derivative of linear size, for its parts are shared; the 20th one does not.
Test(formula, derivatives_of_derivatives_end_in_an_error) {
  probe p;
  open_probe(&p);
  tw_text text = {0};
  for (int i = 0; i < 30; i++) tw_text_add(&text, "x^");
  tw_text_add(&text, "x");
  tw_formula node = read(&p, text.at);
  node = tw_formula_derivative(p.formulas, node, X);
  cr_assert_geq(node, 0);
  cr_assert_lt(p.formulas->n_node, 500);
  int n = 0;
  while (node >= 0 && ++n < 100) node = tw_formula_derivative(p.formulas, node, X);
  cr_assert_lt(n, 100);
  cr_assert_eq(p.formulas->n_node, TW_FORMULA_NODES_MAX);
  tw_text_free(&text);
  tw_arena_free(&p.arena);
}

Test(formula, a_long_product_has_a_derivative_of_its_own_length) {
  probe p;
  open_probe(&p);
  tw_text text = {0};
  tw_text_add(&text, "(x+1)");
  for (int i = 2; i < 300; i++) tw_text_print(&text, "*(x+%d)", i);
  const tw_formula node = read(&p, text.at);
  const int32_t n_before = p.formulas->n_node;
  cr_assert_geq(tw_formula_derivative(p.formulas, node, X), 0);
  cr_assert_lt(p.formulas->n_node, 3 * n_before);
  tw_text_free(&text);
  tw_arena_free(&p.arena);
}
