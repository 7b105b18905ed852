// adopt.h - moves a state onto another line by name: "a third machine from now on". What both lines
// have keeps its clocks, remaining times, streams, queues, parts and counts; what is new starts
// fresh at the present instant; what is gone must be empty. Every assumption is listed.

#ifndef TW_STATE_ADOPT_H
#define TW_STATE_ADOPT_H

#include "engine/run.h"

// Places that have another name in the new line. A place of the new line with the key "stream" is
// also found by what stands there.
typedef struct tw_renames {
  int32_t n;
  const char *const *from;  // [n] in the line of src
  const char *const *to;    // [n] in the line of dst
} tw_renames;

// Gives dst the state of src, whose line may be another. Notes in `problems` list what was assumed
// or dropped. A state that does not fit is refused, and dst is untouched. On the same line it is a
// copy.
twin_status tw_run_adopt(tw_run *dst, const tw_run *src, const tw_renames *renames,
                         twin_problems *problems);

#endif
