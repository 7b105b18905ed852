// record_end_test.c - what a run file says of how its record ended, and that the process that
// writes it may read it. Without HDF5 in the build there is nothing to test.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>
#include <unistd.h>

#include "support/cells.h"
#include "support/line_text.h"

static char path[512], part[600];

static twin_line *rich_line(void) {
  const char *folder = getenv("TWIN_SCRATCH");
  twin_line *line = NULL;
  snprintf(path, sizeof path, "%s/record_end_test_%ld.h5", folder != NULL ? folder : ".",
           (long)getpid());
  snprintf(part, sizeof part, "%s.part", path);
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL), TWIN_OK);
  return line;
}

// A line that stops with an error: more parts than it allows.
static const char stuck[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"max_parts\": 3},"
    " \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true, \"every\": \"1 s\"}},"
    " \"buffers\": {\"b\": {\"capacity\": 100}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": \"1 h\"}},"
    " \"flow\": [[\"s\", \"b\", \"a\", \"out\"]]}";

static int cancel(const twin_progress *progress, void *user) {
  (void)progress;
  return *(const bool *)user;
}

typedef struct story {
  twin_recorder *recorder;
  twin_run *run;
  bool is_cancelled;
} story;

static bool begin(story *s, twin_line *line, double horizon_s) {
  twin_run_options options;
  *s = (story){.is_cancelled = false};
  if (twin_recorder_open(&s->recorder, path, line, NULL, NULL) != TWIN_OK) return false;
  twin_run_options_init(&options);
  options.horizon_s = horizon_s;
  options.on_progress = cancel;
  options.user = &s->is_cancelled;
  cr_assert_eq(twin_run_new(&s->run, line, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_attach(s->recorder, s->run, 0, NULL), TWIN_OK);
  return true;
}

// Completes the file and looks at what it says.
static void end(story *s, twin_line *line, const char *ended, int32_t row_status) {
  cr_assert_eq(twin_recorder_detach(s->recorder, s->run, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_close(s->recorder, NULL), TWIN_OK);
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
  cr_assert_eq(twin_file_is_complete(file), 1);
  cr_assert_str_eq(twin_file_info(file, "ended"), ended);
  cr_assert_eq(atoi(twin_file_info(file, "status")), row_status);
  twin_table *table = test_file_table(file, "replications");
  cr_assert_eq(test_number_at(table, "status", 0), row_status);
  cr_assert_eq(test_number_at(table, "t_end", 0), twin_run_time_s(s->run));
  twin_table_unref(table);
  twin_file_close(file);
  twin_run_free(s->run);
  twin_line_unref(line);
  remove(path);
}

Test(record_end, is_the_horizon) {
  twin_line *line = rich_line();
  story s;
  if (!begin(&s, line, 3000)) return;
  cr_assert_eq(twin_run_until(s.run, 1000, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(s.run, 3000, NULL), TWIN_OK);
  end(&s, line, "horizon", TWIN_OK);
}

Test(record_end, is_early_where_the_host_leaves_the_run_before_its_horizon) {
  twin_line *line = rich_line();
  story s;
  if (!begin(&s, line, 3000)) return;
  cr_assert_eq(twin_run_until(s.run, 1000, NULL), TWIN_OK);
  end(&s, line, "early", TWIN_OK);
}

Test(record_end, is_wherever_the_host_likes_where_no_horizon_is_given) {
  twin_line *line = rich_line();
  story s;
  if (!begin(&s, line, -1)) return;
  while (twin_run_time_s(s.run) < 1000) twin_run_step(s.run, NULL, NULL);
  end(&s, line, "horizon", TWIN_OK);
}

Test(record_end, says_that_the_host_cancelled) {
  twin_line *line = rich_line();
  story s;
  if (!begin(&s, line, 1e9)) return;
  cr_assert_eq(twin_run_until(s.run, 1000, NULL), TWIN_OK);
  s.is_cancelled = true;
  cr_assert_eq(twin_run_until(s.run, 1e9, NULL), TWIN_CANCELLED);
  end(&s, line, "cancelled", TWIN_CANCELLED);
}

Test(record_end, forgets_a_cancel_after_which_the_run_went_on) {
  twin_line *line = rich_line();
  story s;
  if (!begin(&s, line, 1e6)) return;
  s.is_cancelled = true;
  cr_assert_eq(twin_run_until(s.run, 1e6, NULL), TWIN_CANCELLED);
  s.is_cancelled = false;
  cr_assert_eq(twin_run_until(s.run, 1e6, NULL), TWIN_OK);
  end(&s, line, "horizon", TWIN_OK);
}

Test(record_end, says_that_the_run_stopped_with_an_error) {
  twin_line *line = rich_line();
  twin_line_unref(line);
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_line_parse(&line, stuck, strlen(stuck), NULL, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  story s;
  if (!begin(&s, line, 3000)) return;
  cr_assert_eq(twin_run_until(s.run, 3000, NULL), TWIN_ERR_MAX_PARTS);
  end(&s, line, "error", TWIN_ERR_MAX_PARTS);
}

// Two threads run at most 4 replications ahead of the file, so 2 of 6 that are finished are in it.
static int cancel_later(const twin_progress *progress, void *user) {
  (void)user;
  return progress->n_done >= 6;
}

Test(record_end, of_a_study_says_that_it_was_cancelled_also_between_replications) {
  twin_line *line = rich_line();
  twin_study_options options;
  twin_study *study = NULL;
  twin_study_options_init(&options);
  options.horizon_s = 2e5;
  options.n_replication = 2000;
  options.n_thread = 2;
  options.record_path = path;
  options.on_progress = cancel_later;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  const twin_status status = twin_study_run(study, NULL);
  cr_assert(status == TWIN_CANCELLED || status == TWIN_ERR_UNSUPPORTED, "%d", (int)status);
  twin_study_free(study);
  twin_line_unref(line);
  if (status != TWIN_CANCELLED) return;
  twin_file *file = NULL;
  cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
  cr_assert_str_eq(twin_file_info(file, "ended"), "cancelled");
  cr_assert_geq(twin_file_rows(file, "replications"), 2);
  cr_assert_lt(twin_file_rows(file, "replications"), 2000);
  twin_file_close(file);
  remove(path);
}

// The recorder's own process looks into the file, twice, and goes on writing.
Test(record_end, may_be_read_before_in_the_process_that_writes) {
  twin_line *line = rich_line();
  twin_recorder *recorder = NULL;
  twin_recorder_options options;
  twin_recorder_options_init(&options);
  options.events = 1;
  if (twin_recorder_open(&recorder, path, line, &options, NULL) != TWIN_OK) return;
  twin_run *run = NULL;
  twin_file *file = NULL, *other = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_attach(recorder, run, 0, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 5000, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_flush(recorder, NULL), TWIN_OK);
  cr_assert_eq(twin_file_open(&file, part, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  cr_assert_eq(twin_file_open(&other, part, problems), TWIN_OK);
  twin_problems_free(problems);
  twin_file_close(other);
  const int64_t n_before = twin_file_rows(file, "events");
  cr_assert_gt(n_before, 100);
  twin_table *table = test_file_table(file, "events");
  cr_assert_leq(test_number_at(table, "time", n_before - 1), 5000);
  twin_table_unref(table);
  cr_assert_eq(twin_run_until(run, 50000, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_flush(recorder, NULL), TWIN_OK);
  cr_assert_gt(twin_file_rows(file, "events"), 5 * n_before);
  cr_assert_eq(twin_recorder_detach(recorder, run, NULL), TWIN_OK);
  cr_assert_eq(twin_file_rows(file, "replications"), 1);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  cr_assert_eq(twin_file_open(&other, path, NULL), TWIN_OK);  // beside the one of before
  cr_assert_eq(twin_file_is_complete(other), 1);
  cr_assert_eq(twin_file_is_complete(file), 0);
  twin_file_close(file);
  file = other;
  const uint64_t hash =
      *(const uint64_t *)twin_table_values(table = test_file_table(file, "replications"), "hash");
  cr_assert_eq(hash, twin_run_hash(run));
  twin_table_unref(table);
  twin_file_close(file);
  twin_run_free(run);
  twin_line_unref(line);
  remove(path);
}
