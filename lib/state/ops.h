// ops.h - the operations on a run as data: a code and its arguments. The public calls go through here, so
// that whoever keeps a log sees every one of them.

#ifndef TW_STATE_OPS_H
#define TW_STATE_OPS_H

#include "engine/run.h"

typedef enum tw_op_code {
#define TW_OP(name, ...) TW_OP_##name,
#include "state/ops.inl"
#undef TW_OP
  TW_OP_N
} tw_op_code;

enum { TW_OP_ARGUMENTS = 5 };

typedef struct tw_op {
  int64_t code;                       // tw_op_code
  int64_t argument[TW_OP_ARGUMENTS];  // as ops.inl says
} tw_op;

// One argument of an operation, for logs. name NULL: there is none.
typedef struct tw_op_argument {
  const char *name;
  tw_bound bound;
} tw_op_argument;

// Carries out one operation, and tells the log that is attached. What cannot be done is refused with a
// sentence; events that are due at the present instant happen first all the same.
twin_status tw_run_apply(tw_run *run, tw_op op, twin_problems *problems);

const char *tw_op_name(int64_t code);

// The arguments of an operation: [TW_OP_ARGUMENTS], those there are first.
const tw_op_argument *tw_op_arguments(int64_t code);


#endif
