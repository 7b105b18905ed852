// Memory that runs out at the first, second, third, ... request: each call that makes something says
// TWIN_ERR_MEMORY or succeeds, gives back what it took, leaves out-parameters alone and every object
// usable. The host's memory and that of cJSON run out in turn.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "support/hosted.h"
#include "support/line_text.h"

// as <cJSON.h> has it, whose folder only io/json_in.c sees
typedef struct cjson_hooks {
  void *(*malloc_fn)(size_t n_bytes);
  void (*free_fn)(void *memory);
} cjson_hooks;
extern void cJSON_InitHooks(cjson_hooks *hooks);

#define UNTOUCHED ((void *)(uintptr_t)0xabcd0)

// What is there before memory runs out.
typedef struct scene {
  test_host host;
  const char *text, *path;  // of the line; path: beside it are its tables
  twin_line *line, *second;
  twin_run *run, *other, *elsewhere;  // the last one of the second line
  char *snapshot, *json, file[256];
  size_t n_snapshot;
  uint64_t hash;
  uint64_t result;  // of what was done last
} scene;

typedef twin_status (*act)(scene *at, twin_problems *problems);

static twin_status load(scene *at, twin_line **line, twin_problems *problems) {
  twin_line_options options;
  twin_line_options_init(&options);
  options.host = &at->host.host;
  if (at->path != NULL) return twin_line_load(line, at->path, &options, problems);
  return twin_line_parse(line, at->text, strlen(at->text), &options, problems);
}

static twin_status act_load(scene *at, twin_problems *problems) {
  twin_line *line = UNTOUCHED;
  const twin_status status = load(at, &line, problems);
  if (status != TWIN_OK)
    cr_expect_eq(line, UNTOUCHED);
  else
    at->result = twin_line_layout_hash(line) ^ twin_line_hash(line);
  if (status == TWIN_OK) twin_line_unref(line);
  return status;
}

static twin_status act_check(scene *at, twin_problems *problems) {
  return twin_line_check(at->line, problems);
}

static twin_status act_tables(scene *at, twin_problems *problems) {
  static const char *const name[] = {"load", "people", "quantities", "signals", "solvers"};
  for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
    twin_table *table = UNTOUCHED;
    const twin_status status = twin_line_table(at->line, name[i], &table, problems);
    if (status != TWIN_OK) {
      cr_expect_eq(table, UNTOUCHED, "table %zu", i);
      return status;
    }
    twin_table_unref(table);
  }
  return twin_line_load_rate(at->line, NULL, NULL, NULL);
}

static twin_status act_texts(scene *at, twin_problems *problems) {
  (void)problems;
  char *text = UNTOUCHED;
  twin_status status = twin_line_dump(at->line, &text);
  if (status != TWIN_OK) {
    cr_expect_eq(text, UNTOUCHED);
    return status;
  }
  twin_text_free(text);
  uint64_t quantity = 0;
  status = twin_line_quantity(at->line, "line/throughput", &quantity, NULL);
  return status == TWIN_ERR_NOT_FOUND ? TWIN_OK : status;
}

// Makes a run and follows it to its horizon or a day.
static twin_status act_run(scene *at, twin_problems *problems) {
  twin_run *run = UNTOUCHED;
  twin_status status = twin_run_new(&run, at->line, NULL, problems);
  if (status != TWIN_OK) {
    cr_expect_eq(run, UNTOUCHED);
    return status;
  }
  status = twin_run_losses_attach(run);
  if (status == TWIN_OK) status = twin_run_until(run, 43200, problems);
  if (status == TWIN_OK) {
    twin_table *table = UNTOUCHED;
    status = twin_run_table(run, "losses", &table, problems);
    if (status != TWIN_OK)
      cr_expect_eq(table, UNTOUCHED);
    else
      twin_table_unref(table);
  }
  // whatever happened, it can be asked and freed
  at->result = twin_run_full_hash(run);
  twin_run_free(run);
  return status;
}

static twin_status act_fork(scene *at, twin_problems *problems) {
  twin_run *copy = UNTOUCHED;
  twin_status status = twin_run_fork(&copy, at->run);
  if (status != TWIN_OK) {
    cr_expect_eq(copy, UNTOUCHED);
    return status;
  }
  cr_expect_eq(twin_run_full_hash(copy), at->hash);
  status = twin_run_until(copy, twin_run_time_s(copy) + 3600, problems);
  twin_run_free(copy);
  return status;
}

