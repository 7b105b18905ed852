// erk_bench.c - the spindles of spindle.h by SUNDIALS' ERKStep, one for each machine: Dormand and Prince's
// pair, one step ahead of the events, reset at switches, thresholds as root functions. It is the best that
// was found with SUNDIALS for such models. The reference is given the switches of the line as a list, so it
// does nothing but its queue and its equations, written in C; the library runs the whole line. Prints
//   spindle_over_erk                   library over reference for each switch, median of the turns' ratios
//   bare_over_erk                      the same without the library's statistics: the reference keeps none
//   ns_of_library, ns_of_erk           for each switch
//   roots_of_library, roots_of_erk     that were found in the same span
// With an argument: the folder whose SUNDIALS was asked for, which is checked.

#define _GNU_SOURCE  // dladdr

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arkode/arkode_erkstep.h>
#include <nvector/nvector_serial.h>

#include "api/api.h"
#include "bench/spindle.h"
#include "core/agenda.h"
#include "engine/body/body.h"
#include "engine/sink.h"

enum { N_MACHINE = 100 };
static const double RTOL = 1e-6, PIECE_S = 2000;

// ---- The switches of the line ----------------------------------------------------------------

typedef struct change {
  int64_t time_us;
  int32_t machine_i;
  bool is_processing, has_new_tool;
} change;

typedef struct script {
  change *at;
  size_t n, n_max;
  int64_t n_root;
  bool was_processing[N_MACHINE];
  int32_t changed_by[N_MACHINE];
} script;

// Writes down when a machine begins and ceases to process, and when its tool has been changed.
static void note(void *self, const struct tw_run *run, const tw_fact *fact) {
  script *s = self;
  const int32_t m = fact->machine_i;
  if (fact->kind == TW_FACT_MODEL) s->n_root++;
  if (fact->kind == TW_FACT_FAIL) s->changed_by[m] = fact->cause;
  const bool has_new_tool = fact->kind == TW_FACT_REPAIRED && run->line->mode[s->changed_by[m]].sets.n > 0;
  const bool is_state = fact->kind == TW_FACT_STATE;
  const bool is_processing = is_state ? fact->state == TWIN_PROCESSING : m >= 0 && s->was_processing[m];
  if (!has_new_tool && !(is_state && is_processing != s->was_processing[m])) return;
  s->was_processing[m] = is_processing;
  if (s->n == s->n_max) {
    s->n_max = s->n_max * 2 + 1024;
    s->at = realloc(s->at, s->n_max * sizeof *s->at);
    if (s->at == NULL) exit(1);
  }
  s->at[s->n++] = (change){fact->time_us, m, is_processing, has_new_tool};
}

// ---- The reference ---------------------------------------------------------------------------

typedef struct machine {
  SUNContext context;
  void *erk;
  N_Vector y, atol;
  bool is_processing, is_root;
  double step_s;  // the present step ends
} machine;

typedef struct reference {
  machine machine[N_MACHINE];
  tw_agenda agenda;
  tw_agenda_key heap[N_MACHINE];
  uint32_t position[N_MACHINE], n_pending;
  uint64_t low[N_MACHINE];
  size_t next;  // change of the script
  int64_t n_switch, n_root;
} reference;

static void demand(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %d\n", what, status);
  exit(1);
}

static int right_side(double t, N_Vector y, N_Vector dy, void *self) {
  (void)t;
  const machine *m = self;
  spindle_right_side(m->is_processing, NV_DATA_S(y), NV_DATA_S(dy));
  return 0;
}

static int thresholds(double t, N_Vector y, double *g, void *self) {
  (void)t, (void)self;
  g[SPINDLE_HOT] = NV_Ith_S(y, SPINDLE_T) - SPINDLE_HOT_K;
  g[SPINDLE_WORN] = NV_Ith_S(y, SPINDLE_WEAR) - 1;
  return 0;
}

static void make_machine(machine *m) {
  static const double start[SPINDLE_N_STATE] = {293.15, 293.15, 0, 0};
  static const double nominal[SPINDLE_N_STATE] = {100, 100, 1, 1};
  int up[SPINDLE_N_EVENT] = {1, 1};
  demand(SUNContext_Create(NULL, &m->context), "context");
  m->y = N_VNew_Serial(SPINDLE_N_STATE, m->context);
  m->atol = N_VNew_Serial(SPINDLE_N_STATE, m->context);
  for (int i = 0; i < SPINDLE_N_STATE; i++) {
    NV_Ith_S(m->y, i) = start[i];
    NV_Ith_S(m->atol, i) = RTOL * nominal[i];
  }
  m->erk = ERKStepCreate(right_side, 0, m->y, m->context);
  if (m->erk == NULL) exit(1);
  demand(ERKStepSetTableNum(m->erk, ARKODE_DORMAND_PRINCE_7_4_5), "table");
  demand(ERKStepSVtolerances(m->erk, RTOL, m->atol), "tolerances");
  demand(ERKStepSetUserData(m->erk, m), "user data");
  demand(ERKStepRootInit(m->erk, SPINDLE_N_EVENT, thresholds), "roots");
  demand(ERKStepSetRootDirection(m->erk, up), "directions");
  demand(ERKStepSetNoInactiveRootWarn(m->erk), "warnings");
  demand(ERKStepSetMaxNumSteps(m->erk, -1), "steps");
}

