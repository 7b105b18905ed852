// expr_bench.c - what a right-hand side in the line file costs against the same equations in C.
// Prints a table in ns: one evaluation of all four equations, and one compilation of one of them.
// Native and compiled code are timed in turns and the median is shown; the last line is the largest
// ratio. A program, not a timed test.

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/math.h"
#include "expr/expr.h"

enum { N_EQUATION = 4, N_INPUT = 14, N_TURN = 15, N_CALL = 400000 };

// A spindle: its temperature and its housing's, the wear of its tool, the runout that follows.
enum {
  TS,
  TH,
  WEAR,
  RUNOUT,
  POWER,
  LOSS_S,
  LOSS_H,
  HEAT_S,
  HEAT_H,
  AMBIENT,
  RATE,
  GROWTH,
  GAIN,
  TAU
};

#define PER_K \
  { .kg = 1, .m = 2, .s = -3, .k = -1 }
#define J_PER_K \
  { .kg = 1, .m = 2, .s = -2, .k = -1 }
static const tw_expr_symbol symbols[N_INPUT] = {
    {"T", {.k = 1, .is_absolute = 1}, TS},
    {"T_housing", {.k = 1, .is_absolute = 1}, TH},
    {"wear", {0}, WEAR},
    {"runout", {.m = 1}, RUNOUT},
    {"power", {.kg = 1, .m = 2, .s = -3}, POWER},
    {"loss", PER_K, LOSS_S},
    {"loss_housing", PER_K, LOSS_H},
    {"heat", J_PER_K, HEAT_S},
    {"heat_housing", J_PER_K, HEAT_H},
    {"ambient", {.k = 1, .is_absolute = 1}, AMBIENT},
    {"rate", {.s = -1}, RATE},
    {"growth", {0}, GROWTH},
    {"gain", {.m = 1}, GAIN},
    {"tau", {.s = 1}, TAU},
};

static const double values[N_INPUT] = {318.0, 305.0, 0.4,    2e-6, 4000.0, 60.0, 25.0,
                                       9e3,   4e4,   293.15, 1e-5, 1.0,    3e-6, 900.0};

typedef void right_side(const double *in, double *out);

typedef struct sample {
  const char *name;
  const char *texts[N_EQUATION];
  right_side *native;
} sample;

// The native sides are called through pointers that the compiler cannot see through, as a model
// written in C would be.
static void side_with_exp(const double *in, double *out);
static void side_without_exp(const double *in, double *out);
static void side_with_cases(const double *in, double *out);

#define HEAT_TEXT    "(0.3*power - loss*(T - T_housing))/heat"
#define HOUSING_TEXT "(loss*(T - T_housing) - loss_housing*(T_housing - ambient))/heat_housing"
#define RUNOUT_TEXT  "(gain*wear^2 - runout)/tau"

static const sample samples[] = {
    {"four equations, one exp",
     {HEAT_TEXT, HOUSING_TEXT, "rate*exp(0.02*(T - 20 degC)/(1 K))*(1 + growth*wear)", RUNOUT_TEXT},
     side_with_exp},
    {"four equations, no call",
     {HEAT_TEXT, HOUSING_TEXT, "rate*(1 + growth*wear)", RUNOUT_TEXT},
     side_without_exp},
    {"with if, min and a comparison",
     {"(if(T < 76.85 degC and wear < 1, power, 0 kW) - loss*(T - T_housing))/heat", HOUSING_TEXT,
      "rate*min(1 + growth*wear, 3)", RUNOUT_TEXT},
     side_with_cases},
};

static void fill_heat(const double *in, double *out) {
  out[0] = (0.3 * in[POWER] - in[LOSS_S] * (in[TS] - in[TH])) / in[HEAT_S];
  out[1] = (in[LOSS_S] * (in[TS] - in[TH]) - in[LOSS_H] * (in[TH] - in[AMBIENT])) / in[HEAT_H];
  out[3] = (in[GAIN] * (in[WEAR] * in[WEAR]) - in[RUNOUT]) / in[TAU];
}

static void side_with_exp(const double *in, double *out) {
  fill_heat(in, out);
  out[2] = in[RATE] * tw_exp(0.02 * (in[TS] - 293.15)) * (1 + in[GROWTH] * in[WEAR]);
}

