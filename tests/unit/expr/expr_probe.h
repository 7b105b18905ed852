// expr_probe.h - what the tests of expressions share: a table of symbols with a value for each, and
// compiling one text for its value.

#ifndef TESTS_UNIT_MODEL_EXPR_PROBE_H
#define TESTS_UNIT_MODEL_EXPR_PROBE_H

#include <criterion/criterion.h>

#include "expr/expr.h"

#define ONE \
  { 0 }
#define KELVIN \
  { .k = 1 }
#define DEGREE \
  { .k = 1, .is_absolute = 1 }

enum {
  A,
  B,
  A_B,
  WEAR,
  SINCE_SETUP,
  MASS,
  HEAT_T,
  S,
  S_MAX,
  MIN_STAY,
  LENGTH,
  T_AMBIENT,
  BUSY,
  N_INPUT
};

static const tw_expr_symbol symbols[N_INPUT] = {
    {"a-b", ONE, A_B},
    {"a", ONE, A},
    {"b", ONE, B},
    {"tool.wear", ONE, WEAR},
    {"parts_since_setup", ONE, SINCE_SETUP},
    {"part.mass", {.kg = 1}, MASS},
    {"heat.T", DEGREE, HEAT_T},
    {"s", {.s = 1}, S},
    {"s.max", {.s = 1}, S_MAX},
    {"min-stay", {.s = 1}, MIN_STAY},
    {"x", {.m = 1}, LENGTH},
    {"ambient", DEGREE, T_AMBIENT},
    {"busy", {.is_absolute = 2}, BUSY},
};

static const double inputs[N_INPUT] = {3, 7, 100, 0.25, 0, 2.4, 1200, 4, 5, 90, 1.5, 293.15, 1};

static inline const tw_expr *compile(const char *text, tw_dim wanted, tw_arena *arena,
                                     tw_expr_error *error) {
  tw_arena_init(arena);
  return tw_expr_compile(text, symbols, N_INPUT, wanted, arena, error);
}

static inline double value_of(const char *text, tw_dim wanted) {
  tw_arena arena;
  tw_expr_error error;
  const tw_expr *expr = compile(text, wanted, &arena, &error);
  cr_assert_not_null(expr, "%s\n%*s^ %s", text, (int)error.offset, "", error.message);
  cr_assert_str_empty(error.message);
  const double value = tw_expr_value(expr, inputs);
  tw_arena_free(&arena);
  return value;
}

static inline double number_of(const char *text) { return value_of(text, TW_DIM_ONE); }

#endif
