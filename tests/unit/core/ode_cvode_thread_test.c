// CVODE on several threads at once: each has solvers of its own, and all give the same bits.

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/hash.h"
#include "core/ode_cvode.h"
#include "ode_models.h"

enum { N_THREAD = 4, N_ROUND = 10, N_STEP = 100 };

// All steps of one solver as one number, 0 when something failed.
static uint64_t hash_furnace(tw_cvode_method method, const double *y) {
  const tw_ode ode = furnace_ode();
  tw_cvode *cvode = NULL;
  if (tw_cvode_new(&cvode, &ode, method) != TW_ODE_OK) return 0;
  uint64_t hash = TW_HASH_SEED;
  double c[TW_ODE_N_COEFFICIENT * FURNACE_N], h_next_s;
  tw_ode_step step = {.c = c};
  bool is_good = tw_cvode_begin(cvode, y, 1e-4, INFINITY) == TW_ODE_OK;
  for (int n = 0; n < N_STEP && is_good; n++) {
    is_good = tw_cvode_step(cvode, &step, &h_next_s) == TW_ODE_OK;
    hash = tw_hash_bytes(hash, c, sizeof c);
    hash = tw_hash_bytes(hash, &step.h_s, sizeof step.h_s);
  }
  tw_cvode_free(cvode);
  return is_good ? hash : 0;
}

// Solves the furnace by both methods, with a solver that fails between them.
static void *solve_again_and_again(void *argument) {
  uint64_t *hash = argument;
  const double bad_k[FURNACE_N] = {NAN};
  for (int i = 0; i < N_ROUND; i++) {
    const uint64_t bdf = hash_furnace(TW_CVODE_BDF, furnace_start_k);
    const uint64_t failed = hash_furnace(TW_CVODE_ADAMS, bad_k);
    const uint64_t adams = hash_furnace(TW_CVODE_ADAMS, furnace_start_k);
    *hash = tw_hash_word(tw_hash_word(tw_hash_word(*hash, bdf), failed), adams);
    if (bdf == 0 || adams == 0 || failed != 0) *hash = 0;
  }
  return NULL;
}

Test(ode_cvode, gives_the_same_bits_on_several_threads_at_once) {
  if (tw_cvode_version() == NULL) cr_skip_test("built without SUNDIALS");
  uint64_t alone = 0, hashes[N_THREAD] = {0};
  solve_again_and_again(&alone);
  cr_assert(alone != 0);
  pthread_t threads[N_THREAD];
  for (int i = 0; i < N_THREAD; i++)
    cr_assert_eq(pthread_create(&threads[i], NULL, solve_again_and_again, &hashes[i]), 0);
  for (int i = 0; i < N_THREAD; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < N_THREAD; i++) cr_assert(hashes[i] == alone);
}
