// study.c - a study from its setup to its values: makes and completes the run file, starts the
// threads, says the error of the lowest replication, and reads figures from the states that were
// kept.

#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "observe/quantity.h"
#include "observe/record_words.h"
#include "study/job.h"
#include "study/pool.h"

// Finished states that were read stay open up to this much, so that all figures of a study can be
// asked for one after the other.
static const size_t OPEN_BYTES_MAX = (size_t)64 << 20;
static const size_t KEEP_BYTES = (size_t)64 << 20;
static const size_t FIGURE_BYTES_MAX = (size_t)512 << 20;

tw_study *tw_study_new(tw_line *line, const tw_study_setup *setup) {
  const tw_memory *memory = tw_line_memory(line);
  TW_ASSERT(setup->n_replication > 0 && setup->horizon_us > 0);
  tw_study *study = tw_memory_zeroed(memory, 1, sizeof *study);
  if (study == NULL) return NULL;
  study->line = tw_line_ref(line);
  study->setup = *setup;
  study->store.n_byte_max = setup->keep_bytes > 0 ? setup->keep_bytes : KEEP_BYTES;
  study->outcome = tw_memory_zeroed(memory, setup->n_replication, sizeof *study->outcome);
  study->view = tw_run_new(line, &(tw_run_setup){.seed = setup->seed, .has_statistics = true});
  bool is_good = study->outcome != NULL && study->view != NULL;
  if (is_good && setup->record_path != NULL) {
    const size_t n = strlen(setup->record_path) + 1;
    study->record_path = tw_memory_take(memory, n);
    is_good = study->record_path != NULL;
    if (is_good) memcpy(study->record_path, setup->record_path, n);
  }
  study->setup.record_path = study->record_path;
  if (is_good) return study;
  tw_study_free(study);
  return NULL;
}

void tw_study_free(tw_study *study) {
  if (study == NULL) return;
  tw_line *line = study->line;
  const tw_memory *memory = tw_line_memory(line);
  for (uint32_t i = 0; study->outcome != NULL && i < study->setup.n_replication; i++)
    tw_outcome_clear(&study->outcome[i], memory);
  tw_loss_fold_free(&study->losses);
  tw_store_free(&study->store);
  tw_record_words_free(study->listed);
  tw_memory_free(memory, study->figures);
  tw_run_free(study->view);
  tw_memory_free(memory, study->outcome);
  tw_memory_free(memory, study->record_path);
  tw_memory_free(memory, study);
  tw_line_unref(line);
}

bool tw_study_extend(tw_study *study, uint32_t n) {
  const uint32_t n_old = study->setup.n_replication;
  TW_ASSERT(n >= n_old && study->record_path == NULL);
  const tw_memory *memory = tw_line_memory(study->line);
  tw_outcome *outcome = tw_memory_resize(memory, study->outcome, n * sizeof *outcome);
  if (outcome == NULL) return false;
  memset(outcome + n_old, 0, (n - n_old) * sizeof *outcome);
  study->outcome = outcome;
  study->setup.n_replication = n;
  return true;
}

void tw_study_keep(tw_study *study, size_t n_byte) { study->store.n_byte_max = n_byte; }

void tw_study_count_with(tw_study *study, uint32_t n_before, uint32_t n_in_all) {
  study->setup.n_before = n_before;
  study->setup.n_in_all = n_in_all;
}

uint32_t tw_study_done(const tw_study *study) { return study->n_done; }

tw_line *tw_study_line(const tw_study *study) { return study->line; }

static twin_status open_record(tw_job *job, tw_record_words *words, twin_problems *problems) {
  const tw_study *study = job->study;
  tw_text json = {.memory = tw_line_memory(study->line)};
  tw_doc_dump(&study->line->doc, &json);
  if (json.is_out_of_memory || words == NULL) {
    tw_text_free(&json);
    return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a record");
  }
  tw_run_writer_setup setup = {.path = study->record_path,
                               .line_json = json.at,
                               .line_name = study->line->doc.name,
                               .line_file = study->line->doc.file,
                               .line_hash = study->line->hash,
                               .text_hash = study->line->text_hash,
                               .math_fingerprint = tw_math_fingerprint(),
                               .words = words,
                               .host = &study->line->host,
                               .compression = study->setup.compression,
                               .flush_s = study->setup.flush_s,
                               .has_sync = study->setup.has_sync};
  tw_recorder_tables(study->line, &study->setup.what, setup.has_table);
  twin_status status = tw_run_writer_open(&job->writer, &setup, problems);
  tw_text_free(&json);
  const tw_run_terms terms = {.seed = study->setup.seed,
                              .warmup_s = tw_seconds(study->setup.warmup_us),
                              .horizon_s = tw_seconds(study->setup.horizon_us),
                              .n_replication = study->setup.n_replication,
                              .first_replication = study->setup.first_replication,
                              .has_losses = study->setup.has_losses,
                              .confidence = study->setup.confidence};
  if (status == TWIN_OK) status = tw_run_writer_begin(job->writer, &terms, problems);
  return status;
}

