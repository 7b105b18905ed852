// cost.h - what the compiled line knows of costs beside energy: money for each failure and maintenance
// (tw_mode), for downtime (tw_place) and for scrapped parts (tw_part_type).

#ifndef TW_MODEL_COST_H
#define TW_MODEL_COST_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tw_cost_param {
  bool is_there;         // some failure, maintenance, downtime or scrap costs money
  bool is_by_mode;       // failures and maintenance are counted one by one
  bool is_of_scrap;
  int64_t n_scrap;       // counts of scrapped parts by station and type; 0: scrap costs nothing
  const char *currency;  // of all money in the line, "EUR"
  const char *per_s;     // "EUR/s"
} tw_cost_param;

// Of a place.
typedef struct tw_place_cost {
  bool is_there;        // its failures, maintenance, downtime or scrap cost money
  double downtime_s;    // money per s that a machine is down
  int64_t first_scrap;  // its count of scrapped parts of type 0, the other types behind; -1: none
} tw_place_cost;

#endif
