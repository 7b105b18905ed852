// accuracy_bench.c - what rtol 1e-6 means: the spindles of spindle.h against the same run at 1e-11. States
// are compared each second, temperatures counted above the surroundings; events by number and instant.
// The machines do not stop for their models, so that both runs have the same switches. Prints
//   state_error  the largest, as a share of the largest value that the state takes
//   root_error_s the largest of an event's instant
//   roots_missed of either run, and n_root

#include <math.h>
#include <stdlib.h>

#include "api/api.h"
#include "bench/spindle.h"
#include "engine/body/body.h"
#include "engine/sink.h"

enum { N_MACHINE = 100, N_SECOND = 6000, N_ROOT_MAX = 100000 };
static const double ABOVE_K = 293.15;

// Instants of the events of a run, machine by machine in the order of time.
typedef struct roots {
  double at_s[N_MACHINE][SPINDLE_N_EVENT][N_ROOT_MAX / N_MACHINE];
  int n[N_MACHINE][SPINDLE_N_EVENT];
} roots;

static void note(void *self, const struct tw_run *run, const tw_fact *fact) {
  roots *of = self;
  (void)run;
  if (fact->kind != TW_FACT_MODEL) return;
  const int m = fact->machine_i, e = fact->cause % SPINDLE_N_EVENT;
  if (of->n[m][e] == N_ROOT_MAX / N_MACHINE) exit(1);
  of->at_s[m][e][of->n[m][e]++] = fact->value;
}

static twin_run *make_run(double rtol, roots *of) {
  twin_run *run = spindle_run(&(spindle_options){.n_machine = N_MACHINE, .model = SPINDLE_4, .rtol = rtol});
  tw_sink_add(tw_run_of(run), (tw_sink){.self = of, .fact = note});
  return run;
}

static double value_of(twin_run *run, int32_t machine_i, int32_t i) {
  const tw_run *of = tw_run_of(run);
  const double value = tw_variable_now(of, &of->line->member[machine_i], i);
  return i == SPINDLE_T || i == SPINDLE_HOUSING ? value - ABOVE_K : value;
}

// An event that sets wear to 0 parts the runs for as long as its instants differ: that is no error of states.
static bool is_near_reset(const roots *of, int m, double now_s) {
  const int n = of->n[m][SPINDLE_WORN];
  return n > 0 && now_s - of->at_s[m][SPINDLE_WORN][n - 1] < 1;
}

static double compare_roots(const roots *a, const roots *b, int *n_missed, int *n_root) {
  double most = 0;
  for (int m = 0; m < N_MACHINE; m++)
    for (int e = 0; e < SPINDLE_N_EVENT; e++) {
      const int n = a->n[m][e] < b->n[m][e] ? a->n[m][e] : b->n[m][e];
      *n_missed += a->n[m][e] + b->n[m][e] - 2 * n;
      *n_root += n;
      for (int i = 0; i < n; i++) most = fmax(most, fabs(a->at_s[m][e][i] - b->at_s[m][e][i]));
    }
  return most;
}

int main(void) {
  static roots coarse_roots, sharp_roots;
  double error[SPINDLE_N_STATE] = {0}, size[SPINDLE_N_STATE] = {0}, most = 0;
  twin_run *coarse = make_run(1e-6, &coarse_roots), *sharp = make_run(1e-11, &sharp_roots);
  for (int s = 1; s <= N_SECOND; s++) {
    bench_check(twin_run_until(coarse, s, NULL), NULL, "until");
    bench_check(twin_run_until(sharp, s, NULL), NULL, "until");
    for (int32_t m = 0; m < N_MACHINE; m++)
      for (int32_t i = 0; i < SPINDLE_N_STATE; i++) {
        if (i == SPINDLE_WEAR && (is_near_reset(&coarse_roots, m, s) || is_near_reset(&sharp_roots, m, s)))
          continue;
        const double value = value_of(sharp, m, i);
        error[i] = fmax(error[i], fabs(value_of(coarse, m, i) - value));
        size[i] = fmax(size[i], fabs(value));
      }
  }
  static const char *const names[] = {"error_of_T", "error_of_housing", "error_of_wear", "error_of_energy"};
  for (int i = 0; i < SPINDLE_N_STATE; i++) {
    bench_print(names[i], error[i] / size[i]);
    most = fmax(most, error[i] / size[i]);
  }
  int n_missed = 0, n_root = 0;
  const double root_error_s = compare_roots(&coarse_roots, &sharp_roots, &n_missed, &n_root);
  bench_print("state_error", most);
  bench_print("root_error_s", root_error_s);
  bench_print("roots_missed", n_missed);
  bench_print("n_root", n_root);
  twin_run_free(coarse);
  twin_run_free(sharp);
  return 0;
}
