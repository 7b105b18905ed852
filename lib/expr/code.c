// code.c - turns a checked tree into steps. One pass over the nodes in their own order, so
// there is no recursion; registers are handed out and taken back like a stack. Two operations that
// follow each other directly are joined into one step where ops.inl has it. Whole powers are
// multiplied out here: the C library's pow sees no constant exponent.

#include "expr/code.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"

typedef struct coder {
  const tw_expr_tree *tree;
  tw_expr_place *places;  // [n_node] where each node's value is
  bool *is_used;          // [n_node] false: folded away
  tw_expr_step *steps;    // [TW_EXPR_CODE_MAX]
  double *constants;      // [the tree's capacity], each value once
  int32_t n_step, n_constant;
  uint8_t free_registers[TW_EXPR_REGISTERS_MAX];  // a stack; the lowest number on top at first
  int32_t n_free;
  int32_t offset;  // of the node that is being coded, for errors
  bool is_failed;
} coder;

static const uint8_t n_operands[TW_EXPR_N_OP] = {
#define OP(name, n_operand, value) n_operand,
#include "expr/ops.inl"
#undef OP
};

// Operations that follow each other and have one step for both: `inner` has just been written and
// `outer` uses its value on one of `sides`.
enum { LEFT = 1, RIGHT = 2, EITHER = LEFT | RIGHT };
typedef struct joint {
  tw_expr_op outer, inner;
  int sides;
  tw_expr_op both;
} joint;

static const joint joints[] = {
    {TW_EXPR_ADD, TW_EXPR_MUL, EITHER, TW_EXPR_MUL_ADD},
    {TW_EXPR_SUB, TW_EXPR_MUL, LEFT, TW_EXPR_MUL_SUB},
    {TW_EXPR_SUB, TW_EXPR_MUL, RIGHT, TW_EXPR_SUB_MUL},
    {TW_EXPR_MUL, TW_EXPR_ADD, EITHER, TW_EXPR_ADD_TIMES},
    {TW_EXPR_MUL, TW_EXPR_SUB, EITHER, TW_EXPR_SUB_TIMES},
    {TW_EXPR_MUL, TW_EXPR_MUL, EITHER, TW_EXPR_MUL_TIMES},
    {TW_EXPR_DIV, TW_EXPR_ADD, LEFT, TW_EXPR_ADD_OVER},
    {TW_EXPR_DIV, TW_EXPR_SUB, LEFT, TW_EXPR_SUB_OVER},
    {TW_EXPR_DIV, TW_EXPR_MUL, LEFT, TW_EXPR_MUL_OVER},
};

int tw_expr_n_operand(tw_expr_op op) {
  TW_ASSERT(op < TW_EXPR_N_OP);
  return n_operands[op];
}

tw_expr_op tw_expr_join(tw_expr_op outer, tw_expr_op inner, bool is_left) {
  for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++) {
    const joint *j = &joints[i];
    if (j->outer == outer && j->inner == inner && (j->sides & (is_left ? LEFT : RIGHT)) != 0) {
      return j->both;
    }
  }
  return TW_EXPR_N_OP;
}

// ---- Registers, constants, steps -------------------------------------------------------------

static void fail(coder *c, const char *message) {
  if (!c->is_failed) tw_expr_fail(c->tree->error, c->offset, "%s", message);
  c->is_failed = true;
}

static uint8_t take_register(coder *c) {
  if (c->n_free == 0) {
    fail(c, "the expression has too many intermediate values at once; split it");
    return 0;
  }
  return c->free_registers[--c->n_free];
}

// The value at `place` has been used; a register is free again.
static void release(coder *c, tw_expr_place place) {
  if (tw_expr_bank(place) != TW_EXPR_REGISTER || c->is_failed) return;
  TW_ASSERT(c->n_free < TW_EXPR_REGISTERS_MAX);
  c->free_registers[c->n_free++] = (uint8_t)tw_expr_index(place);
}

static tw_expr_place add_constant(coder *c, double number) {
  int32_t i = 0;
  // Bits are compared, so that 0 and -0 stay two.
  while (i < c->n_constant && memcmp(&c->constants[i], &number, sizeof number) != 0) i++;
  if (i == c->n_constant) c->constants[c->n_constant++] = number;
  TW_ASSERT(c->n_constant <= c->tree->capacity);
  return tw_expr_place_of(TW_EXPR_CONSTANT, i);
}

static void put_step(coder *c, tw_expr_op op, uint8_t dst, const tw_expr_place of[3]) {
  if (c->n_step == TW_EXPR_CODE_MAX) {
    fail(c, "the expression is too long; split it");
    return;
  }
  c->steps[c->n_step++] =
      (tw_expr_step){.op = (uint8_t)op, .dst = dst, .a = of[0], .b = of[1], .c = of[2]};
}

