// work.c - what each thread of a study does: claim the next number, run that replication, leave its
// outcome, fold what is finished. Numbers are claimed in order, so the lowest that is not finished
// is always being worked on, and nobody can wait for ever.

#include <time.h>

#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "study/job.h"

static const double POLL_EVERY_S = 0.1;
static const long REST_NS = 500000;

static double wall_clock_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool tw_job_is_over(const tw_job *job, uint32_t i) {
  return atomic_load(&job->is_cancelled) || i >= atomic_load(&job->end);
}

bool tw_job_ask_host(tw_study_worker *worker) {
  tw_job *job = worker->job;
  const tw_study_setup *setup = &job->study->setup;
  if (worker->thread_i != 0 || setup->on_progress == NULL) return false;
  const double now_s = wall_clock_s();
  if (now_s < job->next_poll_s) return false;
  job->next_poll_s = now_s + POLL_EVERY_S;
  const tw_head *head = worker->run != NULL ? worker->run->head : NULL;
  const twin_progress progress = {
      .struct_size = sizeof progress,
      .n_replication = setup->n_in_all > 0 ? setup->n_in_all : setup->n_replication,
      .n_done = setup->n_before + atomic_load(&job->n_finished),
      .time_s = head != NULL ? tw_seconds(head->now_us) : tw_seconds(setup->horizon_us),
      .horizon_s = tw_seconds(setup->horizon_us),
      .n_event = atomic_load(&job->n_event) + (head != NULL ? head->n_event : 0)};
  if (setup->on_progress(&progress, setup->user) == 0) return false;
  atomic_store(&job->is_cancelled, true);
  return true;
}

void tw_job_rest(tw_study_worker *worker) {
  const struct timespec rest = {.tv_nsec = REST_NS};
  tw_job_ask_host(worker);
  nanosleep(&rest, NULL);
}

// Polled by the loop of a run: the host may cancel, another replication may have ended the study,
// and rows that are due go to the file.
static int poll_worker(tw_run *run, void *user) {
  (void)run;
  tw_study_worker *worker = user;
  tw_job *job = worker->job;
  tw_job_ask_host(worker);
  const bool is_in_turn = job->writer != NULL && atomic_load(&job->next_fold) == worker->i;
  if (is_in_turn && tw_run_writer_is_due(job->writer)) tw_recorder_hand_over(worker->recorder);
  return tw_job_is_over(job, worker->i);
}

// Claims the next number; false when there is none. A recorded study does not run far ahead of its
// file.
static bool claim(tw_study_worker *worker) {
  tw_job *job = worker->job;
  unsigned i = atomic_load(&job->next_claim);
  while (!tw_job_is_over(job, i)) {
    const bool is_too_far = i - atomic_load(&job->next_fold) >= job->n_ahead;
    if (is_too_far) {
      tw_job_rest(worker);
      i = atomic_load(&job->next_claim);
    } else if (atomic_compare_exchange_weak(&job->next_claim, &i, i + 1)) {
      worker->i = i;
      return true;
    }
  }
  return false;
}

// Makes the run of replication `worker->i`. The one before it is dropped first, so that its memory
// is what the new one gets.
static twin_status prepare_run(tw_study_worker *worker) {
  const tw_study *study = worker->job->study;
  const tw_run_setup setup = {.seed = study->setup.seed,
                              .replication = study->setup.first_replication + worker->i,
                              .has_statistics = true,
                              .warmup_us = study->setup.warmup_us,
                              .horizon_us = study->setup.horizon_us};
  tw_run_free(worker->run);
  worker->run = tw_run_new(study->line, &setup);
  if (worker->run == NULL) return TWIN_ERR_MEMORY;
  worker->run->on_progress = poll_worker;
  worker->run->progress_user = worker;
  return TWIN_OK;
}

// Runs, with losses where they are wanted.
static twin_status run_to_horizon(tw_study_worker *worker, tw_outcome *outcome) {
  const int64_t horizon_us = worker->job->study->setup.horizon_us;
  const twin_status status = tw_run_until(worker->run, horizon_us, outcome->problems);
  if (worker->losses == NULL) return status;
  const twin_status read = tw_losses_read(worker->losses, &outcome->losses);
  return status != TWIN_OK ? status : read;
}

