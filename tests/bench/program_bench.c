// program_bench.c - what the equations of a machine model cost as a program against the same in C.
// Prints a table in ns: one evaluation of all four derivatives, their Jacobian, and the way from
// text to program; then whole integrations by Runge and Kutta over modes of a minute, per step. Native and
// written code are timed in turns and the median is shown; the last lines are the largest ratios. A program,
// not a timed test.

#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "core/math.h"
#include "core/ode_rk.h"
#include "expr/program.h"

enum { N_STATE = 4, N_INPUT = 14, N_TURN = 15, N_CALL = 400000 };

// A spindle: its temperature and its housing's, the wear of its tool, the energy it has taken.
enum {
  TS,
  TH,
  WEAR,
  ENERGY,
  POWER,
  LOSS_S,
  LOSS_H,
  HEAT_S,
  HEAT_H,
  AMBIENT,
  RATE,
  GROWTH,
  IDLE,
  EFFICIENCY
};

#define PER_K \
  { .kg = 1, .m = 2, .s = -3, .k = -1 }
#define J_PER_K \
  { .kg = 1, .m = 2, .s = -2, .k = -1 }
#define WATT \
  { .kg = 1, .m = 2, .s = -3 }
static const tw_formula_symbol symbols[N_INPUT] = {
    {"T", {.k = 1, .is_absolute = 1}, TS, -1},
    {"T_housing", {.k = 1, .is_absolute = 1}, TH, -1},
    {"wear", {0}, WEAR, -1},
    {"energy", {.kg = 1, .m = 2, .s = -2}, ENERGY, -1},
    {"power", WATT, POWER, -1},
    {"loss", PER_K, LOSS_S, -1},
    {"loss_housing", PER_K, LOSS_H, -1},
    {"heat", J_PER_K, HEAT_S, -1},
    {"heat_housing", J_PER_K, HEAT_H, -1},
    {"ambient", {.k = 1, .is_absolute = 1}, AMBIENT, -1},
    {"rate", {.s = -1}, RATE, -1},
    {"growth", {0}, GROWTH, -1},
    {"idle", WATT, IDLE, -1},
    {"efficiency", {0}, EFFICIENCY, -1},
};

static const double values[N_INPUT] = {318.0, 305.0, 0.4,    0,    4000.0, 60.0,  25.0,
                                       9e3,   4e4,   293.15, 1e-5, 1.0,    350.0, 0.85};

typedef void right_side(const double *in, double *out);

typedef struct sample {
  const char *name;
  const char *texts[N_STATE];
  right_side *native;
} sample;

// The native sides are called through pointers that the compiler cannot see through, as a model
// written in C would be.
static void side_with_exp(const double *in, double *out);
static void side_without_exp(const double *in, double *out);
static void side_with_cases(const double *in, double *out);

#define HEAT_TEXT    "(0.3*power*(1 + wear) - loss*(T - T_housing))/heat"
#define HOUSING_TEXT "(loss*(T - T_housing) - loss_housing*(T_housing - ambient))/heat_housing"
#define ENERGY_TEXT  "idle + power*(1 + wear)/efficiency"

static const sample samples[] = {
    {"four states, one exp",
     {HEAT_TEXT, HOUSING_TEXT, "rate*exp(0.02*(T - 20 degC)/(1 K))*(1 + growth*wear)", ENERGY_TEXT},
     side_with_exp},
    {"four states, no call",
     {HEAT_TEXT, HOUSING_TEXT, "rate*(1 + growth*wear^2)", ENERGY_TEXT},
     side_without_exp},
    {"with if, min and a comparison",
     {"(if(T < 76.85 degC and wear < 1, power, 0 kW) - loss*(T - T_housing))/heat", HOUSING_TEXT,
      "rate*min(1 + growth*wear, 3)", ENERGY_TEXT},
     side_with_cases},
};

static void fill_heat(const double *in, double *out) {
  const double use = in[POWER] * (1 + in[WEAR]);
  out[0] = (0.3 * in[POWER] * (1 + in[WEAR]) - in[LOSS_S] * (in[TS] - in[TH])) / in[HEAT_S];
  out[1] = (in[LOSS_S] * (in[TS] - in[TH]) - in[LOSS_H] * (in[TH] - in[AMBIENT])) / in[HEAT_H];
  out[3] = in[IDLE] + use / in[EFFICIENCY];
}

