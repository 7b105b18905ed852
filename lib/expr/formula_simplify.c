// formula_simplify.c - the rules by which an operation is found to be another, or a node that is
// there already. Each keeps the value for finite operands. All but those with a zero keep every
// bit, also of inf and nan: x + 0 and 0 - x lose the sign of a zero, and 0 * x and 0 / x are 0 even
// where x is inf, nan or, under a division, 0. Derivatives would be full of such terms.

#include <math.h>

#include "base/assert.h"
#include "core/math.h"
#include "expr/formula.h"

bool tw_formula_is_plain_power(double exponent) {
  if (!isfinite(exponent)) return false;
  return exponent != floor(exponent) || fabs(exponent) <= TW_EXPR_POWER_MAX;
}

// The value of an operation on numbers, as a program would compute it.
static double fold(tw_expr_op op, double a, double b, double c) {
  const bool is_library_power = op == TW_EXPR_POW && !tw_formula_is_plain_power(b);
  return is_library_power ? tw_pow(a, b) : tw_expr_fold(op, a, b, c);
}

static void swap(tw_formula of[3]) {
  const tw_formula first = of[0];
  of[0] = of[1];
  of[1] = first;
}

// Sums and products do not depend on the order, but for which of two nan comes out; min and max do,
// for zeros of two signs.
static bool is_commutative(tw_expr_op op) {
  return op == TW_EXPR_ADD || op == TW_EXPR_MUL || op == TW_EXPR_EQ || op == TW_EXPR_NE ||
         op == TW_EXPR_AND || op == TW_EXPR_OR;
}

// Gives the operand of a negation, or NONE for any other node.
static tw_formula negated(const tw_formulas *f, tw_formula node) {
  return f->nodes[node].op == TW_EXPR_NEG ? f->nodes[node].of[0] : TW_EXPR_NONE;
}

static bool rewrite_as(tw_expr_op *op, tw_formula of[3], tw_expr_op other, tw_formula a,
                       tw_formula b) {
  *op = other;
  of[0] = a;
  of[1] = b;
  return true;
}

// Moves signs out of sums and products; all of it is exact.
static bool rewrite_signs(const tw_formulas *f, tw_expr_op *op, tw_formula of[3]) {
  const tw_formula a = negated(f, of[0]), b = negated(f, of[1]);
  switch (*op) {
    case TW_EXPR_ADD:
      if (b >= 0) return rewrite_as(op, of, TW_EXPR_SUB, of[0], b);
      return a >= 0 && rewrite_as(op, of, TW_EXPR_SUB, of[1], a);
    case TW_EXPR_SUB:
      if (b >= 0) return rewrite_as(op, of, TW_EXPR_ADD, of[0], b);
      return tw_formula_is_number(f, of[0], 0) &&
             rewrite_as(op, of, TW_EXPR_NEG, of[1], TW_EXPR_NONE);
    case TW_EXPR_MUL:
      if (tw_formula_is_number(f, of[0], -1)) swap(of);
      if (tw_formula_is_number(f, of[1], -1)) {
        return rewrite_as(op, of, TW_EXPR_NEG, of[0], TW_EXPR_NONE);
      }
      return a >= 0 && b >= 0 && rewrite_as(op, of, TW_EXPR_MUL, a, b);
    default: return a >= 0 && b >= 0 && rewrite_as(op, of, TW_EXPR_DIV, a, b);
  }
}

// Writes an operation as a simpler or more usual one. Returns true when it has become another.
static bool rewrite(const tw_formulas *f, tw_expr_op *op, tw_formula of[3]) {
  switch (*op) {
    case TW_EXPR_GT: return rewrite_as(op, of, TW_EXPR_LT, of[1], of[0]);
    case TW_EXPR_GE: return rewrite_as(op, of, TW_EXPR_LE, of[1], of[0]);
    case TW_EXPR_ADD:
    case TW_EXPR_SUB:
    case TW_EXPR_MUL:
    case TW_EXPR_DIV: return rewrite_signs(f, op, of);
    case TW_EXPR_SELECT: {
      if (f->nodes[of[0]].op != TW_EXPR_NOT) return false;
      const tw_formula a = of[1];
      of[0] = f->nodes[of[0]].of[0];
      of[1] = of[2];
      of[2] = a;
      return true;
    }
    default: return false;
  }
}

