// losses.h - an observer that books every tick of every machine to what it did and why, and says
// what that cost in good parts (SEMANTICS 11.3). It has memory of its own and never changes a run.
//
// A station could make its planned time (all but off-shift and break) divided by its ideal cycle
// (ideal.h). What it made less stands in rows: the time of each state that is no work, by cause and
// place; "speed", the work that took longer than ideal (it may be negative); "scrap" and "rework",
// the passes that gave no good part. They sum to the gap.

#ifndef TW_OBSERVE_LOSSES_H
#define TW_OBSERVE_LOSSES_H

#include "observe/root_cause.h"

// What a row is about: a twin_state of the station, or one of these.
enum {
  TW_LOSS_MINOR = TWIN_STATE_COUNT,  // a failure that took no longer than the station's minor_stop
  TW_LOSS_SPEED,
  TW_LOSS_SCRAP,
  TW_LOSS_REWORK,
  TW_LOSS_N
};

// Rows are told apart by this. Blocked and starved time has the cause's fields; the other rows have
// the station itself as their place, and its own state.
typedef struct tw_loss_key {
  int32_t station_i, kind;
  int32_t neighbour_i;  // place that is waited for; TW_NONE: none
  int32_t place_i;      // root
  int32_t state;   // what the root does: tw_root_cause_word; of scrap, speed and rework: processing
  int32_t cause_i;  // why, as tw_root_cause_of; TW_NONE
} tw_loss_key;

typedef struct tw_loss {
  tw_loss_key key;
  int64_t time_us;  // in the state, over all machines; 0 for speed, scrap and rework
  double time_s;    // the same; of speed, scrap and rework what they cost
  double parts, per_shift;
} tw_loss;

// What a station did in the window, summed over its machines.
typedef struct tw_station_sum {
  int32_t place_i;
  int64_t state_us[TW_N_STATE];
  int64_t planned_us;            // all but off-shift and break
  int64_t sole_us, shifting_us;  // bottleneck by active periods
  int64_t n_pass, n_scrap, n_rework;
  double cycle_s;              // ideal
  double possible, good, gap;  // parts
  double n_shift;              // shifts that a machine was planned for, on average
} tw_station_sum;

typedef struct tw_loss_table {
  int32_t n_loss, n_station;
  tw_loss *loss;            // [n_loss] by station, kind, then the rest of the key
  tw_station_sum *station;  // [n_station] in file order
  int64_t window_us;
  const tw_memory *memory;  // the line's
} tw_loss_table;

typedef struct tw_losses tw_losses;

// NULL when memory is short. The line must outlive it.
tw_losses *tw_losses_new(const tw_line *line);
void tw_losses_free(tw_losses *losses);

// Observes a run from its present instant on, and from the end of its warm-up when that comes
// later.
twin_status tw_losses_attach(tw_losses *losses, tw_run *run);

// The run jumped to another state: everything counts from its present instant on.
void tw_losses_restart(tw_losses *losses);

// Ends it; what was booked stays until the next attach.
void tw_losses_drop(tw_losses *losses);

// The run that is observed; NULL: none.
const tw_run *tw_losses_run(const tw_losses *losses);

// What was lost up to the run's present instant. TWIN_ERR_MEMORY, or the first error of the
// observation. Freed with tw_loss_table_free, also after an error.
twin_status tw_losses_read(tw_losses *losses, tw_loss_table *table);
void tw_loss_table_free(tw_loss_table *table);

// Word of a row's kind, "failed-repair" or "speed".
const char *tw_loss_word(int32_t kind);

// Order of rows.
int tw_loss_compare(const tw_loss_key *a, const tw_loss_key *b);

// True for states of an active period: it works, is set up, down or maintained (active.h).
bool tw_is_active_state(int32_t state);

// The same and those in which it waits for its own people: its own losses.
bool tw_is_own_state(int32_t state);

#endif
