// validate.h - is this block one that a run of its line could have? For whatever brings a state in; after a true
// answer the engine trusts every index it reads.

#ifndef TW_STATE_VALIDATE_H
#define TW_STATE_VALIDATE_H

#include "engine/run.h"

// TWIN_OK when the block is one that a run could have, TWIN_ERR_SNAPSHOT with what is wrong when it is
// not; TWIN_ERR_MEMORY.
twin_status tw_run_validate(const tw_run *run, char *why, size_t n_why);
bool tw_run_is_valid(const tw_run *run, char *why, size_t n_why);

// Exclusive upper bound of what an index counts; 0 for TW_ANY and TW_NOT_NEGATIVE.
int64_t tw_bound_limit(const tw_run *run, tw_bound bound);

#endif
