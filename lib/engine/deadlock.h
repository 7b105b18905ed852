// deadlock.h - a line that can never move again says so at once, with the cycle named.

#ifndef TW_ENGINE_DEADLOCK_H
#define TW_ENGINE_DEADLOCK_H

#include "engine/run.h"

// After settling, in lines where it can happen: stops the run when a set of blocked machines and full
// places waits only for each other.
void tw_deadlock_check(tw_run *run);

// Stops a run that does too much on one tick; names the places that are busy.
void tw_stop_without_progress(tw_run *run);

#endif
