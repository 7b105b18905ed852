// quantity.h - every figure of a run by one path: "line/throughput",
// "stations/cnc[1]/state/blocked". A path becomes a 64-bit handle of its line once, a handle
// becomes a value at any instant. Values are over the window (warm-up end, now]; spells that are
// open count up to now. Reading never changes a run.

#ifndef TW_OBSERVE_QUANTITY_H
#define TW_OBSERVE_QUANTITY_H

#include "engine/run.h"

// What stands between the root of a path and the figure.
typedef enum tw_quantity_scope {
  TW_SCOPE_LINE,      // line/
  TW_SCOPE_STATION,   // stations/NAME/
  TW_SCOPE_MACHINE,   // stations/NAME[1]/
  TW_SCOPE_BUFFER,    // buffers/NAME/
  TW_SCOPE_SOURCE,    // sources/NAME/
  TW_SCOPE_WORKER,    // workers/NAME/
  TW_SCOPE_RESOURCE,  // resources/NAME/
  TW_SCOPE_STOCK,     // stocks/NAME/
  TW_SCOPE_DEMAND,    // demands/NAME/
  TW_SCOPE_DUE,       // line/ where parts have due dates
  TW_SCOPE_ENERGY,    // line/ where something draws power
  TW_SCOPE_DRAWING,   // stations/NAME/ that draw power
  TW_SCOPE_DRAWER,    // stations/NAME[1]/ that draw power
  TW_SCOPE_COST,      // line/ where something beside energy costs money
  TW_SCOPE_COSTING,   // stations/NAME/ where something does
  TW_SCOPE_SHARED,    // shared/ models
  TW_SCOPE_N
} tw_quantity_scope;

// A handle taken apart.
typedef struct tw_quantity_ref {
  int32_t row;        // of the table
  int32_t scope;      // tw_quantity_scope
  int32_t place_i;    // TW_NONE: not of a place
  int32_t machine_i;  // over all machines; TW_NONE: of the whole station
  int32_t pool_i;     // workers and resources; of a stock its number
  int32_t sub_i;      // part type, state, or figure of the kind; TW_NONE: none
  int32_t argument;   // of the table's row
  int64_t time_us;    // threshold
} tw_quantity_ref;

// Gives the handle of a path; 0 with a problem that names the nearest path when there is none.
uint64_t tw_quantity_find(const tw_line *line, const char *path, twin_problems *problems);

// Takes a handle apart; false when it is none of this line.
bool tw_quantity_open(const tw_line *line, uint64_t quantity, tw_quantity_ref *ref);

// Unit of the values, "" for no quantity of this line.
const char *tw_quantity_unit(const tw_line *line, uint64_t quantity);

// Those that are listed, in a fixed order: count, and number `i` (0 past the last one).
int32_t tw_quantity_count(const tw_line *line);
uint64_t tw_quantity_at(const tw_line *line, int32_t i);

// All of them at once, [tw_quantity_count]: one walk, where asking for each costs a walk.
void tw_quantity_list(const tw_line *line, uint64_t *quantity);

// Adds the path of a quantity of this line, and the part of it behind the place or pool.
void tw_quantity_path(const tw_line *line, uint64_t quantity, tw_text *out);
void tw_quantity_rest(const tw_line *line, uint64_t quantity, tw_text *out);

// Value over the window, NAN where nothing was observed yet. The handle is one of the run's line.
double tw_quantity_value(const tw_run *run, uint64_t quantity);

// Ticks that a machine has spent in each state of the window, the present spell up to now.
void tw_state_times(const tw_run *run, int32_t machine_i, int64_t state_us[TW_N_STATE]);

// Class of places by the section of the line file ("stations"), and the place's name there.
bool tw_place_is_in(const tw_line *line, int32_t place_i, const char *section);

#endif