// Joins `op` with the step just written where there is one step for both. The inner step's operands
// are still in their registers: nothing has been written since. Returns the operation to write.
static tw_expr_op join(coder *c, tw_expr_op op, tw_expr_place of[3]) {
  if (c->n_step == 0) return op;
  const tw_expr_step last = c->steps[c->n_step - 1];
  const tw_expr_place made = tw_expr_place_of(TW_EXPR_REGISTER, last.dst);
  const bool is_left = of[0] == made;
  if (!is_left && of[1] != made) return op;
  const tw_expr_op both = tw_expr_join(op, (tw_expr_op)last.op, is_left);
  if (both == TW_EXPR_N_OP) return op;
  of[2] = is_left ? of[1] : of[0];
  of[0] = last.a;
  of[1] = last.b;
  c->n_step--;
  return both;
}

// Writes a step into a register of its own; its operands are used up by it.
static tw_expr_place put(coder *c, tw_expr_op op, tw_expr_place of[3]) {
  for (int i = 0; i < n_operands[op]; i++) release(c, of[i]);
  op = join(c, op, of);
  const uint8_t dst = take_register(c);
  put_step(c, op, dst, of);
  return tw_expr_place_of(TW_EXPR_REGISTER, dst);
}

static tw_expr_place put_one(coder *c, tw_expr_op op, tw_expr_place a) {
  return put(c, op, (tw_expr_place[3]){a});
}

static tw_expr_place put_two(coder *c, tw_expr_op op, tw_expr_place a, tw_expr_place b) {
  return put(c, op, (tw_expr_place[3]){a, b});
}

// ---- Powers with a constant exponent ---------------------------------------------------------

static bool is_whole(double exponent) { return exponent == floor(exponent); }

// x^n from the highest bit of n down: square, and times x where the bit is set. fold_power goes the
// same way, step for step.
static tw_expr_place put_whole_power(coder *c, tw_expr_place x, int n) {
  const uint8_t dst = take_register(c);
  const tw_expr_place power = tw_expr_place_of(TW_EXPR_REGISTER, dst);
  int bit = TW_EXPR_POWER_MAX;
  TW_ASSERT(n >= 2 && n <= TW_EXPR_POWER_MAX);
  while ((n & bit) == 0) bit >>= 1;
  tw_expr_place so_far = x;
  for (bit >>= 1; bit > 0; bit >>= 1) {
    put_step(c, TW_EXPR_MUL, dst, (const tw_expr_place[3]){so_far, so_far, 0});
    so_far = power;
    if ((n & bit) != 0) put_step(c, TW_EXPR_MUL, dst, (const tw_expr_place[3]){power, x, 0});
  }
  release(c, x);
  return power;
}

static tw_expr_place put_power(coder *c, tw_expr_place x, double exponent) {
  if (exponent == 0.5) return put_one(c, TW_EXPR_SQRT, x);
  if (!is_whole(exponent)) {
    const tw_expr_place log = put_one(c, TW_EXPR_LOG, x);
    return put_one(c, TW_EXPR_EXP, put_two(c, TW_EXPR_MUL, add_constant(c, exponent), log));
  }
  const int n = (int)fabs(exponent);
  const tw_expr_place power = n == 1 ? x : put_whole_power(c, x, n);
  return exponent > 0 ? power : put_two(c, TW_EXPR_DIV, add_constant(c, 1.0), power);
}

static double fold_step(tw_expr_op op, double a, double b, double d) {
  const double constants[3] = {a, b, d};
  const tw_expr_step step = {.op = (uint8_t)op,
                             .a = tw_expr_place_of(TW_EXPR_CONSTANT, 0),
                             .b = tw_expr_place_of(TW_EXPR_CONSTANT, 1),
                             .c = tw_expr_place_of(TW_EXPR_CONSTANT, 2)};
  const tw_expr one = {.steps = &step, .constants = constants, .n_step = 1, .n_constant = 3};
  return tw_expr_run(&one, NULL);
}

static double fold_power(double x, double exponent) {
  if (exponent == 0) return 1;
  if (exponent == 0.5) return fold_step(TW_EXPR_SQRT, x, 0, 0);
  if (!is_whole(exponent)) {
    return fold_step(TW_EXPR_EXP, exponent * fold_step(TW_EXPR_LOG, x, 0, 0), 0, 0);
  }
  const int n = (int)fabs(exponent);
  int bit = TW_EXPR_POWER_MAX;
  TW_ASSERT(n >= 1 && n <= TW_EXPR_POWER_MAX);
  while ((n & bit) == 0) bit >>= 1;
  double power = x;
  for (bit >>= 1; bit > 0; bit >>= 1) {
    power = power * power;
    if ((n & bit) != 0) power = power * x;
  }
  return exponent > 0 ? power : 1 / power;
}

double tw_expr_fold(tw_expr_op op, double a, double b, double c) {
  TW_ASSERT(op < TW_EXPR_N_OP);
  return op == TW_EXPR_POW ? fold_power(a, b) : fold_step(op, a, b, c);
}

// ---- Nodes -----------------------------------------------------------------------------------

