// redraw.h - another future of the present state: what was drawn before now and nobody in the plant
// can know yet is drawn anew, given how long it has lasted already. What has been seen stays, and
// so does what somebody must foresee to do what he does: whether a task still ends in the shift,
// which part is the shortest. The law of everything that comes later is the same as without.

#ifndef TW_ENGINE_REDRAW_H
#define TW_ENGINE_REDRAW_H

#include "engine/run.h"

// Draws anew from the streams as they are now. Does what follows on this tick (a settle) where
// models have other limits; the run's status says whether a draw was no duration.
void tw_run_redraw(tw_run *run);

// Somebody who is needed for the task looks whether it ends in his shift, so that its time is
// known.
bool tw_is_foreseen(const tw_run *run, const tw_task *task);

// The same for the present phase of a machine, also by its own shift; and what a file told of the
// remaining time of a part or repair that the run began with.
bool tw_is_phase_foreseen(const tw_run *run, int32_t machine_i);

// How long the repair of a machine lasts, what is left of a mode's clock (true: its body must
// settle), the next failure of a common cause, the next delivery, a step of a setup, on the machine
// and ahead of it.
void tw_repair_redraw(tw_run *run, int32_t machine_i);
bool tw_mode_redraw(tw_run *run, int32_t mode_i);
void tw_cause_redraw(tw_run *run, int32_t cause_i);
void tw_stock_redraw(tw_run *run, int32_t stock_i);
int64_t tw_setup_redraw_us(tw_run *run, int32_t machine_i, int64_t elapsed_us);
void tw_setup_ahead_redraw(tw_run *run, int32_t setup_i);

#endif
