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
  const char *figure;   // what a precision and the warm-up go by; NULL: "line/throughput"
  double precision;     // half width of the figure that is wanted, over its mean; 0: n_replication are run
  uint32_t n_most;      // replications that a precision may take; 0: 1000
  uint32_t is_simultaneous;  // 1: intervals of differences hold for all scenarios at once (Bonferroni)
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

// Adds scenarios to a study that has not run: each is the line with other values at JSON pointers, run with the same
// random numbers, to the same horizon.
// name: of one, or of a sweep; NULL: all there are. text: n_bytes of JSON in the form of a line file's "scenarios", NULL:
// those of the line's file.
// Returns: TWIN_OK; on failure none is added.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_LINE (every mistake in every scenario is in problems), TWIN_ERR_ARGUMENT,
//   TWIN_ERR_UNSUPPORTED, TWIN_ERR_MEMORY.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_add_scenarios(twin_study *study, const char *name, const char *text,
                                              size_t n_bytes, twin_problems *problems);

// Scenarios of a study, numbered from 1; 0 is the line as it is.
// Returns: the count; the name, "" where there is no such scenario.
// Owns: the text stays the study's.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API int32_t twin_study_scenario_count(const twin_study *study);
TWIN_API const char *twin_study_scenario_name(const twin_study *study, int32_t scenario);

// The values of one quantity of the line in a scenario, in replication order; NaN where the scenario has none.
// out: [n], n at most the replications of that scenario that are finished.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_IO, TWIN_ERR_MEMORY.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_scenario_values(const twin_study *study, int32_t scenario,
                                                uint64_t quantity, double *out, size_t n);

// Which lines no other one beats in two figures at once (Pareto), by their means.
// a, b: quantities; 0: what a scenario costs, "invest", 0 where it does not say. is_less: 1: less of a is better, 2: of b,
// 3: of both. is_front: [n], n = 1 + twin_study_scenario_count.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_IO, TWIN_ERR_MEMORY.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_front(const twin_study *study, uint64_t a, uint64_t b, uint32_t is_less,
                                      int32_t *is_front, size_t n);

// Runs the replications, of the line and then of each scenario. With a precision they are a first stage, at least 10, and
// as many more follow as it asks for, the same number in all lines; intervals are then those of Stein's two stages.
// A warning W-SAMPLE says when that would take more than n_most. What is finished when it is cancelled or fails is kept: its squeezed state, of which any
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
//
// "scenarios", every quantity of the line in every scenario, the line as it is first. Columns: scenario (none: the
// line as it is); quantity; unit; n: pairs of replications; mean; half_width; difference from the line as it is, pair by
// pair; difference_half_width, of its t interval (with is_simultaneous of Bonferroni's, for all scenarios at once); p,
// two-sided, that there is no difference; p_adjusted by Holm over the scenarios; correlation of the pairs; variance_ratio:
// of the difference to that of independent runs, below 1 the common random numbers pay; invest; about.
//
// "warmup", up to 20 replications of the line from its start without warm-up, a row for each of 500 slices of the horizon.
// Columns: time (s, end of the slice); figure, mean over the replications; z: MSER-5's squared standard error without
// what is before; is_warmup: 1 for slices that MSER-5 cuts off, 0 for others, -1 for all when it has no answer: the
// figure does not settle in the first half.
//
// "batches", the first replication as one long run, every quantity by the means of 20 batches. Columns: quantity; unit;
// n; mean; half_width, NaN where it is refused; sd; lag1: correlation of neighbouring batches; n_effective: so many
// independent batches know as much; is_enough: 0 where the effective sample is too small, so that a longer run is needed.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (no such table), TWIN_ERR_ARGUMENT (losses are not observed, nothing is
//   finished), TWIN_ERR_MEMORY, and of "warmup" and "batches", which run when they are asked for, the errors of a run.
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