static void side_with_exp(const double *in, double *out) {
  fill_heat(in, out);
  out[2] = in[RATE] * tw_exp(0.02 * (in[TS] - 293.15)) * (1 + in[GROWTH] * in[WEAR]);
}

static void side_without_exp(const double *in, double *out) {
  fill_heat(in, out);
  out[2] = in[RATE] * (1 + in[GROWTH] * (in[WEAR] * in[WEAR]));
}

static void side_with_cases(const double *in, double *out) {
  fill_heat(in, out);
  const double factor = 1 + in[GROWTH] * in[WEAR];
  const double heating = in[TS] < 350.0 && in[WEAR] < 1 ? in[POWER] : 0.0;
  out[0] = (heating - in[LOSS_S] * (in[TS] - in[TH])) / in[HEAT_S];
  out[2] = in[RATE] * (factor < 3 ? factor : 3);
}

// Each call depends on the one before, as it does in an integrator: the result moves a state.
static double time_native(right_side *volatile *side, double *in) {
  double out[N_STATE];
  const double begin_ns = bench_cpu_ns();
  for (int i = 0; i < N_CALL; i++) {
    (*side)(in, out);
    in[WEAR] += 1e-9 * out[2];
    in[TS] += 1e-9 * out[0];
  }
  return (bench_cpu_ns() - begin_ns) / N_CALL;
}

static double time_program(const tw_program *program, double *work) {
  double out[N_STATE * N_STATE];
  const double begin_ns = bench_cpu_ns();
  for (int i = 0; i < N_CALL; i++) {
    tw_program_run(program, work, out);
    work[WEAR] += 1e-9 * out[2];
    work[TS] += 1e-9 * out[0];
  }
  return (bench_cpu_ns() - begin_ns) / N_CALL;
}

static void check(bool is_good, const char *text, const tw_expr_error *error) {
  if (is_good) return;
  fprintf(stderr, "%s\n%d: %s\n", text, (int)error->offset, error->message);
  exit(1);
}

// Writes the program of the equations, or of their Jacobian.
static const tw_program *write_program(const sample *s, bool is_jacobian, tw_arena *arena) {
  static const tw_dim wanted[N_STATE] = {
      {.k = 1, .s = -1}, {.k = 1, .s = -1}, {.s = -1}, {.kg = 1, .m = 2, .s = -3}};
  static const bool is_varying[N_INPUT] = {true, true, true, true};
  tw_formula sides[N_STATE], slopes[N_STATE * N_STATE];
  tw_expr_error error = {0};
  tw_formulas *formulas = tw_formulas_new(N_INPUT, arena);
  for (int i = 0; i < N_STATE; i++) {
    tw_dim dim = wanted[i];
    sides[i] = tw_formula_read(formulas, s->texts[i], symbols, N_INPUT, &dim, &error);
    check(sides[i] >= 0, s->texts[i], &error);
  }
  for (int i = 0; i < N_STATE * N_STATE && is_jacobian; i++) {
    slopes[i] = tw_formula_derivative(formulas, sides[i % N_STATE], i / N_STATE);
  }
  const tw_program *program =
      is_jacobian ? tw_program_write(formulas, slopes, N_STATE * N_STATE, is_varying, arena, &error)
                  : tw_program_write(formulas, sides, N_STATE, is_varying, arena, &error);
  check(program != NULL, s->name, &error);
  return program;
}

static double *make_work(const tw_program *program, tw_arena *arena) {
  double *work = tw_arena_take_array(arena, (size_t)tw_program_n_work(program), sizeof *work);
  for (int i = 0; i < N_INPUT; i++) work[i] = values[i];
  tw_program_prepare(program, work);
  tw_program_fix(program, work);
  return work;
}

static double time_writing(const sample *s) {
  enum { N_TIME = 500 };
  const double begin_ns = bench_cpu_ns();
  for (int i = 0; i < N_TIME; i++) {
    tw_arena arena;
    tw_arena_init(&arena);
    write_program(s, false, &arena);
    tw_arena_free(&arena);
  }
  return (bench_cpu_ns() - begin_ns) / N_TIME;
}

// ---- Whole integrations ----------------------------------------------------------------------

typedef struct equations {
  right_side *native;  // NULL: the program
  const tw_program *program;
  double *work;
} equations;

static void rhs_of(void *self, double t_s, const double *y, double *dy) {
  equations *of = self;
  (void)t_s;
  for (int i = 0; i < N_STATE; i++) of->work[i] = y[i];
  if (of->native != NULL)
    of->native(of->work, dy);
  else
    tw_program_run(of->program, of->work, dy);
}

