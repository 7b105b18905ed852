// root_cause.h - why a machine is blocked or starved: the place it waits for, and the root at the
// end of the chain (SEMANTICS 11.3). Only looks at a run that has come to rest; knows nothing of
// time.
//
// The rule. A blocked machine waits for the places that may take its part, a starved one for those
// that feed it. Full and empty queues are passed through; at a station whose machines all wait too,
// the chain goes on: downstream behind blocked ones, upstream before those that are starved or lack
// components. The root is the first place where somebody does not wait. Of several at the same
// distance (in stations) the state that stands first in the list of SEMANTICS 3.2 is the cause,
// then the place and machine that come first in the file. Ways back (rework) into a starved station
// are followed only when nothing else leads to a root. Time is never split between roots.

#ifndef TW_OBSERVE_ROOT_CAUSE_H
#define TW_OBSERVE_ROOT_CAUSE_H

#include <twin/run.h>

#include "engine/run.h"

// What a root is doing: a twin_state, or one of these.
enum {
  TW_ROOT_STAY = TWIN_STATE_COUNT,  // a queue whose parts may not leave yet (min_stay)
  TW_ROOT_SOURCE,                   // a source has nothing to give
  TW_ROOT_HELD,                     // a source has parts that it may not give yet
  TW_ROOT_LOOP,                     // all wait for each other
  TW_ROOT_N
};

typedef struct tw_root_cause {
  int32_t neighbour_i;  // place that is waited for; TW_NONE: there is none
  int32_t place_i;      // root
  int32_t state;        // what the root is doing
  int32_t cause_i;      // why it does that, as tw_root_cause_of; TW_NONE
} tw_root_cause;

typedef struct tw_root_cause_search tw_root_cause_search;

// Memory for searches in runs of one line; NULL when it is short.
tw_root_cause_search *tw_root_cause_search_new(const tw_line *line);
void tw_root_cause_search_free(tw_root_cause_search *search);

// The cause of a machine that is blocked, starved or lacks components.
tw_root_cause tw_root_cause_find(tw_root_cause_search *search, const tw_run *run,
                                 int32_t machine_i);

// True for states that wait for another place: those tw_root_cause_find is for.
bool tw_is_wait_state(int32_t state);

// What the machine's state is due to by itself: a failure or maintenance (as that of the station's first
// machine, so that equal machines share it), or the people it waits for; TW_NONE: nothing.
int32_t tw_root_cause_of(const tw_run *run, int32_t machine_i);

// Name of such a cause in a state; NULL: none.
const char *tw_root_cause_name(const tw_line *line, int32_t state, int32_t cause_i);

// Word of a root's state, "failed-repair" or "no-arrival".
const char *tw_root_cause_word(int32_t state);

#endif
