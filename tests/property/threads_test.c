// threads_test.c - the number of threads changes nothing: hashes, values and the record of a study
// are the same for 1, 2, 4 and 8, and a process that is forked after a study can run one itself.

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "core/ticks.h"
#include "io/run_file.h"
#include "observe/quantity.h"
#include "study/study.h"
#include "support/line_text.h"
#include "support/physics_line.h"

enum { N_REPLICATION = 13 };

static tw_study_setup setup_of(uint32_t n_thread) {
  return (tw_study_setup){.n_thread = n_thread,
                          .n_replication = N_REPLICATION,
                          .seed = 11,
                          .warmup_us = tw_ticks(60),
                          .horizon_us = tw_ticks(1500)};
}

// State hashes and every listed figure of a study as one number.
static uint64_t hash_study(tw_line *line, uint32_t n_thread) {
  const tw_study_setup setup = setup_of(n_thread);
  tw_study *study = tw_study_new(line, &setup);
  cr_assert(tw_study_run(study, NULL) == TWIN_OK);
  cr_assert(tw_study_done(study) == N_REPLICATION);
  uint64_t hash = TW_HASH_SEED;
  for (uint32_t r = 0; r < N_REPLICATION; r++) hash = tw_hash_word(hash, tw_study_hash(study, r));
  for (int32_t i = 0; i < tw_quantity_count(line); i++) {
    double values[N_REPLICATION];
    tw_study_values(study, tw_quantity_at(line, i), values, N_REPLICATION);
    hash = tw_hash_bytes(hash, values, sizeof values);
  }
  tw_study_free(study);
  return hash;
}

static void expect_same_values(const char *text) {
  tw_line *line = test_line(text, NULL);
  const uint64_t alone = hash_study(line, 1);
  for (uint32_t n_thread = 2; n_thread <= 8; n_thread *= 2)
    for (int again = 0; again < 3; again++)
      cr_assert(hash_study(line, n_thread) == alone, "%u threads", n_thread);
  tw_line_unref(line);
}

Test(threads, give_the_same_values_of_a_line_with_people) { expect_same_values(test_work_line); }

// Losses of a study, recorded or not, as one number.
static uint64_t hash_losses(tw_line *line, uint32_t n_thread) {
  tw_study_setup setup = setup_of(n_thread);
  setup.has_losses = true;
  tw_study *study = tw_study_new(line, &setup);
  tw_loss_report report;
  cr_assert(tw_study_run(study, NULL) == TWIN_OK);
  cr_assert(tw_study_losses(study, 0.95, &report));
  uint64_t hash = TW_HASH_SEED;
  for (int32_t i = 0; i < report.n_loss; i++) {
    hash = tw_hash_bytes(hash, &report.loss[i].key, sizeof report.loss[i].key);
    hash = tw_hash_bytes(hash, report.loss[i].figure, sizeof report.loss[i].figure);
  }
  for (int32_t i = 0; i < report.n_station; i++)
    hash = tw_hash_bytes(hash, report.station[i], sizeof report.station[i]);
  cr_assert(report.n_loss > 0);
  tw_loss_report_free(&report);
  tw_study_free(study);
  return hash;
}

Test(threads, find_the_same_losses_in_any_number) {
  tw_line *line = test_line(test_rich_line, NULL);
  const uint64_t alone = hash_losses(line, 1);
  for (uint32_t n_thread = 2; n_thread <= 8; n_thread *= 2)
    cr_assert(hash_losses(line, n_thread) == alone, "%u threads", n_thread);
  tw_line_unref(line);
}

static void scratch(char *path, size_t n, uint32_t i) {
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, n, "%s/threads_test_%ld_%u.h5", folder != NULL ? folder : ".", (long)getpid(), i);
}

// Every column of every table as one number.
static uint64_t hash_record(const char *path, bool has_models) {
  tw_run_reader *reader = NULL;
  cr_assert(tw_run_reader_open(&reader, path, NULL) == TWIN_OK);
  uint64_t hash = TW_HASH_SEED;
  for (int32_t t = 0; t < TW_TABLE_N; t++) {
    const tw_column_table *table = &tw_column_tables[t];
    const int64_t n = tw_run_reader_rows(reader, table->name);
    const bool is_of_models = t == TW_TABLE_SIGNALS || t == TW_TABLE_CURVES || t == TW_TABLE_SOLVERS;
    cr_assert(n > 0 || t == TW_TABLE_SHIFTS || (is_of_models && !has_models), "%s", table->name);
    if (n <= 0) continue;
    for (int32_t i = 0; i < table->n_column; i++) {
      const size_t n_byte = (size_t)n * tw_column_size(table->column[i].type);
      void *values = malloc(n_byte);
      cr_assert(tw_run_reader_read(reader, table->name, table->column[i].name, 0, n, values,
                                   NULL) == TWIN_OK);
      hash = tw_hash_bytes(hash, values, n_byte);
      free(values);
    }
  }
  tw_run_reader_close(reader);
  return hash;
}

static void expect_same_file(tw_line *line) {
  uint64_t alone = 0;
  for (uint32_t n_thread = 1; n_thread <= 8; n_thread *= 2) {
    char path[512];
    scratch(path, sizeof path, n_thread);
    tw_study_setup setup = setup_of(n_thread);
    setup.record_path = path;
    setup.has_losses = true;
    setup.what = (tw_record_what){true, true, true, TW_RECORD_ALL_SIGNALS};
    tw_study *study = tw_study_new(line, &setup);
    const twin_status status = tw_study_run(study, NULL);
    if (status != TWIN_ERR_UNSUPPORTED) {
      cr_assert(status == TWIN_OK);
      const uint64_t hash = hash_record(path, line->n_body > 0);
      if (n_thread == 1) alone = hash;
      cr_assert(hash == alone, "%u threads", n_thread);
      remove(path);
    }
    tw_study_free(study);
  }
  tw_line_unref(line);
}

Test(threads, write_the_same_file_in_any_number) { expect_same_file(test_line(test_rich_line, NULL)); }
Test(threads, write_the_same_curves_in_any_number) { expect_same_file(test_physics_line("exact")); }

// Not with clang's OpenMP: a child of its version 14 ends in an assertion of its own when it starts again
// after a hard pause ("bind_types[0] != proc_bind_default"), whatever the program does.
#if !defined(__clang__)
// What a forked child does: a study of its own, on several threads.
static int run_in_child(tw_line *line, uint64_t expected) {
  alarm(60);  // a hang ends the child, and the test says so
  return hash_study(line, 4) == expected ? 0 : 1;
}

Test(threads, leave_nothing_behind_that_a_forked_child_waits_for) {
  tw_line *line = test_line(test_rich_line, NULL);
  const uint64_t expected = hash_study(line, 4);
  const pid_t child = fork();
  if (child == 0) _exit(run_in_child(line, expected));
  int status = -1;
  cr_assert(waitpid(child, &status, 0) == child);
  cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
  tw_line_unref(line);
}
#endif

Test(threads, may_share_a_line_that_others_give_up) {
  tw_line *line = test_line(test_rich_line, NULL);
  const tw_study_setup setup = setup_of(4);
  tw_study *study = tw_study_new(line, &setup);
  tw_line_unref(line);
  cr_assert(tw_study_run(study, NULL) == TWIN_OK);
  tw_study_free(study);
}
