// tree.c - builds the checked tree of an expression: what may be combined with what, and which
// dimension comes out. Constants are folded here, so that "wear^(1 + 1)" has a whole exponent.
// It knows nothing of the text but the offsets that errors point at.

#include "expr/tree.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/format.h"

// No quantity of a line has larger exponents; below this, sums of two cannot reach the bounds of a
// tw_dim, which saturates.
enum { EXPONENT_MAX = 60 };

bool tw_expr_fail(tw_expr_error *error, int32_t offset, const char *format, ...) {
  va_list args;
  TW_ASSERT(offset >= 0);
  error->offset = offset;
  va_start(args, format);
  tw_vformat(error->message, sizeof error->message, format, args);
  va_end(args);
  return false;
}

void tw_expr_hint(tw_expr_error *error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  tw_vformat(error->hint, sizeof error->hint, format, args);
  va_end(args);
}

bool tw_expr_is_condition(tw_dim dim) { return dim.is_absolute == TW_EXPR_CONDITION.is_absolute; }

static bool is_same(tw_dim a, tw_dim b) {
  if (tw_expr_is_condition(a) || tw_expr_is_condition(b)) {
    return tw_expr_is_condition(a) && tw_expr_is_condition(b);
  }
  return tw_dim_equal(a, b);
}

const char *tw_expr_dim_text(tw_dim dim, char *buffer) {
  char composed[64];
  if (tw_expr_is_condition(dim)) return "a condition";
  const char *name = tw_dim_name(dim, composed);
  // A dimension without a word of its own comes as a unit.
  if (name == composed) {
    snprintf(buffer, TW_EXPR_DIM_TEXT_MAX, "a value in %s", name);
  } else {
    const bool is_vowel = strchr("aeiou", name[0]) != NULL;
    snprintf(buffer, TW_EXPR_DIM_TEXT_MAX, "%s %s", is_vowel ? "an" : "a", name);
  }
  return buffer;
}

bool tw_expr_tree_init(tw_expr_tree *tree, int32_t n_text, tw_arena *scratch,
                       tw_expr_error *error) {
  TW_ASSERT(n_text >= 0 && n_text <= TW_EXPR_TEXT_MAX);
  // Every node has a character of its own: a leaf its first one, an operation its sign or comma.
  const int32_t capacity = n_text + 1;
  tw_expr_node *nodes = tw_arena_take_array(scratch, (size_t)capacity, sizeof *nodes);
  *tree = (tw_expr_tree){.nodes = nodes,
                         .capacity = capacity,
                         .root = TW_EXPR_NONE,
                         .scratch = scratch,
                         .error = error};
  return nodes != NULL || tw_expr_fail(error, 0, "memory is short");
}

static int32_t add_node(tw_expr_tree *tree, const tw_expr_node *node) {
  TW_ASSERT(tree->n_node < tree->capacity);
  if (tree->n_node >= tree->capacity) {
    tw_expr_fail(tree->error, node->offset, "the expression is too long");
    return TW_EXPR_NONE;
  }
  tree->nodes[tree->n_node] = *node;
  return tree->n_node++;
}

int32_t tw_expr_add_number(tw_expr_tree *tree, double number, tw_dim dim, int32_t offset) {
  return add_node(tree, &(tw_expr_node){.op = TW_EXPR_NUMBER,
                                        .of = {TW_EXPR_NONE, TW_EXPR_NONE, TW_EXPR_NONE},
                                        .offset = offset,
                                        .number = number,
                                        .dim = dim});
}

int32_t tw_expr_add_input(tw_expr_tree *tree, const tw_expr_symbol *symbol, int32_t offset) {
  TW_ASSERT(symbol->input_i >= 0);
  return add_node(tree, &(tw_expr_node){.op = TW_EXPR_INPUT,
                                        .of = {TW_EXPR_NONE, TW_EXPR_NONE, TW_EXPR_NONE},
                                        .offset = offset,
                                        .input_i = symbol->input_i,
                                        .dim = symbol->dim});
}

// ---- Dimension rules -------------------------------------------------------------------------

// One operation being checked; the rules fill dim.
typedef struct check {
  tw_expr_tree *tree;
  const tw_expr_node *of[3];
  int32_t offset;
  const char *name;
  tw_dim dim;
} check;

// Numbers where conditions stand and the other way round are the commonest slip, so they have
// their own sentences.
static bool check_is_number(const check *c, const tw_expr_node *node) {
  if (!tw_expr_is_condition(node->dim)) return true;
  tw_expr_hint(c->tree->error, "if(condition, 1, 0) makes a number of it");
  return tw_expr_fail(c->tree->error, node->offset, "'%s' needs a number, not a condition",
                      c->name);
}

static bool check_is_condition(const check *c, const tw_expr_node *node) {
  char text[TW_EXPR_DIM_TEXT_MAX];
  if (tw_expr_is_condition(node->dim)) return true;
  tw_expr_hint(c->tree->error, "compare it with something, as in wear >= 1");
  return tw_expr_fail(c->tree->error, node->offset, "'%s' needs a condition, not %s", c->name,
                      tw_expr_dim_text(node->dim, text));
}

