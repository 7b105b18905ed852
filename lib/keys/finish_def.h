// finish_def.h - how processing ends otherwise than after a drawn time: "finish", when a condition on the states
// of the machine's models has held for a soak; "rate", when a part's work, done at a rate, is complete.

#ifndef TW_KEYS_FINISH_DEF_H
#define TW_KEYS_FINISH_DEF_H

#include "field/field.h"

struct tw_compiler;

typedef struct tw_finish_def {
  tw_expr_text when;
  tw_value soak;
} tw_finish_def;

extern const tw_table tw_finish_table;

// "rate": parts per time, a quantity or an expression.
typedef struct tw_rate_def {
  const tw_node *node;  // NULL: absent
  double per_s;         // above 0: a quantity
  tw_expr_text text;    // else
} tw_rate_def;
extern const tw_custom tw_rate_custom;

// Compiles a rate that is an expression. True: it names states and is integrated; else *at_start is evaluated
// when processing starts, NULL where there is none.
struct tw_expr;
bool tw_rate_compile(struct tw_compiler *compiler, int32_t place_i, const tw_rate_def *def,
                     const struct tw_expr **at_start);

// What ends by itself takes no factor, cannot be pre-empted by another part, and is not known before.
void tw_finish_check(struct tw_compiler *compiler, int32_t place_i, const tw_node *factor, const tw_node *ends);

// False: the station has none.
bool tw_finish_compile(struct tw_compiler *compiler, int32_t place_i, const tw_finish_def *def,
                       const char *stream);

#endif
