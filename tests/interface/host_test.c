// A host that is not the usual one: options structs of older and newer versions, other float modes, few
// bytes of stack, a child after a study, notices.

#include <criterion/criterion.h>
#include <fenv.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

#include "support/hosted.h"
#include "support/line_text.h"

static const char path[] = "lines/two-machines.json";

static twin_line *load(const twin_host *host) {
  twin_line *line = NULL;
  twin_line_options options;
  twin_line_options_init(&options);
  options.host = host;
  cr_assert_eq(twin_line_load(&line, path, &options, NULL), TWIN_OK);
  return line;
}

static uint64_t hash_after(twin_line *line, double time_s) {
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(run, time_s, NULL), TWIN_OK);
  const uint64_t hash = twin_run_full_hash(run);
  twin_run_free(run);
  return hash;
}

// ---- struct_size ---------------------------------------------------------------------------------

// A struct as a host of another version has it: n_here bytes of ours that say n_there.
#define AS_OF(type, init, n_there, call)                                \
  do {                                                                  \
    struct {                                                            \
      type own;                                                         \
      char more[64];                                                    \
    } given;                                                            \
    memset(&given, 0x5a, sizeof given);                                 \
    init(&given.own);                                                   \
    const uint32_t n = (uint32_t)(n_there);                             \
    memcpy(&given.own, &n, sizeof n);                                   \
    const type *options = &given.own;                                   \
    cr_expect_eq(call, TWIN_OK, #type " of %u bytes", (unsigned)n);     \
  } while (0)

// Our defaults count for what the host does not know, and what we do not know is not looked at.
#define OF_EVERY_SIZE(type, init, call)                       \
  do {                                                        \
    AS_OF(type, init, sizeof(uint32_t), call);                \
    AS_OF(type, init, sizeof(type) / 2 / 8 * 8, call);        \
    AS_OF(type, init, sizeof(type) - 1, call);                \
    AS_OF(type, init, sizeof(type), call);                    \
    AS_OF(type, init, sizeof(type) + 64, call);               \
  } while (0)

static twin_status try_line(const twin_line_options *options) {
  twin_line *line = NULL;
  const twin_status status = twin_line_load(&line, path, options, NULL);
  twin_line_unref(line);
  return status;
}

static twin_status try_host(const twin_host *host) {
  twin_line_options options;
  twin_line_options_init(&options);
  options.host = host;
  return try_line(&options);
}

static twin_status try_run(twin_line *line, const twin_run_options *options) {
  twin_run *run = NULL;
  const twin_status status = twin_run_new(&run, line, options, NULL);
  twin_run_free(run);
  return status;
}

static twin_status try_study(twin_line *line, const twin_study_options *options) {
  twin_study *study = NULL;
  const twin_status status = twin_study_new(&study, line, options, NULL);
  twin_study_free(study);
  return status;
}

static twin_status try_recorder(twin_line *line, const twin_recorder_options *options) {
  char file[300];
  const char *folder = getenv("TWIN_SCRATCH");
  twin_recorder *recorder = NULL;
  snprintf(file, sizeof file, "%s/host-size.h5", folder != NULL ? folder : ".");
  const twin_status status = twin_recorder_open(&recorder, file, line, options, NULL);
  twin_recorder_close(recorder, NULL);
  remove(file);
  return status == TWIN_ERR_UNSUPPORTED ? TWIN_OK : status;
}

static twin_status try_adopt(twin_line *line, const twin_adopt_options *options) {
  twin_run *a = NULL, *b = NULL;
  cr_assert_eq(twin_run_new(&a, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_new(&b, line, NULL, NULL), TWIN_OK);
  const twin_status status = twin_run_adopt(a, b, options, NULL);
  twin_run_free(a);
  twin_run_free(b);
  return status;
}

Test(host, of_an_older_or_newer_version_is_understood) {
  twin_line *line = load(NULL);
  OF_EVERY_SIZE(twin_line_options, twin_line_options_init, try_line(options));
  OF_EVERY_SIZE(twin_host, twin_host_init, try_host(options));
  OF_EVERY_SIZE(twin_run_options, twin_run_options_init, try_run(line, options));
  OF_EVERY_SIZE(twin_study_options, twin_study_options_init, try_study(line, options));
  OF_EVERY_SIZE(twin_recorder_options, twin_recorder_options_init, try_recorder(line, options));
  OF_EVERY_SIZE(twin_adopt_options, twin_adopt_options_init, try_adopt(line, options));
  twin_line_unref(line);
}

// What we fill in stays inside what the host has: the bytes behind are its own.
Test(host, gets_no_more_than_its_structs_hold) {
  twin_line *line = load(NULL);
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  for (uint32_t n = sizeof(uint32_t); n < sizeof(twin_event) + 32; n += 4) {
    char memory[sizeof(twin_event) + 32];
    memset(memory, 0x5a, sizeof memory);
    memcpy(memory, &n, sizeof n);
    cr_assert_eq(twin_run_step(run, (twin_event *)(void *)memory, NULL), TWIN_OK);
    const size_t n_filled = n < sizeof(twin_event) ? n : sizeof(twin_event);
    for (size_t i = n_filled; i < sizeof memory; i++) cr_assert_eq(memory[i], 0x5a, "%u", n);
    cr_assert_eq(memcmp(memory, &n, sizeof n), 0);
  }
  twin_run_free(run);
  twin_line_unref(line);
}

Test(host, whose_calls_are_incomplete_is_refused) {
  test_host own;
  for (int left_out = 0; left_out < 3; left_out++) {
    test_host_init(&own);
    if (left_out == 0) own.host.allocate = NULL;
    if (left_out == 1) own.host.resize = NULL;
    if (left_out == 2) own.host.release = NULL;
    cr_expect_eq(try_host(&own.host), TWIN_ERR_ARGUMENT);
    cr_expect_null(twin_problems_new_with(&own.host));
    twin_file *file = NULL;
    cr_expect_eq(twin_file_open_with(&file, path, &own.host, NULL), TWIN_ERR_ARGUMENT);
    cr_expect_eq(own.n_call, 0);
  }
}

// ---- what outlives what --------------------------------------------------------------------------

Test(host, lends_what_outlives_its_line) {
  test_host own;
  test_host_init(&own);
  twin_line *line = load(&own.host);
  twin_table *table = NULL;
  char *text = NULL;
  twin_run *run = NULL, *copy = NULL;
  cr_assert_eq(twin_line_table(line, "load", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_line_dump(line, &text), TWIN_OK);
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  twin_line_unref(line);
  cr_assert_eq(twin_run_fork(&copy, run), TWIN_OK);
  twin_run_free(run);
  twin_run_free(copy);
  cr_expect_gt(own.n_open, 0);
  twin_text_free(text);
  twin_table_unref(table);
  cr_expect_eq(own.n_open, 0);
  cr_expect_eq(own.n_foreign, 0);
}

// ---- notices -------------------------------------------------------------------------------------

static twin_study *study_of(twin_line *line, uint32_t n_thread) {
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = 4;
  options.n_thread = n_thread;
  options.warmup_s = 0;
  options.horizon_s = 3600;
  twin_study *study = NULL;
  cr_assert_eq(twin_study_new(&study, line, &options, NULL), TWIN_OK);
  return study;
}

Test(host, hears_when_a_study_begins_and_ends) {
  test_host own;
  test_host_init(&own);
  twin_line *line = load(&own.host);
  twin_study *study = study_of(line, 2);
  cr_expect_eq(twin_study_run(study, NULL), TWIN_OK);
  cr_expect_str_eq(own.codes, "N-STUDY-BEGIN N-STUDY-END ");
  twin_study_free(study);
  twin_line_unref(line);
}

Test(host, hears_which_replication_stopped) {
  static const char stuck[] =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"run\": {\"horizon\": \"1 h\"},"
      "\"sources\": {\"s\": {\"sequence\": [\"1 p\"], \"repeat\": true, \"release\": {\"every\": \"1 s\"}}},"
      "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 h\"}},"
      "\"flow\": [[\"s\", \"q\", \"m\", \"out\"]], \"buffers\": {\"q\": {\"capacity\": \"unlimited\"}},"
      "\"max_parts\": 50}";
  test_host own;
  test_host_init(&own);
  twin_line_options options;
  twin_line_options_init(&options);
  options.host = &own.host;
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  if (twin_line_parse(&line, stuck, strlen(stuck), &options, problems) != TWIN_OK)
    cr_skip_test("%s", twin_problems_text(problems, 0));
  twin_study *study = study_of(line, 2);
  cr_expect_lt(twin_study_run(study, NULL), 0);
  cr_expect_str_eq(own.codes, "N-STUDY-BEGIN N-REPLICATION N-STUDY-END ");
  twin_study_free(study);
  twin_line_unref(line);
  twin_problems_free(problems);
}

Test(host, hears_of_a_part_file_that_is_replaced) {
  char file[300], part[310];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(file, sizeof file, "%s/host-part.h5", folder != NULL ? folder : ".");
  snprintf(part, sizeof part, "%s.part", file);
  FILE *left = fopen(part, "w");
  cr_assert_not_null(left);
  fclose(left);
  test_host own;
  test_host_init(&own);
  twin_line *line = load(&own.host);
  twin_recorder *recorder = NULL;
  const twin_status status = twin_recorder_open(&recorder, file, line, NULL, NULL);
  if (status == TWIN_OK) cr_expect_str_eq(own.codes, "N-PART ");
  twin_recorder_close(recorder, NULL);
  remove(file);
  remove(part);
  twin_line_unref(line);
  cr_expect_eq(own.n_open, 0);
}

// ---- float modes ---------------------------------------------------------------------------------

#ifdef __SSE2__
enum { FTZ = 0x8000, DAZ = 0x0040 };

Test(host, that_flushes_denormals_is_refused_where_something_is_computed) {
  twin_line *line = load(NULL);
  twin_run *run = NULL, *other = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 600, NULL), TWIN_OK);
  twin_study *study = study_of(line, 1);
  const uint64_t before = twin_run_full_hash(run);
  const unsigned usual = _mm_getcsr();
  for (int i = 0; i < 2; i++) {
    _mm_setcsr(usual | (i == 0 ? FTZ : DAZ));
    const twin_status status[] = {twin_run_new(&other, line, NULL, NULL),
                                  twin_run_until(run, 1200, NULL),
                                  twin_run_step(run, NULL, NULL),
                                  twin_run_wake(run, 1000, NULL),
                                  twin_run_machine_down(run, 0, NULL),
                                  twin_run_state_json_set(run, "{}", 2, NULL),
                                  twin_study_run(study, NULL),
                                  try_line(NULL)};
    _mm_setcsr(usual);
    for (size_t k = 0; k < sizeof status / sizeof *status; k++)
      cr_expect_eq(status[k], TWIN_ERR_FLOAT_MODE, "call %zu: %d", k, status[k]);
  }
  cr_expect_eq(twin_run_full_hash(run), before);
  cr_expect_eq(twin_run_until(run, 1200, NULL), TWIN_OK);
  twin_study_free(study);
  twin_run_free(run);
  twin_line_unref(line);
}
#endif

Test(host, with_another_rounding_mode_is_refused) {
  static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  twin_line *line = load(NULL);
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    fesetround(modes[i]);
    const twin_status status = twin_run_until(run, 600, NULL);
    fesetround(FE_TONEAREST);
    cr_expect_eq(status, TWIN_ERR_FLOAT_MODE, "mode %zu: %d", i, status);
  }
  cr_expect_eq(twin_run_until(run, 600, NULL), TWIN_OK);
  twin_run_free(run);
  twin_line_unref(line);
}

