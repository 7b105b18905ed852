// Programs: what is computed when, which steps are written, and that a work area is all they need.

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "expr/program_code.h"
#include "formula_probe.h"

enum { OUTPUT_MAX = 8, WORK_MAX = 4000 };

// The program of some texts, with p as the only input that does not vary.
static const tw_program *write_texts(probe *p, const char *const *texts, int n) {
  tw_formula outputs[OUTPUT_MAX];
  tw_expr_error error;
  for (int i = 0; i < n; i++) outputs[i] = read(p, texts[i]);
  const tw_program *program =
      tw_program_write(p->formulas, outputs, n, is_state_varying, &p->arena, &error);
  cr_assert_not_null(program, "%s", error.message);
  cr_assert_str_empty(error.message);
  cr_assert_leq(tw_program_n_work(program), WORK_MAX);
  cr_assert_eq(tw_program_n_output(program), n);
  return program;
}

static void count_steps(const char *text, int n_fixed, int n_varying) {
  probe p;
  open_probe(&p);
  const tw_program *program = write_texts(&p, &text, 1);
  cr_assert_eq(program->n_fixed, n_fixed, "%s: %d fixed", text, (int)program->n_fixed);
  cr_assert_eq(program->n_varying, n_varying, "%s: %d varying", text, (int)program->n_varying);
  tw_arena_free(&p.arena);
}

Test(program, what_does_not_vary_is_not_computed_again) {
  count_steps("x", 0, 0);
  count_steps("3", 0, 0);
  count_steps("p*p", 1, 0);
  count_steps("x*y", 0, 1);
  count_steps("exp(p) + x", 1, 1);
  count_steps("(p + 1)*x", 1, 1);
  count_steps("sin(p)*cos(p)*x", 3, 1);
}

Test(program, two_operations_are_joined_where_there_is_one_step_for_both) {
  count_steps("x*y + z", 0, 1);
  count_steps("(x - y)*z", 0, 1);
  count_steps("z - x*y", 0, 1);
  count_steps("(x + y)/z", 0, 1);
  count_steps("x*y*z", 0, 1);
  // what two read is computed once and joined with neither
  count_steps("(x*y + z)/(x*y - z)", 0, 3);
  // the fixed part is not joined into the varying one
  count_steps("p*p + x", 1, 1);
}

Test(program, equal_parts_are_computed_once_in_all_outputs) {
  static const char *const texts[] = {"exp(x*p)", "1 + exp(p*x)", "exp(x*p)*y"};
  probe p;
  open_probe(&p);
  double work[WORK_MAX], out[3];
  const tw_program *program = write_texts(&p, texts, 3);
  cr_assert_eq(program->n_varying, 4);
  memcpy(work, values, sizeof values);
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  tw_program_run(program, work, out);
  cr_assert_eq(out[0], exp(6));
  cr_assert_eq(out[1], 1 + exp(6));
  cr_assert_eq(out[2], exp(6) * 7);
  tw_arena_free(&p.arena);
}

Test(program, powers_share_their_squares) {
  static const char *const texts[] = {"x^4", "x^3", "x^2", "x*x", "x^-2"};
  probe p;
  open_probe(&p);
  // x^2, (x^2)^2, x^2*x and 1/x^2
  cr_assert_eq(write_texts(&p, texts, 5)->n_varying, 4);
  tw_arena_free(&p.arena);
}

Test(program, outputs_may_be_inputs_numbers_fixed_or_one_node_twice) {
  static const char *const texts[] = {"x", "5", "p + 1", "x + 1", "x + 1", "p", "x"};
  static const double wanted[] = {3, 5, 3, 4, 4, 2, 3};
  probe p;
  open_probe(&p);
  double work[WORK_MAX], out[7];
  const tw_program *program = write_texts(&p, texts, 7);
  memcpy(work, values, sizeof values);
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  tw_program_run(program, work, out);
  for (int i = 0; i < 7; i++) cr_assert_eq(out[i], wanted[i], "%s", texts[i]);
  tw_arena_free(&p.arena);
}

