// bottleneck.h - which station holds the line back, by four methods, and whether they agree. From
// sums over the window; knows nothing of runs.
//
// utilisation     The station that is busy or down for its own reasons for the largest share of its
//                 planned time.
// arrow           Between neighbours the arrow points from the one that is blocked more than the
// other
//                 is starved to that other, else back; the bottleneck has none that points away
//                 (Kuo, Lim and Meerkov 1996). Of several the one with the largest differences.
// turning point   Stations before it are blocked more than starved, those behind it starved more
//                 than blocked, and it waits least (Li, Chang and Ni 2009). Where nothing turns,
//                 the station that waits least.
// active period   The station that was the momentary bottleneck longest, see active.h; time in
// which
//                 the bottleneck shifts counts half for each side.

#ifndef TW_OBSERVE_BOTTLENECK_H
#define TW_OBSERVE_BOTTLENECK_H

#include "base/text.h"
#include "observe/losses.h"

typedef enum tw_method {
  TW_METHOD_UTILISATION,
  TW_METHOD_ARROW,
  TW_METHOD_TURNING_POINT,
  TW_METHOD_ACTIVE_PERIOD,
  TW_METHOD_N
} tw_method;

// What the methods look at, of one station. Shares of its planned time.
typedef struct tw_standing {
  int32_t place_i;
  double utilisation;       // loading, processing, unloading
  double occupied;          // with its own losses: set-up, failures, maintenance, its people
  double blocked, starved;  // starved: also for components
  double severity;          // of the arrows at it
  double sole, shifting;    // shares of the window
  int32_t n_away;           // arrows that point away from it
} tw_standing;

typedef struct tw_bottleneck {
  int32_t n_station;
  tw_standing *station;        // [n_station]
  int32_t named[TW_METHOD_N];  // number of a station; TW_NONE: the method names none
  int32_t best;                // named by most; of equal ones by utilisation
  bool has_turn;               // the turning point is one
  const tw_memory *memory;     // the line's
} tw_bottleneck;

// Measures every station of a table; false when memory is short.
bool tw_bottleneck_measure(const tw_line *line, const tw_loss_table *table, tw_bottleneck *out);

// Finds what each method names, from the measured shares; arrows are drawn anew. False when memory
// is short.
bool tw_bottleneck_decide(const tw_line *line, tw_bottleneck *bottleneck);

// One sentence: "all four methods name cnc".
void tw_bottleneck_say(const tw_line *line, const tw_bottleneck *bottleneck, tw_text *out);

void tw_bottleneck_free(tw_bottleneck *bottleneck);

#endif
