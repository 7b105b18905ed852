// api_study.c - studies: options and the file's defaults into a setup, values into estimates.

#include <math.h>

#include "api/api.h"
#include "core/ticks.h"
#include "observe/quantity.h"
#include "study/interval.h"

void twin_study_options_init(twin_study_options *options) {
  if (options == NULL) return;
  *options = (twin_study_options){
      .struct_size = sizeof *options, .warmup_s = -1, .horizon_s = -1, .confidence = 0.95};
}

enum { N_FIRST_MIN = 10, N_MOST = 1000 };  // replications of a first stage; of both

// Seconds of the options, or the file's; false when they are no instant.
static bool choose_instant(double option_s, int64_t file_us, int64_t *tick) {
  *tick = file_us;
  return !isnan(option_s) && (option_s < 0 || tw_instant_of(option_s, tick));
}

static twin_status make_setup(const tw_line *line, const twin_study_options *options,
                              tw_study_setup *setup, twin_problems *problems) {
  twin_recorder_options record;
  const int64_t n_file = line->doc.run.n_replication;
  *setup = (tw_study_setup){.n_thread = options->n_thread,
                            .n_replication = options->n_replication > 0 ? options->n_replication
                                                                        : (uint32_t)n_file,
                            .first_replication = options->first_replication,
                            .seed = options->has_seed ? options->seed : line->seed,
                            .record_path = options->record_path,
                            .compression = 0,
                            .has_losses = options->has_losses != 0,
                            .on_progress = options->on_progress,
                            .user = options->user};
  if (!tw_recorder_options_take(&record, options->record) ||
      !choose_instant(options->warmup_s, line->warmup_us, &setup->warmup_us) ||
      !choose_instant(options->horizon_s, line->horizon_us, &setup->horizon_us))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "an option of the study is out of its range");
  if (setup->horizon_us <= 0)
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "a study needs a horizon: in the options, or in the file as \"run\": "
                   "{\"horizon\": \"8 h\"}");
  if (setup->warmup_us >= setup->horizon_us)
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "the warm-up, %.15g s, leaves nothing of the %.15g s that a replication lasts",
                   tw_seconds(setup->warmup_us), tw_seconds(setup->horizon_us));
  if (!(options->confidence > 0 && options->confidence < 1))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "confidence is a share between 0 and 1");
  if (setup->n_replication < 1 || setup->n_replication > INT32_MAX ||
      setup->first_replication > (uint32_t)INT32_MAX - setup->n_replication)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "so many replications cannot be numbered");
  setup->what = tw_record_what_of(line, &record);
  setup->compression = record.compression;
  setup->flush_s = record.flush_s;
  setup->has_sync = record.has_sync != 0;
  setup->confidence = options->confidence;
  return TWIN_OK;
}

// What a precision goes by.
static twin_status make_whatif(const tw_line *line, const twin_study_options *options,
                               tw_whatif_setup *setup, twin_problems *problems) {
  const char *figure = options->figure != NULL ? options->figure : "line/throughput";
  const twin_status status = make_setup(line, options, &setup->study, problems);
  if (status != TWIN_OK) return status;
  setup->figure = tw_quantity_find(line, figure, problems);
  setup->precision = options->precision;
  setup->n_most = options->n_most > 0 ? options->n_most : N_MOST;
  if (setup->figure == 0) return TWIN_ERR_NOT_FOUND;
  if (options->precision == 0) return TWIN_OK;
  if (!(options->precision > 0 && options->precision < 1))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "precision is a share between 0 and 1");
  if (options->record_path != NULL || setup->n_most > INT32_MAX - options->first_replication)
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "a study with a precision is not recorded, and has less than 2^31 replications");
  if (options->n_replication == 0 && setup->study.n_replication < N_FIRST_MIN)
    setup->study.n_replication = N_FIRST_MIN;
  if (setup->study.n_replication >= N_FIRST_MIN) return TWIN_OK;
  tw_problems_add(problems, &(tw_problem_text){.status = TWIN_ERR_ARGUMENT, .code = "E-SAMPLE"},
                  "a first stage of %u replications is too small to say how many there must be; at "
                  "least %d are needed",
                  (unsigned)setup->study.n_replication, (int)N_FIRST_MIN);
  return TWIN_ERR_ARGUMENT;
}

twin_status twin_study_new(twin_study **study, twin_line *line, const twin_study_options *options,
                           twin_problems *problems) {
  twin_study_options own;
  tw_whatif_setup setup;
  twin_study_options_init(&own);
  if (study == NULL || line == NULL || !tw_options_take(&own, sizeof own, options))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "study, line or options are missing");
  const twin_status status = make_whatif(tw_line_of(line), &own, &setup, problems);
  if (status != TWIN_OK) return status;
  twin_study *made = tw_memory_zeroed(tw_line_memory(tw_line_of(line)), 1, sizeof *made);
  if (made != NULL) made->whatif = tw_whatif_new(tw_line_of(line), &setup);
  if (made == NULL || made->whatif == NULL) {
    tw_memory_free(tw_line_memory(tw_line_of(line)), made);
    return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a study");
  }
  made->study = made->whatif->base;
  made->confidence = own.confidence;
  made->is_simultaneous = own.is_simultaneous != 0;
  *study = made;
  return TWIN_OK;
}

void twin_study_free(twin_study *study) {
  if (study == NULL) return;
  tw_line *line = tw_line_ref(tw_study_line(study->study));
  tw_whatif_free(study->whatif);
  tw_memory_free(tw_line_memory(line), study);
  tw_line_unref(line);
}

twin_status twin_study_run(twin_study *study, twin_problems *problems) {
  if (study == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "study is missing");
  return tw_whatif_run(study->whatif, problems);
}

uint32_t twin_study_done(const twin_study *study) {
  return study != NULL ? tw_study_done(study->study) : 0;
}

twin_status twin_study_values(const twin_study *study, uint64_t quantity, double *values,
                              size_t n) {
  tw_quantity_ref ref;
  if (study == NULL || (values == NULL && n > 0) || n > tw_study_done(study->study) ||
      !tw_quantity_open(tw_study_line(study->study), quantity, &ref))
    return TWIN_ERR_ARGUMENT;
  return tw_study_values(study->study, quantity, values, n) ? TWIN_OK : TWIN_ERR_IO;
}

twin_status twin_study_estimate(const twin_study *study, uint64_t quantity,
                                twin_estimate *estimate) {
  if (study == NULL || estimate == NULL || estimate->struct_size < sizeof(uint32_t))
    return TWIN_ERR_ARGUMENT;
  const size_t n = tw_study_done(study->study);
  double *values =
      tw_memory_take(tw_line_memory(tw_study_line(study->study)), (n + 1) * sizeof *values);
  if (values == NULL) return TWIN_ERR_MEMORY;
  const twin_status status = twin_study_values(study, quantity, values, n);
  if (status == TWIN_OK) {
    twin_estimate own = {.struct_size = sizeof own};
    tw_stage_estimate(values, tw_whatif_pairing(study->whatif, n, study->confidence).n_first, n,
                      study->confidence, &own);
    tw_struct_give(estimate, &own, sizeof own);
  }
  tw_memory_free(tw_line_memory(tw_study_line(study->study)), values);
  return status;
}

uint64_t twin_study_hash(const twin_study *study, uint32_t replication) {
  return study != NULL ? tw_study_hash(study->study, replication) : 0;
}
