// program_code.h - the written form of a program: steps over one work area. Private to program*.c
// and their tests. An operand is an index into the work area, wherever it comes from, so a step is
// a few small numbers and reading an operand is one load.

#ifndef TW_EXPR_PROGRAM_CODE_H
#define TW_EXPR_PROGRAM_CODE_H

#include "base/assert.h"
#include "expr/code.h"
#include "expr/program.h"

// An index into the work area: inputs, then constants, then temporaries.
typedef uint16_t tw_place;
TW_STATIC_ASSERT(TW_FORMULA_INPUTS_MAX + TW_FORMULA_NODES_MAX <= UINT16_MAX,
                 "a place is any index of a work area");

// Where a step finds the operand that the step before it has made: in the work area like all
// others, or, which is faster, in a variable. Codes of steps are an operation in one of these
// forms.
enum { TW_STEP_PLAIN, TW_STEP_LAST_A, TW_STEP_LAST_B, TW_STEP_LAST_C, TW_STEP_N_FORM };
#define TW_STEP_CODE(form, op) ((form) * (int)TW_EXPR_N_OP + (int)(op))
TW_STATIC_ASSERT(TW_STEP_CODE(TW_STEP_N_FORM, 0) <= UINT8_MAX, "a step holds its code in a byte");

// Where a step puts its result.
enum { TW_STEP_TO_WORK, TW_STEP_TO_OUTPUT, TW_STEP_N_TARGET };

typedef struct tw_program_step {
  uint8_t code;
  uint8_t target;
  uint16_t dst;  // a place, or the index of an output
  tw_place a, b, c;
} tw_program_step;

// An output that no step makes, or that steps read too.
typedef struct tw_program_copy {
  int32_t output_i;
  tw_place from;
} tw_program_copy;

struct tw_program {
  const tw_program_step *steps;   // [n_fixed + n_varying]
  const double *constants;        // [n_constant], in the work area behind the inputs
  const tw_program_copy *copies;  // [n_copy]
  int32_t n_fixed, n_varying, n_copy;
  int32_t n_input, n_constant, n_work, n_output;
};

#endif
