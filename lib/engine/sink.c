// sink.c - several observers of one run. One alone is told by the engine itself, so that it costs
// what it did; of several the run's sink is this file, which goes through their list.

#include "engine/sink.h"

#include "base/assert.h"
#include "engine/run.h"

static void tell_all(void *self, const tw_run *run, const tw_fact *fact) {
  (void)self;
  for (int32_t i = 0; i < run->n_observer; i++)
    run->observer[i].fact(run->observer[i].self, run, fact);
}

static void pass_all(void *self, const tw_run *run, int64_t to_us) {
  (void)self;
  for (int32_t i = 0; i < run->n_observer; i++)
    if (run->observer[i].pass != NULL) run->observer[i].pass(run->observer[i].self, run, to_us);
}

static void span_all(void *self, const tw_run *run, int32_t body_i, double to_s) {
  (void)self;
  for (int32_t i = 0; i < run->n_observer; i++)
    if (run->observer[i].span != NULL) run->observer[i].span(run->observer[i].self, run, body_i, to_s);
}

static void choose_sink(tw_run *run) {
  if (run->n_observer == 0)
    run->sink = (tw_sink){0};
  else if (run->n_observer == 1)
    run->sink = run->observer[0];
  else
    run->sink = (tw_sink){.self = run, .fact = tell_all, .pass = pass_all, .span = span_all};
}

static int32_t find_observer(const tw_run *run, const void *self) {
  for (int32_t i = 0; i < run->n_observer; i++)
    if (run->observer[i].self == self) return i;
  return -1;
}

bool tw_sink_add(tw_run *run, tw_sink sink) {
  TW_ASSERT(sink.self != NULL && sink.fact != NULL);
  if (run->n_observer == TW_SINKS_MAX || find_observer(run, sink.self) >= 0) return false;
  run->observer[run->n_observer++] = sink;
  choose_sink(run);
  return true;
}

void tw_sink_remove(tw_run *run, const void *self) {
  const int32_t i = find_observer(run, self);
  if (i < 0) return;
  run->n_observer--;
  for (int32_t k = i; k < run->n_observer; k++) run->observer[k] = run->observer[k + 1];
  choose_sink(run);
}