static twin_status act_restore(scene *at, twin_problems *problems) {
  const uint64_t before = twin_run_full_hash(at->other);
  const twin_status status = twin_run_restore(at->other, at->snapshot, at->n_snapshot, problems);
  cr_expect_eq(twin_run_full_hash(at->other), status == TWIN_OK ? at->hash : before);
  return status;
}

static twin_status act_adopt(scene *at, twin_problems *problems) {
  const uint64_t before = twin_run_full_hash(at->elsewhere);
  const twin_status status = twin_run_adopt(at->elsewhere, at->run, NULL, problems);
  at->result = twin_run_full_hash(at->elsewhere);
  if (status != TWIN_OK) cr_expect_eq(at->result, before);
  return status;
}

static twin_status act_state_out(scene *at, twin_problems *problems) {
  (void)problems;
  char *text = UNTOUCHED;
  const twin_status status = twin_run_state_json(at->run, &text);
  if (status != TWIN_OK)
    cr_expect_eq(text, UNTOUCHED);
  else
    at->result = tw_hash_text(TW_HASH_SEED, text);
  if (status == TWIN_OK) twin_text_free(text);
  return status;
}

static twin_status act_state_in(scene *at, twin_problems *problems) {
  const uint64_t before = twin_run_full_hash(at->other);
  const twin_status status =
      twin_run_state_json_set(at->other, at->json, strlen(at->json), problems);
  at->result = twin_run_full_hash(at->other);
  if (status != TWIN_OK) cr_expect_eq(at->result, before);
  return status;
}

static twin_status act_study(scene *at, twin_problems *problems) {
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = 3;
  options.n_thread = 2;
  options.warmup_s = 0;
  options.horizon_s = 7200;
  options.has_losses = 1;
  twin_study *study = UNTOUCHED;
  twin_status status = twin_study_new(&study, at->line, &options, problems);
  if (status != TWIN_OK) {
    cr_expect_eq(study, UNTOUCHED);
    return status;
  }
  status = twin_study_run(study, problems);
  cr_expect_leq(twin_study_done(study), 3u);
  at->result = twin_study_hash(study, 2);
  if (status == TWIN_OK) {
    twin_table *table = UNTOUCHED;
    status = twin_study_table(study, "losses", &table, problems);
    if (status != TWIN_OK)
      cr_expect_eq(table, UNTOUCHED);
    else
      twin_table_unref(table);
  }
  if (status == TWIN_OK) {
    twin_estimate estimate = {.struct_size = sizeof estimate};
    uint64_t quantity = 0;
    if (twin_line_quantity(at->line, "line/throughput", &quantity, NULL) == TWIN_OK)
      status = twin_study_estimate(study, quantity, &estimate);
  }
  twin_study_free(study);
  return status;
}

static twin_status act_record(scene *at, twin_problems *problems) {
  twin_recorder *recorder = UNTOUCHED;
  twin_run *copy = NULL;
  twin_status status = twin_recorder_open(&recorder, at->file, at->line, NULL, problems);
  if (status != TWIN_OK) {
    cr_expect_eq(recorder, UNTOUCHED);
    return status;
  }
  status = twin_run_fork(&copy, at->run);
  if (status == TWIN_OK) status = twin_recorder_attach(recorder, copy, 0, NULL);
  if (status == TWIN_OK) {
    status = twin_run_until(copy, twin_run_time_s(copy) + 7200, problems);
    const twin_status detached = twin_recorder_detach(recorder, copy, problems);
    if (status == TWIN_OK) status = detached;
  }
  const twin_status closed = twin_recorder_close(recorder, problems);
  twin_run_free(copy);
  return status != TWIN_OK ? status : closed;
}

static twin_status act_read(scene *at, twin_problems *problems) {
  twin_file *file = UNTOUCHED;
  const twin_status status = twin_file_open_with(&file, at->file, &at->host.host, problems);
  if (status != TWIN_OK)
    cr_expect_eq(file, UNTOUCHED);
  else
    twin_file_close(file);
  return status;
}

