// redraw.c - what is under way is drawn anew; see redraw.h. Each time is redrawn where it was
// drawn: clocks in clock.c, setups in setup.c, what a machine does with its part by its kind. Here
// is who foresees what, and the order. Every site has a stream of its own, so the order counts only
// where two times come from one site.

#include "engine/redraw.h"

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/draw.h"
#include "engine/work.h"

bool tw_is_foreseen(const tw_run *run, const tw_task *task) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < task->needs.n && line->draws_ahead; i++) {
    const tw_group *group = &line->group[task->needs.at[i].group_i];
    for (int32_t k = 0; k < group->n_worker; k++) {
      const tw_pool *pool = &line->pool[line->worker[group->worker[k]].pool_i];
      if (pool->shift_end == TW_END_NO_START && pool->calendar_i != TW_NONE) return true;
    }
  }
  return false;
}

// What the file says of a machine at the start; NULL: nothing.
static const tw_opening_machine *find_opening(const tw_run *run, int32_t machine_i) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_opening_machine; i++)
    if (line->opening_machine[i].machine_i == machine_i &&
        line->opening_machine[i].remaining_us >= 0)
      return &line->opening_machine[i];
  return NULL;
}

bool tw_is_phase_foreseen(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_place *place = &run->line->place[run->line->machine[machine_i].node_i];
  if (place->shift_end == TW_END_NO_START && place->calendar_i != TW_NONE) return true;
  const tw_task task = tw_task_of_phase(run, machine_i);
  if (tw_is_foreseen(run, &task)) return true;
  const tw_opening_machine *opening = find_opening(run, machine_i);
  if (opening == NULL || machine->part == TW_NO_PART || opening->part_type == TW_NONE) return false;
  return run->part[machine->part].created_us == 0 && machine->drawn_us == opening->remaining_us;
}

static bool is_repair_foreseen(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  if (tw_is_foreseen(run, &run->line->mode[machine->mode].task)) return true;
  const tw_opening_machine *opening = find_opening(run, machine_i);
  return opening != NULL && opening->mode_i == machine->mode && machine->down_us == 0;
}

void tw_repair_redraw(tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const bool is_running = machine->down == TW_DOWN_REPAIR;
  if (!is_running && machine->down != TW_DOWN_WAITING) return;
  const tw_mode *mode = &run->line->mode[machine->mode];
  tw_mode_state *state = &run->mode[machine->mode];
  TW_ASSERT(state->clock == TW_CLOCK_REPAIR);
  if (mode->has_until || state->left == TW_NOT_BEGUN || is_repair_foreseen(run, machine_i)) return;
  if (is_running && state->since_us + state->left <= tw_now(run)) return;
  const int64_t before_us = run->line->n_group > 0 ? run->wait[machine_i].worked_us : 0;
  const int64_t worked_us = before_us + (is_running ? tw_now(run) - state->since_us : 0);
  const int64_t all_us = tw_redraw_us(run, &(tw_draw_of){mode->repair_site, TW_NONE, 1}, worked_us);
  if (all_us == TW_KEEP) return;
  state->left = all_us - before_us;
  if (is_running)
    tw_plan(run, run->line->machine[machine_i].repair_slot, state->since_us + state->left);
}

void tw_run_redraw(tw_run *run) {
  const tw_line *line = run->line;
  if (!run->head->has_started || run->head->poison != 0) return;
  bool has_hazard = false;
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind->redraw != NULL) line->place[i].kind->redraw(run, i);
  for (int32_t i = 0; i < line->n_setup; i++) tw_setup_ahead_redraw(run, i);
  for (int32_t i = 0; i < line->n_machine; i++)
    if (run->machine[i].down != TW_UP) tw_repair_redraw(run, i);
  // behind the machines: a clock of processing looks how long that will go on
  for (int32_t i = 0; i < line->n_mode; i++) has_hazard = tw_mode_redraw(run, i) || has_hazard;
  for (int32_t i = 0; i < line->n_cause; i++) tw_cause_redraw(run, i);
  for (int32_t i = 0; i < line->n_stock; i++) tw_stock_redraw(run, i);
  if (has_hazard && run->status == TWIN_OK) tw_run_settle(run);
}
