// expr.h - expressions of the line file ("1 + 0.10*tool.wear", "if(parts_since_setup < 1, 0.5, 0)")
// compiled to a register bytecode: bounded in depth and size, dimension-checked, no loops, no calls
// out, cannot write anything. Constant after compilation; evaluated by any number of threads.
//
// The language, weakest binding first; all of it is pure, so both branches of `if` may be computed.
//   or ||      and &&      not !               conditions, a type of their own, never numbers
//   < <= > >= == !=                            two values of one dimension; not chained
//   + -        * /        unary -        ^     ^ to the right; -x^2 is -(x^2)
//   if(c, a, b)  min max (2 or more)  exp log sqrt pow abs sin cos  pi  ( )
// Numbers: "840 degC", "0.0035 1/min": a unit stands one space behind its number and takes every
//   further unit that * / or ^digit joins without a space, so "2 m/s" is a speed, also where s is a
//   symbol, and "2 m / s" divides by that symbol. A call ("2 m/min(a, b)") or a longer name
//   ("2 m/s.max", "2 m/min-stay") is no unit.
// Names: [A-Za-z][A-Za-z0-9_-]*, joined by dots. A hyphen belongs to the longest symbol that fits
//   and is a minus otherwise: "a-b" is the symbol a-b where there is one, else a - b.
// Temperatures: degC is absolute, K a difference. degC - degC gives K, degC + K gives degC; two
//   absolute ones are not added, and none is compared with a difference. Products and powers take
//   the absolute value in kelvin. A minus in front of a number with degC belongs to the number.
// Exponents: a constant whole one (at most 1024 in size) is multiplied out; a base with a dimension
//   accepts no other.

#ifndef TW_EXPR_EXPR_H
#define TW_EXPR_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/units.h"


// The type of a condition, as `wanted` and as a symbol's dim. Its values are 1 (true) and 0.
#define TW_EXPR_CONDITION ((tw_dim){.is_absolute = 2})

// As `wanted`: a value of any dimension, or a condition.
#define TW_EXPR_ANY ((tw_dim){.is_absolute = 3})

// A word that an expression may use. Its value is inputs[input_i] at evaluation time, in SI.
typedef struct tw_expr_symbol {
  const char *name;  // "part.mass", "parts_since_setup", "tool.wear"
  tw_dim dim;
  int32_t input_i;
} tw_expr_symbol;

typedef struct tw_expr tw_expr;

// What went wrong: offset into the text (0-based) and a sentence; hint may be "".
typedef struct tw_expr_error {
  int32_t offset;
  char message[160];
  char hint[96];
} tw_expr_error;

// Compiles text. wanted: the dimension the result must have, or TW_EXPR_CONDITION
// or TW_EXPR_ANY. Memory comes
// from the arena; only the code stays in it. A symbol that is named like a function is never found.
// Returns the expression, or NULL with *error filled.
const tw_expr *tw_expr_compile(const char *text, const tw_expr_symbol *symbols, int32_t n_symbol,
                               tw_dim wanted, tw_arena *arena, tw_expr_error *error);

// Evaluates. inputs: [the highest input_i + 1], SI. Division by zero gives inf or nan as IEEE does;
// the caller rejects values that are not finite. nan passes through min and max; as in IEEE, a
// comparison with it is false, but for !=.
double tw_expr_value(const tw_expr *expr, const double *inputs);

// True when the value cannot change (no symbol is used); *value is then set.
bool tw_expr_is_constant(const tw_expr *expr, double *value);

// True when input_i is used.
bool tw_expr_uses(const tw_expr *expr, int32_t input_i);

// The words and functions every expression knows, for hints and documentation; n in *n_name.
const char *const *tw_expr_functions(int32_t *n_name);

#endif
