// formula_fuzz.c - feeds any bytes to graphs of formulas: lines are texts, and each may use the one
// before by the name `last`. All of them, their derivatives by two inputs, those of these, and the
// roots of conditions make one program, which is run. Nothing may crash, hang or grow beyond the
// limits (what is over one ends in a readable sentence), running again gives the same bits, and so
// does letting other inputs vary.

#include <math.h>
#include <stdint.h>

#include "expr/formula.h"
#include "expr/program_code.h"
#include "fuzz_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { N_INPUT = 7, N_SYMBOL = N_INPUT + 1, N_LINE = 6, OUTPUT_MAX = 64, TEXT_MAX = 5000 };
enum { WORK_MAX = UINT16_MAX + 1 };

static const double rows[][N_INPUT] = {
    {3, 7, 0.25, 2, 320, 5, 1},
    {0, -0.0, -1, 1e300, 5e-324, 0, 0},
    {0.5, -2, 1e-9, 1, 293.15, 3600, 1},
};

static const tw_expr_symbol inputs[N_INPUT] = {
    {"x", {0}, 0},
    {"y", {0}, 1},
    {"z", {0}, 2},
    {"p", {0}, 3},
    {"T", {.k = 1, .is_absolute = 1}, 4},
    {"time", {.s = 1}, 5},
    {"on", {.is_absolute = 2}, 6},
};

typedef struct reading {
  tw_arena arena;
  tw_formulas *formulas;
  tw_formula_symbol symbols[N_SYMBOL];
  int n_symbol;
  tw_formula outputs[OUTPUT_MAX];
  int n_output;
} reading;

static bool is_same(double a, double b) {
  return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

static void check_error(const tw_expr_error *error, const char *text) {
  demand(error->message[0] != 0 && is_readable(error->message), "a message", text);
  demand(is_readable(error->hint), "a hint", text);
  demand(error->offset >= 0 && (size_t)error->offset <= strlen(text), "an offset", text);
}

static void keep(reading *r, tw_formula node, const char *text) {
  const bool is_full = tw_formulas_problem(r->formulas)[0] != 0;
  demand(node >= 0 || is_full, "a node that is missing without a reason", text);
  demand(r->formulas->n_node <= TW_FORMULA_NODES_MAX, "a graph beyond its limit", text);
  if (node >= 0 && r->n_output < OUTPUT_MAX) r->outputs[r->n_output++] = node;
}

static void keep_roots(reading *r, tw_formula condition, const char *text) {
  static const bool is_varying[N_INPUT] = {true, true, true, false, true, true, true};
  tw_formula_root roots[4];
  const int32_t n = tw_formula_roots(r->formulas, condition, is_varying, roots, 4);
  for (int32_t i = 0; i < n && i < 4; i++) keep(r, roots[i].node, text);
}

// Derives by two inputs, and each of these by both.
static void keep_derivatives(reading *r, tw_formula node, const char *text) {
  for (int32_t i = 0; i < 2; i++) {
    const tw_formula derivative = tw_formula_derivative(r->formulas, node, i);
    keep(r, derivative, text);
    for (int32_t k = 0; k < 2; k++) {
      keep(r, tw_formula_derivative(r->formulas, derivative, k), text);
    }
  }
}

static void read_line(reading *r, const char *text) {
  tw_expr_error error;
  tw_dim dim = TW_EXPR_ANY;
  const tw_formula node = tw_formula_read(r->formulas, text, r->symbols, r->n_symbol, &dim, &error);
  if (node < 0) {
    check_error(&error, text);
    return;
  }
  double value;
  const bool is_constant = tw_formula_is_constant(r->formulas, node, &value);
  demand(!is_constant || !tw_formula_uses(r->formulas, node, 0), "a constant that varies", text);
  keep(r, node, text);
  if (dim.is_absolute == 2) {
    keep_roots(r, node, text);
  } else {
    keep_derivatives(r, node, text);
  }
  r->symbols[N_INPUT] = (tw_formula_symbol){"last", dim, 0, node};
  r->n_symbol = N_SYMBOL;
}

// Runs all outputs with every row. is_varying NULL: all inputs do.
static bool run(reading *r, const bool *is_varying, double *values, const char *text) {
  static const bool all[N_INPUT] = {true, true, true, true, true, true, true};
  static double work[WORK_MAX], again[OUTPUT_MAX];
  tw_expr_error error;
  const tw_program *program =
      tw_program_write(r->formulas, r->outputs, r->n_output, is_varying != NULL ? is_varying : all,
                       &r->arena, &error);
  if (program == NULL) {
    check_error(&error, text);
    return false;
  }
  demand(tw_program_n_work(program) <= WORK_MAX, "a work area beyond its limit", text);
  demand(program->n_fixed + program->n_varying <= TW_FORMULA_NODES_MAX, "too many steps", text);
  tw_program_prepare(program, work);
  for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
    memcpy(work, rows[row], sizeof rows[row]);
    tw_program_fix(program, work);
    tw_program_run(program, work, values + row * OUTPUT_MAX);
    tw_program_run(program, work, again);
    for (int i = 0; i < r->n_output; i++) {
      demand(is_same(again[i], values[row * OUTPUT_MAX + (size_t)i]), "another value", text);
    }
  }
  return true;
}

static void check_programs(reading *r, const char *text) {
  static double one[3 * OUTPUT_MAX], other[3 * OUTPUT_MAX];
  static const bool is_varying[N_INPUT] = {true, false, true, false, false, true, false};
  const bool is_written = run(r, NULL, one, text);
  demand(run(r, is_varying, other, text) == is_written, "written only in one way", text);
  for (size_t row = 0; row < 3 && is_written; row++) {
    for (size_t i = row * OUTPUT_MAX; i < row * OUTPUT_MAX + (size_t)r->n_output; i++) {
      demand(is_same(one[i], other[i]), "another value where others vary", text);
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static char text[TEXT_MAX + 1];
  static reading r;
  if (n > TEXT_MAX) return -1;
  memcpy(text, data, n);
  text[n] = 0;
  r.n_output = 0;
  r.n_symbol = N_INPUT;
  for (int i = 0; i < N_INPUT; i++) {
    r.symbols[i] = (tw_formula_symbol){inputs[i].name, inputs[i].dim, inputs[i].input_i, -1};
  }
  tw_arena_init(&r.arena);
  r.formulas = tw_formulas_new(N_INPUT, &r.arena);
  char *line = text;
  for (int i = 0; i < N_LINE && line != NULL; i++) {
    char *end = strchr(line, '\n');
    if (end != NULL) *end++ = 0;
    read_line(&r, line);
    line = end;
  }
  check_programs(&r, text);
  tw_arena_free(&r.arena);
  return 0;
}
