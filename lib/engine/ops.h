// ops.h - the operations on a run as data: a code and an argument. The public calls go through here, so
// that whoever keeps a log sees every one of them.

#ifndef TW_ENGINE_OPS_H
#define TW_ENGINE_OPS_H

#include "engine/run.h"

typedef enum tw_op_code {
#define TW_OP(name, argument) TW_OP_##name,
#include "engine/ops.inl"
#undef TW_OP
  TW_OP_N
} tw_op_code;

typedef struct tw_op {
  int64_t code;      // tw_op_code
  int64_t argument;  // as ops.inl says
} tw_op;

// Carries out one operation. An argument that is none of this line leaves the run untouched.
twin_status tw_run_apply(tw_run *run, tw_op op, twin_problems *problems);

const char *tw_op_name(int64_t code);

#endif
