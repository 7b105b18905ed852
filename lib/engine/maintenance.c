// maintenance.c - maintenance that is due waits for its time: the next part boundary, or until the
// machine has nothing to do; and what is nearly due is done along with another stop (SEMANTICS 6.7).
// When it falls due is clock.c's business, how it is done failure.c's.

#include "base/assert.h"
#include "engine/work.h"

bool tw_maintenance_may_begin(const tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  const tw_machine *machine = &run->machine[mode->machine_i];
  if (mode->begin == TW_BEGIN_AT_ONCE) return true;
  const bool is_empty = machine->phase == TW_FREE && machine->held == TW_NO_PART;
  return mode->begin == TW_BEGIN_AT_BOUNDARY && is_empty;
}

void tw_maintenance_begin(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++) {
    const tw_machine_param *param = &run->line->machine[m];
    if (run->machine[m].down != TW_UP || run->machine[m].phase != TW_FREE) continue;
    for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
      const bool is_due = run->mode[i].clock == TW_CLOCK_DUE && run->line->mode[i].is_maintenance;
      if (!is_due || !tw_maintenance_may_begin(run, i)) continue;
      tw_go_down(run, m, i);
      break;
    }
  }
}

void tw_maintenance_when_idle(tw_run *run) {
  if (!run->line->has_idle_maintenance) return;
  for (int32_t i = 0; i < run->line->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    if (mode->begin != TW_BEGIN_WHEN_IDLE || run->mode[i].clock != TW_CLOCK_DUE) continue;
    const tw_machine *machine = &run->machine[mode->machine_i];
    const bool is_empty = machine->phase == TW_FREE && machine->held == TW_NO_PART;
    if (is_empty && machine->down == TW_UP) tw_go_down(run, mode->machine_i, i);
  }
}

void tw_maintenance_pull_forward(tw_run *run, int32_t machine_i, int32_t ended_i) {
  const tw_machine_param *param = &run->line->machine[machine_i];
  for (int32_t i = param->first_mode; i < param->first_mode + param->n_mode; i++) {
    const tw_mode *mode = &run->line->mode[i];
    tw_mode_state *state = &run->mode[i];
    if (mode->due_within < 0 || state->clock != TW_CLOCK_COUNTS) continue;
    const int64_t left = tw_mode_left(run, i);
    // what has just been done is not done again, though its interval may be short
    const bool is_done = i == ended_i || left >= state->drawn;
    if (left > mode->due_within || is_done) continue;
    tw_cancel(run, mode->slot);
    state->is_running = 0;
    state->clock = TW_CLOCK_DUE;
    state->since_us = tw_now(run);
    // of a fixed time it must be known which one was done
    state->left = mode->clock == TW_CLOCK_WEEK ? left : 0;
  }
}

void tw_maintenance_request(tw_run *run, int32_t mode_i) {
  const tw_mode *mode = &run->line->mode[mode_i];
  tw_mode_state *state = &run->mode[mode_i];
  TW_ASSERT(mode->is_maintenance);
  if (state->clock != TW_CLOCK_COUNTS) return;
  tw_cancel(run, mode->slot);
  tw_mode_event(run, mode_i);
}