// Finds the nodes that the root needs. Operands come before their users, so one way back is enough.
static void mark_used(coder *c) {
  c->is_used[c->tree->root] = true;
  for (int32_t i = c->tree->root; i >= 0; i--) {
    const tw_expr_node *node = &c->tree->nodes[i];
    for (int k = 0; k < 3 && c->is_used[i] && node->of[k] != TW_EXPR_NONE; k++) {
      TW_ASSERT(node->of[k] < i && !c->is_used[node->of[k]]);
      c->is_used[node->of[k]] = true;
    }
  }
}

// Where a node's value is. Constants get their place on use, for some are never read: exponents.
static tw_expr_place find_place(coder *c, int32_t i) {
  const tw_expr_node *node = &c->tree->nodes[i];
  TW_ASSERT(c->is_used[i]);
  if (node->op == TW_EXPR_NUMBER) return add_constant(c, node->number);
  TW_ASSERT(node->input_i <= TW_EXPR_INDEX_MAX);
  if (node->op == TW_EXPR_INPUT) return tw_expr_place_of(TW_EXPR_FROM_INPUT, node->input_i);
  return c->places[i];
}

static bool is_one(const coder *c, int32_t i) {
  return c->tree->nodes[i].op == TW_EXPR_NUMBER && c->tree->nodes[i].number == 1.0;
}

// Writes the steps of one operation whose operands are there.
static tw_expr_place put_node(coder *c, const tw_expr_node *node) {
  const int32_t a = node->of[0], b = node->of[1];
  tw_expr_place of[3] = {0};
  // Units often leave a factor of one ("/(1 K)"); it changes no bit of any value.
  if (node->op == TW_EXPR_MUL && is_one(c, a)) return find_place(c, b);
  if ((node->op == TW_EXPR_MUL || node->op == TW_EXPR_DIV) && is_one(c, b)) return find_place(c, a);
  if (node->op == TW_EXPR_POW && c->tree->nodes[b].op == TW_EXPR_NUMBER) {
    return put_power(c, find_place(c, a), c->tree->nodes[b].number);
  }
  for (int i = 0; i < n_operands[node->op]; i++) of[i] = find_place(c, node->of[i]);
  return put(c, node->op, of);
}

static bool init_coder(coder *c, const tw_expr_tree *tree) {
  const size_t n_node = (size_t)tree->n_node;
  *c = (coder){.tree = tree, .n_free = TW_EXPR_REGISTERS_MAX};
  c->places = tw_arena_take_array(tree->scratch, n_node, sizeof *c->places);
  c->is_used = tw_arena_take_array(tree->scratch, n_node, sizeof *c->is_used);
  c->steps = tw_arena_take_array(tree->scratch, TW_EXPR_CODE_MAX, sizeof *c->steps);
  c->constants = tw_arena_take_array(tree->scratch, (size_t)tree->capacity, sizeof *c->constants);
  for (int i = 0; i < TW_EXPR_REGISTERS_MAX; i++) {
    c->free_registers[i] = (uint8_t)(TW_EXPR_REGISTERS_MAX - 1 - i);
  }
  return !tree->scratch->is_out_of_memory;
}

// Copies what the coder made into memory that lives as long as the line.
static const tw_expr *copy_code(const coder *c, tw_expr_place alone, tw_arena *arena) {
  const size_t n_step = (size_t)c->n_step, n_constant = (size_t)c->n_constant;
  tw_expr *expr = tw_arena_take(arena, sizeof *expr);
  tw_expr_step *steps = tw_arena_take_array(arena, n_step, sizeof *steps);
  double *constants = tw_arena_take_array(arena, n_constant, sizeof *constants);
  if (expr == NULL || steps == NULL || constants == NULL) return NULL;
  if (n_step > 0) memcpy(steps, c->steps, n_step * sizeof *steps);
  if (n_constant > 0) memcpy(constants, c->constants, n_constant * sizeof *constants);
  *expr = (tw_expr){.steps = steps,
                    .constants = constants,
                    .n_step = c->n_step,
                    .n_constant = c->n_constant,
                    .alone = alone};
  return expr;
}

const tw_expr *tw_expr_encode(const tw_expr_tree *tree, tw_arena *arena) {
  coder c;
  TW_ASSERT(tree->root >= 0 && tree->root < tree->n_node);
  const tw_expr *expr = NULL;
  if (init_coder(&c, tree)) {
    mark_used(&c);
    for (int32_t i = 0; i <= tree->root && !c.is_failed; i++) {
      c.offset = tree->nodes[i].offset;
      if (c.is_used[i] && tree->nodes[i].op < TW_EXPR_N_OP) {
        c.places[i] = put_node(&c, &tree->nodes[i]);
      }
    }
    if (c.is_failed) return NULL;
    const tw_expr_place result = find_place(&c, tree->root);
    TW_ASSERT(c.n_step == 0 ||
              result == tw_expr_place_of(TW_EXPR_REGISTER, c.steps[c.n_step - 1].dst));
    expr = copy_code(&c, result, arena);
  }
  if (expr == NULL) tw_expr_fail(tree->error, 0, "memory is short");
  return expr;
}
