// fold.c - outcomes in the order of their numbers, whoever computed them: what is kept of them, and
// how their rows come into the one run file. The replication whose turn it is streams its rows;
// those ahead of it put theirs aside.

#include "base/assert.h"
#include "study/job.h"

// A replication that is ahead of its turn keeps at most this much aside, then it waits.
static const size_t WAITING_BYTES_MAX = (size_t)256 << 20;

static void drop_waiting(tw_outcome *outcome, const tw_memory *memory) {
  while (outcome->first_waiting != NULL) {
    tw_waiting_rows *waiting = outcome->first_waiting;
    outcome->first_waiting = waiting->next;
    tw_rows_free(&waiting->rows);
    tw_memory_free(memory, waiting);
  }
  outcome->last_waiting = NULL;
  outcome->n_byte_waiting = 0;
}

void tw_outcome_clear(tw_outcome *outcome, const tw_memory *memory) {
  drop_waiting(outcome, memory);
  tw_squeezed_free(&outcome->kept.state);
  outcome->kept = (tw_kept){.at = 0};
  tw_loss_table_free(&outcome->losses);
  tw_memory_free(memory, outcome->block);
  outcome->block = NULL;
  twin_problems_free(outcome->problems);
  outcome->problems = NULL;
  outcome->hash = 0;
  outcome->status = TWIN_OK;
  atomic_store(&outcome->is_finished, false);
}

static twin_status write_waiting(tw_job *job, tw_outcome *outcome) {
  twin_status status = TWIN_OK;
  for (tw_waiting_rows *at = outcome->first_waiting; at != NULL && status == TWIN_OK; at = at->next)
    status = tw_run_writer_write(job->writer, at->table, &at->rows);
  drop_waiting(outcome, tw_line_memory(job->study->line));
  return status;
}

static twin_status put_aside(tw_outcome *outcome, int32_t table, const tw_rows *rows,
                             const tw_memory *memory) {
  tw_waiting_rows *waiting = tw_memory_zeroed(memory, 1, sizeof *waiting);
  if (waiting == NULL) return TWIN_ERR_MEMORY;
  waiting->rows.memory = memory;
  if (!tw_rows_reserve(&waiting->rows, table, rows->n)) {
    tw_memory_free(memory, waiting);
    return TWIN_ERR_MEMORY;
  }
  waiting->table = table;
  tw_rows_append(&waiting->rows, rows, table, 0, rows->n);
  if (outcome->last_waiting != NULL)
    outcome->last_waiting->next = waiting;
  else
    outcome->first_waiting = waiting;
  outcome->last_waiting = waiting;
  for (int32_t i = 0; i < tw_column_tables[table].n_column; i++)
    outcome->n_byte_waiting +=
        (size_t)rows->n * tw_column_size(tw_column_tables[table].column[i].type);
  return TWIN_OK;
}

// The fold passes a number only when its replication is finished, so the one at the fold is alone
// with the file.
static bool is_in_turn(const tw_study_worker *worker) {
  return atomic_load(&worker->job->next_fold) == worker->i;
}

twin_status tw_job_take_rows(void *self, int32_t table, const tw_rows *rows) {
  tw_study_worker *worker = self;
  tw_job *job = worker->job;
  tw_outcome *outcome = &job->study->outcome[worker->i];
  while (outcome->n_byte_waiting > WAITING_BYTES_MAX && !is_in_turn(worker)) {
    if (tw_job_is_over(job, worker->i)) return TWIN_CANCELLED;
    tw_job_rest(worker);
  }
  if (!is_in_turn(worker)) return put_aside(outcome, table, rows, tw_line_memory(job->study->line));
  const twin_status status = write_waiting(job, outcome);
  return status != TWIN_OK ? status : tw_run_writer_write(job->writer, table, rows);
}

// Everything from number i on is not wanted any more.
static void end_at(tw_job *job, uint32_t i) {
  uint32_t end = atomic_load(&job->end);
  while (i < end && !atomic_compare_exchange_weak(&job->end, &end, i)) continue;
}

// Keeps one outcome; false when it was the last that can be kept.
static bool fold_one(tw_job *job, uint32_t i) {
  tw_outcome *outcome = &job->study->outcome[i];
  if (job->writer != NULL) {
    const twin_status status = write_waiting(job, outcome);
    if (outcome->status == TWIN_OK) outcome->status = status;
  }
  if (outcome->status != TWIN_OK) {
    end_at(job, i);
    return false;
  }
  // of the losses only the fold is kept: a table of each replication would be most of a study
  const bool has_losses = job->study->setup.has_losses;
  const bool is_added =
      !has_losses || tw_loss_fold_add(&job->study->losses, job->study->line, &outcome->losses);
  tw_loss_table_free(&outcome->losses);
  if (!is_added) {
    outcome->status = TWIN_ERR_MEMORY;
    end_at(job, i);
    return false;
  }
  tw_store_put(&job->study->store, &outcome->kept);
  return true;
}

static bool has_next(tw_job *job) {
  const uint32_t i = atomic_load(&job->next_fold);
  return i < atomic_load(&job->end) && atomic_load(&job->study->outcome[i].is_finished);
}

void tw_job_fold(tw_job *job) {
  // Who finds the fold taken may leave: whoever has it looks once more after giving it up.
  while (has_next(job) && !atomic_exchange(&job->is_folding, true)) {
    while (has_next(job)) {
      const uint32_t i = atomic_load(&job->next_fold);
      if (!fold_one(job, i)) break;
      TW_ASSERT(atomic_load(&job->next_fold) == i);
      atomic_store(&job->next_fold, i + 1);
    }
    atomic_store(&job->is_folding, false);
  }
}
