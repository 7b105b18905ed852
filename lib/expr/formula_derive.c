// formula_derive.c - derivatives of formulas by an input, as formulas. One pass over the nodes that
// depend on the input, in their own order, so nothing recurses; each gets the derivative that its
// rule makes of those of its operands. Simplification takes the terms away that are zero.

#include "base/assert.h"
#include "expr/formula.h"

// One node being derived: itself, its operands and their derivatives.
typedef struct rule {
  tw_formulas *f;
  tw_formula node, a, b, c;
  tw_formula da, db, dc;  // the number 0 where there is none
} rule;

static tw_formula one(const rule *r, tw_expr_op op, tw_formula a) {
  return tw_formula_op(r->f, op, a, TW_EXPR_NONE, TW_EXPR_NONE);
}

static tw_formula two(const rule *r, tw_expr_op op, tw_formula a, tw_formula b) {
  return tw_formula_op(r->f, op, a, b, TW_EXPR_NONE);
}

static tw_formula times(const rule *r, tw_formula a, tw_formula b) {
  return two(r, TW_EXPR_MUL, a, b);
}

static tw_formula by_factor(const rule *r, double factor, tw_formula a) {
  return times(r, tw_formula_number(r->f, factor), a);
}

static tw_formula where_less(const rule *r, tw_formula a, tw_formula b, tw_formula then,
                             tw_formula otherwise) {
  return tw_formula_op(r->f, TW_EXPR_SELECT, two(r, TW_EXPR_LT, a, b), then, otherwise);
}

// (a/b)' = (a' - (a/b) b') / b: the quotient is there already.
static tw_formula derive_quotient(const rule *r) {
  const tw_formula above = two(r, TW_EXPR_SUB, r->da, times(r, r->node, r->db));
  return two(r, TW_EXPR_DIV, above, r->b);
}

// (a^b)' = b a^(b-1) a' + a^b log(a) b'. The first term is right at a = 0 too; the second is not a
// number there, which a caller sees only where an exponent varies and its base comes to 0.
static tw_formula derive_power(const rule *r) {
  const tw_formula less = two(r, TW_EXPR_SUB, r->b, tw_formula_number(r->f, 1));
  const tw_formula slope = times(r, r->b, two(r, TW_EXPR_POW, r->a, less));
  const tw_formula by_base = times(r, slope, r->da);
  if (tw_formula_is_number(r->f, r->db, 0)) return by_base;
  const tw_formula growth = times(r, r->node, one(r, TW_EXPR_LOG, r->a));
  return two(r, TW_EXPR_ADD, by_base, times(r, growth, r->db));
}

static tw_formula derive_by_rule(const rule *r, tw_expr_op op) {
  tw_formulas *f = r->f;
  switch (op) {
    case TW_EXPR_NEG: return one(r, TW_EXPR_NEG, r->da);
    case TW_EXPR_ABS:
      return where_less(r, r->a, tw_formula_number(f, 0), one(r, TW_EXPR_NEG, r->da), r->da);
    case TW_EXPR_ADD:
    case TW_EXPR_SUB: return two(r, op, r->da, r->db);
    case TW_EXPR_MUL: return two(r, TW_EXPR_ADD, times(r, r->da, r->b), times(r, r->a, r->db));
    case TW_EXPR_DIV: return derive_quotient(r);
    case TW_EXPR_MIN: return where_less(r, r->a, r->b, r->da, r->db);
    case TW_EXPR_MAX: return where_less(r, r->b, r->a, r->da, r->db);
    case TW_EXPR_SELECT: return tw_formula_op(f, TW_EXPR_SELECT, r->a, r->db, r->dc);
    case TW_EXPR_EXP: return times(r, r->node, r->da);
    case TW_EXPR_LOG: return two(r, TW_EXPR_DIV, r->da, r->a);
    case TW_EXPR_SQRT: return two(r, TW_EXPR_DIV, by_factor(r, 0.5, r->da), r->node);
    case TW_EXPR_POW: return derive_power(r);
    case TW_EXPR_SIN: return times(r, one(r, TW_EXPR_COS, r->a), r->da);
    case TW_EXPR_COS: return one(r, TW_EXPR_NEG, times(r, one(r, TW_EXPR_SIN, r->a), r->da));
    default: return tw_formula_number(f, 0);  // conditions
  }
}

// Derives every part of `node` that depends on the input; made: [node + 1].
static tw_formula derive_parts(tw_formulas *f, tw_formula node, int32_t input_i,
                               const bool *is_part, tw_formula *made) {
  const tw_formula zero = tw_formula_number(f, 0);
  for (tw_formula i = 0; i <= node; i++) {
    made[i] = zero;
    if (!is_part[i] || !tw_formula_uses(f, i, input_i)) continue;
    // The node is copied: the graph may move while the derivative is added.
    const tw_formula_node n = f->nodes[i];
    rule r = {.f = f, .node = i, .a = n.of[0], .b = n.of[1], .c = n.of[2]};
    r.da = r.a >= 0 ? made[r.a] : zero;
    r.db = r.b >= 0 ? made[r.b] : zero;
    r.dc = r.c >= 0 ? made[r.c] : zero;
    made[i] = n.op == TW_EXPR_INPUT ? tw_formula_number(f, 1) : derive_by_rule(&r, n.op);
    if (made[i] < 0) return TW_EXPR_NONE;
  }
  return made[node];
}

tw_formula tw_formula_derivative(tw_formulas *formulas, tw_formula node, int32_t input_i) {
  TW_ASSERT(formulas != NULL && node < formulas->n_node);
  if (node < 0) return TW_EXPR_NONE;
  if (!tw_formula_uses(formulas, node, input_i)) return tw_formula_number(formulas, 0);
  tw_arena scratch;
  tw_arena_init_with(&scratch, &formulas->arena->memory);
  tw_formula derivative = TW_EXPR_NONE;
  const bool *is_part = tw_formula_mark(formulas, &node, 1, &scratch);
  tw_formula *made = tw_arena_take_array(&scratch, (size_t)node + 1, sizeof *made);
  if (is_part == NULL || made == NULL) {
    formulas->problem = "memory is short";
  } else {
    derivative = derive_parts(formulas, node, input_i, is_part, made);
  }
  tw_arena_free(&scratch);
  return derivative;
}
