// load_inner.h - what the files that make a load table share.

#ifndef TW_STUDY_LOAD_INNER_H
#define TW_STUDY_LOAD_INNER_H

#include "observe/nominal.h"
#include "station/source.h"
#include "study/load.h"

// Sources whose rate is known, and those that make a part whenever one is taken.
enum { TW_RATED, TW_SATURATED, TW_SOURCE_CLASSES };

// Parts a second of each type through each place; of saturated sources for one part a second of
// each.
typedef struct tw_load_flow {
  const tw_line *line;
  tw_arena *arena;
  tw_nominal *nominal;                  // made with it
  double *released[TW_SOURCE_CLASSES];  // [n_part_type]
  double *visits[TW_SOURCE_CLASSES];    // [n_place * n_part_type]
  double *scrapped;      // [n_place * n_part_type] share of the parts that are scrap at the place
  double factor;         // parts a second of each saturated source
  uint8_t *is_demanded;  // [n_part_type] made as often as customers want it
} tw_load_flow;

// Loops that are solved; what returns by further ones is left out.
enum { TW_LOAD_LOOPS_MAX = 200 };

// Finds what is released. False when memory is short; to be closed either way.
bool tw_load_flow_init(tw_load_flow *flow, const tw_line *line, tw_arena *arena);
void tw_load_flow_close(tw_load_flow *flow);

// Solves visits for the shares in `scrapped`. False when memory is short.
bool tw_load_flow_solve(tw_load_flow *flow);

// Shares of the parts of a type along the edges of the graph. share: [n_edge].
void tw_load_share_out(tw_load_flow *flow, int32_t type, double *share);

// Share of the parts that an inspection looks at; 1 for every other station.
double tw_load_sampled(const tw_station_param *param);

// Is there a way along the edges from one place to another?
bool tw_load_leads_to(const tw_line *line, int32_t from_i, int32_t to_i);

// Does some source give what can be taken?
bool tw_load_is_relative(const tw_load_flow *flow);

// Good parts a second: at the end of the line and at customers.
double tw_load_good(const tw_load_flow *flow);

// Parts of a type a second at a place, and of all types.
double tw_load_rate(const tw_load_flow *flow, int32_t place_i, int32_t type);
double tw_load_rate_of_all(const tw_load_flow *flow, int32_t place_i);

// Solves a x = b by elimination with the largest pivot; a: [n * n] by rows and b: [n] are used up,
// x is in b. False when there is no one solution.
bool tw_load_eliminate(double *a, double *b, int32_t n);

// Changeovers of one machine for each part that visits the station.
typedef struct tw_load_change {
  double n;        // changeovers
  double setup_s;  // standing still, with approvals
  double last_s;   // of the step that the pair decides
} tw_load_change;

tw_load_change tw_load_change_of(const tw_load_flow *flow, int32_t place_i);

// Mean times of a type on one machine; process: with the factor at its nominal value, NAN where it is not known.
double tw_load_process_s(const tw_load_flow *flow, int32_t machine_i, int32_t type);
double tw_load_cycle_s(const tw_load_flow *flow, int32_t machine_i, int32_t type);

// How a mode takes time of its machine.
typedef struct tw_load_stop {
  double n;      // times a visit; 0 for clocks that run by themselves
  double share;  // of the machine's working time, of those
  double repair_s;
  double people_share;  // of all time, that people work on it, of clocks that run by themselves
} tw_load_stop;

// process_s: mean of a visit. mix: [n_part_type] shares of the types.
tw_load_stop tw_load_stop_of(const tw_line *line, const tw_mode *mode, double process_s,
                             const double *mix);

// Spreads work by group over the pools that can do it. work: [n_group], person-seconds a second;
// of_pool: [n_pool].
bool tw_load_people_spread(const tw_line *line, tw_arena *arena, const double *work,
                           double *of_pool);

static inline double tw_load_on_share(const tw_line *line, int32_t calendar_i) {
  return calendar_i == TW_NONE ? 1 : line->calendar[calendar_i].on_share;
}

#endif
