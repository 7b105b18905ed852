// api_run.c - runs: every public function of run.h, down to the engine and to the quantities.

#include <math.h>
#include <string.h>

#include "api/api.h"
#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/work.h"
#include "observe/quantity.h"
#include "state/hash.h"
#include "state/log.h"
#include "state/ops.h"
#include "state/snapshot.h"

// Whom a run asks while it runs.
typedef struct host {
  twin_progress_call on_progress;
  void *user;
  bool has_told;  // of a model that takes very many steps
} host;

void twin_run_options_init(twin_run_options *options) {
  if (options == NULL) return;
  *options = (twin_run_options){.struct_size = sizeof *options, .warmup_s = -1, .horizon_s = -1};
}

// Time for the record to reach its file: asked in long calls and behind each one, since a host that
// goes on in short pieces and rests between them gives the loop no time to ask.
static void tell_recorder(tw_run *run) {
  TW_ASSERT(run->head != NULL);
  if (run->recorder != NULL) tw_api_recorder_tick(run->recorder);
}

// Polled by the loop: time for the record, and for the host to cancel.
static int poll_run(tw_run *run, void *user) {
  host *asked = user;
  tell_recorder(run);
  if (asked == NULL) return 0;  // a fork
  if (!asked->has_told) asked->has_told = tw_bodies_tell(run);
  if (asked->on_progress == NULL) return 0;
  const twin_progress progress = {.struct_size = sizeof progress,
                                  .n_replication = 1,
                                  .time_s = tw_seconds(run->head->now_us),
                                  .horizon_s = tw_seconds(run->head->horizon_us),
                                  .n_event = run->head->n_event};
  return asked->on_progress(&progress, asked->user);
}

// What the options and the file say together; false when a number is no instant.
static bool make_setup(const tw_line *line, const twin_run_options *options, tw_run_setup *setup) {
  *setup = (tw_run_setup){.seed = options->has_seed ? options->seed : line->seed,
                          .replication = options->replication,
                          .has_statistics = !options->is_without_statistics,
                          .warmup_us = line->warmup_us,
                          .horizon_us = line->horizon_us};
  if (isnan(options->warmup_s) || isnan(options->horizon_s)) return false;
  if (options->warmup_s >= 0 && !tw_instant_of(options->warmup_s, &setup->warmup_us)) return false;
  return options->horizon_s < 0 || tw_instant_of(options->horizon_s, &setup->horizon_us);
}

