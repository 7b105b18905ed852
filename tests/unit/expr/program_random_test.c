// Compares programs with compiled expressions, bit by bit, and derivatives with differences, on
// thousands of random expressions (support/expr_sample.h). Several expressions share a program, and
// which inputs vary is drawn too. Fixed seeds.

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expr/formula.h"
#include "support/expr_sample.h"

enum { N_SAMPLE = 3000, N_TEXT = 3, WORK_MAX = 20000 };

// ---- What simplification may change ----------------------------------------------------------

// Is it the same for all inputs, as far as one can see? x^0 is.
static bool is_constant(const expr_node *n) {
  if (n->kind == INPUT) return false;
  if (n->kind == POWER && n->number == 0) return true;
  for (int k = 0; k < 3 && n->of[k] != NULL; k++) {
    if (!is_constant(n->of[k])) return false;
  }
  return true;
}

static bool is_zero(const expr_node *n) {
  static const double none[EXPR_N_INPUT];
  return is_constant(n) && expr_walk(n, none) == 0;
}

// Zeros and infinities lose a sign or more in sums and products with a constant zero. An if with a
// constant condition may be one, and so may a product.
static bool has_zero(const expr_node *n) {
  if (is_zero(n)) return true;
  for (int k = 0; k < 3 && n->of[k] != NULL; k++) {
    if (has_zero(n->of[k])) return true;
  }
  return false;
}

// Did the walk come by a zero, an infinity or what is no number? Conditions do not count.
static bool meets_special(const expr_node *n, const double *inputs) {
  const double value = expr_walk(n, inputs);
  const bool is_condition = n->kind >= LT;
  if (!is_condition && (value == 0 || !isfinite(value))) return true;
  for (int k = 0; k < 3 && n->of[k] != NULL; k++) {
    if (meets_special(n->of[k], inputs)) return true;
  }
  return false;
}

// ---- Values ----------------------------------------------------------------------------------

// A few expressions, as one program and one by one.
typedef struct group {
  expr_maker makers[N_TEXT];
  const expr_node *roots[N_TEXT];
  tw_text texts[N_TEXT];
  const tw_expr *exprs[N_TEXT];
  bool is_exact[N_TEXT];
  tw_formula nodes[N_TEXT];
  tw_arena arena;
  tw_formulas *formulas;
} group;

static const tw_formula_symbol *formula_symbols(void) {
  static tw_formula_symbol made[EXPR_N_INPUT];
  for (int i = 0; i < EXPR_N_INPUT; i++) {
    const tw_expr_symbol *symbol = &expr_sample_symbols[i];
    made[i] = (tw_formula_symbol){symbol->name, symbol->dim, symbol->input_i, -1};
  }
  return made;
}

// Makes one expression and reads it both ways. Returns false when it is over a limit of the
// language.
static bool make_text(group *g, int k, uint64_t seed, int i) {
  tw_expr_error error;
  expr_maker *m = &g->makers[k];
  expr_maker_init(m, seed, i * N_TEXT + k);
  const bool is_condition = expr_draw(m, 6) == 0;
  const int exponent = (int)expr_draw(m, 3) - 1;
  g->roots[k] =
      is_condition ? expr_make_condition(m, EXPR_DEPTH) : expr_make_number(m, exponent, EXPR_DEPTH);
  tw_dim wanted = is_condition ? TW_EXPR_CONDITION : (tw_dim){.s = (int8_t)exponent};
  g->is_exact[k] = !has_zero(g->roots[k]);
  expr_print(m, g->roots[k], NULL, &g->texts[k]);
  g->exprs[k] =
      tw_expr_compile(g->texts[k].at, expr_sample_symbols, EXPR_N_INPUT, wanted, &g->arena, &error);
  if (g->exprs[k] == NULL) return false;
  g->nodes[k] = tw_formula_read(g->formulas, g->texts[k].at, formula_symbols(), EXPR_N_INPUT,
                                &wanted, &error);
  cr_assert_geq(g->nodes[k], 0, "%s\n%s", g->texts[k].at, error.message);
  return true;
}

static bool open_group(group *g, uint64_t seed, int i) {
  bool is_good = true;
  tw_arena_init(&g->arena);
  g->formulas = tw_formulas_new(EXPR_N_INPUT, &g->arena);
  cr_assert_not_null(g->formulas);
  for (int k = 0; k < N_TEXT; k++) {
    g->texts[k] = (tw_text){0};
    is_good = make_text(g, k, seed, i) && is_good;
  }
  return is_good;
}

static void close_group(group *g) {
  for (int k = 0; k < N_TEXT; k++) tw_text_free(&g->texts[k]);
  tw_arena_free(&g->arena);
}

static int compare_outputs(group *g, const double *work, const double *outputs) {
  int n_compared = 0;
  for (int k = 0; k < N_TEXT; k++) {
    const double wanted = tw_expr_value(g->exprs[k], work);
    if (!g->is_exact[k] && meets_special(g->roots[k], work)) continue;
    cr_assert(expr_is_same(outputs[k], wanted), "%s\nis %.17g, not %.17g", g->texts[k].at,
              outputs[k], wanted);
    n_compared++;
  }
  return n_compared;
}

