// recount.h - derived fields made again from the others, for a state that came from outside or from
// another line: links backwards, counts of lists, who waits for people, the requests at each place.

#ifndef TW_STATE_RECOUNT_H
#define TW_STATE_RECOUNT_H

#include "engine/run.h"

// Counts who asks for room at each place. n_request: [n_place], zeroed by the caller.
void tw_count_requests(const tw_run *run, int32_t *n_request);

// Sources that will still release parts. The run must have started.
int32_t tw_count_open_sources(const tw_run *run);

// Makes every derived field but agenda, marks and free list. Indices must be inside their bounds;
// lists that never end are cut, which the validator finds.
void tw_run_recount(tw_run *run);

// Empties the agenda; chains the part records that are in no use, lowest first.
void tw_agenda_clear(tw_run *run);
void tw_parts_chain_free(tw_run *run);

// Everything is looked at in the next settle.
void tw_mark_all(tw_run *run);

#endif