// The file is completed with what there is; it is given up only when nothing could be written.
static twin_status close_record(tw_job *job, twin_status status, twin_problems *problems) {
  tw_run_writer_end(job->writer, status);
  const twin_status closed = tw_run_writer_close(job->writer, true, problems);
  return status < 0 ? status : closed != TWIN_OK ? closed : status;
}

// Hands on the problems of a replication, with its number before them.
static void tell_problems(const tw_study *study, uint32_t i, twin_problems *problems) {
  const tw_outcome *outcome = &study->outcome[i];
  const unsigned number = (unsigned)(study->setup.first_replication + i);
  char before[32];
  snprintf(before, sizeof before, "replication %u: ", number);
  tw_problems_hand_on(problems, outcome->problems, before);
  // What went wrong with the record is said when it is closed.
  const bool is_of_record = study->record_path != NULL && outcome->status == TWIN_ERR_IO;
  if (twin_problems_count(outcome->problems, TWIN_ERROR) == 0 && !is_of_record)
    tw_fail(problems, outcome->status, "replication %u: %s", number,
            twin_status_text(outcome->status));
}

// Folding stopped at the lowest replication that was cancelled or has an error.
static twin_status conclude(tw_job *job, twin_problems *problems) {
  tw_study *study = job->study;
  const uint32_t i = study->n_done = atomic_load(&job->next_fold);
  TW_ASSERT(!atomic_load(&job->is_folding));
  if (i == study->setup.n_replication) return TWIN_OK;
  tw_outcome *outcome = &study->outcome[i];
  const bool is_finished = atomic_load(&outcome->is_finished);
  const twin_status status = is_finished ? outcome->status : TWIN_CANCELLED;
  if (status < 0) {
    tell_problems(study, i, problems);
    tw_notice(&study->line->host, TWIN_ERROR, status, "N-REPLICATION", "replication %u stopped: %s",
              (unsigned)(study->setup.first_replication + i), twin_status_text(status));
  }
  for (uint32_t k = i; k < study->setup.n_replication; k++)
    tw_outcome_clear(&study->outcome[k], tw_line_memory(study->line));
  return status;
}

// Gives the block of a finished replication: its own, opened now or before, or the view's. NULL
// when it cannot be read back.
static void *open_state(tw_study *study, tw_outcome *outcome) {
  const tw_memory *memory = tw_line_memory(study->line);
  const size_t n_byte = tw_run_bytes(study->line, 0);
  if (outcome->block != NULL) return outcome->block;
  void *block = NULL;
  if (study->n_byte_open + n_byte <= OPEN_BYTES_MAX) block = tw_memory_take(memory, n_byte);
  const bool is_own = block != NULL;
  if (!is_own) block = study->view->block;
  if (!tw_store_get(&study->store, &outcome->kept, block, n_byte)) {
    if (is_own) tw_memory_free(memory, block);
    return NULL;
  }
  if (!is_own) return block;
  study->n_byte_open += n_byte;
  return outcome->block = block;
}

// What is left, and whether a model of the first replication took very many steps.
static void tell_end(tw_job *job) {
  tw_study *study = job->study;
  tw_notice(&study->line->host, TWIN_NOTE, TWIN_OK, "N-STUDY-END",
            "%u of %u replications are there", (unsigned)study->n_done,
            (unsigned)study->setup.n_replication);
  if (study->line->host.on_notice == NULL || study->line->n_body == 0 || study->n_done == 0) return;
  tw_run view = *study->view;
  view.block = open_state(study, &study->outcome[0]);
  if (view.block == NULL) return;
  tw_run_wire(&view);
  tw_bodies_tell(&view);
}

static twin_status run_job(tw_job *job, twin_problems *problems) {
  const tw_study_setup *setup = &job->study->setup;
  const uint32_t n_left = setup->n_replication - job->study->n_done;
  uint32_t n_thread = setup->n_thread > 0 ? setup->n_thread : (uint32_t)tw_pool_processors();
  if (n_thread > n_left) n_thread = n_left;
  job->n_ahead = job->writer != NULL ? 2 * n_thread : UINT32_MAX;
  const tw_host *host = &job->study->line->host;
  tw_notice(host, TWIN_NOTE, TWIN_OK, "N-STUDY-BEGIN", "%u replications on %u threads",
            (unsigned)n_left, (unsigned)n_thread);
  tw_pool_run((int32_t)n_thread, tw_job_work, job);
  const twin_status status = conclude(job, problems);
  tell_end(job);
  return status;
}

