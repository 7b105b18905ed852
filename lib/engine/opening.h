// opening.h - what is in the line when a run begins: stock in buffers, parts on machines with their
// remaining times, machines that are down. Read by station/opening.c, carried out at time zero.

#ifndef TW_ENGINE_OPENING_H
#define TW_ENGINE_OPENING_H

#include "engine/run.h"

// Puts everything in place, after clocks have started and before the line settles first. Each part
// counts as created now.
void tw_opening_begin(tw_run *run);

#endif
