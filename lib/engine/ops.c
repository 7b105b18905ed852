// ops.c - the operations of ops.inl. What is done between events settles at once, in a round of its
// own at the present instant.

#include "engine/ops.h"

#include "base/assert.h"
#include "base/problems.h"
#include "core/ticks.h"
#include "engine/work.h"

typedef twin_status op_function(tw_run *run, int64_t argument, twin_problems *problems);

static twin_status op_until(tw_run *run, int64_t tick, twin_problems *problems) {
  if (tick < run->head->now_us || tick >= TW_TICK_MAX)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "until %g s: the run is at %g s already",
                   tw_seconds(tick), tw_seconds(run->head->now_us));
  return tw_run_until(run, tick, problems);
}

static twin_status op_wake(tw_run *run, int64_t tick, twin_problems *problems) {
  if (tick < run->head->now_us || tick >= TW_TICK_MAX)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "wake at %g s: the run is at %g s already",
                   tw_seconds(tick), tw_seconds(run->head->now_us));
  tw_plan(run, run->line->wake_slot, tick);
  return TWIN_OK;
}

static twin_status op_reseed(tw_run *run, int64_t salt, twin_problems *problems) {
  (void)problems;
  tw_run_reseed(run, (uint64_t)salt);
  return TWIN_OK;
}

// Takes a machine down or up at the present instant and lets the line settle.
static twin_status switch_machine(tw_run *run, int64_t machine, bool is_up,
                                  twin_problems *problems) {
  if (machine < 0 || machine >= run->line->n_machine)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "there is no machine %lld", (long long)machine);
  const twin_status status = tw_run_until(run, run->head->now_us, problems);
  if (status != TWIN_OK) return status;
  if (is_up) tw_host_up(run, (int32_t)machine);
  else tw_host_down(run, (int32_t)machine);
  run->problems = problems;
  tw_run_settle(run);
  run->problems = NULL;
  return run->status;
}

static twin_status op_machine_down(tw_run *run, int64_t machine, twin_problems *problems) {
  return switch_machine(run, machine, /*is_up=*/false, problems);
}

static twin_status op_machine_up(tw_run *run, int64_t machine, twin_problems *problems) {
  return switch_machine(run, machine, /*is_up=*/true, problems);
}

static const struct {
  const char *name;
  op_function *call;
} operations[TW_OP_N] = {
#define TW_OP(name, argument) [TW_OP_##name] = {#name, op_##name},
#include "engine/ops.inl"
#undef TW_OP
};

twin_status tw_run_apply(tw_run *run, tw_op op, twin_problems *problems) {
  if (op.code < 0 || op.code >= TW_OP_N)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "there is no operation %lld", (long long)op.code);
  return operations[op.code].call(run, op.argument, problems);
}

const char *tw_op_name(int64_t code) {
  return code >= 0 && code < TW_OP_N ? operations[code].name : "";
}
