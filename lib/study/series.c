// series.c - see series.h.

#include "study/series.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/problems.h"
#include "observe/quantity.h"
#include "study/pool.h"

typedef struct outcome {
  twin_status status;
  twin_problems *problems;  // NULL: none
} outcome;

typedef struct job {
  const tw_series_setup *setup;
  double *values;
  outcome *outcome;  // [n_replication]
  atomic_uint next;
} job;

static int64_t slice_end(const tw_series_setup *setup, uint32_t k) {
  const int64_t length_us = setup->until_us - setup->from_us;
  return setup->from_us + length_us / setup->n_slice * k +
         length_us % setup->n_slice * k / setup->n_slice;
}

static twin_status run_slices(const tw_series_setup *setup, tw_run *run, double *values,
                              twin_problems *problems) {
  twin_status status = tw_run_until(run, setup->from_us, problems);
  for (uint32_t k = 0; k < setup->n_slice && status == TWIN_OK; k++) {
    tw_run_begin_window(run);
    status = tw_run_until(run, slice_end(setup, k + 1), problems);
    for (size_t q = 0; q < setup->n_quantity && status == TWIN_OK; q++)
      values[k * setup->n_quantity + q] = tw_quantity_value(run, setup->quantity[q]);
  }
  return status;
}

static void work(void *self, int32_t thread_i) {
  job *of = self;
  const tw_series_setup *setup = of->setup;
  const tw_memory *memory = tw_line_memory(setup->line);
  (void)thread_i;
  for (;;) {
    const uint32_t i = atomic_fetch_add(&of->next, 1);
    if (i >= setup->n_replication) return;
    outcome *to = &of->outcome[i];
    tw_run *run =
        tw_run_new(setup->line, &(tw_run_setup){.seed = setup->seed,
                                                .replication = setup->first_replication + i,
                                                .has_statistics = true,
                                                .horizon_us = setup->until_us});
    to->problems = tw_problems_new(memory);
    to->status = TWIN_ERR_MEMORY;
    const size_t n_value = (size_t)setup->n_slice * setup->n_quantity;
    if (run != NULL && to->problems != NULL)
      to->status = run_slices(setup, run, of->values + i * n_value, to->problems);
    tw_run_free(run);
  }
}

static twin_status conclude(const job *of, twin_problems *problems) {
  twin_status status = TWIN_OK;
  for (uint32_t i = 0; i < of->setup->n_replication; i++) {
    outcome *from = &of->outcome[i];
    if (from->status < 0 && status == TWIN_OK) {
      char before[32];
      snprintf(before, sizeof before,
               "replication %u: ", (unsigned)(of->setup->first_replication + i));
      status = from->status;
      tw_problems_hand_on(problems, from->problems, before);
      if (twin_problems_count(from->problems, TWIN_ERROR) == 0)
        tw_fail(problems, status, "%s%s", before, twin_status_text(status));
    }
    twin_problems_free(from->problems);
  }
  return status;
}

twin_status tw_series_run(const tw_series_setup *setup, double *values, twin_problems *problems) {
  TW_ASSERT(setup->n_slice > 0 && setup->from_us >= 0 && setup->until_us > setup->from_us);
  const tw_memory *memory = tw_line_memory(setup->line);
  job of = {.setup = setup, .values = values};
  atomic_init(&of.next, 0);
  of.outcome = tw_memory_zeroed(memory, setup->n_replication, sizeof *of.outcome);
  if (of.outcome == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a series");
  uint32_t n_thread = setup->n_thread > 0 ? setup->n_thread : (uint32_t)tw_pool_processors();
  if (n_thread > setup->n_replication) n_thread = setup->n_replication;
  tw_pool_run((int32_t)n_thread, work, &of);
  const twin_status status = conclude(&of, problems);
  tw_memory_free(memory, of.outcome);
  return status;
}
