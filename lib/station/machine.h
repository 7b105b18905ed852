// machine.h - compiled parameters of a machine station; its state is the engine's machine records.

#ifndef TW_STATION_MACHINE_H
#define TW_STATION_MACHINE_H

#include "engine/run.h"

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
  bool has_finish;                // processing ends by a condition of the machine's models
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

// Step of its route that a part waits for or is in, into graph.step; -1: it has no route.
static inline int32_t tw_step_of(const tw_line *line, const tw_part *part) {
  const tw_part_type *type = &line->part_type[part->type];
  return type->n_step > 0 ? type->first_step + (int32_t)part->step : -1;
}

// Process time of the part on a machine, drawn now, in ticks.
int64_t tw_machine_draw_time(tw_run *run, int32_t place_i, int32_t machine_i);

// An expression with its words as they are now for the part on a machine.
double tw_machine_value(const tw_run *run, const tw_expr *expr, int32_t machine_i);

#endif