// One step ahead, or to the first root inside it.
static void step(reference *r, int32_t i) {
  machine *m = &r->machine[i];
  const int status = ERKStepEvolve(m->erk, m->step_s + 60, m->y, &m->step_s, ARK_ONE_STEP);
  demand(status, "step");
  m->is_root = status == ARK_ROOT_RETURN;
  tw_agenda_put(&r->agenda, (uint32_t)i, (int64_t)ceil(m->step_s * 1e6));
}

static void switch_mode(reference *r, const change *to) {
  machine *m = &r->machine[to->machine_i];
  const double t_s = 1e-6 * (double)to->time_us;
  if (t_s > 0) demand(ERKStepGetDky(m->erk, t_s, 0, m->y), "dense output");
  m->is_processing = to->is_processing;
  if (to->has_new_tool) NV_Ith_S(m->y, SPINDLE_WEAR) = 0;
  demand(ERKStepReset(m->erk, t_s, m->y), "reset");
  m->step_s = t_s;
  r->n_switch++;
  step(r, to->machine_i);
}

static void make_reference(reference *r) {
  r->agenda = (tw_agenda){r->heap, r->position, &r->n_pending, r->low};
  for (uint32_t i = 0; i < N_MACHINE; i++) r->low[i] = tw_agenda_low(1, 0, i);
  tw_agenda_init(&r->agenda, N_MACHINE);
  for (int32_t i = 0; i < N_MACHINE; i++) {
    make_machine(&r->machine[i]);
    step(r, i);
  }
}

static void run_reference(reference *r, const script *s, double until_s) {
  const int64_t until_us = (int64_t)(until_s * 1e6);
  for (;;) {
    const int64_t tick = tw_agenda_top_tick(&r->agenda);
    const int64_t change_us = r->next < s->n ? s->at[r->next].time_us : INT64_MAX;
    if (tick > until_us && change_us > until_us) return;
    if (change_us <= tick) {
      switch_mode(r, &s->at[r->next++]);
      continue;
    }
    const int32_t i = (int32_t)tw_agenda_top_slot(&r->agenda);
    if (r->machine[i].is_root) r->n_root++;
    step(r, i);
  }
}

static void check_library(const char *folder) {
  Dl_info info;
  if (dladdr((void *)(uintptr_t)ERKStepCreate, &info) == 0 || strstr(info.dli_fname, folder) == NULL) {
    fprintf(stderr, "SUNDIALS is not the one in %s\n", folder);
    exit(1);
  }
}

static void free_reference(reference *r) {
  for (int32_t i = 0; i < N_MACHINE; i++) {
    ERKStepFree(&r->machine[i].erk);
    N_VDestroy(r->machine[i].y);
    N_VDestroy(r->machine[i].atol);
    SUNContext_Free(&r->machine[i].context);
  }
}

int main(int n_argument, char **arguments) {
  static double ours_ns[BENCH_TURNS], bare_ns[BENCH_TURNS], erk_ns[BENCH_TURNS];
  static script s;
  static reference r;
  const spindle_options options = {
      .n_machine = N_MACHINE, .model = SPINDLE_4, .has_stops = true, .rtol = RTOL};
  spindle_options bare_options = options;
  bare_options.has_no_statistics = true;
  if (n_argument > 1) check_library(arguments[1]);
  twin_run *listed = spindle_run(&options), *run = spindle_run(&options), *bare = spindle_run(&bare_options);
  tw_sink_add(tw_run_of(listed), (tw_sink){.self = &s, .fact = note});
  bench_run_on_ns(listed, PIECE_S * (BENCH_TURNS + 1));
  make_reference(&r);
  for (int i = -1; i < BENCH_TURNS; i++) {
    const int64_t before = spindle_n_switch(run), erk_before = r.n_switch + r.n_root;
    const double ours = bench_run_on_ns(run, PIECE_S), without = bench_run_on_ns(bare, PIECE_S), start_ns = bench_cpu_ns();
    run_reference(&r, &s, twin_run_time_s(run));
    const double theirs = bench_cpu_ns() - start_ns;
    if (i < 0) continue;
    ours_ns[i] = ours / (double)(spindle_n_switch(run) - before);
    bare_ns[i] = without / (double)(spindle_n_switch(run) - before);  // it has the same ones
    erk_ns[i] = theirs / (double)(r.n_switch + r.n_root - erk_before);
  }
  bench_print("spindle_over_erk", bench_median_ratio(ours_ns, erk_ns, BENCH_TURNS));
  bench_print("bare_over_erk", bench_median_ratio(bare_ns, erk_ns, BENCH_TURNS));
  bench_print("ns_of_library", bench_median(ours_ns, BENCH_TURNS));
  bench_print("ns_of_erk", bench_median(erk_ns, BENCH_TURNS));
  bench_print("roots_of_library", (double)s.n_root);
  bench_print("roots_of_erk", (double)r.n_root);
  bench_print("switches_of_library", (double)spindle_n_switch(run));
  bench_print("switches_of_erk", (double)(r.n_switch + r.n_root));
  long steps = 0, one = 0;
  for (int32_t i = 0; i < N_MACHINE; i++) {
    demand(ERKStepGetNumStepAttempts(r.machine[i].erk, &one), "count");
    steps += one;
  }
  bench_print("steps_of_library", (double)spindle_n_step(run));
  bench_print("steps_of_erk", (double)steps);
  free_reference(&r);
  twin_run_free(listed);
  twin_run_free(run);
  twin_run_free(bare);
  free(s.at);
  return 0;
}