// Steps of modes that begin a little warmer each time.
static double time_integration(equations *of, double *sum) {
  enum { N_MODE = 2000 };
  static const double atol[N_STATE] = {1e-6, 1e-6, 1e-6, 1e-6};
  double c[TW_ODE_N_COEFFICIENT * N_STATE], work[TW_RK_WORK * N_STATE];
  const tw_ode ode = {.n = N_STATE, .rhs = rhs_of, .self = of, .rtol = 1e-6, .atol = atol};
  const double begin_ns = bench_cpu_ns();
  int64_t n_step = 0;
  for (int mode = 0; mode < N_MODE; mode++) {
    double y[N_STATE] = {300 + 1e-3 * mode, 295, 0.1, 0}, f[N_STATE], t_s = 0;
    rhs_of(of, 0, y, f);
    tw_rk_control control = {.h_s = 1, .error = 1e-4};
    while (t_s < 60) {
      tw_ode_step step = {.c = c};
      const tw_rk_start start = {t_s, 60 - t_s, y, f, work};
      if (tw_rk_step(&ode, &start, &control, &step) != TW_ODE_OK) exit(1);
      for (int i = 0; i < N_STATE; i++) y[i] = tw_ode_value(c, N_STATE, i, 1);
      t_s += step.h_s;
    }
    n_step += control.n_step;
    *sum += y[0] + y[2];
  }
  return (bench_cpu_ns() - begin_ns) / (double)n_step;
}

// Gives program over native.
static double run_integration(const sample *s) {
  double native_ns[N_TURN], program_ns[N_TURN], native_sum = 0, program_sum = 0;
  tw_arena arena;
  tw_arena_init(&arena);
  const tw_program *program = write_program(s, false, &arena);
  equations native = {.native = s->native, .work = make_work(program, &arena)};
  equations written = {.program = program, .work = make_work(program, &arena)};
  for (int i = 0; i < N_TURN; i++) {
    native_ns[i] = time_integration(&native, &native_sum);
    program_ns[i] = time_integration(&written, &program_sum);
  }
  const double ratio = bench_median_ratio(program_ns, native_ns, N_TURN);
  printf("%-32s %8.1f %10.1f %7.2fx a step %22s  %s\n", s->name, bench_median(native_ns, N_TURN),
         bench_median(program_ns, N_TURN), ratio, "", native_sum == program_sum ? "same bits" : "OTHER VALUES");
  tw_arena_free(&arena);
  return ratio;
}

// Gives program over native.
static double run(const sample *s) {
  double native_ns[N_TURN], program_ns[N_TURN], jacobian_ns[N_TURN], writing_ns[N_TURN];
  double in[N_INPUT];
  right_side *volatile side = s->native;
  tw_arena arena;
  tw_arena_init(&arena);
  const tw_program *program = write_program(s, false, &arena);
  const tw_program *jacobian = write_program(s, true, &arena);
  double *work = make_work(program, &arena), *work_jacobian = make_work(jacobian, &arena);
  for (int i = 0; i < N_INPUT; i++) in[i] = values[i];
  for (int i = 0; i < N_TURN; i++) {
    native_ns[i] = time_native(&side, in);
    program_ns[i] = time_program(program, work);
    jacobian_ns[i] = time_program(jacobian, work_jacobian);
    writing_ns[i] = time_writing(s);
  }
  const double ratio = bench_median_ratio(program_ns, native_ns, N_TURN);
  const bool is_same = in[WEAR] == work[WEAR] && in[TS] == work[TS];
  printf("%-32s %8.1f %10.1f %7.2fx %10.1f %9.0f  %s\n", s->name, bench_median(native_ns, N_TURN),
         bench_median(program_ns, N_TURN), ratio, bench_median(jacobian_ns, N_TURN),
         bench_median(writing_ns, N_TURN), is_same ? "same bits" : "OTHER VALUES");
  tw_arena_free(&arena);
  return ratio;
}

int main(void) {
  double most = 0, most_integration = 0;
  printf("%-32s %8s %10s %8s %10s %9s\n", "equations", "C ns", "program ns", "ratio", "Jacobian",
         "writing");
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    const double ratio = run(&samples[i]);
    if (ratio > most) most = ratio;
  }
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    const double ratio = run_integration(&samples[i]);
    if (ratio > most_integration) most_integration = ratio;
  }
  bench_print("program_over_native", most);
  bench_print("integration_over_native", most_integration);
  return 0;
}
