// settled.h - what must hold whenever a tick is over, found from the bare state: nothing that could
// move stands still, nobody waits for people who are free, and what can never move again was
// reported. Written apart from the engine's own way of settling.

#ifndef TW_TESTS_SETTLED_H
#define TW_TESTS_SETTLED_H

#include "engine/run.h"

// True when the line has come to rest; otherwise says what could still happen.
bool test_is_settled(const tw_run *run, char *why, size_t n_why);

// The first place that holds parts none of which can ever leave; TW_NONE: there is none. Machines
// that are down will be up again, timers will fire.
int32_t test_find_stuck(const tw_run *run);

#endif
