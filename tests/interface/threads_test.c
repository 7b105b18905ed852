// Eight threads with a run each of one line, at once: what each computes is what one thread alone does.
// The stand-in for Criterion runs it under ThreadSanitizer.

#include <criterion/criterion.h>
#include <pthread.h>

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
  twin_table_free(table);
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