static twin_status act_log(scene *at, twin_problems *problems) {
  twin_log *log = UNTOUCHED;
  twin_run *copy = NULL;
  char *text = NULL;
  twin_status status = twin_run_fork(&copy, at->run);
  if (status == TWIN_OK) status = twin_log_new(&log, copy);
  if (status != TWIN_OK) {
    cr_expect_eq(log, UNTOUCHED);
    twin_run_free(copy);
    return status;
  }
  status = twin_run_until(copy, twin_run_time_s(copy) + 600, problems);
  if (status == TWIN_OK) status = twin_log_text(log, &text);
  twin_log_free(log);
  twin_run_free(copy);
  if (status != TWIN_OK) return status;
  twin_log *again = UNTOUCHED;
  status = twin_log_read(&again, at->line, text, strlen(text), problems);
  if (status != TWIN_OK)
    cr_expect_eq(again, UNTOUCHED);
  else
    twin_log_free(again);
  twin_text_free(text);
  return status;
}

static const struct {
  const char *name;
  act act;
} acts[] = {{"load", act_load},           {"check", act_check},       {"tables", act_tables},
            {"texts", act_texts},         {"run", act_run},           {"fork", act_fork},
            {"restore", act_restore},     {"adopt", act_adopt},       {"state out", act_state_out},
            {"state in", act_state_in},   {"study", act_study},       {"log", act_log},
            {"record", act_record},       {"read", act_read}};

