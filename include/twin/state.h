// state.h - a run from outside: its state as JSON by name, out and in; a state moved onto another line;
// orders, parts and values that a host changes; logs of all that, and their replay.

#ifndef TWIN_STATE_H
#define TWIN_STATE_H

#include <twin/run.h>

#ifdef __cplusplus
extern "C" {
#endif

// The state of a run as JSON: sections of records by name ("machine", "buffer", "mode", "stream"),
// pending events by name, parts by id. Instants and durations are whole microseconds, exactly.
// Returns: TWIN_OK and a text.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *text with twin_text_free.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_state_json(const twin_run *run, char **text);

// Takes a state over from JSON of n_bytes. What the text says replaces what the run has, what it
// leaves out stays; "part", "event_us", "free_slots" and "marked" replace the whole list. Without
// "marked" the line settles at once, at the present instant.
// Returns: TWIN_OK, or an error with the run untouched.
// Errors: TWIN_ERR_SNAPSHOT (no JSON, unknown names, wrong types, out of bounds, or a state that no
//   run could have; the problems have places), TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT (it has a
//   recorder), as twin_run_until.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_state_json_set(twin_run *run, const char *text, size_t n_bytes,
                                             twin_problems *problems);

// Begins with struct_size; set up by twin_adopt_options_init. Fields are only ever appended.
typedef struct twin_adopt_options {
  uint32_t struct_size;
  int32_t n_rename;              // places that have another name in the new line
  const char *const *old_names;  // [n_rename] in the line of src
  const char *const *new_names;  // [n_rename] in the line of dst
} twin_adopt_options;

// Fills options with their defaults.
// Thread: any.
// Since: 1.0
TWIN_API void twin_adopt_options_init(twin_adopt_options *options);

// Gives dst the state of src by name, where their lines differ: a patched scenario, a machine more from
// now on. What both lines have keeps its clocks, remaining times, streams, queues, parts and
// statistics; new machines start idle and new clocks fresh; what is gone must be empty. A place that
// was renamed is found by `options`, or by its key "stream". Onto the same line it is a copy.
// options: NULL for defaults. problems: notes list what was assumed or dropped.
// Returns: TWIN_OK, or an error with dst untouched.
// Errors: TWIN_ERR_SNAPSHOT (it does not fit; the problems name the part or the thing),
//   TWIN_ERR_ARGUMENT (dst has a recorder), TWIN_ERR_MEMORY, as twin_run_until.
// Thread: one thread at a time for each run.
// Since: 1.0
TWIN_API twin_status twin_run_adopt(twin_run *dst, const twin_run *src,
                                    const twin_adopt_options *options, twin_problems *problems);

// Operations: what a host may do to a run between events, beside those of run.h. Each takes effect at
// the present instant, after what is due there, and opens a new round.
//
// An order that comes from outside. Begins with struct_size; set up by twin_order_init.
typedef struct twin_order {
  uint32_t struct_size;
  int32_t quantity;   // 1 to 1,000,000
  const char *place;  // a source that releases by itself, or a buffer with room for all of it
  const char *part;   // type; one that can get to the place
  double due_s;       // instant; infinity: none
  int64_t priority;   // larger is served first
} twin_order;

// Fills an order with its defaults: one part, not due, priority 0.
// Thread: any.
// Since: 1.0
TWIN_API void twin_order_init(twin_order *order);

// Adds the parts of an order to the line, created now.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT (no room, no queue, another type), as twin_run_until.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_order_add(twin_run *run, const twin_order *order,
                                        twin_problems *problems);

// Moves a part from the queue it is in to another with room. part: its id. to: a place's name.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT (on a machine, no room, no queue), as twin_run_until.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_part_move(twin_run *run, uint64_t part, const char *to,
                                        twin_problems *problems);

// Sets a value of the state: "parts/17/priority", "parts/17/due" (an instant in s; infinity: none),
// "failures/cnc[1]/jam/left" (s or cycles on its clock until it fails next).
// Returns: TWIN_OK.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT (out of bounds, being repaired), as twin_run_until.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_value_set(twin_run *run, const char *path, double value,
                                        twin_problems *problems);

// Asks for a maintenance, "cnc[1]/tool-change": it is due from now on and begins when its line file
// says. Nothing happens when it is due or under way already.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_NOT_FOUND (no machine or no maintenance of this name), as twin_run_until.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_maintenance_request(twin_run *run, const char *maintenance,
                                                  twin_problems *problems);

// What a host did to a run: every operation with its arguments and the hash of the state behind it.
typedef struct twin_log twin_log;

// Where a replay and its log part. Begins with struct_size, which the caller sets.
typedef struct twin_replay {
  uint32_t struct_size;
  int32_t has_diverged;  // 1: the operation behind the n_same first ones gave another state
  uint64_t n_same;       // operations after which the state was the logged one
  char field[112];       // the first field that is another, "machine.left_us"; "" : another answer
} twin_replay;

// Begins a log of a run; from now on every operation on it is noted. A run has one log at a time, and
// while it is logged it cannot be restored, copied over, or have its state set.
// Returns: TWIN_OK and a log.
// Errors: TWIN_ERR_ARGUMENT (it is logged already), TWIN_ERR_MEMORY.
// Owns: the caller frees the log with twin_log_free, before or after the run.
// Thread: that of the run.
// Since: 1.0
TWIN_API twin_status twin_log_new(twin_log **log, twin_run *run);

// Frees a log and ends the logging.
// Owns: takes `log`; NULL is allowed.
// Thread: that of the run.
// Since: 1.0
TWIN_API void twin_log_free(twin_log *log);

// Ends the logging; what was noted stays.
// Thread: that of the run.
// Since: 1.0
TWIN_API void twin_log_stop(twin_log *log);

// How many operations a log has.
// Returns: the count.
// Thread: one thread at a time for the log.
// Since: 1.0
TWIN_API size_t twin_log_count(const twin_log *log);

// A log as JSON lines: a head, then one operation a line.
// Returns: TWIN_OK and a text.
// Errors: TWIN_ERR_MEMORY (also when memory was short while it was logged), TWIN_ERR_ARGUMENT.
// Owns: the caller frees *text with twin_text_free.
// Thread: one thread at a time for the log.
// Since: 1.0
TWIN_API twin_status twin_log_text(const twin_log *log, char **text);

// Reads a log of a line from JSON lines of n_bytes.
// Returns: TWIN_OK and a log.
// Errors: TWIN_ERR_SNAPSHOT (the problems name line and key), TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the caller frees the log with twin_log_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_log_read(twin_log **log, twin_line *line, const char *text, size_t n_bytes,
                                   twin_problems *problems);

// Carries out the operations of a log on a run that is where the log began (restored from a snapshot
// taken then), until one gives another state or another answer than the logged one.
// replay: filled up to its struct_size.
// Returns: TWIN_OK, whether or not they part.
// Errors: TWIN_ERR_ARGUMENT (another line, another beginning), TWIN_ERR_MEMORY.
// Thread: one thread at a time for log and run.
// Since: 1.0
TWIN_API twin_status twin_log_replay(const twin_log *log, twin_run *run, twin_replay *replay,
                                     twin_problems *problems);

#ifdef __cplusplus
}
#endif
#endif
