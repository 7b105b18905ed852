// Threads of a host at once, with a run of one line each, a study each, or forks of one run: what
// each computes is what one thread alone does. The stand-in for Criterion runs it under
// ThreadSanitizer.

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdbool.h>

#include <twin/twin.h>

enum { N_THREAD = 8 };

typedef struct worker {
  twin_line *line;
  uint32_t replication;
  uint64_t hash;
} worker;

static void *work(void *self) {
  worker *own = self;
  twin_run_options options;
  twin_run_options_init(&options);
  options.replication = own->replication;
  twin_run *run = NULL, *copy = NULL;
  twin_table *table = NULL;
  twin_line_ref(own->line);
  if (twin_run_new(&run, own->line, &options, NULL) == TWIN_OK &&
      twin_run_until(run, 40000, NULL) == TWIN_OK && twin_run_fork(&copy, run) == TWIN_OK &&
      twin_run_until(copy, 80000, NULL) == TWIN_OK &&
      twin_line_table(own->line, "load", &table, NULL) == TWIN_OK)
    own->hash = twin_run_full_hash(copy);
  twin_table_unref(table);
  twin_run_free(run);
  twin_run_free(copy);
  twin_line_unref(own->line);
  return NULL;
}

static void run_all(const char *path) {
  twin_line *line = NULL;
  worker together[N_THREAD] = {{0}}, alone[N_THREAD] = {{0}};
  pthread_t thread[N_THREAD];
  cr_assert(twin_line_load(&line, path, NULL, NULL) == TWIN_OK);
  for (uint32_t i = 0; i < N_THREAD; i++) {
    together[i] = alone[i] = (worker){.line = line, .replication = i};
    cr_assert(pthread_create(&thread[i], NULL, work, &together[i]) == 0);
  }
  for (uint32_t i = 0; i < N_THREAD; i++) cr_assert(pthread_join(thread[i], NULL) == 0);
  for (uint32_t i = 0; i < N_THREAD; i++) {
    work(&alone[i]);
    cr_assert(alone[i].hash != 0 && alone[i].hash == together[i].hash);
  }
  twin_line_unref(line);
}

Test(interface_threads, compute_at_once_what_one_computes_alone) {
  run_all("lines/two-machines.json");
  run_all("lines/predictive-cnc.json");
}

// A study of its own in a thread of the host's; its hash is folded from its replications.
static void *study(void *self) {
  worker *own = self;
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = 4;
  options.n_thread = 2;
  options.horizon_s = 40000;
  twin_study *made = NULL;
  if (twin_study_new(&made, own->line, &options, NULL) == TWIN_OK &&
      twin_study_run(made, NULL) == TWIN_OK)
    for (uint32_t i = 0; i < 4; i++) own->hash = 31 * own->hash + twin_study_hash(made, i);
  twin_study_free(made);
  return NULL;
}

// One study's end must not end the threads of the other: LLVM's runtime is one for the process.
Test(interface_threads, run_studies_at_once) {
  twin_line *line = NULL;
  cr_assert(twin_line_load(&line, "lines/two-machines.json", NULL, NULL) == TWIN_OK);
  worker alone = {.line = line};
  study(&alone);
  cr_assert(alone.hash != 0);
  for (int32_t round = 0; round < 10; round++) {
    worker together[2] = {{.line = line}, {.line = line}};
    pthread_t thread[2];
    for (int32_t i = 0; i < 2; i++)
      cr_assert(pthread_create(&thread[i], NULL, study, &together[i]) == 0);
    for (int32_t i = 0; i < 2; i++) {
      cr_assert(pthread_join(thread[i], NULL) == 0);
      cr_assert(together[i].hash == alone.hash);
    }
  }
  twin_line_unref(line);
}

static void *forecast(void *self) {
  const twin_run *now = self;
  twin_run *future = NULL;
  bool is_good = twin_run_fork(&future, now) == TWIN_OK;
  for (uint64_t i = 0; i < 20 && is_good; i++) {
    is_good = twin_run_copy(future, now) == TWIN_OK;
    is_good = is_good && twin_run_reseed(future, i, NULL, NULL) == TWIN_OK;
    is_good = is_good && twin_run_until(future, 60000, NULL) == TWIN_OK;
  }
  twin_run_free(future);
  return is_good ? self : NULL;
}

Test(interface_threads, fork_one_run_from_many_threads) {
  twin_line *line = NULL;
  twin_run *now = NULL;
  pthread_t thread[N_THREAD];
  cr_assert(twin_line_load(&line, "lines/two-machines.json", NULL, NULL) == TWIN_OK);
  cr_assert(twin_run_new(&now, line, NULL, NULL) == TWIN_OK);
  cr_assert(twin_run_until(now, 40000, NULL) == TWIN_OK);
  const uint64_t hash = twin_run_full_hash(now);
  for (int32_t i = 0; i < N_THREAD; i++)
    cr_assert(pthread_create(&thread[i], NULL, forecast, now) == 0);
  for (int32_t i = 0; i < N_THREAD; i++) {
    void *answer = NULL;
    cr_assert(pthread_join(thread[i], &answer) == 0 && answer == now);
  }
  cr_assert(twin_run_full_hash(now) == hash);
  twin_run_free(now);
  twin_line_unref(line);
}
