// expr_fuzz.c - feeds any bytes to the expression compiler. What compiles is run, and then: a value
// depends on no input that the expression says it does not use, a constant on none, and compiling
// again gives the same bits. What does not compile has a place in the text and a readable sentence.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "fuzz_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { N_INPUT = 10, TEXT_MAX = 5000, ROW_MAX = 3 };

static const tw_expr_symbol symbols[N_INPUT] = {
    {"a", {0}, 0},
    {"a-b", {0}, 1},
    {"b", {0}, 2},
    {"tool.wear", {0}, 3},
    {"part.mass", {.kg = 1}, 4},
    {"heat.T", {.k = 1, .is_absolute = 1}, 5},
    {"s", {.s = 1}, 6},
    {"min-stay", {.s = 1}, 7},
    {"x", {.m = 1}, 8},
    {"busy", {.is_absolute = 2}, 9},
};

static const tw_dim wanted[] = {{0},       {.is_absolute = 2},         {.s = 1},
                                {.s = -1}, {.k = 1, .is_absolute = 1}, {.k = 1},
                                {.m = 1},  {.kg = 1, .m = 2, .s = -3}};

static const double rows[ROW_MAX][N_INPUT] = {
    {1, 2, 3, 0.25, 2.4, 1113, 4, 90, 1.5, 1},
    {0, -0.0, -1, 1e300, 5e-324, 0, -7, 1e-3, -2, 0},
    {-5, 0.5, 1e-9, 12, 1e6, 293.15, 60, 3600, 0.1, 1},
};

static bool is_same(double a, double b) {
  return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

// Inputs that the expression does not use become nan: nothing may change.
static void check_values(const tw_expr *expr, const tw_expr *again, const char *text) {
  double constant = 0, inputs[N_INPUT];
  const bool is_constant = tw_expr_is_constant(expr, &constant);
  for (int row = 0; row < ROW_MAX; row++) {
    const double value = tw_expr_value(expr, rows[row]);
    demand(is_same(value, tw_expr_value(again, rows[row])), "another value when compiled again",
           text);
    demand(!is_constant || is_same(value, constant), "a constant that varies", text);
    for (int i = 0; i < N_INPUT; i++) inputs[i] = tw_expr_uses(expr, i) ? rows[row][i] : NAN;
    demand(is_same(value, tw_expr_value(expr, inputs)), "an input that is not used matters", text);
  }
}

static void check_error(const tw_expr_error *error, const char *text) {
  const size_t n = strlen(text);
  demand(error->message[0] != 0 && is_readable(error->message), "a message", text);
  demand(is_readable(error->hint), "a hint", text);
  demand(strlen(error->message) + 1 < sizeof error->message, "a message that is cut", text);
  demand(strlen(error->hint) + 1 < sizeof error->hint, "a hint that is cut", text);
  demand(error->offset >= 0 && (size_t)error->offset <= n, "an offset outside of the text", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static char text[TEXT_MAX + 1];
  if (n > TEXT_MAX) return -1;
  memcpy(text, data, n);
  text[n] = 0;
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    tw_arena arena;
    tw_expr_error error;
    tw_arena_init(&arena);
    const tw_expr *expr = tw_expr_compile(text, symbols, N_INPUT, wanted[i], &arena, &error);
    if (expr == NULL) {
      check_error(&error, text);
    } else {
      const tw_expr *again = tw_expr_compile(text, symbols, N_INPUT, wanted[i], &arena, &error);
      demand(again != NULL, "not compiled again", text);
      check_values(expr, again, text);
    }
    const bool is_done = expr != NULL || strncmp(error.message, "this is ", 8) != 0;
    tw_arena_free(&arena);
    if (is_done) break;
  }
  return 0;
}
