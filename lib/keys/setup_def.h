// setup_def.h - setups as the line file writes them, and their compilation to a tw_setup
// (model/line.h); for every kind that has machines.

#ifndef TW_KEYS_SETUP_DEF_H
#define TW_KEYS_SETUP_DEF_H

#include "model/line.h"

struct tw_compiler;

// Every key that no other entry of its row, or of the matrix, names.
#define TW_OTHER_NAME "other"
enum { TW_OTHER = -1 };

// An entry of a setup matrix.
typedef struct tw_pair_def {
  int32_t from, to;  // into the names of the matrix; TW_OTHER
  const tw_node *node;
  const tw_dist *time;
} tw_pair_def;

typedef struct tw_matrix_def {
  const tw_node *node;  // NULL: absent
  int32_t n_name, n_pair;
  const tw_name *name;      // [n_name] as they stand in the file, more than once perhaps
  const tw_pair_def *pair;  // [n_pair]
} tw_matrix_def;

typedef struct tw_approval_def {
  int64_t n_part;  // 0: absent
  tw_value time;
  tw_needs needs;
} tw_approval_def;

typedef struct tw_setup_def {
  int32_t by;  // 0: family, 1: part
  tw_matrix_def matrix;
  tw_value time;
  tw_expr_text factor;
  tw_needs needs;
  int64_t priority, min_run, n_startup_scrap;
  tw_name initial;
  tw_map steps;  // tw_step_def
  tw_approval_def approval;
} tw_setup_def;

typedef struct tw_step_def {
  tw_def def;
  tw_value time;
  tw_needs needs;
  bool is_while_running;
} tw_step_def;

extern const tw_table tw_setup_table;

// Compiles the setups of a place with its machines, which are compiled before. NULL with a problem.
const tw_setup *tw_setup_compile(struct tw_compiler *compiler, int32_t place_i,
                                 const tw_setup_def *def, const char *stream);

#endif
