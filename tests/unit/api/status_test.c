// Every status of the list, and how a caller gets it: by the public functions alone. A status
// without a line here does not compile.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <twin/twin.h>
#if defined __x86_64__
#include <xmmintrin.h>
#endif

#include "support/outside.h"

#ifdef __SANITIZE_ADDRESS__
enum { IS_SANITIZED = 1 };
#elif defined __has_feature
enum { IS_SANITIZED = __has_feature(address_sanitizer) };
#else
enum { IS_SANITIZED = 0 };
#endif

// What another build of the library, or only a mistake in it, can give.
#define NOT_HERE ((twin_status)1000)

#define HEAD    "{\"libtwin\": \"1.0\", \"parts\": {\"a\": {}}, "
#define ENDLESS "\"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true%s}}, "
#define STATION "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 min\"%s}}, "
#define FLOW    "\"flow\": [[\"in\", \"m\", \"out\"]]}"

static const char good[] =
    HEAD "\"sources\": {\"in\": {\"sequence\": [\"a\"]}}, \"stations\": {\"m\": {\"type\": "
         "\"machine\", \"time\": \"1 min\"}}, " FLOW;

static twin_line *line_of(const char *text) {
  twin_line *line = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_line_parse(&line, text, strlen(text), NULL, problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  return line;
}

static twin_run *run_of(const char *text) {
  twin_run *run = NULL;
  twin_line *line = line_of(text);
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  twin_line_unref(line);
  return run;
}

// What a run of a line gives within an hour, or a year.
static twin_status status_of(const char *text, double time_s) {
  twin_run *run = run_of(text);
  const twin_status status = twin_run_until(run, time_s, NULL);
  twin_run_free(run);
  return status;
}

static twin_status get_TWIN_OK(void) { return status_of(good, 60); }

// Every event of the line has happened.
static twin_status get_TWIN_END(void) {
  twin_run *run = run_of(good);
  twin_event event = {.struct_size = sizeof event};
  twin_status status = TWIN_OK;
  for (int i = 0; i < 100 && status == TWIN_OK; i++) status = twin_run_step(run, &event, NULL);
  twin_run_free(run);
  return status;
}

static int cancel(const twin_progress *progress, void *user) {
  (void)user, (void)progress;
  return 1;
}

// The host's own function says so, in a call that is long enough to be asked in.
static twin_status get_TWIN_CANCELLED(void) {
  char text[600];
  snprintf(text, sizeof text, HEAD ENDLESS STATION FLOW, "", "");
  twin_line *line = line_of(text);
  twin_run *run = NULL;
  twin_run_options options;
  twin_run_options_init(&options);
  options.on_progress = cancel;
  cr_assert_eq(twin_run_new(&run, line, &options, NULL), TWIN_OK);
  const twin_status status = twin_run_until(run, 2e9, NULL);
  twin_run_free(run);
  twin_line_unref(line);
  return status;
}

static twin_status get_TWIN_ERR_ARGUMENT(void) {
  return twin_line_parse(NULL, good, strlen(good), NULL, NULL);
}

// A line that needs more than the process may have.
static twin_status get_TWIN_ERR_MEMORY(void) {
  if (IS_SANITIZED) return NOT_HERE;
  enum { N = 32 << 20 };
  char *text = malloc(N);
  cr_assert_not_null(text);
  const int n = snprintf(text, N, "[0");
  for (int i = n; i < N - 2; i += 2) memcpy(text + i, ",0", 2);
  memcpy(text + N - 2, "]", 2);
  struct rlimit before;
  getrlimit(RLIMIT_AS, &before);
  const struct rlimit small = {.rlim_cur = 100 << 20, .rlim_max = before.rlim_max};
  twin_line *line = NULL;
  text[7 << 20] = ']';  // three million values and a half, and nothing behind them
  setrlimit(RLIMIT_AS, &small);
  const twin_status status = twin_line_parse(&line, text, (7 << 20) + 1, NULL, NULL);
  setrlimit(RLIMIT_AS, &before);
  free(text);
  return status;
}

static twin_status get_TWIN_ERR_NOT_FOUND(void) {
  twin_line *line = line_of(good);
  int32_t i;
  const twin_status status = twin_line_find(line, TWIN_STATION, "n", &i);
  twin_line_unref(line);
  return status;
}

static twin_status get_TWIN_ERR_TOO_SMALL(void) {
  twin_run *run = run_of(good);
  char few[8];
  size_t need;
  const twin_status status = twin_run_save(run, few, sizeof few, &need);
  twin_run_free(run);
  return status;
}

// Run files in a build without HDF5.
static twin_status get_TWIN_ERR_UNSUPPORTED(void) {
  twin_file *file = NULL;
  const twin_status status = twin_file_open(&file, "lines/README.md", NULL);
  return status == TWIN_ERR_UNSUPPORTED ? status : NOT_HERE;
}

static twin_status get_TWIN_ERR_LINE(void) {
  twin_line *line = NULL;
  return twin_line_parse(&line, "{}", 2, NULL, NULL);
}

// Rework that comes back to a buffer without room.
static twin_status get_TWIN_ERR_DEADLOCK(void) {
  return status_of(
      HEAD
      "\"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true}}, \"buffers\": {\"b\": "
      "{\"capacity\": 1}}, \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 min\", "
      "\"exits\": {\"ratio\": {\"again\": 1, \"pass\": 1}}}}, \"flow\": [[\"in\", \"b\", \"m\"], "
      "[\"m.again\", \"b\"], [\"m.pass\", \"out\"]]}",
      3600);
}

// A station that takes no time behind a source that always has a part.
static twin_status get_TWIN_ERR_PROGRESS(void) {
  return status_of(
      HEAD
      "\"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true}}, \"stations\": {\"m\": "
      "{\"type\": \"machine\", \"time\": \"0 s\"}}, " FLOW,
      3600);
}

static twin_status get_TWIN_ERR_MAX_PARTS(void) {
  return status_of(
      HEAD
      "\"run\": {\"max_parts\": 5}, \"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true, "
      "\"every\": \"1 s\"}}, \"buffers\": {\"b\": {\"capacity\": \"unlimited\"}}, \"stations\": {\"m\": "
      "{\"type\": \"machine\", \"time\": \"1 min\"}}, \"flow\": [[\"in\", \"b\", \"m\", \"out\"]]}",
      3600);
}

// A factor that becomes negative.
#define NEGATIVE \
  HEAD \
      "\"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true}}, \"stations\": {\"m\": {\"type\": " \
      "\"machine\", \"time\": \"1 min\", \"factor\": \"if(time > 5 min, -1, 1)\"}}, " FLOW
static twin_status get_TWIN_ERR_VALUE(void) { return status_of(NEGATIVE, 36000); }

// Whoever goes on behind an error.
static twin_status get_TWIN_ERR_POISONED(void) {
  twin_run *run = run_of(NEGATIVE);
  cr_expect_eq(twin_run_until(run, 36000, NULL), TWIN_ERR_VALUE);
  const twin_status status = twin_run_until(run, 72000, NULL);
  twin_run_free(run);
  return status;
}

static twin_status get_TWIN_ERR_SNAPSHOT(void) {
  twin_run *run = run_of(good);
  const twin_status status = twin_run_restore(run, "nothing", 7, NULL);
  twin_run_free(run);
  return status;
}

// Some libraries set the processor so when they are loaded.
static twin_status get_TWIN_ERR_FLOAT_MODE(void) {
#if defined __x86_64__
  twin_line *line = line_of(good);
  twin_run *run = NULL;
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  const twin_status status = twin_run_new(&run, line, NULL, NULL);
  _mm_setcsr(before);
  twin_line_unref(line);
  return status;
#else
  return NOT_HERE;
#endif
}

// A state that is infinite after a finite time.
static twin_status get_TWIN_ERR_MODEL(void) {
  return status_of(
      HEAD
      "\"sources\": {\"in\": {\"sequence\": [\"a\"], \"repeat\": true}}, \"stations\": {\"m\": {\"type\": "
      "\"machine\", \"time\": \"1 min\", \"dynamics\": {\"x\": {\"model\": \"equations\", \"states\": "
      "{\"y\": 1}, \"equations\": {\"dy/dt\": \"y*y/1 min\"}}}}}, " FLOW,
      3600);
}

static twin_status get_TWIN_ERR_IO(void) {
  twin_line *line = NULL;
  return twin_line_load(&line, "lines/no-such-line.json", NULL, NULL);
}

static twin_status get_TWIN_ERR_FILE(void) {
  twin_file *file = NULL;
  const twin_status status = twin_file_open(&file, "lines/README.md", NULL);
  return status == TWIN_ERR_UNSUPPORTED ? NOT_HERE : status;
}

static void settle_jammed(twin_place *place) { twin_place_fail(place, "jammed"); }

// A kind of station of the host's own that gives up.
static twin_status get_TWIN_ERR_KIND(void) {
  twin_kind jammed = test_plain;
  jammed.settle = settle_jammed;
  const twin_kind *const kinds[] = {&jammed, NULL};
  twin_line_options options;
  twin_line_options_init(&options);
  options.kinds = kinds;
  twin_line *line = NULL;
  twin_run *run = NULL;
  static const char text[] = HEAD "\"sources\": {\"in\": {\"sequence\": [\"a\"]}}, \"stations\": {\"m\": {\"type\": "
                                  "\"plain\", \"time\": \"1 min\"}}, " FLOW;
  cr_assert_eq(twin_line_parse(&line, text, sizeof text - 1, &options, NULL), TWIN_OK);
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  const twin_status status = twin_run_until(run, 60, NULL);
  twin_run_free(run);
  twin_line_unref(line);
  return status;
}

// Nobody gets it, as far as we know.
static twin_status get_TWIN_ERR_INTERNAL(void) { return NOT_HERE; }

static const struct {
  const char *name;
  twin_status status;
  twin_status (*get)(void);
} rows[] = {
#define TW_STATUS(name_, number, text) {.name = #name_, .status = (name_), .get = get_##name_},
#include "base/status.inl"
#undef TW_STATUS
};

Test(status, every_one_is_had_by_a_caller_who_does_what_stands_here) {
  int n_here = 0;
  const int n = sizeof rows / sizeof rows[0];
  for (int i = 0; i < n; i++) {
    const twin_status status = rows[i].get();
    if ((int)status == NOT_HERE) continue;
    cr_expect_eq(status, rows[i].status, "%s: %s", rows[i].name, twin_status_text(status));
    n_here++;
  }
  cr_assert_geq(n_here, n - 4);
}
