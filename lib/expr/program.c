// program.c - runs programs. The operations are those of ops.inl, so a program gives the bits
// of the expressions that it was written from.

#include "expr/program.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/math.h"
#include "expr/program_code.h"

// Each operation stands here in all its forms, so none has to ask where an operand is.
static void run_steps(const tw_program_step *step, const tw_program_step *end, double *work,
                      double *outputs) {
  double *const targets[TW_STEP_N_TARGET] = {work, outputs};
  double last = 0;
#define OP(name, n_operand, value) \
  case TW_STEP_CODE(FORM, TW_EXPR_##name): targets[step->target][step->dst] = last = (value); break;
  for (; step != end; step++) {
    switch (step->code) {
#define FORM TW_STEP_PLAIN
#define A    work[step->a]
#define B    work[step->b]
#define C    work[step->c]
#include "expr/ops.inl"
#undef FORM
#undef A
#define FORM TW_STEP_LAST_A
#define A    last
#include "expr/ops.inl"
#undef FORM
#undef A
#undef B
#define FORM TW_STEP_LAST_B
#define A    work[step->a]
#define B    last
#include "expr/ops.inl"
#undef FORM
#undef B
#undef C
#define FORM TW_STEP_LAST_C
#define B    work[step->b]
#define C    last
#include "expr/ops.inl"
      default: TW_ASSERT(0 && "a step without an operation"); break;
    }
  }
#undef FORM
#undef OP
#undef C
#undef B
#undef A
}

int32_t tw_program_n_work(const tw_program *program) {
  TW_ASSERT(program != NULL);
  return program->n_work;
}

int32_t tw_program_n_output(const tw_program *program) {
  TW_ASSERT(program != NULL);
  return program->n_output;
}

void tw_program_prepare(const tw_program *program, double *work) {
  TW_ASSERT(program != NULL && work != NULL);
  const size_t n = (size_t)program->n_constant;
  if (n > 0) memcpy(work + program->n_input, program->constants, n * sizeof *work);
}

void tw_program_fix(const tw_program *program, double *work) {
  TW_ASSERT(program != NULL && work != NULL);
  run_steps(program->steps, program->steps + program->n_fixed, work, NULL);
}

void tw_program_run(const tw_program *program, double *work, double *outputs) {
  TW_ASSERT(program != NULL && work != NULL && (outputs != NULL || program->n_output == 0));
  const tw_program_step *varying = program->steps + program->n_fixed;
  run_steps(varying, varying + program->n_varying, work, outputs);
  const tw_program_copy *copy = program->copies;
  const tw_program_copy *const end = copy + program->n_copy;
  for (; copy != end; copy++) outputs[copy->output_i] = work[copy->from];
}