// ---- processes and stacks ------------------------------------------------------------------------

static uint64_t hash_of_study(twin_line *line, uint32_t n_thread) {
  twin_study *study = study_of(line, n_thread);
  uint64_t hash = 0;
  if (twin_study_run(study, NULL) == TWIN_OK)
    for (uint32_t r = 0; r < 4; r++) hash = hash * 31 + twin_study_hash(study, r);
  twin_study_free(study);
  return hash;
}

Test(host, that_forks_after_a_study_has_a_child_that_can_run_one, .timeout = 60) {
  twin_line *line = load(NULL);
  const uint64_t hash = hash_of_study(line, 4);
  cr_assert_neq(hash, 0);
  const pid_t child = fork();
  if (child == 0) _exit(hash_of_study(line, 4) == hash ? 0 : 1);
  int status = -1;
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_expect_eq(status, 0);
  cr_expect_eq(hash_of_study(line, 2), hash);
  twin_line_unref(line);
}

static void *live(void *unused) {
  (void)unused;
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  twin_run *run = NULL;
  char *text = NULL;
  uint64_t hash = 0;
  if (twin_line_load(&line, "lines/predictive-cnc.json", NULL, problems) == TWIN_OK &&
      twin_run_new(&run, line, NULL, problems) == TWIN_OK &&
      twin_run_losses_attach(run) == TWIN_OK && twin_run_until(run, 200000, problems) == TWIN_OK &&
      twin_run_state_json(run, &text) == TWIN_OK &&
      twin_run_state_json_set(run, text, strlen(text), problems) == TWIN_OK &&
      twin_line_check(line, problems) == TWIN_OK)
    hash = twin_run_full_hash(run);
  twin_text_free(text);
  twin_run_free(run);
  twin_line_unref(line);
  twin_problems_free(problems);
  return (void *)(uintptr_t)hash;
}

// Half of what include/twin/README.md asks for.
Test(host, may_have_threads_with_a_small_stack) {
#if defined(__SANITIZE_ADDRESS__)
  cr_skip_test("the sanitizer's frames are larger");
#endif
  const size_t n_stack = 64 * 1024;
  pthread_attr_t attributes;
  pthread_t thread;
  void *hash = NULL;
  cr_assert_eq(pthread_attr_init(&attributes), 0);
  cr_assert_eq(pthread_attr_setstacksize(&attributes, n_stack), 0);
  cr_assert_eq(pthread_create(&thread, &attributes, live, NULL), 0);
  cr_assert_eq(pthread_join(thread, &hash), 0);
  pthread_attr_destroy(&attributes);
  cr_assert_not_null(hash);
  cr_expect_eq(hash, live(NULL));
}

Test(host, gets_the_same_whatever_it_lends) {
  test_host own;
  test_host_init(&own);
  twin_line *mine = load(&own.host), *plain = load(NULL);
  cr_expect_eq(hash_after(mine, 20000), hash_after(plain, 20000));
  twin_line_unref(mine);
  twin_line_unref(plain);
  cr_expect_eq(own.n_open, 0);
}