static tw_formula shorten_product(tw_formulas *f, const tw_formula of[3]) {
  if (tw_formula_is_number(f, of[0], 1)) return of[1];
  if (tw_formula_is_number(f, of[1], 1)) return of[0];
  const bool is_zero = tw_formula_is_number(f, of[0], 0) || tw_formula_is_number(f, of[1], 0);
  return is_zero ? tw_formula_number(f, 0) : TW_EXPR_NONE;
}

// A condition is 1 or 0: `neutral` changes nothing, the other decides.
static tw_formula shorten_condition(const tw_formulas *f, const tw_formula of[3], double neutral) {
  for (int k = 0; k < 2; k++) {
    if (tw_formula_is_number(f, of[k], neutral)) return of[1 - k];
    if (tw_formula_is_number(f, of[k], 1 - neutral)) return of[k];
  }
  return of[0] == of[1] ? of[0] : TW_EXPR_NONE;
}

// Finds the node that has the value of an operation already.
static tw_formula shorten(tw_formulas *f, tw_expr_op op, const tw_formula of[3]) {
  const tw_formula_node *first = &f->nodes[of[0]];
  switch (op) {
    case TW_EXPR_ADD:
      if (tw_formula_is_number(f, of[0], 0)) return of[1];
      return tw_formula_is_number(f, of[1], 0) ? of[0] : TW_EXPR_NONE;
    case TW_EXPR_SUB: return tw_formula_is_number(f, of[1], 0) ? of[0] : TW_EXPR_NONE;
    case TW_EXPR_MUL: return shorten_product(f, of);
    case TW_EXPR_DIV:
      if (tw_formula_is_number(f, of[1], 1)) return of[0];
      return tw_formula_is_number(f, of[0], 0) ? tw_formula_number(f, 0) : TW_EXPR_NONE;
    case TW_EXPR_NEG:
    case TW_EXPR_NOT: return first->op == op ? first->of[0] : TW_EXPR_NONE;
    case TW_EXPR_AND: return shorten_condition(f, of, 1);
    case TW_EXPR_OR: return shorten_condition(f, of, 0);
    case TW_EXPR_MIN:
    case TW_EXPR_MAX: return of[0] == of[1] ? of[0] : TW_EXPR_NONE;
    case TW_EXPR_SELECT:
      if (first->op == TW_EXPR_NUMBER) return first->number != 0 ? of[1] : of[2];
      return of[1] == of[2] ? of[1] : TW_EXPR_NONE;
    case TW_EXPR_POW:
      if (tw_formula_is_number(f, of[1], 0)) return tw_formula_number(f, 1);
      return tw_formula_is_number(f, of[1], 1) ? of[0] : TW_EXPR_NONE;
    default: return TW_EXPR_NONE;
  }
}

tw_formula tw_formula_simplify(tw_formulas *formulas, tw_expr_op *op, tw_formula of[3]) {
  double number[3] = {0};
  bool is_constant = true;
  TW_ASSERT(of[0] >= 0);
  for (int k = 0; k < 3 && of[k] >= 0; k++) {
    number[k] = formulas->nodes[of[k]].number;
    is_constant = is_constant && formulas->nodes[of[k]].op == TW_EXPR_NUMBER;
  }
  if (is_constant) return tw_formula_number(formulas, fold(*op, number[0], number[1], number[2]));
  // Each rule takes a negation away or is used once, so this ends.
  while (rewrite(formulas, op, of)) {
  }
  if (is_commutative(*op) && of[0] > of[1]) swap(of);
  return shorten(formulas, *op, of);
}
