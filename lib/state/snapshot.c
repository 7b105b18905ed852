// snapshot.c - a run as bytes: a head that says whose state it is, the block, and a checksum. Taking
// one back is all or nothing: whatever is not exactly a state of this line is refused with a reason
// and the run stays as it was.

#include "state/snapshot.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "base/problems.h"
#include "core/math.h"
#include "engine/body/body.h"
#include "engine/run.h"
#include "engine/tables.h"
#include "state/validate.h"

enum { SNAPSHOT_VERSION = 1 };
static const char MAGIC[8] = {'T', 'W', 'I', 'N', 'S', 'N', 'A', 'P'};

size_t tw_run_save_size(const tw_run *run) { return sizeof(tw_snapshot_head) + run->n_byte; }

static uint64_t checksum_of(const tw_snapshot_head *head, const void *block) {
  tw_snapshot_head bare = *head;
  bare.checksum = 0;
  return tw_hash_bytes(tw_hash_bytes(TW_HASH_SEED, &bare, sizeof bare), block, head->n_byte);
}

void tw_snapshot_seal(void *snapshot) {
  tw_snapshot_head head;
  memcpy(&head, snapshot, sizeof head);
  head.checksum = checksum_of(&head, (const char *)snapshot + sizeof head);
  memcpy(snapshot, &head, sizeof head);
}

void tw_run_clear_gaps(const tw_run *run, char *block) {
  const tw_layout *layout = &run->line->layout;
  for (int32_t i = 0; i < layout->n_section; i++)
    tw_state_clear_gaps(layout->table[i], block + layout->offset[i], layout->count[i]);
}

void tw_run_save(const tw_run *run, void *buffer) {
  const tw_line *line = run->line;
  tw_snapshot_head head = {.version = SNAPSHOT_VERSION,
                           .head_size = sizeof head,
                           .line_hash = line->hash,
                           .text_hash = line->text_hash,
                           .layout_hash = line->layout.hash,
                           .math_fingerprint = tw_math_fingerprint(),
                           .n_byte = run->n_byte};
  memcpy(head.magic, MAGIC, sizeof MAGIC);
  memcpy(buffer, &head, sizeof head);
  memcpy((char *)buffer + sizeof head, run->block, run->n_byte);
  char *block = (char *)buffer + sizeof head;
  tw_run_clear_gaps(run, block);
  tw_state_clear_gaps(&tw_part_state_table, block + line->layout.part_offset,
                      run->head->n_part_slot);
  tw_snapshot_seal(buffer);
}

// Why a snapshot's head does not fit this run; NULL when it fits.
static const char *find_misfit(const tw_run *run, const tw_snapshot_head *head, size_t n_bytes) {
  const tw_line *line = run->line;
  if (memcmp(head->magic, MAGIC, sizeof MAGIC) != 0) return "it is no snapshot of a run";
  if (head->version != SNAPSHOT_VERSION || head->head_size != sizeof *head)
    return "it is of another version of the snapshot format";
  if (head->n_byte != n_bytes - sizeof *head) return "it is cut short or too long";
  if (head->line_hash != line->hash) return "it is of another line";
  if (head->text_hash != line->text_hash)
    return "it is of another text of this line; moving a state onto a changed file is not a restore";
  if (head->layout_hash != line->layout.hash)
    return "its state is laid out otherwise (another version of the library)";
  return NULL;
}

twin_status tw_run_restore(tw_run *run, const void *buffer, size_t n_bytes,
                           twin_problems *problems) {
  const tw_memory *memory = tw_line_memory(run->line);
  const char *why = "it is cut short";
  tw_snapshot_head head;
  if (n_bytes >= sizeof head) {
    memcpy(&head, buffer, sizeof head);
    why = find_misfit(run, &head, n_bytes);
  }
  const char *bytes = why == NULL ? (const char *)buffer + sizeof head : NULL;
  const size_t n_least = tw_run_bytes(run->line, 0);
  if (why == NULL && head.checksum != checksum_of(&head, bytes)) why = "some of its bytes changed";
  if (why == NULL && (head.n_byte < n_least || (head.n_byte - n_least) % tw_part_bytes(run->line) != 0))
    why = "its size is no size of a state of this line";
  if (why != NULL) return tw_fail(problems, TWIN_ERR_SNAPSHOT, "the snapshot is refused: %s", why);

  // checked in a block of its own, so that the run is untouched when it turns out to be wrong
  tw_run trial = *run;
  trial.block = tw_memory_take(memory, head.n_byte);
  if (trial.block == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the snapshot");
  trial.n_byte = trial.n_byte_capacity = head.n_byte;
  memcpy(trial.block, bytes, head.n_byte);
  tw_run_wire(&trial);
  char what[160] = "";
  // caches of the one are not those of the other
  tw_physics_forget(run->physics);
  const twin_status status = tw_run_validate(&trial, what, sizeof what);
  if (status != TWIN_OK) {
    tw_physics_forget(run->physics);
    tw_memory_free(memory, trial.block);
    return tw_fail(problems, status, "the snapshot is refused: %s", what);
  }
  tw_memory_free(memory, run->block);
  run->block = trial.block;
  run->n_byte = run->n_byte_capacity = head.n_byte;
  tw_run_wire(run);
  tw_physics_forget(run->physics);
  run->has_new_block = run->line->has_hold_and_wait;  // saved within a round, it may be due
  return TWIN_OK;
}
