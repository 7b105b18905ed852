// ops.c - the operations of ops.inl. What is done between events settles at once, in a round of its
// own at the present instant.

#include "state/ops.h"

#include "base/assert.h"
#include "base/problems.h"
#include "core/math.h"
#include "core/ticks.h"
#include "engine/redraw.h"
#include "engine/work.h"
#include "state/log.h"

typedef twin_status op_function(tw_run *run, const int64_t *argument, twin_problems *problems);

static twin_status op_until(tw_run *run, const int64_t *argument, twin_problems *problems) {
  const int64_t tick = argument[0];
  if (tick < run->head->now_us || tick >= TW_TICK_MAX)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "until %g s: the run is at %g s already",
                   tw_seconds(tick), tw_seconds(run->head->now_us));
  return tw_run_until(run, tick, problems);
}

static twin_status op_wake(tw_run *run, const int64_t *argument, twin_problems *problems) {
  const int64_t tick = argument[0];
  if (tick < run->head->now_us || tick >= TW_TICK_MAX)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "wake at %g s: the run is at %g s already",
                   tw_seconds(tick), tw_seconds(run->head->now_us));
  tw_plan(run, run->line->wake_slot, tick);
  return TWIN_OK;
}

static bool is_within(int64_t value, int64_t least, int64_t most) {
  return value >= least && value <= most;
}

// Other random numbers from here on, and, unless it is to be kept, for what is under way.
static twin_status op_reseed(tw_run *run, const int64_t *argument, twin_problems *problems) {
  if (!is_within(argument[1], 0, 1))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "what is drawn is kept (1) or drawn anew (0)");
  const bool is_kept = argument[1] == 1 || !run->head->has_started || run->head->poison != 0;
  // what is due on this tick is no future any more
  if (!is_kept && tw_run_next_tick(run) == tw_now(run)) {
    const twin_status status = tw_run_until(run, tw_now(run), problems);
    if (status != TWIN_OK) return status;
  }
  tw_run_reseed(run, (uint64_t)argument[0]);
  if (is_kept) return TWIN_OK;
  run->problems = problems;
  run->status = TWIN_OK;
  tw_run_redraw(run);
  run->problems = NULL;
  return run->status;
}

// What was done between events takes effect in a round of its own.
static twin_status settle(tw_run *run, twin_problems *problems) {
  run->problems = problems;
  tw_run_settle(run);
  run->problems = NULL;
  return run->status;
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
  return settle(run, problems);
}

static twin_status op_machine_down(tw_run *run, const int64_t *argument, twin_problems *problems) {
  return switch_machine(run, argument[0], /*is_up=*/false, problems);
}

static twin_status op_machine_up(tw_run *run, const int64_t *argument, twin_problems *problems) {
  return switch_machine(run, argument[0], /*is_up=*/true, problems);
}

static twin_status op_step(tw_run *run, const int64_t *argument, twin_problems *problems) {
  (void)argument;
  run->stepped_slot = TW_NONE;
  return tw_run_step(run, &run->stepped_slot, problems);
}

// ---- parts -------------------------------------------------------------------------------------

enum { QUANTITY_MAX = 1000000, PRIORITY_MAX = 1000000000 };

// A line that had nothing left to do has: free machines are starved again, not idle.
static void end_drained(tw_run *run) {
  if (!run->head->is_drained) return;
  run->head->is_drained = 0;
  for (int32_t i = 0; i < run->line->n_place; i++) {
    if (run->line->place[i].n_machine == 0) continue;
    run->place[i].n_start++;  // makes the visit look at every machine's state
    tw_mark(run, i);
  }
}

// Why so many parts of a type cannot be put into a place; NULL: they can.
static const char *find_obstacle(const tw_run *run, int32_t place_i, int32_t type, int64_t n) {
  const tw_kind *kind = run->line->place[place_i].kind;
  if (kind->room == NULL) return "it has no queue that parts could be put into";
  if (!tw_line_reaches(run->line, place_i, type)) return "no such part ever gets there";
  return kind->room(run, place_i) < n ? "it has no room for them" : NULL;
}

static twin_status op_order_add(tw_run *run, const int64_t *argument, twin_problems *problems) {
  const tw_line *line = run->line;
  const int64_t place_i = argument[0], type = argument[1], n = argument[2];
  if (!is_within(place_i, 0, line->n_place - 1) || !is_within(type, 0, line->n_part_type - 1))
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "there is no such place or part type");
  if (!is_within(n, 1, QUANTITY_MAX) || !is_within(argument[4], -PRIORITY_MAX, PRIORITY_MAX))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the quantity or the priority is out of bounds");
  if (!tw_is_due(argument[3]))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the due date is out of bounds");
  twin_status status = tw_run_until(run, run->head->now_us, problems);
  if (status != TWIN_OK) return status;
  const char *obstacle = find_obstacle(run, (int32_t)place_i, (int32_t)type, n);
  if (obstacle == NULL && (int64_t)run->head->n_part + n > line->max_parts)
    obstacle = "max_parts would be passed";
  if (obstacle != NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "%lld x %s cannot be put into %s: %s",
                   (long long)n, line->part_type[type].name, line->place[place_i].name, obstacle);
  run->problems = problems;
  for (int64_t i = 0; i < n && run->status == TWIN_OK; i++) {
    const uint32_t part =
        tw_part_make(run, (int32_t)type, (int32_t)place_i, argument[3], argument[4]);
    if (part != TW_NO_PART) line->place[place_i].kind->put(run, (int32_t)place_i, part);
  }
  end_drained(run);
  return settle(run, problems);
}

