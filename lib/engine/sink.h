// sink.h - how the engine tells observers what happened. The table is declared here and filled in
// above (observe/). A sink never changes a run: with and without it the state is the same. A run has
// one sink that is told; where several look, it is the one that tells them all in the order in which
// they came (sink.c).

#ifndef TW_ENGINE_SINK_H
#define TW_ENGINE_SINK_H

#include <stdbool.h>
#include <stdint.h>

struct tw_run;

typedef enum tw_fact_kind {
  TW_FACT_CREATE,     // part made at a source
  TW_FACT_ENTER,      // part came into a place (buffer, or machine_i of a station)
  TW_FACT_START,      // processing of the part begins (once a part and visit, not after a stop)
  TW_FACT_COMPLETE,   // processing of the part has ended
  TW_FACT_LEAVE,      // part left a place
  TW_FACT_SHIP,       // part left the line good
  TW_FACT_SCRAP,      // part left the line as scrap
  TW_FACT_LOSE,       // part was turned away at its source
  TW_FACT_FAIL,       // machine went down; cause = failure mode
  TW_FACT_REPAIR,     // its repair begins
  TW_FACT_REPAIRED,   // machine is up again
  TW_FACT_STATE,      // machine is in another state from now on: state, cause
  TW_FACT_WINDOW,     // the warm-up has ended
  TW_FACT_HOLD,       // processing of the part is pre-empted; it stays with machine_i
  TW_FACT_RESUME,     // and goes on
  TW_FACT_REJECT,     // an inspection has rejected the part; it leaves machine_i by another exit
  TW_FACT_SHIFT,      // a shift of the line has ended: cause = its number in the calendar
  TW_FACT_MODEL,      // an event of a machine model: cause = its number among the line's, value = its instant in s
  TW_FACT_SET,        // it gives a state another value: cause = its number among the line's variables, value = the
                      // new value; told before it is set, after its MODEL
  TW_FACT_N
} tw_fact_kind;

// One fact. Indices are -1 where they do not apply; machine_i counts over all machines of the line.
typedef struct tw_fact {
  int64_t time_us;
  int32_t kind;       // tw_fact_kind
  int32_t place_i;
  int32_t machine_i;
  int32_t part_type;
  uint64_t part_id;   // from 1; 0: none
  int32_t state;      // STATE: the new twin_state
  int32_t cause;      // failed, maintenance: index into line->mode; blocked: the place that is waited
                      // for; waiting for people: into line->group; a shift's
                      // number, behind the last one for what was off shift; else -1
  double value;       // CREATE: due in s (NaN: none); else 0
} tw_fact;

typedef struct tw_sink {
  void *self;
  void (*fact)(void *self, const struct tw_run *run, const tw_fact *fact);
  // The line has come to rest and the clock is about to move on to to_us: what the run shows now has
  // held since its present instant and holds until then. NULL: not wanted.
  void (*pass)(void *self, const struct tw_run *run, int64_t to_us);
  // The models of a body have moved up to to_s behind the origin of its segment, and what the block shows of
  // the way there (engine/body/curve.h) is about to go. Told in order, and again for what was told. NULL: not
  // wanted.
  void (*span)(void *self, const struct tw_run *run, int32_t body_i, double to_s);
} tw_sink;

enum { TW_SINKS_MAX = 8 };  // of one run

// One more observer; false when there are too many, or `self` observes already.
bool tw_sink_add(struct tw_run *run, tw_sink sink);

// The observer looks no more; nothing happens when it did not.
void tw_sink_remove(struct tw_run *run, const void *self);

#endif
