// pool.c - the parallel region, and its end: the runtime's threads are told to go.

#include "study/pool.h"

#include <stdatomic.h>
#include <stddef.h>
#ifdef TW_HAS_OPENMP
#include <omp.h>
#endif

#include "base/assert.h"

void tw_pool_run(int32_t n_thread, void (*work)(void *self, int32_t thread_i), void *self) {
  TW_ASSERT(n_thread >= 1 && work != NULL);
#ifdef TW_HAS_OPENMP
  // A host that is in a region of its own gets one thread: regions within regions are its decision.
  if (n_thread > 1 && !omp_in_parallel()) {
    // The region's own barrier is invisible to race checkers; the count says the same to them.
    atomic_int n_gone = 0;
#pragma omp parallel num_threads(n_thread)
    {
      work(self, omp_get_thread_num());
      atomic_fetch_add(&n_gone, 1);
    }
    const int n_seen = atomic_load(&n_gone);
    TW_ASSERT(n_seen >= 1 && n_seen <= n_thread);
    (void)n_seen;
    // Threads go, so that the process may fork. Softly: a hard pause ends all of LLVM's runtime, also
    // under a study that another thread of the host runs.
    omp_pause_resource_all(omp_pause_soft);
    return;
  }
#endif
  (void)n_thread;
  work(self, 0);
}

int32_t tw_pool_processors(void) {
#ifdef TW_HAS_OPENMP
  const int n = omp_get_num_procs();
  return n > 1 ? n : 1;
#else
  return 1;
#endif
}
