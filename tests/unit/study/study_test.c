// study_test.c - what is kept of a study when all goes well, when it is cancelled, and when one of
// its replications fails.

#include "study/study.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/ticks.h"
#include "io/run_file.h"
#include "observe/quantity.h"
#include "state/hash.h"
#include "support/line_text.h"

// Poisson arrivals at a station that is a little too slow: queues grow in some replications.
#define QUEUE(max_parts) \
  "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}," \
  " \"run\": {\"max_parts\": " max_parts "}," \
  " \"buffers\": {\"q\": {\"capacity\": \"unlimited\"}}," \
  " \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true," \
  "  \"every\": {\"exponential\": {\"mean\": \"10 s\"}}}}," \
  " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\":" \
  "  \"9 s\"}}}}, \"flow\": [[\"s\", \"q\", \"a\", \"out\"]]}"

static tw_line *line_of(const char *text) {
  tw_text why = {0};
  tw_line *line = test_line(text, &why);
  cr_assert_not_null(line, "%s", why.at);
  return line;
}

static tw_study_setup setup_of(uint32_t n_thread, uint32_t n_replication) {
  return (tw_study_setup){.n_thread = n_thread,
                          .n_replication = n_replication,
                          .seed = 3,
                          .warmup_us = tw_ticks(100),
                          .horizon_us = tw_ticks(5000)};
}

Test(study, gives_what_single_runs_give) {
  tw_line *line = line_of(QUEUE("1000"));
  tw_study_setup setup = setup_of(1, 4);
  setup.first_replication = 5;
  tw_study *study = tw_study_new(line, &setup);
  cr_assert_eq(tw_study_run(study, NULL), TWIN_OK);
  cr_assert_eq(tw_study_done(study), 4);
  static const char *const paths[] = {"line/throughput", "line/lead_time/q95",
                                      "buffers/q/level/mean", "stations/a/state/processing",
                                      "line/lead_time/above/1 min"};
  for (uint32_t r = 0; r < 4; r++) {
    tw_run *run = tw_run_new(line, &(tw_run_setup){.seed = 3,
                                                   .replication = 5 + r,
                                                   .has_statistics = true,
                                                   .warmup_us = setup.warmup_us,
                                                   .horizon_us = setup.horizon_us});
    cr_assert_eq(tw_run_until(run, setup.horizon_us, NULL), TWIN_OK);
    cr_assert_eq(tw_study_hash(study, 5 + r), tw_run_hash(run, false));
    for (int i = 0; i < 5; i++) {
      double values[4];
      const uint64_t quantity = tw_quantity_find(line, paths[i], NULL);
      cr_assert_neq(quantity, 0, "%s", paths[i]);
      tw_study_values(study, quantity, values, 4);
      cr_assert_eq(values[r], tw_quantity_value(run, quantity), "%s", paths[i]);
    }
    tw_run_free(run);
  }
  cr_assert_eq(tw_study_hash(study, 4), 0);
  cr_assert_eq(tw_study_hash(study, 9), 0);
  tw_study_free(study);
  tw_line_unref(line);
}

Test(study, runs_again_only_what_is_not_done) {
  tw_line *line = line_of(QUEUE("1000"));
  const tw_study_setup setup = setup_of(2, 3);
  tw_study *study = tw_study_new(line, &setup);
  cr_assert_eq(tw_study_run(study, NULL), TWIN_OK);
  const uint64_t hash = tw_study_hash(study, 2);
  cr_assert_eq(tw_study_run(study, NULL), TWIN_OK);
  cr_assert_eq(tw_study_hash(study, 2), hash);
  tw_study_free(study);
  tw_line_unref(line);
}

// With room for 40 parts some replications overflow; which one comes first does not depend on
// threads.
Test(study, fails_with_the_lowest_replication_that_fails) {
  tw_line *line = line_of(QUEUE("40"));
  uint32_t done[2];
  char text[2][300];
  for (uint32_t i = 0; i < 2; i++) {
    const tw_study_setup setup = setup_of(i == 0 ? 1 : 4, 200);
    twin_problems *problems = twin_problems_new();
    tw_study *study = tw_study_new(line, &setup);
    cr_assert_eq(tw_study_run(study, problems), TWIN_ERR_MAX_PARTS);
    done[i] = tw_study_done(study);
    snprintf(text[i], sizeof text[i], "%s", twin_problems_text(problems, 0));
    cr_assert_neq(tw_study_hash(study, done[i] - 1), 0);
    cr_assert_eq(tw_study_hash(study, done[i]), 0);
    tw_study_free(study);
    twin_problems_free(problems);
  }
  cr_assert_eq(done[0], done[1]);
  cr_assert(done[0] > 0 && done[0] < 200, "%u", done[0]);
  cr_assert_str_eq(text[0], text[1]);
  char number[40];
  snprintf(number, sizeof number, "replication %u:", done[0]);
  cr_assert_not_null(strstr(text[0], number), "%s", text[0]);
  tw_line_unref(line);
}

typedef struct counted {
  int32_t n_call, n_until_cancel;
  twin_progress last;
} counted;

