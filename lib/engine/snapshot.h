// snapshot.h - how a saved run lies in bytes: this head, then the block as it is in memory. For
// snapshot.c, and for tests that must make a snapshot that is wrong in one thing only.

#ifndef TW_ENGINE_SNAPSHOT_H
#define TW_ENGINE_SNAPSHOT_H

#include <stdint.h>

typedef struct tw_snapshot_head {
  char magic[8];
  uint32_t version, head_size;
  uint64_t line_hash, text_hash, layout_hash, math_fingerprint;
  uint64_t n_byte;    // of the block that follows
  uint64_t checksum;  // of the head with this field 0, and the block
} tw_snapshot_head;

// Sets the checksum from what stands in the head and in the head->n_byte bytes behind it.
void tw_snapshot_seal(void *snapshot);

#endif
