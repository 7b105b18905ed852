// run.h - a run: everything that changes, in one block without pointers. It forks by a copy, is saved
// by a write, and goes on bit for bit. One run belongs to one thread at a time.

#ifndef TWIN_RUN_H
#define TWIN_RUN_H

#include <twin/line.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct twin_run twin_run;

// How far a long call is. Return non-zero to cancel: the run stays valid and can go on. The call must
// neither throw nor use the run or study that it is about.
typedef struct twin_progress {
  uint32_t struct_size;
  uint32_t n_replication;    // of a study; 1 for a run
  uint32_t n_done;           // replications finished
  double time_s, horizon_s;  // simulated
  uint64_t n_event;
} twin_progress;
typedef int (*twin_progress_call)(const twin_progress *progress, void *user);

// Begins with struct_size; set up by twin_run_options_init. Fields are only ever appended. No instant is later
// than 2^51 us (2.25e9 s, 71 years).
typedef struct twin_run_options {
  uint32_t struct_size;
  uint32_t has_seed;            // 1: seed counts, 0: the file's
  uint64_t seed;
  uint32_t replication;         // from 0; decides the streams with the seed
  uint32_t is_without_statistics;  // 1: no state times, levels or lead times are kept
  double warmup_s;              // below 0: the file's
  double horizon_s;             // below 0: the file's; told by progress, part of the state and its full hash
  twin_progress_call on_progress;  // called at least every 0.2 s of a long call; NULL: none
  void *user;
} twin_run_options;

// One event that was run.
typedef struct twin_event {
  uint32_t struct_size;
  int32_t event_class;   // 1..10 of SEMANTICS 2
  double time_s;
  int32_t node;          // place, -1 for the line
  int32_t machine;       // from 0, -1: none
} twin_event;

// Exclusive states of a machine, highest first (SEMANTICS 3.2).
typedef enum twin_state {
  TWIN_OFF_SHIFT = 0,
  TWIN_BREAK = 1,
  TWIN_PLANNED_MAINTENANCE = 2,
  TWIN_MAINTENANCE_WAITING = 3,
  TWIN_FAILED_WAITING = 4,
  TWIN_FAILED_REPAIR = 5,
  TWIN_SETUP_WAITING = 6,
  TWIN_SETUP = 7,
  TWIN_WARMING_UP = 8,
  TWIN_WAITING_APPROVAL = 9,
  TWIN_LOADING = 10,
  TWIN_PROCESSING = 11,
  TWIN_UNLOADING = 12,
  TWIN_BLOCKED = 13,
  TWIN_WAITING_WORKER = 14,
  TWIN_WAITING_TRANSPORT = 15,
  TWIN_WAITING_COMPONENTS = 16,
  TWIN_WAITING_BATCH = 17,
  TWIN_STARVED = 18,
  TWIN_IDLE = 19,
  TWIN_SWITCHED_OFF = 20,
  TWIN_STOPPED_BY_OTHER = 21
} twin_state;
enum { TWIN_STATE_COUNT = 22 };

// Fills options with their defaults.
// Thread: any.
// Since: 1.0
TWIN_API void twin_run_options_init(twin_run_options *options);

// The word of a state, "failed-waiting".
// Returns: a constant text, "" for no state.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_state_name(int32_t state);

// Makes a run at time zero. options: NULL for defaults.
// Returns: TWIN_OK and a run that holds its line.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT, TWIN_ERR_FLOAT_MODE.
// Owns: the caller frees the run with twin_run_free.
// Thread: any; one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_new(twin_run **run, twin_line *line, const twin_run_options *options,
                                  twin_problems *problems);

// Frees a run.
// Owns: takes `run`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_run_free(twin_run *run);

// Runs every event up to and including instant time_s. Cutting a run into pieces changes nothing.
// Returns: TWIN_OK, TWIN_CANCELLED (valid, can go on).
// Errors: TWIN_ERR_ARGUMENT (not finite, in the past), TWIN_ERR_DEADLOCK, TWIN_ERR_PROGRESS,
//   TWIN_ERR_MAX_PARTS, TWIN_ERR_VALUE, TWIN_ERR_POISONED, TWIN_ERR_INTERNAL; the details are in
//   problems and the run stays where it stopped.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_until(twin_run *run, double time_s, twin_problems *problems);

// Runs one event with the settling that belongs to it.
// event: filled up to its struct_size; NULL: not wanted.
// Returns: TWIN_OK, or TWIN_END when nothing is pending.
// Errors: as twin_run_until.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_step(twin_run *run, twin_event *event, twin_problems *problems);

// The present instant, the next event's instant (infinity: none), and the count of events so far.
// Returns: the figure.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API double twin_run_time_s(const twin_run *run);
TWIN_API double twin_run_next_time_s(const twin_run *run);
TWIN_API uint64_t twin_run_event_count(const twin_run *run);

// The line a run belongs to; not counted for the caller.
// Returns: the line.
// Owns: the run keeps it.
// Thread: any.
// Since: 1.0
TWIN_API twin_line *twin_run_line(const twin_run *run);

