// snapshot.h - a run as bytes and back: a head, then the block as it is in memory.

#ifndef TW_STATE_SNAPSHOT_H
#define TW_STATE_SNAPSHOT_H

#include "engine/run.h"

typedef struct tw_snapshot_head {
  char magic[8];
  uint32_t version, head_size;
  uint64_t line_hash, text_hash, layout_hash, math_fingerprint;
  uint64_t n_byte;    // of the block that follows
  uint64_t checksum;  // of the head with this field 0, and the block
} tw_snapshot_head;

size_t tw_run_save_size(const tw_run *run);
void tw_run_save(const tw_run *run, void *buffer);

// Takes a state back, or refuses it and leaves the run as it was.
twin_status tw_run_restore(tw_run *run, const void *buffer, size_t n_bytes,
                           twin_problems *problems);

// Sets to zero what belongs to no field of the records in front of the parts, in the run's own block or a
// copy of it: equal states are equal bytes, and none comes from elsewhere in the process.
void tw_run_clear_gaps(const tw_run *run, char *block);

// Sets the checksum from what stands in the head and in the head->n_byte bytes behind it; also for tests that must make
// a snapshot that is wrong in one thing only.
void tw_snapshot_seal(void *snapshot);

#endif