static bool check_is_pure(const check *c, const tw_expr_node *node) {
  char text[TW_EXPR_DIM_TEXT_MAX];
  if (!check_is_number(c, node)) return false;
  if (tw_dim_is_one(node->dim)) return true;
  tw_expr_hint(c->tree->error, "divide by a quantity of the same kind");
  return tw_expr_fail(c->tree->error, node->offset, "'%s' needs a pure number, not %s", c->name,
                      tw_expr_dim_text(node->dim, text));
}

static bool check_is_not_absolute(const check *c, const tw_expr_node *node) {
  if (!check_is_number(c, node)) return false;
  if (!node->dim.is_absolute) return true;
  tw_expr_hint(c->tree->error, "use a difference, such as T - 20 degC");
  return tw_expr_fail(c->tree->error, node->offset, "'%s' of a temperature in degC has no meaning",
                      c->name);
}

static bool fail_different(const check *c, const tw_expr_node *a, const tw_expr_node *b) {
  char text_a[TW_EXPR_DIM_TEXT_MAX], text_b[TW_EXPR_DIM_TEXT_MAX];
  const bool is_a_bare = a->op == TW_EXPR_NUMBER && tw_dim_is_one(a->dim);
  const bool is_b_bare = b->op == TW_EXPR_NUMBER && tw_dim_is_one(b->dim);
  if (is_a_bare || is_b_bare) {
    const char *example = tw_dim_example(is_a_bare ? b->dim : a->dim);
    if (example[0] != 0) tw_expr_hint(c->tree->error, "a unit is missing, as in %s", example);
  }
  return tw_expr_fail(c->tree->error, c->offset, "'%s' needs two values of one kind, not %s and %s",
                      c->name, tw_expr_dim_text(a->dim, text_a), tw_expr_dim_text(b->dim, text_b));
}

static bool check_same(check *c, const tw_expr_node *a, const tw_expr_node *b) {
  if (!is_same(a->dim, b->dim)) return fail_different(c, a, b);
  c->dim = a->dim;
  return true;
}

static bool check_sum(check *c, bool is_minus) {
  const tw_expr_node *a = c->of[0], *b = c->of[1];
  if (!check_is_number(c, a) || !check_is_number(c, b)) return false;
  tw_dim left = a->dim, right = b->dim;
  left.is_absolute = right.is_absolute = 0;
  if (!tw_dim_equal(left, right)) return fail_different(c, a, b);
  const bool is_a = a->dim.is_absolute != 0, is_b = b->dim.is_absolute != 0;
  if (is_a && is_b && !is_minus) {
    tw_expr_hint(c->tree->error, "K is a difference: T + 5 K");
    return tw_expr_fail(c->tree->error, c->offset, "two temperatures in degC cannot be added");
  }
  if (!is_a && is_b && is_minus) {
    tw_expr_hint(c->tree->error, "K is a difference, degC a temperature");
    return tw_expr_fail(c->tree->error, c->offset,
                        "a temperature cannot be taken from a difference");
  }
  c->dim = left;
  c->dim.is_absolute = is_minus ? is_a && !is_b : is_a || is_b;
  return true;
}

static bool check_is_within(const check *c) {
  const int8_t exponents[] = {c->dim.s, c->dim.m,     c->dim.kg,   c->dim.k,
                              c->dim.a, c->dim.money, c->dim.shift};
  for (size_t i = 0; i < sizeof exponents; i++) {
    if (abs(exponents[i]) > EXPONENT_MAX) {
      return tw_expr_fail(c->tree->error, c->offset, "the unit's exponent is larger than %d",
                          EXPONENT_MAX);
    }
  }
  return true;
}

static bool check_product(check *c, int exponent) {
  const tw_expr_node *a = c->of[0], *b = c->of[1];
  if (!check_is_number(c, a) || !check_is_number(c, b)) return false;
  c->dim = tw_dim_times(a->dim, tw_dim_power(b->dim, exponent));
  return check_is_within(c);
}

static bool check_root(check *c) {
  char text[TW_EXPR_DIM_TEXT_MAX];
  const tw_dim d = c->of[0]->dim;
  if (!check_is_not_absolute(c, c->of[0])) return false;
  if (((d.s | d.m | d.kg | d.k | d.a | d.money | d.shift) & 1) != 0) {
    return tw_expr_fail(c->tree->error, c->of[0]->offset, "'%s' needs even powers of units, not %s",
                        c->name, tw_expr_dim_text(d, text));
  }
  c->dim = (tw_dim){.s = (int8_t)(d.s / 2),
                    .m = (int8_t)(d.m / 2),
                    .kg = (int8_t)(d.kg / 2),
                    .k = (int8_t)(d.k / 2),
                    .a = (int8_t)(d.a / 2),
                    .money = (int8_t)(d.money / 2),
                    .shift = (int8_t)(d.shift / 2)};
  return true;
}

