// log.h - what a host did to a run: every operation of ops.inl with its arguments, its answer and
// the hash of the state behind it. A log replays a run from where it began to the same bits, or to
// the first operation after which something is another; since the log keeps a hash of every field
// of the state tables as well, it names the field.

#ifndef TW_STATE_LOG_H
#define TW_STATE_LOG_H

#include "state/ops.h"

// A field that an operation changed, with the hash of all its values behind it.
typedef struct tw_op_log_change {
  uint32_t field, hash;
} tw_op_log_change;

typedef struct tw_op_log_entry {
  tw_op op;
  int64_t at_us;   // when it was asked for
  int32_t status;  // twin_status
  uint64_t hash;   // of the path state behind it
  uint32_t first_change, n_change;
} tw_op_log_entry;

typedef struct tw_op_log {
  tw_line *line;
  tw_run *run;  // that is logged; NULL: a log that only is read
  uint64_t start_hash;
  int64_t start_us;
  uint32_t n_field;
  uint32_t *start_field;  // [n_field] hashes where the log begins
  uint32_t *field;        // [n_field] behind the last entry
  uint32_t *scratch;      // [n_field]
  uint32_t n_entry, entry_capacity, n_change, change_capacity;
  tw_op_log_entry *entry;
  tw_op_log_change *change;
  bool is_incomplete;  // memory was short: operations are missing
} tw_op_log;

// Begins a log of a run, or an empty one of a line (run NULL). NULL when memory is short. Holds the
// line.
tw_op_log *tw_op_log_new(tw_line *line, tw_run *run);
void tw_op_log_free(tw_op_log *log);

// The run is no longer logged.
void tw_op_log_detach(tw_op_log *log);

// Adds an operation that was done; called by tw_run_apply.
void tw_op_log_note(tw_op_log *log, const tw_op *op, int64_t at_us, twin_status status);

// Adds an entry and a change of its, for readers. False when memory is short.
bool tw_op_log_add(tw_op_log *log, const tw_op_log_entry *entry);
bool tw_op_log_add_change(tw_op_log *log, tw_op_log_change change);

// What a replay found.
typedef struct tw_replay {
  uint32_t n_same;    // operations after which the state was the logged one
  bool has_diverged;  // the next one gave another state, or another answer
  tw_text field;      // the first field that is another, "machine.left_us"; the caller frees it
} tw_replay;

// Carries out the operations of a log on a run that is where the log began.
twin_status tw_op_log_replay(const tw_op_log *log, tw_run *run, tw_replay *replay,
                             twin_problems *problems);

// Hashes of every path field over all its records, in the order of the tables; then pending events;
// then the fields of parts. hash: [tw_field_count].
uint32_t tw_field_count(const tw_line *line);
void tw_field_hashes(const tw_run *run, uint32_t *hash);
void tw_field_name(const tw_line *line, uint32_t field, tw_text *out);

#endif
