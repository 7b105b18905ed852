// formula.h - the graph behind program.h. Private to formula_*.c, program_*.c and their tests.
// Nodes lie in one array, operands before their users, and no two are equal: equal index, equal
// value. So a pass over the graph is a loop, however deep it is, and whatever is built twice is
// found again.

#ifndef TW_EXPR_FORMULA_H
#define TW_EXPR_FORMULA_H

#include "expr/program.h"
#include "expr/tree.h"

typedef struct tw_formula_node {
  tw_expr_op op;     // NUMBER, INPUT, or an operation of a tree
  tw_formula of[3];  // earlier nodes, or TW_EXPR_NONE
  int32_t input_i;   // INPUT, else 0
  double number;     // NUMBER, else 0
} tw_formula_node;

struct tw_formulas {
  tw_formula_node *nodes;  // [capacity], n_node of them taken
  uint64_t *inputs;        // [capacity * n_word] a bit for each input that a node depends on
  tw_formula *slots;       // [n_slot] the hash table: nodes, or TW_EXPR_NONE; at most half full
  int32_t n_node, capacity, n_slot;
  int32_t n_input, n_word;
  tw_arena *arena;
  const char *problem;  // why a node could not be made; NULL while all could
};

static inline bool tw_formula_is_number(const tw_formulas *formulas, tw_formula node,
                                        double number) {
  const tw_formula_node *n = &formulas->nodes[node];
  return n->op == TW_EXPR_NUMBER && n->number == number;
}

// Adds an operation, simplified; fewer than three operands end with TW_EXPR_NONE. Negative when an
// operand that it needs is negative or the graph is full, so a caller may ask once at the end.
tw_formula tw_formula_op(tw_formulas *formulas, tw_expr_op op, tw_formula a, tw_formula b,
                         tw_formula c);

// Finds a node or adds it as it is.
tw_formula tw_formula_put(tw_formulas *formulas, const tw_formula_node *node);

// The rules of simplifying (formula_simplify.c): puts an operation into its usual form in place.
// Returns the node that has its value already, or TW_EXPR_NONE when it is needed.
tw_formula tw_formula_simplify(tw_formulas *formulas, tw_expr_op *op, tw_formula of[3]);

// Is a power with this constant exponent made of products, a root, or exp and log?
bool tw_formula_is_plain_power(double exponent);

// Marks what the nodes are made of, themselves included. Returns [n_node], from scratch; NULL:
// short.
bool *tw_formula_mark(const tw_formulas *formulas, const tw_formula *nodes, int32_t n,
                      tw_arena *scratch);

#endif
