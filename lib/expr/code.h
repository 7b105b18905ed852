// code.h - the compiled form of an expression: steps over registers, inputs and constants.
// Private to the expr_*.c and program_*.c files. A step reads its operands from any of the three
// banks, so nothing is loaded or copied before it is needed, and a value that needs no step costs
// none.

#ifndef TW_EXPR_CODE_H
#define TW_EXPR_CODE_H

#include "expr/tree.h"

enum { TW_EXPR_REGISTERS_MAX = 256 };  // a step holds its register in a byte

// Where an operand is: a bank in the upper two bits, an index below.
typedef uint32_t tw_expr_place;
enum { TW_EXPR_REGISTER = 0, TW_EXPR_FROM_INPUT = 1, TW_EXPR_CONSTANT = 2, TW_EXPR_N_BANK = 3 };
enum { TW_EXPR_PLACE_BITS = 30, TW_EXPR_INDEX_MAX = (1 << TW_EXPR_PLACE_BITS) - 1 };

static inline tw_expr_place tw_expr_place_of(uint32_t bank, int32_t i) {
  return bank << TW_EXPR_PLACE_BITS | (uint32_t)i;
}
static inline uint32_t tw_expr_bank(tw_expr_place place) { return place >> TW_EXPR_PLACE_BITS; }
static inline int32_t tw_expr_index(tw_expr_place place) {
  return (int32_t)(place & TW_EXPR_INDEX_MAX);
}

typedef struct tw_expr_step {
  uint8_t op;   // tw_expr_op
  uint8_t dst;  // register
  tw_expr_place a, b, c;
} tw_expr_step;

struct tw_expr {
  const tw_expr_step *steps;  // [n_step], at most TW_EXPR_CODE_MAX
  const double *constants;    // [n_constant]
  int32_t n_step, n_constant;
  tw_expr_place alone;  // the value where n_step is 0; else the last step's value is the result
};

// Writes the code of a tree into the arena. Returns NULL with the tree's error filled.
const tw_expr *tw_expr_encode(const tw_expr_tree *tree, tw_arena *arena);

// Two operations that follow each other and have one step for both: `outer` uses the value of
// `inner` on its left, or on its right side. Both have two operands; those of the joined step are
// inner's two, then outer's other. Returns its operation, or TW_EXPR_N_OP where there is none.
tw_expr_op tw_expr_join(tw_expr_op outer, tw_expr_op inner, bool is_left);

// min and max of ops.inl: a value that is not a number passes through, so that the caller sees
// it.
static inline double tw_expr_min(double a, double b) { return a < b || a != a ? a : b; }
static inline double tw_expr_max(double a, double b) { return a > b || a != a ? a : b; }

// Runs steps; what tw_expr_value and constant folding share.
double tw_expr_run(const tw_expr *expr, const double *inputs);

#endif