// Runs the program of a group with inputs of which some vary, anew and again.
static int compare_group(group *g) {
  static double work[WORK_MAX];
  bool is_varying[EXPR_N_INPUT];
  double outputs[N_TEXT], inputs[EXPR_N_INPUT];
  tw_expr_error error;
  int n_compared = 0;
  expr_maker *m = &g->makers[0];
  for (int i = 0; i < EXPR_N_INPUT; i++) is_varying[i] = expr_draw(m, 2) == 0;
  const tw_program *program =
      tw_program_write(g->formulas, g->nodes, N_TEXT, is_varying, &g->arena, &error);
  cr_assert_not_null(program, "%s", error.message);
  cr_assert_leq(tw_program_n_work(program), WORK_MAX);
  for (int i = 0; i < WORK_MAX; i++) work[i] = NAN;
  tw_program_prepare(program, work);
  for (int round = 0; round < 2; round++) {
    expr_fill_inputs(m, work);
    tw_program_fix(program, work);
    for (int again = 0; again < 3; again++) {
      tw_program_run(program, work, outputs);
      n_compared += compare_outputs(g, work, outputs);
      expr_fill_inputs(m, inputs);
      for (int i = 0; i < EXPR_N_INPUT; i++) work[i] = is_varying[i] ? inputs[i] : work[i];
    }
  }
  return n_compared;
}

Test(program_random, programs_give_the_bits_of_compiled_expressions) {
  static group g;
  int n_compared = 0;
  for (int i = 0; i < N_SAMPLE; i++) {
    if (open_group(&g, 20261122, i)) n_compared += compare_group(&g);
    close_group(&g);
  }
  cr_assert_gt(n_compared, N_SAMPLE * N_TEXT * 6 / 2, "only %d were compared", n_compared);
}

// ---- Derivatives -----------------------------------------------------------------------------

// The largest value on the way, inf where one is not finite: differences drown in its last digits.
static double largest_inside(const expr_node *n, const double *inputs) {
  const double value = fabs(expr_walk(n, inputs));
  double largest = isfinite(value) ? value : INFINITY;
  for (int k = 0; k < 3 && n->of[k] != NULL; k++) {
    largest = fmax(largest, largest_inside(n->of[k], inputs));
  }
  return largest;
}

static double value_at(const tw_expr *expr, const double *inputs, int input_i, double x) {
  double moved[EXPR_N_INPUT];
  memcpy(moved, inputs, sizeof moved);
  moved[input_i] = x;
  return tw_expr_value(expr, moved);
}

// Differences of fourth order. x stays inside of where the inputs are drawn from, about.
static double difference(const tw_expr *expr, const double *inputs, int input_i, double h) {
  const double x = inputs[input_i];
  const double near =
      value_at(expr, inputs, input_i, x + h) - value_at(expr, inputs, input_i, x - h);
  const double far =
      value_at(expr, inputs, input_i, x + 2 * h) - value_at(expr, inputs, input_i, x - 2 * h);
  return (8 * near - far) / (12 * h);
}

// Two steps that differ by an odd factor see another difference where there is a kink, a jump, or
// not enough digits.
static bool find_slope(const tw_expr *expr, const double *inputs, int input_i, double *slope) {
  static const double steps[] = {1e-3, 3.7e-4, 1.1e-4};
  double found[3];
  for (int i = 0; i < 3; i++) found[i] = difference(expr, inputs, input_i, steps[i]);
  const double size = fabs(found[0]) + 1e-9;
  *slope = found[1];
  return isfinite(found[0]) && fabs(found[1] - found[0]) <= 1e-7 * size &&
         fabs(found[2] - found[0]) <= 1e-7 * size;
}

static void run_slopes(group *g, const double *inputs, double *slopes) {
  static double work[WORK_MAX];
  static const bool is_varying[EXPR_N_INPUT] = {true, false, true, true, false, true};
  tw_formula nodes[EXPR_N_INPUT];
  tw_expr_error error;
  for (int i = 0; i < EXPR_N_INPUT; i++) {
    nodes[i] = tw_formula_derivative(g->formulas, g->nodes[0], i);
    cr_assert_geq(nodes[i], 0, "%s", g->texts[0].at);
  }
  const tw_program *program =
      tw_program_write(g->formulas, nodes, EXPR_N_INPUT, is_varying, &g->arena, &error);
  cr_assert_not_null(program, "%s", error.message);
  cr_assert_leq(tw_program_n_work(program), WORK_MAX);
  memcpy(work, inputs, EXPR_N_INPUT * sizeof *work);
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  tw_program_run(program, work, slopes);
}

static int compare_slopes(group *g) {
  double inputs[EXPR_N_INPUT], slopes[EXPR_N_INPUT];
  int n_compared = 0;
  for (int i = 0; i < EXPR_N_INPUT; i++) {
    inputs[i] = 0.5 + (double)expr_draw(&g->makers[0], 1000) * 2e-3;
  }
  run_slopes(g, inputs, slopes);
  const double largest = largest_inside(g->roots[0], inputs);
  if (largest > 1e6 || meets_special(g->roots[0], inputs)) return 0;
  for (int i = 0; i < EXPR_N_INPUT; i++) {
    double exact;
    if (!find_slope(g->exprs[0], inputs, i, &exact)) continue;
    cr_assert(fabs(slopes[i] - exact) <= 1e-5 * fabs(exact) + 1e-9 + 1e-11 * largest,
              "%s\nby %s: %.17g, not %.17g", g->texts[0].at, expr_sample_symbols[i].name, slopes[i],
              exact);
    n_compared += slopes[i] != 0;
  }
  return n_compared;
}

Test(program_random, derivatives_are_limits_of_differences) {
  static group g;
  int n_compared = 0;
  for (int i = 0; i < 4 * N_SAMPLE; i++) {
    if (open_group(&g, 4711, i) && g.roots[0]->kind < LT) n_compared += compare_slopes(&g);
    close_group(&g);
  }
  cr_assert_gt(n_compared, 3 * N_SAMPLE / 2, "only %d were compared", n_compared);
}
