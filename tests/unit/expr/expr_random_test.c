// Compares compiled expressions with a plain walk over the tree they were written from: thousands
// of random expressions (support/expr_sample.h). Equal bits, without tolerance.

#include <criterion/criterion.h>
#include <string.h>

#include "expr/expr.h"
#include "support/expr_sample.h"

enum { N_SAMPLE = 6000 };

// Compiles one text and compares it at a few inputs. Returns false when it is over a limit.
static bool compare(const char *text, const expr_node *root, const double *fixed, tw_dim wanted,
                    expr_maker *m) {
  double inputs[EXPR_N_INPUT];
  tw_arena arena;
  tw_expr_error error;
  tw_arena_init(&arena);
  const tw_expr *expr =
      tw_expr_compile(text, expr_sample_symbols, EXPR_N_INPUT, wanted, &arena, &error);
  const bool is_over = expr == NULL && (strstr(error.message, "nested") != NULL ||
                                        strstr(error.message, "long") != NULL);
  cr_assert(expr != NULL || is_over, "%s\n%d: %s", text, (int)error.offset, error.message);
  for (int i = 0; i < 4 && expr != NULL; i++) {
    expr_fill_inputs(m, inputs);
    if (fixed != NULL) memcpy(inputs, fixed, sizeof inputs);
    const double value = tw_expr_value(expr, inputs), walked = expr_walk(root, inputs);
    cr_assert(expr_is_same(value, walked), "%s\nis %.17g, not %.17g", text, value, walked);
  }
  double constant;
  const bool is_constant = expr != NULL && tw_expr_is_constant(expr, &constant);
  cr_assert(is_constant || is_over || fixed == NULL, "not folded: %s", text);
  tw_arena_free(&arena);
  return !is_over;
}

// Makes, prints and compares N_SAMPLE expressions, by name or with their values written in.
static int compare_samples(uint64_t seed, bool is_folded) {
  static expr_maker m;
  int n_compared = 0;
  for (int i = 0; i < N_SAMPLE; i++) {
    double inputs[EXPR_N_INPUT];
    expr_maker_init(&m, seed, i);
    const bool is_condition = expr_draw(&m, 4) == 0;
    const int exponent = (int)expr_draw(&m, 2 * EXPR_EXPONENT_MAX + 1) - EXPR_EXPONENT_MAX;
    const expr_node *root = is_condition ? expr_make_condition(&m, EXPR_DEPTH)
                                         : expr_make_number(&m, exponent, EXPR_DEPTH);
    const tw_dim wanted = is_condition ? TW_EXPR_CONDITION : (tw_dim){.s = (int8_t)exponent};
    expr_fill_inputs(&m, inputs);
    tw_text text = {0};
    const double *fixed = is_folded ? inputs : NULL;
    // Written as a constant, an exponent that was a name takes another way and may be too large.
    if (is_folded && m.has_open_power) continue;
    expr_print(&m, root, fixed, &text);
    n_compared += compare(text.at, root, fixed, wanted, &m);
    tw_text_free(&text);
  }
  return n_compared;
}

Test(expr_random, compiled_code_gives_the_bits_of_the_formula) {
  cr_assert_gt(compare_samples(20260302, false), N_SAMPLE * 9 / 10);
}

Test(expr_random, folding_gives_the_bits_of_compiled_code) {
  cr_assert_gt(compare_samples(7, true), N_SAMPLE / 2);
}
