// study.h - many runs of one line: replications on several threads, with the same result on any
// number of them, and confidence intervals over replications.

#ifndef TWIN_STUDY_H
#define TWIN_STUDY_H

#include <twin/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct twin_study twin_study;

// Begins with struct_size; set up by twin_study_options_init. Fields are only ever appended.
typedef struct twin_study_options {
  uint32_t struct_size;
  uint32_t n_thread;            // 0: as many as there are processors
  uint32_t n_replication;       // 0: the file's
  uint32_t first_replication;   // number of the first one
  uint32_t has_seed;
  uint32_t has_losses;          // 1: losses are observed in every replication (losses.h)
  uint64_t seed;
  double warmup_s, horizon_s;   // below 0: the file's
  double confidence;            // 0.95
  const char *record_path;      // a run file for all replications; NULL: none
  const twin_recorder_options *record;  // NULL: defaults
  twin_progress_call on_progress;
  void *user;
} twin_study_options;

// One figure over the replications.
typedef struct twin_estimate {
  uint32_t struct_size;
  uint32_t n;          // replications with a value
  double mean, sd;     // over replications
  double half_width;   // of the t interval; NaN when none is allowed (fewer than 2 replications)
  double min, max;
} twin_estimate;

// Fills options with their defaults.
// Thread: any.
// Since: 1.0
TWIN_API void twin_study_options_init(twin_study_options *options);

// Makes a study of a line. options: NULL for defaults; copied, texts too.
// Returns: TWIN_OK and a study.
// Errors: TWIN_ERR_ARGUMENT (no horizon), TWIN_ERR_MEMORY.
// Owns: the caller frees it with twin_study_free.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_new(twin_study **study, twin_line *line,
                                    const twin_study_options *options, twin_problems *problems);

// Frees a study.
// Owns: takes `study`; NULL is allowed.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API void twin_study_free(twin_study *study);

// Runs the replications. What is finished when it is cancelled or fails is kept: its squeezed state, of which any
// quantity can be read later, 2 to 10 KB each; beyond 64 MB in a temporary file without a name.
// Returns: TWIN_OK, TWIN_CANCELLED.
// Errors: the first error of a replication, in replication order; TWIN_ERR_MEMORY, TWIN_ERR_IO.
// Thread: one thread at a time for the study; uses its own threads inside.
// Since: 1.0
TWIN_API twin_status twin_study_run(twin_study *study, twin_problems *problems);

// Replications finished so far.
// Returns: the count.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API uint32_t twin_study_done(const twin_study *study);

// One quantity over the replications. estimate: filled up to its struct_size.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_IO, TWIN_ERR_MEMORY.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_estimate(const twin_study *study, uint64_t quantity,
                                         twin_estimate *estimate);

// The values of one quantity in replication order.
// values: [n], n at most twin_study_done.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_IO (a state that was put into a temporary file cannot be read back).
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_values(const twin_study *study, uint64_t quantity, double *values,
                                       size_t n);

// A table of a study by its name, over the replications that are finished.
//
// "kpi", every quantity. Columns: quantity (its path); unit; n: replications with a value; mean; half_width, of
// the t interval, NaN when none is allowed; sd; min; max.
//
// "losses" and "bottleneck", with has_losses: see losses.h.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (no such table), TWIN_ERR_ARGUMENT (losses are not observed, nothing is
//   finished), TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_table(const twin_study *study, const char *name, twin_table **table,
                                      twin_problems *problems);

// State hash of one finished replication, for comparing machines and thread counts.
// Returns: the hash; 0 when that replication is not finished.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API uint64_t twin_study_hash(const twin_study *study, uint32_t replication);

#ifdef __cplusplus
}
#endif
#endif
