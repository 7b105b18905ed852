// preempt.h - parts that had to make way on a machine (SEMANTICS 8.1: the victim is the task started
// last, and it resumes). They stay with their machine, latest first, and go on there.

#ifndef TW_STATION_PREEMPT_H
#define TW_STATION_PREEMPT_H

#include "station/pull.h"

// The machine that an offer may stop: processing a part of the latest queue behind the offer's, then the
// one that started last; TW_NONE: none.
int32_t tw_preempt_victim(const tw_run *run, int32_t place_i, const tw_offer *offer);

// Sets the part of a processing machine aside; the machine is free then.
void tw_preempt_hold(tw_run *run, int32_t machine_i);

// A free machine that holds parts goes on with the latest, unless *offer is of an earlier queue; true
// when it resumed. offer NULL: there is none.
bool tw_preempt_resume(tw_run *run, int32_t machine_i, const tw_offer *offer);

#endif
