// program.h - several expressions compiled into one program: right-hand sides, their Jacobian,
// conditions and outputs of one machine model. Where expr.h compiles one value, here equal
// subexpressions are computed once, derivatives are taken symbolically, and what does not change
// during a segment is computed once a segment. Nodes are built in a `tw_formulas`, a directed
// acyclic graph without duplicates; programs are written from it. The language is that of expr.h.

#ifndef TW_EXPR_PROGRAM_H
#define TW_EXPR_PROGRAM_H

#include "expr/expr.h"

enum { TW_FORMULA_INPUTS_MAX = 1024 };

// A node of the graph; negative: none (an error was reported).
typedef int32_t tw_formula;

typedef struct tw_formulas tw_formulas;

// What a name in a text stands for: an input, or another node (a parameter's expression).
typedef struct tw_formula_symbol {
  const char *name;
  tw_dim dim;       // or TW_EXPR_CONDITION
  int32_t input_i;  // used when node is negative
  tw_formula node;
} tw_formula_symbol;

// Makes an empty graph over n_input (at most TW_FORMULA_INPUTS_MAX) inputs; memory comes from the
// arena and lives as long. NULL: short.
tw_formulas *tw_formulas_new(int32_t n_input, tw_arena *arena);

// Why the last node that could not be made is missing: the graph is full or memory is short. A
// graph stays so. "" while every node could be made.
const char *tw_formulas_problem(const tw_formulas *formulas);

// Reads a text into the graph; equal nodes are found again, constants folded, x*0, x*1, x+0 and the
// like simplified. *dim: the dimension wanted, as in tw_expr_compile; the one it has is written
// there. Negative with *error.
tw_formula tw_formula_read(tw_formulas *formulas, const char *text,
                           const tw_formula_symbol *symbols, int32_t n_symbol, tw_dim *dim,
                           tw_expr_error *error);

// Builds nodes without text; dimensions are the caller's business. Negative when the graph is full
// or an operand is negative, so that a chain of them needs one question at its end.
tw_formula tw_formula_number(tw_formulas *formulas, double number);
tw_formula tw_formula_input(tw_formulas *formulas, int32_t input_i);
tw_formula tw_formula_add(tw_formulas *formulas, tw_formula a, tw_formula b);
tw_formula tw_formula_multiply(tw_formulas *formulas, tw_formula a, tw_formula b);
tw_formula tw_formula_select(tw_formulas *formulas, tw_formula condition, tw_formula a,
                             tw_formula b);

// The derivative by an input. Conditions count as constant, min, max, abs and if have the
// derivative of the side that holds. Negative as above.
tw_formula tw_formula_derivative(tw_formulas *formulas, tw_formula node, int32_t input_i);

bool tw_formula_uses(const tw_formulas *formulas, tw_formula node, int32_t input_i);
// Does it depend on any input for which is_varying ([n_input]) holds?
bool tw_formula_varies(const tw_formulas *formulas, tw_formula node, const bool *is_varying);
bool tw_formula_is_constant(const tw_formulas *formulas, tw_formula node, double *value);

// A comparison of a condition, as a function that is above 0 where it holds.
typedef struct tw_formula_root {
  tw_formula node;   // left - right, or right - left
  bool is_zero_in;   // it holds also where the function is 0: >= and <=
  bool is_equality;  // == and !=: no crossing can be located
  bool is_all;       // the condition is this comparison and nothing else
} tw_formula_root;

// Lists the comparisons of a condition that depend on varying inputs, also those inside `if`, in a
// fixed order; their functions are added to the graph. Returns how many there are; at most `max`
// are written. Negative when the graph is full.
int32_t tw_formula_roots(tw_formulas *formulas, tw_formula condition, const bool *is_varying,
                         tw_formula_root *roots, int32_t max);

// A program: constant, may be run by any number of threads, each with a work area of its own.
typedef struct tw_program tw_program;

// Writes the program of n_output nodes into the arena (which may be another than the graph's). What
// depends on no varying input is computed by tw_program_fix. NULL: *error says why.
const tw_program *tw_program_write(const tw_formulas *formulas, const tw_formula *outputs,
                                   int32_t n_output, const bool *is_varying, tw_arena *arena,
                                   tw_expr_error *error);

// The work area: doubles, of which the first n_input are the inputs; the caller sets them.
int32_t tw_program_n_work(const tw_program *program);
int32_t tw_program_n_output(const tw_program *program);

// Sets the constants of a new work area; once.
void tw_program_prepare(const tw_program *program, double *work);

// Computes what depends only on inputs that do not vary; after any of those has changed.
void tw_program_fix(const tw_program *program, double *work);

// Computes the outputs. outputs: [n_output], apart from the work area. inf and nan as IEEE gives
// them.
void tw_program_run(const tw_program *program, double *work, double *outputs);

#endif
