// expr.c - the front of the expression compiler and the evaluator. The stages stand in files of
// their own: scan.c and parse.c read the text into a tree, tree.c checks dimensions
// and folds constants, code.c writes the steps that are run here.

#include "expr/expr.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/math.h"
#include "expr/code.h"

double tw_expr_run(const tw_expr *expr, const double *inputs) {
  double registers[TW_EXPR_REGISTERS_MAX];
  const double *const banks[TW_EXPR_N_BANK] = {registers, inputs, expr->constants};
  const tw_expr_step *step = expr->steps;
  const tw_expr_step *const end = step + expr->n_step;
#define VALUE(place) banks[tw_expr_bank(place)][tw_expr_index(place)]
#define A            VALUE(step->a)
#define B            VALUE(step->b)
#define C            VALUE(step->c)
#define OP(name, n_operand, value) \
  case TW_EXPR_##name: registers[step->dst] = last = (value); break;
  if (step == end) return VALUE(expr->alone);
  // The last step's value is the result; kept in a variable it need not come back from memory.
  double last = 0;
  do {
    switch (step->op) {
#include "expr/ops.inl"
      default: TW_ASSERT(0 && "a step without an operation"); break;
    }
  } while (++step != end);
  return last;
#undef OP
#undef C
#undef B
#undef A
#undef VALUE
}

// The whole text must be one value of the wanted type.
static bool check_result(const tw_expr_tree *tree, tw_dim wanted) {
  char text[TW_EXPR_DIM_TEXT_MAX], text_wanted[TW_EXPR_DIM_TEXT_MAX];
  if (tw_dim_equal(wanted, TW_EXPR_ANY)) return true;
  const tw_expr_node *root = &tree->nodes[tree->root];
  const bool is_condition = tw_expr_is_condition(root->dim);
  const bool is_wanted_condition = tw_expr_is_condition(wanted);
  if (is_condition && is_wanted_condition) return true;
  if (!is_condition && !is_wanted_condition && tw_dim_equal(root->dim, wanted)) return true;
  if (is_wanted_condition) {
    tw_expr_hint(tree->error, "compare it with something, as in wear >= 1");
  } else if (is_condition) {
    tw_expr_hint(tree->error, "if(condition, 1, 0) makes a number of it");
  } else if (tw_dim_is_one(root->dim) && tw_dim_example(wanted)[0] != 0) {
    tw_expr_hint(tree->error, "a unit is missing, as in %s", tw_dim_example(wanted));
  }
  return tw_expr_fail(tree->error, root->offset, "this is %s, but %s is needed",
                      tw_expr_dim_text(root->dim, text), tw_expr_dim_text(wanted, text_wanted));
}

bool tw_expr_read(const char *text, const tw_expr_symbol *symbols, int32_t n_symbol, tw_dim wanted,
                  tw_expr_tree *tree) {
  TW_ASSERT(text != NULL && tree != NULL && tree->scratch != NULL && tree->error != NULL);
  TW_ASSERT(symbols != NULL || n_symbol == 0);
  *tree->error = (tw_expr_error){0};
  const size_t n_text = strnlen(text, (size_t)TW_EXPR_TEXT_MAX + 1);
  if (n_text > TW_EXPR_TEXT_MAX) {
    return tw_expr_fail(tree->error, TW_EXPR_TEXT_MAX,
                        "the expression is longer than %d characters", TW_EXPR_TEXT_MAX);
  }
  return tw_expr_tree_init(tree, (int32_t)n_text, tree->scratch, tree->error) &&
         tw_expr_parse(text, symbols, n_symbol, tree) && check_result(tree, wanted);
}

const tw_expr *tw_expr_compile(const char *text, const tw_expr_symbol *symbols, int32_t n_symbol,
                               tw_dim wanted, tw_arena *arena, tw_expr_error *error) {
  TW_ASSERT(arena != NULL && error != NULL);
  // The tree is needed only until the code is written; the line's arena would keep it for ever.
  tw_arena scratch;
  tw_expr_tree tree = {.scratch = &scratch, .error = error};
  tw_arena_init_with(&scratch, &arena->memory);
  const bool is_read = tw_expr_read(text, symbols, n_symbol, wanted, &tree);
  const tw_expr *expr = is_read ? tw_expr_encode(&tree, arena) : NULL;
  tw_arena_free(&scratch);
  TW_ASSERT((expr != NULL) == (error->message[0] == 0));
  return expr;
}

double tw_expr_value(const tw_expr *expr, const double *inputs) {
  TW_ASSERT(expr != NULL);
  return tw_expr_run(expr, inputs);
}

bool tw_expr_is_constant(const tw_expr *expr, double *value) {
  TW_ASSERT(expr != NULL && value != NULL);
  // Everything without a symbol was folded, so a constant has no steps and reads no input.
  if (expr->n_step > 0 || tw_expr_bank(expr->alone) != TW_EXPR_CONSTANT) return false;
  *value = tw_expr_value(expr, NULL);
  return true;
}

static bool reads_input(tw_expr_place place, int32_t input_i) {
  return tw_expr_bank(place) == TW_EXPR_FROM_INPUT && tw_expr_index(place) == input_i;
}

bool tw_expr_uses(const tw_expr *expr, int32_t input_i) {
  TW_ASSERT(expr != NULL);
  // Operands that an operation does not have are left as register 0, so all three may be asked.
  for (int32_t i = 0; i < expr->n_step; i++) {
    const tw_expr_step *step = &expr->steps[i];
    if (reads_input(step->a, input_i) || reads_input(step->b, input_i) ||
        reads_input(step->c, input_i)) {
      return true;
    }
  }
  return reads_input(expr->alone, input_i);
}