twin_status twin_run_new(twin_run **run, twin_line *line, const twin_run_options *options,
                         twin_problems *problems) {
  twin_run_options own;
  tw_run_setup setup;
  twin_run_options_init(&own);
  if (run == NULL || line == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run or line are missing");
  if (!tw_options_take(&own, sizeof own, options) || !make_setup(tw_line_of(line), &own, &setup))
    return tw_fail(
        problems, TWIN_ERR_ARGUMENT,
        "warmup_s or horizon_s of the options is no instant of a run: it is NaN, or later than %.3g s",
        0x1p51 / TW_TICKS_PER_S);
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  host *asked = tw_memory_zeroed(tw_line_memory(tw_line_of(line)), 1, sizeof *asked);
  tw_run *made = asked != NULL ? tw_run_new(tw_line_of(line), &setup) : NULL;
  if (made == NULL) {
    tw_memory_free(tw_line_memory(tw_line_of(line)), asked);
    return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a run");
  }
  *asked = (host){own.on_progress, own.user, false};
  made->on_progress = poll_run;
  made->progress_user = asked;
  *run = (twin_run *)made;
  return TWIN_OK;
}

void twin_run_free(twin_run *run) {
  if (run == NULL) return;
  tw_run *own = tw_run_of(run);
  if (own->recorder != NULL) tw_api_recorder_forget(own->recorder);
  tw_api_losses_forget(own->losses);
  if (own->log != NULL) tw_op_log_detach(own->log);
  tw_memory_free(tw_line_memory(own->line), own->progress_user);
  tw_run_free(own);
}

twin_status twin_run_until(twin_run *run, double time_s, twin_problems *problems) {
  int64_t tick;
  if (run == NULL || !tw_instant_of(time_s, &tick))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the instant is none a run can reach");
  const twin_status status = tw_run_apply(tw_run_of(run), (tw_op){TW_OP_until, {tick}}, problems);
  tell_recorder(tw_run_of(run));
  return status;
}

twin_status twin_run_step(twin_run *run, twin_event *event, twin_problems *problems) {
  if (run == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "run is missing");
  tw_run *own = tw_run_of(run);
  const twin_status status = tw_run_apply(own, (tw_op){TW_OP_step, {0}}, problems);
  tell_recorder(own);
  const int32_t slot_i = own->stepped_slot;
  if (event == NULL || slot_i == TW_NONE) return status;
  const tw_slot *slot = &own->line->slot[slot_i];
  const bool is_mode = slot->purpose == TW_ON_FAILURE;
  const twin_event done = {.struct_size = sizeof done,
                           .event_class = (int32_t)(own->line->slot_low[slot_i] >> 56),
                           .time_s = tw_seconds(tw_now(own)),
                           .node = slot->node_i,
                           .machine = is_mode ? own->line->mode[slot->machine_i].machine_i
                                              : slot->machine_i};
  return tw_struct_give(event, &done, sizeof done) ? status : TWIN_ERR_ARGUMENT;
}

double twin_run_time_s(const twin_run *run) {
  return run != NULL ? tw_seconds(tw_now(tw_run_of(run))) : 0;
}

double twin_run_next_time_s(const twin_run *run) {
  const int64_t tick = run != NULL ? tw_run_next_tick(tw_run_of(run)) : INT64_MAX;
  return tick != INT64_MAX ? tw_seconds(tick) : (double)INFINITY;
}

uint64_t twin_run_event_count(const twin_run *run) {
  return run != NULL ? tw_run_of(run)->head->n_event : 0;
}

twin_line *twin_run_line(const twin_run *run) {
  return run != NULL ? (twin_line *)tw_run_of(run)->line : NULL;
}

twin_status twin_run_fork(twin_run **copy, const twin_run *run) {
  if (copy == NULL || run == NULL) return TWIN_ERR_ARGUMENT;
  tw_run *made = tw_run_fork(tw_run_of(run));
  if (made == NULL) return TWIN_ERR_MEMORY;
  made->on_progress = poll_run;
  *copy = (twin_run *)made;
  return TWIN_OK;
}

twin_status twin_run_copy(twin_run *dst, const twin_run *src) {
  if (dst == NULL || src == NULL || tw_run_of(dst)->line != tw_run_of(src)->line)
    return TWIN_ERR_ARGUMENT;
  if (tw_run_obstacle(tw_run_of(dst)) != NULL) return TWIN_ERR_ARGUMENT;
  const twin_status status = tw_run_copy(tw_run_of(dst), tw_run_of(src));
  if (status == TWIN_OK && dst != src) tw_api_losses_restart(tw_run_of(dst)->losses);
  return status;
}

void twin_reseed_options_init(twin_reseed_options *options) {
  if (options != NULL) *options = (twin_reseed_options){.struct_size = sizeof *options};
}

twin_status twin_run_reseed(twin_run *run, uint64_t salt, const twin_reseed_options *options,
                            twin_problems *problems) {
  twin_reseed_options own;
  twin_reseed_options_init(&own);
  if (run == NULL || !tw_options_take(&own, sizeof own, options))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run is missing, or the options have no struct_size");
  const tw_op op = {TW_OP_reseed, {(int64_t)salt, own.keeps_pending != 0}};
  return tw_run_apply(tw_run_of(run), op, problems);
}

uint64_t twin_run_hash(const twin_run *run) {
  return run != NULL ? tw_run_hash(tw_run_of(run), false) : 0;
}

uint64_t twin_run_full_hash(const twin_run *run) {
  return run != NULL ? tw_run_hash(tw_run_of(run), true) : 0;
}

twin_status twin_run_save(const twin_run *run, void *buffer, size_t capacity, size_t *need) {
  if (run == NULL || need == NULL) return TWIN_ERR_ARGUMENT;
  *need = tw_run_save_size(tw_run_of(run));
  if (buffer == NULL) return TWIN_OK;
  if (capacity < *need) return TWIN_ERR_TOO_SMALL;
  tw_run_save(tw_run_of(run), buffer);
  return TWIN_OK;
}

twin_status twin_run_restore(twin_run *run, const void *buffer, size_t n_bytes,
                             twin_problems *problems) {
  if (run == NULL || buffer == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run or snapshot are missing");
  const char *obstacle = tw_run_obstacle(tw_run_of(run));
  if (obstacle != NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "%s", obstacle);
  const twin_status status = tw_run_restore(tw_run_of(run), buffer, n_bytes, problems);
  if (status == TWIN_OK) tw_api_losses_restart(tw_run_of(run)->losses);
  return status;
}

twin_status twin_run_difference(const twin_run *a, const twin_run *b, char *text, size_t capacity) {
  if (a == NULL || b == NULL || text == NULL || capacity == 0) return TWIN_ERR_ARGUMENT;
  if (tw_run_of(a)->line != tw_run_of(b)->line) return TWIN_ERR_ARGUMENT;
  tw_text difference = {.memory = tw_line_memory(tw_run_of(a)->line)};
  const bool has_any = tw_run_difference(tw_run_of(a), tw_run_of(b), &difference);
  twin_status status = difference.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_OK;
  if (status == TWIN_OK && difference.n >= capacity) status = TWIN_ERR_TOO_SMALL;
  if (status == TWIN_OK) memcpy(text, has_any ? difference.at : "", has_any ? difference.n + 1 : 1);
  tw_text_free(&difference);
  return status;
}

twin_status twin_run_value(const twin_run *run, uint64_t quantity, double *value) {
  return value != NULL ? twin_run_fill(run, &quantity, value, 1) : TWIN_ERR_ARGUMENT;
}

twin_status twin_run_fill(const twin_run *run, const uint64_t *quantities, double *values,
                          size_t n) {
  if (run == NULL || (n > 0 && (quantities == NULL || values == NULL))) return TWIN_ERR_ARGUMENT;
  const tw_run *own = tw_run_of(run);
  tw_quantity_ref ref;
  for (size_t i = 0; i < n; i++)
    if (!tw_quantity_open(own->line, quantities[i], &ref)) return TWIN_ERR_ARGUMENT;
  for (size_t i = 0; i < n; i++) values[i] = tw_quantity_value(own, quantities[i]);
  return TWIN_OK;
}

int32_t twin_run_machine_state(const twin_run *run, int32_t machine) {
  if (run == NULL || machine < 0 || machine >= tw_run_of(run)->line->n_machine) return -1;
  return tw_run_of(run)->machine[machine].state;
}

size_t twin_run_size(const twin_run *run) { return run != NULL ? tw_run_of(run)->n_byte : 0; }

twin_status twin_run_wake(twin_run *run, double time_s, twin_problems *problems) {
  int64_t tick;
  if (run == NULL || !tw_instant_of(time_s, &tick))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the instant is none a run can reach");
  return tw_run_apply(tw_run_of(run), (tw_op){TW_OP_wake, {tick}}, problems);
}

twin_status twin_run_machine_down(twin_run *run, int32_t machine, twin_problems *problems) {
  if (run == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "run is missing");
  return tw_run_apply(tw_run_of(run), (tw_op){TW_OP_machine_down, {machine}}, problems);
}

twin_status twin_run_machine_up(twin_run *run, int32_t machine, twin_problems *problems) {
  if (run == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "run is missing");
  return tw_run_apply(tw_run_of(run), (tw_op){TW_OP_machine_up, {machine}}, problems);
}