Test(program, the_fixed_part_holds_until_it_is_computed_again) {
  static const char *const texts[] = {"exp(p)*x + y", "exp(p)*(p + x)"};
  probe p;
  open_probe(&p);
  double work[WORK_MAX], out[2];
  const tw_program *program = write_texts(&p, texts, 2);
  memcpy(work, values, sizeof values);
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  for (int i = 0; i < 5; i++) {
    work[X] = i;
    tw_program_run(program, work, out);
    cr_assert_eq(out[0], exp(2) * i + 7);
    cr_assert_eq(out[1], exp(2) * (2 + i));
  }
  work[P] = 3;
  tw_program_fix(program, work);
  tw_program_run(program, work, out);
  cr_assert_eq(out[0], exp(3) * 4 + 7);
  tw_arena_free(&p.arena);
}

// Sums of many products need few places at a time.
Test(program, places_are_used_again) {
  probe p;
  open_probe(&p);
  tw_text text = {0};
  tw_text_add(&text, "0");
  for (int i = 1; i <= 100; i++) tw_text_print(&text, " + exp(x*%d)/(y + %d)", i, i);
  const char *texts[] = {text.at};
  const tw_program *program = write_texts(&p, texts, 1);
  cr_assert_leq(program->n_work - program->n_input - program->n_constant, 4);
  tw_text_free(&text);
  tw_arena_free(&p.arena);
}

Test(program, a_program_without_outputs_or_inputs_is_one) {
  tw_arena arena;
  tw_expr_error error;
  double work[4], out = 0;
  tw_arena_init(&arena);
  tw_formulas *f = tw_formulas_new(0, &arena);
  const tw_program *none = tw_program_write(f, NULL, 0, NULL, &arena, &error);
  cr_assert_not_null(none);
  cr_assert_eq(tw_program_n_work(none), 0);
  tw_program_run(none, work, NULL);
  const tw_formula seven = tw_formula_number(f, 7);
  const tw_program *one = tw_program_write(f, &seven, 1, NULL, &arena, &error);
  tw_program_prepare(one, work);
  tw_program_fix(one, work);
  tw_program_run(one, work, &out);
  cr_assert_eq(out, 7);
  tw_arena_free(&arena);
}

// The code of a program lives in its own arena; the graph may go before it.
Test(program, a_program_outlives_its_graph) {
  probe p;
  open_probe(&p);
  tw_arena arena;
  tw_expr_error error;
  double work[WORK_MAX], out;
  tw_arena_init(&arena);
  const tw_formula node = read(&p, "x*y + 0.5*p");
  const tw_program *program =
      tw_program_write(p.formulas, &node, 1, is_state_varying, &arena, &error);
  tw_arena_free(&p.arena);
  memcpy(work, values, sizeof values);
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  tw_program_run(program, work, &out);
  cr_assert_eq(out, 22);
  tw_arena_free(&arena);
}

// 3000 powers of 18 products each fit into the graph, but not when they are multiplied out.
Test(program, a_program_that_is_too_long_is_refused) {
  probe p;
  open_probe(&p);
  tw_expr_error error;
  tw_formula sum = tw_formula_number(p.formulas, 0);
  const tw_formula x = tw_formula_input(p.formulas, X);
  const tw_formula n = tw_formula_number(p.formulas, 1023);
  for (int i = 0; i < 3000; i++) {
    const tw_formula base = tw_formula_add(p.formulas, x, tw_formula_number(p.formulas, i + 0.5));
    sum = tw_formula_add(p.formulas, sum, tw_formula_op(p.formulas, TW_EXPR_POW, base, n, -1));
  }
  cr_assert_geq(sum, 0);
  cr_assert_null(tw_program_write(p.formulas, &sum, 1, is_any_varying, &p.arena, &error));
  cr_assert_str_eq(error.message, "the model's expressions have more than 20000 operations");
  tw_arena_free(&p.arena);
}