static int count_call(const twin_progress *progress, void *user) {
  counted *seen = user;
  seen->last = *progress;
  return ++seen->n_call >= seen->n_until_cancel;
}

Test(study, keeps_what_was_finished_when_it_is_cancelled_and_can_go_on) {
  tw_line *line = line_of(QUEUE("100000"));
  for (uint32_t n_thread = 1; n_thread <= 2; n_thread++) {
    counted seen = {.n_until_cancel = 3};
    tw_study_setup setup = setup_of(n_thread, 100000);
    setup.on_progress = count_call;
    setup.user = &seen;
    tw_study *study = tw_study_new(line, &setup);
    cr_assert_eq(tw_study_run(study, NULL), TWIN_CANCELLED);
    const uint32_t n = tw_study_done(study);
    cr_assert(n > 0 && n < 100000, "%u", n);
    cr_assert_eq(seen.n_call, 3);
    cr_assert_eq(seen.last.n_replication, 100000);
    cr_assert_eq(seen.last.horizon_s, 5000);
    cr_assert(seen.last.n_event > 0);
    const uint64_t hash = tw_study_hash(study, n - 1);
    seen = (counted){.n_until_cancel = 2};
    cr_assert_eq(tw_study_run(study, NULL), TWIN_CANCELLED);
    cr_assert(tw_study_done(study) > n);
    cr_assert_eq(tw_study_hash(study, n - 1), hash);
    tw_study_free(study);
  }
  tw_line_unref(line);
}

// Whether states stay in memory or wait in a file, and whether figures are read one by one or all
// at once.
Test(study, gives_the_same_values_from_a_file_of_states) {
  tw_line *line = line_of(QUEUE("1000"));
  enum { N_REPLICATION = 1100, N_PATH = 3 };  // of states above what stays open
  static const char *const paths[N_PATH] = {"line/throughput", "buffers/q/level/mean",
                                            "line/lead_time/above/77 s"};
  double *values = malloc(2 * N_PATH * N_REPLICATION * sizeof *values);
  for (int k = 0; k < 2; k++) {
    tw_study_setup setup = setup_of(2, N_REPLICATION);
    setup.warmup_us = tw_ticks(10);
    setup.horizon_us = tw_ticks(200);
    setup.keep_bytes = k == 0 ? (size_t)1 << 30 : 1000;
    tw_study *study = tw_study_new(line, &setup);
    cr_assert_eq(tw_study_run(study, NULL), TWIN_OK);
    for (int i = 0; i < N_PATH; i++) {
      const uint64_t quantity = tw_quantity_find(line, paths[i], NULL);
      cr_assert_neq(quantity, 0);
      cr_assert(tw_study_values(study, quantity, values + (k * N_PATH + i) * N_REPLICATION,
                                N_REPLICATION));
    }
    tw_study_free(study);
  }
  cr_assert_eq(
      memcmp(values, values + N_PATH * N_REPLICATION, N_PATH * N_REPLICATION * sizeof *values), 0);
  free(values);
  tw_line_unref(line);
}

static const char *record_path(void) {
  static char path[512];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/study_test_%ld.h5", folder != NULL ? folder : ".",
           (long)getpid());
  return path;
}

Test(study, records_the_replication_that_failed_with_its_status) {
  tw_line *line = line_of(QUEUE("40"));
  tw_study_setup setup = setup_of(3, 200);
  setup.record_path = record_path();
  setup.what = (tw_record_what){.has_events = true};
  tw_study *study = tw_study_new(line, &setup);
  const twin_status status = tw_study_run(study, NULL);
  if (status != TWIN_ERR_UNSUPPORTED) {
    cr_assert_eq(status, TWIN_ERR_MAX_PARTS);
    const uint32_t n = tw_study_done(study);
    tw_run_reader *reader = NULL;
    cr_assert_eq(tw_run_reader_open(&reader, setup.record_path, NULL), TWIN_OK);
    cr_assert_eq(tw_run_reader_rows(reader, "replications"), n + 1);
    int32_t last;
    tw_run_reader_read(reader, "replications", "status", n, 1, &last, NULL);
    cr_assert_eq(last, TWIN_ERR_MAX_PARTS);
    tw_run_reader_close(reader);
    cr_assert_eq(tw_study_run(study, NULL), TWIN_ERR_ARGUMENT);
    remove(setup.record_path);
  }
  tw_study_free(study);
  tw_line_unref(line);
}

Test(study, says_when_its_file_cannot_be_made) {
  tw_line *line = line_of(QUEUE("1000"));
  tw_study_setup setup = setup_of(2, 2);
  setup.record_path = "/nowhere/at/all.h5";
  tw_study *study = tw_study_new(line, &setup);
  twin_problems *problems = twin_problems_new();
  cr_assert(tw_study_run(study, problems) < 0);
  cr_assert(twin_problems_count(problems, TWIN_ERROR) > 0);
  cr_assert_eq(tw_study_done(study), 0);
  twin_problems_free(problems);
  tw_study_free(study);
  tw_line_unref(line);
}