static void side_without_exp(const double *in, double *out) {
  fill_heat(in, out);
  out[2] = in[RATE] * (1 + in[GROWTH] * in[WEAR]);
}

static void side_with_cases(const double *in, double *out) {
  fill_heat(in, out);
  const double factor = 1 + in[GROWTH] * in[WEAR];
  const double heating = in[TS] < 350.0 && in[WEAR] < 1 ? in[POWER] : 0.0;
  out[0] = (heating - in[LOSS_S] * (in[TS] - in[TH])) / in[HEAT_S];
  out[2] = in[RATE] * (factor < 3 ? factor : 3);
}

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *list) {
  qsort(list, N_TURN, sizeof *list, compare);
  return list[N_TURN / 2];
}

// Each call depends on the one before, as it does in an integrator: the result moves a state.
static double time_native(right_side *volatile *side, double *in) {
  double out[N_EQUATION];
  const double begin_ns = now_ns();
  for (int i = 0; i < N_CALL; i++) {
    (*side)(in, out);
    in[WEAR] += 1e-9 * out[2];
    in[TS] += 1e-9 * out[0];
  }
  return (now_ns() - begin_ns) / N_CALL;
}

static double time_compiled(const tw_expr *const *exprs, double *in) {
  double out[N_EQUATION];
  const double begin_ns = now_ns();
  for (int i = 0; i < N_CALL; i++) {
    for (int k = 0; k < N_EQUATION; k++) out[k] = tw_expr_value(exprs[k], in);
    in[WEAR] += 1e-9 * out[2];
    in[TS] += 1e-9 * out[0];
  }
  return (now_ns() - begin_ns) / N_CALL;
}

static void compile_all(const sample *s, tw_arena *arena, const tw_expr **exprs) {
  static const tw_dim wanted[N_EQUATION] = {
      {.k = 1, .s = -1}, {.k = 1, .s = -1}, {.s = -1}, {.m = 1, .s = -1}};
  for (int i = 0; i < N_EQUATION; i++) {
    tw_expr_error error;
    exprs[i] = tw_expr_compile(s->texts[i], symbols, N_INPUT, wanted[i], arena, &error);
    if (exprs[i] != NULL) continue;
    fprintf(stderr, "%s\n%d: %s\n", s->texts[i], (int)error.offset, error.message);
    exit(1);
  }
}

static double time_compilation(const sample *s) {
  enum { N_TIME = 500 };
  const tw_expr *exprs[N_EQUATION];
  const double begin_ns = now_ns();
  for (int i = 0; i < N_TIME; i++) {
    tw_arena arena;
    tw_arena_init(&arena);
    compile_all(s, &arena, exprs);
    tw_arena_free(&arena);
  }
  return (now_ns() - begin_ns) / (N_TIME * N_EQUATION);
}

// Gives compiled over native.
static double run(const sample *s) {
  double native_ns[N_TURN], compiled_ns[N_TURN], compilation_ns[N_TURN];
  double in_native[N_INPUT], in_compiled[N_INPUT];
  const tw_expr *exprs[N_EQUATION];
  right_side *volatile side = s->native;
  tw_arena arena;
  tw_arena_init(&arena);
  compile_all(s, &arena, exprs);
  for (int i = 0; i < N_INPUT; i++) in_native[i] = in_compiled[i] = values[i];
  for (int i = 0; i < N_TURN; i++) {
    native_ns[i] = time_native(&side, in_native);
    compiled_ns[i] = time_compiled(exprs, in_compiled);
    compilation_ns[i] = time_compilation(s);
  }
  const double native = median(native_ns), compiled = median(compiled_ns);
  const int is_same = in_native[WEAR] == in_compiled[WEAR] && in_native[TS] == in_compiled[TS];
  printf("%-32s %8.1f %10.1f %7.2fx %9.0f  %s\n", s->name, native, compiled, compiled / native,
         median(compilation_ns), is_same ? "same bits" : "OTHER VALUES");
  tw_arena_free(&arena);
  return compiled / native;
}

int main(void) {
  double most = 0;
  printf("%-32s %8s %10s %8s %9s\n", "right-hand side", "C ns", "expr ns", "ratio", "compile");
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    const double ratio = run(&samples[i]);
    if (ratio > most) most = ratio;
  }
  printf("expr_over_native %.4g\n", most);
  return 0;
}