static bool check_power(check *c) {
  char text[TW_EXPR_DIM_TEXT_MAX];
  const tw_expr_node *base = c->of[0], *exponent = c->of[1];
  if (!check_is_number(c, base) || !check_is_pure(c, exponent)) return false;
  const double n = exponent->number;
  const bool is_constant = exponent->op == TW_EXPR_NUMBER;
  const bool is_whole = is_constant && isfinite(n) && n == floor(n);
  if (is_constant && !isfinite(n)) {
    return tw_expr_fail(c->tree->error, exponent->offset, "the exponent is not a finite number");
  }
  if (is_whole && fabs(n) > TW_EXPR_POWER_MAX) {
    return tw_expr_fail(c->tree->error, exponent->offset, "a whole exponent is at most %d",
                        TW_EXPR_POWER_MAX);
  }
  c->dim = TW_DIM_ONE;
  if (tw_dim_is_one(base->dim)) return true;
  if (!is_whole) {
    tw_expr_hint(c->tree->error, "divide the base by its unit first, or use sqrt");
    return tw_expr_fail(c->tree->error, exponent->offset,
                        "a power of %s needs a constant whole exponent",
                        tw_expr_dim_text(base->dim, text));
  }
  c->dim = tw_dim_power(base->dim, (int)n);
  return check_is_within(c);
}

// The rule of each operation.
static bool check_op(check *c, tw_expr_op op) {
  const tw_expr_node *const *of = c->of;
  switch (op) {
    case TW_EXPR_NEG:
    case TW_EXPR_ABS: c->dim = of[0]->dim; return check_is_not_absolute(c, of[0]);
    case TW_EXPR_ADD:
    case TW_EXPR_SUB: return check_sum(c, op == TW_EXPR_SUB);
    case TW_EXPR_MUL:
    case TW_EXPR_DIV: return check_product(c, op == TW_EXPR_MUL ? 1 : -1);
    case TW_EXPR_LT:
    case TW_EXPR_LE:
    case TW_EXPR_GT:
    case TW_EXPR_GE:
    case TW_EXPR_EQ:
    case TW_EXPR_NE:
      if (!check_is_number(c, of[0]) || !check_is_number(c, of[1])) return false;
      if (!check_same(c, of[0], of[1])) return false;
      c->dim = TW_EXPR_CONDITION;
      return true;
    case TW_EXPR_NOT: c->dim = TW_EXPR_CONDITION; return check_is_condition(c, of[0]);
    case TW_EXPR_AND:
    case TW_EXPR_OR:
      c->dim = TW_EXPR_CONDITION;
      return check_is_condition(c, of[0]) && check_is_condition(c, of[1]);
    case TW_EXPR_MIN:
    case TW_EXPR_MAX:
      if (!check_is_number(c, of[0]) || !check_is_number(c, of[1])) return false;
      return check_same(c, of[0], of[1]);
    case TW_EXPR_SELECT: return check_is_condition(c, of[0]) && check_same(c, of[1], of[2]);
    case TW_EXPR_SQRT: return check_root(c);
    case TW_EXPR_POW: return check_power(c);
    default:
      TW_ASSERT(op == TW_EXPR_EXP || op == TW_EXPR_LOG || op == TW_EXPR_SIN || op == TW_EXPR_COS);
      c->dim = TW_DIM_ONE;
      return check_is_pure(c, of[0]);
  }
}

int32_t tw_expr_add_op(tw_expr_tree *tree, tw_expr_op op, const int32_t of[3], int32_t offset,
                       const char *name) {
  tw_expr_node node = {.op = op, .of = {of[0], of[1], of[2]}, .offset = offset};
  check c = {.tree = tree, .offset = offset, .name = name};
  double number[3] = {0};
  bool is_constant = true;
  TW_ASSERT(op < TW_EXPR_N_OP && of[0] != TW_EXPR_NONE && name != NULL);
  for (int i = 0; i < 3 && of[i] != TW_EXPR_NONE; i++) {
    TW_ASSERT(of[i] >= 0 && of[i] < tree->n_node);
    c.of[i] = &tree->nodes[of[i]];
    number[i] = c.of[i]->number;
    is_constant = is_constant && c.of[i]->op == TW_EXPR_NUMBER;
  }
  if (!check_op(&c, op)) return TW_EXPR_NONE;
  node.dim = c.dim;
  if (is_constant) {
    return tw_expr_add_number(tree, tw_expr_fold(op, number[0], number[1], number[2]), c.dim,
                              offset);
  }
  // A constant condition decides now, the other branch leaves no code; and x^0 is 1, whatever x.
  if (op == TW_EXPR_SELECT && c.of[0]->op == TW_EXPR_NUMBER) return of[number[0] != 0 ? 1 : 2];
  if (op == TW_EXPR_POW && c.of[1]->op == TW_EXPR_NUMBER && number[1] == 0) {
    return tw_expr_add_number(tree, 1.0, c.dim, offset);
  }
  return add_node(tree, &node);
}
