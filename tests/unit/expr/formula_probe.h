// formula_probe.h - what the tests of formulas and programs share: symbols with a value for each,
// reading a text that must be right, and the value of a node by a program of its own.

#ifndef TESTS_UNIT_MODEL_FORMULA_PROBE_H
#define TESTS_UNIT_MODEL_FORMULA_PROBE_H

#include <criterion/criterion.h>

#include "expr/formula.h"

enum { X, Y, Z, P, TEMPERATURE, TIME, ON, N_INPUT };

static const tw_formula_symbol symbols[N_INPUT] = {
    {"x", {0}, X, -1},
    {"y", {0}, Y, -1},
    {"z", {0}, Z, -1},
    {"p", {0}, P, -1},
    {"T", {.k = 1, .is_absolute = 1}, TEMPERATURE, -1},
    {"time", {.s = 1}, TIME, -1},
    {"on", {.is_absolute = 2}, ON, -1},
};

static const double values[N_INPUT] = {3, 7, 0.25, 2, 320, 5, 1};

// Everything varies here, or all but p.
static const bool is_any_varying[N_INPUT] = {true, true, true, true, true, true, true};
static const bool is_state_varying[N_INPUT] = {true, true, true, false, true, true, true};

typedef struct probe {
  tw_arena arena;
  tw_formulas *formulas;
} probe;

static inline void open_probe(probe *p) {
  tw_arena_init(&p->arena);
  p->formulas = tw_formulas_new(N_INPUT, &p->arena);
  cr_assert_not_null(p->formulas);
}

static inline tw_formula read_as(probe *p, const char *text, tw_dim wanted) {
  tw_expr_error error;
  tw_dim dim = wanted;
  const tw_formula node = tw_formula_read(p->formulas, text, symbols, N_INPUT, &dim, &error);
  cr_assert_geq(node, 0, "%s\n%*s^ %s", text, (int)error.offset, "", error.message);
  return node;
}

static inline tw_formula read(probe *p, const char *text) { return read_as(p, text, TW_EXPR_ANY); }

static inline double value_with(probe *p, tw_formula node, const double *inputs) {
  tw_expr_error error;
  tw_arena arena;
  double work[4000], value;
  cr_assert_geq(node, 0);
  tw_arena_init(&arena);
  const tw_program *program =
      tw_program_write(p->formulas, &node, 1, is_state_varying, &arena, &error);
  cr_assert_not_null(program, "%s", error.message);
  cr_assert_leq(tw_program_n_work(program), 4000);
  for (int i = 0; i < N_INPUT; i++) work[i] = inputs[i];
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  tw_program_run(program, work, &value);
  tw_arena_free(&arena);
  return value;
}

static inline double value_of(probe *p, tw_formula node) { return value_with(p, node, values); }

#endif
