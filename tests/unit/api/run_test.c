// run_test.c - the public functions of run.h: arguments, errors that leave things as they were,
// what a host is told while a run goes on.

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

#include "support/line_text.h"

static twin_run *run_of(const twin_run_options *options) {
  twin_line *line = NULL;
  cr_assert_eq(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL), TWIN_OK);
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, options, NULL), TWIN_OK);
  twin_line_unref(line);
  return run;
}

Test(run, refuses_times_it_cannot_have) {
  twin_run *run = run_of(NULL), *other = NULL;
  static const double bad[] = {NAN, INFINITY, -INFINITY, -1, 1e300};
  for (int i = 0; i < 5; i++) {
    cr_assert_eq(twin_run_until(run, bad[i], NULL), TWIN_ERR_ARGUMENT);
    cr_assert_eq(twin_run_wake(run, bad[i], NULL), TWIN_ERR_ARGUMENT);
  }
  cr_assert_eq(twin_run_until(run, 10, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 9, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_time_s(run), 10);
  twin_run_options options;
  twin_run_options_init(&options);
  options.horizon_s = NAN;
  cr_assert_eq(twin_run_new(&other, twin_run_line(run), &options, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_null(other);
  twin_run_free(run);
}

Test(run, takes_seed_and_replication_from_the_options) {
  twin_run_options options;
  twin_run_options_init(&options);
  twin_run *file_seed = run_of(&options);
  options.has_seed = 1;
  options.seed = 77;
  twin_run *own_seed = run_of(&options);
  options.replication = 1;
  twin_run *second = run_of(&options);
  twin_run *all[] = {file_seed, own_seed, second};
  for (int i = 0; i < 3; i++) twin_run_until(all[i], 500, NULL);
  cr_assert_neq(twin_run_hash(file_seed), twin_run_hash(own_seed));
  cr_assert_neq(twin_run_hash(own_seed), twin_run_hash(second));
  for (int i = 0; i < 3; i++) twin_run_free(all[i]);
}

Test(run, gives_values_only_for_quantities_of_its_line) {
  twin_run *run = run_of(NULL);
  twin_run_until(run, 300, NULL);
  uint64_t quantities[2] = {0, 12345};
  double out[2] = {-7, -7};
  cr_assert_eq(twin_line_quantity(twin_run_line(run), "line/shipped", &quantities[0], NULL),
               TWIN_OK);
  cr_assert_eq(twin_run_fill(run, quantities, out, 2), TWIN_ERR_ARGUMENT);
  cr_assert(out[0] == -7 && out[1] == -7);
  cr_assert_eq(twin_run_fill(run, quantities, out, 1), TWIN_OK);
  cr_assert(out[0] > 0);
  cr_assert_eq(twin_run_value(run, 0, out), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_run_value(run, quantities[0], NULL), TWIN_ERR_ARGUMENT);
  twin_run_free(run);
}

Test(run, steps_to_the_same_state_as_until) {
  twin_run *stepped = run_of(NULL), *whole = NULL;
  cr_assert_eq(twin_run_new(&whole, twin_run_line(stepped), NULL, NULL), TWIN_OK);
  twin_event event = {.struct_size = sizeof event};
  double time_s = 0;
  while (twin_run_next_time_s(stepped) <= 200) {
    cr_assert_eq(twin_run_step(stepped, &event, NULL), TWIN_OK);
    cr_assert(event.time_s >= time_s);
    cr_assert(event.event_class >= 1 && event.event_class <= 10);
    time_s = event.time_s;
  }
  twin_run_until(stepped, 200, NULL);
  twin_run_until(whole, 200, NULL);
  char difference[200];
  cr_assert_eq(twin_run_difference(stepped, whole, difference, sizeof difference), TWIN_OK);
  cr_assert_str_eq(difference, "");
  cr_assert_eq(twin_run_full_hash(stepped), twin_run_full_hash(whole));
  twin_run_free(stepped);
  twin_run_free(whole);
}

Test(run, is_saved_restored_copied_and_forked) {
  twin_run *run = run_of(NULL), *other = NULL;
  twin_run_until(run, 150, NULL);
  size_t need = 0;
  cr_assert_eq(twin_run_save(run, NULL, 0, &need), TWIN_OK);
  char *buffer = malloc(need);
  cr_assert_eq(twin_run_save(run, buffer, need - 1, &need), TWIN_ERR_TOO_SMALL);
  cr_assert_eq(twin_run_save(run, buffer, need, &need), TWIN_OK);
  cr_assert_eq(twin_run_fork(&other, run), TWIN_OK);
  twin_run_until(run, 400, NULL);
  const uint64_t hash = twin_run_full_hash(run);
  twin_run_until(other, 400, NULL);
  cr_assert_eq(twin_run_full_hash(other), hash);
  cr_assert_eq(twin_run_restore(other, buffer, need, NULL), TWIN_OK);
  cr_assert_eq(twin_run_time_s(other), 150);
  twin_run_until(other, 400, NULL);
  cr_assert_eq(twin_run_full_hash(other), hash);
  cr_assert_eq(twin_run_restore(other, buffer, need / 2, NULL), TWIN_ERR_SNAPSHOT);
  cr_assert_eq(twin_run_copy(other, run), TWIN_OK);
  free(buffer);
  twin_run_free(other);
  twin_run_free(run);
}

typedef struct host {
  int n_call, n_until_cancel;
  double time_s;
} host;

static int ask(const twin_progress *progress, void *user) {
  host *seen = user;
  seen->time_s = progress->time_s;
  return ++seen->n_call >= seen->n_until_cancel;
}

Test(run, asks_its_host_and_goes_on_after_a_cancel) {
  host seen = {.n_until_cancel = 2};
  twin_run_options options;
  twin_run_options_init(&options);
  options.on_progress = ask;
  options.user = &seen;
  twin_run *run = run_of(&options);
  cr_assert_eq(twin_run_until(run, 1e9, NULL), TWIN_CANCELLED);
  cr_assert_eq(seen.n_call, 2);
  const double time_s = twin_run_time_s(run);
  cr_assert(time_s > 0 && time_s < 1e9);
  cr_assert_eq(twin_run_until(run, time_s + 100, NULL), TWIN_OK);
  twin_run_free(run);
}

Test(run, is_down_as_long_as_the_host_wants) {
  twin_run *run = run_of(NULL);
  twin_run_until(run, 20, NULL);
  cr_assert_eq(twin_run_machine_down(run, 2, NULL), TWIN_OK);
  twin_run_until(run, 90, NULL);
  cr_assert_eq(twin_run_machine_state(run, 2), TWIN_FAILED_WAITING);
  cr_assert_eq(twin_run_machine_up(run, 2, NULL), TWIN_OK);
  cr_assert_eq(twin_run_machine_down(run, 99, NULL), TWIN_ERR_NOT_FOUND);
  cr_assert_eq(twin_run_machine_state(run, 99), -1);
  cr_assert_str_eq(twin_state_name(TWIN_FAILED_WAITING), "failed-waiting");
  cr_assert_str_eq(twin_state_name(-1), "");
  cr_assert_str_eq(twin_state_name(TWIN_STATE_COUNT), "");
  twin_run_free(run);
}

Test(run, keeps_its_line_when_the_host_gives_it_up) {
  twin_run *run = run_of(NULL);
  cr_assert_eq(twin_line_count(twin_run_line(run), TWIN_STATION), 5);
  twin_run_free(run);
  twin_run_free(NULL);
  cr_assert_eq(twin_run_new(&run, NULL, NULL, NULL), TWIN_ERR_ARGUMENT);
}