static void open_scene(scene *at, const char *name) {
  test_host_init(&at->host);
  cr_assert_eq(load(at, &at->line, NULL), TWIN_OK, "%s", name);
  cr_assert_eq(twin_run_new(&at->run, at->line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(at->run, 20000, NULL), TWIN_OK);
  cr_assert_eq(twin_run_new(&at->other, at->line, NULL, NULL), TWIN_OK);
  cr_assert_eq(load(at, &at->second, NULL), TWIN_OK);
  cr_assert_eq(twin_run_new(&at->elsewhere, at->second, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_save(at->run, NULL, 0, &at->n_snapshot), TWIN_OK);
  at->snapshot = malloc(at->n_snapshot);
  cr_assert_eq(twin_run_save(at->run, at->snapshot, at->n_snapshot, &at->n_snapshot), TWIN_OK);
  cr_assert_eq(twin_run_state_json(at->run, &at->json), TWIN_OK);
  at->hash = twin_run_full_hash(at->run);
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(at->file, sizeof at->file, "%s/memory-%s.h5", folder != NULL ? folder : ".", name);
}

static void close_scene(scene *at) {
  twin_text_free(at->json);
  free(at->snapshot);
  twin_run_free(at->run);
  twin_run_free(at->other);
  twin_run_free(at->elsewhere);
  twin_line_unref(at->line);
  twin_line_unref(at->second);
  remove(at->file);
  cr_expect_eq(at->host.n_open, 0, "%ld pieces are left", (long)at->host.n_open);
  cr_expect_eq(at->host.n_foreign, 0);
}

// Lets one thing run out of memory at its first, second, ... request until it gets through.
static void starve(scene *at, const char *line, size_t i) {
  at->result = 0;
  cr_assert_geq(acts[i].act(at, NULL), 0, "%s, %s", line, acts[i].name);
  const uint64_t result = at->result;
  // each of the first ones, then a thirtieth further
  for (long n = 0;; n += 1 + n / 30) {
    twin_problems *problems = twin_problems_new_with(&at->host.host);
    const long n_open = at->host.n_open, n_refused = at->host.n_refused;
    test_host_fail_at(&at->host, n);
    const twin_status status = acts[i].act(at, problems);
    test_host_fail_at(&at->host, -1);
    twin_problems_clear(problems);
    const bool is_through = at->host.n_refused == n_refused;
    cr_assert(status == TWIN_ERR_MEMORY || (status >= 0), "%s, %s, request %ld: %d %s", line,
              acts[i].name, n, status, twin_status_text(status));
    cr_assert(status < 0 || at->result == result, "%s, %s, request %ld: another result", line,
              acts[i].name, n);
    cr_assert(!is_through || status >= 0, "%s, %s: %s", line, acts[i].name, twin_status_text(status));
    twin_problems_free(problems);
    cr_assert_leq(at->host.n_open, n_open - 1, "%s, %s, request %ld: leaks", line, acts[i].name, n);
    cr_assert_eq(twin_run_full_hash(at->run), at->hash, "%s, %s, request %ld", line, acts[i].name, n);
    if (is_through) {
      printf("# %s, %s: %ld requests\n", line, acts[i].name, n);
      return;
    }
  }
}

static void starve_all(const char *name, const char *text, const char *path) {
  scene at = {.text = text, .path = path};
  open_scene(&at, name);
  for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) starve(&at, name, i);
  close_scene(&at);
}

Test(memory_short, leaves_a_small_line_whole) {
  starve_all("small", NULL, "lines/two-machines.json");
}
Test(memory_short, leaves_a_rich_line_whole) { starve_all("rich", test_rich_line, NULL); }
Test(memory_short, leaves_a_line_with_people_whole) { starve_all("work", test_work_line, NULL); }
Test(memory_short, leaves_machine_models_whole) {
  starve_all("models", NULL, "lines/predictive-cnc.json");
}
Test(memory_short, leaves_a_line_with_tables_whole) {
  starve_all("tables", NULL, "lines/crank-cell.json");
}

// ---- cJSON's own memory
// --------------------------------------------------------------------------

static long cjson_left, cjson_open;

static void *cjson_take(size_t n_bytes) {
  if (cjson_left-- <= 0) return NULL;
  cjson_open++;
  return malloc(n_bytes);
}

static void cjson_give(void *memory) {
  if (memory != NULL) cjson_open--;
  free(memory);
}

Test(memory_short, of_cjson_is_an_error_of_memory_too) {
  scene at = {.path = "lines/two-machines.json"};
  open_scene(&at, "cjson");
  cjson_hooks hooks = {cjson_take, cjson_give};
  const struct {
    const char *name;
    act act;
  } reading[] = {{"load", act_load}, {"state in", act_state_in}, {"log", act_log}};
  for (size_t i = 0; i < sizeof reading / sizeof *reading; i++) {
    twin_status status = TWIN_ERR_MEMORY;
    long n = 0;
    cJSON_InitHooks(&hooks);
    for (; status != TWIN_OK && n < 20000; n++) {
      cjson_left = n;
      status = reading[i].act(&at, NULL);
      cr_assert(status == TWIN_OK || status == TWIN_ERR_MEMORY, "%s, request %ld: %s",
                reading[i].name, n, twin_status_text(status));
      cr_assert_eq(cjson_open, 0, "%s, request %ld leaks", reading[i].name, n);
    }
    cJSON_InitHooks(NULL);
    cr_expect_eq(status, TWIN_OK);
    cr_expect_gt(n, 10, "cJSON was not asked");
  }
  close_scene(&at);
}

// ---- nothing grows
// -------------------------------------------------------------------------------

Test(memory_short, is_not_what_a_thousand_lives_lead_to) {
  test_host host;
  test_host_init(&host);
  twin_line_options options;
  twin_line_options_init(&options);
  options.host = &host.host;
  long n_open = -1, n_open_max = -1;
  for (int i = 0; i < 1000; i++) {
    twin_line *line = NULL;
    twin_run *run = NULL, *copy = NULL;
    cr_assert_eq(twin_line_load(&line, "lines/two-machines.json", &options, NULL), TWIN_OK);
    cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
    twin_line_unref(line);
    cr_assert_eq(twin_run_until(run, 3600, NULL), TWIN_OK);
    cr_assert_eq(twin_run_fork(&copy, run), TWIN_OK);
    if (i == 0) n_open = host.n_open, n_open_max = host.n_open_max;
    cr_assert_eq(host.n_open, n_open, "life %d", i);
    twin_run_free(run);
    twin_run_free(copy);
    cr_assert_eq(host.n_open, 0, "life %d", i);
    cr_assert_eq(host.n_open_max, n_open_max, "life %d", i);
  }
  cr_expect_eq(host.n_foreign, 0);
}

// Where nothing replaces malloc, a run of the whole library must not call it beside a host's.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_MALLOC 1
extern void *__libc_malloc(size_t n_bytes);
extern void *__libc_calloc(size_t n, size_t n_bytes);
extern void *__libc_realloc(void *memory, size_t n_bytes);
static _Thread_local long n_malloc;
void *malloc(size_t n_bytes) {
  n_malloc++;
  return __libc_malloc(n_bytes);
}
void *calloc(size_t n, size_t n_bytes) {
  n_malloc++;
  return __libc_calloc(n, n_bytes);
}
void *realloc(void *memory, size_t n_bytes) {
  n_malloc++;
  return __libc_realloc(memory, n_bytes);
}
// that of the C library may take memory for itself
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *a, const void *b)) {
  char *at = base, kept[512];
  cr_assert_leq(size, sizeof kept);
  for (size_t i = 1; i < n; i++) {
    size_t k = i;
    memcpy(kept, at + i * size, size);
    for (; k > 0 && compare(at + (k - 1) * size, kept) > 0; k--)
      memcpy(at + k * size, at + (k - 1) * size, size);
    memcpy(at + k * size, kept, size);
  }
}
#else
#define COUNTS_MALLOC 0
static long n_malloc;
#endif