twin_status tw_study_run(tw_study *study, twin_problems *problems) {
  if (study->n_done == study->setup.n_replication) return TWIN_OK;
  if (study->has_recorded)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "a study that is recorded runs only once");
  if (!tw_math_mode_is_sound())
    return tw_fail(problems, TWIN_ERR_FLOAT_MODE, "%s", twin_status_text(TWIN_ERR_FLOAT_MODE));
  tw_job job = {.study = study};
  atomic_init(&job.next_claim, study->n_done);
  atomic_init(&job.next_fold, study->n_done);
  atomic_init(&job.n_finished, study->n_done);
  atomic_init(&job.end, study->setup.n_replication);
  if (study->record_path == NULL) return run_job(&job, problems);

  study->has_recorded = true;
  tw_record_words *words = tw_record_words_new(study->line);
  twin_status status = open_record(&job, words, problems);
  job.words = words;
  if (status == TWIN_OK) status = run_job(&job, problems);
  if (job.writer != NULL) status = close_record(&job, status, problems);
  tw_record_words_free(words);
  return status;
}

// All listed figures of every replication in one pass over the states: one after the other would
// open those that do not stay open again and again.
static bool read_figures(tw_study *study) {
  if (study->listed == NULL) study->listed = tw_record_words_new(study->line);
  if (study->listed == NULL) return false;
  const size_t n_kpi = (size_t)study->listed->n_kpi, n_byte = tw_run_bytes(study->line, 0);
  const tw_memory *memory = tw_line_memory(study->line);
  tw_memory_free(memory, study->figures);
  study->figures = NULL;
  study->n_figured = 0;
  if (study->n_done * n_kpi > FIGURE_BYTES_MAX / sizeof(double)) return true;  // each by itself
  study->figures = tw_memory_take(memory, (study->n_done * n_kpi + 1) * sizeof *study->figures);
  if (study->figures == NULL) return false;
  tw_run view = *study->view;
  for (uint32_t i = 0; i < study->n_done; i++) {
    if (!tw_store_get(&study->store, &study->outcome[i].kept, view.block, n_byte)) return false;
    tw_run_wire(&view);
    for (size_t k = 0; k < n_kpi; k++)
      study->figures[i * n_kpi + k] = tw_quantity_value(&view, study->listed->kpi[k].quantity);
  }
  study->n_figured = study->n_done;
  return true;
}

// Is it one of the listed ones? Then its values are given.
static bool give_figures(tw_study *study, uint64_t quantity, double *out, size_t n) {
  const size_t n_kpi = study->listed != NULL ? (size_t)study->listed->n_kpi : 0;
  for (size_t k = 0; k < n_kpi; k++) {
    if (study->listed->kpi[k].quantity != quantity) continue;
    for (size_t i = 0; i < n; i++) out[i] = study->figures[i * n_kpi + k];
    return true;
  }
  return false;
}

// Values that cannot be read are none.
static bool give_none(double *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = (double)NAN;
  return false;
}

bool tw_study_values(tw_study *study, uint64_t quantity, double *out, size_t n) {
  TW_ASSERT(n <= study->n_done);
  if (tw_run_bytes(study->line, 0) * study->n_done > OPEN_BYTES_MAX) {
    if (study->n_figured != study->n_done && !read_figures(study)) return give_none(out, n);
    if (study->figures != NULL && give_figures(study, quantity, out, n)) return true;
  }
  tw_run view = *study->view;
  for (size_t i = 0; i < n; i++) {
    view.block = open_state(study, &study->outcome[i]);
    if (view.block == NULL) return give_none(out, n);
    tw_run_wire(&view);
    out[i] = tw_quantity_value(&view, quantity);
  }
  return true;
}

bool tw_study_has_losses(const tw_study *study) { return study->setup.has_losses; }

bool tw_study_losses(const tw_study *study, double confidence, tw_loss_report *report) {
  TW_ASSERT(study->setup.has_losses && study->n_done > 0 && study->losses.n == study->n_done);
  return tw_loss_report_make(study->line, &study->losses, confidence, report);
}

uint64_t tw_study_hash(const tw_study *study, uint32_t r) {
  const uint32_t i = r - study->setup.first_replication;
  return i < study->n_done ? study->outcome[i].hash : 0;
}
