// tree.h - the parsed expression: a checked tree between the grammar (parse.c) and the
// code (code.c), or a graph of formulas (formula.h). Private to these. Nodes lie in one array, operands before their
// users, and each node is used once at most; so passes over a tree are loops and need no stack.
// Invariant: every node has passed its dimension check, and constants are folded.

#ifndef TW_EXPR_TREE_H
#define TW_EXPR_TREE_H

#include "expr/expr.h"

typedef enum tw_expr_op {
#define OP(name, n_operand, value) TW_EXPR_##name,
#include "expr/ops.inl"
#undef OP
  TW_EXPR_N_OP,                   // below: steps of code; above: leaves of trees
  TW_EXPR_NUMBER = TW_EXPR_N_OP,  // a constant
  TW_EXPR_INPUT                   // a symbol's value
} tw_expr_op;

enum { TW_EXPR_NONE = -1, TW_EXPR_POWER_MAX = 1024 };

typedef struct tw_expr_node {
  tw_expr_op op;
  int32_t of[3];    // operands: indices of earlier nodes, or TW_EXPR_NONE
  int32_t offset;   // the place in the text that an error about this node points at
  int32_t input_i;  // INPUT
  double number;    // NUMBER, in SI
  tw_dim dim;       // or TW_EXPR_CONDITION
} tw_expr_node;

typedef struct tw_expr_tree {
  tw_expr_node *nodes;  // [n_node], operands first; some are folded away and have no user
  int32_t n_node, capacity;
  int32_t root;
  tw_arena *scratch;  // lives as long as the tree
  tw_expr_error *error;
} tw_expr_tree;

// Fills an error and its hint. Returns false, for `return tw_expr_fail(...)`.
bool tw_expr_fail(tw_expr_error *error, int32_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void tw_expr_hint(tw_expr_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Says what a type is for people: "a power", "a condition". buffer: at least 80 bytes.
enum { TW_EXPR_DIM_TEXT_MAX = 80 };
const char *tw_expr_dim_text(tw_dim dim, char *buffer);
bool tw_expr_is_condition(tw_dim dim);

// Makes room for the tree of a text of n_text characters. Returns false when memory is short.
bool tw_expr_tree_init(tw_expr_tree *tree, int32_t n_text, tw_arena *scratch, tw_expr_error *error);

// Add one node and give its index, or TW_EXPR_NONE with the error filled. The operands are nodes of
// this tree that have no user yet, in the first places of `of`; the others are NONE.
int32_t tw_expr_add_number(tw_expr_tree *tree, double number, tw_dim dim, int32_t offset);
int32_t tw_expr_add_input(tw_expr_tree *tree, const tw_expr_symbol *symbol, int32_t offset);
int32_t tw_expr_add_op(tw_expr_tree *tree, tw_expr_op op, const int32_t of[3], int32_t offset,
                       const char *name);  // name: of the operator or function, for errors

// Reads a text into an empty tree made for its length. Returns false with the error filled.
bool tw_expr_parse(const char *text, const tw_expr_symbol *symbols, int32_t n_symbol,
                   tw_expr_tree *tree);

// The whole way from text to checked tree: its length, its grammar, and that it is of the wanted type
// (as in tw_expr_compile). The tree's scratch and error are set before. Returns false with the error
// filled.
bool tw_expr_read(const char *text, const tw_expr_symbol *symbols, int32_t n_symbol, tw_dim wanted,
                  tw_expr_tree *tree);

// How many operands an operation has: 1 to 3.
int tw_expr_n_operand(tw_expr_op op);

// The value of an operation of a tree on constants, bit by bit what its code would give.
double tw_expr_fold(tw_expr_op op, double a, double b, double c);

#endif