// Makes an equal run: state only, no recorder and no callbacks. One that tells its progress is made by
// twin_run_new with options, then twin_run_copy.
// Returns: TWIN_OK and the copy.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *copy with twin_run_free.
// Thread: any number at once for one run, while none changes it.
// Since: 1.0
TWIN_API twin_status twin_run_fork(twin_run **copy, const twin_run *run);

// Makes dst's state equal to src's; both of one line. No allocation when it fits.
// Returns: TWIN_OK or an error, dst then untouched.
// Errors: TWIN_ERR_ARGUMENT (other lines, dst has a recorder), TWIN_ERR_MEMORY.
// Thread: one thread at a time for dst; any number at once for src, while none changes it.
// Since: 1.0
TWIN_API twin_status twin_run_copy(twin_run *dst, const twin_run *src);

// Begins with struct_size; set up by twin_reseed_options_init. Fields are only ever appended.
typedef struct twin_reseed_options {
  uint32_t struct_size;
  uint32_t keeps_pending;  // 1: times under way stay as they were drawn
} twin_reseed_options;

// Fills options with their defaults.
// Thread: any.
// Since: 1.0
TWIN_API void twin_reseed_options_init(twin_reseed_options *options);

// Gives every stream a new key from its old key and salt: from here on another future. What nobody in the
// plant can know yet is drawn anew, given how long it has lasted already: the repair and the work under way,
// the next failure, the next arrival. What has been seen stays. One salt always gives the same future.
// Events that are due at the present instant come before. options: NULL for defaults.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_FLOAT_MODE; as twin_run_until where a value is no duration.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_reseed(twin_run *run, uint64_t salt, const twin_reseed_options *options,
                                     twin_problems *problems);

// Hash of the state that decides the future: events sorted, path fields only.
// Returns: the hash.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API uint64_t twin_run_hash(const twin_run *run);

// Hash of the path state and of every statistic.
// Returns: the hash.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API uint64_t twin_run_full_hash(const twin_run *run);

// Writes a snapshot. buffer: NULL to ask for the size. need: bytes needed, always set.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_TOO_SMALL, TWIN_ERR_ARGUMENT.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_save(const twin_run *run, void *buffer, size_t capacity, size_t *need);

// Takes the state of a snapshot of the same line, layout and version.
// Returns: TWIN_OK, or an error with the run untouched.
// Errors: TWIN_ERR_SNAPSHOT (other line or layout, cut short, changed bytes), TWIN_ERR_MEMORY,
//   TWIN_ERR_ARGUMENT (it has a recorder).
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_restore(twin_run *run, const void *buffer, size_t n_bytes,
                                      twin_problems *problems);

// Names the first state field in which two runs of one line differ.
// Returns: TWIN_OK and a text such as "machine[3].remaining_us: 12 / 15"; "" when they are equal.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_TOO_SMALL.
// Thread: one thread at a time for each run.
// Since: 1.0
TWIN_API twin_status twin_run_difference(const twin_run *a, const twin_run *b, char *text,
                                         size_t capacity);

// Value of a quantity over the window (warm-up end, now].
// Returns: TWIN_OK and a value in the quantity's unit; NaN where nothing was observed yet.
// Errors: TWIN_ERR_ARGUMENT.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_value(const twin_run *run, uint64_t quantity, double *value);

// Values of n quantities at once.
// quantities, values: [n].
// Returns: TWIN_OK or an error, values then untouched.
// Errors: TWIN_ERR_ARGUMENT.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_fill(const twin_run *run, const uint64_t *quantities, double *values,
                                   size_t n);

// State of a machine (index from 0 over all machines) now, a twin_state.
// Returns: the state, -1 for no such machine.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API int32_t twin_run_machine_state(const twin_run *run, int32_t machine);

// A table of a run by its name, at its present instant.
//
// "kpi", every quantity. Columns: quantity (its path); unit; value, in that unit, NaN: nothing observed.
//
// "solvers", how its machine models are solved: the columns of twin_line_table, then steps, rejected (too long
// and made again), rhs (evaluations of the equations) and located (events), since the start.
//
// "losses" and "bottleneck", where they are observed: see losses.h.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (no such table), TWIN_ERR_ARGUMENT (losses are not observed), TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_table(const twin_run *run, const char *name, twin_table **table,
                                    twin_problems *problems);

// Bytes of the run block and how many of them belong to parts in the system.
// Returns: the size.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API size_t twin_run_size(const twin_run *run);

// The operations of state/ops.inl: what a host may do to a run between events. Each takes effect at
// the present instant and opens a new round.
//
// Plans an event that does nothing at time_s.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_wake(twin_run *run, double time_s, twin_problems *problems);

// Takes a machine down until twin_run_machine_up, or brings it up; it counts as failed-waiting.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_NOT_FOUND, as twin_run_until.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_machine_down(twin_run *run, int32_t machine, twin_problems *problems);
TWIN_API twin_status twin_run_machine_up(twin_run *run, int32_t machine, twin_problems *problems);

#ifdef __cplusplus
}
#endif
#endif
