// hash.h - is one state another? A hash of what decides the future or of everything, and the first field in which two
// runs differ.

#ifndef TW_STATE_HASH_H
#define TW_STATE_HASH_H

#include "engine/run.h"

uint64_t tw_run_hash(const tw_run *run, bool is_full);

// Prints the first field that differs; false: none does. Both are runs of one line.
bool tw_run_difference(const tw_run *a, const tw_run *b, tw_text *out);

#endif
