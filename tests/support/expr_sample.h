// expr_sample.h - random expressions for tests, typed as they are made (powers of the second):
// making them, printing them with as few or as many brackets and spaces as the grammar allows, and
// a plain walk over them that says which value is right. Fixed seeds, so a test is the same every
// time.

#ifndef TW_TESTS_EXPR_SAMPLE_H
#define TW_TESTS_EXPR_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "expr/expr.h"

enum { EXPR_N_INPUT = 6, EXPR_NODE_MAX = 4000, EXPR_EXPONENT_MAX = 3, EXPR_DEPTH = 6 };

// t_neg, t_one and t_pos have the dimensions 1/s, 1 and s; two of each.
extern const tw_expr_symbol expr_sample_symbols[EXPR_N_INPUT];

// The walker's own list of operations, written down a second time on purpose.
typedef enum expr_kind {
  LITERAL,
  INPUT,
  NEG,
  ADD,
  SUB,
  MUL,
  DIV,
  POWER,
  POW,
  MIN,
  MAX,
  SELECT,
  ABS,
  EXP,
  LOG,
  SQRT,
  SIN,
  COS,
  LT,
  LE,
  GT,
  GE,
  EQ,
  NE,
  AND,
  OR,
  NOT
} expr_kind;

typedef struct expr_sample_node {
  expr_kind kind;
  int exponent;   // of s; LITERAL and INPUT
  double number;  // LITERAL; the exponent of POWER
  int input_i;
  const struct expr_sample_node *of[3];
} expr_node;

// What makes one expression after another, and all nodes of the last one.
typedef struct expr_maker {
  uint64_t random;
  int n_node;
  bool has_open_power;  // x^y with an exponent that is not constant
  expr_node nodes[EXPR_NODE_MAX];
} expr_maker;

// Begins anew with a seed of its own for each i.
void expr_maker_init(expr_maker *m, uint64_t seed, int i);

// Draws from 0 to n - 1.
uint32_t expr_draw(expr_maker *m, uint32_t n);

// Make an expression of at most that depth: s^exponent, or a condition.
const expr_node *expr_make_number(expr_maker *m, int exponent, int depth);
const expr_node *expr_make_condition(expr_maker *m, int depth);

// Draws values for the inputs, many of them special ones: zeros, huge, tiny.
void expr_fill_inputs(expr_maker *m, double *inputs);

// Prints an expression. inputs: not NULL: their values in place of names.
void expr_print(expr_maker *m, const expr_node *root, const double *inputs, tw_text *text);

// The value, written down a second time on purpose; bits are to be equal.
double expr_walk(const expr_node *n, const double *inputs);

// Equal bits, or both not a number.
bool expr_is_same(double a, double b);

#endif