// A part by its id; TW_NO_PART with a problem.
static uint32_t find_part(const tw_run *run, int64_t id, twin_problems *problems) {
  for (uint32_t i = 0; i < run->head->n_part_slot; i++)
    if (run->part[i].type != TW_NONE && (int64_t)run->part[i].id == id) return i;
  tw_fail(problems, TWIN_ERR_NOT_FOUND, "there is no part %lld in the line", (long long)id);
  return TW_NO_PART;
}

static twin_status op_part_move(tw_run *run, const int64_t *argument, twin_problems *problems) {
  const tw_line *line = run->line;
  if (!is_within(argument[1], 0, line->n_place - 1))
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "there is no such place");
  const twin_status status = tw_run_until(run, run->head->now_us, problems);
  if (status != TWIN_OK) return status;
  const uint32_t part_i = find_part(run, argument[0], problems);
  if (part_i == TW_NO_PART) return TWIN_ERR_NOT_FOUND;
  const int32_t from = run->part[part_i].place, to = (int32_t)argument[1];
  const tw_kind *kind = line->place[from].kind;
  const char *obstacle = find_obstacle(run, to, run->part[part_i].type, 1);
  if (kind->pick == NULL) obstacle = "it is not in a queue";
  else if (from == to) obstacle = "it is there already";
  if (obstacle != NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "part %lld cannot be moved from %s to %s: %s",
                   (long long)argument[0], line->place[from].name, line->place[to].name, obstacle);
  kind->pick(run, from, part_i);
  line->place[to].kind->put(run, to, part_i);
  return settle(run, problems);
}

// The key of its queue may be another one now.
static void requeue(tw_run *run, uint32_t part_i) {
  const int32_t place_i = run->part[part_i].place;
  const tw_kind *kind = run->line->place[place_i].kind;
  if (kind->requeue != NULL) kind->requeue(run, place_i, part_i);
}

static twin_status op_part_priority(tw_run *run, const int64_t *argument,
                                    twin_problems *problems) {
  if (!is_within(argument[1], -PRIORITY_MAX, PRIORITY_MAX))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the priority is out of bounds");
  const twin_status status = tw_run_until(run, run->head->now_us, problems);
  const uint32_t part_i = status == TWIN_OK ? find_part(run, argument[0], problems) : TW_NO_PART;
  if (part_i == TW_NO_PART) return status != TWIN_OK ? status : TWIN_ERR_NOT_FOUND;
  run->part[part_i].priority = argument[1];
  requeue(run, part_i);
  return settle(run, problems);
}

static twin_status op_part_due(tw_run *run, const int64_t *argument, twin_problems *problems) {
  if (!tw_is_due(argument[1]))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the due date is out of bounds");
  const twin_status status = tw_run_until(run, run->head->now_us, problems);
  const uint32_t part_i = status == TWIN_OK ? find_part(run, argument[0], problems) : TW_NO_PART;
  if (part_i == TW_NO_PART) return status != TWIN_OK ? status : TWIN_ERR_NOT_FOUND;
  run->part[part_i].due_us = argument[1];
  requeue(run, part_i);
  return settle(run, problems);
}

static twin_status op_mode_left(tw_run *run, const int64_t *argument, twin_problems *problems) {
  const tw_line *line = run->line;
  if (!is_within(argument[0], 0, line->n_mode - 1))
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "there is no such failure mode");
  const twin_status status = tw_run_until(run, run->head->now_us, problems);
  if (status != TWIN_OK) return status;
  const char *obstacle = tw_mode_set_left(run, (int32_t)argument[0], argument[1]);
  if (obstacle != NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the clock of %s cannot be set: %s",
                   line->mode[argument[0]].name, obstacle);
  return settle(run, problems);
}

static twin_status op_maintenance_request(tw_run *run, const int64_t *argument,
                                          twin_problems *problems) {
  const tw_line *line = run->line;
  if (!is_within(argument[0], 0, line->n_mode - 1) || !line->mode[argument[0]].is_maintenance)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "there is no such maintenance");
  const twin_status status = tw_run_until(run, run->head->now_us, problems);
  if (status != TWIN_OK) return status;
  tw_maintenance_request(run, (int32_t)argument[0]);
  return settle(run, problems);
}

static const struct {
  const char *name;
  op_function *call;
  tw_op_argument argument[TW_OP_ARGUMENTS];
} operations[TW_OP_N] = {
#define TW_OP(name, ...) [TW_OP_##name] = {#name, op_##name, {__VA_ARGS__}},
#include "state/ops.inl"
#undef TW_OP
};

twin_status tw_run_apply(tw_run *run, tw_op op, twin_problems *problems) {
  if (op.code < 0 || op.code >= TW_OP_N)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "there is no operation %lld", (long long)op.code);
  const bool has_numbers = op.code != TW_OP_reseed || op.argument[1] != 1;
  if (has_numbers && !tw_math_mode_is_sound())  // whole numbers are sound in any mode
    return tw_fail(problems, TWIN_ERR_FLOAT_MODE, "%s", twin_status_text(TWIN_ERR_FLOAT_MODE));
  const int64_t at_us = run->head->now_us;
  const twin_status status = operations[op.code].call(run, op.argument, problems);
  if (run->log != NULL) tw_op_log_note(run->log, &op, at_us, status);
  return status;
}

const char *tw_op_name(int64_t code) {
  return code >= 0 && code < TW_OP_N ? operations[code].name : "";
}

const tw_op_argument *tw_op_arguments(int64_t code) { return operations[code].argument; }