// A host whose pieces come from one array, and never go back.
static _Alignas(max_align_t) char heap[64 << 20];
static size_t n_heap;

static void *heap_take(size_t n_bytes, void *user) {
  (void)user;
  const size_t n = (n_bytes + 31) / 16 * 16;  // with its length in front
  if (n_heap + n > sizeof heap) return NULL;
  char *at = heap + n_heap + 16;
  memcpy(at - sizeof n_bytes, &n_bytes, sizeof n_bytes);
  n_heap += n;
  return at;
}

static void *heap_resize(void *memory, size_t n_bytes, void *user) {
  size_t n_before;
  memcpy(&n_before, (char *)memory - sizeof n_before, sizeof n_before);
  char *at = heap_take(n_bytes, user);
  if (at != NULL) memcpy(at, memory, n_before < n_bytes ? n_before : n_bytes);
  return at;
}

static void heap_release(void *memory, void *user) { (void)memory, (void)user; }

static void *cjson_heap(size_t n_bytes) { return heap_take(n_bytes, NULL); }
static void cjson_keep(void *memory) { (void)memory; }

Test(memory_short, is_the_hosts_alone_where_a_host_lends_it) {
  if (!COUNTS_MALLOC) cr_skip_test("malloc cannot be counted here");
  twin_host host;
  twin_host_init(&host);
  host.allocate = heap_take;
  host.resize = heap_resize;
  host.release = heap_release;
  twin_line_options options;
  twin_line_options_init(&options);
  options.host = &host;
  cjson_hooks hooks = {cjson_heap, cjson_keep};
  cJSON_InitHooks(&hooks);
  twin_line *line = NULL;
  twin_run *run = NULL, *copy = NULL;
  twin_table *table = NULL;
  char *text = NULL;
  const long before = n_malloc;
  twin_problems *problems = twin_problems_new_with(&host);
  const twin_status loaded =
      twin_line_parse(&line, test_rich_line, strlen(test_rich_line), &options, problems);
  const twin_status bad =
      twin_line_parse(&line, "{\"stations\": {\"a\": 1}}", 22, &options, problems);
  twin_status status = twin_run_new(&run, line, NULL, problems);
  if (status == TWIN_OK) status = twin_run_losses_attach(run);
  if (status == TWIN_OK) status = twin_run_until(run, 40000, problems);
  if (status == TWIN_OK) status = twin_run_table(run, "losses", &table, problems);
  if (status == TWIN_OK) status = twin_run_fork(&copy, run);
  if (status == TWIN_OK) status = twin_run_state_json(run, &text);
  if (status == TWIN_OK) status = twin_run_state_json_set(copy, text, strlen(text), problems);
  if (status == TWIN_OK) status = twin_line_check(line, problems);
  const long after = n_malloc;
  cJSON_InitHooks(NULL);
  cr_assert_eq(loaded, TWIN_OK);
  cr_assert_eq(bad, TWIN_ERR_LINE);
  cr_assert_eq(status, TWIN_OK);
  cr_expect_eq(after - before, 0, "malloc was called %ld times", after - before);
  twin_text_free(text);
  twin_table_unref(table);
  twin_run_free(run);
  twin_run_free(copy);
  twin_line_unref(line);
  twin_problems_free(problems);
}
