// machine.h - compiled parameters of a machine station; its state is the engine's machine records.

#ifndef TW_STATION_MACHINE_H
#define TW_STATION_MACHINE_H

#include "engine/words.h"
#include "keys/sets.h"

typedef enum tw_pull {
  TW_PULL_LONGEST_WAITING,
  TW_PULL_PRIORITY,
  TW_PULL_ROUND_ROBIN,
  TW_PULL_LONGEST_QUEUE,
  TW_PULL_POLLING
} tw_pull;

typedef struct tw_machine_sites {
  int32_t time;        // TW_NONE: all its parts have routes that say their time
  int32_t route_time;  // by step of graph.step; TW_NONE: no step says its time
  int32_t load, unload, switch_over;  // TW_NONE: that phase takes no time
} tw_machine_sites;

typedef struct tw_station_param {
  const tw_machine_sites *sites;  // [n_machine]
  const tw_expr *factor;          // multiplies the drawn time; NULL: 1
  const tw_expr *scrap;           // probability; NULL: never
  int32_t scrap_site;
  const tw_expr *rate;            // parts per time when processing starts, instead of a drawn time; NULL
  bool has_finish;                // processing ends by an event of the machine's models
  tw_station_sets sets;           // what a completion gives other values
  bool has_drawn_times;           // some queue in front draws the time of its parts (spt)
  int32_t pull;                   // tw_pull
  bool can_preempt;               // a part of an earlier queue stops one of a later queue
  int32_t n_feeder;               // feeders in the order of the pull rule
  const int32_t *feeder;          // [n_feeder] edges of the graph
  // exits drawn at completion: "exits"
  int32_t n_exit;
  const int32_t *exit;            // [n_exit] of the graph
  const double *exit_weight;
  const int32_t *exit_counter;    // [n_exit] edges that count what was sent by ratio
  bool is_exit_ratio;
  int32_t exit_site;
  uint32_t repairs;               // bits of the defects that it removes at completion
  const struct tw_inspection_param *inspection;  // who chooses the exit; NULL: no inspection
} tw_station_param;

// Process time of the part on a machine, drawn now, in ticks.
int64_t tw_machine_draw_time(tw_run *run, int32_t place_i, int32_t machine_i);

// An expression with its words as they are now for the part on a machine.
double tw_machine_value(const tw_run *run, const tw_expr *expr, int32_t machine_i);

#endif