// The same with the recorder attached; an error of the record is an error of the replication.
static twin_status record_to_horizon(tw_study_worker *worker, tw_outcome *outcome) {
  const uint32_t number = worker->job->study->setup.first_replication + worker->i;
  twin_status status = tw_recorder_attach(worker->recorder, worker->run, number);
  if (status != TWIN_OK) return status;
  status = run_to_horizon(worker, outcome);
  if (worker->losses != NULL) tw_recorder_put_losses(worker->recorder, &outcome->losses);
  const twin_status recorded = tw_recorder_detach(worker->recorder, status);
  return status != TWIN_OK ? status : recorded;
}

static twin_status observe_to_horizon(tw_study_worker *worker, tw_outcome *outcome) {
  twin_status status = TWIN_OK;
  if (worker->losses != NULL) status = tw_losses_attach(worker->losses, worker->run);
  if (status == TWIN_OK)
    status = worker->recorder != NULL ? record_to_horizon(worker, outcome)
                                      : run_to_horizon(worker, outcome);
  if (worker->losses != NULL) tw_losses_drop(worker->losses);
  return status;
}

static void run_replication(tw_study_worker *worker) {
  tw_outcome *outcome = &worker->job->study->outcome[worker->i];
  outcome->problems = tw_problems_new(tw_line_memory(worker->job->study->line));
  outcome->status = prepare_run(worker);
  if (outcome->status == TWIN_OK) outcome->status = observe_to_horizon(worker, outcome);
  if (outcome->status != TWIN_OK) return;
  const tw_run *run = worker->run;
  outcome->hash = tw_run_hash(run, false);
  outcome->kept.state.memory = tw_line_memory(run->line);
  tw_run_clear_gaps(run, run->block);
  if (!tw_squeeze(&outcome->kept.state, run->block, tw_run_bytes(run->line, 0)))
    outcome->status = TWIN_ERR_MEMORY;
  // Where nothing went wrong nothing is said, so that many replications stay small.
  if (twin_problems_count(outcome->problems, -1) == 0) {
    twin_problems_free(outcome->problems);
    outcome->problems = NULL;
  }
}

// The calling thread stays with its host until the last replication is finished.
static void wait_for_others(tw_study_worker *worker) {
  tw_job *job = worker->job;
  tw_run_free(worker->run);
  worker->run = NULL;
  while (atomic_load(&job->n_finished) < atomic_load(&job->next_claim)) tw_job_rest(worker);
}

static bool init_worker(tw_study_worker *worker) {
  const tw_job *job = worker->job;
  if (job->study->setup.has_losses) {
    worker->losses = tw_losses_new(job->study->line);
    if (worker->losses == NULL) return false;
  }
  if (job->words == NULL) return true;
  worker->recorder = tw_recorder_new(job->study->line, job->words, &job->study->setup.what,
                                     (tw_rows_sink){worker, tw_job_take_rows});
  return worker->recorder != NULL;
}

void tw_job_work(void *self, int32_t thread_i) {
  tw_job *job = self;
  tw_study_worker worker = {.job = job, .thread_i = thread_i};
  const bool is_sound = tw_math_mode_is_sound(), is_ready = is_sound && init_worker(&worker);
  while (claim(&worker)) {
    tw_outcome *outcome = &job->study->outcome[worker.i];
    TW_ASSERT(!atomic_load(&outcome->is_finished));
    if (is_ready)
      run_replication(&worker);
    else
      outcome->status = is_sound ? TWIN_ERR_MEMORY : TWIN_ERR_FLOAT_MODE;
    if (worker.run != NULL) atomic_fetch_add(&job->n_event, worker.run->head->n_event);
    atomic_store(&outcome->is_finished, true);
    atomic_fetch_add(&job->n_finished, 1);
    tw_job_fold(job);
  }
  if (thread_i == 0) wait_for_others(&worker);
  tw_losses_free(worker.losses);
  tw_run_free(worker.run);
  tw_recorder_free(worker.recorder);
}
